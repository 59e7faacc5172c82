"""How much, said three ways: percent, hours a day, hours in all, each made from the others by a working time.

The rules are those of the load itself (docs/capacity.md, Load 1): a percentage is of the working time of each day,
hours a day are on each working day, a total is over the span. Pure; what cannot be converted is None, never a guess.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from planner_gui.domain.calendar import UNKNOWN
from planner_gui.domain.entities import Span
from planner_gui.domain.plan import Plan
from planner_gui.domain.snapshot import day_number
from planner_gui.domain.working import mean_days, working

LONGEST = 3660  # days of a span that is converted
_HOURS = re.compile(r"(\d{1,6}(?:[.,]\d{1,4})?)\s*(?:h|hours?|hrs?)?")
_CLOCK = re.compile(r"(\d{1,6})\s*(?::|h)\s*(\d{1,2})\s*(?:m|min|minutes?)?")
_MINUTES = re.compile(r"(\d{1,6})\s*(?:m|min|minutes?)")
_NUMBER = re.compile(r"-?\d{1,12}(?:[.,]\d{1,6})?")


class Ways(NamedTuple):
    """One amount in its three ways: percent, minutes a day, minutes in all; None where it cannot be told."""

    percent: float | None = None
    minutes_per_day: int | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Hours:
    """The working minutes of each counted day of a span; empty where nothing is known."""

    days: tuple[float, ...] = ()

    def ways(self, kind: str, value: float) -> Ways:
        """An amount given as one of `edits.AMOUNTS`, in all ways."""
        count, whole = len(self.days), sum(self.days)
        if not count or not whole:
            return _alone(kind, value)
        if kind == "percent":
            minutes = sum(int(value * day / 100 + 0.5) for day in self.days)
            return Ways(value, round(value * whole / 100 / count), minutes)
        if kind == "minutes_per_day":
            return Ways(_percent(value * count, whole), round(value), round(value * count))
        return Ways(_percent(value, whole), round(value / count), round(value))


def hours_of(plan: Plan, person: int | None, span: Span | None, *, include_non_working: bool = False) -> Hours:
    """The working time an amount is spread over: the person's, holidays taken off; of nobody, or unknown, nothing."""
    if person is None or span is None or len(span) > LONGEST:
        return Hours()
    first, days, people = day_number(span.start), len(span), np.array([person], np.int32)
    minutes = working(plan, people, first, days)[0]
    if (minutes == UNKNOWN).any():
        return Hours()
    if include_non_working:
        sums, counts = mean_days(plan, people, first, days)
        return Hours(tuple(s / c if c else 0.0 for s, c in zip(sums[0].tolist(), counts[0].tolist(), strict=True)))
    return Hours(tuple(float(m) for m in minutes.tolist() if m > 0))


def read_hours(text: str) -> int | None:
    """Minutes of "4", "4.5", "4,5 h", "4 h 30", "4:30", "45 min"; None for anything else."""
    words = text.strip().casefold()
    if (match := _CLOCK.fullmatch(words)) is not None and int(match[2]) < 60:
        return int(match[1]) * 60 + int(match[2])
    if (match := _MINUTES.fullmatch(words)) is not None:
        return int(match[1])
    if (match := _HOURS.fullmatch(words)) is not None:
        return round(float(match[1].replace(",", ".")) * 60)
    return None


def read_number(text: str) -> int | float | None:
    """A number as typed, with a point or a comma, a percent sign after it or not; whole ones as int."""
    words = text.strip().removesuffix("%").strip()
    if _NUMBER.fullmatch(words) is None:
        return None
    number = float(words.replace(",", "."))
    return int(number) if number.is_integer() else number


def hours_text(minutes: int | None) -> str:
    """As it stands in a field: "4 h", "4 h 30", "" for nothing."""
    if minutes is None:
        return ""
    whole, rest = divmod(minutes, 60)
    return f"{whole} h {rest:02}" if rest else f"{whole} h"


def number_text(number: float | None) -> str:
    """As it stands in a field: "50", "37.5", "" for nothing."""
    return "" if number is None else f"{number:.2f}".rstrip("0").rstrip(".")


def _alone(kind: str, value: float) -> Ways:
    if kind == "percent":
        return Ways(percent=value)
    return Ways(minutes_per_day=round(value)) if kind == "minutes_per_day" else Ways(minutes=round(value))


def _percent(minutes: float, whole: float) -> float:
    share = math.floor(10_000 * minutes / whole + 0.5) / 100
    return int(share) if share.is_integer() else share
