"""Editing in the assembled window: real mouse and keys, the real session, and the pretend company behind the services.

What is changed is undone, redone, reviewed and sent, and the company then holds exactly that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox

from planner_gui.app.desktop import Session
from planner_gui.domain.changes import OPEN, Change, State
from planner_gui.domain.edits import Do, ItemKey
from planner_gui.domain.entities import CountsAs, Kind, Span
from planner_gui.domain.items import key_of, rows_of_item
from planner_gui.domain.snapshot import Flag, day_date
from planner_gui.reports.plan_json import items
from planner_gui.sandbox.server import Sandbox
from planner_gui.ui.dialogs.form import EditDialog
from planner_gui.ui.dialogs.given import account_in
from planner_gui.ui.timeline.frame import HEADER, PEOPLE_WIDTH
from planner_gui.ui.timeline.groups import Grouping
from planner_gui.ui.timeline.scale import Zoom
from tests.app.test_desktop import Play, play, synced
from tests.scenarios import until

__all__ = ["play"]

PLAIN, CONTROL, SHIFT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
SERVICE = {Kind.ABSENCE: "bigpicture", Kind.ALLOCATION: "tempo", Kind.TASK: "bigtime"}
ODD = Flag.REFLECTION | Flag.OCCURRENCE | Flag.RECURRING | Flag.TEAM_PARENT | Flag.BAD_DATES
ODD |= Flag.NO_START | Flag.NO_DUE | Flag.ARCHIVED
WHOLE = Span(date(2026, 10, 20), date(2027, 11, 20))


@dataclass
class Hand:
    """The user's hands on one session's window."""

    session: Session

    @property
    def changes(self) -> list[Change]:
        return [change for change in self.session.workspace.changes if change.state in OPEN]

    def change_of(self, key: ItemKey) -> Change:
        return next(change for change in self.changes if change.key == key)

    async def begin(self) -> None:
        """The window with everything read, one list of people, two months in view: nothing is near a border."""
        await synced(self.session)
        self.session._begin_editing()
        window = self.session.window
        window.resize(1600, 1000)
        window.board.set_grouping(Grouping.NONE)
        window.board.set_zoom(Zoom.MONTH)
        window.board.setFocus()

    async def settled(self) -> None:
        """Every edit that was begun is kept or refused."""
        for _ in range(3):
            await asyncio.sleep(0)
        jobs = self.session.jobs
        await until(lambda: not any(name.startswith(("edit ", "item")) for name in jobs.running), 20, "the edit's end")

    def find(self, kind: Kind) -> int:
        """A plan row that can be dragged about: a plain item of some days; an absence with time free around it."""
        for row in range(self.session.workspace.plan.rows):
            if self.plain(row, kind):
                return row
        raise AssertionError(f"the company has no {kind.name.lower()} to play with")

    def plain(self, row: int, kind: Kind) -> bool:
        """Whether a row is an item of the kind that can be dragged about."""
        plan = self.session.workspace.plan
        columns = plan.columns
        person = int(columns["person"][row])
        if person >= len(plan.people) or plan.kind(row) is not kind or int(columns["flags"][row]) & ODD:
            return False
        key = key_of(plan, row)
        start, end = int(columns["start"][row]), int(columns["end"][row])
        doubled = columns["counts_as"][row] in (CountsAs.DUPLICATE, CountsAs.IGNORE)
        single = len(rows_of_item(plan, key)) == 1
        free = kind is not Kind.ABSENCE or self.absences(person, start - 5, end + 30) == 1
        return key.connection == SERVICE[kind] and single and not doubled and 3 <= end - start + 1 <= 14 and free

    def absences(self, person: int, first: int, last: int) -> int:
        """How many absences somebody has between two days."""
        plan = self.session.workspace.plan
        mine, columns = plan.rows_of(person), plan.columns
        away = columns["kind"][mine] == Kind.ABSENCE
        return int(np.count_nonzero(away & (columns["start"][mine] <= last) & (columns["end"][mine] >= first)))

    def show(self, row: int) -> tuple[int, int, int]:
        """Bring an item into view; left, right and middle height of its bar in the viewport."""
        board = self.session.window.board
        plan = self.session.workspace.plan
        board.choose_item(row)
        board.go_to(day_date(int(plan.columns["start"][row]) - 3))
        frame = board._frame()
        assert frame is not None
        person = int(plan.columns["person"][row])
        place = frame.rows.of_person(person) if person < len(plan.people) else frame.rows.of_nobody
        assert place is not None
        bar = next(each for each in frame.bars(frame.rows[place]) if each.row == row)
        left = PEOPLE_WIDTH + bar.x
        return round(left), round(left + bar.width), round(HEADER - frame.top + bar.y + bar.height / 2)

    async def drag(self, start: QPoint, end: QPoint, held: Qt.KeyboardModifier = PLAIN) -> None:
        view = self.session.window.board.viewport()
        QTest.mousePress(view, Qt.MouseButton.LeftButton, held, start)
        for step in (start + (end - start) / 2, end):
            event = QMouseEvent(
                QEvent.Type.MouseMove,
                QPointF(step),
                QPointF(view.mapToGlobal(step)),
                Qt.MouseButton.NoButton,
                Qt.MouseButton.LeftButton,
                held,
            )
            QApplication.sendEvent(view, event)
            await asyncio.sleep(0.05)
        QTest.mouseRelease(view, Qt.MouseButton.LeftButton, held, end)
        await self.settled()

    async def key(self, key: Qt.Key, held: Qt.KeyboardModifier = PLAIN) -> None:
        board = self.session.window.board
        self.session.window.activateWindow()  # as it is again when a dialog closes
        board.setFocus()
        QTest.keyClick(board, key, held)
        await self.settled()

    def row_of(self, key: ItemKey) -> int:
        return int(rows_of_item(self.session.workspace.plan, key)[0])

    def facts(self, key: ItemKey) -> tuple[str, date, date]:
        """Whose an item is, and its dates, as the plan shows it."""
        plan, row = self.session.workspace.plan, self.row_of(key)
        columns = plan.columns
        person = plan.people[int(columns["person"][row])].name
        return person, day_date(int(columns["start"][row])), day_date(int(columns["end"][row]))


def facts(session: Session) -> list[tuple[Any, ...]]:
    """Everything planned, without what only names it."""
    plan = session.workspace.plan
    found = items(plan, WHOLE, range(len(plan.people)), with_nobody=True)
    keep = ("kind", "connection", "person", "title", "start", "end", "percent", "minutes", "occurrence")
    return sorted(tuple(str(item[name]) for name in keep) for item in found if item["pending"] != "delete")


async def undo_and_redo_everything(hand: Hand, before: Sequence[Any]) -> None:
    """Back to what was read, and forth again, through the actions of the window."""
    window, session = hand.session.window, hand.session
    edited, steps = facts(session), 0
    while window.actions_.undo.isEnabled():
        window.actions_.undo.trigger()
        await hand.settled()
        steps += 1
    assert facts(session) == before
    assert not hand.changes
    assert session.workspace.plan is session.workspace.base
    for _ in range(steps):
        window.actions_.redo.trigger()
        await hand.settled()
    assert not window.actions_.redo.isEnabled()
    assert facts(session) == edited


async def send_everything(hand: Hand, company: Sandbox) -> None:
    """Review, send by its button, and read again: the services hold what was shown."""
    session, panel = hand.session, hand.session.window.changes
    shown = facts(session)
    session.window.actions_.review.trigger()
    assert panel.isVisible()
    assert panel.send.text() == f"Send {len(hand.changes)} change{'' if len(hand.changes) == 1 else 's'}"
    sent = {change.id for change in hand.changes}
    await until(lambda: panel.send.isVisible() and panel.visibleRegion().contains(panel.send.geometry().center()))
    QTest.mouseClick(panel.send, Qt.MouseButton.LeftButton)
    open_then = {change.id for change in hand.changes}
    await until(lambda: "send" not in session.jobs.running, 30, "the sending's end")
    assert sent == open_then or not hand.changes, session.workspace.notices.current
    states = {change.id: (change.state, change.message) for change in session.workspace.changes if change.id in sent}
    assert {state for state, _ in states.values()} == {State.DONE}, states
    assert facts(session) == shown, "one's own sent edits need no sync to be seen"
    await synced(session)
    assert session.workspace.plan.columns is session.workspace.base.columns
    assert facts(session) == shown


def dialog() -> EditDialog:
    found = [w for w in QApplication.topLevelWidgets() if isinstance(w, EditDialog) and w.isVisible()]
    assert len(found) == 1
    return found[0]


def test_a_new_absence_is_typed_saved_and_sent(play: Callable[[Play], None]) -> None:
    async def what(session: Session, company: Sandbox) -> None:
        hand = Hand(session)
        await hand.begin()
        plan, board = session.workspace.plan, session.window.board
        first, last = day_number("2027-02-01"), day_number("2027-02-05")
        everybody = range(len(plan.people))
        person = next(p for p in everybody if account_in(plan, p, "bigpicture") and not hand.absences(p, first, last))
        board.choose_days(person, first, last)
        await hand.key(Qt.Key.Key_A)
        form = dialog()
        QTest.keyClick(form, Qt.Key.Key_S, CONTROL | SHIFT)
        await hand.settled()
        await until(lambda: "send" not in session.jobs.running and hand.session.workspace.changes, 30)
        (change,) = session.workspace.changes
        assert (change.do, change.state, change.key.kind) == (Do.CREATE, State.DONE, Kind.ABSENCE), change.message
        assert change.after is not None
        assert (change.after["start"], change.after["end"]) == ("2027-02-01", "2027-02-05")
        shown = facts(session)
        await synced(session)
        assert facts(session) == shown

    play(what)


def day_number(text: str) -> int:
    from planner_gui.domain.snapshot import day_number as number

    return number(date.fromisoformat(text))


def test_enter_on_an_item_opens_its_dialog_with_what_the_service_has(play: Callable[[Play], None]) -> None:
    async def what(session: Session, company: Sandbox) -> None:
        hand = Hand(session)
        await hand.begin()
        row = hand.find(Kind.ALLOCATION)
        key = key_of(session.workspace.plan, row)
        session.window.board.choose_item(row)
        await hand.key(Qt.Key.Key_Return)
        form = dialog()
        assert form.item is not None
        assert form.item.key == key
        assert form.item.raw
        QTest.keyClick(form, Qt.Key.Key_Escape)
        assert not hand.changes

    play(what)


def test_what_a_service_cannot_do_is_said_and_nothing_is_changed(play: Callable[[Play], None]) -> None:
    async def what(session: Session, company: Sandbox) -> None:
        hand = Hand(session)
        await hand.begin()
        plan = session.workspace.plan
        event = next(row for row in range(plan.rows) if plan.kind(row) is Kind.EVENT)
        said: list[str] = []
        session.window.board.gestures.refused.connect(said.append)
        session.window.board.choose_item(event)
        await hand.key(Qt.Key.Key_Right, CONTROL)
        assert len(said) == 1
        assert "no documented way" in said[0]
        assert not hand.changes

    play(what)


@pytest.mark.parametrize("agreed", [True, False])
def test_moving_one_date_of_a_series_asks_and_names_the_count(play: Callable[[Play], None], agreed: bool) -> None:
    async def what(session: Session, company: Sandbox) -> None:
        hand = Hand(session)
        await hand.begin()
        plan, board = session.workspace.plan, session.window.board
        later = next(row for row in range(plan.rows) if int(plan.columns["flags"][row]) & Flag.OCCURRENCE
                     and plan.kind(row) is Kind.ALLOCATION and key_of(plan, row).connection == "tempo")  # fmt: skip
        key = key_of(plan, later)
        board.choose_item(later)
        board.setFocus()
        QTest.keyClick(board, Qt.Key.Key_Right, CONTROL)
        await until(lambda: session.window.findChildren(QMessageBox), 10, "the question")
        (box,) = session.window.findChildren(QMessageBox)
        assert "dates" in box.text()
        box.buttons()[0 if agreed else 1].click()
        await hand.settled()
        assert [change.key for change in hand.changes] == ([key] if agreed else [])

    play(what)


def test_leave_over_planned_work_offers_to_shorten_it_as_edits_of_one_step(play: Callable[[Play], None]) -> None:
    async def what(session: Session, company: Sandbox) -> None:
        from planner_gui.ui.dialogs.absence import AbsenceDialog

        hand = Hand(session)
        await hand.begin()
        plan, columns = session.workspace.plan, session.workspace.plan.columns
        for work in range(plan.rows):
            person, end = int(columns["person"][work]), int(columns["end"][work])
            plain = plan.kind(work) is Kind.ALLOCATION and not int(columns["flags"][work]) & ODD
            usual = plain and person < len(plan.people) and key_of(plan, work).connection == "tempo"
            if usual and account_in(plan, person, "bigpicture") and not hand.absences(person, end - 2, end):
                break
        session.window.board.choose_days(person, end, end)
        session.window.board.setFocus()
        QTest.keyClick(session.window.board, Qt.Key.Key_A)
        await hand.settled()
        form = dialog()
        assert isinstance(form, AbsenceDialog)
        mine = [line for line in form.clash_list.lines if key_of(plan, line.clash.row) == key_of(plan, work)]
        assert mine, "leave on a planned day clashes with the plan"
        await until(mine[0].tick.isEnabled, 10, "the item's record")
        mine[0].tick.setChecked(True)
        QTest.keyClick(form, Qt.Key.Key_S, CONTROL)
        await hand.settled()
        assert {change.key.kind for change in hand.changes} == {Kind.ABSENCE, Kind.ALLOCATION}
        session.window.actions_.undo.trigger()
        await hand.settled()
        assert not hand.changes, "one step, one undo"

    play(what)


@pytest.mark.parametrize("agreed", [True, False])
def test_W17_what_was_planned_long_ago_or_with_another_account_is_asked_about_once(
    play: Callable[[Play], None], agreed: bool
) -> None:
    async def what(session: Session, company: Sandbox) -> None:
        hand = Hand(session)
        await hand.begin()
        workspace, plan = session.workspace, session.workspace.plan
        rows = [row for row in range(plan.rows) if hand.plain(row, Kind.ALLOCATION)][:3]
        for row in rows:
            session.window.board.choose_item(row)
            await hand.key(Qt.Key.Key_Right, CONTROL)
        old, foreign, fresh = hand.changes
        long_ago = old.at - timedelta(days=20)
        await workspace.settle([replace(old, at=long_ago), replace(foreign, account="https://elsewhere.example.com")])
        panel = session.window.changes
        session.window.actions_.review.trigger()
        await until(lambda: panel.send.isVisible() and panel.visibleRegion().contains(panel.send.geometry().center()))
        QTest.mouseClick(panel.send, Qt.MouseButton.LeftButton)
        await until(lambda: session.window.findChildren(QMessageBox), 10, "the question")
        (box,) = session.window.findChildren(QMessageBox)
        assert "was planned 20 days ago" in box.text()
        assert "was planned with another account" in box.text()
        box.buttons()[0 if agreed else 1].click()
        await until(lambda: "send" not in session.jobs.running, 30, "the sending's end")
        states = {change.id: change.state for change in workspace.changes}
        assert states[fresh.id] is State.DONE
        left = State.DONE if agreed else State.DRAFT
        assert (states[old.id], states[foreign.id]) == (left, left)

    play(what)
