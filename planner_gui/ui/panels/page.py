"""One filling of the inspector, from top to bottom: titles, facts, sums, links, each by a call. It knows no plan."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget
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
        outer = QVBoxLayout(self)
        outer.setContentsMargins(18, 16, 18, 16)
        outer.setSpacing(0)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(0)
        outer.addLayout(self._lines)
        outer.addStretch(1)
        self._detail_lines, self._more_lines = QVBoxLayout(), QVBoxLayout()
        self._web_lines = QVBoxLayout()
        for lines in (self._detail_lines, self._more_lines, self._web_lines):
            lines.setSpacing(0)
        self.links: list[Link] = []
        self.more = QPushButton("More: all that is known of it")
        self.more.setParent(self)
        self.more.hide()
        self.open_page: QPushButton | None = None

    def title(self, text: str) -> None:
        self._lines.addWidget(PlainLabel(text, role="title", wraps=True, breaks=True))

    def muted(self, text: str) -> None:
        self._lines.addSpacing(4)
        self._lines.addWidget(PlainLabel(text, role="muted", wraps=True, breaks=True))

    def heading(self, text: str) -> None:
        self._lines.addWidget(_titled(text))

    def badges(self, kind: str, *sources: str) -> None:
        """What it is, then where it is from as outlined words."""
        self._lines.addSpacing(4)
        parts = [PlainLabel(kind, role="muted"), *(_badge(source) for source in sources if source)]
        self._lines.addWidget(_line(*parts, stretch=True, rule=False))

    def fact(self, label: str, value: str) -> None:
        """A label at the left, its value at the right, a line below."""
        self._lines.addWidget(_fact(label, value))

    def sum(self, label: str, value: str, *, role: str = "", note: str = "") -> None:
        """A line of a sum; role "strong" or "error" for a total; note: a second line in muted words."""
        left = PlainLabel(label, role="strong" if role else "")
        self._pair(left, PlainLabel(value, role=role), note=note)

    def term(self, words: str, value: str, source: str = "", *, note: str = "", muted: bool = False) -> Link:
        """A line whose words are a link; source as a badge. note: a second line in muted words."""
        link = Link(words)
        self.links.append(link)
        badge = [_badge(source)] if source else []
        said = PlainLabel(value, role="muted" if muted else "")
        said.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        said.setMinimumWidth(said.fontMetrics().horizontalAdvance("-88 h 88") if value else 0)
        self._pair(link, *badge, said, note=note)
        return link

    def buttons(self, *wanted: tuple[str, str]) -> list[tuple[str, QPushButton]]:
        """Buttons in a row, each (text, what it is for); (what it is for, button) of each."""
        made = [(act, QPushButton(menu_text(text))) for text, act in wanted]
        line = QHBoxLayout()
        line.setContentsMargins(0, 10, 0, 0)
        line.setSpacing(8)
        for _, button in made:
            line.addWidget(button)
        line.addStretch(1)
        self._lines.addLayout(line)
        return made

    def show_more_button(self) -> None:
        """Offer the whole record here, and what the service knows besides; above it, room for a link."""
        self._lines.addLayout(self._web_lines)
        self._lines.addSpacing(10)
        self._lines.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        self._lines.addLayout(self._detail_lines)
        self._lines.addLayout(self._more_lines)
        self.more.show()

    def offer_page(self, service: str, host: str) -> QPushButton:
        """A button that leads to the item in its service, below the host it leads to (U4)."""
        if self.open_page is None:
            self._web_lines.addWidget(_fact("Page on", host))
            self._web_lines.addSpacing(10)
            self.open_page = QPushButton(menu_text(f"Open in {service}"))
            self.open_page.setAccessibleDescription(visible(f"opens {host} in your browser"))
            self._web_lines.addWidget(self.open_page, 0, Qt.AlignmentFlag.AlignLeft)
        return self.open_page

    def say_detail(self, groups: Sequence[tuple[str, Sequence[tuple[str, str]]]], words: str = "") -> None:
        """What the service knows besides, in groups of label and value, in place of what was said before.

        words: in place of groups, why there are none, or that they are being asked for.
        """
        self.more.hide()
        while (item := self._detail_lines.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        if words:
            self._detail_lines.addWidget(PlainLabel(words, role="muted", wraps=True, breaks=True))
        for title, facts in groups:
            self._detail_lines.addWidget(_titled(title))
            for label, value in facts[:MOST_FIELDS]:
                self._detail_lines.addWidget(_fact(label, value))

    def say_more(self, lines: Sequence[tuple[str, str]]) -> None:
        """The whole record in place of the button."""
        self.more.hide()
        self._more_lines.addWidget(_titled("The whole record"))
        for path, text in lines[:MOST_FIELDS]:
            self._more_lines.addWidget(_fact(path, text))
        if len(lines) > MOST_FIELDS:
            self._more_lines.addWidget(PlainLabel(f"and {len(lines) - MOST_FIELDS} more fields", role="muted"))

    def _pair(self, *widgets: QWidget, note: str = "") -> None:
        self._lines.addWidget(_line(*widgets, rule=not note))
        if note:
            self._lines.addWidget(_line(PlainLabel(note, role="muted", wraps=True, breaks=True), top=0))


def _titled(text: str) -> PlainLabel:
    title = PlainLabel(text.upper(), role="heading")
    title.setContentsMargins(0, 18, 0, 2)
    return title


def _fact(label: str, value: str) -> QWidget:
    right = PlainLabel(value, role="strong", wraps=True, breaks=True)
    right.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    left = PlainLabel(label, role="muted", wraps=len(label) > 16, breaks=True)
    return _line(left, right)


def _badge(text: str) -> PlainLabel:
    badge = PlainLabel(text, role="badge")
    badge.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return badge


def _line(*widgets: QWidget, stretch: bool = False, rule: bool = True, top: int = 6) -> QWidget:
    """Widgets side by side; the first and wrapping ones take the room, a rule below."""
    line = QWidget()
    line.setObjectName("ruled" if rule else "")
    line.setAttribute(Qt.WidgetAttribute.WA_StyledBackground, rule)
    layout = QHBoxLayout(line)
    layout.setContentsMargins(0, top, 0, 6 if rule else 0)
    layout.setSpacing(8)
    for at, widget in enumerate(widgets):
        takes_room = isinstance(widget, Link) or (isinstance(widget, QLabel) and widget.wordWrap())
        layout.addWidget(widget, 1 if takes_room or (at == 0 and len(widgets) > 1 and not stretch) else 0)
    if stretch:
        layout.addStretch(1)
    return line
