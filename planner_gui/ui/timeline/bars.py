"""Items as bars: allocations filled, absences hatched, events outlined, tasks with a line below; lines when zoomed out.

Paints from a Frame only; what it draws, `hit` finds again from the same geometry.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPainterPathStroker, QPen

from planner_gui.domain.snapshot import Flag
from planner_gui.ui.theme import colour
from planner_gui.ui.timeline.area import Area
from planner_gui.ui.timeline.facts import ALLOCATION, AWAY, EVENT, TASK, facts, learn
from planner_gui.ui.timeline.frame import Bar, Boxes, Frame
from planner_gui.ui.timeline.rows import Row

RADIUS = 4.0
_DOUBLE = 10.0  # pixels from the right end of a bar to the mark of a double
_NO_PEN = QPen(Qt.PenStyle.NoPen)
_MOST_LOOKS = 20_000
_AROUND = 2.0  # pixels that a bar's ring and its smooth edge reach beyond it
_DELETED = int(Flag.PENDING_DELETE)
_DOT = 2.5
_PAD = 7.0  # left of a label


def paint_bars(painter: QPainter, frame: Frame, area: Area, rows: list[Row]) -> None:
    """The bars of some visible rows that show in an area of the timeline."""
    boxes = frame.boxes([row for row in rows if row.has_bars])
    if frame.flat:
        _thin_bars(painter, frame, boxes.within(area))
        return
    shown = boxes.within(area, _AROUND)
    learn(frame.plan, shown.row)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for bar in shown.bars():
        _bar(painter, frame, bar, _look(frame, bar.row))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def label_of(frame: Frame, boxes: Boxes) -> list[tuple[float, float]]:
    """How far into each bar its label reaches at most, and how high it is."""
    learn(frame.plan, boxes.row)
    looks = [_look(frame, row) for row in boxes.row.tolist()]
    return [(frame.labels.whole(look.font, look.text) + _PAD, frame.labels.height(look.font)) for look in looks]


def _thin_bars(painter: QPainter, frame: Frame, boxes: Boxes) -> None:
    """Allocations as lines below the strips, a batch a colour."""
    booked = boxes.chosen(frame.plan.columns["kind"][boxes.row] == ALLOCATION)
    projects = frame.plan.columns["project"][booked.row].tolist()
    colours = {project: _project(frame, project)[1] for project in set(projects)}
    by_colour: dict[str, list[QRectF]] = defaultdict(list)
    for project, bar in zip(projects, booked.bars(), strict=True):
        by_colour[colours[project]].append(QRectF(bar.x, bar.y + 2, bar.width, bar.height))
    painter.setPen(Qt.PenStyle.NoPen)
    for name, lines in sorted(by_colour.items(), key=itemgetter(0)):  # one order, since lines may lie on one another
        painter.setBrush(colour(name))
        painter.drawRects(lines)


@dataclass(frozen=True, slots=True)
class Look:
    """How a bar is drawn, whatever its place: worked out once for an item and a theme."""

    form: int  # AWAY, ALLOCATION, EVENT or TASK
    pen: QPen
    brush: QBrush
    ink: QColor
    font: str
    text: str
    stale: bool
    done: int  # of a task, hundredths of a percent; -1: not said
    doubled: bool  # whether another service has the same absence, drawn in this bar
    pending: int  # the PENDING flags: edited here, not sent


def _look(frame: Frame, row: int) -> Look:
    found = frame.looks.get(row)
    if not isinstance(found, Look):
        if len(frame.looks) > _MOST_LOOKS:
            frame.looks.clear()
        found = frame.looks[row] = _made(frame, row)
    return found


def _made(frame: Frame, row: int) -> Look:
    theme, plan = frame.theme, frame.plan
    form, text, done, doubled, pending = facts(plan, row)
    ink, font, pen = colour(theme.text), "small", _NO_PEN
    if form == AWAY:
        brush = frame.hatches.away
    elif form == ALLOCATION:
        fill, on_it = project_pair(frame, row)
        ink, font, brush = colour(on_it), "small-bold", QBrush(colour(fill))
        pen = QPen(colour(on_it), 1) if theme.outline else _NO_PEN
    elif form == EVENT:
        source = plan.source(row)
        given = source.colour if source and QColor.isValidColorName(source.colour) else theme.muted
        ink, brush = colour(theme.muted), QBrush(colour(theme.background))
        pen = QPen(QColor(theme.soft(QColor(given).name())), 1)
    else:
        brush = QBrush(colour(theme.hatch))
    return Look(form, pen, brush, ink, font, text, frame.is_stale(row), done, doubled, pending)


def project_pair(frame: Frame, row: int) -> tuple[str, str]:
    """Fill and text of an item's project."""
    return _project(frame, int(frame.plan.columns["project"][row]))


def _project(frame: Frame, project: int) -> tuple[str, str]:
    """Of a project's number."""
    pair = frame.theme.project(frame.plan.projects[project] if project >= 0 else "")
    return pair.fill, pair.text


def _bar(painter: QPainter, frame: Frame, bar: Bar, look: Look) -> None:
    box = QRectF(bar.x + 0.5, bar.y + 0.5, bar.width - 1, bar.height - 1)
    painter.setPen(look.pen)
    painter.setBrush(look.brush)
    if look.form == TASK:
        _task_line(painter, frame, box, look.done)
    else:
        painter.drawRoundedRect(box, RADIUS, RADIUS)
        if look.form == AWAY:
            painter.translate(box.topLeft())
            painter.fillPath(_dashes(box.width(), box.height()), colour(frame.theme.muted))
            painter.translate(-box.topLeft())
    if look.stale:
        _stale(painter, frame, box, line_only=look.form == TASK)
    _bar_label(painter, frame, bar, look)
    if look.doubled:
        _double(painter, look, box)
    if look.pending:
        _not_sent(painter, frame, box, look)
    if bar.row == frame.selected:
        _ring(painter, frame, box)


def _not_sent(painter: QPainter, frame: Frame, box: QRectF, look: Look) -> None:
    """A dashed edge and a dot: edited here, not sent; a line through what is to be deleted."""
    accent = colour(frame.theme.accent)
    painter.translate(box.topLeft())
    painter.fillPath(_dashes(box.width(), box.height()), accent)
    painter.translate(-box.topLeft())
    if look.pending == _DELETED:
        painter.setPen(QPen(colour(frame.theme.red), 1.5))
        painter.drawLine(QPointF(box.left() + 3, box.center().y()), QPointF(box.right() - 3, box.center().y()))
    painter.setPen(QPen(colour(frame.theme.background), 1))
    painter.setBrush(accent)
    painter.drawEllipse(QPointF(box.right() - 1, box.top() + 1), _DOT + 1, _DOT + 1)


@lru_cache(maxsize=512)
def _dashes(width: float, height: float) -> QPainterPath:
    """The edge of an absence; not by a dashed pen, whose dashes move when only a part of the edge is painted."""
    edge = QPainterPath()
    edge.addRoundedRect(QRectF(0, 0, width, height), RADIUS, RADIUS)
    stroker = QPainterPathStroker(QPen(Qt.GlobalColor.black, 1, Qt.PenStyle.DashLine))
    return stroker.createStroke(edge)


def _ring(painter: QPainter, frame: Frame, box: QRectF) -> None:
    """The chosen bar; with a second, inner line while the timeline has the keyboard."""
    painter.setPen(QPen(colour(frame.theme.accent), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box.adjusted(-0.5, -0.5, 0.5, 0.5), RADIUS, RADIUS)
    if frame.has_focus:
        painter.setPen(QPen(colour(frame.theme.background), 1))
        painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), RADIUS - 1, RADIUS - 1)


def _task_line(painter: QPainter, frame: Frame, box: QRectF, done: int) -> None:
    """The line below a task; the done share of it in the accent, where the plan has one."""
    line = QRectF(box.left(), box.bottom() - 2.5, box.width(), 3)
    painter.drawRoundedRect(line, 1.5, 1.5)
    if done > 0:
        line.setWidth(max(3.0, line.width() * min(done, 10_000) / 10_000))
        painter.setBrush(colour(frame.theme.accent))
        painter.drawRoundedRect(line, 1.5, 1.5)


def _double(painter: QPainter, look: Look, box: QRectF) -> None:
    """Two sheets at the right end: the same absence is in another service, too."""
    painter.setPen(QPen(look.ink, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    x, y = box.right() - _DOUBLE, box.top() + 4
    painter.drawRect(QRectF(x, y, 4, 5))
    painter.drawPolyline([QPointF(x + 2, y + 7), QPointF(x + 6, y + 7), QPointF(x + 6, y + 2)])


def _stale(painter: QPainter, frame: Frame, box: QRectF, *, line_only: bool) -> None:
    """Old data: thin lines falling to the right over the bar, unlike an absence's."""
    area = QRectF(box.left(), box.bottom() - 4, box.width(), 4) if line_only else box
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(frame.hatches.stale)
    painter.drawRoundedRect(area, RADIUS, RADIUS)


def _bar_label(painter: QPainter, frame: Frame, bar: Bar, look: Look) -> None:
    # The label stays in view while any of its bar does.
    narrow, labels, task = bar.width < 48, frame.labels, look.form == TASK
    pad = 2.0 if task else 4.0 if narrow else _PAD
    left = max(bar.x, 0.0) + pad
    room = bar.x + bar.width - (_DOUBLE + 2 if look.doubled else 3.0 if narrow or task else 6.0) - left
    if room < 10:
        return
    y = bar.y + (bar.height - labels.height(look.font)) / 2 - (1.5 if task else 0)
    painter.setPen(look.ink)
    labels.draw(painter, look.font, look.text, left, y, room, least=1 if narrow else 2)
