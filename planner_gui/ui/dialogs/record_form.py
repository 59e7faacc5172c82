"""A date and a week of working time as fields: what they mean and do is said while they are typed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from planner_gui.domain.imports import parse_weeks
from planner_gui.ui.dialogs.dates import DateField
from planner_gui.ui.dialogs.parts import NO_DATE
from planner_gui.ui.dialogs.settings_frame import beside, button
from planner_gui.ui.models.schedules import Schedules, weeks_words
from planner_gui.ui.text import PlainLabel

SETTLE = 150  # ms after the last keystroke until the effect is worked out
EXAMPLE = "mon-fri 8h"


class RecordForm(QWidget):
    """A date and a week, with what they mean and do. Signals: given(date, weeks)."""

    given = Signal(object, object)

    def __init__(self, schedules: Schedules, effect: Callable[[RecordForm], str], label: str) -> None:
        super().__init__()
        self._effect = effect
        self.start = DateField("From", schedules.plan.today)
        self.start.set_day(schedules.plan.today)
        self.week = QLineEdit()
        self.week.setAccessibleName("Week")
        self.week.setPlaceholderText(f"{EXAMPLE}; weeks in turn: {EXAMPLE} / mon-thu 8h")
        self.said = PlainLabel(role="hint", wraps=True, breaks=True)
        self.fault = PlainLabel(role="fault", wraps=True, breaks=True)
        self.effect = PlainLabel(role="hint", wraps=True, breaks=True)
        self.set_button = button(label, "From this date on; what was before it stays as it is", name="primary")
        self._due = QTimer(self, interval=SETTLE, singleShot=True)
        self._due.timeout.connect(self._show_effect)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for widget in (PlainLabel("From"), self.start, PlainLabel("Working time"), self.week):
            layout.addWidget(widget)
        for label_ in (self.said, self.fault, self.effect):
            layout.addWidget(label_)
            label_.hide()
        layout.addLayout(beside(self.set_button, 1))
        self.week.textEdited.connect(self.refresh)
        self.start.moved.connect(self.refresh)
        self.week.returnPressed.connect(self.give)
        self.start.returnPressed.connect(self.give)
        self.set_button.clicked.connect(self.give)

    @property
    def weeks(self) -> tuple[str, ...]:
        """The weeks that are typed. Raises ValueError in words."""
        text = self.week.text().strip()
        if not text:
            raise ValueError(f"Give a week such as {EXAMPLE}, or none for no working day.")
        return parse_weeks(text)

    def refresh(self, *_: object) -> None:
        """What is typed, in other words; a fault only once something is there."""
        try:
            words, fault = weeks_words(self.weeks), ""
        except ValueError as error:
            words, fault = "", f"{error}".strip(".") + "." if self.week.text().strip() else ""
        if self.start.is_wrong:
            fault = NO_DATE
        self._say(words, fault)
        self._due.start()

    def give(self) -> None:
        """Announce it, or say at the field what is wrong."""
        try:
            weeks = self.weeks
        except ValueError as error:
            self._say("", str(error))
            self.week.setFocus()
            return
        if self.start.day is None:
            self._say("", NO_DATE)
            self.start.setFocus()
            return
        self.given.emit(self.start.day, weeks)

    def clear(self) -> None:
        """Ready for the next one."""
        self.week.clear()
        self._say("", "")
        self.effect.hide()

    def _say(self, words: str, fault: str) -> None:
        for label, text in ((self.said, words), (self.fault, fault)):
            label.say(text)
            label.setVisible(bool(text))

    def _show_effect(self) -> None:
        text = self._effect(self) if self.said.text() and not self.fault.text() else ""
        self.effect.say(text)
        self.effect.setVisible(bool(text))
