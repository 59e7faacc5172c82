"""Who is shown, where and in which order."""

from __future__ import annotations

import numpy as np
import pytest

from planner_gui.domain.capacity import table
from planner_gui.domain.snapshot import day_number
from planner_gui.ui.timeline.groups import Filter, Grouping, Overloads, People
from tests.domain.cases import span
from tests.ui.conftest import TODAY, company, overloads


def shown(
    grouping: Grouping = Grouping.TEAM, wanted: Filter | None = None, over: list[int] | None = None, **more: object
) -> dict[str, list[str]]:
    plan = company()
    counted = np.array(over, np.int32) if over is not None else None
    rank = np.array(more["rank"], np.float64) if "rank" in more else None
    groups = People(plan).arrange(grouping, (), wanted or Filter(), counted, rank)
    return {group.name: [plan.people[p].name for p in group.people] for group in groups}


def test_a_person_stands_in_each_of_their_teams_and_those_of_none_come_last() -> None:
    assert shown() == {"Design": ["Ana", "Bo"], "Labs": ["Bo", "Cleo"], "No team": ["Dan"]}


def test_projects_are_those_one_works_on() -> None:
    assert shown(Grouping.PROJECT) == {"Atlas": ["Bo", "Cleo"], "Orion": ["Ana"], "No project": ["Dan"]}


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Filter(team="Labs"), {"Labs": ["Bo", "Cleo"]}),
        (Filter(project="Atlas"), {"Design": ["Bo"], "Labs": ["Bo", "Cleo"]}),
        (Filter(text="CLE"), {"Labs": ["Cleo"]}),
        (Filter(text="design"), {"Design": ["Ana", "Bo"], "Labs": ["Bo"]}),
        (Filter(text="nobody"), {}),
        (Filter(over=True), {"Design": ["Ana"]}),
        (Filter(team="Design", text="bo"), {"Design": ["Bo"]}),
    ],
)
def test_every_part_of_a_filter_must_hold(wanted: Filter, expected: dict[str, list[str]]) -> None:
    assert shown(wanted=wanted, over=[0]) == expected


def test_nobody_is_hidden_before_over_allocations_are_counted() -> None:
    assert shown(wanted=Filter(over=True), over=None) == shown()


def test_a_rank_orders_people_within_their_groups() -> None:
    assert shown(rank=[2, 1, 0, 3]) == {"Design": ["Bo", "Ana"], "Labs": ["Cleo", "Bo"], "No team": ["Dan"]}


def test_over_allocated_is_asked_of_the_days_one_looks_at() -> None:
    found = overloads(company())
    monday = int(found.start[0])
    assert found.people(monday - 7, monday).tolist() == [0]
    assert found.people(monday - 7, monday - 1).tolist() == []
    assert found.people(monday + 4, monday + 9).tolist() == [0]


def test_parts_of_a_count_join_to_the_whole() -> None:
    found = overloads(company())
    joined = Overloads.joined([Overloads.none(), found])
    assert joined.targets() == found.targets() == [(0, int(found.start[0]))]


def test_the_days_of_a_count_add_up_to_the_table_of_any_dates() -> None:
    plan = company()
    people = np.arange(len(plan.people), dtype=np.int32)
    parts = [Overloads.of(plan, people[:3], span("2026-10-16..2027-11-16"))]
    parts += [Overloads.of(plan, people[3:], span("2026-10-16..2027-11-16"))]
    found = Overloads.joined([Overloads.none(), *parts])
    asked = span("2026-11-17..2026-11-25")
    whole = table(plan, people, asked)
    assert found.daily is not None
    load, full = found.daily.sums(day_number(asked.start), day_number(asked.end))
    assert (load.tolist(), full.tolist()) == (whole.load.sum(axis=1).tolist(), whole.capacity.sum(axis=1).tolist())
    assert found.targets() == overloads(plan).targets()


def test_days_that_were_not_counted_add_nothing() -> None:
    plan = company()
    daily = Overloads.of(plan, np.arange(4, dtype=np.int32), span("2026-11-16..2026-11-17")).daily
    assert daily is not None
    first = day_number(TODAY)
    assert daily.sums(first - 30, first - 1)[1].tolist() == [0] * 4
    assert daily.sums(first - 30, first)[1].tolist() == daily.sums(first, first)[1].tolist() == [480] * 4


def test_a_filter_says_what_it_lets_through() -> None:
    assert (Filter().words(), Filter(team="Labs", over=True).words()) == ("all", "Labs, over-allocated")


def test_people_are_grouped_and_filtered_by_the_status_of_their_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {"Open · labs": np.array([0, 2], np.int32), "Open · north": np.array([1], np.int32)}
    monkeypatch.setattr("planner_gui.ui.timeline.groups.by_status", lambda plan: found)
    grouped = {"Open · labs": ["Ana", "Cleo"], "Open · north": ["Bo"], "No status": ["Dan"]}
    assert shown(Grouping.STATUS) == grouped
    assert shown(Grouping.STATUS, Filter(status="Open · labs")) == {"Open · labs": ["Ana", "Cleo"]}
    assert shown(wanted=Filter(status="Open · north")) == {"Design": ["Bo"], "Labs": ["Bo"]}
    assert (
        Filter(team="Labs", status="Open · labs", text="x").words()
        == "Labs, Open · labs, \N{LEFT DOUBLE QUOTATION MARK}x\N{RIGHT DOUBLE QUOTATION MARK}"
    )
