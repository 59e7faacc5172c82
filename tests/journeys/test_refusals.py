"""What cannot be done is said in one line on standard error, with the exit code of docs/cli.md."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.journeys.conftest import Program

pytestmark = pytest.mark.secret_service


def one_line(text: str) -> bool:
    lines = [line for line in text.splitlines() if "running as root" not in line]
    return len(lines) == 1 and "Traceback" not in text


def test_init_says_the_schedule_aloud_and_makes_private_files(program: Program, tmp_path: Path) -> None:
    done = program("init", tmp_path / "w")
    assert done.code == 0
    assert "8 h" in done.out
    assert (tmp_path / "w").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "w" / "workspace.toml").stat().st_mode & 0o777 == 0o600


def test_init_of_a_workspace_that_exists_is_a_usage_error_and_changes_nothing(
    program: Program, workspace: Path
) -> None:
    before = (workspace / "workspace.toml").read_bytes()
    done = program("init", workspace)
    assert done.code == 2
    assert one_line(done.err)
    assert (workspace / "workspace.toml").read_bytes() == before


@pytest.mark.parametrize(
    "words",
    [
        ["--no-such-option"],
        ["sync"],
        ["sync", "WORKSPACE", "--from", "20261120"],
        ["sync", "WORKSPACE", "--from", "2026-12-01", "--to", "2026-11-01"],
        ["sync", "WORKSPACE", "--connection", "nobody"],
        ["export", "WORKSPACE", "--format", "xml", "--output", "x"],
        ["connect", "WORKSPACE", "jira", "--name", "x"],
        ["connect", "WORKSPACE", "tempo", "--name", "x", "--url", "https://jira.example.com", "--option", "boxes=1"],
        ["sandbox", "--people", "0"],
        ["init", "WORKSPACE-2", "--schedule", "mon-fri 25h"],
        ["init", "WORKSPACE-2", "--holidays", "ZZ-TOP"],
        ["init", "WORKSPACE-2", "--timezone", "Mars/Olympus"],
        ["--demo", "WORKSPACE"],
    ],
    ids=" ".join,
)
def test_a_faulty_command_is_refused_with_usage(program: Program, workspace: Path, words: list[str]) -> None:
    done = program(*[word.replace("WORKSPACE", str(workspace)) for word in words], stdin="secret\n")
    assert done.code == 2, done.err
    assert one_line(done.err), done.err


@pytest.mark.parametrize("url", ["http://jira.example.com", "https://u:p@jira.example.com", "https://a.example/#b", ""])
def test_N3_an_address_that_cannot_be_trusted_makes_no_connection(program: Program, workspace: Path, url: str) -> None:
    done = program("connect", workspace, "tempo", "--name", "x", "--url", url, stdin="secret\n")
    assert done.code in (1, 2)
    assert one_line(done.err), done.err
    assert "[[connections]]" not in (workspace / "workspace.toml").read_text()


@pytest.mark.parametrize("command", [["sync"], ["export", "--format", "json", "--output", "out.json"], ["doctor"]])
def test_a_missing_workspace_is_said_in_words(program: Program, tmp_path: Path, command: list[str]) -> None:
    done = program(command[0], tmp_path / "nowhere", *command[1:])
    assert done.code == 1
    assert "nowhere" in done.err + done.out
    assert "Traceback" not in done.err


def test_a_foreign_folder_is_no_workspace(program: Program, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "mum.txt").write_text("Dear mum")
    done = program("sync", tmp_path / "letters")
    assert done.code == 1
    assert one_line(done.err)
    assert sorted(path.name for path in (tmp_path / "letters").iterdir()) == ["mum.txt"]


def test_a_faulty_workspace_file_is_named_and_not_overwritten(program: Program, workspace: Path) -> None:
    (workspace / "workspace.toml").write_text("this is = not [ toml")
    done = program("sync", workspace)
    assert done.code == 1
    assert one_line(done.err)
    assert (workspace / "workspace.toml").read_text() == "this is = not [ toml"


def test_an_export_before_any_reading_is_an_empty_plan_that_says_never(program: Program, workspace: Path) -> None:
    output = workspace.parent / "plan.json"
    done = program("export", workspace, "--format", "json", "--output", output)
    assert done.code == 0, done.err
    plan = json.loads(output.read_text())
    assert plan["people"] == []
    assert plan["as_of"] is None
    assert output.stat().st_mode & 0o777 == 0o600


def test_an_export_into_a_missing_folder_is_said_in_words(program: Program, workspace: Path) -> None:
    done = program("export", workspace, "--format", "csv", "--output", workspace / "no" / "such" / "plan.csv")
    assert done.code == 1
    assert one_line(done.err)


def test_a_today_that_is_no_date_is_a_usage_error(program: Program, workspace: Path) -> None:
    done = program("sync", workspace, PLANNER_GUI_TODAY="yesterday")
    assert done.code == 2
    assert "PLANNER_GUI_TODAY" in done.err


def test_without_a_display_the_window_says_so_and_names_a_way_on(program: Program) -> None:
    done = program("--demo", QT_QPA_PLATFORM="", DISPLAY="", WAYLAND_DISPLAY="")
    assert done.code == 1
    assert "display" in done.err
    assert "QT_QPA_PLATFORM=offscreen" in done.err


def test_help_names_every_command(program: Program) -> None:
    done = program("--help")
    assert done.code == 0
    for command in ("init", "connect", "sync", "export", "sandbox", "doctor", "--demo"):
        assert command in done.out
        if not command.startswith("-"):
            assert program(command, "--help").code == 0


def test_doctor_names_versions_and_the_keyring_and_no_secret(program: Program, workspace: Path) -> None:
    done = program("doctor", workspace)
    assert "PySide6" in done.out
    assert "keyring" in done.out.casefold()
    assert str(workspace) in done.out
