"""A pending change: an edit on its way to a service, with its state and all that is known of each attempt.

It is what queue.db holds and what Review shows. Pure values: who moves it from state to state is the session's `push`,
who keeps it is the store. The states and what may follow which are docs/requirements.md, W1 to W17.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from planner_gui.domain.edits import Do, Edit, Fields, ItemKey, differing
from planner_gui.domain.entities import Kind


class State(StrEnum):
    """Where a change is (cli.md, `changes`)."""

    DRAFT = "draft"  # saved here
    QUEUED = "queued"  # the user pressed Send; `not_before` where it waits
    SENDING = "sending"  # bytes may leave any moment; found at a start, it is unknown (W9)
    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    CONFLICT = "conflict"
    DROPPED = "dropped"


PENDING = frozenset({State.DRAFT, State.QUEUED})  # "pending" everywhere else in the program
OPEN = PENDING | {State.SENDING, State.UNKNOWN, State.CONFLICT, State.REFUSED}  # somebody still has to do something
SHOWN = PENDING | {State.SENDING, State.UNKNOWN, State.CONFLICT, State.DONE}  # laid over the plan


@dataclass(frozen=True, slots=True)
class Attempt:
    """One sending of a create, an update or a delete. baseline: ids that the narrow list showed before it (W5)."""

    at: datetime
    baseline: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Look:
    """One look for a lost answer. found: how many candidates it showed; a list that failed is no look."""

    at: datetime
    found: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One item's change, all edits of it not yet sent in one (W14).

    id: UUID4 as text, the op id (W1); seq: its place in the queue, 0 before it has one. before, after, raw: as in Edit.
    account: whose credential it was planned with, for W17. at: when it was saved; states_at: when it came into its
    state. message: what happened, in words; note: what its sending merged, said when it is done (W11). theirs,
    theirs_raw: the service's version in a conflict, None where it is gone there. result: the external id that the
    service gave; written: the record read back; overwritten: the record that was there before, restorable for 30 days
    (W12). asked: a conflict or a long wait was confirmed by the user. read: done, and its connection was read since:
    the reading shows what became of it.
    """

    id: str
    do: Do
    key: ItemKey
    before: Fields | None
    after: Fields | None
    label: str
    raw: bytes = b""
    series: bool = False
    at: datetime
    state_at: datetime
    seq: int = 0
    state: State = State.DRAFT
    message: str = ""
    note: str = ""
    account: str = ""
    not_before: datetime | None = None
    attempts: tuple[Attempt, ...] = ()
    looks: tuple[Look, ...] = ()
    theirs: Fields | None = None
    theirs_raw: bytes = b""
    result: str = ""
    written: bytes = field(default=b"", repr=False)
    overwritten: bytes = field(default=b"", repr=False)
    asked: bool = False
    read: bool = False

    @property
    def open(self) -> bool:
        return self.state in OPEN

    @property
    def editable(self) -> bool:
        """Whether another edit of the item may become part of it; else it waits as a change of its own (W14).

        A refused one may: nothing of it has arrived, and its input can be edited again (W15).
        """
        return self.state is State.REFUSED or (self.state in PENDING and not self.attempts)

    def to(self, state: State, at: datetime, message: str = "", **changes: Any) -> Change:
        """The same change in another state."""
        return replace(self, state=state, state_at=at, message=message, **changes)


def new_id() -> str:
    """An op id (W1)."""
    return str(uuid.uuid4())


def first(edit: Edit, at: datetime, *, account: str = "") -> Change:
    """A change that holds one edit; a create is named by its own id."""
    number = edit.key.external_id if edit.do is Do.CREATE else new_id()
    return Change(
        id=number,
        do=edit.do,
        key=edit.key,
        before=edit.before,
        after=edit.after,
        label=edit.label,
        raw=edit.raw,
        series=edit.series,
        at=at,
        state_at=at,
        account=account,
    )


def folded(change: Change, edit: Edit, at: datetime) -> Change:
    """The change with one more edit of its item in it (W14), a draft again; dropped where nothing is left to send."""
    change = change.to(State.DRAFT, at, not_before=None)
    if change.state is State.REFUSED:
        change = change.to(State.DRAFT, at)
    if edit.do is Do.DELETE:
        if change.do is Do.CREATE:
            return change.to(State.DROPPED, at, "deleted before it was sent")
        return replace(change, do=Do.DELETE, after=None, label=edit.label, series=edit.series, state_at=at)
    if change.do is Do.DELETE:  # planned anew after all
        after = edit.after if edit.after is not None else change.before
        change = replace(change, do=Do.UPDATE, series=False)
    else:
        after = edit.after
    change = replace(change, after=after, label=edit.label, state_at=at)
    if change.do is Do.UPDATE and not differing(change.key.kind, change.before or {}, after or {}):
        return change.to(State.DROPPED, at, "nothing is left to change")
    return change


def with_edits(
    changes: Sequence[Change], edits: Sequence[Edit], at: datetime, *, account: str = ""
) -> tuple[Change, ...]:
    """The changes with more edits in them: each in its item's last change where that may still be edited, else anew."""
    every = list(changes)
    for edit in edits:
        mine = [number for number, change in enumerate(every) if change.key == edit.key and change.state in OPEN]
        last = mine[-1] if mine else None
        if last is not None and every[last].editable:
            every[last] = folded(every[last], edit, at)
        else:
            every.append(first(edit, at, account=account))
    return tuple(every)


def packed(change: Change) -> bytes:
    """As JSON for the queue; `unpacked` gives an equal change. The place in the queue is the store's own."""
    plain: dict[str, Any] = {
        "id": change.id,
        "do": change.do.value,
        "key": [change.key.connection, change.key.kind.name, change.key.external_id],
        "before": _plain(change.before),
        "after": _plain(change.after),
        "label": change.label,
        "raw": _text(change.raw),
        "series": change.series,
        "at": _moment(change.at),
        "state_at": _moment(change.state_at),
        "state": change.state.value,
        "message": change.message,
        "note": change.note,
        "account": change.account,
        "not_before": _moment(change.not_before),
        "attempts": [[_moment(attempt.at), list(attempt.baseline)] for attempt in change.attempts],
        "looks": [[_moment(look.at), look.found] for look in change.looks],
        "theirs": _plain(change.theirs),
        "theirs_raw": _text(change.theirs_raw),
        "result": change.result,
        "written": _text(change.written),
        "overwritten": _text(change.overwritten),
        "asked": change.asked,
        "read": change.read,
    }
    return json.dumps(plain, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode("ascii")


def unpacked(payload: bytes, seq: int) -> Change:
    """A change from its JSON; raises ValueError where it is not one."""
    try:
        plain = json.loads(payload)
        connection, kind, external_id = plain["key"]
        return Change(
            id=plain["id"],
            do=Do(plain["do"]),
            key=ItemKey(connection, Kind[kind], external_id),
            before=plain["before"],
            after=plain["after"],
            label=plain["label"],
            raw=_bytes(plain["raw"]),
            series=plain["series"],
            at=_needed(plain["at"]),
            state_at=_needed(plain["state_at"]),
            seq=seq,
            state=State(plain["state"]),
            message=plain["message"],
            note=plain.get("note", ""),
            account=plain["account"],
            not_before=_date(plain["not_before"]),
            attempts=tuple(Attempt(_needed(at), tuple(ids)) for at, ids in plain["attempts"]),
            looks=tuple(Look(_needed(at), found) for at, found in plain["looks"]),
            theirs=plain["theirs"],
            theirs_raw=_bytes(plain["theirs_raw"]),
            result=plain["result"],
            written=_bytes(plain["written"]),
            overwritten=_bytes(plain["overwritten"]),
            asked=plain["asked"],
            read=plain["read"],
        )
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"is no change ({error})") from None


def _plain(fields: Fields | None) -> Mapping[str, Any] | None:
    return None if fields is None else dict(fields)


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")  # byte for byte, whatever a service sent


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat()


def _date(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _needed(text: str) -> datetime:
    return datetime.fromisoformat(text)
