"""The program under a screen reader: the demo in a real window, read and followed over AT-SPI, driven by real keys.

Nobody looks at a pixel here. A planner finds a person by name, walks to a day, hears capacity and load in words, opens
the receipt that says the same, and jumps to the next over-allocation. After each key the reader waits for the very
object that this key leads to: a busy machine tells of the focus late, and sometimes twice.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest

from tests.journeys.atspi import FOCUSED, SELECTED, SHOWING, Accessible, Reader, until

pytestmark = pytest.mark.display

SECONDS = 120.0  # how long an answer may take on a machine that does much else
PERSON = "Mei Lin"
DAY = date(2026, 11, 18)
# What the program may say: a warning of its own, and Qt's where a reader asks for an object that has just gone.
HARMLESS = ("running as root", "qt.accessibility.atspi: Could not find accessible on path")

Suits = Callable[[Accessible], bool]


class Planner:
    """A person at the keyboard with a screen reader, before the demo's window."""

    def __init__(self, reader: Reader, process: subprocess.Popen[bytes], environment: dict[str, str]) -> None:
        self.reader = reader
        self.environment = environment
        self.program = reader.program(process.pid, SECONDS)
        until(lambda: self._xdotool("getwindowfocus", "getwindowpid") == str(process.pid), SECONDS, "the window")
        # The count comes after the sync: from then on nothing moves but by keys.
        self.find("push button", lambda name: "over-allocations" in name and "F8" in name)
        self.timeline = self.find("list", lambda name: name == "Timeline")

    def find(self, role: str, name: Callable[[str], bool]) -> Accessible:
        return until(lambda: self.program.find(role, name), SECONDS, f"a {role}")

    def press(self, key: str, leads_to: Suits) -> Accessible:
        """A key, and what has the focus after it: the object that suits, and no late word of an earlier key."""
        self.key(key)
        return self.reader.focus(leads_to, SECONDS, key)

    def key(self, key: str) -> None:
        """A key that moves no focus."""
        self._xdotool("key", key)

    def enter_timeline(self) -> None:
        """As anybody does: with Tab, until the reader says that it is there."""
        for _ in range(40):
            here = until(lambda: self.program.first(lambda each: each.has(FOCUSED)), SECONDS, "a focus")
            if here == self.timeline:
                return
            self.press("Tab", lambda there, before=here: there != before)  # type: ignore[misc]
        pytest.fail("the Tab key never came to the timeline")

    def _xdotool(self, *words: str) -> str:
        command = ["xdotool", *words]
        done = subprocess.run(command, env=self.environment, timeout=SECONDS, check=False, capture_output=True)
        return done.stdout.decode().strip()


@pytest.fixture
def planner(display_environment: dict[str, str], today: date) -> Iterator[Planner]:
    environment = {**display_environment, "PLANNER_GUI_TODAY": today.isoformat(), "LC_ALL": "C.UTF-8"}
    reader = Reader(environment["DBUS_SESSION_BUS_ADDRESS"])
    process = subprocess.Popen([sys.executable, "-m", "planner_gui", "--demo"], env=environment, stderr=subprocess.PIPE)
    try:
        yield Planner(reader, process, environment)
        process.terminate()
        _, err = process.communicate(timeout=SECONDS)
        assert process.returncode == 0, err.decode()
        said = [line for line in err.decode().splitlines() if not any(each in line for each in HARMLESS)]
        assert not said, "no override of Qt's may fail"
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()
        reader.close()


def row(name: str) -> Suits:
    """A heading of that name, or a cell of a person of that name."""
    return lambda there: name in ((there.name,) if there.role == "list item" else (there.description,))


def cell(person: str, day: date) -> Suits:
    """A person's day."""
    return lambda there: there.name.startswith(f"{in_words(day)}: ") and there.description == person


def over(there: Accessible) -> bool:
    """A cell that is over-allocated."""
    return there.role == "cell" and "over by" in there.name


def other_than(before: Accessible) -> Suits:
    """Another over-allocated cell than one whose words are known."""
    words = (before.name, before.description)
    return lambda there: over(there) and (there.name, there.description) != words


def in_words(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B %Y}"


def numbers(words: str) -> dict[str, str]:
    """ "...: capacity 8 h 00, load 9 h 36, over by 1 h 36" -> {"capacity": "8 h 00", ...}."""
    return dict(re.findall(r"(capacity|load|over by) (\d+ h \d\d)", words))


def minutes(words: str) -> int:
    hours, rest = words.split(" h ")
    return 60 * int(hours) + int(rest)


def test_a_screen_reader_finds_a_person_walks_to_a_day_and_hears_why(planner: Planner, today: date) -> None:
    rows = [each.name for each in planner.timeline.children]
    assert len(rows) > 60, "headings and people, those below the window too"
    wanted = next(name for name in rows if name.startswith(PERSON))

    planner.enter_timeline()
    assert planner.press("ctrl+Home", row(rows[0])).role == "list item"
    for name in rows[1 : rows.index(wanted) + 1]:
        planner.press("Down", row(name))
    day = today
    planner.press("Home", cell(wanted, day))
    while day > DAY:
        day -= timedelta(days=1)
        there = planner.press("Left", cell(wanted, day))
    assert there.role == "cell"
    assert there.parent.name == wanted
    assert [there.has(state) for state in (FOCUSED, SELECTED, SHOWING)] == [True] * 3
    said = numbers(there.name)
    assert {"capacity", "load"} <= said.keys()
    assert there in there.parent.children
    bars = [each.name for each in there.parent.children if each.role == "list item"]
    assert any(name.startswith("Allocation ") and "counts as load" in name for name in bars)

    receipt = opened_receipt(planner, lambda: planner.key("Return"))
    assert PERSON in receipt
    assert receipt[receipt.index("Capacity") + 1] == said["capacity"]
    assert receipt[receipt.index("Load") + 1] == said["load"]


def opened_receipt(planner: Planner, open_it: Callable[[], None]) -> list[str]:
    """What the inspector says, once it was hidden by F9 and opened."""

    def inspector() -> Accessible | None:
        return planner.program.find("filler", lambda name: name == "Inspector")

    def shown() -> list[str]:
        panel = inspector()
        if panel is None or not panel.has(SHOWING):
            return []
        return [each.name for each in panel.all_inside() if each.name]

    planner.key("F9")
    until(lambda: (panel := inspector()) is None or not panel.has(SHOWING), SECONDS, "the inspector to go")
    open_it()
    return until(lambda: found if "Load" in (found := shown()) else None, SECONDS, "the receipt")


def test_F8_says_who_is_over_allocated_next_and_by_how_much_and_a_press_why(planner: Planner) -> None:
    first = planner.press("F8", over)
    first_words = (first.name, first.description)
    second = planner.press("F8", other_than(first))
    second_words = (second.name, second.description)
    for words, _ in (first_words, second_words):
        said = numbers(words)
        assert minutes(said["over by"]) == minutes(said["load"]) - minutes(said["capacity"]) > 0
    again = planner.press("shift+F8", other_than(second))
    assert (again.name, again.description) == first_words

    receipt = opened_receipt(planner, lambda: again.do("Press"))
    assert receipt[receipt.index("Load") + 1] == numbers(again.name)["load"]
