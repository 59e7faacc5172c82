"""Tempo Cloud's plans as fields and back: hours a day or a total, no share, no team, no scope. No request here.

[D] the vendor's OpenAPI 4.0 (vendors.md 2.2). The input has other names than the answer, and PUT resets what is left
out: so everything that the input knows is made of the answer, and the rest is carried as it came.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from planner_gui.domain.edits import AMOUNTS, Capability, Fields, Item, ItemKey, Value, differing
from planner_gui.domain.entities import Allocation, Kind, Span
from planner_gui.domain.recurrence import spans
from planner_gui.sources.base import Connection
from planner_gui.sources.decode import Fields as Record
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
)
from planner_gui.sources.tempo_bean import NEVER
from planner_gui.sources.tempo_cloud_bean import plan_of

ITEM_TYPES = ("ISSUE", "PROJECT")
RULES = {"never": "NEVER", "weekly": "WEEKLY", "two-weekly": "BI_WEEKLY", "monthly": "MONTHLY"}
REPEATS = {"NEVER": "never", "WEEKLY": "weekly", "BI-WEEKLY": "two-weekly", "MONTHLY": "monthly"}
MOST_OCCURRENCES = 1000

_RULES = Rules("Tempo Cloud", closed=frozenset({"item"}), ranges={"minutes_per_day": (1 / 60, 1440)})
_WHY = {
    "team": "Tempo Cloud has no plans for teams",
    "scope": "Tempo Cloud plans have no scope",
    "percent": "Tempo Cloud keeps hours a day or a total, no share",
}
# Of the answer: what the input does not know, or knows under another name.
_ANSWERED = (
    "id",
    "self",
    "assignee",
    "planItem",
    "totalPlannedSeconds",
    "totalPlannedSecondsInScope",
    "plannedTime",
    "planApproval",
    "planCreatorId",
    "createdAt",
    "updatedAt",
    "syncSource",
    "plannedSeconds",
    "plannedSecondsPerDay",
    "effortPersistenceType",
)


class TempoCloudVocabulary:
    """The language of a tempo-cloud connection."""

    capabilities: Mapping[Kind, Capability] = {
        Kind.ALLOCATION: Capability(
            frozenset({"account", "item", "start", "end", "minutes_per_day", "minutes", "repeat", "until"})
            | {"description", "include_non_working", "title", "project"},
            choices={"item": ITEM_TYPES, "repeat": tuple(RULES)},
            amounts=("minutes_per_day", "minutes"),
            why=_WHY,
        )
    }
    # The totals follow from the working days of whoever is planned, one of them from what was asked for.
    volatile = frozenset({"self", "updatedAt", "totalPlannedSeconds", "totalPlannedSecondsInScope", "plannedTime"})

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def item(self, key: ItemKey, raw: bytes, accounts: Sequence[str] = ()) -> Item:
        """A plan by its record; raises Unreadable."""
        plan = plan_of(raw)[0]
        return Item(key, fields_of(raw, plan), raw, series_of(plan))

    def stored(self, kind: Kind, fields: Fields) -> Fields:
        """Whole seconds, no end of what does not repeat."""
        kept: dict[str, Value] = {"description": text(fields.get("description"))}
        for name in ("minutes_per_day", "minutes"):
            value = fields.get(name)
            if isinstance(value, int | float):
                kept[name] = number(max(1, round(value * 60)) / 60)
        kept["repeat"] = fields.get("repeat") or "never"
        if kept["repeat"] == "never":
            kept["until"] = None
        return {**fields, **kept}

    def faults(self, kind: Kind, fields: Fields, before: Fields | None = None) -> Mapping[str, str]:
        """What Tempo Cloud would refuse; a percentage is made into hours by whoever knows the person's hours."""
        found = faults_of(_RULES, kind, self.capabilities[kind], fields, before)
        item = part(fields.get("item"), "id")
        changed = before is None or "item" in differing(kind, before, fields)
        if changed and item and "item" not in found and not item.isdecimal():
            found["item"] = f"Tempo wants a number, and {item} is none"
        return found


def fields_of(raw: bytes, plan: Allocation) -> dict[str, Value]:
    """A record as fields; its amount is the one that was entered (effortPersistenceType). Raises Unreadable."""
    bean = Record(raw)
    item = bean.nested("planItem")
    total = _total_seconds(bean) if _by_total(bean) else None
    daily = None if total is not None else plan.seconds_per_day
    if total is None and daily is None:
        total = plan.seconds
    return {
        "account": plan.account,
        "team": None,
        "item": reference(item.text("type").strip().upper(), item.text("id").strip()) if item else None,
        "scope": None,
        "start": day(plan.start),
        "end": day(plan.end),
        "percent": None,
        "minutes_per_day": None if daily is None else number(daily / 60),
        "minutes": None if total is None else number(total / 60),
        "repeat": REPEATS.get(plan.rule, plan.rule.lower()),
        "until": day(plan.until),
        "description": bean.text("description").strip(),
        "include_non_working": plan.include_non_working,
        "title": plan.title,
        "project": plan.project,
    }


def series_of(plan: Allocation) -> int:
    """How many dates a record stands for (W13)."""
    if plan.rule == NEVER or plan.end < plan.start:
        return 1
    last = max(plan.start, plan.until or plan.start + timedelta(days=3660))
    found = spans(Span(plan.start, plan.end), plan.rule, plan.until, MOST_OCCURRENCES, Span(plan.start, last))
    return max(1, len(found))


def body_of(fields: Fields) -> Json:
    """What creates a plan: every field of the input that is known."""
    account, item = str(fields["account"]), fields["item"]
    return {
        "assigneeId": account,
        "assigneeType": _assignee_type(account),
        "planItemId": part(item, "id"),
        "planItemType": part(item, "type").upper(),
        "startDate": fields["start"],
        "endDate": fields["end"],
        "description": text(fields.get("description")),
        "includeNonWorkingDays": bool(fields.get("include_non_working")),
        **_recurrence(fields),
        **_amount(fields),
    }


def replaced(current: bytes, changed: frozenset[str], after: Fields) -> Json:
    """The whole plan in the input's names with what changed in it: PUT resets what is left out [D] (W10)."""
    new = _as_input(Record(current))
    full = body_of(after)
    if "account" in changed:
        new |= {name: full[name] for name in ("assigneeId", "assigneeType")}
    if "item" in changed:
        new |= {name: full[name] for name in ("planItemId", "planItemType")}
    if changed & set(AMOUNTS):
        new = {name: value for name, value in new.items() if name not in _EFFORT} | _amount(after)
    if changed & {"repeat", "until"}:
        new |= {"rule": None, "recurrenceEndDate": None} | _recurrence(after)
    for name, key in _PLAIN.items():
        if name in changed:
            new[key] = full[key]
    body = laid_over(record(current), new, drop=_ANSWERED)
    return {name: value for name, value in body.items() if value is not None}


_EFFORT = ("effortPersistenceType", "plannedSeconds", "plannedSecondsPerDay")
_PLAIN = {
    "start": "startDate",
    "end": "endDate",
    "description": "description",
    "include_non_working": "includeNonWorkingDays",
}


def _as_input(bean: Record) -> Json:
    """What the answer says under the input's names, where those differ."""
    assignee, item, approval = bean.nested("assignee"), bean.nested("planItem"), bean.nested("planApproval")
    new: Json = {}
    if assignee is not None:
        account = assignee.required_text("id", "accountId")
        new |= {"assigneeId": account, "assigneeType": assignee.text("type") or _assignee_type(account)}
    if item is not None:
        new |= {"planItemId": item.text("id"), "planItemType": item.text("type")}
    if _by_total(bean):
        new |= {"effortPersistenceType": "TOTAL_SECONDS", "plannedSeconds": _whole(_total_seconds(bean))}
    else:
        daily = bean.number("plannedSecondsPerDay", low=0)
        new |= {"effortPersistenceType": "SECONDS_PER_DAY", "plannedSecondsPerDay": _whole(daily)}
    if approval is not None and (status := _approval_status(approval)):
        reviewer = approval.nested("reviewer")
        who = reviewer.text("accountId", "id") if reviewer is not None else approval.text("reviewerId")
        new["planApproval"] = {"reviewerId": who, "status": status}
    return new


def _approval_status(approval: Record) -> str:
    """The word of the status, which may stand alone or in an object with a key [I]."""
    value = approval.value("status")
    word = value.get("key") if isinstance(value, dict) else value
    return word if isinstance(word, str) else ""


def _recurrence(fields: Fields) -> Json:
    word = str(fields.get("repeat") or "never")
    rule = RULES.get(word, word.upper())
    return {"rule": rule} if rule == NEVER else {"rule": rule, "recurrenceEndDate": fields.get("until")}


def _amount(fields: Fields) -> Json:
    total, daily = fields.get("minutes"), fields.get("minutes_per_day")
    if isinstance(total, int | float):
        return {"effortPersistenceType": "TOTAL_SECONDS", "plannedSeconds": max(1, round(total * 60))}
    seconds = round(daily * 60) if isinstance(daily, int | float) else 1
    return {"effortPersistenceType": "SECONDS_PER_DAY", "plannedSecondsPerDay": max(1, seconds)}


def _assignee_type(account: str) -> str:
    """GENERIC for a resource, whose id is a small number; a person's is an Atlassian id [I]."""
    return "GENERIC" if account.isdecimal() and len(account) < 12 else "USER"


def _by_total(bean: Record) -> bool:
    return bean.text("effortPersistenceType").strip().upper() == "TOTAL_SECONDS"


def _total_seconds(bean: Record) -> float | None:
    return bean.number("totalPlannedSeconds", "plannedSeconds", low=0, high=1e12)


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)
