"""Who and what BigTime knows: staff, most with the address of the other services, and projects. No HTTP here."""

from __future__ import annotations

from collections.abc import Iterator

from planner_gui.sandbox.facts import Person
from planner_gui.sandbox.organisation import DIVISION, Organisation
from planner_gui.sandbox.web import Json

STAFF, PROJECT, CLIENT = 5000, 1200, 77

_UNKNOWN_HERE = {7, 22, 37}  # by place in a division: not in BigTime
_BY_NAME_ONLY = {16, 40}  # no e-mail address here
_BY_NEITHER = 52  # another name and a private address


def staff_of(company: Organisation) -> Iterator[Json]:
    """The staff, and one who left."""
    for person in company.people:
        if (person.number - 1) % DIVISION not in _UNKNOWN_HERE:
            yield _staffer(person)
    yield {
        "StaffSID": STAFF - 1,
        "FName": "Former",
        "SName": "Colleague",
        "FullName": "Former Colleague",
        "Title": "",
        "EMail": "",
        "IsInactive": True,
        "ManagerID": None,
        "DefaultRole": "",
        "Capacity": 0.0,
    }


def projects_of(company: Organisation) -> Iterator[Json]:
    """The projects; `SystemId` is what tasks call ProjectSid."""
    for project in company.projects:
        yield {
            "SystemId": PROJECT + project.number,
            "Nm": project.name,
            "DisplayName": f"Northwind:{project.name}",
            "ProjectCode": project.key,
            "ClientId": CLIENT,
            "TypeId": 1,
            "StartDt": project.start.isoformat(),
            "EndDt": project.end.isoformat() if project.end else None,
            "IsInactive": False,
            "StatusProd": "Active",
            "BudgetHrs": 2000.0,
            "EstimatedHours": 1800.0,
        }


def _staffer(person: Person) -> Json:
    place = (person.number - 1) % DIVISION
    first, last, email = person.first, person.last, person.email
    if place in _BY_NAME_ONLY:
        email = ""
    if place == _BY_NEITHER:
        first, last, email = f"{first[0]}.", f"El-{last}", f"{person.key.replace('.', '_')}@freelance.example"
    return {
        "StaffSID": STAFF + person.number,
        "FName": first,
        "SName": last,
        "FullName": f"{first} {last}",
        "Title": person.role,
        "EMail": email,
        "IsInactive": False,
        "ManagerID": None,
        "DefaultRole": person.role,
        "Capacity": sum(person.schedule.weeks[0]) / 60,
    }
