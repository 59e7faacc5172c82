"""Findings (docs/cli.md, the list of checks) and how numbers are judged (docs/capacity.md, Judging 1, 2 and 4).

2026-11-16 is a Monday.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner_gui.domain.checks import CHECKS, Finding, count, findings, findings_of, findings_of_plan
from planner_gui.domain.entities import CountsAs, Membership, NotReadable, NotUnderstood, Project
from planner_gui.domain.judging import Level, Thresholds, level, levels, runs, windows
from planner_gui.domain.plan import Plan
from planner_gui.domain.snapshot import day_number
from tests.domain.cases import booking, day, event, index, leave, plan_of, snapshot, span, task, timed, working_time
from tests.domain.test_capacity import items_, plan_from

WEEK = "2026-11-16..20"
MONTH = "2026-11-01..30"


def found(plan: Plan, check: str, days: str = MONTH) -> list[tuple[str, str, int | None]]:
    """First and last date, and minutes, of a check's findings."""
    return [(f"{f.start}", f"{f.end}", f.minutes) for f in findings(plan, span(days)) if f.check == check]


def checks(plan: Plan, days: str = MONTH) -> list[str]:
    return [f.check for f in findings(plan, span(days))]


def one(plan: Plan, check: str, days: str = MONTH) -> Finding:
    (finding,) = [f for f in findings(plan, span(days)) if f.check == check]
    return finding


def tempo(*items, **more) -> Plan:
    return plan_of({"tempo": items}, **more)


# over-allocated


def test_over_allocated_days_are_merged_while_their_minutes_are_equal():
    plan = tempo(
        booking("ana", "2026-11-16..27", commitment=120, ref="1"), booking("ana", "2026-11-19", commitment=10, ref="2")
    )
    assert found(plan, "over-allocated") == [
        ("2026-11-16", "2026-11-18", 96),
        ("2026-11-19", "2026-11-19", 144),
        ("2026-11-20", "2026-11-20", 96),
        ("2026-11-23", "2026-11-27", 96),
    ]
    assert count(findings(plan, span(MONTH))) == 4
    assert count(findings(plan, span("2026-11-16..18"))) == 1


def test_exactly_full_is_not_over():
    assert checks(tempo(booking("ana", WEEK, commitment=100))) == []


def test_days_that_are_not_known_are_not_over():
    plan = plan_of([snapshot("tempo", [booking("ana", WEEK, commitment=120)], read=span("2026-11-16..17"))])
    assert found(plan, "over-allocated") == [("2026-11-16", "2026-11-17", 96)]


# booked-while-absent, absence-differs


def test_work_on_absent_time_is_told_with_the_minutes_that_do_not_fit():
    plan = plan_of({"tempo": [booking("ana", WEEK, commitment=75)], "bigpicture": [leave("ana", "2026-11-17..18", 50)]})
    assert found(plan, "booked-while-absent") == [("2026-11-17", "2026-11-18", 120)]


def test_work_that_fits_beside_a_half_day_is_no_finding():
    plan = plan_of({"tempo": [booking("ana", WEEK, commitment=50)], "bigpicture": [leave("ana", WEEK, 50)]})
    assert checks(plan) == []


def test_too_much_work_is_booked_on_absent_time_only_as_far_as_that_reaches():
    plan = plan_of({"tempo": [booking("ana", WEEK, commitment=200)], "bigpicture": [leave("ana", "2026-11-17", 50)]})
    assert found(plan, "booked-while-absent") == [("2026-11-17", "2026-11-17", 240)]


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (event("ana", "2026-11-16..18"), "dates differ"),
        (timed("ana", "2026-11-16 09:00", "2026-11-16 10:00", "vacation"), "dates differ and shares differ"),
    ],
)
def test_the_same_leave_told_differently_is_a_finding(other, words):
    plan = plan_of({"bigpicture": [leave("ana", WEEK)], "worktime": [other]})
    finding = one(plan, "absence-differs")
    assert finding.text.startswith(words + ": ")
    assert "BigPicture absence" in finding.text
    assert "Work Time Calendar event e1" in finding.text
    assert (finding.start, finding.end, len(finding.rows)) == (day("2026-11-16"), day("2026-11-20"), 2)


def test_another_share_of_the_same_days_differs():
    plan = plan_of({"bigpicture": [leave("ana", WEEK, 50)], "worktime": [event("ana", WEEK)]})
    assert one(plan, "absence-differs").text.startswith("shares differ: ")


def test_equal_leave_of_two_services_and_parts_of_one_calendars_day_are_no_finding():
    assert checks(plan_of({"bigpicture": [leave("ana", WEEK)], "worktime": [event("ana", WEEK)]})) == []
    halves = [
        timed("ana", "2026-11-16 09:00", "2026-11-16 10:00", "vacation", ref="1"),
        timed("ana", "2026-11-16 14:00", "2026-11-16 15:00", "vacation", ref="2"),
        timed("ana", "2026-11-16 16:00", "2026-11-17 10:00", "vacation", ref="3"),
    ]
    assert checks(plan_of({"worktime": halves})) == []


def test_absences_that_do_not_overlap_do_not_differ():
    plan = plan_of({"bigpicture": [leave("ana", "2026-11-16..17"), leave("ana", "2026-11-18..20", 50)]})
    assert checks(plan) == []


def test_a_difference_outside_the_asked_days_is_not_told():
    plan = plan_of({"bigpicture": [leave("ana", WEEK)], "worktime": [event("ana", "2026-11-18")]})
    assert checks(plan, "2026-11-23..30") == []


# items


def test_unscheduled_work_is_told_with_its_minutes():
    plan = tempo(booking("ana", "2026-11-21..22", seconds=3600), booking("bo", "2026-11-21", commitment=50, ref="2"))
    assert found(plan, "unscheduled") == [("2026-11-21", "2026-11-22", 60)]
    assert "no working day" in one(plan, "unscheduled").text
    assert "no due date" in one(plan_of({"bigtime": [task("ana", None, None, 60)]}), "unscheduled").text


def test_a_task_without_dates_has_a_finding_without_dates():
    finding = one(plan_of({"bigtime": [task("ana", None, None, 60)]}), "unscheduled")
    assert (finding.start, finding.end, finding.minutes) == (None, None, 60)


@pytest.mark.parametrize("who", ["ana", ()])
def test_overdue_tasks_are_told_even_of_nobody_and_only_shown(who):
    plan = plan_of({"bigtime": [task(who, "2026-11-02", "2026-11-13", 90)]}, tasks=CountsAs.SHOW)
    finding = one(plan, "overdue", WEEK)
    assert finding.minutes == 90
    assert "due Fri 13 Nov 2026" in finding.text
    assert finding.person == (index(plan) if who else None)
    assert one(plan, "overdue", "2026-11-10..13").row == finding.row
    assert checks(plan, "2026-11-14..15") == []


@pytest.mark.parametrize(
    "item",
    [
        task("ana", "2026-11-02", "2026-11-13", 0),
        task("ana", "2026-11-02", "2026-11-13", 90, archived=True),
        task("ana", "2026-11-02", "2026-11-16", 90),
    ],
)
def test_done_archived_or_due_today_is_not_overdue(item):
    assert "overdue" not in checks(plan_of({"bigtime": [item]}))


def test_work_after_the_end_of_its_project_is_told():
    bigtime = snapshot(
        "bigtime",
        read=span(MONTH),
        projects=[Project(key="1", name="ORION", code="OR", end=day("2026-11-18")), Project(key="2", name="Atlas")],
    )
    items = [
        booking("ana", WEEK, project="Orion", seconds=60, ref="1"),
        booking("ana", "2026-11-16..18", project="Orion", seconds=60, ref="2"),
        booking("ana", "2026-11-20", project="or", seconds=60, ref="3"),
        booking("ana", "2026-11-20", project="Atlas", seconds=60, ref="4"),
    ]
    earlier = [Project(key="1", name="Orion", end=day("2026-11-10"))]
    second = snapshot("bigtime-2", read=span(MONTH), projects=earlier)  # the later end counts
    plan = plan_of([bigtime, second, snapshot("tempo", items, read=span(MONTH))])
    assert sorted(found(plan, "after-project-end")) == [
        ("2026-11-19", "2026-11-20", None),
        ("2026-11-20", "2026-11-20", None),
    ]
    assert checks(plan, "2026-11-01..18") == []


def test_dates_the_wrong_way_round_are_told():
    finding = one(tempo(booking("ana", "2026-11-20..16", seconds=60)), "ends-before-start")
    assert (finding.start, finding.end) == (day("2026-11-16"), day("2026-11-20"))
    assert one(plan_of({"bigtime": [task("ana", "2026-11-20", "2026-11-16", 60)]}), "ends-before-start").row == 0


def test_an_unknown_repeat_rule_is_told():
    plan = tempo(booking("ana", WEEK, seconds=60, rule="FORTNIGHTLY", until=day("2026-12-31")))
    assert "unknown rule" in one(plan, "unknown-recurrence").text


# people and connections


def test_days_without_a_schedule_are_told():
    plan = tempo(people=("ana",), time=working_time(None, {"ana": [("2026-11-18", "mon-fri 8h")]}))
    assert found(plan, "no-schedule", WEEK) == [("2026-11-16", "2026-11-17", None)]


def test_an_account_that_could_not_be_joined_is_told():
    plan = plan_of([snapshot("tempo", read=span(MONTH)), snapshot("worktime", read=span(MONTH))])
    people = (replace(plan.people[0], unmatched=True), *plan.people[1:])
    finding = one(replace(plan, people=people), "unmatched-account")
    assert finding.person == 0
    assert "in tempo" in finding.text
    assert "unmatched-account" not in checks(plan)


def member(who: str, team: str, availability: float | None, dates: str = "") -> Membership:
    when = span(dates) if dates else None
    return Membership(
        team=team, account=who, availability=availability, start=when and when.start, end=when and when.end
    )


def test_memberships_of_more_than_everything_are_told():
    members = [
        member("ana", "A", 60),
        member("ana", "B", 60, "2026-11-10..20"),
        member("ana", "D", 40, "2026-11-01..09"),
        member("ana", "C", None),
        member("bo", "A", 100),
    ]
    plan = plan_of([snapshot("tempo", read=span(MONTH), memberships=members)])
    finding = one(plan, "membership-over-100")
    assert (finding.person, finding.start, finding.end) == (index(plan), day("2026-11-10"), day("2026-11-20"))
    assert "120 %" in finding.text


def test_memberships_of_two_services_are_the_same_ones():
    plan = plan_of(
        [
            snapshot("tempo", read=span(MONTH), memberships=[member("ana", "A", 60)]),
            snapshot("bigpicture", read=span(MONTH), memberships=[member("ana", "A", 60)]),
        ]
    )
    assert checks(plan) == []


def test_what_could_not_be_read_or_understood_is_told_of_no_person():
    bad = NotUnderstood(what="allocation", reason="no start")
    unread = NotReadable(resource="calendar/12", what="calendar 12", reason="the token is not tied to it")
    plan = plan_of([snapshot("tempo", read=span(MONTH), not_readable=[unread], not_understood=[bad, bad])])
    assert [(f.check, f.person, f.text) for f in findings_of_plan(plan, span(MONTH))] == [
        ("not-readable", None, "tempo: calendar 12 could not be read: the token is not tied to it"),
        ("not-understood", None, "tempo: allocation was not understood: no start (2 times)"),
    ]


# over-committed


def committed(*items, **connections) -> list[tuple[str, str, int | None]]:
    plan = plan_of({"bigtime": items, **connections})
    return found(plan, "over-committed", "2026-11-16..2026-12-31")


def test_what_is_booked_already_leaves_less_room():
    items = [task("ana", "2026-11-16", "2026-11-20", 1300)]
    assert committed(*items, tempo=[booking("ana", WEEK, commitment=50)]) == [("2026-11-16", "2026-11-20", 100)]
    assert committed(*items, bigpicture=[leave("ana", "2026-11-16..18")]) == [("2026-11-16", "2026-11-20", 340)]


def test_a_day_that_is_over_allocated_takes_nothing_from_the_others():
    full = [booking("ana", "2026-11-16", seconds_per_day=86400)]
    assert committed(task("ana", "2026-11-16", "2026-11-20", 1920), tempo=full) == []


def test_a_short_window_inside_a_long_one_is_named():
    items = [
        task("ana", "2026-11-16", "2026-11-27", 600, ref="1"),
        task("ana", "2026-11-18", "2026-11-18", 700, ref="2"),
    ]
    assert committed(*items) == [("2026-11-18", "2026-11-18", 220)]


def test_of_windows_that_are_over_by_the_same_the_shortest_is_named():
    items = [
        task("ana", "2026-11-17", "2026-11-18", 480, ref="1"),
        task("ana", "2026-11-18", "2026-11-18", 700, ref="2"),
    ]
    assert committed(*items) == [("2026-11-18", "2026-11-18", 220)]


def test_windows_apart_are_two_findings():
    items = [
        task("ana", "2026-11-16", "2026-11-16", 500, ref="1"),
        task("ana", "2026-11-25", "2026-11-25", 600, ref="2"),
    ]
    assert sorted(committed(*items)) == [("2026-11-16", "2026-11-16", 20), ("2026-11-25", "2026-11-25", 120)]


def test_overdue_work_takes_room_and_shifts_no_more():
    items = [
        task("ana", "2026-11-02", "2026-11-13", 100, ref="1"),
        task("ana", "2026-11-16", "2026-11-16", 400, ref="2"),
    ]
    assert committed(*items) == [("2026-11-16", "2026-11-16", 20)]


def test_a_window_outside_the_asked_days_is_not_told():
    items = [
        task("ana", "2026-11-16", "2026-11-16", 900, ref="1"),
        task("ana", "2026-11-16", "2026-11-27", 60, ref="2"),
    ]
    plan = plan_of({"bigtime": items})
    assert "over-committed" in checks(plan, "2026-11-16..22")
    assert "over-committed" not in checks(plan, "2026-11-23..30")


def test_tasks_that_are_only_shown_are_not_judged():
    plan = plan_of({"bigtime": [task("ana", "2026-11-16", "2026-11-16", 900)]}, tasks=CountsAs.SHOW)
    assert checks(plan) == []


def test_a_window_that_reaches_unread_dates_is_not_judged():
    items = [task("ana", "2026-11-16", "2026-11-20", 9000)]
    assert "over-committed" not in checks(plan_of([snapshot("bigtime", items, read=span("2026-11-01..18"))]))


@st.composite
def demands(draw):
    days = draw(st.integers(1, 12))
    count_ = draw(st.integers(1, 6))
    first = [draw(st.integers(0, days - 1)) for _ in range(count_)]
    last = [draw(st.integers(f, days - 1)) for f in first]
    minutes = [draw(st.integers(1, 900)) for _ in range(count_)]
    left = [draw(st.sampled_from([0, 100, 480])) for _ in range(days)]
    return first, last, minutes, left


@given(demands())
@settings(max_examples=60, deadline=None)
def test_the_first_window_is_the_worst_of_all(given_):
    first, last, minutes, left = given_
    worst = 0
    for begin in range(len(left)):
        for end in range(begin, len(left)):
            inside = sum(m for f, e, m in zip(first, last, minutes, strict=True) if f >= begin and e <= end)
            worst = max(worst, inside - sum(left[begin : end + 1]))
    arrays = (np.array(column, np.int32) for column in (first, last, minutes))
    told = list(windows(*arrays, 0, np.array(left, np.int32), np.ones(len(left), np.bool_)))
    assert (told[0].over if told else 0) == worst
    assert len({item for window in told for item in window.items}) == sum(len(window.items) for window in told)


# the whole


def test_findings_of_slices_are_the_findings_of_all():
    plan = plan_of(
        {
            "tempo": [booking(who, WEEK, commitment=150, ref=who) for who in ("ana", "bo", "cy")],
            "bigtime": [task((), "2026-11-02", "2026-11-03", 60)],
        },
        people=("ana", "bo", "cy"),
    )
    when = span(MONTH)
    parts = [f for p in range(3) for f in findings_of(plan, np.array([p], np.int32), when)]
    assert findings(plan, when) == [*parts, *findings_of_plan(plan, when)]
    assert [f.person for f in findings(plan, when, np.array([1], np.int32))] == [1]
    assert findings(plan, when, np.arange(3, dtype=np.int32)) == findings(plan, when)
    assert findings(plan, when, np.zeros(0, np.int32)) == []


def test_what_could_not_be_read_concerns_any_people():
    unread = NotReadable(resource="calendar/12", what="calendar 12", reason="no right")
    plan = plan_of([snapshot("tempo", read=span(MONTH), not_readable=[unread])])
    for people in (None, np.array([0], np.int32), np.zeros(0, np.int32)):
        assert [f.check for f in findings(plan, span(MONTH), people)] == ["not-readable"]


@given(st.lists(items_(), max_size=12))
@settings(max_examples=30, deadline=None)
def test_findings_of_any_plan_are_of_known_checks_people_and_dates(items):
    plan = plan_from(items)
    for finding in findings(plan, span(MONTH)):
        assert finding.check in CHECKS
        assert finding.text
        assert finding.start is None or finding.end is None or finding.start <= finding.end
        assert finding.person is None or 0 <= finding.person < len(plan.people)
        assert finding.row is None or 0 <= finding.row < plan.rows


# levels


@pytest.mark.parametrize(
    ("working", "capacity", "load", "expected"),
    [
        (480, 480, 0, Level.FREE),
        (480, 480, 1, Level.LIGHT),
        (480, 480, 287, Level.LIGHT),
        (480, 480, 288, Level.BUSY),
        (480, 480, 431, Level.BUSY),
        (480, 480, 432, Level.FULL),
        (480, 480, 480, Level.FULL),
        (480, 480, 481, Level.OVER),
        (480, 480, 575, Level.OVER),
        (480, 480, 576, Level.FAR_OVER),
        (480, 0, 0, Level.AWAY),
        (480, 0, 1, Level.FAR_OVER),
        (0, 0, 0, Level.OFF),
        (0, 0, 240, Level.FAR_OVER),
        (480, 240, 0, Level.FREE),
        (480, 240, 240, Level.FULL),
    ],
)
def test_levels_begin_where_the_rules_say(working, capacity, load, expected):
    assert level(working, capacity, load) is expected


def test_levels_of_a_table_and_other_thresholds():
    numbers = np.array([[480, 480], [480, 480]])
    load = np.array([[240, 300], [500, 0]])
    known = np.array([[True, True], [True, False]])
    found_ = levels(numbers, numbers, load, known, Thresholds(busy=50, full=60, far_over=104))
    assert found_.tolist() == [[Level.BUSY, Level.FULL], [Level.FAR_OVER, Level.UNKNOWN]]


def test_runs_do_not_reach_from_one_person_to_the_next():
    found_ = runs(np.array([[0, 5, 5], [5, 0, 7]]), day_number(day("2026-11-16")))
    start = day_number(day("2026-11-16"))
    assert (found_.position.tolist(), (found_.start - start).tolist(), (found_.end - start).tolist()) == (
        [0, 1, 1],
        [1, 0, 2],
        [2, 0, 2],
    )
    assert found_.minutes.tolist() == [5, 5, 7]
    assert len(runs(np.zeros((0, 3), np.int32), 0)) == 0
