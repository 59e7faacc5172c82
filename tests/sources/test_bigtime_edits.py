"""BigTime's tasks written: AddUpdate fields, partial updates, assignees by id, log-in (seed 004; vendors.md 4.2, 5)."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from planner_gui.domain.edits import ItemKey, blank
from planner_gui.domain.entities import Kind
from planner_gui.domain.errors import CredentialRefused, Forbidden, NotFound, NotSent, RequestRefused
from planner_gui.sources.base import Connection
from planner_gui.sources.bigtime_edits import BigTimeVocabulary, created
from tests.sources.writing_contract import Desk, cases, company

VOCABULARY = BigTimeVocabulary(Connection("time", "bigtime"))
RAW: dict[str, Any] = {
    "TaskSid": 7001,
    "ProjectSid": 1201,
    "TaskNm": "Write",
    "TaskGroup": "Docs",
    "TaskType": 1,
    "TaskType_nm": "Task",
    "CurrentStatus": 20,
    "CurrentStatus_nm": "In progress",
    "Priority": "High",
    "Notes": " n ",
    "AssignmentList": [{"Sid": 5002, "Nm": "Ada"}, {"Sid": 5003, "Nm": "Bo"}],
    "StartDt": "2026-11-09T00:00:00",
    "DueDt": None,
    "FeeOrExpense": 2,
    "BudgetHours": 24.5,
    "BudgetFees": 2000.0,
    "BudgetExps": 0,
    "PerComp": 0.25,
    "ParentSid": 0,
    "DefaultQBClass": 9,
    "NoCharge": True,
}
TASK: dict[str, Any] = blank(Kind.TASK) | {
    "project": "1201",
    "name": "Write",
    "type": "Task",
    "group": "Docs",
    "status": "In progress",
    "priority": "HIGH",
    "notes": "n",
    "assignees": ["5002", "5003"],
    "start": "2026-11-09",
    "fee_or_expense": "2",
    "budget_hours": 24.5,
    "budget_fees": 2000,
    "budget_expenses": 0,
    "percent_complete": 25,
    "class": "9",
    "no_charge": True,
}


def item(accounts: tuple[str, ...] = (), **more: Any) -> Any:
    raw = {name: value for name, value in {**RAW, **more}.items() if value is not ...}
    return VOCABULARY.item(ItemKey("time", Kind.TASK, "7001"), json.dumps(raw).encode(), accounts)


class TestReading:
    def test_every_field_of_the_catalogue(self) -> None:
        assert item().fields == TASK

    def test_type_and_status_are_numbers_where_they_have_no_name(self) -> None:
        fields = item(TaskType_nm=None, CurrentStatus_nm="").fields
        assert (fields["type"], fields["status"]) == ("1", "20")

    def test_a_list_without_assignees_has_those_of_the_plan(self) -> None:
        assert item(("5004",), AssignmentList=...).fields["assignees"] == ["5004"]

    def test_percents_above_one_are_percents(self) -> None:
        assert item(PerComp=40).fields["percent_complete"] == 40

    def test_w13_a_series_master_stands_for_several(self) -> None:
        assert item().series == 1
        assert item(IsSeriesMaster=True).series == 2


class TestWriting:
    def test_a_new_task_says_what_says_something(self) -> None:
        assert created(blank(Kind.TASK) | {"project": "1201", "name": " Write ", "type": "1"}) == {
            "TaskSid": 0,
            "ProjectSid": 1201,
            "TaskNm": "Write",
            "TaskType": 1,
            "Priority": "MEDIUM",
        }

    def test_all_addupdate_fields_in_the_catalogues_names(self) -> None:
        assert created(TASK | {"parent": "7000", "due": "2026-12-01", "budget_expenses": 10}) == {
            "TaskSid": 0,
            "ProjectSid": 1201,
            "TaskNm": "Write",
            "TaskTypeName": "Task",
            "CurrentStatusName": "In progress",
            "TaskGroup": "Docs",
            "Priority": "HIGH",
            "Notes": "n",
            "AssignmentList": [5002, 5003],
            "StartDt": "2026-11-09",
            "DueDt": "2026-12-01",
            "FeeOrExpense": 2,
            "BudgetHours": 24.5,
            "BudgetFees": 2000,
            "BudgetExps": 10,
            "PerComp": 0.25,
            "ParentSid": 7000,
            "DefaultQBClass": 9,
            "NoCharge": True,
        }

    @pytest.mark.parametrize(("word", "sent"), [("FeeOnly", "FeeOnly"), ("0", 0)])
    def test_fee_or_expense_is_a_name_or_a_number(self, word: str, sent: object) -> None:
        assert created(TASK | {"fee_or_expense": word})["FeeOrExpense"] == sent


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"project": None}, "project"),
        ({"project": "ORI"}, "project"),
        ({"name": ""}, "name"),
        ({"type": None}, "type"),
        ({"priority": "URGENT"}, "priority"),
        ({"percent_complete": 101}, "percent_complete"),
        ({"budget_hours": -1}, "budget_hours"),
        ({"budget_hours": float("nan")}, "budget_hours"),
        ({"assignees": ["priya"]}, "assignees"),
        ({"parent": "x"}, "parent"),
    ],
)
def test_a_fault_stands_at_its_field(change: dict[str, Any], field: str) -> None:
    assert list(VOCABULARY.faults(Kind.TASK, {**TASK, **change})) == [field]


@pytest.mark.parametrize("name", ["type", "project"])
def test_type_and_project_are_settled_at_creation(name: str) -> None:
    faults = VOCABULARY.faults(Kind.TASK, {**TASK, name: "1202"}, TASK)
    assert faults == {name: "BigTime takes it for a new one only"}


def test_w12_nothing_said_is_what_the_service_makes_of_it() -> None:
    stored = VOCABULARY.stored(Kind.TASK, blank(Kind.TASK) | {"assignees": ["1", "1"], "budget_hours": 1.005})
    assert (stored["budget_fees"], stored["percent_complete"], stored["priority"]) == (0, 0, "MEDIUM")
    assert (stored["assignees"], stored["budget_hours"]) == (["1"], 1)


# -- on the way -------------------------------------------------------------------------------------------------------


def desk() -> Desk:
    return Desk(cases()["bigtime"])


def test_an_update_sends_its_id_and_what_changed_alone() -> None:
    time = desk()
    current = time.found(time.created())
    after = {**current.fields, "notes": "x", "percent_complete": 50}
    time.do(lambda source: source.update(Kind.TASK, current, after, frozenset({"notes"})))
    sent = json.loads(time.writes[-1].content)
    assert sent == {"TaskSid": int(current.external_id), "Notes": "x", "PerComp": 0.5}


def test_assignees_are_left_alone_unless_they_change() -> None:
    """AssignmentList replaces all there were [D]: a stale list would remove people (4.1)."""
    time = desk()
    current = time.found(time.created())
    other = {**current.fields, "assignees": [*current.fields["assignees"], "5004"]}
    time.do(lambda source: source.update(Kind.TASK, current, other, frozenset({"assignees"})))
    time.do(lambda source: source.update(Kind.TASK, current, {**current.fields, "notes": "x"}, frozenset({"notes"})))
    assert set(time.found(current.external_id).fields["assignees"]) == {"5002", "5003", "5004"}


def test_assignees_nobody_told_are_not_replaced() -> None:
    time = desk()
    current = time.found(time.created())
    raw = {name: value for name, value in json.loads(current.raw).items() if not name.startswith("Assign")}
    blind = type(current)(current.external_id, current.fields, json.dumps(raw).encode())
    with pytest.raises(RequestRefused, match="nothing was sent"):
        time.do(lambda source: source.update(Kind.TASK, blind, {**current.fields, "assignees": ["5004"]}, frozenset()))
    assert len(time.writes) == 1


def test_a_number_that_was_meant_is_told_as_a_number() -> None:
    time = desk()
    meant = {**time.case.fields, "type": "1", "status": "20", "fee_or_expense": None}
    external_id = time.created(meant)
    assert json.loads(time.writes[0].content)["TaskType"] == 1
    assert time.different(meant, time.found(external_id, like=meant)) == frozenset()
    assert time.different(meant, time.found(external_id)) == {"type", "status", "fee_or_expense"}


def test_what_is_left_to_the_service_is_no_difference() -> None:
    time = desk()
    meant = blank(Kind.TASK) | {"project": time.case.fields["project"], "name": "Bare", "type": "Task"}
    external_id = time.created(meant)
    assert time.different(meant, time.found(external_id, like=meant)) == frozenset()


def test_a_deletion_is_refused_where_time_is_logged() -> None:
    time = desk()
    logged = next(task for task in company().tasks if task.input_hours and not task.archived)
    current = time.found(str(logged.number))
    with pytest.raises(RequestRefused, match="has time or expenses"):
        time.do(lambda source: source.delete(Kind.TASK, current))
    assert time.found(str(logged.number)) is not None


def test_405_is_a_right_that_is_missing_with_the_services_words() -> None:
    time = desk()
    closed = next(one for one in company().projects if one.key.startswith("NIM"))
    with pytest.raises(Forbidden, match=r"405.*You do not have permission.*kept here"):
        time.created({**time.case.fields, "project": str(1200 + closed.number)})
    assert time.applied == []


def test_w13_a_series_master_names_how_many_it_changes() -> None:
    time = desk()
    master = time.created()

    def alter(_request: httpx.Request, answer: httpx.Response) -> httpx.Response:
        data = json.loads(answer.content)
        if isinstance(data, dict):
            return httpx.Response(200, json={**data, "IsSeriesMaster": True})
        for place, one in enumerate(data):
            one |= {"MasterTaskSid": int(master) if place < 4 else None, "IsArchived": place == 0}
        return httpx.Response(200, json=data)

    time.alter = alter
    assert time.found(master).series == 4


def test_a_look_asks_for_completed_tasks_too_and_for_people_where_the_list_has_none() -> None:
    time = desk()
    external_id = time.created()

    def without_people(request: httpx.Request, answer: httpx.Response) -> httpx.Response | None:
        if "listbyproject" not in request.url.path.lower():
            return None
        data = [{k: v for k, v in one.items() if not k.startswith("Assign")} for one in json.loads(answer.content)]
        return httpx.Response(200, json=data)

    time.alter = without_people
    found = time.do(lambda source: source.look(Kind.TASK, time.case.fields))
    assert [one.external_id for one in found if not time.different(time.case.fields, one)] == [external_id]
    asked = [request for request in time.requests if request.method == "GET"]
    assert asked[0].url.params["showCompleted"] == "True"
    assert len(asked) == 2, "only the one of the same name was asked for by itself"


def test_a_404_page_counts_while_the_service_answers_otherwise() -> None:
    time = desk()

    def page(request: httpx.Request, _answer: httpx.Response) -> httpx.Response | None:
        return httpx.Response(404, html="<html>gone</html>") if "/task/" in request.url.path.lower() else None

    time.alter = page
    assert time.found("7001") is None


class TestLogIn:
    def desk(self) -> Desk:
        time = desk()
        more = {"auth": "session", "user": "planner@northwind.example"}
        time.connection = Connection("bigtime", "bigtime", time.connection.url, {**time.connection.options, **more})
        return time

    def test_a_write_logs_in_first(self) -> None:
        time = self.desk()
        assert time.created()
        assert [request.url.path.rpartition("/")[2] for request in time.writes] == ["session", "detail"]

    def test_a_session_that_ended_is_renewed_and_the_write_done_once(self) -> None:
        """A 401 is refused before anything is done (reliability 4.2)."""
        time = self.desk()
        time.secret = json.dumps({"token": "old", "realm": "NWND", "user": "x", "password": time.secret})
        options = {**time.connection.options, "remember": "yes"}
        time.connection = Connection("bigtime", "bigtime", time.connection.url, options)
        assert time.created()
        assert [path for _method, path in time.applied if path.endswith("detail")] == [
            "/bigtime/BigtimeData/api/v2/task/detail"
        ]

    def test_a_log_in_that_fails_proves_that_nothing_was_sent(self) -> None:
        time = self.desk()
        time.alter = lambda request, _answer: httpx.Response(500) if request.url.path.endswith("session") else None
        with pytest.raises(NotSent, match="was not sent"):
            time.created()
        time.alter = lambda request, _answer: httpx.Response(401) if request.url.path.endswith("session") else None
        with pytest.raises(CredentialRefused, match="kept here"):
            time.created()
        assert [path for _method, path in time.applied if path.endswith("detail")] == []

    def test_a_wrong_address_is_not_a_task_that_is_gone(self) -> None:
        time = desk()
        time.alter = lambda _request, _answer: httpx.Response(404, html="<html>")
        with pytest.raises(NotFound):
            time.found("7001")
