"""A frame to pixels. One path for 20 and for 10,000 people: what is visible is gathered, then drawn by colour.

Nothing here changes anything; what it draws, `hit` finds again from the same geometry. The bars, the header and the
people have modules of their own.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from planner_gui.domain.judging import Level
from planner_gui.ui.theme import colour
from planner_gui.ui.timeline.area import Area, Box
from planner_gui.ui.timeline.bars import paint_bars
from planner_gui.ui.timeline.frame import HATCH_PERIOD, HEADER, PEOPLE_WIDTH, Frame
from planner_gui.ui.timeline.header import paint_header
from planner_gui.ui.timeline.numbers import Cells
from planner_gui.ui.timeline.people import paint_people
from planner_gui.ui.timeline.rows import Row

# Members of an enum cost a call each to reach; a frame asks for thousands.
_OFF, _OVER, _FAR_OVER, _AWAY = int(Level.OFF), int(Level.OVER), int(Level.FAR_OVER), int(Level.AWAY)
_NOT_READ = "not read"


def paint(painter: QPainter, frame: Frame, area: Area | None = None) -> None:
    """The whole view, or the parts of it in `area`; the painter's origin is the view's top left."""
    view = Box(0, 0, PEOPLE_WIDTH + frame.width, HEADER + frame.height)
    parts = Area([view]) if area is None else area
    if not parts:
        return
    painter.save()
    if area is not None:
        painter.setClipRegion(parts.region)
    paper = colour(frame.theme.background)
    extent = parts.extent
    painter.fillRect(extent.left, extent.top, extent.right - extent.left, extent.bottom - extent.top, paper)
    rows = frame.rows_between(max(0, extent.top - HEADER), extent.bottom - HEADER)
    sums = frame.sums(rows)
    timeline = Box(PEOPLE_WIDTH, HEADER, view.right, view.bottom)
    inside = Area(box.within(timeline) for box in parts.boxes)
    if inside:
        _timeline(painter, frame, inside.moved(-PEOPLE_WIDTH, -HEADER), rows, sums)
    if parts.touches(Box(PEOPLE_WIDTH, 0, view.right, HEADER)):
        paint_header(painter, frame, parts)
    if parts.touches(Box(0, 0, PEOPLE_WIDTH, view.bottom)):
        paint_people(painter, frame, parts, rows, sums)
    painter.restore()


def _timeline(painter: QPainter, frame: Frame, area: Area, rows: list[Row], sums: dict[int, Cells]) -> None:
    """All of it but the header; area is relative to the timeline's left and the top of the rows' area."""
    painter.save()
    painter.setClipRect(PEOPLE_WIDTH, HEADER, frame.width, frame.height, Qt.ClipOperation.IntersectClip)
    painter.translate(PEOPLE_WIDTH, HEADER - frame.top)
    _all_of(painter, frame, area.moved(0, frame.top), rows, sums)
    painter.restore()


def paint_rows(painter: QPainter, frame: Frame, rows: list[Row]) -> None:
    """Some visible rows again, over what is there; the painter's origin is the timeline's left, the first row's top."""
    painter.save()
    area = Area(Box(0, row.top, frame.width, row.top + row.height) for row in rows)
    for row in rows:
        painter.fillRect(QRect(0, row.top, frame.width, row.height), colour(frame.theme.background))
    _all_of(painter, frame, area, rows, frame.sums(rows))
    painter.restore()


def _all_of(painter: QPainter, frame: Frame, area: Area, rows: list[Row], sums: dict[int, Cells]) -> None:
    # Hatches move with what they are on: their origin is a point of the plan, though one near by.
    painter.setBrushOrigin(-(frame.offset % HATCH_PERIOD), frame.top - frame.top % HATCH_PERIOD)
    _days(painter, frame, area.extent)
    _rows(painter, frame, rows)
    _strips(painter, frame, area, rows, sums)
    paint_bars(painter, frame, area, rows)
    _today(painter, frame)
    _focus(painter, frame, rows)


def notes(frame: Frame) -> list[Box]:
    """Where the words over unread dates are: they stay in view, whatever is scrolled. In coordinates of the view."""
    found = []
    for first, last in frame.not_read():
        left = max(frame.scale.x(first), 0.0)
        right = min(frame.scale.x(last + 1), frame.width)
        if right > left:
            high = int(frame.labels.height("small")) + 4
            wide = int(frame.labels.width("small", _NOT_READ)) + 24
            found.append(Box(int(left), 8, min(int(left) + wide, frame.width), 8 + high).moved(PEOPLE_WIDTH, HEADER))
    return found


def _days(painter: QPainter, frame: Frame, extent: Box) -> None:
    """Weekends, and the dates that no connection has read."""
    theme, scale = frame.theme, frame.scale
    top, high = extent.top, extent.bottom - extent.top
    if not frame.flat:
        weekend = [
            QRectF(scale.x(day), top, scale.day_width, high)
            for day in range(scale.day(extent.left), scale.day(extent.right) + 1)
            if (day + 3) % 7 >= 5
        ]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(theme.weekend))
        painter.drawRects(weekend)
    for first, last in frame.not_read():
        area = QRectF(scale.x(first), top, (last - first + 1) * scale.day_width, high)
        painter.fillRect(area, colour(theme.side))
        painter.fillRect(area, frame.hatches.not_read)
        shown = max(area.left(), 0.0)
        painter.setPen(colour(theme.muted))
        room = min(area.right(), frame.width) - shown - 16
        frame.labels.draw(painter, "small", _NOT_READ, shown + 10, frame.top + 10, room)


def _rows(painter: QPainter, frame: Frame, rows: list[Row]) -> None:
    theme = frame.theme
    for row in rows:
        if row.is_heading:
            painter.fillRect(QRect(0, row.top, frame.width, min(row.height, frame.metrics.group)), colour(theme.side))
    painter.setPen(QPen(colour(theme.line), 1))
    painter.drawLines([QPointF(x, row.top + row.height - 0.5) for row in rows for x in (0, frame.width)])


class _Text(NamedTuple):
    """A number to be put into the middle of its cell."""

    level: int
    bold: bool
    left: int
    top: int
    width: int
    text: str
    plain: bool  # whether the cell is of one colour


def _strips(painter: QPainter, frame: Frame, area: Area, rows: list[Row], sums: dict[int, Cells]) -> None:
    """The capacity cells: drawn by level, then their numbers where there is room, and the worst-day marks."""
    scale, metrics = frame.scale, frame.metrics
    by_level: dict[int, list[tuple[int, int, int]]] = defaultdict(list)  # left, top, width
    away_too: list[tuple[int, int, int]] = []
    dots: list[QPointF] = []
    texts: list[_Text] = []
    summed = scale.zoom.days_per_cell > 1
    height = metrics.strip
    numbered = height >= 14 and scale.day_width * scale.zoom.days_per_cell >= 34
    edges = frame.edges
    for at, row in enumerate(rows):
        heading = row.is_heading
        y = row.top + ((row.height - 1 - height) // 2 if heading else metrics.pad)
        # An outline lies half a pixel outside.
        here = [box for box in area.boxes if box.top <= y + height and box.bottom >= y]
        if not here:
            continue
        first = bisect_right(edges, (min(box.left for box in here) - 1, -1)) - 1
        after = bisect_left(edges, (max(box.right for box in here) + 1, -1))
        part = slice(max(0, first), after)
        for (left, right), (how, over, working, capacity, load) in zip(
            edges[part], sums[at].painted[part], strict=True
        ):
            if how <= _OFF:
                continue
            box = (left, y, right - left)
            by_level[how].append(box)
            hatched = how == _AWAY
            if summed and not heading:
                # A period with a third of its time in leave is hatched too: less of it is there to fill.
                if how != _AWAY and 3 * capacity <= 2 * working:
                    away_too.append(box)
                    hatched = True
                if over and how < _OVER:
                    dots.append(QPointF(right - 5, y + 5))
            if numbered and load > 0:
                bold = heading or how in (_OVER, _FAR_OVER)
                texts.append(_Text(how, bold, *box, _number(load, capacity), not hatched))
    _draw_levels(painter, frame, by_level, away_too)
    _draw_numbers(painter, frame, texts)
    if dots:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour(frame.theme.background), 1))
        painter.setBrush(colour(frame.theme.red))
        for dot in dots:
            painter.drawEllipse(dot, 3, 3)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _draw_numbers(painter: QPainter, frame: Frame, texts: list[_Text]) -> None:
    """Numbers in the middle of their cells; on a plain colour as tiles: a frame may have a thousand of few kinds."""
    labels, height, theme = frame.labels, frame.metrics.strip, frame.theme
    pairs = {how: theme.cell(Level(how)) for how in {each.level for each in texts}}
    ratio = painter.device().devicePixelRatioF()
    for how, bold, left, top, wide, text, plain in texts:
        font = "small-bold" if bold else "small"
        pair = pairs[how]
        if plain and labels.width(font, text) + 6 <= wide:
            tile = labels.tile(font, text, pair.text, pair.fill, height - 2, ratio)
            painter.drawPixmap(left + (wide - int(tile.width() / ratio)) // 2, top + 1, tile)
        else:
            painter.setPen(colour(pair.text))
            labels.draw_centred(painter, font, text, left, top + (height - labels.height(font)) / 2, wide)


def _number(load: int, capacity: int) -> str:
    """The percentage of a cell; without capacity there is none, but hours over (Judging 1)."""
    if capacity > 0:
        return str((200 * load + capacity) // (2 * capacity))
    return f"+{load // 60} h" if load >= 60 else f"+{load} m"


def _draw_levels(
    painter: QPainter,
    frame: Frame,
    by_level: dict[int, list[tuple[int, int, int]]],
    away_too: list[tuple[int, int, int]],
) -> None:
    """Cells with corners of one pixel taken off: as soft as rounded ones, in two batches instead of one path each."""
    theme, height = frame.theme, frame.metrics.strip
    for how, boxes in by_level.items():
        brush = frame.hatches.away if how == _AWAY else colour(theme.cell(Level(how)).fill)
        painter.setBrush(brush)
        if theme.outline:
            painter.setPen(QPen(colour(theme.line), 1))
            painter.drawRects([QRect(left, top, wide - 1, height - 1) for left, top, wide in boxes])
            continue
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRects([QRect(left + 1, top, wide - 2, height) for left, top, wide in boxes])
        painter.drawRects([QRect(left, top + 1, wide, height - 2) for left, top, wide in boxes])
    if away_too:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(frame.hatches.away_over)
        painter.drawRects([QRect(left + 1, top, wide - 2, height) for left, top, wide in away_too])


def _today(painter: QPainter, frame: Frame) -> None:
    x = frame.scale.x(frame.today + 0.5)
    if 0 <= x <= frame.width:
        painter.fillRect(QRectF(round(x) - 1, frame.top, 2, frame.height), colour(frame.theme.today))


def _focus(painter: QPainter, frame: Frame, rows: list[Row]) -> None:
    """The chosen cell: a ring around its strip, and a light tint down its row to what it is made of."""
    cell = frame.cell
    if cell is None:
        return
    accent = QColor(frame.theme.accent)
    left = frame.scale.x(cell.first)
    wide = (cell.last - cell.first + 1) * frame.scale.day_width
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for row in rows:
        if row.person != cell.person:
            continue
        tint = QColor(accent)
        tint.setAlpha(26)
        painter.fillRect(QRectF(left, row.top, wide, row.height - 1), tint)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        ring = QRectF(left, row.top + frame.metrics.pad - 2, wide, frame.metrics.strip + 4)
        if frame.has_focus:
            painter.setPen(QPen(colour(frame.theme.background), 4))
            painter.drawRoundedRect(ring, 3, 3)
        painter.setPen(QPen(accent, 2))
        painter.drawRoundedRect(ring, 3, 3)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
