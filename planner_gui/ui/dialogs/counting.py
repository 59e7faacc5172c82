"""What counts: as load, as absence, shown only or not at all, for each service, event type and calendar (Load 6).

Choices are laid side by side with what they would do to the totals in view; nothing counts anew before it is applied.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QRadioButton, QVBoxLayout, QWidget

from planner_gui.domain.entities import CountsAs
from planner_gui.domain.plan import Counting, Plan
from planner_gui.session.workspace_file import Configuration
from planner_gui.ui.dialogs.fields import NumberField
from planner_gui.ui.dialogs.lookup import Lookup
from planner_gui.ui.dialogs.options import Option
from planner_gui.ui.dialogs.settings_frame import LinesTable, SettingsFrame, beside, button, empty
from planner_gui.ui.models import counting as rows
from planner_gui.ui.models.lines import LinesModel
from planner_gui.ui.text import PlainLabel, menu_text
from planner_gui.ui.theme import Theme

SETTLE = 100  # ms until the effect of a choice is asked for
_CHOICES = {
    CountsAs.LOAD: "Load: planned time of the person",
    CountsAs.ABSENCE: "Absence: the person is away",
    CountsAs.SHOW: "Shown only: in no total",
    CountsAs.IGNORE: "Nothing: not shown either",
}


class CountingDialog(SettingsFrame):
    """Signals: effect_wanted(Counting): what would it do? `show_effect` is the answer."""

    effect_wanted = Signal(object)

    def __init__(self, plan: Plan, settings: Configuration, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("What counts", "As load, as absence, or only shown.", theme, parent)
        self.plan = plan
        self.settings = settings
        self.counting = settings.counting  # with what was chosen here
        self.model: LinesModel[rows.Row] = LinesModel()
        self.table = LinesTable("What counts")
        self.table.setModel(self.model)
        self.subject = PlainLabel(role="title", wraps=True, breaks=True)
        self.about = PlainLabel(role="muted", wraps=True, breaks=True)
        self.radios: dict[CountsAs | None, QRadioButton] = {}
        self._group = QButtonGroup(self)
        self.time_off = Lookup("Mark as time off")
        self.thresholds = tuple(NumberField(name, "%") for name in ("Busy from", "Full from", "Far over from"))
        self.threshold_fault = PlainLabel(role="fault", wraps=True)
        self.effect = PlainLabel(wraps=True)
        self.apply_button = button("&Apply", "Count so from now on", name="primary")
        self.discard = button("&Discard", "As it was before")
        self._due = QTimer(self, interval=SETTLE, singleShot=True)
        self._due.timeout.connect(lambda: self.effect_wanted.emit(self.counting))
        self._build()
        self._connect()
        self.resize(1000, 680)
        self._show_all()
        self.table.selectRow(0)
        self.table.setFocus()

    def _build(self) -> None:
        side = QWidget()
        side.setObjectName("side")
        side.setFixedWidth(330)
        column = QVBoxLayout(side)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(8)
        self._choices = QVBoxLayout()
        self._choices.setSpacing(4)
        column.addWidget(self.subject)
        column.addWidget(self.about)
        column.addLayout(self._choices)
        column.addStretch(1)
        column.addWidget(PlainLabel("TEMPO PLANS THAT ARE TIME OFF", role="heading"))
        self.time_off.setPlaceholderText("Add a project or an item")
        self.time_off.offer(rows.time_off_options(self.plan))
        column.addWidget(self.time_off)
        column.addSpacing(6)
        column.addWidget(PlainLabel("COLOURS OF THE STRIP", role="heading"))
        for field in self.thresholds:
            field.setFixedWidth(96)
            column.addLayout(beside(PlainLabel(field.accessibleName()), 1, field))
        column.addWidget(PlainLabel("Over begins above 100 %.", role="hint"))
        column.addWidget(self.threshold_fault)
        self.threshold_fault.hide()
        both = QHBoxLayout()
        both.setSpacing(12)
        both.addWidget(self.table, 1)
        both.addWidget(side)
        self.body.addLayout(both, 1)
        self.body.addWidget(self.effect)
        self.foot.insertWidget(0, self.discard)
        self.foot.addWidget(self.apply_button)

    def _connect(self) -> None:
        self.table.selectionModel().selectionChanged.connect(self._show_side)
        self.table.entered_row.connect(self._to_choices)
        self._group.idClicked.connect(self._choose)
        self.time_off.chosen.connect(self._mark_time_off)
        for field in self.thresholds:
            field.textEdited.connect(self._follow)
            field.returnPressed.connect(self.apply)
        self.apply_button.clicked.connect(self.apply)
        self.discard.clicked.connect(self._discard)

    # --- what is shown ------------------------------------------------------------------------------------------------

    def show_settings(self, plan: Plan, settings: Configuration) -> None:
        """Other settings, or another plan; what was chosen and not applied stays, unless it is what holds now."""
        touched = self.is_changed
        self.plan, self.settings = plan, settings
        if not touched or self.counting == settings.counting:
            self.counting = settings.counting
        self._show_all()

    def show_effect(self, counting: Counting, text: str) -> None:
        """What a choice would do, where it is still the one."""
        if counting is self.counting and counting != self.settings.counting:
            self.effect.say(f"If applied: {text}")

    @property
    def is_changed(self) -> bool:
        """Whether something was chosen that does not hold yet."""
        return self.counting != self.settings.counting

    def _show_all(self) -> None:
        place = next(iter(self.table.chosen_rows()), 0)
        listed = rows.rows_of(self.plan, self.settings.counting)
        listed += [each for each in rows.rows_of(self.plan, self.counting) if each not in listed]
        self.model.show_rows(rows.HEADINGS, listed, self._cell, colour=self._colour)
        self.table.share(160, 0, 215)
        self.table.selectRow(min(place, len(listed) - 1))
        for field, value in zip(self.thresholds, _three(self.settings), strict=True):
            field.set_value(value)
        self._follow()
        self._show_side()

    def _cell(self, row: rows.Row, column: int) -> str:
        counts = rows.WORDS[rows.current(row, self.counting, self.plan)]
        follows = rows.follows(row, self.counting)
        return (rows.what(row), rows.where(row), f"{counts}, as {follows}" if follows else counts)[column]

    def _colour(self, row: rows.Row, column: int) -> str:
        now, before = (rows.current(row, each, self.plan) for each in (self.counting, self.settings.counting))
        if column == 2 and now != before:
            return self.theme.orange
        return self.theme.muted if column == 2 and rows.follows(row, self.counting) else ""

    def row(self) -> rows.Row | None:
        """The row that is chosen."""
        places = self.table.chosen_rows()
        return self.model.row(places[0]) if places and places[0] < self.model.rowCount() else None

    def _show_side(self, *_: object) -> None:
        for radio in self.radios.values():
            self._group.removeButton(radio)
        empty(self._choices)
        self.radios = {}
        row = self.row()
        self.subject.say(rows.what(row) if row is not None else "")
        self.about.say(rows.where(row) if row is not None else "")
        if row is None:
            return
        own = rows.chosen(row, self.counting)
        if own is None and not (isinstance(row, rows.EventRow) and row.key[0]):
            own = rows.current(row, self.counting, self.plan)
        for number, counts in enumerate(rows.choices(row)):
            radio = QRadioButton(menu_text(self._words(row, counts)))
            radio.setChecked(counts == own)
            self._group.addButton(radio, number)
            self.radios[counts] = radio
            self._choices.addWidget(radio)

    def _words(self, row: rows.Row, counts: CountsAs | None) -> str:
        if counts is not None:
            return _CHOICES[counts]
        without = rows.settled(row, None, self.counting)
        return f"As {rows.follows(row, without)}: {rows.WORDS[rows.current(row, without, self.plan)]}"

    def _to_choices(self) -> None:
        checked = self._group.checkedButton()
        if checked is not None:
            checked.setFocus()

    # --- choosing -----------------------------------------------------------------------------------------------------

    def _choose(self, number: int) -> None:
        row = self.row()
        if row is not None:
            self._stage(rows.settled(row, rows.choices(row)[number], self.counting))

    def _mark_time_off(self, option: Option | None) -> None:
        if option is None:
            return
        connection, _, item = option.key.partition("\0")
        row = rows.TimeOffRow((connection, item))
        self._stage(rows.settled(row, CountsAs.ABSENCE, self.counting))
        self._show_all()
        self.table.selectRow(self.model.place(lambda each: each == row))
        self.time_off.choose(None)

    def _stage(self, counting: Counting) -> None:
        self.counting = counting
        self.table.viewport().update()
        self._follow()

    def _discard(self) -> None:
        self.counting = self.settings.counting
        self._show_all()

    def _follow(self, *_: object) -> None:
        """Say what waits to be applied."""
        wrong = self._wrong()
        self.threshold_fault.say(wrong)
        self.threshold_fault.setVisible(bool(wrong))
        levels = not wrong and self._levels() != self.settings.thresholds
        self.apply_button.setEnabled(not wrong and (self.is_changed or levels))
        self.discard.setEnabled(self.is_changed or bool(wrong) or levels)
        if self.is_changed:
            self.effect.say("If applied: counting\N{HORIZONTAL ELLIPSIS}")
            self._due.start()
        else:
            self._due.stop()
            self.effect.say("If applied: other colours, the same totals." if levels else "Nothing is changed.")

    def _levels(self) -> tuple[int, int, int, int]:
        busy, full, far = (int(str(field.value)) for field in self.thresholds)
        return busy, full, 100, far

    def _wrong(self) -> str:
        if not all(isinstance(field.value, int) for field in self.thresholds):
            return "Give whole percentages."
        levels = self._levels()
        rising = 0 < levels[0] < levels[1] < levels[2] < levels[3] <= 1000
        return "" if rising else "Busy, full, 100 % and far over must rise."

    def apply(self) -> None:
        """Announce what was chosen."""
        if self._wrong() or not self.apply_button.isEnabled():
            return
        self.say_error("")
        before = self.settings.counting
        by_user = {name for name, counts in self.counting.tasks.items() if before.tasks.get(name) != counts}
        self.change_wanted.emit(partial(_changed, self.counting, self._levels(), frozenset(by_user)))


def _changed(
    counting: Counting, levels: tuple[int, int, int, int], by_user: frozenset[str], settings: Configuration
) -> Configuration:
    """The settings with another counting; tasks that the user chose follow no default any more (Load 6)."""
    left = settings.tasks_by_default - by_user
    return replace(settings, counting=counting, thresholds=levels, tasks_by_default=left)


def _three(settings: Configuration) -> tuple[int, int, int]:
    busy, full, _, far = settings.thresholds
    return busy, full, far
