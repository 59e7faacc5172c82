"""Every action of the window, once: its text, its shortcut, and where it stands in the menus."""

from __future__ import annotations

from dataclasses import dataclass, fields

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from planner_gui.ui.icons import icon
from planner_gui.ui.text import menu_text
from planner_gui.ui.theme import Look
from planner_gui.ui.timeline.groups import Grouping, Sort
from planner_gui.ui.timeline.scale import Zoom


@dataclass(frozen=True)
class Actions:
    """The window's actions; connecting them is the window's business."""

    sync: QAction
    offline: QAction
    export: QAction
    connect_service: QAction
    connections: QAction
    quit: QAction
    undo: QAction
    redo: QAction
    new_allocation: QAction
    new_absence: QAction
    new_task: QAction
    edit: QAction
    duplicate: QAction
    split: QAction
    delete: QAction
    review: QAction
    search: QAction
    filter: QAction
    clear_filter: QAction
    today: QAction
    back: QAction
    forward: QAction
    go_to_date: QAction
    next_over: QAction
    previous_over: QAction
    nearer: QAction
    farther: QAction
    inspector: QAction
    findings: QAction
    table: QAction
    fold_all: QAction
    unfold_all: QAction
    people: QAction
    working_time: QAction
    counting: QAction
    preferences: QAction
    shortcuts: QAction
    copy_diagnostics: QAction
    log_folder: QAction
    about: QAction
    zooms: dict[Zoom, QAction]
    groupings: dict[Grouping, QAction]
    sorts: dict[Sort, QAction]
    densities: dict[bool, QAction]  # by whether compact
    looks: dict[Look, QAction]

    def all(self) -> list[QAction]:
        """Every action, in the order they are listed for people."""
        found: list[QAction] = []
        for field in fields(self):
            value = getattr(self, field.name)
            found += value.values() if isinstance(value, dict) else [value]
        return found


def _action(
    window: QMainWindow, text: str, *keys: str, checkable: bool = False, tip: str = "", drawing: str = ""
) -> QAction:
    """drawing: the name of its icon; a tool button then shows the icon alone, menus stay words."""
    action = QAction(menu_text(text), window)
    if drawing:
        action.setIcon(icon(drawing))
        action.setIconVisibleInMenu(False)
    action.setShortcuts([QKeySequence(key) for key in keys])
    action.setCheckable(checkable)
    plain = tip or text.rstrip("\N{HORIZONTAL ELLIPSIS}")
    native = QKeySequence(keys[0]).toString(QKeySequence.SequenceFormat.NativeText) if keys else ""
    action.setToolTip(menu_text(f"{plain} ({native})" if native else plain))
    window.addAction(action)
    return action


def _choices(window: QMainWindow, made: list[QAction]) -> None:
    group = QActionGroup(window)
    for action in made:
        action.setCheckable(True)
        group.addAction(action)


def make_actions(window: QMainWindow) -> Actions:
    """Make them all, belonging to the window, so that shortcuts work wherever the focus is."""
    dots = "\N{HORIZONTAL ELLIPSIS}"
    zooms = {zoom: _action(window, zoom.label, f"Ctrl+{n}") for n, zoom in enumerate(Zoom, 1)}
    groupings = {g: _action(window, g.value, tip=f"Group by: {g.value.lower()}") for g in Grouping}
    sorts = {each: _action(window, each.value, tip=f"Sort by: {each.value.lower()}") for each in Sort}
    densities = {False: _action(window, "Comfortable"), True: _action(window, "Compact")}
    looks = {
        Look.SYSTEM: _action(window, "Follow the system"),
        Look.LIGHT: _action(window, "Light"),
        Look.DARK: _action(window, "Dark"),
        Look.CONTRAST: _action(window, "High contrast"),
    }
    choices: list[list[QAction]] = [list(each.values()) for each in (zooms, groupings, sorts, densities, looks)]
    for group in choices:
        _choices(window, group)
    return Actions(
        sync=_action(window, "Sync now", "F5", "Ctrl+R", tip="Read every connection", drawing="sync"),
        offline=_action(window, "Work offline", checkable=True),
        export=_action(window, f"Export{dots}", "Ctrl+E"),
        connect_service=_action(window, f"Connect a service{dots}", "Ctrl+Shift+N"),
        connections=_action(window, f"Connections{dots}", tip="Test, edit, pause or forget a connection"),
        quit=_action(window, "Quit", "Ctrl+Q"),
        undo=_action(window, "Undo", "Ctrl+Z", drawing="undo"),
        redo=_action(window, "Redo", "Ctrl+Shift+Z", "Ctrl+Y", drawing="redo"),
        new_allocation=_action(window, f"New allocation{dots}", "N"),
        new_absence=_action(window, f"New absence{dots}", "A"),
        new_task=_action(window, f"New task{dots}", "T"),
        edit=_action(window, f"Edit{dots}", "Ctrl+Return", tip="Edit the chosen item"),
        duplicate=_action(window, "Duplicate", "Ctrl+D", tip="Duplicate the chosen items"),
        split=_action(window, f"Split{dots}", "S", tip="Split the chosen item in two"),
        delete=_action(window, "Delete", "Del", tip="Delete the chosen items"),
        review=_action(window, "Review changes", "Ctrl+Shift+R", checkable=True),
        search=_action(window, f"Find{dots}", "Ctrl+F", tip="Find people, teams, projects, items"),
        filter=_action(window, f"Filter{dots}", "Ctrl+Shift+F"),
        clear_filter=_action(window, "Show everybody", "Ctrl+Shift+X"),
        today=_action(window, "Today", "Alt+Home"),
        back=_action(window, "Back", "Alt+Left", drawing="back"),
        forward=_action(window, "Forward", "Alt+Right", drawing="forward"),
        go_to_date=_action(window, f"Go to date{dots}", "Ctrl+G"),
        next_over=_action(window, "Next over-allocation", "F8"),
        previous_over=_action(window, "Previous over-allocation", "Shift+F8"),
        nearer=_action(window, "Zoom in", "Ctrl++", "Ctrl+="),
        farther=_action(window, "Zoom out", "Ctrl+-"),
        inspector=_action(window, "Inspector", "F9", checkable=True, drawing="inspector"),
        findings=_action(window, "Findings", "F7", checkable=True, drawing="findings"),
        table=_action(window, "As table", "Ctrl+T", checkable=True, drawing="table"),
        fold_all=_action(window, "Fold all groups", "Ctrl+Shift+Up"),
        unfold_all=_action(window, "Unfold all groups", "Ctrl+Shift+Down"),
        people=_action(window, f"Match people{dots}", "Ctrl+Shift+P", tip="Which accounts are one person"),
        working_time=_action(window, f"Working time{dots}", "Ctrl+Shift+W", tip="Schedules and holidays"),
        counting=_action(window, f"What counts{dots}", "Ctrl+Shift+K", tip="What is load, what is absence"),
        preferences=_action(window, f"Preferences{dots}", "Ctrl+,", tip="Looks, reading, sending, the cache"),
        shortcuts=_action(window, "Keyboard shortcuts", "?", "Shift+?", "F1"),  # some platforms name the shift
        copy_diagnostics=_action(window, "Copy diagnostics", tip="Versions, hosts, counts; no names and no tokens"),
        log_folder=_action(window, "Open log folder"),
        about=_action(window, "About planner-gui"),
        zooms=zooms,
        groupings=groupings,
        sorts=sorts,
        densities=densities,
        looks=looks,
    )


def fill_menus(window: QMainWindow, actions: Actions) -> None:
    """Put the actions into the menu bar."""
    bar = window.menuBar()
    file = bar.addMenu("&File")
    for action in (actions.sync, actions.offline, actions.export):
        file.addAction(action)
    file.addSeparator()
    for action in (actions.connect_service, actions.connections):
        file.addAction(action)
    file.addSeparator()
    file.addAction(actions.quit)
    edit = bar.addMenu("&Edit")
    for action in (actions.undo, actions.redo):
        edit.addAction(action)
    edit.addSeparator()
    for action in (actions.new_allocation, actions.new_absence, actions.new_task):
        edit.addAction(action)
    edit.addSeparator()
    for action in (actions.edit, actions.duplicate, actions.split, actions.delete):
        edit.addAction(action)
    edit.addSeparator()
    edit.addAction(actions.review)
    go = bar.addMenu("&Go")
    for action in (actions.search, actions.today, actions.back, actions.forward, actions.go_to_date):
        go.addAction(action)
    go.addSeparator()
    for action in (actions.next_over, actions.previous_over, actions.findings):
        go.addAction(action)
    view = bar.addMenu("&View")
    for action in (*actions.zooms.values(), actions.nearer, actions.farther):
        view.addAction(action)
    view.addSeparator()
    _submenu(view, "Group by", list(actions.groupings.values()))
    _submenu(view, "Sort by", list(actions.sorts.values()))
    for action in (actions.fold_all, actions.unfold_all, actions.filter, actions.clear_filter):
        view.addAction(action)
    view.addSeparator()
    _submenu(view, "Density", list(actions.densities.values()))
    _submenu(view, "Colours", list(actions.looks.values()))
    view.addSeparator()
    for action in (actions.inspector, actions.table):
        view.addAction(action)
    settings = bar.addMenu("&Settings")
    for action in (actions.people, actions.working_time, actions.counting):
        settings.addAction(action)
    settings.addSeparator()
    settings.addAction(actions.preferences)
    help_ = bar.addMenu("&Help")
    help_.addAction(actions.shortcuts)
    help_.addSeparator()
    for action in (actions.copy_diagnostics, actions.log_folder):
        action.setEnabled(False)  # until there is a session to tell of
        help_.addAction(action)
    help_.addSeparator()
    help_.addAction(actions.about)


def _submenu(menu: QMenu, title: str, actions: list[QAction]) -> None:
    submenu = menu.addMenu(menu_text(title))
    for action in actions:
        submenu.addAction(action)
