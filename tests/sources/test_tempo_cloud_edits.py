"""Tempo Cloud's plans written: the input's names, amounts as entered, what PUT would reset (vendors.md 2.2)."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from planner_gui.domain.edits import ItemKey, blank, differing
from planner_gui.domain.entities import Kind
from planner_gui.domain.errors import AnswerUnusable
from planner_gui.sources.base import Connection
from planner_gui.sources.tempo_cloud_edits import TempoCloudVocabulary, body_of, replaced
from tests.sources.writing_contract import Desk, cases

VOCABULARY = TempoCloudVocabulary(Connection("labs", "tempo-cloud"))
PERSON = "5b10a2844c20165700ede21g"
ANSWER: dict[str, Any] = {
    "id": 3,
    "self": "https://api.tempo.io/4/plans/3",
    "assignee": {"id": PERSON, "type": "USER", "self": "x"},
    "planItem": {"id": "10130", "type": "ISSUE", "self": "x"},
    "startDate": "2026-11-09",
    "endDate": "2026-11-13",
    "startTime": "09:30",
    "description": "Core",
    "effortPersistenceType": "SECONDS_PER_DAY",
    "plannedSecondsPerDay": 14_400,
    "totalPlannedSeconds": 72_000,
    "totalPlannedSecondsInScope": 72_000,
    "plannedTime": {"days": {"count": 0, "values": []}},
    "includeNonWorkingDays": False,
    "rule": "BI_WEEKLY",
    "recurrenceEndDate": "2026-12-21",
    "planApproval": {"reviewer": {"accountId": "boss", "self": "x"}, "status": {"key": "REQUESTED"}, "actor": {}},
    "planCreatorId": "somebody",
    "createdAt": "2026-11-01T08:00:00Z",
    "updatedAt": "2026-11-02T08:00:00Z",
    "syncSource": "NONE",
    "xNew": {"a": [1]},
}
PLAN: dict[str, Any] = blank(Kind.ALLOCATION) | {
    "account": PERSON,
    "item": {"type": "ISSUE", "id": "10130"},
    "start": "2026-11-09",
    "end": "2026-11-13",
    "minutes_per_day": 240,
    "repeat": "two-weekly",
    "until": "2026-12-21",
    "description": "Core",
    "title": "Core",
}


def item(**more: Any) -> Any:
    return VOCABULARY.item(ItemKey("labs", Kind.ALLOCATION, "3"), json.dumps({**ANSWER, **more}).encode())


def update(change: dict[str, Any], **more: Any) -> dict[str, Any]:
    read = item(**more)
    after = {**read.fields, **change}
    return replaced(read.raw, differing(Kind.ALLOCATION, read.fields, after), after)


def test_a_plan_is_read() -> None:
    assert item().fields == PLAN
    assert item().series == 4
    assert item(rule="NEVER").series == 1


def test_a_total_is_the_amount_that_was_entered() -> None:
    fields = item(effortPersistenceType="TOTAL_SECONDS", totalPlannedSeconds=90_000).fields
    assert (fields["minutes"], fields["minutes_per_day"], fields["percent"]) == (1500, None, None)


def test_a_new_plan_says_everything_that_the_input_knows() -> None:
    assert body_of(PLAN) == {
        "assigneeId": PERSON,
        "assigneeType": "USER",
        "planItemId": "10130",
        "planItemType": "ISSUE",
        "startDate": "2026-11-09",
        "endDate": "2026-11-13",
        "description": "Core",
        "includeNonWorkingDays": False,
        "rule": "BI_WEEKLY",
        "recurrenceEndDate": "2026-12-21",
        "effortPersistenceType": "SECONDS_PER_DAY",
        "plannedSecondsPerDay": 14_400,
    }
    total = body_of(PLAN | {"minutes_per_day": None, "minutes": 1500, "repeat": "never"})
    assert (total["effortPersistenceType"], total["plannedSeconds"], total["rule"]) == (
        "TOTAL_SECONDS",
        90_000,
        "NEVER",
    )
    assert "plannedSecondsPerDay" not in total
    assert "recurrenceEndDate" not in total


def test_a_generic_resource_is_one() -> None:
    assert body_of(PLAN | {"account": "7"})["assigneeType"] == "GENERIC"


def test_w10_put_carries_every_field_that_it_would_reset() -> None:
    assert update({"end": "2026-11-12"}) == {
        "assigneeId": PERSON,
        "assigneeType": "USER",
        "planItemId": "10130",
        "planItemType": "ISSUE",
        "startDate": "2026-11-09",
        "endDate": "2026-11-12",
        "startTime": "09:30",
        "description": "Core",
        "effortPersistenceType": "SECONDS_PER_DAY",
        "plannedSecondsPerDay": 14_400,
        "includeNonWorkingDays": False,
        "rule": "BI_WEEKLY",
        "recurrenceEndDate": "2026-12-21",
        "planApproval": {"reviewerId": "boss", "status": "REQUESTED"},
        "xNew": {"a": [1]},
    }


def test_a_total_stays_a_total() -> None:
    body = update({"description": "x"}, effortPersistenceType="TOTAL_SECONDS", totalPlannedSeconds=90_000)
    assert (body["effortPersistenceType"], body["plannedSeconds"]) == ("TOTAL_SECONDS", 90_000)
    assert "plannedSecondsPerDay" not in body


TOTAL = {"effortPersistenceType": "TOTAL_SECONDS", "plannedSeconds": 3600}
DAILY = {"effortPersistenceType": "SECONDS_PER_DAY", "plannedSecondsPerDay": 3630}


@pytest.mark.parametrize(
    ("change", "sent", "gone"),
    [
        ({"minutes_per_day": None, "minutes": 60}, TOTAL, "plannedSecondsPerDay"),
        ({"minutes_per_day": 60.5}, DAILY, "plannedSeconds"),
        ({"repeat": "never", "until": None}, {"rule": "NEVER"}, "recurrenceEndDate"),
        ({"account": "7"}, {"assigneeId": "7", "assigneeType": "GENERIC"}, "assignee"),
        ({"item": {"type": "PROJECT", "id": "9"}}, {"planItemId": "9", "planItemType": "PROJECT"}, "planItem"),
        ({"include_non_working": True}, {"includeNonWorkingDays": True}, "include_non_working"),
    ],
)
def test_what_changed_is_sent_in_the_inputs_names(change: dict[str, Any], sent: dict[str, Any], gone: str) -> None:
    body = update(change)
    assert {name: body[name] for name in sent} == sent
    assert gone not in body


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"percent": 50, "minutes_per_day": None}, "percent", "keeps hours a day or a total, no share"),
        ({"account": None, "team": "5"}, "team", "no plans for teams"),
        ({"scope": {"type": "team", "id": "5"}}, "scope", "no scope"),
        ({"item": {"type": "EPIC", "id": "5"}}, "item", "takes ISSUE or PROJECT"),
        ({"item": {"type": "ISSUE", "id": "LAB-5"}}, "item", "a number"),
        ({"minutes": 5}, "minutes", "too many"),
    ],
)
def test_a_fault_says_why(change: dict[str, Any], field: str, words: str) -> None:
    assert words in VOCABULARY.faults(Kind.ALLOCATION, {**PLAN, **change})[field]


def test_what_changes_by_itself_is_named() -> None:
    """4.3: the total within the dates that were asked for differs between a list and a plan by itself."""
    assert {"updatedAt", "totalPlannedSecondsInScope", "self", "plannedTime"} <= VOCABULARY.volatile


# -- on the way -------------------------------------------------------------------------------------------------------


def desk() -> Desk:
    return Desk(cases()["tempo-cloud"])


def test_a_look_is_narrow_and_reads_every_page() -> None:
    labs = desk()
    ids = {labs.created() for _ in range(3)}
    pages: list[int] = []

    def paged(request: httpx.Request, answer: httpx.Response) -> httpx.Response | None:
        if request.method != "GET":
            return None
        offset = int(request.url.params["offset"])
        pages.append(offset)
        data = json.loads(answer.content)
        every = sorted(data["results"] if offset == 0 else every_one, key=lambda one: one["id"])
        every_one[:] = every
        part = every[offset : offset + 2]
        more = {"next": "https://elsewhere.example/x"} if offset + 2 < len(every) else {}
        return httpx.Response(200, json={"metadata": {"count": len(part), **more}, "results": part})

    every_one: list[Any] = []
    labs.alter = paged
    found = labs.do(lambda source: source.look(Kind.ALLOCATION, labs.case.fields))
    assert {one.external_id for one in found} >= ids
    assert pages == [0, 2]
    asked = labs.requests[-1].url.params
    assert (asked["from"], asked["to"]) == ("2028-03-05", "2028-03-11")
    assert asked["accountIds"] == labs.case.fields["account"]
    assert asked["projectIds"] == labs.case.fields["item"]["id"]
    assert all(request.url.host != "elsewhere.example" for request in labs.requests)


def test_a_page_that_promises_more_and_is_empty_is_an_error() -> None:
    labs = desk()
    labs.alter = lambda _request, _answer: httpx.Response(200, json={"metadata": {"next": "x"}, "results": []})
    with pytest.raises(AnswerUnusable):
        labs.do(lambda source: source.look(Kind.ALLOCATION, labs.case.fields))


def test_its_creator_is_told() -> None:
    labs = desk()
    assert labs.found(labs.created()).creator
