"""A TOML document read strictly: every fault names the file and the entry, in words. Knows no key of ours."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import IntEnum
from typing import Any, TypeVar

from planner_gui.domain.errors import WorkspaceError

Choice = TypeVar("Choice", bound=IntEnum)

_MISSING: Any = object()


def parse(content: bytes, where: str) -> dict[str, Any]:
    """The document; WorkspaceError where it is not TOML."""
    try:
        return tomllib.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise WorkspaceError(f"is not valid TOML ({error})", subject=where, advice="Mend or restore it.") from error


class Table:
    """One table of a document. Getters take a default for a key that may be missing; none: it must be there."""

    def __init__(self, values: Mapping[str, Any], where: str) -> None:
        self._values = values
        self._where = where

    def wrong(self, what: str) -> WorkspaceError:
        """The error to raise for this table."""
        return WorkspaceError(what, subject=self._where)

    def __iter__(self) -> Iterator[str]:
        """Its keys."""
        return iter(self._values)

    def _get(self, key: str, kind: type | tuple[type, ...], words: str, default: Any) -> Any:
        value = self._values.get(key, default)
        if value is _MISSING:
            raise self.wrong(f"{key} is missing")
        if value is not default and (not isinstance(value, kind) or isinstance(value, bool)):
            raise self.wrong(f"{key}: must be {words}")
        return value

    def text(self, key: str, default: str = _MISSING) -> str:
        value: str = self._get(key, str, "a text", default)
        return value

    def integer(self, key: str, default: int = _MISSING) -> int:
        value: int = self._get(key, int, "a whole number", default)
        return value

    def number(self, key: str, default: float = _MISSING) -> float:
        value = float(self._get(key, (int, float), "a number", default))
        if not math.isfinite(value) or value < 0:
            raise self.wrong(f"{key}: must be a number of at least 0")
        return value

    def date(self, key: str) -> date:
        value: date = self._get(key, date, "a date such as 2026-11-20", _MISSING)
        if isinstance(value, datetime):
            raise self.wrong(f"{key}: must be a date without a time")
        return value

    def _list(self, key: str, default: Any) -> Any:
        return self._get(key, list, "a list", default)

    def texts(self, key: str, default: Sequence[str] = _MISSING) -> tuple[str, ...]:
        values = tuple(self._list(key, default))
        if not all(isinstance(value, str) for value in values):
            raise self.wrong(f"{key}: must be a list of texts")
        return values

    def integers(self, key: str, default: Sequence[int]) -> tuple[int, ...]:
        values = tuple(self._list(key, default))
        if not all(type(value) is int for value in values):
            raise self.wrong(f"{key}: must be a list of whole numbers")
        return values

    def pairs(self, key: str) -> list[tuple[str, str]]:
        values = self._list(key, _MISSING)
        if not all(isinstance(v, list) and len(v) == 2 and all(isinstance(part, str) for part in v) for v in values):
            raise self.wrong(f"{key}: must be a list of pairs of texts")
        return [(first, second) for first, second in values]

    def choice(self, key: str, choices: type[Choice]) -> Choice:
        words = {choice.name.lower(): choice for choice in choices}
        text = self.text(key)
        if text not in words:
            raise self.wrong(f"{key}: must be one of {', '.join(words)}")
        return words[text]

    def table(self, key: str) -> Table:
        """A table within; an empty one where it is missing."""
        return Table(self._get(key, dict, "a table", {}), f"{self._where}, [{key}]")

    def tables(self, key: str) -> list[Table]:
        """A list of tables within, counted from 1 in messages."""
        values = self._list(key, [])
        if not all(isinstance(value, dict) for value in values):
            raise self.wrong(f"{key}: must be a list of tables")
        return [Table(value, f"{self._where}, {key} {n}") for n, value in enumerate(values, 1)]


def laid_over(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """`new` with what only `old` has: keys at the top and in tables, and keys of list entries that are the same entry.

    An entry is the same by its `name`, else where all it says is as it was. Tables of user-given keys (`tasks`,
    `names`, `options`) are taken from `new` alone, or what was removed would come back.
    """
    kept = {key: value for key, value in old.items() if key not in new}
    return kept | {key: _value_over(key, old.get(key), value) for key, value in new.items()}


_USER_KEYS = ("tasks", "names", "options")


def _value_over(key: str, old: Any, new: Any) -> Any:
    if isinstance(new, dict) and isinstance(old, dict) and key not in _USER_KEYS:
        return laid_over(old, new)
    if isinstance(new, list) and isinstance(old, list):
        return [_entry_over(old, entry) for entry in new]
    return new


def _entry_over(old: list[Any], entry: Any) -> Any:
    if not isinstance(entry, dict):
        return entry
    for candidate in (c for c in old if isinstance(c, dict)):
        named = "kind" in entry and candidate.get("name") == entry.get("name")
        if named or all(candidate.get(key) == value for key, value in entry.items()):
            return laid_over(candidate, entry)
    return entry
