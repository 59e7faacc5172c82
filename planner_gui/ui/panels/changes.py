"""Review: every change that has not left this computer, and how those that left fared; tick, send, drop, decide.

Nothing is sent from here: the panel says what the user wants, and shows what it is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QMenu,
    QPushButton,
    QToolButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from planner_gui.domain.changes import Change, State
from planner_gui.ui.models.change_words import Names
from planner_gui.ui.models.changes import ChangesModel
from planner_gui.ui.text import PlainLabel, menu_text
from planner_gui.ui.theme import Theme

LOOK, AGAIN, DROP, DECIDE, SHOW, EDIT, TAKE_BACK, RESTORE = (
    "look",
    "again",
    "drop",
    "decide",
    "show",
    "edit",
    "take back",
    "restore",
)
WORDS = {
    SHOW: "Show on the timeline",
    EDIT: "Edit\N{HORIZONTAL ELLIPSIS}",
    DECIDE: "Decide\N{HORIZONTAL ELLIPSIS}",
    LOOK: "Look again",
    AGAIN: "Send again",
    DROP: "Drop",
    TAKE_BACK: "Take back",
    RESTORE: "Restore what was there",
}
_DOTS = "\N{HORIZONTAL ELLIPSIS}"


def ways_on(change: Change) -> tuple[str, ...]:
    """What can be done with a change in its state, the most likely first (4.2 to 4.5)."""
    match change.state:
        case State.DRAFT | State.QUEUED:
            return (SHOW, EDIT, DROP)
        case State.UNKNOWN:
            again = (AGAIN,) if change.looks and change.looks[-1].found == 0 else ()  # only after an empty look (4.2)
            return (LOOK, *again, DROP, SHOW)
        case State.CONFLICT:
            return (DECIDE, DROP, SHOW)
        case State.REFUSED:
            return (EDIT, DROP)
        case State.DONE:
            return (SHOW, TAKE_BACK, *((RESTORE,) if change.overwritten else ()))
        case State.DROPPED | State.SENDING:
            return ()


class _Tree(QTreeView):
    """Signals: entered(QModelIndex) by Enter or a double click."""

    entered = Signal(QModelIndex)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setRootIsDecorated(False)
        self.setItemsExpandable(False)
        self.setIndentation(0)
        self.setUniformRowHeights(False)
        self.setWordWrap(True)
        self.setAllColumnsShowFocus(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setAccessibleName("Changes")
        self.doubleClicked.connect(self.entered)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid():
            self.entered.emit(index)
        elif event.key() == Qt.Key.Key_Space and index.isValid():
            first = index.siblingAtColumn(0)
            ticked = first.data(Qt.ItemDataRole.CheckStateRole)
            if ticked is not None:
                state = Qt.CheckState.Unchecked if ticked == Qt.CheckState.Checked else Qt.CheckState.Checked
                self.model().setData(first, state, Qt.ItemDataRole.CheckStateRole)
        else:
            super().keyPressEvent(event)


class ChangesPanel(QWidget):
    """Signals: send_pressed(list of change ids), wanted(str way on, list of change ids), closed()."""

    send_pressed = Signal(list)
    wanted = Signal(str, list)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("changes")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.title = PlainLabel("Review changes", role="strong")
        self.count = PlainLabel(role="muted")
        self.note = PlainLabel(role="muted")
        self.close_button = QToolButton()
        self.close_button.setText("\N{MULTIPLICATION SIGN}")
        self.close_button.setAutoRaise(True)
        self.close_button.setAccessibleName("Close the review")
        self.send = QPushButton()
        self.send.setProperty("primary", True)
        self.model = ChangesModel()
        self.tree = _Tree()
        self.tree.setModel(self.model)
        self.buttons = {way: QPushButton(menu_text(text)) for way, text in WORDS.items()}
        self._offline = False
        self._sending = False
        self._build()
        self._connect()
        self._follow()

    def _build(self) -> None:
        header = self.tree.header()
        for column, width in enumerate((280, 260, 230, 230, 260)):
            header.resizeSection(column, width)
        header.setStretchLastSection(True)
        header.setSectionResizeMode(5, QHeaderView.ResizeMode.Stretch)
        top, bottom = QHBoxLayout(), QHBoxLayout()
        top.setContentsMargins(14, 6, 8, 6)
        bottom.setContentsMargins(14, 6, 14, 8)
        for line in (top, bottom):
            line.setSpacing(10)
        for label in (self.title, self.count):
            top.addWidget(label)
        top.addStretch(1)
        top.addWidget(self.close_button)
        for button in self.buttons.values():
            bottom.addWidget(button)
        bottom.addWidget(self.note)
        bottom.addStretch(1)
        bottom.addWidget(self.send)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self.tree, 1)
        layout.addLayout(bottom)

    def _connect(self) -> None:
        self.close_button.clicked.connect(self.closed)
        self.send.clicked.connect(lambda: self.send_pressed.emit([change.id for change in self.model.chosen()]))
        self.model.ticked.connect(self._follow)
        self.tree.selectionModel().selectionChanged.connect(self._follow)
        self.tree.entered.connect(self._enter)
        self.tree.customContextMenuRequested.connect(self._menu)
        for way, button in self.buttons.items():
            button.clicked.connect(lambda _=False, each=way: self._want(each))

    # --- what it is told ----------------------------------------------------------------------------------------------

    def show_changes(self, changes: Sequence[Change], names: Names, read_at: str) -> None:
        """List these. read_at: when the plan they change was read, in words."""
        kept = {change.id for change in self.selected()}
        self.model.show_changes(changes, names)
        self.tree.expandAll()
        for at in range(self.model.rowCount()):
            self.tree.setFirstColumnSpanned(at, QModelIndex(), True)
        for change_id in kept:
            index = self.model.find(change_id)
            if index.isValid():
                self.tree.setCurrentIndex(index)
        services = len({change.key.connection for change in changes})
        words = f"{_many(len(changes), 'change')} \N{MIDDLE DOT} {_many(services, 'service')}" if changes else "none"
        self.count.say(f"{words} \N{MIDDLE DOT} based on data read {read_at}" if changes and read_at else words)
        self._follow()

    def show_effects(self, effects: Mapping[str, str]) -> None:
        """What each change does to load, by its id."""
        self.model.show_effects(effects)

    def show_sending(self, sending: bool) -> None:
        self._sending = sending
        self._follow()

    def show_offline(self, offline: bool) -> None:
        self._offline = offline
        self._follow()

    def set_theme(self, theme: Theme) -> None:
        self.model.set_theme(theme)

    def choose(self, change_id: str) -> None:
        """Put the focus on a change."""
        index = self.model.find(change_id)
        if index.isValid():
            self.tree.setCurrentIndex(index)
            self.tree.setFocus()

    def selected(self) -> list[Change]:
        """The changes of the chosen lines."""
        found = (self.model.change(index) for index in self.tree.selectionModel().selectedRows())
        return [change for change in found if change is not None]

    # --- what the user wants ------------------------------------------------------------------------------------------

    def _follow(self) -> None:
        """Buttons by what is ticked and chosen."""
        count = len(self.model.chosen())
        self.send.setText(menu_text(f"Send {_many(count, 'change')}" if count else "Send"))
        self.send.setEnabled(bool(count) and not self._offline and not self._sending)
        ways = self._ways()
        for way, button in self.buttons.items():
            button.setVisible(way in ways)
        if self._sending:
            note = f"Sending{_DOTS}"
        elif self._offline:
            note = "You are working offline: the changes stay here."
        else:
            note = "Nothing leaves this computer before you send it."
        self.note.say(note)

    def _ways(self) -> tuple[str, ...]:
        """What can be done with every chosen change."""
        chosen = self.selected()
        if not chosen:
            return ()
        common = set.intersection(*(set(ways_on(change)) for change in chosen))
        single = common if len(chosen) == 1 else common & {DROP, LOOK}
        return tuple(way for way in ways_on(chosen[0]) if way in single)

    def _want(self, way: str) -> None:
        ids = [change.id for change in self.selected()]
        if ids:
            self.wanted.emit(way, ids)

    def _enter(self, index: QModelIndex) -> None:
        change = self.model.change(index)
        ways = () if change is None else ways_on(change)
        if change is not None and ways:
            self.wanted.emit(ways[0], [change.id])

    def _menu(self, at: QPoint) -> None:
        ways = self._ways()
        if not ways:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for way in ways:
            menu.addAction(menu_text(WORDS[way])).triggered.connect(lambda _=False, each=way: self._want(each))
        menu.popup(self.tree.viewport().mapToGlobal(at))


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
