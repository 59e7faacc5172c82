"""The timeline widget: holds what is shown and where, turns keys, wheel and mouse into movement, asks `paint` to draw.

It changes no plan. Selection and the visible range are announced; the panels around it listen. What the keys do to the
place in focus is `walking`'s; who is shown in which order is `groups`'.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QLocale, QPoint, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QFont,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip, QWidget
from typing_extensions import override

from planner_gui.domain import capacity
from planner_gui.domain.doubles import holder_of
from planner_gui.domain.entities import Span
from planner_gui.domain.plan import Plan
from planner_gui.domain.recognition import people_in, person_in, row_in
from planner_gui.domain.snapshot import NO_DAY, day_date, day_number
from planner_gui.ui import formats
from planner_gui.ui.text import tooltip
from planner_gui.ui.theme import LIGHT, Theme, colour
from planner_gui.ui.timeline import walking
from planner_gui.ui.timeline.accessible import Accessible
from planner_gui.ui.timeline.area import Area
from planner_gui.ui.timeline.canvas import Canvas, equal
from planner_gui.ui.timeline.cards import card
from planner_gui.ui.timeline.frame import HEADER, PEOPLE_WIDTH, Cell, Frame, Hatches
from planner_gui.ui.timeline.gestures import Act, Gesture, Gestures, by_key
from planner_gui.ui.timeline.ghost import Drawn, Ghost, paint_drawn, paint_ghost, paint_selection, rows_shown
from planner_gui.ui.timeline.groups import UNASSIGNED, Daily, Filter, Grouping, Overloads, People, Sort, unassigned
from planner_gui.ui.timeline.hit import Hit, hit
from planner_gui.ui.timeline.labels import Labels
from planner_gui.ui.timeline.numbers import Numbers
from planner_gui.ui.timeline.rows import COMFORTABLE, COMPACT, COMPACT_FLAT, FLAT, Group, Metrics, Row, Rows
from planner_gui.ui.timeline.scale import Scale, Zoom, week_start
from planner_gui.ui.timeline.walking import NOWHERE, Place

__all__ = ["Board", "Filter", "Grouping", "Sort"]

MARGIN_DAYS = 60  # how far beyond the dates that were read the timeline can be scrolled


class Board(QAbstractScrollArea):
    """The painted timeline.

    Signals: cell_chosen(person, first day, last day), item_chosen(plan row), nothing_chosen(), activated() by Enter or
    a double click, range_changed(Span), zoom_changed(Zoom), arranged() after people were regrouped, filtered or sorted,
    menu_requested(QPoint on the screen, Hit). What is to be done with items is told by `gestures`.
    """

    cell_chosen = Signal(int, int, int)
    item_chosen = Signal(int)
    nothing_chosen = Signal()
    activated = Signal()
    range_changed = Signal(object)
    zoom_changed = Signal(object)
    arranged = Signal()
    menu_requested = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Timeline")
        self.viewport().setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # every part is painted, with its paper
        self._theme: Theme = LIGHT
        self._looks: dict[int, object] = {}
        self._labels = Labels(self.font())
        self._canvas = Canvas(self.viewport())
        self._last: Frame | None = None
        self._plan: Plan | None = None
        self._people: People | None = None
        self._numbers: Numbers | None = None
        self._overloads: Overloads | None = None  # not counted yet
        self._groups: list[Group] = []
        self._shown_people = 0
        self._grouping = Grouping.TEAM
        self._sort = Sort.NAME
        self._filter = Filter()
        self._folded: set[str] = set()
        self._compact = False
        self._rows = Rows([], np.zeros(0, np.int16), COMFORTABLE)
        self._scale = Scale(0.0)
        self._today = 0
        self._first_weekday = (QLocale().firstDayOfWeek().value - 1) % 7
        self._place: Place = NOWHERE
        self._dragged_from: QPoint | None = None
        self.gestures = Gestures(self)
        self._ghost: Ghost | None = None
        self._drawn: Drawn | None = None
        self._also: set[int] = set()  # further chosen items, plan rows
        self._toggled: int | None = None  # a bar pressed with Ctrl: chosen, or not any more, unless it is dragged
        self._pointer = QPoint()
        self.gestures.changed.connect(self._gesture_changed)
        self.gestures.scrolled.connect(self._scroll_dragging)
        self.horizontalScrollBar().valueChanged.connect(self._scrolled_to)
        self.verticalScrollBar().valueChanged.connect(self._follow_view)
        self._accessible = Accessible(self, self._frame, lambda: self._place, self._take)
        for chosen in (self.cell_chosen, self.item_chosen, self.nothing_chosen):
            chosen.connect(self._accessible.announce)
        self.arranged.connect(self._accessible.rearranged)

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
    def sort(self) -> Sort:
        return self._sort

    @property
    def filter(self) -> Filter:
        return self._filter

    @property
    def folded(self) -> frozenset[str]:
        return frozenset(self._folded)

    @property
    def compact(self) -> bool:
        return self._compact

    @property
    def today(self) -> date:
        return day_date(self._today)

    @property
    def visible_span(self) -> Span:
        return self._scale.span(self._timeline_width())

    @property
    def first_weekday(self) -> int:
        """The first day of the week, Monday 0; the locale's, unless `set_first_weekday` said otherwise."""
        return self._first_weekday

    def set_first_weekday(self, weekday: int | None) -> None:
        """Begin weeks with this day, Monday 0; None: as the locale does."""
        self._first_weekday = (QLocale().firstDayOfWeek().value - 1) % 7 if weekday is None else weekday % 7
        self._canvas.renew()

    @property
    def shown(self) -> NDArray[np.int32]:
        """The people shown, folded groups included, each once, in the order of the rows."""
        people = np.concatenate([np.zeros(0, np.int32), *(group.people for group in self._groups)])
        _, first = np.unique(people, return_index=True)
        return people[np.sort(first)].astype(np.int32)

    @property
    def place(self) -> Place:
        """What is in focus."""
        return self._place

    @property
    def selection(self) -> tuple[int, ...]:
        """The chosen items, the one in focus first; plan rows."""
        item = self._place.item
        return () if item is None else (item, *sorted(self._also - {item}))

    def teams(self) -> list[str]:
        """The names to filter by."""
        return list(self._people.headings(Grouping.TEAM)) if self._people else []

    def projects(self) -> list[str]:
        return list(self._people.headings(Grouping.PROJECT)) if self._people else []

    def statuses(self) -> list[str]:
        return list(self._people.headings(Grouping.STATUS)) if self._people else []

    def show_plan(self, plan: Plan) -> None:
        """Show another plan in the same place; the first one is shown around its today."""
        before, first = self._plan, self._plan is None
        known = before is not None and plan.people is before.people
        same = before is not None and known and plan.columns is before.columns
        self._plan = plan
        if not same:
            self._ghost = None
        if not same and known and self._people is not None:
            # An edit: who is over-allocated stays as it was counted until it is counted again.
            self._people = self._people.with_rows_of(plan)
        elif not same:
            self._people = People(plan)
            self._overloads = None
        if before is not None and not same:
            self.gestures.cancel()  # what is dragged has another number now, or is gone
            self._follow(before, plan)
        self._numbers = Numbers(plan)
        self._looks = {}
        self._today = day_number(plan.today)
        self._regroup()
        if first:
            self.go_today()
        self._canvas.renew()

    def _follow(self, before: Plan, plan: Plan) -> None:
        """Rows and the place in focus stay with their people and items: in another plan those have other numbers."""
        if plan.people is not before.people:
            self._rows.renumber(people_in(plan, before))
        also = (row_in(plan, row, before) for row in self._also)
        self._also = {row for row in also if row is not None}
        cell, item = self._place.cell, self._place.item
        person = None if cell is None else person_in(plan, cell.person, before)
        row = None if item is None else row_in(plan, item, before)
        if cell is not None:
            self._place = NOWHERE if person is None else replace(self._place, cell=replace(cell, person=person))
        elif item is not None:
            self._place = NOWHERE if row is None else replace(self._place, item=row)
        if self._place == NOWHERE and (cell is not None or item is not None):
            self.nothing_chosen.emit()

    def show_overloads(self, overloads: Overloads) -> None:
        """Who is over-allocated when, once that is counted; filter by it from then on."""
        self._overloads = overloads
        if self._filter.over:
            self._regroup()

    def show_ghost(self, ghost: Ghost | None) -> None:
        """Paint the people of a ghost as they would be, until another plan comes or it is taken away."""
        before, self._ghost = self._ghost, ghost
        self._touch(person for each in (before, ghost) if each is not None for person in each.people)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._looks = {}
        self._canvas.renew()

    def set_grouping(self, grouping: Grouping) -> None:
        self._grouping = grouping
        self._regroup()

    def set_sort(self, sort: Sort) -> None:
        self._sort = sort
        self._regroup()

    def set_filter(self, wanted: Filter) -> None:
        self._filter = wanted
        self._regroup()
        self.verticalScrollBar().setValue(0)

    def set_compact(self, compact: bool) -> None:
        """The density: compact, or comfortable."""
        self._compact = compact
        self._relayout()

    def toggle_group(self, name: str) -> None:
        """Fold or unfold a group."""
        self._folded ^= {name}
        self._regroup()

    def fold(self, names: Iterable[str]) -> None:
        """Fold exactly these groups."""
        self._folded = set(names)
        self._regroup()

    def fold_all(self) -> None:
        self.fold(group.name for group in self._groups)

    def set_zoom(self, zoom: Zoom, x: float | None = None) -> None:
        """Zoom with the day under x (of the timeline) staying there; by default the focus, else a third from the left.

        The row at the top stays too, though rows get other heights.
        """
        if zoom is self._scale.zoom:
            return
        at = self._anchor() if x is None else x
        self._move(self._scale.zoomed(zoom, at))
        cell = self._place.cell
        if cell is not None and cell.last - cell.first < 7:  # a day becomes its week, a week its first day
            self._place = replace(self._place, cell=self._cell_at(cell.person, cell.first))
        self._relayout()
        if self._place.cell is not None and self._place.cell != cell:
            self.cell_chosen.emit(self._place.cell.person, self._place.cell.first, self._place.cell.last)
        self.zoom_changed.emit(zoom)

    def go_to(self, day: date) -> None:
        """Show a day: its week at the left, with two weeks before it where that many fit."""
        number = day_number(day)
        before = 14 if self._timeline_width() / self._scale.day_width >= 28 else 0
        self._move(self._scale.starting(week_start(number, self._first_weekday) - before))
        self._settled()

    def go_today(self) -> None:
        self.go_to(day_date(self._today))

    def page(self, direction: int) -> None:
        """Back (-1) or forward (1) by most of what is visible."""
        self._move(self._scale.moved(direction * self._timeline_width() * 0.8))
        self._settled()

    def choose_cell(self, person: int, day: int) -> None:
        """Select a person's day and bring it into view."""
        first, last = self._scale.visible(self._timeline_width())
        if not first <= day <= last - 1:
            self.go_to(day_date(day))
        self._take(Place(row=self._row_of(person), cell=self._cell_at(person, day)))

    def choose_days(self, person: int, first: int, last: int) -> None:
        """Select some days of a person and bring them into view."""
        low, high = self._scale.visible(self._timeline_width())
        if last < low or first > high:
            self.go_to(day_date(first))
        self._take(Place(row=self._row_of(person), cell=Cell(person, first, last)))

    def choose_group(self, name: str) -> None:
        """Put the focus on a heading, unfolded, at the top of the view."""
        if name in self._folded:
            self.toggle_group(name)
        row = self._rows.find(name, -1)
        if row is not None:
            self.verticalScrollBar().setValue(self._rows[row].top)
            self._take(Place(row=row))

    def choose_item(self, row: int) -> None:
        """Select an item and bring it into view; an item without dates or of nobody is only selected."""
        if self._plan is None:
            return
        start, end = int(self._plan.columns["start"][row]), int(self._plan.columns["end"][row])
        first, last = self._scale.visible(self._timeline_width())
        if start != NO_DAY and (end < first or start > last - 1):
            self.go_to(day_date(start))
        self._take(Place(row=self._row_of(int(self._plan.columns["person"][row])), item=row))

    def is_shown(self, person: int) -> bool:
        """Whether the filter lets a person through; len(plan.people) asks for what is nobody's."""
        if self._plan is not None and person == len(self._plan.people):
            return any(group.items for group in self._groups)
        return any((group.people == person).any() for group in self._groups)

    def jump(self, targets: Sequence[tuple[int, int]], step: int) -> None:
        """Select the next (step 1) or previous (-1) of (person, day) targets, row by row, day by day, round again."""
        found = walking.next_target(self._rows, self._place, targets, step)
        if found is not None:
            self.choose_cell(*found)

    # --- layout -------------------------------------------------------------------------------------------------------

    def _timeline_width(self) -> int:
        return max(1, self.viewport().width() - PEOPLE_WIDTH)

    def _rows_height(self) -> int:
        return max(1, self.viewport().height() - HEADER)

    def _frame(self) -> Frame | None:
        if self._plan is None or self._numbers is None:
            return None
        place = self._place
        made = Frame(
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
            hatches=Hatches.of(self._theme, self.devicePixelRatioF()),
            looks=self._looks,
            shown_people=self._shown_people,
            group_word=self._grouping.value.lower(),
            selected=None if place.item is None else holder_of(self._plan, place.item),
            cell=place.cell,
            focused_group=self._rows.key(place.row)[0] if place.row is not None and self._on_heading() else "",
            has_focus=self.hasFocus(),
        )
        if self._last is None or not equal(self._last, made):
            self._last = made
        return self._last  # with what was placed and summed for it

    def _follow_view(self) -> None:
        """Show where the timeline is scrolled to, or what is in focus; a drag's own marks are not moved along."""
        frame = self._frame()
        if frame is None or self._ghost is not None or self._drawn is not None:
            self._canvas.renew()
        else:
            self._canvas.follow(frame)

    def _touch(self, people: Iterable[int]) -> None:
        """Have the rows of some people painted again."""
        frame, touched = self._frame(), set(people)
        if frame is not None and touched:
            self._canvas.touch(box for _, box in rows_shown(frame, touched))

    def _regroup(self) -> None:
        """Arrange the people anew, with the place in focus staying on its person."""
        if self._plan is None or self._people is None:
            return
        rank = self._utilisation() if self._sort is Sort.UTILISATION else None
        visible = self._scale.visible(self._timeline_width())
        over = self._overloads.people(*visible) if self._overloads is not None else None
        self._groups = self._people.arrange(self._grouping, self._folded, self._filter, over, rank)
        self._groups += unassigned(self._plan, self._folded, self._filter)
        self._shown_people = len(self.shown) if self._filter else len(self._plan.people)
        self._relayout()
        self.arranged.emit()

    def _utilisation(self) -> NDArray[np.float64]:
        """Every person's rank: the most utilised in the visible range first, those without capacity last."""
        assert self._plan is not None
        span, daily = self.visible_span, self._overloads.daily if self._overloads is not None else None
        if daily is None:
            everybody = np.arange(len(self._plan.people), dtype=np.int32)
            daily = Daily.of(capacity.table(self._plan, everybody, span))
        load, full = daily.sums(day_number(span.start), day_number(span.end))
        return np.where(full > 0, -load / np.maximum(full, 1), np.where(load > 0, -np.inf, np.inf))

    def _relayout(self) -> None:
        """New rows for the same groups; the row at the top, or in focus where it is in view, keeps its place."""
        before, bar = self._rows, self.verticalScrollBar()
        anchor = before.at(bar.value()) if len(before) else None
        kept = None if anchor is None else (before[anchor], bar.value() - before[anchor].top)
        focus = None
        if self._place.row is not None and self._place.row < len(before):
            focus = before.key(self._place.row)
        lanes = self._plan.lanes if self._plan else np.zeros(0, np.int16)
        self._rows = Rows(self._groups, lanes, self._metrics())
        if focus is not None:
            self._place = self._place.at_row(self._rows.find(*focus))
        bar.setPageStep(self._rows_height())
        bar.setSingleStep(24)
        bar.setRange(0, max(0, self._rows.height - self._rows_height()))
        if kept is not None and anchor is not None:
            where = self._rows.find(*before.key(anchor))
            if where is not None:
                row = self._rows[where]
                bar.setValue(row.top + min(kept[1], row.height - 1))
        self._update_horizontal()
        self._canvas.renew()

    def _metrics(self) -> Metrics:
        if self._scale.zoom is Zoom.QUARTER:
            return COMPACT_FLAT if self._compact else FLAT
        return COMPACT if self._compact else COMFORTABLE

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
        left = max(float(first), min(scale.left, max(float(first), most)))
        # On whole pixels nothing jitters while it moves.
        self._scale = Scale(first + round((left - first) * scale.day_width) / scale.day_width, scale.zoom)
        self._update_horizontal()
        self._follow_view()
        self.range_changed.emit(self.visible_span)

    def _settled(self) -> None:
        """After a move that is no scrolling: what depends on the visible dates is arranged anew."""
        if self._filter.over or self._sort is Sort.UTILISATION:
            self._regroup()

    def _scrolled_to(self, value: int) -> None:
        first, _ = self._limits()
        self._scale = Scale(first + value / self._scale.day_width, self._scale.zoom)
        self._follow_view()
        self.range_changed.emit(self.visible_span)

    def _anchor(self) -> float:
        """The x that a zoom by key or button keeps: the focus where it shows, else today, else a third."""
        width = self._timeline_width()
        days = [self._today]
        if self._place.cell is not None and self._place.cell.last - self._place.cell.first < 7:
            days.insert(0, self._place.cell.first)
        return next((x for x in map(self._scale.x, days) if 0 <= x <= width), width / 3)

    def _reveal(self, index: int) -> None:
        row, bar = self._rows[index], self.verticalScrollBar()
        if row.top < bar.value():
            bar.setValue(row.top)
        elif row.top + row.height > bar.value() + self._rows_height():
            bar.setValue(row.top + min(row.height, self._rows_height()) - self._rows_height())

    def _reveal_bar(self, row: Row, item: int) -> None:
        """Bring a bar of nobody's into view: their row may be higher than the view."""
        assert self._plan is not None
        metrics, bar = self._rows.metrics, self.verticalScrollBar()
        top = row.top + metrics.group + int(self._plan.columns["lane"][item]) * (metrics.lane + metrics.gap)
        if top < bar.value():
            bar.setValue(top)
        elif top + metrics.lane > bar.value() + self._rows_height():
            bar.setValue(top + metrics.lane + metrics.gap - self._rows_height())

    # --- selection ----------------------------------------------------------------------------------------------------

    def _row_of(self, person: int) -> int | None:
        """The row that shows a person: where the focus is if it is theirs, else the first; a folded group opens."""
        if self._plan is not None and person == len(self._plan.people):
            if UNASSIGNED in self._folded:
                self.toggle_group(UNASSIGNED)
            return self._rows.of_nobody
        here = self._place.row
        if here is not None and here < len(self._rows) and self._rows.person[here] == person:
            return here
        found = self._rows.of_person(person)
        if found is None:
            inside = next((g.name for g in self._groups if g.folded and (g.people == person).any()), None)
            if inside is not None:
                self.toggle_group(inside)
                found = self._rows.of_person(person)
        return found

    def _cell_at(self, person: int, day: int) -> Cell:
        if self._scale.zoom.days_per_cell == 1:
            return Cell(person, day, day)
        first = week_start(day, self._first_weekday)
        return Cell(person, first, first + self._scale.zoom.days_per_cell - 1)

    def _take(self, place: Place) -> None:
        """Put the focus somewhere, bring its row and day into view, and say so."""
        if place.row is not None:
            self._reveal(place.row)
            if place.item is not None and self._rows[place.row].barred:
                self._reveal_bar(self._rows[place.row], place.item)
        if place.cell is not None and place.cell.last - place.cell.first < 14:
            first, last = self._scale.visible(self._timeline_width())
            if not first <= place.cell.first <= place.cell.last <= last:
                direction = 1 if place.cell.first > first else -1
                self._move(self._scale.moved(direction * self._timeline_width() / 2))
                first, last = self._scale.visible(self._timeline_width())
                if not first <= place.cell.first <= place.cell.last <= last:  # far away: Home, after some paging
                    self.go_to(day_date(place.cell.first))
        self._place = place
        self._follow_view()
        if place.item is not None:
            self.item_chosen.emit(place.item)
        elif place.cell is not None:
            self.cell_chosen.emit(place.cell.person, place.cell.first, place.cell.last)
        else:
            self.nothing_chosen.emit()

    # --- events -------------------------------------------------------------------------------------------------------

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        frame = self._frame()
        if frame is not None:
            region = event.region()
            if self._ghost is not None:  # its rows cover those of the frame
                region -= Area(box for _, box in rows_shown(frame, self._ghost.people)).region
            self._canvas.paint(painter, frame, region)
            paint_selection(painter, frame, self._also)
            if self._ghost is not None:
                paint_ghost(painter, frame, self._ghost)
            if self._drawn is not None:
                paint_drawn(painter, frame, self._drawn)
        else:
            painter.fillRect(self.viewport().rect(), colour(self._theme.background))
        painter.end()

    @override
    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Nothing: Qt would paint all of it; what is to be done follows from the values of the scroll bars."""

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
    def focusInEvent(self, event: QFocusEvent) -> None:
        self._follow_view()
        self._accessible.entered()
        super().focusInEvent(event)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._follow_view()
        super().focusOutEvent(event)

    @override
    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            frame = self._frame()
            text = card(frame, hit(frame, event.pos().x(), event.pos().y())) if frame is not None else ""
            QToolTip.showText(event.globalPos(), tooltip(text), self.viewport())
            return True
        return super().viewportEvent(event)

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
        found = self._hit(event.position().x(), event.position().y())
        if found is None or event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            return
        if found.header:
            if event.button() is Qt.MouseButton.LeftButton:
                self._dragged_from = event.position().toPoint()
                self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        elif found.row is not None and found.row.is_heading and found.bar is None:
            if event.button() is Qt.MouseButton.LeftButton and self._is_on_name(found.row, event.position().y()):
                self.toggle_group(self._rows.groups[found.row.group].name)
        elif found.row is None:
            self._take(NOWHERE)
        else:
            self._press(event, found)

    def _press(self, event: QMouseEvent, found: Hit) -> None:
        """On a person's row: choose what is there; a drag may begin."""
        left = event.button() is Qt.MouseButton.LeftButton
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        row = None if found.bar is None else found.bar.row
        self._toggled = row if left and control and self._place.item is not None else None
        if self._toggled is None and row not in self.selection:
            self._choose_also(set())
            self._take_hit(found)
        if left:
            self._pointer = event.position().toPoint()
            self.gestures.press(found, self._pointer, event.modifiers(), self.selection)

    def _is_on_name(self, heading: Row, y: float) -> bool:
        """Whether a point is on a heading proper, not on the bars below it."""
        return y - HEADER + self.verticalScrollBar().value() < heading.top + self._rows.metrics.group

    def _take_hit(self, found: Hit) -> None:
        assert found.row is not None
        index = self._rows.at(found.row.top)
        if found.bar is not None:
            self._take(Place(row=index, item=found.bar.row))
        elif found.cell is not None:
            self._take(Place(row=index, cell=found.cell))
        elif found.people:
            first, last = self._scale.visible(self._timeline_width())
            self._take(Place(row=index, cell=Cell(found.row.person, first, last)))

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged_from is not None:
            here = event.position().toPoint()
            self._move(self._scale.moved(self._dragged_from.x() - here.x()))
            self._dragged_from = here
            return
        if event.buttons() & Qt.MouseButton.LeftButton and self._drag_to(event.position().toPoint()):
            return
        found = self._hit(event.position().x(), event.position().y())
        if (shape := self.gestures.cursor(found)) is not None:
            self.viewport().setCursor(shape)
        elif found is not None and found.header:
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
        elif found is not None and (found.bar is not None or (found.row is not None and found.row.is_heading)):
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self.viewport().unsetCursor()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragged_from = None
        toggled, self._toggled = self._toggled, None
        dragged = self.gestures.release()
        self._draw(None)
        if not dragged and toggled is not None:
            self._choose_also((self._also | set(self.selection)) ^ {toggled})
        elif not dragged and event.button() is Qt.MouseButton.LeftButton and self._also:
            self._choose_also(set())  # a click on one of several chooses that one
            found = self._hit(event.position().x(), event.position().y())
            if found is not None and found.bar is not None:
                self._take_hit(found)
        self.viewport().unsetCursor()

    def _drag_to(self, at: QPoint) -> bool:
        """The pointer moved with the button down; whether something is being dragged."""
        self._pointer = at
        frame = self._frame()
        if frame is None:
            return False
        inside = QPoint(max(at.x(), PEOPLE_WIDTH), max(at.y(), HEADER))  # the row and day beside the border count
        return self.gestures.move(hit(frame, inside.x(), inside.y()), at, frame)

    def _scroll_dragging(self, dx: int, dy: int) -> None:
        if dx:
            self._move(self._scale.moved(dx))
        if dy:
            self.verticalScrollBar().setValue(self.verticalScrollBar().value() + dy)
        self._drag_to(self._pointer)

    def _gesture_changed(self, gesture: Gesture | None) -> None:
        """Show what is drawn; what a moved item would do is shown by whoever knows items."""
        drawn = None
        if gesture is None:
            self.show_ghost(None)
        elif gesture.act is Act.DRAW and gesture.person is not None:
            text = formats.span(Span(day_date(gesture.first), day_date(gesture.last)))
            drawn = Drawn(gesture.person, gesture.first, gesture.last, text)
        self._draw(drawn)

    def _draw(self, drawn: Drawn | None) -> None:
        """Show another outline of what is being drawn, or none."""
        before, self._drawn = self._drawn, drawn
        self._touch(each.person for each in (before, drawn) if each is not None)

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.activated.emit()

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        at = event.pos() if event.reason() is QContextMenuEvent.Reason.Mouse else QPoint(PEOPLE_WIDTH // 2, HEADER + 8)
        found = self._hit(at.x(), at.y())
        if event.reason() is not QContextMenuEvent.Reason.Mouse and self._place.row is not None:
            found = Hit(row=self._rows[self._place.row], people=True)
        if found is not None:
            self.menu_requested.emit(self.viewport().mapToGlobal(at), found)

    def _hit(self, x: float, y: float) -> Hit | None:
        frame = self._frame()
        return None if frame is None else hit(frame, x, y)

    @override
    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab walks from a row's strip over its bars, and leaves the timeline after the last one."""
        frame = self._frame()
        place = None if frame is None else walking.by_tab(frame, self._place, 1 if next else -1)
        if place is None:
            return super().focusNextPrevChild(next)
        self._take(place)
        return True

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        frame = self._frame()
        if event.key() == Qt.Key.Key_Escape and (self.gestures.cancel() or self._drop_others()):
            return
        if frame is not None and (gesture := by_key(frame, self._place, event, self.selection)) is not None:
            self.gestures.perform(gesture)
            return
        control = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        plain = control == Qt.KeyboardModifier.NoModifier
        if frame is None or not (plain or control == Qt.KeyboardModifier.ControlModifier):
            event.ignore()
            return
        key = Qt.Key(event.key())
        if not plain and key not in (Qt.Key.Key_Home, Qt.Key.Key_End):
            event.ignore()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._on_heading():
            self.toggle_group(frame.focused_group)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and self._on_heading():
            if (frame.focused_group in self._folded) is (key == Qt.Key.Key_Right):
                self.toggle_group(frame.focused_group)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.activated.emit()
        elif (place := walking.by_key(frame, self._place, key, control=not plain)) is not None:
            self._take(place)
        else:
            event.ignore()

    def _drop_others(self) -> bool:
        """Choose only the item in focus; whether there were others."""
        others = bool(self._also)
        self._choose_also(set())
        return others

    def _choose_also(self, rows: set[int]) -> None:
        if rows != self._also:
            self._also = rows
            self._canvas.renew()

    def _on_heading(self) -> bool:
        place = self._place
        return place.row is not None and place.item is None and bool(self._rows.person[place.row] < 0)
