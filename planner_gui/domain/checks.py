"""Findings: what a planner should look at, each with an id, in words (docs/cli.md, `findings`).

Looks at a few people at a time, so that the session can run it in slices beside the window. Numbers come from
`capacity` and `judging`; nothing is decided here but which of them to tell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from planner_gui.domain.absences import absence_rows, clusters
from planner_gui.domain.amounts import shiftable
from planner_gui.domain.calendar import UNKNOWN
from planner_gui.domain.capacity import Table, item_days, rows_of, table, touching
from planner_gui.domain.entities import AccountRef, CountsAs, Kind, Span
from planner_gui.domain.item_checks import Finding, of_items
from planner_gui.domain.judging import Runs, over_allocations, runs, windows
from planner_gui.domain.plan import Plan
from planner_gui.domain.snapshot import Flag, Snapshot, day_date, day_number
from planner_gui.domain.weeks import describe_minutes
from planner_gui.domain.wording import item_words, source_words, span_words
from planner_gui.domain.working import working

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]

__all__ = ["CHECKS", "SLICE", "Finding", "count", "findings", "findings_of", "findings_of_plan"]

CHECKS = (
    "over-allocated",
    "over-committed",
    "booked-while-absent",
    "absence-differs",
    "unscheduled",
    "overdue",
    "after-project-end",
    "ends-before-start",
    "unknown-recurrence",
    "no-schedule",
    "unmatched-account",
    "membership-over-100",
    "not-readable",
    "not-understood",
)
SLICE = 64  # people that a caller may look at in one step


def findings(plan: Plan, span: Span, people: Int32 | None = None) -> list[Finding]:
    """Every finding that touches the span, of some people or of all; last what the connections could not give.

    Items of nobody are told only where everybody is asked for.
    """
    chosen = np.arange(len(plan.people), dtype=np.int32) if people is None else np.asarray(people, np.int32)
    found: list[Finding] = []
    for begin in range(0, len(chosen), SLICE):
        found.extend(findings_of(plan, chosen[begin : begin + SLICE], span))
    if len(chosen) == len(plan.people):
        return found + findings_of_plan(plan, span)
    return found + [finding for snapshot in plan.snapshots for finding in _unread(snapshot)]


def count(found: list[Finding], check: str = "over-allocated") -> int:
    """How many findings of one check there are."""
    return sum(1 for finding in found if finding.check == check)


def findings_of(plan: Plan, people: Int32, span: Span) -> list[Finding]:
    """The findings of some people, by person, then in the order of CHECKS, then date; at most SLICE people at once."""
    numbers = table(plan, people, span)
    rows, _ = rows_of(plan, people, day_number(span.start), day_number(span.end))
    found = [
        *_over_allocated(numbers),
        *_over_committed(plan, people, span),
        *_booked_while_absent(numbers),
        *_no_schedule(plan, numbers),
        *_absence_differs(plan, people, span),
        *of_items(plan, rows, span),
        *_unmatched(plan, people),
        *_memberships(plan, people, span),
    ]
    order = {check: number for number, check in enumerate(CHECKS)}
    return sorted(found, key=lambda f: (f.person or 0, order[f.check], f.start or date.min))


def findings_of_plan(plan: Plan, span: Span) -> list[Finding]:
    """The findings of no person: items of nobody, and what the connections could not give or say."""
    rows = np.arange(*plan.rows_of(len(plan.people)).indices(plan.rows), dtype=np.int64)
    lo, hi = day_number(span.start), day_number(span.end)
    found = of_items(plan, rows[touching(plan, rows, lo, hi)], span)
    for snapshot in plan.snapshots:
        found.extend(_unread(snapshot))
    return found


def _of_runs(check: str, numbers: Table, found: Runs, words: str) -> Iterator[Finding]:
    for position, start, end, minutes in zip(found.position, found.start, found.end, found.minutes, strict=True):
        text = words.format(describe_minutes(int(minutes)) + (" a day" if end > start else ""))
        yield Finding(
            check=check,
            text=text,
            person=int(numbers.people[position]),
            start=day_date(int(start)),
            end=day_date(int(end)),
            minutes=int(minutes),
        )


def _over_allocated(numbers: Table) -> Iterator[Finding]:
    return _of_runs("over-allocated", numbers, over_allocations(numbers), "over by {}")


def _booked_while_absent(numbers: Table) -> Iterator[Finding]:
    booked = np.clip(numbers.load - numbers.capacity, 0, numbers.absence)
    return _of_runs("booked-while-absent", numbers, runs(booked, numbers.start), "{} planned in absent time")


def _no_schedule(plan: Plan, numbers: Table) -> Iterator[Finding]:
    unknown = working(plan, numbers.people, numbers.start, numbers.known.shape[1]) == UNKNOWN
    found = runs(unknown.astype(np.int8), numbers.start)
    for position, start, end in zip(found.position, found.start, found.end, strict=True):
        yield Finding(
            check="no-schedule",
            text="no working time is known, so there is no capacity: give a schedule",
            person=int(numbers.people[position]),
            start=day_date(int(start)),
            end=day_date(int(end)),
        )


def _over_committed(plan: Plan, people: Int32, span: Span) -> Iterator[Finding]:
    """Windows into which the remaining minutes of tasks do not fit beside all other load (Judging 2)."""
    lo, hi = day_number(span.start), day_number(span.end)
    ranges = (np.arange(plan.offsets[p], plan.offsets[p + 1], dtype=np.int64) for p in people)
    tasks = np.concatenate([np.zeros(0, np.int64), *ranges])
    tasks = tasks[(plan.columns["kind"][tasks] == Kind.TASK) & (plan.columns["counts_as"][tasks] == CountsAs.LOAD)]
    index, first, last, minutes = shiftable(plan, tasks)
    # Dates that were not read are not known: no window reaches there.
    ends = [day_number(snapshot.span.end) for snapshot in plan.snapshots]
    inside = last <= min(ends, default=hi)
    index, first, last, minutes = tasks[index[inside]], first[inside], last[inside], minutes[inside]
    if not len(index) or int(last.max()) < lo:
        return
    within = Span(day_date(int(first.min())), day_date(int(last.max())))
    concerned = np.unique(plan.columns["person"][index]).astype(np.int32)
    numbers = table(plan, concerned, within)
    own = item_days(plan, index, within)
    cell = np.searchsorted(concerned, plan.columns["person"][own.row]).astype(np.int64) * len(within)
    cell += own.day - numbers.start
    shifting = np.bincount(cell, weights=own.minutes, minlength=numbers.load.size).astype(np.int32)
    left = np.maximum(numbers.capacity - (numbers.load - shifting.reshape(numbers.load.shape)), 0)
    for position, person in enumerate(concerned):
        mine = np.flatnonzero(plan.columns["person"][index] == person)
        found = windows(first[mine], last[mine], minutes[mine], numbers.start, left[position], numbers.known[position])
        for window in found:
            if window.start <= hi and window.end >= lo:
                held = tuple(int(row) for row in index[mine][list(window.items)])
                when = Span(day_date(window.start), day_date(window.end))
                names = ", ".join(item_words(plan, row) for row in held)
                yield Finding(
                    check="over-committed",
                    text=f"{describe_minutes(window.over)} cannot fit in {span_words(when)}: {names}",
                    person=int(person),
                    start=when.start,
                    end=when.end,
                    minutes=window.over,
                    row=held[0],
                    rows=held,
                )


def _absence_differs(plan: Plan, people: Int32, span: Span) -> Iterator[Finding]:
    """Overlapping absences of one person that do not say the same dates or share (Absence 3)."""
    mine = [absence_rows(plan, int(plan.offsets[p]), int(plan.offsets[p + 1])) for p in people]
    rows, chain = clusters(plan, np.concatenate([np.zeros(0, np.int64), *mine]))
    for taken in np.split(rows, np.flatnonzero(np.diff(chain)) + 1) if len(rows) else ():
        start, last = plan.gather(taken, "start"), plan.gather(taken, "end")
        when = Span(day_date(int(start.min())), day_date(int(last.max())))
        if not when.touches(span):
            continue
        timed = (plan.columns["kind"][taken] == Kind.EVENT) & (_flags(plan, taken) & Flag.ALL_DAY == 0)
        if timed.all() and len(set(plan.columns["connection"][taken].tolist())) == 1:
            continue  # parts of days in one calendar add up; they do not contradict each other
        differ = [
            name
            for name, differs in (
                ("dates differ", len(set(zip(start.tolist(), last.tolist(), strict=True))) > 1),
                ("shares differ", len(_shares(plan, taken, timed)) > 1),
            )
            if differs
        ]
        if differ:
            sources = ", ".join(source_words(plan, int(row)) for row in taken)
            yield Finding(
                check="absence-differs",
                text=f"{' and '.join(differ)}: {sources}",
                person=int(plan.columns["person"][taken[0]]),
                start=when.start,
                end=when.end,
                row=int(taken[0]),
                rows=tuple(taken.tolist()),
            )


def _shares(plan: Plan, rows: Int64, timed: NDArray[np.bool_]) -> set[int]:
    """The shares of the day that absences say; a plan that says none is not compared, times are a share apart."""
    event = plan.columns["kind"][rows] == Kind.EVENT
    percent = np.where(event, np.where(timed, -2, 10_000), plan.gather(rows, "percent"))
    return set(percent[percent != -1].tolist())


def _flags(plan: Plan, rows: Int64) -> Int32:
    flags: Int32 = plan.columns["flags"][rows].astype(np.int32)
    return flags


def _unmatched(plan: Plan, people: Int32) -> Iterator[Finding]:
    for number in people.tolist():
        person = plan.people[number]
        if person.unmatched:
            where = ", ".join(f"{account.key} in {account.connection}" for account in person.accounts)
            yield Finding(
                check="unmatched-account", text=f"not joined with an account elsewhere: {where}", person=number
            )


def _memberships(plan: Plan, people: Int32, span: Span) -> Iterator[Finding]:
    """Days on which the memberships of one account ask for more than all of it."""
    person_of = {account: number for number in people.tolist() for account in plan.people[number].accounts}
    for snapshot in plan.snapshots:
        names = {team.key: team.name for team in snapshot.teams}
        shares: dict[str, list[tuple[int, int, float, str]]] = {}
        for m in snapshot.memberships:
            if m.availability:
                start = max(m.start or span.start, span.start)
                end = min(m.end or span.end, span.end)
                if start <= end:
                    entry = (day_number(start), day_number(end), m.availability, names.get(m.team, m.team))
                    shares.setdefault(m.account, []).append(entry)
        for account, mine in shares.items():
            number = person_of.get(AccountRef(snapshot.connection, account))
            if number is not None and sum(share for _, _, share, _ in mine) > 100:
                yield from _over_hundred(snapshot.connection, number, mine)


def _over_hundred(connection: str, person: int, mine: list[tuple[int, int, float, str]]) -> Iterator[Finding]:
    edges = sorted({start for start, *_ in mine} | {end + 1 for _, end, *_ in mine})
    for start, after in pairwise(edges):
        here = [(share, team) for first, last, share, team in mine if first <= start <= last]
        total = sum(share for share, _ in here)
        if total > 100:
            teams = ", ".join(f"{team} {share:g} %" for share, team in here)
            yield Finding(
                check="membership-over-100",
                text=f"{total:g} % of them in the teams of {connection}: {teams}",
                person=person,
                start=day_date(start),
                end=day_date(after) - timedelta(days=1),
            )


def _unread(snapshot: Snapshot) -> Iterator[Finding]:
    for what in snapshot.not_readable:
        yield Finding(check="not-readable", text=f"{snapshot.connection}: {what.what} could not be read: {what.reason}")
    for (name, reason), times in Counter((u.what, u.reason) for u in snapshot.not_understood).items():
        how_often = f" ({times} times)" if times > 1 else ""
        yield Finding(
            check="not-understood", text=f"{snapshot.connection}: {name} was not understood: {reason}{how_often}"
        )
