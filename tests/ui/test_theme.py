"""Every colour of text on every colour it stands on keeps 4.5 : 1."""

from __future__ import annotations

import pytest

from planner_gui.ui.theme import CONTRAST, DARK, LIGHT, Theme


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def pairs(theme: Theme) -> list[tuple[str, str, str]]:
    made = [(f"project {i}", pair.text, pair.fill) for i, pair in enumerate(theme.projects)]
    made += [(f"avatar {i}", pair.text, pair.fill) for i, pair in enumerate(theme.avatars)]
    made += [
        (f"strip {i}", text, fill) for i, (text, fill) in enumerate(zip(theme.strip_text, theme.strip, strict=True))
    ]
    made += [("text on a weekend", theme.text, theme.weekend)]
    for ground in (theme.background, theme.side):
        made += [(f"text on {ground}", theme.text, ground), (f"muted on {ground}", theme.muted, ground)]
        made += [(f"red on {ground}", theme.red, ground), (f"orange on {ground}", theme.orange, ground)]
        made += [(f"accent on {ground}", theme.link, ground)]
    made += [("text on accent", theme.on_accent, theme.accent), ("today pill", theme.background, theme.red)]
    made += [("text on away", theme.text, theme.strip[6])]
    return made


@pytest.mark.parametrize("theme", [LIGHT, DARK, CONTRAST], ids=lambda theme: theme.name)
def test_text_keeps_its_contrast_on_every_fill(theme: Theme) -> None:
    weak = {name: round(contrast(text, fill), 2) for name, text, fill in pairs(theme) if contrast(text, fill) < 4.5}
    assert not weak


def test_a_project_keeps_its_colour_in_every_run_and_case() -> None:
    assert LIGHT.project("Orion") == LIGHT.project("ORION")
    assert LIGHT.project("Orion").fill in {pair.fill for pair in LIGHT.projects}
    assert LIGHT.projects.index(LIGHT.project("Atlas")) == DARK.projects.index(DARK.project("Atlas"))
