"""The rule of a series as the service writes it: with or without its name, with dates that are left out."""

from __future__ import annotations

from datetime import date

import pytest

from planner_gui.domain.entities import Span
from planner_gui.domain.recurrence import event_starts
from planner_gui.sources.worktime_series import rule_and_left_out

YEAR = Span(date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("text", "left_out"),
    [
        ("FREQ=DAILY;COUNT=4\nEXDATE:20261104,20261105T090000Z", {date(2026, 11, 4), date(2026, 11, 5)}),
        ("RRULE:FREQ=DAILY\r\nEXDATE;VALUE=DATE:20261103", {date(2026, 11, 3)}),
        ("exdate;TZID=Europe/Berlin:20260131T100000\nFREQ=WEEKLY", {date(2026, 1, 31)}),
        ("FREQ=WEEKLY", set()),
    ],
)
def test_dates_that_are_left_out_are_taken_from_the_text(text: str, left_out: set[date]) -> None:
    rule, found = rule_and_left_out(text)
    assert found == left_out
    assert event_starts(rule, date(2026, 1, 5), YEAR) is not None


@pytest.mark.parametrize("text", ["FREQ=DAILY\nRDATE:20261104", "FREQ=DAILY\nFREQ=WEEKLY", "", "every monday"])
def test_any_other_line_makes_the_rule_one_that_is_not_understood(text: str) -> None:
    assert event_starts(rule_and_left_out(text)[0], date(2026, 1, 5), YEAR) is None
