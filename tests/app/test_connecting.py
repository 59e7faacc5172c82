"""From an empty first start to a synced plan, by keys and clicks: the wizard over a real session."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel

from planner_gui.app import entrance
from planner_gui.domain.plan import State
from planner_gui.session.accounts import WAITING, Accounts
from planner_gui.session.vault import Vault
from planner_gui.ui.dialogs.connect.wizard import ACCESS, WHERE
from planner_gui.ui.panels import empty as offers
from planner_gui.ui.window import MainWindow
from tests.app.office import HOST, Office, Play, click, cloud, connect, fill_access, pick, server, type_in
from tests.scenarios import until
from tests.session.fakes import Keyring, Refusing


def test_from_an_empty_start_to_six_connections_and_a_plan(connecting: Callable[[Play], None]) -> None:
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
        assert len(plan.people) >= 6
        assert {connection.site for connection in office.session.workspace.connections} == {"", "labs"}
        secrets = {entry["secret"] for entry in office.company.connections()}
        assert set(office.keyring.entries.values()) == secrets
        parts = [part.encode() for secret in secrets for part in secret.split("\n")]
        files = [file for file in office.session.workspace.folder.iterdir() if file.is_file()]
        assert len(files) > 2
        assert not any(part in file.read_bytes() for file in files for part in parts)  # L1

    connecting(what)


def test_the_first_start_leads_to_the_wizard(qapp: QApplication, tmp_path: Path) -> None:
    def choose() -> None:
        window = next(each for each in qapp.topLevelWidgets() if isinstance(each, MainWindow) and each.isVisible())
        button = next(each for each in window.empty.buttons if each.text().startswith("Connect"))
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    QTimer.singleShot(0, choose)
    assert entrance.welcome(qapp) == (offers.CONNECT, None)
    folders = [entrance.first_workspace(tmp_path / "share") for _ in range(2)]
    assert [folder.name for folder in folders] == ["My plan", "My plan 2"]
    assert (tmp_path / "share").stat().st_mode & 0o777 == 0o700


def test_a_folder_that_is_no_workspace_is_said_on_the_first_page(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = [tmp_path, entrance.first_workspace(tmp_path / "share")]
    monkeypatch.setattr(QFileDialog, "open", lambda self: self.fileSelected.emit(str(folders.pop(0))))

    def choose() -> None:
        window = next(each for each in qapp.topLevelWidgets() if isinstance(each, MainWindow) and each.isVisible())
        click(window.empty.buttons[2])
        assert not window.notices.isHidden()
        assert any("is not a workspace" in label.text() for label in window.notices.findChildren(QLabel))
        click(window.empty.buttons[2])

    QTimer.singleShot(0, choose)
    assert entrance.welcome(qapp) == (offers.OPEN, tmp_path / "share" / "My plan")


def test_A7_a_refused_token_is_said_at_its_field_and_nothing_is_kept(connecting: Callable[[Play], None]) -> None:
    async def what(office: Office) -> None:
        dialog = office.open()
        server("Tempo Planner")(dialog, office.entry("tempo"))
        click(dialog.next)
        await fill_access(office, "SENTINEL-wrong-token")
        row = dialog.access.rows["secret"]
        assert "refused (401)" in row.fault
        assert dialog.access.secret.hasFocus() or dialog.focusWidget() is dialog.access.secret
        assert not dialog.next.isEnabled()
        assert office.session.workspace.connections == ()
        assert office.keyring.entries == {}
        type_in(dialog.access.secret, office.entry("tempo")["secret"])
        assert row.fault == ""
        click(dialog.access.test)
        await office.tested()
        assert dialog.access.passed
        dialog.reject()
        await office.closed()
        assert office.session.workspace.connections == ()

    connecting(what)


def test_N3_an_address_that_is_not_encrypted_is_said_at_its_field(connecting: Callable[[Play], None]) -> None:
    async def what(office: Office) -> None:
        dialog = office.open()
        pick(dialog.where.service, "Tempo Planner")
        pick(dialog.where.flavour, "Server")
        type_in(dialog.where.address, "http://jira.example.com")
        click(dialog.next)
        assert dialog.at == WHERE
        assert "not encrypted" in dialog.where.rows["address"].fault
        dialog.where.address.setText("https://jira.ex\N{CYRILLIC SMALL LETTER A}mple.com")  # pasted
        dialog.where.address.editingFinished.emit()
        assert "xn--" in dialog.where.rows["address"].hint.replace("\N{ZERO WIDTH SPACE}", "")
        dialog.reject()
        await office.closed()
        assert office.company.log == []

    connecting(what)


def test_a_wrong_place_leads_back_to_the_address(connecting: Callable[[Play], None]) -> None:
    async def what(office: Office) -> None:
        dialog = office.open()
        server("Tempo Planner")(dialog, {**office.entry("tempo"), "url": f"{HOST}/nothing"})
        click(dialog.next)
        await fill_access(office, "SENTINEL-token")
        assert dialog.at == WHERE
        assert "address" in dialog.where.rows["address"].fault
        dialog.reject()
        await office.closed()

    connecting(what)


def test_a_wrong_firm_is_told_of(connecting: Callable[[Play], None]) -> None:
    async def what(office: Office) -> None:
        dialog = office.open()
        entry = office.entry("bigtime")
        cloud("BigTime")(dialog, {**entry, "options": {"realm": "SOMEBODY"}})
        click(dialog.next)
        await fill_access(office, entry["secret"])
        assert "firm ID (SOMEBODY)" in dialog.access.rows["secret"].fault
        dialog.reject()
        await office.closed()

    connecting(what)


def test_boxes_are_chosen_from_a_tree_and_a_box_that_is_not_there_is_said(connecting: Callable[[Play], None]) -> None:
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
        assert "at least one" in choose.rows["limits"].fault
        top = choose.tree.topLevelItem(0)
        assert top is not None
        assert top.childCount() > 1
        top.setCheckState(0, Qt.CheckState.Checked)
        chosen = choose.form().limits
        assert len(chosen) == top.childCount() + 1  # what lies in it is ticked with it
        type_in(choose.typed, "PROG-4711")
        click(dialog.next)
        await office.tested()
        assert "PROG-4711" in choose.rows["typed"].fault
        assert office.session.workspace.connections == ()
        type_in(choose.typed, "")
        click(dialog.next)
        await office.closed()
        connection = office.session.workspace.connections[0]
        assert connection.options["boxes"] == ",".join(chosen)

    connecting(what)


def test_a_server_that_lists_no_boxes_takes_typed_ids(connecting: Callable[[Play], None]) -> None:
    async def what(office: Office) -> None:
        entry = office.entry("bigpicture")
        office.company.faults.set("bigpicture", "404", "box-hierarchy")
        dialog = office.open()
        server("BigPicture")(dialog, entry)
        click(dialog.next)
        await fill_access(office, *entry["secret"].split("\n"))
        assert "ids of the boxes" in dialog.access.rows["limits"].fault
        type_in(dialog.access.boxes, "PROG-1")
        click(dialog.access.test)
        await office.tested()
        assert dialog.access.passed, dialog.access.answer.said
        click(dialog.next)
        assert dialog.choose.form().limits == ("PROG-1",)
        click(dialog.next)
        await office.closed()
        assert office.session.workspace.connections[0].options["boxes"] == "PROG-1"

    connecting(what)


def test_a_calendar_that_the_token_is_not_tied_to_is_said(connecting: Callable[[Play], None]) -> None:
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
        assert "Calendar 99999 is not one of the token's" in dialog.choose.rows["typed"].fault
        dialog.reject()
        await office.closed()

    connecting(what)


@pytest.mark.parametrize("keyring", [Refusing(lambda: OSError("nobody home"))])
def test_A1_a_keyring_that_fails_is_told_of_and_the_token_kept_for_the_session(
    connecting: Callable[[Play], None], keyring: Keyring
) -> None:
    async def what(office: Office) -> None:
        await connect(office, "tempo", server("Tempo Planner"))
        connection = office.session.workspace.connections[0]
        assert await office.session._accounts.secret(connection) == office.entry("tempo")["secret"]
        assert any("until planner-gui ends" in notice.text for notice in office.session.workspace.notices.current)
        assert office.session.workspace.plan.connections[0].state is State.FRESH

    connecting(what)


def test_cancel_ends_a_test_that_hangs(connecting: Callable[[Play], None]) -> None:
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

    connecting(what)


def test_a_secret_has_no_undo_and_leaves_its_field_when_the_dialog_closes(connecting: Callable[[Play], None]) -> None:
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

    connecting(what)


class Asking(Keyring):
    """A keyring that asks for its password, and nobody answers."""

    def __init__(self) -> None:
        super().__init__()
        self.answered = threading.Event()

    def set_password(self, service: str, username: str, password: str) -> None:
        self.answered.wait(30)
        super().set_password(service, username, password)


def test_A3_a_keyring_that_asks_is_waited_for_in_the_wizard_which_need_not_wait(
    connecting: Callable[[Play], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    asking = Asking()
    monkeypatch.setattr(Accounts, "_opened", _opens(Vault(asking, "SecretService", locked=lambda: True)))

    async def what(office: Office) -> None:
        dialog = office.open()
        entry = office.entry("tempo")
        server("Tempo Planner")(dialog, entry)
        click(dialog.next)
        await fill_access(office, entry["secret"])
        for _ in range(2):
            click(dialog.next)
        await until(lambda: not dialog.banner.isHidden() and dialog.banner.text() == WAITING, 10, "the waiting")
        click(dialog.banner_button)
        await office.closed()
        await office.synced()
        assert office.session.workspace.plan.connections[0].state is State.FRESH
        asking.answered.set()

    connecting(what)


def _opens(vault: Vault) -> Callable[[Accounts], Coroutine[Any, Any, Vault]]:
    async def opened(_self: Accounts) -> Vault:
        return vault

    return opened
