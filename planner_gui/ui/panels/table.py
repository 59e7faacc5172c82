"""View > As table: the facts of the timeline, in the same order and for the same dates, as two tables.

For those who cannot or would rather not read a painted surface; a line leads back to the timeline's place.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QHeaderView, QTabWidget, QVBoxLayout, QWidget

from planner_gui.domain.plan import Plan
from planner_gui.ui.models.capacity import FIXED, CapacityModel
from planner_gui.ui.models.items import ItemsModel
from planner_gui.ui.panels.findings import Table


class TablePage(QWidget):
    """Capacity and items of who and what is visible. Signals: cell_chosen(person, first, last), item_chosen(row)."""

    cell_chosen = Signal(int, int, int)
    item_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("table")
        self.capacity, self.items = CapacityModel(), ItemsModel()
        self.capacity_table, self.items_table = Table(), Table()
        self.capacity_table.setSelectionBehavior(Table.SelectionBehavior.SelectItems)
        self.capacity_table.setModel(self.capacity)
        self.items_table.setModel(self.items)
        self.capacity_table.setAccessibleName("Capacity and load of the visible dates")
        self.items_table.setAccessibleName("Items of the visible dates")
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.capacity_table, "Capacity")
        self.tabs.addTab(self.items_table, "Items")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.tabs)
        self.capacity_table.selectionModel().currentChanged.connect(self._cell)
        self.items_table.selectionModel().currentChanged.connect(self._item)

    def show_view(
        self, plan: Plan, people: NDArray[np.int32], cells: list[tuple[int, int]], *, nobody: bool = False
    ) -> None:
        """The people shown, and the visible cells, of which a plan is known. nobody: the items of nobody, too."""
        self.capacity.show(plan, people, cells)
        whose = np.append(people, np.int32(len(plan.people))) if nobody else people
        self.items.show(plan, whose, cells[0][0], cells[-1][1])
        for header, widths in (
            (self.capacity_table.horizontalHeader(), (170, 150, 120, 90)),
            (self.items_table.horizontalHeader(), (170, 90, 200, 130, 240, 160, 120, 220)),
        ):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
            header.setDefaultSectionSize(210)
            for section, width in enumerate(widths):
                header.resizeSection(section, width)
        self.items_table.horizontalHeader().setStretchLastSection(True)
        assert self.capacity.columnCount() == len(FIXED) + len(cells)

    def _cell(self, index: QModelIndex, _before: QModelIndex) -> None:
        if index.isValid():
            self.cell_chosen.emit(*self.capacity.place(index))

    def _item(self, index: QModelIndex, _before: QModelIndex) -> None:
        if index.isValid():
            self.item_chosen.emit(self.items.row_of(index))
