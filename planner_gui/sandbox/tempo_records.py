"""Tempo Planner's records for Data Center: allocations, their later occurrences and reflections, and their validation.

The bean follows the vendor's documents ("GET /allocation", "Allocation bean", "Recurrence & children"). No HTTP here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from planner_gui.sandbox.facts import Booking, Person, Team, WorkItem
from planner_gui.sandbox.organisation import Organisation
from planner_gui.sandbox.recurrence import occurrences
from planner_gui.sandbox.web import Json, Refused, day_of

RULES = ("NEVER", "WEEKLY", "BI-WEEKLY", "MONTHLY")
ITEM_TYPES = ("COMPONENT", "EPIC", "ISSUE", "PROJECT", "SPRINT", "VERSION", "BOARD")


class Allocations:
    """Every allocation by id, and by assignee."""

    def __init__(self, organisation: Organisation) -> None:
        self._company = organisation
        self._today = organisation.today.isoformat()
        self._items = {(item.type, item.number): item for item in _items(organisation)}
        self._people = {person.key: person for person in organisation.people if not organisation.on_labs(person.number)}
        self._teams = {str(team.number): team for team in organisation.teams if not team.labs}
        self._beans: dict[int, Json] = {}
        self._by_assignee: dict[str, dict[int, None]] = defaultdict(dict)
        for booking in organisation.bookings:
            if booking.person is None or not organisation.on_labs(booking.person):
                self._put(self._bean_of(booking))
        self._next = max(self._beans, default=0) + 1

    def __getitem__(self, number: int) -> Json:
        try:
            return self._beans[number]
        except KeyError:
            raise Refused(404, f"Allocation {number} does not exist") from None

    def found(self, start: date, end: date, keys: Iterable[str], kind: str | None, reflections: bool) -> list[Json]:
        """The allocations that touch start..end, with the reflections of team plans where wanted.

        `keys` are user keys or team ids in any case, none meaning everybody; `kind` is "user", "team" or None.
        A repeated one is found through any of its occurrences; only the stored row is in the answer.
        """
        first, last = start.isoformat(), end.isoformat()
        wanted = {key.lower() for key in keys}
        result = [
            bean
            for bean in self._of(wanted)
            if bean["start"] <= last and _last_day(bean) >= first and (kind is None or bean["assignee"]["type"] == kind)
        ]
        if reflections and kind != "team":
            result += [
                reflection
                for bean in self._of_teams(wanted)
                for reflection in self._reflections(bean, first_only=True)
                if reflection["start"] <= last and reflection["end"] >= first
                if not wanted or wanted & {reflection["assignee"]["key"].lower(), bean["assignee"]["key"]}
            ]
        return result

    def children(self, bean: Json, start: date, end: date) -> list[Json]:
        """Later occurrences of a user's allocation, or every reflection of a team's, that touch start..end."""
        first, last = start.isoformat(), end.isoformat()
        if bean["assignee"]["type"] == "team":
            every: Iterable[Json] = self._reflections(bean, first_only=False)
        else:
            person = self._person(bean["assignee"]["key"])
            spans = list(_spans(bean))[1:]
            every = (self._child(bean, person, span_start, span_end, "user") for span_start, span_end in spans)
        return [child for child in every if child["start"] <= last and child["end"] >= first]

    def create(self, body: Json) -> Json:
        bean = self._valid(body, self._next)
        self._next += 1
        self._put(bean)
        return bean

    def replace(self, number: int, body: Json) -> Json:
        """PUT takes the place of the whole allocation; what is left out is reset."""
        old = self[number]
        bean = self._valid(body, number) | {"created": old["created"], "createdBy": old["createdBy"]}
        del self._by_assignee[old["assignee"]["key"].lower()][number]
        self._put(bean)
        return bean

    def delete(self, number: int) -> None:
        bean = self[number]
        del self._by_assignee[bean["assignee"]["key"].lower()][number]
        del self._beans[number]

    def _put(self, bean: Json) -> None:
        self._beans[bean["id"]] = bean
        self._by_assignee[bean["assignee"]["key"].lower()][bean["id"]] = None

    def _of(self, keys: set[str]) -> Iterator[Json]:
        if not keys:
            yield from self._beans.values()
        for key in sorted(keys):
            for number in self._by_assignee.get(key, ()):
                yield self._beans[number]

    def _of_teams(self, wanted: set[str]) -> Iterator[Json]:
        """The team plans that may reflect on whom is asked for: of these teams, and of the teams of these users."""
        own = {str(self._people[key].team) for key in wanted if key in self._people}
        for key in sorted(own | (wanted & set(self._teams))) if wanted else self._teams:
            for number in self._by_assignee.get(key, ()):
                yield self._beans[number]

    def _person(self, key: str) -> Person:
        person = self._people.get(key.lower())
        if person is None:
            raise Refused(400, f"The assignee {key} does not exist")
        return person

    def _reflections(self, bean: Json, *, first_only: bool) -> Iterator[Json]:
        """One a member and occurrence, cut to the time in which the member is in the team."""
        spans = list(_spans(bean))[: 1 if first_only else None]
        for number in self._teams[bean["assignee"]["key"]].members:
            person = self._company.person(number)
            for start, end in spans:
                if end >= person.joined:
                    yield self._child(bean, person, max(start, person.joined), end, "team")

    def _child(self, parent: Json, person: Person, start: date, end: date, kind: str) -> Json:
        return parent | {
            "id": 0,
            "assignee": {"key": answered_key(person), "type": "user"},
            "start": start.isoformat(),
            "end": end.isoformat(),
            "seconds": _seconds(person, parent, start, end),
            "recurrence": {"parent": {"id": parent["id"], "type": kind}, "endDate": end.isoformat(), "rule": "NEVER"},
        }

    def _bean_of(self, booking: Booking) -> Json:
        if booking.person is not None:
            person = self._company.person(booking.person)
            assignee, team = {"key": answered_key(person), "type": "user"}, person.team
        else:
            assert booking.team is not None
            person, team = None, booking.team
            assignee = {"key": str(team), "type": "team"}
        until = booking.until or self._company.start
        scope = {"id": team, "type": "team"}
        if person is not None and booking.number % 4 == 0:  # planned in the project's view, not the team's
            scope = {"id": self._company.project(booking.item.project).item.number, "type": "project"}
        bean = self._bean(booking.number, assignee, booking.item, scope)
        bean |= {"commitment": booking.percent, "start": booking.start.isoformat(), "end": booking.end.isoformat()}
        bean |= {"description": booking.note, "includeNonWorkingDays": booking.every_day}
        bean["recurrence"] = {"endDate": until.isoformat(), "rule": booking.rule}
        if booking.amount == "daily" and person is not None:
            bean["secondsPerDay"] = person.schedule.mean_day() * 60 * booking.percent // 100
        if booking.amount != "commitment" and person is not None:
            bean["seconds"] = _seconds(person, bean, booking.start, booking.end)
        return bean

    def _bean(self, number: int, assignee: Json, item: WorkItem, scope: Json) -> Json:
        """The fields that every allocation has; the amounts and dates are the caller's."""
        made = self._company.start.isoformat()
        return {
            "id": number,
            "assignee": assignee,
            "planItem": self._plan_item(item),
            "scope": scope,
            "commitment": 0,
            "start": made,
            "end": made,
            "seconds": 0,
            "created": made,
            "createdBy": "admin",
            "updated": made,
            "updatedBy": "admin",
            "description": "",
            "includeNonWorkingDays": False,
            "recurrence": {"endDate": made, "rule": "NEVER"},
        }

    def _plan_item(self, item: WorkItem) -> Json:
        project = self._company.project(item.project)
        bean: Json = {"key": item.key, "id": item.number, "type": item.type, "name": item.name, "description": ""}
        bean |= {"projectKey": project.key, "projectId": project.item.number, "planItemUrl": f"browse/{item.key}"}
        if item.type == "PROJECT":
            avatar = f"/jira/secure/projectavatar?pid={item.number}&avatarId=10011"
            bean["avatarUrls"] = {"16x16": f"{avatar}&size=xsmall", "48x48": avatar}
        return bean

    def _valid(self, body: Json, number: int) -> Json:
        """A new bean from what was sent, or Refused with 400 (the input bean of the vendor's OpenAPI)."""
        item = self._known_item(body.get("planItem"))
        person, assignee = self._known_assignee(body.get("assignee"))
        scope = body.get("scope")
        if not isinstance(scope, dict) or scope.get("type") not in {"team", "project"} or "id" not in scope:
            raise Refused(400, "scope: a team or project is required")
        start, end = day_of(body.get("start"), "start"), day_of(body.get("end"), "end")
        if end < start:
            raise Refused(400, "end: the end date is before the start date")
        bean = self._bean(number, assignee, item, {"id": scope["id"], "type": scope["type"]})
        bean |= {"created": self._today, "updated": self._today, "start": start.isoformat(), "end": end.isoformat()}
        bean |= {"description": str(body.get("description") or "")}
        bean |= {"includeNonWorkingDays": body.get("includeNonWorkingDays") is True}
        bean["recurrence"] = self._valid_recurrence(body.get("recurrence"), start)
        bean |= self._valid_amount(body, person)
        if person is not None:
            bean["seconds"] = _seconds(person, bean, start, end)
        return bean

    def _known_item(self, sent: object) -> WorkItem:
        if isinstance(sent, dict):
            number, kind = sent.get("id"), str(sent.get("type")).upper()
            text = str(number)
            item = self._items.get((kind, int(text))) if text.isdigit() and len(text) < 15 else None
            if item is not None:
                return item
            if kind not in ITEM_TYPES:
                raise Refused(400, f"planItem: unknown type {kind}")
        raise Refused(400, "planItem: no such item to plan on")

    def _known_assignee(self, sent: object) -> tuple[Person | None, Json]:
        if not isinstance(sent, dict) or not isinstance(sent.get("key"), str | int):
            raise Refused(400, "assignee: a user or team is required")
        key, kind = str(sent["key"]), str(sent.get("type")).lower()
        if kind == "team" and key in self._teams:
            return None, {"key": key, "type": "team"}
        if kind == "user":
            person = self._person(key)
            return person, {"key": answered_key(person), "type": "user"}
        raise Refused(400, f"assignee: there is no {kind} {key}")

    def _valid_recurrence(self, sent: object, start: date) -> Json:
        recurrence = sent if isinstance(sent, dict) else {}
        rule = str(recurrence.get("rule") or "NEVER").upper()
        if rule not in RULES:
            raise Refused(400, f"recurrence: unknown rule {rule}")
        if rule == "NEVER":
            return {"endDate": self._today, "rule": rule}
        until = day_of(recurrence.get("endDate"), "recurrence.endDate")
        if until < start:
            raise Refused(400, "recurrence: endDate is before the start date")
        return {"endDate": until.isoformat(), "rule": rule}

    def _valid_amount(self, body: Json, person: Person | None) -> Json:
        daily, share = body.get("secondsPerDay"), body.get("commitment")
        if daily is not None:
            if not isinstance(daily, int) or not 0 < daily <= 86400:
                raise Refused(400, "secondsPerDay must be from 1 to 86400")
            mean = person.schedule.mean_day() if person else 480
            return {"secondsPerDay": daily, "commitment": share or round(daily / 60 / mean * 100, 2)}
        if not isinstance(share, int | float) or isinstance(share, bool) or not 0 < share <= 100:
            raise Refused(400, "commitment must be from 1 to 100")
        return {"commitment": share}


def answered_key(person: Person) -> str:
    """The user key as Tempo writes it: for one person in another case than Jira does."""
    return person.key.title() if person.number == 6 else person.key


def team_of(company: Organisation, number: int) -> Team:
    """A Data Center team, or 404."""
    if 1 <= number <= len(company.teams) and not company.team(number).labs:
        return company.team(number)
    raise Refused(404, f"Team {number} does not exist")


def _items(company: Organisation) -> Iterator[WorkItem]:
    for project in company.projects:
        if not project.labs:
            yield project.item
            yield from project.items


def _spans(bean: Json) -> Iterator[tuple[date, date]]:
    start, end = date.fromisoformat(bean["start"]), date.fromisoformat(bean["end"])
    recurrence = bean["recurrence"]
    return occurrences(recurrence["rule"], start, end, date.fromisoformat(recurrence["endDate"]))


def _last_day(bean: Json) -> str:
    """The last day of the last occurrence, as it is written."""
    if bean["recurrence"]["rule"] == "NEVER":
        return str(bean["end"])
    return max(end for _, end in _spans(bean)).isoformat()


def _seconds(person: Person, bean: Json, start: date, end: date) -> int:
    """All seconds of a span: `secondsPerDay` on its days, else the commitment's share of the working time."""
    every_day = bean["includeNonWorkingDays"]
    daily: int | None = bean.get("secondsPerDay")
    if daily is None and not every_day:
        return round(person.schedule.minutes(start, end) * 60 * float(bean["commitment"]) / 100)
    count = (end - start).days + 1 if every_day else person.schedule.working_days(start, end)
    if daily is None:
        daily = round(person.schedule.mean_day() * 60 * float(bean["commitment"]) / 100)
    return daily * count
