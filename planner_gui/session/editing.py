"""What an edit needs of the workspace before it is kept: the item as it stands, and whether the edit may be made.

Everything here works without a network; nothing here changes anything.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from planner_gui.domain.changes import Change
from planner_gui.domain.drafts import Draft, accounts_of, drafts
from planner_gui.domain.edits import Capability, Do, Edit, Fields, Item, ItemKey, Value, differing
from planner_gui.domain.entities import AccountRef, Kind
from planner_gui.domain.errors import EditRefused
from planner_gui.domain.items import key_of, known_of, rows_of_item
from planner_gui.domain.overlaps import overlapping, words
from planner_gui.domain.overlay import preview
from planner_gui.domain.plan import Plan
from planner_gui.domain.snapshot import Flag
from planner_gui.session.changes import account_of
from planner_gui.sources.fields import Unreadable
from planner_gui.sources.writing import Vocabulary

if TYPE_CHECKING:
    from planner_gui.session.workspace import Workspace

_NOUNS = {Kind.ABSENCE: "absences", Kind.ALLOCATION: "allocations", Kind.EVENT: "events", Kind.TASK: "tasks"}
_PARTS = np.uint16(Flag.OCCURRENCE | Flag.REFLECTION)
ONE_ABSENCE_AT_A_TIME = frozenset({"bigpicture"})


def accounts(workspace: Workspace) -> Callable[[str], str]:
    """What says which account a connection is, by its name (W17)."""
    known = {connection.name: account_of(connection) for connection in workspace.connections}
    return lambda name: known.get(name, "")


async def item(workspace: Workspace, plan: Plan, row: int) -> Item:
    """The item of a row, with the edits made here. EditRefused where its record is not kept or cannot be read."""
    key = key_of(plan, row)
    speech = _vocabulary(workspace, key)
    draft = next((draft for draft in drafts(workspace.changes) if draft.key == key), None)
    on = _accounts(plan, key)
    if draft is not None and (fields := draft.fields or draft.before) is not None:
        return Item(key, fields, draft.raw, _series(speech, draft, on))
    snapshot = next(s for s in plan.snapshots if s.connection == key.connection)
    row = _parent(plan, key, row)
    raw = await workspace.readings.raw(snapshot, plan.value(row, "raw"))
    title = plan.text(row, "title")
    if raw is None:
        raise EditRefused("its record is not kept any more", subject=title, advice="Sync, then edit it.", faults={})
    try:
        found = speech.item(key, raw, on)
    except Unreadable as error:
        raise EditRefused(f"its record cannot be read ({error})", subject=title, faults={}) from error
    return replace(found, fields={**found.fields, **_shown(plan, row, found.fields)})


def _parent(plan: Plan, key: ItemKey, row: int) -> int:
    """The row of the record that can be edited: a later occurrence or a member's share stands for its parent."""
    rows = rows_of_item(plan, key)
    own = rows[plan.columns["flags"][rows] & _PARTS == 0]
    return row if row in own or not len(own) else int(own[0])


def _shown(plan: Plan, row: int, fields: Fields) -> dict[str, Value]:
    """What is only shown of an item, as the plan has it: a record names projects by their keys alone."""
    project = plan.projects[int(plan.columns["project"][row])]
    here: dict[str, Value] = {"title": plan.text(row, "title"), "project_name": project}
    if plan.kind(row) is Kind.ALLOCATION:
        here["project"] = project
    return {name: value for name, value in here.items() if name in fields and value}


def _series(speech: Vocabulary, draft: Draft, on: Sequence[str]) -> int:
    """How many dates or people the service's record stands for."""
    try:
        return speech.item(draft.key, draft.raw, on).series if draft.raw else 1
    except Unreadable:
        return 1


def _accounts(plan: Plan, key: ItemKey) -> list[str]:
    """The accounts that an item was read on."""
    found: dict[str, None] = {}
    for row in rows_of_item(plan, key).tolist():
        snapshot, at = plan.snapshots[int(plan.columns["connection"][row])], plan.value(row, "account")
        if at >= 0:
            found[snapshot.accounts[at].key] = None
    return list(found)


def check(workspace: Workspace, edits: Sequence[Edit]) -> None:
    """EditRefused for the first edit that cannot be made: by the service's rules, or beside what the plan has."""
    if not workspace.pending.persistent:
        raise EditRefused(
            "changes cannot be kept here, so nothing can be edited",
            subject=str(workspace.folder),
            advice="Open the workspace where it can be written.",
            faults={},
        )
    for edit in edits:
        _check(workspace, edit)
    _check_overlaps(workspace, edits)


def _check(workspace: Workspace, edit: Edit) -> None:
    """What the service can do, and what it takes."""
    key = edit.key
    speech = _vocabulary(workspace, key)
    able = speech.capabilities.get(key.kind)
    if able is None:
        raise EditRefused(f"{key.connection} has no {_NOUNS[key.kind]} that can be edited", faults={})
    new = _is_new(workspace.changes, key)
    if reason := _why_not(able, Do.CREATE if new else edit.do):
        raise EditRefused(reason, subject=edit.label, faults={})
    if edit.after is None:
        return
    faults = speech.faults(key.kind, edit.after, None if new else edit.before)
    if faults:
        raise EditRefused("; ".join(faults.values()), subject=edit.label, faults=faults)


def _is_new(changes: Sequence[Change], key: ItemKey) -> bool:
    """Whether an item is known here alone, so that every edit of it is part of its creation."""
    return any(change.key == key and change.do is Do.CREATE and change.editable for change in changes)


def _why_not(able: Capability, do: Do) -> str:
    return {Do.CREATE: able.create, Do.UPDATE: able.update, Do.DELETE: able.delete}[do]


def _check_overlaps(workspace: Workspace, edits: Sequence[Edit]) -> None:
    """A person's absences may not overlap there, all these edits made."""
    kinds = {connection.name: connection.kind for connection in workspace.connections}
    moved = [edit for edit in edits if kinds.get(edit.key.connection) in ONE_ABSENCE_AT_A_TIME and _takes_days(edit)]
    if not moved:
        return
    base, pending = workspace.base, workspace.pending
    owners = known_of(base).people_of(base)
    refs = {AccountRef(edit.key.connection, account) for edit in moved for account in accounts_of(edit.after)}
    small = preview(
        base, pending.with_edits(edits, workspace.readings.now()), [owners[ref] for ref in refs if ref in owners]
    )
    for edit in moved:
        others = overlapping(small, pending.name_now(edit.key))
        if len(others):
            fault = f"overlaps {words(small, int(others[0]))}; a person's absences may not overlap there"
            raise EditRefused(fault, subject=edit.label, faults={"start": fault})


def _takes_days(edit: Edit) -> bool:
    """Whether an absence is on days, or on somebody, that it was not on before."""
    if edit.key.kind is not Kind.ABSENCE or edit.after is None:
        return False
    return edit.before is None or bool(differing(Kind.ABSENCE, edit.before, edit.after) & {"account", "start", "end"})


def _vocabulary(workspace: Workspace, key: ItemKey) -> Vocabulary:
    try:
        return workspace.vocabulary(key.connection)
    except KeyError:
        raise EditRefused(f"there is no connection called {key.connection}", faults={}) from None
