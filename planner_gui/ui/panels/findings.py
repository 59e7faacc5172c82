"""The list of findings below the timeline: filter by kind, jump with Enter or a double click.

The findings come from the application, which looks for them beside the window; here they are only shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSignalBlocker, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from planner_gui.domain.item_checks import Finding
from planner_gui.domain.plan import Plan
from planner_gui.ui.choice import Choice
from planner_gui.ui.models.findings import SORT_ROLE, FindingsModel, mending_of, words_of
from planner_gui.ui.text import PlainLabel, menu_text


class Table(QTableView):
    """A table whose rows are activated by Enter, too. Signals: entered_row(QModelIndex), held_row() by Alt+Enter."""

    entered_row = Signal(QModelIndex)
    held_row = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 9)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.doubleClicked.connect(self.entered_row)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            if event.modifiers() & Qt.KeyboardModifier.AltModifier:
                self.held_row.emit()
            else:
                self.entered_row.emit(self.currentIndex())
            return
        super().keyPressEvent(event)


class _Proxy(QSortFilterProxyModel):
    """Only one check, and only lines with a text in them."""

    def __init__(self) -> None:
        super().__init__()
        self.check, self.text = "", ""
        self.setSortRole(SORT_ROLE)

    def only(self, check: str, text: str) -> None:
        self.check, self.text = check, text.casefold()
        self.invalidate()

    @override
    def filterAcceptsRow(self, source_row: int, source_parent: QModelIndex | QPersistentModelIndex) -> bool:
        model = self.sourceModel()
        assert isinstance(model, FindingsModel)
        if self.check and model.finding(source_row).check != self.check:
            return False
        cells = (str(model.index(source_row, column).data()) for column in range(1, 4))
        return not self.text or any(self.text in cell.casefold() for cell in cells)


class FindingsPanel(QWidget):
    """Signals: chosen(Finding) to go there; mend_wanted(Mending, Finding, Plan) to put it right; closed()."""

    chosen = Signal(object)
    mend_wanted = Signal(object, object, object)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("findings")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.title = PlainLabel("Findings", role="strong")
        self.count = PlainLabel(role="muted")
        self.check = Choice()
        self.check.setMinimumContentsLength(26)
        self.check.setAccessibleName("Kind of finding")
        self.text = QLineEdit()
        self.text.setPlaceholderText("Filter findings")
        self.text.setAccessibleName("Filter findings")
        self.text.setClearButtonEnabled(True)
        self.mend = QPushButton()
        self.mend.setToolTip("Put the chosen finding right (Alt+Enter)")
        self.mend.hide()
        self.close_button = QToolButton()
        self.close_button.setText("\N{MULTIPLICATION SIGN}")
        self.close_button.setAutoRaise(True)
        self.close_button.setAccessibleName("Close the findings")
        self.model = FindingsModel()
        self.shown = _Proxy()
        self.shown.setSourceModel(self.model)
        self.table = Table()
        self.table.setAccessibleName("Findings")
        self.table.setModel(self.shown)
        self._build()
        self._connect()
        self.show_working()

    def _build(self) -> None:
        self.table.setSortingEnabled(True)
        self.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        header = self.table.horizontalHeader()
        for column, width in enumerate((170, 170, 230, 400)):
            header.resizeSection(column, width)
        header.setStretchLastSection(True)
        header.setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        top = QHBoxLayout()
        top.setContentsMargins(14, 6, 8, 6)
        top.setSpacing(10)
        for widget in (self.title, self.count):
            top.addWidget(widget)
        top.addStretch(1)
        for field in (self.mend, self.check, self.text, self.close_button):
            top.addWidget(field)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self.table)

    def _connect(self) -> None:
        self.check.currentIndexChanged.connect(self._filter)
        self.text.textChanged.connect(self._filter)
        self.close_button.clicked.connect(self.closed)
        self.table.entered_row.connect(self._choose)
        self.table.held_row.connect(self._mend)
        self.mend.clicked.connect(self._mend)
        self.table.selectionModel().selectionChanged.connect(self._show_mending)
        self.shown.modelReset.connect(self._show_mending)
        self.shown.layoutChanged.connect(self._show_mending)
        self.shown.rowsRemoved.connect(self._show_mending)

    def show_working(self) -> None:
        """They are being looked for."""
        self.count.say("looking\N{HORIZONTAL ELLIPSIS}")

    def show_findings(self, plan: Plan, found: Sequence[Finding]) -> None:
        """List these, with a choice of the checks that found something."""
        chosen = self.check.currentData()
        self.model.show_findings(plan, found)
        counts = Counter(finding.check for finding in found)
        with QSignalBlocker(self.check):
            self.check.clear()
            self.check.addItem(f"All ({len(found)})", "")
            for check, count in counts.most_common():
                self.check.addItem(f"{words_of(check)} ({count})", check)
            self.check.setCurrentIndex(max(0, self.check.findData(chosen)))
        self._filter()

    def _filter(self) -> None:
        self.shown.only(self.check.currentData() or "", self.text.text())
        shown, every = self.shown.rowCount(), self.model.rowCount()
        self.count.say(f"{shown} of {every}" if shown != every else f"{every}" if every else "nothing to look at")

    def _chosen(self) -> Finding | None:
        rows = self.table.selectionModel().selectedRows()
        return self.model.finding(self.shown.mapToSource(rows[0]).row()) if rows else None

    def _show_mending(self, *_: object) -> None:
        """The button says how the chosen finding can be put right, and is away where it cannot."""
        finding = self._chosen()
        way = mending_of(finding) if finding is not None else None
        self.mend.setText(menu_text(way or ""))
        self.mend.setVisible(way is not None)

    def _mend(self) -> None:
        finding = self._chosen()
        way = mending_of(finding) if finding is not None else None
        if way is not None:
            self.mend_wanted.emit(way, finding, self.model.plan)

    def _choose(self, index: QModelIndex) -> None:
        self.chosen.emit(self.model.finding(self.shown.mapToSource(index).row()))
