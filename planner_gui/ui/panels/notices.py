"""Notices above the status line: stacked, each with its actions; the session decides what they say and for how long."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from planner_gui.session.notices import Action, Notice, Severity
from planner_gui.ui.text import PlainLabel, menu_text

MOST = 4  # notices shown at once; older ones wait behind them


class NoticeStack(QWidget):
    """Shows the newest notices. Signals: dismissed(Notice), action_chosen(callable) of a pressed button."""

    dismissed = Signal(object)
    action_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self.hide()

    def show_notices(self, notices: Sequence[Notice]) -> None:
        """Replace what is shown; nothing at all takes no room."""
        while (item := self._layout.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for notice in notices[-MOST:]:
            self._layout.addWidget(self._line(notice))
        self.setVisible(bool(notices))

    def _line(self, notice: Notice) -> QWidget:
        line = QWidget()
        line.setObjectName("notice")
        line.setProperty("alert", notice.severity is Severity.ERROR)
        layout = QHBoxLayout(line)
        layout.setContentsMargins(14, 6, 8, 6)
        text = notice.text if notice.count == 1 else f"{notice.text} ({notice.count} times)"
        layout.addWidget(PlainLabel(text, wraps=True), 1)
        for action in notice.actions:
            layout.addWidget(self._button(action))
        close = QToolButton()
        close.setText("\N{MULTIPLICATION SIGN}")
        close.setAutoRaise(True)
        close.setAccessibleName("Dismiss")
        close.clicked.connect(lambda: self.dismissed.emit(notice))
        layout.addWidget(close)
        return line

    def _button(self, action: Action) -> QToolButton:
        button = QToolButton()
        button.setText(menu_text(action.label))
        button.clicked.connect(lambda: self.action_chosen.emit(action.call))
        return button
