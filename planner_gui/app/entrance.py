"""How a window gets its workspace: the one that was named, else the last one, else the page of a first start.

Whoever names a workspace is told on the command line why it cannot be opened; whoever comes from the menu is told on
that page, where there is somebody to look. Nothing is shown here of a workspace that was opened.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog

from planner_gui.app import places
from planner_gui.domain.errors import PlannerError, WorkspaceError
from planner_gui.session.notices import Notice, Severity
from planner_gui.session.workspace import Workspace
from planner_gui.session.workspace_file import FILE_NAME, WorkspaceFile
from planner_gui.store.files import make_private_folder
from planner_gui.ui.panels import empty as offers
from planner_gui.ui.theme import Themes
from planner_gui.ui.window import MainWindow

FIRST = "My plan"  # what a first workspace is called


@dataclass(frozen=True, slots=True)
class Entered:
    """way: what was chosen on the first page, "" where it was not shown. workspace: None where none is to be shown."""

    way: str
    workspace: Workspace | None


def enter_one(
    application: QApplication, named: Path | None, last: Path | None, enter: Callable[[Path], Workspace | None]
) -> Entered:
    """The workspace to show. enter: opens one, or gives None where its window has come forward.

    Raises what `enter` does for a named workspace, and for another where the first page was left without a choice.
    """
    if named is not None:
        return Entered("", enter(named))
    way, folder, failed = "", last, None
    while True:
        if folder is not None:
            try:
                return Entered(way, enter(folder))
            except PlannerError as error:
                failed = error
        way, folder = welcome(application, "" if failed is None else str(failed))
        if way == offers.DEMO:
            return Entered(way, None)
        if way == offers.CONNECT:
            try:
                folder = first_workspace(places.workspaces())
            except PlannerError as error:
                failed = error
        elif folder is None:
            if failed is not None:
                raise failed
            return Entered("", None)


def first_workspace(place: Path) -> Path:
    """A workspace for somebody who begins by connecting a service, at the default place. Raises WorkspaceError."""
    numbered = (place / (FIRST if number == 1 else f"{FIRST} {number}") for number in count(1))
    folder = next(folder for folder in numbered if not os.path.lexists(folder))
    if not place.is_dir():
        try:
            make_private_folder(place)
        except OSError as error:
            raise WorkspaceError(f"cannot be made ({error.strerror})", subject=str(place)) from error
    Workspace.create(folder, name=FIRST)
    return folder


def welcome(application: QApplication, failed: str = "") -> tuple[str, Path | None]:
    """A window with three ways in. The way that was chosen, "" for none; the workspace to open.

    failed: why the last workspace, or the one just chosen, could not be opened.
    """
    window = MainWindow("planner-gui", Themes(application))
    window.show_welcome()
    chosen: list[tuple[str, Path | None]] = []

    def complain(text: str) -> None:
        window.show_notices((Notice(text, severity=Severity.ERROR),))

    def take(way: str) -> None:
        if way in (offers.DEMO, offers.CONNECT):
            chosen.append((way, None))
            window.close()
        elif way == offers.OPEN:
            dialog = QFileDialog(window, "Open a workspace")
            dialog.setFileMode(QFileDialog.FileMode.Directory)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.fileSelected.connect(lambda path: look_into(Path(path)))
            dialog.open()

    def look_into(folder: Path) -> None:
        """Open it where it is a workspace; else say so here, where somebody looks."""
        try:
            WorkspaceFile(folder / FILE_NAME).read()
        except WorkspaceError as error:
            complain(str(error))
            return
        chosen.append((offers.OPEN, folder))
        window.close()

    window.way_in_chosen.connect(take)
    window.actions_.connect_service.triggered.connect(lambda _checked: take(offers.CONNECT))
    window.notice_dismissed.connect(lambda _notice: window.show_notices(()))
    window.closed.connect(application.quit)
    if failed:
        complain(failed)
    window.show()
    with _interruptible():
        application.exec()
    window.deleteLater()
    return chosen[0] if chosen else ("", None)


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """Let Ctrl-C end the program: Python's own handler would wait for Qt's loop to end. Nothing is open yet."""
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before or signal.SIG_DFL)
