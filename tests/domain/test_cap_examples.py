"""The worked examples of docs/capacity.md, each by its id, through real readings and plans.

8 h Monday to Friday unless said otherwise. 2026-11-16 is a Monday.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from planner_gui.domain.capacity import table
from planner_gui.domain.checks import findings
from planner_gui.domain.entities import CountsAs, Task
from planner_gui.domain.plan import Plan
from planner_gui.domain.receipt import as_text, receipt
from tests.domain.cases import (
    booking,
    capacity,
    day,
    event,
    index,
    leave,
    load,
    numbers,
    plan_of,
    span,
    task,
    timed,
    working_time,
)

WEEK = "2026-11-16..20"
FREE = [0, 0]


def tempo(*items: object, **more: object) -> Plan:
    return plan_of({"tempo": items}, **more)  # type: ignore[arg-type]


def percent(plan: Plan, days: str) -> float | None:
    """Utilisation: sum of load / sum of capacity, no percentage where capacity is 0."""
    numbers_ = numbers(plan, days)
    total = int(numbers_.capacity.sum())
    return 100 * int(numbers_.load.sum()) / total if total else None


def test_CAP_T1_a_full_week_is_eight_hours_a_day():
    plan = tempo(booking("ana", "2014-11-10..14", commitment=100, seconds=144000))
    assert load(plan, "2014-11-09..16") == [0, 480, 480, 480, 480, 480, 0, 0]


def test_CAP_T2_a_total_falls_on_no_weekend():
    plan = tempo(booking("ana", "2014-08-27..31", seconds=86400))
    assert load(plan, "2014-08-27..31") == [480, 480, 480, 0, 0]


@pytest.mark.parametrize(("minutes", "days"), [(600, [200, 200, 200]), (601, [201, 200, 200])])
def test_CAP_T3_a_total_is_spread_to_the_minute(minutes, days):
    plan = tempo(booking("ana", "2026-11-16..18", seconds=minutes * 60))
    assert load(plan, "2026-11-16..18") == days


def test_CAP_T4_a_commitment_is_a_share_of_working_time():
    plan = tempo(booking("ana", WEEK, commitment=50, seconds=0))
    assert load(plan, WEEK) == [240] * 5


def test_CAP_T5_a_team_plan_loads_its_members_and_not_itself():
    plan = tempo(
        booking("", WEEK, ref="9", team="5", commitment=100, seconds=0),
        booking("ana", WEEK, ref="9", team="5", seconds=144000, reflection=True),
        booking("bo", WEEK, ref="9", team="5", seconds=72000, reflection=True),
    )
    assert load(plan, WEEK) == [480] * 5
    assert load(plan, WEEK, "bo") == [240] * 5
    assert int(table(plan, np.array([0, 1], np.int32), span(WEEK)).unscheduled.sum()) == 0


def test_CAP_T6_a_weekly_plan_repeats_until_its_end():
    plan = tempo(
        booking("ana", "2014-11-10..11", commitment=100, seconds=57600, rule="WEEKLY", until=day("2014-11-27")),
        read="2014-11-10..20",
    )
    assert load(plan, "2014-11-10..20") == [480, 480, *[0] * 5, 480, 480, 0, 0]


def test_CAP_T7_a_monthly_plan_is_clamped_to_the_month():
    plan = tempo(
        booking(
            "ana", "2027-01-31", seconds_per_day=28800, rule="MONTHLY", until=day("2027-06-30"),
            include_non_working=True,
        )
    )  # fmt: skip
    found = numbers(plan, "2027-01-01..2027-06-30").load[0]
    days = [date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30), date(2027, 5, 31)]
    first = date(2027, 1, 1).toordinal()
    assert {date.fromordinal(first + int(i)): int(found[i]) for i in np.flatnonzero(found)} == dict.fromkeys(
        [*days, date(2027, 6, 30)], 480
    )


def test_CAP_B1_a_holiday_takes_its_day():
    plan = tempo(time=working_time(holidays={"2026-11-16": 1}))
    assert capacity(plan, "2026-11-16..22") == [0, 480, 480, 480, 480, *FREE]
    assert sum(capacity(plan, "2026-11-16..22")) == 1920


def test_CAP_B2_a_half_day_absence_halves_each_day():
    plan = plan_of({"bigpicture": [leave("ana", WEEK, 50)]})
    assert capacity(plan, "2026-11-16..22") == [240] * 5 + FREE


def test_CAP_B3_one_half_day_is_four_hours():
    plan = plan_of({"bigpicture": [leave("ana", "2026-11-18", 50)]})
    assert sum(capacity(plan, "2026-11-16..22")) == 2160


def test_CAP_B4_half_of_six_hours_is_three():
    plan = plan_of({"bigpicture": [leave("ana", "2026-11-18", 50)]}, time=working_time("mon-fri 6h"))
    assert capacity(plan, "2026-11-18") == [180]


def test_CAP_B5_more_than_fits_is_negative_availability():
    plan = tempo(booking("ana", WEEK, seconds=48 * 3600))
    found = numbers(plan, "2026-11-16..22")
    assert int((found.capacity - found.load).sum()) == -480
    assert percent(plan, "2026-11-16..22") == 120


def test_CAP_B6_the_same_leave_in_two_services_counts_once():
    plan = plan_of({"bigpicture": [leave("ana", WEEK)], "worktime": [event("ana", "2026-11-16..18")]})
    assert capacity(plan, "2026-11-16..22") == [0] * 7
    found = [f for f in findings(plan, span(WEEK)) if f.check == "absence-differs"]
    assert [(f.person, f.start, f.end) for f in found] == [(index(plan), day("2026-11-16"), day("2026-11-20"))]
    assert found[0].text.startswith("dates differ")
    assert sorted(int(n) for n in plan.columns["counts_as"]) == [CountsAs.ABSENCE, CountsAs.DUPLICATE]


def test_CAP_B7_the_largest_absence_of_a_day_counts():
    plan = plan_of({"bigpicture": [leave("ana", "2026-11-18", 50)], "worktime": [event("ana", "2026-11-18")]})
    assert capacity(plan, "2026-11-18") == [0]


def test_CAP_N1_a_holiday_on_saturday_changes_nothing():
    plan = tempo(time=working_time(holidays={"2026-08-15": 1}))
    assert sum(capacity(plan, "2026-08-10..16")) == 2400


def test_CAP_N2_half_a_day_of_leave_and_two_hours_booked():
    plan = plan_of(
        {"bigpicture": [leave("ana", "2026-11-18", 50)], "tempo": [booking("ana", "2026-11-18", seconds=7200)]}
    )
    assert capacity(plan, "2026-11-18") == [240]
    assert load(plan, "2026-11-18") == [120]


def test_CAP_N3_eight_hours_a_week_is_said_by_the_receipt():
    plan = tempo(booking("ana", WEEK, seconds_per_day=28800), time=working_time("mon-fri 96m"))
    found = numbers(plan, WEEK)
    assert (found.load - found.capacity).tolist() == [[384] * 5]
    told = as_text(plan, receipt(plan, index(plan), span("2026-11-16")))
    assert "over by 6 h 24" in told.splitlines()[0]
    assert "1 h 36  working time       workspace default, Mon-Fri 1 h 36" in told


def test_CAP_R1_utilisation_of_a_week():
    assert percent(tempo(booking("ana", WEEK, seconds=32 * 3600)), "2026-11-16..22") == 80


def test_CAP_R2_leave_makes_the_same_work_fill_the_week():
    plan = plan_of(
        {
            "bigpicture": [leave("ana", "2026-11-16")],
            "tempo": [booking("ana", "2026-11-17..20", seconds=32 * 3600)],
        }
    )
    assert percent(plan, "2026-11-16..22") == 100


def test_CAP_R3_a_week_of_unequal_days():
    plan = tempo(time=working_time("mon-wed 8h, thu 4h"))
    assert capacity(plan, "2026-11-16..22") == [480, 480, 480, 240, 0, 0, 0]
    assert sum(capacity(plan, "2026-11-16..22")) == 1680


OWN = {"ana": [("2025-01-01", "mon 8h"), ("2026-01-19", "mon 4h")]}


def test_CAP_S1_a_change_of_schedule_applies_from_its_date():
    plan = tempo(time=working_time(None, OWN))
    for monday, minutes in (("2026-01-12", 480), ("2026-01-19", 240), ("2026-01-26", 240)):
        found = numbers(plan, monday)
        assert found.known.all()
        assert found.working.tolist() == [[minutes]]
    assert not numbers(plan, "2024-12-30").known.any()


def test_CAP_S1_before_the_first_own_record_the_default_applies():
    plan = tempo(time=working_time("mon-fri 7h", OWN))
    assert numbers(plan, "2024-12-30").working.tolist() == [[420]]
    assert numbers(plan, "2025-01-06").working.tolist() == [[480]]


def test_CAP_Z1_work_on_a_day_without_capacity_is_over_by_all_of_it():
    plan = tempo(booking("ana", "2026-11-21", seconds_per_day=240 * 60, include_non_working=True))
    found = numbers(plan, "2026-11-21")
    assert int((found.load - found.capacity).sum()) == 240
    assert percent(plan, "2026-11-21") is None


def test_CAP_K1_a_task_is_shared_by_its_assignees_and_its_days():
    plan = plan_of({"bigtime": [task(("ana", "bo"), "2026-11-02", "2026-11-27", (40 - 10) * 60)]}, today="2026-11-16")
    for who in ("ana", "bo"):
        assert load(plan, "2026-11-16..27", who) == [90] * 5 + FREE + [90] * 5
        assert sum(load(plan, "2026-11-01..15", who)) == 0


def over_committed(*items: Task, today: str = "2026-11-16") -> list[tuple[date, date, int, list[str]]]:
    plan = plan_of({"bigtime": items}, today=today)
    found = [f for f in findings(plan, span("2026-11-16..29")) if f.check == "over-committed"]
    assert all(f.start and f.end and f.minutes for f in found)
    return [(f.start, f.end, f.minutes, sorted(plan.text(r, "external_id") for r in f.rows)) for f in found]


def test_CAP_W1_two_items_that_do_not_fit_into_their_week():
    found = over_committed(
        task("ana", "2026-11-16", "2026-11-20", 1500, ref="a"), task("ana", "2026-11-16", "2026-11-20", 1500, ref="b")
    )
    assert found == [(day("2026-11-16"), day("2026-11-20"), 600, ["a", "b"])]


def test_CAP_W2_work_that_fits_exactly_is_no_finding():
    assert not over_committed(
        task("ana", "2026-11-16", "2026-11-17", 480, ref="a"), task("ana", "2026-11-16", "2026-11-18", 960, ref="b")
    )


def test_CAP_W3_three_days_hold_no_more_than_three_days():
    found = over_committed(
        task("ana", "2026-11-16", "2026-11-18", 800, ref="a"), task("ana", "2026-11-16", "2026-11-18", 800, ref="b")
    )
    assert found == [(day("2026-11-16"), day("2026-11-18"), 160, ["a", "b"])]


def test_CAP_E1_overlapping_meetings_count_once():
    plan = plan_of(
        {
            "worktime": [
                timed("ana", "2026-11-16 10:00", "2026-11-16 11:00", ref="1"),
                timed("ana", "2026-11-16 10:30", "2026-11-16 11:30", ref="2"),
            ]
        },
        events={"meeting": CountsAs.LOAD},
    )
    assert load(plan, "2026-11-16") == [90]


def test_CAP_D1_a_change_of_clocks_moves_no_minute():
    plan = tempo(booking("ana", "2026-03-27..30", seconds=57600))
    assert load(plan, "2026-03-27..30") == [480, 0, 0, 480]
