"""What edits would do, before anything is kept: small plans with the edits in them, and their effect in words.

Answers at once and changes nothing; the same code shows a drag, a dialog's strip and the review's column.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from planner_gui.domain.changes import Change
from planner_gui.domain.drafts import accounts_of, team_of
from planner_gui.domain.edits import Edit, Fields, ItemKey
from planner_gui.domain.entities import AccountRef, Span
from planner_gui.domain.items import known_of, rows_of_item
from planner_gui.domain.overlay import preview
from planner_gui.domain.plan import Plan
from planner_gui.session.workspace import Workspace
from planner_gui.ui.timeline.ghost import Ghost

MOST_PEOPLE = 2  # named in an effect


def people_of(plan: Plan, key: ItemKey, versions: Iterable[Fields | None]) -> list[int]:
    """Whom an item is on now, and whom it is on in some versions of it; indices, len(plan.people) for nobody."""
    found = set(plan.columns["person"][rows_of_item(plan, key)].tolist())
    owners = known_of(plan).people_of(plan)
    for fields in versions:
        if fields is None:
            continue
        accounts = accounts_of(fields)
        found |= {owners.get(AccountRef(key.connection, account), len(plan.people)) for account in accounts}
        if team := team_of(fields):
            members = {m.account for s in plan.snapshots for m in s.memberships
                       if s.connection == key.connection and m.team == team}  # fmt: skip
            found |= {owners[ref] for m in members if (ref := AccountRef(key.connection, m)) in owners}
        if team or not accounts:
            found.add(len(plan.people))
    return sorted(found)


def small_plan(workspace: Workspace, edits: Sequence[Edit]) -> tuple[Plan, dict[int, int]]:
    """The people whom some edits touch, with the edits in, and their numbers: in the shown plan -> in it."""
    plan = workspace.plan
    touched = {person for edit in edits for person in people_of(plan, edit.key, (edit.before, edit.after))}
    people = sorted(touched)
    changes = workspace.pending.with_edits(edits, workspace.readings.now())
    small = preview(workspace.base, changes, people)
    return small, {person: at for at, person in enumerate(people) if person < len(plan.people)}


def ghost(workspace: Workspace, edits: Sequence[Edit]) -> Ghost:
    """What some edits would look like on the timeline."""
    small, people = small_plan(workspace, edits)
    rows = {int(row) for edit in edits for row in rows_of_item(small, edit.key)}
    return Ghost.of(small, people, rows)


def effect(base: Plan, changes: Sequence[Change], one: Change) -> str:
    """What one of the changes does to its people's load, the others being there anyway; "" where nothing."""
    from planner_gui.ui.dialogs.effects import change_words

    span = _span((one.before, one.after))
    people = [who for who in people_of(base, one.key, (one.before, one.after)) if who < len(base.people)]
    if span is None or not people:
        return ""
    without = preview(base, [change for change in changes if change.id != one.id], people)
    whole = preview(base, changes, people)
    said = [change_words(without, whole, base.people[who].id, span) for who in people[:MOST_PEOPLE]]
    if len(people) > 1:  # else the line names them
        named = zip(people, said, strict=False)
        said = [f"{base.people[who].name.split()[0]} {words}" if words else "" for who, words in named]
    more = f"and {len(people) - MOST_PEOPLE} more" if len(people) > MOST_PEOPLE else ""
    return "; ".join(part for part in (*said, more) if part)


def _span(versions: Iterable[Fields | None]) -> Span | None:
    """From the first to the last day of some versions of an item."""
    days = [
        date.fromisoformat(value)
        for fields in versions
        if fields is not None
        for name in ("start", "end", "due", "until")
        if isinstance(value := fields.get(name), str) and value
    ]
    return Span(min(days), max(days)) if days else None
