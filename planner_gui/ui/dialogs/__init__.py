"""The dialogs that make edits: plain QDialogs that are given values, say what is wrong, and announce what was saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner_gui.domain.entities import Kind

if TYPE_CHECKING:
    from planner_gui.ui.dialogs.form import EditDialog


def dialog_of(kind: Kind) -> type[EditDialog]:
    """The dialog of a kind of item, loaded when the first one is opened. Raises KeyError for events: they are read."""
    match kind:
        case Kind.ABSENCE:
            from planner_gui.ui.dialogs.absence import AbsenceDialog

            return AbsenceDialog
        case Kind.ALLOCATION:
            from planner_gui.ui.dialogs.allocation import AllocationDialog

            return AllocationDialog
        case Kind.TASK:
            from planner_gui.ui.dialogs.task import TaskDialog

            return TaskDialog
    raise KeyError(kind)
