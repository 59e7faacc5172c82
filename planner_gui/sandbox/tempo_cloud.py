"""The pretend Tempo Cloud (REST API 4) of Labs: plans with paging and search, and the schedules of users.

It answers as the vendor's OpenAPI says. Only ids name what is planned and who; there are no team plans and no children.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from planner_gui.sandbox.facts import Schedule
from planner_gui.sandbox.organisation import Organisation
from planner_gui.sandbox.tempo import LONGEST_SCHEDULE, schedule_days
from planner_gui.sandbox.tempo_cloud_records import GENERIC, Plans
from planner_gui.sandbox.web import (
    Handler,
    Json,
    Refused,
    Service,
    answer,
    day_of,
    encoded,
    json_bytes,
    object_of,
    page,
)

BASE = "/tempo-cloud/4"
LARGEST_PAGE = 5000
USUAL_PAGE = 50
_LISTS = (
    "accountIds",
    "assigneeTypes",
    "genericResourceIds",
    "planIds",
    "issueIds",
    "projectIds",
    "planItemTypes",
)


class TempoCloud(Service):
    """Tempo of the Labs site."""

    def __init__(self, organisation: Organisation, secret: str, base_url: str) -> None:
        super().__init__("tempo-labs", "tempo-cloud")
        self._secret = secret
        self._api = f"{base_url}{BASE}"
        self._plans = Plans(organisation, self._api)

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
        asked: Json = {key: query.getlist(key) for key in _LISTS if key in query}
        asked |= {key: query[key] for key in ("from", "to", "updatedFrom", "plannedTimeBreakdown") if key in query}
        return self._paged(request, self._plans.found(asked), *_paging(query))

    async def _search(self, request: Request) -> Response:
        body = await object_of(request)
        limit, offset = _paging(body)
        found = self._plans.found(body)[offset : offset + limit]
        metadata = {"count": len(found), "limit": limit, "offset": offset}  # no links, as documented
        return answer({"metadata": metadata, "results": found})

    async def _of_user(self, request: Request) -> Response:
        account = self._plans.person(request.path_params["account"]).account
        return self._of_assignee(request, "accountIds", str(account))

    async def _of_generic(self, request: Request) -> Response:
        if request.path_params["account"] != GENERIC:
            raise Refused(404, "Generic resource was not found")
        return self._of_assignee(request, "genericResourceIds", GENERIC)

    def _of_assignee(self, request: Request, name: str, key: str) -> Response:
        query = request.query_params
        asked: Json = {known: query[known] for known in ("from", "to", "plannedTimeBreakdown") if known in query}
        return self._paged(request, self._plans.found(asked | {name: [key]}), *_paging(query))

    async def _one(self, request: Request) -> Response:
        return answer(self._plans[request.path_params["number"]])

    async def _create(self, request: Request) -> Response:
        return answer(self._plans.create(await object_of(request)))

    async def _replace(self, request: Request) -> Response:
        return answer(self._plans.replace(request.path_params["number"], await object_of(request)))

    async def _delete(self, request: Request) -> Response:
        self._plans.delete(request.path_params["number"])
        return Response(status_code=204)

    async def _schedule(self, request: Request) -> Response:
        query = request.query_params
        person = self._plans.person(request.path_params["account"])
        start, end = day_of(query.get("from"), "from"), day_of(query.get("to"), "to")
        if not timedelta() <= end - start <= LONGEST_SCHEDULE:
            raise Refused(400, "The period is empty or too long")
        return encoded(_encoded_schedule(person.schedule, start, end))

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


@lru_cache(maxsize=256)
def _encoded_schedule(schedule: Schedule, start: date, end: date) -> bytes:
    beans = schedule_days(schedule, start, end)
    return json_bytes({"metadata": {"count": len(beans)}, "results": beans})


def _paging(asked: Mapping[str, object]) -> tuple[int, int]:
    """limit and offset of a query or a body; Refused with 400 outside 1..5000 and below 0."""
    try:
        limit, offset = int(str(asked.get("limit", USUAL_PAGE))), int(str(asked.get("offset", 0)))
    except ValueError:
        raise Refused(400, "limit and offset must be numbers") from None
    if not 1 <= limit <= LARGEST_PAGE or offset < 0:
        raise Refused(400, f"limit must be from 1 to {LARGEST_PAGE}, offset not negative")
    return limit, offset
