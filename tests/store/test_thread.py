"""The store's one thread: in order, out of the way, and never in the way of the exit."""

import asyncio
import subprocess
import sys
import threading

import pytest

from planner_gui.store.thread import StoreThread


def test_calls_run_in_order_on_one_other_thread() -> None:
    store = StoreThread()
    order: list[int] = []
    threads = [store.submit(lambda n=n: order.append(n) or threading.current_thread().name) for n in range(50)]
    assert {future.result(5) for future in threads} == {"store"}
    assert order == list(range(50))
    assert store.close()


def test_an_error_reaches_the_one_who_asked() -> None:
    async def ask() -> None:
        store = StoreThread()
        with pytest.raises(ZeroDivisionError):
            await store.run(lambda: 1 // 0)
        assert await store.run(lambda: 7) == 7
        assert store.close()

    asyncio.run(ask())


def test_what_was_queued_can_be_waited_for_and_more_can_be_queued_afterwards() -> None:
    store, go, made = StoreThread(), threading.Event(), list[str]()
    assert store.finish()  # nothing was queued yet
    store.submit(go.wait)
    store.submit(lambda: made.append("kept"))
    assert not store.finish(0.01)
    go.set()
    assert store.finish()
    assert made == ["kept"]
    assert store.submit(lambda: 7).result(5) == 7
    assert store.close()
    assert store.finish()


def test_a_call_that_was_cancelled_before_its_turn_is_not_made() -> None:
    async def ask() -> list[str]:
        store, go, made = StoreThread(), threading.Event(), list[str]()
        first = asyncio.ensure_future(store.run(go.wait))
        second = asyncio.ensure_future(store.run(lambda: made.append("second")))
        await asyncio.sleep(0)
        second.cancel()
        await asyncio.gather(second, return_exceptions=True)
        go.set()
        await first
        assert store.close()
        return made

    assert asyncio.run(ask()) == []


def test_close_waits_for_the_calls_queued_so_far_and_refuses_later_ones() -> None:
    store, made = StoreThread(), list[int]()
    for n in range(20):
        store.submit(lambda n=n: made.append(n))
    assert store.close()
    assert len(made) == 20
    with pytest.raises(RuntimeError, match="closed"):
        store.submit(lambda: None)


def test_a_disk_that_hangs_does_not_hold_the_exit() -> None:
    program = (
        "import threading; from planner_gui.store.thread import StoreThread; s = StoreThread();"
        "s.submit(threading.Event().wait); print(s.close(0.01))"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=20, check=False)
    assert (answer.returncode, answer.stdout.strip()) == (0, "False")
