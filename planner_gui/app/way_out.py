"""What adapters may know when a command runs without a window: today, the zone, and the user's own proxy (N12)."""

from __future__ import annotations

from planner_gui.app import places
from planner_gui.session.accounts import Accounts
from planner_gui.session.proxy import OwnProxy
from planner_gui.session.workspace import Workspace
from planner_gui.sources.base import Context


async def context_of(workspace: Workspace, accounts: Accounts) -> Context:
    """The context of a workspace's connections; the keyring is asked only where a proxy wants a log-in."""
    proxy = OwnProxy(places.network_file(), accounts, workspace.notices)
    await proxy.load()
    return Context(workspace.today, workspace.plan.rules.zone, proxy=lambda: proxy.current)
