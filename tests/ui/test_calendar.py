"""The calendar that days are picked from, inside the window's style sheet."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTableView, QWidget
from pytestqt.qtbot import QtBot

from planner_gui.ui.calendar import AROUND, Calendar
from planner_gui.ui.dialogs.dates import DateField
from planner_gui.ui.style import style_sheet
from planner_gui.ui.theme import LIGHT

FRIDAY = date(2026, 11, 20)


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    window.setStyleSheet(style_sheet(LIGHT))
    qtbot.addWidget(window)
    return window


def test_no_number_is_cut_by_its_cell(window: QWidget) -> None:
    calendar = Calendar(FRIDAY, window)
    window.show()
    calendar.resize(calendar.minimumSizeHint())
    QTest.qWait(0)
    table = calendar.findChild(QTableView)
    assert isinstance(table, QTableView)
    wide = calendar.fontMetrics().horizontalAdvance("00")
    assert all(table.columnWidth(column) >= wide + AROUND.width() / 2 for column in range(table.model().columnCount()))
    option = table.model().index(3, 3)
    assert table.visualRect(option).height() >= calendar.fontMetrics().height()


def test_it_opens_on_its_day(window: QWidget) -> None:
    assert Calendar(FRIDAY, window).day == FRIDAY


@pytest.mark.parametrize("at_the_bottom", [False, True])
def test_a_fields_calendar_stays_on_the_screen(qtbot: QtBot, at_the_bottom: bool) -> None:
    field = DateField("From", FRIDAY)
    qtbot.addWidget(field)
    screen = field.screen().availableGeometry()
    field.move(screen.right() - 40, screen.bottom() - 30 if at_the_bottom else screen.top() + 30)
    field.show()
    field.open_calendar()
    popup = field._calendar
    assert popup is not None
    assert screen.contains(popup.geometry())
    assert (popup.y() < field.y()) is at_the_bottom
    popup.close()


def test_a_picked_day_is_the_fields_and_the_calendar_goes(qtbot: QtBot) -> None:
    field = DateField("From", FRIDAY)
    qtbot.addWidget(field)
    field.show()
    field.open_calendar()
    popup = field._calendar
    assert popup is not None
    with qtbot.waitSignal(popup.destroyed):
        popup.calendar.activated.emit(popup.calendar.selectedDate().addDays(0))
    assert field.day == FRIDAY
