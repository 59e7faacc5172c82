"""The program's log: small, private, of use to whoever helps, and without a secret or a name (L1, L2).

A record costs its caller a few microseconds: a daemon thread redacts and writes. What cannot be written is dropped: a
log is never a reason to fail. Callers log ids, kinds, counts, hosts and states, never what a service or a user wrote.
"""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from typing_extensions import override

FILE_NAME = "planner-gui.log"
LIMIT = 1_000_000  # bytes of one file
FILES = 5
LONGEST = 60_000  # characters of one record
LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING}
OTHERS = ("httpx", "httpcore", "hpack")  # at INFO they write whole addresses, queries included
END_SECONDS = 2.0


class RotatingFile:
    """Appends to a file of at most `LIMIT` bytes and keeps `FILES - 1` older ones beside it; all 0600 (C1).

    Several programs may write at once: each looks whether the file was renamed under it. Raises OSError.
    """

    def __init__(self, path: Path, *, limit: int = LIMIT, count: int = FILES) -> None:
        self.path = path
        self._limit, self._count = limit, count
        self._descriptor: int | None = None

    def write(self, data: bytes) -> None:
        """Append whole lines."""
        self._open()
        assert self._descriptor is not None
        if os.fstat(self._descriptor).st_size + len(data) > self._limit:
            self.close()
            self._rotate()
            self._open()
        os.write(self._descriptor, data[-self._limit :])

    def close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _open(self) -> None:
        if self._descriptor is not None and not self._is_still_it():
            self.close()
        if self._descriptor is None:
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
            self._descriptor = os.open(self.path, flags, 0o600)

    def _is_still_it(self) -> bool:
        assert self._descriptor is not None
        try:
            return os.path.samestat(os.fstat(self._descriptor), os.lstat(self.path))
        except FileNotFoundError:
            return False

    def _rotate(self) -> None:
        names = [self.path, *(self.path.with_name(f"{self.path.name}.{n}") for n in range(1, self._count))]
        for older, newer in zip(reversed(names[1:]), reversed(names[:-1]), strict=True):
            with contextlib.suppress(FileNotFoundError):
                os.replace(newer, older)


class Log(logging.Handler):
    """Hands records to its thread, which writes them to a folder's log. Close it: it waits at most `END_SECONDS`."""

    def __init__(self, folder: Path, level: int = logging.INFO) -> None:
        super().__init__(level)
        self.path = folder / FILE_NAME
        self._file = RotatingFile(self.path)
        self._records: queue.SimpleQueue[tuple[str, list[str]] | threading.Event | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="log", daemon=True)
        self._thread.start()

    @override
    def emit(self, record: logging.LogRecord) -> None:
        """Queue a record. An error is turned into text here: kept, its traceback would keep everything alive."""
        below: list[str] = []
        try:
            if record.exc_info and record.exc_info[1] is not None:
                from planner_gui.session.traces import lines_of

                below = lines_of(record.exc_info[1])
            at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
            name = record.name.removeprefix("planner_gui.")
            head = f"{at} {record.levelname} {record.process} {name}: {record.getMessage()}"
            self._records.put((head, below))
        except Exception:  # noqa: BLE001  (a log is never a reason to fail)
            self._records.put((f"a record of {record.name} could not be written", []))

    @override
    def flush(self) -> None:
        """Wait until everything logged so far is written."""
        written = threading.Event()
        self._records.put(written)
        if self._thread.is_alive():
            written.wait(END_SECONDS)

    @override
    def close(self) -> None:
        """Write what is queued, then end."""
        self._records.put(None)
        if self._thread is not threading.current_thread():
            self._thread.join(END_SECONDS)
        super().close()

    def _work(self) -> None:
        while (item := self._records.get()) is not None:
            if isinstance(item, threading.Event):
                item.set()
                continue
            with contextlib.suppress(Exception):  # a full or read-only disk, or a folder that went away
                self._write(*item)
        self._file.close()

    def _write(self, head: str, below: list[str]) -> None:
        from planner_gui.session.redaction import escaped, without_secrets

        lines = [escaped(without_secrets(head[:LONGEST])), *(f"\t{escaped(without_secrets(line))}" for line in below)]
        if not self.path.parent.is_dir():
            from planner_gui.store.files import make_private_folder

            with contextlib.suppress(FileExistsError):  # the mark was quicker
                make_private_folder(self.path.parent)
        self._file.write(("\n".join(lines) + "\n").encode("utf-8", "backslashreplace"))


def level_of(name: str) -> int | None:
    """The level of PLANNER_GUI_LOG: debug, info (the default), warning; none or off: no log."""
    return None if name.casefold() in ("none", "off") else LEVELS.get(name.casefold(), logging.INFO)


@contextlib.contextmanager
def kept(folder: Path) -> Iterator[Log | None]:
    """Log to a folder for the block. Nothing is kept where PLANNER_GUI_LOG says so."""
    level = level_of(os.environ.get("PLANNER_GUI_LOG", ""))
    if level is None:
        yield None
        return
    root, own = logging.getLogger(), logging.getLogger("planner_gui")
    before = (root.level, own.level)
    own.setLevel(level)
    if level < logging.INFO:
        root.setLevel(logging.INFO)
    for name in OTHERS:
        logging.getLogger(name).setLevel(logging.WARNING)
    log = Log(folder, level)
    root.addHandler(log)
    try:
        yield log
    finally:
        root.removeHandler(log)
        log.close()
        root.setLevel(before[0])
        own.setLevel(before[1])


def began(version: str, command: str, **facts: Any) -> None:
    """The first line of a run: what runs, on what."""
    import platform
    import sys

    more = "".join(f", {name} {value}" for name, value in facts.items())
    logging.getLogger("planner_gui").info(
        "start: planner-gui %s %s, Python %s, %s %s%s",
        version, command, platform.python_version(), platform.system(), platform.machine(), more,
    )  # fmt: skip
    if getattr(sys, "frozen", False):
        logging.getLogger("planner_gui").info("installed bundle")
