"""Work Time Calendar's events as fields: none, since no way to write them is documented (vendors.md 3.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from planner_gui.domain.edits import Capability, Fields, Item, ItemKey, blank
from planner_gui.domain.entities import Kind
from planner_gui.sources.base import Connection

NO_WRITING = "Work Time Calendar offers no documented way to write"


class WorkTimeVocabulary:
    """The language of a worktime connection: events are shown, nothing is written."""

    capabilities: Mapping[Kind, Capability] = {
        Kind.EVENT: Capability(frozenset(), create=NO_WRITING, update=NO_WRITING, delete=NO_WRITING)
    }
    volatile: frozenset[str] = frozenset()

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def item(self, key: ItemKey, raw: bytes, accounts: Sequence[str] = ()) -> Item:
        """The event with no field that could be edited."""
        return Item(key, blank(key.kind), raw)

    def stored(self, kind: Kind, fields: Fields) -> Fields:
        return fields

    def faults(self, kind: Kind, fields: Fields, before: Fields | None = None) -> Mapping[str, str]:
        """Every edit of an event is one; its reason stands by no field of its own."""
        return {"event": NO_WRITING}
