"""The way to a service: certificates of the operating system (N11, N13), proxies (N12), failures.

Everything below HTTP. `trust_env` of httpx is off: it would also read .netrc and other certificate variables.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import urllib.request
from collections.abc import AsyncIterator, Callable
from functools import lru_cache

import httpx
import truststore

from planner_gui.domain.errors import (
    AnswerLost,
    AnswerUnusable,
    CertificateRefused,
    NotSent,
    ProxyFailed,
    SourceError,
)
from planner_gui.sources.address import Origin, is_loopback
from planner_gui.sources.base import Proxy
from planner_gui.sources.wire import Wire

_ONE = httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=15.0)
CLOSING_SECONDS = 1.0  # for requests under way to end before their connections are closed
_INSPECTED = "Your company may inspect traffic: ask IT for its root certificate and add it to this computer's store."
_PROXY_ADVICE = (
    "Check HTTPS_PROXY and NO_PROXY, or Network under File, Connections, or ask IT; automatic proxy scripts (PAC) are "
    "not supported."
)
_TRY_AGAIN = "Check the network and the address, then sync again; what was read before stays."


@lru_cache(maxsize=1)  # reading the system's certificates is slow
def _certificates() -> ssl.SSLContext:
    # Not ssl.create_default_context: that one writes a key log where SSLKEYLOGFILE says so (N13).
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_alpn_protocols(["http/1.1"])
    return context


def proxy_for(origin: Origin, own: Proxy | None = None) -> str | None:
    """The proxy for this origin: the user's own, else what the environment names; never one for this computer (N12)."""
    if is_loopback(origin.host):
        return None
    if own is not None:
        return own.url if own.url and not _is_direct(origin, own.direct) else None
    proxies = urllib.request.getproxies_environment()
    proxy = proxies.get(origin.scheme) or proxies.get("all")
    if not proxy or _is_direct(origin, proxies.get("no", "")):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def proxy_of_environment() -> str:
    """What the environment names for https, without its log-in, for a person to read; "" for none."""
    proxies = urllib.request.getproxies_environment()
    named = proxies.get("https") or proxies.get("all") or ""
    try:
        url = httpx.URL(named if "://" in named or not named else f"http://{named}")
    except (httpx.InvalidURL, ValueError):
        return "an address that cannot be used"
    return f"{url.host}:{url.port}" if url.port else url.host


def checked_proxy(text: str) -> str:
    """A proxy's address as it is used; ValueError in words for one that cannot be, or that holds a log-in."""
    typed = text.strip()
    try:
        url = httpx.URL(typed if "://" in typed else f"http://{typed}")
    except (httpx.InvalidURL, ValueError):
        url = httpx.URL("")
    if not url.host or url.scheme not in ("http", "https") or url.path not in ("", "/") or url.query or url.fragment:
        raise ValueError("This is no address of a proxy. Give its host and port, such as proxy.example.com:3128.")
    if url.userinfo:
        raise ValueError("It holds a user name or password. Leave them out here; they have fields of their own.")
    host = f"[{url.host}]" if ":" in url.host else url.raw_host.decode("ascii")
    return f"{url.scheme}://{host}:{url.port or (443 if url.scheme == 'https' else 80)}"


def _is_direct(origin: Origin, no_proxy: str) -> bool:
    """Whether NO_PROXY names the host: itself, a domain it lies in (with or without a dot before it), or `*`."""
    for entry in no_proxy.lower().replace(" ", ",").split(","):
        name = entry.strip().removesuffix(f":{origin.port}")
        if name == "*":
            return True
        domain = name.removeprefix("*").removeprefix(".")
        if domain and (origin.host == domain or origin.host.endswith("." + domain)):
            return True
    return False


def open_transport(origin: Origin, *, connection: str, own: Proxy | None = None) -> httpx.AsyncBaseTransport:
    """The real network for one origin. own: the user's own proxy.

    Raises ProxyFailed or CertificateRefused where it cannot be set up.
    """
    proxy = proxy_for(origin, own)
    try:
        context = _certificates()
    except (OSError, ValueError) as error:
        raise CertificateRefused(
            "this computer's certificates cannot be read",
            connection=connection,
            advice="Repair the system's certificate store (on Debian: the package ca-certificates).",
        ) from error
    if proxy is None:
        return Lanes(lambda: Wire(lambda: context))
    try:
        way = _with_login(proxy, own)
        return Lanes(lambda: httpx.AsyncHTTPTransport(verify=context, trust_env=False, limits=_ONE, proxy=way))
    except (ValueError, ImportError, httpx.InvalidURL) as error:
        raise ProxyFailed(
            "the proxy that this computer's settings name cannot be used", connection=connection, advice=_PROXY_ADVICE
        ) from error


def _with_login(proxy: str | None, own: Proxy | None) -> httpx.Proxy | str | None:
    """The log-in goes beside the address, not into it: no error of a library repeats it then."""
    if proxy is None or own is None or not own.user:
        return proxy
    return httpx.Proxy(proxy, auth=(own.user, own.password))


class Lanes(httpx.AsyncBaseTransport):
    """A connection for each request under way, the last used first; how many that are is the caller's limit.

    One pool of eight would look at all eight connections, and ask the system about each, before and after every
    request: a fifth of a sync's processor time.
    """

    def __init__(self, make: Callable[[], httpx.AsyncBaseTransport]) -> None:
        self._make = make
        self._all = [make()]  # made at once: what cannot be made is said before a request is
        self._free = list(self._all)
        self._given_back: asyncio.Event | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send on a free lane; it is free again when the answer is closed."""
        if not self._free:
            self._all.append(self._make())
            self._free.append(self._all[-1])
        lane = self._free.pop()
        try:
            answer = await lane.handle_async_request(request)
        except BaseException:
            self._give_back(lane)
            raise
        if not isinstance(answer.stream, httpx.AsyncByteStream):
            raise TypeError("the transport gave a body that cannot be awaited")
        answer.stream = _Held(answer.stream, lambda: self._give_back(lane))
        return answer

    async def aclose(self) -> None:
        """Close every connection, when the requests under way have ended: who closes has cancelled them.

        A lane that is closed while it connects would come to life afterwards, and nobody would close it.
        """
        self._given_back = asyncio.Event()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSING_SECONDS):
                while len(self._free) < len(self._all):
                    self._given_back.clear()
                    await self._given_back.wait()
        # All at once: a cancel that comes meanwhile must not leave the later ones open.
        await asyncio.gather(*(lane.aclose() for lane in self._all))

    def _give_back(self, lane: httpx.AsyncBaseTransport) -> None:
        self._free.append(lane)
        if self._given_back is not None:
            self._given_back.set()


class _Held(httpx.AsyncByteStream):
    """A body that gives its lane back when it is closed."""

    def __init__(self, stream: httpx.AsyncByteStream, give_back: Callable[[], None]) -> None:
        self._stream = stream
        self._give_back: Callable[[], None] | None = give_back

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._stream.__aiter__()

    async def aclose(self) -> None:
        """Close the body, then free the lane, once."""
        try:
            await self._stream.aclose()
        finally:
            give_back, self._give_back = self._give_back, None
            if give_back is not None:
                give_back()


def failure(error: Exception, *, host: str, proxied: bool, connection: str, subject: str) -> SourceError:
    """What went wrong below HTTP, as the user is told it; `error` is httpx's, ssl's or the system's."""

    def told(kind: type[SourceError], what: str, advice: str = _TRY_AGAIN) -> SourceError:
        return kind(what, connection=connection, subject=subject, advice=advice)

    causes = _causes(error)
    if isinstance(error, httpx.ProxyError):
        return told(ProxyFailed, f"the proxy refused the way to {host}{_proxy_status(error)}", _PROXY_ADVICE)
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            reason = (cause.verify_message or "it is not trusted").rstrip(".")
            return told(CertificateRefused, f"the certificate of {host} was refused: {reason}", _INSPECTED)
    if isinstance(error, httpx.ConnectError | OSError) and any(isinstance(cause, ssl.SSLError) for cause in causes):
        return told(CertificateRefused, f"{host} does not answer with encryption as it should", _INSPECTED)
    if isinstance(error, httpx.PoolTimeout):
        return told(NotSent, "all connections are busy; nothing was sent")
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        if proxied:
            return told(ProxyFailed, f"the proxy on the way to {host} cannot be reached", _PROXY_ADVICE)
        return told(NotSent, f"{_unreachable(error, causes, host)}; nothing was sent")
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return told(AnswerLost, "did not answer in time")
    if isinstance(error, httpx.RemoteProtocolError) and "buffer" in str(error).lower():
        return told(AnswerUnusable, "answered with headers that are too large")
    return told(AnswerLost, "the connection broke before the answer was whole")


def _unreachable(error: Exception, causes: list[BaseException], host: str) -> str:
    if isinstance(error, httpx.ConnectTimeout):
        return f"{host} did not take the connection in time"
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return f"the name {host} is not known"
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return f"{host} refuses connections"
    return f"{host} cannot be reached"


def _proxy_status(error: Exception) -> str:
    """The status with which a proxy refused; httpx has it as the first word of its text."""
    status = str(error).partition(" ")[0]
    if status == "407":
        return ": it wants a login (407)"
    return f" ({status})" if status.isdecimal() and len(status) == 3 else ""


def _causes(error: BaseException) -> list[BaseException]:
    """The error and what it came from, the groups of several tried addresses included."""
    found: list[BaseException] = []
    todo: list[BaseException | None] = [error]
    while todo:
        cause = todo.pop()
        if cause is None or cause in found:
            continue
        found.append(cause)
        todo += [cause.__cause__, cause.__context__]
        if isinstance(cause, BaseExceptionGroup):
            todo += cause.exceptions
    return found
