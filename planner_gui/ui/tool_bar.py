"""The tool bar: the actions, the range, the group and filter buttons and the search field in a row. No behaviour."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMainWindow, QMenu, QSizePolicy, QToolBar, QToolButton, QWidget

from planner_gui.ui.actions import Actions
from planner_gui.ui.icons import icon
from planner_gui.ui.panels.search import SearchField
from planner_gui.ui.text import PlainLabel, menu_text, tooltip
from planner_gui.ui.timeline.groups import Filter, Grouping

ICON = 16  # device-independent pixels
_DOWN = "\N{BLACK DOWN-POINTING SMALL TRIANGLE}"


class ToolBar(QToolBar):
    """The window's only tool bar."""

    def __init__(self, name: str, actions: Actions, window: QMainWindow) -> None:
        super().__init__("Main tool bar", window)
        self.setObjectName("main-tool-bar")
        self.setMovable(False)
        self.setIconSize(QSize(ICON, ICON))
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
        self.review = QToolButton()
        self._build(actions)
        self.show_filter(Filter())
        self.show_changes(0)

    def _build(self, actions: Actions) -> None:
        self.addWidget(self.workspace)
        self.addWidget(_segments([actions.back, actions.today, actions.forward]))
        self.addWidget(self.range)
        self.addWidget(_segments(actions.zooms.values()))
        self.addWidget(self.groups)
        self.filter.clicked.connect(actions.filter.trigger)
        self.groups.setIcon(icon("group"))
        self.groups.setToolTip("Group and sort")
        self.filter.setIcon(icon("filter"))
        self.addWidget(self.filter)
        self.search.setMinimumWidth(140)
        self.search.setMaximumWidth(300)
        self.search.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.search.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition).setText("Find")
        for clear in self.search.findChildren(QAction, "_q_qlineeditclearaction"):  # Qt's cross, which has no name
            clear.setText("Clear")
        self.addWidget(self.search)
        stretch = QWidget()
        stretch.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(stretch)
        self.addWidget(_segments([actions.undo, actions.redo]))
        self.sync.setDefaultAction(actions.sync)
        self.addWidget(self.sync)
        self.addWidget(_segments([actions.inspector]))
        for plain in (self.groups, self.filter):
            plain.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.review.setObjectName("review")
        self.review.clicked.connect(actions.review.toggle)
        self.addWidget(self.review)
        rest = self.findChild(QToolButton, "qt_toolbar_ext_button")  # Qt's, where the window is too narrow
        assert isinstance(rest, QToolButton)
        rest.setAccessibleName("More")
        rest.setToolTip("More")
        for button in self.findChildren(QToolButton):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setIconSize(self.iconSize())

    def show_grouping(self, grouping: Grouping) -> None:
        self.groups.setText(menu_text(f"{grouping.value} {_DOWN}"))
        self.groups.setAccessibleName(f"Group: {grouping.value}")

    def show_changes(self, count: int) -> None:
        """How many changes wait for review."""
        self.review.setText(f"Review {count} change{'' if count == 1 else 's'}" if count else "Review")
        self.review.setProperty("primary", count > 0)
        self.review.setToolTip(tooltip("Review the changes that have not been sent (Ctrl+Shift+R)"))
        self.review.style().unpolish(self.review)
        self.review.style().polish(self.review)

    def show_filter(self, wanted: Filter) -> None:
        """The filter in force, in few words; the whole of it as a hint."""
        words = wanted.words()
        short = words if len(words) <= 24 else words[:23] + "\N{HORIZONTAL ELLIPSIS}"
        self.filter.setText(menu_text(f"Filter: {short} {_DOWN}" if wanted else f"Filter {_DOWN}"))
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
    """Buttons joined into one, with icons where the actions have any; the style sheet takes the inner corners off."""
    box, buttons = QWidget(), list(actions)
    layout = QHBoxLayout(box)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    for at, action in enumerate(buttons):
        button = QToolButton()
        button.setDefaultAction(action)
        button.setProperty("segment", "first" if at == 0 else "last" if at == len(buttons) - 1 else "middle")
        button.setAccessibleName(action.text())
        button.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)  # icon or text, one height
        layout.addWidget(button)
    return box
