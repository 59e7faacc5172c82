"""The company's services as a place to write to, behind the raw-socket server, with one ledger of every effect.

What a service does with a request is the sandbox's; when it does it, and what becomes of its answer, is told here
beforehand by a `Fate`. Time is a clock of ours that only a sleep moves, so that "applied ten minutes later" is soon.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import httpx

from planner_gui.sandbox.server import Sandbox
from tests.faults.server import Behaviour, Call, Reply, Server
from tests.session.pretend import Time
from tests.sources.contract import TODAY
from tests.sources.writing_contract import WRITES, company

OP = re.compile(r"op-[0-9a-z-]+")
COLLEAGUE = "a colleague"
GATEWAY = b"<html><body>502 Bad Gateway</body></html>"


@dataclass(frozen=True)
class Effect:
    """One write that a service accepted. at: seconds of our clock. op: the mark in its text, "" without one."""

    at: float
    connector: str
    method: str
    object: str
    op: str
    by: str
    body: bytes
    before: bytes = b""  # the object as it was, where it can be asked for by this address

    def __str__(self) -> str:
        return f"{self.at:.0f} s {self.by}: {self.method} {self.object} {self.op}"


@dataclass
class Fate:
    """What happens to one write.

    applied: now (before the answer), after (it), never, or so many seconds later. answer: what is done with the healthy
    answer; None: it is sent. Where it was not applied, a gateway's error page takes the place of the answer.
    """

    applied: Literal["now", "after", "never"] | float = "now"
    answer: Behaviour | None = None


def is_write(method: str, path: str) -> bool:
    """BigTime updates by POST, Tempo Cloud searches by POST: a request is what it means."""
    lower = path.lower()
    return method in WRITES and not lower.endswith(("/search", "/session", "/where-am-i"))


class Vendors:
    """Every service of the company behind one server.

    fates: of the next writes; then each is done and answered. reading: of the next reads, None for a good answer.
    lag: seconds until what was created is seen. keeps: what the services make of a body of ours that they take.
    shows: what they make of the JSON that we read.
    """

    def __init__(self, time: Time, server: Server) -> None:
        self.time = time
        self.server = server
        server.behaviour = self._serve
        self.sandbox = Sandbox(today=TODAY, organisation=company(), base_url=server.url)
        self.names = {entry["name"]: entry for entry in self.sandbox.connections()}
        self.ledger: list[Effect] = []
        self.fates: list[Fate] = []
        self.reading: list[Behaviour | None] = []
        self.writes: list[Call] = []
        self.lag = 0.0
        self.keeps: Callable[[bytes], bytes] = lambda body: body
        self.shows: Callable[[Any], Any] | None = None
        self._hidden: set[str] = set()

    @property
    def mine(self) -> list[Effect]:
        return [effect for effect in self.ledger if effect.by == "me"]

    # --- the wire ---

    async def _serve(self, call: Call) -> None:
        if not is_write(call.method, call.path):
            call.reply = self._seen(self.apply(call.method, call.target, call.headers, call.body, by="me"))
            fate = self.reading.pop(0) if self.reading else None
            await (fate(call) if fate else call.answer())
            return
        self.writes.append(call)
        fate_of_it = self.fates.pop(0) if self.fates else Fate()
        await self._written(call, fate_of_it)

    async def _written(self, call: Call, fate: Fate) -> None:
        def apply() -> Reply:
            return self.apply(call.method, call.target, call.headers, self.keeps(call.body), by="me")

        call.reply = Reply(502, GATEWAY, {"Content-Type": "text/html"})
        if fate.applied == "now":
            call.reply = apply()
        elif isinstance(fate.applied, float | int):
            self.time.after(fate.applied, apply)
        await (fate.answer(call) if fate.answer else call.answer())
        if fate.applied == "after":
            apply()

    # --- the services ---

    def apply(self, method: str, target: str, headers: dict[str, str], body: bytes, *, by: str) -> Reply:
        """Ask a service, at once; what it accepts stands in the ledger."""
        path, _, query = target.partition("?")
        named = is_write(method, path) and re.search(r"/\d+$", path) is not None
        before = _asked(self.sandbox, "GET", path, headers, b"").body if named else b""
        reply = _asked(self.sandbox, method, target, headers, body)
        if is_write(method, path) and reply.status < 300:
            connector = self.sandbox._name_of(path) or ""
            found = OP.search(body.decode("utf-8", "replace"))
            which, op = path + (f"?{query}" if query else ""), found[0] if found else ""
            self.ledger.append(Effect(self.time.monotonic(), connector, method, which, op, by, body, before))
            created = method == "POST" and not re.search(r"/task/detail/\d+$", path.lower())
            if self.lag and created and (name := _named(reply.body)):
                self._hidden.add(name)
                self.time.after(self.lag, lambda: self._hidden.discard(name))
        return reply

    def colleague(self) -> httpx.AsyncBaseTransport:
        """Somebody else's way to the services: no fault is on it, and what is done stands in the ledger as theirs."""
        return _Direct(self, COLLEAGUE)

    def _seen(self, reply: Reply) -> Reply:
        """The answer to a read without what is not to be seen yet."""
        if not (self._hidden or self.shows) or reply.status != 200:
            return reply
        data = json.loads(reply.body)
        if self.shows:
            data = self.shows(data)
        if _name(data) in self._hidden:
            return Reply(404, b"{}", reply.headers)
        return Reply(200, json.dumps(self._without(data)).encode(), reply.headers)

    def _without(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._without(one) for one in value if _name(one) not in self._hidden]
        if isinstance(value, dict):
            return {name: self._without(inner) for name, inner in value.items()}
        return value


class _Direct(httpx.AsyncBaseTransport):
    def __init__(self, vendors: Vendors, by: str) -> None:
        self._vendors = vendors
        self._by = by

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        target, body = request.url.raw_path.decode(), await request.aread()
        reply = self._vendors.apply(request.method, target, dict(request.headers), body, by=self._by)
        return httpx.Response(reply.status, headers=reply.headers, content=reply.body)


def _asked(app: Any, method: str, target: str, headers: dict[str, str], body: bytes) -> Reply:
    """What an ASGI application answers that waits for nothing."""
    path, _, query = target.partition("?")
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
        "path": httpx.URL(f"http://x{path}").path, "raw_path": path.encode(), "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 1),
    }  # fmt: skip
    working = app(scope, receive, send)
    try:
        working.send(None)
    except StopIteration:
        pass
    else:
        raise RuntimeError("the service waited for something")
    kind = dict(sent[0]["headers"]).get(b"content-type", b"").decode()
    return Reply(
        sent[0]["status"], b"".join(part.get("body", b"") for part in sent[1:]), {"Content-Type": kind} if kind else {}
    )


def _name(record: Any) -> str:
    """What a record is called: an id, or for an absence its start."""
    if not isinstance(record, dict):
        return ""
    for key in ("TaskSid", "id", "startDate"):
        if record.get(key):
            return str(record[key])
    return ""


def _named(body: bytes) -> str:
    try:
        data = json.loads(body)
    except ValueError:
        return ""
    return _name(data.get("cargo", data) if isinstance(data, dict) else data)
