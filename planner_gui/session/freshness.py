"""How old a reading is, by a clock that nobody can set (D3).

The wall clock says when a reading of an earlier run was made; from then on only the steady clock counts.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

from planner_gui.domain.snapshot import Snapshot

CLOCKS_DIFFER = 300.0  # seconds by which the wall clock may lie without making a reading "from the future"


def wall_clock() -> datetime:
    """Now, aware, UTC."""
    return datetime.now(UTC)


def steady() -> float:
    """Seconds since some moment, by a clock that nobody can set and that goes on while the computer sleeps (D3).

    `time.monotonic` stands still then on Linux and macOS: eight hours of sleep would leave every reading fresh.
    """
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    if sys.platform == "darwin":
        return time.clock_gettime(time.CLOCK_MONOTONIC)
    return time.monotonic()


class Freshness:
    """The ages of the connections' readings, in seconds."""

    def __init__(self, now: Callable[[], datetime] = wall_clock, monotonic: Callable[[], float] = steady) -> None:
        self.now = now
        self._monotonic = monotonic
        self._at: dict[str, tuple[float, float]] = {}  # connection -> (age, monotonic time when it had that age)

    def loaded(self, snapshot: Snapshot) -> None:
        """A reading of an earlier run. One from the future was made under another clock: its age is not known."""
        age = (self.now() - snapshot.read_at).total_seconds()
        self._at[snapshot.connection] = (age if age >= -CLOCKS_DIFFER else math.inf, self._monotonic())

    def read(self, snapshot: Snapshot) -> None:
        """A reading that has just ended; its oldest part may be of an earlier one (P4)."""
        newest = max(part.read_at for part in snapshot.parts)
        age = (newest - snapshot.read_at).total_seconds()
        self._at[snapshot.connection] = (age, self._monotonic())

    def forget(self, connection: str) -> None:
        self._at.pop(connection, None)

    def age(self, connection: str) -> float:
        """Seconds since the oldest part of its reading; infinite where that is not known."""
        if connection not in self._at:
            return math.inf
        age, at = self._at[connection]
        return max(0.0, age) + (self._monotonic() - at)
