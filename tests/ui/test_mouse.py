"""Every gesture that reads, by a real mouse on the assembled window: wheel, touchpad, drag, clicks, menus, buttons."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from planner_gui.domain.checks import findings
from planner_gui.domain.snapshot import day_number
from planner_gui.session.notices import Action, Notice
from planner_gui.ui.timeline.frame import HEADER, PEOPLE_WIDTH
from planner_gui.ui.timeline.groups import Grouping
from planner_gui.ui.timeline.scale import Zoom
from planner_gui.ui.window import MainWindow
from tests.domain import cases
from tests.ui.conftest import READ, TODAY

Button, Mod = Qt.MouseButton, Qt.KeyboardModifier
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # the offscreen platform, of menus


class Mouse:
    """A mouse over a window: what it does enters where the platform's events do, and Qt finds what is below it."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window

    def at(self, widget: QWidget, pos: QPoint | None = None) -> QPoint:
        return widget.mapTo(self.window, widget.rect().center() if pos is None else pos)

    def click(self, widget: QWidget, pos: QPoint | None = None, button: Qt.MouseButton = Button.LeftButton) -> None:
        QTest.mouseClick(self.window.windowHandle(), button, pos=self.at(widget, pos))

    def double_click(self, widget: QWidget, pos: QPoint) -> None:
        QTest.mouseDClick(self.window.windowHandle(), Button.LeftButton, pos=self.at(widget, pos))

    def drag(self, widget: QWidget, way: list[QPoint]) -> None:
        handle = self.window.windowHandle()
        QTest.mousePress(handle, Button.LeftButton, pos=self.at(widget, way[0]))
        for step in way[1:]:
            QTest.mouseMove(handle, self.at(widget, step))
        QTest.mouseRelease(handle, Button.LeftButton, pos=self.at(widget, way[-1]))

    def wheel(
        self,
        widget: QWidget,
        pos: QPoint,
        angle: QPoint,
        *,
        pixels: QPoint | None = None,
        modifier: Qt.KeyboardModifier = Mod.NoModifier,
    ) -> None:
        at = QPointF(self.at(widget, pos))
        QTest.wheelEvent(self.window.windowHandle(), at, angle, pixels or QPoint(), modifier)


@pytest.fixture
def mouse(window: MainWindow) -> Mouse:
    return Mouse(window)


def choose(menu: QWidget | None, words: str) -> None:
    """Click on an entry of an open menu."""
    assert isinstance(menu, QMenu)
    entry = next(action for action in menu.actions() if action.text() == words)
    QTest.mouseClick(menu, Button.LeftButton, pos=menu.actionGeometry(entry).center())


def button(window: MainWindow, words: str) -> QToolButton:
    """A button of the tool bar by what it is called."""
    found = [
        each for each in window.tool_bar.findChildren(QToolButton) if words in (each.text(), each.accessibleName())
    ]
    assert len(found) == 1, words
    return found[0]


def bar_at(window: MainWindow, row: int, nth: int = 0) -> QPoint:
    """The middle of a bar, in the timeline's viewport."""
    frame = window.board._frame()
    assert frame is not None
    bar = frame.bars(frame.rows[row])[nth]
    return QPoint(int(PEOPLE_WIDTH + bar.x + 20), int(HEADER + bar.y - frame.top + bar.height / 2))


def name_at(window: MainWindow, row: int) -> QPoint:
    """A row's name in the people column."""
    frame = window.board._frame()
    assert frame is not None
    return QPoint(110, HEADER + frame.rows[row].top - frame.top + 12)


# --- the timeline -----------------------------------------------------------------------------------------------------


def test_ctrl_and_wheel_zoom_and_the_day_under_the_pointer_stays(window: MainWindow, mouse: Mouse) -> None:
    viewport, at = window.board.viewport(), QPoint(PEOPLE_WIDTH + 500, 200)
    for angle, zoom in ((-120, Zoom.MONTH), (-120, Zoom.QUARTER), (120, Zoom.MONTH), (120, Zoom.WEEK), (120, Zoom.DAY)):
        frame = window.board._frame()
        assert frame is not None
        under = frame.scale.day(500)
        mouse.wheel(viewport, at, QPoint(0, angle), modifier=Mod.ControlModifier)
        frame = window.board._frame()
        assert frame is not None
        assert (window.board.zoom, frame.scale.day(500)) == (zoom, under)
    assert window.actions_.zooms[Zoom.DAY].isChecked()


def test_the_wheel_scrolls_people_and_with_shift_time(window: MainWindow, mouse: Mouse) -> None:
    window.resize(1100, 430)
    viewport, bar, at = window.board.viewport(), window.board.verticalScrollBar(), QPoint(400, 150)
    assert bar.maximum() > 0
    start = window.board.visible_span.start
    mouse.wheel(viewport, at, QPoint(0, -120))
    assert (bar.value() > 0, window.board.visible_span.start) == (True, start)
    down = bar.value()
    mouse.wheel(viewport, at, QPoint(0, -120), modifier=Mod.ShiftModifier)
    assert (bar.value(), window.board.visible_span.start > start) == (down, True)


def test_two_fingers_on_a_touchpad_move_time_by_as_many_pixels(window: MainWindow, mouse: Mouse) -> None:
    start, width = window.board.visible_span.start, round(window.board.zoom.day_width)
    pixels = QPoint(-3 * width, 0)
    mouse.wheel(window.board.viewport(), QPoint(500, 150), QPoint(-24, 0), pixels=pixels)
    assert window.board.visible_span.start == start + timedelta(days=3)


def test_a_drag_of_the_empty_header_moves_time_and_lets_go(window: MainWindow, mouse: Mouse) -> None:
    viewport, start = window.board.viewport(), window.board.visible_span.start
    width = round(window.board.zoom.day_width)
    mouse.drag(viewport, [QPoint(700, 20), QPoint(700 - 2 * width, 22), QPoint(700 - 4 * width, 20)])
    assert window.board.visible_span.start == start + timedelta(days=4)
    QTest.mouseMove(window.windowHandle(), mouse.at(viewport, QPoint(400, 20)))
    assert window.board.visible_span.start == start + timedelta(days=4)


def test_a_click_on_a_heading_folds_and_unfolds_it(window: MainWindow, mouse: Mouse) -> None:
    for folded in ({"Design"}, frozenset()):
        mouse.click(window.board.viewport(), name_at(window, 0))
        assert window.board.folded == folded


def test_a_double_click_on_a_bar_opens_the_inspector(window: MainWindow, mouse: Mouse) -> None:
    window.actions_.inspector.setChecked(False)
    mouse.click(window.board.viewport(), bar_at(window, 1))
    assert not window.inspector.isVisible()
    mouse.double_click(window.board.viewport(), bar_at(window, 1))
    QApplication.processEvents()
    assert window.inspector.isVisible()


def test_the_right_button_opens_the_menu_of_what_is_below_it(window: MainWindow, mouse: Mouse) -> None:
    mouse.click(window.board.viewport(), name_at(window, 2), Button.RightButton)
    choose(QApplication.activePopupWidget(), "Show only Labs")
    assert window.board.filter.team == "Labs"
    mouse.click(window.board.viewport(), name_at(window, 1), Button.RightButton)
    choose(QApplication.activePopupWidget(), "Show everybody")
    assert not window.board.filter
    mouse.click(window.board.viewport(), name_at(window, 0), Button.RightButton)
    choose(QApplication.activePopupWidget(), "Fold all groups")
    assert window.board.folded == {"Design", "Labs", "No team"}


# --- buttons ----------------------------------------------------------------------------------------------------------


def test_the_buttons_of_the_tool_bar_page_and_zoom(window: MainWindow, mouse: Mouse) -> None:
    start = window.board.visible_span.start
    mouse.click(button(window, "Forward"))
    assert window.board.visible_span.start > start
    mouse.click(button(window, "Back"))
    mouse.click(button(window, "Back"))
    assert window.board.visible_span.start < start
    mouse.click(button(window, "Today"))
    assert TODAY in window.board.visible_span
    for zoom in (Zoom.QUARTER, Zoom.DAY, Zoom.MONTH):
        mouse.click(button(window, zoom.label))
        assert window.board.zoom is zoom


def test_the_group_button_opens_a_menu_that_groups_and_sorts(window: MainWindow, mouse: Mouse) -> None:
    def opened() -> QMenu:
        found = window.tool_bar.groups.menu()
        found.popup(window.tool_bar.groups.mapToGlobal(QPoint(0, 30)))  # as a click does, whose menu runs its own loop
        return found

    choose(opened(), "Project")
    assert window.board.grouping is Grouping.PROJECT
    choose(opened(), "None")
    assert window.board.grouping is Grouping.NONE


def test_the_filter_button_opens_its_panel(window: MainWindow, mouse: Mouse) -> None:
    mouse.click(window.tool_bar.filter)
    panel = window.filter_panel
    assert panel.isVisible()
    QTest.mouseClick(panel.over, Button.LeftButton, pos=QPoint(8, panel.over.height() // 2))
    assert window.board.filter.over
    QTest.mouseClick(panel.clear, Button.LeftButton)
    assert not window.board.filter
    assert not panel.isVisible()


def test_sync_over_count_and_cancel_ask_for_what_they_say(qtbot: QtBot, window: MainWindow, mouse: Mouse) -> None:
    with qtbot.waitSignal(window.sync_requested):
        mouse.click(window.tool_bar.sync)
    window.show_over_allocations(3)
    window.show_progress("Tempo")
    QApplication.processEvents()
    with qtbot.waitSignal(window.over_requested) as jumped:
        mouse.click(window.status.over)
    assert jumped.args == [1]
    with qtbot.waitSignal(window.cancel_requested):
        mouse.click(window.status.cancel)


def test_a_found_line_is_chosen_by_a_click(window: MainWindow, mouse: Mouse) -> None:
    mouse.click(window.search)
    QTest.keyClicks(window.search, "cleo")
    results = window.search.results
    QTest.mouseClick(results.viewport(), Button.LeftButton, pos=results.visualItemRect(results.item(0)).center())
    place = window.board.place
    assert place.cell is not None
    assert place.cell.person == 2
    assert not results.isVisible()


def test_a_finding_is_gone_to_by_a_double_click_and_the_list_closed_by_its_button(
    window: MainWindow, mouse: Mouse
) -> None:
    plan = window.board.plan
    assert plan is not None
    window.findings_requested.connect(lambda: window.show_findings(plan, findings(plan, cases.span(READ))))
    window.actions_.findings.trigger()
    panel = window.findings
    panel.check.setCurrentIndex(panel.check.findData("over-allocated"))
    QApplication.processEvents()
    where = panel.table.visualRect(panel.shown.index(0, 1)).center()
    mouse.click(panel.table.viewport(), where)
    mouse.double_click(panel.table.viewport(), where)
    assert window.board.place.cell is not None
    assert (window.board.place.cell.person, window.board.place.cell.first) == (0, day_number(TODAY))
    mouse.click(panel.close_button)
    assert not panel.isVisible()


def test_a_notice_is_acted_on_and_dismissed_by_its_buttons(qtbot: QtBot, window: MainWindow, mouse: Mouse) -> None:
    done: list[str] = []
    notice = Notice("Tempo refused the token.", actions=(Action("Enter token", lambda: done.append("entered")),))
    window.show_notices([notice])
    QApplication.processEvents()
    act, dismiss = window.notices.findChildren(QToolButton)
    window.action_chosen.connect(lambda call: call())
    mouse.click(act)
    assert done == ["entered"]
    with qtbot.waitSignal(window.notice_dismissed) as gone:
        mouse.click(dismiss)
    assert gone.args == [notice]


def test_a_cell_of_the_table_shows_its_receipt_by_a_click(window: MainWindow, mouse: Mouse) -> None:
    window.actions_.table.setChecked(True)
    QApplication.processEvents()
    table, model = window.table.capacity_table, window.table.capacity
    headings = [model.headerData(column, Qt.Orientation.Horizontal) for column in range(model.columnCount())]
    index = model.index(0, headings.index("Mon 16 Nov 2026"))
    table.scrollTo(index)
    mouse.click(table.viewport(), table.visualRect(index).center())
    said = [label.text() for label in window.inspector.page.findChildren(QWidget) if hasattr(label, "text")]
    assert "Over by" in said
