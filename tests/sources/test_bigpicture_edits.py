"""BigPicture's absences written: identity by start, spellings, the way to the service (vendors.md 1.4, 5; 4.1)."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from planner_gui.domain.edits import ItemKey
from planner_gui.domain.entities import Kind
from planner_gui.domain.errors import CredentialRefused, NotFound, NotSent, RequestRefused
from planner_gui.sources.base import Connection
from planner_gui.sources.bigpicture_edits import BigPictureVocabulary, body_of
from tests.sources.writing_contract import Desk, cases

VOCABULARY = BigPictureVocabulary(Connection("hr", "bigpicture"))
WHO = "EXT_USER@2@priya@@example.com"
ABSENCE: dict[str, Any] = {
    "account": WHO,
    "start": "2026-12-01",
    "end": "2026-12-04",
    "type": "HOLIDAY",
    "percent": 100,
    "comment": "",
}


def faults(before: dict[str, Any] | None = None, **more: Any) -> dict[str, str]:
    return dict(VOCABULARY.faults(Kind.ABSENCE, {**ABSENCE, **more}, before))


def test_an_item_takes_its_account_from_its_id() -> None:
    raw = b'{"startDate":"2026-12-01","endDate":"2026-12-04","type":"sick_leave","percentageUnavailability":50.0,"x":1}'
    item = VOCABULARY.item(ItemKey("hr", Kind.ABSENCE, f"{WHO}@2026-12-01"), raw, ["somebody"])
    assert item.fields == ABSENCE | {"type": "SICK LEAVE", "percent": 50}
    assert (item.raw, item.series) == (raw, 1)


@pytest.mark.parametrize("word", ["sick leave", "SICK_LEAVE", "Sick-Leave"])
def test_a_known_type_is_sent_in_the_spelling_with_spaces(word: str) -> None:
    """vendors.md 5, BigPicture 5."""
    assert VOCABULARY.stored(Kind.ABSENCE, ABSENCE | {"type": word})["type"] == "SICK LEAVE"
    assert body_of(ABSENCE | {"type": word})["absenceType"] == "SICK LEAVE"
    assert faults(type=word) == {}


def test_v1_an_unknown_type_is_kept_but_not_made() -> None:
    assert body_of(ABSENCE | {"type": "SABBATICAL"})["absenceType"] == "SABBATICAL"
    assert faults(ABSENCE | {"type": "SABBATICAL"}, type="SABBATICAL", comment="x") == {}
    assert "takes HOLIDAY, LEAVE AT REQUEST" in faults(type="SABBATICAL")["type"]


def test_a_share_is_100_or_50() -> None:
    assert faults(percent=50) == {}
    assert faults(percent=75) == {"percent": "BigPicture takes 100 or 50"}
    assert "percent" in faults(percent=True)
    assert faults(percent="100") == {"percent": "is no number"}


def test_a_comment_has_449_characters_at_most() -> None:
    assert faults(comment="ä" * 449) == {}
    assert faults(comment="ä" * 450) == {"comment": "has 450 characters; BigPicture takes 449"}


@pytest.mark.parametrize("account", ["..", "a\nb"])
def test_an_account_that_cannot_be_in_an_address_is_a_fault(account: str) -> None:
    assert faults(account=account) == {"account": "is no account of BigPicture"}


def test_an_absence_cannot_be_given_to_somebody_else() -> None:
    assert "delete it and create it there" in faults(ABSENCE, account="EXT_USER@2@kim")["account"]


def test_a_task_is_shown_and_not_written() -> None:
    capability = VOCABULARY.capabilities[Kind.TASK]
    assert "only shows assignments" in capability.create
    assert VOCABULARY.faults(Kind.TASK, {})


def test_w10_an_update_carries_what_else_the_record_holds_and_no_second_spelling() -> None:
    raw = b'{"id":9,"StartDate":"2026-12-01","end":"2026-12-04","type":"HOLIDAY","percentage":100,"approved":true}'
    assert body_of(ABSENCE, raw) == {
        "id": 9,
        "approved": True,
        "StartDate": "2026-12-01",
        "endDate": "2026-12-04",
        "absenceType": "HOLIDAY",
        "comment": "",
        "percentageUnavailability": 100,
    }


# -- on the way -------------------------------------------------------------------------------------------------------


def server() -> Desk:
    return Desk(cases()["bigpicture"])


def test_an_update_is_named_by_the_start_that_the_absence_has_now() -> None:
    desk = server()
    current = desk.found(desk.created())
    desk.do(lambda source: source.update(Kind.ABSENCE, current, desk.case.changed, frozenset({"start"})))
    moved = desk.found(f"{desk.case.fields['account']}@2028-03-07")
    desk.do(lambda source: source.delete(Kind.ABSENCE, moved))
    put, delete = desk.writes[1:]
    assert put.url.query == b"startDate=2028-03-06"
    assert json.loads(put.content)["startDate"] == "2028-03-07"
    assert delete.url.query == b"startDate=2028-03-07"


def test_the_service_says_what_overlaps() -> None:
    desk = server()
    desk.created()
    with pytest.raises(RequestRefused, match="overlaps another absence"):
        desk.created({**desk.case.fields, "start": "2028-03-08", "end": "2028-03-08"})


def test_a_write_never_tries_two_addresses() -> None:
    """A server's path is settled by a read first: a 404 of a write would say nothing (vendors.md 1.1)."""
    desk = server()
    desk.sandbox.faults.set("bigpicture", "old-base")
    assert desk.created()
    assert [request.method for request in desk.requests] == ["GET", "GET", "POST"]
    assert "softwareplant-bigpicture" in desk.writes[0].url.path


def test_a_person_who_is_not_there_gets_nothing_sent() -> None:
    desk = server()
    with pytest.raises(NotFound, match="kept here"):
        desk.created({**desk.case.fields, "account": "EXT_USER@2@nobody"})
    assert desk.writes == []


def test_an_address_that_does_not_answer_proves_that_the_write_was_not_sent() -> None:
    desk = server()
    desk.alter = lambda _request, _answer: httpx.Response(502)
    with pytest.raises(NotSent, match="was not sent"):
        desk.created()
    assert desk.writes == []


class TestCloud:
    def test_a5_after_a_move_a_refused_write_goes_once_to_the_new_place(self) -> None:
        desk = Desk(cases()["bigpicture-cloud"])

        async def moving(source: Any) -> str:
            await source.look(Kind.ABSENCE, desk.case.fields)
            desk.sandbox.faults.set("bigpicture-labs", "relocate")
            return await source.create(Kind.ABSENCE, desk.case.fields)  # type: ignore[no-any-return]

        assert desk.do(moving)
        assert ["/101/" in str(request.url) for request in desk.writes] == [True, False]
        assert len(desk.applied) == 1

    def test_a7_a_token_that_is_refused_is_not_sent_again(self) -> None:
        desk = Desk(cases()["bigpicture-cloud"])
        desk.alter = lambda request, _answer: httpx.Response(401) if request.method == "POST" else None
        with pytest.raises(CredentialRefused, match="kept here"):
            desk.created()
        assert len(desk.writes) == 1

    def test_a_401_stays_what_is_known_when_where_am_i_fails(self) -> None:
        desk = Desk(cases()["bigpicture-cloud"])
        refused: list[int] = []

        def alter(request: httpx.Request, _answer: httpx.Response) -> httpx.Response | None:
            if request.method == "POST":
                refused.append(1)
                return httpx.Response(401)
            return httpx.Response(500) if refused else None

        desk.alter = alter
        with pytest.raises(CredentialRefused):
            desk.created()
