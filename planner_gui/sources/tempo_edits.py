"""Tempo Data Center's allocations as fields and back. No request here.

[D] Tempo's "Planning REST API" page and the official OpenAPI, [C] a public client, [I] inferred (vendors.md 2.1). Older
servers keep a commitment in whole percents, newer ones the seconds a day; a record of the latter has both, and both are
sent, in step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from planner_gui.domain.edits import AMOUNTS, Capability, Fields, Item, ItemKey, Value, differing
from planner_gui.domain.entities import Kind, Span
from planner_gui.domain.recurrence import spans
from planner_gui.sources.base import Connection
from planner_gui.sources.decode import Fields as Record
from planner_gui.sources.decode import Unreadable
from planner_gui.sources.edit_rules import (
    Json,
    Rules,
    day,
    faults_of,
    laid_over,
    number,
    part,
    record,
    reference,
    text,
    whole,
)
from planner_gui.sources.tempo_bean import NEVER, Plan, plan_of

ITEM_TYPES = ("PROJECT", "ISSUE", "EPIC", "SPRINT", "VERSION", "COMPONENT", "BOARD")
SCOPES = ("project", "team")
RULES = {"never": "NEVER", "weekly": "WEEKLY", "two-weekly": "BI-WEEKLY", "monthly": "MONTHLY"}
REPEATS = {rule: word for word, rule in RULES.items()}
MOST_OCCURRENCES = 1000

_NEWER = "newer versions of Tempo only"
_NO_TOTAL = "Tempo keeps a share or hours a day, no total"
_RULES = Rules(
    "Tempo",
    closed=frozenset({"item", "scope"}),
    ranges={"percent": (1, 100), "minutes_per_day": (1, 1440)},
)
# What the service computes from the rest; sent back it could only contradict it.
COMPUTED = ("seconds", "children")


class TempoVocabulary:
    """The language of a tempo connection."""

    capabilities: Mapping[Kind, Capability] = {
        Kind.ALLOCATION: Capability(
            frozenset({"account", "team", "item", "scope", "start", "end", "percent", "minutes_per_day", "repeat"})
            | {"until", "description", "include_non_working", "title", "project"},
            choices={"item": ITEM_TYPES, "scope": SCOPES, "repeat": tuple(RULES)},
            amounts=("percent", "minutes_per_day"),
            teams=True,
            why={"minutes": _NO_TOTAL, "description": _NEWER, "include_non_working": _NEWER},
        )
    }
    # planItem holds names, pictures and remaining time of what is planned; which one it is, is a field.
    volatile = frozenset({"updated", "updatedBy", "seconds", "planItem", "children"})

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def item(self, key: ItemKey, raw: bytes, accounts: Sequence[str] = ()) -> Item:
        """An allocation by its stored record; Unreadable for one occurrence or share of it, which is not edited."""
        plan = plan_of(raw)
        if plan.parent or not plan.allocation.external_id:
            raise Unreadable("it is one date or one person's share of a plan, which is edited as a whole")
        fields = fields_of(raw, plan)
        known = {account.casefold(): account for account in accounts}
        if isinstance(account := fields["account"], str):
            fields["account"] = known.get(account.casefold(), account)
        return Item(key, fields, raw, series_of(plan, len(set(accounts)) if plan.to_team else 1))

    def stored(self, kind: Kind, fields: Fields) -> Fields:
        """Whole percents, whole seconds a day, no end of what does not repeat."""
        kept: dict[str, Value] = {"description": text(fields.get("description"))}
        percent, daily = fields.get("percent"), fields.get("minutes_per_day")
        if isinstance(percent, int | float):
            kept["percent"] = int(percent + 0.5)
        if isinstance(daily, int | float):
            kept["minutes_per_day"] = number(round(daily * 60) / 60)
        kept["repeat"] = fields.get("repeat") or "never"
        if kept["repeat"] == "never":
            kept["until"] = None
        if fields.get("scope") is None:
            kept["scope"] = own_scope(fields)
        return {**fields, **kept}

    def faults(self, kind: Kind, fields: Fields, before: Fields | None = None) -> Mapping[str, str]:
        """What Tempo would refuse; whether an item or a person is known there, it says itself."""
        found = faults_of(_RULES, kind, self.capabilities[kind], fields, before)
        for name in ("item", "scope"):
            number_ = part(fields.get(name), "id")
            if name not in found and number_ and not number_.isdecimal():
                found[name] = f"Tempo wants a number, and {number_} is none"
        if before is not None and "item" not in differing(kind, before, fields):
            found.pop("item", None)
        return found


def fields_of(raw: bytes, plan: Plan, like: Fields | None = None) -> dict[str, Value]:
    """A record as fields, its amount in the unit of `like` where the record has it; raises Unreadable.

    Without `like`: the percentage where it is a whole one, which is how plans are made, else the time a day.
    """
    bean, allocation = Record(raw), plan.allocation
    scope, item = bean.nested("scope"), bean.nested("planItem")
    planned = reference(allocation.type, item.text("id").strip() or allocation.item) if item else None
    kept_in = reference(scope.text("type").strip().lower(), scope.text("id").strip()) if scope else None
    project = item.text("projectId").strip() if item else ""
    if like is not None and like.get("scope") is None and kept_in == {"type": "project", "id": project}:
        kept_in = None  # the default was meant, and is what was taken
    return {
        "account": None if plan.to_team else plan.assignee,
        "team": plan.assignee if plan.to_team else None,
        "item": planned,
        "scope": kept_in,
        "start": day(allocation.start),
        "end": day(allocation.end),
        **_amount(allocation.commitment, allocation.seconds_per_day, like),
        "repeat": REPEATS.get(allocation.rule, allocation.rule.lower()),
        "until": day(allocation.until),
        "description": bean.text("description").strip(),
        "include_non_working": allocation.include_non_working,
        "title": allocation.title,
        "project": plan.project_name or plan.project_key,
    }


def _amount(share: float | None, daily: float | None, like: Fields | None) -> dict[str, Value]:
    both: dict[str, Value] = {
        "percent": number(share) if share else None,
        "minutes_per_day": number(daily / 60) if daily else None,
        "minutes": None,
    }
    meant = next((name for name in AMOUNTS if like is not None and like.get(name) is not None), "")
    if both.get(meant) is None:
        meant = "minutes_per_day" if daily and (not share or not float(share).is_integer()) else "percent"
    if both["percent"] is None and both["minutes_per_day"] is None:
        both["percent"] = 0
    return {name: value if name == meant else None for name, value in both.items()}


def series_of(plan: Plan, people: int = 1) -> int:
    """How many dates and people a record stands for: what a delete of it takes away (W13)."""
    one = plan.allocation
    if one.rule == NEVER or one.end < one.start:
        return max(1, people)
    first = Span(one.start, one.end)
    last = one.until or one.start + timedelta(days=3660)
    found = spans(first, one.rule, one.until, one.count or MOST_OCCURRENCES, Span(one.start, max(last, one.start)))
    return max(1, len(found)) * max(1, people)


def own_scope(fields: Fields) -> dict[str, str] | None:
    """The scope of a plan on a project: the project itself; None for what lies in one, which the fields do not tell."""
    item = fields.get("item")
    return reference("project", part(item, "id")) if part(item, "type").upper() == "PROJECT" else None


def body_of(fields: Fields, *, daily_seconds: float | None) -> Json:
    """What creates an allocation. daily_seconds: what the assignee works on a day, None where it is not known.

    The description and the non-working days are sent only where they say something: older servers have neither.
    """
    body: Json = {
        "planItem": _reference(fields["item"]),
        "scope": _reference(fields["scope"]),
        "assignee": assignee_of(fields),
        "start": fields["start"],
        "end": fields["end"],
        "recurrence": recurrence_of(fields),
    }
    body |= _created_amount(fields, daily_seconds)
    if description := text(fields.get("description")):
        body["description"] = description
    if fields.get("include_non_working"):
        body["includeNonWorkingDays"] = True
    return body


def replaced(current: bytes, changed: frozenset[str], after: Fields, *, daily_seconds: float | None) -> Json:
    """The whole allocation with what changed in it: PUT replaces, so that everything else is carried (W10)."""
    new: dict[str, object] = {}
    if changed & {"account", "team"}:
        new["assignee"] = assignee_of(after)
    for name, key in (("item", "planItem"), ("scope", "scope")):
        if name in changed and after.get(name) is not None:
            new[key] = _reference(after[name])
    for name in {"start", "end"} & changed:
        new[name] = after[name]
    new |= _changed_amount(Record(current), changed, after, daily_seconds)
    if changed & {"repeat", "until"}:
        new["recurrence"] = recurrence_of(after)
    if "description" in changed:
        new["description"] = text(after.get("description"))
    if "include_non_working" in changed:
        new["includeNonWorkingDays"] = bool(after.get("include_non_working"))
    return laid_over(record(current), new, drop=COMPUTED)


def assignee_of(fields: Fields) -> Json:
    team = fields.get("team")
    return {"key": str(team), "type": "team"} if team else {"key": str(fields["account"]), "type": "user"}


def recurrence_of(fields: Fields) -> Json:
    """The rule in the service's spelling; an unknown one as it came."""
    word = str(fields.get("repeat") or "never")
    rule = RULES.get(word, word.upper())
    return {"rule": rule} if rule == NEVER else {"rule": rule, "endDate": fields.get("until")}


def _reference(value: Value) -> Json:
    return {"id": whole(part(value, "id")), "type": part(value, "type")}


def wants_hours(current: bytes, changed: frozenset[str], after: Fields) -> bool:
    """Whether an update can be written only with the assignee's working time: the record has no ratio to go by."""
    share, daily = _ratio(Record(current))
    if "account" in changed and daily and after.get("percent") is not None:
        return True
    alone = not (share and daily) and (daily is not None or after.get("minutes_per_day") is not None)
    return bool(changed & set(AMOUNTS)) and alone


def _created_amount(fields: Fields, daily_seconds: float | None) -> Json:
    percent, minutes = fields.get("percent"), fields.get("minutes_per_day")
    amount: Json = {}
    if isinstance(percent, int | float):
        seconds = round(daily_seconds * percent / 100) if daily_seconds else 0
        amount["commitment"] = number(percent)
    else:
        seconds = round(minutes * 60) if isinstance(minutes, int | float) else 0
        if daily_seconds:
            amount["commitment"] = number(round(seconds / daily_seconds * 100, 2))
    if seconds > 0:
        amount["secondsPerDay"] = seconds
    return amount


def _changed_amount(
    bean: Record, changed: frozenset[str], after: Fields, daily_seconds: float | None
) -> Mapping[str, object]:
    """Both amounts in step (vendors.md 2.1): by their ratio in the record, for somebody else by that one's hours.

    A share alone stays one: an older server keeps nothing else.
    """
    share, daily = _ratio(bean)
    if "account" in changed and daily and after.get("percent") is not None:
        return _created_amount(after, daily_seconds)
    if not changed & set(AMOUNTS):
        return {}
    if share and daily:
        return _created_amount(after, daily / share * 100)
    return _created_amount(after, None if after.get("percent") is not None and not daily else daily_seconds)


def _ratio(bean: Record) -> tuple[float | None, float | None]:
    return bean.number("commitment", low=0, high=1e6), bean.number("secondsPerDay", low=0, high=1e6)


def wide(fields: Fields) -> tuple[str, str]:
    """The dates to look in: a day wider than planned (W5)."""
    start, end = date.fromisoformat(str(fields["start"])), date.fromisoformat(str(fields["end"]))
    return (start - timedelta(days=1)).isoformat(), (max(start, end) + timedelta(days=1)).isoformat()
