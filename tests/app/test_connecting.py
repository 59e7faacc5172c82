"""From an empty first start to a synced plan, by keys and clicks: the wizard over a real session."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget

from planner_gui.app import desktop
from planner_gui.app.connecting import Connecting
from planner_gui.app.desktop import Session
from planner_gui.domain.plan import State
from planner_gui.sandbox.server import Sandbox
from planner_gui.session.accounts import Accounts
from planner_gui.session.vault import Vault
from planner_gui.session.workspace import Workspace
from planner_gui.ui.dialogs.connect.wizard import ACCESS, READ, WHERE, ConnectDialog
from planner_gui.ui.dialogs.fields import Words
from planner_gui.ui.panels import empty as offers
from planner_gui.ui.theme import Themes
from planner_gui.ui.window import MainWindow
from tests.scenarios import Scenario, until
from tests.session.fakes import Keyring, Refusing

TODAY = date(2026, 11, 20)
HOST = "http://127.0.0.1:9"
Play = Callable[["Office"], Coroutine[Any, Any, None]]


class Office:
    """A session on an empty workspace, its keyring, and the pretend company."""

    def __init__(self, session: Session, company: Sandbox, keyring: Keyring) -> None:
        self.session = session
        self.company = company
        self.keyring = keyring
        assert session.connecting is not None
        self.connecting: Connecting = session.connecting

    def entry(self, name: str) -> dict[str, Any]:
        return next(entry for entry in self.company.connections() if entry["name"] == name)

    @property
    def dialog(self) -> ConnectDialog:
        found = [each for each in self.session.window.findChildren(ConnectDialog) if each.isVisible()]
        assert len(found) == 1
        return found[0]

    def open(self) -> ConnectDialog:
        self.session.window.actions_.connect_service.trigger()
        return self.dialog

    async def tested(self) -> None:
        await until(lambda: "connect" not in self.session.jobs.running, 30, "the test's end")

    async def closed(self) -> None:
        await until(lambda: not self.session.window.findChildren(ConnectDialog), 30, "the wizard's end")

    async def synced(self) -> None:
        await until(lambda: "sync" not in self.session.jobs.running, 60, "the sync's end")


@pytest.fixture
def keyring() -> Keyring:
    return Keyring()


@pytest.fixture
def play(qapp: QApplication, scenario: Scenario, tmp_path: Path, keyring: Keyring) -> Callable[[Play], None]:
    qapp.setQuitOnLastWindowClosed(False)
    company = Sandbox(people=12, today=TODAY, base_url=HOST)

    async def whole(what: Play) -> None:
        folder = desktop.first_workspace(tmp_path / "share")
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


def type_in(field: QLineEdit, text: str) -> None:
    """Focus, clear and type, as a person does."""
    QTest.mouseClick(field, Qt.MouseButton.LeftButton)
    QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(field, Qt.Key.Key_Delete)
    QTest.keyClicks(field, text)


def pick(words: Words, text: str) -> None:
    """Choose by the first letters, as the keyboard does in a closed list."""
    words.setFocus()
    QTest.keyClicks(words, text.split(maxsplit=1)[0])
    assert words.currentText().startswith(text), words.currentText()


def click(button: QPushButton) -> None:
    assert button.isEnabled(), button.text()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def enter(widget: QWidget) -> None:
    QTest.keyClick(widget, Qt.Key.Key_Return)


async def fill_access(office: Office, secret: str, cookie: str = "") -> None:
    dialog = office.dialog
    assert dialog.at == ACCESS
    type_in(dialog.access.secret, secret)
    if cookie:
        type_in(dialog.access.cookie, cookie)
    enter(dialog.access.secret)
    await office.tested()


async def connect(office: Office, name: str, fill: Callable[[ConnectDialog, dict[str, Any]], None]) -> None:
    """The whole wizard for one of the company's services, with everything to be read."""
    entry = office.entry(name)
    dialog = office.open()
    fill(dialog, entry)
    click(dialog.next)
    secret, _, cookie = entry["secret"].partition("\n")
    await fill_access(office, secret, cookie)
    assert dialog.access.passed, dialog.access.answer.said
    assert dialog.access.secret.text() == ""
    click(dialog.next)
    assert dialog.at == READ
    type_in(dialog.choose.name, name)
    if site := entry["options"].get("site"):
        type_in(dialog.choose.site, site)
    click(dialog.next)
    await office.closed()
    await office.synced()


def server(service: str) -> Callable[[ConnectDialog, dict[str, Any]], None]:
    def fill(dialog: ConnectDialog, entry: dict[str, Any]) -> None:
        pick(dialog.where.service, service)
        pick(dialog.where.flavour, "Server")
        type_in(dialog.where.address, entry["url"])
        if entry["options"].get("cookie"):
            QTest.mouseClick(dialog.where.cookie, Qt.MouseButton.LeftButton, pos=dialog.where.cookie.rect().center())
            dialog.where.cookie.setChecked(True)

    return fill


def cloud(service: str) -> Callable[[ConnectDialog, dict[str, Any]], None]:
    def fill(dialog: ConnectDialog, entry: dict[str, Any]) -> None:
        if dialog.where.service.currentText() != service:
            pick(dialog.where.service, service)
        click(dialog.where.other)
        type_in(dialog.where.address, entry["options"].get("cloud-manager") or entry["url"])
        if realm := entry["options"].get("realm"):
            type_in(dialog.where.realm, realm)

    return fill


def test_from_an_empty_start_to_six_connections_and_a_plan(play: Callable[[Play], None]) -> None:
    async def what(office: Office) -> None:
        window = office.session.window
        assert window.empty.title.text() == "No service is connected yet"
        await connect(office, "bigpicture", server("BigPicture"))
        await connect(office, "tempo", server("Tempo Planner"))
        await connect(office, "worktime", cloud("Work Time Calendar"))
        await connect(office, "bigtime", cloud("BigTime"))
        await connect(office, "bigpicture-labs", cloud("BigPicture"))
        await connect(office, "tempo-labs", cloud("Tempo Planner"))
        plan = office.session.workspace.plan
        assert {view.name: view.state for view in plan.connections} == {
            entry["name"]: State.FRESH for entry in office.company.connections()
        }
        assert len(plan.people) >= 12
        assert {connection.site for connection in office.session.workspace.connections} == {"", "labs"}
        secrets = {entry["secret"] for entry in office.company.connections()}
        assert set(office.keyring.entries.values()) == secrets
        toml = (office.session.workspace.folder / "workspace.toml").read_text()
        assert not any(part in toml for secret in secrets for part in secret.split("\n"))

    play(what)


def test_the_first_start_leads_to_the_wizard(qapp: QApplication, tmp_path: Path) -> None:
    def choose() -> None:
        window = next(each for each in qapp.topLevelWidgets() if isinstance(each, MainWindow) and each.isVisible())
        button = next(each for each in window.empty.buttons if each.text().startswith("Connect"))
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    QTimer.singleShot(0, choose)
    assert desktop.welcome(qapp) == (offers.CONNECT, None)
    folders = [desktop.first_workspace(tmp_path / "share") for _ in range(2)]
    assert [folder.name for folder in folders] == ["My plan", "My plan 2"]
    assert (tmp_path / "share").stat().st_mode & 0o777 == 0o700


def test_A7_a_refused_token_is_said_at_its_field_and_nothing_is_kept(play: Callable[[Play], None]) -> None:
    async def what(office: Office) -> None:
        dialog = office.open()
        server("Tempo Planner")(dialog, office.entry("tempo"))
        click(dialog.next)
        await fill_access(office, "SENTINEL-wrong-token")
        row = dialog.access.rows["secret"]
        assert "refused (401)" in row.said.text()
        assert dialog.access.secret.hasFocus() or dialog.focusWidget() is dialog.access.secret
        assert not dialog.next.isEnabled()
        assert office.session.workspace.connections == ()
        assert office.keyring.entries == {}
        type_in(dialog.access.secret, office.entry("tempo")["secret"])
        assert row.said.isHidden()
        click(dialog.access.test)
        await office.tested()
        assert dialog.access.passed
        dialog.reject()
        await office.closed()
        assert office.session.workspace.connections == ()

    play(what)


def test_N3_an_address_that_is_not_encrypted_is_said_at_its_field(play: Callable[[Play], None]) -> None:
    async def what(office: Office) -> None:
        dialog = office.open()
        pick(dialog.where.service, "Tempo Planner")
        pick(dialog.where.flavour, "Server")
        type_in(dialog.where.address, "http://jira.example.com")
        click(dialog.next)
        assert dialog.at == WHERE
        assert "not encrypted" in dialog.where.rows["address"].said.text()
        dialog.where.address.setText("https://jira.ex\N{CYRILLIC SMALL LETTER A}mple.com")  # pasted
        dialog.where.address.editingFinished.emit()
        assert "xn--" in dialog.where.rows["address"].hint.text().replace("\N{ZERO WIDTH SPACE}", "")
        dialog.reject()
        await office.closed()
        assert office.company.log == []

    play(what)


def test_a_wrong_place_leads_back_to_the_address(play: Callable[[Play], None]) -> None:
    async def what(office: Office) -> None:
        dialog = office.open()
        server("Tempo Planner")(dialog, {**office.entry("tempo"), "url": f"{HOST}/nothing"})
        click(dialog.next)
        await fill_access(office, "SENTINEL-token")
        assert dialog.at == WHERE
        assert "address" in dialog.where.rows["address"].said.text()
        dialog.reject()
        await office.closed()

    play(what)


def test_a_wrong_firm_is_told_of(play: Callable[[Play], None]) -> None:
    async def what(office: Office) -> None:
        dialog = office.open()
        entry = office.entry("bigtime")
        cloud("BigTime")(dialog, {**entry, "options": {"realm": "SOMEBODY"}})
        click(dialog.next)
        await fill_access(office, entry["secret"])
        assert "firm ID (SOMEBODY)" in dialog.access.rows["secret"].said.text()
        dialog.reject()
        await office.closed()

    play(what)


def test_boxes_are_chosen_from_a_tree_and_a_box_that_is_not_there_is_said(play: Callable[[Play], None]) -> None:
    async def what(office: Office) -> None:
        entry = office.entry("bigpicture")
        dialog = office.open()
        server("BigPicture")(dialog, entry)
        click(dialog.next)
        await fill_access(office, *entry["secret"].split("\n"))
        click(dialog.next)
        choose = dialog.choose
        choose.everything.setChecked(False)
        click(dialog.next)
        assert "at least one" in choose.rows["limits"].said.text()
        top = choose.tree.topLevelItem(0)
        assert top is not None
        assert top.childCount() > 1
        top.setCheckState(0, Qt.CheckState.Checked)
        chosen = choose.form().limits
        assert len(chosen) == top.childCount() + 1  # what lies in it is ticked with it
        type_in(choose.typed, "PROG-4711")
        click(dialog.next)
        await office.tested()
        assert "PROG-4711" in choose.rows["typed"].said.text()
        assert office.session.workspace.connections == ()
        type_in(choose.typed, "")
        click(dialog.next)
        await office.closed()
        connection = office.session.workspace.connections[0]
        assert connection.options["boxes"] == ",".join(chosen)

    play(what)


def test_a_server_that_lists_no_boxes_takes_typed_ids(play: Callable[[Play], None]) -> None:
    async def what(office: Office) -> None:
        entry = office.entry("bigpicture")
        office.company.faults.set("bigpicture", "404", "box-hierarchy")
        dialog = office.open()
        server("BigPicture")(dialog, entry)
        click(dialog.next)
        await fill_access(office, *entry["secret"].split("\n"))
        assert "ids of the boxes" in dialog.access.rows["limits"].said.text()
        type_in(dialog.access.boxes, "PROG-1")
        click(dialog.access.test)
        await office.tested()
        assert dialog.access.passed, dialog.access.answer.said
        click(dialog.next)
        assert dialog.choose.form().limits == ("PROG-1",)
        click(dialog.next)
        await office.closed()
        assert office.session.workspace.connections[0].options["boxes"] == "PROG-1"

    play(what)


def test_a_calendar_that_the_token_is_not_tied_to_is_said(play: Callable[[Play], None]) -> None:
    async def what(office: Office) -> None:
        entry = office.entry("worktime")
        dialog = office.open()
        cloud("Work Time Calendar")(dialog, entry)
        click(dialog.next)
        await fill_access(office, entry["secret"])
        click(dialog.next)
        dialog.choose.everything.setChecked(False)
        type_in(dialog.choose.typed, "99999")
        click(dialog.next)
        await office.tested()
        assert "Calendar 99999 is not one of the token's" in dialog.choose.rows["typed"].said.text()
        dialog.reject()
        await office.closed()

    play(what)


@pytest.mark.parametrize("keyring", [Refusing(lambda: OSError("nobody home"))])
def test_A1_a_keyring_that_fails_is_told_of_and_the_token_kept_for_the_session(
    play: Callable[[Play], None], keyring: Keyring
) -> None:
    async def what(office: Office) -> None:
        await connect(office, "tempo", server("Tempo Planner"))
        connection = office.session.workspace.connections[0]
        assert await office.session._accounts.secret(connection) == office.entry("tempo")["secret"]
        assert any("until planner-gui ends" in notice.text for notice in office.session.workspace.notices.current)
        assert office.session.workspace.plan.connections[0].state is State.FRESH

    play(what)


def test_cancel_ends_a_test_that_hangs(play: Callable[[Play], None]) -> None:
    async def what(office: Office) -> None:
        office.company.faults.set("tempo", "slow", seconds=30.0)
        dialog = office.open()
        server("Tempo Planner")(dialog, office.entry("tempo"))
        click(dialog.next)
        type_in(dialog.access.secret, "SENTINEL")
        click(dialog.access.test)
        await until(lambda: office.company.requests or "connect" in office.session.jobs.running)
        assert dialog.access.answer.said == ["Asking Tempo Planner\N{HORIZONTAL ELLIPSIS}"]
        click(dialog.cancel)
        await office.closed()
        await office.tested()

    play(what)


def test_a_secret_has_no_undo_and_leaves_its_field_when_the_dialog_closes(play: Callable[[Play], None]) -> None:
    async def what(office: Office) -> None:
        dialog = office.open()
        field = dialog.access.secret
        dialog.go(ACCESS)
        type_in(field, "SENTINEL")
        assert field.displayText() == "\N{BLACK CIRCLE}" * 8
        field.empty()
        QTest.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        field.undo()
        assert field.text() == ""
        type_in(field, "SENTINEL")
        dialog.reject()
        assert field.text() == ""
        await office.closed()
        await asyncio.sleep(0)

    play(what)
