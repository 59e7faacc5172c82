"""The plan with what was edited here laid over it, as a plan like any other (docs/capacity.md, Load 7).

Only the rows of people whom an edit touches are made anew; a million others are copied as they are. Rows of edits are
made by the same `Reading` that makes those of a service, in a snapshot of their own behind the others, which has
nothing to say but its rows. Nothing here knows how a change is sent or kept.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from planner_gui.domain.absences import mark_duplicates
from planner_gui.domain.assembly import Columns, columns_of, laid_out, of_somebody
from planner_gui.domain.changes import Change
from planner_gui.domain.counting import counts_as, default_tasks
from planner_gui.domain.drafts import Draft, Standing, accounts_of, drafts, entities, team_of
from planner_gui.domain.edits import ItemKey
from planner_gui.domain.entities import AccountRef, CountsAs, Item, Kind, Membership, Page, Record, Span
from planner_gui.domain.items import NO_ROWS, inherit, key_of, known_of, rows_of_item
from planner_gui.domain.plan import Plan
from planner_gui.domain.reading import Reading
from planner_gui.domain.snapshot import Flag, Form, Int32, Int64, Snapshot, day_number, unpack_raws
from planner_gui.domain.touching import concerning
from planner_gui.domain.working import narrow

__all__ = ["key_of", "overlaid", "preview", "rows_of_item"]


def overlaid(plan: Plan, changes: Sequence[Change]) -> Plan:
    """The plan with all shown changes (`changes.SHOWN`) in it; the plan itself where there is nothing to lay over.

    A pending create or update is rows with its PENDING flag, a pending delete keeps its rows with PENDING_DELETE and
    IGNORE; a change that is done has neither. A pending create's external id is its change's id. A change of a
    connection that was never read is not shown: nobody knows yet whose it is.
    """
    edits = Edits(plan, changes)
    people = edits.people()
    if not len(people):
        return plan
    whole = spliced(plan, edits.part(people), people)
    inherit(whole, plan)
    return whole


def preview(plan: Plan, changes: Sequence[Change], people: Sequence[int]) -> Plan:
    """The same for some people only, as a small plan of them alone, in the order of the plan, by the numbers of 0 ...

    people: indices into the plan's; len(plan.people) asks for the rows of nobody too.
    """
    chosen = np.unique(np.array(people, np.int32))
    edits = Edits(plan, concerning(plan, changes, chosen.tolist()))
    edits.keep(chosen)
    return edits.part(chosen)


# --- the edited items of one plan -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Edited:
    """A changed item in a plan.

    rows: those of its last reading. on: indices of the people who have or get it. items: as it is now.
    """

    draft: Draft
    rows: Int64
    members: tuple[Membership, ...]
    on: frozenset[int]
    items: tuple[Item, ...] = ()


class Edits:
    """The changed items of a plan, and the rows they make."""

    def __init__(self, plan: Plan, changes: Sequence[Change]) -> None:
        self._plan = plan
        self._known = known_of(plan)
        self._first: dict[str, Snapshot] = {}
        for snapshot in plan.snapshots:
            self._first.setdefault(snapshot.connection, snapshot)
        found = [draft for draft in drafts(changes) if draft.key.connection in self._first]
        self._known.look_up(plan, {draft.read or draft.key for draft in found})
        others = {draft.read for draft in found}
        settled = (self._as_read(draft, others) for draft in found)
        self._items = [self._edited(draft) for draft in settled if draft is not None]

    def _as_read(self, draft: Draft, others: Collection[ItemKey | None]) -> Draft | None:
        """The draft of a create that was read since as one of what was read; None where the reading has it all.

        others: under these names other items were read (an absence moved, and another created where it was).
        """
        if draft.read is not None or draft.key in others or not len(self._known.rows[draft.key]):
            return draft
        return replace(draft, read=draft.key) if draft.pending else None

    def _edited(self, draft: Draft) -> _Edited:
        plan, first = self._plan, self._first[draft.key.connection]
        rows = self._known.rows[draft.read] if draft.read is not None else NO_ROWS
        members: tuple[Membership, ...] = ()
        if team := team_of(draft.fields):
            members = tuple(m for m in first.memberships if m.team == team) or self._reflected(team, rows, first)
        people, accounts = self._known.people_of(plan), self._known.accounts_of(first)
        on = set(plan.columns["person"][rows].tolist())
        for key in (*accounts_of(draft.fields), *(member.account for member in members)):
            account = accounts.get(key.casefold())
            on.add(len(plan.people) if account is None else people.get(AccountRef(first.connection, account.key), -1))
        if draft.fields is not None and (team or not accounts_of(draft.fields)):
            on.add(len(plan.people))
        return _Edited(draft, rows, members, frozenset(on - {-1}))

    def _reflected(self, team: str, rows: Int64, first: Snapshot) -> tuple[Membership, ...]:
        """Those on whom the plan of a team was reflected, where the service told of no members."""
        reflections = rows[self._plan.columns["flags"][rows] & Flag.REFLECTION != 0]
        accounts = np.unique(self._plan.gather(reflections, "account")).tolist()
        return tuple(Membership(team=team, account=first.accounts[at].key) for at in accounts if at >= 0)

    def people(self) -> Int32:
        """Everybody whom an edit touches, ascending; len(plan.people) for nobody."""
        return np.array(sorted({person for item in self._items for person in item.on}), np.int32)

    def keep(self, people: Int32) -> None:
        """Forget the items that are on none of these people."""
        wanted = set(people.tolist())
        self._items = [item for item in self._items if wanted & item.on]

    def part(self, people: Int32, into: Plan | None = None) -> Plan:
        """A plan of some people alone, ascending, with the edits in it.

        into: the plan that it is to be a part of, which has the snapshots and projects of earlier edits.
        """
        plan, into = self._plan, self._plan if into is None else into
        self._items = [described for item in self._items if (described := self._described(item)) is not None]
        named = people[people < len(plan.people)]
        projects = {name: number for number, name in enumerate(into.projects)}
        made = [part for part in map(self._made, self._first.values()) if part is not None]
        parts = [self._kept(people)]
        for number, (snapshot, pending) in enumerate(made, len(into.snapshots)):
            parts.append(self._placed(snapshot, number, pending, projects, people))
        columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        columns["person"] = np.searchsorted(people, columns["person"]).astype(np.int32)
        small = laid_out(
            columns,
            len(named),
            partial(
                replace,
                plan,
                people=tuple(plan.people[person] for person in named.tolist()),
                snapshots=(*into.snapshots, *(snapshot for snapshot, _ in made)),
                projects=into.projects if len(projects) == len(into.projects) else tuple(projects),
            ),
        )
        narrow(small, plan, named)
        done = replace(small, columns={**small.columns, "counts_as": mark_duplicates(small)})
        narrow(done, plan, named)
        return done

    def _described(self, item: _Edited) -> _Edited | None:
        """The item with its entities; None where its fields describe none: it is in the queue, and Review shows it."""
        try:
            found = entities(item.draft, self._standing(item), [member.account for member in item.members])
            return replace(item, items=tuple(found))
        except ValueError:
            return None

    def _kept(self, people: Int32) -> Columns:
        """The rows that these people have anyway: without those of items made anew, and with marked deletes."""
        plan = self._plan
        spans = [np.arange(plan.offsets[p], plan.offsets[p + 1], dtype=np.int64) for p in people.tolist()]
        rows = np.concatenate([NO_ROWS, *spans])
        anew = [item.rows for item in self._items if item.draft.fields is not None or item.draft.gone]
        rows = rows[~np.isin(rows, np.concatenate([NO_ROWS, *anew]))]
        columns = {name: column[rows] for name, column in plan.columns.items() if name != "lane"}
        deleted = [i.rows for i in self._items if i.draft.fields is None and i.draft.deleted]
        marked = np.isin(rows, np.concatenate([NO_ROWS, *deleted]))
        columns["flags"][marked] |= np.uint16(Flag.PENDING_DELETE)
        columns["counts_as"][marked] = CountsAs.IGNORE
        return columns

    def _made(self, first: Snapshot) -> tuple[Snapshot, NDArray[np.uint16]] | None:
        """A snapshot of a connection's edited items, and the PENDING flag of each row; None where there is none."""
        mine = [item for item in self._items if item.draft.key.connection == first.connection]
        reading = Reading(first.connection, first.kind, first.span, self._plan.rules.zone)
        accounts = self._known.accounts_of(first)
        for number, item in enumerate(mine):
            named = {*accounts_of(item.draft.fields), *(member.account for member in item.members)}
            known = tuple(accounts[key.casefold()] for key in named if key.casefold() in accounts)
            page = Page(
                accounts=known,
                memberships=item.members,
                records=tuple(Record(each, str(number).encode()) for each in item.items),
            )
            before = reading.items
            reading.add(page)
            if item.items and reading.items == before:  # outside the dates that were read: shown all the same
                reading.span = _widened(first.span, item.items[0])
                reading.add(page)
                reading.span = first.span
        if not reading.items:
            return None
        return self._finished(reading.finish(first.read_at), first, mine)

    def _finished(
        self, made: Snapshot, first: Snapshot, mine: Sequence[_Edited]
    ) -> tuple[Snapshot, NDArray[np.uint16]]:
        """The snapshot as the connection's own: read when it was, raw records where they were kept, flags."""
        numbers = [int(raw) for chunk in sorted(made.raw_chunks) for raw in unpack_raws(made.raw_chunks[chunk])]
        item = np.array(numbers, np.int64)[made.columns["raw"]]
        raws = [self._plan.value(int(each.rows[0]), "raw") if len(each.rows) else -1 for each in mine]
        pending = np.array([int(each.draft.pending) for each in mine], np.uint16)[item]
        columns = {
            **made.columns,
            "raw": np.array(raws, np.int32)[item],
            "flags": made.columns["flags"] | pending,
        }
        snapshot = replace(made, parts=first.parts, columns=columns, memberships=(), raw_chunks={})
        return snapshot, pending

    def _placed(
        self, snapshot: Snapshot, number: int, pending: NDArray[np.uint16], projects: dict[str, int], people: Int32
    ) -> Columns:
        """The rows of a snapshot of edits that are on some people, as the plan's columns."""
        plan = self._plan
        index = self._known.people_of(plan)
        known = self._known.accounts_of(self._first[snapshot.connection])
        nobody = len(plan.people)
        owners = [
            index.get(AccountRef(snapshot.connection, account.key), -1) if account.key.casefold() in known else nobody
            for account in snapshot.accounts
        ]
        person = np.array([*owners, nobody], np.int32)[snapshot.columns["account"]]
        tasks = default_tasks([*(s.kind for s in plan.snapshots), *(view.kind for view in plan.connections)])
        counts = counts_as(snapshot, plan.rules.counting, tasks)
        counts[pending == Flag.PENDING_DELETE] = CountsAs.IGNORE
        unowned = (person == nobody) & np.isin(counts, (CountsAs.LOAD, CountsAs.ABSENCE))
        counts[unowned] = CountsAs.SHOW
        columns = of_somebody(columns_of(snapshot, number, person, counts, projects, day_number(plan.today)))
        here = np.isin(columns["person"], people)
        return {name: column[here] for name, column in columns.items()}

    def _standing(self, item: _Edited) -> Standing | None:
        """What the reading says of an item; a team's plan is told by its own row, not by its reflections."""
        if not len(item.rows):
            return None
        plan = self._plan
        flags = plan.columns["flags"][item.rows]
        row = int(item.rows[int((flags & Flag.REFLECTION != 0).argmin())])
        minutes = None
        if item.draft.key.kind is Kind.TASK and plan.value(row, "form") == Form.REMAINING:
            minutes = int(plan.gather(item.rows, "amount").sum())
        return Standing(
            title=plan.text(row, "title"),
            project=plan.projects[int(plan.columns["project"][row])],
            type=plan.text(row, "type"),
            status=plan.text(row, "item") if item.draft.key.kind is Kind.TASK else "",
            resource=plan.text(row, "resource"),
            minutes=minutes,
            archived=bool(int(flags[0]) & Flag.ARCHIVED),
        )


def _widened(span: Span, item: Item) -> Span:
    """The dates read, and those of an item."""
    start = getattr(item, "start", None) or span.start
    end = getattr(item, "end", None) or getattr(item, "due", None) or start
    return Span(min(span.start, start, end), max(span.end, start, end))


def spliced(plan: Plan, small: Plan, people: Int32) -> Plan:
    """The plan with the rows of some people in place of those it had."""
    person = np.append(people, np.int32(len(plan.people)))[small.columns["person"]]
    places = small.offsets if people[-1] == len(plan.people) else small.offsets[:-1]
    sources = {**small.columns, "person": person}
    columns = {}
    for name, column in plan.columns.items():
        pieces, at = [], 0
        for number, one in enumerate(people.tolist()):
            pieces += [column[at : plan.offsets[one]], sources[name][places[number] : places[number + 1]]]
            at = int(plan.offsets[one + 1])
        columns[name] = np.concatenate([*pieces, column[at:]])
    sizes = np.diff(plan.offsets)
    sizes[people] = np.diff(places)[: len(people)]
    heights = plan.lanes.copy()
    heights[people[: len(small.people)]] = small.lanes
    return replace(
        plan,
        columns=columns,
        offsets=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        lanes=heights,
        snapshots=small.snapshots,
        projects=small.projects,
    )
