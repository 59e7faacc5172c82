"""How the figures are taken: each run a process of its own, a warm-up first, medians of seven.

The measured processes import this too: what only the measuring one needs is imported where it is used.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any

RUNS = 7
START = "PLANNER_GUI_BENCH_START"  # when the parent started the process, monotonic nanoseconds


def since_start() -> float:
    """Seconds since the parent started this process: the monotonic clock is one for all processes."""
    return (time.monotonic_ns() - int(os.environ[START])) / 1e9


def report(**figures: Any) -> None:
    """What a measured process hands back: one JSON line."""
    print(json.dumps(figures), flush=True)


def runs(module: str, *words: str, count: int = RUNS) -> list[dict[str, Any]]:
    """The figures of `count` processes `python -m module words`, after one that is not counted."""
    return [_run(module, words) for _ in range(count + 1)][1:]


def _run(module: str, words: tuple[str, ...]) -> dict[str, Any]:
    import subprocess

    environment = {
        # An installed program has its bytecode; a setting that keeps it from being written would measure the compiler.
        **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
        "QT_QPA_PLATFORM": "offscreen",
        "PLANNER_GUI_TODAY": "2026-11-20",
        START: str(time.monotonic_ns()),
    }
    done = subprocess.run(
        [sys.executable, "-m", module, *words], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{module} {' '.join(words)} failed:\n{done.stderr}")
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def median(found: list[dict[str, Any]], name: str) -> float:
    import statistics

    return statistics.median(float(each[name]) for each in found)


def machine() -> str:
    """The machine in words, for the table."""
    import platform

    model = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            model = next(line.split(":", 1)[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    return f"{os.cpu_count()} cores ({model}), {platform.system()}, CPython {platform.python_version()}"
