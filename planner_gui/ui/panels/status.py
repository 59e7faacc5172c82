"""The status line: each connection as a chip with the time of its reading, over-allocations, progress with Cancel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QToolButton, QWidget
from typing_extensions import override

from planner_gui.domain.judging import Level
from planner_gui.domain.plan import ConnectionView, State
from planner_gui.ui import formats
from planner_gui.ui.text import PlainLabel, tooltip
from planner_gui.ui.theme import LIGHT, Theme

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


class Chip(QWidget):
    """One connection: its state as a dot and in words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.dot = Dot()
        self.label = PlainLabel(role="muted")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 14, 0)
        layout.setSpacing(7)
        layout.addWidget(self.dot)
        layout.addWidget(self.label)

    def show_view(self, view: ConnectionView, theme: Theme, now: datetime) -> None:
        """Show a connection's state, the time of its reading where it is not fresh, and the reason as a tooltip."""
        colours = {State.FRESH: theme.cell(Level.FULL).fill, State.FAILED: theme.today}
        self.dot.show_state(colours.get(view.state, theme.cell(Level.OVER).fill), full=view.state is State.FRESH)
        words = _WORDS[view.state]
        read = f"read {formats.moment(view.read_at, now)}" if view.read_at else ""
        parts = [view.name, *(part for part in (words, read if words else "") if part)]
        self.label.say(" \N{MIDDLE DOT} ".join(parts))
        unread = f"{view.not_understood} records were not understood" if view.not_understood else ""
        self.setToolTip(tooltip("\n".join(part for part in (view.name, read or words, view.error, unread) if part)))


class StatusLine(QWidget):
    """The line below the timeline.

    Signals: cancel_pressed() while a sync runs; next_pressed() to jump to the next over-allocation.
    """

    cancel_pressed = Signal()
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
        self._build()
        self.show_progress(None)
        self.show_offline(False)
        self.show_over_allocations(None)

    def _build(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 4, 14, 4)
        layout.addLayout(self._chip_box)
        layout.addWidget(self.offline)
        layout.addStretch(1)
        for widget in (self.progress_text, self.progress, self.cancel, self.over):
            layout.addWidget(widget)

    def set_theme(self, theme: Theme, now: datetime) -> None:
        self._theme = theme
        self.show_connections(self._views, now)

    def show_connections(self, views: Sequence[ConnectionView], now: datetime) -> None:
        """One chip a connection."""
        self._views = views
        while len(self._chips) < len(views):
            chip = Chip()
            self._chips.append(chip)
            self._chip_box.addWidget(chip)
        for index, chip in enumerate(self._chips):
            chip.setVisible(index < len(views))
            if index < len(views):
                chip.show_view(views[index], self._theme, now)

    def show_offline(self, offline: bool) -> None:
        self.offline.setVisible(offline)

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
