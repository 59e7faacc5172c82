"""A small BigTime in the documented shapes: two projects, two people, tasks with and without a budget status."""

from __future__ import annotations

import json
from typing import Any

import httpx

from tests.sources.contract import SECRET, Fake

API = "/BigtimeData/api/v2"
FIRM = "NWND"


def task(number: int, project: int = 1201, *people: int, **more: Any) -> dict[str, Any]:
    """A task with the catalogue's fields that a plan needs; keys of `more` replace or add, None removes."""
    names = {41: "Priya Raman", 42: "Chen Wei"}
    record = {
        "TaskSid": number,
        "ProjectSid": project,
        "TaskNm": f"Task {number}",
        "TaskGroup": "Design",
        "FullName": f"Design:Task {number}",
        "TaskType": 1,
        "TaskType_nm": "Task",
        "CurrentStatus_nm": "Open",
        "Priority": "HIGH",
        "AssignCount": len(people),
        "AssignmentList": [{"Sid": sid, "Nm": names.get(sid, f"Number {sid}")} for sid in people],
        "StartDt": "2026-11-16",
        "DueDt": "2026-12-04",
        "BudgetHours": 40,
        "BudgetFees": 3800.5,
        "PerComp": 0.25,
        "IsArchived": False,
    } | more
    return {name: value for name, value in record.items() if value is not None}


def budget(number: int, hours: float) -> dict[str, Any]:
    return {"TaskSid": number, "HoursInput": hours, "HoursBill": hours, "FeesInput": 95 * hours, "TotalWip": 0}


def staffer(number: int, first: str, last: str, **more: Any) -> dict[str, Any]:
    record = {
        "StaffSID": number,
        "FName": first,
        "SName": last,
        "FullName": f"{first} {last}",
        "Title": "Engineer",
        "EMail": f"{first.lower()}@example.com",
        "IsInactive": False,
    }
    return record | more


def project(number: int, name: str, **more: Any) -> dict[str, Any]:
    record = {"SystemId": number, "Nm": name, "DisplayName": f"Client:{name}", "ProjectCode": name[:3].upper()}
    return record | {"StartDt": "2026-05-04", "EndDt": None, "IsInactive": False} | more


def logged_in(request: httpx.Request) -> Any:
    """The log-in: the firm's first session, for the right password only."""
    body = json.loads(request.content)
    if body["Pwd"] != SECRET:
        return httpx.Response(401, text="no")
    return {"token": "session-1", "firm": FIRM, "staffsid": 41, "userid": body["UserId"]}


def fake(*tasks: dict[str, Any], **options: str) -> Fake:
    """The service with these tasks in project 1201, or with one of each sort in two projects."""
    some = tasks or (
        task(7001, 1201, 41, 42),
        task(7002, 1201, 42, BudgetHours=None),
        task(7003, 1201, StartDt=None, DueDt=None),
    )
    others = [] if tasks else [task(7010, 1202, 41, PerComp=1, IsArchived=True)]
    return Fake(
        kind="bigtime",
        options=options or {"realm": FIRM},
        routes={
            f"POST {API}/session": logged_in,
            f"GET {API}/staff": [staffer(41, "Priya", "Raman"), staffer(42, "Chen", "Wei", IsInactive=True)],
            f"GET {API}/project": [project(1201, "Atlas"), project(1202, "Beacon")],
            f"GET {API}/task/listByProject/1201": list(some),
            f"GET {API}/task/listByProject/1202": others,
            f"GET {API}/task/BudgetStatusByProject/1201": [budget(7001, 10)],
            f"GET {API}/task/BudgetStatusByProject/1202": [],
        },
        items=f"GET {API}/task/listByProject/1201",
    )
