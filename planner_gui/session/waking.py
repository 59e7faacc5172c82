"""Notices that the computer slept: time went by in which nothing ran (N14, D3). What then is to be done is others'.

No desktop is asked: a timer that comes much too late says the same on every one, and of a program that was stopped.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from planner_gui.session.freshness import steady

EVERY = 15.0  # seconds between two looks
SLEPT = 60.0  # seconds that a look may be late on a computer that is only busy


class Waking(QObject):
    """Looks at the clock now and then. clock: seconds that go on in sleep, and that nobody sets.

    Signals:
        woke(): the computer slept, or this program was stopped, for a minute or more.
    """

    woke = Signal()

    def __init__(self, *, clock: Callable[[], float] = steady, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._looked = clock()
        self._timer = QTimer(self)
        self._timer.setInterval(round(EVERY * 1000))
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Begin looking."""
        self._looked = self._clock()
        self._timer.start()

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()

    def look(self) -> None:
        """See how long the last look is ago."""
        before, self._looked = self._looked, self._clock()
        if self._looked - before > EVERY + SLEPT:
            self.woke.emit()
