"""Editing a plan of 10,000 people and 1,000,000 items in the assembled window: drags, dialogs, typing ahead, undo.

`python -m benchmarks.editing WORKSPACE make`, then `python -m benchmarks.editing WORKSPACE`. Events go straight to the
widget that gets them from the mouse; a paint is one that Qt made by itself, and every paint between a release and the
new plan is looked at.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_API", "pyside6")  # before qasync is imported

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog

from benchmarks.company import TODAY, snapshot
from benchmarks.measure import report
from benchmarks.syncing import Gaps
from planner_gui.app.desktop import Session
from planner_gui.domain.capacity import table
from planner_gui.domain.entities import Kind, Span
from planner_gui.domain.plan import Plan
from planner_gui.domain.snapshot import day_number
from planner_gui.session.accounts import Accounts
from planner_gui.session.changes import Pending
from planner_gui.session.workspace import Workspace
from planner_gui.ui.dialogs.form import EditDialog
from planner_gui.ui.theme import Themes
from planner_gui.ui.timeline.board import Board
from planner_gui.ui.timeline.frame import HEADER, PEOPLE_WIDTH
from planner_gui.ui.window import MainWindow

PEOPLE, ITEMS = 10_000, 1_000_000
TIMES = 3  # each step in one process, after one that is not counted
FIRST_PERSON = 4_000  # far from the first rows
TYPED = "priya"
SERVICES = {"absences": ("bigpicture", Kind.ABSENCE), "tasks": ("bigtime", Kind.TASK)}
LONGEST_WAIT = 60.0


def make(folder: Path, people: int = PEOPLE, items: int = ITEMS) -> None:
    """A workspace with that plan, and a connection for each other kind of item, where the same people have accounts."""
    from datetime import UTC, datetime

    from planner_gui.session.workspace_file import WorkspaceFile, add_connection
    from planner_gui.sources.base import Connection
    from planner_gui.store.cache import Cache

    Workspace.create(folder, timezone="Europe/Berlin")
    settings = WorkspaceFile(folder / "workspace.toml")
    cache = Cache.open(folder / "cache.db", writable=True, clock=lambda: datetime.now(UTC))
    few = snapshot(people, people)
    for name, (service, kind) in {"large": ("tempo", None), **SERVICES}.items():
        connection = Connection(name, service, f"https://{service}.example.com")
        settings.change(lambda known, new=connection: add_connection(known, new)[0])  # type: ignore[misc]
        if kind is None:
            cache.save(snapshot(people, items))
        else:
            columns = {**few.columns, "kind": np.full(people, kind, np.int8)}
            cache.save(replace(few, connection=name, kind=service, columns=columns, teams=(), memberships=()))
    cache.close()
    Workspace.open(folder, today=TODAY).close()  # joins the accounts into people and keeps the result


async def until(condition: Callable[[], object]) -> None:
    """Let the program go on until something holds."""
    deadline = time.monotonic() + LONGEST_WAIT
    while not condition():
        assert time.monotonic() < deadline, condition
        await asyncio.sleep(0.001)


@dataclass
class Paints:
    """When the timeline was painted, and of what: whether a ghost was shown, and of which plan."""

    seen: list[tuple[float, bool, Plan | None]] = field(default_factory=list)

    def watch(self) -> None:
        """From now on; before the window is made."""
        paint, seen = Board.paintEvent, self.seen

        def painted(board: Board, event: Any) -> None:
            ghost = board._ghost is not None
            paint(board, event)
            seen.append((time.perf_counter(), ghost, board.plan))

        Board.paintEvent = painted  # type: ignore[method-assign]


@dataclass
class Opened:
    """The dialog that was opened last, and when it had been painted for the first time."""

    dialog: EditDialog | None = None
    at: float = 0.0

    def watch(self) -> None:
        """From now on; before the first dialog is made."""

        def shown(dialog: EditDialog, event: Any) -> None:
            QDialog.paintEvent(dialog, event)
            if self.dialog is None:
                self.dialog = dialog
                QTimer.singleShot(0, self._painted)  # after this paint has ended, that of the fields too

        EditDialog.paintEvent = shown  # type: ignore[method-assign]

    def forget(self) -> None:
        self.dialog, self.at = None, 0.0

    def _painted(self) -> None:
        self.at = time.perf_counter()


class Bench:
    """The assembled window on the workspace, and the steps that are measured, in milliseconds."""

    def __init__(self, session: Session, paints: Paints, opened: Opened, committed: list[float]) -> None:
        self.session, self.window, self.board = session, session.window, session.window.board
        self.paints, self._opened, self.committed = paints, opened, committed
        self.figures: dict[str, list[float]] = {}

    def note(self, name: str, since: float, until: float | None = None) -> None:
        self.figures.setdefault(name, []).append(((until or time.perf_counter()) - since) * 1000)

    @property
    def plan(self) -> Plan:
        return self.session.workspace.plan

    async def counted(self) -> None:
        """Over-allocations and the words of the plan that is shown are known."""
        await until(lambda: not {"over-allocations", "search index", "check cache"} & set(self.session.jobs.running))

    # --- drags --------------------------------------------------------------------------------------------------------

    def _item(self, person: int) -> int:
        """A row that can be dragged: an allocation of a person that begins soon."""
        columns, rows = self.plan.columns, self.plan.rows_of(person)
        today = day_number(TODAY)
        for row in range(rows.start, rows.stop):
            long = columns["end"][row] - columns["start"][row] >= 3
            if columns["kind"][row] == Kind.ALLOCATION and long and today + 3 <= columns["start"][row] <= today + 25:
                return row
        raise AssertionError("nothing to drag")

    def _send(self, kind: QEvent.Type, at: QPoint, held: Qt.MouseButton) -> None:
        view = self.board.viewport()
        left = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
        where = QPointF(view.mapToGlobal(at))
        event = QMouseEvent(kind, QPointF(at), where, left, held, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(view, event)

    async def drag(self, person: int) -> None:
        """Press, some moves, release; the new plan shown and counted."""
        row = self._item(person)
        self.board.choose_item(row)
        await asyncio.sleep(0.05)
        frame = self.board._frame()
        assert frame is not None
        index = frame.rows.of_person(person)
        assert index is not None
        bar = next(each for each in frame.bars(frame.rows[index]) if each.row == row)
        at = QPoint(round(PEOPLE_WIDTH + bar.x + bar.width / 2), round(HEADER - frame.top + bar.y + bar.height / 2))
        self._send(QEvent.Type.MouseButtonPress, at, Qt.MouseButton.LeftButton)
        day = round(frame.scale.day_width)
        for step in range(1, 6):
            if step == 2:
                await until(lambda: self.board._ghost is not None)  # the record was read
            started = time.perf_counter()
            self._send(QEvent.Type.MouseMove, at + QPoint(day * step, 0), Qt.MouseButton.LeftButton)
            QApplication.sendPostedEvents()  # painted
            if step > 2:
                self.note("drag_step", started)
        await asyncio.sleep(0.05)
        await self._release(at + QPoint(day * 5, 0), person)

    async def _release(self, at: QPoint, person: int) -> None:
        before, ghost = self.plan, self.board._ghost
        assert ghost is not None
        gaps = Gaps()
        self.paints.seen.clear()
        self.committed.clear()
        started = time.perf_counter()
        self._send(QEvent.Type.MouseButtonRelease, at, Qt.MouseButton.NoButton)
        QApplication.sendPostedEvents()  # what it asked to be painted; the ghost's strip was painted by the last move
        self.note("release", started)
        await until(lambda: any(plan is not before for _, _, plan in self.paints.seen))
        seen = list(self.paints.seen)
        assert all(ghosted or plan is not before for _, ghosted, plan in seen), "the old place was painted"
        self.note("committed", started, self.committed[0])
        self.note("shown", started, next(when for when, _, plan in seen if plan is not before))
        self.figures.setdefault("gap", []).append(gaps.worst * 1000)
        await self.counted()
        self.note("counted", started)
        self.figures.setdefault("gap_counting", []).append(gaps.worst * 1000)
        self._same_strip(ghost.plan, ghost.people[person], person)

    def _same_strip(self, small: Plan, there: int, person: int) -> None:
        span = Span(TODAY, self.board.visible_span.end)
        one, other = (
            table(plan, np.array([who], np.int32), span) for plan, who in ((small, there), (self.plan, person))
        )
        assert (one.load == other.load).all(), "another strip was shown"
        assert (one.capacity == other.capacity).all(), "another strip was shown"

    async def undo(self) -> None:
        """Take the last edit back; until the plan without it is painted."""
        before = self.plan
        self.paints.seen.clear()
        started = time.perf_counter()
        self.window.actions_.undo.trigger()
        await until(lambda: any(plan is not before for _, _, plan in self.paints.seen))
        self.note("undo", started, next(when for when, _, plan in self.paints.seen if plan is not before))
        await self.counted()

    # --- dialogs ------------------------------------------------------------------------------------------------------

    async def opened(self, name: str, open_: Callable[[], None]) -> EditDialog:
        first = self._opened
        first.forget()
        started = time.perf_counter()
        open_()
        await until(lambda: first.at)
        self.note(f"open {name}", started, first.at)
        assert first.dialog is not None
        return first.dialog

    async def dialogs(self, person: int) -> None:
        """A new item of each kind, and one that is there."""
        actions = self.window.actions_
        self.board.choose_cell(person, day_number(TODAY) + 4)
        await asyncio.sleep(0.1)  # the timeline and the inspector are painted: they are no part of opening
        for name in ("new_allocation", "new_absence", "new_task"):
            dialog = await self.opened(name, getattr(actions, name).trigger)
            await asyncio.sleep(0.05)
            if name == "new_allocation":
                await self.type(dialog)
            dialog.reject()
            await asyncio.sleep(0.05)
        self.board.choose_item(self._item(person))
        await asyncio.sleep(0.1)
        dialog = await self.opened("edit", actions.edit.trigger)
        dialog.reject()
        await asyncio.sleep(0.05)

    async def type(self, dialog: Any) -> None:
        """A name into the field that finds people; each key until its findings are painted."""
        who = dialog.who
        who.setFocus()
        who.clear()
        await until(lambda: who.loaded)
        for key in TYPED:
            started = time.perf_counter()
            QTest.keyClick(who, key)
            dialog.repaint()
            self.note("key", started)
            await asyncio.sleep(0.005)
        assert who.results.count() > 1, "people were found"


async def measured(session: Session, paints: Paints, opened: Opened, committed: list[float]) -> dict[str, float]:
    """Everything, some times over; the medians."""
    bench = Bench(session, paints, opened, committed)
    session._offline = True  # there is nothing to read
    session.begin()
    await until(lambda: paints.seen)
    session.painted()
    await asyncio.sleep(0.2)
    await bench.counted()
    for turn in range(TIMES + 1):
        person = FIRST_PERSON + turn * 7
        await bench.drag(person)
        await bench.undo()
        await bench.dialogs(person)
        if turn == 0:
            bench.figures.clear()
    found = {name: statistics.median(values) for name, values in bench.figures.items()}
    found["open"] = max(value for name, value in found.items() if name.startswith("open "))
    await session.end()
    session.window.close()
    return found


def main() -> None:
    """The measured process."""
    import qasync

    folder = Path(sys.argv[1])
    if sys.argv[2:] == ["make"]:
        make(folder)
        return
    for left in folder.glob("queue.db*"):
        left.unlink()
    application = QApplication([])
    application.setQuitOnLastWindowClosed(False)
    paints, opened, committed = Paints(), Opened(), []
    paints.watch()
    opened.watch()
    commit = Pending._commit

    async def timed(pending: Pending, changes: Any) -> Any:
        kept = await commit(pending, changes)
        committed.append(time.perf_counter())
        return kept

    Pending._commit = timed  # type: ignore[method-assign]
    workspace = Workspace.open(folder, today=TODAY)
    window = MainWindow("benchmark", Themes(application))
    window.resize(1600, 900)
    accounts = Accounts(workspace.settings.id, workspace.notices, open_vault=None)
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
        found = runner.run(measured(Session(workspace, window, accounts), paints, opened, committed))
    report(**found)


if __name__ == "__main__":
    main()
