"""Twenty edits without a network, in the window and from a file; sent once it is there again (issue 4, Must show 2).

The services are gone while everything is edited, the program ends in between, and each edit is applied once.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt

from planner_gui.app.desktop import Session
from planner_gui.domain.edits import ItemKey
from planner_gui.domain.entities import Kind
from planner_gui.domain.items import key_of, rows_of_item
from planner_gui.domain.plan import Plan
from planner_gui.domain.snapshot import Flag
from tests.journeys.conftest import Program, Served
from tests.journeys.window import press, window_on
from tests.scenarios import Scenario

pytestmark = pytest.mark.secret_service

SERVICE = {Kind.ABSENCE: "bigpicture", Kind.ALLOCATION: "tempo", Kind.TASK: "bigtime"}
ODD = Flag.REFLECTION | Flag.OCCURRENCE | Flag.RECURRING | Flag.TEAM_PARENT | Flag.BAD_DATES
ODD |= Flag.NO_START | Flag.NO_DUE | Flag.ARCHIVED
NO_KEY, CONTROL, SHIFT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
MOVE, DUPLICATE = (Qt.Key.Key_Right, CONTROL), (Qt.Key.Key_D, CONTROL)
STRETCH, DELETE = (Qt.Key.Key_Right, SHIFT), (Qt.Key.Key_Delete, NO_KEY)
BY_KEY = {
    Kind.ALLOCATION: (MOVE, MOVE, MOVE, STRETCH, DELETE, DUPLICATE),
    Kind.ABSENCE: (MOVE, DELETE),
    Kind.TASK: (STRETCH, DUPLICATE),
}
DOES = {MOVE: "update", STRETCH: "update", DELETE: "delete", DUPLICATE: "create"}


@pytest.fixture
def company(shared_company: Served) -> Iterator[Served]:
    """The pretend company; it is there again for the others, whatever happens to it here."""
    shared_company.post("/__sandbox/reset", {})
    yield shared_company
    if shared_company.process.poll() is not None:
        shared_company.start_again()


def plain(session: Session, kind: Kind) -> list[ItemKey]:
    """Items of a kind that anything can be done with: whole ones, of somebody who has no other absence."""
    plan = session.workspace.plan
    columns = plan.columns
    found = []
    for row in range(plan.rows):
        person, key = int(columns["person"][row]), key_of(plan, row)
        if person >= len(plan.people) or key.kind is not kind or int(columns["flags"][row]) & ODD:
            continue
        alone = kind is not Kind.ABSENCE or not _another_soon(plan, row)
        days = int(columns["end"][row]) - int(columns["start"][row]) + 1
        if key.connection == SERVICE[kind] and alone and 3 <= days <= 40 and len(rows_of_item(plan, key)) == 1:
            found.append(key)
    return found


def _another_soon(plan: Plan, row: int) -> bool:
    """Whether an absence's person has another in the same service within ten days."""
    columns, mine = plan.columns, plan.rows_of(int(plan.columns["person"][row]))
    same = (columns["kind"][mine] == Kind.ABSENCE) & (columns["connection"][mine] == columns["connection"][row])
    near = (columns["start"][mine] <= columns["end"][row] + 10) & (columns["end"][mine] >= columns["start"][row] - 10)
    return int(np.count_nonzero(same & near)) > 1


async def edit_by_keys(folder: Path) -> dict[Kind, list[ItemKey]]:
    """Ten edits in the window; the items that are left for others."""
    left: dict[Kind, list[ItemKey]] = {}
    async with window_on(folder) as session:
        for kind, keys in BY_KEY.items():
            items = plain(session, kind)
            assert len(items) >= len(keys), (kind, len(items))
            for key, item in zip(keys, items, strict=False):
                await press(session, int(rows_of_item(session.workspace.plan, item)[0]), *key)
            left[kind] = items[len(keys) :]
        assert session.window.tool_bar.review.text() == "Review 10 changes"
    return left


def edits_of_a_file(left: dict[Kind, list[ItemKey]], people: list[str], task: dict[str, Any]) -> list[dict[str, Any]]:
    """Ten more: creates, updates and deletes of all three kinds."""
    plan = {"item": {"type": "PROJECT", "id": "10010"}, "start": "2027-01-05", "end": "2027-01-08"}
    new = [
        {"do": "create", "kind": "allocation", "connection": "tempo", "fields": {"person": who, **plan, "percent": 45}}
        for who in people[:4]
    ]
    away = {"person": people[0], "start": "2027-03-01", "end": "2027-03-03", "type": "HOLIDAY", "percent": 100}
    new.append({"do": "create", "kind": "absence", "connection": "bigpicture", "fields": away})
    work = {name: task[name] for name in ("project", "type", "budget_hours", "assignees")}
    work |= {"name": "Written on the train", "start": "2027-01-11", "due": "2027-01-15"}
    new.append({"do": "create", "kind": "task", "connection": "bigtime", "fields": work})

    def named(key: ItemKey, do: str, **more: Any) -> dict[str, Any]:
        kind = key.kind.name.lower()
        return {"do": do, "kind": kind, "connection": key.connection, "external_id": key.external_id, **more}

    booked = left[Kind.ALLOCATION]
    new += [named(key, "update", fields={"percent": 35}) for key in booked[:2]]
    return [*new, named(booked[2], "delete"), named(left[Kind.TASK][0], "update", fields={"name": "Renamed offline"})]


def changes_of(program: Program, workspace: Path) -> list[dict[str, Any]]:
    done = program("changes", workspace, "--json")
    assert done.code == 0, done.err
    found: list[dict[str, Any]] = json.loads(done.out)["changes"]
    return found


def exported(program: Program, workspace: Path, output: Path) -> dict[str, Any]:
    done = program("export", workspace, "--format", "json", "--output", output)
    assert done.code == 0, done.err
    found: dict[str, Any] = json.loads(output.read_text())
    return found


def writes(company: Served) -> list[tuple[str, str, str]]:
    """Connection, method and address of every request that changed something."""
    return [
        (entry["connection"], entry["method"], entry["address"])
        for entry in company.get("/__sandbox/log")
        if entry["method"] != "GET" and 200 <= entry["status"] < 300
    ]


async def review_at_the_next_start(folder: Path) -> str:
    async with window_on(folder) as session:
        return session.window.tool_bar.review.text()


def test_Must_show_2_twenty_edits_offline_outlive_the_program_and_are_each_applied_once(
    program: Program, connected: Path, template: Path, company: Served, tmp_path: Path, scenario: Scenario
) -> None:
    company.stop()
    left = scenario(edit_by_keys(connected))
    drafts = changes_of(program, connected)
    assert Counter(one["do"] for one in drafts) == Counter(DOES[key] for keys in BY_KEY.values() for key in keys)
    people = [one["id"] for one in exported(program, connected, tmp_path / "a.json")["people"]]
    copied = next(one["after"] for one in drafts if one["kind"] == "task" and one["do"] == "create")
    file = tmp_path / "edits.json"
    edits = edits_of_a_file(left, people, copied)
    file.write_text(json.dumps({"format": "planner-gui/edits", "version": 1, "edits": edits}))
    done = program("edit", connected, file)
    assert done.code == 0, done.err

    too_early = program("send", connected, "--all")
    assert (too_early.code, "Traceback" in too_early.err) == (1, False), too_early.err
    pending = changes_of(program, connected)
    assert [one["state"] for one in pending] == ["queued"] * 20
    assert scenario(review_at_the_next_start(connected)) == "Review 20 changes"

    company.start_again()
    done = program("send", connected, "--all")
    assert done.code == 0, done.err
    sent = changes_of(program, connected)
    assert [(one["id"], one["state"]) for one in sent] == [(one["id"], "done") for one in pending]
    applied = writes(company)
    assert len(applied) == 20
    assert Counter(name for name, _, _ in applied) == Counter(one["connection"] for one in pending)
    created = Counter(one["connection"] for one in pending if one["do"] == "create")
    often = {name: count for (name, _, _), count in Counter(applied).items() if count > 1}
    assert often == {name: count for name, count in created.items() if count > 1}, "only creates share an address"
    assert program("send", connected, "--all").code == 0, "there is nothing left to send"
    assert len(writes(company)) == 20

    # Somebody who never edited anything reads the same from the services.
    colleague = Path(shutil.copytree(template, tmp_path / "colleague"))
    before = exported(program, colleague, tmp_path / "before.json")["items"]
    assert program("sync", colleague).code == 0
    after = exported(program, colleague, tmp_path / "after.json")["items"]
    assert_holds(sent, before, after)


def assert_holds(sent: list[dict[str, Any]], before: list[dict[str, Any]], after: list[dict[str, Any]]) -> None:
    """The items after are those before with exactly these changes."""
    there = Counter((item["connection"], item["kind"], item["external_id"]) for item in after)
    expected = Counter((item["connection"], item["kind"], item["external_id"]) for item in before)
    for change in sent:
        name = (change["connection"], change["kind"], change["external_id"])
        if change["kind"] == "absence" and change["do"] == "update":  # it is named by its first day
            old = change["external_id"].replace(change["after"]["start"], change["before"]["start"])
            expected[(*name[:2], old)] -= 1
            expected[(*name[:2], old.replace(change["before"]["start"], change["after"]["start"]))] += 1
        elif change["do"] != "update":
            expected[name] += 1 if change["do"] == "create" else -1
    assert there == +expected
    for change in sent:
        if change["after"] is not None:
            _assert_reads_as(change, after)


def _assert_reads_as(change: dict[str, Any], items: list[dict[str, Any]]) -> None:
    wanted = change["after"]
    end = wanted["due"] if change["kind"] == "task" else wanted["end"]
    (item,) = [
        item
        for item in items
        if item["connection"] == change["connection"]
        and item["kind"] == change["kind"]
        and item["start"] == wanted["start"]
        and item["external_id"] in (change["external_id"], _moved_name(change))
    ]
    assert item["end"] == end
    if change["kind"] == "task":
        assert item["title"] == wanted["name"]
    else:
        assert item["person"] == wanted["person"]
    if change["kind"] == "allocation":
        assert item["percent"] == wanted["percent"]


def _moved_name(change: dict[str, Any]) -> str:
    """The name of an absence whose first day is another now."""
    if change["kind"] != "absence" or change["before"] is None:
        return ""
    name: str = change["external_id"].replace(change["before"]["start"], change["after"]["start"])
    return name
