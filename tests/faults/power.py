"""FD10: the power goes at 50 moments of a commit; what the disk then holds is put together and opened (P1).

No file system that forgets is needed. The queue commits with a rollback journal that is synced before the first page of
the file changes, and removed, its folder synced, when all of them are: the case holds those settings, so that what a
disk can hold at any moment follows: the journal so far, or the whole of it and the pages so far, each cut anywhere. The
cache has a log in its place, which may end anywhere before it is synced and is whole while its pages are copied back.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory

from planner_gui.store import queue
from planner_gui.store.cache import Cache
from planner_gui.store.database import Database
from planner_gui.store.queue import Queue
from tests.faults.cases import Case
from tests.faults.local import plainly
from tests.store.snapshots import snapshot

CUTS = 50
EXTRA = 3
MAGIC = bytes.fromhex("d9d505f920a163d7")  # of a rollback journal (sqlite.org/fileformat.html, 3)
OLD, NEW = ("an old plan",) * 300, tuple(f"Plan {number}" for number in range(400))
ROWS = [f"change {number} ".encode() * 300 for number in range(12)]  # some pages


@dataclass(frozen=True)
class Image:
    """What a disk holds. said: whether the program was told that the commit is on it."""

    files: dict[str, bytes]
    said: bool = False


def cases() -> Iterator[Case]:
    for name, what, check in (
        ("enqueue", "of saving a new change", partial(_queue_holds, _new_row)),
        ("state-change", "of a change becoming `sending`", partial(_queue_holds, _other_state)),
        ("checkpoint", "of the cache's log being copied back", _cache_holds),
    ):
        for number in range(CUTS):
            run = plainly(partial(check, number))
            yield Case(f"FD10/{name}/{number:02}", f"the power goes at moment {number} {what}", run, number % 10 != 0)


# -- queue.db ----------------------------------------------------------------------------------------------------------


def _new_row(path: Path) -> list[tuple[int, bytes]]:
    return [(0, b"a new change " * 900)]


def _other_state(path: Path) -> list[tuple[int, bytes]]:
    return [(5, b"is being sent now " * 700), (7, b"")]


@lru_cache(maxsize=2)
def _commit(make: Callable[[Path], list[tuple[int, bytes]]]) -> tuple[bytes, bytes, bytes]:
    """One real commit: the file before it, the journal when all is written, the file after it."""
    with TemporaryDirectory() as folder:
        path, seen = Path(folder) / "queue.db", list[tuple[bytes, bytes]]()
        opened, number = Queue.open(path), queue._number
        opened.put([(0, row) for row in ROWS])

        def numbering(cursor: sqlite3.Cursor, last: int) -> None:
            number(cursor, last)
            (mode,), (level,) = (
                cursor.execute(f"PRAGMA {name}").fetchone() for name in ("journal_mode", "synchronous")
            )
            assert (mode, level) == ("delete", EXTRA), "W2: a commit is not on the disk when it is said to be"
            seen.append((path.read_bytes(), path.with_name("queue.db-journal").read_bytes()))

        queue._number = numbering
        try:
            opened.put(make(path))
        finally:
            queue._number = number
            opened.close()
        ((before, journal),) = seen
        assert before != path.read_bytes(), "nothing was committed"
        return before, journal, path.read_bytes()


def _synced(journal: bytes) -> bytes:
    """The journal as it is synced: its header then says that it is one, and how many pages are in it."""
    sector, page = struct.unpack(">II", journal[20:28])
    return MAGIC + struct.pack(">I", (len(journal) - sector) // (page + 8)) + journal[12:]


def _images(before: bytes, journal: bytes, after: bytes) -> list[Image]:
    """What the disk may hold, in the order of time; 50 of them, spread over all that happens."""
    name, beside = "queue.db", "queue.db-journal"
    third = CUTS // 3
    found = [Image({name: before, beside: journal[: len(journal) * at // third]}) for at in range(third)]
    whole = _synced(journal)
    copied = CUTS - third - 2
    for at in range(copied):  # the pages go over one after the other; the last one may be torn
        cut = len(after) * (at + 1) // copied
        found.append(Image({name: after[:cut] + before[cut:], beside: whole}))
    return [*found, Image({name: after}, said=False), Image({name: after}, said=True)]


def _queue_holds(make: Callable[[Path], list[tuple[int, bytes]]], number: int) -> None:
    before, journal, after = _commit(make)
    image = _images(before, journal, after)[number]
    was, would_be = _rows(Image({"queue.db": before})), _rows(Image({"queue.db": after}, said=True))
    assert was != would_be
    found = _rows(image)
    assert found in (was, would_be), f"P1: neither as it was nor as it was meant: {sorted(found)}"
    assert found == would_be or not image.said, "P1: it was said to be kept, and is not"
    assert found == was or "queue.db-journal" not in image.files, "a journal that is there was not played back"


def _rows(image: Image) -> dict[int, bytes]:
    """What the program finds at its next start; nothing of it may be damaged."""
    with TemporaryDirectory() as folder:
        for name, content in image.files.items():
            (Path(folder) / name).write_bytes(content)
        opened = Queue.open(Path(folder) / "queue.db")
        try:
            rows, damaged = opened.load()
            assert not damaged, f"P1: {damaged}"
            messages = opened.messages()
            assert not messages, f"P5: nothing happened that anybody has to be told: {messages}"
            return dict(rows)
        finally:
            opened.close()


# -- cache.db ----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _checkpoint() -> tuple[bytes, bytes, bytes]:
    """One real reading: the file before it, the log that has it, the file it was copied back into."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "cache.db"
        cache = Cache.open(path)
        cache.save(snapshot("tempo", OLD))
        cache.close()
        cache, seen, tidy = Cache.open(path), list[tuple[bytes, bytes]](), Database.tidy

        def tidying(self: Database) -> None:
            seen.append((path.read_bytes(), path.with_name("cache.db-wal").read_bytes()))
            tidy(self)

        Database.tidy = tidying
        try:
            cache.save(snapshot("tempo", NEW))
            cache.close()
        finally:
            Database.tidy = tidy
        (before, log), *_ = seen
        assert log, "the reading is in the log alone"
        return before, log, path.read_bytes()


def _cache_holds(number: int) -> None:
    """C8, P4: one whole reading, the old or the new, wherever the log or the copying of it ended."""
    before, log, after = _checkpoint()
    name, beside, half = "cache.db", "cache.db-wal", CUTS // 2
    if number < half:
        image = Image({name: before, beside: log[: len(log) * number // half]})
    elif number < CUTS - 1:
        cut = len(after) * (number - half + 1) // half
        image = Image({name: after[:cut] + before[cut:], beside: log})
    else:
        image = Image({name: after}, said=True)
    with TemporaryDirectory() as folder:
        for each, content in image.files.items():
            (Path(folder) / each).write_bytes(content)
        cache = Cache.open(Path(folder) / name)
        try:
            (found,) = cache.load()
            titles = tuple(found.texts[int(title)] for title in found.columns["title"])
            assert not cache.messages(), "nothing is damaged"
        finally:
            cache.close()
    assert titles in (OLD, NEW), f"P4: a mix of two readings: {len(set(titles))}"
    assert titles == NEW or number < half, "the log was whole, and what it has is not shown"
