"""BigPicture Cloud: where-am-i, relocation (A5) and its attacks (FB2). Its ledger holds every request to any host."""

from __future__ import annotations

import asyncio
from datetime import UTC, date
from typing import Any

import httpx
import pytest

from planner_gui.domain.entities import Page
from planner_gui.domain.errors import AnswerUnusable, CredentialRefused, OriginRefused
from planner_gui.sources.base import Check, Connection, Context, Source, open_source
from planner_gui.sources.bigpicture_access import Access
from planner_gui.sources.bigpicture_location import place
from planner_gui.sources.bigpicture_options import Options
from tests.sources import contract
from tests.sources.fake_bigpicture import ADA, LOCATION, MANAGER_HOST, Cloud

HOME = f"https://{MANAGER_HOST}"
MOVED = f"{HOME}/bigpicture/jiracloud/202"
ELSEWHERE = "https://eu.cloud.bigpicture.one/bigpicture/jiracloud/202"


def opened(cloud: Any, **options: str) -> Source:
    transport = httpx.MockTransport(cloud)
    context = Context(date(2026, 11, 20), UTC, lambda: transport)
    return open_source(Connection("labs", "bigpicture", "", options), contract.SECRET, context)


def read(cloud: Any, **options: str) -> list[Page]:
    return contract.read(opened(cloud, **options))


def check(source: Source) -> Check:
    async def scenario() -> Check:
        try:
            return await source.check()
        finally:
            await source.close()

    return contract.run(scenario())


def whole(pages: list[Page]) -> bool:
    """Whether the reading has what the service holds."""
    kinds = sorted(type(item).__name__ for item in contract.items(pages))
    return kinds == ["Absence", "Absence", "Task", "Task"]


def warnings(pages: list[Page]) -> list[str]:
    return [text for page in pages for text in page.warnings]


def test_where_am_i_is_asked_once_and_its_location_is_read() -> None:
    cloud = Cloud()
    assert whole(read(cloud))
    assert cloud.asked == 1
    first = cloud.ledger[0]
    assert str(first.url) == f"{HOME}/cloudmanager/bigpicture/where-am-i"
    assert first.headers["Authorization"] == f"APIToken {contract.SECRET}"


@pytest.mark.parametrize(
    ("scheme", "address"),
    [
        ("APIToken", "https://cloud.softwareplant.com/cloudmanager/bigpicture/where-am-i"),
        ("Bearer", "https://cloud.bigpicture.one/cloudmanager/bigpicture/where-am-i"),
    ],
)
def test_each_scheme_has_its_documented_manager(scheme: str, address: str) -> None:
    location = address.replace("/cloudmanager/bigpicture/where-am-i", "/bigpicture/jiracloud/101")
    cloud = Cloud(location, good=(f"{location}/rest",))
    assert whole(read(cloud, scheme=scheme))
    assert str(cloud.ledger[0].url) == address
    assert {request.headers["Authorization"].split()[0] for request in cloud.ledger} == {scheme}


def test_a_cloud_that_moved_since_is_found_by_one_where_am_i_and_the_reading_is_whole() -> None:
    cloud = Cloud(LOCATION, MOVED, good=(f"{MOVED}/rest",))
    pages = read(cloud)
    assert whole(pages)
    assert cloud.asked == 2
    assert warnings(pages) == [], "another path of the same host is followed silently"


def test_another_host_of_the_vendor_is_followed_with_a_notice() -> None:
    cloud = Cloud(LOCATION, ELSEWHERE, good=(f"{ELSEWHERE}/rest",))
    pages = read(cloud)
    assert whole(pages)
    assert warnings(pages) == ["BigPicture is at eu.cloud.bigpicture.one now; the connection follows it there."]


def test_a_first_location_on_another_host_of_the_vendor_is_said_by_the_check() -> None:
    answer = check(opened(Cloud(ELSEWHERE, good=(f"{ELSEWHERE}/rest",))))
    assert answer.warnings == ("BigPicture is at eu.cloud.bigpicture.one now; the connection follows it there.",)
    assert answer.sees == ("2 boxes", "1 team", "2 people")


class MovesInTheMiddle(Cloud):
    """Moves after the tenth request, while others are under way: those sent to the old place end with 401."""

    async def __call__(self, request: httpx.Request) -> httpx.Response:  # type: ignore[override]
        await asyncio.sleep(0)
        if len(self.ledger) == 10:
            self.locations, self.good = [ELSEWHERE], (f"{ELSEWHERE}/rest",)
        answer = super().__call__(request)
        for _ in range(len(self.ledger) % 7):  # answers come in another order than they were asked for
            await asyncio.sleep(0)
        return answer


def test_a_move_in_the_middle_of_many_requests_costs_one_where_am_i_and_no_record() -> None:
    cloud = MovesInTheMiddle()
    people = [f"EXT_USER@2@p{number}" for number in range(40)]
    cloud.answers["teams"] = [{"teamId": 1, "teamName": "All", "members": people}]
    one = [
        {"startDate": "2026-11-23", "endDate": "2026-11-27", "absenceType": "HOLIDAY", "percentageUnavailability": 100}
    ]
    cloud.answers |= {f"resources/{person}/absences": one for person in people}
    pages = read(cloud)
    found = {item.account for item in contract.items(pages) if hasattr(item, "percent")}
    assert found == {*people, ADA}
    assert cloud.asked == 2
    assert [gap for page in pages for gap in page.not_readable] == []


def test_a_new_place_that_refuses_the_token_too_is_final_for_the_whole_reading() -> None:
    cloud = Cloud(LOCATION, MOVED, LOCATION, good=())
    connection = Connection("labs", "bigpicture")
    context = Context(date(2026, 11, 20), UTC, lambda: httpx.MockTransport(cloud))
    access = Access(connection, Options.of(connection, contract.SECRET), context)

    async def scenario() -> None:
        for _ in range(3):
            with pytest.raises(CredentialRefused):
                await access.get("teams")
        await access.close()

    contract.run(scenario())
    assert cloud.asked == 2, "at first, and after the 401 of the first place"


HOSTILE = {
    "hostile": "https://evil.example/bigpicture/jiracloud/101",
    "http": f"http://{MANAGER_HOST}/bigpicture/jiracloud/101",
    "private address": "https://10.0.0.7/bigpicture",
    "loopback": "http://127.0.0.1:8080/bigpicture",
    "IPv6": "https://[::1]/bigpicture",
    "number for an address": "https://2130706433/bigpicture",
    "look-alike behind": "https://cloud.bigpicture.one.evil.io/bigpicture",
    "look-alike before": "https://evil-bigpicture.one/bigpicture",
    "look-alike letters": "https://cloud.bigpіcture.one/bigpicture",
    "user-info": f"https://{MANAGER_HOST}@evil.example/bigpicture",
    "own user-info": f"https://me:pw@{MANAGER_HOST}/bigpicture",
    "backslash": f"https://{MANAGER_HOST}\\@evil.example/bigpicture",
    "other port": f"https://{MANAGER_HOST}:8443/bigpicture",
    "bad port": f"https://{MANAGER_HOST}:x/bigpicture",
    "query": f"https://{MANAGER_HOST}/bigpicture?next=https://evil.example",
    "climbs": f"https://{MANAGER_HOST}/bigpicture/../../admin",
    "other scheme": "file:///etc/passwd",
    "no address": "jiracloud/101",
    "line break": f"https://{MANAGER_HOST}/a\r\nHost: evil.example",
}


@pytest.mark.parametrize("location", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("when", ["at first", "after a 401"])
def test_FB2_a_location_elsewhere_is_refused_and_gets_no_byte(location: str, when: str) -> None:
    cloud = Cloud(location) if when == "at first" else Cloud(LOCATION, location, good=())
    with pytest.raises(OriginRefused) as caught:
        read(cloud)
    assert cloud.hosts() == {HOME}
    assert all(
        request.url.path.startswith(("/cloudmanager/", "/bigpicture/jiracloud/101/")) for request in cloud.ledger
    )
    assert caught.value.connection == "labs"
    assert contract.SECRET not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_FB2_a_location_that_stays_the_same_is_a_refused_token() -> None:
    cloud = Cloud(LOCATION, good=())
    with pytest.raises(CredentialRefused, match="the token was refused"):
        read(cloud)
    assert cloud.asked == 2
    assert len(cloud.ledger) == 3, "where-am-i, the refused read, where-am-i"


def test_FB2_a_loop_of_places_ends_after_one_hop() -> None:
    cloud = Cloud(LOCATION, MOVED, LOCATION, MOVED, good=())
    with pytest.raises(CredentialRefused):
        read(cloud)
    assert cloud.asked == 2
    assert len(cloud.ledger) == 4


def test_FB2_a_where_am_i_that_redirects_elsewhere_is_refused() -> None:
    ledger: list[httpx.Request] = []

    def respond(request: httpx.Request) -> httpx.Response:
        ledger.append(request)
        return httpx.Response(307, headers={"Location": "https://evil.example/where-am-i"})

    with pytest.raises(OriginRefused, match=r"evil\.example"):
        read(respond)
    assert {request.url.host for request in ledger} == {MANAGER_HOST}


@pytest.mark.parametrize("answer", [{}, {"location": ""}, {"location": 7.5}, {"location": None}, {"location": []}])
def test_a_where_am_i_without_a_location_is_said(answer: Any) -> None:
    with pytest.raises((AnswerUnusable, OriginRefused)) as caught:
        read(lambda _request: httpx.Response(200, json=answer))
    assert caught.value.subject == "where-am-i"


def test_a_location_in_the_envelope_is_read() -> None:
    body = b'{"currentVersion": 1, "cargo": {"location": "https://cloud.bigpicture.one/x/"}}'
    found = place(body, asked="https://cloud.bigpicture.one/where-am-i", before="", own=False, connection="labs")
    assert found.base == "https://cloud.bigpicture.one/x/rest"


def test_a_token_that_where_am_i_refuses_is_one_message() -> None:
    ledger: list[httpx.Request] = []

    def respond(request: httpx.Request) -> httpx.Response:
        ledger.append(request)
        return httpx.Response(401, json={"message": "API token is missing or invalid"})

    with pytest.raises(CredentialRefused, match="API token is missing or invalid"):
        read(respond)
    assert len(ledger) == 1


def test_the_check_looks_up_the_other_scheme_at_its_own_manager() -> None:
    place_of_bearer = "https://cloud.bigpicture.one/bigpicture/jiracloud/7"
    cloud = Cloud(place_of_bearer, good=(f"{place_of_bearer}/rest",))

    def respond(request: httpx.Request) -> httpx.Response:
        if not request.headers["Authorization"].startswith("Bearer "):
            return httpx.Response(401, json={})
        return cloud(request)

    answer = check(opened(respond))
    assert answer.options == {"scheme": "Bearer"}
    assert cloud.hosts() == {"https://cloud.bigpicture.one"}


# -- the option cloud-manager -----------------------------------------------------------------------------------------

OWN = "http://127.0.0.1:8740/bp-cloud/cloudmanager/bigpicture/where-am-i"
OWN_PLACE = "http://127.0.0.1:8740/bp-cloud/bigpicture/jiracloud/101"


def test_with_cloud_manager_a_location_on_exactly_its_origin_is_taken() -> None:
    cloud = Cloud(OWN_PLACE, good=(f"{OWN_PLACE}/rest",))
    pages = read(cloud, **{"cloud-manager": OWN})
    assert whole(pages)
    assert str(cloud.ledger[0].url) == OWN
    assert warnings(pages) == []


def test_with_cloud_manager_one_hop_is_followed_too() -> None:
    there = OWN_PLACE.replace("101", "202")
    cloud = Cloud(OWN_PLACE, there, good=(f"{there}/rest",))
    assert whole(read(cloud, **{"cloud-manager": OWN}))
    assert cloud.asked == 2


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1:8741/bp-cloud",
        "https://127.0.0.1:8740/bp-cloud",
        "http://localhost:8740/bp-cloud",
        "http://127.0.0.1/bp-cloud",
        LOCATION,
        "https://evil.example/",
    ],
)
def test_FB2_with_cloud_manager_any_other_origin_is_refused(location: str) -> None:
    cloud = Cloud(location)
    with pytest.raises(OriginRefused):
        read(cloud, **{"cloud-manager": OWN})
    assert cloud.hosts() == {"http://127.0.0.1:8740"}
    assert cloud.asked == 1
