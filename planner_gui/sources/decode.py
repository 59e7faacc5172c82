"""Tolerant reading of JSON: a long answer becomes raw records, a record becomes typed fields (V1-V5, D1-D5).

One bad record is one `Unreadable`, never the end of a reading; only an answer that is no JSON at all raises
AnswerUnusable. Nothing here knows a vendor's field names, and nothing is repaired: a value is taken or refused.

An answer is split into records by one scan that makes no Python objects, each record is decoded when it is read.
Of equal keys in one object the last counts, as in every common JSON reader; keys that differ in case only are one name.
"""

from __future__ import annotations

import asyncio
import json
import math
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import msgspec

from planner_gui.domain.errors import AnswerUnusable
from planner_gui.sources.json_split import split

STEP = 1000  # records decoded before the event loop gets a turn: V3 allows 2,000, half of it keeps a step under 25 ms
FIRST_YEAR, LAST_YEAR = 1950, 2200  # a plan lies in here; 1 and 9999 are some program's "none" (V5)
ENVELOPE = "cargo"  # BigPicture wraps every answer in it (vendors.md 1.3)
BOM = b"\xef\xbb\xbf"

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ]\d\d:\d\d.*", re.ASCII)
_US_DATE = re.compile(r"(\d\d?)/(\d\d?)/(\d{4})(?: .*)?", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_FLAGS = {"true": True, "false": False, "1": True, "0": False}

_any = msgspec.json.Decoder()
_records = msgspec.json.Decoder(list[msgspec.Raw])
_members = msgspec.json.Decoder(dict[str, msgspec.Raw])


class Unreadable(Exception):
    """A record that cannot be used; the text says which field and why, in words."""


@dataclass(frozen=True, slots=True)
class Listing:
    """An answer's list, each record its own JSON text; total and next as the service hinted, None if not.

    more: the service said in some way that this is not all (a next link, `isLast: false`, `hasMore: true`).
    count: how many records this page has, by the service's own count.
    """

    records: list[bytes]
    total: int | None = None
    next: str | None = None
    more: bool = False
    count: int | None = None


def listing(body: bytes, *names: str, subject: str = "", connection: str = "") -> Listing:
    """The list in an answer: bare, under one of `names`, or under the only key that holds a list; `cargo` is unwrapped.

    An empty or null answer is an empty list. Raises AnswerUnusable where there is no list, or on hostile JSON (V3).
    """
    try:
        return _listing(_json_text(body), names)
    except _NotJson as error:
        raise _unusable(str(error), subject, connection) from None


def document(body: bytes, *, subject: str = "", connection: str = "") -> Fields:
    """The one object of an answer, `cargo` unwrapped. Raises AnswerUnusable."""
    text = _json_text(body)
    try:
        fields = Fields(text)
        inner = fields.value(ENVELOPE)
    except Unreadable as error:
        raise _unusable(f"the answer cannot be read: {error}", subject, connection) from None
    return Fields._of(inner) if isinstance(inner, dict) else fields


def bare_text(record: bytes) -> str:
    """The text of a record that is a bare id, `"PROG-30"` or 12 (vendors.md 7); "" where it is an object or a list."""
    value = _decoded(record)
    return "" if isinstance(value, dict | list) or value is None else _as_text("id", value)


async def steps(records: Sequence[bytes]) -> AsyncIterator[Sequence[bytes]]:
    """The records in slices of STEP, giving the event loop a turn between them (V3)."""
    for start in range(0, len(records), STEP):
        if start:
            await asyncio.sleep(0)
        yield records[start : start + STEP]


class Fields:
    """One JSON object, read by names in any case; the first of several names that is there and not null is taken.

    `required` getters raise Unreadable where nothing usable is there; the optional ones give None (or "").
    Numbers may come as text. Rejects NaN, infinities, out-of-range numbers, lone surrogates and NUL (V2): a record
    that holds one of them anywhere is Unreadable as a whole, when it is made.
    """

    __slots__ = ("_raw", "_spellings", "_values")

    _raw: bytes | None
    _values: dict[str, object]
    _spellings: dict[str, list[str]] | None

    def __init__(self, raw: bytes) -> None:
        value = _decoded(raw)
        if not isinstance(value, dict):
            raise Unreadable(f"is {_shape(value)} instead of an object")
        self._raw = raw
        self._values = value
        self._spellings = None

    @classmethod
    def _of(cls, values: dict[str, object]) -> Fields:
        """A nested object, decoded with its record."""
        fields = cls.__new__(cls)
        fields._raw = None
        fields._values = values
        fields._spellings = None
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
        return "" if value is None else _as_text(name, value)

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
        return Fields._of(value)

    def objects(self, *names: str) -> list[Fields]:
        """A nested list of objects; other elements are left out; [] where missing."""
        return [Fields._of(value) for value in self.values(*names) if isinstance(value, dict)]

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
        for name in names:
            value = values.get(name)
            if value is not None:
                return name, value
            if self._spellings is None:
                self._spellings = _spellings(tuple(values))
            for spelling in self._spellings.get(name.lower(), ()):
                value = values[spelling]
                if value is not None:
                    return name, value
        return names[0], None


@lru_cache(maxsize=256)
def _spellings(names: tuple[str, ...]) -> dict[str, list[str]]:
    """Lower-case name -> the spellings among `names`. Records of one answer share their names, so this is made once."""
    spellings: dict[str, list[str]] = {}
    for name in names:
        spellings.setdefault(name.lower(), []).append(name)
    return spellings


class _NotJson(Exception):
    """The answer as a whole cannot be used; the text is the message."""


def _unusable(what: str, subject: str, connection: str) -> AnswerUnusable:
    return AnswerUnusable(
        what,
        subject=subject,
        connection=connection,
        advice="The last whole reading stays; sync again, and check the address if this goes on.",
    )


def _json_text(body: bytes) -> bytes:
    return body.removeprefix(BOM).strip()


def _listing(text: bytes, names: tuple[str, ...]) -> Listing:
    if not text or text == b"null":
        return Listing([])
    if text[:1] == b"[":
        return Listing(_split_list(text))
    members = {name.lower(): bytes(value) for name, value in _split_object(text).items()}
    inner = members.get(ENVELOPE)
    if inner is not None and (inner[:1] in (b"[", b"{") or inner == b"null"):
        return _listing(inner, names)
    found = next((members[name.lower()] for name in names if members.get(name.lower(), b"")[:1] == b"["), None)
    if found is None:
        lists = [value for value in members.values() if value[:1] == b"["]
        if len(lists) != 1:
            if any(members.get(name.lower()) == b"null" for name in names):
                return Listing([])
            raise _NotJson("the answer holds no list" if not lists else "the answer holds several lists")
        found = lists[0]
    return Listing(_split_list(found), *_hints(members))


def _hints(members: dict[str, bytes]) -> tuple[int | None, str | None, bool, int | None]:
    """(total, next link, more, count) of a list's envelope, from itself or its `metadata`."""
    hints: dict[str, object] = {}
    for source in (members, _inner_members(members.get("metadata", b""))):
        for name in ("total", "totalcount", "count", "next", "islast", "hasmore", "nextpagetoken"):
            if source.get(name, b"[")[:1] not in (b"[", b"{"):
                try:
                    hints.setdefault(name, _decoded(source[name]))
                except Unreadable:
                    continue
    total = _whole_number(hints.get("total", hints.get("totalcount")))
    link = hints.get("next")
    following = link if isinstance(link, str) and link else None
    more = bool(following or hints.get("nextpagetoken")) or hints.get("islast") is False or hints.get("hasmore") is True
    return total, following, more, _whole_number(hints.get("count"))


def _whole_number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _inner_members(text: bytes) -> dict[str, bytes]:
    return {name.lower(): bytes(value) for name, value in _split_object(text).items()} if text[:1] == b"{" else {}


def _split_list(text: bytes) -> list[bytes]:
    """The elements of a JSON list as text. One bad element does not spoil the rest; a broken list raises _NotJson."""
    try:
        return [bytes(record) for record in _records.decode(text)]
    except RecursionError:
        raise _NotJson("the answer is nested too deeply") from None
    except (msgspec.MsgspecError, UnicodeDecodeError):
        pass
    records = split(text)
    if records is None:
        raise _NotJson("the answer is not JSON, or it was cut short")
    for record in records:
        _must_be_nearly_json(record)
    return records


def _split_object(text: bytes) -> dict[str, msgspec.Raw]:
    try:
        return _members.decode(text)
    except RecursionError:
        raise _NotJson("the answer is nested too deeply") from None
    except (msgspec.MsgspecError, UnicodeDecodeError):
        pass
    pairs = split(text)
    if pairs is None:
        raise _NotJson("the answer is not JSON, or it was cut short")
    members = {}
    for pair in pairs:
        key, colon, value = pair.partition(b":")
        name = _plain_key(key)
        if name is None or not colon:
            raise _NotJson("the answer is not JSON")
        if value.strip()[:1] != b"[":  # a list is looked into by record, later
            _must_be_nearly_json(value.strip())
        members[name] = msgspec.Raw(value.strip())
    return members


def _plain_key(text: bytes) -> str | None:
    try:
        key = _any.decode(text)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return key if isinstance(key, str) else None


def _must_be_nearly_json(record: bytes) -> None:
    """Pass what is JSON but for NaN, Infinity or a lone surrogate (its `Fields` is Unreadable); else _NotJson."""
    try:
        _any.decode(record)
    except RecursionError:
        raise _NotJson("the answer is nested too deeply") from None
    except msgspec.ValidationError:
        return  # a number out of range
    except (msgspec.MsgspecError, UnicodeDecodeError):
        try:
            json.loads(record)
        except RecursionError:
            raise _NotJson("the answer is nested too deeply") from None
        except ValueError:
            raise _NotJson("the answer is not JSON, or it was cut short") from None


def _decoded(raw: bytes) -> object:
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


def _as_text(name: str, value: object) -> str:
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
