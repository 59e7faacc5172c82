"""What every service can do for the planner, as protocols; which adapter serves which kind of connection.

An adapter turns a service's answers into entities and nothing else: HTTP policy lives in `client`, storing and joining
above. Capabilities are small protocols, so that a later one (writing) is added beside this one, not into it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, tzinfo
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from planner_gui.domain.entities import Page, Span
from planner_gui.domain.errors import UsageError

if TYPE_CHECKING:
    import httpx

KINDS = ("bigpicture", "tempo", "tempo-cloud", "worktime", "bigtime")


@dataclass(frozen=True, slots=True)
class Connection:
    """One configured connection, as workspace.toml keeps it: never with its secret.

    url: as the user gave it, "" for the vendor's own address. options: `connect --option KEY=VALUE`, as text (cli.md).
    """

    name: str
    kind: str
    url: str = ""
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def site(self) -> str:
        """The Jira site its accounts live in: connections of one site share Atlassian ids (capacity.md, People 2)."""
        return self.options.get("site", "")


@dataclass(frozen=True, slots=True)
class Proxy:
    """The user's own proxy, in place of what the environment names (N12). url "": none at all.

    direct: hosts and domains that are reached without it, as NO_PROXY lists them.
    """

    url: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    direct: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """What an adapter may know of the world.

    today: the plan's today. zone: the workspace's time zone. transport: makes the lowest HTTP layer (tests, the demo);
    None for the real network. clock: monotonic seconds. save_secret: called with a new secret text when the service
    handed out one that must outlive this process (BigTime's session, A9). sleep: waits so many seconds; None for the
    event loop's own (tests never really wait). deadline: seconds of network time that a page may take (N4). proxy: the
    user's own when it is asked, None for what the environment names.
    """

    today: date
    zone: tzinfo
    transport: Callable[[], httpx.AsyncBaseTransport] | None = None
    clock: Callable[[], float] | None = None
    save_secret: Callable[[str], None] | None = None
    user_agent: str = "planner-gui"
    sleep: Callable[[float], Awaitable[None]] | None = None
    deadline: float = 30.0
    proxy: Callable[[], Proxy | None] | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """The answer of a connection's one test read: who we are there and what can be seen, in words."""

    account: str = ""
    sees: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    url: str = ""  # the address as it should be stored, when the check found a better one
    options: Mapping[str, str] = field(default_factory=dict)  # options the check settled (base path, scheme)


@dataclass(frozen=True, slots=True)
class Rights:
    """What a connection may not do, as far as reads can tell, in sentences.

    account: whose rights these are, "" where only the check tells. lacks: what was refused, and what follows of it.
    notes: what the service cannot do at all, or does not tell before it is asked to write.
    """

    account: str = ""
    lacks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that a connection can be limited to. parent: the key of the choice it lies in, "" at the top."""

    key: str
    name: str
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Offered:
    """What the service offers for one option (`boxes`, `teams` ...). reason: why it lists nothing, "" where it does."""

    option: str
    choices: tuple[Choice, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Detail:
    """More about one item, asked for when the user opens it: groups of label and value, as plain text."""

    groups: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


class Source(Protocol):
    """A service that can be read. Every adapter passes tests/sources/contract.py.

    `read` yields pages whose union is the whole reading of `span`; it raises a SourceError where the reading cannot be
    whole (C8), and reports a single resource that answers 403 or 404 as `not_readable` instead. Cancelling the
    iteration cancels the requests. `requests` counts the HTTP requests sent so far, for progress.
    """

    connection: Connection

    @property
    def requests(self) -> int: ...

    async def check(self) -> Check: ...

    def read(self, span: Span) -> AsyncIterator[Page]: ...

    async def close(self) -> None: ...


@runtime_checkable
class SupportsChoices(Protocol):
    """A service that lists what a connection to it can be limited to, archived and inactive things left out.

    One read. A list that the service does not offer, or not to this account, comes with the reason instead; raises a
    SourceError for everything that `check` would fail of too.
    """

    async def offered(self) -> Offered: ...


@runtime_checkable
class SupportsRights(Protocol):
    """A service that can be asked, by a few reads, what this account is kept from; for people who test a connection."""

    async def rights(self) -> Rights: ...


class SupportsDetail(Protocol):
    """A service that knows more about an item than its list says (boxes, fields, budget, rights)."""

    async def detail(self, raw: bytes, external_id: str) -> Detail: ...


def open_source(connection: Connection, secret: str, context: Context) -> Source:
    """Make the adapter of a connection; no request is sent.

    secret: as read from `connect`'s standard input (one or two lines). Raises UsageError for an unknown kind or an
    option the kind does not have or cannot use, OriginRefused for a base URL that N3 refuses.
    """
    # Imported when used: `sync` of one connection should not pay for five adapters.
    match connection.kind:
        case "bigpicture":
            from planner_gui.sources.bigpicture import BigPicture

            return BigPicture(connection, secret, context)
        case "tempo":
            from planner_gui.sources.tempo import Tempo

            return Tempo(connection, secret, context)
        case "tempo-cloud":
            from planner_gui.sources.tempo_cloud import TempoCloud

            return TempoCloud(connection, secret, context)
        case "worktime":
            from planner_gui.sources.worktime import WorkTime

            return WorkTime(connection, secret, context)
        case "bigtime":
            from planner_gui.sources.bigtime import BigTime

            return BigTime(connection, secret, context)
        case kind:
            raise UsageError(f"there is no kind of connection called {kind}", advice=f"Use one of {', '.join(KINDS)}.")
