"""queue.db: every change said to be kept is there, whole or shown as damaged (W2, W3, C1-C6, C10, FD2, FD3)."""

from __future__ import annotations

import os
import random
import resource
import signal
import sqlite3
import stat
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from planner_gui.domain.errors import StoreBusy, StoreDamaged, StoreUnwritable
from planner_gui.store import queue
from planner_gui.store.queue import ALTERED, GONE, UNCOUNTED, Damaged, Queue
from tests.faults.local import SHAPES

NOW = datetime(2026, 11, 20, 9, 12, 30, tzinfo=UTC)
PAYLOADS = [f'{{"change":{n},"raw":"{"x" * (37 * n)}"}}'.encode() for n in range(1, 41)]
LARGE = [b"L" * 9000, *PAYLOADS]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "queue.db"


def opened(path: Path, **options: Any) -> Queue:
    return Queue.open(path, clock=lambda: NOW, **options)


def made(path: Path, payloads: list[bytes] = PAYLOADS) -> list[tuple[int, bytes]]:
    """A queue of some changes; what it holds."""
    new = opened(path)
    seqs = new.put([(0, payload) for payload in payloads])
    new.close()
    return list(zip(seqs, payloads, strict=True))


def loaded(path: Path, **options: Any) -> tuple[list[tuple[int, bytes]], list[Damaged], list[str]]:
    found = opened(path, **options)
    try:
        rows, damaged = found.load()
        return rows, damaged, found.messages()
    finally:
        found.close()


def change(path: Path, statement: str, *values: object) -> None:
    """Somebody else writes into the file."""
    other = sqlite3.connect(path)
    other.execute(statement, values)
    other.commit()
    other.close()


def pragma(path: Path, name: str) -> Any:
    found = opened(path)
    value = found._database._connection.execute(f"PRAGMA {name}").fetchone()[0]
    found.close()
    return value


# --- W2: kept is kept ---


def test_w2_each_commit_is_on_the_disk_before_it_is_said_to_be_kept(path: Path) -> None:
    made(path)
    assert pragma(path, "journal_mode") == "delete"
    assert pragma(path, "synchronous") == 3  # EXTRA
    assert [file.name for file in path.parent.iterdir()] == ["queue.db"]


def test_rows_are_numbered_in_order_and_come_back_whole(path: Path) -> None:
    assert made(path) == [(n, payload) for n, payload in enumerate(PAYLOADS, 1)]
    found = opened(path)
    assert found.put([(3, b"three anew"), (0, b"new"), (0, b"newer")]) == [3, 41, 42]
    found.close()
    rows, damaged, messages = loaded(path)
    assert rows == [
        *((n, b"three anew" if n == 3 else p) for n, p in enumerate(PAYLOADS, 1)),
        (41, b"new"),
        (42, b"newer"),
    ]
    assert (damaged, messages) == ([], [])


def test_an_emptied_row_is_gone_and_keeps_its_number(path: Path) -> None:
    made(path)
    found = opened(path)
    found.put([(40, b""), (7, b"")])
    assert found.put([(0, b"next")]) == [41]
    found.close()
    rows, damaged, _ = loaded(path)
    assert [seq for seq, _ in rows] == [*range(1, 7), *range(8, 40), 41]
    assert damaged == []


def test_a_put_is_all_or_nothing(path: Path) -> None:
    found = opened(path)
    found.put([(0, b"one")])
    with pytest.raises(TypeError):
        found.put([(1, b"changed"), (0, "not bytes")])  # type: ignore[list-item]
    assert found.load() == ([(1, b"one")], [])
    found.close()


WRITER = """
import sys
from pathlib import Path
from planner_gui.store.queue import Queue
queue = Queue.open(Path(sys.argv[1]))
queue.load()
while True:
    print(*queue.put([(0, b"x" * 500), (0, b"y" * 5000)]), flush=True)
"""


def test_w2_what_was_acknowledged_survives_a_kill(path: Path) -> None:
    for _ in range(3):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        for _ in range(4):
            told = writer.stdout.readline()
        writer.send_signal(signal.SIGKILL)
        told = (writer.stdout.read().rpartition("\n")[0].splitlines() or [told])[-1]
        writer.wait()
        writer.stdout.close()
        rows, damaged, messages = loaded(path)
        assert damaged == []
        assert messages == []
        assert len(rows) >= int(told.split()[1])
        assert len(rows) % 2 == 0, "half a transaction"


# --- W3: a row proves itself ---


@pytest.mark.parametrize(
    ("statement", "reason", "payload"),
    [
        ("UPDATE change SET payload = x'7b7d' WHERE seq = 5", ALTERED, b"{}"),
        ("UPDATE change SET hash = x'00' WHERE seq = 5", ALTERED, PAYLOADS[4]),
        ("UPDATE change SET payload = 'text' WHERE seq = 5", ALTERED, b"text"),
        ("DELETE FROM change WHERE seq = 5", GONE, b""),
    ],
)
def test_w3_an_altered_or_missing_row_is_put_apart_and_shown_from_then_on(
    path: Path, statement: str, reason: str, payload: bytes
) -> None:
    whole = made(path)
    change(path, statement)
    for _ in range(2):
        rows, damaged, _ = loaded(path)
        assert rows == [row for row in whole if row[0] != 5]
        assert damaged == [Damaged(5, reason, payload)]
    found = opened(path)
    assert found.put([(0, b"next")]) == [41]
    assert found.load()[1] == [Damaged(5, reason, payload)]
    found.close()


def test_w3_rows_that_changed_places_are_damaged_both(path: Path) -> None:
    made(path)
    for seq, to in ((3, 1003), (4, 3), (1003, 4)):
        change(path, f"UPDATE change SET seq = {to} WHERE seq = {seq}")
    rows, damaged, _ = loaded(path)
    assert [d.seq for d in damaged] == [3, 4]
    assert {3, 4}.isdisjoint(seq for seq, _ in rows)


@pytest.mark.parametrize("seq", [-5, 2**40])
def test_w3_a_row_with_a_number_that_never_was_is_damaged_and_so_is_the_one_that_lacks(path: Path, seq: int) -> None:
    made(path)
    change(path, f"UPDATE change SET seq = {seq} WHERE seq = 9")
    for _ in range(2):
        rows, damaged, _ = loaded(path)
        assert len(rows) == 39
        assert {(d.seq, d.reason, d.payload) for d in damaged} == {(9, GONE, b""), (seq, ALTERED, PAYLOADS[8])}
    found = opened(path)
    assert found.put([(0, b"next")]) == [41]
    found.close()


def test_w3_rows_cut_off_at_the_end_are_missed(path: Path) -> None:
    made(path)
    change(path, "DELETE FROM change WHERE seq > 38")
    assert [(d.seq, d.reason) for d in loaded(path)[1]] == [(39, GONE), (40, GONE)]


@pytest.mark.parametrize("statement", ["UPDATE last SET seq = 12", "DELETE FROM last", "UPDATE last SET hash = x''"])
def test_w3_a_last_number_that_does_not_hold_is_said_once_and_costs_no_row(path: Path, statement: str) -> None:
    whole = made(path)
    change(path, statement)
    rows, damaged, _ = loaded(path)
    assert rows == whole
    assert damaged == [Damaged(0, UNCOUNTED)]
    found = opened(path)
    assert found.put([(0, b"next")]) == [41]
    found.close()
    assert [d.seq for d in loaded(path)[1]] == [0]


def test_w3_no_flipped_bit_gives_another_change_or_loses_one_unsaid(path: Path) -> None:
    """F8: SQLite's own checks miss a third of them."""
    whole = dict(made(path, LARGE))
    content = path.read_bytes()
    dice = random.Random(20261120)
    for _ in range(150):
        at, bit = dice.randrange(len(content)), 1 << dice.randrange(8)
        flipped = bytearray(content)
        flipped[at] ^= bit
        for other in path.parent.iterdir():
            other.unlink()
        path.write_bytes(flipped)
        rows, damaged, messages = loaded(path)
        for seq, payload in rows:
            assert whole[seq] == payload, f"byte {at}, bit {bit}: change {seq} is another one"
        lost = set(whole) - {seq for seq, _ in rows}
        known = {d.seq for d in damaged}
        assert lost <= known or messages, f"byte {at}, bit {bit}: {lost - known} were lost without a word"


# --- C2, FD3: a file that cannot be used ---

NO_ROWS_LEFT = ("empty", "text", "symlink", "directory")


@pytest.mark.parametrize("shape", [s for s in SHAPES if not s.startswith(("wal", "shm", "newer"))])
def test_fd3_a_damaged_file_is_kept_aside_and_its_rows_are_taken_over(path: Path, shape: str) -> None:
    whole = made(path, LARGE)
    SHAPES[shape](path)
    rows, damaged, messages = loaded(path)
    assert set(rows) <= set(whole)
    if shape == "mode-0666":
        assert (rows, messages) == (whole, [])
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        return
    assert len(messages) == 1
    assert "queue.db" in messages[0]
    assert "could be read" in messages[0]
    assert any("damaged" in file.name for file in path.parent.iterdir())
    if shape in NO_ROWS_LEFT:
        assert rows == []
    if shape in ("header", "foreign"):
        assert rows == whole
        assert damaged == []
    if shape in ("zeroed-page", "page-swap", "truncated"):
        assert set(range(1, max([seq for seq, _ in rows], default=0) + 1)) <= {s for s, _ in rows} | {
            d.seq for d in damaged
        }
    assert {file.name for file in path.parent.iterdir() if "rescue" in file.name} == set()
    again = opened(path)
    (new,) = again.put([(0, b"next")])
    assert new > max([0, *(seq for seq, _ in rows)])
    again.close()


def test_c2_a_broken_page_costs_what_is_on_it_and_nothing_else(path: Path) -> None:
    whole = made(path, [b"%d" % n * 300 for n in range(1, 200)])
    content = bytearray(path.read_bytes())
    size = int.from_bytes(content[16:18], "big")
    pages = len(content) // size
    assert pages > 20
    middle = size * (pages // 2)
    content[middle : middle + size] = bytes(size)
    path.write_bytes(bytes(content))
    rows, damaged, messages = loaded(path)
    assert len(messages) == 1
    assert f"{len(rows)} changes could be read of it" in messages[0]
    assert len(rows) > 150
    assert {seq for seq, _ in rows} | {d.seq for d in damaged} == {seq for seq, _ in whole}
    assert all(d.reason == GONE for d in damaged)


def test_c2_a_queue_found_damaged_while_it_is_written_loses_nothing_that_is_being_kept(path: Path) -> None:
    made(path)
    found = opened(path)
    found.load()
    content = path.read_bytes()
    path.write_bytes(content[:100] + bytes(len(content) - 100))
    seqs = found.put([(3, b"three anew"), (0, b"new")])
    rows = dict(found.load()[0])
    found.close()
    assert seqs[0] == 3
    assert rows[3] == b"three anew"
    assert rows[seqs[1]] == b"new"


def test_c2_a_damaged_queue_that_may_only_be_read_is_an_error_and_stays_as_it_is(path: Path) -> None:
    made(path)
    path.write_text("Dear diary")
    before = path.read_bytes()
    with pytest.raises(StoreDamaged):
        opened(path, writable=False)
    assert path.read_bytes() == before
    path.unlink()
    made(path)
    change(path, "UPDATE change SET payload = x'00' WHERE seq = 2")
    before = path.read_bytes()
    rows, damaged, _ = loaded(path, writable=False)
    assert [d.seq for d in damaged] == [2]
    assert len(rows) == 39
    assert path.read_bytes() == before


def test_c2_a_commit_that_a_kill_cut_off_is_no_change_when_the_file_is_damaged_too(path: Path) -> None:
    """The journal beside a file that is set aside belongs to it: without it half a transaction would be taken over."""
    whole = made(path, [b"%d" % n * 400 for n in range(1, 60)])
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("PRAGMA cache_size = 1")
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE change SET payload = zeroblob(900)")
    cut = {file.name: file.read_bytes() for file in path.parent.iterdir()}
    writer.execute("ROLLBACK")
    writer.close()
    assert len(cut) == 2
    for name, content in cut.items():
        (path.parent / name).write_bytes(content)
    path.write_bytes(b"SQLite format 4\0" + cut[path.name][16:])
    rows, damaged, messages = loaded(path)
    assert rows == whole
    assert damaged == []
    assert len(messages) == 1


# --- C1, C4, C5, C6, C10 ---


def test_c1_the_file_is_the_owners_alone(path: Path) -> None:
    before = os.umask(0)
    try:
        made(path)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_c4_a_newer_queue_is_read_and_never_written(path: Path) -> None:
    whole = made(path)
    change(path, f"PRAGMA user_version = {queue.SCHEMA.version + 1}")
    before = path.read_bytes()
    found = opened(path)
    assert found.load() == (whole, [])
    assert "newer version" in found.messages()[0]
    with pytest.raises(StoreUnwritable):
        found.put([(0, b"new")])
    found.close()
    change(path, "ALTER TABLE change RENAME COLUMN payload TO content")
    before = path.read_bytes()
    rows, damaged, messages = loaded(path)
    assert (rows, damaged) == ([], [])
    assert len(messages) == 1
    assert path.read_bytes() == before


def test_c5_another_writer_is_waited_for_and_then_said(path: Path) -> None:
    made(path)
    found = opened(path, busy_seconds=0.05)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusy, match="another window is busy"):
        found.put([(0, b"new")])
    other.execute("ROLLBACK")
    other.close()
    assert found.put([(0, b"new")]) == [41]
    found.close()


def test_c6_a_copy_is_made_before_a_migration(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = made(path)
    newer = replace(queue.SCHEMA, version=2, migrations={1: ("ALTER TABLE change ADD COLUMN more TEXT",)})
    monkeypatch.setattr(queue, "SCHEMA", newer)
    assert opened(path).load() == (whole, [])
    copy = path.with_name("queue.db.version-1")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    monkeypatch.undo()
    assert loaded(copy)[0] == whole
    assert "newer" in loaded(path)[2][0]


def test_fd2_a_full_disk_keeps_nothing_and_says_so(path: Path) -> None:
    whole = made(path)
    found = opened(path)
    found.load()
    found._database._connection.execute("PRAGMA max_page_count = 1")
    with pytest.raises(StoreUnwritable, match="full"):
        found.put([(3, b"x" * 100_000), (0, b"y" * 100_000)])
    assert found.load() == (whole, [])
    found.close()


def test_fd2_a_file_that_may_not_grow_keeps_nothing_and_says_so(path: Path) -> None:
    whole = made(path)
    found = opened(path)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size, limits[1]))
    try:
        with pytest.raises(StoreUnwritable):
            found.put([(0, b"y" * 100_000)])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)
    assert found.load() == (whole, [])
    found.close()


def test_c10_a_read_only_place_gives_what_is_there_and_keeps_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the modes of files themselves in tests/session, where a whole program obeys them."""
    whole = made(path)
    monkeypatch.setattr("planner_gui.store.database.is_writable", lambda path: False)
    found = opened(path)
    assert found.load() == (whole, [])
    assert "changes cannot be kept" in found.messages()[0]
    assert not found.persistent
    with pytest.raises(StoreUnwritable):
        found.put([(0, b"new")])
    found.close()


def test_c10_where_nothing_can_be_made_the_queue_is_empty_and_keeps_nothing(tmp_path: Path) -> None:
    found = opened(tmp_path / "nowhere" / "queue.db")
    assert found.load() == ([], [])
    assert "changes cannot be kept" in found.messages()[0]
    assert not found.persistent
    found.close()
    lacking = Queue.nowhere(StoreDamaged("is damaged", path=tmp_path))
    assert lacking.load() == ([], [])
    assert not lacking.persistent
    lacking.close()


def test_a_queue_in_memory_keeps_what_it_is_given() -> None:
    found = Queue.in_memory()
    assert found.put([(0, b"one")]) == [1]
    assert found.load() == ([(1, b"one")], [])
    found.close()


def test_the_copy_before_a_migration_that_is_there_stays(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(path)
    copy = path.with_name("queue.db.version-1")
    copy.write_bytes(b"the first one")
    newer = replace(queue.SCHEMA, version=2, migrations={1: ()})
    monkeypatch.setattr(queue, "SCHEMA", newer)
    opened(path).close()
    assert copy.read_bytes() == b"the first one"
