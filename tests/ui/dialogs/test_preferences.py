"""The preferences with real mouse and keys: each choice is announced by name, a wrong one is said at its field."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from planner_gui.session.settings import Preferences
from planner_gui.ui.dialogs.fields import Words
from planner_gui.ui.dialogs.preferences import PreferencesDialog
from planner_gui.ui.theme import LIGHT
from tests.ui.dialogs.conftest import press, write


class Desk:
    """The dialog, and what it announced."""

    def __init__(self, qtbot: QtBot, preferences: Preferences) -> None:
        self.said: list[Any] = []
        self.dialog = PreferencesDialog(preferences, "dark", True, LIGHT)
        self.dialog.chosen.connect(lambda name, value: self.said.append((name, value)))
        self.dialog.look_chosen.connect(self.said.append)
        self.dialog.compact_chosen.connect(self.said.append)
        self.dialog.clear_wanted.connect(lambda: self.said.append("clear"))
        self.dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(self.dialog)
        with qtbot.waitExposed(self.dialog):
            self.dialog.show()
        self.dialog.activateWindow()

    def step(self, field: Words, key: Qt.Key) -> Any:
        """A key in a list of words; what was announced."""
        field.setFocus()
        press(key)
        return self.said[-1]


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot, Preferences(first_weekday=7, start_view="Month", sync_minutes=15, keep_days=30))


def test_it_shows_what_holds(desk: Desk) -> None:
    dialog = desk.dialog
    assert [dialog.look.word, dialog.density.word, dialog.weekday.word] == ["dark", "compact", "7"]
    assert [dialog.view.word, dialog.sync.word, dialog.keep.text(), dialog.send.word] == ["Month", "15", "30", None]
    assert [dialog.language.itemText(at) for at in range(dialog.language.count())] == ["English"]
    assert "No other translation" in dialog.language_note.text()
    assert dialog.on_open.isChecked()
    assert desk.said == []


def test_every_list_announces_its_next_word(desk: Desk) -> None:
    dialog, down, up = desk.dialog, Qt.Key.Key_Down, Qt.Key.Key_Up
    assert desk.step(dialog.look, up) == "light"
    assert desk.step(dialog.density, up) is False
    assert desk.step(dialog.weekday, down) == ("first_weekday", 6)
    assert desk.step(dialog.view, down) == ("start_view", "Quarter")
    assert desk.step(dialog.sync, down) == ("sync_minutes", 30)
    assert desk.step(dialog.sync, Qt.Key.Key_Home) == ("sync_minutes", 0)
    assert desk.step(dialog.send, down) == ("send_at_once", True)


def test_pausing_is_a_tick(desk: Desk) -> None:
    desk.dialog.pause.setFocus()
    press(Qt.Key.Key_Space)
    assert desk.said == [("sync_paused", True)]
    desk.dialog.on_open.setFocus()
    press(Qt.Key.Key_Space)
    assert desk.said[-1] == ("sync_on_open", False)


@pytest.mark.parametrize(("text", "kept"), [("120", 120), ("0", None), ("x", None), ("99999", None), ("1.5", None)])
def test_the_days_to_keep_are_a_number_that_makes_sense(desk: Desk, text: str, kept: int | None) -> None:
    QTest.mouseClick(desk.dialog.keep, Qt.MouseButton.LeftButton)
    write(text)
    press(Qt.Key.Key_Tab)
    assert desk.said == ([] if kept is None else [("keep_days", kept)])
    assert desk.dialog.fault.isHidden() == (kept is not None)


def test_C9_the_cache_is_cleared_by_a_second_press_after_it_is_said_what_goes(desk: Desk) -> None:
    QTest.mouseClick(desk.dialog.clear, Qt.MouseButton.LeftButton)
    assert desk.said == []
    assert "Your unsent changes and settings stay." in desk.dialog.said.text()
    QTest.mouseClick(desk.dialog.clear, Qt.MouseButton.LeftButton)
    assert desk.said == ["clear"]
    assert not desk.dialog.clear.isEnabled()
