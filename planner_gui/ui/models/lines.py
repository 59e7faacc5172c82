"""Rows of a table that are found by words: ten thousand of them open and filter between two keystrokes.

A row is any value; its cells are made when they are painted, its words are folded once. Nothing here knows what the
rows mean.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor
from typing_extensions import override

from planner_gui.domain.matching import folded
from planner_gui.ui.text import tooltip, visible

Row = TypeVar("Row")
Index = QModelIndex | QPersistentModelIndex
Cell = Callable[[Any, int], str]


def line_of(*words: str) -> str:
    """Words as they are looked for: case, accents and spacing folded."""
    text = " ".join(words)
    return text.lower() if text.isascii() else folded(text)


class LinesModel(QAbstractTableModel, Generic[Row]):
    """Rows of any kind. cell: the text of a row's column; lines: the folded words of each row, None: its cells."""

    def __init__(self) -> None:
        super().__init__()
        self._headings: Sequence[str] = ()
        self._rows: Sequence[Row] = ()
        self._lines: Sequence[str] | None = None
        self._cell: Cell = lambda _row, _column: ""
        self._shown: list[int] = []
        self._text = ""
        self._colour: Callable[[Any, int], str] | None = None

    def show_rows(
        self,
        headings: Sequence[str],
        rows: Sequence[Row],
        cell: Cell,
        lines: Sequence[str] | None = None,
        colour: Callable[[Any, int], str] | None = None,
    ) -> None:
        """Replace everything; what is looked for stays. colour: of a cell's text, "" for the usual one."""
        self.beginResetModel()
        self._headings, self._rows, self._cell, self._lines, self._colour = headings, rows, cell, lines, colour
        self._shown = self._found()
        self.endResetModel()

    def look_for(self, text: str) -> None:
        """Show only rows with all of these words in them."""
        self.beginResetModel()
        self._text = line_of(text)
        self._shown = self._found()
        self.endResetModel()

    @property
    def total(self) -> int:
        """How many rows there are, shown or not."""
        return len(self._rows)

    def row(self, at: int) -> Row:
        """What stands at a place of the table."""
        return self._rows[self._shown[at]]

    def place(self, is_wanted: Callable[[Row], bool]) -> int:
        """Where the first such row is shown, -1 where it is not."""
        return next((at for at, number in enumerate(self._shown) if is_wanted(self._rows[number])), -1)

    def _found(self) -> list[int]:
        words = self._text.split()
        if not words:
            return list(range(len(self._rows)))
        if self._lines is None:
            columns = range(len(self._headings))
            self._lines = [line_of(*(self._cell(row, column) for column in columns)) for row in self._rows]
        found = [at for at, line in enumerate(self._lines) if words[0] in line]
        for word in words[1:]:
            found = [at for at in found if word in self._lines[at]]
        return found

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  (Qt's signature)
        return 0 if parent.isValid() else len(self._shown)

    @override
    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._headings)

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._headings[section]
        return None

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return visible(self._cell(self.row(index.row()), index.column())).replace("\n", " ")
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(self._cell(self.row(index.row()), index.column()))
        if role == Qt.ItemDataRole.ForegroundRole and self._colour is not None:
            name = self._colour(self.row(index.row()), index.column())
            return QColor(name) if name else None
        return None
