"""FB: statuses that are no success, for reads: refused, moved, limited, failed, and successes that prove nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from planner_gui.domain.errors import (
    AnswerUnusable,
    CredentialRefused,
    Forbidden,
    NotFound,
    NotOffered,
    OriginRefused,
    RateLimited,
    RequestRefused,
    ServiceFailed,
    SourceError,
)
from tests.faults.cases import Case, NotApplicable
from tests.faults.probe import Expectation, Outcome, Target, disturbed, one_resource_lost, raised, whole
from tests.faults.server import Behaviour, Call, replying

PAGE = b"<!DOCTYPE html><html><head><title>Sorry</title></head><body onload=x()>Log in</body></html>"
HTML = {"Content-Type": "text/html"}
MOVED = "moved=1"
REFUSED = (RequestRefused, Forbidden, NotFound, NotOffered)


def cases(targets: list[Target]) -> Iterator[Case | NotApplicable]:
    for target in targets:
        for route, name in zip(target.reads, ("items", "other"), strict=False):
            place = f"{target.kind}/{name}"
            yield from _refused(target, route, place)
            yield from _redirected(target, route, place)
            yield from _limited(target, route, place)
            yield from _failing(target, route, place)
    yield from _relocation(targets)


def _case(
    ident: str,
    what: str,
    target: Target,
    route: str,
    behaviour: Callable[[], Behaviour],
    check: Expectation,
    times: int | None = None,
) -> Case:
    async def run() -> None:
        outcome = await disturbed(target, behaviour(), read=route, times=times)
        assert outcome.asked(route), "the fault was never met"
        check(outcome)

    return Case(ident, what, run)


# -- FB1, FB4 to FB9: refused ------------------------------------------------------------------------------------------


def _refused(target: Target, route: str, place: str) -> Iterator[Case]:
    def told(
        status: int, body: bytes = b'{"message":"no"}', headers: dict[str, str] | None = None
    ) -> Callable[[], Behaviour]:
        return lambda: replying(status, body, headers)

    def one_message(outcome: Outcome) -> None:
        """A7: what waits with the same token is not sent; at most the eight in flight, once more after a new login."""
        raised(CredentialRefused)(outcome)
        assert outcome.asked(route) <= 16, f"asked {outcome.asked(route)} times with a refused token"

    yield _case(f"FB1/{place}/json", "401", target, route, told(401), one_message)
    yield _case(f"FB1/{place}/page", "401 with a web page", target, route, told(401, PAGE, HTML), one_message)
    yield _case(f"FB4/{place}/json", "403", target, route, told(403), one_resource_lost(Forbidden))
    yield _case(
        f"FB4/{place}/page", "403 as a web page", target, route, told(403, PAGE, HTML), one_resource_lost(Forbidden)
    )
    for status in (404, 410):
        yield _case(
            f"FB5/{place}/{status}", f"{status}", target, route, told(status), one_resource_lost(NotFound, NotOffered)
        )
    yield _case(
        f"FB5/{place}/page",
        "404 as a web page",
        target,
        route,
        told(404, PAGE, HTML),
        one_resource_lost(NotFound, NotOffered),
    )
    # BigTime's 405 is a missing right (vendors.md 4.2), elsewhere the function is not offered.
    yield _case(f"FB6/{place}", "405", target, route, told(405), one_resource_lost(NotOffered, Forbidden))
    for fault, status in (("FB7", 409), ("FB8", 412), ("FB8", 428), ("FB9", 400), ("FB9", 422)):
        yield _case(f"{fault}/{place}/{status}", f"{status}", target, route, told(status), one_resource_lost(*REFUSED))


# -- FB3: redirects ----------------------------------------------------------------------------------------------------


def _redirected(target: Target, route: str, place: str) -> Iterator[Case]:
    own = sorted(target.hosts)[0]

    def leading(status: int, where: str) -> Callable[[], Behaviour]:
        async def act(call: Call) -> None:
            if MOVED in call.query:
                await call.answer()
                return
            elsewhere = {
                "same": f"{call.target}{'&' if call.query else '?'}{MOVED}",
                "other": f"https://evil.example{call.target}",
                "http": f"http://{own}{call.target}",
            }
            await replying(status, b"", {"Location": elsewhere[where]})(call)

        return lambda: act

    for status in (301, 302, 303, 307, 308):
        followed = not target.is_search(route)
        yield _case(
            f"FB3/{place}/{status}-same",
            f"{status} within the origin, {'followed once' if followed else 'a search, not followed'}",
            target,
            route,
            leading(status, "same"),
            whole() if followed else raised(OriginRefused),
        )
        for where in ("other", "http"):
            yield _case(
                f"FB3/{place}/{status}-{where}",
                f"{status} to {'another host' if where == 'other' else 'plain http'}: not a byte there",
                target,
                route,
                leading(status, where),
                raised(OriginRefused),
            )


# -- FB10: limits ------------------------------------------------------------------------------------------------------


def _limited(target: Target, route: str, place: str) -> Iterator[Case]:
    later = datetime.now(UTC) + timedelta(seconds=30)
    forms = {
        "seconds": "30",
        "zero": "0",
        "date": format_datetime(later, usegmt=True),
        "past": "Fri, 31 Dec 1999 23:59:59 GMT",
        "negative": "-5",
        "fraction": "1.5",
        "1e9": "1000000000",
        "garbage": "soon\x01",
        "absent": "",
    }
    for name, value in forms.items():
        parked = name == "1e9"

        def clamped(outcome: Outcome, parked: bool = parked) -> None:
            raised(RateLimited)(outcome)
            assert isinstance(outcome.error, RateLimited)
            assert 0 <= outcome.error.retry_after <= 300
            assert all(0 <= wait <= 61 for wait in outcome.slept), f"waited {outcome.slept}"
            if parked:
                assert outcome.error.retry_after > 60
                assert outcome.asked(route) <= 8, "a parked endpoint was asked again"

        def behaviour(value: str = value) -> Behaviour:
            return replying(429, b"{}", {"Retry-After": value} if value else {})

        yield _case(f"FB10/{place}/{name}", f"429, Retry-After {name}", target, route, behaviour, clamped)
        if not parked:
            yield _case(
                f"FB10/{place}/{name}-once", f"429 once, Retry-After {name}", target, route, behaviour, whole(), 1
            )


# -- FB11 to FB14: failing, and what is no answer ----------------------------------------------------------------------


def _failing(target: Target, route: str, place: str) -> Iterator[Case]:
    def at_most_three(kind: type[SourceError]) -> Expectation:
        def check(outcome: Outcome) -> None:
            raised(kind)(outcome)
            tries: dict[str, int] = {}
            for call in outcome.ledger:
                if f"{call.method} {call.path}" == route:
                    tries[call.target + call.body.decode()] = tries.get(call.target + call.body.decode(), 0) + 1
            assert max(tries.values()) <= 3, f"tried {tries}"

        return check

    for status in (500, 502, 503, 504):
        for name, body, headers in (("json", b'{"message":"oops"}', None), ("page", PAGE, HTML)):

            def behaviour(
                status: int = status, body: bytes = body, headers: dict[str, str] | None = headers
            ) -> Behaviour:
                return replying(status, body, headers)

            yield _case(
                f"FB12/{place}/{status}-{name}", f"{status}", target, route, behaviour, at_most_three(ServiceFailed)
            )
            yield _case(f"FB12/{place}/{status}-{name}-once", f"{status} once", target, route, behaviour, whole(), 1)
    yield _case(
        f"FB13/{place}",
        "503 with Retry-After",
        target,
        route,
        lambda: replying(503, b"{}", {"Retry-After": "20"}),
        at_most_three(RateLimited),
    )
    yield _case(
        f"FB13/{place}/once",
        "503 with Retry-After, once",
        target,
        route,
        lambda: replying(503, b"{}", {"Retry-After": "20"}),
        whole(),
        1,
    )
    for status in (200, 201, 202, 204, 207):

        def empty(status: int = status) -> Behaviour:
            return replying(status, b"")

        yield _case(
            f"FB14/{place}/{status}-empty", f"{status} without a body", target, route, empty, raised(AnswerUnusable)
        )


# -- FB2: "we have moved" ----------------------------------------------------------------------------------------------


def _relocation(targets: list[Target]) -> Iterator[Case | NotApplicable]:
    if not any(target.kind == "bigpicture" for target in targets):
        yield NotApplicable("FB2", "no bigpicture source here")
        return
    from tests.faults.relocation import cases as relocation_cases

    yield from relocation_cases()
    for target in targets:
        if target.kind != "bigpicture":
            yield NotApplicable(f"FB2/{target.kind}", "the service has no where-am-i: no answer of it can move it")
