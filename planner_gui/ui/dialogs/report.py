"""The report: what went wrong inside the program, whether one's changes are kept, and what to do now (L3, U6).

Not modal: whatever else is open stays as it is and usable. It is told its words; nothing is looked up or sent here.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from planner_gui.ui.dialogs.style import dialog_style
from planner_gui.ui.text import PlainLabel, visible
from planner_gui.ui.theme import Theme

DETAILS_HEIGHT = 190


class ReportDialog(QDialog):
    """Signals: copy_wanted(), folder_wanted(), restart_wanted()."""

    copy_wanted = Signal()
    folder_wanted = Signal()
    restart_wanted = Signal()

    def __init__(self, title: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = title
        self.setModal(False)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)  # whoever is typing goes on typing
        self.setWindowTitle("planner-gui: report")
        self.setStyleSheet(dialog_style(theme))
        self.what = PlainLabel(wraps=True)
        self.kept = PlainLabel(wraps=True)
        self.said = PlainLabel(role="hint")
        self.details = QPlainTextEdit()
        self.show_details = QPushButton("&Details")
        self.copy, self.folder = QPushButton("&Copy details"), QPushButton("Open &log folder")
        self.restart, self.go_on = QPushButton("&Restart"), QPushButton("&Go on")
        self._build(title)
        self._connect()

    def _build(self, title: str) -> None:
        self.setMinimumWidth(600)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        head, line = _bar("head")
        line.addWidget(PlainLabel(title, role="dialog"))
        line.addStretch(1)
        outer.addWidget(head)
        body = QWidget()
        body.setObjectName("body")
        column = QVBoxLayout(body)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(12)
        column.addWidget(self.what)
        column.addWidget(self._box())
        self.details.setReadOnly(True)
        self.details.setAccessibleName("Details")
        self.details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.details.setTabChangesFocus(True)
        self.details.setFixedHeight(DETAILS_HEIGHT)
        self.details.hide()
        row = QHBoxLayout()
        row.setSpacing(8)
        self.show_details.setCheckable(True)
        for button in (self.show_details, self.copy, self.folder):
            row.addWidget(button)
        row.addWidget(self.said)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self.details)
        outer.addWidget(body, 1)
        outer.addWidget(self._foot())

    def _box(self) -> QWidget:
        """What became of one's changes: what is looked for first."""
        box = QWidget()
        box.setObjectName("warnings")
        box.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        line = QVBoxLayout(box)
        line.setContentsMargins(11, 8, 11, 8)
        line.setSpacing(3)
        line.addWidget(PlainLabel("Your changes", role="label"))
        line.addWidget(self.kept)
        return box

    def _foot(self) -> QWidget:
        foot, line = _bar("foot")
        line.addStretch(1)
        line.addWidget(self.restart)
        line.addWidget(self.go_on)
        self.go_on.setObjectName("primary")
        for button in (self.show_details, self.copy, self.folder, self.restart):
            button.setAutoDefault(False)
        self.go_on.setDefault(True)
        self.go_on.setFocus()
        return foot

    def _connect(self) -> None:
        self.show_details.toggled.connect(self._unfold)
        self.copy.clicked.connect(self.copy_wanted)
        self.folder.clicked.connect(self.folder_wanted)
        self.restart.clicked.connect(self.restart_wanted)
        self.go_on.clicked.connect(self.reject)

    def tell(self, what: str, kept: str, details: Sequence[str]) -> None:
        """Say it, or say it anew: another fault came while this was open."""
        self.what.say(what)
        self.kept.say(kept)
        self.details.setPlainText("\n".join(visible(line) for line in details))
        self.said.say("")

    def say(self, text: str) -> None:
        """What a button came to."""
        self.said.say(text)

    def show_theme(self, theme: Theme) -> None:
        self.setStyleSheet(dialog_style(theme))

    def _unfold(self, shown: bool) -> None:
        self.details.setVisible(shown)
        self.adjustSize()


def _bar(name: str) -> tuple[QWidget, QHBoxLayout]:
    bar = QWidget()
    bar.setObjectName(name)
    line = QHBoxLayout(bar)
    line.setContentsMargins(18, 12, 18, 12)
    line.setSpacing(8)
    return bar, line
