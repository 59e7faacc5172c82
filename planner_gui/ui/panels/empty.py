"""The page shown in place of an empty timeline: what is missing, and a button that mends it where there is one."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from planner_gui.domain.plan import Plan, State
from planner_gui.ui.text import PlainLabel, menu_text

WIDTH = 620
DOTS = "\N{HORIZONTAL ELLIPSIS}"
DEMO, CONNECT, OPEN, SYNC, EVERYBODY = "demo", "connect", "open", "sync", "everybody"


class EmptyPage(QWidget):
    """Says why there is nobody to show. Signals: pressed(str) with what a button offers (the constants above)."""

    pressed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("empty")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.title = PlainLabel(role="title")
        self.text = PlainLabel(role="muted", wraps=True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.text.setFixedWidth(WIDTH)
        self.buttons: list[QPushButton] = []
        self._row = QHBoxLayout()
        self._row.setSpacing(10)
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        layout.addWidget(self.title, 0, Qt.AlignmentFlag.AlignCenter)
        layout.addSpacing(8)
        layout.addWidget(self.text, 0, Qt.AlignmentFlag.AlignCenter)
        layout.addSpacing(16)
        layout.addLayout(self._row)
        layout.addStretch(3)
        self._row.setAlignment(Qt.AlignmentFlag.AlignCenter)

    def welcome(self) -> None:
        """The words of a first start: three ways in."""
        self._say(
            "Welcome to planner-gui",
            "Who is free, who is over-allocated, and why: absences, allocations, events and tasks on one timeline.\n"
            "Connect BigPicture, Tempo, Work Time Calendar or BigTime, or look around first: the pretend company "
            "needs no account and no network.",
            ("Try the pretend company", DEMO),
            (f"Connect a service{DOTS}", CONNECT),
            (f"Open a workspace{DOTS}", OPEN),
        )

    def filtered(self) -> None:
        """A filter that lets nobody through."""
        self._say(
            "Nobody matches the filter",
            "Show everybody again, or choose another filter.",
            ("Show everybody", EVERYBODY),
        )

    def explain(self, plan: Plan, *, reading: bool = False, offline: bool = False) -> None:
        """Choose the words for a plan without people."""
        views = plan.connections
        failed = next((view for view in views if view.state is State.FAILED), None)
        if not views:
            self._say(
                "No service is connected yet",
                "People, absences, allocations, events and tasks come from BigPicture, Tempo, Work Time Calendar and "
                "BigTime. Connect as many of them as you use.",
                (f"Connect a service{DOTS}", CONNECT),
            )
        elif reading:
            self._say(
                "Reading your services\N{HORIZONTAL ELLIPSIS}",
                "People appear here as soon as a connection is read in whole.",
            )
        elif offline and all(view.read_at is None for view in views):
            self._say("Working offline", "Nothing has been read yet. Untick File > Work offline to read your services.")
        elif failed is not None:
            self._say("Nothing could be read", failed.error or f"{failed.name} failed.", ("Try again", SYNC))
        elif all(view.state is State.NEVER for view in views):
            self._say("Nothing has been read yet", "Read every connection with F5.", ("Read now", SYNC))
        else:
            self._say(
                "Nobody is in this plan",
                "The services answered, and named no people. Are the right boxes, teams or projects chosen?",
                ("Read again", SYNC),
            )

    def _say(self, title: str, text: str, *buttons: tuple[str, str]) -> None:
        self.title.say(title)
        self.text.say(text)
        # Centred, a wrapping label is given the height of its hint, which is that of another width.
        self.text.setFixedHeight(self.text.heightForWidth(WIDTH))
        for old in self.buttons:
            self._row.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.buttons = []
        for words, offer in buttons:
            button = QPushButton(menu_text(words))
            button.setProperty("primary", not self.buttons)
            button.clicked.connect(lambda _=False, what=offer: self.pressed.emit(what))
            self._row.addWidget(button)
            self.buttons.append(button)
