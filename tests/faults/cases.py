"""A case of the fault plan: its id, what is wrong in words, and how it is run; or why it does not apply."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """id: FA9/tempo/items/always. Running it raises AssertionError where an oracle fails.

    heavy: costs seconds or much memory; only the whole run does it.
    """

    id: str
    what: str
    run: Callable[[], Awaitable[None]]
    heavy: bool = False

    @property
    def fault(self) -> str:
        return self.id.partition("/")[0]


@dataclass(frozen=True)
class NotApplicable:
    """A fault of the plan that has no case here, and the reason, so that the count is honest."""

    id: str
    reason: str
