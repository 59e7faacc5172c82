"""Who holds a workspace, said in words; and a lock that nobody holds any more never keeps anybody out (K5, FD6)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QLockFile, QSysInfo

from planner_gui.session import lock as locks
from planner_gui.session.lock import LOCK_NAME, Holder, OpenElsewhere, acquire, held

HOLDS = """
import sys
from pathlib import Path
from planner_gui.session.lock import acquire
lock = acquire(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def refused(folder: Path) -> OpenElsewhere:
    with pytest.raises(OpenElsewhere) as caught:
        acquire(folder)
    return caught.value


def test_K5_another_program_is_named_by_its_process(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDS, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        said = refused(tmp_path)
        assert said.holder == Holder(other.pid)
        assert said.holder.reachable
        assert f"is open in a window or in use by a command (process {other.pid})" in str(said)
        other.kill()
    lock = acquire(tmp_path)  # of a program that was killed
    assert lock is not None
    lock.release()


def test_FD6_a_lock_of_another_computer_holds_and_says_where(tmp_path: Path) -> None:
    (tmp_path / LOCK_NAME).write_text("1\nplanner-gui\nelsewhere\n\n\n")
    os.utime(tmp_path / LOCK_NAME, (0, 0))
    said = refused(tmp_path)
    assert said.holder == Holder(1, "elsewhere")
    assert not said.holder.reachable
    assert "on the computer elsewhere" in str(said)
    assert f"delete {tmp_path / LOCK_NAME}" in str(said)


def test_FD6_a_lock_of_another_user_holds_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = acquire(tmp_path)
    assert lock is not None
    mine = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: mine + 1)
    said = refused(tmp_path)
    assert not said.holder.reachable
    assert "another user" in str(said)
    lock.release()


def test_FD6_a_lock_left_empty_when_the_machine_went_down_is_taken_but_not_at_once(tmp_path: Path) -> None:
    path = tmp_path / LOCK_NAME
    path.touch()  # another start may be about to write into it
    assert refused(tmp_path).holder == Holder()
    os.utime(path, (0, 0))
    lock = acquire(tmp_path)
    assert lock is not None
    assert path.read_text().startswith(f"{os.getpid()}\n")
    lock.release()


# --- for those who only read ------------------------------------------------------------------------------------------


def holder_of(folder: Path, process: int, computer: str) -> None:
    (folder / LOCK_NAME).write_text(f"{process}\nplanner-gui\n{computer}\n")


def test_a_workspace_is_held_while_its_lock_is(tmp_path: Path) -> None:
    assert not held(tmp_path)
    lock = acquire(tmp_path)
    assert lock is not None
    assert held(tmp_path)
    lock.release()
    assert not held(tmp_path)


def test_a_lock_of_a_process_that_is_gone_holds_nothing(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        gone.wait()
    holder_of(tmp_path, gone.pid, QSysInfo.machineHostName())
    assert not held(tmp_path)


def test_a_lock_of_another_users_process_or_another_computer_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_process: int, _signal: int) -> None:
        raise PermissionError

    holder_of(tmp_path, 1, QSysInfo.machineHostName())
    monkeypatch.setattr(os, "kill", refuse)
    assert held(tmp_path)
    holder_of(tmp_path, 1, "elsewhere")
    assert held(tmp_path)


def test_a_lock_that_is_let_go_of_while_it_is_looked_at_is_nobodys(tmp_path: Path) -> None:
    gone = tmp_path / LOCK_NAME
    assert not locks._left_empty(QLockFile(str(gone)), gone)
    assert locks._holder(QLockFile(str(gone)), gone) == Holder()
