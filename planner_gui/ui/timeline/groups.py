"""Who is shown, under which heading, in which order: grouping, filter and sort of the people of a plan. No painting.

What depends on the plan alone is worked out once; a filter, a sort or a fold then costs a pass or two of NumPy, also
for ten thousand people.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from planner_gui.domain.capacity import Table, table
from planner_gui.domain.distinct import distinct
from planner_gui.domain.doubles import bars_of
from planner_gui.domain.entities import Span
from planner_gui.domain.judging import over_allocations
from planner_gui.domain.matching import folded
from planner_gui.domain.plan import Plan
from planner_gui.domain.snapshot import NO_DAY
from planner_gui.domain.statuses import by_status
from planner_gui.ui.timeline.rows import Group

Int32 = NDArray[np.int32]
_MOST = int(np.iinfo(np.int16).max)
NO_TEAM, NO_PROJECT, NO_STATUS = "No team", "No project", "No status"
UNASSIGNED = "Unassigned"


class Grouping(StrEnum):
    """How people are put under headings."""

    TEAM = "Team"
    PROJECT = "Project"
    STATUS = "Status"
    NONE = "None"


_LAST = {Grouping.TEAM: NO_TEAM, Grouping.PROJECT: NO_PROJECT, Grouping.STATUS: NO_STATUS}
_OF_ITEMS = (Grouping.PROJECT, Grouping.STATUS)  # other items, other headings


class Sort(StrEnum):
    """In which order people stand within their group."""

    NAME = "Name"
    UTILISATION = "Utilisation"


@dataclass(frozen=True, slots=True)
class Filter:
    """Who is shown; every part that is set must hold. text: in a person's name, role, team or e-mail address."""

    text: str = ""
    team: str = ""
    project: str = ""
    over: bool = False
    status: str = ""

    def __bool__(self) -> bool:
        return bool(self.text.strip() or self.team or self.project or self.status or self.over)

    def words(self) -> str:
        """What it lets through, for the button: "all", "Data, over-allocated"."""
        kept = [part for part in (self.team, self.project, self.status) if part]
        if self.text.strip():
            kept.append(f"\N{LEFT DOUBLE QUOTATION MARK}{self.text}\N{RIGHT DOUBLE QUOTATION MARK}")
        return ", ".join([*kept, *(["over-allocated"] if self.over else [])]) or "all"


@dataclass(frozen=True, eq=False)
class Daily:
    """Load and capacity of people, one after the other from the first, on the days from `start` on: int16[n, days].

    Minutes; 0 where there is no number. What the sort by utilisation adds up.
    """

    start: int
    load: NDArray[np.int16]
    capacity: NDArray[np.int16]

    @classmethod
    def of(cls, table: Table) -> Daily:
        load, full = (np.where(table.known, each, 0).clip(0, _MOST) for each in (table.load, table.capacity))
        return cls(table.start, load.astype(np.int16), full.astype(np.int16))

    def sums(self, first: int, last: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Load and capacity of everybody on first..last; days outside add nothing."""
        days = slice(max(first - self.start, 0), max(last - self.start + 1, 0))
        return self.load[:, days].sum(axis=1, dtype=np.int64), self.capacity[:, days].sum(axis=1, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Overloads:
    """Every over-allocation of the plan, one run of days each: person, first and last day number; by person, day.

    daily: everybody's days, counted for that; None where they were not kept.
    """

    person: Int32
    start: Int32
    end: Int32
    daily: Daily | None = None

    @classmethod
    def none(cls) -> Overloads:
        empty = np.zeros(0, np.int32)
        return cls(empty, empty, empty)

    @classmethod
    def of(cls, plan: Plan, people: Int32, span: Span) -> Overloads:
        """Those of some people, and the days they were looked for in; costs a table of them all."""
        counted = table(plan, people, span)
        found = over_allocations(counted)
        return cls(people[found.position], found.start, found.end, Daily.of(counted))

    @classmethod
    def joined(cls, parts: Sequence[Overloads]) -> Overloads:
        """Several looks as one, in their order."""
        person, start, end = (np.concatenate([getattr(p, name) for p in parts]) for name in ("person", "start", "end"))
        days = [part.daily for part in parts if part.daily is not None]
        daily = None
        if days:
            load, full = (np.concatenate([getattr(each, name) for each in days]) for name in ("load", "capacity"))
            daily = Daily(days[0].start, load, full)
        return cls(person.astype(np.int32), start.astype(np.int32), end.astype(np.int32), daily)

    def counted_again(self, people: Int32, part: Overloads) -> Overloads:
        """These with some people, ascending, as another look found them; both looks were at the same days."""
        kept = ~np.isin(self.person, people)
        person, start, end = (
            np.concatenate([getattr(self, name)[kept], getattr(part, name)]) for name in ("person", "start", "end")
        )
        order = np.argsort(person, kind="stable")
        daily = None
        if self.daily is not None and part.daily is not None:
            load, full = self.daily.load.copy(), self.daily.capacity.copy()
            load[people], full[people] = part.daily.load, part.daily.capacity
            daily = Daily(self.daily.start, load, full)
        return Overloads(person[order], start[order], end[order], daily)

    def targets(self) -> list[tuple[int, int]]:
        """Person and first day of each: what F8 walks over."""
        return list(zip(self.person.tolist(), self.start.tolist(), strict=True))

    def people(self, first: int, last: int) -> Int32:
        """Who is over-allocated on any of the days first..last."""
        found: Int32 = distinct(self.person[(self.start <= last) & (self.end >= first)])
        return found


class People:
    """The people of one plan, ready to be arranged."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._grouped: dict[Grouping, dict[str, Int32]] = {}
        self._arranged: tuple[tuple[object, ...], list[Group]] = ((), [])  # what was asked for last, and the answer

    def with_rows_of(self, plan: Plan) -> People:
        """The same people with the items of another plan of them: only what was worked out of items is forgotten."""
        same = People(plan)
        same._grouped = {by: names for by, names in self._grouped.items() if by not in _OF_ITEMS}
        same._arranged = self._arranged
        if "_texts" in self.__dict__:
            same.__dict__["_texts"] = self._texts
        return same

    @cached_property
    def _texts(self) -> list[str]:
        # The e-mail's domain is everybody's: it would let everybody through.
        return [folded(" ".join((p.name, p.title, p.email.partition("@")[0], *p.teams))) for p in self._plan.people]

    def headings(self, grouping: Grouping) -> dict[str, Int32]:
        """People by heading, headings by name, those of none last; a person stands in each of their groups."""
        if grouping not in self._grouped:
            self._grouped[grouping] = self._group(grouping)
        return self._grouped[grouping]

    def _group(self, grouping: Grouping) -> dict[str, Int32]:
        everybody = np.arange(len(self._plan.people), dtype=np.int32)
        if grouping is Grouping.NONE:
            return {"": everybody}
        names: dict[str, list[int] | Int32] = {}
        if grouping is Grouping.TEAM:
            by_team: dict[str, list[int]] = {}
            for index, person in enumerate(self._plan.people):
                for team in person.teams or (NO_TEAM,):
                    by_team.setdefault(team, []).append(index)
            names.update(by_team)
        elif grouping is Grouping.PROJECT:
            names.update(self._by_project(everybody))
        else:
            found = by_status(self._plan)
            rest = np.setdiff1d(everybody, np.concatenate([everybody[:0], *found.values()]))
            names.update({**found, NO_STATUS: rest} if len(rest) else found)
        last = _LAST[grouping]
        ordered = sorted(names, key=lambda name: (name == last, name.casefold()))
        return {name: np.asarray(names[name], np.int32) for name in ordered}

    def _by_project(self, everybody: Int32) -> dict[str, Int32]:
        plan, count = self._plan, len(self._plan.people)
        person, project = plan.columns["person"], plan.columns["project"]
        there = (person < count) & (project > 0)
        pairs = np.unique(project[there].astype(np.int64) * max(count, 1) + person[there])
        at, who = pairs // max(count, 1), (pairs % max(count, 1)).astype(np.int32)
        cuts = np.flatnonzero(np.diff(at)) + 1
        found = (
            {plan.projects[int(at[cut])]: part for cut, part in zip((0, *cuts), np.split(who, cuts), strict=True)}
            if len(at)
            else {}
        )
        rest = np.setdiff1d(everybody, who)
        if len(rest):
            found[NO_PROJECT] = rest.astype(np.int32)
        return found

    def matching(self, wanted: Filter, over: Int32 | None) -> NDArray[np.bool_]:
        """Which people a filter lets through; `over` are those over-allocated where the user looks, None: not counted.

        Until they are counted nobody is hidden for not being among them.
        """
        count = len(self._plan.people)
        found = np.ones(count, np.bool_)
        if wanted.team:
            found &= _members(self.headings(Grouping.TEAM), wanted.team, count)
        if wanted.project:
            found &= _members(self.headings(Grouping.PROJECT), wanted.project, count)
        if wanted.status:
            found &= _members(self.headings(Grouping.STATUS), wanted.status, count)
        if wanted.over and over is not None:
            found &= np.isin(np.arange(count), over)
        words = folded(wanted.text).split()
        for word in words:
            found &= np.array([word in text for text in self._texts], np.bool_)
        return found

    def arrange(
        self,
        grouping: Grouping,
        folded_groups: Collection[str],
        wanted: Filter,
        over: Int32 | None,
        rank: NDArray[np.float64] | None = None,
    ) -> list[Group]:
        """The groups as shown; a group without anybody left is left out. rank: lowest first, None: by name."""
        of_items = grouping in _OF_ITEMS or bool(wanted.project or wanted.status)
        items_matter = of_items or wanted.over or rank is not None
        asked = () if items_matter else (grouping, frozenset(folded_groups), wanted)
        if not asked or asked != self._arranged[0]:
            self._arranged = (asked, self._arrange(grouping, folded_groups, wanted, over, rank))
        return list(self._arranged[1])

    def _arrange(
        self,
        grouping: Grouping,
        folded_groups: Collection[str],
        wanted: Filter,
        over: Int32 | None,
        rank: NDArray[np.float64] | None,
    ) -> list[Group]:
        headings = self.headings(grouping)
        filters = {Grouping.TEAM: wanted.team, Grouping.PROJECT: wanted.project, Grouping.STATUS: wanted.status}
        only = filters.get(grouping, "")
        names = [name for name in headings if not only or name == only]
        sizes = np.array([len(headings[name]) for name in names], np.int64)
        people = np.concatenate([np.zeros(0, np.int32), *(headings[name] for name in names)])
        owner = np.repeat(np.arange(len(names)), sizes)
        if wanted:
            kept = self.matching(wanted, over)[people]
            people, owner = people[kept], owner[kept]
        if rank is not None:
            people = people[np.lexsort((rank[people], owner))]
        ends = np.cumsum(np.bincount(owner, minlength=len(names))).tolist()
        return [
            Group(name, people[begin:end], name in folded_groups)
            for name, begin, end in zip(names, [0, *ends], ends, strict=False)
            if end > begin or not name
        ]


def unassigned(plan: Plan, folded_groups: Collection[str], wanted: Filter) -> list[Group]:
    """What is nobody's, as a last group without people: tasks without assignees, the plans of teams.

    None where there is nothing with a date, and for a filter of people; one of a project alone asks for work of it.
    """
    bars = bars_of(plan, len(plan.people))
    placed = bars.start != NO_DAY
    if wanted.project and wanted == Filter(project=wanted.project):
        names = np.array([name == wanted.project for name in plan.projects])
        shown = bool((placed & names[plan.columns["project"][plan.rows_of(len(plan.people))]]).any())
    else:
        shown = not wanted and bool(placed.any())
    if not shown:
        return []
    lanes = int(bars.lane[placed].max()) + 1
    return [Group(UNASSIGNED, np.zeros(0, np.int32), UNASSIGNED in folded_groups, int(placed.sum()), lanes)]


def _members(headings: dict[str, Int32], name: str, count: int) -> NDArray[np.bool_]:
    found = np.zeros(count, np.bool_)
    found[headings.get(name, np.zeros(0, np.int32))] = True
    return found
