"""When a calendar event is, in every form a service may say it (docs/capacity.md, Absence 2; D1, D2, D5)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from planner_gui.domain.entities import Event, Span
from tests.sources.fake_worktime import event, ms
from tests.sources.test_worktime import events, one

BERLIN = ZoneInfo("Europe/Berlin")
AWAY = Span(date(2026, 11, 23), date(2026, 11, 27))
NOTHING = {"start": None, "end": None, "timezone": None}


def all_day(**more: Any) -> dict[str, Any]:
    given = {"start": None, "end": None, "allDay": True} | more
    return event(1, given.pop("start"), given.pop("end"), **given)


@pytest.mark.parametrize(
    "record",
    [
        all_day(**NOTHING, allDayStart="2026-11-23", allDayEnd="2026-11-27"),
        all_day(**NOTHING, allDay=None, allDayStart="2026-11-23", allDayEnd="2026-11-27"),
        all_day(start="2026-11-23", end="2026-11-27"),
        all_day(allDay=None, start="2026-11-23", end="2026-11-27"),
        all_day(**NOTHING, startDate="2026-11-23", endDate="2026-11-27"),
        all_day(**NOTHING, startDateIso="2026-11-23", endDateIso="2026-11-27"),
        all_day(start=ms("2026-11-23 00:00"), end=ms("2026-11-28 00:00")),
        all_day(start=ms("2026-11-23 00:00"), end=ms("2026-11-27 23:59")),
        all_day(start=ms("2026-11-23 00:00"), end=ms("2026-11-27 12:00")),
        all_day(start=ms("2026-11-23 00:00") // 1000, end=ms("2026-11-28 00:00") // 1000),
        all_day(start=str(ms("2026-11-23 00:00")), end=str(ms("2026-11-28 00:00"))),
        all_day(start="2026-11-23T00:00:00+01:00", end="2026-11-28T00:00:00+01:00"),
        all_day(start="2026-11-22T23:00:00Z", end="2026-11-27T23:00:00.000Z"),
        all_day(start="2026-11-23T00:00", end="2026-11-28T00:00"),
        all_day(**NOTHING, startDate=ms("2026-11-23 00:00"), endDate=ms("2026-11-28 00:00")),
        all_day(isAllDay="true", allDay=None, start=ms("2026-11-23 00:00"), end=ms("2026-11-28 00:00")),
        all_day(start="2026-11-23", end=ms("2026-11-28 00:00")),
    ],
)
def test_leave_from_Monday_to_Friday_in_every_form(record: dict[str, Any]) -> None:
    found = one(record)
    assert (found.dates, found.starts_at, found.ends_at) == (AWAY, None, None)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-11-23", "2026-11-23", ("2026-11-23", "2026-11-23")),  # a date is inclusive
        ("2026-11-23", None, ("2026-11-23", "2026-11-23")),
        (ms("2026-11-23 00:00"), ms("2026-11-24 00:00"), ("2026-11-23", "2026-11-23")),
        (ms("2026-11-23 00:00"), ms("2026-11-23 00:00"), ("2026-11-23", "2026-11-23")),  # the start is no end
        (ms("2026-11-23 00:00"), None, ("2026-11-23", "2026-11-23")),
        (ms("2026-11-23 00:00"), ms("2026-11-24 00:01"), ("2026-11-23", "2026-11-24")),
    ],
)
def test_the_end_of_one_day(start: Any, end: Any, expected: tuple[str, str]) -> None:
    found = one(all_day(start=start, end=end)).dates
    assert found == Span(*(date.fromisoformat(day) for day in expected))


@pytest.mark.parametrize(
    ("zone", "workspace", "first", "after"),
    [
        ("America/New_York", "Europe/Berlin", "2026-11-23", "2026-11-28"),
        ("Pacific/Auckland", "Europe/Berlin", "2026-11-23", "2026-11-28"),
        ("Asia/Kathmandu", "UTC", "2026-11-23", "2026-11-28"),
        ("Europe/Berlin", "America/Los_Angeles", "2026-03-28", "2026-03-30"),  # the clocks change on the 29th
        ("Africa/Cairo", "UTC", "2026-04-23", "2026-04-24"),  # the 24th begins at 1 o'clock
        ("America/Sao_Paulo", "UTC", "2018-11-03", "2018-11-04"),
        ("", "Asia/Tokyo", "2026-11-23", "2026-11-28"),
        ("No/Such_Place", "Asia/Tokyo", "2026-11-23", "2026-11-28"),
        ("../../etc/passwd", "Asia/Tokyo", "2026-11-23", "2026-11-28"),
    ],
)
def test_a_midnight_is_one_in_the_event_s_zone_else_in_the_workspace_s(
    zone: str, workspace: str, first: str, after: str
) -> None:
    real = zone if zone[:1].isupper() and not zone.startswith("No/") else workspace
    span = Span(date.fromisoformat(first), date.fromisoformat(after))
    times = {"start": ms(f"{first} 00:00", real), "end": ms(f"{after} 00:00", real), "timezone": zone or None}
    (found,) = events(all_day(**times), span=span, zone=ZoneInfo(workspace))
    assert found.dates == Span(span.start, date.fromordinal(span.end.toordinal() - 1))


def test_a_midnight_of_another_zone_is_an_inclusive_end() -> None:
    record = all_day(start=ms("2026-11-23 00:00"), end=ms("2026-11-27 00:00", "America/New_York"))
    assert one(record).dates == AWAY, "6 o'clock on the 27th in Berlin"


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (ms("2026-11-23 10:00"), ms("2026-11-23 11:30")),
        (ms("2026-11-23 10:00") // 1000, ms("2026-11-23 11:30") // 1000),
        ("2026-11-23T10:00:00+01:00", "2026-11-23T11:30:00+0100"),
        ("2026-11-23T09:00:00Z", "2026-11-23T10:30:00.000Z"),
        ("2026-11-23T10:00", "2026-11-23T11:30:00"),
    ],
)
def test_a_meeting_in_every_form(start: Any, end: Any) -> None:
    found = one(event(1, start, end))
    assert found.dates is None
    assert (found.starts_at, found.ends_at) == (
        datetime(2026, 11, 23, 9, tzinfo=UTC),
        datetime(2026, 11, 23, 10, 30, tzinfo=UTC),
    )


def test_a_wall_clock_without_offset_is_of_the_event_s_zone() -> None:
    found = one(event(1, "2026-11-23T10:00", "2026-11-23T11:00", timezone="America/New_York"))
    assert found.starts_at == datetime(2026, 11, 23, 15, tzinfo=UTC)


def test_a_meeting_without_end_has_no_length_and_one_that_ends_on_a_date_lasts_through_it() -> None:
    without = one(event(1, ms("2026-11-23 10:00"), None))
    assert without.starts_at == without.ends_at
    through = one(event(1, ms("2026-11-23 10:00"), "2026-11-24"))
    assert through.ends_at == datetime(2026, 11, 24, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    "record", [all_day(start="2026-11-27", end="2026-11-23"), event(1, "2026-11-27T10:00", "2026-11-23T09:00")]
)
def test_V5_an_event_that_ends_before_it_starts_is_kept_as_it_is(record: dict[str, Any]) -> None:
    found = one(record)
    assert found.dates is None
    assert found.starts_at is not None
    assert found.ends_at is not None
    assert found.starts_at > found.ends_at


# -- series -----------------------------------------------------------------------------------------------------------

STANDUP = event(
    9, ms("2026-10-20 10:00"), ms("2026-10-20 10:15"), recurrence="FREQ=WEEKLY;BYDAY=TU;COUNT=4", summary="Stand-up"
)
NOVEMBER = Span(date(2026, 10, 1), date(2026, 11, 30))


def at(item: Event) -> str:
    assert item.starts_at is not None
    return f"{item.starts_at.astimezone(BERLIN):%m-%d %H:%M}"


def listed(*shown: Any, span: Span = NOVEMBER) -> list[tuple[str, str, str | None]]:
    """(id, wall clock in Berlin, the date it stands for) of every event, by time."""
    found = events(*shown, span=span)
    return sorted((one.external_id, at(one), one.occurrence and f"{one.occurrence:%m-%d}") for one in found)


WEEKLY = [
    ("9", "10-20 10:00", None),
    ("9", "10-27 10:00", "10-27"),  # the clocks changed on the 25th, the meeting did not
    ("9", "11-03 10:00", "11-03"),
    ("9", "11-10 10:00", "11-10"),
]


@pytest.mark.parametrize(
    "rule",
    [
        {"recurrence": "RRULE:FREQ=WEEKLY;COUNT=4"},
        {"recurrence": None, "rrule": "FREQ=WEEKLY;COUNT=4"},
        {"recurrence": None, "recurrenceRule": "FREQ=WEEKLY;UNTIL=20261110T090000Z"},
        {"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=4"]},
        {"recurrence": {"rrule": "FREQ=WEEKLY;COUNT=4"}},
    ],
)
def test_a_series_that_is_returned_once_is_expanded_on_its_own_wall_clock(rule: dict[str, Any]) -> None:
    assert listed({name: value for name, value in (STANDUP | rule).items() if value is not None}) == WEEKLY


def test_a_series_that_began_long_ago_has_only_its_later_occurrences() -> None:
    found = listed(STANDUP | {"recurrence": "FREQ=WEEKLY"}, span=Span(date(2026, 12, 1), date(2026, 12, 10)))
    assert [entry for entry in found if entry[1] >= "11-25"] == [
        ("9", "12-01 10:00", "12-01"),
        ("9", "12-08 10:00", "12-08"),
    ]


def test_an_all_day_series_keeps_its_length() -> None:
    record = all_day(start="2026-11-02", end="2026-11-03", recurrence="FREQ=MONTHLY;COUNT=2")
    found = {one.occurrence: one.dates for one in events(record, span=Span(date(2026, 11, 1), date(2026, 12, 31)))}
    assert found == {
        None: Span(date(2026, 11, 2), date(2026, 11, 3)),
        date(2026, 12, 2): Span(date(2026, 12, 2), date(2026, 12, 3)),
    }


def test_a_long_occurrence_that_began_before_the_reading_is_there() -> None:
    record = all_day(start="2026-09-01", end="2026-10-20", recurrence="FREQ=YEARLY")
    found = events(record, span=Span(date(2027, 10, 1), date(2027, 10, 31)))
    assert date(2027, 9, 1) in {one.occurrence for one in found}


MOVED = event(
    77, ms("2026-10-28 14:00"), ms("2026-10-28 14:15"), parentId=9, recurrenceId="20261027", summary="Stand-up"
)


@pytest.mark.parametrize("number", ["20261027", "2026-10-27", "20261027T090000Z"])
def test_an_exception_takes_the_place_of_its_occurrence(number: str) -> None:
    assert listed(STANDUP, MOVED | {"recurrenceId": number}) == [
        WEEKLY[0],
        ("9", "10-28 14:00", "10-27"),
        *WEEKLY[2:],
    ]


def test_an_exception_to_the_first_occurrence_takes_its_place_too() -> None:
    assert listed(STANDUP, MOVED | {"recurrenceId": "20261020"}) == [
        *WEEKLY[1:2],
        ("9", "10-28 14:00", "10-20"),
        *WEEKLY[2:],
    ]


def test_dates_that_are_left_out_are_no_occurrences() -> None:
    assert listed(STANDUP | {"exdates": ["20261027", "2026-11-10"]}) == [WEEKLY[0], WEEKLY[2]]
    assert listed(STANDUP | {"recurrence": "FREQ=WEEKLY;COUNT=4\nEXDATE:20261020T080000Z"}) == WEEKLY[1:]


def occurrence(day: str, **more: Any) -> dict[str, Any]:
    return STANDUP | {"start": ms(f"{day} 10:00"), "end": ms(f"{day} 10:15")} | more


def test_an_answer_with_the_same_id_again_is_expanded_already() -> None:
    assert listed(STANDUP, occurrence("2026-10-27"), occurrence("2026-11-10")) == [WEEKLY[0], WEEKLY[1], WEEKLY[3]]


def test_an_answer_with_occurrences_as_the_rule_makes_them_is_expanded_already() -> None:
    children = [
        occurrence(day, id=90 + number, parentId=9, recurrenceId=day.replace("-", ""), recurrence="")
        for number, day in enumerate(("2026-10-27", "2026-11-10"))
    ]
    assert listed(STANDUP, *children) == [WEEKLY[0], WEEKLY[1], WEEKLY[3]], "what is not there was deleted"


def test_occurrences_without_their_series_are_events_of_it() -> None:
    children = [occurrence("2026-10-27", id=91, parentId=9, recurrence=""), MOVED | {"recurrenceId": "20261103"}]
    assert listed(*children) == [("9", "10-27 10:00", "10-27"), ("9", "10-28 14:00", "11-03")]


def test_one_id_on_several_days_without_a_rule_is_a_series() -> None:
    assert listed(occurrence("2026-10-27", recurrence=""), occurrence("2026-10-20", recurrence="")) == WEEKLY[:2]


@pytest.mark.parametrize("rule", ["FREQ=HOURLY", "every Tuesday", "FREQ=WEEKLY;BYEASTER=1"])
def test_a_rule_that_is_not_understood_shows_the_first_occurrence_and_says_so(rule: str) -> None:
    (found,) = events(STANDUP | {"recurrence": rule}, span=NOVEMBER)
    assert (at(found), found.occurrence, found.unknown_rule) == ("10-20 10:00", None, True)


def test_an_expanded_series_needs_no_understood_rule() -> None:
    shown = events(
        STANDUP | {"recurrence": "FREQ=HOURLY"}, occurrence("2026-10-27", recurrence="FREQ=HOURLY"), span=NOVEMBER
    )
    assert [one.unknown_rule for one in shown] == [False, False]


def test_a_recurrence_id_that_is_no_date_is_no_reason_to_lose_the_event() -> None:
    assert listed(MOVED | {"recurrenceId": "third"}) == [("9", "10-28 14:00", "10-28")]
