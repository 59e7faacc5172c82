"""A small Tempo Data Center in the documented shapes: one team of two, a project plan, an issue plan, a team's plan."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import httpx

from tests.sources.contract import Fake

JIRA = "https://jira.example.com/jira"
REST = "/jira/rest"
ALLOCATION = f"{REST}/tempo-planning/1/allocation"
TEAM = f"{REST}/tempo-teams/2/team"
SCHEDULE = f"{REST}/tempo-core/1/user/schedule"
SEEDS = Path(__file__).parent / "seeds"


def seed(name: str) -> Any:
    """A sample of the vendor's own documents."""
    return json.loads((SEEDS / f"{name}.json").read_text(encoding="utf-8"))


def bean(number: int, key: str, start: str, end: str, **more: Any) -> dict[str, Any]:
    """An allocation in the shape of the vendor's sample; keys of `more` replace or add, None removes."""
    record = {
        "id": number,
        "assignee": {"key": key, "type": "user"},
        "planItem": {"key": "TO", "id": 10130, "type": "PROJECT", "name": "Tango OnDemand", "projectKey": "TO"},
        "scope": {"id": 5, "type": "team"},
        "commitment": 100,
        "start": start,
        "end": end,
        "seconds": 144000,
        "recurrence": {"endDate": "2026-11-01", "rule": "NEVER"},
    } | more
    return {name: value for name, value in record.items() if value is not None}


def issue(number: int = 20001, key: str = "TO-7") -> dict[str, Any]:
    return {"key": key, "id": number, "type": "ISSUE", "name": "Write the manual", "projectKey": "TO"}


def team_bean(number: int, team: str, start: str, end: str, **more: Any) -> dict[str, Any]:
    return bean(number, team, start, end, assignee={"key": team, "type": "team"}, seconds=0, **more)


def reflection(parent: int, key: str, start: str, end: str, **more: Any) -> dict[str, Any]:
    rule = {"parent": {"id": parent, "type": "team"}, "endDate": "2026-11-01", "rule": "NEVER"}
    return bean(0, key, start, end, **({"recurrence": rule, "seconds": 28800} | more))


def member(key: str, name: str, *, user_name: str = "", **more: Any) -> dict[str, Any]:
    person = {
        "teamMemberId": 1,
        "name": user_name or key,
        "displayName": name,
        "type": "USER",
        "key": key,
        "activeInJira": True,
    }
    terms = {"availability": "100", "dateFrom": "", "dateTo": "", "role": {"id": 1, "name": "Developer"}}
    return {"id": 1, "member": person | more, "membership": terms}


def asked(request: httpx.Request) -> list[str]:
    """The assignee keys of a request, in lower case as the service compares them."""
    return [key.lower() for key in request.url.params.get_list("assigneeKeys")]


class Plans:
    """The allocation route: filters by assignee and by date as documented (overlapping plans come whole)."""

    def __init__(self, *beans: dict[str, Any]) -> None:
        self.beans = list(beans)

    def __call__(self, request: httpx.Request) -> Any:
        params, keys = request.url.params, asked(request)
        kind = params.get("assigneeType", "").lower()
        return [
            bean
            for bean in self.beans
            if bean["start"] <= params["endDate"]
            and bean["end"] >= params["startDate"]
            and (not keys or bean["assignee"]["key"].lower() in keys)
            and (not kind or bean["assignee"]["type"] == kind)
        ]


def schedule(request: httpx.Request) -> Any:
    start = request.url.params["from"]
    return {"numberOfWorkingDays": 1, "days": [{"date": start, "requiredSeconds": 28800, "type": "WORKING_DAY"}]}


def spans(request: httpx.Request) -> tuple[date, date] | None:
    if request.url.path != ALLOCATION:
        return None
    params = request.url.params
    return date.fromisoformat(params["startDate"]), date.fromisoformat(params["endDate"])


def fake(*beans: dict[str, Any], **options: str) -> Fake:
    """The service with these allocations, or with one of each sort."""
    plans = beans or (
        bean(1, "admin", "2026-11-09", "2026-11-13"),
        bean(2, "Jessie", "2026-11-16", "2026-11-20", planItem=issue(), secondsPerDay=14400),
        team_bean(10, "5", "2026-11-23", "2026-11-24"),
        reflection(10, "admin", "2026-11-23", "2026-11-24"),
        reflection(10, "jessie", "2026-11-23", "2026-11-24"),
    )
    return Fake(
        kind="tempo",
        url=JIRA,
        options=options,
        routes={
            f"GET {TEAM}": [{"id": 5, "name": "Platform", "summary": "", "lead": "admin"}],
            f"GET {TEAM}/5/member": [member("admin", "Ada Admin"), member("jessie", "Jessie Jones")],
            f"GET {ALLOCATION}": Plans(*plans),
            f"GET {SCHEDULE}": schedule,
        },
        items=f"GET {ALLOCATION}",
        spans=spans,
    )
