"""Whether a window can be shown here, asked before Qt is: Qt ends the process where it finds no display."""

from __future__ import annotations

import contextlib
import os
import socket
import sys
from pathlib import Path

from planner_gui.domain.errors import PlannerError

ADVICE = "Start it on a desktop or under Xvfb, set QT_QPA_PLATFORM=offscreen, or use the commands (--help)."


def require_display() -> None:
    """Raise PlannerError, with a way on, where no window can be shown. QT_QPA_PLATFORM is respected."""
    if not sys.platform.startswith("linux"):
        return
    chosen = os.environ.get("QT_QPA_PLATFORM", "").split(":")[0]
    if chosen and chosen not in ("xcb", "wayland"):
        return
    if os.environ.get("WAYLAND_DISPLAY") and chosen != "xcb":
        return
    display = os.environ.get("DISPLAY", "")
    if not display:
        raise PlannerError("there is no display to open a window on", advice=ADVICE)
    if not _answers(display):
        raise PlannerError(f"the display {display} does not answer", advice=ADVICE)


def _answers(display: str) -> bool:
    """Whether an X server listens there. A display on another host is believed: asking it could take long."""
    host, _, rest = display.rpartition(":")
    if host not in ("", "unix"):
        return True
    number = rest.partition(".")[0]
    if not number.isdigit():
        return False
    for address in (f"/tmp/.X11-unix/X{number}", f"\0/tmp/.X11-unix/X{number}"):  # noqa: S108  (X11's own place)
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.settimeout(2)
            probe.connect(address if address.startswith("\0") else str(Path(address)))
            return True
    return False
