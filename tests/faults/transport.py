"""FA: what goes wrong below HTTP, for reads. Reads retry and then fail whole; nothing is taken for an answer."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC

import httpx

from planner_gui.domain.entities import Page
from planner_gui.domain.errors import (
    AnswerLost,
    AnswerUnusable,
    CertificateRefused,
    NotSent,
    ProxyFailed,
    SourceError,
)
from planner_gui.sources import network
from planner_gui.sources.base import Context, Source, open_source
from planner_gui.sources.client import Client
from tests.faults.cases import Case, NotApplicable
from tests.faults.certificates import authority, stranger
from tests.faults.probe import (
    AMPLE,
    Expectation,
    Outcome,
    Target,
    Watch,
    _read,
    always,
    disturbed,
    raised,
    whole,
)
from tests.faults.server import (
    Behaviour,
    Call,
    Reply,
    Server,
    cut,
    cut_in_headers,
    dies_when_reused,
    drip,
    ending,
    replying,
    then_close,
)
from tests.sources.contract import SPAN, TODAY, pages_of
from tests.sources.scripted import Time

SHORT = 0.3  # the deadline of what would never end
CONNECTING = 1.5  # three tries to connect, each a third of what is left, must end well before it on a busy machine
SOON = 8.0  # by then a case with the short deadline is over, on a busy machine too

GOOD: Behaviour = replying()

# fault, what, behaviour, how often (None: always), deadline, expected
Row = tuple[str, str, Callable[[], Behaviour], int | None, float, Expectation]

AT_A_READ: list[Row] = [
    ("FA9", "reset before headers", lambda: ending("rst"), None, AMPLE, raised(AnswerLost)),
    ("FA9", "reset before headers, once", lambda: ending("rst"), 1, AMPLE, whole()),
    ("FA10", "closed before headers", lambda: ending("fin"), None, AMPLE, raised(AnswerLost)),
    ("FA10", "closed before headers, once", lambda: ending("fin"), 1, AMPLE, whole()),
    ("FA11", "silence before headers", lambda: ending("silence"), None, SHORT, raised(AnswerLost, within=SOON)),
    ("FA12", "reset inside headers", lambda: cut_in_headers("rst"), None, AMPLE, raised(AnswerLost)),
    ("FA12", "reset inside headers, once", lambda: cut_in_headers("rst"), 1, AMPLE, whole()),
    ("FA12", "closed inside headers", lambda: cut_in_headers("fin"), None, AMPLE, raised(AnswerLost)),
    ("FA13", "reset in the body", lambda: cut(0.5, "rst"), None, AMPLE, raised(AnswerLost)),
    ("FA13", "reset in the body, once", lambda: cut(0.5, "rst"), 1, AMPLE, whole()),
    ("FA13", "closed in the body", lambda: cut(0.5, "fin"), None, AMPLE, raised(AnswerLost)),
    ("FA14", "closed in a chunk", lambda: cut(0.5, "fin", framing="chunked"), None, AMPLE, raised(AnswerLost)),
    ("FA14", "closed in a chunk, once", lambda: cut(0.5, "fin", framing="chunked"), 1, AMPLE, whole()),
    ("FA14", "reset in a chunk", lambda: cut(0.9, "rst", framing="chunked"), None, AMPLE, raised(AnswerLost)),
    (
        "FA14",
        "closed before the last chunk",
        lambda: cut(1.0, "fin", framing="chunked"),
        None,
        AMPLE,
        raised(AnswerLost),
    ),
    (
        "FA15",
        "cut where closing is the end",
        lambda: cut(0.5, "fin", framing="close"),
        None,
        AMPLE,
        raised(AnswerUnusable),
    ),
    ("FA16", "headers drip", lambda: drip("headers"), None, SHORT, raised(AnswerLost, within=SOON)),
    ("FA17", "body drips", lambda: drip("body"), None, SHORT, raised(AnswerLost, within=SOON)),
    ("FA18", "every idle connection is closed", then_close, None, AMPLE, whole()),
    ("FA18", "the first reused connection dies", dies_when_reused, 1, AMPLE, whole()),
    (
        "FA22",
        "the network goes away in the body",
        lambda: cut(0.5, "silence"),
        None,
        SHORT,
        raised(AnswerLost, within=SOON),
    ),
]


def cases(targets: list[Target]) -> Iterator[Case | NotApplicable]:
    for target in targets:
        yield from _unreachable(target)
        for route, name in zip(target.reads, ("items", "other"), strict=False):
            for fault, what, make, times, deadline, expected in AT_A_READ:
                yield Case(
                    f"{fault}/{target.kind}/{name}/{what.replace(' ', '-').replace(',', '')}",
                    f"{what}, at {route}",
                    _at_a_read(target, route, make, times, deadline, expected),
                )
        yield from _ended_early(target)
    yield Case("FA19/client", "every connection is taken and stays so", _pool_is_full)
    yield NotApplicable("FA7-FA8/reads", "a read's request is a few hundred bytes and leaves in one piece")


def _at_a_read(
    target: Target, route: str, make: Callable[[], Behaviour], times: int | None, deadline: float, check: Expectation
) -> Callable[[], Awaitable[None]]:
    async def run() -> None:
        outcome = await disturbed(target, make(), times=times, read=route, deadline=deadline)
        assert outcome.asked(route), "the fault was never met"
        check(outcome)

    return run


# -- nothing gets there: FA1 to FA6 ------------------------------------------------------------------------------------


def _unreachable(target: Target) -> Iterator[Case]:
    kind = target.kind

    async def dns() -> None:
        raised(NotSent)(await disturbed(target, GOOD, reach="http://nowhere.invalid:80"))

    async def refused() -> None:
        with closed_port() as port:
            outcome = await disturbed(target, GOOD, reach=f"http://127.0.0.1:{port}")
        raised(NotSent)(outcome)
        assert "nothing was sent" in str(outcome.error)

    async def connect_timeout() -> None:
        with full_backlog() as port:
            outcome = await disturbed(target, GOOD, reach=f"http://127.0.0.1:{port}", deadline=CONNECTING)
        raised(NotSent, within=SOON)(outcome)

    async def handshake_hangs() -> None:
        async with mute_server() as port:
            outcome = await disturbed(target, GOOD, reach=f"https://localhost:{port}", deadline=CONNECTING)
        raised(NotSent, within=SOON)(outcome)

    yield Case(f"FA1/{kind}", "the name is not known", dns)
    yield Case(f"FA2/{kind}", "the connection is refused", refused)
    yield Case(f"FA3/{kind}", "connecting hangs", connect_timeout)
    yield Case(f"FA4/{kind}", "the TLS handshake hangs", handshake_hangs)

    async def trusted() -> None:
        whole()(await disturbed(target, GOOD, server=Server(tls=authority().server())))

    def with_certificate(make: Callable[[], Server]) -> Callable[[], Awaitable[None]]:
        async def run() -> None:
            outcome = await disturbed(target, GOOD, server=make())
            raised(CertificateRefused)(outcome)
            assert isinstance(outcome.error, SourceError)
            assert "IT" in outcome.error.advice, "N10: what to do"
            assert outcome.ledger == [], "bytes of a request left"

        return run

    async def plain_on_tls_port() -> None:
        async with speaking_plain_http() as port:
            raised(CertificateRefused)(await disturbed(target, GOOD, reach=f"https://127.0.0.1:{port}"))

    yield Case(f"FA5/{kind}/good", "a certificate of the system's store is taken (N11)", trusted)
    yield Case(
        f"FA5/{kind}/expired",
        "the certificate is expired",
        with_certificate(lambda: Server(tls=authority().server(expired=True))),
    )
    yield Case(
        f"FA5/{kind}/name",
        "the certificate is another host's",
        with_certificate(lambda: Server(tls=authority().server("other.example"))),
    )
    yield Case(
        f"FA5/{kind}/unknown", "nobody knows the authority", with_certificate(lambda: Server(tls=stranger().server()))
    )
    yield Case(f"FA5/{kind}/plain", "plain HTTP where TLS is due", plain_on_tls_port)

    for name, reply in (("407", Reply(407, b"<html>")), ("502", Reply(502, b"<html>"))):
        yield Case(f"FA6/{kind}/{name}", f"the proxy answers {name}", _through_proxy(target, reply))
    yield Case(f"FA6/{kind}/refuses", "the proxy refuses connections", _through_proxy(target, None))


def _through_proxy(target: Target, reply: Reply | None) -> Callable[[], Awaitable[None]]:
    async def run() -> None:
        async def act(call: Call) -> None:
            assert reply is not None
            await call.answer(reply)

        outcome = Outcome(target)
        fake = target.make()
        async with Server(behaviour=act) as proxy, Watch(outcome):
            with (
                closed_port() as closed,
                environment(HTTPS_PROXY=f"http://127.0.0.1:{proxy.port if reply else closed}"),
            ):
                context = Context(TODAY, UTC, None, sleep=Time().sleep, save_secret=lambda _secret: None, deadline=5.0)
                await _read(open_source(fake.connection, fake.secret, context), outcome, None)
            raised(ProxyFailed)(outcome)
            assert "proxy" in str(outcome.error)
            assert all(call.method == "CONNECT" for call in proxy.ledger), "a request reached the proxy unencrypted"

    return run


# -- the user ends it: FA19 to FA21 ------------------------------------------------------------------------------------


def _ended_early(target: Target) -> Iterator[Case]:
    for point, behaviour in (
        ("before-it-is-sent", None),
        ("after-it-is-sent", ending("silence")),
        ("in-the-body", cut(0.5, "silence")),
    ):
        yield Case(
            f"FA20/{target.kind}/{point}", f"the reading is cancelled {point}", _cancelled(target, point, behaviour)
        )
        yield Case(f"FA21/{target.kind}/{point}", f"the pages are dropped {point}", _dropped(target, point, behaviour))


async def _pool_is_full() -> None:
    """A pool of one connection, taken by an answer that does not come: the second request is told to be unsent."""
    async with Server(behaviour=ending("silence")) as server:
        transport = httpx.AsyncHTTPTransport(verify=False, limits=httpx.Limits(max_connections=1))  # plain http
        context = Context(TODAY, UTC, lambda: transport, sleep=Time().sleep, deadline=SHORT)
        client = Client("tempo", server.url, context, headers=dict)
        first, second = await asyncio.gather(
            client.read("a", subject="a"), client.read("b", subject="b"), return_exceptions=True
        )
        await client.close()
        assert isinstance(first, AnswerLost), repr(first)
        assert isinstance(second, NotSent), repr(second)
        assert [call.path for call in server.ledger] == ["/a"]


def _cancelled(target: Target, point: str, behaviour: Behaviour | None) -> Callable[[], Awaitable[None]]:
    async def run() -> None:
        met = asyncio.Event()

        async def act(call: Call) -> None:
            met.set()
            assert behaviour is not None
            await behaviour(call)

        def use(source: Source) -> asyncio.Task[list[Page]]:
            task = asyncio.ensure_future(pages_of(source, SPAN))

            async def cancel() -> None:
                if behaviour is not None:
                    await met.wait()
                    await asyncio.sleep(0.02)
                task.cancel()

            task.canceller = asyncio.ensure_future(cancel())  # type: ignore[attr-defined]
            return task

        outcome = await disturbed(target, act, use=use)
        assert isinstance(outcome.error, asyncio.CancelledError), f"{outcome.error!r} after a cancel, {point}"
        always(outcome, 5.0)
        _nothing_left()

    return run


def _dropped(target: Target, point: str, behaviour: Behaviour | None) -> Callable[[], Awaitable[None]]:
    """Quit: the task and the source are ended at the same moment."""

    async def run() -> None:
        met = asyncio.Event()

        async def act(call: Call) -> None:
            met.set()
            assert behaviour is not None
            await behaviour(call)

        def use(source: Source) -> asyncio.Task[list[Page]]:
            reading = asyncio.ensure_future(pages_of(source, SPAN))

            async def quit_() -> list[Page]:
                if behaviour is not None:
                    await met.wait()
                reading.cancel()
                await source.close()
                await asyncio.gather(reading, return_exceptions=True)
                return []

            return asyncio.ensure_future(quit_())

        outcome = await disturbed(target, act, use=use)
        assert outcome.error is None, f"quitting {point} raised {outcome.error!r}"
        always(outcome, 5.0)
        _nothing_left()

    return run


def _nothing_left() -> None:
    left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task() and not task.done()]
    assert not left, f"tasks left: {left}"


# -- places that do not answer -----------------------------------------------------------------------------------------


@contextmanager
def closed_port() -> Iterator[int]:
    """A port that refuses: bound, so that nobody else gets it, and not listening."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@contextmanager
def full_backlog() -> Iterator[int]:
    """A port that takes no connection: its queue is full, so that the kernel drops what comes."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = []
        try:
            for _ in range(4):
                fill = socket.socket()
                fill.setblocking(False)
                fill.connect_ex(listener.getsockname())
                waiting.append(fill)
            yield listener.getsockname()[1]
        finally:
            for fill in waiting:
                fill.close()


@asynccontextmanager
async def mute_server() -> AsyncIterator[int]:
    """Takes connections and never says a word."""
    writers: list[asyncio.StreamWriter] = []

    def connected(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for writer in writers:
            writer.close()


@asynccontextmanager
async def speaking_plain_http() -> AsyncIterator[int]:
    """Answers whatever comes with a plain HTTP error, as a web server does on the wrong port."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


@contextmanager
def environment(**values: str) -> Iterator[None]:
    """These variables, for the length of the block; proxies of the machine are taken out."""
    before = dict(os.environ)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        os.environ.pop(name, None)
        os.environ.pop(name.lower(), None)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def trusting_our_authority() -> Iterator[None]:
    """The system's certificate store holds our throw-away authority (read through the real truststore)."""
    with environment(SSL_CERT_FILE=str(authority().file)):
        network._certificates.cache_clear()
        try:
            yield
        finally:
            network._certificates.cache_clear()
