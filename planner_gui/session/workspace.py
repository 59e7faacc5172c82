"""The open workspace: its settings, its snapshots, its changes, and the one plan made of them. No widgets, no HTTP.

Whatever changes the plan goes through here and is announced once, by `changed`; views refresh by that and nothing else.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from types import ModuleType

from PySide6.QtCore import QObject, Signal

from planner_gui.domain.changes import Change
from planner_gui.domain.edits import Edit, Item
from planner_gui.domain.errors import StoreDamaged, UsageError, WorkspaceError
from planner_gui.domain.items import prepare
from planner_gui.domain.plan import ConnectionView, Plan, Rules
from planner_gui.domain.snapshot import Snapshot
from planner_gui.session import fault
from planner_gui.session import workspace_file as file
from planner_gui.session.background import in_thread
from planner_gui.session.changes import Pending
from planner_gui.session.composing import Known, compose
from planner_gui.session.freshness import Freshness, steady, wall_clock
from planner_gui.session.lock import WorkspaceLock, acquire, held
from planner_gui.session.notices import Notices, Severity
from planner_gui.session.readings import Readings
from planner_gui.session.rules import check_choices, computers_zone, rules_of
from planner_gui.session.workspace_file import DEFAULT_SCHEDULE, FILE_NAME, Configuration, WorkspaceFile
from planner_gui.sources.base import Connection
from planner_gui.sources.writing import Vocabulary, vocabulary
from planner_gui.store import files
from planner_gui.store.cache import Cache
from planner_gui.store.queue import Queue

CACHE_NAME = "cache.db"
QUEUE_NAME = "queue.db"
MANY_ROWS = 5_000  # a plan of more is composed beside the window, not in it
MANY_CHANGES = 200  # likewise
_PEOPLE = "people"


@dataclass(frozen=True, slots=True)
class Changes:
    """What is different in the new plan.

    connections: names of those whose rows changed; rules: settings or today; edits: changes that were made here.
    """

    connections: frozenset[str] = frozenset()
    rules: bool = False
    states: bool = False
    edits: bool = False

    def __or__(self, other: Changes) -> Changes:
        return Changes(
            self.connections | other.connections,
            self.rules or other.rules,
            self.states or other.states,
            self.edits or other.edits,
        )


class Workspace(QObject):
    """One open workspace. Made by `open`; `close` it.

    plan: what is shown: `base`, the plan of what was read, with the changes made here laid over it.

    Signals:
        changed(Changes): `plan` is a new one.
    """

    changed = Signal(object)

    def __init__(
        self,
        folder: Path,
        settings_file: WorkspaceFile,
        cache: Cache,
        queue: Queue,
        *,
        lock: WorkspaceLock | None,
        today: date,
        freshness: Freshness,
        safe: bool = False,
    ) -> None:
        """Read everything and compose the first plan, at once: the first paint waits for it."""
        super().__init__()
        self.folder = folder
        self.safe = safe
        self.notices = Notices(self)
        self.today = today
        self.settings: Configuration = settings_file.read()
        self.readings = Readings(cache, freshness, partial(self.notices.show, severity=Severity.WARNING))
        self.pending = Pending(
            queue,
            freshness.now,
            partial(self.notices.show, severity=Severity.WARNING),
            held_elsewhere=lambda: lock is None and held(folder),
        )
        self._vocabularies: dict[str, tuple[Connection, Vocabulary]] = {}
        self._file = settings_file
        self._lock = lock
        self._composing = asyncio.Lock()
        self._due = Changes()
        self._known = Known.unpack(self.readings.kept(_PEOPLE))
        self.base: Plan
        self._show(*compose(*self._inputs(), self._known))
        self._laid, self._laid_on = self.changes, self.base
        self.plan = _overlaid(self.base, self.changes)

    @staticmethod
    def create(
        folder: Path,
        *,
        schedule: str = DEFAULT_SCHEDULE,
        holidays: str = "",
        timezone: str = "",
        name: str = "",
        year: int | None = None,
    ) -> Configuration:
        """Make a workspace. UsageError for what cannot be chosen or is there already, WorkspaceError for the place."""
        try:
            timezone = timezone or computers_zone()
            check_choices(schedule, holidays, timezone, year or wall_clock().year)
        except ValueError as error:
            raise UsageError(str(error)) from error
        if os.path.lexists(folder / FILE_NAME):
            raise UsageError("is a workspace already; nothing was changed", subject=str(folder))
        if os.path.lexists(folder) and (not folder.is_dir() or any(folder.iterdir())):
            raise UsageError("is there already and is not an empty folder; nothing was changed", subject=str(folder))
        settings = file.new_configuration(
            name or folder.absolute().name, timezone=timezone, schedule=schedule, holidays=holidays
        )
        there = folder.is_dir()
        try:
            if there:
                folder.chmod(files.PRIVATE_FOLDER)
            else:
                files.make_private_folder(folder)
            WorkspaceFile(folder / FILE_NAME).create(settings)
        except OSError as error:
            if not there:
                with contextlib.suppress(OSError):
                    folder.rmdir()  # the same command works as soon as there is room
            raise WorkspaceError(f"cannot be made ({error.strerror})", subject=str(folder)) from error
        return settings

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        today: date,
        writable: bool = True,
        safe: bool = False,
        now: Callable[[], datetime] = wall_clock,
        monotonic: Callable[[], float] = steady,
    ) -> Workspace:
        """Open a workspace. writable: hold its lock (K5); OpenElsewhere where another does.

        safe: leave cache.db alone, as if nothing had been read yet; what is read is kept in memory. Edits are as ever.

        A place that cannot be written is opened all the same, and the notices say so (C10). Raises WorkspaceError, and
        StoreDamaged where it may only be read.
        """
        settings_file = WorkspaceFile(folder / FILE_NAME)
        settings_file.read()  # a folder that is no workspace gets no lock and no cache
        lock = acquire(folder) if writable else None

        def opened(cache: Cache) -> Workspace:
            queue = None
            try:
                queue = _open_queue(folder, writable=lock is not None, may_lack=writable, now=now)
                fresh = Freshness(now, monotonic)
                return cls(folder, settings_file, cache, queue, lock=lock, today=today, freshness=fresh, safe=safe)
            except BaseException:
                cache.close()
                if queue is not None:
                    queue.close()
                raise

        try:
            try:
                workspace = opened(_open_cache(folder, writable=lock is not None, safe=safe, now=now))
            except StoreDamaged as damage:  # and it may not be renamed
                if not writable:
                    raise
                workspace = opened(Cache.in_memory())
                workspace.notices.show(str(damage), severity=Severity.WARNING)
        except BaseException:
            if lock is not None:
                lock.release()
            raise
        if writable and lock is None:
            text = f"{folder}: cannot be written: changes cannot be kept."
            workspace.notices.show(text, severity=Severity.WARNING)
        return workspace

    # --- what is known ---

    @property
    def writable(self) -> bool:
        """Whether what is read and decided will be there at the next start."""
        return self._lock is not None and self.readings.persistent

    @property
    def locked(self) -> bool:
        """Whether its lock is held here (K5), so that nobody else writes."""
        return self._lock is not None

    @property
    def connections(self) -> tuple[Connection, ...]:
        return self.settings.connections

    # --- connections and settings ---

    async def add_connection(self, connection: Connection) -> tuple[str, ...]:
        """Write a connection to the settings; what was decided with it, in words (Load 6). UsageError: name taken."""
        said: tuple[str, ...] = ()

        def add(settings: Configuration) -> Configuration:
            nonlocal said
            if settings.connection(connection.name) is not None:
                raise UsageError(f"there is a connection called {connection.name} already; nothing was changed")
            changed, said = file.add_connection(settings, connection)
            return changed

        self.settings = self._file.change(add)
        for text in said:
            self.notices.show(text)
        await self.compose(Changes(rules=True, states=True))
        return said

    async def remove_connection(self, name: str) -> None:
        """Forget a connection and everything read from it (A8); its secret is the accounts'.

        UsageError where changes of it were neither sent nor dropped.
        """
        self.refuse_where_safe(name)
        unsent = sum(change.open for change in self.changes if change.key.connection == name)
        if unsent:
            what = f"has {unsent} change{'s' if unsent > 1 else ''} that {'were' if unsent > 1 else 'was'} not sent"
            raise UsageError(what, subject=name, advice="Send or drop them first; nothing was changed.")
        self.settings = self._file.change(lambda settings: file.remove_connection(settings, name))
        self.notices.withdraw_of(name)
        try:
            await self.readings.forget(name)
        finally:
            await self.compose(Changes(frozenset({name}), rules=True, states=True))

    async def configure(self, change: Callable[[Configuration], Configuration]) -> None:
        """Change settings: people, names, schedules, what counts. Raises WorkspaceError; then nothing has changed."""

        def checked(settings: Configuration) -> Configuration:
            changed = change(settings)
            rules_of(changed, (), {})  # refused in words before it is written
            return changed

        before, self.settings = self.settings, self._file.change(checked)
        if self.settings != before:
            await self.compose(Changes(rules=True, states=True))

    async def set_today(self, today: date) -> None:
        """The day has changed: at midnight, or after the computer slept."""
        if today != self.today:
            self.today = today
            await self.compose(Changes(rules=True, states=True))

    # --- changes made here ---

    @property
    def changes(self) -> tuple[Change, ...]:
        """Every change that is open, and those settled in the last 30 days, in the order in which they were made."""
        return self.pending.all

    @property
    def undo_label(self) -> str:
        """What the next undo takes back, "" for nothing."""
        return self.pending.undo_label

    @property
    def redo_label(self) -> str:
        """What the next redo does again, "" for nothing."""
        return self.pending.redo_label

    def vocabulary(self, connection: str) -> Vocabulary:
        """The language of a connection's service; KeyError for a name that no connection has."""
        known = self.settings.connection(connection)
        if known is None:
            raise KeyError(connection)
        if connection not in self._vocabularies or self._vocabularies[connection][0] is not known:
            self._vocabularies[connection] = (known, vocabulary(known))
        return self._vocabularies[connection][1]

    async def item(self, row: int) -> Item:
        """The item of a row of the plan as it stands, with the edits made here. EditRefused where it cannot be read."""
        found: Item = await _editing().item(self, self.plan, row)
        return found

    def check(self, edits: Sequence[Edit]) -> None:
        """EditRefused, with its faults by field, where `do` would refuse some edits. Changes nothing."""
        _editing().check(self, edits)

    def twins(self, edits: Sequence[Edit]) -> tuple[Change, ...]:
        """Changes of the same content whose end is not known yet: to be named before these edits are saved (W7)."""
        return self.pending.twins(edits)

    async def do(self, edits: Sequence[Edit], label: str) -> tuple[Change, ...]:
        """Make some edits one step: checked, kept on the disk in one transaction, then shown and announced (W1).

        Returns the changes that hold them. Raises EditRefused and StoreErrors; then nothing has changed.
        """
        fault.point("W01")
        _editing().check(self, edits)
        for twin in self.twins(edits):
            words = f"{twin.label}: the same was made before and is {twin.state}. Look at it in Review before you send."
            self.notices.show(words, connection=twin.key.connection, severity=Severity.WARNING)
        fault.point("W02")
        made = await self.pending.do(edits, label, _editing().accounts(self))
        fault.point("W04")
        await self._edited()
        fault.point("W05")
        return made

    async def undo(self) -> str:
        """Take back the last step that was not sent; its label, "" where there is nothing. Raises StoreErrors."""
        label = await self.pending.undo()
        await self._edited()
        return label

    async def redo(self) -> str:
        """Do again what was taken back last; its label, "" where there is nothing. Raises StoreErrors."""
        label = await self.pending.redo()
        await self._edited()
        return label

    async def settle(self, changes: Sequence[Change]) -> tuple[Change, ...]:
        """Commit new states of changes in one transaction, then show them. Raises StoreErrors; see `Pending.settle`."""
        kept = await self.pending.settle(changes)
        fault.point("W15")
        await self._edited()
        return kept

    async def _edited(self) -> None:
        if self._laid is not self.changes:
            await self._lay()
            fault.point("W16")
            self.changed.emit(Changes(edits=True))

    async def _lay(self) -> None:
        """Lay the changes over the base, as both are at the end."""
        while True:
            base, changes, plan, laid = self.base, self.changes, self.plan, self._laid
            work = partial(_relaid, base, plan, laid, changes)
            if self._laid_on is not base:
                work = partial(_overlaid, base, changes)
            many = base.rows > MANY_ROWS or len(changes) > MANY_CHANGES
            made = await in_thread(work, name="edits") if many else work()
            if base is self.base and changes is self.changes and laid is self._laid:
                self.plan, self._laid, self._laid_on = made, changes, base
                return

    # --- the plan ---

    async def compose(self, changes: Changes) -> None:
        """Make the next plan of what is known now and announce it; calls that come meanwhile share one plan."""
        self._due |= changes
        async with self._composing:
            if self._due == Changes():
                return
            due, self._due = self._due, Changes()
            inputs = self._inputs()
            work = partial(compose, *inputs, self._known)
            many = sum(snapshot.rows for snapshot in inputs[0]) > MANY_ROWS
            self._show(*(await in_thread(work, name="compose") if many else work()))
            if due.connections:
                began = {name: at for name in due.connections if (at := self.readings.began(name)) is not None}
                due |= Changes(edits=await self.pending.was_read(began, lasting=not self.safe))
            await self._lay()
        self.changed.emit(due)

    def refresh_states(self) -> None:
        """Look again how old the readings are; called now and then. Announces only what is different."""
        views = self._views()
        if views != self.plan.connections:
            laid = self._laid_on is self.base
            self.base = replace(self.base, connections=views)
            self.plan = replace(self.plan, connections=views)
            self._laid_on = self.base if laid else self._laid_on
            self.changed.emit(Changes(states=True))

    async def check_store(self) -> bool:
        """After the first paint: look through the whole cache (C2). False: it was damaged, and what it held is gone."""
        await in_thread(partial(prepare, self.base), name="prepare")  # the first edit need not wait for it
        lost = await self.readings.check()
        if lost is not None:
            await self.compose(Changes(lost, states=True))
        return lost is None

    async def shorten(self, before: date) -> bool:
        """Forget what ended before a date (C9); whether there was anything. Not while a connection is read."""
        from planner_gui.domain.retention import without_past

        changed = False
        for connection in self.connections:
            snapshot = self.readings.get(connection.name)
            if snapshot is None or snapshot.span.start >= before:
                continue
            shorter = await in_thread(partial(without_past, snapshot, before), name="retention")
            if shorter is None:
                await self.readings.forget(connection.name)
                changed = True
            else:
                changed |= await self.readings.shorten(snapshot, shorter)
        if changed:
            await self.compose(Changes(rules=True, states=True))
        return changed

    async def forget_readings(self) -> None:
        """Clear the cache (C9): all that was read goes, what was decided and edited here stays. Raises StoreErrors."""
        self.refuse_where_safe("cache.db")
        try:
            for connection in self.connections:
                await self.readings.forget(connection.name)
        finally:
            await self.compose(Changes(rules=True, states=True))

    def refuse_where_safe(self, subject: str) -> None:
        """UsageError in a safe start, which leaves alone what was read: then it cannot be gone for good (A8, C9)."""
        if self.safe:
            advice = "Start without --safe to do so; nothing was changed."
            raise UsageError("what was read is left alone by a safe start", subject=subject, advice=advice)

    def finish(self) -> None:
        """Wait until the changes that are being kept are; for when the process may be killed at any moment."""
        self.pending.finish()

    def close(self) -> None:
        """Finish what is being kept and let others in."""
        self.pending.close()
        self.readings.close()
        if self._lock is not None:
            self._lock.release()

    def _show(self, plan: Plan, known: Known) -> None:
        self.base = plan
        if known.mark != self._known.mark and self._lock is not None:
            self.readings.remember(_PEOPLE, known.pack)
        self._known = known

    def _inputs(self) -> tuple[tuple[Snapshot, ...], tuple[ConnectionView, ...], Rules, date]:
        shown = self.readings.of(self.connections)
        years = set(range(self.today.year - 1, self.today.year + 3))
        for snapshot in shown:
            years.update(range(snapshot.span.start.year, snapshot.span.end.year + 1))
        return shown, self._views(), rules_of(self.settings, years, {}), self.today

    def _views(self) -> tuple[ConnectionView, ...]:
        stale_after = self.settings.stale_after_hours * 3600
        return self.readings.views(self.connections, stale_after, self.settings.paused)


def _overlaid(base: Plan, changes: Sequence[Change]) -> Plan:
    """The base with the changes laid over it. Where there are none, the first paint need not load what lays them."""
    if not changes:
        return base
    from planner_gui.domain.overlay import overlaid

    return overlaid(base, changes)


def _relaid(base: Plan, plan: Plan, before: Sequence[Change], after: Sequence[Change]) -> Plan:
    """The base with other changes laid over it than those that the plan has."""
    from planner_gui.domain.relaying import relaid

    return relaid(base, plan, before, after)


def _editing() -> ModuleType:
    """What edits need, loaded with the first of them."""
    from planner_gui.session import editing

    return editing


def _open_cache(folder: Path, *, writable: bool, safe: bool, now: Callable[[], datetime]) -> Cache:
    return Cache.in_memory() if safe else Cache.open(folder / CACHE_NAME, writable=writable, clock=now)


def _open_queue(folder: Path, *, writable: bool, may_lack: bool, now: Callable[[], datetime]) -> Queue:
    """The queue; of one that is damaged and may not be renamed: an empty one if `may_lack`, else StoreDamaged."""
    queue = None
    try:
        queue = Queue.open(folder / QUEUE_NAME, writable=writable, clock=now)
        if not queue.persistent:
            queue.load()  # damaged is said now, not half way
    except StoreDamaged as damage:
        if queue is not None:
            queue.close()
        if not may_lack:
            raise
        return Queue.nowhere(damage)
    return queue
