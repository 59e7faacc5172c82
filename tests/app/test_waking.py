"""After a sleep, and when the network is back: one reading, a look for lost answers, what waited is sent (N14)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Coroutine
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from PySide6.QtWidgets import QApplication

from planner_gui.app.desktop import Session
from planner_gui.domain.changes import State
from planner_gui.domain.edits import Do, Edit
from planner_gui.domain.entities import Kind
from planner_gui.sandbox.server import Sandbox
from planner_gui.session.accounts import Accounts
from planner_gui.session.probing import FIRST
from planner_gui.session.workspace import Workspace
from planner_gui.sources.base import Connection
from planner_gui.ui.theme import Themes
from planner_gui.ui.window import MainWindow
from tests.scenarios import Scenario, until

TODAY = date(2026, 11, 20)


class Network(httpx.AsyncBaseTransport):
    """The way to the pretend company, which can be away."""

    def __init__(self, company: Sandbox) -> None:
        self.away = False
        self.tried = 0
        self._way = httpx.ASGITransport(app=company.app)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.tried += 1
        if self.away:
            raise httpx.ConnectError("Network is unreachable", request=request)
        return await self._way.handle_async_request(request)


Play = Callable[[Session, Network], Coroutine[Any, Any, None]]


@pytest.fixture
def play(qapp: QApplication, scenario: Scenario, tmp_path: Path) -> Callable[[Play], None]:
    """Runs a play with a window on tasks that were read, and edits begun."""
    qapp.setQuitOnLastWindowClosed(False)
    company = Sandbox(people=4, today=TODAY, base_url="http://127.0.0.1:9")
    network = Network(company)
    settings = Workspace.create(tmp_path / "w", timezone="Europe/Berlin")

    async def whole(what: Play) -> None:
        workspace = Workspace.open(tmp_path / "w", today=TODAY)
        accounts = Accounts(settings.id, workspace.notices, open_vault=None)
        entry = next(entry for entry in company.connections() if entry["kind"] == "bigtime")
        connection = Connection("bigtime", "bigtime", entry["url"], entry["options"])
        await workspace.add_connection(connection)
        await accounts.store(connection, entry["secret"])
        window = MainWindow("Northwind", Themes(qapp))
        session = Session(workspace, window, accounts, transport=lambda: network)
        session.begin()
        session._begin_editing()
        session.start_sync(automatic=False)
        await ended(session)
        try:
            await what(session, network)
        finally:
            await session.end()
            window.close()
            window.deleteLater()

    return lambda what: scenario(whole(what))


async def ended(session: Session) -> None:
    names = {"sync", "send", "look", "new day"}
    await until(lambda: not names & set(session.jobs.running), 60, "the jobs' end")


async def renamed(session: Session, number: int, name: str) -> str:
    """Give a task another name; the change's id."""
    plan = session.workspace.plan
    known = dict.fromkeys(plan.text(row, "external_id") for row in range(plan.rows) if plan.kind(row) is Kind.TASK)
    row = next(row for row in range(plan.rows) if plan.text(row, "external_id") == list(known)[number])
    item = await session.workspace.item(row)
    after = {**item.fields, "name": name}
    edit = Edit(do=Do.UPDATE, key=item.key, before=item.fields, after=after, label=name, raw=item.raw)
    (change,) = await session.workspace.do([edit], name)
    return change.id


def states(session: Session) -> dict[str, State]:
    return {change.label: change.state for change in session.workspace.changes}


def test_N14_what_send_was_pressed_for_without_a_network_goes_when_it_is_back(play: Callable[[Play], None]) -> None:
    async def what(session: Session, network: Network) -> None:
        workspace = session.workspace
        await renamed(session, 0, "draft")
        earlier, now = await renamed(session, 1, "earlier"), await renamed(session, 2, "now")
        before = workspace.readings.now() - timedelta(days=1)
        await workspace.settle([c.to(State.QUEUED, before) for c in workspace.changes if c.id == earlier])
        network.away = True
        session.window.changes.send_pressed.emit([now])
        await ended(session)
        assert states(session) == {"draft": State.DRAFT, "earlier": State.QUEUED, "now": State.QUEUED}
        session.start_sync(automatic=True)
        await ended(session)
        assert states(session)["now"] is State.QUEUED
        assert session.probing.waits == {"bigtime": FIRST}

        network.away = False
        session.probing._due["bigtime"] = 0.0  # half a minute later
        session.probing.look()
        await ended(session)
        assert session.probing.waits == {}
        # Neither a draft nor what an earlier run left goes without a look at it.
        assert states(session) == {"draft": State.DRAFT, "earlier": State.QUEUED, "now": State.DONE}
        assert any("1 sent" in notice.text for notice in workspace.notices.current)

    play(what)


def test_N14_after_a_sleep_there_is_one_reading_and_it_is_another_day(
    play: Callable[[Play], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PLANNER_GUI_TODAY", raising=False)

    async def what(session: Session, network: Network) -> None:
        begun: list[str] = []
        session.jobs.started.connect(begun.append)
        session.settling.timer.start(1_800_000)  # automatic readings, whatever the preferences are
        network.away = True
        session.start_sync(automatic=True)
        await ended(session)
        session.probing.follow(await session.sync.run(automatic=True))
        assert session.probing.waits["bigtime"] == 2 * FIRST
        network.away = False
        begun.clear()
        session.waking.woke.emit()
        session.waking.woke.emit()
        assert session.probing.waits["bigtime"] == FIRST
        assert "sync" not in begun  # the network has no way yet
        assert session._awake.isActive()
        session._awake.timeout.emit()
        session._awake.timeout.emit()
        await ended(session)
        assert Counter(begun)["sync"] == 1
        assert session.workspace.today == date.today()
        assert session.probing.waits == {}

    play(what)


@pytest.mark.parametrize("offline", [False, True])
def test_where_readings_are_not_automatic_waking_only_looks_for_lost_answers(
    play: Callable[[Play], None], offline: bool
) -> None:
    async def what(session: Session, network: Network) -> None:
        session.settling.timer.stop()
        if offline:
            session.window.actions_.offline.trigger()
        begun: list[str] = []
        session.jobs.started.connect(begun.append)
        session._awake.timeout.emit()
        await ended(session)
        assert begun == ([] if offline else ["look"])

    play(what)
