"""From pages to a Snapshot: entities become rows, series become occurrences, a partial reading is merged.

Knows no service and no plan: what a row counts as, and whose it is, is `assembly`'s. A page costs little when it comes
(V3); what needs the whole reading is done once, at its end, on columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner_gui.domain.entities import (
    Account,
    CalendarSource,
    Kind,
    Membership,
    NotReadable,
    NotUnderstood,
    Page,
    Project,
    Record,
    Span,
    Team,
    VendorSchedule,
)
from planner_gui.domain.merging import merge, vanished
from planner_gui.domain.reflections import Period, clipped, period
from planner_gui.domain.rows import Extra, Made, Numbers, Row, rows_of
from planner_gui.domain.snapshot import NO_DAY, RAW_CHUNK, Flag, Part, Snapshot, Texts, day_number, pack_raws
from planner_gui.domain.tables import NOT_SAID, Columns, ScheduleRow, join_schedules

__all__ = ["Reading", "merge", "vanished"]

# As plain ints: an operation of an IntFlag costs a microsecond, and a page has 2,000 records.
_TEAM_PARENT, _REFLECTION, _EVENT = int(Flag.TEAM_PARENT), int(Flag.REFLECTION), int(Kind.EVENT)
_CONTENT = Row._fields.index("resource")  # from there on a row says where it came from, not what it is


class Reading:
    """Collects the pages of one connection's reading; cheap to add to, so that no step holds the GUI thread (V3).

    span: the dates asked for; items that touch none of them are left out, except tasks that are overdue or undated.
    zone: for the dates of timed events. Duplicate ids count once (V4): the first one stays, and `differing` counts
    those that came again with other content. Account keys that differ in case only are one account.
    """

    def __init__(self, connection: str, kind: str, span: Span, zone: tzinfo) -> None:
        self.connection = connection
        self.kind = kind
        self.span = span
        self.zone = zone
        self.differing = 0
        self._items = 0
        self._columns = Columns()
        self._reflections: list[Made] = []
        self._parents: dict[int, int] = {}  # external id of a team plan -> its team's key, both as text numbers
        self._seen: dict[tuple[int | None, ...], int] = {}
        self._texts: dict[str, int] = {"": 0}
        self._account_numbers: dict[str, int] = {}
        self._accounts: list[Account | None] = []
        self._keys: list[str] = []
        self._source_numbers: dict[str, int] = {}
        self._sources: list[CalendarSource] = []
        self._teams: dict[str, Team] = {}
        self._memberships: dict[Membership, None] = {}
        self._projects: dict[str, Project] = {}
        self._schedules: list[ScheduleRow] = []
        self._not_understood: list[NotUnderstood] = []
        self._not_readable: dict[NotReadable, None] = {}
        self._warnings: dict[str, None] = {}
        self._raws: list[bytes] = []
        self._chunks: dict[int, bytes] = {}
        self._numbers = Numbers(self._text, self._account, self._source)

    def add(self, page: Page) -> None:
        """Take in a page."""
        for account in page.accounts:
            number = self._account(account.key)
            self._accounts[number] = self._accounts[number] or account
        for source in page.sources:
            self._sources[self._source(source.key)] = source
        self._teams.update((team.key, team) for team in page.teams)
        self._memberships.update(dict.fromkeys(page.memberships))
        self._projects.update((project.key, project) for project in page.projects)
        self._schedules.extend(self._schedule(schedule) for schedule in page.schedules)
        self._not_understood.extend(page.not_understood)
        self._not_readable.update(dict.fromkeys(page.not_readable))
        self._warnings.update(dict.fromkeys(page.warnings))
        for record in page.records:
            self._add(record)
        self._columns.close_block()

    @property
    def items(self) -> int:
        """Items taken in so far, for progress; a duplicate is none."""
        return self._items

    def finish(self, read_at: datetime) -> Snapshot:
        """The whole reading; raw record numbers start at 0. Costs some milliseconds for 100,000 rows."""
        if self._raws:
            self._close_chunk()
        for row, extra in clipped(self._reflections, self._parents, self._periods()):
            self._columns.append(row, extra)
        columns = self._columns.finish()
        members = {self._account(membership.account) for membership in self._memberships}
        accounts, index = self._settled_accounts(columns, members)
        columns["account"] = index[columns["account"]]
        self._name_event_types(columns)
        return Snapshot(
            connection=self.connection,
            kind=self.kind,
            parts=(Part(self.span, read_at),),
            columns=columns,
            texts=Texts.of(self._texts),
            timed=self._columns.timed(),
            series=self._columns.series(),
            schedules=join_schedules(self._schedules, index),
            accounts=accounts,
            teams=tuple(self._teams.values()),
            memberships=tuple(self._memberships),
            projects=tuple(self._projects.values()),
            sources=tuple(self._sources),
            not_understood=tuple(self._not_understood),
            not_readable=tuple(self._not_readable),
            warnings=tuple(self._warnings),
            raw_chunks=dict(self._chunks),
        )

    def _add(self, record: Record) -> None:
        """Take in one item, once, with its raw record."""
        try:
            made = list(rows_of(record.item, self._raw_number, self.span, self.zone, self._numbers))
        except (ValueError, OverflowError) as error:  # dates no calendar has (V5)
            what = f"{type(record.item).__name__.lower()} {record.item.external_id}"
            self._not_understood.append(NotUnderstood(what=what, reason=str(error), raw=record.raw))
            return
        before = len(self._seen)
        for row, extra in made:
            if self._is_duplicate(row, extra):
                continue
            if row.flags & _TEAM_PARENT:
                self._parents[row.external_id] = row.item
            if row.flags & _REFLECTION:
                self._reflections.append((row, extra))
            else:
                self._columns.append(row, extra)
        if len(self._seen) > before:
            self._items += 1
            self._raws.append(record.raw)
            if len(self._raws) == RAW_CHUNK:
                self._close_chunk()

    def _is_duplicate(self, row: Row, extra: Extra) -> bool:
        """Whether this row came before; a moved item is the same one, an event that is listed on other days is not."""
        seen = self._seen
        place = row.start if row.kind == _EVENT or row.flags & _REFLECTION else NO_DAY
        key = (row.kind, row.external_id, row.account, extra.occurrence, place)
        content = hash((row[:_CONTENT], extra))
        known = len(seen)
        before = seen.setdefault(key, content)
        if len(seen) > known:
            return False
        if before != content:
            self.differing += 1
        return True

    @property
    def _raw_number(self) -> int:
        return len(self._chunks) * RAW_CHUNK + len(self._raws)

    def _close_chunk(self) -> None:
        self._chunks[len(self._chunks)] = pack_raws(self._raws)
        self._raws.clear()

    def _text(self, text: str) -> int:
        return self._texts.setdefault(text, len(self._texts))

    def _account(self, key: str) -> int:
        """The number of an account in the order of mention, -1 for none."""
        if not key:
            return -1
        number = self._account_numbers.setdefault(key.casefold(), len(self._accounts))
        if number == len(self._accounts):
            self._accounts.append(None)
            self._keys.append(key)
        return number

    def _source(self, key: str) -> int:
        """The number of a calendar's event source, -1 for none; one that is not listed is known by its key alone."""
        if not key:
            return -1
        number = self._source_numbers.setdefault(key, len(self._sources))
        if number == len(self._sources):
            self._sources.append(CalendarSource(key=key, name=f"Source {key}", type=""))
        return number

    def _schedule(self, schedule: VendorSchedule) -> ScheduleRow:
        minutes = np.array([NOT_SAID if m is None else m for m in schedule.minutes], np.int16)
        return self._account(schedule.account), day_number(schedule.start), minutes

    def _periods(self) -> dict[tuple[int, int], list[Period]]:
        """When each account is in each team, teams as text numbers; a team no item names is left out."""
        found: dict[tuple[int, int], list[Period]] = {}
        for membership in self._memberships:
            team = self._texts.get(membership.team)
            if team is not None:
                place = found.setdefault((team, self._account(membership.account)), [])
                place.append(period(membership.start, membership.end))
        return found

    def _settled_accounts(
        self, columns: Mapping[str, NDArray[Any]], members: set[int]
    ) -> tuple[tuple[Account, ...], NDArray[np.int32]]:
        """The accounts, and the index of each number in them; the last entry stands for "none".

        An account that only a task names is not known: its share is the row "Unassigned" (Load 4). One that any other
        item, a team or a schedule names is an account, known by its key.
        """
        named = set(np.unique(columns["account"][columns["kind"] != Kind.TASK]).tolist()) | members
        named.update(account for account, _, _ in self._schedules)
        accounts: list[Account] = []
        index = np.full(len(self._accounts) + 1, -1, np.int32)
        for number, account in enumerate(self._accounts):
            if account is not None or number in named:
                index[number] = len(accounts)
                accounts.append(account or Account(key=self._keys[number]))
        return tuple(accounts), index

    def _name_event_types(self, columns: Mapping[str, NDArray[Any]]) -> None:
        """Give events the type of their source, which may have come on a later page."""
        types = np.array([*(self._text(source.type) for source in self._sources), 0], np.int32)
        events = columns["kind"] == Kind.EVENT
        columns["type"][events] = types[columns["source"][events]]
