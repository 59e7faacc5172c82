"""Working time, absence, capacity and load per person and day, as arrays of integer minutes (capacity.md)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner_gui.domain.absences import absent, values
from planner_gui.domain.amounts import amounts
from planner_gui.domain.calendar import UNKNOWN
from planner_gui.domain.entities import CountsAs, Kind, Span
from planner_gui.domain.meetings import load_credits
from planner_gui.domain.plan import Plan
from planner_gui.domain.snapshot import NO_DAY, day_number
from planner_gui.domain.working import working

Int16 = NDArray[np.int16]
Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]
Bool = NDArray[np.bool_]

# A repeated absence adds no minute itself, yet a timed one is part of its calendar's union (Absence 2 and 3).
AWAY = (CountsAs.ABSENCE, CountsAs.DUPLICATE)

_PEOPLE = 512  # people whose numbers are made at once: memory stays small, whatever the plan holds
_ROWS = 2_000
_AHEAD = 800  # days after today in which an overdue task may find its working day (amounts)
_LONG = 1500  # days; a longer item is looked at alone where its whole span is asked for


@dataclass(frozen=True, eq=False)
class Table:
    """Minutes of some people on some days.

    people: int32[n], indices into plan.people. start: day number of the first column. All arrays are int32[n, days];
    where `known` is False (no schedule, or a date that was not read) the other numbers mean nothing.
    absence = working - capacity. unscheduled: int32[n], minutes of their items that touch the days and fall on no day.
    """

    people: NDArray[np.int32]
    start: int
    known: NDArray[np.bool_]
    working: NDArray[np.int32]
    capacity: NDArray[np.int32]
    load: NDArray[np.int32]
    unscheduled: NDArray[np.int32]

    @property
    def absence(self) -> NDArray[np.int32]:
        return self.working - self.capacity


@dataclass(frozen=True, eq=False)
class ItemDays:
    """What items put on days: row int64[k], day int32[k] (day number), minutes int32[k] > 0, by row, then day."""

    row: NDArray[np.int64]
    day: NDArray[np.int32]
    minutes: NDArray[np.int32]


def table(plan: Plan, people: NDArray[np.int32], span: Span) -> Table:
    """The numbers of some people over a span; costs what is asked for, not what the plan holds.

    Numbers are 0 where they are not known, so that sums leave those days out (Working time 2).
    """
    return _assemble(plan, people, span, with_load=True)


def capacities(plan: Plan, people: NDArray[np.int32], span: Span) -> Table:
    """As `table`, without load: `load` and `unscheduled` are zero."""
    return _assemble(plan, people, span, with_load=False)


def _assemble(plan: Plan, people: Int32, span: Span, *, with_load: bool) -> Table:
    people = np.asarray(people, np.int32)
    lo, days = day_number(span.start), len(span)
    shape = (len(people), days)
    hours, capacity, load = (np.zeros(shape, np.int32) for _ in range(3))
    out = Table(people, lo, np.zeros(shape, np.bool_), hours, capacity, load, np.zeros(len(people), np.int32))
    read = read_days(plan, lo, days)
    for begin in range(0, len(people), _PEOPLE):
        part = slice(begin, begin + _PEOPLE)
        counted = (*AWAY, CountsAs.LOAD) if with_load else AWAY
        rows, position = rows_of(plan, people[part], lo, lo + days - 1, counted)
        limit = working(plan, people[part], lo, days)
        known = out.known[part]
        np.logical_and(limit != UNKNOWN, read, out=known)
        out.working[part] = np.where(known, limit, 0)
        counts = plan.columns["counts_as"][rows]
        away = np.isin(counts, AWAY)
        absence = absent(plan, rows[away], limit, position[away], lo)
        out.capacity[part] = np.where(known, limit - absence, 0)
        if with_load:
            loads = counts == CountsAs.LOAD
            work = _load(plan, rows[loads], limit, position[loads], lo)
            cell = work.position.astype(np.int64) * days + (work.day - lo)
            summed = np.bincount(cell, weights=work.minutes, minlength=limit.size).reshape(limit.shape)
            out.load[part] = np.where(known, summed, 0)
            out.unscheduled[part] = np.bincount(position[loads], weights=work.unscheduled, minlength=len(limit))
    return out


def read_days(plan: Plan, lo: int, days: int) -> Bool:
    """The days from `lo` on that every connection that was ever read has read (cli.md, the workspace folder)."""
    read = np.ones(days, np.bool_)
    for snapshot in plan.snapshots:
        covered = np.zeros(days, np.bool_)
        for part in snapshot.parts:
            covered[max(day_number(part.span.start) - lo, 0) : max(day_number(part.span.end) - lo + 1, 0)] = True
        read &= covered
    return read


def rows_of(
    plan: Plan, people: Int32, lo: int, hi: int, counted: Sequence[CountsAs] = tuple(CountsAs)
) -> tuple[Int64, Int32]:
    """The rows of some people that touch the days lo to hi, and the position of each row's person among them.

    An item without any date stands at today; a task that is overdue also reaches to the days from today on, where its
    minutes fall (Load 4).
    """
    begins, ends = plan.offsets[people], plan.offsets[people + 1]
    counts = ends - begins
    position = np.repeat(np.arange(len(people), dtype=np.int32), counts)
    before = np.cumsum(counts) - counts
    rows = np.arange(len(position), dtype=np.int64) + (begins - before)[position]
    wanted = np.isin(np.arange(len(CountsAs)), counted)
    chosen = np.flatnonzero(wanted[plan.columns["counts_as"][rows]])
    chosen = chosen[touching(plan, rows[chosen], lo, hi)]
    return rows[chosen], position[chosen]


def touching(plan: Plan, rows: Int64, lo: int, hi: int) -> Bool:
    """Which rows touch the days lo to hi (see `rows_of`)."""
    today = day_number(plan.today)
    start, end = plan.columns["start"][rows], plan.columns["end"][rows]
    touches: Bool = (start <= hi) & (end >= lo)
    if hi >= today:
        late = (end < today) & (plan.columns["kind"][rows] == Kind.TASK)  # undated ones too: NO_DAY is long ago
        touches |= late if lo <= today else late & (start != NO_DAY)
    return touches


@dataclass(frozen=True, eq=False)
class _Work:
    """What rows put on days: index into them, their person's position, day, minutes; unscheduled is one a row."""

    index: Int64
    position: Int32
    day: Int32
    minutes: Int32
    unscheduled: Int32


def _load(plan: Plan, rows: Int64, limit: Int16, position: Int32, lo: int) -> _Work:
    """Load of rows that count as load. `rows` must hold every such event of the people, for the union of Load 6."""
    event = plan.columns["kind"][rows] == Kind.EVENT
    booked, meetings = np.flatnonzero(~event), np.flatnonzero(event)
    work = amounts(plan, rows[booked], lo, lo + limit.shape[1] - 1)
    unscheduled = np.zeros(len(rows), np.int32)
    unscheduled[booked] = work.unscheduled
    index, day, minutes = booked[work.index], work.day, work.minutes
    if len(meetings):
        at, days, credit = load_credits(plan, rows[meetings], limit, position[meetings], lo)
        index = np.concatenate([index, meetings[at]])
        day, minutes = np.concatenate([day, days]), np.concatenate([minutes, credit])
    return _Work(index, position[index], day, minutes, unscheduled)


def item_days(plan: Plan, rows: NDArray[np.int64], span: Span | None = None) -> ItemDays:
    """Minutes that each row puts on each day, whatever it counts as; over its whole span, or clipped to `span`.

    An absence puts the minutes it takes by itself; a meeting that counts as load puts what it adds to those that begin
    before it (Load 6), any other event what it lasts, at most working. Rows of no person put nothing.
    """
    asked = np.unique(np.asarray(rows, np.int64))
    asked = asked[plan.columns["person"][asked] < len(plan.people)]
    found = [_item_days(plan, *batch) for batch in _batches(plan, asked, span)]
    row, day, minutes = (np.concatenate([part[i] for part in found] or [np.zeros(0, np.int64)]) for i in range(3))
    order = np.lexsort((day, row))
    return ItemDays(row[order], day[order].astype(np.int32), minutes[order].astype(np.int32))


def _batches(plan: Plan, rows: Int64, span: Span | None) -> Iterator[tuple[Int64, int, int]]:
    """Rows with the first and last day to look at, a handful of people at a time, very long items alone."""
    if span is not None:
        lo, hi = day_number(span.start), day_number(span.end)
        for begin in range(0, len(rows), _ROWS):
            yield rows[begin : begin + _ROWS], lo, hi
        return
    today = day_number(plan.today)
    start, end = plan.gather(rows, "start"), plan.gather(rows, "end")
    task = plan.columns["kind"][rows] == Kind.TASK
    start = np.where(task, today, start)
    end = np.where(task, np.maximum(end, today + _AHEAD), end)
    long = end.astype(np.int64) - start > _LONG
    for i in np.flatnonzero(long & (end >= start)):
        yield rows[i : i + 1], int(start[i]), int(end[i])
    rows, start, end = rows[~long], start[~long], end[~long]
    order = np.argsort(start, kind="stable")
    for begin in range(0, len(order), _ROWS):
        chosen = np.sort(order[begin : begin + _ROWS])
        yield rows[chosen], int(start[chosen].min()), int(max(end[chosen].max(), start[chosen].min()))


def _item_days(plan: Plan, rows: Int64, lo: int, hi: int) -> tuple[Int64, Int32, Int32]:
    people, position = np.unique(plan.columns["person"][rows], return_inverse=True)
    position = position.astype(np.int32)
    limit = working(plan, people, lo, hi - lo + 1)
    kind, counts = plan.columns["kind"][rows], plan.columns["counts_as"][rows]
    event = kind == Kind.EVENT
    booked = np.flatnonzero((kind == Kind.ALLOCATION) | (kind == Kind.TASK))
    work = amounts(plan, rows[booked], lo, hi)
    parts = [(rows[booked][work.index], work.day, work.minutes)]
    alone = np.flatnonzero((kind == Kind.ABSENCE) | (event & (counts != CountsAs.LOAD)))
    if len(alone):
        # Each row as a person of its own, so that no event is joined with another.
        own = np.arange(len(alone), dtype=np.int32)
        index, day, minutes = values(plan, rows[alone], np.maximum(limit[position[alone]], 0), own, lo)
        parts.append((rows[alone][index], day, minutes))
    if (event & (counts == CountsAs.LOAD)).any():
        parts.append(_meetings(plan, rows[event & (counts == CountsAs.LOAD)], people, limit, lo))
    row, day, minutes = (np.concatenate([part[i] for part in parts]) for i in range(3))
    kept = minutes > 0
    return row[kept], day[kept], minutes[kept]


def _meetings(plan: Plan, rows: Int64, people: Int32, limit: Int16, lo: int) -> tuple[Int64, Int32, Int32]:
    """What some meetings add, told among all that count as load of the same people."""
    every, position = rows_of(plan, people, lo, lo + limit.shape[1] - 1, (CountsAs.LOAD,))
    counted = plan.columns["kind"][every] == Kind.EVENT
    every, position = every[counted], position[counted]
    index, day, minutes = load_credits(plan, every, limit, position, lo)
    asked = np.isin(every[index], rows)
    return every[index][asked], day[asked], minutes[asked]
