"""How numbers, dates and the services' own words are written for a reader."""

from __future__ import annotations

import pytest

from planner_gui.ui import formats


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("COMPONENT", "Component"),
        ("SICK_LEAVE", "Sick leave"),
        ("Business trip", "Business trip"),
        ("QA", "QA"),
        ("", ""),
    ],
)
def test_a_services_code_reads_as_a_word_and_a_word_stays_as_it_is(code: str, shown: str) -> None:
    assert formats.word(code) == shown
