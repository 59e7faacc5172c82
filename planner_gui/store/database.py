"""Open an SQLite file or say in words why not: pragmas, migrations, known errors (C1, C2, C4, C5, C6, C10).

What the tables hold is another module's. Nothing is ever deleted here; a file that cannot be used is renamed aside.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path

from planner_gui.domain.errors import StoreBusy, StoreDamaged, StoreError, StoreNewer, StoreUnwritable
from planner_gui.store import files
from planner_gui.store.places import is_on_network, is_writable, read_mounts

BUSY_SECONDS = 5.0  # C5
CANNOT_KEEP = "changes cannot be kept"

_MAGIC = b"SQLite format 3\x00"
_WAL_FORMAT = 2  # bytes 18 and 19 of the header
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True, slots=True)
class Schema:
    """What a file must be to be ours.

    create: the statements of `version`. migrations: version n -> statements to n + 1; a step and its number are one
    transaction (C6). precious: what it holds is nowhere else: no write-ahead log, each commit on the disk before it is
    said to be kept (W2), a copy before a migration (C6). refilled: how a file that was set aside is made good.
    """

    application_id: int
    version: int
    tables: frozenset[str]
    create: tuple[str, ...]
    migrations: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    precious: bool = False
    refilled: str = "an empty one was made; sync to fill it"


class Access(Enum):
    """What can be done with an open database."""

    WRITABLE = "writable"
    READ_ONLY = "read-only"
    MEMORY = "memory"  # empty, in place of a file that cannot be opened


class Database:
    """An open database. Calls from several threads take turns; `messages` are for the user, one line each.

    aside: where a file that could not be used is now, None where it could. newer: written by a newer version (C4).
    """

    def __init__(self, path: Path, schema: Schema, *, clock: Callable[[], datetime], busy_seconds: float) -> None:
        self.path = path
        self.schema = schema
        self.access = Access.MEMORY
        self.messages: list[str] = []
        self.aside: Path | None = None
        self.newer = False
        self._clock = clock
        self._busy_seconds = busy_seconds
        self._turn = threading.RLock()
        self._connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Cursor]:
        """One consistent view of the file for the block."""
        with self._turn, known_errors(self.path):
            self._connection.execute("BEGIN")
            try:
                yield self._connection.cursor()
            finally:
                self._roll_back()

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Cursor]:
        """One transaction, all of the block or nothing of it. StoreUnwritable where nothing can be kept (C10)."""
        if self.access is not Access.WRITABLE:
            raise StoreUnwritable(CANNOT_KEEP, path=self.path)
        with self._turn, known_errors(self.path):
            self._connection.execute("BEGIN IMMEDIATE")  # a deferred one fails at once under a writer (F12)
            try:
                yield self._connection.cursor()
                self._connection.execute("COMMIT")
            finally:
                self._roll_back()

    def tidy(self) -> None:
        """Move the write-ahead log into the file: a log is a single point of loss, and a copy may miss it (F7)."""
        with self._turn, contextlib.suppress(sqlite3.Error):
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def quick_check(self) -> StoreDamaged | None:
        """What SQLite finds wrong, None where nothing. Reads the whole file: for after the first paint (C2).

        Raises the StoreErrors that say nothing about the file: an unreadable disk, an `interrupt`.
        """
        try:
            with self._turn, known_errors(self.path):
                found = [str(row[0]) for row in self._connection.execute("PRAGMA quick_check(1)")]
        except StoreDamaged as damage:
            return damage
        return None if found == ["ok"] else StoreDamaged(f"is damaged ({' '.join(found[0].split())})", path=self.path)

    def start_afresh(self, damage: StoreError) -> None:
        """Rename the file aside with the date, make an empty one, and say so once (C2)."""
        with self._turn:
            self._connection.close()
            self._connect_memory()
            try:
                kept = files.set_aside(self.path, self._clock())
            except OSError as error:
                self.messages.append(f"{damage}. It could not be renamed ({error.strerror}): {CANNOT_KEEP}.")
                return
            self.aside = kept
            self.messages.append(f"{damage}. It was kept as {kept.name} and {self.schema.refilled}.")
            self._make()

    def close(self) -> None:
        """Close; a clean close leaves no log beside the file."""
        with self._turn:
            with contextlib.suppress(sqlite3.Error):
                # An `interrupt` holds until a statement begins, and would end what the close does to the log, too.
                self._connection.execute("SELECT 1").fetchall()
            self._connection.close()

    def interrupt(self) -> None:
        """End a statement that runs in another thread."""
        with contextlib.suppress(sqlite3.ProgrammingError):
            self._connection.interrupt()

    def _roll_back(self) -> None:
        with contextlib.suppress(sqlite3.Error):
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    def _connect_memory(self) -> None:
        self.access = Access.MEMORY
        self._connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        for statement in self.schema.create:
            self._connection.execute(statement)

    def _connect(self, path: Path, *, mode: str) -> None:
        self._connection.close()
        with known_errors(self.path):
            self._connection = sqlite3.connect(
                f"{path.absolute().as_uri()}?{mode}",
                uri=True,
                timeout=self._busy_seconds,
                isolation_level=None,
                check_same_thread=False,
            )
            self._connection.execute("PRAGMA trusted_schema = OFF")
            self._connection.execute("PRAGMA temp_store = MEMORY")

    def _make(self) -> None:
        """Make the file. Where the place is read-only, full or missing: from memory, and said (C10)."""
        try:
            self._create_file()
        except (OSError, StoreUnwritable) as error:
            reason = error.strerror if isinstance(error, OSError) else error.what
            self._connect_memory()
            self.messages.append(f"{self.path}: cannot be made ({reason}): {CANNOT_KEEP}.")

    def _create_file(self) -> None:
        files.create_private_file(self.path)
        try:
            self._connect(self.path, mode="mode=rw")
            with known_errors(self.path):
                # The header is complete before a write-ahead log may hold a part of it.
                self._connection.execute("BEGIN IMMEDIATE")
                for statement in self.schema.create:
                    self._connection.execute(statement)
                self._number(self.schema.version)
                self._connection.execute("COMMIT")
            self._settle_journal()
        except BaseException:
            self._connection.close()
            for made in (self.path, *files.companions_there(self.path)):
                made.unlink()  # ours, made in the lines above, and empty
            raise
        self.access = Access.WRITABLE

    def _number(self, version: int) -> None:
        self._connection.execute(f"PRAGMA application_id = {self.schema.application_id:d}")
        self._connection.execute(f"PRAGMA user_version = {version:d}")

    def _settle_journal(self) -> None:
        log = not self.schema.precious and not is_on_network(self.path, read_mounts())
        kept = "EXTRA" if self.schema.precious else "NORMAL" if log else "FULL"
        with known_errors(self.path):
            if not log:
                # Its index then lives in this process's memory: a log can be read where none may be shared.
                self._connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._connection.execute(f"PRAGMA journal_mode = {'WAL' if log else 'DELETE'}")
            self._connection.execute("PRAGMA locking_mode = NORMAL")
            self._connection.execute(f"PRAGMA synchronous = {kept}")
            self._connection.execute("PRAGMA journal_size_limit = 4194304")
            self._connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()

    def _open_to_write(self) -> None:
        for path in (self.path, *files.companions_there(self.path)):
            files.make_private(path)
        self._connect(self.path, mode="mode=rw")
        version = self._version()  # after a crash not what the file's first bytes say: a journal is taken back now
        self._settle_journal()
        self.access = Access.WRITABLE
        if self.schema.precious and version < self.schema.version:
            self._copy(self._copied(version))
        for step in range(version, self.schema.version):
            with self.writing() as cursor:
                for statement in self.schema.migrations[step]:
                    cursor.execute(statement)
                self._number(step + 1)
        self._expect_tables()
        if version < self.schema.version:
            as_it_was = f"; as it was it is kept as {self._copied(version).name}" if self.schema.precious else ""
            self.messages.append(f"{self.path}: was made by an earlier version and is up to date now{as_it_was}.")

    def _version(self) -> int:
        with known_errors(self.path):
            return int(self._connection.execute("PRAGMA user_version").fetchone()[0])

    def _with_its_log(self, header: Header) -> Header:
        """What a log beside the file makes of its version: a migration may be in there alone after a crash (F7)."""
        if not header.logged or not any(path.name.endswith("-wal") for path in files.companions_there(self.path)):
            return header
        with contextlib.suppress(StoreError):
            self._connect(self.path, mode="mode=ro")  # closing it leaves the log as it is
            return replace(header, version=self._version())
        return header

    def _copied(self, version: int) -> Path:
        return self.path.with_name(f"{self.path.name}.version-{version}")

    def _copy(self, path: Path) -> None:
        """A whole copy beside the file (C3, C6); one that is there, of a migration that was cut off, stays."""
        part = path.with_name(f"{path.name}.part")
        with known_errors(self.path), contextlib.suppress(FileExistsError):
            if os.path.lexists(path):
                return
            with contextlib.suppress(FileNotFoundError):
                part.unlink()
            files.create_private_file(part)
            with contextlib.closing(sqlite3.connect(part)) as copy:
                self._connection.backup(copy)
            os.rename(part, path)

    def _open_to_read(self, header: Header) -> None:
        """Read without a change to any byte: alone if nobody can be writing, else by SQLite's own locks."""
        alone = header.logged and not any(path.name.endswith("-wal") for path in files.companions_there(self.path))
        try:
            self._connect(self.path, mode="immutable=1" if alone else "mode=ro")
            if header.version < self.schema.version:
                self._bring_up_to_date_in_memory(header.version)
            self._expect_tables()
            self.access = Access.READ_ONLY
        except StoreUnwritable as error:  # a log that cannot be read here without writing beside it
            self._connect_memory()
            self.messages.append(f"{self.path}: cannot be read here ({error.what}): {CANNOT_KEEP}.")

    def _bring_up_to_date_in_memory(self, version: int) -> None:
        """What an earlier version wrote, as this one would have it; the file stays as it is (C6)."""
        with known_errors(self.path):
            memory = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
            self._connection.backup(memory)
            self._connection.close()
            self._connection = memory
            for step in range(version, self.schema.version):
                for statement in self.schema.migrations[step]:
                    memory.execute(statement)

    def _expect_tables(self) -> None:
        with known_errors(self.path):
            there = {row[0] for row in self._connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        if missing := self.schema.tables - there:
            raise StoreDamaged(f"lacks the table {min(missing)}", path=self.path)

    def open(self, *, writable: bool) -> None:
        """See `open_database`."""
        try:
            header = look(self.path, self.schema)
            if header is None:
                self._open_missing(writable=writable)
                return
            header = self._with_its_log(header)
            if header.version > self.schema.version:
                self._open_newer(header)
            elif not writable:
                self._open_to_read(header)
            elif not is_writable(self.path):
                self._open_to_read(header)
                self.messages.append(f"{self.path}: is read-only here: {CANNOT_KEEP}.")
            else:
                self._open_to_write()
        except StoreDamaged as damage:
            if not writable:
                raise
            self.start_afresh(damage)
        except StoreUnwritable as error:
            self._connect_memory()
            self.messages.append(f"{error}: {CANNOT_KEEP}.")

    def _open_missing(self, *, writable: bool) -> None:
        if not writable:
            self._connect_memory()
        elif files.companions_there(self.path):
            # SQLite would take a log of another file into the new one.
            self.start_afresh(StoreDamaged("is gone, its log is still there", path=self.path))
        else:
            self._make()

    def _open_newer(self, header: Header) -> None:
        """C4: shown as far as it can be read, and never written."""
        advice = f"It is shown as far as this version can read it; {CANNOT_KEEP}."
        newer = StoreNewer("was written by a newer version of planner-gui", path=self.path, advice=advice)
        self.messages.append(str(newer))
        self.newer = True
        try:
            self._open_to_read(header)
        except StoreDamaged:  # its tables are not ours to read
            self._connect_memory()


@dataclass(frozen=True, slots=True)
class Header:
    """What the first bytes of a database say. logged: it is kept with a write-ahead log."""

    version: int
    logged: bool


def open_database(
    path: Path,
    schema: Schema,
    *,
    writable: bool = True,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    busy_seconds: float = BUSY_SECONDS,
) -> Database:
    """Open or make a database, by cheap checks only (C2); what had to be done about it is in `messages`.

    writable: a damaged, empty or foreign file is renamed aside and an empty one made. Not writable: no byte changes,
    and a damaged one raises StoreDamaged. A newer one is read, never written, whatever was asked (C4). A read-only,
    full or missing place leaves an empty database in memory or a read-only one (C10). Raises StoreBusy.
    """
    database = Database(path, schema, clock=clock, busy_seconds=busy_seconds)
    try:
        database.open(writable=writable)
    except BaseException:
        database.close()
        raise
    return database


def open_in_memory(schema: Schema) -> Database:
    """A database that is nowhere on disk, writable: for the demo and the tests."""
    database = Database(Path("memory"), schema, clock=lambda: datetime.now(UTC), busy_seconds=BUSY_SECONDS)
    database._connect_memory()
    database.access = Access.WRITABLE
    return database


def look(path: Path, schema: Schema) -> Header | None:
    """Judge a file by its first bytes, without SQLite; None: there is none. Raises StoreDamaged (C2)."""
    try:
        if not files.is_plain_file(path):
            raise StoreDamaged("is a link or a folder, not a file", path=path)
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        with open(descriptor, "rb") as file:
            start = file.read(100)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreUnwritable(f"cannot be opened ({error.strerror})", path=path) from error
    if not start:
        raise StoreDamaged("is empty", path=path)
    if len(start) < 100 or not start.startswith(_MAGIC):
        raise StoreDamaged("is not a database", path=path)
    version, application = struct.unpack(">i4xi", start[60:72])
    if application != schema.application_id:
        raise StoreDamaged("belongs to another application", path=path)
    if version < 1:
        raise StoreDamaged("has no version", path=path)
    return Header(version, logged=start[18] == _WAL_FORMAT)


@contextlib.contextmanager
def known_errors(path: Path) -> Iterator[None]:
    """Turn what SQLite says of the file or the disk into StoreErrors; its other errors are bugs and pass."""
    try:
        yield
    except sqlite3.Error as error:
        known = _known(error, path)
        if known is None:
            raise
        raise known from error
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        raise StoreUnwritable("the disk is full", path=path) from error


def _known(error: sqlite3.Error, path: Path) -> StoreError | None:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    match code:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StoreBusy("another window is busy with it", path=path, advice="Try again in a moment.")
        case sqlite3.SQLITE_INTERRUPT:
            return StoreBusy("is being closed", path=path)
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return StoreDamaged("is damaged", path=path)
        case sqlite3.SQLITE_FULL:
            return StoreUnwritable("the disk is full", path=path)
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return StoreUnwritable("cannot be written", path=path)
        case sqlite3.SQLITE_IOERR:
            return StoreUnwritable("the disk did not answer as it should", path=path)
    if code == sqlite3.SQLITE_ERROR and "no such" in str(error):
        return StoreDamaged("lacks a part", path=path)  # the statements are ours and tested: the file is short
    return None
