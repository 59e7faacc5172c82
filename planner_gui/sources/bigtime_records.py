"""BigTime's records become tasks, people and projects. No request is sent here.

[D] is the field catalogue of the vendor's task page, or its help pages; [C] seen in a public client. Names come in any
case, ids as numbers or text, dates in several forms.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from planner_gui.domain.entities import Account, NotUnderstood, Page, Project, Record, Task
from planner_gui.sources.decode import Fields, Unreadable

MOST_HOURS = 1e6  # of a task's budget: five centuries of work
NO_ID = ("", "0")
PAGE = 1000  # records of a page


@dataclass(frozen=True, slots=True)
class ReadTask:
    """A task as read: its people by id and, where the record named them, by name; None where it did not list them."""

    task: Task
    project: str
    people: Mapping[str, str] | None
    budget_hours: float | None


def task_of(fields: Fields, project: str = "") -> ReadTask:
    """Read one task; raises Unreadable where id, a person, a date or an amount cannot be used (V1, V2).

    project: the project whose list it came from, for a record that does not say.
    """
    number = fields.required_text("TaskSid", "Sid", "Id")
    project = fields.text("ProjectSid", "ProjectId").strip() or project
    done = _done(fields)
    archived = fields.flag("IsArchived") is True
    hours = fields.number("BudgetHours", low=0, high=MOST_HOURS)
    task = Task(
        external_id=number,
        assignees=(),
        title=fields.text("TaskNm", "TaskName").strip() or fields.text("FullName").strip() or f"Task {number}",
        type=fields.text("TaskType_nm").strip(),
        status=fields.text("CurrentStatus_nm").strip(),
        start=fields.day_or_moment("StartDt"),
        due=fields.day_or_moment("DueDt"),
        percent_complete=None if done is None else done * 100,
        archived=archived,
    )
    return ReadTask(task, project, _people(fields), hours)


def with_remaining(read: ReadTask, hours_input: float | None) -> Task:
    """The task with what remains of it (docs/capacity.md, Load 4). hours_input: None without a budget status."""
    task = read.task
    done = (task.percent_complete or 0.0) / 100
    if read.budget_hours is None:
        return task
    if task.archived or done >= 1:
        remaining = 0.0
    elif hours_input is None:
        remaining = read.budget_hours * (1 - done)
    else:
        remaining = max(read.budget_hours - hours_input, 0.0)
    return replace(task, remaining_minutes=int(remaining * 60 + 0.5))


def _done(fields: Fields) -> float | None:
    """PerComp is 0 to 1 [D]; what is above 1 is taken as percent."""
    done = fields.number("PerComp", low=0, high=100)
    return done / 100 if done is not None and done > 1 else done


def _people(fields: Fields) -> dict[str, str] | None:
    """id -> name of AssignmentList: {Sid, Nm} [D], {StaffSid, Nm} [C], or bare ids as they are posted [D].

    The catalogue lists it under Basic too, its text says that the Detailed view returns it: it may be missing. Nobody
    is assigned where the count is 0 or the list of names is there and empty.
    """
    if fields.has("AssignmentList"):
        people = {}
        for value in fields.values("AssignmentList"):
            key, name = _person(value)
            if key not in NO_ID:
                people[key] = name
        return people
    if fields.number("AssignCount", low=0, high=1e6) == 0 or fields.value("AssignmentNames") == "":
        return {}
    return None


def _person(value: object) -> tuple[str, str]:
    if isinstance(value, dict):
        folded = {str(name).lower(): part for name, part in value.items()}
        number = next((folded[n] for n in ("sid", "staffsid", "id") if folded.get(n) is not None), None)
        return _id(number), str(folded.get("nm") or folded.get("name") or "").strip()
    return _id(value), ""


def _id(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Unreadable("AssignmentList names somebody without an id")
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def hours_input(records: Iterable[bytes]) -> tuple[dict[str, float], list[NotUnderstood]]:
    """Task id -> hours input so far, of BudgetStatusByProject [D]; it may leave tasks without any time out."""
    found, faults = {}, []
    for raw in records:
        try:
            fields = Fields(raw)
            hours = fields.number("HoursInput", low=-MOST_HOURS, high=MOST_HOURS)
            number = fields.required_text("TaskSid", "Sid")
            if hours is not None:
                found[number] = hours
        except Unreadable as error:
            faults.append(NotUnderstood(what="budget status", reason=str(error), raw=raw))
    return found, faults


def staff_of(records: Iterable[bytes]) -> tuple[list[Account], list[NotUnderstood]]:
    """The people of /staff [D] or of the pick list {Id, Name} [D, C]."""
    people, faults = [], []
    for raw in records:
        try:
            fields = Fields(raw)
            parts = (fields.text("FName").strip(), fields.text("SName").strip())
            people.append(
                Account(
                    key=fields.required_text("StaffSID", "Sid", "Id"),
                    name=fields.text("FullName", "Name", "Nm").strip() or " ".join(part for part in parts if part),
                    email=fields.text("EMail").strip(),
                    title=fields.text("Title").strip(),
                    active=fields.flag("IsInactive") is not True,
                )
            )
        except Unreadable as error:
            faults.append(NotUnderstood(what="staff", reason=str(error), raw=raw))
    return people, faults


def projects_of(records: Iterable[bytes]) -> tuple[list[Project], set[str], list[NotUnderstood]]:
    """The projects of /project [D, C] or of the pick list, and the ids of the inactive ones."""
    projects, inactive, faults = [], set(), []
    for raw in records:
        try:
            fields = Fields(raw)
            key = fields.required_text("SystemId", "ProjectSid", "Sid", "Id")
            name = fields.text("Nm", "Name").strip() or fields.text("DisplayName").strip() or f"Project {key}"
            projects.append(
                Project(
                    key=key,
                    name=name,
                    code=fields.text("ProjectCode").strip(),
                    start=fields.day_or_moment("StartDt"),
                    end=fields.day_or_moment("EndDt"),
                )
            )
            if fields.flag("IsInactive"):
                inactive.add(key)
        except Unreadable as error:
            faults.append(NotUnderstood(what="project", reason=str(error), raw=raw))
    return projects, inactive, faults


@dataclass(slots=True)
class Tasks:
    """The tasks of one project or person, as read. resource: what they were read from (C8)."""

    resource: str
    tasks: list[tuple[ReadTask, bytes]] = field(default_factory=list)
    faults: list[NotUnderstood] = field(default_factory=list)


@dataclass(slots=True)
class Reading:
    """What one reading has found so far."""

    accounts: dict[str, Account] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)  # of projects by id
    seen: set[str] = field(default_factory=set)  # ids of tasks: lists by person hold them several times

    def pages(self, found: Tasks, hours: Mapping[str, float]) -> Iterator[Page]:
        """The tasks not met before, with the people whom no staff list told of. hours: input so far by task."""
        known = len(self.accounts)
        records = []
        for read, raw in found.tasks:
            if read.task.external_id in self.seen:
                continue
            self.seen.add(read.task.external_id)
            people = read.people or {}
            for key, name in people.items():
                self.accounts.setdefault(key, Account(key=key, name=name))
            project = self.names.get(read.project) or f"Project {read.project}".strip()
            task = with_remaining(read, hours.get(read.task.external_id))
            task = replace(task, assignees=tuple(people), project=project, resource=found.resource)
            records.append(Record(task, raw))
        new = tuple(self.accounts.values())[known:]
        yield Page(accounts=new, records=tuple(records[:PAGE]), not_understood=tuple(found.faults))
        for start in range(PAGE, len(records), PAGE):
            yield Page(records=tuple(records[start : start + PAGE]))
