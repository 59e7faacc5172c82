"""Amounts as they are typed and converted (docs/capacity.md, Load 1): never guessed, never drifting."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner_gui.ui.dialogs.amounts import (
    Hours,
    Ways,
    hours_of,
    hours_text,
    number_text,
    read_hours,
    read_number,
)
from tests.domain import cases
from tests.domain.cases import plan_of, working_time

WEEK = Hours((480.0,) * 5)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("4", 240), ("4.5", 270), ("4,5 h", 270), ("4 h 30", 270), ("4:30", 270), ("4h30m", 270), ("45 min", 45),
        ("0", 0), ("", None), ("4:75", None), ("-4", None), ("four", None), ("4 5", None), ("1e3", None),
    ],
)  # fmt: skip
def test_hours_are_read_as_people_write_them(text: str, minutes: int | None) -> None:
    assert read_hours(text) == minutes


@pytest.mark.parametrize(
    ("text", "number"),
    [("50", 50), ("37.5", 37.5), ("37,5 %", 37.5), ("-1", -1), ("", None), ("x", None), ("1 2", None), ("nan", None)],
)
def test_numbers_are_read_with_point_or_comma(text: str, number: float | None) -> None:
    assert read_number(text) == number
    assert isinstance(read_number("50"), int)


def test_a_week_of_eight_hours_in_all_three_ways() -> None:
    assert WEEK.ways("percent", 50) == Ways(50, 240, 1200)
    assert WEEK.ways("minutes_per_day", 240) == Ways(50, 240, 1200)
    assert WEEK.ways("minutes", 1200) == Ways(50, 240, 1200)


def test_without_hours_only_what_was_said_is_known() -> None:
    assert Hours().ways("percent", 50) == Ways(percent=50)
    assert Hours().ways("minutes", 60) == Ways(minutes=60)
    assert Hours().ways("minutes_per_day", 60) == Ways(minutes_per_day=60)


@given(st.integers(0, 30_000), st.lists(st.integers(1, 720), min_size=1, max_size=60))
def test_what_was_asked_for_comes_back_as_it_was(value: int, days: list[int]) -> None:
    hours = Hours(tuple(float(day) for day in days))
    for name in ("percent", "minutes_per_day", "minutes"):
        assert getattr(hours.ways(name, value), name) == value


@given(st.integers(0, 100_000))
def test_hours_written_are_hours_read(minutes: int) -> None:
    assert read_hours(hours_text(minutes)) == minutes


def test_percentages_and_totals_agree_with_the_plans_own_numbers() -> None:
    """Load 1: the minutes of each day round half up, and so does their sum here."""
    time = working_time(own={"ana": [("2026-01-01", "mon 7h 25m, tue-fri 8h")]})
    plan = plan_of({"tempo": [cases.booking("ana", "2026-11-16..20", commitment=33.0)]}, time=time)
    ways = hours_of(plan, 0, cases.span("2026-11-16..20")).ways("percent", 33)
    assert ways.minutes == sum(cases.load(plan, "2026-11-16..20"))


def test_a_holiday_is_no_working_day_and_days_off_count_only_where_asked() -> None:
    plan = plan_of({"tempo": []}, time=working_time(holidays={"2026-11-18": 1.0}))
    span = cases.span("2026-11-16..22")
    assert len(hours_of(plan, 0, span).days) == 4
    assert hours_of(plan, 0, span, include_non_working=True).days == (480.0,) * 7
    assert hours_of(plan, None, span) == Hours()
    assert hours_of(plan, 0, None) == Hours()
    assert hours_of(plan_of({"tempo": []}, time=working_time(None)), 0, span) == Hours()


def test_numbers_are_written_without_idle_zeros() -> None:
    assert [number_text(n) for n in (50, 37.5, 0.25, 100.0, None)] == ["50", "37.5", "0.25", "100", ""]
    assert [hours_text(n) for n in (240, 90, 0, None)] == ["4 h", "1 h 30", "0 h", ""]
