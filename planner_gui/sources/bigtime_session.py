"""Getting into a BigTime: an API key, or a log-in whose session outlives us (A9). No answer is understood here.

[D] help/Session and the task page of the vendor, [C] three public clients for the API key.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence

from planner_gui.domain.errors import (
    AnswerUnusable,
    CredentialRefused,
    Forbidden,
    NotOffered,
    SourceError,
    UsageError,
)
from planner_gui.sources.address import checked_base
from planner_gui.sources.base import Connection, Context
from planner_gui.sources.client import Client
from planner_gui.sources.decode import Unreadable, document
from planner_gui.sources.evidence import KEPT, unsent
from planner_gui.sources.options import one_of

ADDRESS = "https://iq.bigtime.net"
API = "/BigtimeData/api/v2"
SERVICE = "BigTime"
ASK = "Ask BigTime's administrator for it."
ENTER_AGAIN = "Enter the password of this connection again; with remember=yes it is kept in the keyring for this."


class Access:
    """Reads with the right credential, logging in where that is needed.

    secret: the API key or the password as `connect` reads it, or what `save_secret` was given after a log-in: JSON with
    token, realm, user and, with remember=yes, password. Raises UsageError where an option lacks or contradicts.
    """

    def __init__(self, connection: Connection, secret: str, context: Context) -> None:
        given = connection.options
        self.user = given.get("user", "").strip()
        default = ("session", "api-key") if self.user else ("api-key", "session")
        self._by_key = one_of(connection, "auth", *default) == "api-key"
        self.realm = given.get("realm", "").strip()
        self._remember = one_of(connection, "remember", "no", "yes") == "yes"
        self._require(connection)
        self._name = connection.name
        self._save: Callable[[str], None] | None = context.save_secret
        self._key = self._token = self._password = ""
        self._take(secret.strip("\r\n"))
        self._refusal: CredentialRefused | None = None  # of the last log-in: a wrong password is sent once
        self._at_the_door = asyncio.Lock()
        address = connection.url.strip() or ADDRESS
        self.base = checked_base(address, cut=(API,), connection=connection.name) + API
        self._client = Client(self._name, self.base, context, headers=self._credential, service=SERVICE)
        # The log-in carries no credential but its body, also while an old token is in use beside it.
        self._door = Client(self._name, self.base, context, headers=dict, service=SERVICE)

    @property
    def requests(self) -> int:
        return self._client.requests + self._door.requests

    async def close(self) -> None:
        await self._client.close()
        await self._door.close()

    def begin(self) -> None:
        """A new reading: a password that was refused before may be tried once more (A7)."""
        self._refusal = None

    async def read(self, *path: str, params: Sequence[tuple[str, str]] = (), subject: str = "") -> bytes:
        """As `Client.read`, logged in. A 401 in session mode logs in once and asks once more; 405 is Forbidden."""
        if self._by_key:
            return await self._asked(*path, params=params, subject=subject)
        used = self._token or await self._renewed("", None)
        try:
            return await self._asked(*path, params=params, subject=subject)
        except CredentialRefused as error:
            await self._renewed(used, error)
            return await self._asked(*path, params=params, subject=subject)

    async def write(self, method: str, *path: str, body: object | None = None, subject: str = "") -> bytes:
        """As `Client.write`, logged in; 405 is Forbidden, with the service's words.

        A 401 in session mode logs in once and sends once more: what is refused with it was not done (reliability 4.2).
        """
        if self._by_key:
            return await self._sent(method, *path, body=body, subject=subject)
        try:
            used = self._token or await self._renewed("", None)
        except SourceError as error:
            raise unsent(error) from error
        try:
            return await self._sent(method, *path, body=body, subject=subject)
        except CredentialRefused as refusal:
            try:
                await self._renewed(used, refusal)
            except SourceError as error:
                raise unsent(error) from error
        return await self._sent(method, *path, body=body, subject=subject)

    async def _sent(self, method: str, *path: str, body: object | None, subject: str) -> bytes:
        try:
            return await self._client.write(method, *path, body=body, subject=subject)
        except NotOffered as error:
            raise self._no_right(error, "change", subject) from None

    def _no_right(self, error: NotOffered, what: str, subject: str) -> Forbidden:
        """BigTime says 405 for a right that is missing [D, task page]."""
        words = f": {error.detail}" if error.detail else ""
        return Forbidden(
            f"you lack the right to {what} this (405){words}",
            connection=self._name,
            subject=subject,
            advice=f"{KEPT}; ask BigTime's administrator for the right, or drop it." if what == "change" else ASK,
            detail=error.detail,
        )

    async def _asked(self, *path: str, params: Sequence[tuple[str, str]], subject: str) -> bytes:
        try:
            return await self._client.read(*path, params=params, subject=subject)
        except NotOffered as error:
            raise self._no_right(error, "read", subject) from None

    async def _renewed(self, used: str, refusal: CredentialRefused | None) -> str:
        """A token other than `used`: someone else's new one, or that of a log-in. Raises CredentialRefused."""
        async with self._at_the_door:
            if self._token != used:
                return self._token
            if self._refusal is not None:
                raise self._refusal
            if not self._password:
                raise CredentialRefused(
                    "the session has ended (401)" if refusal or used else "there is no password to log in with",
                    connection=self._name,
                    subject="log-in",
                    advice=ENTER_AGAIN,
                ) from refusal
            await self._log_in()
            return self._token

    async def _log_in(self) -> None:
        body = {"UserId": self.user, "Pwd": self._password} | ({"Firm": self.realm} if self.realm else {})
        try:
            answer = await self._door.post_once("session", body=body, subject="log-in")
        except CredentialRefused as error:
            self._refusal = CredentialRefused(
                f"user {self.user} or the password was refused (401)",
                connection=self._name,
                subject="log-in",
                advice=ENTER_AGAIN,
            )
            raise self._refusal from error
        fields = document(answer, subject="log-in", connection=self._name)
        try:
            # Lower-case names [D]; the firm is the realm of every later request.
            self._token, self.realm = fields.required_text("token"), self.realm or fields.required_text("firm", "realm")
        except Unreadable as error:
            raise AnswerUnusable(
                f"the log-in gave no session: {error}", connection=self._name, subject="log-in"
            ) from None
        kept = {"token": self._token, "realm": self.realm, "user": self.user}
        if self._remember:
            kept["password"] = self._password
        else:
            self._password = ""  # used once (A9)
        if self._save is not None:
            self._save(json.dumps(kept))

    def _credential(self) -> Mapping[str, str]:
        if self._by_key:
            return {"X-Auth-ApiToken": self._key, "X-Auth-Realm": self.realm}
        return {"X-Auth-Token": self._token, "X-Auth-Realm": self.realm}

    def _require(self, connection: Connection) -> None:
        if self._by_key and not self.realm:
            raise UsageError(
                "an API key needs the option realm",
                subject=connection.name,
                advice="Say --option realm=FIRM; BigTime shows it under My Company, Company Info.",
            )
        if not self._by_key and not self.user:
            raise UsageError(
                "a log-in needs the option user", subject=connection.name, advice="Say --option user=NAME."
            )

    def _take(self, secret: str) -> None:
        if self._by_key:
            self._key = secret
            return
        kept = _session(secret)
        if kept is None:
            self._password = secret
            return
        self._token, self._password = kept.get("token", ""), kept.get("password", "") if self._remember else ""
        self.realm = self.realm or kept.get("realm", "")


def _session(secret: str) -> dict[str, str] | None:
    """What was kept after a log-in; None where the secret is a password."""
    if not secret.startswith("{"):
        return None
    try:
        kept = json.loads(secret)
    except ValueError:
        return None
    if not isinstance(kept, dict) or "token" not in kept:
        return None
    return {str(name): value for name, value in kept.items() if isinstance(value, str)}
