"""The timeline under real mouse, wheel and key events, and pixels that say what the numbers say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from planner_gui.domain.judging import Level
from planner_gui.domain.plan import Plan, State
from planner_gui.domain.snapshot import day_date, day_number
from planner_gui.ui.theme import DARK, LIGHT
from planner_gui.ui.timeline.board import Board, Grouping
from planner_gui.ui.timeline.frame import HEADER, PEOPLE_WIDTH
from planner_gui.ui.timeline.paint import _number
from planner_gui.ui.timeline.scale import Zoom
from tests.domain.cases import booking, event, leave, plan_of, task

TODAY = date(2026, 11, 16)


def company() -> Plan:
    """Ana over-allocated from Monday to Friday, away the week after; Bo with a bit of everything."""
    return plan_of(
        {
            "tempo": [
                booking("ana", "2026-11-16..2026-11-20", commitment=150.0, project="Orion"),
                booking("bo", "2026-11-16..2026-11-27", ref="42", commitment=50.0, project="Atlas"),
            ],
            "bigpicture": [leave("ana", "2026-11-23..2026-11-27")],
            "worktime": [event("bo", "2026-11-18", "trip")],
            "bigtime": [task("bo", "2026-11-16", "2026-11-25", 600)],
        },
        today=TODAY.isoformat(),
        read="2026-10-16..2027-11-16",
    )


@pytest.fixture
def board(qtbot: QtBot) -> Board:
    made = Board()
    qtbot.addWidget(made)
    made.resize(1300, 600)
    made.set_theme(LIGHT)
    made.show()
    made.set_grouping(Grouping.NONE)
    made.show_plan(company())
    made.setFocus()
    return made


def x_of(board: Board, day: date) -> int:
    """The middle of a day in the viewport."""
    first = day_number(board.visible_span.start)
    return round(PEOPLE_WIDTH + (day_number(day) - first + 0.5) * board.zoom.day_width)


def pixels(board: Board) -> QImage:
    QApplication.processEvents()
    return board.viewport().grab().toImage()


def strip_of(board: Board, person: int, day: date) -> QColor:
    """The colour of a person's strip cell."""
    frame = board._frame()
    assert frame is not None
    row = frame.rows[frame.rows.of_person(person) or 0]
    y = HEADER + row.top - frame.top + frame.metrics.pad + frame.metrics.strip // 2
    return pixels(board).pixelColor(QPoint(x_of(board, day), y))


def test_an_over_allocated_day_is_painted_far_over_and_a_free_one_free(board: Board) -> None:
    assert strip_of(board, 0, date(2026, 11, 18)) == QColor(LIGHT.cell(Level.FAR_OVER).fill)
    assert strip_of(board, 1, date(2026, 12, 2)) == QColor(LIGHT.cell(Level.FREE).fill)
    board.set_theme(DARK)
    assert strip_of(board, 0, date(2026, 11, 18)) == QColor(DARK.cell(Level.FAR_OVER).fill)


def test_what_is_done_of_a_task_is_the_accents_part_of_the_line_below_it(board: Board) -> None:
    half = task("bo", "2026-11-16", "2026-11-25", 600, percent_complete=50.0)
    board.show_plan(plan_of({"bigtime": [half]}, today=TODAY.isoformat(), read="2026-10-16..2027-11-16"))
    frame = board._frame()
    assert frame is not None
    (bar,) = (bar for at in range(len(frame.rows)) for bar in frame.bars(frame.rows[at]))
    picture, y = pixels(board), round(HEADER - frame.top + bar.y + bar.height - 2)
    done, left = (picture.pixelColor(round(PEOPLE_WIDTH + bar.x + bar.width * at), y) for at in (0.45, 0.55))
    assert (done, left) == (QColor(LIGHT.accent), QColor(LIGHT.hatch))


def test_a_click_on_a_strip_cell_chooses_the_day(qtbot: QtBot, board: Board) -> None:
    with qtbot.waitSignal(board.cell_chosen) as chosen:
        point = QPoint(x_of(board, date(2026, 11, 18)), HEADER + 10)
        QTest.mouseClick(board.viewport(), Qt.MouseButton.LeftButton, pos=point)
    day = day_number(date(2026, 11, 18))
    assert chosen.args == [0, day, day]


def test_a_click_on_a_bar_chooses_the_item(qtbot: QtBot, board: Board) -> None:
    frame = board._frame()
    assert frame is not None
    row = frame.rows[0]
    bar = frame.bars(row)[0]
    with qtbot.waitSignal(board.item_chosen) as chosen:
        point = QPoint(int(PEOPLE_WIDTH + bar.x + 20), int(HEADER + bar.y + 5))
        QTest.mouseClick(board.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert chosen.args == [bar.row]


def test_a_click_on_a_name_chooses_the_visible_range(qtbot: QtBot, board: Board) -> None:
    with qtbot.waitSignal(board.cell_chosen) as chosen:
        QTest.mouseClick(board.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(90, HEADER + 20))
    span = board.visible_span
    assert chosen.args == [0, day_number(span.start), day_number(span.end)]


def test_arrow_keys_walk_over_days_and_people_and_escape_lets_go(qtbot: QtBot, board: Board) -> None:
    seen: list[tuple[int, int, int]] = []
    board.cell_chosen.connect(lambda *cell: seen.append(cell))
    today = day_number(TODAY)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Left):
        QTest.keyClick(board, key)
    assert [(person, day - today) for person, day, _ in seen] == [(0, 0), (0, 1), (0, 2), (1, 2), (0, 2), (0, 1)]
    with qtbot.waitSignal(board.nothing_chosen):
        QTest.keyClick(board, Qt.Key.Key_Escape)


def test_walking_past_the_edge_scrolls(board: Board) -> None:
    QTest.keyClick(board, Qt.Key.Key_Down)
    for _ in range(60):
        QTest.keyClick(board, Qt.Key.Key_Right)
    assert TODAY.toordinal() + 60 in range(board.visible_span.start.toordinal(), board.visible_span.end.toordinal() + 1)


def wheel(board: Board, at: QPoint, angle: QPoint, modifiers: Qt.KeyboardModifier) -> None:
    position = QPointF(at)
    event_ = QWheelEvent(
        position,
        QPointF(board.viewport().mapToGlobal(at)),
        QPoint(),
        angle,
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(board.viewport(), event_)


def test_ctrl_and_wheel_zoom_with_the_day_under_the_pointer_staying(board: Board) -> None:
    at = QPoint(PEOPLE_WIDTH + 600, 300)
    frame = board._frame()
    assert frame is not None
    under = frame.scale.day(600)
    wheel(board, at, QPoint(0, -120), Qt.KeyboardModifier.ControlModifier)
    assert board.zoom is Zoom.MONTH
    frame = board._frame()
    assert frame is not None
    assert frame.scale.day(600) == under


def test_the_wheel_scrolls_sideways_with_shift(board: Board) -> None:
    before = board.visible_span.start
    wheel(board, QPoint(600, 300), QPoint(0, -120), Qt.KeyboardModifier.ShiftModifier)
    assert board.visible_span.start > before


def test_dragging_the_header_moves_time(board: Board) -> None:
    before = board.visible_span.start
    viewport = board.viewport()
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=QPoint(900, 20))
    QTest.mouseMove(viewport, QPoint(900 - 150, 20))
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=QPoint(900 - 150, 20))
    assert (board.visible_span.start - before).days == 5


def test_zooming_out_sums_a_week_into_a_cell_and_says_its_percentage(board: Board) -> None:
    board.set_zoom(Zoom.QUARTER)
    board.go_today()
    frame = board._frame()
    assert frame is not None
    week = next(i for i, (first, _) in enumerate(frame.cells()) if day_date(first) == date(2026, 11, 16))
    pixels(board)
    cells = frame.numbers.of_person(0, frame.cells())
    assert (cells.load[week], cells.capacity[week], bool(cells.over[week])) == (5 * 720, 5 * 480, True)


def test_folding_a_team_hides_its_people(qtbot: QtBot, board: Board) -> None:
    board.set_grouping(Grouping.TEAM)
    frame = board._frame()
    assert frame is not None
    assert frame.rows.person.tolist() == [-1, 0, 1]
    QTest.mouseClick(board.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(40, HEADER + 10))
    frame = board._frame()
    assert frame is not None
    assert frame.rows.person.tolist() == [-1]


def test_grouping_by_project_puts_people_under_what_they_work_on(board: Board) -> None:
    board.set_grouping(Grouping.PROJECT)
    assert [group.name for group in board._groups] == ["Atlas", "Orion"]


def test_the_dates_that_were_not_read_have_no_strip(board: Board) -> None:
    board.go_to(date(2027, 11, 20))
    assert strip_of(board, 1, date(2027, 11, 15)) == QColor(LIGHT.cell(Level.FREE).fill)
    assert strip_of(board, 1, date(2027, 11, 18)) != QColor(LIGHT.cell(Level.FREE).fill)


def test_another_plan_keeps_the_place(board: Board) -> None:
    board.go_to(date(2027, 3, 1))
    before = board.visible_span
    board.show_plan(company())
    assert board.visible_span == before


def test_zoomed_out_the_day_in_focus_becomes_its_week(board: Board) -> None:
    board.choose_cell(0, day_number(date(2026, 11, 18)))
    said: list[tuple[int, int, int]] = []
    board.cell_chosen.connect(lambda *cell: said.append(cell))
    board.set_zoom(Zoom.QUARTER)
    assert said == [(0, day_number(date(2026, 11, 16)), day_number(date(2026, 11, 22)))]
    assert board.place.cell is not None
    assert [day_date(day).isoformat() for day in (board.place.cell.first, board.place.cell.last)] == [
        "2026-11-16",
        "2026-11-22",
    ]


def test_an_item_of_a_failed_connection_is_shaded(board: Board) -> None:
    frame = board._frame()
    assert frame is not None
    assert board.plan is not None
    assert not frame.is_stale(0)
    tempo = board.plan.snapshots[int(board.plan.columns["connection"][0])].connection
    views = tuple(replace(view, state=State.FAILED) if view.name == tempo else view for view in board.plan.connections)
    before = pixels(board)
    board.show_plan(replace(board.plan, connections=views))
    after = board._frame()
    assert after is not None
    assert after.is_stale(0)
    assert pixels(board) != before


def test_a_cell_without_capacity_says_the_hours_that_are_over() -> None:
    assert (_number(960, 0), _number(48, 0), _number(480, 480)) == ("+16 h", "+48 m", "100")


def test_an_unmatched_person_carries_a_badge(board: Board) -> None:
    frame = board._frame()
    assert frame is not None
    people = (replace(frame.plan.people[0], unmatched=True), frame.plan.people[1])
    before = pixels(board)
    board.show_plan(replace(frame.plan, people=people))
    assert pixels(board) != before
