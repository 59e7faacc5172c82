"""Why a number is what it is: every term of a cell with its source, adding up to the table's numbers (The receipt).

The terms come from the same item-day pairs as `capacity.table`, so that they add up by construction. Nothing is
rounded here and nothing is formatted for a locale.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from planner_gui.domain.absences import additions, precedence
from planner_gui.domain.amounts import amounts
from planner_gui.domain.calendar import UNKNOWN
from planner_gui.domain.capacity import AWAY, item_days, read_days, rows_of
from planner_gui.domain.entities import CountsAs, Kind, Span
from planner_gui.domain.meetings import minutes_of
from planner_gui.domain.plan import Plan, State
from planner_gui.domain.snapshot import PENDING, Flag, Form, day_date, day_number
from planner_gui.domain.wording import clock, flags_of, item_words, percent_words, read_words, source_words, span_words
from planner_gui.domain.working import explanations, person_zones, working

Int64 = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One line. minutes: what it adds (of something not counted: what it would be). row: of the plan, None if no item.

    share: "70 %". source: "Tempo allocation 41". marks: what a reader should know of it ("overdue", "stale" ...).
    """

    minutes: int
    text: str
    share: str = ""
    source: str = ""
    connection: str = ""
    external_id: str = ""
    read_at: datetime | None = None
    row: int | None = None
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The terms of one person over a span.

    unknown: how many of its days have no numbers, and why; they are left out of every sum.
    """

    person: int
    name: str
    span: Span
    working: tuple[Term, ...]
    absence: tuple[Term, ...]
    load: tuple[Term, ...]
    not_counted: tuple[Term, ...]
    unknown: tuple[tuple[int, str], ...] = ()

    @property
    def known(self) -> bool:
        """Whether any day of the span has numbers."""
        return sum(days for days, _ in self.unknown) < len(self.span)

    @property
    def working_minutes(self) -> int:
        return _sum(self.working)

    @property
    def absence_minutes(self) -> int:
        return _sum(self.absence)

    @property
    def capacity_minutes(self) -> int:
        return self.working_minutes - self.absence_minutes

    @property
    def load_minutes(self) -> int:
        return _sum(self.load)


def _sum(terms: Iterable[Term]) -> int:
    return sum(term.minutes for term in terms)


def receipt(plan: Plan, person: int, span: Span) -> Receipt:
    """Why `capacity.table` says what it says of one person over a day or a period."""
    lo, days = day_number(span.start), len(span)
    people = np.array([person], np.int32)
    limit = working(plan, people, lo, days)
    read = read_days(plan, lo, days)
    known = (limit[0] != UNKNOWN) & read
    rows, _ = rows_of(plan, people, lo, lo + days - 1)
    counts = plan.columns["counts_as"][rows]
    away, repeats = _absence(plan, rows[np.isin(counts, AWAY)], limit, lo, known)
    load, idle = _load(plan, rows[counts == CountsAs.LOAD], span, known)
    shown = _shown(plan, rows[(counts == CountsAs.SHOW) | (counts == CountsAs.IGNORE)], span, known)
    unknown = ((int((~read).sum()), "not read"), (int((read & (limit[0] == UNKNOWN)).sum()), "no schedule"))
    return Receipt(
        person=person,
        name=plan.people[person].name,
        span=span,
        working=_working(explanations(plan, person, lo, days), known),
        absence=tuple(_marked(plan, span, away)),
        load=tuple(_marked(plan, span, load)),
        not_counted=tuple(_marked(plan, span, [*repeats, *idle, *shown])),
        unknown=tuple(entry for entry in unknown if entry[0]),
    )


def _working(told: list[tuple[int, str]], known: NDArray[np.bool_]) -> tuple[Term, ...]:
    found: dict[str, int] = {}
    for at in np.flatnonzero(known):
        minutes, text = told[at]
        found[text] = found.get(text, 0) + minutes
    return tuple(Term(minutes=minutes, text=text) for text, minutes in found.items())


def _term(plan: Plan, row: int, minutes: int, span: Span) -> Term:
    """A line of an item, with when it was read: the oldest part that covers the span; None if it was edited."""
    snapshot = plan.snapshots[int(plan.columns["connection"][row])]
    parts = [part.read_at for part in snapshot.parts if part.span.touches(span)]
    edited = bool(flags_of(plan, row) & PENDING)
    return Term(
        minutes=minutes,
        text=item_words(plan, row),
        share="" if plan.kind(row) is Kind.TASK else percent_words(plan.value(row, "percent")),
        source=source_words(plan, row),
        connection=snapshot.connection,
        external_id=plan.text(row, "external_id"),
        read_at=None if edited else min(parts, default=snapshot.read_at),
        row=row,
        marks=_marks(plan, row),
    )


def _marks(plan: Plan, row: int) -> tuple[str, ...]:
    flags = flags_of(plan, row)
    views = {view.name: view.state for view in plan.connections}
    name = plan.snapshots[int(plan.columns["connection"][row])].connection
    late = plan.value(row, "form") == Form.REMAINING and not flags & (Flag.NO_DUE | Flag.ARCHIVED)
    told = {
        "edited here, not sent": bool(flags & (Flag.PENDING_CREATE | Flag.PENDING_UPDATE)),
        "overdue": late and plan.value(row, "end") < day_number(plan.today),
        "original estimate": bool(flags & Flag.ORIGINAL_ESTIMATE),
        "recurring": bool(flags & (Flag.OCCURRENCE | Flag.RECURRING)),
        "repeat rule not understood": bool(flags & Flag.UNKNOWN_RULE),
        "stale": bool(flags & Flag.STALE) or views.get(name) in (State.STALE, State.FAILED),
    }
    return tuple(mark for mark, is_so in told.items() if is_so)


def _absence(
    plan: Plan, rows: Int64, limit: NDArray[np.int16], lo: int, known: NDArray[np.bool_]
) -> tuple[list[Term], list[Term]]:
    """Terms of absences, each with what it adds to those before it; apart, those that add nothing, and why."""
    span = Span(day_date(lo), day_date(lo + limit.shape[1] - 1))
    ordered = precedence(plan, rows)
    (index, day, minutes), _ = additions(plan, ordered, limit, np.zeros(len(ordered), np.int32), lo)
    here = known[day - lo]
    added = np.bincount(index[here], weights=minutes[here], minlength=len(ordered)).astype(np.int64)
    away: list[Term] = []
    idle: list[Term] = []
    for row, sum_ in zip(ordered.tolist(), added.tolist(), strict=True):
        term = _term(plan, row, sum_, span)
        if sum_:
            away.append(term)
            continue
        other = next((t.row for t in away if t.row is not None and _share_days(plan, t.row, row)), None)
        mark = f"repeats {source_words(plan, other)}" if other is not None else "no working time then"
        idle.append(replace(term, marks=(*term.marks, mark)))
    return away, idle


def _share_days(plan: Plan, one: int, other: int) -> bool:
    start, end = plan.columns["start"], plan.columns["end"]
    return bool(start[one] <= end[other] and start[other] <= end[one])


def _load(plan: Plan, rows: Int64, span: Span, known: NDArray[np.bool_]) -> tuple[list[Term], list[Term]]:
    """Terms of load by their beginning; and those whose minutes are on no day."""
    lo, hi = day_number(span.start), day_number(span.end)
    found = item_days(plan, rows, span)
    here = known[found.day - lo]
    summed = np.bincount(np.searchsorted(rows, found.row[here]), weights=found.minutes[here], minlength=len(rows))
    terms = [_term(plan, int(row), int(n), span) for row, n in zip(rows, summed, strict=True) if n]
    lost = amounts(plan, rows, lo, hi).unscheduled
    idle = []
    for row, minutes in zip(rows.tolist(), lost.tolist(), strict=True):
        flags = flags_of(plan, row)
        if not minutes and not flags & Flag.ARCHIVED:
            continue
        why = "no due date" if flags & Flag.NO_DUE else "no working day in its span"
        term = _term(plan, row, minutes, span)
        mark = "archived" if flags & Flag.ARCHIVED else f"unscheduled: {why}"
        idle.append(replace(term, marks=(*term.marks, mark)))
    return terms, idle


def _shown(plan: Plan, rows: Int64, span: Span, known: NDArray[np.bool_]) -> list[Term]:
    found = item_days(plan, rows, span)
    here = known[found.day - day_number(span.start)]
    summed = np.bincount(np.searchsorted(rows, found.row[here]), weights=found.minutes[here], minlength=len(rows))
    return [
        replace(term, marks=(*term.marks, _why_not(plan, row)))
        for row, n in zip(rows.tolist(), summed.tolist(), strict=True)
        for term in [_term(plan, row, int(n), span)]
    ]


def _why_not(plan: Plan, row: int) -> str:
    """Why an item that is only shown does not count."""
    flags, source = flags_of(plan, row), plan.source(row)
    if flags & Flag.PENDING_DELETE:
        return "deleted here, not sent"
    if flags & Flag.BAD_DATES:
        return "ends before it starts"
    if flags & Flag.ARCHIVED:
        return "archived"
    how = "ignored" if plan.columns["counts_as"][row] == CountsAs.IGNORE else "shown only"
    if source is not None:
        where = f'calendar "{source.calendar}", ' if source.calendar else ""
        return f"{where}events of type {source.type} are {how}"
    return f"{'tasks' if plan.kind(row) == Kind.TASK else 'such items'} of this connection are {how}"


def _marked(plan: Plan, span: Span, terms: list[Term]) -> list[Term]:
    """Events of a day say when they begin, and in which zone where it is not the workspace's."""
    out = []
    for term in terms:
        if term.row is not None and plan.kind(term.row) == Kind.EVENT and span.start == span.end:
            minute = int(minutes_of(plan, np.array([term.row]))[0][0])
            if minute > np.iinfo(np.int64).min:
                zones = person_zones(plan)
                zone = zones.used[zones.of[plan.columns["person"][term.row]]]
                named = "" if zone == plan.rules.zone else f" {zone}"
                begins = datetime.fromtimestamp(minute * 60, zone)
                term = replace(term, text=f"{term.text} {begins:%H:%M}{named}")  # noqa: PLW2901
        out.append(term)
    return out


def as_text(plan: Plan, why: Receipt) -> str:
    """The receipt as plain text, in the form of docs/capacity.md."""
    head = f"{span_words(why.span)}, {why.name}"
    free = why.capacity_minutes - why.load_minutes
    verdict = "not known" if not why.known else f"over by {clock(-free)}" if free < 0 else f"{clock(free)} free"
    lines = [f"{head}{verdict:>{max(len(verdict) + 2, 88 - len(head))}}"]
    lines += [f"  {days} {'day' if days == 1 else 'days'} not known: {reason}" for days, reason in why.unknown]
    if why.known:
        sums = (why.working_minutes, why.absence_minutes, why.capacity_minutes, why.load_minutes)
        wide = max(len(clock(minutes)) for minutes in sums)
        lines += [f"{sign} {clock(minutes):>{wide}}  {text}".rstrip() for sign, minutes, text in _lines(plan, why)]
    lines += [f"  not counted: {term.text} ({'; '.join((term.source, *term.marks))})" for term in why.not_counted]
    return "\n".join(lines)


def _lines(plan: Plan, why: Receipt) -> Iterable[tuple[str, int, str]]:
    """Sign, minutes and words of each line."""
    names = max((len(term.text) for term in why.load), default=0)
    for sign, label, terms in ((" ", "working time", why.working), ("-", "absence", why.absence)):
        if not terms:
            yield sign, 0, f"{label:<18} none"
        for term in terms:
            words = f"{term.text}  {term.share}   {_origin(plan, term)}" if term.row is not None else term.text
            yield sign, term.minutes, f"{label:<18} {words}"
    yield "=", why.capacity_minutes, "capacity"
    for term in why.load:
        yield " ", term.minutes, f"{term.text:<{names}} {term.share:>6}   {_origin(plan, term)}"
    yield "=", why.load_minutes, "load"


def _origin(plan: Plan, term: Term) -> str:
    read = [read_words(plan, term.read_at)] if term.read_at else []
    return ", ".join([term.source, *read, *term.marks])
