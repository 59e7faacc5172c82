"""queue.db: the changes that no service has yet, each a row that proves itself (W2, W3). What it holds is nowhere else.

A row is a number and bytes; what the bytes mean is not known here. Nothing is ever deleted: a row that is no longer
needed is emptied and keeps its number, so that a number without a row is damage; a row that does not fit its hash is
put apart, shown, and never handed out as a change.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from planner_gui.domain.errors import StoreDamaged, StoreError
from planner_gui.store import files
from planner_gui.store.database import (
    BUSY_SECONDS,
    CANNOT_KEEP,
    Access,
    Database,
    Schema,
    open_database,
    open_in_memory,
)

SCHEMA = Schema(
    application_id=0x504C4751,  # "PLGQ"
    version=1,
    tables=frozenset({"change", "last", "damaged"}),
    create=(
        "CREATE TABLE change (seq INTEGER PRIMARY KEY, payload BLOB NOT NULL, hash BLOB NOT NULL)",
        "CREATE TABLE last (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL, hash BLOB NOT NULL)",
        "CREATE TABLE damaged (seq INTEGER NOT NULL, payload BLOB NOT NULL, reason TEXT NOT NULL)",
    ),
    precious=True,
    refilled="what could be read of it is in a new one",
)

GONE = "is gone"
ALTERED = "was altered or damaged on the disk"
UNCOUNTED = "it is not known how many changes there were"
_ROWS = "SELECT seq, payload, hash FROM change"
_APART = "SELECT seq, payload, reason FROM damaged"
_MAGIC = b"SQLite format 3\x00"

Rows = list[tuple[int, bytes]]


@dataclass(frozen=True, slots=True)
class Damaged:
    """A change that cannot be trusted, and so is shown and never sent. payload: its bytes as found, b"" if gone."""

    seq: int
    reason: str
    payload: bytes = b""


class Queue:
    """An open queue. Methods may be called from any one thread at a time; all raise StoreErrors.

    persistent: what is put will be there at the next start; otherwise `put` refuses with StoreUnwritable (C10).
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        writable: bool = True,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        busy_seconds: float = BUSY_SECONDS,
    ) -> Self:
        """Open or make the queue; see `open_database`. What a file that cannot be used still holds is taken over (C2).

        Not writable: no byte changes, a damaged one raises StoreDamaged, a newer one is read as far as possible (C4).
        """
        queue = cls(open_database(path, SCHEMA, writable=writable, clock=clock, busy_seconds=busy_seconds))
        queue._rescue()
        return queue

    @classmethod
    def in_memory(cls) -> Self:
        """A queue that is nowhere on disk."""
        return cls(open_in_memory(SCHEMA))

    @classmethod
    def nowhere(cls, damage: StoreDamaged) -> Self:
        """An empty queue that keeps nothing, in place of one that cannot be read."""
        queue = cls.in_memory()
        queue._database.access = Access.MEMORY
        queue._database.messages.append(f"{damage}: {CANNOT_KEEP}.")
        return queue

    @property
    def path(self) -> Path:
        return self._database.path

    @property
    def persistent(self) -> bool:
        return self._database.access is Access.WRITABLE

    def messages(self) -> list[str]:
        """What had to be done about the file, one line each; each is handed out once."""
        messages, self._database.messages = self._database.messages, []
        return messages

    def close(self) -> None:
        self._database.close()

    def load(self) -> tuple[Rows, list[Damaged]]:
        """All rows that fit their hash, by number, without emptied ones; and what does not fit, is gone, or did before.

        Looks through the whole file: it is small. What is newly found damaged is put apart for good.
        """
        try:
            if damage := self._database.quick_check():
                raise damage
            return self._load()
        except StoreDamaged as damage:
            if self._database.newer:  # said already that not all of it can be read (C4)
                return [], []
            if not self.persistent:
                raise
            self._start_afresh(damage)
            return self._load()

    def put(self, rows: Sequence[tuple[int, bytes]]) -> list[int]:
        """Keep rows in one transaction, number 0 as a new one; their numbers. Returns when they are on disk (W2)."""
        try:
            return self._put(rows)
        except StoreDamaged as damage:
            if not self.persistent:
                raise
            self._start_afresh(damage)
            return self._put(rows)

    def _put(self, rows: Sequence[tuple[int, bytes]]) -> list[int]:
        numbers = []
        with self._database.writing() as cursor:
            last = _last(cursor)
            for seq, payload in rows:
                number = seq or last + 1
                last = max(last, number)
                cursor.execute("REPLACE INTO change VALUES (?, ?, ?)", (number, payload, _hash(number, payload)))
                numbers.append(number)
            _number(cursor, last)
        return numbers

    def _load(self) -> tuple[Rows, list[Damaged]]:
        with self._database.reading() as cursor:
            there = [(seq, _blob(p), _blob(h)) for seq, p, h in cursor.execute(f"{_ROWS} ORDER BY seq")]
            known = [
                Damaged(seq, str(reason), _blob(payload))
                for seq, payload, reason in cursor.execute(f"{_APART} ORDER BY seq, rowid")
            ]
            said = _last_said(cursor)
        fitting = {seq for seq, payload, proof in there if seq > 0 and proof == _hash(seq, payload)}
        last = max([said or 0, *fitting])  # a row that does not fit may have any number
        new = [Damaged(seq, ALTERED, payload) for seq, payload, _ in there if seq not in fitting]
        new += [Damaged(seq, GONE) for seq in sorted(set(range(1, last + 1)) - {seq for seq, _, _ in there})]
        if said is None or said < last:
            new.append(Damaged(0, UNCOUNTED))
        if new and self.persistent:
            self._put_apart(new, last)
        rows = [(seq, payload) for seq, payload, _ in there if payload and seq in fitting]
        return rows, sorted([*known, *new], key=lambda each: each.seq)

    def _put_apart(self, damaged: Iterable[Damaged], last: int) -> None:
        """Move damaged rows as they are to a table of their own; the numbers that there were stay, emptied."""
        with self._database.writing() as cursor:
            for each in damaged:
                cursor.execute("INSERT INTO damaged VALUES (?, ?, ?)", (each.seq, each.payload, each.reason))
                cursor.execute("DELETE FROM change WHERE seq = ?", (each.seq,))
                if 0 < each.seq <= last:
                    cursor.execute("INSERT INTO change VALUES (?, ?, ?)", (each.seq, b"", _hash(each.seq, b"")))
            _number(cursor, last)

    # --- a file that cannot be used (C2) ---

    def _start_afresh(self, damage: StoreDamaged) -> None:
        self._database.start_afresh(damage)
        self._rescue()

    def _rescue(self) -> None:
        """Take over, row by row, what a file that was set aside still holds; a number that it lacks is damage."""
        aside, self._database.aside = self._database.aside, None
        if aside is None:
            return
        rows, last, damaged = _salvaged(aside)
        whole = {seq: payload for seq, payload, proof in rows if proof == _hash(seq, payload)}
        if self.persistent:
            with self._database.writing() as cursor:
                cursor.executemany("REPLACE INTO change VALUES (?, ?, ?)", rows)
                cursor.executemany("INSERT INTO damaged VALUES (?, ?, ?)", damaged)
                _number(cursor, max([last, *whole]))
        count = sum(1 for payload in whole.values() if payload)
        what = f"{count} change{'' if count == 1 else 's'} could be read of it"
        self._database.messages[-1] += f" {what}." if self.persistent else f" {what}, and cannot be kept."


def _hash(seq: int, payload: bytes) -> bytes:
    """What proves that these bytes belong to this number (W3)."""
    return hashlib.sha256(seq.to_bytes(8, "big", signed=True) + payload).digest()


def _blob(value: object) -> bytes:
    """The bytes of a column; a damaged file may hold anything."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "backslashreplace")


def _last_said(cursor: sqlite3.Cursor) -> int | None:
    """The last number, 0 in a new queue; None where it is altered or gone."""
    found = cursor.execute("SELECT seq, hash FROM last").fetchone()
    if found is None:
        return None if cursor.execute("SELECT 1 FROM change").fetchone() else 0
    seq, proof = found
    return seq if isinstance(seq, int) and seq >= 0 and _blob(proof) == _hash(seq, b"last") else None


def _last(cursor: sqlite3.Cursor) -> int:
    """The highest number given so far."""
    (highest,) = cursor.execute("SELECT max(seq) FROM change").fetchone()
    return max(_last_said(cursor) or 0, highest or 0)


def _number(cursor: sqlite3.Cursor, last: int) -> None:
    cursor.execute("REPLACE INTO last VALUES (1, ?, ?)", (last, _hash(last, b"last")))


def _salvaged(path: Path) -> tuple[list[tuple[int, bytes, bytes]], int, list[tuple[int, bytes, str]]]:
    """The rows that can be read of a file, whether they fit their hash or not, its last number, and its damaged ones.

    Each row is asked for on its own where the whole cannot be read: a broken page costs what is on it.
    """
    rows: dict[int, tuple[int, bytes, bytes]] = {}
    last, damaged = 0, []
    with _opened_to_read(path) as connection:
        if connection is None:
            return [], 0, []

        def each(query: str, *values: object) -> Iterator[tuple[object, ...]]:
            with contextlib.suppress(sqlite3.Error, StoreError):
                yield from connection.execute(query, values)

        for order in ("ASC", "DESC"):  # from both ends up to the broken page
            for seq, payload, proof in each(f"{_ROWS} ORDER BY seq {order}"):
                if isinstance(seq, int):
                    rows.setdefault(seq, (seq, _blob(payload), _blob(proof)))
        for seq, proof in each("SELECT seq, hash FROM last"):
            if isinstance(seq, int) and seq >= 0 and _blob(proof) == _hash(seq, b"last"):
                last = seq
        known = [seq for seq, payload, proof in rows.values() if proof == _hash(seq, payload)]
        for seq in set(range(1, max([last, *known]) + 1)) - set(rows):
            for _, payload, proof in each(f"{_ROWS} WHERE seq = ?", seq):
                rows[seq] = (seq, _blob(payload), _blob(proof))
        for seq, payload, reason in each(_APART):
            if isinstance(seq, int):
                damaged.append((seq, _blob(payload), str(reason)))
    return list(rows.values()), last, damaged


@contextlib.contextmanager
def _opened_to_read(path: Path) -> Iterator[sqlite3.Connection | None]:
    """A file that SQLite may not know as its own, without a change to it; None where it is no file at all.

    Where only the first bytes are broken, a copy with the right ones is read.
    """
    with contextlib.ExitStack() as ends:
        connection = None
        with contextlib.suppress(OSError, sqlite3.Error):
            content = files.read_plainly(path)
            if len(content) > len(_MAGIC):
                copy = path.with_name(f".{path.name}.{os.getpid()}.rescue")
                ends.callback(_remove, copy)
                files.create_private_file(copy)
                copy.write_bytes(_MAGIC + content[len(_MAGIC) :])
                for companion in files.companions_there(path):
                    beside = copy.with_name(copy.name + companion.name.removeprefix(path.name))
                    ends.callback(_remove, beside)
                    with contextlib.suppress(OSError):
                        beside.write_bytes(files.read_plainly(companion))
                connection = sqlite3.connect(copy, isolation_level=None)
                ends.callback(connection.close)
                connection.execute("PRAGMA cell_size_check = ON")
        yield connection


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()  # ours, made above
