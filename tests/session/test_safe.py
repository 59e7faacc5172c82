"""A safe start: as if nothing had been read and nothing had been preferred; what was edited is there, and stays."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from planner_gui.domain.changes import State
from planner_gui.domain.edits import Fields
from planner_gui.domain.entities import Kind
from planner_gui.domain.errors import UsageError
from planner_gui.session import connecting
from planner_gui.session import workspace as module
from planner_gui.session.accounts import Accounts
from planner_gui.session.settings import SAFE, Settings
from planner_gui.session.workspace import Changes, Workspace
from tests.domain.edited import allocation, key
from tests.session.fakes import TODAY, Clocks
from tests.session.speech import CONNECTIONS, Speech, create, reading

WEEK: Fields = allocation("ana", "2026-11-16", "2026-11-20")
ITEMS = {key(Kind.ALLOCATION, "41"): WEEK}
TEMPO = CONNECTIONS[1]


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(coroutine)


def opened(folder: Path, clocks: Clocks, *, safe: bool = False) -> Workspace:
    return Workspace.open(folder, today=TODAY, safe=safe, now=clocks.now, monotonic=clocks.monotonic)


async def read(workspace: Workspace, clocks: Clocks) -> None:
    workspace.readings.begins("tempo")
    clocks.pass_hours(0.1)
    await workspace.readings.keep(reading("tempo", ITEMS, clocks.now()))
    await workspace.compose(Changes(frozenset({"tempo"})))


@pytest.fixture
def filled(folder: Path, clocks: Clocks, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace that was read, with two new allocations: one waits, one was sent and not read since."""
    monkeypatch.setattr(module, "vocabulary", lambda _connection: Speech())

    async def fill(workspace: Workspace) -> None:
        await workspace.add_connection(TEMPO)
        await read(workspace, clocks)
        await workspace.do([create(Kind.ALLOCATION, WEEK | {"account": "bo"}, "waits", "Waits")], "Waits")
        (sent,) = await workspace.do([create(Kind.ALLOCATION, WEEK | {"percent": 10}, "sent", "Sent")], "Sent")
        await workspace.settle([sent.to(State.QUEUED, clocks.now())])
        await workspace.settle([sent.to(State.DONE, clocks.now(), result="77")])

    workspace = opened(folder, clocks)
    run(fill(workspace))
    assert workspace.plan.rows == 3
    workspace.close()
    return folder


def test_nothing_that_was_read_is_shown_or_touched_and_every_change_is_there(filled: Path, clocks: Clocks) -> None:
    before = (filled / "cache.db").read_bytes()
    workspace = opened(filled, clocks, safe=True)
    assert workspace.base.rows == 0
    assert [(change.label, change.state) for change in workspace.changes] == [
        ("Waits", State.DRAFT),
        ("Sent", State.DONE),
    ]
    run(read(workspace, clocks))
    assert workspace.base.rows == 1
    run(workspace.do([create(Kind.ALLOCATION, WEEK | {"percent": 20}, "made", "Made safely")], "Made safely"))
    workspace.close()
    assert (filled / "cache.db").read_bytes() == before
    assert not (filled / "cache.db-wal").exists()

    again = opened(filled, clocks)
    assert [change.label for change in again.changes] == ["Waits", "Sent", "Made safely"]
    assert again.plan.rows == 4  # what was sent is laid over the older reading, which does not have it
    again.close()


def test_a_cache_that_cannot_be_read_is_not_even_looked_at(filled: Path, clocks: Clocks) -> None:
    (filled / "cache.db").write_text("no database")
    workspace = opened(filled, clocks, safe=True)
    assert workspace.notices.current == ()
    assert len(workspace.changes) == 2
    workspace.close()
    assert (filled / "cache.db").read_text() == "no database"


def test_what_was_read_cannot_be_forgotten_for_good_and_no_change_is_dropped_for_it(
    filled: Path, clocks: Clocks
) -> None:
    workspace = opened(filled, clocks, safe=True)
    accounts = Accounts(workspace.settings.id, workspace.notices, open_vault=None)
    for attempt in (
        connecting.forget(workspace, accounts, "tempo", discard=True),
        workspace.remove_connection("tempo"),
        workspace.forget_readings(),
    ):
        with pytest.raises(UsageError, match="without --safe"):
            run(attempt)
    assert workspace.connections == (TEMPO,)
    assert [change.state for change in workspace.changes] == [State.DRAFT, State.DONE]
    workspace.close()


def test_the_preferences_of_a_safe_start_read_nothing_by_themselves_and_are_not_kept() -> None:
    settings = Settings(None)
    assert settings.preferences == SAFE
    assert (SAFE.sync_on_open, SAFE.sync_minutes) == (False, 0)
    assert not settings.change(theme="dark")
    assert settings.preferences.theme == "dark"
