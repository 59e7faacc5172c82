"""Time zones of people: which one each lives by, and on which of its days a moment lies.

A timed event is on the dates of its person's zone, else the workspace's (docs/capacity.md, Load 6). A reading keeps
moments; the dates are worked out here, so that another zone needs no new reading.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, tzinfo

import numpy as np
from numpy.typing import NDArray

from planner_gui.domain.distinct import distinct
from planner_gui.domain.plan import Person, Rules
from planner_gui.domain.snapshot import Snapshot, day_date

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]

_DAY = 24 * 60


@dataclass(frozen=True, eq=False, slots=True)
class Zones:
    """used: every zone in use, the workspace's first. of: for each person, and nobody at the end, which of them."""

    used: tuple[tzinfo, ...]
    of: Int32

    def take(self, people: Int32) -> Zones:
        """Those of some people, and nobody."""
        return Zones(self.used, np.append(self.of[people], np.int32(0)))


def zones_of(people: Sequence[Person], rules: Rules) -> Zones:
    """Everybody's zone: what was entered for one of their accounts, else the workspace's."""
    own = rules.working_time.zone_of
    used: dict[tzinfo, int] = {rules.zone: 0}
    of = np.zeros(len(people) + 1, np.int32)
    if own:  # else a look at each of 10,000 would be for nothing
        for at, person in enumerate(people):
            zone = next((own[ref] for ref in person.accounts if ref in own), rules.zone)
            of[at] = used.setdefault(zone, len(used))
    return Zones(tuple(used), of)


def dated(snapshot: Snapshot, person: Int32, zones: Zones) -> Snapshot:
    """The reading with each timed row on the dates of its person's zone; the same object where nothing is different.

    person: of each account, and nobody at the end (-1 is nobody, too).
    """
    timed = snapshot.timed
    if not len(timed.row):
        return snapshot
    given = snapshot.columns
    zone = zones.of[person[given["account"][timed.row]]]
    first, last = given["start"][timed.row], given["end"][timed.row]
    begin, end = days_of(timed.start_minute, timed.end_minute, zone, zones.used)
    if np.array_equal(first, begin) and np.array_equal(last, end):
        return snapshot
    start, until = given["start"].copy(), given["end"].copy()
    start[timed.row], until[timed.row] = begin, end
    return replace(snapshot, columns={**given, "start": start, "end": until})


def days_of(begin: Int64, end: Int64, zone: Int32, used: Sequence[tzinfo]) -> tuple[Int32, Int32]:
    """The first and the last day number of intervals in minutes since the epoch, end exclusive, each in its zone.

    One without a length is on the day it begins; one that ends before it begins keeps both days, for it is shown (V5).
    """
    last = np.where(end > begin, end - 1, end)
    if len(used) == 1:
        return _days(begin, used[0]), _days(last, used[0])
    first_day, last_day = np.empty(len(begin), np.int32), np.empty(len(begin), np.int32)
    for number in distinct(zone):
        here = zone == number
        first_day[here], last_day[here] = _days(begin[here], used[number]), _days(last[here], used[number])
    return first_day, last_day


def _days(minutes: Int64, zone: tzinfo) -> Int32:
    """The day number of each minute in a zone: that of UTC, or a neighbour, for no zone is a whole day away from it."""
    days = minutes // _DAY
    lowest = int(days.min()) - 1
    at = (days - lowest).astype(np.intp)
    asked = np.zeros(int(at.max()) + 2, np.bool_)
    asked[at] = asked[at + 1] = True  # few of the days in between: a reading may hold an event of long ago
    numbers = np.flatnonzero(asked)
    marks = np.zeros(len(asked), np.int64)
    marks[numbers] = begins(zone, (numbers + lowest).tolist())
    days += minutes >= marks[at + 1]
    days -= minutes < marks[at]
    return days.astype(np.int32)


def begins(zone: tzinfo, days: Iterable[int]) -> Int64:
    """The minute since the epoch at which each day begins in a zone (D1, D4).

    Where clocks skip midnight the day begins with its first instant.
    """
    instants = (datetime.combine(day_date(day), time(), zone) for day in days)
    return np.array([int(instant.timestamp() // 60) for instant in instants], np.int64)
