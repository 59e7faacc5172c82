"""BigTime's records: tasks with their budgets, and the rules for writing a task. No HTTP here.

Field names are those of the vendor's field catalogue; on post they are taken in any case, and foreign ones ignored.
"""

from __future__ import annotations

from collections import defaultdict

from planner_gui.sandbox.bigtime_firm import PROJECT, STAFF, projects_of, staff_of
from planner_gui.sandbox.facts import Task
from planner_gui.sandbox.organisation import Organisation
from planner_gui.sandbox.web import Json, Refused, day_of

TYPES = {1: "Task", 2: "Milestone"}
STATUSES = {10: "Open", 20: "In progress", 30: "Done"}
PRIORITIES = ("HIGH", "MEDIUM", "LOW")

_FORBIDDEN = "NIM"  # the caller may see these projects and not write to them

# What a post may carry (the AddUpdate views), by its lower-case name; the links are looked up apart.
_PLAIN = {
    "tasknm": "TaskNm",
    "taskgroup": "TaskGroup",
    "taskid": "TaskId",
    "priority": "Priority",
    "notes": "Notes",
    "feeorexpense": "FeeOrExpense",
    "budgethours": "BudgetHours",
    "budgetfees": "BudgetFees",
    "budgetexps": "BudgetExps",
    "defaultqbclass": "DefaultQBClass",
    "parentsid": "ParentSid",
    "nocharge": "NoCharge",
}
_NUMBERS = {"BudgetHours", "BudgetFees", "BudgetExps"}


class Records:
    """Everything one firm holds, tasks mutable."""

    def __init__(self, organisation: Organisation) -> None:
        self._company = organisation
        self.staff: dict[int, Json] = {bean["StaffSID"]: bean for bean in staff_of(organisation)}
        self.projects: dict[int, Json] = {bean["SystemId"]: bean for bean in projects_of(organisation)}
        self._tasks: dict[int, Json] = {}
        self._input: dict[int, float] = {}
        self._by_project: dict[int, dict[int, None]] = defaultdict(dict)
        for task in organisation.tasks:
            self._put(self._task_of(task))
            self._input[task.number] = task.input_hours
        self._next = max(self._tasks, default=7000) + 1

    def task(self, sid: int) -> Json:
        try:
            return self._tasks[sid]
        except KeyError:
            raise Refused(404, f"Task {sid} was not found") from None

    def of_project(self, sid: int, completed: bool) -> list[Json]:
        self.project(sid)
        return [self._tasks[task] for task in self._by_project[sid] if completed or not self._tasks[task]["IsArchived"]]

    def of_staffer(self, sid: int, completed: bool) -> list[Json]:
        if sid not in self.staff:
            raise Refused(404, f"Staff {sid} was not found")
        return [
            task
            for task in self._tasks.values()
            if any(entry["Sid"] == sid for entry in task["AssignmentList"]) and (completed or not task["IsArchived"])
        ]

    def project(self, sid: int) -> Json:
        try:
            return self.projects[sid]
        except KeyError:
            raise Refused(404, f"Project {sid} was not found") from None

    def budgets(self, project: int) -> list[Json]:
        """The budget status of the project's tasks; a task without any time is left out."""
        self.project(project)
        return [self._budget(self._tasks[sid]) for sid in self._by_project[project] if self._input.get(sid)]

    def create(self, body: Json) -> Json:
        sent = {str(name).lower(): value for name, value in body.items()}
        project = self._project_link(sent)
        if project is None:
            raise Refused(400, "ProjectSid is required")
        self._permitted(project)
        kind = self._task_type(sent)
        if kind is None:
            raise Refused(400, "TaskType is required")
        if not _text(sent.get("tasknm")):
            raise Refused(400, "TaskNm is required")
        bean = self._empty(self._next, project, kind)
        self._lay_over(bean, sent)
        self._next += 1
        self._put(bean)
        return bean

    def update(self, sid: int, body: Json) -> Json:
        """Only what is sent changes; a required field cannot be emptied, the type never changes."""
        sent = {str(name).lower(): value for name, value in body.items()}
        bean = dict(self.task(sid))
        self._permitted(bean["ProjectSid"])
        if "tasknm" in sent and not _text(sent["tasknm"]):
            raise Refused(400, "TaskNm cannot be empty")
        self._lay_over(bean, sent)
        self._tasks[sid] = bean
        return bean

    def delete(self, sid: int) -> None:
        bean = self.task(sid)
        self._permitted(bean["ProjectSid"])
        if self._input.get(sid):
            raise Refused(400, "The task has time or expenses and cannot be deleted")
        del self._by_project[bean["ProjectSid"]][sid]
        del self._tasks[sid]

    def _put(self, bean: Json) -> None:
        self._tasks[bean["TaskSid"]] = bean
        self._by_project[bean["ProjectSid"]][bean["TaskSid"]] = None

    def _permitted(self, project: int) -> None:
        if str(self.project(project)["ProjectCode"]).startswith(_FORBIDDEN):
            raise Refused(405, "You do not have permission to change tasks of this project")

    def _lay_over(self, bean: Json, sent: Json) -> None:
        """Validates the sent fields and lays them over the task."""
        for name, value in sent.items():
            if name in _PLAIN:
                bean[_PLAIN[name]] = _number(_PLAIN[name], value) if _PLAIN[name] in _NUMBERS else value
        if bean["Priority"] not in PRIORITIES:
            raise Refused(400, "Priority must be HIGH, MEDIUM or LOW")
        for name in ("StartDt", "DueDt"):
            if name.lower() in sent:
                value = sent[name.lower()]
                bean[name] = day_of(value, name).isoformat() if value else None
        self._lay_status(bean, sent)
        people = self._assignees(sent)
        if people is not None:
            bean["AssignmentList"] = [{"Sid": sid, "Nm": self.staff[sid]["FullName"]} for sid in people]
        _lay_progress(bean, sent)
        _derive(bean)

    def _lay_status(self, bean: Json, sent: Json) -> None:
        status = sent.get("currentstatus") or sent.get("statuslinkvalue") or sent.get("currentstatusname")
        if status is None:
            return
        chosen = [key for key, name in STATUSES.items() if status in {key, str(key), name}]
        if not chosen:
            raise Refused(400, f"There is no status {status}")
        bean["CurrentStatus"] = chosen[0]

    def _project_link(self, sent: Json) -> int | None:
        if sent.get("projectsid"):
            return int(self.project(_whole("ProjectSid", sent["projectsid"]))["SystemId"])
        value, kind = sent.get("projectlinkvalue"), int(sent.get("projectlinktype") or 0)
        field = {0: "SystemId", 2: "DisplayName", 3: "ProjectCode"}.get(kind)
        if value is None or field is None:
            return None
        for sid, project in self.projects.items():
            if str(project[field]) == str(value):
                return sid
        raise Refused(400, f"There is no project {value}")

    def _task_type(self, sent: Json) -> int | None:
        for name in ("tasktype", "typelinkvalue", "tasktypename"):
            for key, label in TYPES.items():
                if sent.get(name) in {key, str(key), label}:
                    return key
        return None

    def _assignees(self, sent: Json) -> list[int] | None:
        """The staff sids that take the place of all assignments, None where none were sent."""
        people = sent.get("assignmentlist")
        if people is not None:
            if not isinstance(people, list):
                raise Refused(400, "AssignmentList must be a list of staff sids")
            sids = [_whole("AssignmentList", sid) for sid in people]
        elif sent.get("assignlinklistvalue") is not None:
            # The catalogue names the second half in two ways.
            kind = sent.get("assignlinklisttype", sent.get("assignlistlinktype")) or 0
            sids = self._linked(str(sent["assignlinklistvalue"]), int(kind))
        else:
            return None
        if unknown := [sid for sid in sids if sid not in self.staff]:
            raise Refused(400, f"There is no staff {unknown[0]}")
        return sids

    def _linked(self, value: str, kind: int) -> list[int]:
        field = {0: "StaffSID", 1: "FullName", 2: "SName", 3: "EMail"}.get(kind)
        if field is None:
            raise Refused(400, "AssignLinkListType must be from 0 to 3")
        sids = []
        for part in value.split(","):
            found = [sid for sid, bean in self.staff.items() if str(bean[field]) == part.strip()]
            if len(found) != 1:
                raise Refused(400, f"There is no one staff {part.strip()}")
            sids += found
        return sids

    def _task_of(self, task: Task) -> Json:
        bean = self._empty(task.number, PROJECT + task.project, 1)
        bean |= {"TaskNm": task.name, "TaskGroup": task.group, "Priority": task.priority, "Notes": task.notes}
        bean |= {"StartDt": task.start.isoformat() if task.start else None}
        bean |= {"DueDt": task.due.isoformat() if task.due else None}
        bean |= {"BudgetHours": task.budget_hours, "BudgetFees": task.budget_hours * 95}
        bean |= {"PerComp": task.done, "IsArchived": task.archived}
        bean["CurrentStatus"] = 30 if task.archived else 20 if task.input_hours else 10
        sids = [STAFF + number for number in task.people if STAFF + number in self.staff]
        bean["AssignmentList"] = [{"Sid": sid, "Nm": self.staff[sid]["FullName"]} for sid in sids]
        _derive(bean)
        return bean

    def _empty(self, sid: int, project: int, kind: int) -> Json:
        """A task with every field of the catalogue."""
        return {
            "TaskSid": sid,
            "ProjectSid": project,
            "TaskNm": "",
            "TaskGroup": "",
            "FullName": "",
            "TaskType": kind,
            "TaskType_nm": TYPES[kind],
            "CurrentStatus": 10,
            "CurrentStatus_nm": STATUSES[10],
            "TaskId": "",
            "Priority": "MEDIUM",
            "Notes": "",
            "AssignCount": 0,
            "AssignmentList": [],
            "AssignmentNames": "",
            "DueDt": None,
            "StartDt": None,
            "FeeOrExpense": 0,
            "BudgetHours": 0.0,
            "BudgetFees": 0.0,
            "BudgetExps": 0.0,
            "BudgetTotal": 0.0,
            "PerComp": 0.0,
            "IsArchived": False,
            "DefaultQBClass": None,
            "IsSeriesMaster": False,
            "MasterTaskSid": None,
            "ParentSid": None,
            "NoCharge": False,
        }

    def _budget(self, task: Json) -> Json:
        hours = self._input[task["TaskSid"]]
        billed = round(hours * 0.9, 2)
        return {
            "TaskSid": task["TaskSid"],
            "HoursInput": hours,
            "HoursBill": billed,
            "FeesInput": round(billed * 95, 2),
            "FeesCost": round(hours * 55, 2),
            "ExpensesInput": 0.0,
            "ExpensesBillable": 0.0,
            "TotalWip": round(billed * 95, 2),
            "EstTotal": task["BudgetTotal"],
            "InvoicedToDate": 0.0,
        }


def _lay_progress(bean: Json, sent: Json) -> None:
    """Archiving completes a task; less than complete takes it out of the archive."""
    if sent.get("percomp") is not None:
        done = _number("PerComp", sent["percomp"])
        if done > 1:
            raise Refused(400, "PerComp must be from 0 to 1")
        bean["PerComp"] = done
        if done < 1:
            bean["IsArchived"] = False
    if sent.get("isarchived") is True:
        bean |= {"IsArchived": True, "PerComp": 1.0}


def _derive(bean: Json) -> None:
    """The read-only fields that follow from the others."""
    group, name = bean["TaskGroup"], bean["TaskNm"]
    bean["FullName"] = f"{group}:{name}" if group else name
    bean["CurrentStatus_nm"] = STATUSES[bean["CurrentStatus"]]
    bean["AssignCount"] = len(bean["AssignmentList"])
    bean["AssignmentNames"] = ", ".join(entry["Nm"] for entry in bean["AssignmentList"])
    bean["BudgetTotal"] = bean["BudgetFees"] + bean["BudgetExps"]


def _text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _whole(name: str, value: object) -> int:
    try:
        return int(str(value))
    except ValueError:
        raise Refused(400, f"{name} must be a number") from None


def _number(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise Refused(400, f"{name} must be a number from 0")
    return float(value)
