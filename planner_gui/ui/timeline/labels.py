"""Labels that fit their place: measured and cut once, then remembered by text and width; text dominates a frame's cost.

Most labels are drawn once, when they are scrolled into view: laying one out ahead (QStaticText) costs twice what
drawing it at once does, and saves next to nothing when it is drawn again.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Hashable
from itertools import accumulate
from math import floor

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPixmap

from planner_gui.ui.text import visible

_LIMIT = 8000
_MOST_TILES = 1500
# Letters and signs that stand side by side, so that a text is as wide as they are together: Latin, Greek, Cyrillic,
# punctuation, symbols, Chinese and Japanese. Others may join, or stand above one another.
_SIDE_BY_SIDE = re.compile(
    "[\u0000-\u02ff\u0370-\u0482\u048a-\u052f\u1e00-\u1fff"
    "\u2010-\u2027\u2030-\u205e\u20a0-\u20cf\u2100-\u2bff\u3000-\u3029\u3030-\u3098\u309b-\u9fff]*"
)
_ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"


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
        self._heights = {name: metrics.height() for name, metrics in self._metrics.items()}
        self._ascents = {name: metrics.ascent() for name, metrics in self._metrics.items()}
        self._widths: dict[tuple[str, str], float] = {}
        self._letters: dict[tuple[str, str], float] = {}
        self._ends: dict[tuple[str, str], list[float]] = {}
        self._fitted: dict[tuple[str, str, int], tuple[str, float]] = {}
        self._pictures: dict[tuple[Hashable, float], QPixmap] = {}
        self._tiles: dict[tuple[str, str, str, str, int, float], QPixmap] = {}

    def width(self, font: str, text: str) -> float:
        key = (font, text)
        wide = self._widths.get(key)
        if wide is None:
            if len(self._widths) > _LIMIT:
                self._widths = {}
            wide = self._widths[key] = self._metrics[font].horizontalAdvance(text)
        return wide

    def whole(self, font: str, text: str) -> float:
        """How wide a text is when it is not cut; all that `draw` ever draws of it is within that."""
        return self.width(font, _line(text))

    def height(self, font: str) -> float:
        return self._heights[font]

    def draw(
        self, painter: QPainter, font: str, text: str, x: float, y: float, width: float, *, least: int = 2
    ) -> float:
        """Draw one line with its top left at x, y, at most `width` wide; returns the width it took, 0 if none fits.

        least: how many letters before the ellipsis still say something.
        """
        key = (font, text, int(width) if width < 2000 else 2000)
        found = self._fitted.get(key)
        if found is None:
            if len(self._fitted) > _LIMIT:
                self._fitted = {}
            found = self._fitted[key] = self._fit(font, text, width, least)
        shown, wide = found
        if shown:
            painter.setFont(self.fonts[font])
            painter.drawText(QPointF(_snapped(x), y + self._ascents[font]), shown)
        return wide

    def draw_centred(self, painter: QPainter, font: str, text: str, x: float, y: float, width: float) -> None:
        """Draw one line in the middle of `width`; nothing where it does not fit, but for a hair's breadth."""
        wide = self.width(font, text)
        if wide <= width + 2:
            painter.setFont(self.fonts[font])
            painter.drawText(QPointF(_snapped(x + (width - wide) / 2), y + self._ascents[font]), text)

    def picture(self, key: Hashable, width: float, height: float, ratio: float) -> tuple[QPixmap, bool]:
        """A transparent picture kept under a key, and whether it is new, to be painted."""
        found = self._pictures.get((key, ratio))
        if found is not None:
            return found, False
        if len(self._pictures) > _MOST_TILES:
            self._pictures = {}
        made = self._pictures[(key, ratio)] = QPixmap(round(width * ratio), round(height * ratio))
        made.setDevicePixelRatio(ratio)
        made.fill(Qt.GlobalColor.transparent)
        return made, True

    def tile(self, font: str, text: str, ink: str, fill: str, height: int, ratio: float) -> QPixmap:
        """A short text in the middle of a patch of its background, `height` high: drawn once, put down many times."""
        key = (font, text, ink, fill, height, ratio)
        found = self._tiles.get(key)
        if found is None:
            if len(self._tiles) > _MOST_TILES:
                self._tiles = {}
            wide = int(self.width(font, text)) + 3
            found = self._tiles[key] = QPixmap(round(wide * ratio), round(height * ratio))
            found.setDevicePixelRatio(ratio)
            found.fill(QColor(fill))
            painter = QPainter(found)
            painter.setPen(QColor(ink))
            self.draw_centred(painter, font, text, 0, (height - self._heights[font]) / 2, wide)
            painter.end()
        return found

    def _fit(self, font: str, text: str, width: float, least: int) -> tuple[str, float]:
        """What of a text is shown in `width`, and how wide that is; "" where nothing that says something fits."""
        line = _line(text)
        if not _SIDE_BY_SIDE.fullmatch(line):
            return self._fit_by_qt(font, line, width, least)
        ends = self._ends_of(font, line)
        if not ends or ends[-1] <= width:
            return line, ends[-1] if ends else 0.0
        dots = self._advance(font, _ELLIPSIS)
        kept = bisect_right(ends, width - dots)
        # A letter and an ellipsis say something; an ellipsis alone does not.
        if kept + 1 > least:
            shown = line[:kept].rstrip() + _ELLIPSIS
            return shown, ends[kept - 1] + dots
        return (line[:1], ends[0]) if least == 1 and ends and ends[0] <= width else ("", 0.0)

    def _fit_by_qt(self, font: str, line: str, width: float, least: int) -> tuple[str, float]:
        """For letters that are not the sum of their widths: accents of their own, joined scripts, right to left."""
        metrics = self._metrics[font]
        full = self.width(font, line)
        if full <= width:
            return line, full
        shown = metrics.elidedText(line, Qt.TextElideMode.ElideRight, width)
        if len(shown) <= least:
            shown = line[:1] if least == 1 else ""
        wide = metrics.horizontalAdvance(shown)
        return (shown, wide) if shown and wide <= width else ("", 0.0)

    def _ends_of(self, font: str, line: str) -> list[float]:
        """Where each letter ends; kept, since a label across the edge is cut anew as it is scrolled."""
        key = (font, line)
        ends = self._ends.get(key)
        if ends is None:
            if len(self._ends) > _LIMIT // 4:
                self._ends = {}
            ends = self._ends[key] = list(accumulate([self._advance(font, letter) for letter in line]))
        return ends

    def _advance(self, font: str, letter: str) -> float:
        wide = self._letters.get((font, letter))
        if wide is None:
            wide = self._letters[(font, letter)] = self._metrics[font].horizontalAdvance(letter)
        return wide


def _line(text: str) -> str:
    """What is drawn of a text: one line without what cannot be seen."""
    return " ".join((text if text.isprintable() else visible(text)).split())[:400]


def _snapped(x: float) -> float:
    """On a quarter of a pixel, where Qt has a letter's picture; else it rounds to one side or the other of nought."""
    return floor(4 * x + 0.5) / 4
