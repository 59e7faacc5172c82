"""The connections' secrets: in the operating system's keyring, or in memory for this session; never in a file (A1-A8).

Every call to the keyring runs in a daemon thread with a limit, so that a keyring that hangs holds nothing up (A3). Only
back ends listed here are ever imported: keyring's own search would run a module that an environment variable, a
keyringrc.cfg or an installed plug-in names (A2). No other module of the program imports keyring.
"""

from __future__ import annotations

import asyncio
import importlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlsplit

from planner_gui.domain.errors import SecretError
from planner_gui.session.background import in_thread
from planner_gui.session.notices import Action, Notice, Notices, Severity
from planner_gui.session.redaction import know
from planner_gui.session.vault import Vault
from planner_gui.sources.base import Connection

SECONDS = 3.0
PROMPT_SECONDS = 60.0  # while the keyring asks the user, visibly (A3)
WAITING = "Waiting for your keyring: it may be asking for its password."

# The back ends that are trusted, best first. gnome-keyring, KeePassXC and newer KWallets all serve SecretService.
LINUX = ("keyring.backends.SecretService.Keyring", "keyring.backends.kwallet.DBusKeyring")
MAC = ("keyring.backends.macOS.Keyring",)
WINDOWS = ("keyring.backends.Windows.WinVaultKeyring",)
WINDOWS_LIMIT = 1280  # characters of a secret in the Credential Manager (A4)
NO_KEYRING = "this computer offers no keyring that planner-gui trusts"

_PORTS = {"https": 443, "http": 80}

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Stored:
    """Where a secret is now. in_keyring: it will be there at the next start; else `why` not, in words."""

    in_keyring: bool
    why: str = ""


def open_vault(platform: str = sys.platform) -> Vault:
    """The first back end of the list that works here; SecretError where none does. Blocks while it asks."""
    import keyring

    for name in {"win32": WINDOWS, "darwin": MAC}.get(platform, LINUX):
        backend = _backend(name)
        if backend is None:
            continue
        keyring.set_keyring(backend)  # whoever asks keyring itself gets this one, and its search never begins
        if name == WINDOWS[0]:
            backend.persist = "local machine"  # not "enterprise", which roams (A4)
            return Vault(backend, name, limit=WINDOWS_LIMIT)
        return Vault(backend, name, locked=_secret_service_is_locked if name == LINUX[0] else None)
    raise SecretError(NO_KEYRING)


def _backend(name: str) -> Any:
    """An instance, None where it is not for this computer: its priority says so by raising."""
    module, _, kind = name.rpartition(".")
    try:
        found = getattr(importlib.import_module(module), kind)
        return found() if found.priority > 0 else None
    except Exception:  # noqa: BLE001  (each back end has exceptions of its own for "not here")
        return None


def _secret_service_is_locked() -> bool:
    import secretstorage

    bus = secretstorage.dbus_init()
    try:
        return bool(secretstorage.Collection(bus).is_locked())  # the default one, which is not made by looking
    finally:
        bus.close()


class Accounts:
    """The secrets of one workspace.

    open_vault: chooses the keyring, by default the operating system's; None: this session's memory only (the demo).
    """

    def __init__(
        self,
        workspace_id: str,
        notices: Notices,
        *,
        open_vault: Callable[[], Vault] | None = open_vault,
        seconds: float = SECONDS,
        prompt_seconds: float = PROMPT_SECONDS,
    ) -> None:
        self._workspace_id = workspace_id
        self._notices = notices
        self._open_vault = open_vault
        self._seconds = seconds
        self._prompt_seconds = prompt_seconds
        self._vault: Vault | None = None
        self._session: dict[tuple[str, str], str] = {}

    def beside(self, name: str) -> Accounts:
        """The same keyring for secrets that belong to no workspace (the proxy's password, N12)."""
        seconds, prompt = self._seconds, self._prompt_seconds
        return Accounts(name, self._notices, open_vault=self._open_vault, seconds=seconds, prompt_seconds=prompt)

    def entry(self, connection: Connection) -> tuple[str, str]:
        """Service and user of a connection's entry (A4): another origin is another entry, and finds no secret (A6)."""
        account = connection.options.get("user") or connection.options.get("realm") or "-"
        service = f"planner-gui/{self._workspace_id}/{connection.name}"
        return service, f"{connection.kind}|{origin(connection.url)}|{account}"

    def for_session_only(self, connection: Connection) -> bool:
        """Whether its secret is in memory alone, because no keyring kept it: it is gone at the end (A1)."""
        return self.entry(connection) in self._session

    async def secret(self, connection: Connection) -> str | None:
        """A connection's secret, None where none is stored. Raises SecretError."""
        entry = self.entry(connection)
        if entry in self._session:
            return self._session[entry]
        if self._open_vault is None:
            return None
        found = await self._ask(lambda vault: vault.get(*entry), connection)
        know(found or "")  # from now on no log shows it (L1)
        return found

    async def store(self, connection: Connection, secret: str) -> Stored:
        """Keep a secret, in the keyring if it proves to keep it (A1), else for this session, and say so."""
        entry = self.entry(connection)
        know(secret)
        self._session[entry] = secret
        if self._open_vault is None:
            return Stored(in_keyring=False)
        try:
            await self._ask(lambda vault: vault.set(*entry, secret), connection)
        except SecretError as error:
            self._notices.show(
                # Of no connection: it stays true when that one is read again.
                f"{connection.name}: {error.what}. The token is kept until planner-gui ends, and in no file.",
                severity=Severity.WARNING,
            )
            return Stored(in_keyring=False, why=error.what)
        del self._session[entry]
        return Stored(in_keyring=True)

    async def forget(self, connection: Connection) -> None:
        """Remove a connection's secret (A8). Raises SecretError where the keyring may still have it."""
        entry = self.entry(connection)
        self._session.pop(entry, None)
        if self._open_vault is not None:
            await self._ask(lambda vault: vault.delete(*entry), connection)

    async def describe(self) -> str:
        """The keyring in use, for `doctor`; SecretError where there is none that answers."""
        if self._open_vault is None:
            return "none: secrets are kept in memory"
        return (await self._opened()).name

    async def _ask(self, call: Callable[[Vault], Result], connection: Connection) -> Result:
        try:
            vault = await self._opened()
            return await self._patiently(vault, partial(call, vault))
        except SecretError as error:
            raise SecretError(error.what, subject=connection.name, advice=error.advice) from error

    async def _opened(self) -> Vault:
        if self._vault is None:
            if self._open_vault is None:
                raise SecretError(NO_KEYRING)
            self._vault = await self._within(self._seconds, self._open_vault)
        return self._vault

    async def _patiently(self, vault: Vault, call: Callable[[], Result]) -> Result:
        """Three seconds; longer, visibly and with a way out, while the keyring asks the user."""
        locked = await self._within(self._seconds, vault.locked)
        if locked is False:
            return await self._within(self._seconds, call)
        working = asyncio.ensure_future(in_thread(call, name="keyring"))
        notice: Notice | None = None
        try:
            if not locked:
                done, _ = await asyncio.wait([working], timeout=self._seconds)
                if done:
                    return working.result()
            notice = self._notices.show(WAITING, actions=(Action("Cancel", working.cancel),))
            async with asyncio.timeout(self._prompt_seconds):
                return await asyncio.shield(working)
        except TimeoutError:
            raise _silent() from None
        except asyncio.CancelledError:
            if working.cancelled() and not _being_cancelled():  # by the notice's button
                raise SecretError("the keyring was not waited for") from None
            raise
        finally:
            working.cancel()
            if notice is not None:
                self._notices.withdraw(notice)

    async def _within(self, seconds: float, call: Callable[[], Result]) -> Result:
        try:
            async with asyncio.timeout(seconds):
                return await in_thread(call, name="keyring")
        except TimeoutError:
            raise _silent() from None


def _silent() -> SecretError:
    return SecretError("the keyring did not answer", advice="Look whether it is running and unlocked.")


def _being_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def origin(url: str) -> str:
    """Scheme, host and port of an address in one spelling; "-" for a vendor's own, which never changes."""
    if not url:
        return "-"
    parts = urlsplit(url if "://" in url else f"https://{url}")
    scheme, host = parts.scheme.lower(), (parts.hostname or "").rstrip(".")
    try:
        host = host.encode("idna").decode("ascii")
        port = parts.port
    except ValueError:  # an address that no connection can have: still an entry of its own
        return url
    written = f"[{host}]" if ":" in host else host
    return f"{scheme}://{written}" + ("" if port in (None, _PORTS.get(scheme)) else f":{port}")
