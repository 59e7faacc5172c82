"""Minutes, dates and ranges as people read them, by the locale of the user."""

from __future__ import annotations

from datetime import date, datetime

from PySide6.QtCore import QDate, QLocale

from planner_gui.domain.entities import Span


def hours(minutes: int) -> str:
    """5 h 36, 8 h 00, -1 h 36."""
    sign = "-" if minutes < 0 else ""
    whole, rest = divmod(abs(minutes), 60)
    return f"{sign}{whole} h {rest:02}"


def percent(load: int, capacity: int) -> str:
    """Load of capacity, "" where there is no capacity (capacity.md: no percentage then)."""
    return "" if capacity <= 0 else f"{(200 * load + capacity) // (2 * capacity)}%"


def qdate(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)


def day(of: date) -> str:
    """Wed 18 Nov 2026, in the user's language."""
    return QLocale().toString(qdate(of), "ddd d MMM yyyy")


def span(of: Span) -> str:
    """9 Nov - 13 Dec 2026; the year once where it is the same."""
    locale, start, end = QLocale(), qdate(of.start), qdate(of.end)
    if of.start == of.end:
        return locale.toString(end, "d MMM yyyy")
    head = "d MMM" if of.start.year == of.end.year else "d MMM yyyy"
    return f"{locale.toString(start, head)} \N{EN DASH} {locale.toString(end, 'd MMM yyyy')}"


def days(of: Span) -> str:
    """Wed 18 Nov 2026, or Mon 16 - Fri 27 Nov 2026: what names the weekdays too, for a card or a receipt."""
    if of.start == of.end:
        return day(of.start)
    locale, start, end = QLocale(), qdate(of.start), qdate(of.end)
    head = "ddd d MMM" if of.start.year == of.end.year else "ddd d MMM yyyy"
    return f"{locale.toString(start, head)} \N{EN DASH} {locale.toString(end, 'ddd d MMM yyyy')}"


def clock(at: datetime) -> str:
    """The time of day of a moment, in the computer's zone: 09:12."""
    return at.astimezone().strftime("%H:%M")


def moment(at: datetime, now: datetime) -> str:
    """09:12 for today, else with its date."""
    local, here = at.astimezone(), now.astimezone()
    return (
        clock(at) if local.date() == here.date() else f"{QLocale().toString(qdate(local.date()), 'd MMM')} {clock(at)}"
    )


def ago(at: datetime, now: datetime) -> str:
    """just now, 2 min ago, then the moment itself."""
    minutes = int((now - at).total_seconds() // 60)
    if minutes < 1:
        return "just now"
    return f"{minutes} min ago" if minutes < 60 else moment(at, now)


def word(code: str) -> str:
    """A service's word in capitals as one reads it: "COMPONENT" is Component; any other word as it is."""
    return code.replace("_", " ").capitalize() if code.isupper() and len(code) > 3 else code


def initials(name: str) -> str:
    """At most two letters: the first of the first and of the last word."""
    words = [word for word in name.split() if word[:1].isalnum()]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()
