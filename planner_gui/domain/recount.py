"""A plan with another setting of what counts (capacity.md, Load 6), without joining or sorting anything anew."""

from __future__ import annotations

from dataclasses import replace

from planner_gui.domain.absences import mark_duplicates
from planner_gui.domain.counting import counts_as, default_tasks
from planner_gui.domain.plan import Counting, Plan


def recounted(plan: Plan, counting: Counting) -> Plan:
    """The same rows, each counting as `counting` says: what `assemble` would make of the same snapshots."""
    tasks = default_tasks([*(s.kind for s in plan.snapshots), *(view.kind for view in plan.connections)])
    counts = plan.columns["counts_as"].copy()
    for number, snapshot in enumerate(plan.snapshots):
        here = plan.columns["connection"] == number
        counts[here] = counts_as(snapshot, counting, tasks)[plan.columns["row"][here]]
    rules = replace(plan.rules, counting=counting)
    after = replace(plan, rules=rules, columns={**plan.columns, "counts_as": counts})
    return replace(after, columns={**after.columns, "counts_as": mark_duplicates(after)})
