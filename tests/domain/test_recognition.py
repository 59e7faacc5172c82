"""People and rows are found again in the next plan by what they are, never by their number."""

from __future__ import annotations

from planner_gui.domain.plan import Plan
from planner_gui.domain.recognition import people_in, person_in, row_in
from tests.domain.cases import booking, index, plan_of, task

WEEKLY = {"rule": "WEEKLY", "count": 3}


def company(*people: str, ref: str = "41") -> Plan:
    """Each with a weekly plan of three, and a task of nobody's."""
    items = [booking(who, "2026-11-16..2026-11-17", ref=f"{ref}-{who}", **WEEKLY) for who in people]
    return plan_of(
        {"tempo": items, "bigtime": [task((), "2026-11-16", "2026-11-20", 60)]},
        people=people,
        read="2026-11-01..2026-12-31",
    )


def keys(plan: Plan, row: int) -> tuple[str, int]:
    return plan.text(row, "external_id"), plan.value(row, "start")


def test_a_person_keeps_their_id_where_somebody_comes_before_them() -> None:
    old, new = company("bo", "cleo"), company("ana", "bo", "cleo")
    assert [old.people[p].name for p in range(2)] == ["Bo", "Cleo"]
    assert person_in(new, index(old, "bo"), old) == index(new, "bo") == 1
    assert people_in(new, old) == [1, 2]


def test_who_is_gone_is_nobody_else() -> None:
    old, new = company("ana", "bo"), company("bo")
    assert person_in(new, index(old, "ana"), old) is None
    assert people_in(new, old) == [None, 0]


def test_every_row_is_found_again_with_its_occurrence_and_nobodys_too() -> None:
    old, new = company("bo"), company("ana", "bo")
    assert old.rows == 4
    for row in range(old.rows):
        found = row_in(new, row, old)
        assert found is not None
        assert keys(new, found) == keys(old, row)
    assert row_in(old, 2, old) == 2


def test_a_row_that_is_gone_is_none() -> None:
    old = company("ana", "bo")
    assert row_in(company("bo"), 0, old) is None  # its person left
    assert row_in(company("ana", "bo", ref="9"), 0, old) is None  # deleted in its service
    assert row_in(plan_of({"bigtime": []}), 0, old) is None  # its connection was removed
