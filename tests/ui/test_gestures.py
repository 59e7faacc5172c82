"""Drags and editing keys on the timeline, by real mouse and key events: what they ask for, and when they do not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from planner_gui.domain.snapshot import day_number
from planner_gui.ui.timeline.board import Board
from planner_gui.ui.timeline.frame import HEADER, PEOPLE_WIDTH
from planner_gui.ui.timeline.gestures import Act, Gesture
from planner_gui.ui.timeline.ghost import Ghost
from planner_gui.ui.timeline.scale import Zoom
from tests.ui.test_board import board, company, x_of

__all__ = ["board"]

PLAIN, CONTROL, SHIFT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
NOTHING: dict[int, str] = {}


class Heard:
    """What the gestures of a board asked for."""

    def __init__(self, board: Board, reasons: dict[int, str] | None = None) -> None:
        self.made: list[Gesture] = []
        self.changed: list[Gesture | None] = []
        self.refused: list[str] = []
        self.reasons = reasons or {}
        board.gestures.allowed = self.allowed
        board.gestures.made.connect(self.made.append)
        board.gestures.changed.connect(self.changed.append)
        board.gestures.refused.connect(self.refused.append)

    def allowed(self, act: Act, rows: Sequence[int]) -> str:
        return next((self.reasons[row] for row in rows if row in self.reasons), "")


@pytest.fixture
def heard(board: Board) -> Heard:
    return Heard(board)


def row_named(board: Board, text: str) -> int:
    """The plan row of Bo's or Ana's item in a project."""
    assert board.plan is not None
    plan = board.plan
    return next(row for row in range(plan.rows) if plan.projects[plan.columns["project"][row]] == text)


def bar(board: Board, row: int) -> tuple[int, int, int]:
    """Left, right and middle height of a bar in the viewport."""
    frame = board._frame()
    assert frame is not None
    place = frame.rows.of_person(int(frame.plan.columns["person"][row]))
    assert place is not None
    found = next(each for each in frame.bars(frame.rows[place]) if each.row == row)
    left = PEOPLE_WIDTH + found.x
    return round(left), round(left + found.width), round(HEADER - frame.top + found.y + found.height / 2)


def row_y(board: Board, person: int) -> int:
    """A height below the bars of a person's row."""
    frame = board._frame()
    assert frame is not None
    row = frame.rows[frame.rows.of_person(person) or 0]
    return HEADER + row.top - frame.top + row.height - 3


def drag(board: Board, start: QPoint, *steps: QPoint, held: Qt.KeyboardModifier = PLAIN, release: bool = True) -> None:
    """Press, move through the steps, release: as a hand does it."""
    view = board.viewport()
    QTest.mousePress(view, Qt.MouseButton.LeftButton, held, start)
    for step in steps:
        event = QMouseEvent(
            QEvent.Type.MouseMove,
            QPointF(step),
            QPointF(view.mapToGlobal(step)),
            Qt.MouseButton.NoButton,
            Qt.MouseButton.LeftButton,
            held,
        )
        QApplication.sendEvent(view, event)
    if release:
        QTest.mouseRelease(view, Qt.MouseButton.LeftButton, held, steps[-1])


def test_a_bar_is_dragged_in_time(board: Board, heard: Heard) -> None:
    row = row_named(board, "Atlas")
    _, _, y = bar(board, row)
    start, end = QPoint(x_of(board, date(2026, 11, 19)), y), QPoint(x_of(board, date(2026, 11, 23)), y)
    drag(board, start, end)
    assert heard.made == [Gesture(Act.MOVE, (row,), days=4)]


def test_a_bar_is_dragged_to_another_person(board: Board, heard: Heard) -> None:
    row = row_named(board, "Atlas")
    _, _, y = bar(board, row)
    x = x_of(board, date(2026, 11, 19))
    drag(board, QPoint(x, y), QPoint(x, row_y(board, 0)))
    assert heard.made == [Gesture(Act.MOVE, (row,), person=0)]


@pytest.mark.parametrize(("at_start", "act"), [(True, Act.STRETCH_START), (False, Act.STRETCH_END)])
def test_an_edge_is_dragged(board: Board, heard: Heard, at_start: bool, act: Act) -> None:
    row = row_named(board, "Atlas")
    left, right, y = bar(board, row)
    x = left + 2 if at_start else right - 3
    width = round(board.zoom.day_width)
    drag(board, QPoint(x, y), QPoint(x + width, y), QPoint(x + 2 * width, y))
    assert heard.made == [Gesture(act, (row,), days=2)]


def test_control_copies(board: Board, heard: Heard) -> None:
    row = row_named(board, "Atlas")
    _, _, y = bar(board, row)
    start, end = QPoint(x_of(board, date(2026, 11, 19)), y), QPoint(x_of(board, date(2026, 11, 26)), y)
    drag(board, start, end, held=CONTROL)
    assert heard.made == [Gesture(Act.COPY, (row,), days=7)]


def test_empty_space_is_drawn_on(board: Board, heard: Heard) -> None:
    y = row_y(board, 0)
    drag(board, QPoint(x_of(board, date(2026, 12, 3)), y), QPoint(x_of(board, date(2026, 12, 1)), y))
    first, last = day_number(date(2026, 12, 1)), day_number(date(2026, 12, 3))
    assert heard.made == [Gesture(Act.DRAW, person=0, first=first, last=last)]


def test_shift_asks_which_kind_is_drawn(board: Board, heard: Heard) -> None:
    y = row_y(board, 0)
    drag(board, QPoint(x_of(board, date(2026, 12, 1)), y), QPoint(x_of(board, date(2026, 12, 2)), y), held=SHIFT)
    assert heard.made[0].choose_kind


def test_zoomed_out_whole_weeks_are_drawn(board: Board, heard: Heard) -> None:
    board.set_zoom(Zoom.QUARTER)
    y = row_y(board, 0) - 8
    drag(board, QPoint(x_of(board, date(2026, 12, 9)), y), QPoint(x_of(board, date(2026, 12, 15)), y))
    assert (heard.made[0].last - heard.made[0].first + 1) % 7 == 0
    assert heard.made[0].first <= day_number(date(2026, 12, 9))


def test_escape_gives_a_drag_up(board: Board, heard: Heard) -> None:
    row = row_named(board, "Atlas")
    _, _, y = bar(board, row)
    start, end = QPoint(x_of(board, date(2026, 11, 19)), y), QPoint(x_of(board, date(2026, 11, 23)), y)
    drag(board, start, end, release=False)
    assert heard.changed[-1] is not None
    QTest.keyClick(board, Qt.Key.Key_Escape)
    QTest.mouseRelease(board.viewport(), Qt.MouseButton.LeftButton, PLAIN, end)
    assert not heard.made
    assert heard.changed[-1] is None


def test_a_click_is_no_drag(board: Board, heard: Heard) -> None:
    row = row_named(board, "Atlas")
    _, _, y = bar(board, row)
    at = QPoint(x_of(board, date(2026, 11, 19)), y)
    drag(board, at, at + QPoint(2, 1))
    assert (heard.made, heard.changed, board.selection) == ([], [], (row,))


def test_a_drag_back_to_where_it_began_changes_nothing(board: Board, heard: Heard) -> None:
    row = row_named(board, "Atlas")
    _, _, y = bar(board, row)
    start = QPoint(x_of(board, date(2026, 11, 19)), y)
    drag(board, start, start + QPoint(60, 0), start)
    assert not heard.made
    assert heard.changed[-1] is None


def test_what_a_service_cannot_do_is_refused_once_with_its_reason(board: Board) -> None:
    row = row_named(board, "Atlas")
    heard = Heard(board, {row: "Tempo is read-only"})
    _, _, y = bar(board, row)
    start = QPoint(x_of(board, date(2026, 11, 19)), y)
    drag(board, start, start + QPoint(40, 0), start + QPoint(80, 0))
    assert (heard.made, heard.refused) == ([], ["Tempo is read-only"])


def test_where_nothing_can_be_edited_a_drag_is_nothing(board: Board) -> None:
    heard = Heard(board)
    board.gestures.allowed = None
    row = row_named(board, "Atlas")
    _, _, y = bar(board, row)
    start = QPoint(x_of(board, date(2026, 11, 19)), y)
    drag(board, start, start + QPoint(80, 0))
    assert (heard.made, heard.refused) == ([], [])


def test_several_items_move_together(board: Board, heard: Heard) -> None:
    one, other = row_named(board, "Atlas"), row_named(board, "Orion")
    for row in (one, other):
        left, _, y = bar(board, row)
        QTest.mouseClick(board.viewport(), Qt.MouseButton.LeftButton, CONTROL, QPoint(left + 40, y))
    assert set(board.selection) == {one, other}
    left, _, y = bar(board, one)
    drag(board, QPoint(left + 40, y), QPoint(left + 40 + round(board.zoom.day_width), y))
    assert heard.made == [Gesture(Act.MOVE, (one, other), days=1)]


def test_control_click_takes_an_item_out_again_and_a_click_chooses_one(board: Board, heard: Heard) -> None:
    one, other = row_named(board, "Atlas"), row_named(board, "Orion")
    for row in (one, other, other):
        left, _, y = bar(board, row)
        QTest.mouseClick(board.viewport(), Qt.MouseButton.LeftButton, CONTROL, QPoint(left + 40, y))
    assert board.selection == (one,)
    left, _, y = bar(board, other)
    QTest.mouseClick(board.viewport(), Qt.MouseButton.LeftButton, CONTROL, QPoint(left + 40, y))
    QTest.mouseClick(board.viewport(), Qt.MouseButton.LeftButton, PLAIN, QPoint(left + 40, y))
    assert board.selection == (other,)


@pytest.mark.parametrize(
    ("key", "held", "expected"),
    [
        (Qt.Key.Key_Right, CONTROL, Gesture(Act.MOVE, days=1)),
        (Qt.Key.Key_Left, CONTROL, Gesture(Act.MOVE, days=-1)),
        (Qt.Key.Key_Up, CONTROL, Gesture(Act.MOVE, person=0)),
        (Qt.Key.Key_Right, SHIFT, Gesture(Act.STRETCH_END, days=1)),
        (Qt.Key.Key_Left, SHIFT, Gesture(Act.STRETCH_END, days=-1)),
        (Qt.Key.Key_Left, CONTROL | SHIFT, Gesture(Act.STRETCH_START, days=-1)),
    ],
)
def test_keys_move_and_stretch(
    board: Board, heard: Heard, key: Qt.Key, held: Qt.KeyboardModifier, expected: Gesture
) -> None:
    row = row_named(board, "Atlas")
    board.choose_item(row)
    QTest.keyClick(board, key, held)
    made = heard.made[0]
    assert (made.rows, made.act, made.days, made.person) == ((row,), expected.act, expected.days, expected.person)


def test_the_last_person_has_nobody_below(board: Board, heard: Heard) -> None:
    board.choose_item(row_named(board, "Atlas"))
    QTest.keyClick(board, Qt.Key.Key_Down, CONTROL)
    assert heard.made == []


def test_a_ghost_is_painted_over_its_row_and_gone_with_the_next_plan(board: Board, heard: Heard) -> None:
    plan = board.plan
    assert plan is not None
    before = board.viewport().grab().toImage()
    everybody = {person: person for person in range(len(plan.people))}
    board.show_ghost(Ghost.of(plan, everybody, [row_named(board, "Atlas")]))
    assert board.viewport().grab().toImage() != before, "the changed bar has a dashed edge"
    board.show_plan(company())
    assert board._ghost is None


def test_near_the_border_the_view_scrolls_while_dragging(qtbot: QtBot, board: Board, heard: Heard) -> None:
    row = row_named(board, "Atlas")
    _, _, y = bar(board, row)
    before = board.visible_span.start
    start = QPoint(x_of(board, date(2026, 11, 19)), y)
    drag(board, start, QPoint(board.viewport().width() - 2, y), release=False)
    qtbot.waitUntil(lambda: board.visible_span.start > before)
    last = heard.changed[-1]
    assert last is not None
    qtbot.waitUntil(lambda: heard.changed[-1] is not None and heard.changed[-1].days > last.days)
    board.gestures.cancel()
