"""Send the reviewed changes, look for lost answers, settle what the user decides (W4 to W17).

Connections go side by side, the people of one beside each other, one person's changes one after the other. One failing
change spoils no other. How a single change is sent is `sending`'s; who asks for it, and when, is decided here.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Literal, Protocol

from PySide6.QtCore import QObject, Signal

from planner_gui.domain.changes import OPEN, PENDING, Change, State
from planner_gui.domain.edits import Do, Edit, Fields
from planner_gui.domain.errors import CredentialRefused, PlannerError, SecretError, SourceError, UsageError
from planner_gui.domain.plan import Plan
from planner_gui.session import deciding, reconcile, saying
from planner_gui.session.book import Book, Desk
from planner_gui.session.changes import account_of
from planner_gui.session.lanes import lanes, together, whose
from planner_gui.session.notices import Notices, Severity
from planner_gui.session.readings import Readings
from planner_gui.session.sending import Sender
from planner_gui.session.sync import Secrets
from planner_gui.session.workspace_file import Configuration
from planner_gui.sources.base import Connection, Context, Source
from planner_gui.sources.writing import SupportsEdits, Vocabulary

Choice = Literal["look", "again", "drop", "mine", "theirs"]

LOOKS_AFTER = (2.0, 10.0, 30.0, 90.0)  # seconds after an answer was lost (W5); then at each sync
LONG_AGO = timedelta(days=14)  # a change that waited longer is asked about (W17)
WAIT_HERE = 60.0  # seconds that a sending waits for a service; longer ones are parked (N9)
AT_ONCE = 4  # people of one connection
TRIES = 3  # of a change that was not processed (N8)


class Planned(Desk, Protocol):
    """What push needs of the workspace."""

    @property
    def settings(self) -> Configuration: ...

    @property
    def notices(self) -> Notices: ...

    @property
    def readings(self) -> Readings: ...

    @property
    def plan(self) -> Plan: ...

    @property
    def today(self) -> date: ...

    def vocabulary(self, connection: str, /) -> Vocabulary: ...


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of the changes that were sent or looked for, in the order of the queue."""

    changes: tuple[Change, ...]

    @property
    def whole(self) -> bool:
        """Whether all of them are done (exit code 0)."""
        return all(change.state in (State.DONE, State.DROPPED) for change in self.changes)


@dataclass(frozen=True, slots=True)
class Sending:
    """How far a sending is: the change that was just settled, and how many of how many are."""

    change: Change
    done: int
    total: int


@dataclass(slots=True)
class _Batch:
    """One sending. again: unknown changes that the user wants sent again, after a look that finds nothing of them."""

    changes: list[Change]
    again: frozenset[str] = frozenset()
    settled: int = 0


class Push(QObject):
    """Sends for one workspace.

    open_source, context: as of `sync.Sync`. looks_after: seconds after which a lost answer is looked for within `send`.
    now, monotonic, sleep: the clocks; by default the workspace's and the event loop's.

    Signals:
        progressed(Sending): a change is settled.
    """

    progressed = Signal(object)

    def __init__(
        self,
        workspace: Planned,
        accounts: Secrets,
        *,
        open_source: Callable[[Connection, str, Context], Source],
        context: Context,
        looks_after: Sequence[float] = LOOKS_AFTER,
        now: Callable[[], datetime] | None = None,
        monotonic: Callable[[], float] | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._accounts = accounts
        self._open_source = open_source
        self._context = context
        self._looks_after = looks_after
        self._sleep = sleep
        clocks = {} if monotonic is None else {"monotonic": monotonic}
        self._book = Book(workspace, now=now or workspace.readings.now, **clocks)
        self._lock = asyncio.Lock()
        self._authors: dict[str, set[str]] = {}  # what each service calls the user, as far as it was seen

    async def send(self, ids: Sequence[str] | None = None, *, asked: bool = False) -> Sent:
        """Send changes (all that are pending, or those named) and look for answers that were lost.

        Named, an unknown create is sent again after an empty look, a refused change is tried again, and a create equal
        to an existing record is made beside it. asked: changes older than 14 days, or planned with another account,
        were confirmed by the user (W17). Raises UsageError for an id that is not open, StoreErrors where a state
        cannot be kept: then nothing more is sent. Cancelled, what was under way is unknown (W8).
        """
        async with self._lock:
            await self._found_sending()
            chosen = self._chosen(ids)
            batch = await self._queued(chosen, named=ids is not None, asked=asked)
            await self._round(batch)
        await self._follow(batch.changes)  # without those that still have to be confirmed
        return Sent(tuple(self._book.get(change.id) for change in chosen))

    async def look(self, ids: Sequence[str] | None = None) -> Sent:
        """Look once for every lost answer, or those named; nothing is sent (each sync does so, W5)."""
        async with self._lock:
            await self._found_sending()
            unknown = [c for c in self._book.changes if c.state is State.UNKNOWN and (ids is None or c.id in ids)]
            await self._looked(unknown)
            if ids is None:
                await self._looked_for_others()
        return Sent(tuple(self._book.get(change.id) for change in unknown))

    async def resolve(self, change_id: str, choice: Choice, fields: Fields | None = None) -> Sent:
        """Settle a change as the user chose (4.5). fields: in a conflict, mine as edited or merged in the dialog.

        Unknown: look, again (after an empty look), drop; theirs takes what was found for one's own. Conflict: mine,
        theirs, drop. Raises UsageError where the choice does not fit the state.
        """
        change = self._one_of(change_id)
        deciding.require_fitting(change, choice)
        match choice:
            case "look":
                return await self.look([change_id])
            case "again":
                return await self.send([change_id], asked=True)
            case "mine":
                await self._book.settle(deciding.mine(change, fields, self._book.now()))
                return await self.send([change_id], asked=True)
            case "theirs" if change.state is State.UNKNOWN:
                async with self._lock, self._opened(change.key.connection) as sender:
                    if isinstance(sender, Sender):
                        await sender.adopt(change)
            case "theirs":
                await self._drop(change, "theirs was kept")
            case _:
                was = "; it may have arrived" if change.state is State.UNKNOWN else ""
                await self._drop(change, f"dropped{was}")
        return Sent((self._book.get(change_id),))

    # --- what is sent ---

    def _one_of(self, change_id: str) -> Change:
        try:
            change = self._book.get(change_id)
        except KeyError:
            raise UsageError(f"there is no change {change_id}", advice="See `planner-gui changes`.") from None
        if change.state not in OPEN:
            raise UsageError(f"the change {change_id} is {change.state} already")
        return change

    def _chosen(self, ids: Sequence[str] | None) -> list[Change]:
        if ids is not None:
            chosen = [self._one_of(change_id) for change_id in dict.fromkeys(ids)]
        else:
            chosen = [c for c in self._book.changes if c.state in PENDING or c.state is State.UNKNOWN]
        return sorted(chosen, key=lambda change: change.seq)

    async def _found_sending(self) -> None:
        """Nobody else sends: what is `sending` now was left so by a crash (W9)."""
        now = self._book.now()
        words = f"the program ended while it was being sent: {saying.MAY_HAVE}"
        left = [c.to(State.UNKNOWN, now, words) for c in self._book.changes if c.state is State.SENDING]
        if left:
            await self._book.settle(*left)

    async def _queued(self, chosen: Sequence[Change], *, named: bool, asked: bool) -> _Batch:
        """Commit that the user pressed Send; what may be sent now, and the unknown ones, to be looked for."""
        ready, settled = [], []
        for change in chosen:
            doubt = "" if asked else self.doubt(change)
            if change.state is State.UNKNOWN:
                ready.append(change)
            elif change.state is State.CONFLICT and change.do is not Do.CREATE:
                continue  # `resolve` settles it
            elif doubt:
                words = f"{doubt}: look whether it still holds, then send it by its id"
                settled.append(replace(change, message=words))
            elif change.state is State.QUEUED:
                ready.append(change)
            else:
                kept = change.asked or change.state is State.CONFLICT
                queued = change.to(State.QUEUED, self._book.now(), asked=kept, not_before=change.not_before)
                settled.append(queued)
                ready.append(queued)
        if settled:
            await self._book.settle(*settled)
        return _Batch(ready, frozenset(c.id for c in ready if named and c.state is State.UNKNOWN))

    def doubt(self, change: Change) -> str:
        """Why a change has to be confirmed before it is sent, "" where it need not be (W17)."""
        connection = self._workspace.settings.connection(change.key.connection)
        if change.account and connection is not None and change.account != account_of(connection):
            return "was planned with another account or address"
        days = (self._book.now() - change.at).days
        if self._book.now() - change.at > LONG_AGO:
            return f"was planned {days} days ago"
        return ""

    async def _round(self, batch: _Batch) -> None:
        """Send changes, every connection at once."""
        apart = _by_connection(batch.changes).items()
        await together([partial(self._connection, name, mine, batch) for name, mine in apart])

    async def _connection(self, name: str, changes: Sequence[Change], batch: _Batch) -> None:
        async with self._opened(name) as sender:
            if not isinstance(sender, Sender):
                await self._kept_back(changes, sender)
                return
            places = asyncio.Semaphore(AT_ONCE)
            await together([partial(self._lane, sender, lane, places, batch) for lane in lanes(changes)])
            if sender.stopped is not None:
                severity = Severity.ERROR if isinstance(sender.stopped, CredentialRefused) else Severity.WARNING
                words = f"{sender.stopped} Changes that were not sent are kept."
                self._workspace.notices.show(words, connection=name, severity=severity)

    async def _lane(self, sender: Sender, changes: Sequence[Change], places: asyncio.Semaphore, batch: _Batch) -> None:
        """People whose changes belong together, in order; a person stops at the first unknown (4.2.8)."""
        stopped: set[str] = set()
        for chosen in changes:
            change = self._book.get(chosen.id)
            first = reconcile.before_it(change, self._book.changes)
            if first is not None:
                await self._kept_back([change], f"waits for another change of the same item, which is {first.state}")
            elif stopped & whose(change):
                await self._kept_back([change], "waits: what became of a change of the same person is not known yet")
            elif sender.stopped is not None:
                # Without its subject: that is the change which met it first.
                await self._kept_back([change], f"nothing was sent: {sender.stopped.what}")
            else:
                async with places:
                    change = await self._sent(sender, change, batch.again)
            batch.settled += 1
            self.progressed.emit(Sending(self._fresh(change), batch.settled, len(batch.changes)))
            if change.state is State.UNKNOWN and len(change.attempts) > len(chosen.attempts):
                stopped |= whose(change)

    async def _sent(self, sender: Sender, change: Change, again: frozenset[str]) -> Change:
        """One change; a service that asks to wait for less than a minute is waited for (N9)."""
        wanted = change.id in again
        if change.state is State.UNKNOWN and not (wanted and change.do is Do.CREATE):
            change = await sender.look(change)
            if change.state is not State.QUEUED and not (wanted and change.state is State.UNKNOWN):
                return change
        for _ in range(TRIES):
            if (wait := self._book.has_to_wait(change)) > WAIT_HERE:
                return change
            if wait:
                await self._sleep(wait)
                change = self._book.get(change.id)
            if change.state not in PENDING and change.id not in again:
                return change  # undone, or edited into nothing, meanwhile
            change = await sender.send(change)
            if not (change.state in PENDING and change.not_before is not None):
                return change
        return change

    async def _kept_back(self, changes: Sequence[Change], words: str) -> None:
        """Not sent this time; why not is said."""
        now = [self._book.get(change.id) for change in changes]
        told = [replace(change, message=words) for change in now if change.state in PENDING]
        if told:
            await self._book.settle(*told)

    # --- lost answers ---

    async def _follow(self, chosen: Sequence[Change]) -> None:
        """Look at the times of W5; what waited for an answer goes on when it is there."""
        before = 0.0
        for after in self._looks_after:
            unknown = [c for c in map(self._fresh, chosen) if c.state is State.UNKNOWN and c.theirs is None]
            if not unknown:  # or only questions
                return
            await self._sleep(after - before)
            before = after
            async with self._lock:
                await self._looked(unknown)
                rest = [c for c in map(self._fresh, chosen) if c.state is State.QUEUED and not c.not_before]
                if any(self._fresh(change).state is not State.UNKNOWN for change in unknown):
                    await self._round(_Batch(rest))

    async def _looked(self, unknown: Sequence[Change]) -> None:
        async def look(name: str, changes: Sequence[Change]) -> None:
            async with self._opened(name) as sender:
                if not isinstance(sender, Sender):
                    return
                for change in changes:  # one after the other: two must not adopt one record
                    if self._fresh(change).state is State.UNKNOWN and sender.stopped is None:
                        self.progressed.emit(Sending(await sender.look(self._fresh(change)), 0, len(unknown)))

        await together([partial(look, name, changes) for name, changes in _by_connection(unknown).items()])

    async def _looked_for_others(self) -> None:
        """Say where a create that the user sent again is there twice: its first sending arrived late (4.2.7)."""
        now = self._book.now()
        late = [change for change in self._book.changes if reconcile.may_come_twice(change, now)]
        for name, changes in _by_connection(late).items():
            async with self._opened(name) as sender:
                if not isinstance(sender, Sender):
                    continue
                for change in changes:
                    with contextlib.suppress(SourceError):  # the next sync looks again
                        if words := await sender.look_for_another(change):
                            text = f"{change.label}: {words}."
                            self._workspace.notices.show(text, connection=name, severity=Severity.WARNING)

    # --- what the user decides ---

    def take_back(self, change_id: str) -> Edit:
        """The edit that undoes a change that was sent; it is reviewed like any other. Raises UsageError."""
        return deciding.take_back(self._book.get(change_id))

    def restore(self, change_id: str) -> Edit:
        """The edit that brings back what a change overwrote in the last 30 days (W12). Raises UsageError."""
        change = self._book.get(change_id)
        return deciding.restore(change, self._workspace.vocabulary(change.key.connection), self._book.now())

    async def _drop(self, change: Change, words: str) -> None:
        await self._book.settle(*deciding.dropped(change, words, self._book.now(), self._book.changes))

    # --- services ---

    def _fresh(self, change: Change) -> Change:
        return self._book.get(change.id)

    @contextlib.asynccontextmanager
    async def _opened(self, name: str) -> AsyncIterator[Sender | str]:
        """The sender of a connection, for as long as it is needed; words where there can be none now."""
        connection = self._workspace.settings.connection(name)
        if connection is None:
            yield f"nothing was sent: there is no connection called {name} any more"
            return
        if name in self._workspace.settings.paused:
            yield f"nothing was sent: {name} is paused; resume it under Connections, then send again"
            return
        try:
            secret = await self._accounts.secret(connection)
            if secret is None:
                raise SecretError("no token is stored for this address and account", subject=name)
            context = replace(self._context, today=self._workspace.today, zone=self._workspace.plan.rules.zone)
            source = self._open_source(connection, secret, context)
        except PlannerError as error:
            yield f"nothing was sent: {error}"
            return
        try:
            if isinstance(source, SupportsEdits):
                authors = self._authors.setdefault(connection.name + account_of(connection), set())
                yield Sender(source, self._workspace.vocabulary(name), self._book, authors)
            else:
                yield f"nothing was sent: {name} cannot be written to"
        finally:
            await source.close()


def _by_connection(changes: Sequence[Change]) -> dict[str, list[Change]]:
    found: dict[str, list[Change]] = {}
    for change in changes:
        found.setdefault(change.key.connection, []).append(change)
    return found
