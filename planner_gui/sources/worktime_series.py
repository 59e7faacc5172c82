"""Events of one calendar put together: what is one series, what stands for an occurrence, what still must be expanded.

Whether a search returns a series once with its rule or every occurrence of it is documented nowhere (vendors.md 3.3; 5,
Work Time Calendar 7), so it is told by the answer. No request is sent here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta

from planner_gui.domain.entities import Event, Record, Span
from planner_gui.domain.recurrence import event_starts
from planner_gui.sources.worktime_events import Found, midnight

# The record, the date it starts on, the date it stands for, whether its rule is not understood.
_Occurrence = tuple[Found, date, date | None, bool]
_Times = tuple[Span | None, datetime | None, datetime | None]

_EXDATE = re.compile(r"EXDATE[^:]*:(.*)", re.ASCII | re.IGNORECASE)
_DAY = re.compile(r"(\d{4})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])", re.ASCII)
LONGEST = timedelta(days=366)  # how far before the reading a long occurrence is looked for


def series_of(found: Iterable[Found]) -> list[list[Found]]:
    """The records of a calendar by series, in the order of their first records."""
    series: dict[str, list[Found]] = {}
    for one in found:
        series.setdefault(one.series, []).append(one)
    return list(series.values())


def records_of(series: Sequence[Found], span: Span, *, source: str, title: str, resource: str) -> Iterator[Record]:
    """The events of one series that may touch `span`.

    source, title: for records that name none. An occurrence carries the series' id and its own start date; an exception
    takes the place of the occurrence whose date it names. A rule that is not understood leaves the first one, marked.
    """
    for one, start, occurrence, unknown in _occurrences(series, span):
        dates, starts_at, ends_at = _times(one, start)
        event = Event(
            external_id=one.series,
            accounts=tuple(account.key for account in one.people),
            title=one.title or title or f"Event {one.id}",
            source=one.source or source,
            dates=dates,
            starts_at=starts_at,
            ends_at=ends_at,
            occurrence=occurrence,
            unknown_rule=unknown,
            resource=resource,
        )
        yield Record(event, one.raw)


def _occurrences(series: Sequence[Found], span: Span) -> Iterator[_Occurrence]:
    masters = [one for one in series if one.rule and one.original is None and not one.parent]
    if not masters:
        yield from _without_rule(series)
        return
    master = min(masters, key=_start)
    others = [one for one in series if one is not master]
    rule, left_out = rule_and_left_out(master.rule)
    starts = _starts(rule, master, span)
    expanded = _is_expanded(master, others, starts or [])
    replaced = {one.original for one in others} | master.left_out | left_out
    if expanded or starts is None or master.first not in replaced:
        yield master, master.first, None, starts is None and not expanded
    yield from ((one, one.first, one.original or one.first, False) for one in others)
    if starts is None or expanded:
        return
    for start in starts:
        if start != master.first and start not in replaced:
            yield master, start, start, False


def _without_rule(series: Sequence[Found]) -> Iterator[_Occurrence]:
    """Single events, or occurrences whose series is told of elsewhere or nowhere."""
    first = min(series, key=_start)
    for one in series:
        later = one.original is not None or one.parent or one is not first
        yield one, one.first, (one.original or one.first) if later else None, False


def rule_and_left_out(text: str) -> tuple[str, set[date]]:
    """The RRULE of a text that may hold EXDATE lines too, and the dates those leave out; any other line spoils it."""
    rules, left_out = [], set[date]()
    for line in filter(None, (line.strip() for line in text.splitlines())):
        if (match := _EXDATE.fullmatch(line)) is None:
            rules.append(line)
        else:
            left_out |= {date(*map(int, day)) for day in _DAY.findall(match[1])}
    return "\n".join(rules), left_out


def _starts(rule: str, master: Found, span: Span) -> list[date] | None:
    """The start dates of the occurrences that may touch `span`; None where the rule is not understood."""
    reach = min(max(master.last - master.first, timedelta(0)), LONGEST) + timedelta(days=1)
    around = Span(span.start - reach, span.end + timedelta(days=1))
    if master.all_day or master.starts_at is None:
        return event_starts(rule, master.first, around)
    found = event_starts(rule, master.starts_at.astimezone(master.zone), around)
    return None if found is None else [start.date() for start in found]


def _is_expanded(master: Found, others: Sequence[Found], starts: Sequence[date]) -> bool:
    """Whether the answer holds the occurrences themselves: the same id again, or one that is as the rule makes it.

    An exception differs from the occurrence it stands for, else it would be none.
    """
    if any(one.id == master.id and one.original is None for one in others):
        return True
    if not others:
        return False
    made = {_shape(master, start) for start in starts if start != master.first}
    return any(_shape(one, one.first) in made for one in others)


def _shape(one: Found, start: date) -> tuple[object, ...]:
    return one.title, frozenset(account.key for account in one.people), _times(one, start)


def _times(one: Found, start: date) -> _Times:
    """Dates, or first and last instant, of the occurrence that starts on `start`: the same length, the same wall-clock
    times in its zone."""
    by = start - one.first
    if not one.all_day:
        return None, _shifted(one.starts_at, by, one), _shifted(one.ends_at, by, one)
    last = one.last + by
    if start <= last:
        return Span(start, last), None, None
    return None, midnight(start, one.zone), midnight(last, one.zone)  # as it is, which only instants can say (V5)


def _shifted(moment: datetime | None, by: timedelta, one: Found) -> datetime | None:
    if moment is None or not by:
        return moment
    wall = moment.astimezone(one.zone).replace(tzinfo=None) + by
    return wall.replace(tzinfo=one.zone).astimezone(UTC)


def _start(one: Found) -> datetime:
    return one.starts_at or datetime.combine(one.first, time.min, one.zone)
