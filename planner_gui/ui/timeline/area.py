"""The parts of the view that a painting is for: what lies outside of them need not be drawn. Pure arithmetic."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple, cast

from PySide6.QtCore import QRect
from PySide6.QtGui import QRegion


class Box(NamedTuple):
    """A rectangle of pixels: left and top inside, right and bottom just outside."""

    left: int
    top: int
    right: int
    bottom: int

    def moved(self, dx: int, dy: int) -> Box:
        return Box(self.left + dx, self.top + dy, self.right + dx, self.bottom + dy)

    def within(self, other: Box) -> Box:
        """What of it lies in another; may be empty."""
        return Box(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )


class Area:
    """Some boxes, which may overlap."""

    def __init__(self, boxes: Iterable[Box]) -> None:
        self.boxes = tuple([box for box in boxes if box.left < box.right and box.top < box.bottom])

    @classmethod
    def of(cls, region: QRegion) -> Area:
        """What Qt asks to be painted."""
        rects = cast(Iterable[QRect], region)  # it is one; its stubs do not say so
        return cls(Box(r.x(), r.y(), r.x() + r.width(), r.y() + r.height()) for r in rects)

    def __bool__(self) -> bool:
        return bool(self.boxes)

    def moved(self, dx: int, dy: int) -> Area:
        """The same parts, seen from an origin that lies (-dx, -dy) further."""
        return Area(box.moved(dx, dy) for box in self.boxes)

    def between(self, top: float, bottom: float) -> Area:
        """The boxes that show anything of top..bottom."""
        return Area(box for box in self.boxes if box.top < bottom and box.bottom > top)

    def touches(self, box: Box) -> bool:
        """Whether any of it shows in a rectangle."""
        return self.region.intersects(QRect(box.left, box.top, box.right - box.left, box.bottom - box.top))

    @property
    def extent(self) -> Box:
        """The least box around it all."""
        if not self.boxes:
            return Box(0, 0, 0, 0)
        lefts, tops, rights, bottoms = zip(*self.boxes, strict=True)
        return Box(min(lefts), min(tops), max(rights), max(bottoms))

    @cached_property
    def region(self) -> QRegion:
        """The same for Qt."""
        region = QRegion()
        for box in self.boxes:
            region += QRect(box.left, box.top, box.right - box.left, box.bottom - box.top)
        return region
