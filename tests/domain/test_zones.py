"""Timed events stand on the dates of their person's zone, whatever zone they were read in (capacity.md, Load 6; D1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner_gui.domain.calendar import WorkingTime
from planner_gui.domain.entities import AccountRef, CountsAs, Event
from planner_gui.domain.plan import Plan
from planner_gui.domain.receipt import as_text, receipt
from planner_gui.domain.snapshot import day_date
from planner_gui.domain.zones import begins, days_of
from planner_gui.reports.plan_json import items
from tests.domain import cases
from tests.domain.cases import BERLIN, day, span

AUCKLAND, NEW_YORK = ZoneInfo("Pacific/Auckland"), ZoneInfo("America/New_York")
WEEK = "2026-11-16..2026-11-20"


def meeting(start: str, end: str, *who: str) -> Event:
    begin, until = (datetime.fromisoformat(text).replace(tzinfo=BERLIN) for text in (start, end))
    return Event(
        external_id="7", accounts=who or ("ana",), title="Call", source="meeting", starts_at=begin, ends_at=until
    )


def plan(*events: Event, ana: ZoneInfo | None = None, read_in: ZoneInfo = BERLIN) -> Plan:
    """Events that count, of a workspace in Berlin; ana: her own zone."""
    snapshots = [cases.snapshot("worktime", events, read=span("2026-01-01..2026-12-31"), zone=read_in)]
    time = cases.working_time("mon-fri 24h")
    time = replace(time, zone_of={AccountRef("worktime", "ana"): ana} if ana else {})
    return cases.plan_of(snapshots, time=time, events={"meeting": CountsAs.LOAD})


def dates(made: Plan, who: str = "ana") -> list[tuple[str | None, str | None]]:
    listed = items(made, span("2026-01-01..2026-12-31"), [cases.index(made, who)], with_nobody=False)
    return [(item["start"], item["end"]) for item in listed]


EVENING = meeting("2026-11-17T23:00", "2026-11-18T01:00")


@pytest.mark.parametrize(
    ("zone", "found", "load"),
    [
        (None, ("2026-11-17", "2026-11-18"), [0, 60, 60, 0, 0]),
        (NEW_YORK, ("2026-11-17", "2026-11-17"), [0, 120, 0, 0, 0]),
        (AUCKLAND, ("2026-11-18", "2026-11-18"), [0, 0, 120, 0, 0]),
    ],
)
def test_an_event_is_on_the_dates_of_its_person(zone: ZoneInfo | None, found: tuple[str, str], load: list[int]) -> None:
    made = plan(EVENING, ana=zone)
    assert dates(made) == [found]
    assert cases.load(made, WEEK) == load


def test_one_event_of_two_people_is_on_the_dates_of_each() -> None:
    made = plan(meeting("2026-11-17T23:00", "2026-11-18T01:00", "ana", "bo"), ana=AUCKLAND)
    assert dates(made) == [("2026-11-18", "2026-11-18")]
    assert dates(made, "bo") == [("2026-11-17", "2026-11-18")]
    assert cases.load(made, WEEK, "bo") == [0, 60, 60, 0, 0]


def test_another_zone_of_the_workspace_moves_dates_without_a_new_reading() -> None:
    assert dates(plan(EVENING, read_in=NEW_YORK)) == dates(plan(EVENING))
    assert cases.load(plan(EVENING, read_in=NEW_YORK), WEEK) == cases.load(plan(EVENING), WEEK)


def test_a_whole_day_is_the_same_date_in_every_zone() -> None:
    leave = Event(external_id="8", accounts=("ana",), title="Leave", source="vacation", dates=span("2026-11-18"))
    assert dates(plan(leave, ana=AUCKLAND)) == [("2026-11-18", "2026-11-18")]
    assert cases.capacity(plan(leave, ana=AUCKLAND), WEEK) == [1440, 1440, 0, 1440, 1440]


def test_a_timed_absence_is_taken_off_the_day_it_is_there() -> None:
    leave = replace(EVENING, source="vacation")
    assert cases.capacity(plan(leave, ana=AUCKLAND), WEEK) == [1440, 1440, 1320, 1440, 1440]
    assert cases.capacity(plan(leave, ana=NEW_YORK), WEEK) == [1440, 1320, 1440, 1440, 1440]


def test_the_receipt_names_a_zone_that_is_not_the_workspaces() -> None:
    def text(made: Plan, on: str) -> str:
        return as_text(made, receipt(made, cases.index(made), span(on)))

    assert "Call 11:00 Pacific/Auckland" in text(plan(EVENING, ana=AUCKLAND), "2026-11-18")
    assert "Call 23:00 " in text(plan(EVENING, ana=BERLIN), "2026-11-17")
    assert "Europe" not in text(plan(EVENING), "2026-11-17")


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        ("2026-11-18T09:00", "2026-11-18T09:00", ("2026-11-18", "2026-11-18")),  # no length
        ("2026-11-18T09:00", "2026-11-19T00:00", ("2026-11-18", "2026-11-18")),  # until midnight
        ("2026-11-18T09:00", "2026-11-16T09:00", ("2026-11-18", "2026-11-16")),  # the wrong way round: as it is (V5)
        ("2026-03-29T01:30", "2026-03-30T00:30", ("2026-03-29", "2026-03-30")),  # clocks change
    ],
)
def test_odd_lengths_keep_their_dates(start: str, end: str, found: tuple[str, str]) -> None:
    assert dates(plan(meeting(start, end), read_in=NEW_YORK)) == [found]


def test_a_day_without_midnight_begins_with_its_first_instant() -> None:
    """D1: in Santiago clocks go from 24:00 on 5 September 2026 to 01:00."""
    zone = ZoneInfo("America/Santiago")
    number = (date(2026, 9, 6) - date(1970, 1, 1)).days
    first = datetime(2026, 9, 6, 1, tzinfo=zone)
    assert begins(zone, [number]).tolist() == [int(first.timestamp()) // 60]


def test_somebody_with_several_accounts_lives_by_the_zone_of_one_of_them() -> None:
    time = WorkingTime(zone_of={AccountRef("tempo", "ana"): AUCKLAND})
    snapshots = [
        cases.snapshot("tempo", read=span("2026-01-01..2026-12-31")),
        cases.snapshot("worktime", [EVENING], read=span("2026-01-01..2026-12-31")),
    ]
    made = cases.plan_of(snapshots, time=time)
    assert len(made.people) == 2
    assert [(row["start"], row["counts_as"]) for row in items(made, span(WEEK), [0, 1], with_nobody=False)] == [
        (day("2026-11-18").isoformat(), "show")
    ]


ZONES = tuple(
    ZoneInfo(name)
    for name in ("UTC", "Europe/Berlin", "America/Santiago", "Pacific/Apia", "Pacific/Kiritimati", "Asia/Kathmandu")
)
MINUTES = st.integers(-10_000_000, 90_000_000)  # 1950 to 2141


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(MINUTES, st.integers(0, 4000), st.sampled_from(range(len(ZONES)))), min_size=1, max_size=8))
def test_every_minute_is_on_the_date_that_a_calendar_of_its_zone_shows(drawn: list[tuple[int, int, int]]) -> None:
    begin, length, zone = (np.array(each, np.int64) for each in zip(*drawn, strict=True))
    found = days_of(begin, begin + length, zone.astype(np.int32), ZONES)
    for at, (minute, long, number) in enumerate(drawn):
        for which, moment in ((0, minute), (1, minute + max(long - 1, 0))):
            shown = datetime.fromtimestamp(0, UTC) + timedelta(minutes=moment)
            assert day_date(int(found[which][at])) == shown.astimezone(ZONES[number]).date()
