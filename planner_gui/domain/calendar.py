"""Working time as a workspace states it: dated schedule records, holidays, and weeks as text.

Values only, as the settings keep them (capacity.md, Working time 1 to 4); which of them is in force for whom is
`working`'s.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, tzinfo

import numpy as np
from numpy.typing import NDArray

from planner_gui.domain.entities import AccountRef
from planner_gui.domain.weeks import WEEK_DAYS, format_week, parse_week

__all__ = [
    "UNKNOWN",
    "WEEK_DAYS",
    "WHOLE",
    "Holidays",
    "ScheduleRecord",
    "WorkingTime",
    "after_share",
    "format_week",
    "load_holidays",
    "parse_week",
]

UNKNOWN = -1  # minutes of a day for which no schedule exists (Working time 2)
WHOLE = 10_000  # a whole day, in the hundredths of a percent that shares are counted in

Int32 = NDArray[np.int32]


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
    zone_of: account -> time zone of whoever does not live by the workspace's.
    """

    default: tuple[ScheduleRecord, ...] = ()
    own: Mapping[AccountRef, tuple[ScheduleRecord, ...]] = field(default_factory=dict)
    holidays: Mapping[str, Holidays] = field(default_factory=dict)
    calendar_of: Mapping[AccountRef, str] = field(default_factory=dict)
    default_calendar: str = ""
    zone_of: Mapping[AccountRef, tzinfo] = field(default_factory=dict)


def load_holidays(code: str, years: Iterable[int]) -> Holidays:
    """The public holidays of a country ("DE") or its subdivision ("DE-BY"), whole days, with English names if any.

    Raises ValueError in words for a code that the `holidays` library does not have.
    """
    import holidays as library  # a tenth of a second: only for those who ask for holidays

    country, _, subdivision = code.strip().upper().partition("-")
    wanted = sorted(set(years))
    try:
        supported = library.list_supported_countries()
        if country not in supported:
            raise NotImplementedError
        if subdivision and subdivision not in supported[country]:
            places = ", ".join(supported[country]) or "none"
            raise ValueError(f"there are no holidays for {code}: {country} has the parts {places}")
        days = library.country_holidays(country, subdiv=subdivision or None, years=wanted, language="en_US")
    except NotImplementedError:
        raise ValueError(f"there are no holidays for '{code}': use a country and part such as DE or DE-BY") from None
    return Holidays(dict.fromkeys(days, 1.0), dict(days.items()))


def after_share(minutes: NDArray[np.integer], share: NDArray[np.integer] | int) -> Int32:
    """What is left of minutes when a share (hundredths of a percent) of them is off, rounded half up to a minute."""
    left: Int32 = (minutes.astype(np.int32) * (WHOLE - share) * 2 + WHOLE) // (2 * WHOLE)
    return left
