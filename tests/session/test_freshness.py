"""How old a reading is, by a clock that nobody can set (D3)."""

from __future__ import annotations

import math
import sys
import time

import pytest

from planner_gui.session.freshness import Freshness, steady


def test_a_connection_that_was_never_read_has_no_age() -> None:
    ages = Freshness()
    assert ages.age("tempo") == math.inf
    ages.forget("tempo")
    assert ages.age("tempo") == math.inf


@pytest.mark.skipif(not hasattr(time, "CLOCK_BOOTTIME"), reason="Linux alone has this clock")
def test_D3_the_clock_goes_on_while_the_computer_sleeps(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(time, "clock_gettime", lambda clock: asked.append(clock) or 7.0)
    assert steady() == 7.0
    assert asked == [time.CLOCK_BOOTTIME]


@pytest.mark.skipif(sys.platform == "win32", reason="no such clock there")
def test_D3_macs_have_another_name_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.delattr(time, "CLOCK_BOOTTIME", raising=False)
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(time, "clock_gettime", lambda clock: asked.append(clock) or 7.0)
    assert steady() == 7.0
    assert asked == [time.CLOCK_MONOTONIC]


def test_D3_elsewhere_the_steady_clock_has_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(time, "CLOCK_BOOTTIME", raising=False)
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(time, "monotonic", lambda: 9.0)
    assert steady() == 9.0
