"""client.write: sent once, and what each failure proves of the change (W4, W8, N2, N4, N7, N8; reliability 4.2)."""

from __future__ import annotations

import asyncio
import json
import ssl
from datetime import UTC, date

import httpx
import pytest

from planner_gui.domain.errors import (
    AnswerLost,
    AnswerUnusable,
    CertificateRefused,
    CredentialRefused,
    Forbidden,
    NotFound,
    NotOffered,
    NotSent,
    ProxyFailed,
    RateLimited,
    RequestRefused,
    ServiceFailed,
    SourceError,
)
from planner_gui.sources.base import Context
from planner_gui.sources.client import Client
from tests.faults.server import Behaviour, Call, Server, dies_when_reused, ending, replying, then_close
from tests.sources.scripted import TOKEN, Body, Service, Time, answer, client, run

PROOF = (NotSent, RateLimited, CredentialRefused, Forbidden, NotFound, NotOffered, RequestRefused)


def failed(service: httpx.AsyncBaseTransport, method: str = "POST") -> SourceError:
    """What a write to the service ends in."""
    with pytest.raises(SourceError) as caught:
        run(client(service).write(method, "allocation", body={"id": 1}, subject="the allocation"))
    return caught.value


class TestWhatIsSent:
    @pytest.mark.parametrize("method", ["POST", "PUT"])
    def test_the_body_is_json_with_the_credential(self, method: str) -> None:
        service = Service(answer(body=b'{"id":7}'))
        written = run(client(service).write(method, "absences", params=[("startDate", "2026-12-01")], body={"a": [1]}))
        (request,) = service.requests
        assert written == b'{"id":7}'
        assert (request.method, service.paths) == (method, ["/jira/absences?startDate=2026-12-01"])
        assert json.loads(request.content) == {"a": [1]}
        assert request.headers["authorization"] == f"Bearer {TOKEN}"
        assert request.headers["content-type"] == "application/json"

    def test_a_delete_has_no_body_and_says_json_as_the_samples_do(self) -> None:
        service = Service(answer(204, b""))
        run(client(service).write("DELETE", "allocation", "3"))
        (request,) = service.requests
        assert (request.method, request.content) == ("DELETE", b"")
        assert request.headers["content-type"] == "application/json"

    def test_v6_an_id_that_cannot_be_in_an_address_is_refused_unsent(self) -> None:
        service = Service()
        with pytest.raises(RequestRefused, match="nothing was sent"):
            run(client(service).write("DELETE", "allocation", ".."))
        assert service.requests == []


class TestWhatProvesNothing:
    """N7, W16: no error and no id, so that the caller reads back."""

    @pytest.mark.parametrize("status", [200, 201])
    @pytest.mark.parametrize("body", [b"", b"null", b" \n null ", b"ok"])
    def test_an_answer_without_an_object(self, status: int, body: bytes) -> None:
        assert run(client(Service(answer(status, body))).write("POST", "a")) == b""

    @pytest.mark.parametrize("status", [202, 204, 205, 206, 207, 226])
    def test_a_status_that_is_not_done_whole(self, status: int) -> None:
        assert run(client(Service(answer(status, b'{"id":7}'))).write("POST", "a")) == b""

    def test_an_object_is_taken_whatever_the_content_type_says_of_it(self) -> None:
        assert run(client(Service(answer(body=b'{"id":7}', type="text/plain"))).write("POST", "a")) == b'{"id":7}'


EVIDENCE: list[tuple[httpx.Response | Exception, type[SourceError]]] = [
    (httpx.ConnectError("x"), NotSent),
    (httpx.ConnectTimeout("x"), NotSent),
    (httpx.PoolTimeout("x"), NotSent),
    (httpx.ProxyError("407 Proxy Authentication Required"), ProxyFailed),
    (httpx.ProxyError("502 Bad Gateway"), ProxyFailed),
    (answer(407), ProxyFailed),
    (answer(429), RateLimited),
    (answer(401), CredentialRefused),
    (answer(403), Forbidden),
    (answer(404), NotFound),
    (answer(410), NotFound),
    (answer(405), NotOffered),
    *((answer(status), RequestRefused) for status in (400, 409, 412, 413, 415, 422, 428)),
    # and from here on nobody knows
    (httpx.WriteError("x"), AnswerLost),
    (httpx.WriteTimeout("x"), AnswerLost),
    (httpx.ReadError("x"), AnswerLost),
    (httpx.ReadTimeout("x"), AnswerLost),
    (httpx.RemoteProtocolError("x"), AnswerLost),
    (answer(body=Body(b'{"id"', then=httpx.ReadError("x"))), AnswerLost),
    (answer(408), AnswerLost),
    (answer(503, headers={"retry-after": "2"}), ServiceFailed),
    *((answer(status), ServiceFailed) for status in (500, 501, 502, 503, 504, 599)),
    *((answer(status), AnswerUnusable) for status in (300, 304, 402, 406, 418, 423, 451)),
    (answer(body=b"\x1f\x8b", headers={"content-encoding": "gzip"}), AnswerUnusable),
    (answer(body=b"<html>Log in</html>", type="text/html"), AnswerUnusable),
    (answer(201, body=b"<!DOCTYPE html>"), AnswerUnusable),
]


@pytest.mark.parametrize(("step", "kind"), EVIDENCE, ids=lambda one: getattr(one, "status_code", None) or str(one))
class TestEvidence:
    """W4: the table of reliability 4.2, each class once."""

    def test_the_error_says_what_is_proved(self, step: httpx.Response | Exception, kind: type[SourceError]) -> None:
        error = failed(Service(step))
        assert type(error) is kind
        assert (error.connection, error.subject) == ("tempo", "the allocation")

    def test_it_is_sent_once_whatever_comes(self, step: httpx.Response | Exception, kind: type[SourceError]) -> None:
        for method in ("POST", "PUT", "DELETE"):
            service = Service(step, answer(body=b'{"id":7}'))
            failed(service, method)
            assert len(service.requests) == 1

    def test_u6_it_says_in_one_line_that_the_change_is_kept(
        self, step: httpx.Response | Exception, kind: type[SourceError]
    ) -> None:
        text = str(failed(Service(step)))
        assert "The change is kept here" in text
        assert "sync again" not in text
        assert "what was read before" not in text.lower()
        assert "\n" not in text
        assert ("nobody knows whether it arrived" in text) == (not issubclass(kind, PROOF))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("place", ["/jira/moved", "https://evil.example/x", "https://ev\u0456l.example/x", "//[", ""])
def test_n2_a_redirect_is_not_followed_and_leaves_it_unknown(status: int, place: str) -> None:
    service = Service(
        answer(status, headers={"location": place.encode("idna").decode() if "\u0456" in place else place})
    )
    error = failed(service)
    assert type(error) is AnswerUnusable
    assert len(service.requests) == 1
    assert ("evil.example" in error.what) == ("evil" in place)


def test_a_refusal_carries_the_services_words_as_plain_text() -> None:
    error = failed(Service(answer(400, b'{"errorMessages":["<b>end</b>: the end date\\nis before"],"errors":{}}')))
    assert error.detail == "end : the end date is before"
    assert error.detail in error.what


def test_l1_a_refusal_never_shows_the_token() -> None:
    assert TOKEN not in str(failed(Service(answer(400, f'{{"message":"bad {TOKEN}"}}'.encode()))))


class TestWaitingAndParking:
    def test_n9_a_429_says_how_long_and_the_next_write_there_waits(self) -> None:
        time, service = Time(), Service(answer(429, headers={"retry-after": "7"}), answer(body=b'{"id":7}'))
        writer = client(service, time=time)

        async def twice() -> bytes:
            with pytest.raises(RateLimited) as caught:
                await writer.write("POST", "allocation")
            assert caught.value.retry_after == 7
            return await writer.write("POST", "allocation")

        assert run(twice()) == b'{"id":7}'
        assert time.slept == [7]

    def test_n9_a_wait_of_more_than_a_minute_is_said_unsent(self) -> None:
        service = Service(answer(429, headers={"retry-after": "200"}))
        writer = client(service)

        async def twice() -> None:
            with pytest.raises(RateLimited):
                await writer.write("POST", "allocation")
            with pytest.raises(RateLimited, match="kept here"):
                await writer.write("POST", "allocation")

        run(twice())
        assert len(service.requests) == 1

    def test_a7_a_refused_token_is_not_sent_again(self) -> None:
        service, tokens = Service(answer(401), answer(body=b'{"id":7}')), ["old"]
        writer = client(service, headers=lambda: {"Authorization": tokens[-1]})

        async def thrice() -> bytes:
            for _ in range(2):
                with pytest.raises(CredentialRefused):
                    await writer.write("PUT", "allocation", "1")
            tokens.append("new")
            return await writer.write("PUT", "allocation", "1")

        assert run(thrice()) == b'{"id":7}'
        assert len(service.requests) == 2

    def test_w8_a_cancelled_write_is_cancelled_and_not_sent_again(self) -> None:
        arrived = asyncio.Event()

        class Silent(Service):
            async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
                self.requests.append(request)
                arrived.set()
                await asyncio.Event().wait()
                raise AssertionError

        service = Silent()

        async def cancelled() -> None:
            task = asyncio.create_task(client(service).write("POST", "a"))
            await arrived.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

        run(cancelled())
        assert len(service.requests) == 1


# -- on a wire --------------------------------------------------------------------------------------------------------


def on_wire(behaviour: Behaviour | None, *, reads: int = 0, deadline: float = 5.0) -> tuple[Server, object]:
    """A read or two, then a write: the server with its ledger, and what came of the write."""

    async def scenario() -> tuple[Server, object]:
        async with Server(behaviour=behaviour) as server:
            context = Context(date(2026, 11, 20), UTC, deadline=deadline)
            writer = Client("tempo", server.url, context, headers=lambda: {"Authorization": "Bearer t"})
            try:
                for _ in range(reads):
                    await writer.read("plans")
                return server, await writer.write("POST", "allocation", body={"id": 1})
            except SourceError as error:
                return server, error
            finally:
                await writer.close()

    return run(scenario())


@pytest.mark.parametrize("reads", [0, 1])
@pytest.mark.parametrize("end", ["rst", "fin"])
def test_fa9_a_connection_that_ends_without_an_answer_leaves_it_unknown(end: str, reads: int) -> None:
    async def behaviour(call: Call) -> None:
        await (ending(end)(call) if call.method == "POST" else call.answer())

    server, error = on_wire(behaviour, reads=reads)
    assert type(error) is AnswerLost
    assert server.asked("POST", "/allocation") == 1


def test_fa18_a_kept_connection_that_dies_is_not_silently_tried_again() -> None:
    server, error = on_wire(dies_when_reused(), reads=1)
    assert type(error) is AnswerLost
    assert server.connections == 1
    assert server.asked("POST", "/allocation") == 1


def test_fa18_a_kept_connection_that_was_closed_while_idle_carries_no_write() -> None:
    server, written = on_wire(then_close(), reads=1)
    assert written == b"[]"
    assert (server.connections, server.asked("POST", "/allocation")) == (2, 1)


def test_n4_a_silent_server_ends_by_the_deadline_as_unknown() -> None:
    server, error = on_wire(ending("silence"), deadline=0.2)
    assert type(error) is AnswerLost
    assert server.asked("POST", "/allocation") == 1


def test_n4_a_write_has_45_seconds_where_a_page_has_30_and_10_to_connect() -> None:
    service = Service()
    run(client(service, deadline=30).write("POST", "a"))
    assert service.requests[0].extensions["timeout"] == {"connect": 10, "pool": 10, "read": 45, "write": 45}


def test_fb3_a_redirect_on_a_wire_reaches_nobody_else() -> None:
    server, error = on_wire(replying(307, headers={"Location": "/other"}))
    assert type(error) is AnswerUnusable
    assert [call.path for call in server.ledger] == ["/allocation"]


def test_fa1_a_refused_connection_proves_that_nothing_left() -> None:
    async def scenario() -> SourceError:
        async with Server() as server:
            url = server.url
        writer = Client("tempo", url, Context(date(2026, 11, 20), UTC), headers=dict)
        try:
            with pytest.raises(SourceError) as caught:
                await writer.write("POST", "allocation")
            return caught.value
        finally:
            await writer.close()

    assert type(run(scenario())) is NotSent


class _Breaks(httpx.AsyncBaseTransport):
    """As httpcore: says that the headers go out, then fails in a way that looks like a failure to connect."""

    def __init__(self, error: Exception, method: bytes = b"POST", *, sent: bool = True) -> None:
        self._error, self._method, self._sent = error, method, sent

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        trace = request.extensions["trace"]
        await trace("connection.start_tls.started", {})
        if self._sent:
            sent = type("Sent", (), {"method": self._method})()
            await trace("http11.send_request_headers.started", {"request": sent})
        raise self._error


def test_encryption_that_breaks_after_the_request_left_is_no_proof() -> None:
    """The layer below httpx lets a raw SSLError through while the answer is read, too."""
    assert type(failed(_Breaks(ssl.SSLError(1, "bad record mac"), sent=False))) is CertificateRefused
    assert type(failed(_Breaks(ssl.SSLError(1, "bad record mac")))) is AnswerLost
    assert type(failed(_Breaks(httpx.ConnectError("x")))) is AnswerLost


def test_fa6_a_proxy_that_was_asked_for_the_way_got_nothing_of_the_request() -> None:
    assert type(failed(_Breaks(httpx.ProxyError("502 Bad Gateway"), b"CONNECT"))) is ProxyFailed
