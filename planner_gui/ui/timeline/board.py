"""The timeline widget: holds what is shown and where, turns keys, wheel and mouse into movement, asks `paint` to draw.

It changes no plan. Selection and the visible range are announced; the panels around it listen.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

import numpy as np
from PySide6.QtCore import QEvent, QLocale, QPoint, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget
from typing_extensions import override

from planner_gui.domain.entities import Span
from planner_gui.domain.plan import Plan
from planner_gui.domain.snapshot import day_date, day_number
from planner_gui.ui.theme import LIGHT, Theme
from planner_gui.ui.timeline.frame import HEADER, PEOPLE_WIDTH, Cell, Frame
from planner_gui.ui.timeline.hit import Hit, hit
from planner_gui.ui.timeline.labels import Labels
from planner_gui.ui.timeline.numbers import Numbers
from planner_gui.ui.timeline.paint import paint
from planner_gui.ui.timeline.rows import COMFORTABLE, FLAT, Group, Metrics, Rows
from planner_gui.ui.timeline.scale import Scale, Zoom, week_start

MARGIN_DAYS = 60  # how far beyond the dates that were read the timeline can be scrolled


class Grouping(StrEnum):
    """How people are put under headings."""

    TEAM = "Team"
    PROJECT = "Project"
    NONE = "None"


class Board(QAbstractScrollArea):
    """The painted timeline.

    Signals: cell_chosen(person, first day, last day), item_chosen(plan row), nothing_chosen(), activated() by Enter or
    a double click, range_changed(Span), zoom_changed(Zoom).
    """

    cell_chosen = Signal(int, int, int)
    item_chosen = Signal(int)
    nothing_chosen = Signal()
    activated = Signal()
    range_changed = Signal(object)
    zoom_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Timeline")
        self.viewport().setMouseTracking(True)
        self._theme: Theme = LIGHT
        self._labels = Labels(self.font())
        self._plan: Plan | None = None
        self._numbers: Numbers | None = None
        self._groups: list[Group] = []
        self._grouping = Grouping.TEAM
        self._folded: set[str] = set()
        self._metrics: Metrics = COMFORTABLE
        self._rows = Rows([], np.zeros(0, np.int16), COMFORTABLE)
        self._scale = Scale(0.0)
        self._today = 0
        self._first_weekday = (QLocale().firstDayOfWeek().value - 1) % 7
        self._selected: int | None = None
        self._cell: Cell | None = None
        self._dragged_from: QPoint | None = None
        self._moving_bar = False
        self.horizontalScrollBar().valueChanged.connect(self._scrolled_to)
        self.verticalScrollBar().valueChanged.connect(self.viewport().update)

    # --- what is shown ------------------------------------------------------------------------------------------------

    @property
    def plan(self) -> Plan | None:
        return self._plan

    @property
    def zoom(self) -> Zoom:
        return self._scale.zoom

    @property
    def grouping(self) -> Grouping:
        return self._grouping

    @property
    def visible_span(self) -> Span:
        return self._scale.span(self._timeline_width())

    def show_plan(self, plan: Plan) -> None:
        """Show another plan in the same place; the first one is shown around its today."""
        first = self._plan is None
        self._plan = plan
        self._numbers = Numbers(plan)
        self._today = day_number(plan.today)
        self._selected = None if self._selected is not None and self._selected >= plan.rows else self._selected
        self._regroup()
        if first:
            self.go_today()
        self.viewport().update()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.viewport().update()

    def set_grouping(self, grouping: Grouping) -> None:
        self._grouping = grouping
        self._regroup()

    def toggle_group(self, name: str) -> None:
        """Fold or unfold a group."""
        self._folded ^= {name}
        self._regroup()

    def set_zoom(self, zoom: Zoom, x: float | None = None) -> None:
        """Zoom with the day under x (of the timeline) staying there; the left edge's week by default."""
        if zoom is self._scale.zoom:
            return
        at = self._timeline_width() / 3 if x is None else x
        self._move(self._scale.zoomed(zoom, at))
        self._relayout()
        self.zoom_changed.emit(zoom)

    def go_to(self, day: date) -> None:
        """Show a day, its week at the left with one week before it."""
        number = day_number(day)
        self._move(self._scale.starting(week_start(number, self._first_weekday) - 14))

    def go_today(self) -> None:
        self.go_to(day_date(self._today))

    def page(self, direction: int) -> None:
        """Back (-1) or forward (1) by most of what is visible."""
        self._move(self._scale.moved(direction * self._timeline_width() * 0.8))

    def choose_cell(self, person: int, day: int) -> None:
        """Select a person's day and bring it into view."""
        frame = self._frame()
        if frame is None:
            return
        if not frame.first_day <= day <= frame.last_day:
            self.go_to(day_date(day))
        index = self._rows.of_person(person)
        if index is not None:
            self._reveal(index)
        self._set_cell(Cell(person, day, day))

    def jump(self, targets: Sequence[tuple[int, int]], step: int) -> None:
        """Select the next (step 1) or previous (-1) of (person, day) targets, row by row, day by day, round again."""
        order = {int(person): at for at, person in reversed(list(enumerate(self._rows.person)))}
        places = sorted((order[person], day, person) for person, day in targets if person in order)
        if not places:
            return
        here = (order.get(self._cell.person, -1), self._cell.first) if self._cell else (-1, 0)
        if step > 0:
            found = next((place for place in places if place[:2] > here), places[0])
        else:
            found = next((place for place in reversed(places) if place[:2] < here), places[-1])
        self.choose_cell(found[2], found[1])

    # --- layout -------------------------------------------------------------------------------------------------------

    def _timeline_width(self) -> int:
        return max(1, self.viewport().width() - PEOPLE_WIDTH)

    def _rows_height(self) -> int:
        return max(1, self.viewport().height() - HEADER)

    def _frame(self) -> Frame | None:
        if self._plan is None or self._numbers is None:
            return None
        return Frame(
            plan=self._plan,
            numbers=self._numbers,
            rows=self._rows,
            scale=self._scale,
            theme=self._theme,
            labels=self._labels,
            width=self._timeline_width(),
            height=self._rows_height(),
            top=self.verticalScrollBar().value(),
            today=self._today,
            first_weekday=self._first_weekday,
            selected=self._selected,
            cell=self._cell,
        )

    def _regroup(self) -> None:
        self._groups = groups_of(self._plan, self._grouping, self._folded) if self._plan else []
        self._relayout()

    def _relayout(self) -> None:
        lanes = self._plan.lanes if self._plan else np.zeros(0, np.int16)
        metrics = FLAT if self._scale.zoom is Zoom.QUARTER else self._metrics
        self._rows = Rows(self._groups, lanes, metrics)
        bar = self.verticalScrollBar()
        bar.setPageStep(self._rows_height())
        bar.setSingleStep(24)
        bar.setRange(0, max(0, self._rows.height - self._rows_height()))
        self._update_horizontal()
        self.viewport().update()

    def _limits(self) -> tuple[int, int]:
        """First and last day the timeline can be scrolled to."""
        spans = [view.span for view in self._plan.connections if view.span] if self._plan else []
        first = min((day_number(span.start) for span in spans), default=self._today)
        last = max((day_number(span.end) for span in spans), default=self._today)
        return min(first, self._today) - MARGIN_DAYS, max(last, self._today) + MARGIN_DAYS

    def _update_horizontal(self) -> None:
        first, last = self._limits()
        bar, width = self.horizontalScrollBar(), self._scale.day_width
        bar.blockSignals(True)
        bar.setPageStep(self._timeline_width())
        bar.setSingleStep(round(width))
        bar.setRange(0, max(0, round((last - first + 1) * width) - self._timeline_width()))
        bar.setValue(round((self._scale.left - first) * width))
        bar.blockSignals(False)

    def _move(self, scale: Scale) -> None:
        first, last = self._limits()
        most = last + 1 - self._timeline_width() / scale.day_width
        self._scale = Scale(max(float(first), min(scale.left, max(float(first), most))), scale.zoom)
        self._update_horizontal()
        self.viewport().update()
        self.range_changed.emit(self.visible_span)

    def _scrolled_to(self, value: int) -> None:
        first, _ = self._limits()
        self._scale = Scale(first + value / self._scale.day_width, self._scale.zoom)
        self.viewport().update()
        self.range_changed.emit(self.visible_span)

    def _reveal(self, index: int) -> None:
        row, bar = self._rows[index], self.verticalScrollBar()
        if row.top < bar.value():
            bar.setValue(row.top)
        elif row.top + row.height > bar.value() + self._rows_height():
            bar.setValue(row.top + row.height - self._rows_height())

    # --- selection ----------------------------------------------------------------------------------------------------

    def _set_cell(self, cell: Cell | None) -> None:
        self._cell, self._selected = cell, None
        self.viewport().update()
        if cell is None:
            self.nothing_chosen.emit()
        else:
            self.cell_chosen.emit(cell.person, cell.first, cell.last)

    def _set_item(self, row: int) -> None:
        self._selected, self._cell = row, None
        self.viewport().update()
        self.item_chosen.emit(row)

    # --- events -------------------------------------------------------------------------------------------------------

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        frame = self._frame()
        if frame is not None:
            paint(painter, frame)
        painter.end()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._relayout()
        self.range_changed.emit(self.visible_span)

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.FontChange:
            self._labels = Labels(QFont(self.font()))
        super().changeEvent(event)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        pixels, angle = event.pixelDelta(), event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if angle.y():
                zoom = self.zoom.nearer if angle.y() > 0 else self.zoom.farther
                self.set_zoom(zoom, event.position().x() - PEOPLE_WIDTH)
            event.accept()
            return
        dx = pixels.x() if not pixels.isNull() else angle.x()
        dy = pixels.y() if not pixels.isNull() else angle.y()
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and not dx:
            dx, dy = dy, 0
        if dx:
            self._move(self._scale.moved(-dx))
        if dy:
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() - dy)
        event.accept()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        found = self._hit(event.position().x(), event.position().y())
        if found is None:
            return
        if found.header:
            self._dragged_from = event.position().toPoint()
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        elif found.row is not None and found.row.is_heading:
            self.toggle_group(self._rows.groups[found.row.group].name)
        elif found.bar is not None:
            self._set_item(found.bar.row)
        elif found.cell is not None:
            self._set_cell(found.cell)
        elif found.row is not None and found.people:
            span = self.visible_span
            self._set_cell(Cell(found.row.person, day_number(span.start), day_number(span.end)))
        else:
            self._set_cell(None)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged_from is not None:
            here = event.position().toPoint()
            self._move(self._scale.moved(self._dragged_from.x() - here.x()))
            self._dragged_from = here

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragged_from = None
        self.viewport().unsetCursor()

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.activated.emit()

    def _hit(self, x: float, y: float) -> Hit | None:
        frame = self._frame()
        return None if frame is None else hit(frame, x, y)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.modifiers() not in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier):
            event.ignore()
            return
        match event.key():
            case Qt.Key.Key_Left:
                self._step(0, -1)
            case Qt.Key.Key_Right:
                self._step(0, 1)
            case Qt.Key.Key_Up:
                self._step(-1, 0)
            case Qt.Key.Key_Down:
                self._step(1, 0)
            case Qt.Key.Key_PageUp | Qt.Key.Key_PageDown as key:
                bar = self.verticalScrollBar()
                bar.setValue(bar.value() + (1 if key == Qt.Key.Key_PageDown else -1) * bar.pageStep())
            case Qt.Key.Key_Home:
                self.go_today()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.activated.emit()
            case Qt.Key.Key_Escape:
                self._set_cell(None)
            case _:
                event.ignore()

    def _step(self, down: int, right: int) -> None:
        """Move the cell focus; without one it starts at today of the first visible person."""
        if self._plan is None or not (self._rows.person >= 0).any():
            return
        shown = np.flatnonzero(self._rows.person >= 0)
        if self._cell is None:
            visible = self._rows.visible(self.verticalScrollBar().value(), self._rows_height())
            first = next((int(i) for i in shown if i >= visible.start), int(shown[0]))
            self.choose_cell(int(self._rows.person[first]), self._today)
            return
        here = self._rows.of_person(self._cell.person)
        at = 0 if here is None else int(np.searchsorted(shown, here))
        at = max(0, min(len(shown) - 1, at + down))
        width = self._cell.last - self._cell.first + 1
        self._reveal(int(shown[at]))
        first_day = self._cell.first + right * width
        if not self.visible_span.start <= day_date(first_day) <= self.visible_span.end:
            self._move(self._scale.moved(right * self._timeline_width() / 2))
        self._set_cell(Cell(int(self._rows.person[shown[at]]), first_day, first_day + width - 1))


def groups_of(plan: Plan, grouping: Grouping, folded: set[str]) -> list[Group]:
    """The people under their headings; a person stands in each of their groups (ui.md), headings by name."""
    everybody = np.arange(len(plan.people), dtype=np.int32)
    if grouping is Grouping.NONE:
        return [Group("", everybody)]
    names: dict[str, list[int]] = {}
    if grouping is Grouping.TEAM:
        for index, person in enumerate(plan.people):
            for team in person.teams or ("No team",):
                names.setdefault(team, []).append(index)
    else:
        _by_project(plan, names)
    last = "No team" if grouping is Grouping.TEAM else "No project"
    ordered: Sequence[str] = sorted(names, key=lambda name: (name == last, name.casefold()))
    return [Group(name, np.array(names[name], np.int32), name in folded) for name in ordered]


def _by_project(plan: Plan, names: dict[str, list[int]]) -> None:
    person, project = plan.columns["person"], plan.columns["project"]
    there = (person < len(plan.people)) & (project >= 0)
    pairs = np.unique(np.stack([project[there], person[there]]), axis=1)
    for at, index in zip(*pairs.tolist(), strict=True):
        if plan.projects[at]:
            names.setdefault(plan.projects[at], []).append(index)
    planned = {index for people in names.values() for index in people}
    rest = [index for index in range(len(plan.people)) if index not in planned]
    if rest:
        names["No project"] = rest
