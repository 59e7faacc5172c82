"""The pretend Work Time Calendar answers as the vendor's page says: calendars, sources, the search for events."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.sandbox.client import Company

API = "/wtc/wtc/rest/brizo-calendar/api/1"
PEOPLE, TEAMS = 1900, 1901
START = int(datetime(2026, 11, 1, tzinfo=UTC).timestamp()) * 1000
DAY = 86_400_000


def search(company: Company, **body: Any) -> Any:
    asked = {"startDate": START, "endDate": START + 60 * DAY} | body
    answer = company.ask("POST", f"{API}/event/search", "worktime", json=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def refused(company: Company, body: Any) -> int:
    answer = company.ask("POST", f"{API}/event/search", "worktime", json=body)
    if answer.status_code == 400:
        assert answer.json()["errors"]
    return answer.status_code


def source(company: Company, key: str) -> int:
    for calendar in company.ask("GET", f"{API}/calendar", "worktime").json():
        for bean in calendar["sources"]:
            if bean["eventType"]["key"] == key:
                return int(bean["id"])
    raise AssertionError(key)


def test_no_token_or_a_wrong_one_is_401_everywhere(company: Company) -> None:
    for method, path in (("GET", "calendar"), ("GET", f"calendar/{PEOPLE}"), ("POST", "event/search")):
        assert company.ask(method, f"{API}/{path}").status_code == 401
        assert company.ask(method, f"{API}/{path}", headers={"Authorization": "Bearer no"}).status_code == 401


def test_calendars_carry_their_sources_and_a_value_that_is_text(company: Company) -> None:
    calendars = company.ask("GET", f"{API}/calendar", "worktime").json()
    assert [calendar["id"] for calendar in calendars] == [PEOPLE, TEAMS]
    assert json.loads(calendars[0]["value"])["name"] == "Northwind people"
    keys = [bean["eventType"]["key"] for bean in calendars[1]["sources"]]
    assert keys == ["meeting", "trip", "custom", "jira", "sprint", "version"]
    for bean in calendars[1]["sources"]:
        assert {"id", "calendarId", "emailsEnabled", "eventType", "order", "value"} == set(bean)
        assert json.loads(bean["value"])["color"].startswith("#")


def test_one_calendar_brings_its_permissions(company: Company) -> None:
    calendar = company.ask("GET", f"{API}/calendar/{PEOPLE}", "worktime").json()
    assert calendar["permEventsEdit"] == {"groups": [], "users": []}
    assert {"publicCalendar", "calendarEditable", "eventsEditable", "eventReporterEdit"} <= set(calendar)
    assert "permEventsEdit" not in company.ask("GET", f"{API}/calendar", "worktime").json()[0]


def test_one_source_has_an_address(company: Company) -> None:
    number = source(company, "meeting")
    bean = company.ask("GET", f"{API}/source/{number}", "worktime").json()
    assert (bean["id"], bean["calendarId"], bean["eventType"]["key"]) == (number, TEAMS, "meeting")


def test_foreign_calendars_and_sources_are_404(company: Company) -> None:
    assert company.ask("GET", f"{API}/calendar/4711", "worktime").status_code == 404
    assert company.ask("GET", f"{API}/source/4711", "worktime").status_code == 404
    period = {"startDate": START, "endDate": START + DAY}
    assert refused(company, period | {"calendarId": 4711}) == 404
    assert refused(company, period | {"sourceId": 4711}) == 404


def test_the_search_answers_a_total_and_values(company: Company) -> None:
    found = search(company, calendarId=PEOPLE)
    assert found["total"] == len(found["values"]) > 10
    fields = {"id", "sourceId", "calendarId", "summary", "description", "users", "allDay", "start", "end", "timezone"}
    assert all(set(event) >= fields for event in found["values"])
    assert {event["calendarId"] for event in found["values"]} == {PEOPLE}


def test_everybody_can_have_events_named_by_the_key_of_the_main_jira(company: Company) -> None:
    keys = {person.key for person in company.sandbox.organisation.people}
    seen = {user for event in search(company, calendarId=TEAMS)["values"] for user in event["users"]}
    assert seen == keys


def test_both_forms_of_the_period_find_the_same(company: Company) -> None:
    plain = search(company, sourceId=source(company, "vacation"))
    body = {"startDateIso": "2026-11-01T02:00:00+02:00", "endDateIso": "2026-12-30T19:00:00-05:00"}
    asked = body | {"sourceId": source(company, "vacation")}
    iso = company.ask("POST", f"{API}/event/search", "worktime", json=asked)
    assert iso.json() == plain


@pytest.mark.parametrize(("days", "status"), [(91, 200), (92, 400), (200, 400)])
def test_a_period_must_be_shorter_than_92_days(company: Company, days: int, status: int) -> None:
    body = {"calendarId": PEOPLE, "startDate": START, "endDate": START + days * DAY}
    assert refused(company, body) == status


def test_a_millisecond_under_92_days_is_taken(company: Company) -> None:
    assert refused(company, {"calendarId": PEOPLE, "startDate": START, "endDate": START + 92 * DAY - 1}) == 200


@pytest.mark.parametrize(
    "body",
    [
        {"startDate": START, "endDate": START + DAY},
        {"startDate": START, "endDate": START + DAY, "calendarId": PEOPLE, "sourceId": 5601},
        {"calendarId": PEOPLE},
        {"calendarId": PEOPLE, "startDate": START},
        {"calendarId": PEOPLE, "startDate": START, "endDate": START},
        {"calendarId": PEOPLE, "startDate": "2026-11-01", "endDate": "2026-11-02"},
        {"calendarId": PEOPLE, "startDateIso": "2026-11-01", "endDateIso": "2026-11-02"},
        {"calendarId": PEOPLE, "startDate": START, "endDateIso": "2026-11-02T00:00:00Z"},
        {"calendarId": "people", "startDate": START, "endDate": START + DAY},
        [],
    ],
)
def test_faulty_parameters_are_refused_with_400_and_messages(company: Company, body: Any) -> None:
    assert refused(company, body) == 400


def test_jiras_own_sources_never_bring_events(company: Company) -> None:
    for key in ("jira", "sprint", "version"):
        assert search(company, sourceId=source(company, key)) == {"total": 0, "values": []}


def test_an_all_day_event_ends_at_the_midnight_after_its_last_day(company: Company) -> None:
    events = {event.number: event for event in company.sandbox.organisation.events}
    shown = [bean for bean in search(company, calendarId=PEOPLE)["values"] if bean["allDay"]]
    assert shown
    for bean in shown:
        # Both offsets of Berlin's year, read without a time-zone database: midnight is 22 or 23 h UTC.
        first = datetime.fromtimestamp(bean["start"] / 1000, UTC) + timedelta(hours=2)
        last = datetime.fromtimestamp(bean["end"] / 1000, UTC) + timedelta(hours=2)
        event = events[bean["id"]]
        assert (first.date(), last.date() - timedelta(days=1)) == (event.start, event.end)


def test_a_repeated_event_is_one_record_with_its_rule_in_every_window(company: Company) -> None:
    def stand_up(offset: int) -> list[Any]:
        window = {"startDate": START + offset * DAY, "endDate": START + (offset + 30) * DAY}
        values = search(company, calendarId=TEAMS, **window)["values"]
        return [event for event in values if event["summary"] == "Stand-up Platform"]

    assert len(stand_up(0)) == 1
    assert stand_up(0) == stand_up(60)
    assert stand_up(0)[0]["recurrence"].startswith("FREQ=WEEKLY;UNTIL=")
    assert stand_up(200) == []


def test_an_event_is_found_only_where_it_touches_the_period(company: Company) -> None:
    meetings = search(company, sourceId=source(company, "meeting"))["values"]
    event = next(bean for bean in meetings if "recurrence" not in bean)

    def found(start: int, end: int) -> bool:
        return event in search(company, calendarId=TEAMS, startDate=start, endDate=end)["values"]

    assert found(event["start"], event["end"])
    assert not found(event["end"], event["end"] + DAY)
    assert not found(event["start"] - DAY, event["start"])
