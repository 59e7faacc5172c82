"""Preferences: how the window looks and starts, how often it reads, how long the past is kept, how edits are sent.

Each choice takes effect at once and is announced by name; who keeps it is not known here.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from planner_gui.session.settings import Preferences
from planner_gui.ui.dialogs.fields import NumberField, Tick, Words, form_label
from planner_gui.ui.dialogs.settings_frame import SettingsFrame, beside, button
from planner_gui.ui.text import PlainLabel
from planner_gui.ui.theme import Look, Theme
from planner_gui.ui.timeline.scale import Zoom

LOOKS = (
    (Look.SYSTEM.value, "Follow the system"),
    (Look.LIGHT.value, "Light"),
    (Look.DARK.value, "Dark"),
    (Look.CONTRAST.value, "High contrast"),
)
MINUTES = (5, 15, 30, 60, 240)
FEWEST_DAYS, MOST_DAYS = 1, 3650


class PreferencesDialog(SettingsFrame):
    """Signals: chosen(str name, value) of a preference; look_chosen(str), compact_chosen(bool); clear_wanted()."""

    chosen = Signal(str, object)
    look_chosen = Signal(str)
    compact_chosen = Signal(bool)
    clear_wanted = Signal()

    def __init__(
        self, preferences: Preferences, look: str, compact: bool, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__("Preferences", "Of this user on this computer.", theme, parent)
        locale = QLocale()
        self.language = Words("Language", [("en", "English")], "en")
        region = ", ".join(filter(None, (locale.nativeLanguageName(), locale.nativeTerritoryName())))
        follow = f"Dates, numbers and times follow your system{f': {region}' if region else ''}."
        words = f"No other translation is there yet. {follow}"
        self.language_note = PlainLabel(words, role="hint", wraps=True)
        self.look = Words("Theme", LOOKS, look)
        self.density = Words("Density", [("", "Comfortable"), ("compact", "Compact")])
        self.density.setCurrentIndex(int(compact))
        days = [(str(day), locale.standaloneDayName(day)) for day in (1, 7, 6)]
        own = locale.standaloneDayName(locale.firstDayOfWeek().value)
        self.weekday = Words("First day of the week", days, empty=f"By language and region ({own})")
        self.weekday.set_word(str(preferences.first_weekday) if preferences.first_weekday else None)
        views = [(zoom.label, zoom.label) for zoom in Zoom]
        self.view = Words("Start view", views, empty="As it was left")
        self.view.set_word(preferences.start_view or None)
        every = [(str(minutes), _every(minutes)) for minutes in MINUTES]
        self.sync = Words("Read the services", every, empty="Only when asked")
        self.sync.set_word(str(preferences.sync_minutes) if preferences.sync_minutes else None)
        self.on_open = Tick("Read when a workspace &opens")
        self.on_open.setChecked(preferences.sync_on_open)
        self.pause = Tick("&Pause automatic reading")
        self.pause.setChecked(preferences.sync_paused)
        self.keep = NumberField("Keep the past", "days")
        self.keep.set_value(preferences.keep_days)
        self.fault = PlainLabel(role="fault", wraps=True)
        self.send = Words("Sending", [("", "After review"), ("now", "Each edit at once")])
        self.send.setCurrentIndex(int(preferences.send_at_once))
        self.clear = button("C&lear cache\N{HORIZONTAL ELLIPSIS}", "Remove everything that was read from this computer")
        self.said = PlainLabel(role="hint", wraps=True)
        self._build()
        self._connect()
        self.resize(600, 600)

    def _build(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        lines: Sequence[tuple[str, QWidget] | str] = (
            "WINDOW",
            ("Lan&guage", self.language),
            ("", self.language_note),
            ("&Theme", self.look),
            ("D&ensity", self.density),
            ("First &weekday", self.weekday),
            ("Start &view", self.view),
            "READING AND SENDING",
            ("&Read the services", self.sync),
            ("", self.on_open),
            ("", self.pause),
            ("Send ed&its", self.send),
            "CACHE",
            ("&Keep the past", self.keep),
        )
        for line in lines:
            at = grid.rowCount()
            if isinstance(line, str):
                grid.setRowMinimumHeight(at, 26)
                grid.addWidget(PlainLabel(line, role="heading"), at, 0, 1, 2)
                continue
            label, widget = line
            if label:
                grid.addWidget(form_label(label, widget, needed=False), at, 0)
            grid.addWidget(widget, at, 1)
        self.body.addLayout(grid)
        self.fault.hide()
        self.body.addWidget(self.fault)
        words = (
            "What is read is kept in the workspace's folder, without secrets and not encrypted: encrypt the disk where "
            "that matters."
        )
        self.body.addWidget(PlainLabel(words, role="hint", wraps=True))
        self.said.hide()
        self.body.addWidget(self.said)
        self.body.addLayout(beside(self.clear, 1))
        self.body.addStretch(1)

    def _connect(self) -> None:
        self.look.picked.connect(self.look_chosen)
        self.density.picked.connect(lambda word: self.compact_chosen.emit(bool(word)))
        self.weekday.picked.connect(lambda word: self.chosen.emit("first_weekday", int(word or 0)))
        self.view.picked.connect(lambda word: self.chosen.emit("start_view", word))
        self.sync.picked.connect(lambda word: self.chosen.emit("sync_minutes", int(word or 0)))
        self.on_open.toggled.connect(lambda on: self.chosen.emit("sync_on_open", on))
        self.pause.toggled.connect(lambda on: self.chosen.emit("sync_paused", on))
        self.send.picked.connect(lambda word: self.chosen.emit("send_at_once", bool(word)))
        self.keep.editingFinished.connect(self._keep)
        self.keep.textEdited.connect(lambda _: self.fault.hide())
        self.clear.clicked.connect(self._clear)

    def _keep(self) -> None:
        days = self.keep.value
        if isinstance(days, int) and FEWEST_DAYS <= days <= MOST_DAYS:
            self.fault.hide()
            self.chosen.emit("keep_days", days)
            return
        self.fault.say(f"Keep from {FEWEST_DAYS} to {MOST_DAYS} days of the past.")
        self.fault.show()

    def _clear(self) -> None:
        """The first press says what goes, the second one does it."""
        if self.clear.objectName() != "danger":
            self.clear.setObjectName("danger")
            self.clear.setText("C&lear now")
            self.say("Everything read from the services goes from this computer, and is read again. "
                     "Your unsent changes and settings stay.")  # fmt: skip
            self.clear.style().unpolish(self.clear)
            self.clear.style().polish(self.clear)
            return
        self.clear.setEnabled(False)
        self.clear_wanted.emit()

    def say(self, text: str) -> None:
        """A line at the cache."""
        self.said.say(text)
        self.said.show()


def _every(minutes: int) -> str:
    return (
        f"Every {minutes} minutes"
        if minutes < 60
        else "Every hour"
        if minutes == 60
        else f"Every {minutes // 60} hours"
    )
