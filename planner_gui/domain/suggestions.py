"""Who an unmatched person might be: offered in People matching, never applied by itself (capacity.md, People)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np
from numpy.typing import NDArray

from planner_gui.domain.entities import AccountRef
from planner_gui.domain.matching import folded
from planner_gui.domain.plan import Decision, Person

LIKELY = 0.7  # of 1, the same name
_SAME_TEAM = 0.15
_LETTERS = 32  # counts kept of a name's letters; letters that share a place only make the bound less sharp


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A person who might be the one asked about. other: index into the people; likeness: of the names, 0 to 1."""

    other: int
    likeness: float
    same_team: bool


class Suggester:
    """Answers for many of the same people: names are folded once, and only few of ten thousand are compared.

    Nobody who has an account in the same service is offered, nor anybody the user keeps apart.
    """

    def __init__(self, people: Sequence[Person], decisions: Iterable[Decision] = ()) -> None:
        self._people = people
        self._names = [_comparable(person.name) for person in people]
        self._teams = [frozenset(folded(team) for team in person.teams) for person in people]
        self._apart = _apart(decisions)
        numbers: dict[str, int] = {}
        services = [{numbers.setdefault(ref.connection, len(numbers)) for ref in p.accounts} for p in people]
        self._services = np.zeros((len(people), max(1, len(numbers))), np.bool_)
        for at, mine in enumerate(services):
            self._services[at, list(mine)] = True
        self._letters = np.zeros((len(people), _LETTERS), np.int16)
        for at, name in enumerate(self._names):
            codes = np.frombuffer(name.encode("utf-32-le", "surrogatepass"), "<u4") % _LETTERS
            self._letters[at] = np.bincount(codes, minlength=_LETTERS)
        self._lengths = self._letters.sum(axis=1)

    def of(self, index: int, limit: int = 5) -> tuple[Suggestion, ...]:
        """The most likely others for one person, best first: like names, a shared team helps."""
        people, asked = self._people, self._people[index]
        apart = {other for ref in asked.accounts for other in self._apart.get(ref, ())}
        teams = self._teams[index]
        matcher = SequenceMatcher(autojunk=False)
        matcher.set_seq2(self._names[index])
        found: list[Suggestion] = []
        for number in self._possible(index).tolist():
            if apart and not apart.isdisjoint(people[number].accounts):
                continue
            same_team = not teams.isdisjoint(self._teams[number])
            least = LIKELY - _SAME_TEAM * same_team
            matcher.set_seq1(self._names[number])
            if matcher.quick_ratio() >= least and (likeness := matcher.ratio()) >= least:
                found.append(Suggestion(number, likeness, same_team))
        found.sort(key=lambda s: (-s.likeness - _SAME_TEAM * s.same_team, people[s.other].name, people[s.other].id))
        return tuple(found[:limit])

    def _possible(self, index: int) -> NDArray[np.int64]:
        """Others in other services whose names have enough letters in common: a bound, never too few."""
        mine = self._services[index]
        others = np.flatnonzero(~(self._services[:, mine].any(axis=1)))
        others = others[others != index]
        common = np.minimum(self._letters[others], self._letters[index]).sum(axis=1)
        lengths = self._lengths[others] + self._lengths[index]
        possible: NDArray[np.int64] = others[2 * common >= (LIKELY - _SAME_TEAM) * lengths - 1e-9]
        return possible


def suggestions(
    people: Sequence[Person], index: int, decisions: Iterable[Decision] = (), limit: int = 5
) -> tuple[Suggestion, ...]:
    """`Suggester.of` for one person alone."""
    return Suggester(people, decisions).of(index, limit)


def _apart(decisions: Iterable[Decision]) -> dict[AccountRef, set[AccountRef]]:
    """For each account those that the user keeps apart from it."""
    found: dict[AccountRef, set[AccountRef]] = {}
    for decision in decisions:
        if decision.action == "apart":
            for ref in decision.accounts:
                found.setdefault(ref, set()).update(other for other in decision.accounts if other != ref)
    return found


def _comparable(name: str) -> str:
    """A folded name whose parts stand in one order, so that "Raman, Priya" is "Priya Raman"."""
    return " ".join(sorted(folded(name).replace(",", " ").replace(".", " ").split()))
