"""The JSON export, key by key, against docs/cli.md."""

from __future__ import annotations

import json
from typing import Any

from planner_gui.domain.plan import Plan
from planner_gui.reports.plan_json import ITEM_KEYS, as_json, matching_people, plan_document
from tests.domain.cases import booking, event, leave, plan_of, snapshot, span, task, working_time

WEEK = "2026-11-16..2026-11-20"


def exported(plan: Plan, days: str = WEEK, people: str = "") -> dict[str, Any]:
    """The document, through its text, so that what cannot be written as JSON fails here."""
    found: dict[str, Any] = json.loads(as_json(plan_document(plan, span(days), people)))
    return found


def one(plan: Plan, days: str = WEEK) -> dict[str, Any]:
    """The only item of an export."""
    items = exported(plan, days)["items"]
    assert len(items) == 1
    found: dict[str, Any] = items[0]
    return found


def test_the_document_names_itself_its_range_and_the_oldest_reading() -> None:
    document = exported(plan_of({"tempo": []}))
    assert document["format"] == "planner-gui/plan"
    assert document["version"] == 1
    assert document["range"] == {"start": "2026-11-16", "end": "2026-11-20"}
    assert document["as_of"] == "2026-11-16T09:12:00+00:00"
    assert document["connections"] == [
        {
            "name": "tempo",
            "kind": "tempo",
            "state": "fresh",
            "read_at": "2026-11-16T09:12:00+00:00",
            "read_range": {"start": "2014-01-01", "end": "2028-12-31"},
            "error": None,
        }
    ]


def test_an_allocation_carries_its_own_total_whole_and_not_clipped() -> None:
    plan = plan_of(
        {"tempo": [booking("ana", "2026-11-09..2026-11-27", commitment=70.0, project="Orion", type="PROJECT")]}
    )
    item = one(plan)
    assert tuple(item) == ITEM_KEYS
    assert (item["start"], item["end"]) == ("2026-11-09", "2026-11-27")
    assert (item["percent"], item["minutes"], item["counts_as"]) == (70, 5040, "load")
    assert (item["project"], item["title"], item["external_id"], item["type"]) == (
        "Orion",
        "Core services",
        "41",
        "PROJECT",
    )
    assert item["occurrence"] is None
    assert item["pending"] is None


def test_a_half_percent_stays_a_half_percent() -> None:
    assert one(plan_of({"tempo": [booking("ana", WEEK, commitment=12.5)]}))["percent"] == 12.5


def test_a_total_on_a_weekend_is_the_items_own_minutes_and_unscheduled() -> None:
    plan = plan_of({"tempo": [booking("ana", "2026-11-21..2026-11-22", seconds=36000)]})
    document = exported(plan, "2026-11-16..2026-11-22")
    assert document["items"][0]["minutes"] == 600
    ana = next(person for person in document["people"] if person["name"] == "Ana")
    assert ana["capacity"]["unscheduled"] == 600
    assert ana["capacity"]["load"] == [0] * 7


def test_capacity_has_one_number_a_day_and_absence_is_working_minus_capacity() -> None:
    plan = plan_of(
        {"bigpicture": [leave("ana", "2026-11-18", 50)], "tempo": [booking("ana", WEEK, seconds_per_day=3600)]}
    )
    ana = exported(plan, "2026-11-16..2026-11-22")["people"][0]["capacity"]
    assert ana["working"] == [480, 480, 480, 480, 480, 0, 0]
    assert ana["absence"] == [0, 0, 240, 0, 0, 0, 0]
    assert ana["capacity"] == [480, 480, 240, 480, 480, 0, 0]
    assert ana["load"] == [60, 60, 60, 60, 60, 0, 0]


def test_numbers_are_null_where_there_is_no_schedule_or_nothing_was_read() -> None:
    unknown = plan_of({"tempo": [booking("ana", WEEK, commitment=50.0)]}, time=working_time(None))
    assert exported(unknown)["people"][0]["capacity"]["working"] == [None] * 5
    assert one(unknown)["minutes"] is None
    unread = plan_of({"tempo": [booking("ana", WEEK, commitment=50.0)]}, read="2026-11-16..2026-11-18")
    ana = exported(unread)["people"][0]["capacity"]
    assert ana["load"] == [240, 240, 240, None, None]
    assert ana["capacity"] == [480, 480, 480, None, None]


def test_a_later_occurrence_carries_its_start_and_its_parents_id() -> None:
    weekly = booking("ana", "2026-11-09..2026-11-10", rule="WEEKLY", until=span("2026-11-27").start, seconds=57600)
    plan = plan_of({"tempo": [weekly]})
    items = exported(plan, "2026-11-09..2026-11-20")["items"]
    assert [(item["external_id"], item["start"], item["occurrence"], item["minutes"]) for item in items] == [
        ("41", "2026-11-09", None, 960),
        ("41", "2026-11-16", "2026-11-16", 960),
    ]


def test_an_event_of_two_people_is_two_items_with_one_id_and_the_sources_type() -> None:
    plan = plan_of({"worktime": [event(("ana", "bo"), WEEK, "vacation", ref="e7")]})
    items = exported(plan)["items"]
    assert [(item["external_id"], item["type"], item["counts_as"], item["kind"]) for item in items] == [
        ("e7", "vacation", "absence", "event")
    ] * 2
    assert len({item["person"] for item in items}) == 2


def test_a_task_says_what_remains_and_has_null_for_a_date_it_lacks() -> None:
    item = one(plan_of({"bigtime": [task("ana", "2026-11-16", None, 300)]}))
    assert (item["start"], item["end"], item["minutes"], item["percent"]) == ("2026-11-16", None, 300, None)


def test_what_is_done_of_a_task_is_no_commitment_and_stays_null() -> None:
    item = one(plan_of({"bigtime": [task("ana", "2026-11-16", "2026-11-20", 300, percent_complete=40.0)]}))
    assert (item["percent"], item["minutes"]) == (None, 300)


def test_an_overdue_task_is_listed_where_its_work_lands() -> None:
    plan = plan_of({"bigtime": [task("ana", "2026-10-01", "2026-10-05", 300)]})
    assert one(plan, "2026-11-16..2026-11-18")["end"] == "2026-10-05"
    assert exported(plan, "2026-11-17..2026-11-20")["items"] == []


def test_a_team_plan_and_an_unassigned_task_belong_to_nobody() -> None:
    team = booking("", WEEK, team="5", seconds=0, commitment=100.0)
    plan = plan_of({"tempo": [team], "bigtime": [task((), "2026-11-16", "2026-11-20", 300)]})
    items = {item["kind"]: item for item in exported(plan)["items"]}
    assert items["allocation"]["person"] is None
    assert items["allocation"]["counts_as"] == "ignore"
    assert items["allocation"]["minutes"] is None
    assert items["task"]["person"] is None


def test_people_narrows_people_items_and_findings_by_name_email_or_team() -> None:
    plan = plan_of({"tempo": [booking("ana", WEEK, commitment=120.0), booking("bo", WEEK, ref="42", commitment=120.0)]})
    document = exported(plan, people="ANA@")
    assert [person["name"] for person in document["people"]] == ["Ana"]
    assert [item["external_id"] for item in document["items"]] == ["41"]
    assert {finding["person"] for finding in document["findings"]} == {document["people"][0]["id"]}
    assert len(matching_people(plan, "")) == 2


def test_an_over_allocated_week_is_one_finding_with_the_minutes_of_each_day() -> None:
    plan = plan_of({"tempo": [booking("ana", WEEK, commitment=120.0)]})
    found = [f for f in exported(plan)["findings"] if f["check"] == "over-allocated"]
    assert [(f["start"], f["end"], f["minutes"]) for f in found] == [("2026-11-16", "2026-11-20", 96)]


def test_an_account_is_text_and_two_in_one_connection_are_a_list() -> None:
    plan = plan_of({"tempo": [], "bigpicture": []})
    accounts = exported(plan)["people"][0]["accounts"]
    assert accounts == {"tempo": "ana", "bigpicture": "ana"}


def test_a_finding_without_dates_of_its_own_is_of_the_whole_range() -> None:
    lonely = snapshot("tempo", [], read=span("2026-01-01..2027-12-31"), people=("ana", "zoe"))
    other = snapshot("bigpicture", [], read=span("2026-01-01..2027-12-31"), people=("ana",))
    found = [f for f in exported(plan_of([lonely, other]))["findings"] if f["check"] == "unmatched-account"]
    assert [(f["start"], f["end"], f["minutes"]) for f in found] == [("2026-11-16", "2026-11-20", None)]
