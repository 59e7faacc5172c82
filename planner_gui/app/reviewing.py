"""The review in the window: what is pending and what it does, sending it, and what the user decides of the rest.

Joins the changes panel to the workspace and to `push`; whatever takes time is a job, and every outcome is said once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Coroutine, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from PySide6.QtCore import QObject

from planner_gui.app import effects
from planner_gui.app.editing import Editing
from planner_gui.domain.changes import OPEN, Change, State
from planner_gui.domain.edits import Do, Edit, Fields, Item
from planner_gui.domain.entities import AccountRef
from planner_gui.domain.items import known_of, rows_of_item
from planner_gui.domain.plan import Plan
from planner_gui.session import connecting
from planner_gui.session.background import in_thread
from planner_gui.session.jobs import Jobs
from planner_gui.session.notices import Action, Severity
from planner_gui.session.push import Choice, Push, Sending, Sent
from planner_gui.session.reconcile import wants_a_look
from planner_gui.session.workspace import Workspace
from planner_gui.ui import formats
from planner_gui.ui.dialogs.conflict import ConflictDialog
from planner_gui.ui.panels import changes as ways
from planner_gui.ui.window import MainWindow

MOST_NAMED = 3  # in one question
SHOWN_AFTERWARDS = timedelta(days=1)  # how long a change that is done stays in the review
_STATES = {
    State.DONE: "sent",
    State.REFUSED: "refused",
    State.CONFLICT: "changed there too",
    State.UNKNOWN: "without an answer",
    State.QUEUED: "waiting",
    State.DRAFT: "not sent",
}


class Reviewing(QObject):
    """Joins one window's review to one workspace and its sending."""

    def __init__(
        self,
        workspace: Workspace,
        window: MainWindow,
        jobs: Jobs,
        push: Push,
        editing: Editing,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._window = window
        self._jobs = jobs
        self._push = push
        self._editing = editing
        self._began = workspace.readings.now()
        self._found: dict[str, str] = {}  # the effect of each change, by its id
        self._connect()
        self.follow()

    def _connect(self) -> None:
        panel = self._window.changes
        panel.send_pressed.connect(lambda ids: self._jobs.start("send", self._send(ids)))
        panel.wanted.connect(self._want)
        self._editing.saved_to_send.connect(lambda ids: self._jobs.start("send", self._send(ids)))
        self._push.progressed.connect(self._show_progress)
        self._workspace.changed.connect(self.follow)
        self._window.actions_.review.toggled.connect(lambda shown: self._measure() if shown else None)
        self._jobs.ended.connect(self._job_ended)

    def close(self) -> None:
        """Follow no more: what is still committed while the session ends is nobody's to look at."""
        self._workspace.changed.disconnect(self.follow)

    # --- what is shown ------------------------------------------------------------------------------------------------

    def follow(self) -> None:
        """Show the changes as they are now."""
        shown = self._shown()
        as_of = self._workspace.plan.as_of
        read = "" if as_of is None else formats.moment(as_of, datetime.now(UTC))
        self._window.changes.show_changes(shown, partial(name_of, self._workspace.plan), read)
        self._window.tool_bar.show_changes(sum(change.state in OPEN for change in shown))
        if self._window.actions_.review.isChecked():
            self._measure()

    def _shown(self) -> list[Change]:
        recent = self._workspace.readings.now() - SHOWN_AFTERWARDS
        return [
            change
            for change in self._workspace.changes
            if change.state in OPEN or (change.state is State.DONE and change.state_at > recent)
        ]

    def _measure(self) -> None:
        """What each change does to load, worked out beside the window."""
        self._jobs.start("effects", self._effects())

    async def _effects(self) -> None:
        base, changes = self._workspace.base, self._workspace.changes
        for change in changes:
            if change.state in OPEN and change.state is not State.REFUSED:
                words = await in_thread(partial(effects.effect, base, changes, change), name="effects")
                self._found[change.id] = words
                self._window.changes.show_effects(dict(self._found))

    # --- sending ------------------------------------------------------------------------------------------------------

    async def _send(self, ids: Sequence[str]) -> None:
        chosen = [change for change in self._workspace.changes if change.id in set(ids)]
        if not await self._resumed(chosen):
            return
        chosen = await self._still_meant([change for change in chosen if await self._counted(change)])
        if not chosen:
            return
        self._window.changes.show_sending(True)
        try:
            self._say(await self._push.send([change.id for change in chosen], asked=True))
        finally:
            self._window.changes.show_sending(False)

    async def _resumed(self, chosen: Sequence[Change], act: str = "send") -> bool:
        """Ask about connections that are paused: nothing is sent over them as they are."""
        paused = sorted({change.key.connection for change in chosen} & self._workspace.settings.paused)
        if paused:
            are = "are" if len(paused) > 1 else "is"
            text = f"{', '.join(paused)} {are} paused: nothing is sent or looked for there until you resume."
            more = "Resumed, it is read again from now on, too."
            if not await self._editing.asked(text, more, f"Resume and {act}"):
                return False
        for name in paused:
            await connecting.pause(self._workspace, name, False)
        return True

    async def _counted(self, change: Change) -> bool:
        """Ask about a series that is to be deleted, naming the count (W13)."""
        title = self._title(change)
        if change.do is Do.DELETE and not change.series:
            count = await self._series(change)
            if count > 1:
                text = f"Delete {title} for good: {count} in all?"
                if not await self._editing.asked(text, "All of them go at once.", f"Delete all {count}"):
                    return False
                await self._workspace.settle([replace(change, series=True)])
        return True

    async def _still_meant(self, chosen: list[Change]) -> list[Change]:
        """Those to send: what was planned long ago, or with another account, is asked about, all at once (W17)."""
        doubts = {change.id: doubt for change in chosen if (doubt := self._push.doubt(change))}
        if not doubts:
            return chosen
        said = [f"{self._title(change)} {doubts[change.id]}." for change in chosen if change.id in doubts]
        more = f" And {len(said) - MOST_NAMED} more." if len(said) > MOST_NAMED else ""
        it, holds = ("it", "Does it still hold?") if len(said) == 1 else ("them", "Do they still hold?")
        if await self._editing.asked(" ".join(said[:MOST_NAMED]) + more, holds, f"Send {it}"):
            return chosen
        return [change for change in chosen if change.id not in doubts]

    async def _series(self, change: Change) -> int:
        rows = rows_of_item(self._workspace.plan, change.key)
        return (await self._workspace.item(int(rows[0]))).series if len(rows) else 1

    def _say(self, sent: Sent) -> None:
        """One line for a sending, and the review where something is left to do."""
        counts = Counter(change.state for change in sent.changes)
        words = ", ".join(f"{count} {_STATES.get(state, state)}" for state, count in counts.items())
        show = Action("Show", lambda: self._window.actions_.review.setChecked(True))
        if sent.whole:
            self._workspace.notices.show(f"{words[:1].upper()}{words[1:]}.")
        else:
            self._workspace.notices.show(f"Changes: {words}.", severity=Severity.WARNING, actions=(show,))

    def _show_progress(self, sending: Sending) -> None:
        if sending.total > 1 and sending.done:
            self._window.show_progress(f"Sending: {sending.done} of {sending.total}")

    def _job_ended(self, name: str) -> None:
        if name == "send" and "sync" not in self._jobs.running:
            self._window.show_progress(None)

    async def go_on(self, answering: Collection[str]) -> None:
        """After a sync: look for lost answers, then send what Send was pressed for while its service was away.

        answering: the connections that were just read. What an earlier run left queued is reviewed first.
        """
        await self.look()
        waiting = [
            change.id
            for change in self._workspace.changes
            if change.state is State.QUEUED and change.key.connection in answering and change.state_at >= self._began
        ]
        if waiting and "send" not in self._jobs.running:
            self._jobs.start("send", self._send_on(waiting))

    async def _send_on(self, ids: Sequence[str]) -> None:
        self._window.changes.show_sending(True)
        try:
            sent = await self._push.send(ids)
        finally:
            self._window.changes.show_sending(False)
        gone = tuple(change for change in sent.changes if change.state is not State.QUEUED)
        if gone:
            self._say(Sent(gone))

    async def look(self) -> None:
        """Look for answers that were lost (W5)."""
        now = self._workspace.readings.now()
        if any(wants_a_look(change, now) for change in self._workspace.changes):
            await self._push.look()

    # --- ways on ------------------------------------------------------------------------------------------------------

    def _want(self, way: str, ids: Sequence[str]) -> None:
        chosen = [change for change in self._workspace.changes if change.id in set(ids)]
        for change in chosen:
            match way:
                case ways.SHOW:
                    self._show(change)
                case ways.EDIT:
                    self._edit(change)
                case ways.DECIDE:
                    self._decide(change)
                case ways.DROP:
                    self._run(change, self._push.resolve(change.id, "drop"))
                case ways.LOOK:
                    self._run(change, self._resolve(change, "look"))
                case ways.AGAIN:
                    self._run(change, self._resolve(change, "again"))
                case ways.TAKE_BACK:
                    self._run(change, self._keep(self._push.take_back, change))
                case ways.RESTORE:
                    self._run(change, self._keep(self._push.restore, change))

    def _run(self, change: Change, work: Coroutine[Any, Any, object]) -> None:
        self._jobs.start(f"change {change.id}", work)

    async def _resolve(self, change: Change, choice: Choice, fields: Fields | None = None) -> None:
        """Carry out a decision, which may ask the service."""
        theirs = choice == "theirs" and change.state is State.CONFLICT  # nobody is asked for that
        if theirs or await self._resumed([change], "look" if choice == "look" else "send"):
            await self._push.resolve(change.id, choice, fields)

    async def _keep(self, make: Callable[[str], Edit], change: Change) -> None:
        edit = make(change.id)
        await self._workspace.do([edit], edit.label)

    def _show(self, change: Change) -> None:
        key = change.key._replace(external_id=change.result or change.key.external_id)
        rows = rows_of_item(self._workspace.plan, key)
        if len(rows):
            self._window.show_item(int(rows[0]))
        else:
            self._window.hint("It is not on the timeline any more.")

    def _edit(self, change: Change) -> None:
        """Its dialog, with what was planned; a refused one is planned anew."""
        if change.after is None:
            self._window.hint("It is to be deleted; drop that to edit it.")
            return
        self._editing.open_item(Item(change.key, change.after, change.raw))

    def _decide(self, change: Change) -> None:
        dialog = ConflictDialog(change, partial(name_of, self._workspace.plan), self._window)
        dialog.decided.connect(lambda whose, fields: self._run(change, self._resolve(change, whose, fields)))
        dialog.open()

    def _title(self, change: Change) -> str:
        from planner_gui.ui.models.change_words import title

        return title(change)


def name_of(plan: Plan, connection: str, key: str) -> str:
    """The person or team behind a key of a connection, the key itself where nobody is known."""
    owner = known_of(plan).people_of(plan).get(AccountRef(connection, key))
    if owner is not None:
        return plan.people[owner].name
    teams = (team for snapshot in plan.snapshots if snapshot.connection == connection for team in snapshot.teams)
    return next((team.name for team in teams if team.key == key), key)
