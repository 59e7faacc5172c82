"""Working time (docs/capacity.md, Working time 1 to 4): which schedule is in force, and what holidays take."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from planner_gui.domain.calendar import (
    UNKNOWN,
    Holidays,
    ScheduleRecord,
    WorkingTime,
    format_week,
    load_holidays,
    parse_week,
)
from planner_gui.domain.entities import AccountRef, VendorSchedule
from planner_gui.domain.plan import Plan
from planner_gui.domain.snapshot import day_number
from planner_gui.domain.weeks import describe_week
from planner_gui.domain.working import explain, mean_days, working
from tests.domain.cases import day, index, plan_of, snapshot, span, working_time

ANA = AccountRef("tempo", "ana")


def minutes(plan: Plan, days: str, who: str = "ana", *, holidays: bool = True) -> list[int]:
    when = span(days)
    people = np.array([index(plan, who)], np.int32)
    return working(plan, people, day_number(when.start), len(when), holidays=holidays)[0].tolist()


def vendor(*schedules: VendorSchedule, time: WorkingTime | None = None) -> Plan:
    return plan_of([snapshot("tempo", read=span("2026-01-01..2026-12-31"), schedules=schedules)], time=time)


def reported(start: str, *found: int | None, account: str = "ana") -> VendorSchedule:
    return VendorSchedule(account=account, start=day(start), minutes=found)


@pytest.mark.parametrize(
    ("text", "week"),
    [
        ("mon-fri 8h", (480, 480, 480, 480, 480, 0, 0)),
        ("mon-wed 8h, thu 4h", (480, 480, 480, 240, 0, 0, 0)),
        ("Monday-Friday 7h30", (450, 450, 450, 450, 450, 0, 0)),
        ("mon 7.5h, sun 45m", (450, 0, 0, 0, 0, 0, 45)),
        ("fri 7h30m", (0, 0, 0, 0, 450, 0, 0)),
        ("none", (0,) * 7),
    ],
)
def test_a_week_in_words_is_minutes(text, week):
    assert parse_week(text) == week
    assert parse_week(format_week(week)) == week


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not days and hours"),
        ("8h", "not days and hours"),
        ("mon-fri", "not days and hours"),
        ("mon-fri 8", "no time"),
        ("moo 8h", "no weekday"),
        ("fri-mon 8h", "backwards"),
        ("mon 25h", "more than a day"),
        ("mon 8h, mon-tue 4h", "mon is given twice"),
        ("mon 0.33h", "whole number of minutes"),
    ],
)
def test_a_week_that_makes_no_sense_is_refused_in_words(text, why):
    with pytest.raises(ValueError, match=why):
        parse_week(text)


def test_a_week_is_described_for_the_receipt():
    assert describe_week(parse_week("mon-fri 8h")) == "Mon-Fri 8 h"
    assert describe_week(parse_week("mon-wed 7h30, thu 45m")) == "Mon-Wed 7 h 30, Thu 45 min"
    assert describe_week((0,) * 7) == "no working day"


def test_the_own_record_comes_before_the_vendors_and_that_before_the_default():
    own = {"ana": [("2026-11-18", "mon-sun 1h")]}
    schedule = reported("2026-11-17", 420, 420, 420)
    plan = vendor(schedule, time=working_time("mon-fri 8h", own))
    assert minutes(plan, "2026-11-16..19") == [480, 420, 60, 60]
    assert explain(plan, index(plan), day_number(day("2026-11-17"))) == (420, "tempo schedule")
    assert explain(plan, index(plan), day_number(day("2026-11-16"))) == (480, "workspace default, Mon-Fri 8 h")
    assert explain(plan, index(plan), day_number(day("2026-11-18")))[1] == "own schedule from 2026-11-18, Mon-Sun 1 h"


def test_a_vendors_schedule_is_its_accounts_alone():
    plan = vendor(reported("2026-11-16", 300))
    assert minutes(plan, "2026-11-16", "bo") == [480]


def test_a_day_that_the_vendor_does_not_say_falls_to_the_default():
    plan = vendor(reported("2026-11-16", 300, None, 300))
    assert minutes(plan, "2026-11-16..19") == [300, 480, 300, 480]


def test_holidays_do_not_touch_a_day_that_a_vendor_reports():
    plan = vendor(reported("2026-11-16", 300), time=working_time(holidays={"2026-11-16": 1, "2026-11-17": 1}))
    assert minutes(plan, "2026-11-16..17") == [300, 0]


def test_without_any_schedule_the_day_is_unknown_and_never_eight_hours():
    plan = vendor(time=working_time(None))
    assert minutes(plan, "2026-11-16..17") == [UNKNOWN, UNKNOWN]
    assert explain(plan, index(plan), day_number(day("2026-11-16"))) == (UNKNOWN, "no schedule")


@pytest.mark.parametrize(("share", "left"), [(0.5, 241), (1, 0), (0.25, 361), (0, 481)])
def test_a_part_holiday_takes_its_share_rounded_half_up(share, left):
    plan = vendor(time=working_time("mon-fri 481m", holidays={"2026-11-16": share}))
    assert minutes(plan, "2026-11-16") == [left]
    assert minutes(plan, "2026-11-16", holidays=False) == [481]


def test_a_holiday_is_named():
    plan = vendor(time=working_time(holidays={"2026-11-16": 1}))
    found = explain(plan, index(plan), day_number(day("2026-11-16")))
    assert found == (0, "workspace default, Mon-Fri 8 h; holiday: Holiday")


def test_a_person_may_have_another_holiday_calendar():
    time = replace(
        working_time(holidays={"2026-11-16": 1}),
        holidays={"DE": Holidays({day("2026-11-16"): 1}), "PL": Holidays({day("2026-11-17"): 1})},
        calendar_of={ANA: "PL"},
    )
    plan = vendor(time=time)
    assert minutes(plan, "2026-11-16..17") == [480, 0]
    assert minutes(plan, "2026-11-16..17", "bo") == [0, 480]


def test_a_cycle_of_weeks_starts_in_the_week_of_its_record():
    nine_days = ScheduleRecord(day("2026-11-18"), (parse_week("mon-fri 9h"), parse_week("mon-thu 9h")))
    plan = vendor(time=WorkingTime(own={ANA: (nine_days,)}))
    fridays = [minutes(plan, friday)[0] for friday in ("2026-11-13", "2026-11-20", "2026-11-27", "2026-12-04")]
    assert fridays == [UNKNOWN, 540, 0, 540]


def test_the_past_is_not_rewritten_by_a_new_record():
    plan = vendor(time=working_time(own={"ana": [("2026-01-01", "mon-fri 8h"), ("2026-06-01", "mon-fri 6h")]}))
    assert minutes(plan, "2026-05-29..2026-06-01") == [480, 0, 0, 360]


def test_the_mean_working_day_is_of_the_record_in_force():
    plan = vendor(
        reported("2026-11-23", *[400] * 4, 200, 0, 0),
        time=working_time("mon-wed 8h, thu 4h", {"bo": [("2026-11-18", "mon 1h")]}),
    )
    for who, when, mean in (
        ("ana", "2026-11-16", (1680, 4)),
        ("ana", "2026-11-29", (1800, 5)),
        ("bo", "2026-11-17", (1680, 4)),
        ("bo", "2026-11-20", (60, 1)),
    ):
        sums, counts = mean_days(plan, np.array([index(plan, who)], np.int32), day_number(day(when)), 1)
        assert (int(sums[0, 0]), int(counts[0, 0])) == mean


def test_many_people_are_asked_at_once():
    plan = vendor(time=working_time(own={"bo": [("2026-11-17", "mon-sun 5h")]}))
    ana, bo = index(plan, "ana"), index(plan, "bo")
    found = working(plan, np.array([bo, ana, bo], np.int32), day_number(day("2026-11-16")), 2)
    assert found.tolist() == [[480, 300], [480, 480], [480, 300]]
    assert working(plan, np.zeros(0, np.int32), 0, 3).shape == (0, 3)


def test_public_holidays_come_from_their_country_and_part():
    bavaria = load_holidays("DE-BY", [2026])
    assert bavaria.shares[date(2026, 1, 6)] == 1
    assert bavaria.names[date(2026, 12, 25)] == "Christmas Day"
    assert date(2026, 1, 6) not in load_holidays("de", [2026]).shares
    for code in ("XX", "DE-XX", "Bavaria", ""):
        with pytest.raises(ValueError, match="there are no holidays for"):
            load_holidays(code, [2026])
