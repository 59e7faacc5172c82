"""A harness that stays green when the program is wrong is broken: each planted fault must turn a case red."""

from __future__ import annotations

import asyncio
import logging
import time
import zlib
from collections.abc import AsyncIterable, Callable, Mapping
from functools import partial
from pathlib import Path
from urllib.parse import urljoin

import pytest

from planner_gui.session import vault
from planner_gui.sources import client, exchange, http_body, rate, refusals
from planner_gui.store import files
from tests.faults.cases import Case
from tests.faults.plan import plan, run
from tests.faults.probe import Outcome, Target, Watch
from tests.sources import fake_tempo

Patch = Callable[[pytest.MonkeyPatch], None]


def cut_gzip_taken(patch: pytest.MonkeyPatch) -> None:
    """What httpx itself does."""

    async def lax(chunks: AsyncIterable[bytes], _wire: int, _limit: int) -> bytes:
        gzip = zlib.decompressobj(31)
        return b"".join([gzip.decompress(chunk) async for chunk in chunks])

    patch.setattr(http_body, "_gunzipped", lax)


def origin_not_compared(patch: pytest.MonkeyPatch) -> None:
    """Redirects are followed wherever they lead, and the credential goes along (F2, F3)."""

    def anywhere(url: str, base: str, *, connection: str, subject: str, at: str = "") -> str:
        return urljoin(at or base + "/", url)

    patch.setattr(client, "within", anywhere)
    patch.setattr(exchange, "within", anywhere)


def token_in_the_address(patch: pytest.MonkeyPatch) -> None:
    address = exchange.Exchange._address

    def leaky(self: exchange.Exchange, request: exchange.Request) -> str:
        token = next(iter(self._credential().values()), "")
        found = address(self, request)
        return f"{found}{'&' if '?' in found else '?'}t={token.rpartition(' ')[2]}"

    patch.setattr(exchange.Exchange, "_address", leaky)


def token_in_the_log(patch: pytest.MonkeyPatch) -> None:
    headers = exchange.Exchange._credential_headers

    def chatty(self: exchange.Exchange, subject: str) -> dict[str, str]:
        found = headers(self, subject)
        logging.getLogger("planner_gui.sources").debug("sending %s", found)
        return found

    patch.setattr(exchange.Exchange, "_credential_headers", chatty)


def no_limit_of_bodies(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(exchange, "whole", partial(http_body.whole, wire=2**40, decoded=2**40))


def retries_without_end(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rate, "ATTEMPTS", 6)
    patch.setattr(rate.RetryBudget, "spend", lambda _self: True)


def no_retries(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rate, "ATTEMPTS", 1)


def pages_in_messages(patch: pytest.MonkeyPatch) -> None:
    def raw(body: bytes, _headers: Mapping[str, str], _secrets: object = ()) -> str:
        return body.decode()

    patch.setattr(refusals, "words", raw)


def retry_after_believed(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rate, "LONGEST_WAIT", 1e12)
    patch.setattr(rate, "PARK_ABOVE", 1e12)


def a_cut_body_is_taken(patch: pytest.MonkeyPatch) -> None:
    """A reset in the body counts as its end, and what came is made to look whole."""
    plain = http_body._plain

    async def lax(chunks: AsyncIterable[bytes], limit: int) -> bytes:
        try:
            return await plain(chunks, limit)
        except Exception:
            return b"[]"

    patch.setattr(http_body, "_plain", lax)


def damaged_files_are_deleted(patch: pytest.MonkeyPatch) -> None:
    def deleted(path: Path, _now: object) -> Path:
        path.unlink()
        return path

    patch.setattr(files, "set_aside", deleted)


def the_keyring_is_believed(patch: pytest.MonkeyPatch) -> None:
    def trusting(self: vault.Vault, service: str, user: str, secret: str) -> None:
        self._backend.set_password(service, user, secret)

    patch.setattr(vault.Vault, "set", trusting)


PLANTED: dict[Patch, str] = {
    cut_gzip_taken: "FC2/tempo/items/minus-8",
    origin_not_compared: "FB3/tempo/items/302-other",
    token_in_the_address: "FC2/tempo/items/good",
    token_in_the_log: "FC2/tempo-cloud/items/good",
    no_limit_of_bodies: "FC5/tempo/items/raw",
    retries_without_end: "FB12/bigtime/items/500-json",
    no_retries: "FA9/worktime/items/reset-before-headers-once",
    pages_in_messages: "FB12/bigpicture/items/500-page",
    retry_after_believed: "FB10/tempo/items/1e9",
    a_cut_body_is_taken: "FA13/tempo/items/reset-in-the-body",
    damaged_files_are_deleted: "FD3/text",
    the_keyring_is_believed: "FD9/set-ok-get-none/write",
}


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.__name__)
def test_a_planted_fault_turns_its_case_red(planted: Patch, monkeypatch: pytest.MonkeyPatch) -> None:
    case = next(entry for entry in plan() if entry.id == PLANTED[planted])
    assert isinstance(case, Case)
    assert run(case) is None, "red before anything is planted"
    planted(monkeypatch)
    assert run(case) is not None, f"{case.id} does not see it"


def test_a_held_loop_is_seen() -> None:
    """P7's own oracle: work without a turn of the loop."""
    outcome = Outcome(Target("none", fake_tempo.fake))

    async def hold() -> None:
        async with Watch(outcome):
            await asyncio.sleep(0.01)
            until = time.thread_time() + 0.2
            while time.thread_time() < until:
                pass
            await asyncio.sleep(0.01)

    asyncio.run(hold())
    assert outcome.stall > 0.15
