"""Step 1: which service, how it runs, where it is, and as whom; only the fields that this has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QLineEdit, QPushButton

from planner_gui.ui.dialogs.connect.page import Page
from planner_gui.ui.dialogs.connect.services import CLOUD, PASSWORD, REGIONS, SERVICES, Form
from planner_gui.ui.dialogs.fields import Tick, Words

LookAtAddress = Callable[[Form, str], tuple[str, str]]  # (what is wrong with it, how it is written on the wire)


class WherePage(Page):
    """The form's place. look: says what is wrong with an address (N3), and how it is written in ASCII."""

    def __init__(self, form: Form, look: LookAtAddress, *, fixed: bool = False) -> None:
        super().__init__()
        self._rest = form.rest
        self._look = look
        self._fixed = fixed
        self._offering = False
        self.service = Words("Service", [(each.id, each.name) for each in SERVICES], form.service)
        self.flavour = Words("How it runs", [])
        self.region = Words("Region", REGIONS, REGIONS[0][0])
        self.address = QLineEdit()
        self.address.setAccessibleName("Address")
        self.other = QPushButton("Use another address")
        self.other.setObjectName("link")
        self.sign_in = Words("Sign in with", [])
        self.user, self.realm = QLineEdit(), QLineEdit()
        self.user.setAccessibleName("User name")
        self.realm.setAccessibleName("Firm ID")
        self.remember = Tick("Keep the password in the keyring, to open a new session when one has ended")
        self.cookie = Tick("This Jira also wants a session cookie (JSESSIONID)")
        self._build()
        self._fill(form)
        self._connect()

    def _build(self) -> None:
        self.add("&Service", self.service, "service", needed=True)
        self.add("&Runs on", self.flavour, "flavour", needed=True)
        self.add("R&egion", self.region, "region")
        self.add("&Address", self.address, "address", needed=True)
        self.add("", self.other, "other")
        self.add("S&ign in with", self.sign_in, "sign_in")
        self.add("&User name", self.user, "user", needed=True)
        self.add("&Firm ID", self.realm, "realm", needed=True)
        self.add("", self.remember, "remember")
        self.add("", self.cookie, "cookie")
        self.column.addStretch(1)
        for widget in (self.service, self.flavour):
            widget.setEnabled(not self._fixed)

    def _fill(self, form: Form) -> None:
        self._offer(form)
        at = next((region for region, _ in REGIONS if form.address.startswith(region)), "")
        self.region.set_word(at or REGIONS[0][0])
        self.address.setText("" if at else form.address)
        self.user.setText(form.user)
        self.realm.setText(form.realm)
        self.remember.setChecked(form.remember)
        self.cookie.setChecked(form.cookie)
        self._other_address = bool(self.address.text())
        self._adapt()

    def _connect(self) -> None:
        self.service.picked.connect(lambda word: self._choose(Form(service=word)))
        self.flavour.picked.connect(lambda _: self._choose(replace(self.form(), sign_in="", address="")))
        self.sign_in.picked.connect(lambda _: self._changed())
        self.region.picked.connect(lambda _: self._changed())
        self.other.clicked.connect(self.open_address)
        for field in (self.address, self.user, self.realm):
            field.textEdited.connect(lambda _: self._changed())
        self.address.editingFinished.connect(self._check_address)
        for tick in (self.remember, self.cookie):
            tick.toggled.connect(lambda _: self._changed())

    def form(self) -> Form:
        """What this page is filled in with."""
        made = Form(service=self.service.word or "", flavour=self.flavour.word or CLOUD)
        runs = made.runs
        typed = self.address.text().strip() if not runs.own or self._other_address else ""
        if runs.kind == "tempo-cloud" and not typed:
            typed = self.region.word or ""
        return replace(
            made,
            address=typed,
            sign_in=self.sign_in.word or "",
            user=self.user.text().strip(),
            realm=self.realm.text().strip(),
            remember=self.remember.isChecked(),
            cookie=self.cookie.isChecked(),
            rest=self._rest,
        )

    def faults(self) -> dict[str, str]:
        """By field, what is missing or wrong."""
        form, found = self.form(), {}
        if not self.rows["address"].body.isHidden():
            wrong, _ = self._look(form, form.address)
            if not form.address:
                wrong = "Where is it? Give the address as the browser shows it, such as https://jira.example.com."
            if wrong:
                found["address"] = wrong
        if not form.user and not self.rows["user"].body.isHidden():
            found["user"] = "Who signs in? Give the user name."
        if not form.realm and not self.rows["realm"].body.isHidden() and form.enters.id != PASSWORD:
            found["realm"] = "An API key needs the firm's ID: BigTime shows it under My Company, Company Info."
        return found

    def open_address(self) -> None:
        """Show the field for another address than the vendor's own."""
        self._other_address = True
        self._adapt()
        self.address.setFocus()
        self.edited.emit()

    def _choose(self, form: Form) -> None:
        """Another service or flavour: what belongs to it starts anew."""
        if self._offering:
            return
        self._rest = {}
        self._other_address = False
        self.address.clear()
        self._offer(form)
        self._changed()

    def _offer(self, form: Form) -> None:
        for words, offered, chosen in (
            (self.flavour, [(each.id, each.name) for each in form.of.flavours], form.runs.id),
            (self.sign_in, [(each.id, each.name) for each in form.runs.sign_ins], form.enters.id),
        ):
            self._offering = True  # what is chosen by us is no choice of the user's
            words.set_words(offered)
            words.set_word(chosen)
            self._offering = False

    def _changed(self) -> None:
        if self._offering:
            return
        self.show_faults({})
        self._adapt()
        self.edited.emit()

    def _adapt(self) -> None:
        """Show the rows that this service, run so and entered so, has."""
        form = self.form()
        service, runs, way = form.of, form.runs, form.enters
        self.rows["service"].say(f"Gives {service.gives}.")
        shown = {
            "flavour": len(service.flavours) > 1,
            "region": runs.kind == "tempo-cloud" and not self._other_address,
            "address": not runs.own or self._other_address,
            "other": bool(runs.other) and not self._other_address,
            "sign_in": len(runs.sign_ins) > 1,
            "user": way.id == PASSWORD,
            "realm": runs.kind == "bigtime",
            "remember": runs.kind == "bigtime" and way.id == PASSWORD,
            "cookie": runs.kind == "bigpicture" and runs.id != CLOUD,
        }
        for name, visible in shown.items():
            self.rows[name].set_visible(visible)
        self.address.setPlaceholderText("https://jira.example.com" if not runs.own else "https://")
        own = "" if not runs.own or runs.kind == "tempo-cloud" else f"Its address is known: {runs.own}."
        if runs.kind == "bigpicture" and runs.own:
            own = runs.own
        self.rows["flavour"].say(own if len(service.flavours) > 1 else "")
        self.rows["other"].say("" if len(service.flavours) > 1 else own)
        self.rows["realm"].say("Shown in BigTime under My Company, Company Info.")
        self._say_ascii()

    def _check_address(self) -> None:
        """N3, at the field, as soon as it is left."""
        if self.address.text().strip() and not self.rows["address"].body.isHidden():
            wrong, _ = self._look(self.form(), self.address.text())
            self.rows["address"].show_faults({"address": wrong} if wrong else {})
        self._say_ascii()

    def _say_ascii(self) -> None:
        """How an address is written on the wire, where that is not how it was typed: a look-alike letter shows."""
        typed = self.address.text().strip()
        wrong, written = self._look(self.form(), typed) if typed else ("", "")
        differs = bool(written) and not wrong and not typed.isascii()
        self.rows["address"].say(f"This is {written}." if differs else "")
