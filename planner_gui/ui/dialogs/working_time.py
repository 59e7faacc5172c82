"""Working time: the workspace's week, people's dated records, holidays, time zones; entered here or read from files.

A change applies from its date on, and says before it is made what it does to the capacity in view. Everything is
announced as a change of the settings; reading files and keeping settings is somebody else's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QItemSelectionModel, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from planner_gui.domain.entities import AccountRef
from planner_gui.domain.imports import parse_weeks
from planner_gui.domain.plan import Person
from planner_gui.session import schedules as settling
from planner_gui.ui import formats
from planner_gui.ui.dialogs.holidays import HolidaysPage
from planner_gui.ui.dialogs.record_form import RecordForm
from planner_gui.ui.dialogs.settings_frame import LinesTable, SettingsFrame, beside, button, empty, tab_bar
from planner_gui.ui.dialogs.zone import ZoneField
from planner_gui.ui.models.lines import LinesModel
from planner_gui.ui.models.schedules import PEOPLE_HEADINGS, Schedules, weeks_words
from planner_gui.ui.text import PlainLabel
from planner_gui.ui.theme import Theme

Effect = Callable[[settling.Change], str]


class WorkingTimeDialog(SettingsFrame):
    """Signals: file_chosen(str path) to be read and previewed.

    effect: what a change does to capacity, in words.
    """

    file_chosen = Signal(str)

    def __init__(self, schedules: Schedules, effect: Effect, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("Working time", "", theme, parent)
        self.schedules = schedules
        self._effect_of = effect
        self.tabs = tab_bar("People", "Workspace", "Holidays")
        self.pages = QStackedWidget()
        self.text = QLineEdit()
        self.model: LinesModel[int] = LinesModel()
        self.table = LinesTable("People", several=True)
        self.table.setModel(self.model)
        self.form = RecordForm(schedules, self._person_effect, "&Set")
        self.workspace_form = RecordForm(schedules, self._default_effect, "&Set from this date")
        self.always = QLineEdit()
        self.calendar = QLineEdit()
        self.zone = ZoneField("Time zone", "Set time &zone", empty="as the workspace")
        self.workspace_zone = ZoneField("Time zone of the workspace", "Set time &zone")
        self.holidays = HolidaysPage(schedules, effect)
        self.import_button = button("&Import\N{HORIZONTAL ELLIPSIS}", "Schedules or holidays from a CSV or ICS file")
        self._build()
        self._connect()
        self.resize(1160, 720)
        self.show_schedules(schedules)
        self._select([0])
        self.table.setFocus()

    # --- making -------------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.body.addLayout(beside(self.tabs, 1))
        for page in (self._people_page(), self._workspace_page(), self.holidays):
            self.pages.addWidget(page)
        self.body.addWidget(self.pages, 1)
        self.foot.insertWidget(0, self.import_button)

    def _people_page(self) -> QWidget:
        self.text.setPlaceholderText("Find by name, account or team")
        self.text.setAccessibleName("Find people")
        self.text.setClearButtonEnabled(True)
        self.count = PlainLabel(role="muted")
        self.everybody = button("Choose &all shown", "Everybody in the list (Ctrl+A)")
        left = QVBoxLayout()
        left.addLayout(beside(self.text, self.count, self.everybody))
        left.addWidget(self.table, 1)
        side = QWidget()
        side.setObjectName("side")
        side.setFixedWidth(340)
        column = QVBoxLayout(side)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(8)
        self.who = PlainLabel(role="title", wraps=True, breaks=True)
        self._records = QVBoxLayout()
        self._records.setSpacing(4)
        self.calendar.setAccessibleName("Holiday calendar")
        self.calendar.setPlaceholderText("as the workspace")
        self.calendar_button = button("Set &holidays", "A country and part such as DE or DE-BY; empty: the workspace's")
        self.calendar_fault = PlainLabel(role="fault", wraps=True, breaks=True)
        self.calendar_fault.hide()
        column.addWidget(self.who)
        column.addLayout(self._records)
        column.addWidget(PlainLabel("FROM A DATE ON", role="heading"))
        column.addWidget(self.form)
        column.addSpacing(6)
        column.addWidget(PlainLabel("HOLIDAYS", role="heading"))
        column.addLayout(beside(self.calendar, self.calendar_button))
        column.addWidget(self.calendar_fault)
        column.addSpacing(6)
        column.addWidget(PlainLabel("TIME ZONE", role="heading"))
        column.addWidget(self.zone)
        column.addStretch(1)
        page = QWidget()
        both = QHBoxLayout(page)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(12)
        both.addLayout(left, 1)
        both.addWidget(side)
        return page

    def _workspace_page(self) -> QWidget:
        self.always.setAccessibleName("Week of the workspace")
        self.always.setMinimumWidth(320)
        self.always_button = button("&Change for all dates", "Earlier numbers change, too")
        self.always_fault = PlainLabel(role="fault", wraps=True)
        self.always_fault.hide()
        self._defaults = QVBoxLayout()
        self._defaults.setSpacing(4)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        words = "Whoever has no record of their own, and of whom no service reports one, works so:"
        column.addWidget(PlainLabel(words, wraps=True))
        column.addLayout(beside(self.always, self.always_button, 1))
        column.addWidget(self.always_fault)
        column.addWidget(PlainLabel("none: their working time is unknown, and in no total.", role="hint"))
        column.addSpacing(8)
        column.addWidget(PlainLabel("FROM A DATE ON", role="heading"))
        column.addLayout(self._defaults)
        self.workspace_form.setMaximumWidth(460)
        column.addWidget(self.workspace_form)
        column.addSpacing(8)
        column.addWidget(PlainLabel("TIME ZONE", role="heading"))
        words = "Times of day, and the dates of timed events, of whoever has no zone of their own:"
        column.addWidget(PlainLabel(words, wraps=True))
        self.workspace_zone.setMaximumWidth(460)
        column.addWidget(self.workspace_zone)
        column.addStretch(1)
        return page

    def _connect(self) -> None:
        self.tabs.currentChanged.connect(self.pages.setCurrentIndex)
        self.text.textChanged.connect(self._find)
        self.text.returnPressed.connect(self.table.setFocus)
        self.table.selectionModel().selectionChanged.connect(self._show_who)
        self.table.entered_row.connect(self.form.week.setFocus)
        self.everybody.clicked.connect(self.table.selectAll)
        self.form.given.connect(self._schedule)
        self.workspace_form.given.connect(self._schedule_all)
        self.always_button.clicked.connect(self._change_always)
        self.always.returnPressed.connect(self._change_always)
        self.calendar_button.clicked.connect(self._set_calendar)
        self.calendar.returnPressed.connect(self._set_calendar)
        self.zone.given.connect(self._set_zone)
        self.workspace_zone.given.connect(lambda name: self._want(settling.default_timezone(name)))
        self.holidays.change_wanted.connect(self._want)
        self.import_button.clicked.connect(self._choose_file)
        QShortcut(QKeySequence("Ctrl+F"), self, self.text.setFocus)

    # --- what is shown ------------------------------------------------------------------------------------------------

    def show_schedules(self, schedules: Schedules) -> None:
        """Other settings, or another plan; the same people stay chosen."""
        chosen = {person.id for person in self.chosen()}
        self.schedules = schedules
        with QSignalBlocker(self.table.selectionModel()):
            self.model.show_rows(PEOPLE_HEADINGS, schedules.people, schedules.cell, schedules.lines)
        self.table.share(180, 0, 100, 130, 120)
        people = schedules.plan.people
        self._select([at for at in range(self.model.rowCount()) if people[self.model.row(at)].id in chosen])
        self.holidays.show_schedules(schedules)
        self._show_workspace()

    def choose_person(self, accounts: Sequence[AccountRef]) -> None:
        """Bring somebody into view, ready for a week."""
        self.text.clear()
        people, wanted = self.schedules.plan.people, set(accounts)
        at = self.model.place(lambda row: not wanted.isdisjoint(people[row].accounts))
        if at >= 0:
            self._select([at])
            self.form.week.setFocus()

    def chosen(self) -> list[Person]:
        """Whom a record would be for."""
        people = self.schedules.plan.people
        rows = [self.model.row(at) for at in self.table.chosen_rows() if at < self.model.rowCount()]
        return [people[row] for row in rows if row < len(people)]

    def _find(self, text: str) -> None:
        with QSignalBlocker(self.table.selectionModel()):
            self.model.look_for(text)
        self._select([0])

    def _select(self, places: Sequence[int]) -> None:
        flags = QItemSelectionModel.SelectionFlag
        selection = self.table.selectionModel()
        with QSignalBlocker(selection):
            selection.clear()
            for at in places:
                if 0 <= at < self.model.rowCount():
                    selection.select(self.model.index(at, 0), flags.Select | flags.Rows)
            if places and 0 <= places[0] < self.model.rowCount():
                selection.setCurrentIndex(self.model.index(places[0], 0), flags.NoUpdate)
                self.table.scrollTo(self.model.index(places[0], 0))
        self.table.viewport().update()
        self._show_who()

    def _show_who(self, *_: object) -> None:
        people = self.chosen()
        self.count.say(f"{self.model.rowCount()} of {self.model.total}")
        self.who.say(
            "Nobody is chosen" if not people else people[0].name if len(people) == 1 else f"{len(people)} people"
        )
        for widget in (self.form, self.calendar, self.calendar_button, self.zone):
            widget.setEnabled(bool(people))
        label = "&Set" if len(people) < 2 else f"&Set for {len(people)} people"
        self.form.set_button.setText(label)
        empty(self._records)
        if len(people) == 1:
            self._list_records(people[0])
        calendars = {settling.calendar_of(self.schedules.settings, person) for person in people}
        self.calendar.setText(next(iter(calendars)) if len(calendars) == 1 else "")
        self.calendar_fault.hide()
        zones = {settling.zone_name(self.schedules.settings, person) for person in people}
        self.zone.show_zone(next(iter(zones)) if len(zones) == 1 else "")
        self.form.refresh()

    def _list_records(self, person: Person) -> None:
        records = settling.records_of(self.schedules.settings, person)
        if not records:
            self._records.addWidget(PlainLabel("No record of their own.", role="muted"))
        for record in records:
            gone = button("Remove", name="link")
            change = settling.unscheduled(person.accounts, record.start)
            gone.clicked.connect(lambda _=False, change=change: self._want(change))
            words = f"from {formats.day(record.start)}: {weeks_words(record.weeks)}"
            label = PlainLabel(words, wraps=True, breaks=True)
            line = beside(label, gone)
            line.setStretch(0, 1)
            self._records.addLayout(line)

    def _show_workspace(self) -> None:
        settings = self.schedules.settings
        self.always.setText(settings.schedule)
        self.always_fault.hide()
        self.about.say(f"Times of day are those of {settings.timezone}.")
        self.workspace_zone.show_zone(settings.timezone)
        empty(self._defaults)
        for each in settings.schedule_changes:
            gone = button("Remove", name="link")
            change = settling.without_default_from(each.start)
            gone.clicked.connect(lambda _=False, change=change: self._want(change))
            words = PlainLabel(f"from {formats.day(each.start)}: {weeks_words(each.weeks)}")
            self._defaults.addLayout(beside(words, gone, 1))

    # --- changing -----------------------------------------------------------------------------------------------------

    def _want(self, change: settling.Change) -> None:
        self.say_error("")
        self.change_wanted.emit(change)

    def _accounts(self) -> list[tuple[AccountRef, ...]]:
        return [person.accounts for person in self.chosen()]

    def _person_effect(self, form: RecordForm) -> str:
        if form.start.day is None or not self.chosen():
            return ""
        return self._effect_of(settling.scheduled(self._accounts(), form.start.day, form.weeks))

    def _default_effect(self, form: RecordForm) -> str:
        return "" if form.start.day is None else self._effect_of(settling.default_from(form.start.day, form.weeks))

    def _schedule(self, start: object, weeks: object) -> None:
        if self.chosen():
            self._want(settling.scheduled(self._accounts(), start, weeks))  # type: ignore[arg-type]
            self.form.clear()

    def _schedule_all(self, start: object, weeks: object) -> None:
        self._want(settling.default_from(start, weeks))  # type: ignore[arg-type]
        self.workspace_form.clear()

    def _change_always(self) -> None:
        text = self.always.text().strip()
        try:
            weeks = ("none",) if text.casefold() == "none" else parse_weeks(text)
            if len(weeks) > 1:
                raise ValueError("Weeks in turn need a date to begin at: give them below.")
        except ValueError as error:
            self.always_fault.say(str(error))
            self.always_fault.show()
            return
        self._want(settling.default_week(weeks[0]))

    def _set_calendar(self) -> None:
        code = self.calendar.text().strip().upper()
        if fault := self.holidays.fault_of(code):
            self.calendar_fault.say(fault)
            self.calendar_fault.show()
        elif self.chosen():
            self._want(settling.holidays_of(self._accounts(), code))

    def _set_zone(self, name: str) -> None:
        if self.chosen():
            self._want(settling.timezone_of(self._accounts(), name))

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, "Import schedules or holidays")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(["Schedules and holidays (*.csv *.tsv *.txt *.ics)", "All files (*)"])
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.file_chosen)
        dialog.open()
