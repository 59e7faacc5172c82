"""The allocation dialog by real keys and clicks: create, change, every fault, amounts three ways, teams, series."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from planner_gui.domain.edits import Do
from planner_gui.domain.entities import Kind
from planner_gui.domain.judging import Level
from planner_gui.ui.dialogs.allocation import AllocationDialog
from tests.domain.cases import working_time
from tests.ui.dialogs.conftest import Announced, Open, fill, press, said, write
from tests.ui.dialogs.office import ALLOCATIONS, ANA, BO, CLOUD, Office, core_services, item
from tests.ui.dialogs.office import office as office_plan

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
Key, Mod = Qt.Key, Qt.KeyboardModifier
WEEK = {"start": date(2027, 1, 11), "end": date(2027, 1, 15)}  # nothing is planned then


def new(office: Office, opened: Open[AllocationDialog], **more: Any) -> AllocationDialog:
    """A new allocation of Bo on Atlas / API review, but for its amount."""
    dialog = opened(AllocationDialog(office.given(**{"person": office.person(BO), **WEEK, **more})))
    fill(dialog.what, "api")
    return dialog


def test_an_allocation_is_created_by_keys_alone(
    office: Office, opened: Open[AllocationDialog], saved: Announced
) -> None:
    dialog = opened(AllocationDialog(office.given()))
    write("bo li")
    press(Key.Key_Tab)
    write("api")
    press(Key.Key_Return)
    press(Key.Key_Tab)
    assert dialog.item_type.word == "ISSUE"
    press(Key.Key_Tab)
    for text in ("2027-01-11", "2027-01-15", "50"):
        write(text)
        press(Key.Key_Tab)
    press(Key.Key_S, Mod.ControlModifier | Mod.ShiftModifier)
    assert saved.sent == [True]
    assert saved.edit.do is Do.CREATE
    assert saved.edit.key[:2] == ("tempo", Kind.ALLOCATION)
    assert saved.edit.after == {
        "account": BO, "team": None, "item": {"type": "ISSUE", "id": "10577"}, "scope": {"type": "team", "id": "5"},
        "start": "2027-01-11", "end": "2027-01-15", "percent": 50, "minutes_per_day": None, "minutes": None,
        "repeat": "never", "until": None, "description": "", "include_non_working": False,
        "title": "API review", "project": "Atlas",
    }  # fmt: skip
    assert saved.edit.label == "New allocation Atlas / API review"


@pytest.mark.parametrize(
    ("field", "typed", "shown", "kept"),
    [
        ("percent", "50", ("50", "4 h", "20 h"), {"percent": 50}),
        ("percent", "37,5 %", ("37.5", "3 h", "15 h"), {"percent": 37.5}),
        ("daily", "6 h 30", ("81.25", "6 h 30", "32 h 30"), {"minutes_per_day": 390}),
        ("daily", "2:15", ("28.13", "2 h 15", "11 h 15"), {"minutes_per_day": 135}),
        ("total", "10", ("25", "2 h", "10 h"), {"minutes": 600}),
        ("total", "90 min", ("3.75", "0 h 18", "1 h 30"), {"minutes": 90}),
    ],
)
def test_one_way_of_saying_how_much_converts_the_others(
    office: Office, opened: Open[AllocationDialog], saved: Announced,
    field: str, typed: str, shown: tuple[str, str, str], kept: dict[str, float],
) -> None:  # fmt: skip
    dialog = new(office, opened)
    fill(getattr(dialog.amount, field), typed)
    assert tuple(each.text() for each in dialog.amount.fields.values()) == shown
    press(Key.Key_S, Mod.ControlModifier)
    after = saved.edit.after or {}
    amounts = {name: after[name] for name in ("percent", "minutes_per_day", "minutes")}
    assert {name: value for name, value in amounts.items() if value is not None} == kept


def test_other_dates_convert_anew_and_what_was_typed_stays(office: Office, opened: Open[AllocationDialog]) -> None:
    dialog = new(office, opened)
    fill(dialog.amount.total, "20")
    assert dialog.amount.percent.text() == "50"
    fill(dialog.end, "2027-01-22")
    dialog.settle()
    assert [each.text() for each in dialog.amount.fields.values()] == ["25", "2 h", "20 h"]


def test_amounts_are_of_the_persons_own_working_time(qtbot: QtBot, opened: Open[AllocationDialog]) -> None:
    part = working_time(own={BO: [("2026-01-01", "mon-wed 6h")]})
    dialog = new(Office(office_plan(time=part)), opened)
    fill(dialog.amount.percent, "50")
    assert [each.text() for each in dialog.amount.fields.values()] == ["50", "3 h", "9 h"]


def test_without_a_known_working_time_nothing_is_guessed(opened: Open[AllocationDialog], saved: Announced) -> None:
    dialog = new(Office(office_plan(time=working_time(None))), opened)
    fill(dialog.amount.percent, "50")
    assert [each.text() for each in dialog.amount.fields.values()] == ["50", "", ""]
    press(Key.Key_S, Mod.ControlModifier)
    assert (saved.edit.after or {})["percent"] == 50


def test_a_day_off_counts_only_where_it_is_asked_for(office: Office, opened: Open[AllocationDialog]) -> None:
    dialog = new(office, opened, start=date(2027, 1, 16), end=date(2027, 1, 17))
    fill(dialog.amount.daily, "4")
    assert dialog.amount.total.text() == ""
    QTest.mouseClick(dialog.days_off, Qt.MouseButton.LeftButton, pos=dialog.days_off.rect().topLeft())
    dialog.days_off.setFocus()
    press(Key.Key_Space)
    dialog.settle()
    assert dialog.days_off.isChecked()
    assert dialog.amount.total.text() == "8 h"


def test_a_service_without_percent_is_told_hours_and_it_is_said(
    office: Office, opened: Open[AllocationDialog], saved: Announced
) -> None:
    dialog = new(office, opened, capabilities={"tempo": {Kind.ALLOCATION: CLOUD}})
    assert not dialog.scope.isVisibleTo(dialog)
    assert not dialog.description.isVisibleTo(dialog)
    fill(dialog.amount.percent, "50")
    dialog.settle()
    assert "Tempo keeps it as 4 h a day." in said(dialog)
    press(Key.Key_S, Mod.ControlModifier)
    after = saved.edit.after or {}
    assert (after["percent"], after["minutes_per_day"]) == (None, 240)
    assert after["scope"] is None


def test_what_a_service_rounds_is_shown_before_it_is_saved(office: Office, opened: Open[AllocationDialog]) -> None:
    office.kept = {"percent": 37}
    dialog = new(office, opened)
    fill(dialog.amount.percent, "37.4")
    dialog.settle()
    assert "Tempo will keep 37 %." in said(dialog)


def test_an_item_nobody_plans_on_yet_is_typed_by_its_id_and_type(
    office: Office, opened: Open[AllocationDialog], saved: Announced
) -> None:
    dialog = new(office, opened)
    fill(dialog.what, "10999")
    dialog.item_type.setFocus()
    press(Key.Key_E)
    dialog.settle()
    assert "The epic with the id or key 10999, which is not planned on yet." in said(dialog)
    fill(dialog.amount.percent, "50")
    press(Key.Key_S, Mod.ControlModifier)
    assert (saved.edit.after or {})["item"] == {"type": "EPIC", "id": "10999"}


def test_words_that_are_no_id_are_refused(office: Office, opened: Open[AllocationDialog], saved: Announced) -> None:
    dialog = new(office, opened)
    fill(dialog.what, "no such thing")
    fill(dialog.amount.percent, "50")
    press(Key.Key_S, Mod.ControlModifier)
    assert "Nothing of this name. Choose one of the list, or type its id or key." in said(dialog)
    assert QApplication.focusWidget() is dialog.what
    assert saved.edits == []


def test_everything_missing_is_said_and_the_first_gets_the_focus(
    office: Office, opened: Open[AllocationDialog], saved: Announced
) -> None:
    dialog = opened(AllocationDialog(office.given()))
    press(Key.Key_Return)  # Enter saves, too
    words = {"Who is it for?", "What is it on?", "When does it start?\nWhen does it end?", "How much is it?"}
    assert words <= set(said(dialog))
    assert QApplication.focusWidget() is dialog.who
    write("bo")
    press(Key.Key_Return)
    dialog.settle()
    assert "Who is it for?" not in said(dialog)
    assert saved.edits == []


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("percent", "half", "This is no percentage. Try 50."),
        ("percent", "-5", "This is no percentage. Try 50."),
        ("daily", "4 x", "These are no hours. Try 4, 4.5 or 4 h 30."),
    ],
)
def test_an_amount_that_cannot_be_read_is_said_at_once(
    office: Office, opened: Open[AllocationDialog], saved: Announced, field: str, typed: str, words: str
) -> None:
    dialog = new(office, opened)
    fill(getattr(dialog.amount, field), typed)
    dialog.settle()
    assert words in said(dialog)
    press(Key.Key_S, Mod.ControlModifier)
    assert QApplication.focusWidget() is getattr(dialog.amount, field)
    assert saved.edits == []


def test_a_series_says_how_many_dates_it_will_have(
    office: Office, opened: Open[AllocationDialog], saved: Announced
) -> None:
    dialog = new(office, opened)
    fill(dialog.amount.percent, "20")
    assert not dialog.until.isEnabled()
    dialog.repeat.setFocus()
    press(Key.Key_Down)
    press(Key.Key_S, Mod.ControlModifier)
    assert "Until when does it repeat?" in said(dialog)
    assert QApplication.focusWidget() is dialog.until
    write("2027-01-01")
    press(Key.Key_Tab)
    dialog.settle()
    assert "It ends repeating before it starts." in said(dialog)
    fill(dialog.until, "2027-02-05")
    dialog.settle()
    assert "4 dates, each as long and as much as the first." in said(dialog)
    press(Key.Key_S, Mod.ControlModifier)
    after = saved.edit.after or {}
    assert (after["repeat"], after["until"]) == ("weekly", "2027-02-05")


def test_editing_a_series_says_that_it_is_the_whole(
    office: Office, opened: Open[AllocationDialog], saved: Announced
) -> None:
    fields = {**core_services().fields, "repeat": "weekly", "until": "2027-01-29"}
    dialog = opened(AllocationDialog(office.given(), replace(core_services(), fields=fields, series=6)))
    assert "It repeats. What you change here changes this series as a whole (6 dates)." in said(dialog)
    fill(dialog.until, "5 Feb 2027")
    press(Key.Key_S, Mod.ControlModifier)
    assert saved.changed() == {"until": "2027-02-05"}


def test_a_change_carries_only_what_differs(office: Office, opened: Open[AllocationDialog], saved: Announced) -> None:
    odd = {**core_services().fields, "until": "2026-11-10"}  # filled by the service though it never repeats
    dialog = opened(AllocationDialog(office.given(), replace(core_services(), fields=odd)))
    assert dialog.amount.total.text() == "56 h"
    fill(dialog.amount.percent, "50")
    press(Key.Key_S, Mod.ControlModifier)
    assert saved.changed() == {"percent": 50}
    assert saved.edit.label == "Change Orion / Core services"


def test_opening_and_saving_changes_nothing(office: Office, opened: Open[AllocationDialog], saved: Announced) -> None:
    fields = {**core_services().fields, "repeat": None, "percent": None, "minutes": 1234.5, "scope": None}
    dialog = opened(AllocationDialog(office.given(), replace(core_services(), fields=fields)))
    press(Key.Key_S, Mod.ControlModifier)
    assert saved.edits == []
    assert not dialog.isVisible()


def test_a_team_lists_the_members_it_reflects_on(
    office: Office, opened: Open[AllocationDialog], saved: Announced
) -> None:
    dialog = opened(AllocationDialog(office.given(start=date(2026, 11, 30), end=date(2026, 12, 11))))
    write("labs")
    press(Key.Key_Return)
    dialog.settle()
    assert "Reflected on Bo Lindqvist, Cleo Raman (until 4 Dec)." in said(dialog)
    assert len(dialog.preview.strips) == 2
    assert dialog.scope.text() == "Team \N{MIDDLE DOT} Labs"
    fill(dialog.what, "core")
    fill(dialog.amount.percent, "50")
    assert dialog.amount.daily.text() == ""  # each member's own
    press(Key.Key_S, Mod.ControlModifier)
    after = saved.edit.after or {}
    assert (after["account"], after["team"], after["percent"]) == (None, "6", 50)


def test_a_service_without_teams_offers_none(office: Office, opened: Open[AllocationDialog]) -> None:
    plain = replace(ALLOCATIONS, teams=False)
    dialog = opened(AllocationDialog(office.given(capabilities={"tempo": {Kind.ALLOCATION: plain}})))
    write("labs")
    found = [dialog.who.results.item(at).text() for at in range(dialog.who.results.count())]
    assert found == ["Bo Lindqvist", "Cleo Raman"]  # by their team, but not the team


def test_planning_in_a_project_is_a_choice(office: Office, opened: Open[AllocationDialog], saved: Announced) -> None:
    dialog = opened(AllocationDialog(office.given(), core_services()))
    assert dialog.scope.text() == "Team \N{MIDDLE DOT} Design"
    fill(dialog.scope, "project atlas")
    press(Key.Key_S, Mod.ControlModifier)
    assert saved.changed() == {"scope": {"type": "project", "id": "10130"}}


def test_another_item_takes_its_title_along(office: Office, opened: Open[AllocationDialog], saved: Announced) -> None:
    dialog = opened(AllocationDialog(office.given(), core_services()))
    fill(dialog.what, "api")
    press(Key.Key_S, Mod.ControlModifier)
    item_ = {"type": "ISSUE", "id": "10577"}
    assert saved.changed() == {"item": item_, "title": "API review", "project": "Atlas"}


# --- the effect -------------------------------------------------------------------------------------------------------


def test_the_effect_follows_while_it_is_typed(office: Office, opened: Open[AllocationDialog], qtbot: QtBot) -> None:
    when = {"start": date(2026, 11, 26), "end": date(2026, 11, 27)}
    dialog = new(office, opened, person=office.person(ANA), **when)
    fill(dialog.amount.percent, "20")
    dialog.settle()
    assert dialog.preview.strips[0].levels() == [Level.FULL] * 2
    dialog.amount.percent.setFocus()
    write("80")
    qtbot.waitUntil(lambda: dialog.preview.strips[0].levels() == [Level.FAR_OVER] * 2)
    words = said(dialog.preview)
    assert "70% \N{RIGHTWARDS ARROW} 150%" in words
    assert any("Over by up to 4 h 00 on 2 days; with Orion / Core services 70 %." in line for line in words)


def test_who_could_take_it_is_named_and_taken_by_a_click(
    office: Office, opened: Open[AllocationDialog], saved: Announced
) -> None:
    when = {"start": date(2026, 11, 26), "end": date(2026, 11, 27)}
    dialog = new(office, opened, person=office.person(ANA), **when)
    fill(dialog.amount.percent, "80")
    dialog.settle()
    link = next(each for each in dialog.preview.findChildren(type(dialog.save)) if "is free" in each.accessibleName())
    assert link.accessibleName() == "Bo Lindqvist is free 16 h 00 of 16 h 00 in this time."
    QTest.mouseClick(link, Qt.MouseButton.LeftButton)
    assert dialog.who.text() == "Bo Lindqvist"
    press(Key.Key_S, Mod.ControlModifier)
    assert (saved.edit.after or {})["account"] == BO


def test_a_day_that_is_just_full_is_not_over(office: Office, opened: Open[AllocationDialog]) -> None:
    when = {"start": date(2026, 11, 26), "end": date(2026, 11, 27)}
    dialog = new(office, opened, person=office.person(ANA), **when)
    fill(dialog.amount.percent, "30")
    dialog.settle()
    assert dialog.preview.strips[0].levels() == [Level.FULL] * 2
    assert dialog.preview.shown == []


def test_an_absence_in_its_dates_is_said(office: Office, opened: Open[AllocationDialog]) -> None:
    dialog = new(office, opened, start=date(2026, 12, 7), end=date(2026, 12, 14))
    fill(dialog.amount.percent, "10")
    dialog.settle()
    words = "Bo Lindqvist is away: Holiday, Mon 7 Dec \N{EN DASH} Fri 11 Dec 2026 (BigPicture)."
    assert any(words in line for line in said(dialog.preview))


def test_dates_without_a_working_day_are_said(office: Office, opened: Open[AllocationDialog]) -> None:
    dialog = new(office, opened, start=date(2027, 1, 16), end=date(2027, 1, 17))
    dialog.settle()
    assert any("No working day in these dates." in line for line in said(dialog.preview))


def test_a_plan_of_a_team_that_is_not_known_keeps_its_key(
    office: Office, opened: Open[AllocationDialog], saved: Announced
) -> None:
    team = item(
        Kind.ALLOCATION, "50", team="99", item={"type": "PROJECT", "id": "10130"}, start="2026-12-01",
        end="2026-12-02", percent=10, repeat="never", title="Atlas", project="Atlas",
    )  # fmt: skip
    dialog = opened(AllocationDialog(office.given(), replace(team, series=12)))
    assert "Planned for a team: what you change here changes for all 12 people." in said(dialog)
    fill(dialog.amount.percent, "20")
    press(Key.Key_S, Mod.ControlModifier)
    assert saved.changed() == {"percent": 20}
