"""Which item a row belongs to and which rows an item has, whose accounts are whose, who is in which team: once a plan.

Looking through a million rows costs milliseconds, and whoever drags an item asks again and again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from threading import Lock
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from planner_gui.domain.edits import ItemKey
from planner_gui.domain.entities import Account, AccountRef
from planner_gui.domain.plan import Plan
from planner_gui.domain.snapshot import Int64, Snapshot

NO_ROWS: Int64 = np.zeros(0, np.int64)


def key_of(plan: Plan, row: int) -> ItemKey:
    """Which item a row belongs to."""
    connection = plan.snapshots[int(plan.columns["connection"][row])].connection
    return ItemKey(connection, plan.kind(row), plan.text(row, "external_id"))


def rows_of_item(plan: Plan, key: ItemKey) -> Int64:
    """Every row of an item, ascending: one a person and occurrence."""
    known = known_of(plan)
    known.look_up(plan, [key])
    return known.rows[key]


def prepare(plan: Plan) -> None:
    """Make what the first edit would else wait for; for where the plan is made, beside the window."""
    known = known_of(plan)
    known.people_of(plan)
    known.teams_of(plan)
    for snapshot in plan.snapshots:
        known.accounts_of(snapshot)


def inherit(plan: Plan, base: Plan) -> None:
    """Let a plan of the same people and connections know of them what its base does."""
    known_of(plan).take(known_of(base))


@dataclass(eq=False)
class Known:
    """What was looked for in a plan so far."""

    rows: dict[ItemKey, Int64] = field(default_factory=dict)
    _people: dict[AccountRef, int] = field(default_factory=dict)
    _teams: dict[str, list[int]] = field(default_factory=dict)
    _accounts: dict[str, dict[str, Account]] = field(default_factory=dict)

    def people_of(self, plan: Plan) -> dict[AccountRef, int]:
        if not self._people:
            self._people = {ref: at for at, person in enumerate(plan.people) for ref in person.accounts}
        return self._people

    def teams_of(self, plan: Plan) -> dict[str, list[int]]:
        """Who is in a team, by its name, ascending."""
        if not self._teams:
            found: dict[str, list[int]] = {}
            for at, person in enumerate(plan.people):
                for team in person.teams:
                    found.setdefault(team, []).append(at)
            self._teams = found
        return self._teams

    def accounts_of(self, snapshot: Snapshot) -> dict[str, Account]:
        """A connection's accounts by key in any case."""
        if snapshot.connection not in self._accounts:
            found = {account.key.casefold(): account for account in snapshot.accounts}
            self._accounts[snapshot.connection] = found
        return self._accounts[snapshot.connection]

    def take(self, other: Known) -> None:
        """Share what another plan of the same people and accounts knows of them."""
        self._people, self._accounts, self._teams = other._people, other._accounts, other._teams

    def look_up(self, plan: Plan, keys: Collection[ItemKey]) -> None:
        """Find the rows of items that were not looked for yet, all at once."""
        new = [key for key in keys if key not in self.rows]
        found: dict[ItemKey, list[Int64]] = {key: [] for key in new}
        for number, snapshot in enumerate(plan.snapshots):
            mine = [key for key in new if key.connection == snapshot.connection and key.external_id]
            names = snapshot.texts.find_all({key.external_id for key in mine}) if mine else {}
            if not names:
                continue
            rows = _rows_named(plan, number, np.array(sorted(names.values())), self.people_of(plan))
            name = snapshot.columns["external_id"][plan.columns["row"][rows]]
            kind = plan.columns["kind"][rows]
            for key in mine:
                here = rows[(name == names.get(key.external_id, -1)) & (kind == key.kind)]
                if len(here):
                    found[key].append(here)
        self.rows |= {key: np.sort(np.concatenate([NO_ROWS, *parts])) for key, parts in found.items()}


_LOCK = Lock()
_KNOWN: WeakKeyDictionary[Plan, Known] = WeakKeyDictionary()


def known_of(plan: Plan) -> Known:
    with _LOCK:
        return _KNOWN.setdefault(plan, Known())


def _rows_named(plan: Plan, number: int, names: NDArray[np.int64], people: Mapping[AccountRef, int]) -> Int64:
    """The plan's rows of snapshot `number` whose external id is one of these texts."""
    snapshot = plan.snapshots[number]
    given = snapshot.columns["external_id"]
    if len(names) == 1:
        named = np.flatnonzero(given == names[0])
    else:
        wanted = np.zeros(len(snapshot.texts), np.bool_)
        wanted[names] = True
        named = np.flatnonzero(wanted[given])
    # Only the rows of the people who have them are looked through, not a million.
    nobody = len(plan.people)
    accounts = np.unique(snapshot.columns["account"][named]).tolist()
    refs = (AccountRef(snapshot.connection, snapshot.accounts[at].key) if at >= 0 else None for at in accounts)
    found = [NO_ROWS]
    for person in sorted({people.get(ref, nobody) if ref is not None else nobody for ref in refs}):
        here = plan.rows_of(person)
        mine = (plan.columns["connection"][here] == number) & np.isin(plan.columns["row"][here], named)
        found.append(here.start + np.flatnonzero(mine))
    return np.concatenate(found)
