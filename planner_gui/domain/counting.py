"""What each row of a snapshot does to its person's numbers (capacity.md, Load 2, 4, 6; Absence 3), as one column.

Which of several absences only repeats another is `absences`'; nothing here looks at dates or people.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from planner_gui.domain.entities import CalendarSource, CountsAs, Kind
from planner_gui.domain.plan import DEFAULT_EVENTS, Counting
from planner_gui.domain.snapshot import Flag, Snapshot

TEMPO_KINDS = frozenset({"tempo", "tempo-cloud"})


def default_tasks(kinds: Iterable[str]) -> CountsAs:
    """What tasks count as in a workspace with these kinds of connections, until the user says otherwise (Load 6)."""
    return CountsAs.LOAD if TEMPO_KINDS.isdisjoint(kinds) else CountsAs.SHOW


def event_counts_as(counting: Counting, connection: str, source: CalendarSource) -> CountsAs:
    """The setting of a calendar's event type, the most specific one that exists; an unknown type is only shown."""
    kind = source.type.strip().casefold()
    for key in ((connection, source.calendar_key, kind), (connection, "", kind), ("", "", kind)):
        if key in counting.events:
            return counting.events[key]
    return DEFAULT_EVENTS.get(kind, CountsAs.SHOW)


def counts_as(snapshot: Snapshot, counting: Counting, tasks: CountsAs) -> NDArray[np.int8]:
    """A CountsAs for each row, every absence as ABSENCE. tasks: for a connection whose tasks have no setting."""
    columns = snapshot.columns
    kind, flags = columns["kind"], columns["flags"]
    by_kind = np.zeros(len(Kind), np.int8)
    by_kind[Kind.ABSENCE] = CountsAs.ABSENCE
    by_kind[Kind.ALLOCATION] = CountsAs.LOAD
    by_kind[Kind.EVENT] = CountsAs.SHOW
    by_kind[Kind.TASK] = counting.tasks.get(snapshot.connection, tasks)
    result: NDArray[np.int8] = by_kind[kind]
    if snapshot.sources:
        by_source = [event_counts_as(counting, snapshot.connection, source) for source in snapshot.sources]
        events = np.flatnonzero(kind == Kind.EVENT)
        # Source -1, of an event without one, finds the last entry.
        result[events] = np.array([*by_source, CountsAs.SHOW], np.int8)[columns["source"][events]]
    off = [snapshot.texts.find(text) for connection, text in counting.time_off if connection == snapshot.connection]
    off = [number for number in off if number > 0]
    if off:
        marked = np.isin(columns["item"], off) | np.isin(columns["project"], off)
        result[marked & (kind == Kind.ALLOCATION)] = CountsAs.ABSENCE
    counted = (result == CountsAs.LOAD) | (result == CountsAs.ABSENCE)
    result[counted & (flags & np.uint16(Flag.BAD_DATES) != 0)] = CountsAs.SHOW
    # Of nobody: shown, in no person's load (Load 4); a team's plan is its reflections (Load 2).
    result[counted & (columns["account"] < 0)] = CountsAs.SHOW
    result[flags & np.uint16(Flag.TEAM_PARENT) != 0] = CountsAs.IGNORE
    return result
