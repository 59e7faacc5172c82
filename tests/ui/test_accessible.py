"""What assistive tools get of the timeline: names, roles, values, places, states, focus, through Qt's own interfaces.

Qt's cache is asked as a bridge would ask it; that a real one hears the same is tests/journeys/test_assistive.py.
"""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import Shiboken

from planner_gui.domain.capacity import table
from planner_gui.domain.plan import Plan, State
from planner_gui.domain.snapshot import day_number
from planner_gui.ui.timeline import accessible
from planner_gui.ui.timeline.board import Board, Filter, Grouping
from planner_gui.ui.timeline.parts import BarPart, CellPart, Part, RowPart
from planner_gui.ui.timeline.scale import Zoom
from planner_gui.ui.timeline.spoken import period
from tests.domain.cases import booking, event, leave, plan_of, task, working_time

TODAY = date(2026, 11, 16)
Role, Text = QAccessible.Role, QAccessible.Text


def company() -> Plan:
    """Priya over-allocated from Monday to Friday, away the week after; Bo with a bit of everything."""
    plan = plan_of(
        {
            "tempo": [
                booking("ana", "2026-11-16..2026-11-20", commitment=120.0, project="Orion"),
                booking("bo", "2026-11-16..2026-11-27", ref="42", commitment=50.0, project="Atlas", rule="WEEKLY"),
            ],
            "bigpicture": [leave("ana", "2026-11-23..2026-11-27")],
            "worktime": [event("bo", "2026-11-18", "trip", title="Fair\u202e\nof <b>tools</b>")],
            "bigtime": [task("bo", None, "2026-11-25", 600)],
        },
        today=TODAY.isoformat(),
        read="2026-10-16..2027-11-16",
    )
    ana, bo = plan.people
    priya = replace(ana, name="Priya Raman", title="Tech lead", teams=("Platform",))
    return replace(plan, people=(priya, replace(bo, teams=("Data", "Platform"))))


@pytest.fixture
def show(qtbot: QtBot) -> Iterator[Callable[[Plan], Board]]:
    """Shows a plan in a timeline that has the focus, with an assistive tool listening."""

    def made(plan: Plan) -> Board:
        board = Board()
        qtbot.addWidget(board)
        board.resize(1300, 600)
        board.set_grouping(Grouping.TEAM)
        board.show()
        board.show_plan(plan)
        board.activateWindow()
        board.setFocus()
        qtbot.waitUntil(board.hasFocus)
        return board

    QAccessible.setActive(True)
    yield made
    QAccessible.setActive(False)


@pytest.fixture
def board(show: Callable[[Plan], Board]) -> Board:
    return show(company())


def of(board: Board) -> QAccessibleInterface:
    return QAccessible.queryAccessibleInterface(board)


def children(parent: QAccessibleInterface) -> list[QAccessibleInterface]:
    return [parent.child(index) for index in range(parent.childCount())]


def names(parent: QAccessibleInterface) -> list[str]:
    return [child.text(Text.Name) for child in children(parent)]


def row(board: Board, name: str) -> QAccessibleInterface:
    """The first row of that name."""
    return next(child for child in children(of(board)) if child.text(Text.Name).startswith(name))


def cell(board: Board, person: str, day: str) -> QAccessibleInterface:
    return next(child for child in children(row(board, person)) if child.text(Text.Name).startswith(day))


def bars(board: Board, person: str) -> list[str]:
    return [child.text(Text.Name) for child in children(row(board, person)) if isinstance(child, BarPart)]


# --- names, roles, values --------------------------------------------------------------------------------------------


def test_the_timeline_is_a_list_of_headings_and_people_with_their_roles_and_teams(board: Board) -> None:
    timeline = of(board)
    assert (timeline.role(), timeline.text(Text.Name)) == (Role.List, "Timeline")
    assert timeline.text(Text.Description) == "2 people, 2 Nov to 6 Dec 2026, zoom week"
    assert names(timeline) == [
        "Data, 1 person",
        "Bo, Data, Platform",
        "Platform, 2 people",
        "Priya Raman, Tech lead, Platform",
        "Bo, Data, Platform",
    ]
    assert {child.role() for child in children(timeline)} == {Role.ListItem}


def test_a_row_says_the_sums_of_the_visible_range(board: Board) -> None:
    priya = row(board, "Priya")
    words = "2 Nov to 6 Dec 2026: capacity 160 h 00, load 48 h 00, 112 h 00 free, absent 40 h 00, over on 5 days"
    assert priya.text(Text.Description) == priya.text(Text.Value) == words
    assert row(board, "Platform").text(Text.Value).startswith("2 Nov to 6 Dec 2026: capacity 360 h 00, load ")


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("Wednesday 18 November 2026", "capacity 8 h 00, load 9 h 36, over by 1 h 36"),
        ("Tuesday 1 December 2026", "capacity 8 h 00, load 0 h 00, 8 h 00 free"),
        ("Tuesday 24 November 2026", "capacity 0 h 00, load 0 h 00, full, absent 8 h 00"),
        ("Sunday 22 November 2026", "no working time"),
    ],
)
def test_a_cell_says_its_day_and_its_numbers(board: Board, day: str, words: str) -> None:
    there = cell(board, "Priya", day)
    assert there.role() == Role.Cell
    assert there.text(Text.Name) == f"{day}: {words}"
    assert there.text(Text.Value) == words
    assert there.text(Text.Description) == "Priya Raman, Tech lead, Platform"


def test_every_cell_says_what_capacity_and_load_are(board: Board) -> None:
    assert board.plan is not None
    span = board.visible_span
    numbers = table(board.plan, np.arange(2, dtype=np.int32), span)
    for person, name in enumerate(("Priya", "Bo")):
        cells = [child for child in children(row(board, name)) if isinstance(child, CellPart)]
        assert len(cells) == len(span)
        for at, child in enumerate(cells):
            capacity, load = int(numbers.capacity[person, at]), int(numbers.load[person, at])
            said = child.text(Text.Value)
            if numbers.working[person, at]:
                head = f"capacity {capacity // 60} h {capacity % 60:02}, load {load // 60} h {load % 60:02}"
                assert said.startswith(head), child.text(Text.Name)
                assert ("over by" in said) == (load > capacity)
            else:
                assert said == "no working time"


def test_zoomed_out_a_cell_is_a_week_and_says_that_a_day_inside_is_over(board: Board) -> None:
    board.set_zoom(Zoom.QUARTER)
    board.go_today()
    week = cell(board, "Priya", "16 Nov to 22 Nov 2026")
    assert week.text(Text.Value) == "capacity 40 h 00, load 48 h 00, over by 8 h 00, over on 5 days"


def test_numbers_that_are_not_known_are_said_as_such(show: Callable[[Plan], Board]) -> None:
    items = {"tempo": [booking("ana", "2026-11-16..2026-11-20", commitment=50.0)]}
    unread = show(plan_of(items, today=TODAY.isoformat(), read="2026-11-16..2026-11-29"))
    ana = row(unread, "Ana")
    assert cell(unread, "Ana", "Friday 13 November").text(Text.Value) == "not known, not read"
    assert ana.text(Text.Value).startswith("2 Nov to 6 Dec 2026: 14 of 35 days known, capacity 80 h 00, ")
    unscheduled = show(plan_of(items, today=TODAY.isoformat(), time=working_time(None)))
    assert cell(unscheduled, "Ana", "Tuesday 17 November").text(Text.Value) == "not known, no schedule"


def test_bars_say_kind_title_amount_dates_and_what_they_count_as(board: Board) -> None:
    assert bars(board, "Priya") == [
        "Allocation Orion, Core services, 120 %, 16 Nov to 20 Nov 2026, counts as load",
        "Absence Holiday, 100 %, 23 Nov to 27 Nov 2026, counts as absence",
    ]
    said = bars(board, "Bo")
    assert "Task Test plan, 10 h 00 left, no start to 25 Nov 2026, counts as load" in said
    assert any(
        name.startswith("Allocation Atlas, Core services, 50 %, ") and "one of a series" in name for name in said
    )


def test_U5_words_of_a_service_do_nothing_and_stay_on_one_line(board: Board) -> None:
    fair = next(name for name in bars(board, "Bo") if "Fair" in name)
    assert fair == "Event Fair\N{WHITE SQUARE} of <b>tools</b>, trip, 18 Nov 2026, shown only, not counted"


def test_a_bar_of_a_failed_connection_says_that_it_is_from_an_old_reading(show: Callable[[Plan], Board]) -> None:
    plan = company()
    views = tuple(replace(v, state=State.FAILED) if v.name == "tempo" else v for v in plan.connections)
    said = bars(show(replace(plan, connections=views)), "Priya")
    assert ["from an old reading" in name for name in said] == [True, False]


# --- the tree and its places -----------------------------------------------------------------------------------------


def test_parents_children_and_indices_agree(board: Board) -> None:
    timeline = of(board)
    assert timeline.parent() is None or timeline.parent().isValid()
    for index, child in enumerate(children(timeline)):
        assert child.parent() is timeline
        assert timeline.indexOfChild(child) == index
        for inner, part in enumerate(children(child)):
            assert part.parent() is child
            assert child.indexOfChild(part) == inner
    assert timeline.child(99) is None
    assert timeline.child(-1) is None


def test_what_is_at_a_point_is_what_a_click_there_chooses(board: Board) -> None:
    timeline, there = of(board), cell(board, "Priya", "Wednesday 18")
    middle = there.rect().center()
    at_row = timeline.childAt(middle.x(), middle.y())
    assert at_row is row(board, "Priya")
    assert at_row.childAt(middle.x(), middle.y()) is there
    QTest.mouseClick(board.viewport(), Qt.MouseButton.LeftButton, pos=board.viewport().mapFromGlobal(middle))
    assert timeline.focusChild() is there
    bar = next(child for child in children(at_row) if isinstance(child, BarPart))
    middle = bar.rect().center()
    assert at_row.childAt(middle.x(), middle.y()) is bar
    QTest.mouseClick(board.viewport(), Qt.MouseButton.LeftButton, pos=board.viewport().mapFromGlobal(middle))
    assert timeline.focusChild() is bar
    assert timeline.childAt(-5000, -5000) is None


def test_a_heading_says_whether_it_is_folded_and_folded_people_are_gone(board: Board) -> None:
    heading, priya = row(board, "Platform"), row(board, "Priya")
    assert (heading.state().expandable, heading.state().expanded, heading.state().collapsed) == (1, 1, 0)
    assert priya.isValid()
    board.toggle_group("Platform")
    assert (heading.state().expanded, heading.state().collapsed) == (0, 1)
    assert not priya.isValid()
    assert (priya.text(Text.Name), priya.childCount(), priya.state().invalid) == ("", 0, 1)
    board.toggle_group("Platform")
    assert row(board, "Priya").text(Text.Name) == "Priya Raman, Tech lead, Platform"


def test_rows_below_the_window_are_there_by_name_and_have_no_cells_until_the_focus_comes(
    show: Callable[[Plan], Board],
) -> None:
    board = show(crowd(100))
    last = children(of(board))[-1]
    assert last.text(Text.Name) == "Person-0099"
    assert (last.state().offscreen, last.state().invisible, last.childCount()) == (1, 1, 0)
    QTest.keyClick(board, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    assert (last.state().offscreen, last.state().invisible) == (0, 0)
    assert last.childCount() == len(board.visible_span)
    assert board.verticalScrollBar().value() > 0
    for inner in (last, last.child(3)):
        middle = inner.rect().center()
        assert of(board).childAt(middle.x(), middle.y()) is last
    assert last.childAt(middle.x(), middle.y()) is last.child(3)


def test_a_chosen_period_is_a_cell_of_its_own(board: Board) -> None:
    name = row(board, "Priya").rect().topLeft() + QPoint(90, 20)
    QTest.mouseClick(board.viewport(), Qt.MouseButton.LeftButton, pos=board.viewport().mapFromGlobal(name))
    chosen = of(board).focusChild()
    assert chosen.text(Text.Name).startswith("2 Nov to 6 Dec 2026: capacity 160 h 00")
    assert chosen.parent().indexOfChild(chosen) == 0


# --- focus and selection ---------------------------------------------------------------------------------------------


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What was announced: the event, and the name of what it is about."""
    heard: list[tuple[str, str]] = []

    def tell(what: QAccessibleInterface | QWidget, event: QAccessible.Event) -> None:
        about = of(what) if isinstance(what, Board) else what
        assert isinstance(about, QAccessibleInterface)
        heard.append((event.name, about.text(Text.Name).partition(":")[0]))

    monkeypatch.setattr(accessible, "_tell", tell)
    return heard


def test_keys_announce_the_cell_the_heading_and_the_bar_they_come_to(board: Board, told: list[tuple[str, str]]) -> None:
    board.choose_cell(0, day_number(TODAY))
    told.clear()
    QTest.keyClick(board, Qt.Key.Key_Right)
    QTest.keyClick(board, Qt.Key.Key_Tab)
    QTest.keyClick(board, Qt.Key.Key_Escape)
    QTest.keyClick(board, Qt.Key.Key_Up)
    orion = "Allocation Orion, Core services, 120 %, 16 Nov to 20 Nov 2026, counts as load"
    monday, tuesday = "Monday 16 November 2026", "Tuesday 17 November 2026"
    seen = [tuesday, orion, monday, "Platform, 2 people"]
    assert told == [(event, name) for name in seen for event in ("Focus", "Selection")]


def test_only_what_is_in_focus_is_focused_and_selected(board: Board) -> None:
    board.choose_cell(0, day_number(date(2026, 11, 18)))
    states = {part.text(Text.Name).partition(":")[0]: part.state() for part in children(row(board, "Priya"))}
    assert [name for name, state in states.items() if state.focused] == ["Wednesday 18 November 2026"]
    assert [name for name, state in states.items() if state.selected] == ["Wednesday 18 November 2026"]
    assert all(state.focusable and state.selectable for state in states.values())
    board.clearFocus()
    chosen = cell(board, "Priya", "Wednesday 18").state()
    assert (chosen.focused, chosen.selected) == (0, 1)
    assert of(board).focusChild() is None


def test_coming_back_to_the_timeline_announces_the_place_again(
    qtbot: QtBot, board: Board, told: list[tuple[str, str]]
) -> None:
    board.choose_cell(0, day_number(TODAY))
    board.clearFocus()
    told.clear()
    board.setFocus()
    qtbot.waitUntil(lambda: ("Focus", "Monday 16 November 2026") in told)


def test_regrouping_announces_new_rows_and_the_focus_in_them(
    qtbot: QtBot, board: Board, told: list[tuple[str, str]]
) -> None:
    board.choose_cell(0, day_number(TODAY))
    before = row(board, "Priya")
    told.clear()
    board.set_grouping(Grouping.NONE)
    assert not before.isValid()
    assert told == [("ObjectReorder", "Timeline")]
    qtbot.waitUntil(lambda: ("Focus", "Monday 16 November 2026") in told)
    assert sorted(names(of(board))) == ["Bo, Data, Platform", "Priya Raman, Tech lead, Platform"]
    assert of(board).focusChild().parent().text(Text.Name).startswith("Priya")


def test_nothing_is_made_or_said_while_no_assistive_tool_listens(board: Board, told: list[tuple[str, str]]) -> None:
    QAccessible.setActive(False)
    board.choose_cell(0, day_number(TODAY))
    board.set_filter(Filter(text="bo"))
    assert told == []
    assert board._accessible.made == 0


# --- lifetimes -------------------------------------------------------------------------------------------------------


def crowd(count: int) -> Plan:
    people = [f"person-{number:04}" for number in range(count)]
    return plan_of({"tempo": []}, today=TODAY.isoformat(), people=people)


def test_ten_thousand_rows_cost_nothing_until_they_are_read(show: Callable[[Plan], Board]) -> None:
    board = show(crowd(10_000))
    timeline = of(board)
    assert timeline.childCount() == 10_001
    assert board._accessible.made == 0
    assert timeline.child(5_000).text(Text.Name) == "Person-4999"
    assert timeline.child(9_999).text(Text.Value).startswith("2 Nov to 6 Dec 2026: capacity 200 h 00, load 0 h 00")
    assert board._accessible.made == 2
    assert timeline.child(5_000) is timeline.child(5_000)
    assert board._accessible.made == 2


def test_cells_that_nobody_looks_at_any_more_are_given_up(
    qtbot: QtBot, show: Callable[[Plan], Board], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accessible, "MOST_CELLS", 100)
    board = show(crowd(20))
    board.choose_cell(0, day_number(TODAY))
    for each in children(of(board)):
        children(each)
    assert board._accessible.made > 200
    focus = of(board).focusChild()
    rows = 21
    qtbot.waitUntil(lambda: board._accessible.made <= len(board.visible_span) + rows)
    assert of(board).focusChild() is focus
    assert focus.isValid()


def test_in_another_plan_people_stay_who_they_are_and_old_items_are_gone(board: Board) -> None:
    priya = row(board, "Priya")
    there, bar = cell(board, "Priya", "Wednesday 18"), next(c for c in children(priya) if isinstance(c, BarPart))
    plan = company()
    board.show_plan(replace(plan, people=(replace(plan.people[0], title="Architect"), plan.people[1])))
    assert row(board, "Priya") is priya
    assert priya.text(Text.Name) == "Priya Raman, Architect, Platform"
    assert there.isValid()
    assert not bar.isValid()
    assert bar.text(Text.Name) == ""


def test_a_closed_timeline_leaves_no_part_with_Qt(qapp: QApplication) -> None:
    board = Board()
    board.resize(1300, 600)
    board.show_plan(company())
    board.show()
    parts: list[Part] = []
    for each in children(of(board)):
        assert isinstance(each, RowPart)
        parts += [each, *(part for part in children(each) if isinstance(part, Part))]
    numbers = [QAccessible.uniqueId(part) for part in parts]
    assert len(parts) > 100
    whole = QAccessible.uniqueId(of(board))
    Shiboken.delete(board)
    del board
    gc.collect()
    qapp.processEvents()
    assert [QAccessible.accessibleInterface(number) for number in (*numbers, whole)] == [None] * (len(numbers) + 1)


def test_an_application_that_ends_with_its_timeline_open_ends_well() -> None:
    # Qt's cache and PySide's list of interfaces are cleared in an order that depends on which began first.
    script = """
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication
application = QApplication([])
QAccessible.setActive(True)
from planner_gui.ui.timeline.board import Board
from tests.ui.test_accessible import children, company, of
board = Board()
board.resize(1300, 600)
board.show()
board.show_plan(company())
print(sum(len(children(row)) for row in children(of(board))))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert int(done.stdout) > 100


def test_a_span_of_one_day_is_said_with_its_weekday_and_a_longer_one_with_its_year_once() -> None:
    first = day_number(date(2026, 11, 9))
    assert period(first, first) == "Monday 9 November 2026"
    assert period(first, first + 7) == "9 Nov to 16 Nov 2026"
    assert period(first, first + 60) == "9 Nov 2026 to 8 Jan 2027"
