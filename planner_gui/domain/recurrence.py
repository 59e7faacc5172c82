"""Which dates a recurring item falls on: Tempo's four rules, and the RRULE of calendar events.

capacity.md, Load 3, is the rule for the former, RFC 5545 (3.3.10) for the latter. Nothing here knows what an item is or
counts minutes; every expansion is bounded by the dates asked for, whatever the service sent.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import overload

from planner_gui.domain.entities import Span

NEVER = "NEVER"
WEEKLY = "WEEKLY"
TWO_WEEKLY = "BI-WEEKLY"
MONTHLY = "MONTHLY"

_SPELLINGS = {
    "": NEVER,
    "NEVER": NEVER,
    "WEEKLY": WEEKLY,
    "BIWEEKLY": TWO_WEEKLY,
    "MONTHLY": MONTHLY,
}
# Parts of an RRULE that are understood, and what their values look like.
_WEEKDAY = "(?:MO|TU|WE|TH|FR|SA|SU)"
_PARTS = {
    "FREQ": re.compile("DAILY|WEEKLY|MONTHLY|YEARLY"),
    "INTERVAL": re.compile("0*[1-9][0-9]{0,3}"),
    "COUNT": re.compile("0*[1-9][0-9]{0,5}"),
    "UNTIL": re.compile("[0-9]{8}(?:T[0-9]{6}Z?)?"),
    "WKST": re.compile(_WEEKDAY),
    "BYDAY": re.compile(f"(?:[+-]?[1-9][0-9]?)?{_WEEKDAY}(?:,(?:[+-]?[1-9][0-9]?)?{_WEEKDAY})*"),
    "BYMONTH": re.compile("0*(?:[1-9]|1[0-2])(?:,0*(?:[1-9]|1[0-2]))*"),
    "BYMONTHDAY": re.compile("[+-]?(?:0*[1-9]|[12][0-9]|3[01])(?:,[+-]?(?:0*[1-9]|[12][0-9]|3[01]))*"),
    "BYYEARDAY": re.compile("[+-]?[1-9][0-9]{0,2}(?:,[+-]?[1-9][0-9]{0,2})*"),
    "BYWEEKNO": re.compile("[+-]?[1-9][0-9]?(?:,[+-]?[1-9][0-9]?)*"),
    "BYSETPOS": re.compile("[+-]?[1-9][0-9]{0,2}(?:,[+-]?[1-9][0-9]{0,2})*"),
}
_MOST_STARTS = 20_000  # a daily event of 55 years; more is no calendar's

_STEP_DAYS = {WEEKLY: 7, TWO_WEEKLY: 14}


def known_rule(rule: str) -> str | None:
    """The rule in one spelling (BI_WEEKLY and BIWEEKLY are BI-WEEKLY, in any case); None for an unknown word."""
    return _SPELLINGS.get(rule.strip().upper().replace("-", "").replace("_", "").replace(" ", ""))


def spans(first: Span, rule: str, until: date | None, count: int | None, within: Span) -> list[Span]:
    """The occurrences that touch `within`, by date, the first one included where it does (CAP-T6, CAP-T7).

    An occurrence exists while it starts on or before `until`; `count`, the first one included, caps it further. Without
    either the series has no end. An unknown rule and NEVER are the first occurrence alone, `until` then means nothing.
    """
    repeats = known_rule(rule)
    if repeats is None or repeats == NEVER:
        return [first] if first.touches(within) else []
    length = first.end - first.start
    last_start = within.end if until is None else min(until, within.end)
    found = [first] if first.touches(within) else []
    number = max(1, _first_number(first, repeats, within))
    while count is None or number < count:
        start = _start_of(first.start, repeats, number)
        if start is None or start > last_start or start > date.max - length:
            break
        if start + length >= within.start:
            found.append(Span(start, start + length))
        number += 1
    return found


def _first_number(first: Span, rule: str, within: Span) -> int:
    """A number at or just before the first occurrence that can touch `within`, so that old series cost little."""
    gap = (within.start - first.end).days
    if rule == MONTHLY:
        return (within.start.year - first.end.year) * 12 + within.start.month - first.end.month - 1
    return gap // _STEP_DAYS[rule]


def _start_of(start: date, rule: str, number: int) -> date | None:
    """Where occurrence `number` (0 the first) starts; None behind the end of the calendar."""
    try:
        if rule != MONTHLY:
            return start + timedelta(days=_STEP_DAYS[rule] * number)
        month = start.year * 12 + start.month - 1 + number
        year, month = divmod(month, 12)
        month += 1
        # Clamped from the first occurrence's day each time, so that 31 Jan, 28 Feb is followed by 31 Mar.
        return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))
    except (OverflowError, ValueError, calendar.IllegalMonthError):
        return None


@overload
def event_starts(
    rule: str, first: datetime, within: Span, left_out: Collection[date] = ()
) -> list[datetime] | None: ...
@overload
def event_starts(rule: str, first: date, within: Span, left_out: Collection[date] = ()) -> list[date] | None: ...
def event_starts(
    rule: str, first: date | datetime, within: Span, left_out: Collection[date] = ()
) -> list[datetime] | list[date] | None:
    """When an event that begins at `first` and repeats by an RRULE begins on the dates of `within`, in order.

    first: a date, or an aware instant in the event's time zone; the wall clock stays over a change of the clocks. It is
    always one of the starts. within: widen it by the event's length for those that reach into it. left_out: dates, in
    that zone, on which it does not begin (EXDATE, exceptions). None where the rule is not understood or unreasonable:
    then the event is shown once, with a finding.
    """
    parts = _parts_of(rule)
    if parts is None:
        return None
    begins = first.replace(tzinfo=None) if isinstance(first, datetime) else datetime.combine(first, time())
    until = _until(parts.pop("UNTIL", ""), first)
    if until is None:
        return None
    last = min(until, datetime.combine(within.end, time.max))
    found = [begins] if begins.date() in within and begins.date() not in left_out else []
    try:
        most = int(parts.get("COUNT", _MOST_STARTS + 1))
        for number, start in enumerate(_repeated(parts, begins, last)):
            if number == 0 and start != begins:
                most -= 1  # RFC 5545: the first occurrence counts though it does not fit the rule; dateutil differs
            if number == most:
                break
            if number == _MOST_STARTS:
                return None
            if start != begins and start.date() >= within.start and start.date() not in left_out:
                found.append(start)
    except ValueError:  # dateutil refuses the combination
        return None
    if isinstance(first, datetime):
        return [start.replace(tzinfo=first.tzinfo) for start in found]
    return [start.date() for start in found]


def _parts_of(rule: str) -> dict[str, str] | None:
    """The parts of an RRULE by name; None where one is not understood, is there twice, or FREQ is missing."""
    text = re.sub(r"\s+", "", rule).upper().removeprefix("RRULE:").rstrip(";")
    parts: dict[str, str] = {}
    for part in text.split(";"):
        name, _, value = part.partition("=")
        pattern = _PARTS.get(name)
        if pattern is None or name in parts or not pattern.fullmatch(value):
            return None
        parts[name] = value
    return parts if "FREQ" in parts else None


def _until(text: str, first: date | datetime) -> datetime | None:
    """The last moment of a series as wall clock time of its zone, the end of time for ""; None for no date."""
    if not text:
        return datetime.combine(date.max, time.max)
    try:
        if "T" not in text:
            return datetime.combine(datetime.strptime(text, "%Y%m%d").date(), time.max)  # noqa: DTZ007 a date
        at = datetime.strptime(text.rstrip("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007 wall clock, or converted below
        if not isinstance(first, datetime):
            return datetime.combine(at.date(), time.max)
        if text.endswith("Z"):
            return at.replace(tzinfo=UTC).astimezone(first.tzinfo).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None
    return at


def _repeated(parts: dict[str, str], begins: datetime, last: datetime) -> Iterator[datetime]:
    """The starts of a rule up to `last`.

    dateutil looks for the next start up to the year 9999, where there is none (30 February) for seconds: so it is asked
    about years as late as there are that have the same dates and weekdays.
    """
    from dateutil.rrule import rrulestr

    if begins > last:
        return
    shift = _years_to_twins(begins.year, last.year)
    rule = rrulestr(
        ";".join(f"{name}={value}" for name, value in parts.items()), dtstart=begins.replace(year=begins.year + shift)
    )
    for start in rule:
        here = start.replace(year=start.year - shift)
        if here > last:
            return
        yield here


@lru_cache(maxsize=256)
def _years_to_twins(first: int, last: int) -> int:
    """How many years to add to some years to reach the last ones that have the same leap days and weekdays."""
    for shift in range(date.max.year - last, 0, -1):
        if all(
            calendar.isleap(year) == calendar.isleap(year + shift)
            and calendar.weekday(year, 1, 1) == calendar.weekday(year + shift, 1, 1)
            for year in range(first, last + 1)
        ):
            return shift
    return 0
