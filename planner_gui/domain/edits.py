"""The one vocabulary of change: what an item's fields are, what an edit is, and how two versions of an item differ.

A gesture, a dialog, a shortcut and a line of an edits file all make the same frozen `Edit`. Values are plain JSON
values in a canonical form, so that they can be committed, compared and shown without knowing a service; how a service
spells them is its adapter's. Nothing here knows a plan, a queue or a clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as made
from enum import StrEnum
from typing import NamedTuple

from planner_gui.domain.entities import Kind

Value = str | int | float | bool | None | list[str] | dict[str, str]
Fields = Mapping[str, Value]
"""An item as named values, all of FIELDS[kind]; what the service does not have, or has empty, is None ("" for text)."""


class Do(StrEnum):
    """What an edit does (cli.md)."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


class Form(StrEnum):
    """How a field's value looks; None is always allowed where the field is not required."""

    TEXT = "text"
    NUMBER = "number"  # int where whole, else float
    DAY = "day"  # ISO date as text
    FLAG = "flag"
    CHOICE = "choice"  # one word of a list, unknown words kept as they are
    ACCOUNT = "account"  # the vendor's own key of a person or team in that connection
    ACCOUNTS = "accounts"  # a list of them, compared without order
    REFERENCE = "reference"  # {"type": "PROJECT", "id": "10130"}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a kind of item.

    group: fields of one group are coupled and merge as one (W11); "" is a group of its own. add_only: the service takes
    it at creation only. shown: for people's eyes, never compared and never sent.
    """

    name: str
    form: Form
    required: bool = False
    add_only: bool = False
    group: str = ""
    shown: bool = False

    @property
    def part_of(self) -> str:
        """The name of its group."""
        return self.group or self.name


FIELDS: Mapping[Kind, tuple[Field, ...]] = {
    Kind.ABSENCE: (
        Field("account", Form.ACCOUNT, required=True),
        Field("start", Form.DAY, required=True, group="dates"),
        Field("end", Form.DAY, required=True, group="dates"),
        Field("type", Form.CHOICE, required=True),
        Field("percent", Form.NUMBER, required=True),
        Field("comment", Form.TEXT),
    ),
    Kind.ALLOCATION: (
        Field("account", Form.ACCOUNT, group="assignee"),  # this or `team`
        Field("team", Form.ACCOUNT, group="assignee"),
        Field("item", Form.REFERENCE, required=True),
        Field("scope", Form.REFERENCE),
        Field("start", Form.DAY, required=True, group="plan"),
        Field("end", Form.DAY, required=True, group="plan"),
        Field("percent", Form.NUMBER, group="plan"),  # exactly one of these three
        Field("minutes_per_day", Form.NUMBER, group="plan"),
        Field("minutes", Form.NUMBER, group="plan"),
        Field("repeat", Form.CHOICE, group="recurrence"),  # never, weekly, two-weekly, monthly
        Field("until", Form.DAY, group="recurrence"),
        Field("description", Form.TEXT),
        Field("include_non_working", Form.FLAG),
        Field("title", Form.TEXT, shown=True),
        Field("project", Form.TEXT, shown=True),  # its name
    ),
    Kind.TASK: (
        Field("project", Form.CHOICE, required=True, add_only=True),  # the service's key of it
        Field("name", Form.TEXT, required=True),
        Field("type", Form.CHOICE, required=True, add_only=True),  # a number or a name, as text
        Field("group", Form.TEXT),
        Field("status", Form.CHOICE),
        Field("priority", Form.CHOICE),
        Field("notes", Form.TEXT),
        Field("assignees", Form.ACCOUNTS),
        Field("start", Form.DAY, group="dates"),
        Field("due", Form.DAY, group="dates"),
        Field("fee_or_expense", Form.CHOICE),
        Field("budget_hours", Form.NUMBER),
        Field("budget_fees", Form.NUMBER),
        Field("budget_expenses", Form.NUMBER),
        Field("percent_complete", Form.NUMBER),  # 0 to 100
        Field("parent", Form.TEXT),
        Field("class", Form.TEXT),
        Field("no_charge", Form.FLAG),
        Field("project_name", Form.TEXT, shown=True),
    ),
    Kind.EVENT: (),  # Work Time Calendar documents no writing
}

AMOUNTS = ("percent", "minutes_per_day", "minutes")  # of an allocation: exactly one is set
REPEATS = ("never", "weekly", "two-weekly", "monthly")


@dataclass(frozen=True, slots=True)
class Capability:
    """What a connection lets one do with a kind of item. A reason is "" where it can be done, else words for a tooltip.

    fields: those the service has, by name. choices: known words of CHOICE fields and numbers that are fixed (BigPicture
    takes 50 or 100 percent), as text; others are taken where the field says so. amounts: of an allocation, which of
    AMOUNTS the service stores; the first is what it keeps best. why: for a field that the service lacks, or has in some
    versions only, the reason in words.
    """

    fields: frozenset[str]
    create: str = ""
    update: str = ""
    delete: str = ""
    choices: Mapping[str, tuple[str, ...]] = made(default_factory=dict)
    amounts: tuple[str, ...] = ()
    teams: bool = False  # whether a team can be planned
    longest: Mapping[str, int] = made(default_factory=dict)  # characters of a text field
    why: Mapping[str, str] = made(default_factory=dict)


class ItemKey(NamedTuple):
    """Which item: external_id is the vendor's own id as text, for a pending create the id of its change."""

    connection: str
    kind: Kind
    external_id: str


@dataclass(frozen=True, slots=True)
class Item:
    """An item as it stands: its fields, and the service's own record of it (b"" where the service has none yet).

    series: how many dates or people the record stands for, 1 for an ordinary item: what editing or deleting it touches.
    """

    key: ItemKey
    fields: Fields
    raw: bytes = b""
    series: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One change of one item. before is None for a create, after for a delete; raw: the base snapshot (W10).

    series: a delete that was confirmed with the number of dates or people it takes away (W13).
    """

    do: Do
    key: ItemKey
    before: Fields | None
    after: Fields | None
    label: str
    raw: bytes = b""
    series: bool = False


def blank(kind: Kind) -> dict[str, Value]:
    """All fields of a kind, empty."""
    return {field.name: _EMPTY.get(field.form) for field in FIELDS[kind]}


_EMPTY: Mapping[Form, Value] = {Form.TEXT: "", Form.FLAG: False}


def differing(kind: Kind, one: Fields, other: Fields) -> frozenset[str]:
    """Names of the fields in which two versions differ; those only shown are left out."""
    return frozenset(
        field.name
        for field in FIELDS[kind]
        if not field.shown and _comparable(field, one.get(field.name)) != _comparable(field, other.get(field.name))
    )


def _comparable(field: Field, value: Value) -> object:
    if field.form is Form.ACCOUNTS:
        return frozenset(value) if isinstance(value, list) else frozenset()
    if field.form is Form.REFERENCE:
        return tuple(sorted((k, v.casefold()) for k, v in value.items())) if isinstance(value, dict) else None
    if field.form is Form.FLAG:
        return bool(value)
    if field.form is Form.TEXT:
        return str(value or "").strip().replace("\r\n", "\n")
    if field.form in (Form.CHOICE, Form.ACCOUNT):
        return str(value).strip().casefold() if value not in (None, "") else None
    return value


def groups(kind: Kind, names: Iterable[str]) -> frozenset[str]:
    """The coupled groups that some fields belong to (W11)."""
    part_of = {field.name: field.part_of for field in FIELDS[kind]}
    return frozenset(part_of[name] for name in names)


def members(kind: Kind, group: str) -> tuple[str, ...]:
    """The fields of a group, in the order of FIELDS."""
    return tuple(field.name for field in FIELDS[kind] if field.part_of == group)


@dataclass(frozen=True, slots=True)
class Merge:
    """A three-way merge: fields as they would be sent, groups taken from the other side, groups both sides changed."""

    fields: Fields
    taken: frozenset[str]
    conflicts: frozenset[str]


def merge(kind: Kind, base: Fields, mine: Fields, theirs: Fields) -> Merge:
    """My changes of `base` laid over `theirs`, by group (W11). A group both changed alike is no conflict.

    Assignees merge by person: those I added and removed, applied to theirs; it is never blindly replaced.
    """
    mine_changed = groups(kind, differing(kind, base, mine))
    theirs_changed = groups(kind, differing(kind, base, theirs))
    apart = groups(kind, differing(kind, mine, theirs))
    fields: dict[str, Value] = dict(theirs)
    conflicts = set()
    for field in FIELDS[kind]:
        if field.part_of not in mine_changed and not field.shown:
            continue
        if field.form is Form.ACCOUNTS and field.part_of in theirs_changed:
            fields[field.name] = _merged_list(base, mine, theirs, field.name)
            continue
        if field.part_of in theirs_changed and field.part_of in apart:
            conflicts.add(field.part_of)
        fields[field.name] = mine.get(field.name)
    return Merge(fields, theirs_changed - mine_changed, frozenset(conflicts))


def _merged_list(base: Fields, mine: Fields, theirs: Fields, name: str) -> list[str]:
    def listed(fields: Fields) -> list[str]:
        value = fields.get(name)
        return value if isinstance(value, list) else []

    gone = set(listed(base)) - set(listed(mine))
    kept = [one for one in listed(theirs) if one not in gone]
    return kept + [one for one in listed(mine) if one not in listed(base) and one not in kept]


def inverse(edit: Edit, *, new_id: str, label: str) -> Edit:
    """The edit that takes `edit` back. new_id: the change's id where a deleted item has to be created again."""
    match edit.do:
        case Do.CREATE:
            return Edit(do=Do.DELETE, key=edit.key, before=edit.after, after=None, label=label, raw=edit.raw)
        case Do.DELETE:
            key = edit.key._replace(external_id=new_id)
            return Edit(do=Do.CREATE, key=key, before=None, after=edit.before, label=label)
        case Do.UPDATE:
            return Edit(do=Do.UPDATE, key=edit.key, before=edit.after, after=edit.before, label=label, raw=edit.raw)
