"""One reading of one service with one thing wrong, and what must be true of it afterwards: oracles P4 to P7.

P4: the reading is whole, or it raised and nothing can be swapped in. P5: one message that names service and object,
without markup, traceback or token. P6: no sentinel in message, log or on another host. P7: it ended in time, and the
event loop was never held. P1 to P3 and P8 are about writes and the stores.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC

import httpx

from planner_gui.domain.entities import Item, Page
from planner_gui.domain.errors import SourceError
from planner_gui.sources import network
from planner_gui.sources.address import Origin
from planner_gui.sources.base import Context, Source, open_source
from tests.faults.server import Behaviour, Call, Reply, Server
from tests.sources.contract import SECRET, SPAN, TODAY, Fake, everything, fakes, items, pages_of
from tests.sources.scripted import Time

LONGEST_STALL = 0.5  # seconds of work without a turn of the event loop (P7)
AMPLE = 20.0  # a deadline that no healthy answer meets, however busy the machine


Identity = tuple[str, str, str]


def identity(item: Item) -> Identity:
    """Which item it is, whatever is known about it."""
    return type(item).__name__, item.external_id, str(getattr(item, "start", ""))


@dataclass
class Target:
    """A service to disturb: its healthy fake, the routes of two of its reads, and its hosts."""

    kind: str
    make: Callable[[], Fake]
    reads: tuple[str, ...] = ()
    hosts: frozenset[str] = frozenset()
    healthy: Mapping[str, list[str]] = field(default_factory=dict)
    items: frozenset[Identity] = frozenset()

    def is_search(self, route: str) -> bool:
        return route.startswith("POST ")


def targets() -> list[Target]:
    """Every kind that has a fake, with what its healthy reading does."""
    found = []
    for kind, make in fakes().items():
        target, fake = Target(kind, make), make()
        pages = asyncio.run(pages_of(fake.open()))
        target.healthy = everything(pages)
        target.items = frozenset(identity(item) for item in items(pages))
        routes = list(dict.fromkeys(f"{request.method} {request.url.path}" for request in fake.requests))
        other = next(route for route in routes if route != fake.items)
        target.reads = (fake.items, other)
        target.hosts = frozenset(request.url.host for request in fake.requests)
        found.append(target)
    return found


class Rerouted(httpx.AsyncBaseTransport):
    """The real network, but for where it leads: our hosts to the fault server, every other to a stranger's."""

    def __init__(self, ours: frozenset[str], server: str, stranger: str) -> None:
        self._ours = ours
        self._server, self._stranger = httpx.URL(server), httpx.URL(stranger)
        self._real = network.open_transport(Origin("https", "localhost", 443), connection="rerouted")

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        own = request.url.host in self._ours and request.url.scheme == "https"
        there = self._server if own else self._stranger
        request.url = request.url.copy_with(scheme=there.scheme, host=there.host, port=there.port)
        return await self._real.handle_async_request(request)

    async def aclose(self) -> None:
        await self._real.aclose()


@dataclass
class Outcome:
    """What a disturbed reading came to."""

    target: Target
    pages: list[Page] | None = None
    error: BaseException | None = None
    seconds: float = 0.0
    stall: float = 0.0
    log: str = ""
    ledger: list[Call] = field(default_factory=list)
    strangers: list[Call] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)

    def asked(self, route: str) -> int:
        return sum(f"{call.method} {call.path}" == route for call in self.ledger)

    @property
    def texts(self) -> list[str]:
        """Everything that a user could see of it."""
        seen = [] if self.error is None else [str(self.error), repr(self.error), getattr(self.error, "detail", "")]
        for page in self.pages or ():
            seen += [*page.warnings, *(f"{lost.what} {lost.reason}" for lost in page.not_readable)]
            seen += [f"{fault.what} {fault.reason}" for fault in page.not_understood]
        return seen


def healthy_answers(fake: Fake) -> Callable[[Call], Reply]:
    """The fake's answers, as the fault server wants them."""

    def answer(call: Call) -> Reply:
        url = f"https://{call.headers.get('host', 'localhost')}{call.target}"
        request = httpx.Request(call.method, url, headers=call.headers, content=call.body)
        response = fake.respond(request)
        kind = response.headers.get("content-type", "")
        return Reply(response.status_code, response.content, {"Content-Type": kind})

    return answer


def only_at(route: str, behaviour: Behaviour, times: int | None) -> Behaviour:
    """The behaviour for the first `times` requests of one route, "*" for any (None: for all), else good answers."""
    done = 0

    async def act(call: Call) -> None:
        nonlocal done
        if route in ("*", f"{call.method} {call.path}") and (times is None or done < times):
            done += 1
            await behaviour(call)
        else:
            await call.answer()

    return act


async def disturbed(
    target: Target,
    behaviour: Behaviour,
    *,
    times: int | None = None,
    read: str | None = None,
    deadline: float = AMPLE,
    server: Server | None = None,
    reach: str | None = None,
    use: Callable[[Source], asyncio.Task[list[Page]]] | None = None,
) -> Outcome:
    """Read the target while `behaviour` answers the route `read` (default: its items).

    server: another fault server than a plain one. reach: an address instead of the server's. use: starts the reading,
    to end it early.
    """
    fake, outcome = target.make(), Outcome(target)
    route = read or target.reads[0]
    own = server or Server()
    own._healthy = healthy_answers(fake)
    own.behaviour = only_at(route, behaviour, times)
    clock = Time()
    async with own, Server() as stranger, Watch(outcome):
        context = Context(
            TODAY,
            UTC,
            lambda: Rerouted(target.hosts, reach or own.url, stranger.url),
            clock=clock.clock,
            sleep=clock.sleep,
            save_secret=lambda _secret: None,
            deadline=deadline,
        )
        await _read(open_source(fake.connection, fake.secret, context), outcome, use)
        outcome.ledger, outcome.strangers, outcome.slept = own.ledger, stranger.ledger, clock.slept
    return outcome


async def _read(source: Source, outcome: Outcome, use: Callable[[Source], asyncio.Task[list[Page]]] | None) -> None:
    began = time.monotonic()
    try:
        async with asyncio.timeout(60):
            outcome.pages = await (use(source) if use else pages_of(source, SPAN))
    except (Exception, asyncio.CancelledError) as error:
        outcome.error = error
    finally:
        await source.close()
    outcome.seconds = time.monotonic() - began


class Watch:
    """Collects the log of every logger, and the longest time that the loop's thread worked without a turn."""

    def __init__(self, outcome: Outcome) -> None:
        self._outcome = outcome
        self._lines: list[str] = []
        self._ticking: asyncio.Task[None] | None = None

    async def __aenter__(self) -> None:
        self._handler = logging.Handler(logging.DEBUG)
        self._handler.emit = lambda record: self._lines.append(record.getMessage())  # type: ignore[method-assign]
        root = logging.getLogger()
        self._level = root.level
        root.addHandler(self._handler)
        root.setLevel(logging.DEBUG)
        logging.getLogger("asyncio").setLevel(logging.INFO)
        self._ticking = asyncio.create_task(self._tick())

    async def __aexit__(self, *_error: object) -> None:
        assert self._ticking is not None
        self._ticking.cancel()
        await asyncio.gather(self._ticking, return_exceptions=True)
        root = logging.getLogger()
        root.removeHandler(self._handler)
        root.setLevel(self._level)
        self._outcome.log = "\n".join(self._lines)

    async def _tick(self) -> None:
        # The thread's own work, so that a busy machine is not taken for a busy program.
        while True:
            before = time.thread_time()
            await asyncio.sleep(0.002)
            self._outcome.stall = max(self._outcome.stall, time.thread_time() - before)


# -- the oracles -------------------------------------------------------------------------------------------------------

Expectation = Callable[[Outcome], None]


def raised(*kinds: type[SourceError], within: float = 15.0) -> Expectation:
    """It raised one of these, so that the last whole snapshot stays (P4), with a good message (P5), in time (P7)."""

    def check(outcome: Outcome) -> None:
        error = outcome.error
        assert error is not None, f"the reading is taken for whole: {_summary(outcome)}"
        assert isinstance(error, kinds), f"{type(error).__name__} instead of {_names(kinds)}: {error}"
        assert isinstance(error, SourceError)
        message_is_clear(outcome, error)
        always(outcome, within)

    return check


def whole(within: float = 15.0) -> Expectation:
    """It recovered, and the reading is the healthy one."""

    def check(outcome: Outcome) -> None:
        assert outcome.error is None, f"failed instead of recovering: {outcome.error!r} {outcome.error}"
        assert everything(outcome.pages or []) == outcome.target.healthy, "not the healthy reading"
        always(outcome, within)

    return check


def one_resource_lost(*kinds: type[SourceError]) -> Expectation:
    """403, 404, 405: raised as such, or reported as not readable on the resource while the rest is there (C8).

    A companion of the plan (teams, schedules, staff) may be left out where the service does not offer it, as long as
    no item is missing.
    """

    def check(outcome: Outcome) -> None:
        if outcome.error is not None:
            raised(*kinds)(outcome)
            return
        lost = [lost for page in outcome.pages or () for lost in page.not_readable]
        told = [text for page in outcome.pages or () for text in page.warnings]
        complete = {identity(item) for item in items(outcome.pages or [])} == outcome.target.items
        assert lost or told or complete, f"a part is missing and nobody says so: {_summary(outcome)}"
        assert all(one.what and one.reason for one in lost)
        always(outcome, 15.0)

    return check


def message_is_clear(outcome: Outcome, error: SourceError) -> None:
    """P5."""
    text = str(error)
    name = outcome.target.make().connection.name
    assert text.startswith(f"{name}: "), f"the service is not named: {text}"
    assert error.subject, f"the object is not named: {text}"
    assert error.what
    assert "\n" not in text
    assert len(text) < 800, f"{len(text)} characters"
    for trace in ("Traceback", "<html", "<!DOCTYPE", "httpx", "httpcore", "Errno", "0x"):
        assert trace not in text, f"{trace} in the message: {text}"


def always(outcome: Outcome, within: float) -> None:
    """P6 and P7, whatever else was expected."""
    for text in outcome.texts:
        assert SECRET not in text, f"the token is shown: {text}"
    assert SECRET not in outcome.log, "the token is in the log"
    assert outcome.strangers == [], f"another host was asked: {[call.target for call in outcome.strangers]}"
    assert outcome.seconds < within, f"took {outcome.seconds:.1f} s of {within:g}"
    assert outcome.stall < LONGEST_STALL, f"the event loop was held for {outcome.stall:.2f} s"
    for call in outcome.ledger:
        assert SECRET not in call.target, "the token is in an address"


def _names(kinds: tuple[type[SourceError], ...]) -> str:
    return " or ".join(kind.__name__ for kind in kinds)


def _summary(outcome: Outcome) -> str:
    pages = outcome.pages or []
    records = sum(len(page.records) for page in pages)
    return f"{records} records, {sum(len(page.not_understood) for page in pages)} not understood"
