"""Where a bundle starts: `python -m planner_gui` after what a frozen program needs. Nothing else belongs here."""

import os

from planner_gui.app.bundled import prepare

prepare(os.environ)

from planner_gui.__main__ import main  # noqa: E402  (nothing of ours may run before)

main()
