"""A day, typed the way people do ("1 Dec", "mon", "+2w") or picked in a calendar."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QIcon, QKeyEvent, QPainter, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QApplication, QFrame, QLineEdit, QVBoxLayout, QWidget
from typing_extensions import override

from planner_gui.ui import formats
from planner_gui.ui.calendar import Calendar
from planner_gui.ui.typed_dates import typed_date


class DateField(QLineEdit):
    """A day, typed ("1 Dec", "mon", "+2w") or picked. Signals: moved(date | None) when another day is meant."""

    moved = Signal(object)

    def __init__(self, name: str, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setPlaceholderText("1 Dec, mon, +2w")
        self.setToolTip("Type a date: 1 Dec, 2026-12-01, mon, +2w from today. Up and Down: a day. F4: calendar.")
        self._today, self._day, self._shown = today, None, ""
        self._calendar: _Popup | None = None
        self._open = self.addAction(_calendar_icon(self.palette()), QLineEdit.ActionPosition.TrailingPosition)
        self._open.setText("Calendar")
        self._open.triggered.connect(self.open_calendar)
        self.textEdited.connect(self._typed)

    _day: date | None

    @property
    def day(self) -> date | None:
        """The day that is meant; None for none, or for what is no date."""
        return self._day

    @property
    def is_wrong(self) -> bool:
        """Whether something is typed that is no date."""
        return self._day is None and bool(self.text().strip())

    def set_day(self, day: date | None) -> None:
        """Show and mean this day."""
        self._shown = "" if day is None else formats.day(day)
        self.setText(self._shown)
        self._mean(day)

    def _mean(self, day: date | None) -> None:
        if day != self._day:
            self._day = day
            self.moved.emit(day)

    def _typed(self, text: str) -> None:
        self._mean(self._day if text == self._shown and self._day is not None else self._read(text))

    def _read(self, text: str) -> date | None:
        found = typed_date(text, self._today)
        if found is None and (parts := text.split(maxsplit=1))[1:]:
            found = typed_date(parts[1], self._today)  # "Mon 16 Nov 2026", as shown and then changed
        return found

    def refresh_icon(self) -> None:
        """Draw the calendar's sign in the colours of the theme in force."""
        self._open.setIcon(_calendar_icon(self.palette()))

    def open_calendar(self) -> None:
        """The calendar below the field, on its day; picking one closes it."""
        popup = _Popup(self._day or self._today, f"{self.accessibleName()}: calendar", self)
        popup.picked.connect(self._pick)
        popup.show()  # its size is known from now on
        popup.move(self._place_of(popup))
        popup.calendar.setFocus()
        self._calendar = popup

    def _pick(self, day: date) -> None:
        self.set_day(day)
        self.setFocus()

    def _place_of(self, popup: QWidget) -> QPoint:
        """Below the field; above it where the screen ends."""
        below, screen = self.mapToGlobal(QPoint(0, self.height() + 2)), self.screen().availableGeometry()
        left = max(screen.left(), min(below.x(), screen.right() + 1 - popup.width()))
        if below.y() + popup.height() <= screen.bottom():
            return QPoint(left, below.y())
        return QPoint(left, below.y() - self.height() - 4 - popup.height())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_F4 or (key == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier):
            self.open_calendar()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and not event.modifiers():
            step = timedelta(days=1 if key == Qt.Key.Key_Up else -1)
            self.set_day((self._day or self._today) + step)
        else:
            super().keyPressEvent(event)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        if self._day is not None:
            self.set_day(self._day)
        super().focusOutEvent(event)


class _Popup(QFrame):
    """A calendar that goes when a day is picked, or something else is clicked. Signals: picked(date)."""

    picked = Signal(object)

    def __init__(self, day: date, name: str, field: QWidget) -> None:
        super().__init__(field, Qt.WindowType.Popup)
        self.setObjectName("calendar")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.calendar = Calendar(day, self)
        self.calendar.setAccessibleName(name)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.addWidget(self.calendar)
        self.calendar.clicked.connect(self._pick)
        self.calendar.activated.connect(self._pick)

    def _pick(self, _day: object) -> None:
        if self.isVisible():  # a double click says both
            day = self.calendar.day
            self.close()
            self.picked.emit(day)


def _calendar_icon(palette: QPalette) -> QIcon:
    """Drawn, so that it follows the theme and every scaling."""
    ratio = QApplication.primaryScreen().devicePixelRatio()
    pixmap = QPixmap(round(16 * ratio), round(16 * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    colour = palette.color(QPalette.ColorRole.PlaceholderText)
    painter.setPen(QPen(colour, 1.2))
    painter.drawRoundedRect(QRect(2, 3, 12, 11), 2, 2)
    painter.drawLine(2, 6, 14, 6)
    painter.drawLine(5, 1, 5, 4)
    painter.drawLine(11, 1, 11, 4)
    painter.end()
    return QIcon(pixmap)
