"""What an edit does to the people it touches, in words: over-allocated, away, nothing planned, not known.

Compares a plan with the same plan after the edit; both are asked only for the days of the item. Pure: no widget, and
no rule of its own: the numbers are `domain.capacity`'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner_gui.domain.capacity import capacities, item_days, rows_of, table
from planner_gui.domain.edits import ItemKey
from planner_gui.domain.entities import CountsAs, Kind, Span
from planner_gui.domain.items import key_of
from planner_gui.domain.plan import Plan
from planner_gui.domain.snapshot import day_date, day_number
from planner_gui.domain.wording import SERVICES, item_words, percent_words
from planner_gui.ui import formats

MOST_NAMED = 2
MOST_ASKED = 60  # people of the same teams whose time is looked at
LONGEST = 1500  # days


@dataclass(frozen=True, slots=True)
class Remark:
    """A line below the strip. serious: it is a warning; person: somebody it points to, who could take the work."""

    text: str
    serious: bool = True
    person: int | None = None


def person_in(plan: Plan, person_id: str) -> int | None:
    """Somebody's number in a plan that may hold only a few of the people."""
    return next((number for number, person in enumerate(plan.people) if person.id == person_id), None)


def remarks(
    plan: Plan,
    after: Plan,
    person_id: str,
    span: Span,
    own: Sequence[ItemKey],
    *,
    absence: bool = False,
    named: bool = False,
) -> list[Remark]:
    """What a planner should know of one person over some days, the weightiest first.

    own: the edited items; absence: whether the edit is leave, which says itself that the person is away; named: say
    whom it is about, and offer nobody instead: it is about several people.
    """
    person = person_in(after, person_id)
    if person is None or len(span) > LONGEST:
        return []
    numbers = table(after, np.array([person], np.int32), span)
    known, load, full = numbers.known[0], numbers.load[0], numbers.capacity[0]
    found = []
    over = np.flatnonzero(known & (load > full))
    if len(over):
        most = int((load - full)[over].max())
        others = _others(after, person, over + numbers.start, own)
        upto = "up to " if len(over) > 1 else ""
        who = f"{after.people[person].name} is over by" if named else "Over by"
        found.append(Remark(f"{who} {upto}{formats.hours(most)} on {_count(len(over))}{others}."))
    if not absence:
        found += _away(after, person, span)
        if known.all() and not numbers.working[0].any():
            found.append(Remark("No working day in these dates."))
    if not known.all():
        missing = int((~known).sum())
        found.append(Remark(f"Not known on {_count(missing)}: not read, or no schedule.", serious=False))
    if len(over) and not absence and not named:
        found += _free(plan, person_id, span)
    return found


def _count(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"


def _others(plan: Plan, person: int, days: NDArray[np.int64], own: Sequence[ItemKey]) -> str:
    """The other work of those days: "; with Orion / Core services 70 %"."""
    lo, hi = int(days.min()), int(days.max())
    rows, _ = rows_of(plan, np.array([person], np.int32), lo, hi, (CountsAs.LOAD,))
    put = item_days(plan, rows, Span(day_date(lo), day_date(hi)))
    rows = np.unique(put.row[np.isin(put.day, days)])
    names = []
    for row in rows.tolist():
        if key_of(plan, row) not in own:
            share = "" if plan.kind(row) is Kind.TASK else percent_words(plan.value(row, "percent"))
            names.append(f"{item_words(plan, row)} {share}".strip())
    names = list(dict.fromkeys(names))
    if not names:
        return ""
    more = len(names) - MOST_NAMED
    return "; with " + ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _away(plan: Plan, person: int, span: Span) -> list[Remark]:
    rows, _ = rows_of(
        plan, np.array([person], np.int32), day_number(span.start), day_number(span.end), (CountsAs.ABSENCE,)
    )
    found = []
    for row in rows.tolist()[: MOST_NAMED + 1]:
        start = max(int(plan.columns["start"][row]), day_number(span.start))
        end = min(int(plan.columns["end"][row]), day_number(span.end))
        share = plan.value(row, "percent")
        part = "" if share in (-1, 10_000) else f" {percent_words(share)}"
        when = formats.days(Span(day_date(start), day_date(end)))
        name = plan.people[person].name
        found.append(Remark(f"{name} is away{part}: {_type(plan, row)}, {when} ({service_words(plan, row)})."))
    return found


def service_words(plan: Plan, row: int) -> str:
    """The service an item comes from."""
    snapshot = plan.snapshots[int(plan.columns["connection"][row])]
    return SERVICES.get(snapshot.kind, snapshot.connection)


def _type(plan: Plan, row: int) -> str:
    word = plan.text(row, "type") or plan.text(row, "title") or "absence"
    return word.replace("_", " ").capitalize() if word.isupper() else word


def _free(plan: Plan, person_id: str, span: Span) -> list[Remark]:
    """Who of the same teams has most time left then; nobody where nobody has any."""
    person = person_in(plan, person_id)
    if person is None:
        return []
    teams = set(plan.people[person].teams)
    others = [n for n, who in enumerate(plan.people) if n != person and not teams.isdisjoint(who.teams)][:MOST_ASKED]
    if not others:
        return []
    numbers = table(plan, np.array(others, np.int32), span)
    left = np.where(numbers.known, numbers.capacity - numbers.load, 0).clip(min=0).sum(axis=1)
    best = int(left.argmax())
    if left[best] <= 0:
        return []
    whole = int(np.where(numbers.known, numbers.capacity, 0)[best].sum())
    name = plan.people[others[best]].name
    words = f"{name} is free {formats.hours(int(left[best]))} of {formats.hours(whole)} in this time."
    return [Remark(words, serious=False, person=others[best])]


def change_words(plan: Plan, after: Plan, person_id: str, span: Span) -> str:
    """The load of the days before and after, in percent: "70% \N{RIGHTWARDS ARROW} 120%"."""
    told = []
    for each in (plan, after):
        person = person_in(each, person_id)
        if person is None or len(span) > LONGEST:
            return ""
        numbers = table(each, np.array([person], np.int32), span)
        load, full = int(numbers.load[0].sum()), int(numbers.capacity[0].sum())
        told.append(formats.percent(load, full) or formats.hours(load))
    return told[0] if told[0] == told[1] else f"{told[0]} \N{RIGHTWARDS ARROW} {told[1]}"


def capacity_words(plan: Plan, after: Plan, person_id: str, span: Span) -> str:
    """The hours that leave takes: "capacity 80 h 00 \N{RIGHTWARDS ARROW} 40 h 00"."""
    told = []
    for each in (plan, after):
        person = person_in(each, person_id)
        if person is None or len(span) > LONGEST:
            return ""
        told.append(formats.hours(int(capacities(each, np.array([person], np.int32), span).capacity[0].sum())))
    return f"capacity {told[0]}" if told[0] == told[1] else f"capacity {told[0]} \N{RIGHTWARDS ARROW} {told[1]}"
