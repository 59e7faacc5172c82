"""The main window: puts the tool bar, timeline, inspector, notices and status line together, and wires them.

It holds no plan and asks no service: what it is told comes through its slots, what the user wants leaves through its
signals, and `app` joins both to the session.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QMessageBox,
    QSplitter,
    QStackedWidget,
    QToolBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from planner_gui import __version__
from planner_gui.domain.entities import Span
from planner_gui.domain.plan import Plan
from planner_gui.session.notices import Notice
from planner_gui.ui import formats
from planner_gui.ui.actions import Actions, fill_menus, make_actions
from planner_gui.ui.panels.empty import EmptyPage
from planner_gui.ui.panels.inspector import Inspector
from planner_gui.ui.panels.notices import NoticeStack
from planner_gui.ui.panels.status import StatusLine
from planner_gui.ui.style import style_sheet
from planner_gui.ui.text import PlainLabel, menu_text
from planner_gui.ui.theme import Look, Theme, Themes
from planner_gui.ui.timeline.board import Board, Grouping
from planner_gui.ui.timeline.scale import Zoom


class MainWindow(QMainWindow):
    """The planner's window.

    Signals: sync_requested(), cancel_requested(), offline_chosen(bool), export_requested(str path, Span),
    notice_dismissed(Notice), action_chosen(callable) of a notice's button, over_requested(int step) to jump to another
    over-allocation, closed().
    """

    sync_requested = Signal()
    cancel_requested = Signal()
    offline_chosen = Signal(bool)
    export_requested = Signal(str, object)
    notice_dismissed = Signal(object)
    action_chosen = Signal(object)
    over_requested = Signal(int)
    closed = Signal()

    def __init__(self, name: str, themes: Themes, state: QSettings | None = None) -> None:
        super().__init__()
        self._name = name
        self._themes = themes
        self._state = state
        self.setWindowTitle(f"{menu_text(name)} \N{EN DASH} planner-gui")
        self.resize(1600, 1000)
        self.setMinimumSize(760, 420)
        self.actions_: Actions = make_actions(self)
        self.board = Board()
        self.inspector = Inspector()
        self.status = StatusLine()
        self.notices = NoticeStack()
        self.empty = EmptyPage()
        self._build()
        self._connect()
        self._show_theme(themes.current)
        self._restore()

    # --- what the session tells ---------------------------------------------------------------------------------------

    def show_plan(self, plan: Plan) -> None:
        """Show a plan; an empty one says what is missing."""
        self.board.show_plan(plan)
        self.inspector.show_plan(plan)
        self.status.show_connections(plan.connections, datetime.now(UTC))
        self._pages.setCurrentWidget(self.board if plan.people else self.empty)
        self.empty.explain(plan)

    def show_progress(self, text: str | None) -> None:
        """What a running sync reads; None when none runs."""
        self.status.show_progress(text)
        self.actions_.sync.setEnabled(text is None)

    def show_offline(self, offline: bool) -> None:
        self.actions_.offline.setChecked(offline)
        self.actions_.sync.setEnabled(not offline)
        self.status.show_offline(offline)

    def show_notices(self, notices: Sequence[Notice]) -> None:
        self.notices.show_notices(notices)

    def show_over_allocations(self, count: int | None) -> None:
        self.status.show_over_allocations(count)

    def jump(self, targets: Sequence[tuple[int, int]], step: int) -> None:
        """Go to the next (1) or previous (-1) of some (person, day), in the order of the rows."""
        self.board.jump(targets, step)
        self.board.setFocus()

    def show_welcome(self) -> None:
        """The page of a first start."""
        self.empty.welcome()
        self._pages.setCurrentWidget(self.empty)

    # --- making -------------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        fill_menus(self, self.actions_)
        self._build_tool_bar()
        self._pages = QStackedWidget()
        self._pages.addWidget(self.board)
        self._pages.addWidget(self.empty)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(1)
        self._splitter.addWidget(self._pages)
        self._splitter.addWidget(self.inspector)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setSizes([1280, 320])
        central = QWidget()
        layout = QVBoxLayout(central)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._splitter, 1)
        layout.addWidget(self.notices)
        layout.addWidget(self.status)
        self.setCentralWidget(central)

    def _build_tool_bar(self) -> None:
        actions = self.actions_
        bar = QToolBar("Main tool bar")
        bar.setObjectName("main-tool-bar")
        bar.setMovable(False)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        name = PlainLabel(self._name)
        name.setObjectName("workspace")
        bar.addWidget(name)
        bar.addWidget(_gap(18))
        actions.back.setText("\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}")
        actions.forward.setText("\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}")
        for action in (actions.back, actions.today, actions.forward):
            bar.addAction(action)
        self._range = PlainLabel()
        self._range.setObjectName("range")
        bar.addWidget(self._range)
        bar.addWidget(_gap(18))
        bar.addWidget(self._zoom_buttons())
        bar.addWidget(_gap(10))
        self._group_button = QToolButton()
        menu = QMenu(self)
        for action in actions.groupings.values():
            menu.addAction(action)
        self._group_button.setMenu(menu)
        self._group_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        bar.addWidget(self._group_button)
        stretch = QWidget()
        stretch.setSizePolicy(stretch.sizePolicy().Policy.Expanding, stretch.sizePolicy().Policy.Preferred)
        bar.addWidget(stretch)
        bar.addAction(actions.sync)
        self.addToolBar(bar)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)

    def _zoom_buttons(self) -> QWidget:
        box = QWidget()
        layout = QHBoxLayout(box)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        for action in self.actions_.zooms.values():
            button = QToolButton()
            button.setDefaultAction(action)
            layout.addWidget(button)
        return box

    def _connect(self) -> None:
        actions, board = self.actions_, self.board
        actions.sync.triggered.connect(self.sync_requested)
        actions.offline.toggled.connect(self.offline_chosen)
        actions.export.triggered.connect(self._ask_export)
        actions.quit.triggered.connect(self.close)
        actions.today.triggered.connect(board.go_today)
        actions.back.triggered.connect(lambda: board.page(-1))
        actions.forward.triggered.connect(lambda: board.page(1))
        actions.nearer.triggered.connect(lambda: board.set_zoom(board.zoom.nearer))
        actions.farther.triggered.connect(lambda: board.set_zoom(board.zoom.farther))
        actions.inspector.toggled.connect(self.inspector.setVisible)
        actions.next_over.triggered.connect(lambda: self.over_requested.emit(1))
        actions.previous_over.triggered.connect(lambda: self.over_requested.emit(-1))
        actions.about.triggered.connect(self._about)
        for zoom, action in actions.zooms.items():
            action.triggered.connect(lambda _=False, z=zoom: board.set_zoom(z))
        for grouping, action in actions.groupings.items():
            action.triggered.connect(lambda _=False, g=grouping: self._group_by(g))
        for look, action in actions.looks.items():
            action.triggered.connect(lambda _=False, chosen=look: self._themes.choose(chosen))
        board.range_changed.connect(self._show_range)
        board.zoom_changed.connect(lambda zoom: actions.zooms[zoom].setChecked(True))
        board.cell_chosen.connect(self.inspector.show_cell)
        board.item_chosen.connect(self.inspector.show_item)
        board.nothing_chosen.connect(self.inspector.show_nothing)
        board.activated.connect(lambda: actions.inspector.setChecked(True))
        self.status.cancel_pressed.connect(self.cancel_requested)
        self.status.next_pressed.connect(lambda: self.over_requested.emit(1))
        self.notices.dismissed.connect(self.notice_dismissed)
        self.notices.action_chosen.connect(self.action_chosen)
        self._themes.changed.connect(self._show_theme)

    # --- reactions ----------------------------------------------------------------------------------------------------

    def _show_theme(self, theme: Theme) -> None:
        self.setStyleSheet(style_sheet(theme))
        self.board.set_theme(theme)
        self.status.set_theme(theme, datetime.now(UTC))
        self.actions_.looks[self._themes.look].setChecked(True)

    def _show_range(self, span: Span) -> None:
        self._range.say(formats.span(span))

    def _group_by(self, grouping: Grouping) -> None:
        self.board.set_grouping(grouping)
        self.actions_.groupings[grouping].setChecked(True)
        self._group_button.setText(f"Group: {grouping.value} \N{BLACK DOWN-POINTING SMALL TRIANGLE}")

    def _ask_export(self) -> None:
        dialog = QFileDialog(self, "Export the visible plan")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(["Plan as JSON (*.json)", "Items as CSV (*.csv)"])
        dialog.setDefaultSuffix("json")
        dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix("csv" if "csv" in chosen else "json"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self.export_requested.emit(path, self.board.visible_span))
        dialog.open()

    def _about(self) -> None:
        box = QMessageBox(self)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setWindowTitle("About planner-gui")
        box.setText(f"planner-gui {__version__}")
        box.setInformativeText("Who is free, who is over-allocated, and why. Free software; uses Qt under the LGPL.")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    # --- state --------------------------------------------------------------------------------------------------------

    def _restore(self) -> None:
        """Geometry, zoom, grouping, look and the inspector as the user left them in this workspace."""
        state = self._state
        zoom, grouping, look, inspector = Zoom.WEEK, Grouping.TEAM, self._themes.look, True
        if state is not None:
            geometry = state.value("geometry")
            if isinstance(geometry, QByteArray):
                self.restoreGeometry(geometry)
            splitter = state.value("splitter")
            if isinstance(splitter, QByteArray):
                self._splitter.restoreState(splitter)
            zoom = next((z for z in Zoom if z.label == state.value("zoom")), zoom)
            grouping = next((g for g in Grouping if g.value == state.value("grouping")), grouping)
            look = next((each for each in Look if each.value == state.value("look")), look)
            inspector = state.value("inspector", "true") != "false"
        self.board.set_zoom(zoom)
        self.actions_.zooms[zoom].setChecked(True)
        self._group_by(grouping)
        self._themes.choose(look)
        self.actions_.inspector.setChecked(inspector)
        self.inspector.setVisible(inspector)

    def _save(self) -> None:
        state = self._state
        if state is None:
            return
        state.setValue("geometry", self.saveGeometry())
        state.setValue("splitter", self._splitter.saveState())
        state.setValue("zoom", self.board.zoom.label)
        state.setValue("grouping", self.board.grouping.value)
        state.setValue("look", self._themes.look.value)
        state.setValue("inspector", "true" if self.inspector.isVisible() else "false")
        state.sync()

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self._save()
        self.closed.emit()
        super().closeEvent(event)


def _gap(width: int) -> QWidget:
    gap = QWidget()
    gap.setFixedWidth(width)
    return gap


def window_state(folder: Path) -> QSettings:
    """Where a workspace keeps its window's state: a file of its own beside the plan."""
    return QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
