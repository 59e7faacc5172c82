"""The assembled window over a real session and the pretend company in-process, on the program's own event loop."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QLabel

from planner_gui.app.desktop import Session
from planner_gui.domain.entities import Kind, Span
from planner_gui.domain.plan import State
from planner_gui.domain.snapshot import NO_DAY
from planner_gui.sandbox.server import Sandbox
from planner_gui.session.accounts import Accounts
from planner_gui.session.workspace import Workspace
from planner_gui.sources.base import Connection
from planner_gui.ui.theme import Themes
from planner_gui.ui.window import MainWindow
from tests.scenarios import Scenario, until

TODAY = date(2026, 11, 20)
Play = Callable[[Session, Sandbox], Coroutine[Any, Any, None]]


@pytest.fixture
def play(qapp: QApplication, scenario: Scenario, tmp_path: Path) -> Callable[[Play], None]:
    """Runs a play with a session whose window is open on a workspace that was never read."""
    qapp.setQuitOnLastWindowClosed(False)  # as the program does: the last window must not stop the loop
    company = Sandbox(people=12, today=TODAY, base_url="http://127.0.0.1:9")
    settings = Workspace.create(tmp_path / "w", timezone="Europe/Berlin", name="Northwind")

    async def whole(what: Play) -> None:
        workspace = Workspace.open(tmp_path / "w", today=TODAY)
        accounts = Accounts(settings.id, workspace.notices, open_vault=None)
        for entry in company.connections():
            connection = Connection(entry["name"], entry["kind"], entry["url"], entry["options"])
            if workspace.settings.connection(connection.name) is None:
                await workspace.add_connection(connection)
            await accounts.store(connection, entry["secret"])
        window = MainWindow("Northwind", Themes(qapp))
        session = Session(workspace, window, accounts, transport=lambda: httpx.ASGITransport(app=company.app))
        session.begin()
        try:
            await what(session, company)
        finally:
            await session.end()
            window.close()
            window.deleteLater()

    return lambda what: scenario(whole(what))


async def synced(session: Session) -> None:
    session.start_sync(automatic=False)
    await until(lambda: "sync" not in session.jobs.running, 60, "the sync's end")


def test_a_first_sync_fills_the_window_and_counts_over_allocations(play: Callable[[Play], None]) -> None:
    async def what(session: Session, company: Sandbox) -> None:
        assert session.window._pages.currentWidget() is session.window.empty
        await synced(session)
        plan = session.window.board.plan
        assert plan is not None
        assert {view.state for view in plan.connections} == {State.FRESH}
        assert session.window._pages.currentWidget() is session.window.board
        await until(lambda: "over-allocations" not in session.jobs.running, 30)
        assert session.window.status.progress.isHidden()

    play(what)


def test_C8_a_failing_connection_says_why_and_its_last_reading_stays(play: Callable[[Play], None]) -> None:
    async def what(session: Session, company: Sandbox) -> None:
        await synced(session)
        rows = session.workspace.plan.rows
        company.faults.set("tempo", "404", "allocation")
        await synced(session)
        views = {view.name: view for view in session.workspace.plan.connections}
        assert views["tempo"].state is State.FAILED
        assert "tempo" in views["tempo"].error
        assert session.workspace.plan.rows == rows
        assert not session.window.notices.isHidden()

    play(what)


def test_a_cancelled_sync_leaves_the_window_usable(play: Callable[[Play], None]) -> None:
    async def what(session: Session, company: Sandbox) -> None:
        for name in [connection.name for connection in session.workspace.connections]:
            company.faults.set(name, "slow", seconds=30.0)
        session.start_sync(automatic=False)
        await until(lambda: not session.window.status.cancel.isHidden())
        session.window.status.cancel.click()
        await until(lambda: "sync" not in session.jobs.running, 10, "the cancelled sync's end")
        assert session.window.status.cancel.isHidden()

    play(what)


def test_offline_no_sync_starts_and_the_plan_stays(play: Callable[[Play], None]) -> None:
    async def what(session: Session, company: Sandbox) -> None:
        await synced(session)
        session.window.actions_.offline.trigger()
        before = sum(company.requests.values())
        session.window.actions_.sync.trigger()
        session.start_sync(automatic=False)
        await asyncio.sleep(0)
        assert "sync" not in session.jobs.running
        assert sum(company.requests.values()) == before
        assert not session.window.status.offline.isHidden()
        assert session.window.board.plan is not None

    play(what)


def test_an_export_from_the_window_is_the_visible_range(play: Callable[[Play], None], tmp_path: Path) -> None:
    async def what(session: Session, company: Sandbox) -> None:
        await synced(session)
        span = Span(date(2026, 11, 16), date(2026, 11, 20))
        session.window.export_requested.emit(str(tmp_path / "plan.json"), span)
        await until(lambda: "export" not in session.jobs.running)
        document = json.loads((tmp_path / "plan.json").read_text())
        assert document["range"] == {"start": "2026-11-16", "end": "2026-11-20"}
        assert "personal data" in session.workspace.notices.current[-1].text
        session.window.export_requested.emit(str(tmp_path / "no" / "plan.json"), span)
        await until(lambda: "export" not in session.jobs.running)
        assert "could not be written" in session.workspace.notices.current[-1].text

    play(what)


def test_F8_walks_over_the_over_allocations(play: Callable[[Play], None]) -> None:
    async def what(session: Session, company: Sandbox) -> None:
        await synced(session)
        await until(lambda: "over-allocations" not in session.jobs.running, 30)
        chosen: list[tuple[int, int]] = []
        session.window.board.cell_chosen.connect(lambda person, first, _last: chosen.append((person, first)))
        for _ in range(3):
            session.window.actions_.next_over.trigger()
        session.window.actions_.previous_over.trigger()
        assert len(session.counting.targets) >= 3
        assert set(chosen) <= set(session.counting.targets)
        assert chosen[3] == chosen[1]
        assert len(set(chosen)) == 3

    play(what)


def row_of(session: Session, kind: Kind, connection: str) -> int:
    """The first item of a kind and connection that has a bar."""
    plan = session.workspace.plan
    names = [snapshot.connection for snapshot in plan.snapshots]
    there = (plan.columns["kind"] == kind) & (plan.columns["connection"] == names.index(connection))
    return int(np.flatnonzero(there & (plan.columns["start"] != NO_DAY))[0])


def said(session: Session) -> list[str]:
    labels = session.window.inspector.page.findChildren(QLabel)
    return [label.text().replace("\N{ZERO WIDTH SPACE}", "") for label in labels if not label.isHidden()]


async def more(session: Session) -> list[str]:
    """What the inspector says after More was pressed and answered."""
    session.window.inspector.page.more.click()
    await until(lambda: "record" not in session.jobs.running, 30, "the answer")
    return said(session)


@pytest.mark.parametrize(
    ("kind", "connection", "titles", "field"),
    [
        (Kind.TASK, "bigpicture", {"BOXES", "FIELDS", "AGGREGATIONS"}, "MIN of"),
        (Kind.TASK, "bigtime", {"BUDGET", "SO FAR", "DATES AND PROGRESS"}, "Fees"),
        (Kind.EVENT, "worktime", {"CALENDAR", "RIGHTS", "SOURCE"}, "Colour"),
    ],
)
def test_more_asks_the_service_for_what_its_list_does_not_say(
    play: Callable[[Play], None], kind: Kind, connection: str, titles: set[str], field: str
) -> None:
    async def what(session: Session, company: Sandbox) -> None:
        await synced(session)
        session.window.board.choose_item(row_of(session, kind, connection))
        told = await more(session)
        assert titles <= set(told)
        assert any(line.startswith(field) for line in told)
        assert "THE WHOLE RECORD" in told
        assert not any(line.startswith("Asking") for line in told)

    play(what)


def test_more_says_in_words_what_failed_and_that_it_is_offline(play: Callable[[Play], None]) -> None:
    async def what(session: Session, company: Sandbox) -> None:
        await synced(session)
        row = row_of(session, Kind.TASK, "bigtime")
        company.faults.set("bigtime", "403", "task/detail")
        session.window.board.choose_item(row)
        told = await more(session)
        assert any(line.startswith("bigtime: ") and "right" in line for line in told)
        assert "TaskNm" in told  # the record that was read stays

        session.window.actions_.offline.trigger()
        before = sum(company.requests.values())
        session.window.inspector.show_item(row)
        told = await more(session)
        assert "Working offline: what else BigTime knows of it is not asked for." in told
        assert sum(company.requests.values()) == before

    play(what)


def test_an_answer_that_comes_after_another_item_was_chosen_is_dropped(play: Callable[[Play], None]) -> None:
    async def what(session: Session, company: Sandbox) -> None:
        await synced(session)
        task = row_of(session, Kind.TASK, "bigtime")
        session.window.board.choose_item(task)
        session.window.inspector.page.more.click()
        session.window.board.choose_item(row_of(session, Kind.ALLOCATION, "tempo"))
        await until(lambda: "record" not in session.jobs.running, 30, "the late answer")
        assert not {"BUDGET", "THE WHOLE RECORD"} & set(said(session))

    play(what)


def test_U4_a_tempo_plan_offers_its_page_in_jira_and_names_the_host(
    play: Callable[[Play], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()) or len(opened) == 1)

    async def what(session: Session, company: Sandbox) -> None:
        await synced(session)
        page = session.window.inspector
        session.window.board.choose_item(row_of(session, Kind.ALLOCATION, "tempo"))
        await until(lambda: page.page.open_page is not None, 10, "the link")
        button = page.page.open_page
        assert button is not None
        assert (button.text(), "127.0.0.1:9" in said(session)) == ("Open in Jira", True)
        button.click()
        assert "pretend company" in session.workspace.notices.current[-1].text
        assert opened == []
        session._items._pretended = False
        button.click()
        assert opened[0].startswith("http://127.0.0.1:9/")
        assert "/browse/" in opened[0]
        button.click()  # the second time there is no browser
        assert "No browser could be started" in session.workspace.notices.current[-1].text

        session.window.board.choose_item(row_of(session, Kind.TASK, "bigtime"))
        await until(lambda: "page" not in session.jobs.running, 10)
        assert page.page.open_page is None

    play(what)
