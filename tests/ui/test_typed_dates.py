"""Dates as people type them, from Monday 16 November 2026."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import QLocale

from planner_gui.ui.typed_dates import typed_date

TODAY = date(2026, 11, 16)
ENGLISH = QLocale("en_GB")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("today", "2026-11-16"),
        ("tomorrow", "2026-11-17"),
        ("2027-02-28", "2027-02-28"),
        ("+2w", "2026-11-30"),
        ("-3", "2026-11-13"),
        ("+1m", "2026-12-16"),
        ("-1y", "2025-11-16"),
        ("mon", "2026-11-16"),
        ("Fri", "2026-11-20"),
        ("sunday", "2026-11-22"),
        ("1 Dec", "2026-12-01"),
        ("1 December 2027", "2027-12-01"),
        ("24.12.", "2026-12-24"),
        ("24.12.2025", "2025-12-24"),
        ("15 Jan", "2027-01-15"),
        ("15 Oct", "2026-10-15"),
    ],
)
def test_what_is_typed_is_the_day_that_is_meant(text: str, expected: str) -> None:
    assert typed_date(text, TODAY, ENGLISH) == date.fromisoformat(expected)


@pytest.mark.parametrize("text", ["", "soon", "32.1.", "2026-13-01", "+", "+99999w", "-9999y", "30 Feb"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert typed_date(text, TODAY, ENGLISH) is None


def test_the_end_of_a_short_month_is_its_last_day() -> None:
    assert typed_date("+1m", date(2027, 1, 31), ENGLISH) == date(2027, 2, 28)


def test_weekdays_are_known_in_the_users_language_and_in_english() -> None:
    german = QLocale("de_DE")
    assert typed_date("Mittwoch", TODAY, german) == typed_date("wed", TODAY, german) == date(2026, 11, 18)
