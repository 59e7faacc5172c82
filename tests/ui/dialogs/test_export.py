"""The dialog that asks where the visible plan goes."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from planner_gui.ui.dialogs.export import CSV, JSON, ExportDialog


def test_the_suffix_is_that_of_the_kind_of_file(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    dialog = ExportDialog(window)
    assert dialog.defaultSuffix() == "json"
    dialog.filterSelected.emit(CSV)
    assert dialog.defaultSuffix() == "csv"
    dialog.filterSelected.emit(JSON)
    assert dialog.defaultSuffix() == "json"


def test_it_goes_when_it_is_closed(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    dialog = ExportDialog(window)
    dialog.setOption(ExportDialog.Option.DontUseNativeDialog)
    dialog.open()
    with qtbot.waitSignal(dialog.destroyed):
        dialog.reject()
