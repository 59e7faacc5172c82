"""Requests at once with answers in order, and decoding that gives the event loop its turns."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import aclosing
from typing import Any

import pytest

from planner_gui.sources.parallel import AHEAD, BREATH, in_order, unhurried
from tests.sources.contract import left_over, run


async def taken(calls: Iterable[Callable[[], Awaitable[Any]]], got: list[Any]) -> None:
    """Puts the answers into `got` as they come."""
    async with aclosing(in_order(calls)) as answers:
        async for answer in answers:
            got.append(answer)  # noqa: PERF401 - what came before an error counts


def test_answers_come_in_the_order_asked_whatever_order_they_end_in() -> None:
    async def scenario() -> list[int]:
        ended = [asyncio.Event() for _ in range(4)]

        async def call(number: int) -> int:
            if number < 3:
                await ended[number + 1].wait()  # each waits for the one after it
            ended[number].set()
            return number

        return [one async for one in in_order([lambda n=n: call(n) for n in range(4)])]  # type: ignore[misc]

    assert run(scenario()) == [0, 1, 2, 3]


def test_only_so_many_are_begun_before_the_first_is_taken() -> None:
    async def scenario() -> int:
        begun = 0

        async def call() -> None:
            nonlocal begun
            begun += 1

        async with aclosing(in_order(call for _ in range(1000))) as answers:
            await anext(answers)
            await asyncio.sleep(0)
        return begun

    assert run(scenario()) == AHEAD


def test_the_first_error_cancels_the_rest() -> None:
    async def scenario() -> list[str]:
        cancelled = []

        async def fails() -> None:
            raise ValueError("no")

        async def waits() -> None:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                cancelled.append("one")
                raise

        with pytest.raises(ValueError, match="no"):
            await taken([fails, waits, waits], [])
        assert left_over() == []
        return cancelled

    assert run(scenario()) == ["one", "one"]


def test_an_error_of_a_later_one_is_raised_at_its_place_and_never_lost() -> None:
    async def scenario() -> list[int]:
        async def call(number: int) -> int:
            if number:
                raise ValueError(f"number {number}")
            return number

        got: list[int] = []
        with pytest.raises(ValueError, match="number 1"):
            await taken([lambda n=n: call(n) for n in range(3)], got)  # type: ignore[misc]
        return got

    assert run(scenario()) == [0]


def test_decoding_gives_the_loop_its_turns() -> None:
    async def scenario() -> int:
        turns = 0

        async def other() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        task = asyncio.create_task(other())
        assert [one async for one in unhurried(range(BREATH * 3))] == list(range(BREATH * 3))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return turns

    assert run(scenario()) == 3
