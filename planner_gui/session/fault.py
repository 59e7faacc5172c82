"""Named moments of a change's life at which the fault plan ends the program (FD1, `python -m tests.faults FD1`).

In the program itself a point is nothing; only tests/faults puts something in its place. A name is a letter and the
plan's number: 01 before an edit is checked, 02 before it is kept, 04 kept and not shown, 05 shown, 07 about to be sent,
14 answered, 15 done and not laid over the plan, 16 not announced, 17 a lost answer was looked for, 18 a question is
open.
"""

from __future__ import annotations


def point(name: str) -> None:
    """Nothing."""
