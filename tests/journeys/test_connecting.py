"""A new user before a real window, with mouse, keyboard and a real Secret Service: from nothing to a synced plan.

Four services of the pretend company on a loopback socket, and a second connection of two of them, without a file
touched by hand. Afterwards no secret stands in any file that the program wrote (L1).
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.atspi import FOCUSED, SHOWING, Accessible, NotSaid, Reader, until
from tests.journeys.conftest import Program, Served

pytestmark = [pytest.mark.display, pytest.mark.secret_service]

SECONDS = 120.0
TRIES = 6
DOT = "\N{BLACK CIRCLE}"  # what Qt shows of a secret
SERVERS = {"bigpicture": ("BigPicture", "BigPicture"), "tempo": ("Tempo", "Tempo Planner")}
CLOUDS = {
    "worktime": ("Work", "Work Time Calendar"),
    "bigtime": ("BigTime", "BigTime"),
    "bigpicture-labs": ("BigPicture", "BigPicture"),
    "tempo-labs": ("Tempo", "Tempo Planner"),
}  # by the connection: what is typed into the list of services, and what it chooses


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

        return until(shown, SECONDS, f"a {role}", self.seen)

    def said(self, begins: str) -> Accessible:
        return self.find("label", lambda text: text.startswith(begins))

    @property
    def focus(self) -> Accessible | None:
        return self.front.first(lambda each: each.has(FOCUSED) and each.has(SHOWING))

    def has_focus(self, name: str) -> bool:
        """A list of words is called by the word that is chosen in it."""
        found = self.focus
        return found is not None and found.name.replace("&", "") == name

    def focused(self, name: str) -> None:
        """Wait for the focus."""
        until(lambda: self.has_focus(name), SECONDS, f"the focus on {name}", self.seen)

    def seen(self) -> list[str]:
        """What is in front, for whoever reads why a wait was in vain."""
        found = [each for each in self.front.all_inside() if each.has(SHOWING) and each.name]
        return [f"{each.role} {each.name!r}{' (focus)' if each.has(FOCUSED) else ''}" for each in found]

    def until_there(self, act: Callable[[], None], there: Callable[[], bool], what: str) -> None:
        """Act as a person does: look whether it worked, and where a busy machine swallowed it, once more."""
        for _ in range(TRIES):
            act()
            try:
                until(there, SECONDS / TRIES, what, self.seen)
            except NotSaid as error:
                in_vain = error
            else:
                return
        raise in_vain

    def click(self, begins: str) -> None:
        """The left button of the mouse, on a button that is there and stays where it is."""
        button = self.find("push button", lambda text: text.replace("&", "").startswith(begins))
        x, y, width, height = until(lambda: _at_rest(button), SECONDS, f"{begins} at rest", self.seen)
        self._do("mousemove", "--sync", str(x + width // 2), str(y + height // 2))
        self._do("click", "1")

    def click_to(self, begins: str, field: str) -> None:
        """Click what leads to a page that begins with a field."""
        self.until_there(lambda: self.click(begins), lambda: self.has_focus(field), f"the focus on {field}")

    def key_to(self, key: str, field: str) -> None:
        """A key that leads to a field."""
        self.until_there(lambda: self.key(key), lambda: self.has_focus(field), f"{key}: the focus on {field}")

    def choose(self, word: str, whole: str) -> None:
        """A word of the list that has the focus, by its first letters; letters too far apart count as several words."""
        if not self.has_focus(whole):
            self.until_there(lambda: self.type(word), lambda: self.has_focus(whole), f"{whole} chosen")

    def fill(self, field: str, text: str) -> None:
        """Into the field that gets the focus; read again, for keys may get lost on their way, too.

        Of a secret, only how long it is can be read.
        """
        self.focused(field)

        def act() -> None:
            self.key("ctrl+a")
            self.type(text)

        def there() -> bool:
            found = self.focus
            return found is not None and found.text in (text, len(text) * DOT)

        self.until_there(act, there, f"{field} filled")

    def key(self, *keys: str) -> None:
        self._do("key", "--delay", "30", *keys)

    def type(self, text: str) -> None:
        """By way of standard input: what is typed may be a secret."""
        self._do("type", "--delay", "8", "--file", "-", given=text)

    def _do(self, *words: str, given: str = "") -> None:
        command = ["xdotool", *words]
        subprocess.run(command, env=self.environment, timeout=SECONDS, check=True, input=given.encode())


def _at_rest(thing: Accessible) -> tuple[int, int, int, int] | None:
    """Where it is, once it is in the same place twice: a page that changes moves what is below."""
    before = thing.extents
    time.sleep(0.1)
    return before if thing.extents == before else None


@pytest.fixture
def hand(display_environment: dict[str, str], today: object, tmp_path: Path) -> Iterator[Hand]:
    environment = {
        **display_environment,
        "PLANNER_GUI_TODAY": "2026-11-20",
        "LC_ALL": "C.UTF-8",
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "PLANNER_GUI_LOG": "debug",
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
    if name in SERVERS:
        hand.choose(*SERVERS[name])
        hand.key_to("Tab", "Cloud")
        hand.choose("Server", "Server or Data Center")
        hand.key_to("alt+a", "Address")
    else:
        hand.choose(*CLOUDS[name])
        hand.click_to("Use another address", "Address")
    hand.fill("Address", options.get("cloud-manager") or entry["url"])
    if "realm" in options:
        hand.key_to("alt+f", "Firm ID")
        hand.fill("Firm ID", options["realm"])
    if options.get("cookie"):
        tick = hand.find("check box", lambda text: "JSESSIONID" in text)
        x, y, _, height = tick.extents
        hand._do("mousemove", "--sync", str(x + 8), str(y + height // 2), "click", "1")
    secret_field = "API key" if entry["kind"] == "bigtime" else _token(name)
    hand.click_to("Continue", secret_field)
    secret, _, cookie = entry["secret"].partition("\n")
    hand.fill(secret_field, secret)
    if cookie:
        hand.key_to("alt+j", "JSESSIONID")
        hand.fill("JSESSIONID", cookie)
    hand.key("Return")
    hand.said("Connected")
    hand.focused("Continue")
    hand.key_to("Return", "Name of the connection")
    hand.fill("Name of the connection", name)
    if "site" in options:
        hand.key_to("alt+j", "Jira site")
        hand.fill("Jira site", options["site"])
    hand.until_there(lambda: hand.key("Return"), lambda: hand.front.role != "dialog", f"{name} connected")


def _token(name: str) -> str:
    return "Personal access token" if name == "tempo" else "API token"


def test_a_new_user_gets_from_nothing_to_a_synced_plan(
    hand: Hand, company: Served, program: Program, tmp_path: Path
) -> None:
    hand.click_to("Connect a service", "BigPicture")
    for number, entry in enumerate(company.connections):
        if number:
            hand.key_to("ctrl+shift+n", "BigPicture")
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
