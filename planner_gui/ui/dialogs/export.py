"""Where the visible plan is written to, and as what. It asks; writing is others' business."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

JSON, CSV = "Plan as JSON (*.json)", "Items as CSV (*.csv)"


class ExportDialog(QFileDialog):
    """Signals: fileSelected(path), with the suffix of the kind of file that was chosen where none was typed."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Export the visible plan")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        self.setNameFilters([JSON, CSV])
        self.setDefaultSuffix("json")
        self.filterSelected.connect(self._follow)

    def _follow(self, chosen: str) -> None:
        self.setDefaultSuffix("csv" if chosen == CSV else "json")
