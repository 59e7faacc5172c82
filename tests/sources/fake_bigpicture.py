"""A small BigPicture in the shapes of the best readings: two boxes, one team of two, absences and assignments."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx

from tests.sources.contract import Fake, Route

JIRA = "https://jira.example.com/jira"
NEW = "/jira/rest/bigpicture/1.0/public/ppm"
OLD = "/jira/rest/softwareplant-bigpicture/1.0/public/ppm"
ADA = "EXT_USER@2@ada"
BOB = "EXT_USER@2@bob@@example.com"  # a user id that is an e-mail address, its "@" doubled

MANAGER_HOST = "cloud.softwareplant.com"
WHERE = "/cloudmanager/bigpicture/where-am-i"
PLACE = "/bigpicture/jiracloud/101/rest/public/ppm"
LOCATION = f"https://{MANAGER_HOST}/bigpicture/jiracloud/101"


def absence(start: str, end: str, **more: Any) -> dict[str, Any]:
    """An absence; keys of `more` replace or add, None removes."""
    record = {
        "startDate": start,
        "endDate": end,
        "absenceType": "HOLIDAY",
        "comment": "",
        "percentageUnavailability": 100,
    } | more
    return {name: value for name, value in record.items() if value is not None}


def task(number: int, start: str = "2026-11-16", end: str = "2026-11-27", **more: Any) -> dict[str, Any]:
    record = {"taskId": number, "key": f"ORI-{number}", "name": f"Task {number}", "startDate": start, "endDate": end}
    return {name: value for name, value in (record | {"workload": 10} | more).items() if value is not None}


def individual(key: str, *tasks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"individualId": key, "name": "", "capacity": 80, "tasks": list(tasks)} | more


TEAMS: list[dict[str, Any]] = [
    {
        "teamId": 7,
        "teamName": "Platform",
        "members": [
            {"individualId": ADA, "name": "Ada Byron", "email": "ada@example.com", "availability": 80},
            {"individualId": BOB, "name": "Bob Ross", "startDate": "2026-01-01", "endDate": "2026-12-31"},
        ],
    }
]
HIERARCHY: dict[str, Any] = {
    "boxId": "ROOT",
    "boxName": "Root",
    "boxChildren": [
        {
            "boxId": "PROG-1",
            "boxName": "Orion",
            "boxStartDate": "2026-01-01",
            "boxEndDate": "2027-06-30",
            "boxArchived": False,
            "boxChildren": [{"boxId": "ITER-2", "boxName": "Orion sprint", "boxChildren": []}],
        },
        {"boxId": "PROG-9", "boxName": "Old times", "boxArchived": True, "boxChildren": []},
    ],
}
ASSIGNED = {
    "PROG-1": {"teams": [], "individuals": [individual(ADA, task(101)), individual(BOB, task(102))]},
    "ITER-2": {"teams": [], "individuals": [individual(ADA, task(101))]},
}


def routes(base: str = NEW) -> dict[str, Route]:
    """Every route of the healthy service under a base path."""
    answers: dict[str, Route] = {
        "box/box-hierarchy": {"currentVersion": 1, "latestVersion": 1, "cargo": HIERARCHY},
        "teams": TEAMS,
        f"resources/{ADA}/absences": [
            absence("2026-11-23", "2026-11-27", comment="Lake"),
            absence("2026-12-28", "2027-01-05", absenceType="OTHER REASON", percentageUnavailability=50),
        ],
        f"resources/{BOB}/absences": [],
        "boxarea/resourcetaskassignment/PROG-1/": ASSIGNED["PROG-1"],
        "boxarea/resourcetaskassignment/ITER-2/": ASSIGNED["ITER-2"],
        "boxarea/task/101/boxes": ["PROG-1", "ITER-2"],
        "box/field/definition": [
            {"fieldId": 501, "fieldName": "Box name", "type": "TEXT"},
            {"fieldId": 518, "fieldName": "Story Points", "type": "NUMBER"},
        ],
        "boxarea/task/101/field/aggregations": {"value": 12.5},
    }
    found: dict[str, Route] = {f"GET {base}/{path}": answer for path, answer in answers.items()}
    found[f"POST {base}/box/PROG-1/selectedFields"] = [
        {"fieldId": 501, "fieldName": "Box name", "value": "Orion"},
        {"fieldId": 518, "fieldName": "Story Points", "value": 8},
    ]
    return found


def fake(base: str = NEW, **options: str) -> Fake:
    """A Data Center BigPicture at `base`."""
    return Fake(
        kind="bigpicture",
        url=JIRA,
        options=options,
        routes=routes(base),
        items=f"GET {base}/resources/{ADA}/absences",
    )


class Cloud:
    """A Cloud BigPicture, and every stranger beside it: what was sent where, by host.

    locations: what where-am-i says, one answer after the other, the last one for ever. good: the bases (without the
    public path) that take the token; every other one answers 401. answers: path below them -> JSON.
    """

    def __init__(self, *locations: str, good: tuple[str, ...] = (f"{LOCATION}/rest",)) -> None:
        self.locations = list(locations or (LOCATION,))
        self.good = good
        self.asked = 0
        self.ledger: list[httpx.Request] = []
        self.answers = {route.removeprefix(f"GET {NEW}/"): answer for route, answer in routes().items()}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.ledger.append(request)
        if request.url.path.endswith("/where-am-i"):
            self.asked += 1
            location = self.locations.pop(0) if len(self.locations) > 1 else self.locations[0]
            return httpx.Response(200, json={"location": location})
        address = str(request.url.copy_with(query=None))
        base, _, path = address.partition("/public/ppm/")
        if base not in self.good:
            return httpx.Response(401, json={"message": "API token is missing or invalid"})
        answer = self.answers.get(path)
        if answer is None:
            return httpx.Response(404, json={"message": "nothing here"})
        return httpx.Response(200, json={"currentVersion": 1, "latestVersion": 1, "cargo": answer})

    def hosts(self) -> set[str]:
        """Every host (with scheme and port) that anything was sent to."""
        return {f"{request.url.scheme}://{request.url.netloc.decode()}" for request in self.ledger}


def once(status: int, then: Any, text: str = "") -> Callable[[httpx.Request], Any]:
    """A route that fails once and then answers."""
    seen: list[httpx.Request] = []

    def route(request: httpx.Request) -> Any:
        seen.append(request)
        return httpx.Response(status, text=text or json.dumps({"message": "no"})) if len(seen) == 1 else then

    return route
