"""One item as rows of a snapshot: forms, whole minutes, flags and shares (capacity.md, Load 1 to 4).

Rows are plain tuples in the order of COLUMNS, texts and accounts already numbers. What needs the whole reading (clipped
reflections, unknown accounts, the types of calendar sources) is settled by `reading` at its end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import NamedTuple

from planner_gui.domain.entities import Absence, Allocation, Event, Item, Kind, Span, Task
from planner_gui.domain.recurrence import NEVER, known_rule, spans
from planner_gui.domain.snapshot import EPOCH, NO_DAY, Flag, Form

MAX_MINUTES = 2**31 - 1
MAX_PERCENT = 2**15 - 1

# As plain ints: an IntFlag costs a microsecond for each operation, and a page has 2,000 records.
_BAD_DATES = int(Flag.BAD_DATES)
_INCLUDE_NON_WORKING = int(Flag.INCLUDE_NON_WORKING)
_TEAM_PARENT = int(Flag.TEAM_PARENT)
_REFLECTION = int(Flag.REFLECTION)
_UNKNOWN_RULE = int(Flag.UNKNOWN_RULE)
_OCCURRENCE = int(Flag.OCCURRENCE)
_RECURRING = int(Flag.RECURRING)
_ALL_DAY = int(Flag.ALL_DAY)
_ARCHIVED = int(Flag.ARCHIVED)
_ORIGINAL_ESTIMATE = int(Flag.ORIGINAL_ESTIMATE)
_NO_START = int(Flag.NO_START)
_NO_DUE = int(Flag.NO_DUE)


class Row(NamedTuple):
    """One row, a value a column (COLUMNS), as ints."""

    kind: int
    account: int
    start: int
    end: int
    form: int
    amount: int
    percent: int
    flags: int
    title: int
    project: int
    type: int
    item: int
    external_id: int
    source: int
    resource: int
    raw: int


class Extra(NamedTuple):
    """What the sparse tables keep of a row: a timed event's minutes, an occurrence and the span that sets its rate.

    team: of a reflection, the team's key as a text number, 0 where only its parent knows it.
    """

    start_minute: int | None = None
    end_minute: int | None = None
    occurrence: int | None = None
    first_start: int = NO_DAY
    first_end: int = NO_DAY
    team: int = 0


NO_EXTRA = Extra()
Made = tuple[Row, Extra]


@dataclass(frozen=True, slots=True)
class Numbers:
    """How a text, an account key and a source key become numbers in this reading."""

    text: Callable[[str], int]
    account: Callable[[str], int]
    source: Callable[[str], int]


def minutes_of(seconds: float) -> int:
    """Seconds as whole minutes, half up."""
    return max(0, min(MAX_MINUTES, int((seconds + 30) // 60)))


def hundredths(percent: float | None) -> int:
    """A percentage in hundredths, half up; -1 where there is none."""
    return -1 if percent is None else max(0, min(MAX_PERCENT, int(percent * 100 + 0.5)))


def shares(total: int, among: int) -> list[int]:
    """A total in `among` equal parts that add up to it, the remainder to the earlier ones (Load 4)."""
    each, rest = divmod(total, among)
    return [each + (i < rest) for i in range(among)]


def rows_of(item: Item, raw: int, within: Span, zone: tzinfo, numbers: Numbers) -> Iterator[Made]:
    """The rows of one item that belong into a reading of `within`; raises ValueError where it has no dates at all."""
    match item:
        case Allocation():
            return _allocation(item, raw, within, numbers)
        case Absence():
            return _absence(item, raw, within, numbers)
        case Event():
            return _event(item, raw, within, zone, numbers)
        case Task():
            return _task(item, raw, within, numbers)


def _number(day: date) -> int:
    return day.toordinal() - EPOCH


def _date_flags(start: date, end: date) -> int:
    """BAD_DATES for an end before the start, and for the years that mean "no date" (V5)."""
    bad = end < start or start.year == 1 or end.year == date.max.year
    return _BAD_DATES if bad else 0


def _touches(start: date, end: date, within: Span) -> bool:
    """Whether an item touches the reading; one with bad dates by what lies between them, so that it is seen."""
    return min(start, end) <= within.end and max(start, end) >= within.start


def _amount(item: Allocation) -> tuple[Form, int]:
    """How an allocation states its amount: the first that applies (Load 1)."""
    # A service without amounts a day, or without a total, sends 0 rather than nothing: 0 gives way to the next.
    if item.seconds_per_day:
        return Form.PER_DAY, minutes_of(item.seconds_per_day)
    if item.seconds is not None and item.seconds > 0:
        return Form.TOTAL, minutes_of(item.seconds)
    if item.commitment is not None:
        return Form.PERCENT, 0
    return (Form.NONE, 0) if item.seconds_per_day is None else (Form.PER_DAY, 0)


def _allocation(item: Allocation, raw: int, within: Span, numbers: Numbers) -> Iterator[Made]:
    form, amount = _amount(item)
    parent = bool(item.team) and not item.account
    rule = known_rule(item.rule)
    bad = _date_flags(item.start, item.end)
    flags = bad
    flags |= _INCLUDE_NON_WORKING if item.include_non_working else 0
    flags |= _TEAM_PARENT if parent else 0
    flags |= _REFLECTION if item.reflection else 0
    flags |= _UNKNOWN_RULE if rule is None else 0
    flags |= _OCCURRENCE if item.occurrence is not None else 0
    flags |= _RECURRING if rule not in (None, NEVER) and item.occurrence is None else 0
    text = numbers.text
    row = Row(
        kind=int(Kind.ALLOCATION),
        account=numbers.account(item.account),
        start=_number(item.start),
        end=_number(item.end),
        form=int(form),
        amount=amount,
        percent=hundredths(item.commitment),
        flags=flags,
        title=text(item.title),
        project=text(item.project),
        type=text(item.type),
        item=text(item.team if parent else item.item),
        external_id=text(item.external_id),
        source=-1,
        resource=text(item.resource),
        raw=raw,
    )
    extra = Extra(team=text(item.team)) if item.reflection else NO_EXTRA
    if item.occurrence is not None:
        if _touches(item.start, item.end, within):
            yield row, extra._replace(occurrence=_number(item.occurrence))
        return
    if bad or item.expanded or not flags & _RECURRING:
        if _touches(item.start, item.end, within) or flags & _RECURRING:
            yield row, extra
        return
    yield from _series(item, row, extra, within)


def _series(item: Allocation, row: Row, extra: Extra, within: Span) -> Iterator[Made]:
    """The stored first occurrence and the later ones in the reading; nothing where none of them touches it."""
    first = Span(item.start, item.end)
    occurrences = spans(first, item.rule, item.until, item.count, within)
    if not occurrences:
        return
    yield row, extra
    flags = row.flags & ~_RECURRING | _OCCURRENCE
    for span in occurrences:
        if span.start != first.start:
            start = _number(span.start)
            later = row._replace(start=start, end=_number(span.end), flags=flags)
            yield later, extra._replace(occurrence=start, first_start=row.start, first_end=row.end)


def _absence(item: Absence, raw: int, within: Span, numbers: Numbers) -> Iterator[Made]:
    if not _touches(item.start, item.end, within):
        return
    text = numbers.text
    row = Row(
        kind=int(Kind.ABSENCE),
        account=numbers.account(item.account),
        start=_number(item.start),
        end=_number(item.end),
        form=int(Form.NONE),
        amount=0,
        percent=hundredths(item.percent),
        flags=_date_flags(item.start, item.end),
        title=text(item.comment or item.type),
        project=0,
        type=text(item.type),
        item=0,
        external_id=text(item.external_id),
        source=-1,
        resource=text(item.resource),
        raw=raw,
    )
    yield row, NO_EXTRA


def _event(item: Event, raw: int, within: Span, zone: tzinfo, numbers: Numbers) -> Iterator[Made]:
    start, end, timed = _event_dates(item, zone)
    if not _touches(start, end, within):
        return
    flags = _date_flags(start, end)
    flags |= _BAD_DATES if timed is not None and timed[1] < timed[0] else 0
    flags |= _ALL_DAY if timed is None else 0
    flags |= _UNKNOWN_RULE if item.unknown_rule else 0
    flags |= _OCCURRENCE if item.occurrence is not None else 0
    text = numbers.text
    row = Row(
        kind=int(Kind.EVENT),
        account=-1,
        start=_number(start),
        end=_number(end),
        form=int(Form.NONE),
        amount=0,
        percent=-1,
        flags=flags,
        title=text(item.title),
        project=0,
        type=0,  # of its source, which may be on a later page
        item=0,
        external_id=text(item.external_id),
        source=numbers.source(item.source),
        resource=text(item.resource),
        raw=raw,
    )
    occurrence = None if item.occurrence is None else _number(item.occurrence)
    first_minute, last_minute = timed or (None, None)
    extra = Extra(first_minute, last_minute, occurrence)
    for account in item.accounts or ("",):
        yield row._replace(account=numbers.account(account)), extra


def _event_dates(item: Event, zone: tzinfo) -> tuple[date, date, tuple[int, int] | None]:
    """First and last date of an event in `zone`, and a timed one's minutes since the epoch, end exclusive."""
    if item.dates is not None:
        return item.dates.start, item.dates.end, None
    if item.starts_at is None:
        raise ValueError("the event has neither dates nor times")
    starts, ends = item.starts_at, item.starts_at if item.ends_at is None else item.ends_at
    first, last = _floor_minute(starts), -(-_seconds(ends) // 60)
    # The end is exclusive: a meeting until midnight is not on the next day.
    shown = ends if ends <= starts else ends - timedelta(microseconds=1)
    return starts.astimezone(zone).date(), shown.astimezone(zone).date(), (first, last)


def _seconds(instant: datetime) -> int:
    return int(instant.timestamp())


def _floor_minute(instant: datetime) -> int:
    return _seconds(instant) // 60


def _task(item: Task, raw: int, within: Span, numbers: Numbers) -> Iterator[Made]:
    remaining = 0 if item.archived else item.remaining_minutes
    if not _task_stays(item, remaining or 0, within):
        return
    flags = _ARCHIVED if item.archived else 0
    flags |= _ORIGINAL_ESTIMATE if item.original_estimate else 0
    flags |= _NO_START if item.start is None else 0
    flags |= _NO_DUE if item.due is None else 0
    if item.start is not None:
        flags |= _date_flags(item.start, item.due or item.start)
    text = numbers.text
    row = Row(
        kind=int(Kind.TASK),
        account=-1,
        start=NO_DAY if item.start is None else _number(item.start),
        end=NO_DAY if item.due is None else _number(item.due),
        form=int(Form.NONE if remaining is None else Form.REMAINING),
        amount=0,
        percent=hundredths(item.percent_complete),
        flags=flags,
        title=text(item.title),
        project=text(item.project),
        type=text(item.type),
        item=text(item.status),
        external_id=text(item.external_id),
        source=-1,
        resource=text(item.resource),
        raw=raw,
    )
    accounts = tuple(dict.fromkeys(map(numbers.account, item.assignees or ("",))))
    total = max(0, min(MAX_MINUTES, remaining or 0))
    for account, minutes in zip(accounts, shares(total, len(accounts)), strict=True):
        yield row._replace(account=account, amount=minutes), NO_EXTRA


def _task_stays(item: Task, remaining: int, within: Span) -> bool:
    """Undated and overdue tasks belong to every reading: what is left of them is work of today (Load 4)."""
    if item.due is None:
        return True
    if item.due < within.start:
        overdue = remaining > 0 and not item.archived
        return overdue or (item.start is not None and _touches(item.start, item.due, within))
    return item.start is None or _touches(item.start, item.due, within)
