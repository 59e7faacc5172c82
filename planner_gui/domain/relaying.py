"""The next plan after one that has the changes laid over it already: only whom a new change touches is laid anew.

It gives what `overlay.overlaid` gives of all changes, for what few of them cost: a thousand pending changes make an
edit, or one step of a sending, hardly slower than none.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from planner_gui.domain.changes import Change
from planner_gui.domain.items import inherit
from planner_gui.domain.overlay import Edits, overlaid, spliced
from planner_gui.domain.plan import Plan
from planner_gui.domain.touching import concerning, is_shown, looks_alike, people_of, with_their_items

MOST_SNAPSHOTS = 64  # a plan counts them in a byte; and each is looked through for an item
FEW = 16  # changes at a time; of more, all are laid anew


def relaid(base: Plan, plan: Plan, before: Sequence[Change], after: Sequence[Change]) -> Plan:
    """`overlaid(base, after)`. plan: what `overlaid(base, before)` gave, or this did."""
    apart = _apart(before, after)
    if not apart:
        return plan
    if not any(is_shown(change) for change in after):
        return base
    if plan is base or len(apart) > FEW or len(plan.snapshots) > MOST_SNAPSHOTS:
        return overlaid(base, after)
    touched = _touched(base, before, after, apart)
    if not touched:
        return plan
    people = np.array(sorted(touched), np.int32)
    edits = Edits(base, concerning(base, after, touched))
    edits.keep(people)
    whole = spliced(plan, edits.part(people, plan), people)
    inherit(whole, base)
    return whole


def touched(base: Plan, before: Sequence[Change], after: Sequence[Change]) -> frozenset[int]:
    """Everybody whose rows may be others with other changes; len(base.people) for nobody."""
    return _touched(base, before, after, _apart(before, after))


def _touched(base: Plan, before: Sequence[Change], after: Sequence[Change], apart: frozenset[str]) -> frozenset[int]:
    return people_of(base, with_their_items(base, before, apart)) | people_of(
        base, with_their_items(base, after, apart)
    )


def _apart(before: Sequence[Change], after: Sequence[Change]) -> frozenset[str]:
    """Ids of the changes that look otherwise now."""
    old, new = ({change.id: change for change in changes} for changes in (before, after))
    return frozenset(each for each in old.keys() | new.keys() if not looks_alike(old.get(each), new.get(each)))
