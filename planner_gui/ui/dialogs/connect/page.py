"""What the wizard's pages share: rows of fields with their faults, an answer box, a field that keeps no secret."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget
from typing_extensions import override

from planner_gui.sources.base import Check, Rights
from planner_gui.ui.dialogs.fields import FieldRow
from planner_gui.ui.text import PlainLabel

GOOD, WARN, BAD, WAIT, NOTE = "good", "warn", "bad", "wait", "note"
_MARKS = {
    GOOD: "\N{CHECK MARK}",
    WARN: "\N{BLACK UP-POINTING TRIANGLE}",
    BAD: "\N{BLACK UP-POINTING TRIANGLE}",
    NOTE: "\N{EN DASH}",
}


def answer_of(check: Check, rights: Rights, host: str) -> tuple[str, list[tuple[str, str]]]:
    """What a passed test came to, for an AnswerBox: whose account, what is seen, what it may not do."""
    account = check.account or rights.account
    who = f"Connected as {account} to {host}" if account else f"Connected to {host}"
    lines = [(GOOD, who), *((GOOD, f"Sees {one}") for one in check.sees), *((WARN, one) for one in check.warnings)]
    lines += [*((WARN, f"Missing right. {one}") for one in rights.lacks), *((NOTE, one) for one in rights.notes)]
    return (WARN if check.warnings or rights.lacks else GOOD), lines


class Page(QWidget):
    """One step. Signals: edited() when something of it was changed."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("form")
        self.rows: dict[str, FieldRow] = {}
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(18, 2, 18, 14)
        self.column.setSpacing(10)
        self._grid: QGridLayout | None = None

    def add(self, label: str, widgets: Sequence[QWidget] | QWidget, name: str, *, needed: bool = False) -> FieldRow:
        """A row of the form; `name` is what faults call its first widget."""
        side = [widgets] if isinstance(widgets, QWidget) else list(widgets)
        row = FieldRow(label, side, {name: side[0]}, needed=needed)
        if self._grid is None:
            self._grid = QGridLayout()
            self._grid.setHorizontalSpacing(12)
            self._grid.setVerticalSpacing(10)
            self._grid.setColumnStretch(1, 1)
            self._grid.setColumnMinimumWidth(0, 110)
            self.column.addLayout(self._grid)
        at = self._grid.rowCount()
        self._grid.addWidget(row.label, at, 0)
        self._grid.addWidget(row.body, at, 1)
        self.rows[name] = row
        return row

    def show_faults(self, faults: Mapping[str, str]) -> bool:
        """Say at the fields what is wrong, and go to the first of them; whether one of the faults is of this page."""
        for row in self.rows.values():
            row.show_faults(faults)
        for row in self.rows.values():
            for name, widget in row.fields.items():
                if name in faults and not row.body.isHidden():
                    widget.setFocus(Qt.FocusReason.OtherFocusReason)
                    return True
        return False

    def take_focus(self) -> None:
        """Put the focus where this step begins."""
        for row in self.rows.values():
            if not row.body.isHidden():
                next(iter(row.fields.values())).setFocus(Qt.FocusReason.OtherFocusReason)
                return


class SecretField(QLineEdit):
    """A secret being typed or pasted: no echo, no undo, no copy of it in an accessible name; `take` empties it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)  # its Undo would bring back what was cleared
        self.setMaxLength(20_000)
        self.setDragEnabled(False)

    def take(self) -> str:
        """The secret; the field is empty afterwards, and its history with it."""
        text = self.text().strip()
        self.empty()
        return text

    def empty(self) -> None:
        """Forget what was typed: setText drops the history of undo, clear() would keep it."""
        self.setText("")

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo):
            event.accept()
            return
        super().keyPressEvent(event)


class AnswerBox(QWidget):
    """What a test came to, a line each; empty it is hidden."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("answer")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(11, 9, 11, 9)
        self._lines.setSpacing(5)
        self.said: list[str] = []
        self.hide()

    def say(self, mood: str, lines: Sequence[tuple[str, str]]) -> None:
        """mood: of the box. lines: (mood of the line, text)."""
        while (item := self._lines.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self.said = [text for _, text in lines]
        for kind, text in lines:
            self._lines.addWidget(_line(kind, text))
        if self.property("mood") != mood:
            self.setProperty("mood", mood)
            self.style().unpolish(self)
            self.style().polish(self)
        self.setAccessibleName("\n".join(self.said))
        self.setVisible(bool(lines))

    def clear(self) -> None:
        self.say("", ())


def _line(kind: str, text: str) -> QWidget:
    line = QWidget()
    side = QHBoxLayout(line)
    side.setContentsMargins(0, 0, 0, 0)
    side.setSpacing(7)
    if mark := _MARKS.get(kind, ""):
        sign = PlainLabel(mark)
        sign.setProperty("answer", kind)
        sign.setFixedWidth(sign.fontMetrics().height() - 4)  # one width for every mark: the lines begin alike
        side.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
    label = PlainLabel(text, wraps=True, breaks=True)
    label.setProperty("answer", kind)
    side.addWidget(label, 1)
    return line
