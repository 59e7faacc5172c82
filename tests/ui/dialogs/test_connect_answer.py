"""What a passed test of a connection says: whose account, what is seen, what is missing (issue 5, part 1)."""

from __future__ import annotations

from planner_gui.sources.base import Check, Rights
from planner_gui.ui.dialogs.connect.page import GOOD, NOTE, WARN, answer_of

RIGHTS = Rights("Fred Vine", lacks=("Absences cannot be read.",), notes=("Tasks are only shown.",))


def test_an_answer_names_the_account_what_is_seen_and_what_is_missing() -> None:
    assert answer_of(Check(sees=("1 box",), warnings=("Box X is gone.",)), RIGHTS, "x.example") == (
        WARN,
        [
            (GOOD, "Connected as Fred Vine to x.example"),
            (GOOD, "Sees 1 box"),
            (WARN, "Box X is gone."),
            (WARN, "Missing right. Absences cannot be read."),
            (NOTE, "Tasks are only shown."),
        ],
    )


def test_a_note_alone_is_no_warning() -> None:
    assert answer_of(Check(account="fred"), Rights(notes=("Tasks are only shown.",)), "x.example")[0] == GOOD
    assert answer_of(Check(), RIGHTS, "x.example")[0] == WARN
