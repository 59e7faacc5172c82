"""From the workspace's settings to the Rules that numbers follow; every fault is said in words.

The rules themselves are capacity.md's and live in the domain.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from planner_gui.domain.calendar import Holidays, ScheduleRecord, WorkingTime, load_holidays, parse_week
from planner_gui.domain.entities import AccountRef
from planner_gui.domain.errors import WorkspaceError
from planner_gui.domain.plan import Rules
from planner_gui.session.workspace_file import NO_SCHEDULE, Configuration, DayOff

# A schedule without a past: from the first date there is, a Monday.
ALWAYS = date.min
OWN_CALENDAR = "workspace"  # the name of the default calendar that consists of own days off alone


def rules_of(settings: Configuration, years: Iterable[int], known_ids: Mapping[AccountRef, str]) -> Rules:
    """The rules of a workspace. years: those that holidays are needed for. Raises WorkspaceError."""
    try:
        return Rules(
            working_time=_working_time(settings, tuple(sorted(set(years)))),
            zone=zone_of(settings.timezone),
            counting=settings.counting,
            decisions=settings.decisions,
            names=settings.names,
            sites={connection.name: connection.site for connection in settings.connections},
            known_ids=known_ids,
            thresholds=(settings.thresholds[0], settings.thresholds[1], settings.thresholds[3]),
        )
    except ValueError as error:
        raise WorkspaceError(f"workspace.toml: {error}", subject=settings.name, advice="Correct it there.") from error


def zone_of(name: str) -> ZoneInfo:
    """A time zone by its IANA name; ValueError in words."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"there is no time zone '{name}': use a name such as Europe/Berlin") from None


def computers_zone() -> str:
    """The computer's time zone by its IANA name, UTC where it has none that is known."""
    from PySide6.QtCore import QTimeZone

    name = bytes(QTimeZone.systemTimeZoneId().data()).decode("ascii", "replace")
    try:
        return zone_of(name).key
    except ValueError:
        return "UTC"


def check_choices(schedule: str, holidays: str, timezone: str, year: int) -> None:
    """What `init` was asked for; ValueError in words where it cannot be."""
    if schedule != NO_SCHEDULE:
        parse_week(schedule)
    if holidays:
        load_holidays(holidays, [year])
    zone_of(timezone)


def _working_time(settings: Configuration, years: tuple[int, ...]) -> WorkingTime:
    own: dict[AccountRef, list[ScheduleRecord]] = {}
    for schedule in settings.schedules:
        record = ScheduleRecord(schedule.start, tuple(parse_week(week) for week in schedule.weeks))
        own.setdefault(schedule.account, []).append(record)
    default = settings.holidays
    if not default and any(not off.calendar for off in settings.days_off):
        default = OWN_CALENDAR
    calendars = {default, *settings.holidays_of.values()} - {""}
    return WorkingTime(
        default=_default(settings),
        own={account: tuple(sorted(records, key=lambda r: r.start)) for account, records in own.items()},
        holidays={name: _calendar(name, years, settings.days_off, default) for name in calendars},
        calendar_of=settings.holidays_of,
        default_calendar=default,
        zone_of={account: zone_of(name) for account, name in settings.timezones.items()},
    )


def _default(settings: Configuration) -> tuple[ScheduleRecord, ...]:
    """The workspace's own records: the one without a past, unless there is none, then the changes by date."""
    always = [] if settings.schedule == NO_SCHEDULE else [ScheduleRecord(ALWAYS, (parse_week(settings.schedule),))]
    changes = sorted(settings.schedule_changes, key=lambda each: each.start)
    return (*always, *(ScheduleRecord(each.start, tuple(map(parse_week, each.weeks))) for each in changes))


def _calendar(name: str, years: tuple[int, ...], days_off: Sequence[DayOff], default: str) -> Holidays:
    public = Holidays() if name == OWN_CALENDAR else _public(name, years)
    shares, names = dict(public.shares), dict(public.names)
    for off in days_off:
        if (off.calendar or default) == name:
            shares[off.day] = off.share
            names[off.day] = off.name
    return Holidays(shares, names)


@lru_cache(maxsize=32)  # rules are made anew with every change of the settings
def _public(code: str, years: tuple[int, ...]) -> Holidays:
    return load_holidays(code, years)
