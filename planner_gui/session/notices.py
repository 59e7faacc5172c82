"""What the program has to say that nobody asked for: values, and the one signal that shows them.

Ten equal errors are one notice with a count (U6). Text is plain: whoever shows it sees to that (U1).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from PySide6.QtCore import QObject, Signal


class Severity(StrEnum):
    """How much a notice matters."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Action:
    """What the user can do about a notice: words for a button, and what it calls."""

    label: str
    call: Callable[[], object] = field(compare=False)


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing said, in one line. connection: its name, "" for none. Equal notices count as one."""

    text: str
    connection: str = ""
    severity: Severity = Severity.INFO
    actions: tuple[Action, ...] = ()
    count: int = field(default=1, compare=False)


class Notices(QObject):
    """The notices in force, oldest first.

    Signals:
        shown(Notice): a notice is new, or its count has grown.
        withdrawn(Notice): it no longer holds, or the user has read it.
    """

    shown = Signal(object)
    withdrawn = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._current: list[Notice] = []

    @property
    def current(self) -> tuple[Notice, ...]:
        return tuple(self._current)

    def show(
        self,
        text: str,
        *,
        connection: str = "",
        severity: Severity = Severity.INFO,
        actions: tuple[Action, ...] = (),
    ) -> Notice:
        """Say something once; said again while in force, it is counted."""
        notice = Notice(text, connection, severity, actions)
        if notice in self._current:
            place = self._current.index(notice)
            notice = replace(notice, count=self._current[place].count + 1)
            self._current[place] = notice
        else:
            self._current.append(notice)
        self.shown.emit(notice)
        return notice

    def withdraw(self, notice: Notice) -> None:
        """Take a notice back; nothing happens where it is gone already."""
        if notice in self._current:
            self._current.remove(notice)
            self.withdrawn.emit(notice)

    def withdraw_of(self, connection: str) -> None:
        """Take back every notice of a connection: it is about to speak anew."""
        for notice in [n for n in self._current if n.connection == connection]:
            self.withdraw(notice)
