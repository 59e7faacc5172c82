"""A create is sent once; what became of a lost answer is found out, never guessed (reliability 4.2, W4 to W6, FE1)."""

from __future__ import annotations

import asyncio
import json

import pytest

from planner_gui.domain.changes import State
from planner_gui.domain.edits import blank
from planner_gui.domain.entities import Kind
from planner_gui.domain.errors import (
    AnswerLost,
    AnswerUnusable,
    CredentialRefused,
    Forbidden,
    NotFound,
    NotOffered,
    NotSent,
    OriginRefused,
    PlannerError,
    RateLimited,
    RequestRefused,
    ServiceFailed,
    UsageError,
)
from tests.scenarios import Scenario, until
from tests.session.pretend import COLLEAGUE, ME, Fate, Office, absence, allocation, lost, run


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def scenario() -> Scenario:
    return run


def state(office: Office, change: str) -> State:
    return office.desk[change].state


# --- the way it goes ---


def test_a_create_is_looked_for_committed_sent_once_and_read_back(office: Office, scenario: Scenario) -> None:
    change = office.creates(allocation())
    sent = scenario(office.push.send())
    assert sent.whole
    assert office.service.calls == ["look allocation", "create 41", "fetch 41"]
    assert [one for _, one in office.desk.history] == [State.QUEUED, State.SENDING, State.DONE]
    done = office.desk[change]
    assert (done.result, done.message) == ("41", "")
    assert done.written == office.service.found("41").raw
    assert office.service.opened == office.service.closed == 1


def test_W4_sending_is_on_disk_before_a_byte_leaves(office: Office, scenario: Scenario) -> None:
    change = office.creates(allocation())
    seen: list[State] = []
    office.service.rounds = lambda fields: (seen.append(state(office, change)), fields)[1]
    scenario(office.push.send())
    assert seen == [State.SENDING]


def test_W5_the_baseline_is_committed_with_the_attempt(office: Office, scenario: Scenario) -> None:
    there = office.service.holds(Kind.ALLOCATION, allocation(percent=20))
    office.service.fates = [Fate(applied=False, error=lost())]
    change = office.creates(allocation())
    scenario(office.push.send())
    assert [attempt.baseline for attempt in office.desk[change].attempts] == [(there,)]


@pytest.mark.parametrize("error", [lost(), NotSent("no network"), Forbidden("no right"), ServiceFailed("failed")])
def test_a_baseline_that_fails_sends_nothing(office: Office, scenario: Scenario, error: PlannerError) -> None:
    change = office.creates(allocation())
    office.service.reading_fails = [error]
    sent = scenario(office.push.send())
    assert not sent.whole
    assert office.service.ledger == []
    assert state(office, change) is State.QUEUED
    assert "nothing was sent" in office.desk[change].message


def test_nothing_is_sent_where_sending_cannot_be_committed(office: Office, scenario: Scenario) -> None:
    change = office.creates(allocation())
    office.desk.fails = [None, PlannerError("disk full")]
    with pytest.raises(PlannerError, match="disk full"):
        scenario(office.push.send())
    assert office.service.ledger == []
    assert state(office, change) is State.QUEUED


def test_W12_what_the_service_made_of_it_is_said(office: Office, scenario: Scenario) -> None:
    office.service.rounds = lambda fields: {**fields, "percent": 60, "description": "x"}
    change = office.creates(allocation())
    assert scenario(office.push.send()).whole
    assert office.desk[change].message == (
        "the service keeps percent 60 instead of 50, description x instead of nothing"
    )


def test_an_accepted_create_that_cannot_be_read_back_is_unknown_until_it_can(
    office: Office, scenario: Scenario
) -> None:
    change = office.creates(allocation())
    office.service.reading_fails = [None, lost()]
    assert scenario(office.push.send()).whole
    assert office.service.ledger == [("create", "41")]
    assert State.UNKNOWN in [one for _, one in office.desk.history]
    assert office.desk[change].result == "41"


@pytest.mark.parametrize("answer", ["", None])
def test_W16_an_answer_without_an_id_is_read_back_by_its_content(
    office: Office, scenario: Scenario, answer: str | None
) -> None:
    change = office.creates(allocation())
    office.service.fates = [Fate(answer=answer)]
    assert scenario(office.push.send()).whole
    assert office.desk[change].result == "41"


# --- evidence (4.2) ---


@pytest.mark.parametrize(
    "error", [Forbidden("403"), NotFound("404"), NotOffered("405"), RequestRefused("422")], ids=str
)
def test_W15_a_refusal_stops_this_change_alone_and_is_said(
    office: Office, scenario: Scenario, error: PlannerError
) -> None:
    office.service.fates = [Fate(applied=False, error=error)]
    one, other = office.creates(allocation()), office.creates(allocation(account="jonas"))
    scenario(office.push.send())
    assert (state(office, one), state(office, other)) == (State.REFUSED, State.DONE)
    assert str(error) in office.desk[one].message
    assert office.desk[one].attempts == ()


@pytest.mark.parametrize(
    "error",
    [lost(), AnswerUnusable("a web page"), ServiceFailed("503"), OriginRefused("redirects"), ValueError("a bug")],
    ids=str,
)
def test_everything_else_is_unknown_and_never_sent_again(error: Exception, scenario: Scenario, office: Office) -> None:
    if isinstance(error, ValueError):
        office.push._book.report = lambda raised: None  # type: ignore[method-assign]
    office.service.fates = [Fate(applied=False, error=error)]
    change = office.creates(allocation())
    scenario(office.push.send())
    scenario(office.push.send())
    assert state(office, change) is State.UNKNOWN
    assert len([call for call in office.service.calls if call.startswith("create")]) == 1


def test_A7_a_refused_token_parks_the_connection_and_no_other(scenario: Scenario) -> None:
    office = Office("tempo", "labs")
    office.service.fates = [Fate(applied=False, error=CredentialRefused("the token was refused (401)"))]
    one = office.creates(allocation())
    two = office.creates(allocation(start="2026-12-08", end="2026-12-09"))
    other = office.creates(allocation(), connection="labs")
    scenario(office.push.send())
    assert [state(office, change) for change in (one, two, other)] == [State.QUEUED, State.QUEUED, State.DONE]
    assert office.service.calls == ["look allocation", "create 41"]
    assert len(office.desk.notices.current) == 1
    assert office.desk[one].attempts == ()
    assert scenario(office.push.send()).whole  # asked once again with the next sending


def test_offline_everything_stays_and_one_request_is_tried(office: Office, scenario: Scenario) -> None:
    office.service.reading_fails = [NotSent("no network")] * 9
    changes = [office.creates(allocation(start=f"2026-12-{day:02}", end=f"2026-12-{day:02}")) for day in (1, 8, 15)]
    scenario(office.push.send())
    assert {state(office, change) for change in changes} == {State.QUEUED}
    assert len(office.service.calls) == 1


def test_N9_a_service_that_asks_to_wait_is_waited_for(office: Office, scenario: Scenario) -> None:
    office.service.fates = [Fate(applied=False, error=RateLimited("wait", retry_after=7))]
    change = office.creates(allocation())
    assert scenario(office.push.send()).whole
    assert office.time.slept == [7]
    assert state(office, change) is State.DONE
    assert len(office.desk[change].attempts) == 1


def test_N9_a_long_wait_parks_until_it_is_over_by_the_clock_nobody_sets(office: Office, scenario: Scenario) -> None:
    office.service.fates = [Fate(applied=False, error=RateLimited("wait", retry_after=200))]
    change = office.creates(allocation())
    assert not scenario(office.push.send()).whole
    assert office.desk[change].not_before is not None
    office.time.wall = office.time.wall.replace(month=10)  # D3
    assert not scenario(office.push.send()).whole
    office.time.passes(200)
    assert scenario(office.push.send()).whole


def test_a_missing_token_keeps_everything(office: Office, scenario: Scenario) -> None:
    office.secrets["tempo"] = None
    change = office.creates(allocation())
    assert not scenario(office.push.send()).whole
    assert state(office, change) is State.QUEUED
    assert "token" in office.desk[change].message


def test_a_paused_connection_is_asked_nothing_and_everything_waits(office: Office, scenario: Scenario) -> None:
    office.desk.settings.paused = frozenset({"tempo"})
    change = office.creates(allocation())
    assert not scenario(office.push.send()).whole
    assert (state(office, change), office.service.opened) == (State.QUEUED, 0)
    assert "tempo is paused" in office.desk[change].message
    scenario(office.push.look())
    assert office.service.opened == 0
    office.desk.settings.paused = frozenset()
    assert scenario(office.push.send()).whole


# --- stopped in the middle (W8, W9) ---


def test_W8_stopped_while_sending_it_is_unknown(office: Office, scenario: Scenario) -> None:
    change = office.creates(allocation())

    async def stop() -> None:
        gate = asyncio.Event()
        office.service.fates = [Fate(gate=gate)]
        task = asyncio.create_task(office.push.send())
        await until(lambda: office.service.ledger)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    scenario(stop())
    assert state(office, change) is State.UNKNOWN
    assert scenario(office.push.send()).whole
    assert office.service.ledger == [("create", "41")]


def test_W8_stopped_before_a_byte_left_it_is_still_queued(office: Office, scenario: Scenario) -> None:
    change = office.creates(allocation())

    async def stop() -> None:
        task = asyncio.create_task(office.push.send())
        await until(lambda: (change, State.SENDING) in office.desk.history)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    settle = office.desk.settle

    async def slow(changes: object) -> None:
        await settle(changes)  # type: ignore[arg-type]
        if office.desk.history[-1] == (change, State.SENDING):
            for _ in range(20):
                await asyncio.sleep(0.002)

    office.desk.settle = slow  # type: ignore[method-assign,assignment]
    scenario(stop())
    assert state(office, change) is State.QUEUED
    assert office.service.ledger == []
    assert office.desk[change].attempts == ()


def test_W9_sending_found_at_a_start_is_unknown_and_never_sent_blind(office: Office, scenario: Scenario) -> None:
    change = office.creates(allocation())
    office.desk.kept[change] = (1, _packed(office, change, applied=True))
    office.push = office.started()
    assert scenario(office.push.send()).whole
    assert office.service.ledger == []
    assert office.desk[change].result == "41"


def _packed(office: Office, change: str, *, applied: bool) -> bytes:
    """As a crash in `sending` leaves it."""
    from planner_gui.domain.changes import Attempt, packed

    if applied:
        office.service.holds_as("41", Kind.ALLOCATION, allocation())
    return packed(office.desk[change].to(State.SENDING, office.time.now(), attempts=(Attempt(office.time.now()),)))


# --- FE1: the answer of a create is lost ---


def test_FE1_nothing_arrived_it_is_asked_after_fifteen_minutes_and_three_looks(
    office: Office, scenario: Scenario
) -> None:
    office.service.fates = [Fate(applied=False, error=lost())]
    change = office.creates(allocation())
    scenario(office.push.send())
    assert office.time.slept == [2, 8, 20, 60]
    assert len(office.desk[change].looks) == 4
    assert "may still arrive" in office.desk[change].message
    office.time.passes(900)
    scenario(office.push.look())
    assert office.desk[change].message == "may not have arrived: look again, send again, or drop it?"
    assert state(office, change) is State.UNKNOWN


def test_W6_fifteen_minutes_are_not_asked_about_before_three_looks(office: Office, scenario: Scenario) -> None:
    office = Office(looks_after=())
    office.service.fates = [Fate(applied=False, error=lost())]
    change = office.creates(allocation())
    scenario(office.push.send())
    office.time.passes(1000)
    said = []
    for _ in range(3):
        scenario(office.push.look())
        said.append("may not have arrived" in office.desk[change].message)
    assert said == [False, False, True]


def test_D3_a_clock_set_forward_shortens_no_patience(office: Office, scenario: Scenario) -> None:
    office.service.fates = [Fate(applied=False, error=lost())]
    change = office.creates(allocation())
    scenario(office.push.send())
    office.time.wall = office.time.wall.replace(year=2036)
    scenario(office.push.look())
    assert "may still arrive" in office.desk[change].message


def test_FE1_one_arrived_it_is_adopted(office: Office, scenario: Scenario) -> None:
    office.service.fates = [Fate(error=lost())]
    change = office.creates(allocation())
    assert scenario(office.push.send()).whole
    assert (office.desk[change].result, office.desk[change].message) == ("41", "arrived after all")
    assert office.service.ledger == [("create", "41")]


def test_FE1_two_that_are_equal_are_asked_about(office: Office, scenario: Scenario) -> None:
    office.service.fates = [Fate(error=lost())]
    change = office.creates(allocation())
    office.time.after(1, lambda: office.service.holds(Kind.ALLOCATION, allocation(), creator=ME))
    scenario(office.push.send())
    assert state(office, change) is State.UNKNOWN
    assert "2 equal ones" in office.desk[change].message
    assert office.desk[change].theirs is not None


def test_FE1_an_equal_one_that_somebody_else_made_is_never_adopted_silently(office: Office, scenario: Scenario) -> None:
    office.service.fates = [Fate(applied=False, error=lost())]
    change = office.creates(allocation())
    office.time.after(1, lambda: office.service.holds(Kind.ALLOCATION, allocation(), creator=COLLEAGUE))
    scenario(office.push.send())
    assert state(office, change) is State.UNKNOWN
    assert COLLEAGUE in office.desk[change].message
    assert scenario(office.push.resolve(change, "theirs")).whole
    assert office.desk[change].result == "42"


def test_FE1_who_one_is_there_is_learnt_from_what_an_answer_named(office: Office, scenario: Scenario) -> None:
    """A service that says who made a record need not say beforehand who the owner of a token is."""
    office.service.account = ""
    first = office.creates(allocation(account="jonas"))
    assert scenario(office.push.send()).whole
    office.service.fates = [Fate(applied=False, error=lost())]
    change = office.creates(allocation())
    office.time.after(1, lambda: office.service.holds(Kind.ALLOCATION, allocation(), creator=COLLEAGUE))
    scenario(office.push.send())
    assert (state(office, first), state(office, change)) == (State.DONE, State.UNKNOWN)
    assert COLLEAGUE in office.desk[change].message


def test_FE1_mine_but_already_edited_by_somebody_is_asked_about(office: Office, scenario: Scenario) -> None:
    office.service.fates = [Fate(error=lost())]
    change = office.creates(allocation())
    office.time.after(1, lambda: office.service.changes("41", percent=80))
    scenario(office.push.send())
    assert state(office, change) is State.UNKNOWN
    assert "percent 80 instead of 50" in office.desk[change].message


def test_FE1_mine_but_already_deleted_is_never_sent_again_unasked(office: Office, scenario: Scenario) -> None:
    office.service.fates = [Fate(error=lost())]
    change = office.creates(allocation())
    office.time.after(1, lambda: office.service.records.pop("41"))
    scenario(office.push.send())
    office.time.passes(3600)
    scenario(office.push.send())
    assert state(office, change) is State.UNKNOWN
    assert office.service.ledger == [("create", "41")]
    assert scenario(office.push.resolve(change, "drop")).changes[0].state is State.DROPPED


@pytest.mark.parametrize("seconds", [2, 30, 600])
def test_FE1_visible_later_is_adopted_when_it_is_seen(office: Office, scenario: Scenario, seconds: int) -> None:
    office.service.lag = seconds
    office.service.fates = [Fate(error=lost())]
    change = office.creates(allocation())
    scenario(office.push.send())
    if seconds == 600:
        assert state(office, change) is State.UNKNOWN
        office.time.passes(600)
        scenario(office.push.look())
    assert state(office, change) is State.DONE
    assert office.service.ledger == [("create", "41")]


def test_FE1_a_list_that_fails_leaves_it_unknown_and_counts_as_no_look(office: Office, scenario: Scenario) -> None:
    office.service.fates = [Fate(applied=False, error=lost())]
    office.service.reading_fails = [None, lost(), lost(), lost(), lost()]
    change = office.creates(allocation())
    scenario(office.push.send())
    assert state(office, change) is State.UNKNOWN
    assert office.desk[change].looks == ()


def test_FE1_what_the_service_rounds_is_equal(office: Office, scenario: Scenario) -> None:
    office.service.rounds = lambda fields: {**fields, "percent": round(float(str(fields["percent"])))}
    office.service.fates = [Fate(error=lost())]
    change = office.creates(allocation(percent=33.3))
    assert scenario(office.push.send()).whole
    assert office.desk[change].message == "arrived after all"


def test_FE1_a_day_shifted_by_a_zone_is_seen_and_asked_about(office: Office, scenario: Scenario) -> None:
    office.service.rounds = lambda fields: {**fields, "start": "2026-11-30", "end": "2026-12-03"}
    office.service.fates = [Fate(error=lost())]
    change = office.creates(allocation())
    scenario(office.push.send())
    assert state(office, change) is State.UNKNOWN
    assert "start 2026-11-30 instead of 2026-12-01" in office.desk[change].message


def test_FE1_two_identical_creates_of_the_user_become_two(office: Office, scenario: Scenario) -> None:
    office.service.fates = [Fate(error=lost()), Fate(error=lost())]
    office.creates(allocation())
    office.creates(allocation())
    assert scenario(office.push.send()).whole
    assert office.service.ledger == [("create", "41"), ("create", "42")]
    assert [change.result for change in office.desk.changes] == ["41", "42"]


def test_FE1_what_the_narrow_list_misses_stays_unknown(office: Office, scenario: Scenario) -> None:
    office.service.rounds = lambda fields: {**fields, "account": "jonas"}
    office.service.fates = [Fate(error=lost())]
    change = office.creates(allocation())
    scenario(office.push.send())
    assert state(office, change) is State.UNKNOWN
    assert office.service.ledger == [("create", "41")]


@pytest.mark.parametrize("late", [1, 8, 60, 400])
def test_applied_late_it_is_adopted_and_never_doubled(office: Office, scenario: Scenario, late: float) -> None:
    office.service.fates = [Fate(later=late, error=lost())]
    change = office.creates(allocation())
    scenario(office.push.send())
    office.time.passes(400)
    scenario(office.push.look())
    assert state(office, change) is State.DONE
    assert office.service.ledger == [("create", "41")]


# --- again, by the user alone (4.2.7) ---


def test_again_is_a_new_attempt_after_an_empty_look(office: Office, scenario: Scenario) -> None:
    office.service.fates = [Fate(applied=False, error=lost())]
    change = office.creates(allocation())
    scenario(office.push.send())
    assert scenario(office.push.resolve(change, "again")).whole
    assert office.desk[change].result == "42"
    assert len(office.desk[change].attempts) == 2


def test_send_by_id_sends_an_unknown_create_again_and_send_all_does_not(office: Office, scenario: Scenario) -> None:
    office.service.fates = [Fate(applied=False, error=lost())]
    change = office.creates(allocation())
    scenario(office.push.send())
    assert not scenario(office.push.send()).whole
    assert scenario(office.push.send([change])).whole
    assert len([call for call in office.service.calls if call.startswith("create")]) == 2


def test_again_adopts_what_has_arrived_meanwhile(office: Office, scenario: Scenario) -> None:
    office.service.fates = [Fate(later=200, error=lost())]
    change = office.creates(allocation())
    scenario(office.push.send())
    office.time.passes(200)
    assert scenario(office.push.resolve(change, "again")).whole
    assert office.service.ledger == [("create", "41")]


def test_again_sends_nothing_where_the_look_fails(office: Office, scenario: Scenario) -> None:
    office.service.fates = [Fate(applied=False, error=lost())]
    change = office.creates(allocation())
    scenario(office.push.send())
    office.service.reading_fails = [lost()] * 9
    scenario(office.push.resolve(change, "again"))
    assert state(office, change) is State.UNKNOWN
    assert len([call for call in office.service.calls if call.startswith("create")]) == 1


def test_a_first_attempt_that_arrives_beside_the_second_is_asked_about(office: Office, scenario: Scenario) -> None:
    office.service.fates = [Fate(later=300, error=lost())]
    change = office.creates(allocation())
    scenario(office.push.send())
    gate = office.service._written

    async def late(what: str, apply: object) -> str | None:
        office.time.passes(300)  # the gateway lets the first one through now
        return await gate(what, apply)  # type: ignore[arg-type]

    office.service._written = late  # type: ignore[method-assign,assignment]
    scenario(office.push.resolve(change, "again"))
    assert state(office, change) is State.UNKNOWN
    assert "there twice (42 and 41)" in office.desk[change].message


def test_a_refusal_after_a_lost_answer_may_mean_that_it_had_arrived(office: Office, scenario: Scenario) -> None:
    office = Office(looks_after=())
    office.service.fates = [Fate(error=lost()), Fate(applied=False, error=RequestRefused("overlaps"))]
    office.service.lag = 5
    change = office.creates(absence(), Kind.ABSENCE)
    scenario(office.push.send())
    look = office.service._written

    async def seen(what: str, apply: object) -> str | None:
        office.time.passes(5)
        return await look(what, apply)  # type: ignore[arg-type]

    office.service._written = seen  # type: ignore[method-assign,assignment]
    assert scenario(office.push.resolve(change, "again")).whole
    assert office.service.ledger == [("create", "priya@2026-12-07")]


# --- order and people (4.2.8) ---


def test_a_person_stops_at_the_first_unknown_and_others_go_on(office: Office, scenario: Scenario) -> None:
    office.service.fates = [Fate(applied=False, error=lost())]
    one = office.creates(allocation())
    two = office.creates(allocation(start="2026-12-08", end="2026-12-09"))
    other = office.creates(allocation(account="jonas"))
    scenario(office.push.send())
    assert [state(office, change) for change in (one, two, other)] == [State.UNKNOWN, State.QUEUED, State.DONE]
    assert "not known yet" in office.desk[two].message


def test_what_waited_for_a_lost_answer_goes_on_when_it_is_found(office: Office, scenario: Scenario) -> None:
    office.service.fates = [Fate(later=5, error=lost())]
    office.creates(allocation())
    office.creates(allocation(start="2026-12-08", end="2026-12-09"))
    assert scenario(office.push.send()).whole
    assert [verb for verb, _ in office.service.ledger] == ["create", "create"]


def test_nothing_that_was_never_planned_can_be_sent(office: Office, scenario: Scenario) -> None:
    with pytest.raises(UsageError):
        scenario(office.push.send(["nonsense"]))
    change = office.creates(allocation())
    scenario(office.push.send())
    with pytest.raises(UsageError, match="done already"):
        scenario(office.push.send([change]))


@pytest.mark.parametrize("state_then", [State.QUEUED, State.DRAFT])
def test_an_edit_made_while_the_baseline_is_read_is_never_sent_in_its_older_form(
    office: Office, scenario: Scenario, state_then: State
) -> None:
    from dataclasses import replace

    from planner_gui.domain.changes import packed

    change = office.creates(allocation())
    reads = office.service._reads

    def edited(what: str) -> None:
        office.service._reads = reads  # type: ignore[method-assign]
        now = replace(office.desk[change], after=allocation(percent=70), state=state_then)
        office.desk.kept[change] = (1, packed(now))

    office.service._reads = edited  # type: ignore[method-assign]
    assert scenario(office.push.send()).whole is (state_then is State.QUEUED)
    assert [record["percent"] for record in office.service.records.values()] == [70] * len(office.service.ledger)
    assert len(office.service.ledger) == (state_then is State.QUEUED)  # a draft again: it wants another review


# --- W17 ---


def test_W17_what_was_planned_long_ago_is_asked_about_first(office: Office, scenario: Scenario) -> None:
    change = office.creates(allocation())
    office.time.passes(15 * 86400)
    sent = scenario(office.push.send())
    assert not sent.whole
    assert state(office, change) is State.DRAFT
    assert "15 days ago" in office.desk[change].message
    assert scenario(office.push.send([change], asked=True)).whole


def test_absences_that_overlap_one_read_just_now_are_refused_before_sending(office: Office, scenario: Scenario) -> None:
    office.service.holds(Kind.ABSENCE, absence(start="2026-12-10", end="2026-12-14"))
    change = office.creates(absence(), Kind.ABSENCE)
    scenario(office.push.send())
    assert state(office, change) is State.REFUSED
    assert "2026-12-10 to 2026-12-14" in office.desk[change].message
    assert office.service.ledger == []


def test_AnswerLost_is_no_refusal() -> None:
    from planner_gui.session.sending import NOT_PROCESSED, REFUSED

    assert not issubclass(AnswerLost, REFUSED + NOT_PROCESSED)


def test_a_twin_that_arrived_is_never_taken_for_the_one_that_did_not(office: Office, scenario: Scenario) -> None:
    office.service.fates = [Fate(applied=False, error=lost())]
    one, two = office.creates(allocation()), office.creates(allocation())
    scenario(office.push.send())
    scenario(office.push.send())
    assert [state(office, change) for change in (one, two)] == [State.UNKNOWN, State.DONE]
    assert office.desk[two].result == "42"


def test_W8_stopped_while_it_is_read_back_it_is_unknown_with_its_id(office: Office, scenario: Scenario) -> None:
    change = office.creates(allocation())

    async def stop() -> None:
        gate = asyncio.Event()
        fetch = office.service.fetch

        async def held(*asked: object) -> object:
            await gate.wait()
            return await fetch(*asked)  # type: ignore[arg-type]

        office.service.fetch = held  # type: ignore[method-assign,assignment]
        task = asyncio.create_task(office.push.send())
        await until(lambda: office.service.ledger)
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    scenario(stop())
    assert (state(office, change), office.desk[change].result) == (State.UNKNOWN, "41")


def test_a_commit_ends_before_the_task_that_was_cancelled_does(office: Office, scenario: Scenario) -> None:
    change = office.creates(allocation())
    settle, began = office.desk.settle, []

    async def slow(changes: object) -> None:
        began.append(True)
        for _ in range(5):
            await asyncio.sleep(0.002)
        await settle(changes)  # type: ignore[arg-type]

    async def stop() -> None:
        office.desk.settle = slow  # type: ignore[method-assign,assignment]
        book = office.push._book
        task = asyncio.create_task(book.settle(office.desk[change].to(State.QUEUED, office.time.now())))
        await until(lambda: began)
        for _ in range(3):
            task.cancel()
            await asyncio.sleep(0)
        with pytest.raises(asyncio.CancelledError):
            await task
        assert state(office, change) is State.QUEUED

    scenario(stop())


def test_W17_what_was_planned_with_another_account_is_asked_about_first(office: Office, scenario: Scenario) -> None:
    from planner_gui.session.changes import account_of

    mine = office.creates(allocation(), account=account_of(office.desk.connections["tempo"]))
    theirs = office.creates(allocation(account="jonas"), account="https://jira.example.com sam")
    scenario(office.push.send())
    assert [state(office, change) for change in (mine, theirs)] == [State.DONE, State.DRAFT]
    assert "another account" in office.desk[theirs].message
    assert scenario(office.push.send([theirs], asked=True)).whole


def test_an_edit_between_reading_and_committing_is_not_trampled(office: Office, scenario: Scenario) -> None:
    from pathlib import Path

    from planner_gui.domain.errors import StoreBusy

    change = office.creates(allocation())
    office.desk.fails = [None, StoreBusy("was edited", path=Path("queue.db"))]
    assert scenario(office.push.send()).whole
    assert state(office, change) is State.DONE
    assert len(office.service.ledger) == 1


# --- what a hostile reader found ---


def test_W5_another_record_is_not_taken_for_the_one_that_the_answer_named(office: Office, scenario: Scenario) -> None:
    """The list lags behind; a colleague's equal one is to be seen before one's own."""
    office.service.account, office.service.lag = "", 20.0
    change = office.creates(allocation())

    def meanwhile() -> None:
        office.service.holds(Kind.ALLOCATION, allocation())

    office.service.fates = [Fate(now=meanwhile)]
    scenario(office.push.send())
    assert office.desk[change].result == "41", office.desk[change].message
    assert state(office, change) is State.DONE
    assert len(office.service.records) == 2


def test_W5_the_one_equal_record_is_ours_where_nobody_ever_sees_what_the_answer_named(
    office: Office, scenario: Scenario
) -> None:
    """FC7: an answer may name what never was."""
    office.service.account, office.service.lag = "", 10_000.0
    change = office.creates(allocation())
    office.service.fates = [Fate(now=lambda: office.service.holds(Kind.ALLOCATION, allocation()))]
    scenario(office.push.send())
    assert state(office, change) is State.DONE
    assert office.desk[change].result == "42"


def test_W5_what_the_user_took_for_theirs_is_the_record_that_was_shown(office: Office, scenario: Scenario) -> None:
    office.service.fates = [Fate(error=lost())]
    change = office.creates(allocation())
    office.time.after(1, lambda: office.service.holds(Kind.ALLOCATION, allocation(), creator=ME))
    scenario(office.push.send())
    shown = json.loads(office.desk[change].theirs_raw)
    office.service.records = dict(reversed(office.service.records.items()))  # the list comes in another order
    scenario(office.push.resolve(change, "theirs"))
    assert state(office, change) is State.UNKNOWN, "the other one was taken"
    assert json.loads(office.desk[change].theirs_raw)["id"] != shown["id"]
    office.service.records = dict(reversed(office.service.records.items()))
    scenario(office.push.look())
    assert json.loads(office.desk[change].theirs_raw) == shown
    assert scenario(office.push.resolve(change, "theirs")).whole
    assert office.desk[change].result == shown["id"]


def test_4_2_8_two_equal_tasks_of_nobody_are_never_one_record(office: Office, scenario: Scenario) -> None:
    """Nobody's are serial like a person's: one lost answer stops the next, and no record is taken twice."""
    task = {"project": "1201", "name": "Plan", "type": "Task", "assignees": []}
    office.service.fates = [Fate(error=lost()), Fate(applied=False, error=lost())]
    first, second = (office.creates(blank(Kind.TASK) | task, Kind.TASK) for _ in range(2))
    scenario(office.push.send())
    assert state(office, first) is State.DONE
    assert state(office, second) is State.UNKNOWN
    results = [office.desk[each].result for each in (first, second)]
    assert results == [office.desk[first].result, ""], "one record, and both say that it is theirs"
