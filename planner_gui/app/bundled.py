"""What a frozen program needs before anything else runs: foreign settings forgotten (K2), root refused (K4).

The bundle's entry calls `prepare` before Qt is imported. Imports nothing heavy and opens nothing; a program that runs
from its source is left alone.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, MutableMapping

from planner_gui.domain.errors import PlannerError

# Places that Qt would load code from. KDE and others set them for every program of a session; plugins made for another
# Qt end ours. What Python reads (PYTHONPATH and the like) the frozen interpreter ignores by itself.
_PLACES_OF_CODE = ("QT_PLUGIN_PATH", "QT_QPA_PLATFORM_PLUGIN_PATH", "QML_IMPORT_PATH", "QML2_IMPORT_PATH")
_LIBRARIES = "LD_LIBRARY_PATH"


def frozen() -> bool:
    """Whether this is a bundle, made by PyInstaller."""
    return bool(getattr(sys, "frozen", False))


def prepare(environment: MutableMapping[str, str]) -> None:
    """Forget where others keep Qt plugins, and give programs that we start (a browser) their own library path back.

    The bootloader sets LD_LIBRARY_PATH for this process, keeps the user's as LD_LIBRARY_PATH_ORIG, and both would be
    inherited: the browser would load our libraries.
    """
    for name in _PLACES_OF_CODE:
        environment.pop(name, None)
    original = environment.pop(f"{_LIBRARIES}_ORIG", None)
    if original:
        environment[_LIBRARIES] = original
    else:
        environment.pop(_LIBRARIES, None)


def refuse_root(allowed: bool, environment: Mapping[str, str] = os.environ) -> None:
    """Raise PlannerError where an installed bundle opens a window as root on a desktop (K4), unless that is allowed.

    A source checkout, a container without a screen and the offscreen platform only get the warning.
    """
    on_a_desktop = environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY") or sys.platform == "win32"
    if allowed or not frozen() or not on_a_desktop or environment.get("QT_QPA_PLATFORM") == "offscreen":
        return
    if elevated():
        raise PlannerError(
            "it does not open a window with the rights of an administrator",
            advice="Start it as yourself; --allow-root overrides, in a container for one.",
        )


def elevated() -> bool:
    """Whether this process has root's or, on Windows, an administrator's rights."""
    if sys.platform == "win32":
        import ctypes

        return bool(ctypes.windll.shell32.IsUserAnAdmin())
    return os.geteuid() == 0
