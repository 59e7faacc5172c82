"""C9: a reading without its distant past; what is still open stays, and the rest is as it was."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from planner_gui.domain.capacity import table
from planner_gui.domain.retention import without_past
from planner_gui.domain.snapshot import Snapshot
from tests.domain import cases
from tests.domain.cases import booking, plan_of, task, timed

READ = cases.span("2026-06-01..2027-05-31")
BEFORE = date(2026, 10, 1)


def reading(*items: Any) -> Snapshot:
    return cases.snapshot("tempo", items, read=READ)


def titles(snapshot: Snapshot | None) -> list[str]:
    assert snapshot is not None
    return sorted(snapshot.texts[int(number)] for number in snapshot.columns["title"])


def test_what_ended_before_goes_with_its_texts_and_what_reaches_over_stays_whole() -> None:
    old = reading(
        booking("ana", "2026-07-01..2026-09-30", ref="1", title="Gone"),
        booking("ana", "2026-09-01..2026-10-01", ref="2", title="Reaches over"),
        booking("bo", "2026-11-02", ref="3", title="Later"),
    )
    new = without_past(old, BEFORE)
    assert titles(new) == ["Later", "Reaches over"]
    assert new is not None
    assert b"Gone" not in new.texts.block
    assert new.span.start == BEFORE
    assert new.read_at == old.read_at
    assert new.accounts == old.accounts


def test_an_open_task_stays_however_late_and_one_that_is_done_goes() -> None:
    old = reading(
        task("ana", "2026-06-01", "2026-07-01", 600, ref="1", title="Overdue"),
        task("ana", "2026-06-01", "2026-07-01", 0, ref="2", title="Done"),
        task("ana", None, None, 0, ref="3", title="Undated"),
    )
    assert titles(without_past(old, BEFORE)) == ["Overdue", "Undated"]


def test_the_numbers_of_the_dates_that_stay_are_the_same() -> None:
    old = reading(
        booking("ana", "2026-07-01..2026-07-03", ref="1", commitment=50.0),
        booking("ana", "2026-07-06..2026-07-07", ref="2", commitment=100.0, rule="WEEKLY", until=date(2026, 12, 1)),
        booking("bo", "2026-09-28..2026-10-02", ref="3", seconds=144_000.0),
        timed("bo", "2026-08-03 10:00", "2026-08-03 11:00", ref="e0"),
        timed("bo", "2026-11-18 10:00", "2026-11-18 11:30", "vacation", ref="e1"),
    )
    new = without_past(old, BEFORE)
    assert new is not None
    assert new.rows < old.rows
    everybody, span = np.arange(2, dtype=np.int32), cases.span("2026-10-01..2027-05-31")
    was, now = (table(plan_of([each]), everybody, span) for each in (old, new))
    assert (was.load == now.load).all()
    assert (was.capacity == now.capacity).all()
    assert was.load.any()


def test_a_reading_of_later_dates_is_itself_and_one_of_the_past_alone_is_none() -> None:
    old = reading(booking("ana", "2026-07-01"))
    assert without_past(old, date(2026, 6, 1)) is old
    assert without_past(old, date(2027, 6, 1)) is None


def test_without_old_rows_only_the_dates_are_cut() -> None:
    old = reading(booking("ana", "2026-11-02"))
    new = without_past(old, BEFORE)
    assert new is not None
    assert (new.span.start, new.columns) == (BEFORE, old.columns)
