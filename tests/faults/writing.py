"""One change on its way to a service with something wrong, and what must be true of it afterwards: oracles P1 to P8.

The workspace, its queue.db, the adapters and the sockets are the program's own; the services are `vendors`. P1: every
intent is in the queue on the disk, in one state, as the user meant it. P2: at most one effect a change. P3: what others
did is still there. P5: one clear line. P6: no token anywhere. P7: it ended in time. P8: with the fault gone, one sync
and scripted answers leave nothing but the truth.
"""

from __future__ import annotations

import asyncio
import gc
import shutil
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx

from planner_gui.domain.changes import OPEN, Change, State, new_id, unpacked
from planner_gui.domain.edits import Do, Edit, Fields, Item, ItemKey, blank, differing
from planner_gui.domain.entities import Kind
from planner_gui.session.push import LOOKS_AFTER, Choice, Push, Sent
from planner_gui.session.workspace import Workspace
from planner_gui.sources.base import Connection, Context, open_source
from planner_gui.sources.writing import Found, SupportsEdits
from planner_gui.store.queue import Queue
from tests.faults.probe import AMPLE, Outcome, Target, Watch
from tests.faults.server import Call, Server
from tests.faults.vendors import Effect, Vendors
from tests.session.pretend import Time
from tests.sources.contract import TODAY
from tests.sources.writing_contract import Case as Example
from tests.sources.writing_contract import cases as examples

KINDS = ("bigpicture", "bigpicture-cloud", "tempo", "tempo-cloud", "bigtime")
OPS = ("create", "update", "delete")
MARKED = {Kind.ABSENCE: "comment", Kind.ALLOCATION: "description", Kind.TASK: "notes"}
SETTLED = (State.DONE, State.DROPPED)
WORDS = {  # what a message must say of each state (U6); "" says it by itself
    State.UNKNOWN: ("may ", "lost", "unknown", "not to be seen", "read back", "is it yours", "keep one", "looked for"),
    State.QUEUED: ("nothing was sent", "may be sent again", "wait"),
    State.REFUSED: ("refused", "nothing was sent"),
    State.CONFLICT: ("?",),
}


def foreign_change(kind: Kind, fields: Fields) -> dict[str, Any]:
    """What a colleague changes of an item while the user plans another field of it."""
    if kind is Kind.ABSENCE:
        return {"percent": 50}
    if kind is Kind.TASK:
        return {"percent_complete": 55}
    return {"minutes_per_day": 240} if fields.get("minutes_per_day") else {"percent": 70}


def other_item(kind: Kind, fields: Fields) -> dict[str, Any]:
    """A record of a colleague's beside the one in question, in nobody's way."""
    text = {MARKED[kind]: "not ours"}
    if kind is Kind.TASK:
        return {**fields, "name": "Another task", **text}
    more = {"until": None, "repeat": "never"} if kind is Kind.ALLOCATION else {}
    return {**fields, "start": "2028-03-13", "end": "2028-03-15", **more, **text}


class Desk:
    """A workspace in a folder of its own and everything it is sent with. Use as `async with`.

    kind: a key of KINDS. deadline: of a page; a write may take half as long again. transport: in place of the network.
    looks_after: as Push takes it.
    """

    def __init__(
        self,
        kind: str,
        *,
        deadline: float = AMPLE,
        transport: Callable[[], httpx.AsyncBaseTransport] | None = None,
        looks_after: Sequence[float] = LOOKS_AFTER,
        vendors: Vendors | None = None,
    ) -> None:
        self.example: Example = examples()[kind]
        self.kind = self.example.kind
        self.outcome = Outcome(Target(kind, lambda: None))
        self.folder = Path(tempfile.mkdtemp(prefix="planner-gui-faults-")) / "w"
        self.time = vendors.time if vendors else Time()
        self.server, self.stranger = Server(), Server()
        self.vendors = vendors
        self.own_server = vendors is None
        self.deadline, self.transport, self.looks_after = deadline, transport, looks_after
        self.meant: dict[str, tuple[Do, Fields | None, Fields | None]] = {}
        self.marks: dict[str, str] = {}  # change -> what marks it in the ledger
        self.decided: set[str] = set()  # changes whose repetition or overwriting the user chose
        self.noticed: list[str] = []

    async def __aenter__(self) -> Desk:
        if self.own_server:
            await self.server.__aenter__()
            self.vendors = Vendors(self.time, self.server)
        await self.stranger.__aenter__()
        self.watch = Watch(self.outcome)
        await self.watch.__aenter__()
        gc.disable()  # a collection of everything that hundreds of cases left would pass for a stall (P7)
        assert self.vendors is not None
        entry = self.vendors.names[self.example.name]
        self.connection = Connection(self.example.name, entry["kind"], entry["url"], entry["options"])
        self._secret: str = entry["secret"]
        Workspace.create(self.folder, timezone="Europe/Berlin")
        self._open()
        await self.workspace.add_connection(self.connection)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        gc.enable()
        self.workspace.close()
        with suppress(AssertionError):
            await self.watch.__aexit__()
        if self.own_server:
            await self.server.__aexit__()
        await self.stranger.__aexit__()
        if error is None:
            self.nothing_leaked()
        shutil.rmtree(self.folder.parent, ignore_errors=True)

    def _open(self) -> None:
        self.workspace = Workspace.open(self.folder, today=TODAY, now=self.time.now, monotonic=self.time.monotonic)
        self.workspace.notices.shown.connect(lambda notice: self.noticed.append(notice.text))
        self.push = self.pushing()

    def pushing(self) -> Push:
        return Push(
            self.workspace,
            self,
            open_source=open_source,
            context=Context(
                TODAY,
                UTC,
                self.transport,
                clock=self.time.monotonic,
                sleep=self.time.sleep,
                save_secret=lambda _secret: None,
                deadline=self.deadline,
            ),
            looks_after=self.looks_after,
            now=self.time.now,
            monotonic=self.time.monotonic,
            sleep=self.time.sleep,
        )

    def restarted(self) -> None:
        """The program ends and starts."""
        self.workspace.close()
        self._open()

    async def secret(self, _connection: Connection) -> str:
        """As the accounts hand it out."""
        return self._secret

    # --- what is there ---

    def key(self, external_id: str) -> ItemKey:
        return ItemKey(self.example.name, self.kind, external_id)

    def direct(self) -> SupportsEdits:
        """A colleague's own way to the service."""
        assert self.vendors is not None
        source = open_source(self.connection, self._secret, Context(TODAY, UTC, self.vendors.colleague))
        assert isinstance(source, SupportsEdits)
        return source

    async def made(self, **given: Any) -> Found:
        """A record that a colleague made, as it is then."""
        source = self.direct()
        external_id = await source.create(self.kind, {**self.example.fields, **given})
        found = await source.fetch(self.key(external_id))
        assert found is not None
        return found

    async def there(self, external_id: str) -> Found | None:
        return await self.direct().fetch(self.key(external_id))

    async def changes(self, external_id: str, **given: Any) -> None:
        """A colleague changes a record."""
        source = self.direct()
        found = await source.fetch(self.key(external_id))
        assert found is not None
        await source.update(self.kind, found, {**found.fields, **given}, frozenset(given))

    # --- what the user does ---

    async def plan(
        self, op: str, found: Found | None = None, *, mark: str = "", series: bool | None = None, **given: Any
    ) -> str:
        """Save a change of one field, a new item or a removal; its id. series: that more goes was confirmed."""
        edit = self.edit(op, found, mark=mark, series=series, **given)
        (change,) = await self.workspace.do([edit], edit.label)
        self.meant[change.id] = (edit.do, edit.before, edit.after)
        self.marks[change.id] = edit.label.partition(" ")[2]
        return change.id

    def edit(self, op: str, found: Found | None, *, mark: str = "", series: bool | None = None, **given: Any) -> Edit:
        """What a dialog would make of it."""
        mark = mark or f"op-{len(self.meant) + 1}"
        text = {MARKED[self.kind]: mark}
        before: Fields | None
        after: Fields | None
        if op == "create":
            key, before, after, raw = self.key(new_id()), None, {**self.example.fields, **text, **given}, b""
        else:
            assert found is not None
            item: Item = self.workspace.vocabulary(self.example.name).item(
                self.key(found.external_id), found.raw, [str(self.example.fields.get("account") or "")]
            )
            key, raw = self.key(found.external_id), found.raw
            before = {**found.fields, **item.fields}
            after = None if op == "delete" else {**before, **text, **given}
        if series is None:
            series = op == "delete" and found is not None and found.series > 1  # the user was told, and said yes (W13)
        return Edit(do=Do(op), key=key, before=before, after=after, label=f"{op} {mark}", raw=raw, series=series)

    async def then(self, change_id: str, op: str, *, mark: str = "", **given: Any) -> str:
        """One more edit of an item that is planned already; the id of the change that holds it."""
        change = self[change_id]
        text = {MARKED[self.kind]: mark} if mark else {}
        after = None if op == "delete" else {**(change.after or {}), **text, **given}
        edit = Edit(do=Do(op), key=change.key, before=change.after, after=after, label=f"then {op}", raw=change.raw)
        (folded,) = await self.workspace.do([edit], edit.label)
        do = folded.do
        before = change.after if folded.id not in self.meant else self.meant[folded.id][1]
        self.meant[folded.id] = (do, before, after)
        return folded.id

    async def resolve(self, change_id: str, choice: Choice) -> None:
        """The user decides; what follows is no longer the first intent's alone."""
        self.decided.add(change_id)
        async with asyncio.timeout(60):
            await self.push.resolve(change_id, choice)

    def __getitem__(self, change_id: str) -> Change:
        return next(change for change in self.workspace.changes if change.id == change_id)

    async def send(self, *ids: str) -> Sent:
        async with asyncio.timeout(60):
            return await self.push.send(ids or None, asked=bool(ids))

    async def recovered(self) -> None:
        """P8: the fault is gone; sync for a while, then answer what is asked."""
        assert self.vendors is not None
        self.vendors.fates.clear()
        self.vendors.reading.clear()
        self.transport = None
        self.push = self.pushing()
        await self.push.send()
        for _ in range(4):
            self.time.passes(300)
            await self.push.look()
            await self.push.send()
        for change in self.workspace.changes:
            if change.state is State.UNKNOWN and change.theirs is None:
                await self.push.resolve(change.id, "again")
            elif change.state is State.REFUSED:
                await self.push.resolve(change.id, "drop")

    # --- the oracles ---

    def kept(self) -> dict[str, Change]:
        """What is on the disk, by its id."""
        queue = Queue.open(self.folder / "queue.db", writable=False)
        try:
            rows, damaged = queue.load()
        finally:
            queue.close()
        assert not damaged, f"P1: {damaged}"
        changes = [unpacked(payload, seq) for seq, payload in rows]
        assert len({change.id for change in changes}) == len(changes), "P1: one change twice in the queue"
        return {change.id: change for change in changes}

    def holds(self, *states: State) -> None:
        """P1, P2, P5, P6 as things are now; states: of the changes in the order they were planned, where given."""
        kept = self.kept()
        for change_id, (do, before, after) in self.meant.items():
            assert change_id in kept, f"P1: {change_id} is nowhere ({self.told()})"
            change = kept[change_id]
            assert change == self[change_id], "P1: the screen and the disk disagree"
            self._intent(change, do, before, after)
            self._message(change)
        self.at_most_once()
        if states:
            now = [kept[change_id].state for change_id in self.meant]
            assert now == list(states), f"{[str(state) for state in now]}: {self.told()}"

    def _intent(self, change: Change, do: Do, before: Fields | None, after: Fields | None) -> None:
        """P1: what the user meant is there as it was meant; the base too, until somebody chose otherwise."""
        assert change.do is do or change.id in self.decided, f"P1: {do} became {change.do}"
        if after is not None and change.id not in self.decided:
            meant = differing(self.kind, before or blank(self.kind), after)
            lost = {name for name in meant if (change.after or {}).get(name) != after.get(name)}
            assert not lost, f"P1: {lost} of what was meant is gone"
        if change.state in OPEN and not change.attempts and change.id not in self.decided:
            assert change.before == before, "P1: the base snapshot is another"

    def _message(self, change: Change) -> None:
        """P5."""
        text = change.message
        assert "\n" not in text
        assert len(text) < 800, f"P5: {len(text)} characters"
        for trace in ("Traceback", "<html", "<!DOCTYPE", "httpx", "httpcore", "Errno", "0x", "object at"):
            assert trace not in text, f"P5: {trace} in {text}"
        words = WORDS.get(change.state)
        if words and not (change.state is State.QUEUED and not text):
            assert any(word in text for word in words), f"P5: {change.state} is not said by {text!r}"

    def at_most_once(self) -> None:
        """P2: what was sent twice by an update or a delete had the same effect as once."""
        assert self.vendors is not None
        effects: dict[tuple[str, str], list[Effect]] = {}
        for effect in self.vendors.mine:
            if effect.op:
                effects.setdefault((effect.op, ""), []).append(effect)
            else:
                effects.setdefault((effect.method, effect.object), []).append(effect)
        chosen = {self.marks.get(each, "") for each in self.decided}
        for (name, _), those in effects.items():
            if len(those) > 1 and name not in chosen:
                created = those[0].method == "POST" and "/task/detail/" not in those[0].object.lower()
                same = not created and len({effect.body for effect in those}) == 1
                assert same, f"P2: {[str(effect) for effect in those]}"

    def nothing_leaked(self) -> None:
        """P6: no token in log, message, notice, queue or cache, and nobody else was asked."""
        texts = [self.outcome.log, *self.noticed, *(change.message for change in self.workspace.changes)]
        for part in self._secret.splitlines():
            assert not any(part in text for text in texts), "P6: the token is shown"
            for file in self.folder.iterdir():
                if file.is_file():
                    assert part.encode() not in file.read_bytes(), f"P6: the token is in {file.name}"
            for call in self._calls():
                assert part not in call.target, "P6: the token is in an address"
        assert self.stranger.ledger == [], f"P6: a stranger was asked: {[c.target for c in self.stranger.ledger]}"
        assert self.outcome.stall < 0.5, f"P7: the event loop was held for {self.outcome.stall:.2f} s"

    def _calls(self) -> list[Call]:
        assert self.vendors is not None
        return self.vendors.server.ledger

    async def as_meant(self, change_id: str) -> None:
        """P8: the service holds what a done change meant, once."""
        do, _before, after = self.meant[change_id]
        change = self[change_id]
        assert change.state is State.DONE, f"P8: {change.state}: {change.message}"
        found = await self.there(change.result or change.key.external_id)
        if do is Do.DELETE:
            assert found is None, "P8: it is still there"
            return
        assert found is not None, "P8: it is not there"
        mark = MARKED[self.kind]
        assert found.fields[mark] == (after or {})[mark], f"P8: {found.fields[mark]!r}"
        if do is Do.CREATE:
            same = [
                one for one in await self.direct().look(self.kind, after or {}) if one.fields.get(mark) == after[mark]
            ]
            assert len(same) == 1, f"P2: it is there {len(same)} times"

    def told(self) -> str:
        """Everything known, for a failure."""
        assert self.vendors is not None
        changes = [f"{c.do} {c.state} {c.message!r} {len(c.attempts)} attempts" for c in self.workspace.changes]
        return f"changes {changes}; ledger {[str(effect) for effect in self.vendors.ledger]}; notices {self.noticed}"
