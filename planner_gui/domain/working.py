"""The minutes each person is scheduled to work on a day, for many people and days at once, and where they come from.

capacity.md, Working time 1 to 3: the person's own record, else what a vendor reports, else the workspace default;
holidays on the first and the last. It knows no absence, no load and no clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import zip_longest
from threading import Lock
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from planner_gui.domain.calendar import UNKNOWN, WHOLE, Holidays, ScheduleRecord, WorkingTime, after_share
from planner_gui.domain.distinct import distinct
from planner_gui.domain.plan import Person, Plan
from planner_gui.domain.snapshot import Snapshot, day_date, day_number
from planner_gui.domain.weeks import describe_week
from planner_gui.domain.zones import Zones, zones_of

_FAR = 2**31 - 1  # the first own record of somebody who has none
_MONDAY = 4  # 1970-01-05, day number 4, was a Monday

Int16 = NDArray[np.int16]
Int32 = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class _Profile:
    """What decides a person's working time, shared by everybody for whom it is the same."""

    own: tuple[ScheduleRecord, ...]
    calendar: str


@dataclass(frozen=True, slots=True)
class _Index:
    """Which profile and which vendor schedules each person has; made once a plan.

    vendors: for each of a plan's schedule tables, in the order of precedence, the snapshot and the table's row of each
    person (-1: none). zones: by which each person's days begin and end.
    """

    profiles: tuple[_Profile, ...]
    profile: Int32
    own_from: Int32
    vendors: tuple[tuple[int, Int32], ...]
    zones: Zones


_LOCK = Lock()  # findings are made beside the window
_INDICES: WeakKeyDictionary[Plan, _Index] = WeakKeyDictionary()


def _index(plan: Plan) -> _Index:
    with _LOCK:
        index = _INDICES.get(plan)
        if index is None:
            # A plan made from another by replacing columns has the same people: share what is known of them.
            same = (p for p in _INDICES if p.people is plan.people and p.rules is plan.rules)
            twin = next((p for p in same if _report_the_same(p.snapshots, plan.snapshots)), None)
            index = _INDICES[plan] = _make_index(plan) if twin is None else _INDICES[twin]
        return index


def _report_the_same(one: Sequence[Snapshot], other: Sequence[Snapshot]) -> bool:
    """Whether two plans have the same schedules in the same places; snapshots of edits, at the end, report none."""
    return one is other or all(
        (a is not None and b is not None and a.schedules is b.schedules)
        or not any(snapshot is not None and len(snapshot.schedules.account) for snapshot in (a, b))
        for a, b in zip_longest(one, other)
    )


def narrow(part: Plan, plan: Plan, people: Int32) -> None:
    """Share what is known of the people of `plan` with a plan of some of them, in the order of `people`."""
    index = _index(plan)
    vendors = tuple((number, rows[people]) for number, rows in index.vendors)
    profile, own_from = index.profile[people], index.own_from[people]
    with _LOCK:
        _INDICES[part] = replace(
            index, profile=profile, own_from=own_from, vendors=vendors, zones=index.zones.take(people)
        )


def person_zones(plan: Plan) -> Zones:
    """Everybody's time zone."""
    return _index(plan).zones


def _make_index(plan: Plan) -> _Index:
    time = plan.rules.working_time
    profiles: dict[tuple[tuple[ScheduleRecord, ...], str], int] = {((), time.default_calendar): 0}
    profile = np.zeros(len(plan.people), np.int32)
    if time.own or time.calendar_of:  # else everybody is ordinary: a look at each of 10,000 would hold the first paint
        for i, person in enumerate(plan.people):
            profile[i] = profiles.setdefault((_own(time, person), _calendar(time, person)), len(profiles))
    kept = tuple(_Profile(*key) for key in profiles)
    firsts = [day_number(p.own[0].start) if p.own else _FAR for p in kept]
    own_from = np.array(firsts, np.int32)[profile]
    return _Index(kept, profile, own_from, tuple(_vendors(plan)), zones_of(plan.people, plan.rules))


def _own(time: WorkingTime, person: Person) -> tuple[ScheduleRecord, ...]:
    if not time.own:
        return ()
    records: dict[date, ScheduleRecord] = {}
    for account in person.accounts:
        for record in time.own.get(account, ()):
            records.setdefault(record.start, record)
    return tuple(records[start] for start in sorted(records))


def _calendar(time: WorkingTime, person: Person) -> str:
    if time.calendar_of:
        for account in person.accounts:
            if account in time.calendar_of:
                return time.calendar_of[account]
    return time.default_calendar


def _vendors(plan: Plan) -> Iterable[tuple[int, Int32]]:
    """The schedule tables that report somebody; a person's second account in one connection is a table of its own."""
    for number, snapshot in enumerate(plan.snapshots):
        table_row = {snapshot.accounts[int(a)].key: i for i, a in enumerate(snapshot.schedules.account)}
        if not table_row:
            continue
        found: list[tuple[int, int, int]] = []  # nth account of the person, person, row
        for person, who in enumerate(plan.people):
            mine = [table_row[ref.key] for ref in who.accounts if ref.connection == snapshot.connection
                    and ref.key in table_row]  # fmt: skip
            found.extend((nth, person, row) for nth, row in enumerate(mine))
        for nth in range(max((f[0] for f in found), default=-1) + 1):
            rows = np.full(len(plan.people), -1, np.int32)
            for n, person, row in found:
                if n == nth:
                    rows[person] = row
            yield number, rows


def _record_at(records: tuple[ScheduleRecord, ...], days: Int32) -> NDArray[np.intp]:
    """Index of the record in force on each day, -1 before the first."""
    starts = np.array([day_number(r.start) for r in records], np.int32)
    return np.searchsorted(starts, days, side="right") - 1


def _week_of(record: ScheduleRecord, days: Int32) -> Int32:
    """Which week of the record's cycle each day lies in; the cycle starts in the record's week."""
    first_week = (day_number(record.start) - _MONDAY) // 7
    week: Int32 = ((days - _MONDAY) // 7 - first_week) % len(record.weeks)
    return week


def _by_records(records: tuple[ScheduleRecord, ...], days: Int32, answer: str) -> Int32:
    """Per day of the record in force: its "minutes", or its week's "sum" or "count" of days with minutes."""
    out = np.full(len(days), UNKNOWN, np.int32)
    at = _record_at(records, days)
    for i in distinct(at[at >= 0]):
        record, here = records[i], at == i
        weeks = np.array(record.weeks, np.int32)
        if answer != "minutes":
            each = weeks.sum(axis=1) if answer == "sum" else (weeks > 0).sum(axis=1)
            weeks = np.repeat(each[:, None], 7, axis=1)
        out[here] = weeks[_week_of(record, days[here]), (days[here] - _MONDAY) % 7]
    return out


def _profile_days(plan: Plan, profile: _Profile, days: Int32, answer: str) -> Int32:
    """The person's own record, else the workspace default (vendors come between, see `working`)."""
    out = _by_records(plan.rules.working_time.default, days, answer)
    own = _by_records(profile.own, days, answer)
    return np.where(own >= 0, own, out)


def _days_off(plan: Plan, calendar: str, start: int, days: int) -> Int32:
    """Share of each day that is a holiday, in hundredths of a percent."""
    off = np.zeros(days, np.int32)
    holidays = plan.rules.working_time.holidays.get(calendar)
    if holidays is not None:
        for day, share in holidays.shares.items():
            at = day_number(day) - start
            if 0 <= at < days:
                off[at] = min(max(round(share * WHOLE), 0), WHOLE)
    return off


def working(plan: Plan, people: Int32, start: int, days: int, *, holidays: bool = True) -> Int16:
    """Minutes that each person is scheduled to work: int16[n, days] from day number `start`; UNKNOWN where none is set.

    holidays False: as if there were none, for the rate of later occurrences (Load 3). Costs one row a profile and a
    gather, so that 10,000 people x 365 days are milliseconds.
    """
    index = _index(plan)
    numbers = np.arange(start, start + days, dtype=np.int32)
    mine = index.profile[people]
    used, which = np.unique(mine, return_inverse=True)
    tables = np.empty((len(used), days), np.int16)
    for i, number in enumerate(used):
        profile = index.profiles[number]
        minutes = _profile_days(plan, profile, numbers, "minutes")
        if holidays:
            known = minutes >= 0
            minutes[known] = after_share(minutes, _days_off(plan, profile.calendar, start, days))[known]
        tables[i] = minutes
    out: Int16 = tables[which]
    return _overlay(plan, index, people, start, out)


def _overlay(plan: Plan, index: _Index, people: Int32, start: int, out: Int16) -> Int16:
    """Lay the vendors' schedules between the person's own and the default: such a day stands as it is (3)."""
    days = out.shape[1]
    for snapshot, rows in reversed(index.vendors):
        schedules = plan.snapshots[snapshot].schedules
        first, last = max(start, schedules.start), min(start + days, schedules.start + schedules.minutes.shape[1])
        having = np.flatnonzero(rows[people] >= 0)
        if first >= last or not len(having):
            continue
        minutes = schedules.minutes[rows[people[having]], first - schedules.start : last - schedules.start]
        before_own = np.arange(first, last, dtype=np.int32) < index.own_from[people[having]][:, None]
        here = out[having, first - start : last - start]
        out[having, first - start : last - start] = np.where((minutes >= 0) & before_own, minutes, here)
    return out


def mean_days(plan: Plan, people: Int32, start: int, days: int) -> tuple[Int32, Int32]:
    """The week's minutes and its weekdays with minutes, of the record in force: int32[n, days] each (Load 1).

    Their quotient is the mean working day. Where a vendor's schedule is in force: of that Monday to Sunday as reported.
    """
    index = _index(plan)
    numbers = np.arange(start, start + days, dtype=np.int32)
    used, which = np.unique(index.profile[people], return_inverse=True)
    sums = np.stack([_profile_days(plan, index.profiles[u], numbers, "sum") for u in used])[which]
    counts = np.stack([_profile_days(plan, index.profiles[u], numbers, "count") for u in used])[which]
    if index.vendors:
        monday = start - (start - _MONDAY) % 7
        weeks = -(-(start + days - monday) // 7)
        empty = np.full((len(people), weeks * 7), UNKNOWN, np.int16)
        reported = _overlay(plan, index, people, monday, empty)
        by_week = reported.reshape(len(people), weeks, 7)
        week = (numbers - monday) // 7
        told = reported[:, start - monday : start - monday + days] >= 0
        sums = np.where(told, np.maximum(by_week, 0).sum(axis=2, dtype=np.int32)[:, week], sums)
        counts = np.where(told, (by_week > 0).sum(axis=2, dtype=np.int32)[:, week], counts)
    return np.maximum(sums, 0).astype(np.int32), np.maximum(counts, 0).astype(np.int32)


def explain(plan: Plan, person: int, day: int) -> tuple[int, str]:
    """A day's working minutes and where they come from, in words for the receipt; (UNKNOWN, "no schedule")."""
    return explanations(plan, person, day, 1)[0]


def explanations(plan: Plan, person: int, start: int, days: int) -> list[tuple[int, str]]:
    """`explain` for each of some days from day number `start`."""
    people = np.array([person], np.int32)
    minutes = working(plan, people, start, days)[0].tolist()
    index, time = _index(plan), plan.rules.working_time
    profile = index.profiles[index.profile[person]]
    numbers = np.arange(start, start + days, dtype=np.int32)
    own, default = (_record_at(records, numbers).tolist() for records in (profile.own, time.default))
    reported = _overlay(plan, index, people, start, np.full((1, days), UNKNOWN, np.int16))[0] >= 0
    holidays = time.holidays.get(profile.calendar, Holidays())
    out = []
    for at, number in enumerate(numbers.tolist()):
        if reported[at]:
            text = f"{_vendor_name(plan, index, person, number)} schedule"
        elif own[at] >= 0:
            record = profile.own[own[at]]
            text = f"own schedule from {record.start.isoformat()}, {_week_words(record, number)}"
        elif default[at] >= 0:
            text = f"workspace default, {_week_words(time.default[default[at]], number)}"
        else:
            out.append((UNKNOWN, "no schedule"))
            continue
        day = day_date(number)
        if not reported[at] and holidays.shares.get(day, 0) > 0:
            text += f"; holiday: {holidays.names.get(day, profile.calendar)}"
        out.append((minutes[at], text))
    return out


def _week_words(record: ScheduleRecord, day: int) -> str:
    week = _week_of(record, np.array([day], np.int32))[0]
    return describe_week(record.weeks[week])


def _vendor_name(plan: Plan, index: _Index, person: int, day: int) -> str:
    for snapshot, rows in index.vendors:
        schedules, row = plan.snapshots[snapshot].schedules, int(rows[person])
        at = day - schedules.start
        if row >= 0 and 0 <= at < schedules.minutes.shape[1] and schedules.minutes[row, at] >= 0:
            return plan.snapshots[snapshot].connection
    return "vendor"
