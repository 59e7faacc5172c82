"""What is shown of an opened BigPicture task: boxes, fields, aggregations, each where this version offers it."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from planner_gui.sources.base import Detail
from planner_gui.sources.bigpicture import BigPicture
from tests.sources import contract
from tests.sources.contract import Fake
from tests.sources.fake_bigpicture import NEW, absence, fake, task

BOXES = f"GET {NEW}/boxarea/task/101/boxes"
FIELDS = f"GET {NEW}/box/field/definition"
SELECTED = f"POST {NEW}/box/PROG-1/selectedFields"
VALUE = f"GET {NEW}/boxarea/task/101/field/aggregations"
OFFERED_NOT = "not offered by this version"


def detail(service: Fake, record: dict[str, Any] | None = None, external_id: str = "101") -> dict[str, dict[str, str]]:
    async def scenario() -> Detail:
        source = service.open()
        assert isinstance(source, BigPicture)
        try:
            return await source.detail(json.dumps(record or task(101)).encode(), external_id)
        finally:
            await source.close()

    return {name: dict(rows) for name, rows in contract.run(scenario()).groups}


def with_route(route: str, answer: Any) -> Fake:
    service = fake()
    service.routes[route] = answer
    return service


def refused(status: int, message: str = "no") -> httpx.Response:
    return httpx.Response(status, json={"message": message})


def test_a_task_shows_its_boxes_fields_and_aggregations() -> None:
    service = fake()
    assert detail(service) == {
        "Boxes": {"PROG-1": "", "ITER-2": ""},
        "Fields": {"Box name": "Orion", "Story Points": "8"},
        "Aggregations": {"MIN of Story Points": "12.5"},
    }
    asked = next(request for request in service.requests if request.url.path.endswith("aggregations"))
    assert asked.url.query.decode() == "fieldId=518&aggregationType=MIN&boxId=PROG-1"


@pytest.mark.parametrize(
    "answer",
    [
        ["PROG-1", "ITER-2"],
        {"cargo": ["PROG-1", "ITER-2"]},
        {"boxes": ["PROG-1", "ITER-2"]},
        [{"boxId": "PROG-1"}, {"id": "ITER-2"}],
    ],
)
def test_boxes_are_bare_ids_or_objects(answer: Any) -> None:
    assert list(detail(with_route(BOXES, answer))["Boxes"]) == ["PROG-1", "ITER-2"]


def test_the_names_of_boxes_are_shown_where_they_are_given() -> None:
    answer = [{"boxId": "PROG-1", "boxName": "Orion"}, {"id": "ITER-2", "name": "Sprint"}]
    assert detail(with_route(BOXES, answer))["Boxes"] == {"PROG-1": "Orion", "ITER-2": "Sprint"}


@pytest.mark.parametrize(
    "answer",
    [
        [{"fieldId": 501, "fieldName": "Box name"}, {"fieldId": 518, "fieldName": "Story Points", "type": "NUMBER"}],
        {"cargo": [{"id": "501", "name": "Box name"}, {"id": "518", "name": "Story Points", "type": "number"}]},
        {"fields": [17, {"type": "X"}, {"id": 518, "name": "Story Points", "fieldType": "NUMBER"}]},
    ],
)
def test_field_definitions_by_either_name(answer: Any) -> None:
    assert detail(with_route(FIELDS, answer))["Aggregations"] == {"MIN of Story Points": "12.5"}


def test_the_fields_are_asked_for_as_an_object_of_field_ids() -> None:
    service = fake()
    detail(service)
    asked = next(request for request in service.requests if request.method == "POST")
    assert json.loads(asked.content) == {"fieldIds": [501, 518]}


def test_a_server_that_refuses_the_object_is_asked_with_a_bare_list() -> None:
    bodies: list[Any] = []

    def route(request: httpx.Request) -> Any:
        bodies.append(json.loads(request.content))
        return refused(400, "array expected") if isinstance(bodies[-1], dict) else [{"id": 518, "value": 3}]

    assert detail(with_route(SELECTED, route))["Fields"] == {"Story Points": "3"}
    assert bodies == [{"fieldIds": [501, 518]}, [501, 518]]


def test_only_a_400_is_answered_with_the_bare_list() -> None:
    service = with_route(SELECTED, refused(403))
    assert detail(service)["Fields"] == {"": "you lack the right to see this"}
    assert sum(request.method == "POST" for request in service.requests) == 1


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        ({"value": 12.5}, "12.5"),
        ({"cargo": {"value": 12.5}}, "12.5"),
        ({"cargo": 3}, "3"),
        (7, "7"),
        ("5 d", "5 d"),
        (8.0, "8"),
        ({"value": {"value": 4}}, "4"),
        ({"value": None}, ""),
        ({"sum": 1}, "not understood: value is missing"),
    ],
)
def test_an_aggregation_is_an_object_a_number_or_a_text(answer: Any, shown: str) -> None:
    assert detail(with_route(VALUE, contract.json_answer(json.dumps(answer))))["Aggregations"] == {
        "MIN of Story Points": shown
    }


@pytest.mark.parametrize("status", [404, 405, 410])
@pytest.mark.parametrize(("route", "group"), [(BOXES, "Boxes"), (FIELDS, "Fields"), (VALUE, "Aggregations")])
def test_a_function_that_is_not_offered_is_said_and_the_others_are_shown(status: int, route: str, group: str) -> None:
    found = detail(with_route(route, refused(status)))
    assert found[group] == {"": OFFERED_NOT}
    assert len(found) == (2 if group == "Boxes" else 3), "without a box its fields cannot be asked for"


def test_a_server_without_all_four_says_so_and_fails_nothing() -> None:
    found = detail(Fake(kind="bigpicture", url="https://jira.example.com", routes={}, items=""))
    assert found == {group: {"": OFFERED_NOT} for group in ("Boxes", "Fields", "Aggregations")}


def test_an_aggregation_that_is_refused_shows_the_words_of_the_service() -> None:
    found = detail(with_route(VALUE, refused(400, "aggregationType is unknown")))
    assert found["Aggregations"] == {"MIN of Story Points": "refused: aggregationType is unknown"}


def test_a_platform_key_is_one_segment() -> None:
    service = fake()
    detail(service, external_id="2@1@1034407")
    assert service.requests[0].url.raw_path.decode() == f"{NEW}/boxarea/task/2@1@1034407/boxes"


def test_nothing_more_is_asked_of_an_absence() -> None:
    service = fake()
    assert detail(service, absence("2026-11-23", "2026-11-27"), "EXT_USER@2@ada@2026-11-23") == {}
    assert service.requests == []
