"""The absence dialog: whose leave, when, of which type, whole or half days; and the planned work it would fall on.

Overlapping leave is refused here, at the field, before anything is sent. Work that clashes is listed with what could be
done about it; only what is ticked becomes an edit (Build 7).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from planner_gui.domain.edits import Edit, Fields, Item, Value
from planner_gui.domain.entities import CountsAs, Kind, Span
from planner_gui.domain.items import key_of
from planner_gui.domain.plan import Plan
from planner_gui.domain.snapshot import day_date, day_number
from planner_gui.ui import formats
from planner_gui.ui.dialogs import options
from planner_gui.ui.dialogs.amounts import number_text, read_number
from planner_gui.ui.dialogs.clash_list import ClashList
from planner_gui.ui.dialogs.clashes import clashes
from planner_gui.ui.dialogs.effects import Remark, service_words
from planner_gui.ui.dialogs.fields import LongText, Words
from planner_gui.ui.dialogs.form import EditDialog
from planner_gui.ui.dialogs.given import Given, person_of
from planner_gui.ui.dialogs.lookup import Lookup
from planner_gui.ui.dialogs.options import Option
from planner_gui.ui.dialogs.parts import iso_day, person_of_id, span_of_fields, type_words, when_row, who_fault

COMMENT = 449  # characters that BigPicture keeps


class AbsenceDialog(EditDialog):
    """Leave of one person. Signals: items_wanted(list[int]): rows of clashing work whose items `show_items` expects."""

    kind = Kind.ABSENCE
    noun = "absence"
    items_wanted = Signal(list)

    def __init__(self, given: Given, item: Item | None = None, parent: QWidget | None = None) -> None:
        super().__init__(given, item, parent)
        self.resize(540, 560)
        self.who.setFocus() if self.who.option is None else self.start.setFocus()

    @override
    def _build(self) -> None:
        self.add_connection()
        self.who = Lookup("Who", kind="person")
        self.who.setPlaceholderText("Type a name")
        self.add("&Who", self.who, "account", needed=True)
        self.start, self.end, self.when = when_row(self)
        self.type = Words("Type", [])
        self.percent = Words("Share of the day", [])
        self.add("&Type", [self.type, self.percent], "type", others={"percent": self.percent}, needed=True)
        self.comment = LongText("Comment", str(self.before.get("comment") or ""), COMMENT)
        self.comment_row = self.add("Co&mment", self.comment, "comment")
        self.clash_list = ClashList(self.given)
        self.add_preview()
        self.add_wide(None, self.clash_list)
        self._adapt()
        self._fill()

    @override
    def _adapt(self) -> None:
        """The people, types and shares of the connection."""
        given, able = self.given, self.capability
        self.who.offer(options.people(given.plan, self.connection, given.service(self.connection)))
        was_type, was_percent = self.type.word, self.percent.word
        words = able.choices.get("type") or options.words_seen(given.plan, self.connection, Kind.ABSENCE)
        self.type.set_words([(word, type_words(word)) for word in words])
        shares = dict.fromkeys([*able.choices.get("percent", ("100", "50")), _text(self.before.get("percent"))])
        self.percent.set_words([(share, share_words(share)) for share in shares if share])
        self.type.set_word(was_type or _text(self.before.get("type")) or next(iter(words), None))
        self.percent.set_word(was_percent or _text(self.before.get("percent")) or "100")
        self.comment_row.set_visible(self.has("comment"))
        self.comment.set_longest(able.longest.get("comment", COMMENT))
        if self.who.option is not None and self.item is None:
            number = person_of_id(given.plan, self.who.option.key)
            self.who.choose(self._option_of(number))

    def _option_of(self, person: int | None) -> Option | None:
        if person is None:
            return None
        return options.person_option(self.given.plan, person, self.connection, self.given.service(self.connection))

    def _fill(self) -> None:
        given, before = self.given, self.before
        account = before.get("account")
        if isinstance(account, str) and account:
            person = person_of(given.plan, self.connection, account)
            option = self._option_of(person) or Option(account, account, "not matched", "person")
            self.who.choose(option._replace(value=account, reason=""))
        elif given.person is not None:
            self.who.choose(self._option_of(given.person))
        self.start.set_day(iso_day(before.get("start")) or given.start)
        self.end.set_day(iso_day(before.get("end")) or given.end or given.start)

    @override
    def _connect(self) -> None:
        super()._connect()
        for signal in (self.who.chosen, self.start.moved, self.end.moved, self.type.picked, self.percent.picked):
            signal.connect(self.changed)
        self.comment.edited.connect(self.changed)
        self.clash_list.wanted.connect(self.items_wanted)
        self.clash_list.edited.connect(self.changed)

    # --- the edit -----------------------------------------------------------------------------------------------------

    @property
    def person(self) -> int | None:
        """Whose leave it is: an index into the plan; None for nobody it knows."""
        option = self.who.option
        return None if option is None else person_of_id(self.given.plan, option.key)

    @override
    def _values(self) -> dict[str, Value]:
        values: dict[str, Value] = {
            "account": None if self.who.option is None else self.who.option.value or None,
            "start": None if self.start.day is None else self.start.day.isoformat(),
            "end": None if self.end.day is None else self.end.day.isoformat(),
            "type": self.type.word,
            "percent": read_number(self.percent.word or ""),
        }
        if self.has("comment"):
            values["comment"] = self.comment.text
        return values

    @override
    def _span(self) -> Span | None:
        return span_of_fields(self.start, self.end)

    @override
    def _people(self) -> list[int]:
        return [] if self.person is None else [self.person]

    @override
    def _wrong(self) -> dict[str, str]:
        found = {**self.when(), **who_fault(self.who)}
        if self.comment.too_long:
            found["comment"] = f"{self.comment.too_long} characters too long"
        if (words := self._overlap()) and "start" not in found:
            found["start"] = words
        return found

    @override
    def _missing(self) -> dict[str, str]:
        found = {} if self.who.option is not None else {"account": "Whose absence is it?"}
        found |= {} if self.start.day is not None else {"start": "When does it start?"}
        found |= {} if self.end.day is not None else {"end": "When does it end?"}
        return found | ({} if self.type.word else {"type": "What type of absence is it?"})

    def _overlap(self) -> str:
        """Leave of the same person in the same connection on some of the days, in words: one a day is kept."""
        span, option = self._span(), self.who.option
        if span is None or option is None or self.person is None:
            return ""
        plan = self.given.plan
        for row in _absences(plan, self.person, span):
            key = key_of(plan, row)
            mine = self.item is not None and key == self.item.key
            if key.connection != self.connection or plan.kind(row) is not Kind.ABSENCE or mine:
                continue
            other = formats.span(_span_of_row(plan, row))
            service = self.given.service(self.connection)
            return f"{option.name} has {type_words(plan.text(row, 'type'))} {other} already; {service} keeps one a day."
        return ""

    @override
    def _label(self, after: Fields) -> str:
        who = self.who.option.name if self.who.option is not None else "nobody"
        return f"{'New' if self.item is None else 'Change'} absence of {who}"

    @override
    def _extra_edits(self) -> list[Edit]:
        return self.clash_list.edits()

    @override
    def _unfinished(self) -> QWidget | None:
        return self.clash_list.unsettled()

    @override
    def _refreshed(self, edits: Sequence[Edit], after: Plan) -> None:
        span, person = self._span(), self.person
        if not edits or span is None or person is None:
            self.clash_list.show_clashes([], None, None)
            return
        found = clashes(self.given.plan, after, person, span, self._why_not)
        self.clash_list.show_clashes(found, person, span)

    def _why_not(self, row: int) -> str:
        key = key_of(self.given.plan, row)
        return self.given.capability(key.connection, key.kind).update

    def show_items(self, items: Mapping[int, Item]) -> None:
        """The items of the rows that `items_wanted` named, as far as they could be read."""
        self.clash_list.show_items(items)

    @override
    def _remarks(self, after: Plan, span: Span, edits: Sequence[Edit]) -> list[Remark]:
        return [*super()._remarks(after, span, edits), *self._elsewhere(span)]

    def _elsewhere(self, span: Span) -> Iterable[Remark]:
        """The same leave as another service has it: it counts once, and is said once."""
        plan = self.given.plan
        for row in _absences(plan, self.person, span) if self.person is not None else ():
            if key_of(plan, row).connection == self.connection:
                continue
            words = type_words(plan.text(row, "type") or plan.text(row, "title"))
            dates = formats.span(_span_of_row(plan, row))
            yield Remark(f"{service_words(plan, row)} says {words} {dates} too; it counts once.", serious=False)


def _absences(plan: Plan, person: int, span: Span) -> list[int]:
    """The person's rows of leave that touch the span, doubled ones too."""
    own = plan.rows_of(person)
    start, end = plan.columns["start"][own], plan.columns["end"][own]
    away = np.isin(plan.columns["counts_as"][own], (CountsAs.ABSENCE, CountsAs.DUPLICATE))
    here = away & (start <= day_number(span.end)) & (end >= day_number(span.start))
    rows: list[int] = (np.flatnonzero(here) + own.start).tolist()
    return rows


def _span_of_row(plan: Plan, row: int) -> Span:
    return Span(day_date(int(plan.columns["start"][row])), day_date(int(plan.columns["end"][row])))


def share_words(percent: str) -> str:
    """Of 50 or 100 percent, what that means for a day."""
    meaning = {"100": "whole days", "50": "half days"}.get(percent, "of each day")
    return f"{percent} %, {meaning}"


def _text(value: Value) -> str:
    return number_text(value) if isinstance(value, int | float) else str(value or "")
