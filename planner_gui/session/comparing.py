"""Which of two versions of an item is which: base, mine and theirs compared before a write and after it (W10 to W12).

Pure: records, fields and a service's vocabulary in, answers out. It sends nothing and decides no state.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from planner_gui.domain.changes import Change, State
from planner_gui.domain.edits import FIELDS, Do, Fields, ItemKey, Merge, differing, members, merge
from planner_gui.domain.entities import Kind
from planner_gui.sources.writing import Found, Vocabulary

_WORDS = {"account": "person", "percent_complete": "percent complete"}


def same_record(one: bytes, other: bytes, volatile: Collection[str]) -> bool:
    """Whether two raw records say the same: by the names that both have, without those that change by themselves.

    A list and a detail view name different things of one object: what only one of them names is no difference. The
    order of names and of lists is none either. An empty record was never kept, and differs from nothing.
    """
    if not one or not other or one == other:
        return True
    try:
        first, second = json.loads(one), json.loads(other)
    except (ValueError, RecursionError):
        return False
    if not isinstance(first, dict) or not isinstance(second, dict):
        return bool(_ordered(first) == _ordered(second))
    ignored = {name.casefold() for name in volatile}
    shared = [name for name in first if name in second and name.casefold() not in ignored]
    return all(_ordered(first[name]) == _ordered(second[name]) for name in shared)


def _ordered(value: object) -> object:
    """A value that is equal for lists in any order."""
    if isinstance(value, list):
        return sorted((_ordered(one) for one in value), key=lambda one: json.dumps(one, sort_keys=True, default=str))
    if isinstance(value, dict):
        return {name: _ordered(inner) for name, inner in value.items()}
    return value


def differs(kind: Kind, one: Fields, other: Fields, vocabulary: Vocabulary) -> frozenset[str]:
    """The fields in which two versions differ once the service has stored them: the one comparison there is (W12)."""
    return differing(kind, vocabulary.stored(kind, one), vocabulary.stored(kind, other))


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the service has now, against what the user saw. unchanged: in every known field and in the raw record."""

    unchanged: bool
    merge: Merge


def compared(change: Change, current: Found, vocabulary: Vocabulary, own: Iterable[bytes] = ()) -> Comparison:
    """Base, mine and theirs of an update or a delete (4.3, 4.4).

    own: records that this program wrote and read back on the item since: equal to one of them is no foreign change.
    """
    kind, base = change.key.kind, change.before or {}
    known = differs(kind, base, current.fields, vocabulary)
    records = (change.raw, *own)
    same = any(same_record(record, current.raw, vocabulary.volatile) for record in records)
    if not known:  # what the service has beside the known fields is carried by the write: nothing of it is lost
        mine = change.after if change.after is not None else base
        return Comparison(same, Merge(mine, frozenset(), frozenset()))
    stored = [vocabulary.stored(kind, one) for one in (base, change.after or {}, current.fields)]
    return Comparison(False, merge(kind, *stored))


def rebased(change: Change, changes: Sequence[Change], vocabulary: Vocabulary) -> Change:
    """A change that was not sent yet, laid over its base as the service tells it: in its spelling and its units.

    The base is the record of the change, or what another change of the item wrote and read back since (W14). So one's
    own writing is never taken for a colleague's, nor an amount in hours for another one than its share.
    """
    if change.do is Do.CREATE or change.asked or change.attempts:
        return change
    own = next((other for other in reversed(changes) if _wrote_since(other, change)), None)
    raw, key = change.raw, change.key
    if own is not None:
        raw, key = own.written, key._replace(external_id=own.result or key.external_id)
    before, fields = change.before or {}, told(change, key, raw, vocabulary)
    if fields is None or (own is None and not differing(key.kind, before, fields)):
        return change
    if change.do is Do.DELETE or change.after is None:
        return replace(change, key=key, before=fields, raw=raw)
    mine = merge(key.kind, before, change.after, fields)
    return replace(change, key=key, before=fields, after=mine.fields, raw=raw)


def told(change: Change, key: ItemKey, raw: bytes, vocabulary: Vocabulary) -> Fields | None:
    """A record of a change's item as fields, the way of its base; None where there is none that can be read.

    Where a record does not say whose it is, it is whose it was before: what the user adds is no part of the base.
    """
    if not raw:
        return None
    before = change.before or {}
    shown = {field.name: before[field.name] for field in FIELDS[key.kind] if field.shown and before.get(field.name)}
    try:
        return {**vocabulary.item(key, raw, sorted(_planned(before))).fields, **shown}
    except Exception:  # noqa: BLE001  (an adapter's own word for a record that it cannot read)
        return None


def _wrote_since(other: Change, change: Change) -> bool:
    earlier = other.id != change.id and other.seq < change.seq and other.state is State.DONE
    return earlier and bool(other.written) and other.state_at >= change.at and concerns(other, change.key)


def own_records(change: Change, changes: Sequence[Change]) -> list[bytes]:
    """What was written and read back by other changes of the item."""
    return [
        other.written
        for other in changes
        if other.id != change.id and other.state is State.DONE and other.written and concerns(other, change.key)
    ]


def concerns(change: Change, key: ItemKey) -> bool:
    """Whether a change is about an item, by the id it had before or the one it has since."""
    same = change.key.connection == key.connection and change.key.kind is key.kind
    return same and key.external_id in (change.key.external_id, change.result)


def people_of(change: Change) -> frozenset[str]:
    """The accounts and teams that a change plans: sending is serial for each of them (4.2)."""
    return frozenset(_planned(change.before) | _planned(change.after))


def _planned(fields: Fields | None) -> set[str]:
    found: set[str] = set()
    for name in ("account", "team", "assignees"):
        value = (fields or {}).get(name)
        found.update(value if isinstance(value, list) else [str(value)] if value else [])
    return found


def in_words(kind: Kind, names: Iterable[str]) -> str:
    """Fields or groups of fields as a person calls them, in the order of the kind: "start, end and percent"."""
    wanted = set(names)
    fields = [field.name for field in FIELDS[kind] if field.name in wanted or field.part_of in wanted]
    words = [_WORDS.get(name, name.replace("_", " ")) for name in fields]
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def apart(kind: Kind, groups: Iterable[str], one: Fields, other: Fields) -> list[str]:
    """The fields of some groups in which two versions really differ."""
    different = differing(kind, one, other)
    return [name for group in groups for name in members(kind, group) if name in different]


def kept_instead(kind: Kind, meant: Fields, found: Fields, names: Iterable[str]) -> str:
    """What the service made of values: "percent 50 instead of 40" (W12)."""
    order = {field.name: place for place, field in enumerate(FIELDS[kind])}
    return ", ".join(
        f"{_WORDS.get(name, name.replace('_', ' '))} {_shown(found.get(name))} instead of {_shown(meant.get(name))}"
        for name in sorted(names, key=order.__getitem__)
    )


def _shown(value: object) -> str:
    if value is None or value == "":
        return "nothing"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "nobody"
    if isinstance(value, dict):
        return " ".join(map(str, value.values()))
    return str(value)
