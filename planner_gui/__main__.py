"""`python -m planner_gui` and the `planner-gui` script: the same program."""

from __future__ import annotations

import sys

from planner_gui.cli import run


def main() -> None:
    """Run the command line and end the process with its exit code."""
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
