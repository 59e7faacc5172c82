"""Tempo's rules (capacity.md, Load 3) and the RRULE of calendar events."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner_gui.domain.entities import Span
from planner_gui.domain.recurrence import known_rule, spans

YEAR = Span(date(2027, 1, 1), date(2027, 12, 31))


def test_CAP_T6_a_weekly_plan_falls_on_both_weeks_of_the_range() -> None:
    first, within = Span(date(2014, 11, 10), date(2014, 11, 11)), Span(date(2014, 11, 10), date(2014, 11, 20))
    assert spans(first, "WEEKLY", date(2014, 11, 27), None, within) == [
        first,
        Span(date(2014, 11, 17), date(2014, 11, 18)),
    ]


def test_monthly_is_clamped_from_the_first_occurrences_day_each_time() -> None:
    first = Span(date(2027, 1, 31), date(2027, 1, 31))
    found = spans(first, "MONTHLY", date(2027, 6, 30), None, YEAR)
    assert [(s.start.month, s.start.day) for s in found] == [(1, 31), (2, 28), (3, 31), (4, 30), (5, 31), (6, 30)]


@pytest.mark.parametrize("rule", ["BI-WEEKLY", "BI_WEEKLY", "BIWEEKLY", "bi-weekly", "Biweekly"])
def test_every_spelling_of_two_weekly_shifts_by_fourteen_days(rule: str) -> None:
    first = Span(date(2027, 3, 1), date(2027, 3, 2))
    found = spans(first, rule, date(2027, 3, 29), None, YEAR)
    assert [s.start for s in found] == [date(2027, 3, 1), date(2027, 3, 15), date(2027, 3, 29)]
    assert all(len(s) == 2 for s in found)


def test_an_occurrence_that_starts_on_the_end_date_still_exists_and_runs_past_it() -> None:
    first = Span(date(2027, 3, 1), date(2027, 3, 5))
    assert spans(first, "WEEKLY", date(2027, 3, 8), None, YEAR)[-1] == Span(date(2027, 3, 8), date(2027, 3, 12))


def test_the_count_includes_the_first_occurrence_and_caps_the_end_date() -> None:
    first = Span(date(2027, 3, 1), date(2027, 3, 1))
    assert len(spans(first, "WEEKLY", date(2027, 12, 31), 3, YEAR)) == 3
    assert len(spans(first, "WEEKLY", date(2027, 3, 8), 3, YEAR)) == 2
    assert spans(first, "WEEKLY", None, 1, YEAR) == [first]


def test_the_count_holds_for_a_range_far_behind_the_first_occurrence() -> None:
    first = Span(date(2020, 1, 6), date(2020, 1, 6))
    assert spans(first, "WEEKLY", None, 52, YEAR) == []
    assert [s.start for s in spans(first, "MONTHLY", None, 88, YEAR)] == [
        date(2027, 1, 6),
        date(2027, 2, 6),
        date(2027, 3, 6),
        date(2027, 4, 6),
    ]


def test_the_end_date_means_nothing_when_the_rule_is_never() -> None:
    first = Span(date(2027, 3, 1), date(2027, 3, 1))
    assert spans(first, "NEVER", date(2026, 1, 1), None, YEAR) == [first]


def test_an_unknown_rule_is_the_first_occurrence_alone() -> None:
    first = Span(date(2027, 3, 1), date(2027, 3, 1))
    assert known_rule("QUARTERLY") is None
    assert spans(first, "QUARTERLY", date(2027, 12, 31), None, YEAR) == [first]


def test_an_endless_rule_costs_only_the_dates_asked_for() -> None:
    first = Span(date(1, 1, 1), date(1, 1, 1))
    found = spans(first, "WEEKLY", None, None, Span(date(9999, 12, 20), date.max))
    assert 1 <= len(found) <= 2


@given(
    st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    st.integers(0, 40),
    st.sampled_from(["WEEKLY", "BI-WEEKLY", "MONTHLY"]),
    st.integers(0, 400),
    st.one_of(st.none(), st.integers(1, 30)),
    st.integers(0, 300),
    st.integers(0, 60),
)
def test_a_part_of_the_range_shows_exactly_the_occurrences_that_touch_it(
    start: date, length: int, rule: str, until: int, count: int | None, skip: int, days: int
) -> None:
    first = Span(start, start + timedelta(days=length))
    end = start + timedelta(days=until)
    whole = spans(first, rule, end, count, Span(start, start + timedelta(days=1000)))
    part = Span(start + timedelta(days=skip), start + timedelta(days=skip + days))
    assert spans(first, rule, end, count, part) == [s for s in whole if s.touches(part)]
    assert all(len(s) == len(first) and s.start <= end for s in whole[1:])
