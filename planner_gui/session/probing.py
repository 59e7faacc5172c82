"""Connections that could not be reached: asked again by themselves, each less and less often, until they answer (N14).

No request storm when the network is away: one try a connection, after half a minute at first, then twice as long each
time, up to five minutes. "Sync now" asks at once, whatever is waited for here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer

from planner_gui.session.freshness import steady
from planner_gui.session.sync import SyncResult

FIRST, LONGEST = 30.0, 300.0  # seconds


class Probing(QObject):
    """Counts how long each unreachable connection is left alone. read(names): tries those whose time has come.

    clock: seconds that nobody sets (D3) and that go on in sleep.
    """

    def __init__(
        self,
        read: Callable[[Sequence[str]], None],
        *,
        clock: Callable[[], float] = steady,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._read = read
        self._clock = clock
        self._waits: dict[str, float] = {}
        self._due: dict[str, float] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.look)

    @property
    def waits(self) -> dict[str, float]:
        """Seconds that each unreachable connection is left alone."""
        return dict(self._waits)

    def follow(self, result: SyncResult) -> None:
        """A sync has ended: what could not be reached waits, what answered is forgotten."""
        for one in result.connections:
            if one.unreachable:
                wait = min(self._waits.get(one.name, FIRST / 2) * 2, LONGEST)
                self._waits[one.name], self._due[one.name] = wait, self._clock() + wait
            else:
                self._waits.pop(one.name, None)
                self._due.pop(one.name, None)
        self._arm()

    def look(self) -> None:
        """Try those whose time has come."""
        now = self._clock()
        names = [name for name, due in self._due.items() if due <= now]
        for name in names:
            del self._due[name]  # until the try has ended
        if names:
            self._read(names)
        self._arm()

    def postpone(self, names: Sequence[str]) -> None:
        """They could not be tried just now: once more after as long as before."""
        for name in names:
            self._due[name] = self._clock() + self._waits.get(name, FIRST)
        self._arm()

    def begin_again(self) -> None:
        """The computer woke, most often in another network: how long each was away before says nothing any more."""
        for name in self._waits:
            self._waits[name], self._due[name] = FIRST, self._clock() + FIRST
        self._arm()

    def stop(self) -> None:
        """Try nothing any more: the user works offline, or the session ends."""
        self._waits.clear()
        self._due.clear()
        self._timer.stop()

    def _arm(self) -> None:
        if self._due:
            self._timer.start(max(0, round((min(self._due.values()) - self._clock()) * 1000)))
        else:
            self._timer.stop()
