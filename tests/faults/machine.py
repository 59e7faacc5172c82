"""Two clients, a colleague and a bad network, at random: `python -m tests.faults.machine [SEQUENCES [SEED]]`.

Hypothesis draws what happens next and shrinks what fails. After each step P1 to P4 hold: every intent is in the queue
of its client as it was meant, no create has two effects unless its user sent it again, nobody's change is overwritten
by one who had not seen it unless that user chose so, and what is shown is what is known. A failure shows the ledger;
its seed is printed, and gives the same sequences again.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from collections.abc import Callable, Coroutine
from random import SystemRandom
from typing import Any

from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from planner_gui.domain.changes import Change, State
from planner_gui.domain.edits import Do
from planner_gui.domain.entities import Kind
from planner_gui.domain.overlay import overlaid
from tests.faults.server import Behaviour, Server, ending, replying
from tests.faults.vendors import Effect, Fate, Vendors
from tests.faults.writing import MARKED, Desk, foreign_change
from tests.faults.writing_answers import cut_at
from tests.session.pretend import Time

SERVICES = ("tempo", "tempo-cloud", "bigtime")  # an absence has no address of its own: what it was cannot be asked for
CLIENTS = st.sampled_from(["a", "b"])
ANSWERS: dict[str, Callable[[], Behaviour | None]] = {
    "answered": lambda: None,
    "reset": lambda: ending("rst"),
    "closed": lambda: ending("fin"),
    "cut": lambda: cut_at("in the body", "rst"),
    "one byte short": lambda: cut_at("one byte short", "fin"),
    "504": lambda: replying(504, b"<html>", {"Content-Type": "text/html"}),
    "409": lambda: replying(409, b'{"message":"no"}'),
    "204": lambda: replying(204, b""),
}
FATES = st.tuples(
    st.sampled_from(["now", "now", "never", "after", 5.0, 700.0]), st.sampled_from(list(ANSWERS)), st.integers(0, 6)
)  # when it is applied, what becomes of the answer, how many lists fail then
DECIDING = ("again", "mine", "theirs")


class Company(RuleBasedStateMachine):
    """One sequence."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.server = Server()
        self.desks: dict[str, Desk] = {}
        self.records: list[str] = []
        self.number = 0
        self.dropped: set[str] = set()

    def run(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(coroutine)

    @property
    def vendors(self) -> Vendors:
        found = self.desks["a"].vendors
        assert found is not None
        return found

    @initialize(kind=st.sampled_from(SERVICES))
    def starts(self, kind: str) -> None:
        async def start() -> None:
            await self.server.__aenter__()
            vendors = Vendors(Time(), self.server)
            for name in ("a", "b"):
                self.desks[name] = await Desk(kind, vendors=vendors, looks_after=(2.0, 10.0)).__aenter__()
            self.desks["b"].decided, self.desks["b"].marks = self.desks["a"].decided, self.desks["a"].marks
            for _ in range(2):
                self.records.append((await self.desks["a"].made(**self._days())).external_id)

        self.run(start())

    def teardown(self) -> None:
        async def end() -> None:
            for desk in self.desks.values():
                desk.outcome.stall = 0.0  # between two steps the loop does not turn, and nobody waits for it (P7)
                await desk.__aexit__(None, None, None)
            await self.server.__aexit__()

        try:
            if self.desks:
                self.run(end())
        finally:
            self.loop.close()

    def _days(self) -> dict[str, Any]:
        """Dates of its own for each new record."""
        self.number += 1
        desk = self.desks["a"]
        last = "due" if desk.kind is Kind.TASK else "end"
        day = f"{2028 + self.number // 28:04}-09-{1 + self.number % 28:02}"
        more = {} if desk.kind is Kind.TASK else {"repeat": "never", "until": None}
        return {"start": day, last: day, **more}

    def _mark(self, client: str) -> str:
        self.number += 1
        return f"op-{client}{self.number}"

    # One rule for all: hypothesis leaves whole rules out of a sequence, and a sequence without a sending is dull.

    @rule(
        what=st.sampled_from(["plan", "plan", "plan", "send", "decide", "decide", "colleague", "go on", "time"]),
        client=CLIENTS,
        which=st.integers(0, 5),
        op=st.sampled_from(["create", "update", "update", "delete"]),
        other=st.sampled_from(["nothing", "nothing", "field", "text", "delete"]),
        fate=st.none() | FATES,
        choice=st.sampled_from(["look", "again", "mine", "theirs", "drop"]),
        seconds=st.sampled_from([30.0, 400.0, 1000.0]),
        lag=st.sampled_from([0.0, 0.0, 60.0]),
    )
    def happens(
        self,
        what: str,
        client: str,
        which: int,
        op: str,
        other: str,
        fate: Any,
        choice: str,
        seconds: float,
        lag: float,
    ) -> None:
        if what == "plan":
            self.plans(client, op, which, other, fate)
        elif what == "send":
            self.sends(client, fate or ("now", "answered", 0))
        elif what == "decide":
            self.decides(client, which, choice)
        elif what == "colleague":
            self.a_colleague_acts("create" if other == "nothing" else other, which)
        elif what == "go on":
            self.goes_on(client, {"look": "look", "drop": "undo"}.get(choice, "restart"))
        else:
            self.time_passes(seconds, lag)

    # --- what the two do ---

    def plans(self, client: str, op: str, which: int, meanwhile: str, fate: Any) -> None:
        """One of the two plans something; a colleague may come between; it may be sent at once."""
        desk, record = self.desks[client], self.records[which % len(self.records)]
        if op == "create":
            self.run(desk.plan("create", mark=self._mark(client), **self._days()))
        else:
            if any(change.key.external_id == record and change.open for change in desk.workspace.changes):
                return
            found = self.run(desk.there(record))
            if found is None:
                return
            self.run(desk.plan(op, found, mark=self._mark(client)))
            self._colleague(meanwhile, record)
        if fate is not None:
            self._sends(client, *fate)

    def sends(self, client: str, fate: Any) -> None:
        self._sends(client, *fate)

    def _sends(self, client: str, applied: Any, answer: str, lists_fail: int) -> None:
        if answer in ("answered", "409"):
            applied = "now" if answer == "answered" else "never"

        async def act(call: Any) -> None:
            behaviour = ANSWERS[answer]()
            self.vendors.reading = [] if answer == "answered" else [replying(500, b"{}") for _ in range(lists_fail)]
            await (behaviour(call) if behaviour else call.answer())

        self.vendors.fates = [Fate(applied, act)]
        self.run(self.desks[client].push.send())
        self.vendors.fates.clear()
        self.vendors.reading.clear()

    def goes_on(self, client: str, what: str) -> None:
        """A sync, a new start, an undo."""
        desk = self.desks[client]
        if what == "look":
            self.run(desk.push.look())
        elif what == "restart":
            desk.restarted()
        else:
            before = {change.id for change in desk.workspace.changes if change.state is not State.DROPPED}
            self.run(desk.workspace.undo())
            now = {change.id for change in desk.workspace.changes if change.state is State.DROPPED}
            self.dropped |= before & now

    def _asked(self, client: str) -> list[Change]:
        states = (State.UNKNOWN, State.CONFLICT, State.REFUSED)
        return [change for change in self.desks[client].workspace.changes if change.state in states]

    def decides(self, client: str, which: int, choice: str) -> None:
        asked = self._asked(client)
        if not asked:
            return
        change, desk = asked[which % len(asked)], self.desks[client]
        fitting = {
            State.REFUSED: ("drop",),
            State.CONFLICT: ("mine", "theirs", "drop"),
            State.UNKNOWN: ("look", "again", "drop") if change.theirs is None else ("look", "theirs", "drop"),
        }[change.state]
        chosen: Any = choice if choice in fitting else fitting[-1]
        if chosen in DECIDING:
            desk.decided.add(change.id)
        if chosen in ("drop", "theirs"):
            self.dropped.add(change.id)
        self.run(desk.push.resolve(change.id, chosen))

    # --- what others do, and the clock ---

    def a_colleague_acts(self, what: str, which: int) -> None:
        self._colleague(what, self.records[which % len(self.records)])

    def _colleague(self, what: str, record: str) -> None:
        desk = self.desks["a"]
        if what == "create":
            self.records.append(self.run(desk.made(**self._days())).external_id)
            return
        found = self.run(desk.there(record))
        if found is None or what == "nothing":
            return
        self.number += 1
        if what == "delete":
            self.run(desk.direct().delete(desk.kind, found))
        elif what == "text":
            self.run(desk.changes(record, **{MARKED[desk.kind]: f"theirs {self.number}"}))
        else:
            (name,) = foreign_change(desk.kind, found.fields)
            value: Any = 10 + self.number % 80 if name != "minutes_per_day" else 60 + 6 * (self.number % 60)
            self.run(desk.changes(record, **{name: value}))

    def time_passes(self, seconds: float, lag: float) -> None:
        self.vendors.lag = lag
        self.vendors.time.passes(seconds)

    # --- what holds ---

    @invariant()
    def everything_holds(self) -> None:
        for desk in self.desks.values():
            try:
                desk.holds()
                self._nothing_dropped(desk)
                self._shown(desk)
            except AssertionError as error:
                raise AssertionError(f"{error}; {self.told()}") from None
        for effect in self.vendors.mine if self.desks else ():
            self._seen_first(effect)

    def _nothing_dropped(self, desk: Desk) -> None:
        for change_id in desk.meant:
            state = desk[change_id].state
            assert state is not State.DROPPED or change_id in self.dropped, "P1: dropped, and nobody chose so"
            if state is State.DONE and desk.meant[change_id][0] is Do.CREATE and change_id not in desk.decided:
                made = [effect for effect in self.vendors.mine if effect.op == desk.marks[change_id]]
                assert len(made) == 1, f"P2: done, with {len(made)} effects"

    @staticmethod
    def _shown(desk: Desk) -> None:
        """P4."""
        workspace = desk.workspace
        fresh = overlaid(workspace.base, workspace.changes)
        assert fresh.rows == workspace.plan.rows, "P4: what is shown is not what is known"
        assert (fresh.columns["flags"] == workspace.plan.columns["flags"]).all(), "P4: shown as something else"

    def _seen_first(self, effect: Effect) -> None:
        """P3: what a client overwrote or removed is what that client had seen, or had chosen to overwrite."""
        if not effect.before:
            return
        desk = self.desks["a"]
        was = desk.workspace.vocabulary(desk.example.name).item(
            desk.key(effect.object.rsplit("/", 1)[-1]), effect.before, [str(desk.example.fields.get("account") or "")]
        )
        mark = MARKED[desk.kind]
        for each in self.desks.values():
            for change_id, (do, before, _after) in each.meant.items():
                mine = effect.op == each.marks[change_id] if effect.op else _deletes(effect, each, change_id)
                if not mine or change_id in each.decided or do is Do.CREATE:
                    continue
                seen = {(before or {}).get(mark), each.marks[change_id], *_own_marks(each, effect)}
                assert was.fields[mark] in seen, f"P3: {was.fields[mark]!r} was overwritten unseen; {self.told()}"
        if effect.op:
            (name,) = foreign_change(desk.kind, was.fields)
            said = _value_said(effect, name)
            if said is not None:
                assert said == was.fields[name], f"P3: a colleague's {name} was trampled; {self.told()}"

    def told(self) -> str:
        desks = {name: desk.told() for name, desk in self.desks.items()}
        return f"ledger {[str(effect) for effect in self.vendors.ledger]}; {desks}"


def _deletes(effect: Effect, desk: Desk, change_id: str) -> bool:
    """Whether this change can have done it: the two may both want one record gone, and one of them was not sent."""
    change = desk[change_id]
    same = change.key.external_id == effect.object.rsplit("/", 1)[-1] and change.attempts
    return bool(effect.method == "DELETE" and change.do is Do.DELETE and same)


def _own_marks(desk: Desk, effect: Effect) -> set[str]:
    """What the same client wrote on the same record."""
    number = effect.object.rsplit("/", 1)[-1]
    return {desk.marks[one] for one in desk.meant if number in (desk[one].key.external_id, desk[one].result)}


def _value_said(effect: Effect, name: str) -> Any:
    """What a written body says of a colleague's field, None where it says nothing."""
    body = {re.sub("[^a-z]", "", key.lower()): value for key, value in json.loads(effect.body).items()}
    if name == "minutes_per_day":
        seconds = body.get("plannedsecondsperday") or body.get("secondsperday")
        return None if seconds is None else seconds // 60
    return body.get({"percent": "commitment", "percent_complete": "percentcomplete"}[name])


def configured(sequences: int, steps: int) -> settings:
    return settings(
        max_examples=sequences,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        print_blob=True,
        verbosity=Verbosity.normal,
        phases=(Phase.generate, Phase.shrink) if sequences > 20 else (Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )


def play(sequences: int, number: int, *, steps: int = 25) -> None:
    """That many sequences of a seed; raises what failed."""
    machine = type("Company", (Company,), {})
    run_state_machine_as_test(seed(number)(machine), settings=configured(sequences, steps))


def main(arguments: list[str]) -> int:
    sequences = int(arguments[0]) if arguments else 200
    number = int(arguments[1]) if len(arguments) > 1 else SystemRandom().randrange(2**32)
    print(f"{sequences} sequences of seed {number}", flush=True)
    began = time.monotonic()
    try:
        play(sequences, number)
    except Exception as error:
        for one in error.exceptions if isinstance(error, ExceptionGroup) else (error,):
            print(f"FAIL  seed {number}: {one!r}")
        return 1
    print(f"{sequences} sequences of up to 25 steps held, in {time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
