"""The real program in a process of its own, to be ended at a named moment: `python -m tests.faults.program SCRIPT`.

SCRIPT is a JSON file: what to run, where to be killed, the secrets that stand in for a keyring, and the clock. All else
is the program's own: its command line, its queue on the disk, its adapters and its sockets. What is done by the
server (W10 to W12) is killed from there.
"""

from __future__ import annotations

import asyncio
import io
import json
import os
import signal
import sys
from asyncio import selector_events
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from planner_gui.app import writing
from planner_gui.domain.edits import Do, Edit, ItemKey
from planner_gui.domain.entities import Kind
from planner_gui.session import accounts, fault
from planner_gui.session.workspace import Workspace
from planner_gui.sources import client, exchange
from planner_gui.store import queue
from tests.faults import arms

KILLED = -signal.SIGKILL


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _armed(at: str) -> None:
    """Put the end of the program at one point."""
    passed: set[str] = set()

    def point(name: str) -> None:
        passed.add(name)
        if name == at and (name not in ("W15", "W16") or "W14" in passed):
            _die()

    fault.point = point
    if at in ("W03", "W06"):
        put, number = queue.Queue._put, queue._number
        doomed: list[bool] = []

        def putting(self: queue.Queue, rows: Any) -> list[int]:
            doomed[:] = [at == "W03" or any(b'"state":"sending"' in payload for _, payload in rows)]
            return put(self, rows)

        def numbering(cursor: Any, last: int) -> None:
            number(cursor, last)
            if any(doomed):
                _die()  # all of it is written, nothing of it is committed

        queue.Queue._put, queue._number = putting, numbering
    if at in ("W08", "W09"):
        trace, write = exchange.Departure.trace, selector_events._SelectorSocketTransport.write
        leaving: list[bool] = []

        async def tracing(self: exchange.Departure, event: str, info: Mapping[str, Any]) -> None:
            await trace(self, event, info)
            if event.endswith("send_request_headers.started"):
                leaving.append(True)
                if at == "W08":
                    _die()

        def sending(self: Any, data: bytes) -> None:
            if leaving:
                self._sock.send(bytes(data)[: len(data) // 2])
                _die()
            write(self, data)

        exchange.Departure.trace = tracing
        selector_events._SelectorSocketTransport.write = sending
    if at == "W13":
        written = client.Client._written

        def read(self: client.Client, *arguments: Any) -> bytes:
            _die()
            return written(self, *arguments)

        client.Client._written = read


def _clock(start: str) -> Callable[[], datetime]:
    began = monotonic()
    return lambda: datetime.fromisoformat(start) + timedelta(seconds=monotonic() - began)


def _edit_of(plain: Mapping[str, Any]) -> Edit:
    connection, kind, external_id = plain["key"]
    key = ItemKey(connection, Kind[kind], external_id)
    raw = plain["raw"].encode("utf-8", "surrogateescape")
    return Edit(
        do=Do(plain["do"]), key=key, before=plain["before"], after=plain["after"], label=plain["label"], raw=raw,
        series=plain["series"],
    )  # fmt: skip


async def _save(workspace: Workspace, edit: Edit) -> None:
    await workspace.do([edit], edit.label)


def run(script: Mapping[str, Any]) -> int:
    async def secret(_self: object, connection: Any) -> str:
        return str(script["secrets"][connection.name])

    own_secret, accounts.Accounts.secret = accounts.Accounts.secret, secret
    writing.LOOKS_AFTER = (0.01, 0.02)
    now = _clock(script["now"])
    Workspace.open.__func__.__kwdefaults__["now"] = now
    if script.get("newer"):
        arms.newer_schemas()
    if "keyring" in script:
        accounts.Accounts.secret = own_secret
        arms.use_keyring(Path(script["keyring"]))
    if "stdin" in script:
        sys.stdin = io.StringIO(script["stdin"])
    if script.get("at", "") in arms.POINTS:
        arms.POINTS[script["at"]]()
    else:
        _armed(script.get("at", ""))
    if "edit" in script:
        workspace = Workspace.open(Path(script["folder"]), today=now().date())
        asyncio.run(_save(workspace, _edit_of(script["edit"])))
        workspace.close()
        return 0
    from planner_gui import cli

    words = [script["command"]] if script["command"] else []  # none: the window
    return cli.run([*words, script["folder"], *script.get("more", [])])


if __name__ == "__main__":
    sys.exit(run(json.loads(Path(sys.argv[1]).read_text("utf-8"))))
