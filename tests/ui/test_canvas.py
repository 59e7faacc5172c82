"""What was scrolled is what would be painted anew, pixel by pixel, and scrolling paints only what is new."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from planner_gui.domain.snapshot import day_date, day_number
from planner_gui.ui.theme import CONTRAST, DARK, LIGHT, Theme
from planner_gui.ui.timeline import canvas as canvas_module
from planner_gui.ui.timeline.area import Area, Box
from planner_gui.ui.timeline.board import Board
from planner_gui.ui.timeline.frame import HEADER, PEOPLE_WIDTH, Frame
from planner_gui.ui.timeline.ghost import Ghost
from planner_gui.ui.timeline.scale import Zoom
from tests.domain.cases import plan_of
from tests.ui.conftest import TODAY
from tests.ui.moved_pixels import apart, scrolled, show

ROUNDING = 8  # of 255: Qt may round a smooth edge's shade otherwise where only a part of it is painted


@pytest.fixture
def board(qtbot: QtBot) -> Board:
    made = Board()
    qtbot.addWidget(made)
    show(made)
    return made


def frame_of(board: Board) -> Frame:
    frame = board._frame()
    assert frame is not None
    return frame


@pytest.mark.parametrize("theme", [LIGHT, DARK, CONTRAST], ids=lambda theme: theme.name)
@pytest.mark.parametrize("zoom", list(Zoom), ids=lambda zoom: zoom.label)
def test_what_was_scrolled_is_what_would_be_painted_anew(board: Board, zoom: Zoom, theme: Theme) -> None:
    board.set_zoom(zoom)
    board.set_theme(theme)
    board.go_to(day_date(day_number(TODAY)))
    board.choose_cell(2, day_number(TODAY))
    assert scrolled(board, zoom.label) <= ROUNDING


@pytest.mark.parametrize("factor", ["1.25", "2"])
def test_so_it_is_on_a_screen_with_more_pixels(factor: str) -> None:
    words = [sys.executable, "-m", "tests.ui.moved_pixels"]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": factor}
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=True)
    assert int(done.stdout) <= ROUNDING


@pytest.fixture
def painted(board: Board, monkeypatch: pytest.MonkeyPatch) -> list[Area | None]:
    """The parts of each painting."""
    asked: list[Area | None] = []
    real = canvas_module.paint

    def paint(painter: QPainter, frame: Frame, area: Area | None = None) -> None:
        asked.append(area)
        real(painter, frame, area)

    monkeypatch.setattr(canvas_module, "paint", paint)
    return asked


def test_scrolling_down_paints_only_the_rows_laid_bare(board: Board, painted: list[Area | None]) -> None:
    board.verticalScrollBar().setValue(30)
    QApplication.processEvents()
    frame, bottom = frame_of(board), board.viewport().height()
    assert [area and area.boxes for area in painted] == [(Box(0, bottom - 30, PEOPLE_WIDTH + frame.width, bottom),)]


def test_the_same_frame_again_paints_nothing(board: Board, painted: list[Area | None]) -> None:
    board._follow_view()
    QApplication.processEvents()
    assert painted == []


def test_another_choice_paints_the_rows_of_whom_it_was_and_is(board: Board, painted: list[Area | None]) -> None:
    day = day_number(TODAY)
    board.choose_cell(0, day)
    QApplication.processEvents()
    painted.clear()
    board.choose_cell(2, day)
    assert apart(board) <= ROUNDING
    area, frame = painted[0], frame_of(board)
    assert area is not None
    assert {box.top - HEADER for box in area.boxes} == {frame.rows[0].top, frame.rows[2].top}
    assert area.extent.right < PEOPLE_WIDTH + frame.width / 2, "the name and the cell, not the whole row"
    board.choose_item(int(frame.plan.offsets[1]))
    assert apart(board) <= ROUNDING


def test_a_click_paints_no_more_than_the_choice(board: Board, painted: list[Area | None]) -> None:
    frame = frame_of(board)
    at = QPoint(PEOPLE_WIDTH + 200, HEADER + frame.rows[1].top + frame.metrics.pad + 4)
    QTest.mouseClick(board.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert apart(board) <= ROUNDING
    assert all(area is not None and area.extent.bottom <= HEADER + frame.rows[2].top for area in painted[:-1])


def test_a_ghost_paints_the_rows_of_its_people_and_takes_them_back(board: Board, painted: list[Area | None]) -> None:
    frame = frame_of(board)

    board.show_ghost(Ghost.of(frame.plan, {1: 2}, ()))
    QApplication.processEvents()
    assert not any(painted), "its row is painted once, as a ghost"
    assert apart(board) <= ROUNDING
    for bar in (board.verticalScrollBar(), board.horizontalScrollBar()):
        bar.setValue(bar.value() + 300)
        assert apart(board) <= ROUNDING
        bar.setValue(bar.value() - 280)
        assert apart(board) <= ROUNDING
    board.show_ghost(None)
    assert apart(board) <= ROUNDING


def test_whatever_else_changes_paints_everything(board: Board, painted: list[Area | None]) -> None:
    for change in (
        lambda: board.set_theme(DARK),
        lambda: board.set_compact(True),
        lambda: board.set_zoom(Zoom.MONTH),
        lambda: board.resize(910, 420),
        lambda: board.show_plan(plan_of({}, today=TODAY.isoformat())),
    ):
        change()
        QApplication.processEvents()
        view = board.viewport().rect()
        assert painted, "painted again"
        assert painted[-1] is not None
        assert painted[-1].extent == Box(0, 0, view.width(), view.height())
        painted.clear()


def test_a_frame_that_nobody_told_of_is_painted_whole_next(qtbot: QtBot, board: Board) -> None:
    board._today += 3
    board.viewport().update(0, HEADER, 10, 10)
    qtbot.waitUntil(lambda: apart(board) <= ROUNDING)


def test_an_area_knows_what_it_touches() -> None:
    area = Area([Box(0, 0, 10, 10), Box(20, 20, 20, 30), Box(30, 40, 50, 60)])
    assert len(area.boxes) == 2  # an empty box shows nothing
    assert area.extent == Box(0, 0, 50, 60)
    assert area.touches(Box(9, 9, 12, 12))
    assert not area.touches(Box(10, 0, 30, 40))
    assert area.between(10, 45).boxes == (Box(30, 40, 50, 60),)
    assert area.moved(-5, 5).boxes[0] == Box(-5, 5, 5, 15)
    assert Area.of(area.region).boxes == area.boxes
    assert not Area([])
    assert Area([]).extent == Box(0, 0, 0, 0)
