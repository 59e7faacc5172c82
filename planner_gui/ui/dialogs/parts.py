"""Pieces that several of the dialogs build and read alike: the row of dates, whose it is, ISO dates of fields."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from planner_gui.domain.edits import Value
from planner_gui.domain.entities import Span
from planner_gui.domain.plan import Plan
from planner_gui.ui.dialogs.dates import DateField
from planner_gui.ui.dialogs.lookup import Lookup

if TYPE_CHECKING:
    from planner_gui.ui.dialogs.form import EditDialog

NO_DATE = "This is no date. Try 1 Dec, 2026-12-01, mon or +2w."


def iso_day(value: Value) -> date | None:
    """The day of a field; None for none."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) and value else None
    except ValueError:
        return None


def day_text(field: DateField) -> str | None:
    """The day of a date field as an edit holds it."""
    return None if field.day is None else field.day.isoformat()


def span_of_fields(start: DateField, end: DateField) -> Span | None:
    """The dates of two fields, None while they are no span."""
    if start.day is None or end.day is None or end.day < start.day:
        return None
    return Span(start.day, end.day)


def when_row(
    form: EditDialog, label: str = "F&rom", last: str = "end", *, needed: bool = True
) -> tuple[DateField, DateField, Callable[[], dict[str, str]]]:
    """First and last day side by side, and what is wrong with them. A first day alone is a day."""
    start, end = DateField("First day", form.given.today), DateField("Last day", form.given.today)
    row = form.add(label, [start, end], "start", others={last: end}, needed=needed)

    def follow() -> None:
        if start.day is not None and not end.text().strip() and needed:
            end.set_day(start.day)

    def wrong() -> dict[str, str]:
        found = {name: NO_DATE for name, field in (("start", start), (last, end)) if field.is_wrong}
        if start.day is not None and end.day is not None and end.day < start.day:
            found[last] = "This is before the first day."
        return found

    def count(_: object) -> None:
        span = span_of_fields(start, end)
        row.say("" if span is None else f"{len(span)} day{'' if len(span) == 1 else 's'}")

    for field in (start, end):
        field.moved.connect(count)
    start.editingFinished.connect(follow)
    return start, end, wrong


def person_of_id(plan: Plan, person_id: str) -> int | None:
    """Somebody's number in a plan."""
    return next((number for number, person in enumerate(plan.people) if person.id == person_id), None)


def type_words(word: str) -> str:
    """HOLIDAY as "Holiday"; what is no shout stays as it is."""
    return word.replace("_", " ").capitalize() if word.isupper() else word


def who_fault(who: Lookup, name: str = "account") -> dict[str, str]:
    """What is wrong with a person that was typed: nobody of that name, or no account in this service."""
    if who.option is not None and who.option.reason:
        return {name: f"{who.option.name} has {who.option.reason}."}
    if who.option is None and who.text().strip() and not who.hasFocus():
        return {name: "Nobody of this name. Choose one of the list."}
    return {}
