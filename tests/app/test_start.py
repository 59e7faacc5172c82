"""What opening a window must not wait for; asked of processes of their own, as they start from the command line."""

import json
import os
import subprocess
import sys
from pathlib import Path

from planner_gui.session.workspace import Workspace

# Each costs more than a twentieth of the aim, and only something after the first paint needs it.
LATER = (
    "httpx", "httpcore", "truststore", "keyring", "holidays", "dateutil", "numpy.ma", "numpy.random",
    "importlib.metadata", "planner_gui.sandbox", "planner_gui.reports", "planner_gui.sources.client",
    "planner_gui.domain.reading", "planner_gui.app.commands", "PySide6.QtNetwork",
)  # fmt: skip
OPEN = """
import json, sys
from pathlib import Path
from planner_gui.app import start
start.hasten()
from planner_gui.app import desktop
from PySide6.QtWidgets import QApplication
at_first_paint = []
def close():
    at_first_paint.extend(sys.modules)
    for window in QApplication.topLevelWidgets():
        window.close()
desktop.open_window(Path(sys.argv[1]), desktop.date(2026, 11, 20), painted=close)
print(json.dumps(at_first_paint))
"""
HASTEN = """
import gc, linecache
from planner_gui.app import start
start.hasten()
import PySide6.QtWidgets
import csv
print(csv.__file__ in linecache.cache, gc.isenabled())
"""


def run(program: str, *words: str) -> str:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", program, *words], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


def test_the_first_paint_waits_for_no_module_that_is_needed_later(tmp_path: Path) -> None:
    Workspace.create(tmp_path / "plan", timezone="Europe/Berlin")
    loaded = set(json.loads(run(OPEN, str(tmp_path / "plan"))))
    assert "planner_gui.ui.timeline.board" in loaded
    assert [name for name in LATER if name in loaded] == []


def test_qt_reads_no_source_of_what_is_imported_after_it() -> None:
    assert run(HASTEN) == "False True"
