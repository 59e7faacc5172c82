"""The fault plan's other runs, a small share of each: seeded lost creates, the stateful machine, the planted faults."""

from __future__ import annotations

import asyncio

import pytest

from tests.faults import machine, mutations, seeded


def test_a_create_whose_answer_is_lost_is_never_doubled_and_never_silently_dropped() -> None:
    """`python -m tests.faults.seeded 1000` runs more."""
    tally = asyncio.run(seeded.runs(range(60)))
    assert tally.failures == []
    assert tally.runs == 60
    assert tally.first["done"], "no answer was lost after its effect"
    assert tally.first["unknown"], "no answer was lost before its effect"
    assert tally.resent


def test_every_planted_fault_names_cases_that_are_there() -> None:
    """`python -m tests.faults.mutations` plants them: twelve, each caught."""
    from tests.faults.plan import plan

    known = {entry.id for entry in plan()}
    assert len(mutations.PLANTED) == 12
    for planted in mutations.PLANTED.values():
        assert all("::" in case or case in known for case in planted.cases), planted.cases


@pytest.mark.parametrize("name", ["blind-retry"])
def test_a_planted_fault_turns_its_case_red(name: str) -> None:
    code, line = mutations._in_a_process("--planted", name)
    assert code == mutations.RED, line


def test_two_clients_and_a_colleague_lose_double_and_trample_nothing() -> None:
    """`python -m tests.faults.machine 200` plays more."""
    machine.play(6, 1, steps=20)
