"""Tolerant reading of JSON: a long answer becomes raw records, a record becomes typed fields (V1-V5, D1-D5).

One bad record is one `Unreadable`, never the end of a reading; only an answer that is no JSON at all raises
AnswerUnusable.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date

STEP = 2000  # records decoded before the event loop gets a turn (V3)


class Unreadable(Exception):
    """A record that cannot be used; the text says which field and why, in words."""


@dataclass(frozen=True, slots=True)
class Listing:
    """An answer's list, each record its own JSON text; total and next as the service hinted, None if not."""

    records: list[bytes]
    total: int | None = None
    next: str | None = None


def listing(body: bytes, *names: str, subject: str = "", connection: str = "") -> Listing:
    """The list in an answer: bare, under one of `names`, or under the only key that holds a list; `cargo` is unwrapped.

    An empty or null answer is an empty list. Raises AnswerUnusable where there is no list, or on hostile JSON (V3).
    """
    raise NotImplementedError


def document(body: bytes, *, subject: str = "", connection: str = "") -> Fields:
    """The one object of an answer, `cargo` unwrapped. Raises AnswerUnusable."""
    raise NotImplementedError


async def steps(records: Sequence[bytes]) -> AsyncIterator[Sequence[bytes]]:
    """The records in slices of STEP, giving the event loop a turn between them (V3)."""
    raise NotImplementedError
    yield ()  # type: ignore[unreachable]


class Fields:
    """One JSON object, read by names in any case; the first of several names that is there and not null is taken.

    `required` getters raise Unreadable where nothing usable is there; the optional ones give None (or "").
    Numbers may come as text. Rejects NaN, infinities, out-of-range numbers, lone surrogates and NUL (V2).
    """

    raw: bytes

    def __init__(self, raw: bytes) -> None:
        raise NotImplementedError

    def has(self, *names: str) -> bool:
        """Whether one of the names is there and not null."""
        raise NotImplementedError

    def value(self, *names: str) -> object:
        """The decoded value as it is, None where missing."""
        raise NotImplementedError

    def text(self, *names: str) -> str:
        """Text, "" where missing; numbers become text; Unreadable for a list or an object."""
        raise NotImplementedError

    def required_text(self, *names: str) -> str:
        """Text that is not empty: ids, owners."""
        raise NotImplementedError

    def number(self, *names: str, low: float = -1e12, high: float = 1e12) -> float | None:
        """A finite number within the limits; Unreadable where it is there and is none."""
        raise NotImplementedError

    def flag(self, *names: str) -> bool | None:
        """true or false, also as text or 0 and 1."""
        raise NotImplementedError

    def day(self, *names: str) -> date | None:
        """A date "YYYY-MM-DD" only (D5), None where missing or empty; Unreadable for anything else (V5)."""
        raise NotImplementedError

    def required_day(self, *names: str) -> date:
        raise NotImplementedError

    def nested(self, *names: str) -> Fields | None:
        """A nested object, None where missing."""
        raise NotImplementedError

    def objects(self, *names: str) -> list[Fields]:
        """A nested list of objects; other elements are left out; [] where missing."""
        raise NotImplementedError

    def values(self, *names: str) -> list[object]:
        """A nested list as it is, [] where missing."""
        raise NotImplementedError
