"""What a gesture means as edits: moving, stretching, copying, splitting, handing over, deleting an item.

Pure: an item and a few numbers in, edits out. Who can be told what, and what the service would refuse, is asked
elsewhere; a gesture that makes no sense raises ValueError with words for the user.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from planner_gui.domain.changes import new_id
from planner_gui.domain.edits import Do, Edit, Fields, Item, Value
from planner_gui.domain.entities import Kind, Span

LAST_DAY = {Kind.ABSENCE: "end", Kind.ALLOCATION: "end", Kind.TASK: "due"}


@dataclass(frozen=True, slots=True)
class Handover:
    """From one account of the item's connection ("": it is nobody's) to another; name: who gets it, for the label."""

    giver: str
    taker: str
    name: str


def span_of(item: Item) -> Span | None:
    """The dates of an item (of a series: its first), None where one of them is missing."""
    start, end = _day(item.fields, "start"), _day(item.fields, LAST_DAY[item.key.kind])
    return None if start is None or end is None else Span(min(start, end), max(start, end))


def name_of(item: Item) -> str:
    """What a person calls the item: its title, name or type."""
    fields = item.fields
    return str(fields.get("name") or fields.get("title") or fields.get("type") or "item")


def moved(item: Item, days: int, to: Handover | None = None) -> Edit:
    """The item some days later (earlier where negative), to somebody else, or both; a series moves as a whole."""
    after = _shifted(item, days)
    if to is not None:
        after |= _handed(item, to)
    where = [f"by {_days(days)}"] if days else []
    where += [f"to {to.name}"] if to is not None else []
    return _update(item, after, f"Move {name_of(item)} {' '.join(where)}".strip())


def moving(item: Item, days: int, to: Handover | None = None) -> tuple[Edit, ...]:
    """The edits of a move. An absence belongs to its person: handed over, it ends here and begins there anew."""
    if to is not None and item.key.kind is Kind.ABSENCE and item.raw:
        return deleted(item), copied(item, days, to)
    return (moved(item, days, to),)


def stretched(item: Item, days: int, *, start: bool) -> Edit:
    """The item with its first or last day moved; never shorter than a day. Raises ValueError without that date."""
    name = "start" if start else LAST_DAY[item.key.kind]
    day, span = _day(item.fields, name), span_of(item)
    if day is None:
        raise ValueError(f"{name_of(item)} has no {'start' if start else 'last day'} to move")
    new = day + timedelta(days=days)
    if span is not None:
        new = min(new, span.end) if start else max(new, span.start)
    after = dict(item.fields) | {name: new.isoformat()}
    return _update(item, after, f"{'Start' if start else 'End'} {name_of(item)} on {new.isoformat()}")


def copied(item: Item, days: int = 0, to: Handover | None = None) -> Edit:
    """A new item like this one, some days later, for somebody else, or both."""
    after = _shifted(item, days)
    if to is not None:
        after |= _handed(item, to)
    return _create(item, after, f"Copy {name_of(item)}" + (f" to {to.name}" if to is not None else ""))


def duplicated(item: Item) -> Edit:
    """A copy right after the item: on the days that follow it, where it has dates."""
    span = span_of(item)
    return copied(item, len(span) if span is not None else 0)


def split(item: Item, day: date, workdays: Callable[[Span], int]) -> tuple[Edit, Edit]:
    """The item until the day before `day`, and a new one from then on.

    workdays: how many days of a span count; amounts for the whole are shared by them. Raises ValueError where the day
    is not inside, or the item is a series.
    """
    span = span_of(item)
    if span is None or not span.start < day <= span.end:
        raise ValueError(f"{name_of(item)} can be split only on a day after its first, up to its last")
    if item.fields.get("repeat") not in (None, "", "never"):
        raise ValueError(f"{name_of(item)} repeats; a series cannot be split")
    last = LAST_DAY[item.key.kind]
    first, rest = Span(span.start, day - timedelta(days=1)), Span(day, span.end)
    before = dict(item.fields) | {last: first.end.isoformat()}
    after = dict(item.fields) | {"start": rest.start.isoformat()}
    for name in ("minutes", "budget_hours"):
        whole = item.fields.get(name)
        if isinstance(whole, int | float) and not isinstance(whole, bool):
            before[name], after[name] = _shared(whole, workdays(first), workdays(rest))
    label = f"Split {name_of(item)} on {day.isoformat()}"
    return _update(item, before, label), _create(item, after, label)


def deleted(item: Item) -> Edit:
    """The item gone. A series goes as a whole: the label names how many dates or people that is (W13)."""
    many = f" ({item.series} in all)" if item.series > 1 else ""
    return Edit(
        do=Do.DELETE,
        key=item.key,
        before=item.fields,
        after=None,
        label=f"Delete {name_of(item)}{many}",
        raw=item.raw,
    )


def _update(item: Item, after: Fields, label: str) -> Edit:
    return Edit(do=Do.UPDATE, key=item.key, before=item.fields, after=after, label=label, raw=item.raw)


def _create(item: Item, after: Fields, label: str) -> Edit:
    key = item.key._replace(external_id=new_id())
    return Edit(do=Do.CREATE, key=key, before=None, after=after, label=label)


def _shifted(item: Item, days: int) -> dict[str, Value]:
    after = dict(item.fields)
    names = ["start", LAST_DAY[item.key.kind]]
    if item.fields.get("repeat") not in (None, "", "never"):
        names.append("until")
    for name in names:
        day = _day(item.fields, name)
        if day is not None:
            after[name] = (day + timedelta(days=days)).isoformat()
    return after


def _handed(item: Item, to: Handover) -> dict[str, Value]:
    if item.key.kind is not Kind.TASK:
        if item.fields.get("team"):
            raise ValueError(f"{name_of(item)} is planned for a team; change who it is for in its dialog")
        return {"account": to.taker}
    assigned = item.fields.get("assignees")
    people = [to.taker if one == to.giver else one for one in assigned] if isinstance(assigned, list) else []
    if not to.giver:  # it is nobody's that is known here
        people.append(to.taker)
    return {"assignees": list(dict.fromkeys(people or [to.taker]))}


def _shared(whole: float, first: int, rest: int) -> tuple[float, float]:
    """Two parts that add up to the whole, the first rounded to the unit."""
    part = round(whole * first / (first + rest)) if first + rest else round(whole / 2)
    return part, whole - part


def _days(days: int) -> str:
    sign = "+" if days > 0 else "\N{MINUS SIGN}"
    return f"{sign}{abs(days)} day{'' if abs(days) == 1 else 's'}"


def _day(fields: Fields, name: str) -> date | None:
    value = fields.get(name)
    return date.fromisoformat(value) if isinstance(value, str) and value else None
