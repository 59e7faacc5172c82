"""A fault of the program: told of once, in words; what was typed stays, the window goes on (L3, U6, L5)."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
from collections.abc import Callable, Coroutine
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from PySide6.QtCore import QTimer, qWarning
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from planner_gui.app import reporting
from planner_gui.app.desktop import Session
from planner_gui.app.reporting import Reporting
from planner_gui.app.runs import Run
from planner_gui.domain.entities import Kind
from planner_gui.domain.moves import deleted
from planner_gui.sandbox.server import Sandbox
from planner_gui.session import redaction
from planner_gui.session.accounts import Accounts
from planner_gui.session.background import Aside
from planner_gui.session.mark import Ended, Mark
from planner_gui.session.workspace import Workspace
from planner_gui.sources.base import Connection
from planner_gui.ui.dialogs.absence import AbsenceDialog
from planner_gui.ui.dialogs.report import ReportDialog
from planner_gui.ui.theme import Themes
from planner_gui.ui.window import MainWindow
from tests.app.test_desktop import synced
from tests.scenarios import Scenario, until

TODAY = date(2026, 11, 20)
Play = Callable[[Session, Reporting], Coroutine[Any, Any, None]]
CRASH = Ended("window", datetime(2026, 11, 19, 8, 30, tzinfo=UTC), "0.1.0", ("sync",), ("Fatal Python error",))


@pytest.fixture
def report(
    qapp: QApplication, scenario: Scenario, tmp_path: Path, expect_log: Callable[[str, str], None]
) -> Callable[..., None]:
    """Runs a play with the real window of a read workspace, and Reporting installed as the program installs it."""
    qapp.setQuitOnLastWindowClosed(False)
    company = Sandbox(people=6, today=TODAY, base_url="http://127.0.0.1:9")
    settings = Workspace.create(tmp_path / "w", timezone="Europe/Berlin", name="Northwind")

    async def whole(what: Play, run: Run) -> None:
        workspace = Workspace.open(tmp_path / "w", today=TODAY)
        accounts = Accounts(settings.id, workspace.notices, open_vault=None)
        for entry in company.connections():
            connection = Connection(entry["name"], entry["kind"], entry["url"], entry["options"])
            await workspace.add_connection(connection)
            await accounts.store(connection, entry["secret"])
        window = MainWindow("Northwind", Themes(qapp))
        session = Session(workspace, window, accounts, transport=lambda: httpx.ASGITransport(app=company.app))
        left: list[bool] = []
        catching = Reporting(run, workspace, window, session.jobs, lambda: left.append(True))
        session.begin()
        session._begin_editing()
        try:
            with catching.installed(asyncio.get_running_loop()):
                await what(session, catching)
            assert bool(left) is catching.restart_wanted
        finally:
            await session.end()
            window.close()
            window.deleteLater()

    def play(what: Play, *, faults: int = 1, before: tuple[Ended, ...] = ()) -> None:
        if faults:
            expect_log("planner_gui.app.reporting", r"^fault [0-9a-f]{8} in a ")
        scenario(whole(what, Run(tmp_path / "log", Mark(), before)), timeout=120)

    return play


def shown(catching: Reporting) -> ReportDialog:
    dialog = catching.dialog
    assert dialog is not None
    assert dialog.isVisible()
    return dialog


def broken() -> None:
    raise ValueError("Priya Raman was here")


async def an_open_form(session: Session) -> AbsenceDialog:
    await synced(session)
    session.window.actions_.new_absence.trigger()
    await until(lambda: session.window.findChildren(AbsenceDialog), 10, "the form")
    return session.window.findChildren(AbsenceDialog)[0]


def test_L3_a_slot_of_the_real_window_raises_the_form_keeps_its_input_and_the_window_goes_on(
    report: Callable[..., None],
) -> None:
    async def what(session: Session, catching: Reporting) -> None:
        form = await an_open_form(session)
        QTest.keyClicks(form.comment.edit, "Skiing")
        form.save.clicked.disconnect()
        form.save.clicked.connect(broken)
        form.save.click()
        await until(lambda: catching.dialog is not None, 10, "the report")
        dialog = shown(catching)
        assert not dialog.isModal()
        assert "not carried out" in dialog.what.text()
        assert "open keep what you typed" in dialog.kept.text()
        assert form.isVisible()
        assert form.comment.text == "Skiing"
        dialog.go_on.click()
        assert not dialog.isVisible()
        QTest.keyClicks(form.comment.edit, "!")
        assert "Skiing" in form.comment.text
        assert len(form.comment.text) == len("Skiing!")
        form.reject()
        await synced(session)

    report(what)


def test_L3_one_report_for_a_traceback_however_often_it_comes_and_a_second_fault_joins_it(
    report: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    async def what(session: Session, catching: Reporting) -> None:
        for _ in range(250):
            QTimer.singleShot(0, broken)
        await until(lambda: sum(catching.counts.values()) == 250, 10, "250 times the same")
        assert len(catching.counts) == 1
        first = shown(catching)
        first.go_on.click()
        QTimer.singleShot(0, broken)
        await until(lambda: sum(catching.counts.values()) == 251, 10)
        assert not first.isVisible()  # told once
        QTimer.singleShot(0, lambda: next(iter(())))
        await until(lambda: len(catching.counts) == 2, 10)
        dialog = shown(catching)
        QTimer.singleShot(0, lambda: {}["x"])
        await until(lambda: len(catching.counts) == 3, 10)
        assert shown(catching) is dialog
        assert "third fault" in dialog.what.text()
        assert "StopIteration" in dialog.details.toPlainText()
        assert "KeyError" in dialog.details.toPlainText()

    report(what)
    same = [record for record in caplog.records if "ValueError" in record.getMessage()]
    assert len(same) == reporting.OFTEN + 2


@pytest.mark.parametrize("way", ["slot", "thread", "task", "job", "finalizer", "aside"])
def test_L3_whichever_way_a_fault_comes_it_ends_in_one_report(
    report: Callable[..., None], expect_log: Callable[[str, str], None], way: str
) -> None:
    if way == "aside":
        expect_log("asyncio", "Exception in callback")  # a plain loop's own words

    async def failing() -> None:
        broken()

    class Leaving:
        def __del__(self) -> None:
            broken()

    async def what(session: Session, catching: Reporting) -> None:
        if way == "slot":
            QTimer.singleShot(0, broken)
        elif way == "thread":
            thread = threading.Thread(target=broken)
            thread.start()
            thread.join()
        elif way == "task":
            asyncio.get_running_loop().call_soon(broken)
        elif way == "job":
            session.jobs.start("export", failing())
        elif way == "finalizer":
            gone = Leaving()
            del gone
        else:
            aside = Aside("aside")
            aside._loop.call_soon_threadsafe(broken)
            await aside.close()
        await until(lambda: catching.dialog is not None, 10, "the report")
        assert "ValueError" in shown(catching).details.toPlainText()
        assert "Priya" not in shown(catching).details.toPlainText()

    report(what)


def test_what_was_there_before_is_there_afterwards(report: Callable[..., None]) -> None:
    before = (sys.excepthook, threading.excepthook, sys.unraisablehook)

    async def what(session: Session, catching: Reporting) -> None:
        assert sys.excepthook != before[0]

    report(what, faults=0)
    assert (sys.excepthook, threading.excepthook, sys.unraisablehook) == before


def test_U6_it_says_from_the_queue_whether_my_change_is_kept(report: Callable[..., None]) -> None:
    async def what(session: Session, catching: Reporting) -> None:
        QTimer.singleShot(0, broken)
        await until(lambda: catching.dialog is not None, 10)
        assert "No change of yours is open" in shown(catching).kept.text()
        await synced(session)
        plan = session.workspace.plan
        row = next(row for row in range(plan.rows) if plan.columns["kind"][row] == Kind.ABSENCE)
        item = await session.workspace.item(row)
        await session.workspace.do([deleted(item)], "Delete")
        QTimer.singleShot(0, lambda: next(iter(())))
        await until(lambda: len(catching.counts) == 2, 10)
        assert "1 change is saved on this computer and not sent yet." in shown(catching).kept.text()
        on_disk = Workspace.open(session.workspace.folder, today=TODAY, writable=False)
        assert len(on_disk.changes) == 1
        on_disk.close()

    report(what)


def test_L5_what_is_copied_has_versions_hosts_and_counts_and_no_token_nor_name(
    report: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()) or True)
    monkeypatch.setattr(redaction, "_known", set())

    async def what(session: Session, catching: Reporting) -> None:
        await an_open_form(session)
        QTimer.singleShot(0, broken)
        await until(lambda: catching.dialog is not None, 10)
        shown(catching).copy.click()
        copied = QGuiApplication.clipboard().text()
        assert shown(catching).said.text()
        assert "ValueError" in copied
        assert "bigpicture at http://127.0.0.1:9: fresh" in copied
        assert "changes: none" in copied
        assert "6 people" in copied or "people" in copied
        for person in session.workspace.plan.people:
            assert person.name not in copied
        catching.copy_diagnostics()
        assert next(iter(catching.counts)) in QGuiApplication.clipboard().text()
        shown(catching).folder.click()
        assert opened == []  # there is no log in this test: it says where it would be
        assert "The log is in" in session.workspace.notices.current[-1].text
        catching._run.folder.mkdir()
        shown(catching).folder.click()
        assert opened == [str(catching._run.folder)]

    report(what)


def test_restart_ends_the_program_and_says_that_it_is_to_begin_again(report: Callable[..., None]) -> None:
    async def what(session: Session, catching: Reporting) -> None:
        QTimer.singleShot(0, broken)
        await until(lambda: catching.dialog is not None, 10)
        shown(catching).restart.click()
        assert catching.restart_wanted

    report(what)


def test_a_run_that_ended_unexpectedly_is_told_of_with_its_dump(report: Callable[..., None]) -> None:
    async def what(session: Session, catching: Reporting) -> None:
        catching.tell_of_before()
        (notice,) = [each for each in session.workspace.notices.current if "ended unexpectedly" in each.text]
        assert "while it was reading" in notice.text
        assert "Nothing that was saved is lost." in notice.text
        notice.actions[0].call()
        dialog = shown(catching)
        assert "Fatal Python error" in dialog.details.toPlainText()
        assert "Nothing that was saved is lost." in dialog.kept.text()

    report(what, faults=0, before=(CRASH,))


def test_what_qt_complains_of_is_in_the_log_without_a_secret(
    report: Callable[..., None], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redaction, "_known", set())
    caplog.set_level(logging.INFO, "qt")

    async def what(session: Session, catching: Reporting) -> None:
        redaction.know("sentinel-of-qt")
        qWarning("a complaint of sentinel-of-qt")
        assert catching.counts == {}

    report(what, faults=0)
    assert "a complaint of [hidden]" in caplog.messages


def test_ctrl_c_is_no_fault(report: Callable[..., None]) -> None:
    async def what(session: Session, catching: Reporting) -> None:
        catching.restart_wanted = True  # so that the end is expected
        sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
        assert catching.counts == {}
        logging.getLogger("asyncio").info("nothing")

    report(what, faults=0)
