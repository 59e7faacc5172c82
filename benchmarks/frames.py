"""Frames of the timeline, offscreen at 1600 x 900, with names, strips, labels and badges as shipped.

`python -m benchmarks.frames PEOPLE ITEMS_A_PERSON`: a frame is the whole viewport painted again after the step.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from datetime import timedelta

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from benchmarks.company import TODAY, snapshot
from benchmarks.measure import report
from planner_gui.domain.assembly import assemble
from planner_gui.domain.calendar import ScheduleRecord, WorkingTime
from planner_gui.domain.plan import ConnectionView, Plan, Rules, State
from planner_gui.session.rules import zone_of
from planner_gui.ui.search import Index
from planner_gui.ui.theme import CONTRAST, DARK, LIGHT, Look, Themes
from planner_gui.ui.timeline.board import Board
from planner_gui.ui.timeline.frame import HEADER, PEOPLE_WIDTH
from planner_gui.ui.timeline.groups import Filter, Overloads, Sort
from planner_gui.ui.timeline.scale import Zoom
from planner_gui.ui.window import MainWindow

STEPS = 40  # scroll frames in each direction


def company(people: int, items: int) -> Plan:
    """The plan that is painted."""
    made = snapshot(people, people * items)
    week = ((480, 480, 480, 480, 480, 0, 0),)
    rules = Rules(WorkingTime((ScheduleRecord(TODAY - timedelta(days=9000), week),)), zone_of("Europe/Berlin"))
    views = [ConnectionView(made.connection, made.kind, State.FRESH, made.read_at, made.span)]
    return assemble([made], views, rules, TODAY)


def counted(plan: Plan) -> Overloads:
    """What the session's own look at the whole plan finds."""
    whole = plan.connections[0].span
    assert whole is not None
    return Overloads.of(plan, np.arange(len(plan.people), dtype=np.int32), whole)


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


class Bench:
    """A board on a plan, and the steps that are measured, in milliseconds."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.board = Board()
        self.board.resize(1600, 900)
        self.board.show()
        self.board.show_plan(plan)
        self.board.show_overloads(counted(plan))  # as a thread of the session has it soon after a plan is shown
        QApplication.processEvents()  # exposed: nothing is painted before
        self.painted()

    def painted(self) -> None:
        """Paint the whole viewport now."""
        self.board.viewport().repaint()

    def frames(self, step: Callable[[int], object], count: int) -> list[float]:
        """Milliseconds of a step and its frame, `count` times."""
        return [timed(lambda at=at: (step(at), self.painted())) * 1000 for at in range(count)]  # type: ignore[misc]

    def scrolls(self) -> list[float]:
        """Down and sideways, at every zoom."""
        down, across = self.board.verticalScrollBar(), self.board.horizontalScrollBar()
        found: list[float] = []
        for zoom in Zoom:
            self.board.set_zoom(zoom)
            self.board.go_today()
            down.setValue(down.maximum() // 3)
            self.painted()
            found += self.frames(lambda _: down.setValue(down.value() + 48), STEPS)
            found += self.frames(lambda _: across.setValue(across.value() + 40), STEPS)
        self.board.set_zoom(Zoom.WEEK)
        return found

    def jumps(self) -> list[float]:
        """Anywhere in people and dates."""
        down = self.board.verticalScrollBar()
        return self.frames(
            lambda at: (
                down.setValue(down.maximum() * (at * 7 % 11) // 11),
                self.board.go_to(TODAY + timedelta(days=at * 37 % 300)),
            ),
            11,
        )

    def zooms(self) -> list[float]:
        steps = [Zoom.MONTH, Zoom.QUARTER, Zoom.MONTH, Zoom.WEEK, Zoom.DAY, Zoom.WEEK]
        return self.frames(lambda at: self.board.set_zoom(steps[at % len(steps)]), 12)

    def themes(self) -> list[float]:
        return self.frames(lambda at: self.board.set_theme((DARK, CONTRAST, LIGHT)[at % 3]), 9)

    def folds(self) -> list[float]:
        return self.frames(lambda at: self.board.toggle_group(f"Team {at // 2 + 1}"), 10)

    def filters(self) -> list[float]:
        wanted = [Filter(text="ama"), Filter(team="Team 3"), Filter()]
        return self.frames(lambda at: self.board.set_filter(wanted[at % 3]), 9)

    def sorts(self) -> list[float]:
        orders = [Sort.UTILISATION, Sort.NAME]
        return self.frames(lambda at: self.board.set_sort(orders[at % 2]), 8)


class Clicks:
    """The whole window on a plan, its inspector open: from a click on a visible cell to its receipt on the screen."""

    def __init__(self, plan: Plan, themes: Themes) -> None:
        self.window = MainWindow("Benchmark", themes)
        self.window.resize(1600, 900)
        self.window.show_plan(plan)
        self.window.show()
        QApplication.processEvents()

    def receipts(self) -> list[float]:
        """Milliseconds of clicks on days of the people that show."""
        board = self.window.board
        frame = board._frame()
        assert frame is not None
        points = [
            QPoint(PEOPLE_WIDTH + 200 + 30 * (at % 5), HEADER + row.top - frame.top + frame.metrics.pad + 4)
            for at, row in enumerate(frame.visible_rows() * 3)
            if not row.is_heading and row.top > frame.top
        ]
        return [timed(lambda at=at: self._click(at)) * 1000 for at in points[:13]]  # type: ignore[misc]

    def _click(self, at: QPoint) -> None:
        before = self.window.inspector.page
        QTest.mouseClick(self.window.board.viewport(), Qt.MouseButton.LeftButton, pos=at)
        assert self.window.inspector.page is not before, "another receipt is shown"
        QApplication.processEvents()  # lay it out and paint it


def main() -> None:
    """Measure, and hand the medians back."""
    people, items = int(sys.argv[1]), int(sys.argv[2])
    application = QApplication([])
    themes = Themes(application, Look.LIGHT)
    bench = Bench(company(people, items))
    scrolls = bench.scrolls()
    index = Index(bench.plan)
    index.find("a")
    keys = ["p", "pr", "pri", "priya", "project 12", "work package 9", "team 4"]
    figures = {
        "scroll": statistics.median(scrolls),
        "scroll_p95": statistics.quantiles(scrolls, n=20)[-1],
        "jump": statistics.median(bench.jumps()),
        "zoom": statistics.median(bench.zooms()),
        "theme": statistics.median(bench.themes()),
        "fold": statistics.median(bench.folds()),
        "filter": statistics.median(bench.filters()),
        "sort": statistics.median(bench.sorts()),
        "search": statistics.median(timed(lambda key=key: index.find(key)) * 1000 for key in keys),  # type: ignore[misc]
    }
    bench.board.close()
    clicks = Clicks(bench.plan, themes)
    report(**figures, receipt=statistics.median(clicks.receipts()))
    clicks.window.close()
    application.processEvents()


if __name__ == "__main__":
    main()
