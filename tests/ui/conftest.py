"""A small company and a window that shows it, for the tests of the panels and of the keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from planner_gui.domain.capacity import table
from planner_gui.domain.entities import Membership, Team
from planner_gui.domain.judging import over_allocations
from planner_gui.domain.plan import Plan
from planner_gui.domain.snapshot import Snapshot
from planner_gui.ui.search import Index
from planner_gui.ui.theme import Look, Themes
from planner_gui.ui.timeline.groups import Overloads
from planner_gui.ui.window import MainWindow
from tests.domain import cases
from tests.domain.cases import booking, event, leave, plan_of, task

TODAY = date(2026, 11, 16)
READ = "2026-10-16..2027-11-16"
PEOPLE = ("ana", "bo", "cleo", "dan")


def teamed(snapshot: Snapshot, teams: dict[str, tuple[str, ...]]) -> Snapshot:
    """The snapshot with teams and who is in them."""
    members = ((team, who) for team, people in teams.items() for who in people)
    return replace(
        snapshot,
        teams=tuple(Team(key=name, name=name) for name in teams),
        memberships=tuple(Membership(team=team, account=who) for team, who in members),
    )


def company() -> Plan:
    """Design (Ana, Bo) and Labs (Bo, Cleo), Dan without a team; Ana over-allocated this week and away the next."""
    span = cases.span(READ)
    tempo = cases.snapshot(
        "tempo",
        [
            booking("ana", "2026-11-16..2026-11-20", commitment=150.0, project="Orion"),
            booking("bo", "2026-11-16..2026-11-27", ref="42", title="API review", commitment=50.0, project="Atlas"),
            booking("cleo", "2026-11-18..2026-11-19", ref="43", title="Café", commitment=80.0, project="Atlas"),
        ],
        read=span,
        people=PEOPLE,
    )
    bigpicture = cases.snapshot("bigpicture", [leave("ana", "2026-11-23..2026-11-27")], read=span, people=PEOPLE)
    worktime = cases.snapshot("worktime", [event("bo", "2026-11-18", "trip")], read=span, people=PEOPLE)
    bigtime = cases.snapshot("bigtime", [task("bo", "2026-11-16", "2026-11-25", 600)], read=span, people=PEOPLE)
    teams = {"Design": ("ana", "bo"), "Labs": ("bo", "cleo")}
    return plan_of([teamed(tempo, teams), bigpicture, worktime, bigtime], today=TODAY.isoformat())


@pytest.fixture(autouse=True)
def _closed_windows_go(qapp: QApplication) -> Iterator[None]:
    """What pytest-qt closes after a test goes at once; else the next test's theme is put on all its widgets, too."""
    yield
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication) -> MainWindow:
    """The main window over the company, with everything the session would have told it."""
    made = MainWindow("Northwind", Themes(qapp, Look.LIGHT))
    qtbot.addWidget(made)
    plan = company()
    made.show_plan(plan)
    made.show_index(Index(plan))
    made.show_overloads(overloads(plan))
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    made.board.setFocus()
    return made


def overloads(plan: Plan) -> Overloads:
    """Every over-allocation of a plan, as the session counts them."""
    people = np.arange(len(plan.people), dtype=np.int32)
    runs = over_allocations(table(plan, people, cases.span(READ)))
    return Overloads(people[runs.position], runs.start, runs.end)
