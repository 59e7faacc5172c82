"""A month of days to pick one from: one look for the dialogs' fields and for "go to date"."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPalette, QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QToolButton, QWidget
from typing_extensions import override

from planner_gui.ui import formats
from planner_gui.ui.icons import icon
from planner_gui.ui.theme import Theme

COLUMNS, ROWS = 8, 7  # the numbers of the weeks and seven days; their names and six weeks
AROUND = QSize(18, 12)  # pixels around a number


class Calendar(QCalendarWidget):
    """The weeks of a month with their numbers; weekends are muted, the first day of the week is the language's."""

    def __init__(self, day: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.ISOWeekNumbers)
        self.setHorizontalHeaderFormat(QCalendarWidget.HorizontalHeaderFormat.ShortDayNames)
        self.setSelectedDate(formats.qdate(day))
        weekend = QTextCharFormat()
        weekend.setForeground(self.palette().color(QPalette.ColorRole.PlaceholderText))
        for weekday in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            self.setWeekdayTextFormat(weekday, weekend)
        for name, drawing in (("qt_calendar_prevmonth", "back"), ("qt_calendar_nextmonth", "forward")):
            button = self.findChild(QToolButton, name)
            assert isinstance(button, QToolButton)  # Qt's names for them, which have never changed
            button.setIcon(icon(drawing))

    @property
    def day(self) -> date:
        """The day that is chosen in it."""
        chosen = self.selectedDate()
        return date(chosen.year(), chosen.month(), chosen.day())

    @override
    def minimumSizeHint(self) -> QSize:
        """Room for every number: Qt's own hint knows nothing of what a style sheet puts around a cell."""
        metrics = self.fontMetrics()
        widest = max(metrics.horizontalAdvance(text) for text in ("00", "Wed."))
        cell = QSize(widest, metrics.height()) + AROUND
        head = super().minimumSizeHint().height() // ROWS
        return QSize(COLUMNS * cell.width(), ROWS * cell.height() + head)


def calendar_style(theme: Theme) -> str:
    """What a style sheet says of a calendar; the padding of other tables' cells would leave no room for a number."""
    return f"""
    QCalendarWidget QAbstractItemView {{ background: {theme.background}; color: {theme.text};
        selection-background-color: {theme.accent}; selection-color: {theme.on_accent}; }}
    QCalendarWidget QTableView::item {{ padding: 0; }}
    #qt_calendar_navigationbar {{ background: {theme.side}; }}
    QCalendarWidget QToolButton {{ color: {theme.text}; background: transparent; border: 0; padding: 4px 8px;
        font-weight: 600; }}
    QCalendarWidget QToolButton:hover, QCalendarWidget QToolButton:focus {{ color: {theme.link}; }}
    #calendar {{ background: {theme.background}; border: 1px solid {theme.muted}; }}
    """
