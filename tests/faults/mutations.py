"""`python -m tests.faults.mutations [NAME ...]`: is the harness awake? Twelve faults are planted, one at a time.

Each is put in by replacing one function in a process of its own, and must turn one of the cases named for it red; the
same cases pass without it. A suite that stays green over one of these is broken. Prints how many of 12 were caught.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Planted:
    """A fault: what it is, how it is put in, and the cases that have to see it: ids of the plan, or of pytest."""

    what: str
    plant: Callable[[], None]
    cases: tuple[str, ...]


def _blind_retry() -> None:
    from planner_gui.domain.errors import SourceError
    from planner_gui.sources.client import Client

    once = Client._sent_once

    async def sent(self: Client, request: Any) -> Any:
        try:
            return await once(self, request)
        except SourceError:
            return await once(self, request)

    Client._sent_once = sent


def _cut_gzip() -> None:
    from planner_gui.sources import http_body

    async def gunzipped(chunks: Any, _wire: int, _limit: int) -> bytes:
        gzip = zlib.decompressobj(31)
        return b"".join([gzip.decompress(chunk) async for chunk in chunks])

    http_body._gunzipped = gunzipped


def _page_by_page() -> None:
    from planner_gui.session import sync

    async def whole(opened: Any, reading: Any, span: Any, now: Any, _tell: Any) -> Any:
        source = opened()
        try:
            async for page in source.read(span):
                reading.add(page)
        except Exception:
            return reading.finish(now()), reading.items
        finally:
            await source.close()
        return reading.finish(now()), reading.items

    sync._whole = whole


def _done_before_reply() -> None:
    from planner_gui.domain.changes import State
    from planner_gui.domain.errors import SourceError
    from planner_gui.session.sending import Sender

    async def write(self: Sender, change: Any, meant: Any, attempt: Any, call: Any, still: Any = None) -> Any:
        done = meant.to(State.DONE, attempt.at, "", attempts=(*meant.attempts, attempt))
        await self._book.settle(done)
        with contextlib.suppress(SourceError):
            await call()
        return self._book.get(change.id)

    Sender._write = write


def _follows_redirects() -> None:
    import httpx

    from planner_gui.sources.exchange import Answer, Exchange

    send = Exchange.send

    async def sent(self: Exchange, request: Any, seconds: float, **more: Any) -> Answer:
        answer = await send(self, request, seconds, **more)
        if 300 <= answer.status < 400 and (where := answer.headers.get("location")):
            url = httpx.URL(answer.url).join(where)
            again = httpx.Request(request.method, url, headers=dict(self._credential()), content=request.content)
            response = await self._opened().handle_async_request(again)
            return Answer(response.status_code, response.headers, await response.aread(), str(url), answer.asked_as)
        return answer

    Exchange.send = sent


def _default_headers() -> None:
    from planner_gui.sources import client, exchange, tempo_cloud

    def anywhere(url: str, *_rest: Any, **_more: Any) -> str:
        return url

    for module in (client, exchange, tempo_cloud):
        module.within = anywhere


def _deferred_begin() -> None:
    from planner_gui.store import database

    @contextlib.contextmanager
    def writing(self: Any) -> Any:
        with self._turn, database.known_errors(self.path):
            self._connection.execute("BEGIN")
            try:
                yield self._connection.cursor()
                self._connection.execute("COMMIT")
            finally:
                self._roll_back()

    database.Database.writing = writing


def _deletes_damaged() -> None:
    from planner_gui.store import files

    def set_aside(path: Path, _now: Any) -> Path:
        for end in ("", *files.COMPANIONS):
            path.with_name(path.name + end).unlink(missing_ok=True)
        return path.with_name(path.name + ".damaged")

    files.set_aside = set_aside


def _no_compare() -> None:
    from planner_gui.domain.edits import Merge
    from planner_gui.session import comparing

    def compared(change: Any, _current: Any, *_rest: Any) -> Any:
        meant = change.after if change.after is not None else change.before
        return comparing.Comparison(True, Merge(meant, frozenset(), frozenset()))

    comparing.compared = compared


def _partial_put() -> None:
    from planner_gui.sources import tempo_edits

    replaced = tempo_edits.replaced

    def partly(current: bytes, changed: frozenset[str], after: Mapping[str, Any], **more: Any) -> Any:
        body = dict(replaced(current, changed, after, **more))
        for name, key in (("repeat", "recurrence"), ("description", "description")):
            if name not in changed:
                body.pop(key, None)
        return body

    tempo_edits.replaced = partly


def _auto_text() -> None:
    from PySide6.QtCore import Qt

    from planner_gui.ui import text

    made = text.PlainLabel.__init__

    def init(self: Any, *arguments: Any, **more: Any) -> None:
        made(self, *arguments, **more)
        self.setTextFormat(Qt.TextFormat.AutoText)

    text.PlainLabel.__init__ = init


def _token_in_url() -> None:
    from planner_gui.sources.exchange import Exchange

    address = Exchange._address

    def told(self: Exchange, request: Any) -> str:
        token = next(iter(self._credential().values()), "").split()[-1]
        url = address(self, request)
        return f"{url}{'&' if '?' in url else '?'}token={token}"

    Exchange._address = told


PLANTED = {
    "blind-retry": Planted(
        "a write without an answer is sent again", _blind_retry, ("FA9/tempo/create/reset-before-the-status-line/now",)
    ),
    "cut-gzip": Planted(
        "a gzip body cut short is an answer", _cut_gzip, ("FC2/tempo/items/minus-8", "FC2/tempo/items/minus-4")
    ),
    "page-by-page": Planted(
        "pages are committed one by one",
        _page_by_page,
        ("FC9/sync/a-later-page-fails",),
    ),
    "done-before-reply": Planted(
        "a change is done before its answer",
        _done_before_reply,
        ("FA9/tempo/create/reset-before-the-status-line/never",),
    ),
    "follows-redirects": Planted("redirects are followed", _follows_redirects, ("FB3/tempo/items/302-other",)),
    "default-headers": Planted(
        "the token goes wherever a link leads", _default_headers, ("FC9/tempo-cloud/foreign-host",)
    ),
    "deferred-begin": Planted(
        "a transaction begins when it first writes", _deferred_begin, ("FD4/queue/held-for-a-moment",)
    ),
    "deletes-damaged": Planted("a damaged file is deleted", _deletes_damaged, ("FD3/header", "FD3/text")),
    "no-compare": Planted("an update is sent without a compare", _no_compare, ("FE2/tempo/same-field-theirs",)),
    "partial-put": Planted(
        "an update names only what changed", _partial_put, ("FE2/tempo/other-field", "FE2/tempo/same-field-mine")
    ),
    "auto-text": Planted(
        "a label guesses what its text is", _auto_text, ("tests/ui/test_text.py::test_a_label_shows_text_as_text",)
    ),
    "token-in-url": Planted(
        "the token is in the address", _token_in_url, ("FA9/tempo/items/reset-before-headers", "FE1/tempo/one")
    ),
}


QUIET = ("-W", "ignore::pytest.PytestAssertRewriteWarning")  # modules of ours were imported before


def problems(cases: Sequence[str]) -> list[str]:
    """Run these cases here; a line for each that failed."""
    import pytest

    from tests.faults.cases import Case
    from tests.faults.plan import plan, run

    found = []
    wanted = {case for case in cases if "::" not in case}
    if wanted:
        known = {entry.id: entry for entry in plan() if entry.id in wanted}
        for name in sorted(wanted):
            case = known.get(name)
            if not isinstance(case, Case):
                raise SystemExit(f"there is no case {name}")
            if problem := run(case):
                found.append(f"{name}: {problem}")
    for node in (case for case in cases if "::" in case):
        code = pytest.main(
            ["-q", "-x", "--no-header", "-p", "no:cacheprovider", "-p", "no:xdist", *QUIET, str(ROOT / node)]
        )
        if code == pytest.ExitCode.TESTS_FAILED:
            found.append(f"{node}: failed")
        elif code != pytest.ExitCode.OK:
            raise SystemExit(f"{node} could not be run: {code}")
    return found


def _in_a_process(*arguments: str) -> tuple[int, str]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-m", "tests.faults.mutations", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600, check=False)
    lines = [line for line in done.stdout.splitlines() if line.startswith("red ")]
    return done.returncode, lines[0][:160] if lines else (done.stderr.strip().splitlines() or [""])[-1][:160]


RED, GREEN = 3, 0


def main(arguments: list[str]) -> int:
    """With --planted NAME, --sound NAME ...: run cases in this process, RED where one failed."""
    if arguments[:1] == ["--planted"] or arguments[:1] == ["--sound"]:
        cases = tuple(case for name in arguments[1:] for case in PLANTED[name].cases)
        if arguments[0] == "--planted":
            PLANTED[arguments[1]].plant()
        found = problems(cases)
        for line in found:
            print(f"red {line}")
        return RED if found else GREEN
    names = arguments or list(PLANTED)
    code, line = _in_a_process("--sound", *names)
    if code != GREEN:
        print(f"the cases do not pass by themselves: {line}")
        return 1
    caught = 0
    for name in names:
        code, line = _in_a_process("--planted", name)
        caught += code == RED
        print(f"{'caught    ' if code == RED else 'NOT CAUGHT'}  {name}: {PLANTED[name].what}  [{line}]", flush=True)
    print(f"{caught} of {len(names)} caught")
    return 0 if caught == len(names) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
