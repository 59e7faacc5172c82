"""One plan of Tempo Cloud as read: typed fields, people and planned items by their ids alone.

[D] the vendor's OpenAPI 4.0 unless a comment says otherwise. No request is sent here.
"""

from __future__ import annotations

from datetime import date

from planner_gui.domain.entities import Account, Allocation
from planner_gui.sources.decode import Fields, Unreadable
from planner_gui.sources.tempo_bean import DAY, NEVER, PROJECT, rule_of


def plan_of(raw: bytes) -> tuple[Allocation, Account]:
    """One plan and its assignee; raises Unreadable where id, assignee, a date or an amount cannot be used (V1, V2)."""
    plan = Fields(raw)
    number = plan.required_text("id")
    assignee = plan.nested("assignee")
    if assignee is None:
        raise Unreadable("assignee is missing")
    key = assignee.required_text("id", "accountId")
    generic = assignee.text("type").strip().upper() == "GENERIC"
    start, end = plan.required_day("startDate"), plan.required_day("endDate")
    rule = rule_of(plan.text("rule"))
    title, project, kind, item = _planned(plan)
    daily, total = _amounts(plan, start, end, rule)
    allocation = Allocation(
        external_id=number,
        account=key,
        start=start,
        end=end,
        title=title,
        project=project,
        type=kind,
        item=item,
        seconds_per_day=daily,
        seconds=total,
        include_non_working=bool(plan.flag("includeNonWorkingDays")),
        rule=rule,
        until=plan.day("recurrenceEndDate") if rule != NEVER else None,
        resource=f"person/{key}",
    )
    if generic:
        return allocation, Account(key=key, name=f"Generic resource {key}")
    return allocation, Account(key=key, atlassian=key)


def _planned(plan: Fields) -> tuple[str, str, str, str]:
    """(title, project, type, id) of the item: an id and a type are all there is, names live in Jira."""
    item = plan.nested("planItem")
    description = plan.text("description").strip()
    if item is None:
        return description or "Plan", "", "", ""
    kind, number = item.text("type").strip().upper(), item.text("id").strip()
    shown = f"{kind.capitalize() or 'Item'} {number}".strip()
    return description or shown, shown if kind == PROJECT else "", kind, number


def _amounts(plan: Fields, start: date, end: date, rule: str) -> tuple[float | None, float | None]:
    """(seconds a day, seconds in total), one of them: `effortPersistenceType` says which one the user entered.

    The total of a repeating plan may mean one occurrence or all: there the amount a day is taken where it is given [I].
    """
    days = (end - start).days + 1
    daily = plan.number("plannedSecondsPerDay", low=0, high=DAY) or None
    total = plan.number("totalPlannedSeconds", "plannedSeconds", low=0, high=1e12)
    by_total = plan.text("effortPersistenceType").strip().upper() == "TOTAL_SECONDS"
    if daily is not None and (not by_total or rule != NEVER or total is None):
        return daily, None
    if total is not None and days > 0 and total > days * DAY and rule == NEVER:
        raise Unreadable(f"totalPlannedSeconds is {total:g}, more than 24 hours a day")
    return None, total
