"""Read every connection at once into the cache, and make one new plan of it.

A failing connection spoils no other, and a reading is taken whole or not at all (C8). No widget and no HTTP here: what
a service says comes as pages, what went wrong as errors in words.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from enum import StrEnum
from functools import partial
from typing import Any, Protocol, TypeVar

from PySide6.QtCore import QObject, Signal

from planner_gui.domain.entities import Page, Span, default_span
from planner_gui.domain.errors import (
    CertificateRefused,
    CredentialRefused,
    NotSent,
    PlannerError,
    SecretError,
    StoreUnwritable,
    UsageError,
)
from planner_gui.domain.snapshot import Snapshot
from planner_gui.session.background import Aside, in_thread
from planner_gui.session.notices import Action, Severity
from planner_gui.session.workspace import Changes, Workspace
from planner_gui.sources.base import Connection, Context, Source

Result = TypeVar("Result")
LOG = logging.getLogger(__name__)

WORDS_APART = 0.1  # seconds between two words of progress: each wakes the window
RECORDS_A_STEP = 50  # turned into rows between two turns of the event loop: about a millisecond for each connection


class Secrets(Protocol):
    """Where the tokens are: `accounts.Accounts`."""

    async def secret(self, connection: Connection) -> str | None: ...

    async def store(self, connection: Connection, secret: str) -> object: ...


class Outcome(StrEnum):
    """How one connection's sync ended."""

    FRESH = "fresh"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one connection is. items: records read; requests: sent so far; done: it has ended."""

    connection: str
    items: int = 0
    requests: int = 0
    done: bool = False


@dataclass(frozen=True, slots=True)
class ConnectionResult:
    """How it went with one connection. read: items of this reading. held: by the guard of C7.

    unreachable: nothing of it was sent, since there was no way to the service (N14).
    """

    name: str
    kind: str
    outcome: Outcome
    read: int = 0
    not_understood: int = 0
    error: str = ""
    held: bool = False
    unreachable: bool = False


@dataclass(frozen=True, slots=True)
class SyncResult:
    """How it went with all of them, in the order of the workspace."""

    connections: tuple[ConnectionResult, ...]

    @property
    def whole(self) -> bool:
        """Whether every connection was read and taken (exit code 0)."""
        return all(result.outcome is Outcome.FRESH for result in self.connections)

    def as_json(self) -> dict[str, Any]:
        """The object that `sync --json` prints (cli.md)."""
        return {
            "connections": [
                {
                    "name": result.name,
                    "kind": result.kind,
                    "state": result.outcome.value,
                    "read": result.read,
                    "not_understood": result.not_understood,
                    "error": result.error or None,
                }
                for result in self.connections
            ]
        }


class Sync(QObject):
    """Syncs one workspace.

    open_source: makes the adapter of a connection (`sources.base.open_source`). context: what adapters may know; today,
    the zone and the way back for a secret are set here, for each reading.

    Signals:
        progressed(Progress): a connection is further.
    """

    progressed = Signal(object)

    def __init__(
        self,
        workspace: Workspace,
        accounts: Secrets,
        *,
        open_source: Callable[[Connection, str, Context], Source],
        context: Context,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._accounts = accounts
        self._open_source = open_source
        self._context = context
        self.enter_token: Callable[[str], object] | None = None  # where a token can be entered, by connection
        self._parked: set[str] = set()
        self._held: dict[str, Snapshot] = {}
        self._storing: set[asyncio.Task[object]] = set()
        self._heavy = asyncio.Lock()

    @property
    def parked(self) -> frozenset[str]:
        """Connections whose token was refused: only the user's own sync asks with it again (A7)."""
        return frozenset(self._parked)

    @property
    def held(self) -> frozenset[str]:
        """Connections whose last reading waits for `accept` or `keep` (C7)."""
        return frozenset(self._held)

    async def run(self, span: Span | None = None, names: Iterable[str] = (), *, automatic: bool = False) -> SyncResult:
        """Read connections (all, or those named) and announce one new plan.

        automatic: nobody pressed a button; parked connections are left out. Cancelled, what is whole already is kept
        and shown. Raises UsageError for a name that no connection has; every other failure is in the result.
        """
        chosen = self._chosen(tuple(names))
        if automatic:
            chosen = [connection for connection in chosen if connection.name not in self._parked]
        span = span or default_span(self._workspace.today)
        aside = Aside("reading")
        tasks = [
            asyncio.create_task(self._one(connection, span, aside), name=f"sync {connection.name}")
            for connection in chosen
        ]
        try:
            return SyncResult(tuple(await asyncio.gather(*tasks)))
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, *self._storing, return_exceptions=True)
            await aside.close()
            await self._workspace.compose(Changes(frozenset(c.name for c in chosen), states=True))

    async def accept(self, name: str) -> None:
        """Take the reading that the guard held back (C7). KeyError where there is none."""
        snapshot = self._held.pop(name)
        self._workspace.notices.withdraw_of(name)
        await self._workspace.readings.keep(snapshot)
        await self._workspace.compose(Changes(frozenset({name}), states=True))

    def keep(self, name: str) -> None:
        """Drop the reading that the guard held back; the old one stays (C7)."""
        self._held.pop(name, None)
        self._workspace.notices.withdraw_of(name)

    def unpark(self, name: str) -> None:
        """There is a new token."""
        self._parked.discard(name)

    def _chosen(self, names: Sequence[str]) -> list[Connection]:
        known = {connection.name: connection for connection in self._workspace.connections}
        for name in names:
            if name not in known:
                there = ", ".join(known) or "none"
                raise UsageError(f"there is no connection called {name}", advice=f"There are: {there}.")
        paused = self._workspace.settings.paused  # left out until they are resumed, or named
        return [one for name, one in known.items() if (name in names if names else name not in paused)]

    async def _one(self, connection: Connection, span: Span, aside: Aside) -> ConnectionResult:
        """One connection, with a line for the log."""
        began = time.monotonic()
        result = await self._outcome(connection, span, aside)
        names, held = (result.name, result.kind, result.outcome), ", held back" if result.held else ""
        counts = (result.read, result.not_understood, held, time.monotonic() - began)
        LOG.info("sync %s (%s): %s, %d items, %d not understood%s, in %.1f s", *names, *counts)
        return result

    async def _outcome(self, connection: Connection, span: Span, aside: Aside) -> ConnectionResult:
        """One connection from its secret to the cache. What fails is said once, recorded, and stays here."""
        name, notices = connection.name, self._workspace.notices
        notices.withdraw_of(name)
        self._held.pop(name, None)
        self.progressed.emit(Progress(name))
        result = ConnectionResult(name, connection.kind, Outcome.FAILED)
        try:
            snapshot, items = await self._read(connection, span, aside)
            result = replace(result, read=items, not_understood=len(snapshot.not_understood))
            self._parked.discard(name)
            if (held := await self._take(snapshot)) is not None:
                result = replace(result, error=held, held=True)
            else:
                result = replace(result, outcome=Outcome.FRESH)
        except CredentialRefused as error:
            self._parked.add(name)
            result = await self._failed(result, error, ways=self._ways_in(name))
        except SecretError as error:
            result = await self._failed(result, error, ways=self._ways_in(name))
        except StoreUnwritable as error:  # read, shown, and gone at the end of this session (C10)
            result = replace(result, error=str(error))
            notices.show(result.error, connection=name, severity=Severity.ERROR)
        except PlannerError as error:
            away = isinstance(error, NotSent) and not isinstance(error, CertificateRefused)
            result = await self._failed(replace(result, unreachable=away), error)
        except Exception as error:  # noqa: BLE001  (a bug in one adapter must not cost the others' readings)
            context = {"message": f"reading {name} failed", "exception": error}
            asyncio.get_running_loop().call_exception_handler(context)
            words = (
                f"{name}: an error in this program ({type(error).__name__}). The last reading stays; please report it."
            )
            result = await self._failed(result, error, words)
        self.progressed.emit(Progress(name, result.read, done=True))
        return result

    def _ways_in(self, name: str) -> tuple[Action, ...]:
        return () if self.enter_token is None else (Action("Enter token", partial(self.enter_token, name)),)

    async def _failed(
        self, result: ConnectionResult, error: Exception, words: str = "", *, ways: tuple[Action, ...] = ()
    ) -> ConnectionResult:
        LOG.info("sync %s: %s", result.name, type(error).__name__)
        words = words or str(error)
        self._workspace.notices.show(words, connection=result.name, severity=Severity.ERROR, actions=ways)
        await self._workspace.readings.record_failure(result.name, words)
        return replace(result, error=words)

    async def _read(self, connection: Connection, span: Span, aside: Aside) -> tuple[Snapshot, int]:
        """The whole reading, and how many items it has; requests and pages stay aside of the window."""
        secret = await self._accounts.secret(connection)
        if secret is None:
            raise SecretError(
                "no token is stored for this address and account",
                subject=connection.name,
                advice="Enter it again with `planner-gui connect`, or in the window's connections.",
            )
        zone = self._workspace.plan.rules.zone
        context = replace(self._context, today=self._workspace.today, zone=zone, save_secret=self._saver(connection))
        tell = partial(asyncio.get_running_loop().call_soon_threadsafe, self.progressed.emit)
        opened = partial(self._open_source, connection, secret, context)  # the first one imports its adapter: not here
        self._workspace.readings.begins(connection.name)
        return await aside.run(_whole(opened, span, zone, self._workspace.readings.now, tell))

    async def _take(self, snapshot: Snapshot) -> str | None:
        """Lay a reading over the last one and keep it; words where C7 holds it back."""
        name, readings = snapshot.connection, self._workspace.readings
        old = readings.get(name)
        if old is None:
            await readings.keep(snapshot)
            return None
        gone, merged = await self._apart(partial(_merged, old, snapshot))
        if gone is None:
            await readings.keep(merged)
            return None
        self._held[name] = merged
        lost, had = gone
        words = f"{name}: the service now returns {had - lost} of {had} items. What was read before is kept."
        self._workspace.notices.show(
            words,
            connection=name,
            severity=Severity.WARNING,
            actions=(Action("Keep", partial(self.keep, name)), Action("Accept", partial(self.accept, name))),
        )
        await readings.record_failure(name, words)
        return words

    async def _apart(self, work: Callable[[], Result]) -> Result:
        """Beside the window, one connection at a time: each busy thread makes the window wait for its turn."""
        async with self._heavy:
            return await in_thread(work, name="reading")

    def _saver(self, connection: Connection) -> Callable[[str], None]:
        """Keeps a secret that a service handed out (A9), beside the reading; a sync ends when it is kept."""

        loop = asyncio.get_running_loop()

        def store(secret: str) -> None:
            task = asyncio.ensure_future(self._accounts.store(connection, secret))
            self._storing.add(task)
            task.add_done_callback(self._storing.discard)

        def save(secret: str) -> None:
            loop.call_soon_threadsafe(store, secret)

        return save


def _merged(old: Snapshot, new: Snapshot) -> tuple[tuple[int, int] | None, Snapshot]:
    """What of `old` the new reading lacks, where that is suspicious, and `new` laid over `old`."""
    from planner_gui.domain.merging import merge, vanished  # here, in a thread: the window neither opens nor waits

    return vanished(old, new), merge(old, new)


async def _whole(
    opened: Callable[[], Source],
    span: Span,
    zone: tzinfo,
    now: Callable[[], datetime],
    tell: Callable[[Progress], object],
) -> tuple[Snapshot, int]:
    """Every page of a source as a snapshot, and the number of its items."""
    from planner_gui.domain.reading import Reading  # here, aside: the window neither opens nor waits with it

    source = opened()
    name = source.connection.name
    reading = Reading(name, source.connection.kind, span, zone)
    next_word = 0.0
    try:
        async with contextlib.aclosing(_closable(source.read(span))) as pages:
            async for page in pages:
                for step in _steps(page):
                    reading.add(step)
                    await asyncio.sleep(0)  # the other connections' turn
                if time.monotonic() >= next_word:
                    next_word = time.monotonic() + WORDS_APART
                    tell(Progress(name, reading.items, source.requests))
    finally:
        LOG.info("sync %s: %d requests", name, source.requests)
        await source.close()
    return reading.finish(now()), reading.items


def _closable(pages: AsyncIterator[Page]) -> Any:
    """An adapter's `read` is an asynchronous generator: closing it ends its requests."""
    return pages if hasattr(pages, "aclose") else _wrapped(pages)


async def _wrapped(pages: AsyncIterator[Page]) -> AsyncIterator[Page]:
    async for page in pages:
        yield page


def _steps(page: Page) -> Iterable[Page]:
    """A page in slices that each cost a few milliseconds; what has no slices comes with the first."""
    first, rest = page.records[:RECORDS_A_STEP], page.records[RECORDS_A_STEP:]
    yield replace(page, records=first)
    for start in range(0, len(rest), RECORDS_A_STEP):
        yield Page(records=rest[start : start + RECORDS_A_STEP])
