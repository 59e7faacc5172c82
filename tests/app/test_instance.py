"""A second start brings the first window forward (K5); nothing else can be done over its socket."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from planner_gui.app import instance, places
from planner_gui.app.instance import Doorbell, address_of, come_forward, enter, ring
from planner_gui.session.background import in_thread
from planner_gui.session.lock import Holder, OpenElsewhere
from planner_gui.session.workspace import Workspace
from tests.scenarios import Scenario, until

HELD = OpenElsewhere("is open in a window", holder=Holder(os.getpid()))


@pytest.fixture
def doorbell(tmp_path: Path, qapp: QApplication) -> Iterator[Doorbell]:
    found = Doorbell(tmp_path)
    assert found.listen()
    yield found
    found.close()


def heard(doorbell: Doorbell) -> list[str]:
    """What rings from now on."""
    rung: list[str] = []
    doorbell.rang.connect(rung.append)
    return rung


def say(folder: Path, words: bytes) -> bytes:
    """Say something to a window's socket and wait until it hangs up, or has answered."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as caller:
        caller.settimeout(20)
        caller.connect(address_of(folder))
        caller.sendall(words)
        try:
            return caller.recv(100)
        except ConnectionResetError:
            return b""


def is_open() -> Workspace:
    raise HELD


ENTER = """
import sys
from pathlib import Path
from planner_gui.app.instance import enter
from planner_gui.session.lock import Holder, OpenElsewhere
def is_open():
    raise OpenElsewhere("is open in a window", holder=Holder(1))
print(enter(Path(sys.argv[1]), is_open, patience=60.0))
"""


def second_start(folder: Path, **environment: str) -> str:
    """What a second start prints; in another process, for Qt holds Python while it waits for an answer."""
    command = [sys.executable, "-c", ENTER, str(folder)]
    done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def test_K5_a_second_start_rings_and_opens_nothing(scenario: Scenario, doorbell: Doorbell, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)  # by whatever path
    rung = heard(doorbell)
    assert scenario(in_thread(lambda: second_start(tmp_path / "link" / "link"))) == "None\n"
    assert rung == [""]


def test_a_second_start_hands_on_the_desktops_activation_token(
    scenario: Scenario, doorbell: Doorbell, tmp_path: Path
) -> None:
    rung = heard(doorbell)

    async def whole() -> None:
        assert await in_thread(lambda: second_start(tmp_path, XDG_ACTIVATION_TOKEN="kwin-17")) == "None\n"
        await until(lambda: len(rung) == 2, what="the token")

    scenario(whole())
    assert rung == ["", "kwin-17"]


@pytest.mark.parametrize(
    "words",
    [
        b"quit\n", b"RAISE\n", b"raise two tokens\n", b"raise \x00\n", b"raise " + b"x" * 257 + b"\n", b"\n",
        b"open\n", b"open \n", b"open /somewhere/else\n", b"open \0\n", b"send --all\n", b"\xff" * 20 + b"\n",
        b"x" * 20_000, b"x" * 9_000 + b"\n",
    ],
)  # fmt: skip
def test_K5_whatever_else_comes_is_dropped(
    words: bytes, scenario: Scenario, doorbell: Doorbell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instance, "CALLER_SECONDS", 600.0)  # at once, not by and by
    rung = heard(doorbell)
    assert scenario(in_thread(lambda: say(tmp_path, words))) == b""
    assert rung == []
    assert scenario(in_thread(lambda: say(tmp_path, b"raise\n"))) == b"raised\n"  # it listens still
    assert rung == [""]


def test_who_says_nothing_is_not_listened_to_for_long(
    scenario: Scenario, doorbell: Doorbell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instance, "CALLER_SECONDS", 0.05)
    assert scenario(in_thread(lambda: say(tmp_path, b"rai"))) == b""


def test_K5_nobody_else_can_reach_the_socket(doorbell: Doorbell, tmp_path: Path) -> None:
    found = Path(address_of(tmp_path)).stat()
    assert stat.S_ISSOCK(found.st_mode)
    assert stat.S_IMODE(found.st_mode) & 0o077 == 0
    doorbell.close()
    assert not os.path.lexists(address_of(tmp_path))


def test_a_folder_that_others_can_enter_is_no_place_for_a_socket(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qapp: QApplication
) -> None:
    monkeypatch.setattr(places.platformdirs, "user_cache_path", lambda *_, **__: tmp_path / "cache")
    monkeypatch.setattr(places, "_is_private", lambda place: place == tmp_path / "cache" / "run")
    assert places.sockets() == tmp_path / "cache" / "run"
    assert (tmp_path / "cache" / "run").stat().st_mode & 0o777 == 0o700
    monkeypatch.setattr(places, "_is_private", lambda _place: False)
    with pytest.raises(OSError, match="open to others"):
        places.sockets()
    assert not Doorbell(tmp_path).listen()
    assert ring(tmp_path, Holder(), 1) is None


def test_K5_the_socket_of_a_killed_window_is_replaced(scenario: Scenario, tmp_path: Path, qapp: QApplication) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as killed:
        killed.bind(address_of(tmp_path))
    assert ring(tmp_path, Holder(), 5) is None
    doorbell = Doorbell(tmp_path)
    assert doorbell.listen()
    assert scenario(in_thread(lambda: say(tmp_path, b"raise\n"))) == b"raised\n"
    doorbell.close()


def test_a_window_on_its_way_out_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instance, "POLL", 0.0)
    times = iter(range(3))

    def open_() -> Workspace:
        if next(times) < 2:
            raise HELD
        return "opened"  # type: ignore[return-value]

    assert enter(tmp_path, open_) == "opened"


def test_K5_a_holder_that_cannot_be_asked_is_said(tmp_path: Path) -> None:
    with pytest.raises(OpenElsewhere) as said:
        enter(tmp_path, is_open, patience=0.0)
    assert said.value is HELD


def test_K5_a_window_that_does_not_answer_is_said_with_its_process(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as hung:
        hung.bind(address_of(tmp_path))
        hung.listen()
        with pytest.raises(OpenElsewhere, match="does not answer") as said:
            enter(tmp_path, is_open, patience=0.2)
    Path(address_of(tmp_path)).unlink()
    assert f"process {os.getpid()}" in str(said.value)
    assert "what was saved is kept" in str(said.value)


@pytest.mark.parametrize("holder", [Holder(1, "elsewhere"), Holder(foreign=True)])
def test_a_window_that_nobody_here_can_see_is_said_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, holder: Holder
) -> None:
    def open_() -> Workspace:
        raise OpenElsewhere("is open", holder=holder)

    monkeypatch.setattr(instance, "ring", lambda *_: pytest.fail("nobody can be asked"))
    with pytest.raises(OpenElsewhere, match="is open"):
        enter(tmp_path, open_)


def test_a_minimised_window_comes_forward_with_the_token(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_ACTIVATION_TOKEN", "")
    window = QWidget()
    window.showMinimized()
    come_forward(window, "kwin-17")
    assert not window.isMinimized()
    assert window.isVisible()
    assert os.environ["XDG_ACTIVATION_TOKEN"] == "kwin-17"
    window.close()


# --- the program itself -----------------------------------------------------------------------------------------------


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    """Starts the program on one workspace; whatever still runs at the end is ended."""
    Workspace.create(tmp_path / "plan", timezone="Europe/Berlin")
    started: list[subprocess.Popen[str]] = []

    def one() -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "planner_gui", str(tmp_path / "plan")]
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
        process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
        started.append(process)
        return process

    yield one
    for process in started:
        process.kill()
        process.communicate()


def wait_for(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + 90
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.01)


def made(socket_file: Path) -> tuple[int, int]:
    found = os.lstat(socket_file)
    return found.st_ino, found.st_mtime_ns


def test_FD6_of_two_starts_at_once_one_stays_and_after_kill_9_the_next_one_opens(
    start: Callable[[], subprocess.Popen[str]], tmp_path: Path
) -> None:
    both = [start(), start()]
    wait_for(lambda: any(process.poll() is not None for process in both), "both stay")
    ended, stays = sorted(both, key=lambda process: process.poll() is None)
    assert ended.returncode == 0, ended.communicate()
    assert stays.poll() is None

    address, lock = Path(address_of(tmp_path / "plan")), tmp_path / "plan" / "lock"
    stays.kill()
    stays.wait(60)
    assert lock.exists()
    killed = made(address)
    third = start()
    wait_for(lambda: os.path.lexists(address) and made(address) != killed, "the next one does not listen")
    fourth = start()
    assert fourth.wait(60) == 0, fourth.communicate()

    third.send_signal(signal.SIGTERM)
    assert third.wait(60) == 0, third.communicate()
    assert not os.path.lexists(address)
    assert not lock.exists()
    assert (tmp_path / "plan" / "window.ini").exists()


@pytest.mark.display
def test_K5_a_minimised_window_is_in_front_again_after_a_second_start(
    display_environment: dict[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "raised-plan"
    Workspace.create(folder, timezone="Europe/Berlin")
    command = [sys.executable, "-m", "planner_gui", str(folder)]

    def xdotool(*words: str) -> str:
        asked = ["xdotool", *words]
        return subprocess.run(
            asked, env=display_environment, capture_output=True, text=True, timeout=60, check=False
        ).stdout.strip()

    def is_in_front() -> bool:
        return xdotool("getactivewindow", "getwindowname").startswith("raised-plan")

    with subprocess.Popen(command, env=display_environment, stderr=subprocess.DEVNULL) as first:
        try:
            wait_for(lambda: os.path.lexists(address_of(folder)) and is_in_front(), "no window listens")
            xdotool("getactivewindow", "windowminimize")
            wait_for(lambda: not xdotool("search", "--onlyvisible", "--name", "raised-plan"), "it is not minimised")
            second = subprocess.run(command, env=display_environment, capture_output=True, timeout=90, check=False)
            assert second.returncode == 0, second.stderr
            wait_for(is_in_front, "it has not come forward")
        finally:
            first.terminate()
    assert first.returncode == 0
