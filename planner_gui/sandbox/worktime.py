"""The pretend Work Time Calendar: calendars with their sources, and the search for events.

Two calendars a division: people (vacation, sickness) and teams (meetings, trips, custom, and Jira's own, which the
search never returns). A repeated event is one record with its rule, not expanded. The event's fields are the best
reading of docs ("What the sandbox serves"): the vendor's own sample is lost.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from planner_gui.sandbox.facts import ONE_DAY, Event
from planner_gui.sandbox.organisation import Organisation
from planner_gui.sandbox.web import Handler, Json, Refused, Service, answer, object_of

BASE = "/wtc/wtc/rest/brizo-calendar"
SHORTER_THAN = timedelta(days=92)

# (key, name, colour, whether the vendor made it) of each calendar's sources
_PEOPLE = (("vacation", "Vacations", "#40af04", True), ("sickness", "Sick leave", "#ff3e05", True))
_TEAMS = (
    ("meeting", "Meetings", "#7500ca", True),
    ("trip", "Business trips", "#057fff", True),
    ("custom", "Duties", "#cc6fcc", False),
    ("jira", "Due dates", "#888888", True),
    ("sprint", "Sprints", "#aa8800", True),
    ("version", "Versions", "#008877", True),
)
SEARCHED = ("vacation", "sickness", "trip", "meeting", "custom")


@dataclass(frozen=True, slots=True)
class _Entry:
    """An event's answer, and the first and last moment (ms) at which it may be found."""

    start: int
    end: int
    bean: Json


class WorkTime(Service):
    """The calendars of the whole company."""

    def __init__(self, organisation: Organisation, secret: str) -> None:
        super().__init__("worktime", "worktime")
        self._company = organisation
        self._secret = secret
        self._calendars: dict[int, Json] = {}
        self._sources: dict[int, Json] = {}
        self._events: dict[int, list[_Entry]] = {}
        by_kind: dict[tuple[int, str], int] = {}
        for division in range(organisation.teams[-1].division + 1):
            for place, (name, kinds) in enumerate((("people", _PEOPLE), ("teams", _TEAMS))):
                self._add_calendar(division, place, name, kinds, by_kind)
        for event in organisation.events:
            source = by_kind[event.division, event.kind]
            self._events[source].append(self._entry(event, source))
        for entries in self._events.values():
            entries.sort(key=lambda entry: (entry.start, entry.bean["id"]))

    def connection(self, base_url: str) -> Json:
        options: dict[str, str] = {}
        url = f"{base_url}{BASE}"
        return {"kind": self.kind, "name": self.name, "url": url, "options": options, "secret": self._secret}

    def routes(self) -> Sequence[tuple[str, str, Handler]]:
        return (
            ("GET", f"{BASE}/api/1/calendar", self._list),
            ("GET", f"{BASE}/api/1/calendar/{{number:int}}", self._calendar),
            ("GET", f"{BASE}/api/1/source/{{number:int}}", self._source),
            ("POST", f"{BASE}/api/1/event/search", self._search),
        )

    def authorise(self, request: Request) -> None:
        if request.headers.get("authorization") != f"Bearer {self._secret}":
            raise Refused(401, "Unauthorized")

    def refusal(self, status: int, message: str) -> Response:
        return answer({"errors": [message]}, status)

    async def _list(self, request: Request) -> Response:
        return answer(list(self._calendars.values()))

    async def _calendar(self, request: Request) -> Response:
        number = request.path_params["number"]
        if number not in self._calendars:
            raise Refused(404, f"Calendar {number} was not found")
        nobody: Json = {"groups": [], "users": []}
        rights: Json = {"publicCalendar": False, "calendarEditable": False, "permCalendarEdit": nobody}
        rights |= {"eventsEditable": False, "permEventsEdit": nobody, "eventReporterEdit": False}
        return answer(self._calendars[number] | rights)

    async def _source(self, request: Request) -> Response:
        number = request.path_params["number"]
        if number not in self._sources:
            raise Refused(404, f"Source {number} was not found")
        return answer(self._sources[number])

    async def _search(self, request: Request) -> Response:
        body = await object_of(request)
        start, end = _period(body)
        found = [
            entry.bean
            for source in self._asked_sources(body)
            for entry in self._events[source]
            if entry.start < end and entry.end > start
        ]
        return answer({"total": len(found), "values": found})

    def _asked_sources(self, body: Json) -> list[int]:
        """The sources of the one calendar or source that is asked for."""
        asked = [name for name in ("calendarId", "sourceId") if body.get(name) is not None]
        if len(asked) != 1:
            raise Refused(400, "Exactly one of calendarId and sourceId is required")
        number = body[asked[0]]
        if not isinstance(number, int) or isinstance(number, bool):
            raise Refused(400, f"{asked[0]} must be a number")
        if asked == ["sourceId"] and number in self._sources:
            return [number]
        if asked == ["calendarId"] and number in self._calendars:
            return [source["id"] for source in self._calendars[number]["sources"]]
        raise Refused(404, f"{asked[0]} {number} was not found")

    def _add_calendar(
        self,
        division: int,
        place: int,
        name: str,
        kinds: Sequence[tuple[str, str, str, bool]],
        by_kind: dict[tuple[int, str], int],
    ) -> None:
        number = 1900 + division * 2 + place
        label = f"Northwind {name}" + (f" {division + 1}" if division else "")
        value = json.dumps({"description": "", "name": label, "usersFromEvents": True})
        sources = []
        for order, (key, title, colour, system) in enumerate(kinds, 1):
            source = 5600 + number % 1900 * 10 + order
            bean: Json = {"id": source, "calendarId": number, "emailsEnabled": False}
            event_type: Json = {"issueRequired": False, "key": key, "name": title, "projectRequired": False}
            event_type |= {"systemType": system, "usersRequired": key in SEARCHED}
            bean |= {"eventType": event_type, "order": order, "value": _source_value(key, title, colour)}
            sources.append(bean)
            self._sources[source] = bean
            self._events[source] = []
            by_kind[division, key] = source
        owner = self._company.people[min(division * 60, len(self._company.people) - 1)].key
        self._calendars[number] = {"id": number, "sources": sources, "value": value, "user": owner}

    def _entry(self, event: Event, source: int) -> _Entry:
        zone = ZoneInfo(event.zone)
        if event.start_minute is None or event.end_minute is None:
            start, end = _moment(event.start, 0, zone), _moment(event.end + ONE_DAY, 0, zone)
        else:
            start, end = _moment(event.start, event.start_minute, zone), _moment(event.end, event.end_minute, zone)
        bean: Json = {
            "id": event.number,
            "sourceId": source,
            "calendarId": self._sources[source]["calendarId"],
            "summary": event.title,
            "description": event.description,
            "users": [self._company.person(number).key for number in event.people],
            "allDay": event.start_minute is None,
            "start": start,
            "end": end,
            "timezone": event.zone,
        }
        if event.rule:
            bean["recurrence"] = event.rule
            end = _moment(_last_possible(event), 1439, zone)
        return _Entry(start, end, bean)


def _moment(day: date, minute: int, zone: ZoneInfo) -> int:
    """Unix milliseconds of a wall-clock time."""
    return int(datetime.combine(day, time(minute // 60, minute % 60), zone).timestamp()) * 1000


def _last_possible(event: Event) -> date:
    """A day on or after the last occurrence of a repeated event."""
    parts = dict(part.split("=") for part in str(event.rule).split(";"))
    if until := parts.get("UNTIL"):
        return datetime.strptime(until, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).date() + ONE_DAY
    step = 7 if parts["FREQ"] == "WEEKLY" else 31
    return event.start + timedelta(days=step * int(parts.get("INTERVAL", 1)) * int(parts["COUNT"]) + 31)


def _source_value(key: str, title: str, colour: str) -> str:
    """The JSON text that a source carries, by its kind."""
    value: Json = {"color": colour, "name": title, "projectId": -1}
    if key == "jira":
        value |= {"condColors": [], "dateRanges": [], "singleDates": ["duedate"], "hideStartTime": False}
    elif key == "sprint":
        value |= {"boardId": 132, "show": 0, "state": 0, "hideStartTime": False}
    elif key == "version":
        value |= {"show": 0, "releasedStatus": 0}
    else:
        names = ("event.summary", "event.users", "event.reporter", "event.description")
        shown = [{"id": name, "showEvent": True, "showInfo": True} for name in names]
        value |= {"condColors": [], "concurrence": "allow", "hideStartTime": False, "issueFields": shown}
        value |= {"summaryFromSourceName": False, "summaryFromIssueSummary": False}
    return json.dumps(value, separators=(",", ":"))


def _period(body: Json) -> tuple[int, int]:
    """The period asked for in Unix ms; one form of it, in order, and under 92 days, else 400."""
    plain, iso = {"startDate", "endDate"} & set(body), {"startDateIso", "endDateIso"} & set(body)
    if plain and iso:
        raise Refused(400, "Use either startDate and endDate or startDateIso and endDateIso")
    if len(plain) == 2:
        start, end = body["startDate"], body["endDate"]
        if not all(isinstance(moment, int) and not isinstance(moment, bool) for moment in (start, end)):
            raise Refused(400, "startDate and endDate must be Unix milliseconds")
    elif len(iso) == 2:
        start, end = _iso(body["startDateIso"]), _iso(body["endDateIso"])
    else:
        raise Refused(400, "A start and an end date are required")
    if end <= start:
        raise Refused(400, "The end date must be after the start date")
    if end - start >= SHORTER_THAN.total_seconds() * 1000:
        raise Refused(400, "Interval between start and end dates should be less than 92 days")
    return start, end


def _iso(text: object) -> int:
    """Unix ms of an ISO date-time with a numeric offset."""
    if isinstance(text, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:\d\d|Z)", text):
        try:
            return int(datetime.fromisoformat(text).timestamp() * 1000)
        except ValueError:
            pass
    raise Refused(400, "startDateIso and endDateIso must be ISO date-times with an offset")
