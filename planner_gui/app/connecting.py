"""Connections in the window: the wizard and the page of connections, joined to the session.

It holds a tested secret between the test and the end of the wizard, and no longer; a test runs beside the window. What
fails is said in the dialog, at the field where it can be mended.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QWidget

from planner_gui.domain.errors import OriginRefused, PlannerError, SecretError, UsageError
from planner_gui.session import connect_faults, connecting
from planner_gui.session.accounts import WAITING, Accounts
from planner_gui.session.background import Aside, in_thread
from planner_gui.session.connecting import Tried
from planner_gui.session.jobs import Jobs
from planner_gui.session.notices import Notice, Severity
from planner_gui.session.proxy import OwnProxy, ProxyChoice
from planner_gui.session.sync import Sync
from planner_gui.session.workspace import Workspace
from planner_gui.sources.base import Connection, Context
from planner_gui.ui.window import MainWindow

if TYPE_CHECKING:
    from planner_gui.app.connection_list import ConnectionList
    from planner_gui.ui.dialogs.connect.services import Form
    from planner_gui.ui.dialogs.connect.wizard import ConnectDialog

JOB = "connect"
_KEYRINGS = {
    "SecretService": "Secret Service",
    "kwallet": "KWallet",
    "macOS": "macOS Keychain",
    "Windows": "Windows Credential Manager",
}


@dataclass(slots=True)
class _Wizard:
    """One run of the wizard. tried: what passed its test; known: the stored secret of a connection that is edited.

    waiting: what is said while the keyring asks for its password.
    """

    dialog: ConnectDialog
    before: Connection | None = None
    tried: Tried | None = None
    known: str | None = None
    waiting: Notice | None = None


class Connecting(QObject):
    """Joins the connections' dialogs to one workspace. start_sync: reads every connection."""

    def __init__(
        self,
        workspace: Workspace,
        window: MainWindow,
        jobs: Jobs,
        accounts: Accounts,
        sync: Sync,
        context: Context,
        proxy: OwnProxy,
        start_sync: Callable[[], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._window = window
        self._jobs = jobs
        self._accounts = accounts
        self._sync = sync
        self._context = context
        self._proxy = proxy
        self._start_sync = start_sync
        self._wizard: _Wizard | None = None
        self._list: ConnectionList | None = None
        window.actions_.connect_service.triggered.connect(lambda _checked: self.open_wizard())
        window.actions_.connections.triggered.connect(lambda _checked: self.open_list())
        window.way_in_chosen.connect(self._take_way)
        window.status.resume_pressed.connect(lambda name: jobs.start("resume", self._resume(name)))
        sync.enter_token = self._enter_token
        workspace.notices.shown.connect(self._show_waiting)
        workspace.notices.withdrawn.connect(self._hide_waiting)
        jobs.start("dialogs", _load_what_follows())
        jobs.start("proxy", proxy.load())

    def open_list(self, name: str = "") -> None:
        """The page of connections, at one of them."""
        from planner_gui.app.connection_list import ConnectionList  # dialogs are no part of the first paint

        if self._list is None:
            self._list = ConnectionList(
                self._workspace,
                self._window,
                self._jobs,
                self._accounts,
                open_wizard=self.open_wizard,
                open_network=self._open_network,
                trial=self._try,
                host_of=host_of,
                read=self._start_sync,
                parent=self,
            )
        self._list.open(name)

    async def _resume(self, name: str) -> None:
        await connecting.pause(self._workspace, name, False)
        self._start_sync()

    def _open_network(self, parent: QWidget) -> None:
        """How services are reached: the proxy."""
        from planner_gui.sources.network import checked_proxy, proxy_of_environment
        from planner_gui.ui.dialogs.network import NetworkDialog

        named = proxy_of_environment()
        words = f"It names {named}." if named else "It names none: services are reached directly."
        dialog = NetworkDialog(self._proxy.choice, words, checked_proxy, self._window.theme, parent)
        dialog.keep_wanted.connect(
            lambda choice, password: self._jobs.start("proxy", self._keep_proxy(choice, password))
        )
        dialog.open()

    async def _keep_proxy(self, choice: ProxyChoice, password: str) -> None:
        try:
            await self._proxy.keep(choice, password)
        except OSError as error:
            text = f"The proxy is used until planner-gui ends: its setting cannot be written ({error.strerror})."
            self._workspace.notices.show(text, severity=Severity.WARNING)

    # --- the wizard ---------------------------------------------------------------------------------------------------

    def open_wizard(self, before: Connection | None = None, step: int = 0) -> None:
        """Connect a service, or edit a connection from a step on."""
        from planner_gui.ui.dialogs.connect.wizard import ConnectDialog, Given  # dialogs are no part of the first paint

        if self._wizard is not None:
            self._wizard.dialog.raise_()
            return
        settings = self._workspace.settings
        given = Given(
            theme=self._window.theme,
            look=look_at,
            taken=frozenset(one.name for one in settings.connections),
            sites=tuple(dict.fromkeys(one.site for one in settings.connections)),
            before=before,
            stored=before is not None,
            start=step,
        )
        dialog = ConnectDialog(given, QApplication.activeModalWidget() or self._window)
        wizard = self._wizard = _Wizard(dialog, before)
        dialog.test_wanted.connect(lambda connection, secret: self._start(self._test(wizard, connection, secret)))
        dialog.finish_wanted.connect(lambda connection: self._start(self._finish(wizard, connection)))
        dialog.link_wanted.connect(lambda url: self._open_page(dialog, url))
        dialog.banner_button.clicked.connect(self._stop_waiting)
        dialog.stop_wanted.connect(lambda: self._jobs.cancel(JOB))
        dialog.finished.connect(lambda _: self._ended())
        dialog.open()
        self._jobs.start("keyring words", self._say_keyring(dialog))

    def _take_way(self, way: str) -> None:
        from planner_gui.ui.panels import empty as offers

        if way == offers.CONNECT:
            self.open_wizard()

    def _enter_token(self, name: str) -> None:
        """A notice's button: the token of a connection is refused, or is not there."""
        connection = self._workspace.settings.connection(name)
        if connection is not None:
            self.open_wizard(connection, 1)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        self._jobs.start(JOB, work)

    def _ended(self) -> None:
        self._wizard = None  # and with it the secret that was tested

    async def _say_keyring(self, dialog: ConnectDialog) -> None:
        words = await keyring_words(self._accounts)
        if self._wizard is not None and self._wizard.dialog is dialog:
            dialog.show_keyring(words)

    async def _test(self, wizard: _Wizard, connection: Connection, secret: str) -> None:
        """Try a connection with what was typed, or with what the keyring has for it."""
        dialog = wizard.dialog
        wizard.tried = None
        try:
            if not secret:
                secret = wizard.known = await self._stored(wizard, connection)
            wizard.tried = await self._try(connection, secret, choices=True)
        except PlannerError as error:
            dialog.show_failed(connect_faults.faults_of(error, connection))
            return
        tried = wizard.tried
        dialog.show_passed(tried.check, tried.offered, host_of(tried.connection), tried.rights)

    async def _stored(self, wizard: _Wizard, connection: Connection) -> str:
        """The secret of the edited connection, where it belongs to this origin and account too (A6)."""
        before = wizard.before
        if before is None or self._accounts.entry(before) != self._accounts.entry(connection):
            raise UsageError("address or account are others than before: the token has to be entered again")
        secret = await self._accounts.secret(before)
        if secret is None:
            raise UsageError("no token is stored for this connection: enter it")
        return secret

    async def _try(self, connection: Connection, secret: str, *, choices: bool = False, rights: bool = True) -> Tried:
        """One trial beside the window: the first one loads its adapter."""
        await self._proxy.load()
        aside = Aside("connecting")
        try:
            work = connecting.trial(connection, secret, self._context, choices=choices, rights=rights)
            return await aside.run(work)
        finally:
            await aside.close()

    async def _finish(self, wizard: _Wizard, connection: Connection) -> None:
        """Keep what was tested, tried once more where it is now limited to something; then read it."""
        dialog, tried = wizard.dialog, wizard.tried
        assert tried is not None, "the wizard's last step comes after a passed test"
        try:
            tried = await self._settled(tried, connection)
            if missing := connect_faults.missing_limits(tried.check, tried.connection):
                dialog.show_failed(missing)
                return
            if wizard.before is None:
                await connecting.add(self._workspace, self._accounts, tried)
            else:
                await connecting.change(self._workspace, self._accounts, wizard.before, tried, known=wizard.known)
                self._workspace.notices.withdraw_of(wizard.before.name)
        except PlannerError as error:
            faults = connect_faults.faults_of(error, connection)
            if "" in faults:
                dialog.show_error(faults[""])
            else:
                dialog.show_failed(faults)
            return
        self._sync.unpark(connection.name)
        dialog.close_kept()
        self._start_sync()

    async def _settled(self, tried: Tried, connection: Connection) -> Tried:
        """The trial of the connection as it is to be kept: with what the test settled, and its limits looked at."""
        settled = tried.connection
        options = {**settled.options, **connection.options}
        for name in ("site", *connect_faults.LIMIT_OPTIONS, "effort", "completed"):
            if name not in connection.options:
                options.pop(name, None)
        wanted = Connection(connection.name, connection.kind, settled.url, options)
        limited = any(wanted.options.get(name) for name in connect_faults.LIMIT_OPTIONS)
        if not limited:
            return Tried(wanted, tried.secret, tried.check)
        return await self._try(wanted, tried.secret, rights=False)

    # --- what else a dialog needs -------------------------------------------------------------------------------------

    def _open_page(self, dialog: ConnectDialog, url: str) -> None:
        if not QDesktopServices.openUrl(QUrl(url, QUrl.ParsingMode.StrictMode)):
            dialog.say_error(f"No browser could be started. The page is {url}")

    def _show_waiting(self, notice: Notice) -> None:
        """The keyring asks for its password: behind the dialog nobody would see it, or could press Cancel (A3)."""
        if self._wizard is None or notice.text != WAITING:
            return
        self._wizard.waiting = notice
        self._wizard.dialog.say_error(WAITING, "Do not wait")

    def _stop_waiting(self) -> None:
        """What the notice's own button does."""
        if self._wizard is not None and self._wizard.waiting is not None:
            for action in self._wizard.waiting.actions:
                action.call()

    def _hide_waiting(self, notice: Notice) -> None:
        if self._wizard is not None and notice.text == WAITING:
            self._wizard.waiting = None
            self._wizard.dialog.say_error("")


async def keyring_words(accounts: Accounts) -> str:
    """Where a secret is going to be, in words."""
    try:
        name = await accounts.describe()
    except SecretError as error:
        return (
            f"{error.what[:1].upper()}{error.what[1:]}: the token is kept until planner-gui ends, and in no file. "
            "Start or unlock your desktop's keyring to keep it."
        )
    if name.startswith("none"):
        return "Kept in memory until planner-gui ends, and in no file."
    shown = next((words for part, words in _KEYRINGS.items() if part in name), "")
    return f"Kept in your keyring{f' ({shown})' if shown else ''}, never in a file."


def look_at(form: Form, address: str) -> tuple[str, str]:
    """What is wrong with an address (N3), and how it is written on the wire; nothing is sent."""
    from planner_gui.sources.address import checked_base

    if not address.strip():
        return "", ""
    try:
        written = checked_base(address, cut=("/rest",) if not form.runs.own else ())
    except OriginRefused as error:
        return f"The address {error.what}. {error.advice}", ""
    return "", written


def host_of(connection: Connection) -> str:
    """The host that a connection talks to, for a person to recognise."""
    from urllib.parse import urlsplit

    from planner_gui.ui.dialogs.connect.services import form_of

    address = connection.options.get("cloud-manager") or connection.url
    if address:
        return urlsplit(address).netloc
    form = form_of(connection)
    return form.runs.own if " " not in form.runs.own else f"{form.of.name} Cloud"


async def _load_what_follows() -> None:
    """The dialogs, and what looks at addresses, loaded before somebody wants them: they take long enough to be felt."""
    for module in ("planner_gui.ui.dialogs.connect.wizard", "planner_gui.sources.address"):
        await in_thread(partial(__import__, module), name="dialogs")
