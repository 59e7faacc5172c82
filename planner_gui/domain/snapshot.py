"""One connection's reading as columns: what the cache keeps, and what a plan is assembled from.

A row is an item on one account: an event of three people is three rows with one external id, a weekly allocation one
row an occurrence. Amounts are whole minutes. Nothing here depends on today, on who is whom, or on what counts: those
are the plan's (`plan`), so that a changed setting never needs a new reading.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from enum import IntEnum, IntFlag
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from planner_gui.domain.entities import (
    Account,
    CalendarSource,
    Membership,
    NotReadable,
    NotUnderstood,
    Project,
    Span,
    Team,
)

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]

NO_DAY = -(2**31)  # a date that the service did not give
RAW_CHUNK = 512  # raw records kept together, compressed, as one blob of the cache

EPOCH = date(1970, 1, 1).toordinal()


def day_number(day: date) -> int:
    """Days since 1970-01-01, the unit of every date column."""
    return day.toordinal() - EPOCH


def day_date(number: int) -> date:
    """The date of a day number."""
    return date.fromordinal(number + EPOCH)


class Form(IntEnum):
    """How a row states its amount (the column `amount`)."""

    NONE = 0  # absences (share in `percent`) and events (dates, or the `timed` table)
    PER_DAY = 1  # minutes on each of its days
    TOTAL = (
        2  # minutes over its span, spread (capacity.md, Load 1); in the `series` table: spread at the first span's rate
    )
    PERCENT = 3  # share of working time, in `percent`
    REMAINING = 4  # a task's remaining minutes of this assignee, spread from today (Load 4)


class Flag(IntFlag):
    """Facts about a row that are not amounts."""

    INCLUDE_NON_WORKING = 1
    TEAM_PARENT = 2
    REFLECTION = 4
    OCCURRENCE = 8  # a later occurrence; its start is in the `series` table
    RECURRING = 16  # the stored first occurrence of a series
    ALL_DAY = 32
    ARCHIVED = 64
    BAD_DATES = 128  # ends before it starts: shown, never counted (V5)
    STALE = 256  # of a resource that could not be read this time (C8)
    ORIGINAL_ESTIMATE = 512
    UNKNOWN_RULE = 1024
    NO_START = 2048
    NO_DUE = 4096
    PENDING_CREATE = 8192  # edited here, not sent yet (`overlay`); never in a reading
    PENDING_UPDATE = 16384
    PENDING_DELETE = 32768


PENDING = Flag.PENDING_CREATE | Flag.PENDING_UPDATE | Flag.PENDING_DELETE

# Dense columns: one value a row. Text columns are indices into `texts`.
COLUMNS: Mapping[str, np.dtype[Any]] = {
    "kind": np.dtype(np.int8),
    "account": np.dtype(np.int32),  # index into accounts, -1: none (a team's plan, an unassigned task)
    "start": np.dtype(np.int32),  # day number; NO_DAY where unknown
    "end": np.dtype(np.int32),  # inclusive
    "form": np.dtype(np.int8),
    "amount": np.dtype(np.int32),  # minutes, see Form
    # Hundredths of a percent, -1: none. An allocation's commitment, an absence's share; of a task, what is done of it.
    "percent": np.dtype(np.int16),
    "flags": np.dtype(np.uint16),
    "title": np.dtype(np.int32),
    "project": np.dtype(np.int32),
    "type": np.dtype(np.int32),
    "item": np.dtype(np.int32),  # the planned item's id or key; a team plan's team key; a task's status
    "external_id": np.dtype(np.int32),
    "source": np.dtype(np.int16),  # index into sources (events), -1: none
    "resource": np.dtype(np.int32),  # what it was read from, for C8
    "raw": np.dtype(np.int32),  # number of its raw record in the connection's raw chunks, -1: none
}


class Texts:
    """Distinct strings as one UTF-8 block and offsets: a million titles cost their bytes, not a million objects."""

    __slots__ = ("__weakref__", "_found", "block", "offsets")

    def __init__(self, block: bytes, offsets: NDArray[np.uint32]) -> None:
        self.block = block
        self.offsets = offsets  # one more than there are strings
        self._found: dict[str, int] = {}  # what was looked for lately: whoever drags an item asks again and again

    @classmethod
    def of(cls, strings: Iterable[str]) -> Self:
        """Keep strings in order; text 0 should be "" (the builder sees to it)."""
        encoded = [s.encode("utf-8", "surrogatepass") for s in strings]
        offsets = np.zeros(len(encoded) + 1, np.uint32)
        np.cumsum([len(e) for e in encoded], out=offsets[1:])
        return cls(b"".join(encoded), offsets)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, index: int) -> str:
        start, end = int(self.offsets[index]), int(self.offsets[index + 1])
        return self.block[start:end].decode("utf-8", "replace")

    def find(self, text: str) -> int:
        """The number of a text, -1 where there is none ("" is 0); costs a scan of the block, not a million objects."""
        if not text:
            return 0
        known = self._found.get(text)
        if known is None:
            if len(self._found) >= _REMEMBERED:
                self._found = {}
            known = self._found[text] = self._look_for(text)
        return known

    def _look_for(self, text: str) -> int:
        encoded = text.encode("utf-8", "surrogatepass")
        at = self.block.find(encoded)
        while at >= 0:
            # Of the offsets' own type: any other number has a million of them converted first.
            index = int(np.searchsorted(self.offsets, np.uint32(at), side="right")) - 1
            if self.offsets[index] == at and self.offsets[index + 1] == at + len(encoded):
                return index
            at = self.block.find(encoded, at + 1)
        return -1

    def find_all(self, wanted: Collection[str]) -> dict[str, int]:
        """The numbers of those texts that are here; of many, for about the price of one."""
        if len(wanted) <= _FEW:
            return {text: number for text in wanted if (number := self.find(text)) >= 0}
        encoded = {text.encode("utf-8", "surrogatepass"): text for text in wanted}
        tails = np.array(sorted({_tail(text) for text in encoded}), np.uint64)
        likely = np.flatnonzero(np.isin(self._tails(), tails))
        found: dict[str, int] = {}
        for number in likely.tolist():
            text = encoded.get(self.block[self.offsets[number] : self.offsets[number + 1]])
            if text is not None:
                found.setdefault(text, number)
        return found

    def _tails(self) -> NDArray[np.uint64]:
        """The last bytes of every text as a number: ids differ at their ends."""
        block = np.frombuffer(bytes(_TAIL) + self.block, np.uint8)
        ends, lengths = self.offsets[1:].astype(np.int64) + _TAIL, np.diff(self.offsets)
        tails = np.zeros(len(self), np.uint64)
        for place in range(_TAIL):
            byte = np.where(lengths > place, block[ends - 1 - place], 0)
            tails |= byte.astype(np.uint64) << np.uint64(8 * place)
        return tails


_FEW = 24  # texts that are looked for one by one
_REMEMBERED = 1_000
_TAIL = 6  # bytes of a text


def _tail(text: bytes) -> int:
    return int.from_bytes(text[-_TAIL:], "big")


@dataclass(frozen=True, slots=True)
class Timed:
    """Sparse table of timed events: rows (ascending), first and last minute since the epoch, UTC, end exclusive."""

    row: Int32
    start_minute: Int64
    end_minute: Int64


@dataclass(frozen=True, slots=True)
class Series:
    """Sparse table of later occurrences and clipped reflections (rows ascending).

    occurrence: day number of the occurrence's own start, NO_DAY for a clipped first one. first_start, first_end: the
    span whose working days, holidays ignored, set the rate of a TOTAL (capacity.md, Load 3); NO_DAY where the row's own
    total is spread over its own span (Load 1): a child that the service returned with an amount of its own.
    """

    row: Int32
    occurrence: Int32
    first_start: Int32
    first_end: Int32


@dataclass(frozen=True, slots=True)
class Schedules:
    """Working minutes a day that the service reports: minutes[i, d] of account[i] on day start + d; -1: not said."""

    account: Int32
    start: int
    minutes: NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Part:
    """A range of dates and when it was read (aware, UTC)."""

    span: Span
    read_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One connection, as last read in whole.

    columns: name -> array, one value a row (COLUMNS). parts: what was read when, in order of date, not overlapping.
    """

    connection: str
    kind: str
    parts: tuple[Part, ...]
    columns: Mapping[str, NDArray[Any]]
    texts: Texts
    timed: Timed
    series: Series
    schedules: Schedules
    accounts: tuple[Account, ...] = ()
    teams: tuple[Team, ...] = ()
    memberships: tuple[Membership, ...] = ()
    projects: tuple[Project, ...] = ()
    sources: tuple[CalendarSource, ...] = ()
    not_understood: tuple[NotUnderstood, ...] = ()
    not_readable: tuple[NotReadable, ...] = ()
    warnings: tuple[str, ...] = ()
    raw_chunks: Mapping[int, bytes] = field(default_factory=dict)
    """Compressed lists of RAW_CHUNK raw records by chunk number; only those not yet in the cache."""

    @property
    def rows(self) -> int:
        return len(self.columns["kind"])

    @property
    def read_at(self) -> datetime:
        """The oldest of its parts: a plan is only as fresh as its stalest date (P4)."""
        return min(part.read_at for part in self.parts)

    @property
    def span(self) -> Span:
        """From the first to the last date read."""
        return Span(min(p.span.start for p in self.parts), max(p.span.end for p in self.parts))


def empty_columns(rows: int = 0) -> dict[str, NDArray[Any]]:
    """Columns of the right types, zero-filled."""
    return {name: np.zeros(rows, dtype) for name, dtype in COLUMNS.items()}


def table_fields(table: type[Timed] | type[Series]) -> tuple[str, ...]:
    """Column names of a sparse table, for the cache."""
    return tuple(f.name for f in fields(table))


def pack_raws(raws: Sequence[bytes]) -> bytes:
    """Raw records as one compressed blob: their lengths as little-endian uint32, then the bytes themselves."""
    # Level 1: JSON of one kind compresses well at any level, and this runs between two frames of the window.
    head = struct.pack(f"<I{len(raws)}I", len(raws), *map(len, raws))
    return zlib.compress(head + b"".join(raws), 1)


def unpack_raws(blob: bytes) -> list[bytes]:
    """The raw records of `pack_raws`; raises ValueError where the blob is damaged."""
    try:
        data = zlib.decompress(blob)
        (count,) = struct.unpack_from("<I", data)
        lengths = struct.unpack_from(f"<{count}I", data, 4)
    except (zlib.error, struct.error) as error:
        raise ValueError(f"a blob of raw records is damaged: {error}") from None
    raws, at = [], 4 + 4 * count
    for length in lengths:
        raws.append(data[at : at + length])
        at += length
    if at != len(data):
        raise ValueError("a blob of raw records is damaged: its lengths do not add up")
    return raws
