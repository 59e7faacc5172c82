"""What may be sent side by side, and what only one after the other (4.2)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

from planner_gui.domain.changes import Change
from planner_gui.session.comparing import people_of

NOBODY = ""


def whose(change: Change) -> frozenset[str]:
    """Whom a change plans; what is nobody's is one after the other as well, or two would be taken for one (4.2)."""
    return people_of(change) or frozenset({NOBODY})


def lanes(changes: Iterable[Change]) -> list[list[Change]]:
    """Changes in the order of the queue, those that share a person or an item in one list."""
    found: list[tuple[set[str], list[Change]]] = []
    for change in sorted(changes, key=lambda one: one.seq):
        marks = {f"person {person}" for person in whose(change)}
        marks |= {f"item {change.id}", f"item {change.key.external_id}"}
        lane = [change]
        apart = []
        for others, earlier in found:
            if others & marks:
                marks |= others
                lane = earlier + lane
            else:
                apart.append((others, earlier))
        found = [*apart, (marks, lane)]
    return [sorted(lane, key=lambda one: one.seq) for _, lane in found]


async def together(calls: Sequence[Callable[[], Awaitable[None]]]) -> None:
    """All at once; one that fails stops no other, and all have ended when this does. Raises the first error."""

    async def run(call: Callable[[], Awaitable[None]]) -> None:
        await call()

    tasks = [asyncio.create_task(run(call)) for call in calls]
    try:
        results: list[Any] = await asyncio.gather(*tasks, return_exceptions=True)
    finally:
        await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
