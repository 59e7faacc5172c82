"""The row of what is nobody's: at the end, with bars, without a strip, never in a total (docs/capacity.md, Load 4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from planner_gui.domain.checks import findings
from planner_gui.domain.entities import Task
from planner_gui.domain.plan import Plan
from planner_gui.domain.snapshot import day_number
from planner_gui.ui.search import Index
from planner_gui.ui.theme import Look, Themes
from planner_gui.ui.timeline.cards import card
from planner_gui.ui.timeline.frame import HEADER, PEOPLE_WIDTH, Frame
from planner_gui.ui.timeline.gestures import Act, Gesture
from planner_gui.ui.timeline.groups import UNASSIGNED, Filter, Grouping
from planner_gui.ui.timeline.hit import hit
from planner_gui.ui.timeline.labels import Labels
from planner_gui.ui.timeline.rows import Row
from planner_gui.ui.timeline.scale import Zoom
from planner_gui.ui.window import MainWindow
from tests.domain import cases
from tests.domain.cases import booking, plan_of, task
from tests.ui.conftest import READ, TODAY, overloads
from tests.ui.test_gestures import Heard, drag

Key = Qt.Key
OPEN = task((), "2026-11-16", "2026-11-25", 600, ref="open", title="Write handbook", project="Orion")


def company(*tasks: Task) -> Plan:
    """Ana at work, a plan of team 5, and tasks of nobody."""
    team = booking("", "2026-11-18..2026-11-19", team="5", ref="team", title="Hack days", project="Run")
    return plan_of(
        {"tempo": [booking("ana", "2026-11-16..2026-11-20", commitment=50.0, project="Atlas"), team], "bigtime": tasks},
        today=TODAY.isoformat(),
        read=READ,
    )


@pytest.fixture
def show(qtbot: QtBot, qapp: QApplication) -> Iterator[Callable[[Plan], MainWindow]]:
    def made(plan: Plan) -> MainWindow:
        window = MainWindow("Northwind", Themes(qapp, Look.LIGHT))
        qtbot.addWidget(window)
        window.show_plan(plan)
        window.show_index(Index(plan))
        window.show_overloads(overloads(plan))
        with qtbot.waitExposed(window):
            window.show()
        window.activateWindow()
        window.board.setFocus()
        return window

    QAccessible.setActive(True)
    yield made
    QAccessible.setActive(False)


@pytest.fixture
def window(show: Callable[[Plan], MainWindow]) -> MainWindow:
    return show(company(OPEN))


def frame_of(window: MainWindow) -> Frame:
    frame = window.board._frame()
    assert frame is not None
    return frame


def last_row(window: MainWindow) -> Row:
    frame = frame_of(window)
    return frame.rows[len(frame.rows) - 1]


def titles(window: MainWindow) -> list[str]:
    frame = frame_of(window)
    return [frame.plan.text(bar.row, "title") for bar in frame.bars(last_row(window))]


def chosen(window: MainWindow) -> str:
    item, plan = window.board.place.item, window.board.plan
    return "" if item is None or plan is None else plan.text(item, "title")


def middle(window: MainWindow, at: int) -> QPoint:
    """The middle of a bar of the last row, in the viewport."""
    frame = frame_of(window)
    bar = frame.bars(last_row(window))[at]
    return QPoint(round(PEOPLE_WIDTH + bar.x + bar.width / 2), round(HEADER - frame.top + bar.y + bar.height / 2))


@pytest.mark.parametrize("grouping", list(Grouping))
def test_tasks_and_team_plans_of_nobody_stand_at_the_end(window: MainWindow, grouping: Grouping) -> None:
    window.board.set_grouping(grouping)
    frame = frame_of(window)
    assert frame.rows.groups[-1].name == UNASSIGNED
    assert titles(window) == ["Write handbook", "Hack days"]
    top, bottom = last_row(window).top + frame.metrics.group, last_row(window).top + last_row(window).height
    assert all(top <= bar.y and bar.y + bar.height <= bottom for bar in frame.bars(last_row(window)))


def test_it_is_hidden_where_nothing_is_nobodys_or_nothing_of_it_has_a_date(show: Callable[[Plan], MainWindow]) -> None:
    undated = task((), None, None, 60)
    bare = {"tempo": [booking("ana", "2026-11-16..2026-11-20")], "bigtime": [undated]}
    window = show(plan_of(bare, today=TODAY.isoformat(), read=READ))
    assert UNASSIGNED not in [group.name for group in frame_of(window).rows.groups]
    window.board.choose_item(1)  # it has no row to go to, and is shown all the same
    assert chosen(window) == "Test plan"


def test_it_has_no_strip_and_is_in_no_total(window: MainWindow) -> None:
    frame = frame_of(window)
    row = last_row(window)
    here = hit(
        frame, PEOPLE_WIDTH + frame.scale.x(day_number(date(2026, 12, 2))) + 3, HEADER + row.top + row.height - 3
    )
    assert (here.row, here.cell, here.bar) == (row, None, None)
    assert window.board.shown.tolist() == [0, 1]
    assert frame.shown_people == 2
    plan = window.board.plan
    assert plan is not None
    assert cases.load(plan, "2026-11-18") == [240]


def test_it_is_not_counted_among_the_groups(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    draw = Labels.draw

    def noted(self: Labels, painter: QPainter, font: str, text: str, *place: float, **more: int) -> float:
        written.append(text)
        return draw(self, painter, font, text, *place, **more)

    monkeypatch.setattr(Labels, "draw", noted)
    window.board.set_grouping(Grouping.PROJECT)
    window.board.grab()
    assert "2 people \N{MIDDLE DOT} 2 projects" in written
    assert {UNASSIGNED, "2"} <= set(written)


def test_a_filter_of_people_hides_it_and_one_of_a_project_keeps_work_of_that_project(window: MainWindow) -> None:
    def shown(wanted: Filter) -> bool:
        window.board.set_filter(wanted)
        plan = window.board.plan
        return plan is not None and window.board.is_shown(len(plan.people))

    assert [shown(Filter(text="ana")), shown(Filter(over=True)), shown(Filter(project="Orion", text="a"))] == [
        False
    ] * 3
    assert [shown(Filter(project="Orion")), shown(Filter(project="Atlas")), shown(Filter())] == [True, False, True]


def test_search_and_findings_lead_to_its_bars_and_unfold_it(window: MainWindow) -> None:
    plan, board = window.board.plan, window.board
    assert plan is not None
    board.fold([UNASSIGNED])
    assert titles(window)  # what is folded is only not painted
    assert not last_row(window).has_bars
    window._set_filter(Filter(text="ana"))
    window.search._index = Index(plan)
    window._go_to_found(Index(plan).find("handbook")[0])
    assert (chosen(window), board.filter) == ("Write handbook", Filter())
    assert last_row(window).has_bars
    assert board.place.row == len(frame_of(window).rows) - 1
    late = company(task((), "2026-10-20", "2026-11-02", 60, ref="late", title="Late"))
    window.show_plan(late)
    window.show_findings(late, findings(late, cases.span(READ)))
    window._go_to_finding(next(f for f in findings(late, cases.span(READ)) if f.check == "overdue"))
    assert chosen(window) == "Late"


def test_a_click_chooses_a_bar_and_one_on_the_name_folds(window: MainWindow) -> None:
    board = window.board
    QTest.mouseClick(board.viewport(), Qt.MouseButton.LeftButton, pos=middle(window, 1))
    assert chosen(window) == "Hack days"
    row = last_row(window)
    below = QPoint(PEOPLE_WIDTH + 800, HEADER - frame_of(window).top + row.top + row.height - 4)
    QTest.mouseClick(board.viewport(), Qt.MouseButton.LeftButton, pos=below)
    assert UNASSIGNED not in board.folded
    name = QPoint(60, HEADER - frame_of(window).top + row.top + 10)
    QTest.mouseClick(board.viewport(), Qt.MouseButton.LeftButton, pos=name)
    assert UNASSIGNED in board.folded


def test_keys_reach_its_bars_and_come_back_to_its_name(window: MainWindow) -> None:
    board = window.board
    QTest.keyClick(board, Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    assert frame_of(window).focused_group == UNASSIGNED
    seen = []
    for key in (Key.Key_Tab, Key.Key_Tab, Key.Key_Left, Key.Key_Right):
        QTest.keyClick(board, key)
        seen.append(chosen(window))
    assert seen == ["Write handbook", "Hack days", "Write handbook", "Hack days"]
    assert UNASSIGNED not in board.folded
    QTest.keyClick(board, Key.Key_Escape)
    assert (chosen(window), frame_of(window).focused_group) == ("", UNASSIGNED)
    QTest.keyClick(board, Key.Key_Return)
    assert UNASSIGNED in board.folded


@pytest.mark.parametrize("zoom", list(Zoom))
def test_it_is_painted_at_every_zoom_and_density(window: MainWindow, zoom: Zoom) -> None:
    for compact in (False, True):
        window.board.set_compact(compact)
        window.board.set_zoom(zoom)
        assert not window.board.grab().isNull()
        row = last_row(window)
        assert row.height > frame_of(window).metrics.group
        assert frame_of(window).rows.height == row.top + row.height


def test_assistive_tools_hear_its_name_its_bars_and_that_it_is_in_no_total(window: MainWindow) -> None:
    timeline = QAccessible.queryAccessibleInterface(window.board)
    row = timeline.child(timeline.childCount() - 1)
    assert row.text(QAccessible.Text.Name) == "Unassigned, 2 items of nobody"
    assert row.text(QAccessible.Text.Value) == "tasks without assignees and plans of teams, in no total"
    bars = [row.child(at) for at in range(row.childCount())]
    assert [bar.text(QAccessible.Text.Name).split(",")[0] for bar in bars] == ["Task Orion", "Allocation Run"]
    assert all(bar.rect().height() > 0 for bar in bars)


def test_the_table_lists_its_items_and_not_where_a_filter_hides_them(window: MainWindow) -> None:
    window.actions_.table.setChecked(True)
    items = window.table.items

    def lines() -> list[tuple[str, str]]:
        return [(items.index(row, 0).data(), items.index(row, 2).data()) for row in range(items.rowCount())]

    assert lines() == [("Ana", "Core services"), ("Unassigned", "Write handbook"), ("Unassigned", "Hack days")]
    assert window.table.capacity.rowCount() == 2
    window.table.items_table.setCurrentIndex(items.index(1, 0))
    assert window.inspector.page.findChildren(QLabel)[0].text() == "Write handbook"
    window._set_filter(Filter(text="ana"))
    window._fill_table()
    assert lines() == [("Ana", "Core services")]


def test_a_hover_card_says_what_it_is(window: MainWindow) -> None:
    frame, row = frame_of(window), last_row(window)
    words = card(frame, hit(frame, 20, HEADER - frame.top + row.top + 5))
    assert words == "Unassigned \N{MIDDLE DOT} tasks without assignees and plans of teams; in no total\nClick to fold"
    point = middle(window, 0)
    assert "Unassigned" in card(frame, hit(frame, point.x(), point.y()))


def test_a_row_higher_than_the_view_scrolls_to_the_bar_and_paints_only_what_shows(
    show: Callable[[Plan], MainWindow],
) -> None:
    many = [task((), "2026-11-16", "2026-11-25", 60, ref=str(n), title=f"Task {n}") for n in range(80)]
    window = show(company(*many))
    plan, board = window.board.plan, window.board
    assert plan is not None
    assert len(titles(window)) < 80
    row = next(row for row in range(plan.rows) if plan.text(row, "title") == "Task 79")
    board.choose_item(row)
    assert "Task 79" in titles(window)
    board.choose_item(next(row for row in range(plan.rows) if plan.text(row, "title") == "Task 0"))
    assert "Task 0" in titles(window)
    assert "Task 79" not in titles(window)


def test_a_bar_of_nobodys_is_dragged_to_somebody_and_in_time(window: MainWindow) -> None:
    heard = Heard(window.board)
    frame, row = frame_of(window), last_row(window)
    bar = next(each for each in frame.bars(row) if frame.plan.text(each.row, "title") == "Write handbook")
    at = QPoint(round(PEOPLE_WIDTH + bar.x + bar.width / 2), round(HEADER - frame.top + bar.y + bar.height / 2))
    ana = frame.rows[frame.rows.of_person(0) or 0]
    day = QPoint(round(frame.scale.day_width), 0)
    drag(window.board, at, at + day, QPoint(at.x(), HEADER + ana.top - frame.top + ana.height - 3))
    drag(window.board, at, at + day, at + 2 * day)
    assert heard.made == [Gesture(Act.MOVE, (bar.row,), person=0), Gesture(Act.MOVE, (bar.row,), days=2)]


def test_nothing_is_drawn_where_nobody_is(window: MainWindow) -> None:
    heard, frame, row = Heard(window.board), frame_of(window), last_row(window)
    at = QPoint(PEOPLE_WIDTH + 3, HEADER + row.top - frame.top + 4)
    drag(window.board, at, at + QPoint(60, 0))
    assert (heard.made, heard.refused) == ([], [])
