"""Writing BigTime's tasks, sent once each; an update is a POST here, too (SupportsEdits; 4.1).

[D] the vendor's task page (seed 004). What a record means is `bigtime_edits`.
"""

from __future__ import annotations

from collections.abc import Sequence

from planner_gui.domain.edits import Fields, ItemKey, blank
from planner_gui.domain.entities import Kind
from planner_gui.domain.errors import AnswerUnusable, NotFound, RequestRefused
from planner_gui.sources import bigtime_edits as edits
from planner_gui.sources.base import Connection
from planner_gui.sources.bigtime_records import NO_ID, task_of
from planner_gui.sources.bigtime_session import Access
from planner_gui.sources.decode import Fields as Record
from planner_gui.sources.decode import Unreadable, document, listing
from planner_gui.sources.edit_rules import text
from planner_gui.sources.evidence import KEPT
from planner_gui.sources.writing import Found, really_changed

DETAIL = ("task", "detail")
_DETAILED = (("View", "Detailed"),)  # the view that lists who is assigned [D]


class BigTimeWriting:
    """The writing half of a BigTime connection; see SupportsEdits. It knows tasks only."""

    connection: Connection
    _access: Access

    async def look(self, kind: Kind, fields: Fields) -> Sequence[Found]:
        """All tasks of the project, completed ones too: BigTime's lists take no dates.

        One of the same name that does not say who is assigned is asked for by itself.
        """
        records = await self._tasks_of(text(fields.get("project")))
        found = []
        for raw in records:
            one = self._found(raw, fields)
            if self._lacks_people(raw) and text(one.fields.get("name")) == text(fields.get("name")):
                one = await self._detail(one.external_id, fields) or one
            found.append(one)
        return found

    async def fetch(self, key: ItemKey, like: Fields | None = None) -> Found | None:
        """One task in its detailed view, None where it is gone; a series master with how many tasks it stands for.

        BigTime's 404 may be a web page [C], which counts only while the service answers otherwise.
        """
        try:
            found = await self._detail(key.external_id, like)
        except NotFound as error:
            if error.page:
                await self._access.read("picklist", "projects", subject="projects")
            return None
        if found is None or found.series == 1:
            return found
        others = await self._tasks_of(text(found.fields.get("project")))
        count = sum(self._belongs(raw, key.external_id) for raw in others)
        return Found(found.external_id, found.fields, found.raw, series=edits.series_of(Record(found.raw), count))

    async def create(self, kind: Kind, fields: Fields) -> str:
        answer = await self._access.write("POST", *DETAIL, body=edits.created(fields), subject="the new task")
        try:
            number = document(answer).text("TaskSid", "Sid", "Id").strip() if answer else ""
        except (AnswerUnusable, Unreadable):
            return ""
        return "" if number in NO_ID else number

    async def update(self, kind: Kind, current: Found, fields: Fields, changed: frozenset[str]) -> str:
        """Only what differs from what is there now, so that nobody's other change is trampled.

        The list of assignees is sent where it changed alone: it takes the place of all there were [D].
        """
        subject = f"task {current.external_id}"
        touched = really_changed(edits.BigTimeVocabulary(self.connection), kind, current.fields, fields)
        if self._lacks_people(current.raw) and "assignees" in touched:
            raise RequestRefused(
                "the task does not say who is assigned now; nothing was sent",
                connection=self.connection.name,
                subject=subject,
                advice=f"{KEPT}; change the assignees in BigTime.",
            )
        body = edits.updated(current.external_id, touched, fields)
        await self._access.write("POST", *DETAIL, current.external_id, body=body, subject=subject)
        return current.external_id

    async def delete(self, kind: Kind, current: Found) -> None:
        """Refused by 400 where time or expenses are logged, by 405 without the right [D]."""
        await self._access.write("DELETE", *DETAIL, current.external_id, subject=f"task {current.external_id}")

    # -- parts ------------------------------------------------------------------------------------------------------

    async def _tasks_of(self, project: str) -> list[bytes]:
        subject = f"tasks of project {project}"
        params = (("showCompleted", "True"),)
        body = await self._access.read("task", "listByProject", project, params=params, subject=subject)
        return listing(body, subject=subject, connection=self.connection.name).records

    async def _detail(self, number: str, like: Fields | None) -> Found | None:
        subject = f"task {number}"
        body = await self._access.read(*DETAIL, number, params=_DETAILED, subject=subject)
        return self._found(document(body, subject=subject, connection=self.connection.name).raw, like)

    def _found(self, raw: bytes, like: Fields | None) -> Found:
        """A record; of one that cannot be read its id alone, so that it equals nothing that is meant."""
        try:
            record = Record(raw)
            number = record.required_text("TaskSid", "Sid", "Id")
        except Unreadable as error:
            raise AnswerUnusable(
                f"a task is not understood: {error}",
                connection=self.connection.name,
                subject="tasks",
                advice=f"{KEPT}; correct the task in BigTime.",
            ) from None
        try:
            return Found(number, edits.fields_of(record, like=like), raw, series=edits.series_of(record))
        except Unreadable:
            return Found(number, blank(Kind.TASK), raw)

    def _lacks_people(self, raw: bytes) -> bool:
        try:
            return task_of(Record(raw)).people is None
        except Unreadable:
            return False

    def _belongs(self, raw: bytes, master: str) -> bool:
        """Whether a task is one of the series that changes with its master."""
        try:
            record = Record(raw)
            return record.text("MasterTaskSid").strip() == master and record.flag("IsArchived") is not True
        except Unreadable:
            return False
