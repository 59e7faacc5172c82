"""A time zone typed or found by a part of its name, and a button that sets it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import available_timezones

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QVBoxLayout, QWidget
from typing_extensions import override

from planner_gui.session.rules import zone_of
from planner_gui.ui.dialogs.settings_frame import beside, button
from planner_gui.ui.text import PlainLabel


class ZoneField(QWidget):
    """Signals: given(str): the name of a zone that exists, "" for none of its own."""

    given = Signal(str)

    def __init__(self, name: str, label: str, *, empty: str = "") -> None:
        """empty: what holds where nothing is typed; "" where a zone must be given."""
        super().__init__()
        self._may_be_empty = bool(empty)
        self.line = _Line()
        self.line.setAccessibleName(name)
        self.line.setPlaceholderText(empty or "such as Europe/Berlin")
        self.set_button = button(label, "Timed events stand on the dates of this zone; nothing is read anew")
        self.said = PlainLabel(role="hint", wraps=True, breaks=True)
        self.fault = PlainLabel(role="fault", wraps=True, breaks=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(beside(self.line, self.set_button))
        for words in (self.said, self.fault):
            layout.addWidget(words)
            words.hide()
        self.line.textChanged.connect(lambda _: self._look())
        self.line.returnPressed.connect(self._give)
        self.set_button.clicked.connect(self._give)

    def show_zone(self, name: str) -> None:
        """What holds now."""
        self.line.setText(name)
        self._say("", "")

    def _look(self) -> None:
        """What time it is there: whoever mistook a zone sees it."""
        try:
            now = datetime.now(zone_of(self.line.text().strip()))
            self._say(f"It is {now:%H:%M} there now.", "")
        except ValueError:
            self._say("", "")

    def _give(self) -> None:
        name = self.line.text().strip()
        if name or not self._may_be_empty:
            try:
                zone_of(name)
            except ValueError as error:
                self._say("", f"{error}.")
                self.line.setFocus()
                return
        self._say("", "")
        self.given.emit(name)

    def _say(self, words: str, fault: str) -> None:
        for label, text in ((self.said, words), (self.fault, fault)):
            label.say(text)
            label.setVisible(bool(text))


class _Line(QLineEdit):
    """The names are looked for at the first focus: hundreds of files tell them."""

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self.completer() is None:
            names = QCompleter(QStringListModel(sorted(available_timezones())), self)
            names.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            names.setFilterMode(Qt.MatchFlag.MatchContains)
            self.setCompleter(names)
