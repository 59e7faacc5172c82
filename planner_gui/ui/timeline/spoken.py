"""Rows, cells and bars of the timeline in words: what is painted, for those who hear it or read it in a table.

Pure text over a Frame: no widget and no accessibility interface. The numbers are the board's own Numbers, so that what
is spoken is what is painted; every word of a service passes through `ui.text.visible`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLocale

from planner_gui.domain.capacity import read_days
from planner_gui.domain.doubles import within
from planner_gui.domain.entities import CountsAs, Kind
from planner_gui.domain.plan import Plan
from planner_gui.domain.snapshot import NO_DAY, Flag, day_date
from planner_gui.domain.wording import SERVICES, source_words
from planner_gui.ui import formats
from planner_gui.ui.text import visible
from planner_gui.ui.timeline.cards import amount
from planner_gui.ui.timeline.facts import name_of
from planner_gui.ui.timeline.frame import Frame
from planner_gui.ui.timeline.rows import Row

AROUND = 30  # rows whose numbers are made along: somebody who asks for one asks for its neighbours

_KINDS = {Kind.ABSENCE: "Absence", Kind.ALLOCATION: "Allocation", Kind.EVENT: "Event", Kind.TASK: "Task"}
_COUNTS = {
    CountsAs.LOAD: "counts as load",
    CountsAs.ABSENCE: "counts as absence",
    CountsAs.SHOW: "shown only, not counted",
    CountsAs.IGNORE: "not counted",
    CountsAs.DUPLICATE: "the same absence counts once",
}


@dataclass(frozen=True, slots=True)
class Sums:
    """Minutes of a row over a period. known and over: how many of its days have numbers, and are over-allocated."""

    days: int
    known: int
    over: int
    working: int
    capacity: int
    load: int


def row_name(frame: Frame, row: Row) -> str:
    """Who or what a row is: "Priya Raman, Tech lead, Platform", or "Platform, 12 people" for a heading."""
    if row.is_heading:
        group = frame.rows.groups[row.group]
        if group.items:
            return f"{_clean(group.name)}, {group.items} {'item' if group.items == 1 else 'items'} of nobody"
        count = len(group.people)
        return f"{_clean(group.name)}, {count} {'person' if count == 1 else 'people'}"
    person = frame.plan.people[row.person]
    parts = [person.name, person.title, *person.teams]
    unmatched = ["not joined with an account elsewhere"] if person.unmatched else []
    return _clean(", ".join(dict.fromkeys(part for part in [*parts, *unmatched] if part)))


def row_value(frame: Frame, row: Row) -> str:
    """The sums of the visible range: "9 Nov to 13 Dec 2026: capacity 160 h 00, load 150 h 00, 10 h 00 free"."""
    if row.is_heading and frame.rows.groups[row.group].items:
        return "tasks without assignees and plans of teams, in no total"
    return f"{period(frame.first_day, frame.last_day)}: {_verdict(frame, row, frame.first_day, frame.last_day)}"


def cell_name(frame: Frame, row: Row, first: int, last: int) -> str:
    """A cell as a sentence: "Wednesday 18 November 2026: capacity 8 h 00, load 9 h 36, over by 1 h 36"."""
    return f"{period(first, last)}: {cell_value(frame, row, first, last)}"


def cell_value(frame: Frame, row: Row, first: int, last: int) -> str:
    """A cell's numbers, those that are not known said as such."""
    return _verdict(frame, row, first, last)


def bar_name(frame: Frame, item: int) -> str:
    """An item (a plan row): "Allocation Orion, Core services, 70 %, 9 Nov to 27 Nov 2026, counts as load"."""
    plan = frame.plan
    project = int(plan.columns["project"][item])
    about = plan.projects[project] if project >= 0 and plan.projects else ""
    source = plan.source(item)
    parts = [
        *dict.fromkeys(part for part in (about, name_of(plan, item)) if part),
        source.type if source is not None and source.type.casefold() != name_of(plan, item).casefold() else "",
        amount(plan, item).replace(" \N{MIDDLE DOT} ", ", "),
        _dates(plan, item),
        *_marks(frame, item),
        *(f"the same absence as {source_words(plan, double)}" for double in within(plan, item)),
        _COUNTS[CountsAs(int(plan.columns["counts_as"][item]))],
    ]
    return _clean(f"{_KINDS[plan.kind(item)]} {', '.join(part for part in parts if part)}")


def bar_source(frame: Frame, item: int) -> str:
    """Where an item comes from: "Tempo, Platform calendar"."""
    plan = frame.plan
    snapshot = plan.snapshots[int(plan.columns["connection"][item])]
    source = plan.source(item)
    calendar = f"calendar {source.calendar}" if source is not None and source.calendar else ""
    return _clean(", ".join(part for part in (SERVICES.get(snapshot.kind, snapshot.connection), calendar) if part))


def period(first: int, last: int) -> str:
    """ "Wednesday 18 November 2026", or "9 Nov to 13 Dec 2026" with the year once where it is the same."""
    if first == last:
        return QLocale().toString(formats.qdate(day_date(first)), "dddd d MMMM yyyy")
    return _from_to(first, last)


def sums(frame: Frame, row: Row, first: int, last: int) -> Sums:
    """The numbers of a person or a group over first..last, from the board's Numbers."""
    days = [(day, day) for day in range(first, last + 1)]
    if row.is_heading:
        cells = frame.numbers.of_group(frame.rows.groups[row.group].people, days)
    else:
        _prepare(frame, row, first, last)
        cells = frame.numbers.of_person(row.person, days)
    return Sums(
        days=len(days),
        known=int(cells.known.sum()),
        over=int(cells.over.sum()),
        working=int(cells.working.sum()),
        capacity=int(cells.capacity.sum()),
        load=int(cells.load.sum()),
    )


def _prepare(frame: Frame, row: Row, first: int, last: int) -> None:
    """Have the numbers of a row, without taking away those that the next painting needs."""
    visible_rows = frame.rows.visible(frame.top, frame.height)
    at = frame.rows.at(row.top) or 0
    here = frame.rows.person[visible_rows.start : visible_rows.stop]
    near = frame.rows.person[max(0, at - AROUND) : at + AROUND]
    around = np.union1d(here, near).astype(np.int32)
    person = np.array([row.person], np.int32)
    low, high = min(first, frame.first_day), max(last, frame.last_day)
    frame.numbers.prepare(person, low, high, around[around >= 0])


def _verdict(frame: Frame, row: Row, first: int, last: int) -> str:
    found = sums(frame, row, first, last)
    if not found.known:
        return f"not known, {_why_unknown(frame.plan, first, last)}"
    parts = []
    if found.known < found.days:
        parts.append(f"{found.known} of {found.days} days known")
    if not found.working and not found.load:
        return ", ".join([*parts, "no working time"])
    parts += [f"capacity {formats.hours(found.capacity)}", f"load {formats.hours(found.load)}"]
    free = found.capacity - found.load
    parts.append(f"over by {formats.hours(-free)}" if free < 0 else f"{formats.hours(free)} free" if free else "full")
    if found.working > found.capacity:
        parts.append(f"absent {formats.hours(found.working - found.capacity)}")
    if found.over and (free >= 0 or found.days > 1):
        parts.append(f"over on {found.over} {'day' if found.over == 1 else 'days'}")
    return ", ".join(parts)


def _why_unknown(plan: Plan, first: int, last: int) -> str:
    """The receipt's two reasons; a day that was not read is told first."""
    return "no schedule" if read_days(plan, first, last - first + 1).all() else "not read"


def _dates(plan: Plan, item: int) -> str:
    flags = Flag(int(plan.columns["flags"][item]))
    start, end = plan.value(item, "start"), plan.value(item, "end")
    no_start = bool(flags & Flag.NO_START) or start == NO_DAY
    no_end = bool(flags & Flag.NO_DUE) or end == NO_DAY
    if no_start or no_end:
        return (
            f"{'no start' if no_start else _from_to(start, start)} to {'no due date' if no_end else _from_to(end, end)}"
        )
    return _from_to(start, end)


def _from_to(first: int, last: int) -> str:
    start, end, locale = day_date(first), day_date(last), QLocale()
    until = locale.toString(formats.qdate(end), "d MMM yyyy")
    if first == last:
        return until
    head = "d MMM" if start.year == end.year else "d MMM yyyy"
    return f"{locale.toString(formats.qdate(start), head)} to {until}"


def _marks(frame: Frame, item: int) -> list[str]:
    flags = Flag(int(frame.plan.columns["flags"][item]))
    told = {
        "one of a series": bool(flags & (Flag.OCCURRENCE | Flag.RECURRING)),
        "a member's part of a team's plan": bool(flags & Flag.REFLECTION),
        "ends before it starts": bool(flags & Flag.BAD_DATES),
        "archived": bool(flags & Flag.ARCHIVED),
        "from an old reading": frame.is_stale(item),
    }
    return [mark for mark, is_so in told.items() if is_so]


def _clean(text: str) -> str:
    return visible(text).replace("\n", " ")
