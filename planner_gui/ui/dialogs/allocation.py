"""The allocation dialog: who (a person or a team), on what, when, how much, how often, and where it is planned.

Only what the connection's service has is shown. Amounts convert by the person's own working time; where the service
keeps less than was asked, the dialog shows what it will keep. A recurring item is edited as a whole, and says so.
"""

from __future__ import annotations

import re
from itertools import chain

from PySide6.QtWidgets import QWidget
from typing_extensions import override

from planner_gui.domain.edits import REPEATS, Fields, Item, Value, differing
from planner_gui.domain.entities import Kind, Span
from planner_gui.domain.snapshot import day_number
from planner_gui.ui.dialogs import hints, options
from planner_gui.ui.dialogs.amount_fields import AmountFields
from planner_gui.ui.dialogs.amounts import hours_of
from planner_gui.ui.dialogs.dates import DateField
from planner_gui.ui.dialogs.fields import LongText, Tick, Words
from planner_gui.ui.dialogs.form import EditDialog
from planner_gui.ui.dialogs.given import Given, person_of
from planner_gui.ui.dialogs.lookup import Lookup
from planner_gui.ui.dialogs.options import Option
from planner_gui.ui.dialogs.parts import (
    NO_DATE,
    day_text,
    iso_day,
    person_of_id,
    span_of_fields,
    type_words,
    when_row,
    who_fault,
)

ITEM_TYPES = ("PROJECT", "ISSUE", "COMPONENT", "EPIC", "SPRINT", "BOARD", "VERSION")
REPEAT_WORDS = {"never": "Never", "weekly": "Weekly", "two-weekly": "Every two weeks", "monthly": "Monthly"}
_ID = re.compile(r"[\w.@:-]+")


class AllocationDialog(EditDialog):
    """Planned work of one person or one team."""

    kind = Kind.ALLOCATION
    noun = "allocation"

    def __init__(self, given: Given, item: Item | None = None, parent: QWidget | None = None) -> None:
        super().__init__(given, item, parent)
        self.resize(560, 620)
        (self.who if self.who.option is None else self.what if self.what.option is None else self.start).setFocus()

    @override
    def _build(self) -> None:
        self._say_series()
        self.add_connection()
        self.who = Lookup("Who", kind="person")
        self.who_row = self.add("&Who", self.who, "account", "team", needed=True)
        self.what, self.item_type = Lookup("What", free=True), Words("Type of what is planned", [])
        self.what.setPlaceholderText("Type a name, or an id or key")
        self.item_type.setProperty("narrow", True)
        self.what_row = self.add("W&hat", [self.what, self.item_type], "item", needed=True)
        self.start, self.end, self.when = when_row(self)
        self.amount = AmountFields()
        self.amount_row = self.add("How m&uch", self.amount, others=self.amount.fields, needed=True)
        self.repeat, self.until = Words("Repeats", []), DateField("Until", self.given.today)
        self.until.setPlaceholderText("until")
        self.repeat_row = self.add("Re&peats", [self.repeat, self.until], "repeat", others={"until": self.until})
        self.scope = Lookup("Planned in")
        self.scope.setPlaceholderText("Team or project")
        self.scope_row = self.add("Planned &in", self.scope, "scope")
        self.days_off = Tick("Also on days of&f")
        self.days_off_row = self.add("", self.days_off, "include_non_working")
        self.description = LongText("Description", str(self.before.get("description") or ""), lines=2)
        self.description_row = self.add("Descripti&on", self.description, "description")
        self.add_preview()
        self._adapt()
        self._fill()

    def _say_series(self) -> None:
        item = self.item
        if item is None:
            return
        if item.fields.get("team") and item.series > 1:
            self.say_first(f"Planned for a team: what you change here changes for all {item.series} people.")
        elif item.series > 1 or item.fields.get("repeat") not in (None, "", "never"):
            count = f" ({item.series} dates)" if item.series > 1 else ""
            self.say_first(f"It repeats. What you change here changes this series as a whole{count}.")

    @override
    def _adapt(self) -> None:
        given, able, name = self.given, self.capability, self.connection
        found = options.people(given.plan, name, given.service(name))
        self.who.setPlaceholderText("Type a name, or a team" if able.teams else "Type a name")
        self.who.offer(chain(found, options.teams(given.plan, name)) if able.teams else found)
        self.what.offer(options.planned_items(given.plan, name))
        self.scope.offer(options.scopes(given.plan, name))
        item_type = self.item_type.word
        self.item_type.set_words([(word, type_words(word)) for word in able.choices.get("item", ITEM_TYPES)])
        self.item_type.set_word(item_type or "ISSUE")
        repeat = self.repeat.word
        words = able.choices.get("repeat", REPEATS)
        self.repeat.set_words([(word, REPEAT_WORDS.get(word, type_words(word))) for word in words])
        self.repeat.set_word(repeat or "never")
        self.amount.set_kinds(able.amounts)
        self.description.set_longest(able.longest.get("description", 0))
        for row, field in (
            (self.repeat_row, "repeat"),
            (self.scope_row, "scope"),
            (self.days_off_row, "include_non_working"),
            (self.description_row, "description"),
        ):
            row.set_visible(self.has(field))
        if self.item is None and self.person is not None:
            self.who.choose(self._person_option(self.person))

    def _person_option(self, person: int) -> Option:
        given, name = self.given, self.connection
        return options.person_option(given.plan, person, name, given.service(name))

    def _fill(self) -> None:
        given, before = self.given, self.before
        self.who.choose(self._who_before())
        reference = before.get("item")
        if isinstance(reference, dict):
            title, project = str(before.get("title") or ""), str(before.get("project") or "")
            option = options.item_option(reference.get("type", ""), reference.get("id", ""), title, project)
            self.what.choose(option._replace(value=dict(reference)))
            self.item_type.set_word(reference.get("type"))
        self.start.set_day(iso_day(before.get("start")) or given.start)
        self.end.set_day(iso_day(before.get("end")) or given.end or given.start)
        self.repeat.set_word(str(before.get("repeat") or "never"))
        self.until.set_day(iso_day(before.get("until")) if self.repeat.word != "never" else None)
        self.days_off.setChecked(bool(before.get("include_non_working")))
        self._convert()
        self.amount.set_fields(before)
        self.scope.choose(self._usual_scope() if self.item is None else self._scope_before())
        self._show_repeat()

    def _who_before(self) -> Option | None:
        given, before, name = self.given, self.before, self.connection
        account, team = str(before.get("account") or ""), str(before.get("team") or "")
        if team:
            return options.team_option(given.plan, name, team)
        if account:
            person = person_of(given.plan, name, account)
            found = Option(account, account, "not matched", "person") if person is None else self._person_option(person)
            return found._replace(value=account, reason="")
        return None if given.person is None else self._person_option(given.person)

    def _scope_before(self) -> Option | None:
        reference = self.before.get("scope")
        if not isinstance(reference, dict):
            return None
        if reference.get("type", "").casefold() == "team":
            team = options.team_option(self.given.plan, self.connection, reference.get("id", ""))
            return options.team_scope(team)._replace(value=dict(reference))
        found = (o for o in options.scopes(self.given.plan, self.connection) if same_reference(o.value, reference))
        name = f"{type_words(reference.get('type', '').upper())} {reference.get('id', '')}"
        return next(found, Option(name, name))._replace(value=dict(reference))

    def _usual_scope(self) -> Option | None:
        """A new plan is made in the planned team, else in the person's first one."""
        who = self.who.option
        if who is None or not self.has("scope"):
            return None
        team = str(who.value) if who.kind == "team" else options.team_of(self.given.plan, self.connection, who.value)
        return options.team_scope(options.team_option(self.given.plan, self.connection, team)) if team else None

    @override
    def _connect(self) -> None:
        super()._connect()
        for signal in (self.start.moved, self.end.moved, self.until.moved, self.scope.chosen, self.item_type.picked):
            signal.connect(self.changed)
        self.who.chosen.connect(self._choose_who)
        self.what.chosen.connect(self._choose_what)
        self.repeat.picked.connect(self._show_repeat)
        self.days_off.toggled.connect(self.changed)
        self.amount.edited.connect(self.changed)
        self.description.edited.connect(self.changed)
        self.preview.suggested.connect(lambda person: self.who.choose(self._person_option(person)))

    def _choose_who(self, _: object) -> None:
        if self.item is None and self.scope.option is None:
            self.scope.choose(self._usual_scope())
        self.changed()

    def _choose_what(self, option: Option | None) -> None:
        if option is not None and isinstance(option.value, dict):
            self.item_type.set_word(option.value["type"])
        self.changed()

    def _show_repeat(self, *_: object) -> None:
        self.until.setEnabled(self.repeat.word not in (None, "never"))
        self.changed()

    def _convert(self) -> None:
        who = self.who.option
        person = None if who is None or who.kind == "team" else self.person
        span = span_of_fields(self.start, self.end)
        hours = hours_of(self.given.plan, person, span, include_non_working=self.days_off.isChecked())
        self.amount.set_hours(hours)

    # --- the edit -----------------------------------------------------------------------------------------------------

    @property
    def person(self) -> int | None:
        """Whose allocation it is: an index into the plan; None for a team's, or nobody's."""
        who = self.who.option
        return None if who is None else person_of_id(self.given.plan, who.key)

    @property
    def reference(self) -> dict[str, str] | None:
        """What is planned on, as an edit holds it."""
        option, word = self.what.option, self.item_type.word
        if option is None or word is None:
            return None
        known = option.value if isinstance(option.value, dict) else {"id": str(option.value)}
        return {**known, "type": word}

    @override
    def _values(self) -> dict[str, Value]:
        who, what = self.who.option, self.what.option
        team = who is not None and who.kind == "team"
        key = None if who is None else str(who.value or "") or None
        repeats = self.repeat.word or "never"
        values: dict[str, Value] = {
            "account": None if team else key,
            "team": key if team else None,
            "item": self.reference,
            "start": day_text(self.start),
            "end": day_text(self.end),
            **self.amount.values(),
        }
        more: dict[str, Value] = {
            "scope": None if self.scope.option is None else self.scope.option.value,
            "repeat": repeats,
            "until": None if repeats == "never" else day_text(self.until),
            "description": self.description.text,
            "include_non_working": self.days_off.isChecked(),
        }
        values |= {name: value for name, value in more.items() if self.has(name)}
        if what is not None and not same_reference(self.before.get("item"), self.reference):
            values |= {"title": what.title or what.name, "project": what.project}
        return values

    @override
    def after(self) -> dict[str, Value]:
        after = super().after()
        # "until" means nothing where it does not repeat: what a service left there is no difference.
        if after.get("repeat") in (None, "never") and self.before.get("repeat") in (None, "", "never"):
            after["until"] = self.before.get("until")
            after["repeat"] = self.before.get("repeat") if self.item is not None else after.get("repeat")
        return after

    @override
    def _span(self) -> Span | None:
        return span_of_fields(self.start, self.end)

    @override
    def _people(self) -> list[int]:
        who, span = self.who.option, self._span()
        if who is None or span is None:
            return []
        if who.kind == "team":
            return [person for person, _, _ in self._members(span)]
        return [] if self.person is None else [self.person]

    def _members(self, span: Span) -> list[tuple[int, int, int]]:
        who = self.who.option
        key = "" if who is None else str(who.value)
        first, last = day_number(span.start), day_number(span.end)
        return options.members(self.given.plan, self.connection, key, first, last)

    @override
    def _wrong(self) -> dict[str, str]:
        found = {**self.when(), **who_fault(self.who), **self.amount.wrong()}
        what = self.what.option
        typed = what is not None and not isinstance(what.value, dict) and not self.what.hasFocus()
        if typed and not _ID.fullmatch(self.what.text().strip()):
            found["item"] = "Nothing of this name. Choose one of the list, or type its id or key."
        if self.until.isEnabled() and self.until.is_wrong:
            found["until"] = NO_DATE
        elif self.until.isEnabled() and self.until.day and self.start.day and self.until.day < self.start.day:
            found["until"] = "It ends repeating before it starts."
        if self.description.too_long:
            found["description"] = f"{self.description.too_long} characters too long"
        return found

    @override
    def _missing(self) -> dict[str, str]:
        found = {} if self.who.option is not None else {"account": "Who is it for?"}
        found |= {} if self.what.option is not None else {"item": "What is it on?"}
        found |= {} if self.start.day is not None else {"start": "When does it start?"}
        found |= {} if self.end.day is not None else {"end": "When does it end?"}
        found |= {} if self.amount.asked or self.amount.wrong() else {"percent": "How much is it?"}
        if self.has("until") and self.until.isEnabled() and self.until.day is None:
            found["until"] = "Until when does it repeat?"
        return found

    @override
    def _label(self, after: Fields) -> str:
        title, project = str(after.get("title") or ""), str(after.get("project") or "")
        names = [part for part in dict.fromkeys((project, title)) if part]
        return f"{'New allocation' if self.item is None else 'Change'} {' / '.join(names) or 'allocation'}".strip()

    @override
    def refresh(self) -> None:
        self._convert()
        super().refresh()
        self._say_hints()

    def _say_hints(self) -> None:
        who, span = self.who.option, self._span()
        team = who is not None and who.kind == "team"
        if team and span is not None:
            first, last = day_number(span.start), day_number(span.end)
            names = [options.until_words(self.given.plan, each, first, last) for each in self._members(span)]
            said = ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")
            self.who_row.say(f"Reflected on {said}." if names else "Nobody is in this team then.")
        else:
            self.who_row.say("")
        what = self.what.option
        typed = "" if what is None or isinstance(what.value, dict) else str(what.value)
        self.what_row.say(hints.typed_item(self.item_type.word or "", typed) if _ID.fullmatch(typed) else "")
        self.amount_row.say(self._kept_hint() or ("Of each member's own working time." if team else ""))
        self.repeat_row.say(hints.dates(span, self.repeat.word or "never", self.until.day))

    def _kept_hint(self) -> str:
        edit, asked = self.edit(), self.amount.asked
        if edit is None or edit.after is None or asked is None:
            return ""
        return hints.kept_amount(self.given.service(self.connection), edit.after, self.given.stored(edit), asked[0])


def same_reference(one: Value, other: Value) -> bool:
    """Whether two references name the same thing, in whatever spelling."""
    return not differing(Kind.ALLOCATION, {"item": one}, {"item": other})
