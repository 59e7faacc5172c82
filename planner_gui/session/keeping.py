"""Whether somebody's changes are kept, in words, from the queue itself: the first question after any fault (U6)."""

from __future__ import annotations

from planner_gui.domain.changes import OPEN, PENDING, State
from planner_gui.session.workspace import Workspace


def kept_words(workspace: Workspace) -> str:
    """What of the changes made here is on the disk, what was sent, and what nobody knows. One or two sentences."""
    states = [change.state for change in workspace.changes if change.state in OPEN]
    waiting = sum(state in PENDING for state in states)
    away = sum(state in (State.SENDING, State.UNKNOWN) for state in states)
    others = len(states) - waiting - away
    said = []
    if not workspace.pending.persistent:
        said.append("Changes cannot be kept in this place: what was made in this session is lost when it ends.")
    elif waiting:
        said.append(f"{_count(waiting)} {_be(waiting)} saved on this computer and not sent yet.")
    if away:
        said.append(f"{_count(away)} may have reached {_its(away)} service: Review looks for the answer.")
    if others:
        said.append(f"{_count(others)} {_be(others)} kept in Review and {_wait(others)} for you.")
    return " ".join(said) or "No change of yours is open: nothing waits to be sent."


def _count(number: int) -> str:
    return "1 change" if number == 1 else f"{number} changes"


def _be(number: int) -> str:
    return "is" if number == 1 else "are"


def _its(number: int) -> str:
    return "its" if number == 1 else "their"


def _wait(number: int) -> str:
    return "waits" if number == 1 else "wait"
