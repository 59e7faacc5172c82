"""One filling of the inspector, from top to bottom: titles, facts, sums, links, each by a call. It knows no plan."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QSizePolicy, QWidget
from typing_extensions import override

from planner_gui.ui.text import PlainLabel, menu_text, visible

MOST_FIELDS = 400  # of a raw record


class Link(QPushButton):
    """Words that lead somewhere, cut with an ellipsis where there is no room; reached and pressed by keys, too."""

    def __init__(self, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("link")
        self.setFlat(True)
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._words = " ".join(visible(words).split())
        self.setAccessibleName(self._words)
        self._fit(240)

    def _fit(self, width: int) -> None:
        self.setText(menu_text(self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, width - 6)))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(40, super().minimumSizeHint().height())

    @override
    def sizeHint(self) -> QSize:
        wide = self.fontMetrics().horizontalAdvance(self._words) + 10
        return QSize(wide, super().sizeHint().height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit(event.size().width())
        super().resizeEvent(event)


class Page(QWidget):
    """A column of lines, labels at the left and values at the right."""

    def __init__(self) -> None:
        super().__init__()
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(18, 16, 18, 16)
        self._layout.setVerticalSpacing(7)
        self._layout.setHorizontalSpacing(10)
        self._layout.setColumnStretch(0, 1)
        self._layout.setRowStretch(5000, 1)
        self._at = 0
        self._more_at = 0
        self.links: list[Link] = []
        self.more = QPushButton("More: the whole record")
        self.more.setParent(self)
        self.more.hide()

    def title(self, text: str) -> None:
        self._wide(PlainLabel(text, role="title", wraps=True))

    def muted(self, text: str) -> None:
        self._wide(PlainLabel(text, role="muted", wraps=True))

    def heading(self, text: str) -> None:
        self._layout.setRowMinimumHeight(self._at, 10)
        self._at += 1
        self._wide(PlainLabel(text.upper(), role="heading"))

    def badges(self, kind: str, *sources: str) -> None:
        """What it is, then where it is from as outlined words."""
        line = _line(
            PlainLabel(kind, role="muted"), *(PlainLabel(source, role="badge") for source in sources if source)
        )
        self._wide(line)

    def fact(self, label: str, value: str) -> None:
        """A label at the left, its value at the right, a line below."""
        self._pair(PlainLabel(label, role="muted"), PlainLabel(value, role="strong", wraps=True))

    def sum(self, label: str, value: str, *, role: str = "", note: str = "") -> None:
        """A line of a sum; role "strong" or "error" for a total; note: a second line in muted words."""
        left = PlainLabel(label, role="strong" if role else "", wraps=True)
        self._pair(left, PlainLabel(value, role=role), rule=not note)
        if note:
            self.muted(note)
            self._rule()

    def term(self, words: str, value: str, source: str = "", *, note: str = "", muted: bool = False) -> Link:
        """A line whose words are a link; source as a badge. note: a second line in muted words."""
        link = Link(words)
        self.links.append(link)
        badge = [PlainLabel(source, role="badge")] if source else []
        line = _line(link, *badge, stretch=False)
        self._pair(line, PlainLabel(value, role="muted" if muted else ""), rule=not note)
        if note:
            self.muted(note)
            self._rule()
        return link

    def show_more_button(self) -> None:
        """Offer the whole record here."""
        self._layout.addWidget(self.more, self._at, 0, 1, 2, Qt.AlignmentFlag.AlignLeft)
        self.more.show()
        self._more_at = self._at
        self._at += MOST_FIELDS * 2 + 10  # room for what it will say

    def say_more(self, lines: Sequence[tuple[str, str]]) -> None:
        """The whole record in place of the button."""
        self.more.hide()
        after, self._at = self._at, self._more_at + 1
        for path, text in lines[:MOST_FIELDS]:
            if path:
                self.fact(path, text)
            else:
                self.muted(text)
        if len(lines) > MOST_FIELDS:
            self.muted(f"and {len(lines) - MOST_FIELDS} more fields")
        self._at = after

    def _pair(self, left: QWidget, right: PlainLabel, *, rule: bool = True) -> None:
        right.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._layout.addWidget(left, self._at, 0)
        self._layout.addWidget(right, self._at, 1)
        self._at += 1
        if rule:
            self._rule()

    def _rule(self) -> None:
        rule = QFrame()
        rule.setObjectName("rule")
        rule.setFixedHeight(1)
        self._wide(rule)

    def _wide(self, widget: QWidget) -> None:
        self._layout.addWidget(widget, self._at, 0, 1, 2)
        self._at += 1


def _line(*widgets: QWidget, stretch: bool = True) -> QWidget:
    line = QWidget()
    layout = QHBoxLayout(line)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(8)
    for widget in widgets:
        if widget.property("role") == "badge":
            widget.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        layout.addWidget(widget)
    if stretch:
        layout.addStretch(1)
    return line
