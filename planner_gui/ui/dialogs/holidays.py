"""The holidays of the working-time dialog: the workspace's country and part, the days of the calendars, own days."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from planner_gui.domain.calendar import load_holidays
from planner_gui.session import schedules as settling
from planner_gui.session.workspace_file import DayOff
from planner_gui.ui.dialogs.dates import DateField
from planner_gui.ui.dialogs.fields import Words
from planner_gui.ui.dialogs.parts import NO_DATE
from planner_gui.ui.dialogs.settings_frame import LinesTable, beside, button
from planner_gui.ui.models.lines import LinesModel
from planner_gui.ui.models.schedules import DAY_HEADINGS, Day, Schedules, day_cell
from planner_gui.ui.text import PlainLabel

SHARES = (("1", "Whole day"), ("0.5", "Half day"))


class HolidaysPage(QWidget):
    """Signals: change_wanted(function from settings to settings). Countries are loaded when it is first shown."""

    change_wanted = Signal(object)

    def __init__(self, schedules: Schedules, effect: Callable[[settling.Change], str]) -> None:
        super().__init__()
        self.schedules = schedules
        self._effect_of = effect
        self._parts: dict[str, list[str]] = {}
        self.country = Words("Country", [], empty="No public holidays")
        self.part = Words("Part of the country", [], empty="Whole country")
        self.use = button("&Use", "The workspace's holidays from now on", name="primary")
        self.effect = PlainLabel(role="hint", wraps=True)
        self.model: LinesModel[Day] = LinesModel()
        self.table = LinesTable("Days off")
        self.table.setModel(self.model)
        self.day = DateField("Day", schedules.plan.today)
        self.name = QLineEdit()
        self.share = Words("Share of the day", SHARES, "1")
        self.calendar = Words("Calendar", [], empty="Everybody\N{RIGHT SINGLE QUOTATION MARK}s")
        self.add = button("&Add day")
        self.remove = button("&Remove day", "Only days entered here (Del)")
        self.fault = PlainLabel(role="fault", wraps=True)
        self._build()
        self._connect()

    def _build(self) -> None:
        self.name.setPlaceholderText("Name of the day")
        self.name.setAccessibleName("Name of the day")
        self.day.setFixedWidth(170)
        for words, width in ((self.country, 260), (self.part, 170), (self.share, 120), (self.calendar, 130)):
            words.setFixedWidth(width)
        self.fault.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(beside(PlainLabel("Public holidays of"), self.country, self.part, self.use, 1))
        layout.addWidget(self.effect)
        layout.addWidget(self.table, 1)
        layout.addLayout(beside(self.day, self.name, self.share, self.calendar, self.add, self.remove))
        layout.addWidget(self.fault)

    def _connect(self) -> None:
        self.country.picked.connect(self._show_parts)
        self.part.picked.connect(lambda _: self._show_effect())
        self.use.clicked.connect(lambda: self.change_wanted.emit(settling.default_holidays(self.code)))
        self.table.selectionModel().selectionChanged.connect(self._choose)
        self.add.clicked.connect(self._add)
        self.name.returnPressed.connect(self._add)
        self.day.returnPressed.connect(self._add)
        self.remove.clicked.connect(self._remove)
        QShortcut(QKeySequence("Del"), self.table, self._remove, context=Qt.ShortcutContext.WidgetShortcut)

    @property
    def code(self) -> str:
        """The chosen country and part, "" for none."""
        return "-".join(filter(None, (self.country.word, self.part.word)))

    def fault_of(self, code: str) -> str:
        """What is wrong with a calendar's name, "" where it is one of a country or of the settings."""
        if not code or code in {off.calendar for off in self.schedules.settings.days_off}:
            return ""
        try:
            load_holidays(code, [self.schedules.plan.today.year])
        except ValueError as error:
            return str(error)
        return ""

    def show_schedules(self, schedules: Schedules) -> None:
        """Other settings, or another plan."""
        self.schedules = schedules
        self.model.show_rows(DAY_HEADINGS, schedules.days, day_cell)
        self.table.share(190, 0, 140, 170)
        calendars = sorted({*schedules.plan.rules.working_time.calendar_of.values()} - {""})
        self.calendar.set_words([(name, name) for name in calendars])
        self.remove.setEnabled(False)
        if self.isVisible():
            self._show_choice()

    def showEvent(self, event: object) -> None:
        """The countries come from a library that takes a tenth of a second."""
        super().showEvent(event)  # type: ignore[arg-type]
        if not self._parts:
            import holidays

            self._parts = {code: list(parts) for code, parts in holidays.list_supported_countries().items()}
            named = sorted((_country(code), code) for code in self._parts)
            self.country.set_words([(code, f"{name} ({code})") for name, code in named])
        self._show_choice()

    def _show_choice(self) -> None:
        country, _, part = self.schedules.settings.holidays.upper().partition("-")
        self.country.blockSignals(True)
        self.country.set_word(country or None)
        if not country:
            self.country.setCurrentIndex(0)
        self.country.blockSignals(False)
        self._show_parts(country)
        if part:
            self.part.set_word(part)
        self._show_effect()

    def _show_parts(self, country: str) -> None:
        parts = self._parts.get(country, [])
        self.part.set_words([(part, part) for part in parts])
        self.part.setEnabled(bool(parts))
        self._show_effect()

    def _show_effect(self) -> None:
        same = self.code == self.schedules.settings.holidays.upper()
        self.use.setEnabled(not same)
        self.effect.say("" if same else self._effect_of(settling.default_holidays(self.code)))
        self.effect.setVisible(not same)

    def _chosen(self) -> Day | None:
        rows = self.table.chosen_rows()
        return self.model.row(rows[0]) if rows else None

    def _choose(self, *_: object) -> None:
        day = self._chosen()
        self.remove.setEnabled(day is not None and day.own is not None)

    def _add(self) -> None:
        if self.day.day is None:
            self.fault.say(NO_DATE)
            self.fault.show()
            self.day.setFocus()
            return
        self.fault.hide()
        name = " ".join(self.name.text().split())
        off = DayOff(self.day.day, float(self.share.word or 1), name, self.calendar.word or "")
        self.day.set_day(None)
        self.name.clear()
        self.change_wanted.emit(settling.day_off(off))

    def _remove(self) -> None:
        day = self._chosen()
        if day is not None and day.own is not None:
            self.change_wanted.emit(settling.without_day_off(day.own))


def _country(code: str) -> str:
    """A country by the name the user's language has for it, its code where it has none."""
    territory = QLocale.codeToTerritory(code)
    return code if territory == QLocale.Country.AnyTerritory else QLocale.territoryToString(territory)
