"""The network dialog: faults at their fields, and a password that is asked for anew for another proxy."""

from __future__ import annotations

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from planner_gui.session.proxy import ProxyChoice, Way
from planner_gui.sources.network import checked_proxy
from planner_gui.ui.dialogs.network import NetworkDialog
from planner_gui.ui.theme import Look, Themes

OWN = ProxyChoice(Way.OWN, "http://proxy.example.com:3128", "ana", ".example.com")


def made(qtbot: QtBot, qapp: QApplication, choice: ProxyChoice) -> tuple[NetworkDialog, list[tuple[ProxyChoice, str]]]:
    dialog = NetworkDialog(choice, "It names none.", checked_proxy, Themes(qapp, Look.LIGHT).current)
    qtbot.addWidget(dialog)
    kept: list[tuple[ProxyChoice, str]] = []
    dialog.keep_wanted.connect(lambda chosen, password: kept.append((chosen, password)))
    dialog.show()
    return dialog, kept


def test_the_way_of_the_environment_has_no_fields(qtbot: QtBot, qapp: QApplication) -> None:
    dialog, kept = made(qtbot, qapp, ProxyChoice())
    assert dialog.url.isHidden() or not dialog.url.isVisible()
    assert dialog.page.rows["way"].hint == "It names none."
    dialog.save.click()
    assert kept == [(ProxyChoice(), "")]


def test_a_proxy_with_a_log_in_is_kept_and_the_field_emptied(qtbot: QtBot, qapp: QApplication) -> None:
    dialog, kept = made(qtbot, qapp, ProxyChoice())
    dialog.way.set_word(Way.OWN.value)
    QTest.keyClicks(dialog.url, "proxy.example.com:3128")
    QTest.keyClicks(dialog.user, "ana")
    dialog.save.click()
    assert "enter the password" in dialog.page.rows["password"].fault
    QTest.keyClicks(dialog.password, "SENTINEL")
    dialog.save.click()
    assert kept == [(ProxyChoice(Way.OWN, "http://proxy.example.com:3128", "ana", ""), "SENTINEL")]
    assert dialog.password.text() == ""


def test_the_known_password_stays_for_the_same_proxy_and_user_only(qtbot: QtBot, qapp: QApplication) -> None:
    dialog, kept = made(qtbot, qapp, OWN)
    dialog.url.setText("http://elsewhere.example.com:3128")
    dialog.save.click()
    assert kept == []
    dialog.url.setText(OWN.url)
    dialog.save.click()
    assert kept == [(OWN, "")]


@pytest.mark.parametrize(
    ("url", "user", "password", "field"),
    [
        ("socks5://x", "", "", "url"),
        ("proxy:3128", "", "SENTINEL", "user"),
    ],
)
def test_a_fault_is_said_at_its_field(
    qtbot: QtBot, qapp: QApplication, url: str, user: str, password: str, field: str
) -> None:
    dialog, kept = made(qtbot, qapp, ProxyChoice(Way.OWN))
    dialog.url.setText(url)
    dialog.user.setText(user)
    dialog.password.setText(password)
    dialog.save.click()
    assert dialog.page.rows[field].fault
    assert kept == []
