"""Planned work under leave (Build 7): what clashes, what is offered, and that every minute stays accounted for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from planner_gui.domain.changes import first
from planner_gui.domain.edits import Do, Edit, Item
from planner_gui.domain.entities import Kind, Span
from planner_gui.domain.overlay import overlaid, preview
from planner_gui.domain.plan import Plan
from planner_gui.ui.dialogs.clashes import Offer, can_hand_over, clashes, handed_over, offers
from tests.domain import cases
from tests.domain.cases import booking, plan_of, task
from tests.ui.dialogs.office import ANA, BO, NOW, Office, christmas, core_services, item, plan_task

LEAVE = cases.span("2026-11-23..25")


def parts(offer: Offer) -> list[tuple[str, str, str, Any]]:
    """Each edit: what it does, its dates, its total."""
    found = []
    for edit in offer.edits:
        assert edit.after is not None
        found.append((edit.do.value, edit.after["start"], edit.after["end"], edit.after["minutes"]))
    return found


def of(plan: Plan, one: Item, leave: Span = LEAVE, **more: Any) -> dict[str, Offer]:
    """The offers by their first word."""
    return {offer.text.split()[0]: offer for offer in offers(plan, 0, one, leave, **more)}


@pytest.fixture
def plan() -> Plan:
    return Office().plan


def over(start: str, end: str, **fields: Any) -> Item:
    return replace(core_services(), fields={**core_services().fields, "start": start, "end": end, **fields})


def test_work_around_the_leave_is_cut_and_moved_behind_its_own_end(plan: Plan) -> None:
    moved = of(plan, over("2026-11-16", "2026-11-27"))["Move"]
    # Three working days are taken out; what comes after the leave grows by three.
    assert parts(moved) == [
        ("update", "2026-11-16", "2026-11-22", None),
        ("create", "2026-11-26", "2026-12-02", None),
    ]
    assert moved.edits[0].raw == core_services().raw
    assert len({edit.key for edit in moved.edits}) == 2


def test_work_around_the_leave_is_shortened_to_what_is_left(plan: Plan) -> None:
    shortened = of(plan, over("2026-11-16", "2026-11-27", percent=None, minutes=4800))["Shorten"]
    assert parts(shortened) == [
        ("update", "2026-11-16", "2026-11-22", 2400),
        ("create", "2026-11-26", "2026-11-27", 960),
    ]


def test_a_total_that_is_moved_stays_the_same_total(plan: Plan) -> None:
    moved = of(plan, over("2026-11-16", "2026-11-27", percent=None, minutes=4801))["Move"]
    assert sum(minutes for *_, minutes in parts(moved)) == 4801


def test_work_within_the_leave_moves_as_it_is_and_cannot_be_shortened(plan: Plan) -> None:
    found = of(plan, over("2026-11-24", "2026-11-25"))
    assert set(found) == {"Move"}
    assert parts(found["Move"]) == [("update", "2026-11-26", "2026-11-27", None)]


def test_work_that_begins_before_or_ends_after_needs_no_second_item(plan: Plan) -> None:
    assert parts(of(plan, over("2026-11-19", "2026-11-24"))["Shorten"]) == [
        ("update", "2026-11-19", "2026-11-22", None)
    ]
    assert parts(of(plan, over("2026-11-24", "2026-12-01"))["Shorten"]) == [
        ("update", "2026-11-26", "2026-12-01", None)
    ]


def test_a_service_without_new_items_is_offered_no_cutting(plan: Plan) -> None:
    assert of(plan, over("2026-11-16", "2026-11-27"), may_create=False) == {}
    assert set(of(plan, over("2026-11-24", "2026-11-25"), may_create=False)) == {"Move"}


def test_a_service_without_new_items_is_offered_no_handing_over_of_a_part(plan: Plan) -> None:
    for part in (over("2026-11-16", "2026-11-24"), over("2026-11-24", "2026-11-27")):
        assert can_hand_over(plan, 0, part, LEAVE)
        assert not can_hand_over(plan, 0, part, LEAVE, may_create=False)


def test_handing_over_gives_away_only_the_days_of_the_leave(plan: Plan) -> None:
    whole = handed_over(plan, 0, over("2026-11-24", "2026-11-25"), LEAVE, BO, "Bo")
    assert whole is not None
    assert [(edit.do, edit.after and edit.after["account"]) for edit in whole.edits] == [(Do.UPDATE, BO)]
    assert can_hand_over(plan, 0, over("2026-11-24", "2026-11-25"), LEAVE, may_create=False), "it is given away whole"
    part = handed_over(plan, 0, over("2026-11-16", "2026-11-24"), LEAVE, BO, "Bo")
    assert part is not None
    kept, given = part.edits
    assert kept.after is not None
    assert given.after is not None
    assert (kept.after["account"], kept.after["end"]) == (ANA, "2026-11-22")
    assert (given.after["account"], given.after["start"], given.do) == (BO, "2026-11-23", Do.CREATE)
    assert "23 Nov" in part.text


def test_a_series_is_offered_nothing_here(plan: Plan) -> None:
    assert of(plan, over("2026-11-23", "2026-11-24", repeat="weekly", until="2027-01-01")) == {}
    assert handed_over(plan, 0, over("2026-11-23", "2026-11-24", repeat="weekly"), LEAVE, BO, "Bo") is None


def test_a_task_moves_its_due_date_to_the_first_working_day_after(plan: Plan) -> None:
    (offer,) = offers(plan, 0, plan_task(), cases.span("2026-11-25..27"))
    (edit,) = offer.edits
    assert edit.after is not None
    assert edit.after["due"] == "2026-11-30"
    assert handed_over(plan, 0, plan_task(), LEAVE, BO, "Bo") is None
    assert not can_hand_over(plan, 0, plan_task(), LEAVE)


def test_an_offer_never_says_the_original_was_changed_elsewhere(plan: Plan) -> None:
    for offer in of(plan, over("2026-11-16", "2026-11-27")).values():
        update = offer.edits[0]
        assert update.before == over("2026-11-16", "2026-11-27").fields
        for edit in offer.edits:
            assert edit.label.startswith("Core services: ")


# --- what clashes -----------------------------------------------------------------------------------------------------


def listed(office: Office, leave: str, percent: int = 100, reasons: Any = None) -> list[tuple[str, int, str]]:
    """The clashes of Ana's leave: external id, minutes, reason."""
    span = cases.span(leave)
    away = {**christmas().fields, "start": span.start.isoformat(), "end": span.end.isoformat(), "percent": percent}
    edit = Edit(do=Do.CREATE, key=christmas().key._replace(external_id="new"), before=None, after=away, label="")
    after = preview(office.plan, [first(edit, NOW)], range(len(office.plan.people)))
    found = clashes(office.plan, after, office.person(ANA), span, reasons or (lambda _row: ""))
    return [(office.plan.text(clash.row, "external_id"), clash.minutes, clash.reason) for clash in found]


def test_whole_days_clash_with_everything_planned_most_work_first() -> None:
    found = listed(Office(), "2026-11-24..25")
    assert [(number, minutes) for number, minutes, _ in found] == [("41", 672), ("901", 74)]


def test_half_days_clash_only_where_the_rest_is_too_little() -> None:
    busy = Office()
    assert [number for number, *_ in listed(busy, "2026-11-26..27", 50)] == ["41"]  # 70 % into half a day
    calm = Office(cases.plan_of({"tempo": [booking(ANA, "2026-11-24", commitment=40.0)], "bigpicture": []},
                                people=(ANA, BO)))  # fmt: skip
    assert listed(calm, "2026-11-24", 50) == []


def test_series_team_plans_and_shifting_tasks_say_why_nothing_is_offered() -> None:
    weekly = booking(ANA, "2026-11-23", ref="w", commitment=90.0, rule="WEEKLY", until=cases.day("2026-12-31"))
    team = booking(ANA, "2026-11-24", ref="t", commitment=90.0, reflection=True)
    later = task(ANA, "2026-11-16", "2026-12-24", 6000, ref="late")
    plan = plan_of({"tempo": [weekly, team], "bigtime": [later], "bigpicture": []}, people=(ANA, BO))
    found = {number: reason for number, _, reason in listed(Office(plan), "2026-11-23..24")}
    assert found == {
        "w": "repeats: change the series as a whole",
        "t": "planned for a team: change the team's plan",
        "late": "due after the leave: it may shift",
    }


def test_what_a_service_cannot_do_is_its_reason() -> None:
    found = listed(Office(), "2026-11-26..27", reasons=lambda _row: "Tempo is read only")
    assert found == [("41", 672, "Tempo is read only")]


def test_moving_resolves_the_clash_and_loses_no_minute() -> None:
    office = Office()
    one = over("2026-11-16", "2026-11-27", percent=None, minutes=4800)
    base = overlaid(office.plan, [first(Edit(do=Do.UPDATE, key=one.key, before=core_services().fields,
                                             after=one.fields, label=""), NOW)])  # fmt: skip
    moved = of(base, one)["Move"]
    changes = [first(edit, NOW) for edit in moved.edits]
    after = overlaid(office.plan, changes)
    days = "2026-11-16..2026-12-04"
    assert sum(cases.load(after, days, ANA)) == sum(cases.load(base, days, ANA))
    tasks = sum(cases.load(plan_of({"bigtime": [task((ANA, BO), "2026-11-16", "2026-11-25", 600)], "tempo": []},
                                   people=(ANA, BO)), "2026-11-23..25", ANA))  # fmt: skip
    assert sum(cases.load(after, "2026-11-23..25", ANA)) == tasks


def test_absences_have_nothing_to_cut() -> None:
    leave = item(Kind.ABSENCE, "a", account=ANA, start="2026-12-24", end="2026-12-31", type="HOLIDAY", percent=100)
    assert handed_over(Office().plan, 0, leave, cases.span("2026-12-24..25"), BO, "Bo") is None
