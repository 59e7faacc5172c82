"""Pictures of the connection wizard, to be looked at: `python -m tests.ui.dialogs.connect_pictures FOLDER`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog

from planner_gui.app.connecting import look_at
from planner_gui.session.proxy import ProxyChoice, Way
from planner_gui.sources.base import Check, Choice, Offered, Rights
from planner_gui.sources.network import checked_proxy
from planner_gui.ui.dialogs.connect.page import BAD
from planner_gui.ui.dialogs.connect.services import CLOUD, PASSWORD, SERVER, Form
from planner_gui.ui.dialogs.connect.wizard import ConnectDialog, Given
from planner_gui.ui.dialogs.connections import ConnectionsDialog, Line
from planner_gui.ui.dialogs.network import NetworkDialog
from planner_gui.ui.theme import Look, Theme, Themes

TEMPO = Form(service="tempo", flavour=SERVER, address="https://jira.north.example")
BOXES = Offered(
    "boxes",
    (
        Choice("PROG-1", "Platform"),
        Choice("PROG-2", "Core services", "PROG-1"),
        Choice("PROG-3", "Atlas", "PROG-1"),
        Choice("PROG-4", "Customers"),
        Choice("PROG-5", "R&D", "PROG-4"),
        *(Choice(f"PROG-{n}", f"Programme {n}") for n in range(6, 12)),
    ),
)
KEYRING = "Kept in your keyring (Secret Service), never in a file."


def wizard(theme: Theme, form: Form | None = None, step: int = 0) -> ConnectDialog:
    """The wizard, filled in so far."""
    return ConnectDialog(Given(theme=theme, look=look_at, form=form or Form(), start=step, sites=("labs",)))


def where_cloud(theme: Theme) -> QDialog:
    return wizard(theme)


def where_server(theme: Theme) -> QDialog:
    dialog = wizard(theme, replace(TEMPO, address="http://jira.north.example", sign_in=PASSWORD, user="s.marino"))
    dialog.go_on()
    return dialog


def where_region(theme: Theme) -> QDialog:
    return wizard(theme, Form(service="tempo", flavour=CLOUD))


def where_firm(theme: Theme) -> QDialog:
    dialog = wizard(theme, Form(service="bigtime"))
    dialog.go_on()
    return dialog


def access(theme: Theme) -> QDialog:
    dialog = wizard(theme, TEMPO, 1)
    dialog.show_keyring(KEYRING)
    dialog.access.secret.setText("x" * 24)
    return dialog


def access_cookie(theme: Theme) -> QDialog:
    dialog = wizard(
        theme, Form(service="bigpicture", flavour=SERVER, address="https://jira.north.example", cookie=True), 1
    )
    dialog.show_keyring(KEYRING)
    return dialog


def passed(theme: Theme) -> QDialog:
    dialog = access(theme)
    assert isinstance(dialog, ConnectDialog)
    check = Check(
        account="s.marino",
        sees=("7 teams: Platform, Core, Labs, Delivery, Data, Design, Support", "58 people"),
        warnings=("Delivery: its members cannot be read",),
    )
    dialog.try_it()
    lacks = ("Working time cannot be read: refused (403). The schedules of this workspace are used.",)
    rights = Rights("Sofia Marino", lacks, ("Plans can be changed here as far as this account may plan for the team.",))
    dialog.show_passed(check, None, "jira.north.example", rights)
    return dialog


def refused(theme: Theme) -> QDialog:
    dialog = access(theme)
    assert isinstance(dialog, ConnectDialog)
    dialog.try_it()
    dialog.show_failed({"secret": "The token was refused (401). Is it whole, of this service, and not expired?"})
    return dialog


def no_certificate(theme: Theme) -> QDialog:
    dialog = access(theme)
    assert isinstance(dialog, ConnectDialog)
    dialog.try_it()
    dialog.show_failed(
        {
            "": "The certificate of jira.north.example was refused: unable to get local issuer certificate. Your "
            "company may inspect traffic: ask IT for its root certificate and add it to this computer's store."
        }
    )
    return dialog


def boxes(theme: Theme) -> QDialog:
    dialog = wizard(theme, Form(service="bigpicture", flavour=CLOUD), 1)
    dialog.access.secret.setText("x")
    dialog.try_it()
    dialog.show_passed(Check(sees=("11 boxes",)), BOXES, "cloud.bigpicture.one")
    dialog.go_on()
    dialog.choose.everything.setChecked(False)
    first = dialog.choose.tree.topLevelItem(0)
    assert first is not None
    first.setCheckState(0, dialog.choose.tree.topLevelItem(0).checkState(0).Checked)  # type: ignore[union-attr]
    return dialog


def typed_boxes(theme: Theme) -> QDialog:
    dialog = wizard(theme, Form(service="bigpicture", flavour=CLOUD), 1)
    dialog.access.secret.setText("x")
    dialog.try_it()
    dialog.show_passed(Check(sees=("1 box",)), Offered("boxes", reason="does not exist there (404)"), "x.example")
    dialog.go_on()
    dialog.choose.everything.setChecked(False)
    dialog.choose.typed.setText("PROG-1, PROG-77")
    dialog.go_on()
    dialog.show_failed({"limits": "Box PROG-77: does not exist there (404). Take it out, or check its id."})
    return dialog


def connections(theme: Theme) -> QDialog:
    dialog = ConnectionsDialog(theme)
    everything = "everything that the token may see"
    dialog.show_lines(
        [
            Line(
                "bigpicture",
                "BigPicture, Server or Data Center",
                "jira.north.example",
                "fresh, read 09:12",
                "3 boxes: PROG-1, PROG-2, PROG-3",
                "in your keyring",
                role="primary",
            ),
            Line(
                "bigpicture-labs",
                "BigPicture, Cloud",
                "cloud.bigpicture.one",
                "failed, read 20 Nov 17:40",
                "all boxes",
                "in your keyring",
                site="labs",
                role="secondary",
                error="bigpicture-labs: teams: the token was refused (401). Enter a new token for this connection.",
            ),
            Line(
                "tempo",
                "Tempo Planner, Server or Data Center",
                "jira.north.example",
                "fresh, read 09:12",
                "all teams of this Jira",
                "in your keyring",
                role="primary",
                paused=True,
            ),
            Line(
                "tempo-labs",
                "Tempo Planner, Cloud",
                "api.eu.tempo.io",
                "stale, read 19 Nov 08:02",
                everything,
                "in memory until planner-gui ends",
                site="labs",
                role="secondary",
            ),
            Line("bigtime", "BigTime", "iq.bigtime.net", "fresh, read 09:12", "all projects", "in your keyring"),
        ]
    )
    dialog.choose("bigpicture-labs")
    dialog.show_answer("bigpicture-labs", BAD, [(BAD, "The token was refused (401). Is it whole, and not expired?")])
    return dialog


def network(theme: Theme) -> QDialog:
    choice = ProxyChoice(Way.OWN, "http://proxy.north.example:3128", "s.marino", ".north.example")
    return NetworkDialog(choice, "It names none.", checked_proxy, theme)


PICTURES: tuple[Callable[[Theme], QDialog], ...] = (
    where_cloud,
    where_server,
    where_region,
    where_firm,
    access,
    access_cookie,
    passed,
    refused,
    no_certificate,
    boxes,
    typed_boxes,
    connections,
    network,
)


def main() -> int:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    application = QApplication([])
    for look in (Look.LIGHT, Look.DARK):
        themes = Themes(application, look)
        for make in PICTURES:
            dialog = make(themes.current)
            dialog.show()
            QTest.qWait(60)
            path = folder / f"connect-{make.__name__}-{look.value}.png"
            dialog.grab().save(str(path))
            dialog.close()
            print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
