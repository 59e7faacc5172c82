"""Working time, absence, capacity and load per person and day, as arrays of integer minutes (capacity.md)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner_gui.domain.entities import Span
from planner_gui.domain.plan import Plan


@dataclass(frozen=True, eq=False)
class Table:
    """Minutes of some people on some days.

    people: int32[n], indices into plan.people. start: day number of the first column. All arrays are int32[n, days];
    where `known` is False (no schedule, or a date that was not read) the other numbers mean nothing.
    absence = working - capacity. unscheduled: int32[n], minutes of their items that touch the days and fall on no day.
    """

    people: NDArray[np.int32]
    start: int
    known: NDArray[np.bool_]
    working: NDArray[np.int32]
    capacity: NDArray[np.int32]
    load: NDArray[np.int32]
    unscheduled: NDArray[np.int32]

    @property
    def absence(self) -> NDArray[np.int32]:
        return self.working - self.capacity


@dataclass(frozen=True, eq=False)
class ItemDays:
    """What items put on days: row int64[k], day int32[k] (day number), minutes int32[k] > 0, by row, then day."""

    row: NDArray[np.int64]
    day: NDArray[np.int32]
    minutes: NDArray[np.int32]


def table(plan: Plan, people: NDArray[np.int32], span: Span) -> Table:
    """The numbers of some people over a span; costs what is asked for, not what the plan holds."""
    raise NotImplementedError


def item_days(plan: Plan, rows: NDArray[np.int64], span: Span | None = None) -> ItemDays:
    """Minutes that each row puts on each day, whatever it counts as; over its whole span, or clipped to `span`."""
    raise NotImplementedError
