"""One request and its whole answer: origin pin, credential, headers, deadline of each phase, body (N1, N4-N6).

The only place where a credential meets a request. It sends once; when to send, how often, and what a status means is
`client`'s to know. No cookie is kept, no redirect is followed, and httpx never holds a credential of its own.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from planner_gui.domain.errors import AnswerUnusable, CredentialRefused, NotSent, SourceError
from planner_gui.sources.address import origin, within
from planner_gui.sources.base import Proxy
from planner_gui.sources.http_body import BodyRefused, whole
from planner_gui.sources.network import failure, open_transport, proxy_for
from planner_gui.sources.refusals import CHECK_ADDRESS, WHOLE

ERROR_BODY_LIMIT = 64 * 1024
ERROR_BODY_SECONDS = 3.0
LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked. target: what follows the base ("/plans?from=..."), or an absolute address of the service.

    The base is put before it when it is sent, since a service may move in between (A5). endpoint: what a rate limit
    applies to (N9).
    """

    method: str
    target: str
    content: bytes | None
    subject: str
    endpoint: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer of any status, its body decoded; the body of an error is empty where it cannot be read.

    url: what was asked. asked_as: base and credential of the request: what a 401 is about (A7).
    """

    status: int
    headers: httpx.Headers
    body: bytes
    url: str
    asked_as: tuple[str, Mapping[str, str]] = field(repr=False)


class Deadline:
    """Seconds of network time that a page has left; waiting for a place or between attempts costs none (N4, D3)."""

    def __init__(self, seconds: float) -> None:
        self.left = seconds

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """TimeoutError when the time is over."""
        began = time.monotonic()
        try:
            async with asyncio.timeout(self.left):
                yield
        finally:
            self.left -= time.monotonic() - began


class Departure:
    """Whether anything of a write has left, as httpcore tells it; a CONNECT to a proxy is none of it (W4)."""

    def __init__(self) -> None:
        self.left = False

    async def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """httpx's extension "trace". Called before the bytes go, so that a doubt counts as having left."""
        if event.endswith("send_request_headers.started"):
            self.left |= getattr(info.get("request"), "method", b"") != b"CONNECT"


class Exchange:
    """Sends requests to one origin; `requests` counts them. credential: asked for each request, never kept."""

    def __init__(
        self,
        name: str,
        base: str,
        *,
        credential: Callable[[], Mapping[str, str]],
        user_agent: str,
        transport: Callable[[], httpx.AsyncBaseTransport] | None,
        proxy: Callable[[], Proxy | None] | None = None,
    ) -> None:
        self.requests = 0
        self.base = base.rstrip("/")
        self._name = name
        self._credential = credential
        self._user_agent = user_agent
        self._make_transport = transport
        self._own_proxy = proxy or (lambda: None)
        self._transport: httpx.AsyncBaseTransport | None = None
        self._replaced: list[httpx.AsyncBaseTransport] = []
        self._closed = False

    def rebase(self, base: str) -> None:
        """Use another base; a connection to another origin is opened anew."""
        if self._transport is not None and origin(base) != origin(self.base):
            self._replaced.append(self._transport)
            self._transport = None
        self.base = base.rstrip("/")

    async def close(self) -> None:
        """Close the connections, for good: a request that was still waiting for its place must not open another."""
        self._closed = True
        transports = [*self._replaced, *([self._transport] if self._transport else [])]
        self._replaced, self._transport = [], None
        for transport in transports:
            await transport.aclose()

    async def send(
        self, request: Request, seconds: float, *, connecting: float | None = None, departure: Departure | None = None
    ) -> Answer:
        """Send and read the whole answer. Raises SourceErrors; TimeoutError where the deadline ends it.

        connecting: seconds for the way to the service; default: a third, three tries to connect fit into one deadline.
        departure: of a write, which is told when the first byte leaves.
        """
        # The origin check and the credential belong together: nothing may come between them (N1).
        url = within(self._address(request), self.base, connection=self._name, subject=request.subject)
        asked_as = (self.base, self._credential_headers(request.subject))
        headers = {
            "User-Agent": self._user_agent,
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            # The vendors' samples say it for a DELETE without a body too [D].
            **({} if request.content is None and departure is None else {"Content-Type": "application/json"}),
            **asked_as[1],
        }
        way = seconds / 3 if connecting is None else connecting  # a silent server uses all of the deadline
        extensions: dict[str, Any] = {"timeout": {"connect": way, "pool": way, "read": seconds, "write": seconds}}
        if departure is not None:
            extensions["trace"] = departure.trace
        outgoing = httpx.Request(request.method, url, headers=headers, content=request.content, extensions=extensions)
        transport = self._opened()
        self.requests += 1
        began = time.monotonic()
        try:
            response = await transport.handle_async_request(outgoing)
            try:
                body = await self._body(response, seconds)
                self._note(request, outgoing.url.host, response.status_code, began)
                return Answer(response.status_code, response.headers, body, url, asked_as)
            finally:
                await response.aclose()
        except BodyRefused as error:
            raise AnswerUnusable(
                str(error), connection=self._name, subject=request.subject, advice=CHECK_ADDRESS
            ) from None
        except (httpx.HTTPError, OSError) as error:
            if isinstance(error, TimeoutError):
                raise
            self._note(request, outgoing.url.host, type(error).__name__, began)
            raise self.failure(error, request) from error

    def _note(self, request: Request, host: str, outcome: int | str, began: float) -> None:
        """For the log: never the address itself, which names people and what is asked of them (L1, L2)."""
        milliseconds = (time.monotonic() - began) * 1000
        level = logging.DEBUG if outcome == httpx.codes.OK and request.method == "GET" else logging.INFO
        LOG.log(level, "%s: %s at %s: %s in %.0f ms", self._name, request.endpoint, host, outcome, milliseconds)

    async def _body(self, response: httpx.Response, seconds: float) -> bytes:
        stream = response.stream
        if not isinstance(stream, httpx.AsyncByteStream):
            raise TypeError("the transport gave a body that cannot be awaited")
        if response.status_code in WHOLE:
            return await whole(stream, response.headers)
        try:  # an error's body only adds words to what the status says: no reason to wait or to fail
            async with asyncio.timeout(min(ERROR_BODY_SECONDS, seconds / 4)):
                return await whole(stream, response.headers, wire=ERROR_BODY_LIMIT, decoded=ERROR_BODY_LIMIT)
        except (BodyRefused, httpx.HTTPError, TimeoutError):
            return b""

    def failure(self, error: Exception, request: Request) -> SourceError:
        """What went wrong below HTTP, as the user is told it."""
        own = origin(self.base)
        proxied = self._make_transport is None and proxy_for(own, self._own_proxy()) is not None
        return failure(error, host=own.host, proxied=proxied, connection=self._name, subject=request.subject)

    def _address(self, request: Request) -> str:
        return request.target if request.target.startswith("http") else self.base + request.target

    def _opened(self) -> httpx.AsyncBaseTransport:
        if self._closed:
            raise NotSent("the connection was closed; nothing was sent", connection=self._name)
        if self._transport is None:
            make = self._make_transport
            there, own = origin(self.base), self._own_proxy()
            self._transport = make() if make else open_transport(there, connection=self._name, own=own)
        return self._transport

    def _credential_headers(self, subject: str) -> dict[str, str]:
        """The credential; refused here where it cannot be a header, since a library would put it into its error."""
        headers = dict(self._credential())
        if not all(value.isascii() and value.isprintable() for value in headers.values()):
            raise CredentialRefused(
                "the token holds a character that no token has; nothing was sent",
                connection=self._name,
                subject=subject,
                advice="Enter the token again.",
            )
        return headers
