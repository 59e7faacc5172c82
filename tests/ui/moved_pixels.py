"""The pixels that a board shows after it was scrolled, beside those of the same board painted anew.

`python -m tests.ui.moved_pixels` scrolls at whatever QT_SCALE_FACTOR says and prints the worst difference of a shade:
the scaling is a whole process's.
"""

from __future__ import annotations

import random
import sys

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from planner_gui.domain.snapshot import day_number
from planner_gui.ui.timeline.board import Board, Grouping
from planner_gui.ui.timeline.scale import Zoom
from tests.domain.cases import booking, event, leave, plan_of, task
from tests.ui.conftest import TODAY

STEPS = (48, -48, 3, -17, 40, -33, 120, -95)
ROWS = 12


def show(board: Board) -> None:
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
    board.resize(900, 420)
    board.show()
    board.set_grouping(Grouping.NONE)
    board.show_plan(plan)
    QApplication.processEvents()


def pixels(picture: QImage) -> NDArray[np.int16]:
    """Red, green and blue of each pixel."""
    image = picture.convertToFormat(QImage.Format.Format_RGB32)
    shades = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    return shades[:, :, :3].astype(np.int16)


def apart(board: Board) -> int:
    """The greatest difference of a shade between what is on the screen and what would be painted anew.

    Only offscreen are the window's pixels here: an X server moves and keeps its own, where `grabWindow` finds the same.
    """
    QApplication.processEvents()  # Qt has painted what it was asked for
    kept = board.backingStore().paintDevice()
    assert isinstance(kept, QImage)
    anew = pixels(board.viewport().grab().toImage())
    shown = pixels(kept)[: anew.shape[0], : anew.shape[1]]  # without the scroll bars
    return int(np.abs(shown - anew).max())


def scrolled(board: Board, seed: str, steps: int = 10) -> int:
    """The worst of `apart` over some steps of either bar."""
    random_, worst = random.Random(seed), 0
    for _ in range(steps):
        bar = random_.choice((board.verticalScrollBar(), board.horizontalScrollBar()))
        bar.setValue(bar.value() + random_.choice(STEPS))
        worst = max(worst, apart(board))
    return worst


def main() -> None:
    application = QApplication([])
    board, worst = Board(), 0
    show(board)
    board.choose_cell(2, day_number(TODAY))
    for zoom in Zoom:
        board.set_zoom(zoom)
        worst = max(worst, scrolled(board, zoom.label))
    print(worst)
    board.close()
    application.processEvents()


if __name__ == "__main__":
    sys.exit(main())
