"""Over-allocations and search follow each edit in the assembled window, and look at nobody whom it does not touch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from planner_gui.app import counting
from planner_gui.app.desktop import Session
from planner_gui.domain import moves
from planner_gui.domain.entities import Kind, Span
from planner_gui.domain.plan import Plan
from planner_gui.domain.snapshot import Flag
from planner_gui.sandbox.server import Sandbox
from planner_gui.ui.timeline.groups import Overloads
from tests.app.test_desktop import Play, play, synced
from tests.scenarios import until

__all__ = ["play"]

found_in = Overloads.of


def a_booking(plan: Plan) -> int:
    """The row of a plain allocation of somebody."""
    columns = plan.columns
    odd = Flag.REFLECTION | Flag.OCCURRENCE | Flag.RECURRING | Flag.TEAM_PARENT
    for row in range(plan.rows):
        mine = plan.snapshots[columns["connection"][row]].connection == "tempo" and columns["person"][row] < len(
            plan.people
        )
        if mine and plan.kind(row) is Kind.ALLOCATION and not int(columns["flags"][row]) & odd:
            return row
    raise AssertionError("nothing is planned")


def fresh(plan: Plan) -> list[tuple[int, int]]:
    """What a look at everybody finds."""
    span = counting.whole(plan)
    assert span is not None
    return found_in(plan, np.arange(len(plan.people), dtype=np.int32), span).targets()


async def counted(session: Session) -> None:
    await until(lambda: not {"over-allocations", "search index"} & set(session.jobs.running), 30, "the count")


def test_an_edit_and_its_undo_are_counted_for_the_people_they_touch_alone(
    play: Callable[[Play], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def what(session: Session, company: Sandbox) -> None:
        await synced(session)
        await counted(session)
        workspace = session.workspace
        before = session.counting.targets
        looked: list[list[int]] = []

        def watched(plan: Plan, people: NDArray[np.int32], span: Span) -> Overloads:
            looked.append(people.tolist())
            return found_in(plan, people, span)

        monkeypatch.setattr(counting.Overloads, "of", watched)
        row = a_booking(workspace.plan)
        person = int(workspace.plan.columns["person"][row])
        item = await workspace.item(row)
        edit = moves.moved(item, 0)
        assert edit.after is not None
        much = replace(edit, after={**edit.after, "percent": 100, "end": "2027-02-26"})
        await workspace.do([much], "More")
        await counted(session)
        assert looked == [[person]]
        assert session.counting.targets == fresh(workspace.plan)
        assert session.counting.targets != before
        await workspace.undo()
        await counted(session)
        assert looked == [[person]] * 2
        assert session.counting.targets == before == fresh(workspace.plan)

    play(what)
