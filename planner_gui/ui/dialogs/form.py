"""What the edit dialogs share: a form with faults at its fields, the effect below, and saving that may fail.

A dialog makes edits and announces them; it stays open until it is told that they are kept (`close_saved`), or why not
(`show_faults`, `show_error`): what was typed is never lost to a failed commit. It knows no session and no network.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QPushButton, QWidget
from typing_extensions import override

from planner_gui.domain.changes import new_id
from planner_gui.domain.edits import FIELDS, Capability, Do, Edit, Fields, Item, ItemKey, Value, blank, differing
from planner_gui.domain.entities import Kind, Span
from planner_gui.domain.moves import deleted
from planner_gui.domain.plan import Plan
from planner_gui.ui.dialogs.effects import Remark, capacity_words, change_words, remarks
from planner_gui.ui.dialogs.fields import Words, say_why
from planner_gui.ui.dialogs.frame import FormFrame
from planner_gui.ui.dialogs.given import Given
from planner_gui.ui.dialogs.preview import MOST_STRIPS

SETTLE = 30  # ms after the last keystroke until its effect is worked out


class EditDialog(FormFrame):
    """A form for one item. Signals: saved(list[Edit], send_now).

    Subclasses build rows, say what the fields hold (`_values`), what is wrong with them (`_wrong`), and whom and when
    the edit touches (`_people`, `_span`).
    """

    saved = Signal(list, bool)
    kind: Kind
    noun = ""

    def __init__(self, given: Given, item: Item | None = None, parent: QWidget | None = None) -> None:
        connection = item.key.connection if item is not None else _first_connection(given, self.kind)
        title = f"{'New ' if item is None else ''}{self.noun}".capitalize()
        super().__init__(title, given.service(connection), given.theme, parent)
        self.given, self.item, self.connection = given, item, connection
        self._new_key = new_id()
        self.before: Fields = blank(self.kind) if item is None else item.fields
        self._attempted = self._saving = False
        self._told: dict[str, tuple[str, Value]] = {}  # what the session refused, and the value it refused
        self._timer = QTimer(self, interval=SETTLE, singleShot=True)
        self._timer.timeout.connect(self.refresh)
        self.delete.setVisible(item is not None)
        self._build()
        self._connect()
        self._show_faults(self._faults(self.edit()))
        self._timer.start()  # its effect, after the first paint

    # --- for subclasses -----------------------------------------------------------------------------------------------

    def _build(self) -> None:
        """Add the rows."""
        raise NotImplementedError

    def _adapt(self) -> None:
        """Offer what the chosen connection has; called when it is built, and when another is chosen."""

    def _values(self) -> dict[str, Value]:
        """The fields as the form has them now; a field that is not in it stays as it was."""
        raise NotImplementedError

    def _wrong(self) -> dict[str, str]:
        """By field, what is wrong at once, before the service's own rules: unreadable, contradictory."""
        return {}

    def _missing(self) -> dict[str, str]:
        """By field, what must be filled in; said when it is to be saved."""
        return {}

    def _span(self) -> Span | None:
        """The days the edit touches."""
        raise NotImplementedError

    def _people(self) -> list[int]:
        """Whom the edit touches."""
        raise NotImplementedError

    def _extra_edits(self) -> list[Edit]:
        """Other edits that go with it."""
        return []

    def _unfinished(self) -> QWidget | None:
        """What of the other edits has to be filled in first."""
        return None

    def _label(self, after: Fields) -> str:
        """What undo and Review call it."""
        raise NotImplementedError

    def _refreshed(self, edits: Sequence[Edit], after: Plan) -> None:
        """What else follows from the edits and the plan with them in it."""

    def _remarks(self, after: Plan, span: Span, edits: Sequence[Edit]) -> list[Remark]:
        keys = [edit.key for edit in edits]
        plan, absence = self.given.plan, self.kind is Kind.ABSENCE
        people = [plan.people[person].id for person in self._people()[:MOST_STRIPS]]
        several = len(people) > 1
        return [
            remark for who in people for remark in remarks(plan, after, who, span, keys, absence=absence, named=several)
        ]

    # --- what it can do -----------------------------------------------------------------------------------------------

    @property
    def capability(self) -> Capability:
        return self.given.capability(self.connection, self.kind)

    @property
    def reason(self) -> str:
        """Why nothing can be saved here, "" where it can."""
        return self.capability.create if self.item is None else self.capability.update

    @property
    def is_unsent(self) -> bool:
        """Whether the service does not have the item yet: then nothing of it is settled."""
        return self.item is None or not self.item.raw

    def has(self, name: str) -> bool:
        """Whether the service has a field."""
        return name in self.capability.fields

    def _connect(self) -> None:
        self.cancel.clicked.connect(self.reject)
        self.save.clicked.connect(lambda: self.try_save(send=False))
        self.save_and_send.clicked.connect(lambda: self.try_save(send=True))
        self.delete.clicked.connect(self._delete)
        QShortcut(QKeySequence("Ctrl+S"), self, lambda: self.try_save(send=False))
        QShortcut(QKeySequence("Ctrl+Shift+S"), self, lambda: self.try_save(send=True))
        self._show_reasons()

    def add_connection(self) -> None:
        """Where it is kept: a row where a new item could be kept in several connections."""
        able = self.given.able(self.kind)
        self.where = Words("Connection", [(name, self.given.service(name)) for name in able], self.connection)
        self.where.picked.connect(self._choose_connection)
        row = self.add("Ser&vice", self.where)
        row.set_visible(self.item is None and len(able) > 1)

    def _choose_connection(self, name: str) -> None:
        self.connection = name
        self.badge.say(self.given.service(name))
        self.say_error("")
        self._show_reasons()
        self._adapt()
        self.changed()

    def _show_reasons(self) -> None:
        say_why(self.save, self.reason)
        say_why(self.save_and_send, self.reason)
        if not self.reason:
            self.save.setToolTip("Keep it here, to be reviewed and sent (Ctrl+S)")
            self.save_and_send.setToolTip("Keep it here and send it at once (Ctrl+Shift+S)")
        say_why(self.delete, self.capability.delete)
        if self.reason:
            self.show_error(self.reason)

    # --- what it says -------------------------------------------------------------------------------------------------

    def changed(self, *_: object) -> None:
        """A field was changed: its effect follows when the typing pauses."""
        self._timer.start()

    def settle(self) -> None:
        """Work out now what waits for a pause."""
        if self._timer.isActive():
            self._timer.stop()
            self.refresh()

    def after(self) -> dict[str, Value]:
        """The item as the form has it; a field that says the same as before stays exactly as it was."""
        after = dict(self.before)
        for name, value in self._values().items():
            if differing(self.kind, {name: value}, {name: after.get(name)}) or _shown(self.kind, name):
                after[name] = value
        return after

    def edit(self) -> Edit | None:
        """The edit of the item itself; None where nothing differs."""
        after = self.after()
        if self.item is None:
            key = ItemKey(self.connection, self.kind, self._new_key)
            return Edit(do=Do.CREATE, key=key, before=None, after=after, label=self._label(after))
        if not differing(self.kind, self.before, after):
            return None
        return Edit(
            do=Do.UPDATE,
            key=self.item.key,
            before=self.before,
            after=after,
            label=self._label(after),
            raw=self.item.raw,
        )

    def refresh(self) -> None:
        """Faults and effect of what the form holds now."""
        edit = self.edit()
        self._show_faults(self._faults(edit))
        self.grow()
        span, people = self._span(), self._people()
        edits = [edit] if edit is not None else []
        if span is None or not people or self._wrong():
            wrong = bool(self._wrong())
            self.preview.show_nothing(f"Shown once {'this is put right' if wrong else 'who and when are known'}.")
            self._refreshed([], self.given.plan)
            return
        plan = self.given.plan
        after = self.given.preview(edits) if edits else plan
        self._refreshed(edits, after)
        if extra := self._extra_edits():
            after = self.given.preview([*edits, *extra])
        words = capacity_words if self.kind is Kind.ABSENCE else change_words
        told = [(who := plan.people[person].id, words(plan, after, who, span)) for person in people]
        self.preview.show_effect(after, told, span, self._remarks(after, span, edits))

    def _faults(self, edit: Edit | None) -> dict[str, str]:
        """What is wrong now: unreadable things at once; what is missing or refused once saving was tried."""
        found = dict(self._wrong())
        if self._attempted:
            if edit is not None:
                found = {**self.given.faults(edit), **found}
            found = {**found, **{name: text for name, text in self._missing().items() if name not in found}}
        after = self.after()
        self._told = {name: told for name, told in self._told.items() if after.get(name) == told[1]}
        return {**{name: text for name, (text, _) in self._told.items()}, **found}

    def _show_faults(self, faults: Mapping[str, str]) -> None:
        for row in self.rows:
            row.show_faults(faults)
        placed = {name for row in self.rows for name in row.fields}
        if homeless := [text for name, text in faults.items() if name not in placed]:
            self.show_error("\n".join(homeless))

    def _focus_first(self, faults: Mapping[str, str]) -> None:
        for row in self.rows:
            for name, widget in row.fields.items():
                if name in faults and widget.isEnabled():
                    self.bring_to_view(widget)
                    return

    # --- saving -------------------------------------------------------------------------------------------------------

    def try_save(self, *, send: bool) -> None:
        """Announce the edits, or say at the fields what is wrong; without a difference there is nothing to keep."""
        if self._saving or self.reason:
            return
        self._attempted = True
        self.say_error("")
        self._timer.stop()
        self.refresh()
        edit = self.edit()
        if faults := self._faults(edit):
            self._focus_first(faults)
            return
        if (unfinished := self._unfinished()) is not None:
            self.bring_to_view(unfinished)
            return
        edits = [*([edit] if edit is not None else []), *self._extra_edits()]
        if not edits:
            self.accept()
            return
        self._announce(edits, send)

    def _delete(self) -> None:
        if self.item is not None and not self._saving:
            self._announce([deleted(self.item)], False)

    def _announce(self, edits: list[Edit], send: bool) -> None:
        self._set_saving(True)
        self.saved.emit(edits, send)

    def _set_saving(self, saving: bool) -> None:
        self._saving = saving
        for button in (self.save, self.save_and_send, self.delete):
            button.setEnabled(not saving)
        if not saving:
            self._show_reasons()

    def close_saved(self) -> None:
        """The edits are kept: nothing is left to do here."""
        self.accept()

    def show_faults(self, faults: Mapping[str, str]) -> None:
        """The edits were refused, by field; everything typed stays."""
        self._set_saving(False)
        after = self.after()
        self._told = {name: (text, after.get(name)) for name, text in faults.items()}
        self._show_faults(self._faults(self.edit()))
        self._focus_first(faults)

    def show_error(self, text: str) -> None:
        """The edits could not be kept, or nothing can be saved here; everything typed stays."""
        if self._saving:
            self._set_saving(False)
        self.say_error(text)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.try_save(send=True)
            elif not isinstance(self.focusWidget(), QPushButton):
                self.try_save(send=False)
            else:
                super().keyPressEvent(event)
            return
        super().keyPressEvent(event)


def _shown(kind: Kind, name: str) -> bool:
    return any(field.name == name and field.shown for field in FIELDS[kind])


def _first_connection(given: Given, kind: Kind) -> str:
    """Where a new item would be kept: as asked, else the first that takes one."""
    able = given.able(kind)
    if given.connection in able:
        return given.connection
    usable = [name for name, each in able.items() if not each.create]
    return (usable or list(able) or [""])[0]
