"""The review of changes and the question about a conflict, by real keys and mouse."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from planner_gui.domain.changes import Change, Look, State
from planner_gui.domain.edits import Do, ItemKey, blank
from planner_gui.domain.entities import Kind
from planner_gui.ui.dialogs.conflict import MINE, THEIRS, ConflictDialog
from planner_gui.ui.models import change_words as words
from planner_gui.ui.panels import changes as panel
from planner_gui.ui.panels.changes import ChangesPanel

AT = datetime(2026, 11, 21, 9, 12, tzinfo=UTC)
NAMES = {"priya": "Priya Raman", "chen": "Chen Wei", "5": "Platform"}


def names(_: str, key: str) -> str:
    return NAMES.get(key, key)


def allocation(**fields: Any) -> dict[str, Any]:
    given = {"account": "priya", "title": "API review", "project": "Atlas", "percent": 50}
    return blank(Kind.ALLOCATION) | given | {"start": "2026-11-16", "end": "2026-11-20"} | fields


def change(number: str = "1", **given: Any) -> Change:
    """An update of Priya's plan: a week longer."""
    values: dict[str, Any] = {
        "id": number,
        "do": Do.UPDATE,
        "key": ItemKey("tempo", Kind.ALLOCATION, "41"),
        "before": allocation(),
        "after": allocation(end="2026-11-27"),
        "label": "",
        "at": AT,
        "state_at": AT,
    }
    return Change(**(values | given))


def new(number: str = "2", **given: Any) -> Change:
    key = ItemKey("bigpicture", Kind.ABSENCE, number)
    after = blank(Kind.ABSENCE) | {"account": "chen", "start": "2026-12-07", "end": "2026-12-11", "percent": 100}
    after["type"] = "SICK LEAVE"
    return change(number, do=Do.CREATE, key=key, before=None, after=after, **given)


@pytest.fixture
def review(qtbot: QtBot) -> ChangesPanel:
    review = ChangesPanel()
    qtbot.addWidget(review)
    review.resize(1300, 400)
    review.show()
    return review


def show(review: ChangesPanel, *changes: Change) -> None:
    review.show_changes(changes, names, "09:12")


def line(review: ChangesPanel, change_id: str) -> list[str]:
    index = review.model.find(change_id)
    return [str(index.siblingAtColumn(column).data()) for column in range(6)]


# --- words ------------------------------------------------------------------------------------------------------------


def test_an_update_says_only_what_differs(review: ChangesPanel) -> None:
    show(review, change())
    what, who, before, after, _, state = line(review, "1")
    assert (what, who) == ("changed  Atlas \N{MIDDLE DOT} API review", "Priya Raman")
    assert ("16" in before, "20" in before, "27" in after) == (True, True, True)
    assert state == "not sent"


def test_a_create_has_nothing_before_and_a_delete_nothing_after(review: ChangesPanel) -> None:
    show(review, new(), change("3", do=Do.DELETE, after=None))
    assert line(review, "2")[0] == "new  Sick leave"
    assert (line(review, "2")[2], line(review, "3")[3]) == ("\N{EN DASH}", "\N{EN DASH}")
    assert "50 %" in line(review, "3")[2]


def test_a_move_to_somebody_else_names_both(review: ChangesPanel) -> None:
    show(review, change(after=allocation(account="chen")))
    assert line(review, "1")[1:4] == ["Priya Raman \N{RIGHTWARDS ARROW} Chen Wei", "Priya Raman", "Chen Wei"]


def test_what_a_service_says_is_shown_as_text(review: ChangesPanel) -> None:
    show(review, change(state=State.REFUSED, message="<b>no\u202e right</b>"))
    assert line(review, "1")[5] == "refused: <b>no\N{WHITE SQUARE} right</b>"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"percent": None, "minutes_per_day": 240}, "4 h 00 a day"),
        ({"percent": None, "minutes": 2400}, "40 h 00 in all"),
        ({"percent": 12.5}, "12.5 %"),
    ],
)
def test_an_amount_is_said_in_its_own_unit(fields: dict[str, Any], expected: str) -> None:
    assert words.amount(allocation(**fields)) == expected


# --- ticking and sending ----------------------------------------------------------------------------------------------


def test_everything_that_can_be_sent_is_ticked_until_it_is_not(qtbot: QtBot, review: ChangesPanel) -> None:
    show(review, change(), new(), change("4", state=State.CONFLICT), change("5", state=State.DONE))
    assert review.send.text() == "Send 2 changes"
    review.choose("1")
    QTest.keyClick(review.tree, Qt.Key.Key_Space)
    assert review.send.text() == "Send 1 change"
    with qtbot.waitSignal(review.send_pressed) as sent:
        QTest.mouseClick(review.send, Qt.MouseButton.LeftButton)
    assert sent.args == [["2"]]


def test_a_tick_that_was_taken_away_stays_away_when_the_plan_changes(qtbot: QtBot, review: ChangesPanel) -> None:
    show(review, change(), new())
    review.choose("1")
    QTest.keyClick(review.tree, Qt.Key.Key_Space)
    show(review, change(after=allocation(end="2026-12-04")), new())
    assert [each.id for each in review.model.chosen()] == ["2"]


def test_a_click_on_the_tick_takes_it_away(qtbot: QtBot, review: ChangesPanel) -> None:
    show(review, change())
    box = review.tree.visualRect(review.model.find("1"))
    where = box.center()
    where.setX(box.left() + 10)
    QTest.mouseClick(review.tree.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert not review.model.chosen()
    assert not review.send.isEnabled()


def test_offline_nothing_is_sent_and_it_says_so(review: ChangesPanel) -> None:
    show(review, change())
    review.show_offline(True)
    assert not review.send.isEnabled()
    assert "offline" in review.note.text()
    review.show_offline(False)
    assert review.send.isEnabled()


def test_while_sending_it_cannot_be_sent_again(review: ChangesPanel) -> None:
    show(review, change())
    review.show_sending(True)
    assert not review.send.isEnabled()


# --- ways on ----------------------------------------------------------------------------------------------------------


def visible_buttons(review: ChangesPanel) -> set[str]:
    return {way for way, button in review.buttons.items() if button.isVisible()}


def test_each_state_offers_its_own_ways_on(review: ChangesPanel) -> None:
    expected = {
        State.DRAFT: {panel.SHOW, panel.EDIT, panel.DROP},
        State.UNKNOWN: {panel.LOOK, panel.DROP, panel.SHOW},
        State.CONFLICT: {panel.DECIDE, panel.DROP, panel.SHOW},
        State.REFUSED: {panel.EDIT, panel.DROP},
        State.DONE: {panel.SHOW, panel.TAKE_BACK},
        State.SENDING: set(),
    }
    for state, ways in expected.items():
        show(review, change(state=state))
        review.choose("1")
        assert visible_buttons(review) == ways, state


@pytest.mark.parametrize(("found", "offered"), [(0, True), (1, False)])
def test_sending_an_unknown_again_needs_an_empty_look(review: ChangesPanel, found: int, offered: bool) -> None:
    show(review, new(state=State.UNKNOWN, looks=(Look(AT, found),)))
    review.choose("2")
    assert (panel.AGAIN in visible_buttons(review)) is offered


def test_restoring_is_offered_where_something_was_overwritten(review: ChangesPanel) -> None:
    show(review, change(state=State.DONE, overwritten=b"{}"))
    review.choose("1")
    assert panel.RESTORE in visible_buttons(review)


def test_enter_takes_the_likeliest_way_and_a_button_its_own(qtbot: QtBot, review: ChangesPanel) -> None:
    show(review, change(state=State.CONFLICT))
    review.choose("1")
    with qtbot.waitSignal(review.wanted) as wanted:
        QTest.keyClick(review.tree, Qt.Key.Key_Return)
    assert wanted.args == [panel.DECIDE, ["1"]]
    with qtbot.waitSignal(review.wanted) as wanted:
        QTest.mouseClick(review.buttons[panel.DROP], Qt.MouseButton.LeftButton)
    assert wanted.args == [panel.DROP, ["1"]]


# --- a conflict -------------------------------------------------------------------------------------------------------


def conflict(qtbot: QtBot, **given: Any) -> ConflictDialog:
    dialog = ConflictDialog(change(state=State.CONFLICT, **given), names)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_a_conflict_is_decided_for_one_side(qtbot: QtBot) -> None:
    dialog = conflict(qtbot, theirs=allocation(percent=60))
    with qtbot.waitSignal(dialog.decided) as decided:
        QTest.mouseClick(dialog.theirs, Qt.MouseButton.LeftButton)
    assert decided.args == [THEIRS, None]


def test_a_conflict_is_decided_by_field(qtbot: QtBot) -> None:
    theirs = allocation(end="2026-12-04", description="new words", account="chen")
    mine = allocation(end="2026-11-27", account="5")
    dialog = conflict(qtbot, theirs=theirs, after=mine)
    assert dialog.disputed == ("assignee", "plan", "description")
    assert dialog.chosen()["end"] == "2026-11-27"
    assert dialog.chosen()["description"] == "new words", "mine never touched it"
    dialog._choices["plan"].button(0).click()
    with qtbot.waitSignal(dialog.decided) as decided:
        QTest.mouseClick(dialog.mine, Qt.MouseButton.LeftButton)
    assert decided.args is not None
    whose, fields = decided.args
    assert (whose, fields["end"], fields["account"]) == (MINE, "2026-12-04", "5")


def test_deleting_what_was_changed_says_what_is_lost(qtbot: QtBot) -> None:
    dialog = conflict(qtbot, do=Do.DELETE, after=None, theirs=allocation(percent=60))
    assert (dialog.mine.text(), dialog.mergeable) == ("Delete anyway", False)


def test_changing_what_is_gone_would_create_it_again(qtbot: QtBot) -> None:
    dialog = conflict(qtbot, theirs=None)
    assert dialog.mine.text() == "Create again"
    with qtbot.waitSignal(dialog.decided) as decided:
        QTest.mouseClick(dialog.mine, Qt.MouseButton.LeftButton)
    assert decided.args == [MINE, None]


def test_escape_decides_nothing(qtbot: QtBot) -> None:
    dialog = conflict(qtbot, theirs=allocation(percent=60))
    with qtbot.assertNotEmitted(dialog.decided):
        QTest.keyClick(dialog, Qt.Key.Key_Escape)


def test_a_move_in_time_and_to_somebody_else_says_each_in_its_column(review: ChangesPanel) -> None:
    show(review, change(after=allocation(account="chen", end="2026-11-27")))
    _, who, before, after, _, _ = line(review, "1")
    assert who == "Priya Raman \N{RIGHTWARDS ARROW} Chen Wei"
    assert "Priya" not in before
    assert "27" in after


def test_what_a_column_cuts_is_whole_in_its_hint(review: ChangesPanel) -> None:
    show(review, change(state=State.REFUSED, message="<b>no right</b>"))
    index = review.model.find("1").siblingAtColumn(5)
    assert index.data(Qt.ItemDataRole.ToolTipRole) == "<qt>refused: &lt;b&gt;no right&lt;/b&gt;</qt>"
