"""What stands in the calendars: stand-ups, meetings, trips, on-call days, and much of the leave a second time.

Some copies of a leave differ from the original by a day, as they do where people type them twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random

from planner_gui.sandbox.facts import ONE_DAY, Absence, Event, Person, Team

_MEETINGS = ("1:1", "Workshop", "Customer call", "Design critique", "Interview", "Supplier review", "Town hall")
_TOWNS = ("Lisbon", "Kraków", "Nairobi", "Gothenburg", "Toronto", "Pune", "Turin")
_DUTIES = ("On-call", "Fire drill", "First-aid course", "Fair stand")


class EventMaker:
    """Draws the events of teams and people in order, numbering them as it goes."""

    def __init__(self, seed: int, today: date) -> None:
        self._seed = seed
        self._today = today
        self._number = 9000

    def for_team(self, team: Team) -> Iterator[Event]:
        """A weekly stand-up, a retrospective every second week, some a monthly review, as rules, not expanded."""
        monday = self._today - timedelta(days=self._today.weekday())
        last = (self._today + timedelta(days=120)).strftime("%Y%m%dT220000Z")
        tuesday = monday + timedelta(days=1 - 42)
        at = 570 + 15 * (team.number % 4)
        yield self._team_event(team, "Stand-up", tuesday, at, at + 15, rule=f"FREQ=WEEKLY;UNTIL={last}")
        thursday = monday + timedelta(days=3 - 28)
        yield self._team_event(team, "Retrospective", thursday, 840, 900, rule="FREQ=WEEKLY;INTERVAL=2;COUNT=8")
        if team.number % 3 == 1:
            friday = monday + timedelta(days=4)
            yield self._team_event(team, "Monthly review", friday, 600, 690, rule="FREQ=MONTHLY;BYDAY=1FR;COUNT=4")

    def _team_event(self, team: Team, title: str, day: date, start: int, end: int, *, rule: str) -> Event:
        number, name = self._next(), f"{title} {team.name}"
        return Event(number, "meeting", name, team.members, day, day, team.division, start, end, rule)

    def for_person(self, person: Person, team: Team, place: int, leave: Sequence[Absence]) -> Iterator[Event]:
        """One person's own entries."""
        rng = Random(f"{self._seed}/events/{person.number}")
        whose = person, team
        yield from self._leave_again(rng, whose, leave)
        for _ in range(rng.choice((0, 1, 1, 2, 3))):
            day = self._workday(rng, -20, 40)
            minute = 60 * rng.randrange(9, 16)
            zone = "America/New_York" if rng.random() < 0.06 else "Europe/Berlin"
            title = rng.choice(_MEETINGS)
            minutes = rng.choice((30, 60, 60, 90, 120))
            yield self._timed(whose, "meeting", title, day, at=minute, minutes=minutes, zone=zone)
        if place % 11 == 3:
            day = self._workday(rng, -10, 50)
            town = rng.choice(_TOWNS)
            yield self._all_day(whose, "trip", f"Trip: {town}", day, day + timedelta(days=rng.choice((0, 1, 2))))
        if place % 13 == 5:
            day = self._workday(rng, -5, 40)
            yield self._all_day(whose, "custom", rng.choice(_DUTIES), day, day)
        if place % 17 == 8:
            day = self._workday(rng, 1, 30)
            yield self._timed(whose, "vacation", "Dentist", day, at=870, minutes=120, zone="Europe/Berlin")

    def _leave_again(self, rng: Random, whose: tuple[Person, Team], leave: Sequence[Absence]) -> Iterator[Event]:
        for absence in leave:
            if absence.percent != 100 or rng.random() > 0.5:
                continue
            kind = "sickness" if absence.type == "SICK LEAVE" else "vacation"
            end = absence.end
            if rng.random() < 0.12:
                end = max(absence.start, absence.end + rng.choice((-ONE_DAY, ONE_DAY)))
            title = "Sick" if kind == "sickness" else "Vacation"
            yield self._all_day(whose, kind, title, absence.start, end)
        if rng.random() < 0.05:
            day = self._workday(rng, 20, 80)
            yield self._all_day(whose, "vacation", "Vacation (only here)", day, day + ONE_DAY)

    def _all_day(self, whose: tuple[Person, Team], kind: str, title: str, start: date, end: date) -> Event:
        return Event(self._next(), kind, title, (whose[0].number,), start, end, whose[1].division)

    def _timed(
        self, whose: tuple[Person, Team], kind: str, title: str, day: date, *, at: int, minutes: int, zone: str
    ) -> Event:
        people, end = (whose[0].number,), at + minutes
        return Event(self._next(), kind, title, people, day, day, whose[1].division, at, end, None, zone)

    def _workday(self, rng: Random, after: int, before: int) -> date:
        day = self._today + timedelta(days=rng.randrange(after, before))
        return day + timedelta(days=7 - day.weekday()) if day.weekday() > 4 else day

    def _next(self) -> int:
        self._number += 1
        return self._number
