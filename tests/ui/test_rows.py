"""Rows and y: every pixel belongs to one row, folding takes away exactly a group's people."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from planner_gui.ui.timeline.rows import COMFORTABLE, FLAT, Group, Rows


def made(sizes: list[int], folded: set[int] = frozenset(), named: bool = True) -> Rows:  # type: ignore[assignment]
    people = sum(sizes)
    starts = np.cumsum([0, *sizes])
    groups = [
        Group(f"G{n}" if named else "", np.arange(starts[n], starts[n + 1], dtype=np.int32), n in folded)
        for n in range(len(sizes))
    ]
    return Rows(groups, (np.arange(people) % 5).astype(np.int16), COMFORTABLE)


@given(st.lists(st.integers(0, 8), min_size=1, max_size=8), st.integers(0, 3000))
def test_every_y_belongs_to_the_row_that_covers_it(sizes: list[int], y: int) -> None:
    rows = made(sizes)
    found = rows.at(y)
    if found is None:
        assert y >= rows.height
    else:
        row = rows[found]
        assert row.top <= y < row.top + row.height


@given(st.lists(st.integers(0, 8), min_size=1, max_size=8), st.integers(0, 2000), st.integers(1, 800))
def test_the_visible_rows_are_those_that_touch_the_view(sizes: list[int], top: int, height: int) -> None:
    rows = made(sizes)
    every = [rows[i] for i in range(len(rows))]
    wanted = [i for i, row in enumerate(every) if row.top < top + height and row.top + row.height > top]
    if top < rows.height:
        assert list(rows.visible(top, height)) == wanted


def test_folding_leaves_the_heading_and_takes_the_people() -> None:
    rows = made([3, 2], folded={0})
    assert rows.person.tolist() == [-1, -1, 3, 4]
    assert rows.of_person(1) is None
    assert rows.heading(1) == 1


def test_without_groups_there_is_no_heading() -> None:
    assert made([4], named=False).person.tolist() == [0, 1, 2, 3]


def test_a_row_grows_with_its_lanes_and_never_below_name_and_role() -> None:
    heights = COMFORTABLE.row_height(np.array([0, 1, 9], np.int16)).tolist()
    assert heights[0] == COMFORTABLE.least
    assert heights[2] > heights[1] >= heights[0]
    assert set(FLAT.row_height(np.array([0, 1, 9], np.int16)).tolist()) == {FLAT.least}


def test_nothing_at_all_has_no_rows_and_no_height() -> None:
    rows = Rows([], np.zeros(0, np.int16), COMFORTABLE)
    assert rows.height == 0
    assert rows.at(0) is None
    assert list(rows.visible(0, 500)) == []
