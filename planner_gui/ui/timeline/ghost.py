"""What a gesture would do, painted over the frame: the rows of everybody it touches as they would be, nothing changed.

A small plan of only those people is painted by the same functions as the whole one, so that a ghost cannot look or
count otherwise than the real thing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from planner_gui.domain.plan import Plan
from planner_gui.ui.timeline.area import Area, Box
from planner_gui.ui.timeline.frame import HEADER, PEOPLE_WIDTH, Frame
from planner_gui.ui.timeline.numbers import Numbers
from planner_gui.ui.timeline.paint import paint
from planner_gui.ui.timeline.rows import Row

RADIUS = 4.0


@dataclass(frozen=True, eq=False)
class Ghost:
    """plan: a small one; people: index in the shown plan -> index in it; rows: its rows that the gesture changes.

    text: what it would be, in words, beside the pointer ("9-13 December, Omar Haddad").
    """

    plan: Plan
    people: Mapping[int, int]
    rows: frozenset[int]
    numbers: Numbers
    text: str = ""

    @classmethod
    def of(cls, plan: Plan, people: Mapping[int, int], rows: Collection[int], text: str = "") -> Ghost:
        return cls(plan, people, frozenset(rows), Numbers(plan), text)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A new item being drawn: whose, and its first and last day."""

    person: int
    first: int
    last: int
    text: str = ""


def rows_shown(frame: Frame, people: Collection[int]) -> list[tuple[Row, Box]]:
    """The visible rows of some people, and where they are in the view."""
    view = Box(0, HEADER, PEOPLE_WIDTH + frame.width, HEADER + frame.height)
    whole = [(row, Box(0, row.top, view.right, row.top + row.height)) for row in frame.visible_rows()]
    return [(row, box.moved(0, HEADER - frame.top).within(view)) for row, box in whole if row.person in people]


def paint_ghost(painter: QPainter, frame: Frame, ghost: Ghost) -> None:
    """The rows of the ghost's people instead of those of the frame, the changed bars with a dashed edge."""
    looks: dict[int, object] = {}
    rows = frame.rows.renumbered(ghost.people)
    shown = replace(frame, plan=ghost.plan, numbers=ghost.numbers, rows=rows, looks=looks, selected=None, cell=None)
    for row, box in rows_shown(frame, ghost.people):
        paint(painter, shown, Area([box]))
        painter.save()
        painter.setClipRect(PEOPLE_WIDTH, box.top, frame.width, box.bottom - box.top)
        painter.translate(PEOPLE_WIDTH, HEADER - frame.top)
        _edges(painter, shown, replace(row, person=ghost.people[row.person]), ghost)
        painter.restore()


def _edges(painter: QPainter, frame: Frame, row: Row, ghost: Ghost) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(frame.theme.accent), 1.5, Qt.PenStyle.DashLine))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for bar in frame.bars(row):
        if bar.row in ghost.rows:
            painter.drawRoundedRect(QRectF(bar.x, bar.y, bar.width, bar.height), RADIUS, RADIUS)


def paint_drawn(painter: QPainter, frame: Frame, drawn: Drawn) -> None:
    """The outline of an item that is being drawn, over the whole height of the person's row."""
    accent = QColor(frame.theme.accent)
    tint = QColor(accent)
    tint.setAlpha(40)
    painter.save()
    painter.setClipRect(PEOPLE_WIDTH, HEADER, frame.width, frame.height)
    painter.translate(PEOPLE_WIDTH, HEADER - frame.top)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    left = frame.scale.x(drawn.first)
    wide = (drawn.last - drawn.first + 1) * frame.scale.day_width
    for row in frame.visible_rows():
        if row.person == drawn.person:
            box = QRectF(left + 1, row.top + 2, wide - 2, row.height - 5)
            painter.setPen(QPen(accent, 1.5, Qt.PenStyle.DashLine))
            painter.setBrush(tint)
            painter.drawRoundedRect(box, RADIUS, RADIUS)
            painter.setPen(accent)
            frame.labels.draw(painter, "small-bold", drawn.text, box.left() + 6, box.top() + 4, wide - 12)
    painter.restore()


def paint_selection(painter: QPainter, frame: Frame, rows: Collection[int]) -> None:
    """A ring around each of several selected bars."""
    if not rows:
        return
    painter.save()
    painter.setClipRect(PEOPLE_WIDTH, HEADER, frame.width, frame.height)
    painter.translate(PEOPLE_WIDTH, HEADER - frame.top)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(frame.theme.accent), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for row in frame.visible_rows():
        if not row.has_bars:
            continue
        for bar in frame.bars(row):
            if bar.row in rows:
                painter.drawRoundedRect(QRectF(bar.x, bar.y, bar.width, bar.height), RADIUS, RADIUS)
    painter.restore()
