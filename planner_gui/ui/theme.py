"""Colours: light, dark and high contrast, as one value each; the only place that names a colour.

Fusion with our own palettes, since the platform's colour scheme cannot be set on several platforms; the system's scheme
is only the default. Text on its fill keeps 4.5 : 1 (tests/ui/test_theme.py).
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from planner_gui.domain.judging import Level


class Look(StrEnum):
    """What the user chose; SYSTEM follows the desktop."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
    CONTRAST = "contrast"


@dataclass(frozen=True, slots=True)
class Pair:
    """A fill and the text on it."""

    fill: str
    text: str


@dataclass(frozen=True, slots=True)
class Theme:
    """Every colour the window uses, as #rrggbb."""

    name: str
    background: str
    side: str
    line: str
    text: str
    muted: str
    red: str
    orange: str
    on_accent: str
    accent: str
    link: str  # the accent as text
    today: str
    weekend: str
    strip: tuple[str, str, str, str, str, str, str]  # Level.FREE to Level.AWAY
    strip_text: tuple[str, str, str, str, str, str, str]
    hatch: str
    projects: tuple[Pair, ...]
    avatars: tuple[Pair, ...]
    outline: bool = False  # bars and cells get an edge: high contrast

    def project(self, name: str) -> Pair:
        """The pair of a project: the same for the same name, on every machine and in every run."""
        return self.projects[zlib.crc32(name.casefold().encode()) % len(self.projects)]

    def cell(self, level: Level) -> Pair:
        """The fill of a strip cell and the text on it; `level` is FREE to AWAY."""
        return Pair(self.strip[level - Level.FREE], self.strip_text[level - Level.FREE])

    def soft(self, colour: str) -> str:
        """A service's own colour as a line on our background: told apart, quieter than what counts, always visible."""
        made = blend(colour, self.background, 0.4) if self.name == "light" else blend(colour, self.text, 0.45)
        while abs(_lightness(made) - _lightness(self.background)) < _VISIBLE:
            made = blend(made, self.text, 0.25)
        return made

    def avatar(self, name: str) -> Pair:
        """The disc behind a person's initials."""
        return self.avatars[zlib.crc32(name.encode()) % len(self.avatars)]


@lru_cache(maxsize=512)
def colour(name: str) -> QColor:
    """A colour by its #rrggbb, read once; it is shared, so nobody may change it."""
    return QColor(name)


def blend(one: str, other: str, share: float) -> str:
    """The colour that has `share` of `other` in `one`; both #rrggbb."""
    mixed = (round(int(one[at : at + 2], 16) * (1 - share) + int(other[at : at + 2], 16) * share) for at in (1, 3, 5))
    return "#" + "".join(f"{part:02x}" for part in mixed)


def _lightness(colour: str) -> float:
    """How light a colour looks: 0 to 255."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


_VISIBLE = 30  # a line that much lighter or darker than its ground is seen
_AVATARS = tuple(
    Pair(fill, "#ffffff")
    for fill in ("#3d66c4", "#9a4a98", "#1f756d", "#96611a", "#b23c66", "#5a7320", "#6656b8", "#2f7399")
)

LIGHT = Theme(
    name="light",
    background="#ffffff",
    side="#f6f7f9",
    line="#e6e8ec",
    text="#1c2026",
    muted="#6a7280",
    red="#c22b30",
    orange="#8a5200",
    on_accent="#ffffff",
    accent="#2f6fed",
    link="#1e5bd6",
    today="#e5484d",
    weekend="#f3f4f6",
    strip=("#eef1f4", "#cfe9da", "#8fcfab", "#4caf7d", "#f0a02f", "#e5484d", "#eceef4"),
    strip_text=("#1c2026", "#1c2026", "#1c2026", "#1c2026", "#1c2026", "#000000", "#1c2026"),
    hatch="#b9bfcc",
    projects=(
        Pair("#dbe8ff", "#1e4fb3"),
        Pair("#f0e3fb", "#7a35a8"),
        Pair("#d6f2ee", "#0f6e64"),
        Pair("#fdebd5", "#99560c"),
        Pair("#fde0e9", "#a82c58"),
        Pair("#e6f2d4", "#4d7310"),
    ),
    avatars=_AVATARS,
)

DARK = Theme(
    name="dark",
    background="#17191d",
    side="#1e2126",
    line="#2a2e35",
    text="#e8eaee",
    muted="#9aa3b0",
    red="#ff8a8f",
    orange="#f0b35c",
    on_accent="#17191d",
    accent="#6c9cff",
    link="#6c9cff",
    today="#ff6369",
    weekend="#1c1f24",
    strip=("#23272d", "#1f3d2e", "#2c6b4a", "#3c9b6b", "#c9821f", "#d9444a", "#2a2d38"),
    strip_text=("#e8eaee", "#e8eaee", "#ffffff", "#000000", "#000000", "#000000", "#e8eaee"),
    hatch="#555b68",
    projects=(
        Pair("#274472", "#9cc2ff"),
        Pair("#4a2d5e", "#dbb2f7"),
        Pair("#1f4d4a", "#86ddd3"),
        Pair("#5a3b1c", "#f4c08a"),
        Pair("#5b2a3c", "#f7a8c0"),
        Pair("#33461f", "#bfe08a"),
    ),
    avatars=_AVATARS,
)

CONTRAST = Theme(
    name="contrast",
    background="#000000",
    side="#000000",
    line="#8c8c8c",
    text="#ffffff",
    muted="#d8d8d8",
    red="#ff9c9f",
    orange="#ffc04d",
    on_accent="#000000",
    accent="#66d9ff",
    link="#66d9ff",
    today="#ffff00",
    weekend="#1c1c1c",
    strip=("#000000", "#0f3d26", "#156b3f", "#2ecc71", "#ffb020", "#ff5a60", "#202020"),
    strip_text=("#ffffff", "#ffffff", "#ffffff", "#000000", "#000000", "#000000", "#ffffff"),
    hatch="#c0c0c0",
    projects=(
        Pair("#00264d", "#b3d9ff"),
        Pair("#33004d", "#e6b3ff"),
        Pair("#00332e", "#99ffee"),
        Pair("#402000", "#ffcc99"),
        Pair("#4d001f", "#ffb3cc"),
        Pair("#1a3300", "#ccff99"),
    ),
    avatars=tuple(Pair("#000000", "#ffffff") for _ in _AVATARS),
    outline=True,
)

THEMES = {Look.LIGHT: LIGHT, Look.DARK: DARK, Look.CONTRAST: CONTRAST}


def palette(theme: Theme) -> QPalette:
    """The Qt palette that native widgets around the timeline are drawn with."""
    roles = {
        QPalette.ColorRole.Window: theme.side,
        QPalette.ColorRole.WindowText: theme.text,
        QPalette.ColorRole.Base: theme.background,
        QPalette.ColorRole.AlternateBase: theme.side,
        QPalette.ColorRole.Text: theme.text,
        QPalette.ColorRole.Button: theme.background,
        QPalette.ColorRole.ButtonText: theme.text,
        QPalette.ColorRole.BrightText: theme.red,
        QPalette.ColorRole.ToolTipBase: theme.background,
        QPalette.ColorRole.ToolTipText: theme.text,
        QPalette.ColorRole.PlaceholderText: theme.muted,
        QPalette.ColorRole.Highlight: theme.accent,
        QPalette.ColorRole.HighlightedText: theme.on_accent,
        QPalette.ColorRole.Link: theme.link,
        QPalette.ColorRole.Light: theme.background,
        QPalette.ColorRole.Midlight: theme.line,
        QPalette.ColorRole.Mid: theme.line,
        QPalette.ColorRole.Dark: theme.muted,
        QPalette.ColorRole.Shadow: theme.line,
    }
    made = QPalette()
    for role, colour in roles.items():
        made.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText, QPalette.ColorRole.WindowText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.muted))
    return made


class Themes(QObject):
    """The theme in force.

    Signals: changed(Theme) after it was switched, by hand or by the system.
    """

    changed = Signal(object)

    def __init__(self, application: QApplication, look: Look = Look.SYSTEM) -> None:
        super().__init__(application)
        self._application = application
        self._look = look
        if application.style().objectName() != "fusion":  # setting it again polishes every widget there is
            application.setStyle("Fusion")
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_system)
        self.current = self._resolve()
        self._apply()

    @property
    def look(self) -> Look:
        return self._look

    def choose(self, look: Look) -> None:
        """Switch by hand, or back to following the system."""
        self._look = look
        self._switch()

    def _follow_system(self) -> None:
        if self._look is Look.SYSTEM:
            self._switch()

    def _switch(self) -> None:
        theme = self._resolve()
        if theme is not self.current:
            self.current = theme
            self._apply()
            self.changed.emit(theme)

    def _resolve(self) -> Theme:
        if self._look is not Look.SYSTEM:
            return THEMES[self._look]
        dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return DARK if dark else LIGHT

    def _apply(self) -> None:
        self._application.setPalette(palette(self.current))
