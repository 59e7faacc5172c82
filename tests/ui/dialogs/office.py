"""A small office with something of each kind, and what its services can do, for the tests of the edit dialogs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from planner_gui.domain.changes import first
from planner_gui.domain.edits import AMOUNTS, FIELDS, REPEATS, Capability, Edit, Fields, Item, ItemKey, Value, blank
from planner_gui.domain.entities import Kind, Membership, Project, Team
from planner_gui.domain.overlay import preview
from planner_gui.domain.plan import Plan
from planner_gui.ui.dialogs.given import Given
from planner_gui.ui.theme import LIGHT, Theme
from tests.domain import cases
from tests.domain.cases import booking, event, leave, plan_of, task, working_time

TODAY = date(2026, 11, 16)
NOW = datetime(2026, 11, 16, 9, 12, tzinfo=UTC)
READ = "2026-10-16..2027-11-16"
PEOPLE = ("ana okafor", "bo lindqvist", "cleo raman", "dan marino")
ANA, BO, CLEO, DAN = PEOPLE

ABSENCES = Capability(
    fields=frozenset({"account", "start", "end", "type", "percent", "comment"}),
    choices={"type": ("HOLIDAY", "SICK_LEAVE", "TRAINING", "MATERNITY", "OTHER REASON"), "percent": ("50", "100")},
    longest={"comment": 449},
)
ALLOCATIONS = Capability(
    fields=frozenset(field.name for field in FIELDS[Kind.ALLOCATION]),
    choices={
        "repeat": REPEATS,
        "item": ("PROJECT", "ISSUE", "COMPONENT", "EPIC", "SPRINT", "BOARD", "VERSION"),
        "scope": ("team", "project"),
    },
    amounts=AMOUNTS,
    teams=True,
)
CLOUD = Capability(
    fields=frozenset({"account", "item", "start", "end", "minutes_per_day", "minutes", "repeat", "until"}),
    choices={"repeat": REPEATS, "item": ("PROJECT", "ISSUE")},
    amounts=("minutes_per_day", "minutes"),
)
TASKS = Capability(
    fields=frozenset(field.name for field in FIELDS[Kind.TASK]),
    choices={
        "priority": ("HIGH", "MEDIUM", "LOW"),
        "fee_or_expense": ("FeeOnly", "ExpenseOnly", "FeeAndExpense"),
    },
)
READ_ONLY = Capability(frozenset(), create="The calendar can only be read", update="The calendar can only be read")


def office(**more: Any) -> Plan:
    """Ana and Bo (Design), Cleo and Bo (Labs); Ana busy with Orion, Bo away in December, Dan without Tempo."""
    span = cases.span(READ)
    tempo = cases.snapshot(
        "tempo",
        [
            booking(ANA, "2026-11-16..2026-11-27", ref="41", title="Core services", commitment=70.0, project="Orion",
                    type="ISSUE", item="10412"),
            booking(ANA, "2026-11-30..2026-12-11", ref="42", title="API review", commitment=50.0, project="Atlas",
                    type="ISSUE", item="10577"),
            booking(CLEO, "2026-11-18..2026-11-19", ref="43", title="Atlas", commitment=80.0, project="Atlas",
                    type="PROJECT", item="10130"),
        ],
        read=span,
        people=(ANA, BO, CLEO),
    )  # fmt: skip
    teams = {"5": ("Design", (ANA, BO)), "6": ("Labs", (BO, CLEO))}
    tempo = replace(
        tempo,
        teams=tuple(Team(key=key, name=name) for key, (name, _) in teams.items()),
        memberships=tuple(
            Membership(team=key, account=who, end=date(2026, 12, 4) if who == CLEO else None)
            for key, (_, members) in teams.items()
            for who in members
        ),
    )
    bigpicture = cases.snapshot(
        "bigpicture",
        [leave(BO, "2026-12-07..2026-12-11"), leave(ANA, "2026-12-24..2026-12-31", ref="ana-xmas")],
        read=span,
        people=PEOPLE,
    )
    worktime = cases.snapshot("worktime", [event(ANA, "2026-12-17..2026-12-18")], read=span, people=PEOPLE)
    bigtime = cases.snapshot(
        "bigtime",
        [task((ANA, BO), "2026-11-16", "2026-11-25", 600, ref="901", title="Test plan", project="Retainer", type="QA")],
        read=span,
        people=PEOPLE,
        projects=[Project(key="77", name="Retainer", code="RET"), Project(key="78", name="Audit", code="AUD")],
    )
    given: dict[str, Any] = {"today": TODAY.isoformat(), "time": working_time(), **more}
    return plan_of([tempo, bigpicture, worktime, bigtime], **given)


@dataclass
class Office:
    """The plan, what services can do, and every question that a dialog asked."""

    plan: Plan = field(default_factory=office)
    previews: list[list[Edit]] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    kept: dict[str, Value] = field(default_factory=dict)
    theme: Theme = LIGHT

    def preview(self, edits: Sequence[Edit]) -> Plan:
        self.previews.append(list(edits))
        changes = [first(edit, NOW) for edit in edits]
        return preview(self.plan, changes, range(len(self.plan.people)))

    def faults(self, edit: Edit) -> Mapping[str, str]:
        return dict(self.refused)

    def stored(self, edit: Edit) -> Fields:
        return {**(edit.after or {}), **self.kept}

    def given(self, **more: Any) -> Given:
        """What a dialog is given here; `more` of it in other words."""
        capabilities = {
            "tempo": {Kind.ALLOCATION: ALLOCATIONS},
            "bigpicture": {Kind.ABSENCE: ABSENCES},
            "bigtime": {Kind.TASK: TASKS},
        }
        values: dict[str, Any] = {
            "plan": self.plan,
            "capabilities": capabilities,
            "today": TODAY,
            "theme": self.theme,
            "preview": self.preview,
            "faults": self.faults,
            "stored": self.stored,
        }
        return Given(**{**values, **more})

    def person(self, key: str) -> int:
        return [person.name for person in self.plan.people].index(key.title())


def item(kind: Kind, number: str, **fields: Value) -> Item:
    """An item as its service has it, all other fields empty."""
    connection = {Kind.ABSENCE: "bigpicture", Kind.ALLOCATION: "tempo", Kind.TASK: "bigtime"}[kind]
    return Item(ItemKey(connection, kind, number), {**blank(kind), **fields}, b"{}")


def core_services() -> Item:
    """Ana's Orion / Core services, 16 to 27 November, 70 %."""
    return item(
        Kind.ALLOCATION, "41", account=ANA, item={"type": "ISSUE", "id": "10412"}, start="2026-11-16", end="2026-11-27",
        percent=70, repeat="never", title="Core services", project="Orion", scope={"type": "team", "id": "5"},
    )  # fmt: skip


def christmas() -> Item:
    """Ana's leave over Christmas."""
    return item(
        Kind.ABSENCE, "ana-xmas", account=ANA, start="2026-12-24", end="2026-12-31", type="HOLIDAY", percent=100
    )


def plan_task() -> Item:
    """The task of Ana and Bo."""
    return item(
        Kind.TASK, "901", project="77", name="Test plan", type="QA", assignees=[ANA, BO], start="2026-11-16",
        due="2026-11-25", budget_hours=10, percent_complete=0, project_name="Retainer", priority="HIGH",
    )  # fmt: skip
