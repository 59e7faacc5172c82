"""Work that must not hold the window: one call, in a daemon thread of its own, awaited.

Not `asyncio.to_thread`: that delays the exit until the blocked thread ends (stack.md, trap 5).
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


async def in_thread(call: Callable[[], Result], *, name: str = "background") -> Result:
    """Await `call()` run elsewhere. Cancelled, it is left to end on its own and its result is dropped."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Result] = loop.create_future()

    def hand_over(result: Result | None, error: BaseException | None) -> None:
        if future.done():  # cancelled, or given up
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type]

    def work() -> None:
        result, error = None, None
        try:
            result = call()
        except BaseException as raised:  # noqa: BLE001  (it is raised where the result is awaited)
            error = StopIterationInThread(raised) if isinstance(raised, StopIteration) else raised
        with contextlib.suppress(RuntimeError):  # the loop has ended: nobody waits any more
            loop.call_soon_threadsafe(hand_over, result, error)

    threading.Thread(target=work, name=name, daemon=True).start()
    return await future


class StopIterationInThread(RuntimeError):
    """A future cannot carry StopIteration."""
