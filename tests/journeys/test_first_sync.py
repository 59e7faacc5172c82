"""From an empty folder to a plan, and the same plan without a network (cli.md)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.conftest import Program, Served, connect, connect_all

pytestmark = pytest.mark.secret_service


def exported(program: Program, workspace: Path, output: Path, *words: str) -> dict[str, Any]:
    done = program("export", workspace, "--format", "json", "--output", output, *words)
    assert done.code == 0, done.err
    assert "personal data" in done.err
    found: dict[str, Any] = json.loads(output.read_text())
    return found


def test_every_connection_is_read_and_the_plan_stays_when_the_services_are_gone(
    program: Program, workspace: Path, own_company: Served, tmp_path: Path
) -> None:
    connect_all(program, workspace, own_company)
    first = program("sync", workspace, "--json")
    assert first.code == 0, first.err
    states = {each["name"]: each["state"] for each in first.last["connections"]}
    assert states == {entry["name"]: "fresh" for entry in own_company.connections}
    online = exported(program, workspace, tmp_path / "online.json")
    own_company.stop()
    offline = exported(program, workspace, tmp_path / "offline.json")
    assert offline == online
    assert {item["kind"] for item in offline["items"]} == {"absence", "allocation", "event", "task"}
    assert len(offline["people"]) >= 20
    joined = [person for person in offline["people"] if len(person["accounts"]) >= 3]
    assert len(joined) >= 10

    second = program("sync", workspace, "--json")
    assert second.code == 1
    assert {each["state"] for each in second.last["connections"]} == {"failed"}
    assert "Traceback" not in second.err
    for entry in own_company.connections:
        assert entry["name"] in second.err
    after = exported(program, workspace, tmp_path / "after.json")
    assert (after["items"], after["people"]) == (online["items"], online["people"])
    assert {each["state"] for each in after["connections"]} == {"failed"}
    assert all(each["read_at"] and each["error"] for each in after["connections"])


def test_one_failing_connection_spoils_no_other(
    program: Program, connected: Path, company: Served, tmp_path: Path
) -> None:
    company.switch(connection="bigtime", fault="500")
    done = program("sync", connected, "--json")
    assert done.code == 1
    states = {each["name"]: each["state"] for each in done.last["connections"]}
    assert states.pop("bigtime") == "failed"
    assert set(states.values()) == {"fresh"}
    plan = exported(program, connected, tmp_path / "plan.json")
    shown = {each["name"]: each["state"] for each in plan["connections"]}
    assert shown == {**states, "bigtime": "failed"}
    assert "bigtime" in {item["connection"] for item in plan["items"]}, "the last whole reading stays"


def test_what_somebody_added_at_the_service_arrives_with_the_next_sync(
    program: Program, connected: Path, company: Served, tmp_path: Path
) -> None:
    before = exported(program, connected, tmp_path / "before.json")
    tempo = next(entry for entry in company.connections if entry["kind"] == "tempo")
    person = next(p for p in before["people"] if "tempo" in p["accounts"])
    path, credential = "/jira/rest/tempo-planning/1/allocation", _credential(tempo)
    there = company.get(f"{path}?startDate=2026-11-01&endDate=2026-12-31", Authorization=credential)
    body = {
        "assignee": {"key": person["accounts"]["tempo"], "type": "user"},
        "planItem": {name: there[0]["planItem"][name] for name in ("id", "type")},
        "scope": there[0]["scope"],
        "commitment": 30,
        "secondsPerDay": 8640,
        "start": "2026-12-01",
        "end": "2026-12-04",
        "description": "Added elsewhere",
        "recurrence": {"rule": "NEVER"},
    }
    company.post(path, body, Authorization=credential)
    assert program("sync", connected).code == 0
    after = exported(program, connected, tmp_path / "after.json")
    ids = {(item["kind"], item["connection"], item["external_id"]) for item in before["items"]}
    new = [i for i in after["items"] if (i["kind"], i["connection"], i["external_id"]) not in ids]
    assert len(new) == 1
    assert new[0]["person"] == person["id"]
    assert (new[0]["start"], new[0]["end"]) == ("2026-12-01", "2026-12-04")
    assert [p["id"] for p in after["people"]] == [p["id"] for p in before["people"]]


def _credential(entry: dict[str, Any]) -> str:
    if "user" in entry["options"]:
        import base64

        text = f"{entry['options']['user']}:{entry['secret']}"
        return "Basic " + base64.b64encode(text.encode()).decode()
    return f"Bearer {entry['secret']}"


def test_a_connection_whose_check_fails_is_not_saved(program: Program, workspace: Path, company: Served) -> None:
    entry = dict(company.connections[0], secret="wrong\nwrong")
    done = connect(program, workspace, entry)
    assert done.code == 1
    assert entry["name"] in done.err
    assert len(done.err.strip().splitlines()) <= 2
    assert "wrong" not in done.err
    assert entry["name"] not in (workspace / "workspace.toml").read_text()


def test_a_second_connection_of_the_same_name_is_refused(program: Program, connected: Path, company: Served) -> None:
    assert connect(program, connected, company.connections[0]).code == 2


def test_no_secret_is_in_the_workspace(program: Program, connected: Path, company: Served) -> None:
    for path in connected.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            for entry in company.connections:
                for line in entry["secret"].splitlines():
                    assert line.encode() not in content, f"{path.name} holds the secret of {entry['name']}"


def test_a_moved_cloud_is_found_again(program: Program, connected: Path, company: Served) -> None:
    company.switch(connection="bigpicture-labs", fault="relocate")
    done = program("sync", connected, "--json")
    assert done.code == 0, done.err
