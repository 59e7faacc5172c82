"""A report's file is whole or not there (X2), private (X4), and its suggested name stays in its folder (X3)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from planner_gui.domain.errors import StoreUnwritable
from planner_gui.reports import files


def test_X4_a_new_file_is_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    files.write_whole(path, "{}\n")
    assert path.read_text() == "{}\n"
    assert path.stat().st_mode & 0o777 == 0o600


def test_X2_a_failure_on_the_way_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "plan.json"
    path.write_text("old")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreUnwritable, match="No space left"):
        files.write_whole(path, "new")
    assert path.read_text() == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["plan.json"]


def test_a_missing_folder_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(StoreUnwritable, match="could not be written"):
        files.write_whole(tmp_path / "no" / "plan.json", "new")


@pytest.mark.parametrize(
    "text",
    ["../x", "/etc/passwd", "CON", "com1.txt", "a:b", "trailing.", "x" * 300, "nul\0byte", "", "...", "\u202egpj.exe"],
    ids=ascii,
)
def test_X3_a_suggested_name_is_one_safe_name(text: str, tmp_path: Path) -> None:
    name = files.safe_name(text, ".json")
    assert (tmp_path / name).parent == tmp_path
    assert name.endswith(".json")
    assert len(name) <= 130
    assert name.split(".")[0].casefold() not in {"con", "com1", ""}
    assert not set(name) & set('<>:"/\\|?*\0\u202e')
