"""Who an unmatched person might be: offered in People matching, never applied by itself (capacity.md, People)."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np
from numpy.typing import NDArray

from planner_gui.domain.distinct import distinct
from planner_gui.domain.entities import AccountRef
from planner_gui.domain.matching import folded
from planner_gui.domain.plan import Decision, Person

LIKELY = 0.7  # of 1, the same name
_SAME_TEAM = 0.15
_LETTERS = 32  # counts kept of a name's letters; letters that share a place only make the bound less sharp
_SPELLED = 64  # letters kept of a name, as many as a word has bits; a longer one is bound by its letters alone
_EPSILON = 1e-9


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A person who might be the one asked about. other: index into the people; likeness: of the names, 0 to 1."""

    other: int
    likeness: float
    same_team: bool


class Suggester:
    """Answers for many of the same people: names are folded once, and only few of ten thousand are compared.

    Nobody who has an account in the same service is offered, nor anybody the user keeps apart. Two bounds, never too
    low, keep the slow comparison to the few who can still be among the best: the letters that two names have in common,
    then those they have in common in the same order.
    """

    def __init__(self, people: Sequence[Person], decisions: Iterable[Decision] = ()) -> None:
        self._people = people
        self._names = [_comparable(person.name) for person in people]
        self._teams = [frozenset(folded(team) for team in person.teams) for person in people]
        self._apart = _apart(decisions)
        numbers: dict[str, int] = {}
        services = [{numbers.setdefault(ref.connection, len(numbers)) for ref in p.accounts} for p in people]
        self._services = np.zeros((max(1, len(numbers)), len(people)), np.bool_)
        for at, mine in enumerate(services):
            self._services[list(mine), at] = True
        self._lengths = np.array([len(name) for name in self._names], np.int32)
        # The narrowest numbers that hold a name's letters: ten thousand names are gone through for each that is asked.
        narrow = np.uint8 if int(self._lengths.max(initial=0)) <= np.iinfo(np.uint8).max else np.uint32
        self._letters: NDArray[np.unsignedinteger] = np.zeros((_LETTERS, len(people)), narrow)
        codes = [np.frombuffer(name.encode("utf-32-le", "surrogatepass"), "<u4") for name in self._names]
        for at, letters in enumerate(codes):
            self._letters[:, at] = np.bincount(letters % _LETTERS, minlength=_LETTERS)
        self._spelled, self._alphabet = _spelled(codes)

    def of(self, index: int, limit: int = 5) -> tuple[Suggestion, ...]:
        """The most likely others for one person, best first: like names, a shared team helps."""
        people, asked = self._people, self._people[index]
        apart = {other for ref in asked.accounts for other in self._apart.get(ref, ())}
        teams = self._teams[index]
        matcher = SequenceMatcher(autojunk=False)
        matcher.set_seq2(self._names[index])
        found: list[Suggestion] = []
        scores: list[float] = []  # of the best so far, the least first
        others, bounds = self._possible(index)
        for number, bound in zip(others.tolist(), bounds.tolist(), strict=True):
            least = scores[0] if len(scores) >= limit else 0.0
            if bound + _SAME_TEAM + _EPSILON < least:
                break  # nor can any that follows
            same_team = not teams.isdisjoint(self._teams[number])
            bonus = _SAME_TEAM * same_team
            if bound + _EPSILON < max(LIKELY - bonus, least - bonus):
                continue
            if apart and not apart.isdisjoint(people[number].accounts):
                continue
            matcher.set_seq1(self._names[number])
            if (likeness := matcher.ratio()) >= LIKELY - bonus:
                found.append(Suggestion(number, likeness, same_team))
                insort(scores, likeness + bonus)
                del scores[: len(scores) - limit]
        found.sort(key=lambda s: (-s.likeness - _SAME_TEAM * s.same_team, people[s.other].name, people[s.other].id))
        return tuple(found[:limit])

    def _possible(self, index: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Others in other services whose names may be like enough, and how like at most; the likest first."""
        mine = self._services[:, index]
        asked = np.empty_like(self._letters)
        asked[:] = self._letters[:, index, None]  # laid out whole: numpy is slow with one value against many
        common = np.minimum(self._letters, asked, out=asked).sum(axis=0, dtype=asked.dtype)
        least = (LIKELY - _SAME_TEAM) * (self._lengths + self._lengths[index]) - _EPSILON
        possible = (common >= least / 2) & ~self._services[mine].any(axis=0)
        possible[index] = False
        others: NDArray[np.int64] = np.flatnonzero(possible)
        common = np.minimum(common[others].astype(np.int64), self._in_order(index, others))
        bounds = 2 * common / np.maximum(self._lengths[others] + self._lengths[index], 1)
        kept = np.flatnonzero(bounds >= LIKELY - _SAME_TEAM - _EPSILON)
        order = kept[np.argsort(-bounds[kept], kind="stable")]
        return others[order], bounds[order]

    def _in_order(self, index: int, others: NDArray[np.int64]) -> NDArray[np.int64]:
        """How many letters some names have in common with one, in the same order: their longest common subsequence.

        Bit-parallel: a word of the machine holds where in the asked name the subsequences end (Hyyrö, 2004).
        """
        length = int(self._lengths[index])
        whole = np.full(len(others), length, np.int64)
        if not 0 < length <= _SPELLED:
            return whole
        asked = self._spelled[index, :length]
        places = np.zeros(self._alphabet, np.uint64)
        for at, letter in enumerate(asked.tolist()):
            places[letter] |= np.uint64(1 << at)
        ends = np.full(len(others), np.iinfo(np.uint64).max, np.uint64)
        for letters in self._spelled[others, : int(self._lengths[others].max(initial=0))].T:
            here = ends & places[letters]
            ends = (ends + here) | (ends - here)
        free = ~ends & np.uint64((1 << len(asked)) - 1)
        counted = np.unpackbits(free.view(np.uint8).reshape(-1, 8), axis=1).sum(axis=1, dtype=np.int64)
        return np.where(self._lengths[others] > _SPELLED, whole, counted)


def _spelled(codes: Sequence[NDArray[np.uint32]]) -> tuple[NDArray[np.uint16], int]:
    """The names as rows of numbers of letters, 0 behind their ends, cut where they are long; and how many numbers."""
    alphabet = distinct(np.concatenate([*codes, np.zeros(0, np.uint32)]))
    spelled = np.zeros((len(codes), _SPELLED), np.uint16)
    for at, letters in enumerate(codes):
        known = np.searchsorted(alphabet, letters[:_SPELLED]) + 1
        spelled[at, : len(known)] = known
    return spelled, len(alphabet) + 1


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
