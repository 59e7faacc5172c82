"""Rows, cells and bars of the timeline as assistive tools see them: name, role, value, place and state of each.

A part knows what it stands for and looks up all else when Qt asks: what it says in `spoken`, where it is in the Frame,
as painting and `hit` do. Making, finding and giving up parts is `accessible`'s. Nothing here changes plan or focus.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from PySide6.QtCore import QObject, QPoint, QRect, QRectF
from PySide6.QtGui import QAccessible, QAccessibleInterface, QWindow
from shiboken6 import Shiboken, VoidPtr
from typing_extensions import override

from planner_gui.domain.doubles import holder_of
from planner_gui.ui.timeline import spoken
from planner_gui.ui.timeline.acting import PartActions
from planner_gui.ui.timeline.frame import HEADER, PEOPLE_WIDTH, Frame
from planner_gui.ui.timeline.hit import Hit, hit
from planner_gui.ui.timeline.rows import Row

if TYPE_CHECKING:
    from planner_gui.ui.timeline.accessible import Accessible

Role, Text = QAccessible.Role, QAccessible.Text
# What Qt takes for "no such object"; PySide's stubs do not say so.
NULL: Final = cast("QAccessibleInterface", None)


class Key(NamedTuple):
    """What a part stands for, also after people were regrouped, filtered or sorted, or another plan came.

    group: the heading's name. person: a person's id, "" for the heading itself. first, last: days of a cell.
    item: a plan row of plan number `plan`. A row has neither days nor item.
    """

    group: str
    person: str
    first: int | None = None
    last: int | None = None
    item: int | None = None
    plan: int = 0

    @property
    def row(self) -> Key:
        """The key of the row it belongs to."""
        return Key(self.group, self.person)


class Seen(NamedTuple):
    """Where a part is at this moment."""

    timeline: Accessible
    frame: Frame
    row: Row

    @property
    def inside(self) -> list[Key]:
        return self.timeline.inside(self.row, self.frame)


def hit_at(timeline: Accessible, frame: Frame, x: int, y: int) -> Hit:
    """What is at a point of the screen."""
    viewport = timeline.board.viewport()
    at = viewport.mapFromGlobal(QPoint(x, y))
    return hit(frame, at.x(), at.y()) if viewport.rect().contains(at) else Hit()


def living(timeline: weakref.ref[Accessible]) -> Accessible | None:
    """None from the moment on in which the board is being destroyed: Qt asks its interfaces even then."""
    found = timeline()
    return found if found is not None and Shiboken.isValid(found.board) else None


def window_of(timeline: weakref.ref[Accessible]) -> QWindow:
    """The window it is in; Qt takes None for none."""
    found = living(timeline)
    return cast("QWindow", None) if found is None else found.board.window().windowHandle()


class Part(QAccessibleInterface):
    """What rows, cells and bars have in common. Qt keeps parts longer than we do, so they hold the timeline weakly."""

    def __init__(self, timeline: Accessible, key: Key) -> None:
        super().__init__()
        self._timeline = weakref.ref(timeline)
        self.key = key
        self._actions: PartActions | None = None  # made when somebody asks

    def seen(self) -> Seen | None:
        """None where it is folded away, filtered out, or gone with its plan."""
        timeline = living(self._timeline)
        place = timeline.place_of(self.key) if timeline is not None else None
        return None if timeline is None or place is None else Seen(timeline, *place)

    def box(self, frame: Frame, row: Row) -> QRectF:
        """Where it is, in the viewport."""
        raise NotImplementedError

    def says(self, seen: Seen, what: QAccessible.Text) -> str:
        """Its name, description or value; "" for anything else."""
        raise NotImplementedError

    @override
    def interface_cast(self, t: QAccessible.InterfaceType, /) -> int:
        # A VoidPtr in either case, whatever the stubs say: PySide 6.11 follows None and 0 as addresses, and crashes.
        if t != QAccessible.InterfaceType.ActionInterface:
            return cast("int", VoidPtr(0))
        if self._actions is None:
            self._actions = PartActions(self)
        return cast("int", VoidPtr(Shiboken.getCppPointer(self._actions)[0]))

    @override
    def isValid(self) -> bool:
        return self.seen() is not None

    @override
    def object(self) -> QObject:
        return cast("QObject", None)

    @override
    def window(self) -> QWindow:
        return window_of(self._timeline)

    @override
    def parent(self) -> QAccessibleInterface:
        seen = self.seen()
        return NULL if seen is None else seen.timeline.part(self.key.row)

    @override
    def childCount(self) -> int:
        return 0

    @override
    def child(self, index: int, /) -> QAccessibleInterface:
        return NULL

    @override
    def indexOfChild(self, child: QAccessibleInterface, /) -> int:
        return -1

    @override
    def childAt(self, x: int, y: int, /) -> QAccessibleInterface:
        return NULL

    @override
    def text(self, t: QAccessible.Text, /) -> str:
        seen = self.seen()
        return "" if seen is None else self.says(seen, t)

    @override
    def setText(self, t: QAccessible.Text, text: str, /) -> None:
        """Nothing here can be written to."""

    @override
    def rect(self) -> QRect:
        seen = self.seen()
        if seen is None:
            return QRect()
        box = self.box(seen.frame, seen.row).toRect()
        return box.translated(seen.timeline.board.viewport().mapToGlobal(QPoint(0, 0)))

    @override
    def state(self) -> QAccessible.State:
        state, seen = QAccessible.State(), self.seen()
        if seen is None:
            state.invalid = True
            return state
        chosen, board, frame = seen.timeline.focused() is self, seen.timeline.board, seen.frame
        state.focusable = state.selectable = state.readOnly = True
        state.selected = chosen
        state.focused = chosen and board.hasFocus()
        left = 0 if isinstance(self, RowPart) else PEOPLE_WIDTH
        area = QRectF(left, HEADER, PEOPLE_WIDTH + frame.width - left, frame.height)
        state.offscreen = not self.box(frame, seen.row).intersects(area)
        state.invisible = state.offscreen or not board.isVisible()
        return state


class RowPart(Part):
    """A heading or a person, with cells and bars inside."""

    @override
    def parent(self) -> QAccessibleInterface:
        seen = self.seen()
        return NULL if seen is None else QAccessible.queryAccessibleInterface(seen.timeline.board)

    @override
    def childCount(self) -> int:
        seen = self.seen()
        return 0 if seen is None else len(seen.inside)

    @override
    def child(self, index: int, /) -> QAccessibleInterface:
        seen = self.seen()
        inside = [] if seen is None else seen.inside
        return seen.timeline.part(inside[index]) if seen is not None and 0 <= index < len(inside) else NULL

    @override
    def indexOfChild(self, child: QAccessibleInterface, /) -> int:
        seen = self.seen()
        inside = [] if seen is None else seen.inside
        return inside.index(child.key) if isinstance(child, Part) and child.key in inside else -1

    @override
    def childAt(self, x: int, y: int, /) -> QAccessibleInterface:
        seen = self.seen()
        found = Hit() if seen is None else hit_at(seen.timeline, seen.frame, x, y)
        if seen is None or found.row != seen.row:
            return NULL
        for key in seen.inside:
            if found.bar is not None and found.bar.row == key.item:
                return seen.timeline.part(key)
            if found.cell is not None and (found.cell.first, found.cell.last) == (key.first, key.last):
                return seen.timeline.part(key)
        return NULL

    @override
    def role(self) -> QAccessible.Role:
        return Role.ListItem

    @override
    def says(self, seen: Seen, what: QAccessible.Text) -> str:
        if what == Text.Name:
            return spoken.row_name(seen.frame, seen.row)
        return spoken.row_value(seen.frame, seen.row) if what in (Text.Description, Text.Value) else ""

    @override
    def state(self) -> QAccessible.State:
        state, seen = super().state(), self.seen()
        if seen is not None and seen.row.is_heading:
            state.expandable = True
            state.collapsed = seen.frame.rows.groups[seen.row.group].folded
            state.expanded = not state.collapsed
        return state

    @override
    def box(self, frame: Frame, row: Row) -> QRectF:
        return QRectF(0, HEADER + row.top - frame.top, PEOPLE_WIDTH + frame.width, row.height)


class CellPart(Part):
    """A person's day, the days of a strip cell, or a chosen period."""

    @property
    def _days(self) -> tuple[int, int]:
        assert self.key.first is not None
        assert self.key.last is not None
        return self.key.first, self.key.last

    @override
    def role(self) -> QAccessible.Role:
        return Role.Cell

    @override
    def says(self, seen: Seen, what: QAccessible.Text) -> str:
        # The name carries the numbers, because AT-SPI has no value in words; the row's name tells whose they are.
        if what == Text.Name:
            return spoken.cell_name(seen.frame, seen.row, *self._days)
        if what == Text.Value:
            return spoken.cell_value(seen.frame, seen.row, *self._days)
        return spoken.row_name(seen.frame, seen.row) if what == Text.Description else ""

    @override
    def box(self, frame: Frame, row: Row) -> QRectF:
        first, last = self._days
        wide = (last - first + 1) * frame.scale.day_width
        top = HEADER + row.top - frame.top + frame.metrics.pad
        return QRectF(PEOPLE_WIDTH + frame.scale.x(first), top, wide, frame.metrics.strip)


class BarPart(Part):
    """An item in a person's row."""

    @property
    def _item(self) -> int:
        assert self.key.item is not None
        return self.key.item

    @override
    def role(self) -> QAccessible.Role:
        return Role.ListItem

    @override
    def says(self, seen: Seen, what: QAccessible.Text) -> str:
        if what in (Text.Name, Text.Value):
            return spoken.bar_name(seen.frame, self._item)
        whose = spoken.row_name(seen.frame, seen.row)
        return f"{whose}, {spoken.bar_source(seen.frame, self._item)}" if what == Text.Description else ""

    @override
    def box(self, frame: Frame, row: Row) -> QRectF:
        shown = holder_of(frame.plan, self._item)
        for bar in frame.bars(row):
            if bar.row == shown:
                return QRectF(PEOPLE_WIDTH + bar.x, HEADER + bar.y - frame.top, bar.width, bar.height)
        return QRectF()
