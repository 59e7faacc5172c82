"""From an empty folder to a plan, and the same plan without a network (cli.md)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.conftest import Program, Served, connect

pytestmark = pytest.mark.secret_service


def exported(program: Program, workspace: Path, output: Path, *words: str) -> dict[str, Any]:
    done = program("export", workspace, "--format", "json", "--output", output, *words)
    assert done.code == 0, done.err
    assert "personal data" in done.err
    found: dict[str, Any] = json.loads(output.read_text())
    return found


def test_every_connection_is_read_and_the_plan_stays_when_the_services_are_gone(
    program: Program, connected: Path, company: Served, tmp_path: Path
) -> None:
    first = program("sync", connected, "--json")
    assert first.code == 0, first.err
    states = {each["name"]: each["state"] for each in first.last["connections"]}
    assert set(states.values()) == {"fresh"}
    assert set(states) == {entry["name"] for entry in company.connections}
    online = exported(program, connected, tmp_path / "online.json")
    company.stop()
    offline = exported(program, connected, tmp_path / "offline.json")
    assert offline == online
    assert {item["kind"] for item in offline["items"]} == {"absence", "allocation", "event", "task"}
    assert len(offline["people"]) >= 20
    assert all(len(person["accounts"]) >= 1 for person in offline["people"])
    joined = [person for person in offline["people"] if len(person["accounts"]) >= 3]
    assert len(joined) >= 10


def test_a_sync_without_a_network_says_so_and_keeps_the_last_reading(
    program: Program, connected: Path, company: Served, tmp_path: Path
) -> None:
    assert program("sync", connected).code == 0
    before = exported(program, connected, tmp_path / "before.json")
    company.stop()
    second = program("sync", connected, "--json")
    assert second.code == 1
    assert {each["state"] for each in second.last["connections"]} == {"failed"}
    assert "Traceback" not in second.err
    for entry in company.connections:
        assert entry["name"] in second.err
    after = exported(program, connected, tmp_path / "after.json")
    assert after["items"] == before["items"]
    assert after["people"] == before["people"]
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
    assert {item["connection"] for item in plan["items"]} == set(states)


def test_a_changed_allocation_and_a_deleted_absence_arrive_with_the_next_sync(
    program: Program, connected: Path, company: Served, tmp_path: Path
) -> None:
    assert program("sync", connected).code == 0
    before = exported(program, connected, tmp_path / "before.json")
    tempo = next(entry for entry in company.connections if entry["kind"] == "tempo")
    person = next(p for p in before["people"] if "tempo" in p["accounts"])
    body = {
        "assignee": {"key": person["accounts"]["tempo"], "type": "user"},
        "planItem": _some_project(before, company),
        "scope": {"id": 1, "type": "team"},
        "commitment": 30,
        "secondsPerDay": 8640,
        "start": "2026-12-01",
        "end": "2026-12-04",
        "description": "Added elsewhere",
        "recurrence": {"rule": "NEVER"},
    }
    company.post("/jira/rest/tempo-planning/1/allocation", body, Authorization=_credential(tempo))
    assert program("sync", connected).code == 0
    after = exported(program, connected, tmp_path / "after.json")
    ids = {(item["kind"], item["connection"], item["external_id"]) for item in before["items"]}
    new = [i for i in after["items"] if (i["kind"], i["connection"], i["external_id"]) not in ids]
    assert len(new) == 1
    assert new[0]["person"] == person["id"]
    assert (new[0]["start"], new[0]["end"]) == ("2026-12-01", "2026-12-04")
    assert [p["id"] for p in after["people"]] == [p["id"] for p in before["people"]]


def _some_project(plan: dict[str, Any], company: Served) -> dict[str, Any]:
    return {"id": 10101, "type": "PROJECT"}


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
    assert program("sync", connected).code == 0
    for path in connected.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            for entry in company.connections:
                for line in entry["secret"].splitlines():
                    assert line.encode() not in content, f"{path.name} holds the secret of {entry['name']}"


def test_a_moved_cloud_is_found_again(program: Program, connected: Path, company: Served) -> None:
    assert program("sync", connected).code == 0
    company.switch(connection="bigpicture-labs", fault="relocate")
    done = program("sync", connected, "--json")
    assert done.code == 0, done.err
