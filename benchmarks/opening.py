"""Opening a workspace: from exec to the end of the first paint, with names, bars and strips, and the peak memory."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path

from benchmarks.measure import report, since_start


def make(folder: Path, people: int, items: int) -> None:
    """A workspace whose cache.db was written by the store's own snapshot call, raw records included."""
    # Here, not above: the measured process must not pay for what the program itself does not import.
    from benchmarks.company import TODAY, snapshot
    from planner_gui.session.workspace import Workspace
    from planner_gui.session.workspace_file import WorkspaceFile, add_connection
    from planner_gui.sources.base import Connection
    from planner_gui.store.cache import Cache

    Workspace.create(folder, timezone="Europe/Berlin")
    connection = Connection("large", "tempo", "https://jira.example.com")
    WorkspaceFile(folder / "workspace.toml").change(lambda settings: add_connection(settings, connection)[0])
    cache = Cache.open(folder / "cache.db", writable=True, clock=lambda: datetime.now(UTC))
    cache.save(snapshot(people, items))
    cache.close()
    # The first opening joins the accounts into people and keeps the result, as after any sync.
    Workspace.open(folder, today=TODAY).close()


def peak_megabytes() -> float:
    """The peak resident memory of this program; getrusage would tell the parent's, where that was more at the fork."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024


def main() -> None:
    """The measured process: the program itself, in the order of `cli`, closed as soon as it has painted."""
    from planner_gui.app import start

    start.hasten()
    from PySide6.QtWidgets import QApplication

    from planner_gui.app import desktop
    from planner_gui.ui.window import MainWindow

    def painted() -> None:
        seconds = since_start()
        peak = peak_megabytes()
        window = next(w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow))
        plan = window.board.plan
        assert plan is not None, "a plan is shown"
        report(seconds=seconds, peak_mb=peak, people=len(plan.people), rows=plan.rows)
        window.close()

    desktop.open_window(Path(sys.argv[1]), date.fromisoformat(sys.argv[2]), painted=painted)


if __name__ == "__main__":
    main()
