"""Every kind of item x every edit x mouse and keyboard, on the assembled window ("must show" 1 of editing).

Create, change, move, stretch, hand over, split, copy, delete; then undo all, redo all, review and send: the company
behind the services holds exactly that. What a service cannot do is refused with its reason, by either hand.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPlainTextEdit, QWidget
from shiboken6 import isValid

from planner_gui.app.desktop import Session
from planner_gui.domain.changes import Change
from planner_gui.domain.edits import Do, Fields, ItemKey
from planner_gui.domain.entities import Kind
from planner_gui.domain.items import key_of, rows_of_item
from planner_gui.domain.plan import Plan
from planner_gui.domain.snapshot import Flag, day_number
from planner_gui.sandbox.server import Sandbox
from planner_gui.ui.dialogs.absence import AbsenceDialog
from planner_gui.ui.dialogs.allocation import AllocationDialog
from planner_gui.ui.dialogs.form import EditDialog
from planner_gui.ui.dialogs.given import account_in
from planner_gui.ui.dialogs.lookup import Lookup
from planner_gui.ui.dialogs.task import TaskDialog
from planner_gui.ui.timeline.frame import HEADER, PEOPLE_WIDTH
from tests.app.test_desktop import Play, play
from tests.app.test_editing_window import (
    CONTROL,
    ODD,
    PLAIN,
    SERVICE,
    SHIFT,
    Hand,
    dialog,
    facts,
    send_everything,
    undo_and_redo_everything,
)
from tests.scenarios import until

__all__ = ["play"]

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # the offscreen platform, of menus

Key = Qt.Key
LEFT = Qt.MouseButton.LeftButton
DAY = timedelta(days=1)
NEW = {Kind.ABSENCE: (Key.Key_A, "New absence"), Kind.ALLOCATION: (Key.Key_N, ""), Kind.TASK: (Key.Key_T, "New task")}
FIRST, LAST = date(2027, 2, 2), date(2027, 2, 4)  # of what is new


class Device:
    """Carries out edits on one window, by the mouse or by keys; the same words mean the same edit."""

    def __init__(self, hand: Hand) -> None:
        self.hand = hand
        self.session = hand.session
        self.board = hand.session.window.board

    def choose(self, key: ItemKey) -> int:
        """Bring an item into view and into focus; its row."""
        row = self.hand.row_of(key)
        self.hand.show(row)
        return row

    async def create(self, kind: Kind, person: int, fill: Callable[[EditDialog], None]) -> Change:
        known = {change.id for change in self.hand.changes}
        await self.open_new(kind, person)
        form = dialog()
        fill(form)
        await self.save(form)
        (new,) = [change for change in self.hand.changes if change.id not in known]
        return new

    async def change(self, key: ItemKey, fill: Callable[[EditDialog], None]) -> None:
        await self.open(key)
        form = dialog()
        assert form.item is not None
        assert form.item.key == key
        fill(form)
        await self.save(form)

    async def open_new(self, kind: Kind, person: int) -> None:
        raise NotImplementedError

    async def open(self, key: ItemKey) -> None:
        raise NotImplementedError

    async def save(self, form: EditDialog) -> None:
        raise NotImplementedError

    async def move(self, key: ItemKey) -> None:
        """A day later."""
        raise NotImplementedError

    async def stretch(self, key: ItemKey) -> None:
        """Its end a day later, then its start a day earlier."""
        raise NotImplementedError

    async def hand_over(self, key: ItemKey, person: int) -> None:
        raise NotImplementedError

    async def copy(self, key: ItemKey) -> None:
        """Somewhere after it."""
        raise NotImplementedError

    async def split(self, key: ItemKey) -> None:
        raise NotImplementedError

    async def delete(self, key: ItemKey) -> None:
        raise NotImplementedError


class Mouse(Device):
    """Presses, drags, double clicks and context menus."""

    def at(self, key: ItemKey) -> tuple[int, int, int]:
        return self.hand.show(self.hand.row_of(key))

    def somebody_beside(self, key: ItemKey) -> int:
        """Who is in view together with an item and has an account there."""
        self.at(key)
        frame, plan = self.board._frame(), self.session.workspace.plan
        assert frame is not None
        seen = [row for row in frame.visible_rows() if row.person >= 0 and row.top > frame.top]
        return next(row.person for row in seen if account_in(plan, row.person, key.connection))

    def empty(self, person: int, day: date) -> QPoint:
        """A point of a person's row on a day, below its bars."""
        self.board.go_to(day - 3 * DAY)
        frame = self.board._frame()
        assert frame is not None
        row = frame.rows[frame.rows.of_person(person) or 0]
        y = HEADER + row.top - frame.top + row.height - 3
        assert HEADER < y < self.board.viewport().height(), "the row is in view"
        return QPoint(round(PEOPLE_WIDTH + frame.scale.x(day_number(day)) + frame.scale.day_width / 2), y)

    async def open_new(self, kind: Kind, person: int) -> None:
        """Drawn over the days; with Shift a menu asks what it is."""
        _, entry = NEW[kind]
        start = self.empty(person, FIRST)
        end = start + QPoint(round((LAST - FIRST).days * self.board.zoom.day_width), 0)
        await self.hand.drag(start, end, SHIFT if entry else PLAIN)
        if entry:
            await self.pick(entry)

    async def pick(self, entry: str) -> None:
        """Click an entry of the menu that is open."""
        await until(lambda: isinstance(QApplication.activePopupWidget(), QMenu), 10, "the menu")
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        action = next(each for each in menu.actions() if each.text().replace("&", "").startswith(entry))
        QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(action).center())
        await self.hand.settled()

    async def menu(self, key: ItemKey, entry: str) -> None:
        left, right, y = self.at(key)
        view, at = self.board.viewport(), QPoint((left + right) // 2, y)
        QTest.mouseClick(view, Qt.MouseButton.RightButton, pos=at)
        asked = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, view.mapToGlobal(at))
        QApplication.sendEvent(view, asked)  # as the platform does after a right click
        await self.pick(entry)

    async def open(self, key: ItemKey) -> None:
        left, right, y = self.at(key)
        QTest.mouseDClick(self.board.viewport(), LEFT, pos=QPoint((left + right) // 2, y))
        await self.hand.settled()

    async def save(self, form: EditDialog) -> None:
        QTest.mouseClick(form.save, LEFT)
        await self.hand.settled()
        assert not isValid(form) or not form.isVisible(), form.error.text()

    async def move(self, key: ItemKey) -> None:
        left, right, y = self.at(key)
        at, day = QPoint((left + right) // 2, y), QPoint(round(self.board.zoom.day_width), 0)
        await self.hand.drag(at, at + day)

    async def stretch(self, key: ItemKey) -> None:
        day = QPoint(round(self.board.zoom.day_width), 0)
        _, right, y = self.at(key)
        await self.hand.drag(QPoint(right - 2, y), QPoint(right - 2, y) + day)
        left, _, y = self.at(key)
        await self.hand.drag(QPoint(left + 2, y), QPoint(left + 2, y) - day)

    async def hand_over(self, key: ItemKey, person: int) -> None:
        left, right, y = self.at(key)
        x = (left + right) // 2
        frame = self.board._frame()
        assert frame is not None
        row = frame.rows[frame.rows.of_person(person) or 0]
        to = HEADER + row.top - frame.top + 8
        assert HEADER < to < self.board.viewport().height(), "the row is in view"
        await self.hand.drag(QPoint(x, y), QPoint(x, to))

    async def copy(self, key: ItemKey) -> None:
        left, right, y = self.at(key)
        width = round(self.board.zoom.day_width)
        at = QPoint((left + right) // 2, y)
        await self.hand.drag(at, at + QPoint(((right - left) // width + 2) * width, 0), CONTROL)

    async def split(self, key: ItemKey) -> None:
        await self.menu(key, "Split on")

    async def delete(self, key: ItemKey) -> None:
        await self.menu(key, "Delete")


class Keys(Device):
    """Keys alone, from the row or the bar that has the focus."""

    async def open_new(self, kind: Kind, person: int) -> None:
        self.board.choose_days(person, day_number(FIRST), day_number(LAST))
        await self.hand.key(NEW[kind][0])

    async def open(self, key: ItemKey) -> None:
        self.choose(key)
        await self.hand.key(Key.Key_Return)

    async def save(self, form: EditDialog) -> None:
        QTest.keyClick(form, Key.Key_S, CONTROL)
        await self.hand.settled()
        assert not isValid(form) or not form.isVisible(), form.error.text()

    async def move(self, key: ItemKey) -> None:
        self.choose(key)
        await self.hand.key(Key.Key_Right, CONTROL)

    async def stretch(self, key: ItemKey) -> None:
        self.choose(key)
        await self.hand.key(Key.Key_Right, SHIFT)
        await self.hand.key(Key.Key_Left, CONTROL | SHIFT)

    async def hand_over(self, key: ItemKey, person: int) -> None:
        row = self.choose(key)
        here = int(self.session.workspace.plan.columns["person"][row])
        frame = self.board._frame()
        assert frame is not None
        down = (frame.rows.of_person(person) or 0) > (frame.rows.of_person(here) or 0)
        await self.hand.key(Key.Key_Down if down else Key.Key_Up, CONTROL)

    async def copy(self, key: ItemKey) -> None:
        self.choose(key)
        await self.hand.key(Key.Key_D, CONTROL)

    async def split(self, key: ItemKey) -> None:
        self.choose(key)
        await self.hand.key(Key.Key_S)

    async def delete(self, key: ItemKey) -> None:
        self.choose(key)
        await self.hand.key(Key.Key_Delete)


def write(field: QWidget, text: str) -> None:
    """Into a field, in place of what it says."""
    field.setFocus()
    QTest.keyClick(field, Key.Key_A, CONTROL)
    QTest.keyClicks(field, text)


def look_up(field: Lookup, text: str) -> None:
    """Type and take the first that is found."""
    write(field, text)
    QTest.keyClick(field, Key.Key_Return)
    assert field.option is not None, text


def fill_new(hand: Hand, example: Fields) -> Callable[[EditDialog], None]:
    """A new item on the project, or the item, that another one is on."""

    def fill(form: EditDialog) -> None:
        if isinstance(form, AbsenceDialog):
            write(form.comment.findChild(QPlainTextEdit) or form.comment, "Moving house")
        elif isinstance(form, AllocationDialog):
            look_up(form.what, str(example["title"] or example["project"]))
            write(form.amount.percent, "40")
        elif isinstance(form, TaskDialog):
            look_up(form.project, str(example["project_name"]))
            write(form.name, "Clear the attic")
            kind = form.words["type"].widget
            assert isinstance(kind, Lookup)
            look_up(kind, str(example["type"]))
            write(form.numbers["budget_hours"], "12")

    return fill


def fill_change(form: EditDialog) -> None:
    if isinstance(form, AbsenceDialog):
        write(form.comment.findChild(QPlainTextEdit) or form.comment, "Half of it at home")
    elif isinstance(form, AllocationDialog):
        write(form.amount.percent, "35")
    elif isinstance(form, TaskDialog):
        write(form.name, "Write it all down")


CHANGED: dict[Kind, tuple[str, Any]] = {
    Kind.ABSENCE: ("comment", "Half of it at home"),
    Kind.ALLOCATION: ("percent", 35),
    Kind.TASK: ("name", "Write it all down"),
}


def _is_closed(plan: Plan, row: int) -> bool:
    """Whether the company lets the user only see the project."""
    return plan.projects[int(plan.columns["project"][row])] == "Nimbus"


class Cast:
    """Who and what plays: an item to change, one to delete, a neighbour who takes the first, somebody who is free."""

    def __init__(self, hand: Hand, kind: Kind) -> None:
        self._hand, self._kind = hand, kind
        self._plan = hand.session.workspace.plan
        frame = hand.session.window.board._frame()
        assert frame is not None
        self._order = [int(person) for person in frame.rows.person if person >= 0]
        found = [(row, taker) for row in self._rows() if (taker := self._neighbour(row)) is not None]
        self.row, self.taker = found[0]
        self.other = next(row for row in range(self._plan.rows) if self._may_go(row))
        first, last = day_number(FIRST) - 3, day_number(LAST) + 3
        self.free = next(
            person
            for person in self._order
            if account_in(self._plan, person, SERVICE[kind])
            and person not in (self._of(self.row), self.taker)
            and (kind is not Kind.ABSENCE or not hand.absences(person, first, last))
        )

    def _of(self, row: int) -> int:
        return int(self._plan.columns["person"][row])

    def _rows(self) -> list[int]:
        """Plain items of their own service, with time free around them."""
        return [row for row in range(self._plan.rows) if self._hand.plain(row, self._kind)]

    def _may_go(self, row: int) -> bool:
        """Another item of the kind that somebody has, all of it in one row."""
        plan, key = self._plan, key_of(self._plan, row)
        whole = self._of(row) < len(plan.people) and not int(plan.columns["flags"][row]) & ODD
        one = len(rows_of_item(plan, key)) == 1
        return (
            whole
            and one
            and not _is_closed(plan, row)
            and key[:2] == (SERVICE[self._kind], self._kind)
            and key != key_of(plan, self.row)
        )

    def _neighbour(self, row: int) -> int | None:
        """Who stands right above or below and can take it."""
        at = self._order.index(self._of(row))
        beside = [self._order[each] for each in (at + 1, at - 1) if 0 <= each < len(self._order)]
        start, end = int(self._plan.columns["start"][row]) - 5, int(self._plan.columns["end"][row]) + 40
        for person in beside:
            free = self._kind is not Kind.ABSENCE or not self._hand.absences(person, start, end)
            if free and account_in(self._plan, person, SERVICE[self._kind]):
                return person
        return None


@pytest.mark.parametrize("kind", list(SERVICE))
@pytest.mark.parametrize("device", [Mouse, Keys])
def test_every_edit_of_an_item_is_made_undone_redone_reviewed_and_sent(
    play: Callable[[Play], None], device: type[Device], kind: Kind
) -> None:
    async def what(session: Session, company: Sandbox) -> None:
        hand = Hand(session)
        await hand.begin()
        session.window.resize(1300, 1400 if device is Mouse else 900)  # for the mouse everybody is in view
        session.window.board.set_compact(True)
        use, cast, plan = device(hand), Cast(hand, kind), session.workspace.plan
        before = facts(session)
        key, other = key_of(plan, cast.row), key_of(plan, cast.other)
        name, start, end = hand.facts(key)
        example = (await session.workspace.item(cast.row)).fields

        new = await use.create(kind, cast.free, fill_new(hand, example))
        assert hand.facts(new.key) == (plan.people[cast.free].name, FIRST, LAST)

        await use.change(key, fill_change)
        field, value = CHANGED[kind]
        assert (hand.change_of(key).after or {})[field] == value
        await use.move(key)
        assert hand.facts(key) == (name, start + DAY, end + DAY)
        await use.stretch(key)
        assert hand.facts(key) == (name, start, end + 2 * DAY)
        assert len(hand.changes) == 2, "all edits of one item are one change"

        await use.copy(key)
        copy = made_after(hand, {new.id})
        assert hand.facts(copy.key)[1] > end + 2 * DAY
        await use.split(copy.key)
        rest = made_after(hand, {new.id, copy.id})
        assert hand.facts(copy.key)[2] + DAY == hand.facts(rest.key)[1]

        await use.hand_over(key, cast.taker)
        taken = key if kind is not Kind.ABSENCE else made_after(hand, {new.id, copy.id, rest.id}).key
        assert hand.facts(taken) == (plan.people[cast.taker].name, start, end + 2 * DAY)

        await use.delete(rest.key)
        assert rest.id not in {change.id for change in hand.changes}, "what was never sent is simply gone"
        await use.delete(other)
        assert hand.change_of(other).do is Do.DELETE
        flags = int(session.workspace.plan.columns["flags"][hand.row_of(other)])
        assert flags & Flag.PENDING_DELETE, "it stays to be seen until it is sent"

        await undo_and_redo_everything(hand, before)
        await send_everything(hand, company)
        (gone,) = [change for change in session.workspace.changes if change.key == other]
        assert not gone.series, "W13: nobody was asked whether more than one may go"

    play(what)


def made_after(hand: Hand, known: set[str]) -> Change:
    (new,) = [change for change in hand.changes if change.do is Do.CREATE and change.id not in known]
    return new


def test_what_a_service_cannot_do_is_refused_with_its_reason_by_either_hand(play: Callable[[Play], None]) -> None:
    """Work Time Calendar documents no writing: its events are shown, and every edit of one says so."""

    async def what(session: Session, company: Sandbox) -> None:
        hand = Hand(session)
        await hand.begin()
        plan, board = session.workspace.plan, session.window.board
        rows = (row for row in range(plan.rows) if plan.kind(row) is Kind.EVENT and not plan.value(row, "flags") & ODD)
        event = next(row for row in rows if plan.columns["person"][row] < len(plan.people))
        key, mouse, keys = key_of(plan, event), Mouse(hand), Keys(hand)
        said: list[str] = []
        session.window.hint = said.append  # type: ignore[method-assign]
        board.gestures.refused.disconnect()
        board.gestures.refused.connect(said.append)
        for device in (mouse, keys):
            for edit in (device.open, device.move, device.copy):
                before = len(said)
                await edit(key)
                assert len(said) > before, (device, edit)
        for edit in (keys.stretch, keys.split, keys.delete):
            before = len(said)
            await edit(key)
            assert len(said) > before, edit
        assert {each for each in said if "no documented way" not in each} == set()
        left, right, y = hand.show(event)
        at = QPoint((left + right) // 2, y)
        view = board.viewport()
        QApplication.sendEvent(view, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, view.mapToGlobal(at)))
        await asyncio.sleep(0)
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        entries = {action.text().replace("&", ""): action for action in menu.actions() if action.text()}
        for word in ("Edit", "Duplicate", "Split", "Delete"):
            (entry,) = [action for text, action in entries.items() if text.startswith(word)]
            assert not entry.isEnabled()
            assert "no documented way" in entry.toolTip()
        menu.close()
        assert not hand.changes

    play(what)


def test_what_is_nobodys_is_dragged_to_somebody_where_the_service_can_assign_it(play: Callable[[Play], None]) -> None:
    """A task without people gets one; a team's plan says that its dialog is the place."""

    async def what(session: Session, company: Sandbox) -> None:
        hand = Hand(session)
        await hand.begin()
        session.window.resize(1300, 1500)
        mouse, plan = Mouse(hand), session.workspace.plan
        rows = range(int(plan.offsets[len(plan.people)]), plan.rows)
        flags = plan.columns["flags"]
        team = next(row for row in rows if int(flags[row]) & Flag.TEAM_PARENT and plan.kind(row) is Kind.ALLOCATION)
        task = next(row for row in rows if plan.kind(row) is Kind.TASK and not _is_closed(plan, row))
        said: list[str] = []
        session.window.hint = said.append  # type: ignore[method-assign]
        await mouse.hand_over(key_of(plan, team), mouse.somebody_beside(key_of(plan, team)))
        assert said, "nobody is told"
        assert "change who it is for in its dialog" in said[-1]
        assert not hand.changes
        key, before = key_of(plan, task), facts(session)
        taker = mouse.somebody_beside(key)
        await mouse.hand_over(key, taker)
        assert hand.facts(key)[0] == plan.people[taker].name
        await undo_and_redo_everything(hand, before)
        await send_everything(hand, company)

    play(what)
