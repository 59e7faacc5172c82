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
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime

import msgspec

from planner_gui.domain.errors import (
    AnswerLost,
    AnswerUnusable,
    CertificateRefused,
    CredentialRefused,
    NotSent,
    ProxyFailed,
    RateLimited,
    SourceError,
)
from planner_gui.sources import evidence, rate
from planner_gui.sources.address import checked_base, joined, query, within
from planner_gui.sources.base import Context
from planner_gui.sources.exchange import Answer, Deadline, Departure, Exchange, Request
from planner_gui.sources.http_body import is_json, web_page
from planner_gui.sources.refusals import CHECK_ADDRESS, RETRIED, WEB_PAGE, WHOLE, refusal

__all__ = ["Client", "checked_base"]

WRITE_DEADLINE = 1.5  # of a page's: 45 s (N4)
_REDIRECTS = (301, 302, 303, 307, 308)
_FINAL = (CertificateRefused, ProxyFailed)  # not sent either, but asking again cannot help


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
        self.name = name
        self.service = service or "the service"
        self._credential = headers
        self._deadline = context.deadline if deadline is None else deadline
        self._clock = context.clock or time.monotonic
        self._sleep: Callable[[float], Awaitable[None]] = context.sleep or asyncio.sleep
        self._exchange = Exchange(
            name,
            base,
            credential=headers,
            user_agent=context.user_agent,
            transport=context.transport,
            proxy=context.proxy,
        )
        self._in_flight = rate.InFlight()
        self._budget = rate.RetryBudget()
        self._not_before: dict[str, float] = {}  # by endpoint, in the clock's seconds (N9)
        self._refused: tuple[tuple[str, Mapping[str, str]], CredentialRefused] | None = None

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
        target = joined(path, connection=self.name, subject=subject, slash=slash) + query(params)
        method = "GET" if body is None else "POST"
        content = None if body is None else msgspec.json.encode(body)
        return await self._read(Request(method, target, content, subject, rate.endpoint(method, path)))

    async def follow(self, link: str, *, subject: str = "") -> bytes:
        """Read an absolute `next` link of the service, after the origin check of N1."""
        url = within(link, self.base, connection=self.name, subject=subject)
        path = url.partition("?")[0].removeprefix(self.base).strip("/").split("/")
        return await self._read(Request("GET", url, None, subject, rate.endpoint("GET", path)))

    async def post_once(self, *path: str, body: object, subject: str = "") -> bytes:
        """A POST that is sent once and never retried, such as a login."""
        target = joined(path, connection=self.name, subject=subject)
        request = Request("POST", target, msgspec.json.encode(body), subject, rate.endpoint("POST", path))
        private = [value for value in body.values() if isinstance(value, str)] if isinstance(body, dict) else []
        async with self._in_flight.place():
            try:
                async with Deadline(self._deadline).running():
                    answer = await self._exchange.send(request, self._deadline)
            except TimeoutError as error:
                raise self._exchange.failure(error, request) from None
        return self._json(answer, request, private, park=False)  # what a login is refused is no token

    async def write(
        self,
        method: str,
        *path: str,
        params: Sequence[tuple[str, str]] = (),
        body: object | None = None,
        subject: str = "",
    ) -> bytes:
        """A request that changes something: sent once, never retried, no redirect followed (W4, N2).

        Returns the JSON text of a whole answer, b"" for one that proves nothing (empty, null, 202, 204, no JSON): the
        caller reads back (N7, W16). What it raises is evidence (`evidence`): it says whether anything left. It ends
        after half as long again as a page may take, 45 s where that is 30 (N4). Being cancelled proves nothing (W8).
        """
        try:
            target = joined(path, connection=self.name, subject=subject) + query(params)
            content = None if body is None else msgspec.json.encode(body)
            request = Request(method, target, content, subject, rate.endpoint(method, path))
            self._stop_if_refused()
            await self._wait_for_endpoint(request)
        except SourceError as error:
            raise evidence.of_failure(error, left=False) from None
        async with self._in_flight.place() as place:
            answer = await self._sent_once(request)
            return self._written(answer, request, place)

    @property
    def requests(self) -> int:
        """Requests sent so far, retries and redirects included."""
        return self._exchange.requests

    @property
    def base(self) -> str:
        """The address that is read from now."""
        return self._exchange.base

    def rebase(self, base: str) -> None:
        """Use another base from now on; the caller has checked it (A5)."""
        self._exchange.rebase(base)

    async def close(self) -> None:
        """Close the connections, for good."""
        await self._exchange.close()

    # -- one write (W4) ---------------------------------------------------------------------------------------------

    async def _sent_once(self, request: Request) -> Answer:
        seconds, departure = self._deadline * WRITE_DEADLINE, Departure()
        try:
            self._stop_if_refused()  # another request may have been told so while this one waited for its place
            async with Deadline(seconds).running():
                return await self._exchange.send(request, seconds, connecting=self._deadline / 3, departure=departure)
        except TimeoutError as error:
            raise evidence.of_failure(self._exchange.failure(error, request), left=True) from None
        except SourceError as error:
            raise evidence.of_failure(error, left=departure.left) from error.__cause__

    def _written(self, answer: Answer, request: Request, place: int) -> bytes:
        """What a write was answered, b"" where that proves nothing; raises for all but 2xx, and for a web page."""
        names = {"connection": self.name, "subject": request.subject}
        if 200 <= answer.status < 300:
            self._in_flight.served()
            if answer.body.strip() and web_page(answer.body, answer.headers):
                raise evidence.of_web_page(**names)
            return evidence.useful(answer.status, answer.headers, answer.body)
        wait = _retry_after(answer)
        error = evidence.of_status(
            answer.status, answer.headers, answer.body, **names, secrets=_secrets(answer), wait=wait
        )
        if isinstance(error, CredentialRefused):
            self._refused = (answer.asked_as, error)
        if isinstance(error, RateLimited):
            self._in_flight.refused(place)
            self._note_wait(request, wait)
        raise error

    # -- one read, with its retries (N8, N9) ------------------------------------------------------------------------

    async def _read(self, request: Request) -> bytes:
        self._budget.earn()
        deadline = Deadline(self._deadline)
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

    async def _attempt(self, request: Request, deadline: Deadline) -> bytes:
        async with self._in_flight.place() as place:
            self._stop_if_refused()  # another request may have been told so while this one waited for its place
            try:
                async with deadline.running():
                    answer = await self._exchange.send(request, deadline.left)
                    if answer.status in _REDIRECTS and request.method == "GET":
                        answer = await self._exchange.send(self._redirected(answer, request), deadline.left)
            except TimeoutError as error:
                raise _Again(self._exchange.failure(error, request)) from None
            except SourceError as error:
                if isinstance(error, NotSent | AnswerLost) and not isinstance(error, _FINAL):
                    raise _Again(error) from error.__cause__
                raise
            if answer.status in RETRIED:
                raise self._put_off(answer, request, place)
            self._in_flight.served()
            return self._json(answer, request)

    def _put_off(self, answer: Answer, request: Request, place: int) -> Exception:
        """The answer was 429 or 5xx: slow down, note until when its endpoint wants no more, and say how to go on."""
        error = self._refusal(answer, request)
        if not isinstance(error, RateLimited):
            return _Again(error)
        wait = _retry_after(answer)
        self._in_flight.refused(place)
        self._note_wait(request, wait)
        return error if wait is not None and wait > rate.PARK_ABOVE else _Again(error, wait)

    def _note_wait(self, request: Request, wait: float | None) -> None:
        """Until when the endpoint wants no more requests (N9)."""
        if wait is not None:
            until = self._clock() + wait
            self._not_before[request.endpoint] = max(until, self._not_before.get(request.endpoint, until))

    async def _wait_for_endpoint(self, request: Request) -> None:
        """Wait as long as the service asked for; raise RateLimited where that is more than a minute (N9)."""
        while (until := self._not_before.get(request.endpoint)) is not None:
            wait = until - self._clock()
            if wait > rate.PARK_ABOVE:
                raise RateLimited(
                    f"{self.service} asks to wait",
                    retry_after=wait,
                    connection=self.name,
                    subject=request.subject,
                    advice="What was read before stays; sync again later.",
                )
            if wait > 0:
                await self._sleep(wait)
            if self._not_before.get(request.endpoint) == until:  # else somebody was told to wait longer
                del self._not_before[request.endpoint]

    # -- one request ------------------------------------------------------------------------------------------------

    def _redirected(self, answer: Answer, request: Request) -> Request:
        """The request that a redirect of a read leads to, on the same origin only and once (N2)."""
        link = answer.headers.get("location", "")
        if not link:
            raise self._refusal(answer, request)
        url = within(link, self.base, connection=self.name, subject=request.subject, at=answer.url)
        return Request("GET", url, None, request.subject, request.endpoint)

    def _json(self, answer: Answer, request: Request, private: Sequence[str] = (), *, park: bool = True) -> bytes:
        """The body of a whole answer; raises for every other status, for a web page and for what is no JSON (N7)."""
        if answer.status in _REDIRECTS and answer.headers.get("location"):
            # A second redirect, or one of a POST: not followed; one to another host is named as such.
            link = answer.headers["location"]
            within(link, self.base, connection=self.name, subject=request.subject, at=answer.url)
        if answer.status not in WHOLE:
            error = self._refusal(answer, request, private)
            if isinstance(error, CredentialRefused) and park:
                self._refused = (answer.asked_as, error)
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

    def _stop_if_refused(self) -> None:
        if self._refused is None:
            return
        asked_as, error = self._refused
        if asked_as != (self.base, dict(self._credential())):
            self._refused = None
            return
        raise CredentialRefused(
            error.what, connection=self.name, subject=error.subject, advice=error.advice, detail=error.detail
        )

    def _refusal(self, answer: Answer, request: Request, private: Sequence[str] = ()) -> SourceError:
        """The error of an answer, its words without anything that looks like our credential (L1)."""
        return refusal(
            answer.status,
            answer.headers,
            answer.body,
            connection=self.name,
            subject=request.subject,
            secrets=_secrets(answer, private),
            wait=_retry_after(answer),
        )


def _secrets(answer: Answer, private: Sequence[str] = ()) -> list[str]:
    """What no message may hold: the parts of the credential that was sent, and `private` (L1)."""
    credential = answer.asked_as[1].values()
    parts = [part for value in credential for part in (value, *value.replace("=", " ").split())]
    return [part for part in (*parts, *private) if len(part) >= 4]


def _retry_after(answer: Answer) -> float | None:
    """The seconds that the answer asks to wait, counted from its own Date where it has one (D3)."""
    sent = rate.http_date(answer.headers.get("date", "")) or datetime.now(UTC)
    return rate.retry_after(answer.headers.get("retry-after"), sent)
