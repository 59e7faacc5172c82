"""FC: bodies that are cut, false, huge, odd or hostile, for reads: a bad record stays alone, a bad answer goes."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import httpx

from planner_gui.domain.errors import AnswerUnusable
from tests.faults.cases import Case, NotApplicable
from tests.faults.probe import Expectation, Outcome, Target, always, disturbed, raised, whole
from tests.faults.server import Behaviour, changed, endless_chunks, replying, zipped
from tests.faults.status import HTML, PAGE
from tests.sources.contract import items, read, records, with_records

MARK = "@@odd@@"
MIB = 1024 * 1024


def cases(targets: list[Target]) -> Iterator[Case | NotApplicable]:
    for target in targets:
        for route, name in zip(target.reads, ("items", "other"), strict=False):
            place = f"{target.kind}/{name}"
            yield from _broken(target, route, place)
            yield from _huge(target, route, place)
        yield from _odd_json(target)
        yield from _schema(target)
        yield from _dates(target)


def _case(
    ident: str,
    what: str,
    target: Target,
    route: str,
    behaviour: Callable[[], Behaviour],
    check: Expectation,
    *,
    heavy: bool = False,
    times: int | None = None,
) -> Case:
    async def run() -> None:
        outcome = await disturbed(target, behaviour(), read=route, times=times)
        assert outcome.asked(route), "the fault was never met"
        check(outcome)

    return Case(ident, what, run, heavy)


# -- FC1 to FC4: no JSON, no whole gzip, no JSON type ------------------------------------------------------------------


def _broken(target: Target, route: str, place: str) -> Iterator[Case]:
    def text(change: Callable[[bytes], bytes]) -> Callable[[], Behaviour]:
        return lambda: replying(change=change)

    def packed(change: Callable[[bytes], bytes]) -> Callable[[], Behaviour]:
        return lambda: zipped(change)

    malformed: dict[str, Callable[[bytes], bytes]] = {
        "half": lambda body: body[: len(body) // 2],
        "more-behind": lambda body: body + b"]",
        "single-quotes": lambda body: body.replace(b'"', b"'"),
        "no-colon": lambda body: body.replace(b'": ', b'" ').replace(b'":', b'" '),
    }
    for name, change in malformed.items():
        yield _case(
            f"FC1/{place}/{name}", f"malformed JSON: {name}", target, route, text(change), raised(AnswerUnusable)
        )
    damaged: dict[str, Callable[[bytes], bytes]] = {
        "half": lambda gzip: gzip[: len(gzip) // 2],
        "minus-8": lambda gzip: gzip[:-8],
        "minus-4": lambda gzip: gzip[:-4],
        "crc": lambda gzip: gzip[:-8] + bytes(byte ^ 255 for byte in gzip[-8:-4]) + gzip[-4:],
        "false-header": lambda _gzip: b'{"not": "gzip"}',
    }
    for name, change in damaged.items():
        yield _case(f"FC2/{place}/{name}", f"gzip: {name}", target, route, packed(change), raised(AnswerUnusable))
    yield _case(f"FC2/{place}/good", "gzip as it should be", target, route, zipped, whole())
    for kind in ("text/plain", "application/octet-stream", "text/html"):

        def typed(kind: str = kind) -> Behaviour:
            return replying(headers={"Content-Type": kind})

        yield _case(
            f"FC3/{place}/{kind.partition('/')[2]}",
            f"JSON that says {kind}",
            target,
            route,
            typed,
            raised(AnswerUnusable),
        )
    for name, headers in (
        ("html", HTML),
        ("as-json", {"Content-Type": "application/json"}),
        ("untyped", {"Content-Type": ""}),
    ):

        def page(headers: dict[str, str] = headers) -> Behaviour:
            return replying(200, PAGE, headers)

        yield _case(f"FC4/{place}/{name}", "a login page with 200", target, route, page, raised(AnswerUnusable))


# -- FC5: huge ---------------------------------------------------------------------------------------------------------


def _huge(target: Target, route: str, place: str) -> Iterator[Case]:
    def encoded(name: str) -> Callable[[], Behaviour]:
        return lambda: replying(headers={"Content-Encoding": name})

    stopped = raised(AnswerUnusable, within=20.0)
    yield _case(
        f"FC5/{place}/raw", "17 MiB", target, route, lambda: replying(change=lambda b: b" " * 17 * MIB + b), stopped
    )
    yield _case(
        f"FC5/{place}/gzip",
        "a gzip bomb of 80 MiB",
        target,
        route,
        _bomb,
        stopped,
        heavy=True,
    )
    yield _case(f"FC5/{place}/brotli", "brotli", target, route, encoded("br"), stopped)
    yield _case(f"FC5/{place}/zstd", "zstd", target, route, encoded("zstd"), stopped)
    yield _case(f"FC5/{place}/endless", "chunks without end", target, route, endless_chunks, stopped)
    yield _case(
        f"FC5/{place}/header",
        "a header of 200 kB",
        target,
        route,
        lambda: replying(headers={"X-Long": "x" * 200_000}),
        stopped,
    )


def _bomb() -> Behaviour:
    return replying(200, _packed_blanks(), {"Content-Encoding": "gzip"})


@lru_cache(maxsize=1)
def _packed_blanks() -> bytes:
    """80 MiB in 80 kB. Made before anybody watches the loop: the server shares its thread with the program."""
    return gzip.compress(b" " * 80 * MIB)


# -- FC6 to FC8: the first record of the list altered, the others must stay --------------------------------------------


def others_load(target: Target) -> Expectation:
    """V1: the altered record is shown as not understood or as what it says; every other item is as it was."""
    healthy = target.healthy["items"]

    def check(outcome: Outcome) -> None:
        if outcome.error is not None:
            raised(AnswerUnusable)(outcome)
            return
        now = [repr(item) for item in items(outcome.pages or [])]
        gone = [item for item in healthy if item not in now]
        not_understood = [fault for page in outcome.pages or () for fault in page.not_understood]
        told = [text for page in outcome.pages or () for text in page.warnings]
        if gone:
            new = [item for item in now if item not in healthy]
            assert not_understood or new or told, f"items vanished without a word: {gone}"
        assert all(fault.what and fault.reason for fault in not_understood)
        assert len(records(outcome.pages or [])) + len(not_understood) > 0
        always(outcome, 15.0)

    return check


def others_stay(target: Target) -> Expectation:
    """As `others_load`, and the reading must not fail: one record alone is wrong."""

    def check(outcome: Outcome) -> None:
        assert outcome.error is None, f"one bad record ended the reading: {outcome.error!r} {outcome.error}"
        others_load(target)(outcome)

    return check


def first_changed(change: Callable[[dict[str, Any]], Any]) -> Callable[[Any], Any]:
    """The first record of an answer's list changed; None leaves it out."""

    def act(found: list[Any]) -> list[Any]:
        if not found or not isinstance(found[0], dict):
            return found
        after = change(dict(found[0]))
        return found[1:] if after is None else [after, *found[1:]]

    return lambda answer: with_records(act, answer)


def _odd_json(target: Target) -> Iterator[Case]:
    route = target.reads[0]
    odd = {
        "nan": "NaN",
        "infinity": "Infinity",
        "minus-infinity": "-Infinity",
        "1e999": "1e999",
        "5000-digits": "9" * 5000,
        "beyond-64-bit": "9" * 30,
        "lone-surrogate": '"\\ud800"',
        "nul": '"a\\u0000b"',
    }
    for name, value in odd.items():

        def act(answer: Any, value: str = value) -> str:
            altered = first_changed(lambda record: {**record, "extra": MARK})(answer)
            return json.dumps(altered).replace(f'"{MARK}"', value)

        yield _case(
            f"FC6/{target.kind}/{name}",
            f"a record holds {name}",
            target,
            route,
            lambda a=act: changed(a),
            others_stay(target),
        )
    yield _case(
        f"FC6/{target.kind}/bom",
        "a byte order mark",
        target,
        route,
        lambda: replying(change=lambda body: b"\xef\xbb\xbf" + body),
        whole(),
    )
    yield _case(
        f"FC6/{target.kind}/equal-keys",
        "a key twice, the last one good",
        target,
        route,
        lambda: replying(change=lambda body: body.replace(b'{"', b'{"zzz":1,"zzz":2,"', 1)),
        whole(),
    )

    def deep(answer: Any) -> str:
        altered = first_changed(lambda record: {**record, "extra": MARK})(answer)
        return json.dumps(altered).replace(f'"{MARK}"', "[" * 100_000 + "]" * 100_000)

    yield _case(
        f"FC6/{target.kind}/deep", "nested 100,000 deep", target, route, lambda: changed(deep), others_load(target)
    )
    yield _case(
        f"FC6/{target.kind}/no-utf8",
        "bytes that are no UTF-8",
        target,
        route,
        lambda: changed(lambda a: json.dumps(first_changed(lambda r: {**r, "extra": "\udcff"})(a), ensure_ascii=False)),
        others_stay(target),
    )


def _schema(target: Target) -> Iterator[Case]:
    route = target.reads[0]
    sample = _sample(target)
    for position, field in enumerate(list(sample)[:8]):
        ways: dict[str, Callable[[dict[str, Any]], Any]] = {
            "missing": lambda record, f=field: {key: value for key, value in record.items() if key != f},
            "null": lambda record, f=field: {**record, f: None},
            "wrong-type": lambda record, f=field: {
                **record,
                f: [{"x": [1]}] if not isinstance(record[f], list) else {"x": 1},
            },
        }
        for name, change in ways.items():
            yield _case(
                f"FC7/{target.kind}/{position}-{field}-{name}",
                f"{field} is {name}",
                target,
                route,
                lambda c=change: changed(first_changed(c)),
                others_stay(target),
            )
    whole_list: dict[str, Callable[[list[Any]], list[Any]]] = {
        "twice": lambda found: [*found, *found[:1]],
        "twice-differently": lambda found: [
            *found,
            *({**one, "comment": "other", "name": "other"} for one in found[:1] if isinstance(one, dict)),
        ],
        "null-record": lambda found: [None, *found],
        "text-record": lambda found: ["?", *found],
        "list-record": lambda found: [[1, 2], *found],
        "number-record": lambda found: [-1, *found],
        "extra-fields": lambda found: [
            {**one, "new": {"a": [1]}, "9": None} if isinstance(one, dict) else one for one in found
        ],
        "empty-object": lambda found: [{}, *found],
    }
    for name, alter in whole_list.items():
        yield _case(
            f"FC7/{target.kind}/list-{name}",
            f"the list: {name}",
            target,
            route,
            lambda a=alter: changed(lambda answer: with_records(a, answer)),
            others_stay(target),
        )
    for name, replaced in {"list-to-object": {"a": 1}, "list-to-text": "no", "list-to-number": 5}.items():
        yield _case(
            f"FC7/{target.kind}/{name}",
            f"{name.replace('-', ' ')}",
            target,
            route,
            lambda r=replaced: changed(lambda _answer: r),
            raised(AnswerUnusable),
        )


def _dates(target: Target) -> Iterator[Case | NotApplicable]:
    route = target.reads[0]
    fields = [name for name, value in _sample(target).items() if _is_day(value)]
    if not fields:
        yield NotApplicable(f"FC8/{target.kind}", "its items hold instants, no plain dates: see the source's own tests")
        return
    end = fields[-1]
    odd = {
        "reversed": "2026-01-01",
        "30-february": "2026-02-30",
        "year-1": "0001-01-01",
        "year-9999": "9999-12-31",
        "date-time": "2026-11-20T23:30:00",
        "offset": "2026-11-20T00:00:00+14:00",
        "no-leap-day": "2027-02-29",
        "basic-format": "20261120",
        "week-53": "2026-W53-7",
        "empty": "",
    }
    for name, value in odd.items():
        yield _case(
            f"FC8/{target.kind}/{name}",
            f"{end} is {name}",
            target,
            route,
            lambda v=value: changed(first_changed(lambda record: {**record, end: v})),
            others_stay(target),
        )


def _sample(target: Target) -> dict[str, Any]:
    """The first record of the items' list, as the healthy service sends it."""
    found: list[dict[str, Any]] = []

    def look(records_: list[Any]) -> list[Any]:
        found.extend(record for record in records_ if isinstance(record, dict))
        return records_

    fake = target.make()

    def respond(request: httpx.Request) -> httpx.Response:
        response = fake.respond(request)
        if f"{request.method} {request.url.path}" == target.reads[0] and response.status_code == 200:
            with_records(look, json.loads(response.content))
        return response

    read(fake.open(respond))
    return found[0]


def _is_day(value: object) -> bool:
    return isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-"
