"""`planner-gui --safe`: the window says what it is and how to leave it, and leaves everything as it was."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from planner_gui.app import places
from planner_gui.cli import run
from planner_gui.session.settings import Settings
from planner_gui.session.workspace import Workspace
from planner_gui.sources.base import Connection

OPEN = """
import asyncio, json, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from planner_gui.app import desktop
sessions = []
begin = desktop.Session.begin
def keep(self):
    sessions.append(self)
    begin(self)
desktop.Session.begin = keep
def look():
    (session,) = sessions
    if "begin" in session.jobs.running:
        QTimer.singleShot(10, look)
        return
    window = session.window
    print(json.dumps({
        "title": window.windowTitle(), "notices": [notice.text for notice in session.workspace.notices.current],
        "zoom": window.board.zoom.label, "syncs": "sync" in session.jobs.running,
        "timer": session.settling.timer.isActive(),
    }))
    zooms = window.actions_.zooms
    zooms[next(zoom for zoom in zooms if zoom is not window.board.zoom)].trigger()
    window.close()
safe = sys.argv[1] == "safe"
desktop.open_window(None, desktop.date(2026, 11, 20), safe=safe, painted=lambda: QTimer.singleShot(0, look))
"""


@pytest.mark.parametrize("safe", [True, False])
def test_it_says_so_asks_nobody_and_leaves_settings_and_view_as_they_were(tmp_path: Path, safe: bool) -> None:
    folder = tmp_path / "plan"
    Workspace.create(folder, timezone="Europe/Berlin")
    workspace = Workspace.open(folder, today=date(2026, 11, 20))
    asyncio.run(workspace.add_connection(Connection("tempo", "tempo", "https://127.0.0.1:9", {"user": "me"})))
    workspace.close()
    Settings(places.settings_file()).remember_workspace(folder)
    preferences = places.settings_file().read_bytes()
    (folder / "window.ini").write_text("[General]\nzoom=Day\n")
    done = subprocess.run(
        [sys.executable, "-c", OPEN, "safe" if safe else "usual"],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    shown = json.loads(done.stdout.splitlines()[-1])
    assert shown["title"].endswith(" (safe)") == safe
    assert any("start without --safe" in notice for notice in shown["notices"]) == safe
    assert (shown["syncs"], shown["timer"]) == (not safe, not safe)
    assert (shown["zoom"] == "Day") != safe
    assert (places.settings_file().read_bytes() == preferences) or not safe
    assert ("zoom=Day" in (folder / "window.ini").read_text()) == safe
    assert (folder / "cache.db").exists()


def test_a_demo_has_nothing_to_be_safe_from(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--demo", "--safe"]) == 2
    assert "leave --safe out" in capsys.readouterr().err
