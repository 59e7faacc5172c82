"""A mark on the disk for as long as the program runs, so that the next start knows of one that ended unexpectedly.

It names what runs (a command) and what that is busy with (jobs by name), never a workspace, a person or a path. The
interpreter writes its own dump of a crash into it. A place that cannot be written costs the mark, nothing else.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from planner_gui.session.redaction import escaped, without_secrets
from planner_gui.session.traces import module_of
from planner_gui.store import files

LAST = "last-crash.txt"
LONGEST = 60_000  # bytes of a dump that are looked at
WINDOW, STARTING = "window", "start"
_DATED = "%Y-%m-%dT%H:%M:%S%z"
_PATH = re.compile(r'File "([^"]+)"')
_POSIX = os.name == "posix"  # elsewhere an open file cannot be renamed: that is lock enough


@dataclass(frozen=True, slots=True)
class Ended:
    """A run that did not end as it should. at: when it began, UTC. busy: what it was doing. dump: of a crash.

    begun: it had begun something.
    """

    command: str
    at: datetime | None
    version: str = ""
    busy: tuple[str, ...] = ()
    dump: tuple[str, ...] = ()
    begun: bool = True

    @property
    def worth_telling(self) -> bool:
        """Whether it did anything, or crashed: a window that was closed on its first page by Ctrl-C did not."""
        return bool(self.busy or self.dump or self.begun)

    @property
    def while_doing(self) -> str:
        """What it was doing, in words, and what became of that."""
        if STARTING in self.busy:
            return "while it was starting"
        if any(name == "send" or name.startswith("change ") for name in self.busy) or self.command in (
            "send",
            "resolve",
        ):
            return "while it was sending: what may have left is marked unknown and is looked for, not sent again"
        if "sync" in self.busy or self.command == "sync":
            return "while it was reading: what was not read whole was dropped, the last whole readings stay"
        if any(name.startswith("edit ") for name in self.busy) or self.command == "edit":
            return "while a change was being saved: it is in Review if it was saved"
        if self.command == "connect":
            return "while it was connecting a service: it is connected if it is listed, else connect it again"
        return "while nothing was being changed"

    def lines(self) -> list[str]:
        """For a report."""
        at = f"{self.at:%Y-%m-%d %H:%M} UTC" if self.at else "an unknown time"
        head = (
            f"planner-gui {self.version} {self.command}, started {at}, busy with: {', '.join(self.busy) or 'nothing'}"
        )
        return [head, *(self.dump or ("(no dump: it was ended from outside, or the computer was)",))]


class Mark:
    """The mark of this run. `begins` and `ends` say what it is busy with; they cost a write to the page cache."""

    def __init__(self, descriptor: int | None = None, path: Path | None = None) -> None:
        self.descriptor, self.path = descriptor, path

    def begins(self, name: str) -> None:
        self._write(f"+{name}\n")

    def ends(self, name: str) -> None:
        self._write(f"-{name}\n")

    def remove(self) -> None:
        """The run ended as it should."""
        if self.descriptor is not None and self.path is not None:
            with contextlib.suppress(OSError):
                if _POSIX:
                    self.path.unlink()  # before its lock goes: nobody may find it unlocked
                os.close(self.descriptor)
                if not _POSIX:
                    self.path.unlink()
        self.descriptor = None

    def _write(self, text: str) -> None:
        if self.descriptor is not None:
            with contextlib.suppress(OSError):
                os.write(self.descriptor, escaped(text[:-1]).encode("utf-8", "backslashreplace") + b"\n")


def put(folder: Path, command: str, version: str) -> Mark:
    """Leave a mark; it is there, and locked, before anybody can take it for one that was left behind."""
    path = folder / f"running-{os.getpid()}.txt"
    hidden = folder / f".running-{os.getpid()}.new" if _POSIX else path
    try:
        if not folder.is_dir():
            with contextlib.suppress(FileExistsError):  # the log was quicker
                files.make_private_folder(folder)
        with contextlib.suppress(FileNotFoundError):
            hidden.unlink()
        files.create_private_file(hidden)
        descriptor = os.open(hidden, os.O_RDWR | os.O_APPEND | getattr(os, "O_BINARY", 0))
        _lock(descriptor)
        os.write(descriptor, f"{version} {command} {datetime.now(UTC).strftime(_DATED)}\n".encode())
        if hidden != path:
            os.replace(hidden, path)
        return Mark(descriptor, path)
    except OSError:
        return Mark()


def left_behind(folder: Path) -> list[Ended]:
    """The runs that ended unexpectedly since the last start, each told of once; the last is kept as `LAST`."""
    found: list[Ended | None] = []
    try:
        marks = sorted(folder.glob("running-*.txt")) + sorted(folder.glob(".running-*.new"))
    except OSError:
        return []
    for path in marks:
        with contextlib.suppress(OSError), _claimed(path):
            if path.name.startswith("."):  # it ended before it had a mark
                path.unlink()
                continue
            os.replace(path, folder / LAST)
            found.append(read(folder / LAST))
    return [ended for ended in found if ended is not None and ended.worth_telling]


@contextlib.contextmanager
def _claimed(path: Path) -> Iterator[None]:
    """OSError where its run goes on."""
    if not _POSIX:
        yield
        return
    descriptor = os.open(path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
    try:
        _lock(descriptor)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> None:
    """Hold a file; OSError where somebody else does. The lock goes with the process, however that ends."""
    if sys.platform != "win32":
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def last(folder: Path) -> Ended | None:
    """The last run that ended unexpectedly, for `doctor`."""
    try:
        return read(folder / LAST)
    except OSError:
        return None


def read(path: Path) -> Ended | None:
    """What a mark says; None for what is no mark. Raises OSError."""
    head, *rest = files.read_plainly(path)[:LONGEST].decode("utf-8", "replace").splitlines() or [""]
    words = head.split(" ")
    if len(words) != 3:
        return None
    busy: dict[str, None] = {}
    begun = words[1] != WINDOW
    dump: list[str] = []
    for line in rest:
        if not dump and line[:1] == "+":
            busy[line[1:]], begun = None, True
        elif not dump and line[:1] == "-":
            busy.pop(line[1:], None)
        elif line.strip():
            dump.append(escaped(without_secrets(_PATH.sub(lambda found: f'File "{module_of(found[1])}"', line))))
    try:
        at = datetime.strptime(words[2], _DATED)  # noqa: DTZ007  (the offset is in it)
    except ValueError:
        at = None
    return Ended(words[1], at, words[0], tuple(busy), tuple(dump), begun)
