"""When a repeated booking comes round again, as the vendors' documents say; written for the sandbox alone."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date, timedelta

_WEEKS = {"WEEKLY": 1, "BI-WEEKLY": 2, "BI_WEEKLY": 2}
_MOST = 500


def occurrences(rule: str, start: date, end: date, until: date | None) -> Iterator[tuple[date, date]]:
    """The spans of every occurrence, the stored first one included, while one starts on or before `until`."""
    yield start, end
    if rule == "NEVER" or until is None:
        return
    for count in range(1, _MOST):
        later = _shifted(rule, start, count)
        if later > until:
            return
        yield later, later + (end - start)


def _shifted(rule: str, start: date, count: int) -> date:
    if rule in _WEEKS:
        return start + timedelta(weeks=_WEEKS[rule] * count)
    months = start.month - 1 + count
    year, month = start.year + months // 12, months % 12 + 1
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))
