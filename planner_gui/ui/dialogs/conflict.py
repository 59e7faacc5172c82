"""Somebody changed it too: as you read it, theirs now, yours; whole, or field by field where that makes sense (4.5).

Decides nothing: it shows what is known and says what the user chose. Deciding later is always possible.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from planner_gui.domain.changes import Change
from planner_gui.domain.edits import FIELDS, Fields, Value, differing, groups, members, merge
from planner_gui.ui.models import change_words as words
from planner_gui.ui.text import PlainLabel, menu_text

MINE, THEIRS = "mine", "theirs"


class ConflictDialog(QDialog):
    """One conflict. Signals: decided(str mine or theirs, fields or None where yours is taken whole)."""

    decided = Signal(str, object)

    def __init__(self, change: Change, names: words.Names, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.change = change
        self._names = names
        self._choices: dict[str, QButtonGroup] = {}
        self.setWindowTitle(f"Someone changed this too: {menu_text(words.title(change))}")
        self.later = QPushButton("Decide later")
        self.theirs = QPushButton("Keep theirs")
        self.mine = QPushButton(_keeping(change))
        self.theirs.setDefault(True)
        self._build()
        self._connect()

    def _build(self) -> None:
        change = self.change
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(12)
        head = QHBoxLayout()
        head.addWidget(PlainLabel(words.title(change), role="title"))
        head.addWidget(PlainLabel(change.key.connection, role="badge"))
        head.addStretch(1)
        layout.addLayout(head)
        layout.addWidget(PlainLabel(change.message or _wanted(change), role="muted", wraps=True))
        cards = QHBoxLayout()
        cards.setSpacing(12)
        for title, fields, gone in (
            ("As you read it", change.before, "It was not there."),
            ("Theirs, now", change.theirs, "It is not there any more."),
            ("Yours", change.after, "You delete it."),
        ):
            cards.addWidget(self._card(title, fields, gone), 1)
        layout.addLayout(cards)
        if self.mergeable:
            layout.addWidget(PlainLabel("Or choose by field:", role="heading"))
            layout.addLayout(self._by_field())
        layout.addWidget(PlainLabel(_warning(change), role="warning", wraps=True))
        buttons = QHBoxLayout()
        buttons.addWidget(self.later)
        buttons.addStretch(1)
        buttons.addWidget(self.theirs)
        buttons.addWidget(self.mine)
        layout.addLayout(buttons)
        self.setMinimumWidth(760)

    def _connect(self) -> None:
        self.later.clicked.connect(self.reject)
        self.theirs.clicked.connect(lambda: self._decide(THEIRS, None))
        self.mine.clicked.connect(lambda: self._decide(MINE, self.chosen() if self.mergeable else None))

    @property
    def mergeable(self) -> bool:
        """Whether there are two versions of the item to choose fields from."""
        return self.change.theirs is not None and self.change.after is not None and self.change.before is not None

    @property
    def disputed(self) -> tuple[str, ...]:
        """The groups of fields in which theirs and yours differ, in the order of FIELDS."""
        kind = self.change.key.kind
        apart = groups(kind, differing(kind, self.change.after or {}, self.change.theirs or {}))
        return tuple(dict.fromkeys(f.part_of for f in FIELDS[kind] if f.part_of in apart))

    def chosen(self) -> Fields:
        """The item as chosen field by field; what nobody disputes is merged."""
        change, kind = self.change, self.change.key.kind
        before, mine, theirs = change.before or {}, change.after or {}, change.theirs or {}
        fields: dict[str, Value] = dict(merge(kind, before, mine, theirs).fields)
        for group, buttons in self._choices.items():
            side: Mapping[str, Value] = mine if buttons.checkedId() == 1 else theirs
            fields |= {name: side.get(name) for name in members(kind, group)}
        return fields

    def _card(self, title: str, fields: Fields | None, gone: str) -> QWidget:
        card = QFrame()
        card.setObjectName("card")
        layout = QGridLayout(card)
        layout.setContentsMargins(14, 12, 14, 12)
        layout.setVerticalSpacing(8)
        layout.addWidget(PlainLabel(title, role="strong"), 0, 0, 1, 2)
        change, kind = self.change, self.change.key.kind
        if fields is None:
            layout.addWidget(PlainLabel(gone, role="muted", wraps=True), 1, 0, 1, 2)
        shown = words.rows(kind, fields, change.key.connection, self._names) if fields is not None else []
        base = change.before
        for at, (name, text) in enumerate(shown, 1):
            changed = base is not None and (name, text) not in words.rows(
                kind, base, change.key.connection, self._names
            )
            layout.addWidget(PlainLabel(name, role="muted"), at, 0, Qt.AlignmentFlag.AlignTop)
            layout.addWidget(PlainLabel(text, role="strong" if changed else "", wraps=True, breaks=True), at, 1)
        layout.setColumnStretch(1, 1)
        layout.setRowStretch(len(shown) + 2, 1)
        return card

    def _by_field(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        change, kind = self.change, self.change.key.kind
        base = change.before or {}
        for at, group in enumerate(self.disputed):
            buttons = QButtonGroup(self)
            grid.addWidget(PlainLabel(words.label(group), role="muted"), at, 0)
            for number, (side, whose) in enumerate(((change.theirs, "theirs"), (change.after, "yours"))):
                text = words.value(kind, group, side or {}, change.key.connection, self._names) or "nothing"
                button = QRadioButton(menu_text(f"{text} ({whose})"))
                buttons.addButton(button, number)
                grid.addWidget(button, at, 1 + number)
            mine_changed = bool(differing(kind, base, change.after or {}) & set(members(kind, group)))
            checked = buttons.button(1 if mine_changed else 0)
            checked.setChecked(True)
            self._choices[group] = buttons
        grid.setColumnStretch(3, 1)
        return grid

    def _decide(self, whose: str, fields: Fields | None) -> None:
        self.decided.emit(whose, fields)
        self.accept()


def _keeping(change: Change) -> str:
    if change.after is None:
        return "Delete anyway"
    if change.theirs is None:
        return "Create again"
    return "Keep both" if change.before is None else "Send as chosen"


def _wanted(change: Change) -> str:
    verb = {"create": "create", "update": "change", "delete": "delete"}[change.do.value]
    return (
        f"You wanted to {verb} it. Since you last read it, it was changed in {change.key.connection}. Nothing was sent."
    )


def _warning(change: Change) -> str:
    if change.after is None:
        return "Deleting removes their change as well. The old values stay restorable here for 30 days."
    if change.theirs is None:
        return "It would get a new identity in the service; what refers to the old one does not follow."
    return "What you do not take from theirs is overwritten; it stays restorable here for 30 days."
