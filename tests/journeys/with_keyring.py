"""The program with a keyring in a file, and faults of its own where a test plants them: `KEYRING WORDS ...`.

PLANTED: `bug` raises an exception that holds the credential, in its words and in its frames; `crash` ends it by a
fault of the interpreter. All else is the program's own.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

from planner_gui import cli
from planner_gui.sources import exchange
from tests.faults import arms


def _plant(what: str) -> None:
    async def send(self: Any, request: Any, *_rest: Any, **_named: Any) -> Any:
        held = dict(self._credential())
        if what == "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        raise RuntimeError(f"cannot send {held} to {request}")

    exchange.Exchange.send = send  # type: ignore[method-assign]


if __name__ == "__main__":
    arms.use_keyring(Path(sys.argv[1]))
    if planted := os.environ.get("PLANTED"):
        _plant(planted)
    sys.exit(cli.run(sys.argv[2:]))
