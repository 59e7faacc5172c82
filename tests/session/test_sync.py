"""A sync: all at once, each whole or not at all, announced as one plan (C7, C8, A7, U6, P4)."""

import asyncio
import threading
from collections.abc import Coroutine
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from planner_gui.domain.entities import Page, Record, Span, default_span
from planner_gui.domain.errors import (
    AnswerUnusable,
    CredentialRefused,
    NotSent,
    RateLimited,
    SecretError,
    ServiceFailed,
    StoreUnwritable,
    UsageError,
)
from planner_gui.domain.plan import State
from planner_gui.domain.reading import Reading
from planner_gui.session.sync import RECORDS_A_STEP, Outcome, Progress, Sync, SyncResult
from planner_gui.session.workspace import Changes, Workspace
from planner_gui.sources.base import Connection, Context
from tests.scenarios import until
from tests.session.fakes import NONSENSE, TODAY, Clocks, FakeSecrets, FakeSource, Service, Services, allocation, page

SPAN = Span(date(2026, 11, 1), date(2026, 11, 30))


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(coroutine)


async def connected(workspace: Workspace, *names: str) -> None:
    for name in names:
        await workspace.add_connection(Connection(name=name, kind="tempo", url="https://jira.example.com"))


def syncing(workspace: Workspace, services: Services, secrets: FakeSecrets | None = None) -> Sync:
    context = Context(today=TODAY, zone=ZoneInfo("Europe/Berlin"))
    return Sync(workspace, secrets or FakeSecrets(), open_source=services.open, context=context)


def titles(workspace: Workspace) -> list[str]:
    return sorted(workspace.plan.text(row, "title") for row in range(workspace.plan.rows))


def states(workspace: Workspace) -> dict[str, State]:
    return {view.name: view.state for view in workspace.plan.connections}


async def one_sync(workspace: Workspace, **services: Service) -> SyncResult:
    await connected(workspace, *(name for name in services if workspace.settings.connection(name) is None))
    return await syncing(workspace, Services(**services)).run(SPAN)


def test_what_was_read_is_there_offline_after_a_restart(folder: Path, clocks: Clocks) -> None:
    async def first() -> None:
        opened = Workspace.open(folder, today=TODAY, now=clocks.now, monotonic=clocks.monotonic)
        result = await one_sync(opened, tempo=Service([page([allocation(1, "Core services")])]))
        assert result.whole
        assert titles(opened) == ["Core services"]
        opened.close()

    run(first())
    again = Workspace.open(folder, today=TODAY, now=clocks.now, monotonic=clocks.monotonic)
    assert titles(again) == ["Core services"]
    assert [person.name for person in again.plan.people] == ["Priya Raman"]
    assert states(again) == {"tempo": State.FRESH}
    assert again.plan.as_of == clocks.now()
    snapshot = again.plan.snapshots[0]
    assert run(again.readings.raw(snapshot, 0)) == b'{"id": 1}'
    again.close()


def test_every_connection_is_read_at_once_and_the_plan_is_announced_once(workspace: Workspace) -> None:
    async def sync() -> list[Changes]:
        gate = threading.Event()
        services = {name: Service([page([allocation(1, name)])], gate=gate) for name in ("one", "two", "three")}
        await connected(workspace, *services)
        announced: list[Changes] = []
        workspace.changed.connect(announced.append)
        task = asyncio.create_task(syncing(workspace, Services(**services)).run(SPAN))
        await until(lambda: all(service.spans for service in services.values()))
        gate.set()  # all three were waiting: none had to wait for another
        await task
        return announced

    announced = run(sync())
    assert titles(workspace) == ["one", "three", "two"]
    assert [changes.connections for changes in announced] == [frozenset({"one", "two", "three"})]


FAULTS = [
    NotSent("the server refused the connection", connection="bad"),
    ServiceFailed("the server failed (500)", connection="bad", subject="plans of Priya Raman"),
    AnswerUnusable("answered with a web page (login or proxy?)", connection="bad"),
    RateLimited("asks to wait", connection="bad", retry_after=90.0),
    CredentialRefused("the token was refused", connection="bad"),
    ZeroDivisionError("a bug"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
def test_c8_a_connection_that_fails_keeps_its_last_reading_and_spoils_no_other(
    workspace: Workspace, fault: Exception
) -> None:
    async def sync() -> SyncResult:
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)  # where a bug is reported (L3)
        await one_sync(workspace, bad=Service([page([allocation(1, "kept")])]), good=Service())
        return await one_sync(
            workspace,
            bad=Service([page([allocation(2, "half read")])], error=fault),
            good=Service([page([allocation(3, "new")])]),
        )

    result = run(sync())
    assert [(one.name, one.outcome) for one in result.connections] == [("bad", Outcome.FAILED), ("good", Outcome.FRESH)]
    assert not result.whole
    assert titles(workspace) == ["kept", "new"]
    assert states(workspace) == {"bad": State.FAILED, "good": State.FRESH}
    error = result.connections[0].error
    assert "bad" in error
    assert "\n" not in error
    assert workspace.plan.connections[0].error == error
    assert [notice.text for notice in workspace.notices.current] == [error]


def test_c8_a_failure_is_still_said_after_a_restart_and_over_with_the_next_whole_reading(
    folder: Path, clocks: Clocks
) -> None:
    async def sync(service: Service) -> dict[str, State]:
        opened = Workspace.open(folder, today=TODAY, now=clocks.now, monotonic=clocks.monotonic)
        before = states(opened)
        await one_sync(opened, tempo=service)
        opened.close()
        return before

    failing = Service(error=ServiceFailed("failed", connection="tempo"))
    assert run(sync(failing)) == {}
    assert run(sync(Service([page([allocation(1)])]))) == {"tempo": State.FAILED}
    assert run(sync(Service())) == {"tempo": State.FRESH}


def test_a_service_that_was_never_read_and_fails_shows_no_time(workspace: Workspace) -> None:
    run(one_sync(workspace, tempo=Service(error=ServiceFailed("failed", connection="tempo"))))
    view = workspace.plan.connections[0]
    assert (view.state, view.read_at, view.span) == (State.FAILED, None, None)


def test_a7_a_refused_token_is_asked_again_only_by_the_user(workspace: Workspace) -> None:
    async def sync() -> list[int]:
        service = Service(error=CredentialRefused("the token was refused", connection="tempo"))
        await connected(workspace, "tempo")
        sync = syncing(workspace, Services(tempo=service))
        asked = []
        for automatic in (False, True, True, False):
            await sync.run(SPAN, automatic=automatic)
            asked.append(len(service.spans))
        assert sync.parked == {"tempo"}
        service.error = None
        await sync.run(SPAN)
        assert sync.parked == frozenset()
        return asked

    assert run(sync()) == [1, 1, 1, 2]


def test_u6_the_same_failure_of_two_syncs_is_one_message(workspace: Workspace) -> None:
    for _ in range(2):
        run(one_sync(workspace, tempo=Service(error=ServiceFailed("failed", connection="tempo"))))
    assert len(workspace.notices.current) == 1


def test_a_connection_without_a_token_fails_in_words_and_is_never_asked(workspace: Workspace) -> None:
    async def sync() -> SyncResult:
        await connected(workspace, "tempo", "locked")
        service = Service()
        secrets = FakeSecrets(tempo=None, locked=SecretError("the keyring is locked", subject="locked"))
        result = await syncing(workspace, Services(tempo=service, locked=service), secrets).run(SPAN)
        assert service.spans == []
        return result

    errors = [one.error for one in run(sync()).connections]
    assert "no token is stored" in errors[0]
    assert "keyring is locked" in errors[1]


def many(count: int) -> list[Record]:
    return [allocation(number) for number in range(count)]


def test_c7_a_service_that_forgets_too_much_is_held_back_until_the_user_accepts(workspace: Workspace) -> None:
    async def sync() -> None:
        await connected(workspace, "tempo")
        service = Service([page(many(100))])
        sync = syncing(workspace, Services(tempo=service))
        await sync.run(SPAN)
        service.pages = [page(many(3))]
        result = await sync.run(SPAN)
        assert not result.whole
        assert "returns 3 of 100" in result.connections[0].error
        assert workspace.plan.rows == 100
        assert sync.held == {"tempo"}
        notice = workspace.notices.current[0]
        assert [action.label for action in notice.actions] == ["Keep", "Accept"]
        await notice.actions[1].call()
        assert workspace.plan.rows == 3
        assert states(workspace) == {"tempo": State.FRESH}
        assert workspace.notices.current == ()

    run(sync())


def test_c7_a_reading_that_was_held_back_can_be_dropped(workspace: Workspace) -> None:
    async def sync() -> None:
        await connected(workspace, "tempo")
        service = Service([page(many(100))])
        sync = syncing(workspace, Services(tempo=service))
        await sync.run(SPAN)
        service.pages = []
        await sync.run(SPAN)
        sync.keep("tempo")
        assert workspace.plan.rows == 100
        assert sync.held == frozenset()
        assert workspace.notices.current == ()

    run(sync())


def test_c7_a_service_that_forgets_a_little_is_believed(workspace: Workspace) -> None:
    run(one_sync(workspace, tempo=Service([page(many(100))])))
    assert run(one_sync(workspace, tempo=Service([page(many(75))]))).whole
    assert workspace.plan.rows == 75


def test_a_narrower_sync_replaces_only_its_dates(workspace: Workspace) -> None:
    async def sync() -> None:
        await one_sync(workspace, tempo=Service([page([allocation(1, "November")])]))
        later = Span(date(2026, 12, 1), date(2026, 12, 31))
        await syncing(workspace, Services(tempo=Service())).run(later)

    run(sync())
    assert titles(workspace) == ["November"]
    assert workspace.plan.connections[0].span == Span(date(2026, 11, 1), date(2026, 12, 31))


def test_cancelled_a_sync_keeps_what_is_whole_and_nothing_of_the_rest(workspace: Workspace) -> None:
    async def sync() -> None:
        never = threading.Event()
        slow = Service([page([allocation(2, "half")]), Page()], gate=never)
        await connected(workspace, "quick", "slow")
        sync = syncing(workspace, Services(quick=Service([page([allocation(1, "whole")])]), slow=slow))
        done: list[Progress] = []
        sync.progressed.connect(done.append)
        task = asyncio.create_task(sync.run(SPAN))
        await until(lambda: any(progress.done for progress in done))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert slow.closed == 1

    run(sync())
    assert titles(workspace) == ["whole"]
    assert states(workspace) == {"quick": State.FRESH, "slow": State.NEVER}


@pytest.mark.parametrize("apart", [0.0, 3600.0])
def test_progress_tells_each_connection_and_its_count(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, apart: float
) -> None:
    """Each page, as long as they are not many a moment: a word wakes the window."""
    monkeypatch.setattr("planner_gui.session.sync.WORDS_APART", apart)

    async def sync() -> list[Progress]:
        await connected(workspace, "tempo")
        sync = syncing(workspace, Services(tempo=Service([page(many(3)), page(many(5)[3:])])))
        told: list[Progress] = []
        sync.progressed.connect(told.append)
        await sync.run(SPAN)
        return told

    told = run(sync())
    pages = [(3, 1, False), (5, 2, False)]
    shown = pages if apart == 0 else pages[:1]
    assert [(one.items, one.requests, one.done) for one in told] == [(0, 0, False), *shown, (5, 0, True)]


def test_v3_a_long_page_is_taken_in_steps_beside_the_window(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[tuple[threading.Thread, int]] = []
    real = Reading.add

    def watched(reading: Reading, step: Page) -> None:
        steps.append((threading.current_thread(), len(step.records)))
        real(reading, step)

    monkeypatch.setattr(Reading, "add", watched)
    run(one_sync(workspace, tempo=Service([page(many(1001))])))
    assert sum(records for _, records in steps) == 1001
    assert max(records for _, records in steps) <= RECORDS_A_STEP
    assert threading.main_thread() not in {thread for thread, _ in steps}
    assert workspace.plan.rows == 1001


def test_what_a_sync_tells_it_tells_in_the_windows_thread(workspace: Workspace) -> None:
    told: set[threading.Thread] = set()

    async def sync() -> None:
        await connected(workspace, "tempo")
        sync = syncing(workspace, Services(tempo=Service([page(many(3)), page(many(5)[3:])])))
        sync.progressed.connect(lambda _: told.add(threading.current_thread()))
        await sync.run(SPAN)

    run(sync())
    assert told == {threading.main_thread()}


def test_v1_records_not_understood_are_counted_and_do_not_fail_the_reading(workspace: Workspace) -> None:
    result = run(one_sync(workspace, tempo=Service([page([allocation(1)]), NONSENSE])))
    assert result.whole
    assert result.as_json() == {
        "connections": [
            {"name": "tempo", "kind": "tempo", "state": "fresh", "read": 1, "not_understood": 1, "error": None}
        ]
    }
    assert workspace.plan.connections[0].not_understood == 1


def test_a_reading_that_cannot_be_taken_in_ends_its_requests_before_its_client(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def sync() -> Service:
        def broken(reading: Reading, step: Page) -> None:
            raise ZeroDivisionError

        asyncio.get_running_loop().set_exception_handler(lambda *_: None)
        monkeypatch.setattr(Reading, "add", broken)
        service = Service([page(many(3)), page(many(3))])
        await one_sync(workspace, tempo=service)
        return service

    service = run(sync())
    assert (service.ended, service.closed) == (1, 1)


def test_only_the_connections_named_are_read(workspace: Workspace) -> None:
    async def sync() -> None:
        one, two = Service(), Service()
        await connected(workspace, "one", "two")
        sync = syncing(workspace, Services(one=one, two=two))
        await sync.run(SPAN, ["two"])
        assert (len(one.spans), len(two.spans)) == (0, 1)
        with pytest.raises(UsageError, match="no connection called three"):
            await sync.run(SPAN, ["three"])

    run(sync())


def test_a9_a_secret_that_a_service_hands_out_is_kept_before_the_sync_ends(workspace: Workspace) -> None:
    async def sync() -> FakeSecrets:
        secrets = FakeSecrets()
        await connected(workspace, "bigtime")
        await syncing(workspace, Services(bigtime=Service(hands_out="session")), secrets).run(SPAN)
        return secrets

    assert run(sync()).stored == {"bigtime": "session"}


def test_an_adapter_is_told_the_day_and_the_zone_of_this_reading(workspace: Workspace) -> None:
    async def sync() -> Context:
        told: list[Context] = []
        services = Services(tempo=Service())

        def opened(connection: Connection, secret: str, context: Context) -> FakeSource:
            told.append(context)
            return services.open(connection, secret, context)

        await connected(workspace, "tempo")
        long_ago = Context(today=date(2020, 1, 1), zone=ZoneInfo("UTC"), user_agent="kept")
        sync = Sync(workspace, FakeSecrets(), open_source=opened, context=long_ago)
        await workspace.set_today(date(2026, 11, 21))
        await sync.run()
        assert services.by_name["tempo"].spans == [default_span(date(2026, 11, 21))]
        return told[0]

    context = run(sync())
    assert (context.today, str(context.zone), context.user_agent) == (date(2026, 11, 21), "Europe/Berlin", "kept")


def test_c10_what_cannot_be_kept_is_shown_and_the_result_says_so(workspace: Workspace) -> None:
    async def sync() -> SyncResult:
        def full(*_: object) -> None:
            raise StoreUnwritable("the disk is full", path=workspace.folder / "cache.db")

        workspace.readings._cache.save = full  # type: ignore[method-assign,assignment]
        return await one_sync(workspace, tempo=Service([page([allocation(1, "shown")])]))

    result = run(sync())
    assert titles(workspace) == ["shown"]
    assert "disk is full" in result.connections[0].error
    assert not result.whole
    assert run(workspace.readings.raw(workspace.plan.snapshots[0], 0)) == b'{"id": 1}'


@pytest.mark.parametrize(
    ("today", "start", "end"),
    [
        (date(2026, 11, 20), date(2026, 10, 20), date(2027, 11, 20)),
        (date(2026, 3, 31), date(2026, 2, 28), date(2027, 3, 31)),
        (date(2024, 2, 29), date(2024, 1, 29), date(2025, 2, 28)),
        (date(2026, 1, 5), date(2025, 12, 5), date(2027, 1, 5)),
        (date(2026, 12, 31), date(2026, 11, 30), date(2027, 12, 31)),
    ],
)
def test_without_dates_the_month_before_today_to_twelve_months_after_is_read(
    today: date, start: date, end: date
) -> None:
    assert default_span(today) == Span(start, end)
