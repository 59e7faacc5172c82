"""Statuses of two Jiras are never under one heading (seed 002; issue 5, part 1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from planner_gui.domain.assembly import assemble
from planner_gui.domain.entities import Task
from planner_gui.domain.plan import Plan
from planner_gui.domain.snapshot import Snapshot
from planner_gui.domain.statuses import by_status
from tests.domain.plans import RULES, TODAY
from tests.domain.readings import page, read


def task(number: int, who: str, status: str, **more: object) -> Task:
    given = {"start": date(2026, 11, 16), "due": date(2026, 11, 27), "remaining_minutes": 600, **more}
    return Task(external_id=str(number), assignees=(who,), title="Test plan", status=status, **given)  # type: ignore[arg-type]


def reading(connection: str, *tasks: Task) -> Snapshot:
    return read(page(*tasks), connection=connection, kind=connection.partition("-")[0])


def headings(*snapshots: Snapshot, **sites: str) -> dict[str, list[str]]:
    rules = replace(RULES, sites={s.connection: sites.get(s.connection.replace("-", "_"), "") for s in snapshots})
    plan: Plan = assemble(snapshots, (), rules, TODAY)
    return {name: [plan.people[p].name for p in people] for name, people in by_status(plan).items()}


OPEN, DONE = task(1, "jonas", "Open"), task(2, "priya", "Done")


def test_people_stand_under_each_status_of_their_tasks_once() -> None:
    found = headings(reading("bigpicture", OPEN, DONE, task(3, "priya", "Open"), task(4, "priya", "Open")))
    assert found == {"Open": ["jonas", "priya"], "Done": ["priya"]}


def test_002_the_same_status_of_two_jira_sites_is_two_headings() -> None:
    sites = {"bigpicture_2": "labs"}
    found = headings(reading("bigpicture", OPEN), reading("bigpicture-2", OPEN), **sites)
    assert set(found) == {"Open · bigpicture", "Open · labs"}


def test_connections_of_one_site_share_a_heading_and_a_firm_is_a_place_of_its_own() -> None:
    sites = {"bigpicture": "north", "bigpicture_2": "north"}
    found = headings(reading("bigpicture", OPEN), reading("bigpicture-2", OPEN), reading("bigtime", OPEN), **sites)
    assert set(found) == {"Open · north", "Open · bigtime"}


def test_archived_tasks_and_those_without_a_status_are_under_none() -> None:
    assert headings(reading("bigpicture", task(1, "jonas", "Open", archived=True), task(2, "jonas", ""))) == {}
