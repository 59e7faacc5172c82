"""The working-time dialog with real mouse and keys: records in bulk, weeks in words, holidays, files by preview."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from planner_gui.app.recounting import schedule_effect
from planner_gui.domain.assembly import assemble
from planner_gui.domain.entities import AccountRef
from planner_gui.domain.imports import BadRow, Imported, ScheduleRow
from planner_gui.domain.plan import Plan
from planner_gui.session.rules import rules_of
from planner_gui.session.workspace_file import Configuration, DayOff, DefaultSchedule, OwnSchedule, new_configuration
from planner_gui.ui.dialogs.import_preview import ImportPreview
from planner_gui.ui.dialogs.working_time import WorkingTimeDialog
from planner_gui.ui.models.schedules import Schedules
from planner_gui.ui.theme import LIGHT
from tests.domain import cases
from tests.ui.dialogs.conftest import press, write

TODAY = date(2026, 11, 16)
WEEK = cases.span("2026-11-16..2026-11-22")
ANA, BO, CLEO = (AccountRef("tempo", key) for key in ("ana", "bo", "cleo"))


class Desk:
    """The dialog over settings that follow it."""

    def __init__(self, qtbot: QtBot) -> None:
        self.settings = new_configuration("N", timezone="Europe/Berlin", schedule="mon-fri 8h", holidays="")
        self.dialog = WorkingTimeDialog(self.schedules(), self.effect, LIGHT)
        self.dialog.change_wanted.connect(self.follow)
        self.dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(self.dialog)
        with qtbot.waitExposed(self.dialog):
            self.dialog.show()
        self.dialog.activateWindow()

    def plan(self) -> Plan:
        snapshots = [cases.snapshot("tempo", read=WEEK, people=("ana", "bo", "cleo"))]
        return assemble(snapshots, (), rules_of(self.settings, [2026, 2027], {}), TODAY)

    def schedules(self) -> Schedules:
        return Schedules(self.plan(), self.settings)

    def effect(self, change: Callable[[Configuration], Configuration]) -> str:
        return schedule_effect(self.plan(), self.settings, change, WEEK)

    def follow(self, change: Callable[[Configuration], Configuration]) -> None:
        self.settings = change(self.settings)
        self.dialog.show_schedules(self.schedules())

    def choose(self, *rows: int) -> None:
        table = self.dialog.table
        for number, row in enumerate(rows):
            held = Qt.KeyboardModifier.ControlModifier if number else Qt.KeyboardModifier.NoModifier
            where = table.visualRect(self.dialog.model.index(row, 0)).center()
            QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, held, where)
        QApplication.processEvents()

    def click(self, button: QPushButton) -> None:
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        QApplication.processEvents()

    def tab(self, at: int) -> None:
        tabs = self.dialog.tabs
        QTest.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=tabs.tabRect(at).center())
        QApplication.processEvents()


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot)


def test_a_record_is_typed_for_one_person_and_the_list_says_it(desk: Desk, qtbot: QtBot) -> None:
    desk.choose(0)
    press(Qt.Key.Key_Return)  # to the week
    write("mon-thu 4h")
    form = desk.dialog.form
    qtbot.waitUntil(lambda: not form.effect.isHidden())
    assert form.said.text() == "Mon-Thu 4 h (16 h a week)"
    assert form.effect.text().endswith("1 person, capacity 40 h \N{RIGHTWARDS ARROW} 16 h.")
    press(Qt.Key.Key_Return)
    assert desk.settings.schedules == (OwnSchedule(ANA, TODAY, ("mon-thu 4h",)),)
    assert desk.dialog.model.index(0, 1).data() == "4 h: own schedule from 2026-11-16, Mon-Thu 4 h"
    assert form.week.text() == ""


def test_several_people_chosen_get_one_record_each_from_a_typed_date(desk: Desk) -> None:
    desk.choose(0, 2)
    form = desk.dialog.form
    assert form.set_button.text() == "&Set for 2 people"
    QTest.mouseClick(form.start, Qt.MouseButton.LeftButton)
    write("1 Dec")
    press(Qt.Key.Key_Tab)
    QTest.mouseClick(form.week, Qt.MouseButton.LeftButton)
    write("mon-fri 8h / mon-thu 8h")
    desk.click(form.set_button)
    assert [(own.account, own.start, own.weeks) for own in desk.settings.schedules] == [
        (ANA, date(2026, 12, 1), ("mon-fri 8h", "mon-thu 8h")),
        (CLEO, date(2026, 12, 1), ("mon-fri 8h", "mon-thu 8h")),
    ]
    assert [person.name for person in desk.dialog.chosen()] == ["Ana", "Cleo"]


def test_everybody_that_is_shown_can_be_chosen_at_once(desk: Desk) -> None:
    press(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    write("o@")
    assert desk.dialog.count.text() == "2 of 3"
    desk.click(desk.dialog.everybody)
    assert [person.name for person in desk.dialog.chosen()] == ["Bo", "Cleo"]


@pytest.mark.parametrize(
    ("text", "words"), [("", "Give a week"), ("monday", "is not days and hours"), ("mon 25h", "more than a day")]
)
def test_a_fault_is_said_at_the_field_and_nothing_is_changed(desk: Desk, text: str, words: str) -> None:
    desk.choose(0)
    desk.dialog.form.week.setFocus()
    write(text)
    press(Qt.Key.Key_Return)
    assert words in desk.dialog.form.fault.text()
    assert desk.settings.schedules == ()


def test_a_record_is_removed_again(desk: Desk) -> None:
    desk.choose(0)
    desk.dialog.form.week.setFocus()
    write("fri 4h")
    press(Qt.Key.Key_Return)
    QApplication.processEvents()
    gone = [b for b in desk.dialog.findChildren(QPushButton) if b.text() == "Remove" and b.isVisible()]
    desk.click(gone[0])
    assert desk.settings.schedules == ()


def test_the_workspace_week_changes_for_all_dates_or_from_one_on(desk: Desk) -> None:
    desk.tab(1)
    QTest.mouseClick(desk.dialog.always, Qt.MouseButton.LeftButton)
    write("mon-fri 7h30")
    press(Qt.Key.Key_Return)
    assert desk.settings.schedule == "mon-fri 7h30"
    write("mon-fri 8h / none")
    press(Qt.Key.Key_Return)
    assert "need a date" in desk.dialog.always_fault.text()
    QTest.mouseClick(desk.dialog.workspace_form.week, Qt.MouseButton.LeftButton)
    write("mon-thu 9h")
    press(Qt.Key.Key_Return)
    assert desk.settings.schedule_changes == (DefaultSchedule(TODAY, ("mon-thu 9h",)),)


def test_holidays_of_a_country_are_listed_and_their_effect_said_before(desk: Desk) -> None:
    desk.tab(2)
    page = desk.dialog.holidays
    page.country.setFocus()
    at = next(i for i in range(page.country.count()) if page.country.itemData(i) == "DE")
    page.country.setCurrentIndex(at)
    page.part.setCurrentIndex(next(i for i in range(page.part.count()) if page.part.itemData(i) == "SN"))
    assert page.effect.text().endswith("3 people, capacity 120 h \N{RIGHTWARDS ARROW} 96 h.")  # 18 Nov, Saxony
    desk.click(page.use)
    assert desk.settings.holidays == "DE-SN"
    names = [page.model.index(row, 1).data() for row in range(page.model.rowCount())]
    assert "Repentance and Prayer Day" in names


def test_an_own_half_day_is_added_by_keys_and_removed(desk: Desk) -> None:
    desk.tab(2)
    page = desk.dialog.holidays
    QTest.mouseClick(page.day, Qt.MouseButton.LeftButton)
    write("18 Nov 2026")
    page.share.setCurrentIndex(1)
    page.name.setFocus()
    write("Fair & <b>more</b>")
    press(Qt.Key.Key_Return)
    assert desk.settings.days_off == (DayOff(date(2026, 11, 18), 0.5, "Fair & <b>more</b>"),)
    assert page.model.index(0, 2).data() == "half day"
    where = page.table.visualRect(page.model.index(0, 0)).center()
    QTest.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, pos=where)
    press(Qt.Key.Key_Delete)
    assert desk.settings.days_off == ()


def test_a_calendar_for_one_person_is_checked_at_the_field(desk: Desk) -> None:
    desk.choose(1)
    QTest.mouseClick(desk.dialog.calendar, Qt.MouseButton.LeftButton)
    write("xx")
    press(Qt.Key.Key_Return)
    assert "there are no holidays for 'XX'" in desk.dialog.calendar_fault.text()
    write("de-by")
    press(Qt.Key.Key_Return)
    assert desk.settings.holidays_of == {BO: "DE-BY"}


def test_opened_for_somebody_the_week_can_be_typed_at_once(desk: Desk) -> None:
    desk.dialog.choose_person([CLEO])
    assert desk.dialog.who.text() == "Cleo"
    assert desk.dialog.focusWidget() is desk.dialog.form.week


def test_a_preview_names_the_bad_lines_first_and_loads_the_good_ones(qtbot: QtBot) -> None:
    good = ScheduleRow(2, (ANA,), "Ana", TODAY, ("mon-thu 8h",))
    preview = ImportPreview("x.csv", Imported((good,), (), (BadRow(3, "nobody is called '<b>zoe</b>'"),)), LIGHT)
    preview.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(preview)
    preview.show()
    cells = [[preview.model.index(row, column).data() for column in range(4)] for row in range(2)]
    assert cells[0] == ["3", "left out", "", "nobody is called '<b>zoe</b>'"]
    assert cells[1] == ["2", "Ana", "from Mon 16 Nov 2026", "Mon-Thu 8 h (32 h a week)"]
    with qtbot.waitSignal(preview.taken):
        QTest.mouseClick(preview.load, Qt.MouseButton.LeftButton)


def test_a_file_without_a_good_row_cannot_be_loaded(qtbot: QtBot) -> None:
    preview = ImportPreview("x.csv", Imported(bad=(BadRow(3, "there is no date"),)), LIGHT)
    qtbot.addWidget(preview)
    assert not preview.load.isEnabled()


def put(line: QLineEdit, text: str) -> None:
    QTest.mouseClick(line, Qt.MouseButton.LeftButton)
    write(text)


def test_a_time_zone_is_set_for_those_who_are_chosen_and_taken_back(desk: Desk) -> None:
    desk.choose(0, 1)
    put(desk.dialog.zone.line, "Asia/Tokyo")
    desk.click(desk.dialog.zone.set_button)
    assert desk.settings.timezones == {ANA: "Asia/Tokyo", BO: "Asia/Tokyo"}
    assert [desk.dialog.model.index(row, 3).data() for row in range(3)] == ["Asia/Tokyo", "Asia/Tokyo", ""]
    desk.choose(1)
    assert desk.dialog.zone.line.text() == "Asia/Tokyo"
    put(desk.dialog.zone.line, "")
    press(Qt.Key.Key_Return)
    assert desk.settings.timezones == {ANA: "Asia/Tokyo"}


def test_a_time_zone_that_does_not_exist_is_said_at_its_field(desk: Desk) -> None:
    desk.choose(0)
    put(desk.dialog.zone.line, "Mars/Base")
    desk.click(desk.dialog.zone.set_button)
    assert "no time zone 'Mars/Base'" in desk.dialog.zone.fault.text()
    assert desk.settings.timezones == {}
    desk.tab(1)
    desk.dialog.workspace_zone.line.clear()
    desk.click(desk.dialog.workspace_zone.set_button)  # a workspace has one
    assert desk.dialog.workspace_zone.fault.text()
    put(desk.dialog.workspace_zone.line, "Asia/Tokyo")
    assert desk.dialog.workspace_zone.said.text().startswith("It is ")
    desk.click(desk.dialog.workspace_zone.set_button)
    assert desk.settings.timezone == "Asia/Tokyo"
    assert "Asia/Tokyo" in desk.dialog.about.text()
