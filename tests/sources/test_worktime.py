"""Work Time Calendar: what is asked for, and every shape of an answer that is taken (vendors.md 3, 5 and 7)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from planner_gui.domain.entities import CalendarSource, Event, Page, Span
from planner_gui.domain.errors import Forbidden, NotFound, OriginRefused, RequestRefused, UsageError
from planner_gui.sources.base import Check, Connection, Detail, open_source
from planner_gui.sources.worktime import WorkTime
from tests.sources import contract
from tests.sources.contract import Fake
from tests.sources.fake_worktime import (
    ADA,
    BASE,
    BOB,
    DAY_MS,
    PEOPLE,
    RIGHTS,
    SEARCH,
    TEAMS,
    Events,
    calendar,
    event,
    fake,
    leave,
    ms,
    sample,
    source,
)

BERLIN = ZoneInfo("Europe/Berlin")
MEETING = event(2, ms("2026-11-25 10:00"), ms("2026-11-25 11:00"))


def read(service: Fake, span: Span = contract.SPAN, zone: Any = BERLIN) -> list[Page]:
    context = replace(service.context(), zone=zone)
    return contract.read(open_source(service.connection, service.secret, context), span)


def events(*shown: Any, span: Span = contract.SPAN, zone: Any = BERLIN) -> list[Event]:
    """The events that are read from these records."""
    return [
        record.item for record in contract.records(read(fake(*shown), span, zone)) if isinstance(record.item, Event)
    ]


def one(*shown: Any, zone: Any = BERLIN) -> Event:
    (found,) = events(*shown, zone=zone)
    return found


def warnings(pages: list[Page]) -> list[str]:
    return [text for page in pages for text in page.warnings]


def misread(pages: list[Page]) -> list[tuple[str, str]]:
    return [(gap.what, gap.reason) for page in pages for gap in page.not_understood]


def not_readable(pages: list[Page]) -> dict[str, tuple[str, str]]:
    return {gap.resource: (gap.what, gap.reason) for page in pages for gap in page.not_readable}


def sources(pages: list[Page]) -> dict[str, CalendarSource]:
    return {one.key: one for page in pages for one in page.sources}


def bodies(service: Fake) -> list[dict[str, Any]]:
    route = service.routes[SEARCH]
    assert isinstance(route, Events)
    return route.bodies


def check(service: Fake) -> Check:
    async def scenario() -> Check:
        opened = service.open()
        try:
            return await opened.check()
        finally:
            await opened.close()

    return contract.run(scenario())


# -- calendars and sources --------------------------------------------------------------------------------------------


def test_the_vendor_s_own_sample_is_read() -> None:
    service = fake()
    documented = sample("worktime_calendars")
    service.routes[f"GET {BASE}/calendar"] = documented
    service.routes[f"GET {BASE}/calendar/1959"] = sample("worktime_calendar")
    service.routes[f"GET {BASE}/calendar/1995"] = documented[1]
    service.routes[SEARCH] = {"total": 0, "values": []}
    pages = read(service)
    assert misread(pages) == []
    assert sources(pages)["5655"] == CalendarSource(
        key="5655",
        name="Dekki's meetings",
        type="meeting",
        calendar="Dekki Gedru's first calendar",
        calendar_key="1959",
        colour="#7500ca",
    )
    assert {key: one.type for key, one in sources(pages).items()} == {
        "5655": "meeting",
        "5656": "jira",
        "5779": "jira",
        "5780": "sprint",
        "5781": "version",
        "5782": "trip",
    }


@pytest.mark.parametrize(
    ("value", "name", "colour"),
    [
        ('{"name": "Leave", "color": "#AABBCC"}', "Leave", "#aabbcc"),
        ({"name": "Leave", "color": "#aabbcc"}, "Leave", "#aabbcc"),
        ('{"name": "Leave", "color": "red"}', "Leave", ""),
        ('{"name": "Leave", "color": 17}', "Leave", ""),
        ('{"name": ["Leave"]}', "Vacation", ""),
        ("", "Vacation", ""),
        (None, "Vacation", ""),
        ("{broken", "Vacation", ""),
        ("17", "Vacation", ""),
        ([], "Vacation", ""),
    ],
)
def test_value_is_json_in_a_text_or_an_object_or_nothing(value: Any, name: str, colour: str) -> None:
    service = fake(leave(1, "2026-11-23", "2026-11-28"))
    home = calendar(1900, "People", source(5601, 1900, "vacation", "x", value=value))
    service.routes[f"GET {BASE}/calendar/1900"] = home
    found = sources(read(service))["5601"]
    assert (found.name, found.colour, found.type) == (name, colour, "vacation")


def test_a_source_without_any_name_is_called_by_its_number() -> None:
    service = fake()
    bare = {"id": 5601, "eventType": {"key": "vacation"}, "value": ""}
    service.routes[f"GET {BASE}/calendar/1900"] = calendar(1900, "People", bare, value="")
    found = sources(read(service))["5601"]
    assert (found.name, found.calendar) == ("Source 5601", "Calendar 1900")


@pytest.mark.parametrize(("key", "type_"), [("VACATION", "vacation"), ("workshop", "workshop"), ("Custom", "custom")])
def test_a_type_is_known_in_any_case_and_an_unknown_one_is_kept(key: str, type_: str) -> None:
    service = fake()
    service.routes[f"GET {BASE}/calendar/1900"] = calendar(1900, "People", source(5601, 1900, key, "x"))
    assert sources(read(service))["5601"].type == type_


def test_every_calendar_of_the_token_is_read_by_itself() -> None:
    service = fake()
    read(service)
    asked = [request.url.path.removeprefix(BASE) for request in service.requests if request.method == "GET"]
    assert asked == ["/calendar", "/calendar/1900", "/calendar/1901"]


def test_with_the_option_only_its_calendars_are_read() -> None:
    service = fake(calendars="1901, 1901")
    read(service)
    assert {body["calendarId"] for body in bodies(service)} == {1901}
    assert f"{BASE}/calendar/1900" not in {request.url.path for request in service.requests}


def test_C8_a_foreign_calendar_is_not_readable_and_the_others_load() -> None:
    pages = read(fake(calendars="12,1901"))
    assert not_readable(pages) == {
        "calendar/12": ("calendar 12", "the token is not tied to it, or there is no such calendar")
    }
    assert {record.item.resource for record in contract.records(pages)} == {"calendar/1901"}  # type: ignore[union-attr]


@pytest.mark.parametrize("status", [403, 404])
@pytest.mark.parametrize("route", [f"GET {BASE}/calendar/1900", SEARCH])
def test_C8_a_calendar_whose_right_went_away_is_not_readable_and_the_others_load(status: int, route: str) -> None:
    service = fake()
    healthy = service.routes[route]

    def refused(request: httpx.Request) -> Any:
        about = request.method == "GET" or json.loads(request.content)["calendarId"] == 1900
        if about:
            return httpx.Response(status, json={"errors": ["no"]})
        return healthy(request)  # type: ignore[operator]

    service.routes[route] = refused
    pages = read(service)
    assert {key: what for key, (what, _) in not_readable(pages).items()} == {"calendar/1900": "calendar People"}
    assert {record.item.resource for record in contract.records(pages)} == {"calendar/1901"}  # type: ignore[union-attr]


def test_V1_a_calendar_or_source_that_cannot_be_read_is_counted_and_the_others_load() -> None:
    service = fake()
    service.routes[f"GET {BASE}/calendar"] = [{"value": "{}"}, 17, {"id": ".."}, PEOPLE, TEAMS]
    service.routes[f"GET {BASE}/calendar/1900"] = calendar(1900, "People", {"order": 1}, *PEOPLE["sources"])
    pages = read(service)
    assert sorted(what for what, _ in misread(pages)) == ["calendar"] * 3 + ["event source of People"]
    assert len(contract.records(pages)) > 0


def test_a_token_that_sees_no_calendar_is_told_so() -> None:
    service = fake()
    service.routes[f"GET {BASE}/calendar"] = []
    assert warnings(read(service)) == ["The token sees no calendar, so no event is read."]


def test_a_source_that_no_calendar_lists_is_asked_for() -> None:
    service = fake(event(7, ms("2026-11-25 10:00"), ms("2026-11-25 11:00"), sourceId=77))
    service.routes[f"GET {BASE}/source/77"] = source(77, 1901, "trip", "Journeys")
    assert sources(read(service))["77"] == CalendarSource(
        key="77", name="Journeys", type="trip", calendar="Teams", calendar_key="1901", colour="#40af04"
    )


@pytest.mark.parametrize("key", ["78", ".."])
def test_a_source_that_cannot_be_seen_keeps_its_number(key: str) -> None:
    service = fake(event(7, ms("2026-11-25 10:00"), ms("2026-11-25 11:00"), sourceId=key))
    pages = read(service)
    assert (sources(pages)[key].name, sources(pages)[key].type) == (f"Source {key}", "")
    assert len(contract.records(pages)) == 1


def test_an_event_without_a_source_has_its_calendar_for_one() -> None:
    service = fake(event(7, ms("2026-11-25 10:00"), ms("2026-11-25 11:00"), sourceId=None))
    pages = read(service)
    (record,) = contract.records(pages)
    assert isinstance(record.item, Event)
    assert (record.item.source, sources(pages)[record.item.source].name) == ("calendar/1901", "Teams")


# -- the search -------------------------------------------------------------------------------------------------------


def windows(service: Fake, key: int = 1900) -> list[tuple[int, int]]:
    return [(body["startDate"], body["endDate"]) for body in bodies(service) if body.get("calendarId") == key]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Africa/Cairo", "Australia/Lord_Howe", "UTC"])
def test_long_readings_are_cut_into_windows_under_92_days_whatever_the_clocks_do(zone: str) -> None:
    """The fake answers 400 to a longer one; 2026 has both changes of clocks in all but the last zone."""
    service, span = fake(), Span(date(2026, 1, 1), date(2026, 12, 31))
    read(service, span, ZoneInfo(zone))
    cut = windows(service)
    assert len(cut) == 5
    assert all(0 < end - start <= 91 * DAY_MS for start, end in cut)
    assert all(later <= end for (_, end), (later, _) in pairwise(cut)), "nothing may fall between two windows"
    assert cut[0][0] <= ms("2026-01-01 00:00", zone)
    assert cut[-1][1] >= ms("2027-01-01 00:00", zone)


def test_a_window_is_from_midnight_in_the_workspace_s_zone() -> None:
    service = fake()
    read(service, Span(date(2026, 3, 29), date(2026, 3, 29)), BERLIN)
    assert windows(service) == [(ms("2026-03-28 00:00"), ms("2026-03-31 00:00"))]


def test_a_search_names_exactly_one_calendar_and_one_form_of_period() -> None:
    service = fake()
    read(service)
    assert all(set(body) == {"startDate", "endDate", "calendarId"} for body in bodies(service))
    assert all(isinstance(value, int) for body in bodies(service) for value in body.values())


def test_an_event_that_lies_across_a_cut_is_one_event() -> None:
    span = Span(date(2026, 1, 1), date(2026, 12, 31))
    across = event(5, ms("2026-03-01 10:00"), ms("2026-12-01 11:00"))
    found = events(across, span=span)
    assert [item.external_id for item in found] == ["5"]


def test_an_event_of_no_length_at_a_cut_is_found() -> None:
    service, span = fake(), Span(date(2026, 1, 1), date(2026, 12, 31))
    read(service, span)
    cut = windows(service)[0][1]
    assert [item.external_id for item in events(event(6, cut, cut), span=span)] == ["6"]


@pytest.mark.parametrize(
    "wrap",
    [
        lambda found: found,
        lambda found: {"values": found},
        lambda found: {"total": len(found), "events": found},
        lambda found: {"results": found, "isLast": True},
        lambda found: {"items": found, "next": None, "startAt": 0, "total": len(found)},
    ],
    ids=["bare", "values", "events", "results", "items"],
)
def test_the_list_of_events_is_bare_or_under_a_name(wrap: Any) -> None:
    service = fake(MEETING)
    service.routes[SEARCH] = Events(MEETING, wrap=wrap)
    pages = read(service)
    assert len(contract.records(pages)) == 1
    assert warnings(pages) == []


def cut_short(**hints: Any) -> Any:
    """An answer that shows at most one event, and says so."""
    return lambda found: {"values": found[:1]} | ({} if len(found) < 2 else hints)


HINTS: dict[str, dict[str, Any]] = {
    "total": {"total": 2},
    "isLast": {"isLast": False},
    "next": {"next": "https://wtc.brizoit.com/wtc/next"},
    "startAt": {"startAt": 0},
    "total beside isLast": {"total": 2, "isLast": True},
}


@pytest.mark.parametrize("hints", HINTS.values(), ids=HINTS)
def test_an_answer_that_is_not_whole_is_asked_for_by_source_in_iso_form(hints: dict[str, Any]) -> None:
    duty = event(8, ms("2026-11-26 10:00"), ms("2026-11-26 11:00"), sourceId=5612)
    service = fake()
    service.routes[SEARCH] = Events(MEETING, duty, wrap=cut_short(**hints))
    pages = read(service)
    assert sorted(record.item.external_id for record in contract.records(pages)) == ["2", "8"]
    assert warnings(pages) == []
    by_source = [body for body in bodies(service) if "sourceId" in body]
    assert [set(body) for body in by_source] == [{"startDateIso", "endDateIso", "sourceId"}] * 2
    assert [body["sourceId"] for body in by_source] == [5611, 5612], "sources of the searched types only"
    assert {body["startDateIso"] for body in by_source} == {"2026-10-31T00:00:00+01:00"}


@pytest.mark.parametrize(
    ("hints", "count"), [({"total": 2}, "1"), ({"isLast": False}, "some"), ({"startAt": 0}, "some")]
)
def test_what_is_kept_back_even_by_source_is_said(hints: dict[str, Any], count: str) -> None:
    other = event(8, ms("2026-11-26 10:00"), ms("2026-11-26 11:00"))
    service = fake()
    service.routes[SEARCH] = Events(MEETING, other, wrap=cut_short(**hints))
    pages = read(service)
    assert len(contract.records(pages)) == 1
    assert warnings(pages) == [f"Teams: the service kept {count} events back, so the calendar is not whole here."]


@pytest.mark.parametrize(
    "body",
    [
        '{"errors": ["Interval is too long"]}',
        '{"errorMessages": ["Interval is too long"], "errors": {}}',
        '["Interval is too long"]',
        '"Interval is too long"',
        '{"errors": {"endDate": ["Interval is too long"]}}',
        '{"message": "Interval is too long"}',
    ],
)
def test_a_400_in_any_shape_ends_with_the_service_s_words(body: str) -> None:
    service = fake()
    service.routes[SEARCH] = httpx.Response(400, text=body, headers={"Content-Type": "application/json"})
    with pytest.raises(RequestRefused, match="Interval is too long") as caught:
        read(service)
    assert caught.value.subject == "events of People"


class Changing(Events):
    """Shows an event under another title at the second search of its calendar, as if it was edited meanwhile."""

    def __call__(self, request: httpx.Request) -> Any:
        answer = super().__call__(request)
        searches = sum(body["calendarId"] == 1901 for body in self.bodies)
        if answer["values"] and answer["values"][0]["id"] == 5 and searches == 2:
            return {"total": 1, "values": [answer["values"][0] | {"summary": "Old title"}]}
        return answer


def test_V4_an_event_that_two_windows_show_differently_is_read_again() -> None:
    span = Span(date(2026, 1, 1), date(2026, 12, 31))
    service = fake()
    service.routes[SEARCH] = Changing(event(5, ms("2026-01-02 10:00"), ms("2026-12-30 11:00"), summary="New title"))
    pages = read(service, span)
    assert [record.item.title for record in contract.records(pages)] == ["New title"]  # type: ignore[union-attr]
    assert len(windows(service, 1901)) == 10
    assert len(windows(service, 1900)) == 5


# -- people -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "users",
    [
        {"users": [ADA, BOB]},
        {"userKeys": [ADA, BOB]},
        {"users": [], "participants": [ADA, BOB]},
        {"users": f"{ADA}, {BOB}"},
        {"users": [{"accountId": ADA}, {"key": BOB, "name": "bob"}]},
        {"participants": [{"id": ADA, "name": "Ada Byron"}, {"name": BOB}, None, ""]},
        {"users": [ADA, BOB, ADA]},
    ],
)
def test_people_are_ids_or_objects_under_several_names(users: dict[str, Any]) -> None:
    record = {name: value for name, value in MEETING.items() if name != "users"} | users
    assert one(record).accounts == (ADA, BOB)


def test_names_and_addresses_come_from_whichever_event_carries_them() -> None:
    known = {"accountId": ADA, "displayName": "Ada Byron", "emailAddress": "ada@example.com", "active": False}
    later = leave(1, "2026-11-23", "2026-11-28", users=[{"accountId": BOB, "name": "Bob Ross"}])
    pages = read(fake(MEETING, event(3, MEETING["start"], MEETING["end"], users=[known]), later))
    found = {account.key: account for page in pages for account in page.accounts}
    assert (found[ADA].name, found[ADA].email, found[ADA].atlassian) == ("Ada Byron", "ada@example.com", ADA)
    assert (found[BOB].name, found[BOB].atlassian) == ("Bob Ross", BOB)


def test_a_name_that_is_the_id_is_no_name() -> None:
    pages = read(fake(event(3, MEETING["start"], MEETING["end"], users=[{"name": "ada"}])))
    assert [(account.key, account.name) for page in pages for account in page.accounts] == [("ada", "")]


def test_events_of_nobody_are_left_out_and_counted() -> None:
    nobody = [
        event(20, MEETING["start"], MEETING["end"], users=[]),
        event(21, MEETING["start"], MEETING["end"], users=None),
    ]
    pages = read(fake(MEETING, *nobody))
    assert [record.item.external_id for record in contract.records(pages)] == ["2"]
    assert warnings(pages) == ["2 events name nobody and cannot be shown on anybody's line."]


# -- which events -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["jira", "sprint", "version", "Sprint"])
def test_events_of_types_that_a_search_does_not_return_are_left_out(key: str) -> None:
    service = fake(event(2, MEETING["start"], MEETING["end"], sourceId=5613), MEETING | {"id": 3})
    service.routes[f"GET {BASE}/calendar/1901"] = calendar(
        1901, "Teams", source(5611, 1901, "meeting", "Meetings"), source(5613, 1901, key, "Jira")
    )
    assert [record.item.external_id for record in contract.records(read(service))] == ["3"]


@pytest.mark.parametrize("key", ["vacation", "sickness", "trip", "meeting", "custom", "workshop"])
def test_events_of_the_searched_types_and_of_unknown_ones_are_kept(key: str) -> None:
    service = fake(MEETING)
    service.routes[f"GET {BASE}/calendar/1901"] = calendar(1901, "Teams", source(5611, 1901, key, "X"))
    assert len(contract.records(read(service))) == 1


def test_a_title_is_the_summary_or_the_name_of_the_source() -> None:
    assert one(MEETING).title == "Event 2"
    assert one(MEETING | {"summary": ""}).title == "Meetings"
    assert one({**MEETING, "summary": None, "title": "Planning"}).title == "Planning"


def test_the_record_is_kept_raw() -> None:
    (record,) = contract.records(read(fake(MEETING | {"condColors": [1]})))
    assert json.loads(record.raw) == MEETING | {"condColors": [1]}


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ({"id": None}, "id is missing"),
        ({"start": None}, "start is missing"),
        ({"start": "soon"}, "start is no date and no time"),
        ({"start": "20261125"}, "start is no date and no time"),
        ({"start": "2026-W48-3"}, "start is no date and no time"),
        ({"start": "2026-02-30"}, "start is no day"),
        ({"start": "2026-02-30T10:00:00Z"}, "start is no time that a calendar has"),
        ({"start": True}, "start is no date and no time"),
        ({"start": {"at": 1}}, "start is no date and no time"),
        ({"start": "9" * 16}, "start is outside of any calendar"),
        ({"start": -62135596800000}, "start is in the year 1"),
        ({"end": 253402300799000}, "end is in the year 9999"),
        ({"users": [{"colour": "red"}]}, "accountId is missing"),
        ({"users": [["x"]]}, "neither an id nor an object"),
        ({"users": {"a": 1}}, "users is no list"),
        ({"allDay": "perhaps"}, "allDay is neither true nor false"),
    ],
)
def test_V1_an_event_that_cannot_be_read_is_counted_once_and_the_others_load(
    broken: dict[str, Any], reason: str
) -> None:
    spoiled = {name: value for name, value in (MEETING | {"id": 99} | broken).items() if value is not None}
    pages = read(fake(spoiled, MEETING), Span(date(2026, 1, 1), date(2026, 12, 31)))
    assert [record.item.external_id for record in contract.records(pages)] == ["2"]
    ((what, why),) = misread(pages)
    assert what == "event of Teams"
    assert reason in why


# -- getting at it ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("", "https://wtc.brizoit.com/wtc/rest/brizo-calendar"),
        ("https://jira.example.com/jira", "https://jira.example.com/jira/rest/brizo-calendar"),
        ("https://jira.example.com/jira/", "https://jira.example.com/jira/rest/brizo-calendar"),
        ("https://jira.example.com/rest/brizo-calendar", "https://jira.example.com/rest/brizo-calendar"),
        ("https://jira.example.com/rest/brizo-calendar/api/1/calendar", "https://jira.example.com/rest/brizo-calendar"),
        ("http://127.0.0.1:8740/wtc/wtc/rest/brizo-calendar", "http://127.0.0.1:8740/wtc/wtc/rest/brizo-calendar"),
    ],
)
def test_cloud_knows_its_address_and_a_jira_s_is_cut_back_to_the_base(url: str, base: str) -> None:
    service = fake()
    service.url = url
    asked: list[str] = []

    def respond(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return contract.json_answer([])

    contract.read(service.open(respond))
    assert asked == [f"{base}/api/1/calendar"]


def test_the_token_is_a_bearer() -> None:
    service = fake()
    read(service)
    assert {request.headers["Authorization"] for request in service.requests} == {f"Bearer {contract.SECRET}"}


@pytest.mark.parametrize(
    ("options", "secret"),
    [
        ({"calendar": "1"}, "t"),
        ({"calendars": ""}, "t"),
        ({"calendars": "1,../2"}, "t"),
        ({}, ""),
        ({}, "two words"),
        ({}, "t\nsecond"),
    ],
)
def test_options_that_cannot_be_used_are_refused_before_any_request(options: dict[str, str], secret: str) -> None:
    service = fake()
    with pytest.raises(UsageError):
        open_source(Connection("wtc", "worktime", "", options), secret, service.context())
    assert service.requests == []


def test_N3_an_address_without_protection_is_refused() -> None:
    with pytest.raises(OriginRefused):
        open_source(Connection("wtc", "worktime", "http://jira.example.com"), "t", fake().context())


def test_a_check_names_the_calendars_and_the_rights_in_two_reads() -> None:
    service = fake()
    answer = check(service)
    assert answer.sees == (
        "2 calendars",
        "People: 2 sources of events",
        "Teams: 2 sources of events",
        "People: everybody may see it: no",
        "People: everybody may change the calendar: no",
        "People: everybody may change events: yes",
        "People: reporters may change their events: yes",
        "People: may change the calendar: planners",
        "People: may change events: nobody named",
    )
    assert answer.warnings == ()
    assert len(service.requests) == 2


def test_a_check_names_chosen_calendars_that_the_token_does_not_have() -> None:
    answer = check(fake(calendars="12,1901"))
    assert answer.sees[:2] == ("1 calendar", "Teams: 2 sources of events")
    assert answer.warnings == ("Calendar 12 is not one of the token's.",)


# -- detail -----------------------------------------------------------------------------------------------------------


def detail(service: Fake, record: Any) -> Detail:
    async def scenario() -> Detail:
        opened = service.open()
        assert isinstance(opened, WorkTime)
        try:
            return await opened.detail(json.dumps(record).encode(), "2")
        finally:
            await opened.close()

    return contract.run(scenario())


def test_an_opened_event_shows_its_calendar_with_the_rights_and_its_source() -> None:
    found = dict(detail(fake(), MEETING).groups)
    assert dict(found["Calendar"]) == {"Name": "Teams", "Description": "Who is where", "Owner": ADA}
    assert dict(found["Rights"])["May change the calendar"] == "planners"
    assert dict(found["Source"]) == {"Name": "Meetings", "Type": "meeting", "Colour": "#40af04"}


def test_the_calendar_of_an_event_that_names_none_is_its_source_s() -> None:
    record = {name: value for name, value in MEETING.items() if name != "calendarId"}
    assert dict(dict(detail(fake(), record).groups)["Calendar"])["Name"] == "Teams"


@pytest.mark.parametrize(("status", "error"), [(403, Forbidden), (404, NotFound)])
def test_a_calendar_that_cannot_be_opened_is_said(status: int, error: type[Exception]) -> None:
    service = fake()
    service.routes[f"GET {BASE}/calendar/1901"] = httpx.Response(status, json={})
    with pytest.raises(error):
        detail(service, MEETING)


def test_nothing_is_asked_for_a_record_that_cannot_be_read() -> None:
    service = fake()
    assert detail(service, [1]) == Detail(())
    assert service.requests == []


def test_rights_that_are_not_said_are_not_shown() -> None:
    service = fake()
    service.routes[f"GET {BASE}/calendar/1901"] = TEAMS | {"permEventsEdit": {"groups": None, "users": [ADA]}}
    assert dict(detail(service, MEETING).groups)["Rights"] == (("May change events", ADA),)
    assert "permEventsEdit" in RIGHTS


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_timed_event_is_two_instants() -> None:
    found = one(MEETING)
    assert (found.dates, found.starts_at, found.ends_at) == (None, utc("2026-11-25 09:00"), utc("2026-11-25 10:00"))
    assert found.starts_at is not None
    assert found.starts_at.utcoffset() == timedelta(0)
