"""One change on its way to one service: baseline, one attempt, evidence, read-back (W4 to W13, reliability of writes).

Every step that matters is committed before the next one begins, so that a crash at any place leaves the truth on disk.
A write is sent once. What follows from its error is decided by the error's type alone; when to send is `push`'s.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from planner_gui.domain.changes import Attempt, Change, State
from planner_gui.domain.edits import Do, ItemKey
from planner_gui.domain.errors import (
    CredentialRefused,
    Forbidden,
    NotFound,
    NotOffered,
    NotSent,
    RateLimited,
    RequestRefused,
    SourceError,
    StoreBusy,
)
from planner_gui.session import comparing, fault, reconcile, saying
from planner_gui.session.book import Book
from planner_gui.session.outcomes import Outcomes
from planner_gui.session.reconcile import Answer, Verdict
from planner_gui.sources.writing import Found, SupportsEdits, Vocabulary

REFUSED = (Forbidden, NotFound, NotOffered, RequestRefused)
NOT_PROCESSED = (NotSent, RateLimited, CredentialRefused)
FRESH_SECONDS = 1.0  # how old a reading may be when the write leaves (4.3)


class ChangedMeanwhile(Exception):
    """The change was edited, or its item moved on, while it was about to be sent: begin again."""


class Sender:
    """Sends and looks for the changes of one connection, over one open source.

    stopped: why nothing more should be sent over this connection now: offline, or a refused token.
    """

    def __init__(
        self, source: SupportsEdits, vocabulary: Vocabulary, book: Book, authors: set[str] | None = None
    ) -> None:
        """authors: what the service is known to call the owner of the credential; what is learnt of it is added."""
        self._source = source
        self._vocabulary = vocabulary
        self._book = book
        self._outcomes = Outcomes(vocabulary, book)
        self._authors = set() if authors is None else authors
        if account := str(getattr(source, "account", "") or ""):
            self._authors.add(account)
        self.stopped: SourceError | None = None

    async def send(self, change: Change) -> Change:
        """One attempt, from the look before it to the read-back after it; the change as it is then.

        Cancelled once bytes may have left, the change is unknown, not cancelled (W8). Raises StoreErrors, then nothing
        was sent.
        """
        change = comparing.rebased(change, self._book.changes, self._vocabulary)
        if change != self._book.get(change.id):
            change = await self._book.settle(change)
        steps = {Do.CREATE: self._create, Do.UPDATE: self._update, Do.DELETE: self._delete}
        for _ in range(3):
            try:
                return await steps[change.do](change)
            except ChangedMeanwhile:
                now = self._book.get(change.id)
                if now.state is not change.state:  # edited, so that it wants another review; or undone
                    return now
                change = now
            except SourceError as error:  # of a look before the write: nothing was sent
                return await self._kept(change, error)
        return await self._book.settle(change.to(change.state, self._book.now(), "is being edited; send it again"))

    async def look(self, change: Change) -> Change:
        """Look once for a write whose answer was lost; the change as it is then."""
        try:
            verdict = await self._verdict(change)
        except SourceError as error:
            self._stop(error)
            return await self._outcomes.settled(change, State.UNKNOWN, f"it could not be looked for: {error}")
        fault.point("W17")
        return await self._outcomes.judged(change, verdict)

    async def look_for_another(self, change: Change) -> str:
        """Look whether an earlier sending of a done create arrived as well, and keep what is said of it; "" if not.

        It is said once, and nothing is removed: that is the user's to do (4.2.7). Raises SourceErrors.
        """
        kind, fields = change.key.kind, change.after or {}
        seen = await self._source.look(kind, fields)
        taken = reconcile.made_by_others(change, self._book.changes)
        other = reconcile.came_as_well(change, seen, self._vocabulary, authors=self._authors, taken=taken)
        if other is None:
            return ""
        words = saying.TWICE.format(change.result, other.external_id)
        await self._book.settle(replace(change, message=words, asked=True))
        return words

    async def adopt(self, change: Change) -> Change:
        """Take what a look finds for the user's own: the user said so."""
        try:
            verdict = await self._verdict(change)
        except SourceError as error:
            self._stop(error)
            return await self._outcomes.settled(change, State.UNKNOWN, f"it could not be looked for: {error}")
        found = verdict.found
        if change.do is not Do.CREATE or found is None or verdict.answer is Answer.ABSENT:
            return await self._outcomes.judged(change, verdict)
        if not comparing.same_record(change.theirs_raw, found.raw, self._vocabulary.volatile):
            return await self._outcomes.judged(change, verdict)  # it is not the one that the user was shown
        return await self._outcomes.done(change, found, "taken as this one")

    # --- the three kinds ---

    async def _create(self, change: Change) -> Change:
        kind, fields = change.key.kind, change.after or {}
        seen = await self._source.look(kind, fields)
        if change.attempts:  # sent before, answer lost: only where nothing of it is there (4.2.7)
            verdict = self._of_create(change, seen)
            if verdict.answer is not Answer.ABSENT:
                return await self._outcomes.judged(change, verdict)
        elif not change.asked:
            twin = reconcile.already_there(change, seen, self._vocabulary, self._book.changes)
            if twin is not None:
                return await self._outcomes.conflict(change, twin, saying.CREATED_THE_SAME.format(twin.external_id))
        if (other := reconcile.overlapping(change, seen)) is not None:
            return await self._outcomes.settled(change, State.REFUSED, saying.overlaps(other))
        attempt = Attempt(self._book.now(), tuple(found.external_id for found in seen))
        meant = replace(change, note="", result="")
        return await self._write(change, meant, attempt, lambda: self._source.create(kind, fields))

    async def _update(self, change: Change) -> Change:
        kind = change.key.kind
        if reconcile.dates_differ(change):
            other = reconcile.overlapping(change, await self._source.look(kind, change.after or {}))
            if other is not None and not change.attempts:
                return await self._outcomes.settled(change, State.REFUSED, saying.overlaps(other))
        current = await self._source.fetch(change.key)
        read_at = self._book.monotonic()
        if current is None:
            return await self._gone(change)
        own = comparing.own_records(change, self._book.changes)
        comparison = comparing.compared(change, current, self._vocabulary, own)
        if comparison.merge.conflicts:
            return await self._outcomes.conflict(
                change, current, saying.clash(change, comparison.merge.conflicts, current)
            )
        fields, note = comparison.merge.fields, saying.merged(kind, comparison)
        if change.attempts:  # what an earlier attempt merged is in the change since, and still to be said
            note = "; ".join(dict.fromkeys(filter(None, [change.note, note])))
        meant = replace(change, before=current.fields, after=fields, note=note)
        meant = replace(meant, raw=current.raw, overwritten=current.raw)
        names = comparing.differs(kind, fields, current.fields, self._vocabulary)
        if not names:
            return await self._outcomes.done(meant, current, saying.ARRIVED if change.attempts else saying.WAS_SO)
        return await self._write(
            change,
            meant,
            Attempt(self._book.now()),
            lambda: self._source.update(kind, current, fields, names),
            still=lambda: self._still(change.key, current, read_at),
        )

    async def _delete(self, change: Change) -> Change:
        current = await self._source.fetch(change.key)
        read_at = self._book.monotonic()
        if current is None:
            return await self._outcomes.done(replace(change, note=""), None, "was gone already")
        own = comparing.own_records(change, self._book.changes)
        if not comparing.compared(change, current, self._vocabulary, own).unchanged:
            names = comparing.differs(change.key.kind, change.before or {}, current.fields, self._vocabulary)
            return await self._outcomes.conflict(change, current, saying.changed_before_delete(change, current, names))
        if current.series > 1 and not change.series:
            return await self._outcomes.conflict(change, current, saying.takes_a_series(current))
        meant = replace(change, before=current.fields, raw=current.raw, overwritten=current.raw, note="")
        return await self._write(
            change,
            meant,
            Attempt(self._book.now()),
            lambda: self._deleted(change, current),
            still=lambda: self._still(change.key, current, read_at),
        )

    async def _deleted(self, change: Change, current: Found) -> str:
        await self._source.delete(change.key.kind, current)
        return ""

    async def _gone(self, change: Change) -> Change:
        if change.attempts:
            return await self._outcomes.judged(change, await self._verdict(change))
        return await self._outcomes.conflict(change, None, saying.GONE)

    async def _still(self, key: ItemKey, current: Found, read_at: float) -> None:
        """The gap between the last look and the write is under a second, or it is looked at again (4.3)."""
        if self._book.monotonic() - read_at <= FRESH_SECONDS:
            return
        again = await self._source.fetch(key)
        same = again is not None and comparing.same_record(current.raw, again.raw, self._vocabulary.volatile)
        if again is None or not same or comparing.differs(key.kind, current.fields, again.fields, self._vocabulary):
            raise ChangedMeanwhile

    # --- the attempt ---

    async def _write(
        self,
        change: Change,
        meant: Change,
        attempt: Attempt,
        call: Callable[[], Awaitable[str]],
        still: Callable[[], Awaitable[None]] | None = None,
    ) -> Change:
        """Commit `sending`, send once, classify by evidence (4.2). change: as it is without this attempt."""
        if self._book.get(change.id) != change:
            raise ChangedMeanwhile
        attempts = (*meant.attempts, attempt)
        sending = meant.to(State.SENDING, attempt.at, meant.note, attempts=attempts, looks=(), not_before=None)
        try:
            sending = await self._committed(sending)
            if sending.attempts != attempts:  # somebody was quicker: it is theirs
                raise ChangedMeanwhile
            if still is not None:
                await still()
        except (asyncio.CancelledError, ChangedMeanwhile, SourceError):  # committed, and nothing has left
            if self._book.get(change.id).attempts == attempts:
                await self._book.settle(change)
            raise
        fault.point("W07")
        try:
            result = await call()
        except asyncio.CancelledError:
            await self._outcomes.unknown(sending, f"it was stopped while being sent: {saying.MAY_HAVE}")
            raise
        except SourceError as error:
            return await self._failed(change, sending, error)
        except Exception as error:  # noqa: BLE001  (a bug in one adapter: nobody knows, and the others go on)
            self._book.report(error)
            words = f"an error in this program ({type(error).__name__}): {saying.MAY_HAVE}"
            return await self._outcomes.unknown(sending, words)
        return await self._confirmed(sending, result)

    async def _committed(self, sending: Change) -> Change:
        try:
            return await self._book.settle(sending)
        except StoreBusy as error:  # edited just now
            raise ChangedMeanwhile from error

    async def _failed(self, change: Change, sending: Change, error: SourceError) -> Change:
        """What an error of the write says of how far it came."""
        if isinstance(error, NOT_PROCESSED):
            return await self._kept(change, error)
        if not isinstance(error, REFUSED):
            return await self._outcomes.unknown(sending, f"{error.what}: {saying.MAY_HAVE}")
        refused = replace(change, message=saying.refused(error))
        try:
            if change.attempts or (isinstance(error, NotFound) and change.do is not Do.CREATE):
                verdict = await self._verdict(replace(sending, attempts=change.attempts or sending.attempts))
                if verdict.answer is not Answer.ABSENT:
                    return await self._outcomes.judged(sending, verdict, quietly=not change.attempts)
                if change.attempts and change.do is Do.CREATE:  # "exists" may be the earlier one, not seen yet (4.2)
                    return await self._outcomes.unknown(change, f"{refused.message}; an earlier one may have arrived")
        except asyncio.CancelledError:
            await self._outcomes.unknown(sending, f"it was stopped while being sent: {saying.MAY_HAVE}")
            raise
        except SourceError as failed:
            return await self._outcomes.unknown(sending, f"{refused.message}; it could not be looked for: {failed}")
        return await self._outcomes.settled(refused, State.REFUSED, refused.message)

    async def _kept(self, change: Change, error: SourceError) -> Change:
        """Nothing was sent, or it was not processed."""
        self._stop(error)
        return await self._outcomes.kept(change, error)

    def _stop(self, error: SourceError) -> None:
        if isinstance(error, NotSent | CredentialRefused):
            self.stopped = error

    # --- after it ---

    async def _confirmed(self, sending: Change, result: str) -> Change:
        """Read back what was accepted (W12); where that is not possible, it stays unknown with the id that came."""
        fault.point("W14")
        known = replace(sending, result=result)
        try:
            verdict = await self._read_back(known)
        except asyncio.CancelledError:
            await self._outcomes.unknown(known, "it was accepted, and not read back: it was stopped")
            raise
        except SourceError as error:
            self._stop(error)
            return await self._outcomes.unknown(known, f"it was accepted, and could not be read back: {error}")
        except Exception as error:  # noqa: BLE001
            self._book.report(error)
            return await self._outcomes.unknown(
                known, f"it was accepted; an error in this program ({type(error).__name__})"
            )
        if verdict is None:
            return await self._outcomes.unknown(known, "it was accepted, and is not to be seen yet")
        return await self._outcomes.judged(known, verdict, quietly=True)

    async def _read_back(self, change: Change) -> Verdict | None:
        """What became of an accepted write; None where the service does not show it yet."""
        if change.do is Do.DELETE:
            current = await self._source.fetch(change.key)
            return Verdict(Answer.ARRIVED) if current is None else None
        if change.do is Do.CREATE:
            return await self._created(change)
        key = change.key._replace(external_id=change.result or change.key.external_id)
        found = await self._source.fetch(key, change.after)
        if found is None:
            return None
        if key.external_id != change.key.external_id:
            old = await self._source.fetch(change.key)
            if old is not None:
                return Verdict(Answer.CLASH, old, 1)
        elif self._as_it_was(change, found):
            return None  # an answer that promised more than was done (N7, W16)
        return Verdict(Answer.ARRIVED, found)

    def _as_it_was(self, change: Change, found: Found) -> bool:
        verdict = reconcile.of_update(change, found, (), self._vocabulary, key_moves=False)
        return verdict.answer is Answer.ABSENT

    async def _created(self, change: Change) -> Verdict | None:
        """What an accepted create made; an earlier attempt of it may have arrived after all."""
        found = await self._named(change)
        if found is not None:
            return await self._twice(change, found) if len(change.attempts) > 1 else Verdict(Answer.ARRIVED, found)
        if change.result and len(change.attempts) > 1:
            return None
        verdict = await self._verdict(change)
        return None if verdict.answer is Answer.ABSENT else verdict

    async def _named(self, change: Change) -> Found | None:
        """The record that the answer to a create named, None where it cannot have been made by it.

        What is not as it was meant has to be new in the narrow list: an answer may come from another request.
        """
        kind, fields = change.key.kind, change.after or {}
        if not change.result or change.result in _baseline(change):
            return None
        found = await self._source.fetch(change.key._replace(external_id=change.result), fields)
        if found is None:
            return None
        if not comparing.differs(kind, fields, found.fields, self._vocabulary):
            if found.creator:  # whoever made what an answer to us names is us, by whatever name
                self._authors.add(found.creator)
            return found
        seen = await self._source.look(kind, fields)
        return found if any(one.external_id == found.external_id for one in seen) else None

    async def _twice(self, change: Change, found: Found) -> Verdict:
        seen = await self._source.look(change.key.kind, change.after or {})
        others = self._of_create(change, [one for one in seen if one.external_id != found.external_id])
        if others.answer is Answer.ABSENT:
            return Verdict(Answer.ARRIVED, found)
        assert others.found is not None, "whatever is asked about was found"
        words = f"it is there twice ({found.external_id} and {others.found.external_id}): keep one?"
        return Verdict(Answer.ASK, found, 2, words)

    async def _verdict(self, change: Change) -> Verdict:
        """Look at the service for what became of a write."""
        kind, fields = change.key.kind, change.after or {}
        if change.do is Do.DELETE:
            return reconcile.of_delete(change, await self._source.fetch(change.key), self._vocabulary)
        if change.do is Do.CREATE:
            if len(change.attempts) == 1 and (found := await self._named(change)) is not None:
                return Verdict(Answer.ARRIVED, found, 1)
            verdict = self._of_create(change, await self._source.look(kind, fields))
            return await self._but_another_was_named(change, verdict)
        moves = reconcile.key_moves(change)
        moved: Sequence[Found] = await self._source.look(kind, fields) if moves else ()
        current = await self._source.fetch(change.key, fields)
        return reconcile.of_update(change, current, moved, self._vocabulary, key_moves=moves)

    async def _but_another_was_named(self, change: Change, verdict: Verdict) -> Verdict:
        """An equal record that is not the one the answer named may be a colleague's, made meanwhile: the list may lag.

        One that is still alone after `LAG` is ours by W5: an answer can be wrong, too (FC7).
        """
        named = change.result if len(change.attempts) == 1 and change.result not in _baseline(change) else ""
        if verdict.answer is not Answer.ARRIVED or not named or self._book.lost_for(change) >= reconcile.LAG:
            return verdict
        key = change.key._replace(external_id=named)
        if await self._source.fetch(key, change.after) is not None:  # it is another one: the answer was not to us
            return verdict
        return Verdict(Answer.ABSENT)

    def _of_create(self, change: Change, seen: Sequence[Found]) -> Verdict:
        taken = reconcile.made_by_others(change, self._book.changes)
        return reconcile.of_create(change, seen, self._vocabulary, authors=self._authors, taken=taken)


def _baseline(change: Change) -> frozenset[str]:
    """What was there before any attempt of a create."""
    return frozenset(external_id for attempt in change.attempts for external_id in attempt.baseline)
