"""Every Source passes this, whatever its service: tests/sources/contract.py says how an adapter joins in."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncGenerator, Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import httpx
import pytest

from planner_gui.domain.entities import Absence, Allocation, Event, Page, Span, Task
from planner_gui.domain.errors import (
    AnswerUnusable,
    CredentialRefused,
    NotFound,
    NotOffered,
    ServiceFailed,
    SourceError,
    UsageError,
)
from planner_gui.sources.base import KINDS
from tests.sources.contract import (
    SECRET,
    SPAN,
    Answer,
    Fake,
    everything,
    fakes,
    ids_as_numbers,
    ids_as_text,
    is_plain_date,
    items,
    json_answer,
    lists_wrapped,
    objects_changed,
    pages_of,
    read,
    records,
    run,
    with_records,
)

FAKES = fakes()
MOST_RECORDS = 2000  # of a page (`Page`)


@pytest.fixture(params=FAKES)
def service(request: pytest.FixtureRequest) -> Fake:
    return FAKES[request.param]()


def test_every_kind_has_joined_in() -> None:
    assert list(FAKES) == list(KINDS)


def faults(pages: list[Page]) -> list[Any]:
    return [fault for page in pages for fault in page.not_understood]


# -- what a reading yields --------------------------------------------------------------------------------------------


def test_the_healthy_service_is_read_without_a_fault(service: Fake) -> None:
    pages = read(service.open())
    assert records(pages), "the fake has no item: nothing would be tested"
    assert faults(pages) == []
    assert [lost for page in pages for lost in page.not_readable] == []


def test_every_entity_is_valid(service: Fake) -> None:
    pages = read(service.open())
    accounts = {account.key for page in pages for account in page.accounts}
    teams = {team.key for page in pages for team in page.teams}
    sources = {source.key for page in pages for source in page.sources}
    assert "" not in accounts | teams | sources
    for page in pages:
        for membership in page.memberships:
            assert membership.account in accounts
            assert membership.team in teams
        for schedule in page.schedules:
            assert schedule.account in accounts
    for record in records(pages):
        item = record.item
        assert item.external_id
        assert item.title if not isinstance(item, Absence) else item.type
        assert set(_accounts_of(item)) <= accounts, "an account that no page has told of"
        assert json.loads(record.raw), "the vendor's own record must be kept"
        _check_dates(item)
        if isinstance(item, Event):
            assert item.source in sources


def _accounts_of(item: Any) -> tuple[str, ...]:
    match item:
        case Event():
            return item.accounts
        case Task():
            return item.assignees
        case Allocation():
            assert bool(item.account) != bool(item.team), "a person's plan or a team's, never both"
    return (item.account,) if item.account else ()


def _check_dates(item: Any) -> None:
    match item:
        case Absence() | Allocation():
            assert is_plain_date(item.start)
            assert is_plain_date(item.end)
        case Task():
            assert all(day is None or is_plain_date(day) for day in (item.start, item.due))
        case Event():
            if item.dates is None:
                assert isinstance(item.starts_at, datetime)
                assert isinstance(item.ends_at, datetime)
                assert item.starts_at.tzinfo is not None
                assert item.ends_at.tzinfo is not None
            else:
                assert item.starts_at is None
                assert item.ends_at is None


def test_a_second_reading_gives_the_same(service: Fake) -> None:
    assert everything(read(service.open())) == everything(read(service.open()))


def test_one_source_can_be_read_twice(service: Fake) -> None:
    async def twice() -> tuple[list[Page], list[Page]]:
        source = service.open()
        first = [page async for page in source.read(SPAN)]
        return first, await pages_of(source)

    first, second = run(twice())
    assert everything(first) == everything(second)


def test_requests_are_counted(service: Fake) -> None:
    source = service.open()
    assert source.requests == 0
    read(source)
    assert source.requests == len(service.requests) > 0


def test_making_a_source_sends_nothing(service: Fake) -> None:
    source = service.open()
    run(source.close())
    assert service.requests == []


def test_the_dates_that_were_asked_for_are_covered(service: Fake) -> None:
    """Both dates are sent, always: what a service does with one of them is its own affair."""
    read(service.open())
    if service.spans is None:
        return
    asked = [span for request in service.requests if (span := service.spans(request))]
    assert asked
    covered = {day for start, end in asked for day in Span(start, end)}
    assert covered.issuperset(SPAN)


def test_v3_no_page_holds_more_than_two_thousand_records(service: Fake) -> None:
    def many(records: list[Any]) -> list[Any]:
        return [_numbered(record, number) for number in range(MOST_RECORDS + 500) for record in records[:1]]

    source = service.altered(lambda answer: with_records(many, answer), service.items)
    for page in read(source):
        assert len(page.records) <= MOST_RECORDS


def _numbered(record: Any, number: int) -> Any:
    """The record with another id, where it has one."""
    if not isinstance(record, dict):
        return record
    return {key: 50_000 + number if key.lower() in ("id", "taskid", "tasksid") else v for key, v in record.items()}


# -- tolerance: vendors' forms ----------------------------------------------------------------------------------------

WRAPPINGS: dict[str, Callable[[list[Any]], Answer]] = {
    "bare": lambda records: records,
    "under one key": lambda records: {"values": records},
    "under an unknown key with others": lambda records: {"page": 1, "theList": records, "ok": True},
    "in cargo": lambda records: {"currentVersion": 1, "latestVersion": 1, "cargo": records},
    "a list in an object in cargo": lambda records: {"currentVersion": 1, "cargo": {"results": records}},
}


@pytest.mark.parametrize("form", WRAPPINGS)
def test_lists_are_read_bare_or_wrapped(service: Fake, form: str) -> None:
    plain = everything(read(service.open()))
    wrapped = read(service.altered(lambda answer: lists_wrapped(WRAPPINGS[form], answer)))
    assert everything(wrapped) == plain


@pytest.mark.parametrize("change", [ids_as_text, ids_as_numbers])
def test_ids_are_text_or_numbers(service: Fake, change: Callable[[Answer], Answer]) -> None:
    plain = everything(read(service.open()))
    assert everything(read(service.altered(change))) == plain


@pytest.mark.parametrize("case", [str.upper, str.lower, str.capitalize])
def test_names_are_read_in_any_case(service: Fake, case: Callable[[str], str]) -> None:
    plain = everything(read(service.open()))

    def cased(record: dict[str, Any]) -> dict[str, Any]:
        return {case(key): value for key, value in record.items()}

    assert everything(read(service.altered(lambda answer: objects_changed(cased, answer)))) == plain


def test_v1_unknown_keys_change_nothing_and_are_kept_raw(service: Fake) -> None:
    plain = everything(read(service.open()))

    def more(record: dict[str, Any]) -> dict[str, Any]:
        return {**record, "xNew": {"deep": [1, {"a": None}]}, "xNull": None}

    pages = read(service.altered(lambda answer: objects_changed(more, answer)))
    assert everything(pages) == plain
    assert all(b"xNew" in record.raw for record in records(pages))


@pytest.mark.parametrize(
    "broken",
    ['{"nonsense": true}', "{}", "[[]]", '{"id": NaN}', '{"id": 1e999}', '{"id": "\\ud800"}', '{"id": "\\u0000"}'],
)
def test_v1_a_broken_record_is_counted_and_the_others_load(service: Fake, broken: str) -> None:
    plain = everything(read(service.open()))

    def respond(request: httpx.Request) -> httpx.Response:
        response = service.respond(request)
        if f"{request.method} {request.url.path}" != service.items or response.status_code != 200:
            return response
        spoiled = with_records(lambda found: ["@broken@", *found, "@broken@"], json.loads(response.content))
        return json_answer(json.dumps(spoiled).replace('"@broken@"', broken))

    pages = read(service.open(respond))
    assert everything(pages)["items"] == plain["items"]
    assert faults(pages), "the broken record vanished"
    for fault in faults(pages):
        assert fault.what
        assert fault.reason
        assert fault.raw


def test_v4_a_record_that_comes_twice_is_the_same_item(service: Fake) -> None:
    """The same ids again may be yielded again (the reading counts them once), and never become something else."""
    plain = everything(read(service.open()))
    pages = read(service.altered(lambda answer: with_records(lambda found: found * 2, answer), service.items))
    assert set(everything(pages)["items"]) == set(plain["items"])


def test_an_empty_service_is_no_error(service: Fake) -> None:
    pages = read(service.altered(lambda answer: with_records(lambda _found: [], answer), service.items))
    assert faults(pages) == []


# -- failures ---------------------------------------------------------------------------------------------------------

PAGE = httpx.Response(200, html="<!DOCTYPE html><html><body>Please log in</body></html>")
FAILURES: dict[str, tuple[httpx.Response, type[SourceError] | tuple[type[SourceError], ...]]] = {
    "a web page": (PAGE, AnswerUnusable),
    "401": (httpx.Response(401, html="<html>no</html>"), CredentialRefused),
    "404": (httpx.Response(404, json={"message": "no"}), (NotFound, NotOffered)),
    "500": (httpx.Response(500, json={"message": "oops"}), ServiceFailed),
    "cut JSON": (json_answer('[{"id": 1, "na'), AnswerUnusable),
    "deep JSON": (json_answer("[" * 100_000), AnswerUnusable),
    "an object": (json_answer('{"hello": "world"}'), AnswerUnusable),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_a_failure_of_everything_is_one_error_that_names_the_connection(service: Fake, failure: str) -> None:
    response, kind = FAILURES[failure]
    for attempt in ("read", "check"):
        source = service.open(lambda _request: response)

        async def tried(source: Any = source, attempt: str = attempt) -> None:
            try:
                if attempt == "check":
                    await source.check()
                else:
                    await pages_of(source)
            finally:
                await source.close()

        if attempt == "check" and failure == "an object":
            continue  # a check may be content with an object
        with pytest.raises(SourceError) as caught:
            run(tried())
        assert isinstance(caught.value, kind)
        assert caught.value.connection == service.connection.name
        assert str(caught.value).startswith(service.connection.name)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("failure", ["a web page", "401", "500", "cut JSON"])
def test_c8_a_failure_of_the_items_ends_the_reading(service: Fake, failure: str) -> None:
    response, kind = FAILURES[failure]

    def respond(request: httpx.Request) -> httpx.Response:
        healthy = service.respond(request)
        return response if f"{request.method} {request.url.path}" == service.items else healthy

    with pytest.raises(kind):
        read(service.open(respond))


# -- credentials ------------------------------------------------------------------------------------------------------


def test_the_credential_is_in_no_address_repr_or_message(service: Fake) -> None:
    source = service.open()
    read(source)
    assert SECRET in service.secret
    for request in service.requests:
        assert SECRET not in str(request.url)
        assert SECRET not in repr(request)
    seen = [repr(source), str(source), repr(source.connection)]
    for response, _kind in FAILURES.values():
        echo = httpx.Response(
            response.status_code, content=response.content + SECRET.encode(), headers={"Content-Type": "text/plain"}
        )
        with pytest.raises(SourceError) as caught:
            read(service.open(lambda _request, echo=echo: echo))
        seen += [str(caught.value), repr(caught.value), caught.value.detail]
    assert not [text for text in seen if SECRET in text]


def test_the_credential_goes_with_every_request(service: Fake) -> None:
    read(service.open())
    for request in service.requests:
        names = [
            name for name in request.headers if name.lower() in ("authorization", "x-auth-token", "x-auth-apitoken")
        ]
        assert names or request.method == "POST"


def test_an_unknown_option_is_a_usage_error(service: Fake) -> None:
    service.options = {**service.options, "colour": "blue"}
    with pytest.raises(UsageError, match="colour"):
        service.open()


# -- cancelling -------------------------------------------------------------------------------------------------------


def test_cancelling_a_reading_leaves_no_task(service: Fake) -> None:
    total = len(read_requests(service))
    for hang_at in range(1, total + 1):
        run(_cancelled(FAKES[service.kind](), hang_at))


def read_requests(service: Fake) -> list[httpx.Request]:
    read(service.open())
    return service.requests


async def _cancelled(service: Fake, hang_at: int) -> None:
    reached = asyncio.Event()

    async def respond(request: httpx.Request) -> httpx.Response:
        response = service.respond(request)
        if len(service.requests) >= hang_at:
            reached.set()
            await asyncio.Event().wait()
        return response

    source = service.open(respond)
    reading = asyncio.create_task(pages_of(source))
    await reached.wait()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading


def test_a_reader_who_stops_half_way_leaves_no_task(service: Fake) -> None:
    count = len(read(service.open()))

    async def stopped(after: int) -> None:
        source = service.open()
        pages = source.read(SPAN)
        assert isinstance(pages, AsyncGenerator)
        for _ in range(after):
            await anext(pages)
        await pages.aclose()
        await source.close()

    for after in range(1, count + 1):
        run(stopped(after))


# -- check ------------------------------------------------------------------------------------------------------------


def test_check_says_in_words_what_is_visible_in_a_few_requests(service: Fake) -> None:
    async def checked() -> Any:
        source = service.open()
        try:
            return await source.check()
        finally:
            await source.close()

    check = run(checked())
    assert check.sees
    assert all(re.search(r"[a-z]{3}", text) and "\n" not in text for text in check.sees)
    assert len(service.requests) <= 4
    settled = replace(service.connection, url=check.url or service.url, options={**service.options, **check.options})
    service.url, service.options = settled.url, settled.options
    assert items(read(service.open())), "what the check settled must work"
