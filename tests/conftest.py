"""Every surprise is a failure: the guards around each test, and the fixtures that all of them share.

Around every test: no connection leaves this machine, no log record of WARNING or above that was not announced, no
thread left behind; warnings, unraisable errors and errors in threads are errors by pyproject.toml. HOME and the XDG
folders are a temporary place, and the session bus is closed to the tests, so that nobody's real keyring is ever
touched: the program chooses its keyring back end itself (A2), a variable would not keep it away. `./dev test` gives
a private bus, a real Secret Service and a display to the tests marked `secret_service` and `display`.
"""

import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Coroutine, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.guards import NetworkGuard, left_over_threads, watched_log
from tests.scenarios import Result, Scenario, run_scenario

TODAY = date(2026, 11, 20)  # a Friday

# Set by tests/desktop.py, which has started a private bus with a Secret Service, a display and a window manager.
PRIVATE_BUS = "PLANNER_GUI_TEST_BUS"

_network = NetworkGuard()
_home = ""
_environment: dict[str, str] = {}
_desktop: dict[str, str] = {}
_turn = Path()  # locked by the one test that has the display

# A slow machine is no failure; in CI the examples are the same on every run.
settings.register_profile("planner-gui", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("planner-gui")


def pytest_configure(config: pytest.Config) -> None:
    """Give this process (with xdist: each worker) a home of its own and no way out, before anything is imported."""
    global _home, _turn
    _environment.update(os.environ)
    if PRIVATE_BUS in os.environ:
        _desktop.update(DISPLAY=os.environ["DISPLAY"], DBUS_SESSION_BUS_ADDRESS=os.environ[PRIVATE_BUS])
        _turn = Path(os.environ["XDG_RUNTIME_DIR"], "display-turn")
    _home = tempfile.mkdtemp(prefix="planner-gui-tests-")
    os.environ["HOME"] = _home
    for name in ("CONFIG", "DATA", "CACHE", "STATE"):
        os.environ[f"XDG_{name}_HOME"] = os.path.join(_home, name.lower())
    os.environ["XDG_RUNTIME_DIR"] = os.path.join(_home, "runtime")
    os.mkdir(os.environ["XDG_RUNTIME_DIR"], 0o700)
    os.environ["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={_home}/no-bus"
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    for name in [name for name in os.environ if name.startswith("QT_") and name != "QT_QPA_PLATFORM"]:
        del os.environ[name]  # somebody's scale factor, style or plug-ins
    os.environ["QT_API"] = "pyside6"
    os.environ["LC_ALL"] = "C.UTF-8"
    for name in ("PLANNER_GUI_TODAY", "SSLKEYLOGFILE", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        os.environ.pop(name, None)
        os.environ.pop(name.lower(), None)
    if not config.getoption("numprocesses", None):
        # Coverage measures the test processes, not the programs that tests start: some run as another user, all would
        # start slower. The process that starts xdist's workers must hand the variable on to them.
        os.environ.pop("COVERAGE_PROCESS_CONFIG", None)
    _network.install()


def pytest_unconfigure() -> None:
    """Undo `pytest_configure`."""
    _network.remove()
    os.environ.clear()
    os.environ.update(_environment)
    shutil.rmtree(_home, ignore_errors=True)


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name bytes by their length: gzip writes the time into them, and all test processes must find the same names."""
    return f"{len(val)}-bytes" if isinstance(val, bytes) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a desktop, the tests that need one are skipped."""
    for item in items:
        if not _desktop and (item.get_closest_marker("display") or item.get_closest_marker("secret_service")):
            item.add_marker(pytest.mark.skip(reason="needs the private desktop of ./dev test"))


@pytest.fixture(autouse=True)
def _no_stray_connection() -> Iterator[None]:
    _network.strays.clear()
    yield
    assert not _network.strays, f"left this machine: {_network.strays}"


@pytest.fixture(autouse=True)
def _no_thread_left_behind() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    left = left_over_threads(before)
    assert not left, f"threads left behind: {left}"


@pytest.fixture(autouse=True)
def expect_log() -> Iterator[Callable[[str, str], None]]:
    """`expect_log("planner_gui.session", "pattern")` announces a record of WARNING or above; it must then come."""
    with watched_log() as expectation:
        yield expectation.expect
        problems = expectation.problems()
    assert not problems, "; ".join(problems)


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> date:
    """The plans' today for this test and the programs it starts: Friday 20 November 2026."""
    monkeypatch.setenv("PLANNER_GUI_TODAY", TODAY.isoformat())
    return TODAY


@pytest.fixture
def scenario(qapp: Any) -> Scenario:
    """Runs a coroutine as the program would: see tests/scenarios.py. `scenario(coroutine, timeout=60)`."""

    def run(coroutine: Coroutine[Any, Any, Result], *, timeout: float = 60.0) -> Result:
        return run_scenario(qapp, coroutine, timeout)

    return run


@pytest.fixture
def secret_service(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets this test (marked `secret_service`) reach the private bus with its real, empty-to-begin-with keyring."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", _desktop["DBUS_SESSION_BUS_ADDRESS"])


@pytest.fixture
def display_environment() -> Iterator[dict[str, str]]:
    """The environment of a program that a test (marked `display`) starts in a real window of the private display.

    One test has the display at a time, whichever test processes there are: two windows would fight for the focus.
    """
    import fcntl  # Unix only, as the desktop is

    with _turn.open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield {**os.environ, **_desktop, "QT_QPA_PLATFORM": "xcb"}


@pytest.fixture
def repository() -> Path:
    """The project's root folder."""
    return Path(__file__).resolve().parent.parent
