"""The sessions that several tests of the assembled window share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from PySide6.QtWidgets import QApplication

from planner_gui.app import entrance
from planner_gui.app.desktop import Session
from planner_gui.sandbox.server import Sandbox
from planner_gui.session.accounts import Accounts
from planner_gui.session.vault import Vault
from planner_gui.session.workspace import Workspace
from planner_gui.ui.theme import Themes
from planner_gui.ui.window import MainWindow
from tests.app.office import HOST, TODAY, Office, Play
from tests.scenarios import Scenario
from tests.session.fakes import Keyring


@pytest.fixture
def keyring() -> Keyring:
    return Keyring()


@pytest.fixture
def connecting(qapp: QApplication, scenario: Scenario, tmp_path: Path, keyring: Keyring) -> Callable[[Play], None]:
    qapp.setQuitOnLastWindowClosed(False)
    company = Sandbox(people=6, today=TODAY, base_url=HOST)

    async def whole(what: Play) -> None:
        folder = entrance.first_workspace(tmp_path / "share")
        workspace = Workspace.open(folder, today=TODAY)
        accounts = Accounts(
            workspace.settings.id, workspace.notices, open_vault=lambda: Vault(keyring, "SecretService")
        )
        window = MainWindow("Northwind", Themes(qapp))
        session = Session(workspace, window, accounts, transport=lambda: httpx.ASGITransport(app=company.app))
        session.begin()
        session._begin_connecting()
        try:
            await what(Office(session, company, keyring))
        finally:
            await session.end()
            window.close()
            window.deleteLater()

    return lambda what: scenario(whole(what), timeout=120)
