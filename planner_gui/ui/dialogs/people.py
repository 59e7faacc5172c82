"""People matching: which accounts are one person, as far as it is not certain; what the user decides holds for ever.

Lists (`models.matching`), a search over them, and beside the list what can be done with who is chosen. Every decision
is announced as a change of the settings; it knows no session, and waits for the plan that follows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QItemSelectionModel, QSignalBlocker, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from planner_gui.domain.entities import AccountRef
from planner_gui.domain.plan import Person
from planner_gui.session import who_is_whom as deciding
from planner_gui.ui.dialogs.lookup import Lookup
from planner_gui.ui.dialogs.options import Option
from planner_gui.ui.dialogs.settings_frame import LinesTable, SettingsFrame, beside, button, empty, tab_bar
from planner_gui.ui.models.lines import LinesModel
from planner_gui.ui.models.matching import HEADINGS, Decided, Matching, Pair, Row, View, cell, is_of, where
from planner_gui.ui.text import PlainLabel, menu_text
from planner_gui.ui.theme import Theme

SETTLE = 120  # ms after the last keystroke until somebody's accounts are shown
MOST_ACCOUNTS = 12  # of one person, shown beside the list
_WIDTHS = {
    View.UNMATCHED: (230, 0, 150),
    View.SUGGESTED: (250, 0, 130),
    View.JOINED: (230, 0, 150),
    View.DECIDED: (170, 0),
}
_NOTHING = {
    View.UNMATCHED: "Everybody is joined with an account elsewhere.",
    View.SUGGESTED: "Nobody looks like somebody else.",
    View.JOINED: "Nobody is joined yet.",
    View.DECIDED: "Nothing was decided yet. What you decide here is never changed by a sync.",
}


class PeopleDialog(SettingsFrame):
    """The people of a workspace, to be joined and kept apart. `undo`: its button, wired by who keeps the steps."""

    def __init__(self, matching: Matching, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("Match people", "One person has an account in each service.", theme, parent)
        self.matching = matching
        self.view = View.UNMATCHED
        self.tabs = tab_bar(*View)
        self.text = QLineEdit()
        self.text.setPlaceholderText("Find by name, account or team")
        self.text.setAccessibleName("Find people")
        self.text.setClearButtonEnabled(True)
        self.model: LinesModel[Row] = LinesModel()
        self.table = LinesTable("People", several=True)
        self.table.setModel(self.model)
        self.nothing = PlainLabel(role="muted", wraps=True)
        self.undo = button("&Undo", "Take back what was decided last (Ctrl+Z)")
        self.undo.setEnabled(False)
        self.join_with = Lookup("Join with")
        self.name = QLineEdit()
        self._looking = ""
        self._side_due = QTimer(self, interval=SETTLE, singleShot=True)
        self._side_due.timeout.connect(self._show_side)
        self._build()
        self._connect()
        self.resize(1040, 680)
        self.table.setFocus()
        self.show_matching(matching)

    def _build(self) -> None:
        self.text.setFixedWidth(280)
        self.body.addLayout(beside(self.tabs, 1, self.text))
        side = QWidget()
        side.setObjectName("side")
        side.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._side = QVBoxLayout(side)
        self._side.setContentsMargins(14, 12, 14, 12)
        self._side.setSpacing(8)
        area = QScrollArea()
        area.setWidget(side)
        area.setWidgetResizable(True)
        area.setFixedWidth(340)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        left = QVBoxLayout()
        left.addWidget(self.nothing)
        left.addWidget(self.table, 1)
        both = QHBoxLayout()
        both.setSpacing(12)
        both.addLayout(left, 1)
        both.addWidget(area)
        self.body.addLayout(both, 1)
        self.foot.insertWidget(0, self.undo)
        self.setTabOrder(self.text, self.tabs)

    def _connect(self) -> None:
        self.tabs.currentChanged.connect(lambda at: self.choose_view(list(View)[at]))
        self.text.textChanged.connect(self._find)
        self.text.returnPressed.connect(self.table.setFocus)
        self.table.entered_row.connect(self._enter)
        self.table.selectionModel().selectionChanged.connect(self._show_side)
        for keys, act in (
            ("Ctrl+F", self.text.setFocus),
            ("Ctrl+J", self._join),
            ("Ctrl+K", self._keep_apart),
            ("Ctrl+Z", self.undo.click),
            ("F2", lambda: self.name.setFocus() if self.name.isVisibleTo(self) else None),
        ):
            QShortcut(QKeySequence(keys), self, act)
        QShortcut(QKeySequence("Del"), self.table, self._hide_or_take_back, context=Qt.ShortcutContext.WidgetShortcut)

    # --- what is shown ------------------------------------------------------------------------------------------------

    def show_matching(self, matching: Matching) -> None:
        """Another plan, or other decisions: the same list, the same people chosen where they are still in it."""
        chosen = [ref for row in self._chosen() for ref in _accounts(row)]
        place = next(iter(self.table.chosen_rows()), 0)
        self.matching = matching
        self._show_list()
        wanted = is_of(chosen)
        at = self.model.place(wanted) if chosen else -1
        self._select(at if at >= 0 else min(place, self.model.rowCount() - 1))

    def show_pairs(self, pairs: tuple[Pair, ...], looking: str = "") -> None:
        """Who might be whom, as far as that is known. looking: how far, in words, "" when it is all."""
        self._looking = looking
        self.matching = Matching(self.matching.plan, self.matching.decisions, self.matching.names, pairs)
        if self.view is View.SUGGESTED:
            self.show_matching(self.matching)
        else:
            self._count()

    def choose_view(self, view: View) -> None:
        """Show one of the lists."""
        self.view = view
        with QSignalBlocker(self.tabs):
            self.tabs.setCurrentIndex(list(View).index(view))
        self._show_list()
        self._select(0)

    def choose_person(self, accounts: Sequence[AccountRef]) -> None:
        """Bring somebody into view, in whichever list they are."""
        self.text.clear()
        for view in (View.UNMATCHED, View.JOINED):
            self.choose_view(view)
            at = self.model.place(is_of(accounts))
            if at >= 0:
                self._select(at)
                self.table.setFocus()
                return

    def _show_list(self) -> None:
        rows = self.matching.rows(self.view)
        self.model.show_rows(HEADINGS[self.view], rows, cell, self.matching.lines(self.view))
        self.table.share(*_WIDTHS[self.view])
        self._count()

    def _count(self) -> None:
        for at, view in enumerate(View):
            count = len(self.matching.rows(view))
            more = "\N{HORIZONTAL ELLIPSIS}" if view is View.SUGGESTED and self._looking else ""
            self.tabs.setTabText(at, f"{view.value} ({count}{more})")
        self._say_nothing()

    def _say_nothing(self) -> None:
        shown = self.model.rowCount()
        words = "Nothing has these words." if self.model.total else _NOTHING[self.view]
        if self.view is View.SUGGESTED and self._looking:
            words = self._looking
        self.nothing.say("" if shown else words)
        self.nothing.setVisible(not shown)

    def _find(self, text: str) -> None:
        """Another keystroke: the list at once, what stands beside it when the typing pauses."""
        with QSignalBlocker(self.table.selectionModel()):
            self.model.look_for(text)
            self._say_nothing()
            self._mark(0)
        self._side_due.start()

    def _select(self, at: int) -> None:
        with QSignalBlocker(self.table.selectionModel()):
            self._mark(at)
        self._show_side()

    def _mark(self, at: int) -> None:
        if 0 <= at < self.model.rowCount():
            index = self.model.index(at, 0)
            flags = QItemSelectionModel.SelectionFlag
            self.table.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
            self.table.scrollTo(index)
            self.table.viewport().update()  # nobody else is told

    def _chosen(self) -> list[Row]:
        return [self.model.row(at) for at in self.table.chosen_rows() if at < self.model.rowCount()]

    # --- what can be done with who is chosen --------------------------------------------------------------------------

    def _show_side(self, *_: object) -> None:
        self._side_due.stop()
        empty(self._side)
        rows = self._chosen()
        if len(rows) > 1 and all(isinstance(row, Person) for row in rows):
            self._show_several([row for row in rows if isinstance(row, Person)])
        elif rows and isinstance(rows[0], Person):
            self._show_person(rows[0])
        elif rows and isinstance(rows[0], Pair):
            self._show_pair(rows[0])
        elif rows and isinstance(rows[0], Decided):
            self._show_decided(rows[0])
        else:
            self._side.addWidget(PlainLabel("Nobody is chosen.", role="muted"))
        self._side.addStretch(1)

    def _show_person(self, person: Person) -> None:
        add = self._side.addWidget
        add(PlainLabel(person.name, role="title", wraps=True, breaks=True))
        if about := " \N{MIDDLE DOT} ".join(part for part in (person.title, ", ".join(person.teams)) if part):
            add(PlainLabel(about, role="muted", wraps=True, breaks=True))
        add(PlainLabel("ACCOUNTS", role="heading"))
        self._list_accounts(person)
        add(PlainLabel("JOIN WITH", role="heading"))
        self.join_with = Lookup("Join with")
        self.join_with.setPlaceholderText("Type a name")
        self.join_with.offer(self._others(person))
        self.join_with.chosen.connect(lambda option: self._join_with(person, option))
        add(self.join_with)
        add(PlainLabel("SHOWN AS", role="heading"))
        self.name = QLineEdit(person.name)
        self.name.setAccessibleName("Name")
        self.name.setMaxLength(200)
        rename = button("&Rename", "Use this name everywhere here (F2); empty: as the services say")
        self.name.returnPressed.connect(rename.click)
        rename.clicked.connect(lambda: self._want(deciding.named(person.accounts, self.name.text())))
        self._side.addLayout(beside(self.name, rename))
        hide = button("&Hide this person", "Show and count them nowhere (Del); kept in Decided", name="danger")
        hide.clicked.connect(self._hide_or_take_back)
        self._side.addSpacing(6)
        self._side.addLayout(beside(hide, 1))

    def _list_accounts(self, person: Person) -> None:
        grid = QGridLayout()
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(0, 1)
        for at, ref in enumerate(person.accounts[:MOST_ACCOUNTS]):
            account = self.matching.account(ref)
            words = [account.name, account.email] if account is not None else []
            grid.addWidget(PlainLabel(ref.connection, role="strong"), 2 * at, 0)
            about = "\n".join(dict.fromkeys(word for word in (*words, ref.key) if word))
            grid.addWidget(PlainLabel(about, role="muted", wraps=True, breaks=True), 2 * at + 1, 0, 1, 2)
            if len(person.accounts) > 1:
                apart = button("Keep apart", "This account is somebody else", name="link")
                apart.setAccessibleName(menu_text(f"Keep apart: {ref.connection}"))
                rest = tuple(other for other in person.accounts if other != ref)
                apart.clicked.connect(lambda _=False, mine=ref, more=rest: self._split(mine, more))
                grid.addWidget(apart, 2 * at, 1)
        self._side.addLayout(grid)
        if (left := len(person.accounts) - MOST_ACCOUNTS) > 0:
            self._side.addWidget(PlainLabel(f"and {left} more", role="muted"))

    def _show_pair(self, pair: Pair) -> None:
        for who in (pair.person, pair.other):
            self._side.addWidget(PlainLabel(who.name, role="title", wraps=True, breaks=True))
            for ref in who.accounts[:MOST_ACCOUNTS]:
                words = f"{self.matching.account_words(ref)}\n{ref.key}"
                self._side.addWidget(PlainLabel(words, role="muted", wraps=True, breaks=True))
        self._side.addWidget(PlainLabel("Are they one person?", role="strong"))
        join, apart = self._buttons()
        self._side.addLayout(beside(join, apart, 1))

    def _show_several(self, people: Sequence[Person]) -> None:
        self._side.addWidget(PlainLabel(f"{len(people)} people", role="title"))
        for person in people[:MOST_ACCOUNTS]:
            self._side.addWidget(PlainLabel(f"{person.name} ({where(person)})", wraps=True, breaks=True))
        if len(people) > MOST_ACCOUNTS:
            self._side.addWidget(PlainLabel(f"and {len(people) - MOST_ACCOUNTS} more", role="muted"))
        self._side.addLayout(beside(*self._buttons(), 1))

    def _buttons(self) -> tuple[QPushButton, QPushButton]:
        join = button("&Join", "They are one person (Ctrl+J, Enter)", name="primary")
        apart = button("&Keep apart", "They are different people, and never offered again (Ctrl+K)")
        join.clicked.connect(self._join)
        apart.clicked.connect(self._keep_apart)
        return join, apart

    def _show_decided(self, row: Decided) -> None:
        self._side.addWidget(PlainLabel(row.verb, role="title", wraps=True, breaks=True))
        for words in row.whom.split("; ")[:MOST_ACCOUNTS]:
            self._side.addWidget(PlainLabel(words, wraps=True, breaks=True))
        back = button("&Take back", "As if this had never been decided (Del)")
        back.clicked.connect(self._hide_or_take_back)
        self._side.addLayout(beside(back, 1))

    def _others(self, person: Person) -> Iterator[Option]:
        """Everybody else, by name; found by their accounts, too."""
        for other in self.matching.plan.people:
            if other.id != person.id:
                yield Option(other.id, other.name, where(other), also=" ".join(ref.key for ref in other.accounts))

    # --- deciding -----------------------------------------------------------------------------------------------------

    def _want(self, change: deciding.Change) -> None:
        self.say_error("")
        self.change_wanted.emit(change)

    def _enter(self) -> None:
        rows = self._chosen()
        if rows and isinstance(rows[0], Pair):
            self._join()
        elif rows and isinstance(rows[0], Person):
            self.join_with.setFocus()

    def _groups(self) -> list[tuple[AccountRef, ...]]:
        rows = self._chosen()
        people = [row for row in rows if isinstance(row, Person)]
        for row in rows:
            if isinstance(row, Pair):
                people += [row.person, row.other]
        return [person.accounts for person in people]

    def _join(self) -> None:
        rows = self._chosen()
        if len(rows) == 1 and isinstance(rows[0], Person):
            self.join_with.setFocus()
        elif groups := self._groups():
            self._want(deciding.joined(groups))

    def _join_with(self, person: Person, option: Option | None) -> None:
        if option is not None:
            other = next((each for each in self.matching.plan.people if each.id == option.key), None)
            if other is not None:
                self._want(deciding.joined([person.accounts, other.accounts]))

    def _keep_apart(self) -> None:
        groups = self._groups()
        if len(groups) == 2:
            self._want(deciding.kept_apart(groups[0], groups[1]))

    def _split(self, ref: AccountRef, rest: Sequence[AccountRef]) -> None:
        self._want(deciding.kept_apart([ref], rest))

    def _hide_or_take_back(self) -> None:
        rows = self._chosen()
        if rows and isinstance(rows[0], Decided):
            self._want(deciding.taken_back(rows[0].what))
        elif len(rows) == 1 and isinstance(rows[0], Person):
            self._want(deciding.hidden(rows[0].accounts))


def _accounts(row: Row) -> tuple[AccountRef, ...]:
    match row:
        case Person():
            return row.accounts
        case Pair():
            return row.person.accounts
        case Decided():
            return ()
