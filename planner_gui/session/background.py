"""Work that must not hold the window: a call, or an event loop of its own, in a daemon thread, awaited.

Not `asyncio.to_thread`: that delays the exit until the blocked thread ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

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


async def to_the_end(work: Coroutine[Any, Any, Result]) -> Result:
    """Await what must not be left half done: cancelled meanwhile, it is finished first, then the task ends (W8)."""
    task = asyncio.ensure_future(work)
    cancelled = False
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:
            cancelled = True
    result = task.result()
    if cancelled:
        raise asyncio.CancelledError
    return result


class Aside:
    """A plain asyncio loop in a daemon thread, for coroutines with thousands of steps: on the window's own loop each
    step is an event of Qt's, which costs the steps a third more time and the window its turns.

    Whatever runs here touches nothing of the window's thread; it tells by `loop.call_soon_threadsafe`.
    """

    def __init__(self, name: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    async def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """The result of `work`, run there. Cancelled, it is cancelled there; `close` waits for its end."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))

    async def close(self) -> None:
        """Wait until everything there has ended, then end the thread."""
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(_all_ended(), self._loop))
        self._loop.call_soon_threadsafe(self._loop.stop)
        await in_thread(self._thread.join, name="ending")

    def _run(self) -> None:
        try:
            self._loop.run_forever()
        finally:
            self._loop.close()


async def _all_ended() -> None:
    own = asyncio.current_task()
    await asyncio.gather(*(task for task in asyncio.all_tasks() if task is not own), return_exceptions=True)
    await asyncio.get_running_loop().shutdown_asyncgens()


class StopIterationInThread(RuntimeError):
    """A future cannot carry StopIteration."""
