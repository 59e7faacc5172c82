"""Each command is a run: logged, marked, and told of by the next where it ended unexpectedly (issue 6, L3)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from planner_gui import cli
from planner_gui.app import runs
from planner_gui.domain.errors import UsageError


@pytest.fixture(autouse=True)
def _own_state(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def logged() -> str:
    return (runs.log_folder() / "planner-gui.log").read_text("utf-8")


def left_over() -> list[str]:
    return sorted(path.name for path in runs.log_folder().iterdir() if "running" in path.name)


def test_a_command_is_in_the_log_from_start_to_end_and_leaves_no_mark(tmp_path: Path) -> None:
    with runs.begun("export") as run:
        assert len(left_over()) == 1
        assert run.said_of_before() == []
    assert ": start: planner-gui " in logged()
    assert logged().splitlines()[-1].endswith("app.runs: end")
    assert left_over() == []


def test_a_refused_command_is_named_by_its_kind_and_a_bug_by_its_traceback(
    expect_log: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(UsageError), runs.begun("sync"):
        raise UsageError("there is no connection called Priya")
    assert "end: UsageError" in logged()
    assert "Priya" not in logged()
    expect_log("planner_gui.app.runs", "a bug")
    monkeypatch.setattr(cli, "_export", lambda _options: {}["Priya"])
    monkeypatch.setitem(cli._COMMANDS, "export", (*cli._COMMANDS["export"][:1], cli._export, ""))
    assert cli.run(["export", "x", "--format", "csv", "--output", "y"]) == cli.FAILED
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert "KeyError: #" in logged()
    assert "Priya" not in logged()


def killed_sync() -> None:
    """A `sync` that is ended from outside."""
    code = (
        "import os, signal\nfrom planner_gui.app import runs\n"
        f"with runs.begun('sync'):\n    os.kill(os.getpid(), {int(signal.SIGKILL)})"
    )
    done = subprocess.run([sys.executable, "-c", code], env=dict(os.environ), check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL


def test_the_next_command_says_what_ended_unexpectedly_and_what_became_of_it_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    killed_sync()
    for lines in (2, 1):
        assert cli.run(["export", str(tmp_path), "--format", "csv", "--output", str(tmp_path / "x")]) == cli.FAILED
        said = capsys.readouterr().err.splitlines()
        assert len(said) == lines
    killed_sync()
    cli.run(["changes", str(tmp_path)])  # only looks: says nothing of it, and takes nothing away
    assert "unexpectedly" not in capsys.readouterr().err
    cli.run(["sync", str(tmp_path)])
    said = capsys.readouterr().err.splitlines()
    assert said[0].startswith("planner-gui: planner-gui sync (started 20")
    assert "the last whole readings stay" in said[0]


def test_doctor_says_where_the_log_is_how_large_and_what_ended_last(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["doctor"]) == cli.DONE
    said = capsys.readouterr().out
    assert f"Log: {runs.log_folder() / 'planner-gui.log'} (nothing yet)" in said
    assert "Last unexpected end: none known" in said
    killed_sync()
    with runs.begun("sync"):
        pass
    assert cli.run(["doctor"]) == cli.DONE
    said = capsys.readouterr().out
    assert "planner-gui.log (1 file, " in said
    assert "Last unexpected end: planner-gui sync (started 20" in said
