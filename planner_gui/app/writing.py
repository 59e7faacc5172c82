"""The commands that change the plan: `edit`, `changes`, `send`, `resolve` (docs/cli.md). No window, no widgets.

Each opens a workspace, does one thing, and returns lines for whoever asked. They hold the workspace's lock (K5);
`changes` only reads.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from planner_gui.app.commands import opened
from planner_gui.app.way_out import context_of
from planner_gui.domain.changes import Change, State
from planner_gui.domain.errors import StoreUnwritable, UsageError
from planner_gui.session import change_list, edit_file
from planner_gui.session.accounts import Accounts
from planner_gui.session.push import Choice, Push, Sent
from planner_gui.session.workspace import Workspace
from planner_gui.sources.base import open_source

LOOKS_AFTER = (2.0, 10.0)  # seconds; a script does not wait longer for a lost answer (cli.md)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command came to. lines: for standard output; faults: for standard error; whole: exit code 0, else 1."""

    lines: tuple[str, ...]
    faults: tuple[str, ...] = ()
    whole: bool = True


def edit(folder: Path, file: Path, today: date) -> Outcome:
    """`edit`: the edits of a file become drafts, all or none. UsageError for a file that is no edits file."""
    try:
        lines = edit_file.lines_of(file.read_bytes())
    except OSError as error:
        raise UsageError(f"cannot be read ({error.strerror})", subject=str(file)) from error
    except UsageError as error:
        raise UsageError(error.what, subject=str(file)) from error
    with opened(folder, today) as workspace:
        return asyncio.run(_edit(workspace, lines, file.name))


async def _edit(workspace: Workspace, lines: Sequence[Any], name: str) -> Outcome:
    read = await edit_file.edits_of(lines, workspace)
    if read.faults:
        count = len(read.faults)
        last = f"planner-gui: {count} of {len(lines)} edits cannot be made; nothing was changed"
        return Outcome((), (*read.faults, last), whole=False)
    made = await workspace.do(read.edits, f"Edits of {name}") if read.edits else ()
    return Outcome(tuple(change_list.outcome_line(change, workspace.plan) for change in made), tuple(read.notes))


def changes(folder: Path, today: date, *, as_json: bool) -> Outcome:
    """`changes`: what is pending, as text or JSON. Takes no lock (K5)."""
    with opened(folder, today, writable=False) as workspace:
        faults = tuple(notice.text for notice in workspace.notices.current)
        if as_json:
            document = change_list.changes_document(workspace.changes, workspace.plan)
            return Outcome((json.dumps(document, ensure_ascii=False, indent=1),), faults)
        lines = change_list.change_lines(workspace.changes, workspace.plan)
        return Outcome(tuple(lines) or ("Nothing is pending.",), faults)


def send(folder: Path, ids: Sequence[str] | None, today: date) -> Outcome:
    """`send`: all that is pending (None), or those named; whole where every one of them is done.

    With all, what was refused or is in conflict is said too: it is not done, and nothing else would tell a script.
    """
    return _sending(folder, today, lambda push: push.send(ids, asked=ids is not None), everything=ids is None)


def resolve(folder: Path, change_id: str, choice: Choice, today: date) -> Outcome:
    """`resolve`: settle one change as the user chose; whole where nothing is left to be settled."""
    return _sending(folder, today, lambda push: push.resolve(change_id, choice))


def _sending(folder: Path, today: date, work: Any, *, everything: bool = False) -> Outcome:
    with opened(folder, today) as workspace:
        if not workspace.writable:
            advice = "Nothing was sent."
            raise StoreUnwritable("changes cannot be kept here", path=folder, advice=advice)
        told = [notice.text for notice in workspace.notices.current]
        workspace.notices.shown.connect(lambda notice: told.append(notice.text))
        push = asyncio.run(_push(workspace, Accounts(workspace.settings.id, workspace.notices)))
        sent = asyncio.run(_ended(work(push)))
        if everything:
            sent = Sent((*sent.changes, *_left(workspace, sent)))
        return _outcome(workspace, sent, told)


async def _ended(work: Coroutine[Any, Any, Sent]) -> Sent:
    return await work


def _left(workspace: Workspace, sent: Sent) -> list[Change]:
    """The changes that wait for the user and were not part of a sending."""
    told = {change.id for change in sent.changes}
    waiting = (State.REFUSED, State.CONFLICT)
    return [change for change in workspace.changes if change.state in waiting and change.id not in told]


def _outcome(workspace: Workspace, sent: Sent, told: Sequence[str]) -> Outcome:
    done: list[str] = []
    others: list[str] = []
    for change in sent.changes:
        line = change_list.outcome_line(change, workspace.plan)
        (done if change.state in (State.DONE, State.DROPPED) else others).append(line)
    lines = tuple(done) if sent.changes else ("Nothing is pending.",)
    return Outcome(lines, (*dict.fromkeys(told), *others), whole=sent.whole)


async def look(workspace: Workspace, accounts: Accounts) -> Sent:
    """Look for every answer that was lost, as each sync does (W5)."""
    return await (await _push(workspace, accounts)).look()


async def _push(workspace: Workspace, accounts: Accounts) -> Push:
    context = await context_of(workspace, accounts)
    return Push(workspace, accounts, open_source=open_source, context=context, looks_after=LOOKS_AFTER)
