"""Frames of the timeline, offscreen at 1600 x 900, with names, strips, labels and badges as shipped.

`python -m benchmarks.frames PEOPLE ITEMS_A_PERSON [FIGURE]`: a frame is a step, then whatever Qt was asked to paint.
With the name of a figure ("jump") a profile of it is printed instead: what its time is spent on.
"""

from __future__ import annotations

import cProfile
import pstats
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollBar

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

STEPS = 40  # scroll frames in each direction at each zoom
DOWN, ACROSS = 48, 40  # pixels of a scroll step


class Took(NamedTuple):
    """Milliseconds: on the clock, and of the processor, which other work on the machine does not lengthen as much."""

    wall: float
    processor: float


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


def timed(work: Callable[[], object]) -> Took:
    wall, processor = time.perf_counter(), time.thread_time()
    work()
    return Took((time.perf_counter() - wall) * 1000, (time.thread_time() - processor) * 1000)


class Bench:
    """A board on a plan, and the steps that are measured."""

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
        """Have painted now what Qt was asked to paint, as its own turn would."""
        QApplication.sendPostedEvents()

    def frames(self, step: Callable[[int], object], count: int) -> list[Took]:
        """A step and its frame, `count` times."""
        return [timed(lambda at=at: (step(at), self.painted())) for at in range(count)]  # type: ignore[misc]

    def scrolls(self, zoom: Zoom, bar: QScrollBar, step: int) -> list[Took]:
        """One way, from a third of all people and today."""
        down = self.board.verticalScrollBar()
        self.board.set_zoom(zoom)
        self.board.go_today()
        down.setValue(down.maximum() // 3)
        self.painted()
        taken = self.frames(lambda _: bar.setValue(bar.value() + step), STEPS)
        self.board.set_zoom(Zoom.WEEK)
        return taken

    def jumps(self) -> list[Took]:
        """Anywhere in people and dates."""
        down = self.board.verticalScrollBar()
        return self.frames(
            lambda at: (
                down.setValue(down.maximum() * (at * 7 % 11) // 11),
                self.board.go_to(TODAY + timedelta(days=at * 37 % 300)),
            ),
            11,
        )

    def zooms(self) -> list[Took]:
        steps = [Zoom.MONTH, Zoom.QUARTER, Zoom.MONTH, Zoom.WEEK, Zoom.DAY, Zoom.WEEK]
        return self.frames(lambda at: self.board.set_zoom(steps[at % len(steps)]), 12)

    def themes(self) -> list[Took]:
        return self.frames(lambda at: self.board.set_theme((DARK, CONTRAST, LIGHT)[at % 3]), 9)

    def folds(self) -> list[Took]:
        return self.frames(lambda at: self.board.toggle_group(f"Team {at // 2 + 1}"), 10)

    def filters(self) -> list[Took]:
        wanted = [Filter(text="ama"), Filter(team="Team 3"), Filter()]
        return self.frames(lambda at: self.board.set_filter(wanted[at % 3]), 9)

    def sorts(self) -> list[Took]:
        orders = [Sort.UTILISATION, Sort.NAME]
        return self.frames(lambda at: self.board.set_sort(orders[at % 2]), 8)

    def searches(self) -> list[Took]:
        """Words as they are typed, in the index that the session makes of a plan."""
        index = Index(self.plan)
        index.find("a")
        keys = ["p", "pr", "pri", "priya", "project 12", "work package 9", "team 4"]
        return [timed(lambda key=key: index.find(key)) for key in keys]  # type: ignore[misc]


class Clicks:
    """The whole window on a plan, its inspector open: from a click on a visible cell to its receipt on the screen."""

    def __init__(self, plan: Plan, themes: Themes) -> None:
        self.window = MainWindow("Benchmark", themes)
        self.window.resize(1600, 900)
        self.window.show_plan(plan)
        self.window.show()
        QApplication.processEvents()

    def receipts(self) -> list[Took]:
        """Clicks on days of the people that show."""
        board = self.window.board
        frame = board._frame()
        assert frame is not None
        points = [
            QPoint(PEOPLE_WIDTH + 200 + 30 * (at % 5), HEADER + row.top - frame.top + frame.metrics.pad + 4)
            for at, row in enumerate(frame.visible_rows() * 3)
            if not row.is_heading and row.top > frame.top
        ]
        return [timed(lambda at=at: self._click(at)) for at in points[:13]]  # type: ignore[misc]

    def _click(self, at: QPoint) -> None:
        before = self.window.inspector.page
        QTest.mouseClick(self.window.board.viewport(), Qt.MouseButton.LeftButton, pos=at)
        assert self.window.inspector.page is not before, "another receipt is shown"
        QApplication.processEvents()  # lay it out and paint it


def figures(bench: Bench, clicks: Callable[[], Clicks]) -> Iterator[tuple[str, Callable[[], list[Took]]]]:
    """The name of every figure, and what takes it. Scroll figures: "scroll Week down"."""
    ways = (("down", bench.board.verticalScrollBar(), DOWN), ("sideways", bench.board.horizontalScrollBar(), ACROSS))
    for zoom in Zoom:
        for way, bar, step in ways:
            yield f"scroll {zoom.label} {way}", partial(bench.scrolls, zoom, bar, step)
    for name in ("jump", "zoom", "theme", "fold", "filter", "sort"):
        yield name, getattr(bench, f"{name}s")
    yield "search", bench.searches
    yield "receipt", lambda: clicks().receipts()


def main() -> None:
    """Measure, and hand the figures back; or profile one of them."""
    people, items, *only = sys.argv[1:]
    application = QApplication([])
    themes = Themes(application, Look.LIGHT)
    bench = Bench(company(int(people), int(items)))
    opened: list[Clicks] = []

    def clicks() -> Clicks:
        opened.append(Clicks(bench.plan, themes))
        return opened[0]

    found: dict[str, list[Took]] = {}
    for name, take in figures(bench, clicks):
        if not only:
            found[name] = take()
        elif name == " ".join(only):
            profile = cProfile.Profile()
            profile.runcall(take)
            pstats.Stats(profile).sort_stats("cumulative").print_stats(45).sort_stats("tottime").print_stats(25)
    if found:
        report(**{name: _summary(took) for name, took in found.items()})
    bench.board.close()
    for each in opened:
        each.window.close()
    application.processEvents()


def _summary(took: list[Took]) -> dict[str, float]:
    """Of one run: the median frame, the 95th percentile, and the median's work for the processor."""
    walls = [each.wall for each in took]
    p95 = statistics.quantiles(walls, n=20, method="inclusive")[-1]
    return {
        "median": statistics.median(walls),
        "p95": p95,
        "processor": statistics.median(each.processor for each in took),
        "processor_p95": statistics.quantiles([each.processor for each in took], n=20, method="inclusive")[-1],
    }


if __name__ == "__main__":
    main()
