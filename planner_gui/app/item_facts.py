"""What the inspector asks of the session about one item: its record, what its service knows besides, its web page.

Each is a job that the next item's replaces; an answer for a row of an older plan is dropped, for that row is another
item's by now.
"""

from __future__ import annotations

import asyncio
from functools import partial

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from planner_gui.domain.errors import PlannerError
from planner_gui.domain.plan import Plan
from planner_gui.domain.wording import SERVICES
from planner_gui.session.details import KINDS, Details
from planner_gui.session.jobs import Jobs
from planner_gui.session.notices import Severity
from planner_gui.session.workspace import Workspace
from planner_gui.sources.base import Connection
from planner_gui.ui.panels.inspector import Groups
from planner_gui.ui.window import MainWindow


class ItemFacts(QObject):
    """Joins a window's inspector to the workspace and its services.

    pretended: the services are the pretend company's, which has no pages to open.
    """

    def __init__(
        self, workspace: Workspace, window: MainWindow, jobs: Jobs, details: Details, *, pretended: bool
    ) -> None:
        super().__init__(jobs)
        self._workspace = workspace
        self._window = window
        self._jobs = jobs
        self._details = details
        self._pretended = pretended
        self._offline = False
        window.raw_requested.connect(self._read)
        window.page_requested.connect(self._look_up)
        window.page_opened.connect(self._open)

    @property
    def offline(self) -> bool:
        """Whether no service is asked."""
        return self._offline

    @offline.setter
    def offline(self, offline: bool) -> None:
        self._offline = offline
        if offline:
            self._jobs.cancel("record")

    def _read(self, row: int) -> None:
        self._jobs.start("record", self._more(self._workspace.plan, row))

    def _look_up(self, row: int) -> None:
        self._jobs.start("page", self._find_page(self._workspace.plan, row))

    async def _more(self, plan: Plan, row: int) -> None:
        """The record as it was read, then what its service knows of the item besides."""
        record = await self._record(plan, row)
        if not self._is_current(plan):
            return
        self._window.show_raw(row, record)
        connection = self._connection(plan, row)
        if record is None or connection is None or connection.kind not in KINDS:
            return
        service, say = SERVICES[connection.kind], partial(self._say, plan, row)
        if self._offline:
            say((), f"Working offline: what else {service} knows of it is not asked for.")
            return
        say((), f"Asking {service} what else it knows\N{HORIZONTAL ELLIPSIS}")
        try:
            found = await self._details.of(connection, record, plan.text(row, "external_id"))
        except PlannerError as error:
            say((), str(error))
        except asyncio.CancelledError:
            say((), f"{service} was not asked to the end.")
            raise
        else:
            say(found.groups, "" if found.groups else f"{service} knows no more of it.")

    async def _find_page(self, plan: Plan, row: int) -> None:
        """The item's page in its service, where its record names one."""
        from planner_gui.sources.links import page_of  # httpx is no part of the first paint

        connection = self._connection(plan, row)
        record = None if connection is None else await self._record(plan, row)
        page = None if connection is None or record is None else page_of(connection, record)
        if page is not None and self._is_current(plan):
            self._window.show_web_page(row, *page)

    def _open(self, url: str) -> None:
        notices = self._workspace.notices
        if self._pretended:
            notices.show(f"{url} is a page of the pretend company, which has none to look at.")
        elif not QDesktopServices.openUrl(QUrl(url, QUrl.ParsingMode.StrictMode)):
            notices.show(f"No browser could be started. The page is {url}", severity=Severity.WARNING)

    def _say(self, plan: Plan, row: int, groups: Groups, words: str) -> None:
        if self._is_current(plan):
            self._window.show_detail(row, groups, words)

    def _is_current(self, plan: Plan) -> bool:
        return plan.columns is self._workspace.plan.columns

    async def _record(self, plan: Plan, row: int) -> bytes | None:
        snapshot = plan.snapshots[int(plan.columns["connection"][row])]
        return await self._workspace.readings.raw(snapshot, plan.value(row, "raw"))

    def _connection(self, plan: Plan, row: int) -> Connection | None:
        """An item's connection; None where it has been removed since."""
        name = plan.snapshots[int(plan.columns["connection"][row])].connection
        return self._workspace.settings.connection(name)
