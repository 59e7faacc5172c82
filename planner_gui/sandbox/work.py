"""What is to be done: tasks with budgets (in the time system) and assignments with workloads (in the portfolio)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from planner_gui.sandbox.facts import Project, Task, Team, WorkItem

_NAMES = (
    "Test plan",
    "Migrate billing",
    "PCI checklist",
    "Release notes",
    "Load test",
    "Data clean-up",
    "Contract review",
    "User guide",
    "Hand-over",
    "Threat model",
    "Training deck",
    "Dashboard",
)


@dataclass(frozen=True, slots=True)
class Assignment:
    """A task of a team's box with the hours of each person on it."""

    number: int
    team: int
    item: WorkItem
    start: date
    end: date
    hours: tuple[tuple[int, float], ...]


class TaskMaker:
    """Draws the tasks of projects and the assignments of teams, numbering both as it goes."""

    def __init__(self, seed: int, today: date) -> None:
        self._seed = seed
        self._today = today
        self._task = 7000
        self._assignment = 100

    def for_project(self, project: Project, people: Sequence[int], odd: bool) -> Iterator[Task]:
        """The project's tasks; `odd` adds one of each kind that a reader may stumble over. `people` may be empty."""
        rng = Random(f"{self._seed}/tasks/{project.number}")
        for name in rng.sample(_NAMES, rng.randrange(4, 8)):
            start = self._today + timedelta(days=rng.randrange(-30, 30))
            budget = rng.choice((16.0, 24.0, 24.0, 40.0, 60.0))
            group = rng.choice(project.items).name
            crew = tuple(rng.sample(people, min(len(people), rng.choice((1, 1, 1, 2, 3)))))
            due = start + timedelta(days=rng.randrange(10, 50))
            spent = 0.0 if start > self._today else round(budget * rng.random() * 0.8, 2)
            if due < self._today:
                due = self._today + timedelta(days=5)
            done = round(spent / budget, 2)
            priority = rng.choice(("LOW", "MEDIUM", "MEDIUM", "HIGH"))
            yield Task(
                self._next(), project.number, group, name, crew, start, due, budget, spent, done, False, priority
            )
        if odd:
            yield from self._odd(rng, project, people)

    def _odd(self, rng: Random, project: Project, people: Sequence[int]) -> Iterator[Task]:
        def around(start: int, due: int) -> tuple[date, date]:
            return self._today + timedelta(days=start), self._today + timedelta(days=due)

        def someone() -> tuple[int, ...]:
            return tuple(rng.sample(people, min(len(people), 1)))

        key = project.number
        yield Task(self._next(), key, "", "Late paperwork", someone(), *around(-40, -6), 12.0, 4.0, 0.33)
        yield Task(self._next(), key, "", "Some day", someone(), self._today, None, 20.0, 0.0)
        yield Task(self._next(), key, "", "Nobody's yet", (), *around(3, 20), 16.0, 0.0)
        yield Task(self._next(), key, "", "Dates swapped", someone(), *around(20, 10), 8.0, 0.0)
        yield Task(self._next(), key, "", "Finished audit", someone(), *around(-60, -30), 30.0, 29.5, 1.0, True)
        yield Task(self._next(), key, "", "Starts by itself", someone(), None, around(0, 14)[1], 10.0, 0.0)

    def for_team(self, team: Team, items: Sequence[WorkItem]) -> Iterator[Assignment]:
        """A few assignments of a team's box, most with one person, some with two."""
        rng = Random(f"{self._seed}/assignments/{team.number}")
        for item in rng.sample(items, min(3, len(items))):
            if not team.members:
                return
            crew = rng.sample(team.members, min(len(team.members), rng.choice((1, 1, 2))))
            start = self._today + timedelta(days=rng.randrange(-14, 30))
            end = start + timedelta(days=rng.randrange(4, 25))
            hours = tuple((person, float(rng.choice((6, 8, 12, 20)))) for person in crew)
            self._assignment += 1
            yield Assignment(self._assignment, team.number, item, start, end, hours)

    def _next(self) -> int:
        self._task += 1
        return self._task
