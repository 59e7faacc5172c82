"""Items as bars: allocations filled, absences hatched, events outlined, tasks with a line below; lines when zoomed out.

Paints from a Frame only; what it draws, `hit` finds again from the same geometry.
"""

from __future__ import annotations

from collections import defaultdict

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from planner_gui.domain.entities import CountsAs, Kind
from planner_gui.domain.plan import Plan
from planner_gui.domain.snapshot import Flag
from planner_gui.ui.timeline.frame import Bar, Frame
from planner_gui.ui.timeline.rows import Row

RADIUS = 4.0
# BigPicture's five types as its own window words them; an unknown one is shown as it came (vendors: absences).
_ABSENCES = {
    "HOLIDAY": "Holiday",
    "LEAVE AT REQUEST": "Leave at request",
    "MATERNITY LEAVE": "Maternity leave",
    "SICK LEAVE": "Sick leave",
    "OTHER REASON": "Other reason",
}


def paint_bars(painter: QPainter, frame: Frame, rows: list[Row]) -> None:
    """The visible bars of the visible rows."""
    if frame.flat:
        _thin_bars(painter, frame, rows)
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for row in rows:
        if not row.is_heading:
            for bar in frame.bars(row):
                _bar(painter, frame, bar)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _thin_bars(painter: QPainter, frame: Frame, rows: list[Row]) -> None:
    by_colour: dict[str, list[QRectF]] = defaultdict(list)
    kinds = frame.plan.columns["kind"]
    for row in rows:
        if not row.is_heading:
            for bar in frame.bars(row):
                if kinds[bar.row] == Kind.ALLOCATION:
                    box = QRectF(bar.x, bar.y + 2, bar.width, bar.height)
                    by_colour[project_pair(frame, bar.row)[1]].append(box)
    painter.setPen(Qt.PenStyle.NoPen)
    for colour, boxes in by_colour.items():
        painter.setBrush(QColor(colour))
        painter.drawRects(boxes)


def project_pair(frame: Frame, row: int) -> tuple[str, str]:
    """Fill and text of an item's project."""
    project = int(frame.plan.columns["project"][row])
    pair = frame.theme.project(frame.plan.projects[project] if project >= 0 else "")
    return pair.fill, pair.text


def is_absence(plan: Plan, row: int) -> bool:
    """Whether an item is time away, whatever kind of record says so."""
    counts = plan.columns["counts_as"][row]
    return plan.kind(row) is Kind.ABSENCE or counts in (CountsAs.ABSENCE, CountsAs.DUPLICATE)


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
    percent = plan.value(row, "percent")
    if plan.kind(row) is Kind.ALLOCATION and percent >= 0:
        parts.append(f"{percent / 100:g}%")
    if plan.columns["flags"][row] & (Flag.RECURRING | Flag.OCCURRENCE) and plan.kind(row) is not Kind.EVENT:
        parts.append("\N{CLOCKWISE OPEN CIRCLE ARROW}")
    return " \N{MIDDLE DOT} ".join(parts)


def _bar(painter: QPainter, frame: Frame, bar: Bar) -> None:
    theme, plan = frame.theme, frame.plan
    kind = plan.kind(bar.row)
    box = QRectF(bar.x + 0.5, bar.y + 0.5, bar.width - 1, bar.height - 1)
    away = is_absence(plan, bar.row)
    text = theme.text
    if away:
        painter.setPen(QPen(QColor(theme.muted), 1, Qt.PenStyle.DashLine))
        painter.setBrush(frame.hatches.away)
        painter.drawRoundedRect(box, RADIUS, RADIUS)
    elif kind is Kind.ALLOCATION:
        fill, text = project_pair(frame, bar.row)
        painter.setPen(QPen(QColor(text), 1) if theme.outline else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(fill))
        painter.drawRoundedRect(box, RADIUS, RADIUS)
    elif kind is Kind.EVENT:
        source = plan.source(bar.row)
        colour = source.colour if source and QColor.isValidColorName(source.colour) else theme.muted
        painter.setPen(QPen(QColor(theme.soft(QColor(colour).name())), 1))
        painter.setBrush(QColor(theme.background))
        painter.drawRoundedRect(box, RADIUS, RADIUS)
    else:
        _task_line(painter, frame, bar, box)
    if frame.is_stale(bar.row):
        _stale(painter, frame, box, line_only=kind is Kind.TASK)
    _bar_label(painter, frame, bar, kind, text, away=away)
    if bar.row == frame.selected:
        painter.setPen(QPen(QColor(theme.accent), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.adjusted(-0.5, -0.5, 0.5, 0.5), RADIUS, RADIUS)
        if frame.has_focus:
            painter.setPen(QPen(QColor(theme.background), 1))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), RADIUS - 1, RADIUS - 1)


def _task_line(painter: QPainter, frame: Frame, bar: Bar, box: QRectF) -> None:
    """The line below a task; the done share of it in the accent, where the plan has one."""
    theme = frame.theme
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.hatch))
    line = QRectF(box.left(), box.bottom() - 2.5, box.width(), 3)
    painter.drawRoundedRect(line, 1.5, 1.5)
    done = frame.plan.value(bar.row, "percent")
    if done > 0:
        line.setWidth(max(3.0, line.width() * min(done, 10_000) / 10_000))
        painter.setBrush(QColor(theme.accent))
        painter.drawRoundedRect(line, 1.5, 1.5)


def _stale(painter: QPainter, frame: Frame, box: QRectF, *, line_only: bool) -> None:
    """Old data: thin lines falling to the right over the bar, unlike an absence's."""
    area = QRectF(box.left(), box.bottom() - 4, box.width(), 4) if line_only else box
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(frame.hatches.stale)
    painter.drawRoundedRect(area, RADIUS, RADIUS)


def _bar_label(painter: QPainter, frame: Frame, bar: Bar, kind: Kind, colour: str, *, away: bool) -> None:
    # The label stays in view while any of its bar does.
    narrow = bar.width < 48
    pad = 4.0 if narrow else 7.0
    left = max(bar.x, 0.0) + pad
    room = bar.x + bar.width - (pad - 1) - left
    if room < 10:
        return
    plan, labels = frame.plan, frame.labels
    text = title(plan, bar.row)
    font = "small-bold" if kind is Kind.ALLOCATION and not away else "small"
    y = bar.y + (bar.height - labels.height(font)) / 2
    if kind is Kind.TASK:
        text = f"\N{BALLOT BOX WITH CHECK} {text}"
        left, y = left - pad + 2, y - 1.5
        room += pad - 2
    painter.setPen(QColor(frame.theme.muted if kind is Kind.EVENT and not away else colour))
    labels.draw(painter, font, text, left, y, room, least=1 if narrow else 2)
