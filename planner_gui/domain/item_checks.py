"""Findings about single items: work on no day, overdue, after its project, with dates or rules that make no sense.

What `checks` tells of one row at a time; it decides no number.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from planner_gui.domain.amounts import amounts
from planner_gui.domain.entities import CountsAs, Kind, Span
from planner_gui.domain.plan import Plan
from planner_gui.domain.snapshot import Flag, Form, day_date, day_number
from planner_gui.domain.weeks import describe_minutes
from planner_gui.domain.wording import item_words, source_words, span_words

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]

_UNCOUNTED = Flag.BAD_DATES | Flag.ARCHIVED | Flag.TEAM_PARENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One finding. person: index into plan.people; start, end, minutes None where there are none (docs/cli.md).

    minutes: of each day; of a window or an item the whole. row: the item it is about; rows: all of them where several.
    """

    check: str
    text: str
    person: int | None = None
    start: date | None = None
    end: date | None = None
    minutes: int | None = None
    row: int | None = None
    rows: tuple[int, ...] = ()


def of_items(plan: Plan, rows: Int64, span: Span) -> list[Finding]:
    """The findings about single items among rows that touch the span."""
    counts, flags = plan.columns["counts_as"][rows], plan.columns["flags"][rows].astype(np.int32)
    counted = rows[counts == CountsAs.LOAD]
    lost = amounts(plan, counted, day_number(span.start), day_number(span.end)).unscheduled
    found = []
    for row, minutes in zip(counted[lost > 0].tolist(), lost[lost > 0].tolist(), strict=True):
        why = "has no due date" if plan.columns["flags"][row] & Flag.NO_DUE else "has no working day to fall on"
        found.append(about(plan, "unscheduled", row, f"{describe_minutes(minutes)} {why}", minutes))
    for row in rows[_overdue(plan, rows, flags)].tolist():
        due, minutes = day_date(plan.value(row, "end")), plan.value(row, "amount")
        found.append(
            about(plan, "overdue", row, f"{describe_minutes(minutes)} left, due {span_words(Span(due, due))}", minutes)
        )
    for check, flag, text in (
        ("ends-before-start", Flag.BAD_DATES, "ends before it starts: shown, not counted"),
        ("unknown-recurrence", Flag.UNKNOWN_RULE, "repeats by an unknown rule: its first occurrence is shown"),
    ):
        found.extend(about(plan, check, row, text) for row in rows[flags & flag != 0].tolist())
    found.extend(_after_project_end(plan, rows[(counts != CountsAs.IGNORE) & (flags & _UNCOUNTED == 0)], span))
    return found


def about(plan: Plan, check: str, row: int, text: str, minutes: int | None = None) -> Finding:
    person = int(plan.columns["person"][row])
    start, end = int(plan.columns["start"][row]), int(plan.columns["end"][row])
    dated = start >= day_number(date.min)
    return Finding(
        check=check,
        text=f"{item_words(plan, row)} ({source_words(plan, row)}): {text}",
        person=person if person < len(plan.people) else None,
        start=day_date(start) if dated else None,
        end=day_date(end) if dated else None,
        minutes=minutes,
        row=row,
    )


def _overdue(plan: Plan, rows: Int64, flags: Int32) -> NDArray[np.bool_]:
    form, end = plan.gather(rows, "form"), plan.gather(rows, "end")
    open_ = (form == Form.REMAINING) & (plan.gather(rows, "amount") > 0) & (flags & (_UNCOUNTED | Flag.NO_DUE) == 0)
    late: NDArray[np.bool_] = (
        open_ & (end < day_number(plan.today)) & (plan.columns["counts_as"][rows] != CountsAs.IGNORE)
    )
    return late


def _after_project_end(plan: Plan, rows: Int64, span: Span) -> Iterator[Finding]:
    """Work planned after the end that BigTime gives its project, by the project's name or code."""
    ends: dict[str, date] = {}
    for snapshot in plan.snapshots:
        for project in snapshot.projects:
            for name in filter(None, {project.name.casefold(), project.code.casefold()}):
                if project.end is not None:
                    ends[name] = max(ends.get(name, date.min), project.end)
    if not ends:
        return
    never = np.iinfo(np.int32).max
    end_of = np.array(
        [day_number(ends[name.casefold()]) if name.casefold() in ends else never for name in plan.projects], np.int64
    )
    work = rows[np.isin(plan.columns["kind"][rows], (Kind.ALLOCATION, Kind.TASK))]
    for row in work[plan.columns["end"][work] > end_of[plan.columns["project"][work]]].tolist():
        ended = int(end_of[plan.columns["project"][row]])
        first = max(int(plan.columns["start"][row]), ended + 1)
        when = Span(day_date(first), day_date(int(plan.columns["end"][row])))
        if when.touches(span):
            over = day_date(ended)
            mine = about(plan, "after-project-end", row, f"after the project's end, {span_words(Span(over, over))}")
            yield Finding(check=mine.check, text=mine.text, person=mine.person, start=when.start, end=when.end, row=row)
