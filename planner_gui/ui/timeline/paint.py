"""A frame to pixels. One path for 20 and for 10,000 people: what is visible is gathered, then drawn by colour.

Nothing here changes anything; what it draws, `hit` finds again from the same geometry.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from PySide6.QtCore import QLocale, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPolygonF

from planner_gui.domain.entities import CountsAs, Kind
from planner_gui.domain.judging import Level, levels
from planner_gui.domain.snapshot import Flag, day_date, day_number
from planner_gui.ui import formats
from planner_gui.ui.timeline.frame import HEADER, PEOPLE_WIDTH, Bar, Frame
from planner_gui.ui.timeline.numbers import Cells
from planner_gui.ui.timeline.rows import Row
from planner_gui.ui.timeline.scale import Zoom, month_start, next_month

RADIUS = 4.0
# BigPicture's five types as its own window words them; an unknown one is shown as it came (vendors: absences).
_ABSENCES = {
    "HOLIDAY": "Holiday",
    "LEAVE AT REQUEST": "Leave at request",
    "MATERNITY LEAVE": "Maternity leave",
    "SICK LEAVE": "Sick leave",
    "OTHER REASON": "Other reason",
}


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
    _bars(painter, frame, rows)
    _today(painter, frame)
    _focus(painter, frame, rows)
    painter.restore()
    _header(painter, frame)
    _people(painter, frame, rows, sums)


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
    for first, last in _not_read(frame):
        area = QRectF(scale.x(first), 0, (last - first + 1) * scale.day_width, frame.height)
        painter.fillRect(area, QColor(theme.side))
        painter.fillRect(area, QBrush(QColor(theme.line), Qt.BrushStyle.BDiagPattern))


def _not_read(frame: Frame) -> list[tuple[int, int]]:
    spans = [view.span for view in frame.plan.connections if view.span is not None]
    if not spans:
        return [(frame.first_day, frame.last_day)]
    start = day_number(max(span.start for span in spans))
    end = day_number(min(span.end for span in spans))
    found = []
    if frame.first_day < start:
        found.append((frame.first_day, min(start - 1, frame.last_day)))
    if frame.last_day > end:
        found.append((max(end + 1, frame.first_day), frame.last_day))
    return found


def _rows(painter: QPainter, frame: Frame, rows: list[Row]) -> None:
    theme = frame.theme
    for row in rows:
        if row.is_heading:
            painter.fillRect(QRectF(0, row.top, frame.width, row.height), QColor(theme.side))
    painter.setPen(QPen(QColor(theme.line), 1))
    painter.drawLines([QPointF(x, row.top + row.height - 0.5) for row in rows for x in (0, frame.width)])


def _strips(painter: QPainter, frame: Frame, rows: list[Row], sums: dict[int, Cells]) -> None:
    """The capacity cells: drawn by level, then their numbers where there is room."""
    cells, scale, metrics = frame.cells(), frame.scale, frame.metrics
    by_level: dict[Level, list[QRectF]] = defaultdict(list)
    dots: list[QPointF] = []
    texts: list[tuple[QRectF, str, Level, bool]] = []
    numbered = scale.day_width * scale.zoom.days_per_cell >= 34
    for at, row in enumerate(rows):
        cell = sums[at]
        height = row.height - 8 if row.is_heading and frame.flat else metrics.strip
        y = row.top + ((row.height - height) / 2 if row.is_heading else metrics.pad)
        how_full = levels(cell.working, cell.capacity, cell.load, cell.known).tolist()
        for index, (first, last) in enumerate(cells):
            how = Level(how_full[index])
            if how in (Level.UNKNOWN, Level.OFF):
                continue
            box = QRectF(scale.x(first) + 1, y, (last - first + 1) * scale.day_width - 2, height)
            by_level[how].append(box)
            if cell.over[index] and how not in (Level.OVER, Level.FAR_OVER) and frame.flat and not row.is_heading:
                dots.append(QPointF(box.right() - 4, box.top() + 4))
            if numbered and height >= 14 and cell.capacity[index] > 0 and cell.load[index] > 0:
                share = (200 * int(cell.load[index]) + int(cell.capacity[index])) // (2 * int(cell.capacity[index]))
                texts.append((box, str(share), how, row.is_heading))
    _draw_levels(painter, frame, by_level)
    for box, text, how, bold in texts:
        painter.setPen(QColor(frame.theme.cell(how).text))
        font = "small-bold" if bold or how in (Level.OVER, Level.FAR_OVER) else "small"
        y = box.top() + (box.height() - frame.labels.height(font)) / 2
        frame.labels.draw_centred(painter, font, text, box.left(), y, box.width())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(frame.theme.today))
    for dot in dots:
        painter.drawEllipse(dot, 2.2, 2.2)


def _draw_levels(painter: QPainter, frame: Frame, by_level: dict[Level, list[QRectF]]) -> None:
    theme = frame.theme
    painter.setPen(QPen(QColor(theme.line), 1) if theme.outline else Qt.PenStyle.NoPen)
    for how, boxes in by_level.items():
        painter.setBrush(QColor(theme.cell(how).fill))
        painter.drawRects(boxes)
        if how is Level.AWAY:
            painter.setBrush(QBrush(QColor(theme.hatch), Qt.BrushStyle.BDiagPattern))
            painter.drawRects(boxes)


def _bars(painter: QPainter, frame: Frame, rows: list[Row]) -> None:
    if frame.flat:
        _thin_bars(painter, frame, rows)
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for row in rows:
        if row.is_heading:
            continue
        for bar in frame.bars(row):
            _bar(painter, frame, bar)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _thin_bars(painter: QPainter, frame: Frame, rows: list[Row]) -> None:
    by_colour: dict[str, list[QRectF]] = defaultdict(list)
    for row in rows:
        if row.is_heading:
            continue
        for bar in frame.bars(row):
            if frame.plan.kind(bar.row) is Kind.ALLOCATION:
                by_colour[_colours(frame, bar.row)[1]].append(QRectF(bar.x, bar.y + 2, bar.width, bar.height))
    painter.setPen(Qt.PenStyle.NoPen)
    for colour, boxes in by_colour.items():
        painter.setBrush(QColor(colour))
        painter.drawRects(boxes)


def _colours(frame: Frame, row: int) -> tuple[str, str]:
    project = int(frame.plan.columns["project"][row])
    pair = frame.theme.project(frame.plan.projects[project] if project >= 0 else "")
    return pair.fill, pair.text


def title(frame: Frame, row: int) -> str:
    """What a bar says: project, title and amount."""
    plan = frame.plan
    name = _ABSENCES.get(plan.text(row, "title").upper().replace("_", " "), plan.text(row, "title"))
    project = int(plan.columns["project"][row])
    about = plan.projects[project] if project >= 0 else ""
    parts = [about] if about and about != name else []
    parts.append(name)
    percent = plan.value(row, "percent")
    if plan.kind(row) is Kind.ALLOCATION and percent >= 0:
        parts.append(f"{percent / 100:g}%")
    if plan.columns["flags"][row] & (Flag.RECURRING | Flag.OCCURRENCE):
        parts.append("\N{CLOCKWISE OPEN CIRCLE ARROW}")
    return " \N{MIDDLE DOT} ".join(parts)


def _bar(painter: QPainter, frame: Frame, bar: Bar) -> None:
    theme, plan = frame.theme, frame.plan
    kind = plan.kind(bar.row)
    box = QRectF(bar.x + 0.5, bar.y + 0.5, bar.width - 1, bar.height - 1)
    text = theme.text
    if kind is Kind.ALLOCATION:
        fill, text = _colours(frame, bar.row)
        painter.setPen(QPen(QColor(text), 1) if theme.outline else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(fill))
        painter.drawRoundedRect(box, RADIUS, RADIUS)
    elif kind is Kind.ABSENCE or plan.columns["counts_as"][bar.row] in (CountsAs.ABSENCE, CountsAs.DUPLICATE):
        painter.setPen(QPen(QColor(theme.muted), 1, Qt.PenStyle.DashLine))
        painter.setBrush(QColor(theme.cell(Level.AWAY).fill))
        painter.drawRoundedRect(box, RADIUS, RADIUS)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(QColor(theme.hatch), Qt.BrushStyle.BDiagPattern))
        painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), RADIUS, RADIUS)
    elif kind is Kind.EVENT:
        source = plan.source(bar.row)
        colour = QColor(source.colour) if source and QColor.isValidColorName(source.colour) else QColor(theme.muted)
        painter.setPen(QPen(colour, 1.2))
        painter.setBrush(QColor(theme.background))
        painter.drawRoundedRect(box, RADIUS, RADIUS)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.line))
        line = QRectF(box.left(), box.bottom() - 3, box.width(), 3)
        painter.drawRect(line)
        text = theme.text
    if bar.row == frame.selected:
        painter.setPen(QPen(QColor(theme.accent), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.adjusted(-0.5, -0.5, 0.5, 0.5), RADIUS, RADIUS)
    _bar_label(painter, frame, bar, kind, text)


def _bar_label(painter: QPainter, frame: Frame, bar: Bar, kind: Kind, colour: str) -> None:
    # The label stays in view while any of its bar does.
    left = max(bar.x, 0.0) + 7
    room = bar.x + bar.width - 5 - left
    if room < 14:
        return
    font = "small-bold" if kind is Kind.ALLOCATION else "small"
    text = title(frame, bar.row)
    if kind is Kind.TASK:
        text = f"\N{BALLOT BOX WITH CHECK} {text}"
        left -= 5
    painter.setPen(QColor(colour))
    y = bar.y + (bar.height - frame.labels.height(font)) / 2 - (1 if kind is Kind.TASK else 0)
    frame.labels.draw(painter, font, text, left, y, room)


def _today(painter: QPainter, frame: Frame) -> None:
    x = frame.scale.x(frame.today + 0.5)
    if 0 <= x <= frame.width:
        painter.fillRect(QRectF(x - 1, frame.top, 2, frame.height), QColor(frame.theme.today))


def _focus(painter: QPainter, frame: Frame, rows: list[Row]) -> None:
    """The chosen cell: a ring around its strip, and a light line down its row to what it is made of."""
    cell = frame.cell
    if cell is None:
        return
    accent = QColor(frame.theme.accent)
    left = frame.scale.x(cell.first)
    wide = (cell.last - cell.first + 1) * frame.scale.day_width
    for row in rows:
        if row.person != cell.person:
            continue
        tint = QColor(accent)
        tint.setAlpha(26)
        painter.fillRect(QRectF(left, row.top, wide, row.height - 1), tint)
        painter.setPen(QPen(accent, 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        strip = frame.metrics.strip
        painter.drawRect(QRectF(left, row.top + frame.metrics.pad - 2, wide, strip + 4))


def _header(painter: QPainter, frame: Frame) -> None:
    theme, scale, labels = frame.theme, frame.scale, frame.labels
    painter.save()
    painter.setClipRect(PEOPLE_WIDTH, 0, frame.width, HEADER)
    painter.translate(PEOPLE_WIDTH, 0)
    locale = QLocale()
    month = month_start(frame.first_day)
    while month <= frame.last_day:
        following = next_month(month)
        left = max(scale.x(month), 0.0) + 8
        room = scale.x(following) - left - 6
        painter.setPen(QColor(theme.text))
        date = day_date(month)
        name = locale.standaloneMonthName(date.month)
        named = f"{name} {date.year}" if date.month == 1 or month == month_start(frame.first_day) else name
        labels.draw(painter, "bold", named, left, 6, room)
        month = following
    _header_days(painter, frame)
    painter.restore()
    painter.fillRect(QRectF(0, HEADER - 1, PEOPLE_WIDTH + frame.width, 1), QColor(theme.line))


def _header_days(painter: QPainter, frame: Frame) -> None:
    theme, scale, labels = frame.theme, frame.scale, frame.labels
    y = HEADER - 8 - labels.height("small")
    if scale.zoom in (Zoom.MONTH, Zoom.QUARTER):
        start = frame.first_day - (frame.first_day + 3 - frame.first_weekday) % 7
        for monday in range(start, frame.last_day + 1, 7):
            week = day_date(monday).isocalendar().week
            now = monday <= frame.today < monday + 7
            painter.setPen(QColor(theme.red if now else theme.muted))
            labels.draw_centred(painter, "small", f"W{week}", scale.x(monday), y, 7 * scale.day_width)
        return
    for day in range(frame.first_day, frame.last_day + 1):
        x, date = scale.x(day), day_date(day)
        text = str(date.day)
        if scale.zoom is Zoom.DAY:
            text = f"{QLocale().standaloneDayName(date.isoweekday(), QLocale.FormatType.ShortFormat)} {date.day}"
        if day == frame.today:
            wide = min(scale.day_width - 2, labels.width("small-bold", text) + 14)
            pill = QRectF(x + (scale.day_width - wide) / 2, y - 2, wide, labels.height("small") + 4)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.red))
            painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(QColor(theme.background))
            labels.draw_centred(painter, "small-bold", text, x, y, scale.day_width)
        else:
            painter.setPen(QColor(theme.muted if date.isoweekday() > 5 else theme.text))
            labels.draw_centred(painter, "small", text, x, y, scale.day_width)


def _people(painter: QPainter, frame: Frame, rows: list[Row], sums: dict[int, Cells]) -> None:
    theme = frame.theme
    painter.fillRect(QRectF(0, 0, PEOPLE_WIDTH, HEADER + frame.height), QColor(theme.background))
    painter.save()
    painter.setClipRect(0, HEADER, PEOPLE_WIDTH, frame.height)
    painter.translate(0, HEADER - frame.top)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for at, row in enumerate(rows):
        if row.is_heading:
            _heading(painter, frame, row)
        else:
            _person(painter, frame, row, sums[at])
    painter.restore()
    painter.setPen(QColor(theme.text))
    groups = len(frame.rows.groups) if frame.rows.groups and frame.rows.groups[0].name else 0
    count = f"{len(frame.plan.people)} people" + (f" \N{MIDDLE DOT} {groups} groups" if groups else "")
    frame.labels.draw(painter, "small", count, 14, 8, PEOPLE_WIDTH - 20)
    painter.setPen(QColor(theme.muted))
    what = "Load, week by week" if frame.flat else "Load shown for visible range"
    frame.labels.draw(painter, "small", what, 14, 27, PEOPLE_WIDTH - 20)
    painter.fillRect(QRectF(PEOPLE_WIDTH - 1, 0, 1, HEADER + frame.height), QColor(theme.line))
    painter.fillRect(QRectF(0, HEADER - 1, PEOPLE_WIDTH, 1), QColor(theme.line))


def _heading(painter: QPainter, frame: Frame, row: Row) -> None:
    theme, group = frame.theme, frame.rows.groups[row.group]
    painter.fillRect(QRectF(0, row.top, PEOPLE_WIDTH, row.height), QColor(theme.side))
    x, y = 16.0, row.top + row.height / 2
    if group.folded:
        arrow = [QPointF(x - 3, y - 4), QPointF(x + 3, y), QPointF(x - 3, y + 4)]
    else:
        arrow = [QPointF(x - 4, y - 3), QPointF(x + 4, y - 3), QPointF(x, y + 3)]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.muted))
    painter.drawPolygon(QPolygonF(arrow))
    painter.setPen(QColor(theme.text))
    text_y = y - frame.labels.height("bold") / 2
    wide = frame.labels.draw(painter, "bold", group.name, 28, text_y, PEOPLE_WIDTH - 80)
    painter.setPen(QColor(theme.muted))
    frame.labels.draw(painter, "normal", str(len(group.people)), 34 + wide, text_y, 60)
    painter.fillRect(QRectF(0, row.top + row.height - 1, PEOPLE_WIDTH, 1), QColor(theme.line))


def _person(painter: QPainter, frame: Frame, row: Row, sums: Cells) -> None:
    theme, labels = frame.theme, frame.labels
    person = frame.plan.people[row.person]
    small = row.height < 44
    size = 18.0 if small else 28.0
    top = row.top + (max(2.0, (row.height - size) / 2) if small else 9.0)
    pair = theme.avatar(person.name)
    painter.setPen(QPen(QColor(theme.line), 1) if theme.outline else Qt.PenStyle.NoPen)
    painter.setBrush(QColor(pair.fill))
    painter.drawEllipse(QRectF(12, top, size, size))
    painter.setPen(QColor(pair.text))
    font = "tiny-bold"
    labels.draw_centred(painter, font, formats.initials(person.name), 12, top + (size - labels.height(font)) / 2, size)
    load, capacity = int(sums.load.sum()), int(sums.capacity.sum())
    share = formats.percent(load, capacity) or "\N{EN DASH}"
    over = load > capacity
    painter.setPen(QColor(theme.red if over else theme.text))
    wide = labels.width("bold", share)
    name_y = row.top + (row.height - labels.height("bold")) / 2 if small else row.top + 8.0
    labels.draw(painter, "bold", share, PEOPLE_WIDTH - 14 - wide, name_y, wide + 4)
    painter.setPen(QColor(theme.text))
    left = 12 + size + 10
    labels.draw(painter, "normal" if small else "bold", person.name, left, name_y, PEOPLE_WIDTH - left - 70)
    if not small:
        painter.setPen(QColor(theme.muted))
        about = person.title or (person.teams[0] if person.teams else "")
        labels.draw(painter, "small", about, left, name_y + labels.height("bold") + 1, PEOPLE_WIDTH - left - 76)
        _utilisation(painter, frame, row, load, capacity)
    painter.fillRect(QRectF(0, row.top + row.height - 1, PEOPLE_WIDTH, 1), QColor(theme.line))


def _utilisation(painter: QPainter, frame: Frame, row: Row, load: int, capacity: int) -> None:
    theme = frame.theme
    track = QRectF(PEOPLE_WIDTH - 68, row.top + 32, 54, 4)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.line))
    painter.drawRoundedRect(track, 2, 2)
    if capacity > 0 and load > 0:
        share = min(1.0, load / capacity)
        how = Level.FAR_OVER if load > capacity else Level.OVER if load > 0.95 * capacity else Level.FULL
        painter.setBrush(QColor(theme.cell(how).fill))
        painter.drawRoundedRect(QRectF(track.left(), track.top(), track.width() * share, 4), 2, 2)
