"""The private desktop of the tests is a real one: a keyring that keeps a secret, a window that gets keys."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

WINDOW = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLineEdit
application = QApplication(sys.argv)
line = QLineEdit()
line.setWindowTitle("planner-gui desktop test")
line.returnPressed.connect(lambda: (print(line.text(), application.platformName(), flush=True), application.quit()))
line.show()
QTimer.singleShot(60_000, application.quit)
application.exec()
"""

KEYRING = """
from keyring.backends.SecretService import Keyring
keyring = Keyring()
keyring.set_password("planner-gui/test", "who", "a secret")
print(keyring.get_password("planner-gui/test", "who"))
keyring.delete_password("planner-gui/test", "who")
print(keyring.get_password("planner-gui/test", "who"))
"""


def run_python(program: str, environment: Mapping[str, str]) -> str:
    """Standard output of a program in its own process."""
    result = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.mark.secret_service
def test_a_real_secret_service_keeps_and_forgets_a_secret(secret_service: None) -> None:
    assert run_python(KEYRING, os.environ).split("\n")[:2] == ["a secret", "None"]


@pytest.mark.display
def test_a_window_gets_the_focus_and_keys_from_the_keyboard(display_environment: dict[str, str]) -> None:
    with subprocess.Popen([sys.executable, "-c", WINDOW], env=display_environment, stdout=subprocess.PIPE) as window:
        try:
            find = ["xdotool", "search", "--sync", "--onlyvisible", "--name", "planner-gui desktop test"]
            keys = ["xdotool", "key", "p", "l", "a", "n", "Return"]  # to whatever has the focus, like a keyboard
            for command in ([*find, "windowactivate", "--sync"], keys):
                subprocess.run(command, env=display_environment, check=True, timeout=60)
            output, _ = window.communicate(timeout=60)
        finally:
            window.kill()
    assert output.decode().split() == ["plan", "xcb"]


@pytest.mark.display
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_of_a_desktop_survives_its_command_however_it_ends(how: signal.Signals, repository: Path) -> None:
    names = ("XDG_RUNTIME_DIR", "DISPLAY", "DBUS_SESSION_BUS_ADDRESS")
    tell = f"import os, time; print(*(os.environ[name] for name in {names}), flush=True); time.sleep(600)"
    hold = [sys.executable, "-m", "tests.desktop", sys.executable, "-c", tell]
    with subprocess.Popen(hold, cwd=repository, stdout=subprocess.PIPE, text=True) as desktop:
        try:
            assert desktop.stdout is not None
            runtime, display, bus = desktop.stdout.readline().split()
            folder = Path(runtime).parent
            assert display_answers(display)
            assert bus_answers(bus)
        finally:
            desktop.send_signal(how)
            code = desktop.wait(30)
    assert code == (128 + how if how == signal.SIGTERM else -how)
    deadline = time.monotonic() + 30
    while (display_answers(display) or bus_answers(bus)) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not display_answers(display)
    assert not bus_answers(bus)
    assert folder.exists() == (how == signal.SIGKILL), "only a kill leaves its (small) folder behind"
    shutil.rmtree(folder, ignore_errors=True)


def display_answers(display: str) -> bool:
    """Whether an X server is behind `display`."""
    ask = ["xdotool", "getmouselocation"]
    return subprocess.run(ask, env={**os.environ, "DISPLAY": display}, capture_output=True, check=False).returncode == 0


def bus_answers(address: str) -> bool:
    """Whether a message bus listens at `address` (unix:path=...)."""
    path = address.partition("path=")[2].partition(",")[0]
    with socket.socket(socket.AF_UNIX) as sock:
        return sock.connect_ex(path) == 0
