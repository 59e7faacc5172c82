"""Laying the changes over a plan step by step gives what laying them all at once does (docs/capacity.md, Load 7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner_gui.domain import relaying
from planner_gui.domain.changes import Change, State
from planner_gui.domain.edits import Do
from planner_gui.domain.entities import Kind, Membership
from planner_gui.domain.overlay import overlaid
from planner_gui.domain.plan import Plan
from planner_gui.domain.relaying import MOST_SNAPSHOTS, relaid, touched
from planner_gui.domain.touching import concerning, people_of
from tests.domain.edited import SERVICE, absence, allocation, content, created, deleted, key, numbers, task, updated
from tests.domain.test_overlay import NAMES, SHOWN, _edits, _fields, _is_sound, plan_with

WORK = allocation("ana", "2026-11-16", "2026-11-20")
STATES = (State.DRAFT, State.SENDING, State.UNKNOWN, State.DONE, State.DROPPED, State.REFUSED)


def same(plan: Plan, expected: Plan) -> None:
    assert content(plan) == content(expected)
    assert numbers(plan, NAMES, SHOWN) == numbers(expected, NAMES, SHOWN)
    _is_sound(plan)


def step_by_step(base: Plan, versions: Sequence[Sequence[Change]]) -> Plan:
    plan, before = base, list[Change]()
    for after in versions:
        plan = relaid(base, plan, before, after)
        same(plan, overlaid(base, after))
        before = list(after)
    return plan


def _in_state(change: Change, state: State, read: bool) -> Change:
    """A service names what it makes, and an absence by its person and start."""
    result = ""
    if state is State.DONE and change.do is Do.CREATE:
        result = f"made-{change.id}"
    elif state is State.DONE and change.do is Do.UPDATE and change.key.kind is Kind.ABSENCE:
        result = f"moved-{change.id}"
    return replace(change, state=state, result=result, read=read and state is State.DONE)


@settings(max_examples=30, deadline=None)
@given(_edits(), st.data())
def test_any_steps_give_what_all_at_once_gives(edits: Any, data: st.DataObject) -> None:
    items, changes, _ = edits
    base = plan_with(items)
    now: dict[int, Change] = {}
    versions: list[list[Change]] = []
    for _ in range(data.draw(st.integers(1, 6)) if changes else 0):
        number = data.draw(st.integers(0, len(changes) - 1))
        change = changes[number]
        if change.do is not Do.DELETE and data.draw(st.booleans()):
            change = replace(change, after=data.draw(_fields[change.key.kind]))
        now[number] = _in_state(change, data.draw(st.sampled_from(STATES)), data.draw(st.booleans()))
        versions.append(list(now.values()))
    step_by_step(base, [*versions, [], list(now.values())])


def test_a_task_of_several_people_and_a_team_plan_follow_on_all_of_them() -> None:
    members = [Membership(team="t1", account=who) for who in ("ana", "bo")]
    whole = task(["ana", "bo"], "2026-11-16", "2026-11-20")
    team = allocation(None, "2026-11-23", "2026-11-27", team="t1")
    base = plan_with({(Kind.TASK, "7"): whole, (Kind.ALLOCATION, "41"): WORK}, members)
    less = updated(Kind.TASK, "7", whole, {**whole, "assignees": ["bo", "cy"]}, seq=1)
    planned = created(Kind.ALLOCATION, team, "n", seq=2)
    beside = updated(Kind.ALLOCATION, "41", WORK, {**WORK, "percent": 20}, seq=3)
    step_by_step(base, [[less], [less, planned], [less, planned, beside], [planned, beside], [beside]])


def test_an_absence_that_moves_makes_room_for_a_new_one_under_its_old_name() -> None:
    away = absence("ana", "2026-11-16", "2026-11-17")
    base = plan_with({(Kind.ABSENCE, "ana@16"): away})
    moved = updated(Kind.ABSENCE, "ana@16", away, {**away, "start": "2026-11-24", "end": "2026-11-25"}, seq=1)
    there = replace(moved, state=State.DONE, result="ana@24")
    new = created(Kind.ABSENCE, away, "n", seq=2)
    made = replace(new, state=State.DONE, result="ana@16")
    after = replace(updated(Kind.ABSENCE, "n", away, {**away, "comment": "x"}, seq=3))
    step_by_step(base, [[moved], [there], [there, new], [there, made], [there, made, after]])


def test_nothing_is_laid_anew_for_a_state_that_looks_the_same() -> None:
    base = plan_with({(Kind.ALLOCATION, "41"): WORK})
    draft = updated(Kind.ALLOCATION, "41", WORK, {**WORK, "percent": 20}, seq=1)
    plan = overlaid(base, [draft])
    for state in (State.QUEUED, State.SENDING, State.UNKNOWN):
        assert relaid(base, plan, [draft], [replace(draft, state=state, message="on its way")]) is plan
    assert relaid(base, plan, [draft], [replace(draft, state=State.DROPPED)]) is base


def test_only_the_people_of_what_changed_are_laid_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    items = {(Kind.ALLOCATION, str(at)): {**WORK, "account": who} for at, who in enumerate(("ana", "bo", "cy"))}
    base = plan_with(items)
    changes = [updated(kind, name, fields, {**fields, "percent": 20}, seq=int(name) + 1)
               for (kind, name), fields in items.items()]  # fmt: skip
    plan = overlaid(base, changes[:2])
    monkeypatch.setattr(relaying, "overlaid", None)  # all of them would be laid anew
    same(relaid(base, plan, changes[:2], changes), overlaid(base, changes))
    assert concerning(base, changes, [1]) == [changes[1]]
    assert people_of(base, changes[1:]) == {1, 2}
    assert touched(base, changes, [replace(changes[0], after=WORK), *changes[1:]]) == {0}


def test_the_snapshots_of_many_steps_do_not_pile_up() -> None:
    """A plan counts its snapshots in a byte."""
    base = plan_with({(Kind.ALLOCATION, "41"): WORK})
    plan, before = base, list[Change]()
    for percent in range(1, 100):
        after = [updated(Kind.ALLOCATION, "41", WORK, {**WORK, "percent": percent}, seq=1)]
        plan, before = relaid(base, plan, before, after), after
        assert len(plan.snapshots) <= MOST_SNAPSHOTS + len(SERVICE)
    same(plan, overlaid(base, before))


def test_a_delete_is_laid_with_what_it_deletes() -> None:
    base = plan_with({(Kind.ALLOCATION, "41"): WORK})
    new = created(Kind.ALLOCATION, WORK, "n", seq=1)
    made = replace(new, state=State.UNKNOWN)
    gone = deleted(Kind.ALLOCATION, "n", WORK, seq=2)
    assert gone.key == key(Kind.ALLOCATION, "n")
    step_by_step(base, [[new], [made, gone], [replace(new, state=State.DONE, result="9"), gone]])
