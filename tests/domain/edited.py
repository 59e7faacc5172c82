"""Items as fields, changes of them, and what a service would make of them: for the tests of everything that is edited.

`entity` is written here anew, so that a mistake in the program's own reading of fields does not hide behind itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from planner_gui.domain.capacity import table
from planner_gui.domain.changes import Change, State, new_id
from planner_gui.domain.edits import Do, Fields, ItemKey, blank
from planner_gui.domain.entities import Absence, Allocation, Item, Kind, Span, Task
from planner_gui.domain.plan import Plan
from planner_gui.domain.snapshot import PENDING, Flag
from tests.domain.cases import day

AT = datetime(2026, 11, 16, 10, tzinfo=UTC)
SERVICE = {Kind.ABSENCE: "bigpicture", Kind.ALLOCATION: "tempo", Kind.TASK: "bigtime"}
_RULES = {"never": "NEVER", "weekly": "WEEKLY", "two-weekly": "BI-WEEKLY", "monthly": "MONTHLY"}


def key(kind: Kind, external_id: str) -> ItemKey:
    return ItemKey(SERVICE[kind], kind, external_id)


def absence(who: str, start: str, end: str, percent: float = 100, **more: Any) -> Fields:
    given = {"account": who, "start": start, "end": end, "type": "HOLIDAY", "percent": percent}
    return {**blank(Kind.ABSENCE), **given, **more}


def allocation(who: str | None, start: str, end: str, percent: float | None = 50, **more: Any) -> Fields:
    given = {"account": who, "start": start, "end": end, "percent": percent, "title": "Core services"}
    reference = {"type": "PROJECT", "id": "10130"}
    return {**blank(Kind.ALLOCATION), **given, "item": reference, "project": "Orion", "repeat": "never", **more}


def task(people: Sequence[str], start: str | None, due: str | None, hours: float = 40, **more: Any) -> Fields:
    given = {"assignees": list(people), "start": start, "due": due, "budget_hours": hours, "name": "Test plan"}
    return {**blank(Kind.TASK), **given, "project": "7", "project_name": "Atlas", "type": "Design", **more}


def entity(of: ItemKey, fields: Mapping[str, Any], members: Sequence[str] = ()) -> list[Item]:
    """What the service's own record would be read as."""
    name = of.external_id
    if of.kind is Kind.ABSENCE:
        return [
            Absence(
                external_id=name,
                account=fields["account"],
                start=day(fields["start"]),
                end=day(fields["end"]),
                type=fields["type"],
                percent=fields["percent"],
                comment=fields["comment"],
            )
        ]
    if of.kind is Kind.TASK:
        hours, done = fields["budget_hours"], (fields["percent_complete"] or 0) / 100
        return [
            Task(
                external_id=name,
                assignees=tuple(fields["assignees"]),
                title=fields["name"],
                project=fields["project_name"],
                type=fields["type"],
                start=day(fields["start"]) if fields["start"] else None,
                due=day(fields["due"]) if fields["due"] else None,
                remaining_minutes=None if hours is None else int(hours * (1 - done) * 60 + 0.5),
                percent_complete=fields["percent_complete"],
            )
        ]
    daily, total = fields["minutes_per_day"], fields["minutes"]
    plan = Allocation(
        external_id=name,
        account=fields["account"] or "",
        team=fields["team"] or "",
        start=day(fields["start"]),
        end=day(fields["end"]),
        title=fields["title"],
        project=fields["project"],
        type=fields["item"]["type"],
        item=fields["item"]["id"],
        seconds_per_day=None if daily is None else daily * 60,
        seconds=None if total is None else total * 60,
        commitment=fields["percent"],
        include_non_working=fields["include_non_working"],
        rule=_RULES[fields["repeat"]],
        until=day(fields["until"]) if fields["until"] else None,
    )
    from dataclasses import replace

    return [plan, *(replace(plan, account=member, reflection=True) for member in members if plan.team)]


def created(kind: Kind, fields: Fields, name: str = "", **more: Any) -> Change:
    name = name or new_id()
    return _change(Do.CREATE, key(kind, name), None, fields, id=name, **more)


def updated(kind: Kind, name: str, before: Fields, after: Fields, **more: Any) -> Change:
    return _change(Do.UPDATE, key(kind, name), before, after, **more)


def deleted(kind: Kind, name: str, before: Fields, **more: Any) -> Change:
    return _change(Do.DELETE, key(kind, name), before, None, **more)


def _change(do: Do, of: ItemKey, before: Fields | None, after: Fields | None, **more: Any) -> Change:
    given = {"id": new_id(), "at": AT, "state_at": AT, "state": State.DRAFT, "label": f"{do.value} it", **more}
    return Change(do=do, key=of, before=before, after=after, **given)


def later(minutes: int) -> datetime:
    return AT + timedelta(minutes=minutes)


def content(plan: Plan, *, pending_deletes: bool = True) -> list[tuple[Any, ...]]:
    """Every row in words, without what is only how it is stored, in an order of its own."""
    found = []
    for row in range(plan.rows):
        flags = Flag(int(plan.columns["flags"][row]))
        if flags & Flag.PENDING_DELETE and not pending_deletes:
            continue
        person = int(plan.columns["person"][row])
        found.append(
            (
                plan.people[person].name if person < len(plan.people) else "",
                plan.kind(row).name,
                plan.text(row, "external_id"),
                *(int(plan.columns[name][row]) for name in ("start", "end", "counts_as")),
                plan.projects[int(plan.columns["project"][row])],
                *(plan.text(row, name) for name in ("title", "type", "item")),
                *(plan.value(row, name) for name in ("form", "amount", "percent")),
                plan.occurrence(row),
                int(flags & ~PENDING),
            )
        )
    return sorted(found)


def numbers(plan: Plan, names: Iterable[str], span: Span) -> dict[str, Any]:
    """Working, absence, capacity, load and unscheduled of some people by name."""
    import numpy as np

    at = {person.name: number for number, person in enumerate(plan.people)}
    chosen = [name for name in names if name in at]
    found = table(plan, np.array([at[name] for name in chosen], np.int32), span)
    return {
        name: [
            found.working[i].tolist(),
            found.absence[i].tolist(),
            found.capacity[i].tolist(),
            found.load[i].tolist(),
            int(found.unscheduled[i]),
        ]
        for i, name in enumerate(chosen)
    }
