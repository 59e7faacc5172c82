"""Fields, how two versions of an item differ, and how three are merged (W11)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner_gui.domain.edits import (
    FIELDS,
    Do,
    Edit,
    Form,
    ItemKey,
    blank,
    differing,
    groups,
    inverse,
    members,
    merge,
)
from planner_gui.domain.entities import Kind

TEMPO = ItemKey("tempo", Kind.ALLOCATION, "41")


def allocation(**fields: Any) -> dict[str, Any]:
    given_ = {"account": "priya", "percent": 50, "start": "2026-11-16", "end": "2026-11-20"}
    return blank(Kind.ALLOCATION) | given_ | {"item": {"type": "PROJECT", "id": "10130"}} | fields


def task(**fields: Any) -> dict[str, Any]:
    return blank(Kind.TASK) | {"project": "1201", "name": "Test plan", "type": "Task", "assignees": ["1", "2"]} | fields


# --- differing --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        (Kind.TASK, task(assignees=["1", "2"]), task(assignees=["2", "1"])),
        (Kind.TASK, task(notes="a\r\nb "), task(notes="a\nb")),
        (Kind.TASK, task(notes=None), task(notes="")),
        (Kind.TASK, task(type="TASK"), task(type="task")),
        (Kind.TASK, task(no_charge=None), task(no_charge=False)),
        (Kind.ALLOCATION, allocation(account="Priya"), allocation(account="priya")),
        (Kind.ALLOCATION, allocation(item={"type": "project", "id": "10130"}), allocation()),
        (Kind.ALLOCATION, allocation(title="shown only"), allocation()),
        (Kind.ALLOCATION, allocation(percent=50.0), allocation(percent=50)),
    ],
)
def test_what_means_the_same_does_not_differ(kind: Kind, one: Any, other: Any) -> None:
    assert differing(kind, one, other) == frozenset()


@pytest.mark.parametrize(
    ("fields", "name"),
    [({"percent": None, "minutes": 240}, "percent"), ({"end": "2026-11-21"}, "end"), ({"item": None}, "item")],
)
def test_what_means_something_else_differs(fields: dict[str, Any], name: str) -> None:
    assert name in differing(Kind.ALLOCATION, allocation(), allocation(**fields))


def test_every_kind_has_its_fields_once_and_they_begin_empty() -> None:
    for kind, fields in FIELDS.items():
        names = [field.name for field in fields]
        assert len(names) == len(set(names))
        assert blank(kind).keys() == set(names)
        assert all(blank(kind)[f.name] == ("" if f.form is Form.TEXT else False if f.form is Form.FLAG else None)
                   for f in fields)  # fmt: skip


def test_dates_and_amount_of_a_plan_are_one_group() -> None:
    assert groups(Kind.ALLOCATION, ["start", "minutes"]) == {"plan"}
    assert members(Kind.ALLOCATION, "plan") == ("start", "end", "percent", "minutes_per_day", "minutes")


# --- merging ----------------------------------------------------------------------------------------------------------


def test_a_field_that_only_they_changed_is_taken_from_them() -> None:
    found = merge(Kind.ALLOCATION, allocation(), allocation(percent=60), allocation(description="theirs"))
    assert (found.fields["percent"], found.fields["description"]) == (60, "theirs")
    assert found.taken == {"description"}
    assert not found.conflicts


def test_the_same_field_with_other_values_is_a_conflict() -> None:
    assert merge(Kind.ALLOCATION, allocation(), allocation(percent=60), allocation(percent=70)).conflicts == {"plan"}


def test_coupled_fields_conflict_as_one() -> None:
    found = merge(Kind.ALLOCATION, allocation(), allocation(percent=60), allocation(end="2026-11-27"))
    assert found.conflicts == {"plan"}


def test_the_same_change_on_both_sides_is_no_conflict() -> None:
    both = allocation(percent=60)
    found = merge(Kind.ALLOCATION, allocation(), both, both)
    assert (found.fields["percent"], found.conflicts) == (60, frozenset())


def test_assignees_merge_by_person() -> None:
    found = merge(Kind.TASK, task(), task(assignees=["2", "3"]), task(assignees=["1", "2", "4"]))
    assert (found.fields["assignees"], found.conflicts) == (["2", "4", "3"], frozenset())


people = st.lists(st.sampled_from("abcdef"), unique=True)


@given(base=people, mine=people, theirs=people)
def test_nobody_whom_they_added_or_i_kept_is_lost(base: list[str], mine: list[str], theirs: list[str]) -> None:
    found = merge(Kind.TASK, task(assignees=base), task(assignees=mine), task(assignees=theirs)).fields["assignees"]
    assert isinstance(found, list)
    if set(base) != set(mine):
        assert set(found) == (set(theirs) - (set(base) - set(mine))) | (set(mine) - set(base))
    else:
        assert set(found) == set(theirs)


values = st.sampled_from([None, "", "one", "two"])


@given(base=values, mine=values, theirs=values)
def test_a_merge_never_loses_my_change_or_theirs_without_a_conflict(base: str, mine: str, theirs: str) -> None:
    found = merge(Kind.TASK, task(notes=base), task(notes=mine), task(notes=theirs))
    base, mine, theirs = (text or "" for text in (base, mine, theirs))
    assert bool(found.conflicts) is (len({base, mine, theirs}) == 3)
    if not found.conflicts:
        assert (found.fields["notes"] or "") == (theirs if mine == base else mine)


# --- inverse ----------------------------------------------------------------------------------------------------------


def test_an_update_is_taken_back_by_its_mirror_image() -> None:
    edit = Edit(do=Do.UPDATE, key=TEMPO, before=allocation(), after=allocation(percent=60), label="", raw=b"{}")
    back = inverse(edit, new_id="new", label="Take back")
    assert (back.do, back.key, back.before, back.after) == (Do.UPDATE, TEMPO, edit.after, edit.before)


def test_a_create_is_taken_back_by_a_delete_and_a_delete_by_a_create_of_a_new_item() -> None:
    create = Edit(do=Do.CREATE, key=TEMPO, before=None, after=allocation(), label="")
    delete = inverse(create, new_id="new", label="")
    assert (delete.do, delete.key, delete.before, delete.after) == (Do.DELETE, TEMPO, allocation(), None)
    again = inverse(delete, new_id="new", label="")
    assert (again.do, again.key.external_id, again.after) == (Do.CREATE, "new", allocation())
