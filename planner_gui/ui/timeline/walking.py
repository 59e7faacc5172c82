"""Where the focus goes: from a place on the timeline and a key to the next place. Pure, no widget, no painting.

A place is a heading, a person's strip cell, or a bar of the row. Arrows walk over cells and headings; on a bar, left
and right walk over the row's bars, up and down return to cells. Tab walks from the strip over the visible bars.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import Qt

from planner_gui.domain.doubles import holder_of
from planner_gui.ui.timeline.frame import Cell, Frame
from planner_gui.ui.timeline.rows import Rows
from planner_gui.ui.timeline.scale import week_start


@dataclass(frozen=True, slots=True)
class Place:
    """row: index into the rows, None where the person has none; of cell and item (a plan row) at most one.

    day: where a heading was walked onto from, so that the next person is on the same day.
    """

    row: int | None = None
    cell: Cell | None = None
    item: int | None = None
    day: int | None = None

    def at_row(self, row: int | None) -> Place:
        """The same place where rows were made anew; a heading that is gone is nowhere."""
        return NOWHERE if row is None and self.cell is None and self.item is None else replace(self, row=row)


NOWHERE = Place()


def by_key(frame: Frame, place: Place, key: Qt.Key, *, control: bool) -> Place | None:
    """Where a key leads; None where the key means nothing here."""
    if key == Qt.Key.Key_Escape:
        return _escape(frame, place)
    if not len(frame.rows):
        return None
    last = len(frame.rows) - 1
    moves = {
        Qt.Key.Key_Up: (-1, 0),
        Qt.Key.Key_Down: (1, 0),
        Qt.Key.Key_Left: (0, -1),
        Qt.Key.Key_Right: (0, 1),
        Qt.Key.Key_PageUp: (-_page(frame), 0),
        Qt.Key.Key_PageDown: (_page(frame), 0),
    }
    if key == Qt.Key.Key_Home:
        return _on_row(frame, place, 0) if control else _on_day(frame, place, frame.today)
    if key == Qt.Key.Key_End:
        return _on_row(frame, place, last) if control else _on_day(frame, place, frame.last_day)
    if key not in moves:
        return None
    down, right = moves[key]
    if place.row is None:
        return _begin(frame)
    if right and place.item is not None:
        return by_tab(frame, place, right, around=False) or place
    if right:
        return _sideways(frame, place, right)
    return _on_row(frame, place, max(0, min(last, place.row + down)))


def by_tab(frame: Frame, place: Place, step: int, *, around: bool = True) -> Place | None:
    """The next bar of the row in focus; before the first one its strip; None where Tab should leave."""
    if place.row is None or place.row >= len(frame.rows) or frame.flat:
        return None
    row = frame.rows[place.row]
    if not row.has_bars:
        return None
    starts, lanes = frame.plan.columns["start"], frame.plan.columns["lane"]
    bars = sorted((bar.row for bar in frame.bars(row)), key=lambda item: (int(starts[item]), int(lanes[item])))
    if place.item is None:
        if step < 0 or not bars or (place.cell is None and not row.is_heading):
            return None
        day = frame.first_day if place.cell is None else place.cell.first
        following = (item for item in bars if int(frame.plan.columns["end"][item]) >= day)
        return Place(row=place.row, item=next(following, bars[0]))
    here = holder_of(frame.plan, place.item)
    at = bars.index(here) + step if here in bars else 0
    if 0 <= at < len(bars):
        return Place(row=place.row, item=bars[at])
    return _to_cell(frame, place) if at < 0 and around and here in bars else None


def next_target(rows: Rows, place: Place, targets: Sequence[tuple[int, int]], step: int) -> tuple[int, int] | None:
    """The (person, day) after or before the focus, in the order of rows, then days; round again at the end.

    People in no row (their group is folded) come only where nobody else is left.
    """
    order: dict[int, int] = {}
    for at, person in enumerate(rows.person.tolist()):
        order.setdefault(person, at)
    places = sorted((order[person], day, person) for person, day in targets if person in order)
    if not places:
        return min(targets, default=None)
    here = (-1, 0)
    if place.cell is not None:
        here = (order.get(place.cell.person, -1), place.cell.last if step > 0 else place.cell.first)
    if step > 0:
        found = next((each for each in places if each[:2] > here), places[0])
    else:
        found = next((each for each in reversed(places) if each[:2] < here), places[-1])
    return found[2], found[1]


def _escape(frame: Frame, place: Place) -> Place | None:
    if place.item is not None and place.row is not None:
        return _to_cell(frame, place)
    return NOWHERE if place != NOWHERE else None


def _to_cell(frame: Frame, place: Place) -> Place:
    """From a bar back to the strip, on the first of its visible days; from one of nobody's to its heading."""
    assert place.item is not None
    start, end = (int(frame.plan.columns[name][place.item]) for name in ("start", "end"))
    day = max(frame.first_day, min(start, frame.last_day))
    if int(frame.plan.columns["person"][place.item]) == len(frame.plan.people):
        return Place(row=place.row, day=min(day, end))
    return replace(place, item=None, cell=_cell(frame, int(frame.plan.columns["person"][place.item]), min(day, end)))


def _begin(frame: Frame) -> Place:
    """Without a focus: today of the first person in view."""
    visible = frame.rows.visible(frame.top, frame.height)
    people = [at for at in (*visible, *range(len(frame.rows))) if frame.rows.person[at] >= 0]
    if not people:
        return Place(row=0)
    return Place(row=people[0], cell=_cell(frame, int(frame.rows.person[people[0]]), frame.today))


def _on_row(frame: Frame, place: Place, row: int) -> Place:
    """The same day on another row."""
    person = int(frame.rows.person[row])
    if place.item is not None:
        place = _to_cell(frame, place)
    if person < 0:
        return Place(row=row, day=place.cell.first if place.cell is not None else place.day)
    if place.cell is None:
        return Place(row=row, cell=_cell(frame, person, _visible_day(frame) if place.day is None else place.day))
    return Place(row=row, cell=replace(place.cell, person=person))


def _on_day(frame: Frame, place: Place, day: int) -> Place:
    if place.row is None:
        place = _begin(frame)
    if place.row is None or frame.rows.person[place.row] < 0:
        return place
    return Place(row=place.row, cell=_cell(frame, int(frame.rows.person[place.row]), day))


def _sideways(frame: Frame, place: Place, step: int) -> Place:
    if place.cell is None:
        return place
    width = place.cell.last - place.cell.first + 1
    if width > 7:  # a whole visible range: go on from its beginning
        return replace(place, cell=_cell(frame, place.cell.person, max(place.cell.first, _visible_day(frame))))
    first = place.cell.first + step * width
    return replace(place, cell=Cell(place.cell.person, first, first + width - 1))


def _visible_day(frame: Frame) -> int:
    return frame.today if frame.first_day <= frame.today <= frame.last_day else frame.first_day


def _cell(frame: Frame, person: int, day: int) -> Cell:
    days = frame.scale.zoom.days_per_cell
    first = day if days == 1 else week_start(day, frame.first_weekday)
    return Cell(person, first, first + days - 1)


def _page(frame: Frame) -> int:
    """How many rows a page has."""
    return max(1, len(frame.rows.visible(frame.top, frame.height)) - 1)
