"""What the user decides of a change: mine, theirs, drop, take back, restore. Pure; nothing is sent or kept here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from planner_gui.domain.changes import Change, State, new_id
from planner_gui.domain.edits import Do, Edit, Fields, inverse, merge
from planner_gui.domain.errors import UsageError
from planner_gui.session import reconcile
from planner_gui.sources.writing import Vocabulary

KEPT = timedelta(days=30)  # how long overwritten values can be restored (W12)
FITTING: Mapping[State, tuple[str, ...]] = {
    State.UNKNOWN: ("look", "again", "drop", "theirs"),
    State.CONFLICT: ("mine", "theirs", "drop"),
}


def require_fitting(change: Change, choice: str) -> None:
    """Raises UsageError where a choice does not fit the change's state (cli.md, `resolve`)."""
    fitting = FITTING.get(change.state, ("drop",))
    if choice not in fitting:
        advice = f"Use one of {', '.join(fitting)}."
        raise UsageError(f"{choice} does not fit a change that is {change.state}", advice=advice)


def mine(change: Change, fields: Fields | None, now: datetime) -> Change:
    """Mine after all: laid over what the user has just seen of theirs, to be compared again with exactly that (4.5).

    fields: mine as edited or merged in the dialog; without them mine where both changed the same, theirs where they
    alone did (W11). What is gone there is created again, as a new item.
    """
    after = _over_theirs(change) if fields is None else fields
    queued = change.to(State.QUEUED, now, after=after, asked=True, looks=(), theirs=None, theirs_raw=b"")
    if change.do is Do.CREATE:
        return queued
    if change.theirs is not None:
        return replace(queued, before=change.theirs, raw=change.theirs_raw, series=True, attempts=())
    if change.do is Do.UPDATE:
        key = change.key._replace(external_id=change.id)
        return replace(queued, do=Do.CREATE, key=key, before=None, raw=b"", attempts=())
    return queued


def _over_theirs(change: Change) -> Fields | None:
    """My changes laid over theirs; as it is where there is nothing to lay it over."""
    if change.do is not Do.UPDATE or change.theirs is None or change.before is None or change.after is None:
        return change.after
    return merge(change.key.kind, change.before, change.after, change.theirs).fields


def dropped(change: Change, words: str, now: datetime, changes: Sequence[Change]) -> list[Change]:
    """Nothing more is sent of it; what was to follow on an item that is never made goes with it (W14)."""
    found = [change.to(State.DROPPED, now, words)]
    if change.do is Do.CREATE:
        waiting = reconcile.waiting_on(change, changes)
        found += [one.to(State.DROPPED, now, "dropped with what it changes") for one in waiting]
    return found


def take_back(change: Change) -> Edit:
    """The edit that undoes a change that was sent, for review like any other. UsageError where it was not sent."""
    if change.state is not State.DONE:
        raise UsageError("only a change that was sent can be taken back", subject=change.label)
    key = change.key._replace(external_id=change.result or change.key.external_id)
    sent = Edit(do=change.do, key=key, before=change.before, after=change.after, label=change.label, raw=change.written)
    return inverse(sent, new_id=new_id(), label=f"Take back: {change.label}")


def restore(change: Change, vocabulary: Vocabulary, now: datetime) -> Edit:
    """The edit that brings back what a change overwrote (W12), or a dropped change as it was.

    UsageError where nothing was overwritten, or more than 30 days ago.
    """
    if now - change.state_at > KEPT:
        raise UsageError("was kept for 30 days, which are over", subject=change.label)
    label = f"Restore: {change.label}"
    if change.state is State.DROPPED:
        do, key = change.do, change.key
        if do is Do.CREATE:
            key = key._replace(external_id=new_id())
        return Edit(do=do, key=key, before=change.before, after=change.after, label=label, raw=change.raw)
    if change.state is not State.DONE or not change.overwritten:
        raise UsageError("has overwritten nothing", subject=change.label)
    accounts = [str(value) for value in [(change.before or {}).get("account")] if value]
    fields = vocabulary.item(change.key, change.overwritten, accounts).fields
    if change.do is Do.DELETE:
        key = change.key._replace(external_id=new_id())
        return Edit(do=Do.CREATE, key=key, before=None, after=fields, label=label)
    key = change.key._replace(external_id=change.result or change.key.external_id)
    return Edit(do=Do.UPDATE, key=key, before=change.after, after=fields, label=label, raw=change.written)
