"""FD1: the program is ended by kill -9 at 18 moments of a change's way, and started again.

What was promised before is there afterwards; what may have left is unknown and looked for, never sent again blind.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

from planner_gui.domain.changes import State
from planner_gui.domain.edits import Edit
from planner_gui.sources.writing import Found
from tests.faults.cases import Case
from tests.faults.program import KILLED
from tests.faults.server import Behaviour, Call, ending
from tests.faults.vendors import Fate
from tests.faults.writing import MARKED, OPS, Desk, foreign_change, other_item

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("tempo", "bigpicture", "bigtime")
SECONDS = 60.0  # for one run of the program, on a busy machine

POINTS = {
    1: ("before the edit is checked", None),
    2: ("after Save, before it is kept", None),
    3: ("written, not committed", None),
    4: ("committed, not shown as saved", State.DRAFT),
    5: ("shown as saved", State.DRAFT),
    6: ("about to be sent, not committed", State.QUEUED),
    7: ("committed, not connected", State.UNKNOWN),
    8: ("connected", State.UNKNOWN),
    9: ("in the middle of the request", State.UNKNOWN),
    10: ("sent, not applied yet", State.UNKNOWN),
    11: ("applied, not answered", State.UNKNOWN),
    12: ("in the middle of the answer", State.UNKNOWN),
    13: ("the answer is read", State.UNKNOWN),
    14: ("the answer is understood, done is not committed", State.UNKNOWN),
    15: ("done is committed, not laid over the plan", State.DONE),
    16: ("laid over the plan, not announced", State.DONE),
    17: ("a lost answer was looked for", State.UNKNOWN),
    18: ("a question is open", State.CONFLICT),
}
LIGHT = ((3, "tempo", "create"), (9, "bigpicture", "update"), (11, "bigtime", "create"))


def cases() -> Iterator[Case]:
    for number, (what, _) in POINTS.items():
        for kind in SERVICES:
            for op in OPS:
                yield Case(
                    f"FD1/{kind}/{op}/{number:02}",
                    f"killed at {number}, {what}, of the {op}",
                    lambda number=number, kind=kind, op=op: _killed(kind, op, number),
                    heavy=(number, kind, op) not in LIGHT,
                )


class Program:
    """The program in a process of its own, on a desk's workspace that nobody else has open meanwhile."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.process: asyncio.subprocess.Process | None = None
        self.said = ""

    async def run(
        self,
        *,
        at: str = "",
        edit: Edit | None = None,
        command: str = "send",
        more: list[str] | None = None,
        **given: Any,
    ) -> int:
        """Its exit code; -9 where it was killed. given: more of the script, see `program.run`."""
        desk = self._desk
        script: dict[str, Any] = {
            "folder": str(desk.folder),
            "at": at,
            "now": desk.time.now().isoformat(),
            "secrets": {desk.connection.name: desk._secret},
            "command": command,
            "more": ["--all"] if more is None else more,
            **given,
        }
        if edit is not None:
            script["edit"] = _plain(edit)
        file = desk.folder.parent / "script.json"
        file.write_text(json.dumps(script), "utf-8")
        desk.workspace.close()
        environment = {
            **os.environ,
            "PLANNER_GUI_TODAY": "2026-11-20",
            "PYTHONPATH": str(ROOT),
            "XDG_STATE_HOME": str(desk.folder.parent / "state"),
            "QT_QPA_PLATFORM": "offscreen",
        }
        try:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.faults.program", str(file), cwd=ROOT, env=environment,
                stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
            )  # fmt: skip
            async with asyncio.timeout(SECONDS):
                said, _ = await self.process.communicate()
            self.said = said.decode()
        finally:
            file.unlink()
            if self.process is not None and self.process.returncode is None:
                self.process.kill()
                await self.process.wait()
            desk._open()
        for part in desk._secret.splitlines():
            assert part not in self.said, "P6: the token is printed"
        assert "Traceback" not in self.said, f"P5: {self.said}"
        return self.process.returncode or 0

    def kills_at(self, answer: Callable[[Call], Awaitable[None]] | None = None) -> Behaviour:
        """A behaviour of the server that kills it first; answer: what is still sent before."""

        async def act(call: Call) -> None:
            assert self.process is not None
            if answer is not None:
                await answer(call)
            self.process.kill()
            await call.silence()

        return act


def _plain(edit: Edit) -> dict[str, Any]:
    key = [edit.key.connection, edit.key.kind.name, edit.key.external_id]
    return {
        "do": edit.do.value, "key": key, "before": edit.before and dict(edit.before),
        "after": edit.after and dict(edit.after), "label": edit.label, "series": edit.series,
        "raw": edit.raw.decode("utf-8", "surrogateescape"),
    }  # fmt: skip


async def _half(call: Call) -> None:
    whole = call.reply.bytes()
    await call.send(whole[: len(whole) // 2])


async def _meets(desk: Desk, op: str, found: Found | None) -> None:
    """What makes a question of a change (18)."""
    if op == "create":
        await desk.made(**{MARKED[desk.kind]: "op-1"})
    else:
        assert found is not None
        other = {MARKED[desk.kind]: "theirs"} if op == "update" else foreign_change(desk.kind, found.fields)
        await desk.changes(found.external_id, **other)


async def _killed(kind: str, op: str, number: int) -> None:
    state = POINTS[number][1]
    async with Desk(kind) as desk:
        assert desk.vendors is not None
        beside = await desk.made(**other_item(desk.kind, desk.example.fields))
        found = None if op == "create" else await desk.made()
        program, at = Program(desk), f"W{number:02}"
        if number <= 5:
            edit = desk.edit(op, found)
            code = await program.run(at=at, edit=edit)
            for change in desk.workspace.changes:
                desk.meant[change.id] = (edit.do, edit.before, edit.after)
        else:
            await desk.plan(op, found)
            if number == 18:
                await _meets(desk, op, found)
            by_server = {
                10: Fate("after", program.kills_at()),
                11: Fate("now", program.kills_at()),
                12: Fate("now", program.kills_at(_half)),
                17: Fate("now", ending("rst")),
            }
            desk.vendors.fates = [by_server[number]] if number in by_server else []
            code = await program.run(at=at)
        assert code == KILLED, f"the point was never met: {code} {program.said}"
        if state is None:
            assert desk.kept() == {}, "something was kept that nobody was told of"
        else:
            assert len(desk.meant) == 1
            desk.holds(state)
        await _goes_on(desk, state, op, found)
        now = await desk.there(beside.external_id)
        assert now is not None
        assert now.raw == beside.raw, "P3: somebody else's record was changed"


async def _goes_on(desk: Desk, state: State | None, op: str, found: Found | None) -> None:
    """P8, by the program itself, and by what a user is asked."""
    assert desk.vendors is not None
    if state is None:
        assert desk.vendors.mine == []
        return
    (change,) = desk.meant
    if state is State.CONFLICT:
        assert desk.vendors.mine == []
        await desk.resolve(change, "theirs")
        desk.holds(State.DONE if op == "create" and desk[change].state is State.DONE else State.DROPPED)
        assert desk.vendors.mine == [], "P3: written against the user's choice"
        return
    if state is not State.DONE:
        await Program(desk).run()
    if op == "create" and state is State.UNKNOWN:
        assert len(desk.vendors.writes) <= 1, "P2: a create was sent again blind"
    await desk.recovered()
    desk.holds(State.DONE)
    await desk.as_meant(change)
