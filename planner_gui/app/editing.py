"""Editing in the window: gestures, shortcuts and dialogs become edits, which the workspace keeps or refuses.

It joins widgets that know no session to a workspace that knows no widget. Records are read beforehand, beside the
window, so that a drag never waits for a disk; whatever is refused is said where the user looks, and nothing is lost.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Sequence
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QMenu, QMessageBox
from shiboken6 import isValid

from planner_gui.app import effects
from planner_gui.domain import moves
from planner_gui.domain.edits import Capability, Edit, Fields, Item, ItemKey
from planner_gui.domain.entities import Kind, Span
from planner_gui.domain.errors import EditRefused, PlannerError
from planner_gui.domain.items import key_of
from planner_gui.domain.moves import Handover
from planner_gui.domain.plan import Plan
from planner_gui.domain.snapshot import Flag, day_date
from planner_gui.domain.working import working
from planner_gui.session.jobs import Jobs
from planner_gui.session.workspace import Workspace
from planner_gui.ui.dialogs.given import Given, account_in
from planner_gui.ui.text import menu_text
from planner_gui.ui.timeline.gestures import Act, Gesture
from planner_gui.ui.window import MainWindow

PART_OF_MORE = Flag.REFLECTION | Flag.OCCURRENCE | Flag.RECURRING | Flag.TEAM_PARENT
_NOUNS = {Kind.ABSENCE: "absence", Kind.ALLOCATION: "allocation", Kind.TASK: "task", Kind.EVENT: "event"}


class Editing(QObject):
    """Joins one window's editing to one workspace.

    Signals: saved_to_send(list of change ids): they were saved with the wish to be sent at once.
    """

    saved_to_send = Signal(list)

    def __init__(self, workspace: Workspace, window: MainWindow, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._window = window
        self._jobs = jobs
        self._items: dict[ItemKey, Item] = {}
        self._previewed: Gesture | None = None  # whose effect is on the timeline
        self._number = 0  # of the next job: edits never replace one another
        self.send_at_once: Callable[[], bool] = lambda: False  # a preference: no review between
        self._connect()

    def _connect(self) -> None:
        window, actions, gestures = self._window, self._window.actions_, self._window.board.gestures
        gestures.allowed = self._why_not
        gestures.changed.connect(self._preview)
        gestures.made.connect(self._made)
        gestures.refused.connect(window.hint)
        window.board.item_chosen.connect(self._read_ahead)
        window.board.activated.connect(self._open_chosen)
        window.edit_menu_wanted.connect(self._fill_menu)
        actions.undo.triggered.connect(lambda: self._run(self._workspace.undo))
        actions.redo.triggered.connect(lambda: self._run(self._workspace.redo))
        for kind, action in self._new_actions().items():
            action.triggered.connect(lambda _=False, each=kind: self._open_new_here(each))
        actions.edit.triggered.connect(self._open_chosen)
        actions.duplicate.triggered.connect(lambda: self._each(moves.duplicated, "duplicate"))
        actions.delete.triggered.connect(lambda: self._each(moves.deleted, "delete"))
        actions.split.triggered.connect(self._split_here)
        self._workspace.changed.connect(self._follow)
        self._follow()

    def _new_actions(self) -> dict[Kind, Any]:
        actions = self._window.actions_
        return {
            Kind.ALLOCATION: actions.new_allocation,
            Kind.ABSENCE: actions.new_absence,
            Kind.TASK: actions.new_task,
        }

    def _follow(self) -> None:
        """The plan or the changes are others now."""
        workspace, actions = self._workspace, self._window.actions_
        self._items.clear()
        for action, verb, label in (
            (actions.undo, "Undo", workspace.undo_label),
            (actions.redo, "Redo", workspace.redo_label),
        ):
            action.setEnabled(bool(label))
            action.setText(menu_text(f"{verb} {label}".strip()))
        for kind, action in self._new_actions().items():
            reason = self._why_no_new(kind)
            action.setEnabled(not reason)
            action.setToolTip(reason or menu_text(action.text()))

    # --- what may be done ---------------------------------------------------------------------------------------------

    def capability(self, connection: str, kind: Kind) -> Capability | None:
        """What a connection can do with a kind of item, None where it has none."""
        try:
            return self._workspace.vocabulary(connection).capabilities.get(kind)
        except KeyError:
            return None

    def capabilities(self) -> dict[str, dict[Kind, Capability]]:
        """What every connection can do."""
        names = [connection.name for connection in self._workspace.connections]
        return {name: dict(self._workspace.vocabulary(name).capabilities) for name in names}

    def _why_no_new(self, kind: Kind) -> str:
        found = [each[kind].create for each in self.capabilities().values() if kind in each]
        if not found:
            return f"No connection has {_NOUNS[kind]}s."
        return "" if not all(found) else found[0]

    def _why_not(self, act: Act, rows: Sequence[int]) -> str:
        if act is Act.DRAW:
            return self._why_no_new(Kind.ALLOCATION)
        return next((why for why in (self._reason(row, act) for row in rows) if why), "")

    def _reason(self, row: int, act: Act | str) -> str:
        """Why an item cannot be changed so, "" where it can."""
        key = key_of(self._workspace.plan, row)
        able = self.capability(key.connection, key.kind)
        if able is None:
            return f"{key.connection} has no {_NOUNS[key.kind]}s that can be edited."
        if act in (Act.COPY, "duplicate"):
            return able.create
        if act == "delete":
            return able.delete
        return able.update or (able.create if act == "split" else "")

    # --- reading records ----------------------------------------------------------------------------------------------

    def _read_ahead(self, row: int) -> None:
        """An item was chosen: whatever is done with it next needs its record."""
        if not self._reason(row, "edit"):
            self._jobs.start("item", self._quietly(row))

    async def _quietly(self, row: int) -> None:
        """What cannot be read is said when it is to be edited, not before."""
        with contextlib.suppress(PlannerError):
            await self._item(self._workspace.plan, row)

    async def _item(self, plan: Plan, row: int) -> Item:
        """The item of a row of the shown plan. Raises PlannerError where its record cannot be read."""
        key = key_of(plan, row)
        found = self._items.get(key)
        if found is None:
            found = await self._workspace.item(row)
            if plan is self._workspace.plan:
                self._items[key] = found
        return found

    async def _chosen(self, rows: Sequence[int]) -> list[tuple[int, Item]]:
        """(row, item) for each distinct item of some rows."""
        plan = self._workspace.plan
        first: dict[ItemKey, int] = {}
        for row in rows:
            first.setdefault(key_of(plan, row), row)
        return [(row, await self._item(plan, row)) for row in first.values()]

    # --- gestures -----------------------------------------------------------------------------------------------------

    def _preview(self, gesture: Gesture | None) -> None:
        """Show what a drag would do, as soon as the records are there."""
        self._previewed = None
        if gesture is None or gesture.act is Act.DRAW:
            return
        plan = self._workspace.plan
        items = [(row, self._items.get(key_of(plan, row))) for row in gesture.rows]
        known = [(row, item) for row, item in items if item is not None]
        if len(known) < len(items):
            self._jobs.start("items", self._preview_later(gesture))
            return
        try:
            edits = self._edits_of(gesture, known)
        except ValueError as error:
            self._window.board.show_ghost(None)
            self._window.hint(str(error))
            return
        self._window.board.show_ghost(effects.ghost(self._workspace, edits) if edits else None)
        self._previewed = gesture

    async def _preview_later(self, gesture: Gesture) -> None:
        await self._chosen(gesture.rows)
        if self._window.board.gestures.current == gesture:
            self._preview(gesture)

    def _made(self, gesture: Gesture) -> None:
        if gesture.act is not Act.DRAW:
            self._run(self._carry_out, gesture)
            return
        when = Span(day_date(gesture.first), day_date(gesture.last))
        if gesture.choose_kind:
            self._ask_kind(gesture.person, when)
        else:
            self.open_new(Kind.ALLOCATION, gesture.person, when)

    async def _carry_out(self, gesture: Gesture) -> None:
        board = self._window.board
        try:
            edits = self._edits_of(gesture, await self._chosen(gesture.rows))
            if edits and await self._touches_more(gesture.rows):
                if self._previewed != gesture:  # by keys, or released before it was shown
                    board.show_ghost(effects.ghost(self._workspace, edits))
                await self._do(edits)
        except ValueError as error:
            self._window.hint(str(error))
        finally:
            self._previewed = None
            board.show_ghost(None)

    def _edits_of(self, gesture: Gesture, items: Sequence[tuple[int, Item]]) -> list[Edit]:
        """The edits that a gesture means. Raises ValueError with the reason where it means none."""
        edits: list[Edit] = []
        for row, item in items:
            match gesture.act:
                case Act.MOVE:
                    edits += moves.moving(item, gesture.days, self._handover(row, item, gesture.person))
                case Act.COPY:
                    edits.append(moves.copied(item, gesture.days, self._handover(row, item, gesture.person)))
                case Act.STRETCH_START | Act.STRETCH_END:
                    edits.append(moves.stretched(item, gesture.days, start=gesture.act is Act.STRETCH_START))
                case Act.DRAW:
                    pass
        return [edit for edit in edits if edit.before != edit.after]

    def _handover(self, row: int, item: Item, person: int | None) -> Handover | None:
        if person is None:
            return None
        plan = self._workspace.plan
        taker = account_in(plan, person, item.key.connection)
        if not taker:
            raise ValueError(f"{plan.people[person].name} has no account in {item.key.connection}")
        owner = int(plan.columns["person"][row])
        giver = account_in(plan, owner, item.key.connection) if owner < len(plan.people) else ""
        return None if giver == taker else Handover(giver, taker, plan.people[person].name)

    async def _touches_more(self, rows: Sequence[int]) -> bool:
        """Where a row is only a part of its item: say what else changes, and ask (ui: occurrences, reflections)."""
        plan = self._workspace.plan
        parts = [row for row in rows if int(plan.columns["flags"][row]) & (Flag.REFLECTION | Flag.OCCURRENCE)]
        if not parts:
            return True
        item = await self._item(plan, parts[0])
        many = max(item.series, 2)
        team = any(int(plan.columns["flags"][row]) & Flag.REFLECTION for row in parts)
        what = f"{many} people of its team" if team else f"{many} dates"
        return await self.asked(
            f"{moves.name_of(item)} is planned for {what}.",
            "The service keeps one record for all of them: the change is made to every one.",
            f"Change all {many}",
        )

    async def asked(self, text: str, more: str, yes: str) -> bool:
        """A question without a nested loop; whether it was answered with yes."""
        box = QMessageBox(self._window)
        box.setWindowTitle("planner-gui")
        box.setText(menu_text(text))
        box.setInformativeText(menu_text(more))
        accept = box.addButton(menu_text(yes), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

        def answered() -> None:
            if not answer.done():
                answer.set_result(box.clickedButton() is accept)

        box.finished.connect(answered)
        box.open()
        try:
            return await answer
        finally:
            box.deleteLater()

    # --- by key and menu ----------------------------------------------------------------------------------------------

    def _each(self, make: Callable[[Item], Edit], act: str) -> None:
        """One edit for each chosen item."""
        rows = self._window.board.selection
        reason = next((why for why in (self._reason(row, act) for row in rows) if why), "")
        if reason:
            self._window.hint(reason)
        elif rows:
            self._run(self._make_each, make, rows)

    async def _make_each(self, make: Callable[[Item], Edit], rows: Sequence[int]) -> None:
        await self._do([make(item) for _, item in await self._chosen(rows)])

    def _split_here(self) -> None:
        """Split the item in focus: at today where that is inside, else in its middle."""
        rows = self._window.board.selection
        if not rows:
            return
        reason = self._reason(rows[0], "split")
        if reason:
            self._window.hint(reason)
        else:
            self._run(self._split, rows[0])

    async def _split(self, row: int, day: date | None = None) -> None:
        plan = self._workspace.plan
        item = await self._item(plan, row)
        span = moves.span_of(item)
        if day is None and span is not None:
            inside = span.start < plan.today <= span.end
            day = plan.today if inside else span.start + (span.end - span.start + date.resolution) // 2
        try:
            edits = moves.split(item, day or plan.today, partial(_workdays, plan, int(plan.columns["person"][row])))
        except ValueError as error:
            self._window.hint(str(error))
            return
        await self._do(edits, edits[0].label)

    async def _do(self, edits: Sequence[Edit], label: str = "", *, send: bool = False) -> None:
        """Keep some edits, and send them at once where that is wanted or the user's preference."""
        changes = await self._workspace.do(edits, label or _together(edits))
        if changes and (send or self.send_at_once()):
            self.saved_to_send.emit([change.id for change in changes])

    def _fill_menu(self, menu: QMenu, row: int | None, person: int | None, day: int | None) -> None:
        """What can be edited under the pointer, in the context menu; with the reason where it cannot."""
        actions = self._window.actions_
        if row is not None:
            for action, act in (
                (actions.edit, "edit"),
                (actions.duplicate, "duplicate"),
                (actions.split, "split"),
                (actions.delete, "delete"),
            ):
                reason = self._reason(row, act)
                entry = action
                if reason:
                    entry = menu.addAction(action.text())
                    entry.setEnabled(False)
                    entry.setToolTip(menu_text(reason))
                    continue
                menu.addAction(entry)
            menu.setToolTipsVisible(True)
            if day is not None and not self._reason(row, "split"):
                here = menu.addAction(menu_text(f"Split on {day_date(day):%d %b}"))
                here.triggered.connect(lambda: self._run(self._split, row, day_date(day)))
        elif person is not None:
            for kind, action in self._new_actions().items():
                entry = menu.addAction(action.text())
                entry.setEnabled(action.isEnabled())
                entry.triggered.connect(lambda _=False, each=kind: self.open_new(each, person, _one_day(day)))
        menu.addSeparator()

    def _ask_kind(self, person: int | None, when: Span) -> None:
        menu = QMenu(self._window)
        for kind, action in self._new_actions().items():
            entry = menu.addAction(action.text())
            entry.setEnabled(action.isEnabled())
            entry.triggered.connect(lambda _=False, each=kind: self.open_new(each, person, when))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(QPoint(QCursor.pos()))

    # --- dialogs ------------------------------------------------------------------------------------------------------

    def _open_chosen(self) -> None:
        """Enter on an item opens its dialog; on anything else the inspector answers."""
        rows = self._window.board.selection
        if not rows:
            self._window.actions_.inspector.setChecked(True)
            return
        reason = self._reason(rows[0], "edit")
        if reason:
            self._window.actions_.inspector.setChecked(True)
            self._window.hint(reason)
        else:
            self._run(self._open_row, rows[0])

    async def _open_row(self, row: int) -> None:
        plan = self._workspace.plan
        self.open_item(await self._item(plan, row), int(plan.columns["person"][row]))

    def _open_new_here(self, kind: Kind) -> None:
        """A new item for whoever is in focus, on the chosen days."""
        plan, cell = self._workspace.plan, self._window.board.place.cell
        rows = self._window.board.selection
        if cell is not None:
            self.open_new(kind, cell.person, Span(day_date(cell.first), day_date(cell.last)))
        else:
            owner = int(plan.columns["person"][rows[0]]) if rows else None
            self.open_new(kind, owner if owner is not None and owner < len(plan.people) else None, None)

    def open_new(self, kind: Kind, person: int | None, when: Span | None) -> None:
        """The dialog of a new item."""
        self._open(kind, None, person, when)

    def open_item(self, item: Item, person: int | None = None) -> None:
        """The dialog of an item that is there."""
        owner = person if person is not None and person < len(self._workspace.plan.people) else None
        self._open(item.key.kind, item, owner, None)

    def _open(self, kind: Kind, item: Item | None, person: int | None, when: Span | None) -> None:
        from planner_gui.ui.dialogs import dialog_of  # after the first paint: dialogs are no part of it

        workspace = self._workspace
        given = Given(
            plan=workspace.plan,
            capabilities=self.capabilities(),
            today=workspace.today,
            theme=self._window.theme,
            preview=lambda edits: effects.small_plan(workspace, edits)[0],
            faults=self._faults,
            stored=self._stored,
            person=person,
            start=None if when is None else when.start,
            end=None if when is None else when.end,
        )
        dialog = dialog_of(kind)(given, item, self._window)
        dialog.saved.connect(lambda edits, now: self._run(self._save, dialog, edits, now))
        if hasattr(dialog, "items_wanted"):  # an absence, that offers to move the work it clashes with
            dialog.items_wanted.connect(lambda rows: self._jobs.start("clashes", self._read_for(dialog, rows)))
        self._window.themes.changed.connect(dialog.show_theme)
        dialog.open()

    async def _read_for(self, dialog: Any, rows: Sequence[int]) -> None:
        """The items that a dialog wants to offer changes of; those that cannot be read are left out."""
        found = {}
        for row in rows:
            if dialog.given.plan is not self._workspace.plan:
                return  # the rows of another plan: what is offered would be somebody else's
            with contextlib.suppress(PlannerError):
                found[row] = await self._item(self._workspace.plan, row)
        if isValid(dialog):
            dialog.show_items(found)

    def _faults(self, edit: Edit) -> dict[str, str]:
        if edit.after is None:
            return {}
        vocabulary = self._workspace.vocabulary(edit.key.connection)
        return dict(vocabulary.faults(edit.key.kind, edit.after, edit.before))

    def _stored(self, edit: Edit) -> Fields:
        return self._workspace.vocabulary(edit.key.connection).stored(edit.key.kind, edit.after or {})

    async def _save(self, dialog: Any, edits: Sequence[Edit], send_now: bool) -> None:
        try:
            await self._do(edits, send=send_now)
        except EditRefused as error:
            if error.faults:
                dialog.show_faults(error.faults)
            else:
                dialog.show_error(str(error))
            return
        except PlannerError as error:
            dialog.show_error(str(error))
            return
        dialog.close_saved()

    # --- running ------------------------------------------------------------------------------------------------------

    def _run(self, work: Callable[..., Coroutine[Any, Any, object]], *given: Any) -> None:
        """Carry out `work(*given)` as a job of its own: an edit is never replaced by the next."""
        self._number += 1
        self._jobs.start(f"edit {self._number}", self._said(partial(work, *given)))

    async def _said(self, work: Callable[[], Coroutine[Any, Any, object]]) -> None:
        try:
            await work()
        except EditRefused as error:
            self._window.hint("; ".join(error.faults.values()) or str(error))


def _together(edits: Sequence[Edit]) -> str:
    """What undo calls some edits that belong together."""
    return edits[0].label if len(edits) == 1 else f"{edits[0].label} and {len(edits) - 1} more" if edits else ""


def _one_day(day: int | None) -> Span | None:
    return None if day is None else Span(day_date(day), day_date(day))


def _workdays(plan: Plan, person: int, span: Span) -> int:
    """Days of a span on which somebody works; all but weekends for nobody."""
    if person >= len(plan.people):
        return sum(day.weekday() < 5 for day in span)
    import numpy as np

    from planner_gui.domain.snapshot import day_number

    minutes = working(plan, np.array([person], np.int32), day_number(span.start), len(span))
    return int((minutes > 0).sum())
