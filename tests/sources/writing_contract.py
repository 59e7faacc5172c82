"""What every writing adapter must do, whatever the service: a case of each, on the pretend company behind its real API.

`CASES` has one entry a kind of connection; test_writing_contract.py runs every promise of SupportsEdits against it.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

import httpx

from planner_gui.domain.edits import Fields, ItemKey, blank, differing
from planner_gui.domain.entities import Kind
from planner_gui.sandbox.organisation import Organisation
from planner_gui.sandbox.server import Sandbox
from planner_gui.sources.base import Connection, Context, open_source
from planner_gui.sources.writing import SupportsEdits, Vocabulary, vocabulary
from tests.sources.contract import TODAY, no_wait, run

Result = TypeVar("Result")
WRITES = ("POST", "PUT", "DELETE")


@cache
def company() -> Organisation:
    return Organisation.make(20, 1, today=TODAY)


def worker(labs: bool) -> Any:
    """Somebody of the site who is there for long and works whole weeks."""
    people = company().people
    return next(one for one in people if company().on_labs(one.number) == labs and one.schedule.mean_day() == 480)


def project(labs: bool) -> Any:
    return next(one for one in company().projects if one.labs == labs and one.items)


@dataclass(frozen=True)
class Case:
    """A kind of connection. new: fields that create an item; change: what is changed of it afterwards.

    unknown: a name that no document has, as a record of the service may hold it; "" where the service takes no names
    of others' (it then leaves what is not sent as it is).
    """

    name: str
    kind: Kind
    new: Fields
    change: Fields
    unknown: str = "xNew"

    @property
    def fields(self) -> dict[str, Any]:
        return {**blank(self.kind), **self.new}

    @property
    def changed(self) -> dict[str, Any]:
        return {**self.fields, **self.change}


def _absence(labs: bool) -> Fields:
    key = worker(labs).account if labs else worker(labs).key
    return {
        "account": f"EXT_USER@2@{key}",
        "start": "2028-03-06",
        "end": "2028-03-10",
        "type": "SICK LEAVE",
        "percent": 100,
        "comment": "Käse & <b>Brot</b>",
    }


_MOVED_ABSENCE: Fields = {
    "start": "2028-03-07",
    "end": "2028-03-14",
    "type": "OTHER REASON",
    "percent": 50,
    "comment": "",
}


@cache
def cases() -> dict[str, Case]:
    main, labs = project(False), project(True)
    tempo: Fields = {
        "account": worker(False).key,
        "item": {"type": "ISSUE", "id": str(main.items[0].number)},
        "scope": {"type": "project", "id": str(main.item.number)},
        "start": "2028-03-06",
        "end": "2028-03-10",
        "percent": 40,
        "repeat": "weekly",
        "until": "2028-05-01",
        "description": "Plan",
    }
    cloud: Fields = {
        "account": worker(True).account,
        "item": {"type": "PROJECT", "id": str(labs.item.number)},
        "start": "2028-03-06",
        "end": "2028-03-10",
        "minutes_per_day": 200,
        "repeat": "two-weekly",
        "until": "2028-05-01",
        "description": "Plan",
    }
    numbers = [str(5000 + number) for number in (2, 3, 4)]
    task: Fields = {
        "project": str(1200 + main.number),
        "name": "Write the manual",
        "type": "Task",
        "group": "Docs",
        "status": "In progress",
        "priority": "HIGH",
        "notes": "In two parts",
        "assignees": numbers[:2],
        "start": "2028-03-06",
        "due": "2028-03-31",
        "fee_or_expense": "2",
        "budget_hours": 24.5,
        "budget_fees": 2000,
        "budget_expenses": 10,
        "percent_complete": 20,
        "parent": "7001",
        "class": "9",
        "no_charge": True,
    }
    changes: Fields = {
        "name": "Write it",
        "assignees": [numbers[2], numbers[0]],
        "start": None,
        "due": "2028-04-07",
        "status": "Done",
        "priority": "LOW",
        "notes": "",
        "budget_hours": 30,
        "percent_complete": 100,
        "no_charge": False,
        "parent": "",
    }
    moved = {"start": "2028-03-07", "end": "2028-03-15", "repeat": "never", "until": None, "description": ""}
    return {
        "bigpicture": Case("bigpicture", Kind.ABSENCE, _absence(False), _MOVED_ABSENCE),
        "bigpicture-cloud": Case("bigpicture-labs", Kind.ABSENCE, _absence(True), _MOVED_ABSENCE),
        "tempo": Case("tempo", Kind.ALLOCATION, tempo, {**moved, "percent": 60, "include_non_working": True}),
        "tempo-cloud": Case(
            "tempo-labs",
            Kind.ALLOCATION,
            cloud,
            {**moved, "minutes_per_day": None, "minutes": 1234, "include_non_working": True},
        ),
        "bigtime": Case("bigtime", Kind.TASK, task, changes, unknown=""),
    }


class Desk:
    """A source of one connection, the sandbox behind it, and every request that passed between them.

    alter: changes what the service answers, by request; None lets it through.
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        self.sandbox = Sandbox(today=TODAY, organisation=company())
        self.requests: list[httpx.Request] = []
        self.alter: Callable[[httpx.Request, httpx.Response], httpx.Response | None] = lambda _request, _answer: None
        entry = next(entry for entry in self.sandbox.connections() if entry["name"] == case.name)
        self.connection = Connection(case.name, entry["kind"], entry["url"], entry["options"])
        self.secret: str = entry["secret"]

    @property
    def vocabulary(self) -> Vocabulary:
        return vocabulary(self.connection)

    @property
    def writes(self) -> list[httpx.Request]:
        """The writes that were sent; BigTime's and Tempo Cloud's searches are none."""
        return [one for one in self.requests if one.method in WRITES and not one.url.path.endswith("/search")]

    @property
    def applied(self) -> list[tuple[str, str]]:
        """The sandbox's own ledger of writes: method and path of those it answered with a 2xx."""
        return [
            (method, path)
            for name, method, path, status in self.sandbox.log
            if name == self.case.name and method in WRITES and status < 300
        ]

    def key(self, external_id: str) -> ItemKey:
        return ItemKey(self.case.name, self.case.kind, external_id)

    def do(self, act: Callable[[SupportsEdits], Awaitable[Result]]) -> Result:
        """Run against a source of its own, as a new start of the program would have it."""

        async def acting() -> Result:
            source = open_source(self.connection, self.secret, Context(TODAY, None, self._transport, sleep=no_wait))  # type: ignore[arg-type]
            assert isinstance(source, SupportsEdits)
            try:
                return await act(source)
            finally:
                await source.close()

        return run(acting())

    def created(self, fields: Fields | None = None) -> str:
        """The id of a new item of the case."""
        return self.do(lambda source: source.create(self.case.kind, fields or self.case.fields))

    def found(self, external_id: str, like: Fields | None = None) -> Any:
        return self.do(lambda source: source.fetch(self.key(external_id), like))

    def different(self, meant: Fields, found: Any) -> frozenset[str]:
        """The one comparison there is (W12)."""
        stored = self.vocabulary.stored
        return differing(self.case.kind, stored(self.case.kind, meant), stored(self.case.kind, found.fields))

    def _transport(self) -> httpx.AsyncBaseTransport:
        return _Recorded(self)


class _Recorded(httpx.AsyncBaseTransport):
    """The sandbox over ASGI, with what passes written down."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._inner = httpx.ASGITransport(app=desk.sandbox.app)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._desk.requests.append(request)
        response = await self._inner.handle_async_request(request)
        body = await response.aread()
        plain = httpx.Response(response.status_code, headers=response.headers, content=body)
        return self._desk.alter(request, plain) or plain


def with_more(answer: httpx.Response, **more: Any) -> httpx.Response:
    """A JSON answer, every object of its outermost list, or it itself, with more names in it."""
    data = json.loads(answer.content) if answer.content else None

    def added(value: Any) -> Any:
        if isinstance(value, list):
            return [added(one) for one in value]
        if isinstance(value, dict) and isinstance(value.get("cargo"), list | dict):
            return {**value, "cargo": added(value["cargo"])}
        if isinstance(value, dict) and isinstance(value.get("results"), list):
            return {**value, "results": added(value["results"])}
        return {**value, **more} if isinstance(value, dict) else value

    return httpx.Response(answer.status_code, json=added(data))
