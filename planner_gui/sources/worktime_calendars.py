"""Work Time Calendar's calendars and event sources, as their answers describe them; no request is sent here.

Names of calendars and sources, colours and rights are documented with samples [D, seed 003]; that `value` is text
which holds JSON is documented too, that it may be an object, empty or broken is expected [I, vendors.md 5].
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from planner_gui.domain.entities import CalendarSource
from planner_gui.sources.decode import Fields, Unreadable
from planner_gui.sources.gathering import is_segment

SEARCHED = ("vacation", "sickness", "trip", "meeting", "custom")  # the types whose events the search returns [D]

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True)
class Calendar:
    """A calendar as one answer describes it; the rights only where the answer is that of the calendar alone."""

    key: str
    name: str
    description: str
    owner: str
    sources: tuple[CalendarSource, ...]
    misread: tuple[tuple[str, bytes], ...]  # (reason, raw) of each source that cannot be read
    rights: tuple[tuple[str, str], ...]

    @property
    def is_closed(self) -> bool:
        """Whether its answer says that not everybody may change its events."""
        return dict(self.rights).get(EVENTS_OPEN) == "no"

    @property
    def searched(self) -> tuple[CalendarSource, ...]:
        """The sources whose events a search returns."""
        return tuple(source for source in self.sources if source.type in SEARCHED)


def calendar_of(fields: Fields, key: str = "") -> Calendar:
    """A calendar; raises Unreadable where it has no usable id. key: the id by which it was asked for."""
    key = key or fields.required_text("id", "calendarId")
    if not is_segment(key):
        raise Unreadable("the id cannot be part of an address")
    value = _value(fields)
    name = _said(value, "name") or _said(fields, "name") or f"Calendar {key}"
    sources: list[CalendarSource] = []
    misread: list[tuple[str, bytes]] = []
    for record in fields.objects("sources"):
        try:
            sources.append(source_of(record, key, name))
        except Unreadable as error:
            misread.append((str(error), record.raw))
    return Calendar(
        key=key,
        name=name,
        description=_said(value, "description"),
        owner=_said(fields, "user"),  # the owner's account id, by the look of it [I]
        sources=tuple(sources),
        misread=tuple(misread),
        rights=tuple(_rights(fields)),
    )


def source_of(fields: Fields, calendar_key: str = "", calendar: str = "") -> CalendarSource:
    """An event source; raises Unreadable where it has no id. A type that is not known is kept as the service's word."""
    key = fields.required_text("id", "sourceId")
    value = _value(fields)
    type_ = fields.nested("eventType") if isinstance(fields.value("eventType"), dict) else None
    word = _said(type_, "key") or _said(fields, "eventType", "type")
    return CalendarSource(
        key=key,
        name=_said(value, "name") or _said(type_, "name") or f"Source {key}",
        type=word.strip().lower() if word.strip().lower() in SEARCHED else word.strip(),
        calendar=calendar,
        calendar_key=calendar_key or _said(fields, "calendarId"),
        colour=_colour(_said(value, "color", "colour")),
    )


def _value(fields: Fields) -> Fields | None:
    """`value`: JSON in a text, or the object itself; None where it is empty or broken."""
    try:
        value = fields.value("value")
        if isinstance(value, dict):
            return fields.nested("value")
        return Fields(value.encode()) if isinstance(value, str) and value.strip() else None
    except (Unreadable, UnicodeEncodeError):
        return None


def _said(fields: Fields | None, *names: str) -> str:
    """A text that may be missing; one of another kind does not cost the record."""
    try:
        return fields.text(*names).strip() if fields else ""
    except Unreadable:
        return ""


def _colour(text: str) -> str:
    return text.lower() if _COLOUR.fullmatch(text) else ""


EVENTS_OPEN = "Everybody may change events"
_FLAGS = (
    ("publicCalendar", "Everybody may see it"),
    ("calendarEditable", "Everybody may change the calendar"),
    ("eventsEditable", EVENTS_OPEN),
    ("eventReporterEdit", "Reporters may change their events"),
)
_LISTS = (("permCalendarEdit", "May change the calendar"), ("permEventsEdit", "May change events"))


def _rights(fields: Fields) -> list[tuple[str, str]]:
    """The rights as label and value, as far as the answer names them."""
    rights = []
    for name, label in _FLAGS:
        if fields.has(name):
            rights.append((label, "yes" if fields.value(name) is True else "no"))
    for name, label in _LISTS:
        if isinstance(fields.value(name), dict):
            listed = fields.nested(name)
            assert listed is not None
            people = [str(one) for group in ("groups", "users") for one in _list(listed, group)]
            rights.append((label, ", ".join(people) or "nobody named"))
    return rights


def _list(fields: Fields, name: str) -> list[object]:
    value = fields.value(name)
    return value if isinstance(value, list) else []
