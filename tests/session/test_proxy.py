"""N12: one's own proxy: its setting in a small file, its password in the keyring alone."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from planner_gui.session.accounts import Accounts
from planner_gui.session.notices import Notices
from planner_gui.session.proxy import OwnProxy, ProxyChoice, Way
from planner_gui.session.vault import Vault
from planner_gui.sources.base import Proxy
from tests.session.fakes import Keyring, Refusing

CHOICE = ProxyChoice(Way.OWN, "http://proxy.example.com:3128", "s.marino", ".intranet.example.com")
SECRET = "SENTINEL-proxy-password"


@pytest.fixture
def notices() -> Notices:
    return Notices()


def made(path: Path | None, keyring: Keyring, notices: Notices) -> OwnProxy:
    return OwnProxy(path, Accounts("w", notices, open_vault=lambda: Vault(keyring)), notices)


def test_the_password_is_in_the_keyring_and_the_rest_in_a_private_file(tmp_path: Path, notices: Notices) -> None:
    keyring, path = Keyring(), tmp_path / "config" / "network.toml"
    proxy = made(path, keyring, notices)
    assert proxy.current is None
    asyncio.run(proxy.keep(CHOICE, SECRET))
    assert proxy.current == Proxy(CHOICE.url, "s.marino", SECRET, CHOICE.direct)
    assert SECRET not in path.read_text()
    assert SECRET not in repr(proxy.current)
    assert path.stat().st_mode & 0o777 == 0o600
    assert keyring.entries == {
        ("planner-gui/network/proxy", "proxy|http://proxy.example.com:3128|s.marino"): SECRET,
    }

    again = made(path, keyring, notices)
    assert again.choice == CHOICE
    asyncio.run(again.load())
    assert again.current == proxy.current
    assert notices.current == ()


def test_another_proxy_gets_no_old_password_and_the_old_entry_goes(tmp_path: Path, notices: Notices) -> None:
    keyring = Keyring()
    proxy = made(tmp_path / "network.toml", keyring, notices)
    asyncio.run(proxy.keep(CHOICE, SECRET))
    asyncio.run(proxy.keep(ProxyChoice(Way.OWN, "http://other.example.com:8080", "s.marino"), ""))
    assert proxy.current is not None
    assert proxy.current.password == ""
    assert keyring.entries == {}
    asyncio.run(proxy.keep(ProxyChoice(Way.DIRECT), ""))
    assert proxy.current == Proxy()


def test_the_same_proxy_keeps_its_password(tmp_path: Path, notices: Notices) -> None:
    proxy = made(tmp_path / "network.toml", Keyring(), notices)
    asyncio.run(proxy.keep(CHOICE, SECRET))
    asyncio.run(proxy.keep(ProxyChoice(Way.OWN, CHOICE.url, CHOICE.user, ""), ""))
    assert proxy.current is not None
    assert proxy.current.password == SECRET


def test_a_keyring_without_it_is_told_of_once(tmp_path: Path, notices: Notices) -> None:
    path = tmp_path / "network.toml"
    asyncio.run(made(path, Keyring(), notices).keep(CHOICE, SECRET))
    proxy = made(path, Keyring(), notices)

    async def twice() -> None:
        await asyncio.gather(proxy.load(), proxy.load())

    asyncio.run(twice())
    assert [notice.text for notice in notices.current] == [
        "The password of your proxy is missing: the keyring has none. Enter it under File, Connections, Network."
    ]
    broken = Notices()
    locked = made(path, Refusing(lambda: OSError("nobody home")), broken)
    asyncio.run(locked.load())
    assert "the keyring did not give a token" in broken.current[0].text


@pytest.mark.parametrize("content", [b"\xff", b"way = 3", b"way = 'teleport'", b"way ="])
def test_a_faulty_file_costs_the_setting_alone(tmp_path: Path, notices: Notices, content: bytes) -> None:
    path = tmp_path / "network.toml"
    path.write_bytes(content)
    assert made(path, Keyring(), notices).choice == ProxyChoice()
