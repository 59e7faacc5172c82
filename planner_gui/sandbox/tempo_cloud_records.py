"""Tempo Cloud's records: plans, what a search finds of them, and the rules for writing one. No HTTP here.

The bean and the input follow the vendor's OpenAPI 4.0.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

from planner_gui.sandbox.facts import FULL_TIME, ONE_DAY, Booking, Person, Schedule, days
from planner_gui.sandbox.organisation import Organisation
from planner_gui.sandbox.recurrence import occurrences
from planner_gui.sandbox.web import Json, Refused, day_of

GENERIC = "7"
RULES = ("NEVER", "WEEKLY", "BI_WEEKLY", "MONTHLY")
_MADE_AT = "T08:00:00Z"


class Plans:
    """Every plan of the Labs site by id. `api` is the address that the `self` links begin with."""

    def __init__(self, organisation: Organisation, api: str) -> None:
        self._company = organisation
        self._api = api
        self._people = {person.account: person for person in organisation.people if person.account}
        self._plans: dict[int, Json] = {}
        for booking in organisation.bookings:
            if booking.person is not None and organisation.on_labs(booking.person):
                bean = self._plan_of(booking)
                self._plans[bean["id"]] = bean
        if self._plans:
            self._add_generic()
        self._next = max(self._plans, default=0) + 1
        self._found_before: dict[str, list[Json]] = {}  # until the next write: a page is asked for after a page
        self._writes = 0

    def __getitem__(self, number: int) -> Json:
        try:
            return self._plans[number]
        except KeyError:
            raise Refused(404, "Plan was not found") from None

    def person(self, account: str) -> Person:
        try:
            return self._people[account]
        except KeyError:
            raise Refused(404, f"User {account} was not found") from None

    def create(self, body: Json) -> Json:
        bean = self._valid(body, self._next, None)
        self._next += 1
        return self._kept(bean)

    def replace(self, number: int, body: Json) -> Json:
        return self._kept(self._valid(body, number, self[number]))

    def delete(self, number: int) -> None:
        del self._plans[self[number]["id"]]
        self._found_before.clear()

    def found(self, asked: Json) -> list[Json]:
        """The plans that pass the filters of `asked` (a query or a search body) and touch its from..to."""
        filters = json.dumps({name: asked[name] for name in sorted(asked) if name not in {"limit", "offset"}})
        if filters not in self._found_before:
            self._found_before[filters] = list(self._looked_up(asked))
        return self._found_before[filters]

    def _kept(self, bean: Json) -> Json:
        self._plans[bean["id"]] = bean
        self._found_before.clear()
        return bean

    def _looked_up(self, asked: Json) -> Iterator[Json]:
        start, end = day_of(asked.get("from"), "from"), day_of(asked.get("to"), "to")
        if end < start:
            raise Refused(400, "to must not be before from")
        breakdown = asked.get("plannedTimeBreakdown") or []
        parts = breakdown if isinstance(breakdown, list) else [breakdown]
        wanted = {str(part).upper() for part in parts}
        for bean in self._plans.values():
            if not _asked_for(bean, asked):
                continue
            spans = [
                (max(first, start), min(last, end)) for first, last in _spans(bean) if first <= end and last >= start
            ]
            if spans:
                worked = sum(self._worked(bean, *span) for span in spans)
                shown = bean | {"totalPlannedSecondsInScope": worked * bean["plannedSecondsPerDay"]}
                yield shown | (self._breakdown(bean, spans, wanted) if wanted else {})

    def _worked(self, bean: Json, start: date, end: date) -> int:
        """How many days from start to end the plan counts."""
        if bean["includeNonWorkingDays"]:
            return (end - start).days + 1
        return self._schedule_of(bean["assignee"]["id"]).working_days(start, end)

    def _breakdown(self, bean: Json, spans: list[tuple[date, date]], wanted: set[str]) -> Json:
        """`plannedTime` by day or by period of days on end."""
        schedule, every_day = self._schedule_of(bean["assignee"]["id"]), bean["includeNonWorkingDays"]
        worked = [day for span in spans for day in days(*span) if every_day or schedule.working(day)]
        daily = bean["plannedSecondsPerDay"]
        planned: Json = {}
        if "DAILY" in wanted:
            values = [{"date": day.isoformat(), "plannedSeconds": daily} for day in worked]
            planned["days"] = {"count": len(values), "values": values}
        if "PERIOD" in wanted:
            periods = _periods(worked, daily)
            planned["periods"] = {"count": len(periods), "values": periods}
        return {"plannedTime": planned}

    def _schedule_of(self, account: str) -> Schedule:
        person = self._people.get(account)
        return person.schedule if person else FULL_TIME

    def _plan_of(self, booking: Booking) -> Json:
        assert booking.person is not None
        person = self._company.person(booking.person)
        daily = person.schedule.mean_day() * 60 * booking.percent // 100
        made = self._company.start.isoformat() + _MADE_AT
        kind = "PROJECT" if booking.item.type == "PROJECT" else "ISSUE"
        bean = self._bean(booking.number, "USER", str(person.account), (kind, str(booking.item.number)), made)
        bean |= {"startDate": booking.start.isoformat(), "endDate": booking.end.isoformat()}
        bean |= {"description": booking.note, "includeNonWorkingDays": booking.every_day}
        bean |= {"rule": booking.rule.replace("-", "_"), "recurrenceEndDate": None}
        bean["effortPersistenceType"] = "TOTAL_SECONDS" if booking.amount == "total" else "SECONDS_PER_DAY"
        if booking.until:
            bean["recurrenceEndDate"] = booking.until.isoformat()
        return bean | self._amount(bean, daily)

    def _add_generic(self) -> None:
        """A plan on a generic resource: a place to be filled."""
        first = next(iter(self._plans.values()))
        number = max(self._plans) + 1
        assignee = {"id": GENERIC, "type": "GENERIC", "self": f"{self._api}/generic-resources/{GENERIC}"}
        own = {"id": number, "self": f"{self._api}/plans/{number}", "assignee": assignee, "description": "To be hired"}
        self._plans[number] = first | own

    def _bean(self, number: int, kind: str, account: str, item: tuple[str, str], made: str) -> Json:
        item_type, item_id = item
        people = "users" if kind == "USER" else "generic-resources"
        return {
            "id": number,
            "self": f"{self._api}/plans/{number}",
            "assignee": {"id": account, "type": kind, "self": f"{self._api}/{people}/{account}"},
            "planItem": {"id": item_id, "type": item_type, "self": f"{self._api}/items/{item_id}"},
            "planCreatorId": next(iter(self._people), account),
            "createdAt": made,
            "updatedAt": made,
            "startTime": "09:00",
            "syncSource": "NONE",
        }

    def _amount(self, bean: Json, daily: int) -> Json:
        # The total is that of the first span, repeated or not: the documents do not say.
        start, end = date.fromisoformat(bean["startDate"]), date.fromisoformat(bean["endDate"])
        total = daily * self._worked(bean, start, end)
        return {"plannedSecondsPerDay": daily, "totalPlannedSeconds": total, "totalPlannedSecondsInScope": total}

    def _valid(self, body: Json, number: int, old: Json | None) -> Json:
        """A new plan from what was sent: whatever is left out is reset, as the vendor does."""
        for name in ("assigneeId", "assigneeType", "planItemId", "planItemType", "startDate", "endDate"):
            if not isinstance(body.get(name), str) or not body[name]:
                raise Refused(400, f"{name} is required")
        account, kind = body["assigneeId"], body["assigneeType"]
        if (kind, account) != ("GENERIC", GENERIC) and not (kind == "USER" and account in self._people):
            raise Refused(400, "assigneeId: no such assignee")
        if body["planItemType"] not in {"ISSUE", "PROJECT"} or not body["planItemId"].isdigit():
            raise Refused(400, "planItemType must be ISSUE or PROJECT, planItemId a number")
        start, end = day_of(body["startDate"], "startDate"), day_of(body["endDate"], "endDate")
        rule, until = body.get("rule", "NEVER"), body.get("recurrenceEndDate")
        if end < start or rule not in RULES or (rule != "NEVER" and day_of(until, "recurrenceEndDate") < start):
            raise Refused(400, "endDate, rule or recurrenceEndDate is wrong")
        self._writes += 1
        stamp = (
            f"{self._company.today}T{9 + self._writes // 3600:02}:{self._writes // 60 % 60:02}:{self._writes % 60:02}Z"
        )
        bean = self._bean(number, kind, account, (body["planItemType"], body["planItemId"]), stamp)
        if old is not None:
            bean["createdAt"] = old["createdAt"]
        bean |= {"startDate": start.isoformat(), "endDate": end.isoformat(), "rule": rule}
        bean |= {"recurrenceEndDate": until if rule != "NEVER" else None, "description": body.get("description") or ""}
        bean |= {"includeNonWorkingDays": body.get("includeNonWorkingDays") is True}
        bean["startTime"] = body.get("startTime") or "00:00"
        return bean | self._valid_amount(body, bean)

    def _valid_amount(self, body: Json, bean: Json) -> Json:
        kind = body.get("effortPersistenceType", "SECONDS_PER_DAY")
        if kind not in {"SECONDS_PER_DAY", "TOTAL_SECONDS"}:
            raise Refused(400, "effortPersistenceType must be SECONDS_PER_DAY or TOTAL_SECONDS")
        amount = body.get("plannedSeconds" if kind == "TOTAL_SECONDS" else "plannedSecondsPerDay")
        if not isinstance(amount, int) or isinstance(amount, bool) or amount < 1:
            raise Refused(400, "plannedSecondsPerDay or plannedSeconds must be at least 1")
        chosen: Json = {"effortPersistenceType": kind}
        if kind == "SECONDS_PER_DAY":
            return chosen | self._amount(bean, amount)
        worked = self._amount(bean, 1)["totalPlannedSeconds"] or 1
        totals = {"totalPlannedSeconds": amount, "totalPlannedSecondsInScope": amount}
        return chosen | totals | {"plannedSecondsPerDay": round(amount / worked)}


def _asked_for(bean: Json, asked: Json) -> bool:
    """Whether a plan passes the filters; each is a list, and an absent one lets all pass."""
    assignee, item = bean["assignee"], bean["planItem"]
    values = {
        "assigneeTypes": assignee["type"],
        "planIds": str(bean["id"]),
        "planItemTypes": item["type"],
        "issueIds": item["id"] if item["type"] == "ISSUE" else None,
        "projectIds": item["id"] if item["type"] == "PROJECT" else None,
    }
    if "accountIds" in asked or "genericResourceIds" in asked:
        accounts = {str(key) for key in [*asked.get("accountIds", []), *asked.get("genericResourceIds", [])]}
        if assignee["id"] not in accounts:
            return False
    if any(name in asked and value not in {str(part) for part in asked[name]} for name, value in values.items()):
        return False
    changed = asked.get("updatedFrom")
    return not changed or bean["updatedAt"][:10] >= day_of(changed, "updatedFrom").isoformat()


def _spans(bean: Json) -> Iterator[tuple[date, date]]:
    """The spans of every occurrence."""
    until = bean["recurrenceEndDate"]
    start, end = date.fromisoformat(bean["startDate"]), date.fromisoformat(bean["endDate"])
    return occurrences(bean["rule"], start, end, date.fromisoformat(until) if until else None)


def _periods(worked: list[date], daily: int) -> list[Json]:
    """Days on end as one period each."""
    periods: list[Json] = []
    last: date | None = None
    for day in worked:
        if last is not None and day == last + ONE_DAY:
            periods[-1]["to"] = day.isoformat()
            periods[-1]["plannedSeconds"] += daily
        else:
            periods.append({"from": day.isoformat(), "to": day.isoformat(), "plannedSeconds": daily})
        last = day
    return periods
