"""Pictures of the edit dialogs, to be looked at: `python -m tests.ui.dialogs.pictures FOLDER`; light and dark."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from planner_gui.domain.edits import Item
from planner_gui.ui.dialogs.absence import AbsenceDialog
from planner_gui.ui.dialogs.allocation import AllocationDialog
from planner_gui.ui.dialogs.form import EditDialog
from planner_gui.ui.dialogs.task import TaskDialog
from planner_gui.ui.theme import Look, Themes
from tests.ui.dialogs.conftest import fill
from tests.ui.dialogs.office import ANA, Office, core_services, plan_task

FORTNIGHT = {"start": date(2026, 11, 16), "end": date(2026, 11, 27)}


def to_front(dialog: EditDialog) -> None:
    """On screen, with the keys."""
    dialog.show()
    dialog.activateWindow()
    QTest.qWait(100)


def absence(office: Office) -> EditDialog:
    """Leave over planned work, one item of it ticked."""
    when = {"start": date(2026, 11, 23), "end": date(2026, 11, 27)}
    tempo = {"tempo": {core_services().key.kind: office.given().able(core_services().key.kind)["tempo"]}}
    capabilities = {**office.given().capabilities, **tempo}
    dialog = AbsenceDialog(office.given(capabilities=capabilities, person=office.person(ANA), **when))

    def answer(rows: list[int]) -> None:
        known: dict[str, Item] = {"41": core_services(), "901": plan_task()}
        dialog.show_items({row: known[office.plan.text(row, "external_id")] for row in rows})
        dialog.clash_list.lines[0].tick.setChecked(True)

    dialog.items_wanted.connect(answer)
    return dialog


def faults(office: Office) -> EditDialog:
    """Leave over other leave, with too long a comment."""
    when = {"start": date(2026, 12, 23), "end": date(2026, 12, 28)}
    dialog = AbsenceDialog(office.given(person=office.person(ANA), **when))
    dialog.comment.edit.setPlainText("x" * 460)
    return dialog


def allocation(office: Office) -> EditDialog:
    """A new allocation that is too much, with somebody who could take it."""
    dialog = AllocationDialog(office.given(person=office.person(ANA), **FORTNIGHT))
    to_front(dialog)
    fill(dialog.what, "api")
    fill(dialog.amount.percent, "50")
    return dialog


def series(office: Office) -> EditDialog:
    """A weekly series, a name being typed."""
    fields = {**core_services().fields, "repeat": "weekly", "until": "2027-01-29"}
    dialog = AllocationDialog(office.given(), replace(core_services(), series=6, fields=fields))
    to_front(dialog)
    dialog.who.setFocus()
    dialog.who.selectAll()
    QTest.keyClicks(dialog.who, "la")
    return dialog


def team(office: Office) -> EditDialog:
    """A team's plan, half filled in and saved."""
    dialog = AllocationDialog(office.given(start=date(2026, 11, 30), end=date(2026, 12, 11)))
    to_front(dialog)
    QTest.keyClicks(dialog.who, "labs")
    QTest.keyClick(dialog.who, Qt.Key.Key_Return)
    dialog.try_save(send=False)
    return dialog


def task(office: Office) -> EditDialog:
    """A task of two people."""
    return TaskDialog(office.given(), plan_task())


DIALOGS: tuple[Callable[[Office], EditDialog], ...] = (absence, faults, allocation, series, team, task)


def main() -> int:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    application = QApplication([])
    for look in (Look.LIGHT, Look.DARK):
        themes = Themes(application, look)
        for make in DIALOGS:
            dialog = make(Office(theme=themes.current))
            dialog.show()
            QTest.qWait(200)
            path = folder / f"{make.__name__}-{look.value}.png"
            dialog.grab().save(str(path))
            dialog.close()
            print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
