"""Changes in step with queue.db, undo and redo (W1, W3, W7, W9, W14, W17; architecture.md, from a gesture to HTTP)."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from planner_gui.domain.changes import Attempt, Change, State, packed
from planner_gui.domain.edits import Do
from planner_gui.domain.entities import Kind
from planner_gui.domain.errors import StoreBusy, StoreUnwritable
from planner_gui.session.changes import KEPT, Pending, account_of
from planner_gui.sources.base import Connection
from planner_gui.store.queue import ALTERED, Queue
from tests.domain.edited import absence, allocation, created
from tests.session.fakes import Clocks
from tests.session.speech import create, delete, update

WEEK = allocation("ana", "2026-11-16", "2026-11-20")
AWAY = absence("ana", "2026-11-23", "2026-11-24")


class Desk:
    """A queue's file, and the Pending that has it open."""

    def __init__(self, path: Path, clocks: Clocks) -> None:
        self.path = path
        self.clocks = clocks
        self.told: list[str] = []
        self.pending = self.open()

    def open(self, **options: Any) -> Pending:
        self.queue = Queue.open(self.path, clock=self.clocks.now, **options)
        self.pending = Pending(self.queue, self.clocks.now, self.told.append)
        return self.pending

    def again(self, **options: Any) -> Pending:
        """The next start of the program."""
        self.pending.close()
        return self.open(**options)

    def states(self) -> list[tuple[str, State]]:
        return [(change.label, change.state) for change in self.pending.all]


@pytest.fixture
def desk(tmp_path: Path, clocks: Clocks) -> Any:
    made = Desk(tmp_path / "queue.db", clocks)
    yield made
    made.pending.close()


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(coroutine)


def one(pending: Pending) -> Change:
    assert len(pending.all) == 1
    return pending.all[0]


def sent(change: Change, clocks: Clocks, state: State = State.DONE, **more: Any) -> Change:
    return change.to(state, clocks.now(), **more)


# --- kept -------------------------------------------------------------------------------------------------------------


def test_w1_a_change_is_on_the_disk_when_it_is_said_to_be_kept(desk: Desk) -> None:
    kept = run(desk.pending.do([create(Kind.ALLOCATION, WEEK)], "New"))
    assert kept == desk.pending.all
    assert (kept[0].seq, kept[0].id, kept[0].state, kept[0].at) == (1, "new-1", State.DRAFT, desk.clocks.now())
    before = desk.pending.all
    assert desk.again().all == before
    assert desk.told == []


def test_several_edits_are_one_transaction_and_one_step(desk: Desk) -> None:
    run(desk.pending.do([create(Kind.ALLOCATION, WEEK), create(Kind.ABSENCE, AWAY, "new-2")], "Both"))
    assert len(desk.again().all) == 2
    run(desk.pending.do([create(Kind.ALLOCATION, WEEK, f"n{n}") for n in range(3)], "Three"))
    assert run(desk.pending.undo()) == "Three"
    assert [change.state for change in desk.pending.all] == [State.DRAFT] * 2 + [State.DROPPED] * 3


def test_w1_where_the_commit_fails_nothing_is_kept_and_nothing_can_be_undone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(desk.pending.do([create(Kind.ALLOCATION, WEEK)], "New"))
    before = desk.pending.all

    def full(rows: object) -> None:
        raise StoreUnwritable("the disk is full", path=desk.path)

    with monkeypatch.context() as broken:
        broken.setattr(desk.queue, "put", full)
        for work in (
            desk.pending.do([update(Kind.ALLOCATION, "new-1", WEEK, percent=75)], "Change"),
            desk.pending.settle([sent(before[0], desk.clocks, State.QUEUED)]),
            desk.pending.undo(),
        ):
            with pytest.raises(StoreUnwritable):
                run(work)
            assert desk.pending.all is before
    assert (desk.pending.undo_label, desk.pending.redo_label) == ("New", "")
    assert desk.again().all == before


def test_w8_an_edit_cancelled_while_it_is_being_kept_is_kept_whole(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    gate, put = threading.Event(), desk.queue.put

    def slowly(rows: Sequence[tuple[int, bytes]]) -> list[int]:
        gate.wait(10)
        return put(rows)

    monkeypatch.setattr(desk.queue, "put", slowly)

    async def cancelled() -> None:
        task = asyncio.ensure_future(desk.pending.do([create(Kind.ALLOCATION, WEEK)], "New"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.sleep(0)
        gate.set()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(cancelled())
    assert desk.states() == [("New", State.DRAFT)]
    assert desk.pending.undo_label == "New"
    assert len(desk.again().all) == 1


def test_edits_of_one_item_are_one_change_until_it_is_on_its_way(desk: Desk) -> None:
    pending = desk.pending
    run(pending.do([update(Kind.ALLOCATION, "41", WEEK, percent=75)], "More"))
    run(pending.do([update(Kind.ALLOCATION, "41", {**WEEK, "percent": 75}, "Later", end="2026-11-27")], "Later"))
    assert one(pending).after == {**WEEK, "percent": 75, "end": "2026-11-27"}
    assert one(pending).before == WEEK
    run(
        pending.settle([replace(sent(one(pending), desk.clocks, State.QUEUED), attempts=(Attempt(desk.clocks.now()),))])
    )
    run(pending.do([update(Kind.ALLOCATION, "41", one(pending).after or {}, "Again", percent=10)], "Again"))
    assert [(change.label, change.editable) for change in pending.all] == [("Later", False), ("Again", True)]


def test_an_edit_that_changes_nothing_is_no_change_and_no_step(desk: Desk) -> None:
    assert run(desk.pending.do([update(Kind.ALLOCATION, "41", WEEK, percent=50)], "Nothing")) == ()
    assert (desk.pending.all, desk.pending.undo_label) == ((), "")


def test_an_edit_of_a_create_that_arrived_meanwhile_is_an_edit_of_what_it_is_now(desk: Desk) -> None:
    run(desk.pending.do([create(Kind.ALLOCATION, WEEK)], "New"))
    run(desk.pending.settle([sent(one(desk.pending), desk.clocks, State.QUEUED)]))
    run(desk.pending.settle([sent(one(desk.pending), desk.clocks, result="77")]))
    (change,) = run(desk.pending.do([update(Kind.ALLOCATION, "new-1", WEEK, percent=75)], "Change"))
    assert (change.do, change.key.external_id) == (Do.UPDATE, "77")


def test_w17_a_change_says_which_account_it_was_planned_with(desk: Desk) -> None:
    connection = Connection(name="tempo", kind="tempo", url="https://jira.example.com", options={"user": "ana"})
    (change,) = run(desk.pending.do([create(Kind.ALLOCATION, WEEK)], "New", lambda name: account_of(connection)))
    assert change.account == "https://jira.example.com ana"
    assert account_of(replace(connection, url="https://other.example.com")) != change.account
    assert account_of(replace(connection, options={})) == "https://jira.example.com"


# --- opening ----------------------------------------------------------------------------------------------------------


def test_w9_what_was_being_sent_when_the_program_ended_is_unknown_and_kept_as_such(desk: Desk) -> None:
    run(desk.pending.do([create(Kind.ALLOCATION, WEEK)], "New"))
    run(desk.pending.settle([sent(one(desk.pending), desk.clocks, State.QUEUED)]))
    run(desk.pending.settle([sent(one(desk.pending), desk.clocks, State.SENDING)]))
    desk.clocks.pass_hours(1)
    change = one(desk.again())
    assert (change.state, change.state_at) == (State.UNKNOWN, desk.clocks.now())
    assert change.message
    rows, _ = desk.queue.load()
    assert rows == [(1, packed(change))]


def test_what_was_settled_long_ago_is_emptied_and_keeps_its_number(desk: Desk) -> None:
    for name in ("a", "b", "c"):
        run(desk.pending.do([create(Kind.ALLOCATION, WEEK, name)], name))
    run(desk.pending.settle([sent(desk.pending.all[0], desk.clocks, State.DROPPED)]))
    desk.clocks.wall += timedelta(days=1)
    run(desk.pending.settle([sent(desk.pending.all[1], desk.clocks, State.DROPPED)]))
    desk.clocks.wall += KEPT - timedelta(hours=1)
    assert [change.id for change in desk.again().all] == ["b", "c"]
    assert [seq for seq, _ in desk.queue.load()[0]] == [2, 3]
    assert run(desk.pending.do([create(Kind.ALLOCATION, WEEK, "d")], "d"))[0].seq == 4
    assert desk.told == []


def test_w3_a_damaged_change_is_shown_and_not_among_those_that_are_sent(desk: Desk) -> None:
    import sqlite3

    for name in ("a", "b", "c"):
        run(desk.pending.do([create(Kind.ALLOCATION, WEEK, name)], name))
    desk.pending.close()
    other = sqlite3.connect(desk.path)
    other.execute("UPDATE change SET payload = replace(payload, 'ana', 'bob') WHERE seq = 2")
    other.commit()
    other.close()
    pending = desk.open()
    assert [change.id for change in pending.all] == ["a", "c"]
    assert [(each.seq, each.reason) for each in pending.damaged] == [(2, ALTERED)]
    assert b"bob" in pending.damaged[0].payload
    assert len(desk.told) == 1
    assert "will not be sent" in desk.told[0]


def test_a_row_that_holds_no_change_is_shown_as_damaged(desk: Desk) -> None:
    desk.queue.put([(0, b"{}"), (0, b"no json"), (0, packed(created(Kind.ALLOCATION, WEEK)))])
    pending = desk.again()
    assert len(pending.all) == 1
    assert [each.seq for each in pending.damaged] == [1, 2]


def test_undo_starts_empty_after_a_restart(desk: Desk) -> None:
    run(desk.pending.do([create(Kind.ALLOCATION, WEEK)], "New"))
    assert desk.again().undo_label == ""
    assert run(desk.pending.undo()) == ""
    assert desk.states() == [("New", State.DRAFT)]


def test_c10_a_queue_that_cannot_be_written_shows_what_is_there(desk: Desk) -> None:
    run(desk.pending.do([create(Kind.ALLOCATION, WEEK)], "New"))
    run(desk.pending.settle([sent(one(desk.pending), desk.clocks, State.QUEUED)]))
    run(desk.pending.settle([sent(one(desk.pending), desk.clocks, State.SENDING)]))
    before = desk.path.read_bytes()
    pending = desk.again(writable=False)
    assert (one(pending).state, pending.persistent) == (State.UNKNOWN, False)
    with pytest.raises(StoreUnwritable):
        run(pending.do([create(Kind.ALLOCATION, WEEK, "b")], "New"))
    assert desk.path.read_bytes() == before


# --- undo and redo ----------------------------------------------------------------------------------------------------


def test_everything_not_sent_can_be_undone_and_redone_step_by_step(desk: Desk) -> None:
    pending = desk.pending
    steps: list[Callable[[], Any]] = [
        lambda: pending.do([create(Kind.ALLOCATION, WEEK)], "create"),
        lambda: pending.do([update(Kind.ALLOCATION, "new-1", WEEK, percent=75)], "change"),
        lambda: pending.do([update(Kind.ALLOCATION, "41", WEEK, account="bo")], "move"),
        lambda: pending.do([delete(Kind.ALLOCATION, "new-1", {**WEEK, "percent": 75})], "delete"),
        lambda: pending.do([update(Kind.ALLOCATION, "41", {**WEEK, "account": "bo"}, account="ana")], "back"),
        lambda: pending.do([delete(Kind.ALLOCATION, "41", WEEK)], "remove"),
    ]

    def now() -> list[Any]:
        return [(c.id, c.do, c.before, c.after) for c in pending.all if c.state is not State.DROPPED]

    seen = [now()]
    for step in steps:
        run(step())
        seen.append(now())
    labels = ["create", "change", "move", "delete", "back", "remove"]
    for _ in range(2):
        for number in range(5, -1, -1):
            assert pending.undo_label == labels[number]
            assert run(pending.undo()) == labels[number]
            assert now() == seen[number]
        assert (pending.undo_label, run(pending.undo())) == ("", "")
        for number in range(6):
            assert pending.redo_label == labels[number]
            assert run(pending.redo()) == labels[number]
            assert now() == seen[number + 1]
        assert (pending.redo_label, run(pending.redo())) == ("", "")
    held = pending.all
    assert desk.again().all == held


def test_undo_of_a_create_drops_it_and_a_new_edit_ends_what_could_be_redone(desk: Desk) -> None:
    pending = desk.pending
    run(pending.do([create(Kind.ALLOCATION, WEEK)], "New"))
    run(pending.undo())
    assert desk.states() == [("New", State.DROPPED)]
    assert pending.redo_label == "New"
    run(pending.do([create(Kind.ALLOCATION, WEEK, "b")], "Other"))
    assert (pending.undo_label, pending.redo_label) == ("Other", "")


def test_undo_skips_what_is_on_its_way_or_was_dropped_in_review(desk: Desk) -> None:
    pending = desk.pending
    for name in ("a", "b", "c", "d"):
        run(pending.do([create(Kind.ALLOCATION, WEEK, name)], name))
    a, b, c, d = pending.all
    run(pending.settle([sent(b, desk.clocks, State.QUEUED), sent(d, desk.clocks, State.DROPPED)]))
    assert pending.undo_label == "c"
    assert run(pending.undo()) == "c"
    assert run(pending.undo()) == "a"
    assert run(pending.undo()) == ""
    assert [state for _, state in desk.states()] == [State.DROPPED, State.QUEUED, State.DROPPED, State.DROPPED]
    assert pending.all[1].after == b.after
    assert run(pending.redo()) == "a"
    run(pending.settle([sent(pending.all[0], desk.clocks, State.QUEUED)]))
    assert run(pending.redo()) == "c"
    assert [pending.all[n].state for n in (0, 2)] == [State.QUEUED, State.DRAFT]
    assert (a.id, c.id) == ("a", "c")


def test_undo_takes_back_of_a_step_what_was_not_sent_of_it(desk: Desk) -> None:
    pending = desk.pending
    run(pending.do([create(Kind.ALLOCATION, WEEK, "a"), create(Kind.ALLOCATION, WEEK, "b")], "Two"))
    run(pending.settle([sent(pending.all[0], desk.clocks, State.QUEUED)]))
    assert run(pending.undo()) == "Two"
    assert [state for _, state in desk.states()] == [State.QUEUED, State.DROPPED]


def test_an_edit_of_what_waits_to_be_sent_makes_it_a_draft_again_and_so_does_its_undo(desk: Desk) -> None:
    pending = desk.pending
    run(pending.do([create(Kind.ALLOCATION, WEEK)], "New"))
    run(pending.settle([sent(one(pending), desk.clocks, State.QUEUED)]))
    run(pending.do([update(Kind.ALLOCATION, "new-1", WEEK, percent=75)], "Change"))
    assert one(pending).state is State.DRAFT
    run(pending.undo())
    assert (one(pending).state, one(pending).after) == (State.DRAFT, WEEK)


# --- sending ----------------------------------------------------------------------------------------------------------


def test_what_was_edited_while_it_was_about_to_be_sent_is_neither_sent_nor_overwritten(desk: Desk) -> None:
    """P1: nothing that was accepted is lost."""
    pending = desk.pending
    run(pending.do([create(Kind.ALLOCATION, WEEK)], "New"))
    stale = one(pending)
    run(pending.settle([sent(stale, desk.clocks, State.QUEUED)]))
    queued = one(pending)
    run(pending.do([update(Kind.ALLOCATION, "new-1", WEEK, percent=75)], "Change"))
    edited = pending.all
    for state in (State.SENDING, State.DONE, State.UNKNOWN):
        with pytest.raises(StoreBusy, match="was edited"):
            run(pending.settle([sent(queued, desk.clocks, state)]))
    with pytest.raises(StoreBusy):
        run(pending.settle([sent(stale, desk.clocks, State.QUEUED)]))
    assert pending.all is edited
    run(pending.settle([sent(one(pending), desk.clocks, State.QUEUED)]))
    assert one(pending).after == {**WEEK, "percent": 75}
    run(pending.settle([sent(stale, desk.clocks, State.DROPPED)]))
    assert one(pending).state is State.DROPPED


def test_new_states_are_committed_together_under_the_same_numbers(desk: Desk) -> None:
    pending = desk.pending
    for name in ("a", "b"):
        run(pending.do([create(Kind.ALLOCATION, WEEK, name)], name))
    run(pending.settle([sent(change, desk.clocks, State.QUEUED) for change in pending.all]))
    new = created(Kind.ABSENCE, AWAY, "c", at=desk.clocks.now())
    run(pending.settle([sent(replace(pending.all[1], seq=0), desk.clocks, State.REFUSED, message="no right"), new]))
    assert [(c.id, c.seq, c.state) for c in pending.all] == [
        ("a", 1, State.QUEUED),
        ("b", 2, State.REFUSED),
        ("c", 3, State.DRAFT),
    ]
    before = pending.all
    assert desk.again().all == before


def test_what_was_done_before_a_reading_began_leaves_the_plan_with_it_and_stays_in_the_queue(desk: Desk) -> None:
    pending, clocks = desk.pending, desk.clocks
    for name in ("a", "b"):
        run(pending.do([create(Kind.ALLOCATION, WEEK, name)], name))
    run(pending.settle([sent(change, clocks, State.QUEUED) for change in pending.all]))
    run(pending.settle([sent(pending.all[0], clocks, result="1")]))
    began = clocks.now()
    clocks.pass_hours(1)
    run(pending.settle([sent(pending.all[1], clocks, result="2")]))
    assert not run(pending.was_read({"bigtime": clocks.now()}))
    assert run(pending.was_read({"tempo": began}))
    assert [(c.id, c.state, c.read) for c in pending.all] == [("a", State.DONE, True), ("b", State.DONE, False)]
    assert not run(pending.was_read({"tempo": began}))
    assert [c.read for c in desk.again().all] == [True, False]


def test_a_reading_is_believed_also_where_that_cannot_be_kept(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    run(desk.pending.do([create(Kind.ALLOCATION, WEEK)], "New"))
    run(desk.pending.settle([sent(one(desk.pending), desk.clocks, State.QUEUED)]))
    run(desk.pending.settle([sent(one(desk.pending), desk.clocks, result="1")]))

    def full(rows: object) -> None:
        raise StoreUnwritable("the disk is full", path=desk.path)

    monkeypatch.setattr(desk.queue, "put", full)
    assert run(desk.pending.was_read({"tempo": desk.clocks.now()}))
    assert one(desk.pending).read
    assert "disk is full" in desk.told[0]


# --- W7 ---------------------------------------------------------------------------------------------------------------


def test_w7_a_create_of_the_same_content_whose_end_is_not_known_is_named(desk: Desk) -> None:
    pending = desk.pending
    run(pending.do([create(Kind.ALLOCATION, WEEK)], "New"))
    run(pending.settle([sent(one(pending), desk.clocks, State.QUEUED)]))
    run(pending.settle([sent(one(pending), desk.clocks, State.UNKNOWN)]))
    assert pending.twins([create(Kind.ALLOCATION, {**WEEK, "title": "Other words"}, "b")]) == pending.all
    assert pending.twins([create(Kind.ALLOCATION, {**WEEK, "percent": 10}, "b")]) == ()
    assert pending.twins([create(Kind.ALLOCATION, WEEK)]) == ()  # itself
    assert pending.twins([update(Kind.ALLOCATION, "b", WEEK, percent=1)]) == ()
    run(pending.settle([sent(one(pending), desk.clocks, State.DROPPED)]))
    assert pending.twins([create(Kind.ALLOCATION, WEEK, "b")]) == ()
