"""One window a workspace (K5): a second start asks the first window to come forward, over a socket of this user's.

Two words are understood, `raise` and `open WORKSPACE`; whatever else comes is dropped, and nothing that comes in is
ever run, opened or sent. Who may write is decided by the lock alone; only its holder listens.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import QApplication, QWidget

from planner_gui.app import places
from planner_gui.session.lock import Holder, OpenElsewhere
from planner_gui.session.workspace import Workspace

RAISE, OPEN, RAISED = b"raise", b"open", b"raised"
LONGEST = 8192  # bytes of a line: a path, at most
CALLER_SECONDS = 5.0  # that somebody who says nothing is listened to
PATIENCE = 10.0  # seconds that a second start waits for the first: it may be opening, or closing
POLL = 0.1
_TOKEN = re.compile(rb"[\x21-\x7e]{0,256}", re.ASCII)


def address_of(folder: Path) -> str:
    """Where the window of a workspace listens. Raises OSError where there is no place for a socket."""
    name = f"planner-gui-{hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:20]}"
    return name if sys.platform == "win32" else str(places.sockets() / name)


class Doorbell(QObject):
    """Listens for other starts on a workspace. Made by the holder of its lock, closed before the lock is.

    Signals:
        rang(str): come forward; the desktop's activation token, "" where there is none.
    """

    rang = Signal(str)

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder.resolve()
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.setMaxPendingConnections(8)
        self._server.newConnection.connect(self._admit)

    def listen(self) -> bool:
        """Begin; False where there is no place for a socket: then a second start says that it cannot reach us."""
        try:
            address = address_of(self._folder)
        except OSError:
            return False
        QLocalServer.removeServer(address)  # of one that was killed: we hold the lock, so nobody listens there
        return self._server.listen(address)

    def close(self) -> None:
        """Listen no more; the socket's file goes."""
        self._server.close()

    def _admit(self) -> None:
        while (caller := self._server.nextPendingConnection()) is not None:
            caller.setReadBufferSize(LONGEST)
            caller.disconnected.connect(caller.deleteLater)
            caller.readyRead.connect(partial(self._hear, caller))
            QTimer.singleShot(round(CALLER_SECONDS * 1000), caller, caller.abort)
            self._hear(caller)

    def _hear(self, caller: QLocalSocket) -> None:
        while caller.canReadLine():
            if not self._understood(bytes(caller.readLine(LONGEST).data()).rstrip(b"\n")):
                caller.abort()
                return
            caller.write(RAISED + b"\n")
        if caller.bytesAvailable() >= LONGEST:  # no line of ours is as long
            caller.abort()

    def _understood(self, line: bytes) -> bool:
        word, _, rest = line.partition(b" ")
        if word == OPEN and rest:
            if b"\0" in rest or Path(os.path.realpath(os.fsdecode(rest))) != self._folder:
                return False
            self.rang.emit("")
            return True
        if word == RAISE and _TOKEN.fullmatch(rest):
            self.rang.emit(rest.decode("ascii"))
            return True
        return False


def listen(workspace: Workspace, window: QWidget, parent: QObject) -> Doorbell:
    """Let later starts on a workspace bring its window forward."""
    doorbell = Doorbell(workspace.folder, parent)
    doorbell.rang.connect(partial(come_forward, window))
    doorbell.listen()
    return doorbell


def come_forward(window: QWidget, token: str = "") -> None:
    """Show a window, minimised or covered, and give it the focus; a dialog that it waits for comes with it.

    token: the XDG activation token of who asked, without which Wayland only lets a window call for attention.
    """
    if token:
        os.environ["XDG_ACTIVATION_TOKEN"] = token  # Qt takes it from there, once
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.show()
    for each in (window, QApplication.activeModalWidget()):
        if each is not None:
            each.raise_()
            each.activateWindow()


# --- a second start ---------------------------------------------------------------------------------------------------


def enter(folder: Path, open_: Callable[[], Workspace], *, patience: float = PATIENCE) -> Workspace | None:
    """The workspace that `open_` opens; None where its window is open already and has come forward.

    The first window may be on its way in or out, so both are tried for a while. patience: seconds. Raises what `open_`
    does; OpenElsewhere where the holder of the lock cannot be asked, or does not answer.
    """
    until = time.monotonic() + patience
    silent = False
    while True:
        try:
            return open_()
        except OpenElsewhere as held:
            left = until - time.monotonic()
            if not held.holder.reachable:
                raise
            answer = ring(folder, held.holder, max(left, POLL))
            if answer:
                return None
            silent = silent or answer is False
            if left <= 0:
                raise _silent(folder, held) if silent else held from None
        time.sleep(POLL)


def _silent(folder: Path, held: OpenElsewhere) -> OpenElsewhere:
    process = held.holder.process
    return OpenElsewhere(
        f"is open in a window that does not answer (process {process})",
        subject=str(folder),
        advice="Wait until it does, or end that process: what was saved is kept. Nothing was opened.",
        holder=held.holder,
    )


def ring(folder: Path, holder: Holder, seconds: float) -> bool | None:
    """Ask the window of a workspace to come forward: whether it answered, None where nobody listens."""
    try:
        address = address_of(folder)
    except OSError:
        return None
    until = time.monotonic() + seconds
    socket = QLocalSocket()
    socket.connectToServer(address)
    if not socket.waitForConnected(round(seconds * 1000)):
        return None
    _let_come_forward(holder.process)
    path, token = os.fsencode(folder.resolve()), os.environ.get("XDG_ACTIVATION_TOKEN", "").encode()
    lines = [RAISE if b"\n" in path else OPEN + b" " + path]
    if token and _TOKEN.fullmatch(token):
        lines.append(RAISE + b" " + token)
    socket.write(b"".join(line + b"\n" for line in lines))
    while not socket.canReadLine():
        left = round((until - time.monotonic()) * 1000)
        if left <= 0 or not socket.waitForReadyRead(left):
            return False
    return bytes(socket.readLine(LONGEST).data()).rstrip(b"\n") == RAISED


def _let_come_forward(process: int) -> None:
    """Windows lets only the program in front give the front away."""
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.user32.AllowSetForegroundWindow(process)
