"""What an answer to a write says is looked at, not believed (reliability 4.2, W12, W16)."""

from __future__ import annotations

import pytest

from planner_gui.domain.changes import State
from planner_gui.domain.entities import Kind
from planner_gui.domain.errors import RequestRefused
from planner_gui.session.reconcile import wants_a_look
from tests.scenarios import Scenario
from tests.session.pretend import Fate, Office, allocation, lost, run


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def scenario() -> Scenario:
    return run


@pytest.mark.parametrize("start", ["2026-12-01", "2027-03-01"], ids=["in the list before it", "far from its dates"])
def test_an_answer_that_names_another_record_is_no_proof(office: Office, scenario: Scenario, start: str) -> None:
    end = start[:-1] + "2"
    other = office.service.holds(Kind.ALLOCATION, allocation(description="not ours", start=start, end=end))
    office.service.fates = [Fate(answer=other)]
    change = office.creates(allocation(description="ours"))
    assert scenario(office.push.send()).whole
    made = office.desk[change].result
    assert made != other
    assert office.service.found(made).fields["description"] == "ours"


def test_an_answer_that_names_another_record_after_nothing_was_done_leaves_it_unknown(
    office: Office, scenario: Scenario
) -> None:
    other = office.service.holds(Kind.ALLOCATION, allocation(description="not ours"))
    office.service.fates = [Fate(applied=False, answer=other)]
    change = office.creates(allocation(description="ours"))
    scenario(office.push.send())
    assert office.desk[change].state is State.UNKNOWN
    assert office.service.ledger == []


def test_W16_an_update_that_was_answered_and_not_done_is_not_done(office: Office, scenario: Scenario) -> None:
    there = office.service.holds(Kind.ALLOCATION, allocation(percent=20))
    office.service.fates = [Fate(applied=False)]
    change = office.updates(there, percent=60)
    assert scenario(office.push.send()).whole
    assert [state for _, state in office.desk.history].count(State.UNKNOWN) >= 1
    assert office.service.found(there).fields["percent"] == 60
    assert office.desk[change].state is State.DONE


def test_W16_an_update_that_is_never_done_is_asked_about(office: Office, scenario: Scenario) -> None:
    there = office.service.holds(Kind.ALLOCATION, allocation(percent=20))
    office.service.fates = [Fate(applied=False), Fate(applied=False)]
    change = office.updates(there, percent=60)
    assert not scenario(office.push.send()).whole
    assert office.desk[change].state is State.UNKNOWN
    assert office.service.ledger == []


def test_a_refused_second_sending_of_a_create_leaves_the_first_one_unknown(scenario: Scenario) -> None:
    """That there is one already may mean the first, which the list does not show yet (4.2)."""
    office = Office(looks_after=())
    office.service.fates = [Fate(applied=False, error=lost()), Fate(applied=False, error=RequestRefused("overlaps"))]
    change = office.creates(allocation())
    scenario(office.push.send())
    scenario(office.push.resolve(change, "again"))
    assert office.desk[change].state is State.UNKNOWN
    assert "overlaps" in office.desk[change].message
    assert "may have arrived" in office.desk[change].message


def _sent_again(office: Office, scenario: Scenario) -> str:
    """A create that is done by its second sending; the first one arrives an hour later."""
    office.service.fates = [Fate(later=3600.0, error=lost())]
    change = office.creates(allocation())
    scenario(office.push.send())
    scenario(office.push.resolve(change, "again"))
    assert office.desk[change].state is State.DONE
    return change


def test_a_first_sending_that_arrives_after_the_second_is_done_is_said_once(office: Office, scenario: Scenario) -> None:
    change = _sent_again(office, scenario)
    scenario(office.push.look())
    assert office.desk.notices.current == ()
    office.time.passes(3600)
    scenario(office.push.look())
    scenario(office.push.look())
    (notice,) = office.desk.notices.current
    assert "is there twice" in notice.text
    assert "arrived as well" in office.desk[change].message
    assert office.desk[change].state is State.DONE
    assert [verb for verb, _ in office.service.ledger] == ["create", "create"], "nothing is removed unasked"


def test_a_list_that_fails_is_looked_at_again_at_the_next_sync(office: Office, scenario: Scenario) -> None:
    _sent_again(office, scenario)
    office.time.passes(3600)
    office.service.reading_fails = [lost()]
    scenario(office.push.look())
    assert office.desk.notices.current == ()
    scenario(office.push.look())
    assert len(office.desk.notices.current) == 1


def test_after_a_day_and_of_a_colleagues_other_record_nothing_is_said(office: Office, scenario: Scenario) -> None:
    change = _sent_again(office, scenario)
    assert wants_a_look(office.desk[change], office.time.now())
    office.service.holds(Kind.ALLOCATION, allocation(percent=20))
    scenario(office.push.look())
    assert office.desk.notices.current == ()
    office.time.passes(2 * 86_400)
    assert not wants_a_look(office.desk[change], office.time.now())
    scenario(office.push.look())
    assert office.desk.notices.current == ()
