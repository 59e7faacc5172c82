"""Private files: made 0600 whatever the umask, replaced whole or not at all, never through a link (C1, X2).

Nothing here knows what is in a file.
"""

from __future__ import annotations

import contextlib
import os
import stat
from datetime import datetime
from pathlib import Path

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
# SQLite's companions of a database; they belong to it and go where it goes.
COMPANIONS = ("-wal", "-shm", "-journal")

_NO_LINKS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


def make_private_folder(path: Path) -> None:
    """Make `path` (and what leads to it) readable by its owner alone; an OSError where that cannot be done."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.mkdir(mode=PRIVATE_FOLDER)
    path.chmod(PRIVATE_FOLDER)  # the umask may have taken more away


def create_private_file(path: Path) -> None:
    """Make an empty file of 0600; FileExistsError where anything, a broken link included, is there already."""
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | _NO_LINKS, PRIVATE_FILE)
    try:
        if hasattr(os, "fchmod"):
            os.fchmod(descriptor, PRIVATE_FILE)
    finally:
        os.close(descriptor)


def is_plain_file(path: Path) -> bool:
    """Whether `path` itself is a regular file: no link, folder, pipe or device."""
    return stat.S_ISREG(os.lstat(path).st_mode)


def make_private(path: Path) -> None:
    """Take group and others off a file that they could read; one that is not ours stays as it is."""
    with contextlib.suppress(OSError):
        if os.lstat(path).st_mode & 0o077:
            os.chmod(path, PRIVATE_FILE)


def read_plainly(path: Path) -> bytes:
    """The bytes of a regular file; OSError, also where `path` is a link or no file."""
    if not is_plain_file(path):
        raise OSError(f"{path} is a link or not a file")
    descriptor = os.open(path, os.O_RDONLY | _NO_LINKS)
    with open(descriptor, "rb") as file:
        return file.read()


def replace_whole(path: Path, content: bytes) -> None:
    """Write `content` so that afterwards `path` is the old file or the new one, never a part (X2). OSError if not."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    with contextlib.suppress(FileNotFoundError):
        beside.unlink()
    create_private_file(beside)
    try:
        with open(beside, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    with contextlib.suppress(OSError):  # Windows cannot, some file systems will not
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def set_aside(path: Path, now: datetime) -> Path:
    """Rename a database out of the way, its companions with it, and return where it is now (C2). Nothing is deleted.

    The database goes first: killed in between, the next start finds companions without a database and sets those
    aside too, while a database without its log would look whole and be short (F7). A link is renamed, not followed.
    """
    stamp = now.strftime("%Y-%m-%d-%H%M%S")
    number = 1
    target = path.with_name(f"{path.name}.damaged-{stamp}")
    while any(_there(_companion(target, end)) for end in ("", *COMPANIONS)):
        number += 1
        target = path.with_name(f"{path.name}.damaged-{stamp}-{number}")
    for end in ("", *COMPANIONS):
        if _there(_companion(path, end)):
            os.rename(_companion(path, end), _companion(target, end))
    return target


def companions_there(path: Path) -> list[Path]:
    """SQLite's companions of a database that exist, links among them."""
    return [companion for end in COMPANIONS if _there(companion := _companion(path, end))]


def _companion(path: Path, end: str) -> Path:
    return path.with_name(path.name + end)


def _there(path: Path) -> bool:
    return os.path.lexists(path)
