"""The composed server: what it prints, how it counts, what can be made to fail, and that it is the same every time."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections import Counter
from typing import Any

import httpx
import pytest

from tests.sandbox.client import BASE, TODAY, Company

ALLOCATION = "/jira/rest/tempo-planning/1/allocation"
SCRIPT = "from datetime import date; from planner_gui.sandbox.server import run; run({}, 7, 1, 0, date(2026, 11, 20))"

READS: tuple[tuple[str, str, str, Any], ...] = (
    ("bigpicture", "GET", "/jira/rest/bigpicture/1.0/public/ppm/teams?boxIds=PROG-1", None),
    ("bigpicture", "GET", "/jira/rest/bigpicture/1.0/public/ppm/resources/EXT_USER@2@priya.raman/absences", None),
    ("bigpicture", "GET", "/jira/rest/bigpicture/1.0/public/ppm/boxarea/resourcetaskassignment/PROG-1/", None),
    ("bigpicture-labs", "GET", "/bp-cloud/bigpicture/jiracloud/101/rest/public/ppm/teams?boxIds=PROG-1", None),
    ("tempo", "GET", ALLOCATION + "?startDate=2026-08-01&endDate=2027-11-30", None),
    ("tempo-labs", "GET", "/tempo-cloud/4/plans?from=2026-08-01&to=2027-11-30&limit=5000", None),
    (
        "worktime",
        "POST",
        "/wtc/wtc/rest/brizo-calendar/api/1/event/search",
        {"calendarId": 1900, "startDate": 1795132800000, "endDate": 1800316800000},
    ),
    ("bigtime", "GET", "/bigtime/BigtimeData/api/v2/task/listByProject/1203", None),
)


def test_every_kind_is_there_and_bigpicture_twice(company: Company) -> None:
    entries = company.sandbox.connections()
    kinds = Counter(entry["kind"] for entry in entries)
    assert kinds == {"bigpicture": 2, "tempo": 1, "tempo-cloud": 1, "worktime": 1, "bigtime": 1}
    for entry in entries:
        assert set(entry) == {"kind", "name", "url", "options", "secret"}
        assert entry["url"].startswith(BASE + "/")
        assert all(isinstance(value, str) for value in entry["options"].values())
        assert entry["secret"].count("\n") == (entry["options"].get("cookie") == "yes")


def test_the_same_company_answers_byte_for_byte_the_same() -> None:
    one, other, third = Company(), Company(), Company(seed=2)
    for name, method, path, body in READS:
        answers = [company.ask(method, path, name, json=body) for company in (one, other, third)]
        assert [answer.status_code for answer in answers] == [200] * 3, path
        assert answers[0].content == answers[1].content
    assert one.ask("GET", ALLOCATION, "tempo").content != third.ask("GET", ALLOCATION, "tempo").content


def test_requests_are_counted_by_connection_and_logged(company: Company) -> None:
    company.ask("GET", ALLOCATION, "tempo")
    company.ask("GET", ALLOCATION)
    assert company.sandbox.requests["tempo"] == 2
    assert company.sandbox.log == [("tempo", "GET", ALLOCATION, 200), ("tempo", "GET", ALLOCATION, 401)]
    told = company.ask("GET", "/__sandbox/log").json()
    assert told[0] == {"connection": "tempo", "method": "GET", "address": ALLOCATION, "status": 200}
    counted = company.ask("GET", "/__sandbox/requests").json()
    assert counted["tempo"] == 2
    assert counted["worktime"] == 0


@pytest.mark.parametrize("status", ["401", "403", "404", "429", "500", "503"])
@pytest.mark.parametrize("name", ["bigpicture", "bigpicture-labs", "tempo", "tempo-labs", "worktime", "bigtime"])
def test_a_fault_hits_its_connection_and_no_other(company: Company, name: str, status: str) -> None:
    company.sandbox.faults.set(name, status)
    for connection, method, path, body in READS:
        expected = int(status) if connection == name else 200
        assert company.ask(method, path, connection, json=body).status_code == expected
    company.sandbox.faults.set(name, "none")
    for connection, method, path, body in READS:
        assert company.ask(method, path, connection, json=body).status_code == 200


def test_a_fault_can_be_for_one_address_and_for_some_times(company: Company) -> None:
    switched = {"connection": "tempo", "fault": "500", "path": "allocation/4", "times": 2}
    assert company.ask("POST", "/__sandbox/faults", json=switched).status_code == 200
    assert company.ask("GET", ALLOCATION, "tempo").status_code == 200
    assert [company.ask("GET", f"{ALLOCATION}/42", "tempo").status_code for _ in range(3)] == [500, 500, 200]


def test_a_page_or_half_a_body_can_stand_where_json_is_due(company: Company) -> None:
    company.sandbox.faults.set("tempo", "html", times=1)
    answer = company.ask("GET", ALLOCATION, "tempo")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    company.sandbox.faults.set("tempo", "malformed", times=1)
    answer = company.ask("GET", ALLOCATION, "tempo")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    with pytest.raises(json.JSONDecodeError):
        answer.json()


def test_a_busy_service_says_when_to_come_back(company: Company) -> None:
    company.sandbox.faults.set("tempo", "429")
    assert company.ask("GET", ALLOCATION, "tempo").headers["retry-after"] == "1"


def test_a_slow_answer_is_the_right_answer_later(company: Company) -> None:
    company.sandbox.faults.set("tempo", "slow", seconds=0.01)
    assert company.ask("GET", ALLOCATION, "tempo").status_code == 200


def test_unknown_faults_and_connections_are_refused(company: Company) -> None:
    bodies: list[Any] = [{"connection": "tempo", "fault": "flood"}, {"connection": "jira", "fault": "500"}, {}, []]
    bodies.append({"connection": "tempo", "fault": "500", "times": 0})
    for body in bodies:
        assert company.ask("POST", "/__sandbox/faults", json=body).status_code == 400
    assert company.ask("GET", "/__sandbox/other").status_code == 404


def test_a_reset_undoes_writes_faults_and_counts(company: Company) -> None:
    before = company.ask("GET", f"{ALLOCATION}/42", "tempo").json()
    company.ask("DELETE", f"{ALLOCATION}/42", "tempo")
    company.sandbox.faults.set("bigtime", "500")
    assert company.ask("POST", "/__sandbox/reset").status_code == 200
    assert company.sandbox.log == []
    assert company.ask("GET", f"{ALLOCATION}/42", "tempo").json() == before
    assert company.ask("GET", "/bigtime/BigtimeData/api/v2/staff", "bigtime").status_code == 200


def test_an_address_of_nobody_is_a_web_page(company: Company) -> None:
    answer = company.ask("GET", "/jira/secure/Dashboard.jspa")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_the_command_prints_its_connections_serves_and_ends_cleanly(sent: signal.Signals) -> None:
    script = SCRIPT.format(0)
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", script]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=environment) as process:
        assert process.stdout is not None
        entries = {entry["name"]: entry for entry in json.loads(process.stdout.readline())["connections"]}
        url = entries["tempo"]["url"] + "/rest/tempo-teams/2/team"
        request = urllib.request.Request(url, headers={"Authorization": f"Bearer {entries['tempo']['secret']}"})
        with urllib.request.urlopen(request, timeout=20) as answer:
            assert len(json.loads(answer.read())) == 6
        process.send_signal(sent)
        output, errors = process.communicate(timeout=20)
    assert (process.returncode, output, errors) == (0, "", "")


def test_today_is_the_only_clock(company: Company) -> None:
    """Nothing in an answer depends on when it is asked: the default period is a month from `today`."""
    found = company.ask("GET", ALLOCATION, "tempo").json()
    month = {"startDate": TODAY.isoformat(), "endDate": "2026-12-20"}
    assert found == company.ask("GET", ALLOCATION, "tempo", params=month).json()


@pytest.mark.parametrize("fault", ["lost", "late"])
def test_a_write_can_happen_without_an_answer_at_once_or_later(company: Company, fault: str) -> None:
    path = "/jira/rest/bigpicture/1.0/public/ppm/resources/EXT_USER@2@priya.raman/absences"
    before = company.ask("GET", path, "bigpicture").json()
    body: dict[str, Any] = {"startDate": "2027-11-29", "endDate": "2027-11-30", "absenceType": "HOLIDAY"}
    body |= {"percentageUnavailability": 100}
    company.sandbox.faults.set("bigpicture", fault, path="absences", times=1, seconds=0.05)
    assert company.ask("GET", path, "bigpicture").status_code == 200  # a read has nothing to lose

    async def written() -> None:
        transport = httpx.ASGITransport(app=company.sandbox.app)
        async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
            answer = await client.post(path, headers=company.headers("bigpicture"), json=body)
            assert answer.status_code == 504
            while len((await client.get(path, headers=company.headers("bigpicture"))).json()) == len(before):
                assert fault == "late"
                await asyncio.sleep(0.005)

    asyncio.run(written())
    after = company.ask("GET", path, "bigpicture").json()
    assert [one["startDate"] for one in after if one not in before] == ["2027-11-29"]
