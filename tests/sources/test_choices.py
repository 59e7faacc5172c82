"""What a connection can be limited to, as its service lists it: boxes as a tree, teams, calendars, projects."""

from __future__ import annotations

import asyncio

import pytest

from planner_gui.sandbox.server import Sandbox
from planner_gui.sources.base import Offered, SupportsChoices
from tests.sources.test_against_sandbox import TODAY, opened


@pytest.fixture
def served() -> Sandbox:
    return Sandbox(people=12, today=TODAY, base_url="http://127.0.0.1:9")


def offered(served: Sandbox, name: str) -> Offered:
    async def ask() -> Offered:
        source = opened(served, name)
        assert isinstance(source, SupportsChoices)
        try:
            return await source.offered()
        finally:
            await source.close()

    return asyncio.run(ask())


@pytest.mark.parametrize("name", ["bigpicture", "bigpicture-labs"])
def test_boxes_come_as_a_tree_without_archived_ones(served: Sandbox, name: str) -> None:
    found = offered(served, name)
    keys = [choice.key for choice in found.choices]
    assert found.option == "boxes"
    assert len(set(keys)) == len(keys)
    assert "ROOT" not in keys
    assert "PROG-9999" not in keys
    tops = [choice for choice in found.choices if not choice.parent]
    inner = [choice for choice in found.choices if choice.parent]
    assert tops
    assert inner
    assert {choice.parent for choice in inner} <= set(keys)


@pytest.mark.parametrize(("name", "option"), [("tempo", "teams"), ("worktime", "calendars"), ("bigtime", "projects")])
def test_teams_calendars_and_projects_are_listed_by_name(served: Sandbox, name: str, option: str) -> None:
    found = offered(served, name)
    assert found.option == option
    assert len(found.choices) > 1
    assert all(choice.key and choice.name and not choice.parent for choice in found.choices)
    assert found.reason == ""


@pytest.mark.parametrize(
    ("name", "path", "fault"),
    [("bigpicture", "box-hierarchy", "404"), ("bigpicture", "box-hierarchy", "403"), ("tempo", "team", "403")],
)
def test_a_list_that_is_not_offered_comes_with_its_reason(served: Sandbox, name: str, path: str, fault: str) -> None:
    served.faults.set(name, fault, path)
    found = offered(served, name)
    assert found.choices == ()
    assert fault in found.reason


def test_tempo_cloud_has_nothing_to_choose(served: Sandbox) -> None:
    assert not isinstance(opened(served, "tempo-labs"), SupportsChoices)
