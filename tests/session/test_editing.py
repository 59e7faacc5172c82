"""Editing the open workspace: checked, kept, shown, announced once (W1, W7, C10; capacity.md, Load 7)."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Coroutine, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from planner_gui.domain.changes import State
from planner_gui.domain.edits import Do, Edit, Fields, ItemKey
from planner_gui.domain.entities import Kind
from planner_gui.domain.errors import EditRefused, StoreUnwritable, UsageError
from planner_gui.domain.items import rows_of_item
from planner_gui.domain.plan import Plan
from planner_gui.domain.snapshot import PENDING, Flag
from planner_gui.session import workspace as module
from planner_gui.session.workspace import Changes, Workspace
from tests.domain.cases import span
from tests.domain.edited import absence, allocation, key, numbers, task
from tests.session.fakes import TODAY, Clocks
from tests.session.speech import CONNECTIONS, Speech, create, delete, reading, update
from tests.unprivileged import obey_file_modes

WEEK = allocation("ana", "2026-11-16", "2026-11-20")
AWAY = absence("ana", "2026-11-23", "2026-11-24")
TASK = task(["ana"], "2026-11-16", "2026-11-20")
ITEMS: Mapping[ItemKey, Fields] = {
    key(Kind.ALLOCATION, "41"): WEEK,
    key(Kind.ABSENCE, "ana@23"): AWAY,
    key(Kind.TASK, "t"): TASK,
}


@pytest.fixture
def company(workspace: Workspace, clocks: Clocks, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A workspace with three services that were read."""
    speech = Speech()
    monkeypatch.setattr(module, "vocabulary", lambda connection: speech)
    run(_connected(workspace, clocks))
    return workspace


async def _connected(workspace: Workspace, clocks: Clocks, items: Mapping[ItemKey, Fields] = ITEMS) -> None:
    for connection in CONNECTIONS:
        await workspace.add_connection(connection)
        await workspace.readings.keep(reading(connection.name, items, clocks.now()))
    await workspace.compose(Changes(frozenset(c.name for c in CONNECTIONS)))


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(coroutine)


def heard(workspace: Workspace) -> list[tuple[Changes, Plan]]:
    found: list[tuple[Changes, Plan]] = []
    workspace.changed.connect(lambda changes: found.append((changes, workspace.plan)))
    return found


def flagged(plan: Plan) -> dict[str, str]:
    """External id -> pending flag of the rows that have one."""
    rows = np.flatnonzero(plan.columns["flags"] & np.uint16(PENDING))
    return {plan.text(int(r), "external_id"): Flag(int(plan.columns["flags"][r]) & PENDING).name or "" for r in rows}


def row(workspace: Workspace, of: ItemKey) -> int:
    return int(rows_of_item(workspace.plan, of)[0])


# --- done and undone --------------------------------------------------------------------------------------------------


def test_an_edit_is_kept_shown_and_announced_once(company: Workspace) -> None:
    base, told = company.base, heard(company)
    made = run(company.do([update(Kind.ALLOCATION, "41", WEEK, percent=75)], "More"))
    assert [change.state for change in made] == [State.DRAFT]
    assert company.changes == made
    assert company.base is base
    assert flagged(company.plan) == {"41": "PENDING_UPDATE"}
    assert numbers(company.plan, ["Ana"], span("2026-11-16"))["Ana"][3] == [360]
    assert [(changes, plan is company.plan) for changes, plan in told] == [(Changes(edits=True), True)]


def test_undo_and_redo_are_announced_and_named(company: Workspace) -> None:
    run(company.do([delete(Kind.ALLOCATION, "41", WEEK, "Delete Core services")], "Delete Core services"))
    told = heard(company)
    assert (company.undo_label, company.redo_label) == ("Delete Core services", "")
    assert run(company.undo()) == "Delete Core services"
    assert (company.undo_label, company.redo_label) == ("", "Delete Core services")
    assert company.plan is company.base
    assert run(company.redo()) == "Delete Core services"
    assert flagged(company.plan) == {"41": "PENDING_DELETE"}
    assert run(company.redo()) == ""
    assert [changes for changes, _ in told] == [Changes(edits=True)] * 2


def test_edits_are_there_again_after_a_restart_whatever_becomes_of_the_cache(
    company: Workspace, folder: Path, clocks: Clocks
) -> None:
    run(
        company.do(
            [update(Kind.ALLOCATION, "41", WEEK, percent=75), create(Kind.ABSENCE, AWAY | {"account": "bo"})], "x"
        )
    )
    before = flagged(company.plan)
    held = company.changes
    company.close()
    again = Workspace.open(folder, today=TODAY, now=clocks.now, monotonic=clocks.monotonic)
    assert (flagged(again.plan), again.changes) == (before, held)
    again.close()
    (folder / "cache.db").unlink()
    again = Workspace.open(folder, today=TODAY, now=clocks.now, monotonic=clocks.monotonic)
    assert again.changes == held
    assert again.plan.rows == 0
    run(_read_again(again, clocks))
    assert flagged(again.plan) == before
    again.close()


async def _read_again(workspace: Workspace, clocks: Clocks, items: Mapping[ItemKey, Fields] = ITEMS) -> None:
    for connection in workspace.connections:
        workspace.readings.begins(connection.name)
        await workspace.readings.keep(reading(connection.name, items, clocks.now()))
    await workspace.compose(Changes(frozenset(c.name for c in workspace.connections)))


def test_new_readings_settings_and_days_keep_the_edits_in_the_plan(company: Workspace, clocks: Clocks) -> None:
    run(company.do([update(Kind.ALLOCATION, "41", WEEK, percent=75)], "More"))
    run(_read_again(company, clocks))
    assert flagged(company.plan) == {"41": "PENDING_UPDATE"}
    run(company.set_today(TODAY.replace(day=21)))
    assert flagged(company.plan) == {"41": "PENDING_UPDATE"}
    clocks.pass_hours(100)
    company.refresh_states()
    assert flagged(company.plan) == {"41": "PENDING_UPDATE"}
    assert company.plan.connections == company.base.connections


def test_what_is_done_is_in_the_plan_until_its_connection_was_read(company: Workspace, clocks: Clocks) -> None:
    (change,) = run(company.do([create(Kind.ALLOCATION, WEEK | {"account": "bo"})], "New"))
    run(company.settle([change.to(State.QUEUED, clocks.now())]))
    told = heard(company)
    run(company.settle([change.to(State.DONE, clocks.now(), result="77")]))
    assert [changes for changes, _ in told] == [Changes(edits=True)]
    assert len(rows_of_item(company.plan, key(Kind.ALLOCATION, "77"))) == 1
    assert flagged(company.plan) == {}
    clocks.pass_hours(1)
    run(_read_again(company, clocks))  # somebody has deleted it there
    assert not len(rows_of_item(company.plan, key(Kind.ALLOCATION, "77")))
    assert [(c.state, c.read) for c in company.changes] == [(State.DONE, True)]
    assert told[-1][0].edits


def test_what_is_done_while_a_reading_runs_is_not_expected_in_it(company: Workspace, clocks: Clocks) -> None:
    (change,) = run(company.do([create(Kind.ALLOCATION, WEEK | {"account": "bo"})], "New"))
    run(company.settle([change.to(State.QUEUED, clocks.now())]))
    company.readings.begins("tempo")
    clocks.pass_hours(0.1)
    run(company.settle([change.to(State.DONE, clocks.now(), result="77")]))
    clocks.pass_hours(0.1)
    run(company.readings.keep(reading("tempo", ITEMS, clocks.now())))
    run(company.compose(Changes(frozenset({"tempo"}))))
    assert len(rows_of_item(company.plan, key(Kind.ALLOCATION, "77"))) == 1


def test_a_large_plan_gets_its_edits_beside_the_window(company: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MANY_ROWS", 1)

    async def several() -> None:
        await asyncio.gather(
            company.do([update(Kind.ALLOCATION, "41", WEEK, percent=75)], "More"),
            company.do([create(Kind.ABSENCE, AWAY | {"account": "bo"})], "New"),
            company.set_today(TODAY.replace(day=21)),
        )

    run(several())
    assert flagged(company.plan) == {"41": "PENDING_UPDATE", "new-1": "PENDING_CREATE"}
    assert company.plan.today == company.today


def test_where_an_edit_cannot_be_kept_nothing_is_shown(company: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(rows: object) -> None:
        raise StoreUnwritable("the disk is full", path=company.folder)

    monkeypatch.setattr(company.pending._queue, "put", full)
    plan, told = company.plan, heard(company)
    with pytest.raises(StoreUnwritable):
        run(company.do([update(Kind.ALLOCATION, "41", WEEK, percent=75)], "More"))
    assert company.plan is plan
    assert told == []


# --- the item as it stands --------------------------------------------------------------------------------------------


def test_an_item_comes_with_its_fields_its_record_and_how_many_it_stands_for(
    company: Workspace, clocks: Clocks
) -> None:
    item = run(company.item(row(company, key(Kind.ALLOCATION, "41"))))
    assert item.key == key(Kind.ALLOCATION, "41")
    assert item.fields == WEEK
    assert json.loads(item.raw) == WEEK
    assert item.series == 1
    run(company.readings.keep(reading("tempo", ITEMS, clocks.now(), series=5, account=None)))
    run(company.compose(Changes(frozenset({"tempo"}))))
    item = run(company.item(row(company, key(Kind.ALLOCATION, "41"))))
    assert (item.series, item.fields["account"]) == (5, "ana")


def test_an_edited_item_comes_as_edited_with_the_record_it_is_based_on(company: Workspace) -> None:
    first = run(company.item(row(company, key(Kind.ALLOCATION, "41"))))
    edit = Edit(
        do=Do.UPDATE, key=first.key, before=first.fields, after={**WEEK, "account": "bo"}, label="Move", raw=first.raw
    )
    run(company.do([edit], "Move"))
    again = run(company.item(row(company, first.key)))
    assert (again.fields, again.raw, again.series) == ({**WEEK, "account": "bo"}, first.raw, 1)
    run(company.do([replace(edit, do=Do.DELETE, before=again.fields, after=None)], "Delete"))
    assert run(company.item(row(company, first.key))).fields == WEEK
    run(company.do([create(Kind.ALLOCATION, WEEK)], "New"))
    new = run(company.item(row(company, key(Kind.ALLOCATION, "new-1"))))
    assert (new.fields, new.raw, new.series) == (WEEK, b"", 1)


def test_an_item_whose_record_is_lost_or_broken_is_refused_in_words(company: Workspace, clocks: Clocks) -> None:
    run(company.readings.keep(reading("tempo", ITEMS, clocks.now(), broken=True)))
    run(company.compose(Changes(frozenset({"tempo"}))))
    with pytest.raises(EditRefused, match=r"Core services: its record cannot be read \(its start is missing\)"):
        run(company.item(row(company, key(Kind.ALLOCATION, "41"))))
    run(company.readings.keep(reading("tempo", ITEMS, clocks.now())))
    with pytest.raises(EditRefused, match=r"its record is not kept any more. Sync"):
        run(company.item(row(company, key(Kind.ALLOCATION, "41"))))


# --- refused ----------------------------------------------------------------------------------------------------------


def refused(workspace: Workspace, *edits: Edit) -> EditRefused:
    before, plan = workspace.changes, workspace.plan
    with pytest.raises(EditRefused) as error:
        run(workspace.do(edits, "x"))
    assert workspace.changes is before
    assert workspace.plan is plan
    return error.value


def test_what_the_service_would_refuse_is_refused_at_the_field(company: Workspace) -> None:
    error = refused(company, create(Kind.ABSENCE, AWAY), update(Kind.ALLOCATION, "41", WEEK, "More", percent=101))
    assert error.faults == {"percent": "100 at most"}
    assert str(error) == "More: 100 at most"


def test_what_the_service_cannot_do_is_refused_with_its_reason(company: Workspace) -> None:
    assert (
        str(refused(company, delete(Kind.TASK, "t", TASK, "Delete it"))) == "Delete it: Tasks cannot be deleted here."
    )
    assert "no events" in str(refused(company, _event()))
    unknown = create(Kind.ALLOCATION, WEEK)
    unknown = replace(unknown, key=unknown.key._replace(connection="elsewhere"))
    assert "no connection called elsewhere" in str(refused(company, unknown))


def _event() -> Edit:
    return Edit(do=Do.CREATE, key=ItemKey("tempo", Kind.EVENT, "e"), before=None, after={}, label="x")


def test_a_create_not_sent_yet_may_be_edited_and_deleted_freely(company: Workspace) -> None:
    """What a service takes at creation only can be changed until it is created; deleting it sends nothing (W14)."""
    run(company.do([create(Kind.TASK, TASK)], "New"))
    run(company.do([update(Kind.TASK, "new-1", TASK, project="8")], "Other project"))
    error = refused(company, update(Kind.TASK, "t", TASK, project="8"))
    assert error.faults == {"project": "a task stays in its project"}
    run(company.do([delete(Kind.TASK, "new-1", {**TASK, "project": "8"})], "Delete"))
    assert [change.state for change in company.changes] == [State.DROPPED]


@pytest.mark.parametrize(
    ("start", "end"), [("2026-11-24", "2026-11-30"), ("2026-11-20", "2026-11-23"), ("2026-11-01", "2026-12-31")]
)
def test_overlapping_absences_of_one_person_are_refused_before_sending(
    company: Workspace, start: str, end: str
) -> None:
    error = refused(company, create(Kind.ABSENCE, absence("ana", start, end)))
    assert list(error.faults) == ["start"]
    assert "overlaps the absence of Mon 23 Nov 2026" in error.faults["start"]
    run(company.do([create(Kind.ABSENCE, absence("bo", start, end))], "Another person"))


def test_absences_are_compared_with_the_plan_as_all_edits_together_would_leave_it(company: Workspace) -> None:
    early, late = absence("ana", "2026-11-23", "2026-11-23"), absence("ana", "2026-11-24", "2026-11-24")
    split = [update(Kind.ABSENCE, "ana@23", AWAY, end="2026-11-23"), create(Kind.ABSENCE, late)]
    run(company.do(split, "Split"))
    refused(company, update(Kind.ABSENCE, "ana@23", early, end="2026-11-24"))
    run(company.do([update(Kind.ABSENCE, "ana@23", early, comment="Dentist", percent=50)], "Comment"))
    run(company.do([delete(Kind.ABSENCE, "ana@23", early)], "Delete"))
    run(company.do([update(Kind.ABSENCE, "new-1", late, start="2026-11-23")], "Longer"))
    refused(company, create(Kind.ABSENCE, late, "b"), create(Kind.ABSENCE, late | {"account": "bo"}, "c"))
    refused(
        company,
        create(Kind.ABSENCE, late | {"account": "bo"}, "b"),
        create(Kind.ABSENCE, late | {"account": "bo"}, "c"),
    )


def test_w7_saving_the_same_again_is_warned_of_and_not_refused(company: Workspace) -> None:
    edit = create(Kind.ALLOCATION, WEEK, label="Core services for Ana")
    run(company.do([edit], "New"))
    again = create(Kind.ALLOCATION, WEEK, "new-2")
    assert company.twins([again]) == company.changes
    run(company.do([again], "Again"))
    assert len(company.changes) == 2
    notice = company.notices.current[-1]
    assert "Core services for Ana" in notice.text
    assert "draft" in notice.text


def test_a_connection_with_unsent_changes_is_not_forgotten(company: Workspace, clocks: Clocks) -> None:
    (change,) = run(company.do([create(Kind.ALLOCATION, WEEK)], "New"))
    with pytest.raises(UsageError, match="tempo: has 1 change that was not sent"):
        run(company.remove_connection("tempo"))
    assert len(company.connections) == 3
    run(company.settle([change.to(State.DROPPED, clocks.now())]))
    run(company.remove_connection("tempo"))
    assert len(company.connections) == 2


def test_c10_a_workspace_that_is_only_read_shows_the_edits_and_refuses_more(
    company: Workspace, folder: Path, clocks: Clocks
) -> None:
    run(company.do([update(Kind.ALLOCATION, "41", WEEK, percent=75)], "More"))
    reader = Workspace.open(folder, today=TODAY, writable=False, now=clocks.now, monotonic=clocks.monotonic)
    assert flagged(reader.plan) == {"41": "PENDING_UPDATE"}
    assert "changes cannot be kept" in str(refused(reader, create(Kind.ABSENCE, AWAY | {"account": "bo"})))
    reader.close()


def test_w9_whoever_only_looks_while_another_sends_sees_it_being_sent_and_unknown_once_that_has_ended(
    company: Workspace, folder: Path, clocks: Clocks
) -> None:
    (change,) = run(company.do([update(Kind.ALLOCATION, "41", WEEK, percent=75)], "More"))
    for state in (State.QUEUED, State.SENDING):
        run(company.settle([company.changes[0].to(state, clocks.now())]))
    kept = (folder / "queue.db").read_bytes()

    def seen() -> list[tuple[str, State]]:
        reader = Workspace.open(folder, today=TODAY, writable=False, now=clocks.now, monotonic=clocks.monotonic)
        reader.close()
        return [(each.id, each.state) for each in reader.changes]

    assert seen() == [(change.id, State.SENDING)]
    company.close()
    assert seen() == [(change.id, State.UNKNOWN)]
    assert (folder / "queue.db").read_bytes() == kept, "who only looks writes nothing"


PROGRAM = """
import sys
from datetime import date
from pathlib import Path
from planner_gui.session.workspace import Workspace
workspace = Workspace.open(Path(sys.argv[1]), today=date(2026, 11, 20))
texts = [notice.text for notice in workspace.notices.current]
print(len(workspace.changes), workspace.pending.persistent, *texts, sep="|")
workspace.close()
"""


@pytest.mark.parametrize("damaged", [False, True])
def test_c10_in_a_read_only_place_edits_are_shown_as_far_as_they_can_be_read(
    company: Workspace, folder: Path, damaged: bool
) -> None:
    run(company.do([update(Kind.ALLOCATION, "41", WEEK, percent=75)], "More"))
    company.close()
    if damaged:
        (folder / "queue.db").write_text("Dear diary")
    folder.chmod(0o500)
    command = [sys.executable, "-c", PROGRAM, str(folder)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=obey_file_modes)
    folder.chmod(0o700)
    assert answer.stderr == ""
    count, persistent, *notices = answer.stdout.strip().split("|")
    assert (count, persistent) == ("0" if damaged else "1", "False")
    assert damaged == any("queue.db" in text and "not a database" in text for text in notices)
