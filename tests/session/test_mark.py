"""A run that ended unexpectedly is known at the next start, once, with what it was doing (issue 6, L3)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from planner_gui.session import mark
from planner_gui.session.mark import LAST, Ended

PUTS = """
import faulthandler, os, signal, sys
from pathlib import Path
from planner_gui.session import mark
put = mark.put(Path(sys.argv[1]), sys.argv[2], "1.2.3")
for word in sys.argv[4:]:
    put.begins(word[1:]) if word[0] == "+" else put.ends(word[1:])
if sys.argv[3] == "crash":
    faulthandler.enable(put.descriptor)
    os.kill(os.getpid(), signal.SIGSEGV)
if sys.argv[3] == "kill":
    os.kill(os.getpid(), signal.SIGKILL)
put.remove()
"""


def run(folder: Path, command: str, end: str, *words: str) -> None:
    """A process that leaves a mark, begins (+) and ends (-) some work, and ends itself."""
    subprocess.run([sys.executable, "-c", PUTS, str(folder), command, end, *words], check=False, timeout=60)


def test_a_clean_end_leaves_nothing(tmp_path: Path) -> None:
    run(tmp_path / "log", "sync", "clean", "+sync")
    assert list((tmp_path / "log").iterdir()) == []
    assert mark.left_behind(tmp_path / "log") == []


def test_a_killed_run_is_told_of_once_with_what_it_was_doing(tmp_path: Path) -> None:
    run(tmp_path, "window", "kill", "+start", "-start", "+sync", "+edit 3", "-edit 3")
    (ended,) = mark.left_behind(tmp_path)
    assert (ended.command, ended.version, ended.busy, ended.dump) == ("window", "1.2.3", ("sync",), ())
    assert ended.at is not None
    assert ended.at.tzinfo is not None
    assert mark.left_behind(tmp_path) == []
    assert mark.last(tmp_path) == ended
    assert (tmp_path / LAST).stat().st_mode & 0o777 == 0o600


def test_a_crash_leaves_the_interpreters_dump_without_anybodys_home(tmp_path: Path) -> None:
    run(tmp_path, "window", "crash", "+start")
    (ended,) = mark.left_behind(tmp_path)
    text = "\n".join(ended.dump)
    assert "Fatal Python error: Segmentation fault" in text
    assert 'File "<string>"' in text
    (tmp_path / "running-1.txt").write_text(
        "0.1 window 2026-11-20T08:00:00+0000\n+start\nFatal Python error\n"
        '  File "/home/priya/x/planner_gui/app/a.py", line 3\n'
    )
    (other,) = mark.left_behind(tmp_path)
    assert other.dump[-1].strip() == 'File "planner_gui/app/a.py", line 3'


def test_a_run_that_goes_on_is_left_alone(tmp_path: Path) -> None:
    own = mark.put(tmp_path, "sync", "1.2.3")
    found = subprocess.run(
        [sys.executable, "-c", "import sys, pathlib; from planner_gui.session import mark;"
         "print(mark.left_behind(pathlib.Path(sys.argv[1])))", str(tmp_path)],
        check=True, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert found.stdout.strip() == "[]"
    assert own.path is not None
    assert own.path.exists()
    own.remove()
    own.remove()
    assert list(tmp_path.iterdir()) == []


def test_a_window_that_never_opened_a_workspace_is_not_worth_a_word(tmp_path: Path) -> None:
    run(tmp_path, "window", "kill")
    assert mark.left_behind(tmp_path) == []
    run(tmp_path, "sync", "kill")
    assert [ended.command for ended in mark.left_behind(tmp_path)] == ["sync"]


def test_what_is_no_mark_costs_nothing(tmp_path: Path) -> None:
    (tmp_path / "running-1.txt").write_bytes(b"")
    (tmp_path / "running-2.txt").write_bytes(b"\xff\xfe garbage of somebody else's, more than three words")
    (tmp_path / "running-3.txt").write_text("1 sync never\n")
    (tmp_path / "running-4.txt").symlink_to("/etc/passwd")
    assert [ended.at for ended in mark.left_behind(tmp_path)] == [None]
    assert mark.left_behind(tmp_path / "nowhere") == []
    assert mark.last(tmp_path / "nowhere") is None


def test_a_place_that_cannot_be_written_costs_the_mark_alone(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("a file where the folder would be")
    own = mark.put(tmp_path / "log", "sync", "1")
    own.begins("sync")
    own.ends("sync")
    own.remove()
    assert own.descriptor is None


@pytest.mark.parametrize(
    ("command", "busy", "words"),
    [
        ("window", ("start", "sync"), "starting"),
        ("window", ("sync",), "last whole readings stay"),
        ("sync", (), "last whole readings stay"),
        ("window", ("send", "sync"), "marked unknown"),
        ("send", (), "not sent again"),
        ("window", ("edit 3",), "in Review if it was saved"),
        ("connect", (), "connect it again"),
        ("window", (), "nothing was being changed"),
    ],
)
def test_it_says_what_became_of_what_was_going_on(command: str, busy: tuple[str, ...], words: str) -> None:
    ended = Ended(command, None, "1", busy)
    assert words in ended.while_doing
    assert "unknown time" in ended.lines()[0]
