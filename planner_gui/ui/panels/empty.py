"""The page shown in place of an empty timeline: what is missing, and how to mend it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from planner_gui.domain.plan import Plan, State
from planner_gui.ui.text import PlainLabel


class EmptyPage(QWidget):
    """Says why there is nobody to show."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("empty")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.title = PlainLabel(role="title")
        self.text = PlainLabel(role="muted", wraps=True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.text.setMinimumWidth(520)
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        layout.addWidget(self.title, 0, Qt.AlignmentFlag.AlignCenter)
        layout.addSpacing(8)
        layout.addWidget(self.text, 0, Qt.AlignmentFlag.AlignCenter)
        layout.addStretch(3)

    def welcome(self) -> None:
        """The words of a first start."""
        self.title.say("Welcome to planner-gui")
        self.text.say(
            "Look around in a pretend company: planner-gui --demo\n"
            "Make a workspace: planner-gui init FOLDER\n"
            "Open one you have: planner-gui FOLDER"
        )

    def explain(self, plan: Plan) -> None:
        """Choose the words for a plan without people."""
        views = plan.connections
        if not views:
            self.title.say("No service is connected yet")
            self.text.say(
                "Connect one with: planner-gui connect WORKSPACE KIND --name NAME\n"
                "or look around in a pretend company with: planner-gui --demo"
            )
        elif all(view.state is State.NEVER for view in views):
            self.title.say("Nothing has been read yet")
            self.text.say("Press F5 to read every connection.")
        elif any(view.state is State.FAILED for view in views):
            failed = next(view for view in views if view.state is State.FAILED)
            self.title.say("Nothing could be read")
            self.text.say(failed.error or f"{failed.name} failed.")
        else:
            self.title.say("Nobody is in this plan")
            self.text.say("The services answered, and named no people. Are the right boxes, teams or projects chosen?")
