"""What assistive tools can do with rows, cells and bars: press, go there, open the menu, as a click or a key would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from PySide6.QtGui import QAccessible, QAccessibleActionInterface, QAccessibleInterface
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QMenu
from pytestqt.qtbot import QtBot

from planner_gui.domain.snapshot import day_number
from planner_gui.ui.timeline.acting import FOCUS, MENU, PRESS
from planner_gui.ui.timeline.parts import BarPart
from planner_gui.ui.window import MainWindow

Text = QAccessible.Text
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # the offscreen platform, of menus


@pytest.fixture(autouse=True)
def _listening() -> Iterator[None]:
    QAccessible.setActive(True)
    yield
    QAccessible.setActive(False)


def inside(parent: QAccessibleInterface) -> list[QAccessibleInterface]:
    return [parent.child(index) for index in range(parent.childCount())]


def row(window: MainWindow, name: str, nth: int = 0) -> QAccessibleInterface:
    """The nth row whose name begins so."""
    rows = inside(QAccessible.queryAccessibleInterface(window.board))
    return [each for each in rows if each.text(Text.Name).startswith(name)][nth]


def part(window: MainWindow, person: str, name: str) -> QAccessibleInterface:
    return next(each for each in inside(row(window, person)) if name in each.text(Text.Name))


def actions(of: QAccessibleInterface) -> QAccessibleActionInterface:
    found = of.actionInterface()
    assert found is not None
    return found


def said(window: MainWindow) -> list[str]:
    return [label.text().replace("\N{ZERO WIDTH SPACE}", "") for label in window.inspector.page.findChildren(QLabel)]


def test_every_row_cell_and_bar_offers_press_focus_and_menu_with_their_keys(window: MainWindow) -> None:
    bo = row(window, "Bo")
    for each in (row(window, "Design"), bo, *inside(bo)):
        assert actions(each).actionNames() == [PRESS, FOCUS, MENU]
    assert actions(bo).keyBindingsForAction(PRESS) == ["Return"]
    assert QAccessible.queryAccessibleInterface(window.board).actionInterface() is None


def test_a_part_has_no_other_interface_than_that_of_actions(window: MainWindow) -> None:
    """Qt asks for each of them; what PySide takes for none differs from what its stubs say, and once crashed."""
    for each in (row(window, "Design"), *inside(row(window, "Bo"))):
        assert each.textInterface() is None
        assert each.editableTextInterface() is None
        assert each.valueInterface() is None
        assert each.selectionInterface() is None
        assert each.attributesInterface() is None
        assert each.tableCellInterface() is None


def test_press_opens_the_receipt_of_a_cell(window: MainWindow) -> None:
    window.actions_.inspector.setChecked(False)
    actions(part(window, "Ana", "Wednesday 18 November")).doAction(PRESS)
    assert window.inspector.isVisible()
    assert "4 h 00" in said(window)  # over by
    wednesday = day_number(date(2026, 11, 18))
    cell = window.board.place.cell
    assert cell is not None
    assert (cell.person, cell.first, cell.last) == (0, wednesday, wednesday)


def test_press_opens_a_bar_and_a_persons_visible_days(window: MainWindow) -> None:
    plan = window.board.plan
    assert plan is not None
    bar = next(each for each in inside(row(window, "Bo")) if isinstance(each, BarPart))
    actions(bar).doAction(PRESS)
    assert window.board.place.item == bar.key.item
    assert plan.text(bar.key.item or 0, "title") in said(window)
    actions(row(window, "Bo", nth=1)).doAction(PRESS)  # in the second of his teams
    place, span = window.board.place, window.board.visible_span
    assert window.board._rows.key(place.row or 0) == ("Labs", 1)
    assert place.cell is not None
    assert (place.cell.first, place.cell.last) == (day_number(span.start), day_number(span.end))


def test_press_folds_and_unfolds_a_heading(window: MainWindow) -> None:
    heading = row(window, "Labs")
    actions(heading).doAction(PRESS)
    assert window.board.folded == {"Labs"}
    actions(heading).doAction(PRESS)
    assert window.board.folded == frozenset()


def test_focus_goes_there_and_opens_nothing(window: MainWindow) -> None:
    window.actions_.inspector.setChecked(False)
    window.search.setFocus()
    there = part(window, "Ana", "Tuesday 17 November")
    actions(there).doAction(FOCUS)
    assert window.board.hasFocus()
    assert there.state().focused
    assert not window.inspector.isVisible()


def test_menu_opens_the_context_menu_of_the_part(qtbot: QtBot, window: MainWindow) -> None:
    actions(row(window, "Bo")).doAction(MENU)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert "Show only Design" in [action.text() for action in menu.actions()]
    menu.close()


def test_a_part_that_is_gone_offers_and_does_nothing(window: MainWindow) -> None:
    bo = actions(row(window, "Bo"))
    window.board.fold_all()
    assert bo.actionNames() == []
    bo.doAction(PRESS)
    assert window.board.place.row is None


@pytest.fixture
def dialog(qtbot: QtBot, window: MainWindow) -> Callable[[], QDialog]:
    def opened() -> QDialog:
        made = QDialog(window)
        qtbot.addWidget(made)
        made.open()
        return made

    return opened


def test_behind_a_dialog_nothing_can_be_done(window: MainWindow, dialog: Callable[[], QDialog]) -> None:
    heading = actions(row(window, "Labs"))
    shown = dialog()
    heading.doAction(PRESS)
    assert window.board.folded == frozenset()
    shown.close()
    heading.doAction(PRESS)
    assert window.board.folded == {"Labs"}
