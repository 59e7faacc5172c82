"""What the adapters' vocabularies share: canonical values made and checked, records laid over, no service known.

`faults_of` says in words what any service would refuse; what only one refuses, its own vocabulary adds. Nothing here
sends, and nothing knows a vendor's name of a field.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from planner_gui.domain.edits import AMOUNTS, FIELDS, REPEATS, Capability, Field, Fields, Form, Value, differing
from planner_gui.domain.entities import Kind
from planner_gui.sources.decode import Unreadable
from planner_gui.sources.fields import FIRST_YEAR, LAST_YEAR, decoded

Json = dict[str, object]
NEEDED = "is needed"


@dataclass(frozen=True, slots=True)
class Rules:
    """A service's own part of `faults_of`.

    service: its name. closed: CHOICE and REFERENCE fields that take the capability's choices only. ranges: the lowest
    and highest of numbers by name, both taken.
    """

    service: str
    closed: frozenset[str] = frozenset()
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)


def faults_of(
    rules: Rules, kind: Kind, capability: Capability, fields: Fields, before: Fields | None = None
) -> dict[str, str]:
    """By field, in words, what is wrong. What an update leaves as it was is never wrong: the service has it already."""
    changed = None if before is None else differing(kind, before, fields)
    found: dict[str, str] = {}
    for one in FIELDS[kind]:
        if one.shown or (changed is not None and one.name not in changed):
            continue
        if fault := _fault(rules, one, capability, fields.get(one.name), new=before is None):
            found[one.name] = fault
    last = "due" if kind is Kind.TASK else "end"
    dated = changed is None or bool(changed & {"start", last})
    if dated and not found.keys() & {"start", last} and _after(fields.get("start"), fields.get(last)):
        found[last] = "is before the start"
    if kind is Kind.ALLOCATION:
        found = _allocation_faults(rules, capability, fields, changed) | found
    return found


def _fault(rules: Rules, one: Field, capability: Capability, value: Value, *, new: bool) -> str:
    """What is wrong with one value by itself, "" where nothing is."""
    if value in (None, "", [], False):
        return NEEDED if one.required and one.name in capability.fields else ""
    if one.name not in capability.fields:
        return capability.why.get(one.name) or f"{rules.service} has no such field"
    if one.add_only and not new:
        return f"{rules.service} takes it for a new one only"
    form = _form_fault(one, value)
    if form:
        return form
    if one.name in rules.ranges and isinstance(value, int | float):
        low, high = rules.ranges[one.name]
        if not low <= value <= high:
            return f"{rules.service} takes {low:g} to {high:g}"
    known = capability.choices.get(one.name, ())
    word = value.get("type", "") if isinstance(value, dict) else str(value)
    if one.name in rules.closed and word.casefold() not in {choice.casefold() for choice in known}:
        return f"{rules.service} takes {_listed(known)}"
    longest = capability.longest.get(one.name)
    if longest is not None and isinstance(value, str) and len(value) > longest:
        return f"has {len(value)} characters; {rules.service} takes {longest}"
    return ""


def _form_fault(one: Field, value: Value) -> str:
    match one.form:
        case Form.NUMBER:
            if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
                return "is no number"
            return "" if 0 <= value <= 1e9 else "is negative or beyond all bounds"
        case Form.DAY:
            return "" if _day(value) else "is no date"
        case Form.FLAG:
            return "" if isinstance(value, bool) else "is neither yes nor no"
        case Form.ACCOUNTS:
            return "" if isinstance(value, list) and all(each.strip() for each in value) else "is no list of people"
        case Form.REFERENCE:
            return "" if part(value, "type") and part(value, "id") else "needs a type and an id"
    if not isinstance(value, str):
        return "is no text"
    try:
        value.encode()
    except UnicodeEncodeError:
        return "holds half a character"
    return "holds a character that no service takes" if "\0" in value else ""


def _allocation_faults(
    rules: Rules, capability: Capability, fields: Fields, changed: Collection[str] | None
) -> dict[str, str]:
    """Who, how much and how often, whose fields mean something only together."""
    found: dict[str, str] = {}
    touched = set(fields) if changed is None else set(changed)
    if touched & {"account", "team"} and bool(fields.get("account")) == bool(fields.get("team")):
        found["account"] = "is for a person or for a team, not both" if fields.get("team") else NEEDED
    given = [name for name in AMOUNTS if fields.get(name) is not None]
    if touched & set(AMOUNTS):
        if len(given) != 1:
            found["percent" if not given else given[-1]] = "is one amount too many" if given else NEEDED
        elif given[0] not in capability.amounts:
            found[given[0]] = f"{rules.service} keeps {_listed(name.replace('_', ' ') for name in capability.amounts)}"
        elif not _positive(fields.get(given[0])):
            found[given[0]] = "must be more than nothing"
    if touched & {"repeat", "until", "start"}:
        repeat = fields.get("repeat") or "never"
        if repeat not in REPEATS and "repeat" in touched:
            found["repeat"] = f"is {_listed(REPEATS)}"
        elif repeat != "never" and not fields.get("until"):
            found["until"] = NEEDED
        elif repeat != "never" and _after(fields.get("start"), fields.get("until")):
            found["until"] = "is before the start"
    return found


def number(value: float) -> int | float:
    """A number as edits have it: whole ones as int, others to four places."""
    value = round(float(value), 4)
    return int(value) if value.is_integer() else value


def text(value: Value) -> str:
    """A text value without the blanks around it, "" for none."""
    return value.strip() if isinstance(value, str) else ""


def day(value: date | None) -> str | None:
    """A date as edits have it."""
    return None if value is None else value.isoformat()


def reference(type_: str, number_: str) -> dict[str, str] | None:
    """A reference, None where a part is missing."""
    return {"type": type_, "id": number_} if type_ and number_ else None


def part(value: Value, name: str) -> str:
    """A part of a reference, "" where there is none."""
    return value.get(name, "") if isinstance(value, dict) else ""


def whole(value: str) -> int | str:
    """An id as it is sent: a number where it is one, since that is how the vendors' samples have it."""
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 19 else value


def record(raw: bytes) -> Json:
    """The object of a raw record, all its names as they came; raises Unreadable."""
    value = decoded(raw)
    if not isinstance(value, dict):
        raise Unreadable("is no object")
    return value


def laid_over(old: Json, new: Mapping[str, object], *, drop: Collection[str] = ()) -> Json:
    """A record with values in it, everything else carried as it came (W10). Names are equal in any case.

    drop: other names of what is laid over, and names that the service computes.
    """
    gone = {name.casefold() for name in (*new, *drop)}
    spelled = {name.casefold(): name for name in old}
    kept = {name: value for name, value in old.items() if name.casefold() not in gone}
    return kept | {spelled.get(name.casefold(), name): value for name, value in new.items()}


def _day(value: Value) -> date | None:
    try:
        found = date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        return None
    return found if found is not None and FIRST_YEAR <= found.year <= LAST_YEAR else None


def _after(start: Value, end: Value) -> bool:
    first, last = _day(start), _day(end)
    return first is not None and last is not None and last < first


def _positive(value: Value) -> bool:
    return isinstance(value, int | float) and value > 0


def _listed(words: Iterable[str]) -> str:
    several = list(words)
    return " or ".join(filter(None, [", ".join(several[:-1]), *several[-1:]])) or "nothing else"
