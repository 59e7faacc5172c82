"""Load and capacity per person and day (docs/capacity.md, Load 1 to 6), beyond the worked examples.

2026-11-16 is a Monday.
"""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner_gui.domain.capacity import capacities, item_days, table
from planner_gui.domain.entities import Account, CountsAs, Membership, Page, Record, Span, Team, VendorSchedule
from planner_gui.domain.plan import Plan
from planner_gui.domain.reading import Reading
from planner_gui.domain.snapshot import day_number
from planner_gui.domain.spread import equal_parts, in_proportion, pairs
from tests.domain.cases import (
    BERLIN,
    READ_AT,
    booking,
    capacity,
    day,
    event,
    index,
    leave,
    load,
    numbers,
    plan_of,
    snapshot,
    span,
    task,
    timed,
    working_time,
)

WEEK = "2026-11-16..20"
LOAD = {"meeting": CountsAs.LOAD, "trip": CountsAs.LOAD}


def tempo(*items, **more) -> Plan:
    return plan_of({"tempo": items}, **more)


def unscheduled(plan: Plan, days: str, who: str = "ana") -> int:
    return int(numbers(plan, days, who).unscheduled[0])


# Load 1: what an allocation puts on its days


def test_seconds_a_day_come_before_a_total_and_that_before_a_commitment():
    assert load(tempo(booking("ana", WEEK, seconds_per_day=3600, seconds=7200, commitment=100)), WEEK) == [60] * 5
    assert load(tempo(booking("ana", WEEK, seconds=18000, commitment=100)), WEEK) == [60] * 5


def test_a_total_follows_the_length_of_the_days():
    plan = tempo(booking("ana", "2026-11-16..19", seconds=700 * 60), time=working_time("mon-wed 8h, thu 4h"))
    assert load(plan, "2026-11-16..19") == [200, 200, 200, 100]


def test_the_largest_remainder_gets_the_minute_that_is_left():
    # 100 over 480, 240, 480: 40, 20, 40; 101: 40.4, 20.2, 40.4 -> the earlier of the two larger remainders.
    plan = tempo(booking("ana", "2026-11-16..18", seconds=101 * 60), time=working_time("mon 8h, tue 4h, wed 8h"))
    assert load(plan, "2026-11-16..18") == [41, 20, 40]
    # 3 over 100 and 400 minutes: 0.6 and 2.4.
    plan = tempo(booking("ana", "2026-11-16..17", seconds=3 * 60), time=working_time("mon 100m, tue 400m"))
    assert load(plan, "2026-11-16..17") == [1, 2]


def test_holidays_are_no_days_of_a_plan_and_absences_are():
    plan = plan_of(
        {"tempo": [booking("ana", WEEK, seconds=4 * 3600)], "bigpicture": [leave("ana", "2026-11-17")]},
        time=working_time(holidays={"2026-11-16": 1}),
    )
    assert load(plan, WEEK) == [0, 60, 60, 60, 60]


def test_a_commitment_rounds_half_up_each_day():
    assert load(tempo(booking("ana", "2026-11-16", commitment=12.5), time=working_time("mon-fri 4m")), WEEK)[0] == 1
    assert load(tempo(booking("ana", "2026-11-16", commitment=12.4), time=working_time("mon-fri 4m")), WEEK)[0] == 0


def test_with_non_working_days_every_day_counts():
    days = "2026-11-20..23"
    with_all = {"include_non_working": True}
    assert load(tempo(booking("ana", days, seconds_per_day=3600, **with_all)), days) == [60] * 4
    assert load(tempo(booking("ana", days, seconds=10 * 60, **with_all)), days) == [3, 3, 2, 2]
    time = working_time("mon-wed 8h, thu 4h")
    assert load(tempo(booking("ana", days, commitment=50, **with_all), time=time), days) == [210] * 4


def test_a_span_without_a_working_day_is_unscheduled_and_on_no_day():
    weekend = "2026-11-21..22"
    for given_, lost in (({"seconds": 3600}, 60), ({"seconds_per_day": 3600}, 120), ({"commitment": 50}, 0)):
        plan = tempo(booking("ana", weekend, **given_))
        assert load(plan, "2026-11-16..29") == [0] * 14
        assert unscheduled(plan, "2026-11-16..29") == lost
        assert unscheduled(plan, "2026-11-16..20") == 0  # it does not touch these days


def test_unscheduled_holds_only_what_would_be_load():
    plan = plan_of({"bigtime": [task("ana", None, None, 600)]}, tasks=CountsAs.SHOW)
    assert unscheduled(plan, WEEK) == 0


def test_work_outside_the_asked_days_does_not_change_them():
    plan = tempo(booking("ana", "2026-11-09..27", seconds=15 * 7 * 60 + 60))
    assert load(plan, WEEK) == [7] * 5
    assert load(plan, "2026-11-09..13") == [8, 7, 7, 7, 7]


def test_an_open_end_far_away_is_no_different():
    plan = tempo(
        booking("ana", "2026-11-16..2099-12-31", commitment=50, ref="1"),
        booking("ana", "1999-01-01..2099-12-31", seconds_per_day=600, ref="2"),
        booking("bo", "2026-01-01..2045-12-31", seconds=5217 * 3600, ref="3"),
    )
    assert load(plan, "2026-11-20..23") == [250, 0, 0, 250]
    assert load(plan, "2026-11-20..23", "bo") == [60, 0, 0, 60]  # 5,217 working days


def test_where_nobody_works_for_years_the_whole_span_decides():
    long = "2020-01-01..2030-12-31"
    items = [booking(who, long, seconds_per_day=600, ref=who) for who in ("ana", "bo")]
    never = working_time("none", {"ana": [("2030-12-30", "mon-fri 8h")]})
    plan = tempo(*items, time=never, read="2014-01-01..2031-12-31")
    assert unscheduled(plan, WEEK) == 0
    assert unscheduled(plan, WEEK, "bo") == 600 // 60 * (date(2030, 12, 31) - date(2019, 12, 31)).days
    assert load(plan, "2030-12-30..31") == [10, 10]


def test_the_days_of_a_very_long_item_are_all_there():
    plan = tempo(booking("ana", "2026-01-01..2045-12-31", seconds=5217 * 3600))
    found = item_days(plan, np.array([0]))
    assert (len(found.day), int(found.minutes.sum())) == (5217, 5217 * 60)


# Load 2 and 3: teams and recurrence


def test_a_reflection_lasts_as_long_as_the_membership():
    reading = Reading("tempo", "tempo", span("2026-11-01..30"), BERLIN)
    reading.add(
        Page(
            accounts=(Account(key="ana", name="Ana"),),
            teams=(Team(key="5", name="Platform"),),
            memberships=(Membership(team="5", account="ana", start=day("2026-11-18")),),
            records=(
                Record(booking("", WEEK, ref="9", team="5", seconds=0), b"{}"),
                Record(booking("ana", WEEK, ref="9", team="5", seconds=10 * 3600, reflection=True), b"{}"),
            ),
        )
    )
    plan = plan_of([reading.finish(READ_AT)])
    assert load(plan, WEEK) == [0, 0, 120, 120, 120]


def weekly(days: str, **more) -> Plan:
    return tempo(booking("ana", days, rule="WEEKLY", until=day("2026-12-31"), **more.pop("how", {})), **more)


def test_a_later_occurrence_keeps_the_rate_of_the_first():
    plan = weekly("2026-11-16..20", how={"seconds": 301 * 60})
    assert load(plan, "2026-11-30..2026-12-04") == [61, 60, 60, 60, 60]


def test_a_holiday_drops_its_day_of_a_later_occurrence():
    plan = weekly("2026-11-16..20", how={"seconds": 300 * 60}, time=working_time(holidays={"2026-11-25": 1}))
    assert load(plan, "2026-11-23..27") == [60, 60, 0, 60, 60]
    half = weekly("2026-11-16..20", how={"seconds": 300 * 60}, time=working_time(holidays={"2026-11-25": 0.5}))
    assert load(half, "2026-11-23..27") == [60, 60, 30, 60, 60]


def test_a_holiday_in_the_first_span_does_not_raise_the_rate_of_the_later_ones():
    plan = weekly("2026-11-16..20", how={"seconds": 300 * 60}, time=working_time(holidays={"2026-11-18": 1}))
    assert load(plan, "2026-11-16..20") == [75, 75, 0, 75, 75]
    assert load(plan, "2026-11-23..27") == [60] * 5


def test_a_later_occurrence_that_is_all_holiday_is_unscheduled():
    plan = weekly("2026-11-16", how={"seconds": 3600}, time=working_time(holidays={"2026-11-23": 1}))
    assert load(plan, "2026-11-23..29") == [0] * 7
    assert unscheduled(plan, "2026-11-23..29") == 60


def test_a_monthly_total_on_a_weekend_is_unscheduled():
    plan = tempo(booking("ana", "2026-11-20", seconds=3600, rule="MONTHLY", until=day("2026-12-31")))
    assert load(plan, "2026-12-20") == [0]
    assert unscheduled(plan, "2026-12-14..20") == 60


def test_a_total_without_a_rate_is_unscheduled_in_its_later_occurrences_too():
    plan = tempo(booking("ana", "2026-11-21", seconds=3600, rule="MONTHLY", until=day("2026-12-31")))
    assert load(plan, "2026-12-21") == [0]
    assert unscheduled(plan, "2026-12-21") == 60


# Load 4: tasks


def test_a_task_is_spread_from_today_to_its_due_date():
    plan = plan_of({"bigtime": [task("ana", "2026-11-02", "2026-11-20", 300)]}, today="2026-11-18")
    assert load(plan, WEEK) == [0, 0, 100, 100, 100]


def test_a_task_that_begins_later_waits():
    plan = plan_of({"bigtime": [task("ana", "2026-11-19", "2026-11-20", 300)]})
    assert load(plan, WEEK) == [0, 0, 0, 150, 150]


def test_due_today_is_not_overdue():
    plan = plan_of({"bigtime": [task("ana", "2026-11-02", "2026-11-16", 300)]})
    assert load(plan, WEEK) == [300, 0, 0, 0, 0]


def test_overdue_work_falls_on_the_first_working_day_from_today():
    plan = plan_of({"bigtime": [task("ana", "2026-11-02", "2026-11-13", 300)]}, today="2026-11-21")
    assert load(plan, "2026-11-20..24") == [0, 0, 0, 300, 0]
    assert load(plan, "2026-11-02..15") == [0] * 14
    assert unscheduled(plan, "2026-11-02..29") == 0


@pytest.mark.parametrize("start", [None, "2026-11-10", "2026-11-18"])
def test_a_task_without_a_due_date_is_unscheduled(start):
    plan = plan_of({"bigtime": [task("ana", start, None, 300)]})
    assert load(plan, WEEK) == [0] * 5
    assert unscheduled(plan, WEEK) == 300


def test_an_undated_task_stands_at_today():
    plan = plan_of({"bigtime": [task("ana", None, None, 300)]}, today="2026-11-18")
    found = [unscheduled(plan, days) for days in ("2026-11-16..17", "2026-11-18", "2026-11-16..20", "2026-11-19..20")]
    assert found == [0, 300, 300, 0]


def test_the_day_of_overdue_work_is_found_without_a_span():
    plan = plan_of({"bigtime": [task("ana", "2026-11-02", "2026-11-13", 300)]}, today="2026-11-21")
    found = item_days(plan, np.array([0]))
    assert (found.day.tolist(), found.minutes.tolist()) == ([day_number(day("2026-11-23"))], [300])


def test_a_task_due_on_days_without_work_is_unscheduled():
    plan = plan_of({"bigtime": [task("ana", "2026-11-16", "2026-11-22", 300)]}, today="2026-11-21")
    assert unscheduled(plan, "2026-11-21..22") == 300


@pytest.mark.parametrize("more", [{"archived": True}, {"start": "2026-11-20", "due": "2026-11-16"}])
def test_archived_tasks_and_bad_dates_are_not_counted(more):
    start, due = more.pop("start", "2026-11-16"), more.pop("due", "2026-11-20")
    plan = plan_of({"bigtime": [task("ana", start, due, 300, **more)]})
    assert load(plan, WEEK) == [0] * 5
    assert unscheduled(plan, WEEK) == 0


def test_a_task_of_nobody_is_in_no_persons_load():
    plan = plan_of({"bigtime": [task((), "2026-11-16", "2026-11-20", 300)]})
    people = np.arange(len(plan.people), dtype=np.int32)
    assert int(table(plan, people, span(WEEK)).load.sum()) == 0
    assert len(item_days(plan, np.arange(plan.rows)).row) == 0


def test_the_remainder_of_a_shared_task_goes_to_the_first_assignee():
    plan = plan_of({"bigtime": [task(("ana", "bo"), "2026-11-16", "2026-11-16", 301)]})
    assert (load(plan, WEEK)[0], load(plan, WEEK, "bo")[0]) == (151, 150)


# Load 5 and 6: events


def meetings(*items, **more) -> Plan:
    return plan_of({"worktime": items}, events=more.pop("events", LOAD), **more)


def test_events_that_are_only_shown_add_nothing():
    plan = meetings(timed("ana", "2026-11-16 10:00", "2026-11-16 11:00"), events={})
    assert load(plan, "2026-11-16") == [0]


def test_meetings_are_at_most_the_working_day():
    long = timed("ana", "2026-11-16 06:00", "2026-11-17 08:00")
    assert load(meetings(long), "2026-11-16..17") == [480, 480]
    assert load(meetings(timed("ana", "2026-11-21 10:00", "2026-11-21 12:00")), "2026-11-21") == [0]


def test_a_trip_that_counts_takes_the_day_and_its_meetings_with_it():
    plan = meetings(
        timed("ana", "2026-11-16 10:00", "2026-11-16 11:00", ref="m"),
        event("ana", "2026-11-16..17", "trip", ref="t", title="Fair"),
    )
    assert load(plan, "2026-11-16..18") == [480, 480, 0]
    found = item_days(plan, np.arange(plan.rows), span("2026-11-16..18"))
    assert {plan.text(int(r), "title") for r in found.row} == {"Fair"}


def test_a_whole_day_is_told_before_a_meeting_that_begins_at_midnight():
    plan = meetings(
        timed("ana", "2026-11-15 22:00", "2026-11-16 09:00", ref="1"),
        event("ana", "2026-11-16", "trip", ref="2", title="Fair"),
    )
    found = item_days(plan, np.arange(plan.rows), span("2026-11-16"))
    assert [plan.text(int(r), "title") for r in found.row] == ["Fair"]


def test_an_event_until_the_end_of_time_puts_nothing_on_any_day():
    plan = meetings(event("ana", "2026-11-16..9999-12-31", "trip"))
    assert load(plan, "2026-11-16..17") == [0, 0]
    assert len(item_days(plan, np.arange(plan.rows), span(WEEK)).row) == 0


def test_meetings_of_two_calendars_are_one_union():
    plan = plan_of(
        {
            "worktime": [timed("ana", "2026-11-16 10:00", "2026-11-16 11:00", ref="1")],
            "worktime-2": [timed("ana", "2026-11-16 10:30", "2026-11-16 11:30", ref="1")],
        },
        events=LOAD,
    )
    assert load(plan, "2026-11-16") == [90]
    assert item_days(plan, np.arange(plan.rows)).minutes.tolist() == [60, 30]


def test_one_meeting_alone_is_told_with_what_it_adds_to_the_others():
    plan = meetings(
        timed("ana", "2026-11-16 10:00", "2026-11-16 11:00", ref="1"),
        timed("ana", "2026-11-16 10:30", "2026-11-16 11:30", ref="2"),
    )
    assert item_days(plan, np.array([1])).minutes.tolist() == [30]


@pytest.mark.parametrize(
    ("zone", "days"), [("Europe/Berlin", [60, 60]), ("UTC", [120, 0]), ("America/Los_Angeles", [120, 0])]
)
def test_a_meeting_over_midnight_is_of_both_days_of_the_persons_zone(zone, days):
    item = timed("ana", "2026-11-16 23:00", "2026-11-17 01:00")
    assert load(meetings(item, zone=ZoneInfo(zone)), "2026-11-16..17") == days


@pytest.mark.parametrize(
    ("date_", "minutes"), [("2026-03-29", 23 * 60), ("2026-10-25", 25 * 60), ("2026-10-26", 24 * 60)]
)
def test_a_day_has_as_many_minutes_as_its_clocks_give_it(date_, minutes):
    after = (day(date_) + timedelta(days=1)).isoformat()
    plan = plan_of(
        {"worktime": [timed("ana", f"{date_} 00:00", f"{after} 00:00")]}, events=LOAD, time=working_time("mon-sun 24h")
    )
    assert load(plan, date_) == [min(minutes, 24 * 60)]


@pytest.mark.parametrize(
    ("zone", "date_"),
    [("Africa/Cairo", "2026-04-24"), ("Asia/Beirut", "2026-03-29"), ("America/Sao_Paulo", "2018-11-04")],
)
def test_a_day_without_midnight_begins_with_its_first_instant(zone, date_):
    where = ZoneInfo(zone)
    item = timed("ana", f"{date_} 01:00", f"{date_} 02:00", zone=where)
    plan = meetings(item, zone=where, time=working_time("mon-sun 8h"))
    before = (day(date_) - timedelta(days=1)).isoformat()
    assert load(plan, f"{before}..{date_}") == [0, 60]


# Unknown numbers


def test_dates_that_a_connection_did_not_read_are_not_known():
    plan = plan_of(
        [
            snapshot("tempo", [booking("ana", WEEK, commitment=50)], read=span("2026-11-01..18")),
            snapshot("bigpicture", read=span("2026-11-17..30")),
        ]
    )
    found = numbers(plan, WEEK)
    assert found.known.tolist() == [[False, True, True, False, False]]
    assert found.load.tolist() == [[0, 240, 240, 0, 0]]
    assert found.working.tolist() == [[0, 480, 480, 0, 0]]


def test_a_person_without_a_schedule_has_no_numbers():
    items = {
        "tempo": [booking("ana", WEEK, seconds=3600), booking("ana", WEEK, seconds_per_day=3600, ref="2")],
        "bigtime": [task("ana", None, "2026-11-13", 60), task("ana", None, "2026-11-20", 60, ref="t2")],
    }
    plan = plan_of(items, time=working_time(None))
    found = numbers(plan, WEEK)
    assert not found.known.any()
    assert int(found.load.sum() + found.capacity.sum() + found.unscheduled.sum()) == 0


def test_capacities_are_the_tables_without_load():
    plan = plan_of({"tempo": [booking("ana", WEEK, seconds=3600)], "bigpicture": [leave("ana", "2026-11-17", 50)]})
    people = np.arange(2, dtype=np.int32)
    whole, part = table(plan, people, span(WEEK)), capacities(plan, people, span(WEEK))
    assert part.capacity.tolist() == whole.capacity.tolist()
    assert part.absence.tolist() == [[0, 240, 0, 0, 0], [0] * 5]
    assert int(part.load.sum()) == 0


# D4: person-weeks by hand

HALF = {"2026-12-24": 0.5, "2026-12-25": 1, "2026-12-26": 1, "2027-01-01": 1, "2028-02-29": 0.5}
OFFICE, PART, SHIFT = "mon-fri 8h", "mon-wed 8h, thu 4h", "sat-sun 10h, mon 5h"
# Monday of the week, and the week's minutes for OFFICE, PART and SHIFT.
WEEKS = [
    ("2018-11-05", 2400, 1680, 1500),  # Brazil had changed its clocks the day before
    ("2020-02-24", 2400, 1680, 1500),  # the leap day is its Saturday
    ("2020-12-28", 2400, 1680, 1500),  # ISO week 53
    ("2024-02-26", 2400, 1680, 1500),  # the leap day is its Thursday
    ("2026-03-23", 2400, 1680, 1500),  # clocks change on its Sunday
    ("2026-03-30", 2400, 1680, 1500),
    ("2026-10-19", 2400, 1680, 1500),  # clocks change on its Sunday
    ("2026-10-26", 2400, 1680, 1500),
    ("2026-12-14", 2400, 1680, 1500),
    ("2026-12-21", 2400 - 240 - 480, 1680 - 120, 1500 - 600),  # half Thursday, all Friday, all Saturday off
    ("2026-12-28", 2400 - 480, 1680, 1500),  # ISO week 53 of 2026; Friday off
    ("2027-01-04", 2400, 1680, 1500),  # ISO week 1
    ("2028-02-21", 2400, 1680, 1500),
    ("2028-02-28", 2400 - 240, 1680 - 240, 1500),  # half of the leap day, a Tuesday, off
]


@pytest.mark.parametrize("monday", [w[0] for w in WEEKS])
def test_D4_a_person_week_is_what_a_hand_computes(monday):
    expected = next(w[1:] for w in WEEKS if w[0] == monday)
    week = Span(day(monday), day(monday) + timedelta(days=6))
    for pattern, minutes in zip((OFFICE, PART, SHIFT), expected, strict=True):
        for zone in ("Europe/Berlin", "America/Los_Angeles"):
            plan = plan_of(
                {"tempo": [booking("ana", f"{week.start}..{week.end}", commitment=100)]},
                time=working_time(pattern, holidays=HALF),
                zone=ZoneInfo(zone),
            )
            found = numbers(plan, f"{week.start}..{week.end}")
            assert int(found.working.sum()) == int(found.capacity.sum()) == int(found.load.sum()) == minutes


def test_D4_has_forty_rows():
    assert len(WEEKS) * 3 >= 40


# Properties

days_of = st.integers(0, 40).map(lambda n: date(2026, 11, 1) + timedelta(days=n))


@st.composite
def spans_(draw) -> Span:
    start = draw(days_of)
    return Span(start, start + timedelta(days=draw(st.integers(0, 20))))


weeks_ = st.sampled_from(["mon-fri 8h", PART, SHIFT, "mon-fri 7h33, sat 11m", "sun 1m"])
holidays_ = st.dictionaries(days_of.map(date.isoformat), st.sampled_from([0.25, 0.5, 1]), max_size=6)


@given(spans_(), st.integers(0, 30000), weeks_, holidays_, st.booleans())
@settings(max_examples=30, deadline=None)
def test_a_total_is_conserved_to_the_minute(when, minutes, week, off, every):
    """Spread minutes and unscheduled ones add up to exactly the vendor's total."""
    item = booking("ana", f"{when.start}..{when.end}", seconds=minutes * 60, include_non_working=every)
    plan = tempo(item, time=working_time(week, holidays=off))
    found = numbers(plan, f"{when.start}..{when.end}")
    assert int(found.load.sum() + found.unscheduled.sum()) == minutes


@st.composite
def items_(draw):
    who, when = draw(st.sampled_from(["ana", "bo"])), draw(spans_())
    days = f"{when.start}..{when.end}"
    ref = str(draw(st.integers(0, 10**6)))
    match draw(st.integers(0, 5)):
        case 0:
            how = draw(
                st.sampled_from([{"seconds": 99960}, {"seconds_per_day": 7000}, {"commitment": 33.3}, {"seconds": 60}])
            )
            more = {"rule": "WEEKLY", "until": date(2026, 12, 20)} if draw(st.booleans()) else {}
            every = draw(st.booleans())
            return "tempo", booking(who, days, ref=ref, include_non_working=every, **how, **more)
        case 1:
            return "bigpicture", leave(who, days, draw(st.sampled_from([50, 100, 30])), ref=ref)
        case 2:
            return "worktime", event(who, days, draw(st.sampled_from(["vacation", "trip", "custom"])), ref=ref)
        case 3 | 4:
            at, length = draw(st.integers(0, 1439)), draw(st.integers(1, 2000))
            begin = f"{when.start} {at // 60:02}:{at % 60:02}"
            end = (np.datetime64(begin.replace(" ", "T")) + np.timedelta64(length, "m")).astype(str).replace("T", " ")
            kind = draw(st.sampled_from(["meeting", "vacation", "sickness"]))
            return "worktime", timed(who, begin, str(end), kind, ref=ref)
        case _:
            return "bigtime", task(who, str(when.start), str(when.end), draw(st.integers(0, 5000)), ref=ref)


def plan_from(items, week="mon-fri 8h", off=None) -> Plan:
    names = ("bigpicture", "tempo", "worktime", "bigtime")
    return plan_of(
        {name: [item for where, item in items if where == name] for name in names},
        events=LOAD,
        time=working_time(week, holidays=off),
    )


@given(st.lists(items_(), max_size=12), weeks_, holidays_, st.integers(0, 59))
@settings(max_examples=25, deadline=None)
def test_splitting_the_range_changes_no_day(items, week, off, cut):
    plan = plan_from(items, week, off)
    people = np.arange(len(plan.people), dtype=np.int32)
    start = date(2026, 11, 1)
    middle, end = start + timedelta(days=cut), start + timedelta(days=60)
    whole = table(plan, people, Span(start, end))
    parts = [table(plan, people, Span(start, middle)), table(plan, people, Span(middle + timedelta(days=1), end))]
    for name in ("known", "working", "capacity", "load"):
        joined = np.concatenate([getattr(part, name) for part in parts], axis=1)
        assert joined.tolist() == getattr(whole, name).tolist()


@given(st.lists(items_(), max_size=12, unique_by=lambda i: i[1].external_id), st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_the_order_of_items_and_people_changes_no_number(items, random):
    shuffled = list(items)
    random.shuffle(shuffled)
    when = span("2026-11-01..2026-12-31")
    one, other = plan_from(items), plan_from(shuffled)
    for who in ("ana", "bo"):
        first = table(one, np.array([index(one, who)], np.int32), when)
        second = table(other, np.array([index(other, who)], np.int32), when)
        both = table(one, np.arange(2, dtype=np.int32), when)
        for name in ("working", "capacity", "load", "unscheduled"):
            assert getattr(first, name).tolist() == getattr(second, name).tolist()
            assert getattr(both, name)[index(one, who)].tolist() == getattr(first, name)[0].tolist()


@given(st.lists(items_(), max_size=12), weeks_)
@settings(max_examples=25, deadline=None)
def test_item_days_add_up_to_the_load(items, week):
    plan = plan_from(items, week)
    when = span("2026-11-01..2026-12-31")
    counted = np.flatnonzero(plan.columns["counts_as"] == CountsAs.LOAD)
    people = np.arange(len(plan.people), dtype=np.int32)
    found, whole = item_days(plan, counted, when), item_days(plan, counted)
    load_ = table(plan, people, when).load
    summed = np.zeros_like(load_)
    np.add.at(summed, (plan.columns["person"][found.row], found.day - day_number(when.start)), found.minutes)
    assert summed.tolist() == load_.tolist()
    inside = (whole.day >= day_number(when.start)) & (whole.day <= day_number(when.end))
    for name in ("row", "day", "minutes"):
        assert getattr(whole, name)[inside].tolist() == getattr(found, name).tolist()


@given(st.lists(st.tuples(st.integers(0, 5000), st.lists(st.integers(1, 1440), min_size=1, max_size=9)), max_size=8))
@settings(max_examples=50, deadline=None)
def test_proportional_parts_are_exact_and_fair(given_):
    item = np.repeat(np.arange(len(given_), dtype=np.int32), [len(weights) for _, weights in given_])
    weight = np.array([w for _, weights in given_ for w in weights], np.int16)
    total = np.array([t for t, _ in given_], np.int32)
    parts = in_proportion(item, weight, total)
    for number, (minutes, weights) in enumerate(given_):
        mine = parts[item == number].tolist()
        assert sum(mine) == minutes
        assert all(abs(part - minutes * w / sum(weights)) < 1 for part, w in zip(mine, weights, strict=True))
    assert np.bincount(item, equal_parts(item, total), len(total)).tolist() == total.tolist()


def test_pairs_are_every_day_of_every_item():
    item, days = pairs(np.array([3, 9, 5], np.int32), np.array([4, 8, 5], np.int32))
    assert (item.tolist(), days.tolist()) == ([0, 0, 2], [3, 4, 5])


def test_a_vendors_schedule_decides_what_a_commitment_is():
    schedule = VendorSchedule(account="ana", start=day("2026-11-16"), minutes=(300, 0, 480))
    plan = plan_of(
        [
            snapshot(
                "tempo",
                [booking("ana", "2026-11-16..18", commitment=50)],
                read=span("2026-11-01..30"),
                schedules=[schedule],
            )
        ]
    )
    assert capacity(plan, "2026-11-16..18") == [300, 0, 480]
    assert load(plan, "2026-11-16..18") == [150, 0, 240]
