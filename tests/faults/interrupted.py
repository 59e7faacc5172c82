"""FD1 beside sending: the program is ended by kill -9 while it starts, reads, migrates or connects, and started again.

The next start has lost nothing, shows the old or the new whole, and says what was going on (issue 6, C6, C8, A1).
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from planner_gui.domain.changes import State
from planner_gui.session.workspace import Workspace
from planner_gui.store import cache, queue
from tests.faults import arms
from tests.faults.cases import Case
from tests.faults.kills import Program
from tests.faults.program import KILLED
from tests.faults.writing import Desk
from tests.store.snapshots import snapshot

TITLES = tuple(f"Plan {number}" for number in range(40))
ENDED = "ended unexpectedly"

STARTS = {
    "S01": "before the lock",
    "S02": "locked, nothing is open",
    "S03": "the cache is open, the queue is not",
    "S04": "the queue is open, nothing is loaded",
    "S05": "what was being sent is unknown now, not committed",
    "S06": "what was being sent is unknown now, committed",
    "S07": "all is loaded, nothing is shown",
    "S08": "painted, nothing is read",
}
READS = {
    "Y01": ("before the secret is asked for", False),
    "Y02": ("in the middle of the reading", False),
    "Y03": ("all is read, nothing is saved", False),
    "Y04": ("the reading is written, not committed", False),
    "Y05": ("the reading is committed, not shown", True),
}
MIGRATIONS = {
    "M01": "before the queue is copied",
    "M02": "in the middle of the copy of the queue",
    "M03": "the copy is whole and not in its place",
    "M04": "in the first step of the queue",
    "M05": "between two steps of the queue",
    "M06": "in the last step of the queue",
    "M07": "the queue is migrated",
    "M08": "in the first step of the cache",
    "M09": "between two steps of the cache",
    "M10": "the cache is migrated, the queue is not",
}
CONNECTS = {
    "K01": ("before the keyring has the token", False),
    "K02": ("the keyring has the token, not read back", False),
    "K03": ("the token is kept, the connection is not", False),
    "K04": ("the new workspace.toml is written, not in its place", False),
    "K05": ("the connection is kept, nobody was told", True),
}
LIGHT = ("S05", "Y04", "M05", "K03")


def cases() -> Iterator[Case]:
    def case(part: str, point: str, what: str, run: Callable[[str], object]) -> Case:
        return Case(f"FD1/{part}/{point}", f"killed: {what}", lambda: run(point), heavy=point not in LIGHT)  # type: ignore[arg-type,return-value]

    yield from (case("start", point, what, _start) for point, what in STARTS.items())
    yield from (case("sync", point, what, _sync) for point, (what, _) in READS.items())
    yield from (case("migrate", point, what, _migrate) for point, what in MIGRATIONS.items())
    yield from (case("connect", point, what, _connect) for point, (what, _) in CONNECTS.items())


async def _planned(desk: Desk) -> None:
    """A reading in the cache, a change that waits, and one that was being sent when something else ended it."""
    await desk.workspace.readings.keep(snapshot("tempo", TITLES))
    first, _ = await desk.plan("create"), await desk.plan("create", start="2028-05-01", end="2028-05-02")
    now = desk.time.now()
    await desk.workspace.settle([desk[first].to(State.QUEUED, now)])
    await desk.workspace.settle([desk[first].to(State.SENDING, now)])


def _rows(workspace: Workspace) -> int:
    """Rows of what was read, whole or none."""
    return sum(each.rows for each in workspace.readings.of(workspace.connections))


async def _told(desk: Desk, words: str) -> None:
    """The next start says once that the last one ended unexpectedly, and what became of what it did."""
    for expected in (True, False):
        program = Program(desk)
        more = ["--format", "csv", "--output", str(desk.folder.parent / "plan.csv")]
        assert await program.run(command="export", more=more) == 0, program.said
        assert (ENDED in program.said) is expected, f"P5: {program.said!r}"
        assert not expected or words in program.said, f"P5: {program.said!r}"


async def _start(point: str) -> None:
    async with Desk("tempo") as desk:
        assert desk.vendors is not None
        await _planned(desk)
        program = Program(desk)
        assert await program.run(at=point, command="", more=[]) == KILLED, f"never met: {program.said}"
        desk.holds(State.UNKNOWN, State.DRAFT)
        assert _rows(desk.workspace) == len(TITLES), "P4: what was read is gone"
        assert desk.vendors.mine == [], "P2: sent by a start"
        await _told(desk, "nothing was being changed" if point == "S08" else "while it was starting")


async def _sync(point: str) -> None:
    async with Desk("tempo") as desk:
        await desk.made()
        program = Program(desk)
        assert await program.run(command="sync", more=[]) == 0, program.said
        old = _rows(desk.workspace)
        await desk.made(start="2026-12-01", end="2026-12-04")
        assert await program.run(at=point, command="sync", more=[]) == KILLED, f"never met: {program.said}"
        found = _rows(desk.workspace)
        program = Program(desk)
        assert await program.run(command="sync", more=[]) == 0, program.said
        assert ENDED in program.said, f"P5: {program.said!r}"
        assert "last whole readings stay" in program.said, f"P5: {program.said!r}"
        new = _rows(desk.workspace)
        assert 0 < old < new, "P8: the next sync did not catch up"
        assert found == (new if READS[point][1] else old), "P4: neither the old nor the new whole"


@contextmanager
def _newer() -> Iterator[None]:
    before = queue.SCHEMA, cache.SCHEMA
    arms.newer_schemas()
    try:
        yield
    finally:
        queue.SCHEMA, cache.SCHEMA = before


def _version(path: Path) -> int:
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
    finally:
        connection.close()
    return int(version)


async def _migrate(point: str) -> None:
    async with Desk("tempo") as desk:
        await _planned(desk)
        program, opens = Program(desk), desk._open
        versions: list[tuple[int, int]] = []

        told: list[str] = []

        def opened() -> None:
            """The next start, of the newer version, too."""
            versions.append((_version(desk.folder / "queue.db"), _version(desk.folder / "cache.db")))
            opens()
            told.extend(notice.text for notice in desk.workspace.notices.current)

        with _newer():
            desk._open = opened  # type: ignore[method-assign]
            more = ["--format", "csv", "--output", str(desk.folder.parent / "plan.csv")]
            edits = desk.folder.parent / "none.json"
            edits.write_text('{"format": "planner-gui/edits", "version": 1, "edits": []}', "utf-8")
            code = await program.run(at=point, command="edit", more=[str(edits)], newer=True)
            assert code == KILLED, f"never met: {program.said}"
            assert set(versions[0]) <= {1, 2, 3}
            after = (_version(desk.folder / "queue.db"), _version(desk.folder / "cache.db"))
            assert after == (3, 3), f"P8: migrated by half: {after}"
            desk.holds(State.UNKNOWN, State.DRAFT)
            assert _rows(desk.workspace) == len(TITLES), "P4: what was read is gone"
            copies = sorted(path.name for path in desk.folder.glob("queue.db.version-*"))
            assert "queue.db.version-1" in copies, f"no copy of the queue as it was: {copies}"
            assert _version(desk.folder / "queue.db.version-1") == 1
            assert all(len(queue.Queue.open(path, writable=False).load()[0]) == 2 for path in _copies(desk))
            brought = any("made by an earlier version" in text for text in told)
            assert brought or versions[0] == (3, 3), "nobody says that it was brought up to date"
            program = Program(desk)
            assert await program.run(command="export", more=more, newer=True) == 0, program.said
            assert ENDED in program.said, f"P5: {program.said!r}"


def _copies(desk: Desk) -> list[Path]:
    return [path for path in desk.folder.glob("queue.db.version-*") if not path.name.endswith(".part")]


async def _connect(point: str) -> None:
    async with Desk("tempo") as desk:
        await _planned(desk)
        file, keyring = desk.folder / "workspace.toml", desk.folder.parent / "keyring.json"
        before, words = file.read_bytes(), ["tempo", "--name", "again", "--url", desk.connection.url]
        given = {"keyring": str(keyring), "stdin": desk._secret + "\n"}
        for key, value in desk.connection.options.items():
            words += ["--option", f"{key}={value}"]
        program = Program(desk)
        code = await program.run(at=point, command="connect", more=words, **given)
        assert code == KILLED, f"never met: {program.said}"
        listed = desk.workspace.settings.connection("again") is not None
        assert listed is CONNECTS[point][1]
        assert listed or file.read_bytes() == before, "workspace.toml is another, and not whole"
        assert not listed or desk._secret in keyring.read_text("utf-8"), "listed without a token"
        desk.holds(State.UNKNOWN, State.DRAFT)
        program = Program(desk)
        code = await program.run(command="connect", more=words, **given)
        assert code == (2 if listed else 0), program.said
        assert desk.workspace.settings.connection("again") is not None
        assert "connected if it is listed" in program.said or ENDED in program.said, f"P5: {program.said!r}"
        await asyncio.sleep(0)
