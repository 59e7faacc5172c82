"""A dialog on screen, with what it announced, for real keys and clicks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from planner_gui.domain.edits import Edit
from planner_gui.ui.dialogs.form import EditDialog
from planner_gui.ui.theme import Look, Themes
from tests.ui.dialogs.office import Office

Form = TypeVar("Form", bound=EditDialog)
Open = Callable[[Form], Form]


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """A key to whatever has the focus."""
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, key, modifier)


def write(text: str) -> None:
    """Letters to whatever has the focus, in place of what it holds."""
    focus: Any = QApplication.focusWidget()
    focus.selectAll()
    QTest.keyClicks(focus, text) if text else press(Qt.Key.Key_Delete)


def fill(field: QWidget, text: str) -> None:
    """Click a field, type, leave it by Tab."""
    QTest.mouseClick(field, Qt.MouseButton.LeftButton)
    write(text)
    press(Qt.Key.Key_Tab)


def said(widget: QWidget) -> list[str]:
    """Everything it says that is to be seen."""
    labels = [label for label in widget.findChildren(QLabel) if label.isVisibleTo(widget.window())]
    return [text for label in labels if (text := label.text().replace("\N{ZERO WIDTH SPACE}", ""))]


class Announced:
    """What a dialog saved: the edits, and whether they are to be sent at once."""

    def __init__(self) -> None:
        self.edits: list[list[Edit]] = []
        self.sent: list[bool] = []

    def take(self, edits: list[Edit], send: bool) -> None:
        self.edits.append(edits)
        self.sent.append(send)

    @property
    def edit(self) -> Edit:
        """The one edit that was saved."""
        assert len(self.edits) == 1, self.edits
        assert len(self.edits[0]) == 1
        return self.edits[0][0]

    def changed(self) -> dict[str, Any]:
        """What differs in it: field to value."""
        before, after = self.edit.before or {}, self.edit.after or {}
        return {name: value for name, value in after.items() if value != before.get(name)}


@pytest.fixture
def office(qapp: QApplication) -> Office:
    Themes(qapp, Look.LIGHT)
    return Office()


@pytest.fixture
def saved() -> Announced:
    return Announced()


@pytest.fixture
def opened(qtbot: QtBot, saved: Announced) -> Open[Any]:
    """Show a dialog and wait until everything in it can be found."""

    def show(dialog: Form) -> Form:
        qtbot.addWidget(dialog)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        dialog.saved.connect(saved.take)
        with qtbot.waitExposed(dialog):
            dialog.show()
        dialog.activateWindow()
        qtbot.waitUntil(lambda: not dialog._timer.isActive())
        return dialog

    return show
