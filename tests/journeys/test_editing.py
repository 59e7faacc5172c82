"""An edits file, sent to the services by processes of their own; answers lost on the way (cli.md).

Never two records, never none unsaid: whatever happens to an answer, `changes` tells, and the company holds one.
"""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.conftest import Outcome, Program, Served

pytestmark = pytest.mark.secret_service

PLANNING = "/jira/rest/tempo-planning/1/allocation"
PLAN = {"item": {"type": "PROJECT", "id": "10010"}, "start": "2027-01-05", "end": "2027-01-08", "percent": 45}


def create(person: str, **more: Any) -> dict[str, Any]:
    return {"do": "create", "kind": "allocation", "connection": "tempo", "fields": {"person": person, **PLAN, **more}}


class Desk:
    """The program on one workspace, and the company."""

    def __init__(self, program: Program, workspace: Path, company: Served) -> None:
        self.program, self.workspace, self.company = program, workspace, company

    def edit(self, *edits: Mapping[str, Any]) -> Outcome:
        file = self.workspace.parent / "edits.json"
        file.write_text(json.dumps({"format": "planner-gui/edits", "version": 1, "edits": list(edits)}))
        return self.program("edit", self.workspace, file)

    def changes(self) -> list[dict[str, Any]]:
        done = self.program("changes", self.workspace, "--json")
        assert done.code == 0, done.err
        found: list[dict[str, Any]] = json.loads(done.out)["changes"]
        return found

    def send(self, *words: str) -> Outcome:
        return self.program("send", self.workspace, *(words or ("--all",)))

    def resolve(self, change: str, choice: str) -> Outcome:
        return self.program("resolve", self.workspace, change, choice)

    def plans(self) -> list[dict[str, Any]]:
        """What the company holds of the plans that this file makes."""
        secret = next(entry["secret"] for entry in self.company.connections if entry["name"] == "tempo")
        path = f"{PLANNING}?startDate=2027-01-01&endDate=2027-01-31"
        found = self.company.get(path, Authorization=f"Bearer {secret}")
        return [plan for plan in found if plan.get("commitment") == 45 and plan["start"] == "2027-01-05"]


@pytest.fixture
def desk(program: Program, connected: Path, company: Served) -> Desk:
    return Desk(program, connected, company)


def people(desk: Desk, count: int) -> list[str]:
    """Some people whom Tempo knows."""
    output = desk.workspace.parent / "plan.json"
    done = desk.program("export", desk.workspace, "--format", "json", "--output", output)
    assert done.code == 0, done.err
    return [one["id"] for one in json.loads(output.read_text())["people"] if "tempo" in one["accounts"]][:count]


def test_a_file_is_drafted_listed_sent_and_in_the_next_export(desk: Desk, tmp_path: Path) -> None:
    first, second = people(desk, 2)
    assert desk.edit(create(first), create(second)).code == 0
    assert [change["state"] for change in desk.changes()] == ["draft", "draft"]
    assert desk.plans() == []
    done = desk.send()
    assert done.code == 0, done.err
    assert len(desk.plans()) == 2
    ids = {change["external_id"] for change in desk.changes()}
    assert desk.program("sync", desk.workspace).code == 0
    assert desk.changes() == []  # done ones are listed until the next sync
    output = tmp_path / "after.json"
    assert desk.program("export", desk.workspace, "--format", "json", "--output", output).code == 0
    items = json.loads(output.read_text())["items"]
    mine = [item for item in items if item["connection"] == "tempo" and item["external_id"] in ids]
    assert {item["person"] for item in mine} == {first, second}
    assert {item["pending"] for item in mine} == {None}


def test_Must_show_6_answers_are_lost_on_the_way_and_nothing_is_doubled_or_unsaid(desk: Desk) -> None:
    several = people(desk, 6)
    assert desk.edit(*(create(person) for person in several)).code == 0
    desk.company.switch(connection="tempo", fault="lost", path=PLANNING, times=2)
    desk.company.switch(connection="tempo", fault="late", path=PLANNING, times=1, seconds=4)
    desk.company.switch(connection="tempo", fault="late", path=PLANNING, times=1, seconds=3600)
    sent = desk.send()
    assert sent.code == 1  # one never arrived
    assert "Traceback" not in sent.err
    states = {change["id"]: change["state"] for change in desk.changes()}
    assert sorted(states.values()) == ["done"] * 5 + ["unknown"]
    assert len(desk.plans()) == 5
    (unknown,) = [change for change, state in states.items() if state == "unknown"]
    assert unknown in sent.err
    assert desk.send().code == 1  # and is not sent again by itself
    assert len(desk.plans()) == 5
    assert desk.resolve(unknown, "look").code == 1
    again = desk.resolve(unknown, "again")
    assert again.code == 0, again.err
    plans = desk.plans()
    assert len(plans) == len({plan["assignee"]["key"] for plan in plans}) == 6
    assert {change["state"] for change in desk.changes()} == {"done"}


def test_FD1_killed_while_sending_the_next_start_finds_out_and_sends_nothing_twice(desk: Desk) -> None:
    (person,) = people(desk, 1)
    assert desk.edit(create(person)).code == 0
    for seconds in (0.01, 25):  # the look, and the write, which finds its sender gone
        desk.company.switch(connection="tempo", fault="slow", path=PLANNING, times=1, seconds=seconds)
    words = [sys.executable, "-m", "planner_gui", "send", str(desk.workspace), "--all"]
    running = subprocess.Popen(
        words, env=desk.program.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 60
    while desk.changes()[0]["state"] not in ("sending", "unknown"):  # to a reader a sender may be alive or dead
        assert running.poll() is None, "it ended before it could be killed"
        assert time.monotonic() < deadline
    running.send_signal(signal.SIGKILL)
    running.wait(20)
    assert desk.send().code == 1
    (change,) = desk.changes()
    assert change["state"] == "unknown"
    assert desk.plans() == []
    assert desk.resolve(change["id"], "again").code == 0
    assert len(desk.plans()) == 1


def test_a_conflict_with_a_colleague_is_asked_about_and_nothing_is_trampled(desk: Desk) -> None:
    (person,) = people(desk, 1)
    desk.edit(create(person))
    desk.send()
    (plan,) = desk.plans()
    number = str(plan["id"])
    change = {"do": "update", "kind": "allocation", "connection": "tempo", "external_id": number}
    assert desk.program("sync", desk.workspace).code == 0
    assert desk.edit({**change, "fields": {"percent": 20}}).code == 0
    other = desk.workspace.parent / "colleague"
    # A colleague with a workspace of their own changes the same field.
    shutil.copytree(desk.workspace, other, ignore=shutil.ignore_patterns("queue.db*", "lock"))
    colleague = Desk(desk.program, other, desk.company)
    done = colleague.edit({**change, "fields": {"percent": 80}})
    assert done.code == 0, done.err
    assert colleague.send().code == 0
    assert desk.send().code == 1
    (asked,) = desk.changes()
    assert asked["state"] == "conflict"
    assert (asked["before"]["percent"], asked["after"]["percent"], asked["theirs"]["percent"]) == (45, 20, 80)
    assert desk.resolve(asked["id"], "mine").code == 0
    secret = next(entry["secret"] for entry in desk.company.connections if entry["name"] == "tempo")
    assert desk.company.get(f"{PLANNING}/{number}", Authorization=f"Bearer {secret}")["commitment"] == 20
