"""One leave in two services is one bar: which absences are drawn in the bar of another, and the lanes that remain.

Only about where bars stand: what counts is `absences.mark_duplicates`' and stays as it is. A bar that holds others
reaches from the first day of any of them to the last. Worked out person by person, when somebody looks: a plan of a
million rows is made anew by every edit, and of its people only those in view are asked about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from planner_gui.domain.absences import precedence
from planner_gui.domain.entities import CountsAs
from planner_gui.domain.lanes import lanes
from planner_gui.domain.plan import Plan
from planner_gui.domain.snapshot import NO_DAY, Flag, Int32, Int64


@dataclass(frozen=True, eq=False, slots=True)
class Bars:
    """Where the bars of one person (or of nobody) stand, a value each of their rows.

    start, end: day numbers, both NO_DAY for a row without a bar: undated, or drawn in another's. lane: from 0.
    holder: plan row of a double -> plan row whose bar it is drawn in.
    """

    start: Int32
    end: Int32
    lane: NDArray[np.int16]
    holder: Mapping[int, int]


_MADE: WeakKeyDictionary[Plan, dict[int, Bars]] = WeakKeyDictionary()
_NOTHING: Mapping[int, int] = {}


def bars_of(plan: Plan, person: int) -> Bars:
    """The bars of a person; len(plan.people) asks for those of nobody."""
    made = _MADE.setdefault(plan, {})
    found = made.get(person)
    if found is None:
        found = made[person] = _made(plan, plan.rows_of(person))
    return found


def holder_of(plan: Plan, row: int) -> int:
    """The row whose bar shows a row: its own, where it is no double."""
    return bars_of(plan, int(plan.columns["person"][row])).holder.get(row, row)


def within(plan: Plan, row: int) -> list[int]:
    """The rows drawn within a row's bar, ascending."""
    holders = bars_of(plan, int(plan.columns["person"][row])).holder
    return sorted(double for double, holder in holders.items() if holder == row)


def _made(plan: Plan, here: slice) -> Bars:
    start, end, lane = (plan.columns[name][here] for name in ("start", "end", "lane"))
    double, holder = _pairs(plan, here)
    if not len(double):
        return Bars(start, end, lane, _NOTHING)
    start, end, lane = start.copy(), end.copy(), lane.copy()
    np.minimum.at(start, holder - here.start, plan.columns["start"][double])
    np.maximum.at(end, holder - here.start, plan.columns["end"][double])
    start[double - here.start] = end[double - here.start] = NO_DAY
    # A bar that begins earlier by what it holds may come before others.
    order = np.argsort(start, kind="stable")
    order = order[start[order] != NO_DAY]
    lane[order] = lanes(np.zeros(len(order), np.int32), start[order], end[order])
    return Bars(start, end, lane, dict(zip(double.tolist(), holder.tolist(), strict=True)))


def _pairs(plan: Plan, here: slice) -> tuple[Int64, Int64]:
    """Each double with the first absence, in the order of Absence 3, that counts and shares a day with it."""
    counts = plan.columns["counts_as"][here]
    double = here.start + np.flatnonzero(counts == CountsAs.DUPLICATE)
    if not len(double):
        return double, double
    double = double[_is_placed(plan, double)]
    away = here.start + np.flatnonzero(counts == CountsAs.ABSENCE)
    away = precedence(plan, away[_is_placed(plan, away)])
    start, end = plan.columns["start"], plan.columns["end"]
    shared = (start[away] <= end[double][:, None]) & (end[away] >= start[double][:, None])
    held = shared.any(axis=1)
    return double[held], away[shared[held].argmax(axis=1)]


def _is_placed(plan: Plan, rows: Int64) -> NDArray[np.bool_]:
    """Whether each row is of somebody and on days that are in order."""
    placed: NDArray[np.bool_] = (
        (plan.columns["person"][rows] < len(plan.people))
        & (plan.columns["start"][rows] != NO_DAY)
        & (plan.columns["flags"][rows].astype(np.int32) & int(Flag.BAD_DATES) == 0)
    )
    return placed
