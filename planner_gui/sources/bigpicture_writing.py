"""Writing BigPicture's absences: the list of a person is the look, the read and the proof (SupportsEdits; 4.1, 4.4).

An absence has no id: a person and its current start name it, so that an update may give it another name.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from planner_gui.domain.edits import Fields, ItemKey, blank
from planner_gui.domain.entities import Kind
from planner_gui.domain.errors import AnswerUnusable, RequestRefused
from planner_gui.sources.base import Connection
from planner_gui.sources.bigpicture_access import Access
from planner_gui.sources.bigpicture_edits import body_of, fields_of, id_of
from planner_gui.sources.decode import Fields as Record
from planner_gui.sources.decode import Unreadable, document, listing
from planner_gui.sources.evidence import KEPT
from planner_gui.sources.writing import Found


class BigPictureWriting:
    """The writing half of a BigPicture connection; see SupportsEdits. It knows absences only."""

    connection: Connection
    _access: Access

    async def look(self, kind: Kind, fields: Fields) -> Sequence[Found]:
        """All absences of the person: the endpoint takes no dates [D]."""
        return await self._of_person(str(fields["account"]))

    async def fetch(self, key: ItemKey, like: Fields | None = None) -> Found | None:
        """The absence of that name in the person's complete list, None where it is not in it (4.4)."""
        account = key.external_id.rpartition("@")[0]
        found = await self._of_person(account)
        return next((one for one in found if one.external_id == key.external_id), None)

    async def create(self, kind: Kind, fields: Fields) -> str:
        account = str(fields["account"])
        answer = await self._written("POST", account, fields.get("start"), body=body_of(fields))
        return self._id_in(answer, account)

    async def update(self, kind: Kind, current: Found, fields: Fields, changed: frozenset[str]) -> str:
        """The whole absence, named by the start it has now [D]; the body may give it another [I]."""
        account, start = str(current.fields["account"]), str(current.fields["start"])
        if fields.get("account") != account:
            raise RequestRefused(
                "an absence cannot be given to somebody else; nothing was sent",
                connection=self.connection.name,
                subject=f"absence of {account}",
                advice=f"{KEPT}; delete it and create it there.",
            )
        await self._written("PUT", account, start, named=start, body=body_of(fields, current.raw))
        return id_of(account, fields["start"])

    async def delete(self, kind: Kind, current: Found) -> None:
        account, start = str(current.fields["account"]), str(current.fields["start"])
        await self._written("DELETE", account, start, named=start)

    async def _of_person(self, account: str) -> list[Found]:
        """Each absence of the person. One that cannot be read has its name alone, or costs the whole list."""
        subject, name = f"absences of {account}", self.connection.name
        answer = await self._access.get("resources", account, "absences", subject=subject)
        found = []
        for raw in listing(answer, "absences", subject=subject, connection=name).records:
            try:
                start = Record(raw).required_day("startDate", "start")
            except Unreadable as error:
                raise AnswerUnusable(
                    f"an absence is not understood: {error}",
                    connection=name,
                    subject=subject,
                    advice=f"{KEPT}; correct the absence in BigPicture.",
                ) from None
            found.append(Found(id_of(account, start), _readable(raw, account, start), raw))
        return found

    async def _written(
        self, method: str, account: str, start: object, *, named: str = "", body: object | None = None
    ) -> bytes:
        params = (("startDate", named),) if named else ()
        return await self._access.write(
            method,
            "resources",
            account,
            "absences",
            params=params,
            body=body,
            subject=f"absence of {account} on {start}",
        )

    def _id_in(self, answer: bytes, account: str) -> str:
        """The name of the absence that an answer holds, "" where it holds none."""
        try:
            start = document(answer).day("startDate", "start") if answer else None
        except (AnswerUnusable, Unreadable):
            return ""
        return id_of(account, start) if start is not None else ""


def _readable(raw: bytes, account: str, start: date) -> Fields:
    """The fields of a record; of one that cannot be read whose and when, so that it equals nothing that is meant."""
    try:
        return fields_of(raw, account)
    except Unreadable:
        return blank(Kind.ABSENCE) | {"account": account, "start": start.isoformat()}
