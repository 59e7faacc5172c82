"""Absence (docs/capacity.md, Absence 1 to 4): the largest over the sources, and which only repeat another.

2026-11-16 is a Monday.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner_gui.domain.absences import mark_duplicates, natural, precedence
from planner_gui.domain.calendar import UNKNOWN
from planner_gui.domain.entities import CountsAs, Kind, VendorSchedule
from planner_gui.domain.plan import Plan
from planner_gui.domain.snapshot import day_date, day_number
from planner_gui.domain.working import working
from tests.domain.cases import (
    BERLIN,
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
    timed,
    working_time,
)

WEEK = "2026-11-16..20"
OFF = frozenset({("tempo", "Leave")})


def marks(plan: Plan) -> dict[str, str]:
    """External id -> what each row counts as."""
    return {plan.text(r, "external_id"): CountsAs(int(plan.columns["counts_as"][r])).name for r in range(plan.rows)}


def away(plan: Plan, days: str = WEEK, who: str = "ana") -> list[int]:
    return numbers(plan, days, who).absence[0].tolist()


def test_an_absence_takes_its_share_of_each_day():
    plan = plan_of({"bigpicture": [leave("ana", WEEK, 50)]}, time=working_time("mon-wed 8h, thu 4h"))
    assert away(plan) == [240, 240, 240, 120, 0]


def test_capacity_is_rounded_half_up_and_absence_is_the_rest():
    plan = plan_of({"bigpicture": [leave("ana", "2026-11-16", 50)]}, time=working_time("mon-fri 7m"))
    assert (capacity(plan, "2026-11-16"), away(plan, "2026-11-16")) == ([4], [3])


def test_an_unknown_type_is_only_a_label():
    assert away(plan_of({"bigpicture": [leave("ana", "2026-11-16", reason="SABBATICAL")]}), "2026-11-16") == [480]


@pytest.mark.parametrize("percent", [0, 30, 100, 250])
def test_a_share_is_at_most_the_whole_day(percent):
    plan = plan_of({"bigpicture": [leave("ana", "2026-11-16", percent)]})
    assert away(plan, "2026-11-16") == [min(480, 480 * percent // 100)]


def test_timed_leave_takes_its_minutes_and_at_most_the_day():
    plan = plan_of({"worktime": [timed("ana", "2026-11-16 09:00", "2026-11-16 11:30", "sickness")]})
    assert away(plan, "2026-11-16") == [150]
    plan = plan_of({"worktime": [timed("ana", "2026-11-16 09:00", "2026-11-18 08:00", "sickness")]})
    assert away(plan, WEEK) == [480, 480, 480, 0, 0]


def test_timed_leave_of_one_calendar_is_a_union():
    plan = plan_of(
        {
            "worktime": [
                timed("ana", "2026-11-16 09:00", "2026-11-16 11:00", "vacation", ref="1"),
                timed("ana", "2026-11-16 10:00", "2026-11-16 12:00", "sickness", ref="2"),
                timed("ana", "2026-11-16 14:00", "2026-11-16 15:00", "sickness", ref="3"),
                timed("ana", "2026-11-16 14:10", "2026-11-16 14:50", "sickness", ref="4"),
            ]
        }
    )
    assert away(plan, "2026-11-16") == [240]
    assert marks(plan) == {"1": "ABSENCE", "2": "ABSENCE", "3": "ABSENCE", "4": "DUPLICATE"}


def test_timed_leave_of_two_calendars_is_the_larger_never_the_sum():
    plan = plan_of(
        {
            "worktime": [timed("ana", "2026-11-16 09:00", "2026-11-16 11:00", "vacation", ref="1")],
            "worktime-2": [timed("ana", "2026-11-16 13:00", "2026-11-16 16:00", "vacation", ref="2")],
        }
    )
    assert away(plan, "2026-11-16") == [180]


def test_each_day_and_calendar_has_a_union_of_its_own():
    plan = plan_of(
        {
            "worktime": [timed("ana", "2026-11-17 09:00", "2026-11-17 11:00", "vacation", ref="1")],
            "worktime-2": [timed("ana", "2026-11-16 13:00", "2026-11-16 16:00", "vacation", ref="2")],
        }
    )
    assert away(plan, "2026-11-16..17") == [180, 120]


def test_shown_events_take_no_time():
    assert away(plan_of({"worktime": [event("ana", WEEK, "trip")]})) == [0] * 5


def test_a_setting_makes_a_trip_an_absence():
    assert away(plan_of({"worktime": [event("ana", WEEK, "trip")]}, events={"trip": CountsAs.ABSENCE})) == [480] * 5


def test_a_plan_on_time_off_is_an_absence_and_no_load():
    plan = plan_of({"tempo": [booking("ana", WEEK, project="Leave", seconds=20 * 3600)]}, time_off=OFF)
    assert away(plan) == [240] * 5
    assert load(plan, WEEK) == [0] * 5


def test_time_off_is_the_larger_with_other_leave():
    plan = plan_of(
        {
            "bigpicture": [leave("ana", "2026-11-16..17", 50)],
            "tempo": [booking("ana", WEEK, project="Leave", commitment=25)],
        },
        time_off=OFF,
    )
    assert away(plan) == [240, 240, 120, 120, 120]


def test_time_off_takes_at_most_the_working_day():
    plan = plan_of({"tempo": [booking("ana", WEEK, project="Leave", seconds_per_day=36000)]}, time_off=OFF)
    assert away(plan) == [480] * 5
    assert capacity(plan, WEEK) == [0] * 5


def test_time_off_on_a_weekend_does_not_repeat_itself():
    how = {"project": "Leave", "seconds_per_day": 3600, "include_non_working": True}
    items = [booking("ana", "2026-11-21..22", ref="1", **how), booking("ana", "2026-11-22", ref="2", **how)]
    assert marks(plan_of({"tempo": items}, time_off=OFF)) == {"1": "ABSENCE", "2": "DUPLICATE"}


def test_leave_never_touches_a_booking():
    plan = plan_of({"bigpicture": [leave("ana", WEEK)], "tempo": [booking("ana", WEEK, seconds=20 * 3600)]})
    assert load(plan, WEEK) == [240] * 5
    assert capacity(plan, WEEK) == [0] * 5


def test_the_first_of_equals_stays_by_source_then_start_then_id():
    plan = plan_of(
        {
            "tempo": [booking("ana", WEEK, project="Leave", commitment=100, ref="5")],
            "worktime": [event("ana", WEEK, ref="10"), event("ana", WEEK, ref="9")],
            "bigpicture": [],
        },
        time_off=OFF,
    )
    assert marks(plan) == {"9": "ABSENCE", "10": "DUPLICATE", "5": "DUPLICATE"}
    plan = plan_of({"worktime": [event("ana", WEEK, ref="1")], "bigpicture": [leave("ana", WEEK, ref="2")]})
    assert marks(plan) == {"1": "DUPLICATE", "2": "ABSENCE"}
    plan = plan_of({"bigpicture": [leave("ana", "2026-11-17..20", ref="1"), leave("ana", WEEK, ref="2")]})
    assert marks(plan) == {"1": "DUPLICATE", "2": "ABSENCE"}


def test_an_absence_that_adds_a_minute_anywhere_is_no_duplicate():
    plan = plan_of({"bigpicture": [leave("ana", "2026-11-16..19", ref="1")], "worktime": [event("ana", WEEK, ref="2")]})
    assert marks(plan) == {"1": "ABSENCE", "2": "ABSENCE"}
    plan = plan_of({"bigpicture": [leave("ana", WEEK, 50, ref="1")], "worktime": [event("ana", WEEK, ref="2")]})
    assert marks(plan) == {"1": "ABSENCE", "2": "ABSENCE"}


def test_days_without_work_add_nothing():
    days = "2026-11-16..22"
    plan = plan_of({"bigpicture": [leave("ana", WEEK, ref="1")], "worktime": [event("ana", days, ref="2")]})
    assert marks(plan) == {"1": "ABSENCE", "2": "DUPLICATE"}


def test_a_lone_absence_on_days_without_work_stays_one():
    assert marks(plan_of({"bigpicture": [leave("ana", "2026-11-21..22", ref="1")]})) == {"1": "ABSENCE"}
    both = plan_of({"bigpicture": [leave("ana", "2026-11-21..22", ref="1"), leave("ana", "2026-11-22", ref="2")]})
    assert marks(both) == {"1": "ABSENCE", "2": "DUPLICATE"}


def test_leave_that_only_follows_other_leave_is_no_duplicate():
    plan = plan_of({"bigpicture": [leave("ana", WEEK, ref="1"), leave("ana", "2026-11-21..22", ref="2")]})
    assert marks(plan) == {"1": "ABSENCE", "2": "ABSENCE"}


def test_leave_of_somebody_else_is_no_duplicate():
    plan = plan_of({"bigpicture": [leave("ana", WEEK, ref="1"), leave("bo", WEEK, ref="2")]})
    assert marks(plan) == {"1": "ABSENCE", "2": "ABSENCE"}


def test_where_working_time_is_unknown_shares_are_compared():
    plan = plan_of(
        {
            "bigpicture": [leave("ana", WEEK, 50, ref="1")],
            "worktime": [
                event("ana", "2026-11-17", ref="2"),
                timed("ana", "2026-11-16 09:00", "2026-11-16 10:00", "vacation", ref="3"),
            ],
            "tempo": [
                booking("ana", "2026-11-18", project="Leave", commitment=50, ref="4"),
                booking("ana", "2026-11-19", project="Leave", commitment=60, ref="5"),
            ],
        },
        time=working_time(None),
        time_off=OFF,
    )
    assert marks(plan) == {"1": "ABSENCE", "2": "ABSENCE", "3": "DUPLICATE", "4": "DUPLICATE", "5": "ABSENCE"}


def test_an_absence_with_bad_dates_neither_counts_nor_hides_another():
    plan = plan_of({"bigpicture": [leave("ana", "2026-11-20..16", ref="1"), leave("ana", WEEK, 50, ref="2")]})
    assert away(plan) == [240] * 5
    assert marks(plan)["2"] == "ABSENCE"


def test_marking_twice_marks_the_same():
    plan = plan_of({"bigpicture": [leave("ana", WEEK, ref="1")], "worktime": [event("ana", WEEK, ref="2")]})
    assert mark_duplicates(plan).tolist() == plan.columns["counts_as"].tolist()


def test_leave_without_an_end_is_no_different():
    plan = plan_of(
        {"bigpicture": [leave("ana", "2026-11-18..2099-12-31", ref="1")], "worktime": [event("ana", WEEK, ref="2")]}
    )
    assert marks(plan) == {"1": "ABSENCE", "2": "ABSENCE"}
    assert away(plan) == [480] * 5


def test_ids_are_ordered_as_numbers():
    assert sorted(["10", "9", "a2", "a10", ""], key=natural) == ["", "9", "10", "a2", "a10"]


def test_a_vendors_longer_day_is_taken_whole():
    schedule = VendorSchedule(account="ana", start=day("2026-11-16"), minutes=(600,))
    plan = plan_of(
        [snapshot("tempo", read=span(WEEK), schedules=[schedule]),
         snapshot("bigpicture", [leave("ana", WEEK, 50)], read=span(WEEK))]
    )  # fmt: skip
    assert away(plan, "2026-11-16") == [300]


# An independent count, minute by minute


@st.composite
def absences_(draw):
    first = draw(st.integers(0, 9))
    start = day("2026-11-14") + timedelta(days=first)
    days = f"{start}..{start + timedelta(days=draw(st.integers(0, 5)))}"
    ref = str(draw(st.integers(0, 10**6)))
    match draw(st.integers(0, 4)):
        case 0:
            return "bigpicture", leave("ana", days, draw(st.sampled_from([25, 50, 100])), ref=ref)
        case 1:
            return "worktime", event("ana", days, "vacation", ref=ref)
        case 2 | 3:
            at, length = draw(st.integers(0, 1439)), draw(st.integers(1, 1600))
            begin = datetime.combine(start, time(at // 60, at % 60))
            end = begin + timedelta(minutes=length)
            return draw(st.sampled_from(["worktime", "worktime-2"])), timed(
                "ana", f"{begin:%Y-%m-%d %H:%M}", f"{end:%Y-%m-%d %H:%M}", "vacation", ref=ref
            )
        case _:
            return "tempo", booking("ana", days, project="Leave", ref=ref, commitment=draw(st.sampled_from([40, 100])))


def by_hand(plan: Plan, rows: list[int], number: int, minutes: int) -> int:
    """A day's absence from some rows, by sets of minutes and plain arithmetic."""
    midnight = datetime.combine(day_date(number), time(), BERLIN).astimezone(UTC)
    best, times = 0, {}
    for row in rows:
        first, last = int(plan.columns["start"][row]), int(plan.columns["end"][row])
        connection = int(plan.columns["connection"][row])
        held = plan.snapshots[connection].timed
        at = np.flatnonzero(held.row == plan.columns["row"][row])
        if len(at):
            base = int(midnight.timestamp()) // 60
            begin, end = int(held.start_minute[at[0]]) - base, int(held.end_minute[at[0]]) - base
            times.setdefault(connection, set()).update(range(max(begin, 0), min(end, 1440)))
        elif first <= number <= last:
            kind = plan.kind(row)
            share = 100 if kind == Kind.EVENT else plan.value(row, "percent") / 100
            taken = minutes * share / 100
            # Capacity is rounded half up; a plan's own minutes are.
            taken = int(taken + 0.5) if kind == Kind.ALLOCATION else minutes - int(minutes - taken + 0.5)
            best = max(best, taken)
    return max([best, *(min(minutes, len(found)) for found in times.values())])


@given(
    st.lists(absences_(), max_size=9, unique_by=lambda i: i[1].external_id),
    st.sampled_from(["mon-fri 8h", "mon-sun 7h33"]),
)
@settings(max_examples=30, deadline=None)
def test_absence_is_what_a_count_by_minutes_says(items, week):
    names = ("bigpicture", "worktime", "worktime-2", "tempo")
    plan = plan_of(
        {name: [item for where, item in items if where == name] for name in names},
        time_off=OFF,
        time=working_time(week),
        read="2026-11-01..30",
    )
    lo, count = day_number(day("2026-11-12")), 18
    minutes = working(plan, np.array([index(plan)], np.int32), lo, count)[0].tolist()
    rows = list(range(plan.rows))
    expected = [by_hand(plan, rows, lo + i, m) for i, m in enumerate(minutes)]
    assert UNKNOWN not in minutes
    assert away(plan, "2026-11-12..29") == expected
    # What is marked adds nothing to those before it, and only that is marked.
    start, end = plan.columns["start"], plan.columns["end"]
    ordered = precedence(plan, np.array(rows, np.int64)).tolist()
    before = [0] * count
    for i, row in enumerate(ordered):
        after = [by_hand(plan, ordered[: i + 1], lo + d, m) for d, m in enumerate(minutes)]
        follows = any(start[other] <= end[row] and start[row] <= end[other] for other in ordered[:i])
        assert (plan.columns["counts_as"][row] == CountsAs.DUPLICATE) == (after == before and follows)
        before = after


def test_a_repeated_time_is_still_part_of_its_calendars_union():
    plan = plan_of(
        {
            "worktime": [timed("ana", "2026-11-15 22:00", "2026-11-16 00:01", "vacation", ref="1")],
            "worktime-2": [
                timed("ana", "2026-11-16 00:00", "2026-11-16 00:01", "vacation", ref="2"),
                timed("ana", "2026-11-16 00:01", "2026-11-16 00:02", "vacation", ref="3"),
            ],
        }
    )
    assert marks(plan) == {"1": "ABSENCE", "2": "DUPLICATE", "3": "ABSENCE"}
    assert away(plan, "2026-11-16") == [2]
