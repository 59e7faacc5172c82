"""A partial reading laid over the last one (cli.md, the workspace folder), and the guards C7 and C8."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from planner_gui.domain.entities import (
    Account,
    Allocation,
    CalendarSource,
    Event,
    Item,
    Membership,
    NotReadable,
    NotUnderstood,
    Page,
    Project,
    Record,
    Span,
    Task,
    Team,
    VendorSchedule,
)
from planner_gui.domain.reading import Reading, merge, vanished
from planner_gui.domain.snapshot import RAW_CHUNK, Flag, Form, Snapshot, day_number, unpack_raws
from tests.domain.readings import BERLIN, allocation, page, read, rows

AUTUMN = Span(date(2026, 10, 1), date(2026, 12, 31))
NOVEMBER = Span(date(2026, 11, 1), date(2026, 11, 30))
LATER = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


def second(*pages: Page, span: Span = NOVEMBER) -> Snapshot:
    """A reading made after the first one."""
    reading = Reading("tempo", "tempo", span, BERLIN)
    for each in pages:
        reading.add(each)
    return reading.finish(LATER)


def plan(external_id: str, start: date, end: date, **more: Any) -> Allocation:
    return allocation(external_id, start=start, end=end, **more)


def placed(snapshot: Snapshot) -> set[tuple[str, date | None, date | None]]:
    return {(r["external_id"], r["start"], r["end"]) for r in rows(snapshot)}


OCTOBER = plan("1", date(2026, 10, 5), date(2026, 10, 9))
INSIDE = plan("2", date(2026, 11, 9), date(2026, 11, 13))
ACROSS = plan("3", date(2026, 10, 26), date(2026, 12, 4), seconds=360000)


def test_the_new_dates_replace_the_old_ones_and_the_rest_stays() -> None:
    merged = merge(read(page(OCTOBER, INSIDE), span=AUTUMN), second(page(plan("4", INSIDE.start, INSIDE.end))))
    assert placed(merged) == {("1", OCTOBER.start, OCTOBER.end), ("4", INSIDE.start, INSIDE.end)}


def test_an_item_that_both_have_is_as_the_new_reading_has_it() -> None:
    moved = plan("3", date(2026, 11, 23), date(2026, 12, 11), seconds=60)
    merged = merge(read(page(ACROSS, OCTOBER), span=AUTUMN), second(page(moved)))
    assert placed(merged) == {("3", moved.start, moved.end), ("1", OCTOBER.start, OCTOBER.end)}


def test_an_item_that_moved_into_the_new_dates_is_not_shown_twice() -> None:
    moved = plan("1", date(2026, 11, 9), date(2026, 11, 10), account="jonas")
    merged = merge(read(page(OCTOBER), span=AUTUMN), second(page(moved)))
    assert [(r["account"], r["start"]) for r in rows(merged)] == [("jonas", moved.start)]


def test_an_item_that_the_new_reading_does_not_have_stays_on_the_dates_it_did_not_read() -> None:
    merged = merge(read(page(ACROSS), span=AUTUMN), second(page()))
    before, after = sorted(rows(merged), key=lambda r: r["start"])
    assert (before["start"], before["end"]) == (ACROSS.start, date(2026, 10, 31))
    assert (after["start"], after["end"]) == (date(2026, 12, 1), ACROSS.end)
    assert before["series"] == after["series"] == (None, ACROSS.start, ACROSS.end)
    assert (before["form"], before["amount"]) == (Form.TOTAL, 6000)


def test_occurrences_outside_the_new_dates_stay_under_a_new_parent() -> None:
    weekly = plan("5", date(2026, 10, 19), date(2026, 10, 20), rule="WEEKLY", until=date(2026, 12, 15))
    shorter = plan("5", date(2026, 10, 19), date(2026, 10, 20), rule="WEEKLY", until=date(2026, 11, 10))
    merged = merge(read(page(weekly), span=AUTUMN), second(page(shorter)))
    starts = sorted(r["start"] for r in rows(merged))
    assert starts == [
        date(2026, 10, 19),
        date(2026, 10, 26),
        date(2026, 11, 2),
        date(2026, 11, 9),
        date(2026, 12, 1),  # what November leaves of the one of 30 November
        date(2026, 12, 7),
        date(2026, 12, 14),
    ]
    later = [r for r in rows(merged) if r["start"] > weekly.start]
    assert all(r["series"][1:] == (weekly.start, weekly.end) for r in later)
    assert [r["series"][0] for r in later if r["start"] == date(2026, 12, 1)] == [date(2026, 11, 30)]


def test_tasks_that_belong_to_every_reading_are_gone_when_the_new_one_lacks_them() -> None:
    def task(external_id: str, start: date | None, due: date | None, remaining: int = 60) -> Task:
        return Task(
            external_id=external_id,
            assignees=("priya",),
            title="t",
            start=start,
            due=due,
            remaining_minutes=remaining,
        )

    old = page(
        task("undated", None, None),
        task("overdue", date(2026, 10, 5), date(2026, 10, 9)),
        task("done", date(2026, 10, 5), date(2026, 10, 9), 0),
        task("across", date(2026, 10, 5), date(2026, 11, 9)),
        task("later", None, date(2026, 12, 9)),
    )
    assert placed(merge(read(old, span=AUTUMN), second(page()))) == {
        ("done", date(2026, 10, 5), date(2026, 10, 9)),
        ("later", None, date(2026, 12, 9)),
    }


def test_timed_events_and_their_sources_keep_their_minutes() -> None:
    def meeting(external_id: str, day: date) -> Event:
        at = datetime(day.year, day.month, day.day, 9, 0, tzinfo=UTC)
        ends = at + timedelta(hours=1)
        return Event(external_id=external_id, accounts=("priya",), title="m", source="s", starts_at=at, ends_at=ends)

    sources = (
        CalendarSource(key="r", name="Room", type="custom"),
        CalendarSource(key="s", name="Sync", type="meeting"),
    )
    old = read(page(meeting("1", date(2026, 10, 5)), meeting("2", date(2026, 11, 5)), sources=sources), span=AUTUMN)
    merged = merge(old, second(page(meeting("3", date(2026, 11, 6)), sources=sources[:1])))
    first = int(datetime(2026, 10, 5, 9, 0, tzinfo=UTC).timestamp()) // 60
    found = {r["external_id"]: r for r in rows(merged)}
    assert set(found) == {"1", "3"}
    assert (found["1"]["timed"], found["1"]["source"], found["1"]["type"]) == ((first, first + 60), "s", "meeting")


def test_what_could_not_be_read_stays_and_is_marked_stale() -> None:
    old = read(
        page(
            plan("2", INSIDE.start, INSIDE.end, resource="people/1"),
            plan("6", INSIDE.start, INSIDE.end, resource="people/2"),
            plan("7", INSIDE.start, INSIDE.end, resource="people/1"),
            accounts=("priya",),
            teams=(Team(key="5", name="Core"), Team(key="6", name="Web")),
            memberships=(Membership(team="5", account="priya"), Membership(team="6", account="priya")),
            projects=(Project(key="1", name="Orion"),),
        )
    )
    lost = NotReadable(resource="people/1", what="the plans of Priya", reason="403")
    new = second(
        page(
            plan("7", INSIDE.start, date(2026, 11, 20), resource="people/2"),
            teams=(Team(key="6", name="Web"),),
            not_readable=(lost,),
        )
    )
    merged = merge(old, new)
    assert {(r["external_id"], r["end"], r["flags"]) for r in rows(merged)} == {
        ("2", INSIDE.end, Flag.STALE),
        ("7", date(2026, 11, 20), Flag(0)),
    }
    assert merged.not_readable == (lost,)
    assert [team.key for team in merged.teams] == ["6", "5"]
    assert [m.team for m in merged.memberships] == ["5"]
    assert [p.name for p in merged.projects] == ["Orion"]
    assert vanished(old, new) == (1, 1)


def test_a_member_whose_plans_could_not_be_read_keeps_the_share_of_a_team_plan() -> None:
    def share(account: str, resource: str) -> Allocation:
        return allocation("10", account, reflection=True, seconds=60, resource=resource)

    old = read(page(share("priya", "people/1"), share("jonas", "people/2")))
    lost = NotReadable(resource="people/1", what="the plans of Priya", reason="403")
    merged = merge(old, second(page(share("jonas", "people/2"), not_readable=(lost,))))
    assert {(r["account"], bool(r["flags"] & Flag.STALE)) for r in rows(merged)} == {("priya", True), ("jonas", False)}


def test_raw_records_of_the_new_reading_follow_those_of_the_old_one() -> None:
    old = read(page(*(plan(str(i), OCTOBER.start, OCTOBER.end) for i in range(RAW_CHUNK + 3))), span=AUTUMN)
    new = second(page(INSIDE))
    merged = merge(old, new)
    found = {r["external_id"]: r["raw"] for r in rows(merged)}
    chunk, number = divmod(found["2"], RAW_CHUNK)
    assert chunk == 2
    assert unpack_raws(merged.raw_chunks[chunk])[number] == repr(INSIDE).encode()
    assert found["0"] == 0
    assert found[str(RAW_CHUNK)] == RAW_CHUNK
    kept = read(page(), span=AUTUMN)
    assert list(merge(kept, new).raw_chunks) == [0]


def test_accounts_stay_as_long_as_a_row_needs_them() -> None:
    old = read(page(OCTOBER, allocation("2", "jonas"), accounts=("jonas", "priya", "idle")), span=AUTUMN)
    merged = merge(old, second(page(accounts=("zoe",))))
    assert [a.key for a in merged.accounts] == ["zoe", "priya"]
    assert [r["account"] for r in rows(merged)] == ["priya"]


def test_the_parts_say_what_was_read_when() -> None:
    old, new = read(page(), span=AUTUMN), second(page())
    merged = merge(old, new)
    assert [(p.span.start, p.span.end, p.read_at) for p in merged.parts] == [
        (date(2026, 10, 1), date(2026, 10, 31), old.read_at),
        (date(2026, 11, 1), date(2026, 11, 30), LATER),
        (date(2026, 12, 1), date(2026, 12, 31), old.read_at),
    ]
    assert merged.read_at == old.read_at
    wider = second(page(), span=Span(date(2026, 9, 1), date(2027, 1, 31)))
    assert merge(old, wider).parts == wider.parts


def test_records_not_understood_stay_until_most_dates_are_read_again() -> None:
    broken = NotUnderstood(what="allocation", reason="no dates", raw=b"{}")
    old = read(page(not_understood=(broken,)), span=AUTUMN)
    assert merge(old, second(page())).not_understood == (broken,)
    other = NotUnderstood(what="absence", reason="no id")
    assert merge(old, second(page(not_understood=(other, broken)))).not_understood == (other, broken)
    assert merge(old, second(page(), span=AUTUMN)).not_understood == ()


def test_schedules_are_the_new_ones_on_the_new_dates() -> None:
    def schedule(start: date, *minutes: int | None, account: str = "priya") -> VendorSchedule:
        return VendorSchedule(account=account, start=start, minutes=minutes)

    december = schedule(date(2026, 12, 1), 300, account="jonas")
    gone = schedule(date(2026, 12, 1), 240, account="gone")
    old = read(page(schedules=(schedule(date(2026, 10, 30), 480, 0, 0, 480), december, gone)), span=AUTUMN)
    new = second(page(schedules=(schedule(date(2026, 11, 2), None, 360),), accounts=("jonas", "priya")))
    merged = merge(old, new)
    days = merged.schedules.start
    found = {
        merged.accounts[account].key: {days + i: m for i, m in enumerate(minutes) if m >= 0}
        for account, minutes in zip(merged.schedules.account.tolist(), merged.schedules.minutes.tolist(), strict=True)
    }
    october, november = day_number(date(2026, 10, 30)), day_number(date(2026, 11, 1))
    # Somebody whom the new reading does not know, and no row needs, goes with the schedule.
    assert found == {
        "priya": {october: 480, october + 1: 0, november + 2: 360},
        "jonas": {day_number(date(2026, 12, 1)): 300},
    }


def test_C7_a_service_that_forgets_most_of_its_objects_is_noticed() -> None:
    plans = [plan(str(i), INSIDE.start, INSIDE.end) for i in range(100)]
    old = read(page(*plans))
    assert vanished(old, second(page(*plans[31:]))) == (31, 100)
    assert vanished(old, second(page(*plans[30:]))) is None
    few = read(page(*plans[:40]))
    assert vanished(few, second(page(*plans[:19]))) == (21, 40)
    assert vanished(few, second(page(*plans[:20]))) is None
    assert vanished(read(page(*plans[:3])), second(page())) == (3, 3)
    assert vanished(read(page()), second(page())) is None


def test_C7_compares_only_dates_that_both_readings_cover_and_objects_not_rows() -> None:
    october = [plan(str(i), OCTOBER.start, OCTOBER.end) for i in range(50)]
    weekly = plan("w", date(2026, 11, 2), date(2026, 11, 2), rule="WEEKLY")
    old = read(page(*october, weekly), span=AUTUMN)
    assert vanished(old, second(page(plan("w", date(2026, 11, 2), date(2026, 11, 2))))) is None
    assert vanished(old, second(page())) == (1, 1)
    assert vanished(old, second(page(), span=Span(date(2027, 1, 1), date(2027, 1, 31)))) is None


DAYS = st.integers(0, 91)
PLANS = st.lists(
    st.tuples(
        st.integers(0, 15),
        st.sampled_from(["priya", "jonas"]),
        DAYS,
        st.integers(0, 40),
        st.sampled_from(["NEVER", "WEEKLY", "MONTHLY"]),
    ),
    max_size=12,
    unique_by=lambda t: t[0],
)


def _plans(given_plans: list[tuple[int, str, int, int, str]]) -> list[Item]:
    base = AUTUMN.start
    return [
        plan(
            str(number),
            base + timedelta(days=first),
            base + timedelta(days=first + days),
            account=account,
            rule=rule,
            seconds=36000,
        )
        for number, account, first, days, rule in given_plans
    ]


def _facts(snapshot: Snapshot) -> list[tuple[Any, ...]]:
    names = ("external_id", "account", "form", "amount", "flags", "title", "resource")
    return sorted(
        (*(str(r[name]) for name in names), str(r["start"]), str(r["end"]), str(r["series"])) for r in rows(snapshot)
    )


@given(PLANS)
def test_a_reading_merged_with_itself_is_itself(given_plans: list[tuple[int, str, int, int, str]]) -> None:
    once = read(page(*_plans(given_plans)), span=AUTUMN)
    twice = merge(once, once)
    assert _facts(twice) == _facts(once)
    assert twice.parts == once.parts
    assert twice.accounts == once.accounts


@given(PLANS, DAYS, DAYS)
def test_a_part_read_again_without_changes_changes_nothing(
    given_plans: list[tuple[int, str, int, int, str]], one: int, other: int
) -> None:
    span = Span(AUTUMN.start + timedelta(days=min(one, other)), AUTUMN.start + timedelta(days=max(one, other)))
    whole = read(page(*_plans(given_plans)), span=AUTUMN)
    again = second(page(*_plans(given_plans)), span=span)
    assert _facts(merge(whole, again)) == _facts(whole)
    assert vanished(whole, again) is None


@given(PLANS, DAYS, DAYS)
def test_a_deleted_item_is_off_the_new_dates_and_whole_on_the_others(
    given_plans: list[tuple[int, str, int, int, str]], one: int, other: int
) -> None:
    lo, hi = sorted((one, other))
    span = Span(AUTUMN.start + timedelta(days=lo), AUTUMN.start + timedelta(days=hi))
    whole = read(page(*_plans(given_plans)), span=AUTUMN)
    merged = merge(whole, second(page(accounts=()), span=span))
    within = np.arange(day_number(AUTUMN.start) - 400, day_number(AUTUMN.end) + 400)
    outside = (within < day_number(span.start)) | (within > day_number(span.end))
    for snapshot, mask in ((whole, outside), (merged, np.ones(len(within), bool))):
        days: dict[tuple[str, int], int] = {}
        for r in rows(snapshot):
            covered = (within >= day_number(r["start"])) & (within <= day_number(r["end"])) & mask
            for day in within[covered].tolist():
                days[r["external_id"], day] = days.get((r["external_id"], day), 0) + 1
        if snapshot is whole:
            expected = days
    assert days == expected


def test_a_merge_keeps_the_newer_of_two_names_of_an_account() -> None:
    old = read(Page(accounts=(Account(key="Priya", name="Pri"),), records=(Record(OCTOBER, b"1"),)), span=AUTUMN)
    merged = merge(old, second(Page(accounts=(Account(key="priya", name="Priya Raman"),))))
    assert [(a.key, a.name) for a in merged.accounts] == [("priya", "Priya Raman")]
    assert [r["account"] for r in rows(merged)] == ["priya"]
