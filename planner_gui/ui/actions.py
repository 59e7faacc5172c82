"""Every action of the window, once: its text, its shortcut, and where it stands in the menus."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from planner_gui.ui.text import menu_text
from planner_gui.ui.theme import Look
from planner_gui.ui.timeline.board import Grouping
from planner_gui.ui.timeline.scale import Zoom


@dataclass(frozen=True)
class Actions:
    """The window's actions; connecting them is the window's business."""

    sync: QAction
    offline: QAction
    export: QAction
    quit: QAction
    today: QAction
    back: QAction
    forward: QAction
    nearer: QAction
    farther: QAction
    inspector: QAction
    next_over: QAction
    previous_over: QAction
    about: QAction
    zooms: dict[Zoom, QAction]
    groupings: dict[Grouping, QAction]
    looks: dict[Look, QAction]


def _action(window: QMainWindow, text: str, *keys: str, checkable: bool = False, tip: str = "") -> QAction:
    action = QAction(menu_text(text), window)
    action.setShortcuts([QKeySequence(key) for key in keys])
    action.setCheckable(checkable)
    if keys:
        action.setToolTip(f"{tip or text} ({QKeySequence(keys[0]).toString(QKeySequence.SequenceFormat.NativeText)})")
    window.addAction(action)
    return action


def _choices(window: QMainWindow, made: list[QAction]) -> None:
    group = QActionGroup(window)
    for action in made:
        action.setCheckable(True)
        group.addAction(action)


def make_actions(window: QMainWindow) -> Actions:
    """Make them all, belonging to the window, so that shortcuts work wherever the focus is."""
    zooms = {zoom: _action(window, zoom.label, f"Ctrl+{n}") for n, zoom in enumerate(Zoom, 1)}
    groupings = {g: _action(window, g.value) for g in Grouping}
    looks = {
        Look.SYSTEM: _action(window, "Follow the system"),
        Look.LIGHT: _action(window, "Light"),
        Look.DARK: _action(window, "Dark"),
        Look.CONTRAST: _action(window, "High contrast"),
    }
    for group in (zooms, groupings, looks):
        _choices(window, list(group.values()))
    return Actions(
        sync=_action(window, "Sync now", "F5", "Ctrl+R"),
        offline=_action(window, "Work offline", checkable=True),
        export=_action(window, "Export\N{HORIZONTAL ELLIPSIS}", "Ctrl+E"),
        quit=_action(window, "Quit", "Ctrl+Q"),
        today=_action(window, "Today", "Home"),
        back=_action(window, "Back", "Alt+Left"),
        forward=_action(window, "Forward", "Alt+Right"),
        nearer=_action(window, "Zoom in", "Ctrl++", "Ctrl+="),
        farther=_action(window, "Zoom out", "Ctrl+-"),
        inspector=_action(window, "Inspector", "F9", checkable=True),
        next_over=_action(window, "Next over-allocation", "F8"),
        previous_over=_action(window, "Previous over-allocation", "Shift+F8"),
        about=_action(window, "About planner-gui"),
        zooms=zooms,
        groupings=groupings,
        looks=looks,
    )


def fill_menus(window: QMainWindow, actions: Actions) -> None:
    """Put the actions into the menu bar."""
    bar = window.menuBar()
    file = bar.addMenu("&File")
    for action in (actions.sync, actions.offline, actions.export):
        file.addAction(action)
    file.addSeparator()
    file.addAction(actions.quit)
    go = bar.addMenu("&Go")
    for action in (actions.today, actions.back, actions.forward, actions.next_over, actions.previous_over):
        go.addAction(action)
    view = bar.addMenu("&View")
    for action in (*actions.zooms.values(), actions.nearer, actions.farther):
        view.addAction(action)
    view.addSeparator()
    _submenu(view, "Group by", list(actions.groupings.values()))
    _submenu(view, "Colours", list(actions.looks.values()))
    view.addAction(actions.inspector)
    bar.addMenu("&Help").addAction(actions.about)


def _submenu(menu: QMenu, title: str, actions: list[QAction]) -> None:
    submenu = menu.addMenu(menu_text(title))
    for action in actions:
        submenu.addAction(action)
