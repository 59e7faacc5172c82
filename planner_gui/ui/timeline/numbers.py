"""The numbers a frame needs, for what is visible and a margin around it, so that most frames compute nothing.

Asks `domain.capacity` for a block of people and days, and answers by strip cell from running sums over its days.
Forgets all when the plan changes. Groups of thousands of people get their sums bit by bit: `unfinished`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner_gui.domain import capacity
from planner_gui.domain.distinct import distinct
from planner_gui.domain.entities import Span
from planner_gui.domain.judging import DEFAULT_THRESHOLDS, Thresholds, levels
from planner_gui.domain.plan import Plan
from planner_gui.domain.snapshot import day_date

DAY_MARGIN = 60  # days around those in view: a look at the plan costs little more for them, and is needed more seldom
GROUP_MARGIN = 60  # days: a group's sums are kept for longer, being dearer
SMALL = 64  # people of a group that are prepared with those in view
AT_ONCE = 512  # people of groups that are counted for one frame
_KEPT = 600  # people's cells
_MOST_GROUPS = 500
_ONE = np.zeros(1, np.int64)  # the only line

People = NDArray[np.int32]
Spans = list[tuple[int, int]]  # cells: first and last day number of each


@dataclass(frozen=True, eq=False)
class Cells:
    """Sums by strip cell for one person or group: int64[cells] each, of the days that have a number.

    known is False where no day of the cell has a number; `over` marks a cell with an over-allocated day; working is
    the minutes before absences. painted: the same as plain numbers, Level, over, working, capacity and load a cell.
    """

    known: NDArray[np.bool_]
    working: NDArray[np.int64]
    capacity: NDArray[np.int64]
    load: NDArray[np.int64]
    over: NDArray[np.bool_]
    level: NDArray[np.int8]
    painted: list[list[int]]
    totals: tuple[int, int]  # load and capacity of all cells together
    all_known: bool


class _Days:
    """Sums over the days from `start` on, one line a person or group: what is in days a..b is sums[b + 1] - sums[a].

    sums: int64[5, lines, days + 1]: days with a number, over-allocated days, working, capacity, load.
    """

    def __init__(
        self,
        start: int,
        values: NDArray[np.int64],
        *,
        summed: bool = False,
        thresholds: Thresholds = DEFAULT_THRESHOLDS,
    ) -> None:
        """values: int64[5, lines, days], or the sums themselves."""
        self.start, self.sums, self._thresholds = start, values, thresholds
        if not summed:
            self.sums = np.zeros((*values.shape[:2], values.shape[2] + 1), np.int64)
            np.cumsum(values, axis=2, out=self.sums[:, :, 1:])

    def cells(self, lines: NDArray[np.int64], cells: Spans) -> list[Cells]:
        """The cells of some lines, each by itself; days outside of the block count as unknown."""
        last = self.sums.shape[2] - 1
        edges = np.clip(np.array(cells) - self.start + [0, 1], 0, last)
        inside = self.sums[:, lines]
        known, over, working, full, load = inside[:, :, edges[:, 1]] - inside[:, :, edges[:, 0]]
        some, any_over = known > 0, over > 0
        level = levels(working, full, load, some, self._thresholds)
        painted = np.stack([level, any_over, working, full, load], axis=-1).tolist()
        totals = zip(load.sum(axis=1).tolist(), full.sum(axis=1).tolist(), strict=True)
        columns = zip(
            some, working, full, load, any_over, level, painted, totals, some.all(axis=1).tolist(), strict=True
        )
        return [Cells(*each) for each in columns]


def _by_day(table: capacity.Table) -> NDArray[np.int64]:
    """What `_Days` adds up, of each person of a table; unknown days add nothing."""
    known = table.known
    load, full, work = (np.where(known, each, 0) for each in (table.load, table.capacity, table.working))
    return np.stack([known, load > full, work, full, load]).astype(np.int64)


@dataclass(eq=False)
class _Group:
    """What is counted of a group so far: int64[5, days] of its first `done` people."""

    days: NDArray[np.int64]
    done: int = 0
    whole: _Days | None = None  # when all are counted
    last: tuple[tuple[int, int], Cells] | None = None

    def sums(self, cells: Spans) -> Cells:
        """The cells of the group, unknown until all is counted."""
        place = (cells[0][0], cells[-1][1])
        if self.whole is None:
            return _Days(place[0], np.zeros((5, 1, 1), np.int64)).cells(_ONE, cells)[0]
        if self.last is None or self.last[0] != place:
            self.last = (place, self.whole.cells(_ONE, cells)[0])
        return self.last[1]


class Numbers:
    """A cache of sums over one plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._thresholds = Thresholds(*plan.rules.thresholds)
        self.unfinished = False  # set when a heading lacks its sums still: ask again, and more will be there
        self._days: _Days | None = None
        self._end = 0
        self._at: dict[int, int] = {}  # person -> line of the days
        self._people: dict[tuple[int, int, int, int], Cells] = {}
        self._sums: dict[tuple[bytes, int, int], Cells] = {}  # of groups whose people are all prepared
        self._groups: dict[bytes, _Group] = {}
        self._block = (0, -1)  # first and last day of the groups' sums
        self._asked: dict[tuple[bytes, int, int, int], Cells] = {}

    def prepare(self, people: People, first: int, last: int, around: People) -> None:
        """Have the numbers of `people` for first..last; `around` are people to take along when something is missing.

        One look at the plan costs more than a few people more or fewer in it.
        """
        days = self._days
        if (
            days is not None
            and days.start <= first
            and last <= self._end
            and all(p in self._at for p in people.tolist())
        ):
            return
        wanted = distinct(np.concatenate([people, around]).astype(np.int32))
        start, self._end = first - DAY_MARGIN, last + DAY_MARGIN
        self._days = _Days(start, _by_day(self._table(wanted, start, self._end)), thresholds=self._thresholds)
        self._at = {person: line for line, person in enumerate(wanted.tolist())}
        self._sums = {}

    def of_person(self, person: int, cells: Spans) -> Cells:
        """A prepared person's cells; cells are (first day, last day)."""
        key = (person, cells[0][0], cells[-1][1], len(cells))
        if key not in self._people:
            self.sum_up(np.array([person], np.int32), cells)
        return self._people[key]

    def sum_up(self, people: People, cells: Spans) -> None:
        """Have the cells of many prepared people at once, so that `of_person` need not make them one by one."""
        assert self._days is not None, "prepare comes first"
        place = (cells[0][0], cells[-1][1], len(cells))
        missing = [person for person in people.tolist() if (person, *place) not in self._people]
        if not missing:
            return
        if len(self._people) + len(missing) > _KEPT:
            self._people = {key: kept for key, kept in self._people.items() if key[1:] == place}
        lines = np.array([self._at[person] for person in missing])
        for person, sums in zip(missing, self._days.cells(lines, cells), strict=True):
            self._people[(person, *place)] = sums

    def of_group(self, people: People, cells: Spans) -> Cells:
        """The sums of a group, all of it at once, whatever its size; kept until the plan changes."""
        key = (people.tobytes(), cells[0][0], cells[-1][1], len(cells))
        found = self._asked.get(key)
        if found is None:
            if len(self._asked) > 200:
                self._asked.clear()
            days = _by_day(self._table(people, cells[0][0], cells[-1][1])).sum(axis=1, keepdims=True)
            found = self._asked[key] = _Days(cells[0][0], days, thresholds=self._thresholds).cells(_ONE, cells)[0]
        return found

    def of_headings(self, groups: Sequence[People], cells: Spans) -> list[Cells]:
        """The sums of groups whose headings show; unknown as yet where more people are in them than fit a frame."""
        small = self._prepared(groups, cells)
        rest = iter(self._counted([people for people, sums in zip(groups, small, strict=True) if sums is None], cells))
        return [next(rest) if sums is None else sums for sums in small]

    def _prepared(self, groups: Sequence[People], cells: Spans) -> list[Cells | None]:
        """The cells of each group from its people's, where all of them are prepared."""
        days, first, last = self._days, cells[0][0], cells[-1][1]
        if days is None or not days.start <= first <= last <= self._end:
            return [None] * len(groups)
        keys = [(people.tobytes(), first, last) for people in groups]
        missing, together = [], []
        for key, people in zip(keys, groups, strict=True):
            if key not in self._sums and len(people) <= SMALL:
                lines = [self._at.get(person, -1) for person in people.tolist()]
                if -1 not in lines:
                    missing.append(key)
                    together.append(days.sums[:, np.array(lines, np.int64)].sum(axis=1))
        if missing:
            sums = _Days(days.start, np.stack(together, axis=1), summed=True, thresholds=self._thresholds)
            self._sums.update(zip(missing, sums.cells(np.arange(len(missing)), cells), strict=True))
        return [self._sums.get(key) for key in keys]

    def _counted(self, groups: Sequence[People], cells: Spans) -> list[Cells]:
        if not groups:
            return []
        first, last = cells[0][0], cells[-1][1]
        if not self._block[0] <= first <= last <= self._block[1]:
            self._block = (first - GROUP_MARGIN, last + GROUP_MARGIN)
            self._groups = {}
        found = [self._group(people) for people in groups]
        self._count(list(zip(groups, found, strict=True)))
        self.unfinished |= any(group.whole is None for group in found)
        return [group.sums(cells) for group in found]

    def _group(self, people: People) -> _Group:
        key = people.tobytes()
        if key not in self._groups:
            if len(self._groups) > _MOST_GROUPS:
                self._groups = {}
            first, last = self._block
            self._groups[key] = _Group(np.zeros((5, last - first + 1), np.int64))
        return self._groups[key]

    def _count(self, groups: list[tuple[People, _Group]]) -> None:
        """Count what is missing of some groups, up to so many people, with one look at the plan."""
        left, parts = AT_ONCE, []
        for people, group in groups:
            if group.whole is None and (taken := people[group.done : group.done + left]).size:
                parts.append((group, taken))
                left -= taken.size
        if parts:
            everybody = np.concatenate([taken for _, taken in parts])
            by_day, begin = _by_day(self._table(everybody, *self._block)), 0
            for group, taken in parts:
                group.days += by_day[:, begin : begin + taken.size].sum(axis=1)
                group.done += taken.size
                begin += taken.size
        for people, group in groups:
            if group.whole is None and group.done == people.size:
                group.whole = _Days(self._block[0], group.days[:, None, :], thresholds=self._thresholds)

    def _table(self, people: People, first: int, last: int) -> capacity.Table:
        return capacity.table(self.plan, people, Span(day_date(first), day_date(last)))
