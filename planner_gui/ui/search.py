"""Search over people, teams, projects and items of one plan: an index made once, a keystroke answered from it.

Pure: no widget, and nothing here is slow for a million items. Making the index may take long for such a plan; the
application makes it beside the window.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from planner_gui.domain.matching import folded
from planner_gui.domain.plan import Plan
from planner_gui.domain.snapshot import NO_DAY, Texts, day_number

MOST = 8  # results of each sort


class Sort(StrEnum):
    """What was found."""

    PERSON = "Person"
    TEAM = "Team"
    PROJECT = "Project"
    ITEM = "Item"


@dataclass(frozen=True, slots=True)
class Found:
    """One result. index: of a person into plan.people, of an item into the plan's rows; name: of a team or project."""

    sort: Sort
    name: str
    detail: str
    index: int = -1


class Index:
    """The words of one plan, folded: case, accents and spacing do not matter."""

    def __init__(self, plan: Plan, before: Index | None = None) -> None:
        """before: of an earlier plan; what both plans share is not looked at again (an edit changes little)."""
        self.plan = plan
        self._people: list[str]
        self._teams: list[tuple[str, str, int]]
        self._projects: list[tuple[str, str, int]]
        if before is not None and plan.people is before.plan.people:
            self._people, self._teams = before._people, before._teams
        else:
            # The domain of an e-mail address is everybody's and says nothing.
            self._people = [folded(f"{p.name} {p.email.partition('@')[0]} {p.title}") for p in plan.people]
            self._teams = _teams_of(plan)
        if before is not None and plan.projects is before.plan.projects:
            self._projects = before._projects
        else:
            self._projects = [(folded(name), name, at) for at, name in enumerate(plan.projects) if name]
        known: dict[int, _Titles] = {} if before is None else {id(each.snapshot): each for each in before._titles}
        self._titles: list[_Titles] = [_Titles(plan, at, known.get(id(each))) for at, each in enumerate(plan.snapshots)]

    def find(self, text: str) -> list[Found]:
        """The best of each sort, those that begin with the text first; [] for nothing to look for."""
        words = folded(text).split()
        if not words:
            return []
        people = _best(words, ((line, at) for at, line in enumerate(self._people)))
        found = [Found(Sort.PERSON, self.plan.people[at].name, _about(self.plan, at), at) for at in people]
        teams = _best(words, ((line, at) for at, (line, _, _) in enumerate(self._teams)))
        found += [Found(Sort.TEAM, self._teams[at][1], f"{self._teams[at][2]} people") for at in teams]
        projects = _best(words, ((line, at) for at, (line, _, _) in enumerate(self._projects)))
        found += [Found(Sort.PROJECT, self._projects[at][1], "") for at in projects]
        return found + self._items(words)

    def _items(self, words: list[str]) -> list[Found]:
        rows: list[int] = []
        for titles in self._titles:
            rows += titles.rows(words, MOST - len(rows))
        return [self._item(row) for row in rows[:MOST]]

    def _item(self, row: int) -> Found:
        plan = self.plan
        person, project = int(plan.columns["person"][row]), int(plan.columns["project"][row])
        who = plan.people[person].name if person < len(plan.people) else "Unassigned"
        parts = [plan.projects[project] if project > 0 else "", who]
        return Found(Sort.ITEM, plan.text(row, "title"), " \N{MIDDLE DOT} ".join(part for part in parts if part), row)


def _teams_of(plan: Plan) -> list[tuple[str, str, int]]:
    """Each team folded, as written, and how many are in it."""
    teams: dict[str, int] = {}
    for person in plan.people:
        for team in person.teams:
            teams[team] = teams.get(team, 0) + 1
    return [(folded(team), team, count) for team, count in sorted(teams.items())]


def _about(plan: Plan, person: int) -> str:
    who = plan.people[person]
    return " \N{MIDDLE DOT} ".join(part for part in (who.title, ", ".join(who.teams)) if part)


def _best(words: list[str], lines: Iterable[tuple[str, int]]) -> list[int]:
    """The first MOST lines that hold every word: whole beginnings, then beginnings of words, then the rest."""
    begins: list[int] = []
    inside: list[int] = []
    rest: list[int] = []
    first = words[0]
    for line, at in lines:
        if first not in line or not all(word in line for word in words):
            continue
        if line.startswith(first):
            begins.append(at)
        elif f" {first}" in line:
            inside.append(at)
        else:
            rest.append(at)
    return (begins + inside + rest)[:MOST]


class _Titles:
    """The distinct titles of one snapshot as one folded text, a line each: searched as a whole, not title by title.

    Of all that was read, also of what the plan does not show (an edit hides it, undo shows it again).
    """

    def __init__(self, plan: Plan, connection: int, before: _Titles | None = None) -> None:
        self._plan = plan
        self.snapshot = snapshot = plan.snapshots[connection]
        self._rows: NDArray[np.int64] = np.flatnonzero(plan.columns["connection"] == connection)
        self._title = snapshot.columns["title"][plan.columns["row"][self._rows]]
        self._texts: NDArray[np.int32]
        self._block: str
        self._begins: NDArray[np.int64]
        if before is not None and before.snapshot is snapshot:
            self._texts, self._block, self._begins = before._texts, before._block, before._begins
            return
        self._texts = np.unique(snapshot.columns["title"])
        lines = [folded(text) for text in _all(snapshot.texts, self._texts)]
        self._block = "\n".join(lines)
        lengths = np.fromiter((len(line) + 1 for line in lines), np.int64, len(lines))
        self._begins = np.concatenate([[0], np.cumsum(lengths)])[:-1]

    def rows(self, words: list[str], most: int) -> list[int]:
        """One row for each title that holds every word: the one nearest to today, of those still to come first."""
        found: list[int] = []
        at = self._block.find(words[0]) if most > 0 and len(self._texts) else -1
        while at >= 0 and len(found) < most:
            index = int(np.searchsorted(self._begins, at, side="right")) - 1
            end = int(self._begins[index + 1]) if index + 1 < len(self._begins) else len(self._block) + 1
            line = self._block[int(self._begins[index]) : end - 1]
            nearest = self._nearest(int(self._texts[index])) if line and all(word in line for word in words) else None
            if nearest is not None:
                found.append(nearest)
            at = self._block.find(words[0], end)
        return found

    def _nearest(self, text: int) -> int | None:
        """The row; None where nothing that is shown has this title."""
        rows = self._rows[self._title == text]
        if not len(rows):
            return None
        today = day_number(self._plan.today)
        start, end = self._plan.columns["start"][rows], self._plan.columns["end"][rows]
        far = np.where(
            end < today, (today - end.astype(np.int64)) + 10_000_000, np.maximum(start.astype(np.int64) - today, 0)
        )
        far = np.where(start == NO_DAY, 2**40, far)
        return int(rows[int(far.argmin())])


def _all(texts: Texts, numbers: NDArray[np.int32]) -> list[str]:
    return [texts[int(number)] for number in numbers]
