"""What the words of an edits file mean in a plan; what means nothing, or two things, is refused (docs/cli.md)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date

import pytest

from planner_gui.domain.edits import ItemKey
from planner_gui.domain.entities import Account, Kind, Project, Span, Task, Team
from planner_gui.domain.plan import Plan
from planner_gui.domain.snapshot import Snapshot
from planner_gui.session import edit_names as names
from planner_gui.session.edit_names import Meaningless
from tests.domain.plans import plan_of
from tests.domain.readings import allocation, page, read

TWINS = (
    Account(key="priya", name="Priya Raman", email="priya@example.com"),
    Account(key="alex1", name="Alex Kim", email="alex.one@example.com"),
    Account(key="alex2", name="Alex Kim", email="alex.two@example.com"),
)


def tasks(*types: str, project: str = "Orion") -> list[Task]:
    return [
        Task(external_id=str(number), assignees=("priya",), title="x", project=project, type=each)
        for number, each in enumerate(types)
    ]


@pytest.fixture
def plan() -> Plan:
    first = page(allocation(item="10130", type="PROJECT"), allocation("42", item="20", type="ISSUE"))
    teams = (Team(key="5", name="Platform"), Team(key="6", name="Data"), Team(key="7", name="Data"))
    tempo = read(replace(first, accounts=TWINS, teams=teams))
    projects = (Project(key="1201", name="Orion", code="ORI"), Project(key="1202", name="Atlas", code="ATL"))
    firm = page(*tasks("Task", "Review", "Review"), accounts=(), projects=projects)
    other = (Account(key="77", name="Priya Raman", email="priya@example.com"),)
    bigtime = read(replace(firm, accounts=other), connection="bigtime", kind="bigtime")
    return plan_of(tempo, bigtime)


def test_a_name_that_two_people_have_is_refused_with_their_ids(plan: Plan) -> None:
    with pytest.raises(Meaningless, match="2 people are called Alex Kim: name one by id"):
        names.account_of(plan, "tempo", "Alex Kim")
    assert names.account_of(plan, "tempo", "alex.two@example.com") == "alex2"
    assert names.account_of(plan, "tempo", "ALEX1") == "alex1"


def test_a_person_without_an_account_there_is_refused(plan: Plan) -> None:
    with pytest.raises(Meaningless, match="Alex Kim has no account in bigtime"):
        names.account_of(plan, "bigtime", "alex1")
    assert names.account_of(plan, "bigtime", "priya") == "77"  # by an account of another connection


def test_a_person_with_two_accounts_in_one_connection_wants_one_of_them_named() -> None:
    both = (Account(key="a", name="Sam", email="s@example.com"), Account(key="b", name="Sam", email="s@example.com"))
    plan = plan_of(read(replace(page(allocation(account="a")), accounts=both)))
    with pytest.raises(Meaningless, match="2 accounts in tempo: name one of a, b"):
        names.account_of(plan, "tempo", "Sam")
    assert names.account_of(plan, "tempo", "b") == "b"


def test_teams_are_named_by_key_or_a_name_that_one_has(plan: Plan) -> None:
    assert names.team_of(plan, "tempo", "5") == "5"
    assert names.team_of(plan, "tempo", "platform") == "5"
    with pytest.raises(Meaningless, match=r"2 teams are called Data: name one by key \(6, 7\)"):
        names.team_of(plan, "tempo", "Data")
    with pytest.raises(Meaningless, match="there is no team Sales"):
        names.team_of(plan, "tempo", "Sales")
    with pytest.raises(Meaningless, match="there is no team 5"):
        names.team_of(plan, "never-read", "5")


def test_projects_are_named_by_key_code_or_name_and_an_unread_number_stays(plan: Plan) -> None:
    for word in ("1201", "ori", "Orion"):
        assert names.project_of(plan, "bigtime", word) == "1201"
    assert names.project_of(plan, "bigtime", "9999") == "9999"
    with pytest.raises(Meaningless, match="there is no project Nowhere"):
        names.project_of(plan, "bigtime", "Nowhere")


def test_the_usual_type_is_the_one_most_tasks_of_the_project_have(plan: Plan) -> None:
    assert names.usual_type(plan, "bigtime", "1201") == "Review"
    assert names.usual_type(plan, "bigtime", "1202") == ""
    assert names.usual_type(plan, "never-read", "1201") == ""


def test_an_item_is_found_by_the_key_beside_its_id_and_type(plan: Plan) -> None:
    records = [b"not json", b'{"planItem": {"id": 20, "key": "ORI-12", "type": "ISSUE"}, "x": {"key": "ORI", "id": 3}}']

    async def raw(snapshot: Snapshot, number: int) -> bytes | None:
        return records[number]

    def found(kind: str, word: str, connection: str = "tempo") -> str:
        return asyncio.run(names.planned_item(plan, connection, kind, word, raw))

    assert found("ISSUE", "ori-12") == "20"
    assert found("ISSUE", "20") == "20"
    assert found("PROJECT", "10130") == "10130"
    assert found("ISSUE", "ORI-12", "never-read") == "ORI-12"
    with pytest.raises(Meaningless, match="names ORI-13"):
        found("ISSUE", "ORI-13")
    with pytest.raises(Meaningless, match="names ORI-12"):
        found("PROJECT", "ORI-12")  # an issue is no project


def test_an_items_stored_row_stands_for_it_and_its_parts_are_seen() -> None:
    series = allocation("9", rule="WEEKLY", until=date(2026, 11, 30))
    plan = plan_of(read(page(series, allocation("41"))))
    row, parts = names.row_of(plan, ItemKey("tempo", Kind.ALLOCATION, "9"))
    assert (plan.text(row, "external_id"), plan.occurrence(row) < 0, parts) == ("9", True, True)
    assert names.row_of(plan, ItemKey("tempo", Kind.ALLOCATION, "41"))[1] is False
    with pytest.raises(Meaningless, match="there is no task 41 in tempo"):
        names.row_of(plan, ItemKey("tempo", Kind.TASK, "41"))


def test_a_total_is_shared_by_the_days_on_which_the_person_works(plan: Plan) -> None:
    week = Span(date(2026, 11, 9), date(2026, 11, 15))
    assert names.working_days(plan, "tempo", "priya", week, every_day=False) == 5
    assert names.working_days(plan, "tempo", "priya", week, every_day=True) == 7
    assert names.working_days(plan, "tempo", "", week, every_day=False) == 5  # a team
