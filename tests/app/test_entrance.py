"""How a window gets its workspace, and where it is said that it cannot: on the command line, or on the first page."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel

from planner_gui.app import entrance
from planner_gui.app.entrance import enter_one
from planner_gui.domain.errors import WorkspaceError
from planner_gui.session.workspace import Workspace
from planner_gui.ui.panels import empty as offers
from planner_gui.ui.window import MainWindow

REFUSED = WorkspaceError("is open in a window or in use by a command", subject="plan", advice="Close that first.")


def refuse(_folder: Path) -> Workspace:
    raise REFUSED


def on_the_first_page(qapp: QApplication, do: Callable[[MainWindow], None]) -> None:
    """Do something with the first page when it is there."""

    def look() -> None:
        do(next(each for each in qapp.topLevelWidgets() if isinstance(each, MainWindow) and each.isVisible()))

    QTimer.singleShot(0, look)


def said(window: MainWindow) -> list[str]:
    return [label.text() for label in window.notices.findChildren(QLabel)]


def test_a_named_workspace_that_cannot_be_opened_is_an_error_of_the_command(qapp: QApplication) -> None:
    with pytest.raises(WorkspaceError):
        enter_one(qapp, Path("plan"), None, refuse)


def test_a_start_from_the_menu_says_on_the_first_page_why_the_last_workspace_stays_closed(qapp: QApplication) -> None:
    told: list[str] = []

    def read_and_leave(window: MainWindow) -> None:
        told.extend(said(window))
        window.close()

    on_the_first_page(qapp, read_and_leave)
    with pytest.raises(WorkspaceError):  # for whoever started it from a terminal
        enter_one(qapp, None, Path("plan"), refuse)
    assert told == [str(REFUSED)]


def test_after_a_refusal_another_way_in_is_free(qapp: QApplication) -> None:
    on_the_first_page(qapp, lambda window: window.way_in_chosen.emit(offers.DEMO))
    assert enter_one(qapp, None, Path("plan"), refuse).way == offers.DEMO


def test_a_place_where_no_first_workspace_can_be_made_is_said_there(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nowhere(_place: Path) -> Path:
        on_the_first_page(qapp, lambda window: (told.extend(said(window)), window.close()))
        raise WorkspaceError("cannot be made (Read-only file system)", subject="share")

    told: list[str] = []
    monkeypatch.setattr(entrance, "first_workspace", nowhere)
    on_the_first_page(qapp, lambda window: window.way_in_chosen.emit(offers.CONNECT))
    with pytest.raises(WorkspaceError):
        enter_one(qapp, None, None, refuse)
    assert told == ["share: cannot be made (Read-only file system)"]


def test_leaving_the_first_page_opens_nothing_and_is_no_error(qapp: QApplication) -> None:
    on_the_first_page(qapp, lambda window: window.close())
    assert enter_one(qapp, None, None, refuse) == entrance.Entered("", None)


def test_a_workspace_whose_window_came_forward_needs_no_page(qapp: QApplication) -> None:
    assert enter_one(qapp, None, Path("plan"), lambda _folder: None) == entrance.Entered("", None)


WAITS = """
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from planner_gui.app import entrance
application = QApplication([])
application.setQuitOnLastWindowClosed(False)
QTimer.singleShot(0, lambda: print("shown", flush=True))
entrance.welcome(application)
"""


def test_ctrl_c_ends_the_first_page() -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    with subprocess.Popen([sys.executable, "-c", WAITS], env=environment, stdout=subprocess.PIPE, text=True) as waits:
        assert waits.stdout is not None
        assert waits.stdout.readline() == "shown\n"
        waits.send_signal(signal.SIGINT)
        assert waits.wait(60) == -signal.SIGINT
