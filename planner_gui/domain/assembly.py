"""From snapshots to a Plan: accounts become people, rows are sorted, placed in lanes and told what they count as.

Everything is array work on a million rows; no row becomes an object. What today, a setting or the matching decides is
decided here and nowhere in the snapshots.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner_gui.domain.counting import counts_as, default_tasks
from planner_gui.domain.lanes import lanes
from planner_gui.domain.matching import match
from planner_gui.domain.people import People
from planner_gui.domain.plan import ConnectionView, Plan, Rules
from planner_gui.domain.snapshot import NO_DAY, Flag, Snapshot, day_number
from planner_gui.domain.zones import dated, zones_of

Columns = dict[str, NDArray[Any]]

_WORD = 63  # bits of a number that sorts
_ODD = np.uint16(Flag.NO_START | Flag.NO_DUE | Flag.BAD_DATES)


def assemble(
    snapshots: Sequence[Snapshot],
    views: Sequence[ConnectionView],
    rules: Rules,
    today: date,
    people: People | None = None,
) -> Plan:
    """The plan of these snapshots. people: who there is, where it is known already (`match` of the same snapshots)."""
    from planner_gui.domain.absences import mark_duplicates  # needs a Plan to look at

    people = match(snapshots, rules, today) if people is None else people
    zones = zones_of(people.persons, rules)
    nobody = np.int32(len(people.persons))
    snapshots = [
        # Account -1, of no account, finds the last entry.
        dated(snapshot, np.append(account_person, nobody), zones)
        for snapshot, account_person in zip(snapshots, people.account_person, strict=True)
    ]
    columns, projects = _columns(snapshots, views, rules, people, day_number(today))
    plan = laid_out(
        columns,
        len(people.persons),
        partial(
            Plan,
            today=today,
            rules=rules,
            people=people.persons,
            connections=tuple(views),
            snapshots=tuple(snapshots),
            projects=projects,
        ),
    )
    return replace(plan, columns={**plan.columns, "counts_as": mark_duplicates(plan)})


def laid_out(columns: Columns, people: int, made: Callable[..., Plan]) -> Plan:
    """A plan of rows in any order: sorted, each in its lane; `made` takes columns, offsets and lanes."""
    columns = _sorted(columns)
    offsets = np.searchsorted(columns["person"], np.arange(people + 2)).astype(np.int64)
    columns["lane"] = _lanes(columns)
    return made(columns=columns, offsets=offsets, lanes=_heights(columns["lane"], offsets[:-1]))


def _columns(
    snapshots: Sequence[Snapshot], views: Sequence[ConnectionView], rules: Rules, people: People, today: int
) -> tuple[Columns, tuple[str, ...]]:
    """The plan's columns in the order of the snapshots' rows, without those of hidden people; the projects' names."""
    tasks = default_tasks([*(s.kind for s in snapshots), *(view.kind for view in views)])
    nobody = len(people.persons)
    projects: dict[str, int] = {"": 0}
    parts: list[Columns] = []
    for number, (snapshot, account_person) in enumerate(zip(snapshots, people.account_person, strict=True)):
        # Account -1, of no account, finds the last entry.
        person = np.append(account_person, np.int32(nobody))[snapshot.columns["account"]]
        counts = counts_as(snapshot, rules.counting, tasks)
        part = columns_of(snapshot, number, person, counts, projects, today)
        if (account_person < 0).any():
            part = of_somebody(part)
        parts.append(part)
    if len(parts) == 1:
        return parts[0], tuple(projects)
    names = parts[0] if parts else _EMPTY
    return {name: np.concatenate([_EMPTY[name], *(part[name] for part in parts)]) for name in names}, tuple(projects)


def columns_of(
    snapshot: Snapshot,
    number: int,
    person: NDArray[np.int32],
    counts: NDArray[np.int8],
    projects: dict[str, int],
    today: int,
) -> Columns:
    """The plan's columns of all rows of its snapshot `number`, in their order; new projects are added to `projects`."""
    given = snapshot.columns
    start, end = placed(given, today)
    return {
        "person": person,
        "connection": np.full(len(person), number, np.int8),
        "row": np.arange(len(person), dtype=np.int32),
        "kind": given["kind"],
        "counts_as": counts,
        "flags": given["flags"],
        "start": start,
        "end": end,
        "project": _project_numbers(snapshot, projects)[given["project"]],
    }


def of_somebody(columns: Columns) -> Columns:
    """The columns without the rows of hidden people."""
    shown = columns["person"] >= 0
    return {name: column[shown] for name, column in columns.items()}


_EMPTY: Columns = {
    "person": np.zeros(0, np.int32),
    "connection": np.zeros(0, np.int8),
    "row": np.zeros(0, np.int32),
    "kind": np.zeros(0, np.int8),
    "counts_as": np.zeros(0, np.int8),
    "flags": np.zeros(0, np.uint16),
    "start": np.zeros(0, np.int32),
    "end": np.zeros(0, np.int32),
    "project": np.zeros(0, np.int32),
}


def placed(given: Mapping[str, NDArray[Any]], today: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """First and last day of each bar; the columns themselves where every row has its dates.

    A task without a start begins today, on its due date at the latest; one without a due date ends today, on its start
    at the earliest; one with neither is on no day. Bad dates are shown from the earlier to the later one.
    """
    start, end = given["start"], given["end"]
    odd = np.flatnonzero(given["flags"] & _ODD != 0)
    if not len(odd):
        return start, end
    flags = given["flags"][odd]
    no_start, no_due = flags & Flag.NO_START != 0, flags & Flag.NO_DUE != 0
    first = np.where(no_start & ~no_due, np.minimum(today, end[odd]), start[odd])
    last = np.where(no_due & ~no_start, np.maximum(today, start[odd]), end[odd])
    start, end = start.copy(), end.copy()
    start[odd], end[odd] = np.minimum(first, last), np.maximum(first, last)
    return start, end


def _sorted(columns: Columns) -> Columns:
    """The columns in the order of person, start, end; equal ones as they came.

    One number a row, which holds its keys and its position, sorts several times faster than keys do, and gives the
    sorted keys back without a walk through memory.
    """
    person, start, end = columns["person"], columns["start"], columns["end"]
    if not len(person):
        return columns
    dated = start != NO_DAY
    lowest = int(start.min(where=dated, initial=np.iinfo(np.int32).max)) - 1
    days = np.where(dated, start, lowest) - np.int32(lowest)
    length = end - start
    widths = [int(n).bit_length() for n in (days.max(), length.max(), len(person) - 1)]
    if int(person.max()).bit_length() + sum(widths) > _WORD:  # dates of thousands of years
        order = np.lexsort((end, days, person))
        return {name: column[order] for name, column in columns.items()}
    key = person.astype(np.int64)
    for value, width in zip((days, length, np.arange(len(person), dtype=np.int32)), widths, strict=True):
        key <<= width
        key |= value
    key.sort()
    position, length, days, person = _unpacked(key, widths)
    order = position.astype(np.int64)
    start = np.where(days == 0, np.int32(NO_DAY), days + np.int32(lowest))
    keys = {"person": person, "start": start, "end": start + length}
    return {name: keys[name] if name in keys else column[order] for name, column in columns.items()}


def _unpacked(key: NDArray[np.int64], widths: Sequence[int]) -> list[NDArray[np.int32]]:
    """The values that were packed into each number, the last one first; `key` is used up."""
    values = []
    for width in reversed(widths):
        values.append((key & ((1 << width) - 1)).astype(np.int32))
        key >>= width
    return [*values, key.astype(np.int32)]


def _lanes(columns: Columns) -> NDArray[np.int16]:
    """A lane for each row; those on no day take none from the others."""
    dated = columns["start"] != NO_DAY
    if dated.all():
        return lanes(columns["person"], columns["start"], columns["end"])
    lane = np.zeros(len(dated), np.int16)
    lane[dated] = lanes(*(columns[name][dated] for name in ("person", "start", "end")))
    return lane


def _heights(lane: NDArray[np.int16], offsets: NDArray[np.int64]) -> NDArray[np.int16]:
    """How many lanes each person needs, 0 without rows. offsets: where each one's rows begin, and the last end."""
    heights = np.zeros(len(offsets) - 1, np.int16)
    some = np.flatnonzero(np.diff(offsets))
    if len(some):
        heights[some] = np.maximum.reduceat(lane[: offsets[-1]], offsets[some]) + 1
    return heights


def _project_numbers(snapshot: Snapshot, projects: dict[str, int]) -> NDArray[np.int32]:
    """The number of each text of the snapshot as a project; new ones are added to `projects`."""
    number = np.zeros(len(snapshot.texts), np.int32)
    used = np.zeros(len(snapshot.texts), np.bool_)
    used[snapshot.columns["project"]] = True
    for text in np.flatnonzero(used).tolist():
        number[text] = projects.setdefault(snapshot.texts[text], len(projects))
    return number
