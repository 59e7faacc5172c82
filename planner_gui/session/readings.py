"""What was last read from each connection: held in memory, kept in the cache, with its age and how it went.

The last whole reading stays until a newer whole one replaces it (C8). Knows nothing of the plan made from it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from functools import partial

from planner_gui.domain.errors import StoreError, StoreUnwritable
from planner_gui.domain.plan import ConnectionView, State
from planner_gui.domain.snapshot import RAW_CHUNK, Snapshot, unpack_raws
from planner_gui.session.freshness import Freshness
from planner_gui.sources.base import Connection
from planner_gui.store.cache import Cache, Failure
from planner_gui.store.thread import StoreThread


class Readings:
    """The snapshots and failures by connection. tell: called with what the store has to say, one line each."""

    def __init__(self, cache: Cache, freshness: Freshness, tell: Callable[[str], object]) -> None:
        """Load what the cache holds, at once: the first paint waits for it."""
        self._cache = cache
        self._freshness = freshness
        self._tell = tell
        self._store = StoreThread()
        self._begun: dict[str, datetime] = {}
        self._began: dict[str, datetime] = {}
        self._failures: dict[str, Failure] = cache.failures()
        self._snapshots = {snapshot.connection: snapshot for snapshot in cache.load()}
        for snapshot in self._snapshots.values():
            freshness.loaded(snapshot)
        self._pass_messages_on()

    @property
    def persistent(self) -> bool:
        """Whether what is kept will be there at the next start."""
        return self._cache.persistent

    def now(self) -> datetime:
        """The wall clock, aware, UTC."""
        return self._freshness.now()

    def begins(self, connection: str) -> None:
        """A reading begins now; what is done at the service from now on may not be in it."""
        self._begun[connection] = self.now()

    def began(self, connection: str) -> datetime | None:
        """When the reading that is shown began, None where it is of an earlier run."""
        return self._began.get(connection)

    def get(self, connection: str) -> Snapshot | None:
        """The last whole reading."""
        return self._snapshots.get(connection)

    def of(self, connections: Iterable[Connection]) -> tuple[Snapshot, ...]:
        """The readings there are, in the order of the connections."""
        return tuple(self._snapshots[c.name] for c in connections if c.name in self._snapshots)

    def views(
        self, connections: Iterable[Connection], stale_after: float, paused: Collection[str] = ()
    ) -> tuple[ConnectionView, ...]:
        """How far each connection can be trusted. stale_after: seconds. paused: names of those left alone."""
        return tuple(self._view(connection, stale_after, connection.name in paused) for connection in connections)

    def _view(self, connection: Connection, stale_after: float, paused: bool) -> ConnectionView:
        snapshot, failure = self._snapshots.get(connection.name), self._failures.get(connection.name)
        if failure is not None:
            state = State.FAILED
        elif snapshot is None:
            state = State.NEVER
        else:
            state = State.STALE if self._freshness.age(connection.name) > stale_after else State.FRESH
        return ConnectionView(
            name=connection.name,
            kind=connection.kind,
            state=state,
            read_at=snapshot.read_at if snapshot else None,
            span=snapshot.span if snapshot else None,
            error=failure.error if failure else "",
            not_understood=len(snapshot.not_understood) if snapshot else 0,
            paused=paused,
        )

    async def keep(self, snapshot: Snapshot) -> None:
        """Replace a connection's reading, in memory and in the cache; its failure is over.

        A task cancelled meanwhile ends when the saving has: what is kept is what is shown. Raises StoreUnwritable
        where the reading holds for this session only (C10), another StoreError where it was not taken.
        """
        saving = asyncio.ensure_future(self._store.run(partial(self._cache.save, snapshot)))
        cancelled = False
        while not saving.done():
            try:
                await asyncio.wait([saving])
            except asyncio.CancelledError:
                cancelled = True
        self._pass_messages_on()
        try:
            self._take(saving.result())
        except StoreUnwritable:
            self._take(snapshot)
            raise
        if cancelled:
            raise asyncio.CancelledError

    def _take(self, snapshot: Snapshot) -> None:
        self._began[snapshot.connection] = self._begun.get(snapshot.connection, snapshot.read_at)
        self._snapshots[snapshot.connection] = snapshot
        self._failures.pop(snapshot.connection, None)
        self._freshness.read(snapshot)

    async def record_failure(self, connection: str, error: str) -> None:
        """A reading came to nothing: the last one stays, and is shown as failed (C8)."""
        self._failures[connection] = failure = Failure(error, self.now())
        try:
            await self._store.run(partial(self._cache.record_failure, connection, error, failure.at))
        except StoreError:
            return  # that nothing can be kept here was said already

    async def forget(self, connection: str) -> None:
        """Remove everything read from a connection (A8). Raises StoreErrors; in memory it is gone then too."""
        self._snapshots.pop(connection, None)
        self._failures.pop(connection, None)
        self._freshness.forget(connection)
        if self.persistent:
            await self._store.run(partial(self._cache.forget, connection))

    async def shorten(self, snapshot: Snapshot, shorter: Snapshot) -> bool:
        """Put a shortened reading in place of the one it was made of (C9); its age and its failure stay.

        False where a newer reading has come meanwhile. Raises StoreErrors; then nothing has changed.
        """
        if self._snapshots.get(snapshot.connection) is not snapshot or not self.persistent:
            return False
        failure = self._failures.get(snapshot.connection)

        def save() -> Snapshot:
            kept = self._cache.save(shorter)
            if failure is not None:
                self._cache.record_failure(snapshot.connection, failure.error, failure.at)
            return kept

        kept = await self._store.run(save)
        if self._snapshots.get(snapshot.connection) is not snapshot:
            return False
        self._snapshots[snapshot.connection] = kept
        return True

    async def raw(self, snapshot: Snapshot, number: int) -> bytes | None:
        """A record of this very reading as the service gave it; None where it is not kept, or no more."""
        if number < 0:
            return None
        if (chunk := snapshot.raw_chunks.get(number // RAW_CHUNK)) is not None:  # it could not be kept (C10)
            records = unpack_raws(chunk)
            return records[number % RAW_CHUNK] if number % RAW_CHUNK < len(records) else None
        record = await self._store.run(partial(self._cache.raw, snapshot.connection, number))
        # Looked at afterwards: a newer reading may have taken its place while this one was asked.
        return record if self.get(snapshot.connection) is snapshot else None

    async def check(self) -> frozenset[str] | None:
        """Look through the whole cache (C2): None if it is whole, else whose readings were lost with it."""
        if await self._store.run(self._cache.check):
            return None
        self._pass_messages_on()
        lost = frozenset(self._snapshots)
        self._snapshots.clear()
        self._failures.clear()
        return lost

    def kept(self, key: str) -> bytes | None:
        """Bytes that `remember` kept; for the first paint only, it waits for the disk."""
        return self._cache.kept(key)

    def remember(self, key: str, make: Callable[[], bytes]) -> None:
        """Keep bytes for the next start, made and written beside the window; failing costs that start a little."""
        if self.persistent:
            self._store.submit(lambda: self._cache.keep(key, make()))

    def close(self) -> None:
        """Finish what is being kept, at most five seconds."""
        self._cache.interrupt()
        if self._store.close():
            self._cache.close()

    def _pass_messages_on(self) -> None:
        for message in self._cache.messages():
            self._tell(message)
