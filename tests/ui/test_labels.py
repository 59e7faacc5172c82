"""Labels are cut between letters, never wider than their place; hostile letters are shown as what they are (U5)."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFont, QFontMetricsF
from pytestqt.qtbot import QtBot

from planner_gui.ui.timeline.labels import Labels

LATIN, CYRILLIC, ARABIC, ACCENTS = (
    "Work package 42",
    "Рабочий пакет",
    "حزمة العمل الكبيرة",
    "Cafe\u0301 au lait a\u0301",
)


@pytest.fixture
def labels(qtbot: QtBot) -> Labels:
    return Labels(QFont())


def shown(labels: Labels, text: str, width: float, least: int = 2) -> str:
    return labels._fit("normal", text, width, least)[0]


@pytest.mark.parametrize("text", [LATIN, CYRILLIC, ARABIC, ACCENTS])
def test_a_label_never_takes_more_than_its_place(labels: Labels, text: str) -> None:
    metrics = QFontMetricsF(labels.fonts["normal"])
    for width in range(0, 200, 7):
        found, wide = labels._fit("normal", text, width, 2)
        assert wide <= width
        assert metrics.horizontalAdvance(found) <= width + 1  # pairs of letters may stand a hair further apart
        assert found in ("", text) or found.endswith("\N{HORIZONTAL ELLIPSIS}")


def test_a_label_that_fits_is_whole(labels: Labels) -> None:
    wide = labels.width("normal", LATIN)
    assert shown(labels, LATIN, wide + 1) == LATIN
    assert shown(labels, f"  {LATIN} \n", wide + 1) == LATIN


def test_an_ellipsis_alone_says_nothing(labels: Labels) -> None:
    dots = labels.width("normal", "\N{HORIZONTAL ELLIPSIS}")
    one = dots + labels.width("normal", "W") + 1
    assert shown(labels, LATIN, dots) == ""
    assert shown(labels, LATIN, one) == ""
    assert shown(labels, LATIN, one, least=1) == "W\N{HORIZONTAL ELLIPSIS}"
    assert shown(labels, LATIN, labels.width("normal", "W") + 1, least=1) == "W"


def test_accents_stay_on_their_letters(labels: Labels) -> None:
    for width in range(200):
        found = shown(labels, ACCENTS, width, least=1)
        assert not found.startswith("\u0301")
        assert not found.endswith("e\N{HORIZONTAL ELLIPSIS}")


def test_a_letter_that_turns_the_text_round_is_shown_as_a_box(labels: Labels) -> None:
    assert "\u202e" not in shown(labels, "pay\u202e gnp.exe", 500)
