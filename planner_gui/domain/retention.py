"""A reading without its distant past (C9): what ended before a date goes, what is still open stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from planner_gui.domain.entities import Kind, Span
from planner_gui.domain.merging import TEXT_COLUMNS
from planner_gui.domain.snapshot import NO_DAY, Flag, Part, Series, Snapshot, Texts, Timed, day_number

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]


def without_past(snapshot: Snapshot, before: date) -> Snapshot | None:
    """The reading without rows that ended before a date, and without those dates; itself where there are none.

    Tasks that are not done stay however late they are, and so do items without dates. None where every date of the
    reading is past. The texts of what went are gone, too; raw records go where no row of their chunk is left.
    """
    if snapshot.span.end < before:
        return None
    if snapshot.span.start >= before:
        return snapshot
    parts = tuple(
        Part(Span(max(part.span.start, before), part.span.end), part.read_at)
        for part in snapshot.parts
        if part.span.end >= before
    )
    kept = np.flatnonzero(_stays(snapshot, day_number(before)))
    if len(kept) == snapshot.rows:
        return replace(snapshot, parts=parts)
    columns = {name: column[kept] for name, column in snapshot.columns.items()}
    texts, at = _texts(snapshot.texts, [columns[name] for name in TEXT_COLUMNS])
    columns.update({name: at[columns[name]] for name in TEXT_COLUMNS})
    timed, series = snapshot.timed, snapshot.series
    in_timed, timed_row = _entries(timed.row, kept)
    in_series, series_row = _entries(series.row, kept)
    return replace(
        snapshot,
        parts=parts,
        columns=columns,
        texts=texts,
        timed=Timed(timed_row, timed.start_minute[in_timed], timed.end_minute[in_timed]),
        series=Series(
            series_row,
            series.occurrence[in_series],
            series.first_start[in_series],
            series.first_end[in_series],
        ),
    )


def _stays(snapshot: Snapshot, before: int) -> NDArray[np.bool_]:
    columns = snapshot.columns
    last = np.maximum(columns["start"], columns["end"])  # NO_DAY is before every day
    task = columns["kind"] == Kind.TASK
    open_task = task & (columns["amount"] > 0) & (columns["flags"] & np.uint16(Flag.ARCHIVED) == 0)
    stays: NDArray[np.bool_] = (last >= before) | (last == NO_DAY) | open_task
    return stays


def _entries(table: Int32, kept: Int64) -> tuple[NDArray[np.bool_], Int32]:
    """Which entries of a sparse table stay, and the rows they are of now."""
    inside = np.isin(table, kept)
    return inside, np.searchsorted(kept, table[inside]).astype(np.int32)


def _texts(texts: Texts, columns: list[Int32]) -> tuple[Texts, Int32]:
    """Only the texts that are still used, and where each one is now."""
    used = np.zeros(len(texts), np.bool_)
    used[0] = True  # the empty text
    for column in columns:
        used[column] = True
    at = (np.cumsum(used) - 1).astype(np.int32)
    return Texts.of([texts[number] for number in np.flatnonzero(used).tolist()]), at
