"""The icons: our own drawings, in the colours of the theme, crisp at 100 to 250 %, no cost before the first paint."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon
from PySide6.QtWidgets import QApplication, QToolButton

from planner_gui.ui.icons import icon
from planner_gui.ui.theme import Look, Theme, Themes
from planner_gui.ui.window import MainWindow

DRAWINGS = sorted(path for path in Path("resources/icons").glob("*.svg") if path.stem != "planner-gui")
SIDE = 16


def colours(shown: QIcon, mode: QIcon.Mode, state: QIcon.State) -> set[str]:
    """The colours of a drawing where it covers a pixel wholly, or as good as."""
    image = shown.pixmap(QSize(SIDE, SIDE), 4.0, mode, state).toImage()
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return {pixel.name() for pixel in pixels if pixel.alpha() > 250}


def close_to(found: set[str], wanted: str) -> bool:
    """Premultiplied colours are rounded."""
    return bool(found) and all(
        abs(a - b) <= 2
        for each in found
        for a, b in zip(QColor(each).getRgb(), QColor(wanted).getRgb(), strict=True)  # type: ignore[call-overload]
    )


@pytest.mark.parametrize("look", [Look.LIGHT, Look.DARK, Look.CONTRAST])
def test_every_drawing_takes_the_colours_of_the_theme_in_force(qapp: QApplication, look: Look) -> None:
    shown = [icon(path.stem) for path in DRAWINGS]
    theme: Theme = Themes(qapp, look).current
    for each in shown:
        assert close_to(colours(each, QIcon.Mode.Normal, QIcon.State.Off), theme.text)
        assert close_to(colours(each, QIcon.Mode.Normal, QIcon.State.On), theme.link)
        assert close_to(colours(each, QIcon.Mode.Disabled, QIcon.State.On), theme.muted)


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5, 2.0, 2.5])
def test_an_icon_is_drawn_with_the_pixels_of_the_screen(qapp: QApplication, scale: float) -> None:
    for path in DRAWINGS:
        made = icon(path.stem).pixmap(QSize(SIDE, SIDE), scale)
        assert (made.width(), made.devicePixelRatio()) == (SIDE * scale, scale)


def test_the_drawings_are_lines_of_one_colour_and_nothing_else() -> None:
    assert len(DRAWINGS) >= 10
    for path in DRAWINGS:
        root = ElementTree.parse(path).getroot()
        tags = {element.tag.rpartition("}")[2] for element in root.iter()}
        assert tags <= {"svg", "title", "path", "rect", "circle"}, path
        assert set(re.findall(r"#\w+", path.read_text())) == {"#000"}, path


def test_every_drawing_is_on_a_button_and_every_button_says_its_name(window: MainWindow) -> None:
    used = {action.text() for action in window.actions_.all() if not action.icon().isNull()}
    assert used >= {"Back", "Forward", "Sync now", "Findings", "As table", "Inspector"}
    for button in window.tool_bar.findChildren(QToolButton):
        if not button.icon().isNull():
            assert button.accessibleName() or button.text(), "an icon alone says nothing to a screen reader"
            assert button.toolTip()


def test_where_there_is_no_drawing_there_is_no_icon_and_the_button_keeps_its_words(qapp: QApplication) -> None:
    assert icon("no-such-drawing").isNull()


def test_a_window_is_made_without_reading_a_drawing() -> None:
    script = """
import sys
from PySide6.QtWidgets import QApplication
application = QApplication([])
from planner_gui.ui.theme import Look, Themes
from planner_gui.ui.window import MainWindow
window = MainWindow("Northwind", Themes(application, Look.LIGHT))
print("PySide6.QtSvg" in sys.modules)
window.grab()
print("PySide6.QtSvg" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout.split()) == (0, ["False", "True"]), done.stderr
