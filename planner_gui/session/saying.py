"""What is said of a change that could not simply be sent: one line, what happened, what is kept, what to do (U6).

The item and its person are named by whoever shows the change; here is only what came of sending it.
"""

from __future__ import annotations

from collections.abc import Iterable

from planner_gui.domain.changes import Change
from planner_gui.domain.edits import Do
from planner_gui.domain.entities import Kind
from planner_gui.domain.errors import SourceError
from planner_gui.session.comparing import Comparison, apart, in_words, kept_instead
from planner_gui.sources.writing import Found

CREATED_THE_SAME = "the same is there already ({}): take that one (theirs), or keep both (mine)?"
GONE = "is gone there: create it again (mine), or drop it (theirs)?"
ARRIVED = "arrived after all"
MAY_HAVE = "it may have arrived"
NOT_YET = "not found yet: it may still arrive, and is looked for again"
MAY_NOT_HAVE = "may not have arrived: look again, send again, or drop it?"
TWICE = "is there twice ({} and {}): an earlier sending arrived as well. Delete one of them"
DID_NOT = "did not arrive; it may be sent again"
WAS_SO = "was so already; nothing was sent"


def clash(change: Change, conflicts: Iterable[str], theirs: Found) -> str:
    """Both sides changed the same fields (W11)."""
    kind = change.key.kind
    names = apart(kind, conflicts, theirs.fields, change.before or {}) or list(conflicts)
    what = kept_instead(kind, change.before or {}, theirs.fields, names)
    return f"was changed there too ({what}): mine or theirs?"


def merged(kind: Kind, comparison: Comparison) -> str:
    """Somebody changed something else: theirs stays, and it is said (W11)."""
    if comparison.unchanged:
        return ""
    if comparison.merge.taken:
        return f"{in_words(kind, comparison.merge.taken)} changed there meanwhile and stays as it is there"
    return "other details changed there meanwhile and stay as they are there"


def changed_before_delete(change: Change, theirs: Found, names: Iterable[str]) -> str:
    """Somebody changed what is to be deleted (4.4)."""
    what = kept_instead(change.key.kind, change.before or {}, theirs.fields, names)
    return f"was changed there meanwhile ({what or 'other details'}): delete it anyway (mine), or keep it (theirs)?"


def takes_a_series(current: Found) -> str:
    """More goes than one sees (W13)."""
    return f"stands for {current.series} dates or people: delete all of them (mine), or keep them (theirs)?"


def overlaps(other: Found) -> str:
    """An absence may not overlap another one of its person (vendors.md 1.3)."""
    start, end = other.fields.get("start"), other.fields.get("end")
    return f"overlaps an absence that is there already ({start} to {end}); nothing was sent"


def refused(error: SourceError) -> str:
    """A service's refusal, in its own words where it has some (W15)."""
    return f"was refused: {error.what}"


def parked(error: SourceError) -> str:
    """The token was refused: everything waits for a new one (A7)."""
    return f"nothing was sent: {error.what}. It waits for a new token"


def neither(change: Change, theirs: Found | None) -> str:
    """After a lost answer: neither what was there nor what was meant (4.3)."""
    if theirs is None:
        return GONE
    if change.do is Do.DELETE:
        return "the answer was lost, and something else is there now: delete it (mine), or keep it (theirs)?"
    return "the answer was lost, and it is neither as it was nor as you meant it: mine or theirs?"
