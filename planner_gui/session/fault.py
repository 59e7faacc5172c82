"""Named moments of a change's life at which the fault plan ends the program (FD1, `python -m tests.faults FD1`).

In the program itself a point is nothing; only tests/faults puts something in its place. The names are the plan's: W01
before an edit is checked, W02 before it is kept, W04 kept and not shown, W05 shown, W07 about to be sent, W14 answered,
W15 done and not laid over the plan, W16 not announced, W17 a lost answer was looked for, W18 a question is open.
"""

from __future__ import annotations


def point(name: str) -> None:
    """Nothing."""
