"""Items as bars: allocations filled, absences hatched, events outlined, tasks with a line below; lines when zoomed out.

Paints from a Frame only; what it draws, `hit` finds again from the same geometry.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple
from weakref import WeakKeyDictionary

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPainterPathStroker, QPen

from planner_gui.domain.doubles import within
from planner_gui.domain.entities import CountsAs, Kind
from planner_gui.domain.plan import Plan
from planner_gui.domain.snapshot import Flag
from planner_gui.ui.theme import colour
from planner_gui.ui.timeline.area import Area
from planner_gui.ui.timeline.frame import Bar, Boxes, Frame
from planner_gui.ui.timeline.rows import Row

RADIUS = 4.0
_DOUBLE = 10.0  # pixels from the right end of a bar to the mark of a double
# Plain numbers: a member of an enum costs a call each time it is named, and a frame has hundreds of bars.
_AWAY, _ALLOCATION, _EVENT, _TASK = (int(k) for k in (Kind.ABSENCE, Kind.ALLOCATION, Kind.EVENT, Kind.TASK))
_NO_PEN = QPen(Qt.PenStyle.NoPen)
_MOST_LOOKS = 20_000
_AROUND = 2.0  # pixels that a bar's ring and its smooth edge reach beyond it
_COUNTS_AWAY = (int(CountsAs.ABSENCE), int(CountsAs.DUPLICATE))
_AGAIN = int(Flag.RECURRING | Flag.OCCURRENCE)
_DELETED = int(Flag.PENDING_DELETE)
_PENDING = int(Flag.PENDING_CREATE | Flag.PENDING_UPDATE | Flag.PENDING_DELETE)
_DOT = 2.5
# BigPicture's five types as its own window words them; an unknown one is shown as it came (vendors: absences).
_ABSENCES = {
    "HOLIDAY": "Holiday",
    "LEAVE AT REQUEST": "Leave at request",
    "MATERNITY LEAVE": "Maternity leave",
    "SICK LEAVE": "Sick leave",
    "OTHER REASON": "Other reason",
}


def paint_bars(painter: QPainter, frame: Frame, area: Area, rows: list[Row]) -> None:
    """The bars of some visible rows that show in an area of the timeline."""
    boxes = frame.boxes([row for row in rows if row.has_bars])
    if frame.flat:
        _thin_bars(painter, frame, boxes.within(area))
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for bar in boxes.within(area, _AROUND).bars():
        _bar(painter, frame, bar, _look(frame, bar.row))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _thin_bars(painter: QPainter, frame: Frame, boxes: Boxes) -> None:
    """Allocations as lines below the strips, a batch a colour."""
    booked = boxes.chosen(frame.plan.columns["kind"][boxes.row] == _ALLOCATION)
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

    form: int  # _AWAY, _ALLOCATION, _EVENT or _TASK
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


class _Facts(NamedTuple):
    """What a bar says of its item, in whatever colours: worked out once for a plan."""

    form: int
    text: str
    done: int
    doubled: bool
    pending: int


_FACTS: WeakKeyDictionary[Plan, dict[int, _Facts]] = WeakKeyDictionary()


def _facts(plan: Plan, row: int) -> _Facts:
    known = _FACTS.setdefault(plan, {})
    found = known.get(row)
    if found is None:
        if len(known) > _MOST_LOOKS:
            known.clear()
        kind, text = int(plan.columns["kind"][row]), title(plan, row)
        form = _AWAY if is_absence(plan, row) else kind
        if form == _TASK:
            text = f"\N{BALLOT BOX WITH CHECK} {text}"
        done = plan.value(row, "percent") if form == _TASK else -1
        pending = int(plan.columns["flags"][row]) & _PENDING
        found = known[row] = _Facts(form, text, done, bool(within(plan, row)), pending)
    return found


def _made(frame: Frame, row: int) -> Look:
    theme, plan = frame.theme, frame.plan
    form, text, done, doubled, pending = _facts(plan, row)
    ink, font, pen = colour(theme.text), "small", _NO_PEN
    if form == _AWAY:
        brush = frame.hatches.away
    elif form == _ALLOCATION:
        fill, on_it = project_pair(frame, row)
        ink, font, brush = colour(on_it), "small-bold", QBrush(colour(fill))
        pen = QPen(colour(on_it), 1) if theme.outline else _NO_PEN
    elif form == _EVENT:
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


def is_absence(plan: Plan, row: int) -> bool:
    """Whether an item is time away, whatever kind of record says so."""
    return int(plan.columns["kind"][row]) == _AWAY or int(plan.columns["counts_as"][row]) in _COUNTS_AWAY


def name_of(plan: Plan, row: int) -> str:
    """An item's title, BigPicture's types in plain words."""
    given = plan.text(row, "title")
    return _ABSENCES.get(given.upper().replace("_", " "), given)


def title(plan: Plan, row: int) -> str:
    """What a bar says: project, title and amount."""
    name = name_of(plan, row)
    project = int(plan.columns["project"][row])
    about = plan.projects[project] if project >= 0 else ""
    parts = [about] if about and about != name else []
    if name:
        parts.append(name)
    kind = int(plan.columns["kind"][row])
    percent = plan.value(row, "percent") if kind == _ALLOCATION else -1
    if percent >= 0:
        parts.append(f"{percent / 100:g}%")
    if int(plan.columns["flags"][row]) & _AGAIN and kind != _EVENT:
        parts.append("\N{CLOCKWISE OPEN CIRCLE ARROW}")
    return " \N{MIDDLE DOT} ".join(parts)


def _bar(painter: QPainter, frame: Frame, bar: Bar, look: Look) -> None:
    box = QRectF(bar.x + 0.5, bar.y + 0.5, bar.width - 1, bar.height - 1)
    painter.setPen(look.pen)
    painter.setBrush(look.brush)
    if look.form == _TASK:
        _task_line(painter, frame, box, look.done)
    else:
        painter.drawRoundedRect(box, RADIUS, RADIUS)
        if look.form == _AWAY:
            painter.translate(box.topLeft())
            painter.fillPath(_dashes(box.width(), box.height()), colour(frame.theme.muted))
            painter.translate(-box.topLeft())
    if look.stale:
        _stale(painter, frame, box, line_only=look.form == _TASK)
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
    narrow, labels, task = bar.width < 48, frame.labels, look.form == _TASK
    pad = 2.0 if task else 4.0 if narrow else 7.0
    left = max(bar.x, 0.0) + pad
    room = bar.x + bar.width - (_DOUBLE + 2 if look.doubled else 3.0 if narrow or task else 6.0) - left
    if room < 10:
        return
    y = bar.y + (bar.height - labels.height(look.font)) / 2 - (1.5 if task else 0)
    painter.setPen(look.ink)
    labels.draw(painter, look.font, look.text, left, y, room, least=1 if narrow else 2)
