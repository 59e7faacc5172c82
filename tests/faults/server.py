"""A server that may be wrong: plain asyncio sockets, no HTTP library, since libraries refuse to be wrong.

It reads a request, asks for the healthy answer, and hands both to a behaviour, which does with the socket what it
likes. Everything that arrived stands in `ledger`. Nothing here knows a vendor or the program.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

Behaviour = Callable[["Call"], Awaitable[None]]
Healthy = Callable[["Call"], "Reply"]


@dataclass
class Reply:
    """An answer before it becomes bytes."""

    status: int = 200
    body: bytes = b"[]"
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})

    def head(self, *, length: int | None = None, **more: str) -> bytes:
        """Status line and headers with the blank line; length: the Content-Length, -1 for none."""
        headers = dict(self.headers) | {name.replace("_", "-"): value for name, value in more.items()}
        if length is None:
            length = len(self.body)
        if length >= 0:
            headers["Content-Length"] = str(length)
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items() if value)
        return f"HTTP/1.1 {self.status} Whatever\r\n{lines}\r\n".encode("latin-1")

    def bytes(self) -> bytes:
        return self.head() + self.body


class Call:
    """One request on one connection, and the means to answer it badly."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, nth_here: int) -> None:
        self.reader = reader
        self.writer = writer
        self.nth_here = nth_here  # how many requests this connection has carried, this one included
        self.method = self.path = self.query = ""
        self.head = b""
        self.body = b""
        self.reply = Reply()
        self.over = False  # the connection was ended by the behaviour

    @property
    def target(self) -> str:
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def headers(self) -> dict[str, str]:
        lines = self.head.decode("latin-1").split("\r\n")[1:]
        return {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines) if name}

    async def receive(self) -> bool:
        """Read the request; False where the connection ended before one."""
        try:
            self.head = await self.reader.readuntil(b"\r\n\r\n")
            self.method, target, _ = self.head.split(b"\r\n", 1)[0].decode("latin-1").split(" ", 2)
            self.path, _, self.query = target.partition("?")
            self.body = await self.reader.readexactly(int(self.headers.get("content-length", "0")))
        except (asyncio.IncompleteReadError, ConnectionError, ValueError, ssl.SSLError):
            return False
        return True

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def answer(self, reply: Reply | None = None) -> None:
        """A good answer."""
        await self.send((reply or self.reply).bytes())

    def reset(self) -> None:
        """RST, what was written and not yet sent is thrown away."""
        raw: socket.socket = self.writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()
        self.over = True

    async def finish(self) -> None:
        """FIN."""
        self.writer.close()
        self.over = True

    async def silence(self) -> None:
        """Say nothing more until the other side goes."""
        while await self.reader.read(65536):
            pass
        self.over = True


class Server:
    """Serves on a loopback port while in `async with`.

    healthy: the good answer to a call. behaviour: what is done with it instead of sending it; None: it is sent.
    """

    def __init__(
        self,
        healthy: Healthy | None = None,
        behaviour: Behaviour | None = None,
        *,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.ledger: list[Call] = []
        self.raw: list[bytes] = []  # what came that was no request
        self.connections = 0
        self.open = 0
        self.port = 0
        self._healthy = healthy or (lambda _call: Reply())
        self.behaviour = behaviour
        self._tls = tls
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Server:
        # The guard against strays in tests/conftest.py lets loopback through.
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0, ssl=self._tls, limit=2**20)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_error: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def url(self) -> str:
        return f"{'https://localhost' if self._tls else 'http://127.0.0.1'}:{self.port}"

    def asked(self, method: str, path: str) -> int:
        """How often this was asked for."""
        return sum(call.method == method and call.path == path for call in self.ledger)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open += 1
        nth = 0
        try:
            while True:
                nth += 1
                call = Call(reader, writer, nth)
                if not await call.receive():
                    return
                self.ledger.append(call)
                call.reply = self._healthy(call)
                await (self.behaviour(call) if self.behaviour else call.answer())
                if call.over:
                    return
        except (ConnectionError, ssl.SSLError):
            return
        finally:
            self.open -= 1
            writer.close()


# -- behaviours: each a way to be wrong --------------------------------------------------------------------------------


def replying(
    status: int | None = None,
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
    *,
    change: Callable[[bytes], bytes] | None = None,
) -> Behaviour:
    """Answer, but with another status, body or header (None: the healthy one's); change: the healthy body changed."""

    async def act(call: Call) -> None:
        reply = Reply(call.reply.status, call.reply.body, {**call.reply.headers, **(headers or {})})
        if status is not None:
            reply.status = status
        if body is not None:
            reply.body = body
        if change is not None:
            reply.body = change(reply.body)
        await call.answer(reply)

    return act


def changed(change: Callable[[object], object]) -> Behaviour:
    """Answer with the healthy JSON changed; text is sent as it is, for what json.dumps would not write."""

    def rewrite(body: bytes) -> bytes:
        after = change(json.loads(body))
        return after.encode("utf-8", "surrogatepass") if isinstance(after, str) else json.dumps(after).encode()

    return replying(change=rewrite)


def cut(share: float, end: str, *, framing: str = "length") -> Behaviour:
    """Send only a share of the body and end by `rst`, `fin` or `silence`; framing: length, chunked or close."""

    async def act(call: Call) -> None:
        body = call.reply.body
        part = body[: int(len(body) * share)]
        if framing == "length":
            await call.send(call.reply.head() + part)
        elif framing == "chunked":
            head = call.reply.head(length=-1, Transfer_Encoding="chunked")
            await call.send(head + f"{len(body):x}\r\n".encode() + part)
        else:
            await call.send(call.reply.head(length=-1, Connection="close") + part)
        await asyncio.sleep(0.01)  # a reset at once may overtake what it should cut
        await ending(end)(call)

    return act


def cut_in_headers(end: str) -> Behaviour:
    async def act(call: Call) -> None:
        await call.send(call.reply.head()[:25])
        await asyncio.sleep(0.01)
        await ending(end)(call)

    return act


def ending(end: str) -> Behaviour:
    """End the connection without another byte: `rst`, `fin`, or not at all (`silence`)."""

    async def act(call: Call) -> None:
        if end == "rst":
            call.reset()
        elif end == "fin":
            await call.finish()
        else:
            await call.silence()

    return act


def drip(part: str, every: float = 0.02) -> Behaviour:
    """A byte at a time, for ever: of the `headers` or the `body`."""

    async def act(call: Call) -> None:
        await call.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n")
        if part == "body":
            await call.send(b"Content-Length: 1000000\r\n\r\n[")
        else:
            await call.send(b"X-Long: ")
        while True:
            await call.send(b" ")
            await asyncio.sleep(every)

    return act


def endless_chunks() -> Behaviour:
    async def act(call: Call) -> None:
        await call.send(call.reply.head(length=-1, Transfer_Encoding="chunked"))
        chunk = b"10000\r\n" + b" " * 65536 + b"\r\n"
        while True:
            await call.send(chunk)

    return act


def zipped(change: Callable[[bytes], bytes] = lambda packed: packed) -> Behaviour:
    """The healthy body as gzip, its bytes changed."""

    async def act(call: Call) -> None:
        packed = change(gzip.compress(call.reply.body, 6))
        await call.answer(Reply(200, packed, {**call.reply.headers, "Content-Encoding": "gzip"}))

    return act


def then_close() -> Behaviour:
    """A good answer, and the idle connection is closed without having been announced."""

    async def act(call: Call) -> None:
        await call.answer()
        await call.finish()

    return act


def dies_when_reused() -> Behaviour:
    """The first request of a connection is answered, the second is read and the connection reset."""

    async def act(call: Call) -> None:
        if call.nth_here == 1:
            await call.answer()
        else:
            call.reset()

    return act
