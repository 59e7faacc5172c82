"""One leave in two services: one bar with a mark, which tells both sources to pointer, ear and inspector."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from planner_gui.domain.entities import CountsAs
from planner_gui.domain.plan import Plan
from planner_gui.ui.theme import LIGHT, Look, Themes
from planner_gui.ui.timeline import spoken
from planner_gui.ui.timeline.bars import RADIUS
from planner_gui.ui.timeline.cards import card
from planner_gui.ui.timeline.frame import HEADER, PEOPLE_WIDTH, Bar, Frame
from planner_gui.ui.timeline.hit import hit
from planner_gui.ui.window import MainWindow
from tests.domain.cases import event, leave, plan_of
from tests.ui.conftest import READ, TODAY


def company() -> Plan:
    """Ana's leave in two services, the calendar's with the weekend before; Bo's in one."""
    return plan_of(
        {
            "bigpicture": [leave("ana", "2026-11-23..2026-11-25"), leave("bo", "2026-11-23..2026-11-25")],
            "worktime": [event("ana", "2026-11-21..2026-11-25", title="Skiing", ref="12")],
        },
        today=TODAY.isoformat(),
        read=READ,
    )


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication) -> MainWindow:
    made = MainWindow("Northwind", Themes(qapp, Look.LIGHT))
    qtbot.addWidget(made)
    made.show_plan(company())
    with qtbot.waitExposed(made):
        made.show()
    return made


def frame_of(window: MainWindow) -> Frame:
    frame = window.board._frame()
    assert frame is not None
    return frame


def bar_of(window: MainWindow, person: int = 0) -> Bar:
    """The one bar of a person."""
    frame = frame_of(window)
    at = frame.rows.of_person(person)
    assert at is not None
    (bar,) = frame.bars(frame.rows[at])
    return bar


def counts(window: MainWindow, row: int | None) -> CountsAs:
    assert row is not None
    return CountsAs(int(frame_of(window).plan.columns["counts_as"][row]))


def inside(window: MainWindow, bar: Bar) -> QPoint:
    return QPoint(round(PEOPLE_WIDTH + bar.x + 30), round(HEADER - frame_of(window).top + bar.y + bar.height / 2))


def test_it_is_one_bar_over_the_days_of_both_with_a_mark(window: MainWindow) -> None:
    bar, single = bar_of(window), bar_of(window, 1)
    assert counts(window, bar.row) is CountsAs.ABSENCE
    assert frame_of(window).scale.day(bar.x + 1) == frame_of(window).scale.day(single.x + 1) - 2
    picture = window.board.viewport().grab().toImage()

    def inked(each: Bar) -> bool:
        """Whether anything is drawn in the text's colour near the upper right corner."""
        right, top = round(PEOPLE_WIDTH + each.x + each.width), round(HEADER - frame_of(window).top + each.y)
        corner = [(x, y) for x in range(right - 12, right - int(RADIUS)) for y in range(top + 3, top + 15)]
        return any(picture.pixelColor(x, y) == QColor(LIGHT.text) for x, y in corner)

    assert (inked(bar), inked(single)) == (True, False)


def test_hovering_and_listening_tell_both_sources(window: MainWindow) -> None:
    bar = bar_of(window)
    frame, point = frame_of(window), inside(window, bar)
    words = card(frame, hit(frame, point.x(), point.y())).splitlines()
    assert any(line.startswith("BigPicture absence") for line in words)
    assert any(line.startswith("also Work Time Calendar event 12: Skiing") for line in words)
    assert "the same absence as Work Time Calendar event 12" in spoken.bar_name(frame, bar.row)


def test_the_inspector_leads_from_one_record_to_the_other_and_back(window: MainWindow) -> None:
    board, page = window.board, window.inspector
    QTest.mouseClick(board.viewport(), Qt.MouseButton.LeftButton, pos=inside(window, bar_of(window)))
    assert counts(window, board.place.item) is CountsAs.ABSENCE
    (link,) = (each for each in page.page.links if each.accessibleName() == "Skiing")
    link.click()
    assert counts(window, board.place.item) is CountsAs.DUPLICATE
    assert frame_of(window).selected == bar_of(window).row  # the ring is on the bar that shows it
    assert "THE SAME ABSENCE" in [label.text() for label in page.page.findChildren(QLabel)]
    page.page.links[0].click()
    assert counts(window, board.place.item) is CountsAs.ABSENCE


def test_keys_walk_on_from_a_record_that_has_no_bar_of_its_own(window: MainWindow) -> None:
    board, plan = window.board, frame_of(window).plan
    double = next(row for row in range(plan.rows) if counts(window, row) is CountsAs.DUPLICATE)
    board.choose_item(double)
    board.setFocus()
    QTest.keyClick(board, Qt.Key.Key_Escape)
    assert board.place.cell is not None
    assert board.place.cell.person == 0
    assert date(2026, 11, 21) in board.visible_span
