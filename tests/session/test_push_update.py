"""Updates and deletes are compared before they are sent and read back after (reliability 4.3 to 4.5; FE2, FE3, FE4)."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from planner_gui.domain.changes import Change, State, packed
from planner_gui.domain.edits import Do, Edit, ItemKey
from planner_gui.domain.entities import Kind
from planner_gui.domain.errors import Forbidden, NotFound, RequestRefused, UsageError
from planner_gui.session import deciding
from tests.scenarios import until
from tests.session.pretend import COLLEAGUE, Fate, Language, Office, absence, allocation, lost, run


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def there(office: Office) -> str:
    """An allocation of Priya's, 50 %, from 1 to 4 December."""
    return office.service.holds(Kind.ALLOCATION, allocation())


@pytest.fixture
def away(office: Office) -> str:
    """An absence of Priya's from 7 to 11 December."""
    return office.service.holds(Kind.ABSENCE, absence())


def send(office: Office, *changes: str) -> Change:
    run(office.push.send())
    return office.desk[changes[0]]


def resolve(office: Office, change: str, choice: Any, fields: Any = None) -> Change:
    run(office.push.resolve(change, choice, fields))
    return office.desk[change]


# --- the conflict table of 4.5, each row accepted and declined ---


def test_create_on_unchanged_is_sent(office: Office) -> None:
    assert send(office, office.creates(allocation())).state is State.DONE


def test_create_beside_another_item_is_sent_and_the_other_untouched(office: Office, there: str) -> None:
    before = office.service.found(there).raw
    assert send(office, office.creates(allocation(percent=20))).state is State.DONE
    assert office.service.found(there).raw == before


def test_create_where_the_parent_is_gone_is_asked_in_the_services_words(office: Office) -> None:
    office.service.fates = [Fate(applied=False, error=RequestRefused("planItem: no such item to plan on"))]
    change = send(office, office.creates(allocation()))
    assert change.state is State.REFUSED
    assert "no such item" in change.message


def test_create_of_what_was_created_the_same_is_asked_about_and_theirs_taken(office: Office, there: str) -> None:
    change = send(office, office.creates(allocation()))
    assert change.state is State.CONFLICT
    assert (change.theirs or {})["percent"] == 50
    assert "the same is there already" in change.message
    assert resolve(office, change.id, "theirs").state is State.DROPPED
    assert office.service.ledger == []


@pytest.mark.parametrize("way", ["mine", "send"])
def test_create_of_what_was_created_the_same_is_kept_beside_it(office: Office, there: str, way: str) -> None:
    change = send(office, office.creates(allocation()))
    run(office.push.send([change.id]) if way == "send" else office.push.resolve(change.id, "mine"))
    assert office.desk[change.id].state is State.DONE
    assert office.desk[change.id].result != there
    assert [verb for verb, _ in office.service.ledger] == ["create"]


def test_update_on_unchanged_is_sent(office: Office, there: str) -> None:
    change = send(office, office.updates(there, percent=40))
    assert (change.state, change.message) == (State.DONE, "")
    assert office.service.records[there]["percent"] == 40
    assert office.service.calls == [f"fetch {there}", f"update {there}: percent", f"fetch {there}"]


def test_update_where_another_field_changed_is_merged_and_said(office: Office, there: str) -> None:
    mine = office.updates(there, percent=40)
    office.service.changes(there, description="theirs")
    change = send(office, mine)
    assert change.state is State.DONE
    assert office.service.records[there]["percent"] == 40
    assert office.service.records[there]["description"] == "theirs"
    assert change.message == "description changed there meanwhile and stays as it is there"


@pytest.mark.parametrize("applied", [True, False])
def test_what_was_merged_is_said_also_when_the_first_answer_was_lost(office: Office, there: str, applied: bool) -> None:
    """W11: one reads it when the change is done, however many attempts that took."""
    mine = office.updates(there, percent=40)
    office.service.changes(there, description="theirs")
    office.service.fates = [Fate(applied=applied, error=lost())]
    change = send(office, mine)
    assert change.state is State.DONE
    assert len(change.attempts) == (1 if applied else 2)
    assert change.message.startswith("description changed there meanwhile and stays as it is there")


@pytest.mark.parametrize("edited", [{"minutes_per_day": 300}, {"description": "x"}, None])
def test_W14_ones_own_amount_in_another_unit_is_nobody_elses_change(
    office: Office, there: str, edited: dict[str, Any] | None
) -> None:
    """What was meant as four hours a day the service tells as 50 percent; the next edit is based on the four hours."""
    found, key = office.service.found(there), ItemKey("tempo", Kind.ALLOCATION, there)
    hours = {**found.fields, "percent": None, "minutes_per_day": 240}
    do, after = (Do.DELETE, None) if edited is None else (Do.UPDATE, {**hours, **edited})
    edit = Edit(do=do, key=key, before=hours, after=after, label="More", raw=found.raw)
    change = send(office, office.desk.plans(edit))
    assert (change.state, change.message) == (State.DONE, "")
    assert [verb for verb, _ in office.service.ledger] == [do]


def test_W14_who_is_added_to_a_record_that_names_nobody_is_no_part_of_the_base(office: Office) -> None:
    """A list may tell a task without its people: they are those of the plan, and the user's own addition is sent."""
    there = office.service.holds(Kind.TASK, {"project": "1201", "name": "Plan", "assignees": ["a"]})
    before = office.service.found(there).fields
    vague = {name: value for name, value in office.service.records[there].items() if name != "assignees"}
    after = {**before, "assignees": ["a", "b"]}
    key = ItemKey("tempo", Kind.TASK, there)
    edit = Edit(do=Do.UPDATE, key=key, before=before, after=after, label="Add", raw=json.dumps(vague).encode())
    assert send(office, office.desk.plans(edit)).state is State.DONE
    assert office.service.records[there]["assignees"] == ["a", "b"]


def conflict(office: Office, there: str) -> Change:
    mine = office.updates(there, percent=40)
    office.service.changes(there, percent=80)
    change = send(office, mine)
    assert change.state is State.CONFLICT
    assert "percent 80 instead of 50" in change.message
    assert (change.before or {})["percent"] == 50
    assert (change.after or {})["percent"] == 40
    assert (change.theirs or {})["percent"] == 80
    assert office.service.ledger == []
    return change


def test_update_of_the_same_field_is_asked_about_and_mine_sent(office: Office, there: str) -> None:
    change = conflict(office, there)
    assert resolve(office, change.id, "mine").state is State.DONE
    assert office.service.records[there]["percent"] == 40
    assert json.loads(office.desk[change.id].overwritten)["percent"] == 80


def test_update_of_the_same_field_is_asked_about_and_theirs_kept(office: Office, there: str) -> None:
    change = conflict(office, there)
    dropped = resolve(office, change.id, "theirs")
    assert dropped.state is State.DROPPED
    assert (dropped.after or {})["percent"] == 40  # it can be opened again
    assert office.service.ledger == []


def test_update_of_the_same_field_is_asked_about_and_edited(office: Office, there: str) -> None:
    change = conflict(office, there)
    resolve(office, change.id, "mine", {**allocation(), "percent": 60})
    assert office.service.records[there]["percent"] == 60


def test_a_conflict_asks_again_where_theirs_moved_on_after_it_was_seen(office: Office, there: str) -> None:
    change = conflict(office, there)
    office.service.changes(there, percent=90)
    assert resolve(office, change.id, "mine").state is State.CONFLICT
    assert office.service.ledger == []


def test_update_of_what_was_deleted_is_asked_about_and_created_again(office: Office, there: str) -> None:
    mine = office.updates(there, percent=40)
    del office.service.records[there]
    change = send(office, mine)
    assert (change.state, change.theirs) == (State.CONFLICT, None)
    assert "gone" in change.message
    again = resolve(office, change.id, "mine")
    assert (again.state, again.do) == (State.DONE, Do.CREATE)
    assert office.service.records[again.result]["percent"] == 40


def test_update_of_what_was_deleted_is_asked_about_and_dropped(office: Office, there: str) -> None:
    mine = office.updates(there, percent=40)
    del office.service.records[there]
    change = send(office, mine)
    assert resolve(office, change.id, "drop").state is State.DROPPED
    assert office.service.ledger == []


def test_delete_on_unchanged_is_sent(office: Office, there: str) -> None:
    change = send(office, office.deletes(there))
    assert change.state is State.DONE
    assert office.service.ledger == [("delete", there)]
    assert json.loads(change.overwritten)["percent"] == 50


@pytest.mark.parametrize("theirs", [{"description": "theirs"}, {"percent": 80}, {"unknown_to_us": 1}])
@pytest.mark.parametrize("choice", ["mine", "theirs"])
def test_delete_of_what_changed_is_asked_about(office: Office, there: str, theirs: dict[str, Any], choice: str) -> None:
    office.service.records[there]["unknown_to_us"] = 0
    mine = office.deletes(there)
    office.service.changes(there, **theirs)
    change = send(office, mine)
    assert change.state is State.CONFLICT
    assert "changed there meanwhile" in change.message
    assert office.service.ledger == []
    resolve(office, change.id, choice)
    assert (there in office.service.records) == (choice == "theirs")


def test_delete_of_what_is_gone_already_is_done(office: Office, there: str) -> None:
    mine = office.deletes(there)
    del office.service.records[there]
    assert send(office, mine).state is State.DONE
    assert office.service.ledger == []


def test_a_conflict_holds_up_its_item_alone(office: Office, there: str) -> None:
    other = office.service.holds(Kind.ALLOCATION, allocation(account="jonas"))
    bystander = office.service.found(other).raw
    change = conflict(office, there)
    later = office.updates(there, description="mine")
    free = office.updates(other, percent=10)
    run(office.push.send())
    assert office.desk[later].state is State.QUEUED
    assert "waits for another change of the same item, which is conflict" in office.desk[later].message
    assert office.desk[free].state is State.DONE
    assert office.desk[change.id].state is State.CONFLICT
    assert office.service.found(other).raw != bystander


# --- FE2: updates ---


def test_FE2_the_same_field_with_the_same_value_is_no_conflict_and_nothing_is_sent(office: Office, there: str) -> None:
    mine = office.updates(there, percent=40)
    office.service.changes(there, percent=40)
    change = send(office, mine)
    assert change.state is State.DONE
    assert "was so already" in change.message
    assert office.service.ledger == []


def test_FE2_moved_to_another_person_is_merged_and_said(office: Office, there: str) -> None:
    mine = office.updates(there, percent=40)
    office.service.changes(there, account="jonas")
    change = send(office, mine)
    assert change.state is State.DONE
    assert office.service.records[there]["account"] == "jonas"
    assert "person" in change.message


def test_FE2_updated_alone_is_no_change(office: Office, there: str) -> None:
    mine = office.updates(there, percent=40)
    office.service.changes(there)
    assert send(office, mine).message == ""


def test_FE2_a_value_that_the_service_writes_in_its_own_way_is_no_change(office: Office, there: str) -> None:
    mine = office.updates(there, percent=40)
    office.service.records[there]["percent"] = 50.2
    assert send(office, mine).state is State.DONE


def test_FE2_changed_between_the_comparison_and_the_write_is_compared_again(office: Office, there: str) -> None:
    mine = office.updates(there, percent=40)
    settle = office.desk.settle

    async def slow(changes: Any) -> None:
        await settle(changes)
        if changes[0].state is State.SENDING and len(office.desk.history) < 4:
            office.time.passes(2)  # the disk took its time
            office.service.changes(there, percent=80)

    office.desk.settle = slow  # type: ignore[method-assign]
    change = send(office, mine)
    assert change.state is State.CONFLICT
    assert office.service.ledger == []


def test_FE2_a_list_in_another_order_is_no_change(office: Office) -> None:
    task = {"project": "1201", "name": "Plan", "assignees": ["a", "b"], "type": "Task", "tags": [{"x": 1}, {"y": 2}]}
    there = office.service.holds(Kind.TASK, task)
    mine = office.updates(there, name="Test plan")
    office.service.changes(there, assignees=["b", "a"], tags=[{"y": 2}, {"x": 1}])
    assert send(office, mine).message == ""


def test_FE2_assignees_are_merged_by_person(office: Office) -> None:
    there = office.service.holds(Kind.TASK, {"project": "1201", "name": "Plan", "assignees": ["a", "b"]})
    mine = office.updates(there, assignees=["b", "c"])
    office.service.changes(there, assignees=["a", "b", "d"])
    assert send(office, mine).state is State.DONE
    assert sorted(office.service.records[there]["assignees"]) == ["b", "c", "d"]


def test_FE2_a_field_nobody_here_knows_is_carried_and_said(office: Office, there: str) -> None:
    office.service.records[there]["unknown_to_us"] = 0
    mine = office.updates(there, percent=40)
    office.service.changes(there, unknown_to_us=1)
    change = send(office, mine)
    assert change.state is State.DONE
    assert "other details" in change.message
    assert office.service.records[there]["unknown_to_us"] == 1


@pytest.mark.parametrize("fate", ["never", "applied", "late"])
def test_FE2_a_lost_answer_ends_with_one_effect(office: Office, there: str, fate: str) -> None:
    office.service.fates = [Fate(applied=fate == "applied", later=1.0 if fate == "late" else None, error=lost())]
    change = send(office, office.updates(there, percent=40))
    assert change.state is State.DONE
    assert office.service.records[there]["percent"] == 40
    assert len(office.service.ledger) == 1


def test_FE2_a_later_sending_looks_at_once_and_sends_what_did_not_arrive(there: str, office: Office) -> None:
    office.push._looks_after = ()
    office.service.fates = [Fate(applied=False, error=lost())]
    change = send(office, office.updates(there, percent=40))
    assert change.state is State.UNKNOWN
    assert send(office, change.id).state is State.DONE


def test_FE2_an_answer_lost_twice_is_not_sent_a_third_time_unasked(office: Office, there: str) -> None:
    office.service.fates = [Fate(applied=False, error=lost())] * 3
    change = send(office, office.updates(there, percent=40))
    run(office.push.look())
    assert change.state is State.UNKNOWN
    assert len([call for call in office.service.calls if call.startswith("update")]) == 2


def test_FE2_after_a_lost_answer_a_third_value_is_asked_about(office: Office, there: str) -> None:
    office.service.fates = [Fate(error=lost())]
    office.time.after(1, lambda: office.service.changes(there, percent=80))
    change = send(office, office.updates(there, percent=40))
    assert change.state is State.CONFLICT
    assert (change.theirs or {})["percent"] == 80


def test_FE2_a_lost_answer_of_what_is_gone_since_is_asked_about(office: Office, there: str) -> None:
    office.service.fates = [Fate(error=lost())]
    office.time.after(1, lambda: office.service.records.pop(there))
    change = send(office, office.updates(there, percent=40))
    assert (change.state, change.theirs) == (State.CONFLICT, None)


@pytest.mark.parametrize("fate", ["done", "never", "applied", "late"])
def test_FE2_an_absence_that_moves_its_start_has_another_name_afterwards(office: Office, away: str, fate: str) -> None:
    later = 1.0 if fate == "late" else None
    office.service.fates = [] if fate == "done" else [Fate(applied=fate == "applied", later=later, error=lost())]
    change = send(office, office.updates(away, start="2026-12-08"))
    assert change.state is State.DONE
    assert change.result == "priya@2026-12-08"
    assert list(office.service.records) == ["priya@2026-12-08"]
    assert len(office.service.ledger) == 1


@pytest.mark.parametrize("end", ["2026-12-07", "2026-12-11"])
def test_FE2_both_the_old_and_the_new_absence_are_asked_about(office: Office, away: str, end: str) -> None:
    old = office.service.records[away]
    office.service.fates = [Fate(error=lost())]
    office.time.after(1, lambda: office.service.records.update({away: {**old, "start": "2026-12-07", "end": end}}))
    change = send(office, office.updates(away, start="2026-12-08"))
    assert change.state is State.CONFLICT


def test_FE2_an_absence_whose_start_somebody_moved_is_asked_about(office: Office, away: str) -> None:
    mine = office.updates(away, type="SICK LEAVE")
    record = office.service.records.pop(away)
    office.service.records["priya@2026-12-09"] = {**record, "start": "2026-12-09"}
    change = send(office, mine)
    assert (change.state, change.theirs) == (State.CONFLICT, None)
    assert office.service.ledger == []


def test_FE2_a_refused_update_overwrites_nothing_and_is_said(office: Office, there: str) -> None:
    office.service.fates = [Fate(applied=False, error=Forbidden("you lack the right"))]
    change = send(office, office.updates(there, percent=40))
    assert change.state is State.REFUSED
    assert "you lack the right" in change.message


def test_W10_a_record_that_was_never_kept_is_compared_by_its_fields(office: Office, there: str) -> None:
    mine = office.updates(there, raw=b"", percent=40)
    office.service.changes(there, percent=80)
    assert send(office, mine).state is State.CONFLICT


def test_an_absence_moved_onto_another_one_is_refused_before_sending(office: Office, away: str) -> None:
    office.service.holds(Kind.ABSENCE, absence(start="2026-12-14", end="2026-12-15"))
    change = send(office, office.updates(away, end="2026-12-14"))
    assert change.state is State.REFUSED
    assert office.service.ledger == []


# --- FE3: deletes ---


@pytest.mark.parametrize("fate", ["never", "applied", "late"])
def test_FE3_a_lost_answer_ends_with_one_effect(office: Office, there: str, fate: str) -> None:
    office.service.fates = [Fate(applied=fate == "applied", later=1.0 if fate == "late" else None, error=lost())]
    assert send(office, office.deletes(there)).state is State.DONE
    assert office.service.ledger == [("delete", there)]


def test_FE3_created_again_after_the_lost_answer_is_asked_about(office: Office, away: str) -> None:
    office.service.fates = [Fate(error=lost())]
    office.time.after(1, lambda: office.service.holds(Kind.ABSENCE, absence(end="2026-12-08")))
    change = send(office, office.deletes(away))
    assert change.state is State.CONFLICT
    assert away in office.service.records


def test_FE3_gone_between_the_comparison_and_the_delete_is_done(office: Office, there: str) -> None:
    gone = Fate(applied=False, error=NotFound("does not exist there (404)"))
    office.service.fates = [gone]
    mine = office.deletes(there)
    written = office.service._written

    async def quicker(what: str, apply: Any) -> Any:
        del office.service.records[there]
        return await written(what, apply)

    office.service._written = quicker  # type: ignore[method-assign]
    assert send(office, mine).state is State.DONE


def test_FE3_a_404_for_what_is_still_there_is_a_refusal(office: Office, there: str) -> None:
    office.service.fates = [Fate(applied=False, error=NotFound("does not exist there (404)"))]
    assert send(office, office.deletes(there)).state is State.REFUSED


def test_FE3_a_missing_right_is_said(office: Office, there: str) -> None:
    office.service.fates = [Fate(applied=False, error=Forbidden("you lack the right"))]
    assert send(office, office.deletes(there)).state is State.REFUSED


def test_FE3_W13_a_series_wants_a_second_confirmation_that_names_the_count(office: Office) -> None:
    there = office.service.holds(Kind.ALLOCATION, allocation(repeat="weekly"), series=12)
    change = send(office, office.deletes(there))
    assert change.state is State.CONFLICT
    assert "12 dates" in change.message
    assert resolve(office, change.id, "mine").state is State.DONE
    assert there not in office.service.records


def test_FE3_W13_a_series_that_was_confirmed_is_deleted(office: Office) -> None:
    there = office.service.holds(Kind.ALLOCATION, allocation(repeat="weekly"), series=12)
    assert send(office, office.deletes(there, series=True)).state is State.DONE


def test_FE3_a_delete_that_the_service_only_says_it_did_is_unknown(office: Office, there: str) -> None:
    office.service.fates = [Fate(applied=False), Fate(applied=False)]
    change = send(office, office.deletes(there))
    assert change.state is State.UNKNOWN


# --- FE4: chains (W14) ---


def test_FE4_create_then_edit_goes_with_the_real_id(office: Office) -> None:
    one = office.creates(allocation())
    two = office.follows(one, percent=30)
    assert run(office.push.send()).whole
    assert office.desk[two].key.external_id == office.desk[one].result == "41"
    assert office.service.ledger == [("create", "41"), ("update", "41")]
    assert office.desk[two].message == ""


def test_FE4_create_then_delete_while_it_was_sent(office: Office) -> None:
    one = office.creates(allocation())
    office.follows(one, Do.DELETE)
    assert run(office.push.send()).whole
    assert office.service.records == {}


def test_FE4_create_edit_delete(office: Office) -> None:
    one = office.creates(allocation())
    office.follows(one, percent=30)
    office.follows(one, Do.DELETE)
    assert run(office.push.send()).whole
    assert [verb for verb, _ in office.service.ledger] == ["create", "update", "delete"]


def test_FE4_edit_then_edit_is_no_conflict_with_oneself(office: Office, there: str) -> None:
    one, two = office.updates(there, percent=40), office.updates(there, percent=40, description="x")
    office.service.rounds = lambda fields: {**fields, "percent": 41 if fields["percent"] == 40 else fields["percent"]}
    run(office.push.send())
    assert [office.desk[change].state for change in (one, two)] == [State.DONE, State.DONE]


def test_FE4_an_edit_of_what_was_sent_before_the_next_reading_is_no_conflict(office: Office, there: str) -> None:
    office.service.records[there]["revision"] = 1
    old = office.service.found(there).raw
    office.service.rounds = lambda fields: {**fields, "revision": 2}
    send(office, office.updates(there, percent=40))
    two = office.updates(there, raw=old, percent=30)
    assert send(office, two).message == ""


def test_FE4_a_delete_taken_back_is_created_again(office: Office, there: str) -> None:
    done = send(office, office.deletes(there))
    edit = office.push.take_back(done.id)
    assert edit.do is Do.CREATE
    again = office.desk.plans(edit)
    assert send(office, again).state is State.DONE
    assert office.service.records[office.desk[again].result]["percent"] == 50


def test_FE4_while_a_create_is_unknown_what_follows_on_it_waits(office: Office) -> None:
    office.service.fates = [Fate(applied=False, error=lost())]
    one = office.creates(allocation())
    two = office.follows(one, percent=30)
    other = office.creates(allocation(account="jonas"))
    run(office.push.send())
    run(office.push.send())
    states = [office.desk[change].state for change in (one, two, other)]
    assert states == [State.UNKNOWN, State.QUEUED, State.DONE]
    assert resolve(office, one, "again").state is State.DONE
    assert run(office.push.send()).whole
    assert office.service.records[office.desk[one].result]["percent"] == 30


def test_FE4_what_follows_on_a_create_goes_with_it_when_it_is_dropped(office: Office) -> None:
    office.service.fates = [Fate(applied=False, error=lost())]
    one = office.creates(allocation())
    two = office.follows(one, percent=30)
    run(office.push.send())
    resolve(office, one, "drop")
    assert office.desk[two].state is State.DROPPED


def test_FE4_a_move_between_persons_is_serial_with_both_of_them(office: Office, there: str) -> None:
    office.service.fates = [Fate(applied=False, error=lost()), Fate(applied=False, error=lost())]
    one = office.updates(there, account="jonas")
    two = office.creates(allocation(account="jonas", percent=10))
    run(office.push.send())
    assert [office.desk[change].state for change in (one, two)] == [State.UNKNOWN, State.QUEUED]


def test_FE4_an_absence_and_an_allocation_of_two_services_go_together() -> None:
    office = Office("tempo", "leave")
    one = office.creates(absence(), Kind.ABSENCE, connection="leave")
    two = office.creates(allocation())
    office.services["leave"].fates = [Fate(applied=False, error=lost())]
    run(office.push.send())
    assert [office.desk[change].state for change in (one, two)] == [State.UNKNOWN, State.DONE]


def test_a_later_change_alone_is_not_sent_before_the_earlier_one(office: Office) -> None:
    one = office.creates(allocation())
    two = office.follows(one, percent=30)
    run(office.push.send([two]))
    assert [office.desk[change].state for change in (one, two)] == [State.DRAFT, State.QUEUED]
    assert office.service.calls == []


# --- afterwards ---


def test_W12_overwritten_values_can_be_restored_for_thirty_days(office: Office, there: str) -> None:
    done = send(office, office.updates(there, percent=40))
    edit = office.push.restore(done.id)
    assert (edit.after or {})["percent"] == 50
    assert send(office, office.desk.plans(edit)).state is State.DONE
    assert office.service.records[there]["percent"] == 50
    office.time.passes(31 * 86400)
    with pytest.raises(UsageError, match="30 days"):
        office.push.restore(done.id)


def test_W12_a_deleted_item_can_be_restored_as_a_new_one(office: Office, there: str) -> None:
    done = send(office, office.deletes(there))
    edit = office.push.restore(done.id)
    assert (edit.do, (edit.after or {})["percent"]) == (Do.CREATE, 50)
    assert edit.key.external_id != there


def test_a_dropped_change_can_be_opened_again(office: Office, there: str) -> None:
    change = conflict(office, there)
    resolve(office, change.id, "theirs")
    edit = office.push.restore(change.id)
    assert (edit.do, (edit.after or {})["percent"], edit.raw) == (Do.UPDATE, 40, change.raw)


def test_taking_back_makes_the_inverse_for_review(office: Office, there: str) -> None:
    created = send(office, office.creates(allocation(account="jonas")))
    updated = send(office, office.updates(there, percent=40))
    back = [office.push.take_back(change.id) for change in (created, updated)]
    assert [edit.do for edit in back] == [Do.DELETE, Do.UPDATE]
    assert back[0].key.external_id == created.result
    assert (back[1].after or {})["percent"] == 50
    for edit in back:
        assert send(office, office.desk.plans(edit)).state is State.DONE
    assert office.service.records[there]["percent"] == 50
    assert created.result not in office.service.records


def test_only_what_was_sent_can_be_taken_back_and_only_what_was_overwritten_restored(office: Office) -> None:
    change = office.creates(allocation())
    with pytest.raises(UsageError):
        office.push.take_back(change)
    run(office.push.send())
    with pytest.raises(UsageError, match="overwritten nothing"):
        deciding.restore(office.desk[change], Language(), office.time.now())


@pytest.mark.parametrize(
    ("state", "choice"), [("draft", "mine"), ("draft", "again"), ("conflict", "again"), ("unknown", "mine")]
)
def test_a_choice_that_does_not_fit_is_refused(office: Office, there: str, state: str, choice: Any) -> None:
    if state == "conflict":
        change = conflict(office, there).id
    elif state == "unknown":
        office.service.fates = [Fate(applied=False, error=lost())]
        change = send(office, office.creates(allocation(account="jonas"))).id
    else:
        change = office.creates(allocation())
    before = office.desk[change]
    with pytest.raises(UsageError, match="does not fit"):
        run(office.push.resolve(change, choice))
    assert office.desk[change] == before


def test_W8_an_update_stopped_while_sending_is_compared_not_repeated(office: Office, there: str) -> None:
    change = office.updates(there, percent=40)

    async def stop() -> None:
        gate = asyncio.Event()
        office.service.fates = [Fate(gate=gate)]
        task = asyncio.create_task(office.push.send())
        await until(lambda: office.service.ledger)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(stop())
    assert office.desk[change].state is State.UNKNOWN
    assert run(office.push.send()).whole
    assert office.service.ledger == [("update", there)]


def test_P3_a_colleagues_change_is_never_lost_without_a_choice(office: Office, there: str) -> None:
    """Every mix of who changed what, sent twice: what the colleague wrote is there, or a question is."""
    for field, theirs, mine in [
        ("percent", 80, 40),
        ("description", "theirs", "mine"),
        ("start", "2026-12-02", "2026-12-03"),
    ]:
        change = office.updates(there, **{field: mine})
        office.service.changes(there, **{field: theirs})
        run(office.push.send())
        run(office.push.send([change]))
        assert office.desk[change].state is State.CONFLICT
        assert office.service.records[there][field] == theirs
        resolve(office, change, "theirs")
    assert office.service.records[there]["creator"] == COLLEAGUE


@pytest.mark.parametrize("fate", ["done", "never", "applied"])
def test_a_value_that_the_service_keeps_in_two_ways_is_compared_the_way_it_was_meant(
    office: Office, there: str, fate: str
) -> None:
    office.service.rounds = lambda fields: {**fields, "percent": 25, "minutes_per_day": None}
    office.service.fates = [] if fate == "done" else [Fate(applied=fate == "applied", error=lost())]
    change = send(office, office.updates(there, percent=None, minutes_per_day=120))
    assert change.state is State.DONE
    assert "instead" not in change.message
    assert office.service.records[there]["percent"] == 25


# --- what a hostile reader found ---


def test_W6_send_again_sends_an_update_that_was_lost_twice_once_more_compared(office: Office, there: str) -> None:
    office.service.fates = [Fate(applied=False, error=lost()) for _ in range(2)]
    change = send(office, office.updates(there, percent=40))
    assert (change.state, len(change.attempts)) == (State.UNKNOWN, 2)
    change = resolve(office, change.id, "again")
    assert (change.state, len(change.attempts)) == (State.DONE, 3), change.message
    assert office.service.ledger == [("update", there)]


def test_W6_send_again_asks_where_somebody_has_changed_it_since(office: Office, there: str) -> None:
    office.service.fates = [Fate(applied=False, error=lost()) for _ in range(2)]
    change = send(office, office.updates(there, percent=40))
    office.service.changes(there, percent=90)
    assert resolve(office, change.id, "again").state is State.CONFLICT
    assert office.service.ledger == []


def test_W6_send_again_of_what_has_arrived_sends_nothing_and_says_so(office: Office, there: str) -> None:
    office.service.fates = [Fate(applied=False, error=lost()), Fate(later=500, error=lost())]
    change = send(office, office.updates(there, percent=40))
    assert change.state is State.UNKNOWN
    office.time.passes(600)
    change = resolve(office, change.id, "again")
    assert (change.state, change.message) == (State.DONE, "arrived after all")
    assert office.service.ledger == [("update", there)]


def test_W11_mine_leaves_what_somebody_changed_beside_the_question(office: Office, there: str) -> None:
    """P3: the user decided about the percentage, and about nothing else."""
    mine = office.updates(there, percent=40)
    office.service.changes(there, percent=80, description="theirs")
    change = send(office, mine)
    assert change.state is State.CONFLICT
    assert resolve(office, change.id, "mine").state is State.DONE
    assert office.service.records[there]["percent"] == 40
    assert office.service.records[there]["description"] == "theirs"


def test_W17_what_waits_for_an_answer_is_not_sent_when_a_lost_one_is_found(office: Office, there: str) -> None:
    """It was to be sent long ago, and parked; the user has not said yet that it still holds."""
    old = office.updates(there, percent=40)
    office.service.fates = []
    office.desk.kept[old] = (1, packed(replace(office.desk[old], state=State.QUEUED)))
    office.time.passes(15 * 86_400)
    office.service.fates = [Fate(error=lost())]
    new = office.creates(allocation(account="jonas"))
    run(office.push.send())
    assert office.desk[new].state is State.DONE
    assert office.desk[old].state is State.QUEUED
    assert "was planned 15 days ago" in office.desk[old].message
    assert [verb for verb, _ in office.service.ledger] == ["create"]
