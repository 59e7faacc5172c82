"""Dates and x: how wide a day is, which day is at a pixel, where cells begin. Pure arithmetic, no painting.

Days are day numbers (`domain.snapshot.day_number`); x is in logical pixels from the timeline's own left edge.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum

from planner_gui.domain.entities import Span
from planner_gui.domain.snapshot import day_date, day_number


class Zoom(Enum):
    """The four steps, near to far. days_per_cell: the days that one strip cell sums up."""

    DAY = ("Day", 84.0, 1)
    WEEK = ("Week", 30.0, 1)
    MONTH = ("Month", 16.0, 1)
    QUARTER = ("Quarter", 11.5, 7)

    def __init__(self, label: str, day_width: float, days_per_cell: int) -> None:
        self.label = label
        self.day_width = day_width
        self.days_per_cell = days_per_cell

    @property
    def nearer(self) -> Zoom:
        steps = list(Zoom)
        return steps[max(0, steps.index(self) - 1)]

    @property
    def farther(self) -> Zoom:
        steps = list(Zoom)
        return steps[min(len(steps) - 1, steps.index(self) + 1)]


@dataclass(frozen=True, slots=True)
class Scale:
    """A view on the days: `left` is the (fractional) day at x = 0."""

    left: float
    zoom: Zoom = Zoom.WEEK

    @property
    def day_width(self) -> float:
        return self.zoom.day_width

    def x(self, day: float) -> float:
        """Left edge of a day; rounded, so that scrolling by whole pixels moves every edge by just as much."""
        return round((day - self.left) * self.zoom.day_width, 3)

    def day(self, x: float) -> int:
        """The day at a pixel."""
        return math.floor(self.left + x / self.zoom.day_width)

    def visible(self, width: float) -> tuple[int, int]:
        """First and last day of which at least a pixel shows in `width`."""
        return self.day(0), self.day(max(0.0, width - 1))

    def span(self, width: float) -> Span:
        first, last = self.visible(width)
        return Span(day_date(first), day_date(last))

    def moved(self, dx: float) -> Scale:
        """Scrolled so that the content moves left by dx pixels."""
        return replace(self, left=self.left + dx / self.zoom.day_width)

    def zoomed(self, zoom: Zoom, x: float) -> Scale:
        """At another zoom, with the day under x staying under x."""
        return Scale(self.left + x / self.zoom.day_width - x / zoom.day_width, zoom)

    def starting(self, day: int) -> Scale:
        """With a day at the left edge."""
        return replace(self, left=float(day))


def week_start(day: int, first_weekday: int = 0) -> int:
    """The first day of the week that holds `day`; weekdays count from Monday 0."""
    weekday = (day + 3) % 7  # day 0, 1970-01-01, was a Thursday
    return day - (weekday - first_weekday) % 7


def month_start(day: int) -> int:
    """The first of the month that holds `day`."""
    return day_number(day_date(day).replace(day=1))


def next_month(day: int) -> int:
    """The first of the month after `day`'s."""
    return day_number((day_date(month_start(day)) + timedelta(days=32)).replace(day=1))


def cells(first: int, last: int, zoom: Zoom, first_weekday: int = 0) -> list[tuple[int, int]]:
    """The strip cells that touch first..last, each as (first day, last day)."""
    if zoom.days_per_cell == 1:
        return [(day, day) for day in range(first, last + 1)]
    step = zoom.days_per_cell
    start = week_start(first, first_weekday)
    return [(day, day + step - 1) for day in range(start, last + 1, step)]
