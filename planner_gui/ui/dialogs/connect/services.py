"""The services as the wizard offers them: flavours, ways to sign in, where a token is found; data, no widgets.

What a form is filled in with becomes a Connection here, and back: options are those of docs/cli.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from planner_gui.sources.base import Connection

CLOUD, SERVER = "cloud", "server"
TOKEN, PASSWORD, KEY = "token", "password", "api-key"

REGIONS = (
    ("https://api.tempo.io", "Global (api.tempo.io)"),
    ("https://api.eu.tempo.io", "European Union (api.eu.tempo.io)"),
    ("https://api.us.tempo.io", "United States (api.us.tempo.io)"),
)
EFFORTS = (
    ("ORIGINAL_EFFORT_ESTIMATE", "Original estimate"),
    ("REMAINING_EFFORT_ESTIMATE", "Remaining estimate"),
    ("STORY_POINTS", "Story points (no time)"),
)


@dataclass(frozen=True, slots=True)
class SignIn:
    """A way to get in. secret: what the secret is called. find: where it is found, in words; link: where to read on."""

    id: str
    name: str
    secret: str
    find: str
    link: str


@dataclass(frozen=True, slots=True)
class Flavour:
    """A service as it runs somewhere. kind: of the connection. limit: the option that limits what is read, "" for none.

    own: the vendor's own address where it is known; other: what another address is, where the service takes one.
    needs: which fields it has besides the address: user, realm.
    """

    id: str
    name: str
    kind: str
    sign_ins: tuple[SignIn, ...]
    own: str = ""
    other: str = ""
    limit: str = ""


@dataclass(frozen=True, slots=True)
class Service:
    """What is connected. gives: what the planner reads of it. in_jira: whether its people are those of a Jira site."""

    id: str
    name: str
    gives: str
    flavours: tuple[Flavour, ...]
    in_jira: bool = True

    def flavour(self, id_: str) -> Flavour:
        """The flavour of that id, the first one for an unknown one."""
        return next((each for each in self.flavours if each.id == id_), self.flavours[0])


_BIGPICTURE = SignIn(
    TOKEN,
    "API token",
    "API token",
    "An API token, made in BigPicture under My settings \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} API tokens. "
    "It needs an administrator's rights and is valid for one year.",
    "https://developer.bigpicture.one/reference/apitokens",
)
_SERVER_TOKEN = SignIn(
    TOKEN,
    "Personal access token",
    "Personal access token",
    "A personal access token, made in Jira under Profile \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} "
    "Personal access tokens.",
    "https://confluence.atlassian.com/enterprise/using-personal-access-tokens-1026032365.html",
)
_SERVER_PASSWORD = SignIn(
    PASSWORD,
    "User name and password",
    "Password",
    "The password of your Jira account. A personal access token is safer: it can be revoked by itself.",
    "https://confluence.atlassian.com/enterprise/using-personal-access-tokens-1026032365.html",
)
_TEMPO_CLOUD = SignIn(
    TOKEN,
    "API token",
    "API token",
    "A user token, made in Tempo under Settings \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} API integration. "
    "It reads and changes what you may read and change.",
    "https://apidocs.tempo.io/",
)
_CALENDAR = SignIn(
    TOKEN,
    "API token",
    "API token",
    "A token for all or for chosen calendars, made by a Jira administrator in the settings of Work Time Calendar.",
    "https://brizoit.atlassian.net/servicedesk/customer/portal/4",
)
_BIGTIME_KEY = SignIn(
    KEY,
    "API key",
    "API key",
    "An API key, made in BigTime under My Company \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} Integrations "
    "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} API Keys.",
    "https://iq.bigtime.net/BigtimeData/api/v2/help/Overview",
)
_BIGTIME_PASSWORD = SignIn(
    PASSWORD,
    "User name and password",
    "Password",
    "Your BigTime password. It is used once to open a session; only the session is kept.",
    "https://iq.bigtime.net/BigtimeData/api/v2/help/Overview",
)

SERVICES = (
    Service(
        "bigpicture",
        "BigPicture",
        "absences, teams and task assignments",
        (
            Flavour(
                CLOUD,
                "Cloud",
                "bigpicture",
                (_BIGPICTURE,),
                own="BigPicture Cloud says itself where it is.",
                other="Address of where-am-i",
                limit="boxes",
            ),
            Flavour(SERVER, "Server or Data Center", "bigpicture", (_BIGPICTURE,), limit="boxes"),
        ),
    ),
    Service(
        "tempo",
        "Tempo Planner",
        "allocations, teams and working time",
        (
            Flavour(CLOUD, "Cloud", "tempo-cloud", (_TEMPO_CLOUD,), own="api.tempo.io", other="Another address"),
            Flavour(SERVER, "Server or Data Center", "tempo", (_SERVER_TOKEN, _SERVER_PASSWORD), limit="teams"),
        ),
    ),
    Service(
        "worktime",
        "Work Time Calendar",
        "events: vacation, sickness, trips, meetings",
        (
            Flavour(
                CLOUD,
                "Cloud",
                "worktime",
                (_CALENDAR,),
                own="wtc.brizoit.com",
                other="Another address",
                limit="calendars",
            ),
            Flavour(SERVER, "Server or Data Center", "worktime", (_CALENDAR,), limit="calendars"),
        ),
    ),
    Service(
        "bigtime",
        "BigTime",
        "tasks with their budgets",
        (
            Flavour(
                CLOUD,
                "Cloud",
                "bigtime",
                (_BIGTIME_KEY, _BIGTIME_PASSWORD),
                own="iq.bigtime.net",
                other="Another address",
                limit="projects",
            ),
        ),
        in_jira=False,
    ),
)
LIMIT_NAMES = {"boxes": "boxes", "teams": "teams", "calendars": "calendars", "projects": "projects"}
EXAMPLES = {"boxes": "PROG-1, PROG-2", "teams": "5, 7", "calendars": "12, 15", "projects": "1201, 1202"}


@dataclass(frozen=True, slots=True)
class Form:
    """What the wizard is filled in with, but the secret. limits: ids of what to read, () for everything.

    address: a server's, or another one than the vendor's own. rest: options that the wizard does not show.
    """

    service: str = SERVICES[0].id
    flavour: str = CLOUD
    address: str = ""
    sign_in: str = ""
    user: str = ""
    realm: str = ""
    remember: bool = False
    cookie: bool = False
    name: str = ""
    site: str = ""
    limits: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()  # of a Tempo server, by key
    effort: str = ""
    completed: bool = False
    rest: Mapping[str, str] = field(default_factory=dict)

    @property
    def of(self) -> Service:
        return service(self.service)

    @property
    def runs(self) -> Flavour:
        return self.of.flavour(self.flavour)

    @property
    def enters(self) -> SignIn:
        ways = self.runs.sign_ins
        return next((way for way in ways if way.id == self.sign_in), ways[0])

    def connection(self) -> Connection:
        """The connection that is meant; nothing is checked."""
        flavour, way = self.runs, self.enters
        given: dict[str, str] = {"site": self.site.strip()}
        url = self.address.strip()
        match flavour.kind:
            case "bigpicture":
                given |= {"flavour": flavour.id, "effort": self.effort}
                if flavour.id == CLOUD:
                    given["cloud-manager"], url = url, ""
                else:
                    given["cookie"] = "yes" if self.cookie else ""
            case "tempo":
                given |= {"user": self.user.strip() if way.id == PASSWORD else "", "projects": ",".join(self.projects)}
            case "bigtime":
                by_key = way.id == KEY
                given |= {"auth": KEY if by_key else "session", "realm": self.realm.strip()}
                given |= {"user": "" if by_key else self.user.strip(), "completed": "yes" if self.completed else ""}
                given["remember"] = "yes" if self.remember and not by_key else ""
        if flavour.limit:
            given[flavour.limit] = ",".join(self.limits)
        options = {**self.rest, **{name: text for name, text in given.items() if text}}
        return Connection(self.name.strip(), flavour.kind, url, options)


def service(id_: str) -> Service:
    """The service of that id; the first one for an unknown one."""
    return next((each for each in SERVICES if each.id == id_), SERVICES[0])


def service_of(kind: str) -> Service:
    """The service of a kind of connection."""
    return next((each for each in SERVICES if any(one.kind == kind for one in each.flavours)), SERVICES[0])


def form_of(connection: Connection) -> Form:
    """The form of a connection that is there, to be edited."""
    given = dict(connection.options)
    of = service_of(connection.kind)
    manager = given.pop("cloud-manager", "")
    flavour = given.pop("flavour", "")
    if connection.kind == "tempo-cloud":
        flavour = CLOUD
    elif connection.kind == "tempo":
        flavour = SERVER
    elif not flavour:
        own = of.flavours[0].own
        at_vendor = not connection.url or (connection.kind != "bigpicture" and own in connection.url)
        flavour = CLOUD if at_vendor or len(of.flavours) == 1 or manager else SERVER
    user, auth = given.pop("user", ""), given.pop("auth", "")
    if connection.kind == "bigtime":
        sign_in = PASSWORD if auth == "session" or (user and auth != KEY) else KEY
    else:
        sign_in = PASSWORD if user else TOKEN
    limit = of.flavour(flavour).limit
    made = Form(
        service=of.id,
        flavour=flavour,
        address=manager or ("" if connection.kind == "bigpicture" and flavour == CLOUD else connection.url),
        sign_in=sign_in,
        user=user,
        realm=given.pop("realm", ""),
        remember=given.pop("remember", "") == "yes",
        cookie=given.pop("cookie", "") == "yes",
        name=connection.name,
        site=given.pop("site", ""),
        limits=split(given.pop(limit, "")) if limit else (),
        effort=given.pop("effort", ""),
        completed=given.pop("completed", "") == "yes",
    )
    return replace(made, projects=split(given.pop("projects", "")), rest=given)


def split(text: str) -> tuple[str, ...]:
    """The entries of a list that somebody typed, each once."""
    return tuple(dict.fromkeys(entry for part in text.split(",") if (entry := part.strip())))


def free_name(wanted: str, taken: frozenset[str]) -> str:
    """A name that no connection has yet: tempo, tempo-2."""
    names = [wanted, *(f"{wanted}-{number}" for number in range(2, len(taken) + 3))]
    return next(name for name in names if name not in taken)
