"""Coroutines under test: run one on the real loop of the program, wait for a condition, leave nothing behind.

A scenario runs in an `asyncio.Runner` on `qasync.QEventLoop`, like the program itself. It fails on tasks that are
still pending when it returns, and on every error that reached the loop's exception handler. Inside a scenario
`qtbot.mouseClick` is fine; `qtbot.wait*` is not (a nested Qt loop loses tasks): use `until`.
"""

import asyncio
import gc
import os
import time
from collections.abc import Callable, Coroutine
from typing import Any, Protocol, TypeVar

from PySide6.QtWidgets import QApplication

os.environ.setdefault("QT_API", "pyside6")  # before qasync is imported
import qasync

Result = TypeVar("Result")

POLL_SECONDS = 0.005  # how often a condition is looked at; how long it takes is up to the condition


class Scenario(Protocol):
    """What the fixture `scenario` hands out: `scenario(coroutine)` runs it and returns its result."""

    def __call__(self, coroutine: Coroutine[Any, Any, Result], *, timeout: float = ...) -> Result: ...


async def until(condition: Callable[[], object], timeout: float = 10.0, what: str = "") -> None:
    """Return as soon as `condition()` is true; AssertionError after `timeout` seconds, naming `what`."""
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {timeout:g} s in vain for {what or condition}")
        await asyncio.sleep(POLL_SECONDS)


def run_scenario(application: QApplication, coroutine: Coroutine[Any, Any, Result], timeout: float = 60.0) -> Result:
    """Run `coroutine` to its end. AssertionError: left-over tasks, unhandled loop errors. TimeoutError: stuck."""
    errors: list[str] = []

    async def guarded() -> Result:
        asyncio.get_running_loop().set_exception_handler(lambda _loop, context: errors.append(_described(context)))
        async with asyncio.timeout(timeout):
            result = await coroutine
        left_over = await _end_left_over_tasks()
        assert not left_over, f"tasks left pending: {', '.join(left_over)}"
        return result

    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
        result = runner.run(guarded())
        gc.collect()  # "exception was never retrieved" speaks up only when the task is collected
    assert not errors, "unhandled loop errors: " + "; ".join(errors)
    return result


async def _end_left_over_tasks() -> list[str]:
    """Cancel what is still pending and say what it was. Tasks already cancelled get a few turns to end first."""
    own = asyncio.current_task()
    for _ in range(5):
        await asyncio.sleep(0)
    left_over = [task for task in asyncio.all_tasks() if task is not own]
    for task in left_over:
        task.cancel()
    await asyncio.gather(*left_over, return_exceptions=True)
    return [f"{task.get_name()} ({task.get_coro()!r})" for task in left_over]


def _described(context: dict[str, Any]) -> str:
    exception = context.get("exception")
    return f"{context.get('message', 'error')}: {exception!r}" if exception else str(context.get("message"))
