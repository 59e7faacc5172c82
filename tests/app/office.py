"""A session on an empty workspace over the pretend company, and the wizard used as a person uses it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import date
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from planner_gui.app.connecting import Connecting
from planner_gui.app.desktop import Session
from planner_gui.sandbox.server import Sandbox
from planner_gui.ui.dialogs.connect.wizard import ACCESS, READ, ConnectDialog
from planner_gui.ui.dialogs.connections import ConnectionsDialog
from planner_gui.ui.dialogs.fields import Words
from tests.scenarios import until
from tests.session.fakes import Keyring

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

    @property
    def list(self) -> ConnectionsDialog:
        found = [each for each in self.session.window.findChildren(ConnectionsDialog) if each.isVisible()]
        assert len(found) == 1
        return found[0]

    def open_list(self) -> ConnectionsDialog:
        self.session.window.actions_.connections.trigger()
        return self.list

    def open(self) -> ConnectDialog:
        self.session.window.actions_.connect_service.trigger()
        return self.dialog

    async def tested(self) -> None:
        await until(lambda: "connect" not in self.session.jobs.running, 30, "the test's end")

    async def closed(self) -> None:
        await until(lambda: not self.session.window.findChildren(ConnectDialog), 30, "the wizard's end")

    async def synced(self) -> None:
        await until(lambda: "sync" not in self.session.jobs.running, 60, "the sync's end")


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
