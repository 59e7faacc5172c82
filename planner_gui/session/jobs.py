"""Named asyncio tasks: a second start replaces the first, a failure becomes a notice, nothing is left at the end.

A bare task's exception surfaces only when it is collected, so every task of the program is here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from PySide6.QtCore import QObject, Signal

from planner_gui.domain.errors import PlannerError
from planner_gui.session.notices import Notices, Severity


class Jobs(QObject):
    """The running jobs, by name. Belongs to one event loop, plain asyncio's or qasync's.

    Signals:
        started(str): a job began. progressed(str, object): it says how far it is.
        ended(str): it is over, done, failed or cancelled.
    """

    started = Signal(str)
    progressed = Signal(str, object)
    ended = Signal(str)

    def __init__(self, notices: Notices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._notices = notices
        self._tasks: dict[str, asyncio.Task[Any]] = {}
        self._ending: set[asyncio.Task[Any]] = set()  # replaced or cancelled, not over yet
        self._closed = False

    @property
    def running(self) -> tuple[str, ...]:
        return tuple(self._tasks)

    def start(self, name: str, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run `work` under a name; a job of that name is cancelled first and has ended before `work` begins."""
        if self._closed:
            work.close()
            raise RuntimeError("the session is closed")
        if (before := self._tasks.pop(name, None)) is not None:
            self._ending.add(before)
            before.add_done_callback(self._ending.discard)
            before.cancel()
        earlier = [task for task in self._ending if task.get_name() == name]
        task = asyncio.get_running_loop().create_task(self._run(work, earlier), name=name)
        self._tasks[name] = task
        task.add_done_callback(lambda done: self._over(name, done, work))
        self.started.emit(name)
        return task

    def cancel(self, name: str) -> bool:
        """Ask a job to end; whether there was one."""
        task = self._tasks.get(name)
        if task is not None:
            task.cancel()
        return task is not None

    def report(self, name: str, progress: object) -> None:
        """Called by a job to say how far it is."""
        self.progressed.emit(name, progress)

    async def close(self) -> None:
        """Cancel every job and wait for its end; no job starts after this."""
        self._closed = True
        for task in (*self._tasks.values(), *self._ending):
            task.cancel()
        await asyncio.gather(*self._tasks.values(), *self._ending, return_exceptions=True)
        await asyncio.sleep(0)  # the tasks' last callbacks

    async def _run(self, work: Coroutine[Any, Any, Any], earlier: list[asyncio.Task[Any]]) -> Any:
        if earlier:
            await asyncio.wait(earlier)
        try:
            return await work
        except PlannerError as error:
            connection = getattr(error, "connection", "")
            self._notices.show(str(error), connection=connection, severity=Severity.ERROR)
            return None

    def _over(self, name: str, task: asyncio.Task[Any], work: Coroutine[Any, Any, Any]) -> None:
        work.close()  # where it was cancelled before its first step
        if self._tasks.get(name) is task:
            del self._tasks[name]
        if not task.cancelled() and (error := task.exception()) is not None:
            # A bug, not a message: it goes to the one handler for those (L3).
            task.get_loop().call_exception_handler({"message": f"job {name} failed", "exception": error, "task": task})
        self.ended.emit(name)
