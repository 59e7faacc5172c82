"""The CSV: the items' keys as columns, and no cell that a spreadsheet runs (X1)."""

from __future__ import annotations

import csv
import io

import pytest

from planner_gui.reports.plan_csv import as_csv, harmless
from planner_gui.reports.plan_json import ITEM_KEYS

SKIPPED = ("", "  ", "\ufeff", "\u200b", "\u00a0")
FORMULAS = [
    *(skipped + start + "1" for skipped in SKIPPED for start in "=+-@"),
    *(start + "=1" for start in "\t\r\n"),
    *(start + "1" for start in "\uff1d\uff0b\uff0d\uff20"),
]


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def test_the_columns_are_the_items_keys_in_their_order() -> None:
    assert read(as_csv([]))[0] == list(ITEM_KEYS)


@pytest.mark.parametrize("text", FORMULAS, ids=ascii)
def test_X1_what_looks_like_a_formula_is_text_and_quoted(text: str) -> None:
    line = as_csv([{"title": text}])
    assert read(line)[1][ITEM_KEYS.index("title")] == "'" + text
    assert f'"\'{text}"' in line


def test_X1_numbers_stay_numbers_and_dates_dates() -> None:
    line = as_csv([{"minutes": -5, "percent": 12.5, "start": "2026-11-20", "occurrence": None}]).splitlines()[1]
    assert "-5" in line.split(",")
    assert "12.5" in line.split(",")
    assert '"2026-11-20"' in line


def test_plain_text_is_left_alone() -> None:
    for text in ("Orion", "R&D", "a=b", "1-2", "", " spaced"):
        assert harmless(text) == text


def test_a_text_with_quotes_commas_and_line_ends_survives() -> None:
    text = 'He said "go", then\nleft'
    assert read(as_csv([{"title": text}]))[1][ITEM_KEYS.index("title")] == text
