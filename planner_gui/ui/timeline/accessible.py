"""The painted timeline for assistive tools: a list of rows, in a row its cells and bars, through Qt's accessibility.

Parts are made when somebody asks for them and kept until what they stand for is gone: ten thousand rows cost nothing
before a tool reads them. Nothing here changes the plan or the focus.

Qt's cache owns every interface that was registered, and a part has no QObject of its own from whose end Qt could learn
of its own: so each is kept referenced, and handed back by `deleteAccessibleInterface`, never by Python's collector.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QAccessibleInterface,
    QAccessibleObject,
    QWindow,
)
from PySide6.QtWidgets import QAbstractScrollArea
from typing_extensions import override

from planner_gui.domain.plan import Plan
from planner_gui.ui.timeline import spoken
from planner_gui.ui.timeline.frame import Frame
from planner_gui.ui.timeline.parts import NULL, BarPart, CellPart, Key, Part, RowPart, hit_at, living, window_of
from planner_gui.ui.timeline.rows import Row
from planner_gui.ui.timeline.walking import Place

Role, Text, Event = QAccessible.Role, QAccessible.Text, QAccessible.Event

MOST_CELLS = 600  # cells and bars kept; beyond, those of rows out of focus go


class Accessible(QObject):
    """Makes the parts of one board, finds them again, and announces where the focus is.

    frame and place: what is shown (None before there is a plan), and what is in focus, at this moment. The board says
    when either has become another: `announce`, `rearranged` and `entered`. choose: puts the focus somewhere.
    """

    def __init__(
        self,
        board: QAbstractScrollArea,
        frame: Callable[[], Frame | None],
        place: Callable[[], Place],
        choose: Callable[[Place], None],
    ) -> None:
        super().__init__(board)
        self.board = board
        self.choose = choose
        self._frame = frame
        self._place = place
        self._made: dict[Key, Part] = {}
        self._plan: Plan | None = None
        self._plan_number = 0
        self._people: dict[str, int] = {}
        self._announcing = False
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._settle)
        made = self._made
        board.destroyed.connect(lambda: _give_up(made, list(made)))  # self is gone by then
        _install_factory()

    # --- what is shown ------------------------------------------------------------------------------------------------

    @property
    def frame(self) -> Frame | None:
        """What is shown; numbers every plan that comes, so that an item of another plan is known as such."""
        frame = self._frame()
        if frame is not None and frame.plan is not self._plan:
            self._plan = frame.plan
            self._plan_number += 1
            self._people = {person.id: index for index, person in enumerate(frame.plan.people)}
        return frame

    def place_of(self, key: Key) -> tuple[Frame, Row] | None:
        """The frame and the row that a part is in; None where it is folded away, filtered out or gone."""
        frame = self.frame
        if frame is None or (key.item is not None and key.plan != self._plan_number):
            return None
        person = self._people.get(key.person) if key.person else -1
        at = None if person is None else frame.rows.find(key.group, person)
        if at is None or frame.rows.key(at) != (key.group, person):
            return None
        return frame, frame.rows[at]

    def key_of(self, row: Row, frame: Frame) -> Key:
        """The key of a row."""
        person = "" if row.is_heading else frame.plan.people[row.person].id
        return Key(frame.rows.groups[row.group].name, person)

    def focused(self) -> Part | None:
        """The heading, cell or bar in focus, None where nothing is chosen."""
        frame, place = self.frame, self._place()
        if frame is None or place.row is None or place.row >= len(frame.rows):
            return None
        row = self.key_of(frame.rows[place.row], frame)
        if place.item is not None:
            return self.part(row._replace(item=place.item, plan=self._plan_number))
        return self.part(row if place.cell is None else row._replace(first=place.cell.first, last=place.cell.last))

    def inside(self, row: Row, frame: Frame) -> list[Key]:
        """The cells and bars of a person's row: of the visible range, of rows that are in view or in focus."""
        at, place = frame.rows.at(row.top), self._place()
        here = at == place.row
        if not row.has_bars or not (here or at in frame.rows.visible(frame.top, frame.height)):
            return []
        cells, items = [] if row.is_heading else frame.cells(), [bar.row for bar in frame.bars(row)]
        if here and place.cell is not None and (place.cell.first, place.cell.last) not in cells:
            cells.insert(0, (place.cell.first, place.cell.last))  # a period, or a day scrolled out of view
        if here and place.item is not None and place.item not in items:
            items.append(place.item)
        key = self.key_of(row, frame)
        return [
            *(key._replace(first=first, last=last) for first, last in cells),
            *(key._replace(item=item, plan=self._plan_number) for item in items),
        ]

    # --- parts --------------------------------------------------------------------------------------------------------

    @property
    def made(self) -> int:
        """How many parts there are."""
        return len(self._made)

    def part(self, key: Key) -> Part:
        """The part of a key, made and registered with Qt the first time."""
        found = self._made.get(key)
        if found is None:
            kind = RowPart if key == key.row else CellPart if key.item is None else BarPart
            found = self._made[key] = kind(self, key)
            _kept[id(found)] = found
            QAccessible.registerAccessibleInterface(found)
            if len(self._made) > MOST_CELLS and not self._soon.isActive():
                self._soon.start()  # not now: Qt may be holding the others at this moment
        return found

    def _settle(self) -> None:
        """Give up the parts that are gone, and cells and bars out of focus where there are too many; announce."""
        place = self._place()
        frame = self.frame
        row = place.row if frame is not None and place.row is not None and place.row < len(frame.rows) else None
        focus = None if frame is None or row is None else self.key_of(frame.rows[row], frame)
        crowded = sum(key != key.row for key in self._made) > MOST_CELLS
        gone = [key for key in self._made if crowded and key.row not in (key, focus)]
        gone += [key for key in self._made if key not in gone and self.place_of(key) is None]
        _give_up(self._made, gone)
        if self._announcing:
            self._announcing = False
            self.announce()

    # --- events -------------------------------------------------------------------------------------------------------

    def announce(self) -> None:
        """Tell assistive tools what is in focus and chosen; costs nothing while none listens."""
        if not QAccessible.isActive():
            return
        part = self.focused()
        if self.board.hasFocus():
            _tell(self.board if part is None else part, Event.Focus)
        if part is not None:
            _tell(part, Event.Selection)

    def rearranged(self) -> None:
        """Tell them that rows came, went or moved; the focus may be another object now."""
        if QAccessible.isActive():
            _tell(self.board, Event.ObjectReorder)
            self._announcing = True
            self._soon.start()

    def entered(self) -> None:
        """Announce the place in focus when the board gets it: after Qt, which announces the board itself."""
        if QAccessible.isActive():
            self._announcing = True
            self._soon.start()


def _give_up(made: dict[Key, Part], keys: list[Key]) -> None:
    for key in keys:
        part = made.pop(key)
        QAccessible.deleteAccessibleInterface(QAccessible.uniqueId(part))
        del _kept[id(part)]


def _tell(what: QAccessibleInterface | QObject, event: QAccessible.Event) -> None:
    about = QAccessible.queryAccessibleInterface(what) if isinstance(what, QObject) else what
    QAccessible.updateAccessibility(QAccessibleEvent(about, event))


# One list of factories, and one cache of interfaces, a process. What the cache points to must outlive it in Python,
# also where the application ends with a window open: Python would delete it a first time.
_installed: list[bool] = []
_kept: dict[int, QAccessibleInterface] = {}


def _install_factory() -> None:
    if not _installed:
        QAccessible.installFactory(_interface)
        _installed.append(True)


def _interface(class_name: str, of: QObject | None) -> QAccessibleInterface | None:
    """Qt's hook, asked for every class of every object: ours for a board, nothing for all others."""
    if class_name != "Board" or of is None:
        return None
    found = of.findChild(Accessible, options=Qt.FindChildOption.FindDirectChildrenOnly)
    if not isinstance(found, Accessible):
        return None
    made = BoardInterface(found)
    _kept[id(made)] = made  # for good, as PySide does
    return made


class BoardInterface(QAccessibleObject):
    """The timeline as a whole: a list of rows. PySide keeps it until the process ends, so it holds nothing."""

    def __init__(self, timeline: Accessible) -> None:
        super().__init__(timeline.board)
        self._timeline = weakref.ref(timeline)

    def _seen(self) -> tuple[Accessible, Frame] | None:
        timeline = living(self._timeline)
        frame = timeline.frame if timeline is not None else None
        return None if timeline is None or frame is None else (timeline, frame)

    @override
    def parent(self) -> QAccessibleInterface:
        timeline = living(self._timeline)
        above = timeline.board.parentWidget() if timeline is not None else None
        return QAccessible.queryAccessibleInterface(above) if above is not None else NULL

    @override
    def window(self) -> QWindow:
        return window_of(self._timeline)

    @override
    def childCount(self) -> int:
        seen = self._seen()
        return 0 if seen is None else len(seen[1].rows)

    @override
    def child(self, index: int, /) -> QAccessibleInterface:
        seen = self._seen()
        if seen is None or not 0 <= index < len(seen[1].rows):
            return NULL
        timeline, frame = seen
        return timeline.part(timeline.key_of(frame.rows[index], frame))

    @override
    def indexOfChild(self, child: QAccessibleInterface, /) -> int:
        timeline = living(self._timeline)
        place = timeline.place_of(child.key) if timeline is not None and isinstance(child, RowPart) else None
        at = None if place is None else place[0].rows.at(place[1].top)
        return -1 if at is None else at

    @override
    def childAt(self, x: int, y: int, /) -> QAccessibleInterface:
        seen = self._seen()
        row = None if seen is None else hit_at(*seen, x, y).row
        if seen is None or row is None:
            return NULL
        return seen[0].part(seen[0].key_of(row, seen[1]))

    @override
    def focusChild(self) -> QAccessibleInterface:
        timeline = living(self._timeline)
        if timeline is None or not timeline.board.hasFocus():
            return NULL
        return timeline.focused() or self

    @override
    def text(self, t: QAccessible.Text, /) -> str:
        seen = self._seen()
        if seen is not None and t == Text.Name:
            return seen[0].board.accessibleName()
        if seen is None or t != Text.Description:
            return ""
        frame = seen[1]
        people = f"{frame.shown_people} {'person' if frame.shown_people == 1 else 'people'}"
        return f"{people}, {spoken.period(frame.first_day, frame.last_day)}, zoom {frame.scale.zoom.label.lower()}"

    @override
    def role(self) -> QAccessible.Role:
        return Role.List

    @override
    def rect(self) -> QRect:
        timeline = living(self._timeline)
        return QRect() if timeline is None else QRect(timeline.board.mapToGlobal(QPoint(0, 0)), timeline.board.size())

    @override
    def state(self) -> QAccessible.State:
        state, timeline = QAccessible.State(), living(self._timeline)
        if timeline is None:
            state.invalid = True
            return state
        state.focusable = True
        state.focused = timeline.board.hasFocus()
        state.invisible = not timeline.board.isVisible()
        return state
