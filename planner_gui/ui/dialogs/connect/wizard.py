"""The connection wizard: where, access, what to read; a page a step, and nothing kept before a test has passed.

It asks by signals and is told the answers: it knows no session, no keyring and no network. Secrets stand in their
fields until the test has passed or the dialog is closed, whichever comes first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from planner_gui.sources.base import Check, Connection, Offered, Rights
from planner_gui.ui.dialogs.connect.access import AccessPage
from planner_gui.ui.dialogs.connect.choose import ChoosePage
from planner_gui.ui.dialogs.connect.page import Page, answer_of
from planner_gui.ui.dialogs.connect.services import Form, form_of, free_name
from planner_gui.ui.dialogs.connect.style import wizard_style
from planner_gui.ui.dialogs.connect.where import LookAtAddress, WherePage
from planner_gui.ui.text import PlainLabel, menu_text, tooltip
from planner_gui.ui.theme import Theme

STEPS = ("Where", "Access", "What to read")
WHERE, ACCESS, READ = range(3)


@dataclass(frozen=True, slots=True)
class Given:
    """What the wizard is told at first.

    look: what is wrong with an address, and how it is written in ASCII (N3). taken: names in use. sites: Jira sites
    known. before: the connection to be edited, None for a new one; stored: whether its secret is there.
    """

    theme: Theme
    look: LookAtAddress
    taken: frozenset[str] = frozenset()
    sites: Sequence[str] = ()
    before: Connection | None = None
    stored: bool = False
    start: int = WHERE
    form: Form = field(default_factory=Form)


class ConnectDialog(QDialog):
    """Signals: test_wanted(Connection, secret), finish_wanted(Connection), link_wanted(url), stop_wanted().

    The answers come by `show_passed`, `show_failed`, `close_kept`. An empty secret means the one that is stored.
    """

    test_wanted = Signal(object, object)
    finish_wanted = Signal(object)
    link_wanted = Signal(str)
    stop_wanted = Signal()

    def __init__(self, given: Given, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._given = given
        self._busy = False
        self._offered: Offered | None = None
        form = given.form if given.before is None else form_of(given.before)
        self.where = WherePage(form, given.look, fixed=given.before is not None)
        self.access = AccessPage(form, stored=given.stored)
        self.choose = ChoosePage(form, given.taken, given.sites, fixed_name=given.before is not None)
        self._first = form
        self.pages: tuple[Page, ...] = (self.where, self.access, self.choose)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setStyleSheet(wizard_style(given.theme))
        self._build()
        self._connect()
        self.access.show_form(self.where.form())
        self.go(given.start)

    def _build(self) -> None:
        self.resize(700, 620)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self._head())
        middle = QHBoxLayout()
        middle.setContentsMargins(18, 16, 0, 0)
        middle.setSpacing(0)
        middle.addLayout(self._step_list())
        self.stack = QStackedWidget()
        self._areas = [_area() for _ in self.pages]  # a page moves in when it is shown: styling each takes its time
        for area in self._areas:
            self.stack.addWidget(area)
        middle.addWidget(self.stack, 1)
        outer.addLayout(middle, 1)
        outer.addWidget(self._banner())
        outer.addWidget(self._foot())

    def _head(self) -> QWidget:
        head = QWidget()
        head.setObjectName("head")
        line = QHBoxLayout(head)
        line.setContentsMargins(18, 12, 18, 12)
        line.setSpacing(10)
        self.title, self.step = PlainLabel(role="dialog"), PlainLabel(role="muted")
        line.addWidget(self.title)
        line.addWidget(self.step)
        line.addStretch(1)
        line.addWidget(PlainLabel("* needed", role="hint"))
        return head

    def _step_list(self) -> QVBoxLayout:
        steps = QVBoxLayout()
        steps.setSpacing(4)
        self.steps: list[QPushButton] = []
        for number, name in enumerate(STEPS):
            button = QPushButton(menu_text(f"{number + 1}  {name}"))
            button.setObjectName("step")
            button.setCheckable(True)
            button.setAutoDefault(False)
            button.setFixedWidth(132)
            button.clicked.connect(lambda _=False, at=number: self._step_pressed(at))
            steps.addWidget(button)
            self.steps.append(button)
        steps.addStretch(1)
        return steps

    def _banner(self) -> QWidget:
        self._error = QWidget()
        self._error.setObjectName("banner")
        self._error.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        line = QHBoxLayout(self._error)
        line.setContentsMargins(18, 9, 18, 9)
        self.banner = PlainLabel(wraps=True, breaks=True)
        self.banner_button = QPushButton()
        self.banner_button.setAutoDefault(False)
        line.addWidget(self.banner, 1)
        line.addWidget(self.banner_button)
        self._error.hide()
        return self._error

    def _foot(self) -> QWidget:
        foot = QWidget()
        foot.setObjectName("foot")
        line = QHBoxLayout(foot)
        line.setContentsMargins(18, 12, 18, 12)
        line.setSpacing(8)
        self.back, self.cancel, self.next = QPushButton("&Back"), QPushButton("&Cancel"), QPushButton("Con&tinue")
        self.next.setObjectName("primary")
        for button in (self.back, self.cancel):
            button.setAutoDefault(False)
        self.next.setDefault(True)
        line.addWidget(self.back)
        line.addStretch(1)
        line.addWidget(self.cancel)
        line.addWidget(self.next)
        return foot

    def _connect(self) -> None:
        self.back.clicked.connect(lambda: self.go(self.at - 1))
        self.cancel.clicked.connect(self.reject)
        self.next.clicked.connect(self.go_on)
        self.where.edited.connect(self._where_edited)
        self.access.edited.connect(self._follow)
        self.access.test_pressed.connect(self.try_it)
        self.access.link_wanted.connect(self.link_wanted)
        self.finished.connect(lambda _: self._leave())

    def _leave(self) -> None:
        """Nothing of a secret stays, and no page that never moved in is left to Python's collector."""
        self.access.forget_secret()
        for page in self.pages:
            if page.parent() is None:
                page.deleteLater()

    # --- walking ------------------------------------------------------------------------------------------------------

    @property
    def at(self) -> int:
        """The step that is shown."""
        return self.stack.currentIndex()

    @property
    def service(self) -> str:
        return self.where.form().of.name

    def go(self, step: int) -> None:
        """Show a step."""
        if self._areas[step].widget() is None:
            self._areas[step].setWidget(self.pages[step])
        self.stack.setCurrentIndex(step)
        for number, button in enumerate(self.steps):
            button.setChecked(number == step)
        self.say_error("")
        self._follow()
        self.pages[step].take_focus()

    def go_on(self) -> None:
        """The next step, once this one is right; after the last, connect."""
        if self._busy:
            return
        page = self.pages[self.at]
        faults = self.where.faults() if page is self.where else {}
        if page is self.choose:
            faults = self.choose.faults()
        if faults:
            page.show_faults(faults)
        elif page is self.where:
            self.access.show_form(self.where.form())
            self.go(ACCESS)
        elif page is self.access:
            if self.access.passed:
                self.go(READ)
            else:
                self.try_it()
        else:
            self._finish()

    def _step_pressed(self, step: int) -> None:
        """Back to any step; forward only as `go_on` goes."""
        if step < self.at and not self._busy:
            self.go(step)
        elif step == READ and self.at == ACCESS and self.access.passed:
            self.go(READ)
        else:
            self.steps[step].setChecked(step == self.at)

    def _where_edited(self) -> None:
        self.access.show_form(self.where.form())
        self._follow()

    def _follow(self) -> None:
        """Words and buttons that go with the step."""
        before, last = self._given.before, self.at == READ
        verb = f"Connect {self.service}" if before is None else f"{before.name}: {self.service}"
        self.title.say(verb)
        self.setWindowTitle(menu_text(verb))
        self.step.say(f"{self.at + 1} of {len(STEPS)}")
        self.back.setEnabled(self.at > WHERE and not self._busy)
        self.next.setText(("Con&nect" if before is None else "&Save") if last else "Con&tinue")
        waits = self.at == ACCESS and not self.access.passed
        self.next.setEnabled(not self._busy and not waits)
        self.next.setToolTip(tooltip("Test it first" if waits else ""))
        for number, button in enumerate(self.steps):
            button.setEnabled(number <= self.at or (number == READ and self.access.passed))

    # --- testing and finishing ----------------------------------------------------------------------------------------

    def try_it(self) -> None:
        """Ask for a test of what is filled in."""
        if self._busy:
            return
        if faults := self.where.faults():
            self.go(WHERE)
            self.where.show_faults(faults)
            return
        if faults := self.access.faults():
            self.access.show_faults(faults)
            return
        self.access.show_faults({})
        self._set_busy(True)
        self.access.show_waiting(f"Asking {self.service}\N{HORIZONTAL ELLIPSIS}")
        form = self.where.form()
        self.test_wanted.emit(
            replace(form, limits=self.access.limits, name=self._name()).connection(), self.access.typed()
        )

    def _name(self) -> str:
        if self._given.before is not None:
            return self._given.before.name
        return free_name(self.where.form().runs.kind, self._given.taken)

    def show_keyring(self, words: str) -> None:
        """Where the secret will be kept."""
        self.access.show_keyring(words)

    def show_passed(self, check: Check, offered: Offered | None, host: str, rights: Rights | None = None) -> None:
        """The test passed; the secret is in other hands now, and the field is emptied."""
        self._set_busy(False)
        self._offered = offered
        self.access.show_passed(*answer_of(check, rights or Rights(), host))
        form = self.where.form()
        known = self._first if self._given.before is not None else form
        limits = known.limits if self._given.before is not None else self.access.limits
        effort, done, projects = known.effort, known.completed, known.projects
        filled = replace(form, limits=limits, effort=effort, completed=done, projects=projects)
        self.choose.show_form(filled, offered, self._name())
        self._follow()
        self.next.setFocus()

    def show_failed(self, faults: Mapping[str, str]) -> None:
        """The test failed, or what was chosen is not there: at the field where it can be mended, "" for nowhere."""
        self._set_busy(False)
        if self.at == READ:
            if not self.choose.show_faults(dict(faults)):
                self.say_error(" ".join(dict.fromkeys(faults.values())))
            return
        here = self.access.show_failed(faults)
        if not here and "address" in faults and not self.where.faults():
            if self.where.rows["address"].body.isHidden():
                self.where.open_address()
            self.go(WHERE)
        elif not here and "" not in faults:
            self.go(WHERE)
        if self.at == WHERE:
            self.where.show_faults(faults)
        elif not here:
            self.access.test.setFocus()
        self._follow()

    def _finish(self) -> None:
        self._set_busy(True)
        self.say_error("")
        self.finish_wanted.emit(self.choose.form().connection())

    def close_kept(self) -> None:
        """The connection is kept."""
        self._busy = False
        self.accept()

    def say_error(self, text: str, button: str = "") -> None:
        """A line above the buttons, "" for none; with a button where something can be done at once."""
        self.banner.say(text)
        self.banner_button.setText(menu_text(button))
        self.banner_button.setVisible(bool(button))
        self._error.setVisible(bool(text))

    def show_error(self, text: str) -> None:
        """It could not be kept; what was filled in stays."""
        self._set_busy(False)
        self.say_error(text)

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        for page in self.pages:
            page.setEnabled(not busy)
        self._follow()

    @override
    def reject(self) -> None:
        self.stop_wanted.emit()
        super().reject()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter tests where nothing was tested yet, else it goes on."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not isinstance(self.focusWidget(), QPushButton):
            self.go_on()
            return
        super().keyPressEvent(event)


def _area() -> QScrollArea:
    """A place for a page: one that is taller than the dialog scrolls."""
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area
