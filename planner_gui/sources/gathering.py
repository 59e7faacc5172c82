"""How a reading of many small answers becomes pages of bounded size (V3); no HTTP and no vendor's field here."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from planner_gui.domain.entities import (
    Account,
    CalendarSource,
    Item,
    Membership,
    NotReadable,
    NotUnderstood,
    Page,
    Project,
    Record,
    Team,
)

PAGE = 2000  # records of a page at most (V3)
BREATH = 50  # records taken in before the event loop gets a turn: some milliseconds


class Gathering:
    """What was read and not yet handed out. `pages` hands out full pages, `rest` everything."""

    def __init__(self) -> None:
        self.accounts: list[Account] = []
        self.teams: list[Team] = []
        self.memberships: list[Membership] = []
        self.projects: list[Project] = []
        self.sources: list[CalendarSource] = []
        self.records: list[Record] = []
        self.not_understood: list[NotUnderstood] = []
        self.not_readable: list[NotReadable] = []
        self.warnings: list[str] = []
        self._warned: set[str] = set()

    def keep(self, item: Item, raw: bytes) -> None:
        """Add an item with its raw record."""
        self.records.append(Record(item, raw))

    def misread(self, what: str, reason: object, raw: bytes) -> None:
        """Add a record that was not understood (V1)."""
        self.not_understood.append(NotUnderstood(what=what, reason=str(reason), raw=raw))

    def warn(self, text: str) -> None:
        """Add a warning; the same text only once a reading."""
        if text not in self._warned:
            self._warned.add(text)
            self.warnings.append(text)

    def pages(self) -> Iterator[Page]:
        """The full pages, as long as there are any."""
        while any(len(kept) >= PAGE for kept in self._lists()):
            yield self._page()

    def rest(self) -> Iterator[Page]:
        """Everything that is left."""
        while any(self._lists()):
            yield self._page()

    def _lists(self) -> tuple[list[object], ...]:
        return tuple(getattr(self, name) for name in _PARTS)

    def _page(self) -> Page:
        taken = {name: tuple(getattr(self, name)[:PAGE]) for name in _PARTS}
        for name in _PARTS:
            del getattr(self, name)[:PAGE]
        return Page(**taken)


_PARTS = (
    "accounts",
    "teams",
    "memberships",
    "projects",
    "sources",
    "records",
    "not_understood",
    "not_readable",
    "warnings",
)


async def breathe(count: int) -> None:
    """Give the event loop a turn at every BREATH-th record (V3)."""
    if count % BREATH == 0:
        await asyncio.sleep(0)


def is_segment(key: str) -> bool:
    """Whether an id that a service gave can be one segment of an address (V6); other ids are not understood."""
    return key.isprintable() and key not in ("", ".", "..")
