"""The last frame, kept as a picture: what is still right of it is moved, and only the rest is painted again.

Scrolling is the case it is for. Any other difference between two frames paints the whole view; so does whatever is not
known to be the same. What is painted is `paint`'s alone: a moved picture and a new one are the same, pixel by pixel.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QPixmap

from planner_gui.ui.timeline.area import Area, Box
from planner_gui.ui.timeline.frame import HEADER, PEOPLE_WIDTH, Cell, Frame
from planner_gui.ui.timeline.header import MONTHS
from planner_gui.ui.timeline.paint import notes, paint, sums_of
from planner_gui.ui.timeline.people import Said, changed_boxes

# Of two frames these may differ: where they are scrolled to, and the looks that are only remembered there.
_SCROLLED = ("scale", "top", "looks")
# These change nothing but the rows of whom they are about.
_FOCUS = ("selected", "cell", "focused_group", "has_focus")
_FIELDS = tuple(field.name for field in fields(Frame) if field.name not in (*_SCROLLED, *_FOCUS))
_BY_VALUE = (bool, int, str, Cell, type(None))
_RING = 5  # and the ring around a cell beyond that
_REACH = 2  # pixels that a bar's ring reaches beyond it


class Canvas:
    """A picture of the view, as large as the view."""

    def __init__(self) -> None:
        self._picture = QPixmap()
        self._frame: Frame | None = None
        self._said: tuple[Frame | None, dict[int, Said]] = (None, {})  # by the people column of a frame, by row

    def draw(self, painter: QPainter, frame: Frame) -> bool:
        """Put a frame down at the painter's origin; returns whether that is all of it, or it should be drawn again."""
        self.show(frame, painter.device().devicePixelRatioF())
        painter.drawPixmap(0, 0, self._picture)
        return self._frame is not None

    def show(self, frame: Frame, ratio: float) -> QPixmap:
        """Make the picture that of a frame, at so many pixels of the device for one of the view."""
        width, height = PEOPLE_WIDTH + frame.width, HEADER + frame.height
        size = (round(width * ratio), round(height * ratio))
        if (self._picture.width(), self._picture.height()) != size or self._picture.devicePixelRatio() != ratio:
            self._picture = QPixmap(*size)
            self._picture.setDevicePixelRatio(ratio)
            self._frame = None
        area = self._moved(frame, ratio)
        self._frame = frame
        if area is None or area:
            painter = QPainter(self._picture)
            paint(painter, frame, area)
            painter.end()
        if frame.numbers.unfinished:
            frame.numbers.unfinished, self._frame = False, None
        return self._picture

    def _moved(self, frame: Frame, ratio: float) -> Area | None:
        """Move the picture to where a frame is scrolled to; returns what is then to be painted, None for everything."""
        before = self._frame
        if before is None or not _same(before, frame):
            return None
        right, down = frame.offset - before.offset, frame.top - before.top
        if not right and not down:
            return Area(_refocused(before, frame))
        if (right and down) or not _equal(before, frame, _FOCUS):
            return None
        if abs(right) >= frame.width or abs(down) >= frame.height or ratio != int(ratio):
            return None  # at 125 % edges lie between pixels, and what is moved would not meet what is painted
        view = Box(0, 0, PEOPLE_WIDTH + frame.width, HEADER + frame.height)
        if down:
            moving = Box(0, HEADER, view.right, view.bottom)
            boxes = [_bared(moving, 0, down), *_stuck(before, frame, 0, down)]
        else:
            moving = Box(PEOPLE_WIDTH, 0, view.right, view.bottom)
            boxes = [_bared(moving, right, 0), *_stuck(before, frame, right, 0)]
            boxes += [
                Box(PEOPLE_WIDTH, 0, view.right, MONTHS),
                *_edge(before, frame, right),
                *self._said_anew(before, frame),
            ]
        self._scroll(moving, right, down, ratio)
        return Area(box.within(view) for box in boxes)

    def _said_anew(self, before: Frame, frame: Frame) -> Iterator[Box]:
        """Where the people column says other things of the visible range: mostly the same with another number."""
        old = self._said[1] if self._said[0] is before else _said(before)
        new = _said(frame)
        self._said = (frame, new)
        below = Box(0, HEADER, PEOPLE_WIDTH, HEADER + frame.height)
        for index, said in new.items():
            if said != old[index]:
                for box in changed_boxes(frame, frame.rows[index], old[index], said):
                    yield box.moved(0, HEADER - frame.top).within(below)

    def _scroll(self, moving: Box, right: int, down: int, ratio: float) -> None:
        left, top = round(moving.left * ratio), round(moving.top * ratio)
        part = QRect(left, top, self._picture.width() - left, self._picture.height() - top)
        self._picture.scroll(round(-right * ratio), round(-down * ratio), part)


def _same(one: Frame, other: Frame) -> bool:
    """Whether two frames show the same, but for where they are scrolled to and what is in focus."""
    return one.scale.zoom is other.scale.zoom and _equal(one, other, _FIELDS)


def _equal(one: Frame, other: Frame, names: tuple[str, ...]) -> bool:
    pairs = ((getattr(one, name), getattr(other, name)) for name in names)
    return all(a is b or (isinstance(a, _BY_VALUE) and a == b) for a, b in pairs)


def _refocused(before: Frame, frame: Frame) -> Iterator[Box]:
    """What of the rows of whom was in focus, and of whom is, shows it: the name, and the cell or the whole row."""
    if _equal(before, frame, _FOCUS):
        return
    below = Box(0, HEADER, PEOPLE_WIDTH + frame.width, HEADER + frame.height)
    for one in (before, frame):
        for row in one.visible_rows():
            heading = row.is_heading and (row.barred or one.rows.groups[row.group].name == one.focused_group)
            if heading or row.person == one.focused_person:
                box = Box(0, row.top, below.right, row.top + row.height).moved(0, HEADER - one.top).within(below)
                if one.cell is None or heading:
                    yield box
                else:
                    yield box._replace(right=PEOPLE_WIDTH)
                    left, right = one.scale.x(one.cell.first), one.scale.x(one.cell.last + 1)
                    yield box.within(Box(int(left) - _RING, 0, int(right) + _RING, below.bottom).moved(PEOPLE_WIDTH, 0))


def _bared(moving: Box, right: int, down: int) -> Box:
    """What moving lays bare at its edge."""
    if down > 0:
        return moving._replace(top=moving.bottom - down)
    if down < 0:
        return moving._replace(bottom=moving.top - down)
    if right > 0:
        return moving._replace(left=moving.right - right)
    return moving._replace(right=moving.left - right)


def _stuck(before: Frame, frame: Frame, right: int, down: int) -> Iterator[Box]:
    """What stays where it is while the rest moves: where its moved picture is, and where it belongs."""
    for box in notes(before):
        yield box.moved(-right, -down)
    yield from notes(frame)


def _edge(before: Frame, frame: Frame, right: int) -> Iterator[Box]:
    """The bars across the left edge, before and after: their labels stay in view."""
    if frame.flat:
        return
    inside = Box(PEOPLE_WIDTH, HEADER, PEOPLE_WIDTH + frame.width, HEADER + frame.height)
    found = frame.boxes([row for row in frame.visible_rows() if row.has_bars])
    left, after = found.x, found.x + found.width
    across = ((left < 0) & (after > 0)) | ((left < -right) & (after > -right))
    for _, x, y, wide, high in found.chosen(across).bars():
        box = Box(0, int(y) - _REACH, int(x + wide) + _REACH + 1, int(y + high) + _REACH)
        yield box.moved(PEOPLE_WIDTH, HEADER - frame.top).within(inside)


def _said(frame: Frame) -> dict[int, Said]:
    """What the people column says, by row."""
    seen = frame.rows.visible(frame.top, frame.height)
    rows = frame.visible_rows()
    sums = sums_of(frame, rows)
    pairs = zip(seen, enumerate(rows), strict=True)
    return {index: Said.of(frame, row, sums[at]) for index, (at, row) in pairs if not row.is_heading}
