"""Work beside the window: its result comes back, its delay does not."""

import asyncio
import subprocess
import sys
import threading

import pytest

from planner_gui.session.background import Aside, in_thread


def test_a_result_and_an_error_come_back() -> None:
    async def use() -> None:
        assert await in_thread(lambda: threading.current_thread().daemon)
        with pytest.raises(ZeroDivisionError):
            await in_thread(lambda: 1 // 0)
        with pytest.raises(RuntimeError):
            await in_thread(lambda: next(iter(())))

    asyncio.run(use())


def test_a_result_that_nobody_waits_for_any_more_is_dropped() -> None:
    async def use() -> None:
        go, gone = threading.Event(), threading.Event()

        def work() -> None:
            go.wait()
            gone.set()

        task = asyncio.create_task(in_thread(work))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        go.set()
        gone.wait(5)

    asyncio.run(use())


def test_work_that_never_ends_does_not_hold_the_exit() -> None:
    program = (
        "import asyncio, threading\n"
        "from planner_gui.session.background import in_thread\n"
        "async def use():\n"
        "    try:\n"
        "        async with asyncio.timeout(0.05): await in_thread(threading.Event().wait)\n"
        "    except TimeoutError: print('given up')\n"
        "asyncio.run(use())\n"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=20, check=False)
    assert (answer.returncode, answer.stdout.strip(), answer.stderr) == (0, "given up", "")


def test_a_coroutine_aside_gives_its_result_or_its_error() -> None:
    async def where() -> threading.Thread:
        await asyncio.sleep(0)
        return threading.current_thread()

    async def broken() -> None:
        raise ZeroDivisionError

    async def use() -> None:
        aside = Aside("reading")
        assert await aside.run(where()) is not threading.current_thread()
        with pytest.raises(ZeroDivisionError):
            await aside.run(broken())
        await aside.close()

    asyncio.run(use())


def test_a_cancelled_coroutine_aside_has_cleaned_up_when_its_loop_is_closed() -> None:
    ended: list[str] = []

    async def slow(begun: threading.Event) -> None:
        begun.set()
        try:
            await asyncio.sleep(3600)
        finally:
            await asyncio.sleep(0.01)
            ended.append("cleaned up")

    async def use() -> None:
        aside, begun = Aside("reading"), threading.Event()
        task = asyncio.create_task(aside.run(slow(begun)))
        await in_thread(begun.wait)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await aside.close()
        assert ended == ["cleaned up"]

    asyncio.run(use())
    assert "reading" not in {thread.name for thread in threading.enumerate()}
