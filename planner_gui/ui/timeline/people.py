"""The frozen column: people with their utilisation of the visible range, the headings of groups, the badges.

Paints from a Frame and changes nothing; the numbers are the strip's own sums.
"""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QLocale, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from planner_gui.domain.judging import Level
from planner_gui.ui import formats
from planner_gui.ui.theme import colour
from planner_gui.ui.timeline.area import Area, Box
from planner_gui.ui.timeline.frame import HEADER, PEOPLE_WIDTH, Frame
from planner_gui.ui.timeline.numbers import Cells
from planner_gui.ui.timeline.rows import Row

SMALL_ROW = 42  # a lower row shows its name alone
BAR = PEOPLE_WIDTH - 68  # left of the bar of the load
ABOUT = 150  # left of this there is only who it is


def paint_people(painter: QPainter, frame: Frame, area: Area, rows: list[Row], sums: dict[int, Cells]) -> None:
    """The column, as far as it shows in an area of the view; `rows` are those that do."""
    theme = frame.theme
    down = HEADER - frame.top
    painter.save()
    painter.setClipRect(0, HEADER, PEOPLE_WIDTH, frame.height, Qt.ClipOperation.IntersectClip)
    painter.translate(0, HEADER - frame.top)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for at, row in enumerate(rows):
        box = Box(0, row.top + down, PEOPLE_WIDTH, row.top + row.height + down)
        if not area.touches(box):
            continue
        if row.is_heading:
            _heading(painter, frame, row)
        else:
            said = Said.of(frame, row, sums[at])
            _load(painter, frame, row, said)
            if area.touches(box._replace(right=ABOUT)):
                _person(painter, frame, row, said)
    painter.restore()
    if area.touches(Box(0, 0, PEOPLE_WIDTH, HEADER)):
        _corner(painter, frame)
    painter.fillRect(QRect(PEOPLE_WIDTH - 1, 0, 1, HEADER + frame.height), colour(theme.line))
    painter.fillRect(QRect(0, HEADER - 1, PEOPLE_WIDTH, 1), colour(theme.line))


class Said(NamedTuple):
    """All that a person's cell says of the visible range."""

    share: str  # of capacity, as a percentage
    part: float  # of the bar that is filled, to the percentage's precision
    level: Level
    badge: str

    @classmethod
    def of(cls, frame: Frame, row: Row, sums: Cells) -> Said:
        load, capacity = sums.totals
        share = formats.percent(load, capacity)
        part = min(1.0, int(share[:-1]) / 100) if share else 0.0
        level = Level.FAR_OVER if load > capacity else Level.OVER if load > 0.95 * capacity else Level.FULL
        return cls(
            share or "\N{EN DASH}", part if load > 0 < capacity else -1.0, level, _badge(frame, row.person, sums)
        )


def _corner(painter: QPainter, frame: Frame) -> None:
    """How many people are shown, of how many; what the bars beside the names say."""
    rows, everybody = frame.rows, len(frame.plan.people)
    groups = sum(1 for group in rows.groups if group.name and not group.items)
    locale = QLocale()
    shown = locale.toString(frame.shown_people)
    count = shown if frame.shown_people == everybody else f"{shown} of {locale.toString(everybody)}"
    words = f"{count} people" if everybody != 1 else f"{count} person"
    if groups:
        plural = "es" if frame.group_word.endswith("s") else "s"
        words += f" \N{MIDDLE DOT} {groups} {frame.group_word}{'' if groups == 1 else plural}"
    painter.setPen(colour(frame.theme.text))
    frame.labels.draw(painter, "small", words, 14, 8, PEOPLE_WIDTH - 20)
    painter.setPen(colour(frame.theme.muted))
    what = "Load, week by week" if frame.flat else "Load shown for visible range"
    frame.labels.draw(painter, "small", what, 14, 27, PEOPLE_WIDTH - 20)


def _heading(painter: QPainter, frame: Frame, row: Row) -> None:
    theme, group = frame.theme, frame.rows.groups[row.group]
    painter.fillRect(QRect(0, row.top, PEOPLE_WIDTH, row.height), colour(theme.side))
    high = min(row.height, frame.metrics.group)
    x, y = 16.0, row.top + high / 2
    if group.folded:
        arrow = [QPointF(x - 2.5, y - 4), QPointF(x + 3, y), QPointF(x - 2.5, y + 4)]
    else:
        arrow = [QPointF(x - 4, y - 2.5), QPointF(x + 4, y - 2.5), QPointF(x, y + 3)]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(theme.muted))
    painter.drawPolygon(QPolygonF(arrow))
    painter.setPen(colour(theme.text))
    text_y = y - frame.labels.height("bold") / 2
    wide = frame.labels.draw(painter, "bold", group.name, 27, text_y, PEOPLE_WIDTH - 80)
    painter.setPen(colour(theme.muted))
    count_y = y - frame.labels.height("small") / 2
    frame.labels.draw(painter, "small", str(group.items or len(group.people)), 33 + wide, count_y, 60)
    painter.fillRect(QRect(0, row.top + row.height - 1, PEOPLE_WIDTH, 1), colour(theme.line))
    if frame.focused_group == group.name and frame.has_focus:
        painter.setPen(QPen(colour(theme.accent), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(3, row.top + 3, PEOPLE_WIDTH - 8, high - 7), 4, 4)


def _load(painter: QPainter, frame: Frame, row: Row, said: Said) -> None:
    """The right of a person's cell: the share as a number and as a bar, on the tint of whom is in focus."""
    theme, labels, small = frame.theme, frame.labels, row.height < SMALL_ROW
    if row.person == frame.focused_person:
        tint = QColor(theme.accent)
        tint.setAlpha(22)
        painter.fillRect(QRect(0, row.top, PEOPLE_WIDTH - 1, row.height - 1), tint)
        painter.fillRect(QRect(0, row.top, 3, row.height - 1), colour(theme.accent))
    font = "small-bold" if small else "bold"
    painter.setPen(colour(theme.red if said.level is Level.FAR_OVER else theme.text))
    down = (labels.height("normal") - labels.height(font)) / 2
    wide = labels.width(font, said.share)
    labels.draw(painter, font, said.share, PEOPLE_WIDTH - 14 - wide, _name_y(frame, row) + down, wide + 4)
    if not small:
        _utilisation(painter, frame, row, said.part, said.level)
    painter.fillRect(QRect(0, row.top + row.height - 1, PEOPLE_WIDTH, 1), colour(theme.line))


def changed_box(frame: Frame, row: Row, old: Said, new: Said) -> Box:
    """What of a person's cell is other than it was: number and bar, or all of it where the name gets other room."""
    small, width = row.height < SMALL_ROW, frame.labels.width
    font, bottom = "small-bold" if small else "bold", row.top + row.height
    wide = width(font, new.share)
    if old.badge != new.badge or (small and new.badge) or wide != width(font, old.share):
        return Box(0, row.top, PEOPLE_WIDTH, bottom)
    return Box(min(BAR - 2, PEOPLE_WIDTH - 17 - int(wide)), row.top, PEOPLE_WIDTH, bottom)


def _name_y(frame: Frame, row: Row) -> float:
    if row.height < SMALL_ROW:
        return row.top + (row.height - 1 - frame.labels.height("normal")) / 2
    return row.top + 7.0


def _person(painter: QPainter, frame: Frame, row: Row, said: Said) -> None:
    """The left of a person's cell: who it is, and what is doubtful."""
    theme, labels = frame.theme, frame.labels
    person, small, badge = frame.plan.people[row.person], row.height < SMALL_ROW, said.badge
    size = 18.0 if small else 28.0
    top = row.top + (max(1.0, (row.height - 1 - size) / 2) if small else 8.0)
    _disc(painter, frame, person.name, top, size)
    wide, name_y = labels.width("small-bold" if small else "bold", said.share), _name_y(frame, row)
    left = 12 + size + 9
    room = PEOPLE_WIDTH - left - 20 - wide
    if small and badge:
        room -= _draw_badge(painter, frame, badge, PEOPLE_WIDTH - 22 - wide, name_y, right=True)
    painter.setPen(colour(theme.text))
    labels.draw(painter, "normal" if small else "bold", person.name, left, name_y, room)
    if not small:
        below = name_y + labels.height("bold") + 1
        taken = _draw_badge(painter, frame, badge, left, below) if badge else 0.0
        painter.setPen(colour(theme.muted))
        about = person.title or (person.teams[0] if person.teams else "")
        labels.draw(painter, "small", about, left + taken, below, PEOPLE_WIDTH - left - taken - 74)


def _disc(painter: QPainter, frame: Frame, name: str, top: float, size: float) -> None:
    """The initials on a disc, 12 from the left: painted once a person and colour, being dear and always the same."""
    theme, labels = frame.theme, frame.labels
    pair, initials, down = theme.avatar(name), formats.initials(name), top % 1
    edge = theme.line if theme.outline else ""
    key = ("disc", initials, pair, edge, size, down)
    picture, new = labels.picture(key, size + 2, size + 3, painter.device().devicePixelRatioF())
    if new:
        on_it = QPainter(picture)
        on_it.setRenderHint(QPainter.RenderHint.Antialiasing)
        on_it.setPen(QPen(colour(edge), 1) if edge else Qt.PenStyle.NoPen)
        on_it.setBrush(colour(pair.fill))
        on_it.drawEllipse(QRectF(1, 1 + down, size, size))
        on_it.setPen(colour(pair.text))
        font = "tiny-bold" if size > 20 else "smallest-bold"
        labels.draw_centred(on_it, font, initials, 1, 1 + down + (size - labels.height(font)) / 2, size)
        on_it.end()
    painter.drawPixmap(11, int(top) - 1, picture)


def _badge(frame: Frame, person: int, sums: Cells) -> str:
    """What is doubtful about a person, in a word: "" for nothing."""
    if frame.plan.people[person].unmatched:
        return "unmatched"
    if not sums.all_known and bool((~sums.known & frame.cells_read).any()):
        return "no schedule"
    return ""


def _draw_badge(painter: QPainter, frame: Frame, text: str, x: float, y: float, *, right: bool = False) -> float:
    """A small outlined word; x is its right edge where `right`. Returns the room it took."""
    labels = frame.labels
    wide = labels.width("smallest", text) + 8
    left = x - wide if right else x
    high = labels.height("smallest") + 1
    box = QRectF(left + 0.5, y + (labels.height("small") - high) / 2 + 0.5, wide, high)
    painter.setPen(QPen(colour(frame.theme.orange), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box, 3, 3)
    labels.draw(painter, "smallest", text, box.left() + 4, box.top(), wide)
    return wide + 6


def _utilisation(painter: QPainter, frame: Frame, row: Row, part: float, level: Level) -> None:
    theme = frame.theme
    track = QRectF(BAR, row.top + 29, 54, 4)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(theme.line))
    painter.drawRoundedRect(track, 2, 2)
    if part >= 0:
        painter.setBrush(colour(theme.cell(level).fill))
        painter.drawRoundedRect(QRectF(track.left(), track.top(), max(4.0, track.width() * part), 4), 2, 2)
