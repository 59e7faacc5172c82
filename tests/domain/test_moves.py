"""What a gesture means as edits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner_gui.domain.edits import Do, Item, ItemKey, blank, differing
from planner_gui.domain.entities import Kind, Span
from planner_gui.domain.moves import Handover, copied, deleted, duplicated, moved, moving, name_of, split, stretched

TO_OMAR = Handover("priya", "omar", "Omar Haddad")


def allocation(**fields: Any) -> Item:
    """Priya's plan on Orion, Monday to Friday."""
    given_: dict[str, Any] = {
        "account": "priya",
        "title": "Core",
        "start": "2026-11-23",
        "end": "2026-11-27",
        "percent": 50,
    }
    return Item(ItemKey("tempo", Kind.ALLOCATION, "41"), {**blank(Kind.ALLOCATION), **given_, **fields}, b'{"id":41}')


def task(**fields: Any) -> Item:
    given_: dict[str, Any] = {"name": "Test plan", "assignees": ["1", "2"], "start": "2026-11-23", "due": "2026-11-27"}
    return Item(ItemKey("bigtime", Kind.TASK, "7"), {**blank(Kind.TASK), **given_, **fields})


def weekdays(span: Span) -> int:
    return sum(day.weekday() < 5 for day in span)


def after(fields: Mapping[str, Any] | None) -> Mapping[str, Any]:
    assert fields is not None
    return fields


def test_a_move_shifts_both_dates_and_keeps_the_base_snapshot() -> None:
    edit = moved(allocation(), 3)
    assert (edit.do, edit.raw, edit.before) == (Do.UPDATE, b'{"id":41}', allocation().fields)
    assert (after(edit.after)["start"], after(edit.after)["end"]) == ("2026-11-26", "2026-11-30")
    assert edit.label == "Move Core by +3 days"


def test_a_series_moves_as_a_whole() -> None:
    edit = moved(allocation(repeat="weekly", until="2026-12-31"), -1)
    assert after(edit.after)["until"] == "2026-12-30"
    assert edit.label == "Move Core by \N{MINUS SIGN}1 day"


def test_handing_over_changes_the_account_and_nothing_else() -> None:
    edit = moved(allocation(), 0, TO_OMAR)
    assert differing(Kind.ALLOCATION, edit.before or {}, edit.after or {}) == {"account"}
    assert (after(edit.after)["account"], edit.label) == ("omar", "Move Core to Omar Haddad")


def test_handing_over_a_task_replaces_one_of_its_people_only() -> None:
    assert after(moved(task(), 0, Handover("1", "3", "Omar")).after)["assignees"] == ["3", "2"]
    assert after(moved(task(), 0, Handover("1", "2", "Omar")).after)["assignees"] == ["2"]


def test_handing_over_what_is_nobodys_assigns_it() -> None:
    nobody = Handover("", "2", "Omar")
    assert after(moved(task(assignees=[]), 0, nobody).after)["assignees"] == ["2"]
    assert after(moved(task(assignees=None), 0, nobody).after)["assignees"] == ["2"]
    assert after(moved(task(assignees=["9"]), 0, nobody).after)["assignees"] == ["9", "2"], "an unknown one stays"


def test_an_absence_that_is_handed_over_ends_here_and_begins_there_anew() -> None:
    fields = {**blank(Kind.ABSENCE), "account": "priya", "start": "2026-11-23", "end": "2026-11-27"}
    key = ItemKey("bigpicture", Kind.ABSENCE, "priya@2026-11-23")
    gone, new = moving(Item(key, fields, b"{}"), 7, TO_OMAR)
    assert (gone.do, gone.key, new.do) == (Do.DELETE, key, Do.CREATE)
    assert (after(new.after)["account"], after(new.after)["start"]) == ("omar", "2026-11-30")
    assert [edit.do for edit in moving(Item(key, fields, b"{}"), 7)] == [Do.UPDATE]
    assert [edit.do for edit in moving(Item(key, fields), 0, TO_OMAR)] == [Do.UPDATE], (
        "one that was never sent just moves"
    )


def test_a_team_plan_is_handed_over_in_its_dialog() -> None:
    with pytest.raises(ValueError, match="planned for a team"):
        moved(allocation(team="5", account=None), 0, TO_OMAR)


@pytest.mark.parametrize(
    ("days", "start", "expected"),
    [(2, False, "2026-11-29"), (-9, False, "2026-11-23"), (2, True, "2026-11-25"), (9, True, "2026-11-27")],
)
def test_an_edge_moves_and_leaves_at_least_a_day(days: int, start: bool, expected: str) -> None:
    edit = stretched(allocation(), days, start=start)
    assert after(edit.after)["start" if start else "end"] == expected
    assert differing(Kind.ALLOCATION, edit.before or {}, edit.after or {}) == {"start" if start else "end"}


def test_a_task_without_a_due_date_has_no_end_to_stretch() -> None:
    with pytest.raises(ValueError, match="no last day"):
        stretched(task(due=None), 1, start=False)


def test_a_copy_is_a_new_item_of_its_own() -> None:
    one, other = copied(allocation(), 7, TO_OMAR), copied(allocation(), 7, TO_OMAR)
    assert (one.do, one.before, one.raw) == (Do.CREATE, None, b"")
    assert one.key.external_id != other.key.external_id != "41"
    assert (after(one.after)["start"], after(one.after)["account"]) == ("2026-11-30", "omar")


def test_a_duplicate_follows_its_original() -> None:
    assert after(duplicated(allocation()).after)["start"] == "2026-11-28"
    assert after(duplicated(task(start=None, due=None)).after)["start"] is None


def test_a_split_covers_the_same_days_and_the_same_minutes() -> None:
    first, rest = split(allocation(percent=None, minutes=2400), date(2026, 11, 26), weekdays)
    assert (first.do, rest.do) == (Do.UPDATE, Do.CREATE)
    assert (after(first.after)["end"], after(rest.after)["start"]) == ("2026-11-25", "2026-11-26")
    assert (after(first.after)["minutes"], after(rest.after)["minutes"]) == (1440, 960)


@given(st.integers(0, 10_000), st.integers(1, 4))
def test_a_split_loses_no_minute(minutes: int, day: int) -> None:
    first, rest = split(allocation(percent=None, minutes=minutes), date(2026, 11, 23 + day), weekdays)
    assert after(first.after)["minutes"] + after(rest.after)["minutes"] == minutes


@pytest.mark.parametrize("day", [date(2026, 11, 23), date(2026, 11, 28)])
def test_a_split_needs_a_day_inside(day: date) -> None:
    with pytest.raises(ValueError, match="only on a day after its first"):
        split(allocation(), day, weekdays)


def test_a_series_cannot_be_split() -> None:
    with pytest.raises(ValueError, match="repeats"):
        split(allocation(repeat="weekly", until="2026-12-31"), date(2026, 11, 25), weekdays)


def test_deleting_a_series_names_the_count() -> None:
    item = allocation()
    assert deleted(item).label == "Delete Core"
    assert deleted(Item(item.key, item.fields, item.raw, series=6)).label == "Delete Core (6 in all)"


def test_an_item_is_called_by_its_title_name_or_type() -> None:
    absence = Item(ItemKey("bigpicture", Kind.ABSENCE, "x"), {**blank(Kind.ABSENCE), "type": "HOLIDAY"})
    assert (name_of(allocation()), name_of(task()), name_of(absence)) == ("Core", "Test plan", "HOLIDAY")
