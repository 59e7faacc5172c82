"""`python -m tests.faults.seeded [N [FIRST]]`: N creates whose answer is lost in a random way, each from its own seed.

Of each: never made twice unasked, never silently dropped; what is not known is said, and in the end what the queue says
is what the service holds. Where the user sends again although the first may still be on its way, two may arrive: those
are counted apart. Prints the counts; 0 where every run held. A seed that fails prints what it drew and the ledger.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any

from planner_gui.domain.changes import OPEN, State
from tests.faults.server import Behaviour, Server, cut, replying, zipped
from tests.faults.transport import trusting_our_authority
from tests.faults.vendors import Fate, Vendors
from tests.faults.writing import MARKED, Desk
from tests.faults.writing_answers import BYTES, cut_at
from tests.session.pretend import Time

SERVICES = ("bigpicture", "tempo", "tempo-cloud", "bigtime")
BATCH = 25  # seeds that share a workspace and its services, to save making them


@dataclass
class Tally:
    """What the runs came to. first: states after the first sending; last: in the end."""

    runs: int = 0
    failures: list[str] = field(default_factory=list)
    first: Counter[str] = field(default_factory=Counter)
    last: Counter[str] = field(default_factory=Counter)
    effects: Counter[int] = field(default_factory=Counter)
    resent: int = 0
    late: int = 0  # done by the user's second sending, and then the first arrived as well

    def __str__(self) -> str:
        def counts(counter: Counter[Any]) -> str:
            return ", ".join(f"{count} {name}" for name, count in sorted(counter.items()))

        return (
            f"{self.runs} creates with a lost answer: after the first sending {counts(self.first)}; "
            f"in the end {counts(self.last)}; sent again by the user {self.resent}; "
            f"of those the first arrived after the second was done {self.late}; "
            f"effects by create: {', '.join(f'{n}: {count}' for n, count in sorted(self.effects.items()))}; "
            f"doubled unasked {sum('P2' in f for f in self.failures)}, "
            f"silently dropped {sum('P1' in f for f in self.failures)}, failed {len(self.failures)}"
        )


def _losing(dice: Random) -> tuple[str, Behaviour]:
    """A way to lose an answer."""
    ways: list[tuple[str, Behaviour]] = [
        *((f"{end} {where}", cut_at(where, end)) for where in BYTES for end in ("rst", "fin")),
        ("fin in a chunk", cut(dice.random(), "fin", framing="chunked")),
        ("cut where closing is the end", cut(dice.random(), "fin", framing="close")),
        ("504", replying(504, b"<html>", {"Content-Type": "text/html"})),
        ("502", replying(502, b"")),
        ("500", replying(500, b"{}")),
        ("503 with Retry-After", replying(503, b"{}", {"Retry-After": "5"})),
        ("202", replying(202, b"")),
        ("204", replying(204, b"")),
        ("a log-in page", replying(200, b"<html>", {"Content-Type": "text/html"})),
        ("gzip cut", zipped(lambda packed: packed[: dice.randrange(1, len(packed))])),
    ]
    return dice.choice(ways)


async def one(desk: Desk, seed: int, tally: Tally) -> None:
    """One create, from its seed alone."""
    assert desk.vendors is not None
    dice, mark = Random(seed), f"op-s{seed}"
    what, answer = _losing(dice)
    applied: Any = dice.choice(["never", "now", "now", "after", dice.uniform(1, 2400.0)])
    desk.vendors.lag = dice.choice([0.0, 0.0, dice.uniform(1, 1200)])
    failing = dice.choice([0, 0, 0, dice.randrange(1, 12)])
    fields = _dated(desk, seed)
    change = await desk.plan("create", mark=mark, **fields)
    drew = f"seed {seed}: {what}, applied {applied}, seen after {desk.vendors.lag:.0f} s, {failing} lists fail"

    async def act(call: Any) -> None:
        assert desk.vendors is not None
        desk.vendors.reading = [replying(500, b"{}") for _ in range(failing)]
        await answer(call)

    try:
        desk.vendors.fates = [Fate(applied, act)]
        await desk.push.send([change])
        tally.first[str(desk[change].state)] += 1
        _said(desk, change)
        if dice.random() < 0.3:
            desk.restarted()
        for _ in range(dice.randrange(5)):
            desk.time.passes(dice.uniform(10, 600))
            await desk.push.send()
            _said(desk, change)
        again = desk[change].state is State.UNKNOWN and desk[change].theirs is None and dice.random() < 0.5
        if again:
            await desk.push.resolve(change, "again")
            tally.resent += 1
        for _ in range(3):
            desk.time.passes(1500)
            await desk.push.look()
        _said(desk, change)
        await _truth(desk, change, mark, again=again)
        tally.effects[_effects(desk, mark)] += 1
        tally.late += _effects(desk, mark) == 2 and desk[change].state is State.DONE
        tally.last[str(desk[change].state)] += 1
        if desk[change].state in OPEN:  # what is asked is answered, so that it is in nobody's way
            await desk.push.resolve(change, "drop")
    except Exception as error:
        tally.failures.append(f"{drew}: {error!r}; {desk.told()[-1500:]}")
        if desk[change].state in OPEN:
            await desk.push.resolve(change, "drop")
    finally:
        desk.vendors.fates.clear()
        desk.vendors.reading.clear()
        desk.vendors.lag = 0.0
        desk.time.passes(3000)
        desk.meant.clear()
    tally.runs += 1


def _dated(desk: Desk, seed: int) -> dict[str, Any]:
    """Dates of its own, so that no run meets another's."""
    day = f"{2029 + seed % 20}-{1 + seed // 20 % 12:02}-{1 + seed // 240 % 28:02}"
    last = "due" if "due" in desk.example.fields else "end"
    more = {"until": None, "repeat": "never"} if "until" in desk.example.fields else {}
    return {"start": day, last: day, **more}


def _effects(desk: Desk, mark: str) -> int:
    assert desk.vendors is not None
    return sum(effect.op == mark for effect in desk.vendors.mine)


def _said(desk: Desk, change: str) -> None:
    """P1: it is on the disk, in one state, and where that is not done it says so."""
    kept = desk.kept()
    assert change in kept, "P1: silently dropped"
    now = kept[change]
    assert now.state not in (State.SENDING, State.DROPPED), f"P1: {now.state}"
    assert now.state is State.DONE or now.message, f"P1: {now.state} without a word"


async def _truth(desk: Desk, change: str, mark: str, *, again: bool) -> None:
    """P2, P8: the service holds it once where it is done; as often as it was sent where the user sent it again."""
    count, now = _effects(desk, mark), desk[change]
    assert count <= (2 if again else 1), f"P2: made {count} times"
    if now.state is State.DONE:
        assert count == 1 or again, f"P2: done, and there are {count}"
        assert count == 1 or "is there twice" in now.message, "P1: the first arrived as well, and nobody says so"
        found = await desk.there(now.result)
        assert found is not None, "P8: done, and it is not there"
        assert found.fields[MARKED[desk.kind]] == mark, "P8: somebody else's was taken for it"
    elif count == 2:
        assert now.state is State.UNKNOWN, now.state
        assert "keep one" in now.message, f"P1: two are there, and it says {now.message!r}"
    else:
        assert now.state is State.UNKNOWN, now.state
        assert count == 0 or again, f"P8: it is there, and nobody knows: {now.message}"


async def runs(seeds: range) -> Tally:
    """All of these seeds, spread over the services."""
    tally = Tally()
    for kind in SERVICES:
        mine = [seed for seed in seeds if SERVICES[seed % len(SERVICES)] == kind]
        for start in range(0, len(mine), BATCH):
            async with Server() as server, Desk(kind, vendors=Vendors(Time(), server)) as desk:
                for seed in mine[start : start + BATCH]:
                    await one(desk, seed, tally)
    return tally


def main(arguments: list[str]) -> int:
    count, first = int(arguments[0]) if arguments else 1000, int(arguments[1]) if len(arguments) > 1 else 0
    began = time.monotonic()
    with trusting_our_authority():
        tally = asyncio.run(runs(range(first, first + count)))
    for failure in tally.failures:
        print(f"FAIL  {failure}")
    print(f"{tally}, in {time.monotonic() - began:.0f} s")
    return 1 if tally.failures or tally.runs != count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
