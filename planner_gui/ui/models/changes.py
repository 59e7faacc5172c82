"""Pending changes as a tree: a line a connection, below it a line a change with a tick. Words are `change_words`'."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QFont
from typing_extensions import override

from planner_gui.domain.changes import Change, State
from planner_gui.domain.edits import Do
from planner_gui.ui.models import change_words as words
from planner_gui.ui.text import tooltip, visible
from planner_gui.ui.theme import LIGHT, Theme

HEADINGS = ("Change", "Who", "Before", "After", "Effect", "State")
TICKABLE = frozenset({State.DRAFT, State.QUEUED, State.UNKNOWN})  # an unknown one is looked for again by being sent
CHANGE_ROLE = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class ChangesModel(QAbstractItemModel):
    """Signals: ticked() when a tick was set or taken away."""

    ticked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._groups: list[tuple[str, list[Change]]] = []
        self._names: words.Names = lambda _, key: key
        self._off: set[str] = set()  # ids of those not ticked
        self._effects: Mapping[str, str] = {}
        self._theme: Theme = LIGHT

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.layoutChanged.emit()

    def show_changes(self, changes: Sequence[Change], names: words.Names) -> None:
        """Replace what is shown, in the order they were saved; ticks stay."""
        grouped: dict[str, list[Change]] = {}
        for change in changes:
            grouped.setdefault(change.key.connection, []).append(change)
        self.beginResetModel()
        self._groups, self._names = list(grouped.items()), names
        self.endResetModel()

    def show_effects(self, effects: Mapping[str, str]) -> None:
        """What each change does to its people's load, by the change's id."""
        self._effects = effects
        for at, (_, changes) in enumerate(self._groups):
            parent = self.index(at, 0)
            self.dataChanged.emit(self.index(0, 4, parent), self.index(len(changes) - 1, 4, parent))

    def chosen(self) -> list[Change]:
        """Those that are ticked and can be sent."""
        return [change for change in self._all() if self._is_ticked(change)]

    def change(self, index: Index) -> Change | None:
        """The change of a line, None for a connection's."""
        if not index.isValid() or index.internalId() == 0:
            return None
        return self._groups[index.internalId() - 1][1][index.row()]

    def find(self, change_id: str) -> QModelIndex:
        """The line of a change; invalid where it is not shown."""
        for at, (_, changes) in enumerate(self._groups):
            for row, change in enumerate(changes):
                if change.id == change_id:
                    return self.index(row, 0, self.index(at, 0))
        return QModelIndex()

    def _all(self) -> list[Change]:
        return [change for _, changes in self._groups for change in changes]

    def _is_ticked(self, change: Change) -> bool:
        return change.state in TICKABLE and change.id not in self._off

    # --- Qt's questions -----------------------------------------------------------------------------------------------

    @override
    def index(self, row: int, column: int, parent: Index = _ROOT) -> QModelIndex:
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, 0 if not parent.isValid() else parent.row() + 1)

    @override
    def parent(self, index: Index = _ROOT) -> QModelIndex:  # type: ignore[override]  # Qt overloads it with QObject's
        if not index.isValid() or index.internalId() == 0:
            return QModelIndex()
        return self.createIndex(index.internalId() - 1, 0, 0)

    @override
    def rowCount(self, parent: Index = _ROOT) -> int:
        if not parent.isValid():
            return len(self._groups)
        return len(self._groups[parent.row()][1]) if parent.internalId() == 0 and parent.column() == 0 else 0

    @override
    def columnCount(self, parent: Index = _ROOT) -> int:
        return len(HEADINGS)

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return HEADINGS[section]
        return None

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled
        change = self.change(index)
        if change is not None:
            flags |= Qt.ItemFlag.ItemIsSelectable
            if index.column() == 0 and change.state in TICKABLE:
                flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        change = self.change(index)
        if change is None:
            return self._heading(index, role)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return visible(self._cells(change)[index.column()])
        if role == Qt.ItemDataRole.ToolTipRole:  # a narrow column cuts what it says
            return tooltip(self._cells(change)[index.column()])
        if role == Qt.ItemDataRole.CheckStateRole and index.column() == 0 and change.state in TICKABLE:
            return Qt.CheckState.Checked if self._is_ticked(change) else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._ink(change, index.column())
        if role == Qt.ItemDataRole.FontRole:
            return _font(change, index.column())
        return change if role == CHANGE_ROLE else None

    @override
    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        change = self.change(index)
        if change is None or role != Qt.ItemDataRole.CheckStateRole:
            return False
        if Qt.CheckState(value) is Qt.CheckState.Checked:
            self._off.discard(change.id)
        else:
            self._off.add(change.id)
        self.dataChanged.emit(index, index, [role])
        self.ticked.emit()
        return True

    def _ink(self, change: Change, column: int) -> QColor | None:
        """What asks for attention, or is no more, in colour; the words say it too."""
        theme = self._theme
        if column == 5:
            strong = {State.REFUSED: theme.red, State.UNKNOWN: theme.orange, State.CONFLICT: theme.orange}
            return QColor(strong.get(change.state, theme.muted))
        return QColor(theme.muted) if column in (1, 2) else None

    def _heading(self, index: Index, role: int) -> Any:
        if role == Qt.ItemDataRole.FontRole:
            return _bold()
        if role == Qt.ItemDataRole.BackgroundRole:
            return QColor(self._theme.side)
        if index.column() == 0 and role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            name, changes = self._groups[index.row()]
            return visible(f"{name}  {len(changes)}")
        return None

    def _cells(self, change: Change) -> tuple[str, ...]:
        before, after = words.sides(change, self._names)
        state = words.STATES[change.state]
        said = f"{state}: {change.message}" if change.message else state
        return (
            f"{words.DOES[change.do]}  {words.title(change)}",
            words.people(change, self._names),
            before,
            after,
            self._effects.get(change.id, ""),
            said,
        )


def _font(change: Change, column: int) -> QFont | None:
    if column == 2 and change.do is Do.UPDATE:
        struck = QFont()
        struck.setStrikeOut(True)
        return struck
    return _bold() if column == 0 else None


def _bold() -> QFont:
    font = QFont()
    font.setBold(True)
    return font
