"""HTTP/1.1 over asyncio's own transports: a connection of one request at a time, kept alive between two (N4, N5, N11).

In place of what httpx goes through below its transport, which costs more than twice the processor time: a sync sends
thousands of small requests. h11 checks every byte of the protocol, as it does there. No policy here: one try, no
redirect, no credential, no limit but that of h11 on headers; whoever calls holds the deadline. Proxies are httpx's.
"""

from __future__ import annotations

import asyncio
import ipaddress
import select
import socket
import ssl
import time
from collections.abc import AsyncIterator, Callable

import h11
import httpx
from typing_extensions import override

NEXT_ADDRESS = 1.0  # seconds after which a host's next address is tried, as where IPv6 leads nowhere
KEPT_SECONDS = 15.0  # that an idle connection is used again
HEADER_LIMIT = 100 * 1024
AHEAD = 64 * 1024  # bytes taken from the network before somebody has asked for them (N5)

Origin = tuple[str, str, int]


class Wire(httpx.AsyncBaseTransport):
    """One connection, opened when needed; a request to another origin closes it. certificates: for https."""

    def __init__(self, certificates: Callable[[], ssl.SSLContext]) -> None:
        self._certificates = certificates
        self._connection: _Connection | None = None

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send, and return the answer with its body unread. Raises what httpx's own transport raises.

        Of httpx's extensions: "timeout" for connecting, "trace" before the first byte leaves.
        """
        url = request.url
        origin = (url.scheme, url.host, url.port or (443 if url.scheme == "https" else 80))
        connection = self._connection
        if connection is not None and not (connection.origin == origin and await connection.usable()):
            await self.aclose()
            connection = None
        if connection is None:
            connection = self._connection = await self._connected(origin, request)
        try:
            return await connection.send(request)
        except BaseException:
            connection.abort()
            raise

    @override
    async def aclose(self) -> None:
        """Close the connection, whatever runs on it."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.closed()

    async def _connected(self, origin: Origin, request: httpx.Request) -> _Connection:
        scheme, host, port = origin
        try:
            async with asyncio.timeout(request.extensions.get("timeout", {}).get("connect")):
                encrypted = scheme == "https"
                _, connection = await asyncio.get_running_loop().create_connection(
                    lambda: _Connection(origin),
                    sock=await _connected(host, port),
                    ssl=self._certificates() if encrypted else None,
                    server_hostname=host if encrypted else None,
                )
        except TimeoutError as error:
            raise httpx.ConnectTimeout(str(error), request=request) from error
        except OSError as error:
            raise httpx.ConnectError(str(error), request=request) from error
        return connection


class _Connection(asyncio.Protocol):
    """One connection and where its conversation stands. What has arrived waits in `_data`."""

    def __init__(self, origin: Origin) -> None:
        self.origin = origin
        self._talk = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEADER_LIMIT)
        self._idle_since = time.monotonic()
        self._data = bytearray()
        self._ended = False
        self._error: Exception | None = None
        self._news: asyncio.Future[None] | None = None
        self._lost = asyncio.get_running_loop().create_future()

    # --- what asyncio tells -------------------------------------------------------------------------------------------

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    @override
    def data_received(self, data: bytes) -> None:
        self._data += data
        if len(self._data) >= AHEAD:
            self._transport.pause_reading()
        self._tell()

    @override
    def eof_received(self) -> None:
        self._ended = True
        self._tell()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._ended = True
        self._error = exc
        self._tell()
        if not self._lost.done():
            self._lost.set_result(None)

    def _tell(self) -> None:
        if self._news is not None and not self._news.done():
            self._news.set_result(None)

    # --- one request after the other ----------------------------------------------------------------------------------

    async def usable(self) -> bool:
        """Whether another request may go out. A service that closed it, or spoke unasked, has not to be asked again."""
        if _has_news(self._transport.get_extra_info("socket")):
            for _ in range(2):  # the loop looks at the network between the two
                await asyncio.sleep(0)
        quiet = not self._ended and not self._data and not self._transport.is_closing()
        fresh = time.monotonic() - self._idle_since < KEPT_SECONDS
        return quiet and fresh and self._talk.our_state is h11.IDLE

    async def send(self, request: httpx.Request) -> httpx.Response:
        """Send a request, whole; its answer, with the body to come."""
        body = await request.aread()
        try:
            head = h11.Request(method=request.method, target=request.url.raw_path, headers=request.headers.raw)
            parts = [self._talk.send(head), self._talk.send(h11.Data(body)) if body else b""]
            parts.append(self._talk.send(h11.EndOfMessage()))
        except h11.LocalProtocolError as error:
            raise httpx.LocalProtocolError(str(error), request=request) from error
        if (trace := request.extensions.get("trace")) is not None:
            await trace("http11.send_request_headers.started", {"request": request})
        # Where this fails the service may still have answered before it closed: reading tells.
        self._transport.write(b"".join(part for part in parts if part))
        while not isinstance(event := await self._event(), h11.Response):
            pass  # 100 Continue and its like
        return httpx.Response(event.status_code, headers=event.headers.raw_items(), stream=_Body(self))

    async def body(self) -> AsyncIterator[bytes]:
        """The pieces of the answer's body, to its end."""
        while isinstance(event := await self._event(), h11.Data):
            yield bytes(event.data)

    def settle(self) -> None:
        """The answer is done with: ready for the next request where it was whole, else closed."""
        whole = self._talk.our_state is h11.DONE and self._talk.their_state is h11.DONE
        if whole and not self._talk.trailing_data[0]:  # what comes behind an answer would pass for the next one
            self._talk.start_next_cycle()
            self._idle_since = time.monotonic()
        else:
            self.abort()

    def abort(self) -> None:
        """Close at once. Not politely: that would wait for the other side."""
        self._transport.abort()

    async def closed(self) -> None:
        """Close, and wait until the system has been told: the next turn of the loop."""
        self.abort()
        await asyncio.shield(self._lost)

    async def _event(self) -> h11.Event | type[h11.PAUSED]:
        while True:
            try:
                event = self._talk.next_event()
            except h11.RemoteProtocolError as error:
                raise httpx.RemoteProtocolError(str(error)) from error
            if event is not h11.NEED_DATA:
                return event  # type: ignore[return-value]
            data = await self._received()
            if not data and self._talk.their_state is h11.SEND_RESPONSE:
                raise httpx.RemoteProtocolError("Server disconnected without sending a response.") from self._error
            self._talk.receive_data(data)

    async def _received(self) -> bytes:
        """What has arrived, b"" at the end. Raises ReadError where the connection broke."""
        while not self._data and not self._ended:
            self._news = asyncio.get_running_loop().create_future()
            await self._news
        if not self._data and self._error is not None:
            raise httpx.ReadError(str(self._error)) from self._error
        data = bytes(self._data)
        self._data.clear()
        if len(data) >= AHEAD and not self._ended:
            self._transport.resume_reading()
        return data


async def _connected(host: str, port: int) -> socket.socket:
    """A socket that is connected to one of the host's addresses. Raises OSError.

    One address after the other: asyncio's own race between them loses a socket where it is cancelled.
    """
    loop = asyncio.get_running_loop()
    try:
        addresses = [(socket.AF_INET6 if ipaddress.ip_address(host).version == 6 else socket.AF_INET, (host, port))]
    except ValueError:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [(info[0], info[4]) for info in found]  # type: ignore[misc]
    failed: OSError = OSError(f"{host} has no address")
    for family, address in addresses:
        connected = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # asyncio knows it as TCP: no delay
        try:
            connected.setblocking(False)
            async with asyncio.timeout(None if address == addresses[-1][1] else NEXT_ADDRESS):
                await loop.sock_connect(connected, address)
            return connected
        except OSError as error:  # a TimeoutError is one
            connected.close()
            failed = error
        except BaseException:
            connected.close()
            raise
    raise failed


def _has_news(connected: socket.socket) -> bool:
    """Whether the system holds something, an end perhaps, that the loop has not told yet."""
    if connected.fileno() < 0:
        return True
    if not hasattr(select, "poll"):  # Windows
        return bool(select.select([connected.fileno()], [], [], 0)[0])
    poll = select.poll()
    poll.register(connected.fileno(), select.POLLIN)
    return bool(poll.poll(0))


class _Body(httpx.AsyncByteStream):
    """An answer's body; closing it early closes the connection."""

    def __init__(self, connection: _Connection) -> None:
        self._connection: _Connection | None = connection

    @override
    async def __aiter__(self) -> AsyncIterator[bytes]:
        if self._connection is not None:
            async for piece in self._connection.body():
                yield piece

    @override
    async def aclose(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.settle()
