"""Pending changes as items: what each changed item is now, and the entities that its fields describe.

Knows no rows and no plan: where items stand is `overlay`'s. What a service makes of a field is guessed as little as
possible: whatever an edit did not touch stays as it was last read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from planner_gui.domain.changes import SHOWN, Change, State
from planner_gui.domain.edits import Do, Fields, ItemKey, Value
from planner_gui.domain.entities import Absence, Allocation, Item, Kind, Task
from planner_gui.domain.recurrence import MONTHLY, NEVER, TWO_WEEKLY, WEEKLY
from planner_gui.domain.snapshot import Flag

_RULES = {"never": NEVER, "weekly": WEEKLY, "two-weekly": TWO_WEEKLY, "monthly": MONTHLY}
_NOTHING = Flag(0)
_PENDING = {
    Do.CREATE: Flag.PENDING_CREATE,
    Do.UPDATE: Flag.PENDING_UPDATE,
    Do.DELETE: Flag.PENDING_DELETE,
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A changed item as it is to be shown.

    key: its name now. read: the name under which it was last read, None where it never was. before: its fields as they
    were when it was first changed; fields: as they are now, None where they are those of the reading. pending: one of
    the PENDING flags, none where the service has it all. gone: deleted there. raw: the service's record it is based on.
    """

    key: ItemKey
    read: ItemKey | None
    before: Fields | None = None
    fields: Fields | None = None
    pending: Flag = _NOTHING
    gone: bool = False
    raw: bytes = b""

    @property
    def deleted(self) -> bool:
        return bool(self.pending & Flag.PENDING_DELETE)


def in_order(changes: Iterable[Change]) -> list[Change]:
    """The changes that are shown, in the order in which they were made; those without a place yet come last."""
    return sorted(
        (change for change in changes if change.state in SHOWN and not change.read),
        key=lambda change: (change.seq == 0, change.seq, change.at, change.id),
    )


def drafts(changes: Iterable[Change]) -> list[Draft]:
    """Every item that the shown changes touch, once, with all its changes in it (W14)."""
    found: list[Draft] = []
    place: dict[ItemKey, int] = {}
    moved: dict[ItemKey, ItemKey] = {}  # a change's id -> the id that the service gave, an absence's old start -> new
    for change in in_order(changes):
        if change.do is Do.CREATE:
            number = len(found)
            found.append(Draft(change.key, None))
        else:
            key = change.key if change.key in place else moved.get(change.key, change.key)
            number = place.setdefault(key, len(found))
            if number == len(found):
                found.append(Draft(key, key, change.before))
        draft = found[number] = _changed(found[number], change)
        if draft.key != change.key:
            place.pop(change.key, None)
            moved[change.key] = draft.key
        place[draft.key] = number
    return found


def _changed(draft: Draft, change: Change) -> Draft:
    """An item with one more change."""
    if change.state is State.DONE:
        name = change.result or draft.key.external_id
        key = draft.key._replace(external_id=name)
        gone = change.do is Do.DELETE
        return replace(draft, key=key, fields=change.after, pending=_NOTHING, gone=gone, raw=change.written)
    raw = change.raw or draft.raw
    if change.do is Do.DELETE:
        return replace(draft, pending=Flag.PENDING_DELETE, raw=raw)
    pending = draft.pending or _PENDING[change.do]
    if draft.deleted:
        pending = Flag.PENDING_UPDATE
    return replace(draft, fields=change.after, pending=pending, gone=False, raw=raw)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the last reading says of an item, as far as it says more than the fields.

    minutes: what remains of a task for all its assignees, None where no budget is known.
    """

    title: str = ""
    project: str = ""
    type: str = ""
    status: str = ""
    resource: str = ""
    minutes: int | None = None
    archived: bool = False


def entities(draft: Draft, standing: Standing | None, members: Sequence[str] = ()) -> Iterator[Item]:
    """The item that a draft's fields describe; of a team's plan also its share on each of `members`.

    standing: None for an item that was never read. Raises ValueError where the fields describe none.
    """
    fields = draft.fields
    if fields is None:
        return
    try:
        match draft.key.kind:
            case Kind.ABSENCE:
                yield _absence(draft, fields, standing or Standing())
            case Kind.ALLOCATION:
                plan = _allocation(draft, fields, standing)
                yield plan
                if plan.team:
                    yield from (replace(plan, account=member, reflection=True) for member in members)
            case Kind.TASK:
                yield _task(draft, fields, standing)
    except (KeyError, TypeError) as error:
        raise ValueError(f"{draft.key} has fields that describe no item ({error})") from error


def accounts_of(fields: Fields | None) -> list[str]:
    """The accounts that an item is on, by its fields; a team's plan is on none."""
    if fields is None:
        return []
    assignees = fields.get("assignees")
    listed = assignees if isinstance(assignees, list) else []
    return [account for account in (_text(fields.get("account")), *listed) if account]


def team_of(fields: Fields | None) -> str:
    """The team that is planned, "" for a plan of a person."""
    return "" if fields is None or fields.get("account") else _text(fields.get("team"))


def _absence(draft: Draft, fields: Fields, standing: Standing) -> Absence:
    percent = _number(fields["percent"])
    return Absence(
        external_id=draft.key.external_id,
        account=_text(fields["account"]),
        start=_needed(fields["start"]),
        end=_needed(fields["end"]),
        type=_text(fields["type"]),
        percent=100.0 if percent is None else percent,
        comment=_text(fields.get("comment")),
        resource=standing.resource,
    )


def _allocation(draft: Draft, fields: Fields, standing: Standing | None) -> Allocation:
    item = fields.get("item")
    planned: Mapping[str, str] = item if isinstance(item, dict) else {}
    repeat = _text(fields.get("repeat"))
    daily, total = _number(fields.get("minutes_per_day")), _number(fields.get("minutes"))
    same_item = standing is not None and _untouched(draft, "item")
    team = team_of(fields)
    return Allocation(
        external_id=draft.key.external_id,
        account="" if team else _text(fields.get("account")),
        team=team,
        start=_needed(fields["start"]),
        end=_needed(fields["end"]),
        title=_title(draft, fields, standing, planned.get("id", "")),
        project=standing.project if standing and same_item else _text(fields.get("project")),
        type=planned.get("type", ""),
        item=planned.get("id", ""),
        seconds_per_day=None if daily is None else daily * 60,
        seconds=None if total is None else total * 60,
        commitment=_number(fields.get("percent")),
        include_non_working=bool(fields.get("include_non_working")),
        rule=_RULES.get(repeat.casefold(), repeat) or NEVER,
        until=_day(fields.get("until")),
        resource=standing.resource if standing else "",
    )


def _title(draft: Draft, fields: Fields, standing: Standing | None, item: str) -> str:
    """An allocation's title: services show its description, or else what is planned."""
    title, description = _text(fields.get("title")), _text(fields.get("description"))
    if standing is None:
        return title or description or item
    before = draft.before or {}
    if not _untouched(draft, "item", "title"):
        return title or description or item
    if not _untouched(draft, "description") and standing.title == _text(before.get("description")):
        return description or title or item
    return standing.title


def _task(draft: Draft, fields: Fields, standing: Standing | None) -> Task:
    done = _number(fields.get("percent_complete"))
    was = standing or Standing()
    return Task(
        external_id=draft.key.external_id,
        assignees=tuple(accounts_of(fields)),
        title=was.title if was.title and _untouched(draft, "name") else _text(fields["name"]),
        project=was.project or _text(fields.get("project_name")) or _text(fields.get("project")),
        type=was.type or _text(fields.get("type")),
        start=_day(fields.get("start")),
        due=_day(fields.get("due")),
        remaining_minutes=_remaining(draft, fields, standing, done),
        percent_complete=done,
        archived=was.archived,
        resource=was.resource,
        status=_status(draft, fields, was),
    )


def _status(draft: Draft, fields: Fields, was: Standing) -> str:
    """A status by its name; one that was given by its number keeps the last name there was."""
    given = _text(fields.get("status"))
    return was.status if not given or given.isdecimal() or _untouched(draft, "status") else given


def _remaining(draft: Draft, fields: Fields, standing: Standing | None, done: float | None) -> int | None:
    """What remains of a task (docs/capacity.md, Load 4), with the hours input that the last reading implies."""
    budget = _number(fields.get("budget_hours"))
    if standing is not None and _untouched(draft, "budget_hours", "percent_complete"):
        return standing.minutes
    if budget is None:
        return None
    if (done or 0) >= 100 or (standing is not None and standing.archived):
        return 0
    spent = _spent(draft, standing)
    hours = budget * (1 - (done or 0) / 100) if spent is None else max(budget - spent, 0.0)
    return int(hours * 60 + 0.5)


def _spent(draft: Draft, standing: Standing | None) -> float | None:
    """Hours input so far; None where the reading fits a task without a budget status, whose rest is by its percent."""
    before = draft.before or {}
    budget, done = _number(before.get("budget_hours")), _number(before.get("percent_complete")) or 0.0
    if standing is None or standing.minutes is None or budget is None or done >= 100:
        return None
    by_percent = int(budget * (1 - done / 100) * 60 + 0.5)
    return None if standing.minutes == by_percent else max(budget - standing.minutes / 60, 0.0)


def _untouched(draft: Draft, *names: str) -> bool:
    """Whether the edits left these fields as they were."""
    before, fields = draft.before or {}, draft.fields or {}
    return all(before.get(name) == fields.get(name) for name in names)


def _text(value: Value) -> str:
    return value if isinstance(value, str) else ""


def _number(value: Value) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _day(value: Value) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) and value else None


def _needed(value: Value) -> date:
    found = _day(value)
    if found is None:
        raise ValueError("a date is missing")
    return found
