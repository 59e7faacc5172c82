"""Several requests at once, their answers in the order asked, so that a second reading gives the same pages.

How many are really in flight is the client's business; this only keeps enough of them waiting there.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable
from typing import TypeVar

Answer = TypeVar("Answer")
Item = TypeVar("Item")

AHEAD = 24  # requests begun before the first of them is taken: three times what the client lets out at once
BREATH = 100  # records that are decoded or placed before the loop gets a turn: some milliseconds


async def in_order(calls: Iterable[Callable[[], Awaitable[Answer]]]) -> AsyncGenerator[Answer, None]:
    """The results of `calls`, in their order. The first error, a cancel and `aclose` cancel all that is under way.

    Use it in `contextlib.aclosing`, so that a reader who stops half way leaves no task behind.
    """
    begun: deque[asyncio.Task[Answer]] = deque()
    try:
        for call in calls:
            begun.append(asyncio.create_task(_awaited(call)))
            if len(begun) >= AHEAD:
                yield await _next(begun)
        while begun:
            yield await _next(begun)
    finally:
        for task in begun:
            task.cancel()
        await asyncio.gather(*begun, return_exceptions=True)


async def _next(begun: deque[asyncio.Task[Answer]]) -> Answer:
    """The first one's result. Answers that are all there already must not be worked through in one turn of the loop."""
    if begun[0].done():
        await asyncio.sleep(0)
    answer = await begun[0]
    begun.popleft()
    return answer


async def _awaited(call: Callable[[], Awaitable[Answer]]) -> Answer:
    return await call()


async def unhurried(items: Iterable[Item]) -> AsyncIterator[Item]:
    """The items, giving the event loop a turn after every BREATH: decoding must not hold the GUI thread (V3)."""
    for count, item in enumerate(items, 1):
        yield item
        if count % BREATH == 0:
            await asyncio.sleep(0)
