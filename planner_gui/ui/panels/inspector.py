"""The panel at the right: what is known of the selected item, or why a cell's number is what it is.

Every number shown here comes from `domain.receipt` and `domain.capacity`, whose terms add up to what the strip shows.
The record as its service gave it is asked for by a signal, and shown when it comes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from planner_gui.domain.capacity import table
from planner_gui.domain.doubles import holder_of, within
from planner_gui.domain.entities import CountsAs, Kind, Span
from planner_gui.domain.items import known_of
from planner_gui.domain.plan import Plan
from planner_gui.domain.receipt import Receipt, Term, receipt
from planner_gui.domain.recognition import person_in, row_in
from planner_gui.domain.snapshot import NO_DAY, Flag, day_date, day_number
from planner_gui.domain.wording import source_words
from planner_gui.ui import formats
from planner_gui.ui.panels.page import Page
from planner_gui.ui.text import tooltip
from planner_gui.ui.timeline.cards import amount, dates
from planner_gui.ui.timeline.facts import name_of

Groups = Sequence[tuple[str, Sequence[tuple[str, str]]]]

MOST_OTHERS = 5  # people offered to take work over
TEAM_LIMIT = 400  # of a larger team only the first are looked at: an answer at once, not in a second
LONGEST_SPAN = 370
_COUNTS = {
    CountsAs.LOAD: "as load",
    CountsAs.ABSENCE: "as absence",
    CountsAs.SHOW: "not at all, shown only",
    CountsAs.IGNORE: "not at all",
    CountsAs.DUPLICATE: "not at all: the same absence counts once",
}
_KIND = {Kind.ABSENCE: "Absence", Kind.ALLOCATION: "Allocation", Kind.EVENT: "Event", Kind.TASK: "Task"}


_NOT_SENT = {
    Flag.PENDING_CREATE: "new, not sent",
    Flag.PENDING_UPDATE: "edited, not sent",
    Flag.PENDING_DELETE: "to be deleted, not sent",
}


class Inspector(QWidget):
    """Shows one item or one cell of the plan.

    Signals: item_requested(plan row) by a term's link; person_requested(person, first, last day number) by a name;
    raw_requested(plan row) by More; page_requested(plan row) when an item is shown, for its page in its service;
    page_opened(str url) by the button that leads there; edit_pressed(str): "edit", "split" or "delete" the item shown.
    """

    edit_pressed = Signal(str)

    item_requested = Signal(int)
    person_requested = Signal(int, int, int)
    raw_requested = Signal(int)
    page_requested = Signal(int)
    page_opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Inspector")
        self.setMinimumWidth(280)
        self.setMaximumWidth(460)
        self._plan: Plan | None = None
        self._shown: tuple[str, tuple[int, ...]] = ("nothing", ())
        self._rebuilding = QTimer(self, interval=0, singleShot=True)
        self._rebuilding.timeout.connect(self._rebuild)
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._area)
        self.show_nothing()

    @property
    def page(self) -> Page:
        """What is shown."""
        page = self._area.widget()
        assert isinstance(page, Page)
        return page

    def show_plan(self, plan: Plan) -> None:
        """Keep showing the same person's cell, or the same item, in another plan; they have other numbers there.

        After an edit the timeline is painted first: a page of many small widgets comes in the next turn of the loop.
        """
        before, self._plan = self._plan, plan
        what, where = self._shown
        if before is None or what == "nothing":
            return
        if what == "item":
            row = row_in(plan, where[0], before)
            if row is None:
                self.show_nothing()
            elif plan.columns is not before.columns:
                self._show_again("item", (row,), before)
            return
        person = person_in(plan, where[0], before)
        if person is None:
            self.show_nothing()
        else:
            self._show_again("cell", (person, *where[1:]), before)

    def _show_again(self, what: str, where: tuple[int, ...], before: Plan) -> None:
        self._shown = (what, where)
        if self._plan is not None and self._plan.people is before.people:
            self._rebuilding.start()
        else:
            self._rebuild()

    def _rebuild(self) -> None:
        what, where = self._shown
        if what == "item":
            self.show_item(*where)
        elif what == "cell":
            self.show_cell(*where)

    def show_nothing(self) -> None:
        self._rebuilding.stop()
        self._shown = ("nothing", ())
        page = Page()
        page.muted("Choose a day of a person to see what its number is made of, or a bar to see what it is.")
        page.muted("F8 goes to the next over-allocation, ? lists the keys.")
        self._area.setWidget(page)

    def show_cell(self, person: int, first: int, last: int) -> None:
        """The receipt of a person's day or period, then who could take the work."""
        plan = self._plan
        if plan is None or person >= len(plan.people):
            return
        self._rebuilding.stop()
        self._shown = ("cell", (person, first, last))
        span = Span(day_date(first), day_date(last))
        made = receipt(plan, person, span)
        page = Page()
        self._receipt(page, made)
        if made.load_minutes > made.capacity_minutes:
            self._others(page, person, span)
        self._area.setWidget(page)

    def show_item(self, row: int) -> None:
        """Every fact of an item, the record as given on demand, and who could take it."""
        plan = self._plan
        if plan is None:
            return
        self._rebuilding.stop()
        self._shown = ("item", (row,))
        page = Page()
        service = plan.snapshots[plan.columns["connection"][row]]
        page.title(plan.text(row, "title") or "(no title)")
        page.badges(_KIND[plan.kind(row)], service.connection)
        page.heading("Plan")
        for label, value in _facts(plan, row):
            page.fact(label, value)
        self._same(page, row)
        if plan.kind(row) is not Kind.EVENT:
            for act, button in page.buttons(
                ("Edit\N{HORIZONTAL ELLIPSIS}", "edit"), ("Split", "split"), ("Delete", "delete")
            ):
                button.clicked.connect(lambda _=False, each=act: self.edit_pressed.emit(each))
        page.heading("Source")
        for label, value in _origin(plan, row):
            page.fact(label, value)
        if plan.value(row, "raw") >= 0:
            page.more.clicked.connect(lambda: self.raw_requested.emit(row))
            page.show_more_button()
        span, person = _span(plan, row), int(plan.columns["person"][row])
        if span is not None and person < len(plan.people) and plan.kind(row) in (Kind.ALLOCATION, Kind.TASK):
            self._others(page, person, span)
        self._area.setWidget(page)
        if plan.value(row, "raw") >= 0:
            self.page_requested.emit(row)

    def show_web_page(self, row: int, service: str, host: str, url: str) -> None:
        """Offer to open the page of an item in its service, where that item is still shown."""
        if self._shown == ("item", (row,)) and self.page.open_page is None:
            button = self.page.offer_page(service, host)
            button.setToolTip(tooltip(url))
            button.clicked.connect(lambda: self.page_opened.emit(url))

    def show_detail(self, row: int, groups: Groups, words: str = "") -> None:
        """What the service knows of an item besides, or in words why there is nothing, where it is still shown."""
        if self._shown == ("item", (row,)):
            self.page.say_detail(groups, words)

    def show_raw(self, row: int, record: bytes | None) -> None:
        """The record of an item, where that item is still shown; None: it is not kept any more."""
        if self._shown != ("item", (row,)):
            return
        if record is None:
            self.page.say_more([("", "The record is not kept any more; read again with F5.")])
            return
        try:
            self.page.say_more(flat(json.loads(record)))
        except ValueError:
            self.page.say_more([("", record.decode("utf-8", "replace"))])

    # --- parts --------------------------------------------------------------------------------------------------------

    def _same(self, page: Page, row: int) -> None:
        """The other records of one absence, of which only the first counts and has a bar of its own."""
        plan = self._plan
        assert plan is not None
        holder = holder_of(plan, row)
        others = [each for each in (holder, *within(plan, holder)) if each != row]
        if others:
            page.heading("The same absence")
        for other in others:
            service = plan.snapshots[int(plan.columns["connection"][other])]
            link = page.term(name_of(plan, other), "", service.connection, note=dates(plan, other))
            link.setToolTip(tooltip(source_words(plan, other)))
            link.clicked.connect(lambda _=False, each=other: self.item_requested.emit(each))

    def _receipt(self, page: Page, made: Receipt) -> None:
        """The sum that explains a cell: working time - absence = capacity, then what is planned = load."""
        page.title(made.name)
        page.muted(formats.days(made.span))
        for count, why in made.unknown:
            which = "This day" if len(made.span) == 1 else f"{count} of {len(made.span)} days"
            page.muted(f"{which}: {why}; left out of every sum")
        if not made.known:
            return
        load, capacity = made.load_minutes, made.capacity_minutes
        share = formats.percent(load, capacity)
        page.heading(f"Why {share}" if share else "Why")
        for term in made.working:
            page.sum("Working time", formats.hours(term.minutes), note=term.text)
        for term in made.absence:
            self._term(page, term, sign=-1)
        if not made.absence:
            page.sum("Absence", formats.hours(0))
        page.sum("Capacity", formats.hours(capacity), role="strong")
        for term in made.load:
            self._term(page, term)
        over = load > capacity
        page.sum("Load", formats.hours(load), role="error" if over else "strong")
        if over:
            page.sum("Over by", formats.hours(load - capacity), role="error")
        else:
            page.sum("Free", formats.hours(capacity - load), role="strong")
        if made.not_counted:
            page.heading("Not counted")
            for term in made.not_counted:
                self._term(page, term, counted=False)

    def _term(self, page: Page, term: Term, *, sign: int = 1, counted: bool = True) -> None:
        """One line, a link to its bar, with its source as a badge and when it was read as a hint."""
        read = term.read_at.astimezone().strftime("read %Y-%m-%d %H:%M") if term.read_at else ""
        hint = "\n".join(part for part in (term.source, term.connection, read, *term.marks) if part)
        name, plan = term.text, self._plan
        if plan is not None and term.row is not None and plan.kind(term.row) is Kind.ABSENCE:
            name = name_of(plan, term.row)
        words = f"{name} {term.share}".rstrip()
        minutes = formats.hours(sign * term.minutes) if counted else ""
        link = page.term(words, minutes, term.connection, note="" if counted else ", ".join(term.marks))
        link.setToolTip(tooltip(hint))
        if term.row is not None:
            row = term.row
            link.clicked.connect(lambda: self.item_requested.emit(row))

    def _others(self, page: Page, person: int, span: Span) -> None:
        """People of the same teams with time left in the span, the freest first."""
        plan = self._plan
        assert plan is not None
        free = who_is_free(plan, person, span)
        if not free:
            return
        page.heading("Who could take it")
        first, last = day_number(span.start), day_number(span.end)
        for other, left, whole in free:
            link = page.term(
                plan.people[other].name, f"free {formats.hours(left)} of {formats.hours(whole)}", muted=True
            )
            link.clicked.connect(lambda _=False, who=other: self.person_requested.emit(who, first, last))


def who_is_free(plan: Plan, person: int, span: Span) -> list[tuple[int, int, int]]:
    """People of the same teams: index, free minutes and capacity in the span, the freest first, at most MOST_OTHERS."""
    if not plan.people[person].teams or len(span) > LONGEST_SPAN:
        return []
    teams = known_of(plan).teams_of(plan)
    mates = sorted({at for team in plan.people[person].teams for at in teams[team]} - {person})
    if not mates:
        return []
    numbers = table(plan, np.array(mates[:TEAM_LIMIT], np.int32), span)
    left = np.where(numbers.known, np.maximum(numbers.capacity - numbers.load, 0), 0).sum(axis=1)
    whole = np.where(numbers.known, numbers.capacity, 0).sum(axis=1)
    order = np.argsort(-left, kind="stable")[:MOST_OTHERS]
    return [(mates[int(at)], int(left[at]), int(whole[at])) for at in order if left[at] > 0]


def _facts(plan: Plan, row: int) -> list[tuple[str, str]]:
    columns = plan.columns
    flags = Flag(int(columns["flags"][row]))
    person, project = int(columns["person"][row]), int(columns["project"][row])
    source = plan.source(row)
    facts = [("Person", plan.people[person].name if person < len(plan.people) else "Unassigned")]
    if project >= 0 and plan.projects[project]:
        facts.append(("Project", plan.projects[project]))
    facts.append(("Dates", dates(plan, row)))
    facts.append(("Type", formats.word(source.type if source else plan.text(row, "type"))))
    facts.append(("Share" if plan.kind(row) is Kind.ABSENCE else "Amount", amount(plan, row)))
    if flags & (Flag.RECURRING | Flag.OCCURRENCE):
        facts.append(("Repeats", "one of a series" if flags & Flag.OCCURRENCE else "first of a series"))
    if flags & Flag.UNKNOWN_RULE:
        facts.append(("Repeats", "by a rule that is not understood; the first is shown"))
    if flags & Flag.REFLECTION:
        facts.append(("Planned for", "the team; this is one member's part"))
    if flags & Flag.STALE:
        facts.append(("State", "could not be read this time; shown as last read"))
    if flags & Flag.BAD_DATES:
        facts.append(("State", "ends before it starts; not counted"))
    if flags & Flag.ARCHIVED:
        facts.append(("State", "archived or complete"))
    pending = next((words for flag, words in _NOT_SENT.items() if flags & flag), "")
    if pending:
        facts.append(("State", pending))
    facts.append(("Counts", _COUNTS[CountsAs(int(columns["counts_as"][row]))]))
    return [(label, value) for label, value in facts if value]


def _origin(plan: Plan, row: int) -> list[tuple[str, str]]:
    service, source = plan.snapshots[plan.columns["connection"][row]], plan.source(row)
    facts = [
        ("Service", service.connection),
        ("Calendar", source.calendar if source is not None else ""),
        ("Id", plan.text(row, "external_id")),
        ("Status" if plan.kind(row) is Kind.TASK else "Item", plan.text(row, "item")),
        ("Read", formats.moment(service.read_at, datetime.now(UTC))),
    ]
    return [(label, value) for label, value in facts if value]


def _span(plan: Plan, row: int) -> Span | None:
    start, end = int(plan.columns["start"][row]), int(plan.columns["end"][row])
    if start == NO_DAY or end < start:
        return None
    return Span(day_date(start), day_date(end))


def flat(value: object, path: str = "") -> list[tuple[str, str]]:
    """A JSON value as (path, text) lines, nothing left out: {"a": {"b": [1]}} is [("a.b.1", "1")]."""
    if isinstance(value, dict) and value:
        return [line for key, each in value.items() for line in flat(each, f"{path}.{key}" if path else str(key))]
    if isinstance(value, list) and value:
        return [line for at, each in enumerate(value, 1) for line in flat(each, f"{path}.{at}" if path else str(at))]
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return [(path, text)]
