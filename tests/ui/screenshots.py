"""Pictures of the window, by one command: `python -m tests.ui.screenshots docs/pictures [all]`.

The demo's own session is read once, offscreen, on a fixed day; each picture is then a state of that window, the last
on the 10,000 people that the benchmarks measure. Without `all` only the few that the documentation shows are written.
They are to be looked at, not compared byte by byte.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("PLANNER_GUI_TODAY", "2026-11-20")
if "--scale-2" in sys.argv:
    os.environ["QT_SCALE_FACTOR"] = "2"

from PySide6.QtCore import QTimer
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from benchmarks.frames import company, counted
from planner_gui.app import desktop
from planner_gui.domain.assembly import assemble
from planner_gui.domain.plan import State
from planner_gui.domain.snapshot import day_number
from planner_gui.ui.theme import Look
from planner_gui.ui.timeline.groups import Sort
from planner_gui.ui.timeline.scale import Zoom
from planner_gui.ui.window import MainWindow

TODAY = date(2026, 11, 20)
SHOWN = ("week-light", "week-dark", "quarter-light", "month-light", "contrast", "search-dark", "people-10000")


class Pictures:
    """Takes one picture after the other of a window that has its plan."""

    def __init__(self, window: MainWindow, folder: Path, everything: bool) -> None:
        self.window, self.folder, self.everything = window, folder, everything
        self.plan = window.board.plan
        self.written: list[str] = []

    def take(self) -> None:
        """Every picture, then the window closes."""
        for name, arrange in self._states().items():
            if self.everything or name in SHOWN:
                self._reset()
                arrange()
                self._write(name)
        print("\n".join(self.written))
        self.window.close()

    def _states(self) -> dict[str, Callable[[], object]]:
        window, zoom = self.window, self.window.board.set_zoom
        return {
            "week-light": self._over,
            "week-dark": lambda: (self._look(Look.DARK), self._over()),
            "contrast": lambda: (self._look(Look.CONTRAST), self._over()),
            "day-light": lambda: (zoom(Zoom.DAY), window.board.go_today()),
            "month-light": lambda: (zoom(Zoom.MONTH), window.board.go_today()),
            "quarter-light": lambda: (zoom(Zoom.QUARTER), window.inspector.hide(), window.board.go_today()),
            "quarter-dark": lambda: (self._look(Look.DARK), zoom(Zoom.QUARTER), window.board.go_today()),
            "compact": lambda: window.board.set_compact(True),
            "item-light": self._item,
            "search-dark": lambda: (self._look(Look.DARK), self._search()),
            "findings": self._findings,
            "table": lambda: window.actions_.table.setChecked(True),
            "offline": lambda: window.show_offline(True),
            "failed": self._failed,
            "empty": self._empty,
            "welcome": window.show_welcome,
            "people-10000": self._many,
        }

    def _reset(self) -> None:
        window = self.window
        if self.plan is not None and window.board.plan is not self.plan:
            window.show_plan(self.plan)
        window.board.set_compact(False)
        window.board.set_zoom(Zoom.WEEK)
        window.board.set_sort(Sort.NAME)
        window.inspector.show()
        window.actions_.findings.setChecked(False)
        window.actions_.table.setChecked(False)
        window.show_offline(False)
        window.search.results.hide()
        window.search.clear()
        self._look(Look.LIGHT)
        window.board.go_today()
        window.board.setFocus()

    def _look(self, look: Look) -> None:
        self.window.actions_.looks[look].trigger()

    def _over(self) -> None:
        """An over-allocated person of a busy team in November, with the receipt."""
        plan = self.window.board.plan
        assert plan is not None
        names = [person.name for person in plan.people]
        self.window.board.choose_cell(names.index("Mei Lin"), day_number(date(2026, 11, 18)))

    def _item(self) -> None:
        self._over()
        self.window.inspector.page.links[0].click()

    def _search(self) -> None:
        self._over()
        self.window.search.setFocus()
        QTest.keyClicks(self.window.search, "or")

    def _findings(self) -> None:
        self.window.actions_.findings.setChecked(True)
        while "looking" in self.window.findings.count.text():
            QTest.qWait(50)

    def _failed(self) -> None:
        plan = self.window.board.plan
        assert plan is not None
        error = "worktime: did not answer for 20 seconds. The last reading is shown. Try again with F5."
        views = tuple(
            replace(view, state=State.FAILED, error=error) if view.kind == "worktime" else view
            for view in plan.connections
        )
        self.window.show_plan(replace(plan, connections=views))

    def _empty(self) -> None:
        plan = self.window.board.plan
        assert plan is not None
        self.window.show_plan(assemble((), (), plan.rules, plan.today))

    def _many(self) -> None:
        """Ten thousand people and a million items, the most utilised of each team first."""
        plan = company(10_000, 100)
        found = counted(plan)
        self.window.show_plan(plan)
        self.window.show_overloads(found)
        self.window.show_over_allocations(len(found.targets()))
        self.window.inspector.hide()
        self.window.board.set_zoom(Zoom.QUARTER)
        QApplication.processEvents()  # the sort is by what is visible
        self.window.board.set_sort(Sort.UTILISATION)
        self.window.board.go_today()

    def _write(self, name: str) -> None:
        for _ in range(4):
            QApplication.processEvents()
        path = self.folder / f"{name}{'-200' if '--scale-2' in sys.argv else ''}.png"
        image = self.window.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
        image.save(str(path), "PNG", 0)
        self.written.append(f"{path} {path.stat().st_size // 1024} kB")


def main() -> int:
    """Open the demo, wait until it is read, take the pictures."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)

    def wait() -> None:
        window = next(w for w in _windows() if isinstance(w, MainWindow))
        counted = "over-allocation" in window.status.over.text()
        if counted and not window.status.cancel.isVisible() and window.board.plan and window.board.plan.people:
            Pictures(window, folder, "all" in sys.argv).take()
        else:
            QTimer.singleShot(100, wait)

    return desktop.open_demo(TODAY, painted=wait)


def _windows() -> list[QWidget]:
    application = QApplication.instance()
    return application.topLevelWidgets() if isinstance(application, QApplication) else []


if __name__ == "__main__":
    sys.exit(main())
