"""The panel at the right: what is known of the selected item, or why a cell's number is what it is.

Every number shown here comes from `domain.receipt`, whose terms add up to what the strip shows.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from planner_gui.domain.entities import CountsAs, Kind, Span
from planner_gui.domain.plan import Plan
from planner_gui.domain.receipt import Receipt, Term, receipt
from planner_gui.domain.snapshot import NO_DAY, Flag, day_date
from planner_gui.ui import formats
from planner_gui.ui.text import PlainLabel, tooltip

_COUNTS = {
    CountsAs.LOAD: "as load",
    CountsAs.ABSENCE: "as absence",
    CountsAs.SHOW: "not at all, shown only",
    CountsAs.IGNORE: "not at all",
    CountsAs.DUPLICATE: "not at all: the same absence counts once",
}
_KIND = {Kind.ABSENCE: "Absence", Kind.ALLOCATION: "Allocation", Kind.EVENT: "Event", Kind.TASK: "Task"}


class Inspector(QWidget):
    """Shows one item or one cell of the plan."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(280)
        self.setMaximumWidth(460)
        self._plan: Plan | None = None
        self._shown: tuple[str, tuple[int, ...]] = ("nothing", ())
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._area)
        self.show_nothing()

    def show_plan(self, plan: Plan) -> None:
        """Keep showing the same place in another plan; rows of the old plan mean nothing in it."""
        self._plan = plan
        what, where = self._shown
        if what == "cell" and where[0] < len(plan.people):
            self.show_cell(*where)
        else:
            self.show_nothing()

    def show_nothing(self) -> None:
        self._shown = ("nothing", ())
        page = _Page()
        page.muted("Choose a day of a person to see what its number is made of, or a bar to see what it is.")
        self._area.setWidget(page)

    def show_cell(self, person: int, first: int, last: int) -> None:
        """The receipt of a person's day or period."""
        if self._plan is None:
            return
        self._shown = ("cell", (person, first, last))
        span = Span(day_date(first), day_date(last))
        page = _Page()
        page.receipt(receipt(self._plan, person, span))
        self._area.setWidget(page)

    def show_item(self, row: int) -> None:
        """Every fact of an item."""
        plan = self._plan
        if plan is None:
            return
        self._shown = ("item", (row,))
        page = _Page()
        page.title(plan.text(row, "title") or "(no title)")
        service = plan.snapshots[plan.columns["connection"][row]]
        source = plan.source(row)
        page.badges(_KIND[plan.kind(row)], service.connection)
        page.heading("Plan")
        for label, value in _facts(plan, row):
            page.fact(label, value)
        page.heading("Source")
        page.fact("Service", service.connection)
        if source is not None and source.calendar:
            page.fact("Calendar", source.calendar)
        page.fact("Id", plan.text(row, "external_id"))
        page.fact("Read", service.read_at.astimezone().strftime("%Y-%m-%d %H:%M"))
        self._area.setWidget(page)


def _facts(plan: Plan, row: int) -> list[tuple[str, str]]:
    columns = plan.columns
    flags = Flag(int(columns["flags"][row]))
    person, project = int(columns["person"][row]), int(columns["project"][row])
    source = plan.source(row)
    facts = [("Person", plan.people[person].name if person < len(plan.people) else "Unassigned")]
    if project >= 0 and plan.projects[project]:
        facts.append(("Project", plan.projects[project]))
    facts.append(("Dates", _dates(plan, row, flags)))
    facts.append(("Type", source.type if source else plan.text(row, "type")))
    percent = plan.value(row, "percent")
    if percent >= 0:
        facts.append(("Share" if plan.kind(row) is Kind.ABSENCE else "Commitment", f"{percent / 100:g} %"))
    if flags & (Flag.RECURRING | Flag.OCCURRENCE):
        facts.append(("Repeats", "one of a series" if flags & Flag.OCCURRENCE else "first of a series"))
    if flags & Flag.REFLECTION:
        facts.append(("Planned for", "the team; this is one member's part"))
    if flags & Flag.STALE:
        facts.append(("State", "could not be read this time; shown as last read"))
    if flags & Flag.BAD_DATES:
        facts.append(("State", "ends before it starts; not counted"))
    facts.append(("Counts", _COUNTS[CountsAs(int(columns["counts_as"][row]))]))
    return [(label, value) for label, value in facts if value]


def _dates(plan: Plan, row: int, flags: Flag) -> str:
    start, end = plan.value(row, "start"), plan.value(row, "end")
    begins = "no start" if flags & Flag.NO_START or start == NO_DAY else formats.day(day_date(start))
    ends = "no due date" if flags & Flag.NO_DUE or end == NO_DAY else formats.day(day_date(end))
    return begins if begins == ends else f"{begins} \N{EN DASH} {ends}"


class _Page(QWidget):
    """One filling of the panel, from top to bottom."""

    def __init__(self) -> None:
        super().__init__()
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(18, 16, 18, 16)
        self._layout.setVerticalSpacing(8)
        self._layout.setColumnStretch(0, 1)
        self._at = 0
        self._layout.setRowStretch(1000, 1)

    def title(self, text: str) -> None:
        self._wide(PlainLabel(text, role="title", wraps=True))

    def muted(self, text: str) -> None:
        self._wide(PlainLabel(text, role="muted", wraps=True))

    def heading(self, text: str) -> None:
        self._layout.setRowMinimumHeight(self._at, 10)
        self._at += 1
        self._wide(PlainLabel(text.upper(), role="heading"))

    def badges(self, *texts: str) -> None:
        self.muted(" \N{MIDDLE DOT} ".join(text for text in texts if text))

    def fact(self, label: str, value: str) -> None:
        """A label at the left, its value at the right, a line below."""
        self._pair(PlainLabel(label, role="muted"), PlainLabel(value, role="strong", wraps=True))

    def receipt(self, made: Receipt) -> None:
        """The sum that explains a cell: working time - absence = capacity, then what is planned = load."""
        self.title(made.name)
        self.muted(formats.day(made.span.start) if len(made.span) == 1 else formats.span(made.span))
        for days, why in made.unknown:
            self.muted(f"{days} of {len(made.span)} days: {why}; left out of every sum")
        if not made.known:
            return
        load, capacity = made.load_minutes, made.capacity_minutes
        share = formats.percent(load, capacity)
        self.heading(f"Why {share}" if share else "Why")
        for term in made.working:
            self._term(term)
        for term in made.absence:
            self._term(term, sign=-1)
        if not made.absence:
            self._sum("Absence", 0)
        self._sum("Capacity", capacity, strong=True)
        for term in made.load:
            self._term(term)
        self._sum("Load", load, strong=True, alert=load > capacity)
        if load > capacity:
            self._sum("Over by", load - capacity, strong=True, alert=True)
        else:
            self._sum("Free", capacity - load, strong=True)
        if made.not_counted:
            self.heading("Not counted")
            for term in made.not_counted:
                marks = f" ({', '.join(term.marks)})" if term.marks else ""
                self.muted(f"{term.text}{marks}")

    def _sum(self, text: str, minutes: int, *, strong: bool = False, alert: bool = False) -> None:
        role = "error" if alert else "strong" if strong else ""
        self._pair(PlainLabel(text, role="strong" if strong else ""), PlainLabel(formats.hours(minutes), role=role))

    def _term(self, term: Term, *, sign: int = 1) -> None:
        marks = f" ({', '.join(term.marks)})" if term.marks else ""
        label = PlainLabel(f"{term.text} {term.share}".rstrip() + marks, wraps=True)
        read = term.read_at.astimezone().strftime("read %Y-%m-%d %H:%M") if term.read_at else ""
        label.setToolTip(tooltip("\n".join(part for part in (term.source, term.connection, read) if part)))
        self._pair(label, PlainLabel(formats.hours(sign * term.minutes)))

    def _pair(self, left: PlainLabel, right: PlainLabel, *, line: bool = True) -> None:
        right.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        self._layout.addWidget(left, self._at, 0, Qt.AlignmentFlag.AlignTop)
        self._layout.addWidget(right, self._at, 1)
        self._at += 1
        if line:
            rule = QFrame()
            rule.setObjectName("rule")
            rule.setFixedHeight(1)
            self._wide(rule)

    def _wide(self, widget: QWidget) -> None:
        self._layout.addWidget(widget, self._at, 0, 1, 2)
        self._at += 1
