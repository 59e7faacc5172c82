"""What all edit dialogs share: saving that fails keeps what was typed, keys, deleting, hostile text, themes."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from planner_gui.domain.edits import Do
from planner_gui.domain.entities import Kind
from planner_gui.ui.dialogs import dialog_of
from planner_gui.ui.dialogs.absence import AbsenceDialog
from planner_gui.ui.dialogs.allocation import AllocationDialog
from planner_gui.ui.dialogs.fields import FieldRow, Tick
from planner_gui.ui.dialogs.form import EditDialog
from planner_gui.ui.dialogs.task import TaskDialog
from planner_gui.ui.theme import CONTRAST, DARK
from tests.domain import cases
from tests.ui.dialogs.conftest import Announced, Open, fill, press, said
from tests.ui.dialogs.office import BO, Office, christmas, core_services, plan_task

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
Key, Mod = Qt.Key, Qt.KeyboardModifier
ITEMS = {AbsenceDialog: christmas, AllocationDialog: core_services, TaskDialog: plan_task}
WEEK = {"start": date(2027, 1, 11), "end": date(2027, 1, 15)}


def absence(office: Office, opened: Open[AbsenceDialog]) -> AbsenceDialog:
    dialog = opened(AbsenceDialog(office.given(person=office.person(BO), **WEEK)))
    fill(dialog.comment.edit, "kept")
    return dialog


def test_each_kind_of_item_has_its_dialog_and_events_have_none() -> None:
    kinds = (Kind.ABSENCE, Kind.ALLOCATION, Kind.TASK)
    assert [dialog_of(kind) for kind in kinds] == [AbsenceDialog, AllocationDialog, TaskDialog]
    with pytest.raises(KeyError):
        dialog_of(Kind.EVENT)


def test_it_stays_open_until_the_edits_are_kept(office: Office, opened: Open[AbsenceDialog], saved: Announced) -> None:
    dialog = absence(office, opened)
    press(Key.Key_S, Mod.ControlModifier)
    assert dialog.isVisible()
    assert not dialog.save.isEnabled()
    press(Key.Key_S, Mod.ControlModifier)  # not twice
    assert len(saved.edits) == 1
    dialog.close_saved()
    assert not dialog.isVisible()


def test_a_failed_commit_keeps_what_was_typed_and_can_be_tried_again(
    office: Office, opened: Open[AbsenceDialog], saved: Announced
) -> None:
    dialog = absence(office, opened)
    press(Key.Key_S, Mod.ControlModifier)
    dialog.show_error("The edits could not be written: the disk is full. Nothing was changed.")
    assert "The edits could not be written: the disk is full. Nothing was changed." in said(dialog)
    assert dialog.comment.text == "kept"
    assert dialog.save.isEnabled()
    QTest.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    assert len(saved.edits) == 2
    assert saved.edits[0] == saved.edits[1]  # the same create, not another one
    assert "The edits could not be written" not in " ".join(said(dialog))


def test_refused_fields_are_said_at_the_field_until_they_are_changed(
    office: Office, opened: Open[AbsenceDialog], saved: Announced
) -> None:
    dialog = absence(office, opened)
    press(Key.Key_S, Mod.ControlModifier)
    dialog.show_faults({"comment": "No rude words"})
    assert "No rude words" in said(dialog)
    assert QApplication.focusWidget() is dialog.comment.edit
    press(Key.Key_S, Mod.ControlModifier)
    assert len(saved.edits) == 1  # the same again would be refused again
    fill(dialog.comment.edit, "please")
    dialog.settle()
    assert "No rude words" not in said(dialog)
    press(Key.Key_S, Mod.ControlModifier)
    assert len(saved.edits) == 2


def test_a_fault_without_a_field_here_is_said_all_the_same(
    office: Office, opened: Open[AbsenceDialog], saved: Announced
) -> None:
    dialog = absence(office, opened)
    press(Key.Key_S, Mod.ControlModifier)
    dialog.show_faults({"elsewhere": "Something else is wrong"})
    assert "Something else is wrong" in said(dialog)


def test_the_services_own_rules_are_asked_before_saving(
    office: Office, opened: Open[AbsenceDialog], saved: Announced
) -> None:
    office.refused = {"percent": "BigPicture takes 50 or 100"}
    dialog = absence(office, opened)
    assert "BigPicture takes 50 or 100" not in said(dialog)
    press(Key.Key_S, Mod.ControlModifier)
    assert "BigPicture takes 50 or 100" in said(dialog)
    assert QApplication.focusWidget() is dialog.percent
    assert saved.edits == []


@pytest.mark.parametrize(
    ("key", "modifier", "sent"),
    [
        (Key.Key_S, Mod.ControlModifier, False),
        (Key.Key_Return, Mod.NoModifier, False),
        (Key.Key_S, Mod.ControlModifier | Mod.ShiftModifier, True),
        (Key.Key_Return, Mod.ControlModifier, True),
        (Key.Key_D, Mod.AltModifier, True),
        (Key.Key_S, Mod.AltModifier, False),
    ],
)
def test_saving_has_keys(
    office: Office, opened: Open[AbsenceDialog], saved: Announced, qtbot: QtBot,
    key: Qt.Key, modifier: Qt.KeyboardModifier, sent: bool,
) -> None:  # fmt: skip
    dialog = absence(office, opened)
    dialog.start.setFocus()
    press(key, modifier)
    qtbot.waitUntil(lambda: saved.sent == [sent])  # a button pressed by its letter takes a moment


def test_escape_closes_the_list_first_and_then_the_dialog(
    office: Office, opened: Open[AbsenceDialog], saved: Announced
) -> None:
    dialog = opened(AbsenceDialog(office.given()))
    QTest.keyClicks(dialog.who, "bo")
    assert dialog.who.results.isVisible()
    press(Key.Key_Escape)
    assert not dialog.who.results.isVisible()
    assert dialog.isVisible()
    press(Key.Key_Escape)
    assert not dialog.isVisible()
    assert saved.edits == []


def test_deleting_never_asks(office: Office, opened: Open[AbsenceDialog], saved: Announced) -> None:
    dialog = opened(AbsenceDialog(office.given(), christmas()))
    QTest.mouseClick(dialog.delete, Qt.MouseButton.LeftButton)
    assert saved.sent == [False]
    assert saved.edit.do is Do.DELETE
    assert saved.edit.before == christmas().fields


def test_a_new_item_has_nothing_to_delete(office: Office, opened: Open[AbsenceDialog]) -> None:
    assert not absence(office, opened).delete.isVisible()


@pytest.mark.parametrize("kind", ITEMS)
def test_every_field_has_a_name_and_its_own_letter(
    office: Office, opened: Open[EditDialog], kind: type[EditDialog]
) -> None:
    dialog = opened(kind(office.given(), ITEMS[kind]()))
    fields = [*dialog.findChildren(QLineEdit), *dialog.findChildren(QComboBox), *dialog.findChildren(QPlainTextEdit)]
    assert [field for field in fields if field.isVisibleTo(dialog) and not field.accessibleName()] == []
    texts = [row.label.text() for row in dialog.rows if row.label.isVisibleTo(dialog)]
    texts += [tick.text() for tick in dialog.findChildren(Tick) if tick.isVisibleTo(dialog)]
    texts += [button.text() for button in (dialog.save, dialog.save_and_send, dialog.cancel, dialog.delete)]
    letters = [QKeySequence.mnemonic(text).toString() for text in texts if "&" in text]
    assert len(letters) == len(set(letters)), sorted(letters)


@pytest.mark.parametrize("kind", ITEMS)
def test_tab_walks_from_top_to_bottom(office: Office, opened: Open[EditDialog], kind: type[EditDialog]) -> None:
    dialog = opened(kind(office.given()))
    rows = [row for row in dialog.rows if row.body.isVisibleTo(dialog)]
    first = next(iter(rows[0].fields.values()))
    first.setFocus()
    seen: list[int] = []
    for _ in range(60):
        focus = QApplication.focusWidget()
        if focus is dialog.save:
            break
        at = next((n for n, row in enumerate(rows) if focus is not None and row.body.isAncestorOf(focus)), len(rows))
        seen.append(at)
        press(Key.Key_Tab)
    assert seen == sorted(seen)
    assert set(seen) >= set(range(len(rows)))


@pytest.mark.parametrize("kind", ITEMS)
def test_a_letter_leads_to_its_field(office: Office, opened: Open[EditDialog], kind: type[EditDialog]) -> None:
    dialog = opened(kind(office.given()))
    row: FieldRow = dialog.rows[-1]
    letter = QKeySequence.mnemonic(row.label.text())[0].key()
    press(letter, Mod.AltModifier)
    focus = QApplication.focusWidget()
    assert focus is not None
    assert row.body.isAncestorOf(focus)


HOSTILE = '<img src="/etc/passwd"> & <b>R&D</b>'


def test_text_of_a_service_is_shown_as_text(opened: Open[EditDialog], qtbot: QtBot) -> None:
    span = cases.span("2026-10-16..2027-11-16")
    who = HOSTILE.lower()
    snapshot = cases.snapshot(
        "bigpicture", [cases.leave(who, "2026-12-07", ref="x", reason=HOSTILE)], read=span, people=(who,)
    )
    office = Office(cases.plan_of([snapshot]))
    dialog = opened(AbsenceDialog(office.given(person=0, start=date(2026, 12, 7))))
    assert dialog.who.text() == who.title()
    wrong = [line for line in said(dialog) if HOSTILE in line]
    assert wrong  # the overlap names the leave, tags and all
    for label in dialog.findChildren(QLabel):
        assert label.textFormat() is Qt.TextFormat.PlainText
    dialog.show_error(HOSTILE)
    assert HOSTILE in said(dialog)


def test_an_ampersand_in_a_service_is_no_shortcut(office: Office, opened: Open[EditDialog]) -> None:
    dialog = opened(TaskDialog(office.given(), plan_task()))
    box = dialog.assignees.tick("ana okafor")
    assert "&" not in box.text()
    dialog.preview._show_remarks([])
    link = dialog.preview._suggestion("R&D is free", 0)
    assert link.text() == "R&&D is free"


@pytest.mark.parametrize("theme", [DARK, CONTRAST])
@pytest.mark.parametrize("kind", ITEMS)
def test_every_theme_can_be_taken_while_it_is_open(
    office: Office, opened: Open[EditDialog], kind: type[EditDialog], theme: object
) -> None:
    dialog = opened(kind(office.given(), ITEMS[kind]()))
    before = dialog.grab().toImage().pixelColor(5, 100).name()
    dialog.show_theme(DARK if theme is DARK else CONTRAST)
    shown = dialog.grab().toImage().pixelColor(5, 100).name()
    assert (before, shown) == ("#ffffff", (DARK if theme is DARK else CONTRAST).background)


def test_a_button_in_focus_is_pressed_by_enter(office: Office, opened: Open[EditDialog], saved: Announced) -> None:
    dialog = absence(office, opened)
    dialog.cancel.setFocus()
    assert isinstance(QApplication.focusWidget(), QPushButton)
    press(Key.Key_Space)
    assert saved.edits == []
    assert not dialog.isVisible()
