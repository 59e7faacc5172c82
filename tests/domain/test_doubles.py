"""One leave in two services stands in one bar, over all its days, in one lane; what counts stays as it is."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from planner_gui.domain.doubles import bars_of, holder_of, within
from planner_gui.domain.entities import CountsAs
from planner_gui.domain.plan import Plan
from planner_gui.domain.snapshot import NO_DAY, day_date
from tests.domain.cases import booking, event, index, leave, plan_of, task

WEEK = "2026-11-16..2026-11-20"


def bars(plan: Plan, who: str = "ana") -> list[tuple[str, str, str, int]]:
    """What is drawn of a person: connection, first and last day, lane."""
    here = plan.rows_of(index(plan, who))
    found = bars_of(plan, index(plan, who))
    return [
        (
            plan.snapshots[plan.columns["connection"][row]].connection,
            day_date(int(found.start[at])).isoformat()[5:],
            day_date(int(found.end[at])).isoformat()[5:],
            int(found.lane[at]),
        )
        for at, row in enumerate(range(here.start, here.stop))
        if found.start[at] != NO_DAY
    ]


def test_the_same_leave_in_two_services_is_one_bar_of_the_one_that_counts() -> None:
    plan = plan_of({"worktime": [event("ana", WEEK)], "bigpicture": [leave("ana", WEEK)]})
    assert bars(plan) == [("bigpicture", "11-16", "11-20", 0)]
    (counted,) = np.flatnonzero(plan.columns["counts_as"] == CountsAs.ABSENCE).tolist()
    (double,) = np.flatnonzero(plan.columns["counts_as"] == CountsAs.DUPLICATE).tolist()
    assert (holder_of(plan, double), holder_of(plan, counted)) == (counted, counted)
    assert (within(plan, counted), within(plan, double)) == ([double], [])


def test_the_bar_reaches_over_the_days_of_both() -> None:
    """A calendar's vacation from Saturday to Sunday adds nothing to a leave from Monday to Friday."""
    plan = plan_of({"worktime": [event("ana", "2026-11-14..2026-11-22")], "bigpicture": [leave("ana", WEEK)]})
    assert bars(plan) == [("bigpicture", "11-14", "11-22", 0)]


def test_a_bar_that_begins_earlier_by_its_double_keeps_out_of_the_way_of_others() -> None:
    plan = plan_of(
        {
            "worktime": [event("ana", "2026-11-14..2026-11-22")],
            "bigpicture": [leave("ana", WEEK)],
            "tempo": [booking("ana", "2026-11-15..2026-11-15"), booking("ana", "2026-11-23..2026-11-24", ref="42")],
        }
    )
    assert bars(plan) == [
        ("tempo", "11-15", "11-15", 1),
        ("bigpicture", "11-14", "11-22", 0),
        ("tempo", "11-23", "11-24", 0),
    ]


def test_absences_that_each_take_time_are_a_bar_each() -> None:
    plan = plan_of({"worktime": [event("ana", "2026-11-19..2026-11-24")], "bigpicture": [leave("ana", WEEK)]})
    assert len(bars(plan)) == 2
    assert not bars_of(plan, 0).holder


def test_somebody_elses_leave_is_their_own() -> None:
    plan = plan_of({"worktime": [event(("ana", "bo"), WEEK)], "bigpicture": [leave("ana", WEEK)]})
    assert bars(plan, "bo") == [("worktime", "11-16", "11-20", 0)]
    assert bars(plan) == [("bigpicture", "11-16", "11-20", 0)]


def test_a_double_of_two_leaves_stands_with_the_first() -> None:
    parts = [leave("ana", "2026-11-16..2026-11-17"), leave("ana", "2026-11-18..2026-11-20", ref="second")]
    plan = plan_of({"worktime": [event("ana", WEEK)], "bigpicture": parts})
    assert bars(plan) == [("bigpicture", "11-16", "11-20", 0), ("bigpicture", "11-18", "11-20", 1)]


def test_bars_are_made_once_and_those_of_nobody_are_as_they_are() -> None:
    plan = plan_of({"bigpicture": [leave("ana", WEEK)], "bigtime": [task((), *WEEK.split(".."), 60)]})
    assert bars_of(plan, 0) is bars_of(plan, 0)
    nobody = bars_of(plan, len(plan.people))
    assert (len(nobody.start), nobody.lane.tolist()) == (1, [0])


days = st.integers(1, 28).map(lambda day: f"2026-11-{day:02}")
runs = st.tuples(days, days).map(sorted).map("..".join)


@given(st.lists(st.tuples(st.sampled_from(["ana", "bo"]), st.sampled_from("aew"), runs), max_size=14))
@settings(max_examples=80, deadline=None)
def test_every_item_is_in_exactly_one_bar_and_no_two_of_a_lane_overlap(drawn: list[tuple[str, str, str]]) -> None:
    absences = [leave(who, run, ref=str(n)) for n, (who, kind, run) in enumerate(drawn) if kind == "a"]
    events = [event(who, run, ref=str(n)) for n, (who, kind, run) in enumerate(drawn) if kind == "e"]
    work = [booking(who, run, ref=str(n)) for n, (who, kind, run) in enumerate(drawn) if kind == "w"]
    plan = plan_of({"bigpicture": absences, "worktime": events, "tempo": work})
    for who in range(len(plan.people)):
        _check_person(plan, who)


def _check_person(plan: Plan, who: int) -> None:
    here, found = plan.rows_of(who), bars_of(plan, who)
    start, end, lane = found.start, found.end, found.lane
    shown = [at for at in range(here.stop - here.start) if start[at] != NO_DAY]
    for row in range(here.start, here.stop):
        holder = holder_of(plan, row) - here.start
        assert holder in shown
        assert start[holder] <= plan.columns["start"][row]
        assert end[holder] >= plan.columns["end"][row]
    assert all(lane[at] < plan.lanes[who] for at in shown)
    for one in shown:
        for other in shown:
            if one < other and lane[one] == lane[other]:
                assert end[one] < start[other] or end[other] < start[one]
