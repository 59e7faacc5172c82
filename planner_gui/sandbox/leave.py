"""Who is away when: the absences, drawn from each person's own random stream. No two of one person overlap."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from planner_gui.sandbox.facts import Absence

TYPES = ("HOLIDAY", "LEAVE AT REQUEST", "MATERNITY LEAVE", "SICK LEAVE", "OTHER REASON")
UNKNOWN_TYPE = "SABBATICAL"

_MATERNITY, _OTHER, _SABBATICAL, _HALF_WEEK = 20, 27, 33, 2  # by place in a division of sixty


def absences_of(number: int, place: int, seed: int, today: date) -> list[Absence]:
    """All absences of one person by start; `place` is the place in the division."""
    rng = Random(f"{seed}/leave/{number}")
    taken: list[Absence] = []

    def add(start: date, length: int, kind: str = "HOLIDAY", percent: int = 100, comment: str = "") -> None:
        end = start + timedelta(days=length - 1)
        if all(end < other.start or start > other.end for other in taken):
            taken.append(Absence(number, start, end, kind, percent, comment))

    if place == _MATERNITY:
        add(today + timedelta(days=45), 120, "MATERNITY LEAVE", comment="Back in spring")
    if place == _SABBATICAL:
        add(today + timedelta(days=30), 42, UNKNOWN_TYPE)
    if place == _OTHER:
        add(_weekday(today + timedelta(days=9)), 2, "OTHER REASON", comment="Moving house")
    if place == _HALF_WEEK:
        add(_monday(today + timedelta(days=7)), 5, "HOLIDAY", 50, "Mornings only")
    for year in range(today.year - 1, today.year + 2):
        if rng.random() < 0.6:
            add(date(year, 12, rng.choice((22, 23, 24))), rng.choice((9, 10, 11)), comment="Christmas")
    add(_weekday(today + timedelta(days=rng.randrange(-60, 25))), rng.choice((2, 3, 5)))
    add(_monday(today + timedelta(days=rng.randrange(-10, 110))), rng.choice((5, 5, 12)))
    add(_monday(today + timedelta(days=rng.randrange(115, 330))), rng.choice((5, 12, 12, 19)), comment="Summer")
    if rng.random() < 0.3:
        add(_weekday(today + timedelta(days=rng.randrange(-30, 60))), 1)
    if rng.random() < 0.12:
        add(_weekday(today + timedelta(days=rng.randrange(-15, 45))), 1, "HOLIDAY", 50, "Afternoon off")
    if rng.random() < 0.2:
        add(_weekday(today - timedelta(days=rng.randrange(2, 45))), rng.choice((1, 2, 3)), "SICK LEAVE")
    if place % 10 == 9:
        add(_weekday(today + timedelta(days=rng.randrange(3, 20))), 1, "LEAVE AT REQUEST")
    return sorted(taken, key=lambda absence: absence.start)


def _weekday(day: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return day + timedelta(days=7 - day.weekday()) if day.weekday() > 4 else day


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
