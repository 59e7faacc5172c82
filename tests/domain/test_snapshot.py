"""The pieces a snapshot is kept in: raw records and texts."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner_gui.domain.snapshot import Texts, pack_raws, unpack_raws
from tests.domain.readings import allocation, page, read


def test_raw_records_packed_and_unpacked_are_the_same() -> None:
    raws = [b"", b"{}", b"x" * 100_000]
    assert unpack_raws(pack_raws(raws)) == raws
    assert unpack_raws(pack_raws([])) == []
    blob = pack_raws(raws)
    for damaged in (
        blob[:-5],
        b"",
        b"not zlib",
        zlib.compress(b"\x05\0\0\0"),
        zlib.compress(b"\x01\0\0\0\x09\0\0\0abc"),
    ):
        with pytest.raises(ValueError, match="damaged"):
            unpack_raws(damaged)


@pytest.mark.parametrize("text", ["", "Core services", "services", "nothing", "péché"])
def test_texts_are_found_whole(text: str) -> None:
    snapshot = read(
        page(allocation(title="Core services"), allocation("42", title="péché"), allocation("43", title="n"))
    )
    found = snapshot.texts.find(text)
    known = [snapshot.texts[i] for i in range(len(snapshot.texts))]
    assert found == (known.index(text) if text in known else -1)


@given(st.lists(st.text(), unique=True, max_size=20))
def test_every_text_comes_back_at_its_place(strings: list[str]) -> None:
    strings = ["", *(s for s in strings if s)]
    texts = Texts.of(strings)
    assert [texts[i] for i in range(len(texts))] == strings
    assert [texts.find(s) for s in strings] == list(range(len(strings)))


def test_a_lone_surrogate_is_kept_out_of_nobodys_way() -> None:
    texts = Texts.of(["", "a\ud800b", "c"])
    assert (len(texts[1]) > 2, texts[2]) == (True, "c")


def test_many_texts_are_found_at_once_and_look_alikes_are_told_apart() -> None:
    same_end = "the-same-long-ending-0001"
    texts = Texts.of(["", f"a-{same_end}", f"b-{same_end}", *(f"id-{n}" for n in range(40))])
    wanted = [f"a-{same_end}", f"c-{same_end}", *(f"id-{n}" for n in range(40)), "nowhere"]
    assert texts.find_all(wanted) == {text: texts.find(text) for text in wanted if texts.find(text) >= 0}
    assert texts.find_all(["id-3", "nowhere"]) == {"id-3": texts.find("id-3")}


def test_more_texts_than_are_remembered_are_found_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("planner_gui.domain.snapshot._REMEMBERED", 2)
    texts = Texts.of(["", "one", "two", "three"])
    assert [texts.find(text) for text in ("one", "two", "three", "four", "one")] == [1, 2, 3, -1, 1]
