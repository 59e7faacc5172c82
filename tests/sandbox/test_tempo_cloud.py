"""The pretend Tempo Cloud answers as the vendor's OpenAPI 4.0 says."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.client import BASE, Company

PLANS = "/tempo-cloud/4/plans"
YEAR = {"from": "2026-08-01", "to": "2027-11-30"}


def plan(company: Company, **changes: Any) -> dict[str, Any]:
    organisation = company.sandbox.organisation
    account = next(person.account for person in organisation.people if person.account)
    item = next(project.item for project in organisation.projects if project.labs)
    return {
        "assigneeId": account,
        "assigneeType": "USER",
        "planItemId": str(item.number),
        "planItemType": "PROJECT",
        "startDate": "2026-12-02",
        "endDate": "2026-12-08",
        "plannedSecondsPerDay": 14400,
        "description": "Look closer",
    } | changes


def test_401_is_a_web_page(company: Company) -> None:
    answer = company.ask("GET", PLANS, params=YEAR, headers={"Authorization": "Bearer wrong"})
    assert answer.status_code == 401
    assert answer.headers["content-type"].startswith("text/html")


def test_the_answer_is_metadata_and_results_with_ids_only(company: Company) -> None:
    answer = company.ask("GET", PLANS, "tempo-labs", params=YEAR).json()
    assert set(answer) == {"self", "metadata", "results"}
    bean = answer["results"][0]
    assert set(bean["planItem"]) == {"id", "type", "self"}
    assert set(bean["assignee"]) == {"id", "type", "self"}
    assert {"plannedSecondsPerDay", "totalPlannedSeconds", "rule", "createdAt", "updatedAt"} <= set(bean)
    assert bean["planItem"]["type"] in {"ISSUE", "PROJECT"}


def test_only_labs_is_planned_here_and_a_generic_resource(company: Company) -> None:
    accounts = {person.account for person in company.sandbox.organisation.people if person.account}
    found = company.ask("GET", PLANS, "tempo-labs", params=YEAR | {"limit": 5000}).json()["results"]
    assert {bean["assignee"]["id"] for bean in found if bean["assignee"]["type"] == "USER"} == accounts
    assert [bean["assignee"]["id"] for bean in found if bean["assignee"]["type"] == "GENERIC"] == ["7"]


def test_the_next_links_lead_through_every_page(company: Company) -> None:
    whole = company.ask("GET", PLANS, "tempo-labs", params=YEAR | {"limit": 5000}).json()
    assert "next" not in whole["metadata"]
    gathered, url = [], f"{PLANS}?from=2026-08-01&to=2027-11-30&limit=30"
    while url:
        page = company.ask("GET", url, "tempo-labs").json()
        gathered += page["results"]
        url = page["metadata"].get("next")
        assert url is None or url.startswith(BASE)
    assert gathered == whole["results"]


def test_fifty_come_without_a_limit_and_5000_are_the_most(company: Company) -> None:
    assert company.ask("GET", PLANS, "tempo-labs", params=YEAR).json()["metadata"]["limit"] == 50
    assert company.ask("GET", PLANS, "tempo-labs", params=YEAR | {"limit": 5001}).status_code == 400


def test_search_takes_the_same_in_the_body_and_gives_no_links(company: Company) -> None:
    account = plan(company)["assigneeId"]
    asked = {**YEAR, "accountIds": [account], "limit": 3}
    answer = company.ask("POST", f"{PLANS}/search", "tempo-labs", json=asked).json()
    assert answer["metadata"] == {"count": 3, "limit": 3, "offset": 0}
    assert {bean["assignee"]["id"] for bean in answer["results"]} == {account}


def test_the_planned_time_comes_by_day_or_by_period(company: Company) -> None:
    made = company.ask("POST", PLANS, "tempo-labs", json=plan(company)).json()
    asked = {"from": "2026-12-03", "to": "2026-12-31", "planIds": made["id"]}

    def planned(kind: str) -> Any:
        answer = company.ask("GET", PLANS, "tempo-labs", params=asked | {"plannedTimeBreakdown": kind}).json()
        return answer["results"][0]["plannedTime"]

    assert planned("DAILY")["days"]["values"][0] == {"date": "2026-12-03", "plannedSeconds": 14400}
    assert planned("DAILY")["days"]["count"] == 4  # Thu, Fri, Mon, Tue
    periods = planned("PERIOD")["periods"]["values"]
    assert [(period["from"], period["to"]) for period in periods] == [
        ("2026-12-03", "2026-12-04"),
        ("2026-12-07", "2026-12-08"),
    ]
    assert periods[0]["plannedSeconds"] == 28800


def test_dates_are_required_and_checked(company: Company) -> None:
    backwards = {"from": "2026-02-01", "to": "2026-01-01"}
    for params in ({}, {"from": "2026-01-01"}, {"from": "x", "to": "2026-01-01"}, backwards):
        answer = company.ask("GET", PLANS, "tempo-labs", params=params)
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["message"]


def test_a_plan_is_made_replaced_and_deleted(company: Company) -> None:
    made = company.ask("POST", PLANS, "tempo-labs", json=plan(company)).json()
    assert (made["totalPlannedSeconds"], made["description"]) == (5 * 14400, "Look closer")
    less = plan(company, plannedSecondsPerDay=3600)
    del less["description"]
    changed = company.ask("PUT", f"{PLANS}/{made['id']}", "tempo-labs", json=less).json()
    assert (changed["plannedSecondsPerDay"], changed["description"]) == (3600, "")  # left out is reset
    assert changed["createdAt"] == made["createdAt"]
    assert changed["updatedAt"] > made["updatedAt"]
    assert company.ask("GET", f"{PLANS}/{made['id']}", "tempo-labs").json() == changed
    deleted = company.ask("DELETE", f"{PLANS}/{made['id']}", "tempo-labs")
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert company.ask("GET", f"{PLANS}/{made['id']}", "tempo-labs").status_code == 404


def test_a_list_after_a_write_knows_it(company: Company) -> None:
    before = company.ask("GET", PLANS, "tempo-labs", params=YEAR | {"limit": 5000}).json()["metadata"]["count"]
    number = company.ask("POST", PLANS, "tempo-labs", json=plan(company)).json()["id"]
    after = company.ask("GET", PLANS, "tempo-labs", params=YEAR | {"limit": 5000}).json()
    assert after["metadata"]["count"] == before + 1
    assert company.ask("DELETE", f"{PLANS}/{number}", "tempo-labs").status_code == 204
    again = company.ask("GET", PLANS, "tempo-labs", params=YEAR | {"limit": 5000}).json()
    assert again["metadata"]["count"] == before


def test_a_total_is_taken_in_place_of_an_amount_a_day(company: Company) -> None:
    body = plan(company, effortPersistenceType="TOTAL_SECONDS", plannedSeconds=36000)
    made = company.ask("POST", PLANS, "tempo-labs", json=body).json()
    assert (made["totalPlannedSeconds"], made["plannedSecondsPerDay"]) == (36000, 7200)


@pytest.mark.parametrize(
    "changes",
    [
        {"assigneeId": "nobody"},
        {"assigneeType": "TEAM"},
        {"planItemType": "EPIC"},
        {"endDate": "2026-12-01"},
        {"plannedSecondsPerDay": 0},
        {"rule": "BI-WEEKLY", "recurrenceEndDate": "2027-02-01"},
        {"rule": "WEEKLY"},
        {"planItemId": None},
    ],
)
def test_a_faulty_plan_is_refused_with_400(company: Company, changes: dict[str, Any]) -> None:
    assert company.ask("POST", PLANS, "tempo-labs", json=plan(company, **changes)).status_code == 400


def test_a_fortnight_has_an_underscore_here(company: Company) -> None:
    body = plan(company, rule="BI_WEEKLY", recurrenceEndDate="2027-01-20", endDate="2026-12-02")
    made = company.ask("POST", PLANS, "tempo-labs", json=body).json()
    asked = YEAR | {"planIds": made["id"], "plannedTimeBreakdown": "DAILY"}
    days = company.ask("GET", PLANS, "tempo-labs", params=asked).json()["results"][0]["plannedTime"]["days"]["values"]
    assert [day["date"] for day in days] == ["2026-12-02", "2026-12-16", "2026-12-30", "2027-01-13"]


def test_a_user_has_a_schedule(company: Company) -> None:
    account = plan(company)["assigneeId"]
    query = {"from": "2026-12-24", "to": "2026-12-27"}
    days = company.ask("GET", f"/tempo-cloud/4/user-schedule/{account}", "tempo-labs", params=query).json()["results"]
    assert [(day["date"], day["requiredSeconds"]) for day in days][:2] == [("2026-12-24", 28800), ("2026-12-25", 0)]
    assert days[1]["holiday"]["name"] == "Christmas Day"
    endless = {"from": "2026-01-01", "to": "9999-12-31"}
    address = f"/tempo-cloud/4/user-schedule/{account}"
    assert company.ask("GET", address, "tempo-labs", params=endless).status_code == 400
    unknown = company.ask("GET", "/tempo-cloud/4/user-schedule/nobody", "tempo-labs", params=query)
    assert unknown.status_code == 404


def test_plans_of_one_user_have_an_address(company: Company) -> None:
    account = plan(company)["assigneeId"]
    found = company.ask("GET", f"{PLANS}/user/{account}", "tempo-labs", params=YEAR).json()["results"]
    assert {bean["assignee"]["id"] for bean in found} == {account}
    assert company.ask("GET", f"{PLANS}/user/nobody", "tempo-labs", params=YEAR).status_code == 404
