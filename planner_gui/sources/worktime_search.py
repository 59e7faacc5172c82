"""The search for the events of one calendar: windows that the service accepts, and what it says is not all.

An answer is taken apart into `Found` records here; what they mean together is `worktime_series`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial

from planner_gui.domain.entities import Span
from planner_gui.sources.client import Client
from planner_gui.sources.decode import Listing, Unreadable, listing
from planner_gui.sources.gathering import breathe
from planner_gui.sources.parallel import in_order
from planner_gui.sources.worktime_calendars import Calendar
from planner_gui.sources.worktime_events import Found, event_of, midnight

API = ("api", "1")
DAY_MS = 86_400_000
WINDOW_MS = 91 * DAY_MS  # "less than 92 days" [D]; counted in ms, so that no change of clocks adds an hour
OVERLAP_MS = 3_600_000  # a window begins an hour before the last one ends: nothing falls between the two

Window = tuple[int, int]


@dataclass
class Search:
    """One calendar's events so far. `found` by what makes an event the same in two answers (V4)."""

    calendar: Calendar
    found: dict[tuple[str, str, str], Found] = field(default_factory=dict)
    taken: set[bytes] = field(default_factory=set)  # records as text: most come again in the next window as they were
    unreadable: dict[bytes, str] = field(default_factory=dict)  # raw -> reason: once, though two windows show it
    missing: int = 0  # events that the service counted and did not return; -1: it did not say how many
    differing: bool = False


class Searcher:
    """Searches by one client; zone: the workspace's."""

    def __init__(self, client: Client, zone: tzinfo) -> None:
        self._client = client
        self._zone = zone

    def windows(self, span: Span) -> list[Window]:
        """Periods in Unix ms, from midnight to midnight of the workspace's zone and a day more at either end: an event
        of another zone may be on the first or last date for its people."""
        begin = _ms(midnight(span.start - timedelta(days=1), self._zone))
        end = _ms(midnight(span.end + timedelta(days=2), self._zone))
        windows = [(begin, min(begin + WINDOW_MS, end))]
        while windows[-1][1] < end:
            start = windows[-1][1] - OVERLAP_MS
            windows.append((start, min(start + WINDOW_MS, end)))
        return windows

    async def events(self, calendar: Calendar, windows: Sequence[Window]) -> Search:
        """All events of a calendar. Where two answers show one event differently, all is read once more (V4).

        Raises Forbidden or NotFound where the token may not see it.
        """
        search = await self._search_windows(calendar, windows)
        return await self._search_windows(calendar, windows) if search.differing else search

    async def _search_windows(self, calendar: Calendar, windows: Sequence[Window]) -> Search:
        search = Search(calendar)
        async with aclosing(in_order(partial(self._search, calendar, window) for window in windows)) as answers:
            async for answer in answers:
                await self._place(answer, search)
        return search

    async def _search(self, calendar: Calendar, window: Window) -> list[Listing]:
        """The answers for a window: one for the calendar, by Unix ms [C]. Where the service says that it is not whole,
        its sources are asked one by one, by ISO times [D]; paging is announced and not described [D]."""
        start, end = window
        body = {"startDate": start, "endDate": end, "calendarId": _number(calendar.key)}
        answer = await self._post(body, f"events of {calendar.name}")
        if not held_back(answer) or not calendar.searched:
            return [answer]
        period = {"startDateIso": self._iso(start), "endDateIso": self._iso(end)}
        answers = [replace(answer, total=None, more=False)]  # what it does hold; how much is missing the sources say
        for source in calendar.searched:
            body = {**period, "sourceId": _number(source.key)}
            answers.append(await self._post(body, f"events of {calendar.name}, {source.name}"))
        return answers

    async def _post(self, body: Mapping[str, object], subject: str) -> Listing:
        answer = await self._client.read(*API, "event", "search", body=body, subject=subject)
        names = ("values", "events", "results", "items")
        found = listing(answer, *names, subject=subject, connection=self._client.name)
        # A hint of paging without a count says nothing of how much is missing.
        return replace(found, more=True) if found.total is None and b'"startAt"' in answer else found

    def _iso(self, ms: int) -> str:
        return datetime.fromtimestamp(ms / 1000, UTC).astimezone(self._zone).isoformat(timespec="seconds")

    async def _place(self, answers: Sequence[Listing], search: Search) -> None:
        """Take in the answers of a window; an event that an earlier window showed is the same one."""
        count = 0
        for answer in answers:
            missing = held_back(answer)
            search.missing = -1 if missing < 0 or search.missing < 0 else search.missing + missing
            for raw in answer.records:
                if raw in search.taken:
                    continue
                search.taken.add(raw)
                count += 1
                await breathe(count)
                try:
                    found = event_of(raw, self._zone)
                except Unreadable as error:
                    search.unreadable[raw] = str(error)
                    continue
                before = search.found.setdefault(found.key, found)
                search.differing = search.differing or before != found


def held_back(answer: Listing) -> int:
    """How many events an answer holds back: 0 where it is whole, -1 where it does not say."""
    if answer.total is not None and answer.total > len(answer.records):
        return answer.total - len(answer.records)
    return -1 if answer.more else 0


def _number(key: str) -> int | str:
    return int(key) if key.isascii() and key.isdigit() else key


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
