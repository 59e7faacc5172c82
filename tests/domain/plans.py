"""Plans for the domain's tests, and their rows in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from planner_gui.domain.assembly import assemble
from planner_gui.domain.calendar import ScheduleRecord, WorkingTime
from planner_gui.domain.entities import CountsAs
from planner_gui.domain.plan import Counting, Plan, Rules
from planner_gui.domain.snapshot import NO_DAY, Snapshot, day_date
from tests.domain.readings import BERLIN

TODAY = date(2026, 11, 20)
WEEK = ScheduleRecord(date.min, ((480,) * 5 + (0, 0),))
RULES = Rules(working_time=WorkingTime(default=(WEEK,)), zone=BERLIN)


def plan_of(*snapshots: Snapshot, rules: Rules = RULES, today: date = TODAY) -> Plan:
    return assemble(snapshots, (), rules, today)


def counting(**given: Any) -> Rules:
    """The usual rules, with other settings of what counts as what."""
    return replace(RULES, counting=Counting(**given))


def rows(plan: Plan) -> list[dict[str, Any]]:
    """The plan's rows: person and project by name, dates, CountsAs, external id and connection in words."""
    found = []
    for i in range(plan.rows):
        row: dict[str, Any] = {name: int(column[i]) for name, column in plan.columns.items()}
        row["person"] = plan.people[row["person"]].name if row["person"] < len(plan.people) else None
        row["connection"] = plan.snapshots[row["connection"]].connection
        row["counts_as"] = CountsAs(row["counts_as"])
        row["start"], row["end"] = (None if row[n] == NO_DAY else day_date(row[n]) for n in ("start", "end"))
        row["project"] = plan.projects[row["project"]]
        row["external_id"] = plan.text(i, "external_id")
        found.append(row)
    return found
