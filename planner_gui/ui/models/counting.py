"""What can be settled about counting, as rows: tasks of a service, event types of a calendar, time off in Tempo."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from planner_gui.domain.counting import TEMPO_KINDS, default_tasks
from planner_gui.domain.entities import CountsAs
from planner_gui.domain.plan import DEFAULT_EVENTS, Counting, Plan
from planner_gui.ui.dialogs.options import Option, planned_items

HEADINGS = ("What", "Where", "Counts as")
WORDS: Mapping[CountsAs, str] = {
    CountsAs.IGNORE: "nothing",
    CountsAs.SHOW: "shown only",
    CountsAs.LOAD: "load",
    CountsAs.ABSENCE: "absence",
}
TASK_CHOICES = (CountsAs.LOAD, CountsAs.SHOW, CountsAs.IGNORE)
EVENT_CHOICES = (CountsAs.ABSENCE, CountsAs.LOAD, CountsAs.SHOW, CountsAs.IGNORE)

EventKey = tuple[str, str, str]


class TaskRow(NamedTuple):
    """The tasks of a connection."""

    connection: str


class EventRow(NamedTuple):
    """An event type everywhere, in a connection, or in one calendar: a key of `Counting.events`."""

    key: EventKey
    where: str


class TimeOffRow(NamedTuple):
    """Tempo plans on an item or a project that are absences: an entry of `Counting.time_off`."""

    entry: tuple[str, str]


Row = TaskRow | EventRow | TimeOffRow


def rows_of(plan: Plan, counting: Counting) -> list[Row]:
    """Tasks first, then event types from the widest to the narrowest, then what is time off."""
    rows: list[Row] = [TaskRow(view.name) for view in plan.connections if view.kind in ("bigtime", "bigpicture")]
    places: dict[EventKey, str] = {("", "", kind): "every calendar" for kind in DEFAULT_EVENTS}
    for snapshot in plan.snapshots:
        for source in snapshot.sources:
            kind = source.type.strip().casefold()
            places.setdefault(("", "", kind), "every calendar")
            places.setdefault((snapshot.connection, "", kind), snapshot.connection)
            if source.calendar_key:
                name = f"{source.calendar or source.calendar_key} ({snapshot.connection})"
                places.setdefault((snapshot.connection, source.calendar_key, kind), name)
    for key in counting.events:
        places.setdefault(key, " ".join(part for part in key[:2] if part) or "every calendar")
    order = sorted(places, key=lambda key: (_type_order(key[2]), key[0], key[1]))
    rows += [EventRow(key, places[key]) for key in order if key[2]]
    return rows + [TimeOffRow(entry) for entry in sorted(counting.time_off)]


def _type_order(kind: str) -> tuple[int, str]:
    known = list(DEFAULT_EVENTS)
    return (known.index(kind) if kind in known else len(known), kind)


def current(row: Row, counting: Counting, plan: Plan) -> CountsAs:
    """What a row counts as, by its own setting or by what it follows."""
    match row:
        case TaskRow():
            tasks = default_tasks(view.kind for view in plan.connections)
            return counting.tasks.get(row.connection, tasks)
        case EventRow():
            connection, calendar, kind = row.key
            for key in ((connection, calendar, kind), (connection, "", kind), ("", "", kind)):
                if key in counting.events:
                    return counting.events[key]
            return DEFAULT_EVENTS.get(kind, CountsAs.SHOW)
        case TimeOffRow():
            return CountsAs.ABSENCE if row.entry in counting.time_off else CountsAs.LOAD


def follows(row: Row, counting: Counting) -> str:
    """What a row without a setting of its own follows, in words; "" for one that has one."""
    if not isinstance(row, EventRow) or row.key in counting.events:
        return ""
    connection, calendar, kind = row.key
    if calendar and (connection, "", kind) in counting.events:
        return connection
    return "every calendar" if connection else "usual"


def choices(row: Row) -> tuple[CountsAs | None, ...]:
    """What a row can count as; None: as what it follows."""
    match row:
        case TaskRow():
            return TASK_CHOICES
        case EventRow():
            return EVENT_CHOICES if not row.key[0] else (None, *EVENT_CHOICES)
        case TimeOffRow():
            return (CountsAs.ABSENCE, CountsAs.LOAD)


def chosen(row: Row, counting: Counting) -> CountsAs | None:
    """A row's own setting; None where it follows another."""
    match row:
        case EventRow():
            return counting.events.get(row.key)
        case TaskRow():
            return counting.tasks.get(row.connection)
        case TimeOffRow():
            return CountsAs.ABSENCE if row.entry in counting.time_off else CountsAs.LOAD


def settled(row: Row, counts: CountsAs | None, counting: Counting) -> Counting:
    """The counting with one row set."""
    match row:
        case TaskRow():
            return replace(counting, tasks={**counting.tasks, row.connection: counts or CountsAs.IGNORE})
        case EventRow():
            others = {key: value for key, value in counting.events.items() if key != row.key}
            return replace(counting, events=others if counts is None else {**others, row.key: counts})
        case TimeOffRow():
            off = {row.entry} if counts is CountsAs.ABSENCE else set()
            return replace(counting, time_off=(counting.time_off - {row.entry}) | off)


def what(row: Row) -> str:
    """A row's subject in words."""
    match row:
        case TaskRow():
            return "Tasks"
        case EventRow():
            return f"Events: {row.key[2]}"
        case TimeOffRow():
            return f"Time off: {row.entry[1]}"


def where(row: Row) -> str:
    """A row's place in words."""
    match row:
        case TaskRow():
            return row.connection
        case EventRow():
            return row.where
        case TimeOffRow():
            return row.entry[0]


def time_off_options(plan: Plan) -> Iterator[Option]:
    """What can be marked as time off: the projects and the items that Tempo plans are on."""
    for snapshot in plan.snapshots:
        if snapshot.kind not in TEMPO_KINDS:
            continue
        seen: set[str] = set()
        for item in planned_items(plan, snapshot.connection):
            if item.project and item.project not in seen:
                seen.add(item.project)
                yield Option(f"{snapshot.connection}\0{item.project}", item.project, snapshot.connection, "project")
            reference = item.value if isinstance(item.value, dict) else {}
            key = str(reference.get("id", ""))
            yield Option(f"{snapshot.connection}\0{key}", item.name, snapshot.connection, item.kind, also=key)
