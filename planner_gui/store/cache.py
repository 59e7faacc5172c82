"""cache.db: every connection's last whole snapshot, its raw records, and what a first paint would else work out again.

All of it may be thrown away and read again from the services. Columns are stored as the bytes of
their arrays: opening costs their bytes, not a parse (architecture.md, Scale). Nothing here knows a rule of the plan.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from planner_gui.domain.entities import Account, CalendarSource, Membership, NotReadable, NotUnderstood, Project, Team
from planner_gui.domain.errors import StoreDamaged
from planner_gui.domain.snapshot import COLUMNS, RAW_CHUNK, Part, Schedules, Series, Snapshot, Texts, Timed, unpack_raws
from planner_gui.store.database import BUSY_SECONDS, Access, Database, Schema, open_database, open_in_memory

SCHEMA = Schema(
    application_id=0x504C4743,  # "PLGC"
    version=1,
    tables=frozenset({"snapshot", "part", "raw", "failure", "kept"}),
    create=(
        "CREATE TABLE snapshot (connection TEXT PRIMARY KEY, kind TEXT NOT NULL, rows INTEGER NOT NULL)",
        "CREATE TABLE part (connection TEXT, name TEXT, data BLOB NOT NULL, crc INTEGER NOT NULL,"
        " PRIMARY KEY (connection, name))",
        "CREATE TABLE raw (connection TEXT, chunk INTEGER, data BLOB NOT NULL, PRIMARY KEY (connection, chunk))",
        "CREATE TABLE failure (connection TEXT PRIMARY KEY, error TEXT NOT NULL, at TEXT NOT NULL)",
        "CREATE TABLE kept (key TEXT PRIMARY KEY, data BLOB NOT NULL)",
    ),
)

_DAY, _MINUTE = np.dtype(np.int32), np.dtype(np.int64)
_SERIES: dict[str, np.dtype[Any]] = {"row": _DAY, "occurrence": _DAY, "first_start": _DAY, "first_end": _DAY}
_TIMED: dict[str, np.dtype[Any]] = {"row": _DAY, "start_minute": _MINUTE, "end_minute": _MINUTE}


@dataclass(frozen=True, slots=True)
class Failure:
    """Why the last reading of a connection came to nothing, and when (aware, UTC)."""

    error: str
    at: datetime


@dataclass(frozen=True, slots=True)
class _Metadata:
    """What of a snapshot is not an array: a few thousand values at most."""

    parts: tuple[Part, ...]
    accounts: tuple[Account, ...]
    teams: tuple[Team, ...]
    memberships: tuple[Membership, ...]
    projects: tuple[Project, ...]
    sources: tuple[CalendarSource, ...]
    not_understood: tuple[NotUnderstood, ...]
    not_readable: tuple[NotReadable, ...]
    warnings: tuple[str, ...]
    schedules_start: int
    schedules_days: int


_METADATA = [f.name for f in fields(_Metadata) if not f.name.startswith("schedules_")]
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(_Metadata)


class Cache:
    """An open cache. Methods may be called from any one thread at a time; all raise StoreErrors.

    persistent: what is saved will be there at the next start; otherwise `save` refuses with StoreUnwritable (C10).
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
        """Open or make the cache by cheap checks only (C2); see `open_database`."""
        return cls(open_database(path, SCHEMA, writable=writable, clock=clock, busy_seconds=busy_seconds))

    @classmethod
    def in_memory(cls) -> Self:
        """A cache that is nowhere on disk."""
        return cls(open_in_memory(SCHEMA))

    @property
    def persistent(self) -> bool:
        return self._database.access is Access.WRITABLE

    def messages(self) -> list[str]:
        """What had to be done about the file, one line each; each is handed out once."""
        messages, self._database.messages = self._database.messages, []
        return messages

    def close(self) -> None:
        self._database.close()

    def interrupt(self) -> None:
        """End a running `check`: the window is closing."""
        self._database.interrupt()

    # --- snapshots ---

    def load(self) -> list[Snapshot]:
        """Every connection's snapshot, without raw records, by name. A damaged file is set aside: [] (C2)."""
        try:
            return self._load()
        except StoreDamaged as damage:
            if self._database.access is not Access.WRITABLE:
                raise
            self._database.start_afresh(damage)
            return []

    def _load(self) -> list[Snapshot]:
        with self._database.reading() as cursor:
            known = cursor.execute("SELECT connection, kind, rows FROM snapshot ORDER BY connection").fetchall()
            parts: dict[str, dict[str, bytes]] = {name: {} for name, _, _ in known}
            for row, connection, name in cursor.execute("SELECT rowid, connection, name FROM part").fetchall():
                # As a blob, not as a column of the answer: a third faster, a copy less.
                with cursor.connection.blobopen("part", "data", row, readonly=True) as blob:
                    parts.setdefault(connection, {})[name] = blob.read()
        try:
            return [_unpacked(name, kind, rows, parts[name]) for name, kind, rows in known]
        except (KeyError, ValueError, TypeError) as error:  # msgspec's errors are ValueErrors
            raise StoreDamaged("is damaged (a snapshot does not fit together)", path=self._database.path) from error

    def save(self, snapshot: Snapshot) -> Snapshot:
        """Swap one connection's snapshot, in one transaction; its failure, if any, is over (C8).

        Raw chunks are added to those there, and chunks that no row refers to any more go. Returns the snapshot as it
        would be loaded: without the chunks just kept. A file found damaged is set aside, and an empty one used (C2).
        """
        try:
            self._save(snapshot)
        except StoreDamaged as damage:
            self._database.start_afresh(damage)
            self._save(snapshot)
        self._database.tidy()
        return replace(snapshot, raw_chunks={})

    def _save(self, snapshot: Snapshot) -> None:
        name = snapshot.connection
        referenced = np.unique(snapshot.columns["raw"] // RAW_CHUNK)
        with self._database.writing() as cursor:
            cursor.execute("REPLACE INTO snapshot VALUES (?, ?, ?)", (name, snapshot.kind, snapshot.rows))
            cursor.execute("DELETE FROM part WHERE connection = ?", (name,))
            cursor.executemany(
                "INSERT INTO part VALUES (?, ?, ?, ?)",
                ((name, part, data, zlib.crc32(data)) for part, data in _packed(snapshot)),
            )
            cursor.executemany(
                "REPLACE INTO raw VALUES (?, ?, ?)", ((name, n, data) for n, data in snapshot.raw_chunks.items())
            )
            there = {row[0] for row in cursor.execute("SELECT chunk FROM raw WHERE connection = ?", (name,))}
            gone = there - {int(chunk) for chunk in referenced}
            cursor.executemany("DELETE FROM raw WHERE connection = ? AND chunk = ?", ((name, chunk) for chunk in gone))
            cursor.execute("DELETE FROM failure WHERE connection = ?", (name,))

    def raw(self, connection: str, number: int) -> bytes | None:
        """One raw record by its number (the column `raw`), None where it is not kept. Raises StoreDamaged."""
        if number < 0:
            return None
        with self._database.reading() as cursor:
            found = cursor.execute(
                "SELECT data FROM raw WHERE connection = ? AND chunk = ?", (connection, number // RAW_CHUNK)
            ).fetchone()
        if found is None:
            return None
        try:
            records = unpack_raws(found[0])
        except (ValueError, zlib.error) as error:
            raise StoreDamaged("is damaged (a raw record)", path=self._database.path) from error
        place = number % RAW_CHUNK
        return records[place] if place < len(records) else None

    def forget(self, connection: str) -> None:
        """Remove everything kept of a connection (A8)."""
        with self._database.writing() as cursor:
            for table in ("snapshot", "part", "raw", "failure"):
                cursor.execute(f"DELETE FROM {table} WHERE connection = ?", (connection,))  # noqa: S608  (our own names)

    # --- how the last reading went ---

    def record_failure(self, connection: str, error: str, at: datetime) -> None:
        """Remember why a reading came to nothing; the snapshot stays (C8)."""
        with self._database.writing() as cursor:
            cursor.execute("REPLACE INTO failure VALUES (?, ?, ?)", (connection, error, at.isoformat()))

    def failures(self) -> dict[str, Failure]:
        """The connections whose last reading failed."""
        with self._database.reading() as cursor:
            rows = cursor.execute("SELECT connection, error, at FROM failure").fetchall()
        return {connection: Failure(error, datetime.fromisoformat(at)) for connection, error, at in rows}

    # --- results kept, so that the first paint need not work them out ---

    def keep(self, key: str, data: bytes) -> None:
        """Keep bytes under a key, in place of those there."""
        with self._database.writing() as cursor:
            cursor.execute("REPLACE INTO kept VALUES (?, ?)", (key, data))

    def kept(self, key: str) -> bytes | None:
        """The bytes under a key, None where there are none."""
        with self._database.reading() as cursor:
            found = cursor.execute("SELECT data FROM kept WHERE key = ?", (key,)).fetchone()
        return None if found is None else bytes(found[0])

    # --- after the first paint ---

    def check(self) -> bool:
        """Look through the whole file, which takes a while; False: it was damaged, and is now set aside (C2).

        SQLite's own check does not see a bit that turned over inside a value (F8), the checksums of the parts do. Only
        damage is damage: raises the StoreErrors of a disk that does not answer or of an `interrupt`.
        """
        damage = self._database.quick_check() or self._wrong_checksum()
        if damage is None:
            return True
        if self.persistent:
            self._database.start_afresh(damage)
        return False

    def _wrong_checksum(self) -> StoreDamaged | None:
        with self._database.reading() as cursor:
            for connection, part, data, crc in cursor.execute("SELECT connection, name, data, crc FROM part"):
                if zlib.crc32(data) != crc:
                    return StoreDamaged(f"is damaged ({part} of {connection})", path=self._database.path)
        return None


def _packed(snapshot: Snapshot) -> Iterator[tuple[str, bytes]]:
    """A snapshot as named bytes."""
    for name, dtype in COLUMNS.items():
        column = snapshot.columns[name]
        if len(column) > 1 and (column == column[0]).all():  # one value says it, and costs nothing when loaded
            yield f"constant/{name}", _bytes(column[:1], dtype)
        else:
            yield f"column/{name}", _bytes(column, dtype)
    yield "texts/block", snapshot.texts.block
    yield "texts/offsets", _bytes(snapshot.texts.offsets, np.uint32)
    for name, dtype in _TIMED.items():
        yield f"timed/{name}", _bytes(getattr(snapshot.timed, name), dtype)
    for name, dtype in _SERIES.items():
        yield f"series/{name}", _bytes(getattr(snapshot.series, name), dtype)
    yield "schedules/account", _bytes(snapshot.schedules.account, np.int32)
    yield "schedules/minutes", _bytes(snapshot.schedules.minutes, np.int16)
    metadata = _Metadata(
        **{name: getattr(snapshot, name) for name in _METADATA},
        schedules_start=snapshot.schedules.start,
        schedules_days=snapshot.schedules.minutes.shape[1] if snapshot.schedules.minutes.ndim == 2 else 0,
    )
    yield "metadata", _encoder.encode(metadata)


def _bytes(array: NDArray[Any], dtype: Any) -> bytes:
    """Little-endian bytes of an array of just this type; a wrong type is a bug, not a conversion."""
    wanted = np.dtype(dtype)
    if array.dtype != wanted:
        raise TypeError(f"an array of {array.dtype} where {wanted} is due")
    return np.ascontiguousarray(array, wanted.newbyteorder("<")).tobytes()


def _unpacked(connection: str, kind: str, rows: int, parts: dict[str, bytes]) -> Snapshot:
    """The snapshot of named bytes; arrays lie on those bytes, without a copy. ValueError where they do not fit."""

    def array(name: str, dtype: Any) -> NDArray[Any]:
        return np.frombuffer(parts[name], np.dtype(dtype).newbyteorder("<"))

    def column(name: str, dtype: np.dtype[Any]) -> NDArray[Any]:
        if f"constant/{name}" in parts:
            return np.broadcast_to(array(f"constant/{name}", dtype), rows)
        return array(f"column/{name}", dtype)

    metadata: _Metadata = _decoder.decode(parts["metadata"])
    columns = {name: column(name, dtype) for name, dtype in COLUMNS.items()}
    offsets = array("texts/offsets", np.uint32)
    timed = Timed(**{name: array(f"timed/{name}", dtype) for name, dtype in _TIMED.items()})
    series = Series(**{name: array(f"series/{name}", dtype) for name, dtype in _SERIES.items()})
    accounts = array("schedules/account", np.int32)
    minutes = array("schedules/minutes", np.int16).reshape(len(accounts), metadata.schedules_days)
    tables = ([getattr(timed, name) for name in _TIMED], [getattr(series, name) for name in _SERIES])
    if (
        any(len(column) != rows for column in columns.values())
        or any(len({len(column) for column in table}) != 1 for table in tables)
        or len(offsets) == 0
        or int(offsets[-1]) != len(parts["texts/block"])
    ):
        raise ValueError(f"the parts of {connection} do not fit together")
    return Snapshot(
        connection=connection,
        kind=kind,
        columns=columns,
        texts=Texts(parts["texts/block"], offsets),
        timed=timed,
        series=series,
        schedules=Schedules(accounts, metadata.schedules_start, minutes),
        **{name: getattr(metadata, name) for name in _METADATA},
    )
