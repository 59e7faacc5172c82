"""A partial reading laid over the last one, and the guard against a service that suddenly forgets (C7, C8).

Works on columns: of a million rows only those that may stay are looked at by id. Both readings are of one connection.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from planner_gui.domain.entities import Account, Kind, NotUnderstood, Span
from planner_gui.domain.snapshot import (
    COLUMNS,
    NO_DAY,
    RAW_CHUNK,
    Flag,
    Form,
    Part,
    Schedules,
    Series,
    Snapshot,
    Texts,
    Timed,
    day_number,
)
from planner_gui.domain.tables import NOT_SAID

TEXT_COLUMNS = ("title", "project", "type", "item", "external_id", "resource")
_FEW_GONE = 20
_SHARE_GONE = 0.3

Bool = NDArray[np.bool_]
Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]
T = TypeVar("T")


class _Kept(NamedTuple):
    """What stays of the old rows, one value a piece: the old row, its dates as they stay, whether it is stale."""

    row: Int64
    start: Int32
    end: Int32
    stale: Bool


def merge(old: Snapshot, new: Snapshot) -> Snapshot:
    """`new` laid over `old`: its dates replace those of `old`, the rest of `old` stays (cli.md, the workspace folder).

    An item that `new` has is as `new` has it, on all its dates. One that `new` does not have stays on the dates that
    `new` did not read, an allocation at its rate; a timed event that touches the new dates, and a task that belongs to
    every reading, is gone. Rows of a resource that `new` could not read stay from `old`, flagged STALE (C8). Raw record
    numbers of `new` are moved behind those of `old`; `raw_chunks` holds only new chunks.
    """
    kept = _kept(old, new)
    # Where something could not be read, it may have told of any of them.
    unread = bool(new.not_readable)
    accounts, account_at = _united(new.accounts, old.accounts, _account_key, _needed(old, kept, "account", unread))
    sources, source_at = _united(new.sources, old.sources, lambda s: s.key, _needed(old, kept, "source", unread))
    columns = {name: column[kept.row] for name, column in old.columns.items()}
    texts, text_at = _united_texts(new.texts, old.texts, [columns[name] for name in TEXT_COLUMNS])
    columns.update({name: text_at[columns[name]] for name in TEXT_COLUMNS})
    columns.update(account=account_at[columns["account"]], source=source_at[columns["source"]])
    columns.update(start=kept.start, end=kept.end)
    columns["flags"] = columns["flags"] | np.where(kept.stale, np.uint16(Flag.STALE), np.uint16(0))
    base = -(-(int(old.columns["raw"].max(initial=-1)) + 1) // RAW_CHUNK) * RAW_CHUNK
    fresh = {**new.columns, "raw": np.where(new.columns["raw"] < 0, -1, new.columns["raw"] + base)}
    others = range(len(old.teams)) if unread else ()
    teams = _united(new.teams, old.teams, lambda t: t.key, others)[0]
    read_teams = {team.key for team in new.teams}
    return replace(
        new,
        parts=_parts(old.parts, new.parts),
        columns={name: np.concatenate([fresh[name], columns[name]]).astype(kind) for name, kind in COLUMNS.items()},
        texts=texts,
        timed=_timed(old, new, kept),
        series=_series(old, new, kept),
        schedules=_schedules(old.schedules, new.schedules, account_at, new.span),
        accounts=accounts,
        teams=teams,
        memberships=(*new.memberships, *(m for m in old.memberships if unread and m.team not in read_teams)),
        projects=_united(new.projects, old.projects, lambda p: p.key, range(len(old.projects)) if unread else ())[0],
        sources=sources,
        not_understood=_not_understood(old, new),
        raw_chunks={**old.raw_chunks, **{base // RAW_CHUNK + n: chunk for n, chunk in new.raw_chunks.items()}},
    )


def vanished(old: Snapshot, new: Snapshot) -> tuple[int, int] | None:
    """(gone, had) where `new` would remove more than 30 % and more than 20 objects, or all of them (C7); else None.

    Only objects that touch dates both readings cover are compared, by kind and external id, and not those of resources
    that `new` could not read: they stay.
    """
    compared = np.zeros(old.rows, np.bool_)
    for part in old.parts:
        for read in new.parts:
            if part.span.touches(read.span):
                both = Span(max(part.span.start, read.span.start), min(part.span.end, read.span.end))
                compared |= _touching(old, both)
    compared |= old.columns["start"] == NO_DAY
    compared &= ~_unreadable(old, new)
    had = _objects(old, compared)
    gone = had - _objects(new, np.ones(new.rows, np.bool_))
    if gone and (gone == had or (len(gone) > _FEW_GONE and len(gone) > _SHARE_GONE * len(had))):
        return len(gone), len(had)
    return None


def _objects(snapshot: Snapshot, rows: Bool) -> set[tuple[int, str]]:
    """Kind and external id of some rows."""
    key = snapshot.columns["kind"][rows].astype(np.int64) << 32 | snapshot.columns["external_id"][rows]
    return {(number >> 32, snapshot.texts[number & 0xFFFFFFFF]) for number in np.unique(key).tolist()}


def _hull(snapshot: Snapshot) -> tuple[Int32, Int32]:
    """First and last day of each row; of a task without one of its dates the other one."""
    start, end = snapshot.columns["start"], snapshot.columns["end"]
    first, last = np.where(start == NO_DAY, end, start), np.where(end == NO_DAY, start, end)
    return np.minimum(first, last), np.maximum(first, last)


def _touching(snapshot: Snapshot, span: Span) -> Bool:
    first, last = _hull(snapshot)
    return (first <= day_number(span.end)) & (last >= day_number(span.start))


def _unreadable(old: Snapshot, new: Snapshot) -> Bool:
    """The old rows of resources that `new` could not read."""
    numbers = [old.texts.find(lost.resource) for lost in new.not_readable if lost.resource]
    found: Bool = np.isin(old.columns["resource"], [number for number in numbers if number > 0])
    return found


def _kept(old: Snapshot, new: Snapshot) -> _Kept:
    """Which old rows stay, cut where the new dates reach into them."""
    given, span = old.columns, new.span
    lo, hi = day_number(span.start), day_number(span.end)
    first, last = _hull(old)
    stale = _unreadable(old, new)
    flags, kind = given["flags"], given["kind"]
    inside = (first >= lo) & (last <= hi)
    touching = (first <= hi) & (last >= lo)
    whole = flags & np.uint16(Flag.BAD_DATES) != 0
    whole[old.timed.row] = True
    whole |= kind == Kind.TASK
    left = (kind == Kind.TASK) & (given["amount"] > 0) & (flags & np.uint16(Flag.ARCHIVED) == 0)
    always = (given["end"] == NO_DAY) & (kind == Kind.TASK) | left & (last < lo)
    stays = ~(inside | (touching & whole) | always) & ~stale
    stays &= ~_known(old, new, np.flatnonzero(stays), with_account=False)
    stale &= ~_known(old, new, np.flatnonzero(stale), with_account=True)
    before, after, back = (np.flatnonzero(chosen) for chosen in (stays & (first < lo), stays & (last > hi), stale))
    start, end = given["start"], given["end"]
    later = np.where(start[after] == NO_DAY, NO_DAY, np.maximum(start[after], hi + 1))
    row = np.concatenate([before, after, back])
    order = np.argsort(row, kind="stable")
    return _Kept(
        row[order],
        np.concatenate([start[before], later, start[back]]).astype(np.int32)[order],
        np.concatenate([np.minimum(end[before], lo - 1), end[after], end[back]]).astype(np.int32)[order],
        (order >= len(before) + len(after)),
    )


def _known(old: Snapshot, new: Snapshot, rows: Int64, *, with_account: bool) -> Bool:
    """Which of some old rows `new` has too: by kind, external id and occurrence, on any account or on the same one."""
    found = np.zeros(old.rows, np.bool_)
    if not len(rows) or not new.rows:
        return found
    new_number = {new.texts[number]: number for number in np.unique(new.columns["external_id"]).tolist()}
    number = np.full(len(old.texts), -1, np.int64)
    for text in np.unique(old.columns["external_id"][rows]).tolist():
        number[text] = new_number.get(old.texts[text], -1)
    ids = number[old.columns["external_id"]]
    rows = rows[ids[rows] >= 0]
    among = np.flatnonzero(np.isin(new.columns["external_id"], ids[rows]))
    there = set(_identities(new, among, new.columns["external_id"], with_account=with_account))
    here = _identities(old, rows, ids, with_account=with_account)
    found[rows] = [identity in there for identity in here]
    return found


def _identities(snapshot: Snapshot, rows: Int64, ids: NDArray[Any], *, with_account: bool) -> list[tuple[Any, ...]]:
    """What makes each row the same as one of the other reading; ids: numbers of the external ids."""
    occurrence = np.full(snapshot.rows, NO_DAY, np.int32)
    occurrence[snapshot.series.row] = snapshot.series.occurrence
    keys = ["", *(_account_key(account) for account in snapshot.accounts)]
    accounts = snapshot.columns["account"][rows].tolist() if with_account else [-1] * len(rows)
    columns = (snapshot.columns["kind"][rows].tolist(), ids[rows].tolist(), occurrence[rows].tolist(), accounts)
    return [(kind, i, day, keys[account + 1]) for kind, i, day, account in zip(*columns, strict=True)]


def _account_key(account: Account) -> str:
    return account.key.casefold()


def _needed(old: Snapshot, kept: _Kept, column: str, unread: bool) -> Iterable[int]:
    """The entries of the old accounts or sources that the kept rows need; all of them where something was not read."""
    used = np.unique(old.columns[column][kept.row]).tolist()
    entries = old.accounts if column == "account" else old.sources
    return range(len(entries)) if unread else [number for number in used if number >= 0]


def _united(
    new: Sequence[T], old: Sequence[T], key: Callable[[T], str], needed: Iterable[int]
) -> tuple[tuple[T, ...], Int32]:
    """The new entries and the needed old ones that are not among them, and where each old one is now; -1 none."""
    place = {key(entry): number for number, entry in enumerate(new)}
    joined = list(new)
    for number in needed:
        if place.setdefault(key(old[number]), len(joined)) == len(joined):
            joined.append(old[number])
    at = [place.get(key(entry), -1) for entry in old]
    return tuple(joined), np.array([*at, -1], np.int32)


def _united_texts(new: Texts, old: Texts, columns: Iterable[NDArray[Any]]) -> tuple[Texts, Int32]:
    """The new texts and those old ones that the columns name, and where each old one is now."""
    used = np.zeros(len(old), np.bool_)
    for column in columns:
        used[column] = True
    at = np.zeros(len(old), np.int32)
    if not used.any():
        return new, at
    texts = {new[number]: number for number in range(len(new))}
    for number in np.flatnonzero(used).tolist():
        at[number] = texts.setdefault(old[number], len(texts))
    return Texts.of(texts), at


def _entries(table: Int32, rows: Int64) -> tuple[Int64, Int64]:
    """Which of some rows are in a sparse table, and where in it."""
    if not len(table):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    at = np.minimum(np.searchsorted(table, rows), len(table) - 1)
    there = np.flatnonzero(table[at] == rows)
    return there, at[there]


def _timed(old: Snapshot, new: Snapshot, kept: _Kept) -> Timed:
    there, at = _entries(old.timed.row, kept.row)
    return Timed(
        np.concatenate([new.timed.row, (there + new.rows).astype(np.int32)]),
        np.concatenate([new.timed.start_minute, old.timed.start_minute[at]]),
        np.concatenate([new.timed.end_minute, old.timed.end_minute[at]]),
    )


def _series(old: Snapshot, new: Snapshot, kept: _Kept) -> Series:
    """The entries of both; a total that was cut keeps the rate of its whole span."""
    given = old.columns
    entries = np.full((len(kept.row), 3), NO_DAY, np.int32)
    there, at = _entries(old.series.row, kept.row)
    entries[there] = np.stack([old.series.occurrence, old.series.first_start, old.series.first_end], axis=1)[at]
    start, end = given["start"][kept.row], given["end"][kept.row]
    cut = (start != kept.start) | (end != kept.end)
    own_rate = cut & (given["form"][kept.row] == Form.TOTAL) & (entries[:, 1] == NO_DAY)
    entries[own_rate, 1], entries[own_rate, 2] = start[own_rate], end[own_rate]
    rows = np.flatnonzero((entries != NO_DAY).any(axis=1))
    return Series(
        np.concatenate([new.series.row, (rows + new.rows).astype(np.int32)]),
        *(
            np.concatenate([column, entries[rows, i]])
            for i, column in enumerate((new.series.occurrence, new.series.first_start, new.series.first_end))
        ),
    )


def _schedules(old: Schedules, new: Schedules, account_at: Int32, span: Span) -> Schedules:
    """Both matrices as one: on the new dates what `new` says of an account that it speaks of."""
    account = account_at[old.account]
    old = Schedules(account[account >= 0], old.start, old.minutes[account >= 0])
    if not len(old.account) or not len(new.account):
        return old if len(old.account) else new
    start = min(old.start, new.start)
    days = max(old.start + old.minutes.shape[1], new.start + new.minutes.shape[1]) - start
    accounts = np.union1d(old.account, new.account).astype(np.int32)
    minutes = np.full((len(accounts), days), NOT_SAID, np.int16)
    old_at, new_at = np.searchsorted(accounts, old.account), np.searchsorted(accounts, new.account)
    minutes[old_at, old.start - start : old.start - start + old.minutes.shape[1]] = old.minutes
    lo, hi = max(0, day_number(span.start) - start), max(0, day_number(span.end) - start + 1)
    minutes[new_at, lo:hi] = NOT_SAID
    part = minutes[:, new.start - start : new.start - start + new.minutes.shape[1]]
    part[new_at] = np.where(new.minutes == NOT_SAID, part[new_at], new.minutes)
    return Schedules(accounts, start, minutes)


def _parts(old: Iterable[Part], new: Sequence[Part]) -> tuple[Part, ...]:
    """The new parts, and what they leave of the old ones, by date."""
    left = list(old)
    for part in new:
        left = [rest for each in left for rest in _without(each, part.span)]
    return tuple(sorted([*left, *new], key=lambda part: part.span))


def _without(part: Part, span: Span) -> list[Part]:
    """A part without the dates of `span`: none, one or two."""
    found = []
    if part.span.start < span.start:
        found.append(Part(Span(part.span.start, min(part.span.end, _moved(span.start, -1))), part.read_at))
    if part.span.end > span.end:
        found.append(Part(Span(max(part.span.start, _moved(span.end, 1)), part.span.end), part.read_at))
    return found


def _moved(day: date, days: int) -> date:
    return day + timedelta(days=days)


def _not_understood(old: Snapshot, new: Snapshot) -> tuple[NotUnderstood, ...]:
    """Such records have no dates: old ones stay until half of the old dates are read again, or the record itself is."""
    left = sum(len(part.span) for part in _parts(old.parts, new.parts)) - sum(len(part.span) for part in new.parts)
    if left * 2 <= sum(len(part.span) for part in old.parts):
        return new.not_understood
    again = set(new.not_understood)
    return (*new.not_understood, *(record for record in old.not_understood if record not in again))
