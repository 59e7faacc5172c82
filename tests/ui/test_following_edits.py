"""The timeline when an edit makes another plan of the same people: what is known of them stays, what is not is new."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel
from pytestqt.qtbot import QtBot

from planner_gui.domain.entities import Kind
from planner_gui.domain.items import key_of, known_of
from planner_gui.domain.overlay import overlaid
from planner_gui.domain.plan import Plan, State
from planner_gui.domain.snapshot import day_number
from planner_gui.ui.dialogs import options
from planner_gui.ui.panels.inspector import Inspector
from planner_gui.ui.search import Index
from planner_gui.ui.timeline.board import Board, Filter, Grouping
from planner_gui.ui.timeline.ghost import Ghost
from planner_gui.ui.timeline.groups import Overloads
from tests.domain.cases import booking, plan_of, span
from tests.domain.edited import allocation, created, updated
from tests.ui.conftest import overloads


def company(project: str = "Orion", commitment: float = 150.0) -> Plan:
    return plan_of(
        {
            "tempo": [
                booking("ana", "2026-11-16..2026-11-20", commitment=commitment, project=project),
                booking("bo", "2026-11-16..2026-11-27", commitment=50.0, project="Atlas"),
            ]
        },
        today="2026-11-16",
        read="2026-10-16..2027-11-16",
    )


def board_of(qtbot: QtBot, plan: Plan) -> Board:
    board = Board()
    qtbot.addWidget(board)
    board.resize(1300, 600)
    board.show()
    board.show_plan(plan)
    return board


def edited(plan: Plan, project: str) -> Plan:
    """The plan with other items of the very same people."""
    return replace(company(project), people=plan.people)


def names(board: Board) -> list[str]:
    return [group.name for group in board._groups]


def test_what_groups_by_items_is_new_and_what_groups_by_people_stays(qtbot: QtBot) -> None:
    plan = company()
    board = board_of(qtbot, plan)
    board.set_grouping(Grouping.PROJECT)
    assert names(board) == ["Atlas", "Orion"]
    board.show_plan(edited(plan, "Vega"))
    assert names(board) == ["Atlas", "Vega"]
    board.set_filter(Filter(text="ana"))
    board.show_plan(edited(plan, "Lyra"))
    assert names(board) == ["Lyra"]


def test_who_is_over_allocated_is_known_until_it_is_counted_again(qtbot: QtBot) -> None:
    plan = company()
    board = board_of(qtbot, plan)
    board.set_grouping(Grouping.NONE)
    board.show_overloads(overloads(plan))
    board.set_filter(Filter(over=True))
    ana = [person.name for person in plan.people].index("Ana")
    assert board.shown.tolist() == [ana]
    board.show_plan(edited(plan, "Vega"))
    assert board.shown.tolist() == [ana]
    board.show_plan(company(commitment=20.0))  # other people: nobody knows yet
    assert len(board.shown) == 2


def test_a_ghost_stays_while_only_the_age_of_the_readings_is_new(qtbot: QtBot) -> None:
    plan = company()
    board = board_of(qtbot, plan)
    ghost = Ghost.of(plan, {0: 0, 1: 1}, [])
    board.show_ghost(ghost)
    board.show_plan(replace(plan, connections=tuple(replace(view, state=State.STALE) for view in plan.connections)))
    assert board._ghost is ghost
    board.show_plan(edited(plan, "Vega"))
    assert board._ghost is None


def test_a_plan_with_edits_knows_whose_accounts_are_whose_from_its_base() -> None:
    plan = company()
    known_of(plan).people_of(plan)
    new = allocation("ana", "2026-11-23", "2026-11-24")
    whole = overlaid(plan, [created(Kind.ALLOCATION, new)])
    assert whole is not plan
    assert known_of(whole).people_of(whole) is known_of(plan).people_of(plan)


def whole_and_edited() -> tuple[Plan, Plan]:
    """A plan, and the same with a booking more, and one with another title and amount."""
    plan = company()
    bos = next(row for row in range(plan.rows) if plan.people[int(plan.columns["person"][row])].name == "Bo")
    named = key_of(plan, bos)
    before = allocation("bo", "2026-11-16", "2026-11-27")
    changes = [
        created(Kind.ALLOCATION, allocation("ana", "2026-12-07", "2026-12-11", 180, title="Quay wall")),
        updated(Kind.ALLOCATION, named.external_id, before, {**before, "title": "Breakwater", "percent": 170}),
    ]
    return plan, overlaid(plan, changes)


def found(index: Index, text: str) -> list[tuple[str, int]]:
    return [(each.name, each.index) for each in index.find(text)]


@pytest.mark.parametrize("text", ["ana", "orion", "quay", "breakwater", "atlas", "a", "o"])
def test_an_index_that_follows_an_edit_and_its_undo_finds_what_a_new_one_finds(text: str) -> None:
    plan, whole = whole_and_edited()
    index = Index(plan)
    following = Index(whole, index)
    assert found(following, text) == found(Index(whole), text)
    assert found(Index(plan, following), text) == found(index, text)


def test_people_counted_again_leave_the_others_as_they_were() -> None:
    plan, whole = whole_and_edited()
    everybody, read = np.arange(len(plan.people), dtype=np.int32), span("2026-10-16..2027-11-16")
    before, after = (Overloads.of(each, everybody, read) for each in (plan, whole))
    assert before.targets() != after.targets()
    for people in (everybody[:1], everybody[1:], everybody):
        again = before.counted_again(people, Overloads.of(whole, people, read))
        mine = np.isin(again.person, people)
        assert [t for t, m in zip(again.targets(), mine, strict=True) if m] == [
            t for t in after.targets() if t[0] in people
        ]
        assert [t for t, m in zip(again.targets(), mine, strict=True) if not m] == [
            t for t in before.targets() if t[0] not in people
        ]
        assert again.targets() == sorted(again.targets())
    assert again.daily is not None
    assert after.daily is not None
    assert (again.daily.load == after.daily.load).all()
    assert (again.daily.capacity == after.daily.capacity).all()


def test_the_inspector_follows_an_edit_after_the_timeline_is_painted(qtbot: QtBot) -> None:
    plan, whole = whole_and_edited()
    inspector = Inspector()
    qtbot.addWidget(inspector)
    inspector.show_plan(plan)
    ana = [person.name for person in plan.people].index("Ana")
    inspector.show_cell(ana, day_number(date(2026, 12, 7)), day_number(date(2026, 12, 7)))
    before = inspector.page
    assert "Quay wall" not in words(inspector)
    inspector.show_plan(whole)
    assert inspector.page is before
    qtbot.waitUntil(lambda: inspector.page is not before)
    assert "Quay wall" in words(inspector)
    inspector.show_plan(plan)
    inspector.show_nothing()
    last = inspector.page
    QApplication.processEvents()
    assert inspector.page is last, "what was chosen since is not overtaken"


def words(inspector: Inspector) -> str:
    return " ".join(label.text() for kind in (QLabel, QAbstractButton) for label in inspector.page.findChildren(kind))


def test_what_is_planned_is_looked_for_once_a_reading_and_not_taken_from_another() -> None:
    plan = plan_of({"tempo": [booking("ana", "2026-11-16..2026-11-20", type="ISSUE", item="7")]})
    (snapshot,) = plan.snapshots
    before = list(options.planned_items(plan, "tempo"))
    assert before
    assert list(options.planned_items(plan, "tempo")) == before
    kinds = np.full_like(snapshot.columns["kind"], Kind.TASK)
    other = replace(snapshot, columns={**snapshot.columns, "kind": kinds})
    assert list(options.planned_items(replace(plan, snapshots=(other,)), "tempo")) == []
