"""Working time: dated schedule records, holidays, and the minutes each person is scheduled to work on a day.

capacity.md, Working time 1 to 4, is the rule; this module answers it for many people and days at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from planner_gui.domain.entities import AccountRef

UNKNOWN = -1  # minutes of a day for which no schedule exists (Working time 2)
WEEK_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class ScheduleRecord:
    """From a date on, minutes for each weekday Monday to Sunday; several weeks: a cycle from its week on."""

    start: date
    weeks: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Holidays:
    """Days off: date -> share of the day that is off, 0 to 1 (1 a whole holiday), with their names."""

    shares: Mapping[date, float] = field(default_factory=dict)
    names: Mapping[date, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """Every schedule of a workspace.

    default: the workspace's own records (one without a past: the earliest date), () where the user chose none.
    own: an account's dated records as entered in this workspace; they belong to the person the account is joined to.
    holidays: calendars by name; calendar_of: account -> calendar name; default_calendar for everybody else ("": none).
    """

    default: tuple[ScheduleRecord, ...] = ()
    own: Mapping[AccountRef, tuple[ScheduleRecord, ...]] = field(default_factory=dict)
    holidays: Mapping[str, Holidays] = field(default_factory=dict)
    calendar_of: Mapping[AccountRef, str] = field(default_factory=dict)
    default_calendar: str = ""
