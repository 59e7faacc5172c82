"""A plan as the JSON of the command contract (docs/cli.md, `export --format json`, version 1).

Other programs read this: a key is added, never renamed. Numbers come from `domain.capacity` alone, so that the file,
the strips and the receipts cannot disagree.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner_gui.domain import capacity, checks
from planner_gui.domain.amounts import amounts
from planner_gui.domain.entities import CountsAs, Kind, Span
from planner_gui.domain.plan import ConnectionView, Person, Plan
from planner_gui.domain.snapshot import NO_DAY, Flag, Form, day_date, day_number

FORMAT = "planner-gui/plan"
VERSION = 1
ITEM_KEYS = (
    "id", "kind", "connection", "external_id", "person", "title", "project", "start", "end", "type",
    "percent", "minutes", "counts_as", "occurrence", "pending",
)  # fmt: skip

_PENDING = {Flag.PENDING_CREATE: "create", Flag.PENDING_UPDATE: "update", Flag.PENDING_DELETE: "delete"}


def matching_people(plan: Plan, text: str) -> NDArray[np.int32]:
    """Indices of the people whose name, e-mail or a team holds `text`, in any case; everybody for ""."""
    wanted = text.casefold()
    found = [
        index
        for index, person in enumerate(plan.people)
        if any(wanted in field.casefold() for field in (person.name, person.email, *person.teams))
    ]
    return np.array(found, np.int32)


def plan_document(plan: Plan, span: Span, people: str = "") -> dict[str, Any]:
    """The whole export as plain JSON values; `people` narrows it as `export --people` does."""
    chosen = matching_people(plan, people)
    names = {int(index): plan.people[index].id for index in chosen}
    return {
        "format": FORMAT,
        "version": VERSION,
        "range": {"start": span.start.isoformat(), "end": span.end.isoformat()},
        "as_of": _moment(plan.as_of),
        "connections": [_connection(view) for view in plan.connections],
        "people": _people(plan, chosen, span),
        "items": items(plan, span, chosen, with_nobody=not people),
        "findings": [
            {
                "check": finding.check,
                "person": None if finding.person is None else names[finding.person],
                # What holds at any time (an account that nobody has) holds over the whole range.
                "start": (finding.start or span.start).isoformat(),
                "end": (finding.end or span.end).isoformat(),
                "minutes": finding.minutes,
                "text": finding.text,
            }
            for finding in checks.findings(plan, span, chosen)
            if finding.person is None or finding.person in names
        ],
    }


def as_json(document: dict[str, Any]) -> str:
    """The document as text: readable, in UTF-8, ending with a line feed."""
    return json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="seconds")


def _connection(view: ConnectionView) -> dict[str, Any]:
    span = view.span
    return {
        "name": view.name,
        "kind": view.kind,
        "state": str(view.state),
        "read_at": _moment(view.read_at),
        "read_range": None if span is None else {"start": span.start.isoformat(), "end": span.end.isoformat()},
        "error": view.error or None,
    }


def _people(plan: Plan, chosen: NDArray[np.int32], span: Span) -> list[dict[str, Any]]:
    table = capacity.table(plan, chosen, span)

    def numbers(values: NDArray[np.int32], at: int) -> list[int | None]:
        return [int(v) if known else None for v, known in zip(values[at], table.known[at], strict=True)]

    absence = table.absence
    return [
        _person(plan.people[index])
        | {
            "capacity": {
                "working": numbers(table.working, at),
                "absence": numbers(absence, at),
                "capacity": numbers(table.capacity, at),
                "load": numbers(table.load, at),
                "unscheduled": int(table.unscheduled[at]),
            }
        }
        for at, index in enumerate(chosen)
    ]


def _person(person: Person) -> dict[str, Any]:
    accounts: dict[str, str | list[str]] = {}
    for connection, key in person.accounts:
        before = accounts.get(connection)
        if before is None:
            accounts[connection] = key
        else:
            accounts[connection] = [*(before if isinstance(before, list) else [before]), key]
    return {
        "id": person.id,
        "name": person.name,
        "email": person.email,
        "teams": list(person.teams),
        "accounts": accounts,
    }


def items(plan: Plan, span: Span, people: Iterable[int], *, with_nobody: bool) -> list[dict[str, Any]]:
    """The items that touch the span, whole, in the plan's order; with those of nobody (team plans, unassigned)."""
    rows = _rows_in(plan, span, people, with_nobody=with_nobody)
    minutes = _own_minutes(plan, rows)
    return [_item(plan, int(row), f"i{number}", minutes[at]) for number, (at, row) in enumerate(enumerate(rows), 1)]


def _rows_in(plan: Plan, span: Span, people: Iterable[int], *, with_nobody: bool) -> NDArray[np.int64]:
    wanted = np.zeros(len(plan.people) + 1, bool)
    wanted[list(people)] = True
    wanted[len(plan.people)] = with_nobody
    mine = np.flatnonzero(wanted[plan.columns["person"]])
    first, last = day_number(span.start), day_number(span.end)
    start, end = plan.columns["start"][mine], plan.columns["end"][mine]
    # Where dates are reversed the record is shown on the days it names, whichever way round (V5).
    reversed_ = (end < start) & (end <= last) & (start >= first) & (end != NO_DAY)
    undated = (start == NO_DAY) | (end == NO_DAY)
    touches = capacity.touching(plan, mine, first, last)
    # An overdue task is worked on after its own dates: it is here where its minutes fall.
    late = touches & ~undated & ~reversed_ & ((end < first) | (start > last))
    here = capacity.item_days(plan, mine[late], span).row
    touches[late] = np.isin(mine[late], here)
    rows: NDArray[np.int64] = mine[touches | reversed_ | undated]
    return rows


def _own_minutes(plan: Plan, rows: NDArray[np.int64]) -> list[int | None]:
    """An allocation's own total over its span, a task's remaining minutes of its person, None for the rest."""
    if not len(rows):
        return []
    form, amount = plan.gather(rows, "form"), plan.gather(rows, "amount")
    kinds, flags = plan.columns["kind"][rows], plan.columns["flags"][rows]
    allocated = np.flatnonzero((kinds == Kind.ALLOCATION) & (flags & Flag.TEAM_PARENT == 0))
    totals = np.zeros(len(rows), np.int64)
    totals[allocated] = item_totals(plan, rows[allocated])
    known = set(allocated[totals[allocated] > 0].tolist())
    out: list[int | None] = []
    for at in range(len(rows)):
        if kinds[at] == Kind.TASK and form[at] == Form.REMAINING:
            out.append(int(amount[at]))
        else:
            out.append(int(totals[at]) if at in known else None)
    return out


def item_totals(plan: Plan, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Minutes of allocations over their whole span, on days and on none; 0 where working time is not known."""
    days = capacity.item_days(plan, rows)
    at = np.searchsorted(rows, days.row)
    spread = np.bincount(at, weights=days.minutes, minlength=len(rows)).astype(np.int64)
    today = day_number(plan.today)
    totals: NDArray[np.int64] = spread + amounts(plan, rows, today, today).unscheduled
    return totals


def _item(plan: Plan, row: int, name: str, minutes: int | None) -> dict[str, Any]:
    columns = plan.columns
    flags = Flag(int(columns["flags"][row]))
    person = int(columns["person"][row])
    kind = plan.kind(row)
    source = plan.source(row)
    percent = -1 if kind is Kind.TASK else plan.value(row, "percent")  # what is done of a task is no commitment
    occurrence = plan.occurrence(row) if flags & Flag.OCCURRENCE else NO_DAY
    project = int(columns["project"][row])
    return {
        "id": name,
        "kind": kind.name.lower(),
        "connection": plan.snapshots[columns["connection"][row]].connection,
        "external_id": None if flags & Flag.PENDING_CREATE else plan.text(row, "external_id"),
        "person": plan.people[person].id if person < len(plan.people) else None,
        "title": plan.text(row, "title"),
        "project": plan.projects[project] if project >= 0 else "",
        "start": None if flags & Flag.NO_START else _day(plan.value(row, "start")),
        "end": None if flags & Flag.NO_DUE else _day(plan.value(row, "end")),
        "type": source.type if source else plan.text(row, "type"),
        "percent": _percent(percent),
        "minutes": minutes,
        "counts_as": CountsAs(int(columns["counts_as"][row])).name.lower(),
        "occurrence": _day(occurrence),
        "pending": next((word for flag, word in _PENDING.items() if flags & flag), None),
    }


def _day(number: int) -> str | None:
    return None if number == NO_DAY else day_date(number).isoformat()


def _percent(hundredths: int) -> int | float | None:
    if hundredths < 0:
        return None
    whole, rest = divmod(hundredths, 100)
    return hundredths / 100 if rest else whole
