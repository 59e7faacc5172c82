"""Who an unmatched person might be: offered in People matching, never applied by itself (capacity.md, People)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from planner_gui.domain.matching import folded
from planner_gui.domain.plan import Decision, Person

LIKELY = 0.7  # of 1, the same name
_SAME_TEAM = 0.15


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A person who might be the one asked about. other: index into the people; likeness: of the names, 0 to 1."""

    other: int
    likeness: float
    same_team: bool


def suggestions(
    people: Sequence[Person], index: int, decisions: Iterable[Decision] = (), limit: int = 5
) -> tuple[Suggestion, ...]:
    """The most likely others for one person, best first: like names, a shared team helps.

    Nobody who has an account in the same service is offered, nor anybody the user keeps apart from this person.
    """
    asked = people[index]
    mine = {ref.connection for ref in asked.accounts}
    apart = _apart(asked, decisions)
    teams = {folded(team) for team in asked.teams}
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(_comparable(asked.name))
    found: list[Suggestion] = []
    for number, other in enumerate(people):
        if number == index or not mine.isdisjoint(ref.connection for ref in other.accounts):
            continue
        if not apart.isdisjoint(other.accounts):
            continue
        same_team = not teams.isdisjoint(folded(team) for team in other.teams)
        least = LIKELY - _SAME_TEAM * same_team
        matcher.set_seq1(_comparable(other.name))
        # The quick bounds spare most of ten thousand people the comparison itself.
        if matcher.real_quick_ratio() >= least and matcher.quick_ratio() >= least:
            likeness = matcher.ratio()
            if likeness >= least:
                found.append(Suggestion(number, likeness, same_team))
    found.sort(key=lambda s: (-s.likeness - _SAME_TEAM * s.same_team, people[s.other].name, people[s.other].id))
    return tuple(found[:limit])


def _apart(person: Person, decisions: Iterable[Decision]) -> set[object]:
    """Accounts that the user keeps apart from this person's."""
    accounts = set(person.accounts)
    return {
        ref
        for decision in decisions
        if decision.action == "apart" and not accounts.isdisjoint(decision.accounts)
        for ref in decision.accounts
        if ref not in accounts
    }


def _comparable(name: str) -> str:
    """A folded name whose parts stand in one order, so that "Raman, Priya" is "Priya Raman"."""
    return " ".join(sorted(folded(name).replace(",", " ").replace(".", " ").split()))
