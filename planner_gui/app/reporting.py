"""Where every fault of the program itself ends, whichever way it comes (L3): logged, told of once, survived.

Slots, threads, tasks, finalizers and the interpreter's own faults lead here; one report is shown, on the window's
thread, and never a second one of the same traceback. Nothing is sent anywhere (L4).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    QProcess,
    QtMsgType,
    QUrl,
    Signal,
    qInstallMessageHandler,
    qVersion,
)
from PySide6.QtGui import QDesktopServices, QGuiApplication
from typing_extensions import override

from planner_gui.app.runs import Run, in_words
from planner_gui.domain.errors import PlannerError
from planner_gui.session.keeping import kept_words
from planner_gui.session.mark import Ended
from planner_gui.session.notices import Action, Severity
from planner_gui.session.redaction import escaped, without_secrets
from planner_gui.session.traces import identity, lines_of, words_of

if TYPE_CHECKING:
    from planner_gui.session.jobs import Jobs
    from planner_gui.session.workspace import Workspace
    from planner_gui.ui.dialogs.report import ReportDialog
    from planner_gui.ui.window import MainWindow

LOG = logging.getLogger(__name__)
QT = logging.getLogger("qt")
MARKED = ("sync", "send", "edit ", "change ")  # jobs that the next start would like to know of
OFTEN = 3  # a fault is logged so many times, then each hundredth time: a paint event comes sixty times a second
TOLD = "Something went wrong in planner-gui"
ENDED = "planner-gui ended unexpectedly"
PLACES = {
    "slot": "What you did last was not carried out, or only in part.",
    "task": "Some work in the background stopped.",
    "thread": "Some work in the background stopped.",
    "finalizer": "Something that was no longer needed was not put away properly.",
}
SAVING = "One was just being saved: look in Review whether it is there."
OPEN_FORMS = "Forms that are open keep what you typed."
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.INFO,  # of platforms and styles, mostly
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One bug that showed itself. id: the same for the same traceback. lines: without locals, names and secrets."""

    id: str
    place: str
    words: str
    lines: tuple[str, ...]


class _AsyncioErrors(logging.Handler):
    """What a plain loop beside the window (`background.Aside`) could only log."""

    def __init__(self, take: Callable[[BaseException, str], None]) -> None:
        super().__init__(logging.ERROR)
        self._take = take

    @override
    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and record.exc_info[1] is not None:
            self._take(record.exc_info[1], "task")


class Reporting(QObject):
    """Catches what nobody else did, while `installed`.

    leave: ends the program; `restart_wanted` then says whether it is to begin again.

    Signals:
        met(Fault): a bug showed itself, in any thread.
    """

    met = Signal(object)

    def __init__(
        self,
        run: Run,
        workspace: Workspace,
        window: MainWindow,
        jobs: Jobs,
        leave: Callable[[], object],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._run, self._workspace, self._window, self._jobs, self._leave = run, workspace, window, jobs, leave
        self.counts: dict[str, int] = {}
        self.restart_wanted = False
        self.dialog: ReportDialog | None = None
        self._shown: list[Fault] = []
        self.met.connect(self._meet)
        jobs.started.connect(self._begun)
        jobs.ended.connect(self._ended)
        for action, act in (
            (window.actions_.copy_diagnostics, self.copy_diagnostics),
            (window.actions_.log_folder, self.open_folder),
        ):
            action.setEnabled(True)
            action.triggered.connect(lambda _checked=False, act=act: act())

    def _begun(self, job: str) -> None:
        if job.startswith(MARKED):
            self._run.mark.begins(job)

    def _ended(self, job: str) -> None:
        if job.startswith(MARKED) and job not in self._jobs.running:
            self._run.mark.ends(job)

    # --- catching -----------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def installed(self, loop: asyncio.AbstractEventLoop) -> Iterator[None]:
        """Be the handler of everything for the block; what was before is afterwards."""
        before = (sys.excepthook, threading.excepthook, sys.unraisablehook)
        sys.excepthook, threading.excepthook, sys.unraisablehook = self._slot, self._thread, self._unraisable
        loop.set_exception_handler(self.loop_failed)
        errors = _AsyncioErrors(self.take)
        logging.getLogger("asyncio").addHandler(errors)
        qt = qInstallMessageHandler(self._qt)
        try:
            yield
        finally:
            qInstallMessageHandler(qt)
            logging.getLogger("asyncio").removeHandler(errors)
            loop.set_exception_handler(None)
            sys.excepthook, threading.excepthook, sys.unraisablehook = before
            if self.dialog is not None:
                self.dialog.close()
                self.dialog.deleteLater()
                self.dialog = None

    def _slot(self, kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self._leave()
        else:
            self.take(error, "slot")

    def _thread(self, args: Any) -> None:
        if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
            self.take(args.exc_value, "thread")

    def _unraisable(self, args: Any) -> None:
        if args.exc_value is not None:
            self.take(args.exc_value, "finalizer")

    def loop_failed(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """The event loop's handler: a job or a callback failed."""
        error = context.get("exception")
        if isinstance(error, PlannerError):
            self._workspace.notices.show(str(error), severity=Severity.ERROR)
        elif isinstance(error, BaseException):
            self.take(error, "task")
        else:
            LOG.error("the event loop: %s", context.get("message", "?"))

    def _qt(self, kind: QtMsgType, context: QMessageLogContext, text: str | None) -> None:
        line = escaped(without_secrets((text or "")[:500]))
        if context.category and context.category != "default":  # the part of Qt that says it
            line = f"{context.category}: {line}"
        QT.log(_LEVELS.get(kind, logging.INFO), "%s", line)
        _print(f"qt: {line}")

    def take(self, error: BaseException, place: str) -> None:
        """A bug, from any thread. Never raises."""
        try:
            fault = Fault(identity(error), place, words_of(error), tuple(lines_of(error)))
            count = self.counts[fault.id] = self.counts.get(fault.id, 0) + 1
            if count <= OFTEN or count % 100 == 0:
                LOG.error("fault %s in a %s, %d times: %s", fault.id, place, count, " | ".join(fault.lines))
                _print("\n".join((f"planner-gui: fault {fault.id}: Traceback without locals:", *fault.lines)))
            self.met.emit(fault)
        except Exception:  # noqa: BLE001  (the last line of defence)
            _print(f"planner-gui: a {type(error).__name__} that could not be reported")

    # --- telling ------------------------------------------------------------------------------------------------------

    def _meet(self, fault: Fault) -> None:
        """On the window's thread: show a fault that was not shown before."""
        if any(shown.id == fault.id for shown in self._shown):
            return
        self._shown.append(fault)
        try:
            open_now = self.dialog is not None and self.dialog.isVisible()
            what = PLACES.get(fault.place, PLACES["task"])
            more = f" It is the {_th(len(self._shown))} fault since the start." if len(self._shown) > 1 else ""
            words = f"This is a fault of the program ({fault.id}), not of yours or of a service's. {what}{more}"
            saving = any(name.startswith("edit ") for name in self._jobs.running)
            kept = " ".join((kept_words(self._workspace), *((SAVING,) if saving else ()), OPEN_FORMS))
            faults = self._shown if open_now else [fault]
            self._show(TOLD, words, kept, [line for each in faults for line in self._lines(each)])
        except Exception:  # noqa: BLE001  (a report that fails must not lead to the next one)
            _print("planner-gui: the report could not be shown")

    def _lines(self, fault: Fault) -> list[str]:
        return [f"fault {fault.id} in a {fault.place}: {fault.words}", *(f"  {line}" for line in fault.lines)]

    def tell_of_before(self) -> None:
        """Runs that ended unexpectedly: a notice for each, with a way to the details."""
        for ended in self._run.before:
            words = f"{in_words(ended)}. {self._nothing_lost()} {kept_words(self._workspace)}"
            details = Action("Details", lambda ended=ended: self._show_ended(ended))  # type: ignore[misc]
            self._workspace.notices.show(" ".join(words.split()), severity=Severity.WARNING, actions=(details,))

    def _show_ended(self, ended: Ended) -> None:
        kept = " ".join((self._nothing_lost(), kept_words(self._workspace))).strip()
        self._show(ENDED, f"{in_words(ended)}.", kept, ended.lines())

    def _nothing_lost(self) -> str:
        """Said only where it is so: the queue is there, and every row of it is whole."""
        pending = self._workspace.pending
        return "Nothing that was saved is lost." if pending.persistent and not pending.damaged else ""

    def _show(self, title: str, words: str, kept: str, details: Sequence[str]) -> None:
        from planner_gui.ui.dialogs.report import ReportDialog

        if self.dialog is not None and not (self.dialog.isVisible() and self.dialog.title == title):
            self.dialog.close()
            self.dialog.deleteLater()
            self.dialog = None
        if self.dialog is None:
            # Without a parent: a dialog that holds the window must not hold the report.
            self.dialog = ReportDialog(title, self._window.theme)
            self.dialog.copy_wanted.connect(self._copy)
            self.dialog.folder_wanted.connect(self.open_folder)
            self.dialog.restart_wanted.connect(self._restart)
            self._window.themes.changed.connect(self.dialog.show_theme)
        self.dialog.tell(words, kept, details)
        self.dialog.show()
        self.dialog.raise_()

    # --- what a user does about it ------------------------------------------------------------------------------------

    def _copy(self) -> None:
        if self.dialog is not None:
            text = f"{self.dialog.details.toPlainText()}\n\n{self.diagnostics()}"
            QGuiApplication.clipboard().setText(without_secrets(text))
            self.dialog.say("Copied, without names and tokens.")

    def copy_diagnostics(self) -> None:
        """Help, Copy diagnostics (L5)."""
        QGuiApplication.clipboard().setText(self.diagnostics())
        self._workspace.notices.show("Copied: versions, hosts, counts and states; no token and no name.")

    def diagnostics(self) -> str:
        """Versions, hosts, counts, states and the ids of the faults since the start."""
        from planner_gui.session import diagnostics

        screens = ", ".join(
            f"{s.size().width()}x{s.size().height()} at {s.devicePixelRatio():g}" for s in QGuiApplication.screens()
        )
        faults = ", ".join(f"{name} ({count} times)" for name, count in self.counts.items()) or "none"
        lines = [
            *diagnostics.of_program(),
            f"Qt {qVersion()} on {QGuiApplication.platformName()}; screens: {screens}",
            *diagnostics.of_workspace(self._workspace),
            f"faults since the start: {faults}",
            f"ended unexpectedly before: {len(self._run.before)}",
        ]
        return without_secrets("\n".join(lines))

    def open_folder(self) -> None:
        """The folder of the log, in the desktop's own program for folders."""
        folder = self._run.folder
        if not (folder.is_dir() and QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))):
            self._workspace.notices.show(f"The log is in {folder}; no program could be started to show it.")

    def _restart(self) -> None:
        self.restart_wanted = True
        self._leave()


def restart() -> bool:
    """Start this very program again, on its own; whether that could be done."""
    words = [sys.executable, *sys.argv[1:]] if getattr(sys, "frozen", False) else [sys.executable, *sys.orig_argv[1:]]
    LOG.info("restart")
    started: Any = QProcess.startDetached(words[0], words[1:])
    return bool(started[0] if isinstance(started, tuple) else started)


def _print(text: str) -> None:
    with contextlib.suppress(Exception):
        print(text, file=sys.stderr)  # noqa: T201  (for whoever started it from a terminal)


def _th(number: int) -> str:
    return {2: "second", 3: "third"}.get(number, f"{number}th")
