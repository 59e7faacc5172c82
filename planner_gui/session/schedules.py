"""Working time as changes of the settings: dated records, holidays, own days, time zones; for one person or for many.

Pure functions from settings to settings, for `Workspace.configure`. A record holds from its date; what was before it is
never touched (capacity.md, Working time 1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from planner_gui.domain.entities import AccountRef
from planner_gui.domain.imports import Imported
from planner_gui.domain.plan import Person
from planner_gui.session.workspace_file import Configuration, DayOff, DefaultSchedule, OwnSchedule

Accounts = Sequence[AccountRef]
Change = Callable[[Configuration], Configuration]


def default_week(week: str) -> Change:
    """The workspace's week, before every change of it; "none" for no schedule at all."""
    return lambda settings: replace(settings, schedule=week)


def default_from(start: date, weeks: tuple[str, ...]) -> Change:
    """The workspace's week from a date on."""

    def change(settings: Configuration) -> Configuration:
        others = [each for each in settings.schedule_changes if each.start != start]
        records = sorted([*others, DefaultSchedule(start, weeks)], key=lambda each: each.start)
        return replace(settings, schedule_changes=tuple(records))

    return change


def without_default_from(start: date) -> Change:
    """Without the workspace's change of that date."""

    def change(settings: Configuration) -> Configuration:
        left = tuple(each for each in settings.schedule_changes if each.start != start)
        return replace(settings, schedule_changes=left)

    return change


def scheduled(people: Iterable[Accounts], start: date, weeks: tuple[str, ...]) -> Change:
    """A record for each of some people from a date on; one of the same date is replaced."""
    mine = [tuple(accounts) for accounts in people]

    def change(settings: Configuration) -> Configuration:
        concerned = {account for accounts in mine for account in accounts}
        others = [own for own in settings.schedules if own.start != start or own.account not in concerned]
        new = [OwnSchedule(min(accounts), start, weeks) for accounts in mine]
        return replace(settings, schedules=tuple(_in_order([*others, *new])))

    return change


def unscheduled(accounts: Accounts, start: date) -> Change:
    """Without somebody's record of that date."""

    def change(settings: Configuration) -> Configuration:
        left = [own for own in settings.schedules if own.start != start or own.account not in accounts]
        return replace(settings, schedules=tuple(left))

    return change


def holidays_of(people: Iterable[Accounts], calendar: str) -> Change:
    """The holiday calendar of some people; "" for the workspace's."""
    mine = [tuple(accounts) for accounts in people]

    def change(settings: Configuration) -> Configuration:
        return replace(settings, holidays_of=_given(settings.holidays_of, mine, calendar))

    return change


def timezone_of(people: Iterable[Accounts], zone: str) -> Change:
    """The time zone of some people, by its IANA name; "" for the workspace's."""
    mine = [tuple(accounts) for accounts in people]

    def change(settings: Configuration) -> Configuration:
        return replace(settings, timezones=_given(settings.timezones, mine, zone))

    return change


def default_timezone(zone: str) -> Change:
    """The workspace's time zone."""
    return lambda settings: replace(settings, timezone=zone)


def default_holidays(calendar: str) -> Change:
    """The workspace's holiday calendar, "" for none."""
    return lambda settings: replace(settings, holidays=calendar)


def day_off(off: DayOff) -> Change:
    """A day of a calendar as entered here; it stands in place of what the calendar says of that day."""

    def change(settings: Configuration) -> Configuration:
        return replace(settings, days_off=_with([off], settings))

    return change


def without_day_off(off: DayOff) -> Change:
    """Without a day that was entered here."""
    return lambda settings: replace(settings, days_off=tuple(each for each in settings.days_off if each != off))


def imported(found: Imported) -> Change:
    """Every good row of a file; of two rows on one person and date, or one day, the later one counts."""

    def change(settings: Configuration) -> Configuration:
        replaced = {(account, row.start) for row in found.schedules for account in row.accounts}
        kept = [own for own in settings.schedules if (own.account, own.start) not in replaced]
        new = {(min(r.accounts), r.start): OwnSchedule(min(r.accounts), r.start, r.weeks) for r in found.schedules}
        days = [DayOff(row.day, row.share, row.name, row.calendar) for row in found.holidays]
        schedules = tuple(_in_order([*kept, *new.values()]))
        return replace(settings, schedules=schedules, days_off=_with(days, settings))

    return change


def records_of(settings: Configuration, person: Person) -> list[OwnSchedule]:
    """Somebody's own records, by date."""
    mine = set(person.accounts)
    return sorted((own for own in settings.schedules if own.account in mine), key=lambda own: own.start)


def calendar_of(settings: Configuration, person: Person) -> str:
    """Somebody's own holiday calendar, "" where it is the workspace's."""
    return next((settings.holidays_of[ref] for ref in person.accounts if ref in settings.holidays_of), "")


def zone_name(settings: Configuration, person: Person) -> str:
    """Somebody's own time zone, "" where it is the workspace's."""
    return next((settings.timezones[ref] for ref in person.accounts if ref in settings.timezones), "")


def _given(before: Mapping[AccountRef, str], people: list[tuple[AccountRef, ...]], name: str) -> dict[AccountRef, str]:
    """What accounts were given, with one name for these people in place of what they had; "" for none."""
    concerned = {account for accounts in people for account in accounts}
    kept = {account: given for account, given in before.items() if account not in concerned}
    return {**kept, **({min(accounts): name for accounts in people} if name else {})}


def _with(days: Iterable[DayOff], settings: Configuration) -> tuple[DayOff, ...]:
    by_day = {(off.calendar, off.day): off for off in (*settings.days_off, *days)}
    return tuple(sorted(by_day.values(), key=lambda off: (off.day, off.calendar)))


def _in_order(records: list[OwnSchedule]) -> list[OwnSchedule]:
    return sorted(records, key=lambda own: (own.account, own.start))
