"""From pages to rows (capacity.md, Load 1 to 4; reliability V1, V4, V5)."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner_gui.domain.entities import (
    Absence,
    CalendarSource,
    Event,
    Kind,
    Membership,
    NotReadable,
    NotUnderstood,
    Project,
    Span,
    Task,
    Team,
    VendorSchedule,
)
from planner_gui.domain.reading import Reading
from planner_gui.domain.snapshot import Flag, Form, Snapshot, day_number, unpack_raws
from tests.domain.readings import BERLIN, NOVEMBER, READ_AT, allocation, page, read, rows


@pytest.mark.parametrize(
    ("amounts", "form", "amount"),
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
def test_the_first_amount_that_applies_rules(amounts: dict[str, float], form: Form, amount: int) -> None:
    (row,) = rows(read(page(allocation(**amounts))))
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
    assert [(r["account"], r["start"].day, r["end"].day, r["series"]) for r in rows(snapshot)] == [
        ("priya", 9, 9, None),
        ("priya", 13, 13, None),
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


def dated(snapshot: Snapshot) -> list[tuple[Any, ...]]:
    return [(r["external_id"], r["start"], r["end"]) for r in rows(snapshot)]


def task(external_id: str = "7", *assignees: str, **more: Any) -> Task:
    given = {"start": date(2026, 11, 16), "due": date(2026, 11, 27), "remaining_minutes": 600, **more}
    return Task(external_id=external_id, assignees=assignees, title="Test plan", **given)


def meeting(starts: datetime, ends: datetime | None, **more: Any) -> Event:
    given = {"external_id": "e", "accounts": ("priya",), "title": "Sync", "source": "5655", **more}
    return Event(starts_at=starts, ends_at=ends, **given)


def test_CAP_T6_a_weekly_plan_is_a_row_for_each_occurrence_in_the_range() -> None:
    plan = allocation(
        "3",
        start=date(2014, 11, 10),
        end=date(2014, 11, 11),
        rule="WEEKLY",
        until=date(2014, 11, 27),
        seconds=57600,
    )
    first, later = rows(read(page(plan), span=Span(date(2014, 11, 10), date(2014, 11, 20))))
    assert (first["start"], first["end"], first["flags"], first["series"]) == (
        plan.start,
        plan.end,
        Flag.RECURRING,
        None,
    )
    assert (later["start"], later["end"], later["flags"]) == (date(2014, 11, 17), date(2014, 11, 18), Flag.OCCURRENCE)
    assert later["series"] == (date(2014, 11, 17), plan.start, plan.end)
    assert (later["external_id"], later["amount"], later["raw"]) == ("3", 960, first["raw"])


def test_the_first_occurrence_stays_where_only_a_later_one_is_in_the_range_and_goes_with_the_last() -> None:
    plan = allocation("3", start=date(2026, 10, 5), end=date(2026, 10, 6), rule="BI_WEEKLY", until=date(2026, 11, 3))
    assert dated(read(page(plan))) == [
        ("3", date(2026, 10, 5), date(2026, 10, 6)),
        ("3", date(2026, 11, 2), date(2026, 11, 3)),
    ]
    ended = allocation("3", start=date(2026, 10, 5), end=date(2026, 10, 6), rule="WEEKLY", until=date(2026, 10, 20))
    assert dated(read(page(ended))) == []


def test_children_that_the_service_returned_are_used_in_place_of_our_own_and_keep_their_total() -> None:
    child = allocation(
        "3", start=date(2026, 11, 16), end=date(2026, 11, 17), occurrence=date(2026, 11, 16), seconds=57600
    )
    parent = allocation(
        "3",
        start=date(2026, 11, 9),
        end=date(2026, 11, 10),
        rule="WEEKLY",
        until=date(2026, 12, 31),
        expanded=True,
        seconds=28800,
    )
    found = rows(read(page(parent, child)))
    assert [(r["start"].day, r["flags"], r["series"], r["amount"]) for r in found] == [
        (9, Flag.RECURRING, None, 480),
        (16, Flag.OCCURRENCE, (date(2026, 11, 16), None, None), 960),
    ]


def test_an_unknown_rule_is_one_row_with_a_flag_and_an_end_date_without_a_rule_means_nothing() -> None:
    odd = allocation("1", rule="QUARTERLY", until=date(2027, 12, 31))
    never = allocation("2", rule="NEVER", until=date(2020, 1, 1))
    assert [(r["external_id"], r["flags"]) for r in rows(read(page(odd, never)))] == [
        ("1", Flag.UNKNOWN_RULE),
        ("2", Flag(0)),
    ]


def test_a_clipped_occurrence_keeps_the_rate_of_the_first_one() -> None:
    plan = allocation("10", reflection=True, team="5", rule="WEEKLY", until=date(2026, 11, 20), seconds=144000)
    left = Membership(team="5", account="priya", end=date(2026, 11, 17))
    first, later = rows(read(page(plan, memberships=(left,))))
    assert (first["end"], first["series"]) == (date(2026, 11, 13), None)
    assert (later["start"], later["end"]) == (date(2026, 11, 16), date(2026, 11, 17))
    assert later["series"] == (date(2026, 11, 16), date(2026, 11, 9), date(2026, 11, 13))


@pytest.mark.parametrize(
    ("minutes", "assignees", "expected"),
    [
        (600, ("priya", "jonas"), [("priya", 300), ("jonas", 300)]),
        (601, ("jonas", "priya"), [("jonas", 301), ("priya", 300)]),
        (601, ("priya", "nobody", "jonas"), [("priya", 201), (None, 200), ("jonas", 200)]),
        (600, (), [(None, 600)]),
        (1, ("priya", "PRIYA", "jonas"), [("priya", 1), ("jonas", 0)]),
        (0, ("priya",), [("priya", 0)]),
    ],
)
def test_a_tasks_minutes_are_shared_by_largest_remainder_and_unknown_assignees_are_nobody(
    minutes: int, assignees: tuple[str, ...], expected: list[tuple[str | None, int]]
) -> None:
    found = rows(read(page(task("7", *assignees, remaining_minutes=minutes))))
    assert [(r["account"], r["amount"]) for r in found] == expected
    assert all(r["form"] == Form.REMAINING for r in found)


def test_an_assignee_listed_on_a_later_page_is_known() -> None:
    snapshot = read(page(task("7", "zoe"), accounts=()), page(accounts=("zoe",)))
    assert [r["account"] for r in rows(snapshot)] == ["zoe"]


def test_an_account_that_only_an_allocation_or_a_team_names_is_an_account() -> None:
    snapshot = read(
        page(
            allocation("1", "ghost"),
            task("7", "ghost"),
            accounts=(),
            memberships=(Membership(team="5", account="member"),),
        )
    )
    assert [r["account"] for r in rows(snapshot)] == ["ghost", "ghost"]
    assert {a.key for a in snapshot.accounts} == {"ghost", "member"}


def test_accounts_are_one_whatever_the_case_of_the_key() -> None:
    snapshot = read(page(allocation("1", "Priya"), allocation("2", "PRIYA"), accounts=("priya",)))
    assert [r["account"] for r in rows(snapshot)] == ["priya", "priya"]
    assert [a.key for a in snapshot.accounts] == ["priya"]


def test_tasks_say_which_dates_they_lack_and_whose_estimate_they_are() -> None:
    found = rows(
        read(
            page(
                task("1", start=None),
                task("2", due=None),
                task("3", start=None, due=None, original_estimate=True),
                task("4", remaining_minutes=None),
                task("5", archived=True),
            )
        )
    )
    assert [(r["external_id"], r["start"] is None, r["end"] is None, r["flags"]) for r in found] == [
        ("1", True, False, Flag.NO_START),
        ("2", False, True, Flag.NO_DUE),
        ("3", True, True, Flag.NO_START | Flag.NO_DUE | Flag.ORIGINAL_ESTIMATE),
        ("4", False, False, Flag(0)),
        ("5", False, False, Flag.ARCHIVED),
    ]
    assert [(r["form"], r["amount"]) for r in found[3:]] == [(Form.NONE, 0), (Form.REMAINING, 0)]


@pytest.mark.parametrize(("done", "percent"), [(None, -1), (0.0, 0), (12.345, 1235), (100.0, 10_000)])
def test_a_tasks_percent_is_what_is_done_of_it(done: float | None, percent: int) -> None:
    (found,) = rows(read(page(task("7", "priya", percent_complete=done))))
    assert (found["percent"], found["amount"]) == (percent, 600)


def test_tasks_without_a_due_date_and_overdue_ones_belong_to_every_reading() -> None:
    past, future = date(2026, 9, 1), date(2027, 3, 1)
    snapshot = read(
        page(
            task("undated", start=None, due=None),
            task("started", start=past, due=None),
            task("not yet", start=future, due=None),
            task("overdue", start=past, due=past),
            task("done", start=past, due=past, remaining_minutes=0),
            task("archived", start=past, due=past, archived=True),
            task("no budget", start=past, due=past, remaining_minutes=None),
            task("later", start=future, due=future),
            task("due later", start=None, due=future),
        )
    )
    assert [r["external_id"] for r in rows(snapshot)] == ["undated", "started", "not yet", "overdue", "due later"]


def test_items_that_touch_none_of_the_range_are_left_out() -> None:
    def leave(start: date, end: date) -> Absence:
        return Absence(external_id=f"p@{start}", account="priya", start=start, end=end, type="HOLIDAY", percent=50)

    snapshot = read(
        page(
            leave(date(2026, 10, 1), date(2026, 10, 31)),
            leave(date(2026, 10, 2), date(2026, 11, 1)),
            leave(date(2026, 11, 30), date(2026, 12, 31)),
            leave(date(2026, 12, 1), date(2026, 12, 2)),
        )
    )
    assert [(r["external_id"], r["percent"], r["type"]) for r in rows(snapshot)] == [
        ("p@2026-10-02", 5000, "HOLIDAY"),
        ("p@2026-11-30", 5000, "HOLIDAY"),
    ]


def test_V5_an_item_that_ends_before_it_starts_is_kept_and_flagged() -> None:
    snapshot = read(
        page(
            allocation("1", start=date(2026, 11, 9), end=date(2026, 11, 6), rule="WEEKLY"),
            allocation("2", start=date(2026, 12, 9), end=date(2026, 10, 6)),
            allocation("3", start=date(2026, 11, 9), end=date(9999, 12, 31)),
            task("4", start=date(2026, 11, 27), due=date(2026, 11, 16)),
            meeting(datetime(2026, 11, 9, 10, tzinfo=UTC), datetime(2026, 11, 9, 9, tzinfo=UTC)),
        )
    )
    assert [r["external_id"] for r in rows(snapshot)] == ["1", "2", "3", "4", "e"]
    assert all(r["flags"] & Flag.BAD_DATES for r in rows(snapshot))


def test_an_event_is_a_row_for_each_account_and_one_of_nobody() -> None:
    dates = Span(date(2026, 11, 9), date(2026, 11, 10))
    both = Event(external_id="1", accounts=("priya", "jonas", "Priya"), title="Trip", source="1", dates=dates)
    none = Event(external_id="2", accounts=(), title="Fair", source="", dates=dates)
    found = rows(read(page(both, none)))
    assert [(r["external_id"], r["account"], r["flags"], r["timed"]) for r in found] == [
        ("1", "priya", Flag.ALL_DAY, None),
        ("1", "jonas", Flag.ALL_DAY, None),
        ("2", None, Flag.ALL_DAY, None),
    ]


@pytest.mark.parametrize(
    ("starts", "ends", "first", "last"),
    [
        ("2026-11-09T09:00+00:00", "2026-11-09T10:00+00:00", 9, 9),
        ("2026-11-09T22:30+00:00", "2026-11-09T23:00+00:00", 9, 9),  # until midnight in Berlin
        ("2026-11-09T22:30+00:00", "2026-11-09T23:01+00:00", 9, 10),
        ("2026-11-09T23:00+00:00", "2026-11-10T23:00+00:00", 10, 10),
        ("2026-11-09T23:00+00:00", "2026-11-09T23:00+00:00", 10, 10),
        ("2026-11-09T20:00-05:00", None, 10, 10),
    ],
)
def test_a_timed_event_is_on_the_dates_of_the_workspaces_zone_end_exclusive(
    starts: str, ends: str | None, first: int, last: int
) -> None:
    begins = datetime.fromisoformat(starts)
    stops = begins if ends is None else datetime.fromisoformat(ends)
    (row,) = rows(read(page(meeting(begins, None if ends is None else stops))))
    assert (row["start"].day, row["end"].day) == (first, last)
    assert row["timed"] == (int(begins.timestamp()) // 60, int(stops.timestamp()) // 60)


def test_events_have_the_type_of_their_source_even_when_it_comes_later() -> None:
    at = datetime(2026, 11, 9, 9, tzinfo=UTC)
    vacation = CalendarSource(key="5655", name="Leave", type="vacation", calendar="Platform", calendar_key="12")
    snapshot = read(
        page(
            meeting(at, at), meeting(at, at, external_id="f", source="1"), meeting(at, at, external_id="g", source="")
        ),
        page(sources=(vacation,)),
    )
    assert [(r["source"], r["type"]) for r in rows(snapshot)] == [("5655", "vacation"), ("1", ""), (None, "")]
    assert snapshot.sources[0] == vacation


def test_a_later_occurrence_of_an_event_carries_its_parents_id_and_its_start() -> None:
    at = datetime(2026, 11, 16, 9, tzinfo=UTC)
    later = meeting(at, at + timedelta(hours=1), occurrence=date(2026, 11, 16), unknown_rule=True)
    (row,) = rows(read(page(later)))
    assert row["flags"] == Flag.OCCURRENCE | Flag.UNKNOWN_RULE
    assert row["series"] == (date(2026, 11, 16), None, None)


def test_V1_an_item_without_usable_dates_is_counted_and_kept_raw() -> None:
    nothing = Event(external_id="e", accounts=("priya",), title="?", source="1")
    edge = meeting(datetime(9999, 12, 31, 23, 59, tzinfo=UTC), None, external_id="f")
    snapshot = read(page(nothing, edge, allocation("1")), span=Span(date(2026, 11, 1), date(9999, 12, 31)))
    assert [r["external_id"] for r in rows(snapshot)] == ["1"]
    assert [(n.what, n.raw) for n in snapshot.not_understood] == [
        ("event e", repr(nothing).encode()),
        ("event f", repr(edge).encode()),
    ]


def test_V4_each_id_counts_once_and_a_difference_is_noticed() -> None:
    at = datetime(2026, 11, 9, 9, tzinfo=UTC)
    reading = Reading("tempo", "tempo", NOVEMBER, BERLIN)
    reading.add(page(allocation("1", seconds=60), task("7", "priya", resource="box/1"), meeting(at, at)))
    reading.add(page(allocation("1", seconds=60), task("7", "priya", resource="box/2"), meeting(at, at)))
    assert (reading.items, reading.differing) == (3, 0)
    moved = allocation("1", start=date(2026, 11, 10), seconds=60)
    reading.add(page(moved, meeting(at + timedelta(days=1), None), task("7", "jonas")))
    assert (reading.items, reading.differing) == (5, 1)
    snapshot = reading.finish(READ_AT)
    assert [(r["external_id"], r["start"].day, r["account"]) for r in rows(snapshot)] == [
        ("1", 9, "priya"),
        ("7", 16, "priya"),
        ("e", 9, "priya"),
        ("e", 10, "priya"),
        ("7", 16, "jonas"),
    ]


def test_what_a_service_says_beside_its_items_is_kept_once() -> None:
    broken = NotUnderstood(what="allocation", reason="no id")
    lost = NotReadable(resource="people/1", what="plans of Zoe", reason="403")
    more = {
        "teams": (Team(key="5", name="Core"),),
        "projects": (Project(key="1", name="Orion"),),
        "not_understood": (broken,),
        "not_readable": (lost,),
        "warnings": ("The list may be cut.",),
    }
    snapshot = read(page(**more), page(**more))
    assert (snapshot.teams, snapshot.projects) == (more["teams"], more["projects"])
    assert (snapshot.not_readable, snapshot.warnings) == ((lost,), ("The list may be cut.",))
    assert snapshot.not_understood == (broken, broken)  # two records, not one
    assert (snapshot.span, snapshot.read_at) == (NOVEMBER, READ_AT)


def test_reported_schedules_are_one_matrix_with_gaps() -> None:
    def schedule(account: str, start: date, *minutes: int | None) -> VendorSchedule:
        return VendorSchedule(account=account, start=start, minutes=minutes)

    snapshot = read(
        page(
            schedules=(
                schedule("jonas", date(2026, 11, 3), 480, None, 0),
                schedule("Priya", date(2026, 11, 1), 300),
                schedule("jonas", date(2026, 11, 4), 240, None),
            )
        )
    )
    assert [snapshot.accounts[a].key for a in snapshot.schedules.account] == ["jonas", "priya"]
    assert snapshot.schedules.start == day_number(date(2026, 11, 1))
    assert snapshot.schedules.minutes.tolist() == [[-1, -1, 480, 240, 0], [300, -1, -1, -1, -1]]


ANY_ITEM = st.one_of(
    st.builds(
        lambda i, who, day, days, rule: allocation(
            str(i),
            who,
            start=date(2026, 11, day),
            end=date(2026, 11, day) + timedelta(days=days),
            rule=rule,
            seconds=6000,
        ),
        st.integers(0, 8),
        st.sampled_from(["priya", "jonas"]),
        st.integers(1, 30),
        st.integers(0, 9),
        st.sampled_from(["NEVER", "WEEKLY", "MONTHLY", "ODD"]),
    ),
    st.builds(
        lambda i, who, minutes: task(str(i), *who, remaining_minutes=minutes),
        st.integers(0, 8),
        st.lists(st.sampled_from(["priya", "jonas", "zoe", "nobody"]), max_size=3).map(tuple),
        st.integers(0, 999),
    ),
    st.builds(
        lambda i, who, day: Event(
            external_id=str(i),
            accounts=who,
            title="e",
            source="1",
            dates=Span(date(2026, 11, day), date(2026, 11, day)),
        ),
        st.integers(0, 8),
        st.lists(st.sampled_from(["priya", "jonas"]), max_size=2).map(tuple),
        st.integers(1, 30),
    ),
)


def _facts(snapshot: Snapshot) -> list[str]:
    raws = [raw for number in sorted(snapshot.raw_chunks) for raw in unpack_raws(snapshot.raw_chunks[number])]
    found = []
    for r in rows(snapshot):
        r["raw"] = raws[r["raw"]]
        found.append(repr(sorted(r.items())))
    return sorted(found)


@given(
    st.lists(ANY_ITEM, max_size=20, unique_by=lambda item: (type(item), item.external_id)),
    st.integers(1, 7),
    st.randoms(use_true_random=False),
)
def test_the_order_and_size_of_pages_changes_nothing_and_no_minute_is_lost(
    items: list[Any], size: int, shuffled: random.Random
) -> None:
    once = read(page(*items, accounts=("priya", "jonas", "zoe")))
    mixed = shuffled.sample(items, len(items))
    pages = [page(*mixed[i : i + size], accounts=()) for i in range(0, len(mixed), size)]
    again = read(*pages, *pages[:1], page(accounts=("zoe", "jonas", "priya")))
    for snapshot in (once, again):
        tasks = [i for i in items if isinstance(i, Task)]
        left = sum(r["amount"] for r in rows(snapshot) if r["kind"] == Kind.TASK)
        assert left == sum(t.remaining_minutes or 0 for t in tasks)
    assert _facts(once) == _facts(again)
