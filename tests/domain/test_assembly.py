"""The plan's rows: whose, where, in which lane and counting as what (capacity.md, Load 2, 4, 6; Absence 3)."""

from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner_gui.domain.assembly import assemble
from planner_gui.domain.counting import default_tasks
from planner_gui.domain.entities import Absence, AccountRef, CalendarSource, CountsAs, Event, Kind, Span, Task
from planner_gui.domain.lanes import lanes
from planner_gui.domain.plan import ConnectionView, Decision, Person, State
from planner_gui.domain.snapshot import Snapshot
from tests.domain.plans import RULES, TODAY, counting, plan_of, rows
from tests.domain.readings import allocation, page, read

DAY = date(2026, 11, 25)


def task(external_id: str = "7", *assignees: str, **more: Any) -> Task:
    given = {"start": date(2026, 11, 16), "due": date(2026, 11, 27), "remaining_minutes": 600, **more}
    return Task(external_id=external_id, assignees=assignees, title="Test plan", **given)


def event(external_id: str, *accounts: str, source: str = "1", dates: Span | None = None) -> Event:
    return Event(
        external_id=external_id, accounts=accounts, title="Event", source=source, dates=dates or Span(DAY, DAY)
    )


def source(key: str, kind: str, calendar_key: str = "12") -> CalendarSource:
    return CalendarSource(key=key, name=kind, type=kind, calendar_key=calendar_key)


def calendar(*items: Event, sources: tuple[CalendarSource, ...]) -> Snapshot:
    return read(page(*items, sources=sources), connection="wtc", kind="worktime")


def test_rows_are_sorted_by_person_start_and_end_and_those_of_nobody_come_last() -> None:
    plan = plan_of(
        read(
            page(
                allocation("1", "priya"),
                allocation("2", "jonas", start=date(2026, 11, 10)),
                allocation("3", "jonas"),
                allocation("4", "jonas", end=date(2026, 11, 12)),
                allocation("5", "", team="9"),
            )
        )
    )
    assert [(r["person"], r["external_id"]) for r in rows(plan)] == [
        ("jonas", "4"),
        ("jonas", "3"),
        ("jonas", "2"),
        ("priya", "1"),
        (None, "5"),
    ]
    assert [plan.rows_of(p) for p in range(3)] == [slice(0, 3), slice(3, 4), slice(4, 5)]


def test_dates_too_far_apart_to_be_packed_sort_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    plans = read(
        page(*(allocation(str(i), ("priya", "jonas")[i % 2], start=date(2026, 11, 1 + i % 7)) for i in range(9)))
    )
    packed = rows(plan_of(plans))
    monkeypatch.setattr("planner_gui.domain.assembly._WORD", 0)
    assert rows(plan_of(plans)) == packed


def test_people_of_several_services_share_their_rows_and_projects() -> None:
    tempo = read(page(allocation("1", project="Orion"), allocation("2", project="Atlas")))
    bigtime = read(page(task("7", "priya", project="Orion")), connection="bt", kind="bigtime")
    rules = counting(tasks={"bt": CountsAs.LOAD})
    plan = plan_of(tempo, bigtime, rules=rules)
    assert plan.projects == ("", "Orion", "Atlas")
    joined = assemble((tempo, bigtime), (), _joined(rules), TODAY)
    priya = next(i for i, person in enumerate(joined.people) if len(person.accounts) == 2)
    assert {(r["connection"], r["project"]) for r in rows(joined)[joined.rows_of(priya)]} == {
        ("tempo", "Orion"),
        ("tempo", "Atlas"),
        ("bt", "Orion"),
    }


def _joined(rules: Any) -> Any:
    decision = Decision("join", (AccountRef("tempo", "priya"), AccountRef("bt", "priya")))
    return type(rules)(working_time=rules.working_time, zone=rules.zone, decisions=(decision,))


@pytest.mark.parametrize(
    ("start", "due", "placed"),
    [
        (date(2026, 11, 16), None, (date(2026, 11, 16), TODAY)),
        (date(2026, 11, 25), None, (date(2026, 11, 25), date(2026, 11, 25))),
        (None, date(2026, 11, 27), (TODAY, date(2026, 11, 27))),
        (None, date(2026, 11, 16), (date(2026, 11, 16), date(2026, 11, 16))),
        (None, None, (None, None)),
        (date(2026, 11, 27), date(2026, 11, 16), (date(2026, 11, 16), date(2026, 11, 27))),
    ],
)
def test_a_task_is_placed_by_today_where_it_lacks_a_date(start: Any, due: Any, placed: Any) -> None:
    (row,) = rows(plan_of(read(page(task("7", "priya", start=start, due=due)))))
    assert (row["start"], row["end"]) == placed


def test_what_each_kind_counts_as() -> None:
    leave = Absence(external_id="p@1", account="priya", start=DAY, end=DAY, type="HOLIDAY", percent=100)
    plan = plan_of(
        read(
            page(
                leave,
                allocation("1"),
                allocation("2", "", team="9"),
                allocation("3", start=date(2026, 11, 20)),
                task("4", "priya"),
                task("5", "stranger"),
                event("6", "priya"),
                sources=(source("1", "trip"),),
            )
        ),
        rules=counting(tasks={"tempo": CountsAs.LOAD}),
    )
    assert {r["external_id"]: r["counts_as"] for r in rows(plan)} == {
        "p@1": CountsAs.ABSENCE,
        "1": CountsAs.LOAD,
        "2": CountsAs.IGNORE,
        "3": CountsAs.SHOW,  # ends before it starts (V5)
        "4": CountsAs.LOAD,
        "5": CountsAs.SHOW,  # unassigned
        "6": CountsAs.SHOW,
    }


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("vacation", CountsAs.ABSENCE),
        ("Sickness", CountsAs.ABSENCE),
        ("trip", CountsAs.SHOW),
        ("meeting", CountsAs.SHOW),
        ("custom", CountsAs.SHOW),
        ("something new", CountsAs.SHOW),
    ],
)
def test_events_count_by_their_type(kind: str, expected: CountsAs) -> None:
    (row,) = rows(plan_of(calendar(event("1", "priya"), sources=(source("1", kind),))))
    assert row["counts_as"] == expected


def test_the_most_specific_setting_of_an_event_type_counts() -> None:
    services = calendar(
        event("1", "priya", source="1"),
        event("2", "priya", source="2"),
        event("3", "priya", source="3"),
        event("4", "priya", source=""),
        sources=(source("1", "meeting"), source("2", "meeting", "13"), source("3", "trip")),
    )
    rules = counting(
        events={
            ("wtc", "12", "meeting"): CountsAs.LOAD,
            ("wtc", "", "meeting"): CountsAs.IGNORE,
            ("", "", "meeting"): CountsAs.SHOW,
            ("", "", "trip"): CountsAs.LOAD,
        }
    )
    found = {r["external_id"]: r["counts_as"] for r in rows(plan_of(services, rules=rules))}
    assert found == {"1": CountsAs.LOAD, "2": CountsAs.IGNORE, "3": CountsAs.LOAD, "4": CountsAs.SHOW}


def test_tempo_plans_on_time_off_are_absences_by_item_or_project_of_that_connection() -> None:
    plans = read(
        page(
            allocation("1", item="10130"),
            allocation("2", project="Leave"),
            allocation("3", item="101300", project="Leaves", title="Leave"),
            allocation("4", "", team="9", project="Leave"),
        )
    )
    rules = counting(time_off=frozenset({("tempo", "10130"), ("tempo", "Leave"), ("other", "101300"), ("tempo", "")}))
    found = {r["external_id"]: r["counts_as"] for r in rows(plan_of(plans, rules=rules))}
    assert found == {"1": CountsAs.ABSENCE, "2": CountsAs.DUPLICATE, "3": CountsAs.LOAD, "4": CountsAs.IGNORE}


def test_the_same_absence_of_a_second_service_is_a_duplicate() -> None:
    leave = Absence(external_id="priya@1", account="priya", start=DAY, end=DAY, type="HOLIDAY", percent=100)
    bigpicture = read(page(leave), connection="bp", kind="bigpicture")
    vacation = calendar(event("1", "priya"), sources=(source("1", "vacation"),))
    refs = (AccountRef("bp", "priya"), AccountRef("wtc", "priya"))
    rules = type(RULES)(working_time=RULES.working_time, zone=RULES.zone, decisions=(Decision("join", refs),))
    found = rows(plan_of(vacation, bigpicture, rules=rules))
    assert {r["connection"]: r["counts_as"] for r in found} == {"bp": CountsAs.ABSENCE, "wtc": CountsAs.DUPLICATE}


def test_tasks_are_shown_beside_tempo_and_load_without_it_unless_the_workspace_says() -> None:
    assert default_tasks(["bigtime", "tempo-cloud"]) == CountsAs.SHOW
    assert default_tasks(["bigtime", "bigpicture", "worktime"]) == CountsAs.LOAD
    tasks = read(page(task("7", "priya")), connection="bt", kind="bigtime")
    assert [r["counts_as"] for r in rows(plan_of(tasks))] == [CountsAs.LOAD]
    never_read = ConnectionView("tempo", "tempo", State.NEVER)
    plan = assemble((tasks,), (never_read,), RULES, TODAY)
    assert [r["counts_as"] for r in rows(plan)] == [CountsAs.SHOW]


def test_rows_of_hidden_people_are_left_out_and_the_others_keep_theirs() -> None:
    plans = read(page(allocation("1", "priya"), allocation("2", "jonas"), allocation("3", "", team="9")))
    rules = type(RULES)(
        working_time=RULES.working_time,
        zone=RULES.zone,
        decisions=(Decision("hide", (AccountRef("tempo", "priya"),)),),
    )
    plan = plan_of(plans, rules=rules)
    assert [p.name for p in plan.people] == ["jonas"]
    assert [(r["person"], r["external_id"]) for r in rows(plan)] == [("jonas", "2"), (None, "3")]


def test_a_plan_of_nothing_is_a_plan() -> None:
    plan = plan_of()
    assert (plan.rows, plan.people, plan.offsets.tolist(), plan.lanes.tolist()) == (0, (), [0, 0], [])
    assert plan_of(read()).rows == 0


def test_undated_tasks_take_no_lane_from_each_other() -> None:
    undated = [task(str(i), "priya", start=None, due=None) for i in range(5)]
    plan = plan_of(read(page(*undated, allocation("41"))))
    priya = [isinstance(p, Person) and p.name for p in plan.people].index("priya")
    assert plan.lanes[priya] == 1
    assert [plan.kind(i) for i in range(plan.rows)].count(Kind.TASK) == 5


def test_the_height_of_a_row_is_the_most_items_that_share_a_day() -> None:
    plans = [allocation(str(i), start=date(2026, 11, 9 + i), end=date(2026, 11, 11 + i)) for i in range(10)]
    plan = plan_of(read(page(*plans, allocation("x", "jonas"))))
    assert dict(zip([p.name for p in plan.people], plan.lanes.tolist(), strict=True)) == {"jonas": 1, "priya": 3}


ITEMS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 30), st.integers(0, 12)), max_size=60)


@pytest.mark.parametrize("step_items", [0, 40], ids=["all chains at once", "the longest ones alone"])
@given(items=ITEMS)
def test_items_of_one_lane_never_overlap_and_each_takes_the_first_free_one(
    step_items: int, items: list[tuple[int, int, int]]
) -> None:
    items.sort()
    person, start, length = (np.array(column, np.int32) for column in zip(*items, strict=True)) if items else _none()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("planner_gui.domain.lanes._STEP_ITEMS", step_items)
        lane = lanes(person, start, start + length).tolist()
    until: dict[tuple[int, int], int] = {}
    for (who, first, days), mine in zip(items, lane, strict=True):
        assert until.get((who, mine), -1) < first
        assert all(until.get((who, lower), -1) >= first for lower in range(mine))
        until[who, mine] = first + days


def _none() -> Any:
    return (np.zeros(0, np.int32),) * 3


def test_many_items_on_one_day_stand_in_as_many_lanes(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than a word of lanes, and the first lane free again afterwards."""
    start = np.array([0] * 70 + [5] * 70, np.int32)
    for step_items in (0, 40):
        monkeypatch.setattr("planner_gui.domain.lanes._STEP_ITEMS", step_items)
        chains = np.tile(start, 3)
        person = np.repeat(np.arange(3, dtype=np.int32), len(start))
        end = chains + np.tile(np.array([4] * 69 + [6] + [5] * 70, np.int32), 3)
        found = lanes(person, chains, end).reshape(3, -1)
        assert found[0].tolist() == [*range(70), *range(69), 70]
        assert (found == found[0]).all()


@given(ITEMS, st.randoms(use_true_random=False))
def test_nothing_is_lost_and_the_order_of_pages_changes_no_row(
    items: list[tuple[int, int, int]], shuffled: Any
) -> None:
    base = date(2026, 11, 1).toordinal()
    plans = [
        allocation(
            str(number),
            ("priya", "jonas", "")[who],
            team="" if who < 2 else "9",
            start=date.fromordinal(base + first),
            end=date.fromordinal(base + first + days),
        )
        for number, (who, first, days) in enumerate(items)
        if first < 30
    ]
    one = rows(plan_of(read(page(*plans))))
    other = rows(plan_of(read(*(page(plan) for plan in shuffled.sample(plans, len(plans))))))
    assert sorted(r["external_id"] for r in one) == sorted(p.external_id for p in plans)

    def facts(row: dict[str, Any]) -> tuple[Any, ...]:
        return (row["person"] or "", row["start"], row["end"], row["external_id"], row["counts_as"])

    assert sorted(map(facts, one)) == sorted(map(facts, other))


def test_timed_events_stand_on_the_dates_of_the_workspaces_zone() -> None:
    late = Event(
        external_id="1",
        accounts=("priya",),
        title="Late",
        source="1",
        starts_at=datetime(2026, 11, 24, 23, 30, tzinfo=UTC),
        ends_at=datetime(2026, 11, 25, 23, 0, tzinfo=UTC),
    )
    (row,) = rows(plan_of(calendar(late, sources=(source("1", "meeting"),))))
    assert (row["start"], row["end"]) == (date(2026, 11, 25), date(2026, 11, 25))
