"""How much, three ways side by side; typing one converts the others by the working time of whoever it is for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from planner_gui.domain.edits import AMOUNTS, Fields, Value
from planner_gui.ui.dialogs.amounts import Hours, Ways, hours_text, number_text, read_hours, read_number
from planner_gui.ui.dialogs.fields import UnitField

WORDS = {"percent": "Percent", "minutes_per_day": "Hours a day", "minutes": "Hours in all"}
UNITS = {"percent": "%", "minutes_per_day": "a day", "minutes": "total"}
NO_AMOUNT = {"percent": "This is no percentage. Try 50.", "minutes": "These are no hours. Try 4, 4.5 or 4 h 30."}


class AmountFields(QWidget):
    """Signals: edited(). Exactly one of the three is what was asked for; a service may keep another (`kinds`)."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._hours = Hours()
        self._kinds: tuple[str, ...] = AMOUNTS
        self._kind, self._value = "", 0.0
        self.fields = {name: UnitField(WORDS[name], UNITS[name]) for name in AMOUNTS}
        self.percent, self.daily, self.total = (self.fields[name] for name in AMOUNTS)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        for name, field in self.fields.items():
            line.addWidget(field, 1)
            field.textEdited.connect(lambda text, name=name: self._typed(name, text))
            field.editingFinished.connect(self._rewrite)
        self.setFocusProxy(self.percent)

    @property
    def asked(self) -> tuple[str, float] | None:
        """Which of edits.AMOUNTS was given, and how much; None for nothing, or for what cannot be read."""
        return (self._kind, self._value) if self._kind else None

    @property
    def ways(self) -> Ways:
        """The amount in all three ways."""
        return self._hours.ways(self._kind, self._value) if self._kind else Ways()

    def set_kinds(self, kinds: Sequence[str]) -> None:
        """Those that the service stores, the one it keeps best first."""
        self._kinds = tuple(kinds) or AMOUNTS

    def set_hours(self, hours: Hours) -> None:
        """Convert by this working time; what was asked for stays, the others follow."""
        if hours != self._hours:
            self._hours = hours
            self._show(keep=self._kind)

    def set_fields(self, fields: Fields) -> None:
        """Show the amount of an item."""
        for name in AMOUNTS:
            value = fields.get(name)
            if isinstance(value, int | float) and not isinstance(value, bool):
                self._kind, self._value = name, value
                self._show()
                return

    def values(self) -> dict[str, Value]:
        """The three fields of an edit: the one asked for where the service stores it, else the one it keeps best."""
        values: dict[str, Value] = dict.fromkeys(AMOUNTS)
        if not self._kind:
            return values
        kind = self._kind
        if kind not in self._kinds:
            kind = next((name for name in self._kinds if getattr(self.ways, name) is not None), "")
        if kind:
            values[kind] = self._plain(kind)
        return values

    def _plain(self, kind: str) -> Value:
        value: float | None = self._value if kind == self._kind else getattr(self.ways, kind)
        return int(value) if value is not None and float(value).is_integer() else value

    def wrong(self) -> dict[str, str]:
        """What is typed and cannot be read, or cannot be told this service."""
        for name, field in self.fields.items():
            if field.text().strip() and not self._kind and _read(name, field.text()) is None:
                return {name: NO_AMOUNT["percent" if name == "percent" else "minutes"]}
        if self._kind and all(value is None for value in self.values().values()):
            ways = " or ".join(WORDS[name].lower() for name in self._kinds)
            return {self._kind: f"Say it in {ways}: without a working time it cannot be converted."}
        return {}

    def _typed(self, name: str, text: str) -> None:
        value = _read(name, text)
        self._kind, self._value = (name, value) if value is not None else ("", 0.0)
        self._show(keep=name)
        self.edited.emit()

    def _rewrite(self) -> None:
        """Leaving a field: what was typed takes the usual form."""
        if self._kind:
            self._show()

    def _show(self, keep: str = "") -> None:
        """All three as words; `keep` names the field that is being typed in."""
        for name, text in _texts(self.ways).items():
            field = self.fields[name]
            if name != keep and field.text() != text:
                field.setText(text)
            field.setProperty("asked", name == self._kind)
            font = field.font()
            font.setBold(name == self._kind)
            field.setFont(font)


def _texts(ways: Ways) -> dict[str, str]:
    return {
        "percent": number_text(ways.percent),
        "minutes_per_day": hours_text(ways.minutes_per_day),
        "minutes": hours_text(ways.minutes),
    }


def _read(name: str, text: str) -> float | None:
    value = read_number(text) if name == "percent" else read_hours(text)
    return None if value is None or value < 0 else value


def amount_words(fields: Fields) -> str:
    """An item's amount in words: "37 %", "4 h a day"."""
    for name in AMOUNTS:
        value = fields.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return f"{number_text(value)} %" if name == "percent" else f"{hours_text(round(value))} {UNITS[name]}"
    return "nothing"
