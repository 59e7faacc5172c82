"""A service that answers by script, at the transport seam, with time that only moves when somebody waits.

Nothing here opens a socket: what needs a wire is in tests/faults.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import httpx

from planner_gui.sources.base import Context
from planner_gui.sources.client import Client

Result = TypeVar("Result")
Step = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]

BASE = "https://jira.example.com/jira"
TOKEN = "sentinel-token-5d1f"


class Body(httpx.AsyncByteStream):
    """A body in pieces; `taken` counts the bytes that were asked for, `closed` says whether it was let go."""

    def __init__(self, *pieces: bytes, then: Exception | None = None) -> None:
        self.pieces = pieces
        self.then = then
        self.taken = 0
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            self.taken += len(piece)
            yield piece
        if self.then:
            raise self.then

    async def aclose(self) -> None:
        self.closed = True


def answer(
    status: int = 200,
    body: bytes | Body = b"[]",
    *,
    type: str | None = "application/json",  # noqa: A002 - the header's short name
    headers: Mapping[str, str] | None = None,
) -> httpx.Response:
    """An answer; type: its content type, None for none."""
    stream = body if isinstance(body, Body) else Body(body)
    return httpx.Response(
        status, headers={**({"content-type": type} if type else {}), **(headers or {})}, stream=stream
    )


class Service(httpx.AsyncBaseTransport):
    """Plays `script` one step a request; the last step stays. `requests` is what arrived."""

    def __init__(self, *script: Step) -> None:
        self.script: Sequence[Step] = script or (answer(),)
        self.requests: list[httpx.Request] = []
        self.closed = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        step = self.script[min(len(self.requests), len(self.script) - 1)]
        self.requests.append(request)
        await asyncio.sleep(0)
        if isinstance(step, Exception):
            raise step
        if isinstance(step, httpx.Response):
            stream = step.stream
            return httpx.Response(step.status_code, headers=step.headers, stream=stream)
        return step(request)

    async def aclose(self) -> None:
        self.closed += 1

    @property
    def paths(self) -> list[str]:
        return [request.url.raw_path.decode() for request in self.requests]


class Time:
    """A clock that only a sleeper moves; `slept` are the waits."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


def client(
    service: httpx.AsyncBaseTransport,
    *,
    time: Time | None = None,
    base: str = BASE,
    headers: Callable[[], Mapping[str, str]] = lambda: {"Authorization": f"Bearer {TOKEN}"},
    deadline: float = 30.0,
) -> Client:
    """A client of the scripted service, called "tempo"."""
    time = time or Time()
    context = Context(
        today=date(2026, 11, 20),
        zone=ZoneInfo("Europe/Berlin"),
        transport=lambda: service,
        clock=time.clock,
        sleep=time.sleep,
        deadline=deadline,
    )
    return Client("tempo", base, context, headers=headers)


def run(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """Run to the end on a plain event loop; a task left behind is an error."""

    async def alone() -> Result:
        result = await coroutine
        left = asyncio.all_tasks() - {asyncio.current_task()}
        assert not left, f"left behind: {left}"
        return result

    return asyncio.run(alone())
