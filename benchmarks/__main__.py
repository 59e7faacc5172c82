"""`python -m benchmarks [frames] [opening] [numbers] [syncing]`: the figures of the README's table, a line each."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import opening
from benchmarks.company import TODAY
from benchmarks.measure import RUNS, machine, median, runs


def _opening() -> Iterator[tuple[str, str, str]]:
    for people, items, seconds, megabytes in ((200, 10_000, 0.6, 0), (10_000, 1_000_000, 1.0, 300)):
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


def _frame_row(found: list[dict[str, Any]], size: str, what: str, name: str, aim: int) -> tuple[str, str, str]:
    return f"{size}: {what}", f"{median(found, name):.1f} ms", f"< {aim} ms"


def _frames() -> Iterator[tuple[str, str, str]]:
    for people, items in ((200, 50), (10_000, 100)):
        found = runs("benchmarks.frames", str(people), str(items))
        small = people == 200
        row = partial(_frame_row, found, f"{people:,} x {items}")
        yield row("scroll frame, every zoom, median", "scroll", 4)
        yield row("scroll frame, every zoom, 95th percentile", "scroll_p95", 8)
        for what, name in (("jump anywhere", "jump"), ("zoom step", "zoom"), ("theme switch", "theme")):
            yield row(what, name, 16)
        for what in ("fold", "filter", "sort"):
            yield row(what, what, 30 if small else 60)
        yield row("search keystroke to results", "search", 20 if small else 30)
        yield row("cell click to receipt", "receipt", 16)


FIGURES = {"frames": _frames, "opening": _opening, "numbers": _numbers, "syncing": _syncing}


def main() -> None:
    """Print a table in Markdown, a row as soon as it is known."""
    chosen = sys.argv[1:] or list(FIGURES)
    print(f"Medians of {RUNS} runs after a warm-up, offscreen, on {machine()}.\n")
    print("| figure | measured | aim |\n|---|---|---|", flush=True)
    for name in chosen:
        for row in FIGURES[name]():
            print(f"| {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main()
