"""BigPicture, Cloud, Server or Data Center: teams, absences and task assignments by its public API.

One reading asks for the boxes, for the teams of them, for the assignments of each box and for the absences of each
person found. How to get at the service is `bigpicture_access`, what an answer means `bigpicture_records`, and how
absences are written `bigpicture_writing`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from functools import partial

from planner_gui.domain.entities import Account, Page, Project, Span
from planner_gui.domain.errors import CredentialRefused, Forbidden, NotFound, NotOffered, SourceError
from planner_gui.sources.base import Check, Choice, Connection, Context, Detail, Offered, Rights
from planner_gui.sources.bigpicture_access import Access
from planner_gui.sources.bigpicture_detail import detail_of
from planner_gui.sources.bigpicture_location import WHERE_AM_I
from planner_gui.sources.bigpicture_options import Options
from planner_gui.sources.bigpicture_records import (
    Box,
    Effort,
    absence_of,
    boxes_of,
    person_of,
    task_of,
    tasks_of,
    touches,
)
from planner_gui.sources.bigpicture_teams import BOXES_A_REQUEST, MISSING, Teams, know, not_readable
from planner_gui.sources.bigpicture_writing import BigPictureWriting
from planner_gui.sources.decode import Fields, Unreadable, listing
from planner_gui.sources.gathering import Gathering, breathe
from planner_gui.sources.parallel import in_order

_ADMINISTRATOR = "The token has to be of somebody who administers BigPicture."
_WRITES = "Absences can be changed here, for whole or half days; tasks are only shown."
_NOT_OFFERED = (NotFound, NotOffered)  # 404, 405 and 410 (vendors.md 5, BigPicture 10)


class BigPicture(BigPictureWriting):
    """A BigPicture connection. Raises UsageError for its options, OriginRefused for its address, both at once."""

    def __init__(self, connection: Connection, secret: str, context: Context) -> None:
        self.connection = connection
        self._options = Options.of(connection, secret)
        self._today = context.today
        self._effort = Effort(self._options.effort)
        self._access = Access(connection, self._options, context)
        self._teams = Teams(self._access, connection.name)

    @property
    def requests(self) -> int:
        """HTTP requests sent so far."""
        return self._access.requests

    async def close(self) -> None:
        await self._access.close()

    async def check(self) -> Check:
        """One look at the boxes and the teams. Only here a 401 is answered by trying the other scheme."""
        self._access.begin()
        try:
            sees, warnings = await self._look()
        except CredentialRefused as refusal:
            first = self._access.scheme
            self._access.use_scheme(next(scheme for scheme in WHERE_AM_I if scheme != first))
            try:
                sees, warnings = await self._look()
            except SourceError:
                self._access.use_scheme(first)
                raise refusal from None
        settled = {"scheme": self._access.scheme} if self._access.scheme != self._options.scheme else {}
        if self._access.rest and self._access.origin_known:
            settled["rest"] = self._access.rest
        better = self._options.jira if self._options.jira != self.connection.url else ""
        return Check(sees=sees, warnings=(*self._access.moves, *warnings), url=better, options=settled)

    async def offered(self) -> Offered:
        """The boxes that are not archived, as a tree (SupportsChoices)."""
        try:
            body = await self._access.get("box", "box-hierarchy", subject="boxes")
        except (*_NOT_OFFERED, Forbidden) as error:
            return Offered("boxes", reason=error.what)
        boxes = [box for box in boxes_of(body, self.connection.name)[0] if not box.archived]
        return Offered("boxes", tuple(Choice(box.id, box.name, box.parent) for box in boxes))

    async def rights(self) -> Rights:
        """Whether absences and tasks may be seen, by those of one person and one box (SupportsRights).

        The owner of the token needs administrator permissions [D, seed 000].
        """
        gathering = Gathering()
        boxes = (await self._boxes(gathering))[:1]
        accounts = list((await self._teams.of(boxes, gathering)).values())[:1]
        lacks, notes = [], []
        for _, answer in [await self._ask_absences(account) for account in accounts]:
            if isinstance(answer, Forbidden):
                lacks.append(f"Absences cannot be read: {answer.what}. {_ADMINISTRATOR}")
            elif isinstance(answer, NotOffered):
                notes.append("This version of BigPicture offers no absences.")
        today = Span(self._today, self._today)
        for box, answer in [await self._ask_assignments(box, today) for box in boxes]:
            if isinstance(answer, Forbidden):
                lacks.append(f"Tasks of {box.name} cannot be read: {answer.what}. {_ADMINISTRATOR}")
            elif isinstance(answer, _NOT_OFFERED):
                notes.append("This version of BigPicture offers no task assignments: no tasks are read from it.")
        return Rights(lacks=tuple(lacks), notes=(*notes, _WRITES))

    async def _look(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What can be seen, and what is missing, in words."""
        gathering = Gathering()
        boxes = await self._boxes(gathering)
        accounts = await self._teams.of(boxes[:BOXES_A_REQUEST], gathering)
        of_how_many = f" of the first {BOXES_A_REQUEST} boxes" if len(boxes) > BOXES_A_REQUEST else ""
        sees = (
            f"{_counted(len(boxes), 'box', 'boxes')}",
            f"{_counted(len(gathering.teams), 'team', 'teams')}{of_how_many}",
            f"{_counted(len(accounts), 'person', 'people')}",
        )
        missing = tuple(f"{gap.what}: {gap.reason}" for gap in gathering.not_readable)
        return sees, (*gathering.warnings, *missing)

    async def read(self, span: Span) -> AsyncGenerator[Page, None]:
        """Teams, task assignments and absences; see Source. Absences come whole from the service and are cut here."""
        self._access.begin()
        gathering = Gathering()
        boxes = await self._boxes(gathering)
        accounts = await self._teams.of(boxes, gathering)
        unreadable = {gap.resource for gap in gathering.not_readable}
        readable = [box for box in boxes if f"box/{box.id}" not in unreadable]
        for page in gathering.rest():
            yield page
        async with aclosing(self._assignments(readable, span, accounts, gathering)) as pages:
            async for page in pages:
                yield page
        # Only now, since an assignment may know the name of a member whom the teams name by id alone.
        gathering.accounts.extend(accounts.values())
        async with aclosing(self._absences(accounts, span, gathering)) as pages:
            async for page in pages:
                yield page
        for move in self._access.moves:
            gathering.warn(move)
        for page in gathering.rest():
            yield page

    async def detail(self, raw: bytes, external_id: str) -> Detail:
        """The boxes, fields and aggregations of a task (SupportsDetail); nothing more is known of an absence."""
        return await detail_of(self._access, self.connection.name, raw, external_id)

    async def _boxes(self, gathering: Gathering) -> list[Box]:
        """The boxes to read: those of the option, else all that are not archived."""
        if self._options.boxes:
            return [Box(id=box, name=box) for box in self._options.boxes]
        try:
            body = await self._access.get("box", "box-hierarchy", subject="boxes")
        except _NOT_OFFERED as error:
            raise NotOffered(
                "this version does not list its boxes, or the address is not that of a Jira with BigPicture",
                connection=self.connection.name,
                subject="boxes",
                advice="Give box ids: --option boxes=PROG-1,PROG-2.",
                detail=error.detail,
            ) from error
        found, misread = boxes_of(body, self.connection.name)
        gathering.not_understood.extend(misread)
        boxes = [box for box in found if not box.archived]
        gathering.projects.extend(
            Project(key=box.id, name=box.name, code=box.id, start=box.start, end=box.end) for box in boxes
        )
        if not boxes:
            gathering.warn("The token sees no box, so no team, absence or task is read.")
        return boxes

    async def _assignments(
        self, boxes: list[Box], span: Span, accounts: dict[str, Account], gathering: Gathering
    ) -> AsyncGenerator[Page, None]:
        """The tasks of each person in each box; people met here first become accounts.

        404, 405 and 410 of every box: this version has no such endpoint (on-prem before 8.8), which is no failure.
        """
        failures: list[tuple[Box, SourceError]] = []
        seen: set[tuple[str, str]] = set()
        async with aclosing(in_order(partial(self._ask_assignments, box, span) for box in boxes)) as answers:
            async for box, answer in answers:
                if isinstance(answer, SourceError):
                    failures.append((box, answer))
                    continue
                async for page in self._take_assignments(box, answer, accounts, seen, gathering):
                    yield page
        if failures and len(failures) == len(boxes) and all(isinstance(error, _NOT_OFFERED) for _, error in failures):
            gathering.warn("This version of BigPicture does not offer task assignments: no tasks are read from it.")
            return
        for box, error in failures:
            what = f"task assignments of box {box.id}"
            gathering.not_readable.append(not_readable(f"box/{box.id}", what, error))

    async def _ask_assignments(self, box: Box, span: Span) -> tuple[Box, bytes | SourceError]:
        # The seed lost the names of the dates; startDate and endDate are the other endpoints' style [I].
        params = [("startDate", span.start.isoformat()), ("endDate", span.end.isoformat())]
        if self._effort.mode:
            params.append(("taskEffortMode", self._effort.mode))
        path = ("boxarea", "resourcetaskassignment", box.id)
        try:
            # The slash at the end is the documented form.
            return box, await self._access.get(*path, params=params, subject=f"tasks of box {box.id}", slash=True)
        except (*MISSING, NotOffered) as error:
            return box, error

    async def _take_assignments(
        self,
        box: Box,
        body: bytes,
        accounts: dict[str, Account],
        seen: set[tuple[str, str]],
        gathering: Gathering,
    ) -> AsyncIterator[Page]:
        """A task and person in several boxes is one item (capacity.md, Load 4): the first box that shows it counts.

        The answer's teams repeat the work of their members and are left out, as they would count it twice [I].
        """
        if self._effort.in_points:
            gathering.warn("Story points are no time: the tasks have no remaining minutes.")
        subject = f"tasks of box {box.id}"
        count = 0
        records = listing(body, "individuals", "resources", subject=subject, connection=self.connection.name).records
        for raw in records:
            await breathe(count)
            try:
                person = Fields(raw)
                account = person_of(person)
                tasks, strays = tasks_of(person)
            except Unreadable as error:
                gathering.misread(f"person in the tasks of box {box.id}", error, raw)
                continue
            for _ in range(strays):
                gathering.misread(f"task of {account.key} in box {box.id}", "is not an object", raw)
            know(account, accounts)
            for fields in tasks:
                count += 1
                await breathe(count)
                self._take_task(box, account.key, fields, seen, gathering)
            for page in gathering.pages():
                yield page

    def _take_task(
        self, box: Box, account: str, fields: Fields, seen: set[tuple[str, str]], gathering: Gathering
    ) -> None:
        try:
            task = task_of(fields, account, project=box.name, effort=self._effort, resource=f"box/{box.id}")
        except Unreadable as error:
            gathering.misread(f"task of {account} in box {box.id}", error, fields.raw)
            return
        if (task.external_id, account) not in seen:
            seen.add((task.external_id, account))
            gathering.keep(task, fields.raw)

    async def _absences(
        self, accounts: dict[str, Account], span: Span, gathering: Gathering
    ) -> AsyncGenerator[Page, None]:
        """The absences of each person, one request each. All of a person: the endpoint takes no dates [D]."""
        calls = (partial(self._ask_absences, account) for account in list(accounts.values()))
        count = 0
        async with aclosing(in_order(calls)) as answers:
            async for account, answer in answers:
                resource = f"absences/{account.key}"
                if isinstance(answer, SourceError):
                    what = f"absences of {account.name or account.key}"
                    gathering.not_readable.append(not_readable(resource, what, answer))
                    continue
                subject = f"absences of {account.key}"
                records = listing(answer, "absences", subject=subject, connection=self.connection.name).records
                for raw in records:
                    count += 1
                    await breathe(count)
                    try:
                        absence = absence_of(raw, account.key, resource)
                    except Unreadable as error:
                        gathering.misread(f"absence of {account.name or account.key}", error, raw)
                        continue
                    if touches(absence, span):
                        gathering.keep(absence, raw)
                for page in gathering.pages():
                    yield page

    async def _ask_absences(self, account: Account) -> tuple[Account, bytes | SourceError]:
        subject = f"absences of {account.name or account.key}"
        try:
            return account, await self._access.get("resources", account.key, "absences", subject=subject)
        except (*MISSING, NotOffered) as error:
            return account, error


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
