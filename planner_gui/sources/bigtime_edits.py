"""BigTime's tasks as fields and back. No request here.

[D] the field catalogue of the vendor's task page (seed 004): only AddUpdate fields are sent, an update sends only what
changes, and a list of assignees takes the place of all there were. [I] inferred.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from planner_gui.domain.edits import Capability, Fields, Item, ItemKey, Value, blank, differing
from planner_gui.domain.entities import Kind
from planner_gui.sources.base import Connection
from planner_gui.sources.bigtime_records import NO_ID, task_of
from planner_gui.sources.decode import Fields as Record
from planner_gui.sources.edit_rules import Json, Rules, day, faults_of, number, text, whole

PRIORITIES = ("HIGH", "MEDIUM", "LOW")
USUAL_PRIORITY = "MEDIUM"
FEES = ("FeeOnly", "ExpenseOnly", "FeeAndExpense")  # whose numbers no document gives [D]
MANY = 2  # what a series master stands for, until its tasks were counted
NUMBERS = ("budget_hours", "budget_fees", "budget_expenses", "percent_complete")
# What the service chooses itself where nothing is said.
CHOSEN = ("status", "priority", "fee_or_expense")

_RULES = Rules("BigTime", closed=frozenset({"priority"}), ranges={"percent_complete": (0, 100)})

# By the name of a field, the name in a post; see `_sent` for the values.
_POSTED = {
    "name": "TaskNm",
    "group": "TaskGroup",
    "priority": "Priority",
    "notes": "Notes",
    "assignees": "AssignmentList",
    "start": "StartDt",
    "due": "DueDt",
    "fee_or_expense": "FeeOrExpense",
    "budget_hours": "BudgetHours",
    "budget_fees": "BudgetFees",
    "budget_expenses": "BudgetExps",
    "percent_complete": "PerComp",
    "parent": "ParentSid",
    "class": "DefaultQBClass",
    "no_charge": "NoCharge",
}


class BigTimeVocabulary:
    """The language of a bigtime connection."""

    capabilities: Mapping[Kind, Capability] = {
        Kind.TASK: Capability(
            frozenset({"project", "name", "type", "project_name", "status", *_POSTED}),
            choices={"priority": PRIORITIES, "fee_or_expense": FEES},
        )
    }
    # Made of other fields, or of the names of what those point to.
    volatile = frozenset(
        {"FullName", "TaskType_nm", "CurrentStatus_nm", "AssignCount", "AssignmentNames", "BudgetTotal"}
    )

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def item(self, key: ItemKey, raw: bytes, accounts: Sequence[str] = ()) -> Item:
        """A task by its record; a record that does not list who is assigned has the plan's accounts."""
        return Item(key, fields_of(Record(raw), accounts), raw, series_of(Record(raw)))

    def stored(self, kind: Kind, fields: Fields) -> Fields:
        """No number is 0, no priority the usual one; two decimals, whole percents, each assignee once."""
        kept: dict[str, Value] = {
            name: text(fields.get(name)) for name in ("name", "group", "notes", "parent", "class")
        }
        for name in NUMBERS:
            value = fields.get(name)
            kept[name] = number(round(value, 2)) if isinstance(value, int | float) else 0
        kept["priority"] = text(fields.get("priority")).upper() or USUAL_PRIORITY
        people = fields.get("assignees")
        kept["assignees"] = list(dict.fromkeys(people)) if isinstance(people, list) else []
        return {**fields, **kept}

    def faults(self, kind: Kind, fields: Fields, before: Fields | None = None) -> Mapping[str, str]:
        """What BigTime would refuse; what a firm's own types and statuses are called, it says itself."""
        found = faults_of(_RULES, kind, self.capabilities[kind], fields, before)
        changed = frozenset(fields) if before is None else differing(kind, before, fields)
        people = fields.get("assignees")
        for name, value in (("project", fields.get("project")), ("parent", fields.get("parent"))):
            if name in changed and name not in found and value and not str(value).isdecimal():
                found[name] = f"BigTime wants a number, and {value} is none"
        if "assignees" in changed and isinstance(people, list) and any(not one.isdecimal() for one in people):
            found["assignees"] = "has somebody who is not in BigTime"
        return found


def fields_of(record: Record, accounts: Sequence[str] = (), like: Fields | None = None) -> dict[str, Value]:
    """A record as fields; type and status by name, or by number where `like` has a number. Raises Unreadable.

    What `like` leaves to the service is told as left to it, whatever the service chose.
    """
    read = task_of(record)
    task = read.task
    fields = blank(Kind.TASK) | {
        "project": read.project or None,
        "name": record.text("TaskNm", "TaskName").strip(),
        "type": _named(record, "TaskType", like, "type"),
        "group": record.text("TaskGroup").strip(),
        "status": _named(record, "CurrentStatus", like, "status"),
        "priority": record.text("Priority").strip().upper() or None,
        "notes": record.text("Notes").strip(),
        "assignees": list(accounts if read.people is None else read.people),
        "start": day(task.start),
        "due": day(task.due),
        "fee_or_expense": record.text("FeeOrExpense").strip() or None,
        "budget_hours": _number(record, "BudgetHours"),
        "budget_fees": _number(record, "BudgetFees"),
        "budget_expenses": _number(record, "BudgetExps"),
        "percent_complete": None if task.percent_complete is None else number(task.percent_complete),
        "parent": _id(record, "ParentSid"),
        "class": _id(record, "DefaultQBClass"),
        "no_charge": record.flag("NoCharge") is True,
    }
    if like is not None:
        fields |= {name: None for name in CHOSEN if like.get(name) in (None, "")}
    return fields


def series_of(record: Record, others: int = 0) -> int:
    """How many tasks an edit of this one changes: the master of a series changes all that are not archived [D]."""
    return max(MANY, 1 + others) if record.flag("IsSeriesMaster") is True else 1


def created(fields: Fields) -> Json:
    """What creates a task: the required fields, and what says something."""
    body: Json = {"TaskSid": 0, "ProjectSid": whole(text(fields.get("project"))), "TaskNm": text(fields.get("name"))}
    body |= _choice(fields, "type", "TaskType", "TaskTypeName")
    if text(fields.get("status")):
        body |= _choice(fields, "status", "CurrentStatus", "CurrentStatusName")
    empty = blank(Kind.TASK)
    body["Priority"] = text(fields.get("priority")).upper() or USUAL_PRIORITY
    for name, key in _POSTED.items():
        value = fields.get(name)
        if key not in body and value not in (None, "", []) and value != empty.get(name):
            body[key] = _sent(name, value)
    return body


def updated(sid: str, changed: frozenset[str], after: Fields) -> Json:
    """What changes a task: its id and what is different. What is left out stays as it is [D by the vendor's sample]."""
    body: Json = {"TaskSid": whole(sid)}
    body |= {key: _sent(name, after.get(name)) for name, key in _POSTED.items() if name in changed}
    if "status" in changed:
        body |= _choice(after, "status", "CurrentStatus", "CurrentStatusName")
    return body


def _sent(name: str, value: Value) -> object:
    if name == "percent_complete":  # 0 to 1 [D]
        return round(value / 100, 6) if isinstance(value, int | float) else 0
    return _SENT.get(name, _as_it_is)(value)


def _as_it_is(value: Value) -> object:
    return value


def _trimmed(value: Value) -> object:
    return text(value)


def _amount(value: Value) -> object:
    return value if isinstance(value, int | float) else 0


def _sid(value: Value) -> object:
    return whole(str(value).strip()) if value not in (None, "") else None


def _sids(value: Value) -> object:
    """Posted as ids alone, each once [D]."""
    return [whole(one) for one in dict.fromkeys(value)] if isinstance(value, list) else []


_SENT: Mapping[str, Callable[[Value], object]] = {
    "name": _trimmed,
    "group": _trimmed,
    "notes": _trimmed,
    "assignees": _sids,
    "fee_or_expense": _sid,  # a number, or its name
    "budget_hours": _amount,
    "budget_fees": _amount,
    "budget_expenses": _amount,
    "parent": _sid,
    "class": _sid,
    "no_charge": bool,
}


def _choice(fields: Fields, name: str, by_number: str, by_name: str) -> Json:
    """A type or status by its number, or by its name under the other name that the catalogue gives [D]."""
    word = text(fields.get(name))
    return {by_number: int(word)} if word.isdecimal() else {by_name: word}


def _named(record: Record, key: str, like: Fields | None, name: str) -> str | None:
    number_, word = record.text(key).strip(), record.text(f"{key}_nm").strip()
    meant = text(like.get(name)) if like is not None else ""
    return (number_ if meant.isdecimal() and number_ else word or number_) or None


def _number(record: Record, key: str) -> int | float | None:
    value = record.number(key)
    return None if value is None else number(value)


def _id(record: Record, key: str) -> str:
    value = record.text(key).strip()
    return "" if value in NO_ID else value
