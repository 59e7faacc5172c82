"""The list of keyboard shortcuts: the actions' own, then the keys and gestures of the timeline."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from planner_gui.ui.text import PlainLabel

TIMELINE_KEYS = (
    ("Arrows", "Another day, person or heading"),
    ("Left, Right on a heading", "Fold, unfold the group"),
    ("Tab, Shift+Tab", "From the strip over the bars of the row, and back"),
    ("Left, Right on a bar", "Another bar of the row"),
    ("Enter", "Open the inspector; on a heading fold or unfold"),
    ("Esc", "From a bar to its day, then let go"),
    ("Home, End", "Today, the last visible day"),
    ("Ctrl+Home, Ctrl+End", "The first, the last row"),
    ("Page Up, Page Down", "A page of rows up, down"),
    ("Wheel, Shift+wheel, Ctrl+wheel", "Scroll people, scroll time, zoom at the pointer"),
    ("Drag the header", "Scroll time"),
)


def listed(actions: Iterable[QAction]) -> list[tuple[str, str]]:
    """Keys and words of every action that has a shortcut."""
    found = []
    for action in actions:
        keys = [key.toString(QKeySequence.SequenceFormat.NativeText) for key in action.shortcuts()]
        keys = [key for key in keys if key != "Shift+?"]  # the same key as "?"
        if keys:
            found.append((", ".join(keys), action.toolTip().rsplit(" (", 1)[0].replace("&&", "&")))
    return found


class ShortcutList(QDialog):
    """Two columns: keys, what they do."""

    def __init__(self, actions: Iterable[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.lines = [*TIMELINE_KEYS, *listed(actions)]
        page = QWidget()
        grid = QGridLayout(page)
        grid.setHorizontalSpacing(28)
        grid.setVerticalSpacing(7)
        grid.setColumnStretch(1, 1)
        grid.addWidget(PlainLabel("ON THE TIMELINE", role="heading"), 0, 0, 1, 2)
        for at, (keys, words) in enumerate(self.lines, 1):
            row = at + (at > len(TIMELINE_KEYS))
            grid.addWidget(PlainLabel(keys, role="strong"), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(PlainLabel(words, wraps=True), row, 1)
        grid.addWidget(PlainLabel("EVERYWHERE", role="heading"), len(TIMELINE_KEYS) + 1, 0, 1, 2)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(area)
        self.resize(620, 640)
