"""Making a connection: tried with one read first, then its secret kept, then written; all or nothing.

Shared by the command and the window, so that both refuse the same things. No widget here, and no secret in any message.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from planner_gui.domain.changes import Change, State
from planner_gui.domain.errors import PlannerError, SecretError, SourceError, UsageError
from planner_gui.session.accounts import Accounts, Stored
from planner_gui.session.notices import Severity
from planner_gui.session.redaction import know
from planner_gui.session.workspace import Workspace
from planner_gui.sources.base import (
    Check,
    Connection,
    Context,
    Offered,
    Rights,
    Source,
    SupportsChoices,
    SupportsRights,
    open_source,
)

OpenSource = Callable[[Connection, str, Context], Source]


@dataclass(frozen=True, slots=True)
class Tried:
    """A connection that answered. connection: with what the check settled (address, scheme, path).

    secret: as it is to be kept: what the service handed out for it, where it did (BigTime's session, A9). offered: what
    the connection can be limited to, None where nothing can be or nobody asked. rights: what it may not do.
    """

    connection: Connection
    secret: str = field(repr=False)
    check: Check
    offered: Offered | None = None
    rights: Rights = field(default_factory=Rights)


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a connection: where its secret is, and what was decided with it, in words (Load 6)."""

    stored: Stored
    said: tuple[str, ...] = ()


async def trial(
    connection: Connection,
    secret: str,
    context: Context,
    *,
    choices: bool = False,
    rights: bool = False,
    opened: OpenSource = open_source,
) -> Tried:
    """Ask the service once as this connection would. Raises SourceError or UsageError; nothing is kept.

    choices: ask also what the connection can be limited to; rights: ask also what it may not do. Where that fails, its
    reason comes with the rest.
    """
    know(secret)
    handed_out = [secret]
    source = opened(connection, secret, replace(context, save_secret=handed_out.append))
    try:
        check = await source.check()
        offered = await _offered(source) if choices and isinstance(source, SupportsChoices) else None
        told = await _rights(source) if rights and isinstance(source, SupportsRights) else Rights()
    finally:
        await source.close()
    settled = replace(connection, url=check.url or connection.url, options={**connection.options, **check.options})
    return Tried(settled, handed_out[-1], check, offered, told)


async def _offered(source: SupportsChoices) -> Offered:
    try:
        return await source.offered()
    except SourceError as error:
        return Offered("", reason=error.what)


async def _rights(source: SupportsRights) -> Rights:
    try:
        return await source.rights()
    except SourceError as error:
        return Rights(notes=(f"What it may not do could not be asked: {error.what}.",))


async def add(workspace: Workspace, accounts: Accounts, tried: Tried, *, session_only: bool = True) -> Kept:
    """Keep the secret, read back and compared (A1), then write the connection; where that fails the secret goes again.

    session_only: go on where no keyring keeps it, for this session alone; else SecretError and nothing is written.
    Raises UsageError for a name in use.
    """
    connection = tried.connection
    if workspace.settings.connection(connection.name) is not None:
        raise UsageError(f"there is a connection called {connection.name} already; nothing was changed")
    stored = await accounts.store(connection, tried.secret)
    if not stored.in_keyring and not session_only:
        raise SecretError(
            f"{stored.why}: the token cannot be kept, so the connection was not saved",
            subject=connection.name,
            advice="Start your desktop's keyring (a Secret Service), then connect again.",
        )
    try:
        said = await workspace.add_connection(connection)
    except (PlannerError, asyncio.CancelledError):
        with contextlib.suppress(SecretError):  # what went wrong first is what there is to say
            await accounts.forget(connection)
        raise
    return Kept(stored, said)


async def change(
    workspace: Workspace, accounts: Accounts, before: Connection, tried: Tried, *, known: str | None
) -> Kept:
    """Write an edited connection of the same name. known: the secret that the keyring has for it, None for none.

    A secret belongs to an origin and account (A6): where those are others now, the old entry goes.
    """
    connection = tried.connection
    moved = accounts.entry(before) != accounts.entry(connection)
    stored = Stored(in_keyring=True)
    if moved or tried.secret != known:
        stored = await accounts.store(connection, tried.secret)
    await workspace.configure(
        lambda settings: replace(
            settings,
            connections=tuple(connection if one.name == before.name else one for one in settings.connections),
        )
    )
    if moved:
        with contextlib.suppress(SecretError):  # of an address that is in use no more
            await accounts.forget(before)
    return Kept(stored)


def unsent(workspace: Workspace, name: str) -> list[Change]:
    """A connection's changes that were neither sent nor dropped."""
    return [each for each in workspace.changes if each.open and each.key.connection == name]


async def forget(workspace: Workspace, accounts: Accounts, name: str, *, discard: bool = False) -> None:
    """Remove a connection, all that was read of it, and its token (A8). The service is not told anything.

    discard: drop what was not sent; else UsageError where there is something, and always while something is on its way.
    A keyring that does not answer keeps nobody's connection alive: then a notice says which entry may be left in it.
    """
    connection = workspace.settings.connection(name)
    if connection is None:
        raise UsageError(f"there is no connection called {name}")
    workspace.refuse_where_safe(name)
    waiting = unsent(workspace, name)
    if any(each.state is State.SENDING for each in waiting):
        raise UsageError("is being sent to just now", subject=name, advice="Wait for its end; nothing was changed.")
    if waiting and discard:
        now = workspace.readings.now()
        await workspace.settle([each.to(State.DROPPED, now, "dropped with its connection") for each in waiting])
    await workspace.remove_connection(name)
    try:
        await accounts.forget(connection)
    except SecretError as error:
        service, _ = accounts.entry(connection)
        text = f"{name} is forgotten, but {error.what}: remove the entry {service} from your keyring by hand."
        workspace.notices.show(text, severity=Severity.WARNING)


async def pause(workspace: Workspace, name: str, paused: bool) -> None:
    """Leave a connection out of every reading until it is resumed; its last reading stays, and grows stale."""
    await workspace.configure(
        lambda settings: replace(settings, paused=settings.paused | {name} if paused else settings.paused - {name})
    )


async def put_first(workspace: Workspace, name: str) -> None:
    """Make a connection's Jira site the primary one: the first of the workspace."""
    chosen = workspace.settings.connection(name)
    if chosen is None:
        raise UsageError(f"there is no connection called {name}")
    await workspace.configure(
        lambda settings: replace(
            settings,
            connections=tuple(sorted(settings.connections, key=lambda one: one.site != chosen.site)),
        )
    )
