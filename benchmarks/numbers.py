"""Capacity (working time, absence, capacity) and load of 10,000 people over 365 days, 1,000,000 items."""

from __future__ import annotations

import time
from datetime import timedelta

import numpy as np

from benchmarks.company import TODAY, snapshot
from benchmarks.measure import report


def main() -> None:
    """The measured process: one plan, then each figure once warm."""
    from planner_gui.domain.assembly import assemble
    from planner_gui.domain.calendar import ScheduleRecord, WorkingTime
    from planner_gui.domain.capacity import capacities, table
    from planner_gui.domain.entities import Span
    from planner_gui.domain.plan import ConnectionView, Rules, State
    from planner_gui.session.rules import zone_of

    made = snapshot(10_000, 1_000_000)
    week = ((480, 480, 480, 480, 480, 0, 0),)
    rules = Rules(WorkingTime((ScheduleRecord(TODAY - timedelta(days=9000), week),)), zone_of("Europe/Berlin"))
    views = [ConnectionView(made.connection, made.kind, State.FRESH, made.read_at, made.span)]
    plan = assemble([made], views, rules, TODAY)
    started = time.perf_counter()
    plan = assemble([made], views, rules, TODAY)
    assembled = time.perf_counter() - started
    people = np.arange(len(plan.people), dtype=np.int32)
    span = Span(TODAY, TODAY + timedelta(days=364))
    times = []
    for work in (capacities, table):
        best = []
        for _ in range(3):
            started = time.perf_counter()
            work(plan, people, span)
            best.append(time.perf_counter() - started)
        times.append(sorted(best)[1])
    report(capacity=times[0], load=times[1], assemble=assembled)


if __name__ == "__main__":
    main()
