"""The strip below a form: cells of days, weeks or months; the same levels as the timeline, in pixels too."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from planner_gui.domain.judging import Level
from planner_gui.domain.snapshot import day_number
from planner_gui.ui.dialogs.effects import Remark, change_words, remarks
from planner_gui.ui.dialogs.preview import Preview, Strip, cells_of
from planner_gui.ui.theme import CONTRAST, DARK, LIGHT, Look, Theme, Themes
from tests.domain import cases
from tests.domain.cases import booking, leave, plan_of, working_time
from tests.ui.dialogs.conftest import said


def test_a_short_span_is_shown_by_days() -> None:
    span = cases.span("2026-11-16..2026-11-27")
    first = day_number(span.start)
    assert cells_of(span) == [(first + at, first + at) for at in range(12)]


def test_a_longer_span_is_shown_by_whole_weeks_and_loses_no_day() -> None:
    span = cases.span("2026-11-18..2027-02-10")
    cells = cells_of(span)
    assert cells[0] == (day_number(span.start), day_number(cases.day("2026-11-22")))
    assert cells[-1][1] == day_number(span.end)
    assert all(after[0] == before[1] + 1 for before, after in pairwise(cells))


def test_a_span_of_years_is_shown_by_months() -> None:
    span = cases.span("2026-11-18..2028-01-05")
    cells = cells_of(span)
    assert len(cells) == 15
    assert cells[1] == (day_number(cases.day("2026-12-01")), day_number(cases.day("2026-12-31")))


@pytest.mark.parametrize("theme", [LIGHT, DARK, CONTRAST])
def test_cells_have_the_timelines_colours(qapp: QApplication, qtbot: QtBot, theme: Theme) -> None:
    Themes(qapp, Look.LIGHT)
    items = [booking("ana", f"2026-11-{day}", ref=str(day), commitment=load)
             for day, load in ((16, 150.0), (17, 95.0), (18, 70.0), (19, 20.0), (20, 110.0))]  # fmt: skip
    plan = plan_of({"tempo": items, "bigpicture": [leave("ana", "2026-11-23")]})
    strip = Strip(theme)
    qtbot.addWidget(strip)
    strip.resize(400, 18)
    strip.show_cells(plan, 0, cases.span("2026-11-16..2026-11-23"))
    levels = [Level.FAR_OVER, Level.FULL, Level.BUSY, Level.LIGHT, Level.OVER, Level.OFF, Level.OFF, Level.AWAY]
    assert strip.levels() == levels
    image = strip.grab().toImage()
    for at, level in enumerate(levels[:5]):
        assert image.pixelColor(at * 402 // 8 + 4, 4).name() == theme.cell(level).fill
    assert strip.accessibleDescription().startswith("days: 1 far over, 1 full")


def test_unknown_days_are_told_and_not_counted() -> None:
    plan = plan_of({"tempo": [booking("ana", "2026-11-16..20")]}, time=working_time(None))
    found = remarks(plan, plan, plan.people[0].id, cases.span("2026-11-16..20"), ())
    assert found == [Remark("Not known on 5 days: not read, or no schedule.", serious=False)]


def test_many_people_are_four_strips_and_a_count(qapp: QApplication, qtbot: QtBot) -> None:
    plan = plan_of({"tempo": []}, people=[f"p{at}" for at in range(6)])
    shown = Preview(LIGHT)
    qtbot.addWidget(shown)
    shown.show_effect(plan, [(person.id, "") for person in plan.people], cases.span("2026-11-16..20"), [])
    assert len(shown.strips) == 4
    assert "The first 4 of 6 people" in said(shown)
    shown.show_nothing("Nothing yet")
    assert shown.strips == []


def test_the_change_is_told_in_percent_and_not_where_nothing_changes() -> None:
    less, more = (plan_of({"tempo": [booking("ana", "2026-11-16..20", commitment=load)]}) for load in (20.0, 70.0))
    person, span = less.people[0].id, cases.span("2026-11-16..20")
    assert change_words(less, more, person, span) == "20% \N{RIGHTWARDS ARROW} 70%"
    assert change_words(more, more, person, span) == "70%"
    assert change_words(less, more, "nobody", span) == ""
