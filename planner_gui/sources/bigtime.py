"""BigTime: projects, people, and tasks with what remains of their budgets.

Tasks are read project by project; where no project list is offered, person by person. Reading the answers is
`bigtime_records`, getting in is `bigtime_session`, writing `bigtime_writing`; BigTime's lists take no dates.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from contextlib import aclosing
from functools import partial

from planner_gui.domain.entities import Account, NotReadable, NotUnderstood, Page, Project, Span
from planner_gui.domain.errors import Forbidden, NotFound, SourceError
from planner_gui.sources.base import Check, Choice, Connection, Context, Detail, Offered, Rights
from planner_gui.sources.bigtime_detail import detail_of
from planner_gui.sources.bigtime_records import (
    Reading,
    ReadTask,
    Tasks,
    hours_input,
    projects_of,
    staff_of,
    task_of,
)
from planner_gui.sources.bigtime_session import Access
from planner_gui.sources.bigtime_writing import BigTimeWriting
from planner_gui.sources.decode import Fields, Unreadable, document, listing
from planner_gui.sources.options import accept_only, listed, one_of
from planner_gui.sources.parallel import in_order, unhurried

CHANGING = (
    "Tasks can be changed here in the projects that this account may manage: BigTime says whether it may only when a "
    "task is sent."
)
HIDDEN = (Forbidden, NotFound)


class BigTime(BigTimeWriting):
    """A Source for kind `bigtime`. Options: realm, auth, user, remember, completed, projects (docs/cli.md)."""

    def __init__(self, connection: Connection, secret: str, context: Context) -> None:
        accept_only(connection, "realm", "auth", "user", "remember", "completed", "projects")
        self.connection = connection
        self._completed = one_of(connection, "completed", "no", "yes") == "yes"
        self._wanted = listed(connection, "projects")
        self._access = Access(connection, secret, context)

    @property
    def requests(self) -> int:
        return self._access.requests

    async def close(self) -> None:
        await self._access.close()

    async def check(self) -> Check:
        """One read, besides a log-in: the projects (the pick list of them where that is all there is)."""
        self._access.begin()
        projects, _faults = await self._projects()
        names = ", ".join(project.name for project in projects[:8])
        count = "1 project" if len(projects) == 1 else f"{len(projects)} projects"
        options = {} if self.connection.options.get("realm") else {"realm": self._access.realm}
        return Check(
            account=self._access.user or f"an API key of {self._access.realm}",
            sees=(f"{count}: {names}" if names else "no project",),
            url=self._access.base if self.connection.url else "",
            options=options,
        )

    async def offered(self) -> Offered:
        """The active projects (SupportsChoices)."""
        try:
            projects, _faults = await self._projects()
        except HIDDEN as error:
            return Offered("projects", reason=error.what)
        return Offered("projects", tuple(Choice(project.key, project.name) for project in projects))

    async def rights(self) -> Rights:
        """Which lists are kept from this account: people, projects, the budgets of a project (SupportsRights)."""
        self._access.begin()
        lacks = []
        if error := await self._refusal("staff", subject="staff"):
            lacks.append(
                f"People cannot be listed: {error.what}. They come from a pick list, without e-mail addresses."
            )
        if error := await self._refusal("project", subject="projects"):
            lacks.append(f"Projects cannot be listed: {error.what}. They come from a pick list of active ones.")
        projects, _faults = await self._projects()
        for project in projects[:1]:
            subject = f"budget status of project {project.name}"
            if error := await self._refusal("task", "BudgetStatusByProject", project.key, subject=subject):
                lacks.append(f"The {subject} cannot be read: {error.what}. What remains follows from the share done.")
        return Rights(lacks=tuple(lacks), notes=(CHANGING,))

    async def _refusal(self, *path: str, subject: str) -> SourceError | None:
        try:
            await self._list(*path, subject=subject)
        except HIDDEN as error:
            return error
        return None

    async def read(self, span: Span) -> AsyncIterator[Page]:
        """People, projects, then the tasks of each project; see `Source.read`. All tasks come, whatever the span."""
        self._access.begin()
        reading = Reading()
        yield await self._read_staff(reading)
        try:
            projects, faults = await self._projects()
        except HIDDEN as error:
            if self._wanted or not reading.accounts:
                raise
            async with aclosing(self._read_by_person(reading, error)) as pages:
                async for page in pages:
                    yield page
            return
        reading.names = {project.key: project.name for project in projects}
        chosen, missing = await self._chosen(projects, reading)
        yield Page(projects=tuple(chosen), not_understood=tuple(faults), not_readable=tuple(missing))
        async with aclosing(self._read_by_project(reading, chosen)) as pages:
            async for page in pages:
                yield page

    async def detail(self, raw: bytes, external_id: str) -> Detail:
        """Every field of a task and its budget status, in two requests. Raises a SourceError."""
        subject = f"task {external_id}"
        name = self.connection.name
        body = await self._access.read("task", "detail", external_id, params=(("View", "Detailed"),), subject=subject)
        task = document(body, subject=subject, connection=name)
        project = task.text("ProjectSid") or Fields(raw).text("ProjectSid")
        try:
            body = await self._access.read("task", "BudgetStatusByProject", project, subject=f"budget of {subject}")
        except HIDDEN:
            return detail_of(task, None)
        for record in listing(body, subject=f"budget of {subject}", connection=name).records:
            try:
                budget = Fields(record)
                if budget.text("TaskSid", "Sid") == external_id:
                    return detail_of(task, budget)
            except Unreadable:
                continue
        return detail_of(task, None)

    async def choices(self, name: str) -> tuple[tuple[str, str], ...]:
        """A pick list as (id, name): "projects", "staff", "clients", "TaskStatus", "TaskPriority" ... [C]."""
        subject = f"pick list {name}"
        body = await self._access.read("picklist", name, subject=subject)
        found = []
        for raw in listing(body, subject=subject, connection=self.connection.name).records:
            try:
                fields = Fields(raw)
                found.append((fields.required_text("Id", "Sid"), fields.text("Name", "Nm").strip()))
            except Unreadable:
                continue  # one entry less to choose from
        return tuple(found)

    # -- people and projects ----------------------------------------------------------------------------------------

    async def _list(self, *path: str, subject: str, **params: str) -> list[bytes]:
        body = await self._access.read(*path, params=tuple(params.items()), subject=subject)
        return listing(body, subject=subject, connection=self.connection.name).records

    async def _read_staff(self, reading: Reading) -> Page:
        """Everybody, also who left (tasks may name them); without a staff list those of the pick list, or nobody."""
        try:
            records = await self._list("staff", subject="staff", ShowInactive="true")
        except HIDDEN:
            try:
                records = await self._list("picklist", "staff", subject="staff")  # some keys see no staff list [C]
            except HIDDEN:
                records = []
        people, faults = staff_of(records)
        for account in people:
            reading.accounts.setdefault(account.key, account)
        return Page(accounts=tuple(reading.accounts.values()), not_understood=tuple(faults))

    async def _projects(self) -> tuple[list[Project], list[NotUnderstood]]:
        """The active projects; the pick list's where there is no list of projects."""
        try:
            records = await self._list("project", subject="projects")
        except HIDDEN:
            records = await self._list("picklist", "projects", subject="projects")
        projects, inactive, faults = projects_of(records)
        return [project for project in projects if project.key not in inactive], faults

    async def _chosen(self, projects: Sequence[Project], reading: Reading) -> tuple[list[Project], list[NotReadable]]:
        """The projects that `projects=` names by id, code or name, inactive ones too; all active ones without it."""
        if not self._wanted:
            return list(projects), []
        if any(not _named(projects, text) for text in self._wanted):
            try:
                records = await self._list("project", subject="projects", ShowInactive="true")
                projects = [*projects, *projects_of(records)[0]]
            except HIDDEN:
                pass  # the pick list has active ones only
        chosen: dict[str, Project] = {}
        missing = []
        for text in self._wanted:
            found = _named(projects, text)
            if not found and text.isdigit():
                found = [Project(key=text, name=f"Project {text}")]
            if not found:
                reason = "the service lists no such project"
                missing.append(NotReadable(resource=f"project/{text}", what=f"project {text}", reason=reason))
            chosen.update((project.key, project) for project in found)
        reading.names.update((project.key, project.name) for project in chosen.values())
        return list(chosen.values()), missing

    # -- tasks ------------------------------------------------------------------------------------------------------

    async def _read_by_project(self, reading: Reading, projects: Iterable[Project]) -> AsyncGenerator[Page, None]:
        calls = (partial(self._of_project, project) for project in projects)
        async with aclosing(in_order(calls)) as answers:
            async for answer, hours in answers:
                if isinstance(answer, NotReadable):
                    yield Page(not_readable=(answer,))
                    continue
                for page in reading.pages(answer, hours):
                    yield page

    async def _of_project(self, project: Project) -> tuple[Tasks | NotReadable, dict[str, float]]:
        what = f"tasks of project {project.name}"
        try:
            found = await self._tasks("listByProject", project.key, what, f"project/{project.key}", project.key)
        except HIDDEN as error:
            return _hidden(f"project/{project.key}", what, error), {}
        hours, faults = await self._hours(project.key, project.name)
        found.faults += faults
        return found, hours

    async def _read_by_person(self, reading: Reading, why: SourceError) -> AsyncGenerator[Page, None]:
        """Where projects cannot be listed: each person's tasks. Tasks of nobody are not seen, which is said."""
        warning = (
            f"projects cannot be listed ({why.what}): tasks were read by person, those without anybody are missing"
        )
        yield Page(warnings=(warning,))
        people = [account for account in reading.accounts.values() if account.active]
        found: list[Tasks] = []
        async with aclosing(in_order(partial(self._of_person, person) for person in people)) as answers:
            async for answer in answers:
                if isinstance(answer, NotReadable):
                    yield Page(not_readable=(answer,))
                else:
                    found.append(answer)
        numbers = list(dict.fromkeys(task.project for one in found for task, _raw in one.tasks))
        hours: dict[str, float] = {}
        async with aclosing(in_order(partial(self._hours, number, number) for number in numbers)) as answers_:
            async for some, faults in answers_:
                hours |= some
                yield Page(not_understood=tuple(faults))
        for one in found:
            for page in reading.pages(one, hours):
                yield page

    async def _of_person(self, person: Account) -> Tasks | NotReadable:
        what = f"tasks of {person.name or person.key}"
        try:
            return await self._tasks("ListByStaffer", person.key, what, f"staff/{person.key}")
        except HIDDEN as error:
            return _hidden(f"staff/{person.key}", what, error)

    async def _tasks(self, call: str, number: str, what: str, resource: str, project: str = "") -> Tasks:
        """The tasks of a list; one that does not say who is assigned is asked for by itself."""
        params = {"showCompleted": "True"} if self._completed else {}  # in-process tasks only without it [D]
        found = Tasks(resource)
        lacking: list[ReadTask] = []
        async for raw in unhurried(await self._list("task", call, number, subject=what, **params)):
            try:
                read = task_of(Fields(raw), project)
            except Unreadable as error:
                found.faults.append(NotUnderstood(what=f"one of the {what}", reason=str(error), raw=raw))
                continue
            if read.people is None:
                lacking.append(read)
            else:
                found.tasks.append((read, raw))
        async with aclosing(in_order(partial(self._whole, read, project) for read in lacking)) as answers:
            async for answer in answers:
                if isinstance(answer, NotUnderstood):
                    found.faults.append(answer)
                else:
                    found.tasks.append(answer)
        return found

    async def _whole(self, read: ReadTask, project: str) -> tuple[ReadTask, bytes] | NotUnderstood:
        """A task in its detailed view, which lists who is assigned [D]."""
        what = f"task {read.task.external_id}"
        try:
            body = await self._access.read(
                "task", "detail", read.task.external_id, params=(("View", "Detailed"),), subject=what
            )
        except HIDDEN as error:
            return NotUnderstood(what=what, reason=f"it does not say who is assigned, and its detail: {error.what}")
        fields = document(body, subject=what, connection=self.connection.name)
        try:
            whole = task_of(fields, project)
        except Unreadable as error:
            return NotUnderstood(what=what, reason=str(error), raw=body)
        if whole.people is None:
            return NotUnderstood(what=what, reason="it does not say who is assigned", raw=fields.raw)
        return whole, fields.raw

    async def _hours(self, number: str, name: str) -> tuple[dict[str, float], list[NotUnderstood]]:
        try:
            subject = f"budget status of project {name}"
            return hours_input(await self._list("task", "BudgetStatusByProject", number, subject=subject))
        except HIDDEN:
            return {}, []  # without a budget status the share that is complete says what remains


def _named(projects: Iterable[Project], text: str) -> list[Project]:
    wanted = text.lower()
    return [one for one in projects if wanted in (one.key.lower(), one.code.lower(), one.name.lower())]


def _hidden(resource: str, what: str, error: SourceError) -> NotReadable:
    return NotReadable(resource=resource, what=what, reason=error.what)
