"""Another counting laid over a plan is what assembling the same snapshots with it would make (Load 6)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner_gui.domain.assembly import assemble
from planner_gui.domain.entities import CountsAs
from planner_gui.domain.plan import Counting
from planner_gui.domain.recount import recounted
from tests.domain import cases
from tests.domain.cases import booking, event, leave, plan_of, task

READ = cases.span("2026-10-16..2027-11-16")
COUNTINGS = (
    Counting(),
    Counting(tasks={"bigtime": CountsAs.LOAD}),
    Counting(events={("", "", "trip"): CountsAs.ABSENCE, ("worktime", "", "vacation"): CountsAs.IGNORE}),
    Counting(time_off=frozenset({("tempo", "Orion")})),
)


@pytest.mark.parametrize("counting", COUNTINGS)
def test_recounting_is_assembling_anew(counting: Counting) -> None:
    snapshots = [
        cases.snapshot("tempo", [booking("ana", "2026-11-16..20", commitment=50.0, project="Orion")], read=READ),
        cases.snapshot("bigpicture", [leave("ana", "2026-11-18..19")], read=READ),
        cases.snapshot("worktime", [event("ana", "2026-11-18", "trip"), event("bo", "2026-11-17", ref="2")], read=READ),
        cases.snapshot("bigtime", [task("bo", "2026-11-16", "2026-11-25", 600)], read=READ),
    ]
    plan = plan_of(snapshots, today="2026-11-16")
    rules = replace(plan.rules, counting=counting)
    anew = assemble(snapshots, plan.connections, rules, plan.today)
    made = recounted(plan, counting)
    assert made.columns["counts_as"].tolist() == anew.columns["counts_as"].tolist()
    assert made.rules == anew.rules
    assert recounted(made, plan.rules.counting).columns["counts_as"].tolist() == plan.columns["counts_as"].tolist()
