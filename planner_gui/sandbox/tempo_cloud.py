"""The pretend Tempo Cloud (REST API 4) of Labs: plans with paging and search, and the schedules of users.

It answers as the vendor's OpenAPI says. Only ids name what is planned and who; there are no team plans and no children.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from planner_gui.sandbox.facts import FULL_TIME, ONE_DAY, Booking, Schedule, days
from planner_gui.sandbox.organisation import Organisation
from planner_gui.sandbox.recurrence import occurrences
from planner_gui.sandbox.tempo import schedule_of
from planner_gui.sandbox.web import Handler, Json, Refused, Service, answer, day_of, object_of, page

BASE = "/tempo-cloud/4"
LARGEST_PAGE = 5000
USUAL_PAGE = 50
GENERIC = "7"
RULES = ("NEVER", "WEEKLY", "BI_WEEKLY", "MONTHLY")
_VOLATILE = "T08:00:00Z"


class TempoCloud(Service):
    """Tempo of the Labs site."""

    def __init__(self, organisation: Organisation, secret: str, base_url: str) -> None:
        super().__init__("tempo-labs", "tempo-cloud")
        self._company = organisation
        self._secret = secret
        self._api = f"{base_url}{BASE}"
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

    def connection(self, base_url: str) -> Json:
        options, url = {"site": "labs"}, f"{base_url}/tempo-cloud"
        return {"kind": self.kind, "name": self.name, "url": url, "options": options, "secret": self._secret}

    def routes(self) -> Sequence[tuple[str, str, Handler]]:
        return (
            ("GET", f"{BASE}/plans", self._list),
            ("POST", f"{BASE}/plans", self._create),
            ("POST", f"{BASE}/plans/search", self._search),
            ("GET", f"{BASE}/plans/user/{{account}}", self._of_user),
            ("GET", f"{BASE}/plans/generic-resource/{{account}}", self._of_generic),
            ("GET", f"{BASE}/plans/{{number:int}}", self._one),
            ("PUT", f"{BASE}/plans/{{number:int}}", self._replace),
            ("DELETE", f"{BASE}/plans/{{number:int}}", self._delete),
            ("GET", f"{BASE}/user-schedule/{{account}}", self._schedule),
        )

    def authorise(self, request: Request) -> None:
        if request.headers.get("authorization") != f"Bearer {self._secret}":
            raise Refused(401, "Unauthorized")

    def refusal(self, status: int, message: str) -> Response:
        if status in {401, 403}:
            return page(f"<html><body><h1>{status} {message}</h1></body></html>", status)
        return answer({"errors": [{"message": message}]}, status)

    async def _list(self, request: Request) -> Response:
        query = request.query_params
        asked: Json = {
            key: query.getlist(key)
            for key in ("accountIds", "assigneeTypes", "genericResourceIds", "planIds", "issueIds", "projectIds")
            if key in query
        }
        asked |= {"planItemTypes": query.getlist("planItemTypes")} if "planItemTypes" in query else {}
        asked |= {key: query[key] for key in ("from", "to", "updatedFrom", "plannedTimeBreakdown") if key in query}
        return self._paged(request, self._found(asked), *_paging(query))

    async def _search(self, request: Request) -> Response:
        body = await object_of(request)
        limit, offset = _paging(body)
        found = self._found(body)[offset : offset + limit]
        metadata = {"count": len(found), "limit": limit, "offset": offset}  # no links, as documented
        return answer({"metadata": metadata, "results": found})

    async def _of_user(self, request: Request) -> Response:
        account = request.path_params["account"]
        if account not in self._people:
            raise Refused(404, f"User {account} was not found")
        return self._of_assignee(request, "accountIds", account)

    async def _of_generic(self, request: Request) -> Response:
        if request.path_params["account"] != GENERIC:
            raise Refused(404, "Generic resource was not found")
        return self._of_assignee(request, "genericResourceIds", GENERIC)

    def _of_assignee(self, request: Request, name: str, key: str) -> Response:
        query = request.query_params
        asked: Json = {known: query[known] for known in ("from", "to", "plannedTimeBreakdown") if known in query}
        return self._paged(request, self._found(asked | {name: [key]}), *_paging(query))

    async def _one(self, request: Request) -> Response:
        return answer(self._plan(request))

    async def _create(self, request: Request) -> Response:
        bean = self._valid(await object_of(request), self._next, None)
        self._plans[self._next] = bean
        self._next += 1
        self._found_before.clear()
        return answer(bean)

    async def _replace(self, request: Request) -> Response:
        old = self._plan(request)
        bean = self._valid(await object_of(request), old["id"], old)
        self._plans[old["id"]] = bean
        self._found_before.clear()
        return answer(bean)

    async def _delete(self, request: Request) -> Response:
        del self._plans[self._plan(request)["id"]]
        self._found_before.clear()
        return Response(status_code=204)

    async def _schedule(self, request: Request) -> Response:
        query = request.query_params
        person = self._people.get(request.path_params["account"])
        if person is None:
            raise Refused(404, "User was not found")
        start, end = day_of(query.get("from"), "from"), day_of(query.get("to"), "to")
        beans = schedule_of(person, start, end)["days"]
        return answer({"metadata": {"count": len(beans)}, "results": beans})

    def _plan(self, request: Request) -> Json:
        try:
            return self._plans[request.path_params["number"]]
        except KeyError:
            raise Refused(404, "Plan was not found") from None

    def _found(self, asked: Json) -> list[Json]:
        filters = json.dumps({name: asked[name] for name in sorted(asked) if name not in {"limit", "offset"}})
        if filters not in self._found_before:
            self._found_before[filters] = self._looked_up(asked)
        return self._found_before[filters]

    def _looked_up(self, asked: Json) -> list[Json]:
        start, end = day_of(asked.get("from"), "from"), day_of(asked.get("to"), "to")
        if end < start:
            raise Refused(400, "to must not be before from")
        breakdown = asked.get("plannedTimeBreakdown") or []
        parts = breakdown if isinstance(breakdown, list) else [breakdown]
        wanted = {str(part).upper() for part in parts}
        result = []
        for bean in self._plans.values():
            if not _asked_for(bean, asked):
                continue
            worked = [day for day in self._days(bean) if start <= day <= end]
            if not worked and not (bean["startDate"] <= end.isoformat() and bean["endDate"] >= start.isoformat()):
                continue
            shown = bean | {"totalPlannedSecondsInScope": len(worked) * bean["plannedSecondsPerDay"]}
            result.append(shown | _breakdown(bean, worked, wanted))
        return result

    def _days(self, bean: Json) -> Iterator[date]:
        """The planned days of every occurrence."""
        until = bean.get("recurrenceEndDate")
        spans = occurrences(
            bean["rule"],
            date.fromisoformat(bean["startDate"]),
            date.fromisoformat(bean["endDate"]),
            date.fromisoformat(until) if until else None,
        )
        schedule = self._schedule_of(bean["assignee"]["id"])
        for start, end in spans:
            for day in days(start, end):
                if bean["includeNonWorkingDays"] or schedule.working(day):
                    yield day

    def _schedule_of(self, account: str) -> Schedule:
        person = self._people.get(account)
        return person.schedule if person else FULL_TIME

    def _paged(self, request: Request, found: list[Json], limit: int, offset: int) -> Response:
        """One page with absolute links to its neighbours."""
        results = found[offset : offset + limit]

        def link(to: int) -> str:
            query = [
                (key, value) for key, value in request.query_params.multi_items() if key not in {"offset", "limit"}
            ]
            path = request.url.path.removeprefix(BASE)
            return f"{self._api}{path}?{urlencode([*query, ('offset', to), ('limit', limit)])}"

        metadata: Json = {"count": len(results), "limit": limit, "offset": offset}
        if offset + limit < len(found):
            metadata["next"] = link(offset + limit)
        if offset > 0:
            metadata["previous"] = link(max(0, offset - limit))
        return answer({"self": link(offset), "metadata": metadata, "results": results})

    def _plan_of(self, booking: Booking) -> Json:
        assert booking.person is not None
        person = self._company.person(booking.person)
        daily = person.schedule.mean_day() * 60 * booking.percent // 100
        made = self._company.start.isoformat() + _VOLATILE
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
        worked = self._schedule_of(bean["assignee"]["id"]).working_days(start, end)
        total = daily * ((end - start).days + 1 if bean["includeNonWorkingDays"] else worked)
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


def _paging(asked: object) -> tuple[int, int]:
    """limit and offset of a query or a body; Refused with 400 outside 1..5000 and below 0."""
    get: Callable[..., object] = asked.get  # type: ignore[attr-defined]
    try:
        limit, offset = int(str(get("limit", USUAL_PAGE))), int(str(get("offset", 0)))
    except ValueError:
        raise Refused(400, "limit and offset must be numbers") from None
    if not 1 <= limit <= LARGEST_PAGE or offset < 0:
        raise Refused(400, f"limit must be from 1 to {LARGEST_PAGE}, offset not negative")
    return limit, offset


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


def _breakdown(bean: Json, worked: list[date], wanted: set[str]) -> Json:
    """`plannedTime` by day or by period of days on end, where it was asked for."""
    daily, planned = bean["plannedSecondsPerDay"], {}
    if "DAILY" in wanted:
        values = [{"date": day.isoformat(), "plannedSeconds": daily} for day in worked]
        planned["days"] = {"count": len(values), "values": values}
    if "PERIOD" in wanted:
        periods: list[Json] = []
        last: date | None = None
        for day in worked:
            if last is not None and day == last + ONE_DAY:
                periods[-1]["to"] = day.isoformat()
                periods[-1]["plannedSeconds"] += daily
            else:
                periods.append({"from": day.isoformat(), "to": day.isoformat(), "plannedSeconds": daily})
            last = day
        planned["periods"] = {"count": len(periods), "values": periods}
    return {"plannedTime": planned} if planned else {}
