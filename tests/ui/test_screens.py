"""Where a window comes back whose screen is gone, or is another one by now: always where somebody can see all of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QDataStream, QIODevice, QRect, QSettings
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from planner_gui.ui.theme import Themes
from planner_gui.ui.window import FRAME, MainWindow, window_state


def kept(place: QRect, screen: int, screen_width: int) -> QByteArray:
    """What Qt keeps of a window: the format of QWidget.saveGeometry, version 3.0."""
    found = QByteArray()
    stream = QDataStream(found, QIODevice.OpenModeFlag.WriteOnly)
    stream.setVersion(QDataStream.Version.Qt_4_0)
    stream.writeUInt32(0x1D9D0CB)
    stream.writeUInt16(3)
    stream.writeUInt16(0)
    for each in (place.adjusted(-2, -24, 2, 2), place):
        stream << each
    stream.writeInt32(screen)
    stream.writeUInt8(0)  # maximised
    stream.writeUInt8(0)  # full screen
    stream.writeInt32(screen_width)
    stream << place
    return found


def opened(qapp: QApplication, folder: Path, geometry: QByteArray) -> MainWindow:
    state: QSettings = window_state(folder)
    state.setValue("geometry", geometry)
    window = MainWindow("plan", Themes(qapp), state)
    window.show()
    return window


def test_it_comes_back_where_it_was(qapp: QApplication, tmp_path: Path) -> None:
    there = qapp.primaryScreen().availableGeometry()
    place = QRect(there.x() + 10, there.y() + 40, 765, 500)
    window = opened(qapp, tmp_path, kept(place, 0, there.width()))
    assert window.geometry() == place
    window.close()


def test_from_a_wider_screen_that_is_gone_it_fits_the_one_that_is_there(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QGuiApplication, "platformName", lambda: "xcb")
    there = qapp.primaryScreen().availableGeometry()
    window = opened(qapp, tmp_path, kept(QRect(2100, 100, 1600, 1000), 1, 3840))
    assert there.size().expandedTo(window.size() + FRAME) == there.size()
    assert there.contains(window.geometry())
    window.close()


@pytest.mark.parametrize("place", [QRect(5000, 100, 780, 500), QRect(-3000, -900, 780, 500), QRect(700, 790, 780, 500)])
def test_from_a_screen_of_the_same_width_it_moves_to_the_one_that_is_there(
    qapp: QApplication, tmp_path: Path, place: QRect
) -> None:
    there = qapp.primaryScreen().availableGeometry()
    window = opened(qapp, tmp_path, kept(place, 1, there.width()))
    assert there.contains(window.geometry())
    window.close()
