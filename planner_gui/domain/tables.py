"""Rows become columns: the dense table, the sparse tables beside it, and the matrix of reported schedules.

Appending is cheap and the conversion to arrays happens block by block, so that neither a page nor the end of a reading
is a long step. What a value means is `snapshot`'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner_gui.domain.rows import NO_EXTRA, Extra, Row
from planner_gui.domain.snapshot import COLUMNS, NO_DAY, Schedules, Series, Timed

NOT_SAID = -1  # a day of which the service reported no schedule
ScheduleRow = tuple[int, int, NDArray[np.int16]]  # account, first day, minutes a day


class Columns:
    """Grows by rows, ends as arrays."""

    def __init__(self) -> None:
        self._rows = 0
        self._open: list[Row] = []
        self._blocks: list[NDArray[np.int32]] = []
        self._timed: list[tuple[int, int, int]] = []
        self._series: list[tuple[int, int, int, int]] = []

    def append(self, row: Row, extra: Extra) -> None:
        """Add a row behind the others."""
        self._open.append(row)
        if extra is not NO_EXTRA:
            if extra.start_minute is not None and extra.end_minute is not None:
                self._timed.append((self._rows, extra.start_minute, extra.end_minute))
            if extra.occurrence is not None or extra.first_start != NO_DAY:
                occurrence = NO_DAY if extra.occurrence is None else extra.occurrence
                self._series.append((self._rows, occurrence, extra.first_start, extra.first_end))
        self._rows += 1

    def close_block(self) -> None:
        """Turn the rows added since the last block into an array."""
        if self._open:
            flat = np.fromiter(chain.from_iterable(self._open), np.int32, len(self._open) * len(COLUMNS))
            self._blocks.append(flat.reshape(-1, len(COLUMNS)))
            self._open.clear()

    def finish(self) -> dict[str, NDArray[Any]]:
        """All rows as the columns of COLUMNS."""
        self.close_block()
        table = np.concatenate([np.zeros((0, len(COLUMNS)), np.int32), *self._blocks])
        return {name: table[:, i].astype(dtype) for i, (name, dtype) in enumerate(COLUMNS.items())}

    def timed(self) -> Timed:
        """The timed events among the rows."""
        table = np.array(self._timed, np.int64).reshape(-1, 3)
        return Timed(table[:, 0].astype(np.int32), table[:, 1].copy(), table[:, 2].copy())

    def series(self) -> Series:
        """The later occurrences and the clipped rows among the rows."""
        table = np.array(self._series, np.int32).reshape(-1, 4)
        return Series(*(table[:, i].copy() for i in range(4)))


def join_schedules(rows: Sequence[ScheduleRow], index: NDArray[np.int32]) -> Schedules:
    """One matrix of every schedule, accounts by `index`; where two speak of one day, the later one counts."""
    if not rows:
        return Schedules(np.zeros(0, np.int32), 0, np.zeros((0, 0), np.int16))
    start = min(first for _, first, _ in rows)
    days = max(first + len(minutes) for _, first, minutes in rows) - start
    at = {account: i for i, account in enumerate(dict.fromkeys(account for account, _, _ in rows))}
    matrix = np.full((len(at), days), NOT_SAID, np.int16)
    for account, first, minutes in rows:
        part = matrix[at[account], first - start : first - start + len(minutes)]
        np.copyto(part, minutes, where=minutes != NOT_SAID)
    return Schedules(index[np.array(list(at), np.int32)], start, matrix)
