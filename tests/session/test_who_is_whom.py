"""Decisions on people as changes of the settings (capacity.md, People 1), with the people that follow from them."""

from __future__ import annotations

import pytest

from planner_gui.domain.entities import AccountRef
from planner_gui.domain.plan import Decision
from planner_gui.session import who_is_whom
from planner_gui.session.who_is_whom import Change
from planner_gui.session.workspace import Workspace
from planner_gui.session.workspace_file import Configuration, new_configuration

ANA, BO, CLEO = AccountRef("bigtime", "1"), AccountRef("tempo", "bo"), AccountRef("worktime", "c")


def after(*changes: Change) -> Configuration:
    settings = new_configuration("Northwind", timezone="Europe/Berlin", schedule="mon-fri 8h", holidays="")
    for change in changes:
        settings = change(settings)
    return settings


def test_joining_names_every_account_once() -> None:
    assert after(who_is_whom.joined([(BO, ANA), (CLEO, ANA)])).decisions == (Decision("join", (ANA, BO, CLEO)),)


def test_joining_takes_the_place_of_keeping_the_same_apart_and_the_other_way_round() -> None:
    apart = who_is_whom.kept_apart([ANA], [BO])
    join = who_is_whom.joined([[ANA], [BO]])
    assert after(apart, join).decisions == (Decision("join", (ANA, BO)),)
    assert after(join, apart).decisions == (Decision("apart", (ANA, BO)),)


def test_a_decision_on_more_people_than_the_new_one_stays() -> None:
    three = who_is_whom.joined([[ANA], [BO], [CLEO]])
    assert after(three, who_is_whom.kept_apart([ANA], [BO])).decisions == (
        Decision("join", (ANA, BO, CLEO)),
        Decision("apart", (ANA, BO)),
    )


def test_keeping_one_account_apart_from_two_says_nothing_of_the_two() -> None:
    assert after(who_is_whom.kept_apart([ANA], [BO, CLEO])).decisions == (
        Decision("apart", (ANA, BO)),
        Decision("apart", (ANA, CLEO)),
    )


def test_the_same_decision_twice_is_one() -> None:
    for change in (who_is_whom.hidden([ANA]), who_is_whom.joined([[ANA, BO]]), who_is_whom.kept_apart([ANA], [BO])):
        assert len(after(change, change).decisions) == 1


def test_a_name_replaces_the_one_given_to_another_account_of_the_person_and_an_empty_one_removes_it() -> None:
    settings = after(who_is_whom.named([BO], "Bo"), who_is_whom.named([ANA, BO], "  Ana   Okafor "))
    assert settings.names == {ANA: "Ana Okafor"}
    assert who_is_whom.named([BO, ANA], "")(settings).names == {}


@pytest.mark.parametrize("number", [0, 1])
def test_taking_one_decision_back_leaves_the_others(number: int) -> None:
    settings = after(who_is_whom.joined([[ANA, BO]]), who_is_whom.hidden([CLEO]), who_is_whom.named([CLEO], "Cleo"))
    left = who_is_whom.taken_back(settings.decisions[number])(settings)
    assert left.decisions == (settings.decisions[1 - number],)
    assert left.names == settings.names
    assert who_is_whom.taken_back(CLEO)(settings).names == {}


def test_as_decided_brings_people_back_and_nothing_else() -> None:
    earlier = after(who_is_whom.hidden([ANA]))
    later = after(who_is_whom.joined([[ANA, BO]]), lambda s: s.__class__(id=s.id, name="New", timezone="UTC"))
    back = who_is_whom.as_decided(earlier)(later)
    assert (back.decisions, back.name, back.timezone) == (earlier.decisions, "New", "UTC")


async def _kept(workspace: Workspace) -> None:
    await workspace.configure(who_is_whom.joined([[ANA, BO]]))


def test_a_decision_is_in_the_file_and_there_at_the_next_start(workspace: Workspace) -> None:
    import asyncio

    asyncio.run(_kept(workspace))
    assert workspace._file.read().decisions == (Decision("join", (ANA, BO)),)
