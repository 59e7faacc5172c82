"""Who is whom, kept for the next start."""

import numpy as np
import pytest

from planner_gui.domain.entities import AccountRef
from planner_gui.domain.people import People
from planner_gui.domain.plan import Person
from planner_gui.session.composing import Known, packed_people, unpacked_people

PRIYA = Person(
    id="p1",
    name="Priya Räman",
    email="priya@x.org",
    title="Engineer",
    teams=("Mobile", "Platform"),
    accounts=(AccountRef("tempo", "priya"), AccountRef("bt", "7")),
)
GUEST = Person("p2", "", "", "", (), (AccountRef("tempo", "guest"),), unmatched=True)
PEOPLE = People((PRIYA, GUEST), (np.array([0, 1, -1], np.int32), np.zeros(0, np.int32)))
MARK = "m" * 32


def test_kept_people_are_read_as_they_were() -> None:
    again = unpacked_people(packed_people(PEOPLE))
    assert again.persons == PEOPLE.persons
    assert type(again.persons[0].accounts[0]) is AccountRef
    assert [array.tolist() for array in again.account_person] == [[0, 1, -1], []]


@pytest.mark.parametrize("damage", [lambda kept: kept[:-3], lambda _: b"", lambda _: b'[["p1", "Priya"]]'])
def test_damaged_people_are_said_to_be_damaged(damage) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match="damaged"):
        unpacked_people(damage(packed_people(PEOPLE)))


def test_an_index_cut_in_the_middle_of_a_number_is_damage() -> None:
    kept = packed_people(People((), (np.array([5], np.int32),)))
    assert kept.endswith(b"\xc4\x04\x05\x00\x00\x00")  # four bytes
    with pytest.raises(ValueError, match="damaged"):
        unpacked_people(kept[:-6] + b"\xc4\x03\x05\x00\x00")


def test_what_is_known_carries_the_ids_of_everybody_over_a_restart() -> None:
    known = Known.unpack(Known(MARK, PEOPLE).pack())
    assert known.mark == MARK
    assert known.ids() == {
        AccountRef("tempo", "priya"): "p1",
        AccountRef("bt", "7"): "p1",
        AccountRef("tempo", "guest"): "p2",
    }


def test_damaged_people_are_nobody_known() -> None:
    assert Known.unpack(Known(MARK, PEOPLE).pack()[:-1]).read() is None
    assert Known.unpack(None).read() is None
