"""What allocations and tasks put on each day: a row's form turned into minutes (capacity.md, Load 1 to 4).

Takes rows whatever they count as; who counts them, and against what, is `capacity`'s. Events are `meetings`'.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner_gui.domain.calendar import WHOLE
from planner_gui.domain.plan import Plan
from planner_gui.domain.snapshot import NO_DAY, Flag, Form, day_number
from planner_gui.domain.spread import half_up, in_proportion, pairs, rank
from planner_gui.domain.working import mean_days, working

Int16 = NDArray[np.int16]
Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]
Bool = NDArray[np.bool_]

_REACH = 1100  # days beyond the asked ones for which everybody's working time is made at once
_SEARCH = 800  # days from today in which the first working day of an overdue task is sought


@dataclass(frozen=True, eq=False)
class Amounts:
    """Minutes by pair: index int64[k] into the asked rows, day int32[k], minutes int32[k] > 0, in no order.

    unscheduled: int32, one a row: minutes that fall on no day because their span has no working day.
    """

    index: Int64
    day: Int32
    minutes: Int32
    unscheduled: Int32


@dataclass(frozen=True, eq=False)
class _Batch:
    """Rows with an amount and the facts that decide where it goes; arrays of one length.

    index: into the asked rows. first, last: the days it covers, for tasks from today on (Load 4). rate_first,
    rate_last: the span that sets the rate of a later occurrence, NO_DAY for every other row (Load 3).
    """

    index: Int64
    person: Int32
    form: NDArray[np.int8]
    amount: Int32
    percent: Int32
    include: Bool
    first: Int32
    last: Int32
    rate_first: Int32
    rate_last: Int32

    def take(self, chosen: Bool | Int64) -> _Batch:
        return _Batch(**{name: column[chosen] for name, column in vars(self).items()})


def series_spans(plan: Plan, rows: Int64) -> tuple[Int32, Int32]:
    """First and last day of the span that sets a row's rate, NO_DAY where it has none of its own (`Series`)."""
    first = np.full(len(rows), NO_DAY, np.int32)
    last = first.copy()
    connection, row = plan.columns["connection"][rows], plan.columns["row"][rows]
    for number, snapshot in enumerate(plan.snapshots):
        series = snapshot.series
        if len(series.row):
            here = np.flatnonzero(connection == number)
            at = np.minimum(np.searchsorted(series.row, row[here]), len(series.row) - 1)
            found = series.row[at] == row[here]
            first[here[found]] = series.first_start[at[found]]
            last[here[found]] = series.first_end[at[found]]
    return first, last


def amounts(plan: Plan, rows: Int64, lo: int, hi: int) -> Amounts:
    """Minutes of rows on the days lo to hi. Rows of no person, or with bad dates have none."""
    unscheduled = np.zeros(len(rows), np.int32)
    batch, overdue = _batch(plan, rows, unscheduled)
    parts = [_overdue(plan, overdue, unscheduled)]
    begin = np.where(batch.rate_first != NO_DAY, np.minimum(batch.first, batch.rate_first), batch.first)
    far = (begin < lo - _REACH) | (batch.last > hi + _REACH)
    parts.extend(_spread(plan, batch.take(~far), lo, hi, unscheduled))
    for i in np.flatnonzero(far):  # a span of many years: on its own, so that it does not widen everybody's days
        parts.extend(_spread_far(plan, batch.take(np.array([i])), lo, hi, unscheduled))
    index, day, minutes = (np.concatenate([part[i] for part in parts]) for i in range(3))
    kept = (day >= lo) & (day <= hi) & (minutes > 0)
    return Amounts(index[kept], day[kept], minutes[kept], unscheduled)


def _batch(plan: Plan, rows: Int64, unscheduled: Int32) -> tuple[_Batch, _Batch]:
    """The rows with an amount, and apart from them the overdue tasks; a task without a due date goes on no day."""
    today = day_number(plan.today)
    form, flags = plan.gather(rows, "form"), plan.columns["flags"][rows].astype(np.int32)
    amount = plan.gather(rows, "amount")
    person = plan.columns["person"][rows]
    usable = (person < len(plan.people)) & (form != Form.NONE) & (flags & int(Flag.BAD_DATES) == 0)
    first, last = plan.gather(rows, "start"), plan.gather(rows, "end")
    task = form == Form.REMAINING
    no_due = task & ((flags & int(Flag.NO_DUE) != 0) | (last == NO_DAY))
    unscheduled[usable & no_due] = np.maximum(amount[usable & no_due], 0)
    late = task & ~no_due & (last < today)
    first = np.where(task, np.maximum(first, today), first)
    rate_first, rate_last = series_spans(plan, rows)
    rated = (form == Form.TOTAL) & (rate_first != NO_DAY)
    everything = _Batch(
        np.arange(len(rows), dtype=np.int64),
        person,
        form,
        np.maximum(amount, 0),
        np.maximum(plan.gather(rows, "percent").astype(np.int32), 0),
        flags & int(Flag.INCLUDE_NON_WORKING) != 0,
        first,
        last,
        np.where(rated, rate_first, NO_DAY).astype(np.int32),
        np.where(rated, rate_last, NO_DAY).astype(np.int32),
    )
    return everything.take(usable & ~no_due & ~late), everything.take(usable & late)


def shiftable(plan: Plan, rows: Int64) -> tuple[Int64, Int32, Int32, Int32]:
    """Tasks whose minutes may still move (Judging 2): index into rows, first and last day they must lie in, minutes.

    Without those that have no due date or are overdue: they have no window left.
    """
    batch, _ = _batch(plan, rows, np.zeros(len(rows), np.int32))
    tasks = batch.take((batch.form == Form.REMAINING) & (batch.amount > 0) & (batch.first <= batch.last))
    return tasks.index, tasks.first, tasks.last, tasks.amount


_Part = tuple[Int64, Int32, Int32]  # index, day, minutes


def _overdue(plan: Plan, batch: _Batch, unscheduled: Int32) -> _Part:
    """Overdue: all on the first working day from today; where there is none, unscheduled (Load 4)."""
    if not len(batch.index):
        return batch.index, batch.last, batch.amount
    today = day_number(plan.today)
    people, position = np.unique(batch.person, return_inverse=True)
    minutes = working(plan, people, today, _SEARCH)
    found: Bool = np.any(minutes > 0, axis=1)
    day = (today + (minutes > 0).argmax(axis=1)).astype(np.int32)
    lost: Bool = np.all(minutes == 0, axis=1)
    unscheduled[batch.index[lost[position]]] = batch.amount[lost[position]]
    kept = found[position]
    return batch.index[kept], day[position][kept], batch.amount[kept]


def _spread_far(plan: Plan, batch: _Batch, lo: int, hi: int, unscheduled: Int32) -> list[_Part]:
    """One row that reaches far beyond the asked days; where the rest does not matter, only its part inside them."""
    by_day = batch.form[0] in (Form.PER_DAY, Form.PERCENT)
    if by_day:
        first, last = np.maximum(batch.first, lo - _REACH), np.minimum(batch.last, hi + _REACH)
        inside = _Batch(**{**vars(batch), "first": first, "last": last})
        parts = _spread(plan, inside, lo, hi, unscheduled)
        if not unscheduled[batch.index[0]]:
            return parts
        unscheduled[batch.index[0]] = 0  # no working day near: the whole span decides
    return _spread(plan, batch, lo, hi, unscheduled)


def _spread(plan: Plan, batch: _Batch, lo: int, hi: int, unscheduled: Int32) -> list[_Part]:
    if not len(batch.index):
        return []
    rated = batch.rate_first != NO_DAY
    start = int(min(batch.first.min(), batch.rate_first[rated].min(initial=lo), lo))
    days = int(max(batch.last.max(), batch.rate_last[rated].max(initial=hi), hi)) - start + 1
    people, position = np.unique(batch.person, return_inverse=True)
    grid = _Grid(people, position.astype(np.int32), start, working(plan, people, start, days))
    kinds = (
        (_per_day, batch.form == Form.PER_DAY),
        (_percent, batch.form == Form.PERCENT),
        (_rated, rated),
        (_total, ((batch.form == Form.TOTAL) | (batch.form == Form.REMAINING)) & ~rated),
    )
    return [
        spread(plan, batch.take(chosen), grid.take(chosen), lo, hi, unscheduled)
        for spread, chosen in kinds
        if chosen.any()
    ]


@dataclass(frozen=True, eq=False)
class _Grid:
    """Working minutes of a batch's people: int16[people, days] from `start`; position: each row's person in it."""

    people: Int32
    position: Int32
    start: int
    minutes: Int16

    def take(self, chosen: Bool | Int64) -> _Grid:
        return _Grid(self.people, self.position[chosen], self.start, self.minutes)

    def at(self, item: Int32, day: Int32) -> Int16:
        """Working minutes of pairs."""
        return self.minutes[self.position[item], day - self.start]


def _no_day(batch: _Batch, grid: _Grid, item: Int32, weight: Int16, lost: Int32, unscheduled: Int32) -> None:
    """Flag the minutes of rows without a working day; where a day's schedule is unknown nothing can be said."""
    possible = np.bincount(item[weight != 0], minlength=len(batch.index)) > 0
    unscheduled[batch.index[~possible]] = lost[~possible]


def _per_day(plan: Plan, batch: _Batch, grid: _Grid, lo: int, hi: int, unscheduled: Int32) -> _Part:
    item, day = pairs(np.maximum(batch.first, lo), np.minimum(batch.last, hi))
    counted = batch.include[item] | (grid.at(item, day) > 0)
    item, day = item[counted], day[counted]
    nowhere = np.flatnonzero((np.bincount(item, minlength=len(batch.index)) == 0) & ~batch.include)
    if len(nowhere):
        idle = batch.take(nowhere)
        everywhere, days = pairs(idle.first, idle.last)
        weight = grid.take(nowhere).at(everywhere, days)
        _no_day(idle, grid, everywhere, weight, idle.amount * (idle.last - idle.first + 1), unscheduled)
    return batch.index[item], day, batch.amount[item]


def _percent(plan: Plan, batch: _Batch, grid: _Grid, lo: int, hi: int, unscheduled: Int32) -> _Part:
    item, day = pairs(np.maximum(batch.first, lo), np.minimum(batch.last, hi))
    minutes = half_up(batch.percent[item] * np.maximum(grid.at(item, day), 0).astype(np.int64), WHOLE)
    if batch.include.any():
        sums, counts = mean_days(plan, grid.people, lo, hi - lo + 1)
        every = np.flatnonzero(batch.include[item])
        where = grid.position[item[every]], day[every] - lo
        minutes[every] = half_up(batch.percent[item[every]] * sums[where].astype(np.int64), WHOLE * counts[where])
    return batch.index[item], day, minutes


def _total(plan: Plan, batch: _Batch, grid: _Grid, lo: int, hi: int, unscheduled: Int32) -> _Part:
    item, day = pairs(batch.first, batch.last)
    weight = grid.at(item, day)
    weight[batch.include[item]] = 1  # every day of the span counts, in equal parts
    _no_day(batch, grid, item, weight, batch.amount, unscheduled)
    kept = weight > 0
    item, day = item[kept], day[kept]
    return batch.index[item], day, in_proportion(item, weight[kept], batch.amount)


def _rated(plan: Plan, batch: _Batch, grid: _Grid, lo: int, hi: int, unscheduled: Int32) -> _Part:
    """Later occurrences and clipped reflections of a total: the rate of the first span (Load 3)."""
    plain = working(plan, grid.people, grid.start, grid.minutes.shape[1], holidays=False)
    ignoring = _Grid(grid.people, grid.position, grid.start, plain)
    item, day = pairs(batch.rate_first, batch.rate_last)
    counted = batch.include[item] | (ignoring.at(item, day) > 0)
    rate_days = np.bincount(item[counted], minlength=len(batch.index)).astype(np.int32)
    item, day = pairs(batch.first, batch.last)
    whole, weight = ignoring.at(item, day), np.maximum(grid.at(item, day), 0)
    whole[batch.include[item]] = weight[batch.include[item]] = 1
    weight[rate_days[item] == 0] = 0  # no rate: nothing to put on a day
    _no_day(batch, grid, item, weight, batch.amount, unscheduled)
    kept = whole > 0
    item, day, whole, weight = item[kept], day[kept], whole[kept], weight[kept]
    position, _ = rank(item, len(batch.index))
    divisor = np.maximum(rate_days, 1)
    share = (batch.amount // divisor)[item] + (position < (batch.amount % divisor)[item])
    # A holiday drops its day's share, a part holiday its part of it; what is left is not moved to other days.
    return batch.index[item], day, half_up(share.astype(np.int64) * weight, whole)
