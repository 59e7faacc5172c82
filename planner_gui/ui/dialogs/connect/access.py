"""Step 2: the secret, where it is found, where it will be kept, and a test with a clear answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton
from typing_extensions import override

from planner_gui.ui.dialogs.connect.page import BAD, WAIT, AnswerBox, Page, SecretField
from planner_gui.ui.dialogs.connect.services import EXAMPLES, PASSWORD, Form, split
from planner_gui.ui.text import PlainLabel, menu_text, tooltip

KEPT = "Type or paste it here only to use another one."


class AccessPage(Page):
    """Signals: link_wanted(url) to read on in a browser, test_pressed()."""

    link_wanted = Signal(str)
    test_pressed = Signal()

    def __init__(self, form: Form, *, stored: bool) -> None:
        super().__init__()
        self.form = form
        self.passed = False
        self.typed_boxes = ",".join(form.limits) if form.runs.limit == "boxes" else ""
        self._stored = stored
        self.where_found = PlainLabel(wraps=True)
        self.link = QPushButton()
        self.link.setObjectName("link")
        self.link.setCursor(Qt.CursorShape.PointingHandCursor)
        self.secret = SecretField("API token")
        self.paste = QPushButton("&Paste")
        self.paste.setProperty("narrow", True)
        self.cookie = SecretField("JSESSIONID")
        self.boxes = QLineEdit(self.typed_boxes)
        self.boxes.setAccessibleName("Box ids")
        self.boxes.setPlaceholderText(EXAMPLES["boxes"])
        self.keyring = PlainLabel(role="hint", wraps=True)
        self.test = QPushButton("&Test")
        self.answer = AnswerBox()
        for button in (self.link, self.paste, self.test):
            button.setAutoDefault(False)
        self._build()
        self._connect()

    def _build(self) -> None:
        link = QHBoxLayout()
        link.addWidget(self.link)
        link.addStretch(1)
        self.column.addWidget(self.where_found)
        self.column.addLayout(link)
        self.add("T&oken", [self.secret, self.paste], "secret", needed=True)
        self.add("&JSESSIONID", self.cookie, "session", needed=True)
        self.add("&Boxes", self.boxes, "limits", needed=True).set_visible(False)
        self.column.addWidget(self.keyring)
        test = QHBoxLayout()
        test.addWidget(self.test)
        test.addStretch(1)
        self.column.addLayout(test)
        self.column.addWidget(self.answer)
        self.column.addStretch(1)

    def _connect(self) -> None:
        self.link.clicked.connect(lambda: self.link_wanted.emit(self.form.enters.link))
        self.paste.clicked.connect(self._paste)
        self.test.clicked.connect(self.test_pressed)
        for field in (self.secret, self.cookie, self.boxes):
            field.textEdited.connect(lambda _: self._changed())

    def show_form(self, form: Form) -> None:
        """The words for what step 1 says; a test that passed holds no more where that is another service or place."""
        if form != self.form:
            self.forget_test()
            self._stored = self._stored and form.address == self.form.address and form.user == self.form.user
            self.rows["limits"].set_visible(False)
        self.form = form
        way = form.enters
        self.where_found.say(way.find)
        host = urlsplit(way.link).hostname or ""
        self.link.setText(menu_text(f"Show me ({host})"))
        self.link.setToolTip(tooltip(way.link))
        self.secret.setAccessibleName(way.secret)
        self.rows["secret"].label.say(f"{'Pass&word' if way.id == PASSWORD else 'T&oken'} *")
        self.rows["session"].set_visible(form.cookie)
        self._say_placeholder()

    def show_keyring(self, words: str) -> None:
        """Where the secret will be kept."""
        self.keyring.say(words)

    @property
    def limits(self) -> tuple[str, ...]:
        """Box ids, where this version of the service does not list them."""
        return split(self.boxes.text()) if not self.rows["limits"].body.isHidden() else ()

    def typed(self) -> str:
        """The secret as `connect` reads it; "" where nothing was typed."""
        secret, session = self.secret.text().strip(), self.cookie.text().strip()
        return f"{secret}\n{session}" if secret and self.form.cookie else secret

    def faults(self) -> dict[str, str]:
        """By field, what has to be typed first."""
        found = {}
        if not self.secret.text().strip() and not self._stored and not self.passed:
            found["secret"] = f"Paste the {self.form.enters.secret.lower()} here."
        if self.form.cookie and self.secret.text().strip() and not self.cookie.text().strip():
            found["session"] = "The value of the cookie JSESSIONID, as the browser has it for your Jira."
        if not self.rows["limits"].body.isHidden() and not self.limits:
            found["limits"] = f"Give the ids of the boxes to read, such as {EXAMPLES['boxes']}."
        return found

    def forget_secret(self) -> None:
        """Empty the fields, and what they remember."""
        self.secret.empty()
        self.cookie.empty()

    def forget_test(self) -> None:
        """What was tested is not what would be connected now."""
        self.passed = False
        self.answer.clear()
        self._say_placeholder()

    def show_waiting(self, text: str) -> None:
        """The test runs."""
        self.test.setEnabled(False)
        self.answer.say(WAIT, [(WAIT, text)])

    def show_passed(self, mood: str, lines: Sequence[tuple[str, str]]) -> None:
        """The service answered (`answer_of`). The secret leaves the field."""
        self.test.setEnabled(True)
        self.passed = True
        self.forget_secret()
        self.answer.say(mood, lines)
        self._say_placeholder()

    def show_failed(self, faults: Mapping[str, str]) -> bool:
        """The test failed; whether one of its faults is of this page."""
        self.test.setEnabled(True)
        self.passed = False
        if "limits" in faults:
            self.rows["limits"].set_visible(True)
        words = list(dict.fromkeys(faults.values()))
        self.answer.say(BAD, [(BAD, text) for text in words] if "" in faults else [])
        return self.show_faults(faults)

    @override
    def take_focus(self) -> None:
        self.secret.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say_placeholder(self) -> None:
        if self.passed:
            self.secret.setPlaceholderText(f"Tested. {KEPT}")
        else:
            self.secret.setPlaceholderText(f"In your keyring. {KEPT}" if self._stored else "")

    def _paste(self) -> None:
        self.secret.setText(QGuiApplication.clipboard().text().strip())
        self.secret.setFocus()
        self._changed()

    def _changed(self) -> None:
        self.show_faults({})
        self.forget_test()
        self.edited.emit()
