"""Prints what a bundle's megabytes are for, part by part, with the reason that each is there.

python packaging/sizes.py OUT
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

# The first pattern that a file's name below the bundle matches.
ROWS = (
    (r"PySide6/Qt/lib/libicu", "ICU, of Qt's wheels", "QtCore cannot be loaded without it"),
    (r"PySide6/Qt/lib/libQt6(Core|Gui|Widgets)|PySide6/Qt(Core|Gui|Widgets)", "Qt Core, Gui, Widgets", "the window"),
    (r"PySide6/Qt/lib/libQt6(DBus|Network)|PySide6/Qt(DBus|Network)", "Qt DBus, Network", "desktop, one instance"),
    (r"PySide6/.*[Ss]vg", "Qt Svg", "the icons"),
    (r"PySide6/.*[Pp]rint", "Qt PrintSupport", "reports"),
    (r"PySide6/Qt/translations", "Qt's own texts", "dialogs of Qt in the user's language"),
    (r"PySide6/Qt/(plugins|lib)", "Qt's platforms", "X11, Wayland, input methods, file dialogs of the desktop"),
    (r"PySide6/|shiboken6/|libshiboken|libpyside", "PySide6", "Qt from Python"),
    (r"numpy\.libs/", "OpenBLAS, of NumPy's wheel", "NumPy cannot be imported without it"),
    (r"numpy", "NumPy", "the plan's columns, capacity"),
    (r"cryptography|_cffi_backend|cffi|pycparser", "cryptography", "the way to the Secret Service (keyring)"),
    (r"holidays", "holidays", "public holidays of all countries"),
    (r"tzdata|dateutil", "time zones, recurrence", "events in each person's zone"),
    (r"planner_gui/", "planner-gui", "the program"),
    (r"starlette|uvicorn|click|anyio", "the pretend company's server", "--demo and sandbox"),
    (r"libpython|python3|base_library|lib-dynload", "Python's core", "the interpreter and its extension modules"),
    (r"[^/]*\.so(\.|$)", "system libraries", "portable build only: X11, fonts, SQLite, OpenSSL"),
    (r"\.\./licences/", "licences", "every part's text"),
    (r"\.\./planner-gui$", "bootloader", "starts Python"),
    (r"", "other modules", "standard library, httpx, keyring, msgspec and what they need"),
)  # fmt: skip


def table(bundle: Path) -> list[tuple[int, str, str]]:
    """(bytes, part, reason), largest first."""
    sums: dict[str, tuple[int, str]] = {}
    inside = bundle / "_internal"
    for path in bundle.rglob("*"):
        if path.is_symlink() or not path.is_file():
            continue
        name = path.relative_to(inside).as_posix() if path.is_relative_to(inside) else f"../{path.relative_to(bundle)}"
        part, reason = next((part, why) for pattern, part, why in ROWS if re.match(pattern, name))
        sums[part] = (sums.get(part, (0, ""))[0] + path.stat().st_size, reason)
    return sorted(((size, part, reason) for part, (size, reason) in sums.items()), reverse=True)


if __name__ == "__main__":
    rows = table(Path(sys.argv[1]) / "planner-gui")
    for size, part, reason in rows:
        print(f"{size / 1e6:8.1f} MB  {part:<30} {reason}")
    print(f"{sum(size for size, _, _ in rows) / 1e6:8.1f} MB  in all")
