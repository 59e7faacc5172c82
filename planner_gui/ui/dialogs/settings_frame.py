"""The frame of the dialogs that settle a workspace's rules: a head, a body, a line for faults, and the way out.

A dialog of this kind shows settings and announces changes of them as functions; who keeps them, and where, it does not
know. What is announced takes effect at once, so there is no Cancel: there is undo where it is needed.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLayout,
    QLayoutItem,
    QPushButton,
    QTabBar,
    QTableView,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from planner_gui.ui.dialogs.dates import DateField
from planner_gui.ui.dialogs.style import dialog_style
from planner_gui.ui.text import PlainLabel, tooltip
from planner_gui.ui.theme import Theme, blend


class SettingsFrame(QDialog):
    """Signals: change_wanted(function from settings to settings)."""

    change_wanted = Signal(object)

    def __init__(self, title: str, about: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.theme = theme
        self.setStyleSheet(_style(theme))
        self.close_button = QPushButton("&Close")
        self.close_button.setAutoDefault(False)
        self.close_button.clicked.connect(self.reject)
        self._lay_out(about)

    def _lay_out(self, about: str) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        head = QWidget()
        head.setObjectName("head")
        line = QHBoxLayout(head)
        line.setContentsMargins(18, 12, 18, 12)
        line.setSpacing(12)
        line.addWidget(PlainLabel(self.windowTitle(), role="dialog"))
        self.about = PlainLabel(about, role="muted")
        line.addWidget(self.about, 1)
        outer.addWidget(head)
        self.body = QVBoxLayout()
        self.body.setContentsMargins(18, 12, 18, 14)
        self.body.setSpacing(10)
        outer.addLayout(self.body, 1)
        self.banner = PlainLabel(wraps=True, breaks=True)
        self._error = QWidget()
        self._error.setObjectName("banner")
        self._error.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        said = QHBoxLayout(self._error)
        said.setContentsMargins(18, 9, 18, 9)
        said.addWidget(self.banner)
        self._error.hide()
        outer.addWidget(self._error)
        foot = QWidget()
        foot.setObjectName("foot")
        self.foot = QHBoxLayout(foot)
        self.foot.setContentsMargins(18, 12, 18, 12)
        self.foot.setSpacing(8)
        self.foot.addStretch(1)
        self.foot.addWidget(self.close_button)
        outer.addWidget(foot)

    def say_error(self, text: str) -> None:
        """A line above the buttons, "" for none."""
        self.banner.say(text)
        self._error.setVisible(bool(text))

    def show_theme(self, theme: Theme) -> None:
        """Take the colours of another theme."""
        self.theme = theme
        self.setStyleSheet(_style(theme))
        for field in self.findChildren(DateField):
            field.refresh_icon()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in a field is the field's; it closes nothing."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)


class LinesTable(QTableView):
    """A plain table for a LinesModel. Signals: entered_row() by Enter or a double click."""

    entered_row = Signal()

    def __init__(self, name: str, *, several: bool = False) -> None:
        super().__init__()
        self.setAccessibleName(name)
        mode = QAbstractItemView.SelectionMode
        self.setSelectionMode(mode.ExtendedSelection if several else mode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setObjectName("lines")
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 13)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionsClickable(False)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.doubleClicked.connect(lambda _: self.entered_row.emit())

    def share(self, *parts: int) -> None:
        """Give the columns fixed widths in pixels; the first 0 takes what is left."""
        header = self.horizontalHeader()
        for column, width in enumerate(parts):
            mode = QHeaderView.ResizeMode.Interactive if width else QHeaderView.ResizeMode.Stretch
            header.setSectionResizeMode(column, mode)
            if width:
                header.resizeSection(column, width)

    def chosen_rows(self) -> list[int]:
        """The places of the chosen rows, in order."""
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered_row.emit()
            return
        super().keyPressEvent(event)


def tab_bar(*names: str) -> QTabBar:
    """Tabs above a page; each as wide as its words."""
    bar = QTabBar()
    for name in names:
        bar.addTab(name)
    bar.setDrawBase(False)
    bar.setExpanding(False)
    bar.setUsesScrollButtons(False)
    bar.setElideMode(Qt.TextElideMode.ElideNone)
    return bar


def button(text: str, tip: str = "", *, name: str = "") -> QPushButton:
    """A button of these dialogs. name: "primary", "danger" or "link" for its look."""
    made = QPushButton(text)
    made.setAutoDefault(False)
    made.setToolTip(tooltip(tip))
    if name:
        made.setObjectName(name)
    return made


def empty(layout: QLayout) -> None:
    """Take everything out of a layout."""
    while (item := _first(layout)) is not None:
        if (inner := item.layout()) is not None:
            empty(inner)
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()


def _first(layout: QLayout) -> QLayoutItem | None:
    return layout.takeAt(0) if layout.count() else None


def beside(*widgets: QWidget | int, margins: Sequence[int] = (0, 0, 0, 0)) -> QHBoxLayout:
    """Widgets in a line; a number is a stretch."""
    line = QHBoxLayout()
    line.setContentsMargins(*margins)
    line.setSpacing(8)
    for widget in widgets:
        if isinstance(widget, int):
            line.addStretch(widget)
        else:
            line.addWidget(widget)
    return line


def _style(theme: Theme) -> str:
    chosen = blend(theme.background, theme.accent, 0.16)
    return f"""
    {dialog_style(theme)}
    #side {{ background: {theme.side}; border: 1px solid {theme.line}; border-radius: 8px; }}
    #side QLabel, #side QScrollArea, #side QScrollArea > QWidget > QWidget {{ background: transparent; }}
    QTableView#lines {{ border: 1px solid {theme.line}; border-radius: 8px; background: {theme.background};
        selection-background-color: {chosen}; selection-color: {theme.text}; outline: 0; }}
    QTableView#lines:focus {{ border-color: {theme.accent}; }}
    QTableView#lines::item {{ border-bottom: 1px solid {theme.line}; padding: 0 8px; }}
    QTableView#lines::item:selected {{ background: {chosen}; color: {theme.text}; }}
    QTableView#lines QHeaderView::section {{ padding-left: 11px; }}
    QTabBar {{ background: {theme.background}; }}
    QRadioButton {{ color: {theme.text}; spacing: 8px; padding: 2px 0; }}
    QRadioButton:disabled {{ color: {theme.muted}; }}
    QRadioButton:focus {{ color: {theme.link}; }}
    QRadioButton::indicator {{ width: 14px; height: 14px; border: 1px solid {theme.muted}; border-radius: 8px;
        background: {theme.background}; }}
    QRadioButton::indicator:checked {{ width: 6px; height: 6px; border: 5px solid {theme.accent};
        background: {theme.on_accent}; }}
    #effect {{ background: {theme.side}; border: 1px solid {theme.line}; border-radius: 8px; }}
    #effect QLabel {{ background: transparent; }}
    """
