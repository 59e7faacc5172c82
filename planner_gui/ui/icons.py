"""The tool bar's icons: our own drawings, in the colour of the text beside them, crisp at every scaling.

The drawings are lines of one colour. They are read and drawn when a button is painted, not when it is made: the colour
follows the theme in force by itself, and opening the window does not wait for QtSvg.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QIconEngine, QPainter, QPalette, QPixmap
from typing_extensions import override

if TYPE_CHECKING:
    from PySide6.QtSvg import QSvgRenderer

Role = QPalette.ColorRole

_PACKAGE = Path(__file__).resolve().parent.parent
_FOLDERS = (_PACKAGE / "resources", _PACKAGE.parent / "resources")  # of a wheel, of a checkout


def icon(name: str) -> QIcon:
    """The drawing `icons/NAME.svg`: muted where it is disabled, the accent where checked; empty where it is missing."""
    path = _path(name)
    return QIcon() if path is None else QIcon(_Drawn(path))


class _Drawn(QIconEngine):
    """Paints one drawing, anew for each size, scaling, state and theme."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._file = path

    @override
    def clone(self) -> QIconEngine:
        return _Drawn(self._file)

    @override
    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        painter.drawPixmap(rect, self.scaledPixmap(rect.size(), mode, state, painter.device().devicePixelRatio()))

    @override
    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1.0)

    @override
    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        made = QPixmap(size * scale)
        made.fill(Qt.GlobalColor.transparent)
        palette = QGuiApplication.palette()
        role = Role.PlaceholderText if mode == QIcon.Mode.Disabled else Role.ButtonText
        if state == QIcon.State.On and mode != QIcon.Mode.Disabled:
            role = Role.Link
        side = min(made.width(), made.height())
        area = QRectF((made.width() - side) / 2, (made.height() - side) / 2, side, side)
        painter = QPainter(made)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _renderer(self._file).render(painter, area)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
        painter.fillRect(made.rect(), palette.color(role))
        painter.end()
        made.setDevicePixelRatio(scale)
        return made


@lru_cache
def _path(name: str) -> Path | None:
    return next((found for folder in _FOLDERS if (found := folder / "icons" / f"{name}.svg").is_file()), None)


@lru_cache
def _renderer(path: Path) -> QSvgRenderer:
    from PySide6.QtSvg import QSvgRenderer

    return QSvgRenderer(str(path))
