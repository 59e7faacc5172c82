"""Every number can be explained: strip, receipt and export of the demo's company say the same, term by term."""

from __future__ import annotations

import asyncio
import random
from datetime import date, timedelta
from pathlib import Path

import httpx
import numpy as np
import pytest

from planner_gui.domain.capacity import table
from planner_gui.domain.entities import Span
from planner_gui.domain.plan import Plan
from planner_gui.domain.receipt import receipt
from planner_gui.reports.plan_json import plan_document
from planner_gui.sandbox.server import Sandbox
from planner_gui.session.accounts import Accounts
from planner_gui.session.sync import Sync
from planner_gui.session.workspace import Workspace
from planner_gui.sources.base import Connection, Context, open_source

TODAY = date(2026, 11, 20)
CELLS = 500


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """The demo's company of 60, read through the real adapters."""
    return asyncio.run(read(tmp_path_factory.mktemp("demo") / "w"))


async def read(folder: Path) -> Plan:
    company = Sandbox(today=TODAY, base_url="http://127.0.0.1:9")
    settings = Workspace.create(folder, timezone="Europe/Berlin", holidays="DE")
    workspace = Workspace.open(folder, today=TODAY)
    accounts = Accounts(settings.id, workspace.notices, open_vault=None)
    for entry in company.connections():
        connection = Connection(entry["name"], entry["kind"], entry["url"], entry["options"])
        await workspace.add_connection(connection)
        await accounts.store(connection, entry["secret"])
    context = Context(TODAY, workspace.plan.rules.zone, lambda: httpx.ASGITransport(app=company.app))
    result = await Sync(workspace, accounts, open_source=open_source, context=context).run()
    assert result.whole, result
    made = workspace.plan
    workspace.close()
    return made


def test_500_random_cells_add_up_to_the_strip_and_to_the_export(plan: Plan) -> None:
    span = Span(TODAY - timedelta(days=20), TODAY + timedelta(days=200))
    people = np.arange(len(plan.people), dtype=np.int32)
    strip = table(plan, people, span)
    exported = plan_document(plan, span)["people"]
    chosen = random.Random(7)
    loads = absences = 0
    for _ in range(CELLS):
        person, at = chosen.randrange(len(people)), chosen.randrange(len(span))
        day = span.start + timedelta(days=at)
        why = receipt(plan, person, Span(day, day))
        numbers = exported[person]["capacity"]
        told = {
            "working": sum(term.minutes for term in why.working),
            "absence": sum(term.minutes for term in why.absence),
            "load": sum(term.minutes for term in why.load),
        }
        assert told["working"] == strip.working[person, at] == numbers["working"][at], (why.name, day)
        assert told["absence"] == strip.absence[person, at] == numbers["absence"][at], (why.name, day)
        assert told["load"] == strip.load[person, at] == numbers["load"][at], (why.name, day)
        assert told["working"] - told["absence"] == strip.capacity[person, at] == numbers["capacity"][at]
        loads += told["load"] > 0
        absences += told["absence"] > 0
    assert loads > CELLS / 4, "the cells say something"
    assert absences > 5


def test_a_period_is_the_sum_of_its_days(plan: Plan) -> None:
    week = Span(date(2026, 11, 23), date(2026, 11, 29))
    for person in range(len(plan.people)):
        days = [receipt(plan, person, Span(day, day)) for day in week]
        whole = receipt(plan, person, week)
        assert whole.load_minutes == sum(day.load_minutes for day in days)
        assert whole.capacity_minutes == sum(day.capacity_minutes for day in days)
