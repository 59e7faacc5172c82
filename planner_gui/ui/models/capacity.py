"""The timeline's cells as a table: a row each person shown, a column each visible day or week, the same numbers.

Cells are worked out when a view asks for them, a block of people at a time, by the same Numbers as the strips.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from typing_extensions import override

from planner_gui.domain.entities import Span
from planner_gui.domain.judging import Level
from planner_gui.domain.plan import Plan
from planner_gui.domain.snapshot import day_date
from planner_gui.ui import formats
from planner_gui.ui.text import visible
from planner_gui.ui.timeline.numbers import Cells, Numbers

FIXED = ("Person", "Role", "Teams", "Utilisation")
LEVEL_WORDS = {
    Level.UNKNOWN: "not known",
    Level.OFF: "no working time",
    Level.FREE: "free",
    Level.LIGHT: "light",
    Level.BUSY: "busy",
    Level.FULL: "full",
    Level.OVER: "over",
    Level.FAR_OVER: "far over",
    Level.AWAY: "away",
}
_AROUND = 40
Index = QModelIndex | QPersistentModelIndex


class CapacityModel(QAbstractTableModel):
    """People x visible cells: "8 h 00 of 8 h 00, 100%, full"."""

    def __init__(self) -> None:
        super().__init__()
        self._plan: Plan | None = None
        self._numbers: Numbers | None = None
        self._people = np.zeros(0, np.int32)
        self._cells: list[tuple[int, int]] = []
        self._lines: dict[int, Cells] = {}

    def show(self, plan: Plan, people: np.ndarray[Any, np.dtype[np.int32]], cells: list[tuple[int, int]]) -> None:
        """These people, in this order, over these cells (first day, last day)."""
        self.beginResetModel()
        if plan is not self._plan:
            self._plan, self._numbers = plan, Numbers(plan)
        self._people, self._cells, self._lines = people, cells, {}
        self.endResetModel()

    def place(self, index: Index) -> tuple[int, int, int]:
        """Person, first and last day number of a table cell; a fixed column means all visible days."""
        person = int(self._people[index.row()])
        if index.column() < len(FIXED):
            return person, self._cells[0][0], self._cells[-1][1]
        return person, *self._cells[index.column() - len(FIXED)]

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  (Qt's signature)
        return 0 if parent.isValid() else len(self._people)

    @override
    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(FIXED) + len(self._cells)

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        if section < len(FIXED):
            return FIXED[section]
        first, last = self._cells[section - len(FIXED)]
        return (
            formats.days(Span(day_date(first), day_date(last)))
            if first == last
            else formats.span(Span(day_date(first), day_date(last)))
        )

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or self._plan is None:
            return None
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        person = self._plan.people[int(self._people[index.row()])]
        column = index.column()
        if column < 3:
            return visible((person.name, person.title, ", ".join(person.teams))[column])
        line = self._line(index.row())
        if column == 3:
            return formats.percent(int(line.load.sum()), int(line.capacity.sum())) or "\N{EN DASH}"
        return cell_words(line, column - len(FIXED))

    def _line(self, row: int) -> Cells:
        if row not in self._lines:
            assert self._numbers is not None
            around = self._people[max(0, row - _AROUND) : row + _AROUND]
            self._numbers.prepare(self._people[row : row + 1], self._cells[0][0], self._cells[-1][1], around)
            self._lines[row] = self._numbers.of_person(int(self._people[row]), self._cells)
        return self._lines[row]


def cell_words(line: Cells, at: int) -> str:
    """One cell in words: load of capacity, percentage, level, and a day inside that is over."""
    capacity, load = int(line.capacity[at]), int(line.load[at])
    how = Level(int(line.level[at]))
    if how in (Level.UNKNOWN, Level.OFF, Level.AWAY):
        return LEVEL_WORDS[how]
    share = formats.percent(load, capacity)
    inside = "a day inside is over" if line.over[at] and load <= capacity else ""
    parts = [f"{formats.hours(load)} of {formats.hours(capacity)}", share, LEVEL_WORDS[how], inside]
    return ", ".join(part for part in parts if part)
