"""Ways out of a window that are not its own: signals, and the end of the desktop's session. None asks a question.

Every edit is committed as it is made (W1), so nothing waits for an answer here: the view is kept, what is being
committed is waited for, and the rest is the clean end of every other way out.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import Callable, Iterator, Sequence

from PySide6.QtGui import QGuiApplication, QSessionManager


@contextlib.contextmanager
def signals(loop: asyncio.AbstractEventLoop, leave: Callable[[], object]) -> Iterator[None]:
    """SIGINT, SIGTERM and SIGHUP end the program as closing the window does; under nohup a hang-up does not."""
    numbers = [signal.SIGINT, signal.SIGTERM]
    if sys.platform != "win32" and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        numbers.append(signal.SIGHUP)
    for number in numbers:
        with contextlib.suppress(NotImplementedError):  # Windows
            loop.add_signal_handler(number, leave)
    try:
        yield
    finally:
        for number in numbers:
            with contextlib.suppress(NotImplementedError):
                loop.remove_signal_handler(number)


@contextlib.contextmanager
def of_the_desktop(application: QGuiApplication, keep: Callable[[], object], again: Sequence[str]) -> Iterator[None]:
    """At the end of the desktop's session, keep what there is before the process may be killed; ask nothing.

    The session may go on after all: nothing is closed before Qt is told to quit. again: the command that opens this
    workspace at the next log-in, where the desktop opens again what was open; none for what is not to be.
    """

    def save(manager: QSessionManager) -> None:
        if again:
            manager.setRestartHint(QSessionManager.RestartHint.RestartIfRunning)
            manager.setRestartCommand(list(again))
        else:
            manager.setRestartHint(QSessionManager.RestartHint.RestartNever)

    def commit(manager: QSessionManager) -> None:
        save(manager)  # a desktop may ask for one and not for the other
        keep()

    application.commitDataRequest.connect(commit)
    application.saveStateRequest.connect(save)
    try:
        yield
    finally:
        application.commitDataRequest.disconnect(commit)
        application.saveStateRequest.disconnect(save)


def command(workspace: str) -> list[str]:
    """What starts this program again on a workspace."""
    if getattr(sys, "frozen", False):
        return [sys.executable, workspace]
    return [sys.executable, "-m", "planner_gui", workspace]
