"""The task dialog: every field that BigTime takes when a task is made or changed (its AddUpdate view), and no other.

What is taken only when a task is made says so, and is locked afterwards. The assignees are ticked one by one, so that
somebody added elsewhere meanwhile is not lost: the list is merged person by person, never replaced (W11).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget
from typing_extensions import override

from planner_gui.domain.edits import Fields, Item, Value
from planner_gui.domain.entities import Kind, Span
from planner_gui.ui.dialogs import options
from planner_gui.ui.dialogs.assignees import Assignees
from planner_gui.ui.dialogs.fields import FieldRow, LongText, NumberField, Tick, Words, say_why
from planner_gui.ui.dialogs.form import EditDialog
from planner_gui.ui.dialogs.given import Given, person_of
from planner_gui.ui.dialogs.lookup import Lookup
from planner_gui.ui.dialogs.options import Option
from planner_gui.ui.dialogs.parts import day_text, iso_day, person_of_id, type_words, when_row
from planner_gui.ui.text import PlainLabel

NUMBERS = {
    "budget_hours": ("Budget in hours", "h"),
    "budget_fees": ("Budget in fees", "fees"),
    "budget_expenses": ("Budget in expenses", "expenses"),
    "percent_complete": ("Percent complete", "% done"),
}
LATER = "Only when it is made: it cannot be changed later."
NONE = "\N{EN DASH}"


class _Word(NamedTuple):
    """A field of one word: how it is read, and how it is shown a value."""

    widget: QWidget
    read: Callable[[], Value]
    show: Callable[[Value], None]


class TaskDialog(EditDialog):
    """A task of one project."""

    kind = Kind.TASK
    noun = "task"

    def __init__(self, given: Given, item: Item | None = None, parent: QWidget | None = None) -> None:
        super().__init__(given, item, parent)
        self.resize(620, 720)
        (self.project if self.project.isEnabled() and self.project.option is None else self.name).setFocus()

    @override
    def _build(self) -> None:
        if self.item is not None and self.item.series > 1:
            self.say_first(
                f"It is the master of a series: what you change here changes all {self.item.series} tasks of it that"
                " are not archived."
            )
        self.add_connection()
        self.project, self.name = Lookup("Project"), QLineEdit()
        self.name.setAccessibleName("Name")
        self.project.setPlaceholderText("Type a project or its code")
        self._optional: list[tuple[FieldRow, tuple[str, ...]]] = []
        self.words = {name: self._word(name) for name in ("type", "group", "status", "priority", "fee_or_expense",
                                                          "parent", "class")}  # fmt: skip
        self.numbers = {name: NumberField(*said) for name, said in NUMBERS.items()}
        self.no_charge = Tick("No cha&rge")
        self.project_row = self.add("Pro&ject", self.project, "project", needed=True)
        self.add("&Name", self.name, "name", needed=True)
        self.type_row = self.add("&Type", self.words["type"].widget, "type", needed=True)
        self._pair("&Group", "group", "parent", "Parent")
        self._pair("Stat&us", "status", "priority", "Priority")
        self.start, self.end, self.when = when_row(self, "St&art, due", last="due", needed=False)
        self.assignees = Assignees()
        self._may_lack(self.add("Ass&igned to", self.assignees, "assignees"), "assignees")
        budgets = [self.numbers[name] for name in ("budget_hours", "budget_fees", "budget_expenses")]
        named = {name: self.numbers[name] for name in NUMBERS if name.startswith("budget")}
        self._may_lack(self.add("&Budget", budgets, others=named), *named)
        self._pair("&Fee or expense", "fee_or_expense", "percent_complete", "Done")
        self._pair("C&lass", "class", "no_charge", "")
        self.notes = LongText("Notes", str(self.before.get("notes") or ""))
        self._may_lack(self.add("N&otes", self.notes, "notes"), "notes")
        self.add_preview()
        self._adapt()
        self._fill()

    def _pair(self, label: str, first: str, second: str, between: str) -> None:
        """Two fields side by side, the second with its label before it."""
        one, other = self._widget(first), self._widget(second)
        said = PlainLabel(between, role="label")
        said.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        said.setFixedWidth(58 if between else 0)
        said.setProperty("narrow", True)
        self._may_lack(self.add(label, [one, said, other], first, others={second: other}), first, second)

    def _may_lack(self, row: FieldRow, *names: str) -> None:
        """A row that is only there where the service has one of these fields."""
        self._optional.append((row, names))

    def _widget(self, name: str) -> QWidget:
        if name in self.words:
            return self.words[name].widget
        return self.numbers.get(name, self.no_charge)

    def _word(self, name: str) -> _Word:
        """A list where the service's words are known; else any word, those that are used offered."""
        spoken = name.replace("_", " ").capitalize()
        known = self.capability.choices.get(name)
        if known:
            shown = [(word, type_words(word)) for word in known]
            box = Words(spoken, shown, empty="" if name == "type" else f"{NONE} no {spoken.lower()}")
            box.picked.connect(self.changed)
            return _Word(box, lambda: box.word, lambda value: box.set_word(str(value) if value else None))
        field = Lookup(spoken, free=True, eager=name == "parent")
        field.offer(self._offered(name))
        field.chosen.connect(self.changed)

        def read() -> Value:
            return None if field.option is None else field.option.value

        def show(value: Value) -> None:
            field.choose(self._named(name, str(value)) if value else None)

        return _Word(field, read, show)

    def _offered(self, name: str) -> Iterator[Option]:
        """What can be typed ahead; nothing is looked up before somebody comes to the field."""
        if name == "parent":
            yield from options.tasks(self.given.plan, self.connection)
        elif name == "type":
            words = options.words_seen(self.given.plan, self.connection, Kind.TASK)
            yield from (Option(word, word, value=word) for word in words)

    def _named(self, name: str, value: str) -> Option:
        known = (each for each in self._offered(name) if each.value == value) if name == "parent" else iter(())
        return next(known, Option(value, value, value=value))

    @override
    def _adapt(self) -> None:
        given, name = self.given, self.connection
        self.project.offer(options.projects(given.plan, name))
        self.assignees.offer(options.people(given.plan, name, given.service(name)))
        self.notes.set_longest(self.capability.longest.get("notes", 0))
        for row, names in self._optional:
            row.set_visible(any(self.has(each) for each in names))
            for each in names:
                row.fields[each].setVisible(self.has(each))
        locked = f"{given.service(name)} takes it only when the task is made" if not self.is_unsent else ""
        say_why(self.project, locked)
        say_why(self.words["type"].widget, locked)
        if not locked:
            self.type_row.say(LATER)
            self.project_row.say(LATER)

    def _fill(self) -> None:
        given, before = self.given, self.before
        project = str(before.get("project") or "")
        if project:
            known = (each for each in options.projects(given.plan, self.connection) if each.value == project)
            name = str(before.get("project_name") or project)
            self.project.choose(next(known, Option(project, name, project, "project", "", project)))
        self.name.setText(str(before.get("name") or ""))
        for field, word in self.words.items():
            word.show(before.get(field))
        for field, number in self.numbers.items():
            number.set_value(before.get(field))
        self.start.set_day(iso_day(before.get("start")) if self.item is not None else given.start)
        self.end.set_day(iso_day(before.get("due")) if self.item is not None else given.end)
        self.no_charge.setChecked(bool(before.get("no_charge")))
        self.assignees.show_people(self._assigned())

    def _assigned(self) -> list[Option]:
        given, listed = self.given, self.before.get("assignees")
        found = []
        for account in listed if isinstance(listed, list) else []:
            person = person_of(given.plan, self.connection, account)
            found.append(Option(account, account, "not matched", "person", "", account) if person is None
                         else self._person_option(person)._replace(value=account, reason=""))  # fmt: skip
        if self.item is None and given.person is not None:
            found += [each for each in [self._person_option(given.person)] if not each.reason]
        return found

    def _person_option(self, person: int) -> Option:
        given, name = self.given, self.connection
        return options.person_option(given.plan, person, name, given.service(name))

    @override
    def _connect(self) -> None:
        super()._connect()
        for signal in (self.project.chosen, self.start.moved, self.end.moved, self.name.textChanged):
            signal.connect(self.changed)
        for number in self.numbers.values():
            number.textEdited.connect(self.changed)
        self.no_charge.toggled.connect(self.changed)
        self.notes.edited.connect(self.changed)
        self.assignees.edited.connect(self.changed)

    # --- the edit -----------------------------------------------------------------------------------------------------

    @override
    def _values(self) -> dict[str, Value]:
        project = self.project.option
        values: dict[str, Value] = {
            "project": None if project is None else project.value,
            "name": self.name.text(),
            "start": day_text(self.start),
            "due": day_text(self.end),
            "assignees": list(self.assignees.accounts),
            "notes": self.notes.text,
            "no_charge": self.no_charge.isChecked(),
            **{name: word.read() for name, word in self.words.items()},
            **{name: number.value for name, number in self.numbers.items()},
        }
        for name in ("group", "parent", "class"):
            values[name] = values[name] or ""
        values = {name: value for name, value in values.items() if self.has(name)}
        if project is not None and project.value != self.before.get("project"):
            values["project_name"] = project.name
        return values

    @override
    def _span(self) -> Span | None:
        due = self.end.day
        if due is None:
            return None
        start = self.start.day or min(self.given.today, due)
        return Span(start, due) if start <= due else None

    @override
    def _people(self) -> list[int]:
        found = (person_of_id(self.given.plan, person) for person in self.assignees.people)
        return [person for person in found if person is not None]

    @override
    def _wrong(self) -> dict[str, str]:
        found = self.when()
        for name, number in self.numbers.items():
            if number.is_wrong:
                found[name] = "This is no number."
            elif isinstance(number.value, int | float) and number.value < 0:
                found[name] = "It cannot be below 0."
        done = self.numbers["percent_complete"].value
        if isinstance(done, int | float) and done > 100 and "percent_complete" not in found:
            found["percent_complete"] = "It cannot be more than 100 %."
        if self.project.option is None and self.project.text().strip() and not self.project.hasFocus():
            found["project"] = "No project of this name. Choose one of the list."
        if self.notes.too_long:
            found["notes"] = f"{self.notes.too_long} characters too long"
        return found

    @override
    def _missing(self) -> dict[str, str]:
        found = {} if self.project.option is not None else {"project": "Which project is it in?"}
        found |= {} if self.name.text().strip() else {"name": "What is it called?"}
        return found | ({} if self.words["type"].read() else {"type": "What type of task is it?"})

    @override
    def _label(self, after: Fields) -> str:
        return f"{'New task' if self.item is None else 'Change'} {after.get('name') or 'task'}".strip()
