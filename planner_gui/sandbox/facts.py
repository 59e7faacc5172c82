"""What is true in the pretend company: frozen records that name no vendor's field.

Dates are `date`, ends inclusive; effort is whole minutes; `number`s count from 1 and are unique within their kind.
The vendor modules turn these into answers; nothing here knows HTTP.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache

ONE_DAY = timedelta(days=1)


def days(start: date, end: date) -> Iterator[date]:
    """Every date from `start` to `end`, both included."""
    for offset in range((end - start).days + 1):
        yield start + timedelta(days=offset)


@cache
def holiday_name(day: date) -> str | None:
    """The public holidays that the whole company keeps: fixed ones and Easter Monday."""
    fixed = {(1, 1): "New Year's Day", (5, 1): "Labour Day", (12, 25): "Christmas Day", (12, 26): "Boxing Day"}
    if name := fixed.get((day.month, day.day)):
        return name
    return "Easter Monday" if day.month in {3, 4} and day == _easter(day.year) + ONE_DAY else None


def _easter(year: int) -> date:
    """Western Easter Sunday, by the anonymous Gregorian computation."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return date(year, f // 31, f % 31 + 1)


@dataclass(frozen=True, slots=True, eq=False)
class Schedule:
    """Minutes of each weekday Monday to Sunday, for one week or for several that take turns.

    There are a few, made below, each equal to itself alone: so that what is worked out once is found quickly.
    """

    name: str
    weeks: tuple[tuple[int, ...], ...]

    def nominal(self, day: date) -> int:
        """Minutes of this day without looking at holidays."""
        return self.weeks[(day.toordinal() - 1) // 7 % len(self.weeks)][day.weekday()]

    def working(self, day: date) -> int:
        """Minutes of this day, holidays taken off."""
        return _working(self, day)

    def minutes(self, start: date, end: date) -> int:
        """Working minutes from `start` to `end`, both included."""
        return _minutes(self, start, end)

    def working_days(self, start: date, end: date) -> int:
        """How many days from `start` to `end` have working minutes."""
        return _working_days(self, start, end)

    def mean_day(self) -> int:
        """The mean minutes of a weekday that has any."""
        worked = [minutes for week in self.weeks for minutes in week if minutes]
        return sum(worked) // len(worked)


@lru_cache(maxsize=50_000)
def _working(schedule: Schedule, day: date) -> int:
    return 0 if holiday_name(day) else schedule.nominal(day)


@lru_cache(maxsize=50_000)
def _minutes(schedule: Schedule, start: date, end: date) -> int:
    return sum(schedule.working(day) for day in days(start, end))


@lru_cache(maxsize=50_000)
def _working_days(schedule: Schedule, start: date, end: date) -> int:
    return sum(schedule.working(day) > 0 for day in days(start, end))


FULL_TIME = Schedule("40 h", ((480, 480, 480, 480, 480, 0, 0),))
FOUR_DAYS = Schedule("32 h, Friday off", ((480, 480, 480, 480, 0, 0, 0),))
MORNINGS = Schedule("25 h, mornings", ((300, 300, 300, 300, 300, 0, 0),))
NINE_DAYS = Schedule("nine-day fortnight", ((540, 540, 540, 540, 480, 0, 0), (540, 540, 540, 480, 0, 0, 0)))


@dataclass(frozen=True, slots=True)
class Person:
    """`key` is the user key in the main Jira (everybody has one), `account` the Atlassian account id (Labs only)."""

    number: int
    name: str
    email: str
    key: str
    account: str | None
    role: str
    team: int
    schedule: Schedule
    joined: date
    availability: int = 100

    @property
    def first(self) -> str:
        return self.name.rpartition(" ")[0]

    @property
    def last(self) -> str:
        return self.name.rpartition(" ")[2]


@dataclass(frozen=True, slots=True)
class Team:
    number: int
    name: str
    division: int
    labs: bool
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class WorkItem:
    """Something that can be planned: a project, or an issue, epic, version, component or sprint of one."""

    number: int
    type: str
    key: str
    name: str
    project: int


@dataclass(frozen=True, slots=True)
class Project:
    number: int
    key: str
    name: str
    division: int
    labs: bool
    start: date
    end: date | None
    item: WorkItem
    items: tuple[WorkItem, ...]


@dataclass(frozen=True, slots=True)
class Absence:
    person: int
    start: date
    end: date
    type: str
    percent: int
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Booking:
    """Planned time. `amount` says how the service states it: "total", "daily" or only "commitment"."""

    number: int
    person: int | None
    team: int | None
    item: WorkItem
    start: date
    end: date
    percent: int
    amount: str
    note: str = ""
    rule: str = "NEVER"
    until: date | None = None
    every_day: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """`kind` is vacation, sickness, meeting, trip or custom; all day without `start_minute`. `zone`: IANA name."""

    number: int
    kind: str
    title: str
    people: tuple[int, ...]
    start: date
    end: date
    division: int
    start_minute: int | None = None
    end_minute: int | None = None
    rule: str | None = None
    zone: str = "Europe/Berlin"
    description: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    number: int
    project: int
    group: str
    name: str
    people: tuple[int, ...]
    start: date | None
    due: date | None
    budget_hours: float
    input_hours: float
    done: float = 0.0
    archived: bool = False
    priority: str = "MEDIUM"
    notes: str = ""
