"""Which vendor accounts are one person: the four rules of capacity.md, People, and nothing guessed beyond them.

The result does not depend on the order of accounts or connections. Where the user's "keep apart" contradicts what the
rules see, only accounts that stand alike to everybody kept apart are joined; the others stay rows of their own.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

import numpy as np

from planner_gui.domain.entities import Account, AccountRef
from planner_gui.domain.people import People, fingerprint
from planner_gui.domain.plan import Decision, Person, Rules
from planner_gui.domain.snapshot import Snapshot

__all__ = ["People", "fingerprint", "folded", "match"]

# Whose name, e-mail and title is taken first (People); the others' names come after the calendar's, before the key.
_NAME_RANK = {"bigtime": 0, "bigpicture": 1, "worktime": 2}
_OTHER_RANK = 3
_KEY_RANK = {"tempo": 0, "tempo-cloud": 1, "worktime": 2, "bigpicture": 3, "bigtime": 4}
OWN_PLATFORM = "2"  # BigPicture's name for the Jira it is installed in
# Letters that do not fold into a base letter and an accent.
_ACCENTS = re.compile("[\u0300-\u036f]+")
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "æ": "ae", "đ": "d"})

Pair = tuple[AccountRef, AccountRef]
Membership = tuple[bool, str, str]  # whether it is over or to come, the team's folded name, its name


def match(snapshots: Sequence[Snapshot], rules: Rules, today: date) -> People:
    """Join every connection's accounts into people, by name; hidden ones are left out."""
    accounts = _Accounts.of(snapshots)
    joined = _Joined(accounts, rules)
    hidden = {joined.find(i) for i in accounts.among(_named(rules.decisions, "hide"))}
    groups: dict[int, list[int]] = {}
    for i in accounts.canonical:
        groups.setdefault(joined.find(i), []).append(i)
    ids = _ids([[accounts.refs[i] for i in group] for group in groups.values()], rules.known_ids)
    teams = _teams(snapshots, today)
    several = len(set(accounts.connection)) > 1
    persons: list[tuple[Person, list[int]]] = []
    for (root, group), person_id in zip(groups.items(), ids, strict=True):
        if root not in hidden:
            persons.append((_person(person_id, group, accounts, rules, teams, several), group))
    persons.sort(key=lambda entry: (folded(entry[0].name), entry[0].id))
    index = np.full(len(accounts.refs), -1, np.int32)
    for number, (_, group) in enumerate(persons):
        index[group] = number
    bounds = np.cumsum([len(snapshot.accounts) for snapshot in snapshots])[:-1]
    return People(tuple(person for person, _ in persons), tuple(np.split(index, bounds)) if snapshots else ())


def folded(name: str) -> str:
    """A name with case, accents and spacing folded (People 4)."""
    name = " ".join(name.casefold().split())
    if name.isascii():
        return name
    name = _ACCENTS.sub("", unicodedata.normalize("NFKD", name))
    if name.isascii():
        return name
    return "".join(c for c in name.translate(_LETTERS) if not unicodedata.combining(c))


@dataclass(frozen=True, eq=False)
class _Accounts:
    """Every account of every connection, numbered in the order of the snapshots."""

    refs: list[AccountRef]
    accounts: list[Account]
    connection: list[int]
    kinds: list[str]  # of each account's connection
    rank: list[int]  # whose name is taken first
    canonical: list[int]  # the numbers by connection name and key, whatever order they came in

    @classmethod
    def of(cls, snapshots: Sequence[Snapshot]) -> _Accounts:
        refs = [AccountRef(s.connection, account.key) for s in snapshots for account in s.accounts]
        return cls(
            refs,
            [account for s in snapshots for account in s.accounts],
            [number for number, s in enumerate(snapshots) for _ in s.accounts],
            [s.kind for s in snapshots for _ in s.accounts],
            [_NAME_RANK.get(s.kind, _OTHER_RANK) for s in snapshots for _ in s.accounts],
            sorted(range(len(refs)), key=refs.__getitem__),
        )

    def among(self, refs: Iterable[AccountRef]) -> list[int]:
        """The numbers of those references that exist."""
        wanted = set(refs)
        return [i for i, ref in enumerate(self.refs) if ref in wanted] if wanted else []


class _Joined:
    """Accounts joined by the four rules, in order; `find` gives the number that stands for an account's person."""

    def __init__(self, accounts: _Accounts, rules: Rules) -> None:
        self._parent = list(range(len(accounts.refs)))
        join, apart = _decided(rules.decisions)
        number = {ref: i for i, ref in enumerate(accounts.refs)} if join or apart else {}
        self._apart = [(number[a], number[b]) for a, b in apart if a in number and b in number]
        self._join([[number[a], number[b]] for a, b in join if a in number and b in number])
        self._join(_classes(accounts, _atlassian_keys(accounts, rules.sites)))
        self._join(_classes(accounts, [account.email.strip().casefold() for account in accounts.accounts]))
        self._join(self._name_classes(accounts))

    def find(self, i: int) -> int:
        """Follow an account to the one that stands for its person."""
        parent = self._parent
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    def _unite(self, members: Sequence[int]) -> None:
        first = self.find(members[0])
        for other in members[1:]:
            root = self.find(other)
            if root != first:
                self._parent[root] = first

    def _join(self, classes: Sequence[list[int]]) -> None:
        """Join the accounts of each class, but never those that the user keeps apart, be it through others."""
        before = list(self._parent)
        for members in classes:
            self._unite(members)
        clashing = {self.find(a) for a, b in self._apart if self.find(a) == self.find(b)}
        if not clashing:
            return
        clashes = [self.find(members[0]) in clashing for members in classes]
        self._parent = before
        foes: dict[int, set[int]] = {}
        for a, b in self._apart:
            foes.setdefault(self.find(a), set()).add(self.find(b))
            foes.setdefault(self.find(b), set()).add(self.find(a))
        alike = [
            self._by_foes(members, foes) if clash else [members]
            for members, clash in zip(classes, clashes, strict=True)
        ]
        for parts in alike:
            for part in parts:
                self._unite(part)

    def _by_foes(self, members: Sequence[int], foes: Mapping[int, set[int]]) -> list[list[int]]:
        """A class split into those that are kept apart from the same people."""
        return _grouped(members, lambda i: frozenset(foes.get(self.find(i), ())))

    def _name_classes(self, accounts: _Accounts) -> list[list[int]]:
        """Accounts of one full name, where no connection has it for two people (People 4)."""
        names = [
            "" if account.name.casefold() == account.key.casefold() else folded(account.name)
            for account in accounts.accounts
        ]
        found = []
        for members in _classes(accounts, names):
            people = {(accounts.connection[i], self.find(i)) for i in members}
            connections = {accounts.connection[i] for i in members}
            if len(people) == len(connections):
                found.append(members)
        return found


def _named(decisions: Iterable[Decision], action: str) -> list[AccountRef]:
    return [ref for decision in decisions if decision.action == action for ref in decision.accounts]


def _decided(decisions: Iterable[Decision]) -> tuple[list[Pair], list[Pair]]:
    """What the user joined and kept apart, as pairs; of two decisions on one pair the later one counts."""
    join: dict[Pair, None] = {}
    apart: dict[Pair, None] = {}
    for decision in decisions:
        pairs: dict[Pair, None] = dict.fromkeys(combinations(sorted(set(decision.accounts)), 2))
        if decision.action == "join":
            join.update(pairs)
            apart = {pair: None for pair in apart if pair not in pairs}
        elif decision.action == "apart":
            apart.update(pairs)
            join = {pair: None for pair in join if pair not in pairs}
    return list(join), list(apart)


def _grouped(members: Iterable[int], key: Callable[[int], Hashable]) -> list[list[int]]:
    groups: dict[Hashable, list[int]] = {}
    for i in members:
        groups.setdefault(key(i), []).append(i)
    return list(groups.values())


def _classes(accounts: _Accounts, keys: Sequence[str] | Sequence[tuple[str, ...]]) -> list[list[int]]:
    """The accounts that share a key, two or more of them, in canonical order; an empty key is none."""
    groups = _grouped((i for i in accounts.canonical if keys[i]), keys.__getitem__)
    return [group for group in groups if len(group) > 1]


def _atlassian_keys(accounts: _Accounts, sites: Mapping[str, str]) -> list[tuple[str, ...]]:
    """Jira site and Atlassian id of each account, () where it has none (People 2).

    A connection's own Jira is its site ("" unless it says otherwise), BigPicture's platform 2; every other platform is
    a site of its own beside it.
    """
    return [
        (sites.get(ref.connection, ""), account.platform or OWN_PLATFORM, account.atlassian.casefold())
        if account.atlassian
        else ()
        for ref, account in zip(accounts.refs, accounts.accounts, strict=True)
    ]


def _person(
    person_id: str,
    group: list[int],
    accounts: _Accounts,
    rules: Rules,
    teams: Mapping[int, list[Membership]],
    several: bool,
) -> Person:
    by_rank = sorted(group, key=accounts.rank.__getitem__) if len(group) > 1 else group
    refs = tuple([accounts.refs[i] for i in group])
    known = [accounts.accounts[i] for i in by_rank]
    given = [rules.names[ref] for ref in refs if ref in rules.names] if rules.names else []
    name = next((n for n in (*given, *[a.name for a in known]) if n), "")
    if not name:
        name = accounts.refs[min(group, key=lambda i: _KEY_RANK.get(accounts.kinds[i], len(_KEY_RANK)))].key
    # The current ones first; of a name in several spellings or services the first one found.
    found = sorted({team for i in group if i in teams for team in teams[i]})
    names = {place: team for _, place, team in reversed(found)}
    return Person(
        id=person_id,
        name=name,
        email=next((a.email.strip() for a in known if a.email), ""),
        title=next((a.title for a in known if a.title), ""),
        teams=tuple(names[place] for place in dict.fromkeys(place for _, place, _ in found)),
        accounts=refs,
        unmatched=several and len({ref.connection for ref in refs}) == 1,
    )


def _teams(snapshots: Sequence[Snapshot], today: date) -> dict[int, list[Membership]]:
    """Each account's teams: whether the membership is over or to come, the folded name, the name."""
    found: dict[int, list[Membership]] = {}
    first = 0
    for snapshot in snapshots:
        number = {account.key.casefold(): first + i for i, account in enumerate(snapshot.accounts)}
        names = {team.key: (" ".join(team.name.casefold().split()), team.name) for team in snapshot.teams}
        for m in snapshot.memberships:
            i, name = number.get(m.account.casefold()), names.get(m.team)
            if i is not None and name is not None:
                elsewhen = (m.start is not None and m.start > today) or (m.end is not None and m.end < today)
                found.setdefault(i, []).append((elsewhen, *name))
        first += len(snapshot.accounts)
    return found


def _ids(groups: Sequence[Sequence[AccountRef]], known: Mapping[AccountRef, str]) -> list[str]:
    """An id for each group: the one most of its accounts had, else one that follows from its first account.

    Where a person was split, the part with more of the accounts keeps the id. Accounts are in canonical order.
    """
    claims: list[tuple[int, int, str]] = []
    if known:
        for number, group in enumerate(groups):
            counts = Counter(known[ref] for ref in group if ref in known)
            claims.extend((-count, number, person_id) for person_id, count in counts.items())
    ids: dict[int, str] = {}
    taken: set[str] = set()
    for _, number, person_id in sorted(claims):
        if number not in ids and person_id not in taken:
            ids[number] = person_id
            taken.add(person_id)
    taken.update(known.values())  # an id that a person had is never given to somebody new
    for number, group in enumerate(groups):
        if number not in ids:
            ids[number] = _new_id(group[0], taken)
            taken.add(ids[number])
    return [ids[number] for number in range(len(groups))]


def _new_id(ref: AccountRef, taken: set[str]) -> str:
    attempt = 0
    while True:
        text = "\0".join((*ref, str(attempt))).encode("utf-8", "surrogatepass")
        person_id = "p" + hashlib.blake2s(text, digest_size=4).hexdigest()
        if person_id not in taken:
            return person_id
        attempt += 1
