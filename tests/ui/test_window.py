"""The window by real keys and clicks: every shortcut that reads, search, filter, findings, tables, links, the state."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QToolTip
from pytestqt.qtbot import QtBot

from planner_gui.domain.checks import findings
from planner_gui.domain.plan import ConnectionView, Plan, State
from planner_gui.domain.snapshot import day_number
from planner_gui.ui import remembered
from planner_gui.ui.panels.go_to import GoToDate
from planner_gui.ui.panels.shortcuts import ShortcutList
from planner_gui.ui.search import Found
from planner_gui.ui.search import Sort as Search
from planner_gui.ui.theme import Look, Themes
from planner_gui.ui.timeline.frame import HEADER
from planner_gui.ui.timeline.groups import Filter, Grouping, Sort
from planner_gui.ui.timeline.scale import Zoom
from planner_gui.ui.window import MainWindow, window_state
from tests.domain import cases
from tests.domain.cases import plan_of
from tests.ui.conftest import READ, TODAY, company, overloads

Key, Mod = Qt.Key, Qt.KeyboardModifier
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # the offscreen platform, of dialogs

CONTROL, SHIFT, ALT, NONE = Mod.ControlModifier, Mod.ShiftModifier, Mod.AltModifier, Mod.NoModifier


def press(window: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
    QTest.keyClick(QApplication.focusWidget() or window, key, modifier)


def texts(window: MainWindow) -> list[str]:
    """What the inspector says, line by line."""
    return [label.text().replace("\N{ZERO WIDTH SPACE}", "") for label in window.inspector.page.findChildren(QLabel)]


def people(window: MainWindow) -> list[str]:
    plan = window.board.plan
    assert plan is not None
    return [plan.people[p].name for p in window.board.shown.tolist()]


# --- shortcuts --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "modifier", "signal"),
    [
        (Key.Key_F5, NONE, "sync_requested"),
        (Key.Key_R, CONTROL, "sync_requested"),
        (Key.Key_F8, NONE, "over_requested"),
        (Key.Key_F8, SHIFT, "over_requested"),
        (Key.Key_F7, NONE, "findings_requested"),
        (Key.Key_Q, CONTROL, "closed"),
    ],
)
def test_a_shortcut_asks_for_its_action(
    qtbot: QtBot, window: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier, signal: str
) -> None:
    with qtbot.waitSignal(getattr(window, signal), timeout=1000):
        press(window, key, modifier)


def test_ctrl_and_a_number_choose_the_zoom_and_plus_and_minus_step(window: MainWindow) -> None:
    for key, zoom in zip((Key.Key_1, Key.Key_2, Key.Key_3, Key.Key_4), Zoom, strict=True):
        press(window, key, CONTROL)
        assert window.board.zoom is zoom
    press(window, Key.Key_Plus, CONTROL)
    assert window.board.zoom is Zoom.MONTH
    press(window, Key.Key_Minus, CONTROL)
    assert window.board.zoom is Zoom.QUARTER
    assert window.status.legend.isVisible()
    assert window.actions_.zooms[Zoom.QUARTER].isChecked()


def test_alt_and_arrows_page_and_home_comes_back_to_today(window: MainWindow) -> None:
    before = window.board.visible_span
    press(window, Key.Key_Right, ALT)
    assert window.board.visible_span.start > before.start
    press(window, Key.Key_Left, ALT)
    press(window, Key.Key_Left, ALT)
    assert window.board.visible_span.start < before.start
    press(window, Key.Key_Home)
    assert TODAY in window.board.visible_span


def test_f9_hides_and_shows_the_inspector(window: MainWindow) -> None:
    press(window, Key.Key_F9)
    assert not window.inspector.isVisible()
    press(window, Key.Key_F9)
    assert window.inspector.isVisible()


def test_a_question_mark_lists_every_shortcut(qtbot: QtBot, window: MainWindow) -> None:
    QTest.keyClick(window.board, Key.Key_Question, SHIFT)
    dialog = window.findChild(ShortcutList)
    assert dialog is not None
    listed = " ".join(keys for keys, _ in dialog.lines)
    for action in window.actions_.all():
        for key in action.shortcuts():
            assert key.toString(QKeySequence.SequenceFormat.NativeText).removeprefix("Shift+?") in listed
    dialog.close()


def test_no_two_actions_share_a_key(window: MainWindow) -> None:
    keys = [key.toString() for action in window.actions_.all() for key in action.shortcuts()]
    assert len(keys) == len(set(keys))


def test_ctrl_g_goes_to_a_typed_date_and_refuses_what_is_none(qtbot: QtBot, window: MainWindow) -> None:
    press(window, Key.Key_G, CONTROL)
    dialog = window.findChild(GoToDate)
    assert dialog is not None
    QTest.keyClicks(dialog.field, "soon")
    assert not dialog.go.isEnabled()
    dialog.field.clear()
    QTest.keyClicks(dialog.field, "1 Mar 2027")
    QTest.keyClick(dialog.field, Key.Key_Return)
    assert date(2027, 3, 1) in window.board.visible_span


def test_ctrl_shift_and_arrows_fold_and_unfold_all_groups(window: MainWindow) -> None:
    press(window, Key.Key_Up, CONTROL | SHIFT)
    assert window.board.folded == {"Design", "Labs", "No team"}
    press(window, Key.Key_Down, CONTROL | SHIFT)
    assert window.board.folded == frozenset()


# --- the focus --------------------------------------------------------------------------------------------------------


def test_down_walks_over_headings_and_people_on_the_same_day(window: MainWindow) -> None:
    board, seen = window.board, []
    press(window, Key.Key_Down)
    for _ in range(6):
        place = board.place
        seen.append((board._rows.key(place.row or 0), place.cell.first if place.cell else None))
        press(window, Key.Key_Down)
    monday = day_number(TODAY)
    assert seen == [
        (("Design", 0), monday),
        (("Design", 1), monday),
        (("Labs", -1), None),
        (("Labs", 1), monday),
        (("Labs", 2), monday),
        (("No team", -1), None),
    ]


def test_left_folds_the_heading_in_focus_and_right_and_enter_unfold_it(window: MainWindow) -> None:
    board = window.board
    press(window, Key.Key_Home, CONTROL)
    press(window, Key.Key_Left)
    assert board.folded == {"Design"}
    press(window, Key.Key_Right)
    assert board.folded == frozenset()
    press(window, Key.Key_Return)
    assert board.folded == {"Design"}


def test_tab_walks_from_the_strip_over_the_bars_of_the_row_and_then_leaves(window: MainWindow) -> None:
    board, plan = window.board, window.board.plan
    assert plan is not None
    board.choose_cell(1, day_number(TODAY))
    titles = []
    for _ in range(3):
        press(window, Key.Key_Tab)
        assert board.place.item is not None
        titles.append(plan.text(board.place.item, "title"))
    assert titles == ["Test plan", "API review", "trip"]
    press(window, Key.Key_Backtab, SHIFT)
    assert plan.text(board.place.item, "title") == "API review"
    press(window, Key.Key_Right)
    assert plan.text(board.place.item, "title") == "trip"
    press(window, Key.Key_Tab)
    assert not board.hasFocus()


def test_escape_leads_from_a_bar_to_its_day_and_then_lets_go(window: MainWindow) -> None:
    board = window.board
    board.choose_cell(1, day_number(TODAY))
    press(window, Key.Key_Tab)
    press(window, Key.Key_Escape)
    assert (board.place.item, board.place.cell is not None) == (None, True)
    press(window, Key.Key_Escape)
    assert board.place.cell is None


def test_end_and_page_keys_stay_on_a_person(window: MainWindow) -> None:
    board = window.board
    board.choose_cell(0, day_number(TODAY))
    press(window, Key.Key_End)
    assert board.place.cell is not None
    assert board.place.cell.first == day_number(board.visible_span.end)
    press(window, Key.Key_PageDown)
    assert board.place.row == len(board._rows) - 1
    press(window, Key.Key_End, CONTROL)
    assert board._rows.key(board.place.row or 0) == ("No team", 3)


def test_enter_opens_the_inspector(window: MainWindow) -> None:
    window.actions_.inspector.setChecked(False)
    window.board.choose_cell(0, day_number(TODAY))
    press(window, Key.Key_Return)
    assert window.inspector.isVisible()


def test_f8_walks_over_the_over_allocations_of_those_who_are_shown(window: MainWindow) -> None:
    plan = window.board.plan
    assert plan is not None
    window.over_requested.connect(lambda step: window.jump(overloads(plan).targets(), step))
    press(window, Key.Key_F8)
    assert window.board.place.cell is not None
    assert (window.board.place.cell.person, window.board.place.cell.first) == (0, day_number(TODAY))


# --- finding one's way ------------------------------------------------------------------------------------------------


def search(window: MainWindow, text: str) -> None:
    press(window, Key.Key_F, CONTROL)
    QTest.keyClicks(window.search, text)


def test_ctrl_f_finds_an_item_and_enter_goes_there(window: MainWindow) -> None:
    search(window, "review")
    assert window.search.results.isVisible()
    press(window, Key.Key_Return)
    plan, place = window.board.plan, window.board.place
    assert plan is not None
    assert place.item is not None
    assert plan.text(place.item, "title") == "API review"
    assert window.board.hasFocus()
    assert "API review" in texts(window)


def test_the_results_stay_below_the_field_when_the_tool_bar_moves_it(window: MainWindow) -> None:
    search(window, "review")
    before = window.search.mapTo(window, QPoint(0, 0)).x()
    window.tool_bar.range.setText("from the first of November to the last of December")
    QApplication.processEvents()
    field = window.search.mapTo(window, QPoint(0, 0)).x()
    assert field > before
    assert window.search.results.x() == field


def test_arrows_walk_over_the_results_and_escape_closes_them(window: MainWindow) -> None:
    search(window, "o")
    first = window.search.results.currentRow()
    press(window, Key.Key_Down)
    assert window.search.results.currentRow() == first + 1
    press(window, Key.Key_Escape)
    assert not window.search.results.isVisible()
    press(window, Key.Key_Escape)
    assert window.board.hasFocus()


def test_a_found_person_who_is_filtered_away_is_shown_again(window: MainWindow) -> None:
    window._set_filter(Filter(team="Labs"))
    search(window, "ana")
    press(window, Key.Key_Return)
    assert people(window) == ["Ana", "Bo", "Cleo", "Dan"]
    assert window.board.place.cell is not None
    assert window.board.place.cell.person == 0


def test_a_found_team_gets_the_focus_on_its_heading(window: MainWindow) -> None:
    window._group_by(Grouping.PROJECT)
    search(window, "labs")
    press(window, Key.Key_Return)
    assert window.board._rows.key(window.board.place.row or 0) == ("Labs", -1)


def test_the_filter_panel_filters_while_one_types_and_says_so(window: MainWindow) -> None:
    press(window, Key.Key_F, CONTROL | SHIFT)
    QTest.keyClicks(window.filter_panel.text, "cleo")
    assert people(window) == ["Cleo"]
    assert "cleo" in window.tool_bar.filter.text()
    window.filter_panel.hide()
    window.board.setFocus()
    press(window, Key.Key_X, CONTROL | SHIFT)
    assert people(window) == ["Ana", "Bo", "Cleo", "Dan"]


def test_a_filter_without_anybody_says_so_with_a_way_back(qtbot: QtBot, window: MainWindow) -> None:
    window._set_filter(Filter(text="nobody"))
    assert window.empty.isVisible()
    qtbot.mouseClick(window.empty.buttons[0], Qt.MouseButton.LeftButton)
    assert window.board.isVisible()


def test_sorting_by_utilisation_puts_the_busiest_first(window: MainWindow) -> None:
    window._group_by(Grouping.NONE)
    window.actions_.sorts[Sort.UTILISATION].trigger()
    assert people(window) == ["Ana", "Bo", "Cleo", "Dan"]
    window.board.go_to(date(2027, 1, 1))
    window._set_filter(Filter(project="Atlas"))
    window.board.go_to(date(2026, 11, 18))
    assert people(window) == ["Bo", "Cleo"]


def test_findings_are_listed_and_enter_jumps_to_one(window: MainWindow) -> None:
    plan = window.board.plan
    assert plan is not None
    window.findings_requested.connect(lambda: window.show_findings(plan, findings(plan, cases.span(READ))))
    press(window, Key.Key_F7)
    panel = window.findings
    assert panel.model.rowCount() > 0
    panel.check.setCurrentIndex(panel.check.findData("over-allocated"))
    assert [panel.shown.index(0, column).data() for column in (0, 1)] == ["Over-allocated", "Ana"]
    panel.table.selectRow(0)
    QTest.keyClick(panel.table, Key.Key_Return)
    assert window.board.place.cell is not None
    assert (window.board.place.cell.person, window.board.place.cell.first) == (0, day_number(TODAY))


def test_a_hover_card_says_title_person_dates_amount_and_source(window: MainWindow) -> None:
    board = window.board
    frame = board._frame()
    assert frame is not None
    bar = frame.bars(frame.rows[1])[0]
    at = QPoint(int(bar.x) + 250 + 20, int(bar.y) + HEADER + 5)
    QApplication.sendEvent(board.viewport(), QHelpEvent(QEvent.Type.ToolTip, at, board.viewport().mapToGlobal(at)))
    card = QToolTip.text()
    for part in ("Core services", "Ana", "16 Nov", "150 %", "Tempo allocation 41"):
        assert part in card
    QToolTip.hideText()


# --- the inspector ----------------------------------------------------------------------------------------------------


def test_a_terms_link_selects_and_reveals_its_bar(qtbot: QtBot, window: MainWindow) -> None:
    window.board.choose_cell(0, day_number(TODAY))
    assert "4 h 00" in texts(window)  # over by
    link = window.inspector.page.links[0]
    qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
    plan, item = window.board.plan, window.board.place.item
    assert plan is not None
    assert item is not None
    assert plan.text(item, "external_id") == "41"


def test_people_of_the_same_team_with_time_left_are_offered(window: MainWindow) -> None:
    window.board.choose_cell(0, day_number(TODAY))
    said = texts(window)
    assert "WHO COULD TAKE IT" in said
    assert [link.accessibleName() for link in window.inspector.page.links][1:] == ["Bo"]
    assert any(line.startswith("free ") for line in said)


def test_more_asks_for_the_record_and_shows_every_field(qtbot: QtBot, window: MainWindow) -> None:
    window.board.choose_item(0)
    with qtbot.waitSignal(window.raw_requested) as asked:
        qtbot.mouseClick(window.inspector.page.more, Qt.MouseButton.LeftButton)
    window.show_raw(asked.args[0], b'{"id": 41, "planItem": {"name": "Orion <b>"}, "tags": ["a", "b"]}')
    said = texts(window)
    assert [path in said for path in ("id", "planItem.name", "tags.2")] == [True] * 3
    assert "Orion <b>" in said


def test_a_record_that_comes_late_is_not_shown_with_another_item(window: MainWindow) -> None:
    window.board.choose_item(1)
    window.show_raw(0, b'{"secret": "of another"}')
    assert "of another" not in texts(window)


def with_somebody_first(plan: Plan) -> Plan:
    """The same company after Aaron joined it, who is now number 0."""
    tempo = cases.snapshot("tempo-2", [], read=cases.span(READ), people=("aaron",))
    grown = plan_of([*plan.snapshots, tempo], today=TODAY.isoformat())
    assert [person.name for person in grown.people][:2] == ["Aaron", "Ana"]
    return grown


def test_another_plan_never_shows_another_persons_receipt(window: MainWindow) -> None:
    plan = window.board.plan
    assert plan is not None
    day = day_number(TODAY)
    window.board.choose_cell(0, day)
    window.show_plan(with_somebody_first(plan))
    assert texts(window)[0] == "Ana"
    cell = window.board.place.cell
    assert cell is not None
    assert (cell.person, cell.first) == (1, day)
    window.show_plan(plan_of([cases.snapshot("tempo", [], read=cases.span(READ), people=("bo",))]))
    assert texts(window)[0].startswith("Choose a day")
    assert window.board.place.cell is None


def test_an_item_stays_chosen_in_another_plan_and_its_link_leads_to_it(window: MainWindow) -> None:
    plan = window.board.plan
    assert plan is not None
    row = next(r for r in range(plan.rows) if plan.text(r, "title") == "API review")
    window.board.choose_item(row)
    grown = with_somebody_first(plan)
    window.show_plan(grown)
    assert texts(window)[0] == "API review"
    assert window.board.place.item is not None
    assert grown.text(window.board.place.item, "title") == "API review"


def test_what_was_found_in_an_older_plan_leads_to_the_same_person(window: MainWindow) -> None:
    plan = window.board.plan
    assert plan is not None
    found = window.search.plan
    assert found is plan
    window.show_plan(with_somebody_first(plan))  # its index is not made yet
    window._go_to_found(Found(Search.PERSON, "Bo", "", 1))
    assert texts(window)[0] == "Bo"
    window.show_findings(plan, findings(plan, cases.span(READ)))
    window._go_to_finding(next(f for f in findings(plan, cases.span(READ)) if f.check == "over-allocated"))
    assert texts(window)[0] == "Ana"


# --- the table, states and what is kept -------------------------------------------------------------------------------


def test_the_table_says_what_the_strips_say(window: MainWindow) -> None:
    press(window, Key.Key_T, CONTROL)
    model = window.table.capacity
    headings = [model.headerData(column, Qt.Orientation.Horizontal) for column in range(model.columnCount())]
    column = headings.index("Mon 16 Nov 2026")
    assert [model.index(0, c).data() for c in (0, column)] == ["Ana", "12 h 00 of 8 h 00, 150%, far over"]
    assert model.index(3, column).data() == "0 h 00 of 8 h 00, 0%, free"
    items = window.table.items
    assert [items.index(0, c).data() for c in (0, 1, 2, 5)] == ["Ana", "Allocation", "Core services", "150 %"]
    window.table.capacity_table.setCurrentIndex(model.index(0, column))
    assert "Over by" in texts(window)


@pytest.mark.parametrize(
    ("state", "expected", "buttons"),
    [
        (None, "No service is connected yet", 1),
        (State.NEVER, "Nothing has been read yet", 1),
        (State.FAILED, "Nothing could be read", 1),
        (State.FRESH, "Nobody is in this plan", 1),
    ],
)
def test_an_empty_plan_says_what_is_missing(
    qtbot: QtBot, qapp: QApplication, state: State | None, expected: str, buttons: int
) -> None:
    from dataclasses import replace

    window = MainWindow("Northwind", Themes(qapp, Look.LIGHT))
    qtbot.addWidget(window)
    views = (ConnectionView("tempo", "tempo", state, error="tempo: refused.") if state else (),)
    plan = replace(plan_of({"tempo": []}, people=()), connections=tuple(view for view in views if view))
    window.show_plan(plan)
    assert (window.empty.title.text(), len(window.empty.buttons)) == (expected, buttons)
    with qtbot.waitSignal(window.sync_requested if state else window.way_in_chosen):
        window.empty.buttons[0].click()


def test_the_first_start_offers_the_ways_in(qtbot: QtBot, qapp: QApplication) -> None:
    window = MainWindow("planner-gui", Themes(qapp, Look.LIGHT))
    qtbot.addWidget(window)
    window.show_welcome()
    offered = []
    window.way_in_chosen.connect(offered.append)
    for button in window.empty.buttons:
        button.click()
    assert offered == ["demo", "connect", "open"]


def test_the_view_is_kept_and_comes_back(qtbot: QtBot, qapp: QApplication, tmp_path: Path, window: MainWindow) -> None:
    window._state = window_state(tmp_path)
    press(window, Key.Key_3, CONTROL)
    window._group_by(Grouping.PROJECT)
    window._sort_by(Sort.UTILISATION)
    window._set_filter(Filter(text="bo", project="Atlas", over=False))
    window.board.fold(["Atlas"])
    window.actions_.densities[True].trigger()
    window.actions_.looks[Look.DARK].trigger()
    window.actions_.inspector.setChecked(False)
    window.close()
    again = MainWindow("Northwind", Themes(qapp, Look.LIGHT), window_state(tmp_path))
    qtbot.addWidget(again)
    again.show_plan(company())
    view = again.view()
    assert (view.zoom, view.grouping, view.sort) == (Zoom.MONTH, Grouping.PROJECT, Sort.UTILISATION)
    assert (view.filter, view.folded) == (Filter(text="bo", project="Atlas"), frozenset(["Atlas"]))
    assert (view.compact, view.look, view.inspector) == (True, Look.DARK, False)
    assert again.actions_.densities[True].isChecked()
    assert again.actions_.sorts[Sort.UTILISATION].isChecked()


def test_a_faulty_state_file_costs_itself_only(tmp_path: Path) -> None:
    (tmp_path / "window.ini").write_text(
        "[General]\nzoom=Century\ngrouping=4\nfolded=@Invalid()\nlook=dark\ngeometry=x\n"
    )
    view = remembered.read(window_state(tmp_path))
    assert (view.zoom, view.grouping, view.folded, view.look, view.geometry) == (
        Zoom.WEEK,
        Grouping.TEAM,
        frozenset(),
        Look.DARK,
        None,
    )


def test_a_click_on_a_zoom_button_and_the_wheel_leave_each_other_alone(qtbot: QtBot, window: MainWindow) -> None:
    window.board.set_zoom(Zoom.QUARTER)
    QApplication.processEvents()
    assert window.board.zoom is Zoom.QUARTER
    window.actions_.zooms[Zoom.DAY].trigger()
    assert window.board.zoom is Zoom.DAY
