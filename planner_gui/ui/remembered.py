"""What a window looked like in a workspace: kept in a file beside the plan, read back strictly, each value by itself.

A value that is not understood costs itself and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QByteArray, QSettings

from planner_gui.store.files import make_private
from planner_gui.ui.theme import Look
from planner_gui.ui.timeline.groups import Filter, Grouping, Sort
from planner_gui.ui.timeline.scale import Zoom

Choice = TypeVar("Choice", bound=Enum)


@dataclass(frozen=True, kw_only=True)
class View:
    """Everything that is kept. None, where a widget's own state was never kept."""

    zoom: Zoom = Zoom.WEEK
    grouping: Grouping = Grouping.TEAM
    sort: Sort = Sort.NAME
    filter: Filter = Filter()  # noqa: RUF009  (frozen)
    folded: frozenset[str] = frozenset()
    compact: bool = False
    look: Look = Look.SYSTEM
    inspector: bool = True
    geometry: QByteArray | None = None
    splitter: QByteArray | None = None


def window_state(folder: Path) -> QSettings:
    """Where a workspace keeps its window's state: a file of its own beside the plan."""
    return QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)


def read(state: QSettings) -> View:
    """What was kept; defaults for what was not."""
    return View(
        zoom=next((zoom for zoom in Zoom if zoom.label == state.value("zoom")), Zoom.WEEK),
        grouping=_choice(Grouping, state.value("grouping"), Grouping.TEAM),
        sort=_choice(Sort, state.value("sort"), Sort.NAME),
        filter=Filter(
            _text(state.value("filter/text")),
            _text(state.value("filter/team")),
            _text(state.value("filter/project")),
            state.value("filter/over") == "true",
            _text(state.value("filter/status")),
        ),
        folded=_names(state.value("folded")),
        compact=state.value("density") == "compact",
        look=_choice(Look, state.value("look"), Look.SYSTEM),
        inspector=state.value("inspector", "true") != "false",
        geometry=_bytes(state.value("geometry")),
        splitter=_bytes(state.value("splitter")),
    )


def keep(state: QSettings, view: View) -> None:
    """Write a view; where the place cannot be written it holds for this run only (C10)."""
    values: dict[str, object] = {
        "zoom": view.zoom.label,
        "grouping": view.grouping.value,
        "sort": view.sort.value,
        "filter/text": view.filter.text,
        "filter/team": view.filter.team,
        "filter/project": view.filter.project,
        "filter/over": "true" if view.filter.over else "false",
        "filter/status": view.filter.status,
        "folded": sorted(view.folded),
        "density": "compact" if view.compact else "comfortable",
        "look": view.look.value,
        "inspector": "true" if view.inspector else "false",
        "geometry": view.geometry,
        "splitter": view.splitter,
    }
    for name, value in values.items():
        if value is not None:
            state.setValue(name, value)
    state.sync()
    make_private(Path(state.fileName()))  # names of people and teams are in it (C1)


def _choice(choices: type[Choice], value: object, default: Choice) -> Choice:
    return next((each for each in choices if each.value == value), default)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _names(value: object) -> frozenset[str]:
    """A list of one comes back from an ini file as that one."""
    if isinstance(value, str):
        return frozenset([value]) if value else frozenset()
    return frozenset(each for each in value if isinstance(each, str)) if isinstance(value, list) else frozenset()


def _bytes(value: object) -> QByteArray | None:
    return value if isinstance(value, QByteArray) and not value.isEmpty() else None
