"""People by the status of their tasks: one heading a status and place, for two Jiras never share one.

Seed 002: "tasks from two different Jiras can't be grouped into unified groups". A place is a Jira site, or a connection
of a service that is in no Jira. Knows no widget.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planner_gui.domain.distinct import distinct
from planner_gui.domain.entities import Kind
from planner_gui.domain.plan import Plan
from planner_gui.domain.snapshot import Flag

Int32 = NDArray[np.int32]

_GONE = int(Flag.ARCHIVED | Flag.PENDING_DELETE)


def by_status(plan: Plan) -> dict[str, Int32]:
    """Who has a task of each status, ascending; archived tasks are left out. Without a status nobody is in it.

    The place is named where there is more than one: "In progress · labs".
    """
    columns, count = plan.columns, len(plan.people)
    tasks = (columns["kind"] == Kind.TASK) & (columns["person"] < count)
    rows = np.flatnonzero(tasks & (columns["flags"].astype(np.int32) & _GONE == 0))
    text, connection = plan.gather(rows, "item"), columns["connection"][rows]
    rows, connection, text = rows[text > 0], connection[text > 0], text[text > 0]
    places = _places(plan, distinct(connection).tolist())
    several = len(set(places.values())) > 1
    found: dict[str, list[Int32]] = {}
    for number, place in places.items():
        here = connection == number
        for status in distinct(text[here]).tolist():
            name = plan.snapshots[number].texts[status]
            people = columns["person"][rows[here & (text == status)]]
            found.setdefault(f"{name} \N{MIDDLE DOT} {place}" if several else name, []).append(people)
    return {name: distinct(np.concatenate(people)) for name, people in found.items()}


def _places(plan: Plan, numbers: list[int]) -> dict[int, str]:
    """The place of each of some snapshots, by name: a site's own, else its first connection's."""
    named: dict[tuple[str, str], str] = {}
    places = {}
    for number in numbers:
        snapshot = plan.snapshots[number]
        site = plan.rules.sites.get(snapshot.connection, "")
        of_jira = snapshot.kind == "bigpicture"
        key = ("jira", site) if of_jira else ("own", snapshot.connection)
        places[number] = named.setdefault(key, site if of_jira and site else snapshot.connection)
    return places
