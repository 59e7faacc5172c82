"""The main window: puts the tool bar, timeline, inspector, findings, notices and status line together, and wires them.

It holds no plan and asks no service: what it is told comes through its slots, what the user wants leaves through its
signals, and `app` joins both to the session.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtCore import QPoint, QSettings, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QCursor, QGuiApplication
from PySide6.QtWidgets import (
    QLineEdit,
    QMainWindow,
    QMenu,
    QMessageBox,
    QSplitter,
    QStackedWidget,
    QToolTip,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from planner_gui import __version__
from planner_gui.domain.entities import Span
from planner_gui.domain.item_checks import Finding
from planner_gui.domain.plan import Plan
from planner_gui.domain.recognition import person_in, row_in
from planner_gui.domain.snapshot import day_number
from planner_gui.session.notices import Notice
from planner_gui.ui import formats, remembered
from planner_gui.ui.actions import Actions, fill_menus, make_actions
from planner_gui.ui.dialogs.export import ExportDialog
from planner_gui.ui.panels import empty as offers
from planner_gui.ui.panels.changes import ChangesPanel
from planner_gui.ui.panels.empty import EmptyPage
from planner_gui.ui.panels.filter import FilterPanel
from planner_gui.ui.panels.findings import FindingsPanel
from planner_gui.ui.panels.go_to import GoToDate
from planner_gui.ui.panels.inspector import Groups, Inspector
from planner_gui.ui.panels.notices import NoticeStack
from planner_gui.ui.panels.shortcuts import ShortcutList
from planner_gui.ui.panels.status import StatusLine
from planner_gui.ui.panels.table import TablePage
from planner_gui.ui.remembered import View, window_state
from planner_gui.ui.search import Found, Index, Sort
from planner_gui.ui.style import style_sheet
from planner_gui.ui.text import menu_text, tooltip
from planner_gui.ui.theme import Theme, Themes
from planner_gui.ui.timeline.board import Board
from planner_gui.ui.timeline.groups import Filter, Grouping, Overloads
from planner_gui.ui.timeline.groups import Sort as Order
from planner_gui.ui.timeline.hit import Hit
from planner_gui.ui.timeline.scale import Zoom, cells
from planner_gui.ui.tool_bar import ToolBar

__all__ = ["MainWindow", "window_state"]

FRAME = QSize(8, 48)  # what a desktop's frame and title take around a window, at most
TABLE_DELAY = 150  # milliseconds the visible dates rest before the tables follow


class MainWindow(QMainWindow):
    """The planner's window.

    Signals: sync_requested(), cancel_requested(), offline_chosen(bool), export_requested(str path, Span),
    notice_dismissed(Notice), action_chosen(callable) of a notice's button, over_requested(int step) to jump to another
    over-allocation, findings_requested() when the list of findings is opened, raw_requested(plan row) for the record of
    an item as its service gave it and all that is known of it, page_requested(plan row) for its page in its service,
    page_opened(str url) to open that page, way_in_chosen(str) of the first start's buttons, closed().
    """

    sync_requested = Signal()
    cancel_requested = Signal()
    offline_chosen = Signal(bool)
    export_requested = Signal(str, object)
    notice_dismissed = Signal(object)
    action_chosen = Signal(object)
    over_requested = Signal(int)
    findings_requested = Signal()
    raw_requested = Signal(int)
    page_requested = Signal(int)
    page_opened = Signal(str)
    way_in_chosen = Signal(str)
    edit_menu_wanted = Signal(object, object, object, object)
    closed = Signal()

    def __init__(self, name: str, themes: Themes, state: QSettings | None = None) -> None:
        super().__init__()
        self._themes = themes
        self._state = state
        self._plan: Plan | None = None
        self._found_in: Plan | None = None  # what the listed findings are of
        self._reading = False
        self.setWindowTitle(f"{menu_text(name)} \N{EN DASH} planner-gui")
        self.resize(1600, 1000)
        self.setMinimumSize(760, 420)
        self.actions_: Actions = make_actions(self)
        self.tool_bar = ToolBar(name, self.actions_, self)
        self.search = self.tool_bar.search
        self.board = Board()
        self.table = TablePage()
        self.inspector = Inspector()
        self.findings = FindingsPanel()
        self.changes = ChangesPanel()
        self.status = StatusLine()
        self.notices = NoticeStack()
        self.empty = EmptyPage()
        self.filter_panel = FilterPanel(self)
        self._table_due = QTimer(self)
        self._table_due.setSingleShot(True)
        self._table_due.setInterval(TABLE_DELAY)
        self._build()
        self._connect()
        self._connect_actions()
        self._show_theme(themes.current)
        self._restore(remembered.read(state) if state is not None else View(look=themes.look))
        self.board.setFocus()

    # --- what the session tells ---------------------------------------------------------------------------------------

    def show_plan(self, plan: Plan) -> None:
        """Show a plan; an empty one says what is missing."""
        self._plan = plan
        self.board.show_plan(plan)
        self.inspector.show_plan(plan)
        self.status.show_connections(plan.connections, datetime.now(UTC))
        if self.findings.isVisible():
            self.findings.show_working()
            self.findings_requested.emit()
        self._choose_page()

    def show_progress(self, text: str | None) -> None:
        """What a running sync reads; None when none runs."""
        self._reading = text is not None
        self.status.show_progress(text)
        self.actions_.sync.setEnabled(text is None and not self.actions_.offline.isChecked())
        if self._plan is not None and not self._plan.people:
            self._choose_page()

    def show_offline(self, offline: bool) -> None:
        self.actions_.offline.setChecked(offline)
        self.actions_.sync.setEnabled(not offline)
        self.status.show_offline(offline)
        self.changes.show_offline(offline)
        self._choose_page()

    def show_notices(self, notices: Sequence[Notice]) -> None:
        self.notices.show_notices(notices)

    def show_over_allocations(self, count: int | None) -> None:
        self.status.show_over_allocations(count)

    def show_overloads(self, overloads: Overloads) -> None:
        """When who is over-allocated: what F8 walks over and the filter goes by."""
        self.board.show_overloads(overloads)

    def show_index(self, index: Index) -> None:
        """What search looks through, once it is made."""
        self.search.show_index(index)

    def show_findings(self, plan: Plan, found: Sequence[Finding]) -> None:
        self._found_in = plan
        self.findings.show_findings(plan, found)

    def show_raw(self, row: int, record: bytes | None) -> None:
        """The record that was asked for by raw_requested."""
        self.inspector.show_raw(row, record)

    def show_detail(self, row: int, groups: Groups, words: str = "") -> None:
        """What an item's service knows of it besides, as groups of label and value; or in words why there is none."""
        self.inspector.show_detail(row, groups, words)

    def show_web_page(self, row: int, service: str, host: str, url: str) -> None:
        """The page that was asked for by page_requested, where there is one."""
        self.inspector.show_web_page(row, service, host, url)

    @property
    def themes(self) -> Themes:
        """What says when the colours change."""
        return self._themes

    @property
    def theme(self) -> Theme:
        """The colours in force."""
        return self._themes.current

    def hint(self, text: str) -> None:
        """Say something small beside the pointer: why what was tried does not go."""
        where = QCursor.pos() if self.board.underMouse() else self.board.mapToGlobal(self.board.rect().center())
        QToolTip.showText(where, tooltip(text), self.board)

    def show_item(self, row: int) -> None:
        """Choose an item of the shown plan and bring it into view; a filter in the way is taken off."""
        self._show_item(row)

    def jump(self, targets: Sequence[tuple[int, int]], step: int) -> None:
        """Go to the next (1) or previous (-1) of some (person, day), in the order of the rows."""
        shown = set(self.board.shown.tolist())
        self.board.jump([target for target in targets if target[0] in shown], step)
        self.board.setFocus()

    def show_welcome(self) -> None:
        """The page of a first start."""
        self.empty.welcome()
        self.empty.buttons[0].setFocus()
        self._pages.setCurrentWidget(self.empty)
        for widget in (self.tool_bar, self.inspector, self.status):
            widget.hide()

    # --- making -------------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        fill_menus(self, self.actions_)
        self.addToolBar(self.tool_bar)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._pages = QStackedWidget()
        for page in (self.board, self.table, self.empty):
            self._pages.addWidget(page)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(1)
        self._splitter.addWidget(self._pages)
        self._splitter.addWidget(self.inspector)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setSizes([1284, 316])
        self._upright = QSplitter(Qt.Orientation.Vertical)
        self._upright.setChildrenCollapsible(False)
        self._upright.setHandleWidth(1)
        self._upright.addWidget(self._splitter)
        for panel in (self.findings, self.changes):
            self._upright.addWidget(panel)
            panel.hide()
        self._upright.setStretchFactor(0, 1)
        self._upright.setSizes([640, 260, 300])
        central = QWidget()
        layout = QVBoxLayout(central)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._upright, 1)
        layout.addWidget(self.notices)
        layout.addWidget(self.status)
        self.setCentralWidget(central)

    def _connect(self) -> None:
        board, inspector = self.board, self.inspector
        board.range_changed.connect(self._show_range)
        board.zoom_changed.connect(self._show_zoom)
        board.arranged.connect(self._choose_page)
        board.cell_chosen.connect(inspector.show_cell)
        board.item_chosen.connect(inspector.show_item)
        board.nothing_chosen.connect(inspector.show_nothing)
        board.activated.connect(lambda: self.actions_.inspector.setChecked(True))
        board.menu_requested.connect(self._open_menu)
        self.table.cell_chosen.connect(inspector.show_cell)
        self.table.item_chosen.connect(inspector.show_item)
        inspector.item_requested.connect(self._show_item)
        inspector.edit_pressed.connect(lambda act: getattr(self.actions_, act).trigger())
        inspector.person_requested.connect(self._show_person)
        inspector.raw_requested.connect(self.raw_requested)
        inspector.page_requested.connect(self.page_requested)
        inspector.page_opened.connect(self.page_opened)
        self.search.chosen.connect(self._go_to_found)
        self.search.left.connect(board.setFocus)
        self.filter_panel.changed.connect(self._set_filter)
        self.findings.chosen.connect(self._go_to_finding)
        self.findings.closed.connect(lambda: self.actions_.findings.setChecked(False))
        self.changes.closed.connect(lambda: self.actions_.review.setChecked(False))
        self.empty.pressed.connect(self._take_offer)
        self.status.cancel_pressed.connect(self.cancel_requested)
        self.status.next_pressed.connect(lambda: self.over_requested.emit(1))
        self.notices.dismissed.connect(self.notice_dismissed)
        self.notices.action_chosen.connect(self.action_chosen)
        self._table_due.timeout.connect(self._fill_table)
        self._themes.changed.connect(self._show_theme)

    def _connect_actions(self) -> None:
        actions, board = self.actions_, self.board
        actions.sync.triggered.connect(self.sync_requested)
        actions.offline.toggled.connect(self.offline_chosen)
        actions.export.triggered.connect(self._ask_export)
        actions.quit.triggered.connect(self.close)
        actions.search.triggered.connect(self._focus_search)
        actions.filter.triggered.connect(self._open_filter)
        actions.clear_filter.triggered.connect(lambda: self._set_filter(Filter()))
        actions.today.triggered.connect(board.go_today)
        actions.back.triggered.connect(lambda: board.page(-1))
        actions.forward.triggered.connect(lambda: board.page(1))
        actions.go_to_date.triggered.connect(self._ask_date)
        actions.next_over.triggered.connect(lambda: self.over_requested.emit(1))
        actions.previous_over.triggered.connect(lambda: self.over_requested.emit(-1))
        actions.nearer.triggered.connect(lambda: board.set_zoom(board.zoom.nearer))
        actions.farther.triggered.connect(lambda: board.set_zoom(board.zoom.farther))
        actions.inspector.toggled.connect(self.inspector.setVisible)
        actions.findings.toggled.connect(self._show_findings_panel)
        actions.review.toggled.connect(self._show_changes_panel)
        actions.table.toggled.connect(self._choose_page)
        actions.fold_all.triggered.connect(board.fold_all)
        actions.unfold_all.triggered.connect(lambda: board.fold(()))
        actions.shortcuts.triggered.connect(lambda: ShortcutList(self.actions_.all(), self).open())
        actions.about.triggered.connect(self._about)
        for zoom, action in actions.zooms.items():
            action.triggered.connect(lambda _=False, z=zoom: board.set_zoom(z))
        for grouping, action in actions.groupings.items():
            action.triggered.connect(lambda _=False, g=grouping: self._group_by(g))
        for order, action in actions.sorts.items():
            action.triggered.connect(lambda _=False, each=order: self._sort_by(each))
        for compact, action in actions.densities.items():
            action.triggered.connect(lambda _=False, dense=compact: board.set_compact(dense))
        for look, action in actions.looks.items():
            action.triggered.connect(lambda _=False, chosen=look: self._themes.choose(chosen))

    # --- what is shown ------------------------------------------------------------------------------------------------

    def _choose_page(self) -> None:
        """The timeline or its tables; in place of an empty one, why it is empty."""
        plan = self._plan
        if plan is None:
            return
        if not plan.people:
            self.empty.explain(plan, reading=self._reading, offline=self.actions_.offline.isChecked())
            self._pages.setCurrentWidget(self.empty)
        elif self.board.filter and not len(self.board.shown):
            self.empty.filtered()
            self._pages.setCurrentWidget(self.empty)
        elif self.actions_.table.isChecked():
            self._fill_table()
            self._pages.setCurrentWidget(self.table)
        elif self._pages.currentWidget() is not self.board:
            self._pages.setCurrentWidget(self.board)
            if not isinstance(self.focusWidget(), QLineEdit):  # whoever types goes on; else the arrows are the plan's
                self.board.setFocus()

    def _fill_table(self) -> None:
        if self._plan is not None and self.actions_.table.isChecked() and len(self.board.shown):
            span, zoom = self.board.visible_span, self.board.zoom
            columns = cells(day_number(span.start), day_number(span.end), zoom, self.board.first_weekday)
            nobody = self.board.is_shown(len(self._plan.people))
            self.table.show_view(self._plan, self.board.shown, columns, nobody=nobody)

    def _show_theme(self, theme: Theme) -> None:
        self.setStyleSheet(style_sheet(theme))
        self.board.set_theme(theme)
        self.changes.set_theme(theme)
        self.status.set_theme(theme, datetime.now(UTC))
        self.actions_.looks[self._themes.look].setChecked(True)

    def _show_range(self, span: Span) -> None:
        self.tool_bar.range.say(formats.span(span))
        if self.actions_.table.isChecked():
            self._table_due.start()

    def _show_zoom(self, zoom: Zoom) -> None:
        self.actions_.zooms[zoom].setChecked(True)
        self.status.legend.setVisible(zoom is Zoom.QUARTER)
        self._show_range(self.board.visible_span)

    def _show_findings_panel(self, shown: bool) -> None:
        self.findings.setVisible(shown)
        if shown:
            self.actions_.review.setChecked(False)
            self.findings.show_working()
            self.findings_requested.emit()
            self.findings.table.setFocus()
        else:
            self.board.setFocus()

    def _show_changes_panel(self, shown: bool) -> None:
        """The review takes the place of the findings: both at once would leave no timeline."""
        self.changes.setVisible(shown)
        if shown:
            self.actions_.findings.setChecked(False)
            self.changes.tree.setFocus()
        else:
            self.board.setFocus()

    def _group_by(self, grouping: Grouping) -> None:
        self.board.set_grouping(grouping)
        self.actions_.groupings[grouping].setChecked(True)
        self.tool_bar.show_grouping(grouping)

    def _sort_by(self, order: Order) -> None:
        self.board.set_sort(order)
        self.actions_.sorts[order].setChecked(True)

    def _set_filter(self, wanted: Filter) -> None:
        self.board.set_filter(wanted)
        self.tool_bar.show_filter(wanted)
        self.actions_.clear_filter.setEnabled(bool(wanted))

    # --- finding one's way --------------------------------------------------------------------------------------------

    def _focus_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _go_to_found(self, found: Found) -> None:
        """To what search has found; a filter in the way is taken off."""
        if found.sort is Sort.PERSON:
            self._show_person(self._person_now(found.index, self.search.plan), *_ends(self.board.visible_span))
        elif found.sort is Sort.ITEM:
            self._show_item(self._row_now(found.index, self.search.plan))
        else:
            grouping = Grouping.TEAM if found.sort is Sort.TEAM else Grouping.PROJECT
            self._set_filter(Filter())
            self._group_by(grouping)
            self.board.choose_group(found.name)
        self.actions_.table.setChecked(False)
        self.board.setFocus()

    def _person_now(self, person: int, old: Plan | None) -> int | None:
        """A person of the plan that was searched, in the one shown: a newer one may have come meanwhile."""
        return None if self._plan is None or old is None else person_in(self._plan, person, old)

    def _row_now(self, row: int, old: Plan | None) -> int | None:
        return None if self._plan is None or old is None else row_in(self._plan, row, old)

    def _show_person(self, person: int | None, first: int, last: int) -> None:
        if person is None:
            return
        if not self.board.is_shown(person):
            self._set_filter(Filter())
        self.board.choose_days(person, first, last)

    def _show_item(self, row: int | None) -> None:
        if self._plan is None or row is None:
            return
        person = int(self._plan.columns["person"][row])
        if not self.board.is_shown(person):
            self._set_filter(Filter())
        self.board.choose_item(row)

    def _go_to_finding(self, finding: Finding) -> None:
        if finding.row is not None:
            self._show_item(self._row_now(finding.row, self._found_in))
            return
        person = None if finding.person is None else self._person_now(finding.person, self._found_in)
        if person is not None and finding.start is not None:
            if not self.board.is_shown(person):
                self._set_filter(Filter())
            self.board.choose_cell(person, day_number(finding.start))
        else:
            self._show_person(person, *_ends(self.board.visible_span))

    def _open_filter(self) -> None:
        button = self.tool_bar.filter
        where = button.mapToGlobal(QPoint(0, button.height() + 4))
        board = self.board
        self.filter_panel.open_at(where, board.filter, board.teams(), board.projects(), board.statuses())

    def _ask_date(self) -> None:
        dialog = GoToDate(self.board.today, self.board.visible_span.start, self)
        dialog.chosen.connect(self.board.go_to)
        dialog.finished.connect(lambda _: self.board.setFocus())
        dialog.open()

    def _open_menu(self, where: QPoint, found: Hit) -> None:
        """The context menu of what is under the pointer or in focus."""
        actions, menu = self.actions_, QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if found.row is not None and found.row.is_heading:
            menu.addAction(actions.fold_all)
            menu.addAction(actions.unfold_all)
        elif found.row is not None and self._plan is not None:
            bar = None if found.bar is None else found.bar.row
            self.edit_menu_wanted.emit(menu, bar, found.row.person, found.day)
            menu.addAction(actions.inspector)
            for team in self._plan.people[found.row.person].teams:
                entry = menu.addAction(menu_text(f"Show only {team}"))
                entry.triggered.connect(lambda _=False, name=team: self._set_filter(Filter(team=name)))
        for action in (actions.clear_filter, actions.today, actions.go_to_date, actions.nearer, actions.farther):
            menu.addAction(action)
        menu.popup(where)

    def _take_offer(self, offer: str) -> None:
        if offer == offers.SYNC:
            self.sync_requested.emit()
        elif offer == offers.EVERYBODY:
            self._set_filter(Filter())
        else:
            self.way_in_chosen.emit(offer)

    # --- dialogs ------------------------------------------------------------------------------------------------------

    def _ask_export(self) -> None:
        dialog = ExportDialog(self)
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

    def _restore(self, view: View) -> None:
        """The window as the user left it in this workspace."""
        # Refused where its screen is gone, or is another by now: then as at a first start, on one that is there.
        restored = view.geometry is not None and self.restoreGeometry(view.geometry)
        if not restored and QGuiApplication.platformName() != "offscreen":  # whose screen nobody looks at
            self.resize(self.size().boundedTo(self.screen().availableSize() - FRAME))
        if view.splitter is not None:
            self._splitter.restoreState(view.splitter)
        self.board.set_zoom(view.zoom)
        self._show_zoom(view.zoom)
        self.board.fold(view.folded)
        self.board.set_compact(view.compact)
        self.actions_.densities[view.compact].setChecked(True)
        self._group_by(view.grouping)
        self._sort_by(view.sort)
        self._set_filter(view.filter)
        self._themes.choose(view.look)
        self._show_theme(self._themes.current)
        self.actions_.inspector.setChecked(view.inspector)
        self.inspector.setVisible(view.inspector)

    def view(self) -> View:
        """The window as it is now."""
        board = self.board
        return View(
            zoom=board.zoom,
            grouping=board.grouping,
            sort=board.sort,
            filter=board.filter,
            folded=board.folded,
            compact=board.compact,
            look=self._themes.look,
            inspector=self.actions_.inspector.isChecked(),
            geometry=self.saveGeometry(),
            splitter=self._splitter.saveState(),
        )

    def keep_view(self) -> None:
        """Keep what the window looks like now; closing does so by itself."""
        if self._state is not None:
            remembered.keep(self._state, self.view())

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self.keep_view()
        self.closed.emit()
        super().closeEvent(event)


def _ends(span: Span) -> tuple[int, int]:
    return day_number(span.start), day_number(span.end)
