"""BigPicture's records of one site: boxes, individuals, absences, assignments and fields. No HTTP here.

Where the vendor's answers are not documented, the shapes are the best readings of docs ("What the sandbox serves").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from planner_gui.sandbox.facts import Absence, Person, Team
from planner_gui.sandbox.leave import TYPES
from planner_gui.sandbox.organisation import Organisation
from planner_gui.sandbox.web import Json, Refused, day_of
from planner_gui.sandbox.work import Assignment

EFFORT_MODES = {"ORIGINAL_EFFORT_ESTIMATE": 1.0, "REMAINING_EFFORT_ESTIMATE": 0.5, "STORY_POINTS": 0.25}
LONGEST_COMMENT = 449

FIELDS: tuple[Json, ...] = (
    {"fieldId": 501, "fieldName": "Box name", "type": "TEXT"},
    {"fieldId": 502, "fieldName": "Start date", "type": "DATE"},
    {"fieldId": 503, "fieldName": "End date", "type": "DATE"},
    {"fieldId": 518, "fieldName": "Story Points", "type": "NUMBER"},
    {"fieldId": 519, "fieldName": "Original estimate", "type": "NUMBER"},
)
STATUSES = ("To do", "In progress", "Done")  # of a task, which no sample shows
AGGREGATIONS = ("MIN", "MAX", "SUM", "AVG")


@dataclass(slots=True)
class Box:
    """A box with the teams that work in it; `children` are boxes too."""

    id: str
    name: str
    teams: tuple[Team, ...]
    archived: bool = False
    children: list[Box] = field(default_factory=list)

    def all(self) -> Iterator[Box]:
        yield self
        for child in self.children:
            yield from child.all()


class Absences:
    """The absences of one site by individual, with the vendor's rules for writing them."""

    def __init__(self, absences: Iterable[tuple[str, Absence]], individuals: Iterable[str]) -> None:
        self._of: dict[str, list[Json]] = {individual: [] for individual in individuals}
        for individual, absence in absences:
            self._of[individual].append(
                {
                    "startDate": absence.start.isoformat(),
                    "endDate": absence.end.isoformat(),
                    "absenceType": absence.type,
                    "comment": absence.comment,
                    "percentageUnavailability": absence.percent,
                }
            )

    def of(self, individual: str) -> list[Json]:
        try:
            return self._of[individual]
        except KeyError:
            raise Refused(404, f"Resource {individual} does not exist") from None

    def add(self, individual: str, body: Json) -> Json:
        absences = self.of(individual)
        absence = _valid(body, absences)
        absences.append(absence)
        absences.sort(key=_start)
        return absence

    def replace(self, individual: str, start: date, body: Json) -> Json:
        """Takes the place of the absence that starts on `start`; the body may move it."""
        absences = self.of(individual)
        old = self._starting(individual, start)
        absence = _valid(body, [other for other in absences if other is not old])
        absences[absences.index(old)] = absence
        absences.sort(key=_start)
        return absence

    def delete(self, individual: str, start: date) -> None:
        self.of(individual).remove(self._starting(individual, start))

    def _starting(self, individual: str, start: date) -> Json:
        for absence in self.of(individual):
            if absence["startDate"] == start.isoformat():
                return absence
        raise Refused(404, f"There is no absence of {individual} that starts on {start}")


class Site:
    """What one BigPicture knows: its boxes, teams, individuals and assignments.

    `labs` chooses the site: the Cloud of Labs, or the Data Center of everybody else, who see Labs as guests.
    """

    def __init__(self, organisation: Organisation, *, labs: bool) -> None:
        self.company = organisation
        self.labs = labs
        self.teams = [team for team in organisation.teams if team.labs or not labs]
        self.root = Box("ROOT", "Root", (), children=list(self._boxes()))
        self.boxes = {box.id: box for box in self.root.all() if box.id != "ROOT"}
        self._assignments = [a for a in organisation.assignments if organisation.team(a.team).labs == labs]
        members = [organisation.person(number) for team in self.teams for number in team.members]
        known = {person.number: self.individual(person) for person in members}
        shared = organisation.absences if labs else self._without_labs()
        own = ((known[absence.person], absence) for absence in shared if absence.person in known)
        self.absences = Absences(own, [*known.values(), *(_abroad(person) for person in self._seconded())])

    def individual(self, person: Person) -> str:
        """The key of a person: platform 2 is the site's own Jira."""
        return f"EXT_USER@2@{person.account if self.labs else person.key}"

    def teams_of(self, box_ids: Iterable[str]) -> list[Json]:
        """The teams of these boxes, each once."""
        teams = {team.number: team for box_id in box_ids for team in self.box(box_id).teams}
        return [self._team(team) for team in teams.values()]

    def box(self, box_id: str) -> Box:
        try:
            return self.boxes[box_id]
        except KeyError:
            raise Refused(404, f"Box {box_id} does not exist") from None

    def assignments(self, box_id: str, start: date, end: date, mode: str) -> Json:
        """The teams and individuals of a box with their hours, and the tasks that touch start..end."""
        share = EFFORT_MODES[mode]
        teams = self.box(box_id).teams
        found = [a for a in self._assignments_of(self.box(box_id)) if a.start <= end and a.end >= start]
        individuals = []
        for team in teams:
            for number in team.members:
                person = self.company.person(number)
                tasks = [_task(a, hours * share) for a in found for who, hours in a.hours if who == number]
                bean: Json = {"individualId": self.individual(person), "name": person.name}
                bean |= {"capacity": person.schedule.minutes(start, end) / 60, "tasks": tasks}
                individuals.append(bean)
        people = {bean["individualId"]: bean["capacity"] for bean in individuals}
        beans = [
            {
                "teamId": team.number,
                "teamName": team.name,
                "capacity": sum(people[self.individual(self.company.person(number))] for number in team.members),
            }
            for team in teams
        ]
        return {"teams": beans, "individuals": individuals}

    def task(self, key: str) -> Assignment:
        """The task of an id ("108") or a key of the platform ("2@1@1034407")."""
        for assignment in self._assignments:
            if key in {str(assignment.number), f"2@1@{assignment.item.number}"}:
                return assignment
        raise Refused(404, f"Task {key} does not exist")

    def boxes_of(self, assignment: Assignment) -> list[str]:
        return [box.id for box in self.boxes.values() if assignment in self._assignments_of(box)]

    def hierarchy(self, box: Box) -> Json:
        """The box with its children, as documented ("box-hierarchy")."""
        return {
            "boxId": box.id,
            "boxStatus": "CLOSED" if box.archived else "IN_PROGRESS",
            "boxTypeId": 1 if box.children else 2,
            "boxName": box.name,
            "boxStartDate": self.company.start.isoformat(),
            "boxEndDate": self.company.end.isoformat(),
            "boxArchived": box.archived,
            "boxDescription": "",
            "boxIcon": "box",
            "boxChildren": [self.hierarchy(child) for child in box.children],
        }

    def field_values(self, box_id: str, field_ids: Iterable[object]) -> list[Json]:
        box = self.box(box_id)
        values = {
            501: box.name,
            502: self.company.start.isoformat(),
            503: self.company.end.isoformat(),
            518: 34,
            519: 160,
        }
        known = {str(known["fieldId"]): known for known in FIELDS}
        result: list[Json] = []
        for field_id in field_ids:
            if str(field_id) not in known:
                raise Refused(400, f"There is no field {field_id}")
            definition = known[str(field_id)]
            bean = {"fieldId": definition["fieldId"], "fieldName": definition["fieldName"]}
            result.append(bean | {"value": values[definition["fieldId"]]})
        return result

    def _boxes(self) -> Iterator[Box]:
        """A programme a division, with a box for each of its teams; and one that is put away."""
        for division in range(self.teams[-1].division + 1 if self.teams else 0):
            teams = tuple(team for team in self.teams if team.division == division and team.members)
            first = division * 20 + 1
            label = f" {division + 1}" if division else ""
            name = f"Labs portfolio{label}" if self.labs else f"Northwind portfolio{label}"
            children = [Box(f"PROG-{first + 1 + place}", team.name, (team,)) for place, team in enumerate(teams)]
            yield Box(f"PROG-{first}", name, teams, children=children)
        yield Box("PROG-9999", "Closed last year", (), archived=True)

    def _team(self, team: Team) -> Json:
        members = [self._member(self.company.person(number), team) for number in team.members]
        if not self.labs and team.number == 3:  # Delivery
            members += [self._member(person, team) | {"individualId": _abroad(person)} for person in self._seconded()]
        return {"teamId": team.number, "teamName": team.name, "members": members}

    def _member(self, person: Person, team: Team) -> Json:
        return {
            "individualId": self.individual(person),
            "name": person.name,
            "email": person.email,
            "startDate": person.joined.isoformat(),
            "endDate": None,
            "availability": person.availability,
        }

    def _seconded(self) -> list[Person]:
        """Whom the main site knows a second time, through its connection to the Jira Cloud of Labs (platform 3)."""
        if self.labs:
            return []
        return [person for person in self.company.people if person.account][:1]

    def _without_labs(self) -> list[Absence]:
        """The main site keeps its own leave, and one leave of one guest a second time."""
        company = self.company
        own = [absence for absence in company.absences if not company.on_labs(absence.person)]
        guest = [absence for absence in company.absences if company.on_labs(absence.person)][:1]
        return own + guest

    def _assignments_of(self, box: Box) -> list[Assignment]:
        numbers = {team.number for team in box.teams}
        return [assignment for assignment in self._assignments if assignment.team in numbers]


def _abroad(person: Person) -> str:
    return f"EXT_USER@3@{person.account}"


def _start(absence: Json) -> str:
    return str(absence["startDate"])


def _task(assignment: Assignment, workload: float) -> Json:
    return {
        "taskId": assignment.number,
        "key": assignment.item.key,
        "name": assignment.item.name,
        "startDate": assignment.start.isoformat(),
        "endDate": assignment.end.isoformat(),
        "workload": workload,
        "status": STATUSES[assignment.number % len(STATUSES)],
    }


def _valid(body: Json, others: list[Json]) -> Json:
    """An absence from what was sent; Refused with 400, or 409 where it overlaps another of the same person."""
    start, end = day_of(body.get("startDate"), "startDate"), day_of(body.get("endDate"), "endDate")
    if end < start:
        raise Refused(400, "endDate is before startDate")
    kind, percent = body.get("absenceType"), body.get("percentageUnavailability")
    if not isinstance(kind, str) or kind not in TYPES:
        raise Refused(400, f"absenceType must be one of {', '.join(TYPES)}")
    if percent not in {50, 100} or isinstance(percent, bool):
        raise Refused(400, "percentageUnavailability must be 50 or 100")
    comment = body.get("comment") or ""
    if not isinstance(comment, str) or len(comment) > LONGEST_COMMENT:
        raise Refused(400, f"comment must have at most {LONGEST_COMMENT} characters")
    first, last = start.isoformat(), end.isoformat()
    if any(other["startDate"] <= last and other["endDate"] >= first for other in others):
        raise Refused(409, "The absence overlaps another absence of this resource")
    bean: Json = {"startDate": first, "endDate": last, "absenceType": kind, "comment": comment}
    return bean | {"percentageUnavailability": percent}
