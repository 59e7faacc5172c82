"""client: how often and how many at once: retries, budget, Retry-After, parking, requests in flight (N8, N9)."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner_gui.domain.errors import RateLimited, ServiceFailed, SourceError
from planner_gui.sources import rate
from tests.sources.scripted import Service, Time, answer, client, run


class TestRetries:
    @pytest.mark.parametrize("body", [None, {"search": 1}])
    @pytest.mark.parametrize(
        "failed",
        [
            *(answer(status) for status in (429, 500, 502, 503, 504)),
            httpx.ConnectError("x"),
            httpx.ConnectTimeout("x"),
            httpx.ReadTimeout("x"),
            httpx.ReadError("x"),
            httpx.WriteError("x"),
            httpx.RemoteProtocolError("x"),
        ],
        ids=str,
    )
    def test_a_read_is_tried_three_times_at_most(self, failed: httpx.Response | Exception, body: object) -> None:
        recovers = Service(failed, failed, answer(body=b"[1]"))
        assert run(client(recovers).read("plans", body=body)) == b"[1]"
        fails = Service(failed)
        with pytest.raises(SourceError):
            run(client(fails).read("plans", body=body))
        assert len(fails.requests) == 3

    def test_the_wait_between_attempts_is_random_and_grows_to_its_cap(self) -> None:
        assert [rate.full_jitter(attempt, 1.0) for attempt in (1, 2, 3, 10)] == [0.5, 1.0, 2.0, 20.0]
        assert rate.full_jitter(5, 0.0) == 0.0
        time = Time()
        with pytest.raises(ServiceFailed):
            run(client(Service(answer(500)), time=time).read("plans"))
        assert len(time.slept) == 2
        assert 0 <= time.slept[0] <= 0.5
        assert 0 <= time.slept[1] <= 1.0
        assert len(set(time.slept)) == 2

    def test_an_outage_costs_at_most_five_requests_and_a_tenth_more(self) -> None:
        """Forty reads of a service that is down: 40 first attempts, 5 tokens, 4 earned."""
        service = Service(answer(500))

        async def forty() -> None:
            reader = client(service)
            for _ in range(40):
                with pytest.raises(ServiceFailed):
                    await reader.read("plans")

        run(forty())
        assert len(service.requests) == 40 + 5 + 4

    def test_the_budget_starts_with_five_and_never_grows_without_end(self) -> None:
        budget = rate.RetryBudget()
        assert [budget.spend() for _ in range(6)] == [True] * 5 + [False]
        for _ in range(10):
            budget.earn()
        assert [budget.spend() for _ in range(2)] == [True, False]
        for _ in range(10_000):
            budget.earn()
        assert sum(budget.spend() for _ in range(10_000)) <= 20

    @given(st.lists(st.booleans(), max_size=400))
    def test_retries_never_exceed_five_and_a_tenth_of_the_requests(self, wishes: list[bool]) -> None:
        budget = rate.RetryBudget()
        retries = 0
        for number, wish in enumerate(wishes, start=1):
            budget.earn()
            retries += wish and budget.spend()
            assert retries <= 5 + number / 10 + 1e-6


NOW = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)


class TestRetryAfter:
    @pytest.mark.parametrize(
        ("value", "seconds"),
        [
            ("0", 0.0),
            ("7", 7.0),
            ("1.5", 1.5),
            (" 30 ", 30.0),
            ("-5", 0.0),
            ("1000000000", 300.0),
            ("9" * 19, 300.0),
            (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90.0),
            (format_datetime(NOW - timedelta(days=1), usegmt=True), 0.0),
            ("Fri, 31 Dec 9999 23:59:59 GMT", 300.0),
            ("garbage", None),
            ("9" * 5000, None),
            ("٣", None),
            ("nan", None),
            ("inf", None),
            ("Fri, 99 Nov 2026 99:99:99 GMT", None),
            ("", None),
            (None, None),
        ],
    )
    def test_it_is_read_as_seconds_or_a_date_and_clamped(self, value: str | None, seconds: float | None) -> None:
        """N9."""
        assert rate.retry_after(value, NOW) == seconds

    @given(st.text(max_size=40))
    def test_no_text_at_all_breaks_it(self, value: str) -> None:
        wait = rate.retry_after(value, NOW)
        assert wait is None or 0 <= wait <= 300

    def test_a_date_is_counted_from_the_services_own_clock(self) -> None:
        """D3: our clock may be a day off."""
        theirs = datetime(2019, 1, 1, tzinfo=UTC)
        headers = {
            "date": format_datetime(theirs, usegmt=True),
            "retry-after": format_datetime(theirs + timedelta(seconds=12), usegmt=True),
        }
        time = Time()
        run(client(Service(answer(429, headers=headers), answer()), time=time).read("plans"))
        assert time.slept == [12.0]

    @pytest.mark.parametrize("status", [429, 503])
    def test_up_to_a_minute_is_waited_for(self, status: int) -> None:
        time = Time()
        service = Service(answer(status, headers={"retry-after": "60"}), answer(body=b"[1]"))
        assert run(client(service, time=time).read("plans")) == b"[1]"
        assert time.slept == [60.0]

    @pytest.mark.parametrize("status", [429, 503])
    @pytest.mark.parametrize(("header", "seconds"), [("61", 61.0), ("1e9", None), ("1000000000", 300.0)])
    def test_above_a_minute_the_read_is_parked(self, status: int, header: str, seconds: float | None) -> None:
        service = Service(answer(status, headers={"retry-after": header}))
        time = Time()
        with pytest.raises(SourceError) as caught:
            run(client(service, time=time).read("plans", subject="allocations"))
        if seconds is None:  # no such number is defined: as if it were absent
            assert len(service.requests) == 3
            return
        assert isinstance(caught.value, RateLimited)
        assert caught.value.retry_after == seconds
        assert str(status) in caught.value.what
        assert len(service.requests) == 1
        assert time.slept == []

    def test_a_parked_endpoint_is_not_asked_until_its_time(self) -> None:
        service = Service(answer(429, headers={"retry-after": "200"}), answer(body=b"[1]"))
        time = Time()
        reader = client(service, time=time)

        async def ask() -> bytes:
            with pytest.raises(RateLimited):
                await reader.read("plans", "1")
            time.now += 100
            with pytest.raises(RateLimited) as again:
                await reader.read("plans", "2")
            assert again.value.retry_after == pytest.approx(100)
            assert len(service.requests) == 1
            time.now += 50
            return await reader.read("plans", "3")

        assert run(ask()) == b"[1]"
        assert time.slept == [pytest.approx(50)]

    def test_the_limit_is_that_of_its_endpoint(self) -> None:
        def limited(request: httpx.Request) -> httpx.Response:
            return answer(429, headers={"retry-after": "300"}) if "plans" in request.url.path else answer(body=b"[1]")

        reader = client(Service(limited))

        async def ask() -> bytes:
            with pytest.raises(RateLimited):
                await reader.read("plans", "12", "details")
            return await reader.read("teams", "12", "details")

        assert run(ask()) == b"[1]"

    @pytest.mark.parametrize(
        ("one", "other", "same"),
        [
            (("resources", "EXT_USER@2@a", "absences"), ("resources", "EXT_USER@2@b", "absences"), True),
            (("task", "listByProject", "12"), ("Task", "ListByProject", "13"), True),
            (("user-schedule", "557058:f1"), ("user-schedule", "557058:f2"), True),
            (("plans",), ("teams",), False),
            (("task", "listByProject", "12"), ("task", "detail", "12"), False),
        ],
    )
    def test_an_endpoint_is_its_path_without_the_ids(self, one: list[str], other: list[str], same: bool) -> None:
        assert (rate.endpoint("GET", one) == rate.endpoint("GET", other)) is same
        assert rate.endpoint("GET", one) != rate.endpoint("POST", one)

    def test_a_next_link_shares_the_limit_of_its_list(self) -> None:
        service = Service(answer(429, headers={"retry-after": "300"}))

        async def ask() -> None:
            reader = client(service)
            with pytest.raises(RateLimited):
                await reader.read("plans")
            with pytest.raises(RateLimited):
                await reader.follow("https://jira.example.com/jira/plans?page=2")

        run(ask())
        assert len(service.requests) == 1


class Crowd(httpx.AsyncBaseTransport):
    """Counts who is there at the same time; everybody stays until `most` have come or nobody comes any more."""

    def __init__(self) -> None:
        self.here = 0
        self.most = 0
        self.answers: Counter[int] = Counter()
        self.refuse = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.here += 1
        self.most = max(self.most, self.here)
        for _ in range(20):
            await asyncio.sleep(0)
        self.here -= 1
        status = 429 if self.refuse > 0 else 200
        self.refuse -= status == 429
        self.answers[status] += 1
        return answer(status)


class TestInFlight:
    def test_at_most_eight_requests_run_at_once(self) -> None:
        crowd = Crowd()

        async def many() -> None:
            reader = client(crowd)
            await asyncio.gather(*(reader.read("plans", str(i)) for i in range(100)))

        run(many())
        assert crowd.most == 8
        assert crowd.answers[200] == 100

    def test_a_burst_of_refusals_halves_them_once_and_success_brings_them_back(self) -> None:
        places = rate.InFlight()

        async def play() -> list[float]:
            allowed = []
            async with places.place() as one, places.place() as two:
                places.refused(one)
                places.refused(two)
                allowed.append(places.allowed)
            async with places.place() as three:
                places.refused(three)
                allowed.append(places.allowed)
            for _ in range(3):
                async with places.place() as again:
                    places.refused(again)
            allowed.append(places.allowed)
            for _ in range(200):
                places.served()
            allowed.append(places.allowed)
            return allowed

        assert run(play()) == [4.0, 2.0, 1.0, 8.0]

    def test_after_a_429_fewer_run_at_once(self) -> None:
        crowd = Crowd()
        crowd.refuse = 1

        async def many() -> None:
            reader = client(crowd)
            await reader.read("plans", "0")
            crowd.most = 0
            await asyncio.gather(*(reader.read("plans", str(i)) for i in range(1, 10)))

        run(many())
        assert crowd.most <= 5

    def test_a_place_is_given_back_by_a_read_that_fails_or_is_cancelled(self) -> None:
        crowd = Crowd()

        async def many() -> None:
            reader = client(crowd)
            doomed = [asyncio.create_task(reader.read("plans", str(i))) for i in range(30)]
            await asyncio.sleep(0)
            for task in doomed:
                task.cancel()
            await asyncio.gather(*doomed, return_exceptions=True)
            crowd.refuse = 3
            with pytest.raises(RateLimited):
                await reader.read("plans")
            await asyncio.gather(*(reader.read("plans", str(i)) for i in range(30)))

        run(many())
        assert crowd.answers[200] == 30

    def test_successes_bring_the_number_back(self) -> None:
        crowd = Crowd()
        crowd.refuse = 3

        async def many() -> None:
            reader = client(crowd)
            with pytest.raises(RateLimited):
                await reader.read("plans")
            for number in range(40):
                await reader.read("plans", str(number))
            crowd.most = 0
            await asyncio.gather(*(reader.read("plans", str(i)) for i in range(20)))

        run(many())
        assert crowd.most == 8

    def test_a_waiter_cancelled_in_the_moment_it_is_woken_passes_its_place_on(self) -> None:
        async def play() -> int:
            places = rate.InFlight(most=1)
            waiters: list[asyncio.Task[None]] = []

            async def work() -> None:
                async with places.place():
                    for _ in range(5):  # until the others stand in line
                        await asyncio.sleep(0)

            async def work_and_cancel_the_next() -> None:
                await work()  # gives its place to the second, which has not run when it is cancelled
                waiters[0].cancel()

            first = asyncio.create_task(work_and_cancel_the_next())
            await asyncio.sleep(0)
            waiters += [asyncio.create_task(work()), asyncio.create_task(work())]
            await first
            with pytest.raises(asyncio.CancelledError):
                await waiters[0]
            await asyncio.wait_for(waiters[1], 5)
            return places.running

        assert run(play()) == 0

    def test_waiting_between_attempts_takes_no_place(self) -> None:
        """Eight reads that wait for a retry do not stop a ninth."""

        def by_path(request: httpx.Request) -> httpx.Response:
            return answer(body=b"[9]") if "ninth" in request.url.path else answer(503, headers={"retry-after": "30"})

        service = Service(by_path)
        waiting = asyncio.Event()

        class Held(Time):
            async def sleep(self, seconds: float) -> None:
                await waiting.wait()
                await super().sleep(seconds)

        async def nine() -> bytes:
            reader = client(service, time=Held())
            eight = [asyncio.create_task(reader.read("plans", str(i))) for i in range(8)]
            ninth = await asyncio.wait_for(reader.read("ninth"), 5)
            waiting.set()
            await asyncio.gather(*eight, return_exceptions=True)
            return ninth

        assert run(nine()) == b"[9]"
