"""The one thread that a database is used from while a window is open, so that no disk holds the window."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

Result = TypeVar("Result")


class StoreThread:
    """Runs calls one after the other. A daemon: a disk that hangs never holds the exit; a commit is whole or not."""

    def __init__(self, name: str = "store") -> None:
        self._calls: queue.SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._closed = False

    def submit(self, call: Callable[[], Result]) -> Future[Result]:
        """Queue a call; the thread starts with the first. RuntimeError after `close`."""
        if self._closed:
            raise RuntimeError("the store is closed")
        if not self._thread.is_alive():
            self._thread.start()
        future: Future[Result] = Future()
        self._calls.put((future, call))
        return future

    async def run(self, call: Callable[[], Result]) -> Result:
        """Await a call. Cancelled, it is not begun; begun already, it ends on its own."""
        return await asyncio.wrap_future(self.submit(call))

    def finish(self, seconds: float = 5.0) -> bool:
        """Wait until the calls queued so far have ended, at most so long; whether they have."""
        if self._closed or not self._thread.is_alive():
            return True
        try:
            self.submit(lambda: None).result(seconds)
        except TimeoutError:
            return False
        return True

    def close(self, seconds: float = 5.0) -> bool:
        """End after the calls queued so far, waiting at most so long; whether it ended."""
        if self._closed or not self._thread.is_alive():
            self._closed = True
            return True
        self._closed = True
        self._calls.put(None)
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _work(self) -> None:
        while (item := self._calls.get()) is not None:
            future, call = item
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(call())
            except BaseException as error:  # noqa: BLE001  (it is raised where the result is awaited)
                future.set_exception(error)
            del item, future, call  # a result must not live until the next call
