"""Pending changes: edits of one item in one (W14), and the bytes that the queue keeps of them (W1, W3)."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner_gui.domain.changes import (
    Attempt,
    Change,
    Look,
    State,
    first,
    folded,
    new_id,
    packed,
    unpacked,
    with_edits,
)
from planner_gui.domain.edits import Do, Edit, ItemKey, blank
from planner_gui.domain.entities import Kind

AT = datetime(2026, 11, 21, 9, 12, tzinfo=UTC)
LATER = AT + timedelta(minutes=5)
KEY = ItemKey("bigpicture", Kind.ABSENCE, "EXT_USER@2@priya@2026-12-07")


def leave(**fields: Any) -> dict[str, Any]:
    given_ = {"account": "EXT_USER@2@priya", "start": "2026-12-07", "end": "2026-12-11", "type": "HOLIDAY"}
    return blank(Kind.ABSENCE) | given_ | {"percent": 100} | fields


def update(before: Any = None, after: Any = None, key: ItemKey = KEY) -> Edit:
    return Edit(do=Do.UPDATE, key=key, before=before or leave(), after=after, label="Change", raw=b'{"a":1}')


def create() -> Edit:
    return Edit(do=Do.CREATE, key=KEY._replace(external_id=new_id()), before=None, after=leave(), label="New")


def delete(key: ItemKey = KEY) -> Edit:
    return Edit(do=Do.DELETE, key=key, before=leave(), after=None, label="Delete", series=True)


def test_a_change_has_an_op_id_of_its_own_and_a_create_is_named_by_it() -> None:
    made = first(create(), AT)
    assert UUID(made.id).version == 4
    assert made.key.external_id == made.id
    assert UUID(first(update(after=leave(percent=50)), AT).id).version == 4


def test_two_edits_of_an_item_are_one_change_from_the_first_base_to_the_last_state() -> None:
    one = first(update(after=leave(percent=50)), AT)
    both = folded(one, update(leave(percent=50), leave(percent=50, end="2026-12-10")), LATER)
    assert (both.id, both.before, both.after) == (one.id, leave(), leave(percent=50, end="2026-12-10"))
    assert (both.raw, both.at, both.state_at) == (b'{"a":1}', AT, LATER)


def test_editing_it_back_leaves_nothing_to_send() -> None:
    one = first(update(after=leave(percent=50)), AT)
    assert folded(one, update(leave(percent=50), leave()), LATER).state is State.DROPPED


def test_a_create_that_is_deleted_again_is_never_sent() -> None:
    made = first(create(), AT)
    assert folded(made, delete(made.key), LATER).state is State.DROPPED


def test_a_create_that_is_edited_stays_a_create() -> None:
    made = first(create(), AT)
    edited = folded(made, update(made.after, leave(percent=50), made.key), LATER)
    assert (edited.do, edited.before, edited.after) == (Do.CREATE, None, leave(percent=50))


def test_an_update_that_is_deleted_becomes_a_delete_of_what_was_read() -> None:
    one = folded(first(update(after=leave(percent=50)), AT), delete(), LATER)
    assert (one.do, one.before, one.after, one.series) == (Do.DELETE, leave(), None, True)


def test_a_delete_that_is_planned_anew_is_an_update() -> None:
    gone = first(delete(), AT)
    again = folded(gone, update(leave(), leave(percent=50)), LATER)
    assert (again.do, again.before, again.after, again.series) == (Do.UPDATE, leave(), leave(percent=50), False)
    assert folded(gone, update(leave(), leave()), LATER).state is State.DROPPED


def test_a_refused_change_can_be_edited_and_is_a_draft_again() -> None:
    refused = first(update(after=leave(percent=50)), AT).to(State.REFUSED, AT, "no right", attempts=(Attempt(AT),))
    edited = folded(refused, update(leave(), leave(percent=100, comment="x")), LATER)
    assert (refused.editable, edited.state, edited.message) == (True, State.DRAFT, "")


@pytest.mark.parametrize(
    ("state", "attempts", "editable"),
    [
        (State.DRAFT, (), True),
        (State.QUEUED, (), True),
        (State.QUEUED, (Attempt(AT),), False),
        (State.SENDING, (Attempt(AT),), False),
        (State.UNKNOWN, (Attempt(AT),), False),
        (State.CONFLICT, (), False),
        (State.DONE, (Attempt(AT),), False),
    ],
)
def test_what_may_have_left_is_not_edited_any_more(state: State, attempts: Any, editable: bool) -> None:
    assert first(update(after=leave(percent=50)), AT).to(state, AT, attempts=attempts).editable is editable


def test_an_edit_of_what_is_under_way_waits_as_a_change_of_its_own() -> None:
    unknown = first(update(after=leave(percent=50)), AT).to(State.UNKNOWN, AT, attempts=(Attempt(AT),))
    edit = update(leave(percent=50), leave(percent=50, comment="x"))
    changes = with_edits([unknown], [edit], LATER)
    assert (changes[0], changes[1].before, changes[1].state) == (unknown, leave(percent=50), State.DRAFT)
    assert len(with_edits(changes, [update(edit.after, leave())], LATER)) == 2, "and takes further edits itself"


def test_edits_of_different_items_are_different_changes() -> None:
    other = KEY._replace(connection="second site")
    changes = with_edits([], [update(after=leave(percent=50)), update(after=leave(percent=50), key=other)], AT)
    assert [change.key for change in changes] == [KEY, other]


# --- bytes ------------------------------------------------------------------------------------------------------------


text = st.text(max_size=20)


@given(
    raw=st.binary(max_size=40),
    words=text,
    comment=text.filter(lambda t: t.isprintable()),
    state=st.sampled_from(State),
    found=st.integers(0, 3),
)
def test_a_change_survives_the_queue(raw: bytes, words: str, comment: str, state: State, found: int) -> None:
    change = first(update(after=leave(comment=comment)), AT).to(
        state,
        LATER,
        words,
        theirs=leave(percent=50),
        theirs_raw=raw,
        written=raw,
        overwritten=raw,
        attempts=(Attempt(AT, ("1", "2")),),
        looks=(Look(AT, found),),
        not_before=LATER,
        result="7",
        asked=True,
        raw=raw,
        seq=5,
    )
    assert unpacked(packed(change), 5) == change


def test_the_same_change_packs_to_the_same_bytes() -> None:
    change = first(update(after=leave(percent=50)), AT)
    shuffled: Change = first(update(after=dict(reversed(leave(percent=50).items()))), AT).to(
        State.DRAFT, AT, id=change.id
    )
    assert packed(change) == packed(shuffled)


@pytest.mark.parametrize("damage", ["{}", "[]", "null", '{"id": 1}', "not json", '{"key": ["a", "b"]}'])
def test_what_is_no_change_is_said_so(damage: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        unpacked(damage.encode(), 1)


@pytest.mark.parametrize(
    ("name", "value"), [("state", "lost"), ("do", "move"), ("at", "yesterday"), ("key", [1, "X", 2])]
)
def test_a_value_that_means_nothing_is_damage(name: str, value: object) -> None:
    plain = json.loads(packed(first(update(after=leave(percent=50)), AT)))
    with pytest.raises(ValueError, match=r"."):
        unpacked(json.dumps(plain | {name: value}).encode(), 1)
