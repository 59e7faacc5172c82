"""Every source that writes passes this, on the pretend company behind its real interface (W4, W10 to W13; 4.1)."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from planner_gui.domain.edits import FIELDS, ItemKey, differing
from planner_gui.domain.entities import Kind
from planner_gui.domain.errors import (
    AnswerUnusable,
    CredentialRefused,
    Forbidden,
    NotFound,
    RateLimited,
    RequestRefused,
    ServiceFailed,
    SourceError,
)
from planner_gui.sources.base import KINDS, Connection, Context, open_source
from planner_gui.sources.writing import SupportsEdits, vocabulary
from tests.sources.contract import TODAY
from tests.sources.fake_worktime import fake as fake_worktime
from tests.sources.writing_contract import Desk, cases, with_more

NAMES = ("bigpicture", "bigpicture-cloud", "tempo", "tempo-cloud", "bigtime")


@pytest.fixture(params=NAMES)
def desk(request: pytest.FixtureRequest) -> Desk:
    return Desk(cases()[request.param])


def test_every_kind_writes_or_says_why_not() -> None:
    assert {Desk(case).connection.kind for case in cases().values()} | {"worktime"} == set(KINDS)
    source = fake_worktime().open()
    assert not isinstance(source, SupportsEdits)
    for capability in vocabulary(Connection("calendar", "worktime")).capabilities.values():
        assert (
            capability.create
            == capability.update
            == capability.delete
            == "Work Time Calendar offers no documented way to write"
        )


def test_an_event_is_shown_whole_and_edited_in_nothing() -> None:
    language = vocabulary(Connection("calendar", "worktime"))
    item = language.item(ItemKey("calendar", Kind.EVENT, "7"), b'{"id":7}', ["a"])
    assert (item.fields, item.raw, item.series) == ({}, b'{"id":7}', 1)
    assert language.stored(Kind.EVENT, {"a": "b"}) == {"a": "b"}
    assert language.faults(Kind.EVENT, {})


# -- round trips ------------------------------------------------------------------------------------------------------


def test_a_created_item_is_found_again_as_it_was_meant(desk: Desk) -> None:
    external_id = desk.created()
    found = desk.found(external_id)
    assert external_id
    assert found.external_id == external_id
    assert desk.different(desk.case.fields, found) == frozenset()
    assert json.loads(found.raw)
    assert set(found.fields) == {field.name for field in FIELDS[desk.case.kind]}


def test_w5_a_look_shows_what_was_there_and_then_the_new_one(desk: Desk) -> None:
    """The look is for telling the new one by its id: equal content, one more than before."""
    kind, fields = desk.case.kind, desk.case.fields
    before = {one.external_id for one in desk.do(lambda source: source.look(kind, fields))}
    external_id = desk.created()
    after = {one.external_id: one for one in desk.do(lambda source: source.look(kind, fields))}
    assert set(after) - before == {external_id}
    assert desk.different(fields, after[external_id]) == frozenset()


def test_w10_an_update_changes_everything_that_was_meant_and_keeps_its_identity(desk: Desk) -> None:
    case = desk.case
    current = desk.found(desk.created())
    changed = differing(case.kind, current.fields, case.changed)
    external_id = desk.do(lambda source: source.update(case.kind, current, case.changed, changed))
    found = desk.found(external_id)
    assert desk.different(case.changed, found) == frozenset()
    assert (external_id == current.external_id) == (case.kind.name != "ABSENCE")
    if external_id != current.external_id:
        assert desk.found(current.external_id) is None


def test_w10_one_changed_field_changes_nothing_else_on_the_service(desk: Desk) -> None:
    case = desk.case
    current = desk.found(desk.created())
    name = {"ABSENCE": "comment", "ALLOCATION": "description", "TASK": "notes"}[case.kind.name]
    after = {**current.fields, name: "another"}
    desk.do(lambda source: source.update(case.kind, current, after, frozenset({name})))
    found = desk.found(current.external_id)
    assert differing(case.kind, current.fields, found.fields) == {name}
    ignored = desk.vocabulary.volatile | {{"comment": "comment", "description": "description"}.get(name, "Notes")}
    before, now = json.loads(current.raw), json.loads(found.raw)
    assert {k: v for k, v in before.items() if k not in ignored} == {k: v for k, v in now.items() if k not in ignored}


def test_w10_what_no_document_names_is_sent_back_as_it_came(desk: Desk) -> None:
    """Tempo's PUT resets what is left out; BigTime keeps what is not sent, and takes its own names only [D]."""
    case = desk.case
    external_id = desk.created()
    desk.alter = lambda request, answer: (
        with_more(answer, xNew={"deep": [1, None]}) if request.method == "GET" else None
    )
    current = desk.found(external_id)
    assert b"xNew" in current.raw
    desk.do(lambda source: source.update(case.kind, current, case.changed, frozenset({"start"})))
    sent = json.loads(desk.writes[-1].content)
    if case.unknown:
        assert sent["xNew"] == {"deep": [1, None]}
    else:
        assert "xNew" not in sent
        assert set(sent) < set(json.loads(current.raw)) | {"CurrentStatusName"}


def test_w13_a_deleted_item_is_gone_and_a_second_delete_is_refused(desk: Desk) -> None:
    case = desk.case
    current = desk.found(desk.created())
    desk.do(lambda source: source.delete(case.kind, current))
    assert desk.found(current.external_id) is None
    assert desk.found(current.external_id) is None, "asked twice"
    with pytest.raises(NotFound):
        desk.do(lambda source: source.delete(case.kind, current))


def test_4_4_an_item_that_never_was_is_none(desk: Desk) -> None:
    account = desk.case.fields.get("account")
    never = f"{account}@2031-01-01" if desk.case.kind.name == "ABSENCE" else "99999999"
    assert desk.found(never) is None


def test_w12_stored_says_what_is_read_back(desk: Desk) -> None:
    """stored(meant) and the record agree, and storing twice changes nothing."""
    stored = desk.vocabulary.stored(desk.case.kind, desk.case.fields)
    assert desk.vocabulary.stored(desk.case.kind, stored) == stored
    found = desk.found(desk.created())
    assert differing(desk.case.kind, stored, desk.vocabulary.stored(desk.case.kind, found.fields)) == frozenset()


def test_the_offline_item_and_the_read_one_are_the_same(desk: Desk) -> None:
    """A base taken from the cache must not look like a foreign change (4.3)."""
    found = desk.found(desk.created())
    item = desk.vocabulary.item(desk.key(found.external_id), found.raw)
    assert dict(item.fields) == dict(found.fields)
    assert (item.raw, item.series) == (found.raw, found.series)


# -- sent once --------------------------------------------------------------------------------------------------------


def test_w4_each_write_reaches_the_service_once(desk: Desk) -> None:
    case = desk.case
    current = desk.found(desk.created())
    desk.do(lambda source: source.update(case.kind, current, case.changed, frozenset({"start"})))
    moved = next(iter(desk.do(lambda source: _all(source, desk))))
    desk.do(lambda source: source.delete(case.kind, moved))
    assert [method for method, _path in desk.applied] == [request.method for request in desk.writes]
    methods = ["POST", "POST" if case.name == "bigtime" else "PUT", "DELETE"]
    assert [method for method, _path in desk.applied] == methods


async def _all(source: SupportsEdits, desk: Desk) -> list[Any]:
    found = await source.look(desk.case.kind, desk.case.changed)
    return [one for one in found if not desk.different(desk.case.changed, one)]


FAULTS: dict[str, type[SourceError]] = {
    "401": CredentialRefused,
    "403": Forbidden,
    "404": NotFound,
    "429": RateLimited,
    "500": ServiceFailed,
    "502": ServiceFailed,
    "503": ServiceFailed,
    "504": ServiceFailed,
    "html": AnswerUnusable,
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("do", ["create", "update", "delete"])
def test_w4_a_fault_is_said_as_evidence_and_nothing_is_sent_again(desk: Desk, do: str, fault: str) -> None:
    case = desk.case
    current = desk.found(desk.created())
    before = len(desk.applied)

    def alter(request: httpx.Request, _answer: httpx.Response) -> httpx.Response | None:
        if request.method == "GET":
            return None
        if fault == "html":
            return httpx.Response(200, html="<!DOCTYPE html><p>Log in</p>")
        return httpx.Response(int(fault), json={"message": "no"}, headers={"retry-after": "2"})

    desk.alter = alter
    fields = {**case.changed, "start": "2029-01-08", "end": "2029-01-09"}  # where nothing is in the way
    sent = len(desk.writes)
    acts = {
        "create": lambda source: source.create(case.kind, fields),
        "update": lambda source: source.update(case.kind, current, case.changed, frozenset()),
        "delete": lambda source: source.delete(case.kind, current),
    }
    with pytest.raises(SourceError) as caught:
        desk.do(acts[do])
    assert type(caught.value) is FAULTS[fault]
    assert len(desk.writes) == sent + 1
    assert len(desk.applied) == before + 1, "the ledger: it was done, though the answer says otherwise"
    assert "kept here" in str(caught.value)


def test_a_malformed_answer_to_a_create_is_no_id_and_no_error(desk: Desk) -> None:
    """N7: the caller reads back."""
    desk.alter = lambda request, _answer: _json(b'[{"id": 1, "na') if request.method == "POST" else None
    assert desk.created() == ""
    desk.alter = lambda request, _answer: httpx.Response(204) if request.method == "POST" else None
    fields = {**desk.case.fields, "start": "2029-01-08", "end": "2029-01-09", "until": None, "repeat": "never"}
    assert desk.created(fields) == ""
    assert len(desk.applied) == 2


def _json(body: bytes) -> httpx.Response:
    return httpx.Response(200, content=body, headers={"content-type": "application/json"})


def test_c8_a_look_that_fails_is_an_error_not_an_empty_list(desk: Desk) -> None:
    desk.alter = lambda _request, _answer: httpx.Response(500)
    with pytest.raises(ServiceFailed):
        desk.do(lambda source: source.look(desk.case.kind, desk.case.fields))
    with pytest.raises(ServiceFailed):
        desk.found("EXT_USER@2@x@2026-01-01")


def test_a_record_that_is_not_understood_is_a_candidate_that_equals_nothing(desk: Desk) -> None:
    """It may be the one that is looked for: hidden, it would be created a second time."""
    external_id = desk.created()
    broken = {"endDate": 7, "end": 7, "DueDt": "soon"}
    desk.alter = lambda request, answer: with_more(answer, **broken) if request.method == "GET" else None
    found = desk.do(lambda source: source.look(desk.case.kind, desk.case.fields))
    (mine,) = [one for one in found if one.external_id == external_id]
    assert desk.different(desk.case.fields, mine)


def test_a_404_that_is_a_web_page_does_not_prove_that_the_item_is_gone(desk: Desk) -> None:
    """FB4: an address that is wrong all at once, or a proxy; nothing answers there any more."""
    external_id = desk.created()
    desk.alter = lambda _request, _answer: httpx.Response(404, html="<html>Not here</html>")
    with pytest.raises(NotFound):
        desk.found(external_id)


def test_a_refusal_carries_the_services_words(desk: Desk) -> None:
    case = desk.case
    wrong = {**case.fields, "end": "2028-01-01", "priority": "SOMETIMES"}
    with pytest.raises(RequestRefused) as caught:
        desk.do(lambda source: source.create(case.kind, wrong))
    assert caught.value.detail
    assert desk.applied == []


# -- what a vocabulary says offline -----------------------------------------------------------------------------------


def test_what_is_meant_here_has_no_fault(desk: Desk) -> None:
    case, faults = desk.case, desk.vocabulary.faults
    assert faults(case.kind, case.fields) == {}
    assert faults(case.kind, case.changed, case.fields) == {}
    assert faults(case.kind, case.fields, case.fields) == {}


def test_every_required_field_is_asked_for(desk: Desk) -> None:
    case = desk.case
    for field in FIELDS[case.kind]:
        if field.required:
            assert field.name in desk.vocabulary.faults(case.kind, {**case.fields, field.name: None})


def test_what_the_service_lacks_is_said_with_its_name(desk: Desk) -> None:
    case = desk.case
    capability = desk.vocabulary.capabilities[case.kind]
    for field in FIELDS[case.kind]:
        if field.name not in capability.fields and not field.shown:
            value: Any = {"type": "team", "id": "5"} if field.name == "scope" else 5 if field.name == "percent" else "5"
            assert desk.vocabulary.faults(case.kind, {**case.fields, field.name: value})[field.name]


@pytest.mark.parametrize(
    ("start", "last"), [("2028-02-30", "2028-03-01"), ("2028-3-1", "2028-03-02"), ("9999-01-01", "9999-01-02")]
)
def test_v5_a_day_that_is_none_is_a_fault(desk: Desk, start: str, last: str) -> None:
    fields = {**desk.case.fields, "start": start, "end": last, "due": last}
    assert "start" in desk.vocabulary.faults(desk.case.kind, fields)


def test_an_end_before_the_start_is_a_fault_at_the_end(desk: Desk) -> None:
    last = "due" if desk.case.kind.name == "TASK" else "end"
    faults = desk.vocabulary.faults(desk.case.kind, {**desk.case.fields, last: "2028-03-05"})
    assert faults == {last: "is before the start"}


def test_v1_what_the_service_has_already_is_never_a_fault(desk: Desk) -> None:
    """Unknown words, and amounts that could not be sent, stay as they are while something else is edited."""
    strange = {**desk.case.fields, "type": "SABBATICAL", "percent": 75, "priority": "NOW", "repeat": "daily"}
    after = {**strange, "comment": "c", "description": "d", "notes": "n"}
    assert not desk.vocabulary.faults(desk.case.kind, after, strange).keys() & {"type", "percent", "priority", "repeat"}


def test_making_a_vocabulary_needs_no_network_and_every_kind_has_one() -> None:
    for kind in KINDS:
        assert vocabulary(Connection("x", kind)).capabilities
    with pytest.raises(KeyError):
        vocabulary(Connection("x", "outlook"))


def test_opening_a_source_that_writes_sends_nothing(desk: Desk) -> None:
    open_source(desk.connection, desk.secret, Context(TODAY, None, desk._transport))  # type: ignore[arg-type]
    assert desk.requests == []
