"""A partial reading laid over the last one, and the guard against a service that suddenly forgets (C7, C8)."""

from __future__ import annotations

from planner_gui.domain.snapshot import Snapshot


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
