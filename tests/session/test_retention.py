"""C9 in the session: the past goes from memory and file, how fresh a reading is stays, and the cache can be cleared."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from planner_gui.domain.plan import State
from planner_gui.session.workspace import Workspace
from tests.session.fakes import TODAY, Clocks
from tests.session.test_workspace import opened, reading, run, with_tempo


def test_C9_a_shortened_reading_keeps_its_age_and_its_failure_at_the_next_start(folder: Path, clocks: Clocks) -> None:
    workspace = opened(folder, clocks)
    run(with_tempo(workspace, clocks, "One"))
    run(workspace.readings.record_failure("tempo", "no answer"))
    before = workspace.plan.connections[0]
    assert before.span is not None
    cutoff = before.span.start + timedelta(days=1)
    assert run(workspace.shorten(cutoff))
    view = workspace.plan.connections[0]
    assert (view.state, view.read_at, view.error) == (State.FAILED, before.read_at, "no answer")
    assert view.span is not None
    assert view.span.start == cutoff
    assert not run(workspace.shorten(cutoff))
    workspace.close()
    again = opened(folder, clocks)
    assert again.plan.connections[0].state is State.FAILED
    assert again.plan.connections[0].span == view.span
    again.close()


def test_a_newer_reading_is_never_replaced_by_a_shortened_older_one(workspace: Workspace, clocks: Clocks) -> None:
    run(with_tempo(workspace, clocks, "One"))
    old = workspace.readings.get("tempo")
    assert old is not None
    run(workspace.readings.keep(reading("tempo", clocks, "One", "Two")))
    assert not run(workspace.readings.shorten(old, old))
    newer = workspace.readings.get("tempo")
    assert newer is not None
    assert newer.rows == 2


def test_C9_a_reading_of_the_past_alone_goes_whole(workspace: Workspace, clocks: Clocks) -> None:
    run(with_tempo(workspace, clocks, "One"))
    assert run(workspace.shorten(TODAY + timedelta(days=4000)))
    assert workspace.readings.get("tempo") is None
    assert workspace.plan.rows == 0


def test_C9_a_cleared_cache_has_nothing_of_the_services_and_the_settings_stay(folder: Path, clocks: Clocks) -> None:
    workspace = opened(folder, clocks)
    run(with_tempo(workspace, clocks, "One"))
    assert workspace.plan.people
    run(workspace.forget_readings())
    assert (workspace.plan.rows, workspace.plan.people) == (0, ())
    assert [connection.name for connection in workspace.connections] == ["tempo"]
    workspace.close()
    again = opened(folder, clocks)
    assert (again.plan.rows, again.plan.connections[0].state) == (0, State.NEVER)
    again.close()
