"""Text from services, made harmless before Qt sees it (U1 to U5): labels, tooltips and actions go through here."""

from __future__ import annotations

import html
import re
import unicodedata

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

LONGEST = 2000  # characters of one label; a longer text is cut with an ellipsis (U5)
_LONG_WORD = re.compile(r"\S{14}(?=\S)")
_INVISIBLE = {"Cf", "Cc", "Co", "Cs"}  # format (bidi overrides, zero width), control, private, surrogate


def visible(text: str) -> str:
    """The text with control characters shown as what they are instead of doing what they do (U5)."""
    cut = text if len(text) <= LONGEST else text[:LONGEST] + "\N{HORIZONTAL ELLIPSIS}"
    return "".join(c if c == "\n" or unicodedata.category(c) not in _INVISIBLE else "\N{WHITE SQUARE}" for c in cut)


def tooltip(text: str) -> str:
    """The text for setToolTip, which has no plain format of its own (U2)."""
    return f"<qt>{html.escape(visible(text)).replace(chr(10), '<br>')}</qt>" if text else ""


def menu_text(text: str) -> str:
    """The text for a button, menu, tab or action: an ampersand is a letter, not a shortcut (U3)."""
    return visible(text).replace("\n", " ").replace("&", "&&")


def breakable(text: str) -> str:
    """The text with places to break long words at, so that a URL or an id never makes its panel wider."""
    return _LONG_WORD.sub("\\g<0>\N{ZERO WIDTH SPACE}", text)


class PlainLabel(QLabel):
    """A label that shows text as text, never as markup, and opens nothing (U1, U4)."""

    def __init__(
        self,
        text: str = "",
        parent: QWidget | None = None,
        *,
        role: str = "",
        wraps: bool = False,
        breaks: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setOpenExternalLinks(False)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self._breaks = breaks
        self.setWordWrap(wraps)
        if wraps:
            self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        if role:
            self.setProperty("role", role)  # picked up by the style sheet: "muted", "title", "error" ...
        self.say(text)

    def say(self, text: str) -> None:
        """Show another text."""
        shown = visible(text)
        self.setText(breakable(shown) if self._breaks else shown)
