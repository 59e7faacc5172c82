"""The pretend Tempo Planner of a Jira Data Center: `/rest/tempo-planning/1`, and the schedule and teams beside it.

It answers as the documents in "Tempo Planning / Planner, Server/DC" say; where they are silent, in Jira's usual forms.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import Response

from planner_gui.sandbox.facts import Person, Schedule, Team, days, holiday_name
from planner_gui.sandbox.organisation import Organisation
from planner_gui.sandbox.tempo_records import Allocations, team_of
from planner_gui.sandbox.web import Handler, Json, Refused, Service, answer, day_of, encoded, json_bytes, object_of

PLANNING = "/jira/rest/tempo-planning/1"
CORE = "/jira/rest/tempo-core/1"
TEAMS = "/jira/rest/tempo-teams/2"
USER = "planner"
LONGEST_SCHEDULE = timedelta(days=3700)


class Tempo(Service):
    """Tempo on the main Jira: allocations of everybody but Labs. Takes a personal access token, or Basic."""

    def __init__(self, organisation: Organisation, secret: str) -> None:
        super().__init__("tempo", "tempo")
        self._company = organisation
        self._secret = secret
        basic = base64.b64encode(f"{USER}:{secret}".encode()).decode()
        self._accepted = {f"Bearer {secret}", f"Basic {basic}"}
        self._people = {person.key: person for person in organisation.people}
        self._allocations = Allocations(organisation)

    def connection(self, base_url: str) -> Json:
        options: dict[str, str] = {}
        url = f"{base_url}/jira"
        return {"kind": self.kind, "name": self.name, "url": url, "options": options, "secret": self._secret}

    def routes(self) -> Sequence[tuple[str, str, Handler]]:
        return (
            ("GET", f"{PLANNING}/allocation", self._list),
            ("POST", f"{PLANNING}/allocation", self._create),
            ("GET", f"{PLANNING}/allocation/{{number:int}}", self._one),
            ("PUT", f"{PLANNING}/allocation/{{number:int}}", self._replace),
            ("DELETE", f"{PLANNING}/allocation/{{number:int}}", self._delete),
            ("GET", f"{CORE}/user/schedule", self._schedule),
            ("GET", f"{TEAMS}/team", self._teams),
            ("GET", f"{TEAMS}/team/members", self._all_members),
            ("GET", f"{TEAMS}/team/{{number:int}}", self._team),
            ("GET", f"{TEAMS}/team/{{number:int}}/member", self._members),
        )

    def authorise(self, request: Request) -> None:
        if request.headers.get("authorization") not in self._accepted:
            raise Refused(401, "You are not authenticated. Authentication required to perform this operation.")

    def refusal(self, status: int, message: str) -> Response:
        return answer({"errorMessages": [message], "errors": {}}, status)

    async def _list(self, request: Request) -> Response:
        query = request.query_params
        start, end = self._period(query.get("startDate"), query.get("endDate"))
        kind = query.get("assigneeType", "").lower() or None
        if kind not in {None, "user", "team"}:
            raise Refused(400, "assigneeType must be USER or TEAM")
        keys = [key for text in query.getlist("assigneeKeys") for key in text.split(",") if key]
        reflections = query.get("expandReflections", "true").lower() != "false"
        found = self._allocations.found(start, end, keys, kind, reflections)
        if item := query.get("planItemId"):
            found = [bean for bean in found if str(bean["planItem"]["id"]) == item]
        if item_type := query.get("planItemType"):
            found = [bean for bean in found if bean["planItem"]["type"] == item_type.upper()]
        return answer(found)

    async def _one(self, request: Request) -> Response:
        bean = self._allocations[request.path_params["number"]]
        query = request.query_params
        if query.get("expand") == "children":
            start, end = self._period(query.get("startDate"), query.get("endDate"))
            bean = bean | {"children": self._allocations.children(bean, start, end)}
        return answer(bean)

    async def _create(self, request: Request) -> Response:
        return answer(self._allocations.create(await object_of(request)))

    async def _replace(self, request: Request) -> Response:
        return answer(self._allocations.replace(request.path_params["number"], await object_of(request)))

    async def _delete(self, request: Request) -> Response:
        self._allocations.delete(request.path_params["number"])
        return answer(None)

    async def _schedule(self, request: Request) -> Response:
        query = request.query_params
        today = self._company.today.isoformat()
        start, end = day_of(query.get("from", today), "from"), day_of(query.get("to", today), "to")
        if not timedelta() <= end - start <= LONGEST_SCHEDULE:
            raise Refused(400, "to: the period is empty or too long")
        person = self._people.get(query.get("user", "").lower(), self._company.people[0])
        if "user" in query and person.key != query["user"].lower():
            raise Refused(404, f"User {query['user']} does not exist")
        return encoded(_encoded_schedule(person.schedule, start, end))

    async def _teams(self, request: Request) -> Response:
        return answer([self._team_bean(team) for team in self._company.teams if not team.labs])

    async def _team(self, request: Request) -> Response:
        return answer(self._team_bean(team_of(self._company, request.path_params["number"])))

    async def _members(self, request: Request) -> Response:
        return answer(self._members_of(team_of(self._company, request.path_params["number"])))

    async def _all_members(self, request: Request) -> Response:
        teams = [team for team in self._company.teams if not team.labs]
        return answer([member for team in teams for member in self._members_of(team)])

    def _team_bean(self, team: Team) -> Json:
        lead = self._company.person(team.members[0]).key if team.members else ""
        return {"id": team.number, "name": team.name, "summary": "", "lead": lead}

    def _members_of(self, team: Team) -> list[Json]:
        members = [self._member(team, self._company.person(number)) for number in team.members]
        for number, second_team, availability in self._company.second_teams:
            if second_team == team.number:
                bean = self._member(team, self._company.person(number))
                bean["id"] = bean["membership"]["id"] = 900000 + number
                bean["membership"]["availability"] = str(availability)
                members.append(bean)
        return members

    def _member(self, team: Team, person: Person) -> Json:
        joined = person.joined.isoformat()
        return {
            "id": 3000 + person.number,
            "member": {
                "teamMemberId": 3000 + person.number,
                "name": person.key,
                "displayName": person.name,
                "type": "USER",
                "key": person.key,
                "activeInJira": True,
            },
            "membership": {
                "id": 3000 + person.number,
                "teamId": team.number,
                "availability": str(person.availability),
                "dateFrom": joined,
                "dateTo": "",
                "dateFromANSI": joined,
                "dateToANSI": "",
                "role": {"id": 1, "name": person.role, "default": False},
                "status": "active" if person.joined <= self._company.today else "future",
            },
        }

    def _period(self, start: str | None, end: str | None) -> tuple[date, date]:
        """Without one date a month from the other; without both a month from today (the older document's reading)."""
        month = timedelta(days=30)
        if start is None and end is None:
            return self._company.today, self._company.today + month
        last = day_of(end, "endDate") if end is not None else day_of(start, "startDate") + month
        first = day_of(start, "startDate") if start is not None else last - month
        if last < first:
            raise Refused(400, "endDate is before startDate")
        return first, last


@lru_cache(maxsize=256)  # many people have the same schedule, and everybody is asked for
def _encoded_schedule(schedule: Schedule, start: date, end: date) -> bytes:
    beans = schedule_days(schedule, start, end)
    working = sum(bean["type"] == "WORKING_DAY" for bean in beans)
    required = sum(bean["requiredSeconds"] for bean in beans)
    return json_bytes({"numberOfWorkingDays": working, "requiredSeconds": required, "days": beans})


def schedule_days(schedule: Schedule, start: date, end: date) -> list[Json]:
    """The working time of each day; a holiday is named and needs nothing."""
    beans: list[Json] = []
    for day in days(start, end):
        holiday, nominal = holiday_name(day), schedule.nominal(day)
        kind = "WORKING_DAY" if nominal else "NON_WORKING_DAY"
        if holiday:
            kind = "HOLIDAY" if nominal else "HOLIDAY_AND_NON_WORKING_DAY"
        bean: Json = {"date": day.isoformat(), "requiredSeconds": schedule.working(day) * 60, "type": kind}
        if holiday:
            bean["holiday"] = {"name": holiday, "description": "", "durationSeconds": nominal * 60}
        beans.append(bean)
    return beans
