"""Readings for the domain's tests: pages in, rows out as plain dictionaries, so that a test says only what matters."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from planner_gui.domain.entities import Account, Allocation, Item, Page, Record, Span
from planner_gui.domain.reading import Reading
from planner_gui.domain.snapshot import NO_DAY, Flag, Form, Snapshot, day_date

BERLIN = ZoneInfo("Europe/Berlin")
READ_AT = datetime(2026, 11, 20, 9, 12, tzinfo=UTC)
NOVEMBER = Span(date(2026, 11, 1), date(2026, 11, 30))
TEXTS = ("title", "project", "type", "item", "external_id", "resource")


def page(*items: Item, accounts: Iterable[str] = ("priya", "jonas"), **more: Any) -> Page:
    """A page of items, each with its own raw text."""
    records = tuple(Record(item, repr(item).encode()) for item in items)
    return Page(records=records, accounts=tuple(Account(key=key) for key in accounts), **more)


def read(*pages: Page, span: Span = NOVEMBER, connection: str = "tempo", kind: str = "tempo") -> Snapshot:
    """The snapshot of a reading of these pages."""
    reading = Reading(connection, kind, span, BERLIN)
    for each in pages:
        reading.add(each)
    return reading.finish(READ_AT)


def allocation(external_id: str = "41", account: str = "priya", **more: Any) -> Allocation:
    """An allocation from Monday 9 to Friday 13 November 2026."""
    given = {"start": date(2026, 11, 9), "end": date(2026, 11, 13), "title": "Core services", **more}
    return Allocation(external_id=external_id, account=account, **given)


def rows(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Every row with its texts, dates, flags and sparse entries in words."""
    occurrences = dict(zip(snapshot.series.row.tolist(), zip(*_series(snapshot), strict=True), strict=True))
    timed = snapshot.timed
    minutes = dict(zip(timed.row.tolist(), zip(timed.start_minute, timed.end_minute, strict=True), strict=True))
    found = []
    for i in range(snapshot.rows):
        row: dict[str, Any] = {name: int(column[i]) for name, column in snapshot.columns.items()}
        row.update({name: snapshot.texts[row[name]] for name in TEXTS})
        row["account"] = snapshot.accounts[row["account"]].key if row["account"] >= 0 else None
        row["source"] = snapshot.sources[row["source"]].key if row["source"] >= 0 else None
        row["start"], row["end"] = _day(row["start"]), _day(row["end"])
        row["form"], row["flags"] = Form(row["form"]), Flag(row["flags"])
        row["series"] = tuple(map(_day, occurrences[i])) if i in occurrences else None
        row["timed"] = tuple(map(int, minutes[i])) if i in minutes else None
        found.append(row)
    return found


def _series(snapshot: Snapshot) -> tuple[list[int], list[int], list[int]]:
    series = snapshot.series
    return series.occurrence.tolist(), series.first_start.tolist(), series.first_end.tolist()


def _day(number: int) -> date | None:
    return None if number == NO_DAY else day_date(number)
