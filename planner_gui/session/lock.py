"""One writer a workspace (K5): the commands that write and the window hold its lock, readers never need it.

Who holds it is only read here; how its window is asked to come forward is `app.instance`'s.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QLockFile, QSysInfo

from planner_gui.domain.errors import WorkspaceError
from planner_gui.store import files

LOCK_NAME = "lock"
_WRITTEN_WITHIN = 60.0  # seconds between making a lock and writing who holds it, at the very most


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lock. process: its number, 0 where it cannot be read. computer: "" for this one.

    foreign: it is another user's.
    """

    process: int = 0
    computer: str = ""
    foreign: bool = False

    @property
    def reachable(self) -> bool:
        """Whether it may have a window that this user can see."""
        return not self.computer and not self.foreign


class OpenElsewhere(WorkspaceError):
    """Another window or command holds the workspace."""

    def __init__(self, what: str, *, subject: str = "", advice: str = "", holder: Holder | None = None) -> None:
        super().__init__(what, subject=subject, advice=advice)
        self.holder = holder or Holder()


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
    if lock.tryLock(0) or (_left_empty(lock, path) and lock.removeStaleLockFile() and lock.tryLock(0)):
        files.make_private(path)
        return WorkspaceLock(lock)
    if lock.error() is QLockFile.LockError.LockFailedError:
        raise _elsewhere(folder, _holder(lock, path))
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


def _left_empty(lock: QLockFile, path: Path) -> bool:
    """Whether the machine went down before the holder's name reached the disk: nobody could ever free such a lock.

    Removing it still fails while anybody has it: Qt takes the file system's own lock first.
    """
    try:
        return lock.getLockInfo()[0] == 0 and time.time() - path.stat().st_mtime > _WRITTEN_WITHIN
    except OSError:
        return False


def _holder(lock: QLockFile, path: Path) -> Holder:
    process, computer, _ = lock.getLockInfo()
    try:
        foreign = hasattr(os, "geteuid") and path.stat().st_uid != os.geteuid()
    except OSError:  # let go of meanwhile
        foreign = False
    return Holder(process, "" if computer == QSysInfo.machineHostName() else computer, foreign)


def _elsewhere(folder: Path, holder: Holder) -> OpenElsewhere:
    what, advice = "is open in a window or in use by a command", "Close that first."
    if holder.computer:
        what = f"is open in a window or in use by a command on the computer {holder.computer}"
        advice = f"Close it there; where nothing runs there any more, delete {folder / LOCK_NAME}."
    elif holder.foreign:
        what = "is open in a window or in use by a command of another user"
        advice = "It can be used again when they close it."
    elif holder.process:
        what = f"{what} (process {holder.process})"
    return OpenElsewhere(what, subject=str(folder), advice=advice, holder=holder)
