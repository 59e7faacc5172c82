"""Everything one frame is painted from, and the geometry that painting and hit testing share."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QLinearGradient, QPainter

from planner_gui.domain.distinct import distinct
from planner_gui.domain.doubles import bars_of
from planner_gui.domain.judging import Level
from planner_gui.domain.plan import Plan, State
from planner_gui.domain.snapshot import NO_DAY, Flag, day_number
from planner_gui.ui.theme import Theme, blend
from planner_gui.ui.timeline.area import Area
from planner_gui.ui.timeline.labels import Labels
from planner_gui.ui.timeline.numbers import SMALL, Cells, Numbers
from planner_gui.ui.timeline.rows import Metrics, Row, Rows
from planner_gui.ui.timeline.scale import Scale, Zoom, cells

HEADER = 52
PEOPLE_WIDTH = 250
_STALE = int(Flag.STALE)
_THIN = 2.0  # height of a bar where a row is its strip
_REPEATS = 8  # periods in the picture of a hatch: whole pixels at every scaling by quarters
HATCH_PERIOD = 504  # pixels after which every hatch looks the same again: so many times 4.5, 3 and 7


@dataclass(frozen=True, slots=True)
class Cell:
    """A person's cell under focus: days first..last."""

    person: int
    first: int
    last: int


class Bar(NamedTuple):
    """An item's rectangle in timeline coordinates."""

    row: int  # of the plan
    x: float
    y: float
    width: float
    height: float


class Boxes(NamedTuple):
    """The rectangles of many items in timeline coordinates, one a line; all are as high."""

    row: NDArray[np.int64]  # of the plan
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    width: NDArray[np.float64]
    height: float

    def chosen(self, index: NDArray[np.intp] | NDArray[np.bool_]) -> Boxes:
        return Boxes(self.row[index], self.x[index], self.y[index], self.width[index], self.height)

    def within(self, area: Area, around: float = 0.0) -> Boxes:
        """Those of which anything, or what is `around` them, shows in an area of the timeline."""
        left, top, right, bottom = self.x - around, self.y - around, self.x + self.width + around, self.y + around
        bottom = bottom + self.height
        boxes = np.array(area.boxes, np.float64).reshape(-1, 4).T[:, :, None]
        found = (left < boxes[2]) & (right > boxes[0]) & (top < boxes[3]) & (bottom > boxes[1])
        return self.chosen(found.any(axis=0))

    def bars(self) -> list[Bar]:
        columns = (self.row.tolist(), self.x.tolist(), self.y.tolist(), self.width.tolist())
        return [Bar(*each, self.height) for each in zip(*columns, strict=True)]


@dataclass(frozen=True, eq=False)
class Hatches:
    """The brushes of a theme: made once, when the theme is; small pictures, repeated."""

    away: QBrush
    away_over: QBrush  # transparent between its lines, over a level's own colour
    stale: QBrush
    not_read: QBrush

    @classmethod
    @lru_cache(maxsize=8)
    def of(cls, theme: Theme, ratio: float = 1.0) -> Hatches:
        """Absences rise to the right, stale data falls, unread dates are wide and pale. ratio: pixels of the device."""
        away = theme.cell(Level.AWAY).fill
        over = QColor(theme.text)
        over.setAlpha(46)
        old = QColor(theme.background)
        old.setAlpha(150)
        return cls(
            hatch(QColor(away), QColor(blend(theme.hatch, away, 0.75 if theme.outline else 0.35)), ratio),
            hatch(_clear(over), over, ratio),
            hatch(_clear(old), old, ratio, period=3.0, rising=False),
            hatch(_clear(QColor(theme.line)), QColor(theme.line), ratio, period=7.0, rising=False),
        )


def hatch(fill: QColor, line: QColor, ratio: float, *, period: float = 4.5, rising: bool = True) -> QBrush:
    """Diagonal lines on a fill, smooth at every scaling; rising to the right or falling."""
    to = QPointF(period, period) if rising else QPointF(period, -period)
    gradient = QLinearGradient(QPointF(0, 0), to)
    gradient.setSpread(QLinearGradient.Spread.RepeatSpread)
    for at, colour in ((0.0, fill), (0.4, fill), (0.55, line), (0.85, line), (1.0, fill)):
        gradient.setColorAt(at, colour)
    size = round(_REPEATS * period)
    picture = QImage(round(size * ratio), round(size * ratio), QImage.Format.Format_ARGB32_Premultiplied)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.fillRect(0, 0, size, size, QBrush(gradient))
    painter.end()
    return QBrush(picture)


def _clear(colour: QColor) -> QColor:
    clear = QColor(colour)
    clear.setAlpha(0)
    return clear


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
    hatches: Hatches
    looks: dict[int, object]  # of plan rows, kept by the board from frame to frame for one plan and theme (`bars`)
    shown_people: int  # after filtering
    group_word: str = "group"
    selected: int | None = None  # a plan row
    cell: Cell | None = None
    focused_group: str = ""
    has_focus: bool = False

    @property
    def metrics(self) -> Metrics:
        return self.rows.metrics

    @property
    def flat(self) -> bool:
        """Whether a row is its strip, with the bars thinned to lines."""
        return self.scale.zoom is Zoom.QUARTER

    @cached_property
    def first_day(self) -> int:
        return self.scale.visible(self.width)[0]

    @cached_property
    def last_day(self) -> int:
        return self.scale.visible(self.width)[1]

    @property
    def offset(self) -> int:
        """How many pixels the timeline is scrolled to the right; every pixel of it moves with this number."""
        return math.floor(
            self.scale.left * self.scale.day_width + 0.25
        )  # it is whole or a half, but for a rounding error

    @property
    def focused_person(self) -> int | None:
        """The person whose cell or item is chosen."""
        if self.cell is not None:
            return self.cell.person
        return None if self.selected is None else int(self.plan.columns["person"][self.selected])

    def cells(self) -> list[tuple[int, int]]:
        return self._all_cells

    def not_read(self) -> list[tuple[int, int]]:
        """The visible dates that some connection has not read: at most one range at either end."""
        spans = [view.span for view in self.plan.connections if view.span is not None]
        if not spans:
            return [(self.first_day, self.last_day)]
        start = day_number(max(span.start for span in spans))
        end = day_number(min(span.end for span in spans))
        found = []
        if self.first_day < start:
            found.append((self.first_day, min(start - 1, self.last_day)))
        if self.last_day > end:
            found.append((max(end + 1, self.first_day), self.last_day))
        return found

    @cached_property
    def cells_read(self) -> NDArray[np.bool_]:
        """Which cells lie wholly in dates that every connection has read."""
        unread = self.not_read()
        return np.array([all(b < first or a > last for first, last in unread) for a, b in self.cells()], np.bool_)

    @cached_property
    def _old(self) -> list[bool]:
        states = {view.name: view.state for view in self.plan.connections}
        return [states.get(s.connection) in (State.STALE, State.FAILED) for s in self.plan.snapshots]

    def is_stale(self, row: int) -> bool:
        """Whether an item is from a connection that failed or is older than the setting, or could not be read again."""
        columns = self.plan.columns
        return self._old[int(columns["connection"][row])] or bool(int(columns["flags"][row]) & _STALE)

    def visible_rows(self) -> list[Row]:
        return self._visible

    def rows_between(self, top: float, bottom: float) -> list[Row]:
        """The rows that show between two heights of the rows' area."""
        seen = self.rows.visible(self.top, self.height)
        some = self.rows.visible(self.top + top, min(bottom, self.height) - top)
        return self._visible[some.start - seen.start : some.stop - seen.start]

    @cached_property
    def _visible(self) -> list[Row]:
        return [self.rows[i] for i in self.rows.visible(self.top, self.height)]

    def sums(self, rows: Sequence[Row]) -> dict[int, Cells]:
        """The cells of each of some visible rows, by its index in `rows`."""
        key = tuple(rows)
        found = self._summed.get(key)
        if found is None:
            found = self._sum_up(key)
            if not self.numbers.unfinished:
                self._summed[key] = found
        return found

    @cached_property
    def _summed(self) -> dict[tuple[Row, ...], dict[int, Cells]]:
        return {}

    def _sum_up(self, rows: Sequence[Row]) -> dict[int, Cells]:
        cells, numbers = self.cells(), self.numbers
        people = distinct(np.array([row.person for row in rows if not row.is_heading], np.int32))
        groups = [self.rows.groups[row.group].people for row in rows if row.is_heading]
        if len(people) or groups:
            visible = self.rows.visible(self.top - self.height, 3 * self.height)
            around = self.rows.person[visible.start : visible.stop]
            members = [group for group in groups if len(group) <= SMALL]
            numbers.prepare(people, cells[0][0], cells[-1][1], np.concatenate([around[around >= 0], *members]))
            numbers.sum_up(people, cells)
        headings = iter(numbers.of_headings(groups, cells))
        found = (next(headings) if row.is_heading else numbers.of_person(row.person, cells) for row in rows)
        return dict(enumerate(found))

    @cached_property
    def _all_cells(self) -> list[tuple[int, int]]:
        return cells(self.first_day, self.last_day, self.scale.zoom, self.first_weekday)

    @cached_property
    def edges(self) -> list[tuple[int, int]]:
        """Left and right of each cell, in whole pixels, the same however far it was scrolled."""
        days = np.array(self._all_cells) + np.array([0, 1])
        x = np.floor(np.round((days - self.scale.left) * self.scale.day_width, 3) + 0.5).astype(np.int64)
        return [(left + 1, right - 1) for left, right in x.tolist()]

    @cached_property
    def _placed(self) -> dict[tuple[Row, ...], Boxes]:
        return {}

    def boxes(self, rows: Sequence[Row]) -> Boxes:
        """The items of some people's rows that show, in the order of the rows, then the plan's."""
        key = tuple(rows)
        if key not in self._placed:
            self._placed[key] = self._place(key)
        return self._placed[key]

    def _place(self, rows: Sequence[Row]) -> Boxes:
        plan, metrics, scale = self.plan, self.metrics, self.scale
        people = [row.person if row.person >= 0 else len(plan.people) for row in rows]
        found = [bars_of(plan, person) for person in people]
        if not found:
            nowhere = np.zeros(0, np.float64)
            return Boxes(np.zeros(0, np.int64), nowhere, nowhere, nowhere, _THIN)
        sizes = [len(bars.start) for bars in found]
        start, end = np.concatenate([bars.start for bars in found]), np.concatenate([bars.end for bars in found])
        # Reversed dates are shown on the days they name (V5); undated items have no bar.
        low, high = np.minimum(start, end), np.maximum(start, end)
        shown = np.flatnonzero((low <= self.last_day) & (high >= self.first_day) & (low != NO_DAY))
        # Of what is nobody's there may be thousands of bars below one another, of which few are in view.
        lane = np.concatenate([bars.lane for bars in found])[shown].astype(np.float64)
        first = np.array([self._first_lane(row) for row in rows], np.float64)
        y = np.repeat(first, sizes)[shown] + (0.0 if self.flat else lane * (metrics.lane + metrics.gap))
        height = _THIN if self.flat else float(metrics.lane)
        seen = (y + height > self.top) & (y < self.top + self.height)
        shown, y = shown[seen], y[seen]
        low, high = low[shown], high[shown]
        begins = np.array([int(plan.offsets[person]) for person in people]) - np.cumsum([0, *sizes[:-1]])
        return Boxes(
            shown + np.repeat(begins, sizes)[shown],
            np.round((low - scale.left) * scale.day_width, 3) + 1,
            y,
            np.maximum((high - low + 1) * scale.day_width - 2, 2.0),
            height,
        )

    def _first_lane(self, row: Row) -> float:
        if self.flat:
            return row.top + row.height - 5.0
        metrics = self.metrics
        return row.top + (metrics.group if row.is_heading else metrics.pad + metrics.strip + metrics.gap)

    def bars(self, row: Row) -> list[Bar]:
        """The items of a row that show, one by one."""
        return self.boxes([row]).bars()
