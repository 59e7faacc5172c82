"""Dates as people type them: "2026-12-01", "1 Dec", "1.12.", "+2w", "mon", "today". Pure; what is no date is None."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from PySide6.QtCore import QDate, QLocale

_RELATIVE = re.compile(r"([+-])\s*(\d{1,4})\s*([dwmy]?)")
_FORMATS = ("d MMM yyyy", "d MMMM yyyy", "MMM d yyyy", "d.M.yyyy", "d/M/yyyy")
_WITHOUT_YEAR = ("d MMM", "d MMMM", "MMM d", "d.M.", "d.M", "d/M")


def typed_date(text: str, today: date, locale: QLocale | None = None) -> date | None:
    """The day that a text means. A weekday is the next one, today included; a day without a year is the nearest."""
    words = " ".join(text.strip().split())
    low = words.casefold()
    named = {"today": 0, "tomorrow": 1, "yesterday": -1}
    if low in named:
        return today + timedelta(days=named[low])
    if (match := _RELATIVE.fullmatch(low)) is not None:
        return _moved(today, int(f"{match[1]}{match[2]}"), match[3] or "d")
    try:
        return date.fromisoformat(words)
    except ValueError:
        pass
    return _weekday(low, today, locale or QLocale()) or _written(words, today, locale or QLocale())


def _moved(today: date, count: int, unit: str) -> date | None:
    try:
        if unit in "dw":
            return today + timedelta(days=count * (7 if unit == "w" else 1))
        months = today.year * 12 + today.month - 1 + count * (12 if unit == "y" else 1)
        year, month = divmod(months, 12)
        return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))
    except (OverflowError, ValueError):
        return None


def _weekday(low: str, today: date, locale: QLocale) -> date | None:
    if len(low) < 2:
        return None
    for spoken in (locale, QLocale(QLocale.Language.English)):
        for day in range(1, 8):
            if spoken.standaloneDayName(day, QLocale.FormatType.LongFormat).casefold().startswith(low):
                return today + timedelta(days=(day - today.isoweekday()) % 7)
    return None


def _written(words: str, today: date, locale: QLocale) -> date | None:
    for spoken in (locale, QLocale(QLocale.Language.English)):
        local = spoken.toDate(words, QLocale.FormatType.ShortFormat)
        if local.isValid() and local.year() >= 2000:
            return _python(local)
        for form in _FORMATS:
            found = spoken.toDate(words, form)
            if found.isValid():
                return _python(found)
        for form in _WITHOUT_YEAR:
            found = spoken.toDate(f"{words} 2000", f"{form} yyyy")  # a leap year, so that 29 Feb is a day
            if found.isValid():
                return _nearest(found.month(), found.day(), today)
    return None


def _nearest(month: int, day: int, today: date) -> date | None:
    years = (year for year in (today.year - 1, today.year, today.year + 1) if day <= monthrange(year, month)[1])
    return min((date(year, month, day) for year in years), key=lambda d: abs((d - today).days), default=None)


def _python(day: QDate) -> date | None:
    return date(day.year(), day.month(), day.day()) if 1 <= day.year() <= 9999 else None
