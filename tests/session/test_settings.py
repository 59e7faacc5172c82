"""Preferences: kept where they can be, never a reason not to start."""

import stat
from pathlib import Path

import pytest

from planner_gui.session.settings import MOST_RECENT, Preferences, Settings


def test_preferences_are_there_after_a_restart_and_private(tmp_path: Path) -> None:
    path = tmp_path / "planner-gui" / "settings.toml"
    assert Settings(path).change(theme="dark", sync_on_open=False)
    assert Settings(path).preferences == Preferences(theme="dark", sync_on_open=False)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "content", ["[[[", "theme = 7\nsync_on_open = 'yes'\nrecent_workspaces = 3", "\x00", "new = 1"]
)
def test_a_faulty_file_costs_the_preferences_and_not_the_start(tmp_path: Path, content: str) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(content)
    assert Settings(path).preferences == Preferences()


def test_c10_preferences_that_cannot_be_kept_hold_for_this_session(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings = Settings(tmp_path / "file" / "settings.toml")
    assert not settings.change(theme="light")
    assert settings.preferences.theme == "light"


def test_the_last_workspaces_are_remembered_each_once_the_newest_first(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "settings.toml")
    for number in [*range(MOST_RECENT + 2), 5]:
        settings.remember_workspace(tmp_path / str(number))
    recent = settings.preferences.recent_workspaces
    assert settings.preferences.last_workspace == recent[0] == str(tmp_path / "5")
    assert len(recent) == len(set(recent)) == MOST_RECENT


def test_a_change_is_announced(tmp_path: Path) -> None:
    settings, told = Settings(tmp_path / "settings.toml"), list[Preferences]()
    settings.changed.connect(told.append)
    settings.change(zoom="weeks")
    assert told == [Preferences(zoom="weeks")]


def test_two_who_change_different_preferences_do_not_undo_each_other(tmp_path: Path) -> None:
    one, other = Settings(tmp_path / "settings.toml"), Settings(tmp_path / "settings.toml")
    one.change(send_at_once=True)
    other.change(keep_days=30)
    kept = Settings(tmp_path / "settings.toml").preferences
    assert (kept.send_at_once, kept.keep_days) == (True, 30)
    assert other.preferences == kept
