"""FE: what happens between several hands: lost creates, colleagues who change, delete or make the same, chains.

Each question is answered both ways where the plan says so (4.5). What others did stays unless the user chose otherwise.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator
from datetime import date, timedelta
from typing import Any

from planner_gui.domain.changes import State
from planner_gui.domain.entities import Kind
from planner_gui.sources.base import Connection
from planner_gui.sources.writing import Found
from tests.faults.cases import Case, NotApplicable
from tests.faults.server import Behaviour, Call, ending, replying
from tests.faults.vendors import Fate
from tests.faults.writing import MARKED, Desk, foreign_change, other_item
from tests.sources.writing_contract import cases as examples
from tests.sources.writing_contract import company, worker

SERVICES = ("bigpicture", "tempo", "tempo-cloud", "bigtime")
LOST: Callable[[], Behaviour] = lambda: ending("rst")  # noqa: E731  (a name for it is all that is wanted)
Scene = Callable[[Desk], Awaitable[None]]


def cases() -> Iterator[Case | NotApplicable]:
    number = 0
    for fault, scenes in (("FE1", CREATES), ("FE2", UPDATES), ("FE3", DELETES), ("FE4", CHAINS)):
        for name, scene in scenes.items():
            number += 1
            for place, kind in enumerate(SERVICES):
                if reason := NOT_THERE.get((f"{fault}/{name}", kind)) or NOT_THERE.get((f"{fault}/{name}", "")):
                    yield NotApplicable(f"{fault}/{kind}/{name}", reason)
                    continue
                what = " ".join((scene.__doc__ or name).split()).rstrip(".")
                light = (number + place) % 12 == 0
                yield Case(
                    f"{fault}/{kind}/{name}", what, lambda kind=kind, scene=scene: _played(kind, scene), heavy=not light
                )
    yield Case("FE4/both/absence-and-allocation", "an absence is lost, the allocation beside it goes on", _together)
    yield NotApplicable("FE3/parent-gone", "a record whose parent is gone is gone itself: FE3/gone")


NOT_THERE = {
    ("FE1/two-equal-ones", "bigpicture"): "a person's absences may not overlap, so that there is no second one",
    ("FE1/twins-are-meant", "bigpicture"): "a person's absences may not overlap, so that there is no twin",
    ("FE2/another-person", "bigpicture"): "an absence cannot be given to somebody else",
    ("FE4/another-person", "bigpicture"): "an absence cannot be given to somebody else",
    ("FE3/made-again", "tempo"): "what is made again has another id",
    ("FE3/made-again", "tempo-cloud"): "what is made again has another id",
    ("FE3/made-again", "bigtime"): "what is made again has another id",
    ("FE3/a-series", "bigpicture"): "absences have no series",
    ("FE3/a-series", "bigtime"): "the example is no series master; the count is in tests/session",
    ("FE1/the-window-misses-it", "bigpicture"): "the list takes no dates: every absence of the person is in it",
    ("FE1/the-window-misses-it", "bigtime"): "the list takes no dates: every task of the project is in it",
    **{("FE2/moved-start-" + name, kind): "only an absence is named by its start"
       for name in ("lost-never", "lost-now", "same-field", "gone") for kind in ("tempo", "tempo-cloud", "bigtime")},
}  # fmt: skip


async def _played(kind: str, scene: Scene) -> None:
    async with Desk(kind) as desk:
        beside = await desk.made(**other_item(desk.kind, desk.example.fields))
        await scene(desk)
        desk.holds()
        now = await desk.there(beside.external_id)
        assert now is not None, "P3: somebody else's record is gone"
        assert now.raw == beside.raw, "P3: somebody else's record was changed"


def _text(desk: Desk) -> str:
    return MARKED[desk.kind]


def _last(desk: Desk) -> str:
    return "due" if desk.kind is Kind.TASK else "end"


async def _same_as_mine(desk: Desk, op: str = "op-1", **more: Any) -> Found:
    return await desk.made(**{_text(desk): op, **more})


def _writes(desk: Desk) -> int:
    assert desk.vendors is not None
    return len(desk.vendors.writes)


def _fates(desk: Desk, *fates: Fate) -> None:
    assert desk.vendors is not None
    desk.vendors.fates = list(fates)


# -- FE1: a create whose answer is lost --------------------------------------------------------------------------------


async def _found_nowhere(desk: Desk) -> None:
    """Nothing arrived: it is asked about, never sent again unasked, and then once."""
    change = await desk.plan("create")
    _fates(desk, Fate("never", LOST()))
    await desk.send()
    desk.holds(State.UNKNOWN)
    for _ in range(6):
        desk.time.passes(400)
        await desk.push.send()
        desk.restarted()
    desk.holds(State.UNKNOWN)
    assert _writes(desk) == 1
    assert "send again, or drop" in desk[change].message, desk[change].message
    await desk.push.resolve(change, "again")
    desk.holds(State.DONE)
    await desk.as_meant(change)


async def _found_once(desk: Desk) -> None:
    """One new and equal one is there: it is taken for ours."""
    change = await desk.plan("create")
    _fates(desk, Fate("now", LOST()))
    await desk.send()
    desk.holds(State.DONE)
    assert "arrived after all" in desk[change].message
    await desk.as_meant(change)


async def _two_equal(desk: Desk) -> None:
    """A colleague made the same in the same minute: which one is asked, none is removed, none is sent."""
    change = await desk.plan("create")

    async def meanwhile(call: Call) -> None:
        await _same_as_mine(desk)
        call.reset()

    _fates(desk, Fate("now", meanwhile))
    await desk.send()
    desk.holds(State.UNKNOWN)
    assert "keep one" in desk[change].message, desk[change].message
    await desk.resolve(change, "theirs")
    desk.holds(State.DONE)
    assert _writes(desk) == 1
    assert len(desk.vendors.ledger if desk.vendors else ()) == 3, "P3: a record is gone"


async def _somebody_elses(desk: Desk) -> None:
    """Nothing of ours arrived, and a colleague made the same: no second one is made unasked, and theirs stays."""
    change = await desk.plan("create")
    theirs: list[Found] = []

    async def meanwhile(call: Call) -> None:
        theirs.append(await _same_as_mine(desk))
        call.reset()

    _fates(desk, Fate("never", meanwhile))
    await desk.send()
    desk.holds()
    assert desk[change].state in (State.DONE, State.UNKNOWN), desk.told()
    assert _writes(desk) == 1
    now = await desk.there(theirs[0].external_id)
    assert now is not None
    assert now.raw == theirs[0].raw


async def _edited_already(desk: Desk) -> None:
    """Ours arrived and a colleague changed it already: it is asked about, and their change stays."""
    change = await desk.plan("create")
    other = foreign_change(desk.kind, desk.example.fields)

    async def meanwhile(call: Call) -> None:
        (mine,) = [one for one in await desk.direct().look(desk.kind, desk.example.fields) if _is_mine(desk, one)]
        await desk.changes(mine.external_id, **other)
        call.reset()

    _fates(desk, Fate("now", meanwhile))
    await desk.send()
    desk.holds(State.UNKNOWN)
    assert "is it yours" in desk[change].message, desk[change].message
    await desk.resolve(change, "theirs")
    desk.holds(State.DONE)
    found = await desk.there(desk[change].result)
    assert found is not None
    assert all(found.fields[name] == value for name, value in other.items()), "P3: a colleague's change was trampled"
    assert _writes(desk) == 1


def _is_mine(desk: Desk, found: Found) -> bool:
    return found.fields[_text(desk)] == "op-1"


async def _deleted_already(desk: Desk) -> None:
    """Ours arrived and a colleague deleted it before anybody looked: never made again unasked; the user drops it."""
    change = await desk.plan("create")

    async def meanwhile(call: Call) -> None:
        (mine,) = [one for one in await desk.direct().look(desk.kind, desk.example.fields) if _is_mine(desk, one)]
        await desk.direct().delete(desk.kind, mine)
        call.reset()

    _fates(desk, Fate("now", meanwhile))
    await desk.send()
    for _ in range(4):
        desk.time.passes(400)
        await desk.push.look()
    desk.holds(State.UNKNOWN)
    assert _writes(desk) == 1
    await desk.push.resolve(change, "drop")
    desk.holds(State.DROPPED)
    assert _writes(desk) == 1


def _seen_after(seconds: float, *, answered: bool = False) -> Scene:
    async def scene(desk: Desk) -> None:
        assert desk.vendors is not None
        desk.vendors.lag = seconds
        change = await desk.plan("create")
        _fates(desk, Fate("now", None if answered else LOST()))
        await desk.send()
        desk.holds(State.DONE if seconds < 90 else State.UNKNOWN)
        for _ in range(3):
            desk.time.passes(300)
            await desk.push.look()
        desk.holds(State.DONE)
        assert _writes(desk) == 1
        await desk.as_meant(change)

    scene.__doc__ = f"Ours is shown {seconds:.0f} s after it {'was answered' if answered else 'arrived'}."
    return scene


async def _list_fails(desk: Desk) -> None:
    """The list fails as well: that is no proof of anything, and the next one that works decides."""
    assert desk.vendors is not None
    change = await desk.plan("create")

    async def and_then_lists_fail(call: Call) -> None:
        assert desk.vendors is not None
        desk.vendors.reading = [replying(500, b"{}") for _ in range(40)]
        call.reset()

    _fates(desk, Fate("now", and_then_lists_fail))
    await desk.send()
    desk.holds(State.UNKNOWN)
    assert desk[change].looks == (), "a list that failed was taken for a look"
    desk.vendors.reading.clear()
    await desk.push.look()
    desk.holds(State.DONE)
    assert _writes(desk) == 1
    await desk.as_meant(change)


def _kept_as(change_of: Callable[[Desk, dict[str, Any]], dict[str, Any]], what: str) -> Scene:
    async def scene(desk: Desk) -> None:
        assert desk.vendors is not None
        change = await desk.plan("create")
        desk.vendors.keeps = lambda body: json.dumps(change_of(desk, json.loads(body))).encode() if body else body
        _fates(desk, Fate("now", LOST()))
        await desk.send()
        desk.holds(State.UNKNOWN)
        assert "is it yours" in desk[change].message, desk[change].message
        await desk.resolve(change, "theirs")
        desk.holds(State.DONE)
        assert _writes(desk) == 1

    scene.__doc__ = f"The service {what} what it was sent: it is asked about, and taken."
    return scene


def _with_text(desk: Desk, body: dict[str, Any]) -> dict[str, Any]:
    """The record with its text changed, whatever the service calls it."""
    return {name: "OP-1!" if value == "op-1" else value for name, value in body.items()}


def _days_moved(days: int) -> Callable[[Desk, dict[str, Any]], dict[str, Any]]:
    def change(_desk: Desk, body: dict[str, Any]) -> dict[str, Any]:
        def moved(value: Any) -> Any:
            try:
                day = date.fromisoformat(value[:10])
            except (TypeError, ValueError):
                return value
            return (day + timedelta(days=days)).isoformat() + value[10:]

        return {name: moved(value) for name, value in body.items()}

    return change


async def _twins(desk: Desk) -> None:
    """The user means two equal ones, and the answer to the first is lost: there are two, each known by its own id."""
    one = await desk.plan("create", mark="op-1")
    two = await desk.plan("create", mark="op-1")
    desk.decided |= {one, two}
    _fates(desk, Fate("now", LOST()))
    await desk.send()
    await desk.push.send()
    desk.holds(State.DONE, State.DONE)
    assert desk[one].result != desk[two].result
    assert desk.vendors is not None
    assert len(desk.vendors.mine) == 2


async def _window_misses(desk: Desk) -> None:
    """The service keeps it at dates that the narrow list does not show: never made again unasked."""
    assert desk.vendors is not None
    change = await desk.plan("create")
    moved = _days_moved(90)
    desk.vendors.keeps = lambda body: json.dumps(moved(desk, json.loads(body))).encode()
    _fates(desk, Fate("now", LOST()))
    await desk.send()
    for _ in range(4):
        desk.time.passes(400)
        await desk.push.send()
    desk.holds(State.UNKNOWN)
    assert _writes(desk) == 1
    await desk.push.resolve(change, "drop")
    desk.holds(State.DROPPED)


CREATES: dict[str, Scene] = {
    "nowhere": _found_nowhere,
    "one": _found_once,
    "two-equal-ones": _two_equal,
    "somebody-elses": _somebody_elses,
    "edited-already": _edited_already,
    "deleted-already": _deleted_already,
    "seen-after-2s": _seen_after(2),
    "seen-after-30s": _seen_after(30),
    "seen-after-10min": _seen_after(600),
    "answered-and-seen-after-30s": _seen_after(30, answered=True),
    "the-list-fails": _list_fails,
    "renamed": _kept_as(_with_text, "renames"),
    "a-day-later": _kept_as(_days_moved(1), "shifts by a day"),
    "twins-are-meant": _twins,
    "the-window-misses-it": _window_misses,
}


# -- FE2: an update ----------------------------------------------------------------------------------------------------


def _updating(
    theirs: Callable[[Desk, Found], Awaitable[None]],
    expected: State,
    choice: str = "",
    *,
    end: State = State.DONE,
    kept: bool = False,
    doc: str = "",
) -> Scene:
    """An update planned, then `theirs`, then sent. kept: what they made of the item has to be there at the end."""

    async def scene(desk: Desk) -> None:
        found = await desk.made()
        change = await desk.plan("update", found)
        await theirs(desk, found)
        now = await desk.there(found.external_id)
        await desk.send()
        desk.holds(expected)
        if choice:
            assert _writes(desk) == 0, "written before the user chose"
            await desk.resolve(change, choice)
            desk.holds(end)
        if desk[change].state is State.DONE:
            await desk.as_meant(change)
        if kept:
            after = await desk.there(found.external_id)
            assert (after.raw if after else None) == (now.raw if now else None), "P3: theirs was changed"
        elif now is not None:
            await _others_kept(desk, change, now)

    scene.__doc__ = doc
    return scene


async def _others_kept(desk: Desk, change: str, now: Found) -> None:
    """P3: every field but the user's own is as it was before the write."""
    after = await desk.there(desk[change].result or now.external_id)
    assert after is not None
    own = {_text(desk), "title"}  # Tempo Cloud's plans are titled by their text
    lost = {name for name in now.fields if name not in own and after.fields[name] != now.fields[name]}
    assert not lost, f"P3: {lost} of theirs is gone"


async def _nothing(_desk: Desk, _found: Found) -> None:
    return


async def _other_field(desk: Desk, found: Found) -> None:
    await desk.changes(found.external_id, **foreign_change(desk.kind, found.fields))


async def _same_value(desk: Desk, found: Found) -> None:
    await desk.changes(found.external_id, **{_text(desk): "op-1"})


async def _other_value(desk: Desk, found: Found) -> None:
    await desk.changes(found.external_id, **{_text(desk): "theirs"})


async def _deletes(desk: Desk, found: Found) -> None:
    current = await desk.there(found.external_id)
    assert current is not None
    await desk.direct().delete(desk.kind, current)


async def _other_person(desk: Desk, found: Found) -> None:
    await desk.changes(found.external_id, **_somebody_else(desk))


def _somebody_else(desk: Desk) -> dict[str, Any]:
    if desk.kind is Kind.TASK:
        return {"assignees": ["5004"]}
    labs = desk.example.name.endswith("labs")
    one = next(
        one
        for one in company().people
        if company().on_labs(one.number) == labs and one is not worker(labs) and one.schedule.mean_day() == 480
    )
    return {"account": one.account if labs else one.key}


async def _touched_only(desk: Desk, _found: Found) -> None:
    """Only what moves by itself moves."""
    assert desk.vendors is not None
    moving = {"updated", "updatedAt", "updatedBy", "dateUpdated", "self", "lastUpdated"}

    def shows(value: Any) -> Any:
        if isinstance(value, list):
            return [shows(one) for one in value]
        if isinstance(value, dict):
            return {name: "2029-01-01" if name in moving else shows(inner) for name, inner in value.items()}
        return value

    desk.vendors.shows = shows


async def _reordered(desk: Desk, _found: Found) -> None:
    """Lists and names come in another order."""
    assert desk.vendors is not None

    def shows(value: Any) -> Any:
        if isinstance(value, list):
            return [shows(one) for one in reversed(value)]
        if isinstance(value, dict):
            return {name: shows(value[name]) for name in reversed(list(value))}
        return value

    desk.vendors.shows = shows


async def _normalised(desk: Desk, _found: Found) -> None:
    """What the service keeps instead is said (W12)."""
    assert desk.vendors is not None
    desk.vendors.keeps = lambda body: body.replace(b'"op-1"', b'"op-1, kept"')


async def _in_the_gap(desk: Desk) -> None:
    """A colleague changes another field between the look and the write, which took longer than a second."""
    found = await desk.made()
    change = await desk.plan("update", found)
    settle, other = desk.workspace.settle, foreign_change(desk.kind, found.fields)
    once = [True]

    async def slowly(changes: Any) -> Any:
        if once and changes[0].state is State.SENDING:
            once.clear()
            desk.time.passes(5)
            await desk.changes(found.external_id, **other)
        return await settle(changes)

    desk.workspace.settle = slowly
    await desk.send()
    desk.holds(State.DONE)
    await desk.as_meant(change)
    after = await desk.there(found.external_id)
    assert after is not None
    assert all(after.fields[name] == value for name, value in other.items()), "P3: trampled in the gap"


async def _kept_otherwise(desk: Desk) -> None:
    """The service keeps something else than it was sent: it is done, and said."""
    found = await desk.made()
    change = await desk.plan("update", found)
    await _normalised(desk, found)
    await desk.send()
    desk.holds(State.DONE)
    assert "the service keeps" in desk[change].message, desk[change].message


def _moved(theirs: Callable[[Desk, Found], Awaitable[None]] | None, fate: Fate | None, expected: State) -> Scene:
    """An absence gets another start, and thereby another name."""

    async def scene(desk: Desk) -> None:
        found = await desk.made()
        change = await desk.plan("update", found, start="2028-03-07")
        if theirs:
            await theirs(desk, found)
        if fate:
            _fates(desk, Fate(fate.applied, LOST()))
        await desk.send()
        desk.holds(expected)
        if expected is State.DONE:
            await desk.as_meant(change)
            assert await desk.there(found.external_id) is None, "it is there twice"
        else:
            assert _writes(desk) == 0, "written before the user chose"

    scene.__doc__ = "An absence gets another start, and thereby another name."
    return scene


UPDATES: dict[str, Scene] = {
    "nothing-else": _updating(_nothing, State.DONE, doc="Nobody else was there."),
    "other-field": _updating(_other_field, State.DONE, doc="A colleague changed another field: both stay."),
    "same-field-same-value": _updating(_same_value, State.DONE, doc="A colleague did the same: nothing is written."),
    "same-field-mine": _updating(_other_value, State.CONFLICT, "mine", doc="The same field, and mine is chosen."),
    "same-field-theirs": _updating(
        _other_value, State.CONFLICT, "theirs", end=State.DROPPED, kept=True, doc="The same field, theirs is chosen."
    ),
    "gone-mine": _updating(_deletes, State.CONFLICT, "mine", doc="It is gone, and made again as the user chose."),
    "gone-theirs": _updating(
        _deletes, State.CONFLICT, "theirs", end=State.DROPPED, kept=True, doc="It is gone, and stays so."
    ),
    "another-person": _updating(_other_person, State.DONE, doc="A colleague gave it to somebody else: it stays there."),
    "only-updated-moved": _updating(_touched_only, State.DONE, doc="Only the time of change moved: no conflict."),
    "other-order": _updating(_reordered, State.DONE, doc="The same in another order: no conflict."),
    "kept-otherwise": _kept_otherwise,
    "in-the-gap": _in_the_gap,
    "moved-start-lost-never": _moved(None, Fate("never"), State.DONE),
    "moved-start-lost-now": _moved(None, Fate("now"), State.DONE),
    "moved-start-same-field": _moved(_other_value, None, State.CONFLICT),
    "moved-start-gone": _moved(_deletes, None, State.CONFLICT),
}


# -- FE3: a delete -----------------------------------------------------------------------------------------------------


def _deleting(
    theirs: Callable[[Desk, Found], Awaitable[None]],
    expected: State,
    choice: str = "",
    *,
    fate: Callable[[], Fate] | None = None,
    series: bool | None = None,
    doc: str = "",
) -> Scene:
    async def scene(desk: Desk) -> None:
        found = await desk.made()
        change = await desk.plan("delete", found, series=series)
        await theirs(desk, found)
        before = await desk.there(found.external_id)
        if fate:
            _fates(desk, fate())
        await desk.send()
        desk.holds(expected)
        if choice:
            assert _writes(desk) == 0, "deleted before the user chose"
            await desk.resolve(change, choice)
            desk.holds(State.DONE if choice == "mine" else State.DROPPED)
        after = await desk.there(found.external_id)
        if desk[change].state is State.DONE:
            assert after is None, "it is still there"
        else:
            assert before is not None
            assert after is not None
            assert after.raw == before.raw, "P3"

    scene.__doc__ = doc
    return scene


async def _made_again(desk: Desk) -> None:
    """The delete was done, its answer lost, and a colleague made another on the same day: theirs is left alone."""
    found = await desk.made()
    change = await desk.plan("delete", found)
    theirs: list[Found] = []

    async def meanwhile(call: Call) -> None:
        theirs.append(await desk.made(comment="another one"))
        call.reset()

    _fates(desk, Fate("now", meanwhile))
    await desk.send()
    desk.holds(State.CONFLICT)
    assert _writes(desk) == 1
    await desk.resolve(change, "theirs")
    now = await desk.there(theirs[0].external_id)
    assert now is not None, "P3: a colleague's new absence was deleted"
    assert now.raw == theirs[0].raw


DELETES: dict[str, Scene] = {
    "there": _deleting(_nothing, State.DONE, doc="It is there as the user saw it."),
    "gone": _deleting(_deletes, State.DONE, doc="It is gone already: nothing is sent."),
    "changed-mine": _deleting(_other_field, State.CONFLICT, "mine", doc="It was changed, and goes all the same."),
    "changed-theirs": _deleting(_other_field, State.CONFLICT, "theirs", doc="It was changed, and stays."),
    "made-again": _made_again,
    "404-after-a-lost-answer": _deleting(
        _nothing, State.DONE, fate=lambda: Fate("now", replying(404, b"{}")), doc="404, and it is gone: done."
    ),
    "404-and-still-there": _deleting(
        _nothing, State.REFUSED, fate=lambda: Fate("never", replying(404, b"{}")), doc="404, and it is there: refused."
    ),
    "403": _deleting(_nothing, State.REFUSED, fate=lambda: Fate("never", replying(403, b"{}")), doc="No right."),
    "a-series": _deleting(
        _nothing, State.CONFLICT, "mine", series=False, doc="It stands for several dates: the count is named first."
    ),
}


# -- FE4: chains -------------------------------------------------------------------------------------------------------


async def _create_edit(desk: Desk) -> None:
    """A create and an edit of it, both before sending: one write."""
    change = await desk.plan("create", mark="op-0")
    await desk.then(change, "update", mark="op-1")
    await desk.send()
    desk.holds(State.DONE)
    assert _writes(desk) == 1
    await desk.as_meant(change)


async def _create_delete(desk: Desk) -> None:
    """A create and its removal before sending: nothing is sent."""
    change = await desk.plan("create")
    await desk.then(change, "delete")
    desk.meant.clear()
    await desk.send()
    assert desk[change].state is State.DROPPED
    assert _writes(desk) == 0


async def _create_edit_delete(desk: Desk) -> None:
    """A create, an edit and a removal: nothing is sent."""
    change = await desk.plan("create")
    await desk.then(change, "update", mark="op-2")
    await desk.then(change, "delete")
    desk.meant.clear()
    await desk.send()
    assert desk[change].state is State.DROPPED
    assert _writes(desk) == 0


async def _edit_edit(desk: Desk) -> None:
    """Two edits of one item before sending: one write, the last one's."""
    found = await desk.made()
    change = await desk.plan("update", found, mark="op-0")
    await desk.then(change, "update", mark="op-1")
    await desk.send()
    desk.holds(State.DONE)
    assert _writes(desk) == 1
    await desk.as_meant(change)


async def _delete_undo(desk: Desk) -> None:
    """A removal that is undone: nothing is sent, and it stays."""
    found = await desk.made()
    await desk.plan("delete", found)
    await desk.workspace.undo()
    desk.meant.clear()
    await desk.send()
    assert _writes(desk) == 0
    assert await desk.there(found.external_id) is not None


def _unknown_edit(applied: bool) -> Scene:
    async def scene(desk: Desk) -> None:
        change = await desk.plan("create")
        assert desk.vendors is not None
        desk.vendors.lag = 600.0
        _fates(desk, Fate("now" if applied else "never", LOST()))
        await desk.send()
        desk.holds(State.UNKNOWN)
        edit = await desk.then(change, "update", mark="op-2")
        assert edit != change, "an edit became part of what may be on its way"
        await desk.push.send()
        assert desk[edit].state is State.QUEUED, "P1: it went before what it changes"
        assert _writes(desk) == 1
        desk.time.passes(700)
        await desk.push.send()
        if not applied:
            await desk.push.resolve(change, "again")
            desk.vendors.lag = 0.0
            desk.time.passes(700)
            await desk.push.send()
        await desk.push.send()
        desk.holds(State.DONE, State.DONE)
        assert _writes(desk) == 2 if applied else 3
        found = await desk.there(desk[change].result)
        assert found is not None
        assert found.fields[_text(desk)] == "op-2"

    scene.__doc__ = f"An edit of a create nobody knows the end of, which was {'done' if applied else 'not done'}."
    return scene


async def _to_another_person(desk: Desk) -> None:
    """An item is given to somebody else, and the answer is lost."""
    found = await desk.made()
    change = await desk.plan("update", found, **_somebody_else(desk))
    _fates(desk, Fate("now", LOST()))
    await desk.send()
    desk.holds(State.DONE)
    await desk.as_meant(change)
    after = await desk.there(found.external_id)
    assert after is not None
    assert all(after.fields[name] == value for name, value in _somebody_else(desk).items())


CHAINS: dict[str, Scene] = {
    "create-edit": _create_edit,
    "create-delete": _create_delete,
    "create-edit-delete": _create_edit_delete,
    "edit-edit": _edit_edit,
    "delete-undo": _delete_undo,
    "unknown-create-edit-done": _unknown_edit(True),
    "unknown-create-edit-not-done": _unknown_edit(False),
    "another-person": _to_another_person,
}


async def _together() -> None:
    async with Desk("bigpicture") as desk:
        assert desk.vendors is not None
        absence = await desk.plan("create")
        first, mark = desk.example, desk.kind
        desk.example = examples()["tempo"]
        desk.kind = desk.example.kind
        entry = desk.vendors.names["tempo"]
        connection = Connection("tempo", entry["kind"], entry["url"], entry["options"])
        absences, desk.connection = desk.connection, connection
        secrets = {"bigpicture": desk._secret, "tempo": entry["secret"]}

        async def secret(asked: Connection) -> str:
            return str(secrets[asked.name])

        desk.secret = secret
        await desk.workspace.add_connection(connection)
        desk._secret = secrets["tempo"]
        allocation = await desk.plan("create", mark="op-2")

        async def lose(call: Call) -> None:
            if "absences" in call.path:
                call.reset()
            else:
                await call.answer()

        desk.vendors.fates = [Fate("now", lose), Fate("now", lose)]
        await desk.send()
        assert (desk[absence].state, desk[allocation].state) == (State.DONE, State.DONE), desk.told()
        assert len(desk.vendors.mine) == 2
        desk.example, desk.kind, desk.connection, desk._secret = first, mark, absences, secrets["bigpicture"]
