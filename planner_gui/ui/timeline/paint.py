"""A frame to pixels. One path for 20 and for 10,000 people: what is visible is gathered, then drawn by colour.

Nothing here changes anything; what it draws, `hit` finds again from the same geometry. The bars, the header and the
people have modules of their own.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from planner_gui.domain.judging import Level, levels
from planner_gui.ui.timeline.bars import paint_bars
from planner_gui.ui.timeline.frame import HEADER, PEOPLE_WIDTH, Frame
from planner_gui.ui.timeline.header import paint_header
from planner_gui.ui.timeline.numbers import Cells
from planner_gui.ui.timeline.people import paint_people
from planner_gui.ui.timeline.rows import Row


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
    people = np.unique(np.array([row.person for row in rows if not row.is_heading], np.int32))
    if len(people):
        visible = frame.rows.visible(frame.top - frame.height, 3 * frame.height)
        around = frame.rows.person[visible.start : visible.stop]
        frame.numbers.prepare(people, cells[0][0], cells[-1][1], around[around >= 0])
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
            painter.fillRect(QRectF(0, row.top, frame.width, row.height), QColor(theme.side))
    painter.setPen(QPen(QColor(theme.line), 1))
    painter.drawLines([QPointF(x, row.top + row.height - 0.5) for row in rows for x in (0, frame.width)])


def _strips(painter: QPainter, frame: Frame, rows: list[Row], sums: dict[int, Cells]) -> None:
    """The capacity cells: drawn by level, then their numbers where there is room, and the worst-day marks."""
    cells, scale, metrics = frame.cells(), frame.scale, frame.metrics
    by_level: dict[Level, list[QRectF]] = defaultdict(list)
    away_too: list[QRectF] = []
    dots: list[QPointF] = []
    texts: list[tuple[QRectF, str, Level, bool]] = []
    summed = scale.zoom.days_per_cell > 1
    numbered = scale.day_width * scale.zoom.days_per_cell >= 34
    edges = [(round(scale.x(first)) + 1, round(scale.x(last + 1)) - 1) for first, last in cells]
    for at, row in enumerate(rows):
        cell = sums[at]
        height = metrics.strip
        y = row.top + ((row.height - 1 - height) // 2 if row.is_heading else metrics.pad)
        how_full = levels(cell.working, cell.capacity, cell.load, cell.known).tolist()
        over, capacity, load = cell.over.tolist(), cell.capacity.tolist(), cell.load.tolist()
        working = cell.working.tolist()
        for index, (left, right) in enumerate(edges):
            how = Level(how_full[index])
            if how in (Level.UNKNOWN, Level.OFF):
                continue
            box = QRectF(left, y, right - left, height)
            by_level[how].append(box)
            # A period with a day or more of leave in it is hatched too: less of it is there to fill.
            if summed and not row.is_heading and how is not Level.AWAY and 3 * capacity[index] <= 2 * working[index]:
                away_too.append(box)
            if over[index] and how not in (Level.OVER, Level.FAR_OVER) and summed and not row.is_heading:
                dots.append(QPointF(box.right() - 5, box.top() + 5))
            if numbered and height >= 14 and load[index] > 0:
                text = _number(load[index], capacity[index])
                texts.append((box, text, how, row.is_heading))
    _draw_levels(painter, frame, by_level, away_too)
    for box, text, how, bold in texts:
        painter.setPen(QColor(frame.theme.cell(how).text))
        font = "small-bold" if bold or how in (Level.OVER, Level.FAR_OVER) else "small"
        top = box.top() + (box.height() - frame.labels.height(font)) / 2
        frame.labels.draw_centred(painter, font, text, box.left(), top, box.width())
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(frame.theme.background), 1))
    painter.setBrush(QColor(frame.theme.red))
    for dot in dots:
        painter.drawEllipse(dot, 3, 3)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _number(load: int, capacity: int) -> str:
    """The percentage of a cell; without capacity there is none, but hours over (Judging 1)."""
    if capacity > 0:
        return str((200 * load + capacity) // (2 * capacity))
    return f"+{load // 60} h" if load >= 60 else f"+{load} m"


def _draw_levels(painter: QPainter, frame: Frame, by_level: dict[Level, list[QRectF]], away_too: list[QRectF]) -> None:
    """Cells with corners of one pixel taken off: as soft as rounded ones, in two batches instead of one path each."""
    theme = frame.theme
    for how, boxes in by_level.items():
        pair = theme.cell(how)
        brush = frame.hatches.away if how is Level.AWAY else QColor(pair.fill)
        if theme.outline:
            painter.setPen(QPen(QColor(theme.line), 1))
            painter.setBrush(brush)
            painter.drawRects([box.adjusted(0.5, 0.5, -0.5, -0.5) for box in boxes])
            continue
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(brush)
        painter.drawRects([box.adjusted(1, 0, -1, 0) for box in boxes])
        painter.drawRects([box.adjusted(0, 1, 0, -1) for box in boxes])
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(frame.hatches.away_over)
    painter.drawRects([box.adjusted(1, 0, -1, 0) for box in away_too])


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
