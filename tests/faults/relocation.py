"""FB2: a BigPicture that says it has moved: followed only where A5 allows, and the token goes nowhere else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC

import httpx

from planner_gui.domain.errors import CredentialRefused, OriginRefused
from planner_gui.sources.base import Connection, Context, open_source
from tests.faults.cases import Case
from tests.faults.probe import Expectation, Outcome, Rerouted, Target, Watch, _read, raised, whole
from tests.faults.server import Call, Reply, Server
from tests.sources import fake_bigpicture
from tests.sources.contract import SECRET, TODAY, everything, read
from tests.sources.fake_bigpicture import LOCATION, Cloud
from tests.sources.scripted import Time

VENDOR = frozenset({"cloud.softwareplant.com", "cloud.bigpicture.one"})
OTHER_PATH = "https://cloud.softwareplant.com/bigpicture/jiracloud/202"
OTHER_HOST = "https://cloud.bigpicture.one/bigpicture/jiracloud/101"
REFUSED = {
    "hostile": "https://evil.example/bigpicture/jiracloud/101",
    "http": "http://cloud.softwareplant.com/bigpicture/jiracloud/101",
    "private-address": "https://10.0.0.1/bigpicture/jiracloud/101",
    "look-alike-behind": "https://cloud.bigpicture.one.evil.io/bigpicture/jiracloud/101",
    "look-alike-before": "https://evil-bigpicture.one/bigpicture/jiracloud/101",
    "user-info": "https://cloud.bigpicture.one@evil.example/bigpicture/jiracloud/101",
    "backslash": "https://evil.example\\@cloud.bigpicture.one/",
    "other-port": "https://cloud.bigpicture.one:8443/bigpicture/jiracloud/101",
}
CONNECTION = Connection("the bigpicture one", "bigpicture", "", {"flavour": "cloud"})


def cases() -> Iterator[Case]:
    """Each place at the first look-up, and after a 401 in the middle of a reading."""
    for name, place in (("same-host", OTHER_PATH), ("same-vendor", OTHER_HOST)):
        good = (f"{place}/rest",)
        yield Case(f"FB2/{name}/first", f"where-am-i: {place}", _moved([place], good, _followed))
        yield Case(f"FB2/{name}/after-401", f"401, then {place}", _moved([LOCATION, place], good, _followed))
    for name, place in REFUSED.items():
        yield Case(f"FB2/{name}/first", f"where-am-i: {place}", _moved([place], (), raised(OriginRefused)))
        yield Case(f"FB2/{name}/after-401", f"401, then {place}", _moved([LOCATION, place], (), raised(OriginRefused)))
    yield Case("FB2/loop/same", "401 for ever, where-am-i names the same place", _moved([LOCATION], (), _one_hop))
    yield Case(
        "FB2/loop/two", "two places that name each other", _moved([LOCATION, OTHER_PATH, LOCATION], (), _one_hop)
    )


def _moved(places: list[str], good: tuple[str, ...], check: Expectation) -> Callable[[], Awaitable[None]]:
    async def run() -> None:
        cloud = Cloud(*places, good=good)

        def healthy(call: Call) -> Reply:
            url = f"https://{call.headers['host']}{call.target}"
            response = cloud(httpx.Request(call.method, url, headers=call.headers, content=call.body))
            return Reply(response.status_code, response.content, {"Content-Type": response.headers["content-type"]})

        outcome = Outcome(Target("bigpicture", fake_bigpicture.fake))
        async with Server(healthy) as server, Server() as stranger, Watch(outcome):
            context = Context(
                TODAY, UTC, lambda: Rerouted(VENDOR, server.url, stranger.url), sleep=Time().sleep, deadline=20.0
            )
            await _read(open_source(CONNECTION, SECRET, context), outcome, None)
        outcome.ledger, outcome.strangers = server.ledger, stranger.ledger
        check(outcome)

    return run


def _followed(outcome: Outcome) -> None:
    outcome.target.healthy = _healthy()
    for page in outcome.pages or []:
        object.__setattr__(page, "warnings", ())  # the notice of another host is meant (A5)
    whole()(outcome)


def _healthy() -> dict[str, list[str]]:
    """The reading of a Cloud that has never moved, in a thread of its own: a loop is running here."""
    found: list[dict[str, list[str]]] = []
    cloud = Cloud()
    context = Context(TODAY, UTC, lambda: httpx.MockTransport(cloud), sleep=Time().sleep)

    def work() -> None:
        found.append(everything(read(open_source(CONNECTION, SECRET, context))))

    from threading import Thread

    thread = Thread(target=work)
    thread.start()
    thread.join()
    return found[0]


def _one_hop(outcome: Outcome) -> None:
    """A5: the token is at fault: one message, no second hop."""
    raised(CredentialRefused)(outcome)
    asked = sum(call.path.endswith("/where-am-i") for call in outcome.ledger)
    assert asked <= 2, f"where-am-i was asked {asked} times"
