"""What a change of the settings would do to the totals in view, before it is made: worked out on a plan laid beside.

Changes nothing and keeps nothing; the words stand in the dialogs that ask.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from planner_gui.domain.capacity import capacities, table
from planner_gui.domain.entities import Span
from planner_gui.domain.errors import PlannerError
from planner_gui.domain.plan import Counting, Plan
from planner_gui.domain.recount import recounted
from planner_gui.domain.snapshot import day_number
from planner_gui.domain.working import working
from planner_gui.session.rules import rules_of
from planner_gui.session.workspace_file import Configuration
from planner_gui.ui import formats

Change = Callable[[Configuration], Configuration]


def schedule_effect(plan: Plan, settings: Configuration, change: Change, span: Span) -> str:
    """What a change of working time does to capacity on the days of `span`, in words."""
    first = min(plan.today.year - 1, span.start.year)
    years = range(first, max(plan.today.year + 3, span.end.year + 1))
    try:
        after = replace(plan, rules=rules_of(change(settings), years, plan.rules.known_ids))
    except PlannerError as error:
        return str(error)
    everybody = np.arange(len(plan.people), dtype=np.int32)
    begin, days = day_number(span.start), len(span)
    differs = (working(plan, everybody, begin, days) != working(after, everybody, begin, days)).any(axis=1)
    people = everybody[differs]
    if not len(people):
        return f"Changes nothing in {formats.span(span)}."
    was, now = (_capacity(each, people, span) for each in (plan, after))
    who = "1 person" if len(people) == 1 else f"{len(people):,} people"
    arrow = "\N{RIGHTWARDS ARROW}"
    return f"{formats.span(span)}: {who}, capacity {_hours(was)} {arrow} {_hours(now)}."


def counting_effect(plan: Plan, counting: Counting, span: Span) -> str:
    """What another counting does to load and capacity on the days of `span`, in words."""
    after = recounted(plan, counting)
    everybody = np.arange(len(plan.people), dtype=np.int32)
    was, now = table(plan, everybody, span), table(after, everybody, span)
    differs = ((was.load != now.load) | (was.capacity != now.capacity)).any(axis=1)
    people = int(differs.sum())
    if not people:
        return f"Changes no total in {formats.span(span)}."
    arrow = "\N{RIGHTWARDS ARROW}"
    parts = [f"{people:,} {'person' if people == 1 else 'people'}"]
    for name, before, later in (("load", was.load, now.load), ("capacity", was.capacity, now.capacity)):
        totals = [int(np.where(was.known, each, 0)[differs].sum()) for each in (before, later)]
        if totals[0] != totals[1]:
            parts.append(f"{name} {_hours(totals[0])} {arrow} {_hours(totals[1])}")
    return f"{formats.span(span)}: {', '.join(parts)}."


def _capacity(plan: Plan, people: NDArray[np.int32], span: Span) -> int:
    numbers = capacities(plan, people, span)
    return int(np.where(numbers.known, numbers.capacity, 0).sum())


def _hours(minutes: int) -> str:
    whole, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else ''}{whole:,} h{f' {rest:02}' if rest else ''}"
