"""What bars say, learnt many at a time, is what hover cards and lists say of each item."""

from __future__ import annotations

import numpy as np

from planner_gui.ui.timeline.facts import ALLOCATION, AWAY, EVENT, TASK, facts, learn, title
from tests.ui.conftest import company


def test_every_item_says_its_title_and_a_task_has_a_box_before_it() -> None:
    plan = company()
    rows = np.arange(plan.rows)
    learn(plan, rows)
    learned = [facts(plan, row) for row in rows.tolist()]
    assert {each.form for each in learned} == {AWAY, ALLOCATION, EVENT, TASK}
    for row, each in enumerate(learned):
        box = "\N{BALLOT BOX WITH CHECK} " if each.form == TASK else ""
        assert each.text == box + title(plan, row)
    assert "Atlas \N{MIDDLE DOT} API review \N{MIDDLE DOT} 50%" in {each.text for each in learned}


def test_an_item_asked_for_alone_says_the_same() -> None:
    plan, again = company(), company()
    learn(plan, np.arange(plan.rows))
    assert [facts(again, row) for row in range(again.rows)] == [facts(plan, row) for row in range(plan.rows)]
