"""What a bar says and which form it has, in whatever colours: worked out once for a plan, many items at a time."""

from __future__ import annotations

from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from planner_gui.domain.doubles import bars_of
from planner_gui.domain.entities import CountsAs, Kind
from planner_gui.domain.plan import Plan
from planner_gui.domain.snapshot import Flag

# Plain numbers: a member of an enum costs a call each time it is named, and a frame has hundreds of bars.
AWAY, ALLOCATION, EVENT, TASK = (int(k) for k in (Kind.ABSENCE, Kind.ALLOCATION, Kind.EVENT, Kind.TASK))
_COUNTS_AWAY = (int(CountsAs.ABSENCE), int(CountsAs.DUPLICATE))
_AGAIN = int(Flag.RECURRING | Flag.OCCURRENCE)
_PENDING = int(Flag.PENDING_CREATE | Flag.PENDING_UPDATE | Flag.PENDING_DELETE)
_MOST = 20_000
# BigPicture's five types as its own window words them; an unknown one is shown as it came (vendors: absences).
_ABSENCES = {
    "HOLIDAY": "Holiday",
    "LEAVE AT REQUEST": "Leave at request",
    "MATERNITY LEAVE": "Maternity leave",
    "SICK LEAVE": "Sick leave",
    "OTHER REASON": "Other reason",
}


class Facts(NamedTuple):
    """What a bar says of its item."""

    form: int  # AWAY, ALLOCATION, EVENT or TASK: whatever kind of record says that somebody is away
    text: str
    done: int  # of a task, hundredths of a percent; -1: not said
    doubled: bool  # whether another service has the same absence, drawn in this bar
    pending: int  # the PENDING flags: edited here, not sent


_KNOWN: WeakKeyDictionary[Plan, dict[int, Facts]] = WeakKeyDictionary()


def facts(plan: Plan, row: int) -> Facts:
    """Of one item; ask for many at once by `learn`."""
    known = _KNOWN.setdefault(plan, {})
    if row not in known:
        learn(plan, np.array([row]))
    return known[row]


def learn(plan: Plan, rows: NDArray[np.int64]) -> None:
    """Have the facts of many rows, by a few looks into the plan's columns instead of some for each."""
    known = _KNOWN.setdefault(plan, {})
    if len(known) > _MOST:
        known.clear()
    missing = [row for row in rows.tolist() if row not in known]
    if not missing:
        return
    index = np.array(missing)
    columns = [plan.columns[name][index].tolist() for name in ("kind", "counts_as", "flags", "project", "connection")]
    given = [plan.gather(index, name).tolist() for name in ("title", "percent")]
    people = plan.columns["person"][index].tolist()
    for row, person, kind, counts, flags, project, at, words, percent in zip(
        missing, people, *columns, *given, strict=True
    ):
        form = AWAY if kind == AWAY or counts in _COUNTS_AWAY else kind
        about = plan.projects[project] if project >= 0 else ""
        text = _title(kind, _worded(plan.snapshots[at].texts[words]), about, percent, flags)
        if form == TASK:
            text = f"\N{BALLOT BOX WITH CHECK} {text}"
        holders = bars_of(plan, person).holder
        doubled = bool(holders) and row in holders.values()
        known[row] = Facts(form, text, percent if form == TASK else -1, doubled, flags & _PENDING)


def name_of(plan: Plan, row: int) -> str:
    """An item's title, BigPicture's types in plain words."""
    return _worded(plan.text(row, "title"))


def _worded(given: str) -> str:
    return _ABSENCES.get(given.upper().replace("_", " "), given)


def title(plan: Plan, row: int) -> str:
    """What a bar says: project, title and amount."""
    columns = plan.columns
    kind, project, flags = (int(columns[name][row]) for name in ("kind", "project", "flags"))
    about = plan.projects[project] if project >= 0 else ""
    return _title(kind, name_of(plan, row), about, plan.value(row, "percent"), flags)


def _title(kind: int, name: str, about: str, percent: int, flags: int) -> str:
    parts = [about] if about and about != name else []
    if name:
        parts.append(name)
    if kind == ALLOCATION and percent >= 0:
        parts.append(f"{percent / 100:g}%")
    if flags & _AGAIN and kind != EVENT:
        parts.append("\N{CLOCKWISE OPEN CIRCLE ARROW}")
    return " \N{MIDDLE DOT} ".join(parts)
