"""What can be typed ahead: found by any part, folded, those who cannot be chosen last, fast for ten thousand people."""

from __future__ import annotations

from collections.abc import Iterator
from time import process_time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from planner_gui.domain.entities import Kind
from planner_gui.domain.snapshot import day_number
from planner_gui.ui.dialogs import options
from planner_gui.ui.dialogs.lookup import Lookup
from planner_gui.ui.dialogs.options import Option, Options
from tests.domain import cases
from tests.domain.cases import booking, plan_of
from tests.ui.dialogs.office import ANA, BO, Office

PEOPLE = [Option(f"p{at}", f"Given{at:05} Family{at % 97}", f"Team {at % 50}", "person") for at in range(10_000)]


def names(found: list[Option]) -> list[str]:
    return [option.name for option in found]


def test_beginnings_come_before_words_inside_and_those_before_the_rest() -> None:
    known = Options([Option("1", "Joanna"), Option("2", "Mary Ann"), Option("3", "Anna")])
    assert names(known.find("ann")) == ["Anna", "Mary Ann", "Joanna"]


def test_every_word_counts_and_accents_do_not() -> None:
    known = Options([Option("1", "Zoë Ångström", "Design"), Option("2", "Zoe Miller", "Labs")])
    assert names(known.find("zoe ang")) == ["Zoë Ångström"]
    assert names(known.find("LABS zoë")) == ["Zoe Miller"]
    assert known.find("nobody") == []


def test_those_who_cannot_be_chosen_come_last() -> None:
    known = Options([Option("1", "Ana A", reason="no account"), Option("2", "Ana B"), Option("3", "Joana")])
    assert names(known.find("ana")) == ["Ana B", "Joana", "Ana A"]
    assert names(known.find("")) == ["Ana B", "Joana", "Ana A"]


def test_a_name_that_two_have_stands_for_neither() -> None:
    known = Options([Option("1", "Ana"), Option("2", "ana"), Option("3", "Bo")])
    assert known.named("ANA") is None
    assert known.named("bo") == Option("3", "Bo")
    assert known.named("b") is None


def test_people_say_why_they_cannot_be_planned() -> None:
    plan = Office().plan
    found = {option.name: option for option in options.people(plan, "tempo", "Tempo")}
    assert found["Dan Marino"].reason == "no account in Tempo"
    assert (found["Ana Okafor"].value, found["Ana Okafor"].reason) == (ANA, "")
    assert found["Bo Lindqvist"].detail == "Design, Labs"


def test_each_planned_item_is_there_once_by_its_newest_row() -> None:
    found = list(options.planned_items(Office().plan, "tempo"))
    assert sorted((o.name, o.kind, o.value) for o in found) == [
        ("Atlas", "project", {"type": "PROJECT", "id": "10130"}),
        ("Atlas \N{MIDDLE DOT} API review", "issue", {"type": "ISSUE", "id": "10577"}),
        ("Orion \N{MIDDLE DOT} Core services", "issue", {"type": "ISSUE", "id": "10412"}),
    ]


def test_one_id_of_two_types_is_two_items() -> None:
    rows = [booking("ana", "2026-11-16", ref=str(at), title=type_, type=type_, item="7")
            for at, type_ in enumerate(("ISSUE", "EPIC"))]  # fmt: skip
    plan = plan_of({"tempo": rows})
    assert {o.key for o in options.planned_items(plan, "tempo")} == {"ISSUE/7", "EPIC/7"}


def test_where_to_plan_is_the_teams_and_then_the_projects() -> None:
    found = list(options.scopes(Office().plan, "tempo"))
    assert names(found) == ["Team \N{MIDDLE DOT} Design", "Team \N{MIDDLE DOT} Labs", "Project \N{MIDDLE DOT} Atlas"]
    assert found[-1].value == {"type": "project", "id": "10130"}


def test_projects_tasks_and_types_of_a_service() -> None:
    plan = Office().plan
    assert [(o.name, o.detail, o.value) for o in options.projects(plan, "bigtime")] == [
        ("Retainer", "RET", "77"), ("Audit", "AUD", "78"),
    ]  # fmt: skip
    assert [(o.name, o.value) for o in options.tasks(plan, "bigtime")] == [("Test plan", "901")]
    assert options.words_seen(plan, "bigtime", Kind.TASK) == ["QA"]


@pytest.mark.parametrize("connection", ["nowhere", "worktime"])
def test_a_connection_without_them_has_none(connection: str) -> None:
    plan = Office().plan
    for source in (options.teams, options.planned_items, options.scopes, options.projects, options.tasks):
        assert list(source(plan, connection)) == []


def test_members_of_a_team_with_the_dates_that_are_not_all_of_it() -> None:
    plan = Office().plan
    first, last = (day_number(cases.day(text)) for text in ("2026-11-30", "2026-12-11"))
    found = options.members(plan, "tempo", "6", first, last)
    assert [options.until_words(plan, each, first, last) for each in found] == [
        BO.title(), "Cleo Raman (until 4 Dec)",
    ]  # fmt: skip
    assert len(options.members(plan, "tempo", "6", last - 1, last)) == 1


# --- the field --------------------------------------------------------------------------------------------------------


@pytest.fixture
def field(qtbot: QtBot) -> Iterator[Lookup]:
    """A field over ten thousand people, in a window with room below it."""
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(400, 400)
    layout = QVBoxLayout(window)
    made = Lookup("Who")
    layout.addWidget(made)
    layout.addStretch(1)
    made.offer(iter(PEOPLE))
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    made.setFocus()
    yield made  # noqa: PT022  (its window would be collected on return)


def test_options_arrive_between_keystrokes_and_none_is_missing(field: Lookup, qtbot: QtBot) -> None:
    assert not field.loaded
    QTest.keyClicks(field, "given09999")
    QTest.keyClick(field, Qt.Key.Key_Return)  # faster than they arrive
    assert field.option == PEOPLE[-1]


def test_a_keystroke_over_ten_thousand_people_is_quick(field: Lookup, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: field.loaded)
    slowest = 0.0
    for letter in "family 9 given":
        begun = process_time()
        QTest.keyClick(field, letter)
        slowest = max(slowest, process_time() - begun)
    assert slowest < 0.1  # the figure is 30 ms (benchmarks); this only keeps it from being another order


def test_arrows_walk_past_those_who_cannot_be_chosen(qtbot: QtBot, field: Lookup) -> None:
    field.offer(iter([Option("1", "Ana"), Option("2", "Anb", reason="no account"), Option("3", "Anc")]))
    qtbot.waitUntil(lambda: field.loaded)
    QTest.keyClicks(field, "an")
    QTest.keyClick(field, Qt.Key.Key_Down)
    QTest.keyClick(field, Qt.Key.Key_Down)
    assert field.results.currentItem().text() == "Ana"  # round again, past Anb
    QTest.keyClick(field, Qt.Key.Key_Down)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.option is not None
    assert field.option.name == "Anc"
    QTest.keyClick(field, Qt.Key.Key_Down)  # opens the whole list again
    assert field.results.count() == 3


def test_the_mouse_opens_the_list_and_chooses(qtbot: QtBot, field: Lookup) -> None:
    field.offer(iter([Option("1", "Ana"), Option("2", "Bo")]))
    qtbot.waitUntil(lambda: field.loaded)
    corner = field.rect().center()
    corner.setX(field.width() - 8)
    QTest.mouseClick(field, Qt.MouseButton.LeftButton, pos=corner)
    assert field.results.count() == 2
    where = field.results.visualItemRect(field.results.item(1)).center()
    QTest.mouseClick(field.results.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert field.option == Option("2", "Bo")
    assert not field.results.isVisible()


def test_words_that_stand_for_nobody_mean_nobody(qtbot: QtBot, field: Lookup) -> None:
    qtbot.waitUntil(lambda: field.loaded)
    field.choose(PEOPLE[0])
    QTest.keyClicks(field, "x")
    assert field.option is None
    assert field.results.item(0).text() == "Nothing found"
