"""One event of Work Time Calendar as read, before its series is looked at; no request is sent here.

The vendor's own sample is lost. The search's answer and the names of its fields are those of the sister product
[D for it, I here] and best readings [I]; vendors.md 3.3, 5 (Work Time Calendar 3 to 7) and 7 list the variants taken.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from planner_gui.domain.entities import Account
from planner_gui.sources.decode import Fields, Unreadable

START = ("start", "startDate", "startDateIso")
END = ("end", "endDate", "endDateIso")
PEOPLE = ("users", "userKeys", "participants")
USER_ID = ("accountId", "key", "userKey", "id", "name")
FEWEST_MS = 1e11  # as seconds the year 5138, as milliseconds 1973
FIRST_YEAR, LAST_YEAR = 1950, 2200  # as for plain dates (decode)

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_COMPACT_DAY = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:T[\d:.]*Z?)?", re.ASCII)
_ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?", re.ASCII)
_NUMBER = re.compile(r"-?\d{9,16}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An event record. Either dates (all day, inclusive), or instants.

    parent and original: of an exception or an expanded occurrence, the series and the date it stands for. rule: RFC
    5545, "" where it does not repeat; left_out: dates on which it does not. zone: that of its wall clock.
    """

    id: str
    calendar: str
    source: str
    title: str
    people: tuple[Account, ...]
    all_day: bool
    first: date  # in `zone` where it is timed
    last: date
    starts_at: datetime | None
    ends_at: datetime | None
    zone: tzinfo
    parent: str
    original: date | None
    rule: str
    left_out: frozenset[date]
    raw: bytes

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same event in two answers: its id, and the occurrence or the start (vendors.md 5)."""
        moment = str(self.original or self.starts_at or self.first)
        return self.id, self.parent, moment

    @property
    def series(self) -> str:
        """The id of the series it belongs to, its own where it stands alone."""
        return self.parent or self.id


def event_of(raw: bytes, zone: tzinfo) -> Found:
    """Read one event; raises Unreadable where id, people or a time cannot be read (V1). zone: the workspace's."""
    fields = Fields(raw)
    zone = _zone(fields.text("timezone", "timeZone"), zone)
    key = fields.required_text("id", "eventId")
    all_day, starts, ends = _when(fields, zone)
    timed = isinstance(starts, datetime)
    parent = fields.text("parentId").strip()
    return Found(
        id=key,
        calendar=fields.text("calendarId").strip(),
        # The sister product calls a source's id eventTypeConfigId [D for it].
        source=fields.text("sourceId", "eventTypeConfigId").strip(),
        title=fields.text("summary", "title", "name").strip(),
        people=_people(fields),
        all_day=all_day,
        first=starts.astimezone(zone).date() if isinstance(starts, datetime) else starts,
        last=ends.astimezone(zone).date() if isinstance(ends, datetime) else ends,
        starts_at=starts if timed and isinstance(starts, datetime) else None,
        ends_at=ends if isinstance(ends, datetime) else None,
        zone=zone,
        parent="" if parent in ("0", key) else parent,
        original=_occurrence(fields.text("recurrenceId").strip()),
        rule=_rule(fields),
        left_out=_left_out(fields),
        raw=raw,
    )


def _when(fields: Fields, zone: tzinfo) -> tuple[bool, date, date]:
    """(all day, start, end): plain dates where it is all day, else aware instants."""
    if fields.has("allDayStart"):
        first = fields.required_day("allDayStart")
        return True, first, fields.day("allDayEnd") or first
    start = _moment(fields, *START, zone=zone)
    if start is None:
        raise Unreadable("start is missing")
    end = _moment(fields, *END, zone=zone)
    if fields.flag("allDay", "isAllDay") or not isinstance(start, datetime):
        first = _date(start, zone)
        return True, first, first if end is None else _last_day(start, end, zone)
    if end is None:
        return False, start, start
    # A plain date as the end of a timed event: through that day.
    return False, start, end if isinstance(end, datetime) else midnight(end + timedelta(days=1), zone)


def _last_day(start: date, end: date, zone: tzinfo) -> date:
    """The last date of an all-day event: a plain date is inclusive; an instant is exclusive where it is a midnight
    in the event's zone other than the start (docs/capacity.md, Absence 2)."""
    if not isinstance(end, datetime):
        return end
    day = _date(end, zone)
    is_start = isinstance(start, datetime) and end == start
    return day - timedelta(days=1) if end == midnight(day, zone) and not is_start else day


def midnight(day: date, zone: tzinfo) -> datetime:
    """The first instant of a day in a zone, in UTC; where clocks skip midnight, the instant they skip at (D1)."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def _date(moment: date, zone: tzinfo) -> date:
    return moment.astimezone(zone).date() if isinstance(moment, datetime) else moment


def _moment(fields: Fields, *names: str, zone: tzinfo) -> date | None:
    """A date, or an instant in UTC, of the first name that is there: Unix ms or seconds, or ISO; None where missing.

    ISO text without an offset is a wall-clock time in the event's zone. Other forms are Unreadable (D5).
    """
    name = next((name for name in names if fields.has(name)), names[0])
    value = fields.value(name)
    if value is None or value == "":
        return None
    if isinstance(value, str):
        text = value.strip()
        if _DAY.fullmatch(text):
            return fields.required_day(name)
        if _ISO.fullmatch(text):
            return _in_bounds(name, _instant(name, text, zone))
        if not _NUMBER.fullmatch(text):
            raise Unreadable(f"{name} is no date and no time: {text[:40]!a}")
        value = int(text)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unreadable(f"{name} is no date and no time")
    seconds = value / 1000 if abs(value) >= FEWEST_MS else value
    try:
        return _in_bounds(name, datetime.fromtimestamp(seconds, UTC))
    except (OverflowError, OSError, ValueError):
        raise Unreadable(f"{name} is outside of any calendar") from None


def _instant(name: str, text: str, zone: tzinfo) -> datetime:
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Unreadable(f"{name} is no time that a calendar has: {text!a}") from None


def _in_bounds(name: str, moment: datetime) -> datetime:
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise Unreadable(f"{name} is in the year {moment.year}, which is outside {FIRST_YEAR} to {LAST_YEAR}")
    return moment


@lru_cache(maxsize=256)
def _zone(name: str, default: tzinfo) -> tzinfo:
    """The event's own zone, where it names one that is known; else the workspace's."""
    try:
        return ZoneInfo(name.strip()) if name.strip() else default
    except (ValueError, OSError, KeyError):  # an unknown name is a KeyError, one that leads elsewhere a ValueError
        return default


def _people(fields: Fields) -> tuple[Account, ...]:
    """The people of an event, each once: texts, or objects with an id and perhaps a name [I]."""
    found: dict[str, Account] = {}
    for name in PEOPLE:
        value = fields.value(name)
        if isinstance(value, str):
            value = value.split(",")
        if not value:
            continue
        if not isinstance(value, list):
            raise Unreadable(f"{name} is no list")
        objects = iter(fields.objects(name) if isinstance(fields.value(name), list) else ())
        for one in value:
            account = _account(next(objects) if isinstance(one, dict) else None, one)
            if account is not None:
                found.setdefault(account.key, account)
        break
    return tuple(found.values())


def _account(fields: Fields | None, value: object) -> Account | None:
    if fields is None:
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise Unreadable("one of the users is neither an id nor an object")
        key = str(value).strip()
        return Account(key=key, atlassian=key)
    key = fields.required_text(*USER_ID)
    shown = fields.text("displayName", "fullName").strip()
    # `name` is a user name in Jira and a full name elsewhere: better than an id alone, unless it is the id.
    name = shown or fields.text("name").strip()
    return Account(
        key=key,
        name=name if name != key else "",
        email=fields.text("emailAddress", "email").strip(),
        atlassian=key,
        active=fields.flag("active") is not False,
    )


def _rule(fields: Fields) -> str:
    """The recurrence rule: RFC 5545 text [D for the sister product], or a list of its lines [I]."""
    names = ("recurrence", "rrule", "recurrenceRule")
    value = fields.value(*names)
    if isinstance(value, list):
        return "\n".join(line for line in value if isinstance(line, str)).strip()
    if isinstance(value, dict):
        nested = fields.nested(*names)
        return nested.text("rrule", "rule", "recurrence").strip() if nested else ""
    return fields.text(*names).strip()


def _left_out(fields: Fields) -> frozenset[date]:
    """Dates that a series leaves out, where the answer lists them [I]: the sister's delete sends one as `exdate`."""
    value = fields.value("exdates", "exdate", "exDates")
    listed = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else []
    return frozenset(day for one in listed if isinstance(one, str | int) and (day := _occurrence(str(one).strip())))


def _occurrence(text: str) -> date | None:
    """The date of a recurrenceId, "20240904" [D for the sister product], also with dashes or a time.

    None where it is something else: the occurrence is then known by its own start.
    """
    match = _COMPACT_DAY.fullmatch(text)
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None
