"""The settings dialogs in the assembled window: what is decided holds in the plan at once, and after the next sync."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QPushButton

from planner_gui.app import places
from planner_gui.app.desktop import Session
from planner_gui.app.editing import Editing
from planner_gui.domain.changes import State as Done
from planner_gui.domain.entities import CountsAs, Kind
from planner_gui.domain.items import key_of
from planner_gui.domain.plan import Person, Plan, State
from planner_gui.domain.snapshot import Flag, day_number
from planner_gui.domain.working import explain
from planner_gui.sandbox.server import Sandbox
from planner_gui.session.schedules import default_week, timezone_of
from planner_gui.session.settings import Settings
from planner_gui.ui.dialogs.counting import CountingDialog
from planner_gui.ui.dialogs.form import EditDialog
from planner_gui.ui.dialogs.import_preview import ImportPreview
from planner_gui.ui.dialogs.people import PeopleDialog
from planner_gui.ui.dialogs.preferences import PreferencesDialog
from planner_gui.ui.dialogs.working_time import WorkingTimeDialog
from planner_gui.ui.models.counting import TaskRow
from planner_gui.ui.theme import Look
from planner_gui.ui.timeline.scale import Zoom
from tests.app.test_desktop import Play, play, synced
from tests.scenarios import until

__all__ = ["play"]

Dialog = TypeVar("Dialog", bound=QDialog)


@pytest.fixture(autouse=True)
def _own_preferences(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Preferences of this test alone."""
    monkeypatch.setattr("planner_gui.app.places.settings_file", lambda: tmp_path / "settings.toml")


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


def test_preferences_8_sync_interval_pause_and_first_weekday_hold_at_once_and_at_the_next_start(
    play: Callable[[Play], None],
) -> None:
    async def what(session: Session, company: Sandbox) -> None:
        await ready(session)
        settling = session.settling
        assert settling.timer.interval() == 30 * 60_000
        session.window.actions_.preferences.trigger()
        dialog = dialog_of(session, PreferencesDialog)
        dialog.sync.setCurrentIndex(1)
        assert (settling.timer.isActive(), settling.timer.interval()) == (True, 5 * 60_000)
        dialog.pause.click()
        assert not settling.timer.isActive()
        dialog.weekday.setCurrentIndex(2)
        assert session.window.board.first_weekday == 6
        dialog.look.setCurrentIndex(2)
        assert session.window.actions_.looks[Look.DARK].isChecked()
        dialog.view.setCurrentIndex(4)
        settling.deleteLater()  # the next start has none of it
        QCoreApplication.sendPostedEvents(settling, QEvent.Type.DeferredDelete)
        session._begin_editing()
        assert session.window.board.zoom is Zoom.QUARTER
        assert session.window.board.first_weekday == 6
        assert not session.settling.timer.isActive()
        dialog.close()
        resting = session.window.status.resting
        assert not resting.isHidden()
        resting.click()
        assert session.settling.timer.isActive()
        assert resting.isHidden()

    play(what)


def test_the_timer_reads_the_services_unless_offline(play: Callable[[Play], None]) -> None:
    async def what(session: Session, company: Sandbox) -> None:
        await ready(session)
        before = sum(company.requests.values())
        session.settling.timer.timeout.emit()
        assert "sync" in session.jobs.running
        await until(lambda: "sync" not in session.jobs.running, 60)
        assert sum(company.requests.values()) > before
        session.window.actions_.offline.trigger()
        session.settling.timer.timeout.emit()
        assert "sync" not in session.jobs.running

    play(what)


def test_C9_clearing_the_cache_forgets_what_was_read_and_reads_it_again(play: Callable[[Play], None]) -> None:
    async def what(session: Session, company: Sandbox) -> None:
        await ready(session)
        rows = session.workspace.plan.rows
        shown: list[int] = []
        session.workspace.changed.connect(lambda _: shown.append(session.workspace.plan.rows))
        session.settling.open_preferences()
        dialog = dialog_of(session, PreferencesDialog)
        dialog.clear.click()
        dialog.clear.click()
        await until(lambda: 0 in shown, 20, "an empty plan")
        assert dialog.said.text() == "The cache is clear."
        await until(lambda: session.workspace.plan.rows == rows, 60, "the plan again")
        await until(lambda: "sync" not in session.jobs.running, 60)
        dialog.close()

    play(what)


def test_C9_the_past_beyond_what_is_kept_goes_from_plan_and_file(play: Callable[[Play], None]) -> None:
    async def what(session: Session, company: Sandbox) -> None:
        await ready(session)
        session.settling.open_preferences()
        dialog = dialog_of(session, PreferencesDialog)
        dialog.keep.setFocus()
        dialog.keep.selectAll()
        QTest.keyClicks(dialog.keep, "7")
        QTest.keyClick(dialog.keep, Qt.Key.Key_Return)
        cutoff = session.workspace.today - timedelta(days=7)
        await until(lambda: {v.span.start for v in session.workspace.plan.connections if v.span} == {cutoff}, 30)
        await until(lambda: "sync" not in session.jobs.running, 30)
        assert {view.state for view in session.workspace.plan.connections} == {State.FRESH}
        with sqlite3.connect(session.workspace.folder / "cache.db") as file:
            kept = dict(file.execute("SELECT connection, rows FROM snapshot").fetchall())
        file.close()
        readings = session.workspace.readings
        assert kept == {name: snapshot.rows for name in kept if (snapshot := readings.get(name)) is not None}
        dialog.close()

    play(what)


def test_edits_are_sent_at_once_where_the_user_chose_so(play: Callable[[Play], None]) -> None:
    async def what(session: Session, company: Sandbox) -> None:
        await ready(session)
        window, plan = session.window, session.workspace.plan
        row = next(
            row
            for row in range(plan.rows)
            if plan.kind(row) is Kind.TASK and plan.columns["person"][row] < len(plan.people)
            and key_of(plan, row).connection == "bigtime"
        )  # fmt: skip
        session.settling.settings.change(send_at_once=True)
        sent: list[list[str]] = []
        assert session.settling is not None
        editing = session.findChild(Editing)
        assert isinstance(editing, Editing)
        editing.saved_to_send.connect(sent.append)
        window.board.choose_item(row)
        window.actions_.duplicate.trigger()
        await until(lambda: sent, 20, "the wish to send")
        await until(lambda: not any(name.startswith(("edit", "send")) for name in session.jobs.running), 30)
        assert [change.id for change in session.workspace.changes] == sent[0]
        assert session.workspace.changes[0].state is Done.DONE

    play(what)


async def found(session: Session, check: str) -> bool:
    """Open the findings and choose the first of a check by its kind; whether there is one."""
    panel = session.window.findings
    session.window.actions_.findings.setChecked(True)
    await until(lambda: panel.model.rowCount() and panel.count.text()[:1].isdigit(), 60, "the findings")
    at = panel.check.findData(check)
    panel.check.setCurrentIndex(max(at, 0))
    panel.table.selectRow(0)
    panel.table.setFocus()
    return at >= 0


def test_findings_7_an_unmatched_account_is_mended_in_match_people_at_its_row(play: Callable[[Play], None]) -> None:
    async def what(session: Session, company: Sandbox) -> None:
        await ready(session)
        assert await found(session, "unmatched-account")
        mend = session.window.findings.mend
        assert mend.text() == "Match people\N{HORIZONTAL ELLIPSIS}"
        QTest.mouseClick(mend, Qt.MouseButton.LeftButton)
        dialog = dialog_of(session, PeopleDialog)
        chosen = dialog.table.chosen_rows()
        assert [dialog.model.row(at) for at in chosen] == unmatched(session)
        await settled(session)
        dialog.close()

    play(what)


def test_findings_7_a_missing_schedule_is_mended_in_working_time_and_an_item_in_its_dialog(
    play: Callable[[Play], None],
) -> None:
    async def what(session: Session, company: Sandbox) -> None:
        await ready(session)
        await session.workspace.configure(default_week("none"))
        assert await found(session, "no-schedule")
        panel = session.window.findings
        finding = panel.model.finding(panel.shown.mapToSource(panel.table.currentIndex()).row())
        assert finding.person is not None
        QTest.keyClick(panel.table, Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier)
        dialog = dialog_of(session, WorkingTimeDialog)
        assert dialog.who.text() == session.workspace.plan.people[finding.person].name
        dialog.close()
        assert await found(session, "overdue")
        plan = panel.model.plan
        assert plan is not None
        at = next(
            at
            for at in range(panel.shown.rowCount())
            if (row := panel.model.finding(panel.shown.mapToSource(panel.shown.index(at, 0)).row()).row) is not None
            and key_of(plan, row).connection == "bigtime"
        )
        panel.table.selectRow(at)
        assert panel.mend.text() == "Edit\N{HORIZONTAL ELLIPSIS}"
        panel.mend.click()
        await until(lambda: any(each.isVisible() for each in session.window.findChildren(EditDialog)), 20)
        dialog_of(session, EditDialog).close()
        assert await found(session, "over-allocated")
        assert panel.mend.isHidden()

    play(what)


@pytest.mark.parametrize(
    ("chosen", "reads"), [({}, True), ({"sync_on_open": False}, False), ({"sync_paused": True}, False)]
)
def test_whether_a_workspace_is_read_when_it_opens_is_a_preference(
    play: Callable[[Play], None], monkeypatch: pytest.MonkeyPatch, chosen: dict[str, bool], reads: bool
) -> None:
    monkeypatch.setattr("planner_gui.app.desktop._give_way_to_the_window", lambda: None)
    Settings(places.settings_file()).change(**chosen)

    async def what(session: Session, company: Sandbox) -> None:
        session.painted()
        assert ("sync" in session.jobs.running) is reads
        session.jobs.cancel("sync")
        await until(lambda: not session.jobs.running, 20, "the jobs' end")

    play(what)


def test_a_persons_time_zone_moves_their_meetings_and_asks_no_service(play: Callable[[Play], None]) -> None:
    """Issue 5, part 5: what was read serves every zone."""

    async def what(session: Session, company: Sandbox) -> None:
        await ready(session)
        workspace = session.workspace

        def meetings(plan: Plan, person: int) -> list[int]:
            rows = np.arange(plan.offsets[person], plan.offsets[person + 1])
            events = rows[plan.columns["kind"][rows] == Kind.EVENT]
            timed = events[plan.columns["flags"][events] & Flag.ALL_DAY == 0]
            return sorted(plan.columns["start"][timed].tolist())

        before = workspace.plan
        person = next(at for at in range(len(before.people)) if meetings(before, at))
        asked = dict(company.requests)
        # Fourteen hours ahead of UTC: whatever begins at ten in Berlin or later is on the next day.
        await workspace.configure(timezone_of([before.people[person].accounts], "Pacific/Kiritimati"))
        moved = [
            after - day for day, after in zip(meetings(before, person), meetings(workspace.plan, person), strict=True)
        ]
        assert set(moved) <= {0, 1}
        assert 1 in moved
        assert dict(company.requests) == asked
        await workspace.configure(timezone_of([before.people[person].accounts], ""))
        assert meetings(workspace.plan, person) == meetings(before, person)

    play(what)
