"""How often and how many at once: requests in flight, the retry budget, waiting times (N8, N9).

Nothing here sends or sleeps; times are seconds of whatever clock the caller passes.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

MOST_IN_FLIGHT = 8
ATTEMPTS = 3
BACKOFF_BASE = 0.5
BACKOFF_CAP = 20.0
LONGEST_WAIT = 300.0
PARK_ABOVE = 60.0

_VARIABLE = re.compile(r"[\d@%]")
_SECONDS = re.compile(r"[+-]?\d{1,20}(\.\d{1,20})?", re.ASCII)


class RetryBudget:
    """At most a tenth more requests than asked for: five tokens to begin with, a tenth of one for each request (N8)."""

    START, PER_REQUEST, MOST = 5.0, 0.1, 20.0

    def __init__(self) -> None:
        self._tokens = self.START

    def earn(self) -> None:
        """A request is made for the first time."""
        self._tokens = min(self.MOST, self._tokens + self.PER_REQUEST)

    def spend(self) -> bool:
        """Whether one more retry is allowed; takes its token."""
        # Ten tenths are not quite one in binary.
        if self._tokens < 1 - 1e-9:
            return False
        self._tokens -= 1
        return True


class InFlight:
    """Lets a number of requests run at once: eight, fewer after a 429, slowly more again (N9).

    Additive increase, multiplicative decrease. The refusals that one burst brings count once: only a request that
    began after the last decrease may decrease again.
    """

    def __init__(self, most: int = MOST_IN_FLIGHT) -> None:
        self.allowed = float(most)
        self.running = 0
        self._most = most
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._decreases = 0

    @asynccontextmanager
    async def place(self) -> AsyncIterator[int]:
        """Wait for a place, in order of asking; gives what `refused` wants to know."""
        await self._enter()
        try:
            yield self._decreases
        finally:
            self.running -= 1
            self._wake()

    async def _enter(self) -> None:
        if self.running < int(self.allowed) and not self._waiting:
            self.running += 1
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn  # whoever wakes it has counted it as running
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.running -= 1
                self._wake()
            else:
                self._waiting.remove(turn)
            raise

    def _wake(self) -> None:
        while self._waiting and self.running < int(self.allowed):
            turn = self._waiting.popleft()
            if not turn.done():
                self.running += 1
                turn.set_result(None)

    def refused(self, began: int) -> None:
        """A request that got `began` from `place` was told that it is one too many."""
        if began == self._decreases:
            self._decreases += 1
            self.allowed = max(1.0, self.allowed / 2)

    def served(self) -> None:
        """A request went well."""
        self.allowed = min(float(self._most), self.allowed + 1 / self.allowed)
        self._wake()


def full_jitter(attempt: int, chance: float) -> float:
    """Seconds to wait after the attempt (1, 2 ...): anything up to the doubled base; chance is from 0 to 1 (N8)."""
    return chance * min(BACKOFF_CAP, BACKOFF_BASE * 2.0 ** (attempt - 1))


def retry_after(value: str | None, now: datetime) -> float | None:
    """The seconds of a Retry-After header, from 0 to 300; None where it is absent or cannot be read (N9).

    now: the service's own Date where it sent one, so that two clocks are not compared (D3).
    """
    text = (value or "").strip()
    if _SECONDS.fullmatch(text):
        return min(LONGEST_WAIT, max(0.0, float(text)))
    then = http_date(text)
    return None if then is None else min(LONGEST_WAIT, max(0.0, (then - now).total_seconds()))


def http_date(text: str) -> datetime | None:
    """An aware instant from an HTTP date, None for anything else."""
    try:
        then = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return then if then.tzinfo else then.replace(tzinfo=UTC)


def endpoint(method: str, path: Sequence[str]) -> str:
    """What a limit applies to (N9): the path with `*` for the segments that look like an id."""
    return method + " " + "/".join("*" if _VARIABLE.search(segment) else segment.lower() for segment in path)
