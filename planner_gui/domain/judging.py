"""How numbers are judged: levels of a cell, over-allocated days, and windows into which work cannot fit.

capacity.md, Judging 1, 2 and 4, on arrays; the words for a planner are `checks`'.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from planner_gui.domain.capacity import Table

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]
Bool = NDArray[np.bool_]


class Level(IntEnum):
    """How full a cell is, for colour and pattern."""

    UNKNOWN = -1
    OFF = 0  # no working time, and nobody's leave: a weekend, a holiday
    FREE = 1
    LIGHT = 2
    BUSY = 3
    FULL = 4
    OVER = 5
    FAR_OVER = 6
    AWAY = 7


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Percentages at which the next level begins (a setting); full ends at exactly 100."""

    busy: int = 60
    full: int = 90
    far_over: int = 120


DEFAULT_THRESHOLDS = Thresholds()


def levels(
    working: NDArray[np.integer],
    capacity: NDArray[np.integer],
    load: NDArray[np.integer],
    known: Bool | None = None,
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
) -> NDArray[np.int8]:
    """The Level of each cell, of days or of sums over a period; any shape.

    Load without any capacity is far over: it is over by all of it, and has no percentage (Judging 1).
    """
    full, planned = capacity.astype(np.int64), load.astype(np.int64) * 100
    steps = [
        (planned >= full * thresholds.far_over) & (load > capacity),
        load > capacity,
        (load == 0) & (capacity == 0) & (working > 0),
        (load == 0) & (working == 0),
        load == 0,
        planned < full * thresholds.busy,
        planned < full * thresholds.full,
    ]
    names = [Level.FAR_OVER, Level.OVER, Level.AWAY, Level.OFF, Level.FREE, Level.LIGHT, Level.BUSY]
    found = np.select(steps, [int(name) for name in names], int(Level.FULL)).astype(np.int8)
    if known is not None:
        found[~known] = Level.UNKNOWN
    return found


def level(
    working: int, capacity: int, load: int, *, known: bool = True, thresholds: Thresholds = DEFAULT_THRESHOLDS
) -> Level:
    """The Level of one cell."""
    found = levels(np.array([working]), np.array([capacity]), np.array([load]), np.array([known]), thresholds)
    return Level(int(found[0]))


@dataclass(frozen=True, eq=False)
class Runs:
    """Days in a row with equal minutes: position of the person in the table, first and last day number, minutes."""

    position: Int64
    start: Int32
    end: Int32
    minutes: Int32

    def __len__(self) -> int:
        return len(self.position)


def runs(minutes: NDArray[np.integer], start: int) -> Runs:
    """Runs of equal minutes > 0 in each row of people x days; `start`: day number of the first column."""
    people, days = minutes.shape
    change = np.ones((people, days), np.bool_)
    change[:, 1:] = minutes[:, 1:] != minutes[:, :-1]
    begins = np.flatnonzero(change)
    ends = np.append(begins[1:], minutes.size) - 1
    value = minutes.reshape(-1)[begins]
    kept = value > 0
    begins, ends = begins[kept], ends[kept]
    first, last = start + begins % max(days, 1), start + ends % max(days, 1)
    return Runs(begins // max(days, 1), first.astype(np.int32), last.astype(np.int32), value[kept].astype(np.int32))


def over_allocations(table: Table) -> Runs:
    """Days on which load exceeds capacity, by how much (Judging 1), merged while it is the same."""
    return runs(np.maximum(table.load - table.capacity, 0), table.start)


@dataclass(frozen=True, slots=True)
class Window:
    """First and last day number of a window, by how many minutes its work does not fit, and which items those are."""

    start: int
    end: int
    over: int
    items: tuple[int, ...]


def windows(first: Int32, last: Int32, minutes: Int32, start: int, left: Int32, known: Bool) -> Iterator[Window]:
    """Over-committed windows of one person, worst first, no item in two of them (Judging 2).

    first, last, minutes: the days each item must lie in, and its demand; left: what each day from day number `start`
    has left for them, `known` where that can be said. Items that reach outside are not judged.
    """
    inside = (first >= start) & (last < start + len(left)) & (minutes > 0)
    items = np.flatnonzero(inside)
    room = np.concatenate([[0], np.cumsum(left, dtype=np.int64)])
    unsure = np.concatenate([[0], np.cumsum(~known)])
    while len(items):
        begins, at_begin = np.unique(first[items] - start, return_inverse=True)
        ends, at_end = np.unique(last[items] - start, return_inverse=True)
        demand = np.zeros((len(begins), len(ends)), np.int64)
        np.add.at(demand, (at_begin, at_end), minutes[items])
        demand = np.cumsum(np.cumsum(demand[::-1], axis=0)[::-1], axis=1)
        over = demand - (room[ends + 1][None, :] - room[begins][:, None])
        impossible = (ends[None, :] < begins[:, None]) | (unsure[ends + 1][None, :] > unsure[begins][:, None])
        over[impossible] = 0
        worst = int(over.max())
        if worst <= 0:
            return
        # The shortest of the worst windows says most; the earliest of those.
        at = np.argwhere(over == worst)
        length = ends[at[:, 1]] - begins[at[:, 0]]
        begin, end = (int(n) for n in at[np.argmin(length)])
        held = (first[items] - start >= begins[begin]) & (last[items] - start <= ends[end])
        yield Window(start + int(begins[begin]), start + int(ends[end]), worst, tuple(int(i) for i in items[held]))
        items = items[~held]
