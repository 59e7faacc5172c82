"""The cache: what is saved is what is loaded, one connection at a time, or the reading before it (C2, C8, V1)."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from planner_gui.domain.errors import StoreBusy, StoreDamaged, StoreUnwritable
from planner_gui.domain.snapshot import RAW_CHUNK, Snapshot, pack_raws
from planner_gui.store.cache import Cache
from tests.store.snapshots import READ_AT, assert_same, snapshot, snapshots


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache.db"


def saved(path: Path, *kept: Snapshot) -> None:
    cache = Cache.open(path)
    for one in kept:
        cache.save(one)
    cache.close()


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(snapshots())
def test_what_is_saved_is_what_is_loaded(any_snapshot: Snapshot) -> None:
    cache = Cache.in_memory()
    cache.save(any_snapshot)
    loaded = cache.load()
    cache.close()
    assert len(loaded) == 1
    assert_same(loaded[0], any_snapshot)


def test_a_reading_is_there_after_a_restart(path: Path) -> None:
    saved(path, snapshot("tempo"), snapshot("bigtime", ("Test plan", "Review")))
    cache = Cache.open(path)
    loaded = cache.load()
    assert [one.connection for one in loaded] == ["bigtime", "tempo"]
    assert_same(loaded[0], snapshot("bigtime", ("Test plan", "Review")))
    assert cache.raw("bigtime", 1) == b'{"title": "Review"}'
    assert cache.raw("bigtime", 2) is None
    assert cache.raw("bigtime", -1) is None
    cache.close()


def test_a_column_of_one_value_costs_no_memory_when_loaded_and_is_that_value(path: Path) -> None:
    many = snapshot("tempo", tuple(str(n) for n in range(1000)))
    many.columns["percent"][:] = 5000
    saved(path, many)
    cache = Cache.open(path)
    columns = cache.load()[0].columns
    cache.close()
    assert columns["percent"].tolist() == [5000] * 1000
    assert columns["percent"].strides == (0,)
    assert columns["title"].tolist() == list(range(1, 1001))


def test_loaded_columns_cannot_be_written_to(path: Path) -> None:
    saved(path, snapshot())
    cache = Cache.open(path)
    columns = cache.load()[0].columns
    with pytest.raises(ValueError, match="read-only"):
        columns["start"][0] = 1
    cache.close()


def test_c8_a_connection_is_swapped_whole_and_the_others_stay(path: Path) -> None:
    saved(path, snapshot("tempo", ("a", "b")), snapshot("bigtime"))
    saved(path, snapshot("tempo", ("c",)))
    cache = Cache.open(path)
    by_name = {one.connection: one for one in cache.load()}
    cache.close()
    assert_same(by_name["tempo"], snapshot("tempo", ("c",)))
    assert_same(by_name["bigtime"], snapshot("bigtime"))


def test_c8_a_swap_that_fails_leaves_the_reading_before_it(path: Path) -> None:
    saved(path, snapshot("tempo", ("a", "b")))
    cache = Cache.open(path)
    cache._database._connection.execute(
        "CREATE TEMP TRIGGER fail BEFORE INSERT ON raw BEGIN SELECT RAISE(ABORT, 'no'); END"
    )
    with pytest.raises(sqlite3.IntegrityError):
        cache.save(snapshot("tempo", ("c",)))
    assert_same(cache.load()[0], snapshot("tempo", ("a", "b")))
    assert cache.raw("tempo", 1) == b'{"title": "b"}'
    cache.close()


def test_v1_raw_records_no_row_refers_to_go_and_those_of_other_dates_stay(path: Path) -> None:
    titles = tuple(f"t{n}" for n in range(RAW_CHUNK * 2 + 5))
    saved(path, snapshot("tempo", titles))
    narrow = snapshot("tempo", ("first", "new"))
    narrow.columns["raw"][:] = [RAW_CHUNK + 3, 3 * RAW_CHUNK]
    merged = Snapshot(**{**_values(narrow), "raw_chunks": {3: pack_raws([b"new"])}})
    saved(path, merged)
    cache = Cache.open(path)
    assert cache.raw("tempo", RAW_CHUNK + 3) == b'{"title": "t%d"}' % (RAW_CHUNK + 3)
    assert cache.raw("tempo", 3 * RAW_CHUNK) == b"new"
    assert cache.raw("tempo", 0) is None
    assert cache.raw("tempo", 2 * RAW_CHUNK) is None
    cache.close()


def _values(one: Snapshot) -> dict[str, object]:
    return {name: getattr(one, name) for name in Snapshot.__dataclass_fields__}


def test_a8_a_forgotten_connection_leaves_nothing(path: Path) -> None:
    saved(path, snapshot("tempo", ("Secret project",)), snapshot("bigtime"))
    cache = Cache.open(path)
    cache.record_failure("tempo", "Secret project is gone", READ_AT)
    cache.forget("tempo")
    assert [one.connection for one in cache.load()] == ["bigtime"]
    assert cache.failures() == {}
    assert cache.raw("tempo", 0) is None
    cache.close()


def test_c8_a_failure_is_remembered_until_the_next_whole_reading(path: Path) -> None:
    saved(path, snapshot("tempo"))
    cache = Cache.open(path)
    at = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
    cache.record_failure("tempo", "tempo: the server did not answer", at)
    cache.close()
    cache = Cache.open(path)
    failure = cache.failures()["tempo"]
    assert (failure.error, failure.at) == ("tempo: the server did not answer", at)
    assert_same(cache.load()[0], snapshot("tempo"))
    cache.save(snapshot("tempo"))
    assert cache.failures() == {}
    cache.close()


def test_kept_results_are_there_after_a_restart(path: Path) -> None:
    cache = Cache.open(path)
    assert cache.kept("people") is None
    cache.keep("people", b"one")
    cache.keep("people", b"two")
    cache.close()
    cache = Cache.open(path)
    assert cache.kept("people") == b"two"
    cache.close()


def test_c2_parts_that_do_not_fit_together_are_damage_and_never_a_mixed_plan(path: Path) -> None:
    saved(path, snapshot("tempo", ("a", "b")))
    other = sqlite3.connect(path)
    with other:
        other.execute("UPDATE part SET data = x'00000000' WHERE name = 'column/title'")
    other.close()
    cache = Cache.open(path)
    assert cache.load() == []
    assert "kept as cache.db.damaged-" in cache.messages()[0]
    assert cache.messages() == []
    cache.save(snapshot("tempo"))
    assert len(cache.load()) == 1
    cache.close()


def test_c2_damage_is_not_renamed_by_one_who_only_reads(path: Path) -> None:
    saved(path, snapshot("tempo", ("a", "b")))
    other = sqlite3.connect(path)
    with other:
        other.execute("DELETE FROM part WHERE name = 'metadata'")
    other.close()
    cache = Cache.open(path, writable=False)
    with pytest.raises(StoreDamaged):
        cache.load()
    cache.close()


@pytest.mark.parametrize("part", ["column/title", "constant/end", "texts/block", "metadata"])
def test_f8_a_bit_that_turned_over_inside_a_value_is_found_after_the_first_paint(path: Path, part: str) -> None:
    saved(path, snapshot("tempo", tuple("abcdefgh")))
    other = sqlite3.connect(path)
    with other:
        (data,) = other.execute("SELECT data FROM part WHERE name = ?", (part,)).fetchone()
        flipped = bytearray(data)
        flipped[len(flipped) // 2] ^= 4
        other.execute("UPDATE part SET data = ? WHERE name = ?", (bytes(flipped), part))
    assert other.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    other.close()
    cache = Cache.open(path)
    assert cache.check() is False
    assert part in cache.messages()[0]
    assert cache.load() == []
    cache.close()


def test_c2_a_whole_file_passes_the_full_check(path: Path) -> None:
    saved(path, snapshot("tempo"))
    cache = Cache.open(path)
    assert cache.check() is True
    assert cache.messages() == []
    cache.close()


def test_c2_a_check_that_the_closing_window_cut_short_is_no_damage(path: Path) -> None:
    saved(path, snapshot("tempo"))
    cache = Cache.open(path)
    cache._database._connection.set_progress_handler(lambda: 1, 1)  # what `interrupt` does, at the first step
    with pytest.raises(StoreBusy, match="being closed"):
        cache.check()
    cache._database._connection.set_progress_handler(None, 1)
    assert cache.check() is True
    assert len(cache.load()) == 1
    cache.close()
    assert [file.name for file in path.parent.iterdir()] == ["cache.db"]


def test_c10_what_cannot_be_kept_is_refused_in_words(tmp_path: Path) -> None:
    cache = Cache.open(tmp_path / "gone" / "cache.db")
    assert not cache.persistent
    assert cache.load() == []
    with pytest.raises(StoreUnwritable, match="changes cannot be kept"):
        cache.save(snapshot())
    cache.close()


def test_an_array_of_another_type_is_refused_before_anything_is_written(path: Path) -> None:
    wrong = snapshot("tempo")
    wrong.columns["start"] = wrong.columns["start"].astype(np.int64)  # type: ignore[index]
    cache = Cache.open(path)
    with pytest.raises(TypeError, match="int64"):
        cache.save(wrong)
    assert cache.load() == []
    cache.close()


def test_f7_a_saved_reading_is_in_the_file_itself_and_not_only_in_its_log(path: Path) -> None:
    cache = Cache.open(path)
    cache.save(snapshot("tempo"))
    assert Path(f"{path}-wal").stat().st_size == 0
    cache.close()
    assert [file.name for file in path.parent.iterdir()] == ["cache.db"]


def test_export_reads_while_a_window_writes(path: Path) -> None:
    window = Cache.open(path)
    window.save(snapshot("tempo"))
    export = Cache.open(path, writable=False)
    with window._database.writing() as cursor:
        cursor.execute("DELETE FROM snapshot")
        assert len(export.load()) == 1
    assert export.load() == []
    export.close()
    window.close()
