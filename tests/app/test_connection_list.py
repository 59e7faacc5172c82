"""The page of connections: state, test, edit, a new token, pause, forget, which Jira site is the primary one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMessageBox

from planner_gui.app.connection_list import role_of
from planner_gui.domain.changes import State as Done
from planner_gui.domain.moves import deleted
from planner_gui.domain.plan import State
from planner_gui.session.connecting import pause
from planner_gui.sources.base import Connection
from planner_gui.ui.dialogs.connect.wizard import ACCESS
from planner_gui.ui.panels import changes as ways
from planner_gui.ui.panels.status import Chip
from tests.app.office import HOST, Office, Play, click, cloud, connect, fill_access, server, type_in
from tests.scenarios import until
from tests.session.fakes import Keyring


async def ended(office: Office, job: str) -> None:
    await until(lambda: job not in office.session.jobs.running, 30, f"the end of {job}")


async def press(office: Office, words: str) -> None:
    """Answer the question that is open, or comes."""

    def boxes() -> list[QMessageBox]:
        return [box for box in office.session.window.findChildren(QMessageBox) if box.isVisible()]

    await until(boxes, 10, "the question")
    button = next(each for each in boxes()[0].buttons() if words in each.text())
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_connection_says_how_it_is_and_answers_a_test(connecting: Callable[[Play], None]) -> None:
    async def what(office: Office) -> None:
        await connect(office, "tempo", server("Tempo Planner"))
        page = office.open_list()
        line = page.line
        assert line is not None
        assert (line.name, line.host, line.role) == ("tempo", "127.0.0.1:9", "")
        assert line.state.startswith("fresh, read ")
        assert line.token == "in your keyring"
        click(page.test)
        await ended(office, "test tempo")
        assert page.answer.said[0] == "Connected to 127.0.0.1:9"
        assert any("teams: " in text for text in page.answer.said)
        assert page.answer.said[-1].startswith("Plans can be changed here as far as this account may")
        office.company.faults.set("tempo", "401")
        click(page.test)
        await ended(office, "test tempo")
        assert "refused (401)" in page.answer.said[0]
        page.reject()

    connecting(what)


def test_A7_a_new_token_is_entered_tested_and_read_with(connecting: Callable[[Play], None], keyring: Keyring) -> None:
    async def what(office: Office) -> None:
        await connect(office, "tempo", server("Tempo Planner"))
        right = office.entry("tempo")["secret"]
        keyring.entries = dict.fromkeys(keyring.entries, "SENTINEL-revoked")
        office.session.start_sync(automatic=False)
        await office.synced()
        assert office.session.sync.parked == {"tempo"}
        page = office.open_list()
        assert page.line is not None
        assert "refused (401)" in page.line.error
        click(page.token)
        dialog = office.dialog
        assert dialog.at == ACCESS
        dialog.reject()
        await office.closed()
        page.reject()
        notice = office.session.workspace.notices.current[-1]
        assert [action.label for action in notice.actions] == ["Enter token"]
        notice.actions[0].call()
        dialog = office.dialog
        assert dialog.at == ACCESS
        await fill_access(office, right)
        click(dialog.next)
        click(dialog.next)
        await office.closed()
        await office.synced()
        assert list(keyring.entries.values()) == [right]
        assert office.session.workspace.plan.connections[0].state is State.FRESH
        assert office.session.sync.parked == frozenset()

    connecting(what)


def test_editing_without_a_new_token_uses_the_one_in_the_keyring(connecting: Callable[[Play], None]) -> None:
    async def what(office: Office) -> None:
        await connect(office, "tempo", server("Tempo Planner"))
        page = office.open_list()
        click(page.edit)
        dialog = office.dialog
        assert not dialog.where.service.isEnabled()
        click(dialog.next)
        assert "keyring" in dialog.access.secret.placeholderText()
        click(dialog.access.test)
        await office.tested()
        click(dialog.next)
        assert not dialog.choose.name.isEnabled()
        dialog.choose.everything.setChecked(False)
        first = dialog.choose.tree.topLevelItem(0)
        assert first is not None
        first.setCheckState(0, Qt.CheckState.Checked)
        click(dialog.next)
        await office.closed()
        await office.synced()
        assert office.session.workspace.connections[0].options["teams"] == "1"
        assert page.line is not None
        assert page.line.reads == "1 teams: 1"
        page.reject()

    connecting(what)


def test_A6_a_token_is_not_used_for_another_address(connecting: Callable[[Play], None], keyring: Keyring) -> None:
    async def what(office: Office) -> None:
        await connect(office, "tempo", server("Tempo Planner"))
        before = office.company.requests["tempo"]
        page = office.open_list()
        click(page.edit)
        dialog = office.dialog
        type_in(dialog.where.address, "http://127.0.0.1:10/jira")
        click(dialog.next)
        click(dialog.access.test)
        assert "Paste the" in dialog.access.rows["secret"].fault
        dialog.access._stored = True  # whatever the page believes
        dialog.try_it()
        await office.tested()
        assert "entered again" in dialog.access.rows["secret"].fault
        assert office.company.requests["tempo"] == before
        await fill_access(office, office.entry("tempo")["secret"])
        click(dialog.next)
        click(dialog.next)
        await office.closed()
        await office.synced()
        assert [user for _, user in keyring.entries] == ["tempo|http://127.0.0.1:10|-"]
        page.reject()

    connecting(what)


def test_a_paused_connection_is_not_read_until_it_is_resumed(connecting: Callable[[Play], None]) -> None:
    async def what(office: Office) -> None:
        await connect(office, "tempo", server("Tempo Planner"))
        page = office.open_list()
        click(page.pause)
        await ended(office, "pause")
        assert page.line is not None
        assert page.line.paused
        before = office.company.requests["tempo"]
        office.session.start_sync(automatic=False)
        await office.synced()
        assert office.company.requests["tempo"] == before
        assert office.session.workspace.plan.rows > 0
        page.reject()
        chip = office.session.window.status.findChildren(Chip)[0]
        assert "paused" in chip.label.text()
        click(chip.resume)
        await ended(office, "resume")
        await office.synced()
        assert office.company.requests["tempo"] > before
        assert "paused" not in chip.label.text()
        assert chip.resume.isHidden()

    connecting(what)


def test_sending_over_a_paused_connection_asks_whether_to_resume_it(connecting: Callable[[Play], None]) -> None:
    async def what(office: Office) -> None:
        await connect(office, "tempo", server("Tempo Planner"))
        session, workspace = office.session, office.session.workspace
        session._begin_editing()
        await workspace.do([deleted(await workspace.item(0))], "Delete")
        await pause(workspace, "tempo", True)
        change = workspace.changes[0]
        before = office.company.requests["tempo"]
        for answer, paused in (("Cancel", {"tempo"}), ("Resume and send", set())):
            session.window.changes.send_pressed.emit([change.id])
            await press(office, answer)
            await ended(office, "send")
            assert workspace.settings.paused == paused
            assert (office.company.requests["tempo"] > before) is not bool(paused)
        lost = workspace.changes[0].to(Done.UNKNOWN, workspace.readings.now(), "no answer")
        await workspace.settle([lost])
        await pause(workspace, "tempo", True)
        session.window.changes.wanted.emit(ways.LOOK, [change.id])
        await press(office, "Resume and look")
        await ended(office, f"change {change.id}")
        assert workspace.settings.paused == set()
        assert workspace.changes[0].state is not Done.UNKNOWN

    connecting(what)


def test_A8_forgetting_asks_and_takes_reading_and_token(connecting: Callable[[Play], None], keyring: Keyring) -> None:
    async def what(office: Office) -> None:
        await connect(office, "tempo", server("Tempo Planner"))
        page = office.open_list()
        click(page.forget)
        await press(office, "Cancel")
        await ended(office, "forget")
        assert len(page.lines) == 1
        click(page.forget)
        await press(office, "Forget")
        await ended(office, "forget")
        assert page.lines == ()
        assert keyring.entries == {}
        assert office.session.workspace.plan.rows == 0
        page.reject()

    connecting(what)


def test_A8_what_was_not_sent_is_exported_or_discarded_first(
    connecting: Callable[[Play], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "unsent.json"
    monkeypatch.setattr(QFileDialog, "selectedFiles", lambda _self: [str(file)])
    monkeypatch.setattr(QFileDialog, "open", lambda self: self.done(QFileDialog.DialogCode.Accepted))

    async def what(office: Office) -> None:
        await connect(office, "tempo", server("Tempo Planner"))
        workspace = office.session.workspace
        item = await workspace.item(0)
        await workspace.do([deleted(item)], "Delete")
        page = office.open_list()
        click(page.forget)
        await press(office, "Export 1 change")
        await until(file.exists, 10, "the file")
        assert json.loads(file.read_text())["changes"][0]["connection"] == "tempo"
        await press(office, "Cancel")
        await ended(office, "forget")
        assert len(workspace.connections) == 1
        click(page.forget)
        await press(office, "Discard 1 change and forget")
        await ended(office, "forget")
        assert workspace.connections == ()
        assert not any(change.open for change in workspace.changes)
        page.reject()

    connecting(what)


def test_002_of_two_jira_sites_one_is_the_primary_and_the_page_says_what_that_means(
    connecting: Callable[[Play], None],
) -> None:
    async def what(office: Office) -> None:
        await connect(office, "bigpicture", server("BigPicture"))
        page = office.open_list()
        assert page.note.isHidden()
        page.reject()
        await connect(office, "bigpicture-labs", cloud("BigPicture"))
        page = office.open_list()
        page.choose("bigpicture-labs")
        assert [line.role for line in page.lines] == ["primary", "secondary"]
        said = " ".join(label.text() for label in page.meaning if not label.isHidden())
        assert "technical user" in said
        assert "Tasks cannot be added" in said
        assert "e-mail" in said
        click(page.first)
        await ended(office, "primary")
        assert [(line.name, line.role) for line in page.lines] == [
            ("bigpicture-labs", "primary"),
            ("bigpicture", "secondary"),
        ]
        page.reject()

    connecting(what)


def test_a_service_without_jira_has_no_site() -> None:
    jira = Connection("a", "tempo", f"{HOST}/jira")
    labs = replace(jira, name="b", options={"site": "labs"})
    bigtime = Connection("c", "bigtime", "", {"realm": "X"})
    assert [role_of((jira, bigtime, labs), each) for each in (jira, labs, bigtime)] == ["primary", "secondary", ""]
    assert role_of((jira, bigtime), jira) == ""
