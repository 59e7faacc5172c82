"""A plan of any size as one snapshot, for measuring: deterministic, with names, four kinds of item and raw records."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner_gui.domain.entities import Account, CalendarSource, Kind, Membership, Span, Team
from planner_gui.domain.snapshot import (
    RAW_CHUNK,
    Flag,
    Form,
    Part,
    Schedules,
    Series,
    Snapshot,
    Texts,
    Timed,
    day_number,
    empty_columns,
    pack_raws,
)

TODAY = date(2026, 11, 20)
DAYS = 456  # the dates that are read: about fifteen months
PROJECTS = 200
GIVEN = ("Amara", "Jonas", "Priya", "Mateo", "Chen", "Sofia", "Tomasz", "Leila", "Ravi", "Ingrid", "Kofi", "Yuki")
FAMILY = ("Okafor", "Lindqvist", "Raman", "Fernández", "Wei", "Marino", "Zieliński", "Haddad", "Menon", "Solberg")


def snapshot(people: int, items: int, seed: int = 1) -> Snapshot:
    """One connection with that many people in teams of ten and that many items, spread evenly over people and dates."""
    random = np.random.default_rng(seed)
    start = TODAY - timedelta(days=31)
    columns = _columns(random, people, items, day_number(start))
    titles = [f"Work package {n}" for n in range(997)]
    projects = [f"Project {n}" for n in range(PROJECTS)]
    fixed = ["", *titles, *projects, "PROJECT", "HOLIDAY", "meeting", "Task"]
    columns["title"][:] = 1 + random.integers(0, len(titles), items)
    columns["project"][:] = 1 + len(titles) + random.integers(0, PROJECTS, items)
    kinds = columns["kind"]
    first_type = 1 + len(titles) + PROJECTS
    columns["type"][:] = first_type + np.array([1, 0, 2, 3])[kinds]
    columns["external_id"][:] = len(fixed) + np.arange(items)
    texts = Texts.of([*fixed, *(str(100_000 + n) for n in range(items))])
    columns["raw"][:] = np.arange(items)
    columns["source"][:] = np.where(kinds == Kind.EVENT, 0, -1)
    return Snapshot(
        connection="large",
        kind="tempo",
        parts=(Part(Span(start, start + timedelta(days=DAYS - 1)), datetime(2026, 11, 20, 9, 12, tzinfo=UTC)),),
        columns=columns,
        texts=texts,
        timed=Timed(np.zeros(0, np.int32), np.zeros(0, np.int64), np.zeros(0, np.int64)),
        series=Series(*(np.zeros(0, np.int32) for _ in range(4))),
        schedules=Schedules(np.zeros(0, np.int32), 0, np.zeros((0, 0), np.int16)),
        accounts=tuple(_account(n) for n in range(people)),
        teams=tuple(Team(key=str(n), name=f"Team {n + 1}") for n in range((people + 9) // 10)),
        memberships=tuple(Membership(team=str(n // 10), account=f"user{n}") for n in range(people)),
        sources=(CalendarSource(key="1", name="Meetings", type="meeting", calendar="All", colour="#7500ca"),),
        raw_chunks=dict(_raw_chunks(columns)),
    )


def _account(number: int) -> Account:
    given, family = GIVEN[number % len(GIVEN)], FAMILY[number // len(GIVEN) % len(FAMILY)]
    name = f"{given} {family} {number}"
    return Account(key=f"user{number}", name=name, email=f"user{number}@example.com", title="Engineer")


def _columns(random: np.random.Generator, people: int, items: int, first: int) -> dict[str, NDArray[Any]]:
    columns = empty_columns(items)
    kinds = random.choice(4, items, p=[0.08, 0.7, 0.12, 0.1]).astype(np.int8)
    length = random.integers(1, 15, items)
    start = first + random.integers(0, DAYS - 15, items)
    columns["kind"][:] = kinds
    columns["account"][:] = np.arange(items) % people
    columns["start"][:] = start
    columns["end"][:] = start + length - 1
    forms = np.array([Form.NONE, Form.PERCENT, Form.NONE, Form.REMAINING])
    columns["form"][:] = forms[kinds]
    columns["percent"][:] = np.select(
        [kinds == Kind.ABSENCE, kinds == Kind.ALLOCATION],
        [random.choice([5000, 10000], items), random.choice([500, 1000, 2000, 2500], items)],
        -1,
    )
    columns["amount"][:] = np.where(kinds == Kind.TASK, random.integers(30, 600, items), 0)
    columns["flags"][:] = np.where(kinds == Kind.EVENT, Flag.ALL_DAY, 0)
    return columns


def _raw_chunks(columns: dict[str, NDArray[Any]]) -> list[tuple[int, bytes]]:
    """Raw records of the size Tempo's documentation shows, about 600 bytes each; they say what the rows say."""
    whose, percent = columns["account"].tolist(), (columns["percent"] // 100).tolist()
    start, end = (columns[name].astype("datetime64[D]").astype(str).tolist() for name in ("start", "end"))
    items, chunks = len(whose), []
    for chunk, begin in enumerate(range(0, items, RAW_CHUNK)):
        numbers = range(begin, min(items, begin + RAW_CHUNK))
        raws = [(_RAW % (100_000 + n, whose[n], percent[n], start[n], end[n])).encode() for n in numbers]
        chunks.append((chunk, pack_raws(raws)))
    return chunks


_RAW = (
    '{"id":%d,"assignee":{"key":"user%d","type":"user"},"planItem":{"key":"TO","id":10130,"type":"PROJECT",'
    '"name":"Tango OnDemand","description":"","projectKey":"TO","avatarUrls":{'
    '"16x16":"/jira/secure/projectavatar?size=xsmall&pid=10130&avatarId=10011",'
    '"48x48":"/jira/secure/projectavatar?pid=10130&avatarId=10011"},"planItemUrl":"browse/TO"},'
    '"scope":{"id":5,"type":"team"},"commitment":%d,"start":"%s","end":"%s","seconds":36000,'
    '"created":"2026-11-01","createdBy":"john","updated":"2026-11-01","updatedBy":"john",'
    '"recurrence":{"endDate":"2026-11-10","rule":"NEVER"}}'
)
