"""The pixels of the view: where they are still right they are moved or kept, and only the rest is painted again.

Qt keeps the pixels themselves; this knows what they show. Scrolling and choosing are what it is for: any other
difference between two frames paints the whole view. What is painted is `paint`'s alone: moved pixels and new ones are
the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields
from math import ceil

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QRegion
from PySide6.QtWidgets import QWidget

from planner_gui.ui.timeline.area import Area, Box
from planner_gui.ui.timeline.bars import label_of
from planner_gui.ui.timeline.frame import HEADER, PEOPLE_WIDTH, Cell, Frame
from planner_gui.ui.timeline.header import MONTHS, first_month
from planner_gui.ui.timeline.paint import notes, paint
from planner_gui.ui.timeline.people import Said, changed_box

# Of two frames these may differ: where they are scrolled to, and the looks that are only remembered there.
_SCROLLED = ("scale", "top", "looks")
# These change nothing but the rows of whom they are about.
_FOCUS = ("selected", "cell", "focused_group", "has_focus")
_FIELDS = tuple(field.name for field in fields(Frame) if field.name not in (*_SCROLLED, *_FOCUS))
_BY_VALUE = (bool, int, str, Cell, type(None))
_RING = 5  # pixels that the ring around a cell reaches beyond it


class Canvas:
    """What a view shows, and what of it is to be painted when that becomes another frame.

    Each frame is told as soon as there is one (`follow`), or that all is other (`renew`); what is painted in between
    is what Qt then asks for.
    """

    def __init__(self, view: QWidget) -> None:
        self._view = view
        self._frame: Frame | None = None  # what it shows once Qt has asked for all that is wrong; None: all is wrong
        self._asked: Area | None = None  # what was asked for since, where it is still as it was asked for
        self._waiting = False  # whether anything was asked for since
        self._said: tuple[Frame | None, dict[int, Said]] = (None, {})  # by the people column of a frame, by row

    def renew(self) -> None:
        """Have all of it painted again."""
        self._frame = None
        self._view.update()

    def follow(self, frame: Frame) -> None:
        """Show another frame: move what is still right and have the rest painted."""
        before, self._frame = self._frame, None
        if before is None:
            return  # all of it will be painted
        wrong = self._moved(before, frame)
        if wrong is None:
            self._view.update()
        else:
            self._frame = frame
            area = Area(wrong)
            self._asked, self._waiting = None if self._waiting else area, True
            self._view.update(area.region)

    def touch(self, boxes: Iterable[Box]) -> None:
        """Have some parts painted again, over which others paint."""
        self._view.update(Area(boxes).region)

    def paint(self, painter: QPainter, frame: Frame, region: QRegion) -> None:
        """The parts of a frame that Qt asks for."""
        if self._frame is not None and self._frame is not frame:
            self._view.update()  # nobody has told of it: the parts that are not asked for are another frame's
        self._frame = frame
        asked, self._asked, self._waiting = self._asked, None, False
        # The same parts in fewer boxes than Qt makes of them, who cuts at each one's top and bottom.
        paint(painter, frame, asked if asked is not None and asked.region == region else Area.of(region))
        if frame.numbers.unfinished:
            frame.numbers.unfinished = False
            self.renew()

    def _moved(self, before: Frame, frame: Frame) -> list[Box] | None:
        """Move the pixels to where a frame is scrolled to; returns what is then to be painted, None for everything."""
        if before is frame:
            return []
        if not _same(before, frame):
            return None
        right, down, ratio = frame.offset - before.offset, frame.top - before.top, self._view.devicePixelRatioF()
        if not right and not down:
            return list(_refocused(before, frame))
        if not _equal(before, frame, _FOCUS) or (right and down):
            return None
        if abs(right) >= frame.width or abs(down) >= frame.height or ratio != int(ratio):
            return None  # at 125 % edges lie between pixels, and what is moved would not meet what is painted
        view = Box(0, 0, PEOPLE_WIDTH + frame.width, HEADER + frame.height)
        boxes = list(_stuck(before, frame, right, down))
        if down:
            moving = Box(0, HEADER, view.right, view.bottom)
        else:
            moving = Box(PEOPLE_WIDTH, 0, view.right, view.bottom)
            boxes += [*_edge(before, frame, right), *self._said_anew(before, frame)]
        boxes.append(_bared(moving, right, down))
        left, top, wide, high = moving.left, moving.top, moving.right - moving.left, moving.bottom - moving.top
        self._view.scroll(-right, -down, QRect(left, top, wide, high))
        return [box.within(view) for box in boxes]

    def _said_anew(self, before: Frame, frame: Frame) -> Iterator[Box]:
        """Where the people column says other things of the visible range: mostly the same with another number."""
        old = self._said[1] if self._said[0] is before else _said(before)
        new = old if before.cells() == frame.cells() else _said(frame)
        self._said = (frame, new)
        below = Box(0, HEADER, PEOPLE_WIDTH, HEADER + frame.height)
        for index, said in new.items():
            if said != old[index]:
                box = changed_box(frame, frame.rows[index], old[index], said)
                yield box.moved(0, HEADER - frame.top).within(below)


def equal(one: Frame, other: Frame) -> bool:
    """Whether two frames show the same."""
    return one.scale == other.scale and one.top == other.top and _same(one, other) and _equal(one, other, _FOCUS)


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
    if right:
        old, new = first_month(before), first_month(frame)
        if old[0] == new[0]:
            yield old[1].moved(-right, 0).within(Box(PEOPLE_WIDTH, 0, PEOPLE_WIDTH + frame.width, MONTHS))
            yield new[1]
        else:
            yield Box(PEOPLE_WIDTH, 0, PEOPLE_WIDTH + frame.width, MONTHS)


def _edge(before: Frame, frame: Frame, right: int) -> Iterator[Box]:
    """The labels of the bars across the left edge, before and after: they stay in view."""
    if frame.flat:
        return
    inside = Box(PEOPLE_WIDTH, HEADER, PEOPLE_WIDTH + frame.width, HEADER + frame.height)
    found = frame.boxes([row for row in frame.visible_rows() if row.has_bars])
    left, after = found.x, found.x + found.width
    across = found.chosen(((left < 0) & (after > 0)) | ((left < -right) & (after > -right)))
    for bar, (wide, high) in zip(across.bars(), label_of(frame, across), strict=True):
        over = max(0.0, (high - bar.height) / 2 + 2)
        end = min(bar.x + bar.width, max(bar.x, 0.0) + wide + abs(right))
        box = Box(int(bar.x), int(bar.y - over), ceil(end), ceil(bar.y + bar.height + over))
        yield box.moved(PEOPLE_WIDTH, HEADER - frame.top).within(inside)


def _said(frame: Frame) -> dict[int, Said]:
    """What the people column says, by row."""
    seen, rows = frame.rows.visible(frame.top, frame.height), frame.visible_rows()
    sums = frame.sums(rows)
    pairs = zip(seen, enumerate(rows), strict=True)
    return {index: Said.of(frame, row, sums[at]) for index, (at, row) in pairs if not row.is_heading}
