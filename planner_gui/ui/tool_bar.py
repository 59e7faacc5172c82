"""The tool bar: the actions, the range, the group and filter buttons and the search field in a row. No behaviour."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QMenu, QSizePolicy, QToolBar, QToolButton, QWidget

from planner_gui.ui.actions import Actions
from planner_gui.ui.panels.search import SearchField
from planner_gui.ui.text import PlainLabel, menu_text, tooltip
from planner_gui.ui.timeline.groups import Filter, Grouping

_DOWN = "\N{BLACK DOWN-POINTING SMALL TRIANGLE}"


class ToolBar(QToolBar):
    """The window's only tool bar."""

    def __init__(self, name: str, actions: Actions, window: QMainWindow) -> None:
        super().__init__("Main tool bar", window)
        self.setObjectName("main-tool-bar")
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.workspace = _menu_button([actions.sync, actions.offline, actions.export, actions.quit], self)
        self.workspace.setObjectName("workspace")
        self.workspace.setText(menu_text(f"{name} {_DOWN}"))
        self.range = PlainLabel()
        self.range.setObjectName("range")
        self.groups = _menu_button([*actions.groupings.values(), None, *actions.sorts.values()], self)
        self.filter = QToolButton()
        self.search = SearchField()
        self.sync = QToolButton()
        self._build(actions)
        self.show_filter(Filter())

    def _build(self, actions: Actions) -> None:
        actions.back.setIconText("\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}")
        actions.forward.setIconText("\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}")
        self.addWidget(self.workspace)
        self.addWidget(_segments([actions.back, actions.today, actions.forward]))
        self.addWidget(self.range)
        self.addWidget(_segments(actions.zooms.values()))
        self.addWidget(self.groups)
        self.filter.clicked.connect(actions.filter.trigger)
        self.addWidget(self.filter)
        self.search.setMinimumWidth(140)
        self.search.setMaximumWidth(300)
        self.search.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.addWidget(self.search)
        stretch = QWidget()
        stretch.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(stretch)
        self.sync.setDefaultAction(actions.sync)
        self.addWidget(self.sync)
        for button in self.findChildren(QToolButton):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def show_grouping(self, grouping: Grouping) -> None:
        self.groups.setText(menu_text(f"Group: {grouping.value} {_DOWN}"))

    def show_filter(self, wanted: Filter) -> None:
        """The filter in force, in few words; the whole of it as a hint."""
        words = wanted.words()
        short = words if len(words) <= 24 else words[:23] + "\N{HORIZONTAL ELLIPSIS}"
        self.filter.setText(menu_text(f"Filter: {short} {_DOWN}"))
        self.filter.setProperty("alert", bool(wanted))
        self.filter.style().unpolish(self.filter)
        self.filter.style().polish(self.filter)
        self.filter.setToolTip(tooltip(f"Shown: {words} (Ctrl+Shift+F)"))


def _menu_button(actions: Iterable[QAction | None], parent: QWidget) -> QToolButton:
    """A button that opens a menu; None is a line between entries."""
    button, menu = QToolButton(parent), QMenu(parent)
    for action in actions:
        if action is None:
            menu.addSeparator()
        else:
            menu.addAction(action)
    button.setMenu(menu)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    return button


def _segments(actions: Iterable[QAction]) -> QWidget:
    """Buttons joined into one; the style sheet takes the inner corners off."""
    box, buttons = QWidget(), list(actions)
    layout = QHBoxLayout(box)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    for at, action in enumerate(buttons):
        button = QToolButton()
        button.setDefaultAction(action)
        button.setProperty("segment", "first" if at == 0 else "last" if at == len(buttons) - 1 else "middle")
        button.setAccessibleName(action.text())
        layout.addWidget(button)
    return box
