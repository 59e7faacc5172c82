"""Every shortcut, by a real key on the assembled window: that it reaches its action, and what those that read do."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QKeySequence, QShortcutEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMenu
from pytestqt.qtbot import QtBot
from typing_extensions import override

from planner_gui.domain.snapshot import day_number
from planner_gui.ui.panels.shortcuts import ShortcutList
from planner_gui.ui.timeline.scale import Zoom
from planner_gui.ui.window import MainWindow
from tests.ui.conftest import TODAY

Key, Mod = Qt.Key, Qt.KeyboardModifier
CONTROL, SHIFT, ALT, NONE = Mod.ControlModifier, Mod.ShiftModifier, Mod.AltModifier, Mod.NoModifier
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # the offscreen platform, of dialogs and menus

# Letters, for a field of text.
TYPED = {"?", "Shift+?"}


def press(window: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
    QTest.keyClick(QApplication.activePopupWidget() or QApplication.focusWidget() or window, key, modifier)


class Reached(QObject):
    """What the keys reach from now on, by the actions' words; what they would do is not done."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.words: list[str] = []
        for action in window.actions_.all():
            action.setEnabled(True)
            action.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QShortcutEvent) or not isinstance(watched, QAction):
            return False
        self.words.append(f"{watched.text()} (ambiguous)" if event.isAmbiguous() else watched.text())
        return True


def keyed(window: MainWindow) -> list[tuple[QAction, QKeySequence]]:
    return [(action, key) for action in window.actions_.all() for key in action.shortcuts()]


def test_every_key_of_every_action_reaches_it_from_the_timeline(window: MainWindow) -> None:
    wanted = [action.text() for action, _ in keyed(window)]
    assert len(wanted) > 25
    reached = Reached(window)
    for _, key in keyed(window):
        QTest.keySequence(window.board, key)
    assert reached.words == wanted


def test_keys_reach_their_actions_from_the_search_field_too_but_for_what_is_typed(window: MainWindow) -> None:
    """Who types gets letters, a caret that moves, and all the rest of the window's keys."""
    window.search.setFocus()
    wanted = [a.text() for a, key in keyed(window) if key.toString() not in TYPED and _leaves_text_alone(key)]
    assert len(wanted) > 20
    reached = Reached(window)
    for action, key in keyed(window):
        if action.text() in wanted and key.toString() not in TYPED and _leaves_text_alone(key):
            QTest.keySequence(window.search, key)
    assert reached.words == wanted
    for key in (Key.Key_Question, Key.Key_Home):
        QTest.keyClick(window.search, key)
    assert window.search.text() == "?"
    assert reached.words == wanted


def _leaves_text_alone(key: QKeySequence) -> bool:
    """A letter by itself, Delete and Undo are the field's."""
    one = key[0]
    if one.keyboardModifiers() & (CONTROL | ALT):
        return key.toString() not in ("Ctrl+Z", "Ctrl+Y", "Ctrl+Shift+Z")
    return one.key() >= Key.Key_F1


def test_home_leads_the_focus_to_today_from_far_away(window: MainWindow) -> None:
    board = window.board
    board.choose_cell(1, day_number(TODAY))
    for _ in range(6):
        press(window, Key.Key_Right, ALT)
    assert TODAY not in board.visible_span
    press(window, Key.Key_Home)
    assert TODAY in board.visible_span
    cell = board.place.cell
    assert cell is not None
    assert (cell.person, cell.first) == (1, day_number(TODAY))


def test_alt_and_home_show_today_and_leave_the_focus_where_it_is(window: MainWindow) -> None:
    board, day = window.board, day_number(date(2026, 11, 19))
    board.choose_cell(1, day)
    for _ in range(6):
        press(window, Key.Key_Left, ALT)
    assert TODAY not in board.visible_span
    window.search.setFocus()
    press(window, Key.Key_Home, ALT)
    assert TODAY in board.visible_span
    assert board.place.cell is not None
    assert board.place.cell.first == day


def test_end_leads_to_the_last_visible_day(window: MainWindow) -> None:
    window.board.choose_cell(1, day_number(TODAY))
    press(window, Key.Key_End)
    assert window.board.place.cell is not None
    assert window.board.place.cell.first == day_number(window.board.visible_span.end)


def test_f8_and_shift_f8_walk_over_the_over_allocations_and_round(window: MainWindow) -> None:
    monday = day_number(TODAY)
    targets = [(0, monday), (0, monday + 2), (2, monday)]
    window.over_requested.connect(lambda step: window.jump(targets, step))
    seen = []
    for key in (NONE, NONE, SHIFT, *[NONE] * len(targets)):
        press(window, Key.Key_F8, key)
        cell = window.board.place.cell
        assert cell is not None
        seen.append((cell.person, cell.first))
    first, second, back, *rest = seen
    assert back == first
    assert [first, second] == targets[:2]
    assert rest == [targets[1], targets[2], targets[0]], "round again at the end"


def test_ctrl_and_the_unshifted_plus_zoom_in(window: MainWindow) -> None:
    press(window, Key.Key_4, CONTROL)
    press(window, Key.Key_Equal, CONTROL)
    assert window.board.zoom is Zoom.MONTH


def test_ctrl_e_exports_the_visible_dates_to_a_chosen_file(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    press(window, Key.Key_E, CONTROL)
    dialog = window.findChild(QFileDialog)
    assert dialog is not None
    qtbot.waitUntil(dialog.isVisible)
    dialog.setDirectory(str(tmp_path))
    field = dialog.findChild(QLineEdit)
    assert field is not None
    QTest.keyClicks(field, "plan")
    with qtbot.waitSignal(window.export_requested) as asked:
        QTest.keyClick(field, Key.Key_Return)
    assert asked.args == [str(tmp_path / "plan.json"), window.board.visible_span]


def test_f1_and_the_question_mark_list_the_keys_and_escape_closes_the_list(qtbot: QtBot, window: MainWindow) -> None:
    for key, modifier in ((Key.Key_F1, NONE), (Key.Key_Question, NONE), (Key.Key_Question, SHIFT)):
        press(window, key, modifier)
        dialog = window.findChild(ShortcutList)
        assert dialog is not None
        assert dialog.isVisible()
        with qtbot.waitSignal(dialog.destroyed):
            QTest.keyClick(dialog, Key.Key_Escape)
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)


def test_f7_and_ctrl_t_close_again_what_they_opened(window: MainWindow) -> None:
    for key, modifier, shown in ((Key.Key_F7, NONE, window.findings), (Key.Key_T, CONTROL, window.table)):
        press(window, key, modifier)
        assert shown.isVisible()
        press(window, key, modifier)
        assert not shown.isVisible()
        assert window.board.hasFocus()


def menu_by_key(window: MainWindow) -> QMenu:
    """The context menu of what has the focus."""
    viewport = window.board.viewport()
    at = viewport.rect().center()
    QApplication.sendEvent(viewport, QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, at, viewport.mapToGlobal(at)))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def test_the_menu_key_opens_the_menu_of_the_focus_and_keys_choose_in_it(window: MainWindow) -> None:
    window.board.choose_cell(2, day_number(TODAY))
    menu = menu_by_key(window)
    assert any(action.text() == "Show only Labs" for action in menu.actions())
    for _ in menu.actions():
        QTest.keyClick(menu, Key.Key_Down)
        if menu.activeAction() is not None and menu.activeAction().text() == "Show only Labs":
            break
    QTest.keyClick(menu, Key.Key_Return)
    assert window.board.filter.team == "Labs"


def test_the_menu_key_on_a_heading_folds_all(window: MainWindow) -> None:
    press(window, Key.Key_Home, CONTROL)
    menu = menu_by_key(window)
    QTest.keyClick(menu, Key.Key_Down)
    assert menu.activeAction() is window.actions_.fold_all
    QTest.keyClick(menu, Key.Key_Return)
    assert window.board.folded == {"Design", "Labs", "No team"}


def test_the_menu_bar_opens_by_alt_and_its_letter(window: MainWindow) -> None:
    for key, title in ((Key.Key_F, "&File"), (Key.Key_G, "&Go"), (Key.Key_V, "&View"), (Key.Key_H, "&Help")):
        QTest.keyClick(window, key, ALT)
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        assert menu.title() == title
        QTest.keyClick(menu, Key.Key_Escape)


def test_file_work_offline_by_keys_says_so(qtbot: QtBot, window: MainWindow) -> None:
    QTest.keyClick(window, Key.Key_F, ALT)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    while menu.activeAction() is not window.actions_.offline:
        QTest.keyClick(menu, Key.Key_Down)
    with qtbot.waitSignal(window.offline_chosen) as chosen:
        QTest.keyClick(menu, Key.Key_Return)
    assert chosen.args == [True]
