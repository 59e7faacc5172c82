"""The user's own proxy: what is set of it in one small file of this computer, its password in the keyring (N12).

It belongs to a person and a computer, not to a workspace. A faulty file costs the setting, never the start.
"""

from __future__ import annotations

import asyncio
import tomllib
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from planner_gui.domain.errors import SecretError
from planner_gui.session.accounts import Accounts
from planner_gui.session.notices import Notices, Severity
from planner_gui.sources.base import Connection, Proxy
from planner_gui.store import files


class Way(StrEnum):
    """How services are reached."""

    SYSTEM = "system"  # as HTTPS_PROXY and NO_PROXY say
    DIRECT = "direct"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class ProxyChoice:
    """What the user chose. direct: hosts and domains without a proxy, separated by commas."""

    way: Way = Way.SYSTEM
    url: str = ""
    user: str = ""
    direct: str = ""


class OwnProxy:
    """The choice and its password. path: the file, None for this session's memory only (the demo)."""

    def __init__(self, path: Path | None, accounts: Accounts, notices: Notices) -> None:
        self._path = path
        self._accounts = accounts
        self._notices = notices
        self._password = ""
        self._loaded = False
        self._loading = asyncio.Lock()
        self.choice = _read(path)

    @property
    def current(self) -> Proxy | None:
        """What a request is to use; None for what the environment names."""
        match self.choice.way:
            case Way.SYSTEM:
                return None
            case Way.DIRECT:
                return Proxy()
        return Proxy(self.choice.url, self.choice.user, self._password, self.choice.direct)

    async def load(self) -> None:
        """Fetch the password, once; a notice where the keyring does not give it. Whoever comes meanwhile waits too."""
        async with self._loading:
            if not self._loaded and self.choice.way is Way.OWN and self.choice.user:
                await self._fetch()
            self._loaded = True

    def _keys(self) -> Accounts:
        """The keyring's entries of this computer: the proxy is no workspace's."""
        return self._accounts.beside("network")

    async def _fetch(self) -> None:
        try:
            self._password = await self._keys().secret(_entry(self.choice)) or ""
            why = "" if self._password else "the keyring has none"
        except SecretError as error:
            why = error.what
        if why:
            text = f"The password of your proxy is missing: {why}. Enter it under File, Connections, Network."
            self._notices.show(text, severity=Severity.WARNING)

    async def keep(self, choice: ProxyChoice, password: str) -> None:
        """Use another proxy from now on. password: "" for the one that is known, where address and user stay.

        Where no keyring keeps it, it holds for this session and a notice says so (A1). Raises OSError where the setting
        cannot be written: it holds for this session then, too.
        """
        before = self.choice
        same = (before.url, before.user) == (choice.url, choice.user)
        self._password = password or (self._password if same else "")
        self.choice, self._loaded = choice, True
        if choice.way is Way.OWN and choice.user and password:
            await self._keys().store(_entry(choice), password)
        if before.user and not same:
            try:
                await self._keys().forget(_entry(before))
            except SecretError as error:
                text = f"{error.what}: the keyring may still have the password of the old proxy."
                self._notices.show(text, severity=Severity.WARNING)
        if self._path is not None:
            _write(self._path, choice)


def _entry(choice: ProxyChoice) -> Connection:
    """What the keyring's entry is named by: as for a connection, address and user (A4, A6)."""
    return Connection("proxy", "proxy", choice.url, {"user": choice.user})


def _read(path: Path | None) -> ProxyChoice:
    try:
        document = {} if path is None else tomllib.loads(files.read_plainly(path).decode("utf-8"))
        texts = {name: str(document.get(name, "")) for name in ("url", "user", "direct")}
        return ProxyChoice(Way(document.get("way", Way.SYSTEM)), **texts)
    except (OSError, ValueError):
        return ProxyChoice()


def _write(path: Path, choice: ProxyChoice) -> None:
    import tomli_w

    if not path.parent.is_dir():
        files.make_private_folder(path.parent)
    files.replace_whole(path, tomli_w.dumps({**asdict(choice), "way": choice.way.value}).encode("utf-8"))
