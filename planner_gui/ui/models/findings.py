"""Findings as rows of a table: what, who, when, in words. The findings themselves are `domain.checks`'."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from typing_extensions import override

from planner_gui.domain.checks import CHECKS
from planner_gui.domain.entities import Span
from planner_gui.domain.item_checks import Finding
from planner_gui.domain.plan import Plan
from planner_gui.ui import formats
from planner_gui.ui.text import visible

HEADINGS = ("Finding", "Who", "When", "What")
SORT_ROLE = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


def words_of(check: str) -> str:
    """over-allocated -> Over-allocated: a check's id as a label."""
    return check[:1].upper() + check[1:].replace("-", " ") if check != "over-allocated" else "Over-allocated"


class Mending(StrEnum):
    """The ways to put a finding right, as a button says them."""

    PEOPLE = "Match people\N{HORIZONTAL ELLIPSIS}"
    WORKING_TIME = "Working time\N{HORIZONTAL ELLIPSIS}"
    CONNECTIONS = "Connections\N{HORIZONTAL ELLIPSIS}"
    EDIT = "Edit\N{HORIZONTAL ELLIPSIS}"


_WAYS = {
    "unmatched-account": Mending.PEOPLE,
    "no-schedule": Mending.WORKING_TIME,
    "not-readable": Mending.CONNECTIONS,
}


def mending_of(finding: Finding) -> Mending | None:
    """How a finding can be put right; None where looking at it is all there is."""
    if finding.check in _WAYS:
        return _WAYS[finding.check]
    return None if finding.row is None else Mending.EDIT


class FindingsModel(QAbstractTableModel):
    """A row each finding; SORT_ROLE sorts by the order of checks, by name, by date."""

    def __init__(self) -> None:
        super().__init__()
        self._plan: Plan | None = None
        self._found: Sequence[Finding] = ()
        self._order = {check: at for at, check in enumerate(CHECKS)}

    def show_findings(self, plan: Plan, found: Sequence[Finding]) -> None:
        """Replace what is shown."""
        self.beginResetModel()
        self._plan, self._found = plan, found
        self.endResetModel()

    @property
    def plan(self) -> Plan | None:
        """What the findings are of."""
        return self._plan

    def finding(self, row: int) -> Finding:
        return self._found[row]

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  (Qt's signature)
        return 0 if parent.isValid() else len(self._found)

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
        if not index.isValid():
            return None
        finding = self._found[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return visible(self._cells(finding)[index.column()])
        if role == SORT_ROLE:
            return self._sortable(finding)[index.column()]
        return None

    def _cells(self, finding: Finding) -> tuple[str, str, str, str]:
        when = ""
        if finding.start is not None and finding.end is not None:
            when = formats.days(Span(finding.start, max(finding.start, finding.end)))
        return words_of(finding.check), self._who(finding), when, finding.text

    def _who(self, finding: Finding) -> str:
        return "" if finding.person is None or self._plan is None else self._plan.people[finding.person].name

    def _sortable(self, finding: Finding) -> tuple[int, str, str, str]:
        start = finding.start or date.min
        return self._order.get(finding.check, 99), self._who(finding).casefold(), start.isoformat(), finding.text
