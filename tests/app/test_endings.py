"""A signal and the end of the desktop's session end a window as closing it does, and ask nothing."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtGui import QSessionManager
from PySide6.QtWidgets import QApplication, QDialog

from planner_gui.app import endings
from planner_gui.ui.theme import Themes
from planner_gui.ui.window import MainWindow, window_state
from tests.scenarios import Scenario, until

HINT = QSessionManager.RestartHint


class Desktop(QObject):
    """What of QGuiApplication tells that the desktop's session ends."""

    commitDataRequest = Signal(object)  # noqa: N815
    saveStateRequest = Signal(object)  # noqa: N815


class Manager:
    """What of QSessionManager is used; a question asked of the user would be a missing attribute."""

    def __init__(self) -> None:
        self.told: list[object] = []

    def setRestartHint(self, hint: QSessionManager.RestartHint) -> None:
        self.told.append(hint)

    def setRestartCommand(self, words: list[str]) -> None:
        self.told.append(words)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves(scenario: Scenario, number: signal.Signals) -> None:
    async def whole() -> None:
        leaving = asyncio.Event()
        with endings.signals(asyncio.get_running_loop(), leaving.set):
            os.kill(os.getpid(), number)
            await until(leaving.is_set, what="the end")

    scenario(whole())


def test_a_hang_up_is_ignored_under_nohup(scenario: Scenario) -> None:
    async def whole() -> None:
        leaving = asyncio.Event()
        with endings.signals(asyncio.get_running_loop(), leaving.set):
            os.kill(os.getpid(), signal.SIGHUP)
            os.kill(os.getpid(), signal.SIGTERM)
            await until(leaving.is_set, what="the end")
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN

    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        scenario(whole())
    finally:
        signal.signal(signal.SIGHUP, before)


def test_at_the_end_of_the_desktops_session_everything_is_kept_and_the_next_one_opens_it_again() -> None:
    desktop, manager, kept = Desktop(), Manager(), list[str]()
    again = endings.command("/home/me/plan")
    with endings.of_the_desktop(desktop, lambda: kept.append("kept"), again):  # type: ignore[arg-type]
        desktop.saveStateRequest.emit(manager)
        assert (kept, manager.told) == ([], [HINT.RestartIfRunning, again])
        desktop.commitDataRequest.emit(manager)
        assert kept == ["kept"]
    desktop.commitDataRequest.emit(manager)
    assert kept == ["kept"]


def test_a_demo_is_not_opened_again() -> None:
    desktop, manager = Desktop(), Manager()
    with endings.of_the_desktop(desktop, lambda: None, []):  # type: ignore[arg-type]
        desktop.commitDataRequest.emit(manager)
    assert manager.told == [HINT.RestartNever]


@pytest.mark.parametrize(("frozen", "words"), [(True, ["here"]), (False, ["-m", "planner_gui", "here"])])
def test_the_command_that_opens_it_again(frozen: bool, words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", frozen, raising=False)
    assert endings.command("here") == [sys.executable, *words]


def test_the_view_is_kept_without_closing_and_a_dialog_holds_no_end(qapp: QApplication, tmp_path: Path) -> None:
    window = MainWindow("plan", Themes(qapp), window_state(tmp_path))
    window.show()
    window.resize(900, 600)
    window.keep_view()
    file = tmp_path / "window.ini"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    kept = QSettings(str(file), QSettings.Format.IniFormat).value("geometry")
    assert kept == window.saveGeometry()
    QDialog(window).open()
    assert window.close()
    assert not window.isVisible()
    window.deleteLater()
