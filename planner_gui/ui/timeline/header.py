"""The header above the timeline: months, then weeks or days, with today marked. Paints from a Frame only."""

from __future__ import annotations

from math import ceil, floor

from PySide6.QtCore import QLocale, QRect, QRectF, Qt
from PySide6.QtGui import QPainter

from planner_gui.domain.snapshot import day_date
from planner_gui.ui.theme import colour
from planner_gui.ui.timeline.area import Area, Box
from planner_gui.ui.timeline.frame import HEADER, PEOPLE_WIDTH, Frame
from planner_gui.ui.timeline.scale import Zoom, month_start, next_month, week_start

MONTHS = 26  # height of the upper line


def first_month(frame: Frame) -> tuple[int, Box]:
    """The first day of the month at the left edge, and where its name is, which stays in view; in the view's pixels."""
    month = month_start(frame.first_day)
    left, words = max(frame.scale.x(month), 0.0) + 8, _named(month, first=True)
    right = min(left + frame.labels.whole("bold", words), frame.scale.x(next_month(month)))
    return month, Box(0, 0, ceil(right) + 1, MONTHS).moved(PEOPLE_WIDTH, 0)


def paint_header(painter: QPainter, frame: Frame, area: Area) -> None:
    """Two lines over the timeline and the rule below them, as far as they show in an area of the view."""
    painter.save()
    painter.setClipRect(PEOPLE_WIDTH, 0, frame.width, HEADER, Qt.ClipOperation.IntersectClip)
    painter.translate(PEOPLE_WIDTH, 0)
    here = area.moved(-PEOPLE_WIDTH, 0)
    upper, lower = here.between(0, MONTHS), here.between(MONTHS, HEADER)
    if upper:
        _months(painter, frame)
    if lower:
        first = max(frame.first_day, frame.scale.day(lower.extent.left))
        last = min(frame.last_day, frame.scale.day(lower.extent.right))
        if frame.scale.zoom in (Zoom.MONTH, Zoom.QUARTER):
            _weeks(painter, frame, first, last)
        else:
            _days(painter, frame, first, last)
    painter.restore()
    painter.fillRect(QRect(0, HEADER - 1, PEOPLE_WIDTH + frame.width, 1), colour(frame.theme.line))


def _months(painter: QPainter, frame: Frame) -> None:
    scale = frame.scale
    painter.setPen(colour(frame.theme.text))
    month = first = month_start(frame.first_day)
    while month <= frame.last_day:
        following = next_month(month)
        left = max(scale.x(month), 0.0) + 8
        words = _named(month, first=month == first)
        frame.labels.draw(painter, "bold", words, left, 6, scale.x(following) - left - 6)
        month = following


def _named(month: int, *, first: bool) -> str:
    """A month's name, with the year where that is new."""
    date = day_date(month)
    name = QLocale().standaloneMonthName(date.month)
    return f"{name} {date.year}" if first or date.month == 1 else name


def _weeks(painter: QPainter, frame: Frame, first_day: int, last_day: int) -> None:
    theme, scale = frame.theme, frame.scale
    y = HEADER - 8 - frame.labels.height("small")
    start = week_start(first_day, frame.first_weekday)
    for first in range(start, last_day + 1, 7):
        monday = first + (-first - 3) % 7  # the ISO week is that of the Monday inside
        now = first <= frame.today < first + 7
        week, font = f"W{day_date(monday).isocalendar().week}", "small-bold" if now else "small"
        _put(painter, frame, font, week, theme.red if now else theme.muted, scale.x(first), y, 7 * scale.day_width)


def _days(painter: QPainter, frame: Frame, first_day: int, last_day: int) -> None:
    theme, scale, labels = frame.theme, frame.scale, frame.labels
    y = HEADER - 8 - labels.height("small")
    for day in range(first_day, last_day + 1):
        x, date = scale.x(day), day_date(day)
        text = str(date.day)
        if scale.zoom is Zoom.DAY:
            text = f"{QLocale().standaloneDayName(date.isoweekday(), QLocale.FormatType.ShortFormat)} {date.day}"
        if day == frame.today:
            wide = min(scale.day_width - 2, labels.width("small-bold", text) + 14)
            pill = QRectF(x + (scale.day_width - wide) / 2, y - 2, wide, labels.height("small") + 4)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(theme.red))
            painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(colour(theme.background))
            labels.draw_centred(painter, "small-bold", text, x, y, scale.day_width)
        else:
            _put(painter, frame, "small", text, theme.muted, x, y, scale.day_width)


def _put(painter: QPainter, frame: Frame, font: str, text: str, ink: str, x: float, y: float, width: float) -> None:
    """A short text in the middle of its cell: the same few in every frame."""
    labels = frame.labels
    if labels.width(font, text) <= width + 2:
        ratio = painter.device().devicePixelRatioF()
        tile = labels.tile(font, text, ink, frame.theme.background, ceil(labels.height(font)), ratio)
        painter.drawPixmap(floor(x + (width - tile.width() / ratio) / 2 + 0.5), round(y), tile)
