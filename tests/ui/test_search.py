"""Search over people, teams, projects and items: folded, the best first, an item by its nearest date."""

from __future__ import annotations

from planner_gui.domain.snapshot import day_date
from planner_gui.ui.search import MOST, Index, Sort
from tests.domain.cases import booking, plan_of
from tests.ui.conftest import company


def found(text: str) -> list[tuple[Sort, str]]:
    return [(each.sort, each.name) for each in Index(company()).find(text)]


def test_each_sort_of_thing_is_found_by_a_part_of_its_name() -> None:
    assert found("ana") == [(Sort.PERSON, "Ana")]
    assert found("labs") == [(Sort.TEAM, "Labs")]
    assert found("orio") == [(Sort.PROJECT, "Orion")]
    assert found("review") == [(Sort.ITEM, "API review")]


def test_case_and_accents_do_not_matter() -> None:
    assert found("CAFE") == [(Sort.ITEM, "Café")]


def test_every_word_must_be_there() -> None:
    assert found("api review") == [(Sort.ITEM, "API review")]
    assert found("api ana") == []


def test_the_domain_of_an_e_mail_address_finds_nobody() -> None:
    assert found("example.com") == []


def test_nothing_asked_is_nothing_found() -> None:
    assert found("  ") == []


def test_an_item_that_stands_often_is_found_once_at_its_next_date() -> None:
    items = [
        booking("ana", "2026-11-02..2026-11-03", ref="1", title="Stand-up"),
        booking("ana", "2026-11-20..2026-11-21", ref="2", title="Stand-up"),
        booking("ana", "2026-12-20..2026-12-21", ref="3", title="Stand-up"),
    ]
    plan = plan_of({"tempo": items})
    (only,) = Index(plan).find("stand")
    assert day_date(int(plan.columns["start"][only.index])).isoformat() == "2026-11-20"


def test_no_more_than_a_handful_of_each_sort() -> None:
    items = [booking("ana", "2026-11-20", ref=str(n), title=f"Work {n}") for n in range(40)]
    assert len(Index(plan_of({"tempo": items})).find("work")) == MOST


def test_names_that_begin_with_the_text_come_first() -> None:
    plan = plan_of({"tempo": []}, people=("joana", "ana", "dan bo anatol"))
    assert [each.name for each in Index(plan).find("ana")] == ["Ana", "Dan Bo Anatol", "Joana"]
