"""Where the program keeps what belongs to the user rather than to a workspace, by the platform's habits."""

from __future__ import annotations

from pathlib import Path

import platformdirs

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
