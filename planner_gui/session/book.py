"""The changes as sending sees them: each step committed before the next, and clocks that nobody can set (W1, D3).

It commits through the workspace and never keeps a state of its own: what it says of a change is what is in the queue.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from typing import Any, Protocol

from planner_gui.domain.changes import Change
from planner_gui.session.background import to_the_end
from planner_gui.session.freshness import steady, wall_clock
from planner_gui.session.reconcile import ENOUGH_LOOKS, PATIENCE

LONGEST_WAIT = 300.0  # seconds that a service can ask for (N9)


class Desk(Protocol):
    """What sending needs of the workspace."""

    @property
    def changes(self) -> Sequence[Change]: ...

    def settle(self, changes: Sequence[Change], /) -> Coroutine[Any, Any, object]: ...


class Book:
    """One workspace's changes, for as long as somebody sends."""

    def __init__(
        self,
        desk: Desk,
        *,
        now: Callable[[], datetime] = wall_clock,
        monotonic: Callable[[], float] = steady,
    ) -> None:
        self._desk = desk
        self.now = now
        self.monotonic = monotonic
        self._noticed: dict[str, float] = {}  # change -> monotonic time when its answer was lost
        self._until: dict[str, float] = {}  # change -> monotonic time before which it may not be sent

    @property
    def changes(self) -> Sequence[Change]:
        return self._desk.changes

    def get(self, change_id: str) -> Change:
        """A change as it is now; KeyError where there is none."""
        for change in self._desk.changes:
            if change.id == change_id:
                return change
        raise KeyError(change_id)

    async def settle(self, *changes: Change) -> Change:
        """Commit new states in one transaction, however often the task is cancelled meanwhile; the first one, as kept.

        Raises StoreErrors. A task that was cancelled ends when the commit has (W8).
        """
        await to_the_end(self._desk.settle(changes))
        return self.get(changes[0].id)

    def noticed(self, change_id: str) -> None:
        """The answer of a change was lost just now."""
        self._noticed[change_id] = self.monotonic()

    def lost_for(self, change: Change) -> float:
        """Seconds since a change's answer was lost, by the clock that nobody sets where it happened in this run."""
        if change.id in self._noticed:
            return self.monotonic() - self._noticed[change.id]
        if not change.attempts:
            return 0.0
        return max(0.0, (self.now() - change.attempts[-1].at).total_seconds())

    def patient(self, change: Change) -> bool:
        """Whether it is too early to say that a lost write may not have arrived (W6)."""
        looks = sum(1 for look in change.looks if look.found == 0)
        return looks < ENOUGH_LOOKS or self.lost_for(change) < PATIENCE

    def wait(self, change_id: str, seconds: float) -> None:
        """The service asks to wait (N9)."""
        self._until[change_id] = self.monotonic() + min(seconds, LONGEST_WAIT)

    def has_to_wait(self, change: Change) -> float:
        """Seconds until a change may be sent; 0 for at once."""
        if change.not_before is None:
            return 0.0
        if change.id not in self._until:  # of an earlier run: the wall clock is all there is
            self.wait(change.id, max(0.0, (change.not_before - self.now()).total_seconds()))
        return max(0.0, self._until[change.id] - self.monotonic())

    def report(self, error: BaseException) -> None:
        """A bug: to the one handler for those (L3)."""
        asyncio.get_running_loop().call_exception_handler({"message": "sending failed", "exception": error})
