"""A frame to pixels. One path for 20 and for 10,000 people: what is visible is gathered, then drawn by colour.

Nothing here changes anything; what it draws, `hit` finds again from the same geometry. The bars, the header and the
people have modules of their own.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from planner_gui.domain.distinct import distinct
from planner_gui.domain.judging import Level
from planner_gui.ui.timeline.bars import paint_bars
from planner_gui.ui.timeline.frame import HEADER, PEOPLE_WIDTH, Frame
from planner_gui.ui.timeline.header import paint_header
from planner_gui.ui.timeline.numbers import Cells
from planner_gui.ui.timeline.people import paint_people
from planner_gui.ui.timeline.rows import Row

# Members of an enum cost a call each to reach; a frame asks for thousands.
_OFF, _OVER, _FAR_OVER, _AWAY = int(Level.OFF), int(Level.OVER), int(Level.FAR_OVER), int(Level.AWAY)


def paint(painter: QPainter, frame: Frame) -> None:
    """The whole view: timeline, header and people column; the painter's origin is the view's top left."""
    rows = frame.visible_rows()
    painter.fillRect(0, 0, PEOPLE_WIDTH + frame.width, HEADER + frame.height, QColor(frame.theme.background))
    painter.save()
    painter.setClipRect(PEOPLE_WIDTH, HEADER, frame.width, frame.height)
    painter.translate(PEOPLE_WIDTH, HEADER)
    _days(painter, frame)
    painter.translate(0, -frame.top)
    sums = _sums(frame, rows)
    _rows(painter, frame, rows)
    _strips(painter, frame, rows, sums)
    paint_bars(painter, frame, rows)
    _today(painter, frame)
    _focus(painter, frame, rows)
    painter.restore()
    paint_header(painter, frame)
    paint_people(painter, frame, rows, sums)


def _sums(frame: Frame, rows: list[Row]) -> dict[int, Cells]:
    """The cells of each visible row, by its index in `rows`."""
    cells = frame.cells()
    people = distinct(np.array([row.person for row in rows if not row.is_heading], np.int32))
    if len(people):
        visible = frame.rows.visible(frame.top - frame.height, 3 * frame.height)
        around = frame.rows.person[visible.start : visible.stop]
        frame.numbers.prepare(people, cells[0][0], cells[-1][1], around[around >= 0])
        frame.numbers.sum_up(people, cells)
    return {
        at: frame.numbers.of_group(frame.rows.groups[row.group].people, cells)
        if row.is_heading
        else frame.numbers.of_person(row.person, cells)
        for at, row in enumerate(rows)
    }


def _days(painter: QPainter, frame: Frame) -> None:
    """Weekends, and the dates that no connection has read."""
    theme, scale = frame.theme, frame.scale
    if not frame.flat:
        weekend = [
            QRectF(scale.x(day), 0, scale.day_width, frame.height)
            for day in range(frame.first_day, frame.last_day + 1)
            if (day + 3) % 7 >= 5
        ]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.weekend))
        painter.drawRects(weekend)
    for first, last in frame.not_read():
        area = QRectF(scale.x(first), 0, (last - first + 1) * scale.day_width, frame.height)
        painter.fillRect(area, QColor(theme.side))
        painter.fillRect(area, frame.hatches.not_read)
        shown = max(area.left(), 0.0)
        painter.setPen(QColor(theme.muted))
        frame.labels.draw(painter, "small", "not read", shown + 10, 10, min(area.right(), frame.width) - shown - 16)


def _rows(painter: QPainter, frame: Frame, rows: list[Row]) -> None:
    theme = frame.theme
    for row in rows:
        if row.is_heading:
            painter.fillRect(QRectF(0, row.top, frame.width, min(row.height, frame.metrics.group)), QColor(theme.side))
    painter.setPen(QPen(QColor(theme.line), 1))
    painter.drawLines([QPointF(x, row.top + row.height - 0.5) for row in rows for x in (0, frame.width)])


def _strips(painter: QPainter, frame: Frame, rows: list[Row], sums: dict[int, Cells]) -> None:
    """The capacity cells: drawn by level, then their numbers where there is room, and the worst-day marks."""
    cells, scale, metrics = frame.cells(), frame.scale, frame.metrics
    by_level: dict[int, list[tuple[int, int, int]]] = defaultdict(list)  # left, top, width
    away_too: list[tuple[int, int, int]] = []
    dots: list[QPointF] = []
    texts: list[tuple[int, int, int, str, int, bool]] = []
    summed = scale.zoom.days_per_cell > 1
    height = metrics.strip
    numbered = height >= 14 and scale.day_width * scale.zoom.days_per_cell >= 34
    edges = [(round(scale.x(first)) + 1, round(scale.x(last + 1)) - 1) for first, last in cells]
    for at, row in enumerate(rows):
        heading = row.is_heading
        y = row.top + ((row.height - 1 - height) // 2 if heading else metrics.pad)
        for (left, right), (how, over, working, capacity, load) in zip(edges, sums[at].painted, strict=True):
            if how <= _OFF:
                continue
            box = (left, y, right - left)
            by_level[how].append(box)
            if summed and not heading:
                # A period with a third of its time in leave is hatched too: less of it is there to fill.
                if how != _AWAY and 3 * capacity <= 2 * working:
                    away_too.append(box)
                if over and how < _OVER:
                    dots.append(QPointF(right - 5, y + 5))
            if numbered and load > 0:
                texts.append((*box, _number(load, capacity), how, heading or how in (_OVER, _FAR_OVER)))
    _draw_levels(painter, frame, by_level, away_too)
    _draw_numbers(painter, frame, texts)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(frame.theme.background), 1))
    painter.setBrush(QColor(frame.theme.red))
    for dot in dots:
        painter.drawEllipse(dot, 3, 3)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _draw_numbers(painter: QPainter, frame: Frame, texts: list[tuple[int, int, int, str, int, bool]]) -> None:
    """Numbers in the middle of their cells, one colour and font after the other."""
    labels, height = frame.labels, frame.metrics.strip
    down = {font: (height - labels.height(font)) / 2 for font in ("small", "small-bold")}
    before: int | None = None
    for left, top, wide, text, how, bold in sorted(texts, key=lambda each: (each[4], each[5])):
        if how != before:
            painter.setPen(QColor(frame.theme.cell(Level(how)).text))
            before = how
        font = "small-bold" if bold else "small"
        labels.draw_centred(painter, font, text, left, top + down[font], wide)


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
        brush = frame.hatches.away if how == _AWAY else QColor(theme.cell(Level(how)).fill)
        painter.setBrush(brush)
        if theme.outline:
            painter.setPen(QPen(QColor(theme.line), 1))
            painter.drawRects([QRect(left, top, wide - 1, height - 1) for left, top, wide in boxes])
            continue
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRects([QRect(left + 1, top, wide - 2, height) for left, top, wide in boxes])
        painter.drawRects([QRect(left, top + 1, wide, height - 2) for left, top, wide in boxes])
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(frame.hatches.away_over)
    painter.drawRects([QRect(left + 1, top, wide - 2, height) for left, top, wide in away_too])


def _today(painter: QPainter, frame: Frame) -> None:
    x = frame.scale.x(frame.today + 0.5)
    if 0 <= x <= frame.width:
        painter.fillRect(QRectF(round(x) - 1, frame.top, 2, frame.height), QColor(frame.theme.today))


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
            painter.setPen(QPen(QColor(frame.theme.background), 4))
            painter.drawRoundedRect(ring, 3, 3)
        painter.setPen(QPen(accent, 2))
        painter.drawRoundedRect(ring, 3, 3)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
