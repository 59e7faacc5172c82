"""Settling the workspace's rules in the window: who is whom, working time, what counts, and the user's preferences.

Joins dialogs that know no session to a workspace that knows no widget. Every change goes through
`Workspace.configure`, so that the plan follows at once and what is refused is said in the dialog, with nothing lost.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from planner_gui.app import places
from planner_gui.app.editing import Editing
from planner_gui.domain.entities import AccountRef
from planner_gui.domain.errors import PlannerError
from planner_gui.domain.item_checks import Finding
from planner_gui.domain.plan import Counting, Plan
from planner_gui.session.background import in_thread
from planner_gui.session.jobs import Jobs
from planner_gui.session.settings import Settings
from planner_gui.session.who_is_whom import as_decided
from planner_gui.session.workspace import Workspace
from planner_gui.session.workspace_file import Configuration
from planner_gui.ui.models.findings import Mending
from planner_gui.ui.theme import Look
from planner_gui.ui.timeline.scale import Zoom
from planner_gui.ui.window import MainWindow

if TYPE_CHECKING:
    from planner_gui.domain.suggestions import Suggester
    from planner_gui.ui.dialogs.people import PeopleDialog
    from planner_gui.ui.dialogs.preferences import PreferencesDialog
    from planner_gui.ui.dialogs.settings_frame import SettingsFrame

Change = Callable[[Configuration], Configuration]
MOST_MINUTES = 24 * 60  # between two automatic readings
SUGGESTED_A_STEP = 20  # unmatched people that are looked at in one step beside the window


class Settling(QObject):
    """Joins one window's settings dialogs to one workspace."""

    def __init__(
        self,
        workspace: Workspace,
        window: MainWindow,
        jobs: Jobs,
        editing: Editing,
        sync: Callable[[], None],
        parent: QObject | None = None,
    ) -> None:
        """sync: starts an automatic reading; it decides itself whether it may."""
        super().__init__(parent)
        self.settings = Settings(None if workspace.safe else places.settings_file(), self)
        self.timer = QTimer(self)
        self._sync = sync
        self._closed = self._shortening = False
        self._workspace = workspace
        self._window = window
        self._jobs = jobs
        self._number = 0  # of the next change: none replaces another
        self._people_steps: list[Configuration] = []  # as it was before each decision of this run
        window.actions_.people.triggered.connect(lambda _=False: self.open_people())
        window.actions_.preferences.triggered.connect(lambda _=False: self.open_preferences())
        editing.send_at_once = lambda: self.settings.preferences.send_at_once
        window.findings.mend_wanted.connect(self._mend)
        self.timer.timeout.connect(self._time_to_sync)
        window.status.reading_resumed.connect(self._resume_reading)
        jobs.ended.connect(self._job_ended)
        self._begin_view()
        self._obey()
        window.actions_.counting.triggered.connect(lambda _=False: self.open_counting())
        window.actions_.working_time.triggered.connect(lambda _=False: self.open_working_time())

    # --- who is whom --------------------------------------------------------------------------------------------------

    def open_people(self, accounts: tuple[AccountRef, ...] = ()) -> None:
        """People matching; at somebody, by their accounts."""
        from planner_gui.ui.dialogs.people import PeopleDialog  # after the first paint: dialogs are no part of it
        from planner_gui.ui.models.matching import Matching, still_open

        settings, plan = self._workspace.settings, self._workspace.plan
        dialog = PeopleDialog(Matching(plan, settings.decisions, settings.names), self._window.theme, self._window)
        dialog.change_wanted.connect(lambda change: self._start(self._decide(dialog, change)))
        dialog.undo.clicked.connect(lambda: self._start(self._undo(dialog)))
        dialog.undo.setEnabled(bool(self._people_steps))
        if accounts:
            dialog.choose_person(accounts)

        def follow() -> None:
            now, settings = self._workspace.plan, self._workspace.settings
            same = now.people is dialog.matching.plan.people
            if same and dialog.matching.decisions == settings.decisions and dialog.matching.names == settings.names:
                return
            pairs = still_open(dialog.matching.pairs, now.people, settings.decisions)
            dialog.show_matching(Matching(now, settings.decisions, settings.names, pairs))
            self._jobs.start("suggestions", self._suggest(dialog))

        self._open(dialog, follow, "suggestions")
        self._jobs.start("suggestions", self._suggest(dialog))

    async def _decide(self, dialog: PeopleDialog, change: Change) -> None:
        before = self._workspace.settings
        if await self.configure(dialog, change) and self._workspace.settings != before:
            self._people_steps.append(before)
            dialog.undo.setEnabled(True)

    async def _undo(self, dialog: PeopleDialog) -> None:
        if self._people_steps and await self.configure(dialog, as_decided(self._people_steps[-1])):
            self._people_steps.pop()
            dialog.undo.setEnabled(bool(self._people_steps))

    async def _suggest(self, dialog: PeopleDialog) -> None:
        """Who might be whom, some people at a time beside the window; what is found is shown as it comes."""
        from planner_gui.domain.suggestions import Suggester
        from planner_gui.ui.models.matching import pairs_of

        plan = self._workspace.plan
        asked = [number for number, person in enumerate(plan.people) if person.unmatched]
        found: list[tuple[int, int, float, bool]] = []
        if asked:
            make = partial(Suggester, plan.people, self._workspace.settings.decisions)
            suggester = await in_thread(make, name="suggestions")
            for first in range(0, len(asked), SUGGESTED_A_STEP):
                some = asked[first : first + SUGGESTED_A_STEP]
                found += await in_thread(partial(_some, suggester, some), name="suggestions")
                done = first + len(some)
                if done < len(asked) and first // SUGGESTED_A_STEP % 10 == 0:
                    looking = f"Looking: {done} of {len(asked)} people\N{HORIZONTAL ELLIPSIS}"
                    dialog.show_pairs(pairs_of(plan.people, found), looking)
        dialog.show_pairs(pairs_of(plan.people, found))

    # --- working time -------------------------------------------------------------------------------------------------

    def open_working_time(self, accounts: tuple[AccountRef, ...] = ()) -> None:
        """Schedules and holidays; at somebody, by their accounts."""
        from planner_gui.app.recounting import schedule_effect
        from planner_gui.ui.dialogs.working_time import WorkingTimeDialog
        from planner_gui.ui.models.schedules import Schedules

        workspace, window = self._workspace, self._window

        def effect(change: Change) -> str:
            return schedule_effect(workspace.plan, workspace.settings, change, window.board.visible_span)

        dialog = WorkingTimeDialog(Schedules(workspace.plan, workspace.settings), effect, window.theme, window)
        dialog.change_wanted.connect(lambda change: self._start(self.configure(dialog, change)))
        dialog.file_chosen.connect(lambda path: self._start(self._import(dialog, Path(path))))
        if accounts:
            dialog.choose_person(accounts)

        def follow() -> None:
            shown = dialog.schedules
            if shown.plan.people is not workspace.plan.people or shown.plan.rules is not workspace.plan.rules:
                dialog.show_schedules(Schedules(workspace.plan, workspace.settings))

        self._open(dialog, follow)

    async def _import(self, dialog: SettingsFrame, path: Path) -> None:
        """Read a file beside the window, and show what it would bring."""
        from planner_gui.domain import imports
        from planner_gui.session.schedules import imported
        from planner_gui.ui.dialogs.import_preview import ImportPreview

        plan = self._workspace.plan

        def read() -> imports.Imported:
            with path.open("rb") as file:
                text = imports.read_text(file.read(imports.MOST_BYTES + 1))
            if "BEGIN:VCALENDAR" in text[:1000].upper() or path.suffix.casefold() == ".ics":
                return imports.holidays_of_ics(text, range(plan.today.year - 1, plan.today.year + 4))
            return imports.of_csv(text, plan.people)

        try:
            found = await in_thread(read, name="import")
        except OSError as error:
            dialog.say_error(f"{path.name} cannot be read ({error.strerror}); nothing was changed.")
            return
        except ValueError as error:
            dialog.say_error(f"{path.name}: {error}. Nothing was changed.")
            return
        dialog.say_error("")
        preview = ImportPreview(path.name, found, self._window.theme, dialog)
        preview.taken.connect(lambda: self._start(self.configure(dialog, imported(found))))
        preview.open()

    # --- what counts --------------------------------------------------------------------------------------------------

    def open_counting(self) -> None:
        """What is load, what is absence, what is only shown."""
        from planner_gui.app.recounting import counting_effect
        from planner_gui.ui.dialogs.counting import CountingDialog

        workspace, window = self._workspace, self._window
        dialog = CountingDialog(workspace.plan, workspace.settings, window.theme, window)

        async def measure(counting: Counting) -> None:
            span = window.board.visible_span
            work = partial(counting_effect, workspace.plan, counting, span)
            dialog.show_effect(counting, await in_thread(work, name="effect"))

        def follow() -> None:
            if dialog.plan is not workspace.plan or dialog.settings is not workspace.settings:
                dialog.show_settings(workspace.plan, workspace.settings)

        dialog.change_wanted.connect(lambda change: self._start(self.configure(dialog, change)))
        dialog.effect_wanted.connect(lambda counting: self._jobs.start("counting", measure(counting)))
        self._open(dialog, follow, "counting")

    # --- preferences --------------------------------------------------------------------------------------------------

    def open_preferences(self) -> None:
        """How the window looks, reads, keeps and sends."""
        from planner_gui.ui.dialogs.preferences import PreferencesDialog

        window, actions = self._window, self._window.actions_
        look = window.themes.look.value
        dialog = PreferencesDialog(self.settings.preferences, look, window.board.compact, window.theme, window)
        dialog.chosen.connect(lambda name, value: self._prefer(dialog, name, value))
        dialog.look_chosen.connect(lambda word: actions.looks[Look(word)].trigger())
        dialog.compact_chosen.connect(lambda compact: actions.densities[compact].trigger())
        dialog.clear_wanted.connect(lambda: self._jobs.start("sync", self._clear(dialog)))
        self._open(dialog, lambda: None)

    def _prefer(self, dialog: SettingsFrame, name: str, value: object) -> None:
        if getattr(self.settings.preferences, name) == value:
            return
        kept = self.settings.change(**{name: value})
        dialog.say_error("" if kept else "This cannot be kept: it holds until the window is closed.")
        self._obey()
        if name == "keep_days":
            self._shorten()

    def _obey(self) -> None:
        """Let the window and the timer follow the preferences."""
        preferences = self.settings.preferences
        first = preferences.first_weekday
        self._window.board.set_first_weekday(first - 1 if 1 <= first <= 7 else None)
        self._window.status.show_resting(preferences.sync_paused)
        minutes = min(max(preferences.sync_minutes, 0), MOST_MINUTES)
        if minutes and not preferences.sync_paused:
            self.timer.start(minutes * 60_000)
        else:
            self.timer.stop()

    @property
    def reads_on_open(self) -> bool:
        """Whether a workspace that opens is read without being asked to."""
        preferences = self.settings.preferences
        return preferences.sync_on_open and not preferences.sync_paused

    def _resume_reading(self) -> None:
        self.settings.change(sync_paused=False)
        self._obey()

    def _begin_view(self) -> None:
        view = self.settings.preferences.start_view
        zoom = next((zoom for zoom in Zoom if zoom.label == view), None)
        if zoom is not None:
            self._window.board.set_zoom(zoom)

    def woke(self) -> None:
        """The computer slept, and the clock of the next reading with it: it is time, where readings are automatic."""
        if self.timer.isActive():
            self.timer.start()
            self._time_to_sync()

    def _time_to_sync(self) -> None:
        if "sync" not in self._jobs.running:
            self._sync()

    def _shorten(self) -> None:
        """Forget the past beyond what is to be kept; as a sync is, so that no sync runs beside it."""
        days = max(self.settings.preferences.keep_days, 1)
        before = self._workspace.today - timedelta(days=days)
        readings = (self._workspace.readings.get(each.name) for each in self._workspace.connections)
        past = any(reading is not None and reading.span.start < before for reading in readings)
        # While something is read it waits: that ends, too.
        if past and self._workspace.readings.persistent and "sync" not in self._jobs.running:
            self._shortening = True
            self._jobs.start("sync", self._workspace.shorten(before))

    def _job_ended(self, name: str) -> None:
        if name != "sync" or self._closed:
            return
        if self._shortening:  # whatever came of it, once after each reading is enough
            self._shortening = False
        else:
            self._shorten()

    async def _clear(self, dialog: PreferencesDialog) -> None:
        """Forget all that was read, then read it again: a sync that runs has been cancelled by this one."""
        try:
            await self._workspace.forget_readings()
        except PlannerError as error:
            dialog.say_error(str(error))
            return
        dialog.say("The cache is clear.")
        QTimer.singleShot(0, self, self._sync)

    def close(self) -> None:
        """No timer goes off after this."""
        self._closed = True
        self.timer.stop()

    # --- findings -----------------------------------------------------------------------------------------------------

    def _mend(self, way: Mending, finding: Finding, plan: Plan) -> None:
        """Open what puts a finding right, at whom or what it is about."""
        accounts = () if finding.person is None else plan.people[finding.person].accounts
        match way:
            case Mending.PEOPLE:
                self.open_people(accounts)
            case Mending.WORKING_TIME:
                self.open_working_time(accounts)
            case Mending.CONNECTIONS:
                self._window.actions_.connections.trigger()
            case Mending.EDIT:
                self._window.findings.chosen.emit(finding)
                self._window.actions_.edit.trigger()

    # --- changing and opening -----------------------------------------------------------------------------------------

    async def configure(self, dialog: SettingsFrame, change: Change) -> bool:
        """Carry out a change of the settings; whether it was kept. A refusal is said in the dialog."""
        try:
            await self._workspace.configure(change)
        except PlannerError as error:
            dialog.say_error(str(error))
            return False
        return True

    def _start(self, work: Coroutine[Any, Any, object]) -> None:
        self._number += 1
        self._jobs.start(f"settle {self._number}", work)

    def _open(self, dialog: SettingsFrame, follow: Callable[[], None], *jobs: str) -> None:
        """Show a dialog that follows the workspace and the colours as long as it is open; its jobs end with it."""
        workspace, themes = self._workspace, self._window.themes

        def closed() -> None:
            workspace.changed.disconnect(follow)
            themes.changed.disconnect(dialog.show_theme)
            for name in jobs:
                self._jobs.cancel(name)

        workspace.changed.connect(follow)
        themes.changed.connect(dialog.show_theme)
        dialog.finished.connect(closed)
        dialog.open()


def _some(suggester: Suggester, asked: list[int]) -> list[tuple[int, int, float, bool]]:
    """The best suggestion for each of some people."""
    return [(who, s.other, s.likeness, s.same_team) for who in asked for s in suggester.of(who, 1)]
