"""Edits as a file, "planner-gui/edits" version 1 (docs/cli.md): its lines become the same Edits that a dialog makes.

Faults are said by position, counted from 1, all of them; nothing is kept here. What a service would refuse is asked of
the workspace's own check.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Protocol

from planner_gui.domain.changes import OPEN, Change, new_id
from planner_gui.domain.edits import AMOUNTS, FIELDS, Do, Edit, Field, Fields, Form, Item, ItemKey, Value, blank
from planner_gui.domain.entities import Kind, Span
from planner_gui.domain.errors import EditRefused, UsageError
from planner_gui.domain.moves import name_of
from planner_gui.domain.plan import Plan
from planner_gui.session import edit_names as names
from planner_gui.session.edit_names import Meaningless
from planner_gui.session.readings import Readings
from planner_gui.sources.writing import Vocabulary

FORMAT = "planner-gui/edits"
VERSION = 1
KINDS: Mapping[str, Kind] = {kind.name.lower(): kind for kind in Kind}
IN_FILE = {"account": "person"}  # where the file has another name for a field
_LINE = frozenset({"do", "kind", "connection", "external_id", "fields", "series", "occurrence"})


class Desk(Protocol):
    """What reading a file needs of the workspace."""

    @property
    def plan(self) -> Plan: ...

    @property
    def changes(self) -> Sequence[Change]: ...

    @property
    def readings(self) -> Readings: ...

    def vocabulary(self, connection: str, /) -> Vocabulary: ...

    def check(self, edits: Sequence[Edit], /) -> None: ...

    async def item(self, row: int, /) -> Item: ...


@dataclass(slots=True)
class Import:
    """What a file comes to: its edits in order, what is to be said of them, and its faults; all by position."""

    edits: list[Edit] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def lines_of(content: bytes) -> list[Any]:
    """The file's edits as JSON values. UsageError where it is no edits file (exit code 2)."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        raise UsageError("is no JSON, so it is no edits file; nothing was changed") from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise UsageError(f"is no edits file: its format is not {FORMAT}; nothing was changed")
    if document.get("version") != VERSION:
        raise UsageError(f"has version {document.get('version')}; this program reads {VERSION}. Nothing was changed")
    edits = document.get("edits")
    if not isinstance(edits, list):
        raise UsageError("has no list of edits; nothing was changed")
    return edits


async def edits_of(lines: Sequence[Any], desk: Desk) -> Import:
    """The Edits of a file's lines. A line that cannot be taken is a fault; the others are looked at all the same."""
    reader = _Reader(desk)
    for position, line in enumerate(lines, 1):
        try:
            edit = await reader.edit(line, position)
            desk.check([*reader.related(edit), edit])
        except Meaningless as fault:
            reader.found.faults.append(f"edit {position}: {fault}")
        except EditRefused as refusal:
            faults = [f"{IN_FILE.get(name, name)}: {text}" for name, text in refusal.faults.items()]
            reader.found.faults.append(f"edit {position}: {'; '.join(faults) or refusal.what}")
        else:
            reader.take(edit, position)
    return reader.found


class _Reader:
    """Reads line after line; what a line does to an item is what the next one finds."""

    def __init__(self, desk: Desk) -> None:
        self.found = Import()
        self._desk = desk
        self._items: dict[ItemKey, Item] = {}  # as the lines before left them
        self._deleted: dict[ItemKey, int] = {}  # by which line

    def take(self, edit: Edit, position: int) -> None:
        self.found.edits.append(edit)
        if edit.after is None:
            self._deleted[edit.key] = position
        else:
            self._items[edit.key] = Item(edit.key, edit.after, edit.raw)

    def related(self, edit: Edit) -> list[Edit]:
        """The lines before it that may be in its way: of the same item, or absences of the same connection."""
        absences = edit.key.kind is Kind.ABSENCE
        return [
            other
            for other in self.found.edits
            if other.key == edit.key or (absences and other.key[:2] == edit.key[:2] and _touch(other, edit))
        ]

    async def edit(self, line: Any, position: int) -> Edit:
        """One line as an Edit; raises Meaningless, and EditRefused for a record that cannot be read."""
        do, key, given = self._head(line)
        if do is Do.CREATE:
            key = key._replace(external_id=new_id())
            item = Item(key, blank(key.kind) | _DEFAULTS.get(key.kind, {}))
        else:
            item = await self._item(key, do, line, position)
        if do is Do.DELETE:
            if given:
                raise Meaningless("a delete has no fields")
            label = f"Delete {name_of(item)}"
            series = line.get("series") is True
            return Edit(do=do, key=key, before=item.fields, after=None, label=label, raw=item.raw, series=series)
        after = await self._laid_over(item, given, create=do is Do.CREATE)
        label = f"{'Add' if do is Do.CREATE else 'Change'} {name_of(replace(item, fields=after))}"
        before = None if do is Do.CREATE else item.fields
        return Edit(do=do, key=key, before=before, after=after, label=label, raw=item.raw)

    def _head(self, line: Any) -> tuple[Do, ItemKey, Mapping[str, Any]]:
        if not isinstance(line, dict):
            raise Meaningless("is no object")
        for name in line:
            if name not in _LINE:
                raise Meaningless(f"an edit has no {name}")
        if line.get("do") not in set(Do):
            raise Meaningless("do is create, update or delete")
        kind = KINDS.get(str(line.get("kind")))
        if kind is None:
            raise Meaningless(f"kind is one of {', '.join(KINDS)}")
        connection, external_id = str(line.get("connection") or ""), str(line.get("external_id") or "")
        do = Do(line["do"])
        self._require_able(connection, kind, do)
        if (do is Do.CREATE) == bool(external_id):
            raise Meaningless("a create has no external_id" if external_id else f"{do} needs an external_id")
        fields = line.get("fields", {})
        if not isinstance(fields, dict):
            raise Meaningless("fields is no object")
        if do is not Do.DELETE and not fields:
            raise Meaningless("has no fields")
        return do, ItemKey(connection, kind, external_id), fields

    def _require_able(self, connection: str, kind: Kind, do: Do) -> None:
        try:
            able = self._desk.vocabulary(connection).capabilities.get(kind)
        except KeyError:
            raise Meaningless(f"there is no connection called {connection or 'nothing'}") from None
        if able is None:
            raise Meaningless(f"{connection} has no {kind.name.lower()}s")
        if reason := {Do.CREATE: able.create, Do.UPDATE: able.update, Do.DELETE: able.delete}[do]:
            raise Meaningless(reason)

    async def _item(self, key: ItemKey, do: Do, line: Mapping[str, Any], position: int) -> Item:
        """The item that a line names, as the lines before it and the pending changes leave it."""
        if key in self._deleted:
            raise Meaningless(f"{key.external_id} is deleted by edit {self._deleted[key]}")
        if key in self._items:
            return self._items[key]
        for change in reversed(self._desk.changes):
            if change.key == key and change.id == key.external_id and change.state in OPEN and change.after is not None:
                return Item(key, change.after)  # a create that was not sent yet, named by its change
        row, parts = names.row_of(self._desk.plan, key)
        item = await self._desk.item(row)
        if parts or item.series > 1 or line.get("occurrence"):
            many = f"all {item.series} of its dates or people" if item.series > 1 else "all of its dates or people"
            if do is Do.DELETE and line.get("series") is not True:
                raise Meaningless(f'{key.external_id} goes with {many}: add "series": true to delete them')
            self.found.notes.append(f"edit {position}: means {key.external_id} as a whole, with {many}")
        return item

    async def _laid_over(self, item: Item, given: Mapping[str, Any], *, create: bool) -> Fields:
        """The item's fields with those of the line in them."""
        kind, connection = item.key.kind, item.key.connection
        amounts = [name for name in AMOUNTS if given.get(name) is not None]
        if len(amounts) > 1:
            raise Meaningless(f"{' and '.join(amounts)}: one amount is enough")
        after = dict(item.fields)
        for name, value in given.items():
            known = _field(kind, name)
            if known is None:
                raise Meaningless(f"{kind.name.lower()} has no field {name}")
            after[known.name] = await self._value(connection, known, value, after)
        if kind is Kind.ALLOCATION:
            self._coupled(item, after, given, amounts)
        if kind is Kind.TASK and create and not after.get("type"):
            after["type"] = names.usual_type(self._desk.plan, connection, str(after.get("project"))) or None
            if after["type"] is None:
                raise Meaningless("type is needed: no task of this project is known")
        return after

    async def _value(self, connection: str, known: Field, value: Any, so_far: Fields) -> Value:
        """One value of the file in the canonical form."""
        plan, name = self._desk.plan, IN_FILE.get(known.name, known.name)
        if value is None:
            return blank_of(known)
        if known.form is Form.REFERENCE:
            if not isinstance(value, dict) or set(value) != {"type", "id"}:
                raise Meaningless(f'{name} is an object of "type" and "id"')
            kind, word = str(value["type"]), str(value["id"])
            raw = self._desk.readings.raw
            return {"type": kind, "id": await names.planned_item(plan, connection, kind, word, raw)}
        value = _plain(known, name, value)
        match known.form:
            case Form.ACCOUNTS:
                return list(dict.fromkeys(names.account_of(plan, connection, one) for one in value))
            case Form.ACCOUNT if known.name == "team":
                return names.team_of(plan, connection, value)
            case Form.ACCOUNT:
                return names.account_of(plan, connection, value)
        if known.name == "project":
            return names.project_of(plan, connection, value)
        return value  # type: ignore[no-any-return]

    def _coupled(self, item: Item, after: dict[str, Value], given: Mapping[str, Any], amounts: Sequence[str]) -> None:
        """Fields of an allocation that mean something only together: who, how much, how often."""
        if given.get("person") is not None and given.get("team") is not None:
            raise Meaningless("person and team: one of them is planned")
        for one, other in (("person", "team"), ("team", "account")):
            if given.get(one) is not None:
                after[other] = None
        if after.get("repeat") in (None, "never") and given.get("until") is not None:
            raise Meaningless("until has no meaning without repeat")
        if given.get("repeat") == "never":
            after["until"] = None
        for name in AMOUNTS:
            if amounts and name not in amounts:
                after[name] = None
        dates = {"start", "end"} & set(given)
        total = after.get("minutes")
        if isinstance(total, int | float) and not amounts and dates and item.fields.get("minutes"):
            after["minutes"] = round(total * self._days(item.key, after) / max(1, self._days(item.key, item.fields)))
        able = self._desk.vocabulary(item.key.connection).capabilities.get(item.key.kind)
        if isinstance(total, int | float) and able is not None and "minutes" not in able.amounts:
            days = self._days(item.key, after)
            if not days:
                raise Meaningless("minutes cannot be shared: nobody works on these days")
            after |= {"minutes": None, "minutes_per_day": total / days}
            speech = self._desk.vocabulary(item.key.connection)
            after["minutes_per_day"] = speech.stored(item.key.kind, after)["minutes_per_day"]  # in its unit

    def _days(self, key: ItemKey, fields: Fields) -> int:
        try:
            span = Span(date.fromisoformat(str(fields.get("start"))), date.fromisoformat(str(fields.get("end"))))
        except ValueError:
            return 0
        account, every_day = str(fields.get("account") or ""), bool(fields.get("include_non_working"))
        return names.working_days(self._desk.plan, key.connection, account, span, every_day=every_day)


_DEFAULTS: Mapping[Kind, dict[str, Value]] = {Kind.ABSENCE: {"percent": 100}, Kind.ALLOCATION: {"repeat": "never"}}


def blank_of(known: Field) -> Value:
    """A field with nothing in it."""
    match known.form:
        case Form.TEXT:
            return ""
        case Form.FLAG:
            return False
    return None


def _field(kind: Kind, name: str) -> Field | None:
    """A field by its name in the file."""
    wanted = {file: name for name, file in IN_FILE.items()}.get(name, name)
    return next((one for one in FIELDS[kind] if one.name == wanted and not one.shown and name not in IN_FILE), None)


def _plain(known: Field, name: str, value: Any) -> Any:
    """A JSON value of the form that the field has."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    match known.form:
        case Form.NUMBER:
            if number:
                return value
            raise Meaningless(f"{name} is no number")
        case Form.FLAG:
            if isinstance(value, bool):
                return value
            raise Meaningless(f"{name} is true or false")
        case Form.DAY:
            if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):  # D5
                try:
                    return date.fromisoformat(value).isoformat()
                except ValueError:
                    pass
            raise Meaningless(f"{name} is no date like 2026-11-30")
        case Form.ACCOUNTS:
            if isinstance(value, list) and all(isinstance(one, str) for one in value):
                return value
            raise Meaningless(f"{name} is a list of people")
    if number and known.form is not Form.TEXT:  # a project or a type by its number
        return str(value)
    if not isinstance(value, str):
        raise Meaningless(f"{name} is no text")
    return value


def _touch(one: Edit, other: Edit) -> bool:
    return bool(_people(one) & _people(other))


def _people(edit: Edit) -> frozenset[str]:
    return frozenset(str((fields or {}).get("account")) for fields in (edit.before, edit.after) if fields)
