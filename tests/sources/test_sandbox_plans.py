"""The adapters of Tempo and BigTime read the pretend company, which knows none of our code, and find all of it."""

from __future__ import annotations

from datetime import UTC, date, timedelta

import httpx
import pytest

from planner_gui.domain.entities import Allocation, Page, Span, Task
from planner_gui.domain.errors import CredentialRefused, NotFound, ServiceFailed
from planner_gui.sandbox.server import Sandbox
from planner_gui.sources.base import Connection, Context, Source, open_source
from tests.sources.contract import TODAY, no_wait, read, records, run

SPAN = Span(date(2026, 10, 20), date(2027, 11, 20))


@pytest.fixture(scope="module")
def company() -> Sandbox:
    return Sandbox(60, 1, today=TODAY)


@pytest.fixture
def sandbox(company: Sandbox) -> Sandbox:
    company.reset()
    return company


def source(sandbox: Sandbox, kind: str, secret: str = "", **options: str) -> Source:
    entry = next(entry for entry in sandbox.connections() if entry["kind"] == kind)
    connection = Connection(entry["name"], kind, entry["url"], {**entry["options"], **options})
    context = Context(TODAY, UTC, lambda: httpx.ASGITransport(app=sandbox.app), sleep=no_wait)
    return open_source(connection, secret or entry["secret"], context)


def faults(pages: list[Page]) -> list[object]:
    return [fault for page in pages for fault in (*page.not_understood, *page.not_readable)]


@pytest.mark.parametrize("kind", ["tempo", "tempo-cloud", "bigtime"])
def test_the_pretend_company_is_read_without_a_fault(sandbox: Sandbox, kind: str) -> None:
    reader = source(sandbox, kind)
    pages = read(reader, SPAN)
    assert records(pages)
    assert faults(pages) == []
    assert reader.requests == sandbox.requests[reader.connection.name]


@pytest.mark.parametrize("kind", ["tempo", "tempo-cloud", "bigtime"])
def test_its_check_answers(sandbox: Sandbox, kind: str) -> None:
    assert run(source(sandbox, kind).check()).sees


def test_every_booking_of_the_main_site_that_touches_the_span_is_found(sandbox: Sandbox) -> None:
    found = {record.item.external_id for record in records(read(source(sandbox, "tempo"), SPAN))}
    company = sandbox.organisation
    wanted = {
        str(booking.number)
        for booking in company.bookings
        if (booking.person is None or not company.on_labs(booking.person))
        and booking.start <= SPAN.end
        and (booking.end >= SPAN.start or (booking.rule != "NEVER" and booking.until and booking.until >= SPAN.start))
    }
    assert wanted
    assert found >= wanted


def test_team_plans_reach_their_members_and_repeat_on_them(sandbox: Sandbox) -> None:
    plans = [one.item for one in records(read(source(sandbox, "tempo"), SPAN)) if isinstance(one.item, Allocation)]
    parents = {plan.external_id: plan for plan in plans if plan.team}
    shares = [plan for plan in plans if plan.reflection]
    assert {share.external_id for share in shares} == set(parents)
    assert all(not plan.reflection and not plan.account for plan in parents.values())
    repeating = {number for number, plan in parents.items() if plan.rule != "NEVER"}
    assert repeating
    assert {share.external_id for share in shares if share.occurrence} == repeating
    keys = [(share.external_id, share.account, share.start) for share in shares]
    assert len(keys) == len(set(keys))


def test_a_narrow_span_finds_what_began_long_before(sandbox: Sandbox) -> None:
    late = TODAY + timedelta(days=60)
    plans = [one.item for one in records(read(source(sandbox, "tempo"), Span(late, late + timedelta(days=30))))]
    assert any(isinstance(plan, Allocation) and plan.rule != "NEVER" and plan.end < late for plan in plans)


def test_remaining_minutes_are_budget_less_input(sandbox: Sandbox) -> None:
    found = {one.item.external_id: one.item for one in records(read(source(sandbox, "bigtime", completed="yes"), SPAN))}
    for task in sandbox.organisation.tasks:
        item = found[str(task.number)]
        assert isinstance(item, Task)
        spent = task.input_hours or task.budget_hours * task.done
        left = 0 if task.archived or task.done >= 1 else max(task.budget_hours - spent, 0)
        assert item.remaining_minutes == int(left * 60 + 0.5)


def test_a_log_in_works_as_the_key_does(sandbox: Sandbox) -> None:
    by_key = records(read(source(sandbox, "bigtime"), SPAN))
    by_session = records(read(source(sandbox, "bigtime", auth="session", user="planner@northwind.example"), SPAN))
    assert [one.item for one in by_session] == [one.item for one in by_key]


def test_basic_works_as_the_token_does(sandbox: Sandbox) -> None:
    assert records(read(source(sandbox, "tempo", user="planner"), SPAN))


@pytest.mark.parametrize("kind", ["tempo", "tempo-cloud", "bigtime"])
def test_a_wrong_secret_is_refused(sandbox: Sandbox, kind: str) -> None:
    with pytest.raises(CredentialRefused):
        read(source(sandbox, kind, "wrong"), SPAN)


@pytest.mark.parametrize("kind", ["tempo", "tempo-cloud", "bigtime"])
def test_a_service_that_goes_down_half_way_ends_the_reading(sandbox: Sandbox, kind: str) -> None:
    reader = source(sandbox, kind)
    path = {"tempo": "allocation", "tempo-cloud": "plans", "bigtime": "listByProject"}[kind]
    sandbox.faults.set(reader.connection.name, "500", path, None, 5)
    with pytest.raises(ServiceFailed):
        read(reader, SPAN)


def test_one_team_limits_the_reading_and_a_foreign_one_is_named(sandbox: Sandbox) -> None:
    pages = read(source(sandbox, "tempo", teams="Platform"), SPAN)
    (team,) = [team for page in pages for team in page.teams]
    assert team.name == "Platform"
    with pytest.raises(NotFound, match="Nowhere"):
        read(source(sandbox, "tempo", teams="Nowhere"), SPAN)
