"""Go to date: typed ("+2w", "mon", "1 Dec") or picked in a calendar."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from planner_gui.ui import formats
from planner_gui.ui.calendar import Calendar
from planner_gui.ui.text import PlainLabel
from planner_gui.ui.typed_dates import typed_date


class GoToDate(QDialog):
    """Signals: chosen(date), once, when it is accepted."""

    chosen = Signal(object)

    def __init__(self, today: date, shown: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Go to date")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._today = today
        self.field = QLineEdit()
        self.field.setPlaceholderText("1 Dec, 2026-12-01, mon, +2w")
        self.field.setAccessibleName("Date")
        self.said = PlainLabel(role="muted")
        self.calendar = Calendar(shown)
        self.go = QPushButton("Go")
        self.go.setDefault(True)
        cancel = QPushButton("Cancel")
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addWidget(self.said, 1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.go)
        layout = QVBoxLayout(self)
        layout.addWidget(self.field)
        layout.addWidget(self.calendar)
        layout.addLayout(buttons)
        self.field.textChanged.connect(self._typed)
        self.calendar.activated.connect(lambda _day: self.accept())
        self.calendar.selectionChanged.connect(self._picked)
        self.go.clicked.connect(self.accept)
        self._picked()
        self.field.setFocus()

    @property
    def day(self) -> date | None:
        """What Go would go to; None where what is typed is no date."""
        if self.field.text().strip():
            return typed_date(self.field.text(), self._today)
        return self.calendar.day

    def _typed(self) -> None:
        day = self.day
        self.go.setEnabled(day is not None)
        self.said.say(formats.day(day) if day is not None else "not a date")
        if day is not None and self.field.text().strip():
            self.calendar.blockSignals(True)
            self.calendar.setSelectedDate(formats.qdate(day))
            self.calendar.blockSignals(False)

    def _picked(self) -> None:
        self.field.clear()
        self._typed()

    def accept(self) -> None:
        """Go there, where it is a date."""
        if (day := self.day) is not None:
            self.chosen.emit(day)
            super().accept()
