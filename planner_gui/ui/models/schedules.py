"""What the working-time dialog lists: people with the record in force today, and the days off of the calendars.

Cells are worked out when they are painted, so that ten thousand people open at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from planner_gui.domain.plan import Plan
from planner_gui.domain.snapshot import day_number
from planner_gui.domain.weeks import NO_WEEK, describe_minutes, describe_week, parse_week
from planner_gui.domain.working import explain
from planner_gui.session.rules import OWN_CALENDAR
from planner_gui.session.schedules import calendar_of, zone_name
from planner_gui.session.workspace_file import Configuration, DayOff
from planner_gui.ui import formats
from planner_gui.ui.models.lines import line_of

PEOPLE_HEADINGS = ("Name", "Working time today", "Holidays", "Time zone", "Team")
DAY_HEADINGS = ("Day", "Name", "Off", "Calendar")


class Day(NamedTuple):
    """A day off of a calendar. own: as it was entered here, None where the calendar itself has it."""

    off: DayOff
    calendar: str
    own: DayOff | None


@dataclass(frozen=True)
class Schedules:
    """The working time of a plan, with the settings that it follows from."""

    plan: Plan
    settings: Configuration

    @cached_property
    def people(self) -> Sequence[int]:
        return range(len(self.plan.people))

    @cached_property
    def lines(self) -> list[str]:
        people = self.plan.people
        return [line_of(p.name, p.email, *p.teams, *(ref.key for ref in p.accounts)) for p in people]

    @cached_property
    def default_calendar(self) -> str:
        name = self.plan.rules.working_time.default_calendar
        return "own days only" if name == OWN_CALENDAR else name or "none"

    def cell(self, person: int, column: int) -> str:
        """A person's row under PEOPLE_HEADINGS."""
        who = self.plan.people[person]
        match column:
            case 0:
                return who.name
            case 1:
                minutes, words = explain(self.plan, person, day_number(self.plan.today))
                return words if minutes < 0 else f"{describe_minutes(minutes)}: {words}"
            case 2:
                return calendar_of(self.settings, who) or self.default_calendar
            case 3:
                return zone_name(self.settings, who)
            case _:
                return ", ".join(who.teams)

    @cached_property
    def days(self) -> list[Day]:
        """Days off from this year on, by date: of every calendar in use, and those entered here."""
        time = self.plan.rules.working_time
        first = self.plan.today.replace(month=1, day=1)
        own = {(off.calendar or time.default_calendar, off.day): off for off in self.settings.days_off}
        found = []
        for calendar, holidays in time.holidays.items():
            for day, share in holidays.shares.items():
                mine = own.pop((calendar, day), None)
                if day >= first or mine is not None:
                    off = DayOff(day, share, holidays.names.get(day, ""), calendar)
                    found.append(Day(off, calendar, mine))
        found += [Day(off, calendar, off) for (calendar, _), off in own.items()]  # of calendars nobody has
        return sorted(found, key=lambda day: (day.off.day, day.calendar))


def day_cell(day: Day, column: int) -> str:
    """A day's row under DAY_HEADINGS."""
    calendar = "" if day.calendar == OWN_CALENDAR else day.calendar
    where = f"{calendar}, entered here".strip(", ") if day.own is not None else calendar
    return (formats.day(day.off.day), day.off.name, share_words(day.off.share), where)[column]


def share_words(share: float) -> str:
    """A share of a day in words."""
    return "whole day" if share == 1 else "half day" if share == 0.5 else f"{share * 100:g} % of the day"


def weeks_words(weeks: Sequence[str]) -> str:
    """Weeks as the settings keep them, as a receipt says them, with their hours."""
    minutes = [parse_week(week) for week in weeks]
    said = " / ".join(describe_week(week) for week in minutes)
    if len(minutes) > 1:
        mean = sum(map(sum, minutes)) // len(minutes)
        return f"{said} ({len(minutes)} weeks in turn, {describe_minutes(mean)} a week on average)"
    return said if minutes[0] == NO_WEEK else f"{said} ({describe_minutes(sum(minutes[0]))} a week)"
