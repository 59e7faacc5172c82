"""How services are reached from this computer: through which proxy, and with whose log-in (N12). No request is made."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from planner_gui.session.proxy import ProxyChoice, Way
from planner_gui.ui.dialogs.connect.page import Page, SecretField
from planner_gui.ui.dialogs.connect.style import wizard_style
from planner_gui.ui.dialogs.fields import Words
from planner_gui.ui.text import PlainLabel
from planner_gui.ui.theme import Theme

_WAYS = (
    (Way.SYSTEM.value, "As this computer's environment says"),
    (Way.DIRECT.value, "Without a proxy"),
    (Way.OWN.value, "Through this proxy"),
)
ABOUT = (
    "Certificates are checked against this computer's own store: a root certificate that IT has put there counts. "
    "Automatic proxy scripts (PAC) are not supported. A service on this computer is never reached through a proxy."
)


class NetworkDialog(QDialog):
    """Signals: keep_wanted(ProxyChoice, password). checked: a proxy's address as it is used, ValueError in words.

    environment: what the environment names, in words without a log-in.
    """

    keep_wanted = Signal(object, object)

    def __init__(
        self,
        choice: ProxyChoice,
        environment: str,
        checked: Callable[[str], str],
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._choice, self._checked, self._environment = choice, checked, environment
        self.setWindowTitle("Network")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setStyleSheet(wizard_style(theme))
        self.way = Words("Proxy", _WAYS, choice.way.value)
        self.url, self.user, self.direct = (
            _field("Address of the proxy", choice.url),
            _field("User name", choice.user),
            _field("Hosts without a proxy", choice.direct),
        )
        self.password = SecretField("Password")
        self.page = Page()
        self.cancel, self.save = QPushButton("&Cancel"), QPushButton("&Save")
        self._build()
        self._adapt()
        self.way.picked.connect(lambda _: self._adapt())
        self.cancel.clicked.connect(self.reject)
        self.save.clicked.connect(self._keep)
        self.finished.connect(lambda _: self.password.empty())

    def _build(self) -> None:
        self.resize(560, 420)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        head, line = _bar("head")
        line.addWidget(PlainLabel("Network", role="dialog"))
        line.addStretch(1)
        outer.addWidget(head)
        page = self.page
        page.column.setContentsMargins(18, 16, 18, 14)
        page.add("Pro&xy", self.way, "way")
        page.add("&Address", self.url, "url", needed=True)
        page.add("&User name", self.user, "user").say("Only where the proxy wants a log-in.")
        page.add("Pass&word", self.password, "password").say("Kept in your keyring, never in a file.")
        page.add("&Not for", self.direct, "direct").say("Hosts and domains, such as .intranet.example.com, by commas.")
        page.column.addWidget(PlainLabel(ABOUT, role="hint", wraps=True))
        page.column.addStretch(1)
        self.url.setPlaceholderText("proxy.example.com:3128")
        outer.addWidget(page, 1)
        foot, line = _bar("foot")
        line.addStretch(1)
        line.addWidget(self.cancel)
        line.addWidget(self.save)
        self.cancel.setAutoDefault(False)
        self.save.setObjectName("primary")
        self.save.setDefault(True)
        outer.addWidget(foot)

    def _adapt(self) -> None:
        own = self.way.word == Way.OWN.value
        for name in ("url", "user", "password", "direct"):
            self.page.rows[name].set_visible(own)
        known = self._choice.way is Way.OWN and bool(self._choice.user)
        self.password.setPlaceholderText("In your keyring. Type here only to use another one." if known else "")
        self.page.rows["way"].say(self._environment if self.way.word == Way.SYSTEM.value else "")
        self.page.show_faults({})

    def _keep(self) -> None:
        """Say what is wrong at its field, else ask that it be kept."""
        way = Way(self.way.word or Way.SYSTEM.value)
        url, user, password = "", "", ""
        if way is Way.OWN:
            try:
                url = self._checked(self.url.text())
            except ValueError as error:
                self.page.show_faults({"url": str(error)})
                return
            user = self.user.text().strip()
            same = (url, user) == (self._choice.url, self._choice.user)
            if user and not self.password.text() and not same:
                self.page.show_faults({"password": "Address or user are others than before: enter the password."})
                return
            if self.password.text() and not user:
                self.page.show_faults({"user": "Whose password is it?"})
                return
            password = self.password.text()
        self.keep_wanted.emit(
            ProxyChoice(way, url, user, self.direct.text().strip() if way is Way.OWN else ""), password
        )
        self.accept()


def _field(name: str, text: str) -> QLineEdit:
    made = QLineEdit(text)
    made.setAccessibleName(name)
    return made


def _bar(name: str) -> tuple[QWidget, QHBoxLayout]:
    bar = QWidget()
    bar.setObjectName(name)
    line = QHBoxLayout(bar)
    line.setContentsMargins(18, 12, 18, 12)
    line.setSpacing(8)
    return bar, line
