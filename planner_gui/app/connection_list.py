"""The page of connections in the window, joined to the session: test, edit, pause, forget, choose the primary site."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from planner_gui.domain.errors import PlannerError
from planner_gui.domain.plan import ConnectionView, State
from planner_gui.session import connect_faults, connecting
from planner_gui.session.accounts import Accounts
from planner_gui.session.background import in_thread
from planner_gui.session.connecting import Tried
from planner_gui.session.jobs import Jobs
from planner_gui.session.workspace import Workspace
from planner_gui.sources.base import Connection
from planner_gui.ui import formats
from planner_gui.ui.dialogs.connect.page import BAD, answer_of
from planner_gui.ui.dialogs.connect.services import CLOUD, LIMIT_NAMES, form_of
from planner_gui.ui.dialogs.connections import ConnectionsDialog, Line
from planner_gui.ui.text import menu_text, visible
from planner_gui.ui.window import MainWindow

EXPORT, DISCARD = range(2)  # the answers to what happens to changes that were not sent
_STATES = {State.FRESH: "fresh", State.STALE: "stale", State.FAILED: "failed", State.NEVER: "never read"}
Try = Callable[[Connection, str], Coroutine[Any, Any, Tried]]


class ConnectionList(QObject):
    """Opens and feeds the page. open_wizard(connection or None, step); trial: asks a service once, beside the window;
    host_of: the host in words; read: starts a sync; offline: whether nothing is to be asked.
    """

    def __init__(
        self,
        workspace: Workspace,
        window: MainWindow,
        jobs: Jobs,
        accounts: Accounts,
        *,
        open_wizard: Callable[[Connection | None, int], None],
        open_network: Callable[[QWidget], None],
        trial: Try,
        host_of: Callable[[Connection], str],
        read: Callable[[], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._window = window
        self._jobs = jobs
        self._accounts = accounts
        self._open_wizard = open_wizard
        self._open_network = open_network
        self._trial = trial
        self._host_of = host_of
        self._read = read
        self._dialog: ConnectionsDialog | None = None
        workspace.changed.connect(lambda _: self.refresh())
        jobs.ended.connect(lambda _: self.refresh())

    def open(self, name: str = "") -> None:
        """Show the page, at a connection."""
        if self._dialog is None:
            dialog = self._dialog = ConnectionsDialog(self._window.theme, self._window)
            self._wire(dialog)
            self.refresh()
            dialog.open()
        self._dialog.choose(name)
        self._dialog.raise_()

    def _wire(self, dialog: ConnectionsDialog) -> None:
        dialog.connect_wanted.connect(lambda: self._open_wizard(None, 0))
        dialog.network_wanted.connect(lambda: self._open_network(dialog))
        dialog.edit_wanted.connect(lambda name: self._open_wizard(self._of(name), 0))
        dialog.token_wanted.connect(lambda name: self._open_wizard(self._of(name), 1))
        dialog.test_wanted.connect(lambda name: self._start(f"test {name}", self._test(name)))
        dialog.pause_wanted.connect(lambda name, paused: self._start("pause", self._pause(name, paused)))
        dialog.first_wanted.connect(lambda name: self._start("primary", connecting.put_first(self._workspace, name)))
        dialog.forget_wanted.connect(lambda name: self._start("forget", self._forget(name)))
        dialog.finished.connect(lambda _: self._closed())

    def _closed(self) -> None:
        self._dialog = None

    def _start(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        self._jobs.start(name, work)

    def _of(self, name: str) -> Connection | None:
        return self._workspace.settings.connection(name)

    def refresh(self) -> None:
        """Show the connections as they are now."""
        if self._dialog is not None:
            lines = [self._line(connection) for connection in self._workspace.connections]
            if tuple(lines) != self._dialog.lines:
                self._dialog.show_lines(lines)

    def _line(self, connection: Connection) -> Line:
        form = form_of(connection)
        settings = self._workspace.settings
        views = {view.name: view for view in self._workspace.plan.connections}
        view = views.get(connection.name)
        only = self._accounts.for_session_only(connection)
        at_rest = self._window.actions_.offline.isChecked()
        runs = f", {form.runs.name}" if len(form.of.flavours) > 1 else ""
        return Line(
            name=connection.name,
            service=f"{form.of.name}{runs}",
            host=self._host_of(connection),
            state=_state_words(view),
            reads=_reads(connection),
            token="in memory until planner-gui ends" if only else "in your keyring",
            error=view.error if view is not None else "",
            site=connection.site,
            role=role_of(settings.connections, connection),
            paused=connection.name in settings.paused,
            offline="Working offline: untick File > Work offline first." if at_rest else "",
        )

    # --- what is pressed ----------------------------------------------------------------------------------------------

    async def _test(self, name: str) -> None:
        connection, dialog = self._of(name), self._dialog
        if connection is None or dialog is None:
            return
        dialog.show_waiting(name)
        try:
            secret = await self._accounts.secret(connection)
            if secret is None:
                mood, lines = BAD, [(BAD, "No token is stored for this address and account. Enter it again.")]
            else:
                tried = await self._trial(connection, secret)
                mood, lines = answer_of(tried.check, tried.rights, self._host_of(connection))
        except PlannerError as error:
            mood, lines = BAD, [(BAD, text) for text in connect_faults.faults_of(error, connection).values()]
        if self._dialog is not None:
            self._dialog.show_answer(name, mood, lines)

    async def _pause(self, name: str, paused: bool) -> None:
        await connecting.pause(self._workspace, name, paused)
        self.refresh()
        if not paused:
            self._read()

    async def _forget(self, name: str) -> None:
        """Ask, and first about what was not sent (A8)."""
        connection, dialog = self._of(name), self._dialog
        if connection is None or dialog is None:
            return
        while waiting := connecting.unsent(self._workspace, name):
            count = f"{len(waiting)} change{'s' if len(waiting) > 1 else ''}"
            were = "were" if len(waiting) > 1 else "was"
            answer = await _asked(
                dialog,
                f"{count} of {name} {were} not sent.",
                "Forgetting the connection discards what was not sent. Keep a copy first, or send it in Review.",
                (f"Export {count}\N{HORIZONTAL ELLIPSIS}", f"Discard {count} and forget"),
            )
            if answer == EXPORT:
                await self._export_unsent(dialog, name)
                continue
            if answer == DISCARD:
                await connecting.forget(self._workspace, self._accounts, name, discard=True)
            return
        about = "What was read of it is removed from this computer, and its token from your keyring."
        if await _asked(dialog, f"Forget {name}?", f"{about} The service itself is not changed.", ("Forget",)) == 0:
            await connecting.forget(self._workspace, self._accounts, name)

    async def _export_unsent(self, dialog: QWidget, name: str) -> None:
        from planner_gui.reports.files import write_whole
        from planner_gui.session.change_list import changes_document

        path = await _chosen_file(dialog, f"{name}-unsent.json")
        if path is not None:
            found = changes_document(connecting.unsent(self._workspace, name), self._workspace.plan)
            text = json.dumps(found, ensure_ascii=False, indent=1)
            await in_thread(partial(write_whole, path, text), name="export")


def role_of(connections: Sequence[Connection], connection: Connection) -> str:
    """primary for the Jira site that comes first in the workspace, secondary for the others; "" where there is one."""
    sites = list(dict.fromkeys(one.site for one in connections if form_of(one).of.in_jira))
    if len(sites) < 2 or not form_of(connection).of.in_jira:
        return ""
    return "primary" if connection.site == sites[0] else "secondary"


def _state_words(view: ConnectionView | None) -> str:
    if view is None:
        return "never read"
    words = _STATES[view.state]
    return f"{words}, read {formats.moment(view.read_at, datetime.now(UTC))}" if view.read_at is not None else words


def _reads(connection: Connection) -> str:
    form = form_of(connection)
    limit = form.runs.limit
    if form.limits:
        return f"{len(form.limits)} {LIMIT_NAMES[limit]}: {', '.join(form.limits)}"
    own = " of this Jira" if form.flavour != CLOUD else ""
    everything = f"all {LIMIT_NAMES[limit]}{own}" if limit else "everything that the token may see"
    return f"{everything}; projects {', '.join(form.projects)}" if form.projects else everything


async def _asked(parent: QWidget, text: str, more: str, choices: Sequence[str]) -> int:
    """A question without a nested loop: the place of the answer among the choices, -1 for Cancel."""
    box = QMessageBox(parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setWindowTitle("planner-gui")
    box.setText(visible(text))
    box.setInformativeText(visible(more))
    buttons = [box.addButton(menu_text(choice), QMessageBox.ButtonRole.ActionRole) for choice in choices]
    cancel = box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(cancel)
    box.setEscapeButton(cancel)
    answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def answered() -> None:
        if not answer.done():
            pressed = box.clickedButton()
            answer.set_result(next((at for at, button in enumerate(buttons) if button is pressed), -1))

    box.finished.connect(answered)
    box.open()
    try:
        return await answer
    finally:
        box.deleteLater()


async def _chosen_file(parent: QWidget, name: str) -> Path | None:
    """Where to write a file, None where nobody chose."""
    dialog = QFileDialog(parent, "Export what was not sent", name, "Changes as JSON (*.json)")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix("json")
    chosen: asyncio.Future[Path | None] = asyncio.get_running_loop().create_future()

    def ended() -> None:
        if not chosen.done():
            accepted = dialog.result() == QFileDialog.DialogCode.Accepted
            chosen.set_result(Path(dialog.selectedFiles()[0]) if accepted else None)

    dialog.finished.connect(ended)
    dialog.open()
    try:
        return await chosen
    finally:
        dialog.deleteLater()
