"""Tempo Cloud v4: paging, amounts, recurrence, people that only an id names."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import httpx
import pytest

from planner_gui.domain.entities import Account, Allocation, Page, Span, VendorSchedule
from planner_gui.domain.errors import (
    AnswerUnusable,
    CredentialRefused,
    OriginRefused,
    RequestRefused,
    ServiceFailed,
    UsageError,
)
from planner_gui.sources.decode import Unreadable
from planner_gui.sources.tempo_cloud import plan_of
from tests.sources.contract import SECRET, SPAN, Fake, read, records, run
from tests.sources.fake_tempo_cloud import CHEN, PLANS, PRIYA, Pages, fake, plan

NOVEMBER = ("2026-11-09", "2026-11-13")


def parsed(**more: Any) -> tuple[Allocation, Account]:
    return plan_of(json.dumps(plan(1, PRIYA, *NOVEMBER, **more)).encode())


def all_of(pages: list[Page], name: str) -> list[Any]:
    return [one for page in pages for one in getattr(page, name)]


def allocations(service: Fake, span: Span = SPAN) -> list[Allocation]:
    return [record.item for record in records(read(service.open(), span)) if isinstance(record.item, Allocation)]


# -- plans ------------------------------------------------------------------------------------------------------------


def test_a_plan_is_read_field_by_field() -> None:
    allocation, account = parsed(includeNonWorkingDays=True, description="Phase two")
    assert allocation == Allocation(
        external_id="1",
        account=PRIYA,
        start=date(2026, 11, 9),
        end=date(2026, 11, 13),
        title="Phase two",
        project="Project 10130",
        type="PROJECT",
        item="10130",
        seconds_per_day=14400,
        include_non_working=True,
        resource=f"person/{PRIYA}",
    )
    assert account == Account(key=PRIYA, atlassian=PRIYA)


@pytest.mark.parametrize(
    ("more", "title", "project"),
    [
        ({}, "Project 10130", "Project 10130"),
        ({"planItem": {"id": "20001", "type": "issue"}}, "Issue 20001", ""),
        ({"planItem": {"id": 20001, "type": "ISSUE"}, "description": "Review"}, "Review", ""),
        ({"planItem": None}, "Plan", ""),
    ],
    ids=str,
)
def test_what_is_planned_is_shown_by_its_id(more: dict[str, Any], title: str, project: str) -> None:
    allocation, _account = parsed(**more)
    assert (allocation.title, allocation.project) == (title, project)


@pytest.mark.parametrize(
    ("more", "daily", "total"),
    [
        ({}, 14400, None),
        ({"effortPersistenceType": "TOTAL_SECONDS"}, None, 72000),
        ({"effortPersistenceType": "total_seconds", "plannedSecondsPerDay": None}, None, 72000),
        ({"effortPersistenceType": None}, 14400, None),
        ({"effortPersistenceType": None, "plannedSecondsPerDay": None}, None, 72000),
        ({"plannedSecondsPerDay": 0}, None, 72000),
        ({"effortPersistenceType": "TOTAL_SECONDS", "rule": "WEEKLY", "totalPlannedSeconds": 999999}, 14400, None),
        ({"plannedSecondsPerDay": None, "totalPlannedSeconds": None}, None, None),
    ],
    ids=str,
)
def test_one_amount_rules_as_the_user_entered_it(
    more: dict[str, Any], daily: float | None, total: float | None
) -> None:
    allocation, _account = parsed(**more)
    assert (allocation.seconds_per_day, allocation.seconds, allocation.commitment) == (daily, total, None)


@pytest.mark.parametrize("rule", ["BI_WEEKLY", "BI-WEEKLY", "bi_weekly"])
def test_the_clouds_own_spelling_of_two_weekly(rule: str) -> None:
    allocation, _account = parsed(rule=rule, recurrenceEndDate="2027-01-01")
    assert (allocation.rule, allocation.until) == ("BI-WEEKLY", date(2027, 1, 1))


def test_the_recurrence_end_means_nothing_without_a_rule() -> None:
    assert parsed(recurrenceEndDate="soon")[0].until is None


def test_a_generic_resource_is_an_account_of_no_site() -> None:
    _allocation, account = parsed(assignee={"id": 7, "type": "GENERIC"})
    assert account == Account(key="7", name="Generic resource 7", atlassian="")


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": None},
        {"assignee": None},
        {"assignee": {"type": "USER"}},
        {"startDate": "2026-02-30"},
        {"endDate": None},
        {"plannedSecondsPerDay": 86401},
        {"plannedSecondsPerDay": -1},
        {"totalPlannedSeconds": -1},
        {"totalPlannedSeconds": 5 * 86400 + 1, "effortPersistenceType": "TOTAL_SECONDS"},
        {"recurrenceEndDate": "x", "rule": "WEEKLY"},
    ],
    ids=str,
)
def test_v1_v2_what_cannot_be_read_is_named(wrong: dict[str, Any]) -> None:
    name = next(iter(wrong))
    with pytest.raises(Unreadable, match=name if name != "assignee" else "assignee|^id"):
        parsed(**wrong)


# -- pages ------------------------------------------------------------------------------------------------------------


def test_pages_are_asked_for_until_the_last_one() -> None:
    plans = [plan(number, PRIYA, *NOVEMBER) for number in range(1, 11)]
    service = fake(*plans)
    service.routes[f"GET {PLANS}"] = Pages(*plans, largest=4)
    assert len(allocations(service)) == 10
    asked = [request.url.params for request in service.requests if request.url.path == PLANS]
    assert [params["offset"] for params in asked] == ["0", "4", "8"]
    assert {(params["from"], params["to"]) for params in asked} == {("2025-10-31", "2026-12-31")}


def test_without_links_a_full_page_is_followed_by_another_request() -> None:
    plans = [plan(number, PRIYA, *NOVEMBER) for number in range(1, 2501)]
    service = fake(*plans)
    pages = Pages(*plans)

    def unlinked(request: httpx.Request) -> Any:
        answer = pages(request)
        answer["metadata"].pop("next", None)
        return answer

    service.routes[f"GET {PLANS}"] = unlinked
    assert len(allocations(service)) == 2500


def test_n1_a_next_link_to_another_host_is_refused_and_nothing_is_sent_there() -> None:
    service = fake()
    results = [plan(1, PRIYA, *NOVEMBER)]
    elsewhere = "https://api.tempo.io.evil.example/4/plans?offset=1"
    service.routes[f"GET {PLANS}"] = {"metadata": {"count": 1, "next": elsewhere}, "results": results}
    with pytest.raises(OriginRefused, match=r"the tempo-cloud one.*evil\.example"):
        read(service.open())
    assert {request.url.host for request in service.requests} == {"api.tempo.io"}


def test_n1_a_page_that_comes_again_ends_the_reading() -> None:
    service = fake()
    pages = Pages(*(plan(number, PRIYA, *NOVEMBER) for number in range(1, 11)), largest=4)

    def same(request: httpx.Request) -> Any:
        return pages(httpx.Request("GET", request.url.copy_set_param("offset", "0")))

    service.routes[f"GET {PLANS}"] = same
    with pytest.raises(AnswerUnusable, match="same page"):
        read(service.open())
    assert len(service.requests) == 2


def test_v4_a_plan_that_moved_to_the_next_page_counts_once() -> None:
    first = [plan(number, PRIYA, *NOVEMBER) for number in (1, 2)]
    second = [plan(number, PRIYA, *NOVEMBER) for number in (2, 3)]
    service = fake()

    def shifted(request: httpx.Request) -> Any:
        if request.url.params["offset"] == "0":
            return {"metadata": {"count": 2, "next": f"https://api.tempo.io{PLANS}?offset=2"}, "results": first}
        return {"metadata": {"count": 2}, "results": second}

    service.routes[f"GET {PLANS}"] = shifted
    assert sorted(one.external_id for one in allocations(service)) == ["1", "2", "3"]


def test_v4_fewer_plans_than_the_service_counts_end_the_reading() -> None:
    service = fake()
    service.routes[f"GET {PLANS}"] = {"metadata": {"count": 3}, "results": [plan(1, PRIYA, *NOVEMBER)]}
    with pytest.raises(AnswerUnusable, match="3 plans came with 1"):
        read(service.open())


def test_a_series_that_began_before_the_span_is_kept_and_an_old_plan_left_out() -> None:
    service = fake(
        plan(1, PRIYA, "2026-03-02", "2026-03-03", rule="MONTHLY", recurrenceEndDate="2027-03-01"),
        plan(2, PRIYA, "2026-03-02", "2026-03-03"),
    )
    assert [one.external_id for one in allocations(service)] == ["1"]


def test_c8_a_failing_second_page_ends_the_reading() -> None:
    service = fake()
    pages = Pages(*(plan(number, PRIYA, *NOVEMBER) for number in range(1, 11)), largest=4)

    def fails(request: httpx.Request) -> Any:
        return pages(request) if request.url.params["offset"] == "0" else httpx.Response(503)

    service.routes[f"GET {PLANS}"] = fails
    with pytest.raises(ServiceFailed):
        read(service.open())


# -- people -----------------------------------------------------------------------------------------------------------


def test_every_assignee_is_an_account_and_users_have_working_time() -> None:
    service = fake()
    pages = read(service.open(), Span(date(2026, 11, 9), date(2026, 11, 10)))
    assert [account.key for account in all_of(pages, "accounts")] == [PRIYA, CHEN, "7"]
    assert all_of(pages, "schedules") == [
        VendorSchedule(account=key, start=date(2026, 11, 9), minutes=(480, None)) for key in (PRIYA, CHEN)
    ]


def test_c8_one_hidden_schedule_is_not_readable() -> None:
    service = fake()
    del service.routes[f"GET /4/user-schedule/{PRIYA}"]
    pages = read(service.open())
    assert [lost.resource for lost in all_of(pages, "not_readable")] == [f"schedule/{PRIYA}"]
    assert [one.account for one in all_of(pages, "schedules")] == [CHEN]


def test_a_right_that_lacks_for_all_schedules_is_one_finding() -> None:
    service = fake()
    for key in (PRIYA, CHEN):
        service.routes[f"GET /4/user-schedule/{key}"] = lambda _request: httpx.Response(403, html="<html></html>")
    (lost,) = all_of(read(service.open()), "not_readable")
    assert (lost.resource, lost.what) == ("schedule", "working time of 2 people")


# -- address, options, errors -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("", "api.tempo.io"),
        ("https://api.eu.tempo.io", "api.eu.tempo.io"),
        ("https://api.us.tempo.io/4", "api.us.tempo.io"),
        ("https://api.tempo.io/4/", "api.tempo.io"),
        ("http://127.0.0.1", "127.0.0.1"),
    ],
)
def test_the_regions_and_a_loopback_are_taken_and_4_is_added(url: str, host: str) -> None:
    service = fake()
    service.url = url
    read(service.open())
    assert {request.url.host for request in service.requests} == {host}
    assert {request.url.path[:3] for request in service.requests} == {"/4/"}
    assert {request.headers["Authorization"] for request in service.requests} == {f"Bearer {SECRET}"}


@pytest.mark.parametrize(
    "url",
    ["https://tempo.example.com", "https://api.tempo.io.evil.example", "http://api.tempo.io", "https://api.tempo.io/x"],
)
def test_n3_another_address_is_refused(url: str) -> None:
    service = fake()
    service.url = url
    with pytest.raises(OriginRefused, match="the tempo-cloud one"):
        service.open()


def test_it_has_no_options_but_site() -> None:
    fake(site="labs").open()
    with pytest.raises(UsageError, match="teams"):
        fake(teams="5").open()


@pytest.mark.parametrize(
    "body",
    [{"errors": {"message": "from is wrong"}}, {"errors": [{"message": "from is wrong"}]}, {"errors": "from is wrong"}],
    ids=["object", "list", "text"],
)
def test_the_services_own_words_are_shown_in_every_form(body: Any) -> None:
    service = fake()
    service.routes[f"GET {PLANS}"] = httpx.Response(400, json=body)
    with pytest.raises(RequestRefused, match="from is wrong"):
        read(service.open())


def test_a_refused_token_of_another_region_names_the_regions() -> None:
    service = fake()
    service.routes[f"GET {PLANS}"] = httpx.Response(401, html="<html><body>Unauthorized</body></html>")
    with pytest.raises(CredentialRefused, match=r"api\.eu\.tempo\.io"):
        run(service.open().check())


def test_check_counts_todays_plans() -> None:
    service = fake()
    checked = run(service.open().check())
    assert checked.sees == ("4 plans today",)
    assert checked.url == "https://api.tempo.io/4"
    params = service.requests[0].url.params
    assert (params["from"], params["to"]) == ("2026-11-20", "2026-11-20")
