"""The different values of an array."""

import numpy as np
import pytest

from planner_gui.domain.distinct import distinct


@pytest.mark.parametrize("values", [[], [7], [3, 3], [5, -1, 5, 2, -1], [[4, 1], [1, 4]]])
def test_the_values_come_once_and_sorted(values: list[int]) -> None:
    given = np.array(values, np.int32)
    found = distinct(given)
    assert found.tolist() == sorted(set(given.reshape(-1).tolist()))
    assert found.dtype == np.int32


def test_the_array_asked_about_stays_as_it_is() -> None:
    given = np.array([2, 1, 2])
    distinct(given)
    assert given.tolist() == [2, 1, 2]
