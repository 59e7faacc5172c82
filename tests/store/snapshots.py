"""Snapshots for the tests of the store: small ones by hand, any ones by hypothesis."""

from datetime import UTC, date, datetime
from typing import Any

import numpy as np
from hypothesis import strategies as st

from planner_gui.domain.entities import (
    Account,
    CalendarSource,
    Membership,
    NotReadable,
    NotUnderstood,
    Project,
    Span,
    Team,
)
from planner_gui.domain.snapshot import (
    COLUMNS,
    RAW_CHUNK,
    Part,
    Schedules,
    Series,
    Snapshot,
    Texts,
    Timed,
    empty_columns,
    pack_raws,
)

READ_AT = datetime(2026, 11, 20, 9, 12, tzinfo=UTC)
SPAN = Span(date(2026, 10, 20), date(2027, 11, 20))


def snapshot(connection: str = "tempo", titles: tuple[str, ...] = ("Core services",), **changed: Any) -> Snapshot:
    """One allocation a title, each with its raw record `{"title": ...}`."""
    columns = empty_columns(len(titles))
    columns["title"][:] = np.arange(1, len(titles) + 1)
    columns["external_id"][:] = np.arange(1, len(titles) + 1)
    columns["raw"][:] = np.arange(len(titles))
    raws = [b'{"title": "%s"}' % title.encode() for title in titles]
    none32, none64 = np.zeros(0, np.int32), np.zeros(0, np.int64)
    values: dict[str, Any] = {
        "connection": connection,
        "kind": "tempo",
        "parts": (Part(SPAN, READ_AT),),
        "columns": columns,
        "texts": Texts.of(["", *titles]),
        "timed": Timed(none32, none64, none64),
        "series": Series(none32, none32, none32, none32),
        "schedules": Schedules(none32, 0, np.zeros((0, 0), np.int16)),
        "accounts": (Account(key="priya", name="Priya Raman", email="priya@example.com"),),
        "raw_chunks": {n // RAW_CHUNK: pack_raws(raws[n : n + RAW_CHUNK]) for n in range(0, len(raws), RAW_CHUNK)},
    }
    return Snapshot(**{**values, **changed})


def assert_same(one: Snapshot, other: Snapshot) -> None:
    """Equal in everything the cache keeps; raw chunks are asked for one by one."""
    for name in ("connection", "kind", "parts", "accounts", "teams", "memberships", "projects", "sources"):
        assert getattr(one, name) == getattr(other, name), name
    for name in ("not_understood", "not_readable", "warnings"):
        assert getattr(one, name) == getattr(other, name), name
    for name in COLUMNS:
        np.testing.assert_array_equal(one.columns[name], other.columns[name], name)
        assert one.columns[name].dtype == other.columns[name].dtype
    assert (one.texts.block, one.texts.offsets.tolist()) == (other.texts.block, other.texts.offsets.tolist())
    for table in ("timed", "series"):
        mine, theirs = getattr(one, table), getattr(other, table)
        for name in mine.__dataclass_fields__:
            np.testing.assert_array_equal(getattr(mine, name), getattr(theirs, name), f"{table}.{name}")
    assert one.schedules.start == other.schedules.start
    np.testing.assert_array_equal(one.schedules.account, other.schedules.account)
    np.testing.assert_array_equal(one.schedules.minutes, other.schedules.minutes)


_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_day = st.dates(date(1970, 1, 2), date(2100, 1, 1))
_instant = st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
_span = st.tuples(_day, _day).map(lambda days: Span(min(days), max(days)))


def _few(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(strategy, max_size=3).map(tuple)


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    """Any snapshot, whether or not a service could have said so."""
    rows = draw(st.integers(0, 9))
    sparse, people, days = draw(st.integers(0, 3)), draw(st.integers(0, 2)), draw(st.integers(0, 4))

    def array(dtype: Any, *shape: int) -> Any:
        size = int(np.prod(shape)) * np.dtype(dtype).itemsize  # as bytes: drawn at once, not number by number
        return np.frombuffer(draw(st.binary(min_size=size, max_size=size)), dtype).reshape(shape)

    optional_day = st.none() | _day
    return Snapshot(
        connection=draw(_text),
        kind=draw(_text),
        parts=draw(st.lists(st.builds(Part, _span, _instant), min_size=1, max_size=2).map(tuple)),
        columns={name: array(dtype, rows) for name, dtype in COLUMNS.items()},
        texts=Texts.of(["", *draw(st.lists(_text, max_size=4))]),
        timed=Timed(array(np.int32, sparse), array(np.int64, sparse), array(np.int64, sparse)),
        series=Series(*(array(np.int32, sparse) for _ in range(4))),
        schedules=Schedules(array(np.int32, people), draw(st.integers(0, 30000)), array(np.int16, people, days)),
        accounts=draw(_few(st.builds(Account, key=_text, name=_text, email=_text, active=st.booleans()))),
        teams=draw(_few(st.builds(Team, key=_text, name=_text))),
        memberships=draw(
            _few(
                st.builds(
                    Membership,
                    team=_text,
                    account=_text,
                    start=optional_day,
                    end=optional_day,
                    availability=st.none() | st.floats(0, 200),
                )
            )
        ),
        projects=draw(_few(st.builds(Project, key=_text, name=_text, start=optional_day, end=optional_day))),
        sources=draw(_few(st.builds(CalendarSource, key=_text, name=_text, type=_text, colour=_text))),
        not_understood=draw(_few(st.builds(NotUnderstood, what=_text, reason=_text, raw=st.binary(max_size=9)))),
        not_readable=draw(_few(st.builds(NotReadable, resource=_text, what=_text, reason=_text))),
        warnings=draw(_few(_text)),
    )
