"""Coverage of the layers that hold the rules may only rise: a floor for each file, kept in tests/coverage.toml.

    python -m tests.project.coverage_ratchet check REPORT    fails where a file is below its floor or has none
    python -m tests.project.coverage_ratchet raise REPORT    raises floors to what REPORT shows; never lowers one

REPORT is what `coverage json` writes. `./dev test` checks and `./dev ratchet` raises.
"""

import json
import math
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

LAYERS = ("domain", "sources", "store", "session")
FLOORS = Path(__file__).resolve().parent.parent / "coverage.toml"
HEADING = """\
# The least coverage of each file (lines and branches, whole per cent). Raised by ./dev ratchet, lowered by nobody:
# whoever must lower one says why in the commit.
"""


def measured(report: str) -> dict[str, float]:
    """Per cent covered of each file of `LAYERS`, by its path from the repository's root."""
    prefixes = tuple(f"planner_gui/{layer}/" for layer in LAYERS)
    files = json.loads(report)["files"]
    return {
        path: float(entry["summary"]["percent_covered"])
        for path, entry in ((name.replace("\\", "/"), entry) for name, entry in files.items())
        if path.startswith(prefixes)
    }


def problems(floors: Mapping[str, int], found: Mapping[str, float]) -> list[str]:
    """One line for each file below its floor, without a floor, or gone."""
    lines = []
    for path, percent in sorted(found.items()):
        if path not in floors:
            lines.append(f"{path}: no floor yet ({percent:.1f} % covered)")
        elif percent < floors[path]:
            lines.append(f"{path}: {percent:.1f} % covered, its floor is {floors[path]} %")
    lines += [f"{path}: has a floor but is gone" for path in sorted(set(floors) - set(found))]
    return lines


def raised(floors: Mapping[str, int], found: Mapping[str, float]) -> dict[str, int]:
    """New floors: what was reached, rounded down; an old floor is never lowered; files that are gone lose theirs."""
    return {path: max(floors.get(path, 0), math.floor(percent)) for path, percent in sorted(found.items())}


def as_toml(floors: Mapping[str, int]) -> str:
    """The text of tests/coverage.toml."""
    lines = [f'"{path}" = {floor}' for path, floor in sorted(floors.items())]
    return HEADING + "\n[floors]\n" + "".join(line + "\n" for line in lines)


def main(arguments: list[str]) -> int:
    """0 done, 1 below a floor, 2 usage."""
    if len(arguments) != 2 or arguments[0] not in ("check", "raise"):
        print(__doc__, file=sys.stderr)
        return 2
    found = measured(Path(arguments[1]).read_text(encoding="utf-8"))
    floors: dict[str, int] = tomllib.loads(FLOORS.read_text(encoding="utf-8"))["floors"] if FLOORS.exists() else {}
    if arguments[0] == "raise":
        FLOORS.write_text(as_toml(raised(floors, found)), encoding="utf-8")
        print(f"{len(found)} floors written to tests/coverage.toml")
        return 0
    lines = problems(floors, found)
    for line in lines:
        print(line, file=sys.stderr)
    if lines:
        print("Add tests, or run ./dev ratchet for new files and commit tests/coverage.toml.", file=sys.stderr)
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
