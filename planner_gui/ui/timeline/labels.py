"""Laid-out labels, cached: text dominates the cost of a frame, and most labels stand in the next frame too."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QStaticText

_LIMIT = 4000


class Labels:
    """Draws plain text, elided to a width, from a cache keyed by font, text and width."""

    def __init__(self, font: QFont) -> None:
        self.fonts: dict[str, QFont] = {}
        self._metrics: dict[str, QFontMetricsF] = {}
        for name, scale, weight in (
            ("normal", 1.0, QFont.Weight.Normal),
            ("bold", 1.0, QFont.Weight.DemiBold),
            ("small", 0.88, QFont.Weight.Normal),
            ("small-bold", 0.88, QFont.Weight.DemiBold),
            ("tiny-bold", 0.78, QFont.Weight.DemiBold),
            ("smallest", 0.7, QFont.Weight.Normal),
            ("smallest-bold", 0.62, QFont.Weight.DemiBold),
        ):
            made = QFont(font)
            size = font.pointSizeF() if font.pointSizeF() > 0 else 10.0
            made.setPointSizeF(size * scale)
            made.setWeight(weight)
            self.fonts[name] = made
            self._metrics[name] = QFontMetricsF(made)
        self._widths: dict[tuple[str, str], float] = {}
        self._heights = {name: metrics.height() for name, metrics in self._metrics.items()}
        self._laid_out: dict[tuple[str, str, int], tuple[QStaticText, float] | None] = {}

    def width(self, font: str, text: str) -> float:
        key = (font, text)
        wide = self._widths.get(key)
        if wide is None:
            if len(self._widths) > _LIMIT:
                self._widths.clear()
            wide = self._widths[key] = self._metrics[font].horizontalAdvance(text)
        return wide

    def height(self, font: str) -> float:
        return self._heights[font]

    def draw(
        self, painter: QPainter, font: str, text: str, x: float, y: float, width: float, *, least: int = 2
    ) -> float:
        """Draw one line with its top left at x, y, at most `width` wide; returns the width it took, 0 if none fits.

        least: how many letters before the ellipsis still say something.
        """
        key = (font, text, int(width) if width < 2000 else 2000)
        if key not in self._laid_out:
            if len(self._laid_out) > _LIMIT:
                self._laid_out.clear()
            self._laid_out[key] = self._lay_out(font, text, width, least)
        found = self._laid_out[key]
        if found is None:
            return 0.0
        painter.setFont(self.fonts[font])
        painter.drawStaticText(QPointF(x, y), found[0])
        return found[1]

    def draw_centred(self, painter: QPainter, font: str, text: str, x: float, y: float, width: float) -> None:
        """Draw one line in the middle of `width`; nothing where it does not fit, but for a hair's breadth."""
        wide = self.width(font, text)
        if wide <= width + 2:
            self.draw(painter, font, text, x + (width - wide) / 2, y, width + 2)

    def _lay_out(self, font: str, text: str, width: float, least: int) -> tuple[QStaticText, float] | None:
        metrics = self._metrics[font]
        line = " ".join(text.split())[:400]
        shown = metrics.elidedText(line, Qt.TextElideMode.ElideRight, width)
        # A letter and an ellipsis say something; an ellipsis alone does not.
        if shown != line and len(shown) <= least:
            shown = line[:1] if least == 1 else ""
        if not shown or metrics.horizontalAdvance(shown) > width:
            return None
        static = QStaticText(shown)
        static.setTextFormat(Qt.TextFormat.PlainText)
        static.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
        static.prepare(font=self.fonts[font])
        return static, metrics.horizontalAdvance(shown)
