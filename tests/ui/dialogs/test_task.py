"""The task dialog by real keys and clicks: create, change, every fault, assignees kept, what is settled once made."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from planner_gui.domain.edits import Capability, Do
from planner_gui.domain.entities import Kind
from planner_gui.ui.dialogs.lookup import Lookup
from planner_gui.ui.dialogs.task import TaskDialog
from tests.ui.dialogs.conftest import Announced, Open, fill, press, said, write
from tests.ui.dialogs.office import ANA, BO, CLEO, Office, plan_task

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
Key, Mod = Qt.Key, Qt.KeyboardModifier


def choose(widget: QWidget, key: Qt.Key) -> None:
    widget.setFocus()
    press(key)


def test_a_task_is_created_with_every_field(office: Office, opened: Open[TaskDialog], saved: Announced) -> None:
    dialog = opened(TaskDialog(office.given(person=office.person(ANA), start=date(2026, 11, 16))))
    write("ret")
    press(Key.Key_Tab)
    write("Write the report")
    words = {name: word.widget for name, word in dialog.words.items()}
    fill(words["type"], "QA")
    fill(words["group"], "Design")
    fill(words["status"], "Open")
    fill(words["parent"], "test plan")
    fill(words["class"], "7")
    choose(words["priority"], Key.Key_Down)
    choose(words["fee_or_expense"], Key.Key_End)
    fill(dialog.end, "27 Nov")
    fill(dialog.assignees.add, "cleo")
    for name, text in (("budget_hours", "7 h 30"), ("budget_fees", "900"), ("budget_expenses", "12.5"),
                       ("percent_complete", "10")):  # fmt: skip
        fill(dialog.numbers[name], text)
    choose(dialog.no_charge, Key.Key_Space)
    fill(dialog.notes.edit, "soon")
    press(Key.Key_S, Mod.ControlModifier)
    assert saved.edit.do is Do.CREATE
    assert saved.edit.after == {
        "project": "77", "name": "Write the report", "type": "QA", "group": "Design", "status": "Open",
        "priority": "HIGH", "notes": "soon", "assignees": [ANA, CLEO], "start": "2026-11-16", "due": "2026-11-27",
        "fee_or_expense": "FeeAndExpense", "budget_hours": 7.5, "budget_fees": 900, "budget_expenses": 12.5,
        "percent_complete": 10, "parent": "901", "class": "7", "no_charge": True, "project_name": "Retainer",
    }  # fmt: skip
    assert saved.edit.label == "New task Write the report"


def test_what_is_missing_is_said_and_what_is_settled_later_too(
    office: Office, opened: Open[TaskDialog], saved: Announced
) -> None:
    dialog = opened(TaskDialog(office.given()))
    assert said(dialog).count("Only when it is made: it cannot be changed later.") == 2
    assert {"Pro&ject *", "&Name *", "&Type *"} <= set(said(dialog))
    press(Key.Key_S, Mod.ControlModifier)
    assert {"Which project is it in?", "What is it called?", "What type of task is it?"} <= set(said(dialog))
    assert QApplication.focusWidget() is dialog.project
    assert saved.edits == []


def test_a_task_that_is_there_keeps_its_project_and_type(
    office: Office, opened: Open[TaskDialog], saved: Announced
) -> None:
    dialog = opened(TaskDialog(office.given(), plan_task()))
    assert not dialog.project.isEnabled()
    assert not dialog.words["type"].widget.isEnabled()
    assert "only when the task is made" in dialog.project.toolTip()
    fill(dialog.name, "Test plan 4.2")
    press(Key.Key_S, Mod.ControlModifier)
    assert saved.changed() == {"name": "Test plan 4.2"}


def test_a_task_that_was_not_sent_yet_is_open_in_everything(office: Office, opened: Open[TaskDialog]) -> None:
    dialog = opened(TaskDialog(office.given(), replace(plan_task(), raw=b"")))
    assert dialog.project.isEnabled()


def test_assignees_are_ticked_one_by_one_and_unknown_ones_stay(
    office: Office, opened: Open[TaskDialog], saved: Announced
) -> None:
    held = replace(plan_task(), fields={**plan_task().fields, "assignees": [ANA, "4711", BO]})
    dialog = opened(TaskDialog(office.given(), held))
    box = dialog.assignees.tick(ANA)
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
    fill(dialog.assignees.add, "cleo")
    assert dialog.assignees.add.text() == ""
    press(Key.Key_S, Mod.ControlModifier)
    assert saved.changed() == {"assignees": ["4711", BO, CLEO]}


def test_ticking_somebody_off_and_on_again_changes_nothing(
    office: Office, opened: Open[TaskDialog], saved: Announced
) -> None:
    dialog = opened(TaskDialog(office.given(), plan_task()))
    choose(dialog.assignees.tick(ANA), Key.Key_Space)
    assert dialog.assignees.accounts == [BO]
    fill(dialog.assignees.add, "ana")
    assert dialog.assignees.accounts == [ANA, BO]
    press(Key.Key_S, Mod.ControlModifier)
    assert saved.edits == []


def test_numbers_stay_what_they_were_until_they_are_typed_anew(
    office: Office, opened: Open[TaskDialog], saved: Announced
) -> None:
    odd = replace(plan_task(), fields={**plan_task().fields, "budget_hours": 10.333333})
    dialog = opened(TaskDialog(office.given(), odd))
    assert dialog.numbers["budget_hours"].text() == "10.33"
    fill(dialog.notes.edit, "x")
    press(Key.Key_S, Mod.ControlModifier)
    assert saved.changed() == {"notes": "x"}


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("budget_hours", "many", "This is no number."),
        ("budget_fees", "-1", "It cannot be below 0."),
        ("percent_complete", "101", "It cannot be more than 100 %."),
    ],
)
def test_numbers_that_cannot_be_are_said_at_the_field(
    office: Office, opened: Open[TaskDialog], saved: Announced, field: str, typed: str, words: str
) -> None:
    dialog = opened(TaskDialog(office.given(), plan_task()))
    fill(dialog.numbers[field], typed)
    dialog.settle()
    assert words in said(dialog)
    press(Key.Key_S, Mod.ControlModifier)
    assert QApplication.focusWidget() is dialog.numbers[field]
    assert saved.edits == []


def test_due_before_start_and_an_unknown_project_are_refused(
    office: Office, opened: Open[TaskDialog], saved: Announced
) -> None:
    dialog = opened(TaskDialog(office.given()))
    fill(dialog.project, "nowhere")
    fill(dialog.start, "20 Nov")
    fill(dialog.end, "16 Nov")
    dialog.settle()
    assert {"No project of this name. Choose one of the list.", "This is before the first day."} <= set(said(dialog))


def test_a_series_master_names_how_many_it_changes(office: Office, opened: Open[TaskDialog]) -> None:
    dialog = opened(TaskDialog(office.given(), replace(plan_task(), series=14)))
    assert any("changes all 14 tasks of it that are not archived" in line for line in said(dialog))


def test_only_what_the_service_has_is_there(office: Office, opened: Open[TaskDialog], saved: Announced) -> None:
    few = Capability(frozenset({"project", "name", "type", "due", "assignees", "budget_hours"}),
                     choices={"type": ("QA", "Design")})  # fmt: skip
    dialog = opened(TaskDialog(office.given(capabilities={"bigtime": {Kind.TASK: few}})))
    hidden = ("group", "status", "priority", "fee_or_expense", "parent", "class")
    assert [name for name in hidden if dialog.words[name].widget.isVisibleTo(dialog)] == []
    assert not dialog.numbers["budget_fees"].isVisibleTo(dialog)
    assert dialog.numbers["budget_hours"].isVisibleTo(dialog)
    assert not dialog.notes.isVisibleTo(dialog)
    write("audit")
    press(Key.Key_Tab)
    write("Plan")
    choose(dialog.words["type"].widget, Key.Key_End)
    press(Key.Key_S, Mod.ControlModifier)
    after = saved.edit.after or {}
    assert (after["project"], after["type"], after["notes"], after["no_charge"]) == ("78", "Design", "", False)


def test_each_assignee_has_a_strip(office: Office, opened: Open[TaskDialog]) -> None:
    dialog = opened(TaskDialog(office.given(), plan_task()))
    assert len(dialog.preview.strips) == 2
    fill(dialog.end, "")
    dialog.settle()
    assert dialog.preview.strips == []


def test_words_are_taken_as_they_are_typed(office: Office, opened: Open[TaskDialog], saved: Announced) -> None:
    dialog = opened(TaskDialog(office.given(), plan_task()))
    status = dialog.words["status"].widget
    assert isinstance(status, Lookup)
    fill(status, "In review")
    press(Key.Key_S, Mod.ControlModifier)
    assert saved.changed() == {"status": "In review"}
