"""Getting at a BigPicture: credentials, both REST paths of a server, where-am-i and relocation of Cloud.

Says how to reach a public endpoint and nothing of what its answer means (A5; vendors.md 1.1, 1.2, 5).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress

from planner_gui.domain.errors import CredentialRefused, NotFound, SourceError
from planner_gui.sources.base import Connection, Context
from planner_gui.sources.bigpicture_location import REST_PATHS, WHERE_AM_I, place, server_base
from planner_gui.sources.bigpicture_options import Options
from planner_gui.sources.client import Client
from planner_gui.sources.evidence import unsent

SERVICE = "BigPicture"
PUBLIC = ("public", "ppm")  # every endpoint lies under it [D]

_Ask = Callable[[Client], Awaitable[bytes]]


class Access:
    """Requests to the public endpoints, wherever they are just now.

    Server and Data Center: until one path has answered, a 404 is tried on the other [D, C]. Cloud: a 401 asks
    where-am-i once, and the request is sent once more to the new base; what that says is final (A5: one hop a request).
    """

    def __init__(self, connection: Connection, settings: Options, context: Context) -> None:
        self._name = connection.name
        self._settings = settings
        self._context = context
        self.scheme = settings.scheme
        self.rest = settings.rest  # the server's path as far as known; settled once it has answered
        self._settled = settings.cloud
        self._refused = ""  # the base whose 401 is final: where-am-i knows no other
        self._turn = asyncio.Lock()
        self._made: list[Client] = []  # every client so far: a request that is under way stays with its own
        self.moves: list[str] = []  # notices: another host of the vendor
        self._manager = self._manager_client() if settings.cloud else None
        self._client: Client | None = None
        if not settings.cloud:
            self._client = self._new_client(server_base(settings.jira, self._paths()[0]))

    @property
    def requests(self) -> int:
        """HTTP requests sent so far, where-am-i included."""
        return sum(client.requests for client in self._made)

    @property
    def origin_known(self) -> bool:
        """Whether a server's REST path has answered, or a Cloud's base is known."""
        return self._settled and self._client is not None

    def begin(self) -> None:
        """A new reading: a token that was refused may be tried again."""
        self._refused = ""
        self.moves.clear()

    def use_scheme(self, scheme: str) -> None:
        """Authorise by another scheme from now on; Cloud is then looked up anew, at the address that goes with it."""
        self.scheme = scheme
        self._refused = ""
        if self._settings.cloud:
            self._client = None
            self._manager = self._manager_client()

    async def get(
        self,
        *path: str,
        params: Sequence[tuple[str, str]] = (),
        body: object | None = None,
        subject: str = "",
        slash: bool = False,
    ) -> bytes:
        """The answer of a public endpoint, as `Client.read` gives it; `path` without `public/ppm`."""

        async def ask(client: Client) -> bytes:
            return await client.read(*PUBLIC, *path, params=params, body=body, subject=subject, slash=slash)

        if self._settings.cloud:
            return await self._from_cloud(ask)
        if not self._settled:
            async with self._turn:
                if not self._settled:
                    return await self._settle(ask)
        return await ask(self._server())

    async def write(
        self,
        method: str,
        *path: str,
        params: Sequence[tuple[str, str]] = (),
        body: object | None = None,
        subject: str = "",
    ) -> bytes:
        """Change something at a public endpoint, as `Client.write` does it; `path` without `public/ppm`.

        Where a server's REST path is still unknown, the same address is read first: a write is not tried on two. After
        a 401 of Cloud it goes once more to the new base, since a 401 is refused before anything is done (vendors.md 5).
        """

        async def send(client: Client) -> bytes:
            return await client.write(method, *PUBLIC, *path, params=params, body=body, subject=subject)

        try:
            if not self._settings.cloud and not self._settled:
                await self.get(*path, subject=subject)
            client = await self._located() if self._settings.cloud else self._server()
        except SourceError as error:
            raise unsent(error) from error
        try:
            return await send(client)
        except CredentialRefused as refusal:
            moved = await self._moved_for(refusal, client)
        try:
            return await send(moved)
        except CredentialRefused:
            self._refused = moved.base
            raise

    async def _moved_for(self, refusal: CredentialRefused, refused: Client) -> Client:
        """The client of another base after a 401 of a write; raises that refusal where there is none."""
        moved = None
        if self._settings.cloud:
            with suppress(SourceError):  # the 401 is what is known of the write, whatever where-am-i says
                moved = await self._moved(refused)
        if moved is None:
            raise refusal
        return moved

    async def close(self) -> None:
        for client in self._made:
            await client.close()

    def _headers(self) -> Mapping[str, str]:
        headers = {"Authorization": f"{self.scheme} {self._settings.token}"}
        if self._settings.session:
            headers["Cookie"] = f"JSESSIONID={self._settings.session}"
        return headers

    def _new_client(self, base: str) -> Client:
        client = Client(self._name, base, self._context, headers=self._headers, service=SERVICE)
        self._made.append(client)
        return client

    def _server(self) -> Client:
        assert self._client is not None, "a server's client is made with the adapter"
        return self._client

    def _paths(self) -> tuple[str, ...]:
        return (self.rest, *(path for path in REST_PATHS if path != self.rest)) if self.rest else REST_PATHS

    async def _settle(self, ask: _Ask) -> bytes:
        """Ask on each REST path until one is there; the first that is not 404 is kept."""
        missing: NotFound | None = None
        for path in self._paths():
            self._server().rebase(server_base(self._settings.jira, path))
            try:
                answer = await ask(self._server())
            except NotFound as error:
                missing = missing or error
                continue
            self.rest, self._settled = path, True
            return answer
        assert missing is not None
        raise missing

    async def _from_cloud(self, ask: _Ask) -> bytes:
        client = await self._located()
        try:
            return await ask(client)
        except CredentialRefused:
            moved = await self._moved(client)
            if moved is None:
                raise
        try:
            return await ask(moved)
        except CredentialRefused:
            self._refused = moved.base
            raise

    async def _located(self) -> Client:
        async with self._turn:
            if self._client is None:
                self._client = self._new_client(await self._where_am_i(""))
            return self._client

    async def _moved(self, refused: Client) -> Client | None:
        """After a 401: the client of another base, None where there is none. One where-am-i for all that were refused.

        The old client is kept as it is: requests that wait in it end with its 401 and come here as well.
        """
        async with self._turn:
            if self._client is not refused:
                return self._client
            if self._refused == refused.base:
                return None
            base = await self._where_am_i(refused.base)
            if base == refused.base:
                self._refused = base
                return None
            self._client = self._new_client(base)
            return self._client

    def _manager_client(self) -> Client:
        return self._new_client(self._manager_address().rpartition("/")[0])

    def _manager_address(self) -> str:
        return self._settings.manager or WHERE_AM_I[self.scheme]

    async def _where_am_i(self, before: str) -> str:
        assert self._manager is not None, "a Cloud's manager client is made with the adapter"
        address = self._manager_address()
        answer = await self._manager.read(address.rpartition("/")[2], subject="where-am-i")
        own = bool(self._settings.manager)
        found = place(answer, asked=address, before=before, own=own, connection=self._name)
        if found.moved:
            self.moves.append(f"BigPicture is at {found.host} now; the connection follows it there.")
        return found.base
