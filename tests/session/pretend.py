"""A service that can be written to, with a ledger of every effect, and a workspace that keeps changes in memory.

The service names allocations and tasks by numbers and absences by person and start, as the real ones do. What happens
to the next write is told beforehand: see `Fate`. Time passes only when somebody sleeps.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from planner_gui.domain.changes import Change, State, first, packed, unpacked
from planner_gui.domain.edits import FIELDS, Capability, Do, Edit, Fields, Item, ItemKey, blank
from planner_gui.domain.entities import Kind
from planner_gui.domain.errors import AnswerLost, NotFound, SourceError
from planner_gui.session.notices import Notices
from planner_gui.session.push import Push
from planner_gui.sources.base import Connection, Context
from planner_gui.sources.writing import Found

TODAY = date(2026, 11, 20)
BERLIN = ZoneInfo("Europe/Berlin")
ME, COLLEAGUE = "planner", "sam"

Result = TypeVar("Result")


class Time:
    """Clocks that only a sleep moves; what is due then happens then."""

    def __init__(self) -> None:
        self.wall = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
        self.ticks = 1000.0
        self.slept: list[float] = []
        self._due: list[tuple[float, Callable[[], object]]] = []

    def now(self) -> datetime:
        return self.wall

    def monotonic(self) -> float:
        return self.ticks

    def after(self, seconds: float, call: Callable[[], object]) -> None:
        self._due.append((self.ticks + seconds, call))

    def passes(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.ticks += seconds
        due = [entry for entry in self._due if entry[0] <= self.ticks]
        self._due = [entry for entry in self._due if entry[0] > self.ticks]
        for _, call in due:
            call()

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.passes(seconds)
        await asyncio.sleep(0)


@dataclass
class Fate:
    """What happens to one write. applied: never, now, or seconds later; error: what the writer is told."""

    applied: bool = True
    later: float | None = None
    error: BaseException | None = None
    answer: str | None = None  # in place of the id
    gate: asyncio.Event | None = None  # the answer waits for it
    now: Callable[[], object] | None = None  # what others do before the answer comes


def lost() -> AnswerLost:
    return AnswerLost("did not answer in time", connection="tempo")


class Language:
    """The vocabulary of the service: whole percents, trimmed text, `updated` moves by itself."""

    volatile = frozenset({"updated"})
    capabilities: Mapping[Kind, Capability] = {
        kind: Capability(frozenset(field.name for field in FIELDS[kind])) for kind in Kind
    }

    def item(self, key: ItemKey, raw: bytes, accounts: Sequence[str] = ()) -> Item:
        record = json.loads(raw)
        fields = blank(key.kind) | {name: record[name] for name in record if name in blank(key.kind)}
        if key.kind is Kind.TASK and "assignees" not in record:
            fields["assignees"] = list(accounts)
        return Item(key, fields, raw, series=record.get("series", 1))

    def stored(self, kind: Kind, fields: Fields) -> Fields:
        kept = dict(fields)
        if isinstance(percent := kept.get("percent"), float):
            kept["percent"] = round(percent)
        return kept

    def faults(self, kind: Kind, fields: Fields, before: Fields | None = None) -> Mapping[str, str]:
        return {}


class PretendService:
    """The company's records and the ledger of what was done to them."""

    def __init__(self, time: Time) -> None:
        self.time = time
        self.records: dict[str, dict[str, Any]] = {}
        self.ledger: list[tuple[str, str]] = []  # (verb, external id) of every effect of ours, in order
        self.calls: list[str] = []
        self.fates: list[Fate] = []
        self.reading_fails: list[SourceError | None] = []  # for the next reads, None: works
        self.lag = 0.0  # seconds until a list and a read show what was created
        self.hidden: set[str] = set()
        self.account = ME  # as the adapter knows beforehand whose the credential is, "" where it does not
        self.rounds: Callable[[dict[str, Any]], dict[str, Any]] = lambda fields: fields
        self.opened = self.closed = 0
        self._next = 41

    # --- what others do ---

    def holds(self, kind: Kind, fields: Fields, *, creator: str = COLLEAGUE, **more: Any) -> str:
        """A record that somebody made."""
        external_id = self._named(kind, fields)
        record = {**fields, "kind": kind.name, "creator": creator, "updated": 1, "series": 1, **more}
        self.records[external_id] = record
        return external_id

    def changes(self, external_id: str, **fields: Any) -> None:
        """Somebody changes a record."""
        self.records[external_id].update(fields)
        self.records[external_id]["updated"] += 1

    def found(self, external_id: str) -> Found:
        record = self.records[external_id]
        kind = Kind[record["kind"]]
        fields = {field.name: record.get(field.name) for field in FIELDS[kind]}
        raw = json.dumps({"id": external_id, **record}).encode()
        return Found(external_id, blank(kind) | fields, raw, creator=record["creator"], series=record["series"])

    # --- what an adapter does ---

    async def look(self, kind: Kind, fields: Fields) -> Sequence[Found]:
        self._reads(f"look {kind.name.lower()}")
        same = [("account", "team")] if kind is not Kind.TASK else [("project",)]
        return [
            self.found(external_id)
            for external_id, record in list(self.records.items())
            if record["kind"] == kind.name
            and external_id not in self.hidden
            and all(record.get(name) == fields.get(name) for names in same for name in names)
            and _near(record, fields)
        ]

    async def fetch(self, key: ItemKey, like: Fields | None = None) -> Found | None:
        self._reads(f"fetch {key.external_id}")
        if key.external_id not in self.records or key.external_id in self.hidden:
            return None
        found = self.found(key.external_id)
        daily = (like or {}).get("minutes_per_day")
        if daily is not None and found.fields.get("percent") is not None:  # 480 minutes are 100 percent here
            told = {"percent": None, "minutes_per_day": found.fields["percent"] * 480 // 100}  # type: ignore[operator]
            return replace(found, fields={**found.fields, **told})
        return found

    async def create(self, kind: Kind, fields: Fields) -> str:
        external_id = self._named(kind, fields)

        def apply() -> None:
            self.ledger.append(("create", external_id))
            self.holds_as(external_id, kind, self.rounds(dict(fields)))

        answer = await self._written(f"create {external_id}", apply)
        return external_id if answer is None else answer

    async def update(self, kind: Kind, current: Found, fields: Fields, changed: frozenset[str]) -> str:
        old = current.external_id
        new = self._named(kind, fields) if kind is Kind.ABSENCE else old

        def apply() -> None:
            if old not in self.records:
                raise NotFound("does not exist there (404)", connection="tempo")
            self.ledger.append(("update", old))
            record = self.records.pop(old)
            record.update(self.rounds(dict(fields)))
            record["updated"] += 1
            self.records[new] = record

        answer = await self._written(f"update {old}: {', '.join(sorted(changed))}", apply)
        return new if answer is None else answer

    async def delete(self, kind: Kind, current: Found) -> None:
        def apply() -> None:
            if current.external_id not in self.records:
                raise NotFound("does not exist there (404)", connection="tempo")
            self.ledger.append(("delete", current.external_id))
            del self.records[current.external_id]

        await self._written(f"delete {current.external_id}", apply)

    def holds_as(self, external_id: str, kind: Kind, fields: Fields) -> None:
        record = {**fields, "kind": kind.name, "creator": ME, "updated": 1, "series": 1}
        self.records[external_id] = record
        if self.lag:
            self.hidden.add(external_id)
            self.time.after(self.lag, lambda: self.hidden.discard(external_id))

    async def _written(self, what: str, apply: Callable[[], None]) -> str | None:
        self.calls.append(what)
        fate = self.fates.pop(0) if self.fates else Fate()
        if fate.applied and fate.later is None:
            apply()
        elif fate.later is not None:
            self.time.after(fate.later, apply)
        if fate.now is not None:
            fate.now()
        if fate.gate is not None:
            await fate.gate.wait()
        if fate.error is not None:
            raise fate.error
        return fate.answer

    def _reads(self, what: str) -> None:
        self.calls.append(what)
        if self.reading_fails and (error := self.reading_fails.pop(0)) is not None:
            raise error

    def _named(self, kind: Kind, fields: Fields) -> str:
        if kind is Kind.ABSENCE:
            return f"{fields['account']}@{fields['start']}"
        self._next += 1
        return str(self._next - 1)


def _near(record: Mapping[str, Any], fields: Fields) -> bool:
    """Dates a day wider than asked (W5)."""
    last = "due" if "due" in fields else "end"
    if not fields.get("start") or not record.get("start") or not fields.get(last) or not record.get(last):
        return True
    day = timedelta(days=1)
    first_day, last_day = (date.fromisoformat(str(fields[name])) for name in ("start", last))
    return date.fromisoformat(record["start"]) <= last_day + day and date.fromisoformat(record[last]) >= first_day - day


class PretendSource:
    """The adapter over a pretend service."""

    def __init__(self, connection: Connection, service: PretendService) -> None:
        self.connection = connection
        self.account = service.account
        self._service = service
        for name in ("look", "fetch", "create", "update", "delete"):
            setattr(self, name, getattr(service, name))
        service.opened += 1

    look: Any
    fetch: Any
    create: Any
    update: Any
    delete: Any

    async def close(self) -> None:
        self._service.closed += 1


class Desk:
    """A workspace that keeps its changes in memory, as bytes, as the queue does."""

    def __init__(self, time: Time, *names: str) -> None:
        self.connections = {name: Connection(name, "tempo", "https://jira.example.com") for name in names}
        self.settings = SimpleNamespace(connection=self.connections.get, paused=frozenset())
        self.readings = SimpleNamespace(now=time.now)
        self.plan = SimpleNamespace(rules=SimpleNamespace(zone=BERLIN))
        self.today = TODAY
        self.notices = Notices()
        self.kept: dict[str, tuple[int, bytes]] = {}
        self.history: list[tuple[str, State]] = []
        self.fails: list[Exception | None] = []
        self.time = time

    @property
    def changes(self) -> tuple[Change, ...]:
        return tuple(unpacked(payload, seq) for seq, payload in sorted(self.kept.values()))

    async def settle(self, changes: Sequence[Change]) -> None:
        await asyncio.sleep(0)
        if self.fails and (error := self.fails.pop(0)) is not None:
            raise error
        for change in changes:
            seq = self.kept[change.id][0] if change.id in self.kept else len(self.kept) + 1
            self.kept[change.id] = (seq, packed(change))
            self.history.append((change.id, change.state))
        await asyncio.sleep(0)

    def vocabulary(self, name: str) -> Language:
        return Language()

    def plans(self, edit: Edit, **more: Any) -> str:
        """The user plans a change; its id."""
        change = replace(first(edit, self.time.now()), **more)
        self.kept[change.id] = (len(self.kept) + 1, packed(change))
        return change.id

    def __getitem__(self, change_id: str) -> Change:
        return next(change for change in self.changes if change.id == change_id)


class Office:
    """A workspace, its services and its push, for one test."""

    def __init__(self, *names: str, looks_after: Sequence[float] = (2.0, 10.0, 30.0, 90.0)) -> None:
        self.time = Time()
        names = names or ("tempo",)
        self.services = {name: PretendService(self.time) for name in names}
        self.service = self.services[names[0]]
        self.desk = Desk(self.time, *names)
        self.secrets: dict[str, str | None] = {}
        self.looks_after = looks_after
        self.push = self.started()

    def started(self) -> Push:
        """A push as at a start of the program."""
        return Push(
            self.desk,  # type: ignore[arg-type]
            self,  # type: ignore[arg-type]
            open_source=lambda connection, _secret, _context: PretendSource(  # type: ignore[arg-type,return-value]
                connection, self.services[connection.name]
            ),
            context=Context(TODAY, BERLIN),
            looks_after=self.looks_after,
            now=self.time.now,
            monotonic=self.time.monotonic,
            sleep=self.time.sleep,
        )

    async def secret(self, connection: Connection) -> str | None:
        return self.secrets.get(connection.name, "token")

    # --- what the user plans ---

    def creates(self, fields: Fields, kind: Kind = Kind.ALLOCATION, connection: str = "tempo", **more: Any) -> str:
        from planner_gui.domain.changes import new_id

        key = ItemKey(connection, kind, new_id())
        edit = Edit(do=Do.CREATE, key=key, before=None, after=fields, label="Create")
        return self.desk.plans(edit, **more)

    def updates(self, external_id: str, *, connection: str = "tempo", raw: bytes | None = None, **fields: Any) -> str:
        """A change of a record as it is now."""
        found = self.services[connection].found(external_id)
        kind = Kind[self.services[connection].records[external_id]["kind"]]
        edit = Edit(
            do=Do.UPDATE,
            key=ItemKey(connection, kind, external_id),
            before=found.fields,
            after={**found.fields, **fields},
            label="Change",
            raw=found.raw if raw is None else raw,
        )
        return self.desk.plans(edit)

    def deletes(self, external_id: str, *, series: bool = False) -> str:
        found = self.service.found(external_id)
        key = ItemKey("tempo", Kind[self.service.records[external_id]["kind"]], external_id)
        edit = Edit(
            do=Do.DELETE, key=key, before=found.fields, after=None, label="Delete", raw=found.raw, series=series
        )
        return self.desk.plans(edit)

    def follows(self, create: str, do: Do = Do.UPDATE, **fields: Any) -> str:
        """A change of an item whose create is pending, sending or unknown."""
        change = self.desk[create]
        after = None if do is Do.DELETE else {**(change.after or {}), **fields}
        key = change.key._replace(external_id=change.id)
        return self.desk.plans(Edit(do=do, key=key, before=change.after, after=after, label="Then"))


def allocation(**given: Any) -> dict[str, Any]:
    return blank(Kind.ALLOCATION) | {
        "account": "priya", "item": {"type": "PROJECT", "id": "10130"}, "start": "2026-12-01", "end": "2026-12-04",
        "percent": 50, "repeat": "never", **given,
    }  # fmt: skip


def absence(**given: Any) -> dict[str, Any]:
    return blank(Kind.ABSENCE) | {
        "account": "priya", "start": "2026-12-07", "end": "2026-12-11", "type": "HOLIDAY", "percent": 100, **given,
    }  # fmt: skip


def run(coroutine: Coroutine[Any, Any, Result], *, timeout: float = 20.0) -> Result:
    """Run a coroutine on a plain loop; whatever nobody caught fails the test."""
    errors: list[str] = []

    async def guarded() -> Result:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: errors.append(str(context)))
        async with asyncio.timeout(timeout):
            return await coroutine

    result = asyncio.run(guarded())
    assert not errors, errors
    return result
