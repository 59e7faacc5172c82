"""The plan: every connection's snapshot joined into people, as immutable columns sorted by person and start.

A Plan answers "which items", never "how many minutes" (that is `capacity`) and never "which pixels". It is made anew by
`assemble` (in `assembly`) whenever a snapshot, a setting or today changes; nothing in it is ever written to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner_gui.domain.calendar import WorkingTime
from planner_gui.domain.entities import AccountRef, CalendarSource, CountsAs, Kind, Span
from planner_gui.domain.snapshot import NO_DAY, Snapshot


class State(StrEnum):
    """How far a connection's part of the plan can be trusted (cli.md)."""

    FRESH = "fresh"
    STALE = "stale"
    FAILED = "failed"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class ConnectionView:
    """A connection as the plan shows it. error: one line, "" if none. read_at is None where it was never read.

    paused: neither read nor written until it is resumed; its state is that of its last reading.
    """

    name: str
    kind: str
    state: State
    read_at: datetime | None = None
    span: Span | None = None
    error: str = ""
    not_understood: int = 0
    paused: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """One person, joined from their accounts (capacity.md, People). id is stable while the accounts stay joined."""

    id: str
    name: str
    email: str
    title: str
    teams: tuple[str, ...]
    accounts: tuple[AccountRef, ...]
    unmatched: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What the user said of accounts: join them, keep them apart, or hide them (People 1)."""

    action: str  # "join", "apart", "hide"
    accounts: tuple[AccountRef, ...]


@dataclass(frozen=True, slots=True)
class Counting:
    """What counts as what (capacity.md, Load 6), after defaults.

    tasks: connection name -> SHOW, LOAD or IGNORE (bigtime and bigpicture). events: (connection name, calendar key or
    "", event type) -> CountsAs, asked from the most to the least specific; ("", "", type) is the default.
    time_off: (connection name, item id, key or project name) that mark Tempo plans as absences (Absence 3).
    """

    tasks: Mapping[str, CountsAs] = field(default_factory=dict)
    events: Mapping[tuple[str, str, str], CountsAs] = field(default_factory=dict)
    time_off: frozenset[tuple[str, str]] = frozenset()


DEFAULT_EVENTS: Mapping[str, CountsAs] = {
    "vacation": CountsAs.ABSENCE,
    "sickness": CountsAs.ABSENCE,
    "trip": CountsAs.SHOW,
    "meeting": CountsAs.SHOW,
    "custom": CountsAs.SHOW,
}


@dataclass(frozen=True, slots=True)
class Rules:
    """The workspace's settings that numbers follow. sites: connection name -> Jira site ("" by default).

    thresholds: percentages at which a cell is busy, full and far over (Judging 4).
    """

    working_time: WorkingTime
    zone: tzinfo
    counting: Counting = field(default_factory=Counting)
    decisions: tuple[Decision, ...] = ()
    names: Mapping[AccountRef, str] = field(default_factory=dict)  # names the user gave
    sites: Mapping[str, str] = field(default_factory=dict)
    known_ids: Mapping[AccountRef, str] = field(default_factory=dict)  # person ids of the last plan, by account
    thresholds: tuple[int, int, int] = (60, 90, 120)


@dataclass(frozen=True, eq=False)
class Plan:
    """An immutable plan.

    columns (one value a row, rows sorted by person, then start, then end; rows of no person come last):
      person int32 (index into people; len(people) for rows of no person: team plans and "Unassigned"),
      connection int8 (index into snapshots), row int32 (row of that snapshot, for the columns kept there),
      kind int8, counts_as int8, flags uint16, lane int16 (from 0, items of one lane never overlap),
      start int32, end int32 (day numbers for placing, start <= end: a task without a due date ends today or on its
      start, one without a start begins today or on its due date; both NO_DAY where it has neither; bad dates in order),
      project int32 (index into projects; 0, "", is none).
    offsets: int64[len(people) + 2]; the rows of person p are offsets[p]:offsets[p + 1].
    lanes: int16[len(people)], how many lanes the person's row needs, 0 without rows.
    """

    today: date
    rules: Rules
    people: tuple[Person, ...]
    connections: tuple[ConnectionView, ...]
    snapshots: tuple[Snapshot, ...]
    columns: Mapping[str, NDArray[Any]]
    offsets: NDArray[np.int64]
    lanes: NDArray[np.int16]
    projects: tuple[str, ...]

    @property
    def rows(self) -> int:
        return len(self.columns["person"])

    def rows_of(self, person: int) -> slice:
        """The rows of one person; of no person for len(people)."""
        return slice(int(self.offsets[person]), int(self.offsets[person + 1]))

    def text(self, row: int, column: str) -> str:
        """A text column ("title", "type", "item", "external_id", "resource") of one row."""
        snapshot = self.snapshots[self.columns["connection"][row]]
        text: str = snapshot.texts[int(snapshot.columns[column][self.columns["row"][row]])]
        return text

    def value(self, row: int, column: str) -> int:
        """A number column of the row's snapshot ("amount", "percent", "form", "raw", "start", "end" as given ...)."""
        snapshot = self.snapshots[self.columns["connection"][row]]
        return int(snapshot.columns[column][self.columns["row"][row]])

    def gather(self, rows: NDArray[np.int64], column: str) -> NDArray[Any]:
        """A snapshot column for many rows at once, in their order."""
        connection, row = self.columns["connection"][rows], self.columns["row"][rows]
        first = self.snapshots[0].columns[column] if self.snapshots else np.zeros(0, np.int32)
        out = np.empty(len(rows), first.dtype)
        for index, snapshot in enumerate(self.snapshots):
            here = connection == index
            out[here] = snapshot.columns[column][row[here]]
        return out

    def kind(self, row: int) -> Kind:
        return Kind(int(self.columns["kind"][row]))

    def source(self, row: int) -> CalendarSource | None:
        """The calendar source of an event row, None for the other kinds."""
        snapshot = self.snapshots[self.columns["connection"][row]]
        index = int(snapshot.columns["source"][self.columns["row"][row]])
        return snapshot.sources[index] if index >= 0 else None

    def occurrence(self, row: int) -> int:
        """Day number of a later occurrence's start, NO_DAY for a stored first one."""
        snapshot = self.snapshots[self.columns["connection"][row]]
        mine = int(self.columns["row"][row])
        at = int(np.searchsorted(snapshot.series.row, mine))
        if at < len(snapshot.series.row) and snapshot.series.row[at] == mine:
            return int(snapshot.series.occurrence[at])
        return NO_DAY

    def person_index(self, person_id: str) -> int:
        """Index of a person by id; raises KeyError."""
        for index, person in enumerate(self.people):
            if person.id == person_id:
                return index
        raise KeyError(person_id)

    @property
    def as_of(self) -> datetime | None:
        """The oldest reading shown (cli.md), None where nothing was ever read."""
        return min((s.read_at for s in self.snapshots), default=None)
