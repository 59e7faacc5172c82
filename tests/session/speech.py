"""A vocabulary to try editing with: records are the fields themselves, as JSON. And readings of such records."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from planner_gui.domain.edits import Capability, Do, Edit, Fields, Item, ItemKey, blank
from planner_gui.domain.entities import Account, Kind, Page, Record
from planner_gui.domain.reading import Reading
from planner_gui.domain.snapshot import Snapshot
from planner_gui.sources.base import Connection
from planner_gui.sources.fields import Unreadable
from tests.domain.cases import span
from tests.domain.edited import entity, key

PEOPLE = ("ana", "bo")
READ = span("2026-10-01..2027-03-31")
CONNECTIONS = tuple(
    Connection(name=kind, kind=kind, url=f"https://{kind}.example.com") for kind in ("bigpicture", "tempo", "bigtime")
)


class Speech:
    """Knows absences, allocations and tasks; refuses more than 100 per cent, and to delete tasks."""

    volatile: frozenset[str] = frozenset()

    def __init__(self) -> None:
        kinds = (Kind.ABSENCE, Kind.ALLOCATION, Kind.TASK)
        self.capabilities: Mapping[Kind, Capability] = {
            kind: Capability(
                fields=frozenset(blank(kind)), delete="Tasks cannot be deleted here." if kind is Kind.TASK else ""
            )
            for kind in kinds
        }

    def item(self, key: ItemKey, raw: bytes, accounts: Sequence[str] = ()) -> Item:
        record = json.loads(raw)
        if "broken" in record:
            raise Unreadable("its start is missing")
        series = record.pop("series", 1)
        return Item(key, {**blank(key.kind), **record, "account": record.get("account") or accounts[0]}, raw, series)

    def stored(self, kind: Kind, fields: Fields) -> Fields:
        return fields

    def faults(self, kind: Kind, fields: Fields, before: Fields | None = None) -> Mapping[str, str]:
        percent = fields.get("percent")
        found = {}
        if isinstance(percent, int) and percent > 100:
            found["percent"] = "100 at most"
        if kind is Kind.TASK and before is not None and before.get("project") != fields.get("project"):
            found["project"] = "a task stays in its project"
        return found


def reading(connection: str, items: Mapping[ItemKey, Fields], read_at: datetime, **more: Any) -> Snapshot:
    """One connection with these items, each with its fields as its record."""
    collected = Reading(connection, connection, READ, ZoneInfo("Europe/Berlin"))
    records = [
        Record(each, json.dumps({**fields, **more}).encode())
        for of, fields in items.items()
        if of.connection == connection
        for each in entity(of, fields)
    ]
    people = tuple(Account(key=who, name=who.title(), email=f"{who}@example.com") for who in PEOPLE)
    collected.add(Page(accounts=people, records=tuple(records)))
    return collected.finish(read_at)


def create(kind: Kind, fields: Fields, name: str = "new-1", label: str = "New") -> Edit:
    return Edit(do=Do.CREATE, key=key(kind, name), before=None, after=fields, label=label)


def update(kind: Kind, name: str, before: Fields, label: str = "Change", **changes: Any) -> Edit:
    return Edit(do=Do.UPDATE, key=key(kind, name), before=before, after={**before, **changes}, label=label, raw=b"{}")


def delete(kind: Kind, name: str, before: Fields, label: str = "Delete") -> Edit:
    return Edit(do=Do.DELETE, key=key(kind, name), before=before, after=None, label=label, raw=b"{}")
