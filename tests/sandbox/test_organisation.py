"""The pretend company is alive, plausible and the same for the same (people, seed, today)."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from datetime import date, timedelta

import pytest

from planner_gui.sandbox.facts import FOUR_DAYS, NINE_DAYS, days, holiday_name
from planner_gui.sandbox.organisation import Organisation
from planner_gui.sandbox.recurrence import occurrences
from tests.sandbox.client import TODAY


@pytest.fixture(scope="module")
def company() -> Organisation:
    return Organisation.make(today=TODAY)


def test_the_same_arguments_make_the_same_company() -> None:
    assert Organisation.make(70, 3, today=TODAY) == Organisation.make(70, 3, today=TODAY)


def test_another_seed_makes_other_plans() -> None:
    assert Organisation.make(9, 1, today=TODAY).bookings != Organisation.make(9, 2, today=TODAY).bookings


def test_sixty_people_work_in_seven_teams(company: Organisation) -> None:
    sizes = {team.name: len(team.members) for team in company.teams}
    assert set(sizes) == {"Design", "Platform", "Delivery", "Data", "Mobile", "Operations", "Labs"}
    assert sum(sizes.values()) == 60
    assert min(sizes.values()) >= 7


def test_names_keys_and_addresses_stay_unique_in_a_large_company() -> None:
    people = Organisation.make(1200, today=TODAY).people
    for values in ({p.name for p in people}, {p.key for p in people}, {p.email for p in people}):
        assert len(values) == 1200
    assert all(person.email.isascii() and person.email.endswith("@northwind.example") for person in people)
    assert any(not person.name.isascii() for person in people)


def test_a_company_of_one_is_a_company() -> None:
    company = Organisation.make(1, today=TODAY)
    assert [person.name for person in company.people] == ["Amara Okafor"]
    with pytest.raises(ValueError, match="at least one"):
        Organisation.make(0, today=TODAY)


def test_absences_of_one_person_never_overlap(company: Organisation) -> None:
    by_person = defaultdict(list)
    for absence in company.absences:
        assert absence.start <= absence.end
        by_person[absence.person].append(absence)
    for absences in by_person.values():
        for before, after in itertools.pairwise(absences):
            assert before.end < after.start


def test_every_type_of_absence_an_unknown_one_and_half_days_are_there(company: Organisation) -> None:
    assert {absence.type for absence in company.absences} == {
        "HOLIDAY",
        "LEAVE AT REQUEST",
        "MATERNITY LEAVE",
        "SICK LEAVE",
        "OTHER REASON",
        "SABBATICAL",
    }
    assert {absence.percent for absence in company.absences} == {50, 100}


def test_many_are_away_at_christmas(company: Organisation) -> None:
    away = {a.person for a in company.absences if a.start <= date(2026, 12, 28) <= a.end}
    assert 25 <= len(away) <= 50


def planned_minutes(company: Organisation) -> Counter[tuple[int, date]]:
    """Minutes of each person and day, team plans counted for every member."""
    load: Counter[tuple[int, date]] = Counter()
    for booking in company.bookings:
        crew = company.team(booking.team).members if booking.team else (booking.person or 0,)
        for start, end in occurrences(booking.rule, booking.start, booking.end, booking.until):
            for number in crew:
                for day in days(start, end):
                    load[number, day] += company.person(number).schedule.working(day) * booking.percent // 100
    return load


def test_most_people_are_well_used_a_few_are_over_and_a_few_nearly_free(company: Organisation) -> None:
    """The coming four weeks, holidays and leave taken off: most from half to full, a few over for days on end."""
    load = planned_minutes(company)
    away: dict[tuple[int, date], int] = {}
    for absence in company.absences:
        away |= {(absence.person, day): absence.percent for day in days(absence.start, absence.end)}
    used, over = [], 0
    for person in company.people:
        capacity, planned, over_days = 0, 0, 0
        for day in days(TODAY, TODAY + timedelta(days=27)):
            today = person.schedule.working(day) * (100 - away.get((person.number, day), 0)) // 100
            capacity, planned = capacity + today, planned + load[person.number, day]
            over_days += load[person.number, day] > today
        used.append(planned / max(capacity, 1))
        over += over_days >= 5
    assert sum(0.5 <= share <= 1 for share in used) >= 40
    assert 5 <= over <= 10
    assert 3 <= sum(share < 0.25 for share in used) <= 8


def test_the_plan_thins_out_towards_the_end_of_the_horizon(company: Organisation) -> None:
    def booked(day: date) -> int:
        return sum(b.start <= day <= b.end for b in company.bookings)

    assert booked(TODAY) > 55
    assert booked(TODAY + timedelta(days=330)) < booked(TODAY + timedelta(days=60)) / 2
    assert company.bookings[0].start < TODAY - timedelta(days=60)


def test_somebody_joins_in_the_middle_and_somebody_is_in_two_teams(company: Organisation) -> None:
    assert [p for p in company.people if p.joined > TODAY]
    assert company.second_teams
    assert {person.schedule for person in company.people} >= {FOUR_DAYS, NINE_DAYS}


def test_some_leave_stands_in_the_calendar_too_and_some_copies_differ(company: Organisation) -> None:
    leave = {(a.person, a.start): a.end for a in company.absences if a.percent == 100}
    copies = [e for e in company.events if e.kind in {"vacation", "sickness"} and (e.people[0], e.start) in leave]
    different = [event for event in copies if leave[event.people[0], event.start] != event.end]
    assert len(copies) > 60
    assert 3 <= len(different) < len(copies) / 4


def test_events_are_timed_and_all_day_repeated_and_in_another_zone(company: Organisation) -> None:
    kinds = {event.kind for event in company.events}
    assert kinds == {"vacation", "sickness", "meeting", "trip", "custom"}
    assert {event.start_minute is None for event in company.events} == {True, False}
    assert any(event.rule and len(event.people) > 5 for event in company.events)
    assert "America/New_York" in {event.zone for event in company.events}


def test_a_project_ends_before_some_of_its_work_does(company: Organisation) -> None:
    ends = {project.number: project.end for project in company.projects if project.end}
    late = [booking for booking in company.bookings if booking.end > ends.get(booking.item.project, booking.end)]
    assert [company.person(booking.person or 0).name for booking in late] == ["Mateo Fernández"]
    assert any(task.due and task.due > ends.get(task.project, task.due) for task in company.tasks)


def test_tasks_hold_every_case_a_reader_may_stumble_over(company: Organisation) -> None:
    tasks = company.tasks
    assert any(task.due is not None and task.due < TODAY and not task.archived for task in tasks)
    assert any(task.due is None for task in tasks)
    assert any(task.start is None for task in tasks)
    assert any(not task.people for task in tasks)
    assert any(len(task.people) > 1 for task in tasks)
    assert any(task.archived for task in tasks)
    assert any(task.start and task.due and task.due < task.start for task in tasks)


def test_holidays_are_the_fixed_ones_and_easter_monday() -> None:
    of_2027 = [day for day in days(date(2027, 1, 1), date(2027, 12, 31)) if holiday_name(day)]
    assert of_2027 == [date(2027, 1, 1), date(2027, 3, 29), date(2027, 5, 1), date(2027, 12, 25), date(2027, 12, 26)]


def test_a_nine_day_fortnight_has_nine_working_days() -> None:
    monday = date(2026, 11, 9)
    assert NINE_DAYS.working_days(monday, monday + timedelta(days=13)) == 9
    assert NINE_DAYS.minutes(monday, monday + timedelta(days=13)) == (44 + 35) * 60
