"""Jobs: one of a name, replaced by the next, never left behind, never silent."""

import asyncio

import pytest

from planner_gui.domain.errors import ServiceFailed
from planner_gui.session.jobs import Jobs
from planner_gui.session.notices import Notices
from tests.scenarios import Scenario, until


def test_a_second_start_replaces_the_first_and_begins_when_that_has_ended(scenario: Scenario) -> None:
    async def use() -> None:
        order: list[str] = []
        jobs = Jobs(Notices())

        async def work(name: str) -> None:
            order.append(f"{name} begins")
            try:
                await asyncio.sleep(3600)
            finally:
                await asyncio.sleep(0.01)  # what it still has to put away
                order.append(f"{name} ends")

        jobs.start("sync", work("one"))
        await until(lambda: order)
        jobs.start("sync", work("two"))
        jobs.start("sync", work("three"))
        await until(lambda: "three begins" in order)
        assert jobs.running == ("sync",)
        await jobs.close()
        assert order == ["one begins", "one ends", "three begins", "three ends"]

    scenario(use())


def test_jobs_of_other_names_go_on(scenario: Scenario) -> None:
    async def use() -> None:
        jobs, done = Jobs(Notices()), list[str]()

        async def work(name: str) -> str:
            await asyncio.sleep(0)
            done.append(name)
            return name

        first, second = jobs.start("a", work("a")), jobs.start("b", work("b"))
        assert [await first, await second] == ["a", "b"]
        await until(lambda: not jobs.running)
        assert done == ["a", "b"]
        await jobs.close()

    scenario(use())


def test_a_failure_in_words_becomes_a_notice_and_ten_equal_ones_one_with_a_count(scenario: Scenario) -> None:
    async def use() -> Notices:
        notices = Notices()
        jobs = Jobs(notices)

        async def work() -> None:
            raise ServiceFailed("the server failed", connection="tempo")

        for _ in range(10):
            await jobs.start("detail", work())
        await jobs.close()
        return notices

    (notice,) = scenario(use()).current
    assert (notice.text, notice.connection, notice.count) == ("tempo: the server failed", "tempo", 10)


def test_l3_a_bug_reaches_the_one_handler_for_bugs() -> None:
    async def use() -> list[BaseException]:
        reported: list[BaseException] = []
        asyncio.get_running_loop().set_exception_handler(lambda _loop, context: reported.append(context["exception"]))
        jobs = Jobs(Notices())

        async def work() -> None:
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await jobs.start("detail", work())
        await jobs.close()
        return reported

    (bug,) = asyncio.run(use())
    assert isinstance(bug, ZeroDivisionError)


def test_close_leaves_nothing_pending_and_lets_nothing_start(scenario: Scenario) -> None:
    async def use() -> None:
        jobs, ended = Jobs(Notices()), list[str]()
        jobs.ended.connect(ended.append)

        async def work() -> None:
            await asyncio.sleep(3600)

        jobs.start("a", work())
        jobs.start("a", work())
        jobs.start("b", work())
        await jobs.close()
        assert jobs.running == ()
        assert sorted(ended) == ["a", "a", "b"]
        with pytest.raises(RuntimeError, match="closed"):
            jobs.start("c", work())

    scenario(use())


def test_cancel_ends_a_job_and_says_whether_there_was_one(scenario: Scenario) -> None:
    async def use() -> None:
        jobs = Jobs(Notices())
        task = jobs.start("a", asyncio.sleep(3600))
        assert jobs.cancel("a")
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not jobs.cancel("a")
        await jobs.close()

    scenario(use())


def test_a_job_reports_how_far_it_is() -> None:
    jobs, told = Jobs(Notices()), list[tuple[str, object]]()
    jobs.progressed.connect(lambda name, progress: told.append((name, progress)))
    jobs.report("sync", 3)
    assert told == [("sync", 3)]
