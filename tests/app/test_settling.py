"""The settings dialogs in the assembled window: what is decided holds in the plan at once, and after the next sync."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QPushButton

from planner_gui.app.desktop import Session
from planner_gui.domain.entities import CountsAs
from planner_gui.domain.plan import Person
from planner_gui.domain.snapshot import day_number
from planner_gui.domain.working import explain
from planner_gui.sandbox.server import Sandbox
from planner_gui.ui.dialogs.counting import CountingDialog
from planner_gui.ui.dialogs.import_preview import ImportPreview
from planner_gui.ui.dialogs.people import PeopleDialog
from planner_gui.ui.dialogs.working_time import WorkingTimeDialog
from planner_gui.ui.models.counting import TaskRow
from tests.app.test_desktop import Play, play, synced
from tests.scenarios import until

__all__ = ["play"]

Dialog = TypeVar("Dialog", bound=QDialog)


async def ready(session: Session) -> None:
    await synced(session)
    session._begin_editing()


def dialog_of(session: Session, kind: type[Dialog]) -> Dialog:
    return next(each for each in session.window.findChildren(kind) if each.isVisible())


def shown_buttons(dialog: QDialog) -> list[QPushButton]:
    return [button for button in dialog.findChildren(QPushButton) if button.isVisible()]


async def settled(session: Session) -> None:
    for _ in range(3):  # what was emitted has begun
        await asyncio.sleep(0)
    await until(lambda: not any(name.startswith(("settle", "suggest")) for name in session.jobs.running), 20)


def unmatched(session: Session) -> list[Person]:
    return [person for person in session.workspace.plan.people if person.unmatched]


def test_people_4_a_join_takes_the_badge_away_survives_a_sync_and_is_undone(play: Callable[[Play], None]) -> None:
    async def what(session: Session, company: Sandbox) -> None:
        await ready(session)
        before = unmatched(session)
        assert len(before) == 1
        shortcut = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        QTest.keyClick(session.window, Qt.Key.Key_P, shortcut)
        dialog = dialog_of(session, PeopleDialog)
        await settled(session)
        assert dialog.tabs.tabText(0) == "Unmatched (1)"
        dialog.table.setFocus()
        QTest.keyClick(dialog.table, Qt.Key.Key_Return)
        QTest.keyClicks(dialog.join_with, "a")
        QTest.keyClick(dialog.join_with, Qt.Key.Key_Return)
        await settled(session)
        assert unmatched(session) == []
        assert dialog.tabs.tabText(0) == "Unmatched (0)"
        shown = session.window.board.plan
        assert shown is not None
        assert not any(person.unmatched for person in shown.people)
        await synced(session)
        assert unmatched(session) == []
        assert len(session.workspace.settings.decisions) == 1
        QTest.mouseClick(dialog.undo, Qt.MouseButton.LeftButton)
        await settled(session)
        assert [person.name for person in unmatched(session)] == [person.name for person in before]
        assert session.workspace.settings.decisions == ()
        assert not dialog.undo.isEnabled()
        dialog.close()

    play(what)


def test_a_refused_change_is_said_in_the_dialog_and_nothing_is_lost(play: Callable[[Play], None]) -> None:
    async def what(session: Session, company: Sandbox) -> None:
        await ready(session)
        session.settling.open_people(unmatched(session)[0].accounts)
        dialog = dialog_of(session, PeopleDialog)
        (session.workspace.folder / "workspace.toml").write_text("= no TOML")
        await until(lambda: any(b.text() == "&Hide this person" for b in shown_buttons(dialog)))
        hide = next(b for b in shown_buttons(dialog) if b.text() == "&Hide this person")
        QTest.mouseClick(hide, Qt.MouseButton.LeftButton)
        await settled(session)
        assert "is not valid TOML" in dialog.banner.text()
        assert len(unmatched(session)) == 1
        dialog.close()

    play(what)


def test_working_time_5_a_file_is_previewed_and_its_good_rows_change_the_plan(
    play: Callable[[Play], None], tmp_path: Path
) -> None:
    async def what(session: Session, company: Sandbox) -> None:
        await ready(session)
        who = session.workspace.plan.people[0]
        file = tmp_path / "hours.csv"
        file.write_text(f"person,from,week\n{who.email},2026-12-01,mon-thu 5h\nnobody,2026-12-01,fri 1h\n")
        session.window.actions_.working_time.trigger()
        dialog = dialog_of(session, WorkingTimeDialog)
        dialog.file_chosen.emit(str(file))
        await settled(session)
        preview = dialog_of(session, ImportPreview)
        assert preview.said.text() == "1 row can be loaded. 1 is left out: mend the file and load it again for them."
        QTest.mouseClick(preview.load, Qt.MouseButton.LeftButton)
        await settled(session)
        plan = session.workspace.plan
        words = [explain(plan, 0, day_number(date(2026, *day)))[1] for day in ((11, 30), (12, 1))]
        assert words[0] == "tempo schedule"
        assert words[1] == "own schedule from 2026-12-01, Mon-Thu 5 h"
        dialog.file_chosen.emit(str(tmp_path / "gone.csv"))
        await settled(session)
        assert "gone.csv cannot be read" in dialog.banner.text()
        dialog.close()

    play(what)


def test_what_counts_6_a_choice_is_measured_beside_the_window_and_the_plan_follows(
    play: Callable[[Play], None],
) -> None:
    async def what(session: Session, company: Sandbox) -> None:
        await ready(session)
        session.window.actions_.counting.trigger()
        dialog = dialog_of(session, CountingDialog)
        dialog.radios[CountsAs.LOAD].click()
        await until(lambda: "load" in dialog.effect.text(), 20, "the effect")
        row = dialog.row()
        assert isinstance(row, TaskRow)
        before = session.workspace.plan.columns["counts_as"].tolist()
        QTest.mouseClick(dialog.apply_button, Qt.MouseButton.LeftButton)
        await settled(session)
        assert session.workspace.settings.counting.tasks[row.connection] is CountsAs.LOAD
        assert session.workspace.plan.columns["counts_as"].tolist() != before
        dialog.close()

    play(what)
