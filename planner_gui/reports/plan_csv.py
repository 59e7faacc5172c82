"""The items of a plan as CSV: the keys of the JSON items as columns, in that order (docs/cli.md).

Text that a spreadsheet would run as a formula is made harmless (X1): it starts with an apostrophe and is quoted.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from planner_gui.reports.plan_json import ITEM_KEYS

_STARTS_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")
# What spreadsheets skip before they look: white space, byte order mark, zero-width characters.
_SKIPPED = " \u00a0\ufeff\u200b\u200c\u200d\u2060\u180e\u3000"


def as_csv(items: Iterable[Mapping[str, Any]]) -> str:
    """A header and one line an item; numbers and dates stay plain, None is empty."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC)  # text quoted, numbers not (X1)
    writer.writerow(ITEM_KEYS)
    for item in items:
        writer.writerow([harmless(value) if isinstance(value, str) else value for value in map(item.get, ITEM_KEYS)])
    return out.getvalue()


def harmless(text: str) -> str:
    """The text as a cell that no spreadsheet runs (X1); a NUL, which ends a cell in some, is left out."""
    text = text.replace("\0", "")
    seen = text.lstrip(_SKIPPED)
    return f"'{text}" if seen[:1] in _STARTS_FORMULA and seen else text
