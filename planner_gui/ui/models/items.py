"""The visible bars as a table: a row each item of the people shown that touches the visible dates."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from typing_extensions import override

from planner_gui.domain.capacity import rows_of
from planner_gui.domain.entities import CountsAs
from planner_gui.domain.plan import Plan
from planner_gui.domain.wording import NOUNS, source_words
from planner_gui.ui.text import visible
from planner_gui.ui.timeline.cards import amount, dates
from planner_gui.ui.timeline.facts import name_of

HEADINGS = ("Person", "Kind", "Title", "Project", "Dates", "Amount", "Counts", "Source")
_COUNTS = {
    CountsAs.LOAD: "as load",
    CountsAs.ABSENCE: "as absence",
    CountsAs.SHOW: "shown only",
    CountsAs.IGNORE: "not counted",
    CountsAs.DUPLICATE: "counted once elsewhere",
}
Index = QModelIndex | QPersistentModelIndex


class ItemsModel(QAbstractTableModel):
    """Items by person, then start; words are made when a view asks."""

    def __init__(self) -> None:
        super().__init__()
        self._plan: Plan | None = None
        self._rows: NDArray[np.int64] = np.zeros(0, np.int64)

    def show(self, plan: Plan, people: NDArray[np.int32], first: int, last: int) -> None:
        """The items of these people, in their order, that touch the days first..last; len(plan.people) is nobody."""
        self.beginResetModel()
        self._plan = plan
        self._rows, _ = rows_of(plan, people, first, last)
        self.endResetModel()

    def row_of(self, index: Index) -> int:
        """The plan's row of a line."""
        return int(self._rows[index.row()])

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  (Qt's signature)
        return 0 if parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(HEADINGS)

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return HEADINGS[section]
        return None

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        plan = self._plan
        if not index.isValid() or plan is None:
            return None
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        row = self.row_of(index)
        match index.column():
            case 0:
                person = int(plan.columns["person"][row])
                return visible(plan.people[person].name) if person < len(plan.people) else "Unassigned"
            case 1:
                return NOUNS[plan.kind(row)].title()
            case 2:
                return visible(name_of(plan, row))
            case 3:
                project = int(plan.columns["project"][row])
                return visible(plan.projects[project]) if project > 0 else ""
            case 4:
                return dates(plan, row)
            case 5:
                return amount(plan, row)
            case 6:
                return _COUNTS[CountsAs(int(plan.columns["counts_as"][row]))]
            case _:
                return visible(source_words(plan, row))
