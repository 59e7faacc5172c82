"""A box with a few words to choose from, drawn like every other field. Looks only: no words of its own."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QComboBox
from typing_extensions import override


class Choice(QComboBox):
    """A combo box in the look of every field: a style sheet that gives it an edge leaves it no arrow."""

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        paint_chevron(painter, QPoint(self.width() - 14, self.height() // 2))


def paint_chevron(painter: QPainter, middle: QPoint) -> None:
    """A small arrow down, in the pen's colour: what opens a list."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(QColor(painter.pen().color()))
    painter.setPen(Qt.PenStyle.NoPen)
    x, y = middle.x(), middle.y()
    painter.drawPolygon([QPoint(x - 4, y - 2), QPoint(x + 4, y - 2), QPoint(x, y + 3)])
