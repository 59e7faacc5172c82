"""One writer a workspace (K5): `connect`, `sync` and the window hold its lock, readers never need it."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QLockFile, QSysInfo

from planner_gui.domain.errors import WorkspaceError
from planner_gui.store import files

LOCK_NAME = "lock"


class OpenElsewhere(WorkspaceError):
    """Another window or command holds the workspace."""


class WorkspaceLock:
    """A held lock; it frees itself when the process ends, however it ends."""

    def __init__(self, lock: QLockFile) -> None:
        self._lock = lock

    def release(self) -> None:
        self._lock.unlock()


def acquire(folder: Path) -> WorkspaceLock | None:
    """Take a workspace's lock at once; None where its place cannot be written, so that nobody else writes either (C10).

    Raises OpenElsewhere.
    """
    path = folder / LOCK_NAME
    lock = QLockFile(str(path))
    lock.setStaleLockTime(0)  # a lock is stale only when its process is gone, however long a window stays open
    if lock.tryLock(0):
        files.make_private(path)
        return WorkspaceLock(lock)
    if lock.error() is QLockFile.LockError.LockFailedError:
        raise OpenElsewhere(
            "is open in a window or in use by a command", subject=str(folder), advice="Close that first."
        )
    return None


def held(folder: Path) -> bool:
    """Whether a running process has the lock now; asked without touching it, for those who only read."""
    process, computer, _ = QLockFile(str(folder / LOCK_NAME)).getLockInfo()
    if process and computer == QSysInfo.machineHostName() and os.name == "posix":
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
    return bool(process)
