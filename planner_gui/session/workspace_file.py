"""workspace.toml: the settings of a workspace, read strictly and written whole; no secret is ever in it.

A file with a fault is refused in words and never written over; keys that this version does not know are kept.
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from planner_gui.domain.entities import AccountRef, CountsAs
from planner_gui.domain.errors import WorkspaceError
from planner_gui.domain.plan import Counting, Decision
from planner_gui.session.toml_tables import Table, laid_over, parse
from planner_gui.sources.base import Connection
from planner_gui.store import files

FILE_NAME = "workspace.toml"
FORMAT = "planner-gui/workspace"
VERSION = 1
NO_SCHEDULE = "none"
DEFAULT_SCHEDULE = "mon-fri 8h"
THRESHOLDS = (60, 90, 100, 120)  # percent at which a cell is busy, full, over and far over (capacity.md, Judging 4)


@dataclass(frozen=True, slots=True)
class OwnSchedule:
    """Working time of one account from a date on, as `parse_week` reads it; several weeks: a cycle."""

    account: AccountRef
    start: date
    weeks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DefaultSchedule:
    """Working time of everybody without an own record from a date on; before the first one `schedule` holds."""

    start: date
    weeks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DayOff:
    """A day that a holiday calendar does not have: share of it that is off, 0 to 1. calendar "": the default one."""

    day: date
    share: float = 1.0
    name: str = ""
    calendar: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """Everything in workspace.toml that this version knows.

    id: names the workspace's secrets in the keyring (A4). schedule: `parse_week` text or "none". holidays: country and
    part, "" for none. timezones: of people who do not live by the workspace's. paused: connections that are neither
    read nor written until they are resumed. tasks_by_default: connections of which nobody but the program chose how
    tasks count (Load 6).
    """

    id: str
    name: str
    timezone: str
    schedule: str = DEFAULT_SCHEDULE
    schedule_changes: tuple[DefaultSchedule, ...] = ()
    schedules: tuple[OwnSchedule, ...] = ()
    holidays: str = ""
    holidays_of: Mapping[AccountRef, str] = field(default_factory=dict)
    days_off: tuple[DayOff, ...] = ()
    timezones: Mapping[AccountRef, str] = field(default_factory=dict)
    connections: tuple[Connection, ...] = ()
    paused: frozenset[str] = frozenset()
    counting: Counting = field(default_factory=Counting)
    tasks_by_default: frozenset[str] = frozenset()
    decisions: tuple[Decision, ...] = ()
    names: Mapping[AccountRef, str] = field(default_factory=dict)
    stale_after_hours: float = 24.0
    thresholds: tuple[int, int, int, int] = THRESHOLDS

    def connection(self, name: str) -> Connection | None:
        """The connection of that name."""
        return next((connection for connection in self.connections if connection.name == name), None)


def new_configuration(name: str, *, timezone: str, schedule: str, holidays: str) -> Configuration:
    """What `init` writes."""
    return Configuration(id=str(uuid.uuid4()), name=name, timezone=timezone, schedule=schedule, holidays=holidays)


class WorkspaceFile:
    """One workspace.toml. Raises WorkspaceError in words, naming the file and the entry."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._content = b""
        self._document: dict[str, Any] = {}

    def read(self) -> Configuration:
        """The settings as they are on disk now."""
        try:
            content = files.read_plainly(self.path)
        except FileNotFoundError:
            raise WorkspaceError(
                "is not a workspace" if self.path.parent.is_dir() else "there is no such folder",
                subject=str(self.path.parent),
                advice="Make one with `planner-gui init`.",
            ) from None
        except OSError as error:
            reason = error.strerror or "it is a link or not a file"
            raise WorkspaceError(f"cannot be read ({reason})", subject=str(self.path)) from error
        document = parse(content, str(self.path))
        configuration = _decoded(Table(document, str(self.path)))
        self._content, self._document = content, document
        return configuration

    def create(self, configuration: Configuration) -> None:
        """Write a new file; OSError where there is one already or the place cannot be written."""
        files.create_private_file(self.path)
        try:
            self._write(configuration)
        except OSError:
            with contextlib.suppress(OSError):
                self.path.unlink()  # made in the lines above, and empty: it would pass for a workspace
            raise

    def change(self, change: Callable[[Configuration], Configuration]) -> Configuration:
        """Apply a change to what is on disk now, and write it whole or not at all.

        A file that was edited elsewhere meanwhile keeps that edit; one that was made faulty is refused, not replaced.
        """
        changed = change(self.read())
        try:
            self._write(changed)
        except OSError as error:
            raise WorkspaceError(
                f"cannot be written ({error.strerror}); nothing was changed", subject=str(self.path)
            ) from error
        return changed

    def _write(self, configuration: Configuration) -> None:
        import tomli_w

        document = laid_over(self._document, _encoded(configuration))
        content = tomli_w.dumps(document, multiline_strings=False).encode("utf-8")
        files.replace_whole(self.path, content)
        self._content, self._document = content, document


def add_connection(configuration: Configuration, connection: Connection) -> tuple[Configuration, tuple[str, ...]]:
    """The settings with one more connection, and what was decided with it, in words (capacity.md, Load 6).

    Tasks are shown where a Tempo connection exists, else they are load. That is decided anew when Tempo comes, but
    only for connections where nobody has chosen since.
    """
    connections = (*configuration.connections, connection)
    tempo = next((c.name for c in connections if c.kind in ("tempo", "tempo-cloud")), None)
    tasks, defaults, said = dict(configuration.counting.tasks), set(configuration.tasks_by_default), list[str]()
    choice = CountsAs.LOAD if tempo is None else CountsAs.SHOW
    if connection.kind in ("bigpicture", "bigtime"):
        defaults.add(connection.name)
    for name in (c.name for c in connections if c.name in defaults):
        if tasks.get(name) is not choice:
            tasks[name] = choice
            said.append(
                f"Tasks of {name} count as load: there is no Tempo connection."
                if tempo is None
                else f"Tasks of {name} are shown and add no load: the load comes from {tempo}."
            )
    counting = replace(configuration.counting, tasks=tasks)
    changed = replace(configuration, connections=connections, counting=counting, tasks_by_default=frozenset(defaults))
    return changed, tuple(said)


def remove_connection(configuration: Configuration, name: str) -> Configuration:
    """The settings without a connection; what the user decided of its accounts stays for its return."""
    tasks = {other: counts for other, counts in configuration.counting.tasks.items() if other != name}
    return replace(
        configuration,
        connections=tuple(c for c in configuration.connections if c.name != name),
        paused=configuration.paused - {name},
        counting=replace(configuration.counting, tasks=tasks),
        tasks_by_default=configuration.tasks_by_default - {name},
    )


# --- from and to the document ---


def _decoded(top: Table) -> Configuration:
    if top.text("format", "") != FORMAT:
        raise top.wrong("is no workspace of planner-gui")
    if (version := top.integer("version")) != VERSION:
        newer = version > VERSION
        raise top.wrong(
            f"was written by a {'newer' if newer else 'strange'} version of planner-gui; nothing was changed"
        )
    schedule, holidays, counting = top.table("schedule"), top.table("holidays"), top.table("counting")
    connections = tuple(_connection(entry) for entry in top.tables("connections"))
    names = [connection.name for connection in connections]
    if doubled := {name for name in names if names.count(name) > 1}:
        raise top.wrong(f"has two connections called {min(doubled)}")
    return Configuration(
        id=top.text("id"),
        name=top.text("name", ""),
        timezone=top.text("timezone"),
        schedule=schedule.text("default", DEFAULT_SCHEDULE),
        schedule_changes=tuple(
            DefaultSchedule(entry.date("from"), entry.texts("weeks")) for entry in schedule.tables("changes")
        ),
        schedules=tuple(
            OwnSchedule(_account(entry), entry.date("from"), entry.texts("weeks")) for entry in schedule.tables("of")
        ),
        holidays=holidays.text("default", ""),
        holidays_of={_account(entry): entry.text("calendar") for entry in holidays.tables("of")},
        days_off=tuple(_day_off(entry) for entry in holidays.tables("days")),
        timezones={_account(entry): entry.text("timezone") for entry in top.tables("timezones")},
        connections=connections,
        paused=frozenset(top.texts("paused", ())),
        counting=Counting(
            {name: counting.table("tasks").choice(name, CountsAs) for name in counting.table("tasks")},
            {
                (entry.text("connection", ""), entry.text("calendar", ""), entry.text("type")): entry.choice(
                    "as", CountsAs
                )
                for entry in counting.tables("events")
            },
            frozenset((entry.text("connection"), entry.text("item")) for entry in counting.tables("time_off")),
        ),
        tasks_by_default=frozenset(counting.texts("tasks_by_default", ())),
        decisions=tuple(_decision(entry) for entry in top.tables("people")),
        names={
            AccountRef(connection, key): top.table("names").table(connection).text(key)
            for connection in top.table("names")
            for key in top.table("names").table(connection)
        },
        stale_after_hours=top.number("stale_after_hours", 24.0),
        thresholds=_thresholds(top),
    )


def _connection(entry: Table) -> Connection:
    options = entry.table("options")
    return Connection(
        name=entry.text("name"),
        kind=entry.text("kind"),
        url=entry.text("url", ""),
        options={key: options.text(key) for key in options},
    )


def _account(entry: Table) -> AccountRef:
    return AccountRef(entry.text("connection"), entry.text("account"))


def _day_off(entry: Table) -> DayOff:
    share = entry.number("share", 1.0)
    if not 0 < share <= 1:
        raise entry.wrong("share: must be more than 0 and at most 1")
    return DayOff(entry.date("date"), share, entry.text("name", ""), entry.text("calendar", ""))


def _decision(entry: Table) -> Decision:
    action = entry.text("action")
    if action not in ("join", "apart", "hide"):
        raise entry.wrong("action: must be join, apart or hide")
    return Decision(action, tuple(AccountRef(connection, key) for connection, key in entry.pairs("accounts")))


def _thresholds(top: Table) -> tuple[int, int, int, int]:
    values = top.integers("thresholds", THRESHOLDS)
    if len(values) != len(THRESHOLDS) or list(values) != sorted(set(values)) or values[0] <= 0:
        raise top.wrong("thresholds: must be four rising percentages")
    return values[0], values[1], values[2], values[3]


def _encoded(settings: Configuration) -> dict[str, Any]:
    names: dict[str, dict[str, str]] = {}
    for account, name in settings.names.items():
        names.setdefault(account.connection, {})[account.key] = name
    return {
        "format": FORMAT,
        "version": VERSION,
        "id": settings.id,
        "name": settings.name,
        "timezone": settings.timezone,
        "stale_after_hours": settings.stale_after_hours,
        "thresholds": list(settings.thresholds),
        "schedule": {
            "default": settings.schedule,
            "changes": [{"from": each.start, "weeks": list(each.weeks)} for each in settings.schedule_changes],
            "of": [
                {**_account_keys(own.account), "from": own.start, "weeks": list(own.weeks)}
                for own in settings.schedules
            ],
        },
        "holidays": {
            "default": settings.holidays,
            "of": [{**_account_keys(account), "calendar": name} for account, name in settings.holidays_of.items()],
            "days": [
                {"date": off.day, "share": off.share, "name": off.name, "calendar": off.calendar}
                for off in settings.days_off
            ],
        },
        "timezones": [{**_account_keys(account), "timezone": zone} for account, zone in settings.timezones.items()],
        "counting": {
            "tasks": {name: counts.name.lower() for name, counts in settings.counting.tasks.items()},
            "tasks_by_default": sorted(settings.tasks_by_default),
            "events": [
                {"connection": connection, "calendar": calendar, "type": kind, "as": counts.name.lower()}
                for (connection, calendar, kind), counts in settings.counting.events.items()
            ],
            "time_off": [{"connection": name, "item": item} for name, item in sorted(settings.counting.time_off)],
        },
        "connections": [
            {"name": c.name, "kind": c.kind, "url": c.url, "options": dict(c.options)} for c in settings.connections
        ],
        "paused": sorted(settings.paused),
        "people": [
            {"action": decision.action, "accounts": [list(account) for account in decision.accounts]}
            for decision in settings.decisions
        ],
        "names": names,
    }


def _account_keys(account: AccountRef) -> dict[str, str]:
    return {"connection": account.connection, "account": account.key}
