"""The commands without a window: each opens a workspace, does one thing, and returns lines for whoever asked.

No QtWidgets and no QtGui here, so that `sync` runs on a server without a display (docs/architecture.md).
"""

from __future__ import annotations

import asyncio
import contextlib
import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from planner_gui import __version__
from planner_gui.app.way_out import context_of
from planner_gui.domain.entities import Span
from planner_gui.domain.errors import PlannerError, SecretError, StoreUnwritable, UsageError
from planner_gui.session.accounts import Accounts
from planner_gui.session.notices import Notice
from planner_gui.session.rules import zone_of
from planner_gui.session.sync import Progress, Sync, SyncResult
from planner_gui.session.workspace import Workspace
from planner_gui.session.workspace_file import FILE_NAME, WorkspaceFile
from planner_gui.sources.base import Connection, Context, open_source

PERSONAL = "this file holds personal data (names, absences): keep it to yourself or delete it when done"
PARTS = ("PySide6-Essentials", "httpx", "keyring", "qasync", "numpy", "msgspec")


def make_workspace(folder: Path, schedule: str | None, holidays: str, timezone: str) -> list[str]:
    """`init`. Raises UsageError where something is there already or cannot be chosen, WorkspaceError for the place."""
    from planner_gui.domain.weeks import describe_week, parse_week
    from planner_gui.session.workspace_file import DEFAULT_SCHEDULE, NO_SCHEDULE

    chosen = (schedule or DEFAULT_SCHEDULE).strip()
    made = Workspace.create(folder, schedule=chosen, holidays=holidays, timezone=timezone)
    if chosen == NO_SCHEDULE:
        time = "none: people without a schedule of their own are shown as unknown"
    else:
        time = describe_week(parse_week(chosen)) + ("" if schedule else " (the default; change it with --schedule)")
    return [
        f"Workspace: {folder}",
        f"Working time: {time}",
        f"Public holidays: {holidays or 'none'}",
        f"Time zone: {made.timezone}",
        f"Next: planner-gui connect {folder} KIND --name NAME",
    ]


def require_new_connection(folder: Path, connection: Connection, today: date) -> None:
    """Refuse, before any secret is asked for, what cannot become a connection: a name in use, a wrong option or URL."""
    settings = WorkspaceFile(folder / FILE_NAME).read()
    if settings.connection(connection.name) is not None:
        raise UsageError(f"there is a connection called {connection.name} already; nothing was changed")
    # Making the adapter sends nothing and looks at every option; a stand-in has the lines that a secret would.
    stand_in = "-\n-" if connection.options.get("cookie") == "yes" else "-"
    source = open_source(connection, stand_in, Context(today, zone_of(settings.timezone)))
    asyncio.run(source.close())


def connect(folder: Path, connection: Connection, secret: str, today: date) -> list[str]:
    """`connect`: check with one read, keep the secret in the keyring, then write the connection; all or nothing."""
    with opened(folder, today) as workspace:
        if not workspace.writable:
            raise StoreUnwritable("changes cannot be kept here", path=folder, advice="No connection was made.")
        return asyncio.run(_connect(workspace, connection, secret))


async def _connect(workspace: Workspace, connection: Connection, secret: str) -> list[str]:
    from planner_gui.session import connecting

    accounts = Accounts(workspace.settings.id, workspace.notices)
    tried = await connecting.trial(connection, secret, await context_of(workspace, accounts), rights=True)
    kept = await connecting.add(workspace, accounts, tried, session_only=False)
    check, rights = tried.check, tried.rights
    who = f" as {name}" if (name := check.account or rights.account) else ""
    seen = [f"  {line}" for line in (*check.sees, *check.warnings)]
    missing = [f"  missing right: {line}" for line in rights.lacks]
    noted = [f"  note: {line}" for line in rights.notes]
    return [f"{connection.name}: connected{who}", *seen, *missing, *noted, *kept.said]


@dataclass(frozen=True, slots=True)
class Synced:
    """What `sync` came to. lines: for standard error; summary: for standard output; as_json: the object of --json."""

    whole: bool
    lines: tuple[str, ...]
    summary: tuple[str, ...]
    document: dict[str, Any]


def sync(folder: Path, span: Span, name: str, today: date, show: Callable[[str], None] | None) -> Synced:
    """`sync`: read every connection (or the one named) into the cache. `show` gets one line of progress at a time."""
    with opened(folder, today) as workspace:
        told: list[str] = []
        workspace.notices.shown.connect(lambda notice: _note(told, notice))
        told.extend(notice.text for notice in workspace.notices.current)
        accounts = Accounts(workspace.settings.id, workspace.notices)
        context = asyncio.run(context_of(workspace, accounts))
        reader = Sync(workspace, accounts, open_source=open_source, context=context)
        if show is not None:
            line = _ProgressLine(show)
            reader.progressed.connect(line.take)
        result = asyncio.run(_read(workspace, reader, accounts, span, name))
        unread = [
            f"{one.name}: {one.not_understood} records were not understood; they are kept, the rest was read"
            for one in result.connections
            if one.not_understood
        ]
        summary = [f"{one.name}: {one.outcome.value}, {one.read} items" for one in result.connections]
        read = {one.name for one in result.connections}
        left = [each.name for each in workspace.connections if each.name in workspace.settings.paused - read]
        unread += [f"{each}: paused, so it was not read; --connection {each} reads it all the same" for each in left]
        return Synced(result.whole, tuple(dict.fromkeys((*told, *unread))), tuple(summary), result.as_json())


async def _read(workspace: Workspace, reader: Sync, accounts: Accounts, span: Span, name: str) -> SyncResult:
    """Read, then look for the answers that were lost (W5)."""
    result = await reader.run(span, [name] if name else [])
    from planner_gui.session.reconcile import wants_a_look

    now = workspace.readings.now()
    if any(wants_a_look(change, now) for change in workspace.changes):
        from planner_gui.app.writing import look

        await look(workspace, accounts)
    return result


def _note(told: list[str], notice: Notice) -> None:
    told.append(notice.text)


class _ProgressLine:
    """Turns the progress of several connections into one line."""

    def __init__(self, show: Callable[[str], None]) -> None:
        self._show = show
        self._latest: dict[str, Progress] = {}

    def take(self, progress: Progress) -> None:
        self._latest[progress.connection] = progress
        parts = [f"{one.connection} {one.items}{' done' if one.done else ''}" for one in self._latest.values()]
        self._show("reading: " + ", ".join(parts))


def export(folder: Path, kind: str, span: Span, output: Path, people: str, today: date) -> list[str]:
    """`export`: write the plan from what was last read; lines for standard error. Never takes the lock (K5)."""
    from planner_gui.reports.files import write_whole

    with opened(folder, today, writable=False) as workspace:
        write_whole(output, report(workspace, kind, span, people))
        return [f"{output}: {PERSONAL}"]


def report(workspace: Workspace, kind: str, span: Span, people: str = "") -> str:
    """The text of an export: kind is json or csv."""
    from planner_gui.reports import plan_csv, plan_json

    if kind == "csv":
        chosen = plan_json.matching_people(workspace.plan, people)
        return plan_csv.as_csv(plan_json.items(workspace.plan, span, chosen, with_nobody=not people))
    return plan_json.as_json(plan_json.plan_document(workspace.plan, span, people))


def serve_sandbox(port: int, people: int, seed: int, latency_ms: int, today: date) -> None:
    """`sandbox`: serve until told to stop."""
    from planner_gui.sandbox.server import run

    try:
        run(port, people, seed, latency_ms, today)
    except OSError as error:
        raise UsageError(f"port {port} cannot be used ({error.strerror})", advice="Leave --port out.") from error


def examine(folder: Path | None, today: date) -> Iterator[str]:
    """`doctor`: versions, places, keyring, and each connection's reach; a line each, no secrets."""
    from importlib.metadata import PackageNotFoundError, version  # slow to import, and nobody else asks

    from planner_gui.app import places, runs

    yield f"planner-gui {__version__}"
    yield f"Python {platform.python_version()} on {platform.system()} {platform.machine()}: {sys.executable}"
    for part in PARTS:
        with contextlib.suppress(PackageNotFoundError):
            yield f"{part} {version(part)}"
    yield f"Preferences: {places.settings_file()}"
    yield f"Workspaces: {places.workspaces()}"
    yield from runs.described()
    if folder is None:
        yield asyncio.run(_keyring_line(None))
        return
    with opened(folder, today, writable=False) as workspace:
        yield f"Workspace: {folder} ({workspace.settings.name}, time zone {workspace.settings.timezone})"
        for notice in workspace.notices.current:
            yield f"Notice: {notice.text}"
        yield asyncio.run(_keyring_line(workspace))
        for view in workspace.plan.connections:
            connection = workspace.settings.connection(view.name)
            assert connection is not None, "the plan's connections are the workspace's"
            read = f", read {view.read_at:%Y-%m-%d %H:%M} UTC" if view.read_at else ""
            yield f"{view.name} ({view.kind}): {view.state}{read}; {asyncio.run(_reach(workspace, connection))}"


async def _keyring_line(workspace: Workspace | None) -> str:
    from planner_gui.session.notices import Notices

    accounts = Accounts(workspace.settings.id if workspace else "-", workspace.notices if workspace else Notices())
    try:
        return f"Keyring: {await accounts.describe()}"
    except SecretError as error:
        return f"Keyring: {error}"


async def _reach(workspace: Workspace, connection: Connection) -> str:
    accounts = Accounts(workspace.settings.id, workspace.notices)
    try:
        secret = await accounts.secret(connection)
        if secret is None:
            return "no token is stored"
        from planner_gui.session.connecting import trial

        tried = await trial(connection, secret, await context_of(workspace, accounts))
    except PlannerError as error:
        return f"not reachable: {error}"
    return "; ".join(("reachable", *tried.check.sees))


@contextlib.contextmanager
def opened(folder: Path, today: date, *, writable: bool = True) -> Iterator[Workspace]:
    """A workspace for as long as it is needed. writable: with its lock (K5)."""
    workspace = Workspace.open(folder, today=today, writable=writable)
    try:
        yield workspace
    finally:
        workspace.close()
