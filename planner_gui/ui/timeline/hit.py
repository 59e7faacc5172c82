"""What is under a point of the timeline, from the same geometry that painting uses."""

from __future__ import annotations

from dataclasses import dataclass

from planner_gui.ui.timeline.frame import HEADER, PEOPLE_WIDTH, Bar, Cell, Frame
from planner_gui.ui.timeline.rows import Row


@dataclass(frozen=True, slots=True)
class Hit:
    """What a point means: at most one of heading, bar and cell is set; day is None over the people column."""

    row: Row | None = None
    day: int | None = None
    bar: Bar | None = None
    cell: Cell | None = None
    header: bool = False
    people: bool = False
    x: float = 0.0  # within the timeline


def hit(frame: Frame, x: float, y: float) -> Hit:
    """What is at x, y of the view (its top left is 0, 0)."""
    if y < HEADER:
        return Hit(header=x >= PEOPLE_WIDTH, people=x < PEOPLE_WIDTH)
    below = y - HEADER + frame.top
    index = frame.rows.at(below)
    row = None if index is None else frame.rows[index]
    if x < PEOPLE_WIDTH:
        return Hit(row=row, people=True)
    across = x - PEOPLE_WIDTH
    day = frame.scale.day(across)
    if row is None or not row.has_bars:
        return Hit(row=row, day=day)
    if not frame.flat:
        for bar in reversed(frame.bars(row)):
            if bar.x <= across < bar.x + bar.width and bar.y <= below < bar.y + bar.height:
                return Hit(row=row, day=day, bar=bar, x=across)
    if row.is_heading:
        return Hit(row=row, day=day)
    for first, last in frame.cells():
        if first <= day <= last:
            return Hit(row=row, day=day, cell=Cell(row.person, first, last), x=across)
    return Hit(row=row, day=day, x=across)
