"""Where the program keeps what belongs to the user rather than to a workspace, by the platform's habits."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import platformdirs

from planner_gui.store.files import make_private_folder

NAME = "planner-gui"


def settings_file() -> Path:
    """The preferences: %LOCALAPPDATA% on Windows, never the roaming profile (C1)."""
    return Path(platformdirs.user_config_path(NAME, appauthor=False, roaming=False)) / "settings.toml"


def network_file() -> Path:
    """How services are reached from this computer: beside the preferences."""
    return settings_file().with_name("network.toml")


def workspaces() -> Path:
    """The default place of workspaces: the platform's user data folder (docs/cli.md)."""
    return Path(platformdirs.user_data_path(NAME, appauthor=False, roaming=False))


def sockets() -> Path:
    """A folder that only this user can enter, for sockets; made where it is missing. Raises OSError where it cannot be.

    The same for a start from a desktop and one over ssh or by cron, where XDG_RUNTIME_DIR may not be set.
    """
    if hasattr(os, "geteuid"):
        for found in (os.environ.get("XDG_RUNTIME_DIR", ""), f"/run/user/{os.geteuid()}"):
            if found and _is_private(Path(found)):
                return Path(found)
    place = Path(platformdirs.user_cache_path(NAME, appauthor=False)) / "run"
    if not place.is_dir():
        make_private_folder(place)
    if not _is_private(place):
        raise OSError(f"{place} is open to others")
    return place


def _is_private(place: Path) -> bool:
    try:
        found = place.stat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o077
