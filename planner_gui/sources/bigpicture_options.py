"""What a bigpicture connection is told by its address, options and secret (docs/cli.md); sends nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass

from planner_gui.domain.errors import UsageError
from planner_gui.sources import options
from planner_gui.sources.address import checked_base
from planner_gui.sources.base import Connection
from planner_gui.sources.bigpicture_location import REST_PATHS, WHERE_AM_I
from planner_gui.sources.gathering import is_segment

_TOKEN = re.compile(r"[!-~]+")
_COOKIE = re.compile(r"[!#-+\--:<-\[\]-~]+")  # RFC 6265 cookie-octet


@dataclass(frozen=True, slots=True)
class Options:
    """What a bigpicture connection was told (docs/cli.md), checked.

    jira: a server's Jira address. manager: where-am-i where it is not the vendor's own. rest: the REST path of a server
    that the last check found, "" where none did. session: the JSESSIONID. Raises UsageError for what cannot be carried
    out, OriginRefused for an address that N3 refuses.
    """

    cloud: bool
    jira: str
    manager: str
    boxes: tuple[str, ...]
    effort: str
    scheme: str
    rest: str
    token: str
    session: str

    @classmethod
    def of(cls, connection: Connection, secret: str) -> Options:
        names = ("flavour", "boxes", "effort", "scheme", "cookie", "cloud-manager", "rest")
        options.accept_only(connection, *names)
        given = connection.options
        manager = given.get("cloud-manager", "")
        default = ("cloud", "server") if manager or not connection.url else ("server", "cloud")
        cloud = options.one_of(connection, "flavour", *default) == "cloud"
        cookie = options.one_of(connection, "cookie", "no", "yes") == "yes"
        if cloud and connection.url and not manager:
            raise _refused(connection, "a Cloud connection takes no address", "Leave --url out, or say flavour=server.")
        if manager and not cloud:
            raise _refused(connection, "cloud-manager is for Cloud only", "Leave cloud-manager out.")
        if cookie and cloud:
            raise _refused(connection, "cookie=yes is for Server and Data Center only", "Leave cookie out.")
        token, session = _secrets(connection, secret, cookie)
        return cls(
            cloud=cloud,
            jira="" if cloud else _jira(connection),
            manager=_manager(connection, manager) if manager else "",  # an address beside it says nothing more
            boxes=_boxes(connection),
            effort=given.get("effort", "").strip().upper(),
            scheme=options.one_of(connection, "scheme", *WHERE_AM_I),
            rest="" if cloud or "rest" not in given else options.one_of(connection, "rest", *REST_PATHS),
            token=token,
            session=session,
        )


def _jira(connection: Connection) -> str:
    if not connection.url:
        advice = "Say --url with the address of your Jira."
        raise _refused(connection, "a Server or Data Center connection needs an address", advice)
    return checked_base(connection.url, cut=("/rest",), connection=connection.name)


def _manager(connection: Connection, address: str) -> str:
    checked = checked_base(address, connection=connection.name)
    if checked.count("/") < 3:
        advice = "Give the whole address of where-am-i, such as https://HOST/cloudmanager/bigpicture/where-am-i."
        raise _refused(connection, "cloud-manager is no whole address", advice)
    return checked


def _boxes(connection: Connection) -> tuple[str, ...]:
    """The box ids of the option, each once."""
    boxes = tuple(dict.fromkeys(options.listed(connection, "boxes")))
    for box in boxes:
        if not is_segment(box):
            raise _refused(connection, f"{box!a} is no box id", "A box id looks like PROG-1.")
    return boxes


def _secrets(connection: Connection, secret: str, cookie: bool) -> tuple[str, str]:
    """The token and, with `cookie=yes`, the JSESSIONID of the second line."""
    lines = [line.strip() for line in secret.splitlines()]
    token = lines[0] if lines else ""
    if not _TOKEN.fullmatch(token):
        what = "has characters that no token has" if token else "is missing"
        raise _refused(connection, f"the token {what}", "Give the API token on the first line of standard input.")
    if not cookie:
        return token, ""
    session = (lines[1] if len(lines) > 1 else "").removeprefix("JSESSIONID=")
    if not _COOKIE.fullmatch(session):
        what = "has characters that no cookie has" if session else "is missing"
        advice = "cookie=yes wants the JSESSIONID on the second line of standard input."
        raise _refused(connection, f"the JSESSIONID {what}", advice)
    return token, session


def _refused(connection: Connection, what: str, advice: str) -> UsageError:
    return UsageError(what, subject=connection.name, advice=advice)
