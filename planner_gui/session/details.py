"""What a service knows about one item beyond its list: asked for when the user opens it, kept nowhere.

Boxes, fields and aggregations (BigPicture), budget and fees (BigTime), a calendar's rights (Work Time Calendar). No
widget and no HTTP here: the adapters ask, and what goes wrong comes up as a PlannerError in words.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import cast

from planner_gui.domain.errors import SecretError
from planner_gui.session.background import Aside
from planner_gui.session.sync import Secrets
from planner_gui.session.workspace import Workspace
from planner_gui.sources.base import Connection, Context, Detail, Source, SupportsDetail

KINDS = frozenset({"bigpicture", "worktime", "bigtime"})
"""Whose adapters are SupportsDetail: known without importing them."""


class Details:
    """Asks the services of one workspace. open_source and context: as for `sync.Sync`."""

    def __init__(
        self,
        workspace: Workspace,
        accounts: Secrets,
        *,
        open_source: Callable[[Connection, str, Context], Source],
        context: Context,
    ) -> None:
        self._workspace = workspace
        self._accounts = accounts
        self._open_source = open_source
        self._context = context

    async def of(self, connection: Connection, raw: bytes, external_id: str) -> Detail:
        """All that is known of an item, by its raw record. Raises SourceErrors and SecretErrors."""
        secret = await self._accounts.secret(connection)
        if secret is None:
            raise SecretError(
                "no token is stored for this address and account",
                subject=connection.name,
                advice="Enter it again with `planner-gui connect`.",
            )
        fresh: list[str] = []
        zone = self._workspace.plan.rules.zone
        context = replace(self._context, today=self._workspace.today, zone=zone, save_secret=fresh.append)

        async def ask() -> Detail:
            source = self._open_source(connection, secret, context)
            try:
                return await cast("SupportsDetail", source).detail(raw, external_id)
            finally:
                await source.close()

        aside = Aside("detail")  # its adapter may have to be imported, which would hold the window
        try:
            return await aside.run(ask())
        finally:
            await aside.close()
            if fresh:  # a session that outlives this process (A9)
                await self._accounts.store(connection, fresh[-1])
