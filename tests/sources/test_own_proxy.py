"""N12: a proxy of one's own: used with its log-in, passed by for what it is not for, and named where it fails."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from datetime import UTC, date

import pytest

from planner_gui.domain.errors import ProxyFailed
from planner_gui.sources import network
from planner_gui.sources.address import origin
from planner_gui.sources.base import Context, Proxy
from planner_gui.sources.client import Client

JIRA = origin("https://jira.example.com")
OWN = Proxy("http://proxy.example.com:3128", "ana", "SENTINEL-pässword", ".intranet.example.com, other.example.com")


def test_one_s_own_takes_the_place_of_the_environment_s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://of-the-environment:3128")
    assert network.proxy_for(JIRA) == "http://of-the-environment:3128"
    assert network.proxy_for(JIRA, OWN) == OWN.url
    assert network.proxy_for(JIRA, Proxy()) is None


@pytest.mark.parametrize(
    "host",
    ["https://a.intranet.example.com", "https://other.example.com", "http://127.0.0.1:8080", "https://localhost"],
)
def test_it_is_not_used_for_what_it_is_not_for(host: str) -> None:
    assert network.proxy_for(origin(host), OWN) is None


@pytest.mark.parametrize(
    ("typed", "used"),
    [
        ("proxy.example.com:3128", "http://proxy.example.com:3128"),
        (" http://proxy.example.com ", "http://proxy.example.com:80"),
        ("https://proxy.example.com/", "https://proxy.example.com:443"),
        ("[::1]:3128", "http://[::1]:3128"),
    ],
)
def test_an_address_of_a_proxy_is_written_in_one_way(typed: str, used: str) -> None:
    assert network.checked_proxy(typed) == used


@pytest.mark.parametrize("typed", ["", "socks5://proxy:1080", "http://proxy/path", "http://", "http://proxy:3128/?a=1"])
def test_what_is_no_proxy_is_said(typed: str) -> None:
    with pytest.raises(ValueError, match="no address of a proxy"):
        network.checked_proxy(typed)


def test_a_log_in_inside_the_address_is_refused() -> None:
    with pytest.raises(ValueError, match="fields of their own"):
        network.checked_proxy("http://ana:secret@proxy:3128")


def test_what_the_environment_names_is_shown_without_its_log_in(monkeypatch: pytest.MonkeyPatch) -> None:
    assert network.proxy_of_environment() == ""
    monkeypatch.setenv("HTTPS_PROXY", "http://ana:SENTINEL@proxy.example.com:3128")
    assert network.proxy_of_environment() == "proxy.example.com:3128"
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:no-port")
    assert "cannot be used" in network.proxy_of_environment()


def through(answer: bytes, own: Callable[[int], Proxy]) -> tuple[ProxyFailed, bytes]:
    """What reading through a proxy that answers so comes to, and what the proxy was asked."""
    asked: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(answer)
        await writer.drain()
        writer.close()

    async def play() -> ProxyFailed:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        context = Context(date(2026, 11, 20), UTC, proxy=lambda: own(port))
        client = Client("tempo", "https://jira.example.com", context, headers=lambda: {"Authorization": "Bearer t"})
        try:
            with pytest.raises(ProxyFailed) as caught:
                await client.read("plans", subject="plans")
            return caught.value
        finally:
            await client.close()
            server.close()
            await server.wait_closed()

    return asyncio.run(play()), b"".join(asked)


def test_a_407_is_said_in_words_and_the_log_in_was_sent_to_the_proxy_alone() -> None:
    own = lambda port: Proxy(f"http://127.0.0.1:{port}", "ana", "SENTINEL-password")  # noqa: E731
    error, asked = through(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n", own)
    assert "wants a login (407)" in str(error)
    assert "File, Connections" in error.advice
    assert "SENTINEL" not in str(error)
    assert asked.startswith(b"CONNECT jira.example.com:443")
    login = base64.b64encode(b"ana:SENTINEL-password")
    assert b"Proxy-Authorization: Basic " + login in asked
    assert b"Bearer" not in asked


def test_a_proxy_that_is_not_there_is_named_as_the_fault() -> None:
    error, asked = through(b"", lambda _port: Proxy("http://127.0.0.1:9"))
    assert "proxy" in str(error)
    assert asked == b""
