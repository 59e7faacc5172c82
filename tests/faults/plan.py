"""The whole list of cases, in the order of the fault plan, and how one is run."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from functools import lru_cache

from tests.faults import (
    body,
    held,
    interrupted,
    kills,
    local,
    power,
    sequence,
    status,
    transport,
    writing_answers,
    writing_local,
    writing_sequences,
)
from tests.faults.cases import Case, NotApplicable
from tests.faults.probe import Target, targets


@lru_cache(maxsize=1)
def _targets() -> list[Target]:
    return targets()


def plan() -> Iterator[Case | NotApplicable]:
    """Every case and everything left out."""
    for part in (transport, status, body, sequence, local):
        yield from part.cases(_targets())
    for part in (writing_answers, writing_sequences, kills, interrupted, writing_local, held, power):
        yield from part.cases()


def run(case: Case) -> str | None:
    """None where the case passed, else what is wrong, in a line."""
    try:
        with transport.trusting_our_authority():
            asyncio.run(case.run())
    except AssertionError as error:
        return " ".join(str(error).split())[:600] or "an assertion without words"
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:600]
    return None
