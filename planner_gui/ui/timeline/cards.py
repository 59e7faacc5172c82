"""What a hover card says of a bar, a cell, a person or a heading: plain lines, made harmless by `ui.text.tooltip`."""

from __future__ import annotations

from planner_gui.domain.doubles import within
from planner_gui.domain.entities import CountsAs, Kind, Span
from planner_gui.domain.plan import Plan
from planner_gui.domain.snapshot import NO_DAY, Flag, Form, day_date
from planner_gui.domain.wording import SERVICES, source_words
from planner_gui.ui import formats
from planner_gui.ui.timeline.facts import title
from planner_gui.ui.timeline.frame import Cell, Frame
from planner_gui.ui.timeline.hit import Hit

_COUNTS = {
    CountsAs.SHOW: "shown only, not counted",
    CountsAs.IGNORE: "not counted",
    CountsAs.DUPLICATE: "the same absence counts once",
}


def dates(plan: Plan, row: int) -> str:
    """An item's dates in words, with what is missing of them."""
    flags = Flag(int(plan.columns["flags"][row]))
    start, end = plan.value(row, "start"), plan.value(row, "end")
    no_start, no_end = bool(flags & Flag.NO_START) or start == NO_DAY, bool(flags & Flag.NO_DUE) or end == NO_DAY
    if not no_start and not no_end and start <= end:
        return formats.days(Span(day_date(start), day_date(end)))
    begins = "no start" if no_start else formats.day(day_date(start))
    ends = "no due date" if no_end else formats.day(day_date(end))
    return f"{begins} \N{EN DASH} {ends}"


def amount(plan: Plan, row: int) -> str:
    """An item's amount as its service states it, "" where it has none."""
    percent, minutes = plan.value(row, "percent"), plan.value(row, "amount")
    form, kind = plan.value(row, "form"), plan.kind(row)
    parts = []
    if percent >= 0:
        parts.append(f"{percent / 100:g} %" + (" done" if kind is Kind.TASK else ""))
    words = {Form.PER_DAY: "a day", Form.TOTAL: "in all", Form.REMAINING: "left"}
    if form in words and (minutes or form == Form.REMAINING):
        parts.append(f"{formats.hours(minutes)} {words[Form(form)]}")
    return " \N{MIDDLE DOT} ".join(parts)


def item_card(plan: Plan, row: int, *, stale: bool) -> str:
    """Title, person, dates, amount, source."""
    person = int(plan.columns["person"][row])
    who = plan.people[person].name if person < len(plan.people) else "Unassigned"
    snapshot = plan.snapshots[int(plan.columns["connection"][row])]
    source = plan.source(row)
    calendar = f"calendar {source.calendar}" if source is not None and source.calendar else ""
    lines = [
        title(plan, row) or "(no title)",
        f"{who} \N{MIDDLE DOT} {dates(plan, row)}",
        amount(plan, row),
        " \N{MIDDLE DOT} ".join(part for part in (source_words(plan, row), calendar) if part),
        _COUNTS.get(CountsAs(int(plan.columns["counts_as"][row])), ""),
        *(also(plan, double) for double in within(plan, row)),
        f"from an old reading of {SERVICES.get(snapshot.kind, snapshot.connection)}" if stale else "",
    ]
    return "\n".join(line for line in lines if line)


def also(plan: Plan, double: int) -> str:
    """A record drawn in another's bar: "also Work Time Calendar event 12: Vacation, Mon 16 - Tue 17 Nov 2026"."""
    return f"also {source_words(plan, double)}: {title(plan, double) or '(no title)'}, {dates(plan, double)}"


def cell_card(frame: Frame, cell: Cell) -> str:
    """Capacity and load of a person's day or period, in words."""
    days = [(cell.first, cell.last)]
    sums = frame.numbers.of_person(cell.person, days)
    when = formats.days(Span(day_date(cell.first), day_date(cell.last)))
    head = f"{frame.plan.people[cell.person].name} \N{MIDDLE DOT} {when}"
    if not sums.known[0]:
        return f"{head}\nnot known: not read, or no schedule"
    load, capacity = int(sums.load[0]), int(sums.capacity[0])
    share = formats.percent(load, capacity)
    planned = f"{formats.hours(load)} of {formats.hours(capacity)}" + (f", {share}" if share else "")
    verdict = (
        f"over by {formats.hours(load - capacity)}" if load > capacity else f"{formats.hours(capacity - load)} free"
    )
    inside = "\na day inside is over-allocated" if sums.over[0] and load <= capacity else ""
    return f"{head}\n{planned}\n{verdict}{inside}"


def card(frame: Frame, found: Hit) -> str:
    """The hover card of what is under the pointer, "" for nothing."""
    if found.bar is not None:
        return item_card(frame.plan, found.bar.row, stale=frame.is_stale(found.bar.row))
    if found.cell is not None:
        return cell_card(frame, found.cell)
    if found.row is None:
        return ""
    if found.row.is_heading:
        group = frame.rows.groups[found.row.group]
        what = f"{len(group.people)} people"
        if group.items:
            what = "tasks without assignees and plans of teams; in no total"
        return f"{group.name} \N{MIDDLE DOT} {what}\nClick to {'unfold' if group.folded else 'fold'}"
    if not found.people:
        return ""
    person = frame.plan.people[found.row.person]
    accounts = ", ".join(sorted({account.connection for account in person.accounts}))
    lines = [person.name, person.title, ", ".join(person.teams), person.email, f"accounts: {accounts}"]
    if person.unmatched:
        lines.append("not joined with an account elsewhere")
    return "\n".join(line for line in lines if line)
