"""A new user before a real window, with mouse, keyboard and a real Secret Service: from nothing to a synced plan.

Four services of the pretend company on a loopback socket, and a second connection of two of them, without a file
touched by hand. Afterwards no secret stands in any file that the program wrote (L1).
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.atspi import FOCUSED, SHOWING, Accessible, NotSaid, Reader, until
from tests.journeys.conftest import Program, Served

pytestmark = [pytest.mark.display, pytest.mark.secret_service]

SECONDS = 120.0
SERVERS = {"bigpicture": "BigPicture", "tempo": "Tempo"}
CLOUDS = {"worktime": "Work", "bigtime": "BigTime", "bigpicture-labs": "BigPicture", "tempo-labs": "Tempo"}


@dataclass
class Hand:
    """A person's hands and a screen reader's eyes."""

    program: Accessible
    environment: dict[str, str]

    @property
    def front(self) -> Accessible:
        """The wizard where it is open, else the window: nobody looks for a button behind a dialog."""
        shown = [each for each in self.program.children if each.has(SHOWING)]
        if not shown:
            raise NotSaid("no window")
        return next((each for each in shown if each.role == "dialog"), shown[-1])

    def find(self, role: str, name: Callable[[str], bool]) -> Accessible:
        def shown() -> Accessible | None:
            return self.front.first(lambda each: each.role == role and name(each.name) and each.has(SHOWING))

        return until(shown, SECONDS, f"a {role}")

    def said(self, begins: str) -> Accessible:
        return self.find("label", lambda text: text.startswith(begins))

    def focused(self, name: str) -> None:
        """Wait for the focus. A list of words is called by the word that is chosen in it."""

        def there() -> bool:
            found = self.front.first(lambda each: each.has(FOCUSED) and each.has(SHOWING))
            return found is not None and found.name.replace("&", "") == name

        until(there, SECONDS, f"the focus on {name}")

    def click(self, begins: str) -> None:
        """The left button of the mouse, on a button that is there."""
        button = self.find("push button", lambda text: text.replace("&", "").startswith(begins))
        x, y, width, height = button.extents
        self._do("mousemove", "--sync", str(x + width // 2), str(y + height // 2))
        self._do("click", "1")

    def key(self, *keys: str) -> None:
        self._do("key", "--delay", "30", *keys)

    def type(self, text: str) -> None:
        """By way of standard input: what is typed may be a secret."""
        self._do("type", "--delay", "8", "--file", "-", given=text)

    def _do(self, *words: str, given: str = "") -> None:
        command = ["xdotool", *words]
        subprocess.run(command, env=self.environment, timeout=SECONDS, check=True, input=given.encode())


@pytest.fixture
def hand(display_environment: dict[str, str], today: object, tmp_path: Path) -> Iterator[Hand]:
    environment = {
        **display_environment,
        "PLANNER_GUI_TODAY": "2026-11-20",
        "LC_ALL": "C.UTF-8",
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
    }
    reader = Reader(environment["DBUS_SESSION_BUS_ADDRESS"])
    process = subprocess.Popen([sys.executable, "-m", "planner_gui"], env=environment, stderr=subprocess.PIPE)
    try:
        yield Hand(reader.program(process.pid, SECONDS), environment)
        process.terminate()
        _, err = process.communicate(timeout=SECONDS)
        assert process.returncode == 0, err.decode()
        assert "Traceback" not in err.decode()
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()
        reader.close()


def connect(hand: Hand, entry: dict[str, Any]) -> None:
    """The three pages of the wizard, which is open, for one entry that the sandbox printed."""
    name, options = entry["name"], entry["options"]
    hand.focused("BigPicture")
    if name in SERVERS:
        hand.type(SERVERS[name])
        hand.key("Tab")
        hand.focused("Cloud")
        hand.type("Server")
        hand.focused("Server or Data Center")
        hand.key("alt+a")
    else:
        hand.type(CLOUDS[name])
        hand.click("Use another address")
    hand.focused("Address")
    hand.type(options.get("cloud-manager") or entry["url"])
    if "realm" in options:
        hand.key("alt+f")
        hand.focused("Firm ID")
        hand.type(options["realm"])
    if options.get("cookie"):
        tick = hand.find("check box", lambda text: "JSESSIONID" in text)
        x, y, _, height = tick.extents
        hand._do("mousemove", "--sync", str(x + 8), str(y + height // 2), "click", "1")
    hand.click("Continue")
    secret, _, cookie = entry["secret"].partition("\n")
    hand.focused("API key" if entry["kind"] == "bigtime" else _token(name))
    hand.type(secret)
    if cookie:
        hand.key("alt+j")
        hand.focused("JSESSIONID")
        hand.type(cookie)
    hand.key("Return")
    hand.said("Connected")
    hand.focused("Continue")
    hand.key("Return")
    hand.focused("Name of the connection")
    hand.type(name)
    if "site" in options:
        hand.key("alt+j")
        hand.focused("Jira site")
        hand.type(options["site"])
    hand.key("Return")
    until(lambda: hand.front.role != "dialog", SECONDS, f"{name} connected")


def _token(name: str) -> str:
    return "Personal access token" if name == "tempo" else "API token"


def test_a_new_user_gets_from_nothing_to_a_synced_plan(
    hand: Hand, company: Served, program: Program, tmp_path: Path
) -> None:
    hand.click("Connect a service")
    for number, entry in enumerate(company.connections):
        if number:
            hand.key("ctrl+shift+n")
        connect(hand, entry)
    hand.find("push button", lambda name: "over-allocations" in name and "F8" in name)  # counted: the plan is read

    secrets = [part.encode() for entry in company.connections for part in entry["secret"].split("\n")]
    written = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert len(written) > 3
    assert not [file for file in written if any(secret in file.read_bytes() for secret in secrets)]

    done = program(
        "export",
        tmp_path / "data/planner-gui/My plan",
        "--format",
        "json",
        "--from",
        "2026-11-16",
        "--to",
        "2026-11-20",
        "--output",
        tmp_path / "plan.json",
    )
    assert done.code == 0, done.err
    plan = json.loads((tmp_path / "plan.json").read_text())
    assert {each["name"]: each["state"] for each in plan["connections"]} == {
        entry["name"]: "fresh" for entry in company.connections
    }
    assert len(plan["people"]) >= 20
