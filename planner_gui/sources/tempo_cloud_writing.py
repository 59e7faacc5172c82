"""Writing Tempo Cloud's plans, sent once each (SupportsEdits). What a record means is `tempo_cloud_edits`.

[D] POST, PUT and DELETE of /4/plans; vendors.md 2.2.
"""

from __future__ import annotations

from collections.abc import Sequence

from planner_gui.domain.edits import Fields, ItemKey, blank
from planner_gui.domain.entities import Kind
from planner_gui.domain.errors import AnswerUnusable, NotFound, RequestRefused
from planner_gui.sources import tempo_cloud_edits as edits
from planner_gui.sources.base import Connection
from planner_gui.sources.client import Client
from planner_gui.sources.decode import Fields as Record
from planner_gui.sources.decode import Unreadable, document, listing
from planner_gui.sources.edit_rules import part
from planner_gui.sources.evidence import KEPT
from planner_gui.sources.tempo_cloud_bean import plan_of
from planner_gui.sources.tempo_edits import wide
from planner_gui.sources.writing import Found, really_changed

PLANS = "plans"
LIMIT = 1000


class TempoCloudWriting:
    """The writing half of a Tempo Cloud connection; see SupportsEdits. It knows allocations only."""

    connection: Connection
    _client: Client

    async def look(self, kind: Kind, fields: Fields) -> Sequence[Found]:
        """The assignee's plans on the same item whose dates touch those a day wider; all pages, or an error."""
        params, found, offset = _filters(fields), [], 0
        while True:
            page = [*params, ("limit", str(LIMIT)), ("offset", str(offset))]
            body = await self._client.read(PLANS, params=page, subject="plans")
            listed = listing(body, "results", subject="plans", connection=self.connection.name)
            found += [self._found(raw, "plans") for raw in listed.records]
            offset += len(listed.records)
            if not (listed.more or listed.next or len(listed.records) >= LIMIT):
                return found
            if not listed.records:
                raise self._unclear("an empty page says that more plans follow", "plans")

    async def fetch(self, key: ItemKey, like: Fields | None = None) -> Found | None:
        """One plan, None where the service says that it is gone; a web page says nothing about it."""
        subject = f"plan {key.external_id}"
        try:
            body = await self._client.read(PLANS, key.external_id, subject=subject)
        except NotFound as error:
            if error.page:
                raise
            return None
        return self._found(document(body, subject=subject, connection=self.connection.name).raw, subject)

    async def create(self, kind: Kind, fields: Fields) -> str:
        answer = await self._client.write("POST", PLANS, body=edits.body_of(fields), subject="the new plan")
        try:
            return document(answer).text("id").strip() if answer else ""
        except (AnswerUnusable, Unreadable):
            return ""

    async def update(self, kind: Kind, current: Found, fields: Fields, changed: frozenset[str]) -> str:
        """The whole plan, everything that the input knows carried (W10)."""
        subject = f"plan {current.external_id}"
        try:
            touched = really_changed(edits.TempoCloudVocabulary(self.connection), kind, current.fields, fields)
            body = edits.replaced(current.raw, touched, fields)
        except Unreadable as error:
            raise RequestRefused(
                f"what the service has cannot be read ({error}); nothing was sent",
                connection=self.connection.name,
                subject=subject,
                advice=f"{KEPT}; drop it, or create it anew.",
            ) from None
        await self._client.write("PUT", PLANS, current.external_id, body=body, subject=subject)
        return current.external_id

    async def delete(self, kind: Kind, current: Found) -> None:
        await self._client.write("DELETE", PLANS, current.external_id, subject=f"plan {current.external_id}")

    def _found(self, raw: bytes, subject: str) -> Found:
        """A record; of one that cannot be read its id alone, so that it equals nothing that is meant."""
        try:
            bean = Record(raw)
            number = bean.required_text("id")
        except Unreadable as error:
            raise self._unclear(f"a plan is not understood: {error}", subject) from None
        try:
            plan = plan_of(raw)[0]
            creator = bean.text("planCreatorId").strip()
            return Found(number, edits.fields_of(raw, plan), raw, creator, edits.series_of(plan))
        except Unreadable:
            return Found(number, blank(Kind.ALLOCATION), raw)

    def _unclear(self, what: str, subject: str) -> AnswerUnusable:
        return AnswerUnusable(what, connection=self.connection.name, subject=subject, advice=f"{KEPT}; look again.")


def _filters(fields: Fields) -> list[tuple[str, str]]:
    account, item = str(fields["account"]), fields.get("item")
    start, end = wide(fields)
    generic = edits.body_of(fields)["assigneeType"] == "GENERIC"
    params = [("from", start), ("to", end), ("genericResourceIds" if generic else "accountIds", account)]
    if part(item, "id"):
        name = "issueIds" if part(item, "type").upper() == "ISSUE" else "projectIds"
        params.append((name, part(item, "id")))
    return params
