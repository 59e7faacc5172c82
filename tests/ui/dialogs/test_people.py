"""People matching with real mouse and keys: every decision is announced, the lists follow, nothing is rich text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from planner_gui.domain.assembly import assemble
from planner_gui.domain.entities import Account, AccountRef
from planner_gui.domain.plan import Decision, Plan
from planner_gui.domain.suggestions import Suggester
from planner_gui.session.who_is_whom import joined
from planner_gui.session.workspace_file import Configuration, new_configuration
from planner_gui.ui.dialogs.people import PeopleDialog
from planner_gui.ui.models.matching import Matching, View, pairs_of, still_open
from planner_gui.ui.theme import LIGHT
from tests.domain import cases
from tests.ui.dialogs.conftest import press, write

READ = cases.span("2026-10-16..2027-11-16")
CONTROL = Qt.KeyboardModifier.ControlModifier
HOSTILE = "<b>Ana</b> <img src='x'> & Co"


def account(key: str, name: str) -> Account:
    return Account(key=key, name=name)


def plan(settings: Configuration) -> Plan:
    """Cleo is joined by name; Ana is called differently in the two services; Dan is in one alone."""
    tempo = replace(
        cases.snapshot("tempo", read=READ, people=()),
        accounts=(account("ana", "Ana Okafor"), account("cleo", "Cleo Raman"), account("dan", "Dan Marino")),
    )
    bigtime = replace(
        cases.snapshot("bigtime", read=READ, people=()),
        accounts=(account("1", "Anna Okafor"), account("2", "Cleo Raman"), account("3", HOSTILE)),
    )
    rules = cases.plan_of([tempo, bigtime]).rules
    rules = replace(rules, decisions=settings.decisions, names=settings.names)
    return assemble([tempo, bigtime], (), rules, cases.day("2026-11-16"))


class Desk:
    """A dialog over settings that follow it, as the session makes them follow."""

    def __init__(self, qtbot: QtBot) -> None:
        self.settings = new_configuration("N", timezone="Europe/Berlin", schedule="mon-fri 8h", holidays="")
        self.dialog = PeopleDialog(self.matching(), LIGHT)
        self.dialog.change_wanted.connect(self.follow)
        self.dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(self.dialog)
        with qtbot.waitExposed(self.dialog):
            self.dialog.show()
        self.dialog.activateWindow()

    def matching(self) -> Matching:
        made = plan(self.settings)
        suggester = Suggester(made.people, self.settings.decisions)
        found = [
            (who, s.other, s.likeness, s.same_team)
            for who, person in enumerate(made.people)
            if person.unmatched
            for s in suggester.of(who, 1)
        ]
        return Matching(made, self.settings.decisions, self.settings.names, pairs_of(made.people, found))

    def follow(self, change: Callable[[Configuration], Configuration]) -> None:
        self.settings = change(self.settings)
        self.dialog.show_matching(self.matching())

    def names(self) -> list[str]:
        model = self.dialog.model
        return [str(model.index(at, 0).data()) for at in range(model.rowCount())]

    def tabs(self) -> list[str]:
        return [self.dialog.tabs.tabText(at) for at in range(4)]

    def click(self, text: str) -> None:
        found = [
            b for b in self.dialog.findChildren(QPushButton) if b.text().replace("&", "") == text and b.isVisible()
        ]
        QTest.mouseClick(found[0], Qt.MouseButton.LeftButton)

    def choose(self, view: View, *rows: int) -> None:
        tabs, at = self.dialog.tabs, list(View).index(view)
        QTest.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=tabs.tabRect(at).center())
        for number, row in enumerate(rows):
            where = self.dialog.table.visualRect(self.dialog.model.index(row, 0)).center()
            held = CONTROL if number else Qt.KeyboardModifier.NoModifier
            QTest.mouseClick(self.dialog.table.viewport(), Qt.MouseButton.LeftButton, held, where)
        QApplication.processEvents()  # what stands beside the list is laid out


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot)


def test_it_opens_on_the_unmatched_with_the_number_of_each_list(desk: Desk) -> None:
    assert desk.tabs() == ["Unmatched (4)", "Suggested (1)", "Joined (1)", "Decided (0)"]
    assert desk.names() == [HOSTILE, "Ana Okafor", "Anna Okafor", "Dan Marino"]


def test_joining_a_suggestion_by_mouse_empties_the_list_and_names_the_decision(desk: Desk) -> None:
    desk.choose(View.SUGGESTED, 0)
    desk.click("Join")
    assert desk.settings.decisions == (Decision("join", (AccountRef("bigtime", "1"), AccountRef("tempo", "ana"))),)
    assert desk.tabs() == ["Unmatched (2)", "Suggested (0)", "Joined (2)", "Decided (1)"]


def test_enter_joins_a_suggestion_and_ctrl_k_keeps_it_apart_for_good(desk: Desk) -> None:
    desk.choose(View.SUGGESTED, 0)
    press(Qt.Key.Key_K, CONTROL)
    assert [d.action for d in desk.settings.decisions] == ["apart"]
    assert desk.tabs()[1] == "Suggested (0)"
    desk.choose(View.DECIDED, 0)
    desk.click("Take back")
    desk.choose(View.SUGGESTED, 0)
    press(Qt.Key.Key_Return)
    assert [d.action for d in desk.settings.decisions] == ["join"]


def test_two_rows_chosen_with_ctrl_are_joined_by_ctrl_j(desk: Desk) -> None:
    desk.choose(View.UNMATCHED, 1, 2)
    press(Qt.Key.Key_J, CONTROL)
    assert desk.tabs()[2] == "Joined (2)"


def test_somebody_is_joined_with_a_name_typed_beside_the_list(desk: Desk) -> None:
    desk.choose(View.UNMATCHED, 3)
    press(Qt.Key.Key_Return)
    assert desk.dialog.focusWidget() is desk.dialog.join_with
    write("anna")
    press(Qt.Key.Key_Return)
    assert desk.settings.decisions == (Decision("join", (AccountRef("bigtime", "1"), AccountRef("tempo", "dan"))),)


def test_one_account_of_a_joined_person_is_kept_apart(desk: Desk) -> None:
    desk.choose(View.JOINED, 0)
    desk.click("Keep apart")
    assert desk.settings.decisions == (Decision("apart", (AccountRef("bigtime", "2"), AccountRef("tempo", "cleo"))),)
    assert desk.tabs()[2] == "Joined (0)"


def test_a_name_is_given_by_f2_and_taken_back_in_the_decided_list(desk: Desk) -> None:
    desk.choose(View.UNMATCHED, 3)
    press(Qt.Key.Key_F2)
    write("Daniel")
    press(Qt.Key.Key_Return)
    assert "Daniel" in desk.names()
    desk.choose(View.DECIDED, 0)
    assert "Daniel" in desk.names()[0]
    press(Qt.Key.Key_Delete)
    assert desk.settings.names == {}


def test_a_hidden_person_is_in_the_decided_list_and_comes_back(desk: Desk) -> None:
    desk.choose(View.UNMATCHED, 3)
    desk.click("Hide this person")
    assert "Dan Marino" not in desk.names()
    desk.choose(View.DECIDED, 0)
    assert desk.dialog.model.index(0, 1).data() == "Dan Marino (tempo)"
    desk.click("Take back")
    desk.choose(View.UNMATCHED)
    assert "Dan Marino" in desk.names()


def test_words_are_found_in_names_and_keys_and_the_choice_stays_on_the_person(desk: Desk) -> None:
    press(Qt.Key.Key_F, CONTROL)
    write("dan")
    assert desk.names() == ["Dan Marino"]
    write("nobody at all")
    assert desk.names() == []
    assert desk.dialog.nothing.text() == "Nothing has these words."
    write("")
    desk.choose(View.UNMATCHED, 3)
    desk.dialog.show_matching(desk.matching())
    assert desk.dialog.table.chosen_rows() == [3]


def test_choosing_a_person_brings_up_their_list(desk: Desk) -> None:
    desk.dialog.choose_person([AccountRef("tempo", "cleo")])
    assert desk.dialog.view is View.JOINED
    assert desk.names()[desk.dialog.table.chosen_rows()[0]] == "Cleo Raman"


def test_U1_a_hostile_name_is_shown_as_text_everywhere(desk: Desk) -> None:
    desk.choose(View.UNMATCHED, 0)
    labels = [each for each in desk.dialog.findChildren(QLabel) if "Ana" in each.text() and each.isVisible()]
    assert labels
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in labels)


def test_a_pair_that_was_joined_or_kept_apart_is_no_suggestion_any_more(desk: Desk) -> None:
    pairs = desk.matching().pairs
    people = desk.matching().plan.people
    assert still_open(pairs, people, ()) == pairs
    accounts = (*pairs[0].person.accounts, *pairs[0].other.accounts)
    assert still_open(pairs, people, [Decision("apart", accounts)]) == ()
    desk.settings = joined([accounts])(desk.settings)
    assert still_open(pairs, desk.matching().plan.people, desk.settings.decisions) == ()


def test_what_is_still_looked_for_is_said(desk: Desk) -> None:
    desk.dialog.show_pairs((), "Looking: 20 of 400 people")
    desk.choose(View.SUGGESTED)
    assert desk.dialog.nothing.text() == "Looking: 20 of 400 people"
    desk.dialog.show_pairs(())
    assert desk.dialog.nothing.text() == "Nobody looks like somebody else."
