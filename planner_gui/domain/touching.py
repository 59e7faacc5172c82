"""Whose rows a change touches, and which changes have to be laid over a plan together.

So that one edit among a thousand costs what it touches. Pure; what the rows then look like is `overlay`'s.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from threading import Lock
from weakref import WeakKeyDictionary

from planner_gui.domain.changes import SHOWN, Change, State
from planner_gui.domain.drafts import accounts_of, team_of
from planner_gui.domain.edits import Do, ItemKey
from planner_gui.domain.entities import AccountRef
from planner_gui.domain.items import known_of
from planner_gui.domain.plan import Plan


@dataclass(frozen=True, slots=True)
class _Seen:
    """A change as it was looked at. names: what its item is called before it and after it; people: see `people_of`."""

    change: Change
    names: frozenset[ItemKey]
    people: frozenset[int]


_LOCK = Lock()
_SEEN: WeakKeyDictionary[Plan, dict[str, _Seen]] = WeakKeyDictionary()


def is_shown(change: Change) -> bool:
    """Whether a change is laid over the plan at all."""
    return change.state in SHOWN and not change.read


def looks_alike(one: Change | None, other: Change | None) -> bool:
    """Whether two versions of a change are the same rows of the plan, or none at all."""
    if one is other:
        return True
    if one is None or other is None or not (is_shown(one) and is_shown(other)):
        return not any(each is not None and is_shown(each) for each in (one, other))
    return _look(one) == _look(other)


def _look(change: Change) -> tuple[object, ...]:
    done = change.state is State.DONE
    return change.do, change.key, change.before, change.after, change.raw, done, change.result, change.written


def people_of(plan: Plan, changes: Iterable[Change]) -> frozenset[int]:
    """Everybody whose rows some changes may touch, by any version of their items; len(plan.people) for nobody."""
    return frozenset[int]().union(*(seen.people for seen in _seen(plan, changes)))


def concerning(plan: Plan, changes: Iterable[Change], people: Collection[int]) -> list[Change]:
    """The shown changes that touch some people, and those of the same items, in their order."""
    seen = _seen(plan, changes)
    return _of_the_items(seen, [each for each in seen if not each.people.isdisjoint(people)])


def with_their_items(plan: Plan, changes: Iterable[Change], chosen: Collection[str]) -> list[Change]:
    """The shown changes with these ids, and those of the same items, in their order."""
    seen = _seen(plan, changes)
    return _of_the_items(seen, [each for each in seen if each.change.id in chosen])


def _of_the_items(seen: Sequence[_Seen], found: Sequence[_Seen]) -> list[Change]:
    """Those found and whatever shares an item with them, by any of its names."""
    names: set[ItemKey] = set()
    ids: set[str] = set()
    while len(found) > 0:
        names.update(*(each.names for each in found))
        ids |= {each.change.id for each in found}
        found = [each for each in seen if each.change.id not in ids and not names.isdisjoint(each.names)]
    return [each.change for each in seen if each.change.id in ids]


def _seen(plan: Plan, changes: Iterable[Change]) -> list[_Seen]:
    """The shown ones of some changes, each looked at once a plan."""
    with _LOCK:
        known = _SEEN.setdefault(plan, {})
    shown = [change for change in changes if is_shown(change)]
    new = [one for one in shown if one.id not in known or not looks_alike(known[one.id].change, one)]
    if new:
        names = {change.id: _names(change) for change in new}
        known_of(plan).look_up(plan, frozenset[ItemKey]().union(*names.values()))
        known |= {one.id: _Seen(one, names[one.id], _people(plan, one, names[one.id])) for one in new}
    return [known[change.id] for change in shown]


def _names(change: Change) -> frozenset[ItemKey]:
    found = {change.key}
    if change.do is Do.CREATE:
        found.add(change.key._replace(external_id=change.id))
    if change.result:
        found.add(change.key._replace(external_id=change.result))
    return frozenset(found)


def _people(plan: Plan, change: Change, names: Iterable[ItemKey]) -> frozenset[int]:
    first = next((one for one in plan.snapshots if one.connection == change.key.connection), None)
    if first is None:
        return frozenset()
    known, nobody = known_of(plan), len(plan.people)
    owners, accounts = known.people_of(plan), known.accounts_of(first)
    found = {int(person) for name in names for person in plan.columns["person"][known.rows[name]]}
    for fields in (change.before, change.after):
        if fields is None:
            continue
        keys, team = accounts_of(fields), team_of(fields)
        if team or not keys:
            found.add(nobody)
        for key in (*keys, *(member.account for member in first.memberships if member.team == team)):
            account = accounts.get(key.casefold())
            ref = None if account is None else AccountRef(first.connection, account.key)
            found.add(nobody if ref is None else owners.get(ref, -1))
    return frozenset(found - {-1})
