"""The parts of a form: dates that can be typed, words to choose, amounts, long texts, and the row that says a fault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from planner_gui.domain.edits import Value
from planner_gui.ui.choice import Choice
from planner_gui.ui.dialogs.amounts import number_text, read_hours, read_number
from planner_gui.ui.text import PlainLabel, tooltip, visible


class Words(Choice):
    """One word of a few; a word that is not among them is shown as it is. Signals: picked(str)."""

    picked = Signal(str)

    def __init__(
        self, name: str, words: Sequence[tuple[str, str]], value: str | None = None, *, empty: str = ""
    ) -> None:
        """words: (what the service says, what is shown). empty: how "nothing" is shown, "" where it cannot be."""
        super().__init__()
        self.setAccessibleName(name)
        self._empty = empty
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumContentsLength(6)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.set_words(words)
        self.set_word(value)
        self.currentIndexChanged.connect(lambda _at: self.picked.emit(self.word or ""))

    def set_words(self, words: Sequence[tuple[str, str]]) -> None:
        """Offer these instead; nothing is chosen after that but what `empty` says."""
        self.blockSignals(True)
        self.clear()
        for word, shown in [("", self._empty)] * bool(self._empty) + list(words):
            self.addItem(menu_less(shown), word)
        self.setCurrentIndex(0 if self._empty else -1)
        self.blockSignals(False)

    @property
    def word(self) -> str | None:
        """What the service says for what is chosen, None for nothing."""
        return self.currentData() or None

    def set_word(self, word: str | None) -> None:
        at = next((i for i in range(self.count()) if self.itemData(i).casefold() == (word or "").casefold()), -1)
        if at < 0 and word:
            self.addItem(menu_less(word), word)
            at = self.count() - 1
        self.setCurrentIndex(at)


def menu_less(text: str) -> str:
    """One line of harmless text for a list."""
    return visible(text).replace("\n", " ")


class UnitField(QLineEdit):
    """A number with its unit at the right end: 50 %, 4 h a day."""

    def __init__(self, name: str, unit: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._unit = unit
        self.setTextMargins(0, 0, self.fontMetrics().horizontalAdvance(unit) + 6, 0)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        inside = self.rect().adjusted(0, 0, -9, 0)
        painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self._unit)


class NumberField(UnitField):
    """A number that stays exactly what it was until it is typed anew; 7 h 30 is 7.5 where the unit is hours."""

    def __init__(self, name: str, unit: str) -> None:
        super().__init__(name, unit)
        self._value: Value = None
        self._shown = ""

    @property
    def value(self) -> Value:
        """int where whole, else float; None for nothing, or for what is no number."""
        text = self.text().strip()
        return self._value if text == self._shown else self._read(text)

    @property
    def is_wrong(self) -> bool:
        text = self.text().strip()
        return bool(text) and text != self._shown and self._read(text) is None

    def set_value(self, value: Value) -> None:
        self._value = value
        self._shown = number_text(value) if isinstance(value, int | float) else ""
        self.setText(self._shown)

    def _read(self, text: str) -> Value:
        number = read_number(text)
        if number is None and self._unit == "h" and (minutes := read_hours(text)) is not None:
            number = minutes / 60
            number = int(number) if number.is_integer() else number
        return number


class Tick(QCheckBox):
    """A check box in the dialog's own colours: the platform's is not to be seen on a dark ground."""

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.isChecked():
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        box = self.style().subElementRect(QStyle.SubElement.SE_CheckBoxIndicator, option, self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.HighlightedText), 1.8))
        x, y = box.center().x() + 0.5, box.center().y() + 0.5
        painter.drawPolyline([QPointF(x - 3.5, y), QPointF(x - 1, y + 2.8), QPointF(x + 3.8, y - 3)])


class LongText(QWidget):
    """Several lines, with how many characters are left where there is a limit. Signals: edited()."""

    edited = Signal()

    def __init__(self, name: str, text: str, longest: int = 0, *, lines: int = 3) -> None:
        super().__init__()
        self._longest = longest
        self.edit = QPlainTextEdit()
        self.edit.setAccessibleName(name)
        self.edit.setTabChangesFocus(True)
        self.edit.setPlainText(text)
        self.edit.setFixedHeight(self.edit.fontMetrics().lineSpacing() * lines + 18)
        self.setFocusProxy(self.edit)
        self.count = PlainLabel(role="hint")
        self.count.setAlignment(Qt.AlignmentFlag.AlignRight)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.edit)
        layout.addWidget(self.count)
        self.count.setVisible(bool(longest))
        self.edit.textChanged.connect(self._changed)
        self._changed()

    @property
    def text(self) -> str:
        return self.edit.toPlainText()

    @property
    def too_long(self) -> int:
        """By how many characters it is too long."""
        return max(0, len(self.text) - self._longest) if self._longest else 0

    def set_longest(self, longest: int) -> None:
        """How many characters the service keeps, 0 where it does not say."""
        self._longest = longest
        self.count.setVisible(bool(longest))
        self._changed()

    def _changed(self) -> None:
        self.count.say(f"{len(self.text)} of {self._longest}")
        self.edited.emit()


class FieldRow:
    """A label, its widgets side by side, and below them what is wrong or worth knowing. names: of the edit's fields."""

    def __init__(self, label: str, widgets: Sequence[QWidget], fields: Mapping[str, QWidget], *, needed: bool) -> None:
        self.fields = dict(fields)
        self.label = form_label(label, widgets[0], needed=needed)
        self.body = QWidget()
        self.body.setObjectName("body")
        side = QHBoxLayout()
        side.setSpacing(8)
        for widget in widgets:
            side.addWidget(widget, 0 if widget.property("narrow") else 1)
        # Most fields never say anything: a label is made when there is something to say.
        self._fault: PlainLabel | None = None
        self._hint: PlainLabel | None = None
        self._lines = QVBoxLayout(self.body)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(3)
        self._lines.addLayout(side)

    @property
    def fault(self) -> str:
        """What is said to be wrong, "" for nothing."""
        return "" if self._fault is None else self._fault.text()

    @property
    def hint(self) -> str:
        """The hint below it, "" for none."""
        return "" if self._hint is None else self._hint.text()

    def show_faults(self, faults: Mapping[str, str]) -> None:
        """Say what is wrong with its fields, nothing where nothing is; the widgets get a red edge, and say it too."""
        words = list(dict.fromkeys(text for name, text in faults.items() if name in self.fields))
        self._fault = self._said(self._fault, "fault", "\n".join(words), 1)
        wrong = {id(self.fields[name]) for name in faults if name in self.fields}
        for widget in {id(each): each for each in self.fields.values()}.values():
            _mark(widget.focusProxy() or widget, id(widget) in wrong, " ".join(words))

    def say(self, text: str) -> None:
        """A hint below the field, "" for none."""
        self._hint = self._said(self._hint, "hint", text, self._lines.count())

    def _said(self, line: PlainLabel | None, role: str, text: str, at: int) -> PlainLabel | None:
        """The line below the widgets with a text; none as long as there was never any."""
        if line is None and text:
            line = PlainLabel(role=role, wraps=True, breaks=True)
            self._lines.insertWidget(at, line)
        if line is not None:
            line.say(text)
            line.setVisible(bool(text))
        return line

    def set_visible(self, shown: bool) -> None:
        self.label.setVisible(shown)
        self.body.setVisible(shown)


def _mark(widget: QWidget, wrong: bool, words: str) -> None:
    widget.setAccessibleDescription(words if wrong else "")
    if bool(widget.property("faulty")) != wrong:
        widget.setProperty("faulty", wrong)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def form_label(text: str, buddy: QWidget, *, needed: bool) -> PlainLabel:
    """A form's label with its mnemonic; what must be filled in is marked by a star."""
    label = PlainLabel(f"{text} *" if needed else text, role="label")
    label.setBuddy(buddy.focusProxy() or buddy)
    label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
    label.setContentsMargins(0, 7, 0, 0)
    return label


def say_why(widget: QWidget, reason: str) -> None:
    """Disabled with the reason in its tooltip, or enabled where there is none."""
    widget.setEnabled(not reason)
    widget.setToolTip(tooltip(reason))
