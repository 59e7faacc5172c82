"""The program with its window: one event loop for Qt and asyncio, the session behind, one clean end for every way out.

A coroutine never runs a nested Qt loop here, and no widget starts a coroutine: widgets emit, jobs do.
"""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from collections.abc import Callable, Coroutine, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

os.environ.setdefault("QT_API", "pyside6")  # before qasync is imported

import qasync
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication
from typing_extensions import override

from planner_gui.app import endings, places, reporting
from planner_gui.app.counting import Counting, steps, whole
from planner_gui.app.entrance import enter_one
from planner_gui.app.item_facts import ItemFacts
from planner_gui.app.reporting import Reporting
from planner_gui.app.runs import Run, unmarked
from planner_gui.domain import checks
from planner_gui.domain.entities import Span
from planner_gui.domain.item_checks import Finding
from planner_gui.domain.plan import Plan
from planner_gui.session.accounts import Accounts
from planner_gui.session.background import in_thread
from planner_gui.session.details import Details
from planner_gui.session.jobs import Jobs
from planner_gui.session.lock import OpenElsewhere
from planner_gui.session.mark import STARTING
from planner_gui.session.probing import Probing
from planner_gui.session.proxy import OwnProxy
from planner_gui.session.settings import Settings
from planner_gui.session.sync import Outcome, Progress, Sync
from planner_gui.session.waking import Waking
from planner_gui.session.workspace import Workspace
from planner_gui.session.workspace_file import FILE_NAME
from planner_gui.sources.base import Connection, Context, open_source
from planner_gui.ui.panels import empty as offers
from planner_gui.ui.theme import Themes
from planner_gui.ui.window import MainWindow, window_state

if TYPE_CHECKING:
    import httpx

    from planner_gui.app.connecting import Connecting
    from planner_gui.app.instance import Doorbell
    from planner_gui.app.reviewing import Reviewing

ASSUMED = "Everybody works Monday to Friday, 8 hours a day, without holidays, until Settings says otherwise."
SAFELY = (
    "This is a safe start: what was read before is left alone, settings and view are the defaults and are not kept. "
    "Changes that wait to be sent are all here. Press F5 to read; to leave, close the window and start without --safe."
)
NETWORK_UP = 5_000  # milliseconds from waking to the first try to reach anything
STATES_EVERY = 60_000  # milliseconds between two looks at how old the readings are


class Session(QObject):
    """One open workspace with its window: joins the signals of both, and owns what runs between them."""

    def __init__(
        self,
        workspace: Workspace,
        window: MainWindow,
        accounts: Accounts,
        *,
        transport: Callable[[], httpx.AsyncBaseTransport] | None = None,
    ) -> None:
        super().__init__()
        self.workspace = workspace
        self.window = window
        self.jobs = Jobs(workspace.notices, self)
        self._accounts = accounts
        self.pretended = pretended = transport is not None
        self.proxy = OwnProxy(None if pretended else places.network_file(), accounts, workspace.notices)
        zone, own = workspace.plan.rules.zone, lambda: self.proxy.current
        self._context = context = Context(workspace.today, zone, transport, proxy=own)
        self.connects_at_once = False  # whether the wizard opens with the window: the way in that was chosen
        self.connecting: Connecting | None = None  # begun after the first paint, like:
        self.doorbell: Doorbell | None = None  # and:
        self.reviewing: Reviewing | None = None  # begun after the first paint: it has nothing to do with that
        self.sync = Sync(workspace, accounts, open_source=open_source, context=context, parent=self)
        details = Details(workspace, accounts, open_source=open_source, context=context)
        self._items = ItemFacts(workspace, window, self.jobs, details, pretended=pretended)
        self.probing = Probing(self._probe, parent=self)
        self._progress: dict[str, Progress] = {}
        self._offline = False
        self.counting = Counting(workspace, window, self.jobs)
        self.waking = Waking(parent=self)
        self._awake = QTimer(self)
        self._awake.setSingleShot(True)
        self._states = QTimer(self)
        self._midnight = QTimer(self)
        self._midnight.setSingleShot(True)
        self._connect()

    def _connect(self) -> None:
        workspace, window, notices = self.workspace, self.window, self.workspace.notices
        workspace.changed.connect(self._show_plan)
        notices.shown.connect(self._show_notices)
        notices.withdrawn.connect(self._show_notices)
        window.notice_dismissed.connect(notices.withdraw)
        window.action_chosen.connect(self._act)
        window.sync_requested.connect(lambda: self.start_sync(automatic=False))
        window.cancel_requested.connect(lambda: self.jobs.cancel("sync"))
        window.offline_chosen.connect(self._choose_offline)
        window.export_requested.connect(self._export)
        window.over_requested.connect(self._jump)
        window.findings_requested.connect(lambda: self.jobs.start("findings", self._find(workspace.plan)))
        self.sync.progressed.connect(self._show_progress)
        self.jobs.ended.connect(self._job_ended)
        self._states.timeout.connect(workspace.refresh_states)
        self._midnight.timeout.connect(self._new_day)
        self.waking.woke.connect(self._woke)
        self._awake.timeout.connect(self._catch_up)

    def begin(self) -> None:
        """Show what is known; everything else comes after the first paint."""
        self.window.show_plan(self.workspace.plan)
        self._show_notices()
        self.window.show()

    async def go_on(self) -> None:
        """After the first paint: import what follows beside the window, which would else stand still for it; begin."""
        await in_thread(_import_what_follows, name="imports")
        self.painted()

    def painted(self) -> None:
        """The first picture stands: now look through the cache, count, and read the services."""
        _give_way_to_the_window()
        self._begin_editing()
        self._begin_connecting()
        if self.connects_at_once and self.connecting is not None:
            self.connecting.open_wizard()
        self._listen()
        self._states.start(STATES_EVERY)
        self.waking.start()
        self._await_midnight()
        self.jobs.start("check cache", self._check())
        self.counting.follow()
        if self.workspace.connections and self.settling.reads_on_open:
            self.start_sync(automatic=True)

    def _listen(self) -> None:
        """Let a second start bring this window forward (K5); a place that cannot be locked has many windows."""
        if self.workspace.locked:
            from planner_gui.app import instance

            self.doorbell = instance.listen(self.workspace, self.window, self)

    def _begin_connecting(self) -> None:
        from planner_gui.app.connecting import Connecting

        read = partial(self.start_sync, automatic=False)
        given = (self.workspace, self.window, self.jobs, self._accounts, self.sync, self._context, self.proxy)
        self.connecting = Connecting(*given, read, self)

    def _begin_editing(self) -> None:
        from planner_gui.app.editing import Editing
        from planner_gui.app.reviewing import Reviewing
        from planner_gui.app.settling import Settling
        from planner_gui.session.push import Push

        workspace, window = self.workspace, self.window
        push = Push(workspace, self._accounts, open_source=open_source, context=self._context, parent=self)
        editing = Editing(workspace, window, self.jobs, self)
        self.reviewing = Reviewing(workspace, window, self.jobs, push, editing, self)
        sync = partial(self.start_sync, automatic=True)
        self.settling = Settling(workspace, window, self.jobs, editing, sync, self)

    def keep(self) -> None:
        """Keep the view, and wait for what is being committed: this process may be killed at any moment."""
        self.window.keep_view()
        self.workspace.finish()

    async def end(self) -> None:
        """Stop the timers, cancel the jobs and wait for them, let others into the workspace."""
        self.workspace.changed.disconnect(self._show_plan)  # a cancelled sync still composes what it has
        self._states.stop()
        self.probing.stop()
        self.waking.stop()
        self._awake.stop()
        self._midnight.stop()
        if self.doorbell is not None:
            self.doorbell.close()  # before the lock is let go of: another start then takes both
        if self.reviewing is not None:
            self.reviewing.close()
            self.settling.close()
        await self.jobs.close()
        self.workspace.close()

    # --- work -------------------------------------------------------------------------------------------------------

    def start_sync(self, *, automatic: bool, names: Sequence[str] = ()) -> None:
        """Read every connection, or those named; a sync that runs is replaced."""
        if self._offline or not self.workspace.connections:
            return
        self._progress.clear()
        self.window.show_progress("Reading\N{HORIZONTAL ELLIPSIS}")
        self.jobs.start("sync", self._sync(automatic=automatic, names=names))

    def _probe(self, names: Sequence[str]) -> None:
        """Try connections that could not be reached (N14); not while another reading runs."""
        there = {connection.name for connection in self.workspace.connections} - self.workspace.settings.paused
        names = [name for name in names if name in there]
        if not names:
            return
        if "sync" in self.jobs.running:
            self.probing.postpone(names)
        else:
            self.start_sync(automatic=True, names=names)

    async def _sync(self, *, automatic: bool, names: Sequence[str] = ()) -> None:
        await self.proxy.load()
        result = await self.sync.run(automatic=automatic, names=names)
        self.probing.follow(result)
        if self.reviewing is not None:
            whole = [one.name for one in result.connections if one.outcome is Outcome.FRESH and not one.held]
            await self.reviewing.go_on(whole)

    async def _check(self) -> None:
        await self.workspace.check_store()

    async def _find(self, plan: Plan) -> None:
        """The list of findings, some people at a time, so that another plan need not wait for it."""
        found: list[Finding] = []
        span = whole(plan)
        if span is not None:
            for people in steps(plan, checks.SLICE):
                found += await in_thread(partial(checks.findings_of, plan, people, span), name="findings")
            found += await in_thread(partial(checks.findings_of_plan, plan, span), name="findings")
        if plan.columns is self.workspace.plan.columns:
            self.window.show_findings(plan, found)

    def _jump(self, step: int) -> None:
        self.window.jump(self.counting.targets, step)

    def _choose_offline(self, offline: bool) -> None:
        self._offline = offline
        if offline:
            self.probing.stop()
            self.jobs.cancel("sync")
        self._items.offline = offline
        self.window.show_offline(offline)

    def _export(self, path: str, span: Span) -> None:
        self.jobs.start("export", self._export_to(Path(path), span))

    async def _export_to(self, path: Path, span: Span) -> None:
        from planner_gui.app import commands  # after the first paint is soon enough
        from planner_gui.reports.files import write_whole

        kind = "csv" if path.suffix.casefold() == ".csv" else "json"
        text = await in_thread(partial(commands.report, self.workspace, kind, span), name="export")
        await in_thread(partial(write_whole, path, text), name="export")
        self.workspace.notices.show(f"{path.name} is written; {commands.PERSONAL}")

    def _act(self, call: Callable[[], object]) -> None:
        """A notice's button: some do at once, some need the loop."""
        outcome = call()
        if asyncio.iscoroutine(outcome):
            self.jobs.start("notice", _finished(outcome))

    # --- what is shown ----------------------------------------------------------------------------------------------

    def _show_plan(self) -> None:
        self.window.show_plan(self.workspace.plan)
        self.counting.follow()

    def _show_notices(self) -> None:
        self.window.show_notices(self.workspace.notices.current)

    def _show_progress(self, progress: Progress) -> None:
        self._progress[progress.connection] = progress
        done = sum(one.done for one in self._progress.values())
        items = sum(one.items for one in self._progress.values())
        waiting = [one.connection for one in self._progress.values() if not one.done]
        now = f" \N{MIDDLE DOT} {waiting[0]}" if waiting else ""
        count = f"{done} of {len(self._progress)} connections, {items} items"
        self.window.show_progress(f"Reading: {count}{now}")

    def _job_ended(self, name: str) -> None:
        if name == "sync" and "sync" not in self.jobs.running:
            self.window.show_progress(None)

    # --- time -------------------------------------------------------------------------------------------------------

    def _await_midnight(self) -> None:
        if os.environ.get("PLANNER_GUI_TODAY"):
            return  # today stands still
        now = datetime.now().astimezone()
        midnight = datetime.combine(now.date() + timedelta(days=1), time(), now.tzinfo)
        self._midnight.start(round((midnight - now).total_seconds() * 1000) + 1000)

    def _woke(self) -> None:
        """The computer slept: it may be another day, readings are older, and the network comes in a while."""
        if not os.environ.get("PLANNER_GUI_TODAY"):
            self._new_day()
        self.workspace.refresh_states()
        self.probing.begin_again()
        self._awake.start(NETWORK_UP)

    def _catch_up(self) -> None:
        """One reading, where readings are automatic, and with it a look for lost answers; else that look alone."""
        self.settling.woke()
        if self.reviewing is not None and not self._offline and "sync" not in self.jobs.running:
            self.jobs.start("look", self.reviewing.look())

    def _new_day(self) -> None:
        self.jobs.start("new day", self.workspace.set_today(date.today()))  # noqa: DTZ011  (the user's own day)
        self._await_midnight()


def _import_what_follows() -> None:
    from planner_gui.app import connecting, editing, instance, reviewing  # noqa: F401
    from planner_gui.session import push  # noqa: F401


def _give_way_to_the_window() -> None:
    """Work beside the window shares its interpreter: let it be handed over sooner, and collected less at a time."""
    sys.setswitchinterval(0.001)
    gc.freeze()  # what is there now stays: no later collection, which holds every thread, needs to look at it
    gc.set_threshold(20_000, 20, 500)  # a reading makes hundreds of thousands of objects that are no garbage


async def _finished(work: Coroutine[Any, Any, object]) -> None:
    await work


class _Watch(QObject):
    """Tells of the first paint of a widget, and turns Qt's wish to quit into ours."""

    def __init__(self, window: MainWindow, painted: Callable[[], None], leave: Callable[[], None]) -> None:
        super().__init__()
        self._painted: Callable[[], None] | None = painted
        self._target = window.board.viewport()
        self._empty = window.empty
        self._leave = leave

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt's hook: never keeps an event but Quit, which would end the loop under our feet."""
        if event.type() == QEvent.Type.Quit:
            self._leave()
            return True
        if event.type() == QEvent.Type.Paint and self._painted and watched in (self._target, self._empty):
            painted, self._painted = self._painted, None
            QTimer.singleShot(0, painted)  # after this paint has ended
        return False


def open_window(
    folder: Path | None,
    today: date,
    *,
    safe: bool = False,
    painted: Callable[[], None] | None = None,
    run: Run | None = None,
) -> int:
    """`planner-gui [WORKSPACE]`: the given workspace, else the last one, else the welcome page. The exit code.

    safe: with `--safe`: no cache is read, settings and view are the defaults, and nothing of them is kept.
    """
    application = _application()
    settings = Settings(places.settings_file())
    last = Path(settings.preferences.last_workspace) if settings.preferences.last_workspace else None
    if last is not None and not os.path.exists(last / FILE_NAME):
        last = None
    run = run or unmarked()
    entered = enter_one(application, folder, last, lambda chosen: _entered(chosen, today, run, safe))
    if entered.way == offers.DEMO:
        return open_demo(today, painted=painted, run=run)
    workspace = entered.workspace
    if workspace is None:  # its window has come forward, or nothing was chosen
        return 0
    if safe:
        window = MainWindow(workspace.settings.name, Themes(application))
        window.setWindowTitle(f"{window.windowTitle()} (safe)")
        workspace.notices.show(SAFELY)
    else:
        settings.remember_workspace(workspace.folder)
        window = MainWindow(workspace.settings.name, Themes(application), window_state(workspace.folder))
    accounts = Accounts(workspace.settings.id, workspace.notices)
    session = Session(workspace, window, accounts)
    if entered.way == offers.CONNECT:
        session.connects_at_once = True
        workspace.notices.show(ASSUMED)
    return _run(application, session, painted, run)


def _entered(folder: Path, today: date, run: Run, safe: bool) -> Workspace | None:
    """Open a workspace, None where its window is open already and has come forward (K5)."""
    run.mark.begins(STARTING)
    try:
        return Workspace.open(folder, today=today, safe=safe)
    except OpenElsewhere:
        from planner_gui.app.instance import enter  # what it needs is no part of a first start

        return enter(folder, partial(Workspace.open, folder, today=today, safe=safe))


def open_demo(today: date, *, painted: Callable[[], None] | None = None, run: Run | None = None) -> int:
    """`planner-gui --demo`: the pretend company in this process; nothing is kept. Returns the exit code."""
    import tempfile

    import httpx

    from planner_gui.sandbox.server import Sandbox

    application = _application()
    company = Sandbox(today=today, base_url="http://127.0.0.1:9")
    with tempfile.TemporaryDirectory(prefix="planner-gui-demo-") as place:
        folder = Path(place) / "demo"
        settings = Workspace.create(folder, name="Northwind (demo)")
        workspace = Workspace.open(folder, today=today)
        accounts = Accounts(settings.id, workspace.notices, open_vault=None)
        asyncio.run(_connect_all(workspace, accounts, company.connections()))
        for notice in workspace.notices.current:
            workspace.notices.withdraw(notice)  # what was decided about counting is not news in a demo
        window = MainWindow(settings.name, Themes(application))
        session = Session(workspace, window, accounts, transport=lambda: httpx.ASGITransport(app=company.app))
        return _run(application, session, painted, run or unmarked())


async def _connect_all(workspace: Workspace, accounts: Accounts, entries: list[dict[str, Any]]) -> None:
    for entry in entries:
        connection = Connection(entry["name"], entry["kind"], entry["url"], entry["options"])
        await workspace.add_connection(connection)
        await accounts.store(connection, entry["secret"])


def _application() -> QApplication:
    found = QApplication.instance()
    application = found if isinstance(found, QApplication) else QApplication(sys.argv[:1])
    application.setApplicationName("planner-gui")
    application.setDesktopFileName("planner-gui")
    application.setQuitOnLastWindowClosed(False)
    return application


def _run(application: QApplication, session: Session, painted: Callable[[], None] | None, run: Run) -> int:
    """The loop until the window is closed, the desktop ends, or a signal comes."""
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
        again = runner.run(_main(application, session, painted, run))
    return 0 if not again or reporting.restart() else 1


async def _main(application: QApplication, session: Session, painted: Callable[[], None] | None, run: Run) -> bool:
    """Whether the user asked for a restart."""
    leaving = asyncio.Event()
    loop = asyncio.get_running_loop()
    faults = Reporting(run, session.workspace, session.window, session.jobs, leaving.set, session)

    def first_paint() -> None:
        if painted is not None:
            painted()
        run.mark.ends(STARTING)
        faults.tell_of_before()
        session.jobs.start("begin", session.go_on())

    watch = _Watch(session.window, first_paint, leaving.set)
    application.installEventFilter(watch)
    session.window.closed.connect(leaving.set)
    again = [] if session.pretended else endings.command(str(session.workspace.folder.absolute()))
    at_the_end = endings.of_the_desktop(application, session.keep, again)
    with faults.installed(loop), endings.signals(loop, leaving.set), at_the_end:
        session.begin()
        await leaving.wait()
        session.window.close()  # whichever way out: gone at once, and its view kept
        await session.end()
    application.removeEventFilter(watch)
    session.window.deleteLater()
    return faults.restart_wanted
