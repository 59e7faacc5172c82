"""The sums that strips are painted from are the table's, however they were kept; large groups' come bit by bit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner_gui.domain.capacity import table
from planner_gui.domain.entities import Span
from planner_gui.domain.judging import Level
from planner_gui.domain.snapshot import day_date, day_number
from planner_gui.ui.timeline import numbers as numbers_module
from planner_gui.ui.timeline.numbers import Numbers
from tests.ui.conftest import TODAY, company

FIRST = day_number(TODAY)
WEEKS = [(FIRST + at, FIRST + at + 6) for at in (0, 7, 14)]
DAYS = [(FIRST + at, FIRST + at) for at in range(14)]


@pytest.mark.parametrize("cells", [DAYS, WEEKS])
def test_a_persons_cells_are_the_tables(cells: list[tuple[int, int]]) -> None:
    plan = company()
    numbers, everybody = Numbers(plan), np.arange(4, dtype=np.int32)
    numbers.prepare(everybody[:1], cells[0][0], cells[-1][1], everybody)
    for person in range(4):
        found = numbers.of_person(person, cells)
        for at, (first, last) in enumerate(cells):
            days = table(plan, everybody[person : person + 1], Span(day_date(first), day_date(last)))
            assert (found.load[at], found.capacity[at], found.working[at]) == (
                days.load.sum(),
                days.capacity.sum(),
                days.working.sum(),
            )
            assert found.over[at] == (days.load > days.capacity).any()
            assert found.painted[at] == [
                found.level[at],
                found.over[at],
                *(days.working.sum(), days.capacity.sum(), days.load.sum()),
            ]
        assert found.totals == (found.load.sum(), found.capacity.sum())


def test_dates_that_were_not_read_are_unknown_and_add_nothing() -> None:
    numbers, everybody = Numbers(company()), np.arange(4, dtype=np.int32)
    cells = [(FIRST - 40, FIRST - 40), (FIRST, FIRST)]
    numbers.prepare(everybody, FIRST - 40, FIRST, everybody)
    found = numbers.of_person(0, cells)
    assert found.known.tolist() == [False, True]
    assert not found.all_known
    assert (found.load[0], found.capacity[0]) == (0, 0)


def test_a_headings_cells_are_the_sums_of_its_people() -> None:
    plan = company()
    numbers = Numbers(plan)
    groups = [np.array([0, 1], np.int32), np.array([2], np.int32), np.zeros(0, np.int32)]
    found = numbers.of_headings(groups, WEEKS)
    assert not numbers.unfinished
    for people, cells in zip(groups, found, strict=True):
        assert cells.painted == numbers.of_group(people, WEEKS).painted


def test_a_group_too_large_for_a_frame_is_unknown_until_it_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numbers_module, "AT_ONCE", 2)
    numbers, groups = Numbers(company()), [np.array([0, 1, 2], np.int32), np.array([3], np.int32)]
    frames = []
    while numbers.unfinished or not frames:
        numbers.unfinished = False
        frames.append([bool(cells.known.any()) for cells in numbers.of_headings(groups, DAYS)])
    assert frames == [[False, False], [True, True]]
    assert numbers.of_headings(groups, DAYS)[0].painted == numbers.of_group(groups[0], DAYS).painted


def test_sums_are_right_wherever_one_scrolls_to() -> None:
    numbers, people = Numbers(company()), np.array([0, 1], np.int32)
    for far in (0, 3, 100, -5):
        cells = [(first + far, last + far) for first, last in WEEKS]
        assert numbers.of_headings([people], cells)[0].painted == numbers.of_group(people, cells).painted


def test_Judging_4_the_thresholds_are_the_workspace_s() -> None:
    plan, who, day = company(), np.array([2], np.int32), FIRST + 2  # Cleo, 80 % planned on that Wednesday
    found = []
    for thresholds in ((85, 90, 120), (60, 90, 120), (30, 80, 120)):
        numbers = Numbers(replace(plan, rules=replace(plan.rules, thresholds=thresholds)))
        numbers.prepare(who, day, day, who)
        each = (numbers.of_person(2, [(day, day)]), numbers.of_group(who, [(day, day)]))
        found.append({Level(int(cells.level[0])) for cells in each})
    assert found == [{Level.LIGHT}, {Level.BUSY}, {Level.FULL}]
