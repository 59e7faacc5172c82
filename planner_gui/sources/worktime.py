"""Work Time Calendar, Cloud or beside a Jira: calendars, their event sources and the events in them, read only.

One reading asks for the calendars, for each of them by itself (which says whether the token may see it), and for its
events in windows that the search accepts. What an answer means is `worktime_calendars` and `worktime_events`, what is
one series `worktime_series`.

Left out, because no plan can show them: events of types that a search should not return (jira, sprint, version), and
events that name nobody, which are counted in a warning.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, suppress
from dataclasses import replace
from functools import partial

from planner_gui.domain.entities import Account, CalendarSource, NotReadable, Page, Span
from planner_gui.domain.errors import Forbidden, NotFound, SourceError, UsageError
from planner_gui.sources.address import checked_base
from planner_gui.sources.base import Check, Choice, Connection, Context, Detail, Offered, Rights
from planner_gui.sources.client import Client
from planner_gui.sources.decode import Fields, Unreadable, document, listing
from planner_gui.sources.gathering import Gathering, breathe, is_segment
from planner_gui.sources.options import accept_only, listed
from planner_gui.sources.parallel import in_order
from planner_gui.sources.worktime_calendars import SEARCHED, Calendar, calendar_of, source_of
from planner_gui.sources.worktime_edits import NO_WRITING
from planner_gui.sources.worktime_search import API, Search, Searcher, Window
from planner_gui.sources.worktime_series import records_of, series_of

CLOUD = "https://wtc.brizoit.com/wtc/rest/brizo-calendar"  # [D, seed 003]
REST = "/rest/brizo-calendar"
SERVICE = "Work Time Calendar"
ASKED = 5  # calendars whose rights a test looks at


class WorkTime:
    """A Work Time Calendar connection. Raises UsageError for its options, OriginRefused for its address."""

    def __init__(self, connection: Connection, secret: str, context: Context) -> None:
        accept_only(connection, "calendars")
        self.connection = connection
        self._chosen = tuple(dict.fromkeys(listed(connection, "calendars")))
        for key in self._chosen:
            if not (key.isascii() and key.isalnum()):
                raise UsageError(f"{key!a} is no calendar id", subject=connection.name, advice="Say calendars=12,15.")
        token = secret.strip()
        if not token or not token.isascii() or not token.isprintable() or " " in token:
            what = "has characters that no token has" if token else "is missing"
            raise UsageError(f"the token {what}", subject=connection.name, advice="Give it on standard input.")
        self._client = Client(
            connection.name,
            _base(connection),
            context,
            headers=lambda: {"Authorization": f"Bearer {token}"},
            service=SERVICE,
        )
        self._searcher = Searcher(self._client, context.zone)

    @property
    def requests(self) -> int:
        """HTTP requests sent so far."""
        return self._client.requests

    async def close(self) -> None:
        await self._client.close()

    async def check(self) -> Check:
        """The calendars of the token, and the rights in the first one."""
        calendars, misread = await self._listed()
        by_key = {calendar.key: calendar for calendar in calendars}
        chosen = [by_key[key] for key in self._chosen if key in by_key] if self._chosen else calendars
        warnings = [f"Calendar {key} is not one of the token's." for key in self._chosen if key not in by_key]
        if not calendars:
            warnings.append("The token sees no calendar, so no event is read.")
        if misread:
            warnings.append(f"{misread} calendars were not understood.")
        sees = [f"{len(chosen)} {'calendar' if len(chosen) == 1 else 'calendars'}"]
        sees += [f"{calendar.name}: {len(calendar.searched)} sources of events" for calendar in chosen[:10]]
        if chosen:
            try:
                first = await self._calendar(chosen[0].key)
                sees += [f"{first.name}: {label.lower()}: {value}" for label, value in first.rights]
            except (Forbidden, NotFound) as error:
                warnings.append(f"{chosen[0].name}: {error.what}")
        return Check(sees=tuple(sees), warnings=tuple(warnings))

    async def offered(self) -> Offered:
        """The token's calendars (SupportsChoices)."""
        calendars, _misread = await self._listed()
        return Offered("calendars", tuple(Choice(calendar.key, calendar.name) for calendar in calendars))

    async def rights(self) -> Rights:
        """Which of the first calendars the token is kept from, and that nothing is written (SupportsRights)."""
        known = {calendar.key: calendar for calendar in (await self._listed())[0]}
        keys = [key for key in self._chosen or known if key in known][:ASKED]
        answers = [await self._try_calendar(key, known) for key in keys]
        kept = [answer for answer in answers if isinstance(answer, NotReadable)]
        lacks = [f"Events of {one.what} cannot be read: {one.reason}." for one in kept]
        seen = [answer for answer in answers if isinstance(answer, Calendar)]
        closed = [one.name for one in seen if one.is_closed]
        notes = [f"Only some people may change events of {', '.join(closed)}."] if closed else []
        return Rights(lacks=tuple(lacks), notes=(*notes, f"Events are shown and never changed: {NO_WRITING}."))

    async def read(self, span: Span) -> AsyncGenerator[Page, None]:
        """Sources, events and the people in them; see Source."""
        gathering = Gathering()
        people: dict[str, Account] = {}
        unnamed = 0
        calendars = await self._calendars(gathering)
        windows = self._searcher.windows(span)
        sources = {source.key: source for calendar in calendars for source in calendar.sources}
        async with aclosing(in_order(partial(self._searched, calendar, windows) for calendar in calendars)) as answers:
            async for search in answers:
                if isinstance(search, NotReadable):
                    gathering.not_readable.append(search)
                    continue
                await self._know_sources(search, sources)
                unnamed += await self._take(search, span, sources, people, gathering)
                for page in gathering.pages():
                    yield page
        gathering.sources.extend(sources.values())
        gathering.accounts.extend(people.values())  # only now: a later calendar may know a name that an earlier lacks
        if unnamed:
            events = "event names" if unnamed == 1 else "events name"
            gathering.warn(f"{unnamed} {events} nobody and cannot be shown on anybody's line.")
        for page in gathering.rest():
            yield page

    async def detail(self, raw: bytes, external_id: str) -> Detail:
        """The calendar, its rights and the source of an event (SupportsDetail). Raises a SourceError."""
        try:
            event = Fields(raw)
            calendar, source = event.text("calendarId"), event.text("sourceId", "eventTypeConfigId")
        except Unreadable:
            return Detail(())
        groups: list[tuple[str, tuple[tuple[str, str], ...]]] = []
        if source:
            found = await self._source(source)
            calendar = calendar or found.calendar_key
            groups.append(("Source", (("Name", found.name), ("Type", found.type), ("Colour", found.colour))))
        if calendar:
            about = await self._calendar(calendar)
            rows = (("Name", about.name), ("Description", about.description), ("Owner", about.owner))
            groups = [("Calendar", rows), ("Rights", about.rights), *groups]
        shown = ((name, tuple((label, value) for label, value in rows if value)) for name, rows in groups)
        return Detail(tuple((name, rows) for name, rows in shown if rows))

    # -- calendars ------------------------------------------------------------------------------------------------

    async def _listed(self) -> tuple[list[Calendar], int]:
        """The calendars of the token, and how many were not understood."""
        gathering = Gathering()
        return await self._list(gathering), len(gathering.not_understood)

    async def _list(self, gathering: Gathering) -> list[Calendar]:
        body = await self._client.read(*API, "calendar", subject="calendars")
        calendars = []
        for raw in listing(body, "calendars", "values", subject="calendars", connection=self.connection.name).records:
            try:
                calendars.append(calendar_of(Fields(raw)))
            except Unreadable as error:
                gathering.misread("calendar", error, raw)
        return calendars

    async def _calendars(self, gathering: Gathering) -> list[Calendar]:
        """Each calendar to read, by its own answer; those that the token may not see are not readable."""
        known = {calendar.key: calendar for calendar in await self._list(gathering)}
        keys = self._chosen or tuple(known)
        if not keys:
            gathering.warn("The token sees no calendar, so no event is read.")
        calendars = []
        async with aclosing(in_order(partial(self._try_calendar, key, known) for key in keys)) as answers:
            async for calendar in answers:
                if isinstance(calendar, NotReadable):
                    gathering.not_readable.append(calendar)
                    continue
                calendars.append(calendar)
                for reason, raw in calendar.misread:
                    gathering.misread(f"event source of {calendar.name}", reason, raw)
        return calendars

    async def _try_calendar(self, key: str, known: dict[str, Calendar]) -> Calendar | NotReadable:
        try:
            return await self._calendar(key)
        except (Forbidden, NotFound) as error:
            return _not_readable(known.get(key), key, error)

    async def _calendar(self, key: str) -> Calendar:
        subject = f"calendar {key}"
        body = await self._client.read(*API, "calendar", key, subject=subject)
        return calendar_of(document(body, subject=subject, connection=self.connection.name), key)

    async def _source(self, key: str) -> CalendarSource:
        subject = f"event source {key}"
        body = await self._client.read(*API, "source", key, subject=subject)
        try:
            return source_of(document(body, subject=subject, connection=self.connection.name))
        except Unreadable:
            return CalendarSource(key=key, name=f"Source {key}", type="")

    async def _searched(self, calendar: Calendar, windows: Sequence[Window]) -> Search | NotReadable:
        try:
            return await self._searcher.events(calendar, windows)
        except (Forbidden, NotFound) as error:
            return _not_readable(calendar, calendar.key, error)

    async def _know_sources(self, search: Search, sources: dict[str, CalendarSource]) -> None:
        """Ask for the sources that events name and no calendar listed; one that cannot be seen keeps its number."""
        calendar = search.calendar
        home = _home(calendar)
        for key in dict.fromkeys(found.source for found in search.found.values()):
            if not key:
                sources.setdefault(home, CalendarSource(key=home, name=calendar.name, type="", calendar=calendar.name))
            elif key not in sources:
                source = CalendarSource(key=key, name=f"Source {key}", type="")
                with suppress(Forbidden, NotFound):
                    source = await self._source(key) if is_segment(key) else source
                sources[key] = replace(source, key=key, calendar=calendar.name, calendar_key=calendar.key)

    async def _take(
        self,
        search: Search,
        span: Span,
        sources: dict[str, CalendarSource],
        people: dict[str, Account],
        gathering: Gathering,
    ) -> int:
        """Gather a calendar's events; returns how many name nobody."""
        calendar, unnamed, count = search.calendar, 0, 0
        if search.missing:
            how_many = "some" if search.missing < 0 else str(search.missing)
            gathering.warn(
                f"{calendar.name}: the service kept {how_many} events back, so the calendar is not whole here."
            )
        for raw, reason in search.unreadable.items():
            gathering.misread(f"event of {calendar.name}", reason, raw)
        shown = [one for one in search.found.values() if _is_searched(sources[one.source or _home(calendar)])]
        for series in series_of(shown):
            unnamed += all(not one.people for one in series)
            for one in series:
                _know(one.people, people)
            home = sources[series[0].source or _home(calendar)]
            resource = f"calendar/{calendar.key}"
            for record in records_of(series, span, source=_home(calendar), title=home.name, resource=resource):
                count += 1
                await breathe(count)
                if record.item.accounts:  # type: ignore[union-attr]
                    gathering.records.append(record)
        return unnamed


def _base(connection: Connection) -> str:
    """Cloud's own address; of an address that was given, the part up to the REST base, which is added (cli.md)."""
    if not connection.url:
        return CLOUD
    return checked_base(connection.url, cut=(REST,), connection=connection.name) + REST


def _not_readable(calendar: Calendar | None, key: str, error: SourceError) -> NotReadable:
    what = f"calendar {calendar.name}" if calendar else f"calendar {key}"
    # 404 means unknown or not tied to the token [D].
    reason = "the token is not tied to it, or there is no such calendar" if isinstance(error, NotFound) else error.what
    return NotReadable(resource=f"calendar/{key}", what=what, reason=reason)


def _is_searched(source: CalendarSource) -> bool:
    """Whether events of this source are wanted: of the searched types, or of a type that is not known."""
    return source.type in SEARCHED or source.type.lower() not in ("jira", "sprint", "version")


def _home(calendar: Calendar) -> str:
    """The key of the stand-in source of events that name none."""
    return f"calendar/{calendar.key}"


def _know(accounts: Sequence[Account], people: dict[str, Account]) -> None:
    for account in accounts:
        known = people.setdefault(account.key, account)
        if (account.name and not known.name) or (account.email and not known.email):
            people[account.key] = replace(known, name=known.name or account.name, email=known.email or account.email)
