"""Without a display the window commands say so in one line and name a way on (docs/cli.md)."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from planner_gui.app import display
from planner_gui.domain.errors import PlannerError


@pytest.fixture(autouse=True)
def _no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(display.sys, "platform", "linux")


def test_no_display_is_said_with_a_way_on() -> None:
    with pytest.raises(PlannerError, match="no display") as said:
        display.require_display()
    assert "QT_QPA_PLATFORM=offscreen" in str(said.value)


def test_a_display_that_does_not_answer_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":4711")
    with pytest.raises(PlannerError, match=":4711"):
        display.require_display()


@pytest.mark.parametrize("platform", ["offscreen", "minimal", "vnc:size=800x600"])
def test_a_chosen_platform_that_needs_none_is_respected(monkeypatch: pytest.MonkeyPatch, platform: str) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", platform)
    display.require_display()


def test_wayland_is_a_display_unless_x_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    display.require_display()
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    with pytest.raises(PlannerError):
        display.require_display()


def test_a_display_on_another_host_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", "desk.example.com:10.0")
    display.require_display()


def test_a_server_that_listens_is_a_display(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.bind("\0/tmp/.X11-unix/X4712")
        server.listen()
        monkeypatch.setenv("DISPLAY", ":4712.0")
        display.require_display()
