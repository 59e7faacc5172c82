"""The numbers a frame needs, for what is visible and a margin around it, so that most frames compute nothing.

Asks `domain.capacity` for a block of people and days, and answers by strip cell; forgets all when the plan changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from planner_gui.domain import capacity
from planner_gui.domain.distinct import distinct
from planner_gui.domain.entities import Span
from planner_gui.domain.judging import levels
from planner_gui.domain.plan import Plan
from planner_gui.domain.snapshot import day_date

DAY_MARGIN = 21
_KEPT = 600  # people's cells


@dataclass(frozen=True, eq=False)
class Cells:
    """Sums by strip cell for one person or group: int64[cells] each; `over` marks a cell with an over-allocated day.

    known is False where a day of the cell has no number; whole is the minutes of working time before absences.
    """

    known: NDArray[np.bool_]
    working: NDArray[np.int64]
    capacity: NDArray[np.int64]
    load: NDArray[np.int64]
    over: NDArray[np.bool_]
    level: NDArray[np.int8]

    @cached_property
    def totals(self) -> tuple[int, int]:
        """Load and capacity of all cells together."""
        return int(self.load.sum()), int(self.capacity.sum())

    @cached_property
    def painted(self) -> list[tuple[int, bool, int, int, int]]:
        """Per cell, as plain numbers: Level, over inside, working, capacity, load. Made once, painted many times."""
        columns = (self.level, self.over, self.working, self.capacity, self.load)
        return list(zip(*(column.tolist() for column in columns), strict=True))


class Numbers:
    """A cache of capacity tables over one plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._table: capacity.Table | None = None
        self._at: dict[int, int] = {}  # person -> line of the table
        self._groups: dict[tuple[bytes, int, int, int], Cells] = {}
        self._people: dict[tuple[int, int, int, int], Cells] = {}

    def prepare(self, people: NDArray[np.int32], first: int, last: int, around: NDArray[np.int32]) -> None:
        """Have the numbers of `people` for first..last; `around` are people to take along when something is missing."""
        table = self._table
        if (
            table is not None
            and table.start <= first
            and last < table.start + table.load.shape[1]
            and all(int(p) in self._at for p in people)
        ):
            return
        wanted = distinct(np.concatenate([people, around]).astype(np.int32))
        span = Span(day_date(first - DAY_MARGIN), day_date(last + DAY_MARGIN))
        self._table = capacity.table(self.plan, wanted, span)
        self._at = {int(person): line for line, person in enumerate(wanted)}

    def of_person(self, person: int, cells: list[tuple[int, int]]) -> Cells:
        """A prepared person's cells; cells are (first day, last day)."""
        key = (person, cells[0][0], cells[-1][1], len(cells))
        found = self._people.get(key)
        if found is None:
            assert self._table is not None, "prepare comes first"
            if len(self._people) > _KEPT:
                self._people.clear()
            line = self._at[person]
            found = self._people[key] = _sums(self._table, slice(line, line + 1), cells)
        return found

    def sum_up(self, people: NDArray[np.int32], cells: list[tuple[int, int]]) -> None:
        """Have the cells of many prepared people at once, so that `of_person` need not make them one by one."""
        place = (cells[0][0], cells[-1][1], len(cells))
        missing = [int(person) for person in people if (int(person), *place) not in self._people]
        if not missing or self._table is None:
            return
        if len(self._people) > _KEPT:
            self._people.clear()
        lines = np.array([self._at[person] for person in missing])
        for person, sums in zip(missing, _each(self._table, lines, cells), strict=True):
            self._people[(person, *place)] = sums

    def of_group(self, people: NDArray[np.int32], cells: list[tuple[int, int]]) -> Cells:
        """The sums of a group, of whatever size; kept until the plan changes."""
        key = (people.tobytes(), cells[0][0], cells[-1][1], len(cells))
        found = self._groups.get(key)
        if found is None:
            if len(self._groups) > 200:
                self._groups.clear()
            table = capacity.table(self.plan, people, Span(day_date(cells[0][0]), day_date(cells[-1][1])))
            found = self._groups[key] = _sums(table, slice(None), cells)
        return found


def _edges(table: capacity.Table, cells: list[tuple[int, int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First column of each cell, and the one after its last, within the table."""
    days = table.load.shape[1]
    first = np.array([a for a, _ in cells]) - table.start
    after = np.array([b for _, b in cells]) - table.start + 1
    return np.clip(first, 0, days), np.clip(after, 0, days)


def _by_cell(
    values: NDArray[np.integer] | NDArray[np.bool_], first: NDArray[np.int64], after: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Sums over the days of each cell, of each line: int64[lines, cells]."""
    total = np.zeros((values.shape[0], values.shape[1] + 1), np.int64)
    np.cumsum(values, axis=1, dtype=np.int64, out=total[:, 1:])
    sums: NDArray[np.int64] = total[:, after] - total[:, first]
    return sums


def _each(table: capacity.Table, lines: NDArray[np.int64], cells: list[tuple[int, int]]) -> list[Cells]:
    """The cells of each line by itself; unknown days add nothing."""
    first, after = _edges(table, cells)
    known = table.known[lines]
    load, full, work = (np.where(known, t[lines], 0) for t in (table.load, table.capacity, table.working))
    loads, fulls, works = (_by_cell(each, first, after) for each in (load, full, work))
    some, over = _by_cell(known, first, after) > 0, _by_cell(load > full, first, after) > 0
    how = levels(works, fulls, loads, some)
    return [Cells(some[i], works[i], fulls[i], loads[i], over[i], how[i]) for i in range(len(lines))]


def _sums(table: capacity.Table, lines: slice, cells: list[tuple[int, int]]) -> Cells:
    """The lines of a table as one: a group's cells; over where any of its people is."""
    first, after = _edges(table, cells)
    known = table.known[lines]
    load, full, work = (np.where(known, t[lines], 0) for t in (table.load, table.capacity, table.working))
    loads, fulls, works = (
        _by_cell(each.sum(axis=0, dtype=np.int64)[None, :], first, after)[0] for each in (load, full, work)
    )
    some = _by_cell(known.sum(axis=0)[None, :], first, after)[0] > 0
    over = _by_cell((load > full).sum(axis=0)[None, :], first, after)[0] > 0
    return Cells(some, works, fulls, loads, over, levels(works, fulls, loads, some))
