"""A small Tempo Cloud in the documented shapes: plans by the day and in total, a generic resource, schedules."""

from __future__ import annotations

from datetime import date
from typing import Any

import httpx

from tests.sources.contract import Fake

API = "https://api.tempo.io/4"
PLANS = "/4/plans"
PRIYA, CHEN = "5b10a2844c20165700ede21g", "712020:4c20-chen"


def plan(number: int, account: str, start: str, end: str, **more: Any) -> dict[str, Any]:
    """A plan with the documented fields; keys of `more` replace or add, None removes."""
    record = {
        "id": number,
        "self": f"{API}/plans/{number}",
        "assignee": {"id": account, "type": "USER", "self": f"{API}/user/{account}"},
        "planItem": {"id": 10130, "type": "PROJECT", "self": f"{API}/x"},
        "startDate": start,
        "endDate": end,
        "effortPersistenceType": "SECONDS_PER_DAY",
        "plannedSecondsPerDay": 14400,
        "totalPlannedSeconds": 72000,
        "includeNonWorkingDays": False,
        "rule": "NEVER",
        "createdAt": "2026-10-01T08:00:00Z",
    } | more
    return {name: value for name, value in record.items() if value is not None}


class Pages:
    """The plans route: filtered by date, cut into pages by limit and offset, with links."""

    def __init__(self, *plans: dict[str, Any], largest: int = 5000) -> None:
        self.plans = list(plans)
        self.largest = largest

    def __call__(self, request: httpx.Request) -> Any:
        params = request.url.params
        limit, offset = min(int(params["limit"]), self.largest), int(params["offset"])
        touching = [p for p in self.plans if p.get("startDate", "") <= params["to"]]
        results = touching[offset : offset + limit]
        metadata: dict[str, Any] = {"count": len(results), "limit": limit, "offset": offset}
        if offset + limit < len(touching):
            metadata["next"] = str(request.url.copy_set_param("offset", offset + limit))
        return {"self": str(request.url), "metadata": metadata, "results": results}


def schedule(request: httpx.Request) -> Any:
    start = request.url.params["from"]
    return {"metadata": {"count": 1}, "results": [{"date": start, "requiredSeconds": 28800, "type": "WORKING_DAY"}]}


def spans(request: httpx.Request) -> tuple[date, date] | None:
    if request.url.path != PLANS:
        return None
    return date.fromisoformat(request.url.params["from"]), date.fromisoformat(request.url.params["to"])


def fake(*plans: dict[str, Any], **options: str) -> Fake:
    """The service with these plans, or with one of each sort."""
    generic = {"assignee": {"id": "7", "type": "GENERIC", "self": f"{API}/generic-resources/7"}}
    some = plans or (
        plan(1, PRIYA, "2026-11-09", "2026-11-13"),
        plan(2, CHEN, "2026-11-09", "2026-11-13", effortPersistenceType="TOTAL_SECONDS", description="Review"),
        plan(3, CHEN, "2026-11-02", "2026-11-03", rule="BI_WEEKLY", recurrenceEndDate="2026-12-31"),
        plan(4, "", "2026-11-02", "2026-11-30", planItem={"id": 20001, "type": "ISSUE"}, **generic),
    )
    return Fake(
        kind="tempo-cloud",
        options=options,
        routes={
            f"GET {PLANS}": Pages(*some),
            f"GET /4/user-schedule/{PRIYA}": schedule,
            f"GET /4/user-schedule/{CHEN}": schedule,
        },
        items=f"GET {PLANS}",
        spans=spans,
    )
