"""4.5 : 1 for every text on its ground, found where they are used: the style sheet, the palette, what is painted."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest
from PySide6.QtGui import QPalette

from planner_gui.ui.style import edge, style_sheet
from planner_gui.ui.theme import CONTRAST, DARK, LIGHT, Theme, blend, palette
from tests.ui.test_theme import contrast

THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK, CONTRAST], ids=lambda theme: theme.name)
ENOUGH = 4.5
SHAPE = 3.0  # of what is no text but must be told apart: a dot, an edge of the focus
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_COLOUR = re.compile(r"(?<![-\w])(color|background|selection-color|selection-background-color): (#\w{6})")


def rules(theme: Theme) -> list[tuple[str, dict[str, str]]]:
    """Selectors and their colours, of the style sheet as Qt gets it."""
    found = [(" ".join(head.split()), dict(_COLOUR.findall(body))) for head, body in _RULE.findall(style_sheet(theme))]
    return [(head, colours) for head, colours in found if colours]


def weak(pairs: list[tuple[str, str, str]], least: float = ENOUGH) -> dict[str, float]:
    return {name: round(contrast(one, two), 2) for name, one, two in pairs if contrast(one, two) < least}


@THEMES
def test_every_rule_of_the_style_sheet_can_be_read(theme: Theme) -> None:
    """A rule without a ground of its own stands on the window's or a panel's."""
    pairs = []
    for head, colours in rules(theme):
        if "color" in colours:
            grounds = [colours["background"]] if "background" in colours else [theme.background, theme.side]
            pairs += [(f"{head} on {ground}", colours["color"], ground) for ground in grounds]
        if "selection-color" in colours:
            pairs.append((f"{head}, chosen", colours["selection-color"], colours["selection-background-color"]))
    assert len(pairs) > 40
    assert not weak(pairs)


@THEMES
def test_the_style_sheet_names_no_colour_of_its_own(theme: Theme) -> None:
    """Each is the theme's, or made of two of its colours."""
    own = {value for field in fields(theme) if isinstance(value := getattr(theme, field.name), str)}
    mixed = {blend(theme.background, theme.accent, 0.12), edge(theme)}
    used = set(re.findall(r"#[0-9a-fA-F]{6}\b", style_sheet(theme)))
    assert used <= own | mixed


@THEMES
def test_native_widgets_can_be_read(theme: Theme) -> None:
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    made = palette(theme)
    used = [
        (role.WindowText, role.Window),
        (role.Text, role.Base),
        (role.Text, role.AlternateBase),
        (role.ButtonText, role.Button),
        (role.ToolTipText, role.ToolTipBase),
        (role.PlaceholderText, role.Base),
        (role.HighlightedText, role.Highlight),
        (role.Link, role.Base),
        (role.Link, role.Window),
        (role.BrightText, role.Window),
    ]
    assert not weak(
        [
            (f"{state.name} {text.name}", made.color(state, text).name(), made.color(state, ground).name())
            for state in (group.Active, group.Inactive, group.Disabled)
            for text, ground in used
        ]
    )


@THEMES
def test_what_is_no_text_is_told_apart_too(theme: Theme) -> None:
    grounds = (theme.background, theme.side)
    pairs = [(f"{name} on {at}", getattr(theme, name), at) for at in grounds for name in ("accent", "today")]
    assert not weak(pairs, SHAPE)


@THEMES
def test_a_services_own_colour_always_shows_as_a_line(theme: Theme) -> None:
    for colour in ("#ffffff", "#000000", "#fffff0", "#ffff00", "#0000ff", "#808080", theme.background, theme.side):
        assert contrast(theme.soft(colour), theme.background) > 1.25, colour
