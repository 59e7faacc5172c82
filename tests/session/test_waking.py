"""A night's sleep is noticed, and is time that went by (N14, D3)."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtWidgets import QApplication

from planner_gui.session.freshness import Freshness, steady
from planner_gui.session.waking import EVERY, SLEPT, Waking
from tests.session.speech import reading

NOW = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)


def test_a_look_that_comes_much_too_late_says_that_the_computer_slept(qapp: QApplication) -> None:
    now, woken = [1000.0], list[float]()
    waking = Waking(clock=lambda: now[0])
    waking.woke.connect(lambda: woken.append(now[0]))
    for later in (EVERY, EVERY + SLEPT, 8 * 3600.0, EVERY):  # on time, on a busy computer, after a night, on time
        now[0] += later
        waking.look()
    assert woken == [1000.0 + 2 * EVERY + SLEPT + 8 * 3600.0]
    now[0] += 3600.0
    waking.start()  # what was before is nobody's sleep
    waking.look()
    assert len(woken) == 1
    waking.stop()


@pytest.mark.skipif(not hasattr(time, "CLOCK_BOOTTIME"), reason="Linux")
def test_D3_a_reading_grows_old_in_a_sleep_in_which_the_monotonic_clock_stood_still(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    since_boot = [50.0]
    monkeypatch.setattr(time, "clock_gettime", lambda clock: since_boot[0] if clock == time.CLOCK_BOOTTIME else 0.0)
    assert steady() == 50.0
    freshness = Freshness(lambda: NOW)
    freshness.loaded(reading("tempo", {}, NOW - timedelta(hours=1)))
    since_boot[0] += 8 * 3600
    assert freshness.age("tempo") == 9 * 3600
