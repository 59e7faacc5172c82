"""What a frozen program does first (K2), and that it does not open a window as root on a desktop (K4)."""

import os
import sys

import pytest

from planner_gui.app import bundled, display
from planner_gui.cli import run
from planner_gui.domain.errors import PlannerError

DESKTOP = {"DISPLAY": ":0"}


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)


@pytest.fixture
def root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)


@pytest.mark.parametrize(
    "name", ["QT_PLUGIN_PATH", "QT_QPA_PLATFORM_PLUGIN_PATH", "QML_IMPORT_PATH", "QML2_IMPORT_PATH"]
)
def test_K2_a_place_that_qt_would_load_code_from_is_forgotten(name: str) -> None:
    environment = {name: "/planted", "QT_SCALE_FACTOR": "2"}
    bundled.prepare(environment)
    assert environment == {"QT_SCALE_FACTOR": "2"}


def test_a_program_that_we_start_gets_the_users_library_path_back_and_never_ours() -> None:
    environment = {"LD_LIBRARY_PATH": "/bundle/_internal", "LD_LIBRARY_PATH_ORIG": "/users/own"}
    bundled.prepare(environment)
    assert environment == {"LD_LIBRARY_PATH": "/users/own"}


def test_where_the_user_has_no_library_path_none_is_left() -> None:
    environment = {"LD_LIBRARY_PATH": "/bundle/_internal"}
    bundled.prepare(environment)
    assert environment == {}


@pytest.mark.usefixtures("frozen", "root")
@pytest.mark.parametrize("environment", [DESKTOP, {"WAYLAND_DISPLAY": "wayland-0"}])
def test_K4_a_bundle_refuses_root_on_a_desktop_and_names_the_way_on(environment: dict[str, str]) -> None:
    with pytest.raises(PlannerError, match="--allow-root"):
        bundled.refuse_root(False, environment)


@pytest.mark.usefixtures("frozen", "root")
@pytest.mark.parametrize("environment", [{}, {**DESKTOP, "QT_QPA_PLATFORM": "offscreen"}])
def test_K4_root_is_not_refused_where_there_is_no_desktop(environment: dict[str, str]) -> None:
    bundled.refuse_root(False, environment)


@pytest.mark.usefixtures("frozen", "root")
def test_K4_it_can_be_allowed() -> None:
    bundled.refuse_root(True, DESKTOP)


@pytest.mark.usefixtures("root")
def test_K4_a_source_checkout_only_warns() -> None:
    bundled.refuse_root(False, DESKTOP)


@pytest.mark.usefixtures("frozen")
def test_K4_nobody_else_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    bundled.refuse_root(False, DESKTOP)


@pytest.mark.usefixtures("frozen", "root")
def test_K4_the_command_line_refuses_in_one_line_before_qt_is_loaded(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(display, "require_display", lambda: None)
    monkeypatch.setattr(bundled, "refuse_root", _refuse)
    assert run(["--demo"]) == 1
    assert capsys.readouterr().err.splitlines()[-1] == "planner-gui: asked, allowed: False"
    assert run(["--demo", "--allow-root"]) == 1
    assert capsys.readouterr().err.splitlines()[-1] == "planner-gui: asked, allowed: True"


def _refuse(allowed: bool) -> None:
    raise PlannerError(f"asked, allowed: {allowed}")
