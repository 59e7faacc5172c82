"""Writing Tempo Data Center's allocations, sent once each; what must be known first is read (SupportsEdits).

[D] POST, PUT and DELETE of /allocation; vendors.md 2.1. What a record means is `tempo_edits`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from planner_gui.domain.edits import Fields, ItemKey, blank
from planner_gui.domain.entities import Kind
from planner_gui.domain.errors import AnswerUnusable, Forbidden, NotFound, NotOffered, RequestRefused, SourceError
from planner_gui.sources import tempo_edits as edits
from planner_gui.sources.base import Connection
from planner_gui.sources.client import Client
from planner_gui.sources.decode import Fields as Record
from planner_gui.sources.decode import Unreadable, document, listing
from planner_gui.sources.edit_rules import number, part
from planner_gui.sources.evidence import KEPT, unsent
from planner_gui.sources.tempo_bean import plan_of
from planner_gui.sources.writing import Found, really_changed

ALLOCATION = ("rest", "tempo-planning", "1", "allocation")
SCHEDULE = ("rest", "tempo-core", "1", "user", "schedule")
ISSUE = ("rest", "api", "2", "issue")
LONG = timedelta(days=366)  # how far around its dates another plan on the same item is looked for
_ABSENT = (Forbidden, NotFound, NotOffered)


class TempoWriting:
    """The writing half of a Tempo connection; see SupportsEdits. It knows allocations only."""

    connection: Connection
    _client: Client

    async def look(self, kind: Kind, fields: Fields) -> Sequence[Found]:
        """The assignee's plans on the same item whose dates touch those a day wider."""
        team = fields.get("team")
        params = [("assigneeKeys", str(team or fields["account"])), ("assigneeType", "TEAM" if team else "USER")]
        return await self._listed(params, fields, *edits.wide(fields))

    async def fetch(self, key: ItemKey, like: Fields | None = None) -> Found | None:
        """One allocation, None where the service says that it is gone; a web page says nothing about it.

        A team's plan with how many dates and people it stands for, by the service's own children of it (W13).
        """
        subject = f"allocation {key.external_id}"
        try:
            body = await self._client.read(*ALLOCATION, key.external_id, subject=subject)
        except NotFound as error:
            if error.page:
                raise
            return None
        raw = document(body, subject=subject, connection=self.connection.name).raw
        found = self._found(raw, like, subject)
        if found is not None and like is not None and like.get("minutes_per_day") is not None:
            found = await self._in_hours(found)
        if found is None or not found.fields.get("team"):
            return found
        return replace(found, series=max(found.series, await self._shares(found, subject)))

    async def create(self, kind: Kind, fields: Fields) -> str:
        try:
            scoped = fields if fields.get("scope") else {**fields, "scope": await self._scope(fields)}
            daily = await self._daily_seconds(scoped)
        except SourceError as error:
            raise unsent(error) from error
        body = edits.body_of(scoped, daily_seconds=daily)
        answer = await self._client.write("POST", *ALLOCATION, body=body, subject="the new allocation")
        return _id_in(answer)

    async def update(self, kind: Kind, current: Found, fields: Fields, changed: frozenset[str]) -> str:
        """The whole allocation, what is not known of it carried (W10)."""
        subject = f"allocation {current.external_id}"
        try:
            touched = really_changed(edits.TempoVocabulary(self.connection), kind, current.fields, fields)
            hours = edits.wants_hours(current.raw, touched, fields)
            daily = await self._daily_seconds(fields) if hours else None
            body = edits.replaced(current.raw, touched, fields, daily_seconds=daily)
        except SourceError as error:
            raise unsent(error) from error
        except Unreadable as error:
            raise self._refused(f"what the service has cannot be read ({error}); nothing was sent", subject) from None
        await self._client.write("PUT", *ALLOCATION, current.external_id, body=body, subject=subject)
        return current.external_id

    async def delete(self, kind: Kind, current: Found) -> None:
        """Answered by 204, or by `null` [D]."""
        await self._client.write(
            "DELETE", *ALLOCATION, current.external_id, subject=f"allocation {current.external_id}"
        )

    async def _in_hours(self, found: Found) -> Found:
        """A record of a server that keeps a share alone, in the hours that were meant, as far as those are known."""
        share = found.fields.get("percent")
        if found.fields.get("minutes_per_day") is not None or not isinstance(share, int | float):
            return found
        daily = await self._daily_seconds(found.fields)
        if daily is None:
            return found
        told = {"percent": None, "minutes_per_day": number(round(daily * share / 100) / 60)}
        return replace(found, fields={**found.fields, **told})

    async def _shares(self, plan: Found, subject: str) -> int:
        """How many children a team's plan has from its first day to its last, 0 where the service does not tell."""
        start, last = str(plan.fields["start"]), str(plan.fields.get("until") or plan.fields["end"])
        params = (("expand", "children"), ("startDate", start), ("endDate", max(start, last)))
        try:
            body = await self._client.read(*ALLOCATION, plan.external_id, params=params, subject=subject)
            return len(document(body, subject=subject, connection=self.connection.name).objects("children"))
        except (*_ABSENT, Unreadable):
            return 0

    # -- parts ------------------------------------------------------------------------------------------------------

    async def _listed(self, params: list[tuple[str, str]], fields: Fields, start: str, end: str) -> list[Found]:
        """Stored plans alone: an occurrence or a reflection (id 0) is nobody's candidate."""
        item, subject = fields.get("item"), "allocations"
        if part(item, "id"):
            params = [*params, ("planItemId", part(item, "id")), ("planItemType", part(item, "type"))]
        params += [("startDate", start), ("endDate", end), ("expandReflections", "false")]
        body = await self._client.read(*ALLOCATION, params=params, subject=subject)
        records = listing(body, "allocations", subject=subject, connection=self.connection.name).records
        found = (self._found(raw, fields, subject) for raw in records)
        return [one for one in found if one is not None]

    def _found(self, raw: bytes, like: Fields | None, subject: str) -> Found | None:
        """A record, None for a child; of one that cannot be read its id alone, so that it equals nothing meant."""
        try:
            bean = Record(raw)
            number, recurrence = bean.required_text("id"), bean.nested("recurrence")
            if number == "0" or (recurrence is not None and recurrence.has("parent")):
                return None
        except Unreadable as error:
            raise AnswerUnusable(
                f"an allocation is not understood: {error}",
                connection=self.connection.name,
                subject=subject,
                advice=f"{KEPT}; correct the allocation in Tempo.",
            ) from None
        try:
            plan = plan_of(raw)
            fields: Fields = edits.fields_of(raw, plan, like)
            return Found(number, fields, raw, bean.text("createdBy").strip(), edits.series_of(plan))
        except Unreadable:
            return Found(number, blank(Kind.ALLOCATION), raw)

    async def _daily_seconds(self, fields: Fields) -> float | None:
        """What the person works on a working day of the plan, by Tempo's own schedule; None where it does not say."""
        if not fields.get("account"):
            return None
        who, start, end = str(fields["account"]), str(fields["start"]), str(fields["end"])
        subject = f"working time of {who}"
        params = (("user", who), ("from", start), ("to", end))
        try:
            answer = document(
                await self._client.read(*SCHEDULE, params=params, subject=subject),
                subject=subject,
                connection=self.connection.name,
            )
            required = [day.number("requiredSeconds", low=0, high=86_400) or 0 for day in answer.objects("days")]
        except (*_ABSENT, Unreadable):
            return None
        worked = [seconds for seconds in required if seconds]
        return sum(worked) / len(worked) if worked else None

    async def _scope(self, fields: Fields) -> dict[str, str]:
        """The project that the item lies in: by itself, by another plan on it, or by Jira."""
        if own := edits.own_scope(fields):
            return own
        start, end = (date.fromisoformat(str(fields[name])) for name in ("start", "end"))
        for found in await self._listed([], fields, (start - LONG).isoformat(), (end + LONG).isoformat()):
            planned = Record(found.raw).nested("planItem")
            if planned is not None and (project := planned.text("projectId").strip()):
                return {"type": "project", "id": project}
        item = fields.get("item")
        if part(item, "type").upper() in ("ISSUE", "EPIC") and (project := await self._project_of(part(item, "id"))):
            return {"type": "project", "id": project}
        raise self._refused("the project of what is planned is not known; nothing was sent", "the new allocation")

    async def _project_of(self, issue: str) -> str:
        """The project's id of an issue by Jira itself, "" where it does not tell."""
        subject = f"issue {issue}"
        try:
            body = await self._client.read(*ISSUE, issue, params=(("fields", "project"),), subject=subject)
            inner = document(body, subject=subject, connection=self.connection.name).nested("fields")
            project = inner.nested("project") if inner is not None else None
            return project.text("id").strip() if project is not None else ""
        except (*_ABSENT, Unreadable):
            return ""

    def _refused(self, what: str, subject: str) -> RequestRefused:
        advice = f"{KEPT}; say where it is planned (a team or a project), or drop it."
        return RequestRefused(what, connection=self.connection.name, subject=subject, advice=advice)


def _id_in(answer: bytes) -> str:
    """The id of the allocation that an answer holds, "" where it holds none."""
    try:
        number = document(answer).text("id").strip() if answer else ""
    except (AnswerUnusable, Unreadable):
        return ""
    return "" if number == "0" else number
