"""The user's own preferences, typed: what belongs to this person and computer, not to a workspace.

A faulty file costs the preferences, never the start; nothing here is worth a question.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from planner_gui.store import files

MOST_RECENT = 8


@dataclass(frozen=True, slots=True)
class Preferences:
    """theme: system, light or dark. zoom: the timeline's last scale, by name. geometry: Qt's own text, base64.

    sync_on_open: read the services when a workspace opens. first_weekday: 1 for Monday to 7, 0 for the locale's.
    start_view: a zoom by name, "" for as it was left. sync_minutes: between automatic syncs, 0 for none. keep_days: how
    much of the past the cache keeps (C9).
    """

    last_workspace: str = ""
    recent_workspaces: tuple[str, ...] = ()
    theme: str = "system"
    zoom: str = ""
    geometry: str = ""
    sync_on_open: bool = True
    first_weekday: int = 0
    start_view: str = ""
    sync_minutes: int = 30
    sync_paused: bool = False
    keep_days: int = 90
    send_at_once: bool = False


SAFE = Preferences(sync_on_open=False, sync_minutes=0)  # what a service says may be what a safe start is for


class Settings(QObject):
    """Preferences kept in one small file; without one, those of a safe start, for as long as it runs.

    Signals:
        changed(Preferences): after a change.
    """

    changed = Signal(object)

    def __init__(self, path: Path | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = path
        self.preferences = SAFE if path is None else _read(path)
        self._is_kept = path is not None  # whether the file has what holds; then what others wrote there holds, too

    def change(self, **values: Any) -> bool:
        """Set preferences by name and keep them; False where they hold for this session only (C10)."""
        path = self._path
        current = _read(path) if path is not None and self._is_kept and path.exists() else self.preferences
        self.preferences = replace(current, **values)
        self._is_kept = path is not None and _write(path, self.preferences)
        self.changed.emit(self.preferences)
        return self._is_kept

    def remember_workspace(self, folder: Path) -> bool:
        """Put a workspace first among the recent ones."""
        name = str(folder.absolute())
        others = [other for other in self.preferences.recent_workspaces if other != name]
        return self.change(last_workspace=name, recent_workspaces=(name, *others)[:MOST_RECENT])


def _read(path: Path) -> Preferences:
    import tomllib

    try:
        document = tomllib.loads(files.read_plainly(path).decode("utf-8"))
    except (OSError, ValueError):
        return Preferences()
    values: dict[str, Any] = {}
    for preference in fields(Preferences):
        value = document.get(preference.name)
        if isinstance(preference.default, tuple) and isinstance(value, list):
            values[preference.name] = tuple(entry for entry in value if isinstance(entry, str))
        elif type(value) is type(preference.default):
            values[preference.name] = value
    return Preferences(**values)


def _write(path: Path, preferences: Preferences) -> bool:
    import tomli_w

    try:
        if not path.parent.is_dir():
            files.make_private_folder(path.parent)
        files.replace_whole(path, tomli_w.dumps(asdict(preferences)).encode("utf-8"))
    except OSError:
        return False
    return True
