"""Where the program is ended while it starts, reads, migrates or connects (FD1): each point puts the end at one place.

Runs in the program's own process (`program`). The points are between the steps that the disk can tell apart.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from planner_gui.session import accounts, vault, workspace
from planner_gui.store import cache, database, files, queue


def die(*_arguments: object, **_named: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def before(owner: Any, name: str, when: Callable[..., bool] = lambda *_: True) -> None:
    """End the program where a function is called."""
    real = getattr(owner, name)

    @functools.wraps(real)
    def doomed(*arguments: Any, **named: Any) -> Any:
        if when(*arguments):
            die()
        return real(*arguments, **named)

    setattr(owner, name, doomed)


def after(owner: Any, name: str, when: Callable[..., bool] = lambda *_: True) -> None:
    """End the program where a function returns."""
    real = getattr(owner, name)

    @functools.wraps(real)
    def doomed(*arguments: Any, **named: Any) -> Any:
        result = real(*arguments, **named)
        if when(*arguments):
            die()
        return result

    setattr(owner, name, doomed)


def uncommitted(file: str, nth: int = 1) -> None:
    """End the program in the nth transaction on a file, with all of it written and nothing of it committed."""
    real, count = database.Database.writing, 0

    @contextlib.contextmanager
    def doomed(self: database.Database) -> Iterator[Any]:
        nonlocal count
        count += self.path.name == file
        with real(self) as cursor:
            yield cursor
            if self.path.name == file and count == nth:
                die()

    database.Database.writing = doomed


def _classmethod_after(owner: Any, name: str) -> None:
    real = getattr(owner, name).__func__

    def doomed(cls: Any, *arguments: Any, **named: Any) -> Any:
        real(cls, *arguments, **named)
        die()

    setattr(owner, name, classmethod(doomed))


def _in_the_window(name: str) -> Callable[[], None]:
    def arm() -> None:
        from planner_gui.app import desktop
        from planner_gui.ui.window import MainWindow

        before(MainWindow if name == "show_plan" else desktop.Session, name)

    return arm


def _while_asking() -> None:
    from planner_gui.sources import exchange

    real, count = exchange.Exchange.send, 0

    async def doomed(self: Any, *arguments: Any, **named: Any) -> Any:
        nonlocal count
        answer = await real(self, *arguments, **named)
        count += 1
        if count == 2:
            die()
        return answer

    exchange.Exchange.send = doomed


def _is_cache(self: database.Database, *_rest: object) -> bool:
    return self.path.name == "cache.db"


def _is_queue(self: database.Database, *_rest: object) -> bool:
    return self.path.name == "queue.db"


def _migrating(file: str, version: int) -> Callable[..., bool]:
    """`_number` is called in the transaction of a step, after its statements."""

    def when(self: database.Database, number: int) -> bool:
        return self.path.name == file and number == version

    return when


def _second_step(file: str) -> None:
    """The first step is committed, the second has not begun."""
    real = database.Database._number

    def numbered(self: database.Database, number: int) -> None:
        real(self, number)
        if self.path.name == file and number == 2:
            before(database.Database, "writing", lambda each: each.path.name == file)

    database.Database._number = numbered


def newer_schemas() -> None:
    """The next version of the program, made up: two more steps for both files (there is no earlier one yet, FD7)."""
    for module in (queue, cache):
        grown = module.SCHEMA.tables | {"later"}
        module.SCHEMA = replace(
            module.SCHEMA,
            version=3,
            tables=grown,
            create=(*module.SCHEMA.create, "CREATE TABLE later (n INTEGER)", "CREATE INDEX later_n ON later (n)"),
            migrations={1: ("CREATE TABLE later (n INTEGER)",), 2: ("CREATE INDEX later_n ON later (n)",)},
        )


class FileKeyring:
    """A keyring that outlives its process, for the tests alone."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def _kept(self) -> dict[str, str]:
        return dict(json.loads(self._path.read_text("utf-8"))) if self._path.exists() else {}

    def get_password(self, service: str, username: str) -> str | None:
        return self._kept().get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._path.write_text(json.dumps({**self._kept(), f"{service} {username}": password}), "utf-8")

    def delete_password(self, service: str, username: str) -> None:
        kept = self._kept()
        del kept[f"{service} {username}"]
        self._path.write_text(json.dumps(kept), "utf-8")


def use_keyring(path: Path) -> None:
    """In place of the operating system's."""
    accounts.Accounts.__init__.__kwdefaults__["open_vault"] = lambda: vault.Vault(FileKeyring(path), "tests")


def _is_workspace(path: Path, *_rest: object) -> bool:
    return path.name == "workspace.toml"


POINTS: dict[str, Callable[[], None]] = {
    "S01": lambda: before(workspace, "acquire"),
    "S02": lambda: after(workspace, "acquire"),
    "S03": lambda: _classmethod_after(cache.Cache, "open"),
    "S04": lambda: _classmethod_after(queue.Queue, "open"),
    "S05": lambda: uncommitted("queue.db"),
    "S06": lambda: after(queue.Queue, "put"),
    "S07": _in_the_window("show_plan"),
    "S08": _in_the_window("go_on"),
    "Y01": lambda: before(accounts.Accounts, "secret"),
    "Y02": _while_asking,
    "Y03": lambda: before(cache.Cache, "save"),
    "Y04": lambda: uncommitted("cache.db"),
    "Y05": lambda: after(cache.Cache, "save"),
    "M01": lambda: before(database.Database, "_copy", _is_queue),
    "M02": lambda: after(files, "create_private_file", lambda path: path.name.endswith(".part")),
    "M03": lambda: before(os, "rename", lambda source, _target: str(source).endswith(".part")),
    "M04": lambda: after(database.Database, "_number", _migrating("queue.db", 2)),
    "M05": lambda: _second_step("queue.db"),
    "M06": lambda: after(database.Database, "_number", _migrating("queue.db", 3)),
    "M07": lambda: after(database.Database, "_open_to_write", _is_queue),
    "M08": lambda: after(database.Database, "_number", _migrating("cache.db", 2)),
    "M09": lambda: _second_step("cache.db"),
    "M10": lambda: after(database.Database, "_open_to_write", _is_cache),
    "K01": lambda: before(vault.Vault, "set"),
    "K02": lambda: after(FileKeyring, "set_password"),
    "K03": lambda: after(vault.Vault, "set"),
    "K04": lambda: before(os, "replace", lambda _source, target: Path(target).name == "workspace.toml"),
    "K05": lambda: after(files, "replace_whole", _is_workspace),
}
