"""`python -m benchmarks [frames] [opening] [numbers] [syncing] [editing] [matching]`: the figures, a line each."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import opening
from benchmarks.company import TODAY
from benchmarks.measure import RUNS, machine, median, runs


def _opening() -> Iterator[tuple[str, str, str]]:
    for people, items, seconds, megabytes in ((200, 10_000, 0.5, 0), (10_000, 1_000_000, 0.8, 250)):
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place) / "workspace"
            opening.make(folder, people, items)
            found = runs("benchmarks.opening", str(folder), TODAY.isoformat())
        what = f"open {people:,} people, {items:,} items: exec to first paint"
        yield what, f"{median(found, 'seconds'):.2f} s", f"< {seconds} s"
        yield "the same: peak memory", f"{median(found, 'peak_mb'):.0f} MB", f"< {megabytes} MB" if megabytes else ""


def _numbers() -> Iterator[tuple[str, str, str]]:
    found = runs("benchmarks.numbers")
    what = "10,000 people x 365 days, 1,000,000 items"
    yield f"capacity of {what}", f"{median(found, 'capacity') * 1000:.0f} ms", "< 250 ms"
    yield f"capacity and load of {what}", f"{median(found, 'load') * 1000:.0f} ms", ""
    yield "joining and sorting them into a plan", f"{median(found, 'assemble') * 1000:.0f} ms", ""


def _syncing() -> Iterator[tuple[str, str, str]]:
    found = runs("benchmarks.syncing")
    requests, items = median(found, "requests"), median(found, "items")
    what = f"full sync of 2,000 people, 20 ms latency ({requests:.0f} requests at most a connection, {items:.0f} items)"
    yield what, f"{median(found, 'seconds'):.2f} s", ""
    yield "the same, over the least time possible with 8 in flight", f"{median(found, 'ratio'):.2f} x", "<= 1.5 x"
    yield "the same: worst gap of a 5 ms timer in the window", f"{median(found, 'gap_ms'):.0f} ms", "<= 50 ms"


def _frames() -> Iterator[tuple[str, str, str]]:
    """The speed table of the window: every figure at both sizes, then what opening costs."""
    for people, items in ((200, 50), (10_000, 100)):
        found, small, size = runs("benchmarks.frames", str(people), str(items)), people == 200, f"{people:,} x {items}"
        aims = {"jump": 16, "zoom": 16, "theme": 16, "search": 20 if small else 30, "receipt": 16}
        for name in found[0]:
            if name.startswith("scroll"):
                yield f"{size}: {name}, median", _milliseconds(found, name, "median", "processor"), "< 4 ms"
                yield f"{size}: {name}, 95th percentile", _milliseconds(found, name, "p95", "processor_p95"), "< 8 ms"
            else:
                aim = aims.get(name, 30 if small else 60)
                yield f"{size}: {WORDS[name]}", _milliseconds(found, name, "median", "processor"), f"< {aim} ms"
    yield from _opening()


def _milliseconds(found: list[dict[str, Any]], name: str, wall: str, processor: str) -> str:
    """The median of all runs, and of the work the processor did for it."""
    clock, work = (statistics.median(float(each[name][key]) for each in found) for key in (wall, processor))
    return f"{clock:.1f} ms ({work:.1f} ms of the processor)"


WORDS = {
    "jump": "jump anywhere",
    "zoom": "zoom step",
    "theme": "theme switch",
    "fold": "fold a group",
    "filter": "filter",
    "sort": "sort",
    "search": "search keystroke to results",
    "receipt": "cell click to receipt",
}


def _editing() -> Iterator[tuple[str, str, str]]:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "workspace"
        subprocess.run([sys.executable, "-m", "benchmarks.editing", str(folder), "make"], check=True)
        found = runs("benchmarks.editing", str(folder))
    for what, name, aim in (
        ("10,000 people, 1,000,000 items: a step of a drag to its painted ghost", "drag_step", "< 16 ms"),
        ("the same: release of the mouse to the painted, correct strip", "release", "< 16 ms"),
        ("the same: release to committed to queue.db", "committed", "< 50 ms"),
        ("the same: release to the new plan painted", "shown", ""),
        ("the same: worst gap of a 5 ms timer in the window until then", "gap", "<= 50 ms"),
        ("the same: worst gap until over-allocations and words are counted again", "gap_counting", "<= 50 ms"),
        ("the same: release to over-allocations and words counted again", "counted", ""),
        ("the same: undo to the new plan painted", "undo", ""),
        ("the same: opening the slowest dialog, to its first paint", "open", "< 100 ms"),
        ("the same: type-ahead keystroke over 10,000 people", "key", "< 30 ms"),
    ):
        yield what, f"{median(found, name):.0f} ms", aim


def _matching() -> Iterator[tuple[str, str, str]]:
    found = runs("benchmarks.matching")
    yield "People matching, 10,000 people: opening, to its first paint", f"{median(found, 'open'):.0f} ms", "< 300 ms"
    yield "the same: search keystroke to painted list", f"{median(found, 'key'):.0f} ms", "< 30 ms"


FIGURES = {
    "frames": _frames,
    "opening": _opening,
    "numbers": _numbers,
    "syncing": _syncing,
    "editing": _editing,
    "matching": _matching,
}


def main() -> None:
    """Print a table in Markdown, a row as soon as it is known."""
    chosen = sys.argv[1:] or [name for name in FIGURES if name != "opening"]  # frames has that
    print(f"Medians of {RUNS} runs after a warm-up, offscreen, on {machine()}.\n")
    print("| figure | measured | aim |\n|---|---|---|", flush=True)
    for name in chosen:
        for row in FIGURES[name]():
            print(f"| {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main()
