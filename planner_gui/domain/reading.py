"""From pages to a Snapshot: entities become rows, series become occurrences, a partial reading is merged."""

from __future__ import annotations

from datetime import datetime, tzinfo

from planner_gui.domain.entities import Page, Span
from planner_gui.domain.snapshot import Snapshot


class Reading:
    """Collects the pages of one connection's reading; cheap to add to, so that no step holds the GUI thread (V3).

    span: the dates asked for; items that touch none of them are left out. zone: for the dates of timed events.
    Duplicate ids count once (V4).
    """

    def __init__(self, connection: str, kind: str, span: Span, zone: tzinfo) -> None:
        raise NotImplementedError

    def add(self, page: Page) -> None:
        """Take in a page."""
        raise NotImplementedError

    @property
    def items(self) -> int:
        """Items taken in so far, for progress."""
        raise NotImplementedError

    def finish(self, read_at: datetime) -> Snapshot:
        """The whole reading; raw record numbers start at 0."""
        raise NotImplementedError


def merge(old: Snapshot, new: Snapshot) -> Snapshot:
    """`new` laid over `old`: its dates replace those of `old`, the rest of `old` stays (cli.md, the workspace folder).

    Rows of a resource that `new` could not read stay from `old`, flagged STALE (C8). Raw record numbers of `new` are
    moved behind those of `old`; `raw_chunks` holds only new chunks.
    """
    raise NotImplementedError


def vanished(old: Snapshot, new: Snapshot) -> tuple[int, int] | None:
    """(gone, had) where `new` would remove more than 30 % and more than 20 objects, or all of them (C7); else None.

    Only objects that touch dates both readings cover are compared, by kind and external id.
    """
    raise NotImplementedError
