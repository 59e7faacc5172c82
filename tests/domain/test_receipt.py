"""The receipt of a cell (docs/capacity.md, The receipt): terms that add up, each with its source.

2026-11-18 is a Wednesday.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from planner_gui.domain.capacity import table
from planner_gui.domain.entities import CountsAs, Span
from planner_gui.domain.plan import Plan, State
from planner_gui.domain.receipt import Receipt, Term, as_text, receipt
from planner_gui.domain.snapshot import Part
from tests.domain.cases import (
    READ_AT,
    booking,
    day,
    event,
    index,
    leave,
    plan_of,
    snapshot,
    span,
    task,
    timed,
    working_time,
)
from tests.domain.test_capacity import holidays_, items_, plan_from, weeks_

WEEK = "2026-11-16..20"


def why(plan: Plan, days: str, who: str = "ana") -> Receipt:
    return receipt(plan, index(plan, who), span(days))


def lines(terms: tuple[Term, ...]) -> list[tuple[int, str, str]]:
    return [(term.minutes, term.text, term.external_id) for term in terms]


def busy() -> Plan:
    return plan_of(
        {
            "tempo": [
                booking("ana", "2026-11-09..27", project="Orion", commitment=70, ref="41"),
                booking("ana", "2026-11-16..27", project="Atlas", title="API review", commitment=50, ref="77"),
            ],
            "worktime": [timed("ana", "2026-11-18 10:00", "2026-11-18 10:15", ref="s1")],
        },
        today="2026-11-16",
    )


def test_a_receipt_reads_like_the_sample_of_the_rules():
    plan = busy()
    assert as_text(plan, why(plan, "2026-11-18")).splitlines() == [
        "Wed 18 Nov 2026, Ana" + "over by 1 h 36".rjust(68),
        "  8 h 00  working time       workspace default, Mon-Fri 8 h",
        "- 0 h 00  absence            none",
        "= 8 h 00  capacity",
        "  5 h 36  Orion / Core services   70 %   Tempo allocation 41, read 10:12",
        "  4 h 00  Atlas / API review      50 %   Tempo allocation 77, read 10:12",
        "= 9 h 36  load",
        "  not counted: meeting 10:00 (Work Time Calendar event s1; "
        'calendar "Platform", events of type meeting are shown only)',
    ]


def test_a_term_names_its_connection_record_and_reading():
    plan = busy()
    term = why(plan, "2026-11-18").load[0]
    assert (term.connection, term.external_id, term.read_at, term.share) == ("tempo", "41", READ_AT, "70 %")
    assert term.row is not None
    assert plan.text(term.row, "external_id") == "41"


def test_a_period_sums_each_term():
    plan = busy()
    found = why(plan, "2026-11-16..22")
    assert lines(found.load) == [(1680, "Orion / Core services", "41"), (1200, "Atlas / API review", "77")]
    assert [(t.minutes, t.text) for t in found.working] == [(2400, "workspace default, Mon-Fri 8 h")]
    assert as_text(plan, found).startswith("Mon 16 Nov 2026 to Sun 22 Nov 2026, Ana")


def test_working_time_is_told_by_its_sources():
    plan = plan_of(
        {"tempo": []}, time=working_time(own={"ana": [("2026-11-18", "mon-fri 6h")]}, holidays={"2026-11-17": 1})
    )
    assert [(t.minutes, t.text) for t in why(plan, WEEK).working] == [
        (480, "workspace default, Mon-Fri 8 h"),
        (0, "workspace default, Mon-Fri 8 h; holiday: Holiday"),
        (1080, "own schedule from 2026-11-18, Mon-Fri 6 h"),
    ]


def test_absences_tell_what_each_adds_and_what_only_repeats():
    plan = plan_of(
        {
            "bigpicture": [leave("ana", WEEK, 50, ref="b")],
            "worktime": [event("ana", "2026-11-18", ref="v"), event("ana", "2026-11-18", ref="w")],
        }
    )
    found = why(plan, "2026-11-18")
    assert [(t.minutes, t.external_id) for t in found.absence] == [(240, "b"), (240, "v")]
    assert [(t.minutes, t.external_id, t.marks) for t in found.not_counted] == [
        (0, "w", ("repeats BigPicture absence b",))
    ]
    assert found.capacity_minutes == 0


def test_what_does_not_count_says_why():
    plan = plan_of(
        {
            "tempo": [
                booking("ana", "2026-11-21..22", seconds=3600, ref="1"),
                booking("ana", "2026-11-20..19", ref="2"),
            ],
            "worktime": [event("ana", "2026-11-20", "trip", ref="3")],
            "bigtime": [
                task("ana", None, None, 90, ref="4"),
                task("ana", "2026-11-16", "2026-11-20", 9, ref="5", archived=True),
            ],
        }
    )
    told = {t.external_id: (t.minutes, t.marks) for t in why(plan, "2026-11-16..22").not_counted}
    assert told["1"] == (60, ("unscheduled: no working day in its span",))
    assert told["2"] == (0, ("ends before it starts",))
    assert told["3"] == (480, ('calendar "Platform", events of type trip are shown only',))
    assert told["4"] == (90, ("unscheduled: no due date",))
    assert told["5"] == (0, ("archived",))


def test_marks_say_what_a_reader_should_know():
    plan = plan_of(
        {
            "bigtime": [
                task("ana", "2026-11-02", "2026-11-13", 60, ref="1"),
                task("ana", "2026-11-16", "2026-11-16", 60, ref="2", original_estimate=True),
            ],
            "tempo": [booking("ana", "2026-11-16", seconds=3600, ref="3", rule="WEEKLY", until=day("2026-12-31"))],
        }
    )
    views = tuple(replace(v, state=State.STALE) if v.name == "tempo" else v for v in plan.connections)
    found = why(replace(plan, connections=views), "2026-11-16")
    assert {t.external_id: t.marks for t in found.load} == {
        "1": ("overdue",),
        "2": ("original estimate",),
        "3": ("recurring", "stale"),
    }


def test_what_is_done_of_a_task_neither_counts_nor_looks_like_a_commitment():
    half = plan_of({"bigtime": [task("ana", "2026-11-16", "2026-11-16", 60, percent_complete=50.0)]})
    (term,) = receipt(half, 0, span("2026-11-16")).load
    assert (term.share, term.minutes) == ("", 60)


def test_a_term_is_as_old_as_the_part_that_covers_its_day():
    whole = snapshot("tempo", [booking("ana", "2026-11-16..27", commitment=50)], read=span("2026-11-16..27"))
    later = READ_AT + timedelta(days=1)
    parts = (Part(span("2026-11-16..22"), READ_AT), Part(span("2026-11-23..27"), later))
    plan = plan_of([replace(whole, parts=parts)], today="2026-11-17")
    assert why(plan, "2026-11-18").load[0].read_at == READ_AT
    assert why(plan, "2026-11-24").load[0].read_at == later
    assert why(plan, "2026-11-16..27").load[0].read_at == READ_AT
    assert "read 16 Nov 10:12" in as_text(plan, why(plan, "2026-11-18"))
    assert "read 10:12" in as_text(plan, why(plan, "2026-11-24"))


def test_days_without_numbers_are_counted_with_the_reason():
    plan = plan_of(
        [snapshot("tempo", read=span("2026-11-16..18"))],
        time=working_time(own={"ana": [("2026-11-17", "mon-fri 8h")]}, week=None),
    )
    found = why(plan, WEEK)
    assert found.unknown == ((2, "not read"), (1, "no schedule"))
    assert found.known
    assert found.working_minutes == 960
    assert "2 days not known: not read" in as_text(plan, found)
    nothing = why(plan, "2026-11-16")
    assert not nothing.known
    assert "not known" in as_text(plan, nothing).splitlines()[0]


def test_days_without_numbers_add_nothing_to_any_term():
    items = [booking("ana", WEEK, commitment=50), booking("ana", WEEK, seconds_per_day=3600, ref="2")]
    plan = plan_of(
        [
            snapshot("tempo", items, read=span("2026-11-16..18")),
            snapshot("bigpicture", [leave("ana", WEEK, 50)], read=span(WEEK)),
            snapshot("worktime", [event("ana", WEEK, "trip")], read=span(WEEK)),
        ]
    )
    found = why(plan, WEEK)
    assert [t.minutes for t in found.load] == [720, 180]
    assert (found.working_minutes, found.absence_minutes) == (1440, 720)
    assert [t.minutes for t in found.not_counted] == [1440]


def test_a_second_connection_of_a_service_is_named():
    plan = plan_of({"tempo": [booking("ana", WEEK, seconds=3600, ref="1")], "tempo-2": []})
    assert why(plan, "2026-11-16").load[0].source == "Tempo (tempo) allocation 1"


@given(st.lists(items_(), max_size=12), weeks_, holidays_, st.integers(0, 50), st.integers(0, 15))
@settings(max_examples=30, deadline=None)
def test_receipts_add_up_to_the_table(items, week, off, first, length):
    plan = plan_from(items, week, off)
    start = day("2026-11-01") + timedelta(days=first)
    when = Span(start, start + timedelta(days=length))
    for person in range(len(plan.people)):
        found, numbers = receipt(plan, person, when), table(plan, np.array([person], np.int32), when)
        assert found.working_minutes == int(numbers.working.sum())
        assert found.absence_minutes == int(numbers.absence.sum())
        assert found.capacity_minutes == int(numbers.capacity.sum())
        assert found.load_minutes == int(numbers.load.sum())
        lost = sum(t.minutes for t in found.not_counted if any("unscheduled" in mark for mark in t.marks))
        assert lost == int(numbers.unscheduled.sum())


def test_the_clock_of_a_reading_is_the_workspaces():
    plan = plan_of(
        [
            snapshot(
                "tempo",
                [booking("ana", WEEK, seconds=60)],
                read=span(WEEK),
                read_at=datetime(2026, 11, 15, 23, 30, tzinfo=UTC),
            )
        ]
    )
    assert "read 00:30" in as_text(plan, why(plan, "2026-11-16"))


def test_ignored_items_are_told_as_such():
    plan = plan_of({"worktime": [event("ana", "2026-11-18", "custom")]}, events={"custom": CountsAs.IGNORE})
    assert why(plan, "2026-11-18").not_counted[0].marks == ('calendar "Platform", events of type custom are ignored',)


def test_tasks_that_are_only_shown_say_so():
    items = [
        task("ana", "2026-11-16", "2026-11-20", 300, ref="1"),
        task("ana", "2026-11-16", "2026-11-20", 9, ref="2", archived=True),
    ]
    found = why(plan_of({"bigtime": items}, tasks=CountsAs.SHOW), "2026-11-16").not_counted
    assert {t.external_id: (t.minutes, t.marks) for t in found} == {
        "1": (60, ("tasks of this connection are shown only",)),
        "2": (0, ("archived",)),
    }
