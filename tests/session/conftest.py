"""A workspace to try the session on, and the clocks it lives by."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from planner_gui.session.workspace import Workspace
from tests.session.fakes import TODAY, Clocks


@pytest.fixture
def clocks() -> Clocks:
    return Clocks()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace just made, in Berlin, eight hours from Monday to Friday."""
    made = tmp_path / "plan"
    Workspace.create(made, timezone="Europe/Berlin")
    return made


@pytest.fixture
def workspace(folder: Path, clocks: Clocks) -> Iterator[Workspace]:
    """That workspace, open."""
    opened = Workspace.open(folder, today=TODAY, now=clocks.now, monotonic=clocks.monotonic)
    yield opened
    opened.close()
