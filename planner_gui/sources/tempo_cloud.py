"""Tempo Cloud, REST API 4: plans and working time.

Source: the vendor's OpenAPI 4.0 [D] unless a comment says otherwise. Cloud returns no occurrences in a list: the domain
expands the rules. What a plan means is `tempo_cloud_bean`, writing `tempo_cloud_writing`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from datetime import timedelta
from functools import partial

from planner_gui.domain.entities import (
    Account,
    NotReadable,
    NotUnderstood,
    Page,
    Record,
    Span,
)
from planner_gui.domain.errors import AnswerUnusable, CredentialRefused, Forbidden, NotFound, NotOffered, OriginRefused
from planner_gui.sources.address import checked_base, is_loopback, origin, within
from planner_gui.sources.base import Check, Connection, Context, Rights
from planner_gui.sources.client import Client
from planner_gui.sources.decode import Listing, Unreadable, listing, steps
from planner_gui.sources.options import accept_only
from planner_gui.sources.parallel import in_order, unhurried
from planner_gui.sources.tempo_bean import NEVER
from planner_gui.sources.tempo_cloud_bean import plan_of
from planner_gui.sources.tempo_cloud_writing import TempoCloudWriting
from planner_gui.sources.tempo_teams import hidden_schedules, schedule_page

REGIONS = ("https://api.tempo.io", "https://api.eu.tempo.io", "https://api.us.tempo.io")
VERSION = "/4"
PAGE = 2000  # plans a request; 5000 is the service's limit

# Whether a list finds a repeating plan by a later occurrence is not said: as in Data Center we ask from a year before.
LOOK_BACK = timedelta(days=366)

NAMELESS = "Tempo Cloud gives ids only: names of people come from the other services, or from you under Match people."
PLANNING = (
    "Plans can be changed here as far as this account and its token may: Tempo says whether they may only when a plan "
    "is sent."
)


class TempoCloud(TempoCloudWriting):
    """A Source for kind `tempo-cloud`; no options. Raises OriginRefused for an address other than the three regions.

    A loopback address is taken too (tests, the sandbox); "/4" is added where it is missing.
    """

    def __init__(self, connection: Connection, secret: str, context: Context) -> None:
        accept_only(connection)
        self.connection = connection
        self._today = context.today
        self._secret = secret.strip("\r\n")
        self._client = Client(
            connection.name, _base(connection), context, headers=self._credential, service="Tempo Cloud"
        )

    @property
    def requests(self) -> int:
        return self._client.requests

    async def close(self) -> None:
        await self._client.close()

    async def check(self) -> Check:
        """One read: today's plans."""
        try:
            found = await self._page(Span(self._today, self._today), 0, 50)
        except CredentialRefused as error:
            # A token of another region is refused like a wrong one [D].
            error.advice = f"Enter a new token, or connect with the region of your Tempo: {', '.join(REGIONS)}."
            raise
        count = len(found.records)
        more = "at least " if found.next else ""
        return Check(sees=(f"{more}{count} {'plan' if count == 1 else 'plans'} today",), url=self._client.base)

    async def rights(self) -> Rights:
        """Whether working time may be seen, by that of one person who has a plan (SupportsRights)."""
        accounts: dict[str, Account] = {}
        today = Span(self._today, self._today)
        await self._understood((await self._page(today, 0, 50)).records, today, accounts, set())
        lacks = []
        for key in [key for key, account in accounts.items() if account.atlassian][:1]:
            answer = (await self._schedule(key, today))[2]
            if isinstance(answer, NotReadable):
                lacks.append(f"Working time cannot be read: {answer.reason}. The schedules of this workspace are used.")
        return Rights(lacks=tuple(lacks), notes=(NAMELESS, PLANNING))

    async def read(self, span: Span) -> AsyncIterator[Page]:
        """The plans, page by page, then each person's working time; see `Source.read`."""
        accounts: dict[str, Account] = {}
        for phase in (self._read_plans, self._read_schedules):
            async with aclosing(phase(span, accounts)) as pages:
                async for page in pages:
                    yield page

    def _credential(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self._secret}"}

    async def _read_plans(self, span: Span, accounts: dict[str, Account]) -> AsyncGenerator[Page, None]:
        wide = Span(span.start - LOOK_BACK, span.end)
        seen: set[object] = set()
        offset = 0
        while True:
            found = await self._page(wide, offset, PAGE)
            known = len(seen)
            async for some in steps(found.records):
                yield await self._understood(some, span, accounts, seen)
            if known and found.records and len(seen) == known:
                raise self._unusable("the service gives the same page of plans again and again")
            if not found.records and (found.more or found.next):
                raise self._unusable("an empty page says that more plans follow")
            offset += len(found.records)
            if not found.records or not (found.more or found.next or len(found.records) >= PAGE):
                return

    async def _page(self, span: Span, offset: int, limit: int) -> Listing:
        """One page of plans; we count ourselves and never go where `next` says, but say so where it leads away (N1)."""
        params = [("from", span.start.isoformat()), ("to", span.end.isoformat())]
        params += [("limit", str(limit)), ("offset", str(offset))]
        name = self.connection.name
        body = await self._client.read("plans", params=params, subject="plans")
        found = listing(body, "results", subject="plans", connection=name)
        if found.next:
            within(found.next, self._client.base, connection=name, subject="the next page of plans")
        if found.count is not None and found.count > len(found.records):
            raise self._unusable(f"a page of {found.count} plans came with {len(found.records)}")
        return found

    async def _understood(
        self, records: Sequence[bytes], span: Span, accounts: dict[str, Account], seen: set[object]
    ) -> Page:
        """The plans of a page; one that was on an earlier page is left out (V4)."""
        kept: list[Record] = []
        faults: list[NotUnderstood] = []
        known = len(accounts)
        async for raw in unhurried(records):
            try:
                plan, account = plan_of(raw)
            except Unreadable as error:
                seen.add(raw)
                faults.append(NotUnderstood(what="plan", reason=str(error), raw=raw))
                continue
            if plan.external_id in seen:
                continue
            seen.add(plan.external_id)
            if plan.rule == NEVER and max(plan.start, plan.end) < span.start:
                continue  # only the look back brought it
            accounts.setdefault(account.key, account)
            kept.append(Record(plan, raw))
        new = tuple(accounts.values())[known:]
        return Page(accounts=new, records=tuple(kept), not_understood=tuple(faults))

    def _unusable(self, what: str) -> AnswerUnusable:
        return AnswerUnusable(
            what,
            connection=self.connection.name,
            subject="plans",
            advice="The last whole reading stays; sync again later.",
        )

    async def _read_schedules(self, span: Span, accounts: dict[str, Account]) -> AsyncGenerator[Page, None]:
        """The working time of every user met; a generic resource has none."""
        people = [key for key, account in accounts.items() if account.atlassian]
        lost: list[NotReadable] = []
        async with aclosing(in_order(partial(self._schedule, key, span) for key in people)) as answers:
            async for key, what, answer in answers:
                if isinstance(answer, NotReadable):
                    lost.append(answer)
                else:
                    yield schedule_page(key, span, answer, what, self.connection.name)
        if lost:
            yield Page(not_readable=hidden_schedules(lost, len(people)))

    async def _schedule(self, key: str, span: Span) -> tuple[str, str, bytes | NotReadable]:
        what = f"working time of {key}"
        params = (("from", span.start.isoformat()), ("to", span.end.isoformat()))
        try:
            return key, what, await self._client.read("user-schedule", key, params=params, subject=what)
        except (Forbidden, NotFound, NotOffered) as error:
            return key, what, NotReadable(resource=f"schedule/{key}", what=what, reason=error.what)


def _base(connection: Connection) -> str:
    """The address up to and with /4: one of the regions, or a loopback."""
    base = checked_base(connection.url or REGIONS[0], cut=(VERSION,), connection=connection.name)
    if base not in REGIONS and not is_loopback(origin(base).host):
        raise OriginRefused(
            f"{origin(base).host} is no address of Tempo Cloud",
            connection=connection.name,
            subject="the address",
            advice=f"Leave --url out, or use one of {', '.join(REGIONS)}.",
        )
    return base + VERSION
