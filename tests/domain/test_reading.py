"""From pages to rows (capacity.md, Load 1 to 4; reliability V1, V4, V5)."""

from datetime import date

import pytest

from planner_gui.domain.entities import Membership, Team
from planner_gui.domain.snapshot import Flag, Form, unpack_raws
from tests.domain.readings import allocation, page, read, rows


@pytest.mark.parametrize(
    ("given", "form", "amount"),
    [
        ({"seconds_per_day": 28800, "seconds": 1, "commitment": 50}, Form.PER_DAY, 480),
        ({"seconds": 144000, "commitment": 100}, Form.TOTAL, 2400),
        ({"seconds": 0, "commitment": 50}, Form.PERCENT, 0),
        ({"seconds_per_day": 0, "seconds": 144000}, Form.TOTAL, 2400),
        ({"seconds_per_day": 0}, Form.PER_DAY, 0),
        ({}, Form.NONE, 0),
        ({"seconds": 90}, Form.TOTAL, 2),
        ({"seconds": 89}, Form.TOTAL, 1),
        ({"seconds_per_day": 1e15}, Form.PER_DAY, 2**31 - 1),
    ],
)
def test_the_first_amount_that_applies_rules(given: dict[str, float], form: Form, amount: int) -> None:
    (row,) = rows(read(page(allocation(**given))))
    assert (row["form"], row["amount"]) == (form, amount)


def test_a_commitment_is_kept_in_hundredths_beside_any_form() -> None:
    (row,) = rows(read(page(allocation(commitment=33.335, seconds=60))))
    assert (row["form"], row["percent"]) == (Form.TOTAL, 3334)


def test_texts_dates_and_raw_come_back_as_they_were() -> None:
    plan = allocation(project="Orion", type="PROJECT", item="10130", resource="people 1")
    snapshot = read(page(plan))
    (row,) = rows(snapshot)
    assert (row["title"], row["project"], row["type"], row["item"]) == ("Core services", "Orion", "PROJECT", "10130")
    assert (row["account"], row["start"], row["end"]) == ("priya", date(2026, 11, 9), date(2026, 11, 13))
    assert (row["external_id"], row["resource"], row["series"], row["timed"]) == ("41", "people 1", None, None)
    assert unpack_raws(snapshot.raw_chunks[0])[row["raw"]] == repr(plan).encode()


def test_raw_records_go_into_numbered_chunks() -> None:
    plans = [allocation(str(i)) for i in range(1100)]
    snapshot = read(page(*plans))
    assert sorted(snapshot.raw_chunks) == [0, 1, 2]
    for row, plan in zip(rows(snapshot), plans, strict=True):
        raw = unpack_raws(snapshot.raw_chunks[row["raw"] // 512])[row["raw"] % 512]
        assert raw == repr(plan).encode()


def test_CAP_T5_a_team_plan_is_a_parent_of_nobody_and_its_reflections_are_rows_of_their_own() -> None:
    snapshot = read(
        page(
            allocation("10", "", team="5", seconds=0, commitment=100),
            allocation("10", "priya", reflection=True, seconds=144000),
            allocation("10", "jonas", reflection=True, seconds=72000),
            teams=(Team(key="5", name="Core"),),
        )
    )
    parent, priya, jonas = rows(snapshot)
    assert parent["account"] is None
    assert parent["item"] == "5"
    assert parent["flags"] == Flag.TEAM_PARENT
    assert [(r["account"], r["external_id"], r["form"], r["amount"], r["flags"]) for r in (priya, jonas)] == [
        ("priya", "10", Form.TOTAL, 2400, Flag.REFLECTION),
        ("jonas", "10", Form.TOTAL, 1200, Flag.REFLECTION),
    ]


def test_a_reflection_lasts_only_while_the_membership_does_and_keeps_its_rate() -> None:
    joined = Membership(team="5", account="Priya", start=date(2026, 11, 11), end=None)
    snapshot = read(
        page(allocation("10", "priya", reflection=True, seconds=144000)),
        page(allocation("10", "", team="5", seconds=0), memberships=(joined,)),
    )
    row = rows(snapshot)[-1]
    assert (row["start"], row["end"], row["amount"]) == (date(2026, 11, 11), date(2026, 11, 13), 2400)
    assert row["series"] == (None, date(2026, 11, 9), date(2026, 11, 13))


def test_a_member_who_left_and_came_back_has_two_parts_and_a_former_one_none() -> None:
    def member(account: str, start: date, end: date) -> Membership:
        return Membership(team="5", account=account, start=start, end=end)

    snapshot = read(
        page(
            allocation("10", "priya", team="5", reflection=True, commitment=50),
            allocation("10", "jonas", team="5", reflection=True, commitment=50),
            memberships=(
                member("priya", date(2026, 11, 13), date(2026, 12, 1)),
                member("priya", date(2026, 1, 1), date(2026, 11, 9)),
                member("jonas", date(2026, 1, 1), date(2026, 11, 8)),
            ),
        )
    )
    assert [(r["account"], r["start"].day, r["end"].day) for r in rows(snapshot)] == [
        ("priya", 9, 9),
        ("priya", 13, 13),
    ]


def test_a_membership_that_covers_the_plan_or_that_nobody_told_of_changes_nothing() -> None:
    whole = Membership(team="5", account="priya", start=date(2026, 11, 1), end=date(2026, 11, 10))
    rest = Membership(team="5", account="priya", start=date(2026, 11, 11))
    snapshot = read(
        page(
            allocation("10", "priya", team="5", reflection=True, seconds=60),
            allocation("10", "jonas", team="5", reflection=True, seconds=60),
            memberships=(whole, rest),
        )
    )
    assert [(r["start"].day, r["end"].day, r["series"]) for r in rows(snapshot)] == [(9, 13, None), (9, 13, None)]
