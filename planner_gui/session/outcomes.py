"""What a change becomes after an attempt or a look: its next state, in words, committed (W4 to W15).

It decides by verdicts and errors alone, and sends nothing.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import timedelta

from planner_gui.domain.changes import Change, Look, State
from planner_gui.domain.edits import Do
from planner_gui.domain.errors import CredentialRefused, RateLimited, SourceError, StoreBusy
from planner_gui.session import comparing, fault, reconcile, saying
from planner_gui.session.book import Book
from planner_gui.session.reconcile import Answer, Verdict
from planner_gui.sources.writing import Found, Vocabulary

AUTOMATIC_ATTEMPTS = 2  # of an update or a delete that provably did not arrive


class Outcomes:
    """Commits what became of the changes of one connection; every method returns the change as it is then."""

    def __init__(self, vocabulary: Vocabulary, book: Book) -> None:
        self._vocabulary = vocabulary
        self._book = book

    async def judged(self, change: Change, verdict: Verdict, *, quietly: bool = False) -> Change:
        """The state that follows from a look. quietly: it was no lost answer, only the read-back."""
        looks = change.looks if quietly else (*change.looks, Look(self._book.now(), verdict.candidates))
        found = verdict.found
        match verdict.answer:
            case Answer.ARRIVED:
                return await self.done(change, found, "" if quietly else saying.ARRIVED)
            case Answer.CLASH:
                return await self.conflict(change, found, saying.neither(change, found), looks=looks)
            case Answer.ASK:
                theirs, raw = (found.fields, found.raw) if found else (None, b"")
                words = verdict.question
                return await self.settled(change, State.UNKNOWN, words, looks=looks, theirs=theirs, theirs_raw=raw)
        change = replace(change, looks=looks, theirs=None, theirs_raw=b"")
        if change.do is not Do.CREATE and len(change.attempts) < AUTOMATIC_ATTEMPTS:
            return await self.settled(change, State.QUEUED, saying.DID_NOT)
        return await self.settled(
            change, State.UNKNOWN, saying.NOT_YET if self._book.patient(change) else saying.MAY_NOT_HAVE
        )

    async def done(self, change: Change, found: Found | None, note: str) -> Change:
        """The effect is proved. What waits on the item gets its real id in the same transaction (W14)."""
        kind = change.key.kind
        notes = [change.note, note]
        result, written = "", b""
        if found is not None:
            result, written = found.external_id, found.raw
            apart = comparing.differs(kind, change.after or {}, found.fields, self._vocabulary)
            if apart:
                notes.append(
                    f"the service keeps {comparing.kept_instead(kind, change.after or {}, found.fields, apart)}"
                )
        message = "; ".join(filter(None, notes))
        done = change.to(State.DONE, self._book.now(), message, result=result, written=written, not_before=None)
        for _ in range(3):
            with contextlib.suppress(StoreBusy):  # one that waits was edited just now: it is another one
                return await self._book.settle(done, *self._renamed(done))
        return await self._book.settle(done)

    def _renamed(self, done: Change) -> list[Change]:
        """The changes that wait on its item, by the id that the service gave it."""
        if not done.result:
            return []
        key = done.key._replace(external_id=done.result)
        waiting = reconcile.waiting_on(done, self._book.changes)
        return [replace(one, key=key) for one in waiting if one.key != key]

    async def conflict(self, change: Change, theirs: Found | None, words: str, looks: tuple[Look, ...] = ()) -> Change:
        fields, raw = (theirs.fields, theirs.raw) if theirs is not None else (None, b"")
        known = replace(change, theirs=fields, theirs_raw=raw, looks=looks or change.looks)
        asked = await self.settled(known, State.CONFLICT, words)
        fault.point("W18")
        return asked

    async def kept(self, change: Change, error: SourceError) -> Change:
        """Nothing was sent, or it was not processed: it stays queued (unknown, where an earlier attempt still is)."""
        state = State.UNKNOWN if change.attempts else State.QUEUED
        until = None
        if isinstance(error, RateLimited):
            until = self._book.now() + timedelta(seconds=error.retry_after)
            self._book.wait(change.id, error.retry_after)
        words = saying.parked(error) if isinstance(error, CredentialRefused) else f"nothing was sent: {error}"
        return await self.settled(change, state, words, not_before=until)

    async def unknown(self, change: Change, words: str) -> Change:
        self._book.noticed(change.id)
        return await self.settled(change, State.UNKNOWN, words)

    async def settled(self, change: Change, state: State, words: str, **more: object) -> Change:
        return await self._book.settle(change.to(state, self._book.now(), words, **more))
