"""The plan with edits laid over it (docs/capacity.md, Load 7; W14; docs/cli.md: pending deletes, team plans)."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner_gui.domain import working as working_module
from planner_gui.domain.capacity import read_days
from planner_gui.domain.changes import Change, State
from planner_gui.domain.checks import findings
from planner_gui.domain.edits import Fields
from planner_gui.domain.entities import CountsAs, Kind, Membership, NotUnderstood, VendorSchedule
from planner_gui.domain.items import key_of, rows_of_item
from planner_gui.domain.overlay import overlaid, preview
from planner_gui.domain.plan import Plan
from planner_gui.domain.receipt import as_text, receipt
from planner_gui.domain.snapshot import PENDING, Flag, day_number
from planner_gui.domain.wording import source_words
from planner_gui.reports.plan_json import items
from tests.domain.cases import day, load, plan_of, snapshot, span
from tests.domain.edited import (
    SERVICE,
    absence,
    allocation,
    content,
    created,
    deleted,
    entity,
    key,
    later,
    numbers,
    task,
    updated,
)

PEOPLE = ("ana", "bo", "cy")
NAMES = [name.title() for name in PEOPLE]
READ = "2026-10-01..2027-03-31"
SHOWN = span("2026-11-02..2027-01-31")
Items = dict[tuple[Kind, str], Fields]


def plan_with(items: Items, members: Sequence[Membership] = (), **more: Any) -> Plan:
    """A plan of three services that have these items."""
    by_service: dict[str, list[Any]] = {name: [] for name in SERVICE.values()}
    accounts = [member.account for member in members]
    for (kind, name), fields in items.items():
        by_service[SERVICE[kind]] += entity(key(kind, name), fields, accounts)
    read = span(READ)
    return plan_of(
        [
            snapshot(name, found, read=read, people=PEOPLE, memberships=members if name == "tempo" else (), **more)
            for name, found in by_service.items()
        ]
    )


def names(plan: Plan, flag: Flag) -> list[str]:
    """External ids of the rows that have a flag."""
    rows = np.flatnonzero(plan.columns["flags"] & np.uint16(flag) != 0)
    return [plan.text(int(row), "external_id") for row in rows]


# --- any edits at all -------------------------------------------------------------------------------------------------

_days = st.integers(0, 60).map(lambda n: str(day("2026-11-09") + np.timedelta64(n, "D").astype(object)))
_who = st.sampled_from(PEOPLE)
_lengths = st.integers(0, 12)


def _end(start: str, length: int) -> str:
    return str(day(start) + np.timedelta64(length, "D").astype(object))


_absences = st.builds(
    lambda who, start, length, percent, comment: absence(who, start, _end(start, length), percent, comment=comment),
    _who,
    _days,
    _lengths,
    st.sampled_from([50, 100]),
    st.sampled_from(["", "Summer"]),
)
_amounts = st.sampled_from(
    [{"percent": 40}, {"percent": None, "minutes_per_day": 120}, {"percent": None, "minutes": 601}]
)
_allocations = st.builds(
    lambda who, start, length, amount, repeat, every: allocation(
        who, start, _end(start, length), **{**amount, "repeat": repeat, "include_non_working": every}
    ),
    _who,
    _days,
    st.integers(0, 4),
    _amounts,
    st.sampled_from(["never", "never", "weekly", "two-weekly", "monthly"]),
    st.booleans(),
)
_tasks = st.builds(
    lambda people, start, length, hours, done, due: task(
        people, start, _end(start, length) if due else None, hours, percent_complete=done
    ),
    st.lists(_who, max_size=3, unique=True),
    _days,
    _lengths,
    st.sampled_from([8, 40, 0.5]),
    st.sampled_from([0, 25]),
    st.booleans(),
)
_fields = {Kind.ABSENCE: _absences, Kind.ALLOCATION: _allocations, Kind.TASK: _tasks}


@st.composite
def _edits(draw: st.DrawFn) -> tuple[Items, list[Change], Items]:
    """What a plan has, changes of it, and what it has when the services have carried them out."""
    kinds = st.sampled_from(list(_fields))
    base: Items = {}
    for number in range(draw(st.integers(0, 7))):
        kind = draw(kinds)
        base[kind, str(number)] = draw(_fields[kind])
    after, changes = dict(base), []
    chosen = [item for item in base if draw(st.booleans())]
    for item in chosen:
        kind, name = item
        if draw(st.booleans()):
            after[item] = draw(_fields[kind])
            changes.append(updated(kind, name, base[item], after[item], seq=len(changes) + 1))
        else:
            changes.append(deleted(kind, name, after.pop(item), seq=len(changes) + 1))
    for number in range(draw(st.integers(0, 3))):
        kind = draw(kinds)
        fields = draw(_fields[kind])
        after[kind, f"new-{number}"] = fields
        changes.append(created(kind, fields, f"new-{number}", seq=len(changes) + 1))
    return base, changes, after


@settings(max_examples=60, deadline=None)
@given(_edits(), st.randoms(use_true_random=False))
def test_edits_give_the_plan_that_the_services_would_give_after_them(
    edits: tuple[Items, list[Change], Items], random: Any
) -> None:
    base, changes, after = edits
    plan, expected = plan_with(base), plan_with(after)
    shuffled = random.sample(changes, len(changes))
    laid = overlaid(plan, shuffled)
    assert content(laid, pending_deletes=False) == content(expected)
    assert numbers(laid, NAMES, SHOWN) == numbers(expected, NAMES, SHOWN)
    assert content(overlaid(plan, changes)) == content(laid)
    _is_sound(laid)
    done = [replace(change, state=State.DONE) for change in shuffled]
    sent = overlaid(plan, done)
    assert content(sent) == content(expected)
    assert not (sent.columns["flags"] & np.uint16(PENDING)).any()


@settings(max_examples=40, deadline=None)
@given(_edits(), st.sets(st.integers(0, 3)))
def test_a_preview_of_some_people_gives_the_numbers_of_the_whole(
    edits: tuple[Items, list[Change], Items], people: set[int]
) -> None:
    base, changes, _ = edits
    plan = plan_with(base)
    whole, part = overlaid(plan, changes), preview(plan, changes, sorted(people))
    chosen = [plan.people[person].name for person in sorted(people) if person < len(plan.people)]
    assert [person.name for person in part.people] == chosen
    assert numbers(part, NAMES, SHOWN) == numbers(whole, chosen, SHOWN)
    wanted = {*chosen, *([""] if len(plan.people) in people else [])}
    assert content(part) == [row for row in content(whole) if row[0] in wanted]
    _is_sound(part)


def _is_sound(plan: Plan) -> None:
    """Sorted, with offsets that fit, and no two items of one lane on one day."""
    columns = plan.columns
    sorting = list(zip(columns["person"].tolist(), columns["start"].tolist(), columns["end"].tolist(), strict=True))
    assert sorting == sorted(sorting)
    assert plan.offsets.tolist() == np.searchsorted(columns["person"], range(len(plan.people) + 2)).tolist()
    for person in range(len(plan.people)):
        here = plan.rows_of(person)
        lanes = columns["lane"][here].tolist()
        assert plan.lanes[person] == max(lanes, default=-1) + 1
        until: dict[int, int] = {}
        for lane, start, end in zip(lanes, columns["start"][here], columns["end"][here], strict=True):
            assert until.get(lane, -(2**40)) < start
            until[lane] = int(end)
    assert {name: column.dtype for name, column in columns.items()} == {
        "person": np.int32,
        "connection": np.int8,
        "row": np.int32,
        "kind": np.int8,
        "counts_as": np.int8,
        "flags": np.uint16,
        "start": np.int32,
        "end": np.int32,
        "project": np.int32,
        "lane": np.int16,
    }


def test_without_changes_the_plan_is_the_base_itself() -> None:
    plan = plan_with({(Kind.ALLOCATION, "41"): allocation("ana", "2026-11-16", "2026-11-20")})
    assert overlaid(plan, []) is plan
    made = created(Kind.ABSENCE, absence("ana", "2026-11-18", "2026-11-18"))
    for state in (State.DROPPED, State.REFUSED):
        assert overlaid(plan, [replace(made, state=state)]) is plan


# --- flags and names --------------------------------------------------------------------------------------------------


def test_each_pending_change_is_marked_and_counts_at_once() -> None:
    before = allocation("ana", "2026-11-16", "2026-11-20")
    away = absence("bo", "2026-11-16", "2026-11-16")
    plan = plan_with({(Kind.ALLOCATION, "41"): before, (Kind.ABSENCE, "a1"): away})
    after = allocation("ana", "2026-11-16", "2026-11-20", 100)
    new = created(Kind.ALLOCATION, allocation("bo", "2026-11-16", "2026-11-16", 25))
    laid = overlaid(plan, [new, updated(Kind.ALLOCATION, "41", before, after), deleted(Kind.ABSENCE, "a1", away)])
    assert names(laid, Flag.PENDING_CREATE) == [new.id]
    assert names(laid, Flag.PENDING_UPDATE) == ["41"]
    assert names(laid, Flag.PENDING_DELETE) == ["a1"]
    gone = rows_of_item(laid, key(Kind.ABSENCE, "a1"))
    assert laid.columns["counts_as"][gone].tolist() == [CountsAs.IGNORE]
    assert load(laid, "2026-11-16..17") == [480, 480]
    assert load(laid, "2026-11-16..17", "bo") == [120, 0]
    assert numbers(laid, ["Bo"], span("2026-11-16"))["Bo"][2] == [480]
    assert load(plan, "2026-11-16..17") == [240, 240]


def test_the_states_that_somebody_still_has_to_settle_are_shown_as_pending() -> None:
    plan = plan_with({})
    for state in (State.DRAFT, State.QUEUED, State.SENDING, State.UNKNOWN, State.CONFLICT):
        change = created(Kind.ABSENCE, absence("ana", "2026-11-18", "2026-11-18"), state=state)
        assert names(overlaid(plan, [change]), Flag.PENDING_CREATE) == [change.id]


def test_a_done_create_has_the_services_id_and_is_not_shown_twice_once_it_is_read() -> None:
    fields = allocation("ana", "2026-11-16", "2026-11-20")
    done = created(Kind.ALLOCATION, fields, state=State.DONE, result="77")
    laid = overlaid(plan_with({}), [done])
    row = int(rows_of_item(laid, key(Kind.ALLOCATION, "77"))[0])
    assert not int(laid.columns["flags"][row]) & PENDING
    read = plan_with({(Kind.ALLOCATION, "77"): fields})
    assert overlaid(read, [done]) is read


def test_an_edit_that_waits_for_its_create_is_laid_over_it() -> None:
    fields = allocation("ana", "2026-11-16", "2026-11-20")
    other = allocation("bo", "2026-11-23", "2026-11-24")
    first = created(Kind.ALLOCATION, fields, state=State.UNKNOWN, seq=1)
    edit = updated(Kind.ALLOCATION, first.id, fields, other, seq=2, at=later(1))
    laid = overlaid(plan_with({}), [edit, first])
    rows = rows_of_item(laid, first.key)
    assert [laid.people[p].name for p in laid.columns["person"][rows]] == ["Bo"]
    assert names(laid, Flag.PENDING_CREATE) == [first.id]
    laid = overlaid(plan_with({}), [edit, replace(first, state=State.DONE, result="77")])
    assert names(laid, Flag.PENDING_UPDATE) == ["77"]
    read = plan_with({(Kind.ALLOCATION, "77"): fields})
    laid = overlaid(read, [edit, replace(first, state=State.DONE, result="77")])
    assert [row[:3] for row in content(laid)] == [("Bo", "ALLOCATION", "77")]
    gone = deleted(Kind.ALLOCATION, first.id, fields, seq=3, at=later(2))
    laid = overlaid(plan_with({}), [gone, edit, first])
    assert names(laid, Flag.PENDING_DELETE) == [first.id]
    assert load(laid, "2026-11-23", "bo") == [0]


def test_an_absence_that_was_moved_is_found_by_its_new_name_and_leaves_the_old_one_free() -> None:
    before, after = absence("ana", "2026-11-16", "2026-11-17"), absence("ana", "2026-11-23", "2026-11-24")
    plan = plan_with({(Kind.ABSENCE, "ana@16"): before})
    moved = updated(Kind.ABSENCE, "ana@16", before, after, state=State.DONE, result="ana@23", seq=1)
    edit = updated(Kind.ABSENCE, "ana@23", after, {**after, "percent": 50}, seq=2)
    again = created(Kind.ABSENCE, before, state=State.DONE, result="ana@16", seq=3)
    laid = overlaid(plan, [moved, edit, again])
    assert [(row[2], row[3], row[12]) for row in content(laid)] == [
        ("ana@16", day_number(day("2026-11-16")), 10_000),
        ("ana@23", day_number(day("2026-11-23")), 5_000),
    ]
    assert names(laid, Flag.PENDING_UPDATE) == ["ana@23"]


def test_a_move_to_another_person_takes_the_rows_along() -> None:
    before, after = (allocation(who, "2026-11-16", "2026-11-20", repeat="weekly") for who in ("ana", "bo"))
    plan = plan_with({(Kind.ALLOCATION, "41"): before})
    laid = overlaid(plan, [updated(Kind.ALLOCATION, "41", before, after)])
    assert plan.lanes.tolist() == [1, 0, 0]
    assert laid.lanes.tolist() == [0, 1, 0]
    assert load(laid, "2026-11-16..17") == [0, 0]
    assert load(laid, "2026-11-16..17", "bo") == [240, 240]
    assert laid.projects is plan.projects


def test_an_account_in_another_case_is_the_same_account() -> None:
    laid = overlaid(plan_with({}), [created(Kind.ABSENCE, absence("ANA", "2026-11-18", "2026-11-18"))])
    assert [row[0] for row in content(laid)] == ["Ana"]


def test_an_account_that_nobody_has_is_shown_on_nobody_and_counts_for_nobody() -> None:
    laid = overlaid(plan_with({}), [created(Kind.ABSENCE, absence("zoe", "2026-11-18", "2026-11-18"))])
    assert [(row[0], row[5]) for row in content(laid)] == [("", CountsAs.SHOW)]


def test_an_edit_of_somebody_hidden_is_not_shown() -> None:
    from planner_gui.domain.assembly import assemble
    from planner_gui.domain.entities import AccountRef
    from planner_gui.domain.plan import Decision

    plan = plan_with({})
    everywhere = tuple(AccountRef(name, "ana") for name in SERVICE.values())
    rules = replace(plan.rules, decisions=(Decision("hide", everywhere),))
    hidden = assemble(plan.snapshots, plan.connections, rules, plan.today)
    assert overlaid(hidden, [created(Kind.ABSENCE, absence("ana", "2026-11-18", "2026-11-18"))]).rows == 0


def test_a_change_of_a_connection_that_was_never_read_is_not_shown() -> None:
    plan = plan_of([snapshot("tempo", [], read=span(READ))])
    assert overlaid(plan, [created(Kind.ABSENCE, absence("ana", "2026-11-18", "2026-11-18"))]) is plan


def test_fields_that_describe_no_item_leave_the_plan_as_it_was_read() -> None:
    before = allocation("ana", "2026-11-16", "2026-11-20")
    plan = plan_with({(Kind.ALLOCATION, "41"): before})
    for fault in ({"start": None}, {"end": "soon"}):
        laid = overlaid(plan, [updated(Kind.ALLOCATION, "41", before, {**before, **fault})])
        assert content(laid) == content(plan)


def test_an_item_outside_the_dates_that_were_read_is_shown_all_the_same() -> None:
    far = allocation("ana", "2029-01-15", "2029-01-16", repeat="weekly")
    laid = overlaid(plan_with({}), [created(Kind.ALLOCATION, far)])
    assert [row[3] for row in content(laid)] == [day_number(day("2029-01-15"))]


def test_an_update_of_an_item_that_is_gone_from_the_reading_is_not_lost() -> None:
    before = allocation("ana", "2026-11-16", "2026-11-20")
    edit = updated(Kind.ALLOCATION, "41", before, {**before, "percent": 75})
    laid = overlaid(plan_with({}), [edit])
    assert names(laid, Flag.PENDING_UPDATE) == ["41"]
    assert overlaid(plan_with({}), [deleted(Kind.ALLOCATION, "41", before)]).rows == 0


# --- what was read and no edit touched --------------------------------------------------------------------------------


def test_titles_types_and_projects_stay_as_they_were_read() -> None:
    before = task(["ana"], "2026-11-16", "2026-11-20", type="3")
    plan = plan_with({(Kind.TASK, "t"): {**before, "type": "Design", "name": "Read name", "project_name": "Read"}})
    after = {**before, "due": "2026-11-24", "project_name": ""}
    row = content(overlaid(plan, [updated(Kind.TASK, "t", before, after)]))[0]
    assert row[6:9] == ("Read", "Read name", "Design")
    row = content(overlaid(plan, [updated(Kind.TASK, "t", before, {**after, "name": "New name"})]))[0]
    assert row[7] == "New name"


def test_the_title_of_a_plan_follows_its_description_where_that_was_its_title() -> None:
    before = allocation("ana", "2026-11-16", "2026-11-20", title="Phase 1", description="Phase 1")
    plan = plan_with({(Kind.ALLOCATION, "41"): before})
    after = {**before, "description": "Phase 2"}
    assert content(overlaid(plan, [updated(Kind.ALLOCATION, "41", before, after)]))[0][7] == "Phase 2"
    before = {**before, "title": "Core", "description": "x"}
    plan = plan_with({(Kind.ALLOCATION, "41"): before})
    after = {**before, "description": "y"}
    assert content(overlaid(plan, [updated(Kind.ALLOCATION, "41", before, after)]))[0][7] == "Core"
    other = {**before, "item": {"type": "ISSUE", "id": "ORI-7"}, "title": "Login", "project": "Other"}
    row = content(overlaid(plan, [updated(Kind.ALLOCATION, "41", before, other)]))[0]
    assert row[6:10] == ("Other", "Login", "ISSUE", "ORI-7")


@pytest.mark.parametrize(
    ("hours", "done", "left"),
    [(40, 10, 1800), (20, 10, 600), (8, 10, 0), (40, 100, 0), (None, 10, None)],
)
def test_hours_input_so_far_stay_taken_off_a_new_budget(hours: float | None, done: float, left: int | None) -> None:
    """CAP-K1's task: 40 hours, 10 input, so 1,800 minutes remain, whatever per cent it says."""
    from planner_gui.domain.entities import Task

    before = task(["ana", "bo"], "2026-11-16", "2026-11-27", 40, percent_complete=0)
    read = Task(
        external_id="t",
        assignees=("ana", "bo"),
        title="Test plan",
        start=day("2026-11-16"),
        due=day("2026-11-27"),
        remaining_minutes=1800,
        percent_complete=0,
    )
    plan = plan_of([snapshot("bigtime", [read], read=span(READ), people=PEOPLE)])
    after = {**before, "budget_hours": hours, "percent_complete": done}
    laid = overlaid(plan, [updated(Kind.TASK, "t", before, after)])
    amounts = [laid.value(int(row), "amount") for row in rows_of_item(laid, key(Kind.TASK, "t"))]
    assert sum(amounts) == (left or 0)
    forms = {laid.value(int(row), "form") for row in rows_of_item(laid, key(Kind.TASK, "t"))}
    assert (forms == {0}) == (left is None)


def test_what_remains_is_shared_anew_among_new_assignees() -> None:
    before = task(["ana"], "2026-11-16", "2026-11-27", 41)
    plan = plan_with({(Kind.TASK, "t"): before})
    laid = overlaid(plan, [updated(Kind.TASK, "t", before, {**before, "assignees": ["ana", "bo", "cy"]})])
    assert [(row[0], row[11]) for row in content(laid)] == [("Ana", 820), ("Bo", 820), ("Cy", 820)]
    nobody = overlaid(plan, [updated(Kind.TASK, "t", before, {**before, "assignees": []})])
    assert [(row[0], row[5]) for row in content(nobody)] == [("", CountsAs.SHOW)]


def test_the_raw_record_of_an_item_is_still_that_of_its_reading() -> None:
    before = allocation("ana", "2026-11-16", "2026-11-20")
    items = {(Kind.ALLOCATION, str(n)): before for n in range(3)}
    plan = plan_with(items)
    new = created(Kind.ALLOCATION, before)
    laid = overlaid(plan, [updated(Kind.ALLOCATION, "2", before, {**before, "percent": 10}), new])
    assert laid.value(int(rows_of_item(laid, key(Kind.ALLOCATION, "2"))[0]), "raw") == 2
    assert laid.value(int(rows_of_item(laid, new.key)[0]), "raw") == -1


# --- team plans -------------------------------------------------------------------------------------------------------

TEAM = (
    Membership(team="9", account="ana"),
    Membership(team="9", account="bo", start=day("2026-11-18")),
    Membership(team="8", account="cy"),
)


def test_a_pending_team_plan_counts_on_the_members_last_read_while_they_are_members() -> None:
    plan = plan_with({}, TEAM)
    laid = overlaid(plan, [created(Kind.ALLOCATION, allocation(None, "2026-11-16", "2026-11-20", team="9"))])
    assert load(laid, "2026-11-16..20") == [240] * 5
    assert load(laid, "2026-11-16..20", "bo") == [0, 0, 240, 240, 240]
    assert load(laid, "2026-11-16..20", "cy") == [0] * 5
    parent = [row for row in content(laid) if row[0] == ""]
    assert [(row[5], row[9]) for row in parent] == [(CountsAs.IGNORE, "9")]
    assert names(laid, Flag.PENDING_CREATE) == [laid.text(0, "external_id")] * 3
    own = laid.snapshots[-1]
    assert (own.memberships, own.teams, own.not_understood, own.raw_chunks) == ((), (), (), {})


def test_a_team_plan_moves_with_its_reflections_and_may_become_a_persons() -> None:
    before = allocation(None, "2026-11-16", "2026-11-17", team="9")
    plan = plan_with({(Kind.ALLOCATION, "41"): before}, TEAM[:1])
    after = {**before, "start": "2026-11-23", "end": "2026-11-24"}
    laid = overlaid(plan, [updated(Kind.ALLOCATION, "41", before, after)])
    assert load(laid, "2026-11-16..24") == [0] * 7 + [240, 240]
    own = {**before, "team": None, "account": "bo"}
    laid = overlaid(plan, [updated(Kind.ALLOCATION, "41", before, own)])
    assert [row[0] for row in content(laid)] == ["Bo"]


def test_where_no_members_are_known_those_count_on_whom_the_plan_was_reflected() -> None:
    before = allocation(None, "2026-11-16", "2026-11-17", team="9")
    read = [*entity(key(Kind.ALLOCATION, "41"), before, ["ana", "bo"])]
    plan = plan_of([snapshot("tempo", read, read=span(READ), people=PEOPLE)])
    after = {**before, "percent": 100}
    laid = overlaid(plan, [updated(Kind.ALLOCATION, "41", before, after)])
    assert [load(laid, "2026-11-16", who) for who in PEOPLE] == [[480], [480], [0]]


# --- nothing is counted twice -----------------------------------------------------------------------------------------


def test_a_snapshot_of_edits_says_nothing_but_its_rows() -> None:
    misread = NotUnderstood(what="allocation", reason="no date")
    items = {(Kind.ALLOCATION, "41"): allocation("ana", "2026-11-16", "2026-11-20")}
    plan = plan_with(items, TEAM, not_understood=[misread])
    laid = overlaid(plan, [created(Kind.ALLOCATION, allocation("ana", "2026-11-16", "2026-11-17", 10))])
    assert len(laid.snapshots) == len(plan.snapshots) + 1
    assert laid.as_of == plan.as_of
    lo = day_number(SHOWN.start)
    assert read_days(laid, lo, 30).tolist() == read_days(plan, lo, 30).tolist()

    def told(of: Plan) -> list[tuple[str, str]]:
        return sorted((f.check, f.text) for f in findings(of, SHOWN))

    assert told(laid) == told(plan)
    assert {source_words(laid, row) for row in (0, 1)} == {"Tempo allocation 41", "Tempo allocation"}


def test_nobodys_working_time_is_looked_up_again_for_an_edit(monkeypatch: pytest.MonkeyPatch) -> None:
    schedules = [VendorSchedule(account=who, start=day("2026-11-16"), minutes=(60,) * 5) for who in PEOPLE]
    plan = plan_with({}, schedules=schedules)
    assert numbers(plan, ["Bo"], span("2026-11-16"))["Bo"][0] == [60]
    gc.collect()
    monkeypatch.setattr(working_module, "_make_index", lambda plan: pytest.fail("indexed everybody again"))
    change = created(Kind.ABSENCE, absence("bo", "2026-11-16", "2026-11-16", 50))
    laid, part = overlaid(plan, [change]), preview(plan, [change], [1, 2])
    for of in (laid, replace(laid, connections=()), part):
        assert numbers(of, ["Bo"], span("2026-11-16"))["Bo"][:3] == [[60], [30], [30]]


def test_another_reading_with_other_schedules_is_another_plan() -> None:
    one, other = (
        plan_with({}, schedules=[VendorSchedule(account="ana", start=day("2026-11-16"), minutes=(minutes,))])
        for minutes in (60, 90)
    )
    other = replace(other, people=one.people, rules=one.rules)
    assert [numbers(of, ["Ana"], span("2026-11-16"))["Ana"][0] for of in (one, other)] == [[60], [90]]


# --- which rows an item has -------------------------------------------------------------------------------------------


def test_an_item_has_all_its_occurrences_and_no_other_items_of_that_name() -> None:
    weekly = allocation("ana", "2026-11-16", "2026-11-17", repeat="weekly", until="2026-12-01")
    items = {
        (Kind.ALLOCATION, "4"): weekly,
        (Kind.ALLOCATION, "41"): allocation("bo", "2026-11-16", "2026-11-17"),
        (Kind.TASK, "4"): task(["ana"], "2026-11-16", "2026-11-20"),
    }
    plan = plan_with(items)
    rows = rows_of_item(plan, key(Kind.ALLOCATION, "4"))
    assert [str(np.datetime64(int(day_), "D")) for day_ in plan.columns["start"][rows]] == [
        "2026-11-16",
        "2026-11-23",
        "2026-11-30",
    ]
    assert {key_of(plan, int(row)) for row in rows} == {key(Kind.ALLOCATION, "4")}
    assert not len(rows_of_item(plan, key(Kind.ALLOCATION, "5")))
    assert not len(rows_of_item(plan, key(Kind.ALLOCATION, "")))


def test_many_items_are_found_at_once() -> None:
    items = {(Kind.ALLOCATION, f"number {n}"): allocation("ana", "2026-11-16", "2026-11-17") for n in range(30)}
    items |= {(Kind.ALLOCATION, str(n)): allocation("bo", "2026-11-16", "2026-11-17") for n in range(30)}
    plan = plan_with(items)
    changes = [deleted(kind, name, fields) for (kind, name), fields in items.items()]
    gone = overlaid(plan, [*changes[:59], deleted(Kind.ALLOCATION, "9 unknown", changes[0].before or {})])
    kept = np.flatnonzero(gone.columns["flags"] & np.uint16(Flag.PENDING_DELETE) == 0)
    assert [gone.text(int(row), "external_id") for row in kept] == ["29"]


# --- what the receipt and the export say of it ------------------------------------------------------------------------


def test_a_receipt_says_what_was_edited_here() -> None:
    before = allocation("ana", "2026-11-16", "2026-11-20")
    gone = task(["ana"], "2026-11-16", "2026-11-20")
    plan = plan_with({(Kind.ALLOCATION, "77"): before, (Kind.TASK, "9"): gone})
    new = created(Kind.ALLOCATION, allocation("ana", "2026-11-16", "2026-11-16", 25, title="API review"))
    edit = updated(Kind.ALLOCATION, "77", before, {**before, "percent": 75})
    laid = overlaid(plan, [edit, new, deleted(Kind.TASK, "9", gone)])
    text = as_text(laid, receipt(laid, 0, span("2026-11-16")))
    assert "Tempo allocation 77, edited here, not sent\n" in text
    assert "Tempo allocation, edited here, not sent\n" in text
    assert "(BigTime task 9; deleted here, not sent)" in text


def test_the_export_says_what_is_pending() -> None:
    before = allocation("ana", "2026-11-16", "2026-11-20")
    away = absence("bo", "2026-11-16", "2026-11-16")
    plan = plan_with({(Kind.ALLOCATION, "77"): before, (Kind.ABSENCE, "a1"): away, (Kind.ALLOCATION, "5"): before})
    new = created(Kind.ALLOCATION, allocation("bo", "2026-11-16", "2026-11-16", 25))
    edit = updated(Kind.ALLOCATION, "77", before, {**before, "percent": 75})
    laid = overlaid(plan, [edit, new, deleted(Kind.ABSENCE, "a1", away)])
    found = {item["pending"]: item for item in items(laid, SHOWN, range(3), with_nobody=True)}
    assert {pending: item["external_id"] for pending, item in found.items()} == {
        "create": None,
        "update": "77",
        "delete": "a1",
        None: "5",
    }
    assert found["delete"]["counts_as"] == "ignore"
    assert found["create"]["minutes"] == 120
