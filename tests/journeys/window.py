"""The assembled window on a workspace that the program's processes made and will go on with, in this process.

Everything else in the journeys is a process of its own; a window is driven here, where its widgets can be reached.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from planner_gui.app.desktop import Session
from planner_gui.session.accounts import Accounts
from planner_gui.session.workspace import Workspace
from planner_gui.sources.base import Connection
from planner_gui.ui.theme import Themes
from planner_gui.ui.timeline.groups import Grouping
from planner_gui.ui.window import MainWindow
from tests.journeys.conftest import Served
from tests.scenarios import until

TODAY = date(2026, 11, 20)


@asynccontextmanager
async def window_on(folder: Path, company: Served | None = None) -> AsyncIterator[Session]:
    """A session with its window, editing begun; with the secrets of a company where it is to be reached."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    application.setQuitOnLastWindowClosed(False)
    workspace = Workspace.open(folder, today=TODAY)
    accounts = Accounts(workspace.settings.id, workspace.notices, open_vault=None)
    for entry in company.connections if company is not None else ():
        await accounts.store(Connection(entry["name"], entry["kind"], entry["url"], entry["options"]), entry["secret"])
    window = MainWindow(workspace.settings.name, Themes(application))
    window.resize(1600, 1000)
    session = Session(workspace, window, accounts)
    session.begin()
    session._begin_editing()
    window.board.set_grouping(Grouping.NONE)
    try:
        yield session
    finally:
        await session.end()
        window.close()
        window.deleteLater()


async def press(session: Session, row: int, key: Qt.Key, held: Qt.KeyboardModifier) -> None:
    """Choose an item of the timeline and press a key; whatever that edits is kept when this returns."""
    board = session.window.board
    board.choose_item(row)
    board.setFocus()
    QTest.keyClick(board, key, held)
    for _ in range(3):
        await asyncio.sleep(0)
    await until(lambda: not any(name.startswith(("edit ", "item")) for name in session.jobs.running), 20, "the edit")
