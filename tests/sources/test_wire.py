"""HTTP/1.1 on one connection: kept while it is good, never used when it is not (N4, N5). A server of bare asyncio."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable

import httpx
import pytest

from planner_gui.sources import wire
from planner_gui.sources.wire import Wire

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Server:
    """Answers each request as `replies` say, the last for ever; what it got is in `heads`, one list a connection."""

    def __init__(self, *replies: bytes, after: Behaviour | None = None) -> None:
        self.replies = list(replies) or [OK]
        self.heads: list[list[bytes]] = []
        self.after = after
        self.asked = asyncio.Event()
        self.ended = asyncio.Event()

    async def __aenter__(self) -> "Server":
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self.server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self.server.close()
        await self.server.wait_closed()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads: list[bytes] = []
        self.heads.append(heads)
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                heads.append(head)
                self.asked.set()
                writer.write(self.replies.pop(0) if len(self.replies) > 1 else self.replies[0])
                await writer.drain()
                if self.after is not None:
                    await self.after(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()
            self.ended.set()


def no_certificates() -> ssl.SSLContext:
    raise AssertionError("plain http needs none")


async def ask(over: Wire, url: str, *, read: bool = True, **more: object) -> httpx.Response:
    answer = await over.handle_async_request(httpx.Request("GET", url, **more))  # type: ignore[arg-type]
    if read:
        await answer.aread()
    await answer.aclose()
    return answer


def run(scenario: Callable[[Wire], Awaitable[None]]) -> None:
    async def whole() -> None:
        over = Wire(no_certificates)
        try:
            async with asyncio.timeout(10):
                await scenario(over)
        finally:
            await over.aclose()

    asyncio.run(whole())


def test_a_second_request_goes_out_on_the_same_connection() -> None:
    async def scenario(over: Wire) -> None:
        async with Server() as server:
            first, second = await ask(over, f"{server.url}/a?b=c"), await ask(over, f"{server.url}/d")
            assert (first.status_code, first.content, second.content) == (200, b"ok", b"ok")
            assert [[head.partition(b" HTTP")[0] for head in heads] for heads in server.heads] == [
                [b"GET /a?b=c", b"GET /d"]
            ]
            await over.aclose()

    run(scenario)


@pytest.mark.parametrize(
    "reply",
    [
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
        OK + b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n",  # nobody asked for that
        b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
    ],
)
def test_a_connection_that_is_done_or_speaks_unasked_is_not_used_again(reply: bytes) -> None:
    async def scenario(over: Wire) -> None:
        async with Server(reply, OK) as server:
            assert (await ask(over, server.url)).content == b"ok"
            assert (await ask(over, server.url)).content == b"ok"
            assert [len(heads) for heads in server.heads] == [1, 1]
            await over.aclose()

    run(scenario)


def test_a_connection_that_the_service_closed_a_moment_ago_is_not_used_again() -> None:
    """FA18: the loop has not been told yet; the system knows."""

    async def scenario(over: Wire) -> None:
        async def close(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.close()

        async with Server(after=close) as server:
            for _ in range(3):
                assert (await ask(over, server.url)).content == b"ok"
            assert [len(heads) for heads in server.heads] == [1, 1, 1]
            await over.aclose()

    run(scenario)


def test_an_idle_connection_is_not_used_after_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario(over: Wire) -> None:
        async with Server() as server:
            await ask(over, server.url)
            monkeypatch.setattr(wire, "KEPT_SECONDS", -1.0)
            await ask(over, server.url)
            assert [len(heads) for heads in server.heads] == [1, 1]
            await over.aclose()

    run(scenario)


def test_another_origin_gets_a_connection_of_its_own() -> None:
    async def scenario(over: Wire) -> None:
        async with Server() as ours, Server() as theirs:
            await ask(over, ours.url)
            await ask(over, theirs.url)
            await ours.ended.wait()
            assert (len(ours.heads), len(theirs.heads)) == (1, 1)
            await over.aclose()

    run(scenario)


def test_a_body_left_unread_ends_the_connection() -> None:
    async def scenario(over: Wire) -> None:
        async with Server(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nok") as server:
            await ask(over, server.url, read=False)
            await server.ended.wait()

    run(scenario)


def test_a_cancelled_request_ends_the_connection() -> None:
    async def scenario(over: Wire) -> None:
        async with Server(b"HTTP/1.1 100 Continue\r\n\r\n") as server:  # and nothing else
            asked = asyncio.ensure_future(ask(over, server.url))
            await server.asked.wait()
            asked.cancel()
            await server.ended.wait()
            with pytest.raises(asyncio.CancelledError):
                await asked

    run(scenario)


def test_what_nobody_reads_stays_with_the_service() -> None:
    """N5: memory is bounded by what is asked for, not by what is sent."""

    async def scenario(over: Wire) -> None:
        size = 32 * 1024 * 1024
        sending = asyncio.Event()

        async def much(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            sending.set()
            for _ in range(size // 65536):
                writer.write(bytes(65536))
                await writer.drain()

        async with Server(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size, after=much) as server:
            answer = await over.handle_async_request(httpx.Request("GET", server.url))
            await sending.wait()
            for _ in range(200):
                await asyncio.sleep(0)
            assert over._connection is not None
            assert wire.AHEAD <= len(over._connection._data) < wire.AHEAD + 512 * 1024
            got = 0
            async for piece in answer.stream:  # type: ignore[union-attr]
                got += len(piece)
            assert got == size
            await answer.aclose()
            await over.aclose()

    run(scenario)


@pytest.mark.parametrize(
    ("reply", "error", "words"),
    [
        (b"", httpx.RemoteProtocolError, "without sending a response"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok", httpx.RemoteProtocolError, "received 2 bytes, expected 9"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", httpx.RemoteProtocolError, "illegal"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 2 * wire.HEADER_LIMIT, httpx.RemoteProtocolError, "buffer"),
    ],
)
def test_what_is_no_answer_is_an_error(reply: bytes, error: type[Exception], words: str) -> None:
    async def scenario(over: Wire) -> None:
        async def close(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.close()

        async with Server(reply, after=close) as server:
            with pytest.raises(error, match=words):
                await ask(over, server.url)
            await over.aclose()

    run(scenario)


def test_it_is_told_before_the_first_byte_leaves() -> None:
    """W4: a doubt counts as having left."""

    async def scenario(over: Wire) -> None:
        async with Server() as server:
            told: list[tuple[str, int]] = []

            async def trace(event: str, info: dict[str, httpx.Request]) -> None:
                await asyncio.sleep(0.05)  # time enough for a byte to arrive, had it left
                told.append((f"{info['request'].method} {event}", sum(map(len, server.heads))))

            await ask(over, server.url, extensions={"trace": trace})
            assert told == [("GET http11.send_request_headers.started", 0)]
            await over.aclose()

    run(scenario)


def test_a_body_goes_out_whole() -> None:
    async def scenario(over: Wire) -> None:
        got: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

        async def take(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
            got.set_result(await reader.readexactly(300_000))

        async with Server(after=take) as server:
            request = httpx.Request("POST", server.url, content=b"x" * 300_000)
            answer = await over.handle_async_request(request)
            await answer.aread()
            await answer.aclose()
            assert b"content-length: 300000" in server.heads[0][0].lower()
            assert await got == b"x" * 300_000
            await over.aclose()

    run(scenario)


def test_the_next_address_of_a_host_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario(over: Wire) -> None:
        async with Server() as server:
            port = int(server.url.rpartition(":")[2])
            nowhere = socket.socket()
            nowhere.bind(("127.0.0.2", 0))  # nobody listens there
            found = [(socket.AF_INET, 1, 6, "", (host, port)) for host in ("127.0.0.2", "127.0.0.1")]

            async def resolve(host: str, _: int, **__: object) -> object:
                assert host == "planner.example"
                return found

            monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolve)
            assert (await ask(over, f"http://planner.example:{port}")).content == b"ok"
            found.pop()
            with pytest.raises(httpx.ConnectError) as caught:
                await ask(Wire(no_certificates), f"http://planner.example:{port}")
            assert isinstance(caught.value.__cause__, ConnectionRefusedError)
            nowhere.close()
            await over.aclose()

    run(scenario)
