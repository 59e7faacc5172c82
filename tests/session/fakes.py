"""What the session is tried with: services that answer from memory, keyrings in every state, clocks that are set."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from planner_gui.domain.entities import Account, Allocation, NotUnderstood, Page, Record, Span
from planner_gui.domain.errors import PlannerError
from planner_gui.sources.base import Check, Connection, Context

TODAY = date(2026, 11, 20)
MONDAY = date(2026, 11, 16)
FRIDAY = date(2026, 11, 20)


class Clocks:
    """A wall clock that somebody may set, and a monotonic one that nobody can."""

    def __init__(self) -> None:
        self.wall = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
        self.ticks = 1000.0

    def now(self) -> datetime:
        return self.wall

    def monotonic(self) -> float:
        return self.ticks

    def pass_hours(self, hours: float) -> None:
        self.wall += timedelta(hours=hours)
        self.ticks += hours * 3600


def allocation(number: int, title: str = "", *, account: str = "priya", percent: float = 50.0) -> Record:
    """An allocation of one account from Monday to Friday."""
    item = Allocation(
        external_id=str(number),
        account=account,
        start=MONDAY,
        end=FRIDAY,
        title=title or f"Work {number}",
        project="Orion",
        commitment=percent,
    )
    return Record(item, b'{"id": %d}' % number)


def page(records: Iterable[Record], *, name: str = "Priya Raman", key: str = "priya") -> Page:
    return Page(accounts=(Account(key=key, name=name),), records=tuple(records))


NONSENSE = Page(not_understood=(NotUnderstood(what="allocation", reason="no dates", raw=b"{}"),))


@dataclass
class Service:
    """A pretend service: its pages, what it fails with after them, and what it was asked."""

    pages: list[Page] = field(default_factory=list)
    error: Exception | None = None
    gate: threading.Event | None = None  # pages after the first wait for it, on a loop beside the test's
    secrets: list[str] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    ended: int = 0  # readings whose requests are over
    closed: int = 0
    hands_out: str = ""  # a secret that must outlive the process (A9)


class FakeSource:
    """The `Source` of a pretend service."""

    def __init__(self, connection: Connection, service: Service, context: Context) -> None:
        self.connection = connection
        self.requests = 0
        self._service = service
        self._context = context

    async def check(self) -> Check:
        return Check(account="me")

    async def read(self, span: Span) -> AsyncIterator[Page]:
        self._service.spans.append(span)
        try:
            async for one in self._pages():
                yield one
        finally:
            self._service.ended += 1

    async def _pages(self) -> AsyncIterator[Page]:
        if self._service.hands_out and self._context.save_secret:
            self._context.save_secret(self._service.hands_out)
        for number, one in enumerate(self._service.pages):
            if number:
                await self._opened()
            self.requests += 1
            yield one
        await self._opened()
        if self._service.error is not None:
            raise self._service.error

    async def _opened(self) -> None:
        while self._service.gate is not None and not self._service.gate.is_set():  # noqa: ASYNC110  (set elsewhere)
            await asyncio.sleep(0.002)

    async def close(self) -> None:
        assert self._service.ended == len(self._service.spans), "closed while its requests were going on"
        self._service.closed += 1


class Services:
    """`open_source` for pretend services by connection name."""

    def __init__(self, **services: Service) -> None:
        self.by_name = services

    def open(self, connection: Connection, secret: str, context: Context) -> FakeSource:
        service = self.by_name[connection.name]
        service.secrets.append(secret)
        return FakeSource(connection, service, context)


class FakeSecrets:
    """Secrets by connection name; an error is raised in place of one."""

    def __init__(self, **secrets: str | PlannerError | None) -> None:
        self.by_name = secrets
        self.stored: dict[str, str] = {}

    async def secret(self, connection: Connection) -> str | None:
        found = self.by_name.get(connection.name, "token")
        if isinstance(found, PlannerError):
            raise found
        return found

    async def store(self, connection: Connection, secret: str) -> None:
        await asyncio.sleep(0)
        self.stored[connection.name] = secret


class Keyring:
    """A keyring back end that works, or does not: see `states`."""

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], str] = {}
        self.calls: list[str] = []

    def get_password(self, service: str, username: str) -> str | None:
        self.calls.append("get")
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.calls.append("set")
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self.calls.append("delete")
        del self.entries[service, username]


class Refusing(Keyring):
    """Every call raises."""

    def __init__(self, error: Callable[[], BaseException]) -> None:
        super().__init__()
        self.error = error

    def get_password(self, service: str, username: str) -> str | None:
        raise self.error()

    def set_password(self, service: str, username: str, password: str) -> None:
        raise self.error()

    def delete_password(self, service: str, username: str) -> None:
        raise self.error()
