"""The pretend Tempo of a Data Center answers as the vendor's documents say (allocations, children, schedule, teams)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.sandbox.client import TODAY, Company

ALLOCATION = "/jira/rest/tempo-planning/1/allocation"
YEAR = {"startDate": "2026-08-01", "endDate": "2027-11-30"}


def allocations(company: Company, **params: Any) -> list[dict[str, Any]]:
    answer = company.ask("GET", ALLOCATION, "tempo", params=YEAR | params)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert isinstance(found, list)
    return found


def plan(company: Company, **changes: Any) -> dict[str, Any]:
    item = company.sandbox.organisation.projects[2].item
    return {
        "planItem": {"id": item.number, "type": "PROJECT"},
        "scope": {"id": 2, "type": "team"},
        "assignee": {"key": "priya.raman", "type": "user"},
        "commitment": 100,
        "start": "2026-12-02",
        "end": "2026-12-06",
        "recurrence": {"rule": "NEVER"},
    } | changes


def test_without_a_token_it_answers_401(company: Company) -> None:
    assert company.ask("GET", ALLOCATION).status_code == 401
    assert company.ask("GET", ALLOCATION, headers={"Authorization": "Bearer wrong"}).status_code == 401


def test_basic_with_the_user_name_works_like_the_token(company: Company) -> None:
    import base64

    word = base64.b64encode(f"planner:{company.entries['tempo']['secret']}".encode()).decode()
    assert company.ask("GET", ALLOCATION, headers={"Authorization": f"Basic {word}"}).status_code == 200


def test_the_list_is_a_bare_array_of_the_documented_fields(company: Company) -> None:
    bean = allocations(company)[0]
    assert {"id", "assignee", "planItem", "scope", "commitment", "start", "end", "seconds", "recurrence"} <= set(bean)
    assert {"created", "createdBy", "updated", "updatedBy"} <= set(bean)
    assert {"key", "id", "type", "name", "description", "projectKey"} <= set(bean["planItem"])


def test_plans_that_overlap_the_period_come_whole(company: Company) -> None:
    found = allocations(company, startDate="2026-11-18", endDate="2026-11-20", assigneeType="USER")
    assert any(bean["start"] < "2026-11-18" for bean in found)
    assert all(bean["start"] <= "2026-11-20" for bean in found)
    assert all(bean["end"] >= "2026-11-18" for bean in found if bean["recurrence"]["rule"] == "NEVER")


def test_assignee_keys_are_repeated_and_any_case_finds_them(company: Company) -> None:
    found = allocations(company, assigneeKeys=["CHEN.wei", "priya.raman"], expandReflections="false")
    assert {bean["assignee"]["key"] for bean in found} == {"Chen.Wei", "priya.raman"}


def test_seconds_are_the_total_over_working_days(company: Company) -> None:
    made = company.ask("POST", ALLOCATION, "tempo", json=plan(company)).json()
    assert (made["seconds"], made["commitment"]) == (3 * 8 * 3600, 100)  # Wed, Thu, Fri


def test_every_form_of_an_amount_is_there(company: Company) -> None:
    found = [bean for bean in allocations(company, assigneeType="USER") if bean["id"]]
    daily = [bean for bean in found if "secondsPerDay" in bean]
    bare = [bean for bean in found if "secondsPerDay" not in bean and bean["seconds"] == 0]
    total = [bean for bean in found if "secondsPerDay" not in bean and bean["seconds"] > 0]
    assert daily
    assert bare
    assert total
    assert any(bean["includeNonWorkingDays"] for bean in daily)


def test_every_rule_and_type_of_item_is_there(company: Company) -> None:
    found = allocations(company)
    assert {bean["recurrence"]["rule"] for bean in found} == {"NEVER", "WEEKLY", "BI-WEEKLY", "MONTHLY"}
    types = {bean["planItem"]["type"] for bean in found}
    assert types == {"PROJECT", "ISSUE", "EPIC", "VERSION", "COMPONENT", "SPRINT"}


def test_a_team_plan_has_no_seconds_and_its_reflections_do(company: Company) -> None:
    found = allocations(company)
    parents = [bean for bean in found if bean["assignee"]["type"] == "team"]
    assert parents
    assert all(bean["seconds"] == 0 for bean in parents)
    reflections = [bean for bean in found if bean["id"] == 0]
    assert reflections
    assert all(bean["assignee"]["type"] == "user" and bean["seconds"] > 0 for bean in reflections)
    known = {bean["id"] for bean in parents}
    for bean in reflections:
        assert bean["recurrence"]["parent"]["type"] == "team"
        assert bean["recurrence"]["parent"]["id"] in known


def test_one_type_of_assignee_can_be_asked_for(company: Company) -> None:
    assert {bean["assignee"]["type"] for bean in allocations(company, assigneeType="TEAM")} == {"team"}
    assert {bean["assignee"]["type"] for bean in allocations(company, assigneeType="user")} == {"user"}


def test_plans_are_made_in_teams_and_in_projects(company: Company) -> None:
    assert {bean["scope"]["type"] for bean in allocations(company)} == {"team", "project"}


def test_a_repeated_plan_is_found_through_a_later_occurrence(company: Company) -> None:
    weekly = plan(company, start="2027-08-02", end="2027-08-03", recurrence={"rule": "WEEKLY", "endDate": "2027-08-30"})
    number = company.ask("POST", ALLOCATION, "tempo", json=weekly).json()["id"]

    def found(start: str, end: str) -> bool:
        return number in {bean["id"] for bean in allocations(company, startDate=start, endDate=end)}

    assert found("2027-08-30", "2027-09-30")
    assert not found("2027-09-06", "2027-09-30")


def test_reflections_can_be_left_out(company: Company) -> None:
    assert all(bean["id"] for bean in allocations(company, expandReflections="false"))


def test_children_are_the_later_occurrences_inside_the_window(company: Company) -> None:
    weekly = plan(company, start="2026-11-09", end="2026-11-10", recurrence={"rule": "WEEKLY", "endDate": "2026-11-27"})
    number = company.ask("POST", ALLOCATION, "tempo", json=weekly).json()["id"]
    window = {"expand": "children", "startDate": "2026-11-09", "endDate": "2026-11-19"}
    bean = company.ask("GET", f"{ALLOCATION}/{number}", "tempo", params=window).json()
    assert [(child["id"], child["start"], child["end"]) for child in bean["children"]] == [
        (0, "2026-11-16", "2026-11-17")
    ]
    assert bean["children"][0]["recurrence"]["parent"] == {"id": number, "type": "user"}
    assert bean["children"][0]["recurrence"]["rule"] == "NEVER"


def test_a_monthly_plan_keeps_to_the_months_end(company: Company) -> None:
    monthly = plan(
        company, start="2027-01-31", end="2027-01-31", recurrence={"rule": "MONTHLY", "endDate": "2027-04-30"}
    )
    number = company.ask("POST", ALLOCATION, "tempo", json=monthly).json()["id"]
    window = {"expand": "children", "startDate": "2027-01-01", "endDate": "2027-12-31"}
    children = company.ask("GET", f"{ALLOCATION}/{number}", "tempo", params=window).json()["children"]
    assert [child["start"] for child in children] == ["2027-02-28", "2027-03-31", "2027-04-30"]


def test_a_team_plan_reflects_a_member_only_while_in_the_team(company: Company) -> None:
    late = next(p for p in company.sandbox.organisation.people if p.joined > TODAY)
    spans = plan(company, assignee={"key": str(late.team), "type": "team"}, start="2026-11-02", end="2027-02-26")
    number = company.ask("POST", ALLOCATION, "tempo", json=spans).json()["id"]
    window = {"expand": "children", "startDate": "2026-11-01", "endDate": "2027-12-31"}
    children = company.ask("GET", f"{ALLOCATION}/{number}", "tempo", params=window).json()["children"]
    starts = {child["assignee"]["key"]: child["start"] for child in children}
    assert starts.pop(late.key) == late.joined.isoformat()
    assert set(starts.values()) == {"2026-11-02"}


def test_put_replaces_the_whole_plan(company: Company) -> None:
    made = company.ask("POST", ALLOCATION, "tempo", json=plan(company, description="Careful")).json()
    changed = company.ask("PUT", f"{ALLOCATION}/{made['id']}", "tempo", json=plan(company, commitment=50)).json()
    assert (changed["id"], changed["commitment"], changed["description"]) == (made["id"], 50, "")
    assert company.ask("GET", f"{ALLOCATION}/{made['id']}", "tempo").json() == changed


def test_delete_answers_null_and_the_plan_is_gone(company: Company) -> None:
    number = company.ask("POST", ALLOCATION, "tempo", json=plan(company)).json()["id"]
    assert company.ask("DELETE", f"{ALLOCATION}/{number}", "tempo").json() is None
    assert company.ask("GET", f"{ALLOCATION}/{number}", "tempo").status_code == 404


@pytest.mark.parametrize(
    "changes",
    [
        {"start": "2026-13-01"},
        {"start": "2026-12-09"},
        {"assignee": {"key": "nobody", "type": "user"}},
        {"planItem": {"id": 1, "type": "PROJECT"}},
        {"scope": {"id": 1, "type": "none"}},
        {"commitment": 0},
        {"commitment": 101},
        {"recurrence": {"rule": "DAILY", "endDate": "2027-01-01"}},
        {"recurrence": {"rule": "WEEKLY"}},
        {"secondsPerDay": 0},
    ],
)
def test_a_faulty_plan_is_refused_with_400(company: Company, changes: dict[str, Any]) -> None:
    answer = company.ask("POST", ALLOCATION, "tempo", json=plan(company, **changes))
    assert answer.status_code == 400
    assert answer.json()["errorMessages"]


def test_faulty_dates_and_types_of_a_query_are_refused(company: Company) -> None:
    for params in ({"startDate": "yesterday"}, {"startDate": "2026-02-30"}, {"assigneeType": "GROUP"}):
        assert company.ask("GET", ALLOCATION, "tempo", params=params).status_code == 400


def test_one_date_alone_means_a_month_from_it(company: Company) -> None:
    found = company.ask("GET", ALLOCATION, "tempo", params={"startDate": "2027-01-01"}).json()
    assert found
    assert all(bean["start"] <= "2027-01-31" for bean in found)


def test_the_schedule_names_days_off_and_holidays(company: Company) -> None:
    query = {"user": "priya.raman", "from": "2026-12-21", "to": "2026-12-27"}
    schedule = company.ask("GET", "/jira/rest/tempo-core/1/user/schedule", "tempo", params=query).json()
    assert (schedule["numberOfWorkingDays"], schedule["requiredSeconds"]) == (4, 4 * 8 * 3600)
    kinds = {day["date"]: day["type"] for day in schedule["days"]}
    assert kinds["2026-12-24"] == "WORKING_DAY"
    assert kinds["2026-12-25"] == "HOLIDAY"
    assert kinds["2026-12-26"] == "HOLIDAY_AND_NON_WORKING_DAY"
    assert kinds["2026-12-27"] == "NON_WORKING_DAY"
    assert schedule["days"][4]["holiday"]["durationSeconds"] == 8 * 3600


def test_a_part_timer_has_a_day_off_in_the_schedule(company: Company) -> None:
    query = {"user": "kwame.mensah", "from": "2026-11-23", "to": "2026-11-27"}
    schedule = company.ask("GET", "/jira/rest/tempo-core/1/user/schedule", "tempo", params=query).json()
    assert [day["requiredSeconds"] // 3600 for day in schedule["days"]] == [8, 8, 8, 8, 0]


def test_teams_have_members_with_dated_memberships(company: Company) -> None:
    teams = company.ask("GET", "/jira/rest/tempo-teams/2/team", "tempo").json()
    assert [team["name"] for team in teams] == ["Design", "Platform", "Delivery", "Data", "Mobile", "Operations"]
    shares: dict[str, int] = {}
    for team in teams:
        for bean in company.ask("GET", f"/jira/rest/tempo-teams/2/team/{team['id']}/member", "tempo").json():
            assert {"name", "displayName", "type", "key", "activeInJira"} <= set(bean["member"])
            date.fromisoformat(bean["membership"]["dateFrom"])
            key = bean["member"]["key"]
            shares[key] = shares.get(key, 0) + int(bean["membership"]["availability"])
    assert [key for key, share in shares.items() if share > 100] == ["priya.raman"]
    assert company.ask("GET", "/jira/rest/tempo-teams/2/team/7/member", "tempo").status_code == 404
