"""Two planners, each with a workspace of their own, edit one allocation (issue 4, Must show 4; reliability 4.5).

The first sends. Whatever the second then sends is compared with what is there: what both changed is asked about, with
base, mine and theirs; what only one changed is merged and said; nothing is trampled without a choice.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QRadioButton

from planner_gui.app.desktop import Session
from planner_gui.domain.changes import Change, State
from planner_gui.ui.dialogs.conflict import ConflictDialog
from planner_gui.ui.panels.changes import DECIDE
from tests.journeys.conftest import Outcome, Program, Served
from tests.journeys.window import window_on
from tests.scenarios import Scenario, until

pytestmark = pytest.mark.secret_service

PLANNING = "/jira/rest/tempo-planning/1/allocation"


class Client:
    """One planner: a workspace, and the program."""

    def __init__(self, program: Program, folder: Path, company: Served) -> None:
        self.program, self.folder, self.company = program, folder, company

    def edit(self, *edits: dict[str, Any]) -> None:
        file = self.folder.with_suffix(".json")
        file.write_text(json.dumps({"format": "planner-gui/edits", "version": 1, "edits": list(edits)}))
        done = self.program("edit", self.folder, file)
        assert done.code == 0, done.err

    def change(self, number: str, **fields: Any) -> None:
        """Plan other values for one allocation."""
        named = {"do": "update", "kind": "allocation", "connection": "tempo", "external_id": number}
        self.edit({**named, "fields": fields})

    def send(self) -> Outcome:
        return self.program("send", self.folder, "--all")

    def resolve(self, choice: str) -> Outcome:
        return self.program("resolve", self.folder, self.only()["id"], choice)

    def only(self) -> dict[str, Any]:
        """The one change that is listed."""
        done = self.program("changes", self.folder, "--json")
        assert done.code == 0, done.err
        (found,) = json.loads(done.out)["changes"]
        return dict(found)


@pytest.fixture
def clients(program: Program, connected: Path, company: Served, tmp_path: Path) -> tuple[Client, Client]:
    """Both read the same plan before either changed anything."""
    other = Path(shutil.copytree(connected, tmp_path / "other"))
    return Client(program, connected, company), Client(program, other, company)


@pytest.fixture
def number(clients: tuple[Client, Client], company: Served) -> str:
    """An allocation that both have read: one person's, once, 60 % of every day, from 16 to 27 November."""
    path = f"{PLANNING}?startDate=2026-11-01&endDate=2026-12-31"
    for plan in company.get(path, Authorization=f"Bearer {secret_of(company)}"):
        once = plan["recurrence"]["rule"] == "NEVER" and plan["assignee"]["type"] == "user"
        if once and (plan["commitment"], plan["start"], plan["end"]) == (60, "2026-11-16", "2026-11-27"):
            return str(plan["id"])
    raise AssertionError("the company has none")


def secret_of(company: Served) -> str:
    secret: str = next(entry["secret"] for entry in company.connections if entry["name"] == "tempo")
    return secret


def there(company: Served, number: str) -> dict[str, Any]:
    """What the service holds of the allocation."""
    found: dict[str, Any] = company.get(f"{PLANNING}/{number}", Authorization=f"Bearer {secret_of(company)}")
    return found


def writes(company: Served, number: str) -> int:
    """How often the allocation was written to."""
    log = company.get("/__sandbox/log")
    return sum(each["method"] != "GET" and each["address"].endswith(f"/allocation/{number}") for each in log)


def percents(change: dict[str, Any]) -> tuple[Any, Any, Any]:
    """Base, mine and theirs."""
    return tuple((change[side] or {}).get("percent") for side in ("before", "after", "theirs"))  # type: ignore[return-value]


def test_Must_show_4_what_both_changed_is_asked_about_and_theirs_keeps_theirs(
    clients: tuple[Client, Client], company: Served, number: str
) -> None:
    first, second = clients
    first.change(number, percent=80)
    second.change(number, percent=20)
    assert first.send().code == 0
    refused = second.send()
    assert refused.code == 1
    asked = second.only()
    assert asked["state"] == "conflict"
    assert percents(asked) == (60, 20, 80)
    assert asked["id"] in refused.err
    second.send()  # that decides nothing
    assert (there(company, number)["commitment"], writes(company, number)) == (80, 1)
    done = second.resolve("theirs")
    assert done.code == 0, done.err
    assert (there(company, number)["commitment"], writes(company, number)) == (80, 1)


def test_Must_show_4_mine_overwrites_once_it_is_chosen_and_only_then(
    clients: tuple[Client, Client], company: Served, number: str
) -> None:
    first, second = clients
    first.change(number, percent=80)
    second.change(number, percent=20)
    assert first.send().code == 0
    assert second.send().code == 1
    assert there(company, number)["commitment"] == 80
    done = second.resolve("mine")
    assert done.code == 0, done.err
    assert (there(company, number)["commitment"], writes(company, number)) == (20, 2)
    assert second.only()["state"] == "done"


def test_what_only_one_of_them_changed_is_merged_without_a_question_and_said(
    clients: tuple[Client, Client], company: Served, number: str
) -> None:
    first, second = clients
    first.change(number, percent=80)
    second.change(number, description="Second reviewer needed")
    assert first.send().code == 0
    done = second.send()
    assert done.code == 0, done.err
    held = there(company, number)
    assert (held["commitment"], held["description"]) == (80, "Second reviewer needed")
    change = second.only()
    assert (change["state"], change["after"]["percent"]) == ("done", 80)
    assert "percent" in change["message"]


def the_change(session: Session) -> Change:
    (found,) = [change for change in session.workspace.changes if change.label and change.state is not State.DROPPED]
    return found


async def conflict_of(session: Session) -> ConflictDialog:
    """Send from the review's own button; the dialog that asks about what came of it."""
    window, panel = session.window, session.window.changes
    window.actions_.review.trigger()
    await until(lambda: panel.visibleRegion().contains(panel.send.geometry().center()))
    assert panel.send.isEnabled()
    QTest.mouseClick(panel.send, Qt.MouseButton.LeftButton)
    await until(lambda: the_change(session).state is State.CONFLICT, 20, "the conflict")
    await until(lambda: "send" not in session.jobs.running, 20)
    return await decide(session)


async def decide(session: Session) -> ConflictDialog:
    panel = session.window.changes
    panel.choose(the_change(session).id)
    await until(panel.buttons[DECIDE].isVisible)
    QTest.mouseClick(panel.buttons[DECIDE], Qt.MouseButton.LeftButton)
    found = [w for w in QApplication.topLevelWidgets() if isinstance(w, ConflictDialog) and w.isVisible()]
    assert len(found) == 1
    return found[0]


def test_Must_show_4_the_window_shows_base_mine_and_theirs_and_sends_what_is_chosen(
    clients: tuple[Client, Client], company: Served, number: str, scenario: Scenario
) -> None:
    first, second = clients
    first.change(number, percent=80, description="Theirs as well")
    second.change(number, percent=20)
    assert first.send().code == 0

    async def what() -> None:
        async with window_on(second.folder, company) as session:
            dialog = await conflict_of(session)
            said = " ".join(label.text() for label in dialog.findChildren(QLabel))
            assert all(words in said for words in ("As you read it", "Theirs, now", "Yours"))
            assert all(percent in said for percent in ("60", "80", "20"))
            assert (there(company, number)["commitment"], writes(company, number)) == (80, 1)
            QTest.mouseClick(dialog.later, Qt.MouseButton.LeftButton)
            await until(lambda: not dialog.isVisible())
            assert the_change(session).state is State.CONFLICT, "deciding later decides nothing"
            assert writes(company, number) == 1

            dialog = await decide(session)
            mine = next(b for b in dialog.findChildren(QRadioButton) if "20" in b.text() and "yours" in b.text())
            assert mine.isChecked()
            QTest.mouseClick(dialog.mine, Qt.MouseButton.LeftButton)
            await until(lambda: the_change(session).state is State.DONE, 20, "the sending")

    scenario(what())
    held = there(company, number)
    assert (held["commitment"], held["description"], writes(company, number)) == (20, "Theirs as well", 2)
