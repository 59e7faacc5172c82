"""What can be typed ahead: people, teams, planned items, projects, tasks of a plan, folded once and then searched.

Pure: no widget. Sources are iterators, so that a field can take a handful of options at a time between two keystrokes;
ten thousand people or a million items never hold up the opening of a dialog.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLocale

from planner_gui.domain.edits import Value
from planner_gui.domain.entities import Kind
from planner_gui.domain.matching import folded
from planner_gui.domain.plan import Plan
from planner_gui.domain.snapshot import NO_DAY, Flag, Snapshot, Texts, day_date, day_number
from planner_gui.ui import formats
from planner_gui.ui.dialogs.given import account_in

MOST = 8  # options shown at once
FEW = 500  # lines that are all looked at; of more, the first good ones do


class Option(NamedTuple):
    """Something that can be chosen. key: what it stands for; kind: "person", "team", "issue"; reason: why it cannot be.

    value: what an edit would hold: an account, a reference. also: more words by which it is found. title, project: of a
    planned item, for people's eyes.
    """

    key: str
    name: str
    detail: str = ""
    kind: str = ""
    reason: str = ""
    value: Value = None
    also: str = ""
    title: str = ""
    project: str = ""


class Options:
    """Options in their order, found by any part of their words; those that begin with what is typed come first."""

    def __init__(self, options: Iterable[Option] = ()) -> None:
        self._usable, self._unusable = _Lines(), _Lines()
        self.extend(options)

    def __len__(self) -> int:
        return len(self._usable.options) + len(self._unusable.options)

    def extend(self, options: Iterable[Option]) -> None:
        for option in options:
            (self._unusable if option.reason else self._usable).add(option)

    def find(self, text: str, most: int = MOST) -> list[Option]:
        """The best `most` options that hold every word; the first ones for no text. Unusable ones come last."""
        words = folded(text).split()
        found = self._usable.find(words, most)
        return found + self._unusable.find(words, most - len(found))

    def named(self, text: str) -> Option | None:
        """The one usable option of exactly this name, None where there are none or several."""
        name = folded(text)
        found = [o for o in self._usable.find(name.split(), 3) if folded(o.name) == name]
        return found[0] if len(found) == 1 else None


class _Lines:
    """Options as one folded text, a line each: it is searched as a whole, not line by line."""

    def __init__(self) -> None:
        self.options: list[Option] = []
        self._begins: list[int] = []
        self._new: list[str] = []
        self._block = ""
        self._length = 0

    def add(self, option: Option) -> None:
        line = f"\n{folded(f'{option.name} {option.detail} {option.also}')}"
        self.options.append(option)
        self._begins.append(self._length)
        self._new.append(line)
        self._length += len(line)

    def find(self, words: list[str], most: int) -> list[Option]:
        """Whole beginnings, then beginnings of words, then the rest."""
        if not words:
            return self.options[: max(most, 0)]
        self._block += "".join(self._new)
        self._new.clear()
        rarest = min(words, key=self._block.count)
        if len(words) > 1 and self._block.count(rarest) <= FEW:
            return self._ranked(list(self._holding(rarest, words)), words[0], most)
        found: dict[int, None] = {}
        for begins in (f"\n{words[0]}", f" {words[0]}", words[0]):
            for at in self._holding(begins, words):
                if len(found) >= most:
                    break
                found[at] = None
        return [self.options[at] for at in found]

    def _ranked(self, lines: list[int], first: str, most: int) -> list[Option]:
        texts = [self._line(at) for at in lines]
        ranks = [0 if text.startswith(f"\n{first}") else 1 if f" {first}" in text else 2 for text in texts]
        return [self.options[at] for _, at in sorted(zip(ranks, lines, strict=True))][: max(most, 0)]

    def _holding(self, text: str, words: list[str]) -> Iterator[int]:
        """The lines with a text in them that hold every word, too."""
        at = self._block.find(text)
        while at >= 0:
            line = bisect_right(self._begins, at) - 1
            end = self._begins[line + 1] if line + 1 < len(self._begins) else self._length
            if len(words) == 1 or all(self._block.find(word, self._begins[line], end) >= 0 for word in words):
                yield line
            at = self._block.find(text, end)

    def _line(self, at: int) -> str:
        end = self._begins[at + 1] if at + 1 < len(self._begins) else self._length
        return self._block[self._begins[at] : end]


def person_option(plan: Plan, person: int, connection: str, service: str) -> Option:
    """A person, to be planned in a connection; with the reason where they have no account in it."""
    who, account = plan.people[person], account_in(plan, person, connection)
    reason = "" if account else f"no account in {service}"
    about = " \N{MIDDLE DOT} ".join(part for part in (who.title, ", ".join(who.teams)) if part)
    return Option(who.id, who.name, about, "person", reason, account, who.email.partition("@")[0])


def people(plan: Plan, connection: str, service: str) -> Iterator[Option]:
    """Everybody, those without an account there too, so that one sees why they cannot be chosen."""
    return (person_option(plan, number, connection, service) for number in range(len(plan.people)))


def snapshot_of(plan: Plan, connection: str) -> Snapshot | None:
    return next((snapshot for snapshot in plan.snapshots if snapshot.connection == connection), None)


def teams(plan: Plan, connection: str) -> Iterator[Option]:
    """The teams of a connection, with how many are in them today."""
    snapshot = snapshot_of(plan, connection)
    if snapshot is None:
        return
    sizes: dict[str, int] = {}
    for membership in snapshot.memberships:
        if membership.end is None or membership.end >= plan.today:
            sizes[membership.team] = sizes.get(membership.team, 0) + 1
    for team in sorted(snapshot.teams, key=lambda each: folded(each.name)):
        count = sizes.get(team.key, 0)
        yield Option(f"team/{team.key}", team.name, f"{count} member{'' if count == 1 else 's'}", "team", "", team.key)


def team_option(plan: Plan, connection: str, team: str) -> Option:
    """One team of a connection; one that it does not name is called by its key."""
    snapshot = snapshot_of(plan, connection)
    known = snapshot.teams if snapshot is not None else ()
    name = next((each.name for each in known if each.key == team), team)
    return Option(f"team/{team}", name, "", "team", "", team)


def team_of(plan: Plan, connection: str, account: Value) -> str:
    """The key of the first team that an account is in, "" for none."""
    snapshot = snapshot_of(plan, connection)
    memberships = snapshot.memberships if snapshot is not None else ()
    return next((each.team for each in memberships if each.account == account), "")


def team_scope(team: Option) -> Option:
    """A team as where something is planned."""
    return team._replace(name=f"Team \N{MIDDLE DOT} {team.name}", value={"type": "team", "id": str(team.value)})


def planned_items(plan: Plan, connection: str) -> Iterator[Option]:
    """What the plan's allocations in a connection are on, each once: the newest row says what it is called."""
    number = _number_of(plan, connection)
    if number is None:
        return
    snapshot = plan.snapshots[number]
    columns, texts = snapshot.columns, snapshot.texts
    for type_, rows in _booked(snapshot):
        for row in rows:
            item = texts[int(columns["item"][row])]
            if item:
                title, project = texts[int(columns["title"][row])], texts[int(columns["project"][row])]
                yield item_option(texts[type_], item, title, project)


# By a reading's texts: its columns, and of them what `_booked` found. Each dialog would look through a million rows.
_BOOKED: WeakKeyDictionary[Texts, tuple[Mapping[str, NDArray[Any]], list[tuple[int, list[int]]]]] = WeakKeyDictionary()


def _booked(snapshot: Snapshot) -> list[tuple[int, list[int]]]:
    """By type of planned item: the last row of each that is planned."""
    columns, texts = snapshot.columns, snapshot.texts
    known = _BOOKED.get(texts)
    if known is None or known[0] is not columns:
        booked = np.flatnonzero((columns["kind"] == Kind.ALLOCATION) & (columns["flags"] & Flag.TEAM_PARENT == 0))
        types = columns["type"][booked]
        found = [
            (type_, _last_of_each(columns["item"], booked[types == type_], len(texts)))
            for type_ in (np.flatnonzero(np.bincount(types)).tolist() if len(booked) else ())
        ]
        known = _BOOKED[texts] = (columns, found)
    return known[1]


def item_option(type_: str, item: str, title: str, project: str = "") -> Option:
    """A planned item by what people call it, and its type and id as a service has them."""
    name = f"{project} \N{MIDDLE DOT} {title}" if project and title and project != title else title or project
    reference: Value = {"type": type_, "id": item}
    name = name or f"{type_.lower()} {item}"
    return Option(f"{type_}/{item}", name, item, type_.lower(), "", reference, f"{type_} {item}", title, project)


def scopes(plan: Plan, connection: str) -> Iterator[Option]:
    """Where something can be planned: the teams, then the projects that are planned on."""
    for team in teams(plan, connection):
        yield team_scope(team)
    for item in planned_items(plan, connection):
        if item.kind == "project" and isinstance(item.value, dict):
            name = f"Project \N{MIDDLE DOT} {item.name}"
            yield item._replace(key=f"project/{item.value['id']}", name=name,
                                value={"type": "project", "id": item.value["id"]})  # fmt: skip


def projects(plan: Plan, connection: str) -> Iterator[Option]:
    """The projects that a connection names."""
    snapshot = snapshot_of(plan, connection)
    for project in snapshot.projects if snapshot is not None else ():
        code = project.code if project.code != project.key else ""
        yield Option(project.key, project.name or project.key, code or project.key, "project", "", project.key)


def tasks(plan: Plan, connection: str) -> Iterator[Option]:
    """The tasks of a connection, each once, to name one as another's parent."""
    number = _number_of(plan, connection)
    if number is None:
        return
    snapshot = plan.snapshots[number]
    columns, texts = snapshot.columns, snapshot.texts
    rows = np.flatnonzero(columns["kind"] == Kind.TASK)
    for row in _last_of_each(columns["external_id"], rows, len(texts)):
        key, title = texts[int(columns["external_id"][row])], texts[int(columns["title"][row])]
        yield Option(key, title or key, texts[int(columns["project"][row])], "task", "", key, key)


def words_seen(plan: Plan, connection: str, kind: Kind) -> list[str]:
    """The words that a connection's items of one kind have in `type`: what is used is what can be meant."""
    number = _number_of(plan, connection)
    if number is None:
        return []
    snapshot = plan.snapshots[number]
    types = snapshot.columns["type"][snapshot.columns["kind"] == kind]
    seen = [snapshot.texts[int(at)] for at in np.flatnonzero(np.bincount(types))] if len(types) else []
    return sorted((word for word in seen if word), key=folded)


def members(plan: Plan, connection: str, team: str, first: int, last: int) -> list[tuple[int, int, int]]:
    """Who is in a team on some of the days first..last: person, first and last such day (day numbers)."""
    snapshot = snapshot_of(plan, connection)
    if snapshot is None:
        return []
    person_of = {a.key: n for n, p in enumerate(plan.people) for a in p.accounts if a.connection == connection}
    found = []
    for membership in snapshot.memberships:
        person = person_of.get(membership.account)
        if membership.team != team or person is None:
            continue
        begins = max(first, NO_DAY if membership.start is None else day_number(membership.start))
        ends = min(last, last if membership.end is None else day_number(membership.end))
        if begins <= ends:
            found.append((person, begins, ends))
    return sorted(found, key=lambda each: folded(plan.people[each[0]].name))


def until_words(plan: Plan, member: tuple[int, int, int], first: int, last: int) -> str:
    """A member by name, with their dates where they are not all of first..last."""
    person, begins, ends = member
    name = plan.people[person].name
    parts = [f"from {_short(begins)}"] if begins > first else []
    parts += [f"until {_short(ends)}"] if ends < last else []
    return f"{name} ({' '.join(parts)})" if parts else name


def _short(day: int) -> str:
    return QLocale().toString(formats.qdate(day_date(day)), "d MMM")


def _number_of(plan: Plan, connection: str) -> int | None:
    return next((n for n, snapshot in enumerate(plan.snapshots) if snapshot.connection == connection), None)


def _last_of_each(values: NDArray[np.int32], rows: NDArray[np.int64], texts: int) -> list[int]:
    """The last of `rows` for each distinct value, by value: a scatter, not a sort of a million."""
    last = np.full(texts, -1, np.int64)
    last[values[rows]] = rows
    found: list[int] = last[last >= 0].tolist()
    return found
