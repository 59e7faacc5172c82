"""What a connection may not do, as a test of it says before anybody relies on it (issue 5, part 1: missing rights)."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from planner_gui.sources.base import Rights, SupportsRights
from tests.sources import (
    contract,
    fake_bigpicture,
    fake_bigtime,
    fake_tempo,
    fake_tempo_cloud,
    fake_worktime,
)
from tests.sources.contract import Fake

TODAY = contract.TODAY.isoformat()
REFUSED = httpx.Response(403, json={"message": "no"})
NOT_ALLOWED = httpx.Response(405, json={"Message": "no"})
GONE = httpx.Response(405)


def rights(service: Fake, **routes: Any) -> Rights:
    """routes: the last part of a route's path, and what it answers in this test."""
    for part, answer in routes.items():
        wanted = [route for route in service.routes if route.rstrip("/").endswith(part)]
        assert wanted, part
        service.routes.update(dict.fromkeys(wanted, answer))
    source = service.open()

    async def scenario() -> Rights:
        assert isinstance(source, SupportsRights)
        try:
            return await source.rights()
        finally:
            await source.close()

    return contract.run(scenario())


def tempo(**options: str) -> Fake:
    return fake_tempo.fake(fake_tempo.bean(1, "admin", TODAY, TODAY), **options)


HEALTHY = {
    "bigpicture": fake_bigpicture.fake,
    "tempo": tempo,
    "tempo-cloud": lambda: fake_tempo_cloud.fake(fake_tempo_cloud.plan(1, fake_tempo_cloud.PRIYA, TODAY, TODAY)),
    "worktime": fake_worktime.fake,
    "bigtime": fake_bigtime.fake,
}


@pytest.mark.parametrize("kind", HEALTHY)
def test_who_may_see_everything_lacks_nothing_and_is_told_what_is_only_known_when_writing(kind: str) -> None:
    service = HEALTHY[kind]()
    told = rights(service)
    assert told.lacks == ()
    assert any("changed" in note for note in told.notes)
    assert {request.method for request in service.requests} == {"GET"}


def test_bigpicture_names_what_only_an_administrators_token_sees() -> None:
    told = rights(fake_bigpicture.fake(), **{"/absences": REFUSED, "resourcetaskassignment/PROG-1": REFUSED})
    assert [line.split(":")[0] for line in told.lacks] == [
        "Absences cannot be read",
        "Tasks of Orion cannot be read",
    ]
    assert all("administers BigPicture" in line for line in told.lacks)


def test_bigpicture_of_an_old_version_offers_less_which_is_no_missing_right() -> None:
    told = rights(fake_bigpicture.fake(), **{"/absences": GONE, "resourcetaskassignment/PROG-1": GONE})
    assert told.lacks == ()
    assert "no absences" in told.notes[0]
    assert "no task assignments" in told.notes[1]


def test_tempo_says_whose_token_it_is_where_jira_does() -> None:
    service = tempo()
    assert rights(service).account == ""
    service.routes["GET /jira/rest/api/2/myself"] = {"name": "fred", "displayName": "Fred Vine"}
    assert rights(service).account == "Fred Vine"
    service.routes["GET /jira/rest/api/2/myself"] = httpx.Response(200, text="<html>")
    assert rights(service).account == ""
    named = tempo(user="fred")
    assert rights(named).account == "fred"
    assert not any("myself" in request.url.path for request in named.requests)


def test_tempo_without_the_right_to_see_working_time_says_what_is_used_instead() -> None:
    assert "schedules of this workspace" in rights(tempo(), **{"user/schedule": REFUSED}).lacks[0]
    told = rights(tempo(), **{"user/schedule": GONE})
    assert told.lacks == ()
    assert "reports no working time" in told.notes[0]


def test_tempo_cloud_looks_at_the_working_time_of_somebody_with_a_plan() -> None:
    service = HEALTHY["tempo-cloud"]()
    schedule = next(route for route in service.routes if "user-schedule" in route)
    assert "Working time cannot be read" in rights(service, **{schedule.partition(" ")[2]: REFUSED}).lacks[0]


def test_work_time_calendar_names_calendars_kept_from_the_token_and_those_few_may_change() -> None:
    told = rights(fake_worktime.fake(), **{"calendar/1900": httpx.Response(404)})
    assert told.lacks == (
        "Events of calendar People cannot be read: the token is not tied to it, or there is no such calendar.",
    )
    assert "no documented way to write" in told.notes[-1]
    service = fake_worktime.fake()
    service.routes[f"GET {fake_worktime.BASE}/calendar/1900"] |= {"eventsEditable": False}
    assert rights(service).notes[0] == "Only some people may change events of People."


def test_bigtime_names_each_list_that_is_kept_back() -> None:
    service = fake_bigtime.fake()
    service.routes[f"GET {fake_bigtime.API}/picklist/projects"] = [{"Id": "1201", "Name": "Atlas"}]
    told = rights(
        service, **{"/staff": NOT_ALLOWED, "/project": NOT_ALLOWED, "BudgetStatusByProject/1201": NOT_ALLOWED}
    )
    assert [line.partition(" cannot")[0] for line in told.lacks] == [
        "People",
        "Projects",
        "The budget status of project Atlas",
    ]
