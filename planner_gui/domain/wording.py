"""Plain words for dates, items and where they come from, as receipts and findings say them.

English and without locale: the window has its own formats. Vendor text is passed through as it is; whoever shows it
treats it as plain text (N7).
"""

from __future__ import annotations

from datetime import date, datetime

from planner_gui.domain.entities import Kind, Span
from planner_gui.domain.plan import Plan
from planner_gui.domain.snapshot import Flag

SERVICES = {
    "bigpicture": "BigPicture",
    "tempo": "Tempo",
    "tempo-cloud": "Tempo",
    "worktime": "Work Time Calendar",
    "bigtime": "BigTime",
}
NOUNS = {Kind.ABSENCE: "absence", Kind.ALLOCATION: "allocation", Kind.EVENT: "event", Kind.TASK: "task"}

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day_words(day: date) -> str:
    """ "Wed 18 Nov 2026"."""
    return f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year}"


def span_words(span: Span) -> str:
    """A day, or "Mon 16 Nov 2026 to Fri 20 Nov 2026"."""
    return day_words(span.start) if span.start == span.end else f"{day_words(span.start)} to {day_words(span.end)}"


def clock(minutes: int) -> str:
    """Minutes in the fixed form of a receipt, "8 h 00"."""
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else ''}{hours} h {rest:02}"


def percent_words(hundredths: int) -> str:
    """ "70 %", "12.5 %", "" for none (-1)."""
    return f"{hundredths / 100:g} %" if hundredths >= 0 else ""


def item_words(plan: Plan, row: int) -> str:
    """What an item is called: "Orion / Core services"."""
    title = plan.text(row, "title")
    project = plan.projects[int(plan.columns["project"][row])] if plan.projects else ""
    if project and title and project != title:
        return f"{project} / {title}"
    return title or project or f"{NOUNS[plan.kind(row)]} {plan.text(row, 'external_id')}"


def source_words(plan: Plan, row: int) -> str:
    """Where an item comes from: "Tempo allocation 41"; with the connection's name where a service has several."""
    snapshot = plan.snapshots[int(plan.columns["connection"][row])]
    service = SERVICES.get(snapshot.kind, snapshot.connection)
    # A connection with edits has a second snapshot, of what was edited.
    if len({s.connection for s in plan.snapshots if SERVICES.get(s.kind, s.connection) == service}) > 1:
        service = f"{service} ({snapshot.connection})"
    if flags_of(plan, row) & Flag.PENDING_CREATE:  # it has no id there yet
        return f"{service} {NOUNS[plan.kind(row)]}"
    return f"{service} {NOUNS[plan.kind(row)]} {plan.text(row, 'external_id')}"


def read_words(plan: Plan, read_at: datetime) -> str:
    """When something was read, in the workspace's zone: "read 09:12", with the date on another day than today."""
    local = read_at.astimezone(plan.rules.zone)
    day = "" if local.date() == plan.today else f"{local.day} {_MONTHS[local.month - 1]} "
    return f"read {day}{local:%H:%M}"


def flags_of(plan: Plan, row: int) -> Flag:
    return Flag(int(plan.columns["flags"][row]))
