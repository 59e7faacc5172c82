"""Who is over-allocated when, and the words to search: worked out beside the window, and kept up with every edit.

The first look is at everybody, some at a time. An edit changes the rows of a few people; the others are not looked at
again. Nothing here changes the plan.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from planner_gui.domain.changes import Change
from planner_gui.domain.entities import Span
from planner_gui.domain.plan import Plan
from planner_gui.session.background import in_thread
from planner_gui.session.jobs import Jobs
from planner_gui.session.workspace import Workspace
from planner_gui.ui.search import Index
from planner_gui.ui.timeline.groups import Overloads
from planner_gui.ui.window import MainWindow

_Changes = Sequence[Change]
Result = TypeVar("Result")
PEOPLE_A_STEP = 200  # whose over-allocations are looked for between two turns of the window


class Counting:
    """Follows the plan of one workspace, and tells its window what was found."""

    def __init__(self, workspace: Workspace, window: MainWindow, jobs: Jobs) -> None:
        self._workspace = workspace
        self._window = window
        self._jobs = jobs
        self._plan: Plan | None = None  # what is being looked at, or was
        self._base: Plan | None = None
        self._found: Overloads | None = None  # None: not everybody was looked at yet
        self._changes: tuple[Change, ...] = ()  # those of which `_found` knows
        self._index: Index | None = None
        self._turn = asyncio.Lock()  # one look at a time: two threads at once leave the window too little

    @property
    def targets(self) -> list[tuple[int, int]]:
        """Person and first day of each over-allocation: what F8 walks over."""
        return [] if self._found is None else self._found.targets()

    def follow(self) -> None:
        """Look at a plan that has other rows or people than the last."""
        plan, base, before = self._workspace.plan, self._workspace.base, self._plan
        if before is not None and plan.columns is before.columns and plan.today == before.today:
            return
        same_people = before is not None and plan.people is before.people and plan.today == before.today
        edited = same_people and self._base is not None and base.columns is self._base.columns
        self._plan, self._base = plan, base
        if not edited:
            self._found = None  # those of the last plan are other people's by now
        if self._found is None:
            self._window.show_over_allocations(None)
        self._jobs.start("over-allocations", self._count(plan, base, self._workspace.changes))
        self._jobs.start("search index", self._look_up(plan))

    async def _count(self, plan: Plan, base: Plan, changes: tuple[Change, ...]) -> None:
        span = whole(plan)
        known = self._found
        if span is None:
            found = Overloads.none()
        elif known is None:
            parts = [Overloads.none()]
            for people in steps(plan, PEOPLE_A_STEP):
                parts += [await self._beside(partial(Overloads.of, plan, people, span), "over-allocations")]
            found = Overloads.joined(parts)
        else:
            work = partial(_again, plan, base, (self._changes, changes), span, known)
            found = await self._beside(work, "over-allocations")
        self._found, self._changes = found, changes
        self._window.show_overloads(found)
        self._window.show_over_allocations(len(found.person))

    async def _look_up(self, plan: Plan) -> None:
        self._index = await self._beside(partial(Index, plan, self._index), "search index")
        self._window.show_index(self._index)

    async def _beside(self, work: Callable[[], Result], name: str) -> Result:
        async with self._turn:
            return await in_thread(work, name=name)


def _again(plan: Plan, base: Plan, versions: tuple[_Changes, _Changes], span: Span, known: Overloads) -> Overloads:
    """What was found, with the people looked at again whom the difference of two versions of the changes touches."""
    from planner_gui.domain.relaying import touched  # with the first edit is soon enough

    people = np.array(sorted(touched(base, *versions) - {len(plan.people)}), np.int32)
    return known.counted_again(people, Overloads.of(plan, people, span)) if len(people) else known


def whole(plan: Plan) -> Span | None:
    """From the first to the last date that any connection has read."""
    spans = [view.span for view in plan.connections if view.span is not None]
    return Span(min(span.start for span in spans), max(span.end for span in spans)) if spans else None


def steps(plan: Plan, size: int) -> Iterator[NDArray[np.int32]]:
    """The people of a plan, some at a time."""
    for first in range(0, len(plan.people), size):
        yield np.arange(first, min(first + size, len(plan.people)), dtype=np.int32)
