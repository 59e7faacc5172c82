"""A private desktop for the length of one command: session bus, Secret Service, display, window manager.

    python -m tests.desktop COMMAND ...

The command gets DBUS_SESSION_BUS_ADDRESS with a real, unlocked gnome-keyring behind it, DISPLAY with a real X server
and a window manager (without one nothing gets the focus), and folders of its own. Nobody's own bus, keyring, display
or home is touched. Whatever was started ends with the command, with a signal, and even when this process is killed:
each child asks the kernel to die with its parent. Works as root, in a container, with standard input closed.
"""

import ctypes
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType

START_SECONDS = 30.0  # a server that is not up by then never will be
POLL_SECONDS = 0.02
PR_SET_PDEATHSIG = 1
PROGRAMS = ("dbus-daemon", "gnome-keyring-daemon", "Xvfb", "openbox", "xdotool")
SECRETS_BUS_NAME = "org.freedesktop.secrets"


class DesktopError(Exception):
    """A part of the private desktop did not start; the message names it and shows the end of its log."""


def die_with_parent(signal_number: int = signal.SIGKILL) -> None:
    """Ask Linux to send this process `signal_number` when its parent ends, however it ends."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal_number)


class Desktop:
    """The servers of one private desktop; `environment` is what a command needs to use them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = dict(os.environ)
        self._running: list[tuple[str, subprocess.Popen[bytes]]] = []

    def start(self) -> None:
        """Start everything and return once it answers. DesktopError names what did not."""
        missing = [name for name in PROGRAMS if not shutil.which(name)]
        if missing:
            raise DesktopError(f"not installed: {', '.join(missing)}; ./dev test installs them")
        self._make_folders()
        self._start_bus()
        self._start_secret_service()
        self._start_display()
        # The root conftest.py closes the bus to all tests but those that ask for it.
        self.environment["PLANNER_GUI_TEST_BUS"] = self.environment["DBUS_SESSION_BUS_ADDRESS"]

    def stop(self) -> None:
        """End everything, last started first."""
        while self._running:
            _, process = self._running.pop()
            process.terminate()
            try:
                process.wait(3)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _make_folders(self) -> None:
        for variable in ("HOME", "XDG_RUNTIME_DIR", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
            place = self.folder / variable.lower()
            place.mkdir(mode=0o700)
            self.environment[variable] = str(place)
        for variable in ("WAYLAND_DISPLAY", "SESSION_MANAGER", "XAUTHORITY", "DISPLAY", "DBUS_SESSION_BUS_ADDRESS"):
            self.environment.pop(variable, None)

    def _start_bus(self) -> None:
        reader, writer = os.pipe()
        self._spawn(
            ["dbus-daemon", "--session", "--nofork", "--nopidfile", f"--print-address={writer}"], keep_open=writer
        )
        os.close(writer)
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = self._first_line(reader, "dbus-daemon")

    def _start_secret_service(self) -> None:
        daemon = self._spawn(
            ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"], stdin=subprocess.PIPE
        )
        assert daemon.stdin is not None
        daemon.stdin.write(secrets.token_hex(16).encode())  # its password: no line end, nobody needs it again
        daemon.stdin.close()
        self._await(lambda: _has_owner(SECRETS_BUS_NAME, self.environment), "gnome-keyring-daemon")

    def _start_display(self) -> None:
        reader, writer = os.pipe()
        # -r: a key repeats by no starved machine's doing, between its going down and up.
        self._spawn(
            ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1600x1000x24", "-nolisten", "tcp", "-noreset", "-r"],
            keep_open=writer,
        )
        os.close(writer)
        self.environment["DISPLAY"] = f":{self._first_line(reader, 'Xvfb')}"
        self._spawn(["openbox", "--sm-disable"])
        self._await(lambda: self._answers(["xdotool", "get_num_desktops"]), "openbox")

    def _spawn(
        self, command: list[str], keep_open: int | None = None, stdin: int = subprocess.DEVNULL
    ) -> subprocess.Popen[bytes]:
        with self._log(command[0]).open("wb") as log:
            process = subprocess.Popen(
                command,
                stdin=stdin,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self.environment,
                pass_fds=() if keep_open is None else (keep_open,),
                preexec_fn=die_with_parent,  # noqa: PLW1509  (no threads here)
                start_new_session=True,  # Ctrl-C is for the command; the servers end after it
            )
        self._running.append((command[0], process))
        return process

    def _answers(self, command: list[str]) -> bool:
        result = subprocess.run(
            command, env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=10, check=False
        )
        return result.returncode == 0

    def _await(self, condition: Callable[[], bool], name: str) -> None:
        deadline = time.monotonic() + START_SECONDS
        process = dict(self._running)[name]
        while not condition():
            if process.poll() is not None or time.monotonic() > deadline:
                state = "does not answer" if process.poll() is None else f"ended with {process.returncode}"
                raise DesktopError(f"{name} {state}: {self._end_of_log(name)}")
            time.sleep(POLL_SECONDS)

    def _first_line(self, reader: int, name: str) -> str:
        with os.fdopen(reader) as stream:
            line = stream.readline().strip()
        if not line:
            raise DesktopError(f"{name} did not start: {self._end_of_log(name)}")
        return line

    def _log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def _end_of_log(self, name: str) -> str:
        return " / ".join(self._log(name).read_text(errors="replace").strip().splitlines()[-5:])


def _has_owner(bus_name: str, environment: Mapping[str, str]) -> bool:
    """Whether somebody on the private bus answers to `bus_name`; asking does not start it."""
    from jeepney import DBusAddress, new_method_call
    from jeepney.io.blocking import open_dbus_connection

    bus = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
    with open_dbus_connection(environment["DBUS_SESSION_BUS_ADDRESS"]) as connection:
        reply = connection.send_and_get_reply(new_method_call(bus, "NameHasOwner", "s", (bus_name,)))
    return bool(reply.body[0])


def run(command: list[str]) -> int:
    """Run `command` on a private desktop; its exit code, or 128 + the signal that ended it or this process."""
    folder = Path(tempfile.mkdtemp(prefix="planner-gui-desktop-"))
    desktop = Desktop(folder)
    process: subprocess.Popen[bytes] | None = None

    def stopped(signal_number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + signal_number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stopped)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal tells the command too, and it says how it went
    try:
        desktop.start()
        process = subprocess.Popen(
            command,
            env=desktop.environment,
            stdin=subprocess.DEVNULL,
            preexec_fn=_command_begins,  # noqa: PLW1509  (no threads here)
        )
        code = process.wait()
        return code if code >= 0 else 128 - code
    except DesktopError as error:
        print(f"tests/desktop.py: {error}", file=sys.stderr)
        return 1
    finally:
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
        desktop.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _command_begins() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    die_with_parent(signal.SIGTERM)


def main() -> int:
    """Run the command line's command; usage without one."""
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    die_with_parent(signal.SIGTERM)  # the shell script that started this may be killed
    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
