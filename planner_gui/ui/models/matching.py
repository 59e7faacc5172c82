"""What People matching lists: who is joined, who might be whom, who stands alone, and what the user has decided.

Made once a plan, as tuples; the dialog shows one of the four lists through a `LinesModel`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import combinations, product
from typing import NamedTuple

from planner_gui.domain.entities import Account, AccountRef
from planner_gui.domain.plan import Decision, Person, Plan
from planner_gui.ui.models.lines import line_of


class View(StrEnum):
    """The four lists."""

    UNMATCHED = "Unmatched"
    SUGGESTED = "Suggested"
    JOINED = "Joined"
    DECIDED = "Decided"


HEADINGS: Mapping[View, tuple[str, ...]] = {
    View.UNMATCHED: ("Name", "Account", "Team"),
    View.SUGGESTED: ("Name", "Might be", "Likeness"),
    View.JOINED: ("Name", "Accounts", "Team"),
    View.DECIDED: ("Decision", "Whom"),
}


class Pair(NamedTuple):
    """Somebody, and who that might be; likeness of the names, 0 to 1."""

    person: Person
    other: Person
    likeness: float
    same_team: bool


class Decided(NamedTuple):
    """A decision in words; what: what `who_is_whom.taken_back` takes."""

    what: Decision | AccountRef
    verb: str
    whom: str


Row = Person | Pair | Decided


def where(person: Person) -> str:
    """The services somebody is known in."""
    return ", ".join(dict.fromkeys(ref.connection for ref in person.accounts))


@dataclass(frozen=True)
class Matching:
    """The people of a plan and what was decided of them. pairs: as far as suggestions are known."""

    plan: Plan
    decisions: Sequence[Decision] = ()
    names: Mapping[AccountRef, str] | None = None
    pairs: tuple[Pair, ...] = ()

    def account(self, ref: AccountRef) -> Account | None:
        """An account as its service gave it, hidden ones too. Looked for: only a few are ever asked for."""
        found = (snapshot for snapshot in self.plan.snapshots if snapshot.connection == ref.connection)
        return next((account for snapshot in found for account in snapshot.accounts if account.key == ref.key), None)

    @cached_property
    def unmatched(self) -> tuple[Person, ...]:
        return tuple(person for person in self.plan.people if person.unmatched)

    @cached_property
    def joined(self) -> tuple[Person, ...]:
        return tuple(person for person in self.plan.people if not person.unmatched)

    @cached_property
    def decided(self) -> tuple[Decided, ...]:
        verbs = {"join": "Joined", "apart": "Kept apart", "hide": "Hidden"}
        found = [Decided(d, verbs[d.action], "; ".join(map(self.account_words, d.accounts))) for d in self.decisions]
        found += [
            Decided(ref, f"Called \N{LEFT DOUBLE QUOTATION MARK}{name}\N{RIGHT DOUBLE QUOTATION MARK}",
                    self.account_words(ref))
            for ref, name in (self.names or {}).items()
        ]  # fmt: skip
        return tuple(reversed(found))

    def rows(self, view: View) -> Sequence[Row]:
        match view:
            case View.UNMATCHED:
                return self.unmatched
            case View.SUGGESTED:
                return self.pairs
            case View.JOINED:
                return self.joined
            case View.DECIDED:
                return self.decided

    def lines(self, view: View) -> Sequence[str] | None:
        """The folded words of each row; None: they follow from the cells."""
        if view in (View.UNMATCHED, View.JOINED):
            return [self._line(person) for person in self.rows(view) if isinstance(person, Person)]
        return None

    def _line(self, person: Person) -> str:
        keys = [ref.key for ref in person.accounts]
        return line_of(person.name, person.email, *person.teams, *keys)

    def account_words(self, ref: AccountRef) -> str:
        """An account by its own name and where it is."""
        account = self.account(ref)
        name = account.name if account is not None and account.name else ref.key
        return f"{name} ({ref.connection})"


def cell(row: Row, column: int) -> str:
    """The text of a row in each column of HEADINGS."""
    match row:
        case Person():
            accounts = where(row)
            if row.unmatched:
                accounts = ", ".join(f"{ref.key} in {ref.connection}" for ref in row.accounts)
            return (row.name, accounts, ", ".join(row.teams))[column]
        case Pair():
            team = ", same team" if row.same_team else ""
            return (
                f"{row.person.name} \N{MIDDLE DOT} {where(row.person)}",
                f"{row.other.name} \N{MIDDLE DOT} {where(row.other)}",
                f"{round(row.likeness * 100)} %{team}",
            )[column]
        case Decided():
            return (row.verb, row.whom)[column]


def pairs_of(people: Sequence[Person], found: Iterable[tuple[int, int, float, bool]]) -> tuple[Pair, ...]:
    """(person, other, likeness, same team) as pairs, each two people once, the likest first."""
    seen: dict[tuple[int, int], Pair] = {}
    for one, other, likeness, same_team in found:
        key = (min(one, other), max(one, other))
        seen.setdefault(key, Pair(people[one], people[other], likeness, same_team))
    return tuple(sorted(seen.values(), key=lambda pair: (-pair.likeness, pair.person.name, pair.person.id)))


def still_open(pairs: Sequence[Pair], people: Sequence[Person], decisions: Sequence[Decision]) -> tuple[Pair, ...]:
    """The pairs that are still two people whom nobody keeps apart: what stays listed until all is looked at anew."""
    there = {person.accounts for person in people}
    apart = {frozenset(pair) for d in decisions if d.action == "apart" for pair in combinations(d.accounts, 2)}
    return tuple(
        pair
        for pair in pairs
        if pair.person.accounts in there
        and pair.other.accounts in there
        and not any(frozenset(two) in apart for two in product(pair.person.accounts, pair.other.accounts))
    )


def is_of(accounts: Iterable[AccountRef]) -> Callable[[Row], bool]:
    """Whether a row is of somebody with one of these accounts."""
    wanted = set(accounts)

    def check(row: Row) -> bool:
        match row:
            case Person():
                return not wanted.isdisjoint(row.accounts)
            case Pair():
                return not wanted.isdisjoint(row.person.accounts) or not wanted.isdisjoint(row.other.accounts)
            case Decided():
                of = row.what.accounts if isinstance(row.what, Decision) else (row.what,)
                return not wanted.isdisjoint(of)

    return check
