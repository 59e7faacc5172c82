"""The connections of a workspace: how each is doing, what it reads, and what can be done about it.

It shows lines and says what was pressed; asking services, the keyring and the settings is `app`'s. Which Jira site is
the primary one, and what that means, is said here (seed 002's rules for additional Jira Clouds).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from planner_gui.ui.dialogs.connect.page import WAIT, AnswerBox
from planner_gui.ui.dialogs.connect.style import wizard_style
from planner_gui.ui.dialogs.fields import say_why
from planner_gui.ui.text import PlainLabel, tooltip, visible
from planner_gui.ui.theme import Theme

PRIMARY = (
    "This is the primary Jira site. In BigPicture, tasks that are added go to its Jira; additional Jira Clouds are "
    "connected to it."
)
SECONDARY = (
    "This is a secondary Jira site.",
    "In BigPicture it was connected with the API token of a technical user, a Jira administrator there. The token kept "
    "here is this connection's own.",
    "Tasks cannot be added to it from BigPicture: they go to the primary one. Task reports lack its Jira fields, and "
    "fields and dependencies stay unmapped until an administrator maps them.",
    "Statuses of two Jiras are never put under one heading.",
    "Its people are joined to those of other sites by e-mail address; who is left over waits under Match people.",
)


@dataclass(frozen=True, slots=True)
class Line:
    """One connection in words. state: fresh, stale, failed ..., with its time. error: of the last reading, "" if none.

    reads: what of the service is read. site: its Jira site, "" for the one without a name; role: primary, secondary or
    "" where there is one site. token: where it is. offline: why nothing can be asked now, "" where it can.
    """

    name: str
    service: str
    host: str
    state: str
    reads: str
    token: str
    error: str = ""
    site: str = ""
    role: str = ""
    paused: bool = False
    offline: str = ""


class ConnectionsDialog(QDialog):
    """Signals, each with the connection's name: test_wanted, edit_wanted, token_wanted, first_wanted, forget_wanted,
    pause_wanted(name, bool); and connect_wanted(), network_wanted().
    """

    connect_wanted = Signal()
    network_wanted = Signal()
    test_wanted = Signal(str)
    edit_wanted = Signal(str)
    token_wanted = Signal(str)
    first_wanted = Signal(str)
    forget_wanted = Signal(str)
    pause_wanted = Signal(str, bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Connections")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setStyleSheet(wizard_style(theme))
        self.lines: tuple[Line, ...] = ()
        self._answers: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {}
        self.list = QListWidget()
        self.list.setAccessibleName("Connections")
        self.list.setFixedWidth(262)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setWordWrap(True)
        self.name, self.badge = PlainLabel(role="dialog"), PlainLabel(role="badge")
        self.facts: dict[str, PlainLabel] = {}
        self.error = PlainLabel(role="fault", wraps=True, breaks=True)
        self.answer = AnswerBox()
        self.note = QWidget()
        self.meaning: list[PlainLabel] = []
        self.test, self.edit = _button("&Test"), _button("&Edit\N{HORIZONTAL ELLIPSIS}")
        self.token = _button("Enter to&ken\N{HORIZONTAL ELLIPSIS}")
        self.pause, self.first = _button("&Pause"), _button("&Make primary")
        self.forget = _button("&Forget\N{HORIZONTAL ELLIPSIS}", "danger")
        self.connect_button = _button("Connect a ser&vice\N{HORIZONTAL ELLIPSIS}")
        self.network = _button("&Network\N{HORIZONTAL ELLIPSIS}")
        self.close_button = _button("&Close")
        self._build()
        self._connect()

    def _build(self) -> None:
        self.resize(900, 610)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        head, line = _bar("head")
        line.addWidget(PlainLabel("Connections", role="dialog"))
        self.count = PlainLabel(role="muted")
        line.addWidget(self.count)
        line.addStretch(1)
        outer.addWidget(head)
        middle = QHBoxLayout()
        middle.setContentsMargins(18, 16, 18, 14)
        middle.setSpacing(18)
        middle.addWidget(self.list)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(self._details())
        middle.addWidget(area, 1)
        outer.addLayout(middle, 1)
        foot, line = _bar("foot")
        line.addWidget(self.connect_button)
        line.addWidget(self.network)
        line.addStretch(1)
        line.addWidget(self.close_button)
        outer.addWidget(foot)

    def _details(self) -> QWidget:
        self.details = QWidget()
        self.details.setObjectName("form")
        column = QVBoxLayout(self.details)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(10)
        title = QHBoxLayout()
        title.addWidget(self.name)
        title.addWidget(self.badge)
        title.addStretch(1)
        column.addLayout(title)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for row, name in enumerate(("Service", "Address", "State", "Reads", "Jira site", "Token")):
            label, self.facts[name] = PlainLabel(name, role="label"), PlainLabel(wraps=True, breaks=True)
            grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(self.facts[name], row, 1)
        column.addLayout(grid)
        column.addWidget(self.error)
        for buttons in ((self.test, self.edit, self.token), (self.pause, self.first, self.forget)):
            side = QHBoxLayout()
            side.setSpacing(8)
            for button in buttons:
                side.addWidget(button)
            side.addStretch(1)
            column.addLayout(side)
        column.addWidget(self.answer)
        self.note.setObjectName("note")
        self.note.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        inside = QVBoxLayout(self.note)
        inside.setContentsMargins(11, 9, 11, 9)
        inside.setSpacing(5)
        self.meaning = [PlainLabel(wraps=True) for _ in SECONDARY]
        for label in self.meaning:
            inside.addWidget(label)
        column.addWidget(self.note)
        column.addStretch(1)
        return self.details

    def _connect(self) -> None:
        self.list.currentRowChanged.connect(lambda _: self._show_line())
        self.connect_button.clicked.connect(self.connect_wanted)
        self.network.clicked.connect(self.network_wanted)
        self.close_button.clicked.connect(self.reject)
        for button, signal in (
            (self.test, self.test_wanted),
            (self.edit, self.edit_wanted),
            (self.token, self.token_wanted),
            (self.first, self.first_wanted),
            (self.forget, self.forget_wanted),
        ):
            button.clicked.connect(lambda _=False, wanted=signal: self._ask(wanted))
        self.pause.clicked.connect(self._toggle_pause)

    # --- what it is told ----------------------------------------------------------------------------------------------

    @property
    def line(self) -> Line | None:
        """The chosen connection."""
        at = self.list.currentRow()
        return self.lines[at] if 0 <= at < len(self.lines) else None

    def show_lines(self, lines: Sequence[Line]) -> None:
        """The connections as they are now; the chosen one stays chosen."""
        before = self.line.name if self.line is not None else ""
        self.lines = tuple(lines)
        self.list.blockSignals(True)
        self.list.clear()
        for line in lines:
            state = "paused" if line.paused else line.state.partition(",")[0]
            below = " \N{MIDDLE DOT} ".join(filter(None, (line.service.partition(",")[0], state, line.role)))
            self.list.addItem(QListWidgetItem(visible(f"{line.name}\n{below}")))
        self.list.blockSignals(False)
        names = [line.name for line in lines]
        self.list.setCurrentRow(names.index(before) if before in names else 0 if names else -1)
        self.count.say(f"{len(lines)}" if lines else "none yet")
        self._show_line()

    def choose(self, name: str) -> None:
        """Show a connection."""
        self.list.setCurrentRow(next((at for at, line in enumerate(self.lines) if line.name == name), 0))

    def show_waiting(self, name: str) -> None:
        """A test of a connection runs."""
        self.show_answer(name, WAIT, [(WAIT, f"Asking {name}\N{HORIZONTAL ELLIPSIS}")])

    def show_answer(self, name: str, mood: str, lines: Sequence[tuple[str, str]]) -> None:
        """What a test came to; it stays with the connection until the next one."""
        self._answers[name] = (mood, tuple(lines))
        self._show_line()

    # --- inside -------------------------------------------------------------------------------------------------------

    def _ask(self, signal: object) -> None:
        if self.line is not None:
            signal.emit(self.line.name)  # type: ignore[attr-defined]

    def _toggle_pause(self) -> None:
        if self.line is not None:
            self.pause_wanted.emit(self.line.name, not self.line.paused)

    def _show_line(self) -> None:
        line = self.line
        self.details.setVisible(line is not None)
        if line is None:
            return
        self.name.say(line.name)
        self.badge.say(line.role)
        self.badge.setVisible(bool(line.role))
        state = f"paused; {line.state}" if line.paused else line.state
        site = line.site or ("the one without a name" if line.role else "one site only")
        words = (line.service, line.host, state, line.reads, site, line.token)
        for label, text in zip(self.facts.values(), words, strict=True):
            label.say(text)
        self.error.say(line.error)
        self.error.setVisible(bool(line.error))
        self.pause.setText("Res&ume" if line.paused else "&Pause")
        self.pause.setToolTip(
            tooltip("Read it again" if line.paused else "Neither read nor write it until it is resumed")
        )
        self.first.setVisible(line.role == "secondary")
        say_why(self.test, line.offline)
        self.answer.say(*self._answers.get(line.name, ("", ())))
        meaning = SECONDARY if line.role == "secondary" else (PRIMARY,) if line.role else ()
        for number, label in enumerate(self.meaning):
            label.say(meaning[number] if number < len(meaning) else "")
            label.setVisible(number < len(meaning))
        self.note.setVisible(bool(meaning))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in the list edits; Delete asks whether to forget."""
        if self.list.hasFocus() and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._ask(self.edit_wanted)
        elif self.list.hasFocus() and event.key() == Qt.Key.Key_Delete:
            self._ask(self.forget_wanted)
        else:
            super().keyPressEvent(event)


def _button(text: str, name: str = "") -> QPushButton:
    made = QPushButton(text)
    made.setAutoDefault(False)
    if name:
        made.setObjectName(name)
    return made


def _bar(name: str) -> tuple[QWidget, QHBoxLayout]:
    bar = QWidget()
    bar.setObjectName(name)
    line = QHBoxLayout(bar)
    line.setContentsMargins(18, 12, 18, 12)
    line.setSpacing(8)
    return bar, line
