"""A scrolled picture is the one that would be painted anew, pixel by pixel, and scrolling paints only what is new."""

from __future__ import annotations

import random

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QPixmap
from pytestqt.qtbot import QtBot

from planner_gui.domain.snapshot import day_date, day_number
from planner_gui.ui.theme import CONTRAST, DARK, LIGHT, Theme
from planner_gui.ui.timeline import canvas as canvas_module
from planner_gui.ui.timeline.area import Area, Box
from planner_gui.ui.timeline.board import Board, Grouping
from planner_gui.ui.timeline.canvas import Canvas
from planner_gui.ui.timeline.frame import HEADER, PEOPLE_WIDTH, Frame
from planner_gui.ui.timeline.scale import Zoom
from tests.domain.cases import booking, event, leave, plan_of, task
from tests.ui.conftest import TODAY

STEPS = (48, -48, 3, -17, 40, -33, 120, -95)
ROWS = 12
ROUNDING = 8  # of 255: Qt may round a smooth edge's shade otherwise where only a part of it is painted


@pytest.fixture
def board(qtbot: QtBot) -> Board:
    """Twelve people with every kind of bar, some far longer than the view, in a view that shows a few of them."""
    names = [f"p{n:02}" for n in range(ROWS)]
    plan = plan_of(
        {
            "tempo": [
                booking(who, "2026-10-20..2027-01-30", ref="7", commitment=60.0, project="Orion") for who in names
            ]
            + [booking(who, "2026-11-16..2026-11-20", ref="42", commitment=90.0, project="Atlas") for who in names],
            "bigpicture": [leave(who, "2026-11-11..2026-11-27") for who in names[::2]],
            "worktime": [event(who, "2026-11-18", "trip") for who in names],
            "bigtime": [task(who, "2026-11-02", "2026-12-20", 600) for who in names[1::2]],
        },
        today=TODAY.isoformat(),
        read="2026-10-16..2026-12-10",  # so that unread dates are near
    )
    made = Board()
    qtbot.addWidget(made)
    made.resize(900, 420)
    made.show()
    made.set_grouping(Grouping.NONE)
    made.show_plan(plan)
    return made


def frame_of(board: Board) -> Frame:
    frame = board._frame()
    assert frame is not None
    return frame


def pixels(picture: QPixmap) -> NDArray[np.int16]:
    """Red, green and blue of each pixel."""
    image = picture.toImage().convertToFormat(QImage.Format.Format_RGB32)
    shades = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    return shades[:, :, :3].astype(np.int16)


@pytest.mark.parametrize("theme", [LIGHT, DARK, CONTRAST], ids=lambda theme: theme.name)
@pytest.mark.parametrize("zoom", list(Zoom), ids=lambda zoom: zoom.label)
@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_a_scrolled_picture_is_the_one_painted_anew(board: Board, zoom: Zoom, theme: Theme, ratio: float) -> None:
    board.set_zoom(zoom)
    board.set_theme(theme)
    board.go_to(day_date(day_number(TODAY)))
    board.choose_cell(2, day_number(TODAY))
    canvas, steps = Canvas(), random.Random(zoom.label)
    canvas.show(frame_of(board), ratio)
    for _ in range(10):
        bar = steps.choice((board.verticalScrollBar(), board.horizontalScrollBar()))
        bar.setValue(bar.value() + steps.choice(STEPS))
        frame = frame_of(board)
        apart = np.abs(pixels(canvas.show(frame, ratio)) - pixels(Canvas().show(frame, ratio)))
        assert apart.max() <= ROUNDING, (frame.offset, frame.top)


@pytest.fixture
def painted(board: Board, monkeypatch: pytest.MonkeyPatch) -> list[Area | None]:
    """What each painting was asked for; None is the whole view."""
    board.setUpdatesEnabled(False)  # its own canvas rests
    asked: list[Area | None] = []
    real = canvas_module.paint

    def paint(painter: object, frame: Frame, area: Area | None = None) -> None:
        asked.append(area)
        real(painter, frame, area)  # type: ignore[arg-type]

    monkeypatch.setattr(canvas_module, "paint", paint)
    return asked


def test_scrolling_down_paints_only_the_rows_laid_bare(board: Board, painted: list[Area | None]) -> None:
    canvas = Canvas()
    canvas.show(frame_of(board), 1.0)
    board.verticalScrollBar().setValue(30)
    canvas.show(frame_of(board), 1.0)
    first, area = painted
    frame = frame_of(board)
    bottom = HEADER + frame.height
    assert first is None
    assert area is not None
    assert area.boxes == (Box(0, bottom - 30, PEOPLE_WIDTH + frame.width, bottom),)


def test_the_same_frame_again_paints_nothing(board: Board, painted: list[Area | None]) -> None:
    canvas = Canvas()
    canvas.show(frame_of(board), 1.0)
    canvas.show(frame_of(board), 1.0)
    assert painted == [None]


def test_another_choice_paints_the_rows_of_whom_it_was_and_is(board: Board, painted: list[Area | None]) -> None:
    canvas, day = Canvas(), day_number(TODAY)
    board.choose_cell(0, day)
    canvas.show(frame_of(board), 1.0)
    board.choose_cell(2, day)
    frame = frame_of(board)
    picture = pixels(canvas.show(frame, 1.0))
    area = painted[1]
    assert area is not None
    assert {box.top - HEADER for box in area.boxes} == {frame.rows[0].top, frame.rows[2].top}
    assert all(box.right - box.left <= PEOPLE_WIDTH for box in area.boxes)
    assert np.abs(picture - pixels(Canvas().show(frame, 1.0))).max() <= ROUNDING
    board.choose_item(int(frame.plan.offsets[1]))
    frame = frame_of(board)
    assert np.abs(pixels(canvas.show(frame, 1.0)) - pixels(Canvas().show(frame, 1.0))).max() <= ROUNDING


def test_whatever_else_changes_paints_everything(board: Board, painted: list[Area | None]) -> None:
    canvas = Canvas()
    canvas.show(frame_of(board), 1.0)
    for change in (
        lambda: board.set_theme(DARK),
        lambda: board.set_compact(True),
        lambda: board.set_zoom(Zoom.MONTH),
        lambda: board.resize(910, 420),
        lambda: board.show_plan(plan_of({}, today=TODAY.isoformat())),
    ):
        change()
        canvas.show(frame_of(board), 1.0)
    assert painted == [None] * 6


def test_at_125_per_cent_nothing_is_moved_by_parts_of_pixels(board: Board, painted: list[Area | None]) -> None:
    canvas = Canvas()
    canvas.show(frame_of(board), 1.25)
    board.verticalScrollBar().setValue(30)
    canvas.show(frame_of(board), 1.25)
    assert painted == [None, None]


def test_an_area_knows_what_it_touches() -> None:
    area = Area([Box(0, 0, 10, 10), Box(20, 20, 20, 30), Box(30, 40, 50, 60)])
    assert len(area.boxes) == 2  # an empty box shows nothing
    assert area.extent == Box(0, 0, 50, 60)
    assert area.touches(9, 9, 12, 12)
    assert not area.touches(10, 0, 30, 40)
    assert area.between(10, 45).boxes == (Box(30, 40, 50, 60),)
    assert area.moved(-5, 5).boxes[0] == Box(-5, 5, 5, 15)
    assert not Area([])
    assert Area([]).extent == Box(0, 0, 0, 0)
