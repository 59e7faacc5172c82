"""Writing a report so that the old file is whole or the new one is (X2), readable by its owner only (X4)."""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from pathlib import Path

from planner_gui.domain.errors import StoreUnwritable

_RESERVED = re.compile(r"^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)


def write_whole(path: Path, text: str) -> None:
    """Write UTF-8 text beside `path`, flush it to the disk, then put it in place of `path`.

    Raises StoreUnwritable where the folder is missing, read-only or full; the old file is then untouched.
    """
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name[:40]}-", suffix=".part", dir=path.parent)
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> StoreUnwritable:
    reason = error.strerror or type(error).__name__
    return StoreUnwritable(
        f"the file could not be written ({reason})", path=path, advice="Nothing was changed; choose another place."
    )


def safe_name(text: str, ending: str) -> str:
    """A file name made of vendor text: no path, no reserved or hidden name, at most 120 characters (X3)."""
    name = re.sub(r"[\x00-\x1f\x7f<>:\"/\\|?*\u202a-\u202e\u2066-\u2069]+", "-", text).strip(" .-")
    name = name[:120].rstrip(" .") or "plan"
    return (f"_{name}" if _RESERVED.match(name) else name) + ending
