"""One run of the program, with its log, its mark, and what an earlier run left behind. No Qt here.

Every command that does something runs inside `begun`; a bug that comes out of one is in the log before it is a line.
"""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from planner_gui import __version__
from planner_gui.app import places
from planner_gui.domain.errors import PlannerError
from planner_gui.session import log, mark
from planner_gui.session.mark import WINDOW, Ended, Mark

__all__ = ["WINDOW", "Run", "begun", "in_words", "log_folder", "unmarked"]

LOG = logging.getLogger(__name__)


def log_folder() -> Path:
    """Logs and crash files: the platform's place for them, XDG_STATE_HOME on Linux; nothing of a workspace."""
    return Path(platformdirs.user_log_path(places.NAME, appauthor=False))


@dataclass(frozen=True, slots=True)
class Run:
    """What runs. before: runs that ended unexpectedly since the last start."""

    folder: Path
    mark: Mark
    before: tuple[Ended, ...] = ()

    def said_of_before(self) -> list[str]:
        """What an earlier run left, a line each, for a command."""
        return [in_words(ended) for ended in self.before]


def unmarked() -> Run:
    """A run that nobody is told of: of a benchmark or a test."""
    return Run(log_folder(), Mark())


def in_words(ended: Ended) -> str:
    """An earlier end in a sentence."""
    what = "planner-gui" if ended.command == "window" else f"planner-gui {ended.command}"
    at = f" (started {ended.at.astimezone():%Y-%m-%d %H:%M})" if ended.at else ""
    return f"{what}{at} ended unexpectedly {ended.while_doing}"


def described() -> list[str]:
    """For `doctor`: where the log is, how large, and the last end that was none of the user's."""
    folder = log_folder()
    files = [path for path in folder.glob(f"{log.FILE_NAME}*") if path.is_file()] if folder.is_dir() else []
    size = sum(path.stat().st_size for path in files)
    ended = mark.last(folder)
    count = f"{len(files)} file{'' if len(files) == 1 else 's'}"
    return [
        f"Log: {folder / log.FILE_NAME} ({f'{count}, {size / 1000:.0f} kB' if files else 'nothing yet'})",
        f"Last unexpected end: {in_words(ended) if ended else 'none known'}",
        *(f"  {line}" for line in (ended.lines() if ended else ())),
    ]


@contextlib.contextmanager
def begun(command: str, *, marked: bool = True) -> Iterator[Run]:
    """A run of a command. marked: the next start is told where it ended unexpectedly."""
    folder = log_folder()
    with log.kept(folder):
        log.began(__version__, command)
        before = tuple(mark.left_behind(folder)) if marked else ()
        for ended in before:
            LOG.info("before: %s", " | ".join(ended.lines()))
        own = mark.put(folder, command, __version__) if marked else Mark()
        try:
            with _dumped(own):
                yield Run(folder, own, before)
            LOG.info("end")
        except PlannerError as error:
            LOG.info("end: %s", type(error).__name__)
            raise
        except Exception:
            LOG.exception("end: a bug")
            raise
        finally:
            own.remove()


@contextlib.contextmanager
def _dumped(own: Mark) -> Iterator[None]:
    """Let the interpreter write where it crashed into the mark."""
    if own.descriptor is None:
        yield
        return
    was = faulthandler.is_enabled()
    faulthandler.enable(own.descriptor, all_threads=True)
    try:
        yield
    finally:
        faulthandler.disable()
        if was and sys.__stderr__ is not None:
            with contextlib.suppress(OSError, ValueError):
                faulthandler.enable(sys.__stderr__)
