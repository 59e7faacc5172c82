"""On which dates a calendar event repeats: the part of RFC 5545 that planners use, tested day by day.

Each date of a window is held against the rule, so that no rule, however odd, costs more than the window's days (where
it has a COUNT: those since its start). What is not understood in full is None, never a guess (capacity.md, Load 3).
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from planner_gui.domain.entities import Span

DAILY, WEEKLY, MONTHLY, YEARLY = "DAILY", "WEEKLY", "MONTHLY", "YEARLY"
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

_KNOWN = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"}
_BY_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)
_UNTIL = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z)?)?", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d{1,5}", re.ASCII)
_EXDATE = re.compile(r"EXDATE[^:]*:(.*)", re.ASCII | re.IGNORECASE)
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rule:
    """An RRULE as read. days: (ordinal or 0, weekday from Monday 0). until: a date, or a time as it is written."""

    frequency: str
    interval: int = 1
    count: int | None = None
    until: date | None = None
    days: tuple[tuple[int, int], ...] = ()
    month_days: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()
    week_start: int = 0
    left_out: frozenset[date] = frozenset()


def rule_of(text: str) -> Rule | None:
    """The rule of "RRULE:FREQ=...", with or without that name, perhaps with EXDATE lines; None where it is another."""
    rule, left_out = "", set[date]()
    for line in filter(None, (line.strip() for line in text.splitlines())):
        if match := _EXDATE.fullmatch(line):
            days = [_until(part.strip()) for part in match[1].split(",")]
            left_out |= {day.date() if isinstance(day, datetime) else day for day in days if day}
        elif rule:
            return None
        else:
            rule = re.sub(r"^RRULE:", "", line, flags=re.IGNORECASE)
    try:
        return _rule(rule.upper(), frozenset(left_out))
    except ValueError:
        return None


def _rule(text: str, left_out: frozenset[date]) -> Rule:
    """Raises ValueError for what is not known in full."""
    pairs = [part.partition("=") for part in text.strip(";").split(";")]
    parts = {name.strip(): value.strip() for name, _, value in pairs}
    if set(parts) - _KNOWN or len(parts) != len(pairs) or parts.get("FREQ") not in (DAILY, WEEKLY, MONTHLY, YEARLY):
        raise ValueError("not a rule of dates")
    until = _until(parts["UNTIL"]) if "UNTIL" in parts else None
    rule = Rule(
        frequency=parts["FREQ"],
        interval=_whole(parts.get("INTERVAL", "1"), 1, 10_000),
        count=_whole(parts["COUNT"], 1, 99_999) if "COUNT" in parts else None,
        until=until,
        days=tuple(_by_day(part) for part in _listed(parts, "BYDAY")),
        month_days=tuple(_nonzero(part, 31) for part in _listed(parts, "BYMONTHDAY")),
        months=tuple(_whole(part, 1, 12) for part in _listed(parts, "BYMONTH")),
        positions=tuple(_nonzero(part, 366) for part in _listed(parts, "BYSETPOS")),
        week_start=WEEKDAYS.index(parts.get("WKST", "MO")),
        left_out=left_out,
    )
    if "UNTIL" in parts and until is None:
        raise ValueError("UNTIL is no date")
    if rule.frequency in (DAILY, WEEKLY) and (any(ordinal for ordinal, _ in rule.days) or rule.positions):
        raise ValueError("an ordinal needs a month or a year")
    if rule.frequency == WEEKLY and rule.month_days:
        raise ValueError("BYMONTHDAY does not go with WEEKLY")
    if rule.positions and not (rule.days or rule.month_days):
        raise ValueError("BYSETPOS picks from a set")
    return rule


def event_starts(rule: Rule, first: date, within: Span, zone: tzinfo) -> list[date]:
    """The dates in `within` on which an event starts that starts first on `first`, by date; `first` is always one.

    first: a date, or the naive wall-clock time in `zone`. A repetition after UNTIL or beyond COUNT (which counts the
    first one) is none; dates that are left out count, and are no dates of the result.
    """
    start = first.date() if isinstance(first, datetime) else first
    last = _last_day(rule, first, zone, within.end)
    number = 1
    found = [start] if start in within and start not in rule.left_out else []
    day = start + _ONE_DAY if rule.count is not None else max(start + _ONE_DAY, within.start)
    matcher = _Matcher(rule, start)
    while day <= last and (rule.count is None or number < rule.count):
        if matcher.matches(day):
            number += 1
            if day >= within.start and day not in rule.left_out:
                found.append(day)
        day += _ONE_DAY
    return found


def _last_day(rule: Rule, first: date, zone: tzinfo, end: date) -> date:
    """The last date on which a repetition may start."""
    until = rule.until
    if until is None:
        return end
    if not isinstance(until, datetime):
        return min(until, end)
    if not isinstance(first, datetime):  # an all-day event: the date as it is written
        return min(until.date(), end)
    local = until.astimezone(zone).replace(tzinfo=None) if until.tzinfo else until
    day = local.date() if first.time() <= local.time() else local.date() - _ONE_DAY
    return min(day, end)


class _Matcher:
    """Whether a date belongs to a rule, its start aside."""

    def __init__(self, rule: Rule, start: date) -> None:
        self._rule = rule
        self._start = start
        self._week = start - timedelta(days=(start.weekday() - rule.week_start) % 7)
        self._picked: dict[tuple[int, int], frozenset[date]] = {}  # what BYSETPOS picks, by year and month

    def matches(self, day: date) -> bool:
        if not self._in_turn(day):
            return False
        if self._rule.positions:
            return day in self._picked_in(day)
        return self._in_set(day)

    def _in_turn(self, day: date) -> bool:
        """Whether the day's period is one that INTERVAL does not skip."""
        rule, start = self._rule, self._start
        match rule.frequency:
            case "DAILY":
                passed = (day - start).days
            case "WEEKLY":
                passed = (day - self._week).days // 7
            case "MONTHLY":
                passed = (day.year - start.year) * 12 + day.month - start.month
            case _:
                passed = day.year - start.year
        return passed % rule.interval == 0

    def _in_set(self, day: date) -> bool:
        rule, start = self._rule, self._start
        if rule.months and day.month not in rule.months:
            return False
        if rule.month_days and not self._on_month_day(day):
            return False
        if rule.days:
            return any(self._on_weekday(day, ordinal, weekday) for ordinal, weekday in rule.days)
        if rule.month_days or rule.frequency == DAILY:
            return True
        if rule.frequency == WEEKLY:
            return day.weekday() == start.weekday()
        if rule.frequency == YEARLY and not rule.months and day.month != start.month:
            return False
        return day.day == start.day  # a month without that day has none

    def _on_month_day(self, day: date) -> bool:
        length = monthrange(day.year, day.month)[1]
        return day.day in self._rule.month_days or day.day - length - 1 in self._rule.month_days

    def _on_weekday(self, day: date, ordinal: int, weekday: int) -> bool:
        if day.weekday() != weekday:
            return False
        if not ordinal:
            return True
        if self._rule.frequency == YEARLY and not self._rule.months:
            place, length = day.timetuple().tm_yday, date(day.year, 12, 31).timetuple().tm_yday
        else:
            place, length = day.day, monthrange(day.year, day.month)[1]
        return ordinal == (place - 1) // 7 + 1 if ordinal > 0 else -ordinal == (length - place) // 7 + 1

    def _picked_in(self, day: date) -> frozenset[date]:
        month = day.month if self._rule.frequency == MONTHLY else 0
        key = day.year, month
        if key not in self._picked:
            days = [one for one in _days_of(*key) if self._in_set(one)]
            places = (place - 1 if place > 0 else place for place in self._rule.positions)
            self._picked[key] = frozenset(days[place] for place in places if -len(days) <= place < len(days))
        return self._picked[key]


def _days_of(year: int, month: int) -> Iterator[date]:
    """The days of a month, or of the whole year for month 0."""
    day = date(year, month or 1, 1)
    while day.year == year and month in (0, day.month):
        yield day
        day += _ONE_DAY


def _listed(parts: dict[str, str], name: str) -> list[str]:
    return [part.strip() for part in parts[name].split(",")] if name in parts else []


def _whole(text: str, low: int, high: int) -> int:
    if not _NUMBER.fullmatch(text) or not low <= int(text) <= high:
        raise ValueError("a number is out of range")
    return int(text)


def _nonzero(text: str, most: int) -> int:
    number = _whole(text, -most, most)
    if number == 0:
        raise ValueError("a place is not 0")
    return number


def _by_day(text: str) -> tuple[int, int]:
    match = _BY_DAY.fullmatch(text)
    if match is None or (match[1] and int(match[1]) == 0):
        raise ValueError("BYDAY is no weekday")
    return int(match[1] or 0), WEEKDAYS.index(match[2])


def _until(text: str) -> date | None:
    match = _UNTIL.fullmatch(text.strip().upper())
    if match is None:
        return None
    try:
        year, month, day = (int(part) for part in match.groups()[:3])
        if match[4] is None:
            return date(year, month, day)
        return datetime(year, month, day, int(match[4]), int(match[5]), int(match[6]), tzinfo=UTC if match[7] else None)
    except ValueError:
        return None
