"""The settings dialogs in the assembled window: what is decided holds in the plan at once, and after the next sync."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QPushButton

from planner_gui.app.desktop import Session
from planner_gui.domain.plan import Person
from planner_gui.sandbox.server import Sandbox
from planner_gui.ui.dialogs.people import PeopleDialog
from tests.app.test_desktop import Play, play, synced
from tests.scenarios import until

__all__ = ["play"]

Dialog = TypeVar("Dialog", bound=QDialog)


async def ready(session: Session) -> None:
    await synced(session)
    session._begin_editing()


def dialog_of(session: Session, kind: type[Dialog]) -> Dialog:
    return next(each for each in session.window.findChildren(kind) if each.isVisible())


def shown_buttons(dialog: QDialog) -> list[QPushButton]:
    return [button for button in dialog.findChildren(QPushButton) if button.isVisible()]


async def settled(session: Session) -> None:
    for _ in range(3):  # what was emitted has begun
        await asyncio.sleep(0)
    await until(lambda: not any(name.startswith(("settle", "suggest")) for name in session.jobs.running), 20)


def unmatched(session: Session) -> list[Person]:
    return [person for person in session.workspace.plan.people if person.unmatched]


def test_people_4_a_join_takes_the_badge_away_survives_a_sync_and_is_undone(play: Callable[[Play], None]) -> None:
    async def what(session: Session, company: Sandbox) -> None:
        await ready(session)
        before = unmatched(session)
        assert len(before) == 1
        shortcut = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        QTest.keyClick(session.window, Qt.Key.Key_P, shortcut)
        dialog = dialog_of(session, PeopleDialog)
        await settled(session)
        assert dialog.tabs.tabText(0) == "Unmatched (1)"
        dialog.table.setFocus()
        QTest.keyClick(dialog.table, Qt.Key.Key_Return)
        QTest.keyClicks(dialog.join_with, "a")
        QTest.keyClick(dialog.join_with, Qt.Key.Key_Return)
        await settled(session)
        assert unmatched(session) == []
        assert dialog.tabs.tabText(0) == "Unmatched (0)"
        shown = session.window.board.plan
        assert shown is not None
        assert not any(person.unmatched for person in shown.people)
        await synced(session)
        assert unmatched(session) == []
        assert len(session.workspace.settings.decisions) == 1
        QTest.mouseClick(dialog.undo, Qt.MouseButton.LeftButton)
        await settled(session)
        assert [person.name for person in unmatched(session)] == [person.name for person in before]
        assert session.workspace.settings.decisions == ()
        assert not dialog.undo.isEnabled()
        dialog.close()

    play(what)


def test_a_refused_change_is_said_in_the_dialog_and_nothing_is_lost(play: Callable[[Play], None]) -> None:
    async def what(session: Session, company: Sandbox) -> None:
        await ready(session)
        session.settling.open_people(unmatched(session)[0].accounts)
        dialog = dialog_of(session, PeopleDialog)
        (session.workspace.folder / "workspace.toml").write_text("= no TOML")
        await until(lambda: any(b.text() == "&Hide this person" for b in shown_buttons(dialog)))
        hide = next(b for b in shown_buttons(dialog) if b.text() == "&Hide this person")
        QTest.mouseClick(hide, Qt.MouseButton.LeftButton)
        await settled(session)
        assert "is not valid TOML" in dialog.banner.text()
        assert len(unmatched(session)) == 1
        dialog.close()

    play(what)
