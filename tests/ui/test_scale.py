"""Dates and x: nothing moves under the pointer that should stay."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from planner_gui.domain.snapshot import day_date, day_number
from planner_gui.ui.timeline.scale import Scale, Zoom, cells, month_start, next_month, week_start

DAYS = st.integers(day_number(date(1990, 1, 1)), day_number(date(2090, 1, 1)))


@given(DAYS, st.sampled_from(Zoom), st.sampled_from(Zoom), st.floats(0, 3000))
def test_zooming_keeps_the_moment_under_the_pointer(left: int, zoom: Zoom, other: Zoom, x: float) -> None:
    before = Scale(float(left), zoom)
    after = before.zoomed(other, x)
    assert abs((before.left + x / before.day_width) - (after.left + x / after.day_width)) < 1e-6


@given(DAYS, st.sampled_from(Zoom), st.integers(-400, 400))
def test_a_day_is_found_again_at_its_own_pixels(left: int, zoom: Zoom, away: int) -> None:
    scale = Scale(float(left), zoom)
    assert scale.day(scale.x(left + away) + 0.5) == left + away


@given(DAYS, st.integers(1, 400), st.integers(0, 6), st.sampled_from(Zoom))
def test_cells_cover_every_day_once(first: int, days: int, weekday: int, zoom: Zoom) -> None:
    found = cells(first, first + days - 1, zoom, weekday)
    covered = [day for a, b in found for day in range(a, b + 1)]
    assert covered == list(range(found[0][0], found[-1][1] + 1))
    assert found[0][0] <= first
    assert found[-1][1] >= first + days - 1


def test_a_week_starts_on_its_first_weekday() -> None:
    thursday = day_number(date(2026, 11, 19))
    assert day_date(week_start(thursday)) == date(2026, 11, 16)
    assert day_date(week_start(thursday, 6)) == date(2026, 11, 15)
    assert day_date(week_start(day_number(date(2026, 11, 16)))) == date(2026, 11, 16)


def test_months_follow_each_other_over_the_year_and_a_leap_day() -> None:
    assert day_date(next_month(day_number(date(2027, 12, 31)))) == date(2028, 1, 1)
    assert day_date(next_month(day_number(date(2028, 2, 29)))) == date(2028, 3, 1)
    assert day_date(month_start(day_number(date(2028, 2, 29)))) == date(2028, 2, 1)


def test_zoom_steps_end_at_the_nearest_and_the_farthest() -> None:
    assert Zoom.DAY.nearer is Zoom.DAY
    assert Zoom.QUARTER.farther is Zoom.QUARTER
    assert Zoom.WEEK.nearer.farther is Zoom.WEEK
