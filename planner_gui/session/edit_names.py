"""Whom and what the words of an edits file mean: people, teams, projects, planned items, and the rows of an item.

Pure look-ups in a plan. A word that means nothing, or more than one thing, is refused in words; nothing is guessed.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Awaitable, Callable

import numpy as np

from planner_gui.domain.edits import ItemKey
from planner_gui.domain.entities import Kind, Span
from planner_gui.domain.items import rows_of_item
from planner_gui.domain.matching import folded
from planner_gui.domain.plan import Person, Plan
from planner_gui.domain.snapshot import Flag, Snapshot, day_number
from planner_gui.domain.working import working

PART = Flag.OCCURRENCE | Flag.REFLECTION


class Meaningless(Exception):
    """A word of the file that cannot be taken; the text says why."""


def account_of(plan: Plan, connection: str, word: str) -> str:
    """The account in a connection of a person named by id, full name, e-mail or account (cli.md)."""
    for person in plan.people:
        for ref in person.accounts:
            if ref.connection == connection and ref.key.casefold() == word.casefold():
                return ref.key
    person = _person(plan, word)
    keys = [ref.key for ref in person.accounts if ref.connection == connection]
    if not keys:
        raise Meaningless(f"{person.name} has no account in {connection}")
    if len(keys) > 1:
        raise Meaningless(f"{person.name} has {len(keys)} accounts in {connection}: name one of {', '.join(keys)}")
    return keys[0]


def _person(plan: Plan, word: str) -> Person:
    ways: tuple[Callable[[Person], bool], ...] = (
        lambda person: person.id == word,
        lambda person: bool(person.email) and person.email.casefold() == word.casefold(),
        lambda person: folded(person.name) == folded(word),
        lambda person: any(ref.key.casefold() == word.casefold() for ref in person.accounts),
    )
    for way in ways:
        found = [person for person in plan.people if way(person)]
        if len(found) == 1:
            return found[0]
        if found:
            ids = ", ".join(person.id for person in found)
            raise Meaningless(f"{len(found)} people are called {word}: name one by id ({ids})")
    raise Meaningless(f"there is nobody called {word}")


def person_of(plan: Plan, connection: str, account: str) -> Person | None:
    """Whose account it is, None for nobody's."""
    for person in plan.people:
        for ref in person.accounts:
            if ref.connection == connection and ref.key.casefold() == account.casefold():
                return person
    return None


def team_of(plan: Plan, connection: str, word: str) -> str:
    """The key of a team named by key or name."""
    snapshot = snapshot_of(plan, connection)
    teams = snapshot.teams if snapshot is not None else ()
    for key in (team.key for team in teams if team.key == word):
        return key
    return _one([team.key for team in teams if folded(team.name) == folded(word)], "team", word)


def project_of(plan: Plan, connection: str, word: str) -> str:
    """The key of a project named by key, code or name; a word that no project of the reading has stays as it is."""
    snapshot = snapshot_of(plan, connection)
    projects = snapshot.projects if snapshot is not None else ()
    if any(project.key == word for project in projects):
        return word
    found = [p.key for p in projects if word and folded(word) in (folded(p.code), folded(p.name))]
    return _one(found, "project", word) if found or not word.isdecimal() else word


def usual_type(plan: Plan, connection: str, project: str) -> str:
    """The type that most tasks of a project have, "" where none is known (cli.md)."""
    snapshot = snapshot_of(plan, connection)
    if snapshot is None:
        return ""
    name = next((p.name for p in snapshot.projects if p.key == project), None)
    number = -1 if name is None else snapshot.texts.find(name)
    columns = snapshot.columns
    rows = np.flatnonzero((columns["kind"] == Kind.TASK) & (columns["project"] == number))
    types = Counter(snapshot.texts[int(text)] for text in columns["type"][rows])
    types.pop("", None)
    return min(types, key=lambda one: (-types[one], one)) if types else ""


def _one(found: list[str], what: str, word: str) -> str:
    if len(found) == 1:
        return found[0]
    if found:
        raise Meaningless(f"{len(found)} {what}s are called {word}: name one by key ({', '.join(found)})")
    raise Meaningless(f"there is no {what} {word}")


async def planned_item(
    plan: Plan, connection: str, kind: str, word: str, raw: Callable[[Snapshot, int], Awaitable[bytes | None]]
) -> str:
    """The id of a planned item that is named by its key ("ORI-12"), by the records that name both.

    raw: gives a record of a snapshot by its number.
    """
    snapshot = snapshot_of(plan, connection)
    if word.isdecimal() or snapshot is None:
        return word
    columns = snapshot.columns
    mine = columns["kind"] == Kind.ALLOCATION
    _, first = np.unique(columns["item"][mine], return_index=True)  # one record an item is enough
    for number in columns["raw"][np.flatnonzero(mine)[first]].tolist():
        record = await raw(snapshot, number)
        if record is not None and (found := _id_beside_key(_parsed(record), kind, word)):
            return found
    raise Meaningless(f"no plan in {connection} names {word}: name it by its id")


def _parsed(record: bytes) -> object:
    try:
        return json.loads(record)
    except (ValueError, RecursionError):
        return None


def _id_beside_key(value: object, kind: str, word: str) -> str:
    """The id of an object of this type in a record whose key is the word."""
    if not isinstance(value, dict):
        return ""
    key, number, type_ = value.get("key"), value.get("id"), str(value.get("type") or kind)
    if isinstance(key, str) and key.casefold() == word.casefold() and number and type_.casefold() == kind.casefold():
        return str(number)
    return next((found for inner in value.values() if (found := _id_beside_key(inner, kind, word))), "")


def row_of(plan: Plan, key: ItemKey) -> tuple[int, bool]:
    """The row that stands for an item, its stored one where there is one; whether it has parts (dates or people).

    Raises Meaningless where the plan has no such item.
    """
    rows = rows_of_item(plan, key)
    if not len(rows):
        raise Meaningless(f"there is no {key.kind.name.lower()} {key.external_id} in {key.connection}")
    parts = plan.columns["flags"][rows] & np.uint16(PART) != 0
    stored = rows[~parts]
    return int(stored[0] if len(stored) else rows[0]), bool(parts.any())


def snapshot_of(plan: Plan, connection: str) -> Snapshot | None:
    """A connection's reading, None where it was never read."""
    return next((snapshot for snapshot in plan.snapshots if snapshot.connection == connection), None)


def working_days(plan: Plan, connection: str, account: str, span: Span, *, every_day: bool) -> int:
    """The days of a span on which somebody works, for sharing a total; weekdays where that is not known."""
    if every_day:
        return len(span)
    person = person_of(plan, connection, account) if account else None
    if person is not None:
        index = np.array([plan.person_index(person.id)], np.int32)
        minutes = working(plan, index, day_number(span.start), len(span))[0]
        if (minutes >= 0).all():
            return int((minutes > 0).sum())
    return sum(1 for day in span if day.weekday() < 5)
