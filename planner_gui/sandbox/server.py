"""The whole pretend company as one ASGI application, in-process for the demo, on a loopback socket for everything else.

It sends each request to its vendor by the path, adds the latency, keeps count, and lets a test switch faults on.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import signal
import socket
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import uvicorn
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from planner_gui.sandbox.bigpicture import CLOUD, NEW_BASE, OLD_BASE, SESSION, BigPictureCloud, BigPictureServer
from planner_gui.sandbox.bigtime import BigTime
from planner_gui.sandbox.faults import LOST, Fault, Faults
from planner_gui.sandbox.organisation import Organisation
from planner_gui.sandbox.tempo import Tempo
from planner_gui.sandbox.tempo_cloud import TempoCloud
from planner_gui.sandbox.web import LOGIN_PAGE, Refused, Service, answer, object_of, page
from planner_gui.sandbox.worktime import WorkTime

__all__ = ["Sandbox", "create_app", "run"]

_PREFIXES = (
    (NEW_BASE, "bigpicture"),
    (OLD_BASE, "bigpicture"),
    (SESSION, "bigpicture"),
    (CLOUD, "bigpicture-labs"),
    ("/jira/rest/tempo-", "tempo"),
    ("/tempo-cloud/", "tempo-labs"),
    ("/wtc/", "worktime"),
    ("/bigtime/", "bigtime"),
)
_STATUS_TEXT = {
    "401": "The token is missing or wrong",
    "403": "You have no permission for this",
    "404": "There is no such thing",
    "405": "You have no permission for this",
}


class Sandbox:
    """The company, its vendors and their state. `app` is the ASGI application.

    `log` holds (connection, method, path with query, status) of every answered request, `requests` counts them by
    connection. `faults` is the switchboard. The same arguments give the same answers, byte for byte.
    """

    def __init__(
        self,
        people: int = 60,
        seed: int = 1,
        *,
        today: date,
        base_url: str = "http://127.0.0.1:8740",
        latency_ms: int = 0,
        organisation: Organisation | None = None,
        faults: Faults | None = None,
    ) -> None:
        self.organisation = organisation or Organisation.make(people, seed, today=today)
        self.base_url = base_url.rstrip("/")
        self.latency_ms = latency_ms
        self.faults = faults or Faults()
        self.log: list[tuple[str, str, str, int]] = []
        self.requests: Counter[str] = Counter()
        self._later: set[asyncio.Task[None]] = set()
        self._services = self._built()

    def connections(self) -> list[dict[str, Any]]:
        """One entry a `planner-gui connect` call: kind, name, url, options (texts) and secret."""
        return [dict(service.connection(self.base_url)) for service in self._services.values()]

    def reset(self) -> None:
        """Undoes every write, fault and count."""
        self.faults.clear()
        self.log.clear()
        self.requests.clear()
        self._services = self._built()

    @property
    def app(self) -> ASGIApp:
        """The ASGI application: the sandbox itself, which any server recognises by its `__call__`."""
        return self

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request (ASGI)."""
        if scope["type"] != "http":
            return
        path: str = scope["path"]
        if path.startswith("/__sandbox/"):
            response = await self._switchboard(Request(scope, receive))
            await response(scope, receive, send)
            return
        name = self._name_of(path)
        if self.latency_ms:
            await asyncio.sleep(self.latency_ms / 1000)
        if name is None:
            await page("<html><body>Not found</body></html>", 404)(scope, receive, send)
            return
        await self._served(name, scope, receive, send)

    async def _served(self, name: str, scope: Scope, receive: Receive, send: Send) -> None:
        query = scope["query_string"].decode("latin-1")
        address = f"{scope['path']}?{query}" if query else scope["path"]
        fault = self.faults.take(name, address, scope["method"])
        service = self._services[name]

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.log.append((name, scope["method"], address, message["status"]))
                self.requests[name] += 1
            await send(message)

        if fault is None:
            await service(scope, receive, counted)
        elif fault.fault == "slow":
            await asyncio.sleep(fault.seconds)
            await service(scope, receive, counted)
        elif fault.fault in LOST:
            await self._unheard(service, fault, scope, receive, counted)
        else:
            await _failed(service, fault)(scope, receive, counted)

    async def _unheard(self, service: Service, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        """The service does what is asked, now or later, and a gateway that did not hear its answer says 504."""
        body = await Request(scope, receive).body()

        async def again() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def unheard(message: Message) -> None:
            pass

        async def later() -> None:
            await asyncio.sleep(fault.seconds)
            await service(scope, again, unheard)

        if fault.fault == "lost":
            await service(scope, again, unheard)
        else:
            task = asyncio.create_task(later())
            self._later.add(task)
            task.add_done_callback(self._later.discard)
        await page("<html><body>504 Gateway Time-out</body></html>", 504)(scope, receive, send)

    async def _switchboard(self, request: Request) -> Response:
        try:
            if request.url.path == "/__sandbox/requests" and request.method == "GET":
                return answer({name: self.requests[name] for name in self._services})
            if request.url.path == "/__sandbox/log" and request.method == "GET":
                names = ("connection", "method", "address", "status")
                return answer([dict(zip(names, entry, strict=True)) for entry in self.log])
            if request.url.path == "/__sandbox/reset" and request.method == "POST":
                self.reset()
                return answer({})
            if request.url.path == "/__sandbox/faults" and request.method == "POST":
                self._set_fault(await object_of(request))
                return answer({})
        except (Refused, ValueError, TypeError) as error:
            return answer({"error": str(error)}, 400)
        return answer({"error": "no such switch"}, 404)

    def _set_fault(self, body: dict[str, Any]) -> None:
        name = str(body.get("connection"))
        if name not in self._services:
            raise ValueError(f"no connection {name}: one of {', '.join(self._services)}")
        times = body.get("times")
        path, seconds = str(body.get("path") or ""), float(body.get("seconds") or 5)
        self.faults.set(name, str(body.get("fault")), path, None if times is None else int(times), seconds)

    def _name_of(self, path: str) -> str | None:
        return next((name for prefix, name in _PREFIXES if path.startswith(prefix)), None)

    def _built(self) -> dict[str, Service]:
        company = self.organisation
        services: list[Service] = [
            BigPictureServer(company, self._secret("bigpicture"), self.faults),
            BigPictureCloud(company, self._secret("bigpicture-labs"), self.faults, self.base_url),
            Tempo(company, self._secret("tempo")),
            TempoCloud(company, self._secret("tempo-labs"), self.base_url),
            WorkTime(company, self._secret("worktime")),
            BigTime(company, self._secret("bigtime")),
        ]
        return {service.name: service for service in services}

    def _secret(self, name: str) -> str:
        digest = hashlib.sha256(f"{self.organisation.seed}/{name}".encode()).hexdigest()
        return f"sandbox-{name}-{digest[:16]}"


def create_app(organisation: Organisation, *, faults: Faults | None = None) -> ASGIApp:
    """The ASGI application of this company."""
    return Sandbox(today=organisation.today, organisation=organisation, faults=faults).app


def run(port: int, people: int, seed: int, latency_ms: int, today: date) -> None:
    """Serves the company on 127.0.0.1 until SIGINT or SIGTERM; port 0 takes a free one. OSError where it is taken.

    The first line on standard output, written once the socket listens, is `{"connections": [...]}`.
    """
    # The protocol is named so that asyncio knows it is TCP and sends small writes at once: else headers and body of an
    # answer are two packets, 40 ms apart.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", port))
        listening.listen(512)
        base_url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        sandbox = Sandbox(people, seed, today=today, base_url=base_url, latency_ms=latency_ms)
        config = uvicorn.Config(sandbox, lifespan="off", log_config=None, access_log=False, proxy_headers=False)
        config.timeout_keep_alive = 60
        config.timeout_graceful_shutdown = 2
        server = _Server(config)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, server.handle_exit)
        sys.stdout.write(json.dumps({"connections": sandbox.connections()}) + "\n")
        sys.stdout.flush()
        server.run([listening])


class _Server(uvicorn.Server):
    """A server that takes SIGINT and SIGTERM as the wish to end, not as an error of the process."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _failed(service: Service, fault: Fault) -> Response:
    """The answer in place of the real one."""
    if fault.fault == "html":
        return page(LOGIN_PAGE)
    if fault.fault == "malformed":
        return Response(b'[{"id": 1, "name": "cut sh', media_type="application/json")
    status = int(fault.fault)
    response = service.refusal(status, _STATUS_TEXT.get(fault.fault, "The service cannot answer now"))
    if status in {429, 503}:
        response.headers["Retry-After"] = "1"
    return response
