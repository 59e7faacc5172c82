"""The date field by keys and mouse: typed, stepped, picked in a calendar, corrected in place."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCalendarWidget
from pytestqt.qtbot import QtBot

from planner_gui.ui.dialogs.dates import DateField

TODAY = date(2026, 11, 16)
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def field(qtbot: QtBot) -> Iterator[DateField]:
    made = DateField("First day", TODAY)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    made.setFocus()
    yield made  # noqa: PT022  (the widget would be collected on return)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-12-01", date(2026, 12, 1)), ("1 Dec", date(2026, 12, 1)), ("+2w", date(2026, 11, 30)),
        ("mon", TODAY), ("tomorrow", date(2026, 11, 17)), ("Tue 17 Nov 2026", date(2026, 11, 17)),
        ("31 Feb", None), ("soon", None), ("", None),
    ],
)  # fmt: skip
def test_what_is_typed_is_meant_while_it_is_typed(field: DateField, typed: str, meant: date | None) -> None:
    QTest.keyClicks(field, typed)
    assert field.day == meant
    assert field.is_wrong is (meant is None and bool(typed))


def test_it_is_rewritten_when_it_is_left_and_announced_once(field: DateField, qtbot: QtBot) -> None:
    told: list[date | None] = []
    field.moved.connect(told.append)
    QTest.keyClicks(field, "1.12.")
    field.clearFocus()
    assert field.text() == "Tue 1 Dec 2026"
    assert told[-1] == date(2026, 12, 1)
    field.setFocus()
    field.clearFocus()
    assert told.count(date(2026, 12, 1)) == 1


def test_up_and_down_step_by_a_day(field: DateField) -> None:
    field.set_day(date(2026, 11, 30))
    QTest.keyClick(field, Qt.Key.Key_Up)
    assert field.day == date(2026, 12, 1)
    QTest.keyClick(field, Qt.Key.Key_Down)
    QTest.keyClick(field, Qt.Key.Key_Down)
    assert field.day == date(2026, 11, 29)


@pytest.mark.parametrize("way", ["F4", "mouse"])
def test_a_day_is_picked_in_the_calendar(field: DateField, qtbot: QtBot, way: str) -> None:
    field.set_day(date(2026, 11, 30))
    if way == "F4":
        QTest.keyClick(field, Qt.Key.Key_F4)
    else:
        QTest.mouseClick(field.findChildren(type(field.children()[-1]))[-1], Qt.MouseButton.LeftButton)
    calendar = next(w for w in QApplication.allWidgets() if isinstance(w, QCalendarWidget) and w.isVisible())
    assert calendar.selectedDate().toPython() == date(2026, 11, 30)
    inside = calendar.focusProxy() or calendar
    QTest.keyClick(inside, Qt.Key.Key_Right)
    QTest.keyClick(inside, Qt.Key.Key_Return)
    assert field.day == date(2026, 12, 1)
    assert not any(isinstance(w, QCalendarWidget) and w.isVisible() for w in QApplication.allWidgets())
