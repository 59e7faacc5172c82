"""The pretend company as one frozen tree, made from (people, seed, today) and from nothing else: no clock, no chance.

People come in divisions of sixty with seven teams and eleven projects each, so that any size looks like the company.
Six teams of a division are on the main Jira (Data Center), Labs on a Jira Cloud.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from planner_gui.sandbox import names
from planner_gui.sandbox.bookings import HORIZON_AFTER, HORIZON_BEFORE, BookingMaker
from planner_gui.sandbox.facts import (
    FOUR_DAYS,
    FULL_TIME,
    MORNINGS,
    NINE_DAYS,
    Absence,
    Booking,
    Event,
    Person,
    Project,
    Schedule,
    Task,
    Team,
    WorkItem,
)
from planner_gui.sandbox.leave import absences_of
from planner_gui.sandbox.meetings import EventMaker
from planner_gui.sandbox.work import Assignment, TaskMaker

__all__ = ["Organisation"]

DIVISION = len(names.PEOPLE)
DOMAIN = "northwind.example"

_SCHEDULES: dict[int, Schedule] = {6: FOUR_DAYS, 11: FOUR_DAYS, 23: NINE_DAYS, 32: MORNINGS, 44: FOUR_DAYS}
_JOINS_LATER, _AVAILABILITY = 46, {9: 60, 14: 80, 26: 50}


@dataclass(frozen=True, slots=True)
class Organisation:
    """The whole company. Numbers of people, teams and projects are their position + 1.

    `second_teams` holds further memberships (person, team, availability): one person with more than 100 % in all.
    """

    seed: int
    today: date
    people: tuple[Person, ...]
    teams: tuple[Team, ...]
    projects: tuple[Project, ...]
    absences: tuple[Absence, ...]
    bookings: tuple[Booking, ...]
    events: tuple[Event, ...]
    tasks: tuple[Task, ...]
    assignments: tuple[Assignment, ...]
    second_teams: tuple[tuple[int, int, int], ...]

    @classmethod
    def make(cls, people: int = 60, seed: int = 1, *, today: date) -> Organisation:
        """The company of `people` persons (at least 1), the same for the same arguments."""
        if people < 1:
            raise ValueError("a company has at least one person")
        return _Making(people, seed, today).organisation()

    def person(self, number: int) -> Person:
        return self.people[number - 1]

    def team(self, number: int) -> Team:
        return self.teams[number - 1]

    def project(self, number: int) -> Project:
        return self.projects[number - 1]

    def on_labs(self, number: int) -> bool:
        """Whether this person is planned on the Jira Cloud of Labs."""
        return self.team(self.person(number).team).labs

    @property
    def start(self) -> date:
        """The first day that anything is planned around."""
        return self.today - timedelta(days=HORIZON_BEFORE)

    @property
    def end(self) -> date:
        return self.today + timedelta(days=HORIZON_AFTER)


class _Making:
    """The steps of Organisation.make, in the order in which they build on one another."""

    def __init__(self, size: int, seed: int, today: date) -> None:
        self._size, self._seed, self._today = size, seed, today
        self._divisions = (size + DIVISION - 1) // DIVISION
        self._teams_of_names = {name: place for place, name in enumerate(names.TEAMS)}

    def organisation(self) -> Organisation:
        people = tuple(self._people())
        members: dict[int, list[int]] = defaultdict(list)
        for person in people:
            members[person.team].append(person.number)
        teams = tuple(self._teams(members))
        projects = tuple(self._projects())
        absences = {
            person.number: absences_of(person.number, (person.number - 1) % DIVISION, self._seed, self._today)
            for person in people
        }
        task_maker = TaskMaker(self._seed, self._today)
        return Organisation(
            seed=self._seed,
            today=self._today,
            people=people,
            teams=teams,
            projects=projects,
            absences=tuple(absence for of_one in absences.values() for absence in of_one),
            bookings=tuple(self._bookings(people, teams, projects, absences)),
            events=tuple(self._events(people, teams, absences)),
            tasks=tuple(
                task
                for project in projects
                for task in task_maker.for_project(project, self._crew(project, teams), odd=project.number % 11 == 3)
            ),
            assignments=tuple(
                assignment
                for team in teams
                for assignment in task_maker.for_team(team, self._items_of_team(team, projects))
            ),
            second_teams=((2, 3, 30),) if self._size >= 2 else (),
        )

    def _people(self) -> Iterator[Person]:
        rng = Random(f"{self._seed}/names")
        combinations = [f"{first} {last}" for first in names.FIRST for last in names.LAST]
        rng.shuffle(combinations)
        chosen = {name for name, _, _ in names.PEOPLE}
        further = (name for name in combinations if name not in chosen)
        keys: set[str] = set()
        for index in range(self._size):
            division, place = divmod(index, DIVISION)
            name, team, role = names.PEOPLE[place]
            if division:
                name, role = next(further), rng.choice(names.ROLES)
            key = _key(name, keys)
            team_number = division * len(names.TEAMS) + self._teams_of_names[team] + 1
            joined = self._today - timedelta(days=200 + 37 * (index % 40))
            yield Person(
                number=index + 1,
                name=name,
                email=f"{key}@{DOMAIN}",
                key=key,
                account=_account(self._seed, index + 1) if team == "Labs" else None,
                role=role,
                team=team_number,
                schedule=_SCHEDULES.get(place, FULL_TIME),
                joined=self._today + timedelta(days=40) if place == _JOINS_LATER else joined,
                availability=_AVAILABILITY.get(place, 100),
            )

    def _teams(self, members: dict[int, list[int]]) -> Iterator[Team]:
        for division in range(self._divisions):
            for place, name in enumerate(names.TEAMS):
                number = division * len(names.TEAMS) + place + 1
                label = name if not division else f"{name} {division + 1}"
                yield Team(number, label, division, name == "Labs", tuple(members[number]))

    def _projects(self) -> Iterator[Project]:
        number = 0
        for division in range(self._divisions):
            for key, name, lead, topics in names.PROJECTS:
                number += 1
                project_key = key if not division else f"{key}{division + 1}"
                label = name if not division else f"{name} {division + 1}"
                yield Project(
                    number=number,
                    key=project_key,
                    name=label,
                    division=division,
                    labs=lead == "Labs",
                    start=self._today - timedelta(days=200),
                    end=self._today + timedelta(days=35) if key == "KIT" else None,
                    item=WorkItem(10000 + number * 10, "PROJECT", project_key, label, number),
                    items=tuple(_items(number, project_key, label, topics)),
                )

    def _bookings(
        self,
        people: tuple[Person, ...],
        teams: tuple[Team, ...],
        projects: tuple[Project, ...],
        absences: dict[int, list[Absence]],
    ) -> Iterator[Booking]:
        by_team: dict[str, list[Project]] = defaultdict(list)
        for project in projects:
            key, _, lead, _ = names.PROJECTS[(project.number - 1) % len(names.PROJECTS)]
            by_team[f"{project.division}/{lead}"].insert(0, project)
            for team_name, keys in names.ALSO_WORKS_ON.items():
                if key in keys:
                    by_team[f"{project.division}/{team_name}"].append(project)
        maker = BookingMaker(self._seed, self._today, by_team)
        for person in people:
            team = teams[person.team - 1]
            place = (person.number - 1) % DIVISION
            yield from maker.for_person(person, team, place, absences[person.number])
        for team in teams:
            if team.members and not team.labs:
                run = projects[team.division * len(names.PROJECTS) + 4]
                yield maker.for_team(team, run.item)

    def _events(
        self, people: tuple[Person, ...], teams: tuple[Team, ...], absences: dict[int, list[Absence]]
    ) -> Iterator[Event]:
        maker = EventMaker(self._seed, self._today)
        for team in teams:
            if team.members:
                yield from maker.for_team(team)
        for person in people:
            place = (person.number - 1) % DIVISION
            yield from maker.for_person(person, teams[person.team - 1], place, absences[person.number])

    def _crew(self, project: Project, teams: tuple[Team, ...]) -> tuple[int, ...]:
        """Everybody whose team leads this project or also works on it."""
        key, _, lead, _ = names.PROJECTS[(project.number - 1) % len(names.PROJECTS)]
        wanted = {lead, *(team for team, keys in names.ALSO_WORKS_ON.items() if key in keys)}
        first = project.division * len(names.TEAMS)
        of_division = zip(names.TEAMS, teams[first : first + len(names.TEAMS)], strict=True)
        return tuple(member for name, team in of_division if name in wanted for member in team.members)

    def _items_of_team(self, team: Team, projects: tuple[Project, ...]) -> list[WorkItem]:
        first = team.division * len(names.PROJECTS)
        lead = names.TEAMS[(team.number - 1) % len(names.TEAMS)]
        of_division = zip(names.PROJECTS, projects[first : first + len(names.PROJECTS)], strict=True)
        return [item for (_, _, leader, _), project in of_division if leader == lead for item in project.items]


def _items(project: int, key: str, label: str, topics: tuple[str, ...]) -> Iterator[WorkItem]:
    """One item a topic, their types in turn, and a sprint of the whole project."""
    types = ("EPIC", "ISSUE", "COMPONENT", "VERSION")
    for place, topic in enumerate(topics):
        number = 50000 + project * 10 + place
        kind = types[(place + project) % len(types)]
        name = f"{label} {place + 1}.0" if kind == "VERSION" else topic
        item_key = f"{key}-{10 + place}" if kind in {"EPIC", "ISSUE"} else key
        yield WorkItem(number, kind, item_key, name, project)
    yield WorkItem(50009 + project * 10, "SPRINT", key, f"{label} sprint {project % 20 + 5}", project)


def _key(name: str, taken: set[str]) -> str:
    """first.last in plain ASCII letters, with a number where somebody has it already."""
    special = str.maketrans({"ł": "l", "ø": "o", "ß": "ss", "æ": "ae", "đ": "d", "ı": "i", "'": ""})
    plain = unicodedata.normalize("NFKD", name.lower().translate(special))
    key = base = ".".join("".join(c for c in plain if not unicodedata.combining(c)).split())
    suffix = 2
    while key in taken:
        key, suffix = f"{base}{suffix}", suffix + 1
    taken.add(key)
    return key


def _account(seed: int, number: int) -> str:
    """An Atlassian account id."""
    digest = hashlib.sha256(f"{seed}/account/{number}".encode()).hexdigest()
    return f"712020:{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-9{digest[17:20]}-{digest[20:32]}"
