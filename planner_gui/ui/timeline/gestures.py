"""What the mouse and the keys want done with items: drags become `Gesture`s, told while they last and when they end.

Knows rows and days, not services: what may be done is asked, what it looks like is shown by `ghost`, and nothing is
changed here. One gesture at a time; Escape or the other button ends it without a trace.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from PySide6.QtCore import QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from planner_gui.ui.timeline.frame import HEADER, PEOPLE_WIDTH, Bar, Frame
from planner_gui.ui.timeline.hit import Hit
from planner_gui.ui.timeline.walking import Place

EDGE = 6  # pixels at either end of a bar by which it is stretched
WIDE_ENOUGH = 20  # a narrower bar has no room for edges: it is moved
NEAR_BORDER = 28  # pixels from the view's border at which it scrolls while something is dragged
SCROLL_EVERY = 30  # milliseconds


class Act(StrEnum):
    """What is done."""

    MOVE = "move"
    COPY = "copy"
    STRETCH_START = "stretch start"
    STRETCH_END = "stretch end"
    DRAW = "draw"


@dataclass(frozen=True, slots=True)
class Gesture:
    """rows: plan rows, the one under the pointer first; days: how far; person: who gets them, None: they stay.

    DRAW has no rows: person, and day numbers first to last; choose_kind: the modifier says that a menu asks.
    """

    act: Act
    rows: tuple[int, ...] = ()
    days: int = 0
    person: int | None = None
    first: int = 0
    last: int = 0
    choose_kind: bool = False

    @property
    def changes_something(self) -> bool:
        return self.act is Act.DRAW or self.days != 0 or self.person is not None


@dataclass(frozen=True, slots=True)
class _Press:
    at: QPoint
    day: int
    person: int
    act: Act
    rows: tuple[int, ...]
    choose_kind: bool = False


class Gestures(QObject):
    """The drags of one timeline.

    Signals: changed(Gesture or None) while it lasts and when it is given up; made(Gesture) on release; refused(str) why
    not, once a drag; scrolled(int dx, int dy) in pixels, when the pointer rests near a border.
    """

    changed = Signal(object)
    made = Signal(object)
    refused = Signal(str)
    scrolled = Signal(int, int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.allowed: Callable[[Act, Sequence[int]], str] | None = None
        """(act, rows) -> why not, "" where it may be done. None: nothing can be edited at all."""
        self._press: _Press | None = None
        self._now: Gesture | None = None
        self._refused = False
        self._towards = (0, 0)
        self._scroll = QTimer(self)
        self._scroll.setInterval(SCROLL_EVERY)
        self._scroll.timeout.connect(lambda: self.scrolled.emit(*self._towards))

    @property
    def running(self) -> bool:
        """Whether something is being dragged."""
        return self._now is not None

    @property
    def current(self) -> Gesture | None:
        return self._now

    def press(self, found: Hit, at: QPoint, modifiers: Qt.KeyboardModifier, selection: Collection[int]) -> None:
        """The left button went down on a row; a drag may begin. selection: plan rows that would come along."""
        self._press = None
        if self.allowed is None or found.row is None or found.day is None:
            return
        if found.row.is_heading and found.bar is None:  # what is nobody's stands below a heading, and can be taken
            return
        person = found.row.person
        if found.bar is None:
            choose = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
            self._press = _Press(at, found.day, person, Act.DRAW, (), choose)
            return
        act = act_at(found.bar, found.x, copy=bool(modifiers & Qt.KeyboardModifier.ControlModifier))
        others = tuple(row for row in selection if row != found.bar.row) if found.bar.row in selection else ()
        self._press = _Press(at, found.day, person, act, (found.bar.row, *others))

    def move(self, found: Hit, at: QPoint, frame: Frame) -> bool:
        """The pointer moved with the button down; whether it belongs to a gesture."""
        press = self._press
        if press is None:
            return False
        if self._now is None:
            if (at - press.at).manhattanLength() < QApplication.startDragDistance():
                return True
            if not self._may_begin(press):
                return True
        self._towards = towards_border(at, frame)
        if self._towards == (0, 0):
            self._scroll.stop()
        elif not self._scroll.isActive():
            self._scroll.start()
        gesture = _gesture(press, found, frame)
        if gesture != self._now:
            self._now = gesture
            self.changed.emit(gesture)
        return True

    def release(self) -> bool:
        """The button went up; whether something was dragged. What has changed nothing is given up."""
        gesture, self._press, self._now = self._now, None, None
        self._scroll.stop()
        self._refused = False
        if gesture is None:
            return False
        if gesture.changes_something:
            self.made.emit(gesture)
        else:
            self.changed.emit(None)
        return True

    def cancel(self) -> bool:
        """Give the drag up; whether there was one."""
        was = self._now is not None
        self._press = self._now = None
        self._scroll.stop()
        self._refused = False
        if was:
            self.changed.emit(None)
        return was

    def perform(self, gesture: Gesture) -> None:
        """A gesture made by keys: allowed or refused like a drag."""
        reason = "there is nothing to edit here" if self.allowed is None else self.allowed(gesture.act, gesture.rows)
        if reason:
            self.refused.emit(reason)
        else:
            self.made.emit(gesture)

    def cursor(self, found: Hit | None) -> Qt.CursorShape | None:
        """The pointer's shape over a bar that can be edited, None elsewhere."""
        if found is None or found.bar is None or self.allowed is None:
            return None
        act = act_at(found.bar, found.x)
        if self.allowed(act, (found.bar.row,)):
            return None
        return Qt.CursorShape.OpenHandCursor if act is Act.MOVE else Qt.CursorShape.SizeHorCursor

    def _may_begin(self, press: _Press) -> bool:
        if self._refused or self.allowed is None:
            return False
        reason = self.allowed(press.act, press.rows)
        if reason:
            self._refused = True
            self.refused.emit(reason)
        return not reason


def act_at(bar: Bar, x: float, *, copy: bool = False) -> Act:
    """What a press at x of the timeline begins: its ends stretch, the rest moves or copies."""
    if copy:
        return Act.COPY
    if bar.width >= WIDE_ENOUGH:
        if x < bar.x + EDGE:
            return Act.STRETCH_START
        if x >= bar.x + bar.width - EDGE:
            return Act.STRETCH_END
    return Act.MOVE


def towards_border(at: QPoint, frame: Frame) -> tuple[int, int]:
    """Which way the view scrolls while the pointer is there, in pixels a step; (0, 0) well inside."""

    def push(place: float, low: float, high: float) -> int:
        if place < low + NEAR_BORDER:
            return -round(min(low + NEAR_BORDER - place, NEAR_BORDER) / 2)
        return round(min(max(place - (high - NEAR_BORDER), 0), NEAR_BORDER) / 2)

    return (
        push(at.x(), PEOPLE_WIDTH, PEOPLE_WIDTH + frame.width),
        push(at.y(), HEADER, HEADER + frame.height),
    )


def _gesture(press: _Press, found: Hit, frame: Frame) -> Gesture:
    """The gesture from where it began to where the pointer is."""
    day = press.day if found.day is None else found.day
    if press.act is Act.DRAW:
        first, last = sorted((press.day, day))
        if frame.scale.zoom.days_per_cell > 1:  # a drawn period takes whole cells
            edges = [cell for cell in frame.cells() if cell[1] >= first and cell[0] <= last]
            first, last = (edges[0][0], edges[-1][1]) if edges else (first, last)
        return Gesture(Act.DRAW, person=press.person, first=first, last=last, choose_kind=press.choose_kind)
    gesture = Gesture(press.act, press.rows, days=day - press.day)
    if press.act in (Act.STRETCH_START, Act.STRETCH_END):
        return gesture
    over = found.row.person if found.row is not None and not found.row.is_heading else press.person
    return gesture if over == press.person else replace(gesture, person=over)


def by_key(frame: Frame, place: Place, event: QKeyEvent, selection: Sequence[int]) -> Gesture | None:
    """What a key does with the chosen items: Ctrl+arrows move them by a day or to the next person in view, Shift with
    left and right stretches the end, Ctrl+Shift the start. None for every other key, and where no item is chosen.
    """
    if place.item is None or place.row is None:
        return None
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    rows = tuple(selection)
    step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
    if step is not None:
        act = {control: Act.MOVE, shift: Act.STRETCH_END, control | shift: Act.STRETCH_START}.get(held)
        return None if act is None else Gesture(act, rows, days=step)
    down = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
    if down is None or held != control:
        return None
    here = int(frame.rows.person[place.row])
    row = place.row + down
    while 0 <= row < len(frame.rows) and (frame.rows.person[row] < 0 or frame.rows.person[row] == here):
        row += down
    return Gesture(Act.MOVE, rows, person=int(frame.rows.person[row])) if 0 <= row < len(frame.rows) else None
