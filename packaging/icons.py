"""Draws the application's icon, from its one SVG, at all sizes: for Linux desktops, Windows and macOS.

    QT_QPA_PLATFORM=offscreen python packaging/icons.py FOLDER

Writes FOLDER/hicolor/SIZExSIZE/apps/planner-gui.png, its scalable/apps/planner-gui.svg, FOLDER/planner-gui.ico
and FOLDER/planner-gui.icns. Runs in an environment with PySide6; nothing else draws it.
"""

from __future__ import annotations

import shutil
import struct
import sys
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

DRAWING = Path(__file__).resolve().parent.parent / "resources" / "icons" / "planner-gui.svg"
LINUX = (16, 22, 24, 32, 48, 64, 128, 256, 512)
WINDOWS = (16, 24, 32, 48, 64, 256)
MACOS = {b"icp4": 16, b"icp5": 32, b"ic07": 128, b"ic08": 256, b"ic09": 512, b"ic10": 1024}


def png(side: int) -> bytes:
    """The icon as a PNG of `side` x `side` pixels."""
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(str(DRAWING)).render(painter)
    painter.end()
    written = QByteArray()
    buffer = QBuffer(written)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(written.data())


def ico(drawn: dict[int, bytes]) -> bytes:
    """A Windows icon file of PNGs by their side."""
    header = struct.pack("<HHH", 0, 1, len(drawn))
    place = len(header) + 16 * len(drawn)
    entries = b""
    for side, data in drawn.items():
        entries += struct.pack("<BBBBHHII", side % 256, side % 256, 0, 0, 1, 32, len(data), place)
        place += len(data)
    return header + entries + b"".join(drawn.values())


def icns(drawn: dict[bytes, bytes]) -> bytes:
    """A macOS icon file of PNGs by their type."""
    chunks = b"".join(kind + struct.pack(">I", len(data) + 8) + data for kind, data in drawn.items())
    return b"icns" + struct.pack(">I", len(chunks) + 8) + chunks


def write(folder: Path) -> None:
    """Everything, below `folder`."""
    theme = folder / "hicolor"
    for side in LINUX:
        place = theme / f"{side}x{side}" / "apps"
        place.mkdir(parents=True, exist_ok=True)
        (place / "planner-gui.png").write_bytes(png(side))
    scalable = theme / "scalable" / "apps"
    scalable.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(DRAWING, scalable / "planner-gui.svg")
    (folder / "planner-gui.ico").write_bytes(ico({side: png(side) for side in WINDOWS}))
    (folder / "planner-gui.icns").write_bytes(icns({kind: png(side) for kind, side in MACOS.items()}))


if __name__ == "__main__":
    application = QGuiApplication(sys.argv[:1])
    write(Path(sys.argv[1]))
