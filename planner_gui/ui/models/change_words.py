"""A change in words: what it is, what was, what will be. For the review, the conflict dialog and spoken descriptions.

Knows fields and how people read them; accounts become names by whoever asks. Text of services stays plain text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtCore import QLocale

from planner_gui.domain.changes import Change, State
from planner_gui.domain.edits import FIELDS, Do, Fields, differing, members
from planner_gui.domain.entities import Kind, Span
from planner_gui.ui import formats

Names = Callable[[str, str], str]
"""(connection, account or team key) -> the name people know."""

DOES = {Do.CREATE: "new", Do.UPDATE: "changed", Do.DELETE: "deleted"}
STATES = {
    State.DRAFT: "not sent",
    State.QUEUED: "waiting to be sent",
    State.SENDING: "being sent",
    State.DONE: "sent",
    State.REFUSED: "refused",
    State.UNKNOWN: "unknown",
    State.CONFLICT: "conflict",
    State.DROPPED: "dropped",
}
LABELS = {
    "dates": "Dates",
    "plan": "Dates and amount",
    "assignee": "Person",
    "recurrence": "Repeats",
    "account": "Person",
    "item": "What",
    "scope": "Planned in",
    "include_non_working": "Non-working days",
    "no_charge": "No charge",
    "percent_complete": "Complete",
    "budget_hours": "Budget",
    "budget_fees": "Fee budget",
    "budget_expenses": "Expense budget",
    "fee_or_expense": "Fee or expense",
    "percent": "Share of the day",
}
_ABSENT = "\N{EN DASH}"


def title(change: Change) -> str:
    """Atlas · API review; what the item is called before and after."""
    fields = change.after or change.before or {}
    name = str(fields.get("name") or fields.get("title") or fields.get("type") or "").strip()
    if change.key.kind is Kind.ABSENCE:
        name = name.replace("_", " ").capitalize() or "Absence"
    project = str(fields.get("project_name" if change.key.kind is Kind.TASK else "project") or "")
    return f"{project} \N{MIDDLE DOT} {name}" if project and project != name else name or project or "Item"


def people(change: Change, names: Names) -> str:
    """Whom it is about, both where it moves from one to another."""
    before, after = (who(change.key.connection, fields, names) for fields in (change.before, change.after))
    if before and after and before != after:
        return f"{before} \N{RIGHTWARDS ARROW} {after}"
    return after or before


def who(connection: str, fields: Fields | None, names: Names) -> str:
    """The person, team or assignees of one version."""
    if fields is None:
        return ""
    several = fields.get("assignees")
    if isinstance(several, list):
        return ", ".join(names(connection, one) for one in several) or "Unassigned"
    team, account = fields.get("team"), fields.get("account")
    if team:
        return f"Team {names(connection, str(team))}"
    return names(connection, str(account)) if account else ""


def sides(change: Change, names: Names) -> tuple[str, str]:
    """(before, after): of an update only what differs, of a create or delete its dates and amount."""
    kind, connection = change.key.kind, change.key.connection
    if change.before is not None and change.after is not None:
        apart = differing(kind, change.before, change.after)
        shown = list(dict.fromkeys(f.part_of for f in FIELDS[kind] if f.name in apart))
        if len(shown) > 1:  # whom it goes to is said beside it (`people`)
            shown = [group for group in shown if group not in ("account", "assignee", "assignees")]
        pairs = [
            (value(kind, group, change.before, connection, names), value(kind, group, change.after, connection, names))
            for group in shown
        ]
        dot = " \N{MIDDLE DOT} "
        return dot.join(a or _ABSENT for a, _ in pairs), dot.join(b or _ABSENT for _, b in pairs)
    gist = _gist(kind, change.after or change.before or {})
    return (_ABSENT, gist) if change.after is not None else (gist, _ABSENT)


def rows(
    kind: Kind, fields: Fields, connection: str, names: Names, groups: Sequence[str] = ()
) -> list[tuple[str, str]]:
    """(label, value) of every field of a version that says something, or of these groups."""
    every = list(dict.fromkeys(f.part_of for f in FIELDS[kind] if not f.shown))
    wanted = [group for group in every if group in groups] if groups else every
    found = [(label(group), value(kind, group, fields, connection, names)) for group in wanted]
    return [(name, text) for name, text in found if text or groups]


def label(group: str) -> str:
    """A group of fields by name, as a label."""
    return LABELS.get(group, group.replace("_", " ").capitalize())


def value(kind: Kind, group: str, fields: Fields, connection: str, names: Names) -> str:
    """One group of fields as people read it, "" for nothing."""
    match group:
        case "dates":
            return _dates(fields, "start", "due" if kind is Kind.TASK else "end")
        case "plan":
            return " \N{MIDDLE DOT} ".join(part for part in (_dates(fields, "start", "end"), amount(fields)) if part)
        case "assignee" | "assignees":
            return who(connection, fields, names)
        case "account":
            return who(connection, fields, names)
        case "recurrence":
            return _repeats(fields)
    texts = [_plain(name, fields.get(name)) for name in members(kind, group)]
    return " ".join(text for text in texts if text)


def amount(fields: Fields) -> str:
    """50 %, 4 h 00 a day, or 40 h 00 in all."""
    percent, daily, whole = (fields.get(name) for name in ("percent", "minutes_per_day", "minutes"))
    if isinstance(daily, int | float):
        return f"{formats.hours(round(daily))} a day"
    if isinstance(whole, int | float):
        return f"{formats.hours(round(whole))} in all"
    return f"{_number(percent)} %" if isinstance(percent, int | float) else ""


def _gist(kind: Kind, fields: Fields) -> str:
    groups = {
        Kind.ABSENCE: ("dates", "percent"),
        Kind.ALLOCATION: ("plan", "recurrence"),
        Kind.TASK: ("dates", "budget_hours"),
    }
    parts = (value(kind, group, fields, "", lambda _, key: key) for group in groups.get(kind, ()))
    return " \N{MIDDLE DOT} ".join(part for part in parts if part and part != "never") or _ABSENT


def _dates(fields: Fields, start: str, end: str) -> str:
    first, last = _day(fields.get(start)), _day(fields.get(end))
    if first is not None and last is not None:
        return formats.span(Span(first, last)) if first <= last else f"{formats.day(first)} to {formats.day(last)}"
    if last is not None:
        return f"{'due' if end == 'due' else 'until'} {formats.day(last)}"
    return f"from {formats.day(first)}" if first is not None else ""


def _repeats(fields: Fields) -> str:
    repeat, until = str(fields.get("repeat") or "never"), _day(fields.get("until"))
    return repeat if until is None or repeat == "never" else f"{repeat} until {formats.day(until)}"


def _plain(name: str, given: object) -> str:
    if given is None or given == "":
        return ""
    if isinstance(given, bool):
        return "yes" if given else "no"
    if isinstance(given, dict):
        return f"{str(given.get('type', '')).capitalize()} {given.get('id', '')}".strip()
    if isinstance(given, list):
        return ", ".join(map(str, given))
    if isinstance(given, int | float):
        unit = {"percent": " %", "percent_complete": " %", "budget_hours": " h"}.get(name, "")
        return f"{_number(given)}{unit}"
    return str(given)


def _number(given: float) -> str:
    return QLocale().toString(given) if isinstance(given, int) else QLocale().toString(float(given), "g", 6)


def _day(given: object) -> date | None:
    try:
        return date.fromisoformat(given) if isinstance(given, str) and given else None
    except ValueError:
        return None
