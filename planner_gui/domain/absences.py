"""Minutes that people are away: the largest over the sources, never the sum, and which absences only repeat others.

capacity.md, Absence 1 to 4. Works on rows that count as absence: BigPicture's absences (a share of each day), calendar
events (whole days, or a union of times), and Tempo plans on items marked "time off". Never touches load.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from planner_gui.domain.amounts import amounts
from planner_gui.domain.calendar import UNKNOWN, WHOLE, after_share
from planner_gui.domain.distinct import distinct
from planner_gui.domain.entities import CountsAs, Kind
from planner_gui.domain.meetings import intervals, minutes_of, running, union_credits
from planner_gui.domain.plan import Plan
from planner_gui.domain.snapshot import NO_DAY, Flag
from planner_gui.domain.spread import pairs
from planner_gui.domain.working import working

Int16 = NDArray[np.int16]
Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]
Bool = NDArray[np.bool_]
Pairs = tuple[Int64, Int32, Int32]  # index into the asked rows, day number, minutes

_DAY = 24 * 60  # stands in for a day of unknown working time, so that shares can be compared
_CEILING = 2048  # more than any minutes of a day
_SOURCES = {Kind.ABSENCE: 0, Kind.EVENT: 1, Kind.ALLOCATION: 2}  # the order of Absence 3
_CLUSTERS = 512
_LONG = 800  # days; a longer cluster of absences is looked at alone


def values(plan: Plan, rows: Int64, limit: Int16, position: Int32, lo: int) -> Pairs:
    """What each absence row takes of each of its days on its own, at most working; zeros included.

    limit: working minutes int16[people, days] from day number `lo` (UNKNOWN: shares of 24 h are compared instead);
    position: each row's person in it. Timed events of one connection hold the union of themselves and those that begin
    before them on that day, so that the largest over the rows is the union (Absence 2).
    """
    hi = lo + limit.shape[1] - 1
    kind, timed = plan.columns["kind"][rows], _timed(plan, rows)
    shared = np.flatnonzero((kind == Kind.ABSENCE) | ((kind == Kind.EVENT) & ~timed))
    times = np.flatnonzero((kind == Kind.EVENT) & timed)
    booked = np.flatnonzero(kind == Kind.ALLOCATION)
    most = np.where(limit == UNKNOWN, _DAY, limit).astype(np.int32)
    parts = [
        _shares(plan, rows, shared, most, position, lo),
        _times(plan, rows, times, most, position, lo),
        *_time_off(plan, rows, booked, limit, most, position, lo, hi),
    ]
    index, day, minutes = (np.concatenate([part[i] for part in parts]) for i in range(3))
    return index, day, minutes


def _timed(plan: Plan, rows: Int64) -> Bool:
    timed: Bool = plan.columns["flags"][rows].astype(np.int32) & int(Flag.ALL_DAY) == 0
    return timed


def _inside(plan: Plan, rows: Int64, lo: int, hi: int) -> tuple[Int32, Int32]:
    """(index, day) of the rows' days between lo and hi; none for bad dates."""
    first = np.maximum(plan.gather(rows, "start"), lo)
    last = np.minimum(plan.gather(rows, "end"), hi)
    last[plan.columns["flags"][rows].astype(np.int32) & int(Flag.BAD_DATES) != 0] = lo - 1
    return pairs(first, last)


def _percent(plan: Plan, rows: Int64) -> Int32:
    """Share of the day, in hundredths of a percent; an event, or an absence that does not say, takes it whole."""
    percent = plan.gather(rows, "percent").astype(np.int32)
    whole = (plan.columns["kind"][rows] == Kind.EVENT) | (percent < 0)
    return np.where(whole, WHOLE, np.minimum(percent, WHOLE)).astype(np.int32)


def _shares(plan: Plan, rows: Int64, chosen: Int64, most: Int32, position: Int32, lo: int) -> Pairs:
    item, day = _inside(plan, rows[chosen], lo, lo + most.shape[1] - 1)
    minutes = most[position[chosen[item]], day - lo]
    # Capacity is what is rounded half up (Terms); the absence is the rest.
    return chosen[item], day, minutes - after_share(minutes, _percent(plan, rows[chosen])[item])


def _times(plan: Plan, rows: Int64, chosen: Int64, most: Int32, position: Int32, lo: int) -> Pairs:
    days = most.shape[1]
    parts = intervals(plan, rows[chosen], lo, lo + days - 1)
    group = (position[chosen[parts.index]].astype(np.int64) * days + parts.day - lo) * len(plan.snapshots)
    group += plan.columns["connection"][rows[chosen]][parts.index]
    order = np.lexsort((parts.index, parts.begin, group))
    index, day = chosen[parts.index[order]], parts.day[order]
    union = running(group[order], union_credits(group[order], parts.begin[order], parts.end[order]))
    return index, day, np.minimum(union, most[position[index], day - lo]).astype(np.int32)


def _time_off(
    plan: Plan, rows: Int64, chosen: Int64, limit: Int16, most: Int32, position: Int32, lo: int, hi: int
) -> list[Pairs]:
    """Plans marked as time off: their minutes, and a zero for each day they cover without any."""
    if not len(chosen):
        return []
    spread = amounts(plan, rows[chosen], lo, hi)
    index = chosen[spread.index]
    minutes = np.minimum(spread.minutes, most[position[index], spread.day - lo])
    item, day = _inside(plan, rows[chosen], lo, hi)
    unknown = limit[position[chosen[item]], day - lo] == UNKNOWN
    share = _DAY - after_share(np.full(len(item), _DAY), _percent(plan, rows[chosen])[item])
    return [(index, spread.day, minutes), (chosen[item], day, np.where(unknown, share, 0).astype(np.int32))]


def absent(plan: Plan, rows: Int64, limit: Int16, position: Int32, lo: int) -> Int32:
    """Minutes away per person and day, int32[people, days]: the largest over the rows (Absence 3).

    They mean nothing where the limit is UNKNOWN.
    """
    index, day, minutes = values(plan, rows, limit, position, lo)
    out = np.zeros(limit.shape, np.int32)
    where = position[index].astype(np.int64) * limit.shape[1] + (day - lo)
    order = np.argsort(minutes.astype(np.int16), kind="stable")  # the last written stays: the largest
    out.reshape(-1)[where[order]] = minutes[order]
    return out


def additions(plan: Plan, rows: Int64, limit: Int16, position: Int32, lo: int) -> tuple[Pairs, Bool]:
    """What each row adds to those before it on each day, zeros included, and whether any stands before it that day.

    rows must be in the order of `precedence`. A day's credits add up to `absent`.
    """
    index, day, minutes = values(plan, rows, limit, position, lo)
    group = position[index].astype(np.int64) * limit.shape[1] + (day - lo)
    order = np.lexsort((index, group))
    index, day, minutes, group = index[order], day[order], minutes[order], group[order]
    same = np.diff(group, prepend=-1) == 0
    highest = np.maximum.accumulate(group * _CEILING + minutes) - group * _CEILING
    before = np.where(same, np.concatenate([[0], highest[:-1]]), 0)
    # A row's own second entry of a day (a time-off plan has two) does not stand before it.
    first = np.maximum.accumulate(np.where(~same, np.arange(len(group)), 0))
    preceded = index != index[first] if len(index) else same
    return (index, day, np.maximum(minutes - before, 0).astype(np.int32)), preceded


def precedence(plan: Plan, rows: Int64) -> Int64:
    """The rows by person, in the order in which absences are taken: BigPicture, calendar, Tempo time off, start, id."""
    person, kind = plan.columns["person"][rows], plan.columns["kind"][rows]
    source = np.select([kind == k for k in _SOURCES], list(_SOURCES.values()), 3)
    start, minute = plan.gather(rows, "start"), minutes_of(plan, rows)[0]
    order = np.lexsort((rows, minute, start, source, person))
    ordered = rows[order]
    keys = np.stack([person, source, start, minute])[:, order]
    tie = np.all(keys[:, 1:] == keys[:, :-1], axis=0)
    if tie.any():
        run = np.concatenate([[0], np.cumsum(~tie)])
        for number in distinct(run[1:][tie]):
            here = slice(*np.searchsorted(run, [number, number + 1]))
            ordered[here] = sorted(ordered[here].tolist(), key=lambda row: natural(plan.text(row, "external_id")))
    return ordered


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key by which "9" comes before "41"."""
    parts = re.split(r"(\d+)", text)
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part)


def absence_rows(plan: Plan, begin: int = 0, end: int | None = None) -> Int64:
    """The rows from begin to end that count as absence of somebody, repeated ones included."""
    counts = plan.columns["counts_as"][begin:end]
    rows = begin + np.flatnonzero((counts == CountsAs.ABSENCE) | (counts == CountsAs.DUPLICATE))
    return rows[plan.columns["person"][rows] < len(plan.people)]


def clusters(plan: Plan, rows: Int64) -> tuple[Int64, Int64]:
    """Those absences that share days with others of their person, and a number for each chain of overlaps."""
    start, end = plan.gather(rows, "start"), plan.gather(rows, "end")
    usable = (plan.columns["flags"][rows].astype(np.int32) & int(Flag.BAD_DATES) == 0) & (start != NO_DAY)
    rows, start, end = rows[usable], start[usable].astype(np.int64), end[usable].astype(np.int64)
    if not len(rows):
        return rows, rows
    person = plan.columns["person"][rows].astype(np.int64) << 33
    order = np.lexsort((end, start, person))
    rows, start, end, person = rows[order], start[order], end[order], person[order]
    reached = np.maximum.accumulate(person + end + 2**31)
    joined = np.concatenate([[False], (person + start + 2**31)[1:] <= reached[:-1]])
    chain = np.cumsum(~joined) - 1
    several = np.bincount(chain)[chain] > 1
    return rows[several], np.unique(chain[several], return_inverse=True)[1].astype(np.int64)


def mark_duplicates(plan: Plan) -> NDArray[np.int8]:
    """The plan's `counts_as` with DUPLICATE for each absence that adds no minute to those before it (Absence 3).

    Days of unknown working time compare by share. A lone absence stays an absence, on whatever days. Only people with
    overlapping absences are looked at, so that a million rows cost a scan.
    """
    marked: NDArray[np.int8] = plan.columns["counts_as"].copy()
    marked[marked == CountsAs.DUPLICATE] = CountsAs.ABSENCE
    rows, chain = clusters(plan, absence_rows(plan))
    if not len(rows):
        return marked
    start, end = plan.gather(rows, "start"), plan.gather(rows, "end")
    begins = np.flatnonzero(np.diff(chain, prepend=-1))
    lo, hi = np.minimum.reduceat(start, begins), np.maximum.reduceat(end, begins)
    long = hi - lo > _LONG
    ordinary = np.argsort(lo, kind="stable")
    ordinary = ordinary[~long[ordinary]]
    groups = [ordinary[i : i + _CLUSTERS] for i in range(0, len(ordinary), _CLUSTERS)]
    groups += [np.array([i]) for i in np.flatnonzero(long)]
    ends = np.append(begins[1:], len(rows))
    for group in groups:
        taken = np.concatenate([np.arange(begins[i], ends[i]) for i in group])
        same_chain = np.repeat(np.arange(len(group)), ends[group] - begins[group])
        repeats = _repeats(plan, rows[taken], same_chain, int(lo[group].min()), int(hi[group].max()))
        marked[repeats] = CountsAs.DUPLICATE
    return marked


def _repeats(plan: Plan, rows: Int64, chain: Int64, lo: int, hi: int) -> Int64:
    """Rows of some chains that add nothing to those before them."""
    people = plan.columns["person"][rows][np.flatnonzero(np.diff(chain, prepend=-1))]
    limit = working(plan, people, lo, hi - lo + 1)
    ordered = precedence(plan, rows)
    by_row = np.argsort(rows)
    position = chain[by_row[np.searchsorted(rows[by_row], ordered)]].astype(np.int32)
    (index, _, minutes), preceded = additions(plan, ordered, limit, position, lo)
    adds = np.bincount(index, weights=minutes, minlength=len(rows)) > 0
    follows = np.bincount(index, weights=preceded, minlength=len(rows)) > 0
    return ordered[~adds & follows]
