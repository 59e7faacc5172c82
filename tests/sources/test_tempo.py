"""Tempo Planner of a Jira Data Center: what is asked, and what the answers become."""

from __future__ import annotations

import asyncio
import base64
from datetime import date
from typing import Any

import httpx
import pytest

from planner_gui.domain.entities import Account, Allocation, Membership, Page, Span, Team, VendorSchedule
from planner_gui.domain.errors import Forbidden, NotFound, OriginRefused, ServiceFailed, UsageError
from planner_gui.sources.base import Check
from tests.sources.contract import SECRET, SPAN, Fake, pages_of, read, records, run
from tests.sources.fake_tempo import (
    ALLOCATION,
    JIRA,
    SCHEDULE,
    TEAM,
    asked,
    bean,
    fake,
    issue,
    member,
    schedule,
    seed,
    team_bean,
)

OLD = Span(date(2014, 11, 10), date(2014, 11, 20))


def allocations(service: Fake, span: Span = SPAN) -> list[Allocation]:
    return [record.item for record in records(read(service.open(), span)) if isinstance(record.item, Allocation)]


def one(service: Fake, span: Span = SPAN) -> Allocation:
    (allocation,) = allocations(service, span)
    return allocation


def all_of(pages: list[Page], name: str) -> list[Any]:
    return [one for page in pages for one in getattr(page, name)]


def paths(service: Fake) -> list[str]:
    return [request.url.path for request in service.requests]


def lists(service: Fake) -> list[httpx.Request]:
    return [request for request in service.requests if request.url.path == ALLOCATION]


# -- the vendor's own samples -----------------------------------------------------------------------------------------


def test_the_vendors_list_is_read_field_by_field() -> None:
    service = fake(*seed("tempo_list"))
    first, second = sorted(allocations(service, OLD), key=lambda allocation: allocation.external_id)
    assert first == Allocation(
        external_id="1",
        account="admin",
        start=date(2014, 11, 10),
        end=date(2014, 11, 14),
        title="Tango OnDemand",
        project="Tango OnDemand",
        type="PROJECT",
        item="10130",
        seconds=144000,
        commitment=100,
        resource="person/admin",
    )
    # Returned whole although it ends after the range that was asked for; `Jessie` is the member `jessie`.
    assert (second.account, second.start, second.end) == ("jessie", date(2014, 11, 17), date(2014, 11, 21))


def test_the_vendors_children_stand_for_our_own_expansion() -> None:
    """CAP-T6: weekly from 10-11 to 27 Nov 2014, asked for 10 to 20 Nov."""
    service = fake(seed("tempo_one"))
    service.routes[f"GET {TEAM}/5/member"] = [member("bob", "Bob")]
    service.routes[f"GET {ALLOCATION}/3"] = seed("tempo_children")
    child, parent = sorted(allocations(service, OLD), key=lambda allocation: not allocation.occurrence)
    assert (parent.external_id, parent.rule, parent.until, parent.expanded) == ("3", "WEEKLY", date(2014, 11, 27), True)
    assert (parent.start, parent.end, parent.occurrence) == (date(2014, 11, 10), date(2014, 11, 11), None)
    assert (child.external_id, child.rule, child.until) == ("3", "NEVER", None)
    assert (child.start, child.end, child.occurrence) == (date(2014, 11, 17), date(2014, 11, 18), date(2014, 11, 17))
    params = service.requests[paths(service).index(f"{ALLOCATION}/3")].url.params
    assert dict(params) == {"expand": "children", "startDate": "2014-11-10", "endDate": "2014-11-20"}


def test_a_team_plan_is_no_load_of_a_person() -> None:
    """CAP-T5: the vendor's team plan has seconds 0 and belongs to the team."""
    service = fake(seed("tempo_team_plan"))
    plan = one(service, Span(date(2014, 8, 1), date(2014, 8, 31)))
    assert (plan.external_id, plan.account, plan.team, plan.resource) == ("10", "", "5", "team/5")
    assert not plan.reflection


# -- requests ---------------------------------------------------------------------------------------------------------


def test_every_list_names_both_dates_and_looks_back_a_year_for_what_repeats() -> None:
    service = fake()
    read(service.open())
    assert len(lists(service)) == 2
    for request in lists(service):
        params = request.url.params
        assert (params["startDate"], params["endDate"]) == ("2025-10-31", "2026-12-31")
        assert params["expandReflections"] == "true"


def test_v3_at_most_fifty_people_are_asked_for_in_one_request() -> None:
    service = fake()
    people = [f"p{number:03}" for number in range(120)]
    service.routes[f"GET {TEAM}/5/member"] = [member(key, key.upper()) for key in people]
    read(service.open())
    of_people = [asked(request) for request in lists(service) if request.url.params["assigneeType"] == "USER"]
    assert [len(keys) for keys in of_people] == [50, 50, 20]
    assert [key for keys in of_people for key in keys] == people


def test_teams_are_asked_for_their_own_plans_before_people_are() -> None:
    service = fake()
    read(service.open())
    kinds = [(request.url.params["assigneeType"], asked(request)) for request in lists(service)]
    assert kinds == [("TEAM", ["5"]), ("USER", ["admin", "jessie"])]


def test_teams_limits_whom_we_read_by_id_or_name() -> None:
    for option in ("7", "payments"):
        service = fake(teams=option)
        service.routes[f"GET {TEAM}"] = [{"id": 5, "name": "Platform"}, {"id": 7, "name": "Payments"}]
        service.routes[f"GET {TEAM}/7/member"] = [member("priya", "Priya Raman")]
        pages = read(service.open())
        assert all_of(pages, "teams") == [Team(key="7", name="Payments")]
        assert [account.key for account in all_of(pages, "accounts")] == ["priya"]
        assert f"{TEAM}/5/member" not in paths(service)


def test_a_team_that_is_not_there_is_named() -> None:
    with pytest.raises(NotFound, match=r"the tempo one.*none of the teams 99.*Platform"):
        read(fake(teams="99").open())


@pytest.mark.parametrize("option", ["to", "10130"])
def test_projects_limits_what_we_keep_by_key_or_id(option: str) -> None:
    other = {"key": "WIKK", "id": 10023, "type": "PROJECT", "name": "Wiki", "projectKey": "WIKK"}
    service = fake(
        bean(1, "admin", "2026-11-09", "2026-11-13"),
        bean(2, "admin", "2026-11-09", "2026-11-13", planItem=other),
        projects=option,
    )
    assert [plan.external_id for plan in allocations(service)] == ["1"]


def test_projects_keeps_the_issues_of_a_project_too() -> None:
    unkeyed = {"key": "TO-9", "id": 20009, "type": "ISSUE", "name": "Old server"}
    service = fake(
        bean(1, "admin", "2026-11-09", "2026-11-13", planItem=issue()),
        bean(2, "admin", "2026-11-16", "2026-11-17", planItem=unkeyed),
        bean(3, "admin", "2026-11-16", "2026-11-17", planItem=issue(key="WIKK-1") | {"projectKey": "WIKK"}),
        projects="TO",
    )
    assert sorted(plan.external_id for plan in allocations(service)) == ["1", "2"]


@pytest.mark.parametrize("status", [404, 405, 403])
def test_without_the_teams_plugin_one_unfiltered_request_reads_everybody(status: int) -> None:
    service = fake(bean(1, "bob", "2026-11-09", "2026-11-13"), team_bean(10, "5", "2026-11-23", "2026-11-24"))
    service.routes[f"GET {TEAM}"] = lambda _request: httpx.Response(status, json={})
    service.routes[f"GET {ALLOCATION}/10"] = team_bean(10, "5", "2026-11-23", "2026-11-24")
    pages = read(service.open())
    (request,) = lists(service)
    assert (asked(request), "assigneeType" in request.url.params) == ([], False)
    assert [account.key for account in all_of(pages, "accounts")] == ["bob"]
    assert len(records(pages)) == 2


def test_with_named_teams_and_no_teams_plugin_the_reading_fails() -> None:
    service = fake(teams="5")
    del service.routes[f"GET {TEAM}"]
    with pytest.raises(NotFound, match="the tempo one"):
        read(service.open())


def test_c8_a_team_whose_members_are_hidden_costs_nobodys_plans() -> None:
    service = fake(bean(1, "stranger", "2026-11-09", "2026-11-13"))
    service.routes[f"GET {TEAM}/5/member"] = lambda _request: httpx.Response(403, json={})
    pages = read(service.open())
    (lost,) = all_of(pages, "not_readable")
    assert lost.what == "members of team Platform"
    assert [record.item.account for record in records(pages)] == ["stranger"]  # type: ignore[union-attr]


def test_c8_one_person_that_answers_404_is_not_readable_and_the_others_are_read() -> None:
    people = [f"p{number}" for number in range(7)]
    service = fake(*(bean(number, key, "2026-11-09", "2026-11-13") for number, key in enumerate(people, 1)))
    service.routes[f"GET {TEAM}/5/member"] = [member(key, key.upper()) for key in people]
    plans = service.routes[f"GET {ALLOCATION}"]

    def one_is_gone(request: httpx.Request) -> Any:
        return httpx.Response(404, json={}) if "p3" in asked(request) else plans(request)

    service.routes[f"GET {ALLOCATION}"] = one_is_gone
    pages = read(service.open())
    (lost,) = all_of(pages, "not_readable")
    assert (lost.resource, lost.what) == ("person/p3", "allocations of P3")
    found = [record.item for record in records(pages)]
    assert sorted(item.resource for item in found) == [f"person/p{number}" for number in (0, 1, 2, 4, 5, 6)]


def test_c8_team_plans_that_are_forbidden_end_the_reading() -> None:
    service = fake()
    service.routes[f"GET {ALLOCATION}"] = lambda _request: httpx.Response(403, json={})
    with pytest.raises(Forbidden, match="the tempo one: allocations"):
        read(service.open())


def test_c8_a_failure_of_one_list_ends_the_reading() -> None:
    service = fake()
    plans = service.routes[f"GET {ALLOCATION}"]

    def fails(request: httpx.Request) -> Any:
        return httpx.Response(500) if request.url.params["assigneeType"] == "USER" else plans(request)

    service.routes[f"GET {ALLOCATION}"] = fails
    with pytest.raises(ServiceFailed):
        read(service.open())


# -- options and credentials ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        JIRA,
        f"{JIRA}/",
        f"{JIRA}/rest",
        f"{JIRA}/rest/tempo-planning/1",
        f"{JIRA}/rest/tempo-planning/1/allocation",
    ],
)
def test_the_jira_address_or_a_rest_base_is_taken(url: str) -> None:
    service = fake()
    service.url = url
    assert len(records(read(service.open()))) == 5
    assert run(service.open().check()).url == JIRA


@pytest.mark.parametrize(("option", "value"), [("realm", "x"), ("boxes", "PROG-1"), ("teams", " , "), ("projects", "")])
def test_an_option_that_cannot_be_is_a_usage_error(option: str, value: str) -> None:
    with pytest.raises(UsageError, match=option):
        fake(**{option: value}).open()


def test_an_address_is_needed() -> None:
    service = fake()
    service.url = ""
    with pytest.raises(UsageError, match="address"):
        service.open()


@pytest.mark.parametrize(
    "url", ["http://jira.example.com", "https://fred:x@jira.example.com", "ftp://jira.example.com"]
)
def test_n3_an_address_that_would_not_keep_the_token_is_refused(url: str) -> None:
    service = fake()
    service.url = url
    with pytest.raises(OriginRefused, match="the tempo one"):
        service.open()


def test_with_a_user_the_secret_is_a_password_and_else_a_token() -> None:
    pair = base64.b64encode(f"fred:{SECRET}".encode()).decode()
    for options, header in (({"user": "fred"}, f"Basic {pair}"), ({}, f"Bearer {SECRET}")):
        service = fake(**options)
        service.secret = f"{SECRET}\n"
        read(service.open())
        assert {request.headers["Authorization"] for request in service.requests} == {header}


def test_check_says_what_can_be_seen_in_two_requests() -> None:
    service = fake(team_bean(10, "5", "2026-11-20", "2026-11-24"), user="fred")
    assert service.open().account == "fred", "whom Tempo names as the author of what this connection makes"
    checked = run(service.open().check())
    assert checked == Check(account="fred", sees=("1 team: Platform", "1 plan of team Platform today"), url=JIRA)
    assert len(service.requests) == 2


def test_check_without_teams_says_so() -> None:
    service = fake(bean(1, "admin", "2026-11-20", "2026-11-20"))
    del service.routes[f"GET {TEAM}"]
    checked = run(service.open().check())
    assert checked.sees == ("1 plan today",)
    assert "every plan" in checked.warnings[0]


def test_check_of_a_jira_without_tempo_is_an_error() -> None:
    service = fake()
    service.routes.clear()
    with pytest.raises(NotFound, match="Tempo Planner"):
        run(service.open().check())


# -- people and teams -------------------------------------------------------------------------------------------------


def test_members_become_accounts_and_memberships() -> None:
    service = fake()
    priya = member("JIRAUSER10100", "Priya Raman", user_name="priya", activeInJira=False)
    priya["membership"] |= {"availability": 60, "dateFrom": "01/Feb/26", "dateFromANSI": "2026-02-01", "dateToANSI": ""}
    service.routes[f"GET {TEAM}/5/member"] = [priya]
    pages = read(service.open())
    accounts = {account.key: account for account in all_of(pages, "accounts")}
    assert accounts["JIRAUSER10100"] == Account(
        key="JIRAUSER10100", name="Priya Raman", atlassian="JIRAUSER10100", title="Developer", active=False
    )
    assert all_of(pages, "memberships") == [
        Membership(team="5", account="JIRAUSER10100", start=date(2026, 2, 1), end=None, availability=60)
    ]


def test_a_plan_may_name_a_person_by_key_or_user_name_in_any_case() -> None:
    service = fake()
    service.routes[f"GET {TEAM}/5/member"] = [member("JIRAUSER10100", "Priya Raman", user_name="priya")]
    service.routes[f"GET {ALLOCATION}"] = [
        bean(1, "PRIYA", "2026-11-09", "2026-11-13"),
        bean(2, "jirauser10100", "2026-11-09", "2026-11-13"),
    ]
    pages = read(service.open())
    assert {record.item.account for record in records(pages)} == {"JIRAUSER10100"}  # type: ignore[union-attr]
    assert len(all_of(pages, "accounts")) == 1


def test_a_group_is_no_person_but_its_people_are() -> None:
    service = fake()
    service.routes[f"GET {TEAM}/5/member"] = [
        member("developers", "Developers", type="GROUP"),
        member("ada", "Ada", type="GROUP_USER"),
    ]
    pages = read(service.open())
    assert [membership.account for membership in all_of(pages, "memberships")] == ["ada"]
    assert "developers" not in {account.key for account in all_of(pages, "accounts")}


def test_a_person_of_two_teams_is_one_account_with_two_memberships() -> None:
    service = fake()
    service.routes[f"GET {TEAM}"] = [{"id": 5, "name": "Platform"}, {"id": 7, "name": "Payments"}]
    service.routes[f"GET {TEAM}/7/member"] = [member("Admin", "Ada Admin")]
    pages = read(service.open())
    assert [account.key for account in all_of(pages, "accounts")] == ["admin", "jessie"]
    assert [(one.team, one.account) for one in all_of(pages, "memberships")] == [
        ("5", "admin"),
        ("5", "jessie"),
        ("7", "admin"),
    ]


def test_an_assignee_whom_no_team_lists_is_an_account_known_by_its_key() -> None:
    service = fake()
    service.routes[f"GET {ALLOCATION}"] = [bean(1, "Ghost", "2026-11-09", "2026-11-13")]
    accounts = all_of(read(service.open()), "accounts")
    assert accounts[-1] == Account(key="Ghost", atlassian="Ghost")


def test_a_broken_member_and_a_broken_team_are_not_understood() -> None:
    service = fake()
    service.routes[f"GET {TEAM}"] = [{"name": "No id"}, {"id": 5, "name": "Platform"}]
    service.routes[f"GET {TEAM}/5/member"] = [{"id": 3, "member": {"displayName": "Nobody"}}, member("ada", "Ada")]
    pages = read(service.open())
    assert [fault.what for fault in all_of(pages, "not_understood")] == ["team", "member of team Platform"]
    assert next(account.key for account in all_of(pages, "accounts")) == "ada"


# -- working time -----------------------------------------------------------------------------------------------------


def test_the_working_time_of_each_member_is_asked_for_the_span() -> None:
    service = fake()
    days = [
        {"date": "2026-11-02", "requiredSeconds": 28800, "type": "WORKING_DAY"},
        {"date": "2026-11-03", "requiredSeconds": 0, "type": "HOLIDAY", "holiday": {"name": "x"}},
        {"date": "2027-03-01", "requiredSeconds": 28800, "type": "WORKING_DAY"},
    ]
    service.routes[f"GET {SCHEDULE}"] = {"numberOfWorkingDays": 1, "days": days}
    span = Span(date(2026, 11, 1), date(2026, 11, 4))
    schedules = all_of(read(service.open(), span), "schedules")
    assert schedules[0] == VendorSchedule(account="admin", start=date(2026, 11, 1), minutes=(None, 480, 0, None))
    assert [one.account for one in schedules] == ["admin", "jessie"]
    params = [dict(request.url.params) for request in service.requests if request.url.path == SCHEDULE]
    assert params[1] == {"user": "admin", "from": "2026-11-01", "to": "2026-11-04"}


@pytest.mark.parametrize(
    ("day", "minutes"),
    [
        ({"date": "2026-11-02", "requiredSeconds": 27000}, 450),
        ({"date": "2026-11-02", "requiredSeconds": 29}, 0),
        ({"date": "2026-11-02", "requiredSeconds": 30}, 1),
        ({"DATE": "2026-11-02", "RequiredSeconds": "27000"}, 450),
        ({"date": "2026-11-02", "requiredSeconds": 27000.5}, 450),
        ({"date": "2026-11-02", "requiredSeconds": None}, None),
        ({"date": "2026-11-02"}, None),
    ],
    ids=str,
)
def test_a_day_in_every_form_is_whole_minutes(day: dict[str, Any], minutes: int | None) -> None:
    service = fake()
    service.routes[f"GET {SCHEDULE}"] = {"days": [day]}
    schedules = all_of(read(service.open(), Span(date(2026, 11, 2), date(2026, 11, 2))), "schedules")
    assert [one.minutes for one in schedules] == [(minutes,), (minutes,)]


@pytest.mark.parametrize("status", [404, 405])
def test_a_schedule_that_is_not_offered_is_asked_for_once(status: int) -> None:
    service = fake()
    service.routes[f"GET {SCHEDULE}"] = lambda _request: httpx.Response(status, text="<html>no</html>")
    pages = read(service.open())
    assert paths(service).count(SCHEDULE) == 1
    assert all_of(pages, "schedules") == []
    assert all_of(pages, "not_readable") == []


def test_c8_one_schedule_that_is_hidden_is_not_readable() -> None:
    service = fake()

    def hidden(request: httpx.Request) -> Any:
        return httpx.Response(403, json={}) if request.url.params.get("user") == "admin" else schedule(request)

    service.routes[f"GET {SCHEDULE}"] = hidden
    pages = read(service.open())
    assert [(one.resource, one.what) for one in all_of(pages, "not_readable")] == [
        ("schedule/admin", "working time of Ada Admin")
    ]
    assert [one.account for one in all_of(pages, "schedules")] == ["jessie"]


@pytest.mark.parametrize(
    "day",
    [
        {"date": "2026-11-02", "requiredSeconds": 90000},
        {"date": "2026-11-02", "requiredSeconds": -1},
        {"date": "2026-11-02", "requiredSeconds": "all"},
        {"date": "2 November", "requiredSeconds": 28800},
        {"requiredSeconds": 28800},
        17,
    ],
    ids=str,
)
def test_v1_v2_a_day_that_cannot_be_is_not_understood(day: Any) -> None:
    service = fake()
    service.routes[f"GET {SCHEDULE}"] = {"days": [day]}
    pages = read(service.open())
    assert [fault.what for fault in all_of(pages, "not_understood")] == [
        "working time of Ada Admin",
        "working time of Jessie Jones",
    ]


def test_people_who_left_are_not_asked_for_their_working_time() -> None:
    service = fake()
    service.routes[f"GET {TEAM}/5/member"] = [member("ada", "Ada", activeInJira=False)]
    service.routes[f"GET {ALLOCATION}"] = []
    read(service.open())
    assert SCHEDULE not in paths(service)


def test_cancelling_in_the_middle_leaves_no_task() -> None:
    service = fake()
    reached = asyncio.Event()

    async def hangs(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/member"):
            reached.set()
            await asyncio.Event().wait()
        return service.respond(request)

    async def cancelled() -> None:
        source = service.open(hangs)
        task = asyncio.create_task(pages_of(source))
        await reached.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(cancelled())
