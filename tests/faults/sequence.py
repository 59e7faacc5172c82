"""FC9 to FC11: pages that move, readings that lose everything, and text that is meant to do harm where it is shown."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from planner_gui.domain.entities import Page
from planner_gui.domain.errors import AnswerUnusable, NotFound, OriginRefused, SourceError
from planner_gui.domain.reading import Reading, vanished
from planner_gui.domain.snapshot import Snapshot
from planner_gui.reports.files import safe_name
from planner_gui.reports.plan_csv import as_csv
from planner_gui.sources.refusals import plain
from tests.faults.cases import Case, NotApplicable
from tests.faults.probe import Expectation, Outcome, Target, always, disturbed, raised
from tests.faults.server import Behaviour, Call, changed, replying
from tests.sources import fake_tempo, fake_tempo_cloud
from tests.sources.contract import SPAN, Fake, items, pages_of, with_records

TWO_A_PAGE = 2


def cases(targets: list[Target]) -> Iterator[Case | NotApplicable]:
    yield from _paging(targets)
    for target in targets:
        yield from _disappearing(target)
    yield from _ninety_percent(targets)
    yield from _hostile_text()


# -- FC9: pages --------------------------------------------------------------------------------------------------------


def _paging(targets: list[Target]) -> Iterator[Case | NotApplicable]:
    for target in targets:
        if target.kind == "tempo-cloud":
            yield from _pages_of_plans(target)
        elif target.kind == "worktime":
            yield from _total(target)
        else:
            yield NotApplicable(f"FC9/{target.kind}", "the service answers in one piece: vendors.md names no pages")


def _in_pages() -> Fake:
    fake = fake_tempo_cloud.fake()
    plans = fake.routes[fake.items]
    assert isinstance(plans, fake_tempo_cloud.Pages)
    plans.largest = TWO_A_PAGE
    return fake


def _pages_of_plans(target: Target) -> Iterator[Case | NotApplicable]:
    paged = Target(target.kind, _in_pages, target.reads, target.hosts, target.healthy, target.items)
    identities = [repr(identity) for identity in sorted(target.items)]

    def each_once(outcome: Outcome) -> None:
        assert outcome.error is None, repr(outcome.error)
        found = [item.external_id for item in items(outcome.pages or [])]
        assert len(found) == len(set(found)), f"twice: {found}"
        assert len(found) >= len(identities) - 1
        always(outcome, 15.0)

    def second(change: Callable[[Any], Any]) -> Callable[[], Behaviour]:
        """The second page changed, the first as it is."""

        async def act(call: Call) -> None:
            if "offset=0" in call.query:
                await call.answer()
            else:
                await changed(change)(call)

        return lambda: act

    def first_again(answer: Any) -> Any:
        plan = fake_tempo_cloud.plan(1, fake_tempo_cloud.PRIYA, "2026-11-09", "2026-11-13")
        return with_records(lambda found: [plan, *found], answer)

    def metadata(**values: Any) -> Callable[[Any], Any]:
        return lambda answer: {**answer, "metadata": {**answer["metadata"], **values}}

    def gone() -> Behaviour:
        async def act(call: Call) -> None:
            await (call.answer() if "offset=0" in call.query else replying(410, b'{"message":"gone"}')(call))

        return act

    def stuck() -> Behaviour:
        """Whatever is asked for, the first page comes."""
        kept: list[bytes] = []

        async def act(call: Call) -> None:
            kept.append(call.reply.body)
            await replying(200, kept[0])(call)

        return act

    def empty_with_next(answer: Any) -> Any:
        return {**answer, "results": [], "metadata": {"count": 0, "next": "https://api.tempo.io/4/plans?offset=4"}}

    foreign = metadata(next="https://evil.example/4/plans?offset=2")
    rows: list[tuple[str, str, Callable[[], Behaviour], Expectation]] = [
        ("insert", "a plan is inserted between two pages", second(first_again), each_once),
        ("delete", "a plan goes between two pages", second(lambda a: with_records(lambda f: f[1:], a)), each_once),
        ("loop", "the same page for ever", stuck, raised(AnswerUnusable)),
        ("foreign-host", "next leads to another host", lambda: changed(foreign), raised(OriginRefused)),
        ("total", "fewer plans than counted", second(metadata(count=7)), raised(AnswerUnusable)),
        ("empty-with-next", "an empty page promises more", second(empty_with_next), raised(AnswerUnusable)),
        ("cursor-gone", "the second page is gone", gone, raised(NotFound, AnswerUnusable)),
    ]
    for name, what, make, check in rows:

        async def run(make: Callable[[], Behaviour] = make, check: Expectation = check) -> None:
            outcome = await disturbed(paged, make())
            assert outcome.asked(paged.reads[0]), "the fault was never met"
            check(outcome)

        yield Case(f"FC9/tempo-cloud/{name}", what, run)


def _total(target: Target) -> Iterator[Case]:
    def said(outcome: Outcome) -> None:
        """An incomplete answer is refused or announced, never ignored (vendors.md 5, WTC 3)."""
        if outcome.error is not None:
            raised(SourceError)(outcome)
            return
        told = [text for page in outcome.pages or () for text in page.warnings]
        lost = [one for page in outcome.pages or () for one in page.not_readable]
        assert told or lost, "the service said there is more, and nobody says so"
        always(outcome, 15.0)

    for name, hints in {"total": {"total": 99}, "is-last": {"isLast": False}, "next": {"next": "x"}}.items():

        async def run(hints: dict[str, Any] = hints) -> None:
            said(await disturbed(target, changed(lambda answer: {**answer, **hints})))

        yield Case(f"FC9/worktime/{name}", f"the search says there is more: {name}", run)


# -- FC10: everything gone ---------------------------------------------------------------------------------------------


def _snapshot(target: Target, pages: list[Page]) -> Snapshot:
    reading = Reading("c", target.kind, SPAN, UTC)
    for page in pages:
        reading.add(page)
    return reading.finish(datetime(2026, 11, 20, tzinfo=UTC))


def _guarded(target: Target, change: Callable[[Any], Any]) -> Callable[[], Awaitable[None]]:
    """C7: a reading without any fault that would remove everything is held back."""

    async def run() -> None:
        async def act(call: Call) -> None:
            # Every route that lists items, for a kind may have several.
            await (changed(change)(call) if _lists_items(call) else call.answer())

        fake = target.make()
        before = _snapshot(target, await pages_of(fake.open()))
        outcome = await disturbed(target, act, read="*")
        assert outcome.error is None, repr(outcome.error)
        after = _snapshot(target, outcome.pages or [])
        assert vanished(before, after) is not None, "nobody asks before everything goes"
        assert vanished(before, before) is None, "a reading that loses nothing is held back"
        always(outcome, 15.0)

    return run


def _lists_items(call: Call) -> bool:
    words = (
        "absences",
        "resourcetaskassignment",
        "allocation",
        "plans",
        "event/search",
        "listbyproject",
        "listbystaffer",
    )
    return any(word in call.path.lower() for word in words) and call.reply.status == 200


def _disappearing(target: Target) -> Iterator[Case | NotApplicable]:
    def none_of(answer: Any) -> Any:
        if isinstance(answer, dict) and "individuals" in answer:
            return {**answer, "individuals": []}
        return with_records(lambda _found: [], answer)

    def anothers(answer: Any) -> Any:
        def renamed(record: Any) -> Any:
            if not isinstance(record, dict):
                return record
            return {
                k: v + 90_000 if k.lower() in ("id", "tasksid") and type(v) is int and v else v
                for k, v in record.items()
            }

        return with_records(lambda found: [renamed(record) for record in found], answer)

    yield Case(f"FC10/{target.kind}/all-gone", "200, and no item any more", _guarded(target, none_of))
    if target.kind == "bigpicture":
        yield NotApplicable(
            "FC10/bigpicture/another-tenant", "absences have no id: another tenant's people are all-gone"
        )
    elif target.kind == "tempo":
        yield NotApplicable(
            "FC10/tempo/another-tenant", "the fake's reflections keep their parents' ids; as tempo-cloud"
        )
    else:
        yield Case(f"FC10/{target.kind}/another-tenant", "200, and other items", _guarded(target, anothers))


def _ninety_percent(targets: list[Target]) -> Iterator[Case]:
    tempo = next((target for target in targets if target.kind == "tempo"), None)
    if tempo is None:
        return

    def many() -> Fake:
        return fake_tempo.fake(*(fake_tempo.bean(i, "admin", "2026-11-09", "2026-11-13") for i in range(1, 41)))

    target = Target("tempo", many, tempo.reads, tempo.hosts)
    yield Case(
        "FC10/tempo/most-gone",
        "200, and four of forty",
        _guarded(target, lambda answer: with_records(lambda found: found[:4], answer)),
    )


# -- FC11: hostile text ------------------------------------------------------------------------------------------------

PAYLOADS = {
    "formula": '=HYPERLINK("http://evil","x")',
    "plus": "+1+cmd|' /C calc'!A0",
    "minus": "-2+3",
    "at": "@SUM(A1)",
    "blank-formula": "  =1+1",
    "bom-formula": "\ufeff=1+1",
    "zero-width-formula": "\u200b=1+1",
    "full-width": "＝1+1",
    "tab": "\t=1+1",
    "new-line": "a\r\n=1+1\nb",
    "quote": 'x","=1+1',
    "image": '<img src="file:///etc/passwd">',
    "script": "<script>alert(1)</script>",
    "unc": r"\\evil\share\x.png",
    "bidi": "abc\u202egnp.exe",
    "nul": "a\x00b",
    "escape": "\x1b]0;owned\x07\x1b[31mred",
    "path": "../../../../tmp/x",
    "reserved": "CON",
    "long": "x" * 100_000,
}


def _hostile_text() -> Iterator[Case | NotApplicable]:
    sinks: dict[str, Callable[[str], None]] = {"csv": _into_csv, "file-name": _into_file_name, "message": _into_message}
    for name, payload in PAYLOADS.items():
        for sink, use in sinks.items():

            async def run(use: Callable[[str], None] = use, payload: str = payload) -> None:
                use(payload)

            yield Case(f"FC11/{sink}/{name}", f"{name} into {sink}", run)
    for sink in ("label", "tooltip", "table", "tree"):
        yield NotApplicable(f"FC11/{sink}", "a widget's: the same payloads in tests/ui/test_hostile_text.py (U1 to U5)")
    for sink in ("box", "clipboard"):
        yield NotApplicable(f"FC11/{sink}", "no service's text goes there; tests/ui/test_text.py keeps boxes so (U1)")
    yield NotApplicable("FC11/xlsx", "there is no XLSX report yet")
    yield NotApplicable("FC11/log", "the program writes no log file yet (L2)")


def _into_csv(payload: str) -> None:
    """X1: one cell, one row, and no spreadsheet takes it for a formula."""
    text = as_csv([{"title": payload, "minutes": -5, "start": "2026-11-20"}])
    header, row = list(csv.reader(io.StringIO(text, newline="")))
    cells = dict(zip(header, row, strict=True))
    assert cells["minutes"] == "-5", "a true number was quoted away"
    shown = cells["title"].lstrip(" \u00a0\ufeff\u200b\u200c\u200d\u2060")
    assert shown[:1] not in tuple("=+-@\t\r\n＝＋－＠"), f"a formula: {shown[:20]!r}"
    assert "\x00" not in text
    assert cells["title"].lstrip("'").replace("\x00", "") == payload.lstrip("'").replace("\x00", "")


def _into_file_name(payload: str) -> None:
    """X3: a plain name inside the chosen folder, that can be made."""
    name = safe_name(payload, ".csv")
    assert name.endswith(".csv")
    assert Path(name).name == name
    assert len(name) <= 200
    assert not any(ord(mark) < 32 or mark in '<>:"/\\|?*\u202e' for mark in name), name
    assert name.partition(".")[0].upper() not in ("CON", "NUL", "AUX", "PRN", "COM1", "LPT1")
    with TemporaryDirectory() as folder:
        Path(folder, name).write_text("x", encoding="utf-8")
        assert [path.name for path in Path(folder).iterdir()] == [name]


def _into_message(payload: str) -> None:
    """N7, L2: a service's words in a message are one line of visible plain text."""
    shown = plain(json.loads(json.dumps(payload)))
    assert shown == " ".join(shown.split())
    assert shown.isprintable() or all(mark.isprintable() or mark == " " for mark in shown), repr(shown)
    assert "<img" not in shown
    assert "<script" not in shown
