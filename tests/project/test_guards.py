"""The guards of the root conftest.py do catch what they promise to catch."""

import asyncio
import logging
import os
import socket
import sys
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from keyring.backends import SecretService
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLabel

from tests import conftest
from tests.guards import LogExpectation, NetworkGuard, left_over_threads, watched_log
from tests.scenarios import Scenario, until


@pytest.fixture
def network() -> NetworkGuard:
    """The guard that is really installed, its memory wiped after the test that provokes it."""
    return conftest._network


@pytest.mark.parametrize("address", [("192.0.2.1", 443), ("10.0.0.1", 80), ("2001:db8::1", 443)])
def test_a_connection_to_another_machine_is_refused_and_remembered(
    network: NetworkGuard, address: tuple[str, int]
) -> None:
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family) as sock, pytest.raises(OSError, match="network guard"):
        sock.connect(address)
    assert network.strays == [f"connection to {address[0]}:{address[1]}"]
    network.strays.clear()


def test_asyncio_and_datagrams_are_guarded_too(network: NetworkGuard, scenario: Scenario) -> None:
    async def open_connection() -> None:
        await asyncio.open_connection("192.0.2.1", 443)

    with pytest.raises(OSError, match="network guard"):
        scenario(open_connection())
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock, pytest.raises(OSError, match="network guard"):
        sock.sendto(b"?", ("192.0.2.53", 53))
    assert len(network.strays) == 2
    network.strays.clear()


def test_a_name_is_looked_up_nowhere_and_only_reserved_names_are_forgiven(network: NetworkGuard) -> None:
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("jira.company.invalid", 443)
    assert network.strays == []
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("a-real-name.net", 443)
    assert network.strays == ["look-up of a-real-name.net"]
    network.strays.clear()


def test_loopback_is_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=5).close()
        assert socket.getaddrinfo("localhost", 80)


def test_an_unannounced_warning_is_a_problem_and_an_announced_one_is_not(
    expect_log: Callable[[str, str], None],
) -> None:
    expect_log("planner_gui.session.sync", "Tempo is slow")  # the guard around this very test sees it too
    with watched_log() as log:
        logging.getLogger("planner_gui.session.sync").warning("Tempo is slow")
        assert log.problems() == ["unexpected log record WARNING planner_gui.session.sync: Tempo is slow"]
        log.expect("planner_gui.session", "is slow$")
        assert log.problems() == []


def test_an_announced_record_that_never_comes_is_a_problem() -> None:
    log = LogExpectation()
    log.expect("planner_gui", "never")
    assert log.problems() == ["expected log record never came: planner_gui: never"]


def test_a_test_may_announce_its_record(expect_log: Callable[[str, str], None]) -> None:
    expect_log("planner_gui.example", "meant")
    logging.getLogger("planner_gui.example.deep").error("this is meant")


def test_a_thread_left_behind_is_named() -> None:
    before = set(threading.enumerate())
    gate = threading.Event()
    thread = threading.Thread(target=gate.wait, name="straggler")
    thread.start()
    try:
        assert left_over_threads(before) == ["straggler"]
    finally:
        gate.set()
        thread.join()
    assert left_over_threads(before) == []


def test_a_scenario_returns_its_result_and_runs_on_the_loop_of_qt(scenario: Scenario) -> None:
    async def name_of_loop() -> str:
        await asyncio.sleep(0)
        return type(asyncio.get_running_loop()).__module__

    assert "qasync" in scenario(name_of_loop())
    assert "qasync" in scenario(name_of_loop()), "a second scenario in the same test"


def test_a_scenario_fails_on_a_task_left_pending(scenario: Scenario) -> None:
    keep: list[asyncio.Task[bool]] = []

    async def forgets() -> None:
        keep.append(asyncio.create_task(asyncio.Event().wait(), name="forgotten"))

    with pytest.raises(AssertionError, match="tasks left pending: forgotten"):
        scenario(forgets())
    assert keep[0].cancelled()


def test_a_scenario_lets_a_cancelled_task_end(scenario: Scenario) -> None:
    async def cancels() -> None:
        task = asyncio.create_task(asyncio.Event().wait())
        await asyncio.sleep(0)
        task.cancel()

    scenario(cancels())


def test_a_scenario_fails_on_an_error_that_nobody_awaited(scenario: Scenario) -> None:
    async def breaks() -> None:
        raise RuntimeError("lost")

    async def loses() -> None:
        task = asyncio.create_task(breaks())
        await until(task.done)

    with pytest.raises(AssertionError, match=r"unhandled loop errors: .*RuntimeError\('lost'\)"):
        scenario(loses())


def test_a_scenario_fails_on_an_error_in_a_callback(scenario: Scenario) -> None:
    async def breaks() -> None:
        done = asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.call_soon(lambda: 1 // 0)
        loop.call_soon(done.set)
        await done.wait()

    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        scenario(breaks())


def test_a_scenario_that_is_stuck_ends(scenario: Scenario) -> None:
    async def stuck() -> None:
        await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        scenario(stuck(), timeout=0.05)


def test_until_waits_for_a_condition_and_names_what_never_came(scenario: Scenario) -> None:
    async def waits() -> int:
        seen: list[int] = []
        asyncio.get_running_loop().call_later(0.01, seen.append, 7)
        await until(lambda: seen, what="the number")
        with pytest.raises(AssertionError, match=r"waited 0\.02 s in vain for godot"):
            await until(lambda: False, timeout=0.02, what="godot")
        return seen[0]

    assert scenario(waits()) == 7


def test_home_and_folders_are_temporary_and_the_session_bus_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    home = Path(os.environ["HOME"])
    assert home.name.startswith("planner-gui-tests-")
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"):
        assert Path(os.environ[name]).parent == home
    assert os.environ["DBUS_SESSION_BUS_ADDRESS"] == f"unix:path={home}/no-bus"
    assert "PLANNER_GUI_TODAY" not in os.environ


def test_the_real_back_end_finds_no_keyring_even_when_it_is_chosen_by_hand() -> None:
    with pytest.raises(FileNotFoundError):
        _ = SecretService.Keyring().get_password("planner-gui/test", "nobody")  # type: ignore[no-untyped-call]


def test_today_is_a_friday_in_november(today: date, monkeypatch: pytest.MonkeyPatch) -> None:
    assert today == date(2026, 11, 20)
    assert today.strftime("%A") == "Friday"
    assert os.environ["PLANNER_GUI_TODAY"] == "2026-11-20"


def _counts(value: Any) -> int:
    return sys.getrefcount(value)


def test_qt_calls_and_signals_lose_no_reference_to_none_or_true(qapp: Any) -> None:
    """PySide6 6.12.0 on Python 3.11 drops one a call and aborts after some hundred: the reason for its upper bound."""

    class Sender(QObject):
        sent = Signal(int)

    label, sender = QLabel(), Sender()
    before = _counts(None), _counts(True)
    for number in range(200):
        label.setText(str(number))
        sender.sent.emit(number)
    lost = before[0] - _counts(None), before[1] - _counts(True)
    assert max(lost) < 20, f"references lost to None and True: {lost}"
