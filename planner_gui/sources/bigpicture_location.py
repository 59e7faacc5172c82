"""Where a BigPicture answers: the location that Cloud's where-am-i names, Server's REST paths (A5). Sends nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from planner_gui.domain.errors import AnswerUnusable, OriginRefused
from planner_gui.sources.decode import Unreadable, document

# vendors.md 1.1 [D]: each generation of the documentation names an address and the scheme it takes.
WHERE_AM_I = {
    "APIToken": "https://cloud.softwareplant.com/cloudmanager/bigpicture/where-am-i",
    "Bearer": "https://cloud.bigpicture.one/cloudmanager/bigpicture/where-am-i",
}
VENDOR_DOMAINS = ("bigpicture.one", "softwareplant.com")

# vendors.md 1.1: the newer path first [D], the seed's on 404 [D]; that one is tried after the other is [C].
REST_PATHS = ("bigpicture", "softwareplant-bigpicture")

_PLAIN = re.compile(r"[!-~]+")


@dataclass(frozen=True, slots=True)
class Place:
    """A Cloud base and whether its host is another than before."""

    base: str
    host: str
    moved: bool


def server_base(jira: str, path: str) -> str:
    """The REST base of a Server or Data Center Jira with one of REST_PATHS."""
    return f"{jira}/rest/{path}/1.0"


def place(answer: bytes, *, asked: str, before: str, own: bool, connection: str) -> Place:
    """The base that a where-am-i answer names, checked by A5.

    asked: the where-am-i address. before: the base in use until now, "" at first. own: `asked` is the user's
    `cloud-manager`; then a location on exactly its origin is taken, and nothing else. Raises OriginRefused for any
    other place, AnswerUnusable where there is none.
    """
    try:
        location = document(answer, subject="where-am-i", connection=connection).required_text("location").strip()
    except Unreadable as error:
        raise AnswerUnusable(
            "the answer does not say where BigPicture is", connection=connection, subject="where-am-i"
        ) from error
    parts = _parts(location)
    if parts is None or not (_same_origin(parts, urlsplit(asked)) if own else _of_the_vendor(parts)):
        shown = (parts.hostname or "") if parts else ""
        raise OriginRefused(
            f"BigPicture says it is at {shown or 'an unusable address'}, which is not one this connection may use; "
            "the token was not sent there and the last reading is kept",
            connection=connection,
            subject="where-am-i",
            advice="If your administrator confirms that place, connect again with --option cloud-manager=ADDRESS, "
            "the whole where-am-i address of that host.",
        )
    host = (parts.hostname or "").lower()
    path = parts.path.rstrip("/")
    known = urlsplit(before or asked).hostname or ""
    # Put together from its parts, so that nothing but the checked host can be reached.
    base = f"{parts.scheme}://{_netloc(parts)}{path if path.endswith('/rest') else path + '/rest'}"
    return Place(base, host, host != known.lower())


def _parts(location: str) -> SplitResult | None:
    """The address taken apart; None where it has anything that an address of this kind has no use for."""
    if not _PLAIN.fullmatch(location) or "\\" in location:
        return None
    try:
        parts = urlsplit(location)
        parts.port  # noqa: B018  a port that is no number raises here
    except ValueError:
        return None
    if not parts.hostname or "@" in parts.netloc or parts.query or parts.fragment or ".." in parts.path.split("/"):
        return None
    return parts


def _of_the_vendor(parts: SplitResult) -> bool:
    """https on a host of the vendor's domains, on a dot boundary; an IP address lies in no domain (A5)."""
    host = (parts.hostname or "").lower()
    return (
        parts.scheme == "https"
        and parts.port in {None, 443}
        and any(host == domain or host.endswith("." + domain) for domain in VENDOR_DOMAINS)
    )


def _same_origin(one: SplitResult, other: SplitResult) -> bool:
    def origin(parts: SplitResult) -> tuple[str, str, int | None]:
        scheme = parts.scheme.lower()
        return scheme, (parts.hostname or "").lower(), parts.port or {"https": 443, "http": 80}.get(scheme)

    return origin(one) == origin(other)


def _netloc(parts: SplitResult) -> str:
    host = (parts.hostname or "").lower()
    host = f"[{host}]" if ":" in host else host
    return f"{host}:{parts.port}" if parts.port else host
