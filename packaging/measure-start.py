"""Measures exec to first paint, the bundle against the same source: packaging/measure-start.py OUT [RUNS].

From outside, the same way for both: a private Xvfb keeps its picture in a file, which is looked at until the window
has drawn in it. OUT is what build-bundle.sh made: its bundle, its source and the environment it was built in. Runs take
turns, after one of each that does not count; said are the medians and their ratio.
"""

from __future__ import annotations

import mmap
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SCREEN = (1600, 1000)
STEP = 4001  # bytes between those that are looked at, odd to the rows: some thousand points all over the screen
DRAWN = 60  # of the points; a bare window's frame is fewer
SECONDS = 60.0


def picture(server: Path) -> mmap.mmap:
    with (server / "Xvfb_screen0").open("rb") as file:
        return mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)


def first_paint(command: list[str], environment: dict[str, str], screen: mmap.mmap, folder: Path) -> float:
    """Seconds from exec until the window has drawn; the program is ended then."""
    before = screen[::STEP]
    started = time.monotonic()
    program = subprocess.Popen(command, env=environment, cwd=folder)
    try:
        while time.monotonic() - started < SECONDS:
            changed = sum(now != then for now, then in zip(screen[::STEP], before, strict=True))
            if changed > DRAWN:
                return time.monotonic() - started
            if program.poll() is not None:
                sys.exit(f"{command[0]} ended by itself with {program.returncode}")
            time.sleep(0.005)
        sys.exit(f"{command[0]} drew nothing in {SECONDS:.0f} s")
    finally:
        program.terminate()
        program.wait()
        until = time.monotonic() + 10
        while screen[::STEP] != before and time.monotonic() < until:
            time.sleep(0.01)


def measure(out: Path, runs: int) -> None:
    bundle = out / "planner-gui" / "planner-gui"
    source = [str(out / "environment" / "bin" / "python"), "-m", "planner_gui"]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        reader, writer = os.pipe()
        options = ["-screen", "0", f"{SCREEN[0]}x{SCREEN[1]}x24", "-fbdir", place, "-nolisten", "tcp"]
        server = subprocess.Popen(["Xvfb", "-displayfd", str(writer), *options], pass_fds=[writer])
        os.close(writer)
        with os.fdopen(reader) as lines:
            display = lines.readline().strip()
        keep = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        environment = {**keep, "HOME": place, "DISPLAY": f":{display}", "PLANNER_GUI_TODAY": "2026-11-20"}
        screen = picture(folder)
        try:
            subprocess.run(
                [str(bundle), "init", str(folder / "plan")], check=True, env=environment, capture_output=True
            )
            for name, arguments in (
                ("a workspace", [str(folder / "plan"), "--allow-root"]),
                ("the demo", ["--demo", "--allow-root"]),
            ):
                times: dict[str, list[float]] = {"bundle": [], "source": []}
                for turn in range(runs + 1):
                    for which, command in (("bundle", [str(bundle)]), ("source", source)):
                        where = out / "source" if which == "source" else folder
                        took = first_paint([*command, *arguments], environment, screen, where)
                        if turn:
                            times[which].append(took)
                middle = {which: statistics.median(taken) for which, taken in times.items()}
                print(
                    f"{name}: bundle {middle['bundle']:.2f} s, source {middle['source']:.2f} s, "
                    f"ratio of medians {middle['bundle'] / middle['source']:.2f} ({runs} runs each)"
                )
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    measure(Path(sys.argv[1]).resolve(), int(sys.argv[2]) if len(sys.argv) > 2 else 7)
