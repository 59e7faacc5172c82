"""The scripts of packaging/ as modules: they are no package, and stand beside each other when they run."""

import importlib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture
def script(repository: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ModuleType]:
    """Import packaging/NAME.py."""
    monkeypatch.syspath_prepend(str(repository / "packaging"))
    return importlib.import_module
