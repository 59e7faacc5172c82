"""What somebody who helps needs to know of an installation: versions, hosts, counts, states; no name, no token (L5)."""

from __future__ import annotations

import contextlib
import platform
import sys
from collections import Counter
from collections.abc import Iterator

from planner_gui import __version__
from planner_gui.session.accounts import origin
from planner_gui.session.workspace import Workspace

PARTS = ("PySide6-Essentials", "httpx", "keyring", "qasync", "numpy", "msgspec")


def of_program() -> Iterator[str]:
    """Versions, a line each."""
    from importlib.metadata import PackageNotFoundError, version  # slow to import, and nobody else asks

    yield f"planner-gui {__version__}{' (bundle)' if getattr(sys, 'frozen', False) else ''}"
    yield f"Python {platform.python_version()} on {platform.system()} {platform.release()} {platform.machine()}"
    for part in PARTS:
        with contextlib.suppress(PackageNotFoundError):
            yield f"{part} {version(part)}"


def of_workspace(workspace: Workspace) -> Iterator[str]:
    """Counts and states; connections by kind and host, not by what somebody called them."""
    plan, changes = workspace.plan, workspace.changes
    yield f"plan: {len(plan.people)} people, {plan.rows} items; {'kept' if workspace.writable else 'not kept'}"
    states = Counter(str(change.state) for change in changes)
    yield f"changes: {', '.join(f'{count} {state}' for state, count in sorted(states.items())) or 'none'}"
    if workspace.pending.damaged:
        yield f"damaged rows of the queue: {len(workspace.pending.damaged)}"
    for connection, view in zip(workspace.connections, plan.connections, strict=False):
        age = f", read {view.read_at:%Y-%m-%d %H:%M} UTC" if view.read_at else ""
        odd = f", {view.not_understood} not understood" if view.not_understood else ""
        paused = ", paused" if connection.name in workspace.settings.paused else ""
        yield f"{connection.kind} at {origin(connection.url)}: {view.state}{age}{odd}{paused}"
