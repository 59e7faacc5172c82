"""FD for the queue: a full disk (FD2), an edited row (FD3), locks (FD4), two processes (FD6); also `held`, `power`."""

from __future__ import annotations

import asyncio
import resource
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from planner_gui.domain.changes import State
from planner_gui.domain.entities import Span
from planner_gui.domain.errors import PlannerError, ServiceFailed, StoreBusy, StoreError
from planner_gui.session.lock import OpenElsewhere
from planner_gui.session.sync import Sync
from planner_gui.session.workspace import Workspace
from planner_gui.sources.base import Connection, Context
from planner_gui.store.queue import Queue
from tests.faults.cases import Case, NotApplicable
from tests.faults.kills import Program
from tests.faults.local import plainly
from tests.faults.writing import OPS, Desk
from tests.session.fakes import FakeSecrets, Service, Services, allocation, page
from tests.sources.contract import TODAY

SERVICES = ("tempo", "bigpicture", "bigtime")
SPAN = Span(date(2026, 11, 1), date(2026, 11, 30))
COMMITS = {1: "the draft", 2: "queued", 3: "sending", 4: "done"}


def cases() -> Iterator[Case | NotApplicable]:
    for number, what in COMMITS.items():
        for kind in SERVICES:
            for op in OPS:
                yield Case(
                    f"FD2/{kind}/{op}/{number}",
                    f"the disk is full when {what} of the {op} is to be kept",
                    lambda kind=kind, op=op, number=number: _full(kind, op, number),
                    heavy=(kind, op) != ("tempo", "create"),
                )
    yield Case("FD3/queue/row-edited", "a row was altered on the disk: it is shown and never sent", _row_edited)
    yield Case("FD4/queue/held-for-a-moment", "another process holds the file for a moment", plainly(_held_shortly))
    yield Case("FD4/queue/held-for-ever", "another process holds the file for ever", plainly(_held_for_ever))
    yield Case("FD4/queue/a-reader-holds", "another process reads for a moment", plainly(_read_meanwhile))
    yield Case("FD4/queue/two-writers", "two write at once: each row has a number of its own", plainly(_race))
    yield Case("FD6/send/open-elsewhere", "the window has it open: a script sends nothing", _open_elsewhere, heavy=True)
    yield Case("FD6/workspace/second-start", "a second start may only look", _second_start)
    yield Case("FC9/sync/a-later-page-fails", "the second page fails: the last whole reading stays (C8)", _later_page)


# -- FD2 ---------------------------------------------------------------------------------------------------------------


@contextmanager
def full_disk() -> Iterator[None]:
    """No file of this process can grow, which SQLite is told as an error of the write."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def failing_at(number: int) -> Iterator[None]:
    """The disk is full at one commit, and then no more."""
    put, count = Queue.put, 0

    def putting(self: Queue, rows: Any) -> list[int]:
        nonlocal count
        count += 1
        if count != number:
            return put(self, rows)
        with full_disk():
            return put(self, rows)

    Queue.put = putting
    try:
        yield
    finally:
        Queue.put = put


async def _full(kind: str, op: str, number: int) -> None:
    async with Desk(kind) as desk:
        assert desk.vendors is not None
        found = None if op == "create" else await desk.made()
        with failing_at(number):
            error: PlannerError | None = None
            try:
                change = await desk.plan(op, found)
                await desk.send()
            except PlannerError as raised:
                error = raised
        assert isinstance(error, StoreError), f"the disk was full, and nobody is told: {error!r}"
        assert "\n" not in str(error)
        if number == 1:
            assert desk.workspace.changes == ()
            assert desk.kept() == {}
            change = await desk.plan(op, found)  # the dialog kept the input
        assert len(desk.vendors.mine) == (number == 4), "sent without a record of it"
        desk.restarted()
        desk.holds({1: State.DRAFT, 2: State.DRAFT, 3: State.QUEUED, 4: State.UNKNOWN}[number])
        await desk.recovered()
        desk.holds(State.DONE)
        await desk.as_meant(change)


# -- FD3 ---------------------------------------------------------------------------------------------------------------


async def _row_edited() -> None:
    async with Desk("tempo") as desk:
        assert desk.vendors is not None
        first, second = await desk.plan("create"), await desk.plan("create", start="2028-05-01", end="2028-05-02")
        desk.workspace.close()
        connection = sqlite3.connect(desk.folder / "queue.db")
        connection.execute("UPDATE change SET payload = replace(payload, 'op-1', 'op-9') WHERE seq = 1")
        connection.commit()
        connection.close()
        desk._open()
        assert len(desk.workspace.pending.damaged) == 1
        assert any("cannot be read" in notice.text for notice in desk.workspace.notices.current), "nobody is told"
        del desk.meant[first]
        await desk.push.send()
        assert [effect.op for effect in desk.vendors.mine] == ["op-2"], "an altered change was sent"
        assert desk[second].state is State.DONE


# -- FD4 ---------------------------------------------------------------------------------------------------------------


@contextmanager
def _queue(busy_seconds: float = 5.0) -> Iterator[tuple[Queue, Path]]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "queue.db"
        queue = Queue.open(path, busy_seconds=busy_seconds)
        queue.put([(0, b"first")])
        try:
            yield queue, path
        finally:
            queue.close()


def _while_held(path: Path, statement: str, work: Callable[[], None], seconds: float) -> None:
    """Do something while another connection holds the file."""
    held, over = threading.Event(), threading.Event()

    def hold() -> None:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute(statement)
        other.execute("SELECT count(*) FROM change").fetchone()
        held.set()
        over.wait(seconds)
        other.execute("ROLLBACK")
        other.close()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(10)
    try:
        work()
    finally:
        over.set()
        holder.join()


def _held_shortly() -> None:
    with _queue() as (queue, path):
        _while_held(path, "BEGIN IMMEDIATE", lambda: None if queue.put([(0, b"second")]) == [2] else _bad(), 0.3)
        assert [payload for _, payload in queue.load()[0]] == [b"first", b"second"]


def _bad() -> None:
    raise AssertionError("another number")


def _held_for_ever() -> None:
    with _queue(busy_seconds=0.3) as (queue, path):

        def work() -> None:
            try:
                queue.put([(0, b"second")])
            except StoreBusy as error:
                told.append(str(error))

        told: list[str] = []
        _while_held(path, "BEGIN IMMEDIATE", work, 20)
        assert len(told) == 1, "nobody is told"
        assert [payload for _, payload in queue.load()[0]] == [b"first"]
        assert queue.put([(0, b"second")]) == [2]


def _read_meanwhile() -> None:
    with _queue() as (queue, path):
        _while_held(path, "BEGIN", lambda: None if queue.put([(0, b"second")]) == [2] else _bad(), 0.3)
        assert [payload for _, payload in queue.load()[0]] == [b"first", b"second"]


def _race() -> None:
    with _queue() as (queue, path):
        problems: list[str] = []
        ready = threading.Barrier(2)

        def write(name: bytes) -> None:
            own = Queue.open(path)
            try:
                ready.wait()
                for number in range(25):
                    own.put([(0, name + str(number).encode())])
            except PlannerError as error:
                problems.append(repr(error))
            finally:
                own.close()

        writers = [threading.Thread(target=write, args=(name,)) for name in (b"a", b"b")]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        rows, damaged = queue.load()
        assert not problems, problems
        assert not damaged
        assert len({seq for seq, _ in rows}) == len(rows) == 51, f"{len(rows)} rows: an update was lost"


# -- FD6 ---------------------------------------------------------------------------------------------------------------


async def _open_elsewhere() -> None:
    async with Desk("tempo") as desk:
        assert desk.vendors is not None
        await desk.plan("create")
        program = Program(desk)
        close = desk.workspace.close
        other = None

        def reopened() -> None:
            nonlocal other
            close()
            other = Workspace.open(desk.folder, today=TODAY)

        desk.workspace.close = reopened
        opening = desk._open

        def end() -> None:
            assert other is not None
            other.close()
            opening()

        desk._open = end
        code = await program.run()
        assert code == 1, program.said
        assert "open" in program.said, program.said
        assert desk.vendors.mine == []
        desk.holds(State.DRAFT)
        desk._open = opening


async def _second_start() -> None:
    async with Desk("tempo") as desk:
        await desk.plan("create")
        with pytest.raises(OpenElsewhere):
            Workspace.open(desk.folder, today=TODAY)
        looking = Workspace.open(desk.folder, today=TODAY, writable=False)
        try:
            assert [change.state for change in looking.changes] == [State.DRAFT]
        finally:
            looking.close()
        await asyncio.sleep(0)
        desk.holds(State.DRAFT)


# -- C8 ----------------------------------------------------------------------------------------------------------------


async def _later_page() -> None:
    """Ten items were read; the next reading brings three of them changed, and fails on its second page."""
    with TemporaryDirectory() as place:
        folder = Path(place) / "w"
        Workspace.create(folder, timezone="Europe/Berlin")
        workspace = Workspace.open(folder, today=TODAY)
        try:
            await workspace.add_connection(Connection("tempo", "tempo", "https://jira.example.com"))
            before = Service([page([allocation(number, f"old {number}") for number in range(1, 11)])])
            half = [page([allocation(number, f"new {number}") for number in range(1, 10)]), page([])]
            after = Service(half, error=ServiceFailed("the server failed (500)", connection="tempo"))
            for service, whole in ((before, True), (after, False)):
                context = Context(TODAY, ZoneInfo("Europe/Berlin"))
                sync = Sync(workspace, FakeSecrets(), open_source=Services(tempo=service).open, context=context)
                assert (await sync.run(SPAN)).whole is whole, "a part of a reading was taken for a whole one"
            titles = {workspace.plan.text(row, "title") for row in range(workspace.plan.rows)}
            assert titles == {f"old {number}" for number in range(1, 11)}, f"P4: a mix of two readings: {titles}"
        finally:
            workspace.close()
