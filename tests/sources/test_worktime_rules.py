"""Which dates an RRULE means: RFC 5545's examples, a second opinion, and odd rules, which are None and cost nothing."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from planner_gui.domain.entities import Span
from planner_gui.sources.worktime_rules import event_starts, rule_of

BERLIN = ZoneInfo("Europe/Berlin")
YEAR = Span(date(2026, 1, 1), date(2026, 12, 31))


def starts(text: str, first: date | datetime, within: Span = YEAR) -> list[str]:
    rule = rule_of(text)
    assert rule is not None, text
    return [f"{day:%m-%d}" for day in event_starts(rule, first, within, BERLIN)]


@pytest.mark.parametrize(
    ("text", "first", "expected"),
    [
        ("FREQ=DAILY;COUNT=3", date(2026, 3, 28), ["03-28", "03-29", "03-30"]),
        ("FREQ=DAILY;INTERVAL=10;COUNT=3", date(2026, 3, 28), ["03-28", "04-07", "04-17"]),
        ("RRULE:FREQ=WEEKLY;COUNT=3", date(2026, 11, 3), ["11-03", "11-10", "11-17"]),
        ("freq=weekly;count=2;", date(2026, 11, 3), ["11-03", "11-10"]),
        ("FREQ=WEEKLY;BYDAY=MO,WE,FR;COUNT=4", date(2026, 11, 2), ["11-02", "11-04", "11-06", "11-09"]),
        # RFC 5545: the same rule with another first day of the week
        ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", date(2026, 8, 4), ["08-04", "08-09", "08-18", "08-23"]),
        ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", date(2026, 8, 4), ["08-04", "08-16", "08-18", "08-30"]),
        ("FREQ=MONTHLY;COUNT=3", date(2026, 1, 31), ["01-31", "03-31", "05-31"]),
        ("FREQ=MONTHLY;BYDAY=1FR;COUNT=3", date(2026, 1, 2), ["01-02", "02-06", "03-06"]),
        ("FREQ=MONTHLY;BYDAY=-1MO;COUNT=3", date(2026, 1, 26), ["01-26", "02-23", "03-30"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3", date(2026, 1, 31), ["01-31", "02-28", "03-31"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3", date(2026, 1, 30), ["01-30", "02-27", "03-31"]),
        ("FREQ=YEARLY;BYMONTH=3,6", date(2026, 3, 10), ["03-10", "06-10"]),
        ("FREQ=YEARLY;BYDAY=20MO", date(2026, 5, 18), ["05-18"]),
        ("FREQ=WEEKLY;UNTIL=20261117", date(2026, 11, 3), ["11-03", "11-10", "11-17"]),
        ("FREQ=WEEKLY;UNTIL=20261117T000000Z", date(2026, 11, 3), ["11-03", "11-10", "11-17"]),
        ("FREQ=DAILY;COUNT=4\nEXDATE:20261104,20261105T090000Z", date(2026, 11, 3), ["11-03", "11-06"]),
        ("FREQ=DAILY;COUNT=2\nEXDATE;VALUE=DATE:20261103", date(2026, 11, 3), ["11-04"]),
    ],
)
def test_the_dates_of_a_rule(text: str, first: date, expected: list[str]) -> None:
    assert starts(text, first) == expected


def test_the_first_occurrence_counts_though_it_does_not_fit_the_rule() -> None:
    assert starts("FREQ=WEEKLY;BYDAY=MO;COUNT=3", date(2026, 11, 3)) == ["11-03", "11-09", "11-16"]


@pytest.mark.parametrize(
    ("until", "last"),
    [
        ("20261117T085959Z", "11-10"),  # 09:59:59 in Berlin, an occurrence starts at 10:00
        ("20261117T090000Z", "11-17"),
        ("20261117T100000", "11-17"),  # a wall clock
        ("20261117T095959", "11-10"),
        ("20261117", "11-17"),
    ],
)
def test_until_is_compared_with_the_time_of_a_timed_event(until: str, last: str) -> None:
    assert starts(f"FREQ=WEEKLY;UNTIL={until}", datetime(2026, 11, 3, 10))[-1] == last


def test_only_dates_of_the_window_are_made_and_the_phase_is_kept() -> None:
    within = Span(date(2026, 11, 20), date(2026, 12, 31))
    assert starts("FREQ=WEEKLY;INTERVAL=2", date(1998, 11, 3), within) == ["11-24", "12-08", "12-22"]
    assert starts("FREQ=DAILY;INTERVAL=3;COUNT=8", date(2026, 11, 3), within) == ["11-21", "11-24"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "every monday",
        "FREQ=HOURLY",
        "FREQ=SECONDLY;COUNT=2",
        "FREQ=FORTNIGHTLY",
        "INTERVAL=2",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=-1",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;COUNT=x",
        "FREQ=DAILY;COUNT=999999999999999999999",
        "FREQ=DAILY;BYHOUR=9,10",
        "FREQ=YEARLY;BYWEEKNO=20",
        "FREQ=WEEKLY;BYDAY=2MO",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=MONTHLY;BYDAY=0MO",
        "FREQ=MONTHLY;BYMONTHDAY=0",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=MONTHLY;BYSETPOS=1",
        "FREQ=WEEKLY;UNTIL=tomorrow",
        "FREQ=WEEKLY;UNTIL=20260230",
        "FREQ=WEEKLY;FREQ=DAILY",
        "FREQ=WEEKLY;WKST=1",
        "FREQ=WEEKLY;X-NEW=1",
        "FREQ=DAILY\nRDATE:20261104",
        "FREQ=DAILY\nFREQ=WEEKLY",
    ],
)
def test_a_rule_that_is_not_understood_in_full_is_none(text: str) -> None:
    assert rule_of(text) is None


@pytest.mark.parametrize(
    "text",
    ["FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;INTERVAL=7;BYDAY=MO", "FREQ=MONTHLY;BYDAY=5MO;BYMONTHDAY=1"],
)
def test_a_rule_that_never_comes_true_again_ends_at_the_window(text: str) -> None:
    began = time.perf_counter()
    assert starts(text, date(1970, 1, 6)) == []
    assert time.perf_counter() - began < 1, "a search through the centuries"


MONTHS = st.lists(st.integers(1, 12), unique=True, max_size=3)
DAYS = st.lists(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), unique=True, max_size=3)


@st.composite
def rules(draw: st.DrawFn) -> str:
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={frequency}", f"INTERVAL={draw(st.integers(1, 4))}"]
    days = draw(DAYS)
    if days and frequency in ("MONTHLY", "YEARLY") and draw(st.booleans()):
        days = [f"{draw(st.sampled_from([1, 2, 4, -1, -2]))}{day}" for day in days]
    if days:
        parts.append(f"BYDAY={','.join(days)}")
    elif frequency in ("MONTHLY", "YEARLY") and draw(st.booleans()):
        parts.append(f"BYMONTHDAY={draw(st.sampled_from([1, 15, 28, 31, -1, -5]))}")
    # Without what never comes true: the second opinion would look for it until the year 9999.
    if "31" not in parts[-1] and (months := draw(MONTHS)):
        parts.append(f"BYMONTH={','.join(map(str, months))}")
    if draw(st.booleans()):
        parts.append(f"WKST={draw(st.sampled_from(['MO', 'SU']))}")
    if "BYDAY" in "".join(parts) and frequency == "MONTHLY" and draw(st.booleans()):
        parts.append(f"BYSETPOS={draw(st.sampled_from([1, -1]))}")
    return ";".join(parts)


@given(
    rules(), st.dates(date(2024, 1, 1), date(2026, 6, 30)), st.integers(0, 900), st.one_of(st.none(), st.integers(1, 9))
)
def test_agrees_with_dateutil(text: str, first: date, until_days: int, count: int | None) -> None:
    """Where the first occurrence fits the rule; where it does not, RFC 5545 leaves the set undefined."""
    until = first + timedelta(days=until_days)
    full = f"{text};COUNT={count}" if count else f"{text};UNTIL={until:%Y%m%d}"
    begin = datetime(first.year, first.month, first.day)
    other = rrulestr(full, dtstart=begin)
    expected = [
        found.date() for found in other.between(datetime(2025, 12, 31), datetime(2027, 1, 1)) if found.year == 2026
    ]
    if next(iter(other), None) != begin:
        return
    rule = rule_of(full)
    assert rule is not None
    assert event_starts(rule, first, YEAR, UTC) == expected
