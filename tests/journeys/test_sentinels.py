"""Secrets that can be recognised, typed wherever a secret can be, and then looked for everywhere (L1, P6, issue 5).

Each service has an origin and secrets of its own. Looked through: every file that the program wrote, its log at its
most talkative, exports, crash dumps, what it printed, its arguments, the clipboard, and what every other host was sent.
"""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit

from planner_gui.app.desktop import Session
from planner_gui.app.reporting import Reporting
from planner_gui.app.runs import Run
from planner_gui.session import log
from planner_gui.session.accounts import Accounts
from planner_gui.session.mark import Mark
from planner_gui.session.proxy import OwnProxy
from planner_gui.session.vault import Vault
from planner_gui.session.workspace import Workspace
from planner_gui.ui.dialogs.network import NetworkDialog
from planner_gui.ui.theme import Themes
from planner_gui.ui.window import MainWindow
from tests.app.office import Office, click, cloud, connect, pick, server, type_in
from tests.faults.arms import FileKeyring
from tests.journeys.recorders import NAMES, Recorder, recorders
from tests.scenarios import Scenario, until
from tests.session.fakes import TODAY

PROXY = "SENTINEL+proxy/0x5ec7e7"
SECONDS = 120


def forms(secret: str) -> list[bytes]:
    """A secret as it may be written down."""
    raw = secret.encode()
    inside = base64.b64encode(b"user:" + raw).rstrip(b"=")[8:-2]  # of Basic, whoever the user is
    written = {secret, quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1], secret.replace("/", "\\/")}
    return [*(each.encode() for each in written), base64.b64encode(raw).rstrip(b"="), inside]


@dataclass
class Place:
    """Where the program runs, and all that it showed."""

    home: Path
    services: dict[str, Recorder]
    shown: list[bytes] = field(default_factory=list)

    @property
    def workspace(self) -> Path:
        return self.home / "northwind"

    @property
    def keyring(self) -> Path:
        return self.home.parent / "keyring.json"  # the one place where secrets may be

    def environment(self, **more: str) -> dict[str, str]:
        folders = {f"XDG_{name}_HOME": str(self.home / name.lower()) for name in ("CONFIG", "DATA", "STATE", "CACHE")}
        proxy = f"http://someone:{quote(PROXY, safe='')}@127.0.0.1:9"
        return {
            **os.environ, **folders, "PLANNER_GUI_TODAY": TODAY.isoformat(), "PLANNER_GUI_LOG": "debug",
            "HTTPS_PROXY": proxy, "NO_PROXY": "127.0.0.1", "PYTHONPATH": os.getcwd(), **more,
        }  # fmt: skip

    def __call__(self, *words: object, stdin: str = "", **more: str) -> int:
        """Run the program; its arguments are looked at while it runs, what it prints afterwards."""
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.journeys.with_keyring", str(self.keyring), *map(str, words)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=self.environment(**more),
        )  # fmt: skip
        self.shown.append(Path(f"/proc/{process.pid}/cmdline").read_bytes())
        out, _ = process.communicate(stdin.encode(), timeout=SECONDS)
        self.shown += [out, *(child.read_bytes() for child in _cmdlines(process.pid))]
        return process.returncode

    @property
    def said(self) -> str:
        return next(each for each in reversed(self.shown) if each).decode()

    def look(self) -> None:
        """Fails where a secret is anywhere but in the keyring and at its own service."""
        of_all = {secret: name for name, each in self.services.items() for secret in each.secrets} | {PROXY: ""}
        files = {path: path.read_bytes() for path in self.home.rglob("*") if path.is_file()}
        assert len(files) > 4
        for secret, owner in of_all.items():
            for form in forms(secret):
                assert [str(path) for path, content in files.items() if form in content] == [], secret
                assert [each for each in self.shown if form in each] == [], secret
                for name, service in self.services.items():
                    if name != owner:
                        assert not any(form in each for each in service.received), f"{name} was sent {secret}"
        assert self.services["stranger"].received == []
        for name in NAMES:
            if name in self.services:
                sent = b"".join(self.services[name].received)
                assert any(form in sent for secret in self.services[name].secrets for form in forms(secret)), name


def _cmdlines(pid: int) -> Iterator[Path]:
    """Of what the program itself has started, while it is there."""
    for task in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(task.read_text().rpartition(")")[2].split()[1]) == pid:
                yield task.with_name("cmdline")
        except (OSError, ValueError):
            continue


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    (tmp_path / "home").mkdir()
    with recorders(*NAMES) as services:
        yield Place(tmp_path / "home", services)


def words_of(entry: dict[str, Any], **options: str) -> list[str]:
    words = [entry["kind"], "--url", entry["url"]]
    for key, value in {**entry["options"], **options}.items():
        words += ["--option", f"{key}={value}"]
    return words


def test_L1_no_secret_of_the_commands_is_anywhere_but_in_the_keyring_and_at_its_service(place: Place) -> None:
    run, folder = place, place.workspace
    assert run("init", folder, "--timezone", "Europe/Berlin") == 0
    for name in NAMES:
        entry = place.services[name].entry
        assert run("connect", folder, *words_of(entry), "--name", name, stdin=entry["secret"] + "\n") == 0, run.said
    entry = place.services["bigtime"].entry
    signed = {"auth": "session", "user": "planner@northwind.example", "remember": "yes"}
    assert run("connect", folder, *words_of(entry, **signed), "--name", "signed", stdin=entry["secret"] + "\n") == 0, (
        run.said
    )
    assert run("sync", folder, "--json") == 0, run.said
    for kind in ("json", "csv"):
        assert run("export", folder, "--format", kind, "--output", place.home / f"plan.{kind}") == 0, run.said
    people = json.loads((place.home / "plan.json").read_text())["people"]
    person = next(each for each in people if "bigpicture" in each["accounts"])
    fields = {"person": person["id"], "start": "2027-06-07", "end": "2027-06-11", "type": "HOLIDAY", "percent": 100}
    edit = {"do": "create", "kind": "absence", "connection": "bigpicture", "fields": {**fields, "comment": "At sea"}}
    (place.home / "edits.json").write_text(json.dumps({"format": "planner-gui/edits", "version": 1, "edits": [edit]}))
    assert run("edit", folder, place.home / "edits.json") == 0, run.said
    assert run("send", folder, "--all") == 0, run.said
    edit["fields"].update(start="2027-07-05", end="2027-07-09")  # type: ignore[attr-defined]
    (place.home / "edits.json").write_text(json.dumps({"format": "planner-gui/edits", "version": 1, "edits": [edit]}))
    assert run("edit", folder, place.home / "edits.json") == 0, run.said

    _when_everything_fails(place)
    place.look()
    logged = b"".join(path.read_bytes() for path in (place.home / "state").rglob("*") if path.is_file())
    assert b"fault" in logged or b"a bug" in logged
    assert b"Segmentation fault" in logged
    for each in people:
        assert each["name"].encode() not in logged  # L2
    assert b"At sea" not in logged


def _when_everything_fails(place: Place) -> None:
    """Refusals that repeat the credential, redirects, a relocation, bugs that hold it, crashes."""
    run, folder, services = place, place.workspace, place.services
    wrong = [*words_of(services["tempo"].entry), "--name", "wrong"]
    services["tempo"].echoes = services["bigtime"].echoes = True
    assert run("connect", folder, *wrong, stdin=services["tempo"].entry["secret"] + "\n") == 1
    assert run("sync", folder) == 1
    services["tempo"].echoes = services["bigtime"].echoes = False
    for name in NAMES:  # to somebody who is no service of ours, and to one that is
        services[name].leads_to = services["stranger" if name in ("tempo", "bigpicture") else "tempo"].url
    assert run("sync", folder) == 1
    assert run("send", folder, "--all") == 1
    for name in NAMES:
        services[name].leads_to = ""
    services["bigpicture-labs"].moved_to = services["stranger"].url
    services["bigpicture-labs"].sandbox.faults.set("bigpicture-labs", "relocate")
    assert run("sync", folder, "--connection", "bigpicture-labs") == 1
    assert run("sync", folder, PLANTED="bug") == 1
    assert run("sync", folder, PLANTED="crash") < 0
    assert run("sync", folder, "--connection", "worktime") == 0, run.said
    assert "ended unexpectedly" in run.said
    assert run("doctor", folder) == 0
    assert "Segmentation fault" in run.said


def test_L1_no_secret_of_the_window_is_anywhere_but_in_the_keyring_and_at_its_service(
    place: Place, qapp: QApplication, scenario: Scenario, expect_log: Callable[[str, str], None],
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    qapp.setQuitOnLastWindowClosed(False)
    expect_log("planner_gui.app.reporting", "^fault ")
    caplog.set_level(logging.DEBUG, "planner_gui")
    for name, value in place.environment().items():
        if name.startswith(("XDG_", "PLANNER_GUI_")):
            monkeypatch.setenv(name, value)

    async def typed(office: Office) -> None:
        """Every field of the window that takes a secret."""
        await connect(office, "bigpicture", server("BigPicture"))
        await connect(office, "tempo", server("Tempo Planner"))
        await connect(office, "bigtime", cloud("BigTime"))
        page = office.open_list()
        click(page.network)
        dialog = next(each for each in page.findChildren(NetworkDialog) if each.isVisible())
        pick(dialog.way, "Through")
        type_in(dialog.url, "http://127.0.0.1:9")
        type_in(dialog.user, "someone")
        type_in(dialog.password, PROXY)
        click(dialog.save)
        await until(lambda: PROXY.encode() in place.keyring.read_bytes(), 10, "the proxy's password in the keyring")
        page.close()

    async def fails(office: Office, catching: Reporting) -> None:
        """A refusal that repeats the credential, and a bug that holds it."""
        place.services["tempo"].echoes = True
        office.session.start_sync(automatic=False)
        await office.synced()
        place.services["tempo"].echoes = False
        held = {name: each.entry["secret"] for name, each in place.services.items()} | {"Proxy-Authorization": PROXY}

        def bug() -> None:
            raise RuntimeError(f"cannot send {held}")

        QTimer.singleShot(0, bug)
        await until(lambda: catching.dialog is not None, 10, "the report")
        assert catching.dialog is not None
        catching.dialog.show_details.setChecked(True)
        catching.dialog.copy.click()
        place.shown.append(QGuiApplication.clipboard().text().encode())
        catching.copy_diagnostics()
        place.shown.append(QGuiApplication.clipboard().text().encode())
        place.shown += [notice.text.encode() for notice in office.session.workspace.notices.current]
        place.shown += list(_texts(qapp))

    async def whole() -> None:
        Workspace.create(place.workspace, timezone="Europe/Berlin")
        workspace = Workspace.open(place.workspace, today=TODAY)
        keyring = FileKeyring(place.keyring)
        accounts = Accounts(workspace.settings.id, workspace.notices, open_vault=lambda: Vault(keyring, "tests"))
        window = MainWindow("Northwind", Themes(qapp))
        session = Session(workspace, window, accounts)
        session.proxy = OwnProxy(place.home / "config" / "network.toml", accounts, workspace.notices)
        session.begin()
        session._begin_editing()
        session._begin_connecting()
        catching = Reporting(Run(place.home / "state", Mark()), workspace, window, session.jobs, lambda: None)
        try:
            with catching.installed(asyncio.get_running_loop()):
                office = Office(session, _Companies(place.services), keyring)  # type: ignore[arg-type]
                await typed(office)
                await fails(office, catching)
        finally:
            await session.end()
            window.close()
            window.deleteLater()

    with log.kept(place.home / "state"):
        scenario(whole(), timeout=120)
    place.shown += [record.getMessage().encode() for record in caplog.records]
    place.shown += [text.encode() for text in capfd.readouterr()]
    for name in set(NAMES) - {"bigpicture", "tempo", "bigtime"}:
        del place.services[name]  # not connected here
    place.look()


class _Companies:
    """The services' entries, as the pretend company prints them."""

    def __init__(self, services: dict[str, Recorder]) -> None:
        self._services = services

    def connections(self) -> list[dict[str, Any]]:
        return [each.entry for name, each in self._services.items() if name != "stranger"]


def _texts(application: QApplication) -> Iterator[bytes]:
    """What every widget shows."""
    for widget in application.allWidgets():
        if isinstance(widget, QLabel):
            yield widget.text().encode()
        elif isinstance(widget, QLineEdit):
            yield widget.displayText().encode()
        elif isinstance(widget, QPlainTextEdit):
            yield widget.toPlainText().encode()
        yield widget.toolTip().encode()
        yield widget.windowTitle().encode()
