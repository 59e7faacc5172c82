"""The effect of an edit while it is made: a strip for each person it touches, and what a planner should know of it.

The cells are the timeline's: the same numbers, levels, colours and hatching. It is shown plans and asks nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from planner_gui.domain.entities import Span
from planner_gui.domain.judging import Level
from planner_gui.domain.plan import Plan
from planner_gui.domain.snapshot import day_number
from planner_gui.ui import formats
from planner_gui.ui.dialogs.effects import LONGEST, Remark, person_in
from planner_gui.ui.models.capacity import LEVEL_WORDS
from planner_gui.ui.panels.page import Link
from planner_gui.ui.text import PlainLabel, tooltip
from planner_gui.ui.theme import Theme
from planner_gui.ui.timeline.frame import Hatches
from planner_gui.ui.timeline.numbers import Cells, Numbers

MOST_STRIPS = 4
MOST_DAYS = 35  # shown day by day; then weeks, then months
MOST_WEEKS = 40


def cells_of(span: Span) -> list[tuple[int, int]]:
    """First and last day number of each cell: days, weeks or months, by what fits."""
    first, last = day_number(span.start), day_number(span.end)
    if len(span) <= MOST_DAYS:
        return [(day, day) for day in range(first, last + 1)]
    cells: list[tuple[int, int]] = []
    day = span.start
    while day <= span.end:
        if len(span) <= 7 * MOST_WEEKS:
            after = day + timedelta(days=7 - day.weekday())
        else:
            after = date(day.year + day.month // 12, day.month % 12 + 1, 1)
        cells.append((day_number(day), min(day_number(after) - 1, last)))
        day = after
    return cells


class Strip(QWidget):
    """One person's cells over some days."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, self._hatches = theme, Hatches.of(theme)
        self._cells: list[tuple[int, int]] = []
        self._sums: Cells | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(18)
        self.setAccessibleName("Load")

    def show_theme(self, theme: Theme) -> None:
        self._theme, self._hatches = theme, Hatches.of(theme)
        self.update()

    def show_cells(self, plan: Plan, person: int, span: Span) -> None:
        """The person's numbers over the span."""
        self._cells = cells_of(span)
        numbers, people = Numbers(plan), np.array([person], np.int32)
        numbers.prepare(people, self._cells[0][0], self._cells[-1][1], people)
        self._sums = numbers.of_person(person, self._cells)
        self.setAccessibleDescription(self._words())
        self.setToolTip(tooltip(self._words()))
        self.update()

    def levels(self) -> list[Level]:
        """How full each cell is."""
        return [] if self._sums is None else [Level(int(level)) for level in self._sums.level]

    def _words(self) -> str:
        """How many cells of each level: "5 far over, 3 free"."""
        counted: dict[Level, int] = {}
        for level in self.levels():
            counted[level] = counted.get(level, 0) + 1
        unit = "days" if all(first == last for first, last in self._cells) else "periods"
        parts = [f"{count} {LEVEL_WORDS[level]}" for level, count in counted.items() if level is not Level.OFF]
        return f"{unit}: {', '.join(parts)}" if parts else "no working time"

    @override
    def sizeHint(self) -> QSize:
        return QSize(200, 18)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._sums is None:
            return
        painter = QPainter(self)
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * 0.8)
        painter.setFont(font)
        metrics = QFontMetrics(font)
        wide, count = self.width() + 2, len(self._cells)
        for at, (level, over, _working, capacity, load) in enumerate(self._sums.painted):
            left, right = wide * at // count, wide * (at + 1) // count
            self._paint_cell(painter, QRect(left, 0, max(right - left - 2, 1), self.height()), Level(level), bool(over))
            text = _number(load, capacity)
            if text and metrics.horizontalAdvance(text) + 4 <= right - left - 2:
                painter.setPen(QColor(self._theme.cell(Level(level)).text))
                painter.drawText(QRect(left, 0, right - left - 2, self.height()), Qt.AlignmentFlag.AlignCenter, text)

    def _paint_cell(self, painter: QPainter, box: QRect, level: Level, over: bool) -> None:
        theme = self._theme
        if level is Level.UNKNOWN:
            painter.fillRect(box, self._hatches.not_read)
            return
        if level is Level.OFF:
            painter.fillRect(box, QColor(theme.weekend))
            return
        fill = self._hatches.away if level is Level.AWAY else QColor(theme.cell(level).fill)
        painter.fillRect(box.adjusted(1, 0, -1, 0), fill)
        painter.fillRect(box.adjusted(0, 1, 0, -1), fill)
        if theme.outline:
            painter.setPen(QPen(QColor(theme.line), 1))
            painter.drawRect(box.adjusted(0, 0, -1, -1))
        if over and level < Level.OVER:  # a day inside is over though the period is not
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme.background), 1))
            painter.setBrush(QColor(theme.red))
            painter.drawEllipse(box.right() - 7, 2, 6, 6)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _number(load: int, capacity: int) -> str:
    """As in the timeline: a percentage, hours over where there is no capacity (docs/capacity.md, Judging 1)."""
    if load <= 0:
        return ""
    if capacity > 0:
        return str((200 * load + capacity) // (2 * capacity))
    return f"+{load // 60} h" if load >= 60 else f"+{load} m"


class Preview(QWidget):
    """Strips and remarks. Signals: suggested(int): a person (index into the plan) was clicked, who could take it."""

    suggested = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("body")
        self.setAccessibleName("Effect")
        self._theme = theme
        self._lines: list[tuple[QWidget, PlainLabel, PlainLabel, Strip]] = []
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 5, 0, 0)
        layout.setSpacing(6)
        self.said = PlainLabel(role="muted", wraps=True)
        layout.addWidget(self.said)
        self._strips = QVBoxLayout()
        self._strips.setSpacing(6)
        layout.addLayout(self._strips)
        self.warnings = QWidget()
        self.warnings.setObjectName("warnings")
        self.warnings.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._remarks = QVBoxLayout(self.warnings)
        self._remarks.setContentsMargins(11, 8, 11, 8)
        self._remarks.setSpacing(4)
        layout.addWidget(self.warnings)
        self.shown: list[Remark] = []
        self.show_nothing("")

    @property
    def strips(self) -> list[Strip]:
        """Those that are shown."""
        return [strip for line, _, _, strip in self._lines if not line.isHidden()]

    def show_theme(self, theme: Theme) -> None:
        self._theme = theme
        for *_, strip in self._lines:
            strip.show_theme(theme)

    def show_nothing(self, why: str) -> None:
        """No strip, but what is missing for one."""
        self.said.say(why)
        self.said.setVisible(bool(why))
        for line, *_ in self._lines:
            line.hide()
        self._show_remarks([])

    def show_effect(self, plan: Plan, people: Sequence[tuple[str, str]], span: Span, remarks: Sequence[Remark]) -> None:
        """The strips of people (id, and what changes for them in words) in a plan with the edit in it."""
        shown = [(who, words, person) for who, words in people if (person := person_in(plan, who)) is not None]
        if not shown or len(span) > LONGEST:
            self.show_nothing("")
            return
        more = len(shown) - MOST_STRIPS
        said = f"The first {MOST_STRIPS} of {len(shown)} people" if more > 0 else ""
        self.said.say(said)
        self.said.setVisible(bool(said))
        for at, (_, words, person) in enumerate(shown[:MOST_STRIPS]):
            line, name, change, strip = self._line(at)
            name.say(f"{plan.people[person].name}, {formats.span(span)}")
            change.say(words)
            strip.show_cells(plan, person, span)
            line.show()
        for line, *_ in self._lines[len(shown[:MOST_STRIPS]) :]:
            line.hide()
        self._show_remarks(remarks)

    def _line(self, at: int) -> tuple[QWidget, PlainLabel, PlainLabel, Strip]:
        if at < len(self._lines):
            return self._lines[at]
        line, name, change, strip = QWidget(), PlainLabel(role="muted"), PlainLabel(role="muted"), Strip(self._theme)
        head = QHBoxLayout()
        head.addWidget(name, 1)
        head.addWidget(change)
        layout = QVBoxLayout(line)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addLayout(head)
        layout.addWidget(strip)
        self._strips.addWidget(line)
        self._lines.append((line, name, change, strip))
        return self._lines[at]

    def _show_remarks(self, remarks: Sequence[Remark]) -> None:
        if list(remarks) == self.shown and self.warnings.isHidden() is not bool(remarks):
            return
        self.shown = list(remarks)
        while (item := self._remarks.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for remark in remarks:
            line = self._remark(remark)
            self._remarks.addWidget(line)
            line.show()
        self.warnings.setVisible(bool(remarks))

    def _remark(self, remark: Remark) -> QWidget:
        if remark.person is not None:
            return self._suggestion(remark.text, remark.person)
        sign = "\N{BLACK UP-POINTING TRIANGLE} " if remark.serious else ""
        return PlainLabel(sign + remark.text, role="" if remark.serious else "muted", wraps=True, breaks=True)

    def _suggestion(self, text: str, person: int) -> Link:
        link = Link(text)
        link.setToolTip("Plan it for them instead")
        link.clicked.connect(lambda: self.suggested.emit(person))
        return link
