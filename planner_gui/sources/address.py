"""Addresses of a service: which base URLs are accepted (N3), what belongs to a connection's origin (N1), paths (V6).

No request is made here. An address that is refused raises OriginRefused, which names the host and no more of it.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, urljoin

import httpx

from planner_gui.domain.errors import OriginRefused

_LONGEST = 32_000  # characters; no server takes more, and httpx takes twice that
_HOST = re.compile(r"[a-z0-9._-]+", re.ASCII)
_DEFAULT_PORTS = {"https": 443, "http": 80}
# A literal "@" is how the vendors write their own keys (vendors.md 5, BigPicture 8); neither means anything in a path.
_PLAIN_IN_SEGMENT = "@:"


class Origin(NamedTuple):
    """Scheme, host in ASCII and port: what a credential is bound to (N1)."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + ("" if self.port == _DEFAULT_PORTS.get(self.scheme) else f":{self.port}")


def checked_base(url: str, *, cut: Sequence[str] = (), connection: str = "") -> str:
    """The address that the user typed, as it is used: ASCII host, no trailing slash, no REST path (N3, cli.md).

    cut: path endings such as "/rest/tempo-planning/1" that are taken off, with what follows them.
    Raises OriginRefused for anything but https (plain http for a loopback address), user-info, a query, a fragment.
    """

    def refused(what: str, advice: str) -> OriginRefused:
        return OriginRefused(what, connection=connection, subject="the address", advice=advice)

    parsed = _parsed(url.strip())
    if parsed is None or not parsed.host or parsed.scheme not in ("https", "http"):
        raise refused("is not a web address", "Give it in full, such as https://jira.example.com.")
    if parsed.userinfo:
        raise refused("holds a user name or password", "Give the address alone; the secret is asked for apart.")
    if parsed.fragment or parsed.query or "#" in url or "?" in url:
        raise refused("holds a ? or #", "Give only the address of the service.")
    if parsed.scheme == "http" and not is_loopback(parsed.host):
        raise refused(f"{ascii_host(parsed)} is not encrypted", "Use https://; plain http is for this computer only.")
    # Looked for in what was typed: parsing has already gone up where ".." says so.
    if "\\" in url or any(part in (".", "..") for part in url.strip().split("/")):
        raise refused("holds a path that leads elsewhere", "Give the address as the browser shows it.")
    path = parsed.raw_path.decode("ascii").rstrip("/")
    for ending in cut:
        at = (path + "/").lower().find(ending.rstrip("/").lower() + "/")
        if at >= 0:
            path = path[:at]
    return f"{origin_of(parsed)}{path}"


@lru_cache(maxsize=64)  # asked for each request, of a few bases
def origin(url: str) -> Origin:
    """The origin of an address that has been checked; ValueError for text that is none."""
    parsed = _parsed(url)
    if parsed is None or not parsed.host:
        raise ValueError("not an address")
    return origin_of(parsed)


def within(url: str, base: str, *, connection: str, subject: str, at: str = "") -> str:
    """`url`, made absolute against `at` (default: base), if it lies in base's origin; else OriginRefused (N1)."""
    # What begins with the whole origin and a slash lies in it, whatever follows; parsing each would cost more than all
    # else of a request.
    if url.startswith(f"{origin(base)}/") and "#" not in url and url.isascii() and url.isprintable():
        if len(url) <= _LONGEST:
            return url
        raise OriginRefused("is too long for an address; nothing was sent", connection=connection, subject=subject)
    try:
        # Joining would drop line breaks in silence, and so make another address of it.
        parsed = _parsed(urljoin(at or base + "/", url)) if url.isprintable() else None
    except ValueError:  # an address in brackets that is none
        parsed = None
    if parsed is None or not parsed.host or parsed.userinfo or origin_of(parsed) != origin(base):
        there = origin_of(parsed) if parsed is not None and parsed.host else None
        host = "an address that cannot be read" if there is None else there.host
        if there is not None and there.host == origin(base).host:
            host = str(there)  # only scheme or port differ
        raise OriginRefused(
            f"points to {host}, which is not this connection's own address; nothing was sent there",
            connection=connection,
            subject=subject,
            advice="If the service has moved, connect it again under its new address.",
        )
    return str(parsed.copy_with(fragment=None))


def joined(path: Sequence[str], *, connection: str, subject: str, slash: bool = False) -> str:
    """Each of `path` as exactly one segment (V6): "/a/b". OriginRefused for a segment that cannot be one."""
    for segment in path:
        if segment in ("", ".", "..") or not segment.isprintable():
            raise OriginRefused(
                f"the id {segment!a} cannot be part of an address; nothing was sent",
                connection=connection,
                subject=subject,
            )
    quoted = "".join("/" + quote(segment, safe=_PLAIN_IN_SEGMENT) for segment in path)
    return quoted + ("/" if slash else "")


def query(params: Sequence[tuple[str, str]]) -> str:
    """`?a=1&a=2` in the given order, "" for no parameters."""
    pairs = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in params)
    return f"?{pairs}" if pairs else ""


def is_loopback(host: str) -> bool:
    """Whether the name or address is this computer's own."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def origin_of(url: httpx.URL) -> Origin:
    """Scheme, ASCII host and port of a parsed address."""
    return Origin(url.scheme, ascii_host(url), url.port or _DEFAULT_PORTS.get(url.scheme, 0))


def ascii_host(url: httpx.URL) -> str:
    """The host as it goes over the wire, so that a look-alike letter shows (N3)."""
    return url.raw_host.decode("ascii").lower()


def _parsed(url: str) -> httpx.URL | None:
    """The address, None where it is none; httpx alone takes blanks in a host and ports that do not exist."""
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError, TypeError):
        return None
    host_is_one = not parsed.host or ":" in parsed.host or _HOST.fullmatch(ascii_host(parsed))
    return parsed if host_is_one and (parsed.port is None or 0 < parsed.port < 65536) else None
