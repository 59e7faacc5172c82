"""The changes that were made here: in memory in step with queue.db, and what undo and redo can take back.

Nothing is kept here that the queue does not hold, and nothing is shown as kept before it does (W1). How a change is
sent is `push`'s, how it looks in the plan is `overlay`'s. No widgets, no HTTP.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from planner_gui.domain.changes import Change, State, packed, unpacked, with_edits
from planner_gui.domain.edits import Do, Edit, ItemKey, differing
from planner_gui.domain.errors import StoreBusy, StoreError
from planner_gui.session.background import to_the_end
from planner_gui.sources.base import Connection
from planner_gui.store.queue import Damaged, Queue
from planner_gui.store.thread import StoreThread

KEPT = timedelta(days=30)  # how long a settled change stays to be looked at and restored (W12)
LOST = "the program ended while it was being sent: it may have arrived"
UNREADABLE = "is no change that this version can read"
TAKEN_BACK = "undone"
LOG = logging.getLogger(__name__)


def account_of(connection: Connection) -> str:
    """Which address and account a connection is, as text: a change asks before it goes to another one (W17)."""
    account = connection.options.get("user") or connection.options.get("realm") or ""
    return " ".join(part for part in (connection.url, account) if part)


@dataclass(frozen=True, slots=True)
class _Step:
    """What one undo takes back. before: of each change, None where there was none yet; after: the same changes then."""

    label: str
    before: tuple[Change | None, ...]
    after: tuple[Change, ...]


class Pending:
    """All changes of a workspace, by their number in the queue."""

    def __init__(
        self,
        queue: Queue,
        now: Callable[[], datetime],
        tell: Callable[[str], object],
        *,
        held_elsewhere: Callable[[], bool] = lambda: False,
    ) -> None:
        """Load them at once: the first paint waits for a small file. `sending` becomes `unknown` (W9).

        held_elsewhere: whether another process may be sending; then what is `sending` is so, and only looked at here.
        """
        self._queue = queue
        self._now = now
        self._tell = tell
        self._held_elsewhere = held_elsewhere
        self._store = StoreThread("queue")
        self._turn = asyncio.Lock()
        self._undo: list[_Step] = []
        self._redo: list[_Step] = []
        self._changes: dict[str, Change] = {}
        self.damaged: tuple[Damaged, ...] = ()
        self.all: tuple[Change, ...] = ()
        self._load()

    @property
    def persistent(self) -> bool:
        """Whether what is changed will be there at the next start; otherwise nothing may be changed (C10)."""
        return self._queue.persistent

    def _load(self) -> None:
        rows, damaged = self._queue.load()
        for seq, payload in rows:
            try:
                change = unpacked(payload, seq)
            except ValueError:
                damaged.append(Damaged(seq, UNREADABLE, payload))
                continue
            self._changes[change.id] = change
        self.damaged = tuple(damaged)
        LOG.info("queue: %d changes, %d damaged rows", len(self._changes), len(damaged))
        if damaged:
            count = "A change" if len(damaged) == 1 else f"{len(damaged)} changes"
            self._tell(
                f"queue.db: {count} saved here cannot be read any more and will not be sent; the others are whole. "
                "Review shows what is left."
            )
        self._tidy()
        self._show()
        self._pass_messages_on()

    def _tidy(self) -> None:
        """Make what was being sent unknown (W9), and empty what was settled long ago; both are kept as such."""
        now = self._now()
        sending = [change for change in self._changes.values() if change.state is State.SENDING]
        if sending and self._held_elsewhere():
            sending = []
        lost = [change.to(State.UNKNOWN, now, LOST) for change in sending]
        old = [
            change
            for change in self._changes.values()
            if change.state in (State.DONE, State.DROPPED) and now - change.state_at > KEPT
        ]
        self._changes.update({change.id: change for change in lost})
        for change in old:
            del self._changes[change.id]
        if self.persistent and (lost or old):
            try:
                self._queue.put([(change.seq, packed(change)) for change in lost] + [(c.seq, b"") for c in old])
            except StoreError as error:  # unknown in memory, and again at the next start
                self._tell(str(error))

    # --- changing ---

    async def do(
        self, edits: Sequence[Edit], label: str, accounts: Callable[[str], str] = lambda _: ""
    ) -> tuple[Change, ...]:
        """Fold edits into the changes, commit them in one transaction, and make them one step of undo.

        Returns the changes that hold them, also those that came to nothing. Where the commit fails nothing has
        changed: raises StoreErrors. accounts: what `account_of` says of a connection by name.
        """
        return await to_the_end(self._do(edits, label, accounts))

    async def _do(self, edits: Sequence[Edit], label: str, accounts: Callable[[str], str]) -> tuple[Change, ...]:
        async with self._turn:
            now = self._now()
            after = self.with_edits(edits, now, accounts)
            touched = [change for change in after if self._changes.get(change.id) is not change]
            if not touched:
                return ()
            before = tuple(self._changes.get(change.id) for change in touched)
            kept = await self._commit(touched)
            self._undo.append(_Step(label, before, kept))
            self._redo.clear()
            return kept

    def with_edits(
        self, edits: Sequence[Edit], now: datetime, accounts: Callable[[str], str] = lambda _: ""
    ) -> tuple[Change, ...]:
        """All changes with some more edits in them; nothing is kept. An edit that changes nothing is left out."""
        changes = self.all
        for edit in edits:
            named = replace(edit, key=self.name_now(edit.key))
            if edit.do is Do.UPDATE and not differing(edit.key.kind, edit.before or {}, edit.after or {}):
                continue
            changes = with_edits(changes, [named], now, account=accounts(edit.key.connection))
        return changes

    def name_now(self, key: ItemKey) -> ItemKey:
        """The key of an item that was created here and has an id of the service's by now."""
        change = self._changes.get(key.external_id)
        if change is None or change.do is not Do.CREATE or change.state is not State.DONE or change.key != key:
            return key
        return key._replace(external_id=change.result or key.external_id)

    def twins(self, edits: Iterable[Edit]) -> tuple[Change, ...]:
        """Creates of the same content that nobody knows the end of yet: saving them again may double them (W7)."""
        new: dict[tuple[object, ...], list[Edit]] = {}  # by what is quickly told apart
        for edit in edits:
            if edit.do is Do.CREATE and edit.after is not None:
                new.setdefault((*edit.key[:2], edit.after.get("start")), []).append(edit)
        return tuple(
            change
            for change in self.all
            if change.open and change.do is Do.CREATE
            if any(
                edit.key != change.key and not differing(edit.key.kind, edit.after or {}, change.after or {})
                for edit in new.get((*change.key[:2], (change.after or {}).get("start")), ())
            )
        )

    async def settle(self, changes: Sequence[Change]) -> tuple[Change, ...]:
        """Commit new states of changes (or new changes) in one transaction. Raises StoreErrors; then nothing changed.

        A draft is queued or dropped before anything else is done with it, and as it is: StoreBusy where it was edited
        while somebody was about to send it.
        """
        return await to_the_end(self._settle(changes))

    async def _settle(self, changes: Sequence[Change]) -> tuple[Change, ...]:
        async with self._turn:
            for change in changes:
                self._refuse_stale(change)
            return await self._commit(changes)

    def _refuse_stale(self, change: Change) -> None:
        now = self._changes.get(change.id)
        if now is None or now.state is not State.DRAFT or change.state is State.DROPPED:
            return
        same = (now.do, now.before, now.after) == (change.do, change.before, change.after)
        if not same or change.state not in (State.DRAFT, State.QUEUED):
            raise StoreBusy(
                f"{change.label}: was edited while it was about to be sent, and was not sent",
                path=self._queue.path,
                advice="Look at it, then send it.",
            )

    async def was_read(self, began: Mapping[str, datetime], *, lasting: bool = True) -> bool:
        """Connections were newly read; began: when each reading began. Whether any change left the plan by that.

        What was done before then is in the reading, and is no longer laid over it; it stays in the queue as done.
        lasting: whether the next start will find this reading, and so need not lay it over either.
        """
        seen = [
            replace(change, read=True)
            for change in self.all
            if change.state is State.DONE
            and not change.read
            and change.state_at <= began.get(change.key.connection, _NEVER)
        ]
        if not seen:
            return False
        if not lasting:
            self._take(seen)
            return True
        try:
            await self.settle(seen)
        except StoreError as error:
            self._tell(str(error))
            self._take(seen)
        return True

    async def _commit(self, changes: Sequence[Change]) -> tuple[Change, ...]:
        """Commit changes, each under the number it has; those without one get the next."""
        numbered = [self._numbered(change) for change in changes]
        rows = [(change.seq, packed(change)) for change in numbered]
        try:
            seqs = await self._store.run(partial(self._queue.put, rows))
        finally:
            self._pass_messages_on()
        kept = tuple(replace(change, seq=seq) for change, seq in zip(numbered, seqs, strict=True))
        self._note(kept)
        self._take(kept)
        return kept

    def _note(self, changes: Iterable[Change]) -> None:
        """For the log: which change came from which state into which; what it says is nobody's business there (L2)."""
        for change in changes:
            known = self._changes.get(change.id)
            was, kind, name = (
                "new" if known is None else known.state,
                change.key.kind.name.lower(),
                change.key.connection,
            )
            LOG.info("change %s: %s %s of %s: %s, now %s", change.id, change.do, kind, name, was, change.state)

    def _numbered(self, change: Change) -> Change:
        known = self._changes.get(change.id)
        return change if known is None else replace(change, seq=known.seq)

    def _take(self, changes: Iterable[Change]) -> None:
        self._changes.update({change.id: change for change in changes})
        self._show()

    def _show(self) -> None:
        self.all = tuple(sorted(self._changes.values(), key=lambda change: change.seq))

    # --- undo ---

    @property
    def undo_label(self) -> str:
        """What the next undo takes back, "" for nothing."""
        return next((step.label for step in reversed(self._undo) if self._part(step)), "")

    @property
    def redo_label(self) -> str:
        """What the next redo does again, "" for nothing."""
        return next((step.label for step in reversed(self._redo) if self._part(step)), "")

    async def undo(self) -> str:
        """Take back the last edits that were not sent yet; their label, "" for nothing. Raises StoreErrors."""
        return await to_the_end(self._turned(self._undo, self._redo))

    async def redo(self) -> str:
        """Do again what was taken back last; its label, "" for nothing. Raises StoreErrors."""
        return await to_the_end(self._turned(self._redo, self._undo))

    async def _turned(self, steps: list[_Step], others: list[_Step]) -> str:
        """Carry out the last step that still can be, backwards; it can then be carried out forwards again."""
        async with self._turn:
            while steps and not (part := self._part(steps[-1])):
                steps.pop()  # all of it was sent or dropped in Review since
            if not steps:
                return ""
            now = self._now()
            was = tuple(self._changes[after.id] for _, after in part)
            wanted = [self._as_it_was(before, current, now) for (before, _), current in zip(part, was, strict=True)]
            kept = await self._commit(wanted)
            label = steps.pop().label
            others.append(_Step(label, was, kept))
            return label

    def _part(self, step: _Step) -> list[tuple[Change | None, Change]]:
        """The changes of a step that nobody but undo and redo has touched since, or that are drafts still."""
        return [
            (before, after)
            for before, after in zip(step.before, step.after, strict=True)
            if (now := self._changes[after.id]) == after or now.state is State.DRAFT
            if now.state in (State.DRAFT, State.DROPPED)
        ]

    @staticmethod
    def _as_it_was(before: Change | None, current: Change, now: datetime) -> Change:
        if before is None:
            return current.to(State.DROPPED, now, TAKEN_BACK)
        key = current.key if current.do is before.do else before.key
        state = State.DROPPED if before.state is State.DROPPED else State.DRAFT  # it has to be reviewed again
        return replace(before.to(state, now, before.message), key=key, seq=current.seq)

    # --- the end ---

    def finish(self) -> None:
        """Wait until what is being kept is, at most five seconds; more can be kept afterwards."""
        self._store.finish()

    def close(self) -> None:
        """Finish what is being kept, at most five seconds."""
        if self._store.close():
            self._queue.close()

    def _pass_messages_on(self) -> None:
        for message in self._queue.messages():
            self._tell(message)


_NEVER = datetime.fromisoformat("0001-01-01T00:00:00+00:00")
