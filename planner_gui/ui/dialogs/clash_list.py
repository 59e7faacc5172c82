"""Planned work that leave falls on, each with what could be done about it; nothing is ticked unasked (Build 7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from planner_gui.domain.edits import Edit, Item
from planner_gui.domain.entities import Span
from planner_gui.domain.items import key_of
from planner_gui.domain.wording import item_words, source_words
from planner_gui.ui import formats
from planner_gui.ui.dialogs import options
from planner_gui.ui.dialogs.clashes import Clash, Offer, can_hand_over, handed_over, offers
from planner_gui.ui.dialogs.fields import Tick, Words, say_why
from planner_gui.ui.dialogs.given import Given
from planner_gui.ui.dialogs.lookup import Lookup
from planner_gui.ui.dialogs.options import Option
from planner_gui.ui.text import PlainLabel, menu_text, tooltip

HAND_OVER = "hand-over"
INDENT = 24  # below the words of a tick


@dataclass(eq=False)
class _Line:
    """A clash on screen: whether to do something, what, and to whom it would go."""

    clash: Clash
    tick: Tick
    what: Words
    to: Lookup
    offers: list[Offer] = field(default_factory=list)
    item: Item | None = None


class ClashList(QWidget):
    """Signals: wanted(list[int]): rows whose items have to be read before anything can be offered for them.
    edited(): something was ticked or chosen."""

    wanted = Signal(list)
    edited = Signal()

    def __init__(self, given: Given) -> None:
        super().__init__()
        self.setObjectName("body")
        self._given = given
        self._lines: list[_Line] = []
        self._person: int | None = None
        self._leave: Span | None = None
        self._items: dict[int, Item] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(PlainLabel("Planned work on these days", role="strong"))
        layout.addWidget(PlainLabel("Tick what to move, shorten or hand over; each is an edit to review.", role="hint"))
        self._holder = QWidget()
        layout.addWidget(self._holder)
        self._grid = QGridLayout(self._holder)
        self.hide()

    @property
    def lines(self) -> list[_Line]:
        return self._lines

    def show_clashes(self, found: Sequence[Clash], person: int | None, leave: Span | None) -> None:
        """List these; what was ticked before stays ticked where it is still there."""
        if [line.clash for line in self._lines] == list(found) and (person, leave) == (self._person, self._leave):
            return
        ticked = {line.clash.row: line.what.word for line in self._lines if line.tick.isChecked()}
        same = person == self._person
        self._person, self._leave = person, leave
        self._rebuild(found)
        for line in self._lines:
            self._offer(line)
            if same and line.clash.row in ticked and line.tick.isEnabled():
                line.tick.setChecked(True)
                line.what.set_word(ticked[line.clash.row])
        missing = [clash.row for clash in found if not clash.reason and clash.row not in self._items]
        if missing:
            QTimer.singleShot(0, self, lambda: self.wanted.emit(missing))  # whoever made the dialog listens by then
        self.setVisible(bool(found))

    def _rebuild(self, found: Sequence[Clash]) -> None:
        self._holder.hide()
        self._holder.deleteLater()
        self._holder = QWidget()
        self._grid = QGridLayout(self._holder)
        self._grid.setContentsMargins(0, 2, 0, 0)
        self._grid.setColumnStretch(0, 1)
        self._grid.setVerticalSpacing(4)
        layout = self.layout()
        assert layout is not None
        layout.addWidget(self._holder)
        self._lines = [self._line(at, clash) for at, clash in enumerate(found)]

    def _line(self, at: int, clash: Clash) -> _Line:
        plan = self._given.plan
        name = f"{item_words(plan, clash.row)}, {formats.hours(clash.minutes)}"
        tick = Tick(menu_text(name))
        tick.setToolTip(tooltip(source_words(plan, clash.row)))
        what, to = Words(f"What to do with {name}", []), Lookup(f"Who takes {name}", kind="person")
        to.setPlaceholderText("To whom?")
        to.hide()
        what.hide()
        self._grid.addWidget(tick, 3 * at, 0)
        for below, choice in enumerate((what, to), 1):
            side = QHBoxLayout()
            side.setContentsMargins(INDENT, 0, 0, 0)
            side.addWidget(choice)
            self._grid.addLayout(side, 3 * at + below, 0)
        line = _Line(clash, tick, what, to)
        tick.toggled.connect(lambda _on: self._choose(line))
        to.chosen.connect(lambda _option: self.edited.emit())
        what.picked.connect(lambda _word: self._choose(line))
        if clash.reason:
            say_why(tick, clash.reason)
            why = PlainLabel(clash.reason, role="hint", wraps=True)
            why.setContentsMargins(INDENT, 0, 0, 0)
            self._grid.addWidget(why, 3 * at + 1, 0)
        return line

    def show_items(self, items: Mapping[int, Item]) -> None:
        """The items that were wanted: now something can be offered for them."""
        self._items.update(items)
        for line in self._lines:
            self._offer(line)

    def _offer(self, line: _Line) -> None:
        row, plan, item = line.clash.row, self._given.plan, self._items.get(line.clash.row)
        if line.clash.reason or item is line.item is not None:
            return
        if item is None or self._person is None or self._leave is None:
            say_why(line.tick, "The item is being read")
            line.what.setEnabled(False)
            return
        line.item = item
        able = self._given.capability(item.key.connection, item.key.kind)
        new = not able.create
        line.offers = offers(plan, self._person, item, self._leave, may_create=new)
        words = [(str(at), offer.text) for at, offer in enumerate(line.offers)]
        if can_hand_over(plan, self._person, item, self._leave, may_create=new):
            words.append((HAND_OVER, "Hand over\N{HORIZONTAL ELLIPSIS}"))
            key = key_of(plan, row)
            line.to.offer(options.people(plan, key.connection, self._given.service(key.connection)))
        line.what.set_words(words)
        line.what.set_word(words[0][0] if words else None)
        say_why(line.tick, "" if words else "Nothing can be done about it here")
        line.what.setEnabled(bool(words))

    def _choose(self, line: _Line) -> None:
        self._show_taker(line)
        self.edited.emit()

    def _show_taker(self, line: _Line) -> None:
        line.what.setVisible(line.tick.isChecked())
        line.to.setVisible(line.tick.isChecked() and line.what.word == HAND_OVER)

    def edits(self) -> list[Edit]:
        """Those of everything ticked."""
        return [edit for line in self._lines if (offer := self._chosen(line)) is not None for edit in offer.edits]

    def unsettled(self) -> Lookup | None:
        """A ticked handover without anybody to hand over to."""
        lines = (line for line in self._lines if line.tick.isChecked() and line.what.word == HAND_OVER)
        return next((line.to for line in lines if not _usable(line.to.option)), None)

    def _chosen(self, line: _Line) -> Offer | None:
        if not line.tick.isChecked() or line.item is None or self._person is None or self._leave is None:
            return None
        if line.what.word == HAND_OVER:
            to = line.to.option
            if to is None or not _usable(to):
                return None
            return handed_over(self._given.plan, self._person, line.item, self._leave, str(to.value), to.name)
        return line.offers[int(line.what.word)] if line.what.word else None


def _usable(option: Option | None) -> bool:
    return option is not None and not option.reason
