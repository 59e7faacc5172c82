"""A small Work Time Calendar: two calendars in the documented shape, events in the best reading, a strict search."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from tests.sources.contract import Fake

BASE = "/wtc/rest/brizo-calendar/api/1"
SEARCH = f"POST {BASE}/event/search"
ADA, BOB = "66625976fc0cc7a600b08977", "5b10a2844c20165700ede21g"
BERLIN = ZoneInfo("Europe/Berlin")
DAY_MS = 86_400_000
SEEDS = Path(__file__).parent / "seeds"


def ms(text: str, zone: str = "Europe/Berlin") -> int:
    """Unix milliseconds of "2026-11-20 10:00" on a zone's wall clock."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


def source(number: int, calendar: int, key: str, name: str, **more: Any) -> dict[str, Any]:
    value = json.dumps({"color": "#40AF04", "projectId": -1, "name": name, "concurrence": "allow"})
    kind = {"key": key, "name": key.title(), "systemType": key != "custom", "usersRequired": True}
    return {"id": number, "calendarId": calendar, "eventType": kind, "order": 1, "value": value} | more


def calendar(number: int, name: str, *sources: dict[str, Any], **more: Any) -> dict[str, Any]:
    value = json.dumps({"description": "Who is where", "name": name, "usersFromEvents": True})
    return {"id": number, "sources": list(sources), "value": value, "user": ADA} | more


RIGHTS = {
    "publicCalendar": False,
    "calendarEditable": False,
    "permCalendarEdit": {"groups": ["planners"], "users": []},
    "eventsEditable": True,
    "permEventsEdit": {"groups": [], "users": []},
    "eventReporterEdit": True,
}
PEOPLE = calendar(1900, "People", source(5601, 1900, "vacation", "Vacations"), source(5602, 1900, "sickness", "Sick"))
TEAMS = calendar(
    1901,
    "Teams",
    source(5611, 1901, "meeting", "Meetings"),
    source(5612, 1901, "custom", "Duties"),
    source(5613, 1901, "jira", "Due dates"),
)


def event(number: int, start: Any, end: Any, **more: Any) -> dict[str, Any]:
    """An event; keys of `more` replace or add, None removes."""
    record = {
        "id": number,
        "sourceId": 5611,
        "calendarId": 1901,
        "summary": f"Event {number}",
        "description": "",
        "users": [ADA],
        "allDay": False,
        "start": start,
        "end": end,
        "timezone": "Europe/Berlin",
    } | more
    return {name: value for name, value in record.items() if value is not None}


def leave(number: int, first: str, after: str, **more: Any) -> dict[str, Any]:
    """An all-day event of the other calendar by ms, the end exclusive."""
    times = {"start": ms(f"{first} 00:00"), "end": ms(f"{after} 00:00"), "allDay": True}
    return event(number, 0, 0) | {"sourceId": 5601, "calendarId": 1900, "summary": "Vacation"} | times | more


def sample(name: str) -> Any:
    """A sample of the vendor's own document."""
    return json.loads((SEEDS / f"{name}.json").read_text(encoding="utf-8"))


def period(request: httpx.Request) -> tuple[int, int]:
    """The period of a search in ms, by either form."""
    body = json.loads(request.content)
    if "startDate" in body:
        return body["startDate"], body["endDate"]
    moments = [datetime.fromisoformat(body[name]) for name in ("startDateIso", "endDateIso")]
    start, end = (int(moment.timestamp() * 1000) for moment in moments)
    return start, end


class Events:
    """The search route, with the documented refusals; `events` may hold records in any shape with a calendar's id.

    wrap: makes the answer of the records found.
    """

    def __init__(self, *events: Any, wrap: Any = None) -> None:
        self.events = list(events)
        self.wrap = wrap or (lambda found: {"total": len(found), "values": found})
        self.bodies: list[dict[str, Any]] = []

    def __call__(self, request: httpx.Request) -> Any:
        body = json.loads(request.content)
        self.bodies.append(body)
        start, end = period(request)
        keys = {"calendarId", "sourceId"} & body.keys()
        if end <= start or end - start >= 92 * DAY_MS or len(keys) != 1 or len(body) != 3:
            return httpx.Response(400, json={"errors": ["Interval between dates should be less than 92 days"]})
        (key,) = keys
        if body[key] not in (1900, 1901, 5601, 5602, 5611, 5612, 5613):
            return httpx.Response(404, json={"errors": ["not found"]})
        found = [one for one in self.events if not isinstance(one, dict) or one.get(key) in (body[key], None)]
        return self.wrap([one for one in found if not isinstance(one, dict) or self._touches(one, start, end)])

    @staticmethod
    def _touches(record: dict[str, Any], start: int, end: int) -> bool:
        """By ms where the record has them: a series from its start on, others as they lie."""
        first, last = record.get("start"), record.get("end")
        if not isinstance(first, int) or not isinstance(last, int) or first < 1e11:
            return True
        return first < end and (last > start or "recurrence" in record)


def spans(request: httpx.Request) -> tuple[date, date] | None:
    if not request.url.path.endswith("/event/search"):
        return None
    start, end = (datetime.fromtimestamp(moment / 1000, UTC) for moment in period(request))
    return start.date(), (end - timedelta(milliseconds=1)).date()


def fake(*events: Any, **options: str) -> Fake:
    """The Cloud service with these events, or with one of each sort."""
    shown = events or (
        leave(1, "2026-11-23", "2026-11-28"),
        event(2, ms("2026-11-25 10:00"), ms("2026-11-25 11:00"), users=[ADA, BOB]),
        event(3, ms("2026-11-03 09:30"), ms("2026-11-03 09:45"), recurrence="FREQ=WEEKLY;COUNT=3"),
        event(
            4, "2026-12-01", "2026-12-02", allDay=True, sourceId=5612, users=[{"accountId": BOB, "name": "Bob Ross"}]
        ),
    )
    sources = {one["id"]: one for home in (PEOPLE, TEAMS) for one in home["sources"]}
    return Fake(
        kind="worktime",
        options=options,
        routes={
            f"GET {BASE}/calendar": [PEOPLE, TEAMS],
            f"GET {BASE}/calendar/1900": PEOPLE | RIGHTS,
            f"GET {BASE}/calendar/1901": TEAMS | RIGHTS,
            **{f"GET {BASE}/source/{number}": one for number, one in sources.items()},
            SEARCH: Events(*shown),
        },
        items=SEARCH,
        spans=spans,
    )
