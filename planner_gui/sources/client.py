"""All HTTP policy, once: origin pin, credentials, deadlines, body limits, retries, rate limit, errors (N1-N9, N13).

An adapter says what to read; this module says how, and turns every status and failure into a SourceError. It never
follows a redirect to another origin, never keeps a cookie, and adds a credential only to a request whose address has
just been compared with the connection's own. How it is done: `address` (N1, N3, V6), `network` (below HTTP), `rate`
(how often), `http_body` (bodies) and `refusals` (statuses) beside it.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
import msgspec

from planner_gui.domain.errors import (
    AnswerLost,
    AnswerUnusable,
    CertificateRefused,
    CredentialRefused,
    NotSent,
    ProxyFailed,
    RateLimited,
    ServiceFailed,
    SourceError,
)
from planner_gui.sources import rate
from planner_gui.sources.address import checked_base, joined, origin, query, within
from planner_gui.sources.base import Context
from planner_gui.sources.http_body import BodyRefused, is_json, web_page, whole
from planner_gui.sources.network import failure, open_transport, proxy_for
from planner_gui.sources.refusals import CHECK_ADDRESS, RETRIED, WEB_PAGE, WHOLE, refusal

__all__ = ["Client", "checked_base"]

ERROR_BODY_LIMIT = 64 * 1024
_REDIRECTS = (301, 302, 303, 307, 308)
_FINAL = (CertificateRefused, ProxyFailed)  # not sent either, but asking again cannot help


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    url: str
    content: bytes | None
    subject: str
    endpoint: str


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: httpx.Headers
    body: bytes


class _Deadline:
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


class _Again(Exception):
    """The attempt failed in a way that N8 allows to try again, after `wait` seconds where the service named them."""

    def __init__(self, error: SourceError, wait: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.wait = wait


class Client:
    """Requests to one origin.

    name: the connection's name, for messages. base: https URL (http for loopback only, N3), without a trailing slash.
    headers: gives the credential headers; asked for each request, sent to `base`'s origin only (N1).
    deadline: seconds of network time for one page, all attempts together (N4); None: the context's.
    After a 401 every further read with the same credential ends at once with the same error (A7); another credential
    from `headers`, or another base, is asked for anew. Raises SourceErrors only.
    """

    requests: int
    base: str

    def __init__(
        self,
        name: str,
        base: str,
        context: Context,
        *,
        headers: Callable[[], Mapping[str, str]],
        service: str = "",
        deadline: float | None = None,
    ) -> None:
        for logger in ("httpx", "httpcore"):  # they would write whole addresses (L1)
            logging.getLogger(logger).setLevel(max(logging.WARNING, logging.getLogger(logger).level))
        self.requests = 0
        self.base = base.rstrip("/")
        self.name = name
        self.service = service or "the service"
        self._credential = headers
        self._deadline = context.deadline if deadline is None else deadline
        self._clock = context.clock or time.monotonic
        self._sleep: Callable[[float], Awaitable[None]] = context.sleep or asyncio.sleep
        self._user_agent = context.user_agent
        self._make_transport = context.transport
        self._transport: httpx.AsyncBaseTransport | None = None
        self._replaced: list[httpx.AsyncBaseTransport] = []
        self._in_flight = rate.InFlight()
        self._budget = rate.RetryBudget()
        self._not_before: dict[str, float] = {}  # by endpoint, in the clock's seconds (N9)
        self._refused: tuple[str, dict[str, str], CredentialRefused] | None = None

    async def read(
        self,
        *path: str,
        params: Sequence[tuple[str, str]] = (),
        body: object | None = None,
        subject: str = "",
        slash: bool = False,
    ) -> bytes:
        """The whole decoded JSON text of a GET, or of a POST that only searches where `body` is given (N8).

        path: segments under the base, each percent-encoded as one (V6). params: in order, names may repeat.
        subject: the object in words, for messages. slash: keep a trailing slash. Raises a SourceError.
        """
        url = joined(self.base, path, connection=self.name, subject=subject, slash=slash) + query(params)
        method = "GET" if body is None else "POST"
        content = None if body is None else msgspec.json.encode(body)
        return await self._read(_Request(method, url, content, subject, rate.endpoint(method, path)))

    async def follow(self, link: str, *, subject: str = "") -> bytes:
        """Read an absolute `next` link of the service, after the origin check of N1."""
        url = within(link, self.base, connection=self.name, subject=subject)
        path = httpx.URL(url).path.strip("/").split("/")
        return await self._read(_Request("GET", url, None, subject, rate.endpoint("GET", path)))

    async def post_once(self, *path: str, body: object, subject: str = "") -> bytes:
        """A POST that is sent once and never retried, such as a login."""
        url = joined(self.base, path, connection=self.name, subject=subject)
        request = _Request("POST", url, msgspec.json.encode(body), subject, rate.endpoint("POST", path))
        private = [value for value in body.values() if isinstance(value, str)] if isinstance(body, dict) else []
        async with self._in_flight.place():
            try:
                async with _Deadline(self._deadline).running():
                    answer = await self._send(request, self._deadline)
            except TimeoutError as error:
                raise self._failure(error, request) from None
        return self._json(answer, request, private)

    def rebase(self, base: str) -> None:
        """Use another base from now on; the caller has checked it (A5)."""
        if self._transport is not None and origin(base) != origin(self.base):
            self._replaced.append(self._transport)
            self._transport = None
        self.base = base.rstrip("/")

    async def close(self) -> None:
        """Close the connections; further reads open new ones."""
        transports = [*self._replaced, *([self._transport] if self._transport else [])]
        self._replaced, self._transport = [], None
        for transport in transports:
            await transport.aclose()

    # -- one read, with its retries (N8, N9) ------------------------------------------------------------------------

    async def _read(self, request: _Request) -> bytes:
        self._budget.earn()
        deadline = _Deadline(self._deadline)
        for attempt in range(1, rate.ATTEMPTS + 1):
            self._stop_if_refused()
            await self._wait_for_endpoint(request)
            try:
                return await self._attempt(request, deadline)
            except _Again as again:
                if attempt == rate.ATTEMPTS or deadline.left <= 0 or not self._budget.spend():
                    raise again.error from again.__cause__
                if again.wait is None:
                    await self._sleep(rate.full_jitter(attempt, random.random()))  # noqa: S311 - no secret
        raise AssertionError("the last attempt returns or raises")

    async def _attempt(self, request: _Request, deadline: _Deadline) -> bytes:
        async with self._in_flight.place() as place:
            self._stop_if_refused()  # another request may have been told so while this one waited for its place
            try:
                async with deadline.running():
                    answer = await self._send(request, deadline.left)
                    if answer.status in _REDIRECTS and request.method == "GET":
                        answer = await self._send(self._redirected(answer, request), deadline.left)
            except TimeoutError as error:
                raise _Again(self._failure(error, request)) from None
            except SourceError as error:
                if isinstance(error, NotSent | AnswerLost) and not isinstance(error, _FINAL):
                    raise _Again(error) from error.__cause__
                raise
            if answer.status in RETRIED:
                raise self._put_off(answer, request, place)
            self._in_flight.served()
            return self._json(answer, request)

    def _put_off(self, answer: _Answer, request: _Request, place: int) -> Exception:
        """The answer was 429 or 5xx: slow down, note until when its endpoint wants no more, and say how to go on."""
        sent = rate.http_date(answer.headers.get("date", "")) or datetime.now(UTC)
        wait = rate.retry_after(answer.headers.get("retry-after"), sent)
        limited = answer.status == 429 or (answer.status == 503 and wait is not None)
        error = self._refusal(answer, request, wait=wait)
        if not limited:
            return _Again(error)
        self._in_flight.refused(place)
        if wait is None:
            return _Again(error)
        until = self._clock() + wait
        self._not_before[request.endpoint] = max(until, self._not_before.get(request.endpoint, until))
        return error if wait > rate.PARK_ABOVE else _Again(error, wait)

    async def _wait_for_endpoint(self, request: _Request) -> None:
        """Wait as long as the service asked for; raise RateLimited where that is more than a minute (N9)."""
        while (wait := self._not_before.get(request.endpoint, 0.0) - self._clock()) > 0:
            if wait > rate.PARK_ABOVE:
                raise RateLimited(
                    f"{self.service} asks to wait",
                    retry_after=wait,
                    connection=self.name,
                    subject=request.subject,
                    advice="What was read before stays; sync again later.",
                )
            await self._sleep(wait)
        self._not_before.pop(request.endpoint, None)

    # -- one request ------------------------------------------------------------------------------------------------

    async def _send(self, request: _Request, seconds: float) -> _Answer:
        """Send and read the whole answer. Raises SourceErrors; TimeoutError where the deadline ends it."""
        # The origin check and the credential belong together: nothing may come between them (N1).
        url = within(request.url, self.base, connection=self.name, subject=request.subject)
        headers = {
            "User-Agent": self._user_agent,
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            **({} if request.content is None else {"Content-Type": "application/json"}),
            **self._credential_headers(request.subject),
        }
        # Three tries to connect fit into one deadline; a silent server uses all of it.
        timeouts = {"connect": seconds / 3, "pool": seconds / 3, "read": seconds, "write": seconds}
        outgoing = httpx.Request(
            request.method, url, headers=headers, content=request.content, extensions={"timeout": timeouts}
        )
        transport = self._opened()
        self.requests += 1
        try:
            response = await transport.handle_async_request(outgoing)
            try:
                return await self._received(response)
            finally:
                await response.aclose()
        except BodyRefused as error:
            raise AnswerUnusable(
                str(error), connection=self.name, subject=request.subject, advice=CHECK_ADDRESS
            ) from None
        except (httpx.HTTPError, OSError) as error:
            if isinstance(error, TimeoutError):
                raise
            raise self._failure(error, request) from error

    async def _received(self, response: httpx.Response) -> _Answer:
        stream = response.stream
        if not isinstance(stream, httpx.AsyncByteStream):
            raise TypeError("the transport gave a body that cannot be awaited")
        if response.status_code in WHOLE:
            return _Answer(response.status_code, response.headers, await whole(stream, response.headers))
        try:  # an error's body only adds words to it
            body = await whole(stream, response.headers, wire=ERROR_BODY_LIMIT, decoded=ERROR_BODY_LIMIT)
        except (BodyRefused, httpx.HTTPError):
            body = b""
        return _Answer(response.status_code, response.headers, body)

    def _redirected(self, answer: _Answer, request: _Request) -> _Request:
        """The request that a redirect of a read leads to, on the same origin only and once (N2)."""
        link = answer.headers.get("location", "")
        if not link:
            raise self._refusal(answer, request)
        url = within(link, self.base, connection=self.name, subject=request.subject, at=request.url)
        return _Request("GET", url, None, request.subject, request.endpoint)

    def _json(self, answer: _Answer, request: _Request, private: Sequence[str] = ()) -> bytes:
        """The body of a whole answer; raises for every other status, for a web page and for what is no JSON (N7)."""
        if answer.status in _REDIRECTS and answer.headers.get("location"):
            # A second redirect, or one of a POST: not followed; one to another host is named as such.
            link = answer.headers["location"]
            within(link, self.base, connection=self.name, subject=request.subject, at=request.url)
        if answer.status not in WHOLE:
            error = self._refusal(answer, request, private=private)
            if isinstance(error, CredentialRefused) and not private:
                self._refused = (self.base, dict(self._credential()), error)
            raise error
        what = ""
        if web_page(answer.body, answer.headers):
            what = WEB_PAGE
        elif not answer.body.strip():
            what = "answered with nothing where data was due"
        elif not is_json(answer.body, answer.headers):
            what = "answered with something else than JSON"
        if what:
            raise AnswerUnusable(what, connection=self.name, subject=request.subject, advice=CHECK_ADDRESS)
        return answer.body

    # -- small parts ------------------------------------------------------------------------------------------------

    def _opened(self) -> httpx.AsyncBaseTransport:
        if self._transport is None:
            make = self._make_transport
            self._transport = make() if make else open_transport(origin(self.base), connection=self.name)
        return self._transport

    def _credential_headers(self, subject: str) -> dict[str, str]:
        """The credential; refused here where it cannot be a header, since a library would put it into its error."""
        headers = dict(self._credential())
        if not all(value.isascii() and value.isprintable() for value in headers.values()):
            raise CredentialRefused(
                "the token holds a character that no token has; nothing was sent",
                connection=self.name,
                subject=subject,
                advice="Enter the token again.",
            )
        return headers

    def _stop_if_refused(self) -> None:
        if self._refused is None:
            return
        base, headers, error = self._refused
        if base == self.base and headers == dict(self._credential()):
            raise error
        self._refused = None

    def _refusal(
        self, answer: _Answer, request: _Request, *, wait: float | None = None, private: Sequence[str] = ()
    ) -> SourceError:
        """The error of an answer, its words without anything that looks like our credential (L1)."""
        parts = [part for value in self._credential().values() for part in (value, *value.replace("=", " ").split())]
        error = refusal(
            answer.status,
            answer.headers,
            answer.body,
            connection=self.name,
            subject=request.subject,
            secrets=[part for part in (*parts, *private) if len(part) >= 4],
            wait=wait,
        )
        if isinstance(error, ServiceFailed) and web_page(answer.body, answer.headers):
            error.detail = ""
        return error

    def _failure(self, error: Exception, request: _Request) -> SourceError:
        own = origin(self.base)
        proxied = self._make_transport is None and proxy_for(own) is not None
        return failure(error, host=own.host, proxied=proxied, connection=self.name, subject=request.subject)
