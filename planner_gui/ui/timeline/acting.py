"""What assistive tools can do with rows, cells and bars: what a click, Enter or the menu key does there, no more.

Every deed first chooses the part, as a click does, and then is the key a person would press: one path for all.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtGui import QAccessibleActionInterface, QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget
from typing_extensions import override

from planner_gui.ui.timeline.frame import Cell
from planner_gui.ui.timeline.walking import Place

if TYPE_CHECKING:
    from planner_gui.ui.timeline.parts import Key, Part, Seen

PRESS = QAccessibleActionInterface.pressAction()
FOCUS = QAccessibleActionInterface.setFocusAction()
MENU = QAccessibleActionInterface.showMenuAction()

_KEYS = {PRESS: ["Return"], MENU: ["Menu"]}


class PartActions(QAccessibleActionInterface):
    """The deeds of one part, which keeps it.

    Press opens: a heading folds or unfolds, a person (the visible days), a cell or a bar shows in the inspector.
    SetFocus only goes there; ShowMenu opens the context menu. A part that is gone, or behind a dialog, does nothing.
    """

    def __init__(self, part: Part) -> None:
        super().__init__()
        self._part = weakref.ref(part)

    @override
    def actionNames(self) -> list[str]:
        part = self._part()
        return [PRESS, FOCUS, MENU] if part is not None and part.seen() is not None else []

    @override
    def keyBindingsForAction(self, actionName: str, /) -> list[str]:
        return _KEYS.get(actionName, [])

    @override
    def doAction(self, actionName: str, /) -> None:
        part = self._part()
        seen = part.seen() if part is not None else None
        if part is None or seen is None or QApplication.activeModalWidget() is not None:
            return
        board = seen.timeline.board
        board.setFocus(Qt.FocusReason.OtherFocusReason)
        seen.timeline.choose(_place(part.key, seen))
        if actionName == PRESS:
            _press_enter(board)
        elif actionName == MENU:
            corner = QPoint(0, 0)  # the board knows where its focus is
            keyed = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, corner, board.mapToGlobal(corner))
            QCoreApplication.sendEvent(board.viewport(), keyed)


def _place(key: Key, seen: Seen) -> Place:
    """Where a click on the part would lead."""
    frame = seen.frame
    row = frame.rows.at(seen.row.top)
    if key.item is not None:
        return Place(row=row, item=key.item)
    if seen.row.is_heading:
        return Place(row=row)
    first, last = (frame.first_day, frame.last_day) if key.first is None else (key.first, key.last)
    assert last is not None
    return Place(row=row, cell=Cell(seen.row.person, first, last))


def _press_enter(board: QWidget) -> None:
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QCoreApplication.sendEvent(board, QKeyEvent(kind, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier))
