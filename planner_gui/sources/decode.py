"""Tolerant reading of JSON: a long answer becomes raw records, a record becomes typed fields (V1-V5, D1-D5).

One bad record is one `Unreadable`, never the end of a reading; only an answer that is no JSON at all raises
AnswerUnusable. Nothing here knows a vendor's field names, and nothing is repaired: a value is taken or refused.

An answer is split into records by one scan that makes no Python objects, each record is decoded when it is read.
Of equal keys in one object the last counts, as in every common JSON reader; keys that differ in case only are one name.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import msgspec

from planner_gui.domain.errors import AnswerUnusable
from planner_gui.sources.fields import Fields, Unreadable, as_text, decoded
from planner_gui.sources.json_split import split

__all__ = ["STEP", "Fields", "Listing", "Unreadable", "bare_text", "document", "listing", "steps"]

STEP = 1000  # records decoded before the event loop gets a turn: V3 allows 2,000, half of it keeps a step under 25 ms
ENVELOPE = "cargo"  # BigPicture wraps every answer in it (vendors.md 1.3)
BOM = b"\xef\xbb\xbf"

_any = msgspec.json.Decoder()
_records = msgspec.json.Decoder(list[msgspec.Raw])
_members = msgspec.json.Decoder(dict[str, msgspec.Raw])


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
    return Fields.of(inner) if isinstance(inner, dict) else fields


def bare_text(record: bytes) -> str:
    """The text of a record that is a bare id, `"PROG-30"` or 12 (vendors.md 7); "" where it is an object or a list."""
    value = decoded(record)
    return "" if isinstance(value, dict | list) or value is None else as_text("id", value)


async def steps(records: Sequence[bytes]) -> AsyncIterator[Sequence[bytes]]:
    """The records in slices of STEP, giving the event loop a turn between them (V3)."""
    for start in range(0, len(records), STEP):
        if start:
            await asyncio.sleep(0)
        yield records[start : start + STEP]


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
                    hints.setdefault(name, decoded(source[name]))
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
