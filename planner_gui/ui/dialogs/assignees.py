"""Who does a task: people ticked and unticked, more added by typing; those already there are never lost unseen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from planner_gui.ui.dialogs.fields import Tick
from planner_gui.ui.dialogs.lookup import Lookup
from planner_gui.ui.dialogs.options import Option
from planner_gui.ui.text import menu_text


class Assignees(QWidget):
    """A tick for each person, in the service's order, and a field that adds one. Signals: edited()."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._ticks: dict[str, tuple[Option, Tick]] = {}
        self.add = Lookup("Add a person", kind="person")
        self.add.setPlaceholderText("Type a name to add somebody")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addWidget(self.add)
        self.setFocusProxy(self.add)
        self.add.chosen.connect(self._take)

    def offer(self, source: Iterator[Option]) -> None:
        """People who can be added."""
        self.add.offer(source)

    def show_people(self, people: Sequence[Option]) -> None:
        """Those who have it now, all ticked."""
        for option in people:
            self._tick(option)

    @property
    def accounts(self) -> list[str]:
        """Their accounts, those that were there first in their order."""
        return [account for account, (_, tick) in self._ticks.items() if tick.isChecked()]

    @property
    def people(self) -> list[str]:
        """Ids of the ticked people."""
        return [option.key for option, tick in self._ticks.values() if tick.isChecked()]

    def tick(self, account: str) -> Tick:
        """The tick of an account; raises KeyError."""
        return self._ticks[account][1]

    def _take(self, option: Option | None) -> None:
        if option is None or option.reason:
            return
        account = str(option.value)
        if account in self._ticks:
            self._ticks[account][1].setChecked(True)
        else:
            self._tick(option)
        self.add.choose(None)
        self.edited.emit()

    def _tick(self, option: Option) -> None:
        words = f"{option.name}, {option.detail}" if option.detail else option.name
        tick = Tick(menu_text(words))
        tick.setChecked(True)
        tick.toggled.connect(self.edited)
        self._column.insertWidget(len(self._ticks), tick)
        self._ticks[str(option.value)] = (option, tick)
