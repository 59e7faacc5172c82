"""Everything one frame is painted from, and the geometry that painting and hit testing share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner_gui.domain.plan import Plan
from planner_gui.domain.snapshot import NO_DAY
from planner_gui.ui.theme import Theme
from planner_gui.ui.timeline.labels import Labels
from planner_gui.ui.timeline.numbers import Numbers
from planner_gui.ui.timeline.rows import Metrics, Row, Rows
from planner_gui.ui.timeline.scale import Scale, Zoom, cells

HEADER = 52
PEOPLE_WIDTH = 250


@dataclass(frozen=True, slots=True)
class Cell:
    """A person's cell under focus: days first..last."""

    person: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Bar:
    """An item's rectangle in timeline coordinates."""

    row: int  # of the plan
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, eq=False)
class Frame:
    """One view of one plan. All x are relative to the timeline's left edge, all y to the first row's top."""

    plan: Plan
    numbers: Numbers
    rows: Rows
    scale: Scale
    theme: Theme
    labels: Labels
    width: int  # of the timeline without the people column
    height: int  # of the rows' area without the header
    top: int  # vertical scroll
    today: int
    first_weekday: int
    selected: int | None = None  # a plan row
    cell: Cell | None = None

    @property
    def metrics(self) -> Metrics:
        return self.rows.metrics

    @property
    def flat(self) -> bool:
        """Whether a row is its strip, with the bars thinned to lines."""
        return self.scale.zoom is Zoom.QUARTER

    @property
    def first_day(self) -> int:
        return self.scale.visible(self.width)[0]

    @property
    def last_day(self) -> int:
        return self.scale.visible(self.width)[1]

    def cells(self) -> list[tuple[int, int]]:
        return cells(self.first_day, self.last_day, self.scale.zoom, self.first_weekday)

    def visible_rows(self) -> list[Row]:
        return [self.rows[i] for i in self.rows.visible(self.top, self.height)]

    def bars(self, row: Row) -> list[Bar]:
        """The visible items of a person's row, in the plan's order."""
        columns, metrics = self.plan.columns, self.metrics
        here = self.plan.rows_of(row.person)
        start, end = columns["start"][here], columns["end"][here]
        # Reversed dates are shown on the days they name (V5); undated items have no bar.
        low, high = np.minimum(start, end), np.maximum(start, end)
        shown = np.flatnonzero((low <= self.last_day) & (high >= self.first_day) & (low != NO_DAY))
        if not len(shown):
            return []
        width = self.scale.day_width
        x = (low[shown] - self.scale.left) * width
        wide = (high[shown] - low[shown] + 1) * width
        lane = columns["lane"][here][shown]
        if self.flat:
            y = np.full(len(shown), row.top + row.height - 5.0)
            height = 2.0
        else:
            first_lane = row.top + metrics.pad + metrics.strip + metrics.gap
            y = first_lane + lane.astype(np.float64) * (metrics.lane + metrics.gap)
            height = float(metrics.lane)
        rows: NDArray[np.int64] = shown + here.start
        return [
            Bar(int(r), float(a) + 1, float(b), max(2.0, float(w) - 2), height)
            for r, a, b, w in zip(rows, x, y, wide, strict=True)
        ]
