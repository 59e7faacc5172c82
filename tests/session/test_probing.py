"""N14: connections out of reach are tried again by themselves, less and less often, and one at a time."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from PySide6.QtWidgets import QApplication

from planner_gui.session.probing import FIRST, LONGEST, Probing
from planner_gui.session.sync import ConnectionResult, Outcome, SyncResult


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def ended(*names: str, unreachable: bool = True) -> SyncResult:
    outcome = Outcome.FAILED if unreachable else Outcome.FRESH
    return SyncResult(tuple(ConnectionResult(name, "tempo", outcome, unreachable=unreachable) for name in names))


@pytest.fixture
def clock(qapp: QApplication) -> Clock:
    return Clock()


def test_N14_the_wait_doubles_up_to_five_minutes_and_ends_with_an_answer(clock: Clock) -> None:
    tried: list[Sequence[str]] = []
    probing = Probing(tried.append, clock=clock)
    waits = []
    for _ in range(6):
        probing.follow(ended("tempo"))
        waits.append(probing.waits["tempo"])
        clock.now += waits[-1] - 1
        probing.look()
        clock.now += 1
        probing.look()
        probing.look()  # it is under way: no second try
    assert waits == [FIRST, 60, 120, 240, LONGEST, LONGEST]
    assert tried == [["tempo"]] * 6
    probing.follow(ended("tempo", unreachable=False))
    clock.now += 10 * LONGEST
    probing.look()
    assert len(tried) == 6
    assert probing.waits == {}


def test_N14_each_connection_has_its_own_wait_and_offline_ends_them(clock: Clock) -> None:
    tried: list[Sequence[str]] = []
    probing = Probing(tried.append, clock=clock)
    probing.follow(ended("tempo"))
    clock.now += FIRST / 2
    probing.follow(ended("bigtime"))
    clock.now += FIRST / 2
    probing.look()
    assert tried == [["tempo"]]
    probing.postpone(["tempo"])  # another reading ran
    clock.now += FIRST
    probing.look()
    assert sorted(tried[-1]) == ["bigtime", "tempo"]
    probing.follow(ended("tempo", "bigtime"))
    probing.stop()
    clock.now += LONGEST
    probing.look()
    assert len(tried) == 2
    assert not probing._timer.isActive()
