"""What every Source must do, whatever the service: the fake that an adapter's author writes, and ways to disturb it.

A module `tests/sources/fake_<kind>.py` (`tempo_cloud` for tempo-cloud) has `fake() -> Fake`: a minimal healthy service
in the vendor's documented shapes. test_contract.py then runs every promise of `Source` against it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from importlib.util import find_spec
from typing import Any, TypeVar

import httpx

from planner_gui.domain.entities import Page, Record, Span
from planner_gui.sources.base import KINDS, Connection, Context, Source, open_source

Result = TypeVar("Result")
Answer = Any  # what json.dumps takes
Route = Answer | Callable[[httpx.Request], Answer]

TODAY = date(2026, 11, 20)
SPAN = Span(date(2026, 11, 1), date(2026, 12, 31))
SECRET = "sentinel-7f3a9c"  # must never show up in a message, a repr or an address


@dataclass(kw_only=True)
class Fake:
    """A healthy service.

    routes: "GET /path" -> the JSON of its answer, or a function of the request that gives it; an httpx.Response is
    taken as it is; everything else is 404. items: the route whose answer is the list of the kind's items (of one
    resource where there are several). spans: the dates that a request asked for, None where it is no such request;
    leave it out where the vendor's lists take no dates. keeps_404: a 404 of everything is not an error of the reading
    (say why in the fake). bare_records: a record of the list may be a bare id, so that 17 is no broken one.
    """

    kind: str
    routes: dict[str, Route]
    items: str
    url: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    secret: str = SECRET
    spans: Callable[[httpx.Request], tuple[date, date] | None] | None = None
    requests: list[httpx.Request] = field(default_factory=list)
    saved: list[str] = field(default_factory=list)  # what the adapter gave to Context.save_secret

    @property
    def connection(self) -> Connection:
        return Connection(f"the {self.kind} one", self.kind, self.url, self.options)

    def respond(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        route = self.routes.get(f"{request.method} {request.url.path}")
        if callable(route):
            route = route(request)
        if isinstance(route, httpx.Response):
            return route
        return httpx.Response(404, json={"message": "nothing here"}) if route is None else json_answer(route)

    def context(self, respond: Callable[..., Any] | None = None) -> Context:
        transport = httpx.MockTransport(respond or self.respond)
        return Context(TODAY, UTC, lambda: transport, save_secret=self.saved.append, sleep=no_wait)

    def open(self, respond: Callable[..., Any] | None = None) -> Source:
        """The adapter, talking to this fake, or to `respond` (which may be async)."""
        return open_source(self.connection, self.secret, self.context(respond))

    def altered(self, change: Callable[[Answer], Answer], route: str = "") -> Source:
        """The adapter, every JSON answer (or that of one route) changed on its way."""

        def respond(request: httpx.Request) -> httpx.Response:
            response = self.respond(request)
            if response.status_code != 200 or route not in ("", f"{request.method} {request.url.path}"):
                return response
            return json_answer(change(json.loads(response.content)))

        return self.open(respond)


async def no_wait(_seconds: float) -> None:
    """In place of the pause before a retry."""
    await asyncio.sleep(0)


def json_answer(answer: Answer) -> httpx.Response:
    """200 with JSON; text is sent as it is, to be able to send what json.dumps would not write."""
    content = answer if isinstance(answer, str) else json.dumps(answer)
    return httpx.Response(200, content=content.encode(), headers={"Content-Type": "application/json"})


def fakes() -> dict[str, Callable[[], Fake]]:
    """The fakes that are there, by kind."""
    found = {}
    for kind in KINDS:
        module = f"tests.sources.fake_{kind.replace('-', '_')}"
        if find_spec(module):
            found[kind] = __import__(module, fromlist=["fake"]).fake
    return found


def run(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine; AssertionError where it leaves a task or an unhandled error behind."""
    errors: list[str] = []

    async def guarded() -> Result:
        asyncio.get_running_loop().set_exception_handler(lambda _loop, context: errors.append(str(context)))
        async with asyncio.timeout(20):
            result = await coroutine
        assert left_over() == []
        return result

    result = asyncio.run(guarded())
    assert not errors, errors
    return result


def left_over() -> list[str]:
    """The tasks that are still there besides the current one."""
    return [repr(task) for task in asyncio.all_tasks() if task is not asyncio.current_task()]


async def pages_of(source: Source, span: Span = SPAN) -> list[Page]:
    """The whole reading; closes the source."""
    try:
        return [page async for page in source.read(span)]
    finally:
        await source.close()


def read(source: Source, span: Span = SPAN) -> list[Page]:
    """`pages_of`, run to its end."""
    return run(pages_of(source, span))


def records(pages: list[Page]) -> list[Record]:
    return [record for page in pages for record in page.records]


def items(pages: list[Page]) -> list[Any]:
    """The items of a reading in a comparable order."""
    return sorted((record.item for record in records(pages)), key=repr)


def everything(pages: list[Page], *but: str) -> dict[str, list[str]]:
    """All that a reading yielded, by kind of thing, in a comparable form; raw text left out."""
    kept: dict[str, list[str]] = {"items": [repr(item) for item in items(pages)]}
    for name in ("accounts", "teams", "memberships", "projects", "sources", "schedules", "not_readable", "warnings"):
        if name not in but:
            kept[name] = sorted(repr(one) for page in pages for one in getattr(page, name))
    return kept


def objects_changed(change: Callable[[dict[str, Any]], dict[str, Any]], answer: Answer) -> Answer:
    """Every object of an answer, at any depth, changed."""
    if isinstance(answer, list):
        return [objects_changed(change, one) for one in answer]
    if isinstance(answer, dict):
        return change({key: objects_changed(change, value) for key, value in answer.items()})
    return answer


def lists_wrapped(wrap: Callable[[list[Any]], Answer], answer: Answer) -> Answer:
    """The list of an answer (bare, or alone in an envelope) replaced by what `wrap` makes of it."""
    if isinstance(answer, list):
        return wrap(answer)
    if isinstance(answer, dict) and isinstance(answer.get("cargo"), list):
        return wrap(answer["cargo"])
    return answer


def with_records(change: Callable[[list[Any]], list[Any]], answer: Answer) -> Answer:
    """The records of an answer changed, its envelope kept (a count in it is corrected)."""
    if isinstance(answer, list):
        return change(answer)
    if not isinstance(answer, dict):
        return answer
    names = [name for name, value in answer.items() if isinstance(value, list)]
    if len(names) != 1:
        return {**answer, "cargo": with_records(change, answer["cargo"])} if "cargo" in answer else answer
    kept = change(answer[names[0]])
    counts = {name: len(kept) for name in ("total", "count") if name in answer}
    metadata = answer.get("metadata")
    if isinstance(metadata, dict) and "count" in metadata:
        counts["metadata"] = {**metadata, "count": len(kept)}  # type: ignore[assignment]
    return {**answer, **counts, names[0]: kept}


ID_NAMES = ("id", "sid", "number", "key")


def ids_as_text(answer: Answer) -> Answer:
    """Numbers under names that end in id, sid or key become text."""

    def change(record: dict[str, Any]) -> dict[str, Any]:
        return {key: str(value) if is_id(key) and type(value) is int else value for key, value in record.items()}

    return objects_changed(change, answer)


def ids_as_numbers(answer: Answer) -> Answer:
    """Digits under names that end in id, sid or key become numbers."""

    def change(record: dict[str, Any]) -> dict[str, Any]:
        return {
            key: int(value) if is_id(key) and isinstance(value, str) and value.isdigit() else value
            for key, value in record.items()
        }

    return objects_changed(change, answer)


def is_id(key: str) -> bool:
    return key.lower().endswith(ID_NAMES)


def is_plain_date(value: object) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)
