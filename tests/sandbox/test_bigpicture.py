"""The pretend BigPicture answers as the vendor's documents say, on the Data Center and on the Cloud of Labs."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.sandbox.client import Company

PPM = "/jira/rest/bigpicture/1.0/public/ppm"
OLD = "/jira/rest/softwareplant-bigpicture/1.0/public/ppm"
WHERE = "/bp-cloud/cloudmanager/bigpicture/where-am-i"
CLOUD = "/bp-cloud/bigpicture/jiracloud/101/rest/public/ppm"
PRIYA = f"{PPM}/resources/EXT_USER@2@priya.raman/absences"
REFUSED = "API token is missing or invalid"


def absence(**changes: Any) -> dict[str, Any]:
    return {
        "startDate": "2028-05-02",
        "endDate": "2028-05-03",
        "absenceType": "HOLIDAY",
        "comment": "Long weekend",
        "percentageUnavailability": 100,
    } | changes


def get(company: Company, path: str, **params: Any) -> Any:
    answer = company.ask("GET", PPM + path, "bigpicture", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


# Base path, credential


def test_a_missing_or_wrong_token_is_401_in_the_vendors_words(company: Company) -> None:
    for headers in ({}, {"Authorization": "APIToken wrong"}):
        answer = company.ask("GET", PRIYA, headers=headers)
        assert (answer.status_code, answer.json()["message"]) == (401, REFUSED)


def test_the_data_center_wants_the_session_cookie_beside_the_token(company: Company) -> None:
    headers = company.headers("bigpicture")
    assert company.ask("GET", PRIYA, headers=headers).status_code == 200
    del headers["Cookie"]
    assert company.ask("GET", PRIYA, headers=headers).status_code == 401


def test_the_session_can_be_had_from_jira(company: Company) -> None:
    token, session = company.entries["bigpicture"]["secret"].split("\n")
    word = {"username": "planner", "password": token}
    answer = company.ask("POST", "/jira/rest/auth/1/session", json=word)
    assert answer.json() == {"session": {"name": "JSESSIONID", "value": session}}
    assert company.ask("POST", "/jira/rest/auth/1/session", json=word | {"password": "x"}).status_code == 401


def test_the_token_is_taken_with_either_scheme(company: Company) -> None:
    headers = company.headers("bigpicture")
    headers["Authorization"] = headers["Authorization"].replace("APIToken", "Bearer")
    assert company.ask("GET", PRIYA, headers=headers).status_code == 200


def test_only_one_base_path_is_served_the_newer_unless_switched(company: Company) -> None:
    old = f"{OLD}/box/field/definition"
    assert company.ask("GET", old, "bigpicture").status_code == 404
    company.sandbox.faults.set("bigpicture", "old-base")
    assert company.ask("GET", old, "bigpicture").status_code == 200
    assert company.ask("GET", f"{PPM}/box/field/definition", "bigpicture").status_code == 404


# Cloud: envelope, relocation


def test_the_cloud_says_where_it_is_and_wraps_every_answer(company: Company) -> None:
    place = company.ask("GET", WHERE, "bigpicture-labs").json()
    assert place == {"location": "http://127.0.0.1:8740/bp-cloud/bigpicture/jiracloud/101"}
    answer = company.ask("GET", f"{CLOUD}/teams", "bigpicture-labs", params={"boxIds": "PROG-1"}).json()
    assert (answer["currentVersion"], answer["latestVersion"]) == (1, 1)
    assert [team["teamName"] for team in answer["cargo"]] == ["Labs"]
    assert company.ask("GET", WHERE).status_code == 401


def test_after_a_move_the_old_place_answers_401_and_where_am_i_the_new_one(company: Company) -> None:
    company.sandbox.faults.set("bigpicture-labs", "relocate")
    assert company.ask("GET", f"{CLOUD}/box/box-hierarchy", "bigpicture-labs").status_code == 401
    location = company.ask("GET", WHERE, "bigpicture-labs").json()["location"]
    assert location.endswith("/jiracloud/202")
    moved = httpx.URL(location).path + "/rest/public/ppm/box/box-hierarchy"
    assert company.ask("GET", moved, "bigpicture-labs").status_code == 200


def test_each_site_holds_the_leave_of_its_own_people(company: Company) -> None:
    labs = [person for person in company.sandbox.organisation.people if person.account]
    for person in labs:
        answer = company.ask("GET", f"{CLOUD}/resources/EXT_USER@2@{person.account}/absences", "bigpicture-labs")
        assert answer.json()["cargo"]
    guests = [get(company, f"/resources/EXT_USER@2@{person.key}/absences") for person in labs]
    assert [len(absences) for absences in guests].count(0) == len(labs) - 1  # one leave stands on both sites


# Absences


def test_absences_are_a_bare_list_of_the_five_fields(company: Company) -> None:
    absences = company.ask("GET", PRIYA, "bigpicture").json()
    fields = {"startDate", "endDate", "absenceType", "comment", "percentageUnavailability"}
    assert absences
    assert all(set(one) == fields for one in absences)


def test_an_at_sign_may_be_percent_encoded(company: Company) -> None:
    encoded = company.ask("GET", PRIYA.replace("@", "%40"), "bigpicture")
    assert encoded.json() == company.ask("GET", PRIYA, "bigpicture").json()


def test_an_unknown_resource_is_404(company: Company) -> None:
    assert company.ask("GET", f"{PPM}/resources/EXT_USER@2@nobody/absences", "bigpicture").status_code == 404


def test_an_absence_is_created_moved_by_its_start_and_deleted(company: Company) -> None:
    before = company.ask("GET", PRIYA, "bigpicture").json()
    assert company.ask("POST", PRIYA, "bigpicture", json=absence()).json() == absence()
    moved = absence(startDate="2028-05-03", endDate="2028-05-04", percentageUnavailability=50)
    changed = company.ask("PUT", PRIYA, "bigpicture", json=moved, params={"startDate": "2028-05-02"})
    assert changed.json() == moved
    assert company.ask("GET", PRIYA, "bigpicture").json() == [*before, moved]
    again = company.ask("PUT", PRIYA, "bigpicture", json=moved, params={"startDate": "2028-05-02"})
    assert again.status_code == 404
    assert company.ask("DELETE", PRIYA, "bigpicture", params={"startDate": "2028-05-03"}).status_code == 204
    assert company.ask("DELETE", PRIYA, "bigpicture", params={"startDate": "2028-05-03"}).status_code == 404
    assert company.ask("GET", PRIYA, "bigpicture").json() == before


@pytest.mark.parametrize(
    "changes",
    [
        {"percentageUnavailability": 75},
        {"percentageUnavailability": None},
        {"absenceType": "OTHER_REASON"},
        {"comment": "x" * 450},
        {"endDate": "2028-05-01"},
        {"startDate": "02.05.2028"},
    ],
)
def test_a_faulty_absence_is_refused_with_400(company: Company, changes: dict[str, Any]) -> None:
    assert company.ask("POST", PRIYA, "bigpicture", json=absence(**changes)).status_code == 400


def test_the_longest_comment_is_taken(company: Company) -> None:
    assert company.ask("POST", PRIYA, "bigpicture", json=absence(comment="x" * 449)).status_code == 200


def test_overlapping_absences_of_one_person_are_refused(company: Company) -> None:
    company.ask("POST", PRIYA, "bigpicture", json=absence())
    overlapping = absence(startDate="2028-05-03", endDate="2028-05-08")
    assert company.ask("POST", PRIYA, "bigpicture", json=overlapping).status_code == 409
    itself = {"startDate": "2028-05-02"}
    longer = company.ask("PUT", PRIYA, "bigpicture", json=absence(endDate="2028-05-09"), params=itself)
    assert longer.status_code == 200  # it does not overlap itself


# Boxes, teams, assignments


def box_ids(box: dict[str, Any]) -> list[str]:
    return [box["boxId"], *(found for child in box["boxChildren"] for found in box_ids(child))]


def test_the_hierarchy_is_recursive_and_documented_with_its_envelope(company: Company) -> None:
    root = get(company, "/box/box-hierarchy")["cargo"]
    assert root["boxId"] == "ROOT"
    assert {"boxStatus", "boxTypeId", "boxName", "boxStartDate", "boxEndDate", "boxArchived"} <= set(root)
    assert len(box_ids(root)) == len(set(box_ids(root))) == 10
    assert any(box["boxArchived"] for box in root["boxChildren"])


def test_teams_come_by_repeated_boxes_each_once_with_their_individuals(company: Company) -> None:
    teams = get(company, "/teams", boxIds=["PROG-1", "PROG-2"])
    assert [team["teamName"] for team in teams][:2] == ["Design", "Platform"]
    assert len(teams) == 7
    member = teams[1]["members"][0]
    assert member["individualId"] == "EXT_USER@2@priya.raman"
    assert set(member) == {"individualId", "name", "email", "startDate", "endDate", "availability"}
    assert get(company, f"/resources/{member['individualId']}/absences")


def test_one_individual_is_known_through_a_second_platform(company: Company) -> None:
    teams = get(company, "/teams", boxIds="PROG-1")
    keys = [member["individualId"] for team in teams for member in team["members"]]
    abroad = [key for key in keys if key.startswith("EXT_USER@3@")]
    assert len(abroad) == 1
    assert get(company, f"/resources/{abroad[0]}/absences") == []


def test_unknown_or_missing_boxes_are_refused(company: Company) -> None:
    assert company.ask("GET", f"{PPM}/teams", "bigpicture", params={"boxIds": "PROG-77"}).status_code == 404
    assert company.ask("GET", f"{PPM}/teams", "bigpicture").status_code == 400


def test_assignments_have_capacities_and_tasks_with_workload(company: Company) -> None:
    period = {"startDate": "2026-11-23", "endDate": "2026-11-27"}
    found = get(company, "/boxarea/resourcetaskassignment/PROG-1/", **period)
    priya = next(one for one in found["individuals"] if one["name"] == "Priya Raman")
    assert priya["capacity"] == 40
    assert found["teams"][1]["capacity"] == sum(
        one["capacity"] for one in get(company, "/boxarea/resourcetaskassignment/PROG-3/", **period)["individuals"]
    )
    tasks = [task for one in found["individuals"] for task in one["tasks"]]
    assert tasks
    for task in tasks:
        assert set(task) == {"taskId", "key", "name", "startDate", "endDate", "workload", "status"}
        assert task["startDate"] <= "2026-11-27"
        assert task["endDate"] >= "2026-11-23"


def test_the_effort_mode_changes_the_workload_and_a_wrong_one_is_refused(company: Company) -> None:
    def total(**params: str) -> float:
        found = get(company, "/boxarea/resourcetaskassignment/PROG-1/", **params)
        return float(sum(task["workload"] for one in found["individuals"] for task in one["tasks"]))

    assert total() == total(taskEffortMode="ORIGINAL_EFFORT_ESTIMATE")
    assert total(taskEffortMode="REMAINING_EFFORT_ESTIMATE") < total()
    wrong = {"taskEffortMode": "GUESS"}
    answer = company.ask("GET", f"{PPM}/boxarea/resourcetaskassignment/PROG-1/", "bigpicture", params=wrong)
    assert answer.status_code == 400


def test_the_trailing_slash_belongs_to_the_address(company: Company) -> None:
    answer = company.ask("GET", f"{PPM}/boxarea/resourcetaskassignment/PROG-1", "bigpicture")
    assert answer.status_code == 404


def test_a_task_stands_in_several_boxes_by_id_and_by_platform_key(company: Company) -> None:
    item = company.sandbox.organisation.assignments[0].item
    assert get(company, "/boxarea/task/101/boxes") == ["PROG-1", "PROG-2"]
    assert get(company, f"/boxarea/task/2@1@{item.number}/boxes") == ["PROG-1", "PROG-2"]
    assert company.ask("GET", f"{PPM}/boxarea/task/999999/boxes", "bigpicture").status_code == 404


def test_fields_are_defined_selected_and_aggregated(company: Company) -> None:
    definition = get(company, "/box/field/definition")
    assert {"fieldId", "fieldName", "type"} == set(definition[0])
    selected = company.ask("POST", f"{PPM}/box/PROG-1/selectedFields", "bigpicture", json={"fieldIds": [501]})
    assert selected.json() == [{"fieldId": 501, "fieldName": "Box name", "value": "Northwind portfolio"}]
    bare = company.ask("POST", f"{PPM}/box/PROG-1/selectedFields", "bigpicture", json=[501])
    assert bare.status_code == 400
    asked = {"fieldId": "Story Points", "aggregationType": "MIN", "boxId": "PROG-1"}
    assert isinstance(get(company, "/boxarea/task/101/field/aggregations", **asked)["value"], float)
    for faulty in ({"aggregationType": "MIN"}, {"fieldId": "518"}, {"fieldId": "518", "aggregationType": "SPREAD"}):
        answer = company.ask("GET", f"{PPM}/boxarea/task/101/field/aggregations", "bigpicture", params=faulty)
        assert answer.status_code == 400
