"""Tempo's allocation beans: amounts, names, recurrence, and reflections in every form a server may give them."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import httpx
import pytest

from planner_gui.domain.entities import Allocation, Page, Project, Record, Span
from planner_gui.sources.decode import Unreadable
from planner_gui.sources.tempo_bean import plan_of, rule_of
from tests.sources.contract import SPAN, Fake, json_answer, read, records
from tests.sources.fake_tempo import ALLOCATION, Plans, bean, fake, issue, reflection, team_bean

NOVEMBER = ("2026-11-09", "2026-11-13")


def parsed(**more: Any) -> Allocation:
    record = bean(1, "admin", *NOVEMBER) | more
    return plan_of(json.dumps(record).encode()).allocation


def allocations(service: Fake, span: Span = SPAN) -> list[Allocation]:
    found = [record.item for record in records(read(service.open(), span)) if isinstance(record.item, Allocation)]
    return sorted(found, key=lambda plan: (plan.external_id, plan.account, plan.start))


def weekly(number: int = 3, key: str = "admin", start: str = "2026-11-02", end: str = "2026-11-03", **more: Any) -> Any:
    rule = {"rule": "WEEKLY", "endDate": "2026-12-11"}
    return bean(number, key, start, end, **({"recurrence": rule} | more))


def child(parent: int, key: str, start: str, end: str, kind: str = "user", **more: Any) -> Any:
    rule = {"parent": {"id": parent, "type": kind}, "endDate": "2026-12-11", "rule": "NEVER"}
    return bean(0, key, start, end, **({"recurrence": rule} | more))


# -- amounts (docs/capacity.md, Load 1) -------------------------------------------------------------------------------


def test_each_form_of_an_amount_is_kept_as_the_service_gave_it() -> None:
    plan = parsed(seconds=144000, secondsPerDay=14400, commitment=62.5, includeNonWorkingDays=True)
    assert (plan.seconds, plan.seconds_per_day, plan.commitment) == (144000, 14400, 62.5)
    assert plan.include_non_working


def test_amounts_that_are_missing_or_null_or_no_amount_are_none() -> None:
    plan = parsed(seconds=None, secondsPerDay=0, commitment=None)
    assert (plan.seconds, plan.seconds_per_day, plan.commitment) == (None, None, None)
    assert not plan.include_non_working


@pytest.mark.parametrize(
    "wrong",
    [
        {"secondsPerDay": 86401},
        {"secondsPerDay": -1},
        {"seconds": 5 * 86400 + 1},
        {"seconds": -5},
        {"commitment": 301},
        {"commitment": "half"},
        {"includeNonWorkingDays": "maybe"},
        {"id": None},
        {"assignee": None},
        {"assignee": {"type": "user"}},
        {"start": None},
        {"start": "2026-02-30"},
        {"end": "13/11/2026"},
        {"start": "20261109"},
        {"planItem": "TO"},
    ],
    ids=str,
)
def test_v1_v2_an_id_owner_date_or_amount_that_cannot_be_read_is_named(wrong: dict[str, Any]) -> None:
    (name,) = wrong
    with pytest.raises(Unreadable, match=name if name != "assignee" else "assignee|key"):
        parsed(**wrong)


def test_v5_an_end_before_the_start_is_passed_on_as_it_is() -> None:
    plan = plan_of(json.dumps(bean(1, "admin", "2026-11-13", "2026-11-09")).encode()).allocation
    assert (plan.start, plan.end) == (date(2026, 11, 13), date(2026, 11, 9))
    service = fake(bean(1, "admin", "2026-11-13", "2026-11-09"))
    service.routes[f"GET {ALLOCATION}"] = [bean(1, "admin", "2026-11-13", "2026-11-09")]
    assert [one.end for one in allocations(service)] == [date(2026, 11, 9)]


# -- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "title", "project", "kind", "item"),
    [
        ({}, "Tango OnDemand", "Tango OnDemand", "PROJECT", "10130"),
        ({"description": "Phase two"}, "Phase two", "Tango OnDemand", "PROJECT", "10130"),
        ({"planItem": {"key": "TO", "id": 1, "type": "project"}}, "TO", "TO", "PROJECT", "1"),
        ({"planItem": {"id": 77, "type": "PROJECT"}}, "Project 77", "Project 77", "PROJECT", "77"),
        ({"planItem": issue(), "description": "no"}, "Write the manual", "TO", "ISSUE", "20001"),
        ({"planItem": {"key": "TO-7", "type": "ISSUE"}}, "TO-7", "TO", "ISSUE", "TO-7"),
        ({"planItem": issue() | {"projectName": "Tango"}}, "Write the manual", "Tango", "ISSUE", "20001"),
        ({"planItem": issue() | {"project": {"name": "Tango"}}}, "Write the manual", "Tango", "ISSUE", "20001"),
        ({"planItem": {"id": 9, "type": "Sprint"}}, "Sprint 9", "", "SPRINT", "9"),
        ({"planItem": {"id": 9, "name": "S", "type": "GALAXY"}}, "S", "", "GALAXY", "9"),
        ({"planItem": None}, "Plan", "", "", ""),
    ],
    ids=str,
)
def test_a_plan_is_named_after_what_is_planned(
    more: dict[str, Any], title: str, project: str, kind: str, item: str
) -> None:
    (plan,) = allocations(fake(bean(1, "admin", *NOVEMBER, **more)))
    assert (plan.title, plan.project, plan.type, plan.item) == (title, project, kind, item)


def test_an_issue_has_the_project_name_that_any_plan_of_the_reading_told() -> None:
    service = fake(
        bean(1, "admin", *NOVEMBER, planItem=issue()),
        bean(2, "jessie", *NOVEMBER),
        weekly(3, "jessie", planItem=issue()),
    )
    pages = read(service.open())
    assert {record.item.project for record in records(pages)} == {"Tango OnDemand"}  # type: ignore[union-attr]
    projects = [project for page in pages for project in page.projects]
    assert projects == [Project(key="TO", name="Tango OnDemand", code="TO")]


# -- reflections: section 7 of the vendors' notes ---------------------------------------------------------------------

REFLECTION_FORMS = {
    "id 0": {},
    "id 0 as text": {"id": "0"},
    "no id type of the parent": {"recurrence": {"parent": {"id": 10}, "rule": "NEVER"}},
    "the parent's id as text": {"recurrence": {"parent": {"id": "10", "type": "TEAM"}, "rule": "never"}},
    "the parent's id repeated": {"id": 10},
    "the parent's id repeated, no parent named": {"id": 10, "recurrence": {"rule": "NEVER"}},
    "an id of its own": {"id": 4711},
    "names in another case": {"Recurrence": {"Parent": {"ID": 10, "Type": "Team"}}, "recurrence": None},
}


@pytest.mark.parametrize("form", REFLECTION_FORMS)
@pytest.mark.parametrize("parent_first", [True, False])
def test_a_reflection_is_known_in_every_form_and_counts_once(form: str, parent_first: bool) -> None:
    more = REFLECTION_FORMS[form]
    beans = [
        team_bean(10, "5", "2026-11-23", "2026-11-24"),
        reflection(10, "admin", "2026-11-23", "2026-11-24", **more),
        reflection(10, "Jessie", "2026-11-23", "2026-11-24", **more),
        reflection(10, "JESSIE", "2026-11-23", "2026-11-24", **more),
    ]
    parent, *shares = allocations(fake(*(beans if parent_first else beans[::-1])))
    assert (parent.account, parent.team, parent.reflection, parent.seconds) == ("", "5", False, 0)
    assert [(share.external_id, share.account, share.reflection, share.team) for share in shares] == [
        ("10", "admin", True, ""),
        ("10", "jessie", True, ""),
    ]
    assert [(share.occurrence, share.rule, share.seconds) for share in shares] == [(None, "NEVER", 28800)] * 2


@pytest.mark.parametrize("parent_first", [True, False])
def test_in_one_unfiltered_list_reflections_find_their_parent_too(parent_first: bool) -> None:
    beans = [
        team_bean(10, "5", "2026-11-23", "2026-11-24"),
        reflection(10, "admin", "2026-11-23", "2026-11-24", id=10, recurrence=None),
    ]
    service = fake(*(beans if parent_first else beans[::-1]))
    service.routes = {f"GET {ALLOCATION}": service.routes[f"GET {ALLOCATION}"]}
    parent, share = allocations(service)
    assert (parent.team, share.account, share.reflection, share.external_id) == ("5", "admin", True, "10")


def test_a_reflection_whose_team_plan_is_not_visible_still_counts() -> None:
    (share,) = allocations(fake(reflection(10, "admin", "2026-11-23", "2026-11-24")))
    assert (share.external_id, share.account, share.reflection, share.occurrence) == ("10", "admin", True, None)


def test_a_reflection_cut_to_a_membership_is_no_later_occurrence() -> None:
    shares = allocations(
        fake(
            team_bean(10, "5", "2026-11-16", "2026-11-24"),
            reflection(10, "admin", "2026-11-18", "2026-11-24"),
        )
    )
    assert [(share.start, share.occurrence) for share in shares if share.reflection] == [(date(2026, 11, 18), None)]


def test_a_team_plan_without_reflections_in_the_list_is_asked_for_its_children() -> None:
    service = fake(team_bean(10, "5", "2026-11-23", "2026-11-24"))
    children = [
        child(10, "admin", "2026-11-23", "2026-11-24", "team"),
        child(10, "jessie", "2026-11-23", "2026-11-24", "team"),
    ]
    whole = team_bean(10, "5", "2026-11-23", "2026-11-24") | {"children": children}
    service.routes[f"GET {ALLOCATION}/10"] = whole
    parent, *shares = allocations(service)
    assert parent.team == "5"
    assert [(share.account, share.reflection, share.occurrence) for share in shares] == [
        ("admin", True, None),
        ("jessie", True, None),
    ]


def test_a_team_plan_with_reflections_is_not_asked_for_its_children() -> None:
    service = fake()
    read(service.open())
    assert f"{ALLOCATION}/10" not in [request.url.path for request in service.requests]


def test_a_child_without_id_and_without_parent_is_not_understood() -> None:
    pages = read(fake(bean(0, "admin", *NOVEMBER), bean(2, "admin", *NOVEMBER)).open())
    (fault,) = [fault for page in pages for fault in page.not_understood]
    assert fault.what == "allocation of admin"
    assert json.loads(fault.raw)["assignee"]["key"] == "admin"
    assert len(records(pages)) == 1


# -- recurrence (docs/capacity.md, Load 3) ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("WEEKLY", "WEEKLY"),
        ("weekly", "WEEKLY"),
        ("BI-WEEKLY", "BI-WEEKLY"),
        ("BI_WEEKLY", "BI-WEEKLY"),
        ("Bi Weekly", "BI-WEEKLY"),
        ("BIWEEKLY", "BI-WEEKLY"),
        ("MONTHLY", "MONTHLY"),
        ("NEVER", "NEVER"),
        ("", "NEVER"),
        ("FULL-MOON", "FULL-MOON"),
    ],
)
def test_rules_in_any_spelling(text: str, rule: str) -> None:
    assert rule_of(text) == rule


def test_the_end_of_a_plan_that_never_repeats_is_not_looked_at() -> None:
    plan = parsed(recurrence={"rule": "NEVER", "endDate": "the creation date"})
    assert (plan.rule, plan.until) == ("NEVER", None)


def test_a_recurrence_has_its_end_and_its_count() -> None:
    plan = parsed(recurrence={"rule": "monthly", "endDate": "2027-01-31", "recurCount": "4"})
    assert (plan.rule, plan.until, plan.count) == ("MONTHLY", date(2027, 1, 31), 4)
    assert parsed(recurrence={"rule": "WEEKLY", "recurCount": 0}).count is None


def test_children_replace_our_expansion_and_keep_their_exceptions() -> None:
    service = fake(weekly())
    later = [child(3, "admin", "2026-11-16", "2026-11-17"), child(3, "ADMIN", "2026-11-23", "2026-11-23", seconds=9)]
    service.routes[f"GET {ALLOCATION}/3"] = weekly() | {"children": later}
    first, second, third = allocations(service)
    assert (first.occurrence, first.rule, first.expanded) == (None, "WEEKLY", True)
    assert [(one.external_id, one.account, one.start, one.end, one.rule) for one in (second, third)] == [
        ("3", "admin", date(2026, 11, 16), date(2026, 11, 17), "NEVER"),
        ("3", "admin", date(2026, 11, 23), date(2026, 11, 23), "NEVER"),
    ]
    assert [one.occurrence for one in (second, third)] == [date(2026, 11, 16), date(2026, 11, 23)]


@pytest.mark.parametrize(
    "answer",
    [
        weekly(),
        weekly() | {"children": []},
        weekly() | {"children": None},
        httpx.Response(404, json={}),
        httpx.Response(405, json={}),
        httpx.Response(403, json={}),
    ],
    ids=["no children key", "no children", "null", "404", "405", "403"],
)
def test_where_the_service_returns_no_children_our_own_expansion_stands(answer: Any) -> None:
    service = fake(weekly())
    service.routes[f"GET {ALLOCATION}/3"] = answer
    (plan,) = allocations(service)
    assert (plan.rule, plan.expanded, plan.until) == ("WEEKLY", False, date(2026, 12, 11))


def test_v1_a_broken_child_is_counted_and_the_others_are_kept() -> None:
    service = fake(weekly())
    children = [child(3, "admin", "2026-11-16", "2026-11-17"), child(3, "admin", "2026-11-30", "x")]
    text = json.dumps(weekly() | {"children": [*children, "@nan@"]}).replace('"@nan@"', '{"id": NaN}')
    service.routes[f"GET {ALLOCATION}/3"] = json_answer(text)
    pages = read(service.open())
    assert len(records(pages)) == 2
    assert len([fault for page in pages for fault in page.not_understood]) == 2


@pytest.mark.parametrize("form", [list, lambda one: {"cargo": {"children": one}}, lambda one: {"Children": one}])
def test_children_are_read_bare_or_wrapped(form: Any) -> None:
    service = fake(weekly())
    service.routes[f"GET {ALLOCATION}/3"] = form([child(3, "admin", "2026-11-16", "2026-11-17")])
    assert [plan.start.day for plan in allocations(service)] == [2, 16]


def test_a_list_that_names_the_later_occurrences_itself_is_not_expanded_again() -> None:
    listed = [child(3, "admin", "2026-11-09", "2026-11-10"), weekly(), child(3, "admin", "2026-11-16", "2026-11-17")]
    service = fake(*listed)
    first, *later = allocations(service)
    assert (first.expanded, [one.start.day for one in later]) == (True, [9, 16])
    assert [one.reflection for one in later] == [False, False]


def test_a_child_that_repeats_the_first_occurrence_counts_once() -> None:
    service = fake(weekly())
    children = [child(3, "admin", "2026-11-02", "2026-11-03"), child(3, "admin", "2026-11-09", "2026-11-10")]
    service.routes[f"GET {ALLOCATION}/3"] = weekly() | {"children": children}
    assert [(plan.start.day, plan.occurrence is None) for plan in allocations(service)] == [(2, True), (9, False)]


def test_a_series_that_began_before_the_span_is_found_and_an_old_plan_is_left_out() -> None:
    service = fake(
        weekly(3, "admin", "2026-08-03", "2026-08-04"),
        bean(4, "admin", "2026-08-03", "2026-08-04"),
    )
    (plan,) = allocations(service)
    assert (plan.external_id, plan.start) == ("3", date(2026, 8, 3))


@pytest.mark.parametrize(
    ("plan", "asked"),
    [
        (weekly(), True),
        (weekly(recurrence={"rule": "WEEKLY"}), True),
        (weekly(start="2026-09-01", end="2026-09-02", recurrence={"rule": "WEEKLY", "endDate": "2026-10-20"}), False),
        (weekly(recurrence={"rule": "WEEKLY", "endDate": "2026-11-06"}), False),
        (weekly(start="2026-12-28", end="2026-12-29", recurrence={"rule": "MONTHLY", "endDate": "2027-06-01"}), False),
        (weekly(recurrence={"rule": "FULL-MOON", "endDate": "2026-12-11"}), True),
    ],
)
def test_only_what_goes_on_within_the_span_is_asked_for_its_children(plan: Any, asked: bool) -> None:
    service = fake(plan)
    read(service.open())
    assert (f"{ALLOCATION}/3" in [request.url.path for request in service.requests]) is asked


def recurring_team(**more: Any) -> Any:
    rule = {"rule": "WEEKLY", "endDate": "2026-12-11"}
    return team_bean(10, "5", "2026-11-02", "2026-11-03", **({"recurrence": rule} | more))


def test_a_recurring_team_plan_has_the_reflections_that_its_children_are() -> None:
    service = fake(recurring_team(), reflection(10, "admin", "2026-11-02", "2026-11-03"))
    children = [
        child(10, "admin", "2026-11-02", "2026-11-03", "team"),
        child(10, "admin", "2026-11-09", "2026-11-10", "team"),
        child(10, "jessie", "2026-11-09", "2026-11-10", "team"),
    ]
    service.routes[f"GET {ALLOCATION}/10"] = recurring_team() | {"children": children}
    parent, *shares = allocations(service)
    assert (parent.team, parent.expanded) == ("5", True)
    assert [(share.account, share.start.day, share.rule, share.reflection) for share in shares] == [
        ("admin", 2, "NEVER", True),
        ("admin", 9, "NEVER", True),
        ("jessie", 9, "NEVER", True),
    ]
    assert [share.occurrence for share in shares] == [None, date(2026, 11, 9), date(2026, 11, 9)]


def test_without_children_the_reflections_of_a_recurring_team_plan_repeat_like_it() -> None:
    service = fake(recurring_team(), reflection(10, "admin", "2026-11-02", "2026-11-03"))
    service.routes[f"GET {ALLOCATION}/10"] = recurring_team()
    parent, share = allocations(service)
    assert (parent.rule, parent.expanded) == ("WEEKLY", False)
    assert (share.rule, share.until, share.expanded, share.occurrence) == ("WEEKLY", date(2026, 12, 11), False, None)


def test_the_raw_record_is_kept_as_it_came_unknown_keys_included() -> None:
    sent = bean(1, "admin", *NOVEMBER, planApproval={"statusCode": 3}, colour="#ff0000")
    service = fake(sent)
    pages: list[Page] = read(service.open())
    (record,) = records(pages)
    assert isinstance(record, Record)
    assert json.loads(record.raw) == sent


def test_v4_the_same_plan_in_two_lists_counts_once() -> None:
    service = fake(bean(1, "admin", *NOVEMBER), bean(1, "admin", *NOVEMBER))
    everybody = Plans(bean(1, "admin", *NOVEMBER))
    service.routes[f"GET {ALLOCATION}"] = lambda request: everybody(request) * 2
    assert len(allocations(service)) == 1
