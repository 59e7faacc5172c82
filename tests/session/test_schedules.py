"""Working time as changes of the settings, with the numbers and the receipt that follow (issue 5, Must show 4)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from planner_gui.domain.assembly import assemble
from planner_gui.domain.calendar import UNKNOWN
from planner_gui.domain.capacity import capacities
from planner_gui.domain.entities import AccountRef
from planner_gui.domain.errors import WorkspaceError
from planner_gui.domain.imports import HolidayRow, Imported, ScheduleRow
from planner_gui.domain.plan import Plan
from planner_gui.domain.receipt import as_text, receipt
from planner_gui.session import schedules
from planner_gui.session.rules import rules_of
from planner_gui.session.schedules import Change
from planner_gui.session.workspace_file import Configuration, DayOff, OwnSchedule, WorkspaceFile, new_configuration
from tests.domain import cases

ANA, BO = AccountRef("tempo", "ana"), AccountRef("tempo", "bo")
START = date(2026, 11, 18)
WEEKS = "2026-11-02..2026-11-29"


def after(*changes: Change, schedule: str = "mon-fri 8h") -> Configuration:
    settings = new_configuration("Northwind", timezone="Europe/Berlin", schedule=schedule, holidays="")
    for change in changes:
        settings = change(settings)
    return settings


def plan(settings: Configuration) -> Plan:
    snapshots = [cases.snapshot("tempo", read=cases.span("2026-10-16..2027-11-16"))]
    return assemble(snapshots, (), rules_of(settings, [2026, 2027], {}), date(2026, 11, 20))


def minutes(settings: Configuration, person: int = 0, dates: str = WEEKS) -> list[int]:
    found = capacities(plan(settings), np.array([person], np.int32), cases.span(dates)).capacity[0]
    return [int(each) for each in found]


def told(settings: Configuration, day: str) -> str:
    made = plan(settings)
    return as_text(made, receipt(made, 0, cases.span(day)))


def test_Must_show_4_a_record_from_a_date_leaves_earlier_numbers_and_the_receipt_names_it() -> None:
    before = after(schedules.scheduled([(ANA,)], date(2026, 11, 9), ("mon-fri 6h",)))
    settings = schedules.scheduled([(ANA,)], START, ("mon-thu 4h",))(before)
    days_before = (START - date(2026, 11, 2)).days
    assert minutes(settings)[:days_before] == minutes(before)[:days_before]
    assert minutes(before)[days_before] == 360
    assert minutes(settings)[days_before:] == [240, 240, 0, 0, 0, 240, 240, 240, 240, 0, 0, 0]
    assert minutes(settings, person=1) == minutes(before, person=1)
    assert "own schedule from 2026-11-18, Mon-Thu 4 h" in told(settings, "2026-11-18")
    assert told(settings, "2026-11-17") == told(before, "2026-11-17")
    assert "own schedule from 2026-11-09, Mon-Fri 6 h" in told(settings, "2026-11-17")


def test_the_workspace_week_changes_from_a_date_and_the_past_stays() -> None:
    before, settings = after(), after(schedules.default_from(START, ("mon-fri 7h",)))
    assert minutes(settings)[:16] == minutes(before)[:16]
    assert minutes(settings)[16] == 420
    assert "workspace default, Mon-Fri 7 h" in told(settings, "2026-11-18")
    assert schedules.without_default_from(START)(settings).schedule_changes == ()


def test_without_a_week_for_all_dates_it_is_unknown_before_the_first_change() -> None:
    settings = after(schedules.default_from(START, ("mon-fri 7h",)), schedule="none")
    assert "no schedule" in told(settings, "2026-11-17")
    assert UNKNOWN == -1
    assert "workspace default, Mon-Fri 7 h" in told(settings, "2026-11-18")


def test_weeks_in_turn_begin_in_the_week_of_the_record() -> None:
    settings = after(schedules.scheduled([(ANA,)], date(2026, 11, 9), ("mon-fri 8h", "mon-thu 8h")))
    fridays = [minutes(settings)[at] for at in (4, 11, 18, 25)]
    assert fridays == [480, 480, 0, 480]


def test_a_record_for_several_people_is_one_each_and_replaces_the_one_of_its_date() -> None:
    first = schedules.scheduled([(ANA,), (BO,)], START, ("fri 4h",))
    settings = after(first, schedules.scheduled([(BO,)], START, ("fri 2h",)))
    assert settings.schedules == (OwnSchedule(ANA, START, ("fri 4h",)), OwnSchedule(BO, START, ("fri 2h",)))
    assert schedules.unscheduled((ANA,), START)(settings).schedules == (OwnSchedule(BO, START, ("fri 2h",)),)


def test_a_record_of_another_account_of_the_same_person_and_date_is_replaced() -> None:
    other = AccountRef("bigtime", "7")
    settings = after(
        schedules.scheduled([(ANA,)], START, ("fri 4h",)), schedules.scheduled([(other, ANA)], START, ("fri 2h",))
    )
    assert settings.schedules == (OwnSchedule(other, START, ("fri 2h",)),)


def test_own_days_are_whole_or_half_and_may_belong_to_one_calendar() -> None:
    half = schedules.day_off(DayOff(date(2026, 11, 18), 0.5, "Fair"))
    bavarian = schedules.day_off(DayOff(date(2026, 11, 19), 1.0, "Feast", "DE-BY"))
    settings = after(half, bavarian, schedules.holidays_of([(BO,)], "DE-BY"))
    assert minutes(settings, 0, "2026-11-18..2026-11-19") == [240, 480]
    assert minutes(settings, 1, "2026-11-18..2026-11-19") == [480, 0]
    assert "holiday: Fair" in told(settings, "2026-11-18")
    assert schedules.holidays_of([(BO,)], "")(settings).holidays_of == {}


def test_a_day_entered_twice_is_one_and_can_be_removed() -> None:
    off = DayOff(date(2026, 11, 18), 0.5, "Fair")
    settings = after(schedules.day_off(DayOff(date(2026, 11, 18), 1.0, "x")), schedules.day_off(off))
    assert settings.days_off == (off,)
    assert schedules.without_day_off(off)(settings).days_off == ()


def test_imported_rows_are_kept_in_one_change_the_later_of_two_counts() -> None:
    rows = [ScheduleRow(2, (ANA,), "Ana", START, ("fri 4h",)), ScheduleRow(3, (ANA,), "Ana", START, ("fri 2h",))]
    found = Imported(tuple(rows), (HolidayRow(2, START, 1.0, "Fair"),))
    settings = after(schedules.scheduled([(BO,)], START, ("fri 1h",)), schedules.imported(found))
    assert settings.schedules == (OwnSchedule(ANA, START, ("fri 2h",)), OwnSchedule(BO, START, ("fri 1h",)))
    assert settings.days_off == (DayOff(START, 1.0, "Fair"),)


@pytest.mark.parametrize("schedule", ["mon-fri 8h", "none"])
def test_all_of_it_comes_back_from_the_file(tmp_path: Path, schedule: str) -> None:
    settings = after(
        schedules.default_from(START, ("mon-fri 7h", "mon-thu 7h")),
        schedules.scheduled([(ANA,)], START, ("fri 4h",)),
        schedules.holidays_of([(BO,)], "DE-BY"),
        schedules.default_holidays("DE"),
        schedules.day_off(DayOff(START, 0.5, "Fair")),
        schedules.default_week(schedule),
    )
    file = WorkspaceFile(tmp_path / "workspace.toml")
    file.create(settings)
    assert file.read() == settings


def test_a_time_zone_is_somebodys_until_it_is_taken_back() -> None:
    """Issue 5, part 5: a zone per person, kept in the file, else the workspace's."""
    ana = plan(after()).people[0]
    settings = after(schedules.timezone_of([(ANA,), (BO,)], "Asia/Tokyo"), schedules.timezone_of([(BO,)], ""))
    assert settings.timezones == {ANA: "Asia/Tokyo"}
    assert schedules.zone_name(settings, ana) == "Asia/Tokyo"
    assert {ref: str(zone) for ref, zone in plan(settings).rules.working_time.zone_of.items()} == {ANA: "Asia/Tokyo"}
    assert after(schedules.default_timezone("Asia/Tokyo")).timezone == "Asia/Tokyo"


def test_time_zones_survive_the_file(tmp_path: Path) -> None:
    settings = after(schedules.timezone_of([(ANA,)], "Asia/Tokyo"))
    file = WorkspaceFile(tmp_path / "workspace.toml")
    file.create(settings)
    assert file.read() == settings
    assert file.change(schedules.timezone_of([(ANA,)], "")).timezones == {}


def test_a_time_zone_that_does_not_exist_is_refused_in_words() -> None:
    with pytest.raises(WorkspaceError, match="no time zone 'Mars'"):
        plan(after(schedules.timezone_of([(ANA,)], "Mars")))
