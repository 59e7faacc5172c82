"""One record: a JSON object read by names in any case, each value taken as a type or refused (V1, V2, V5, D5).

Nothing here knows a vendor's field names, and nothing is repaired. Use it through `decode`.
"""

from __future__ import annotations

import math
import re
from datetime import date
from functools import lru_cache

import msgspec

FIRST_YEAR, LAST_YEAR = 1950, 2200  # a plan lies in here; 1 and 9999 are some program's "none" (V5)

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ]\d\d:\d\d.*", re.ASCII)
_US_DATE = re.compile(r"(\d\d?)/(\d\d?)/(\d{4})(?: .*)?", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_FLAGS = {"true": True, "false": False, "1": True, "0": False}

_any = msgspec.json.Decoder()


class Unreadable(Exception):
    """A record that cannot be used; the text says which field and why, in words."""


class Fields:
    """One JSON object, read by names in any case; the first of several names that is there and not null is taken.

    `required` getters raise Unreadable where nothing usable is there; the optional ones give None (or "").
    Numbers may come as text. Rejects NaN, infinities, out-of-range numbers, lone surrogates and NUL (V2): a record
    that holds one of them anywhere is Unreadable as a whole, when it is made.
    """

    __slots__ = ("_names", "_raw", "_values")

    _raw: bytes | None
    _values: dict[str, object]
    _names: _Names | None

    def __init__(self, raw: bytes) -> None:
        value = decoded(raw)
        if not isinstance(value, dict):
            raise Unreadable(f"is {_shape(value)} instead of an object")
        self._raw = raw
        self._values = value
        self._names = None

    @classmethod
    def of(cls, values: dict[str, object]) -> Fields:
        """A nested object, decoded with its record."""
        fields = cls.__new__(cls)
        fields._raw = None
        fields._values = values
        fields._names = None
        return fields

    @property
    def raw(self) -> bytes:
        """The record's JSON text as it came; of a nested object: written anew, with the same content."""
        if self._raw is None:
            self._raw = msgspec.json.encode(self._values)
        return self._raw

    def has(self, *names: str) -> bool:
        """Whether one of the names is there and not null."""
        return self.value(*names) is not None

    def value(self, *names: str) -> object:
        """The decoded value as it is, None where missing."""
        return self._find(names)[1]

    def text(self, *names: str) -> str:
        """Text, "" where missing; numbers become text; Unreadable for a list, an object or a flag."""
        name, value = self._find(names)
        if type(value) is str:
            return value
        return "" if value is None else as_text(name, value)

    def required_text(self, *names: str) -> str:
        """Text that is not empty: ids, owners."""
        text = self.text(*names).strip()
        if not text:
            raise Unreadable(f"{names[0]} is missing")
        return text

    def number(self, *names: str, low: float = -1e12, high: float = 1e12) -> float | None:
        """A finite number within the limits; Unreadable where it is there and is none. Empty text is None."""
        name, value = self._find(names)
        if isinstance(value, str):
            value = value.strip()
            if not value:
                return None
            if len(value) > 40 or not _NUMBER.fullmatch(value):
                raise Unreadable(f"{name} is no number: {_shown(value)}")
            value = float(value)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Unreadable(f"{name} is {_shape(value)} instead of a number")
        # Compared before it becomes a float: an int of any length can be compared, not converted.
        if not low <= value <= high:
            raise Unreadable(f"{name} is {_shown(value)}, which is not between {low:g} and {high:g}")
        return float(value)

    def flag(self, *names: str) -> bool | None:
        """true or false, also as text or 0 and 1; None where missing or empty."""
        name, value = self._find(names)
        if value is None or isinstance(value, bool):
            return value
        word = str(value).strip().lower() if isinstance(value, str | int) else None
        if word == "":
            return None
        if word is None or word not in _FLAGS:
            raise Unreadable(f"{name} is neither true nor false: {_shown(value)}")
        return _FLAGS[word]

    def day(self, *names: str) -> date | None:
        """A date "YYYY-MM-DD" only (D5), None where missing or empty; Unreadable for anything else (V5)."""
        name, value = self._find(names)
        if value is None or value == "":
            return None
        found = _iso_day(value) if isinstance(value, str) else None
        if found is None:
            raise Unreadable(f"{name} is no day of the form YYYY-MM-DD: {_shown(value)}")
        return _plausible(name, found)

    def required_day(self, *names: str) -> date:
        """As `day`; Unreadable where it is missing or empty."""
        found = self.day(*names)
        if found is None:
            raise Unreadable(f"{names[0]} is missing")
        return found

    def day_or_moment(self, *names: str) -> date | None:
        """A date in the forms that BigTime's readers met: YYYY-MM-DD, an ISO date-time, MM/DD/YYYY (vendors.md 5).

        The time of day is dropped, without a look at any time zone. The years 1 and 1900 stand for "none".
        """
        name, value = self._find(names)
        if value is None or value == "":
            return None
        if isinstance(value, str):
            text = value
            if match := _US_DATE.fullmatch(value):
                text = f"{match[3]}-{match[1]:0>2}-{match[2]:0>2}"
            elif match := _MOMENT.fullmatch(value):
                text = match[1]
            found = _iso_day(text)
            if found is not None:
                return None if found.year in (1, 1900) else _plausible(name, found)
        raise Unreadable(f"{name} is no date: {_shown(value)}")

    def nested(self, *names: str) -> Fields | None:
        """A nested object, None where missing."""
        name, value = self._find(names)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise Unreadable(f"{name} is {_shape(value)} instead of an object")
        return Fields.of(value)

    def objects(self, *names: str) -> list[Fields]:
        """A nested list of objects; other elements are left out; [] where missing."""
        return [Fields.of(value) for value in self.values(*names) if isinstance(value, dict)]

    def values(self, *names: str) -> list[object]:
        """A nested list as it is, [] where missing."""
        name, value = self._find(names)
        if value is None:
            return []
        if not isinstance(value, list):
            raise Unreadable(f"{name} is {_shape(value)} instead of a list")
        return value

    def _find(self, names: tuple[str, ...]) -> tuple[str, object]:
        """The first name that has a value, and the value; (the first name, None) where none has."""
        values = self._values
        if self._names is None:
            self._names = _names_in(tuple(values))
        for name, spelling in self._names[names]:
            value = values[spelling]
            if value is not None:
                return name, value
        return names[0], None


class _Names(dict[tuple[str, ...], tuple[tuple[str, str], ...]]):
    """Of objects with the same names: names as asked -> (name, its spelling here) in the order of preference.

    A sync asks a million times for a few hundred names, and the records of one answer have the same names.
    """

    def __init__(self, spellings: tuple[str, ...]) -> None:
        super().__init__()
        self._spellings: dict[str, list[str]] = {}
        for spelling in spellings:
            self._spellings.setdefault(spelling.lower(), []).append(spelling)

    def __missing__(self, names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        found: list[tuple[str, str]] = []
        for name in names:
            there = self._spellings.get(name.lower(), [])
            found += [(name, spelling) for spelling in there if spelling == name]
            found += [(name, spelling) for spelling in there if spelling != name]
        self[names] = tuple(found)
        return self[names]


_names_in = lru_cache(maxsize=256)(_Names)


def decoded(raw: bytes) -> object:
    """The value of a JSON text; Unreadable where it is none, or holds what no value may hold (V2)."""
    try:
        value: object = _any.decode(raw)
    except RecursionError:
        raise Unreadable("is nested too deeply") from None
    except msgspec.ValidationError:
        raise Unreadable("holds a number that is out of range") from None
    except UnicodeDecodeError:
        raise Unreadable("holds text that is not UTF-8") from None
    except msgspec.MsgspecError:
        raise Unreadable("is not JSON (NaN, Infinity, or half a character)") from None
    if b"\\u0000" in raw and _NUL.search(raw):
        raise Unreadable("holds a NUL character")
    return value


def as_text(name: str, value: object) -> str:
    """A text or a number as text; Unreadable for anything else, `name` said in the reason."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unreadable(f"{name} is {_shape(value)} instead of text")
    if isinstance(value, int):
        if not -(2**63) <= value < 2**64:
            raise Unreadable(f"{name} is a number beyond 64 bit")
        return str(value)
    return str(int(value)) if math.isfinite(value) and value.is_integer() and abs(value) < 2**53 else repr(value)


@lru_cache(maxsize=4096)  # a plan has few days and names them often
def _iso_day(text: str) -> date | None:
    """The day of "YYYY-MM-DD", None for other text and for a day that no calendar has."""
    if not _DATE.fullmatch(text):
        return None
    try:
        return date(int(text[:4]), int(text[5:7]), int(text[8:]))
    except ValueError:
        return None


def _plausible(name: str, day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Unreadable(f"{name} is in the year {day.year}, which is outside {FIRST_YEAR} to {LAST_YEAR}")
    return day


def _shape(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case dict():
            return "an object"
        case list():
            return "a list"
        case str():
            return "text"
        case _:
            return "a number"


def _shown(value: object) -> str:
    """A value in a message: short, without control characters."""
    if isinstance(value, int) and abs(value) >= 10**30:
        return "a number beyond all bounds"
    text = ascii(value) if isinstance(value, str) else str(value) if isinstance(value, int | float) else _shape(value)
    return text if len(text) <= 40 else text[:39] + "…"
