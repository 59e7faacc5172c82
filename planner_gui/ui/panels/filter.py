"""The little panel under the Filter button: who is shown. It keeps no filter of its own beyond its fields."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFormLayout, QFrame, QLineEdit, QPushButton, QWidget

from planner_gui.ui.choice import Choice
from planner_gui.ui.text import PlainLabel, visible
from planner_gui.ui.timeline.groups import Filter

_MOST_NAMES = 5000


class FilterPanel(QFrame):
    """Fields for each part of a Filter. Signals: changed(Filter) at each change of a field."""

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("popup")
        self.text = QLineEdit()
        self.text.setPlaceholderText("in name, role, team or e-mail")
        self.team = Choice()
        self.project = Choice()
        self.status = Choice()
        for box in (self.team, self.project, self.status):
            box.setMaxVisibleItems(16)
            box.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(24)
            box.currentIndexChanged.connect(self._say)
        self.over = QCheckBox("Over-allocated in the visible dates")
        self.clear = QPushButton("Show everybody")
        self.text.textChanged.connect(self._say)
        self.over.toggled.connect(self._say)
        self.clear.clicked.connect(self._reset)
        self._build()

    def _build(self) -> None:
        layout = QFormLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setVerticalSpacing(9)
        fields = (("Text", self.text), ("Team", self.team), ("Project", self.project), ("Task status", self.status))
        for words, widget in fields:
            label = PlainLabel(words, role="muted")
            label.setBuddy(widget)
            layout.addRow(label, widget)
            widget.setAccessibleName(words)
        layout.addRow("", self.over)
        layout.addRow("", self.clear)

    def open_at(
        self, where: QPoint, now: Filter, teams: Sequence[str], projects: Sequence[str], statuses: Sequence[str]
    ) -> None:
        """Show the panel with the filter in force."""
        with QSignalBlocker(self):
            self.text.setText(now.text)
            _fill(self.team, "All teams", teams, now.team)
            _fill(self.project, "All projects", projects, now.project)
            _fill(self.status, "All statuses", statuses, now.status)
            self.over.setChecked(now.over)
        self.move(where)
        self.show()
        self.text.setFocus()

    def _say(self) -> None:
        team, project = self.team.currentData(), self.project.currentData()
        status = self.status.currentData() or ""
        self.changed.emit(Filter(self.text.text(), team or "", project or "", self.over.isChecked(), status))

    def _reset(self) -> None:
        with QSignalBlocker(self):
            self.text.clear()
            self.team.setCurrentIndex(0)
            self.project.setCurrentIndex(0)
            self.status.setCurrentIndex(0)
            self.over.setChecked(False)
        self._say()
        self.hide()


def _fill(box: Choice, everything: str, names: Sequence[str], chosen: str) -> None:
    with QSignalBlocker(box):
        box.clear()
        box.addItem(everything, "")
        for name in names[:_MOST_NAMES]:
            box.addItem(visible(name), name)
        box.setCurrentIndex(max(0, box.findData(chosen)))
