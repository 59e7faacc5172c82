"""Planned work that leave falls on, and what could be done about it: edits to look at, none made unasked (Build 7).

Nothing planned is rewritten because leave appeared (docs/capacity.md, Absence 4): each offer is a list of edits that
the user ticks, reviews and sends like any other. Pure: no widget.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from planner_gui.domain.capacity import item_days, rows_of, table
from planner_gui.domain.changes import new_id
from planner_gui.domain.edits import Do, Edit, Fields, Item, Value
from planner_gui.domain.entities import CountsAs, Kind, Span
from planner_gui.domain.moves import LAST_DAY, name_of, span_of, split
from planner_gui.domain.plan import Plan
from planner_gui.domain.snapshot import Flag, day_date, day_number
from planner_gui.domain.working import working
from planner_gui.ui import formats
from planner_gui.ui.dialogs.effects import person_in

MOST = 12  # clashes that are listed
_AHEAD = 400  # days after the leave in which working days are sought
ALONE = Flag.OCCURRENCE | Flag.RECURRING | Flag.REFLECTION


@dataclass(frozen=True, slots=True)
class Clash:
    """An item with work on days of the leave. reason: why nothing can be offered for it here, "" where it can."""

    row: int
    minutes: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """What could be done about a clash, in words, and the edits that do it."""

    text: str
    edits: tuple[Edit, ...]


def clashes(plan: Plan, after: Plan, person: int, leave: Span, reasons: Callable[[int], str]) -> list[Clash]:
    """The rows of `plan` with work on those days of the leave that are over-allocated in `after`, most work first.

    reasons: why an item of a row cannot be changed at its service, "" where it can.
    """
    there = person_in(after, plan.people[person].id)
    if there is None:
        return []
    numbers = table(after, np.array([there], np.int32), leave)
    over = np.flatnonzero(numbers.known[0] & (numbers.load[0] > numbers.capacity[0])) + numbers.start
    lo, hi = day_number(leave.start), day_number(leave.end)
    rows, _ = rows_of(plan, np.array([person], np.int32), lo, hi, (CountsAs.LOAD,))
    rows = rows[np.isin(plan.columns["kind"][rows], (Kind.ALLOCATION, Kind.TASK))]
    put = item_days(plan, rows, leave)
    here = np.isin(put.day, over)
    found = []
    for row in np.unique(put.row[here]).tolist():
        minutes = int(put.minutes[here & (put.row == row)].sum())
        found.append(Clash(row, minutes, _reason(plan, row, leave) or reasons(row)))
    return sorted(found, key=lambda clash: (-clash.minutes, clash.row))[:MOST]


def _reason(plan: Plan, row: int, leave: Span) -> str:
    flags = Flag(int(plan.columns["flags"][row]))
    if flags & Flag.REFLECTION:
        return "planned for a team: change the team's plan"
    if flags & ALONE:
        return "repeats: change the series as a whole"
    if plan.kind(row) is Kind.TASK and day_date(int(plan.columns["end"][row])) not in leave:
        return "due after the leave: it may shift"
    return ""


def offers(plan: Plan, person: int, item: Item, leave: Span, *, may_create: bool = True) -> list[Offer]:
    """Move and shorten, where each makes sense; handing over needs to know to whom (`handed_over`).

    may_create: whether the service takes new items of the kind, without which an item cannot be cut in two.
    """
    if item.key.kind is Kind.TASK:
        return _task_offers(plan, person, item, leave)
    parts = _parts(plan, person, item, leave)
    if parts is None:
        return []
    before, inside, behind = parts
    found = []
    moved = _moved(plan, person, item, inside, leave)
    if moved is not None:
        rest = [before, _joined(behind, moved)] if behind is not None else [before, moved]
        found.append(_offer(item, rest, f"Move to {_span_words(moved)}"))
    if before is not None or behind is not None:
        kept = [part for part in (before, behind) if part is not None]
        found.append(_offer(item, kept, f"Shorten to {', '.join(_span_words(part) for part in kept)}"))
    return [offer for offer in found if may_create or all(edit.do is Do.UPDATE for edit in offer.edits)]


def can_hand_over(plan: Plan, person: int, item: Item, leave: Span, *, may_create: bool = True) -> bool:
    """Whether the work of the leave's days can be given away: what is on other days too has to be cut in two first."""
    parts = _parts(plan, person, item, leave) if item.key.kind is Kind.ALLOCATION else None
    return parts is not None and (may_create or (parts[0] is None and parts[2] is None))


def handed_over(plan: Plan, person: int, item: Item, leave: Span, account: str, name: str) -> Offer | None:
    """The work of the leave's days given to another account of the same connection."""
    parts = _parts(plan, person, item, leave)
    if parts is None or item.key.kind is not Kind.ALLOCATION:
        return None
    before, inside, behind = parts
    given = dict(inside) | {"account": account, "team": None}
    if before is None and behind is None:
        return _offer(item, [given], f"Hand over to {name}")
    kept = [part for part in (before, behind) if part is not None]
    return _offer(item, [*kept, given], f"Hand {_span_words(inside)} over to {name}")


def _parts(plan: Plan, person: int, item: Item, leave: Span) -> tuple[Fields | None, Fields, Fields | None] | None:
    """The item before, within and after the leave; totals are shared by working time. None where they do not meet."""
    span = span_of(item)
    if span is None or not span.touches(leave) or item.fields.get("repeat") not in (None, "", "never"):
        return None
    before: Fields | None = None
    behind: Fields | None = None
    rest = item

    def weight(part: Span) -> int:
        return max(0, sum(_minutes(plan, person, part)))

    if span.start < leave.start:
        head, tail = split(rest, leave.start, weight)
        before, rest = head.after, Item(tail.key, tail.after or {})
    if span.end > leave.end:
        head, tail = split(rest, leave.end + timedelta(days=1), weight)
        behind, rest = tail.after, Item(head.key, head.after or {})
    return before, rest.fields, behind


def _minutes(plan: Plan, person: int, span: Span) -> list[int]:
    people = np.array([person], np.int32)
    minutes: list[int] = np.maximum(working(plan, people, day_number(span.start), len(span)), 0)[0].tolist()
    return minutes


def _moved(plan: Plan, person: int, item: Item, inside: Fields, leave: Span) -> Fields | None:
    """The part within the leave on as many working days after it, and after the item's own end."""
    span, own = _span(inside), span_of(item)
    if span is None or own is None:
        return None
    first = max(leave.end, own.end) + timedelta(days=1)
    ahead = _minutes(plan, person, Span(first, first + timedelta(days=_AHEAD)))
    if item.fields.get("include_non_working"):
        days = [first + timedelta(days=at) for at in range(len(span))]
    else:
        count = sum(1 for minutes in _minutes(plan, person, span) if minutes)
        days = [first + timedelta(days=at) for at, minutes in enumerate(ahead) if minutes][:count]
    if not days:
        return None
    return dict(inside) | {"start": days[0].isoformat(), "end": days[-1].isoformat()}


def _joined(behind: Fields, moved: Fields) -> Fields:
    """The part after the leave made longer by what was moved behind it."""
    joined: dict[str, Value] = dict(behind) | {"end": moved["end"]}
    whole, more = behind.get("minutes"), moved.get("minutes")
    if isinstance(whole, int | float) and isinstance(more, int | float):
        joined["minutes"] = whole + more
    return joined


def _task_offers(plan: Plan, person: int, item: Item, leave: Span) -> list[Offer]:
    first = leave.end + timedelta(days=1)
    ahead = _minutes(plan, person, Span(first, first + timedelta(days=_AHEAD)))
    day = next((first + timedelta(days=at) for at, minutes in enumerate(ahead) if minutes), None)
    if day is None:
        return []
    after = dict(item.fields) | {LAST_DAY[item.key.kind]: day.isoformat()}
    return [_offer(item, [after], f"Move the due date to {formats.day(day)}")]


def _offer(item: Item, parts: Sequence[Fields | None], text: str) -> Offer:
    """The first part is the item itself, the others are new ones like it."""
    label = f"{name_of(item)}: {text[0].lower()}{text[1:]}"
    kept = [part for part in parts if part is not None]
    edits = [Edit(do=Do.UPDATE, key=item.key, before=item.fields, after=kept[0], label=label, raw=item.raw)]
    for part in kept[1:]:
        key = item.key._replace(external_id=new_id())
        edits.append(Edit(do=Do.CREATE, key=key, before=None, after=part, label=label))
    return Offer(text, tuple(edits))


def _span(fields: Fields) -> Span | None:
    start, end = fields.get("start"), fields.get("end")
    if not isinstance(start, str) or not isinstance(end, str):
        return None
    return Span(date.fromisoformat(start), date.fromisoformat(end))


def _span_words(fields: Fields) -> str:
    span = _span(fields)
    return "" if span is None else formats.span(span)
