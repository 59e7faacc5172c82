"""Events as minutes of days: intervals in the person's time zone, and their union so that none counts twice.

Serves events that count as load (capacity.md, Load 5 and 6) and those that count as absence (Absence 2). The person's
time zone is what was entered for them, else the workspace's: no service tells another one for certain.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from planner_gui.domain.distinct import distinct
from planner_gui.domain.plan import Plan
from planner_gui.domain.spread import pairs
from planner_gui.domain.working import person_zones
from planner_gui.domain.zones import begins

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Intervals:
    """Events by day: index into the asked rows, day number, and first and last minute since the epoch of that day's
    part, end exclusive; all_day where the event has dates only."""

    index: Int32
    day: Int32
    begin: Int64
    end: Int64
    all_day: NDArray[np.bool_]


@lru_cache(maxsize=32)
def midnights(zone: tzinfo, lo: int, hi: int) -> Int64:
    """The minute since the epoch at which each day from lo to hi, and the one after, begins in a zone."""
    marks = begins(zone, range(lo, hi + 2))
    marks.flags.writeable = False  # shared by everybody who asks for these days
    return marks


def intervals(plan: Plan, rows: Int64, lo: int, hi: int) -> Intervals:
    """The parts of event rows that lie on the days lo to hi; an end before the start has none."""
    starts, ends = plan.gather(rows, "start"), plan.gather(rows, "end")
    begin_minute, end_minute = minutes_of(plan, rows)
    timed = end_minute > np.iinfo(np.int64).min
    zones = person_zones(plan)
    zone = zones.of[plan.columns["person"][rows]]
    marks = np.stack([midnights(each, lo, hi) for each in zones.used])
    first, last = starts, ends
    for number in distinct(zone):
        here = timed & (zone == number)
        first = np.where(here, lo + np.searchsorted(marks[number], begin_minute, side="right") - 1, first)
        last = np.where(here, lo + np.searchsorted(marks[number], end_minute, side="left") - 1, last)
    first, last = np.maximum(first, lo).astype(np.int32), np.minimum(last, hi).astype(np.int32)
    index, day = pairs(first, last)
    mine = zone[index]
    begin, end = marks[mine, day - lo], marks[mine, day - lo + 1]
    here = timed[index]
    begin = np.where(here, np.maximum(begin, begin_minute[index]), begin)
    end = np.where(here, np.minimum(end, end_minute[index]), end)
    kept = end > begin
    return Intervals(index[kept], day[kept], begin[kept], end[kept], ~here[kept])


def minutes_of(plan: Plan, rows: Int64) -> tuple[Int64, Int64]:
    """Start and end minute of timed rows; the smallest number for those with dates only."""
    nothing = np.iinfo(np.int64).min
    begin, end = np.full(len(rows), nothing, np.int64), np.full(len(rows), nothing, np.int64)
    connection, row = plan.columns["connection"][rows], plan.columns["row"][rows]
    for number, snapshot in enumerate(plan.snapshots):
        timed = snapshot.timed
        if len(timed.row):
            here = np.flatnonzero(connection == number)
            at = np.minimum(np.searchsorted(timed.row, row[here]), len(timed.row) - 1)
            found = timed.row[at] == row[here]
            begin[here[found]] = timed.start_minute[at[found]]
            end[here[found]] = timed.end_minute[at[found]]
    return begin, end


def union_credits(group: Int64, begin: Int64, end: Int64) -> Int32:
    """What each interval adds to the union of those before it in its group: minutes, in the order given.

    Intervals must be sorted by group, then begin; group numbers are not negative.
    """
    if not len(group):
        return np.zeros(0, np.int32)
    base = int(begin.min())
    size = int(end.max()) - base + 1
    # One running maximum serves all groups: each lives in its own range of numbers.
    ends = group * size + (end - base)
    reached = np.concatenate([[-1], np.maximum.accumulate(ends)[:-1]])
    covered = np.maximum(reached - group * size, 0) + base
    credit: Int32 = np.maximum(end - np.maximum(begin, covered), 0).astype(np.int32)
    return credit


def running(group: Int64, values: NDArray[np.integer]) -> Int64:
    """Running sum of values within each group; sorted by group."""
    total = np.cumsum(values, dtype=np.int64)
    begins = np.flatnonzero(np.diff(group, prepend=-1))
    before = np.zeros(len(group), np.int64)
    before[begins] = total[begins] - values[begins]
    before = np.maximum.accumulate(before)
    out: Int64 = total - before
    return out


def load_credits(
    plan: Plan, rows: Int64, limit: NDArray[np.int16], position: Int32, lo: int
) -> tuple[Int64, Int32, Int32]:
    """Minutes that events add to their person's days: (index into rows, day, minutes), their union, at most working.

    limit: int16[people, days] working minutes from day number `lo`; position: each row's person in it. Credited in the
    order of beginning, so that the terms of a receipt add up to the union (CAP-E1).
    """
    parts = intervals(plan, rows, lo, lo + limit.shape[1] - 1)
    person = position[parts.index].astype(np.int64)
    group = person * limit.shape[1] + (parts.day - lo)
    order = np.lexsort((parts.index, ~parts.all_day, parts.begin, group))
    group, index, day = group[order], parts.index[order], parts.day[order]
    credit = union_credits(group, parts.begin[order], parts.end[order])
    most = np.maximum(limit.reshape(-1)[group], 0).astype(np.int64)
    total = running(group, credit)
    minutes = np.minimum(total, most) - np.minimum(total - credit, most)
    return index.astype(np.int64), day, minutes.astype(np.int32)
