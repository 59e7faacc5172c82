"""Schedules and holidays from files: good rows load, bad rows are named by their line."""

from __future__ import annotations

from datetime import date

import pytest

from planner_gui.domain import imports
from planner_gui.domain.entities import AccountRef
from planner_gui.domain.imports import BadRow, HolidayRow, ScheduleRow
from planner_gui.domain.plan import Person

YEARS = range(2026, 2028)


def person(key: str, name: str, email: str = "") -> Person:
    return Person(id=key, name=name, email=email, title="", teams=(), accounts=(AccountRef("tempo", key),))


PEOPLE = (person("ana", "Ana Okafor", "ana@example.com"), person("b1", "Bo Lind"), person("b2", "Bo Lind"))
ANA = PEOPLE[0].accounts


def schedules(text: str) -> imports.Imported:
    return imports.schedules_of_csv(text, PEOPLE)


def test_a_schedule_is_a_person_a_date_and_a_week_in_words() -> None:
    assert schedules("Person,From,Week\nana okafor,2026-12-01,mon-thu 8h\n").schedules == (
        ScheduleRow(2, ANA, "Ana Okafor", date(2026, 12, 1), ("mon-thu 8h",)),
    )


@pytest.mark.parametrize("who", ["ANA@example.com", "ana", "tempo:ana", "Ana  Okáfor"])
def test_a_person_is_found_by_address_key_or_name(who: str) -> None:
    assert schedules(f"person;from;week\n{who};1.12.2026;fri 4h").schedules[0].accounts == ANA


def test_a_cycle_is_several_weeks_and_hours_may_stand_in_columns() -> None:
    found = schedules("person\tfrom\tweek\nana\t2026-12-01\tmon-fri 8h / mon-thu 8h").schedules
    assert found[0].weeks == ("mon-fri 8h", "mon-thu 8h")
    found = schedules('person,from,mon,tue,fri\nana,2026-12-01,8,"7,5",4h30').schedules
    assert found[0].weeks == ("mon 8h, tue 7h30, fri 4h30",)


def test_bad_rows_are_named_by_line_and_the_good_ones_load() -> None:
    found = schedules(
        "person,from,week\n"
        "ana,2026-12-01,mon-fri 8h\n"
        "zoe,2026-12-01,mon-fri 8h\n"
        "\n"
        "Bo Lind,2026-12-01,mon-fri 8h\n"
        "ana,2026-13-01,mon-fri 8h\n"
        "ana,,mon-fri 8h\n"
        "ana,2026-12-01,monday-ish\n"
        "ana,2026-12-01,\n"
        ",2026-12-01,fri 4h\n"
        "b2,2027-01-01,fri 4h\n"
    )
    assert [row.line for row in found.schedules] == [2, 11]
    assert found.bad == (
        BadRow(3, "nobody is called 'zoe'"),
        BadRow(5, "2 people are called 'Bo Lind': give an e-mail address"),
        BadRow(6, "'2026-13-01' is no date: use 2026-12-24 or 24.12.2026"),
        BadRow(7, "there is no date"),
        BadRow(8, "'monday-ish' is not days and hours, such as 'mon-fri 8h'"),
        BadRow(9, "there is no week: give 'mon-fri 8h', or hours in columns mon to sun"),
        BadRow(10, "there is no person"),
    )


def test_a_quoted_cell_of_two_lines_does_not_shift_the_line_numbers() -> None:
    found = schedules('person,note,from,week\nana,"one\ntwo",2026-12-01,fri 4h\nzoe,,2026-12-01,fri 4h\n')
    assert ([row.line for row in found.schedules], [bad.line for bad in found.bad]) == ([2], [4])


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "is empty"), ("a,b\n1,2", "line 1: the first line must name"), ('person,from\n"ana', "")],
)
def test_a_file_without_the_columns_is_refused_in_words(text: str, words: str) -> None:
    if words:
        with pytest.raises(ValueError, match=words):
            schedules(text)
    else:
        assert not schedules(text).schedules


def test_holidays_are_whole_or_part_days_of_a_calendar() -> None:
    found = imports.holidays_of_csv(
        "date,name,share,calendar\n2026-12-24,Eve,half,\n25.12.2026,Day,,DE-BY\n2026-12-31,Late,25 %,\n"
        "2026-12-30,Odd,twice,\n30 Feb,x,,\n"
    )
    assert found.holidays == (
        HolidayRow(2, date(2026, 12, 24), 0.5, "Eve"),
        HolidayRow(3, date(2026, 12, 25), 1.0, "Day", "DE-BY"),
        HolidayRow(4, date(2026, 12, 31), 0.25, "Late"),
    )
    assert [bad.line for bad in found.bad] == [5, 6]
    assert "is no share of a day" in found.bad[0].reason


@pytest.mark.parametrize("share", ["0", "-1", "150 %", "nan", "inf"])
def test_a_share_is_more_than_nothing_and_at_most_a_day(share: str) -> None:
    assert imports.holidays_of_csv(f"date,share\n2026-12-24,{share}\n").bad[0].line == 2


def test_a_csv_is_of_schedules_where_it_tells_of_weeks_and_else_of_holidays() -> None:
    assert imports.of_csv('"Person";"From";"Week"\nana;2026-12-01;fri 4h', PEOPLE).schedules
    assert imports.of_csv("person,from,fri\nana,2026-12-01,4", PEOPLE).schedules
    assert imports.of_csv("date,name\n2026-12-24,Eve", PEOPLE).holidays


def calendar(*events: str) -> str:
    inside = "".join(f"BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n" for event in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{inside}END:VCALENDAR\r\n"


def days(text: str) -> list[str]:
    return [row.day.isoformat() for row in imports.holidays_of_ics(text, YEARS).holidays]


def test_an_all_day_event_is_every_day_before_its_exclusive_end() -> None:
    text = calendar("DTSTART;VALUE=DATE:20261224\r\nDTEND;VALUE=DATE:20261227\r\nSUMMARY:Feast\\, long\r\n  ish")
    found = imports.holidays_of_ics(text, YEARS)
    assert [row.day.day for row in found.holidays] == [24, 25, 26]
    assert found.holidays[0] == HolidayRow(3, date(2026, 12, 24), 1.0, "Feast, long ish")


def test_an_event_without_an_end_or_ending_on_its_day_is_one_day() -> None:
    assert days(calendar("DTSTART;VALUE=DATE:20261224")) == ["2026-12-24"]
    assert days(calendar("DTSTART;VALUE=DATE:20261224\r\nDTEND;VALUE=DATE:20261224")) == ["2026-12-24"]


def test_a_yearly_event_comes_in_each_year_asked_for_until_its_end() -> None:
    start = "DTSTART;VALUE=DATE:20200101\r\nRRULE:FREQ=YEARLY"
    assert days(calendar(start)) == ["2020-01-01", "2026-01-01", "2027-01-01"]
    assert days(calendar(start + ";UNTIL=20260601")) == ["2020-01-01", "2026-01-01"]
    assert days(calendar(start + ";COUNT=7;BYMONTH=1;BYMONTHDAY=1")) == ["2020-01-01", "2026-01-01"]


def test_what_is_no_holiday_is_a_bad_row_by_line() -> None:
    found = imports.holidays_of_ics(
        calendar(
            "DTSTART:20261224T100000Z\r\nSUMMARY:Party",
            "DTSTART;VALUE=DATE:20261301",
            "SUMMARY:Nothing",
            "DTSTART;VALUE=DATE:20261224\r\nRRULE:FREQ=WEEKLY",
            "DTSTART;VALUE=DATE:20261224\r\nDTEND;VALUE=DATE:20291224",
            "DTSTART;VALUE=DATE:20261224\r\nDTEND;VALUE=DATE:20261220",
            "DTSTART;VALUE=DATE:20261226\r\nBEGIN:VALARM\r\nDTSTART;VALUE=DATE:20201226\r\nEND:VALARM",
        ),
        YEARS,
    )
    assert [row.day for row in found.holidays] == [date(2026, 12, 26)]
    assert [bad.line for bad in found.bad] == [3, 7, 10, 13, 17, 21]
    assert found.bad[0].reason == "'Party' is not all day"


def test_a_calendar_cut_short_says_so_and_keeps_what_is_whole() -> None:
    text = calendar("DTSTART;VALUE=DATE:20261224", "DTSTART;VALUE=DATE:20261225")
    found = imports.holidays_of_ics(text[: text.rindex("END:VEVENT")], YEARS)
    assert len(found.holidays) == 1
    assert found.bad == (BadRow(6, "the file ends inside this event"),)


def test_files_that_are_no_text_or_no_calendar_are_refused() -> None:
    with pytest.raises(ValueError, match="no iCalendar"):
        imports.holidays_of_ics("date,name", YEARS)
    with pytest.raises(ValueError, match="UTF-8"):
        imports.read_text(b"\xff\xffx")
    with pytest.raises(ValueError, match="not a text"):
        imports.read_text(b"a\0b")
    with pytest.raises(ValueError, match="5 MB"):
        imports.read_text(b"x" * 5_000_001)
    assert imports.read_text("é".encode("utf-8-sig")) == imports.read_text("é".encode("utf-16")) == "é"
