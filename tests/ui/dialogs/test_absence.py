"""The absence dialog by real keys and clicks: create, change, every fault, overlaps, clashes and what may be done."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from planner_gui.domain.edits import Capability, Do
from planner_gui.domain.entities import Kind
from planner_gui.domain.judging import Level
from planner_gui.ui.dialogs.absence import AbsenceDialog
from tests.ui.dialogs.conftest import Announced, Open, fill, press, said, write
from tests.ui.dialogs.office import ABSENCES, ALLOCATIONS, ANA, BO, READ_ONLY, Office, christmas, core_services, item

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
Key, Mod = Qt.Key, Qt.KeyboardModifier
FREE = {"start": date(2027, 1, 11), "end": date(2027, 1, 15)}  # nothing is planned then


def test_leave_is_created_by_keys_alone(office: Office, opened: Open[AbsenceDialog], saved: Announced) -> None:
    opened(AbsenceDialog(office.given()))
    write("ana")
    press(Key.Key_Return)  # takes Ana from the list, and does not save
    assert saved.edits == []
    press(Key.Key_Tab)
    write("mon")
    press(Key.Key_Tab)
    write("2026-11-20")
    press(Key.Key_Tab)
    press(Key.Key_Down)
    press(Key.Key_Tab)
    press(Key.Key_Up)
    press(Key.Key_Tab)
    write("at the sea")
    press(Key.Key_S, Mod.ControlModifier)
    assert saved.sent == [False]
    assert saved.edit.do is Do.CREATE
    assert saved.edit.key[:2] == ("bigpicture", Kind.ABSENCE)
    assert saved.edit.before is None
    assert saved.edit.after == {
        "account": ANA, "start": "2026-11-16", "end": "2026-11-20", "type": "SICK_LEAVE", "percent": 50,
        "comment": "at the sea",
    }  # fmt: skip
    assert saved.edit.label == "New absence of Ana Okafor"


def test_what_is_known_already_is_filled_in(office: Office, opened: Open[AbsenceDialog], saved: Announced) -> None:
    dialog = opened(AbsenceDialog(office.given(person=office.person(BO), **FREE)))
    QTest.mouseClick(dialog.save_and_send, Qt.MouseButton.LeftButton)
    assert saved.sent == [True]
    assert saved.edit.after is not None
    assert saved.edit.after["account"] == BO
    assert saved.edit.after["type"] == "HOLIDAY"
    assert saved.edit.after["percent"] == 100


def test_a_change_carries_only_what_differs(office: Office, opened: Open[AbsenceDialog], saved: Announced) -> None:
    dialog = opened(AbsenceDialog(office.given(), christmas()))
    fill(dialog.end, "30 Dec")
    press(Key.Key_S, Mod.ControlModifier)
    assert saved.edit.do is Do.UPDATE
    assert saved.changed() == {"end": "2026-12-30"}
    assert saved.edit.raw == b"{}"
    assert saved.edit.before == christmas().fields


def test_a_change_without_a_difference_just_closes(
    office: Office, opened: Open[AbsenceDialog], saved: Announced
) -> None:
    dialog = opened(AbsenceDialog(office.given(), christmas()))
    fill(dialog.end, "30 Dec")
    fill(dialog.end, "31 Dec")
    press(Key.Key_S, Mod.ControlModifier)
    assert saved.edits == []
    assert not dialog.isVisible()


def test_an_unknown_type_and_share_stay_as_they_are(
    office: Office, opened: Open[AbsenceDialog], saved: Announced
) -> None:
    odd = replace(christmas(), fields={**christmas().fields, "type": "Volunteering", "percent": 25})
    dialog = opened(AbsenceDialog(office.given(), odd))
    assert dialog.type.currentText() == "Volunteering"
    assert dialog.percent.currentText().startswith("25 %")
    fill(dialog.comment.edit, "x")
    press(Key.Key_S, Mod.ControlModifier)
    assert saved.changed() == {"comment": "x"}


def test_nothing_filled_in_says_so_at_each_field(office: Office, opened: Open[AbsenceDialog], saved: Announced) -> None:
    dialog = opened(AbsenceDialog(office.given()))
    assert "Whose absence is it?" not in said(dialog)
    press(Key.Key_S, Mod.ControlModifier)
    assert {"Whose absence is it?", "When does it start?\nWhen does it end?"} <= set(said(dialog))
    assert QApplication.focusWidget() is dialog.who
    assert dialog.who.accessibleDescription() == "Whose absence is it?"
    assert saved.edits == []


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("nonsense", "20 Nov", "This is no date. Try 1 Dec, 2026-12-01, mon or +2w."),
        ("20 Nov", "16 Nov", "This is before the first day."),
    ],
)
def test_dates_that_cannot_be_are_said_before_saving(
    office: Office, opened: Open[AbsenceDialog], saved: Announced, first: str, last: str, words: str
) -> None:
    dialog = opened(AbsenceDialog(office.given(person=office.person(BO))))
    fill(dialog.start, first)
    fill(dialog.end, last)
    dialog.settle()
    assert words in said(dialog)
    press(Key.Key_S, Mod.ControlModifier)
    assert saved.edits == []


@pytest.mark.parametrize(("typed", "day"), [("+2w", (2026, 11, 30)), ("mon", (2026, 11, 16)), ("1.12.", (2026, 12, 1))])
def test_dates_can_be_typed_the_way_people_do(
    office: Office, opened: Open[AbsenceDialog], typed: str, day: tuple[int, int, int]
) -> None:
    dialog = opened(AbsenceDialog(office.given()))
    fill(dialog.start, typed)
    assert dialog.start.day == date(*day)
    assert str(day[0]) in dialog.start.text()
    assert dialog.end.day == date(*day)  # a first day alone is a day


def test_a_comment_longer_than_449_is_refused_at_the_field(
    office: Office, opened: Open[AbsenceDialog], saved: Announced
) -> None:
    dialog = opened(AbsenceDialog(office.given(person=office.person(BO), **FREE)))
    dialog.comment.edit.setPlainText("x" * 450)
    dialog.settle()
    assert "450 of 449" in said(dialog)
    press(Key.Key_S, Mod.ControlModifier)
    assert "1 characters too long" in said(dialog)
    assert QApplication.focusWidget() is dialog.comment.edit
    assert saved.edits == []
    press(Key.Key_Backspace)
    dialog.comment.edit.setPlainText("x" * 449)
    press(Key.Key_S, Mod.ControlModifier)
    assert len(saved.edits) == 1


def test_leave_over_leave_of_the_same_service_is_refused_at_the_field(
    office: Office, opened: Open[AbsenceDialog], saved: Announced
) -> None:
    dialog = opened(AbsenceDialog(office.given(person=office.person(BO), start=date(2026, 12, 11))))
    words = "Bo Lindqvist has Holiday 7 Dec \N{EN DASH} 11 Dec 2026 already; BigPicture keeps one a day."
    assert words in said(dialog)
    press(Key.Key_S, Mod.ControlModifier)
    assert saved.edits == []
    fill(dialog.end, "14 Dec")
    fill(dialog.start, "12 Dec")
    press(Key.Key_S, Mod.ControlModifier)
    assert saved.edit.after is not None
    assert saved.edit.after["start"] == "2026-12-12"


def test_leave_does_not_overlap_itself(office: Office, opened: Open[AbsenceDialog], saved: Announced) -> None:
    dialog = opened(AbsenceDialog(office.given(), christmas()))
    fill(dialog.start, "23 Dec")
    press(Key.Key_S, Mod.ControlModifier)
    assert saved.changed() == {"start": "2026-12-23"}


def test_the_same_leave_in_the_calendar_is_said_and_allowed(
    office: Office, opened: Open[AbsenceDialog], saved: Announced
) -> None:
    when = {"start": date(2026, 12, 17), "end": date(2026, 12, 18)}
    dialog = opened(AbsenceDialog(office.given(person=office.person(ANA), **when)))
    words = "Work Time Calendar says vacation 17 Dec \N{EN DASH} 18 Dec 2026 too; it counts once."
    assert words in said(dialog.preview)
    press(Key.Key_S, Mod.ControlModifier)
    assert len(saved.edits) == 1


def test_somebody_without_an_account_cannot_be_chosen(
    office: Office, opened: Open[AbsenceDialog], saved: Announced, qtbot: QtBot
) -> None:
    capabilities = {"tempo": {Kind.ABSENCE: ABSENCES}}  # Dan has no account there
    dialog = opened(AbsenceDialog(office.given(capabilities=capabilities)))
    write("dan")
    assert [dialog.who.results.item(0).text()] == ["Dan Marino, no account in Tempo"]
    press(Key.Key_Return)
    assert dialog.who.option is None
    QTest.mouseClick(dialog.who.results.viewport(), Qt.MouseButton.LeftButton)
    assert dialog.who.option is None
    dan = opened(AbsenceDialog(office.given(capabilities=capabilities, person=office.person("dan marino"), **FREE)))
    assert "Dan Marino has no account in Tempo." in said(dan)
    dan.try_save(send=False)
    assert saved.edits == []


def test_the_strip_shows_the_leave_while_it_is_made(office: Office, opened: Open[AbsenceDialog]) -> None:
    dialog = opened(AbsenceDialog(office.given(person=office.person(BO), **FREE)))
    (strip,) = dialog.preview.strips
    assert strip.levels() == [Level.AWAY] * 5
    dialog.percent.setFocus()
    press(Key.Key_Up)
    press(Key.Key_Down)
    press(Key.Key_Up)
    dialog.settle()
    assert dialog.percent.word == "50"
    assert strip.levels() == [Level.FREE] * 5
    assert "capacity 40 h 00 \N{RIGHTWARDS ARROW} 20 h 00" in said(dialog.preview)


# --- planned work ---------------------------------------------------------------------------------------------------


def clashing(office: Office, opened: Open[AbsenceDialog], **more: Any) -> AbsenceDialog:
    """Leave of Ana on 23 to 25 November, over Core services 16 to 27 November."""
    given: dict[str, Any] = {
        "capabilities": {"bigpicture": {Kind.ABSENCE: ABSENCES}, "tempo": {Kind.ALLOCATION: ALLOCATIONS}},
        "person": office.person(ANA), "start": date(2026, 11, 23), "end": date(2026, 11, 25), **more,
    }  # fmt: skip
    dialog = AbsenceDialog(office.given(**given))

    def answer(rows: list[int]) -> None:
        known = {"41": core_services()}
        dialog.show_items({row: known[key] for row in rows if (key := office.plan.text(row, "external_id")) in known})

    dialog.items_wanted.connect(answer)
    opened(dialog)
    return dialog


def tick(dialog: AbsenceDialog, at: int = 0) -> None:
    box = dialog.clash_list.lines[at].tick
    dialog._area.ensureWidgetVisible(box)
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
    assert box.isChecked()


def test_work_the_leave_falls_on_is_listed_and_nothing_is_done_unasked(
    office: Office, opened: Open[AbsenceDialog], saved: Announced, qtbot: QtBot
) -> None:
    dialog = clashing(office, opened)
    lines = dialog.clash_list.lines
    qtbot.waitUntil(lines[0].tick.isEnabled)
    assert lines[0].tick.text() == "Orion / Core services, 16 h 48"
    assert not lines[0].tick.isChecked()
    assert [line.tick.isEnabled() for line in lines] == [True, False]  # tasks of a service that is not connected here
    assert "bigtime is not connected" in lines[1].tick.toolTip()
    press(Key.Key_S, Mod.ControlModifier)
    assert len(saved.edits[0]) == 1


def test_ticked_work_moves_behind_the_leave(
    office: Office, opened: Open[AbsenceDialog], saved: Announced, qtbot: QtBot
) -> None:
    dialog = clashing(office, opened)
    qtbot.waitUntil(dialog.clash_list.lines[0].tick.isEnabled)
    tick(dialog)
    assert dialog.clash_list.lines[0].what.isVisibleTo(dialog)
    dialog.settle()
    assert dialog.clash_list.lines[0].tick.isChecked()
    assert not any("Core services" in line for line in said(dialog.preview))  # the effect is that of all of it
    press(Key.Key_S, Mod.ControlModifier)
    absence, update, create = saved.edits[0]
    assert absence.key.kind is Kind.ABSENCE
    assert (update.do, update.key.external_id) == (Do.UPDATE, "41")
    assert update.after is not None
    assert create.after is not None
    assert (update.after["start"], update.after["end"]) == ("2026-11-16", "2026-11-22")
    assert (create.after["start"], create.after["end"]) == ("2026-11-26", "2026-12-02")


def test_ticked_work_is_handed_over_to_somebody_named(
    office: Office, opened: Open[AbsenceDialog], saved: Announced, qtbot: QtBot
) -> None:
    dialog = clashing(office, opened)
    line = dialog.clash_list.lines[0]
    qtbot.waitUntil(line.tick.isEnabled)
    tick(dialog)
    line.what.setFocus()
    press(Key.Key_End)
    assert line.to.isVisibleTo(dialog)
    dialog.try_save(send=False)
    assert saved.edits == []  # to whom?
    assert QApplication.focusWidget() is line.to
    write("bo")
    press(Key.Key_Return)
    press(Key.Key_S, Mod.ControlModifier)
    given = saved.edits[0][-1]
    assert given.after is not None
    assert (given.after["account"], given.after["start"], given.after["end"]) == (BO, "2026-11-23", "2026-11-25")


def test_a_connection_that_cannot_take_it_says_why(
    office: Office, opened: Open[AbsenceDialog], saved: Announced
) -> None:
    dialog = opened(AbsenceDialog(office.given(capabilities={"worktime": {Kind.ABSENCE: READ_ONLY}})))
    assert not dialog.save.isEnabled()
    assert "The calendar can only be read" in dialog.save.toolTip()
    press(Key.Key_S, Mod.ControlModifier)
    assert saved.edits == []


def test_several_connections_are_a_choice_with_their_own_people_and_types(
    office: Office, opened: Open[AbsenceDialog], saved: Announced, qtbot: QtBot
) -> None:
    other = Capability(frozenset({"account", "start", "end", "type", "percent"}), choices={"type": ("URLAUB",)})
    capabilities = {"bigpicture": {Kind.ABSENCE: ABSENCES}, "tempo": {Kind.ABSENCE: other}}
    dialog = opened(AbsenceDialog(office.given(capabilities=capabilities, person=office.person(ANA), **FREE)))
    assert dialog.where.isVisibleTo(dialog)
    dialog.where.setFocus()
    press(Key.Key_Down)
    assert dialog.badge.text() == "Tempo"
    assert not dialog.comment.isVisibleTo(dialog)
    press(Key.Key_S, Mod.ControlModifier)
    assert saved.edit.key.connection == "tempo"
    assert saved.edit.after is not None
    assert saved.edit.after["comment"] == ""


def test_leave_of_an_account_nobody_knows_can_still_be_edited(
    office: Office, opened: Open[AbsenceDialog], saved: Announced
) -> None:
    ghost = item(Kind.ABSENCE, "g", account="ghost", start="2026-12-01", end="2026-12-02", type="HOLIDAY", percent=100)
    dialog = opened(AbsenceDialog(office.given(), ghost))
    assert dialog.who.text() == "ghost"
    fill(dialog.end, "3 Dec")
    press(Key.Key_S, Mod.ControlModifier)
    assert saved.changed() == {"end": "2026-12-03"}
