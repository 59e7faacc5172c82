"""One leave in two services is one bar: which absences are drawn in the bar of another, and the lanes that remain.

Only about where bars stand: what counts is `absences.mark_duplicates`' and stays as it is. A bar that holds others
reaches from the first day of any of them to the last.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from planner_gui.domain.absences import precedence
from planner_gui.domain.entities import CountsAs
from planner_gui.domain.lanes import lanes
from planner_gui.domain.plan import Plan
from planner_gui.domain.snapshot import NO_DAY, Flag, Int32, Int64

Int16 = NDArray[np.int16]


@dataclass(frozen=True, eq=False)
class Doubles:
    """Rows drawn within another's bar, ascending, and for each the row whose bar that is; the lanes of all rows then.

    start, end: the days of the holder's bar. lane: int16[rows], for holders and all others; lanes: int16[people].
    """

    row: Int64
    holder: Int64
    start: Int32
    end: Int32
    lane: Int16
    lanes: Int16

    def holder_of(self, row: int) -> int:
        """The row whose bar shows a row: its own, where it is no double."""
        at = int(np.searchsorted(self.row, row))
        return int(self.holder[at]) if at < len(self.row) and self.row[at] == row else row

    def within(self, row: int) -> list[int]:
        """The rows drawn within a row's bar."""
        return self._within.get(row, [])

    @cached_property
    def _within(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for row, holder in zip(self.row.tolist(), self.holder.tolist(), strict=True):
            found.setdefault(holder, []).append(row)
        return found

    def extents(self, plan: Plan, here: slice) -> tuple[Int32, Int32]:
        """First and last day of the bars of some rows of one person, or of nobody; NO_DAY for those in another's."""
        start, end = plan.columns["start"][here], plan.columns["end"][here]
        first, last = np.searchsorted(self.row, (here.start, here.stop))
        if first == last:
            return start, end
        start, end = start.copy(), end.copy()
        holder, row = self.holder[first:last] - here.start, self.row[first:last] - here.start
        start[holder], end[holder] = self.start[first:last], self.end[first:last]
        start[row] = end[row] = NO_DAY
        return start, end


_MADE: WeakKeyDictionary[Plan, Doubles] = WeakKeyDictionary()


def doubles(plan: Plan) -> Doubles:
    """The doubles of a plan; made once."""
    found = _MADE.get(plan)
    if found is None:
        found = _MADE[plan] = _made(plan)
    return found


def _made(plan: Plan) -> Doubles:
    row, holder = _pairs(plan)
    start, end = plan.columns["start"].astype(np.int32), plan.columns["end"].astype(np.int32)
    if not len(row):
        none = np.zeros(0, np.int32)
        return Doubles(row, holder, none, none, plan.columns["lane"], plan.lanes)
    np.minimum.at(start, holder, plan.columns["start"][row])
    np.maximum.at(end, holder, plan.columns["end"][row])
    lane, heights = _lanes(plan, row, holder, start, end)
    return Doubles(row, holder, start[holder], end[holder], lane, heights)


def _pairs(plan: Plan) -> tuple[Int64, Int64]:
    """Each double with the first absence, in the order of Absence 3, that counts and shares a day with it."""
    counts, start = plan.columns["counts_as"], plan.columns["start"]
    rows = np.flatnonzero(counts == CountsAs.DUPLICATE)
    rows = rows[_is_placed(plan, rows)]
    if not len(rows):
        return rows, rows
    # The absences that count, of the people who have doubles.
    affected = np.zeros(len(plan.people) + 1, np.bool_)
    affected[plan.columns["person"][rows]] = True
    away = np.flatnonzero(counts == CountsAs.ABSENCE)
    away = away[affected[plan.columns["person"][away]]]
    away = precedence(plan, away[_is_placed(plan, away)])
    whose = plan.columns["person"][away]
    first, after = (np.searchsorted(whose, plan.columns["person"][rows], side=side) for side in ("left", "right"))
    many = after - first
    double = np.repeat(np.arange(len(rows)), many)
    other = away[np.arange(len(double)) - np.repeat(np.cumsum(many) - many, many) + np.repeat(first, many)]
    end = plan.columns["end"]
    shared = (start[other] <= end[rows[double]]) & (end[other] >= start[rows[double]])
    found, at = np.unique(double[shared], return_index=True)
    return rows[found], other[shared][at]


def _is_placed(plan: Plan, rows: Int64) -> NDArray[np.bool_]:
    """Whether each row has days that are in order, and a person."""
    placed: NDArray[np.bool_] = (
        (plan.columns["person"][rows] < len(plan.people))
        & (plan.columns["start"][rows] != NO_DAY)
        & (plan.columns["flags"][rows].astype(np.int32) & int(Flag.BAD_DATES) == 0)
    )
    return placed


def _lanes(plan: Plan, double: Int64, holder: Int64, start: Int32, end: Int32) -> tuple[Int16, Int16]:
    """Lanes anew for the people who have doubles, which take none of their own."""
    people = np.unique(plan.columns["person"][double])
    here = np.zeros(len(plan.people) + 1, np.bool_)
    here[people] = True
    rows = np.flatnonzero(here[plan.columns["person"]] & (start != NO_DAY))
    rows = np.setdiff1d(rows, double, assume_unique=True)
    # A bar that begins earlier by what it holds may have to come before others of its person.
    order = (plan.columns["person"][rows].astype(np.int64) << 32) + start[rows]
    rows = rows[np.argsort(order, kind="stable")]
    lane, heights = plan.columns["lane"].copy(), plan.lanes.copy()
    person = plan.columns["person"][rows]
    lane[rows] = lanes(person, start[rows], end[rows])
    lane[double] = lane[holder]
    heights[people] = 0
    np.maximum.at(heights, person, lane[rows] + np.int16(1))
    return lane, heights
