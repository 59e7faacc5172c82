"""Tempo Planner of a Jira Data Center: teams, allocations and working time.

Asked for: `tempo-teams/2` for who there is, `tempo-planning/1/allocation` for what is planned, `tempo-core/1` for the
working time. Reading the answers is `tempo_bean`, `tempo_plans` and `tempo_teams`, writing `tempo_writing`; HTTP policy
is `client`.
"""

from __future__ import annotations

import base64
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from itertools import islice

from planner_gui.domain.entities import Account, NotReadable, NotUnderstood, Page, Record, Span, Team
from planner_gui.domain.errors import AnswerUnusable, Forbidden, NotFound, NotOffered, SourceError
from planner_gui.sources.base import Check, Choice, Connection, Context, Offered, Rights
from planner_gui.sources.client import Client
from planner_gui.sources.decode import STEP, Unreadable, document, listing
from planner_gui.sources.options import accept_only, jira_address, listed
from planner_gui.sources.parallel import in_order, unhurried
from planner_gui.sources.tempo_bean import Plan, plan_of
from planner_gui.sources.tempo_plans import Assembly
from planner_gui.sources.tempo_teams import hidden_schedules, members_of, schedule_page, teams_of
from planner_gui.sources.tempo_writing import ALLOCATION, SCHEDULE, TempoWriting

TEAM = ("rest", "tempo-teams", "2", "team")
MYSELF = ("rest", "api", "2", "myself")
PLANNING = (
    "Plans can be changed here as far as this account may plan for the team or project: Tempo says whether it may only "
    "when a plan is sent."
)
MOST_ASSIGNEES = 50  # a request (V3)

# A repeating plan is stored as its first occurrence only [D], and whether a list finds it by a later one is not said.
# So we ask from a year before the span: a series that began earlier is found only where the service finds it itself.
LOOK_BACK = timedelta(days=366)

Unreadables = (Forbidden, NotFound)


@dataclass(slots=True)
class _Reading:
    """What one reading has found so far."""

    span: Span
    plans: Assembly
    teams: list[Team] = field(default_factory=list)
    people: list[str] = field(default_factory=list)  # keys of the accounts that were handed out, in order
    everybody: bool = False  # ask without names: no team, or not every team, says who is in it

    def newcomers(self) -> tuple[Account, ...]:
        """The accounts that no page has held yet; they are in `people` from now on."""
        new = tuple(islice(self.plans.accounts.values(), len(self.people), None))
        self.people += [account.key for account in new]
        return new


class Tempo(TempoWriting):
    """A Source for kind `tempo`. Options: user (Basic; else a personal access token), teams, projects.

    People whom no visible team lists are read only where there are no teams at all. Raises UsageError for an option
    or address that cannot be.
    """

    def __init__(self, connection: Connection, secret: str, context: Context) -> None:
        accept_only(connection, "user", "teams", "projects")
        self.connection = connection
        self._today = context.today
        self._teams = listed(connection, "teams")
        self._projects = tuple(name.lower() for name in listed(connection, "projects"))
        self._user = connection.options.get("user", "").strip()
        self.account = self._user  # `createdBy` is a user name [D]
        self._secret = secret.strip("\r\n")
        address = jira_address(connection)
        self._client = Client(connection.name, address, context, headers=self._credential, service="Tempo")

    @property
    def requests(self) -> int:
        return self._client.requests

    async def close(self) -> None:
        await self._client.close()

    async def check(self) -> Check:
        """Two reads: the teams, and today's plans of the first of them (of everybody where there are no teams)."""
        name = self.connection.name
        warnings = []
        teams: list[Team] = []
        try:
            body = await self._client.read(*TEAM, subject="teams")
            teams = self._wanted(teams_of(listing(body, "teams", subject="teams", connection=name).records)[0])
        except (*Unreadables, NotOffered) as error:
            warnings.append(f"teams cannot be read ({error.what}): every plan that this account may see is read")
        today = Span(self._today, self._today)
        team = teams[0] if teams else None
        try:
            body = await self._allocations([team.key] if team else [], "TEAM" if team else "", today, today.start)
        except (NotFound, NotOffered) as error:
            error.advice = f"Check that {self._client.base} is the address of the Jira, and that it has Tempo Planner."
            raise
        plans = len(listing(body, "allocations", subject="allocations", connection=name).records)
        sees = [f"{_counted(len(teams), 'team')}: {', '.join(one.name for one in teams[:8])}"] if teams else []
        sees.append(f"{_counted(plans, 'plan')}{f' of team {team.name}' if team else ''} today")
        return Check(account=self._user, sees=tuple(sees), warnings=tuple(warnings), url=self._client.base)

    async def offered(self) -> Offered:
        """The teams (SupportsChoices)."""
        try:
            body = await self._client.read(*TEAM, subject="teams")
        except (*Unreadables, NotOffered) as error:
            return Offered("teams", reason=error.what)
        teams, _faults = teams_of(listing(body, "teams", subject="teams", connection=self.connection.name).records)
        return Offered("teams", tuple(Choice(team.key, team.name) for team in teams))

    async def rights(self) -> Rights:
        """Who the token is, and whether working time may be seen (SupportsRights)."""
        lacks, notes = [], []
        try:
            await self._schedule("", Span(self._today, self._today))
        except Forbidden as error:
            lacks.append(f"Working time cannot be read: {error.what}. The schedules of this workspace are used.")
        except (NotFound, NotOffered):
            notes.append("This Jira reports no working time: the schedules of this workspace are used.")
        return Rights(self._user or await self._myself(), tuple(lacks), (*notes, PLANNING))

    async def _myself(self) -> str:
        """Whose personal access token it is, as Jira's own REST says; "" where it does not."""
        try:
            body = await self._client.read(*MYSELF, subject="this account")
            fields = document(body, subject="this account", connection=self.connection.name)
            return fields.text("displayName").strip() or fields.text("name").strip()
        except (SourceError, Unreadable):
            return ""

    async def read(self, span: Span) -> AsyncIterator[Page]:
        """Teams, then plans, then the children of what repeats, then working time; see `Source.read`."""
        plans = Assembly(span, projects=self._projects)
        reading = _Reading(span, plans)
        for phase in (self._read_teams, self._read_plans, self._read_children, self._read_schedules):
            async with aclosing(phase(reading)) as pages:
                async for page in pages:
                    yield page

    def _credential(self) -> Mapping[str, str]:
        if self._user:
            pair = base64.b64encode(f"{self._user}:{self._secret}".encode()).decode("ascii")
            return {"Authorization": f"Basic {pair}"}
        return {"Authorization": f"Bearer {self._secret}"}

    def _wanted(self, teams: Sequence[Team]) -> list[Team]:
        """The teams that the option `teams=` names by id or name; all without it."""
        if not self._teams:
            return list(teams)
        names = {name.lower() for name in self._teams}
        wanted = [team for team in teams if names.intersection((team.key.lower(), team.name.lower()))]
        if not wanted:
            raise NotFound(
                f"none of the teams {', '.join(self._teams)} is there",
                connection=self.connection.name,
                subject="teams",
                advice=f"The account sees {', '.join(team.name for team in teams) or 'no team'}; change teams=.",
            )
        return wanted

    async def _read_teams(self, reading: _Reading) -> AsyncGenerator[Page, None]:
        name = self.connection.name
        try:
            body = await self._client.read(*TEAM, subject="teams")
        except (*Unreadables, NotOffered):
            if self._teams:
                raise  # the user named teams: without them there is no telling whom to read
            reading.everybody = True
            return
        teams, faults = teams_of(listing(body, "teams", subject="teams", connection=name).records)
        reading.teams = self._wanted(teams)
        reading.everybody = not reading.teams
        yield Page(teams=tuple(reading.teams), not_understood=tuple(faults))
        async with aclosing(in_order(partial(self._members, team) for team in reading.teams)) as answers:
            async for team, answer in answers:
                yield self._members_page(reading, team, answer)

    async def _members(self, team: Team) -> tuple[Team, bytes | Forbidden | NotFound]:
        try:
            return team, await self._client.read(*TEAM, team.key, "member", subject=f"members of team {team.name}")
        except Unreadables as error:
            return team, error

    def _members_page(self, reading: _Reading, team: Team, answer: bytes | Forbidden | NotFound) -> Page:
        subject = f"members of team {team.name}"
        if not isinstance(answer, bytes):
            if self._teams:
                raise answer
            reading.everybody = True
            return Page(not_readable=(NotReadable(resource=f"members/{team.key}", what=subject, reason=answer.what),))
        records = listing(answer, "members", subject=subject, connection=self.connection.name).records
        members, faults = members_of(team, records)
        memberships = tuple(
            replace(member.membership, account=reading.plans.know(member.account, member.alias)) for member in members
        )
        return Page(accounts=reading.newcomers(), memberships=memberships, not_understood=tuple(faults))

    async def _read_plans(self, reading: _Reading) -> AsyncGenerator[Page, None]:
        """Team plans first: they tell which user plans are their reflections."""
        name = self.connection.name
        queries = [("TEAM", keys) for keys in _chunks([team.key for team in reading.teams])]
        queries += [("USER", keys) for keys in _chunks(reading.people)]
        if reading.everybody:
            queries = [("", [])]
        async with aclosing(in_order(partial(self._plans, reading, *query) for query in queries)) as answers:
            async for bodies, missing in answers:
                if missing:
                    yield Page(not_readable=tuple(missing))
                for body in bodies:
                    records = listing(body, "allocations", subject="allocations", connection=name).records
                    async with aclosing(self._placed(reading, records)) as pages:
                        async for page in pages:
                            yield page

    async def _plans(self, reading: _Reading, kind: str, keys: Sequence[str]) -> tuple[list[bytes], list[NotReadable]]:
        """The allocations of some assignees; where the answer is 403 or 404, of each half, down to the one meant."""
        try:
            return [await self._allocations(keys, kind, reading.span, reading.span.start - LOOK_BACK)], []
        except Unreadables as error:
            if kind != "USER":
                raise
            if len(keys) == 1:
                who = reading.plans.accounts[keys[0]].name or keys[0]
                lost = NotReadable(resource=f"person/{keys[0]}", what=f"allocations of {who}", reason=error.what)
                return [], [lost]
        middle = len(keys) // 2
        first, second = [await self._plans(reading, kind, half) for half in (keys[:middle], keys[middle:])]
        return first[0] + second[0], first[1] + second[1]

    async def _allocations(self, keys: Sequence[str], kind: str, span: Span, start: date) -> bytes:
        # Both dates always: with one of them two documents disagree on the other.
        params = [("assigneeKeys", key) for key in keys]
        params += [("assigneeType", kind)] if kind else []
        params += [("startDate", start.isoformat()), ("endDate", span.end.isoformat()), ("expandReflections", "true")]
        return await self._client.read(*ALLOCATION, params=params, subject="allocations")

    async def _placed(
        self, reading: _Reading, records: Sequence[bytes], parent: Plan | None = None
    ) -> AsyncGenerator[Page, None]:
        plans, faults = [], []
        async for raw in unhurried(records):
            try:
                plans.append(plan_of(raw))
            except Unreadable as error:
                faults.append(NotUnderstood(what="allocation", reason=str(error), raw=raw))
        placed = reading.plans.children(parent, plans) if parent else reading.plans.take(plans)
        async for page in _pages(placed, reading):
            yield page
        if faults:
            yield Page(not_understood=tuple(faults))

    async def _read_children(self, reading: _Reading) -> AsyncGenerator[Page, None]:
        asked = reading.plans.asked_for_children()
        async with aclosing(in_order(partial(self._children, plan, reading.span) for plan in asked)) as answers:
            async for parent, records in answers:
                async with aclosing(self._placed(reading, records, parent)) as pages:
                    async for page in pages:
                        yield page
        async for page in _pages(reading.plans.finish(), reading):
            yield page
        yield Page(projects=reading.plans.found_projects())

    async def _children(self, parent: Plan, span: Span) -> tuple[Plan, list[bytes]]:
        """The children within the span as a list; an empty one where this server has no such call."""
        name, number = self.connection.name, parent.allocation.external_id
        params = (("expand", "children"), ("startDate", span.start.isoformat()), ("endDate", span.end.isoformat()))
        subject = f"children of allocation {number}"
        try:
            body = await self._client.read(*ALLOCATION, number, params=params, subject=subject)
        except (*Unreadables, NotOffered):
            return parent, []  # gone since the list was read, or not offered: expanded by our own rules
        try:
            return parent, listing(body, "children", subject=subject, connection=name).records
        except AnswerUnusable:
            # This server may not know `expand`: the allocation alone came.
            document(body, subject=subject, connection=name)
            return parent, []

    async def _read_schedules(self, reading: _Reading) -> AsyncGenerator[Page, None]:
        """Working time of everybody active; 404 or 405 for the caller's own means that it is not offered."""
        people = [key for key, account in reading.plans.accounts.items() if account.active]
        if not people:
            return
        try:
            await self._schedule("", Span(self._today, self._today))
        except (NotFound, NotOffered):
            return
        except Forbidden:
            pass  # the caller has no schedule to see; the others' may be visible
        lost: list[NotReadable] = []
        async with aclosing(in_order(partial(self._schedule_of, key, reading) for key in people)) as answers:
            async for key, what, answer in answers:
                if isinstance(answer, NotReadable):
                    lost.append(answer)
                else:
                    yield schedule_page(key, reading.span, answer, what, self.connection.name)
        if lost:
            yield Page(not_readable=hidden_schedules(lost, len(people)))

    async def _schedule(self, key: str, span: Span) -> bytes:
        who = [("user", key)] if key else []  # without it the caller is meant [D]
        params = [*who, ("from", span.start.isoformat()), ("to", span.end.isoformat())]
        return await self._client.read(*SCHEDULE, params=params, subject=f"working time of {key or 'this account'}")

    async def _schedule_of(self, key: str, reading: _Reading) -> tuple[str, str, bytes | NotReadable]:
        what = f"working time of {reading.plans.accounts[key].name or key}"
        try:
            return key, what, await self._schedule(key, reading.span)
        except (*Unreadables, NotOffered) as error:
            return key, what, NotReadable(resource=f"schedule/{key}", what=what, reason=error.what)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _chunks(keys: Sequence[str]) -> list[list[str]]:
    return [list(keys[i : i + MOST_ASSIGNEES]) for i in range(0, len(keys), MOST_ASSIGNEES)]


async def _pages(found: Iterable[Record | NotUnderstood], reading: _Reading) -> AsyncIterator[Page]:
    """Pages of at most STEP records, each behind the accounts that only its plans mention."""
    records: list[Record] = []
    faults: list[NotUnderstood] = []
    async for one in unhurried(found):
        if isinstance(one, Record):
            records.append(one)
        else:
            faults.append(one)
        if len(records) + len(faults) >= STEP:
            yield Page(accounts=reading.newcomers(), records=tuple(records), not_understood=tuple(faults))
            records, faults = [], []
    yield Page(accounts=reading.newcomers(), records=tuple(records), not_understood=tuple(faults))
