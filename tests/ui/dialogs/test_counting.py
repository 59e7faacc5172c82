"""What counts, with real mouse and keys: each choice says what it would do, and counts only once it is applied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from planner_gui.app.recounting import counting_effect
from planner_gui.domain.entities import CountsAs
from planner_gui.domain.plan import ConnectionView, Counting, Plan, State
from planner_gui.domain.recount import recounted
from planner_gui.session.workspace_file import Configuration, new_configuration
from planner_gui.ui.dialogs.counting import CountingDialog
from planner_gui.ui.models.counting import EventRow, Row, TaskRow, TimeOffRow
from planner_gui.ui.theme import LIGHT
from tests.domain import cases
from tests.domain.cases import booking, event, plan_of, task
from tests.ui.dialogs.conftest import press, write

READ = cases.span("2026-10-16..2027-11-16")
WEEK = cases.span("2026-11-16..2026-11-22")
KINDS = ("tempo", "worktime", "bigtime")


def company() -> Plan:
    plan = plan_of(
        [
            cases.snapshot("tempo", [booking("ana", "2026-11-16..20", commitment=50.0, project="Leave & <i>rest</i>",
                                             item="LV-1", type="ISSUE")], read=READ),
            cases.snapshot("worktime", [event("ana", "2026-11-18", "trip")], read=READ),
            cases.snapshot("bigtime", [task("bo", "2026-11-16", "2026-11-20", 600)], read=READ),
        ],
        today="2026-11-16",
    )  # fmt: skip
    views = tuple(ConnectionView(name, name, State.FRESH, cases.READ_AT, READ) for name in KINDS)
    return recounted(replace(plan, connections=views), Counting(tasks={"bigtime": CountsAs.SHOW}))


class Desk:
    """The dialog over settings that follow it."""

    def __init__(self, qtbot: QtBot) -> None:
        self.plan = company()
        made = new_configuration("N", timezone="Europe/Berlin", schedule="mon-fri 8h", holidays="")
        self.settings = replace(made, counting=self.plan.rules.counting, tasks_by_default=frozenset({"bigtime"}))
        self.changes = 0
        self.dialog = CountingDialog(self.plan, self.settings, LIGHT)
        self.dialog.change_wanted.connect(self.follow)
        self.dialog.effect_wanted.connect(lambda c: self.dialog.show_effect(c, counting_effect(self.plan, c, WEEK)))
        self.dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(self.dialog)
        with qtbot.waitExposed(self.dialog):
            self.dialog.show()
        self.dialog.activateWindow()

    def follow(self, change: Callable[[Configuration], Configuration]) -> None:
        self.changes += 1
        self.settings = change(self.settings)
        self.plan = recounted(self.plan, self.settings.counting)
        self.dialog.show_settings(self.plan, self.settings)
        QApplication.processEvents()

    def choose(self, row: Row) -> None:
        table = self.dialog.table
        at = self.dialog.model.place(lambda each: each == row)
        table.scrollTo(self.dialog.model.index(at, 0))
        where = table.visualRect(self.dialog.model.index(at, 0)).center()
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=where)
        QApplication.processEvents()

    def pick(self, counts: CountsAs | None) -> None:
        radio = self.dialog.radios[counts]
        QTest.mouseClick(radio, Qt.MouseButton.LeftButton, pos=radio.rect().center() - radio.rect().center() / 2)

    def apply(self) -> None:
        QTest.mouseClick(self.dialog.apply_button, Qt.MouseButton.LeftButton)


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot)


def test_tasks_to_load_say_their_hours_first_and_count_once_applied(desk: Desk, qtbot: QtBot) -> None:
    desk.choose(TaskRow("bigtime"))
    desk.pick(CountsAs.LOAD)
    arrow = "\N{RIGHTWARDS ARROW}"
    said = f"If applied: 16 Nov \N{EN DASH} 22 Nov 2026: 1 person, load 0 h {arrow} 10 h."
    qtbot.waitUntil(lambda: desk.dialog.effect.text() == said)
    assert desk.changes == 0
    desk.apply()
    assert desk.settings.counting.tasks == {"bigtime": CountsAs.LOAD}
    assert desk.settings.tasks_by_default == frozenset()  # the user chose
    assert desk.dialog.effect.text() == "Nothing is changed."
    assert not desk.dialog.apply_button.isEnabled()


def test_an_event_type_of_one_calendar_follows_the_wider_one_until_it_is_set(desk: Desk, qtbot: QtBot) -> None:
    row = EventRow(("worktime", "", "trip"), "worktime")
    desk.choose(row)
    assert desk.dialog.radios[None].isChecked()
    assert desk.dialog.radios[None].text() == "As every calendar: shown only"
    desk.pick(CountsAs.ABSENCE)
    qtbot.waitUntil(lambda: "capacity 40 h \N{RIGHTWARDS ARROW} 32 h" in desk.dialog.effect.text())
    desk.apply()
    assert desk.settings.counting.events == {("worktime", "", "trip"): CountsAs.ABSENCE}
    desk.choose(row)
    desk.pick(None)
    desk.apply()
    assert desk.settings.counting.events == {}


def test_a_project_found_by_typing_is_marked_as_time_off_and_back(desk: Desk, qtbot: QtBot) -> None:
    QTest.mouseClick(desk.dialog.time_off, Qt.MouseButton.LeftButton)
    write("rest")
    press(Qt.Key.Key_Return)
    row = desk.dialog.row()
    assert isinstance(row, TimeOffRow)
    qtbot.waitUntil(lambda: "load 20 h \N{RIGHTWARDS ARROW} 0 h" in desk.dialog.effect.text())
    desk.apply()
    assert desk.settings.counting.time_off == frozenset({row.entry})
    desk.choose(row)
    desk.pick(CountsAs.LOAD)
    desk.apply()
    assert desk.settings.counting.time_off == frozenset()


def test_discarding_brings_back_what_holds(desk: Desk) -> None:
    desk.choose(TaskRow("bigtime"))
    desk.pick(CountsAs.IGNORE)
    QTest.mouseClick(desk.dialog.discard, Qt.MouseButton.LeftButton)
    assert desk.dialog.counting == desk.settings.counting
    assert not desk.dialog.apply_button.isEnabled()
    assert desk.changes == 0


def test_a_choice_without_effect_says_so(desk: Desk, qtbot: QtBot) -> None:
    desk.choose(TaskRow("bigtime"))
    desk.pick(CountsAs.IGNORE)
    qtbot.waitUntil(lambda: "Changes no total in" in desk.dialog.effect.text())


@pytest.mark.parametrize(
    ("full", "fault"), [("95", ""), ("50", "must rise"), ("x", "whole percentages"), ("120", "must rise")]
)
def test_thresholds_must_rise_and_are_kept(desk: Desk, full: str, fault: str) -> None:
    QTest.mouseClick(desk.dialog.thresholds[1], Qt.MouseButton.LeftButton)
    write(full)
    assert fault in desk.dialog.threshold_fault.text()
    desk.apply()
    assert desk.settings.thresholds == ((60, 95, 100, 120) if not fault else (60, 90, 100, 120))


def test_the_keyboard_alone_reaches_row_choice_and_apply(desk: Desk) -> None:
    desk.choose(TaskRow("bigtime"))
    press(Qt.Key.Key_Return)
    assert QApplication.focusWidget() is desk.dialog.radios[CountsAs.SHOW]
    press(Qt.Key.Key_Up)
    assert desk.dialog.counting.tasks == {"bigtime": CountsAs.LOAD}
    desk.dialog.apply_button.setFocus()
    press(Qt.Key.Key_Space)
    assert desk.settings.counting.tasks == {"bigtime": CountsAs.LOAD}
