"""The fault plan in the suite: every fault once at least, spread over the services; `python -m tests.faults` runs all.

A case that fails prints what `python -m tests.faults ID` prints for it.
"""

from __future__ import annotations

from itertools import cycle

import pytest

from tests.faults.cases import Case
from tests.faults.plan import plan, run

KINDS = ("bigpicture", "bigpicture-cloud", "tempo", "tempo-cloud", "worktime", "bigtime")
OPS = ("create", "update", "delete")


def a_share() -> list[Case]:
    """Of the cases that differ only in service and read, one: another service and read each time."""
    groups: dict[str, list[Case]] = {}
    for case in plan():
        if isinstance(case, Case) and not case.heavy:
            parts = [part for part in case.id.split("/") if part not in (*KINDS, "items", "other")]
            groups.setdefault("/".join(parts), []).append(case)
    # Fields are named by their service: one in six of those.
    fields = [name for name in groups if name.startswith("FC7/") and name.split("/")[1][:1].isdigit()]
    for name in fields:
        if fields.index(name) % 6:
            del groups[name]
    # Each way to lose an answer is met by one service and operation; one in four of those.
    writes = [name for name in groups if any(op in name.split("/") for op in OPS)]
    for name in writes:
        if writes.index(name) % 4:
            del groups[name]
    turn = cycle(range(10))
    return [group[next(turn) % len(group)] for group in groups.values()]


@pytest.mark.parametrize("case", a_share(), ids=lambda case: case.id)
def test_the_program_survives(case: Case) -> None:
    """P1 to P8, those that apply, hold whatever goes wrong once."""
    problem = run(case)
    assert problem is None, f"{case.id} ({case.what}): {problem}"


def test_every_fault_of_the_plan_has_cases_or_a_reason() -> None:
    covered = {entry.id.partition("/")[0] for entry in plan()}
    for entry in plan():
        first, dash, last = entry.id.partition("/")[0].partition("-")
        if dash:  # FA20-FA21
            covered.update(f"{first[:2]}{number}" for number in range(int(first[2:]), int(last[2:]) + 1))
    wanted = {f"FA{n}" for n in range(1, 23)} | {f"FB{n}" for n in range(1, 15)} | {f"FC{n}" for n in range(1, 12)}
    wanted |= {f"FD{n}" for n in range(1, 11)} | {f"FE{n}" for n in range(1, 5)}
    assert wanted - covered == set()


def test_a_case_that_fails_is_reported() -> None:
    async def fails() -> None:
        raise AssertionError("the\noracle speaks")

    async def breaks() -> None:
        raise ZeroDivisionError("a bug")

    async def passes() -> None:
        return

    assert run(Case("X1", "fails", fails)) == "the oracle speaks"
    assert run(Case("X2", "breaks", breaks)) == "ZeroDivisionError: a bug"
    assert run(Case("X3", "passes", passes)) is None
