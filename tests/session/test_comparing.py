"""Which of two versions is which, in records and in words (reliability 4.3, W10, W12)."""

from __future__ import annotations

import pytest

from planner_gui.domain.changes import first
from planner_gui.domain.edits import Do, Edit, ItemKey, blank
from planner_gui.domain.entities import Kind, Team
from planner_gui.session import change_list, comparing
from planner_gui.session.lanes import lanes
from tests.domain.plans import plan_of
from tests.domain.readings import allocation as read_allocation
from tests.domain.readings import page, read
from tests.session.pretend import Office, absence, allocation


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (b'{"a": 1, "updated": 1}', b'{"updated": 2, "a": 1}', True),
        (b'{"a": 1}', b'{"a": 2}', False),
        (b'{"a": 1}', b'{"a": 1.0, "only here": 3}', True),  # a list names less than a detail
        (b'{"a": [{"x": 1}, {"y": [2, 3]}]}', b'{"a": [{"y": [3, 2]}, {"x": 1}]}', True),
        (b'{"a": [1, 2]}', b'{"a": [1, 3]}', False),
        (b"", b'{"a": 1}', True),  # none was kept
        (b"<html>", b'{"a": 1}', False),
        (b"[1, 2]", b"[2, 1]", True),
        (b"[1, 2]", b"[1]", False),
        (b'{"Updated": 1}', b'{"Updated": 2}', True),
    ],
)
def test_records_are_compared_by_what_both_name(one: bytes, other: bytes, same: bool) -> None:
    assert comparing.same_record(one, other, {"updated"}) is same


def test_fields_are_named_as_a_person_calls_them() -> None:
    assert comparing.in_words(Kind.ALLOCATION, {"assignee", "description"}) == "person, team and description"
    meant, found = {"assignees": ["a"], "notes": "x"}, {"assignees": [], "notes": "x", "status": None}
    assert comparing.kept_instead(Kind.TASK, meant, found, {"assignees"}) == "assignees nobody instead of a"
    item = {"type": "ISSUE", "id": "20"}
    assert comparing.kept_instead(Kind.ALLOCATION, {"item": item}, {}, {"item"}) == "item nothing instead of ISSUE 20"


def test_people_who_share_a_change_share_a_lane_and_others_do_not() -> None:
    office = Office()
    there = office.service.holds(Kind.ALLOCATION, allocation())
    office.updates(there, account="jonas")
    office.creates(allocation(account="mia"))
    office.creates(allocation(account="jonas", start="2026-12-08"))
    office.creates(absence(account="kim"), Kind.ABSENCE)
    office.creates(allocation(account="kim"))
    assert [[change.seq for change in lane] for lane in lanes(office.desk.changes)] == [[2], [1, 3], [4, 5]]


def test_a_team_plan_and_a_task_of_several_are_named_in_words() -> None:
    plan = plan_of(read(page(read_allocation(), teams=(Team(key="5", name="Platform"),))))
    time = Office().time.now()

    def words(kind: Kind, **fields: object) -> str:
        after = {**blank(kind), **fields}
        edit = Edit(do=Do.CREATE, key=ItemKey("tempo", kind, "id"), before=None, after=after, label="x")  # type: ignore[arg-type]
        return change_list.item_words(first(edit, time), change_list._People(plan))

    item = {"type": "PROJECT", "id": "7"}
    assert words(Kind.ALLOCATION, team="5", item=item) == "allocation PROJECT 7 of team Platform"
    assert words(Kind.TASK, name="Plan", assignees=["priya", "x"]) == "task Plan of priya, x"
    assert words(Kind.TASK, name="Plan", start="2026-12-01", due="2026-12-01") == "task Plan, Tue 1 Dec 2026"
