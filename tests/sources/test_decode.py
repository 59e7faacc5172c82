"""decode: one bad record is one Unreadable, hostile JSON is one clean error, values are taken or refused (V1-V5)."""

import asyncio
import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner_gui.domain.errors import AnswerUnusable
from planner_gui.sources import decode
from planner_gui.sources.decode import Fields, Unreadable, bare_text, document, listing, steps

BEYOND_64_BIT = "9" * 25


def fields(**values: object) -> Fields:
    return Fields(json.dumps(values).encode())


class TestWhereTheListIs:
    @pytest.mark.parametrize(
        "body",
        [
            b'[{"id":1},{"id":2}]',
            b' \r\n [ {"id":1} , {"id":2} ] ',
            b'\xef\xbb\xbf[{"id":1},{"id":2}]',
            b'{"values":[{"id":1},{"id":2}]}',
            b'{"Values":[{"id":1},{"id":2}],"others":[3]}',
            b'{"whatever":[{"id":1},{"id":2}],"total":2}',
            b'{"currentVersion":1,"latestVersion":1,"cargo":[{"id":1},{"id":2}]}',
            b'{"cargo":{"values":[{"id":1},{"id":2}],"others":[]}}',
        ],
    )
    def test_a_list_is_found_bare_named_alone_or_in_the_envelope(self, body: bytes) -> None:
        records = listing(body, "values").records
        assert [json.loads(record) for record in records] == [{"id": 1}, {"id": 2}]

    @pytest.mark.parametrize(
        "body", [b"null", b"[]", b'{"cargo":null}', b'{"values":[]}', b"", b'{"values":null,"x":1}']
    )
    def test_an_empty_or_null_answer_is_an_empty_list(self, body: bytes) -> None:
        assert listing(body, "values").records == []

    @pytest.mark.parametrize("body", [b'{"a":1}', b'{"a":[1],"b":[2]}', b'"text"', b"12", b"true", b"<html></html>"])
    def test_an_answer_without_one_list_is_unusable_not_empty(self, body: bytes) -> None:
        with pytest.raises(AnswerUnusable):
            listing(body, "values", subject="teams", connection="bp")

    def test_the_error_names_service_and_object_and_what_to_do(self) -> None:
        with pytest.raises(AnswerUnusable) as caught:
            listing(b"{", subject="teams of PROG-1", connection="bp")
        assert str(caught.value).startswith("bp: teams of PROG-1: the answer is not JSON, or it was cut short. ")
        assert caught.value.advice

    def test_a_record_is_kept_exactly_as_it_came(self) -> None:
        raw = b'{"a" : 1.50, "b":"\\u00e9", "a":2}'
        assert listing(b"[" + raw + b"]").records == [raw]

    def test_totals_and_next_links_are_read_from_the_envelope_or_its_metadata(self) -> None:
        cloud = listing(b'{"metadata":{"count":1,"next":"https://api.tempo.io/4/plans?offset=1"},"results":[{}]}')
        assert (cloud.total, cloud.next, cloud.more) == (None, "https://api.tempo.io/4/plans?offset=1", True)
        calendar = listing(b'{"total":7,"values":[{}]}')
        assert (calendar.total, calendar.next, calendar.more) == (7, None, False)

    @pytest.mark.parametrize("hint", [b'"isLast":false', b'"hasMore":true', b'"nextPageToken":"abc"'])
    def test_any_hint_that_there_is_more_is_reported(self, hint: bytes) -> None:
        assert listing(b'{"values":[],' + hint + b"}").more

    @pytest.mark.parametrize("hint", [b'"isLast":true', b'"next":""', b'"next":null', b'"total":"many"', b'"total":-1'])
    def test_a_hint_that_says_nothing_is_none(self, hint: bytes) -> None:
        assert listing(b'{"values":[],' + hint + b"}") == decode.Listing([])

    def test_bare_ids_are_records_too(self) -> None:
        records = listing(b'["PROG-30", 12, {"boxId": "X"}, null]').records
        assert [bare_text(record) for record in records] == ["PROG-30", "12", "", ""]


class TestHostileJson:
    """V2 and V3: rejected per record where a record can be told apart, else one clean error."""

    @pytest.mark.parametrize(
        "bad",
        [
            '{"a":NaN}',
            '{"a":Infinity}',
            '{"a":-Infinity}',
            '{"a":1e999}',
            '{"a":"\\ud800"}',
            '{"a":"\\udc00 low first"}',
            '{"a":"nul \\u0000"}',
            '{"a":' + "9" * 5000 + "}",
            '{"a":[{"b":NaN}]}',
        ],
    )
    @pytest.mark.parametrize("wrapping", ["[%s]", '{"total":3,"values":[%s]}', '{"cargo":[%s]}'])
    def test_one_bad_record_is_unreadable_and_the_others_load(self, bad: str, wrapping: str) -> None:
        body = (wrapping % f'{{"id":1}},{bad},{{"id":"x, ] and }}"}}').encode()
        records = listing(body).records
        assert len(records) == 3
        assert records[1] == bad.encode()
        assert [Fields(records[i]).text("id") for i in (0, 2)] == ["1", "x, ] and }"]
        with pytest.raises(Unreadable):
            Fields(records[1])

    def test_a_byte_that_is_no_text_spoils_only_its_record(self) -> None:
        records = listing(b'[{"id":1},{"id":"\xff"}]').records
        assert Fields(records[0]).text("id") == "1"
        with pytest.raises(Unreadable, match="UTF-8"):
            Fields(records[1])

    def test_a_backslash_before_u0000_is_text_and_no_nul(self) -> None:
        assert Fields(rb'{"a":"\\u0000"}').text("a") == r"\u0000"
        with pytest.raises(Unreadable, match="NUL"):
            Fields(rb'{"a":"\\\u0000"}')

    @pytest.mark.parametrize(
        "body",
        [
            b"[" * 100_000 + b"]" * 100_000,
            b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
            b'[{"id":1},{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}]",
            b'{"values":[{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}]}",
            b'[{"a":NaN},{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}]",
        ],
    )
    def test_nesting_100000_deep_is_one_clean_error(self, body: bytes) -> None:
        with pytest.raises(AnswerUnusable, match="nested too deeply"):
            listing(body)

    def test_a_deep_document_is_one_clean_error(self) -> None:
        with pytest.raises(AnswerUnusable, match="nested too deeply"):
            document(b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}")

    @pytest.mark.parametrize(
        "body",
        [
            b'[{"id":1},{"id":2}',
            b'[{"id":1},{"id":"2',
            b'[{"id":1},{"id":2}] x',
            b'[{"id":1},{"id" 2}]',
            b'[{"id":1},]',
            b'[{"id":1},,{"id":2}]',
            b"[{'id':1}]",
            b'[{"id":1}}',
            b'{"values":[{"id":1}],"total":}',
            b'{"values":[{"id":1}]',
            b'{"values":[{"id":NaN}], total:1}',
        ],
    )
    def test_malformed_json_is_an_error_for_the_whole_answer(self, body: bytes) -> None:
        with pytest.raises(AnswerUnusable, match="not JSON"):
            listing(body)

    @given(st.binary(max_size=60))
    def test_no_bytes_at_all_bring_anything_but_records_or_the_one_error(self, body: bytes) -> None:
        try:
            records = listing(body).records
        except AnswerUnusable:
            return
        for record in records:
            try:
                Fields(record)
            except Unreadable:
                continue

    @given(st.lists(st.dictionaries(st.text(), st.text() | st.integers(-(2**63), 2**64 - 1) | st.none()), max_size=5))
    def test_setting_a_bad_record_aside_changes_no_other(self, values: list[dict[str, object]]) -> None:
        good = [json.dumps(value, ensure_ascii=False).encode() for value in values if "\0" not in json.dumps(value)]
        assert listing(b"[" + b",".join([*good, b'{"a":NaN}']) + b"]").records == [*good, b'{"a":NaN}']

    def test_of_equal_keys_the_last_counts(self) -> None:
        assert Fields(b'{"a":1,"a":2}').text("a") == "2"


class TestNames:
    def test_names_match_in_any_case_and_the_first_with_a_value_is_taken(self) -> None:
        record = fields(TASKSID=12, Sid=None, sid="7", name="")
        assert record.text("TaskSid") == "12"
        assert record.text("Sid") == "7"
        assert record.text("missing", "tasksid") == "12"
        assert record.text("name", "tasksid") == ""
        assert record.has("SID")
        assert not record.has("missing")

    def test_records_of_another_shape_do_not_mix_up_their_spellings(self) -> None:
        assert [fields(**{name: "x"}).text("sid") for name in ("Sid", "SID", "sid")] == ["x", "x", "x"]

    def test_nested_objects_keep_their_raw_text(self) -> None:
        record = Fields(b'{"planItem": {"id": 7, "unknown": [1, null]}}')
        nested = record.nested("planitem")
        assert nested is not None
        assert json.loads(nested.raw) == {"id": 7, "unknown": [1, None]}
        assert record.raw == b'{"planItem": {"id": 7, "unknown": [1, null]}}'
        assert record.nested("scope") is None

    def test_a_list_of_objects_leaves_other_elements_out(self) -> None:
        record = fields(members=[{"id": 1}, "bare", 3, {"id": 2}])
        assert [member.text("id") for member in record.objects("members")] == ["1", "2"]
        assert record.values("members")[1] == "bare"
        assert record.objects("missing") == []

    @pytest.mark.parametrize("raw", [b"[]", b'"x"', b"1", b"null", b"true"])
    def test_a_record_that_is_no_object_is_unreadable(self, raw: bytes) -> None:
        with pytest.raises(Unreadable, match="instead of an object"):
            Fields(raw)

    def test_a_document_is_taken_out_of_the_envelope(self) -> None:
        assert document(b'{"currentVersion":1,"cargo":{"boxId":"ROOT"}}').text("boxId") == "ROOT"
        assert document(b'{"boxId":"ROOT"}').text("boxId") == "ROOT"

    @pytest.mark.parametrize("body", [b"[]", b"null", b"", b"<html>", b'{"a":NaN}', b"{"])
    def test_an_answer_that_is_no_object_is_no_document(self, body: bytes) -> None:
        with pytest.raises(AnswerUnusable):
            document(body, subject="x", connection="c")


class TestText:
    def test_numbers_become_text_as_they_were(self) -> None:
        record = fields(whole=41, fraction=1.5, large=2**63, round=12.0)
        assert [record.text(name) for name in ("whole", "fraction", "large", "round")] == [
            "41",
            "1.5",
            "9223372036854775808",
            "12",
        ]

    @pytest.mark.parametrize("value", ["[1]", '{"a":1}', "true", BEYOND_64_BIT, "-" + BEYOND_64_BIT])
    def test_what_is_no_text_is_unreadable_and_the_reason_names_the_field(self, value: str) -> None:
        with pytest.raises(Unreadable, match=r"^comment is "):
            Fields(f'{{"comment":{value}}}'.encode()).text("comment")

    @pytest.mark.parametrize("value", [None, "", "   "])
    def test_a_required_text_is_not_empty(self, value: object) -> None:
        assert fields(id=" 7 ").required_text("id") == "7"
        with pytest.raises(Unreadable, match="id is missing"):
            fields(id=value).required_text("id")


class TestNumbers:
    @pytest.mark.parametrize(("value", "number"), [(70, 70.0), ("70", 70.0), (" -0.5 ", -0.5), ("1e3", 1000.0), (0, 0)])
    def test_numbers_come_as_numbers_or_text(self, value: object, number: float) -> None:
        assert fields(n=value).number("n") == number

    @pytest.mark.parametrize("value", [None, "", " "])
    def test_nothing_is_none(self, value: object) -> None:
        assert fields(n=value).number("n") is None
        assert fields().number("n") is None

    @pytest.mark.parametrize(
        "value", ["1,5", "abc", "nan", "inf", "1e999", "0x10", "٣", True, [], {}, "1_000", "9" * 5000]
    )
    def test_what_is_no_finite_number_is_unreadable(self, value: object) -> None:
        with pytest.raises(Unreadable):
            fields(n=value).number("n")

    @pytest.mark.parametrize("value", [-1, 86401, "86401", 10**25, 1e300])
    def test_a_number_outside_the_limits_is_unreadable(self, value: object) -> None:
        """More than 24 hours a day, for one (V2)."""
        with pytest.raises(Unreadable, match="not between 0 and 86400"):
            fields(secondsPerDay=value).number("secondsPerDay", low=0, high=86400)

    @pytest.mark.parametrize("value", [0, 86400])
    def test_the_limits_themselves_are_inside(self, value: int) -> None:
        assert fields(n=value).number("n", low=0, high=86400) == value


class TestFlags:
    @pytest.mark.parametrize("value", [True, "true", "True", 1, "1"])
    def test_yes(self, value: object) -> None:
        assert fields(f=value).flag("f") is True

    @pytest.mark.parametrize("value", [False, "false", "FALSE", 0, "0"])
    def test_no(self, value: object) -> None:
        assert fields(f=value).flag("f") is False

    @pytest.mark.parametrize("value", [None, ""])
    def test_not_said(self, value: object) -> None:
        assert fields(f=value).flag("f") is None

    @pytest.mark.parametrize("value", ["maybe", 2, -1, 1.0, [], {}])
    def test_anything_else_is_unreadable(self, value: object) -> None:
        with pytest.raises(Unreadable, match="neither true nor false"):
            fields(f=value).flag("f")


class TestDays:
    def test_a_day_is_a_date(self) -> None:
        assert fields(start="2028-02-29").day("start") == date(2028, 2, 29)
        assert fields(start="").day("start") is None
        assert fields().day("start") is None

    @pytest.mark.parametrize(
        "value",
        [
            "2026-02-30",
            "2027-02-29",
            "2026-13-01",
            "20260329",
            "2026-W13-7",
            "2026-W13-",
            "2026-3-9",
            "2026-03-29T00:00:00Z",
            " 2026-03-29",
            "2026-03-29\n",
            "29.03.2026",
            "２０２６-03-29",
            "0001-01-01",
            "9999-12-31",
            "1949-12-31",
            "2201-01-01",
            20260329,
            1774742400000,
            True,
            [],
        ],
    )
    def test_any_other_form_and_any_implausible_year_is_unreadable(self, value: object) -> None:
        """D5 and V5: only the documented form, 30 February and the years 1 and 9999 refused, nothing repaired."""
        for getter in (Fields.day, Fields.required_day):
            with pytest.raises(Unreadable, match="start is"):
                getter(fields(start=value), "start")

    @pytest.mark.parametrize("value", ["1950-01-01", "2200-12-31"])
    def test_the_first_and_last_plausible_day_are_taken(self, value: str) -> None:
        assert fields(start=value).day("start") == date.fromisoformat(value)

    def test_a_required_day_must_be_there(self) -> None:
        assert fields(end="2026-11-20").required_day("start", "end") == date(2026, 11, 20)
        with pytest.raises(Unreadable, match="start is missing"):
            fields(start="").required_day("start", "end")

    @pytest.mark.parametrize(
        "value",
        [
            "2026-03-09",
            "2026-03-09T00:00:00",
            "2026-03-09T23:59:59.999Z",
            "2026-03-09 00:00",
            "03/09/2026",
            "3/9/2026",
            "3/9/2026 12:00:00 AM",
        ],
    )
    def test_bigtimes_forms_are_days_with_the_time_dropped(self, value: str) -> None:
        assert fields(DueDt=value).day_or_moment("DueDt") == date(2026, 3, 9)

    @pytest.mark.parametrize("value", ["0001-01-01T00:00:00", "1900-01-01", "01/01/1900", "", None])
    def test_bigtimes_stand_ins_for_none_are_none(self, value: object) -> None:
        assert fields(DueDt=value).day_or_moment("DueDt") is None

    @pytest.mark.parametrize("value", ["13/40/2026", "2026-02-30T00:00:00", "9999-12-31", "soon", 5, "2026-03-09Tx"])
    def test_other_forms_are_unreadable_there_too(self, value: object) -> None:
        with pytest.raises(Unreadable):
            fields(DueDt=value).day_or_moment("DueDt")

    def test_a_reason_is_short_and_shows_control_characters(self) -> None:
        with pytest.raises(Unreadable) as caught:
            fields(start="\x1b[31m" + "x" * 500).day("start")
        assert "\x1b" not in str(caught.value)
        assert len(str(caught.value)) < 120


class TestSteps:
    def test_the_event_loop_gets_a_turn_between_slices_of_at_most_2000(self) -> None:
        async def run() -> tuple[list[int], int]:
            turns = 0

            async def other_work() -> None:
                nonlocal turns
                while True:
                    turns += 1
                    await asyncio.sleep(0)

            task = asyncio.create_task(other_work())
            sizes = [len(part) async for part in steps([b"{}"] * 4500)]
            task.cancel()
            return sizes, turns

        sizes, turns = asyncio.run(run())
        assert sum(sizes) == 4500
        assert max(sizes) <= 2000
        assert turns >= len(sizes) - 1

    def test_no_records_are_no_step(self) -> None:
        async def run() -> list[object]:
            return [part async for part in steps([])]

        assert asyncio.run(run()) == []
