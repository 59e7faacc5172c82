"""Who is planned on what, and how much: the company's bookings, drawn from each person's own random stream.

A plan that looks alive: most people between half and full, a few over for the coming weeks, a few nearly free,
dense from six weeks ago to four months ahead and thinning out after.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random

from planner_gui.sandbox.facts import ONE_DAY, Absence, Booking, Person, Project, Team, WorkItem, holiday_name

HORIZON_BEFORE = 91
HORIZON_AFTER = 365

_OVER = {1, 5, 10, 19, 29, 41, 50}  # by place in a division of sixty
_FREE = {4, 25, 37, 45}
_RECURRING = {5: ("WEEKLY", 20), 13: ("BI-WEEKLY", 40), 34: ("MONTHLY", 50), 47: ("WEEKLY", 20)}
_WEEKEND_DUTY = 14
_OUTLASTS_PROJECT = 9


def monday(day: date) -> date:
    """The Monday of this day's week."""
    return day - timedelta(days=day.weekday())


class BookingMaker:
    """Draws the bookings of everybody in order, numbering them as it goes."""

    def __init__(self, seed: int, today: date, projects: dict[str, list[Project]]) -> None:
        self._seed = seed
        self._today = today
        self._projects = projects
        self._number = 40

    def for_person(self, person: Person, team: Team, place: int, leave: Sequence[Absence]) -> Iterator[Booking]:
        """All bookings of one person. `place` is the place in the division; whole-day `leave` is planned around."""
        rng = Random(f"{self._seed}/bookings/{person.number}")
        choices = self._projects[f"{team.division}/{team.name.split()[0]}"]
        side = rng.choice((0, 10, 20, 20, 30))
        main = rng.choice((50, 60, 60, 70, 70, 80, 80, 90, 100)) if place not in _FREE else 20
        if place in _RECURRING:
            side, main = 0, min(main, 60)
        main = min(main, 90 - side)  # a team's planning days still fit
        around = [] if rng.random() < 0.1 else [absence for absence in leave if absence.percent == 100]
        yield from self._stream(rng, person, choices, main, leave=around)
        if side and place not in _FREE:
            yield from self._stream(rng, person, choices[::-1], side, leave=around, likelihood=0.7)
        if place in _OVER:
            yield self._extra(rng, person, choices, main + side)
        if place in _RECURRING:
            yield self._recurring(person, choices, *_RECURRING[place])
        if place == _WEEKEND_DUTY:
            yield self._weekend_duty(person, choices)
        if place == _OUTLASTS_PROJECT:
            yield from self._hand_over(person, choices)

    def for_team(self, team: Team, item: WorkItem) -> Booking:
        """A team's planning days, two weeks from now; every third team repeats its own monthly."""
        start = monday(self._today) + timedelta(days=14 + 7 * (team.number % 3))
        rule, until = ("MONTHLY", start + timedelta(days=120)) if team.number % 3 == 0 else ("NEVER", None)
        days_on = (start, start + ONE_DAY)
        return Booking(self._next(), None, team.number, item, *days_on, 10, "commitment", "Planning days", rule, until)

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _stream(
        self,
        rng: Random,
        person: Person,
        choices: list[Project],
        percent: int,
        *,
        leave: Sequence[Absence],
        likelihood: float = 0.96,
    ) -> Iterator[Booking]:
        """One phase after the other, mostly without a gap."""
        start = monday(self._today - timedelta(days=HORIZON_BEFORE)) + timedelta(weeks=rng.randrange(3))
        last = self._today + timedelta(days=HORIZON_AFTER)
        while start < last:
            end = start + timedelta(weeks=rng.choice((3, 4, 4, 5, 6, 7, 8)), days=-3)
            project = rng.choice(choices)
            if rng.random() < likelihood * self._density(start) and (project.end is None or end <= project.end):
                share = max(10, percent + rng.choice((-10, 0, 0, 0)))
                item, note = self._item(rng, project)
                amount = rng.choice(("total", "total", "total", "daily", "commitment"))
                for piece_start, piece_end in _around(start, end, leave):
                    yield Booking(self._next(), person.number, None, item, piece_start, piece_end, share, amount, note)
            start = monday(end) + timedelta(weeks=2 if rng.random() < 0.08 else 1)

    def _density(self, start: date) -> float:
        ahead = (start - self._today).days
        if ahead <= 120:
            return 1.0 if ahead > -45 else 0.85
        return max(0.2, 1.0 - (ahead - 120) / 260)

    def _item(self, rng: Random, project: Project) -> tuple[WorkItem, str]:
        """Half of the time the project itself with a word on the phase, else one of its items."""
        item = rng.choice(project.items)
        return (project.item, item.name) if rng.random() < 0.35 else (item, "")

    def _extra(self, rng: Random, person: Person, choices: list[Project], planned: int) -> Booking:
        """What tips a person over for the coming weeks."""
        start = monday(self._today) - timedelta(weeks=rng.randrange(2))
        end = start + timedelta(weeks=rng.choice((2, 3, 3)), days=-3)
        item = rng.choice(rng.choice(choices).items)
        share = max(30, 100 + rng.choice((10, 20, 20)) - planned)
        return Booking(self._next(), person.number, None, item, start, end, share, "total", "Asked for at short notice")

    def _recurring(self, person: Person, choices: list[Project], rule: str, percent: int) -> Booking:
        start = monday(self._today) - timedelta(weeks=4)
        end = start + timedelta(days=1 if rule == "WEEKLY" else 2)
        until = self._today + timedelta(days=100)
        item = choices[0].items[0]
        amount = "daily" if rule == "MONTHLY" else "total"
        return Booking(
            self._next(), person.number, None, item, start, end, percent, amount, "Comes round again", rule, until
        )

    def _hand_over(self, person: Person, choices: list[Project]) -> Iterator[Booking]:
        """A little work that goes on when its project has ended."""
        for project in choices:
            if project.end is not None:
                start, end = project.end - timedelta(days=7), project.end + timedelta(days=14)
                item, note = project.item, "Hand-over"
                yield Booking(self._next(), person.number, None, item, start, end, 10, "total", note)

    def _weekend_duty(self, person: Person, choices: list[Project]) -> Booking:
        """Saturday and Sunday count, for one person and one weekend."""
        start = monday(self._today) + timedelta(days=12)
        item = choices[0].items[0]
        end = start + ONE_DAY
        return Booking(self._next(), person.number, None, item, start, end, 50, "daily", "Weekend duty", every_day=True)


def _around(start: date, end: date, leave: Sequence[Absence]) -> Iterator[tuple[date, date]]:
    """Cuts start..end at whole-day leave, dropping rests without a working weekday."""
    for absence in sorted(leave, key=lambda absence: absence.start):
        if absence.end < start or absence.start > end:
            continue
        yield from _weekdays(start, absence.start - ONE_DAY)
        start = absence.end + ONE_DAY
    yield from _weekdays(start, end)


def _weekdays(start: date, end: date) -> Iterator[tuple[date, date]]:
    """start..end shrunk to its first and last working weekday, nothing where there is none."""
    while start <= end and (start.weekday() > 4 or holiday_name(start)):
        start += ONE_DAY
    while end >= start and (end.weekday() > 4 or holiday_name(end)):
        end -= ONE_DAY
    if start <= end:
        yield start, end
