"""FD4 and FD6: another process holds a file, or the workspace, while the program wants it (C4, C5, K5).

Who waits in vain is told, has lost nothing and can do the same again; two never both send.
"""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from planner_gui.domain.changes import State
from planner_gui.domain.errors import StoreBusy
from planner_gui.session.lock import LOCK_NAME, OpenElsewhere, acquire
from planner_gui.session.workspace import Workspace
from planner_gui.store.cache import Cache
from planner_gui.store.database import Database
from planner_gui.store.queue import SCHEMA, Queue
from tests.faults.cases import Case, NotApplicable
from tests.faults.kills import ROOT, Program
from tests.faults.local import plainly
from tests.faults.writing import Desk
from tests.sources.contract import TODAY
from tests.store.snapshots import snapshot

MOMENT = 0.2  # seconds that a file is held shortly
PATIENCE = 0.5  # seconds that the program waits here, in place of five
STARTS = 100


def cases() -> Iterator[Case | NotApplicable]:
    for lock, what in {
        "a-moment": "holds the file for a moment",
        "longer": "holds the file longer than the program waits, and lets go",
        "for-ever": "holds the file and never lets go",
        "a-reader": "reads the file for a moment",
        "between": "writes between what the program reads and what it writes",
    }.items():
        for action in ACTIONS:
            run = partial(_held, lock, action)
            yield Case(f"FD4/{action}/{lock}", f"another process {what}: {action}", run, lock == "for-ever")
    yield Case("FD6/race-of-two-starts", f"two start at once, {STARTS} times: one has it", plainly(_race), heavy=True)
    yield Case("FD6/stale-lock", "whoever had the lock was killed: the next start has it", plainly(_stale))
    yield Case("FD6/another-computer", "the lock is another computer's: nothing is opened", plainly(_elsewhere))
    yield Case("FD6/newer-version", "a newer version made the queue: it is read at most (C4)", _newer)
    yield Case("FD6/both-editing", "the window has it open: a script edits nothing", _both_editing, heavy=True)
    yield NotApplicable("FD6/two-users", "needs another user; that the lock says whose it is, is in tests/session")


# -- FD4 ---------------------------------------------------------------------------------------------------------------


async def _save(desk: Desk) -> None:
    await desk.plan("create", start="2028-05-01", end="2028-05-02")


async def _undo(desk: Desk) -> None:
    assert await desk.workspace.undo(), "there was something to undo"


async def _send(desk: Desk) -> None:
    await desk.push.send()


async def _reading(desk: Desk) -> None:
    await desk.workspace.readings.keep(snapshot(desk.connection.name, ("Newly read",)))


ACTIONS: dict[str, Callable[[Desk], Awaitable[None]]] = {
    "save": _save,
    "undo": _undo,
    "send": _send,
    "reading": _reading,
}


@contextmanager
def impatient() -> Iterator[None]:
    """The program waits half a second for a file, not five."""
    waits = [(kind.open.__func__.__kwdefaults__, kind) for kind in (Queue, Cache)]
    before = [given["busy_seconds"] for given, _ in waits]
    for given, _ in waits:
        given["busy_seconds"] = PATIENCE
    try:
        yield
    finally:
        for (given, _), seconds in zip(waits, before, strict=True):
            given["busy_seconds"] = seconds


class _Other:
    """Another process's connection to a file, in a thread of its own."""

    def __init__(self, path: Path, statement: str) -> None:
        self._over, ready = threading.Event(), threading.Event()

        def hold() -> None:
            other = sqlite3.connect(path, isolation_level=None)
            other.execute(statement)
            other.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            ready.set()
            self._over.wait(60)
            other.execute("ROLLBACK")
            other.close()

        self._thread = threading.Thread(target=hold)
        self._thread.start()
        assert ready.wait(10)

    def lets_go(self) -> None:
        self._over.set()
        self._thread.join()


@contextmanager
def _written_between(path: Path) -> Iterator[None]:
    """In every transaction another process writes after the first reading, where it is let (F12)."""
    writing = Database.writing

    @contextmanager
    def interrupted(self: Database) -> Iterator[sqlite3.Cursor]:
        with writing(self) as cursor:
            cursor.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            other = sqlite3.connect(path, isolation_level=None, timeout=0)
            with closing(other), suppress(sqlite3.OperationalError):  # it has to wait
                other.execute("CREATE TABLE IF NOT EXISTS beside (x)")
            yield cursor

    Database.writing = interrupted
    try:
        yield
    finally:
        Database.writing = writing


async def _held(lock: str, action: str) -> None:
    with impatient():
        async with Desk("tempo") as desk:
            assert desk.vendors is not None
            await desk.plan("create")
            act, path = ACTIONS[action], desk.folder / ("cache.db" if action == "reading" else "queue.db")
            before = desk.kept()
            if lock == "between":
                with _written_between(path):
                    await act(desk)
            elif lock in ("a-moment", "a-reader"):
                other = _Other(path, "BEGIN IMMEDIATE" if lock == "a-moment" else "BEGIN")
                asyncio.get_running_loop().call_later(MOMENT, other.lets_go)
                await act(desk)
                other.lets_go()
            else:
                other = _Other(path, "BEGIN IMMEDIATE")
                try:
                    with pytest.raises(StoreBusy):  # else it is said to be kept, and is not
                        await act(desk)
                    desk.meant = {each: desk.meant[each] for each in before}  # the dialog keeps the input
                    assert desk.kept() == before
                    assert desk.vendors.mine == [], "sent without a record of it"
                    if lock == "for-ever":
                        desk.workspace.close()  # and at the next start, when it is free at last:
                finally:
                    other.lets_go()
                if lock == "for-ever":
                    desk._open()

                if not (lock == "for-ever" and action == "undo"):  # undo starts empty
                    await act(desk)
            _happened(desk, action if not (lock == "for-ever" and action == "undo") else "nothing")


def _happened(desk: Desk, action: str) -> None:
    """What the user wanted is there, once, in memory and on the disk."""
    assert desk.vendors is not None
    states = [change.state for change in desk.kept().values()]
    wanted = {
        "save": [State.DRAFT, State.DRAFT],
        "undo": [State.DROPPED],
        "send": [State.DONE],
        "reading": [State.DRAFT],
        "nothing": [State.DRAFT],
    }[action]
    assert states == wanted, f"P1: {states}"
    assert [change.state for change in desk.workspace.changes] == wanted, "P4: shown otherwise than kept"
    assert len(desk.vendors.mine) == (action == "send"), "P2"
    if action == "reading":
        kept = sqlite3.connect(desk.folder / "cache.db").execute("SELECT count(*) FROM snapshot").fetchone()
        assert kept == (1,)
    assert not any("Traceback" in text for text in desk.noticed)


# -- FD6 ---------------------------------------------------------------------------------------------------------------

STARTER = """
import sys
from pathlib import Path
from planner_gui.session.lock import OpenElsewhere, acquire
print("ready", flush=True)
for _ in sys.stdin:
    try:
        lock = acquire(Path(sys.argv[1]))
        print("has it", flush=True)
    except OpenElsewhere:
        lock = None
        print("is told", flush=True)
    sys.stdin.readline()
    if lock is not None:
        lock.release()
    print("ended", flush=True)
"""


@contextmanager
def _starters(folder: Path, count: int) -> Iterator[list[subprocess.Popen[str]]]:
    command = [sys.executable, "-c", STARTER, str(folder)]
    pipe = subprocess.PIPE
    found = [subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) for _ in range(count)]
    try:
        for each in found:
            assert _answer(each) == "ready"
        yield found
    finally:
        for each in found:
            each.kill()
            each.communicate()


def _answer(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def _all(processes: list[subprocess.Popen[str]]) -> list[str]:
    """One word to all at once; their answers."""
    for each in processes:
        assert each.stdin is not None
        each.stdin.write("go\n")
        each.stdin.flush()
    return [_answer(each) for each in processes]


def _race() -> None:
    with TemporaryDirectory() as folder, _starters(Path(folder), 2) as both:
        for number in range(STARTS):
            assert sorted(_all(both)) == ["has it", "is told"], f"K5: at start {number}"
            assert _all(both) == ["ended", "ended"]


def _stale() -> None:
    with TemporaryDirectory() as folder, _starters(Path(folder), 1) as (one,):
        assert _all([one]) == ["has it"]
        with pytest.raises(OpenElsewhere):
            acquire(Path(folder))
        one.kill()
        one.wait()
        lock = acquire(Path(folder))
        assert lock is not None
        lock.release()


def _elsewhere() -> None:
    with TemporaryDirectory() as place:
        folder = Path(place)
        lock = acquire(folder)
        assert lock is not None
        content = (folder / LOCK_NAME).read_bytes().split(b"\n")
        lock.release()
        content[2] = b"the-other-desk"
        (folder / LOCK_NAME).write_bytes(b"\n".join(content[:3]) + b"\n")
        with pytest.raises(OpenElsewhere, match="the-other-desk"):
            acquire(folder)


async def _newer() -> None:
    """What a newer version made is read as far as possible, and nothing of it is sent or changed."""
    async with Desk("tempo") as desk:
        assert desk.vendors is not None
        await desk.plan("create")
        desk.workspace.close()
        path = desk.folder / "queue.db"
        other = sqlite3.connect(path)
        other.execute(f"PRAGMA user_version = {SCHEMA.version + 1}")
        other.commit()
        other.close()
        before = path.read_bytes()
        desk._open()
        assert any("queue.db" in text for text in _notices(desk.workspace)), "P5: nobody is told"
        assert not desk.workspace.pending.persistent
        with suppress(Exception):
            await desk.push.send()
        assert desk.vendors.mine == [], "sent without a record of it"
        assert path.read_bytes() == before, "C4: a byte was changed"
        desk.meant.clear()


def _notices(workspace: Workspace) -> list[str]:
    return [notice.text for notice in workspace.notices.current]


async def _both_editing() -> None:
    async with Desk("tempo") as desk:
        await desk.plan("create")
        edits = desk.folder.parent / "edits.json"
        edits.write_text('{"format": "planner-gui/edits", "version": 1, "edits": []}', "utf-8")
        close, opening = desk.workspace.close, desk._open
        other: list[Workspace] = []

        def reopened() -> None:
            close()
            other.append(Workspace.open(desk.folder, today=TODAY))

        def ended() -> None:
            other.pop().close()
            opening()

        program = Program(desk)
        desk.workspace.close, desk._open = reopened, ended
        try:
            code = await program.run(command="edit", more=[str(edits)])
        finally:
            desk._open = opening
        assert code == 1, program.said
        assert "open in a window" in program.said, program.said
        desk.holds(State.DRAFT)
