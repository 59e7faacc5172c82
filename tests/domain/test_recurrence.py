"""Tempo's rules (capacity.md, Load 3) and the RRULE of calendar events."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from planner_gui.domain.entities import Span
from planner_gui.domain.recurrence import event_starts, known_rule, spans

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


BERLIN = ZoneInfo("Europe/Berlin")
SPRING = Span(date(2026, 3, 1), date(2026, 4, 30))
MONDAY = date(2026, 3, 23)


def at(day: date, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=BERLIN)


def test_a_meeting_at_ten_stays_at_ten_over_the_change_of_the_clocks() -> None:
    found = event_starts("FREQ=WEEKLY;COUNT=2", at(MONDAY), SPRING)
    assert found == [at(MONDAY), at(date(2026, 3, 30))]
    assert [start.astimezone(UTC).hour for start in found or ()] == [9, 8]


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("FREQ=DAILY;INTERVAL=3;COUNT=3", [23, 26, 29]),
        ("RRULE:FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20260401", [23, 25, 30, 32]),
        ("freq=weekly;byday=mo,fr;count=3;wkst=su", [23, 27, 30]),
        ("FREQ=MONTHLY;BYDAY=-1TU;UNTIL=20260501", [23, 31, 59]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=2", [23, 31]),
        ("FREQ=YEARLY", [23]),
        ("FREQ=DAILY;COUNT=2;UNTIL=20260324", [23, 24]),
    ],
)
def test_the_rules_that_are_understood(rule: str, days: list[int]) -> None:
    expected = [date(2026, 3, 1) + timedelta(days=day - 1) for day in days if day <= 61]
    expected = [day for day in expected if day in SPRING]
    assert event_starts(rule, MONDAY, SPRING) == expected
    assert event_starts(rule, at(MONDAY), SPRING) == [at(day) for day in expected]


@pytest.mark.parametrize(
    ("until", "last"),
    [
        ("20260330T080000Z", 30),  # 10:00 in Berlin, summer time
        ("20260330T075959Z", 23),
        ("20260330T100000", 30),
        ("20260330T095959", 23),
        ("20260330", 30),
        ("20260329", 23),
    ],
)
def test_the_end_of_a_series_is_inclusive_in_its_own_zone(until: str, last: int) -> None:
    found = event_starts(f"FREQ=WEEKLY;UNTIL={until}", at(MONDAY), SPRING)
    assert found is not None
    assert found[-1] == at(date(2026, 3, last))


def test_dates_left_out_are_left_out_in_the_events_zone() -> None:
    late = at(MONDAY, 23)
    found = event_starts("FREQ=DAILY;COUNT=4", late, SPRING, {date(2026, 3, 23), date(2026, 3, 25)})
    assert [start.day for start in found or ()] == [24, 26]


def test_only_the_dates_asked_for_come_back() -> None:
    within = Span(date(2026, 3, 30), date(2026, 3, 31))
    assert event_starts("FREQ=DAILY", date(2020, 1, 1), within) == [date(2026, 3, 30), date(2026, 3, 31)]
    assert event_starts("FREQ=DAILY", date(2026, 4, 1), within) == []
    assert event_starts("FREQ=DAILY;UNTIL=20260301", MONDAY, SPRING) == [MONDAY]


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "WEEKLY",
        "FREQ=HOURLY",
        "FREQ=SECONDLY;COUNT=5",
        "FREQ=WEEKLY;BYHOUR=9",
        "FREQ=WEEKLY;INTERVAL=0",
        "FREQ=WEEKLY;INTERVAL=-1",
        "FREQ=WEEKLY;COUNT=99999999",
        "FREQ=WEEKLY;FREQ=DAILY",
        "FREQ=WEEKLY;UNTIL=20261399",
        "FREQ=WEEKLY;UNTIL=tomorrow",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=MONTHLY;BYDAY=XX",
        "FREQ=WEEKLY;X-COLOUR=red",
        "FREQ=WEEKLY;BYDAY=" + "MO," * 10 + "\u0660",
    ],
)
def test_a_rule_that_is_not_understood_is_none_and_no_error(rule: str) -> None:
    assert event_starts(rule, MONDAY, SPRING) is None


@pytest.mark.parametrize(
    "rule",
    ["FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=300", "FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6"],
)
def test_a_rule_that_never_falls_due_ends_and_leaves_the_event_itself(rule: str) -> None:
    assert event_starts(rule, MONDAY, SPRING) == [MONDAY]


def test_an_unreasonable_number_of_starts_is_not_walked_through() -> None:
    assert event_starts("FREQ=DAILY", date(1900, 1, 1), SPRING) is None


@given(
    st.dates(date(2021, 1, 1), date(2026, 4, 30)),
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    st.integers(1, 5),
    st.sampled_from(["", ";BYDAY=TU,FR", ";BYMONTHDAY=29,31", ";BYMONTH=2,4"]),
    st.sampled_from(["", ";COUNT=7", ";UNTIL=20260410"]),
)
def test_late_years_give_the_same_dates_as_the_years_themselves(
    first: date, freq: str, interval: int, by: str, end: str
) -> None:
    rule = f"FREQ={freq};INTERVAL={interval}{by}{end}"
    start = datetime(first.year, first.month, first.day)
    made = rrulestr(rule, dtstart=start)
    if "COUNT" in end and first not in {at.date() for at in made}:
        made = rrulestr(rule.replace("COUNT=7", "COUNT=6"), dtstart=start)  # the first one counts, dateutil differs
    expected = {at.date() for at in made.xafter(datetime(2026, 3, 1), 70, inc=True)}
    expected = {day for day in expected | {first} if day in SPRING}
    assert event_starts(rule, first, SPRING) == sorted(expected)


def test_the_first_occurrence_counts_though_it_does_not_fit_the_rule() -> None:
    within = Span(date(2026, 11, 1), date(2026, 12, 31))
    starts = event_starts("FREQ=WEEKLY;BYDAY=MO;COUNT=3", date(2026, 11, 3), within)
    assert starts == [date(2026, 11, 3), date(2026, 11, 9), date(2026, 11, 16)]
    assert event_starts("FREQ=WEEKLY;BYDAY=MO;COUNT=1", date(2026, 11, 3), within) == [date(2026, 11, 3)]
    fits = event_starts("FREQ=WEEKLY;BYDAY=TU;COUNT=3", date(2026, 11, 3), within)
    assert fits == [date(2026, 11, 3), date(2026, 11, 10), date(2026, 11, 17)]
