"""The status line: each connection as a chip with the time of its reading, over-allocations, progress with Cancel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QToolButton, QWidget
from typing_extensions import override

from planner_gui.domain.judging import Level
from planner_gui.domain.plan import ConnectionView, State
from planner_gui.domain.wording import SERVICES
from planner_gui.ui import formats
from planner_gui.ui.text import PlainLabel, tooltip, visible
from planner_gui.ui.theme import LIGHT, Theme
from planner_gui.ui.timeline.frame import Hatches

_WORDS = {State.FRESH: "", State.STALE: "stale", State.FAILED: "failed", State.NEVER: "never read"}


class Dot(QWidget):
    """A small disc whose colour and shape say a state: full when fresh, a ring when not."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colour, self._full = QColor("#808080"), True
        self.setFixedSize(QSize(10, 10))

    def show_state(self, colour: str, *, full: bool) -> None:
        self._colour, self._full = QColor(colour), full
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._full:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._colour)
            painter.drawEllipse(1, 1, 8, 8)
        else:
            pen = painter.pen()
            pen.setColor(self._colour)
            pen.setWidthF(2.0)
            painter.setPen(pen)
            painter.drawEllipse(2, 2, 6, 6)


def shown_name(view: ConnectionView) -> str:
    """A connection's name with its service as people write it: "BigPicture", "Tempo labs", else the name given."""
    service = SERVICES.get(view.kind, "")
    for kind in (view.kind, view.kind.partition("-")[0]):
        if service and view.name == kind:
            return service
        if service and view.name.startswith(f"{kind}-"):
            return f"{service} {view.name[len(kind) + 1 :]}"
    return view.name


class Chip(QWidget):
    """One connection: its state as a dot and in words. Signals: resume_pressed(name) of one that is paused."""

    resume_pressed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.dot = Dot()
        self.label = PlainLabel(role="muted")
        self.resume = QToolButton()
        self.resume.setText("Resume")
        self._name = ""
        self.resume.clicked.connect(lambda: self.resume_pressed.emit(self._name))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 12, 0)
        layout.setSpacing(7)
        layout.addWidget(self.dot)
        layout.addWidget(self.label)
        layout.addWidget(self.resume)

    def show_view(self, view: ConnectionView, theme: Theme, now: datetime) -> None:
        """Show a connection's state, the time of its reading where it is not fresh, and the reason as a tooltip."""
        colours = {State.FRESH: theme.cell(Level.FULL).fill, State.FAILED: theme.today}
        colour = theme.muted if view.paused else colours.get(view.state, theme.cell(Level.OVER).fill)
        self.dot.show_state(colour, full=view.state is State.FRESH and not view.paused)
        words = "paused" if view.paused else _WORDS[view.state]
        self._name = view.name
        self.resume.setVisible(view.paused)
        self.resume.setAccessibleName(visible(f"Resume {shown_name(view)}"))
        read = f"read {formats.moment(view.read_at, now)}" if view.read_at else ""
        parts = [shown_name(view), *(part for part in (words, read if words else "") if part)]
        self.label.say(" \N{MIDDLE DOT} ".join(parts))
        unread = f"{view.not_understood} records were not understood" if view.not_understood else ""
        self.setAccessibleName(visible(", ".join((shown_name(view), words or "fresh", read))))
        left = "Paused: neither read nor written until it is resumed" if view.paused else ""
        told = "\n".join(part for part in (view.name, left, read or words, view.error, unread) if part)
        self.setToolTip(tooltip(told))
        self.setAccessibleDescription(visible(told))  # else assistive tools read the markup of the tooltip


class Legend(QWidget):
    """What the colours of the strip say, beside them in words; shown where the strip is what one reads."""

    _BOX, _GAP = 14, 10
    _ENTRIES = (
        (Level.FREE, "free"),
        (Level.LIGHT, "< 60"),
        (Level.BUSY, "< 90"),
        (Level.FULL, "full"),
        (Level.OVER, "over"),
        (Level.FAR_OVER, "\N{GREATER-THAN OR EQUAL TO} 120"),
        (Level.AWAY, "away"),
    )
    _DOT = "a day inside is over"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._hatches = Hatches.of(LIGHT)
        words = ", ".join(words for _, words in self._ENTRIES)
        self.setAccessibleName(f"Colours of a cell, by percent: {words}; a dot: {self._DOT}")

    def set_theme(self, theme: Theme) -> None:
        self._theme, self._hatches = theme, Hatches.of(theme)
        self.update()

    @override
    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        wide = sum(self._BOX + 5 + metrics.horizontalAdvance(words) + self._GAP for _, words in self._ENTRIES)
        return QSize(wide + 12 + metrics.horizontalAdvance(self._DOT) + self._GAP, metrics.height())

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self.width() < self.sizeHint().width():
            return  # half a legend would mislead
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics, x, middle = self.fontMetrics(), 0.0, self.height() / 2
        baseline = middle + (metrics.ascent() - metrics.descent()) / 2
        for level, words in self._ENTRIES:
            brush = self._hatches.away if level is Level.AWAY else QColor(self._theme.cell(level).fill)
            painter.setPen(QColor(self._theme.line))
            painter.setBrush(brush)
            painter.drawRoundedRect(QRectF(x + 0.5, middle - 5.5, self._BOX - 1, 11), 2, 2)
            painter.setPen(QColor(self._theme.muted))
            painter.drawText(QPointF(x + self._BOX + 5, baseline), words)
            x += self._BOX + 5 + metrics.horizontalAdvance(words) + self._GAP
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.red))
        painter.drawEllipse(QPointF(x + 4, middle), 3, 3)
        painter.setPen(QColor(self._theme.muted))
        painter.drawText(QPointF(x + 12, baseline), self._DOT)


class StatusLine(QWidget):
    """The line below the timeline.

    Signals: cancel_pressed() while a sync runs; next_pressed() to jump to the next over-allocation;
    resume_pressed(name) of a paused connection; reading_resumed() of automatic reading.
    """

    cancel_pressed = Signal()
    resume_pressed = Signal(str)
    reading_resumed = Signal()
    next_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status")
        self._theme: Theme = LIGHT
        self._views: Sequence[ConnectionView] = ()
        self._chips: list[Chip] = []
        self._chip_box = QHBoxLayout()
        self._chip_box.setSpacing(4)
        self.offline = PlainLabel("Working offline", role="warning")
        self.resting = QToolButton()
        self.resting.setText("Automatic reading is paused: resume")
        self.resting.setAutoRaise(True)
        self.resting.clicked.connect(self.reading_resumed)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setRange(0, 0)
        self.progress.setFixedSize(90, 8)
        self.progress_text = PlainLabel(role="muted")
        self.cancel = QToolButton()
        self.cancel.setText("Cancel")
        self.cancel.clicked.connect(self.cancel_pressed)
        self.over = QToolButton()
        self.over.setObjectName("over")
        self.over.setAutoRaise(True)
        self.over.clicked.connect(self.next_pressed)
        self.legend = Legend()
        self.legend.hide()
        self.synced = PlainLabel(role="muted")
        self._build()
        self.show_progress(None)
        self.show_offline(False)
        self.show_resting(False)
        self.show_over_allocations(None)

    def _build(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 4, 14, 4)
        layout.addLayout(self._chip_box)
        layout.addWidget(self.offline)
        layout.addWidget(self.resting)
        layout.addStretch(1)
        layout.setSpacing(8)
        for widget in (self.legend, self.progress_text, self.progress, self.cancel, self.over, self.synced):
            layout.addWidget(widget)

    def set_theme(self, theme: Theme, now: datetime) -> None:
        self._theme = theme
        self.legend.set_theme(theme)
        self.show_connections(self._views, now)

    def show_connections(self, views: Sequence[ConnectionView], now: datetime) -> None:
        """One chip a connection."""
        self._views = views
        while len(self._chips) < len(views):
            chip = Chip()
            chip.resume_pressed.connect(self.resume_pressed)
            self._chips.append(chip)
            self._chip_box.addWidget(chip)
        for index, chip in enumerate(self._chips):
            chip.setVisible(index < len(views))
            if index < len(views):
                chip.show_view(views[index], self._theme, now)
        self._say_when(now)

    def _say_when(self, now: datetime) -> None:
        """How old the plan is: the oldest reading shown (cli.md)."""
        read = [view.read_at for view in self._views if view.read_at is not None]
        self.synced.say(f"read {formats.ago(min(read), now)}" if read else "")

    def show_offline(self, offline: bool) -> None:
        self.offline.setVisible(offline)

    def show_resting(self, resting: bool) -> None:
        """Whether nothing is read by itself until the user says so."""
        self.resting.setVisible(resting)

    def show_progress(self, text: str | None) -> None:
        """What is being read; None when nothing is."""
        for widget in (self.progress, self.progress_text, self.cancel):
            widget.setVisible(text is not None)
        self.progress_text.say(text or "")

    def show_over_allocations(self, count: int | None) -> None:
        """How many over-allocations the visible plan has; None while they are counted."""
        if count is None:
            self.over.setText("")
        elif count == 0:
            self.over.setText("No over-allocations")
        else:
            plural = "" if count == 1 else "s"
            self.over.setText(f"\N{BLACK UP-POINTING TRIANGLE} {count} over-allocation{plural} \N{MIDDLE DOT} F8 next")
        self.over.setProperty("alert", bool(count))
        self.over.style().unpolish(self.over)
        self.over.style().polish(self.over)
