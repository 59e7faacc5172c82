"""What a file would bring, before it is taken: the good rows, and the bad ones with their lines, which stay out."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from planner_gui.domain.imports import Imported
from planner_gui.ui import formats
from planner_gui.ui.dialogs.settings_frame import LinesTable, SettingsFrame, button
from planner_gui.ui.models.lines import LinesModel
from planner_gui.ui.models.schedules import share_words, weeks_words
from planner_gui.ui.text import PlainLabel
from planner_gui.ui.theme import Theme

HEADINGS = ("Line", "What", "When", "How")


class Line(NamedTuple):
    """A row of the file, good or bad."""

    number: int
    cells: tuple[str, str, str, str]
    bad: bool = False


class ImportPreview(SettingsFrame):
    """Signals: taken() when the good rows are to be kept."""

    taken = Signal()

    def __init__(self, name: str, found: Imported, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("Import", name, theme, parent)
        good, bad = len(found.schedules) + len(found.holidays), len(found.bad)
        self.close_button.setText("&Cancel")
        self.load = button(f"&Load {good} row{'' if good == 1 else 's'}", name="primary")
        self.load.setEnabled(bool(good))
        self.load.setDefault(True)
        self.said = PlainLabel(_words(good, bad), wraps=True, role="strong" if not bad else "warning")
        self.model: LinesModel[Line] = LinesModel()
        self.table = LinesTable("Rows of the file")
        self.table.setModel(self.model)
        self.model.show_rows(HEADINGS, _lines(found), lambda line, column: line.cells[column], colour=self._colour)
        self.table.share(70, 220, 170, 0)
        self.body.addWidget(self.said)
        self.body.addWidget(self.table, 1)
        self.foot.addWidget(self.load)
        self.load.clicked.connect(self._take)
        self.resize(820, 520)
        self.load.setFocus()

    def _colour(self, line: Line, _column: int) -> str:
        return self.theme.red if line.bad else ""

    def _take(self) -> None:
        self.taken.emit()
        self.accept()


def _words(good: int, bad: int) -> str:
    loaded = f"{good} row{'' if good == 1 else 's'} can be loaded."
    left_out = (
        f" {bad} {'is' if bad == 1 else 'are'} left out: mend the file and load it again for them." if bad else ""
    )
    return loaded + left_out


def _lines(found: Imported) -> list[Line]:
    """The bad rows first, each kind by line."""
    lines = [Line(bad.line, (str(bad.line), "left out", "", bad.reason), bad=True) for bad in found.bad]
    lines += [
        Line(row.line, (str(row.line), row.name, f"from {formats.day(row.start)}", weeks_words(row.weeks)))
        for row in found.schedules
    ]
    for row in found.holidays:
        where = f", {row.calendar}" if row.calendar else ""
        lines.append(Line(row.line, (str(row.line), row.name, formats.day(row.day), share_words(row.share) + where)))
    return lines
