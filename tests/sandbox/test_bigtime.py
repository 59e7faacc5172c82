"""The pretend BigTime answers as the field catalogue and the pages of the vendor say."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.client import Company

API = "/bigtime/BigtimeData/api/v2"
ORION, NIMBUS = 1203, 1209  # the caller may not write to Nimbus

CATALOGUE_TEXT = """
TaskSid ProjectSid TaskNm TaskGroup FullName TaskType TaskType_nm CurrentStatus CurrentStatus_nm TaskId Priority Notes
AssignCount AssignmentList AssignmentNames DueDt StartDt FeeOrExpense BudgetHours BudgetFees BudgetExps BudgetTotal
PerComp IsArchived DefaultQBClass IsSeriesMaster MasterTaskSid ParentSid NoCharge
"""
CATALOGUE = set(CATALOGUE_TEXT.split())
BUDGET = {"TaskSid", "HoursInput", "HoursBill", "FeesInput", "FeesCost", "ExpensesInput", "ExpensesBillable"}


def get(company: Company, path: str) -> Any:
    answer = company.ask("GET", f"{API}{path}", "bigtime")
    assert answer.status_code == 200, answer.text
    return answer.json()


def post(company: Company, path: str, body: Any) -> Any:
    answer = company.ask("POST", f"{API}{path}", "bigtime", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def new_task(**changes: Any) -> dict[str, Any]:
    return {"TaskSid": 0, "ProjectSid": ORION, "TaskNm": "Test New Task", "TaskType": 1} | changes


# Credential


def test_the_key_goes_with_the_firm(company: Company) -> None:
    headers = company.headers("bigtime")
    assert company.ask("GET", f"{API}/staff", headers=headers).status_code == 200
    assert company.ask("GET", f"{API}/staff", headers=headers | {"X-Auth-Realm": "other"}).status_code == 401
    assert company.ask("GET", f"{API}/staff").status_code == 401


def test_a_log_in_gives_a_token_for_the_session(company: Company) -> None:
    word = {"UserId": "planner@northwind.example", "Pwd": company.entries["bigtime"]["secret"]}
    session = company.ask("POST", f"{API}/session", json=word).json()
    assert {"token", "firm", "staffsid", "userid"} == set(session)
    headers = {"X-Auth-Token": session["token"], "X-Auth-Realm": session["firm"]}
    assert company.ask("GET", f"{API}/staff", headers=headers).status_code == 200
    assert company.ask("POST", f"{API}/session", json=word | {"Pwd": "x"}).status_code == 401


def test_paths_are_taken_in_any_case(company: Company) -> None:
    assert get(company, f"/TASK/listByProject/{ORION}") == get(company, f"/task/LISTBYPROJECT/{ORION}")


# Tasks


def test_a_task_has_every_field_of_the_catalogue(company: Company) -> None:
    for task in get(company, f"/task/listByProject/{ORION}"):
        assert set(task) == CATALOGUE
        assert task["ProjectSid"] == ORION
        assert 0 <= task["PerComp"] <= 1
        assert task["AssignCount"] == len(task["AssignmentList"])
        assert task["AssignmentNames"] == ", ".join(entry["Nm"] for entry in task["AssignmentList"])
    grouped = [task for task in get(company, f"/task/listByProject/{ORION}") if task["TaskGroup"]]
    assert grouped[0]["FullName"] == f"{grouped[0]['TaskGroup']}:{grouped[0]['TaskNm']}"


def test_archived_tasks_come_only_when_asked_for(company: Company) -> None:
    usual = get(company, f"/task/listByProject/{ORION}")
    every = get(company, f"/task/listByProject/{ORION}?showCompleted=True")
    assert [task["TaskNm"] for task in every if task not in usual] == ["Finished audit"]
    assert all(not task["IsArchived"] for task in usual)


def test_a_staffers_tasks_are_those_with_the_assignment(company: Company) -> None:
    task = next(task for task in get(company, f"/task/listByProject/{ORION}") if task["AssignmentList"])
    sid = task["AssignmentList"][0]["Sid"]
    found = get(company, f"/task/ListByStaffer/{sid}")
    assert task in found
    assert all(sid in {entry["Sid"] for entry in one["AssignmentList"]} for one in found)


def test_the_budget_status_leaves_out_tasks_without_time(company: Company) -> None:
    every = get(company, f"/task/listByProject/{ORION}?showCompleted=True")
    budgets = get(company, f"/task/BudgetStatusByProject/{ORION}")
    assert {budget["TaskSid"] for budget in budgets} < {task["TaskSid"] for task in every}
    assert all(set(budget) >= BUDGET | {"TotalWip"} and budget["HoursInput"] > 0 for budget in budgets)


def test_unknown_projects_tasks_and_staff_are_404(company: Company) -> None:
    for path in ("/task/listByProject/1", "/task/detail/1", "/task/ListByStaffer/1", "/task/BudgetStatusByProject/1"):
        assert company.ask("GET", API + path, "bigtime").status_code == 404


def test_a_task_is_made_with_names_in_any_case_and_foreign_fields_ignored(company: Company) -> None:
    body = {"tasksid": 0, "projectsid": ORION, "TASKNM": "Test", "tasktype": 1, "Colour": "red", "budgethours": 8}
    made = post(company, "/task/detail", body)
    assert (made["TaskNm"], made["BudgetHours"], made["PerComp"]) == ("Test", 8, 0)
    assert "Colour" not in made
    assert get(company, f"/task/detail/{made['TaskSid']}") == made
    assert made in get(company, f"/task/listByProject/{ORION}")


@pytest.mark.parametrize(
    "changes",
    [
        {"TaskNm": ""},
        {"TaskType": None},
        {"ProjectSid": None},
        {"Priority": "URGENT"},
        {"AssignmentList": [1]},
        {"AssignmentList": 5001},
        {"DueDt": "tomorrow"},
        {"PerComp": 55},
        {"BudgetHours": -1},
        {"CurrentStatusName": "Lost"},
    ],
)
def test_a_faulty_task_is_refused_with_400(company: Company, changes: dict[str, Any]) -> None:
    answer = company.ask("POST", f"{API}/task/detail", "bigtime", json=new_task(**changes))
    assert answer.status_code == 400
    assert answer.json()["Message"]


def test_a_missing_right_is_405(company: Company) -> None:
    answer = company.ask("POST", f"{API}/task/detail", "bigtime", json=new_task(ProjectSid=NIMBUS))
    assert answer.status_code == 405


def test_an_update_changes_only_what_is_sent(company: Company) -> None:
    made = post(company, "/task/detail", new_task(AssignmentList=[5001, 5002], Notes="first"))
    changed = post(company, f"/task/detail/{made['TaskSid']}", {"TaskSid": made["TaskSid"], "notes": "second"})
    assert changed == made | {"Notes": "second"}
    empty = company.ask("POST", f"{API}/task/detail/{made['TaskSid']}", "bigtime", json={"TaskNm": " "})
    assert empty.status_code == 400


def test_a_posted_assignment_list_replaces_the_old_one(company: Company) -> None:
    made = post(company, "/task/detail", new_task(AssignmentList=[5001, 5002]))
    assert made["AssignmentNames"] == "Amara Okafor, Priya Raman"
    changed = post(company, f"/task/detail/{made['TaskSid']}", {"AssignmentList": [5003]})
    assert changed["AssignmentList"] == [{"Sid": 5003, "Nm": "Noor Rahman"}]


def test_links_are_looked_up_by_name_code_and_address(company: Company) -> None:
    body = {"TaskNm": "Linked", "TaskTypeName": "Milestone", "ProjectLinkValue": "ORI", "ProjectLinkType": 3}
    body |= {"AssignLinkListValue": "amara.okafor@northwind.example", "AssignLinkListType": 3}
    made = post(company, "/task/detail", body | {"CurrentStatusName": "In progress"})
    assert (made["ProjectSid"], made["TaskType_nm"], made["CurrentStatus_nm"]) == (ORION, "Milestone", "In progress")
    assert made["AssignmentNames"] == "Amara Okafor"
    changed = post(company, f"/task/detail/{made['TaskSid']}", {"AssignLinkListValue": "5002", "AssignListLinkType": 0})
    assert changed["AssignmentNames"] == "Priya Raman"


def test_archiving_completes_and_less_than_complete_takes_it_back(company: Company) -> None:
    made = post(company, "/task/detail", new_task())
    address = f"/task/detail/{made['TaskSid']}"
    archived = post(company, address, {"IsArchived": True})
    assert (archived["IsArchived"], archived["PerComp"]) == (True, 1)
    reopened = post(company, address, {"PerComp": 0.5})
    assert (reopened["IsArchived"], reopened["PerComp"]) == (False, 0.5)


def test_a_task_with_time_is_not_deleted(company: Company) -> None:
    spent = get(company, f"/task/BudgetStatusByProject/{ORION}")[0]["TaskSid"]
    assert company.ask("DELETE", f"{API}/task/detail/{spent}", "bigtime").status_code == 400
    made = post(company, "/task/detail", new_task())["TaskSid"]
    assert company.ask("DELETE", f"{API}/task/detail/{made}", "bigtime").status_code == 200
    assert company.ask("GET", f"{API}/task/detail/{made}", "bigtime").status_code == 404


# Names


def test_pick_lists_have_ids_that_are_texts(company: Company) -> None:
    projects = get(company, "/picklist/projects")
    assert projects[2] == {"Id": "1203", "Name": "Northwind:Orion", "Group": "", "IsInactive": False}
    assert {pick["Name"] for pick in get(company, "/picklist/staff")} >= {"Priya Raman"}


def test_projects_carry_their_code_and_end(company: Company) -> None:
    projects = {project["ProjectCode"]: project for project in get(company, "/project")}
    assert (projects["ORI"]["SystemId"], projects["ORI"]["EndDt"]) == (ORION, None)
    assert projects["KIT"]["EndDt"] == "2026-12-25"


def test_most_staff_have_their_address_some_only_a_name_one_neither(company: Company) -> None:
    people = {person.email: person.name for person in company.sandbox.organisation.people}
    staff = get(company, "/staff")
    assert 50 <= len(staff) < 60
    by_name = [bean["FullName"] for bean in staff if not bean["EMail"]]
    assert len(by_name) == 2
    assert set(by_name) <= set(people.values())
    strange = [bean for bean in staff if bean["EMail"] and bean["EMail"] not in people]
    assert [bean["FullName"] in people.values() for bean in strange] == [False]


def test_who_left_is_shown_only_when_asked_for(company: Company) -> None:
    left = [bean for bean in get(company, "/staff?ShowInactive=true") if bean not in get(company, "/staff")]
    assert [(bean["FullName"], bean["IsInactive"]) for bean in left] == [("Former Colleague", True)]
