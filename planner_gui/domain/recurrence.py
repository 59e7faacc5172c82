"""Which dates a recurring item falls on: Tempo's four rules, and the RRULE of calendar events.

capacity.md, Load 3, is the rule for the former, RFC 5545 for the latter. Nothing here knows what an item is or counts
minutes; every expansion is bounded by the dates asked for, whatever the service sent.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta

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
