"""Small plans for the tests of the numbers: items in the words of the worked examples, through a real Reading.

People are keys such as "ana", with the same e-mail address in every connection, so that they are one person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from planner_gui.domain.assembly import assemble
from planner_gui.domain.calendar import Holidays, ScheduleRecord, WorkingTime, parse_week
from planner_gui.domain.capacity import Table, table
from planner_gui.domain.entities import (
    Absence,
    Account,
    AccountRef,
    Allocation,
    CalendarSource,
    CountsAs,
    Event,
    Item,
    Membership,
    NotReadable,
    NotUnderstood,
    Page,
    Project,
    Record,
    Span,
    Task,
    VendorSchedule,
)
from planner_gui.domain.plan import DEFAULT_EVENTS, ConnectionView, Counting, Plan, Rules, State
from planner_gui.domain.reading import Reading
from planner_gui.domain.snapshot import Snapshot

READ_AT = datetime(2026, 11, 16, 9, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
TYPES = ("vacation", "sickness", "trip", "meeting", "custom")


def day(text: str) -> date:
    return date.fromisoformat(text)


def dates(text: str) -> tuple[date, date]:
    """ "2026-11-16..20", "2026-11-16..2026-12-01" or one day; the end may come before the start."""
    first, _, last = text.partition("..")
    return day(first), day(first[: -len(last)] + last if last else first)


def span(text: str) -> Span:
    return Span(*dates(text))


def leave(who: str, days: str, percent: float = 100, *, ref: str = "", reason: str = "HOLIDAY") -> Absence:
    start, end = dates(days)
    return Absence(
        external_id=ref or f"{who}@{start}",
        account=who,
        start=start,
        end=end,
        type=reason,
        percent=percent,
    )


def booking(who: str, days: str, *, ref: str = "41", title: str = "Core services", **more: Any) -> Allocation:
    start, end = dates(days)
    return Allocation(external_id=ref, account=who, start=start, end=end, title=title, **more)


def event(who: str | tuple[str, ...], days: str, of: str = "vacation", *, ref: str = "e1", title: str = "") -> Event:
    accounts = (who,) if isinstance(who, str) else who
    return Event(external_id=ref, accounts=accounts, title=title or of, source=of, dates=span(days))


def timed(who: str, start: str, end: str, of: str = "meeting", *, ref: str = "e1", zone: ZoneInfo = BERLIN) -> Event:
    """Times of the zone: "2026-11-16 10:00"."""
    begins, ends = (datetime.fromisoformat(text).replace(tzinfo=zone) for text in (start, end))
    return Event(external_id=ref, accounts=(who,), title=of, source=of, starts_at=begins, ends_at=ends)


def task(who: str | tuple[str, ...], start: str | None, due: str | None, minutes: int, **more: Any) -> Task:
    return Task(
        external_id=more.pop("ref", "t1"),
        assignees=(who,) if isinstance(who, str) else who,
        title=more.pop("title", "Test plan"),
        start=day(start) if start else None,
        due=day(due) if due else None,
        remaining_minutes=minutes,
        **more,
    )


def snapshot(
    name: str,
    items: Iterable[Item] = (),
    *,
    read: Span,
    people: Sequence[str] = ("ana", "bo"),
    zone: ZoneInfo = BERLIN,
    schedules: Sequence[VendorSchedule] = (),
    projects: Sequence[Project] = (),
    memberships: Sequence[Membership] = (),
    not_readable: Sequence[NotReadable] = (),
    not_understood: Sequence[NotUnderstood] = (),
    read_at: datetime = READ_AT,
) -> Snapshot:
    """One connection's reading; its kind is its name up to a "-" ("tempo-2" is a second Tempo)."""
    reading = Reading(name, name.partition("-")[0], read, zone)
    accounts = tuple(Account(key=who, name=who.title(), email=f"{who}@example.com") for who in people)
    sources = tuple(CalendarSource(key=type_, name=type_, type=type_, calendar="Platform") for type_ in TYPES)
    reading.add(
        Page(
            accounts=accounts,
            sources=sources if name.startswith("worktime") else (),
            schedules=tuple(schedules),
            projects=tuple(projects),
            memberships=tuple(memberships),
            not_readable=tuple(not_readable),
            not_understood=tuple(not_understood),
            records=tuple(Record(item, b"{}") for item in items),
        )
    )
    return reading.finish(read_at)


def working_time(
    week: str | None = "mon-fri 8h",
    own: Mapping[str, Sequence[tuple[str, str]]] | None = None,
    holidays: Mapping[str, float] | None = None,
) -> WorkingTime:
    """own: person -> (from, week) of their records, entered for the account in Tempo."""
    default = (ScheduleRecord(date.min, (parse_week(week),)),) if week else ()
    records = {
        AccountRef("tempo", who): tuple(ScheduleRecord(day(since), (parse_week(text),)) for since, text in dated)
        for who, dated in (own or {}).items()
    }
    off = {day(text): share for text, share in (holidays or {}).items()}
    return WorkingTime(
        default=default,
        own=records,
        holidays={"DE": Holidays(off, dict.fromkeys(off, "Holiday"))},
        default_calendar="DE",
    )


def plan_of(
    items: Mapping[str, Iterable[Item]] | Sequence[Snapshot],
    *,
    today: str = "2026-11-16",
    read: str = "2014-01-01..2028-12-31",
    people: Sequence[str] = ("ana", "bo"),
    time: WorkingTime | None = None,
    tasks: CountsAs = CountsAs.LOAD,
    events: Mapping[str, CountsAs] | None = None,
    time_off: frozenset[tuple[str, str]] = frozenset(),
    zone: ZoneInfo = BERLIN,
) -> Plan:
    """A plan of connection name -> items, everything read for `read`; 8 h Monday to Friday unless said otherwise."""
    if isinstance(items, Mapping):
        snapshots = tuple(snapshot(n, i, read=span(read), people=people, zone=zone) for n, i in items.items())
    else:
        snapshots = tuple(items)
    counting = Counting(
        tasks={s.connection: tasks for s in snapshots},
        events={("", "", type_): as_ for type_, as_ in {**DEFAULT_EVENTS, **(events or {})}.items()},
        time_off=time_off,
    )
    views = tuple(ConnectionView(s.connection, s.kind, State.FRESH, s.read_at, s.span) for s in snapshots)
    return assemble(snapshots, views, Rules(time or working_time(), zone, counting), day(today))


def index(plan: Plan, who: str = "ana") -> int:
    """The person's number in the plan."""
    return [person.name for person in plan.people].index(who.title())


def numbers(plan: Plan, days: str, who: str = "ana") -> Table:
    """The table of one person."""
    return table(plan, np.array([index(plan, who)], np.int32), span(days))


def load(plan: Plan, days: str, who: str = "ana") -> list[int]:
    return [int(n) for n in numbers(plan, days, who).load[0]]


def capacity(plan: Plan, days: str, who: str = "ana") -> list[int]:
    return [int(n) for n in numbers(plan, days, who).capacity[0]]
