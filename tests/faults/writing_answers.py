"""FA, FB and FC for writes: what goes wrong on the way there, with the answer, and in it.

Whatever is lost, a create is sent once until the user says otherwise, an update and a delete are compared before they
are sent again, and one sync after the fault is gone the service holds what was meant, once (P1 to P8).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, Literal

import httpx

from planner_gui.domain.changes import State
from planner_gui.domain.errors import AnswerLost, NotSent, SourceError
from planner_gui.sources import network
from planner_gui.sources.address import Origin
from planner_gui.sources.base import Context
from planner_gui.sources.client import Client
from planner_gui.sources.evidence import PROOF
from planner_gui.sources.writing import Found
from tests.faults.cases import Case, NotApplicable
from tests.faults.certificates import authority, stranger
from tests.faults.probe import AMPLE
from tests.faults.relocation import REFUSED
from tests.faults.server import (
    Behaviour,
    Call,
    Reply,
    Server,
    cut,
    drip,
    ending,
    replying,
    zipped,
)
from tests.faults.transport import closed_port, full_backlog, mute_server, speaking_plain_http
from tests.faults.vendors import Fate, is_write
from tests.faults.writing import KINDS, OPS, Desk, foreign_change, other_item
from tests.sources.contract import TODAY
from tests.sources.scripted import Time as Still

SHORT = 0.6  # the deadline of what would never end; a write gets half as long again
CONNECTING = 1.5
PAGE = b"<!DOCTYPE html><html><head><title>Log in</title></head><body onload=x()>Log in</body></html>"
HTML = {"Content-Type": "text/html"}

Applied = Literal["now", "after", "never"] | float
SOON, LATE = 60.0, 1200.0  # a late effect within the looks of one sending, and after them


@dataclass(frozen=True)
class Row:
    """A way to lose or spoil an answer, and whether it is proof that nothing happened.

    proof: refused for good, or not processed (then it may be sent again by itself). shown: the word that a create has
    for it at once; None: by how it was applied.
    """

    fault: str
    what: str
    answer: Callable[[], Behaviour]
    applied: Applied = "never"
    deadline: float = AMPLE
    proof: Literal["", "refused", "not processed"] = ""
    ops: tuple[str, ...] = OPS


def cut_at(where: str, end: str) -> Behaviour:
    """The healthy answer up to a class of bytes, then the end of the connection."""

    async def act(call: Call) -> None:
        head, whole = call.reply.head(), call.reply.bytes()
        first = head.index(b"\r\n") + 2
        length = {
            "before the status line": 0,
            "in the status line": 5,
            "in the headers": first + 6,
            "between headers and body": len(head),
            "in the body": len(head) + len(call.reply.body) // 2,
            "one byte short": len(whole) - 1,
        }[where]
        if length:
            await call.send(whole[: min(length, len(whole) - 1)])
            await asyncio.sleep(0.01)  # a reset at once may overtake what it should cut
        await ending(end)(call)

    return act


def as_json(change: Callable[[bytes], bytes]) -> Behaviour:
    return replying(change=change)


BYTES = {
    "before the status line": "FA9",
    "in the status line": "FA12",
    "in the headers": "FA12",
    "between headers and body": "FA13",
    "in the body": "FA13",
    "one byte short": "FA13",
}
HOW: tuple[Applied, ...] = ("never", "now", "after", SOON, LATE)
BRIEFLY: tuple[Applied, ...] = ("never", "now", LATE)


def _lost() -> Iterator[Row]:
    """FA9 to FA18, FA22: bytes left, and no whole answer came."""
    for where, fault in BYTES.items():
        for applied in HOW if fault == "FA9" else BRIEFLY:
            yield Row(fault, f"reset {where}", lambda where=where: cut_at(where, "rst"), applied)
        for applied in BRIEFLY[:2]:
            also = "FA10" if fault == "FA9" else fault
            yield Row(also, f"closed {where}", lambda where=where: cut_at(where, "fin"), applied)
    for applied in BRIEFLY:
        yield Row("FA11", "silence before headers", lambda: ending("silence"), applied, SHORT)
    for applied in ("never", "now"):
        yield Row("FA14", "closed in a chunk", lambda: cut(0.5, "fin", framing="chunked"), applied)
        yield Row("FA14", "closed before the last chunk", lambda: cut(1.0, "fin", framing="chunked"), applied)
        yield Row("FA15", "cut where closing is the end", lambda: cut(0.5, "fin", framing="close"), applied)
        yield Row("FA16", "headers drip", lambda: drip("headers"), applied, SHORT)
        yield Row("FA17", "body drips", lambda: drip("body"), applied, SHORT)
        yield Row("FA22", "the network goes away in the body", lambda: cut(0.5, "silence"), applied, SHORT)
    yield Row("FA18", "the kept connection dies at the write", lambda: ending("rst"), "never")
    yield Row("FA18", "the kept connection dies after applying", lambda: ending("fin"), "now")


def _statuses() -> Iterator[Row]:
    """FB: a whole answer that is no success."""

    def told(status: int, body: bytes = b'{"message":"no"}', headers: dict[str, str] | None = None) -> Row:
        return Row("", "", lambda: replying(status, body, headers))

    for fault, status in (
        ("FB4", 403),
        ("FB6", 405),
        ("FB7", 409),
        ("FB9", 400),
        ("FB9", 413),
        ("FB9", 415),
        ("FB9", 422),
    ):
        yield replace(told(status), fault=fault, what=str(status), proof="refused")
        yield replace(told(status, PAGE, HTML), fault=fault, what=f"{status} as a web page", proof="refused")
    for status in (404, 410):
        yield replace(told(status), fault="FB5", what=str(status), proof="refused")
    yield replace(told(407, PAGE, HTML), fault="FA6", what="407 at the write alone", proof="not processed")
    for status in (412, 428):
        yield replace(told(status), fault="FB8", what=str(status), proof="refused")
    for status in (500, 502, 503, 504):
        for applied in HOW if status == 504 else BRIEFLY:
            yield replace(told(status, PAGE, HTML), fault="FB11", what=f"{status}", applied=applied)
    for applied in ("never", "now"):
        after = {"Retry-After": "20"}
        yield replace(
            told(503, b"{}", after),
            fault="FB13",
            what="503 with Retry-After",
            applied=applied,
        )
        yield replace(told(408), fault="FB11", what="408", applied=applied)
        for status in (200, 201, 202, 204, 207):
            yield replace(told(status, b""), fault="FB14", what=f"{status} empty", applied=applied)
        for status in (202, 207):
            yield replace(told(status, b"{}"), fault="FB14", what=f"{status} with a body", applied=applied)
        for status in (301, 302, 303, 307, 308):
            for where in ("same", "other"):
                yield Row("FB3", f"{status} {where}", lambda s=status, w=where: _redirect(s, w), applied)


def _redirect(status: int, where: str) -> Behaviour:
    async def act(call: Call) -> None:
        elsewhere = f"{call.target}&moved=1" if where == "same" else f"http://127.0.0.2:9/{call.path}"
        await replying(status, b"", {"Location": elsewhere})(call)

    return act


def _bodies() -> Iterator[Row]:
    """FC2 to FC4 and FC7 in the answer to a write that was done."""
    half = {
        "half": lambda packed: packed[: len(packed) // 2],
        "eight bytes short": lambda packed: packed[:-8],
        "four bytes short": lambda packed: packed[:-4],
        "bad sum": lambda packed: packed[:-8] + b"\0\0\0\0" + packed[-4:],
    }
    for name, change in half.items():
        yield Row("FC2", f"gzip {name}", lambda change=change: zipped(change), "now")
    yield Row("FC2", "said to be gzip and is not", lambda: replying(headers={"Content-Encoding": "gzip"}), "now")
    for kind in ("text/html", "text/plain", "application/octet-stream"):
        yield Row("FC3", f"as {kind}", lambda kind=kind: replying(headers={"Content-Type": kind}), "now")
    for applied in ("never", "now"):
        yield Row("FC4", "a log-in page with 200", lambda: replying(200, PAGE, HTML), applied)
    odd = {
        "null": b"null",
        "a number": b"7",
        "a list": b"[]",
        "an empty object": b"{}",
        "id null": b'{"id":null,"TaskSid":null,"startDate":null}',
        "id zero": b'{"id":0,"TaskSid":0,"startDate":""}',
        "id an object": b'{"id":{"x":1},"TaskSid":{"x":1},"startDate":{"x":1}}',
        "id a list": b'{"id":[1],"TaskSid":[1],"startDate":[1]}',
        "id of a stranger": b'{"id":999999,"TaskSid":999999,"startDate":"2031-01-01"}',
        "id a path": b'{"id":"../../admin","TaskSid":"../../admin","startDate":"../../x"}',
        "id huge": b'{"id":' + b"9" * 400 + b',"TaskSid":' + b"9" * 400 + b"}",
        "nested deep": b"[" * 100_000,
        "malformed": b'{"id": 7, ',
        "not UTF-8": b'{"id":"\xff\xfe"}',
    }
    for name, body in odd.items():
        yield Row("FC7", f"the answer is {name}", lambda body=body: replying(200, body), "now")


ROWS = [*_lost(), *_statuses(), *_bodies()]


def cases(kinds: tuple[str, ...] = KINDS) -> Iterator[Case | NotApplicable]:
    """One in twelve runs with the suite, each row once: another service and operation each time.

    BigPicture's Cloud is the same writing as its Server behind another way in; it is asked in fewer cases.
    """
    alike = tuple(kind for kind in kinds if kind != "bigpicture-cloud")
    for number, row in enumerate(ROWS):
        turn = 0
        for kind in alike:
            for op in row.ops:
                applied = row.applied if isinstance(row.applied, str) else f"{row.applied:.0f}s"
                name = row.what.replace(" ", "-").replace(",", "")
                light = turn == number % (len(alike) * len(row.ops)) and row.deadline == AMPLE
                turn += 1
                yield Case(
                    f"{row.fault}/{kind}/{op}/{name}/{applied}",
                    f"{row.what} at the {op}, applied {applied}",
                    lambda kind=kind, op=op, row=row: _answered(kind, op, row),
                    heavy=not light,
                )
    for kind in kinds:
        yield from _named_wrongly(kind)
        yield from _unreachable(kind)
        yield from _ended_early(kind)
        yield from _limited(kind)
        yield from _parked(kind)
    yield from _relocated()
    yield from _large_bodies()
    yield NotApplicable("FA6/CONNECT", "a proxy that refuses does so at the look before the write: see FA6 for reads")
    yield NotApplicable("FC7/worktime", "worktime is not written to")


# -- lost or spoilt answers --------------------------------------------------------------------------------------------


async def prepared(desk: Desk, op: str) -> tuple[str, Found | None, Found]:
    """A planned change, its record, and somebody else's beside it; what an update finds was changed by a colleague."""
    beside = await desk.made(**other_item(desk.kind, desk.example.fields))
    found = None if op == "create" else await desk.made()
    change = await desk.plan(op, found)
    desk.holds(State.DRAFT)
    if op == "update" and found is not None:
        await desk.changes(found.external_id, **foreign_change(desk.kind, found.fields))
    return change, found, beside


async def untouched(desk: Desk, op: str, found: Found | None, beside: Found) -> None:
    """P3."""
    now = await desk.there(beside.external_id)
    assert now is not None, "P3: somebody else's record is gone"
    assert now.raw == beside.raw, "P3: somebody else's record was changed"
    if op == "update" and found is not None:
        current = await desk.there(found.external_id)
        assert current is not None
        for name, value in foreign_change(desk.kind, found.fields).items():
            assert current.fields[name] == value, f"P3: a colleague's {name} was trampled: {current.fields[name]}"


async def _answered(kind: str, op: str, row: Row) -> None:
    async with Desk(kind, deadline=row.deadline) as desk:
        assert desk.vendors is not None
        change, found, beside = await prepared(desk, op)
        desk.vendors.fates = [Fate(row.applied, row.answer())]
        await desk.send()
        assert desk.vendors.writes, "the fault was never met"
        if row.proof == "refused":
            desk.holds(State.REFUSED)
            assert desk.vendors.mine == [], "refused, and yet applied"
            assert len(desk.vendors.writes) == 1, "a refused write was sent again"
            await desk.send(change)
        elif row.proof:
            desk.holds(State.QUEUED)
            assert desk[change].attempts == (), "what was not processed counts as an attempt"
        else:
            seen = row.applied in ("now", "after", SOON)
            desk.holds(State.DONE if seen or op != "create" else State.UNKNOWN)
            if op == "create":
                assert len(desk.vendors.writes) == 1, "P2: a create was sent again"
        await desk.recovered()
        desk.holds(State.DONE)
        await desk.as_meant(change)
        await untouched(desk, op, found, beside)


def _named_wrongly(kind: str) -> Iterator[Case]:
    """FC7: the answer to a create names a record that was there before: what it says is no proof."""

    async def run() -> None:
        async with Desk(kind) as desk:
            assert desk.vendors is not None
            change, found, beside = await prepared(desk, "create")
            desk.vendors.fates = [Fate("now", replying(200, beside.raw))]
            await desk.send()
            desk.holds()
            await desk.recovered()
            desk.holds(State.DONE)
            await desk.as_meant(change)
            await untouched(desk, "create", found, beside)

    yield Case(f"FC7/{kind}/create/the-answer-is-another-record", "the answer to a create is another's record", run)


# -- nothing gets there: FA1 to FA5 ------------------------------------------------------------------------------------


class Split(httpx.AsyncBaseTransport):
    """Reads go to the service, writes elsewhere."""

    def __init__(self, elsewhere: str) -> None:
        self._elsewhere = httpx.URL(elsewhere)
        self._real = network.open_transport(Origin("http", "127.0.0.1", 80), connection="split")
        secure = self._elsewhere.scheme == "https"
        self._other = (
            network.open_transport(Origin("https", "localhost", 443), connection="split") if secure else self._real
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if not is_write(request.method, request.url.path):
            return await self._real.handle_async_request(request)
        there = self._elsewhere
        request.url = request.url.copy_with(scheme=there.scheme, host=there.host, port=there.port)
        return await self._other.handle_async_request(request)

    async def aclose(self) -> None:
        await self._real.aclose()
        if self._other is not self._real:
            await self._other.aclose()


def _unreachable(kind: str) -> Iterator[Case]:
    @asynccontextmanager
    async def unknown_name() -> AsyncIterator[str]:
        yield "http://nowhere.invalid:80"

    @asynccontextmanager
    async def refused() -> AsyncIterator[str]:
        with closed_port() as port:
            yield f"http://127.0.0.1:{port}"

    @asynccontextmanager
    async def hanging() -> AsyncIterator[str]:
        with full_backlog() as port:
            yield f"http://127.0.0.1:{port}"

    @asynccontextmanager
    async def mute() -> AsyncIterator[str]:
        async with mute_server() as port:
            yield f"https://localhost:{port}"

    @asynccontextmanager
    async def plain() -> AsyncIterator[str]:
        async with speaking_plain_http() as port:
            yield f"https://127.0.0.1:{port}"

    def certificate(make: Callable[[], Server]) -> Callable[[], AbstractAsyncContextManager[str]]:
        @asynccontextmanager
        async def place() -> AsyncIterator[str]:
            async with make() as server:
                yield server.url
                assert server.ledger == [], "bytes of a request left"

        return place

    places: list[tuple[str, str, Callable[[], AbstractAsyncContextManager[str]], float]] = [
        ("FA1", "the name is not known", unknown_name, AMPLE),
        ("FA2", "the connection is refused", refused, AMPLE),
        ("FA3", "connecting hangs", hanging, CONNECTING),
        ("FA4", "the TLS handshake hangs", mute, CONNECTING),
        ("FA5", "an expired certificate", certificate(lambda: Server(tls=authority().server(expired=True))), AMPLE),
        ("FA5", "another name", certificate(lambda: Server(tls=authority().server("other.example"))), AMPLE),
        ("FA5", "an unknown authority", certificate(lambda: Server(tls=stranger().server())), AMPLE),
        ("FA5", "plain HTTP", plain, AMPLE),
    ]
    for number, (fault, what, place, deadline) in enumerate(places):
        for op in OPS:
            light = (number + KINDS.index(kind)) % 5 == 0 and OPS[number % 3] == op and deadline == AMPLE
            yield Case(
                f"{fault}/{kind}/{op}/{what.replace(' ', '-')}",
                f"{what}, at the {op}: nothing was sent",
                lambda op=op, place=place, deadline=deadline: _not_there(kind, op, place, deadline),
                heavy=not light,
            )


async def _not_there(
    kind: str, op: str, place: Callable[[], AbstractAsyncContextManager[str]], deadline: float
) -> None:
    async with place() as elsewhere, Desk(kind, deadline=deadline, transport=lambda: Split(elsewhere)) as desk:
        assert desk.vendors is not None
        change, found, beside = await prepared(desk, op)
        await desk.send()
        desk.holds(State.QUEUED)
        assert "nothing was sent" in desk[change].message
        assert desk[change].attempts == ()
        assert desk.vendors.mine == []
        await desk.recovered()
        desk.holds(State.DONE)
        await desk.as_meant(change)
        await untouched(desk, op, found, beside)


# -- FA7, FA8, FA19: the client alone ----------------------------------------------------------------------------------


def _large_bodies() -> Iterator[Case]:
    """No planned change is large enough to stay in the sockets' buffers: the client is asked itself."""

    async def stuck(end: str) -> None:
        async def act(call: Call) -> None:
            await ending(end)(call)

        async def only_the_head(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            call = Call(reader, writer, 1)
            call.head = await reader.readuntil(b"\r\n\r\n")
            if end == "rst":
                await act(call)
            else:
                await held.wait()
            writer.close()

        held = asyncio.Event()
        server = await asyncio.start_server(only_the_head, "127.0.0.1", 0)
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        client = Client("tempo", url, Context(TODAY, None, sleep=Still().sleep, deadline=SHORT), headers=dict)
        writing = client.write("POST", "a", body={"x": "y" * 30_000_000}, subject="a")
        (told,) = await asyncio.gather(writing, return_exceptions=True)
        held.set()
        await client.close()
        server.close()
        assert isinstance(told, SourceError), f"a write without an answer gave {told!r}"
        assert not isinstance(told, PROOF), f"{type(told).__name__} says that nothing happened"

    async def full() -> None:
        async with Server(behaviour=ending("silence")) as server:
            transport = httpx.AsyncHTTPTransport(verify=False, limits=httpx.Limits(max_connections=1))
            context = Context(TODAY, None, lambda: transport, sleep=Still().sleep, deadline=SHORT)
            client = Client("tempo", server.url, context, headers=dict)
            first, second = await asyncio.gather(
                client.write("POST", "a", body={}, subject="a"),
                client.write("POST", "b", body={}, subject="b"),
                return_exceptions=True,
            )
            await client.close()
            assert isinstance(first, AnswerLost), repr(first)
            assert isinstance(second, NotSent), repr(second)
            assert [call.path for call in server.ledger] == ["/a"]

    yield Case("FA7/client/write", "nobody takes the body", lambda: stuck("silence"), heavy=True)
    yield Case("FA8/client/write", "reset while the body goes out", lambda: stuck("rst"))
    yield Case("FA19/client/write", "no connection is free: the second write was not sent", full)


# -- FA20, FA21: the user ends it --------------------------------------------------------------------------------------


def _ended_early(kind: str) -> Iterator[Case]:
    points: list[tuple[str, Applied, Behaviour | None]] = [
        ("before-it-is-sent", "never", None),
        ("after-it-is-sent", "never", ending("silence")),
        ("after-it-is-applied", "now", ending("silence")),
        ("in-the-answer", "now", cut(0.5, "silence")),
    ]
    for number, (point, applied, answer) in enumerate(points):
        for op in OPS:
            for fault, quits in (("FA20", False), ("FA21", True)):
                light = (number + KINDS.index(kind)) % 5 == 0 and OPS[(number + quits) % 3] == op
                yield Case(
                    f"{fault}/{kind}/{op}/{point}",
                    f"{'quit' if quits else 'cancelled'} {point} of the {op}",
                    lambda op=op, applied=applied, answer=answer, quits=quits: _stopped(
                        kind, op, applied, answer, quits=quits
                    ),
                    heavy=not light,
                )


async def _stopped(kind: str, op: str, applied: Applied, answer: Behaviour | None, *, quits: bool) -> None:
    async with Desk(kind) as desk:
        assert desk.vendors is not None
        change, found, beside = await prepared(desk, op)
        met = asyncio.Event()

        async def held(call: Call) -> None:
            met.set()
            await (answer or ending("silence"))(call)

        if answer is None:
            desk.vendors.reading = [held]
        else:
            desk.vendors.fates = [Fate(applied, held)]
        sending = asyncio.ensure_future(desk.push.send())
        await met.wait()
        await asyncio.sleep(0.02)
        sending.cancel()
        (ended,) = await asyncio.gather(sending, return_exceptions=True)
        assert isinstance(ended, asyncio.CancelledError), repr(ended)
        desk.holds(State.QUEUED if answer is None else State.UNKNOWN)
        if quits:
            desk.restarted()
            desk.holds(State.QUEUED if answer is None else State.UNKNOWN)
        await desk.recovered()
        desk.holds(State.DONE)
        await desk.as_meant(change)
        await untouched(desk, op, found, beside)


# -- FB1, FB10: told to stop, told to wait -----------------------------------------------------------------------------


def _limited(kind: str) -> Iterator[Case]:
    forms = {
        "seconds": "30",
        "zero": "0",
        "past": "Fri, 31 Dec 1999 23:59:59 GMT",
        "date": "Fri, 31 Dec 2100 23:59:59 GMT",
        "negative": "-5",
        "fraction": "1.5",
        "1e9": "1000000000",
        "garbage": "soon\x01",
        "absent": "",
    }

    async def run(op: str, name: str) -> None:
        async with Desk(kind) as desk:
            assert desk.vendors is not None
            change, found, beside = await prepared(desk, op)
            headers = {"Retry-After": forms[name]} if forms[name] else {}
            desk.vendors.fates = [Fate("never", replying(429, b"{}", headers))]
            await desk.send()
            desk.holds(State.QUEUED if name in ("1e9", "date") else State.DONE)
            assert all(0 <= wait <= 61 for wait in desk.time.slept), f"waited {desk.time.slept}"
            await desk.recovered()
            desk.holds(State.DONE)
            await desk.as_meant(change)
            await untouched(desk, op, found, beside)

    for number, name in enumerate(forms):
        for op in OPS:
            light = (number + KINDS.index(kind)) % 5 == 0 and OPS[number % 3] == op
            yield Case(
                f"FB10/{kind}/{op}/{name}",
                f"429 at the {op}, Retry-After {name}",
                lambda op=op, name=name: run(op, name),
                heavy=not light,
            )


def _relocated() -> Iterator[Case]:
    """FB2: a write is told 401, and where-am-i names another place: it goes there only where A5 allows, and once."""

    async def run(op: str, place: str | None) -> None:
        async with Desk("bigpicture-cloud") as desk:
            vendors = desk.vendors
            assert vendors is not None
            change, found, beside = await prepared(desk, op)

            def elsewhere(answer: Any) -> Any:
                return {**answer, "location": place} if isinstance(answer, dict) and "location" in answer else answer

            async def refused(call: Call) -> None:
                if place is None:
                    vendors.sandbox.faults.set("bigpicture-labs", "relocate")
                else:
                    vendors.shows = elsewhere
                await call.answer(Reply(401, PAGE, HTML))

            vendors.fates = [Fate("never", refused)]
            await desk.send()
            desk.holds(State.DONE if place is None else State.QUEUED)
            assert len(vendors.mine) == (place is None)
            assert len(vendors.writes) == (2 if place is None else 1), "a refused write went on"
            vendors.shows = None
            await desk.recovered()
            desk.holds(State.DONE)
            await desk.as_meant(change)
            await untouched(desk, op, found, beside)

    places = {**REFUSED, "moved-within": None}
    for number, (name, place) in enumerate(places.items()):
        for op in OPS:
            yield Case(
                f"FB2/bigpicture-cloud/{op}/{name}",
                f"401 at the {op}, and where-am-i names {place or 'another path of the service'}",
                lambda op=op, place=place: run(op, place),
                heavy=OPS[number % 3] != op,
            )


def _parked(kind: str) -> Iterator[Case]:
    async def run() -> None:
        """A7: fifty changes, one message, and a refused token is hardly asked again."""
        async with Desk(kind) as desk:
            assert desk.vendors is not None
            fields = desk.example.fields
            for number in range(50):
                day = {"start": f"2029-{1 + number // 25:02}-{1 + number % 25:02}"}
                last = "due" if "due" in fields else "end"
                none = {"until": None, "repeat": "never"} if "until" in fields else {}
                await desk.plan("create", mark=f"op-{number + 1}", **{**day, last: day["start"], **none})
            desk.vendors.fates = [Fate("never", replying(401, PAGE, HTML)) for _ in range(200)]
            await desk.send()
            desk.holds(*[State.QUEUED] * 50)
            assert len(desk.vendors.writes) <= 8, f"{len(desk.vendors.writes)} writes with a refused token"
            shown = [text for text in desk.noticed if "401" in text]
            assert len(shown) == 1, f"P5: {shown}"
            desk.vendors.fates.clear()
            await desk.send()
            desk.holds(*[State.DONE] * 50)

    yield Case(f"FB1/{kind}/fifty", "401 for fifty changes: one message", run, heavy=True)
