"""A bug as text: where it happened, without local variables, without anybody's data (L2, L4).

An exception's own words may hold a name or a record, so they stay only where Python itself writes them of types and
attributes; else they are a hash. Paths are cut to the module: what is before is somebody's home.
"""

from __future__ import annotations

import hashlib
import re
import traceback
from collections.abc import Iterator
from pathlib import PurePath

from planner_gui.domain.errors import PlannerError
from planner_gui.session.redaction import escaped, hashed, without_secrets

FRAMES = 40  # of a traceback; a recursion has a thousand
CAUSES = 5
# Python's own words of code, not of data. Their quoted parts are still looked at.
_OF_CODE = (
    AttributeError,
    NameError,
    ImportError,
    TypeError,
    ZeroDivisionError,
    RecursionError,
    MemoryError,
    NotImplementedError,
)
_QUOTED = re.compile(r"(['\"])(.*?)\1", re.DOTALL)
_PACKAGES = ("planner_gui", "tests", "site-packages", "python3")


def lines_of(error: BaseException) -> list[str]:
    """The traceback, outermost call first, causes before what they led to; each a line without control characters."""
    lines: list[str] = []
    for number, each in enumerate(reversed(_chain(error))):
        if number:
            lines.append("which led to")
        lines += _one(each)
    return [without_secrets(line) for line in lines]


def identity(error: BaseException) -> str:
    """Eight digits for "the same bug again": the kinds of error and the places, not their words."""
    parts = [f"{type(each).__name__} {_places(each)}" for each in _chain(error)]
    return hashlib.blake2s("\n".join(parts).encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()


def words_of(error: BaseException) -> str:
    """The kind of an error and as much of its words as nobody minds."""
    name = type(error).__name__
    if isinstance(error, PlannerError):
        return f"{name} {hashed(str(error))}"
    if isinstance(error, OSError) and error.errno is not None:
        return escaped(f"{name}: [{error.errno}] {error.strerror}")
    text = str(error)
    if not text:
        return name
    if type(error) not in _OF_CODE:
        return f"{name}: {hashed(text)} ({len(text)} characters)"
    return escaped(f"{name}: {_QUOTED.sub(_quoted, text)[:300]}")


def _quoted(found: re.Match[str]) -> str:
    mark, text = found[1], found[2]
    is_code = all(part.isidentifier() for part in text.split(".")) or not any(char.isalnum() for char in text)
    return found[0] if is_code else f"{mark}{hashed(text)}{mark}"


def _chain(error: BaseException) -> list[BaseException]:
    """An error and what it came of, the newest first."""
    found: list[BaseException] = []
    each: BaseException | None = error
    while each is not None and each not in found and len(found) < CAUSES:
        found.append(each)
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)
    return found


def _one(error: BaseException) -> Iterator[str]:
    frames = _frames(error)
    left_out = len(frames) - FRAMES
    if left_out > 0:
        yield f"({left_out} calls more)"
    for frame in frames[-FRAMES:]:
        yield f"{module_of(frame.filename)}:{frame.lineno} in {escaped(frame.name)}"
    yield words_of(error)
    for inner in getattr(error, "exceptions", ())[:CAUSES]:  # of a group
        yield from (f"  {line}" for line in _one(inner))


def _frames(error: BaseException) -> list[traceback.FrameSummary]:
    walked = traceback.walk_tb(error.__traceback__)
    return list(traceback.StackSummary.extract(walked, lookup_lines=False, capture_locals=False))


def _places(error: BaseException) -> str:
    return " ".join(f"{module_of(frame.filename)}:{frame.lineno}" for frame in _frames(error)[-FRAMES:])


def module_of(filename: str) -> str:
    """A path from the package on."""
    parts = PurePath(filename).parts
    for package in _PACKAGES:
        for at in range(len(parts) - 1, -1, -1):
            if parts[at].startswith(package):
                return escaped("/".join(parts[at:]))
    return escaped(parts[-1]) if parts else "?"
