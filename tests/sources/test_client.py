"""client: what is sent where, what comes back whole, which failure the user is told about (N1-N7, A7, V6)."""

import asyncio
import gzip
import json
import logging
import zlib
from collections.abc import Callable

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
    OriginRefused,
    ProxyFailed,
    RateLimited,
    RequestRefused,
    ServiceFailed,
    SourceError,
)
from planner_gui.sources import http_body
from planner_gui.sources.client import Client
from tests.sources.scripted import BASE, TOKEN, Body, Service, answer, client, run


def error_of(service: httpx.AsyncBaseTransport, subject: str = "the plans") -> SourceError:
    """The error that a read of the service ends in."""
    with pytest.raises(SourceError) as caught:
        run(client(service).read("plans", subject=subject))
    return caught.value


class TestWhatIsSent:
    def test_a_get_carries_the_credential_and_asks_for_json_and_gzip_only(self) -> None:
        service = Service(answer(body=b'[{"id":1}]'))
        assert run(client(service).read("plans")) == b'[{"id":1}]'
        (request,) = service.requests
        assert request.method == "GET"
        assert request.headers["authorization"] == f"Bearer {TOKEN}"
        assert request.headers["accept"] == "application/json"
        assert request.headers["accept-encoding"] == "gzip"
        assert "cookie" not in request.headers

    def test_a_search_is_a_post_of_json(self) -> None:
        service = Service()
        run(client(service).read("event", "search", body={"calendarId": 7}))
        (request,) = service.requests
        assert (request.method, json.loads(request.content)) == ("POST", {"calendarId": 7})
        assert request.headers["content-type"] == "application/json"

    def test_parameters_keep_their_order_and_may_repeat(self) -> None:
        service = Service()
        run(client(service).read("teams", params=[("boxIds", "PROG-1"), ("boxIds", "B&2"), ("a", "ä b")]))
        assert service.paths == ["/jira/teams?boxIds=PROG-1&boxIds=B%262&a=%C3%A4%20b"]

    @pytest.mark.parametrize(
        ("segment", "sent"),
        [
            ("a/b", "a%2Fb"),
            ("../admin", "..%2Fadmin"),
            ("a%2Fb", "a%252Fb"),
            ("a?b=c#d", "a%3Fb%3Dc%23d"),
            ("EXT_USER@2@priya", "EXT_USER@2@priya"),
            ("557058:f1", "557058:f1"),
            ("Zoë", "Zo%C3%AB"),
            ("a\\b;c", "a%5Cb%3Bc"),
        ],
    )
    def test_an_id_stays_one_segment_of_the_path(self, segment: str, sent: str) -> None:
        """V6."""
        service = Service()
        run(client(service).read("resources", segment, "absences"))
        assert service.paths == [f"/jira/resources/{sent}/absences"]

    @pytest.mark.parametrize("segment", ["", ".", "..", "a\nb", "a\x00", "\x7f", "a\u200bb"])
    def test_an_id_that_cannot_be_a_segment_is_refused_unsent(self, segment: str) -> None:
        service = Service()
        with pytest.raises(OriginRefused):
            run(client(service).read("resources", segment))
        assert service.requests == []

    def test_a_trailing_slash_is_kept_where_asked_for(self) -> None:
        service = Service()
        run(client(service).read("resourcetaskassignment", "PROG-1", slash=True))
        assert service.paths == ["/jira/resourcetaskassignment/PROG-1/"]

    @pytest.mark.parametrize("token", ["tok\r\nX-Evil: 1", "tok\x00", "tök", "tok\u2028"])
    def test_a_token_that_cannot_be_a_header_is_refused_unsent_and_not_shown(self, token: str) -> None:
        service = Service()
        with pytest.raises(CredentialRefused) as caught:
            run(client(service, headers=lambda: {"Authorization": token}).read("plans"))
        assert service.requests == []
        assert "tok" not in str(caught.value).replace("token", "")

    def test_a_cookie_that_the_service_sets_is_not_sent_back(self) -> None:
        service = Service(answer(headers={"set-cookie": "JSESSIONID=theirs"}))

        async def twice() -> None:
            reader = client(service)
            await reader.read("a")
            await reader.read("b")

        run(twice())
        assert [request.headers.get("cookie") for request in service.requests] == [None, None]

    def test_every_request_that_was_sent_is_counted(self) -> None:
        service = Service(answer(503), answer(302, headers={"location": "/jira/other"}), answer())
        reader = client(service)
        run(reader.read("plans"))
        assert reader.requests == 3 == len(service.requests)

    def test_closing_closes_the_transport_also_after_a_move(self) -> None:
        service = Service()
        reader = client(service)

        async def move_and_close() -> None:
            await reader.read("a")
            reader.rebase("https://other.example.com/jira")
            await reader.read("b")
            await reader.close()

        run(move_and_close())
        assert service.closed == 2
        assert [request.url.host for request in service.requests] == ["jira.example.com", "other.example.com"]


class TestTheOriginIsPinned:
    """N1, N2: no byte and no credential to anywhere else, and the error names the refused host."""

    @pytest.mark.parametrize(
        ("link", "named"),
        [
            ("https://evil.example/jira/plans?page=2", "evil.example"),
            ("http://jira.example.com/jira/plans", "http://jira.example.com"),
            ("https://jira.example.com:8443/jira/plans", "https://jira.example.com:8443"),
            ("https://jira.example.com@evil.example/x", "evil.example"),
            ("https://jira.example.com.evil.example/x", "jira.example.com.evil.example"),
            ("//evil.example/x", "evil.example"),
            ("https://jira.exаmple.com/x", "xn--jira.exmple"),
            ("file:///etc/passwd", ""),
            ("https://user:pw@jira.example.com/jira/plans", ""),
            ("https://[::1", ""),
        ],
    )
    def test_a_next_link_elsewhere_is_refused_unsent(self, link: str, named: str) -> None:
        service = Service()
        with pytest.raises(OriginRefused) as caught:
            run(client(service).follow(link, subject="plans"))
        assert service.requests == []
        if not named.startswith("xn--"):
            assert named in str(caught.value)
        assert "pw" not in str(caught.value)

    @pytest.mark.parametrize("link", [BASE + "/a\r\nX-Evil: 1", BASE + "/a\x00", BASE + "/" + "a" * 70_000])
    def test_a_next_link_that_is_no_address_is_refused_unsent(self, link: str) -> None:
        service = Service()
        with pytest.raises(OriginRefused):
            run(client(service).follow(link))
        assert service.requests == []

    def test_a_fragment_of_a_next_link_is_not_sent(self) -> None:
        service = Service()
        run(client(service).follow(BASE + "/plans?page=2#top"))
        assert service.paths == ["/jira/plans?page=2"]

    def test_a_request_that_is_too_long_for_an_address_is_a_message(self) -> None:
        service = Service()
        with pytest.raises(OriginRefused, match="too long"):
            run(client(service).read("plans", params=[("accountIds", "a" * 1000)] * 100))
        assert service.requests == []

    def test_a_look_alike_host_is_shown_in_plain_ascii(self) -> None:
        with pytest.raises(OriginRefused, match="xn--") as caught:
            run(client(Service()).follow("https://jira.exаmple.com/x"))
        assert str(caught.value).isascii()

    @pytest.mark.parametrize(
        "link", ["https://jira.example.com/jira/plans?page=2", "https://JIRA.example.com:443/jira/plans?page=2"]
    )
    def test_a_next_link_of_the_same_origin_is_read(self, link: str) -> None:
        service = Service(answer(body=b"[1]"))
        assert run(client(service).follow(link)) == b"[1]"
        assert service.paths == ["/jira/plans?page=2"]

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    @pytest.mark.parametrize("place", ["https://evil.example/x", "http://jira.example.com/jira/x", "//evil.example/x"])
    @pytest.mark.parametrize("body", [None, {"search": 1}])
    def test_a_redirect_elsewhere_is_not_followed(self, status: int, place: str, body: object) -> None:
        service = Service(answer(status, headers={"location": place}))
        with pytest.raises(OriginRefused, match=r"evil\.example|http://jira\.example\.com"):
            run(client(service).read("plans", body=body))
        assert len(service.requests) == 1

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_a_redirect_of_a_get_within_the_origin_is_followed_once(self, status: int) -> None:
        service = Service(answer(status, headers={"location": "moved?x=1"}), answer(body=b"[1]"))
        assert run(client(service).read("rest", "plans")) == b"[1]"
        assert service.paths == ["/jira/rest/plans", "/jira/rest/moved?x=1"]
        assert service.requests[1].headers["authorization"] == f"Bearer {TOKEN}"

    def test_a_second_redirect_is_not_followed(self) -> None:
        service = Service(answer(302, headers={"location": "/jira/a"}), answer(302, headers={"location": "/jira/b"}))
        assert isinstance(error_of(service), OriginRefused)
        assert len(service.requests) == 2

    def test_a_redirect_of_a_post_is_not_followed_even_within_the_origin(self) -> None:
        service = Service(answer(307, headers={"location": "/jira/other"}))
        with pytest.raises(OriginRefused):
            run(client(service).read("search", body={}))
        assert len(service.requests) == 1

    def test_a_redirect_without_an_address_is_an_error(self) -> None:
        assert isinstance(error_of(Service(answer(302))), OriginRefused)

    def test_after_a_move_the_old_origin_is_foreign(self) -> None:
        service = Service()
        reader = client(service)
        reader.rebase("https://new.example.com/rest")
        with pytest.raises(OriginRefused):
            run(reader.follow("https://jira.example.com/jira/plans"))
        run(reader.read("plans"))
        assert [str(request.url) for request in service.requests] == ["https://new.example.com/rest/plans"]


class TestBodies:
    """N5, N6, N7: whole, within limits, and JSON; else an error, never a short result."""

    @pytest.mark.parametrize("encoding", ["gzip", "GZIP", "x-gzip"])
    def test_gzip_is_decoded(self, encoding: str) -> None:
        packed = gzip.compress(b'[{"id":1}]' * 1)
        service = Service(
            answer(body=Body(*(packed[i : i + 1] for i in range(len(packed)))), headers={"content-encoding": encoding})
        )
        assert run(client(service).read("plans")) == b'[{"id":1}]'

    @pytest.mark.parametrize("missing", [1, 4, 8, 9, 50])
    def test_a_gzip_body_cut_short_is_an_error(self, missing: int) -> None:
        """N6. Without its last 8 or 4 bytes the JSON is complete: plain httpx takes it."""
        packed = gzip.compress(json.dumps([{"id": i} for i in range(500)]).encode())
        error = error_of(Service(answer(body=packed[:-missing], headers={"content-encoding": "gzip"})))
        assert isinstance(error, AnswerUnusable)
        assert "cut short" in error.what

    @pytest.mark.parametrize(
        "packed",
        [
            gzip.compress(b"[]") + b"more",
            gzip.compress(b"[]") + gzip.compress(b"[]"),
            gzip.compress(b"[]")[:-8] + b"\0" * 8,
            b"[]",
            b"",
            zlib.compress(b"[]"),
        ],
    )
    def test_damaged_or_false_gzip_is_an_error(self, packed: bytes) -> None:
        assert isinstance(error_of(Service(answer(body=packed, headers={"content-encoding": "gzip"}))), AnswerUnusable)

    @pytest.mark.parametrize("encoding", ["br", "zstd", "deflate", "gzip, gzip", "compress"])
    def test_an_encoding_nobody_asked_for_is_refused(self, encoding: str) -> None:
        error = error_of(Service(answer(body=b"[]", headers={"content-encoding": encoding})))
        assert isinstance(error, AnswerUnusable)

    def test_a_body_above_16_mib_on_the_wire_stops_there(self) -> None:
        body = Body(*[b" " * 65536] * 1000)
        error = error_of(Service(answer(body=body)))
        assert isinstance(error, AnswerUnusable)
        assert "16 MiB" in error.what
        assert body.taken <= 16 * 1024 * 1024 + 65536
        assert body.closed

    def test_a_body_that_announces_too_much_is_not_read_at_all(self) -> None:
        body = Body(b"[]")
        error_of(Service(answer(body=body, headers={"content-length": str(17 * 1024 * 1024)})))
        assert body.taken == 0

    def test_a_gzip_bomb_stops_at_64_mib(self) -> None:
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        packed = b"".join(packer.compress(b" " * 1024 * 1024) for _ in range(100)) + packer.flush()
        body = Body(*(packed[i : i + 65536] for i in range(0, len(packed), 65536)))
        error = error_of(Service(answer(body=body, headers={"content-encoding": "gzip"})))
        assert isinstance(error, AnswerUnusable)
        assert "64 MiB" in error.what

    def test_compressed_data_is_counted_on_the_wire_too(self) -> None:
        packed = gzip.compress(b"[" + bytes(range(256)) * 400 + b"]", 0)
        pieces = Body(*(packed[i : i + 1000] for i in range(0, len(packed), 1000)))
        headers = httpx.Headers({"content-encoding": "gzip"})
        with pytest.raises(http_body.BodyRefused):
            run(http_body.whole(pieces, headers, wire=50_000))
        assert pieces.taken <= 51_000

    def test_a_body_of_exactly_the_limit_is_taken(self) -> None:
        body = b"[" + b" " * (16 * 1024 * 1024 - 2) + b"]"
        assert len(run(client(Service(answer(body=body))).read("plans"))) == 16 * 1024 * 1024

    @pytest.mark.parametrize(
        "type", ["application/json", "application/json; charset=utf-8", "application/hal+json", "text/json", None]
    )
    def test_json_is_taken(self, type: str | None) -> None:  # noqa: A002
        assert run(client(Service(answer(body=b"[1]", type=type))).read("plans")) == b"[1]"

    @pytest.mark.parametrize(
        ("body", "type"),
        [
            (b"<!DOCTYPE html><title>Log in</title>", "text/html"),
            (b"<html>", "application/json"),
            (b"\xef\xbb\xbf <html>", None),
            (b"[]", "text/html; charset=utf-8"),
        ],
    )
    def test_a_web_page_is_called_one(self, body: bytes, type: str | None) -> None:  # noqa: A002
        error = error_of(Service(answer(body=body, type=type)))
        assert isinstance(error, AnswerUnusable)
        assert error.what == "answered with a web page (login or proxy?)"
        assert "<" not in str(error)

    @pytest.mark.parametrize(
        ("body", "type"), [(b"[]", "text/plain"), (b"[]", "application/octet-stream"), (b"%PDF", None)]
    )
    def test_what_does_not_say_it_is_json_is_refused(self, body: bytes, type: str | None) -> None:  # noqa: A002
        assert isinstance(error_of(Service(answer(body=body, type=type))), AnswerUnusable)

    @pytest.mark.parametrize("status", [200, 202, 204, 206, 207])
    def test_an_empty_or_partial_answer_to_a_read_is_no_empty_list(self, status: int) -> None:
        """C8: nothing turns into "no allocations"."""
        assert isinstance(error_of(Service(answer(status, body=b"  "))), AnswerUnusable)


STATUSES: list[tuple[int, type[SourceError]]] = [
    (400, RequestRefused),
    (401, CredentialRefused),
    (402, RequestRefused),
    (403, Forbidden),
    (404, NotFound),
    (405, NotOffered),
    (407, ProxyFailed),
    (408, AnswerLost),
    (409, RequestRefused),
    (410, NotFound),
    (412, RequestRefused),
    (413, RequestRefused),
    (415, RequestRefused),
    (422, RequestRefused),
    (428, RequestRefused),
    (429, RateLimited),
    (500, ServiceFailed),
    (501, NotOffered),
    (502, ServiceFailed),
    (503, ServiceFailed),
    (504, ServiceFailed),
    (300, OriginRefused),
    (304, OriginRefused),
]


class TestStatuses:
    @pytest.mark.parametrize(("status", "kind"), STATUSES)
    def test_a_status_has_its_error_with_service_object_and_number(self, status: int, kind: type[SourceError]) -> None:
        error = error_of(Service(answer(status, body=b"{}")), subject="allocations of Platform")
        assert type(error) is kind
        assert str(error).startswith("tempo: allocations of Platform: ")
        assert str(status) in error.what
        assert error.connection == "tempo"

    @pytest.mark.parametrize("status", [401, 403, 404, 405, 400])
    def test_a_web_page_does_not_change_what_the_status_says(self, status: int) -> None:
        """N7: Tempo Cloud sends HTML with 401 and 403."""
        kind = dict(STATUSES)[status]
        error = error_of(Service(answer(status, body=b"<html><h1>Sorry</h1>", type="text/html")))
        assert type(error) is kind
        assert error.detail == ""
        assert "Sorry" not in str(error)

    @pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 408, 409, 410, 413, 415, 422, 428, 501, 505])
    def test_no_other_status_is_asked_twice(self, status: int) -> None:
        """N8."""
        service = Service(answer(status))
        error_of(service)
        assert len(service.requests) == 1

    @pytest.mark.parametrize(
        ("body", "said"),
        [
            ({"errorMessages": ["No such plan", "Really"], "errors": {}}, "No such plan; Really"),
            ({"errorMessages": [], "errors": {"start": "is required"}}, "start: is required"),
            ({"errors": {"message": "bad id"}}, "bad id"),
            ({"errors": [{"message": "bad id"}, {"message": "bad date"}]}, "bad id; bad date"),
            ({"errors": ["span too long"]}, "span too long"),
            ({"errors": "span too long"}, "span too long"),
            ({"errors": {"startDate": ["one", "two"]}}, "startDate: one; startDate: two"),
            ({"Message": "TaskNm is required"}, "TaskNm is required"),
            ({"message": "x", "error": "x"}, "x"),
            ({"error": {"message": "deep"}}, "deep"),
            ({"error_msg": "404 Route Not Found"}, "404 Route Not Found"),
            ("just text", "just text"),
            (["one", "two"], "one; two"),
            ({"message": "<b>bold</b> &lt;i&gt; <script>x</script>"}, "bold <i> x"),
            ({"message": "a\x1b[31m\r\nb\u202e\u0000c"}, "a [31m b c"),
            ({"status": 400}, ""),
            (12, ""),
            ({"message": "x" * 5000}, "x" * 299 + "…"),
        ],
    )
    def test_the_services_own_words_are_kept_as_plain_text(self, body: object, said: str) -> None:
        error = error_of(Service(answer(400, body=json.dumps(body).encode())))
        assert error.detail == said
        assert str(error).endswith(f": {said}" if said else "(400)")

    @pytest.mark.parametrize(
        ("body", "kind", "said"),
        [
            (b"start is after end\nat line 3", "text/plain", "start is after end"),
            (b"start is after end", "application/octet-stream", ""),
            (b"{broken", "application/json", ""),
            (b"\xff\xfe", "application/json", ""),
            (b"[" * 100_000, "application/json", ""),
            (b'{"message":"' + b"x" * 100_000 + b'"}', "application/json", ""),
        ],
    )
    def test_an_error_body_that_is_no_json_gives_a_line_of_text_or_nothing(
        self, body: bytes, kind: str, said: str
    ) -> None:
        assert error_of(Service(answer(400, body=body, type=kind))).detail == said

    def test_a_service_that_echoes_the_token_does_not_get_it_shown(self) -> None:
        """L1."""
        body = json.dumps({"message": f"bad header Bearer {TOKEN}, or {TOKEN[:-1]}"}).encode()
        error = error_of(Service(answer(400, body=body)))
        assert TOKEN not in str(error)
        assert TOKEN not in error.detail

    def test_an_error_body_that_never_ends_does_not_hide_the_status(self) -> None:
        class Endless(httpx.AsyncByteStream):
            async def __aiter__(self):  # type: ignore[no-untyped-def]
                yield b"{"
                await asyncio.Event().wait()

        service = Service(lambda _: httpx.Response(403, stream=Endless()))
        with pytest.raises(Forbidden):
            run(client(service, deadline=0.2).read("plans"))


class TestFailures:
    @pytest.mark.parametrize(
        ("failure", "kind", "words"),
        [
            (httpx.ConnectError("x"), NotSent, "cannot be reached; nothing was sent"),
            (httpx.ConnectTimeout("x"), NotSent, "nothing was sent"),
            (httpx.PoolTimeout("x"), NotSent, "nothing was sent"),
            (httpx.ProxyError("407 Proxy Authentication Required"), ProxyFailed, "it wants a login (407)"),
            (httpx.ProxyError("502 Bad Gateway"), ProxyFailed, "(502)"),
            (httpx.ReadTimeout("x"), AnswerLost, "in time"),
            (httpx.WriteTimeout("x"), AnswerLost, "in time"),
            (httpx.ReadError("x"), AnswerLost, "broke"),
            (httpx.WriteError("x"), AnswerLost, "broke"),
            (httpx.RemoteProtocolError("Server disconnected"), AnswerLost, "broke"),
            (OSError("x"), AnswerLost, "broke"),
        ],
    )
    def test_a_failure_below_http_has_its_error(self, failure: Exception, kind: type[SourceError], words: str) -> None:
        error = error_of(Service(failure))
        assert type(error) is kind
        assert words in str(error)
        assert str(error).startswith("tempo: the plans: ")

    def test_a_connection_that_breaks_in_the_body_is_not_a_short_answer(self) -> None:
        service = Service(lambda _: answer(body=Body(b"[1]", then=httpx.ReadError("reset"))))
        assert isinstance(error_of(service), AnswerLost)
        assert len(service.requests) == 3

    def test_the_deadline_ends_a_drip(self) -> None:
        """N4, with a short deadline: each byte comes in time, the body never ends."""

        class Drip(httpx.AsyncByteStream):
            async def __aiter__(self):  # type: ignore[no-untyped-def]
                while True:
                    yield b" "
                    await asyncio.sleep(0.005)

        service = Service(lambda _: httpx.Response(200, stream=Drip()))
        with pytest.raises(AnswerLost, match="in time"):
            run(client(service, deadline=0.1).read("plans"))
        assert len(service.requests) == 1, "the deadline is that of the page, with all its attempts"

    def test_cancelling_a_read_closes_its_answer(self) -> None:
        body = Body()

        class Stuck(httpx.AsyncByteStream):
            async def __aiter__(self):  # type: ignore[no-untyped-def]
                await asyncio.Event().wait()
                yield b""

            async def aclose(self) -> None:
                body.closed = True

        async def cancel() -> None:
            task = asyncio.create_task(client(Service(lambda _: httpx.Response(200, stream=Stuck()))).read("plans"))
            for _ in range(5):
                await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

        run(cancel())
        assert body.closed

    def test_a_bug_is_no_message(self) -> None:
        with pytest.raises(ZeroDivisionError):
            run(client(Service(ZeroDivisionError())).read("plans"))


class TestAfterA401:
    """A7: one message, nothing is asked again with the refused token; another token is."""

    def test_the_token_is_not_sent_again(self) -> None:
        service = Service(answer(401))
        reader = client(service)

        async def three() -> list[BaseException]:
            first = await asyncio.gather(reader.read("a"), return_exceptions=True)
            rest = await asyncio.gather(reader.read("b"), reader.follow(BASE + "/c"), return_exceptions=True)
            return [error for error in [*first, *rest] if isinstance(error, BaseException)]

        errors = run(three())
        assert [type(error) for error in errors] == [CredentialRefused] * 3
        assert len({str(error) for error in errors}) == 1
        assert len(service.requests) == 1

    def test_requests_that_wait_for_their_turn_are_not_sent(self) -> None:
        service = Service(answer(401))

        async def fifty() -> list[object]:
            reader = client(service)
            return await asyncio.gather(*(reader.read("a", str(i)) for i in range(50)), return_exceptions=True)

        errors = run(fifty())
        assert all(isinstance(error, CredentialRefused) for error in errors)
        assert len(service.requests) <= 8

    @pytest.mark.parametrize("change", ["token", "base"])
    def test_another_token_or_another_base_is_asked(self, change: str) -> None:
        tokens = ["old"]
        service = Service(answer(401), answer(body=b"[1]"))
        reader = client(service, headers=lambda: {"Authorization": tokens[-1]})

        async def twice() -> bytes:
            with pytest.raises(CredentialRefused):
                await reader.read("a")
            if change == "token":
                tokens.append("new")
            else:
                reader.rebase("https://other.example.com")
            return await reader.read("a")

        assert run(twice()) == b"[1]"

    def test_a_late_401_for_the_old_token_does_not_stop_the_new_one(self) -> None:
        tokens = ["old"]

        def refuse(_: httpx.Request) -> httpx.Response:
            tokens.append("new")  # while the answer was on its way
            return answer(401)

        service = Service(refuse, answer(body=b"[1]"))
        reader = client(service, headers=lambda: {"Authorization": tokens[-1]})

        async def twice() -> bytes:
            with pytest.raises(CredentialRefused):
                await reader.read("a")
            return await reader.read("a")

        assert run(twice()) == b"[1]"

    @pytest.mark.parametrize("status", [403, 404])
    def test_a_missing_right_stops_nothing_else(self, status: int) -> None:
        service = Service(answer(status), answer(body=b"[1]"))
        reader = client(service)

        async def twice() -> bytes:
            with pytest.raises(SourceError):
                await reader.read("a")
            return await reader.read("b")

        assert run(twice()) == b"[1]"


class TestPostOnce:
    @pytest.mark.parametrize(
        "step", [answer(503), answer(500), answer(429), httpx.ReadError("x"), httpx.ConnectError("x")]
    )
    def test_it_is_never_sent_twice(self, step: httpx.Response | Exception) -> None:
        service = Service(step)
        with pytest.raises(SourceError):
            run(client(service).post_once("session", body={"UserId": "me", "Pwd": "sentinel-pw"}))
        assert len(service.requests) == 1

    def test_its_body_is_not_shown_when_the_service_echoes_it(self) -> None:
        service = Service(answer(401, body=b'{"Message":"no user me@example.com with sentinel-pw"}'))
        with pytest.raises(CredentialRefused) as caught:
            run(client(service).post_once("session", body={"UserId": "me@example.com", "Pwd": "sentinel-pw"}))
        assert "sentinel-pw" not in str(caught.value)
        assert "me@example.com" not in str(caught.value)

    def test_a_refused_login_does_not_stop_reads(self) -> None:
        service = Service(answer(401), answer(body=b"[1]"))
        reader = client(service)

        async def login_then_read() -> bytes:
            with pytest.raises(CredentialRefused):
                await reader.post_once("session", body={"Pwd": "x"})
            return await reader.read("a")

        assert run(login_then_read()) == b"[1]"

    def test_its_answer_is_json_or_an_error(self) -> None:
        assert run(client(Service(answer(body=b'{"token":"t"}'))).post_once("session", body={})) == b'{"token":"t"}'
        with pytest.raises(AnswerUnusable):
            run(client(Service(answer(body=b"<html>", type="text/html"))).post_once("session", body={}))


def test_no_token_and_no_address_reaches_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """L1: httpx and httpcore would log whole addresses at INFO and DEBUG."""
    with caplog.at_level(logging.DEBUG):
        reader: Client = client(Service(answer(body=b"[]")))
        run(reader.read("plans", params=[("user", "priya")]))
    assert logging.getLogger("httpx").level >= logging.WARNING
    assert logging.getLogger("httpcore").level >= logging.WARNING
    assert TOKEN not in caplog.text
    assert "priya" not in caplog.text


def test_errors_of_certificates_name_host_reason_and_way_out(make_certificate_error: Callable[[], Exception]) -> None:
    """N10."""
    error = error_of(Service(make_certificate_error()))
    assert isinstance(error, CertificateRefused)
    assert "jira.example.com" in error.what
    assert "certificate has expired" in error.what
    assert "ask IT for its root certificate" in error.advice


@pytest.fixture
def make_certificate_error() -> Callable[[], Exception]:
    def make() -> Exception:
        import ssl

        cause = ssl.SSLCertVerificationError(1, "certificate verify failed")
        cause.verify_message = "certificate has expired"
        error = httpx.ConnectError("x")
        error.__cause__ = cause
        return error

    return make
