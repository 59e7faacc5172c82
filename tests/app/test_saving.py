"""While an edit is being kept the timeline shows it already; where it cannot be kept it is gone again, and said."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import pytest

from planner_gui.app.desktop import Session
from planner_gui.domain.changes import Change
from planner_gui.domain.errors import StoreBusy
from planner_gui.sandbox.server import Sandbox
from planner_gui.session.changes import Pending
from planner_gui.ui.timeline.gestures import Act, Gesture
from tests.app.test_counting import a_booking
from tests.app.test_desktop import Play, play, synced
from tests.scenarios import until

__all__ = ["play"]


@pytest.mark.parametrize("kept", [True, False], ids=["kept", "not-kept"])
def test_an_edit_by_keys_is_shown_while_it_is_kept(
    play: Callable[[Play], None], monkeypatch: pytest.MonkeyPatch, kept: bool
) -> None:
    async def what(session: Session, company: Sandbox) -> None:
        await synced(session)
        session._begin_editing()
        workspace, board = session.workspace, session.window.board
        before, row = workspace.plan, a_booking(workspace.plan)
        begun, go_on = asyncio.Event(), asyncio.Event()
        commit = Pending._commit

        async def slow(pending: Pending, changes: Sequence[Change]) -> tuple[Change, ...]:
            begun.set()
            await go_on.wait()
            if not kept:
                raise StoreBusy("is held by another program", path=session.workspace.folder)
            return await commit(pending, changes)

        monkeypatch.setattr(Pending, "_commit", slow)
        board.gestures.perform(Gesture(Act.MOVE, (row,), days=1))
        await begun.wait()
        ghost = board._ghost
        assert ghost is not None
        assert workspace.plan is before
        start = int(before.columns["start"][row])
        assert [int(ghost.plan.columns["start"][each]) for each in ghost.rows] == [start + 1]
        go_on.set()
        await until(lambda: not any(name.startswith("edit ") for name in session.jobs.running), 20, "the edit's end")
        assert board._ghost is None
        assert (workspace.plan is before) is not kept
        said = [notice.text for notice in workspace.notices.current]
        assert any("held by another program" in text for text in said) is not kept

    play(what)
