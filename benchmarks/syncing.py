"""A full sync of 2,000 people from the sandbox on loopback with 20 ms latency, and how the window fares meanwhile."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from benchmarks.company import TODAY
from benchmarks.measure import report

os.environ.setdefault("QT_API", "pyside6")
PEOPLE = 2_000
LATENCY = 0.020
IN_FLIGHT = 8


class Gaps:
    """The worst gap between two ticks of a 5 ms timer on the GUI thread, in seconds."""

    def __init__(self) -> None:
        from PySide6.QtCore import Qt, QTimer

        self.worst = 0.0
        self._last = time.perf_counter()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(5)

    def _tick(self) -> None:
        now = time.perf_counter()
        self.worst = max(self.worst, now - self._last)
        self._last = now


async def read_all(folder: Path, entries: list[dict[str, Any]]) -> tuple[float, float, int]:
    """Seconds, worst gap and items of one first sync with a window open."""
    from PySide6.QtWidgets import QApplication

    from planner_gui.app.desktop import Session
    from planner_gui.domain.plan import State
    from planner_gui.session.accounts import Accounts
    from planner_gui.session.workspace import Workspace
    from planner_gui.sources.base import Connection
    from planner_gui.ui.theme import Themes
    from planner_gui.ui.window import MainWindow

    application = QApplication.instance()
    assert isinstance(application, QApplication)
    workspace = Workspace.open(folder, today=TODAY)
    accounts = Accounts(workspace.settings.id, workspace.notices, open_vault=None)
    for entry in entries:
        connection = Connection(entry["name"], entry["kind"], entry["url"], entry["options"])
        await workspace.add_connection(connection)
        await accounts.store(connection, entry["secret"])
    window = MainWindow("benchmark", Themes(application))
    session = Session(workspace, window, accounts)
    session.begin()
    await asyncio.sleep(0.3)
    gaps = Gaps()
    started = time.perf_counter()
    await session.go_on()  # as the program does after its first paint: this begins the first sync
    while "sync" in session.jobs.running:
        await asyncio.sleep(0.01)
    seconds = time.perf_counter() - started
    await asyncio.sleep(0.3)  # the new plan's first paint counts too
    gap = gaps.worst
    views = workspace.plan.connections
    assert {view.state for view in views} == {State.FRESH}, [view.error for view in views]
    items = workspace.plan.rows
    await session.end()
    window.close()
    return seconds, gap, items


def main() -> None:
    """The measured process; the sandbox is another."""
    from planner_gui.app import start

    start.hasten()
    import qasync
    from PySide6.QtWidgets import QApplication

    from planner_gui.session.workspace import Workspace

    words = ["sandbox", "--people", str(PEOPLE), "--latency", str(round(LATENCY * 1000))]
    company = subprocess.Popen([sys.executable, "-m", "planner_gui", *words], stdout=subprocess.PIPE, text=True)
    try:
        assert company.stdout is not None
        entries = json.loads(company.stdout.readline())["connections"]
        application = QApplication([])
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place) / "workspace"
            Workspace.create(folder, timezone="Europe/Berlin")
            with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
                seconds, gap, items = runner.run(read_all(folder, entries))
        origin = "/".join(entries[0]["url"].split("/")[:3])
        with urllib.request.urlopen(f"{origin}/__sandbox/requests") as answer:
            requests = json.load(answer)
        least = max(requests.values()) * LATENCY / IN_FLIGHT
        report(seconds=seconds, ratio=seconds / least, gap_ms=gap * 1000, requests=max(requests.values()), items=items)
    finally:
        company.terminate()
        company.wait()


if __name__ == "__main__":
    main()
