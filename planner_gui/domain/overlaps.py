"""Absences that share days where their service lets a person have one at a time (BigPicture)."""

from __future__ import annotations

import numpy as np

from planner_gui.domain.edits import ItemKey
from planner_gui.domain.entities import Kind, Span
from planner_gui.domain.items import rows_of_item
from planner_gui.domain.plan import Plan
from planner_gui.domain.snapshot import Flag, Int64, day_date
from planner_gui.domain.wording import span_words


def overlapping(plan: Plan, key: ItemKey) -> Int64:
    """The other absences of the same account in the same connection that share days with one; without deleted ones."""
    found: list[int] = []
    for row in rows_of_item(plan, key).tolist():
        here = plan.rows_of(int(plan.columns["person"][row]))
        rows = np.arange(here.start, here.stop)
        columns = plan.columns
        near = (columns["kind"][rows] == Kind.ABSENCE) & (rows != row)
        near &= columns["flags"][rows] & np.uint16(Flag.PENDING_DELETE | Flag.BAD_DATES) == 0
        near &= (columns["start"][rows] <= columns["end"][row]) & (columns["end"][rows] >= columns["start"][row])
        owner = _account(plan, row)
        found += [other for other in rows[near].tolist() if _account(plan, other) == owner]
    return np.array(sorted(found), np.int64)


def words(plan: Plan, row: int) -> str:
    """An absence in a sentence: "the absence of 16 to 20 Nov 2026 (HOLIDAY)"."""
    start, end = (day_date(int(plan.columns[name][row])) for name in ("start", "end"))
    return f"the absence of {span_words(Span(start, end))} ({plan.text(row, 'type')})"


def _account(plan: Plan, row: int) -> tuple[str, str]:
    """Connection and key of a row's account, "" for none."""
    snapshot, at = plan.snapshots[int(plan.columns["connection"][row])], plan.value(row, "account")
    return snapshot.connection, snapshot.accounts[at].key.casefold() if at >= 0 else ""
